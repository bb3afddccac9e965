"""Restricted maximum likelihood where students of one school have something in common."""

from __future__ import annotations

import numpy as np

# Where the searches begin: SDs of what schools add, relative to the SD within, and how they go
# together (the lower triangle of their Cholesky factor, by rows).
_STARTS = {1: [[0.1], [0.5], [2.0]], 2: [[0.5, 0, 0.5], [0.1, 0.05, 0.1], [1, -0.5, 1], [2, 0, 2]]}
_SAME = 1e-6


def reml(y, x, random, school):
    """Return the slopes of `x`, their covariance, the SDs of `random` and that within schools.

    Nothing where there is no best fit: no two searches end at the lowest deviance that was found.
    """
    from scipy.optimize import minimize

    n, terms, parts = y.size, x.shape[1], random.shape[1]
    data = np.column_stack([x, y])
    # Sums by school are all that the likelihood needs of the students.
    own, cross, whole = _sums(random, random, school), _sums(random, data, school), data.T @ data
    triangle = np.tril_indices(parts)

    def solved(theta):
        factor = np.zeros((parts, parts))
        factor[triangle] = theta
        inner = np.eye(parts) + factor.T @ own @ factor
        pull = factor.T @ cross
        rest = whole - np.einsum("sqa,sqb->ab", pull, np.linalg.solve(inner, pull))
        slopes = np.linalg.solve(rest[:terms, :terms], rest[:terms, terms])
        left = rest[terms, terms] - rest[:terms, terms] @ slopes
        return factor, inner, rest[:terms, :terms], slopes, left

    def deviance(theta):
        _, inner, info, _, left = solved(theta)
        if not left > 1e-14 * whole[-1, -1]:
            return np.inf  # a fit without a miss is no fit to tell chance from
        logs = np.linalg.slogdet(inner)[1].sum() + np.linalg.slogdet(info)[1]
        return logs + (n - terms) * np.log(left)

    nothing = np.zeros(triangle[0].size)
    ends = [(deviance(nothing), nothing)]
    for start in _STARTS[parts]:
        settings = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 5000, "maxfev": 5000}
        with np.errstate(invalid="ignore"):  # infinity less infinity, where no fit misses
            end = minimize(deviance, start, method="Nelder-Mead", options=settings)
        if end.success:
            ends.append((end.fun, end.x))
    ends.sort(key=lambda end: end[0])
    if len(ends) < 3 or not np.isfinite(ends[0][0]) or ends[1][0] - ends[0][0] > _SAME:
        return None
    factor, _, info, slopes, left = solved(ends[0][1])
    variance = left / (n - terms)
    spread = np.sqrt(variance * np.diag(factor @ factor.T))
    return slopes, variance * np.linalg.inv(info), spread, np.sqrt(variance)


def _sums(a, b, school):
    """Return the sums of products of the columns of `a` and `b`, one table a school."""
    out = [[np.bincount(school, first * second) for second in b.T] for first in a.T]
    return np.moveaxis(np.array(out), -1, 0)
