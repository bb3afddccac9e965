"""What readers of state files share: long rows with ranges become a Dataset.

A reader hands over one row a unit, year, indicator and group with ``n``, ``x_low``, ``x_high`` and
the status of the cell in the source. Here the other side of one-sided groups is worked out, ranges
that hold one number become that number, and sums of districts and states are made.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from .. import catalog
from ..catalog import content
from ..errors import DataError
from ..schema import ALL, KEY, UNITS, Dataset, ReadReport, roll_up, tidy_counts
from .meanings import some
from .sis_parts import UNNAMED
from .tables import plain
from .tidy_cells import additive, with_all
from .values import school_year

CELL = KEY[:3]


def the_year(asked: str | None, names: list[str], report: ReadReport) -> str:
    """Return the school year: the one asked for, or the first that a name holds."""
    if asked:
        made = school_year(str(asked))
        if not made:
            raise DataError(
                f'"{asked}" is not a school year.', column="year", mend="Write 2023-24."
            )
        return made
    for name in names:
        if made := school_year(name):
            report.notes.append(
                f'"{name}" is read as the school year {made}; --year names another.'
            )
            return made
    report.notes.append(f'Nothing says the school year; it is called "{UNNAMED}". --year names it.')
    return UNNAMED


def the_file(files: list[Path], recognise: Callable, report: ReadReport) -> Path:
    """Return the first file of the layout, and note the others."""
    path = next(f for f in files if recognise([f]))
    report.notes += [f"{f.name} was passed over." for f in files if f != path]
    return path


def one_of(names: list[str], here: dict[str, str]) -> str:
    """Return the first of these columns that a table has, by its plain name; "" for none."""
    return next((here[plain(n)] for n in names if plain(n) in here), "")


def the_group(cells: pd.Series, book: dict, file: str, column: str) -> list[tuple[str, str]]:
    """Return the dimension and the group that each cell names.

    Raises
    ------
    DataError
        A name that the code book lacks: named with its row, because a group must not be lost.
    """
    known = {plain(name): tuple(label) for name, label in book.items()}
    for value in cells.unique():
        if plain(value) not in known:
            close = difflib.get_close_matches(value, book, n=1)
            raise DataError(
                f'The student group "{value}" is not in the code book of this format.',
                file=file,
                row=int(cells.index[(cells == value).argmax()]),
                column=column,
                nearest=close[0] if close else None,
                mend=f"Known are: {some(list(book), 20)}.",
            )
    return [known[plain(value)] for value in cells]


def dataset(rows: pd.DataFrame, units: pd.DataFrame, report: ReadReport) -> Dataset:
    """Return rows with ranges as a Dataset.

    Parameters
    ----------
    rows : DataFrame
        ``year unit_id indicator dimension group n x_low x_high status``; n and the ends are floats
        with gaps, and ``status`` is ``ok`` wherever the ends say something.
    units : DataFrame
        ``unit_id unit level parent_id``.
    report : ReadReport
        Filled further.
    """
    nameless = rows["unit_id"] == ""
    if nameless.any():
        report.notes.append(
            f"{int(nameless.sum()):,} cells are of no school or district: left out."
        )
        rows = rows[~nameless]
    twice = rows.duplicated(KEY)
    if twice.any() or rows.empty:
        cell = rows[twice].iloc[0] if twice.any() else None
        raise DataError(
            "No row names a school or district."
            if cell is None
            else "The same cell stands there twice: " + ", ".join(str(cell[k]) for k in KEY) + ".",
            mend="Keep one row for each school or district, year and student group.",
        )
    units = units[units["unit_id"] != ""].drop_duplicates("unit_id").reset_index(drop=True)
    rows = pd.concat([rows, _others(rows)], ignore_index=True)
    rows["x_high"] = rows["x_high"].where(rows["n"].isna(), rows[["x_high", "n"]].min(axis=1))
    wrong = (rows["x_low"] > rows["x_high"]).to_numpy()
    if wrong.any():
        report.notes.append(
            f"{int(wrong.sum()):,} cells hold a percent that their number of students cannot make; "
            "they are kept and left out of rates."
        )
    exact = (rows["x_low"] == rows["x_high"]) & rows["n"].notna()
    good = rows["status"] == "ok"
    told = (rows["x_low"] > 0) | (rows["x_high"] < rows["n"])
    ranged = int((good & ~exact & ~wrong & told).sum())
    status = rows["status"].mask(good & ~exact, "suppressed").mask(wrong, "quality")
    rows["status"] = status.mask((status == "ok") & rows["n"].isna(), "suppressed")
    rows["x"] = rows["x_low"].where(exact & ~wrong)
    away = ~rows["status"].isin(["ok", "suppressed"])
    rows.loc[away, ["x_low", "x_high"]] = np.nan
    blank = rows["status"].isin(["suppressed", "quality"]) & rows["x_low"].isna()
    rows.loc[blank, "x_low"], rows.loc[blank, "x_high"] = 0.0, rows.loc[blank, "n"]
    if ranged:
        report.notes.append(
            f"{ranged:,} of {len(rows):,} cells are ranges, because the source gives a range, a mark or a "
            "rounded percent. They stay ranges in every measure."
        )
    at = units.set_index("unit_id")
    rows["unit"], rows["level"] = rows["unit_id"].map(at["unit"]), rows["unit_id"].map(at["level"])
    for column in ("n", "x", "x_low", "x_high"):
        rows[column] = pd.array(rows[column], dtype="Int64")
    counts = with_all(tidy_counts(rows), report)
    additive(counts, report)
    counts = roll_up(counts, units)
    held = set(counts["indicator"])
    report.missing = [i for i in catalog.indicators() if i not in held]
    report.notes[:] = dict.fromkeys(report.notes)
    report.rows_kept = report.rows_in - sum(a["rows"] for a in report.set_aside)
    return Dataset(counts=counts, units=units.astype(UNITS), report=report)


def _others(rows: pd.DataFrame) -> pd.DataFrame:
    """Everyone who is not in a group that the file names alone, such as students not in care.

    The fewest of the others with the outcome are the fewest of all less the most of the group.
    """
    names = content("state_files")["others"]
    total = rows[rows["dimension"] == ALL].set_index(CELL)
    some = rows[rows["dimension"].isin(names)]
    alone = some.groupby([*CELL, "dimension"])["group"].transform("nunique") == 1
    some = some[alone & pd.MultiIndex.from_frame(some[CELL]).isin(total.index)].copy()
    whole = total.reindex(pd.MultiIndex.from_frame(some[CELL]))
    n, low, high = (whole[c].to_numpy(float) for c in ("n", "x_low", "x_high"))
    least, most = some["x_low"].to_numpy(float), some["x_high"].to_numpy(float)
    some["n"] = n - some["n"].to_numpy(float)
    some["x_low"] = np.maximum(low - most, 0)
    some["x_high"] = np.minimum(high - least, some["n"])
    absent = (some["status"] == "not_collected") | (whole["status"] == "not_collected").to_numpy()
    both = (some["status"] == "ok") & (whole["status"] == "ok").to_numpy() & some["n"].notna()
    some["status"] = np.select([absent, both & some["x_low"].notna()], ["not_collected", "ok"],
                               "suppressed")  # fmt: skip
    some["group"] = some["dimension"].map(names)
    return some
