"""Charts of the labs: labelled rows with intervals, bars, grids and repeated draws.

They take plain columns and no indicator, so that practice tables and typed counts draw like
published ones. What may not be shown comes in as a gap with a word in ``why``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import svg
from .figures import Figure
from .figures_rows import INK, MOST, PALE, SOFT, WIDTH, Rows, cut, numbers, span

SHADES = ("#ffffff", "#e3e8ed", "#c3d0dd", "#9fb3c8", "#5a6b7d")  # none to most; letters tell too


def dots(
    rows: pd.DataFrame,
    *,
    label: str,
    alt: str,
    caption: str = "",
    percent: bool = True,
    zero: bool = True,
    line: float | None = None,
    breaks=(),
    letters: int = 31,
) -> Figure:
    """What is the value of each row, how sure is it, and what stands beside it?

    Parameters
    ----------
    rows : DataFrame
        ``label value``, and where there are any ``low high`` (interval), ``other`` (a diamond),
        ``strong`` (a filled dot), ``why`` (words in the place of a mark).
    label : str
        What the axis counts.
    percent : bool
        Values are shares between 0 and 1, drawn in percent.
    line : float
        A dashed line through all rows: a goal, a common rate, no difference.
    breaks : collection of int
        Rows before which a little room is left.
    """
    rows = rows.head(MOST)
    filled = rows.reindex(columns=["value", "low", "high", "other"]).astype(float)
    value, low, high, other = numbers(filled, "value", "low", "high", "other")
    strong = rows["strong"].to_numpy(bool) if "strong" in rows else np.zeros(len(rows), bool)
    sheet = Rows(rows["label"], breaks, letters=letters, strong=np.flatnonzero(strong))
    also = [] if line is None else [line]
    ceiling = 1.0 if percent and np.nanmax([0, *value, *also]) <= 1 else np.inf
    limits = span(value, low, high, other, also, zero=zero, ceiling=ceiling)
    (sheet.percents if percent else sheet.numbers)(limits, label)
    sheet.guides()
    if line is not None:
        sheet.through(line)
    sheet.line(sheet.y, low, high, color=INK, width=1.6)
    sheet.others(other, size=4.8)
    sheet.values(value, strong)
    _why(sheet, rows)
    return Figure(sheet.done(), alt, rows, caption)


def bars(
    rows: pd.DataFrame,
    *,
    label: str,
    alt: str,
    caption: str = "",
    percent: bool = False,
    breaks=(),
    letters: int = 31,
) -> Figure:
    """How much is each row, and how much of it is the part?

    `rows` has ``label value``; ``part`` is drawn inside its bar, ``other`` as a diamond, ``why`` in
    words where there is no bar.
    """
    rows = rows.head(MOST)
    filled = rows.reindex(columns=["value", "part", "other"]).astype(float)
    value, part, other = numbers(filled, "value", "part", "other")
    sheet = Rows(rows["label"], breaks, letters=letters)
    (sheet.percents if percent else sheet.numbers)(span(value, part, other), label)
    sheet.guides()
    with_part = not np.isnan(part).all()
    nothing = np.where(np.isnan(value), np.nan, 0.0)
    sheet.line(sheet.y, nothing, value, color=PALE if with_part else SOFT, width=7)
    sheet.line(sheet.y, nothing, np.where(np.isnan(value), np.nan, part), color=SOFT, width=7)
    sheet.others(other, size=4.8, edge=svg.BLACK)
    _why(sheet, rows)
    return Figure(sheet.done(), alt, rows, caption)


def draws(
    rows: pd.DataFrame, *, label: str, alt: str, caption: str = "", line: float | None = None
) -> Figure:
    """How far does each row wander from draw to draw?

    `rows` has ``label values``: a list of shares, one a draw.
    """
    rows = rows.head(MOST)
    held = [np.asarray(values, float) for values in rows["values"]]
    sheet = Rows(rows["label"])
    sheet.percents(span(*held, [] if line is None else [line], ceiling=1.0), label)
    sheet.guides()
    if line is not None:
        sheet.through(line)
    ends = np.array([[v.min(), v.max()] for v in held])
    sheet.line(sheet.y, ends[:, 0], ends[:, 1], color=PALE, width=6)
    for y, values in zip(sheet.y, held, strict=True):
        found = np.unique(values)
        sheet.dots(found, np.full(found.size, y), size=5.5, fill=svg.WHITE, edge=INK, width=1.2)
    return Figure(sheet.done(), alt, rows.assign(values=[list(v) for v in held]), caption)


def grid(table: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """Where do rows and columns meet most often?

    `table` holds counts, its index the rows; a gap is drawn as a dash. The number stands in its
    cell, so that the shade only helps.
    """
    values = table.to_numpy("float64", na_value=np.nan)
    most = np.nanmax(values, initial=1.0)
    down, across = values.shape
    left, head, right = (74, 20, 4) if across <= 4 else (74, 66, 34)
    wide, high = (WIDTH - left - right) / across, min(20, (210 - head) / down)
    sheet = svg.Sheet(WIDTH, head + high * down + 4)
    for k, name in enumerate(table.index):
        y = head + high * (k + 0.5) + svg.MIDDLE
        sheet.text(left - 4, y, svg.fit(cut(str(name), 15), left - 6), anchor="end")
    for k, name in enumerate(table.columns):
        x = left + wide * (k + 0.5)
        if across <= 4:
            words = svg.fit(cut(str(name), 18), wide - 2)
            sheet.text(x, head - 6, words, fill=svg.SOFT, anchor="middle")
        else:  # upwards to the right, as far as there is room
            room = min(head - 11, WIDTH - 8 - x) * 2**0.5
            words = svg.fit(cut(str(name), 18), room)
            sheet.text(x + 2, head - 5, words, fill=svg.SOFT, turn=-45)
    shades = np.rint(np.nan_to_num(values) / most * (len(SHADES) - 1)).astype(int)
    for shade, fill in enumerate(SHADES):
        for y, x in np.argwhere(shades == shade):
            sheet.box(left + wide * x, head + high * y, wide, high, fill=fill, stroke="#9aa5b1",
                      stroke_width=0.8)  # fmt: skip
    for dark in (False, True):
        for y, x in np.argwhere((shades == len(SHADES) - 1) == dark):
            text = "–" if np.isnan(values[y, x]) else f"{values[y, x]:g}"
            sheet.text(
                left + wide * (x + 0.5), head + high * (y + 0.5) + svg.MIDDLE, text,
                fill=svg.WHITE if dark else None, anchor="middle",
            )  # fmt: skip
    return Figure(str(sheet), alt, table.reset_index(), caption)


def _why(sheet: Rows, rows: pd.DataFrame) -> None:
    if "why" in rows:
        sheet.words(sheet.y, rows["why"].fillna(""))
