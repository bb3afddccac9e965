"""Rows whose count is a range, compared by what every count in the range would say.

A rate, a difference and a ratio carry a range: each limit is the widest over all counts that the
source leaves possible, p is the largest of the ends, and the difference is what is sure of it. The rate itself,
students to parity and a change of years cannot be said: they stay empty, because no count of the
range is likelier than another.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from . import metrics


class Ends(NamedTuple):
    """The fewest and the most of each row, its size where those say something, and which differ."""

    low: np.ndarray
    high: np.ndarray
    n: np.ndarray
    ranged: np.ndarray


def ends(t: pd.DataFrame, status: np.ndarray, n: np.ndarray, events: np.ndarray) -> Ends:
    """Between which counts does each row lie, where the source says more than nothing?"""
    low, high = (t[c].to_numpy("float64", na_value=np.nan) for c in ("x_low", "x_high"))
    high = np.minimum(high, n)
    usable = np.isin(status, ("ok", "suppressed")) & ~events & (n > 0) & (low <= high)
    ranged = usable & (low < high) & ((low > 0) | (high < n))
    usable &= ranged | (low == high)
    low, high, n = (np.where(usable, v, np.nan) for v in (low, high, n))
    return Ends(low, high, n, ranged)


def widen(out: pd.DataFrame, own: Ends, other: Ends, grouped: np.ndarray, level: float) -> None:
    """Write what ranges say into the columns of the audit table, where there are any."""
    at = np.flatnonzero(own.ranged)
    if len(at):
        rate = metrics.rate_range(own.low[at], own.high[at], own.n[at], level=level)
        _put(out, at, rate_low=rate.low, rate_high=rate.high)
    with np.errstate(invalid="ignore"):
        at = grouped & (own.ranged | other.ranged) & ~np.isnan(own.low) & (other.n > 0)
        at = np.flatnonzero(at & (other.low <= other.high))
    if not len(at):
        return
    both = [v[at] for v in (*own[:3], *other[:3])]
    apart = metrics.risk_difference_range(*both, level=level)
    ratio = metrics.risk_ratio_range(*both, level=level)
    low, high, n, other_low, other_high, other_n = both
    # The largest p of the four corners; 1 where the range holds both sides.
    p = np.max(
        [
            metrics.difference_p(x, n, y, other_n)
            for x in (low, high)
            for y in (other_low, other_high)
        ],
        axis=0,
    )
    p = np.where((apart.least > 0) | (apart.most < 0), p, 1.0)
    sure = np.where(apart.least > 0, apart.least, np.minimum(apart.most, 0))
    sure = np.where(np.isnan(out["difference"].to_numpy(float)[at]), sure, out["difference"][at])
    _put(
        out, at, difference=sure, other_n=other_n, difference_low=apart.low, difference_high=apart.high,
        ratio_low=ratio.low, ratio_high=ratio.high, p_value=p,
    )  # fmt: skip


def _put(out: pd.DataFrame, at: np.ndarray, **columns: np.ndarray) -> None:
    for name, values in columns.items():
        whole = out[name].to_numpy("float64", na_value=np.nan).copy()
        whole[at] = values
        out[name] = whole
