"""Charts of ratings: who rated what, what each dimension holds, what a change of weights changes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import svg
from .figures import FOOT, INK, PALE, ROW, RULE, SOFT, Figure, Rows, cut, numbers

GREY = "#595959"
IN, EDGE, OUT = "in", "edge", "out"  # of the first five: among them, level with the fifth, not
# From few to many, each lighter or darker than the next; the numbers inside say the same.
SMALL = 7.4  # points; a whole number would be set in the page's size
SHADES = (("#e8eef4", "#1a1a1a"), ("#c3d0dd", "#1a1a1a"), ("#7f95ab", "#111111"), (INK, "white"))


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
    sheet.ax.set_xlim(low - 0.5, high + 0.5)
    sheet.ax.set_xticks(list(steps), [str(k) for k in steps])
    sheet.ax.set_xlabel(label, labelpad=2, color="#4d4d4d")
    sheet.guides()
    place = np.where(counts > 0, np.array(list(steps), float), np.nan)
    some = ~np.isnan(place).all(axis=1)
    ends = np.full((2, len(rows)), np.nan)
    ends[0, some], ends[1, some] = np.nanmin(place[some], axis=1), np.nanmax(place[some], axis=1)
    sheet.line(sheet.y, *ends, color=PALE, lw=4)
    stroke = np.where(np.isin(mark, list(steps)), np.nan, mark)
    sheet.dots(stroke, sheet.y, "|", size=13, mew=2.4, color=INK)
    for k, rating in enumerate(steps):
        for y, n, own in zip(sheet.y, counts[:, k], mark == rating, strict=True):
            if n > 0:
                fill, ink = (INK, "white") if own else ("white", "#1a1a1a")
                sheet.ax.plot(rating, y, "o", ms=10, mfc=fill, mec=INK, mew=1, clip_on=False)
                sheet.ax.text(rating, y + 0.04, f"{n:g}", ha="center", va="center", color=ink,
                              fontsize=SMALL)  # fmt: skip
    sheet.words(sheet.y, rows["why"])
    return Figure(sheet.done(), alt, rows, caption)


def stacked(
    rows: pd.DataFrame, columns: dict[str, str], *, label: str, alt: str, caption: str = ""
) -> Figure:
    """How many of each kind, row by row? `rows` has ``label`` and a column of counts a kind."""
    sheet = Rows(rows["label"], letters=30, foot=FOOT + ROW)
    values = np.column_stack(numbers(rows, *columns))
    most = float(max(values.sum(axis=1).max(), 1))
    sheet.numbers((0, most), label)
    whole = range(0, int(most) + 1, -(-int(most) // 6))
    sheet.ax.set_xticks(list(whole), [str(k) for k in whole])
    left = np.zeros(len(rows))
    shades = SHADES[-len(columns) :] if len(columns) <= len(SHADES) else SHADES
    for k in range(len(columns)):
        fill, ink = shades[k % len(shades)]
        sheet.ax.barh(sheet.y, values[:, k], 0.72, left, color=fill, ec="white", lw=0.8)
        for y, start, n in zip(sheet.y, left, values[:, k], strict=True):
            if n > 0:
                sheet.ax.text(
                    start + n / 2, y, f"{n:g}", ha="center", va="center", color=ink, fontsize=SMALL
                )
        left = left + np.nan_to_num(values[:, k])
    _key(sheet, list(columns.values()), shades)
    return Figure(sheet.done(), alt, rows, caption)


def _key(sheet: Rows, words: list[str], shades) -> None:
    """Say below the axis what the shades stand for, in the order of the bars."""
    height = sheet.sheet.get_size_inches()[1] * 72
    at = 4.0
    for k, text in enumerate(words):
        fill, _ = shades[k % len(shades)]
        width = sheet.sheet.get_size_inches()[0] * 72
        sheet.sheet.text(at / width, 3 / height, "■", color=fill, fontsize=9)
        sheet.sheet.text((at + 10) / width, 4 / height, text, color=GREY, fontsize=SMALL)
        at += 20 + 4.3 * len(text)


def strip(
    rows: pd.DataFrame, scenarios: dict[str, tuple[str, str]], *, alt: str, caption: str = ""
) -> Figure:
    """Which rows stay among the first when one weight is doubled, or left out?

    `rows` has ``label`` and one column a scenario with ``in``, ``edge`` or ``out``; the first
    scenario is the one chosen. Each scenario has a head, written once over its neighbours, and a
    word of its own. A row that changes has a bold name.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet

    states = rows[list(scenarios)].to_numpy()
    moves = [len(set(line)) > 1 for line in states]
    step, left, top = 25, 158, 30
    wide, high = left + step * len(scenarios) + 2, top + 14 * len(rows) + 6
    with mpl.rc_context(svg.SETTINGS):
        sheet = Sheet((wide / 72, high / 72))
        ax = sheet.add_axes([0, 0, 1, 1])
        ax.set_axis_off()
        ax.set(xlim=(0, wide), ylim=(high, 0))
        ax.axvspan(left, left + step, color=RULE, lw=0)
        heads: dict[str, list[float]] = {}
        for k, (head, word) in enumerate(scenarios.values()):
            x = left + step * (k + 0.5)
            heads.setdefault(head, []).append(x)
            ax.text(x, 21, word, ha="center", va="center", color=GREY)
        for head, places in heads.items():
            ax.text(np.mean(places), 9, head, ha="center", va="center", color="#1a1a1a")
        for r, (name, line) in enumerate(zip(rows["label"], states, strict=True)):
            y = top + 14 * (r + 0.5)
            ax.text(left - 5, y, cut(name, 26), ha="right", va="center", color="#1a1a1a",
                    weight="bold" if moves[r] else "normal")  # fmt: skip
            for k, state in enumerate(line):
                x = left + step * (k + 0.5)
                fill = {IN: INK, EDGE: "white"}.get(state)
                if fill:
                    ax.plot(x, y, "o", ms=7, mfc=fill, mec=INK, mew=1.3)
                else:
                    ax.plot([x - 3, x + 3], [y, y], color=SOFT, lw=1)
        return Figure(svg.text_of(sheet), alt, rows, caption)


def series(
    rows: pd.DataFrame, columns: dict[str, str], *, label: str, alt: str, caption: str = ""
) -> Figure:
    """How did two numbers move over the years? `rows` has ``year`` and the two named columns."""
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet

    years = rows["year"].astype(int).to_numpy()
    with mpl.rc_context(svg.SETTINGS):
        sheet = Sheet((310 / 72, 170 / 72))
        ax = sheet.add_axes([0.11, 0.13, 0.62, 0.76])
        ax.patch.set_visible(False)
        looks = [("o-", INK, INK), ("D--", GREY, "white")]
        for (name, words), (style, ink, fill) in zip(columns.items(), looks, strict=True):
            (value,) = numbers(rows, name)
            ax.plot(years, value, style, color=ink, mfc=fill, ms=5, lw=1.4)
            for x, v in zip(years, value, strict=True):
                above = name == next(iter(columns))
                ax.annotate(f"{v:g}", (x, v), (0, 6 if above else -12), ha="center", fontsize=SMALL,
                            textcoords="offset points", color=ink)  # fmt: skip
            ax.annotate(words, (years[-1], value[-1]), (14, 0), va="center", color=ink,
                        textcoords="offset points")  # fmt: skip
        ax.set_xticks(years, [str(y) for y in years])
        ax.margins(y=0.15)
        ax.set_title(label, loc="left", fontsize=9, color="#4d4d4d")
        return Figure(svg.text_of(sheet), alt, rows, caption)
