"""Massachusetts' school profiles: one row a school, with percents where other files have counts.

The results in the file are of all students; of student groups it has sizes only, and most of these
as a percent of the enrolled. A percent is a range of whole numbers, and stays one: what the file says
of groups is told for all its schools together, and nothing is compared by group.

Source: Massachusetts Department of Elementary and Secondary Education, 2017, read in the file itself.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from .. import catalog
from ..catalog import content
from ..errors import DataError
from ..schema import ALL, Dataset, ReadReport
from . import tables
from .ranges import of_counts, of_shares, students
from .state_rows import dataset, the_file, the_year
from .values import ids


def recognise(files: list[Path]) -> str | None:
    """Return the column names that make this Massachusetts' school profiles, or None."""
    for path in files:
        try:
            names = set(tables.header(path))
        except DataError:
            continue
        if {*_book()["needs"], *_book()["percents"]} <= names:
            return "columns " + ", ".join([*_book()["needs"], *list(_book()["percents"])[:2]])
    return None


def _book() -> dict:
    return content("state_files")["massachusetts"]


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return the profiles as a dataset of schools, districts and the state.

    Parameters
    ----------
    files : list of Path
        The first that has the layout is read.
    context, map
        Not used: the layout is fixed.
    year : str, optional
        The school year, which no column says.

    Raises
    ------
    DataError
        A cell is neither a number nor a mark, or two rows have one school.
    """
    report = ReadReport(format="Massachusetts school profiles", why=recognise(files) or "")
    path = the_file(files, recognise, report)
    table, book = tables.load(path, words=_book()["needs"]), _book()
    frame = table.frame
    report.rows_in = len(frame)
    report.notes += [book["note"], *(f"{table.name}: {note}" for note in table.notes)]
    when = the_year(year, [path.stem, path.absolute().parent.name], report)
    units, unit_id = _units(table, report)

    def counted(column: str) -> pd.DataFrame:
        return of_counts(frame[column], file=table.name, column=column)

    parts = []
    for measure in book["measures"]:
        lacking = {c for k, c in measure.items() if k != "indicator"} - set(frame)
        if lacking:
            gone = f'{table.name} has no column "{min(lacking)}", so there is no'
            report.notes.append(f"{gone} {catalog.indicator(measure['indicator']).label.lower()}.")
            continue
        n, share = counted(measure["n"]), measure.get("percent")
        size, absent = n["low"], n["status"] != "ok"
        if share:
            x = of_shares(frame[share], file=table.name, column=share)
            low, high = students(x["low"].to_numpy(), x["high"].to_numpy(), size.to_numpy())
        else:
            x = counted(measure["x"])
            low, high = x["low"], x["high"]
        report.columns |= {measure["n"]: "n", share or measure["x"]: measure["indicator"]}
        status = np.where(absent | (x["status"] != "ok"), "not_collected", "ok")
        cells = {"n": size, "x_low": low, "x_high": high, "status": status}
        about = {"year": when, "unit_id": unit_id, "indicator": measure["indicator"]}
        parts.append(pd.DataFrame(about | {"dimension": ALL, "group": ALL} | cells))
    if not parts:
        raise DataError(
            "None of its measures has all of its columns.", file=table.name,
            mend=f'Keep the columns of at least one, as "{book["measures"][0]["x"]}".',
        )  # fmt: skip
    report.notes.append(
        "The file gives no result by group, so groups of a school are not compared."
    )
    report.owner.append(_shares(table, counted(book["enrolled"])["low"].to_numpy(), counted))
    named = book["counts"] | book["percents"]
    report.columns |= {c: label[1] for c, label in named.items() if c in frame}
    return dataset(pd.concat(parts, ignore_index=True), units, report)


def _shares(table: tables.Table, enrolled: np.ndarray, counted) -> str:
    """Whom the schools of the file serve, as shares of all their students."""
    book, told = _book(), []
    for column, label in book["counts"].items():
        if column not in table.frame:
            continue
        told.append((label[1], *[np.nansum(counted(column)["low"])] * 2))
    for column, label in book["percents"].items():
        share = of_shares(table.frame[column], file=table.name, column=column)
        ends = students(share["low"].to_numpy(), share["high"].to_numpy(), enrolled)
        told.append((label[1], *(float(np.nansum(end)) for end in ends)))
    whole = np.nansum(enrolled)
    words = []
    for name, low, high in told:
        ends = dict.fromkeys(f"{100 * end / whole:.1f}%" for end in (low, high))
        words.append(f"{name} {' to '.join(ends)}")
    return f"The file has {whole:,.0f} students: {', '.join(words)}."


def _units(table: tables.Table, report: ReadReport) -> tuple[pd.DataFrame, np.ndarray]:
    """Schools, districts and the state, and the school of each row."""
    frame, codes = table.frame, {}
    for column in ("School Code", "District Code"):
        cells, note = ids(frame[column], file=table.name, column=column)
        lost = cells.str.fullmatch(r"\d{1,7}")
        if lost.any():
            note = f"{column} had lost its leading zeros; they were put back."
        report.notes += [f"{table.name}, {note}"] if note else []
        codes[column] = cells.where(~lost, cells.str.zfill(8))
    school, district = codes["School Code"], codes["District Code"]
    if school.duplicated().any():
        row = school[school.duplicated()].index[0]
        raise DataError(
            f'The school "{school[row]}" stands there twice.',
            file=table.name,
            row=int(row),
            column="School Code",
            mend="Keep one row for each school.",
        )
    state, name = _book()["state"]
    schools = pd.DataFrame({"unit_id": school, "unit": frame["School Name"], "level": "school"})
    above = pd.DataFrame({"unit_id": district, "unit": frame["District Name"]})
    above = above.drop_duplicates("unit_id").assign(level="district", parent_id=state)
    schools["parent_id"] = district
    above.loc[-1] = [state, name, "state", ""]
    return pd.concat([schools, above], ignore_index=True), school.to_numpy()
