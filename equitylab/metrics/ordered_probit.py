"""Means and spreads of schools, where only counts by proficiency level are published.

Behind the levels a normal distribution of scores is supposed in each school, cut at the same places
in all. What the cuts were on the test's own scale need not be known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from equitylab.errors import MetricError

from ._arrays import counts as whole
from ._arrays import refuse
from ._levels import level_chances, log_likelihood, swings

_STEPS = 500
# A step this small, in standard deviations of scores, is no step.
_SMALL = 1e-10


class Hetop(NamedTuple):
    """What the scores of each unit look like, in standard deviations of all students.

    Parameters
    ----------
    mean, sd : ndarray, shape (units,)
        Mean and standard deviation of scores: over all students the mean is 0 and the SD 1.
    mean_se, sd_se : ndarray, shape (units,)
        Their standard errors; ``nan`` where `status` is ``"at the bound"`` (of the mean only) or
        nothing is estimated.
    status : ndarray of str, shape (units,)
        ``"estimated"``; ``"common SD"``: students in one or two levels, so the SD is the
        geometric mean of the others'; ``"at the bound"``: all students in the lowest or the highest
        level, so the mean is given that of the lowest or highest other unit, and the SD is common;
        ``"no students"``; ``"gap"``; ``"not estimable"``.
    cuts : ndarray, shape (levels - 1,)
        Where each level begins, on the same scale; a level that no one is in begins where the next
        does, and ``nan`` stands where there is no next.
    between : float
        Share of the variance of scores that lies between the units.
    """

    mean: np.ndarray
    sd: np.ndarray
    mean_se: np.ndarray
    sd_se: np.ndarray
    status: np.ndarray
    cuts: np.ndarray
    between: float


class _Fit(NamedTuple):
    """Estimates on the scale of the likelihood, and how they vary together."""

    mean: np.ndarray
    log_sd: np.ndarray
    cuts: np.ndarray
    host: np.ndarray
    own: np.ndarray
    blocks: tuple


def hetop(counts, *, corrected=False):
    """From counts by level alone, how high and how widely spread does each school score?

    Parameters
    ----------
    counts : array_like of int, shape (units, levels)
        Students by unit and level, lowest level first. Levels without students are left out.
    corrected : bool
        Set the scale by the estimated SD of all students' true scores: less the part of the
        spread between units that small units owe to chance, and more within them. All means
        and SDs change by one factor; each unit must have two students.

    Returns
    -------
    Hetop
        One value a unit, and how it was come by (`status`). Units whose mean is at the bound take
        part in the fit, as if their mean were that of the unit that lends it.

    Raises
    ------
    MetricError
        If a count is negative or fractional, the table is not units by two levels or more, or
        `corrected` is asked for where a unit has one student.

    Notes
    -----
    Heteroskedastic ordered probit by maximum likelihood: Reardon, Shear, Castellano and Ho (2017),
    Journal of Educational and Behavioral Statistics 42:3. Rules for sparse units as in Lockwood's R
    package HETOP, with ``est_star`` (``est_starbc`` if `corrected`) for the scale. Where no unit
    has three levels filled, or some SD runs off to none or to any, all share one SD; where that too
    has no best fit (units that hardly overlap) nothing is estimated. Standard errors are ours: from
    the expected information, by the delta method, the units' shares of students as given; under
    50 students or so the intervals that they make for an SD cover a little less than they say.
    No Python library has the model (``statsmodels`` ``OrderedModel`` has one SD for all). The work
    grows as the number of units does, so a State is done at once.

    Examples
    --------
    >>> schools = hetop([[10, 30, 40, 20], [30, 40, 25, 5], [5, 20, 45, 30], [0, 0, 6, 2]])
    >>> schools.mean.round(2).tolist(), schools.sd.round(2).tolist()
    ([0.11, -0.6, 0.44, 0.7], [0.92, 0.88, 0.89, 0.9])
    >>> print(*schools.status, sep=", ")
    estimated, estimated, estimated, common SD
    """
    (table,) = whole(counts=counts)
    if table.ndim != 2 or table.shape[1] < 2:
        why = "counts must be units by levels, two levels or more."
        raise MetricError(why, argument="counts", value=table.shape)
    units, levels = table.shape
    size = table.sum(axis=1)
    if corrected:
        refuse("counts", size, size == 1, "must have two students in each unit to be corrected")
    status = np.where(np.isnan(size), "gap", np.where(size == 0, "no students", "not estimable"))
    status = status.astype("<U13")
    out = np.full((4, units), np.nan)
    cuts, between = np.full(levels - 1, np.nan), np.nan
    there = np.flatnonzero(size > 0)
    filled = table[there].sum(axis=0) > 0
    table = table[there][:, filled]
    found = _status(table) if filled.any() else np.empty(0, status.dtype)
    fit = _fit(table, found)
    if fit is None:
        # Some unit's SD runs off to none or to any: one for all is still to be had.
        found = np.where(found == "estimated", "common SD", found)
        fit = _fit(table, found)
    if fit is not None:
        out[:, there], scaled, between = _standardize(fit, size[there], corrected)
        status[there] = found
        # The level that a cut begins is the next one that has students.
        begins = np.searchsorted(np.flatnonzero(filled), np.arange(1, levels))
        cuts = np.append(np.append(np.nan, scaled), np.nan)[begins]
    return Hetop(*out, status, cuts, between)


def _status(table):
    """Say of each unit what its counts allow."""
    filled = (table > 0).sum(axis=1)
    edge = (filled == 1) & ((table[:, 0] > 0) | (table[:, -1] > 0))
    return np.where(filled > 2, "estimated", np.where(edge, "at the bound", "common SD"))


def _fit(table, status):
    """Fit means, log SDs and cuts, all levels having students; or return None."""
    own, edge = status == "estimated", status == "at the bound"
    if table.shape[1] < 2 or edge.all():
        return None
    size = table.sum(axis=1)
    upto = np.cumsum(table.sum(axis=0)) / size.sum()
    cuts = ndtri(upto[:-1])
    mean = table @ ndtri(upto - np.diff(upto, prepend=0) / 2) / size
    log_sd = np.zeros(mean.size)
    # A unit at the bound follows the lowest or highest of the others, whichever that proves to be.
    for _ in range(9):
        host = np.arange(mean.size)
        lowest, highest = (int(pick(np.where(edge, miss, mean))) for pick, miss in _ENDS)
        host[edge] = np.where(table[edge, 0] > 0, lowest, highest)
        fit = _score(table, own, edge, host, mean[host], log_sd, cuts)
        if fit is None:
            return None
        mean, log_sd, cuts = fit[:3]
        if np.all(mean[~edge] <= mean[highest]) and np.all(mean[~edge] >= mean[lowest]):
            return fit
    return None


_ENDS = ((np.argmin, np.inf), (np.argmax, -np.inf))


def _score(table, own, edge, host, mean, log_sd, cuts):
    """Climb by Fisher scoring from a start; None where there is no top."""
    # Two cuts fix the scale; if all share one SD, that SD and one cut do.
    fixed = 2 if own.any() else 1

    def moved(alone, follow, border, length):
        local = length * (pace[:, None] * alone - border_pace * follow)
        cut, sd = cuts.copy(), log_sd + local[:, 1]
        cut[fixed:] += length * border_pace * border[: cuts.size - fixed]
        if own.any():
            sd[~own] = sd[own].mean()
        return (mean + local[:, 0])[host], sd, cut

    def height(at):
        mean, sd, cut = at
        if np.any(np.diff(cut) <= 0) or np.abs(sd).max() > 12 or np.abs(mean).max() > 1e3:
            return -np.inf
        return log_likelihood(table, level_chances(cut, mean, sd)[0]).sum()

    top = height((mean, log_sd, cuts))
    pace, last = np.ones(mean.size), np.zeros((mean.size, 2))
    border_pace, last_border = 1.0, np.zeros(cuts.size - fixed)
    for _ in range(_STEPS):
        try:
            blocks, (rise, rise_border) = _arrow(table, own, edge, host, fixed, mean, log_sd, cuts)
        except np.linalg.LinAlgError:
            return None
        _, border = _solve(blocks, rise, rise_border)
        # A unit's step is what it would be with the border at rest, and what follows the border.
        # The multiplier is no motion: it belongs to the first, which then ends at none.
        rest = border.copy()
        if own.any() and not own.all():
            rest[-1] = 0
        follow = blocks[1] @ rest
        alone = np.einsum("gij,gj->gi", blocks[0], rise) - blocks[1] @ (border - rest)
        free = border[: cuts.size - fixed]
        widest = max(np.abs(part).max(initial=0) for part in (alone - follow, free))
        if not np.isfinite(widest):
            return None
        if widest < _SMALL:
            return _Fit(mean, log_sd, cuts, host, own, blocks)
        # Where the model fits badly whole steps swing to and fro across the top.
        pace = pace * np.where(swings(alone, last), 0.5, 1)
        border_pace *= 0.5 if swings(free, last_border) else 1
        last, last_border = alone, free
        length = min(1, 1 / widest)
        while (new := height(moved(alone, follow, border, length))) < top - 1e-13 * abs(top):
            length /= 2
            if length * widest < _SMALL:
                return None
        (mean, log_sd, cuts), top = moved(alone, follow, border, length), new
    return None


def _arrow(table, own, edge, host, fixed, mean, log_sd, cuts):
    """Return the information as 2 x 2 blocks of units beside a border, and the slopes.

    The border holds the free cuts and, where units share it, the common log SD with the multiplier
    that keeps it at the mean of the others.
    """
    chance, slopes = level_chances(cuts, mean, log_sd)
    chance = np.maximum(chance, 1e-300)
    slopes = np.delete(slopes, np.s_[2 : 2 + fixed], axis=2)
    slope = ((table / chance)[:, None, :] @ slopes)[:, 0]
    weight = table.sum(axis=1)[:, None] / chance
    info = np.swapaxes(slopes, 1, 2) @ (weight[..., None] * slopes)
    free = info.shape[1] - 2
    shared = own.any() and not own.all()
    size = free + 2 * shared
    local, side = np.zeros((own.size, 2, 2)), np.zeros((own.size, 2, size))
    corner, rise, rise_border = np.zeros((size, size)), np.zeros((own.size, 2)), np.zeros(size)
    np.add.at(local[:, 0, 0], host, info[:, 0, 0])
    np.add.at(side[:, 0, :free], host, info[:, 0, 2:])
    np.add.at(rise[:, 0], host, slope[:, 0])
    local[own, 0, 1] = local[own, 1, 0] = info[own, 0, 1]
    local[own, 1, 1] = info[own, 1, 1]
    # A unit at the bound has no mean of its own, one that shares its SD no SD of its own.
    local[edge, 0, 0] = 1
    local[~own, 1, 1] = 1
    side[own, 1, :free] = info[own][:, 1, 2:]
    rise[own, 1] = slope[own, 1]
    corner[:free, :free] = info[:, 2:, 2:].sum(axis=0)
    rise_border[:free] = slope[:, 2:].sum(axis=0)
    if shared:
        common, multiplier = free, free + 1
        np.add.at(side[:, 0, common], host[~own], info[~own, 0, 1])
        corner[:free, common] = corner[common, :free] = info[~own][:, 1, 2:].sum(axis=0)
        corner[common, common] = info[~own, 1, 1].sum()
        corner[common, multiplier] = corner[multiplier, common] = 1
        side[own, 1, multiplier] = -1 / own.sum()
        rise_border[common] = slope[~own, 1].sum()
    inverse = np.linalg.inv(local)
    across = inverse @ side
    inner = np.linalg.inv(corner - np.einsum("gia,gib->ab", side, across))
    return (inverse, across, inner), (rise, rise_border)


def _solve(blocks, local, border):
    """Multiply by the inverse of the information."""
    inverse, across, inner = blocks
    border = inner @ (border - np.einsum("gia,gi->a", across, local))
    return np.einsum("gij,gj->gi", inverse, local) - across @ border, border


def _standardize(fit, size, corrected):
    """Put the estimates on the scale of all students, with standard errors by the delta method."""
    mean, log_sd, _, host, own, blocks = fit
    inverse, across, inner = blocks
    edge = host != np.arange(host.size)
    share, variance = size / size.sum(), np.exp(2 * log_sd)
    within = share
    if corrected:
        n = 1 / np.mean(1 / (size - 1))
        within = n / (1 + n) * (share - (1 - share) / size.sum())
    middle = share @ mean
    scale = np.sqrt(share @ (mean - middle) ** 2 + within @ variance)
    between = share @ (mean - middle) ** 2
    if corrected:
        between -= n / (1 + n) * ((1 - share) @ variance) / size.sum()
    at, sd = (mean - middle) / scale, np.exp(log_sd) / scale

    def spread(by_mean, by_log_sd):
        """Return the slopes of one number in all estimates, and their covariance with it."""
        local, border = np.zeros((size.size, 2)), np.zeros(inner.shape[0])
        np.add.at(local[:, 0], host, by_mean)
        local[own, 1] = by_log_sd[own]
        common = _common(own, inner)
        if common is not None:
            border[common] = by_log_sd[~own].sum()
        return (local, border), _solve(blocks, local, border)

    def product(one, other):
        return np.sum(one[0] * other[0]) + one[1] @ other[1]

    a, a_with = spread(share, np.zeros(size.size))
    b, b_with = spread(share * (mean - middle) / scale, within * variance / scale)
    full = inverse + across @ inner @ np.swapaxes(across, 1, 2)
    mean_variance = (
        full[:, 0, 0]
        + product(a, a_with)
        + at**2 * product(b, b_with)
        - 2 * (a_with[0][:, 0] + at * b_with[0][:, 0])
        + 2 * at * product(a, b_with)
    )
    log_variance, with_b = full[:, 1, 1], b_with[0][:, 1]
    common = _common(own, inner)
    log_variance = np.where(own, log_variance, 0 if common is None else inner[common, common])
    with_b = np.where(own, with_b, 0 if common is None else b_with[1][common])
    sd_variance = log_variance - 2 * with_b / scale + product(b, b_with) / scale**2
    mean_se = np.sqrt(np.maximum(mean_variance, 0)) / scale
    sd_se = sd * np.sqrt(np.maximum(sd_variance, 0))
    out = at, sd, np.where(edge, np.nan, mean_se), sd_se
    return out, (fit.cuts - middle) / scale, float(between / scale**2)


def _common(own, inner):
    """Return where in the border the common log SD stands, if there is one."""
    return inner.shape[0] - 2 if own.any() and not own.all() else None
