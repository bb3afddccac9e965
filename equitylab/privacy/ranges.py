"""Cells that the source hid or gave as a range, filled in so that the gate can reason about them.

A range that the source publishes is a range for every outsider, so to print it again tells nothing
new; but it binds the other cells. And a cell that the source hid is to stay hidden: all students
less the other groups must not give it away. So a hidden cell gets a value that fits what is known,
one table among those that are possible, and the gate plans and certifies from that table. Its
certificates are as good as from the true one: they name two tables that agree with what is
published, and the values filled in are published nowhere.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..schema import ALL, BY

LINE = ["year", "unit_id", "indicator"]


def completed(table: pd.DataFrame, units: pd.DataFrame, small: int) -> pd.DataFrame:
    """Return a table whose suppressed cells have a possible ``n`` and ``x``, and between what.

    Parameters
    ----------
    table : DataFrame
        Rows of one year each, with the columns of ``Audit.table``, ``x_low`` and ``x_high``.
    units : DataFrame
        With ``unit_id`` and ``parent_id``.
    small : int
        The minimum group: a size that the source hid is filled in below it.

    Returns
    -------
    DataFrame
        The rows, with ``low high`` (equal to x where it is known) and ``guess_n``.
    """
    t = table.copy()
    known = t["x"].to_numpy("float64", na_value=np.nan)
    low = t["x_low"].to_numpy("float64", na_value=np.nan) if "x_low" in t else known
    high = t["x_high"].to_numpy("float64", na_value=np.nan) if "x_high" in t else known
    unknown = (t["status"] == "suppressed").to_numpy() & np.isnan(known)
    unknown &= ~t["dimension"].str.contains(BY, regex=False).to_numpy()
    t["guess_n"] = unknown & t["n"].isna().to_numpy()
    t["low"], t["high"] = np.where(unknown, low, known), np.where(unknown, high, known)
    if not unknown.any():
        return t
    t["unknown"] = unknown
    t["n"], t["x"] = t["n"].astype("float64"), known
    inner = t["unit_id"].isin(set(units.loc[units["unit_id"].isin(t["unit_id"]), "parent_id"]))
    for level in (~inner, inner):
        if level.any():
            t = _with_sums(t, units, level) if level is inner else t
            _fill(t, level.to_numpy(), small)
    return t.drop(columns="unknown")


def _with_sums(t: pd.DataFrame, units: pd.DataFrame, inner: pd.Series) -> pd.DataFrame:
    """Fill hidden cells of districts and states with the sum of what is below them."""
    parent = units.set_index("unit_id")["parent_id"]
    cell = [*LINE, "dimension", "group"]
    for _ in range(2):  # districts, then states
        below = t.assign(unit_id=t["unit_id"].map(parent))
        sums = below.groupby(cell)[["n", "x"]].sum(min_count=1)
        found = sums.reindex(pd.MultiIndex.from_frame(t[cell]))
        for column, blank in (("n", "guess_n"), ("x", "unknown")):
            at = (inner & t[blank] & t[column].isna()).to_numpy() & found[column].notna().to_numpy()
            t.loc[at, column] = found[column].to_numpy()[at]
    return t


def _fill(t: pd.DataFrame, rows: np.ndarray, small: int) -> None:
    """Fill what is blank, line by line: what is left of all students, shared among the blanks."""
    line = [t[c] for c in LINE]
    total = t["dimension"] == ALL
    blank = rows & t["guess_n"].to_numpy() & t["n"].isna().to_numpy()
    whole = t["n"].where(total).groupby(line).transform("max").to_numpy(float)
    t.loc[blank, "n"] = np.minimum(_shares(t, "n", whole, blank), small - 1)[blank]
    # What goes beyond small groups is of the last of them: everyone else, where a group stands alone.
    left = np.maximum(_rest(t, "n", whole), 0)
    last = (
        blank
        & ~t[blank]
        .duplicated([*LINE, "dimension"], keep="last")
        .reindex(t.index, fill_value=True)
        .to_numpy()
    )
    t.loc[last, "n"] = (t["n"].to_numpy(float) + np.nan_to_num(left))[last]
    n = t["n"].to_numpy(float)
    least = np.nan_to_num(np.where(t["unknown"], t["low"], 0.0))
    most = np.where(t["unknown"], np.fmin(t["high"], n), n)
    blank = rows & t["unknown"].to_numpy() & t["x"].isna().to_numpy()
    at = blank & total.to_numpy()
    t.loc[at, "x"] = np.round((least + most) / 2)[at]
    whole = t["x"].where(total).groupby(line).transform("max").to_numpy(float)
    blank &= ~total.to_numpy()
    share = np.clip(_shares(t, "x", whole, blank), least, most)
    t.loc[blank, "x"] = share[blank]
    for _ in range(3):  # what the limits cut off goes to the others of the line
        off = _rest(t, "x", whole)
        room = np.where(off > 0, most - t["x"].to_numpy(float), t["x"].to_numpy(float) - least)
        room = np.where(blank & (off != 0), np.nan_to_num(room), 0.0)
        before = _before(t, room)
        move = np.clip(np.abs(np.nan_to_num(off)) - before, 0, room) * np.sign(np.nan_to_num(off))
        t["x"] = t["x"].to_numpy(float) + move
    unknown = t["unknown"].to_numpy() & rows
    t.loc[unknown, "low"], t.loc[unknown, "high"] = least[unknown], most[unknown]


def _rest(t: pd.DataFrame, column: str, whole: np.ndarray) -> np.ndarray:
    """How much of all students the groups of a row's dimension leave over."""
    parts = t[column].groupby([t[c] for c in (*LINE, "dimension")]).transform("sum")
    return whole - parts.to_numpy(float)


def _before(t: pd.DataFrame, room: np.ndarray) -> np.ndarray:
    """The room of the rows that stand before each in its dimension."""
    line = [t[c] for c in (*LINE, "dimension")]
    return pd.Series(room, t.index).groupby(line).cumsum().to_numpy() - room


def _shares(t: pd.DataFrame, column: str, whole: np.ndarray, blank: np.ndarray) -> np.ndarray:
    """Equal whole shares of what is left over, for the blanks of each dimension."""
    line = [t[c] for c in (*LINE, "dimension")]
    some = pd.Series(blank.astype(float), t.index)
    count = some.groupby(line).transform("sum").to_numpy()
    place = some.groupby(line).cumsum().to_numpy() - 1
    left = np.maximum(_rest(t, column, whole), 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.floor(left / count) + (place < left % count)
