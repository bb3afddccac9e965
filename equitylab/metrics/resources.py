"""How evenly money, teachers and time are spread over students.

Every number takes its weights, and none has them by default: weighted by students, California's
districts are just over the federal limit of .25; with each district counted once, at .47.
Give the students of each unit (school, district, class), or 1 to count every unit alike, and say
which where the number is shown. Compare money only after adjusting for what things cost.
"""

from __future__ import annotations

import numpy as np
from scipy.special import xlogy

from ._arrays import quotient, shares, weighted

# Sums of weights that are not whole may miss a share that they reach by this much.
_ROUNDING = 1e-12


def coefficient_of_variation(values, weights):
    """How far is the typical student's unit from the mean, as a share of the mean?

    Parameters
    ----------
    values : array_like, shape (..., units)
        What each unit has, as spending per student; not below zero.
    weights : array_like, shape (..., units)
        Students of each unit, whole or weighted (a student of a low-income family as 1.4), or 1.
        A unit with a weight of 0 is left out, whatever its value.

    Returns
    -------
    ndarray or float
        0 where all have the same; ``nan`` with a gap, without students, or where the mean is 0.

    Raises
    ------
    MetricError
        If a value or weight is negative, or the shapes do not fit.

    Notes
    -----
    Divisor N, for these are all the units and not a sample. For 20 USC 6337(b)(3) give districts
    of more than 200 students, with low-income students weighted 1.4.

    Examples
    --------
    >>> print(f"{coefficient_of_variation([8000, 10000, 12000], [300, 500, 200]):.3f}")
    0.143
    """
    x, w = weighted(values, weights)
    share = shares(w)
    mean = (share * x).sum(axis=-1, keepdims=True)
    return np.sqrt((share * quotient(x - mean, mean) ** 2).sum(axis=-1))[()]


def mcloone(values, weights, *, strict=False):
    """How much of the median do the units have that are not above it?

    Parameters
    ----------
    values, weights : array_like, shape (..., units)
        As for `coefficient_of_variation`.
    strict : bool
        Leave out the units that are at the median itself. The index is lower then.

    Returns
    -------
    ndarray or float
        1 where the lower half all have the median; ``nan`` with a gap, without students, where
        the median is 0, or where no unit is on that side of it.

    Raises
    ------
    MetricError
        As for `coefficient_of_variation`.

    Notes
    -----
    Berne and Stiefel (1984), The Measurement of Equity in School Finance. The median is that of
    the weights: the lowest value that at least half of the students are at or below.

    Examples
    --------
    >>> print(f"{mcloone([8000, 10000, 12000], [300, 500, 200]):.3f}")
    0.925
    """
    x, w = weighted(values, weights)
    median = _percentile(x, w, 50)[..., None]
    return _of_median(x, w * (x < median if strict else x <= median), median)


def verstegen(values, weights, *, strict=False):
    """How much of the median do the units have that are not below it?

    Parameters
    ----------
    values, weights : array_like, shape (..., units)
        As for `coefficient_of_variation`.
    strict : bool
        Leave out the units that are at the median itself. The index is higher then.

    Returns
    -------
    ndarray or float
        1 where the upper half all have the median; ``nan`` as for `mcloone`.

    Raises
    ------
    MetricError
        As for `coefficient_of_variation`.

    Notes
    -----
    Verstegen (1996), Journal of Education Finance 22: the counterpart of `mcloone`.

    Examples
    --------
    >>> print(f"{verstegen([8000, 10000, 12000], [300, 500, 200]):.3f}")
    1.057
    """
    x, w = weighted(values, weights)
    median = _percentile(x, w, 50)[..., None]
    return _of_median(x, w * (x > median if strict else x >= median), median)


def federal_range_ratio(values, weights):
    """How much more does the student at the 95th percentile have than the one at the 5th?

    Parameters
    ----------
    values, weights : array_like, shape (..., units)
        As for `coefficient_of_variation`.

    Returns
    -------
    ndarray or float
        0 where they have the same, .25 at the federal limit; ``nan`` with a gap, without students,
        or where the 5th percentile is 0.

    Raises
    ------
    MetricError
        As for `coefficient_of_variation`.

    Notes
    -----
    34 CFR 222.162. A percentile is the lowest value that at least that share of students are at
    or below, as ``numpy.quantile(..., weights=, method="inverted_cdf")``, but compared without
    the rounding of .95 and over many rows at once.

    Examples
    --------
    >>> print(f"{federal_range_ratio([8000, 10000, 12000], [300, 500, 200]):.3f}")
    0.500
    """
    x, w = weighted(values, weights)
    low, high = _percentile(x, w, 5), _percentile(x, w, 95)
    return quotient(high - low, low)[()]


def gini(values, weights):
    """How far apart are two students taken by lot, as a share of twice the mean?

    Parameters
    ----------
    values, weights : array_like, shape (..., units)
        As for `coefficient_of_variation`.

    Returns
    -------
    ndarray or float
        From 0 (all have the same) towards 1; ``nan`` with a gap, without students, or where the
        mean is 0.

    Raises
    ------
    MetricError
        As for `coefficient_of_variation`.

    Notes
    -----
    The mean absolute difference over all pairs of students, with no correction for few units, as
    ``ineq`` in R. Summed over the steps from one value to the next, of which none is negative.

    Examples
    --------
    >>> print(f"{gini([8000, 10000, 12000], [300, 500, 200]):.3f}")
    0.076
    """
    x, w = weighted(values, weights)
    order = np.argsort(x, axis=-1)
    x, share = (np.take_along_axis(a, order, axis=-1) for a in (x, shares(w)))
    below = np.cumsum(share, axis=-1)[..., :-1]
    apart = (np.diff(x, axis=-1) * below * np.maximum(1 - below, 0)).sum(axis=-1)
    return quotient(apart, (share * x).sum(axis=-1))[()]


def theil(values, weights):
    """How far is what students have from equal, in Theil's measure, which adds up over parts?

    Parameters
    ----------
    values, weights : array_like, shape (..., units)
        As for `coefficient_of_variation`.

    Returns
    -------
    ndarray or float
        Theil's T, natural logarithm: from 0 (all have the same); ``nan`` with a gap, without
        students, or where the mean is 0. A unit that has nothing is counted: 0 log 0 is 0.

    Raises
    ------
    MetricError
        As for `coefficient_of_variation`.

    Notes
    -----
    Theil (1967), Economics and Information Theory. Of all measures here it is the most moved by
    the units that have most.

    Examples
    --------
    >>> print(f"{theil([8000, 10000, 12000], [300, 500, 200]):.4f}")
    0.0102
    """
    x, w = weighted(values, weights)
    share = shares(w)
    relative = quotient(x, (share * x).sum(axis=-1, keepdims=True))
    return np.maximum((share * xlogy(relative, relative)).sum(axis=-1), 0)[()]


def _percentile(x, w, percent):
    """Return the lowest value that at least `percent` of the weight is at or below."""
    order = np.argsort(x, axis=-1)
    x, w = (np.take_along_axis(a, order, axis=-1) for a in (x, w))
    upto = np.cumsum(w, axis=-1)
    total = upto[..., -1:]
    # In hundredths of the whole: whole numbers of students are compared as whole numbers.
    reached = 100 * upto >= percent * total * (1 - _ROUNDING)
    at = np.take_along_axis(x, reached.argmax(axis=-1)[..., None], axis=-1)
    return np.where(total > 0, at, np.nan)[..., 0]


def _of_median(x, w, median):
    """Return the mean of values by weight, as a share of the median."""
    return quotient((shares(w) * x).sum(axis=-1), median[..., 0])[()]
