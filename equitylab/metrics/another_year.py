"""What could another year show, if nothing but chance were different?

Students are taken as independent of each other. That is kinder than life, in which they share
teachers and days: what is said of chance here is the least that chance can do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, gammaln, xlog1py, xlogy

from ._arrays import counts, fraction


class Order(NamedTuple):
    """Chances, adding up to 1, of how two groups would stand in another year.

    Parameters
    ----------
    ahead, equal, behind : ndarray or float
        That the first group's rate is above the second's, the same, below it.
    """

    ahead: np.ndarray
    equal: np.ndarray
    behind: np.ndarray


def resampled(share, n, *, years=10, seed=0):
    """Which rates would years bring in which nothing has changed?

    Parameters
    ----------
    share : array_like
        The underlying rate, between 0 and 1; that of a year, ``x / n``, if no better is known.
    n : array_like of int
        Students. Broadcast against `share`.
    years : int
        How many years to draw.
    seed : int
        The same seed draws the same years.

    Returns
    -------
    ndarray, shape (years, ...)
        Shares between 0 and 1; ``nan`` where `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If `n` is no count, or `share` no share.

    Notes
    -----
    A parametric bootstrap (Efron and Tibshirani, 1993): binomial draws at the underlying rate.

    Examples
    --------
    >>> resampled(.5, [12, 120], years=2).round(2).tolist()
    [[0.58, 0.54], [0.17, 0.56]]
    """
    (n,) = counts(n=n)
    share, n = np.broadcast_arrays(fraction("share", share, ends=True), n)
    there = (n > 0) & ~np.isnan(share + n)
    size = np.where(there, n, 1)
    chance = np.where(there, share, 0)
    drawn = np.random.default_rng(seed).binomial(size.astype(int), chance, (years, *size.shape))
    return np.where(there, drawn / size, np.nan)


def order(share, n, share_other, n_other):
    """How likely is it that two groups change places in another year, with nothing changed?

    Parameters
    ----------
    share, share_other : array_like
        The two underlying rates, between 0 and 1.
    n, n_other : array_like of int
        Students of the two groups. All four broadcast.

    Returns
    -------
    Order
        Exact, by summing over every count that could come; ``nan`` where an `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If an `n` is no count, or a share no share.

    Examples
    --------
    Ten points ahead, and yet behind in one year of four, where a dozen students are counted:

    >>> print(", ".join(f"{chance:.2f}" for chance in order(.6, 12, .5, 120)))
    0.74, 0.02, 0.24
    """
    n, n_other = counts(n=n, n_other=n_other)
    shares = (
        fraction(k, v, ends=True) for k, v in (("share", share), ("share_other", share_other))
    )
    share, share_other, n, n_other = np.broadcast_arrays(*shares, n, n_other)
    four = zip(*(a.ravel() for a in (share, n, share_other, n_other)), strict=True)
    found = np.array([_order(*one) for one in four]).reshape(-1, 3)
    return Order(*(part.reshape(share.shape)[()] for part in found.T))


def _order(share, n, share_other, n_other):
    if np.isnan(share + n + share_other + n_other) or not n or not n_other:
        return np.nan, np.nan, np.nan
    first = np.arange(n + 1)
    chance = _binomial(first, n, share)
    # The other count that gives the same rate: a whole number, or between two.
    same, left = np.divmod(first * n_other, n)
    fewer = np.where(left > 0, same, same - 1)
    below = np.where(fewer < 0, 0, bdtr(np.maximum(fewer, 0), int(n_other), share_other))
    equal = np.where(left > 0, 0, _binomial(same, n_other, share_other))
    ahead, equal = chance @ below, chance @ equal
    return ahead, equal, max(1 - ahead - equal, 0.0)


def _binomial(k, n, share):
    """Return the chance of k of n; scipy.stats has it too, and takes half a second to load."""
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.exp(ways + xlogy(k, share) + xlog1py(n - k, -share))
