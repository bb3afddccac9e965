"""Alternative tables by moving amounts around: the witnesses of the privacy gate.

A hidden cell is safe when other whole tables agree with everything published and give it another
value. Such a table is made from the true one by a move that leaves every published sum as it was:

line
    in one unit, ``k`` go from group A to group B (and so in every unit above it);
rectangle
    ``k`` go from A to B in one unit, and from B to A in another under the same parent;
transfer
    ``k`` go from one school to another, in the column ``all`` and in every dimension.

Only hidden cells may change, so a move says which cells to hide, and the cheapest is taken. The
move itself is the proof: that its table is possible is checked by addition.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from .grid import Grid

OPTIONS = 3  # partners for each other group that are tried before a need is given up
PIECES = 8  # a large need may take several partners, up to this many
FAR = 30  # schools that are looked at as partners for a transfer
SOURCES = 3  # schools of a district that a transfer may start from


class Board:
    """One table of a grid (group sizes, or one indicator's outcomes) and what is hidden in it.

    Parameters
    ----------
    grid : Grid
    values, low, high : (units, cols) arrays
        The true table and how far each cell could go in another possible table.
    free : (units, cols) bool array
        Cells that may change at all.
    hidden : (units, cols) bool array
        Cells already hidden; moves add to it.
    weight : (units, cols) array
        What hiding a cell costs.
    """

    def __init__(self, grid: Grid, values, low, high, free, hidden, weight):
        self.grid, self.values, self.low, self.high = grid, values, low, high
        self.free, self.hidden, self.weight = free, hidden, weight
        self._solved: list[tuple[tuple | None, dict]] = []  # how each move was asked for, and it
        self._sets = [[0], *(list(map(int, cols)) for cols in grid.dims.values())]

    def cost(self, u, c):
        """What hiding these cells would add."""
        return np.where(self.hidden[u, c], 0.0, self.weight[u, c])

    def commit(self, change: dict) -> None:
        """Hide the cells that a move touches."""
        for u, c in change:
            self.hidden[u, c] = True

    # ------------------------------------------------------------------ within one dimension
    def shift(self, u: int, col: int, cols: np.ndarray, need: int, low=None, high=None):
        """Find a move that changes cell (u, col) by ``need`` (negative: down), or None.

        ``low`` and ``high`` stand in for the board's own where another table moved as well.
        Returns ``{(unit, col): change}`` and hides what it touches.
        """
        low = self.low if low is None else low
        high = self.high if high is None else high
        change = self._shifted(u, col, cols, need, low, high)
        if change is not None:
            self.commit(change)
            self._solved.append(((u, col, cols, need, low, high), change))
        return change

    def _shifted(self, u, col, cols, need, low, high) -> dict | None:
        change: dict = defaultdict(int)
        left, sign = abs(int(need)), 1 if need > 0 else -1
        others = cols[cols != col]
        for _ in range(PIECES):
            if left == 0:
                break
            best = self._best(u, col, others, sign, left, low, high, change)
            if best is None:
                return None
            left -= best
        return None if left else {cell: d for cell, d in change.items() if d}

    def spare(self, needed: np.ndarray) -> None:
        """Publish again each cell that every move can do without, the costliest first.

        ``needed`` are the cells that stay hidden whatever the moves. The moves that use a cell are
        sought again with that cell, and all published ones, held fast; where all are found they
        take the place of the old ones.
        """
        users: dict = defaultdict(set)
        for k, (_, change) in enumerate(self._solved):
            for cell in change:
                users[cell].add(k)
        u, c = np.nonzero(self.hidden & ~needed)
        kept = self.free
        for i in np.argsort(-self.weight[u, c], kind="stable"):
            cell = (int(u[i]), int(c[i]))
            asked = [(k, self._solved[k][0]) for k in sorted(users[cell])]
            if any(ask is None for _, ask in asked):
                continue
            self.free = kept & self.hidden
            self.free[cell] = False
            found = []
            for k, ask in asked:
                change = self._shifted(*ask)
                if change is None:
                    break
                found.append((k, change))
            else:
                self.hidden[cell] = False
                for k, change in found:
                    old = self._solved[k][1]
                    for was in old:
                        users[was].discard(k)
                    for now in change:
                        users[now].add(k)
                    old.clear()
                    old.update(change)
        self.free = kept

    def _room(self, units, col, others, sign, low, high, change):
        """How much could go: col by ``sign``, each of the others the other way, in these units."""
        block = self.values[np.ix_(units, others)]
        lo, hi = low[np.ix_(units, others)], high[np.ix_(units, others)]
        one, lo1, hi1 = self.values[units, col], low[units, col], high[units, col]
        if change:
            block, one = block.copy(), one.copy()
            place = {int(t): i for i, t in enumerate(units)}
            at = {int(c): j for j, c in enumerate(others)}
            for (t, c), d in change.items():
                if t in place:
                    if c in at:
                        block[place[t], at[c]] += d
                    elif c == col:
                        one[place[t]] += d
        mine = np.where(self.free[units, col], hi1 - one if sign > 0 else one - lo1, 0)
        theirs = np.where(
            self.free[np.ix_(units, others)], block - lo if sign > 0 else hi - block, 0
        )
        return np.minimum(mine[:, None], theirs)

    def _best(self, u, col, others, sign, left, low, high, change):
        """Add the cheapest piece to ``change``; return how much it moved, or None."""
        grid = self.grid
        here = self._room(np.array([u]), col, others, sign, low, high, change)[0]
        path_cost = self.cost(u, others)
        options = []  # (not all of it, cost, how much, column, partner or None, top of the path)
        path = grid.above(u)
        for step, q in enumerate(path):
            if step:
                path_cost = path_cost + self.cost(q, others) + self.cost(q, col)
                room_q = self._room(np.array([q]), col, others, sign, low, high, change)[0]
                here = np.minimum(here, room_q)
            up = grid.parent[q]
            if up < 0:
                self._offer(options, here, path_cost, left, others, None, q)
                break
            near = grid.children[up]
            near = near[near != q]
            if len(near):
                there = self._room(near, col, others, -sign, low, high, change)
                cost = path_cost + self.cost(near, col)[:, None] + self.cost(near[:, None], others)
                self._offer(options, np.minimum(here, there), cost, left, others, near, q)
        for *_, amount, b, t, q in sorted(options, key=lambda o: o[:2]):
            trial = dict(change)
            way = [p for p in path[: path.index(q) + 1]]
            for p in way:
                _add(trial, p, col, sign * amount)
                _add(trial, p, b, -sign * amount)
            good = self._spread(u, col, b, sign, amount, low, high, trial)
            if good and t is not None:
                _add(trial, t, col, -sign * amount)
                _add(trial, t, b, sign * amount)
                good = self._spread(t, col, b, -sign, amount, low, high, trial)
            if good:
                change.clear()
                change.update(trial)
                return amount
        return None

    @staticmethod
    def _offer(options, room, cost, left, others, near, q):
        """Put the best few of a block of candidates on the list."""
        room, cost = np.atleast_2d(room), np.atleast_2d(cost)
        for full in (True, False):
            fit = room >= left if full else (room > 0) & (room < left)
            if not fit.any():
                continue
            # Part of the need: what counts is the price of each one moved.
            price = np.where(fit, cost if full else (cost + 1) / np.maximum(room, 1), np.inf)
            for i, j in _cheapest(price):
                t = None if near is None else int(near[i])
                amount = int(min(left, room[i, j]))
                options.append((not full, price[i, j], amount, int(others[j]), t, q))

    def _spread(self, u, col, b, sign, amount, low, high, change) -> bool:
        """Carry a unit's change down to the units it is the sum of, cheapest first."""
        below = self.grid.children[u]
        if not len(below):
            return True
        room = self._room(below, col, np.array([b]), sign, low, high, change)[:, 0]
        cost = self.cost(below, col) + self.cost(below, b)
        for i in np.lexsort((-room, np.where(room >= amount, cost, cost + 100))):
            if amount == 0:
                break
            part = int(min(amount, room[i]))
            if part <= 0:
                continue
            child = int(below[i])
            _add(change, child, col, sign * part)
            _add(change, child, b, -sign * part)
            if not self._spread(child, col, b, sign, part, low, high, change):
                return False
            amount -= part
        return amount == 0

    # ------------------------------------------------------------------ across all dimensions
    def transfer(self, u: int, need: int, through: int = 0):
        """Find a move that changes the column ``all`` of ``u`` by ``need``, or None.

        The partner is another school; every dimension moves with it, the one that holds the column
        ``through`` in that column only. Returns and hides as :meth:`shift` does.
        """
        sign, left = (1 if need > 0 else -1), abs(int(need))
        change: dict = {}
        while left:
            found = self._cheapest_carry(u, sign, left, change, through)
            if found is None and left > 1:
                found = self._cheapest_carry(u, sign, 1, change, through)
            if found is None:
                return None
            cells, k = found
            for (p, c), d in cells.items():
                _add(change, p, c, d)
            left -= k
        change = {cell: d for cell, d in change.items() if d}
        self.commit(change)
        self._solved.append((None, change))
        return change

    def _cheapest_carry(self, u, sign, k, change, through):
        """The cheapest way to carry k into or out of ``u``: its cells and k, or None."""
        best = None
        for s in self._by_total(self.grid.leaves(u), sign, through)[:SOURCES]:
            for t in self._partners(s, u, sign, k):
                plan = self._carry(s, t, u, sign, k, change, through)
                if plan is not None and (best is None or plan[1] < best[1]):
                    best = plan
                    if plan[1] == 0:
                        return best[0], k
        return None if best is None else (best[0], k)

    def _by_total(self, leaves, sign, through):
        leaves = [s for s in leaves if self.free[s, 0]]
        return sorted(leaves, key=lambda s: -sign * self.values[s, through])

    def _partners(self, s, u, sign, k):
        """Schools that could take or give, nearest and cheapest first, those outside ``u`` only.

        Last comes None, out of the whole: only where the whole is hidden anyway, for else it would
        be hidden for one school's sake.
        """
        inside = set(self.grid.leaves(u))
        path = self.grid.above(s)
        total = self.values[:, 0]
        room = total - self.low[:, 0] if sign > 0 else self.high[:, 0] - total
        near: list[int] = []
        for p in path[1:]:
            found = [t for t in self.grid.leaves(p) if t not in inside and self.free[t, 0]]
            inside.update(found)
            found = [t for t in found if room[t] >= k]
            found.sort(key=lambda t: (not self.hidden[t, 0], total[t]))
            near += found[: FAR - len(near)]
            if len(near) >= FAR:
                break
        return [*near, None] if self.hidden[path[-1], 0] else near

    def _carry(self, s, t, u, sign, k, change, through):
        """Move k between schools s and t (or out of the whole, t None): cells and cost, or None."""
        grid = self.grid
        up_s = grid.above(s)
        if t is None:
            paths = [(p, sign) for p in up_s]
        else:
            up_t = grid.above(t)
            paths = [(p, sign) for p in up_s if p not in up_t]
            paths += [(p, -sign) for p in up_t if p not in up_s]
        if u not in {p for p, _ in paths}:
            return None
        units = np.array([p for p, _ in paths])
        signs = np.array([d for _, d in paths])
        values, free = self.values[units], self.free[units]
        if change:
            values = values.copy()
            for i, p in enumerate(units):
                for c in range(values.shape[1]):
                    values[i, c] += change.get((int(p), c), 0)
        room = np.where(signs[:, None] > 0, self.high[units] - values, values - self.low[units])
        room = np.where(free, room, 0).min(axis=0)
        if room[0] < k or room[through] < k:
            return None
        price = np.where(self.hidden[units], 0.0, self.weight[units]).sum(axis=0)
        cells: dict = {}
        total = 0.0
        for cols in self._sets:
            if through in cols:
                cols = [through]
            # A dimension that this table does not have in the schools has nothing to move.
            elif not free[:, cols].any():
                continue
            rest = k
            for c in sorted(cols, key=lambda c: (price[c], -room[c])):
                part = int(min(rest, room[c]))
                if part <= 0:
                    continue
                rest -= part
                total += float(price[c])
                for p, d in zip(units, signs, strict=True):
                    cells[int(p), int(c)] = int(d) * part
                if rest == 0:
                    break
            if rest:
                return None
        return cells, total


def _cheapest(price: np.ndarray):
    """Places of the finite prices to try: the best few of each column, so that columns differ."""
    k = min(OPTIONS, len(price))
    rows = np.argpartition(price, k - 1, axis=0)[:k] if k < len(price) else np.arange(k)[:, None]
    rows = np.broadcast_to(rows, (k, price.shape[1]))
    columns = np.broadcast_to(np.arange(price.shape[1]), rows.shape)
    good = np.isfinite(price[rows, columns])
    return zip(rows[good], columns[good], strict=True)


def _add(change: dict, u: int, c: int, d: int) -> None:
    key = (int(u), int(c))
    change[key] = change.get(key, 0) + int(d)
