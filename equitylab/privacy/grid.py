"""The numbers of one year as grids: units by groups, with the sums that bind them.

A grid holds the group sizes that several indicators share (one denominator), and the outcomes of
each. Relations are not stored as equations: units form a tree (schools, districts, state) in which
a unit is the sum of those below it, and the columns of a dimension sum to the column ``all``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import catalog
from ..schema import ALL, BY


@dataclass
class Grid:
    """Group sizes of one denominator in one year, and the outcomes counted on it.

    Attributes
    ----------
    units : Index
        Unit ids; ``parent`` holds row numbers, -1 at the top; ``children`` lists of row numbers.
    cols : list of (dimension, group)
        The first is ``("all", "all")``; ``dims`` maps a dimension to its column numbers.
    n, present : (units, cols) arrays
        Students, and whether the source has the cell.
    x, has : dict of (units, cols) arrays, by indicator
        Outcomes (or events), and whether the source has them.
    own : dict of (units, cols) arrays, by indicator
        Group sizes as the indicator has them: those of a district are smaller where some of its
        schools do not have the indicator.
    low, high : dict of (units, cols) arrays, by indicator
        What the source leaves possible of each outcome: both are ``x`` where it gives the count.
    guess_n : (units, cols) bool array
        Sizes that the source hides, of which ``n`` holds a possible one (see ``ranges``).
    """

    base: str
    year: str
    units: pd.Index
    parent: np.ndarray
    children: list[np.ndarray]
    cols: list[tuple[str, str]]
    dims: dict[str, np.ndarray]
    n: np.ndarray
    present: np.ndarray
    x: dict[str, np.ndarray] = field(default_factory=dict)
    has: dict[str, np.ndarray] = field(default_factory=dict)
    own: dict[str, np.ndarray] = field(default_factory=dict)
    low: dict[str, np.ndarray] = field(default_factory=dict)
    high: dict[str, np.ndarray] = field(default_factory=dict)
    guess_n: np.ndarray | None = None
    dropped: list[tuple[int, str]] = field(default_factory=list)

    def _less(self, i: str, p: int, u: int, both: np.ndarray) -> None:
        """Take the outcomes of unit ``u`` from those of ``p``: of a range, whichever is wider."""
        x, low, high = self.x[i], self.low[i], self.high[i]
        x[p] = np.where(both, x[p] - x[u], x[p])
        ends = low[p] - high[u], high[p] - low[u]
        low[p], high[p] = (
            np.where(both, new, old[p]) for new, old in zip(ends, (low, high), strict=True)
        )
        low[p] = np.where(both & (low[p] < high[p]), np.maximum(low[p], 0), low[p])

    def drop(self, u: int, i: str) -> None:
        """Take a unit out of one indicator, and out of the units that it is part of."""
        for p in self.above(u)[1:]:
            both = self.has[i][p] & self.has[i][u]
            self._less(i, p, u, both)
            self.own[i][p] = np.where(both, self.own[i][p] - self.own[i][u], self.own[i][p])
        self.has[i][u] = False
        self.dropped.append((u, i))

    def partial(self, i: str) -> np.ndarray:
        """Units above schools whose size in this indicator is not the sum of all their schools."""
        inner = np.array([len(below) > 0 for below in self.children])
        return inner & (self.has[i] & (self.own[i] != self.n)).any(axis=1)

    def above(self, u: int) -> list[int]:
        """Row numbers from ``u`` to the top, ``u`` first."""
        path = [u]
        while self.parent[path[-1]] >= 0:
            path.append(int(self.parent[path[-1]]))
        return path

    def leave_out(self, u: int) -> None:
        """Take a unit out of the release, and out of the units that it is part of."""
        n = np.where(self.present[u], self.n[u], 0)
        for p in self.above(u)[1:]:
            self.n[p] = np.where(self.present[p], self.n[p] - n, self.n[p])
            self.guess_n[p] |= self.guess_n[u]
            for i in self.x:
                both = self.has[i][p] & self.has[i][u]
                self._less(i, p, u, both)
                self.own[i][p] = np.where(both, self.own[i][p] - n, self.own[i][p])
        self.present[u] = False
        for has in self.has.values():
            has[u] = False

    def leaves(self, u: int) -> list[int]:
        """Row numbers of the units without others below them, under ``u`` or ``u`` itself."""
        below = self.children[u]
        return [leaf for c in below for leaf in self.leaves(int(c))] if len(below) else [u]


def grids(table: pd.DataFrame, units: pd.DataFrame, *, crossed: bool = False) -> list[Grid]:
    """Build the grids of a table with the columns of ``Audit.table``, one year's rows each.

    Indicators share a grid when the catalog gives them one base and the file gives them equal
    group sizes; one that disagrees gets a grid of its own.
    """
    is_crossed = table["dimension"].str.contains(BY, regex=False)
    rows = table[(is_crossed | (table["dimension"] == ALL)) if crossed else ~is_crossed]
    rows = rows[rows["n"].notna()]
    base = rows["indicator"].map(lambda i: catalog.indicator(i).base)
    made = []
    for (year, name), part in rows.groupby([rows["year"], base], sort=False):
        made += _grids_of(part, units, str(name), str(year))
    return made


def _without_strangers(parent: np.ndarray, index: pd.Index, part: pd.DataFrame) -> np.ndarray:
    """Cut units off from one above that is not their sum: a source's own state total of other
    students than those of its districts binds nothing."""
    whole = part[(part["dimension"] == ALL) & part["x"].notna()]
    whole = whole.pivot_table(index="unit_id", columns="indicator", values="n", aggfunc="max")
    n = whole.reindex(index).to_numpy(float)
    cut = parent.copy()
    for u in set(parent[parent >= 0].tolist()):
        own, below = n[u], np.nan_to_num(n[parent == u]).sum(axis=0)
        if np.isfinite(own).any() and (below > own)[np.isfinite(own)].all():
            cut[parent == u] = -1
    return cut


def _grids_of(part: pd.DataFrame, units: pd.DataFrame, base: str, year: str) -> list[Grid]:
    known = units[units["unit_id"].isin(set(part["unit_id"]))]
    index = pd.Index(known["unit_id"])
    parent = _without_strangers(index.get_indexer(known["parent_id"]), index, part)
    children = [np.flatnonzero(parent == u) for u in range(len(index))]
    labels = part[["dimension", "group"]].drop_duplicates()
    labels = [(ALL, ALL), *((d, g) for d, g in labels.itertuples(index=False) if d != ALL)]
    book = pd.MultiIndex.from_tuples(labels)
    dims: dict[str, list[int]] = {}
    for c, (dimension, _) in enumerate(labels[1:], 1):
        dims.setdefault(dimension, []).append(c)
    columns = {d: np.array(c) for d, c in dims.items()}
    made: list[Grid] = []
    leaf = np.array([len(below) == 0 for below in children])
    shape = (len(index), len(labels))
    for indicator, cells in part.groupby("indicator", sort=False):
        u = index.get_indexer(cells["unit_id"])
        c = book.get_indexer(pd.MultiIndex.from_frame(cells[["dimension", "group"]]))
        n, x = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        guess, ends = np.zeros(shape, bool), {}
        present, has = np.zeros(shape, bool), np.zeros(shape, bool)
        n[u, c], present[u, c] = cells["n"].to_numpy(np.int64), True
        known_x = cells["x"].notna().to_numpy()
        x[u[known_x], c[known_x]] = cells.loc[known_x, "x"].to_numpy(np.int64)
        has[u[known_x], c[known_x]] = True
        for end in ("low", "high"):
            ends[end] = x.copy()
            if end in cells:
                ends[end][u[known_x], c[known_x]] = cells.loc[known_x, end].to_numpy(np.int64)
        if "guess_n" in cells:
            guess[u, c] = cells["guess_n"].to_numpy(bool)
        for grid in made:
            both = grid.present & present & leaf[:, None]
            if (grid.n[both] == n[both]).all():
                grid.n, grid.present = np.where(present, n, grid.n), grid.present | present
                grid.guess_n |= guess
                break
        else:
            grid = Grid(base, year, index, parent, children, labels, columns, n.copy(), present)
            grid.guess_n = guess
            made.append(grid)
        grid.x[indicator], grid.has[indicator], grid.own[indicator] = x, has, n
        grid.low[indicator], grid.high[indicator] = ends["low"], ends["high"]
    for grid in made:
        for u in sorted(np.flatnonzero(~leaf), key=lambda u: -len(grid.above(u))):
            below = children[u][grid.present[children[u]].any(axis=1)]
            if len(below):
                grid.n[u] = (grid.n[below] * grid.present[below]).sum(axis=0)
    return made
