"""Intersections: published row by row, where no hidden count can be worked out from them.

An intersection ``R × E`` is a table in each unit: the groups of R are its rows, those of E its
columns, and its margins are groups that the gate has already decided on. The rows that stay hidden
are a table of their own whose column sums anybody can work out, and whose row sums are known where
the margin is published. In such a table a cell can be anything from ``row + column - all`` to the
smaller of its row and column (Fréchet 1940), so whether each sensitive cell may be zero and may
reach its target is read off; where it is not so, another row is hidden.

Intersections are published at one level only, schools or districts: sums over schools would bind
the hidden rows of one school to those of the others.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import catalog
from ..schema import BY
from .extras import show
from .grid import Grid, grids
from .plan import Plan, Policy


def open_crossed(table: pd.DataFrame, plans: list[Plan], policy: Policy, level: str):
    """Show the rows of intersections that give nothing away, in the units of one level."""
    single = table[~table["pooled"].astype(bool) & (table["level"] == level)]
    if not single["dimension"].str.contains(BY, regex=False).any():
        return table
    units = single[["unit_id", "unit", "level"]].drop_duplicates("unit_id").assign(parent_id="")
    keys = ["year", "indicator", "unit_id", "dimension", "group"]
    place = pd.Series(single.index, index=pd.MultiIndex.from_frame(single[keys]))
    base_of = {(p.grid.base, p.grid.year, i): p for p in plans for i in p.grid.x}
    for grid in grids(single, units, crossed=True):
        for dimension, cols in grid.dims.items():
            bases = {i: base_of.get((grid.base, grid.year, i)) for i in grid.x}
            made = [
                _Cross(grid, dimension, cols, i, base, policy) for i, base in bases.items() if base
            ]
            for cross in made:
                cross.settle()
            # Sizes are one table for all indicators: a row hidden for one is hidden for all.
            hide_n = np.any([cross.hide_n for cross in made], axis=0) if made else None
            for cross in made:
                cross.hide_n = hide_n
                _write(table, place, cross, policy)
    return table


def _write(table, place, cross, policy: Policy) -> None:
    grid = cross.grid
    u, r, e = np.nonzero(cross.has)
    groups = [f"{cross.rows[a]}{BY}{cross.columns[b]}" for a, b in zip(r, e, strict=True)]
    same = [[grid.year] * len(u), [cross.i] * len(u), grid.units[u], [cross.dimension] * len(u)]
    at = place.reindex(pd.MultiIndex.from_arrays([*same, groups])).to_numpy()
    known = ~np.isnan(at.astype(float))
    n, x = cross.n[u, r, e][known].astype(float), cross.x[u, r, e][known].astype(float)
    hide_n = cross.hide_n[u, r][known]
    hide_x = hide_n | cross.hide_x[u, r][known]
    show(table, at[known].astype(int), n, x, hide_n, hide_x, policy)


class _Cross:
    """One intersection of one indicator in one year, in every unit: (units, rows, columns)."""

    def __init__(self, grid: Grid, dimension, cols, i, base: Plan, policy: Policy):
        self.grid, self.dimension, self.i, self.base, self.policy = grid, dimension, i, base, policy
        names = [grid.cols[c][1].split(BY) for c in cols]
        self.rows = sorted({a for a, _ in names})
        self.columns = sorted({b for _, b in names})
        shape = (len(grid.units), len(self.rows), len(self.columns))
        self.n, self.x = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        self.has = np.zeros(shape, bool)
        for c, (a, b) in zip(cols, names, strict=True):
            r, e = self.rows.index(a), self.columns.index(b)
            self.n[:, r, e] = np.where(grid.present[:, c], grid.n[:, c], 0)
            self.x[:, r, e] = np.where(grid.has[i][:, c], grid.x[i][:, c], 0)
            self.has[:, r, e] = grid.present[:, c]
        first, second = dimension.split(BY)
        self.n_r, self.x_r = self._margin(first, self.rows)
        self.n_e, self.x_e = self._margin(second, self.columns)
        g, k = policy.min_group, policy.min_cell
        some, rest = self.n > 0, self.n - self.x
        self.small = some & (self.n < g)
        self.few = some & ((self.x > 0) & ((self.x < k) | self.small))
        self.few_rest = some & ((rest > 0) & ((rest < k) | self.small))
        # None of a group with what a school wants for it, or all with what it does not.
        direction = catalog.indicator(i).direction
        self.few |= some & (self.x == 0) & (direction == "up")
        self.few_rest |= some & (rest == 0) & (direction == "down")
        self.wrong = (rest < 0).any(axis=(1, 2)) | catalog.indicator(i).events
        self.hide_n = self.n_r | (self.small | (some & self.n_e[:, None, :])).any(axis=2)
        odd = self.few | self.few_rest | ((self.x > 0) & self.x_e[:, None, :])
        self.hide_x = self.hide_n | self.x_r | odd.any(axis=2) | self.wrong[:, None]

    def _margin(self, dimension: str, groups: list[str]):
        """Which groups of a margin are hidden, by size and by outcome (bands are not)."""
        base, grid = self.base, self.base.grid
        at = grid.units.get_indexer(self.grid.units)
        place = {col: c for c, col in enumerate(grid.cols)}
        n = np.ones((len(at), len(groups)), bool)
        x = n.copy()
        for j, group in enumerate(groups):
            c = place.get((dimension, group))
            if c is None:
                continue
            gone = (at < 0) | ~grid.present[at, c]
            n[:, j] = gone | base.hidden_n[at, c]
            banded = (base.band[self.i][at, c] != 0) & ~base.sensitive_x[self.i][at, c]
            x[:, j] = n[:, j] | (base.hidden_x[self.i][at, c] & ~banded)
        return n, x

    def settle(self) -> None:
        """Hide rows, smallest first, until nothing can be narrowed in those that are hidden."""
        g, k = self.policy.min_group, self.policy.min_cell
        rest = self.n - self.x
        for u in np.flatnonzero(self.n.any(axis=(1, 2))):
            size = self.n[u].sum(axis=1)
            while _narrow(self.n[u], self.hide_n[u], self.small[u], self.n_r[u], self.n_e[u], g):
                self._hide_next(self.hide_n[u], size)
            self.hide_x[u] |= self.hide_n[u]
            free = self.x_r[u], self.x_e[u]
            while not self.wrong[u] and (
                _narrow(self.x[u], self.hide_x[u], self.few[u], *free, k)
                or _narrow(rest[u], self.hide_x[u], self.few_rest[u], *free, k)
            ):
                self._hide_next(self.hide_x[u], size)

    @staticmethod
    def _hide_next(hide, size) -> None:
        """Hide the smallest row that is still shown."""
        shown = np.flatnonzero(~hide & (size > 0))
        hide[shown[np.argmin(size[shown])]] = True


def _narrow(values, hide, sensitive, free_rows, free_columns, target) -> bool:
    """Whether rows are still shown although a hidden sensitive cell can be narrowed."""
    shown = ~hide & values.any(axis=1)
    if not (shown.any() and sensitive[hide].any()):
        return False
    held = values[hide]
    row, column, whole = held.sum(axis=1), held.sum(axis=0), held.sum()
    free_r, free_c = free_rows[hide][:, None], free_columns[None, :]
    least = np.where(free_r | free_c, 0, row[:, None] + column[None, :] - whole)
    most = np.minimum(
        np.where(free_r, target, row[:, None]), np.where(free_c, target, column[None, :])
    )
    bad = (least > 0) | (most < target)
    return bool((bad & sensitive[hide]).any())
