"""What an earlier release hides is hidden in the next one too: it shows no more of those years."""

from __future__ import annotations

import pandas as pd

from ..schema import BY
from .grid import Grid
from .left_out import CELL
from .plan import Plan


def leave_also(grid: Grid, also: pd.DataFrame | None) -> list[int]:
    """Leave out the units that an earlier release leaves out, and return them.

    A district's total without a school there and with it here would differ by the school.
    """
    if also is None or "left_out" not in also:
        return []
    rows = also[also["left_out"].eq(True) & (also["year"] == grid.year)]
    rows = rows[rows["indicator"].isin(list(grid.x))]
    rows = rows[rows["unit_id"].isin(grid.units)]
    units = grid.units.get_indexer(rows["unit_id"]).tolist()
    told = zip(units, rows["indicator"], rows["hide_n"], strict=True)
    told = sorted(told, key=lambda one: -len(grid.above(one[0])))  # schools before districts
    out = list(dict.fromkeys(u for u, _, size in told if size))
    for u in out:
        grid.leave_out(u)
    for u, i, _ in told:
        if u not in out and grid.has[i][u].any():
            grid.drop(u, i)
    return out


def hide_also(plans: list[Plan], also: pd.DataFrame) -> None:
    """Hide what an earlier release hides: to hide more breaks no certificate.

    Parameters
    ----------
    plans : list of Plan
        Changed in place.
    also : DataFrame
        A row a cell: ``year unit_id indicator dimension group hide_n hide_x``, and ``left_out`` on
        a unit's own total if that is known. A size is hidden for every measure of those students.
    """
    by_year = dict(list(also.groupby("year")))
    for made in plans:
        grid, rows = made.grid, by_year.get(made.grid.year)
        if rows is None:
            continue
        place = {name: c for c, name in enumerate(grid.cols)}
        rows = rows[rows["indicator"].isin(list(grid.x))]
        units = grid.units.get_indexer(rows["unit_id"]).tolist()
        columns = [place.get(name, -1) for name in zip(rows["dimension"], rows["group"],
                                                       strict=True)]  # fmt: skip
        told = zip(units, columns, rows["indicator"], rows["hide_n"], strict=True)
        for u, c, i, size in told:
            if u < 0 or c < 0:
                continue
            made.hidden_x[i][u, c], made.band[i][u, c] = True, 0
            if not size:
                continue
            made.hidden_own[i][u, c] = True
            if grid.own[i][u, c] == grid.n[u, c]:  # and so for every measure of the same students
                made.hidden_n[u, c] = True
                for hidden in (*made.hidden_own.values(), *made.hidden_x.values()):
                    hidden[u, c] = True
                for band in made.band.values():
                    band[u, c] = 0


def hide_extras(table: pd.DataFrame, also: pd.DataFrame) -> pd.DataFrame:
    """Hide the pooled years and two-way groups that an earlier release hides."""
    extra = table["pooled"].astype(bool) | table["dimension"].str.contains(BY, regex=False)
    here = pd.MultiIndex.from_frame(table[CELL])
    for column, wanted in (("hide_n", also["hide_n"]), ("hide_x", also["hide_x"])):
        mine = extra & here.isin(pd.MultiIndex.from_frame(also.loc[wanted, CELL]))
        table.loc[mine, column] = True
        table.loc[mine, ["band_low", "band_high"]] = float("nan")
    return table
