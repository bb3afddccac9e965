"""The cells of a tidy counts file: numbers, ranges and marks as counts with a status."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import catalog
from ..errors import DataError
from ..schema import (
    ALL,
    BY,
    COUNTS,
    KEY,
    SCORES,
    STATUSES,
    ReadReport,
    empty,
    tidy_counts,
)
from .values import by_value, interval, is_hidden, is_unknown, number


def check(frame, wrong: pd.Series, column: str, cells: pd.Series, what: str, mend: str) -> None:
    if wrong.any():
        at = wrong.idxmax()
        raise DataError(
            f'"{cells.at[at]}" {what}',
            file=frame.at[at, "file"],
            row=int(frame.at[at, "row"]),
            column=column,
            mend=mend,
        )


def _whole(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """A column of counts as what it leaves possible: low, high, hidden, absent."""
    cells = frame[column]
    values = {v: (interval(v), number(v)) for v in cells.unique()}
    low = cells.map({v: i[0] if i else np.nan for v, (i, _) in values.items()}).astype(float)
    high = cells.map({v: i[1] if i else np.nan for v, (i, _) in values.items()}).astype(float)
    part = cells.map({v: i is None and not np.isnan(f) for v, (i, f) in values.items()})
    check(frame, part.astype(bool), column, cells, "is not a whole number.", "Give counts.")
    negative = low < 0
    mend = "Give counts; where a number is hidden or was not collected, use the status column."
    check(frame, negative, column, cells, "is a negative count.", mend)
    hidden = cells.map({v: is_hidden(v) for v in values}).astype(bool)
    strange = low.isna() & ~hidden & ~cells.map({v: is_unknown(v) for v in values}).astype(bool)
    check(frame, strange, column, cells, "is no number.", 'Use a number, a range or "*".')
    return pd.DataFrame({"low": low, "high": high, "hidden": hidden})


def counts_of(frame: pd.DataFrame, report: ReadReport) -> pd.DataFrame:
    """The rows as tidy counts, with a status for what is no number."""
    if frame.empty:
        return empty(COUNTS)
    frame = frame.copy()
    if "x" not in frame:
        raise DataError("A table of counts needs the column x.", column="x")
    n, x = _whole(frame, "n"), _whole(frame, "x")
    given = frame.get("status", pd.Series("", frame.index, dtype="str"))
    given = given.str.lower().str.replace(" ", "_")
    wrong = (given != "") & ~given.isin(STATUSES)
    check(frame, wrong, "status", given, "is no status.", f"Use {', '.join(STATUSES)}.")
    known = (n["low"] == n["high"]) & n["low"].notna()
    size = pd.array(n["low"].where(known), dtype="Int64")
    exact = x["low"] == x["high"]
    low, high = x["low"].copy(), x["high"].copy()
    for column, ends in (("x_low", low), ("x_high", high)):
        if column in frame:
            ends.update(_whole(frame, column)["low"].dropna())
    low, high = low.mask(x["hidden"] & low.isna(), 0.0), high
    high = high.mask(x["hidden"] & high.isna(), n["low"].where(known))
    hidden = (
        x["hidden"] | n["hidden"] | (x["low"].notna() & ~exact) | (x["low"].isna() & low.notna())
    )
    absent = (x["low"].isna() & ~x["hidden"] & low.isna()) | (n["low"].isna() & ~n["hidden"])
    made = frame[list(COUNTS)[:7]].copy()
    status = pd.Series("ok", frame.index).mask(hidden, "suppressed").mask(absent, "not_collected")
    made["status"] = status.where(given == "", given)
    made["n"], made["x"] = size, pd.array(x["low"].where(exact), dtype="Int64")
    made["x_low"], made["x_high"] = pd.array(low, dtype="Int64"), pd.array(high, dtype="Int64")
    none = made["status"].isin(["suppressed", "not_collected", "not_applicable"])
    made.loc[none, "x"] = pd.NA
    made.loc[none & (made["status"] != "suppressed"), ["x_low", "x_high"]] = pd.NA
    blank = int((absent & (given == "")).sum())
    if blank:
        report.notes.append(f"{blank:,} cells are blank: not collected, and not zero.")
    symbols = sorted(set(frame.loc[x["hidden"], "x"]) | set(frame.loc[n["hidden"], "n"]))
    report.code_book |= {s: "suppressed" for s in symbols[:20]}
    events = made["indicator"].map(lambda i: catalog.indicator(i).events).astype(bool)
    file = frame["file"].iloc[0]
    rows = frame["row"].to_numpy()
    made = tidy_counts(made.assign(events=events), file=file)
    over = ((made["status"] == "quality") & (made["x"] > made["n"]).fillna(False)).to_numpy(bool)
    for at in over.nonzero()[0]:
        cell = made.iloc[at]
        report.over.append(
            {k: str(cell[k]) for k in KEY}
            | {"n": int(cell["n"]), "x": int(cell["x"])}
            | {"row": int(rows[at])}
        )
    if over.any():
        report.notes.append(
            f"{int(over.sum()):,} cells have more outcomes than students; they are kept and left "
            "out of rates."
        )
    return made


def with_all(counts: pd.DataFrame, report: ReadReport) -> pd.DataFrame:
    """Add the row of all students where the file has only groups, by adding up one dimension.

    The dimension with the most students is taken: others may leave out whom they do not know.
    """
    cell = ["year", "unit_id", "unit", "level", "indicator"]
    have = counts.loc[counts["dimension"] == ALL, cell].assign(given=True)
    single = counts[(counts["dimension"] != ALL) & ~counts["dimension"].str.contains(BY)]
    single = single.merge(have, on=cell, how="left")
    single = single[single["given"].isna()]
    if single.empty:
        alone = counts[cell].drop_duplicates().merge(have, on=cell, how="left")
        if alone["given"].isna().any():
            one = alone[alone["given"].isna()].iloc[0]
            raise DataError(
                f"There is no row for all students: {one['year']}, {one['unit_id']}, "
                f"{one['indicator']}.",
                column="dimension",
                mend='Add rows with dimension "all" and group "all".',
            )
        return counts
    bad = ~single["status"].isin(["ok", "suppressed", "quality"])
    known = single[~bad].assign(hidden=single["status"] == "suppressed")
    known["unsized"] = known["n"].isna() & known["hidden"]
    summed = known.groupby([*cell, "dimension"], sort=False, as_index=False).agg(
        n=("n", "sum"),
        x=("x", "sum"),
        x_low=("x_low", "sum"),
        x_high=("x_high", "sum"),
        hidden=("hidden", "any"),
        unsized=("unsized", "any"),
    )
    best = summed.sort_values("n", kind="stable").drop_duplicates(cell, keep="last")
    best = best.assign(dimension=ALL, group=ALL, status="ok")
    best.loc[best["hidden"], "status"] = "suppressed"
    best.loc[best["hidden"], "x"] = pd.NA
    best.loc[best["unsized"], ["n", "x_low", "x_high"]] = pd.NA
    report.notes.append(
        f"{len(best):,} rows of all students were not in the file; they are the sum of its groups."
    )
    return pd.concat([counts, best[list(COUNTS)].astype(COUNTS)], ignore_index=True)


def additive(counts: pd.DataFrame, report: ReadReport) -> None:
    """Report dimensions whose groups do not add up to all students, where every size is known."""
    cell = ["year", "unit_id", "indicator"]
    hidden = counts[counts["n"].isna() & (counts["status"] == "suppressed")]
    line = [*cell, "dimension"]
    told = ~pd.MultiIndex.from_frame(counts[line]).isin(pd.MultiIndex.from_frame(hidden[line]))
    usable = counts[counts["n"].notna() & told]
    total = usable[usable["dimension"] == ALL].set_index(cell)["n"]
    parts = usable[usable["dimension"] != ALL].groupby(["dimension", *cell])["n"].sum()
    both = parts.reset_index().join(total.rename("all"), on=cell).dropna()
    for dimension, rows in both.groupby("dimension"):
        off = rows[rows["n"] != rows["all"]]
        if len(off):
            worst = off.loc[(off["n"] - off["all"]).abs().idxmax()]
            report.not_additive.append(
                f"{dimension}: the sum of the groups is not the total in {len(off):,} of "
                f"{len(rows):,} places."
            )
            report.owner.append(
                f"{dimension}: the sum of the groups is furthest from the total at "
                f"{worst['unit_id']}, {worst['year']}, {worst['indicator']}: "
                f"{int(worst['n']):,} of {int(worst['all']):,}."
            )


def scores_of(frame: pd.DataFrame, report: ReadReport) -> pd.DataFrame:
    """The rows of indicators that are scores: n, mean, sd."""
    if frame.empty:
        return empty(SCORES)
    if "mean" not in frame:
        raise DataError(
            f"{frame['indicator'].iloc[0]} is a mean score: it needs the columns n, mean and sd.",
            file=frame["file"].iloc[0],
            row=int(frame["row"].iloc[0]),
            column="mean",
        )
    made = frame.copy()
    made["n"] = pd.array(_whole(frame, "n")["low"], dtype="Int64")
    made["mean"] = by_value(frame["mean"], number, "float64").astype("float64")
    sd = frame.get("sd", pd.Series("", frame.index, dtype="str"))
    made["sd"] = by_value(sd, number, "float64").astype("float64")
    made["status"] = np.where(made["mean"].isna() | made["n"].isna(), "suppressed", "ok")
    return made[list(SCORES)].astype(SCORES).reset_index(drop=True)
