"""Like beside like: two groups compared inside each school, grade or program, then put together.

What is accounted for in this way is the strata that were given, and nothing else. Strata that a
school itself decides (prior referrals, tracks) take away a part of what is being looked for, so
name them, and say why they are there, wherever these numbers are shown.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import chdtrc

from ._arrays import Estimate, critical, quotient
from .decompose import _strata
from .rates import _likely_rate, _ratio_score


class MantelHaenszel(NamedTuple):
    """Two groups compared within strata: the ratios and the difference in common.

    Parameters
    ----------
    odds_ratio, risk_ratio, risk_difference : Estimate
        First group against second, the strata accounted for.
    cmh_p : ndarray or float
        How often chance alone would set the groups this far apart, or further, were there no
        difference in any stratum (Cochran-Mantel-Haenszel, two-sided, no continuity correction).
    homogeneity_p : ndarray or float
        How often chance alone would make the strata differ this much, or more, were there one odds
        ratio for all (Breslow-Day with Tarone's correction). Where it is small there is no one
        number in common: show the strata.
    """

    odds_ratio: Estimate
    risk_ratio: Estimate
    risk_difference: Estimate
    cmh_p: np.ndarray
    homogeneity_p: np.ndarray


def mantel_haenszel(x1, n1, x2, n2, *, level=0.95):
    """Within the same school, grade or program, how much more often in one group than the other?

    Parameters
    ----------
    x1, n1 : array_like of int, shape (..., strata)
        Students of the first group with the outcome, and all of them, by stratum.
    x2, n2 : array_like of int, shape (..., strata)
        The same for the second group.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    MantelHaenszel
        One of each for every row of strata. A stratum without students of one of the groups has
        nothing to compare and takes no part. All ``nan`` where no stratum has both groups, or a
        count is a gap.
        A ratio to nothing is undefined: `value` is ``nan``, `high` infinite, and `low` still a
        number that can be said aloud. Where every student or no student had the outcome, `cmh_p`
        is 1. `homogeneity_p` is ``nan`` unless two strata or more tell something of the odds
        ratio, and it is neither zero nor undefined.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    Mantel and Haenszel (1959), Journal of the National Cancer Institute 22:719. Intervals: Robins,
    Breslow and Greenland (1986, Biometrics 42:311) for odds; Greenland and Robins (1985, Biometrics
    41:55) for risks, and where these are undefined or have no width the score test's, with the same
    weights; for the difference always the score test's (Miettinen and Nurminen 1985, Statistics in
    Medicine 4:213), which leaves out 0 exactly where `cmh_p` is below 1 - `level`. The usual
    interval of the difference (Sato 1989, as in R's ``metafor``) is sure of itself where a group
    of six has none. Homogeneity: Tarone (1985, Biometrika 72:91). It needs some students with and
    without the outcome in most strata; with many strata of a few students it tells little.
    ``statsmodels`` ``StratifiedTable`` gives the same odds ratio, interval and tests one table at
    a time, no interval for risks, no difference, and ``nan`` for homogeneity where a stratum is
    empty; R's ``mantelhaen.test`` takes the continuity correction unless told not to.

    Examples
    --------
    Two schools. Over both the first group has it more than twice as often; in each, hardly more.

    >>> found = mantel_haenszel([30, 4], [100, 40], [5, 20], [20, 220])
    >>> print("{:.2f} [{:.2f}, {:.2f}]".format(*found.risk_ratio))
    1.16 [0.61, 2.19]
    >>> print(f"{found.cmh_p:.2f}, strata alike: {found.homogeneity_p:.2f}")
    0.65, strata alike: 0.86
    """
    x1, n1, x2, n2 = _strata(x1, n1, x2, n2)
    z = critical(level)
    gap = np.isnan(x1 + n1 + x2 + n2).any(axis=-1)
    both = (n1 > 0) & (n2 > 0)
    shape = x1.shape[:-1]
    # Empty strata weigh nothing below, and gaps are put back at the end.
    x1, n1, x2, n2 = (
        np.where(both & ~gap[..., None], a, 0).reshape(gap.size, -1)
        if a.size
        else np.zeros((gap.size, 1))
        for a in (x1, n1, x2, n2)
    )
    table = x1, n1, x2, n2
    known = ~gap.ravel() & (n1 + n2 > 0).any(axis=-1)
    ratios = [_common(table, kind, z, known) for kind in (_odds, _risk)]
    found = [*ratios[0], *ratios[1], *_difference(table, z)]
    found += [_cmh(table), _homogeneity(table, ratios[0][0])]
    found = [np.where(known, a, np.nan).reshape(shape)[()] for a in found]
    return MantelHaenszel(
        Estimate(*found[:3]), Estimate(*found[3:6]), Estimate(*found[6:9]), *found[9:]
    )


def _common(table, kind, z, known):
    """Return the ratio in common and its limits; `kind` gives its parts and its score."""
    top, bottom, spread, score = kind(*table)
    value = quotient(top, bottom)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle, half = np.log(value), z * np.sqrt(spread)
        low, high = np.exp(middle - half), np.exp(middle + half)
    # Without a standard error (a zero above or below, or all with the outcome) the score tells.
    none = known & ~(spread > 0)
    for limit, part, end, aim in ((low, top, 0.0, z), (high, bottom, np.inf, -z)):
        limit[part == 0] = end
        at = none & (part > 0)
        # On the logarithm: e^-45 to e^45 holds every limit that counts of people can give.
        limit[at] = np.exp(_limit(score, [a[at] for a in table], aim, -45, 45))
    return value, low, high


def _limit(score, table, aim, start, stop):
    """Find where between `start` and `stop` the score statistic, which falls, is `aim`."""
    rows = np.arange(table[0].shape[0])
    # Where it is above the aim and where below, and by how much; at the ends it may be infinite.
    ends, off = np.full((2, rows.size), [[start], [stop]], float), np.full((2, rows.size), np.inf)
    found, last = np.empty(rows.size), np.full(rows.size, -1)
    mid = np.full(rows.size, (start + stop) / 2)
    with np.errstate(all="ignore"):
        for turn in range(200):
            miss = score(mid[:, None], *table) - aim
            found[rows] = mid
            side = np.where(miss > 0, 0, 1)
            at = np.arange(rows.size)
            ends[side, at], off[side, at] = mid, np.abs(miss)
            # The secant is quick; halving what a far end is off keeps it from sticking (Illinois).
            off[1 - side, at] *= np.where(side == last, 0.5, 1)
            left = (np.abs(miss) > 1e-12) & (np.ptp(ends, axis=0) > 1e-14)
            if not left.any():
                break
            rows, ends, off, last = rows[left], ends[:, left], off[:, left], side[left]
            table = [a[left] for a in table]
            mid = (ends[0] * off[1] + ends[1] * off[0]) / off.sum(axis=0)
            inside = (mid > ends[0]) & (mid < ends[1]) & (turn < 20)
            mid = np.where(inside, mid, ends.mean(axis=0))
    return found


def _standard(apart, variance):
    """Return the sum over strata of `apart` in standard errors."""
    top = _sum(apart)
    # 0/0 is the exact fit of a table at its edge: no distance at all.
    return np.where(top == 0, 0, top / np.sqrt(_sum(variance)))


def _odds(x1, n1, x2, n2):
    """Return the two parts of the common odds ratio, the variance of its logarithm, its score."""
    n = n1 + n2
    ad, bc = quotient(x1 * (n2 - x2), n), quotient(x2 * (n1 - x1), n)
    p, q = quotient(x1 + n2 - x2, n), quotient(x2 + n1 - x1, n)
    top, bottom = _sum(ad), _sum(bc)
    spread = quotient(_sum(p * ad), 2 * top**2) + quotient(_sum(q * bc), 2 * bottom**2)
    spread = spread + quotient(_sum(p * bc + q * ad), 2 * top * bottom)

    def score(log_ratio, x1, n1, x2, n2):
        likely, variance = _under(np.exp(log_ratio), x1, n1, x2, n2)
        return _standard(x1 - likely, variance)

    return top, bottom, spread, score


def _risk(x1, n1, x2, n2):
    """Return the two parts of the common risk ratio, the variance of its logarithm, its score."""
    n = n1 + n2
    top, bottom = _sum(quotient(x1 * n2, n)), _sum(quotient(x2 * n1, n))
    # In this order of the products, exactly 0 where every student had the outcome.
    spread = _sum(quotient(n1 * n2 * (x1 + x2) - x1 * x2 * n, n * n))

    def score(log_ratio, x1, n1, x2, n2):
        ratio = np.exp(log_ratio)
        weight = quotient(n1 * n2, n1 + n2)
        apart = quotient(x1, n1) - ratio * quotient(x2, n2)
        # Asked only where a group has none with the outcome, or both have all: where there is no
        # distance there is no variance either.
        variance = quotient(apart, _ratio_score(ratio, x1, n1, x2, n2)) ** 2
        return _standard(weight * apart, weight**2 * variance)

    return top, bottom, quotient(spread, top * bottom), score


def _difference(table, z):
    """Return the difference in common and its limits."""
    x1, n1, x2, n2 = table
    weight = quotient(n1 * n2, n1 + n2)
    value = quotient(_sum(weight * (quotient(x1, n1) - quotient(x2, n2))), _sum(weight))
    low, high = (_limit(_difference_score, table, aim, -1, 1) for aim in (z, -z))
    return value, np.minimum(low, value), np.maximum(high, value)


def _difference_score(gap, x1, n1, x2, n2):
    """Return the score of a difference `gap` in common."""
    n, some = n1 + n2, x1 + x2
    # The second rate is likeliest at a root of a cubic (Miettinen and Nurminen 1985, appendix).
    b = ((n1 + 2 * n2) * gap - n - some) / (3 * n)
    c = (gap * (n2 * gap - n - 2 * x2) + some) / (3 * n)
    d = x2 * gap * (1 - gap) / n
    q = b * (b * b - 1.5 * c) + d / 2
    root = np.where(q < 0, -1, 1) * np.sqrt(np.maximum(b * b - c, 0))
    angle = np.arccos(np.clip(np.where(root == 0, 0, q / (root * root * root)), -1, 1))
    other = 2 * root * np.cos((np.pi + angle) / 3) - b
    other = np.clip(other, np.maximum(0, -gap), np.minimum(1, 1 - gap))
    own = np.clip(other + gap, 0, 1)
    variance = (own * (1 - own) / n1 + other * (1 - other) / n2) * n / (n - 1)
    weight = n1 * n2 / n
    return _standard(weight * (x1 / n1 - x2 / n2 - gap), weight**2 * variance)


def _cmh(table):
    """Return the p-value of no difference in any stratum."""
    x1, n1, x2, n2 = table
    n, some = n1 + n2, x1 + x2
    apart = _sum(x1 - quotient(n1 * some, n))
    variance = _sum(quotient(quotient(n1 * n2, n) * quotient(some * (n - some), n), n - 1))
    # No variance: in every stratum all or none had the outcome, so the groups cannot differ.
    return np.where(variance > 0, chdtrc(1, np.nan_to_num(quotient(apart**2, variance))), 1.0)


def _homogeneity(table, ratio):
    """Return the p-value of one odds ratio for all strata."""
    x1, n1, x2, n2 = table
    some = x1 + x2
    tells = (n1 > 0) & (some > 0) & (some < n1 + n2)
    fit = ratio > 0
    with np.errstate(all="ignore"):
        likely, variance = _under(np.where(fit, ratio, 1)[:, None], *table)
    apart = np.where(tells, x1 - likely, 0)
    variance = np.where(tells, variance, 0)
    spread = _sum(quotient(apart**2, variance))
    spread = np.maximum(spread - quotient(_sum(apart) ** 2, _sum(variance)), 0)
    df = tells.sum(axis=-1) - 1
    can = fit & (df > 0)
    return np.where(can, chdtrc(np.where(can, df, 1), np.where(can, spread, 0)), np.nan)


def _under(ratio, x1, n1, x2, n2):
    """Return the first group's likeliest count where the odds ratio is `ratio`, its variance."""
    some = x1 + x2
    # With and without the outcome apart: 1 less a rate near 1 would have no digits left.
    other = _likely_rate(ratio, n1, n2, some)
    other_none = _likely_rate(1 / ratio, n1, n2, n1 + n2 - some)
    odds = other * ratio + other_none
    own, own_none = other * ratio / odds, other_none / odds
    variance = 1 / (1 / (n1 * own * own_none) + 1 / (n2 * other * other_none))
    # A stratum where all or none had it, or without one of the groups, tells nothing.
    tells = (n1 > 0) & (some > 0) & (some < n1 + n2)
    return np.where(tells, n1 * own, x1), np.where(tells, variance, 0)


def _sum(array):
    """Add over strata; a stratum without students adds nothing."""
    return np.nansum(array, axis=-1)
