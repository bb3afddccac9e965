"""How unevenly students are spread over schools, beside what chance alone would make of it.

Small schools look segregated by chance: shuffle ten schools of 40 in which one student in ten is
of a group, and dissimilarity is .20 on average. Every index here therefore comes with its
baseline, the exact mean under random allocation of the same students to the same places.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import xlogy

from equitylab.errors import MetricError

from ._arrays import cells, counts, quotient, refuse, values
from ._arrays import counts as whole
from ._lots import hypergeometric
from .information import mutual_information


class Segregation(NamedTuple):
    """An index of segregation, and its mean under random allocation.

    Parameters
    ----------
    value : ndarray or float
        The index.
    baseline : ndarray or float
        What it would be on average were the same students allotted to the same places by lot.
        A value below or near its baseline shows no pattern.
    """

    value: np.ndarray
    baseline: np.ndarray


def dissimilarity(a, b):
    """What share of either group would have to change schools for all to have the same mix?

    Parameters
    ----------
    a, b : array_like of int, shape (..., units)
        Students of the two groups by unit (school, class, track); units without either are left
        out.

    Returns
    -------
    Segregation
        From 0 (even) to 1 (no school has both); ``nan`` where a group is empty or has a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, or the shapes do not fit.

    Notes
    -----
    Duncan and Duncan (1955), American Sociological Review 20:210. The baseline is exact: the mean
    absolute deviation of the hypergeometric (by the telescoping sum of Diaconis and Zabell 1991,
    Statistical Science 6:284). Same values as PySAL ``segregation``, which brings geopandas along.

    Examples
    --------
    >>> value, baseline = dissimilarity([8, 2, 6, 0, 4], [32, 38, 34, 40, 36])
    >>> print(f"{value:.2f}, by chance {baseline:.2f}")
    0.33, by chance 0.18
    """
    a, b = _by_unit(a=a, b=b)
    all_a, all_b = (g.sum(axis=-1, keepdims=True) for g in (a, b))
    value = np.abs(quotient(a, all_a) - quotient(b, all_b)).sum(axis=-1) / 2
    size, everyone = a + b, all_a + all_b
    with np.errstate(invalid="ignore", divide="ignore"):
        # Sum over k >= c of (k - mean) P(k) telescopes to c (N - A - t + c) P(c) / N.
        c = np.floor(size * all_a / everyone) + 1
        p = np.where(c <= np.minimum(size, all_a), hypergeometric(c, everyone, all_a, size), 0)
        deviation = np.where(size > 0, 2 * c * (all_b - size + c) * p / everyone, 0)
    chance = quotient(deviation.sum(axis=-1) * everyone[..., 0], 2 * (all_a * all_b)[..., 0])
    return Segregation(value[()], np.where(np.isnan(value), np.nan, chance)[()])


def isolation(a, total):
    """In the average group member's school, what share of students is of that same group?

    Parameters
    ----------
    a : array_like of int, shape (..., units)
        Students of the group by unit.
    total : array_like of int, shape (..., units)
        All students by unit.

    Returns
    -------
    Segregation
        From the group's share in all units (even) to 1; ``nan`` where it is empty or has a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `a` is above `total`, or the shapes do not fit.

    Notes
    -----
    Massey and Denton (1988), Social Forces 67:281. The student counts in the own school, as is
    usual, so in small schools the baseline is above the group's share. It is exact.

    Examples
    --------
    >>> value, baseline = isolation([8, 2, 6, 0, 4], [40, 40, 40, 40, 40])
    >>> print(f"{value:.3f}, by chance {baseline:.3f}")
    0.150, by chance 0.118
    """
    a, total = _by_unit(a=a, total=total)
    cells(a, total, "a", "total")
    value = _contact(a, a, total)
    chance = _chance_contact(a, a, a.sum(axis=-1, keepdims=True), total)
    return Segregation(value[()], np.where(np.isnan(value), np.nan, chance)[()])


def exposure(a, b, total, *, both=0):
    """In the average group member's school, what share of students is of another group?

    Parameters
    ----------
    a, b : array_like of int, shape (..., units)
        Students by unit: of the group whose schools are described, and of the one that is met.
    total : array_like of int, shape (..., units)
        All students by unit.
    both : array_like of int, shape (...)
        Students who are in both groups, over all units: 0 for two races, not for a race and
        students from low-income families. The baseline depends on it, the value does not.

    Returns
    -------
    Segregation
        A share between 0 and 1; ``nan`` where `a` is empty or something is a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `a` or `b` is above `total`, together they are more
        than all students though `both` is 0, or the shapes do not fit.

    Notes
    -----
    Massey and Denton (1988), Social Forces 67:281. The baseline is exact.

    Examples
    --------
    >>> value, baseline = exposure([8, 2, 6, 0, 4], [20, 30, 25, 40, 36], [40, 40, 40, 40, 40])
    >>> print(f"{value:.3f}, by chance {baseline:.3f}")
    0.643, by chance 0.740
    """
    a, b, total = _by_unit(a=a, b=b, total=total)
    cells(a, total, "a", "total")
    cells(b, total, "b", "total")
    (both,) = counts(both=both)
    if not both.any():
        why = "and a together are more than total, so some are in both groups (say how many: both)"
        refuse("b", b, a + b > total, why)
    value = _contact(a, b, total)
    chance = _chance_contact(a, b, both[..., None], total)
    return Segregation(value[()], np.where(np.isnan(value), np.nan, chance)[()])


def theil_h(counts):
    """By what share is a school's mix less diverse than that of all schools together?

    Parameters
    ----------
    counts : array_like of int, shape (units, groups)
        Students by unit and group; any number of groups. Empty units and groups are left out.

    Returns
    -------
    Segregation
        From 0 (every unit has the same mix) to 1 (every unit has one group only); ``nan`` where
        there is only one group or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, or the table does not have two dimensions.

    Notes
    -----
    Theil's information index: mutual information of unit and group over the entropy of groups;
    Reardon and Firebaugh (2002), Sociological Methodology 32:33. The baseline is the exact expected
    mutual information at fixed margins of Vinh, Epps and Bailey (2010), Journal of Machine Learning
    Research 11:2837; no simulation.

    Examples
    --------
    >>> value, baseline = theil_h([[40, 5], [30, 10], [20, 15], [10, 20]])
    >>> print(f"{value:.3f}, by chance {baseline:.3f}")
    0.150, by chance 0.016
    """
    found = mutual_information(counts)
    group = values("counts", counts).sum(axis=0)
    share = quotient(group, group.sum())
    entropy = -xlogy(share, share).sum()
    return Segregation(*(np.float64(quotient(part, entropy)) for part in found[:2]))


def normalised_exposure(counts):
    """What share of how much students differ in their group goes with their school?

    Parameters
    ----------
    counts : array_like of int, shape (units, groups)
        Students by unit and group: for one group, two columns, the group and everyone else. Empty
        units and groups are left out.

    Returns
    -------
    Segregation
        From 0 (every unit has the same mix) to 1 (every unit has one group only); ``nan`` where
        there is only one group or a gap. Of two groups it is the variance ratio (eta squared).

    Raises
    ------
    MetricError
        If a count is negative or fractional, or the table does not have two dimensions.

    Notes
    -----
    Reardon and Firebaugh (2002), Sociological Methodology 32:33: isolation of each group above its
    share, as a part of the most it could be, summed by the groups' shares. The baseline is exact:
    one less than the units, over one less than the students. Same values as PySAL ``segregation``
    (``MultiNormExposure``, ``CorrelationR``).

    Examples
    --------
    >>> value, baseline = normalised_exposure([[40, 5], [30, 10], [20, 15], [10, 20]])
    >>> print(f"{value:.3f}, by chance {baseline:.3f}")
    0.185, by chance 0.020
    """
    table = _table(counts)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if np.isnan(table).any() or table.shape[1] < 2:
        return Segregation(np.float64(np.nan), np.float64(np.nan))
    everyone, unit = table.sum(), table.sum(axis=1, keepdims=True)
    share = table.sum(axis=0) / everyone
    apart = unit / everyone * (table / unit - share) ** 2
    chance = quotient(len(table) - 1, everyone - 1)
    value = np.minimum((apart / (1 - share)).sum(), 1)  # but for rounding
    return Segregation(value, np.float64(chance))


def _table(counts):
    """Read counts as units by groups."""
    table = values("counts", counts)
    if table.ndim != 2:
        raise MetricError("counts must be units by groups.", argument="counts", value=table.shape)
    return whole(counts=table)[0]


def _by_unit(**named):
    """Read counts by unit."""
    arrays = counts(**named)
    if arrays[0].ndim == 0:
        name = next(iter(named))
        raise MetricError(f"{name} must hold one count for each unit.", argument=name)
    return arrays


def _contact(a, b, total):
    """Return the mean share of `b` in the units of the members of `a`."""
    weight = quotient(a, a.sum(axis=-1, keepdims=True))
    share = np.where(total == 0, 0, quotient(b, total))
    return (weight * share).sum(axis=-1)


def _chance_contact(a, b, both, total):
    """Return the mean of `_contact` under random allocation of students to places."""
    all_a, all_b, everyone = (g.sum(axis=-1, keepdims=True) for g in (a, b, total))
    # A pair of two students lands in one unit with probability t(t - 1) / N(N - 1); a student who
    # is of both groups pairs with himself or herself, and so with probability t / N.
    together = quotient(total - 1, everyone * (everyone - 1))
    together = np.where(everyone > 1, together, 0)
    pairs = (all_a * all_b - both) * together + quotient(both, everyone)
    return quotient(np.where(total > 0, pairs, 0).sum(axis=-1), all_a[..., 0])
