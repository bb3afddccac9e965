"""Charts of what reaches whom and of who answered: shares in rows, beside those of others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .figures import INK, MOST, PALE, Figure, Rows, numbers, span
from .signals import CLEAR


def beside(rows: pd.DataFrame, *, label: str, alt: str, caption: str = "") -> Figure:
    """What is each row's share, how sure is it, and what is the share it is set beside?

    `rows` has ``label rate low high why``; also, where there are such, ``other`` (a share beside
    it), ``band_low band_high`` and ``signal``.
    """
    rows = _whole(rows.head(MOST))
    rate, low, high, other, *edges = numbers(
        rows, "rate", "low", "high", "other", "band_low", "band_high"
    )
    clear = (rows["signal"] == CLEAR).to_numpy()
    sheet = Rows(rows["label"], strong=np.flatnonzero(clear), letters=30)
    sheet.percents(span(rate, low, high, other, *edges, ceiling=1.0), label)
    sheet.guides()
    sheet.line(sheet.y, *edges, color=PALE, lw=6)
    sheet.line(sheet.y, low, high, color=INK, lw=1.6)
    sheet.dots(other, sheet.y, "D", size=4.6, mfc="white", mec="#595959", mew=1)
    sheet.dots(np.where(clear, np.nan, rate), sheet.y, "o", mfc="white", mec=INK, mew=1.4)
    sheet.dots(np.where(clear, rate, np.nan), sheet.y, "o", size=7, color=INK)
    sheet.words(sheet.y, ["" if why == "band" else why for why in rows["why"]])
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
    sheet.dots(equal, sheet.y, "x", size=6, color="#4d4d4d", mew=1.4)
    sheet.dots(need, sheet.y, "D", size=5, mfc="white", mec="#595959", mew=1)
    sheet.dots(value, sheet.y, "o", size=7, color=INK)
    return Figure(sheet.done(), alt, rows, caption)


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows every column that the chart reads."""
    optional = ("other", "band_low", "band_high")
    rows = rows.assign(**{c: np.nan for c in optional if c not in rows})
    return rows.assign(**({} if "signal" in rows else {"signal": ""}))
