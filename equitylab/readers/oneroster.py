"""OneRoster 1.1 and 1.2: a folder or zip of CSV files that refer to each other by ``sourcedId``.

The files become one table of students and one of courses, as a student information system would
export them, and go the way of such an export: counts are made, and no student's row is kept.
Incidents, attendance and the like are not in OneRoster; a file of them in the same folder is joined
by student id.
"""

from __future__ import annotations

from pathlib import Path

from ..catalog import content
from ..errors import DataError
from ..schema import Dataset, ReadReport
from . import oneroster_rows as rows
from . import sis, tables
from .meanings import some
from .tables import Table

_NEEDED = ("users", "orgs")  # and of enrollments, roles or the users' own orgs, one


def recognise(files: list[Path]) -> str | None:
    """Return the files that make these a OneRoster export, or None."""
    names = content("oneroster")["files"]
    found = []
    for path in files:
        if path.stem.lower() in names and path.stem.lower() != "manifest":
            try:
                has = {h.lower() for h in tables.header(path)}
            except DataError:
                continue
            found += [path.stem] if "sourcedid" in has else []
    if len(found) < 2:
        return None
    return f"{some(sorted(found), 12)}, with the column sourcedId"


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return a OneRoster export as a dataset.

    Parameters
    ----------
    files : list of Path
        The CSV files; other tables among them are joined by student id.
    context, map, year
        As for a student information system's export.

    Raises
    ------
    DataError
        A file that is needed is missing, the export holds changes only, or nothing happened to the
        students in it.
    """
    report = ReadReport()
    held, others = _held(files, report)
    _whole(held)
    for name in _NEEDED:
        if name not in held:
            raise DataError(
                f"There is no {name}.csv, or no row in it; the export holds {some(sorted(held))}.",
                file=f"{name}.csv",
                mend="Export all files of OneRoster in bulk, and give the folder or the zip.",
            )
    years = rows.Years(held)
    classes = rows.classes(held, years)
    made = [rows.students(held, classes, years, report)]
    if "enrollments" in held and len(classes):
        made.append(rows.courses(held, classes, report))
    if {"assessmentlineitems", "assessmentresults"} <= set(held):
        made.append(rows.tests(held))
    made += [rows.by_student(table, held["users"].frame, context) for table in others]
    report.rows_in = sum(a["rows"] for a in report.set_aside)
    data = sis.of_tables(made, report, context=context, map=map, year=year, name="District")
    report.format = "oneroster"
    report.why = f"{recognise(files)}; {report.why}"
    report.notes.append(
        "OneRoster was read as its layout is published, which was not compared with a real export; "
        "compare one school's numbers with your own system."
    )
    return data


def _held(files: list[Path], report: ReadReport) -> tuple[dict[str, Table], list[Table]]:
    """The export's tables by name, without rows that are marked as gone; and all other tables."""
    book, held, others = content("oneroster"), {}, []
    for path in files:
        name = path.stem.lower()
        if name in book["unread"]:
            report.notes.append(f"{path.name} is not read: {book['unread'][name]}.")
            continue
        if name not in book["files"]:
            try:
                others += sis.load([path], report)
            except DataError as error:
                report.notes.append(f"{path.name} was passed over: {error.message}")
            continue
        try:
            table = tables.load(path, words=book["files"][name])
        except DataError as error:
            if "no row" not in error.message and "no cell" not in error.message:
                raise
            continue  # an export writes every file, also an empty one
        frame = table.frame
        frame.columns = [c.lower() for c in frame.columns]
        if "status" in frame:
            gone = frame["status"].str.lower().isin(book["gone"])
            report.aside(f"{path.name}: marked as deleted", frame.index[gone].tolist())
            table.frame = frame = frame[~gone]
        lacks = {"sourcedid"} - set(frame.columns) if name != "manifest" else set()
        if lacks:
            raise DataError(
                "The column sourcedId is missing.",
                file=path.name,
                row=table.header_row,
                mend="Export the file again; nothing can be joined without it.",
            )
        if len(frame):
            held[name] = table
    return held, others


def _whole(held: dict[str, Table]) -> None:
    """Refuse an export that holds changes only: counts of it would be of those who changed."""
    if "manifest" not in held:
        return
    frame = held["manifest"].frame
    if not {"propertyname", "value"} <= set(frame.columns):
        return
    delta = frame["propertyname"].str.lower().str.startswith("file.")
    delta &= frame["value"].str.lower() == "delta"
    parts = frame.loc[delta, "propertyname"].str[5:].str.lower()
    part = next((p for p in parts if p in content("oneroster")["files"]), None)
    if part:
        row = int(parts.index[parts == part][0])
        raise DataError(
            f"{part}.csv holds only what changed since an earlier export (delta).",
            file="manifest.csv",
            row=row,
            column="value",
            mend="Export in bulk, so that every student is there.",
        )
