"""How a gap between two groups changed from one year to another, with the levels left in sight."""

from __future__ import annotations

from typing import NamedTuple

from ._arrays import Estimate, cells, counts
from .ordinal import growth
from .rates import risk_difference


class GapChange(NamedTuple):
    """Two years of two groups.

    Parameters
    ----------
    before, after : Estimate
        The gap in each year: the group's share less the others'.
    group, others : Estimate
        The change of each level from the first year to the second.
    change : Estimate
        The gap after less the gap before; equally, the group's change less the others'.
    """

    before: Estimate
    after: Estimate
    group: Estimate
    others: Estimate
    change: Estimate


def gap_change(x1, n1, other_x1, other_n1, x2, n2, other_x2, other_n2, *, level=0.95):
    """Did a gap change, and whose level moved?

    Parameters
    ----------
    x1, n1, other_x1, other_n1 : array_like of int
        Students with the outcome and all of them, of the group and of the others, in the first
        year.
    x2, n2, other_x2, other_n2 : array_like of int
        The same in the second year. All eight broadcast.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    GapChange
        Shares; ``nan`` where an `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, or above its `n`.

    Notes
    -----
    The four groups are taken as four different sets of students. Gaps and levels have Newcombe's
    hybrid score intervals; that of their difference is found from them by the same rule, square
    and add (Zou and Donner, 2008, Statistics in Medicine 27:1693).

    Examples
    --------
    A gap of 26 points closes to 4, and only the higher group moved.

    >>> moved = gap_change(54, 135, 132, 200, 60, 150, 82, 187)
    >>> [round(100 * float(e.value)) for e in (moved.change, moved.group, moved.others)]
    [22, 0, -22]
    """
    names = ("x1", "n1", "other_x1", "other_n1", "x2", "n2", "other_x2", "other_n2")
    given = (x1, n1, other_x1, other_n1, x2, n2, other_x2, other_n2)
    given = counts(**dict(zip(names, given, strict=True)))
    for i in range(0, 8, 2):
        cells(*given[i : i + 2], *names[i : i + 2])
    x1, n1, other_x1, other_n1, x2, n2, other_x2, other_n2 = given
    before = risk_difference(x1, n1, other_x1, other_n1, level=level)
    after = risk_difference(x2, n2, other_x2, other_n2, level=level)
    return GapChange(
        before,
        after,
        risk_difference(x2, n2, x1, n1, level=level),
        risk_difference(other_x2, other_n2, other_x1, other_n1, level=level),
        growth(before, after),
    )
