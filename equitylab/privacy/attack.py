"""What an outsider can work out about hidden cells from linear relations between cells.

A hidden cell is safe when two whole tables that fit all relations differ in it widely enough. Three
tools, cheapest first: bounds passed along the relations; whole tables by one linear programme for
many cells at once; then the smallest and largest value of one cell, in whole numbers (HiGHS).
"""

from __future__ import annotations

import math
import time
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..errors import PrivacyError
from .bounds import INF, Relation, at_most, fractional, propagate, share, total

__all__ = ["Goal", "InconsistentTable", "Relation", "System", "at_most", "attack", "share", "total"]
_TOL = 1e-6
_PATIENCE = 20.0  # seconds for one search for contradictions
_TRIES = 12  # rounds of leaving out what contradicts


class InconsistentTable(PrivacyError):
    """The published numbers contradict each other: no table fits them."""


class Goal(NamedTuple):
    """What must remain possible for a hidden cell, in terms of its lowest and highest value.

    The highest is at least ``up`` (or the lowest at most ``unless_low``), the lowest at most
    ``down`` (or the highest at least ``unless_high``), and they differ where ``differ`` says so. A
    cell that can only be zero is no leak where ``zero_ok``.
    """

    up: float = -INF
    unless_low: float = -INF
    down: float = INF
    unless_high: float = INF
    differ: bool = True
    zero_ok: bool = True

    def met(self, low: float, high: float) -> bool:
        """Return whether values from ``low`` to ``high`` leave enough open."""
        return (
            (high >= self.up or low <= self.unless_low)
            and (low <= self.down or high >= self.unless_high)
            and (high > low or not self.differ)
        )

    def leaks(self, low: float, high: float) -> bool:
        """Return whether knowing that the value lies from ``low`` to ``high`` is too much."""
        return not self.met(low, high) and not (self.zero_ok and high == 0)


@dataclass
class Settled:
    """What came of an attack on many cells.

    Attributes
    ----------
    exposed : dict
        Cell -> (low, high), for those whose goal is not met.
    safe, open : int
        Cells shown to be safe; cells that the time did not allow to settle.
    dropped : list of str
        Labels of relations left out, because the published numbers contradict them.
    solved : int
        Linear programmes solved.
    """

    exposed: dict = field(default_factory=dict)
    safe: int = 0
    open: int = 0
    dropped: list[str] = field(default_factory=list)
    solved: int = 0


class System:
    """Cells and the relations between them, as an outsider holds them.

    Examples
    --------
    Two groups hidden of three, with their total printed:

    >>> s = System()
    >>> for name, value in {"a": None, "b": None, "c": 20, "all": 30}.items():
    ...     s.cell(name, value)
    >>> s.add(total("all", ["a", "b", "c"]))
    >>> s.bounds(["a"])
    {'a': (0, 10)}
    """

    def __init__(self, *, integer: bool = True) -> None:
        self.integer = integer
        self.index: dict[Hashable, int] = {}
        self._low: list[float] = []
        self._high: list[float] = []
        self._rows: list[int] = []
        self._cols: list[int] = []
        self._data: list[float] = []
        self._lo: list[float] = []
        self._hi: list[float] = []
        self.labels: list[str] = []
        self.solved = 0
        self._ready = False

    # ------------------------------------------------------------------ what is known
    def cell(
        self, name: Hashable, value: float | None = None, low: float = 0.0, high: float = INF
    ) -> None:
        """Add a cell, known (``value``) or hidden within a public range; or narrow one that exists."""
        if value is not None:
            low = high = float(value)
        at = self.index.setdefault(name, len(self._low))
        if at == len(self._low):
            self._low.append(low)
            self._high.append(high)
        else:
            self._low[at], self._high[at] = max(self._low[at], low), min(self._high[at], high)
        self._ready = False

    def known(self, name: Hashable) -> float | None:
        """Return the value of a cell that is known, else None."""
        at = self.index.get(name)
        return self._low[at] if at is not None and self._low[at] == self._high[at] else None

    def add(self, relation: Relation) -> None:
        """Add a relation; cells that are new to the system are hidden and at least zero."""
        row = len(self._lo)
        shift, free = 0.0, False
        for name, a in relation.coeffs.items():
            if name not in self.index:
                self.cell(name)
            at = self.index[name]
            if self._low[at] == self._high[at]:
                shift += a * self._low[at]
            else:
                free = True
                self._rows.append(row)
                self._cols.append(at)
                self._data.append(a)
        low, high = relation.low - shift, relation.high - shift
        if not free and (low > _TOL or high < -_TOL):
            raise InconsistentTable(f"The published numbers contradict: {relation.label}.")
        self._lo.append(low)
        self._hi.append(high)
        self.labels.append(relation.label)
        self._ready = False

    # ------------------------------------------------------------------ preparing
    def _prepare(self, *, drop: bool) -> list[str]:
        """Pass bounds along the relations, find components; drop contradictions or raise."""
        from scipy.sparse import csr_matrix

        cells, rows = len(self._low), len(self._lo)
        data = np.array(self._data, float)
        self._a = csr_matrix((data, (self._rows, self._cols)), shape=(rows, cells))
        self._a.sum_duplicates()
        lo, hi = np.array(self._lo, float), np.array(self._hi, float)
        dropped: list[str] = []
        for turn in range(_TRIES):
            low, high = np.array(self._low, float), np.array(self._high, float)
            if self.integer:
                low, high = np.ceil(low - _TOL), np.floor(high + _TOL)
            crossed = propagate(self._a, lo, hi, low, high, self.integer)
            if not len(crossed):
                break
            if not drop or turn == _TRIES - 1:
                name = list(self.index)[crossed[0]]
                raise InconsistentTable(f"No table fits the published numbers around {name}.")
            bad = self._contradictions(lo, hi, crossed, every=turn == _TRIES - 2)
            dropped += [self.labels[r] for r in bad]
            lo[bad], hi[bad] = -INF, INF
        self._lo_a, self._hi_a, self.low, self.high = lo, hi, low, high
        self._components()
        self._ready = True
        return dropped

    def _components(self) -> None:
        """Group the cells that are still open by what connects them."""
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        a = self._a.tocoo()
        useful = (np.isfinite(self._lo_a) | np.isfinite(self._hi_a))[a.row]
        keep = useful & (self.low < self.high)[a.col]
        rows, cells = a.shape
        graph = coo_matrix(
            (np.ones(keep.sum()), (a.row[keep], rows + a.col[keep])), shape=(rows + cells,) * 2
        )
        _, label = connected_components(graph, directed=False)
        self.component = label[rows:]
        order = np.argsort(self.component, kind="stable")
        order = order[(self.low < self.high)[order]]
        cuts = np.flatnonzero(np.diff(self.component[order])) + 1
        self.members = {int(self.component[m[0]]): m for m in np.split(order, cuts) if len(m)}
        self._csc = self._a.tocsc()

    def _part(self, cells: np.ndarray, inside: np.ndarray | None = None):
        """Return the relations of some cells, with known cells folded into their bounds.

        With ``inside`` (a mask) relations that reach outside it are left out: a weaker attacker,
        whose every finding still holds.
        """
        sub = self._csc[:, cells]
        rows = np.unique(sub.indices)
        rows = rows[np.isfinite(self._lo_a[rows]) | np.isfinite(self._hi_a[rows])]
        block = self._a[rows]
        fixed = self.low == self.high
        shift = block @ np.where(fixed, self.low, 0.0)
        if inside is not None:
            whole = (abs(block).sign() @ (~fixed & ~inside).astype(float)) == 0
            rows, block, shift = rows[whole], block[whole], shift[whole]
        return block[:, cells], self._lo_a[rows] - shift, self._hi_a[rows] - shift

    def _contradictions(self, lo, hi, cells, *, every=False) -> np.ndarray:
        """Return relations around some cells to leave out, so that a table fits.

        Those that fail by most come first; with ``every``, all that have to do with the cells.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import hstack, identity

        self._lo_a, self._hi_a = lo, hi
        self.low, self.high = np.array(self._low, float), np.array(self._high, float)
        self._components()
        bad: list[int] = []
        for part in {int(self.component[c]) for c in cells}:
            cells = self.members.get(part)
            if cells is None:
                continue
            rows = np.unique(self._csc[:, cells].indices)
            if every:
                bad += list(rows)
                continue
            a, low, high = self._a[rows][:, cells], lo[rows].copy(), hi[rows].copy()
            shift = self._a[rows] @ np.where(self.low == self.high, self.low, 0.0)
            low, high, m = low - shift, high - shift, len(rows)
            wide = hstack([a, identity(m), -identity(m)]).tocsr()
            cost = np.r_[np.zeros(len(cells)), np.ones(2 * m)]
            box = Bounds(
                np.r_[self.low[cells], np.zeros(2 * m)], np.r_[self.high[cells], [INF] * 2 * m]
            )
            rules, limit = LinearConstraint(wide, low, high), {"time_limit": _PATIENCE}
            found = milp(cost, constraints=rules, bounds=box, options=limit)
            if found.x is not None:
                slack = found.x[len(cells) : len(cells) + m] + found.x[len(cells) + m :]
                # The worst first: a sum beside it may hold once it is gone.
                bad += list(rows[slack > max(_TOL, slack.max() / 2)])
        return np.array(sorted(set(bad)), int)

    # ------------------------------------------------------------------ solving
    def _box(self, cells):
        """Return bounds that are finite, so that a search for any table stays bounded."""
        low, high = self.low[cells], self.high[cells]
        finite = high[np.isfinite(high)]
        cap = 4 * max(finite.max() if len(finite) else 0.0, low.max(), 250.0) + 1000.0
        return low, np.where(np.isfinite(high), high, cap)

    def _solve(self, cost, a, lo, hi, low, high, *, whole=False, seconds=20.0):
        from scipy.optimize import Bounds, LinearConstraint, milp

        self.solved += 1
        rules = LinearConstraint(a, lo - 1e-9, hi + 1e-9) if a.shape[0] else ()
        return milp(
            cost,
            constraints=rules,
            bounds=Bounds(low, high),
            integrality=np.ones(len(cost)) if whole else None,
            options={"time_limit": seconds},
        )

    def _extreme(self, cells, at, sign, part, seconds=20.0):
        """Return the smallest (sign 1) or largest (-1) value of one cell, and the table it stands in."""
        a, lo, hi = part
        low, high = self.low[cells], self.high[cells]
        cost = np.zeros(len(cells))
        cost[at] = sign
        found = self._solve(cost, a, lo, hi, low, high, seconds=seconds)
        if found.x is not None and self.integer and fractional(found.x).any():
            again = self._solve(cost, a, lo, hi, low, high, whole=True, seconds=seconds)
            if again.status == 2:
                raise InconsistentTable("No table of whole numbers fits the published numbers.")
            if again.status == 0:
                found = again
            else:  # out of time: the linear bound holds, and its table is not one of whole numbers
                return (np.ceil if sign > 0 else np.floor)(found.x[at] + sign * -_TOL), None
        if found.status == 2:
            raise InconsistentTable("No table fits the published numbers.")
        if found.x is None:  # unbounded, or out of time: the bounds passed along still hold
            return (low[at] if sign > 0 else high[at]), None
        value = float(np.round(found.x[at])) if self.integer else float(found.x[at])
        return value, found.x

    def bounds(self, names: Iterable[Hashable] | None = None) -> dict:
        """Return the tightest (low, high) for each cell asked for, hidden ones by default.

        Raises
        ------
        InconsistentTable
            No table fits what was published.
        """
        if not self._ready:
            self._prepare(drop=False)
        names = list(self.index) if names is None else list(names)
        out: dict = {}
        parts: dict = {}
        for name in names:
            at = self.index[name]
            if self.low[at] == self.high[at]:
                out[name] = (self.low[at], self.high[at])
                continue
            key = int(self.component[at])
            cells = self.members[key]
            if key not in parts:
                parts = {key: self._part(cells)}
            here = int(np.searchsorted(cells, at))
            out[name] = tuple(self._extreme(cells, here, s, parts[key])[0] for s in (1.0, -1.0))
        if self.integer:
            as_int = lambda v: int(v) if math.isfinite(v) else v  # noqa: E731
            out = {k: (as_int(a), as_int(b)) for k, (a, b) in out.items()}
        return out

    def settle(self, goals: Mapping[Hashable, Goal], *, seconds: float = 60.0) -> Settled:
        """Find which cells do not meet their goal, as fast as whole tables for many at once allow."""
        from .settle import settle

        deadline = time.perf_counter() + seconds
        dropped = [] if self._ready else self._prepare(drop=True)
        for turn in range(_TRIES):
            try:
                result = settle(self, goals, deadline)
                break
            except InconsistentTable as error:
                cells = error.fields.get("cells")
                if cells is None or turn == _TRIES - 1:
                    raise
                bad = self._contradictions(self._lo_a, self._hi_a, cells, every=turn > 4)
                dropped += [self.labels[r] for r in bad]
                for row in bad:
                    self._lo[row], self._hi[row] = -INF, INF
                dropped += self._prepare(drop=True)
        result.dropped, result.solved = dropped, self.solved
        return result


def attack(
    cells: Mapping[Hashable, float | None],
    relations: Iterable[Relation],
    *,
    bounds: Mapping[Hashable, tuple[float, float]] | None = None,
    targets: Iterable[Hashable] | None = None,
    known: Mapping[Hashable, float] | None = None,
    integer: bool = True,
) -> dict:
    """What can an outsider work out about each hidden cell of one table?

    Parameters
    ----------
    cells : mapping
        Cell to printed number, None where hidden.
    relations : iterable of Relation
        What everybody knows about the table.
    bounds : mapping, optional
        Public ranges of hidden cells: ``"<10"`` is ``(1, 9)``.
    targets : iterable, optional
        Only these cells.
    known : mapping, optional
        What an insider knows besides: a family knows its own child.
    integer : bool
        Counts; False for money or means.

    Returns
    -------
    dict
        Cell to the tightest (low, high).

    Raises
    ------
    InconsistentTable
        No table fits what was printed.

    Examples
    --------
    >>> attack({"a": None, "b": 30, "all": 34}, [total("all", ["a", "b"])])
    {'a': (4, 4)}
    """
    known, bounds = dict(known or {}), dict(bounds or {})
    system = System(integer=integer)
    for name, value in cells.items():
        low, high = bounds.get(name, (0.0, INF))
        system.cell(name, known.get(name, value), low, high)
    for relation in relations:
        system.add(relation)
    hidden = [k for k, v in cells.items() if v is None and k not in known]
    return system.bounds(hidden if targets is None else targets)
