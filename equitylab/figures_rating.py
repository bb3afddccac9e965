"""Charts of ratings: who rated what, what each dimension holds, what a change of weights changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import svg
from .figures import Figure
from .figures_rows import FOOT, INK, PALE, ROW, RULE, SOFT, Rows, cut, numbers, plain

IN, EDGE, OUT = "in", "edge", "out"  # of the first five: among them, level with the fifth, not
# From few to many, each lighter or darker than the next; the numbers inside say the same.
SHADES = (("#e8eef4", svg.INK), ("#c3d0dd", svg.INK), ("#7f95ab", svg.INK), (INK, svg.WHITE))
SMALL = 7.4  # points
LOWER = 2.7  # from the middle of a small line to the foot of its letters


def ratings(
    rows: pd.DataFrame, *, label: str, alt: str, caption: str = "", low: int = 1, high: int = 4
) -> Figure:
    """How often was each rating given, row by row, and where is the mark beside them?

    `rows` has ``label``, a column of counts for each rating (``r1 r2 …``), ``mark`` (a rating,
    which fills its circle, or a mean, which is a stroke; or empty), ``strong`` for rows to look
    at, and ``why`` in words where there is nothing to draw.
    """
    steps = range(low, high + 1)
    counts = np.column_stack(numbers(rows, *(f"r{k}" for k in steps)))
    (mark,) = numbers(rows, "mark")
    sheet = Rows(rows["label"], strong=np.flatnonzero(rows["strong"].to_numpy(bool)), letters=27)
    sheet.axis((low - 0.5, high + 0.5), steps, map(str, steps), label)
    sheet.guides()
    place = np.where(counts > 0, np.array(list(steps), float), np.nan)
    some = ~np.isnan(place).all(axis=1)
    ends = np.full((2, len(rows)), np.nan)
    ends[0, some], ends[1, some] = np.nanmin(place[some], axis=1), np.nanmax(place[some], axis=1)
    sheet.line(sheet.y, *ends, color=PALE, width=4)
    stroke = np.where(np.isin(mark, list(steps)), np.nan, mark)
    sheet.dots(stroke, sheet.y, "|", size=13, fill=INK, width=2.4)
    own = np.equal.outer(mark, list(steps))
    for fill, ink, kept in ((svg.WHITE, svg.INK, ~own), (INK, svg.WHITE, own)):
        kept = kept & (counts > 0)
        for rating, some in zip(steps, kept.T, strict=True):
            sheet.dots(np.where(some, rating, np.nan), sheet.y, size=10, fill=fill, edge=INK)
        for row, k in np.argwhere(kept):
            _count(sheet, steps[k], sheet.y[row], counts[row, k], ink)
    sheet.words(sheet.y, rows["why"])
    return Figure(sheet.done(), alt, rows, caption)


def _count(sheet: Rows, x: float, y: float, n: float, ink: str) -> None:
    """Write a number in the middle of its mark."""
    sheet.sheet.text(sheet.plot.x(x), y + LOWER, f"{n:g}", fill=ink, size=SMALL, anchor="middle")


def stacked(
    rows: pd.DataFrame, columns: dict[str, str], *, label: str, alt: str, caption: str = ""
) -> Figure:
    """How many of each kind, row by row? `rows` has ``label`` and a column of counts a kind."""
    sheet = Rows(rows["label"], letters=30, foot=FOOT + ROW)
    values = np.column_stack(numbers(rows, *columns))
    most = float(max(values.sum(axis=1).max(), 1))
    whole = range(0, int(most) + 1, -(-int(most) // 6))
    sheet.axis((0, most), whole, map(str, whole), label)
    starts = np.cumsum(np.nan_to_num(values), axis=1) - np.nan_to_num(values)
    shades = SHADES[-len(columns) :] if len(columns) <= len(SHADES) else SHADES
    for k in range(len(columns)):
        fill, ink = shades[k % len(shades)]
        value = np.where(values[:, k] > 0, values[:, k], np.nan)
        sheet.bars(starts[:, k], value, 0.72 * ROW, fill=fill, stroke=svg.WHITE, stroke_width=0.8)
        for y, start, n in zip(sheet.y, starts[:, k], value, strict=True):
            if n > 0:
                _count(sheet, start + n / 2, y, n, ink)
    _key(sheet.sheet, list(columns.values()), shades)
    return Figure(sheet.done(), alt, rows, caption)


def _key(sheet: svg.Sheet, words: list[str], shades) -> None:
    """Say below the axis what the shades stand for, in the order of the bars."""
    at = 4.0
    for k, text in enumerate(words):
        sheet.box(at, sheet.high - 10, 7, 7, fill=shades[k % len(shades)][0])
        sheet.text(at + 10, sheet.high - 4, text, fill=svg.GREY, size=SMALL)
        at += 20 + svg.width(text, SMALL)


def strip(
    rows: pd.DataFrame, scenarios: dict[str, tuple[str, str]], *, alt: str, caption: str = ""
) -> Figure:
    """Which rows stay among the first when one weight is doubled, or left out?

    `rows` has ``label`` and one column a scenario with ``in``, ``edge`` or ``out``; the first
    scenario is the one chosen. Each scenario has a head, written once over its neighbours, and a
    word of its own. A row that changes has a bold name.
    """
    states = rows[list(scenarios)].to_numpy()
    step, left, top = 25, 158, 30
    sheet = svg.Sheet(left + step * len(scenarios) + 2, top + 14 * len(rows) + 6)
    across = left + step * (np.arange(len(scenarios)) + 0.5)
    down = top + 14 * (np.arange(len(rows)) + 0.5)
    sheet.box(left, 0, step, sheet.high, fill=RULE)
    heads: dict[str, list[float]] = {}
    for x, (head, word) in zip(across, scenarios.values(), strict=True):
        heads.setdefault(head, []).append(x)
        sheet.text(x, 21 + svg.MIDDLE, word, fill=svg.GREY, anchor="middle")
    for head, places in heads.items():
        sheet.text(np.mean(places), 9 + svg.MIDDLE, head, anchor="middle")
    for name, line, y in zip(rows["label"], states, down, strict=True):
        bold = len(set(line)) > 1
        words = svg.fit(cut(name, 26), left - 8, bold=bold)
        sheet.text(left - 5, y + svg.MIDDLE, words, anchor="end", weight="bold" if bold else None)
    for state, fill in ((IN, INK), (EDGE, svg.WHITE)):
        places = np.argwhere(states == state)
        sheet.dots(across[places[:, 1]], down[places[:, 0]], size=7, fill=fill, edge=INK, width=1.3)
    for row, k in np.argwhere(~np.isin(states, (IN, EDGE))):
        x, y = across[k], down[row]
        sheet.line([x - 3, x + 3], [y, y], stroke=SOFT)
    return Figure(str(sheet), alt, rows, caption)


def series(
    rows: pd.DataFrame, columns: dict[str, str], *, label: str, alt: str, caption: str = ""
) -> Figure:
    """How did two numbers move over the years? `rows` has ``year`` and the two named columns."""
    years = rows["year"].astype(int).to_numpy()
    values = numbers(rows, *columns)
    low, high = np.nanmin(values), np.nanmax(values)
    air = 0.15 * ((high - low) or 1)
    ends = float(low - air), float(high + air)
    more = 0.05 * ((years[-1] - years[0]) or 1)
    sheet = svg.Sheet(310, 170)
    plot = svg.Plot(sheet, (34, 19, 226, 148), (years[0] - more, years[-1] + more), ends)
    sheet.text(34, 13, label, fill=svg.SOFT)
    plot.bottom(years, map(str, years), tick=2)
    ticks = svg.ticks(*ends, 8)
    plot.side(ticks, map(plain, ticks), tick=2)
    looks = [(INK, INK, "o", None, -6), (svg.GREY, svg.WHITE, "D", "5.2 2.2", 12)]
    for value, words, (ink, fill, mark, dash, below) in zip(
        values, columns.values(), looks, strict=True
    ):
        plot.line(years, value, stroke=ink, stroke_width=1.4, stroke_dasharray=dash)
        plot.dots(years, value, mark, size=5, fill=fill, edge=ink)
        for x, v in zip(years, value, strict=True):
            y = plot.y(v) + below
            sheet.text(plot.x(x), y, f"{v:g}", fill=ink, size=SMALL, anchor="middle")
        sheet.text(plot.x(years[-1]) + 14, plot.y(value[-1]) + svg.MIDDLE, words, fill=ink)
    plot.axes(side=True)
    return Figure(str(sheet), alt, rows, caption)
