"""Which of many hidden cells are exposed, without solving for each of them.

Any whole table that fits what is printed is a witness for every cell in it. So a few linear
programmes, each pushing hundreds of cells up or down at once, show most cells to be safe; only what
they leave is solved one cell at a time, first among its neighbours.
"""

from __future__ import annotations

import math
import time

import numpy as np

from .attack import INF, InconsistentTable, Settled, System
from .bounds import fractional

_ROUNDS = 16
_CHUNK = 4000  # cells solved together when tables are sought for many cells at once
_PATIENCE = 5.0  # seconds for one cell in whole numbers
_LIFT = 3.0  # how far what bounds an open cell is moved away from it
_ALONE, _FAR = 0.02, 1.0  # seconds that one cell takes alone, in a small part and in a large one


def settle(system: System, goals, deadline: float) -> Settled:
    """Return what :meth:`System.settle` promises; ``deadline`` by ``time.perf_counter``."""
    out = Settled()
    at = np.array([system.index[k] for k in goals], int)
    names = dict(zip(at.tolist(), goals, strict=True))
    goal = dict(zip(at.tolist(), goals.values(), strict=True))
    least, most = np.full(len(system.low), INF), np.full(len(system.low), -INF)
    fixed = system.low == system.high
    least[fixed] = most[fixed] = system.low[fixed]
    todo: dict[int, list[int]] = {}
    suspects: list[int] = []
    for i in at.tolist():
        g = goal[i]
        if not g.met(system.low[i], system.high[i]):  # bounds passed along are enough
            suspects.append(i)
        elif not fixed[i]:
            todo.setdefault(int(system.component[i]), []).append(i)
    work = _Witnesses(system, goal, least, most, deadline)
    for chunk in _chunks(system, todo):
        cells = np.sort(np.concatenate([system.members[c] for c in chunk]))
        wanted = [i for c in chunk for i in todo[c]]
        if len(cells) <= _CHUNK:
            work.rounds(cells, system._part(cells), wanted)
        else:
            work.by_blocks(cells, wanted)
    left = suspects + [i for c in todo for i in todo[c] if not goal[i].met(least[i], most[i])]
    for reach in (0, 1, 2):  # the cheap attempt for all of them, before a dear one for any
        left = [i for i in left if not _tried(work, i, reach)]
    for i, (low, high) in work.found.items():
        if goal[i].leaks(low, high):
            out.exposed[names[i]] = (_number(low), _number(high))
    out.open = len(left)
    out.safe = len(goal) - out.open - len(out.exposed)
    return out


def _tried(work: _Witnesses, i: int, reach: int) -> bool:
    try:
        return work.settled(i, reach)
    except InconsistentTable:  # fractions fit and whole numbers do not: nothing can be said
        return False


def _number(value: float) -> float:
    return int(value) if math.isfinite(value) and value == round(value) else value


def _chunks(system: System, todo):
    """Yield lists of components that are small enough to be solved in one programme."""
    batch, size = [], 0
    for part in todo:
        count = len(system.members[part])
        if batch and size + count > _CHUNK:
            yield batch
            batch, size = [], 0
        batch.append(part)
        size += count
    if batch:
        yield batch


class _Witnesses:
    """The lowest and highest value of each cell over the whole tables found so far."""

    def __init__(self, system, goal, least, most, deadline):
        self.system, self.goal, self.deadline = system, goal, deadline
        self.least, self.most = least, most
        self.rng = np.random.default_rng(20)
        self.found: dict[int, tuple[float, float]] = {}
        self.table = np.where(least == most, least, np.nan)  # one whole table that fits
        self._parts: dict = {}

    def _late(self) -> bool:
        return time.perf_counter() > self.deadline

    def _open(self, cells) -> list[int]:
        return [i for i in cells if not self.goal[i].met(self.least[i], self.most[i])]

    def _keep(self, cells, table, part) -> None:
        """Count a table as a witness, after checking it by addition alone."""
        table = np.round(table) if self.system.integer else table
        a, lo, hi = part
        sums = a @ table
        if (sums < lo - 1e-6).any() or (sums > hi + 1e-6).any():
            return
        self.table[cells] = table
        self.least[cells] = np.minimum(self.least[cells], table)
        self.most[cells] = np.maximum(self.most[cells], table)

    def by_blocks(self, cells, wanted) -> None:
        """Settle a large component: one whole table first, then block after block within it.

        A block is what equations connect; all else stays as in the table that fits.
        """
        system = self.system
        whole = system._part(cells)
        self.rounds(cells, whole, wanted, turns=1)
        if np.isnan(self.table[cells]).any():
            return
        inside = np.zeros(len(system.low), bool)
        before = INF
        for turn in range(8):
            open_ = self._open(wanted)
            if not open_ or (turn > 2 and before - len(open_) < 20):
                break
            before = len(open_)
            beside = self._beside(open_) if turn else np.array([], int)
            # What holds others down is lifted first (a group's size that its counts cannot exceed).
            blocks = sorted(self._blocks(cells), key=lambda b: -np.isin(beside, b).sum())
            for block in blocks:
                mine = self._open(np.intersect1d(block, open_).tolist())
                lift = np.intersect1d(block, beside)
                if (len(mine) or len(lift)) and not self._late():
                    inside[block] = True
                    part = self._held(block, inside)
                    if len(lift):
                        self._accept(block, part, self._push(block, part, mine, turn, lift))
                        part = self._held(block, inside)
                    self.rounds(block, part, mine)
                    inside[block] = False
        # What many blocks have to move for: all of it at once, while that pays.
        self.rounds(cells, whole, wanted)

    def _beside(self, open_) -> np.ndarray:
        """Return the cells that bound some open cells from outside their blocks."""
        system = self.system
        if not open_:
            return np.array([], int)
        rows = np.unique(system._csc[:, open_].indices)
        rows = rows[system._lo_a[rows] != system._hi_a[rows]]
        near = np.unique(system._a[rows].indices)
        near = near[system.low[near] < system.high[near]]
        return np.setdiff1d(near, open_)

    def _blocks(self, cells) -> list[np.ndarray]:
        """Return the cells that equations connect, in parts of some thousand at most."""
        from scipy.sparse import coo_matrix
        from scipy.sparse.csgraph import connected_components

        system = self.system
        a = system._a.tocoo()
        keep = (system._lo_a == system._hi_a)[a.row] & np.isin(a.col, cells)
        rows, every = a.shape
        graph = coo_matrix(
            (np.ones(keep.sum()), (a.row[keep], rows + a.col[keep])), shape=(rows + every,) * 2
        )
        label = connected_components(graph, directed=False)[1][rows + cells]
        order = np.argsort(label, kind="stable")
        blocks: list[np.ndarray] = []
        batch: list[np.ndarray] = []
        for block in np.split(cells[order], np.flatnonzero(np.diff(label[order])) + 1):
            if batch and sum(map(len, batch)) + len(block) > _CHUNK // 2:
                blocks.append(np.sort(np.concatenate(batch)))
                batch = []
            batch.append(block)
        return [*blocks, np.sort(np.concatenate(batch))]

    def rounds(self, cells, part, wanted, turns=_ROUNDS) -> None:
        """Look for tables that settle many of the wanted cells at once."""
        begun, before, stuck = time.perf_counter(), INF, 0
        alone = _ALONE if len(cells) <= _CHUNK else _FAR
        for turn in range(turns):
            open_ = self._open(wanted)
            # Stop when one cell after the other, alone among its neighbours, is cheaper.
            spent, begun = time.perf_counter() - begun, time.perf_counter()
            stuck = stuck + 1 if before - len(open_) < spent / alone else 0
            if not open_ or stuck >= 2 or self._late():
                return
            before = len(open_)
            self._accept(cells, part, self._push(cells, part, open_, turn))

    def _accept(self, cells, part, table) -> None:
        """Keep a table, component by component, where it is (or can be made) one of whole numbers."""
        if table is None:
            return
        system = self.system
        if system.integer:
            table = self._mend(cells, part, table)
        broken = fractional(table) if system.integer else np.zeros(len(cells), bool)
        good = ~np.isin(system.component[cells], np.unique(system.component[cells[broken]]))
        if good.any():
            a, lo, hi = part
            rows = abs(a) @ (~good).astype(float) == 0
            self._keep(cells[good], table[good], (a[rows][:, good], lo[rows], hi[rows]))

    def _push(self, cells, part, open_, turn, lift=()):
        """Return a table with as many open cells as possible moved to where their goals ask.

        Cells to ``lift`` are moved up from where they stand.
        """
        from scipy.sparse import coo_matrix, vstack

        system = self.system
        a, lo, hi = part
        low, high = system._box(cells)
        where = np.searchsorted(cells, [*open_, *lift]).astype(int)
        aim, sign = np.empty(len(where)), np.ones(len(where))
        if len(lift):
            lift = np.asarray(lift)
            aim[len(open_) :] = np.minimum(self.table[lift] + _LIFT, self.system.high[lift])
        for k, i in enumerate(open_):
            g, least, most = self.goal[i], self.least[i], self.most[i]
            needs_up = most < g.up and least > g.unless_low
            needs_down = least > g.down and most < g.unless_high
            flip = turn >= 2 and self.rng.random() < 0.5
            if needs_up and not (flip and g.unless_low > -INF):
                sign[k], aim[k] = 1.0, min(max(g.up, g.unless_low), system.high[i])
            elif needs_down and not (flip and g.unless_high < INF):
                sign[k], aim[k] = -1.0, max(g.down, system.low[i])
            elif needs_up:
                sign[k], aim[k] = -1.0, g.unless_low
            elif needs_down:
                sign[k], aim[k] = 1.0, g.unless_high
            elif math.isfinite(most):  # one value so far: any other will do
                sign[k] = -1.0 if (turn % 2 == 0) != flip else 1.0
                aim[k] = most + sign[k]
            else:
                sign[k], aim[k] = 1.0, low[where[k]] + 1
            if not math.isfinite(aim[k]):
                aim[k] = low[where[k]] if sign[k] < 0 else high[where[k]]
        # One helper a cell: how far it has come towards its aim, and no credit beyond.
        m, n = len(where), len(cells)
        helper = coo_matrix(
            (
                np.r_[np.ones(m), -sign],
                (np.r_[np.arange(m), np.arange(m)], np.r_[n + np.arange(m), where]),
            ),
            shape=(m, n + m),
        )
        wide = vstack([coo_matrix((a.data, a.tocoo().coords), (a.shape[0], n + m)), helper]).tocsr()
        weight = -self.rng.uniform(0.9, 1.1, m)
        reach = np.maximum(1.0, np.abs(aim))
        found = system._solve(
            np.r_[np.zeros(n), weight / reach],
            wide,
            np.r_[lo, np.full(m, -INF)],
            np.r_[hi, np.zeros(m)],
            np.r_[low, np.full(m, -1e9)],
            np.r_[high, sign * aim],
            # Of a large part nothing can be said without one whole table.
            seconds=max(0.5, min(20.0 + n / 1000, self.deadline - time.perf_counter())),
        )
        if found.status == 2:
            raise InconsistentTable("No table fits the published numbers.", cells=cells)
        return None if found.x is None else found.x[:n]

    def _mend(self, cells, part, table):
        """Return the table in whole numbers, as far as that takes changes near its fractions only."""
        from scipy.sparse.csgraph import connected_components

        a, lo, hi = part
        low, high = self.system._box(cells)
        table = np.where(fractional(table), table, np.round(table))
        for hops in range(4):
            free = fractional(table)
            if not free.any() or self._late():
                break
            for _ in range(hops):
                free = (abs(a).T @ (abs(a) @ free.astype(float))) > 0
            free = np.flatnonzero(free)
            near = abs(a[:, free])
            label = connected_components(near.T @ near, directed=False)[1]
            order = free[np.argsort(label, kind="stable")]
            for cluster in np.split(order, np.cumsum(np.bincount(label))[:-1]):
                if not fractional(table[cluster]).any():
                    continue
                rows = np.unique(a[:, cluster].tocoo().row)
                held = table.copy()
                held[cluster] = 0.0
                shift = a[rows] @ held
                found = self.system._solve(
                    np.zeros(len(cluster)),
                    a[rows][:, cluster],
                    lo[rows] - shift,
                    hi[rows] - shift,
                    low[cluster],
                    high[cluster],
                    whole=True,
                    seconds=3.0,
                )
                if found.x is not None:
                    table[cluster] = np.round(found.x)
        return table

    def settled(self, i: int, reach: int) -> bool:
        """Try to show that one cell is exposed or safe.

        From the cells that equations connect it with (``reach`` 0), those and the ones beside them
        (1), or all that have to do with it (2). What can be said of it is kept in ``found``.
        """
        system, goal = self.system, self.goal[i]
        low, high = self.found.get(i, (system.low[i], system.high[i]))
        self.found[i] = (low, high)
        if low == high or self._done(i):
            return True
        if self._late():
            return goal.leaks(low, high)
        cells = system.members[int(system.component[i])]
        near = self._near(i, cells, reach)
        here = int(np.searchsorted(near, i))
        inside = np.zeros(len(system.low), bool)
        inside[near] = True
        whole = len(near) == len(cells)
        # Leaving out what reaches beyond is a weaker attacker: what he finds, holds.
        part = system._part(near, None if whole else inside)
        if whole and len(near) > _CHUNK:
            self.rounds(near, part, [i], turns=4)
        exact = True
        for sign in (1.0, -1.0):
            if self._done(i) or self._late():
                return self._done(i)
            value, table = system._extreme(near, here, sign, part, seconds=_PATIENCE)
            low, high = (max(low, value), high) if sign > 0 else (low, min(high, value))
            self.found[i] = (low, high)
            exact &= table is not None
            if whole and table is not None:
                self._keep(near, table, part)
        if goal.leaks(low, high) or self._done(i) or (whole and exact):
            return True
        # All beyond as in a table that fits: what is possible then, is possible.
        held = None if whole else self._held(near, inside)
        for sign in (-1.0, 1.0):
            if held is not None and not self._done(i):
                table = system._extreme(near, here, sign, held, seconds=_PATIENCE)[1]
                if table is not None:
                    self._keep(near, table, held)
        return self._done(i)

    def _near(self, i: int, cells: np.ndarray, reach: int) -> np.ndarray:
        """Return the cells of a component to look at for one of them."""
        if reach == 2 or len(cells) <= _CHUNK:
            return cells
        key = int(self.system.component[i])
        if key not in self._parts:
            self._parts[key] = self._blocks(cells)
        wanted = [i] if reach == 0 else [i, *self._beside([i])]
        return np.unique(np.concatenate([b for b in self._parts[key] if np.isin(wanted, b).any()]))

    def _done(self, i: int) -> bool:
        return self.goal[i].met(self.least[i], self.most[i])

    def _held(self, ball: np.ndarray, inside: np.ndarray):
        """Return the relations of some cells, with all others as in the table that fits, if any."""
        system = self.system
        if np.isnan(self.table[system.members[int(system.component[ball[0]])]]).any():
            return None
        rows = np.unique(system._csc[:, ball].indices)
        block = system._a[rows]
        shift = block @ np.where(inside, 0.0, np.nan_to_num(self.table))
        return block[:, ball], system._lo_a[rows] - shift, system._hi_a[rows] - shift
