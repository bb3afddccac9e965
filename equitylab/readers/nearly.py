"""What an unknown file is nearly: the published layout that it lacks one column of, or what to do."""

from __future__ import annotations

import difflib

from ..catalog import content
from ..errors import DataError
from . import groups, tidy
from .meanings import some
from .tables import Table, plain

_ALIKE, _MOST = 0.6, 0.6  # how alike two names are; how much of a layout makes a file nearly one
_TIDY = "year,unit_id,unit,level,indicator,dimension,group,n,x"


def nearly(loaded: list[Table]) -> DataError | None:
    """Return what to mend in a file that is of a known layout but for a column or two, or None.

    Parameters
    ----------
    loaded : list of Table
        Every table of what was given; no format has recognised any.

    Returns
    -------
    DataError or None
        It names the file, the header's row, the column that is missing, and the one most like it.
    """
    found = []
    for table in loaded:
        here = {plain(name): name for name in table.frame.columns}
        for other in content("state_files")["elsewhere"]:
            if all(plain(name) in here for name in other["columns"]):
                return DataError(f"{other['what']}.", file=table.name, mend=other["mend"])
        for name, needed in _layouts():
            gone = [one for one in needed if not any(plain(n) in here for n in one)]
            share = 1 - len(gone) / len(needed)
            if not gone:  # written otherwise: "LEA_ID" for LEAID
                gone = [one for one in needed if not set(one) & set(here.values())]
            if gone and share > _MOST:
                found.append((share, name, gone, needed, here, table))
    if not found:
        return None
    _, name, gone, needed, here, table = max(found, key=lambda one: one[0])
    used = {name for one in needed for name in one}
    close = _like(gone[0][0], [c for c in here.values() if c not in used])
    missing = some([" or ".join(one) for one in gone], 6)
    many = len(gone) > 1
    return DataError(
        f"This is nearly {name}, and lacks the column{'s' * many} {missing}.",
        file=table.name,
        row=table.header_row or None,
        column=gone[0][0],
        nearest=close,
        mend=f"Name the column{'s' * many} so, or give the file as it was published.",
    )


def _layouts() -> list[tuple[str, list[list[str]]]]:
    """Each layout by its words, and what it needs: for each column, the names it may have."""
    book = content("state_files")
    va, wa, ma, nj = (book[s] for s in ("virginia", "washington", "massachusetts", "newjersey"))
    england = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name"]
    older = ["year", "level", "country_code", "country_name"]
    placed = [nj["placement"]["county"], nj["placement"]["district"], list(nj["placement"]["by"])]

    def each(names) -> list[list[str]]:
        return [[name] for name in names]

    return [
        ("a table of counts", [tidy.NAMES[c] for c in tidy.NEEDED]),
        (
            "Virginia's graduation file",
            [*(va["columns"][m] for m in ("year", "division", "n", "x")), va["subgroup"]],
        ),
        ("Washington's discipline file", each(["code", "district", *wa["total"]])),
        ("Massachusetts' school profiles", each([*ma["needs"], *ma["percents"]])),
        ("New Jersey's assessment workbook", each(nj["assessments"]["needs"])),
        ("New Jersey's placement workbook", [*each(nj["placement"]["parts"]), *placed]),
        ("a file of England's statistics", each(england)),
        ("an older file of England's statistics", each(older)),
        ("a CRDC file", each(["LEA_STATE", "LEAID", "SCHID", "SCH_NAME", "COMBOKEY"])),
    ]


def _like(name: str, columns: list[str]) -> str | None:
    """Return the column that is named most like this, if any is."""
    close = difflib.get_close_matches(plain(name), map(plain, columns), n=1, cutoff=_ALIKE)
    return next((c for c in columns if close and plain(c) == close[0]), None)


def unknown(table: Table, found: dict, aggregate: bool) -> DataError:
    """Return what was seen in a table that no format has, and what would make it one of students.

    Parameters
    ----------
    table : Table
    found : dict
        Its columns by what they mean, were it one row a student.
    aggregate : bool
        Whether a column counts students.
    """
    columns = list(table.frame.columns)
    seen = f"The columns are {some(columns)}"
    people = [m for m in found if m in groups.rows() or m.startswith(("flag:", "first:"))]
    at_school = bool({"school", "school_id"} & set(found))
    taken = [name for names in found.values() for name in names]
    left = [name for name in columns if name not in taken]
    if any(name.replace(".", "").isdigit() for name in columns):
        return DataError(
            f"A row of data stands where column names are expected: {some(columns)}.",
            file=table.name,
            row=table.header_row or None,
            mend="Put a row of column names above the data, such as student_id, school, race.",
        )
    if aggregate:
        return DataError(
            f"{seen}; they count students already. No known format has these.",
            file=table.name,
            row=table.header_row or None,
            mend=f"Counts are read under the header {_TIDY}: one row a school, measure and group "
            "(equitylab check --indicators lists the measures). Rename the columns so.",
        )
    if people and not at_school:
        return DataError(
            f"No column says which school. Known are {some(taken)}; not known, {some(left)}.",
            file=table.name,
            row=table.header_row or None,
            column="school_id",
            mend='Say which it is: --map "COLUMN=school_id". In a file of one school, add a column '
            "with its name.",
        )
    if at_school:
        return DataError(
            f"No column is a student id or a student group. Known are {some(taken)}; "
            f"not known, {some(left)}.",
            file=table.name,
            row=table.header_row or None,
            column="student_id",
            mend='Say which it is: --map "COLUMN=student_id", or --map "COLUMN=dimension:NAME" for '
            "a way of grouping students.",
        )
    return DataError(
        f"{seen}. No known format has these.",
        file=table.name,
        row=table.header_row or None,
        mend="Needed: one row a student with student_id, school_id and groups; or counts (header "
        f"{_TIDY}); or a published file (see README). --map COLUMN=meaning says what a column is.",
    )
