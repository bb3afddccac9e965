"""Who comes to the workshop: a roster of leaders, checked in words before anything is written."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from .errors import DataError
from .reports import asking, files

COLUMNS = ("name", "school", "pair", "role")
_MEND = "A roster is a CSV file with the columns name and school, and if you like pair and role."


@dataclass(frozen=True)
class Leader:
    """One leader: where the folder is (``file``), and who works in it."""

    name: str
    unit_id: str
    school: str
    pair: str = ""
    role: str = ""
    file: str = ""


def leaders(units: pd.DataFrame, roster: str | Path | None = None) -> list[Leader]:
    """Return who gets a folder: the people of a roster, or without one each school.

    Parameters
    ----------
    units : DataFrame
        The units of the data: ``unit_id unit level``.
    roster : path, optional
        A CSV file: ``name``, ``school`` (an id or the exact name), ``pair`` and ``role`` at will.
        Where no one has a pair, pairs are made of people who stand apart in the roster.

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
    if found and not any(one.pair for one in found):
        found = _paired(found)
    # By name; where two are alike, by their school, and at last by their place among those.
    seen: Counter = Counter()
    named = {}
    for one in found:
        seen[one.name, one.unit_id] += 1
        again = seen[one.name, one.unit_id]
        named[f"{one.unit_id}-{again}" if again > 1 else one.unit_id, one.name] = one
    keys = {f"{id} {name}" if name else id: one for (id, name), one in named.items()}
    texts = {key: one.name or one.school for key, one in keys.items()}
    slugs = files.slugs(texts, empty="leader")
    return [replace(one, file=slugs[key]) for key, one in keys.items()]


def _paired(found: list[Leader]) -> list[Leader]:
    """Number pairs of people who do not stand beside each other; of an odd number, one is three.

    Examples
    --------
    >>> [one.pair for one in _paired([Leader(n, "1", "Oak") for n in "abcde"])]
    ['1', '2', '1', '2', '1']
    """
    pairs = max(1, len(found) // 2)
    return [replace(one, pair=str(k % pairs + 1)) for k, one in enumerate(found)]


def _read(path: Path, schools: pd.DataFrame) -> list[Leader]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError("There is no such roster.", file=path, mend=_MEND) from None
    except (OSError, UnicodeDecodeError):
        raise DataError(
            "The roster cannot be read as text.", file=path,
            mend="Save it as CSV UTF-8, which every spreadsheet offers.",
        ) from None  # fmt: skip
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [
            list(map(str.strip, row)) for row in csv.reader(text.splitlines(), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise DataError(f"The roster cannot be read: {error}.", file=path, mend=_MEND) from None
    heads = [cell.casefold() for cell in rows[0]] if rows else []
    for column in ("name", "school"):
        if heads.count(column) != 1:
            what = "No column is" if column not in heads else "Two columns are"
            raise DataError(f"{what} called {column}.", file=path, row=1, column=column, mend=_MEND)
    found, places = [], {}
    for number, row in enumerate(rows[1:], 2):
        if not any(row):
            continue
        told = {c: row[heads.index(c)] for c in COLUMNS if c in heads and heads.index(c) < len(row)}
        for column in ("name", "school"):
            if not told.get(column):
                raise DataError(
                    "This cell is empty.", file=path, row=number, column=column,
                    mend=f"Write the leader's {column}, or leave the whole row out.",
                )  # fmt: skip
        try:
            (id,) = asking.select(schools, [told["school"]])
        except DataError as error:
            raise DataError(
                error.message, file=path, row=number, column="school",
                nearest=error.nearest, mend=error.mend,
            ) from None  # fmt: skip
        if (before := places.setdefault((told["name"].casefold(), id), number)) != number:
            raise DataError(
                f"The same leader of the same school is in row {before} already.",
                file=path, row=number, column="name",
                mend="Leave one of the two rows out, or tell the names apart.",
            )  # fmt: skip
        unit = schools.loc[schools["unit_id"] == id, "unit"].iloc[0]
        made = Leader(told["name"], id, str(unit), told.get("pair", ""), told.get("role", ""))
        found.append(made)
    if not found:
        raise DataError("The roster has no leader in it.", file=path, row=2, mend=_MEND)
    return found
