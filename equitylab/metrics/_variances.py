"""How much students differ, and how much schools do: the two variances of a random intercept."""

from __future__ import annotations

import numpy as np


def moments(weight, school, size, inside, outside):
    """Set the two sums of squares equal to what is expected of them."""
    squares = np.bincount(school, weight**2) / size
    everyone = size.sum()
    within = inside / (everyone - squares.sum())
    rest = outside - within * (squares.sum() - (weight**2).sum() / everyone)
    return max(rest / (everyone - (size**2).sum() / everyone), 0.0), within


def likeliest(size, mean, inside, restricted):
    """Return the two variances that are most likely, by the one ratio that they hang on."""
    from scipy.optimize import brentq

    if inside == 0:
        return float(np.var(mean, ddof=1 if restricted else 0)), 0.0
    df = size.sum() - restricted

    def parts(ratio):
        pull = size / (1 + size * ratio)
        apart = mean - pull @ mean / pull.sum()
        return pull, apart, inside + pull @ apart**2

    def deviance(ratio):
        pull, _, total = parts(ratio)
        return df * np.log(total) + np.log1p(size * ratio).sum() + restricted * np.log(pull.sum())

    def steepness(ratio):
        pull, apart, total = parts(ratio)
        rise = pull.sum() - df * (pull**2 @ apart**2) / total
        return rise - restricted * (pull**2).sum() / pull.sum()

    # Two hills are possible, so the whole line is looked at before the nearer search.
    line = np.concatenate([[0], np.geomspace(1e-9, 1e9, 361)])
    best = int(np.argmin([deviance(ratio) for ratio in line]))
    ratio = line[best]
    ends = line[max(best - 1, 0)], line[min(best + 1, line.size - 1)]
    if steepness(ends[0]) < 0 < steepness(ends[1]):
        ratio = brentq(steepness, *ends, xtol=1e-15, rtol=1e-14)
    within = parts(ratio)[2] / df
    return ratio * within, within
