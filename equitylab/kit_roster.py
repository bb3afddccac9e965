"""Who comes to the workshop: a roster of leaders, checked in words before anything is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from .errors import DataError
from .readers import grids, tables
from .reports import asking, files

COLUMNS = ("name", "school", "pair", "role")
_MEND = (
    "A roster is a CSV or XLSX file with the columns name and school, and at will pair and role."
)


@dataclass(frozen=True)
class Leader:
    """One leader: where the folder is (``file``), and who works in it."""

    name: str
    unit_id: str
    school: str
    pair: str = ""
    role: str = ""
    file: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Who this is, however a roster writes the name: the work of a folder is of one key."""
        return self.name.casefold(), self.unit_id


def leaders(
    units: pd.DataFrame,
    roster: str | Path | None = None,
    kept: Mapping[tuple[str, str], str] | None = None,
) -> list[Leader]:
    """Return who gets a folder: the people of a roster, or without one each school.

    Parameters
    ----------
    units : DataFrame
        The units of the data: ``unit_id unit level``.
    roster : path, optional
        A CSV or XLSX file: ``name``, ``school`` (an id or the exact name), ``pair`` and ``role`` at
        will; other columns are passed over. A leader of two schools has a row for each. Where no
        one has a pair, pairs are made of people who stand apart in the roster.
    kept : mapping, optional
        The folders of an earlier kit, :attr:`Leader.key` to ``file``: who has one keeps it, and no
        one else is given it.

    Raises
    ------
    DataError
        The roster cannot be read; ``row`` and ``column`` say where it is wrong.
    """
    schools = asking.reported(units)
    if roster is None:
        ids = asking.select(schools, None)
        names = dict(zip(schools["unit_id"], schools["unit"], strict=True))
        found = [Leader("", id, names[id]) for id in ids]
    else:
        found = _read(Path(roster), schools)
    if len(found) > 1 and not any(one.pair for one in found):
        found = _paired(found)
    return _housed(found, dict(kept or {}))


def _housed(found: list[Leader], kept: dict[tuple[str, str], str]) -> list[Leader]:
    """Give each leader a folder: their own of before, or one that no one ever had.

    By name; where names are alike, with the school's id; where these are too, with a mark.
    """
    taken = set(kept.values())

    def named(one: Leader) -> str:
        return files.slug(one.name or one.school, longest=48, empty="leader")

    def placed(one: Leader) -> str:
        return f"{named(one)}-{files.slug(one.unit_id, longest=20, empty='id')}"

    names, at = Counter(map(named, found)), Counter(map(placed, found))
    made = []
    for one in found:
        file = named(one) if names[named(one)] == 1 else placed(one)
        if one.key in kept:
            file = kept[one.key]
        elif file in taken or (names[named(one)] > 1 and at[placed(one)] > 1):
            file = f"{file}-{hashlib.sha256(repr(one.key).encode()).hexdigest()[:8]}"
        taken.add(file)
        made.append(replace(one, file=file))
    return made


def _paired(found: list[Leader]) -> list[Leader]:
    """Number pairs of people who do not stand beside each other; of an odd number, one is three.

    Examples
    --------
    >>> [one.pair for one in _paired([Leader(n, "1", "Oak") for n in "abcde"])]
    ['1', '2', '1', '2', '1']
    """
    pairs = len(found) // 2
    return [replace(one, pair=str(k % pairs + 1)) for k, one in enumerate(found)]


def _read(path: Path, schools: pd.DataFrame) -> list[Leader]:
    rows = _rows(path)
    plain = [[tables.plain(cell) for cell in row] for row in rows[:20]]
    filled = next((k for k, row in enumerate(plain) if any(row)), 0)
    head = next((k for k, row in enumerate(plain) if {"name", "school"} <= set(row)), filled)
    names = plain[head] if plain else []
    for column in COLUMNS:
        if names.count(column) > 1 or (column in COLUMNS[:2] and column not in names):
            what = "Two columns are" if column in names else "No column is"
            raise DataError(
                f"{what} called {column}.", file=path, row=head + 1, column=column, mend=_MEND
            )
    columns = {column: names.index(column) for column in COLUMNS if column in names}
    found, before = [], {}
    for number, row in enumerate(rows[head + 1 :], head + 2):
        told = {column: row[k] for column, k in columns.items()}
        if not any(told.values()):
            continue
        at = {"file": path, "row": number}
        if any(cell for name, cell in zip(names, row, strict=True) if not name):
            raise DataError(
                "The row has more cells than the header.", **at,
                mend='Put a text that holds a comma in quotation marks: "Ruiz, Ana".',
            )  # fmt: skip
        for column in COLUMNS[:2]:
            if not told[column]:
                raise DataError(
                    "This cell is empty.", **at, column=column,
                    mend=f"Write the leader's {column}, or leave the whole row out.",
                )  # fmt: skip
        try:
            (id,) = asking.select(schools, [_full(told["school"], schools)])
        except DataError as error:
            raise DataError(
                error.message, **at, column="school", nearest=error.nearest, mend=error.mend
            ) from None
        unit = schools.loc[schools["unit_id"] == id, "unit"].iloc[0]
        made = Leader(told["name"], id, str(unit), told.get("pair", ""), told.get("role", ""))
        if (first := before.setdefault(made.key, number)) != number:
            raise DataError(
                f"The same leader of the same school is in row {first} already.", **at,
                column="name", mend="Leave one of the two rows out, or tell the names apart.",
            )  # fmt: skip
        found.append(made)
    if not found:
        raise DataError("The roster has no leader in it.", file=path, row=head + 2, mend=_MEND)
    return found


def _rows(path: Path) -> list[list[str]]:
    """Return the cells of a roster, whatever spreadsheet wrote it; all rows, each as wide."""
    if not path.is_file():
        raise DataError("There is no such roster.", file=path, mend=_MEND)
    try:
        kind = grids.kind(path)
        if kind == "xlsx":
            rows = next((rows for _, rows in grids.workbook(path) if rows), [])
        elif kind == "text":
            rows = grids.read_csv(path)[0].fillna("").to_numpy().tolist()
        else:
            raise DataError("A roster cannot be of this kind.")
    except DataError as error:
        raise DataError(error.message, file=path, row=error.row, mend=_MEND) from None
    wide = max(map(len, rows), default=0)
    return [[" ".join(str(c).split()) for c in row] + [""] * (wide - len(row)) for row in rows]


def _full(school: str, schools: pd.DataFrame) -> str:
    """Return a school's id with the leading zeros that a spreadsheet dropped, where it is one's."""
    ids = list(schools["unit_id"])
    if not school.isdecimal() or school in ids:
        return school
    same = [id for id in ids if id.lstrip("0") == school.lstrip("0")]
    return same[0] if len(same) == 1 else school
