"""Certificates, checked by addition alone: whoever doubts a hiding needs nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .. import catalog
from .grid import Grid

if TYPE_CHECKING:
    from .plan import Plan, Witness


def doubts(made: Plan) -> list[str]:
    """What is wrong with the certificates, by addition alone; empty when all is well.

    Every witness must leave published cells as they are, keep every sum (groups to ``all``, units
    to the unit above), keep ``0 <= x <= n``, and reach what it claims.
    """
    return [fault for w in made.witnesses for fault in faults(made, w)]


def faults(made: Plan, w: Witness) -> list[str]:
    """What is wrong with one witness."""
    grid, wrong = made.grid, []
    name = f"{w.table} {grid.units[w.cell[0]]} {grid.cols[w.cell[1]]} {w.claim}"
    both = (w.n, made.hidden_n, grid.present), (
        w.x, made.hidden_x.get(w.table), grid.has.get(w.table)
    )  # fmt: skip
    for changes, hidden, has in both:
        wrong += [f"{name}: changes a published cell" for cell in changes if not hidden[cell]]
        if changes and _sums_change(grid, changes, has):
            wrong.append(f"{name}: a sum changes")
    sizes = grid.own.get(w.table, grid.n)
    n = {cell: int(grid.n[cell]) + d for cell, d in w.n.items()}
    for cell, size in n.items():
        # In the column of an emptied group its outcomes move too: that indicator's own witness.
        follows = w.claim == "none" and cell[1] == w.cell[1]
        tight = [i for i, loose in made.loose.items() if not loose[cell[0]] and not follows]
        if size < 0 or any(size < grid.x[i][cell] for i in tight
                           if i != w.table and grid.has[i][cell]):  # fmt: skip
            wrong.append(f"{name}: fewer students than outcomes")
    k = made.policy.min_cell
    if w.table == "n":
        good = n[w.cell] == 0 if w.claim == "none" else n[w.cell] >= made.policy.min_group
        return wrong if good else [*wrong, f"{name}: does not reach"]
    x = grid.x[w.table]
    events, told = catalog.indicator(w.table).events, made.shown(w.table)
    for cell in {*w.x, *w.n}:
        value, size = int(x[cell]) + w.x.get(cell, 0), n.get(cell, int(sizes[cell]))
        tight = not (events or made.loose[w.table][cell[0]])
        if value < 0 or (value > size and tight):
            wrong.append(f"{name}: outside 0..n")
        if told[cell] and not grid.low[w.table][cell] <= value <= grid.high[w.table][cell]:
            wrong.append(f"{name}: outside the published range")
    value, size = int(x[w.cell]) + w.x.get(w.cell, 0), n.get(w.cell, int(sizes[w.cell]))
    reached = {"none": value == 0, "many": value >= k, "everyone": value == size,
               "not everyone": size - value >= k}  # fmt: skip
    return wrong if reached[w.claim] else [*wrong, f"{name}: does not reach"]


def _sums_change(grid: Grid, changes: dict, has: np.ndarray) -> bool:
    """Whether some published sum would no longer hold after these changes."""
    rows: dict = {}
    for (u, c), d in changes.items():
        rows.setdefault((u, grid.cols[c][0]), []).append(d)
    for u in {u for u, _ in changes}:
        total = changes.get((u, 0), 0)
        for dimension in {d for v, d in rows if v == u and d != "all"} or ():
            if sum(rows[u, dimension]) != total:
                return True
        split = any(has[u, columns].any() for columns in grid.dims.values())
        if total and {d for v, d in rows if v == u} == {"all"} and split:
            return True
    for u, c in changes:
        below = grid.children[u]
        if len(below) and sum(changes.get((int(b), c), 0) for b in below) != changes[u, c]:
            return True
        up = int(grid.parent[u])
        if up >= 0:
            near = sum(changes.get((int(b), c), 0) for b in grid.children[up])
            if near != changes.get((up, c), 0):
                return True
    return False
