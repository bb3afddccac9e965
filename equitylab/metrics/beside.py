"""A group beside all students, itself included, and beside a goal: two comparisons that look simple.

The interval that two separate groups would have is wrong for both: a group is a part of the whole,
and a goal has no students.
"""

from __future__ import annotations

import numpy as np

from ._arrays import Estimate, fraction, quotient, two_groups
from .rates import rate, risk_difference


def against_whole(x, n, x_other, n_other, *, level=0.95):
    """How far is a group's rate from that of all students, the group included?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with the outcome, and all of them.
    x_other, n_other : array_like of int
        The same for everyone else. All four broadcast.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        Difference of two shares; ``nan`` where either `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    With N students in all, p - (n p + m q) / N is m / N times p - q: the gap to everyone else,
    made smaller by the group's own share. So is its interval, which keeps its verdict.

    Examples
    --------
    The larger the group, the less of its gap is left.

    >>> small, large = against_whole(20, 100, 360, 900), against_whole(100, 500, 200, 500)
    >>> print(f"{small.value:.2f} {large.value:.2f}")
    -0.18 -0.10
    """
    apart = risk_difference(x, n, x_other, n_other, level=level)
    x, n, x_other, n_other = two_groups(x, n, x_other, n_other)
    rest = quotient(n_other, n + n_other)
    return Estimate(*((rest * part)[()] for part in apart))


def against_goal(x, n, goal, *, level=0.95):
    """How far is a group's rate from a goal that was set, and how sure is that?

    Parameters
    ----------
    x, n : array_like of int
        Students with the outcome, and all of them.
    goal : array_like
        A share between 0 and 1.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        The rate less the goal; ``nan`` where `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `x` is above `n`, the goal is not a share, or the
        shapes do not fit.

    Examples
    --------
    >>> value, low, high = against_goal(12, 60, .35)
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    -0.15 [-0.23, -0.03]
    """
    goal = fraction("goal", goal, ends=True)
    return Estimate(*((part - goal)[()] for part in map(np.asarray, rate(x, n, level=level))))
