"""How often, how much more often, and how sure: the rate of a group beside the rate of others.

Intervals are score intervals throughout: they hold their level in groups of a dozen students, and
they say something true of a group in which no one, or everyone, had the outcome, where the usual
(Wald, Katz, Woolf) intervals are wrong or undefined.
"""

from __future__ import annotations

import numpy as np

from ._arrays import Estimate, cells, counts, critical, quotient, two_groups

# Rows are worked through in blocks that fit a processor's cache: quicker than all at once.
_BLOCK = 8192


def rate(x, n, *, level=0.95):
    """What share of the group had the outcome, and how far could chance have moved it?

    Parameters
    ----------
    x : array_like of int
        Students with the outcome.
    n : array_like of int
        Students who could have had it. Broadcast against `x`.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        Shares between 0 and 1, with the Wilson score interval; ``nan`` where `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `x` is above `n`, or the shapes do not fit.

    Notes
    -----
    Wilson (1927), Journal of the American Statistical Association 22:209.
    It equals ``statsmodels`` ``proportion_confint(method="wilson")`` and ``scipy``
    ``binomtest(...).proportion_ci("wilson")``; the first warns on empty groups, the second takes
    one group at a time.

    Examples
    --------
    None of six students: a rate of 0, and yet nearly two in five could be the truth.

    >>> value, low, high = rate(0, 6)
    >>> print(f"{value:.3f} [{low:.3f}, {high:.3f}]")
    0.000 [0.000, 0.390]
    """
    x, n = counts(x=x, n=n)
    cells(x, n)
    return Estimate(*(a[()] for a in _wilson(x, n, critical(level))))


def _wilson(x, n, z):
    """Return the share and its Wilson limits."""
    share = quotient(x, n)
    half = z * np.sqrt(quotient(x * (n - x), n) + z * z / 4)
    low, high = ((x + z * z / 2 + side * half) / (n + z * z) for side in (-1, 1))
    # Rounding would leave 1e-17 where the limit is exactly none or all, and could cross the share.
    low = np.where(x == 0, share, np.minimum(low, share))
    high = np.where(x == n, share, np.maximum(high, share))
    return share, low, high


def risk_difference(x, n, x_other, n_other, *, level=0.95):
    """How many more in a hundred had the outcome in this group than among the others?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with the outcome, and all of them.
    x_other, n_other : array_like of int
        The same for those they are compared with. All four broadcast.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        Difference of two shares, between -1 and 1, with Newcombe's hybrid score interval;
        ``nan`` where either `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    Newcombe (1998), Statistics in Medicine 17:873, method 10: square-and-add of Wilson limits.
    ``statsmodels`` ``confint_proportions_2indep(compare="diff", method="newcomb")`` is right too;
    its ``method="score"`` is not (statsmodels issue 10269).

    Examples
    --------
    >>> value, low, high = risk_difference(56, 70, 48, 80)
    >>> print(f"{value:.2f} [{low:.4f}, {high:.4f}]")
    0.20 [0.0524, 0.3339]
    """
    x, n, x_other, n_other = two_groups(x, n, x_other, n_other)
    z = critical(level)
    share, low, high = _wilson(x, n, z)
    other, other_low, other_high = _wilson(x_other, n_other, z)
    value = share - other
    return Estimate(
        value[()],
        (value - np.hypot(share - low, other_high - other))[()],
        (value + np.hypot(high - share, other - other_low))[()],
    )


def risk_ratio(x, n, x_other, n_other, *, level=0.95):
    """How many times as often did the outcome happen in this group as among the others?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with the outcome, and all of them.
    x_other, n_other : array_like of int
        The same for those they are compared with. All four broadcast.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        Ratio of two shares, with Koopman's score interval.
        Where no one among the others had the outcome the ratio is undefined: `value` is ``nan``,
        `high` is infinite, and `low` is still a number that can be said aloud ("at least 7 times").
        Where no one at all had it: ``nan``, 0, infinite. Where an `n` is 0 or a gap: all ``nan``.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    Koopman (1984), Biometrics 40:513. Limits are found by bisection on the logarithm of the ratio,
    all rows at once. Ours because the libraries' are not safe on a whole district: ``statsmodels``
    ``confint_proportions_2indep(compare="ratio", method="score")`` is right on most tables, but
    gives ``nan`` when both counts are 0 and the wrong lower limit when a whole group had the
    outcome; its ``method="log"`` divides by zero. All take one table at a time.

    Examples
    --------
    >>> value, low, high = risk_ratio(18, 120, 44, 880)
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    3.00 [1.79, 4.94]
    >>> value, low, high = risk_ratio(7, 60, 0, 240)
    >>> print(f"{value} [{low:.2f}, {high}]")
    nan [7.37, inf]
    """
    x, n, x_other, n_other = two_groups(x, n, x_other, n_other)
    low, high = _score_limits(_ratio_score, x, n, x_other, n_other, critical(level))
    known = ~np.isnan(x + x_other) & (n > 0) & (n_other > 0)
    low = np.where(known, np.where(x == 0, 0.0, low), np.nan)
    high = np.where(known, np.where(x_other == 0, np.inf, high), np.nan)
    value = np.where(known, quotient(x * n_other, x_other * n), np.nan)
    return Estimate(value[()], low[()], high[()])


def odds_ratio(x, n, x_other, n_other, *, level=0.95):
    """How many times as high are the odds of the outcome in this group as among the others?

    Use it inside a stratified analysis or a logistic model; for a reader, `risk_ratio` is the
    number that means what it seems to mean. Where the outcome is common the odds ratio overstates.

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with the outcome, and all of them.
    x_other, n_other : array_like of int
        The same for those they are compared with. All four broadcast.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        Ratio of two odds, with the score interval. `value` is ``nan`` and `high` infinite where no
        one of the others, or everyone of the group, had the outcome; `low` is 0 where no one of
        the group, or everyone of the others, had it. All ``nan`` where an `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    The interval inverts the score test (Cornfield 1956; Miettinen and Nurminen 1985, Statistics in
    Medicine 4:213, without their N/(N - 1)), so it agrees with the chi-square test without
    correction, and is defined with zero cells, where Woolf's logit interval is not.

    Examples
    --------
    >>> value, low, high = odds_ratio(30, 100, 100, 500)
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    1.71 [1.06, 2.76]
    """
    x, n, x_other, n_other = two_groups(x, n, x_other, n_other)
    low, high = _score_limits(_odds_score, x, n, x_other, n_other, critical(level))
    known = ~np.isnan(x + x_other) & (n > 0) & (n_other > 0)
    least, most = (x == 0) | (x_other == n_other), (x_other == 0) | (x == n)
    low = np.where(known, np.where(least, 0.0, low), np.nan)
    high = np.where(known, np.where(most, np.inf, high), np.nan)
    value = quotient(x * (n_other - x_other), x_other * (n - x))
    return Estimate(np.where(known, value, np.nan)[()], low[()], high[()])


def _score_limits(score, x, n, x_other, n_other, z):
    """Find the two ratios at which the score statistic is `z` above and below zero."""
    shape = x.shape
    table = [a.ravel() for a in (x, n, x_other, n_other)]
    limits = np.empty((2, x.size))
    aim = np.array([[z], [-z]])
    for start in range(0, x.size, _BLOCK):
        block = [a[start : start + _BLOCK] for a in table]
        # e^-45 to e^45 holds every limit that counts of people can give; 54 halvings leave 5e-15.
        below = np.full((2, block[0].size), -45.0)
        step = 90.0
        with np.errstate(all="ignore"):
            for _ in range(54):
                step /= 2
                # The statistic falls as the ratio rises, so above the aim we are still below it.
                below += step * (score(np.exp(below + step), *block) > aim)
        limits[:, start : start + _BLOCK] = np.exp(below + step / 2)
    return limits[0].reshape(shape), limits[1].reshape(shape)


def _ratio_score(ratio, x, n, x_other, n_other):
    """Return (p - ratio q) over its standard error where p = ratio q is most likely."""
    both = x + x_other
    b = ratio * (n + x_other) + (n_other + x)
    # The stable root of the quadratic: b and the square root have one sign, so nothing cancels.
    other = 2 * both / (b + np.sqrt(np.maximum(b * b - 4 * ratio * (n + n_other) * both, 0)))
    share = np.minimum(ratio * other, 1)
    variance = share * (1 - share) / n + ratio * ratio * other * (1 - other) / n_other
    top = x / n - ratio * (x_other / n_other)
    # 0/0 is the exact fit of a table at its edge (both rates 1, ratio 1): no distance at all.
    return np.where(top == 0, 0, top / np.sqrt(variance))


def _odds_score(ratio, x, n, x_other, n_other):
    """Return the score of the group's count where the odds ratio is `ratio`."""
    both = x + x_other
    # With and without the outcome apart: 1 less a rate near 1 would have no digits left.
    other = _likely_rate(ratio, n, n_other, both)
    other_none = _likely_rate(1 / ratio, n, n_other, n + n_other - both)
    odds = other * ratio + other_none
    share, share_none = other * ratio / odds, other_none / odds
    information = 1 / (n * share * share_none) + 1 / (n_other * other * other_none)
    return (x - n * share) * np.sqrt(information)


def _likely_rate(ratio, n, n_other, both):
    """Return the others' likeliest rate where `both` had the outcome, given the odds ratio."""
    a = n_other * (ratio - 1)
    b = ratio * (n - both) + n_other + both
    root = np.sqrt(np.maximum(b * b + 4 * a * both, 0))
    return np.where(b > 0, 2 * both / (b + root), (root - b) / (2 * a))
