"""The students of an export: each once a year, in one school, in one year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..catalog import content
from ..errors import DataError
from ..schema import UNITS, ReadReport
from .meanings import STUDENTS, some
from .sis_parts import MORE, Part, pool
from .tables import plain
from .values import dates, ids, numbers


@dataclass
class Students:
    """Student-years, one row each, and the schools that they are in.

    Attributes
    ----------
    frame : DataFrame
        Text cells, a column a meaning, with ``unit_id`` and ``year``.
    columns : dict
        Meaning to the name that the column has in the file.
    units : DataFrame
        Schools and districts: see ``schema.UNITS``.
    named : bool
        Whether there are ids to join child tables by.
    """

    frame: pd.DataFrame
    columns: dict[str, str]
    units: pd.DataFrame
    named: bool


def students(parts: list[Part], name: str, report: ReadReport) -> Students:
    """Return the students, each once a year, from every table of students."""
    frame = pool(parts, STUDENTS)
    columns = {m: c for p in reversed(parts) if p.kind == STUDENTS for m, c in p.columns.items()}
    named = "student_id" in frame
    for meaning in ("student_id", "school_id", "district_id"):
        if meaning in frame:
            frame[meaning] = _mended(frame, meaning, columns[meaning], report)
    if named:
        frame = _without(frame, frame["student_id"] == "", "no student id", report)
    else:
        frame["student_id"] = np.arange(len(frame)).astype("str")
        report.notes.append(
            "No column says which student: every row was counted as one, and a student who is "
            "there twice is counted twice."
        )
    totals = {plain(w) for w in content("columns")["totals"]}
    for column in ("student_id", "school_id", "school"):
        if column in frame:
            values = [v for v in frame[column].unique() if plain(v) in totals]
            total = frame[column].isin(values)
            report.totals += [f"{len(frame[frame[column] == v]):,} rows: {v}" for v in values]
            frame = _without(frame, total, "a total of other rows", report)
    frame = _more(frame, parts, columns, report)
    frame, units = _schools(frame, name, columns, report)
    frame = _once(frame, report) if named else frame
    if frame.empty:
        raise DataError(
            "No row has both a student and a school.",
            file=parts[0].table.name,
            mend="Look at the rows set aside: equitylab check lists them.",
        )
    frame = frame.reset_index(drop=True)
    here = units["unit_id"].isin(frame["unit_id"])
    above = units["unit_id"].isin(units.loc[here, "parent_id"])
    units = units[here | above].reset_index(drop=True)
    return Students(frame, columns, units, named)


def _more(frame: pd.DataFrame, parts: list[Part], columns: dict, report: ReadReport):
    """Add the columns of tables that say more about students, by id, and by year if they can."""
    for part in (p for p in parts if p.kind == MORE and len(p.frame)):
        more = part.frame
        cells, note = ids(more["student_id"], file=part.table.name, column="student_id")
        report.notes += [note] if note else []
        yearly = (more["year"] != "").all()
        more = more.assign(key=cells + "\0" + (more["year"] if yearly else ""))
        here = frame["student_id"] + "\0" + (frame["year"] if yearly else "")
        unknown = ~more["key"].isin(set(here))
        rows = more.loc[unknown, "row"].tolist()
        report.aside(f"{part.table.name}: no such student among the students", rows)
        again = more["key"].duplicated(keep="last") & ~unknown
        rows = more.loc[again, "row"].tolist()
        report.aside(f"{part.table.name}: a student again; the last row was read", rows)
        more = more[~again].set_index("key")
        for meaning in (m for m in part.columns if m not in ("student_id", "year")):
            there = here.map(more[meaning]).fillna("").astype("str")
            had = frame[meaning] if meaning in frame else ""
            frame[meaning] = there if meaning not in frame else had.where(had != "", there)
            columns.setdefault(meaning, part.columns[meaning])
    return frame


def _mended(frame: pd.DataFrame, meaning: str, column: str, report: ReadReport) -> pd.Series:
    parts = []
    for file, rows in frame.groupby("file", sort=False):
        cells = rows.set_index("row")[meaning]
        cells, note = ids(cells, file=file, column=column)
        if note:
            report.notes.append(f"{file}, {note}")
        parts.append(pd.Series(cells.to_numpy(), rows.index))
    return pd.concat(parts).astype("str").reindex(frame.index)


def _without(frame: pd.DataFrame, rows: pd.Series, why: str, report: ReadReport) -> pd.DataFrame:
    """Set rows aside, by file, with their numbers."""
    for file, some_rows in frame[rows].groupby("file", sort=False):
        report.aside(f"{file}: {why}", some_rows["row"].tolist())
    return frame[~rows]


def _once(frame: pd.DataFrame, report: ReadReport) -> pd.DataFrame:
    """Keep each student once a year: where they were last, or longest, or the last row."""
    cells = [c for c in frame.columns if c not in ("file", "row")]
    frame = _without(frame, frame.duplicated(cells), "the same row again", report)
    order = pd.DataFrame(index=frame.index)
    last = pd.Timestamp.max.normalize()
    if "exit_date" in frame:
        order["exit"] = dates(frame["exit_date"]).fillna(last)  # still there
    if "entry_date" in frame:
        order["entry"] = dates(frame["entry_date"]).fillna(pd.Timestamp(1900, 1, 1))
    if "days_enrolled" in frame:
        order["days"] = numbers(frame["days_enrolled"]).fillna(-1)
    order["row"] = np.arange(len(frame))
    key = frame["student_id"] + "\0" + frame["year"]
    if key.is_unique:
        return frame
    ranked = order.sort_values(list(order.columns), kind="stable").index
    keep = frame.loc[ranked].assign(key=key.loc[ranked]).drop_duplicates("key", keep="last")
    again = frame[~frame.index.isin(keep.index)]
    school = keep.set_index("key")["unit_id"]
    moved = again["unit_id"].to_numpy() != key.loc[again.index].map(school).to_numpy()
    rows = pd.Series(False, frame.index)
    how = "the last" if len(order.columns) == 1 else "the one they were in last"
    rows[again.index[moved]] = True
    why = f"a student in two schools in one year, counted in {how}"
    frame = _without(frame, rows, why, report)
    rows = pd.Series(frame.index.isin(again.index), frame.index)
    why = "a student listed again in the same school and year: one row was made of them"
    return _without(_filled(frame, rows, key.loc[ranked]), rows, why, report)


def _filled(frame: pd.DataFrame, again: pd.Series, ranked: pd.Series) -> pd.DataFrame:
    """Fill the blanks of a student's row from the other rows: two files may tell two halves."""
    if not again.any():
        return frame
    key = ranked[ranked.index.isin(frame.index)]
    key = key[key.isin(set(key[key.index.isin(again.index[again])]))]
    rows = frame.loc[key.index]
    whole = rows.where(rows != "").groupby(key).last().fillna("")
    kept = rows[~again.loc[rows.index]].index
    cells = [c for c in frame.columns if c not in ("file", "row")]
    made = whole.loc[key.loc[kept], cells].set_axis(kept)
    frame = frame.copy()
    own = frame.loc[kept, cells]
    frame.loc[kept, cells] = own.where(own != "", made)
    return frame


def _schools(frame, name: str, columns: dict, report: ReadReport):
    """Give every row the id of its school, and return schools and districts as units."""
    blank = pd.Series("", frame.index, dtype="str")
    school, school_id = frame.get("school", blank), frame.get("school_id", blank)
    district = frame.get("district", blank)
    district_id = frame.get("district_id", blank).where(lambda d: d != "", district)
    if "school_id" in frame:
        unit = _same_zeros(school_id, columns["school_id"], report)
        unit = unit.where(unit != "", school)
    else:
        spelled = school.drop_duplicates()
        first = spelled.groupby(spelled.str.casefold()).transform("first")
        unit = school.map(dict(zip(spelled, first, strict=True)))
    gone = unit == ""
    frame = frame.assign(unit_id=unit, district_id=district_id, district=district, school=school)
    frame = _without(frame, gone, "no school", report)
    per_year = frame[["unit_id", "year", "district_id"]].drop_duplicates()
    shared = per_year[per_year["district_id"] != ""].groupby(["unit_id", "year"]).size()
    if (shared > 1).any():
        report.notes.append(
            "Schools of different districts share an id; the district's id was put before it."
        )
        frame["unit_id"] = frame["district_id"] + "-" + frame["unit_id"]
    return frame, _units(frame, name, report)


def _same_zeros(school_id: pd.Series, column: str, report: ReadReport) -> pd.Series:
    """Write ids that differ only by leading zeros in one way: the longest."""
    seen = pd.Series(school_id.unique(), dtype="str")
    digits = seen[seen.str.fullmatch(r"\d+")]
    longest = digits.groupby(digits.str.lstrip("0")).transform(lambda g: max(g, key=len))
    change = {a: b for a, b in zip(digits, longest, strict=True) if a != b}
    if change:
        a, b = next(iter(change.items()))
        report.notes.append(f"{column}: {a} and {b} were read as one school, written {b}.")
        return school_id.replace(change)
    return school_id


def _units(frame: pd.DataFrame, name: str, report: ReadReport) -> pd.DataFrame:
    rows = frame.iloc[::-1]  # the latest name and district that a school has
    rows = rows.sort_values("year", ascending=False, kind="stable")
    unit = _first(rows, "school")
    parent = _first(rows, "district_id")
    variants = frame.loc[frame["school"] != "", ["unit_id", "school"]].drop_duplicates()
    twice = variants["unit_id"].duplicated(keep=False)
    if twice.any():
        names = some(variants.loc[twice, "unit_id"].unique().tolist(), 3)
        report.notes.append(f"Schools have more than one name ({names}); the latest is shown.")
    names = rows[rows["district"] != ""].drop_duplicates("district_id")
    names = names.set_index("district_id")["district"]
    schools = set(unit.index)
    code = {}
    for one in parent.unique():
        made = one or "district"
        while made in schools:
            made = f"district {made}"
        code[one] = made
    made = pd.DataFrame(
        {
            "unit_id": unit.index,
            "unit": unit.where(unit != "", unit.index.to_series()),
            "level": "school",
            "parent_id": parent.map(code),
        }
    )
    above = pd.DataFrame(
        {
            "unit_id": list(code.values()),
            "unit": [names.get(one, "") or one or name or "District" for one in code],
            "level": "district",
            "parent_id": "",
        }
    )
    return pd.concat([made.sort_values("unit_id"), above], ignore_index=True).astype(UNITS)


def _first(rows: pd.DataFrame, column: str) -> pd.Series:
    """The first filled cell of each school, blank where there is none."""
    units = pd.Index(rows["unit_id"].unique())
    filled = rows[rows[column] != ""].drop_duplicates("unit_id").set_index("unit_id")[column]
    return filled.reindex(units).fillna("")
