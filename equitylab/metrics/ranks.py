"""How far apart two groups score, where only the order of the scores is to be trusted."""

from __future__ import annotations

import numpy as np

from ._arrays import Estimate, critical, scores


def gap_index(a, b, *, level=0.95):
    """Lined up by score, how far ahead of the second group does the first stand?

    Parameters
    ----------
    a, b : array_like, shape (students,)
        Scores of the two groups, on any scale that orders; ties share their rank.
        A gap makes the result a gap.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        From -10 (every student of `a` behind every one of `b`) through 0 to 10 (all ahead).

    Raises
    ------
    MetricError
        If the scores are not one list of numbers a group.

    Notes
    -----
    Department for Education (England), SFR 40/2014: ten times the difference of mean ranks over
    half the students, which is 20 (P(a ahead) - 1/2), P being the Mann-Whitney probability.
    England prints it as other students less disadvantaged ones: `gap_index(others, disadvantaged)`.
    The interval is Newcombe's (2006, Statistics in Medicine 25:559, method 5), which stays inside
    the scale and has a width even where the groups do not overlap.

    Examples
    --------
    >>> value, low, high = gap_index([5, 7, 8, 9, 6, 7], [4, 6, 5, 7, 5, 3])
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    6.94 [0.15, 9.27]
    """
    z = critical(level)
    a, b = scores("a", a), scores("b", b)
    if not a.size or not b.size or np.isnan(a).any() or np.isnan(b).any():
        return Estimate(*[np.float64(np.nan)] * 3)
    ordered = np.sort(b)
    behind = np.searchsorted(ordered, a, "left") + np.searchsorted(ordered, a, "right")
    ahead = behind.mean() / (2 * b.size)
    low, high = (_ahead_limit(ahead, a.size, b.size, side * z) for side in (-1, 1))
    return Estimate(*(np.float64(20 * (p - 0.5)) for p in (ahead, low, high)))


def _ahead_limit(ahead, n1, n2, z):
    """Find the probability from which the one observed is `z` standard errors away."""
    inner, outer = ahead, float(z > 0)
    for _ in range(60):
        p = (inner + outer) / 2
        spread = 1 + ((n1 + n2) / 2 - 1) * ((1 - p) / (2 - p) + p / (1 + p))
        if abs(p - ahead) < abs(z) * np.sqrt(p * (1 - p) * spread / (n1 * n2)):
            inner = p
        else:
            outer = p
    return inner
