"""What lots would do: the hypergeometric chances that every baseline of segregation stands on."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln, xlogy

# Cells of the largest table of probabilities that is held at once.
_BLOCK = 1_000_000


def hypergeometric(k, everyone, group, size):
    """Return the probability of `k` of a group among `size` drawn from everyone."""
    terms = [(group, k), (everyone - group, size - k)]
    logs = [gammaln(m + 1) - gammaln(j + 1) - gammaln(m - j + 1) for m, j in terms]
    m, j = everyone, size
    return np.exp(sum(logs) - (gammaln(m + 1) - gammaln(j + 1) - gammaln(m - j + 1)))


def expected_information(t, g, everyone):
    """Return the mean of k ln(k N / t G) for each cell, where k is hypergeometric."""
    # Schools of one size are many in a State; each size is worked out once.
    cells, back = np.unique(np.stack([t, g, everyone]), axis=1, return_inverse=True)
    t, g, everyone = cells
    mean = t * g / everyone
    sd = np.sqrt(mean * (1 - g / everyone) * (1 - t / everyone))
    # What lies further out than this has a probability below 1e-20.
    low = np.maximum(np.maximum(0, t + g - everyone), np.floor(mean - 10 * sd - 30))
    high = np.minimum(np.minimum(t, g), np.ceil(mean + 10 * sd + 30))
    order = np.argsort(high - low)
    out, start = np.zeros(t.size), 0
    while start < order.size:
        # Narrow cells go many at a time, wide ones few: the table stays of one size.
        widest = (high - low)[order[start : start + _BLOCK // 64]]
        fits = np.flatnonzero((widest + 1) * np.arange(1, widest.size + 1) <= _BLOCK)
        at = order[start : start + max(fits.size, 1)]
        k = low[at] + np.arange(int((high - low)[at[-1]]) + 1)[:, None]
        with np.errstate(invalid="ignore"):
            p = hypergeometric(k, everyone[at], g[at], t[at])
            out[at] = np.where(k <= high[at], p * xlogy(k, k / mean[at]), 0).sum(axis=0)
        start += at.size
    return out[back.ravel()]
