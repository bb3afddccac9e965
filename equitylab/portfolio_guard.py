"""What may be kept in a portfolio: plain values, never a table and never a student."""

from __future__ import annotations

import json
import math
import re
from datetime import date, datetime
from functools import cache

from . import catalog
from .errors import DataError

LARGEST = 200_000  # characters of one answer
MANY = 10  # rows with people's names that are a list of students, not a team
PERSON = (
    "ssn socialsecuritynumber socialsecurity dateofbirth dob birthdate birthday studentname "
    "pupilname learnername childname studentfirstname studentlastname studentemail guardianname "
    "medicalrecord iepnumber lunchnumber"
).split()
NAMES = ({"firstname", "lastname"}, {"givenname", "surname"}, {"forename", "surname"})
SSN = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")
_MEND = (
    "Write down what the table shows, with counts; the table itself stays in its own file, and "
    "equitylab reads it from there."
)


def plain(value: object, key: str) -> object:
    """Return a value as JSON has it, or refuse it in plain words.

    Numbers of numpy become numbers, dates become text, tuples become lists, NaN becomes nothing.

    Raises
    ------
    DataError
        The value is a table, holds a student's row, or is too large; ``fields["key"]`` says which.

    Examples
    --------
    >>> plain({"when": date(2025, 9, 1), "share": math.nan}, "profile.start")
    {'when': '2025-09-01', 'share': None}
    """
    found = _plain(value, key)
    no_students(found, key)
    if len(json.dumps(found, ensure_ascii=False)) > LARGEST:
        raise DataError(
            "This answer is too long to keep: a portfolio holds words and a few numbers.",
            key=key,
            mend="Shorten it, or keep the long text in a file of its own and name the file here.",
        )
    return found


def _plain(value: object, key: str) -> object:
    if isinstance(value, str):
        # Half of a surrogate pair, from a broken paste, cannot be written as UTF-8.
        return value.encode("utf-8", "replace").decode("utf-8")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date):
        return None if value != value else value.isoformat()
    if isinstance(value, dict):
        return {str(k): _plain(v, key) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v, key) for v in value]
    if type(value).__module__.startswith(("pandas", "numpy", "pyarrow")):
        if type(value).__name__ in ("NAType", "NaTType"):
            return None
        if hasattr(value, "item") and not getattr(value, "ndim", 0) and not hasattr(value, "iloc"):
            return _plain(value.item(), key)
        raise DataError("A table cannot be kept in a portfolio.", key=key, mend=_MEND)
    raise DataError(
        f"A portfolio holds text, numbers, dates, lists and dicts, not a {type(value).__name__}.",
        key=key,
        mend="Give its words or numbers.",
    )


def _word(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.lower())


@cache
def identifiers() -> frozenset[str]:
    """Return the column names that stand for one student, as the readers know them too."""
    meanings = {one["id"]: one for one in catalog.content("columns")["meanings"]}
    return frozenset(PERSON) | {_word(name) for name in meanings["student_id"]["columns"]}


def no_students(value: object, key: str) -> None:
    """Refuse what looks like data about single students."""
    wrong = _student(value)
    if wrong:
        raise DataError(
            f"This looks like data about single students ({wrong}). "
            "A portfolio never holds a student's row.",
            key=key,
            mend=_MEND,
        )


def _student(value: object) -> str:
    """Return what makes this look like a student's row; empty if nothing does."""
    if isinstance(value, str):
        return _in_text(value)
    if isinstance(value, dict):
        known = [name for name in value if _word(name) in identifiers()]
        # Columns as lists: {"first_name": [...], "last_name": [...]}
        long = {_word(k) for k, v in value.items() if isinstance(v, list) and len(v) >= MANY}
        named = any(pair <= long for pair in NAMES)
        inside = value.values()
    elif isinstance(value, list):
        header = value[0] if len(value) > 1 and isinstance(value[0], list) else []
        known = [cell for cell in header if isinstance(cell, str) and _word(cell) in identifiers()]
        rows = [{_word(k) for k in row} for row in value if isinstance(row, dict)]
        named = sum(any(pair <= row for pair in NAMES) for row in rows) >= MANY
        inside = value
    else:
        return ""
    if known or named:
        return known[0] if known else "first and last names"
    return next(filter(None, map(_student, inside)), "")


def _in_text(text: str) -> str:
    if SSN.search(text):
        return "a social security number"
    lines = [re.split(r"[,;\t|]", line) for line in text.splitlines() if line.strip()]
    for header, below in zip(lines, lines[1:4], strict=False):  # a pasted table
        known = [cell.strip() for cell in header if _word(cell) in identifiers()]
        if known and len(header) == len(below) > 1:
            return known[0]
    return ""
