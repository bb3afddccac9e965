"""What a percent, a range or a mark leaves possible: as a share, and as a number of students.

A published range is an interval and stays one: "GE50" of 40 students is 20 to 40 of them, never 30.
A rounded percent is a range too: 67 % of 400 is 266 to 270. Percents of whole numbers are taken as
rounded to whole percents first, so that "21-29" holds 20.5 % and more, and less than 29.5 %.
"""

from __future__ import annotations

import math
import re
from functools import cache

import numpy as np
import pandas as pd

from ..catalog import content
from ..errors import DataError

_NUMBER = r"(\d{1,3}(?:\.\d+)?)"
_AT_LEAST = re.compile(rf"(ge|≥|>=|gt|>)\s*{_NUMBER}", re.I)
_AT_MOST = re.compile(rf"(le|≤|<=|lt|<)\s*{_NUMBER}", re.I)
MOST = 10**9  # students; what is more is no count
_STRICT = 1e-6  # percent: what a share that is less than 50 % falls short of it
_BETWEEN = re.compile(rf"{_NUMBER}\s*(?:-|–|—|to)\s*{_NUMBER}", re.I)


def share(text: str, places: int = 0) -> tuple[float, float] | None:
    """Return the shares that a percent leaves possible, or None where it is none.

    ``places`` are the decimals of the column: files drop a last zero, and write 91 for 91.0.

    Examples
    --------
    >>> share("GE50"), share("LE20"), share("21-39"), share("67"), share("45.1%")
    ((0.495, 1.0), (0.0, 0.205), (0.205, 0.395), (0.665, 0.675), (0.4505, 0.4515))
    >>> share("91", places=1)
    (0.9095, 0.9105)
    >>> share("LT50"), share("39-21"), share("GE200"), share("PS")
    ((0.0, 0.49999999), None, None, None)
    """
    text = text.strip().rstrip("%").strip()
    if found := _AT_LEAST.fullmatch(text):
        strict = found[1].lower() in ("gt", ">")
        return _within(_more(found[2], _STRICT) if strict else _less(found[2]), 100.0)
    if found := _AT_MOST.fullmatch(text):
        strict = found[1].lower() in ("lt", "<")
        return _within(0.0, _less(found[2], _STRICT) if strict else _more(found[2]))
    if found := _BETWEEN.fullmatch(text):
        if float(found[1]) > float(found[2]):
            return None
        return _within(_less(found[1]), _more(found[2]))
    if re.fullmatch(_NUMBER, text):
        half = min(_half(text), 0.5 * 10.0**-places)
        return _within(_less(text, half), _more(text, half))
    return None


def _half(text: str) -> float:
    return 0.5 * 10.0 ** -len(text.partition(".")[2])


def _less(text: str, by: float | None = None) -> float:
    return float(text) - (by or _half(text)) if float(text) <= 100 else math.inf


def _more(text: str, by: float | None = None) -> float:
    return float(text) + (by or _half(text)) if float(text) <= 100 else math.inf


def _within(low: float, high: float) -> tuple[float, float] | None:
    if math.isinf(low) or math.isinf(high):
        return None
    return round(max(low, 0.0) / 100, 10), round(min(high, 100.0) / 100, 10)


def students(low: np.ndarray, high: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the fewest and the most of n students that a share from low to high can be.

    Where no whole number fits (a percent that n students cannot make) the fewest is above the most.

    Examples
    --------
    >>> [int(v[0]) for v in students(np.array([.495]), np.array([1.]), np.array([40.]))]
    [20, 40]
    """
    return np.ceil(low * n - 1e-9), np.floor(high * n + 1e-9)


@cache
def marks() -> dict[str, str]:
    """Return each mark that stands for no number, in small letters, and its status."""
    return {m.casefold(): s for s, some in content("state_files")["marks"].items() for m in some}


def unread(cells: pd.Series, good, *, file: object, column: str, what: str) -> None:
    """Raise a DataError that names the first cell that is neither good nor a mark."""
    for value in cells.unique():
        if value.strip().casefold() not in marks() and not good(value):
            raise DataError(
                f'"{value}" is no {what}.',
                file=file,
                row=int(cells.index[(cells == value).argmax()]),
                column=column,
                mend="Correct the cell, or empty it where nothing was collected; marks such as * "
                "and n/a are known.",
            )


def of_shares(cells: pd.Series, *, file: object, column: str) -> pd.DataFrame:
    """Return a column of percents as ``low high status``; a mark has a status and no share.

    Raises
    ------
    DataError
        A cell is neither a percent, nor a range of percents, nor a known mark.
    """
    unread(cells, share, file=file, column=column, what="percent or range of percents")
    plain = cells[cells.str.fullmatch(rf"\s*{_NUMBER}\s*%?\s*")].str.extract(r"\.(\d+)")[0]
    places = int(plain.str.len().fillna(0).max()) if len(plain) else 0
    distinct = {v: share(v, places) or (np.nan, np.nan) for v in cells.unique()}
    ends = np.array([distinct[v] for v in cells], dtype=float).reshape(-1, 2)
    return pd.DataFrame({"low": ends[:, 0], "high": ends[:, 1], "status": _status(cells)})


def of_counts(cells: pd.Series, *, file: object, column: str) -> pd.DataFrame:
    """Return a column of counts as ``low high status``; ``<10`` is 0 to 9, a mark has no ends.

    Raises
    ------
    DataError
        A cell is neither a count, nor a range of counts, nor a known mark.
    """
    from .values import interval

    def good(text: str) -> bool:
        found = interval(text)
        return found is not None and 0 <= found[0] <= found[1] < MOST

    unread(cells, good, file=file, column=column, what="count")
    known = marks()
    distinct = {
        v: (np.nan, np.nan) if v.strip().casefold() in known else interval(v)
        for v in cells.unique()
    }
    ends = np.array([distinct[v] for v in cells], dtype=float).reshape(-1, 2)
    return pd.DataFrame({"low": ends[:, 0], "high": ends[:, 1], "status": _status(cells)})


def _status(cells: pd.Series) -> np.ndarray:
    known = marks()
    return cells.map({v: known.get(v.strip().casefold(), "ok") for v in cells.unique()}).to_numpy()
