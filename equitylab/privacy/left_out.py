"""Units that are left out of a release, taken out of the units that they are part of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from .. import catalog
from ..audit import Audit, tables
from ..audit_scores import compare_scores, rest_of
from ..schema import BY, COUNTS, SCORES
from .plan import Plan

CELL = ["year", "unit_id", "indicator", "dimension", "group"]


def without(audit: Audit, plans: list[Plan], left_out: list[list[int]]) -> Audit:
    """The audit again, with the units left out taken out of the units above them."""
    columns = [*CELL, "n_new", "x_new", "low_new", "high_new"]
    parts, gone = [], []
    for made, out in zip(plans, left_out, strict=True):
        grid = made.grid
        for i, x in grid.x.items():
            whole = [*out, *(u for u, j in grid.dropped if j == i)]
            above = {p for u in whole for p in grid.above(u)[1:]} - set(out)
            for p in above:
                keep = grid.present[p] & grid.has[i][p]
                for c in np.flatnonzero(keep):
                    cell = (grid.year, grid.units[p], i, *grid.cols[c])
                    ends = grid.low[i][p, c], grid.high[i][p, c]
                    size = np.nan if grid.guess_n[p, c] else grid.own[i][p, c]
                    parts.append((*cell, size, x[p, c] if ends[0] == ends[1] else np.nan, *ends))
            gone += [(grid.year, grid.units[u], i) for u in out]
        gone += [(grid.year, grid.units[u], i) for u, i in grid.dropped]
    table = audit.table
    single = table[~table["pooled"].astype(bool)]
    new = pd.DataFrame(parts, columns=columns)
    counts = single.merge(new.assign(was=True), on=CELL, how="left")
    changed = counts["was"].notna()
    for column in ("n", "x", "x_low", "x_high"):
        now = counts[f"{column.removeprefix('x_')}_new"].astype("Int64")
        counts[column] = now.where(changed, counts[column].astype("Int64"))
    counts.loc[counts["status"] == "undefined", "status"] = "ok"
    # What was exact and had a hidden cell taken out of it is a range now.
    counts.loc[changed & counts["x"].isna(), "status"] = "suppressed"
    # Intersections are not in these grids: take the schools out of their districts by summing.
    counts = _less_crossed(counts, audit.units, gone)
    options = audit.options
    fresh, changes = tables(counts[list(COUNTS)], audit.units, **options)
    # A year's row says so where something was taken out of it; a pooled one, where in any year.
    at = ["unit_id", "indicator"]
    touched = pd.MultiIndex.from_frame(fresh[["year", *at]]).isin({c[:3] for c in parts})
    pooled = fresh["pooled"].to_numpy(bool)
    touched |= pooled & pd.MultiIndex.from_frame(fresh[at]).isin({c[1:3] for c in parts})
    note = "; without the schools too small to report"
    fresh.loc[touched, "method"] = fresh.loc[touched, "method"] + note
    scores = compare_scores(_less_scores(audit, plans, left_out), **options)
    return replace(audit, table=fresh, changes=changes, scores=scores)


def _less_crossed(counts: pd.DataFrame, units: pd.DataFrame, gone: list) -> pd.DataFrame:
    parent = units.set_index("unit_id")["parent_id"].to_dict()
    crossed = counts["dimension"].str.contains(BY, regex=False)
    away = pd.MultiIndex.from_tuples(gone)
    here = pd.MultiIndex.from_frame(counts[["year", "unit_id", "indicator"]])
    lost = counts[crossed & here.isin(away)].copy()
    while len(lost):
        lost["unit_id"] = lost["unit_id"].map(parent).fillna("")
        lost = lost[lost["unit_id"] != ""]
        less = lost.groupby(CELL, as_index=False)[["n", "x"]].sum()
        counts = counts.merge(less, on=CELL, how="left", suffixes=("", "_less"))
        for c in ("n", "x"):
            counts[c] = counts[c] - counts[f"{c}_less"].fillna(0)
        counts = counts.drop(columns=["n_less", "x_less"])
    exact = counts["x"].notna() & crossed.to_numpy()
    counts.loc[exact, "x_low"] = counts.loc[exact, "x_high"] = counts.loc[exact, "x"]
    return counts


def _less_scores(audit: Audit, plans: list[Plan], left_out: list[list[int]]) -> pd.DataFrame:
    """Scores of the units above, without those of the schools left out of the same base."""
    scores = audit.scores[[c for c in SCORES if c in audit.scores]].copy()
    base = scores["indicator"].map(lambda i: catalog.indicator(i).base)
    cell = ["indicator", "dimension", "group"]
    for made, out in zip(plans, left_out, strict=True):
        grid = made.grid
        mine = (scores["year"] == grid.year) & (base == grid.base)
        for u in out:
            gone = scores[mine & (scores["unit_id"] == grid.units[u])].set_index(cell)
            for p in grid.above(u)[1:]:
                rows = scores.index[mine & (scores["unit_id"] == grid.units[p])]
                part = gone.reindex(pd.MultiIndex.from_frame(scores.loc[rows, cell]))
                old = [scores.loc[rows, c].to_numpy("float64", na_value=np.nan)
                       for c in ("n", "mean", "sd")]  # fmt: skip
                new = [part[c].to_numpy("float64", na_value=np.nan) for c in ("n", "mean", "sd")]
                new[2] = np.where(new[0] == 1, 0.0, new[2])
                rest = rest_of(*old, *new)
                has = ~np.isnan(new[0])
                for c, was, now in zip(("n", "mean", "sd"), old, rest, strict=True):
                    value = np.where(has, now, was)
                    scores.loc[rows, c] = pd.array(np.round(value), "Int64") if c == "n" else value
    return scores
