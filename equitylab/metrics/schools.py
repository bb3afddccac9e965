"""Many schools at once: what small numbers do to a list, and how to read it all the same."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, bdtrik, betaincinv, betaln, digamma, ndtr, polygamma

from equitylab.errors import MetricError

from ._arrays import cells, counts, critical, fraction, quotient
from .rates import rate


class Shrunk(NamedTuple):
    """Rates of schools, each drawn toward the others as far as its size leaves it uncertain.

    Parameters
    ----------
    mean, low, high : ndarray, shape (schools,)
        Posterior mean and interval: shares between 0 and 1.
    alpha, beta : float
        The beta distribution of rates among schools. Their sum, 1 at least, is the number of
        students that a school needs for its own rate to weigh half.
    prior_mean : float
        The mean of that distribution.
    """

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    alpha: float
    beta: float
    prior_mean: float


class Funnel(NamedTuple):
    """How far from a common rate each school could be by chance.

    Parameters
    ----------
    target : float
        The common rate.
    low, high : ndarray
        Limits for each school: shares between 0 and 1.
    z : ndarray
        How many standard errors each school is from `target`.
    phi : float
        Over-dispersion: the mean square of `z`, its outer tenths drawn in. About .7 if chance is
        all, for drawing in takes some of chance as well.
    """

    target: float
    low: np.ndarray
    high: np.ndarray
    z: np.ndarray
    phi: float


def shrink(x, n, *, level=0.95):
    """What is each school's rate likely to be, given how small it is and what the others show?

    Parameters
    ----------
    x, n : array_like of int, shape (schools,)
        Students with the outcome, and all of them.
    level : float
        Level of the (equal-tailed, credible) interval.

    Returns
    -------
    Shrunk
        ``nan`` for a school without students or with a gap; it takes no part in the estimate.
        Where the schools differ no more than chance would have them differ (one school only, all
        rates equal, none with the outcome) every `mean` is the pooled rate, the interval is the
        pooled rate's own (Wilson), and `alpha` and `beta` are very large.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `x` is above `n`, or they are not one list each.

    Notes
    -----
    Beta-binomial empirical Bayes by maximum likelihood: Casella (1985), The American Statistician
    39:83. The interval takes `alpha` and `beta` as known; with few schools it is a little narrow.
    Show raw and shrunk rates side by side, and rank by neither.

    Examples
    --------
    >>> schools = shrink([0, 5, 12, 30, 4], [6, 18, 90, 100, 40])
    >>> schools.mean.round(2).tolist()
    [0.15, 0.22, 0.15, 0.27, 0.14]
    """
    x, n = counts(x=x, n=n)
    cells(x, n)
    z = critical(level)
    if x.ndim != 1:
        raise MetricError("x must be one list of schools.", argument="x", value=x.shape)
    there = ~np.isnan(x + n) & (n > 0)
    mean, low, high = np.full((3, x.size), np.nan)
    x, n = x[there], n[there]
    if not x.size:
        return Shrunk(mean, low, high, np.nan, np.nan, np.nan)
    fit = _beta_binomial(x, n)
    if fit is None:
        pooled = rate(x.sum(), n.sum(), level=level)
        mean[there], low[there], high[there] = pooled
        # Students that no school has: the pooled rate is all that counts.
        alpha, beta = 1e9 * pooled.value, 1e9 * (1 - pooled.value)
        return Shrunk(mean, low, high, alpha, beta, pooled.value)
    alpha, beta = fit
    mean[there] = (x + alpha) / (n + alpha + beta)
    tail = ndtr(-z)
    low[there] = betaincinv(x + alpha, n - x + beta, tail)
    high[there] = betaincinv(x + alpha, n - x + beta, 1 - tail)
    return Shrunk(mean, low, high, alpha, beta, alpha / (alpha + beta))


def _beta_binomial(x, n):
    """Fit alpha and beta, or return None where chance alone explains the spread."""
    from scipy.optimize import minimize

    pooled = x.sum() / n.sum()
    if x.size < 2 or pooled in (0, 1):
        return None
    # Small schools share few different counts; each is worked out once.
    (x, n), times = np.unique([x, n], axis=1, return_counts=True)
    y, times = n - x, times / times.sum()

    def loss(theta):
        a, b = np.exp(theta)
        return -times @ (betaln(x + a, y + b) - betaln(a, b))

    def slope(theta):
        a, b = np.exp(theta)
        both = digamma(a + b) - digamma(n + a + b)
        by_a = times @ (digamma(x + a) - digamma(a) + both)
        by_b = times @ (digamma(y + b) - digamma(b) + both)
        return -np.array([a * by_a, b * by_b])

    def curve(theta):
        a, b = np.exp(theta)
        both = times @ (polygamma(1, a + b) - polygamma(1, n + a + b))
        aa = both + times @ (polygamma(1, x + a) - polygamma(1, a))
        bb = both + times @ (polygamma(1, y + b) - polygamma(1, b))
        # The chain rule on the logarithms adds the slope to the diagonal.
        inner = np.array([[a * a * aa, a * b * both], [a * b * both, b * b * bb]])
        return -inner + np.diag(slope(theta))

    # Start from the best of a line of spreads at the pooled rate: the likelihood can be flat.
    starts = np.log(np.outer(np.exp(np.linspace(0, 14, 29)), [pooled, 1 - pooled]))
    losses = [loss(s) for s in starts]
    # The limit of ever larger alpha and beta is one rate for all; a fit must beat it.
    common = -times @ (x * np.log(pooled) + y * np.log1p(-pooled))
    best = int(np.argmin(losses))
    if best == len(starts) - 1 or losses[best] > common - 1e-9 * abs(common):
        return None
    theta = starts[best]
    if best > 0:
        theta = minimize(
            loss, theta, jac=slope, hess=curve, method="trust-exact", options={"gtol": 1e-8}
        ).x
    fit = np.exp(theta)
    # Where schools have all or none, ever smaller values fit ever better, and 0 of 5 would come
    # out as certainty. The others are never taken to tell less than one student would.
    return tuple(float(v) for v in fit / min(fit.sum(), 1))


def funnel(x, n, *, target=None, level=0.95, overdispersion=False):
    """Which schools are further from the common rate than chance would put schools of their size?

    Parameters
    ----------
    x, n : array_like of int
        Students with the outcome, and all of them.
    target : float, optional
        The common rate, a share between 0 and 1. By default that of all schools together.
    level : float
        Share of schools that chance alone leaves within the limits.
    overdispersion : bool
        Widen the limits by the square root of `phi` where that is above 1: large schools then are
        not all called outlying for differing as schools do.

    Returns
    -------
    Funnel
        Limits of the exact binomial, interpolated between counts, so none is below 0 or above 1.
        ``nan`` for a school without students or with a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `x` is above `n`, the shapes do not fit, or `target`
        is not between 0 and 1.

    Notes
    -----
    Spiegelhalter (2005), Statistics in Medicine 24:1185: interpolated limits, and
    over-dispersion from z-scores winsorised at the 10th and 90th percentiles. Widening exact limits
    by taking the binomial at a level of z times root phi is ours: his normal limits cross 0. Ours
    too is an upper limit of 1 where the interpolation would put a whole school just above it.

    Examples
    --------
    >>> plot = funnel([0, 5, 12, 40, 4], [6, 18, 90, 100, 40])
    >>> (plot.z > 2).tolist(), plot.high.round(2).tolist()
    ([False, False, False, True, False], [0.54, 0.43, 0.33, 0.32, 0.37])
    """
    x, n = counts(x=x, n=n)
    cells(x, n)
    there = ~np.isnan(x + n) & (n > 0)
    if target is None:
        target = quotient(x[there].sum(), n[there].sum())
    target = float(fraction("target", target, ends=True))
    share = quotient(x, n)
    z = quotient(share - target, np.sqrt(quotient(target * (1 - target), n)))
    known = z[~np.isnan(z)]
    phi = np.nan
    if known.size:
        phi = float(np.mean(np.clip(known, *np.quantile(known, [0.1, 0.9])) ** 2))
    width = critical(level) * (np.sqrt(max(phi, 1)) if overdispersion and phi > 1 else 1)

    def limit(tail):
        count = _binomial_quantile(tail, n[there], target)
        upto = bdtr(count, n[there].astype(int), target)
        below = np.where(count > 0, bdtr(np.maximum(count - 1, 0), n[there].astype(int), target), 0)
        # Between two counts, at the height where the binomial reaches the tail.
        between = (count - quotient(upto - tail, upto - below)) / n[there]
        # Where all of a school would still be within chance, no rate is too high.
        all_within = (tail > 0.5) & (count == n[there])
        out = np.full(x.shape, np.nan)
        out[there] = np.where(all_within, 1, np.maximum(between, 0))
        return out[()]

    return Funnel(target, limit(ndtr(-width)), limit(ndtr(width)), z[()], phi)


def _binomial_quantile(tail, n, share):
    """Return the fewest of n that reach the tail; scipy.stats has it too, and is slow to load."""
    if not 0 < share < 1:
        return n * float(share > 0)
    count = np.clip(np.ceil(bdtrik(tail, n, share)), 0, n)
    one_less = np.maximum(count - 1, 0)
    return np.where(bdtr(one_less, n.astype(int), share) >= tail, one_less, count)
