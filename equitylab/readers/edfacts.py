"""EDFacts: achievement results of state assessments, as the US Department of Education publishes
them: one row a school or district, a pair of columns for each group, subject and grade.

``ALL_MTH04NUMVALID_1819`` is a number of students, ``ALL_MTH04PCTPROF_1819`` the percent of them at
or above proficient: a whole percent of large groups, a range of smaller ones (``21-39``, ``GE50``,
``LE10``), ``PS`` (privacy protected) of 1 to 5. Each becomes the fewest and the most students that
it leaves possible.

Source: EDFacts data files and their documentation, data years 2009-10 to 2020-21 (US Department of
Education). The layout is read as published; no file of the collection is among the tests.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from ..catalog import content
from ..errors import DataError
from ..schema import ALL, Dataset, ReadReport
from . import tables
from .ranges import marks, of_counts, of_shares, students
from .state_rows import dataset
from .values import ids

_COLUMN = re.compile(
    r"(?P<group>[A-Z]{1,4})_(?P<subject>MTH|RLA|SCI)(?P<grade>00|0[3-8]|HS)"
    r"(?P<what>NUMVALID|PCTPROF)_(?P<years>\d{4})$",
    re.I,
)


def recognise(files: list[Path]) -> str | None:
    """Return the column names that make these EDFacts files, or None."""
    for path in files:
        if found := _pairs(_header(path)):
            return f"columns such as {next(iter(found.values()))}"
    return None


def _header(path: Path) -> list[str]:
    try:
        return tables.header(path)
    except DataError:
        return []


def _pairs(names) -> dict[tuple, str]:
    """Return the columns of percents by group, subject, grade and years."""
    found = {}
    for name in names:
        if (m := _COLUMN.match(name.strip())) and m["what"].upper() == "PCTPROF":
            found[m["group"].upper(), m["subject"].upper(), m["grade"].upper(), m["years"]] = name
    return found


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return EDFacts assessment files as a dataset: schools, districts and states, with ranges.

    Parameters
    ----------
    files : list of Path
        Files of schools (with NCESSCH) and of districts (without), of any subjects and years.
    context, map, year
        Not used: a file of this format names its groups and years itself.

    Raises
    ------
    DataError
        A column of students is missing, a group is not in the code book, or a cell is neither a
        percent, a range nor a known mark.
    """
    report = ReadReport(format="EDFacts assessments", why=recognise(files) or "")
    parts, units = [], []
    for path in files:
        if not _pairs(_header(path)):
            report.notes.append(f"{path.name} was passed over: it has no such columns.")
            continue
        for table in tables.load_all(path):
            if found := _pairs(table.frame.columns):
                report.rows_in += len(table.frame)
                report.notes += [f"{table.name}: {note}" for note in table.notes]
                unit = _units(table, report)
                units.append(unit)
                parts.append(_rows(table, unit["unit_id"], found, report))
    known = pd.concat(units, ignore_index=True)
    known = known[known["unit_id"] != ""].drop_duplicates("unit_id")
    above = _above(known)
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["unit_id"] != ""]
    return dataset(rows, pd.concat([known.iloc[:, :4], above], ignore_index=True), report)


def _units(table: tables.Table, report: ReadReport) -> pd.DataFrame:
    """The school or district of each row, with the names of what it is part of."""
    frame = table.frame
    named = {c.upper(): c for c in frame.columns}
    own = "NCESSCH" if {"NCESSCH", "SCHNAM", "ST_SCHID"} & set(named) else "LEAID"
    if own not in named:
        raise DataError(
            f"No column {own} says which {'school' if own == 'NCESSCH' else 'district'} a row is of.",
            file=table.name,
            row=table.header_row,
            column=own,
            mend="Give the file as it was downloaded, with NCESSCH in a file of schools and LEAID "
            "in one of districts.",
        )

    def of(name: str) -> pd.Series:
        return frame[named[name]] if name in named else pd.Series("", frame.index, dtype="str")

    def code(name: str, wide: int) -> pd.Series:
        cells, note = ids(of(name), file=table.name, column=name)
        lost = cells.str.fullmatch(r"\d+") & (cells.str.len() < wide)
        if lost.any():
            note = f"{name} had lost its leading zeros; they were put back."
        report.notes += [f"{table.name}, {note}"] if note else []
        return cells.where(~lost, cells.str.zfill(wide))

    level = "school" if own == "NCESSCH" else "district"
    unit_id = code(own, 12 if level == "school" else 7)
    state = code("FIPST", 2)
    district = code("LEAID", 7) if level == "school" else state
    blank = frame.index[unit_id == ""]
    report.aside(f"no {own}", blank.tolist())
    return pd.DataFrame(
        {
            "unit_id": unit_id,
            "unit": of("SCHNAM" if level == "school" else "LEANM").where(
                lambda n: n != "", unit_id
            ),
            "level": level,
            "parent_id": district,
            "parent": of("LEANM"),
            "state_id": state,
            "state": of("STNAM").str.title(),
        }
    )


def _above(units: pd.DataFrame) -> pd.DataFrame:
    """Districts and states that have no row of their own."""
    schools = units[(units["level"] == "school") & (units["parent_id"] != "")]
    schools = schools.drop_duplicates("parent_id")
    districts = pd.DataFrame(
        {
            "unit_id": schools["parent_id"],
            "unit": schools["parent"].where(schools["parent"] != "", schools["parent_id"]),
            "level": "district",
            "parent_id": schools["state_id"],
        }
    )
    states = units[units["state_id"] != ""].drop_duplicates("state_id")
    states = pd.DataFrame(
        {
            "unit_id": states["state_id"],
            "unit": states["state"].where(states["state"] != "", states["state_id"]),
            "level": "state",
            "parent_id": "",
        }
    )
    made = pd.concat([districts, states], ignore_index=True)
    return made[~made["unit_id"].isin(set(units["unit_id"]))]


def _rows(table, unit_id: pd.Series, found: dict, report: ReadReport) -> pd.DataFrame:
    """Every cell of a table as a row: the fewest and the most students proficient."""
    book, parts = content("state_files")["edfacts"], []
    whole = {(g, s, y) for g, s, grade, y in found if grade == "00"}
    by_name = {c.upper(): c for c in table.frame.columns}
    for (group, subject, grade, years), column in found.items():
        if group not in book["groups"]:
            raise DataError(
                f'The group "{group}" is not in the code book of EDFacts files.',
                file=table.name,
                column=column,
                mend=f"Known are {', '.join(book['groups'])}; take the column out, or rename it.",
            )
        size = by_name.get(column.upper().replace("PCTPROF", "NUMVALID"))
        if size is None:
            raise DataError(
                "The column with the number of students is missing.",
                file=table.name,
                column=column.upper().replace("PCTPROF", "NUMVALID"),
                mend="Give the file as it was downloaded, with both columns of each pair.",
            )
        if grade != "00" and (group != "ALL" or (group, subject, years) not in whole):
            continue  # a grade of one group, or of a file without all grades together
        dimension, label = book["groups"][group]
        if grade != "00":
            dimension, label = "grade", book["grades"][grade]
        n = of_counts(table.frame[size], file=table.name, column=size)
        x = of_shares(table.frame[column], file=table.name, column=column)
        students_n = n["low"].where(n["low"] == n["high"]).to_numpy()
        low, high = students(x["low"].to_numpy(), x["high"].to_numpy(), students_n)
        rest = np.where(n["status"] != "ok", n["status"], x["status"])
        # A group that nobody is in has no percent: that is no absence.
        none = students_n == 0
        parts.append(
            pd.DataFrame(
                {
                    "year": f"20{years[:2]}-{years[2:]}",
                    "unit_id": unit_id.to_numpy(),
                    "indicator": book["subjects"][subject],
                    "dimension": dimension,
                    "group": ALL if dimension == ALL else label,
                    "n": students_n,
                    "x_low": np.where(none, 0.0, low),
                    "x_high": np.where(none, 0.0, high),
                    "status": np.where(none, "ok", rest),
                }
            )
        )
        if grade == "00":
            report.columns[f"{subject}: {group}"] = label
        seen = {v: marks().get(v.casefold()) for v in table.frame[column].unique() if v}
        report.code_book |= {v: status for v, status in seen.items() if status}
    if not parts:
        raise DataError(
            "The file has single grades only, and none of all grades together.",
            file=table.name,
            column=next(iter(found.values())),
            mend="Add the columns with grade 00 (all grades), as ALL_MTH00PCTPROF.",
        )
    return pd.concat(parts, ignore_index=True)
