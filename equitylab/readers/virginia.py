"""Virginia's graduation files: cohort and graduates of each division, with ``<`` for fewer than 10.

Three layouts have one code book: "On-time Graduation Rate" and "Diplomas and Completion" (one row a
division, year and student group; three lines before the header) and the cohort reports (one row a
division and year, all students, ``1,012`` and ``65.58%``). Where several are given, a cell is taken
from the first of these that has it.

The years of the first two are those in which a school year begins, those of the cohort reports the
ones in which it ends: "2021" of the one and "2022" of the other are the same cohorts, to the student
in all 387 divisions and years that both show, and 92.1 % is the State's rate of the class of 2022.

Rates that the file prints beside a hidden count are not used: they would undo its hiding.

Source: Virginia Department of Education, cohort reports, 2008 to 2022, read in the files themselves.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..catalog import content
from ..errors import DataError
from ..schema import ALL, KEY, Dataset, ReadReport
from . import tables
from .ranges import of_counts
from .state_rows import dataset, one_of, the_group
from .tables import plain
from .values import by_value, is_spring, school_year

HIDDEN_BELOW = 10  # what "<" stands for: 0 to 9 students


def recognise(files: list[Path]) -> str | None:
    """Return the column names that make these Virginia's graduation files, or None."""
    for path in files:
        try:
            found = _columns(tables.header(path))
        except DataError:
            continue
        if found:
            return "columns " + ", ".join(found.values())
    return None


def _book() -> dict:
    return content("state_files")["virginia"]


def _columns(names: list[str]) -> dict[str, str]:
    """Return the columns that the format needs, by meaning; empty where one is missing."""
    book, here = _book(), {plain(n): n for n in names}
    found = {m: one_of(some, here) for m, some in book["columns"].items()}
    found["group"] = one_of(book["subgroup"], here)
    summed = all(plain(n) in here for n in book["sum"])
    needed = found["year"] and found["division"] and found["n"]
    if not (needed and (found["x"] or summed) and (found["group"] or found["kind"])):
        return {}
    return {meaning: name for meaning, name in found.items() if name}


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return Virginia's graduation files as a dataset of divisions and the state.

    Parameters
    ----------
    files : list of Path
        Any of the three layouts, of any years.
    context, map
        Not used: the layout is fixed.
    year : str, optional
        The one school year to read.

    Raises
    ------
    DataError
        A student group that the code book lacks, or a cell that is neither a count nor a mark.
    """
    report = ReadReport(format="Virginia graduation", why=recognise(files) or "")
    loaded = []
    for path in files:
        for table in tables.load_all(path, words=_words()):
            columns = _columns(list(table.frame.columns))
            if columns:
                loaded.append((len(columns) - 10 * ("x" in columns and "group" in columns), table))
            else:
                report.notes.append(f"{table.name} was passed over: it has no such columns.")
    loaded.sort(key=lambda pair: pair[0])
    rows = pd.concat([_rows(table, report) for _, table in loaded], ignore_index=True)
    again = rows.duplicated(KEY)
    if again.any():
        report.notes.append(
            f"{int(again.sum()):,} cells stand in more than one file; each was read once."
        )
    rows = rows[~again]
    if year is not None:
        rows = rows[rows["year"] == school_year(str(year))]
        if rows.empty:
            raise DataError(f'No row is of the year "{year}".', file=files[0], column="year")
    split = sorted(set(rows.loc[rows["dimension"] != ALL, "year"]))
    if split and len(split) < rows["year"].nunique():
        report.notes.append(
            f"Student groups are in {', '.join(split)} only; --year picks one year."
        )
    state, name = _book()["state"]
    units = pd.DataFrame({"unit_id": rows["unit_id"].unique()})
    units = units.assign(unit=units["unit_id"], level="district", parent_id=state)
    units.loc[len(units)] = [state, name, "state", ""]
    return dataset(rows, units, report)


def _words() -> list[str]:
    book = _book()
    return [plain(n) for some in (*book["columns"].values(), book["subgroup"]) for n in some]


def _rows(table: tables.Table, report: ReadReport) -> pd.DataFrame:
    """A table's cells as rows, with ``<`` as 0 to 9."""
    book, columns = _book(), _columns(list(table.frame.columns))
    frame = table.frame
    report.rows_in += len(frame)
    report.notes += [f"{table.name}: {note}" for note in table.notes]
    report.columns |= {name: meaning for meaning, name in columns.items()}
    if "kind" in columns:
        other = frame[columns["kind"]] != book["keep"]["kind"]
        report.aside(f"another rate than the {book['keep']['kind']}", frame.index[other].tolist())
        frame = frame[~other]
    begins = "group" in columns

    def when(text: str) -> str:
        if begins and is_spring(text):
            return school_year(str(int(float(text)) + 1))
        return school_year(text)

    years = by_value(frame[columns["year"]], when, "str")
    report.aside("no school year", frame.index[years == ""].tolist())
    frame, years = frame[years != ""], years[years != ""]
    spring = [v for v in frame[columns["year"]].unique() if is_spring(v)]
    if spring:
        half = "the year in which it begins" if begins else "its spring"
        report.notes.append(f"{table.name}: {spring[0]} was read as {when(spring[0])}, {half}.")
    n = of_counts(frame[columns["n"]], file=table.name, column=columns["n"])
    if "x" in columns:
        x = of_counts(frame[columns["x"]], file=table.name, column=columns["x"])
    else:
        x = _summed(frame, table, report)
    for cells in (n, x):
        marked = (cells["status"] == "suppressed").to_numpy()
        cells.loc[marked, "low"], cells.loc[marked, "high"] = 0.0, HIDDEN_BELOW - 1.0
    if (frame[columns["n"]] == "<").any() or (n["status"] == "suppressed").any():
        report.code_book["<"] = f"fewer than {HIDDEN_BELOW}"
    size = n["low"].where(n["low"] == n["high"])
    absent = (n["status"] == "not_collected") | (x["status"] == "not_collected")
    groups = [(ALL, ALL)] * len(frame)
    if "group" in columns:
        groups = the_group(frame[columns["group"]], book["groups"], table.name, columns["group"])
    place = frame[columns["division"]].str.replace(r"\s+Public Schools$", "", regex=True)
    return pd.DataFrame(
        {
            "year": years.to_numpy(),
            "unit_id": place.to_numpy(),
            "indicator": "graduated",
            "dimension": [d for d, _ in groups],
            "group": [g for _, g in groups],
            "n": size.to_numpy(),
            "x_low": x["low"].to_numpy(),
            "x_high": x["high"].to_numpy(),
            "status": np.where(absent, "not_collected", "ok"),
        }
    )


def _summed(frame: pd.DataFrame, table: tables.Table, report: ReadReport) -> pd.DataFrame:
    """Graduates as the sum of the diplomas, where no column counts them."""
    parts = [
        of_counts(frame[name], file=table.name, column=name)
        for name in frame.columns
        if plain(name) in {plain(n) for n in _book()["sum"]}
    ]
    for part in parts:
        marked = part["status"] == "suppressed"
        part.loc[marked, "low"], part.loc[marked, "high"] = 0.0, HIDDEN_BELOW - 1.0
        part.loc[marked, "status"] = "ok"
    report.notes.append(f"{table.name}: graduates are the sum of {', '.join(_book()['sum'])}.")
    status = np.where(sum(p["status"] != "ok" for p in parts) > 0, "not_collected", "ok")
    ends = {end: sum(p[end] for p in parts) for end in ("low", "high")}
    return pd.DataFrame(ends | {"status": status})
