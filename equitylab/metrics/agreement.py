"""Do people who looked at the same thing say the same of it, and how sure is a share seen in clumps?

Ratings are whole numbers on an ordered scale; a gap (``nan``) is an item that a rater did not rate.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from ._arrays import Estimate, broadcast, cells, counts, critical, quotient, refuse, values


class Agreement(NamedTuple):
    """How alike two raters rate the same items.

    Parameters
    ----------
    items : int
        Items that both rated.
    exact, within_one : float
        Share of these rated the same, and the same or one step apart; ``nan`` without items.
    by_chance : float
        The share that would be the same if each rater used the scale as often as they do, but blind.
    kappa : float
        Cohen's kappa with linear weights: 1 where all are the same, 0 where it is as by chance;
        ``nan`` where both give every item one and the same rating.
    """

    items: int
    exact: float
    within_one: float
    by_chance: float
    kappa: float


class Spread(NamedTuple):
    """How far apart several raters are on each item.

    Parameters
    ----------
    rated : ndarray of int
        Raters who gave the item a number.
    low, high, apart : ndarray
        Lowest and highest rating, and the steps between them; ``nan`` where no one rated.
    within_one : ndarray
        Share of the pairs of raters that are at most one step apart; ``nan`` without a pair.
    """

    rated: np.ndarray
    low: np.ndarray
    high: np.ndarray
    apart: np.ndarray
    within_one: np.ndarray


def agreement(a, b):
    """How often do two observers give the same rating, and how often would they by chance?

    Parameters
    ----------
    a, b : array_like, shape (items,)
        Whole-number ratings on one scale of equal steps; an item with a gap on a side is left out.

    Returns
    -------
    Agreement

    Raises
    ------
    MetricError
        If a rating is not whole, or the two lists differ in length.

    Notes
    -----
    Cohen (1960), Educational and Psychological Measurement 20:37; with weights, Cohen (1968),
    Psychological Bulletin 70:213. It equals ``statsmodels`` ``cohens_kappa(table, wt="linear")``,
    which wants the table made first and divides by zero where both use one rating only.

    Examples
    --------
    >>> found = agreement([2, 3, 1, 4, 2], [2, 2, 1, 2, 2])
    >>> found.items, found.exact, found.within_one
    (5, 0.6, 0.8)
    """
    a, b = broadcast({"a": _ratings("a", a), "b": _ratings("b", b)})
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both].ravel(), b[both].ravel()
    if not a.size:
        return Agreement(0, *[float("nan")] * 4)
    apart = np.abs(a - b)
    # Every rating of one observer beside every rating of the other: what blind guessing would give.
    blind = np.abs(a[:, None] - b[None, :])
    kappa = float(1 - apart.mean() / blind.mean()) if blind.any() else float("nan")
    shares = ((apart == 0).mean(), (apart <= 1).mean(), (blind == 0).mean())
    return Agreement(int(a.size), *map(float, shares), kappa)


def spread(ratings):
    """On which items do several raters differ, and by how many steps?

    Parameters
    ----------
    ratings : array_like, shape (raters, items)
        Whole-number ratings, with a gap where a rater gave none.

    Returns
    -------
    Spread
        One value an item.

    Examples
    --------
    >>> found = spread([[2, 3, 1], [2, 3, 3], [3, float("nan"), 1]])
    >>> found.apart.tolist(), found.rated.tolist()
    ([1.0, 0.0, 2.0], [3, 2, 3])
    """
    given = np.atleast_2d(_ratings("ratings", ratings))
    known = ~np.isnan(given)
    rated = known.sum(axis=0)
    low = np.where(rated > 0, np.where(known, given, np.inf).min(axis=0, initial=np.inf), np.nan)
    high = np.where(rated > 0, np.where(known, given, -np.inf).max(axis=0, initial=-np.inf), np.nan)
    first, second = np.triu_indices(len(given), 1)
    near = np.abs(given[first] - given[second]) <= 1  # a gap is near to nothing
    pairs = (known[first] & known[second]).sum(axis=0)
    return Spread(rated, low, high, high - low, quotient(near.sum(axis=0), pairs))


def clustered_rate(x, n, *, level=0.95):
    """What share holds over several visits, when what is seen in one visit hangs together?

    Parameters
    ----------
    x, n : array_like of int, shape (visits,)
        What was seen, of what could have been, in each visit.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        The share over all visits. Its interval is wider than that of as many separate looks, and
        never narrower; ``nan`` limits with fewer than two visits.

    Notes
    -----
    The ratio estimator with its linearised variance between clusters, turned into an effective
    sample size for Wilson's interval (Korn and Graubard, 1998, Survey Methodology 24:193, with
    Wilson's in place of the exact interval). Where all visits are at none or at all there is no
    variance to see, and each visit counts as one look.

    Examples
    --------
    >>> value, low, high = clustered_rate([3, 4, 0, 4, 1], [4, 4, 4, 4, 4])
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    0.60 [0.17, 0.92]
    """
    x, n = (np.atleast_1d(array) for array in counts(x=x, n=n))
    cells(x, n)
    seen = (n > 0) & ~np.isnan(x)  # neither an empty visit nor a gap
    x, n = x[seen], n[seen]
    visits, total = len(n), n.sum()
    z = critical(level)
    share = float(x.sum() / total) if total else float("nan")
    if visits < 2:
        return Estimate(share, float("nan"), float("nan"))
    if 0 < share < 1:
        variance = visits / (visits - 1) * ((x - share * n) ** 2).sum() / total**2
        size = share * (1 - share) / variance if variance else float(total)
        size = min(size * (z / stdtrit(visits - 1, (1 + level) / 2)) ** 2, total)
    else:
        size = float(visits)
    half = z * np.sqrt(size * share * (1 - share) + z * z / 4)
    ends = [(size * share + z * z / 2 + side * half) / (size + z * z) for side in (-1, 1)]
    low, high = min(ends[0], share), max(ends[1], share)
    return Estimate(share, float(low if share > 0 else 0.0), float(high if share < 1 else 1.0))


def _ratings(name, given):
    """Read ratings, which are whole; a gap stays a gap."""
    array = values(name, given)
    with np.errstate(invalid="ignore"):
        refuse(name, array, np.isinf(array) | (array % 1 != 0) & ~np.isnan(array), "must be whole")
    return array
