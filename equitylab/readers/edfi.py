"""Ed-Fi exports: a file a resource (JSON, one object a line, or CSV), with descriptors.

The resources become a table of students and tables of what happened to them, as a student
information system would export them, and go the way of such an export: counts are made, and no
student's row is kept. The code book is ``content/edfi.yaml``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pandas as pd

from ..catalog import content
from ..errors import DataError
from ..schema import Dataset, ReadReport
from . import edfi_events, edfi_rows, sis, tables
from .edfi_resource import Resource
from .meanings import some
from .tables import Table, plain

_PLAIN = frozenset("students schools courses sessions assessments".split())


@cache
def _names() -> dict[str, str]:
    """Every resource by how its file may be called: in the plural, the singular, any case."""
    every = content("edfi")["resources"]
    return {plain(n): n for n in every} | {plain(_singular(n)): n for n in every}


def _singular(name: str) -> str:
    return re.sub("ies$", "y", name) if name.endswith("ies") else name.removesuffix("s")


def _resource(path: Path) -> str | None:
    stem = re.sub(r"^(ed-?fi|tpdm)[._-]+|[._-]\d+$", "", path.stem, flags=re.I)
    return _names().get(plain(stem))


def recognise(files: list[Path]) -> str | None:
    """Return the resources that make these files an Ed-Fi export, or None."""
    found = {}
    for path in files:
        if name := _resource(path):
            try:
                found[name] = any(plain(c).endswith("studentuniqueid") for c in tables.header(path))
            except DataError:
                continue
    # A plain "students.csv" may have such a column too; an association is Ed-Fi's alone.
    if not any(has for name, has in found.items() if name not in _PLAIN):
        return None
    return f"resources {some(sorted(found), 12)}, with studentUniqueId"


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return an Ed-Fi export as a dataset.

    Parameters
    ----------
    files : list of Path
        One file a resource, or several (``students-1.json``); others are passed over.
    context, map, year
        As for a student information system's export.

    Raises
    ------
    DataError
        Enrolment is missing, a descriptor is of the wrong kind, or nothing happened to the students.
    """
    report = ReadReport()
    held = _held(files, report)
    if "studentSchoolAssociations" not in held:
        raise DataError(
            f"There are no studentSchoolAssociations; the export holds {some(sorted(held))}.",
            file=files[0].parent.name if len(files) > 1 else files[0].name,
            mend="Export that resource too: without it nobody knows which school a student is in.",
        )
    students = edfi_rows.students(held)
    made = [students, *edfi_events.children(held, students, report)]
    report.rows_in = sum(a["rows"] for a in report.set_aside)
    data = sis.of_tables(made, report, context=context, map=map, year=year, name="District")
    report.format = "edfi"
    report.why = f"{recognise(files)}; {report.why}"
    report.notes.append(
        "Ed-Fi was read as its data model is published, which was not compared with a real export; "
        "compare one school's numbers with your own system."
    )
    return data


def _held(files: list[Path], report: ReadReport) -> dict[str, Resource]:
    """The resources of an export by name; the files of one resource are put together."""
    found: dict[str, list[Table]] = {}
    for path in files:
        name = _resource(path)
        if name is None:
            report.notes.append(f"{path.name} was passed over: it is no resource that is read.")
            continue
        try:
            table = tables.load(path)
            found.setdefault(name, []).append(table)
        except DataError as error:
            if "no row" not in error.message and "no cell" not in error.message:
                raise
    held = {}
    for name, parts in found.items():
        frame = pd.concat([t.frame for t in parts]).fillna("") if parts[1:] else parts[0].frame
        held[name] = Resource(Table(parts[0].path, "", frame, parts[0].header_row))
    return {name: one for name, one in held.items() if len(one.table.frame)}
