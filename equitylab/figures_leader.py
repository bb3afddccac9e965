"""Charts of the first notebooks: what a minimum hides, who has a voice, a leader's own profile."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd

from . import svg
from .figures import Figure
from .figures_rows import HEIGHT, INK, RULE, SOFT, WIDTH, Rows, numbers

LEVELS = ("none", "a little", "some", "much")  # 0 to 3, as vision_and_team rates stake and voice
LINES, LETTERS = 5, 15  # that one cell of the map has room for
STEP = 0.18  # of a cell, from line to line
SMALL = 7.3


def hidden(rows: pd.DataFrame, *, of: int, chosen: int, alt: str, caption: str = "") -> Figure:
    """How many groups would be hidden at each minimum?

    `rows` has ``minimum hidden``; `hidden` is empty where it is not known.
    """
    (gone,) = numbers(rows, "hidden")
    strong = np.flatnonzero(rows["minimum"].to_numpy() == chosen)
    sheet = Rows([f"\u00a0\u00a0at {m}" for m in rows["minimum"]], strong=strong)
    sheet.numbers((0, max(of, 1)), f"Groups hidden, of {of}")
    sheet.guides()
    sheet.line(sheet.y, np.where(np.isnan(gone), np.nan, 0), gone, color=SOFT, width=5)
    sheet.values(gone, rows["minimum"].to_numpy() == chosen)
    sheet.words(sheet.y, ["not known" if np.isnan(g) else "" for g in gone])
    return Figure(sheet.done(), alt, rows, caption)


def voices(rows: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """Who has much at stake and little voice?

    `rows` has ``group stake voice``, both 0 to 3. The cells of high stake and low voice are framed.
    """
    sheet = svg.Sheet(WIDTH, HEIGHT)
    plot = svg.Plot(sheet, (46, 4, 307, 184), (-0.5, 3.5), (-0.5, 3.5))
    left, top, right, bottom = plot.box
    corner = plot.x(1.5) - left, plot.y(1.5) - top
    sheet.box(left, top, *corner, fill="#eef2f6")
    for edge in np.arange(-0.5, 4):
        sheet.line([left, right], [plot.y(edge)] * 2, stroke=RULE, stroke_width=0.8)
        sheet.line([plot.x(edge)] * 2, [top, bottom], stroke=RULE, stroke_width=0.8)
    sheet.box(left, top, *corner, stroke=INK, stroke_width=1.4)
    plot.bottom(range(4), LEVELS, "Voice now")
    plot.side(range(4), LEVELS)
    sheet.text(9, (top + bottom) / 2, "Stake", fill=svg.SOFT, anchor="middle", turn=-90)
    for (stake, voice), part in rows.groupby(["stake", "voice"], sort=False):
        told = _fit([str(name) for name in part["group"]])
        for k, words in enumerate(told):
            y = plot.y(stake + (len(told) - 1 - 2 * k) * STEP / 2) + 2.7
            words = svg.fit(words, (right - left) / 4 - 1, SMALL)
            sheet.text(plot.x(voice), y, words, size=SMALL, anchor="middle")
    return Figure(str(sheet), alt, rows, caption)


def _fit(names: list[str]) -> list[str]:
    """Return names in as many short lines as one cell of the map has room for."""
    lines: list[str] = []
    for k, name in enumerate(names):
        more = textwrap.wrap(f"· {name}", LETTERS, max_lines=2, placeholder="…")
        last = k == len(names) - 1
        if len(lines) + len(more) + (not last) > LINES:
            return [*lines, f"and {len(names) - k} more"]
        lines += more
    return lines


def profile(
    rows: pd.DataFrame, *, alt: str, caption: str = "", beside: str = "", ends: tuple[str, str]
) -> Figure:
    """What does a leader's practice look like on each scale, and how much of it has evidence?

    `rows` has ``scale mean evidenced why``: the mean of 1 to 5, whether at least half of the high
    ratings have an evidence line, and words where there is no mean; ``beside`` is a second mean.
    """
    mean, other = numbers(rows, "mean", "beside")
    solid = rows["evidenced"].to_numpy(bool)
    sheet = Rows(rows["scale"], letters=34)
    sheet.numbers((1, 5), f"1 {ends[0]} … 5 {ends[1]}")
    sheet.guides()
    if beside:
        other = np.where(np.isnan(mean), np.nan, other)  # no mark under the words
        sheet.others(other, size=5)
    sheet.values(mean, solid)
    sheet.words(sheet.y, rows["why"])
    return Figure(sheet.done(), alt, rows, caption)
