"""What a cell says: numbers, ids, school years, grades, yes and no.

Functions take a column of text and work on its distinct values, so a column costs what its code
book costs. A blank is an absence and never a zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd

from ..catalog import content
from ..errors import DataError
from .tables import plain

ABSENT = frozenset("na nan null none missing notavailable notreported".split())
HIDDEN = frozenset(["*", "**", "***", "s", "c", "z", "x", "ps", "ds", "<", "n<10", "k", "~", ":"])
_DASH = r"\s*(?:-|–|—|to|\.\.)\s*"
_SCIENTIFIC = r"\d(?:[.,]\d+)?[eE]\+\d+"
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:\s*[-/–—_]?\s*((?:19|20)?\d\d))?(?!\d)")


def by_value(cells: pd.Series, read: Callable[[str], object], dtype: object = object) -> pd.Series:
    """Return what ``read`` makes of each cell, asked once for each distinct value."""
    codes, distinct = pd.factorize(cells)
    made = [read(str(v)) for v in distinct] + [None]  # the last for a code of -1, an absent cell
    return pd.Series(pd.array(made, dtype=dtype).take(codes), index=cells.index)


def which(cells: pd.Series, one: Callable[[str], object]) -> np.ndarray:
    """Return for which cells ``one`` holds, asked once for each distinct value."""
    return cells.map({v: bool(one(v)) for v in cells.unique()}).to_numpy(bool)


def words(text: str) -> str:
    """Return a text as lower-case words between single spaces, with one at each end.

    Examples
    --------
    >>> words("Out-of-School  Suspension (3 days)")
    ' out of school suspension 3 days '
    """
    return " " + " ".join(re.sub(r"[^\w+]+|_", " ", text.casefold()).split()) + " "


@cache
def book(name: str) -> frozenset[str]:
    """Return the words of ``columns.yaml`` that mean this, as :func:`plain` writes them."""
    return frozenset(plain(w) if plain(w) else str(w) for w in content("columns")["words"][name])


def is_unknown(text: str) -> bool:
    """Whether a cell says that nothing is known."""
    return not plain(text) or plain(text) in book("unknown") | ABSENT


def number(text: str) -> float:
    """Return the number in a cell; nan where there is none.

    Examples
    --------
    >>> number("1,234"), number("12.5%"), number("12,5"), number(" 7 "), number("n/a")
    (1234.0, 0.125, 12.5, 7.0, nan)
    """
    text = text.strip().replace(" ", "").replace("'", "").replace("−", "-")
    share = text.endswith("%")
    text = text.rstrip("%")
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"[-+]?\d+,\d+", text):
        text = text.replace(",", ".")
    if not re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", text):
        return np.nan
    value = float(text) / 100 if share else float(text)
    return value if abs(value) < 1e100 else np.nan  # 1e309 would be without end


def numbers(cells: pd.Series) -> pd.Series:
    """Return a column as numbers, absent where a cell holds none."""
    return by_value(cells, number, "float64").astype("float64")


def interval(text: str) -> tuple[int, int] | None:
    """Return the whole numbers that a cell leaves possible, or None where it says nothing.

    Examples
    --------
    >>> interval("12"), interval("<10"), interval("0..9"), interval("3–7"), interval("≥5")
    ((12, 12), (0, 9), (0, 9), (3, 7), None)
    """
    try:
        return _interval(text.strip())
    except (ValueError, OverflowError):  # "<,", or more digits than a number can have
        return None


def _interval(text: str) -> tuple[int, int] | None:
    value = number(text)
    if not np.isnan(value):
        return (int(value), int(value)) if float(value).is_integer() and "%" not in text else None
    if found := re.fullmatch(r"(?:n\s*)?<\s*([\d,]+)", text):
        return 0, int(number(found[1])) - 1
    if found := re.fullmatch(r"(?:fewer|less) than\s+([\d,]+)", text, re.I):
        return 0, int(number(found[1])) - 1
    if found := re.fullmatch(r"(?:≤|<=|le)\s*([\d,]+)|([\d,]+) or (?:fewer|less)", text, re.I):
        return 0, int(number(found[1] or found[2]))
    if found := re.fullmatch(rf"([\d,]+){_DASH}([\d,]+)", text):
        low, high = int(number(found[1])), int(number(found[2]))
        return (low, high) if low <= high else None
    return None


def is_hidden(text: str) -> bool:
    """Whether a cell holds a mark for a number that its publisher hid."""
    return text.strip().casefold() in HIDDEN or bool(re.match(r"[<>≤≥]|[gl][te]\d", text.lower()))


def ids(cells: pd.Series, *, file: object, column: str) -> tuple[pd.Series, str]:
    """Return a column of ids as text, and what was mended.

    Raises
    ------
    DataError
        Ids stand in scientific notation: their last digits are lost.
    """
    distinct = pd.Series(pd.unique(cells), dtype="str")
    lost = distinct[distinct.str.fullmatch(_SCIENTIFIC)]
    if len(lost):
        raise DataError(
            f'The id reads "{lost.iloc[0]}": a spreadsheet has rounded it, so students or schools '
            "run together.",
            file=file,
            row=int(cells.index[(cells == lost.iloc[0]).argmax()]),
            column=column,
            mend="Export again with ids as text, without opening the file in a spreadsheet first.",
        )
    cells = cells.str.strip("=\"'")
    filled = distinct[distinct != ""]
    floats = filled.str.fullmatch(r"\d+\.0+")
    if floats.any() and (floats | filled.str.fullmatch(r"\d+")).all():
        note = (
            f'{column}: ids were written as decimals ("{filled[floats].iloc[0]}"); the ".0" was '
            "taken off. Leading zeros, if there were any, are lost."
        )
        return cells.str.replace(r"\.0+$", "", regex=True), note
    return cells, ""


def school_year(text: str) -> str:
    """Return a school year as reports write it, or "" where there is none.

    Four digits alone are the spring in which the year ends.

    Examples
    --------
    >>> school_year("2023-2024"), school_year("202324"), school_year("SY 2023/24"), school_year("23-24")
    ('2023-24', '2023-24', '2023-24', '2023-24')
    >>> school_year("2024"), school_year("2024.0"), school_year("2024-06-15"), school_year("1234")
    ('2023-24', '2023-24', '', '')
    """  # noqa: E501
    text = re.sub(r"\.0+$", "", text.strip())
    if re.search(r"\d{4}[-/_.]\d\d[-/_.]\d\d|\d\d?/\d\d?/\d{4}", text):
        return ""  # a date; whoever knows the column calls year_of_date
    if found := re.fullmatch(r"(?:sy|ay)?\s*(\d\d)\s*[-/–—]\s*(\d\d)", text, re.I):
        start, end = 2000 + int(found[1]), 2000 + int(found[2])
        return f"{start}-{end % 100:02d}" if end == start + 1 else ""
    for found in _YEAR.finditer(text):
        start, end = int(found[1]), found[2]
        if end is None:
            return f"{start - 1}-{start % 100:02d}"
        if int(end) % 100 == (start + 1) % 100:
            return f"{start}-{(start + 1) % 100:02d}"
    return ""


def is_spring(text: str) -> bool:
    """Whether a year is written as one number, so that a reader must know which half it means."""
    return bool(re.fullmatch(r"(19|20)\d\d(\.0+)?", text.strip()))


def dates(cells: pd.Series) -> pd.Series:
    """Return a column as dates; absent where a cell is none. 03/04/2024 is read as month first."""
    return pd.to_datetime(cells.where(cells != ""), errors="coerce", format="mixed")


def year_of_date(when: pd.Series) -> pd.Series:
    """Return the school year of each date: a year begins in July; "" where there is no date."""
    start = when.dt.year.where(when.dt.month >= 7, when.dt.year - 1)
    made = start.map(lambda y: "" if pd.isna(y) else f"{int(y)}-{(int(y) + 1) % 100:02d}")
    return made.astype("str").where(when.notna(), "")


def flag(text: str) -> float:
    """Return 1 for yes, 0 for no, nan for a cell that says neither.

    Examples
    --------
    >>> flag("Yes"), flag("0"), flag(""), flag("maybe"), flag("1.0"), flag("X")
    (1.0, 0.0, nan, nan, 1.0, 1.0)
    """
    word = plain(re.sub(r"\.0+$", "", text.strip())) or text.strip()
    if word in book("yes"):
        return 1.0
    return 0.0 if word in book("no") else np.nan


def count(text: str) -> float:
    """Return a count of events; yes is 1 and no is 0; nan where there is none.

    Examples
    --------
    >>> count("3"), count("No"), count("-"), count("-2")
    (3.0, 0.0, nan, -2.0)
    """
    value = number(text)
    return flag(text) if np.isnan(value) else value


def met(text: str) -> float:
    """Return 1 for met or passed, 0 for not, nan for a cell that says neither.

    Examples
    --------
    >>> met("Meets expectations"), met("Below Basic"), met("B+"), met("F"), met("Level 3")
    (1.0, 0.0, 1.0, 0.0, nan)
    """
    yes = flag(text)
    if not np.isnan(yes):
        return 0.0 if plain(text) == "f" else yes
    word = plain(text)
    if word in book("met"):
        return 1.0
    return 0.0 if word in book("not_met") else np.nan


def grade(text: str) -> tuple[str, float]:
    """Return a grade's label and its number (0 is Kindergarten), or the text itself and nan.

    Examples
    --------
    >>> grade("08"), grade("K"), grade("Grade 8"), grade("11th"), grade("8.0")
    (('Grade 8', 8.0), ('Kindergarten', 0.0), ('Grade 8', 8.0), ('Grade 11', 11.0), ('Grade 8', 8.0))
    >>> grade("PK"), grade("Year 9"), grade("Ungraded")
    (('Pre-kindergarten', -1.0), ('Year 9', nan), ('Ungraded', nan))
    """  # noqa: E501
    text = text.strip()
    word = plain(re.sub(r"\.0+$", "", text))
    if found := re.fullmatch(r"year0?(\d{1,2})", word):
        return f"Year {found[1]}", np.nan
    word = re.sub(r"^(grade|gr|g)(?=\d|k|pk)|(st|nd|rd|th)?(grade)?$", "", word)
    if word in ("k", "kg", "kf", "kindergarten", "kinder", "0", "00", "k5", "fullk"):
        return "Kindergarten", 0.0
    early = "pk prek p ps preschool prekindergarten p3 p4 pk3 pk4 tk".split()
    if word in early or text in ("-1", "-2"):
        return "Pre-kindergarten", -1.0
    if re.fullmatch(r"0?\d|1[0-3]", word):
        return f"Grade {int(word)}", float(int(word))
    return text, np.nan
