"""How likely each proficiency level is where scores are normal: what ordered probits share."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr


def level_chances(cuts, mean, log_sd):
    """Return the chance of each level, and its slopes in mean, log SD and each cut."""
    sd = np.exp(log_sd)[..., None]
    z = (cuts - mean[..., None]) / sd
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    ends = [(0, 0)] * (z.ndim - 1) + [(1, 1)]
    edges = np.pad(z, ends, constant_values=np.inf)
    edges[..., 0] = -np.inf
    low, high = edges[..., :-1], edges[..., 1:]
    # From the nearer tail: 1 less a chance near 1 would have no digits left.
    flip = low > 0
    chance = ndtr(np.where(flip, -low, high)) - ndtr(np.where(flip, -high, low))
    slopes = np.zeros((*chance.shape, z.shape[-1] + 2))
    slopes[..., 0] = -np.diff(np.pad(density, ends)) / sd
    slopes[..., 1] = -np.diff(np.pad(density * z, ends))
    at = np.arange(z.shape[-1])
    slopes[..., at, at + 2] = density / sd
    slopes[..., at + 1, at + 2] = -density / sd
    return chance, slopes


def log_likelihood(table, chance):
    """Return each row's log-likelihood, minus infinity where what happened could not."""
    logs = np.log(np.where(chance > 0, chance, 1))
    return np.where(table > 0, np.where(chance > 0, table * logs, -np.inf), 0).sum(axis=-1)


def swings(step, last):
    """Say of each row whether a step goes most of the way back along the last one."""
    back = -np.sum(step * last, axis=-1)
    return back > 0.5 * np.sum(last * last, axis=-1)
