"""Who was not tested, and what the gap could be if they had been."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._arrays import Estimate, cells, counts, quotient
from .ranges import Range, risk_difference_range
from .rates import rate, risk_difference


class UntestedGap(NamedTuple):
    """A gap among those tested, beside how many were not.

    Parameters
    ----------
    tested, tested_other : Estimate
        Share of the enrolled students who were tested, in the group and among the others.
    tested_difference : Estimate
        The one less the other.
    gap : Estimate
        Share of the tested who reached the level, less that of the others.
    bounds : Range
        What the gap over all enrolled students can be, whatever those not tested would have done.
    all_below, all_above : ndarray or float
        That gap if no one, and if everyone, of those not tested in either group had reached it.
    status : ndarray of str
        ``"told"``: `bounds` lie on one side of 0, so the missing tests cannot turn the gap round;
        ``"open"``: they could; ``"no one tested"`` in one of the groups; ``"no students"``;
        ``"gap"``.
    """

    tested: Estimate
    tested_other: Estimate
    tested_difference: Estimate
    gap: Estimate
    bounds: Range
    all_below: np.ndarray
    all_above: np.ndarray
    status: np.ndarray


def untested_gap(x, tested, n, x_other, tested_other, n_other, *, level=0.95):
    """Were some tested less often than others, and could that have made or hidden the gap?

    Parameters
    ----------
    x, tested, n : array_like of int
        Students of the group who reached the level, those of them who were tested, and all
        enrolled in the grades that are tested.
    x_other, tested_other, n_other : array_like of int
        The same for those they are compared with. All six broadcast.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    UntestedGap
        Show the two shares tested beside the gap wherever it is shown.

    Raises
    ------
    MetricError
        If a count is negative or fractional, more reached the level than were tested, more were
        tested than enrolled, or the shapes do not fit.

    Notes
    -----
    Worst-case bounds: Manski (1989), Journal of Human Resources 24:343; Horowitz and Manski (2000),
    Journal of the American Statistical Association 95:77. Nothing is assumed of those not tested,
    so nothing narrower is known without assuming something; each in a hundred not tested makes the
    bounds a point wider, in either group. `bounds.low` and `bounds.high` are the union of the
    intervals, which hold all of the bounds at the level (wider than the interval of Imbens and
    Manski 2004, Econometrica 72:1845, which holds any one point of them).

    Examples
    --------
    A gap of 12 points, in which one student in five of the group was not tested:

    >>> found = untested_gap(72, 160, 200, 456, 800, 820)
    >>> print(f"{found.gap.value:.2f}: {found.bounds.least:.2f} to {found.bounds.most:.2f}")
    -0.12: -0.22 to 0.00
    >>> str(found.status)
    'open'
    """
    names = ("x", "tested", "n", "x_other", "tested_other", "n_other")
    given = (x, tested, n, x_other, tested_other, n_other)
    x, tested, n, x_other, tested_other, n_other = counts(**dict(zip(names, given, strict=True)))
    cells(tested, n, "tested", "n")
    cells(x, tested, "x", "tested")
    cells(tested_other, n_other, "tested_other", "n_other")
    cells(x_other, tested_other, "x_other", "tested_other")
    most, most_other = x + (n - tested), x_other + (n_other - tested_other)
    bounds = risk_difference_range(x, most, n, x_other, most_other, n_other, level=level)
    gap = np.isnan(x + tested + n + x_other + tested_other + n_other)
    status = np.select(
        [
            gap,
            (n == 0) | (n_other == 0),
            (tested == 0) | (tested_other == 0),
            (bounds.least > 0) | (bounds.most < 0),
        ],
        ["gap", "no students", "no one tested", "told"],
        "open",
    )
    below = quotient(x, n) - quotient(x_other, n_other)
    above = quotient(most, n) - quotient(most_other, n_other)
    return UntestedGap(
        rate(tested, n, level=level),
        rate(tested_other, n_other, level=level),
        risk_difference(tested, n, tested_other, n_other, level=level),
        risk_difference(x, tested, x_other, tested_other, level=level),
        bounds,
        below[()],
        above[()],
        status[()],
    )
