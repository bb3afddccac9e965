"""How far apart two groups score, in points and in standard deviations.

Every difference is the first group less the second: positive where the first is ahead.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, nctdtrinc, stdtrit

from equitylab.errors import MetricError

from ._arrays import Estimate, broadcast, counts, critical, quotient, refuse, scores, values

# Under this many students in a group the large-sample interval of g is too narrow.
_SMALL = 20


def hedges_g(a, b, *, level=0.95):
    """How many standard deviations apart do two groups score?

    Parameters
    ----------
    a, b : array_like, shape (students,)
        Scores of the two groups. A gap makes the result a gap: leave the untested out, and say
        how many they are.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        In pooled standard deviations; see `hedges_g_from_summary`.

    Raises
    ------
    MetricError
        If the scores are not one list of numbers a group.

    Notes
    -----
    Hedges (1981), Journal of Educational Statistics 6:107.

    Examples
    --------
    >>> value, low, high = hedges_g([5, 7, 8, 9, 6, 7], [4, 6, 5, 7, 5, 3])
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    1.30 [0.10, 2.67]
    """
    return hedges_g_from_summary(*_summary("a", a), *_summary("b", b), level=level)


def hedges_g_from_summary(n1, mean1, sd1, n2, mean2, sd2, *, level=0.95):
    """How many standard deviations apart do two groups score, by their means and SDs?

    Parameters
    ----------
    n1, mean1, sd1 : array_like
        Students, mean and standard deviation (divisor n - 1) of the first group.
    n2, mean2, sd2 : array_like
        The same for the second. All six broadcast.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        Difference in pooled standard deviations, with the exact small-sample correction.
        ``nan`` where a group has under two students or both SDs are 0.
        The interval is large-sample (variance 1/n1 + 1/n2 + g^2 / 2(n1 + n2)) where both groups
        have 20 students or more, else by the noncentral t distribution, which supposes normal
        scores with one SD.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an SD is negative, or the shapes do not fit.

    Notes
    -----
    Hedges (1981), Journal of Educational Statistics 6:107. The correction is the exact ratio of
    gamma functions; ``statsmodels`` ``effectsize_smd`` uses the approximation 1 - 3/(4m - 1).

    Examples
    --------
    >>> value, low, high = hedges_g_from_summary(50, 103.0, 5.5, 50, 100.0, 4.5)
    >>> print(f"{value:.3f} [{low:.3f}, {high:.3f}]")
    0.592 [0.192, 0.993]
    """
    n1, mean1, sd1, n2, mean2, sd2 = _summaries(n1, mean1, sd1, n2, mean2, sd2)
    z = critical(level)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        m = n1 + n2 - 2
        enough = (n1 >= 2) & (n2 >= 2)
        pooled = np.sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / m)
        d = np.where(enough, quotient(mean1 - mean2, pooled), np.nan)
        g = d * np.exp(gammaln(m / 2) - gammaln((m - 1) / 2)) / np.sqrt(m / 2)
        unit = np.sqrt(1 / n1 + 1 / n2)
        half = z * np.sqrt(unit**2 + g**2 / (2 * (n1 + n2)))
        low, high = np.asarray(g - half), np.asarray(g + half)
        small = np.flatnonzero(enough & (np.minimum(n1, n2) < _SMALL) & ~np.isnan(d))
        df, t, scale = m.flat[small], (d / unit).flat[small], unit.flat[small]
        # These are limits of the true difference itself, which needs no correction for bias.
        low.flat[small] = nctdtrinc(df, (1 + level) / 2, t) * scale
        high.flat[small] = nctdtrinc(df, (1 - level) / 2, t) * scale
    return Estimate(g[()], low[()], high[()])


def standardized_gap(a, b, sd, *, level=0.95):
    """How far apart do two groups score, in standard deviations of a reference population?

    Divided by the State's or district's own SD of that grade and subject the gap can be compared
    between schools and years; divided by a school's SD it cannot, for schools differ in spread.

    Parameters
    ----------
    a, b : array_like, shape (students,)
        Scores of the two groups. A gap makes the result a gap.
    sd : float
        Standard deviation of the reference population, above 0.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        In reference standard deviations, with Welch's interval.

    Raises
    ------
    MetricError
        If the scores are not one list of numbers a group, or `sd` is not above 0.

    Examples
    --------
    >>> value, low, high = standardized_gap([512, 498, 530, 505], [480, 495, 470, 501, 488], 40)
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    0.61 [0.08, 1.15]
    """
    (n1, mean1, sd1), (n2, mean2, sd2) = _summary("a", a), _summary("b", b)
    return standardized_gap_from_summary(
        mean1, mean2, sd, n1=n1, sd1=sd1, n2=n2, sd2=sd2, level=level
    )


def standardized_gap_from_summary(
    mean1, mean2, sd, *, n1=np.nan, n2=np.nan, sd1=None, sd2=None, level=0.95
):
    """How far apart are two means, in standard deviations of a reference population?

    Parameters
    ----------
    mean1, mean2 : array_like
        Mean scores of the two groups.
    sd : array_like
        Standard deviation of the reference population, above 0.
    n1, n2 : array_like of int, optional
        Students in the groups. Without them there is no interval.
    sd1, sd2 : array_like, optional
        Standard deviations within the groups. Without them the groups are taken to spread as much
        as the reference, which is known, so the interval is normal; with them it is Welch's.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        In reference standard deviations.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `sd` is not above 0, only one of `sd1` and `sd2` is
        given, or the shapes do not fit.

    Examples
    --------
    >>> value, low, high = standardized_gap_from_summary(512, 488, 40, n1=100, n2=80)
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    0.60 [0.31, 0.89]
    """
    unit = values("sd", sd)
    refuse("sd", unit, (unit <= 0) | np.isinf(unit), "must be finite and above 0")
    if (sd1 is None) != (sd2 is None):
        raise MetricError("Give sd1 and sd2, or neither.", argument="sd1" if sd1 is None else "sd2")
    n1, n2, mean1, mean2 = *counts(n1=n1, n2=n2), *_finite(mean1=mean1, mean2=mean2)
    if sd1 is not None:
        points = mean_difference_from_summary(n1, mean1, sd1, n2, mean2, sd2, level=level)
        _, *points = broadcast({"sd": unit} | dict(zip(Estimate._fields, points, strict=True)))
        return Estimate(*((np.asarray(p) / unit)[()] for p in points))
    named = {"mean1": mean1, "mean2": mean2, "sd": unit, "n1": n1, "n2": n2}
    mean1, mean2, unit, n1, n2 = broadcast(named)
    value = (mean1 - mean2) / unit
    half = critical(level) * np.sqrt(quotient(1, n1) + quotient(1, n2))
    return Estimate(value[()], (value - half)[()], (value + half)[()])


def mean_difference_from_summary(n1, mean1, sd1, n2, mean2, sd2, *, level=0.95):
    """How many points apart do two groups score, by their means and SDs?

    Parameters
    ----------
    n1, mean1, sd1 : array_like
        Students, mean and standard deviation (divisor n - 1) of the first group.
    n2, mean2, sd2 : array_like
        The same for the second. All six broadcast.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        In points, with Welch's t interval, which lets the groups differ in spread. The interval is
        ``nan`` where a group has under two students or both SDs are 0: nothing then says how much
        chance could do.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an SD is negative, or the shapes do not fit.

    Notes
    -----
    Welch (1947), Biometrika 34:28. ``scipy.stats.ttest_ind_from_stats(equal_var=False)`` gives its
    p-value, no interval.

    Examples
    --------
    >>> value, low, high = mean_difference_from_summary(50, 103.0, 5.5, 50, 100.0, 4.5)
    >>> print(f"{value:.1f} [{low:.2f}, {high:.2f}]")
    3.0 [1.00, 5.00]
    """
    n1, mean1, sd1, n2, mean2, sd2 = _summaries(n1, mean1, sd1, n2, mean2, sd2)
    critical(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        enough = (n1 >= 2) & (n2 >= 2) & (sd1 + sd2 > 0)
        v1, v2 = sd1**2 / n1, sd2**2 / n2
        df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
        half = np.where(enough, stdtrit(df, (1 + level) / 2) * np.sqrt(v1 + v2), np.nan)
    value = np.where((n1 > 0) & (n2 > 0), mean1 - mean2, np.nan)
    return Estimate(value[()], (value - half)[()], (value + half)[()])


def _summary(name, given):
    """Return n, mean and standard deviation of one list of scores."""
    points = scores(name, given)
    n = points.size
    return n, points.mean() if n else np.nan, points.std(ddof=1) if n > 1 else np.nan


def _summaries(n1, mean1, sd1, n2, mean2, sd2):
    """Read the six numbers of two groups, broadcast."""
    n1, n2 = counts(n1=n1, n2=n2)
    named = {"mean1": mean1, "sd1": sd1, "mean2": mean2, "sd2": sd2}
    named = dict(zip(named, _finite(**named), strict=True))
    for name in ("sd1", "sd2"):
        refuse(name, named[name], named[name] < 0, "must not be negative")
    n1, n2, mean1, sd1, mean2, sd2 = broadcast({"n1": n1, "n2": n2} | named)
    return n1, mean1, sd1, n2, mean2, sd2


def _finite(**named):
    """Read numbers that are finite, or gaps."""
    named = {name: values(name, given) for name, given in named.items()}
    for name, array in named.items():
        refuse(name, array, np.isinf(array), "must be finite")
    return named.values()
