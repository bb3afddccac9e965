"""Which cells of one small table must stay empty, so that a shown total gives none of them away?

For counts that do not pass the whole gate of `equitylab.privacy`: practice data, a survey or an
inventory of a school's own, shown by one set of groups beside their total.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equitylab.errors import MetricError

from ._arrays import cells, counts

# Of a share printed as "5% or less" an outsider knows no more than "two or fewer" (bands of
# content/reporting_rules.yaml are at least two people wide).
BAND = 2


class Hidden(NamedTuple):
    """What may not be printed of each group.

    Parameters
    ----------
    size : ndarray of bool
        The group's size, and so everything about it.
    count : ndarray of bool
        How many of the group had the outcome; true wherever `size` is.
    band : ndarray of bool
        None or all of the group had it: only a band such as "5% or less" may be said.
    """

    size: np.ndarray
    count: np.ndarray
    band: np.ndarray


def hidden(x, n, *, min_group=10, min_cell=3):
    """Which cells of groups that add up to a printed total must stay empty?

    Parameters
    ----------
    x, n : array_like of int, one row
        People of each group with the outcome, and all of them; no one is in two groups.
    min_group, min_cell : int
        The smallest group, and the smallest count on either side, that may be printed.

    Returns
    -------
    Hidden

    Raises
    ------
    MetricError
        The counts are not one row of counts, or no person is counted.

    Notes
    -----
    Groups under `min_group` are hidden, and counts of 1 to ``min_cell - 1`` with and without the
    outcome; none and all become bands. While the total would still tell one of these within less
    than the rule's width, the smallest group that is left is hidden too.
    One sum is the only relation here, so that its bounds are exact; several tables of the same
    people need the gate of `equitylab.privacy`.

    Examples
    --------
    Seven newcomers would follow from the total, so the next smallest group goes with them.

    >>> found = hidden([300, 14, 4], [577, 28, 7])
    >>> found.size.tolist()
    [False, True, True]
    """
    x, n = counts(x=x, n=n)
    cells(x, n)
    if x.ndim != 1 or not n.sum() > 0 or np.isnan(x + n).any():
        raise MetricError(
            "x and n must be one row of counts of people.",
            argument="x",
            mend="Give the groups of one question at a time.",
        )
    there = n > 0
    size = _sizes(there & (n < min_group), there, n, min_group)
    band = ~size & there & ((x == 0) | (x == n))
    few = ~size & there & ~band & ((x < min_cell) | (n - x < min_cell))
    count = _counts(size | few, band, there, x, n, n[size].sum(), min_cell - 1)
    return Hidden(size, count & ~band, band)


def _sizes(small, there, n, least):
    """Add the smallest groups until no small one follows from the total."""
    inside = small.copy()
    while inside.any() and (inside.sum() == 1 or n[inside].sum() < least):
        if not _add_smallest(inside, there & ~inside, n):
            break
    return inside


def _counts(sensitive, band, there, x, n, most, width):
    """Add the smallest groups until each count that is not printed could lie over `width`."""
    inside = sensitive | band
    while inside.any():
        low = np.where(band & (x == n), n - BAND, 0)
        high = np.where(band & (x == 0), BAND, np.where(sensitive, np.maximum(n, most), n))
        rest = x[inside].sum()
        least = np.maximum(low, rest - (high[inside].sum() - high))
        greatest = np.minimum(high, rest - (low[inside].sum() - low))
        told = greatest - least < np.where(band, min(BAND, width), width)
        told &= sensitive | band
        if not told.any() or not _add_smallest(inside, there & ~inside, n):
            break
    return inside


def _add_smallest(inside, spare, n):
    """Take the smallest spare group in; say whether there was one."""
    where = np.flatnonzero(spare)
    if where.size:
        inside[where[np.argmin(n[where])]] = True
    return bool(where.size)
