"""Charts of the first notebooks: what a minimum hides, who has a voice, a leader's own profile."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd

from . import svg
from .figures import HEIGHT, INK, RULE, SOFT, WIDTH, Figure, Rows, numbers

LEVELS = ("none", "a little", "some", "much")  # 0 to 3, as vision_and_team rates stake and voice
LINES, LETTERS = 5, 15  # that one cell of the map has room for
STEP = 0.18  # of a cell, from line to line


def hidden(rows: pd.DataFrame, *, of: int, chosen: int, alt: str, caption: str = "") -> Figure:
    """How many groups would be hidden at each minimum?

    `rows` has ``minimum hidden``; `hidden` is empty where it is not known.
    """
    (gone,) = numbers(rows, "hidden")
    strong = np.flatnonzero(rows["minimum"].to_numpy() == chosen)
    sheet = Rows([f"\u00a0\u00a0at {m}" for m in rows["minimum"]], strong=strong)
    sheet.numbers((0, max(of, 1)), f"Groups hidden, of {of}")
    sheet.guides()
    sheet.line(sheet.y, np.where(np.isnan(gone), np.nan, 0), gone, color=SOFT, lw=5)
    here = rows["minimum"].to_numpy() == chosen
    sheet.dots(np.where(here, np.nan, gone), sheet.y, "o", mfc="white", mec=INK, mew=1.4)
    sheet.dots(np.where(here, gone, np.nan), sheet.y, "o", size=7, color=INK)
    sheet.words(sheet.y, ["not known" if np.isnan(g) else "" for g in gone])
    return Figure(sheet.done(), alt, rows, caption)


def voices(rows: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """Who has much at stake and little voice?

    `rows` has ``group stake voice``, both 0 to 3. The cells of high stake and low voice are framed.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet
    from matplotlib.patches import Rectangle

    with mpl.rc_context(svg.SETTINGS):
        sheet = Sheet((WIDTH / 72, HEIGHT / 72))
        ax = sheet.add_axes([0.15, 0.15, 0.84, 0.83])
        ax.patch.set_visible(False)
        ax.set(xlim=(-0.5, 3.5), ylim=(-0.5, 3.5), xlabel="Voice now", ylabel="Stake")
        ax.set_xticks(range(4), LEVELS)
        ax.set_yticks(range(4), LEVELS)
        ax.tick_params(length=0)
        for side in ax.spines.values():
            side.set_visible(False)
        for edge in np.arange(-0.5, 4):
            ax.plot([-0.5, 3.5], [edge, edge], color=RULE, lw=0.8)
            ax.plot([edge, edge], [-0.5, 3.5], color=RULE, lw=0.8)
        ax.add_patch(Rectangle((-0.5, 1.5), 2, 2, fc="#eef2f6", ec=INK, lw=1.4, zorder=0))
        for (stake, voice), part in rows.groupby(["stake", "voice"], sort=False):
            lines = _fit([str(name) for name in part["group"]])
            for k, line in enumerate(lines):  # one by one: a browser's letters are not ours
                y = stake + (len(lines) - 1 - 2 * k) * STEP / 2
                ax.text(voice, y, line, ha="center", va="center", fontsize=7.3, color="#1a1a1a")
        return Figure(svg.text_of(sheet), alt, rows, caption)


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
        sheet.dots(other, sheet.y, "D", size=5, mfc="white", mec="#595959", mew=1)
    sheet.dots(np.where(solid, np.nan, mean), sheet.y, "o", mfc="white", mec=INK, mew=1.4)
    sheet.dots(np.where(solid, mean, np.nan), sheet.y, "o", size=7, color=INK)
    sheet.words(sheet.y, rows["why"])
    return Figure(sheet.done(), alt, rows, caption)
