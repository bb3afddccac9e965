"""Could it be chance? One comparison at a time, and a whole page of them."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from equitylab.errors import MetricError

from ._arrays import fraction, quotient, two_groups

# Rows are worked through in blocks that fit a processor's cache.
_BLOCK = 2048


def difference_p(x, n, x_other, n_other):
    """If both groups had one rate, how often would chance alone set them this far apart?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with the outcome, and all of them.
    x_other, n_other : array_like of int
        The same for those they are compared with. All four broadcast.

    Returns
    -------
    ndarray or float
        Two-sided p-value; ``nan`` where an `n` is 0 or a gap. It is 1 where no one, or everyone,
        had the outcome: no other table was possible.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    Fisher's exact mid-p (the exact two-sided p less half the probability of the table seen) where
    the smallest expected count is under 20, Pearson's chi-square without correction from there on;
    both as recommended by Lydersen, Fagerland and Laake (2009), Statistics in Medicine 28:1159.
    Plain Fisher (``scipy.stats.fisher_exact``, one table at a time) is so cautious in small groups
    that it seldom finds what is there; its p less half the point probability is ours.

    Examples
    --------
    >>> print(f"{difference_p(4, 22, 51, 800):.4f}")
    0.0327
    """
    x, n, x_other, n_other = two_groups(x, n, x_other, n_other)
    shape, (x, n, x_other, n_other) = x.shape, (a.ravel() for a in (x, n, x_other, n_other))
    total, outcome = n + n_other, x + x_other
    # The cell where fewest are expected: the smaller group, and the rarer of "had it", "had not".
    smaller, rarer = n <= n_other, outcome <= total - outcome
    row, column = np.minimum(n, n_other), np.minimum(outcome, total - outcome)
    yes, size = np.where(smaller, x, x_other), np.where(smaller, n, n_other)
    seen = np.where(rarer, yes, size - yes)
    expected = quotient(row * column, total)

    p = np.full(x.shape, np.nan)
    known = (n > 0) & (n_other > 0) & ~np.isnan(outcome)
    p[known & (column == 0)] = 1.0
    large = known & (expected >= 20)
    spread = expected * (1 - quotient(column, total)) * (1 - quotient(row, total))
    p[large] = 2 * ndtr(-np.abs(seen - expected)[large] / np.sqrt(spread[large]))
    small = np.flatnonzero(known & (column > 0) & (expected < 20))
    p[small] = _mid_p(seen[small], row[small], column[small], total[small], expected[small])
    return p.reshape(shape)[()]


def _mid_p(seen, row, column, total, expected):
    """Sum the hypergeometric probabilities of the tables no likelier than the one seen."""
    p = np.empty(seen.shape)
    # Past this many the probabilities of a cell that expects under 20 are below 1e-20 of the rest,
    # or of the one seen; past 420 the one seen is itself smaller than a float can be.
    last = np.maximum(expected + 10 * np.sqrt(expected), np.minimum(seen, 420)) + 30
    last = np.minimum(np.minimum(row, column), np.ceil(last)).astype(int)
    order = np.argsort(last)
    for start in range(0, order.size, _BLOCK):
        at = order[start : start + _BLOCK]
        r, c, t = row[at], column[at], total[at]
        k = np.arange(last[at[-1]])[:, None]
        # Each probability from the one before it; the first 0 ends a row's list for good.
        weight = np.ones((k.size + 1, at.size))
        np.cumprod((r - k) * (c - k) / ((k + 1) * (t - r - c + k + 1)), axis=0, out=weight[1:])
        index = np.minimum(seen[at], k.size).astype(int)[None]
        own = np.where(seen[at] > k.size, 0.0, np.take_along_axis(weight, index, axis=0)[0])
        # Tables that tie exactly may differ in the last bits.
        tail = np.where(weight <= own * (1 + 1e-10), weight, 0).sum(axis=0)
        p[at] = (tail - own / 2) / weight.sum(axis=0)
    return p


def benjamini_hochberg(p, family=None):
    """Of all the differences on this page that one would call clear, what share would be chance?

    Parameters
    ----------
    p : array_like of float
        p-values, with gaps (``nan``) where nothing could be compared.
    family : array_like, optional
        Labels of the families to be judged apart, say one a school; broadcast to `p`.
        Without it, all of `p` is one family.

    Returns
    -------
    ndarray or float
        q-values in the shape of `p`: calling clear every difference with q under .05, one expects
        under 5 % of those calls to be chance. The gaps stay gaps and are not counted: the number
        of comparisons is that of the p-values that are there.

    Raises
    ------
    MetricError
        If a p-value is not between 0 and 1, or `family` does not broadcast to `p`.

    Notes
    -----
    Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57:289.
    On complete data it equals ``scipy.stats.false_discovery_control`` and ``statsmodels``
    ``multipletests(method="fdr_bh")``. With one gap the first raises and the second returns gaps
    only; neither knows families.

    Examples
    --------
    >>> benjamini_hochberg([.01, float("nan"), .03, .2]).round(3).tolist()
    [0.03, nan, 0.045, 0.2]
    """
    p = fraction("p", p, ends=True)
    try:
        labels = np.broadcast_to(0 if family is None else np.asarray(family), p.shape).ravel()
    except ValueError:
        raise MetricError(
            f"family {np.shape(family)} does not broadcast to p {p.shape}.", argument="family"
        ) from None
    q, flat = np.full(p.size, np.nan), p.ravel()
    there = np.flatnonzero(~np.isnan(flat))
    if there.size:
        _, group = np.unique(labels[there], return_inverse=True)
        q[there] = _step_up(flat[there], group)
    return q.reshape(p.shape)[()]


def _step_up(p, group):
    """Adjust p-values without gaps, each within its group (numbered from 0)."""
    order = np.lexsort((p, group))
    size = np.bincount(group)
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    group = group[order]
    rank = np.arange(1, p.size + 1) - first[group]
    raw = p[order] * (size[group] / rank)
    # The running minimum from the largest p down must not run on into the next group. Minimum of
    # (group, place of the value among all values) does not, and loses no digit as an offset would.
    distinct, place = np.unique(raw, return_inverse=True)
    key = group * np.int64(distinct.size) + place
    least = np.minimum.accumulate(key[::-1])[::-1] % distinct.size
    q = np.empty(p.size)
    q[order] = np.minimum(distinct[least], 1)
    return q
