"""Charts of the labs: labelled rows with intervals, bars, grids and repeated draws.

They take plain columns and no indicator, so that practice tables and typed counts draw like
published ones. What may not be shown comes in as a gap with a word in ``why``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import svg
from .figures import INK, MOST, PALE, SOFT, WIDTH, Figure, Rows, cut, numbers, span

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
    _through(sheet, line)
    sheet.line(sheet.y, low, high, color=INK, lw=1.6)
    sheet.dots(other, sheet.y, "D", size=4.8, mfc="white", mec="#595959", mew=1)
    sheet.dots(np.where(strong, np.nan, value), sheet.y, "o", mfc="white", mec=INK, mew=1.4)
    sheet.dots(np.where(strong, value, np.nan), sheet.y, "o", size=7, color=INK)
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
    sheet.line(sheet.y, nothing, value, color=PALE if with_part else SOFT, lw=7)
    sheet.line(sheet.y, nothing, np.where(np.isnan(value), np.nan, part), color=SOFT, lw=7)
    sheet.dots(other, sheet.y, "D", size=4.8, mfc="white", mec="black", mew=1)
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
    _through(sheet, line)
    ends = np.array([[v.min(), v.max()] for v in held])
    sheet.line(sheet.y, ends[:, 0], ends[:, 1], color=PALE, lw=6)
    for y, values in zip(sheet.y, held, strict=True):
        found = np.unique(values)
        sheet.dots(found, np.full(found.size, y), "o", size=5.5, mfc="white", mec=INK, mew=1.2)
    return Figure(sheet.done(), alt, rows.assign(values=[list(v) for v in held]), caption)


def grid(table: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """Where do rows and columns meet most often?

    `table` holds counts, its index the rows; a gap is drawn as a dash. The number stands in its
    cell, so that the shade only helps.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet
    from matplotlib.patches import Rectangle

    values = table.to_numpy("float64", na_value=np.nan)
    most = np.nanmax(values, initial=1.0)
    down, across = values.shape
    left, head, step = 74, 20 if across <= 4 else 66, 20
    height = min(head + step * down + 4, 214)
    right = 4 if across <= 4 else 34
    with mpl.rc_context(svg.SETTINGS):
        sheet = Sheet((WIDTH / 72, height / 72))
        box = [left / WIDTH, 4 / height, 1 - (left + right) / WIDTH, 1 - (head + 4) / height]
        ax = sheet.add_axes(box)
        ax.patch.set_visible(False)
        ax.set(xlim=(0, across), ylim=(down, 0))
        for side in ax.spines.values():
            side.set_visible(False)
        ax.set_yticks(np.arange(down) + 0.5, [cut(str(t), 15) for t in table.index])
        names = [cut(str(t), 18) for t in table.columns]
        slant = {} if across <= 4 else {"rotation": 45, "ha": "left", "rotation_mode": "anchor"}
        ax.set_xticks(np.arange(across) + 0.5, names, **slant)
        ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        for (y, x), value in np.ndenumerate(values):
            shade = 0 if np.isnan(value) else round(value / most * (len(SHADES) - 1))
            ax.add_patch(Rectangle((x, y), 1, 1, fc=SHADES[shade], ec="#9aa5b1", lw=0.8))
            ink = "white" if shade == len(SHADES) - 1 else "#1a1a1a"
            text = "–" if np.isnan(value) else f"{value:g}"
            ax.text(x + 0.5, y + 0.5, text, ha="center", va="center", color=ink)
        return Figure(svg.text_of(sheet), alt, table.reset_index(), caption)


def _through(sheet: Rows, line: float | None) -> None:
    if line is not None:
        ends = [-0.5, sheet.y[-1] + 0.5]
        sheet.ax.plot([line] * 2, ends, "--", color="#4d4d4d", lw=1.2, clip_on=False)


def _why(sheet: Rows, rows: pd.DataFrame) -> None:
    if "why" in rows:
        sheet.words(sheet.y, rows["why"].fillna(""))
