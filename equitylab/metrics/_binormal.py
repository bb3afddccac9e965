"""Two groups' normal scores behind common cuts, fitted to many pairs of groups at once."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from ._levels import level_chances, log_likelihood, swings

_STEPS = 300
_SMALL = 1e-10
# Log of a ratio of SDs (20 to 1), and a distance in SDs, that no fit of students' scores reaches.
_FAR_SPREAD, _FAR = 3.0, 30.0


def gaps(table):
    """Return V and its standard error of pairs of groups that fill the same levels together."""
    out = np.full((2, table.shape[0]), np.nan)
    has = table > 0
    apart = np.flatnonzero(np.all(has.sum(axis=2) > 2, axis=1))
    out[:, apart] = _fit(table[apart], apart=True)
    # The likelihood has a top only if neither group can be moved up, or down, at no cost.
    meets = [np.any(has[:, i, :-1] & has[:, 1 - i, 1:], axis=1) for i in (0, 1)]
    rest = np.flatnonzero(np.isnan(out[0]) & meets[0] & meets[1])
    out[:, rest] = _probits(table[rest]) if table.shape[2] == 2 else _fit(table[rest], apart=False)
    return out


def _probits(table):
    """Return the difference of two probits, which is the fit of two levels, and its error."""
    size = table.sum(axis=2)
    share = table[:, :, 1] / size
    cut = ndtri(share)
    error = share * (1 - share) / size * 2 * np.pi * np.exp(cut * cut)
    return cut[:, 1] - cut[:, 0], np.sqrt(error.sum(axis=1))


def _fit(table, *, apart):
    """Fit group b's mean (and SD, if `apart`) where a's are 0 and 1, and return V and its error."""
    out = np.full((2, table.shape[0]), np.nan)
    live = np.arange(table.shape[0])
    upto = np.cumsum(table.sum(axis=1), axis=-1) / table.sum(axis=(1, 2))[:, None]
    middles = ndtri(upto - np.diff(upto, prepend=0) / 2)
    means = np.einsum("pgk,pk->pg", table, middles) / table.sum(axis=2)
    # One row a pair: b's mean, b's log SD, then the cuts.
    theta = np.column_stack([means[:, 1] - means[:, 0], np.zeros(live.size), ndtri(upto[:, :-1])])
    theta[:, 2:] -= means[:, :1]
    top = _height(table, theta)
    pace, last = np.ones(live.size), np.zeros(theta.shape)
    for _ in range(_STEPS):
        if not live.size:
            break
        step, inverse = _step(table[live], theta[live], apart)
        # Where the model fits badly whole steps swing to and fro across the top.
        pace[live] *= np.where(swings(step, last[live]), 0.5, 1)
        last[live] = step
        widest = np.abs(step).max(axis=1)
        done = widest < _SMALL * np.maximum(1, np.abs(theta[live]).max(axis=1))
        out[:, live[done]] = _v(theta[live[done]], inverse[done])
        length = np.minimum(pace[live], 1 / np.maximum(widest, 1e-300))
        new = theta[live] + length[:, None] * step
        height = _height(table[live], new)
        for _ in range(40):
            worse = ~done & ~(height >= top[live] - 1e-13 * np.abs(top[live]))
            if not worse.any():
                break
            length[worse] /= 2
            new[worse] = (theta[live] + length[:, None] * step)[worse]
            height[worse] = _height(table[live][worse], new[worse])
        theta[live], top[live] = new, height
        # By the wider of the two groups, so that it does not matter which is called a.
        far = np.abs(new).max(axis=1) > _FAR * np.exp(np.clip(new[:, 1], 0, _FAR_SPREAD))
        lost = (np.abs(new[:, 1]) > _FAR_SPREAD) | far | worse
        live = live[~done & ~lost]
    return out


def _chances(theta):
    """Return chances by group and level of each pair, and their slopes."""
    zero = np.zeros(theta.shape[0])
    cuts = theta[:, 2:]
    pair = [level_chances(cuts, zero, zero), level_chances(cuts, theta[:, 0], theta[:, 1])]
    pair[0][1][..., :2] = 0
    return (np.stack(part, axis=1) for part in zip(*pair, strict=True))


def _height(table, theta):
    """Return the log-likelihood of each pair, minus infinity where cuts are out of order."""
    sound = np.all(np.diff(theta[:, 2:], axis=1) > 0, axis=1) & (np.abs(theta[:, 1]) < 12)
    out = np.full(theta.shape[0], -np.inf)
    chance, _ = _chances(theta[sound])
    out[sound] = log_likelihood(table[sound], chance).sum(axis=1)
    return out


def _step(table, theta, apart):
    """Return the Fisher scoring step of each pair, and the inverse of the information."""
    chance, slopes = _chances(theta)
    keep = np.arange(theta.shape[1]) if apart else np.delete(np.arange(theta.shape[1]), 1)
    slopes = slopes[..., keep]
    chance = np.maximum(chance, 1e-300)
    slope = np.einsum("pgk,pgki->pi", table / chance, slopes)
    weight = table.sum(axis=2, keepdims=True) / chance
    info = np.einsum("pgk,pgki,pgkj->pij", weight, slopes, slopes)
    # Far out a parameter may tell nothing at all; a trace of its own keeps the matrix whole.
    at = np.arange(keep.size)
    info[:, at, at] += 1e-13 * info[:, at, at] + 1e-200
    inverse = np.zeros((theta.shape[0], theta.shape[1], theta.shape[1]))
    inverse[np.ix_(np.arange(theta.shape[0]), keep, keep)] = np.linalg.inv(info)
    step = np.zeros(theta.shape)
    step[:, keep] = np.einsum("pij,pj->pi", inverse[:, keep][:, :, keep], slope)
    return step, inverse


def _v(theta, inverse):
    """Return V and its standard error by the delta method."""
    mean, variance = theta[:, 0], np.exp(2 * theta[:, 1])
    pooled = (1 + variance) / 2
    value = mean / np.sqrt(pooled) + 0.0
    by_mean, by_log_sd = 1 / np.sqrt(pooled), -value * variance / (2 * pooled)
    error = (
        by_mean**2 * inverse[:, 0, 0]
        + 2 * by_mean * by_log_sd * inverse[:, 0, 1]
        + by_log_sd**2 * inverse[:, 1, 1]
    )
    return value, np.sqrt(np.maximum(error, 0))
