"""Which students money, teachers and time reach.

As in `resources`, the weights are never a default: whose experience is it?
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._arrays import by_unit, fraction, quotient, refuse, shares, weighted


class Experienced(NamedTuple):
    """How many students share one member of staff, as students experience it.

    Parameters
    ----------
    load : ndarray or float
        Mean load over the students who have one in their unit; ``nan`` where nobody has.
    none : ndarray or float
        Share of students in units that have none. They are not in `load`: show both.
    pooled : ndarray or float
        All students over all staff, the number that is usually published.
    """

    load: np.ndarray
    none: np.ndarray
    pooled: np.ndarray


def progressivity(values, low_income, total):
    """For each dollar that reaches the average other student, what reaches a low-income one?

    Parameters
    ----------
    values : array_like, shape (..., units)
        What each unit has per student, after adjusting for what things cost there; not below zero.
    low_income, total : array_like, shape (..., units)
        Students of low-income families, and all of them, by unit.

    Returns
    -------
    ndarray or float
        Above 1 where units with more low-income students have more; ``nan`` with a gap, where
        either kind of student is nowhere, or where the others have nothing.

    Raises
    ------
    MetricError
        If a number is negative, `low_income` is above `total`, or the shapes do not fit.

    Notes
    -----
    The ratio of two `exposure_to`: every student of a unit is taken to have the unit's value.
    What happens inside a unit does not show.

    Examples
    --------
    >>> print(f"{progressivity([9000, 8000], [80, 20], [100, 100]):.3f}")
    1.073
    """
    x, low, total = _parts(values, low_income, total)
    means = [(shares(w) * x).sum(axis=-1) for w in (low, total - low)]
    return quotient(*means)[()]


def progressivity_slope(values, low_income, total):
    """How much more would a unit have if all of its students were of low-income families?

    Parameters
    ----------
    values, low_income, total : array_like, shape (..., units)
        As for `progressivity`.

    Returns
    -------
    ndarray or float
        Slope of the value on the low-income share (0 to 1; a hundredth of it is the slope per
        point), each unit weighted by its students; ``nan`` with a gap, or where all units have
        the same share.

    Raises
    ------
    MetricError
        As for `progressivity`.

    Examples
    --------
    >>> print(round(float(progressivity_slope([9000, 8000], [80, 20], [100, 100]))))
    1667
    """
    x, low, total = _parts(values, low_income, total)
    poor, share = np.where(total == 0, 0, quotient(low, total)), shares(total)
    apart = poor - (share * poor).sum(axis=-1, keepdims=True)
    # Shares that are the same but for rounding have no slope.
    apart = np.where(np.abs(apart) < 1e-9, 0, apart)
    beyond = x - (share * x).sum(axis=-1, keepdims=True)
    return quotient((share * apart * beyond).sum(axis=-1), (share * apart**2).sum(axis=-1))[()]


def exposure_to(values, weights):
    """What share of a group's students have it: a novice or uncertified teacher, say?

    Parameters
    ----------
    values : array_like, shape (..., units)
        Share between 0 and 1 in each unit (school, class), or yes and no by student. Name the cut
        beside the number: "first 3 years" may be up to 3 or under 3, which is far apart.
    weights : array_like, shape (..., units)
        Students of the group by unit, or their course seats; a row each for several groups.

    Returns
    -------
    ndarray or float
        A share between 0 and 1; ``nan`` with a gap, or for a group without students.

    Raises
    ------
    MetricError
        If a value is not between 0 and 1, a weight is negative, or the shapes do not fit.

    Notes
    -----
    Every student of a unit is taken to have the unit's share: from schools, what differs between
    classes of one school does not show.

    Examples
    --------
    >>> exposure_to([0.40, 0.10], [[80, 20], [100, 300]])
    array([0.34 , 0.175])
    """
    fraction("values", values, ends=True)
    x, w = weighted(values, weights)
    return (shares(w) * x).sum(axis=-1)[()]


def experienced(students, staff, weights):
    """How many students share the average student's counsellor (or class), and who has none?

    Parameters
    ----------
    students, staff : array_like, shape (..., units)
        Students of each unit, and its counsellors (or teachers) in full-time posts. For class
        sizes a unit is a class and `staff` is 1.
    weights : array_like, shape (..., units)
        The students whose experience is asked for: `students` for all, those of a group for it.

    Returns
    -------
    Experienced
        ``nan`` with a gap in a unit where `weights` is above 0 (`pooled`: in any), and `none` also
        without students. The mean over students is above that over units: most students are where
        there are many.

    Raises
    ------
    MetricError
        If a number is negative, `weights` is above `students`, or the shapes do not fit.

    Examples
    --------
    >>> load, none, pooled = experienced([400, 500, 100], [2, 1, 0], [400, 500, 100])
    >>> print(f"{load:.0f} students a counsellor, none for {none:.0%}; published: {pooled:.0f}")
    367 students a counsellor, none for 10%; published: 333
    """
    students, staff, weights = by_unit(students=students, staff=staff, weights=weights)
    _part_of("weights", weights, students, "students")
    # A unit in which none of the group is has no say, known or not.
    gap = np.isnan(weights) | (np.isnan(students + staff) & (weights > 0))
    weights = np.where(gap.any(axis=-1, keepdims=True), np.nan, weights)
    with_staff = np.where(staff == 0, 0, weights)
    each = np.where(with_staff == 0, 0, quotient(students, staff))
    load = (shares(with_staff) * each).sum(axis=-1)
    none = quotient(np.where(staff == 0, weights, 0).sum(axis=-1), weights.sum(axis=-1))
    pooled = quotient(students.sum(axis=-1), staff.sum(axis=-1))
    return Experienced(load[()], none[()], pooled[()])


def _parts(given, low_income, total):
    """Read values, low-income students and all students."""
    x, low, total = by_unit(values=given, low_income=low_income, total=total)
    _part_of("low_income", low, total, "total")
    x, total = weighted(x, np.where(np.isnan(low), np.nan, total))
    return x, np.minimum(low, total), total


def _part_of(name, part, whole, whole_name):
    """Refuse more students of a kind than students; shares of them may have been rounded."""
    wrong = part > whole * (1 + 1e-9)
    refuse(name, part, wrong, f"must not be above {whole_name}")
