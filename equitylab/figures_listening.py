"""Charts of what reaches whom and of who answered: shares in rows, beside those of others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import svg
from .display import SHOWN
from .figures import Figure, clearly
from .figures_rows import INK, MOST, PALE, Rows, numbers, span


def beside(rows: pd.DataFrame, *, label: str, alt: str, caption: str = "") -> Figure:
    """What is each row's share, how sure is it, and what is the share it is set beside?

    `rows` has ``label rate low high why``; also, where there are such, ``other`` (a share beside
    it), ``band_low band_high`` and ``signal``.
    """
    rows = _whole(rows.head(MOST))
    rate, low, high, other, *edges = numbers(
        rows, "rate", "low", "high", "other", "band_low", "band_high"
    )
    clear = clearly(rows)
    sheet = Rows(rows["label"], strong=np.flatnonzero(clear), letters=30)
    sheet.percents(span(rate, low, high, other, *edges, ceiling=1.0), label)
    sheet.guides()
    sheet.line(sheet.y, *edges, color=PALE, width=6)
    sheet.line(sheet.y, low, high, color=INK, width=1.6)
    sheet.others(other)
    sheet.values(rate, clear)
    sheet.words(sheet.y, ["" if why in SHOWN else why for why in rows["why"]])
    return Figure(sheet.done(), alt, rows, caption)


def amounts(rows: pd.DataFrame, *, label: str, alt: str, caption: str = "") -> Figure:
    """How much reaches each row, beside what one rule and another would bring it?

    `rows` has ``label value``, and where there are such ``equal`` (a cross) and ``need`` (a
    diamond).
    """
    rows = rows.head(MOST)
    rows = rows.assign(**{c: np.nan for c in ("equal", "need") if c not in rows})
    value, equal, need = numbers(rows, "value", "equal", "need")
    sheet = Rows(rows["label"], letters=30)
    sheet.numbers(span(value, equal, need), label)
    sheet.guides()
    sheet.dots(equal, sheet.y, "x", fill=svg.SOFT, width=1.4)
    sheet.others(need, size=5)
    sheet.dots(value, sheet.y, size=7, fill=INK)
    return Figure(sheet.done(), alt, rows, caption)


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows every column that the chart reads."""
    optional = ("other", "band_low", "band_high")
    rows = rows.assign(**{c: np.nan for c in optional if c not in rows})
    return rows.assign(**({} if "signal" in rows else {"signal": ""}))
