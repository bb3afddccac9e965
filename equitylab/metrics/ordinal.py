"""How far apart two groups score, where only counts by proficiency level are published.

A gap in percent proficient depends on where the cut stands: of the very same two groups it is small
at a low cut and a high one, wide in between, and when both gain alike it narrows at one cut and
widens at another (Ho 2008, Educational Researcher 37:351). `v_statistic` uses all cuts at once and
does not depend on them. Every difference here is b less a: positive where b scores higher.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equitylab.errors import MetricError

from ._arrays import Estimate, broadcast, counts, critical, refuse, values
from ._binormal import gaps
from .rates import rate, risk_difference

# Pairs of groups that are fitted at once.
_BLOCK = 4096


class ProficiencyGaps(NamedTuple):
    """The gap between two groups at every cut, beside the gap that depends on none.

    Parameters
    ----------
    gap : Estimate, shape (..., levels - 1)
        At each cut, lowest first: the share of b at or above it, less that of a.
    share_a, share_b : Estimate, shape (..., levels - 1)
        The shares themselves.
    v : Estimate, shape (...)
        The gap in standard deviations; see `v_statistic`.
    """

    gap: Estimate
    share_a: Estimate
    share_b: Estimate
    v: Estimate


class VChange(NamedTuple):
    """Two years of two groups, in standard deviations.

    Parameters
    ----------
    before, after : Estimate
        The gap in each year: positive where b scores higher.
    a, b : Estimate
        How far each group moved: positive where it scores higher in the second year.
    change : Estimate
        The gap after less the gap before.
    """

    before: Estimate
    after: Estimate
    a: Estimate
    b: Estimate
    change: Estimate


def v_statistic(counts_a, counts_b, *, level=0.95):
    """From counts by level alone, how many standard deviations apart do two groups score?

    Parameters
    ----------
    counts_a, counts_b : array_like of int, shape (..., levels)
        Students of each group by level, lowest level first; levels without students of either
        are left out. The two broadcast.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        In standard deviations (the root mean square of the two groups'), positive where b scores
        higher. Where a group fills one or two levels only, or its spread cannot be told, both are
        taken to have one SD; with two levels V is the difference of the two probits.
        ``nan`` where a group is empty or has a gap, where all students are in one level, and where
        the groups do not overlap, so that the distance could be any: unless somewhere students of
        a stand one level above students of b, and somewhere one level below.

    Raises
    ------
    MetricError
        If a count is negative or fractional, there is one level only, or the shapes do not fit.

    Notes
    -----
    Ho and Reardon (2012), Journal of Educational and Behavioral Statistics 37:489: V is the square
    root of 2 times the probit of the chance that a student of b scores above one of a. It supposes
    no normal scores, only some stretching of the scale that would make both groups' normal; the
    two normals are fitted by maximum likelihood (the binormal curve of Dorfman and Alf, 1969). The
    interval is by the delta method. The area under straight lines between a few cuts, often taken
    for that chance, is too near to one half. No Python library has it.

    Examples
    --------
    >>> value, low, high = v_statistic([30, 40, 25, 5], [10, 30, 40, 20])
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    0.78 [0.47, 1.08]
    """
    a, b = _two(counts_a=counts_a, counts_b=counts_b)
    z = critical(level)
    table = np.stack([a, b], axis=-2)
    shape, levels = table.shape[:-2], table.shape[-1]
    table = table.reshape(-1, 2, levels)
    out = np.full((2, table.shape[0]), np.nan)
    sound = np.flatnonzero(np.all(table.sum(axis=2) > 0, axis=1))
    filled = table[sound].sum(axis=1) > 0
    # Pairs whose levels are filled alike have parameters alike, and are fitted together.
    for pattern in np.unique(filled, axis=0):
        alike = sound[np.all(filled == pattern, axis=1)]
        for start in range(0, alike.size, _BLOCK):
            at = alike[start : start + _BLOCK]
            out[:, at] = gaps(table[at][:, :, pattern])
    value, se = (part.reshape(shape) for part in out)
    return Estimate(value[()], (value - z * se)[()], (value + z * se)[()])


def proficiency_gaps(counts_a, counts_b, *, level=0.95):
    """What is the gap at every cut, not only at the one that was called proficient?

    Show it whole: the gap at one cut alone says as much about the cut as about the students.

    Parameters
    ----------
    counts_a, counts_b : array_like of int, shape (..., levels)
        Students of each group by level, lowest level first (four levels make three cuts).
        The two broadcast.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    ProficiencyGaps
        Shares with Wilson's interval, their differences with Newcombe's, and V.

    Raises
    ------
    MetricError
        If a count is negative or fractional, there is one level only, or the shapes do not fit.

    Examples
    --------
    >>> found = proficiency_gaps([30, 40, 25, 5], [10, 30, 40, 20])
    >>> found.gap.value.round(2).tolist(), round(float(found.v.value), 2)
    ([0.2, 0.3, 0.15], 0.78)
    """
    a, b = _two(counts_a=counts_a, counts_b=counts_b)
    above = [np.cumsum(g[..., ::-1], axis=-1)[..., ::-1] for g in (a, b)]
    (x_a, n_a), (x_b, n_b) = ((up[..., 1:], up[..., :1]) for up in above)
    return ProficiencyGaps(
        risk_difference(x_b, n_b, x_a, n_a, level=level),
        rate(x_a, n_a, level=level),
        rate(x_b, n_b, level=level),
        v_statistic(a, b, level=level),
    )


def growth(before, after):
    """How far did a number move between two years, and how far could chance have moved it?

    Parameters
    ----------
    before, after : Estimate
        The same number of two years, each with its interval, such as two gaps from `hedges_g` or
        `v_statistic`. The students of the two years are taken as different ones: where they are
        the same (a cohort followed), the interval is wider than it need be.

    Returns
    -------
    Estimate
        After less before, at the confidence level of the two; ``nan`` where either is.

    Raises
    ------
    MetricError
        If the shapes do not fit.

    Notes
    -----
    Zou and Donner (2008), Statistics in Medicine 27:1693: square and add the distances of the
    limits. For symmetric intervals it is the usual sum of variances.

    Examples
    --------
    >>> from equitylab.metrics import Estimate
    >>> value, low, high = growth(Estimate(0.60, 0.30, 0.90), Estimate(0.40, 0.00, 0.80))
    >>> print(f"{value:.2f} [{low:.2f}, {high:.2f}]")
    -0.20 [-0.70, 0.30]
    """
    read = {"before": np.stack(_parts("before", before)), "after": np.stack(_parts("after", after))}
    was, now = broadcast(read)
    value = now[0] - was[0]
    # A ratio whose limit is infinite has no distance that could be added.
    with np.errstate(invalid="ignore"):
        low = value - np.hypot(now[0] - now[1], was[2] - was[0])
        high = value + np.hypot(now[2] - now[0], was[0] - was[1])
    low, high = (np.where(np.isfinite(value), limit, np.nan) for limit in (low, high))
    return Estimate(value[()], low[()], high[()])


def v_change(before_a, before_b, after_a, after_b, *, level=0.95):
    """Did the gap change between two years, and which group moved?

    Parameters
    ----------
    before_a, before_b, after_a, after_b : array_like of int, shape (..., levels)
        Students of each group by level in the first year and in the second. All four broadcast.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    VChange
        Gaps need no more of a test than its order within a year; `a` and `b`, how far each group
        moved, hold only where test and cuts were the same in both years.

    Raises
    ------
    MetricError
        If a count is negative or fractional, there is one level only, or the shapes do not fit.

    Notes
    -----
    The four groups are taken as different students (two years of one grade); see `growth`. Say of
    every change whether it is of one grade's two years or of one cohort in two grades.

    Examples
    --------
    >>> moved = v_change([30, 40, 25, 5], [10, 30, 40, 20], [18, 37, 33, 12], [5, 21, 42, 32])
    >>> [round(float(part.value), 2) for part in moved]
    [0.78, 0.74, 0.4, 0.38, -0.04]
    """
    a1, b1, a2, b2 = _two(before_a=before_a, before_b=before_b, after_a=after_a, after_b=after_b)
    before, after = v_statistic(a1, b1, level=level), v_statistic(a2, b2, level=level)
    own = [v_statistic(*pair, level=level) for pair in ((a1, a2), (b1, b2))]
    return VChange(before, after, *own, growth(before, after))


def _two(**named):
    """Read counts by level."""
    arrays = counts(**named)
    if arrays[0].ndim == 0 or arrays[0].shape[-1] < 2:
        name = next(iter(named))
        raise MetricError(
            f"{name} must hold one count for each level, two levels or more.",
            argument=name,
            value=arrays[0].shape,
        )
    return arrays


def _parts(name, estimate):
    """Read value, low and high of one estimate."""
    try:
        parts = [values(name, part) for part in estimate]
    except TypeError:
        parts = []
    if len(parts) != 3:
        raise MetricError(f"{name} must be an Estimate of value, low and high.", argument=name)
    refuse(name, parts[0], np.isinf(parts[0]), "must be finite")
    return np.broadcast_arrays(*parts)
