"""A student information system's export: one row a student, with or without child files.

Student rows become counts here and go no further.
"""

from __future__ import annotations

from pathlib import Path

from ..catalog import content, indicators
from ..errors import DataError
from ..schema import Dataset, ReadReport
from . import groups, sis_children, sis_counts, sis_parts, sis_students, tables
from .meanings import STUDENTS, Answers, kinds, known_names, settle, some
from .nearly import nearly, unknown
from .sis_parts import MORE, Part
from .tables import plain


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
    name: str = "",
) -> Dataset:
    """Return the counts of a student information system's export.

    Parameters
    ----------
    files : list of Path
        CSV or XLSX files; each sheet is a table of its own.
    context : str, optional
        A context pack of ``group_schema.yaml``: which dimensions are read.
    map : dict, optional
        Column to meaning, to ``"ignore"``, or to ``"dimension:NAME"``.
    year : str, optional
        The school year, where neither a column nor a file's name says it; where a column does, the
        one year to read.
    name : str, optional
        What the data is called where no column names the district.

    Raises
    ------
    DataError
        No table has a student and a school in each row, or a column has to be asked about.
    """
    report = ReadReport(format="sis")
    return of_tables(load(files, report), report, context=context, map=map, year=year, name=name)


def of_tables(
    loaded: list[tables.Table],
    report: ReadReport,
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
    name: str = "",
) -> Dataset:
    """Return the counts of tables of which one has the students: see :func:`read`."""
    answers = Answers.of(map)
    answers.check({c for t in loaded for c in t.frame.columns} if loaded else set())
    return of_parts(sort(loaded, answers, context, report), report, year=year, name=name)


def of_parts(
    parts: list[Part], report: ReadReport, *, year: str | None = None, name: str = ""
) -> Dataset:
    """Return the counts of tables of which it is known what each holds: see :func:`read`."""
    years = sis_parts.Years(year, report)
    for part in parts:
        years.of(part)
    years.agree(parts)
    students = sis_students.students(parts, name, report)
    dimensions = groups.of_students(students.frame, students.columns, report)
    facts = sis_children.facts(students, dimensions, parts, report)
    if not facts:
        raise DataError(
            "The file says who the students are, and nothing that happened to them.",
            file=parts[0].table.name,
            mend="Add outcome columns, or child files (incidents, attendance, courses, tests).",
        )
    made = sis_counts.tabulate(students, dimensions, facts, report)
    report.missing = [i for i in indicators() if i not in facts]
    report.rows_kept = report.rows_in - sum(a["rows"] for a in report.set_aside)
    held = [p.kind for p in parts]
    with_them = [row["label"] for row in content("columns")["tables"] if row["id"] in held]
    report.why = "one row a student" + (f"; with {', '.join(with_them)}" if with_them else "")
    return Dataset(counts=made.counts, scores=made.scores, units=students.units, report=report)


def load(files: list[Path], report: ReadReport) -> list[tables.Table]:
    """Every table of every file; a file that is none is passed over if others can be read."""
    found, wrong = [], []
    for path in files:
        try:
            found += tables.load_all(path, words=known_names())
        except DataError as error:
            wrong.append(error)
    if not found and wrong:
        raise wrong[0]
    report.notes += [f"{Path(str(e.file)).name} was passed over: {e.message}" for e in wrong]
    return found


def sort(
    loaded: list[tables.Table], answers: Answers, context: str | None, report: ReadReport
) -> list[Part]:
    """Tell what each table holds, and name its columns by their meanings."""
    able = {id(t): kinds(t, answers, context) for t in loaded}
    chosen = {id(t): _kind(t, *able[id(t)]) for t in loaded}
    if STUDENTS not in chosen.values():
        # A child file's name is only a hint: an attendance export can be the list of students.
        for table in loaded:
            if _whole(table, able[id(table)][1][STUDENTS]) and not _events(able[id(table)][1]):
                chosen[id(table)] = STUDENTS
    if STUDENTS not in chosen.values():
        raise _no_students(loaded, able, chosen)
    parts = []
    for table in loaded:
        kind, found = chosen[id(table)], able[id(table)][1]
        if not kind:
            seen = some(list(table.frame.columns), 5)
            report.notes.append(f"{table.name} was passed over: nothing is known of {seen}.")
            continue
        columns = settle(table, found[STUDENTS if kind == MORE else kind], report)
        report.rows_in += len(table.frame)
        report.notes += [f"{table.name}: {note}" for note in table.notes]
        for meaning, column in columns.items():
            own = kind in (STUDENTS, MORE)
            report.columns[column if own else f"{kind}: {column}"] = meaning
        unused = [c for c in table.frame.columns if c not in columns.values()]
        words = f"Columns of {kind} that were not used: {some(unused, 12)}."
        if unused and words not in report.notes:
            report.notes.append(words)
        parts.append(Part(table, kind, columns))
    return parts


def _whole(table: tables.Table, found: dict) -> bool:
    """Whether each row is a student, who is named or at least grouped, at a school."""
    if not {"school", "school_id"} & set(found):
        return False
    if "student_id" in found:
        return True
    ways = [m for m in found if m in groups.rows() and m != "grade"]
    ways = [m for m in ways if table.frame[found[m][0]].nunique() <= groups.MOST]
    flags = [m for m in found if m.startswith(("flag:", "first:"))]
    return (bool(ways) or len(flags) > 1) and not _aggregate(table)


def _aggregate(table: tables.Table) -> bool:
    """Whether a column counts students, so that a row is a school or a group of one."""
    names = {plain(w) for w in content("columns")["aggregates"]}
    ends = tuple(n for n in names if len(n) > 3)
    return any(plain(c) in names or plain(c).endswith(ends) for c in table.frame.columns)


def _events(made: dict) -> bool:
    """Whether the columns are of a table that can hold several rows a student."""
    return (
        bool({"response", "incident_id"} & set(made["incidents"]))
        or "course" in made["courses"]
        or "activity" in made["activities"]
        or ("subject" in made["assessments"] and "score" in made["assessments"])
    )


def _kind(table: tables.Table, children: list[str], made: dict) -> str:
    """What a table holds: a child's name on the file goes before the look of a students table."""
    found = made[STUDENTS]
    if "sections" in children:
        return "sections"
    if _whole(table, found) and not made["hinted"] and not _events(made):
        people = [m for m in found if m in groups.rows() or m.startswith(("flag:", "first:"))]
        if people or not children:
            return STUDENTS
    if children:
        return children[0]
    if "student_id" in found and len(found) > 1 and "school" not in found:
        return MORE
    return ""


def _no_students(loaded, able, chosen) -> DataError:
    """What was seen, and what a table of students needs."""
    table = max(loaded, key=lambda t: len(able[id(t)][1][STUDENTS]))
    found = able[id(table)][1][STUDENTS]
    held = {c for c in chosen.values() if c and c != MORE}
    if error := nearly(loaded):
        return error
    if "student_id" in found and not {"school", "school_id"} & set(found):
        return DataError(
            f"No column says which school. The columns are: {some(list(table.frame.columns))}.",
            file=table.name,
            column="school_id",
            mend="Add a school column, or say which it is: --map COLUMN=school_id.",
        )
    if held:
        labels = {r["id"]: r["label"] for r in content("columns")["tables"]}
        return DataError(
            f"Only {some([labels[h] for h in sorted(held)])} are here; a table with one row a "
            "student, and the student's school, is needed to know how many there are.",
            file=table.name,
            column="student_id",
            mend="Give the folder that also holds the students, or a workbook with both sheets.",
        )
    return unknown(table, found, _aggregate(table))
