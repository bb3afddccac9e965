"""How closely scores go with family means, how much lies between schools, and resilience.

A gradient describes what a system does; it is no property of a student. A free-lunch flag is not a
scale: for that, compare two groups.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from equitylab.errors import MetricError

from ._arrays import Estimate, critical, fraction, quotient, scores
from ._students import means, quantile, students
from ._variances import likeliest, moments
from .rates import _wilson


class Gradient(NamedTuple):
    """How scores go with socio-economic status (SES).

    Parameters
    ----------
    slope : Estimate
        Points of score for one unit of SES, over all students.
    intercept : float
        Mean score where SES is 0.
    strength : float
        Share of the variance of scores that is accounted for by SES (R squared), 0 to 1.
    within : Estimate
        Slope among students of one school. ``nan`` without schools.
    between : Estimate
        Slope among schools: of school means on mean SES, weighted by students.
    contextual : Estimate
        `between` less `within`: for two students of the same SES, what one unit more of the
        school's mean SES goes with.
    n, left_out : int
        Students in the figures, and students left out for a gap.
    """

    slope: Estimate
    intercept: float
    strength: float
    within: Estimate
    between: Estimate
    contextual: Estimate
    n: int
    left_out: int


class BetweenSchoolShare(NamedTuple):
    """How much of the spread of scores lies between schools.

    Parameters
    ----------
    share : float
        `between` over the sum of both, 0 to 1.
    between, within : float
        Variance between schools, and within them.
    estimator : str
        How they were estimated. Name it wherever the share is shown.
    schools, n, left_out : int
        Schools and students in the figures, and students left out for a gap.
    """

    share: float
    between: float
    within: float
    estimator: str
    schools: int
    n: int
    left_out: int


class Resilience(NamedTuple):
    """Students of low SES who score high.

    Parameters
    ----------
    share : Estimate
        Share of the students of low SES whose score is high, 0 to 1, with its Wilson interval.
    n_low, n_resilient : int
        Students of low SES, and those of them whose score is high.
    on_cut : int
        Students who stand exactly on the SES cut: `ties` decides of them.
    ses_cut, score_cut : float
        The two cuts.
    left_out : int
        Students left out for a gap.
    """

    share: Estimate
    n_low: int
    n_resilient: int
    on_cut: int
    ses_cut: float
    score_cut: float
    left_out: int


def gradient(score, ses, school=None, *, weights=None, level=0.95):
    """How many points higher do students score for each step up in family means?

    Parameters
    ----------
    score, ses : array_like, shape (students,)
        Scores, and socio-economic status on a scale.
    school : array_like, shape (students,), optional
        Each student's school, by any name or number.
    weights : array_like, shape (students,), optional
        Weights of the students, of any scale. A student of weight 0 takes no part.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    Gradient
        ``nan`` where there is no spread to tell from: one student, one SES; one school for
        `between`; no two students of one school for `within`.

    Raises
    ------
    MetricError
        If there is not one number a student, a weight is negative or a number infinite.

    Notes
    -----
    Ordinary (weighted) least squares, as in OECD, PISA 2018 Results (Volume II). `within` and
    `between` are of one regression on each student's distance from the mean SES of the school, and
    that mean; `within` is the slope of school fixed effects. Intervals by t: without schools and
    weights the textbook's; with weights, the sandwich (HC1); with schools, the sandwich clustered
    by school (CR1), for students of one school are alike. With under some 30 schools it is too
    narrow; with no more schools than the line has terms (two; three for the parts) it is ``nan``.

    Examples
    --------
    >>> found = gradient([4, 6, 5, 7, 9, 10], [1, 2, 3, 3, 4, 5], [7, 7, 7, 8, 8, 8])
    >>> print(f"{found.slope.value:.2f}: within {found.within.value:.2f},"
    ...       f" between {found.between.value:.2f}")
    1.50: within 1.00, between 1.83
    """
    critical(level)
    (score, ses), weight, school, left_out = students(weights, school, score=score, ses=ses)
    n = score.size
    none = Estimate(*[np.nan] * 3)
    if not n:
        return Gradient(none, np.nan, np.nan, none, none, none, n, left_out)
    robust = school if school is not None else np.arange(n) if weights is not None else None
    level_of_ses = np.average(ses, weights=weight)
    x, y = ses - level_of_ses, score - np.average(score, weights=weight)
    tiny = 1e-24 * weight @ ses**2
    (slope,), fit = _slopes(y, x[:, None], weight, robust, tiny, level, [[1]])
    spread = weight @ y**2
    flat = spread <= 1e-24 * (weight @ score**2)
    strength = np.nan if flat else float(1 - weight @ (y - fit) ** 2 / spread)
    parts = [none] * 3
    if school is not None:
        mean = means(x, weight, school)[school]
        both = np.column_stack([x - mean, mean])
        parts, _ = _slopes(y, both, weight, robust, tiny, level, [[1, 0], [0, 1], [-1, 1]])
    intercept = float(np.average(score, weights=weight) - slope.value * level_of_ses)
    strength = np.nan if np.isnan(slope.value) else strength
    return Gradient(slope, intercept, strength, *parts, n, left_out)


def between_school_share(score, school, *, weights=None, estimator="reml"):
    """How much of the difference between students' scores is a difference between schools?

    Parameters
    ----------
    score : array_like, shape (students,)
        Scores.
    school : array_like, shape (students,)
        Each student's school, by any name or number.
    weights : array_like, shape (students,), optional
        Weights of the students, of any scale; for "anova" and "eta squared" only.
    estimator : {"reml", "ml", "anova", "eta squared"}
        Restricted or full maximum likelihood of a random intercept; analysis of variance (moments,
        0 where it would be below); or the plain share of the sum of squares, which chance lifts
        where schools are small: four students a school make .25 of nothing.

    Returns
    -------
    BetweenSchoolShare
        ``nan`` where there is no telling: one school only, no spread at all, or (but for
        "eta squared") no school with two students.

    Raises
    ------
    MetricError
        If there is not one number a student, a weight is negative, the estimator is unknown or
        does not take weights.

    Notes
    -----
    Raudenbush and Bryk (2002), Hierarchical Linear Models, chapter 4; Searle, Casella and McCulloch
    (1992), Variance Components, chapter 3, for the moments, here with weights. The likelihood has
    one unknown once the rest is worked out, so it is searched whole; ``statsmodels`` ``MixedLM``
    gives the same where it converges, a thousand times slower.

    Examples
    --------
    >>> found = between_school_share([4, 6, 5, 7, 9, 10, 3, 5], list("aaabbbcc"))
    >>> print(f"{found.share:.2f} ({found.estimator})")
    0.76 (reml)
    """
    if estimator not in ("reml", "ml", "anova", "eta squared"):
        raise MetricError(
            f"estimator {estimator!r} is not known.",
            argument="estimator",
            value=estimator,
            mend='Give "reml", "ml", "anova" or "eta squared".',
        )
    if weights is not None and estimator in ("reml", "ml"):
        raise MetricError(
            f"The {estimator} estimator takes no weights.",
            argument="weights",
            mend='Leave them out, or give estimator="anova".',
        )
    (score,), weight, school, left_out = students(weights, school, score=score)
    n, in_all = score.size, int(school.max(initial=-1)) + 1
    between = within = np.nan
    if in_all > 1:
        y = score - np.average(score, weights=weight)
        mean = means(y, weight, school)
        size = np.bincount(school, weight)
        inside = weight @ (y - mean[school]) ** 2
        outside = size @ mean**2
        tiny = 1e-24 * (weight @ score**2)
        inside, outside = (0.0 if part <= tiny else part for part in (inside, outside))
        if estimator == "eta squared":
            between, within = outside / size.sum(), inside / size.sum()
        elif n > in_all and inside + outside > 0:
            if estimator == "anova":
                between, within = moments(weight, school, size, inside, outside)
            else:
                between, within = likeliest(size, mean, inside, estimator == "reml")
    share = float(quotient(between, between + within))
    return BetweenSchoolShare(share, float(between), float(within), estimator, in_all, n, left_out)


def resilience(
    score, ses, *, weights=None, part=0.25, ses_cut=None, score_cut=None, ties="in", level=0.95
):
    """Of the students with the least means, how many score among the highest?

    Parameters
    ----------
    score, ses : array_like, shape (students,)
        Scores, and socio-economic status on a scale.
    weights : array_like, shape (students,), optional
        Weights of the students, of any scale. A student of weight 0 takes no part.
    part : float
        What part of the students is low in SES, and what part high in score: .25 for quarters.
    ses_cut, score_cut : float, optional
        Cuts from elsewhere, such as the State's quarters. By default those of these students; say
        which wherever the share is shown.
    ties : {"in", "out"}
        Whether students exactly on the SES cut are low in SES. Those on the score cut are high.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Resilience
        ``nan`` where there are no students of low SES.

    Raises
    ------
    MetricError
        If there is not one number a student, a weight is negative, `part` does not lie between 0
        and 1, or `ties` is neither.

    Notes
    -----
    OECD (2018), Equity in Education: national resilience. Quantiles are R's type 7; with weights,
    its like on weights that sum to the number of students (Harrell's ``Hmisc::wtd.quantile``,
    normwt), which is type 7 for equal weights. The interval takes the cuts as known and students
    as independent; with weights it is Wilson's at the effective number of students (Kish 1965).

    Examples
    --------
    >>> found = resilience([9, 3, 4, 5, 8, 2, 7, 6], [1, 2, 3, 4, 5, 6, 7, 8])
    >>> print(found.n_low, found.n_resilient, found.share.value)
    2 1 0.5
    """
    z = critical(level)
    if ties not in ("in", "out"):
        raise MetricError('ties must be "in" or "out".', argument="ties", value=ties)
    part = float(fraction("part", part))
    (score, ses), weight, _, left_out = students(weights, None, score=score, ses=ses)
    if score.size:
        ses_cut = quantile(ses, weight, part) if ses_cut is None else ses_cut
        score_cut = quantile(score, weight, 1 - part) if score_cut is None else score_cut
    ses_cut, score_cut = (
        float(scores(name, np.nan if cut is None else cut)[0])
        for name, cut in (("ses_cut", ses_cut), ("score_cut", score_cut))
    )
    low = ses <= ses_cut if ties == "in" else ses < ses_cut
    high = low & (score >= score_cut)
    share = quotient(weight[high].sum(), weight[low].sum())
    effective = quotient(weight[low].sum() ** 2, (weight[low] ** 2).sum())
    found = _wilson(share * effective, effective, z)
    estimate = Estimate(*(float(v) for v in (share, *found[1:])))
    sums = (int(which.sum()) for which in (low, high, ses == ses_cut))
    return Resilience(estimate, *sums, ses_cut, score_cut, left_out)


def _slopes(y, x, weight, cluster, tiny, level, wanted):
    """Regress `y` on the columns of `x`, all of mean 0; return the wanted sums of slopes, the fit."""
    n, wanted = y.size, np.asarray(wanted, dtype=float)
    use = weight @ x**2 > tiny
    slopes, cov = np.full(use.size, np.nan), np.full((use.size, use.size), np.nan)
    at = np.ix_(use, use)
    x = x[:, use]
    bread = np.linalg.inv(x.T @ (weight[:, None] * x))
    slopes[use] = bread @ (x.T @ (weight * y))
    fit = x @ slopes[use]
    k = 1 + use.sum()
    if cluster is None:
        df = n - k
        if df > 0:
            cov[at] = bread * (weight @ (y - fit) ** 2) / df
    else:
        groups = int(cluster.max()) + 1
        df = n - k if groups == n else groups - 1
        # As many schools as slopes are fitted without a miss, which is not certainty.
        if groups > k and use.any():
            score = np.column_stack(
                [np.bincount(cluster, weight * (y - fit) * column) for column in x.T]
            )
            cov[at] = bread @ (score.T @ score) @ bread
            cov[at] *= groups / (groups - 1) * (n - 1) / (n - k)
    found = []
    for row in wanted:
        picked = row != 0
        value = row[picked] @ slopes[picked]
        error = np.sqrt(np.maximum(row[picked] @ cov[np.ix_(picked, picked)] @ row[picked], 0))
        half = stdtrit(max(df, 1), (1 + level) / 2) * error
        found.append(Estimate(float(value), float(value - half), float(value + half)))
    return found, fit
