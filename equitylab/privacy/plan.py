"""What to hide in one grid, with a certificate for every sensitive cell.

A certificate is a pair of alternative tables that agree with everything published: in one the cell
is at or above the target, in the other it is at zero. Each is kept as the changes that make it from
the true table, so that ``certificates.doubts`` can check it by addition alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .. import catalog
from ..schema import LEVELS
from .certificates import faults
from .grid import Grid
from .moves import Board

FAR_UP = np.int64(2**40)  # no limit on events
IMPORTANCE = {"school": 1.0, "district": 6.0, "state": 60.0}


@dataclass(frozen=True)
class Policy:
    """The reporting rules in force: see ``content/reporting_rules.yaml``."""

    min_group: int = 10
    min_cell: int = 3

    def band(self, n: int) -> int:
        """Return the whole percent in which 0 % is shown for this many students.

        Examples
        --------
        >>> Policy().band(25), Policy().band(400)
        (10, 1)
        """
        for row in catalog.content("reporting_rules")["privacy"]["bands"]:
            if n >= row["n_from"] and (row["n_to"] is None or n <= row["n_to"]):
                return row["band"]
        return 20


@dataclass(frozen=True)
class Witness:
    """One alternative table: what changes in the group sizes and in the outcomes.

    ``claim`` says what it shows about the cell of ``table`` (``"n"`` or an indicator):
    ``"none"`` (it may be zero), ``"many"`` (it may reach the target), ``"everyone"`` and
    ``"not everyone"`` (the same of the students without the outcome).
    """

    table: str
    cell: tuple[int, int]
    claim: str
    n: dict = field(default_factory=dict)
    x: dict = field(default_factory=dict)


@dataclass
class Plan:
    """What is hidden in a grid and why that is enough."""

    grid: Grid
    policy: Policy
    hidden_n: np.ndarray
    sensitive_n: np.ndarray
    hidden_x: dict[str, np.ndarray] = field(default_factory=dict)
    sensitive_x: dict[str, np.ndarray] = field(default_factory=dict)
    band: dict[str, np.ndarray] = field(default_factory=dict)
    hidden_own: dict[str, np.ndarray] = field(default_factory=dict)
    loose: dict[str, np.ndarray] = field(default_factory=dict)
    witnesses: list[Witness] = field(default_factory=list)
    open: list[tuple[str, int, int, str]] = field(default_factory=list)

    def ranged(self, i: str) -> np.ndarray:
        """Cells of which the source publishes a range that says something."""
        grid = self.grid
        low, high, n = grid.low[i], grid.high[i], grid.own[i]
        some = grid.has[i] & ~grid.guess_n & (n >= self.policy.min_group) & (low < high)
        return some & ((low > 0) | (high < n)) & (not catalog.indicator(i).events)

    def shown(self, i: str) -> np.ndarray:
        """Cells that are shown as the range of the source."""
        return self.ranged(i) & ~self.hidden_own[i] & ~self.sensitive_x[i]

    def to_dict(self) -> dict:
        """Return the certificates in plain words, for the data owner's file."""
        grid = self.grid

        def said(changes, values):
            return [
                [str(grid.units[u]), *grid.cols[c], int(values[u, c]), int(values[u, c]) + d]
                for (u, c), d in sorted(changes.items())
            ]

        return {
            "year": grid.year,
            "base": grid.base,
            "columns": ["unit_id", "dimension", "group", "true", "alternative"],
            "witnesses": [
                {
                    "table": w.table,
                    "unit_id": str(grid.units[w.cell[0]]),
                    "dimension": grid.cols[w.cell[1]][0],
                    "group": grid.cols[w.cell[1]][1],
                    "claim": w.claim,
                    "n": said(w.n, grid.n),
                    "x": said(w.x, grid.x[w.table]) if w.x else [],
                }
                for w in self.witnesses
            ],
        }

    def add(self, table, cell, claim, x=None, n=None) -> None:
        """Keep a witness, or note that none was found.

        Of a cell that the source hides too, nothing is noted: what we show of it and around it the
        source shows as well, and who can work it out from here could so from there.
        """
        grid = self.grid
        if x is None and n is None:
            theirs = grid.guess_n[cell] or (
                table != "n" and grid.low[table][cell] < grid.high[table][cell]
            )
            if not theirs:
                self.open.append((table, *cell, claim))
        else:
            self.witnesses.append(Witness(table, cell, claim, n or {}, x or {}))


def plan(grid: Grid, policy: Policy, levels: np.ndarray, *, spare: bool = True) -> Plan:
    """Choose what to hide in a grid: sizes once, then each indicator's outcomes.

    Parameters
    ----------
    grid : Grid
    policy : Policy
    levels : array of str
        The level of each unit of the grid.
    spare : bool
        Whether to publish again what every certificate can do without: most of the time goes there.
    """
    small = grid.present & (grid.n > 0) & (grid.n < policy.min_group)
    small[:, 0] = False  # units under the minimum are left out before: see gate.py
    made = Plan(grid, policy, small | grid.guess_n, small)
    importance = np.array([IMPORTANCE[v] for v in levels])[:, None]
    order = np.array([LEVELS.index(v) for v in levels])
    of_students = [i for i in grid.x if not catalog.indicator(i).events]
    taken = np.zeros_like(grid.n)
    for i in of_students:
        # Where the source itself counts more outcomes than students, nobody can rely on x <= n.
        made.loose[i] = (grid.has[i] & (grid.x[i] > grid.own[i])).any(axis=1)
        taken = np.maximum(taken, np.where(grid.has[i] & ~made.loose[i][:, None], grid.x[i], 0))
    sizes = _plan_sizes(made, importance * (1 + len(grid.x)), order, taken, spare)
    for i in sorted(grid.x, key=lambda i: catalog.indicator(i).events):
        _plan_outcomes(made, i, importance, order, sizes, spare)
    return made


def _cells(mask: np.ndarray, order: np.ndarray, values: np.ndarray) -> list[tuple[int, int]]:
    """Sensitive cells, the highest units first, then the smallest numbers."""
    u, c = np.nonzero(mask)
    rank = np.lexsort((values[u, c], -order[u]))
    return [(int(u[k]), int(c[k])) for k in rank]


def _columns(grid: Grid) -> dict[int, np.ndarray]:
    return {int(c): cols for cols in grid.dims.values() for c in cols}


def _weight(values, importance):
    return np.where(values > 0, 1 + np.log1p(np.maximum(values, 0)), 0.25) * importance


def _below(grid: Grid, u: int) -> list[int]:
    """``u`` and every unit under it."""
    found = [u]
    for child in grid.children[u]:
        found += _below(grid, int(child))
    return found


def _plan_sizes(made: Plan, importance, order, taken, spare) -> dict:
    """Certify small groups: each may be empty, and each may reach the minimum."""
    grid, target = made.grid, made.policy.min_group
    far = np.full(grid.n.shape, FAR_UP)
    free = grid.present.copy()
    free[:, 0] = False
    board = Board(grid, grid.n, taken, far, free, made.hidden_n, _weight(grid.n, importance))
    columns, found = _columns(grid), {}
    for u, c in _cells(made.sensitive_n, order, grid.n):
        empty = taken.copy()
        # Its outcomes go with it (see _plan_outcomes), here and in the units that it is part of.
        empty[grid.above(u), c] -= np.minimum(empty[grid.above(u), c], taken[u, c])
        empty[_below(grid, u), c] = 0
        value = int(grid.n[u, c])
        low = board.shift(u, c, columns[c], -value, low=empty)
        high = board.shift(u, c, columns[c], target - value)
        made.add("n", (u, c), "none", n=low)
        made.add("n", (u, c), "many", n=high)
        found[u, c] = low, high
    if spare:
        board.spare(made.sensitive_n)
    return found


def _limits(made: Plan, i: str, n, sizes_hidden):
    """How far each outcome could go, and which cells are shown as a band."""
    grid, policy = made.grid, made.policy
    x = np.where(grid.has[i], grid.x[i], 0)
    low, high = np.zeros_like(n), n.copy()
    shown = grid.has[i] & ~sizes_hidden & (n >= policy.min_group)
    exact = grid.low[i] == grid.high[i]
    none, full = shown & exact & (x == 0), shown & exact & (x == n)
    reach = np.zeros_like(n)
    for u, c in zip(*np.nonzero(none | full), strict=True):
        reach[u, c] = policy.band(int(n[u, c])) * n[u, c] // 100
    high, low = np.where(none, reach, high), np.where(full, n - reach, low)
    # A range that the source publishes is one for everybody, and so it binds what may be moved.
    told = shown & made.ranged(i)
    low, high = np.where(told, grid.low[i], low), np.where(told, grid.high[i], high)
    return low, high, np.where(none, -1, np.where(full, 1, 0)).astype(np.int8)


def _plan_outcomes(made: Plan, i: str, importance, order, sizes: dict, spare) -> None:
    """Certify one indicator's small counts, given which group sizes are hidden."""
    grid, k = made.grid, made.policy.min_cell
    about = catalog.indicator(i)
    has = grid.has[i]
    n, x = np.where(has, grid.own[i], 0), np.where(has, grid.x[i], 0)
    # A district's size of some of its schools would bind the moves between those and the others:
    # it is shown only in columns in which no school's size moves.
    sizes_hidden = made.hidden_n.copy()
    for u in np.flatnonzero(grid.partial(i)):
        sizes_hidden[u] |= made.hidden_n[_below(grid, int(u))].any(axis=0)
    made.hidden_own[i] = sizes_hidden
    small_group = made.sensitive_n & has & (n == grid.n)
    big = has & (n >= made.policy.min_group)
    if about.events:
        low, high = np.zeros_like(n), np.full(n.shape, FAR_UP)
        band = np.zeros(n.shape, np.int8)
        few, rest = has & (x > 0) & (x < k), np.zeros_like(has)
        edge = rest
        follow = made.hidden_x.get(about.with_students, np.zeros_like(has))
        linked = made.sensitive_x.get(about.with_students, np.zeros_like(has))
        sensitive = few | (has & linked)
        free, never = has.copy(), np.zeros_like(has)
        few = sensitive
    else:
        low, high, band = _limits(made, i, n, sizes_hidden)
        told = made.ranged(i) & ~sizes_hidden
        least, most = np.where(told, grid.low[i], x), np.where(told, grid.high[i], x)
        few = big & (least > 0) & (most < k)
        rest = big & (n - most > 0) & (n - least < k)
        # A range that holds a small count: the others of the line must not say that it is one.
        edge = told & ~few & ~rest & (((x > 0) & (x < k)) | ((n - x > 0) & (n - x < k)))
        # Everyone had the outcome that the school would not want: certified, not only banded.
        never = big & ((x == n) if about.direction != "up" else (x == 0))
        never &= (x == 0) if about.direction == "up" else (x > 0)
        never &= grid.low[i] == grid.high[i]
        follow, free = (band != 0) | (x > n), has.copy()
        sensitive = few | rest | never | (small_group & (x > 0))
        unsafe = never | few | rest
        low, high = np.where(unsafe, 0, low), np.where(unsafe, n, high)
        high = np.where(made.loose[i][:, None], FAR_UP, high)
    hidden = sizes_hidden | ~has | few | rest | never | follow | (grid.low[i] < grid.high[i])
    needed = hidden.copy()
    weight = _weight(x, importance)
    weight[:, 0] *= 6
    board = Board(grid, x, low, high, free, hidden, weight)
    columns = _columns(grid)
    made.hidden_x[i], made.sensitive_x[i], made.band[i] = hidden, sensitive, band

    def move(u, c, need, top=high):
        """Within the dimension if it can be, else with the school's total."""
        if c == 0:
            return board.transfer(u, need)
        moved = board.shift(u, c, columns[c], need, high=top)
        return board.transfer(u, need, through=c) if moved is None and hidden[u, 0] else moved

    def claims(u, c):
        value, rest_ = int(x[u, c]), int(n[u, c] - x[u, c])
        if edge[u, c] and 0 < value < k:
            yield ("many", k - value) if low[u, c] else ("none", -value)
        if edge[u, c] and 0 < rest_ < k:
            yield ("everyone", rest_) if high[u, c] == n[u, c] else ("not everyone", rest_ - k)
        if few[u, c] and value:
            yield "none", -value
        if few[u, c] and value < k:
            yield "many", k - value
        if rest[u, c]:
            yield "everyone", rest_
            yield "not everyone", -(k - rest_)
        if never[u, c]:
            yield ("not everyone", -k) if value else ("many", k)

    for u, c in _cells(few | rest | never | edge, order, x):
        for claim, need in claims(u, c):
            if made.sensitive_n[u, c]:
                continue  # below, together with the group's size
            moved = move(u, c, need)
            # Where nobody at all has an outcome, as with a course that is not offered, no table
            # says otherwise; the cell stays hidden without a certificate.
            if moved is not None or not never[u, c]:
                made.add(i, (u, c), claim, x=moved)
            if edge[u, c] and moved is None:
                sensitive[u, c] = True  # then the range is not shown
    for u, c in _cells(small_group & (x > 0), order, x):
        value = int(x[u, c])
        for claim, need, size in (
            ("none", -value, sizes[u, c][0]),
            ("many", k - value, sizes[u, c][1]),
        ):
            if need == 0 or (claim == "many" and need < 0):
                continue
            top = high.copy()
            for cell, d in (size or {}).items():
                if top[cell] < FAR_UP:
                    top[cell] = n[cell] + d
            moved = move(u, c, need, top)
            # Found for outcomes alone, a move may not fit the sizes that moved before it.
            if (
                moved is None
                or size is None
                or faults(made, Witness(i, (u, c), claim, size, moved))
            ):
                made.add(i, (u, c), claim)
            else:
                made.add(i, (u, c), claim, x=moved, n=size)
    if spare:
        board.spare(needed)
