"""How far must a rate move before it can be told from luck, and how many years does it take?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import bdtr, chdtrc

from ._arrays import broadcast, cells, counts, fraction, quotient, refuse
from .rates import risk_difference


class DetectableChange(NamedTuple):
    """The nearest counts that can be told from luck.

    Parameters
    ----------
    drop : ndarray or float
        Most students with the outcome, over all later years, that could be told as a drop; ``nan``
        where not even none of them could.
    rise : ndarray or float
        Fewest that could be told as a rise; ``nan`` where not even all of them could.
    drop_share, rise_share : ndarray or float
        The same as shares of the later students.
    """

    drop: np.ndarray
    rise: np.ndarray
    drop_share: np.ndarray
    rise_share: np.ndarray


class Pooled(NamedTuple):
    """Several years counted together.

    Parameters
    ----------
    x, n : ndarray or float
        Sums over the years; ``nan`` if a year is a gap, for a year left out is a choice.
    years : int
        How many.
    differ_p : ndarray or float
        How often chance alone would make the years differ this much. Where it is small the sum
        hides a change: show the years.
    """

    x: np.ndarray
    n: np.ndarray
    years: int
    differ_p: np.ndarray


def detectable_change(x, n, *, n_later=None, years=1, level=0.95):
    """What is the smallest drop, and the smallest rise, that could be told from luck?

    Parameters
    ----------
    x, n : array_like of int
        Students with the outcome now, and all of them, in one year.
    n_later : array_like of int, optional
        Students of a later year; as many as now by default.
    years : array_like of int
        How many years like the present one, and how many later ones, are counted together.
    level : float
        Confidence level of the interval of the change, which has to leave out 0.

    Returns
    -------
    DetectableChange
        All ``nan`` where an `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `x` is above `n`, `years` is under 1, or the shapes do
        not fit.

    Notes
    -----
    The interval is Newcombe's (1998) for two shares, its limits found by halving, for they rise
    with the later count. To stand exactly here is what could just be told; a school whose routine
    moved by as much will be told so only about half the time (`chance_to_tell`).

    Examples
    --------
    A drop from 12 of 90 to 8 of 90 is within luck: it takes a drop to 4.

    >>> found = detectable_change(12, 90)
    >>> int(found.drop), int(found.rise)
    (4, 23)
    >>> detectable_change(12, 90, years=[1, 3, 5]).drop_share.round(3).tolist()
    [0.044, 0.078, 0.091]
    """
    x, n, later, years = _read(x, n, n_later, years)
    known = ~np.isnan(x + n + later + years) & (n > 0) & (later > 0)
    before = [np.where(known, years * a, np.nan) for a in (x, n)]
    total = np.where(known, years * later, 0)

    def interval(count):
        return risk_difference(count, np.where(known, total, np.nan), *before, level=level)

    # The last count, from none up, whose interval is still below 0; the last from all down.
    with np.errstate(invalid="ignore"):
        drop = _last(lambda k: interval(k).high < 0, total)
        rise = total - _last(lambda k: interval(total - k).low > 0, total)
    found = [np.where(known, part, np.nan) for part in (drop, rise)]
    shares = [quotient(part, total) for part in found]
    return DetectableChange(*(part[()] for part in (*found, *shares)))


def chance_to_tell(x, n, share_later, *, n_later=None, years=1, level=0.95):
    """If the usual rate did move this far, how likely is it that the years would show it?

    Parameters
    ----------
    x, n : array_like of int
        Students with the outcome now, and all of them, in one year.
    share_later : array_like
        What the usual rate becomes, between 0 and 1: the later years scatter about it.
    n_later, years, level
        As for `detectable_change`.

    Returns
    -------
    ndarray or float
        Chance of a later count far enough on the side of `share_later` (its power), exact; where
        the rate does not move, of being told a change that is not there. ``nan`` with a gap.

    Raises
    ------
    MetricError
        As for `detectable_change`, or if `share_later` is no share.

    Notes
    -----
    The years until now are taken as they were; only the later ones scatter, by the binomial.

    Examples
    --------
    >>> chance_to_tell(12, 90, 8 / 90, years=[1, 3, 5]).round(2).tolist()
    [0.09, 0.3, 0.61]
    """
    share = fraction("share_later", share_later, ends=True)
    x, n, later, years = _read(x, n, n_later, years)
    x, n, later, years, share = broadcast(
        {"x": x, "n": n, "n_later": later, "years": years, "share_later": share}
    )
    far = detectable_change(x, n, n_later=later, years=years, level=level)
    known = ~np.isnan(x + n + later + years + share) & (n > 0) & (later > 0)
    total = np.where(known, years * later, 1).astype(int)
    share, now = np.where(known, share, 0), quotient(x, n)
    lower = np.where(np.isnan(far.drop), 0, bdtr(np.nan_to_num(far.drop), total, share))
    below_rise = np.maximum(np.nan_to_num(far.rise) - 1, 0)
    upper = np.where(np.isnan(far.rise), 0, 1 - bdtr(below_rise, total, share))
    chance = np.where(share < now, lower, np.where(share > now, upper, lower + upper))
    return np.where(known, chance, np.nan)[()]


def pooled(x, n):
    """What do several small years say together, and are they alike enough to be added?

    Parameters
    ----------
    x, n : array_like of int, shape (..., years)
        Students with the outcome, and all of them, by year.

    Returns
    -------
    Pooled
        Give `x` and `n` to `rate` or `risk_ratio`: counts are added, never rates averaged.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `x` is above `n`, there is no axis of years, or the
        shapes do not fit.

    Notes
    -----
    Years are compared by Pearson's chi-square, which is rough where under five are expected in a
    year. A student counted in three years is three of `n`: such sums look surer than they are.

    Examples
    --------
    >>> found = pooled([2, 5, 3], [18, 21, 20])
    >>> int(found.x), int(found.n), round(float(found.differ_p), 2)
    (10, 59, 0.55)
    """
    x, n = counts(x=x, n=n)
    cells(x, n)
    if x.ndim == 0:
        x, n = x[None], n[None]
    all_x, all_n = (a.sum(axis=-1, keepdims=True) for a in (x, n))
    mean = quotient(n * all_x, all_n)
    spread = mean * quotient(all_n - all_x, all_n)
    apart = np.where(spread > 0, quotient((x - mean) ** 2, spread), 0).sum(axis=-1)
    df = (n > 0).sum(axis=-1) - 1
    alike = np.where(df > 0, chdtrc(np.maximum(df, 1), apart), 1.0)
    known = all_n[..., 0] > 0
    gap = np.isnan(all_x + all_n)[..., 0]
    total_x, total_n = (np.where(gap, np.nan, a[..., 0])[()] for a in (all_x, all_n))
    return Pooled(total_x, total_n, x.shape[-1], np.where(known & ~gap, alike, np.nan)[()])


def _read(x, n, n_later, years):
    """Read counts, and as many later students as now unless it is said."""
    given = {"x": x, "n": n, "n_later": n if n_later is None else n_later, "years": years}
    x, n, later, years = counts(**given)
    cells(x, n)
    refuse("years", years, years < 1, "must be 1 or more")
    return x, n, later, years


def _last(holds, total):
    """Return the last whole number up to `total` for which it holds; ``nan`` if not for 0."""
    low, high = np.full(total.shape, -1.0), total + 1
    for _ in range(int(np.log2(total.max(initial=1) + 2)) + 1):
        middle = np.clip(np.floor((low + high) / 2), 0, total)
        yes = holds(middle)
        low, high = np.where(yes, middle, low), np.where(yes, high, middle)
    return np.where(low < 0, np.nan, low)
