"""Pooled years: published only where every certificate still holds with them in view."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import catalog
from ..schema import ALL, BY
from .plan import Plan, Policy

CELL = ["unit_id", "indicator", "dimension", "group"]


def open_pooled(table: pd.DataFrame, plans: list[Plan], policy: Policy) -> pd.DataFrame:
    """Show the pooled rows that give no single year away.

    A pooled count is one more sum over hidden cells. A witness of one year still agrees with it
    when its changes can be taken back in the same cells of another pooled year; where they cannot,
    the pooled cell is hidden.
    """
    pooled = table["pooled"].astype(bool) & ~table["dimension"].str.contains(BY, regex=False)
    if not pooled.any():
        return table
    first, last = table.loc[pooled, "year"].iloc[0].split(" to ")
    inside = [p for p in plans if first <= p.grid.year <= last]
    by_indicator: dict[str, list[Plan]] = {}
    for made in inside:
        for i in made.grid.x:
            by_indicator.setdefault(i, []).append(made)
    stuck_n, stuck_x = set(), set()
    for i, some in by_indicator.items():
        for made in some:
            others = [p for p in some if p is not made]
            for w in made.witnesses:
                if w.table not in ("n", i) or _taken_back(made, w, others, i):
                    continue
                name = made.grid
                stuck_n |= {(name.units[u], i, *name.cols[c]) for u, c in w.n}
                stuck_x |= {(name.units[u], i, *name.cols[c]) for u, c in w.x}
        for made in some:  # a size of some schools only, hidden beside that of all of them
            u, c = np.nonzero(made.hidden_own[i] & ~made.hidden_n)
            stuck_n |= {
                (made.grid.units[a], i, *made.grid.cols[b]) for a, b in zip(u, c, strict=True)
            }
    gone = _left_out(inside)
    rows = table[pooled]
    cells = list(rows[CELL].itertuples(index=False, name=None))
    n, x = rows["n"].to_numpy(float), rows["x"].to_numpy(float)
    shown = _years_shown(table, first, last)
    total = (rows["dimension"] == ALL).to_numpy()
    key = pd.MultiIndex.from_frame(rows[CELL])
    hide_n = np.array([c in stuck_n for c in cells]) | (n < policy.min_group)
    hide_n |= total & ~key.isin(shown)
    hide_n |= np.array([(unit, i) in gone for unit, i, *_ in cells])
    few = ((x > 0) & (x < policy.min_cell)) | ((n - x > 0) & (n - x < policy.min_cell))
    few |= _told_of_everyone(rows["indicator"], n, x)
    hide_x = hide_n | np.array([c in stuck_x for c in cells]) | few | np.isnan(x)
    # A pooled number that may not be told has no certificate of its own: its line says nothing.
    small = ((n > 0) & (n < policy.min_group)) | few | (np.nan_to_num(n) < np.nan_to_num(x))
    line = rows.assign(small=small).groupby(CELL[:3])["small"].transform("any").to_numpy()
    hide_n, hide_x = hide_n | (line & ~total), hide_x | (line & ~total)
    return show(table, rows.index, n, x, hide_n, hide_x, policy)


def _told_of_everyone(indicators: pd.Series, n: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Where a band would say of each student of a group what the school would not want."""
    known = {i: catalog.known_indicators()[i] for i in indicators.unique()}
    up = indicators.map({i: about.direction == "up" for i, about in known.items()}).to_numpy(bool)
    events = indicators.map({i: about.events for i, about in known.items()}).to_numpy(bool)
    return ~events & np.where(up, x == 0, (x == n) & (x > 0))


def _left_out(plans: list[Plan]) -> set:
    """Units, by indicator, that one of the pooled years leaves out: they have no certificates."""
    return {
        (made.grid.units[u], i)
        for made in plans
        for i in made.grid.x
        for u in np.flatnonzero(~made.grid.present.any(axis=1))
    } | {(made.grid.units[u], i) for made in plans for u, i in made.grid.dropped}


def _years_shown(table: pd.DataFrame, first: str, last: str) -> pd.MultiIndex:
    """Totals that are published in every pooled year: only those may be summed in print."""
    single = ~table["pooled"].astype(bool) & table["year"].between(first, last)
    totals = table[single & (table["dimension"] == ALL)]
    good = totals.assign(bad=totals["hide_n"] | totals["hide_x"])
    good = good.groupby(CELL)["bad"].any()
    return good.index[~good.to_numpy()]


def show(table, rows, n, x, hide_n, hide_x, policy: Policy) -> pd.DataFrame:
    """Write which of these rows are hidden, and the bands of 0 % and 100 %."""
    reach = np.array([policy.band(int(v)) if v > 0 else 20 for v in np.nan_to_num(n)]) / 100
    none, full = ~hide_x & (x == 0) & (n > 0), ~hide_x & (x == n) & (n > 0)
    table.loc[rows, "hide_n"] = hide_n
    table.loc[rows, "hide_x"] = hide_x
    table.loc[rows, "band_low"] = np.where(none, 0.0, np.where(full, 1 - reach, np.nan))
    table.loc[rows, "band_high"] = np.where(none, reach, np.where(full, 1.0, np.nan))
    return table


def _taken_back(made: Plan, w, others: list[Plan], i: str) -> bool:
    """Whether another year can undo a witness's changes in the same, hidden, cells."""
    grid = made.grid
    for other in others:
        there = other.grid
        place = {col: c for c, col in enumerate(there.cols)}

        def at(cell, there=there, place=place):
            u = there.units.get_indexer([grid.units[cell[0]]])[0]
            return int(u), place.get(grid.cols[cell[1]], -1)

        n_less = {at(cell): d for cell, d in w.n.items()}
        x_less = {at(cell): d for cell, d in w.x.items()}
        cells = {*n_less, *x_less}
        if any(u < 0 or c < 0 or not there.present[u, c] for u, c in cells):
            continue
        if not all(other.hidden_n[cell] for cell in n_less):
            continue
        if x_less and not all(other.hidden_x[i][cell] for cell in x_less):
            continue
        if _possible(other, n_less, x_less, i):
            return True
    return False


def _possible(other: Plan, n_less: dict, x_less: dict, i: str) -> bool:
    """Whether every count of that year stays between zero and its group's size."""
    grid = other.grid
    for cell in {*n_less, *x_less}:
        n = int(grid.n[cell]) - n_less.get(cell, 0)
        if n < 0:
            return False
        for j, x in grid.x.items():
            value = int(x[cell]) - (x_less.get(cell, 0) if j == i else 0)
            tight = j in other.loose and not other.loose[j][cell[0]]
            if grid.has[j][cell] and (value < 0 or (tight and value > n)):
                return False
    return True
