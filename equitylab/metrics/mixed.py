"""The gap between two groups of students in the same school, over many schools at once.

A school lends every student of it something in common, so students are not so many independent
witnesses. A mixed model counts both: how far scores go with the group, and how schools differ.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from equitylab.errors import MetricError

from ._arrays import Estimate, critical, values
from ._reml import reml
from ._students import students
from .oaxaca import _all_their_own, _standard


class MixedGap(NamedTuple):
    """A gap in scores with schools (and adjusters) accounted for.

    Parameters
    ----------
    gap : Estimate
        Points by which the first group is ahead of the second, in a school like any other.
    plain : float
        Mean of the first group less that of the second, nothing accounted for.
    between_sd, gap_sd, within_sd : float
        Standard deviations: of schools, of the gap between schools (``nan`` unless it was let
        differ), and of students of one group in one school.
    estimator : str
        What was estimated and how. Name it wherever the gap is shown.
    adjusters : tuple of str
        What else was accounted for. List them wherever the gap is shown.
    status : str
        ``"estimated"``, or why there is no estimate: ``"not converged"``, ``"one group only"``,
        ``"no school has both groups"``, ``"too few schools"``, ``"no spread"``.
    schools, schools_with_both, n_first, n_second, left_out : int
        Schools, those with students of both groups, students, and students left out for a gap.
    """

    gap: Estimate
    plain: float
    between_sd: float
    gap_sd: float
    within_sd: float
    estimator: str
    adjusters: tuple
    status: str
    schools: int
    schools_with_both: int
    n_first: int
    n_second: int
    left_out: int


def mixed_gap(score, first, school, *, adjusters=None, slope=False, level=0.95):
    """How far apart do two groups score, in the same school and with the adjusters named?

    Parameters
    ----------
    score : array_like, shape (students,)
        Scores.
    first : array_like of bool, shape (students,)
        Whether the student is of the first group; all others are the second.
    school : array_like, shape (students,)
        Each student's school, by any name or number.
    adjusters : dict of str to array_like, shape (students,), optional
        What else is accounted for: numbers, or 0 and 1. What a school decides itself (track, prior
        referral) takes away a part of what is looked for.
    slope : bool
        Let the gap differ from school to school; it takes some 20 schools with both groups.
    level : float
        Confidence level of the interval.

    Returns
    -------
    MixedGap
        Numbers only where `status` is "estimated", for a search that stopped elsewhere than at the
        best fit gives numbers that look as sound as any.

    Raises
    ------
    MetricError
        If there is not one number a student, `first` is neither true nor false, or an adjuster says
        the same as the others together.

    Notes
    -----
    Restricted maximum likelihood of a random intercept, and slope, by school: Raudenbush and Bryk
    (2002), Hierarchical Linear Models, chapters 2 to 4. All but the one to three parameters of the
    schools is solved for, as in R's ``lme4`` (Bates and others 2015, Journal of Statistical
    Software 67(1)); these are searched for from several sides, and there is an estimate only where
    two of the searches end at the same best fit. ``statsmodels`` ``MixedLM`` agrees where it
    converges (``method=["powell", "lbfgs"]``; its default stops short, "lbfgs" alone can report an
    infinite likelihood as convergence), but where schools hardly differ its standard error, from
    the curvature in all parameters, can come out at half of what it is.
    Interval by t: with one gap for all on students less schools and terms, with a slope on schools
    with both groups less one. The gap of a random intercept is in part between schools where these
    are few or small; school fixed effects are wholly within.

    Examples
    --------
    >>> school = [s for s in range(8) for _ in range(6)]
    >>> first = [1, 0] * 24
    >>> score = [10 * s % 7 + 3 * f + (i // 2 * 5) % 4 for i, (s, f) in enumerate(zip(school, first))]
    >>> found = mixed_gap(score, first, school)
    >>> f"{found.gap.value:.1f} points ({found.estimator}; {found.schools} schools)"
    '3.0 points (REML, random intercept by school; 8 schools)'
    """
    critical(level)
    adjusters = {} if adjusters is None else adjusters
    if not isinstance(adjusters, dict):
        raise MetricError(
            "adjusters must be named.",
            argument="adjusters",
            mend='Give a dictionary, such as {"days present": days}.',
        )
    names = tuple(str(name) for name in adjusters)
    named = {"score": score, "first": values("first", first)}
    named |= {f"adjusters[{name!r}]": adjusters[name] for name in adjusters}
    (score, first, *columns), weight, school, left_out = students(None, school, **named)
    if np.any((first != 0) & (first != 1)):
        raise MetricError("first must be true or false for each student.", argument="first")
    one = first == 1
    n_first, n_second = int(one.sum()), int((~one).sum())
    schools = int(school.max(initial=-1)) + 1
    both = np.bincount(school[one], minlength=schools) > 0
    both &= np.bincount(school[~one], minlength=schools) > 0
    kind = "random intercept and gap" if slope else "random intercept"
    estimator = f"REML, {kind} by school"
    counted = schools, int(both.sum()), n_first, n_second, left_out
    plain = float(score[one].mean() - score[~one].mean()) if n_first and n_second else np.nan
    none = Estimate(*[np.nan] * 3), plain, np.nan, np.nan, np.nan, estimator, names
    x = np.zeros((score.size, 0))
    if columns and score.size:
        x, spread = _standard(np.column_stack(columns), weight)
        if len(x) > spread.sum():
            _all_their_own(x, spread, weight, names)
        x = x[:, spread]
    scale = score.std() if score.size else 0.0
    needed = x.shape[1] + 2 + (2 if slope else 0)
    why = None
    if not (n_first and n_second):
        why = "one group only"
    elif not both.any():
        why = "no school has both groups"
    elif schools < 3 or both.sum() < (3 if slope else 1) or score.size <= schools + needed:
        why = "too few schools"
    elif scale <= 1e-12 * np.abs(score).max():
        why = "no spread"
    if why:
        return MixedGap(*none, why, *counted)
    y = (score - score.mean()) / scale
    random = np.column_stack([np.ones(y.size), one]) if slope else np.ones((y.size, 1))
    fit = reml(y, np.column_stack([np.ones(y.size), one, x]), random, school)
    if fit is None:
        return MixedGap(*none, "not converged", *counted)
    slopes, cov, sds, within = fit
    gap, error = scale * slopes[1], scale * np.sqrt(cov[1, 1])
    df = both.sum() - 1 if slope else score.size - schools - 1 - x.shape[1]
    half = stdtrit(df, (1 + level) / 2) * error
    found = Estimate(float(gap), float(gap - half), float(gap + half)), plain
    sds = float(scale * sds[0]), float(scale * sds[1]) if slope else np.nan, float(scale * within)
    return MixedGap(*found, *sds, estimator, names, "estimated", *counted)
