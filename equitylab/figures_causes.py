"""Pictures of conditions: a fishbone that a room can read, and whys as an outline."""

from __future__ import annotations

import textwrap

import pandas as pd

from . import svg
from .figures import Figure
from .figures_rows import INK, PALE, SOFT, cut

WIDE = 420  # points: as wide as a page shows a picture without shrinking its letters
LETTER, LINE = 4.9, 11  # of the usual size
ENTRIES = 4  # of a bone that the picture has room for; the list below it has them all


def fishbone(rows: pd.DataFrame, problem: str, *, alt: str, caption: str = "") -> Figure:
    """Which conditions may stand behind a problem, bone by bone?

    The head is on top, so that the bones have room for words. `rows` has ``bone entry``, a row an
    entry and at least one row a bone; an empty entry is a bone to which nothing is found yet.
    """
    held = {bone: _lines(part["entry"]) for bone, part in rows.groupby("bone", sort=False)}
    names = list(held)
    pairs = [names[k : k + 2] for k in range(0, len(names), 2)]
    head = textwrap.wrap(" ".join(problem.split()), int((WIDE - 60) / LETTER))[:4]
    tops, high = [], 26.0 + LINE * len(head)
    for pair in pairs:
        tops.append(high)
        high += 30 + LINE * max(max(len(held[name]) for name in pair), 1)
    sheet = svg.Sheet(WIDE, high)
    deep = LINE * len(head) + 10
    sheet.box(24, 3, WIDE - 48, deep, fill=PALE, stroke=INK, stroke_width=1.2)
    for k, words in enumerate(head):
        y = 8 + LINE * (k + 0.5) + svg.MIDDLE
        sheet.text(WIDE / 2, y, words, anchor="middle")
    sheet.line([WIDE / 2] * 2, [deep + 3, tops[-1] + 12], stroke=INK, stroke_width=2.2)
    for pair, top in zip(pairs, tops, strict=True):
        for side, name in enumerate(pair):
            _bone(sheet, side, top, name, held[name])
    return Figure(str(sheet), alt, rows, caption)


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


def _bone(sheet: svg.Sheet, side: int, top: float, name: str, lines: list[str]) -> None:
    """Draw one bone from the spine outwards, its name above and its entries below."""
    left = 6 if side == 0 else WIDE / 2 + 14
    outer = 4 if side == 0 else WIDE - 4
    sheet.line([WIDE / 2, outer], [top + 10, top + 17], stroke=SOFT, stroke_width=1.2)
    start, anchor = (left, None) if side == 0 else (WIDE - 6, "end")
    name = svg.fit(name, WIDE / 2 - 14, bold=True)
    sheet.text(start, top + 8 + svg.MIDDLE, name, weight="bold", anchor=anchor)
    for k, words in enumerate(lines):
        sheet.text(left, top + 25 + LINE * k + svg.MIDDLE, words)


def outline(rows: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """Which answer follows from which, from the first why down to what adults can change?

    `rows` has ``level text end``, in reading order: a row hangs on the nearest one above it with a
    lower level; `end` marks where a chain stops.
    """
    indent, told, high = 15, [], 6.0
    for row in rows.itertuples(index=False):
        x = 10 + indent * row.level
        words = textwrap.wrap(
            " ".join(row.text.split()), int((WIDE - x - 12) / (LETTER + 0.5 * row.end))
        )
        words = words if len(words) <= 3 else [*words[:2], cut(" ".join(words[2:]), len(words[1]))]
        told.append((row, x, high + LINE / 2, words))
        high += LINE * len(words) + 5
    sheet = svg.Sheet(WIDE, high)
    last: dict[int, float] = {}
    for row, x, y, _ in told:
        if row.level - 1 in last:
            up = x - indent
            sheet.line([up, up, x - 4], [last[row.level - 1] + 5, y, y], stroke=SOFT)
        last = {level: at for level, at in last.items() if level < row.level} | {row.level: y}
    for row, x, y, words in told:
        sheet.dots([x], [y], fill=INK if row.end else svg.WHITE, edge=INK, width=1.2)
        for k, line in enumerate(words):
            foot = y + LINE * k + svg.MIDDLE
            sheet.text(x + 8, foot, line, weight="bold" if row.end else None)
    return Figure(str(sheet), alt, rows, caption)
