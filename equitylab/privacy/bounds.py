"""Relations between cells, and bounds passed along them: the cheapest attack."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

INF = math.inf
_TOL = 1e-6


class Relation(NamedTuple):
    """``low <= sum(coefficient * cell) <= high``."""

    coeffs: Mapping[Hashable, float]
    low: float = 0.0
    high: float = 0.0
    label: str = ""


def total(whole: Hashable, parts: Iterable[Hashable], label: str = "") -> Relation:
    """Return the relation: the whole is the sum of its parts."""
    coeffs: dict = {whole: -1.0}
    for part in parts:
        coeffs[part] = coeffs.get(part, 0.0) + 1.0
    return Relation(coeffs, 0.0, 0.0, label or f"{whole} is a sum")


def at_most(small: Hashable, big: Hashable) -> Relation:
    """Return the relation: one cell is no larger than another."""
    return Relation({small: 1.0, big: -1.0}, -INF, 0.0, f"{small} <= {big}")


def share(part: Hashable, whole: Hashable, value: float, half: float) -> list[Relation]:
    """Return the relations that a printed share gives, even when both counts are hidden.

    ``value`` is the share (0 to 1) and ``half`` half a unit of its last printed digit.
    """
    low, high = max(0.0, value - half), value + half
    return [
        Relation({part: 1.0, whole: -low}, 0.0, INF, "printed share"),
        Relation({part: 1.0, whole: -high}, -INF, 0.0, "printed share"),
    ]


def propagate(a, lo, hi, low, high, integer, sweeps=60):
    """Narrow ``low`` and ``high`` in place along the relations; return cells where they cross."""
    a = a.tocsr()
    row = np.repeat(np.arange(a.shape[0]), np.diff(a.indptr))
    col, coef = a.indices, a.data
    for _ in range(sweeps):
        before = low.copy(), high.copy()
        least = np.where(coef > 0, coef * low[col], coef * high[col])
        most = np.where(coef > 0, coef * high[col], coef * low[col])
        for side, limit, sign in ((least, hi, 1.0), (most, lo, -1.0)):
            # What is left for one cell when all others of the row stand at their extreme.
            endless = ~np.isfinite(side)
            rest = np.bincount(row, np.where(endless, 0.0, side), a.shape[0])[row].astype(float)
            rest -= np.where(endless, 0.0, side)
            loose = np.bincount(row, endless, a.shape[0])[row] - endless > 0
            room = np.where(loose | ~np.isfinite(limit[row]), sign * INF, limit[row] - rest)
            edge = room / coef
            top = (coef > 0) == (sign > 0)
            if integer:
                edge = np.where(top, np.floor(edge + _TOL), np.ceil(edge - _TOL))
            np.minimum.at(high, col[top], edge[top])
            np.maximum.at(low, col[~top], edge[~top])
        crossed = np.flatnonzero(low > high + _TOL)
        if len(crossed):
            return crossed
        if (low == before[0]).all() and (high == before[1]).all():
            break
    return np.array([], int)


def fractional(x: np.ndarray) -> np.ndarray:
    """Which of these are not whole numbers?"""
    return np.abs(x - np.round(x)) > _TOL
