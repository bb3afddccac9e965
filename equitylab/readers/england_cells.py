"""The cells of an English statistical file: counts, rounded counts and symbols."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..catalog import indicator
from ..errors import DataError
from ..schema import ReadReport
from .values import number

_STATUS = ("ok", "not_applicable", "suppressed", "not_collected")  # of several, the last holds
LOW = "low"
DAYS_A_YEAR = 366
_ENOUGH = 12  # positive counts, all of them multiples, that show a rounding


def cells_of(
    rows: pd.DataFrame, measure: dict, symbols: dict, file: str, report: ReadReport
) -> pd.DataFrame:
    """Return one measure of every row as counts with a status.

    A symbol is a status and never a number. In a column of rounded counts, ``x_low`` and ``x_high``
    hold what the true count can be, and ``low`` is every count that rounds to nothing and is not.
    """
    at_x, at_n = measure["columns"]
    x, n = _column(rows, at_x, symbols, file, report), _column(rows, at_n, symbols, file, report)
    step = _step(x["value"])
    half = step // 2
    if step > 1:
        words = (
            f"{file}: every count is a multiple of {step}, so counts are rounded: a true number lies "
            f"within {half}, and groups need not add up to totals."
        )
        report.notes += [words] if words not in report.notes else []
    status = np.maximum(x["code"], n["code"])
    value, most = x["value"], n["value"] + half
    zero = (value == 0) & bool(x["symbols"])  # a small number would bear a symbol
    low = np.where(zero, 0, np.clip(value - half, 0, None))
    high = np.where(zero, 0, value + half)
    hidden = status == _STATUS.index("suppressed")
    small = half if step > 1 else most
    low = np.where(hidden, np.where(x["low"], 1, 0), low)
    if indicator(measure["indicator"]).events:  # one pupil may have one on every day
        most = most * DAYS_A_YEAR
    high = np.where(hidden, np.where(x["low"], small, most), high)
    absent = ~np.isin(status, [0, _STATUS.index("suppressed")])
    made = pd.DataFrame(
        {
            "year": rows["school_year"].to_numpy(),
            "unit_id": rows["unit_id"].to_numpy(),
            "unit": "",
            "level": rows["house_level"].to_numpy(),
            "indicator": measure["indicator"],
            "dimension": rows["dimension"].to_numpy(),
            "group": rows["group"].to_numpy(),
            "n": n["value"],
            "x": np.where(status == 0, value, np.nan),
            "x_low": np.where(absent, np.nan, low),
            "x_high": np.where(absent, np.nan, high),
            "status": np.array(_STATUS, dtype=object)[status],
            "events": indicator(measure["indicator"]).events,
        }
    )
    for column in ("n", "x", "x_low", "x_high"):
        made[column] = pd.array(made[column], dtype="Int64")
    return made


def _column(rows: pd.DataFrame, column: str, symbols: dict, file: str, report: ReadReport) -> dict:
    """A column as values, status codes, whether each is "low", and the symbols that were met."""
    code, distinct = pd.factorize(rows[column])
    values, codes, lows, met = [], [], [], set()
    for text in distinct:
        value = number(text)
        known = symbols.get(text.strip().lower()) if np.isnan(value) else None
        if np.isnan(value) and known is None:
            raise _strange(rows, column, text, symbols, file, "is neither a count nor a symbol")
        if known is None and (value % 1 or value < 0):
            raise _strange(rows, column, text, symbols, file, "is not a whole number of pupils")
        status = "ok" if known is None else known["status"]
        if known is not None:
            met.add(text.strip().lower())
            report.code_book[text.strip() or "(blank)"] = known["words"]
        values.append(value)
        lows.append(status == LOW)
        codes.append(_STATUS.index("suppressed" if status == LOW else status))
    return {
        "value": np.array(values, float)[code],
        "code": np.array(codes, int)[code],
        "low": np.array(lows, bool)[code],
        "symbols": met - {""},
    }


def _strange(rows, column: str, text: str, symbols: dict, file: str, words: str) -> DataError:
    at = (rows[column] == text).to_numpy().argmax()
    known = ", ".join(s for s in symbols if s)
    return DataError(
        f'"{text}" {words}.',
        file=file,
        row=int(rows["row"].iloc[at]),
        column=column,
        mend=f"Symbols that are known: {known}. Correct the cell, or download the file again.",
        known=known,
    )


def _step(values: np.ndarray) -> int:
    """To what the counts of a column are rounded: 10, 5, or 1 where they are not.

    Examples
    --------
    >>> _step(np.arange(5, 105, 5.0)), _step(np.arange(1, 30.0)), _step(np.array([5.0]))
    (5, 1, 1)
    """
    known = values[values > 0]
    known = known[~np.isnan(known)]
    for step in (10, 5):
        if len(known) >= _ENOUGH and (known % step == 0).all():
            return step
    return 1
