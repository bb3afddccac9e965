"""Pictures of conditions: a fishbone that a room can read, and whys as an outline."""

from __future__ import annotations

import textwrap

import pandas as pd

from . import svg
from .figures import INK, PALE, SOFT, Figure, cut

WIDE = 420  # points: as wide as a page shows a picture without shrinking its letters
LETTER, LINE = 4.9, 11  # of the usual size
ENTRIES = 4  # of a bone that the picture has room for; the list below it has them all


def fishbone(rows: pd.DataFrame, problem: str, *, alt: str, caption: str = "") -> Figure:
    """Which conditions may stand behind a problem, bone by bone?

    The head is on top, so that the bones have room for words. `rows` has ``bone entry``, a row an
    entry and at least one row a bone; an empty entry is a bone to which nothing is found yet.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet
    from matplotlib.patches import Rectangle

    held = {bone: _lines(part["entry"]) for bone, part in rows.groupby("bone", sort=False)}
    names = list(held)
    pairs = [names[k : k + 2] for k in range(0, len(names), 2)]
    head = textwrap.wrap(" ".join(problem.split()), int((WIDE - 60) / LETTER))[:4]
    tops, high = [], 26.0 + LINE * len(head)
    for pair in pairs:
        tops.append(high)
        high += 30 + LINE * max(max(len(held[name]) for name in pair), 1)
    with mpl.rc_context(svg.SETTINGS):
        sheet = Sheet((WIDE / 72, high / 72))
        ax = sheet.add_axes([0, 0, 1, 1])
        ax.set_axis_off()
        ax.set(xlim=(0, WIDE), ylim=(high, 0))
        box = Rectangle((24, 3), WIDE - 48, LINE * len(head) + 10, fc=PALE, ec=INK, lw=1.2)
        ax.add_patch(box)
        for k, words in enumerate(head):
            y = 8 + LINE * (k + 0.5)
            ax.text(WIDE / 2, y, words, ha="center", va="center", color="#1a1a1a")
        ax.plot([WIDE / 2] * 2, [LINE * len(head) + 13, tops[-1] + 12], color=INK, lw=2.2)
        for pair, top in zip(pairs, tops, strict=True):
            for side, name in enumerate(pair):
                _bone(ax, side, top, name, held[name])
        return Figure(svg.text_of(sheet), alt, rows, caption)


def _lines(entries) -> list[str]:
    """Return the entries of a bone in lines that fit on its side."""
    told = [" ".join(entry.split()) for entry in entries if entry]
    more = len(told) - ENTRIES
    told = told if more <= 0 else [*told[: ENTRIES - 1], f"and {more + 1} more, in the list"]
    letters = int((WIDE / 2 - 24) / LETTER)
    lines = []
    for entry in told:
        first, *rest = textwrap.wrap(entry, letters)
        lines += [f"• {first}", *([f"   {cut(' '.join(rest), letters)}"] if rest else [])]
    return lines


def _bone(ax, side: int, top: float, name: str, lines: list[str]) -> None:
    """Draw one bone from the spine outwards, its name above and its entries below."""
    left = 6 if side == 0 else WIDE / 2 + 14
    outer = 4 if side == 0 else WIDE - 4
    ax.plot([WIDE / 2, outer], [top + 10, top + 17], color=SOFT, lw=1.2)
    ax.text(left if side == 0 else WIDE - 6, top + 8, name, va="center", weight="bold",
            ha="left" if side == 0 else "right", color="#1a1a1a")  # fmt: skip
    for k, words in enumerate(lines):
        ax.text(left, top + 25 + LINE * k, words, va="center", color="#222222")


def outline(rows: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """Which answer follows from which, from the first why down to what adults can change?

    `rows` has ``level text end``, in reading order: a row hangs on the nearest one above it with a
    lower level; `end` marks where a chain stops.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet

    indent, told, high = 15, [], 6.0
    for row in rows.itertuples(index=False):
        x = 10 + indent * row.level
        words = textwrap.wrap(
            " ".join(row.text.split()), int((WIDE - x - 12) / (LETTER + 0.5 * row.end))
        )
        words = words if len(words) <= 3 else [*words[:2], cut(" ".join(words[2:]), len(words[1]))]
        told.append((row, x, high + LINE / 2, words))
        high += LINE * len(words) + 5
    with mpl.rc_context(svg.SETTINGS):
        sheet = Sheet((WIDE / 72, high / 72))
        ax = sheet.add_axes([0, 0, 1, 1])
        ax.set_axis_off()
        ax.set(xlim=(0, WIDE), ylim=(high, 0))
        last: dict[int, float] = {}
        for row, x, y, words in told:
            if row.level - 1 in last:
                up = x - indent
                ax.plot([up, up, x - 4], [last[row.level - 1] + 5, y, y], color=SOFT, lw=1)
            last = {level: at for level, at in last.items() if level < row.level} | {row.level: y}
            ax.plot(x, y, "o", ms=6, mfc=INK if row.end else "white", mec=INK, mew=1.2)
            for k, line in enumerate(words):
                ax.text(x + 8, y + LINE * k, line, va="center", color="#1a1a1a",
                        weight="bold" if row.end else "normal")  # fmt: skip
        return Figure(svg.text_of(sheet), alt, rows, caption)
