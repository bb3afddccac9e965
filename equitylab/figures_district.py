"""The charts of a district's report: schools side by side, in alphabetical order, never ranked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import metrics, svg
from .catalog import Indicator
from .display import SHOWN, group_label
from .figures import Figure, names
from .figures_rows import (
    INK,
    MOST,
    PALE,
    ROW,
    RULE,
    SOFT,
    WIDTH,
    Rows,
    Table,
    column,
    cut,
    has,
    numbers,
    span,
)

# Fill and ink of the parts of a bar: greys and blues that stay apart in print. Each part has its
# letter in it, so that no colour stands for a group.
FILLS = (
    ("#eef1f4", svg.BLACK), ("#9fb3c8", svg.BLACK), ("#34495e", svg.WHITE), ("#c3d0dd", svg.BLACK),
    ("#5a6b7d", svg.WHITE), ("#dfe6ed", svg.BLACK), ("#7d8fa1", svg.BLACK), ("#f8fafb", svg.BLACK),
)  # fmt: skip


def schools(rows: Table, about: Indicator, common: float, *, alt: str, caption: str = "") -> Figure:
    """What is each school's rate, how sure is it, and what is the district's?

    `rows` has ``unit rate rate_low rate_high why``, and ``shrunk`` where rates were drawn together;
    `common` is the district's rate, a share.
    """
    rate, low, high = numbers(rows, "rate", "rate_low", "rate_high")
    edges = numbers(rows, "band_low", "band_high")
    sheet = Rows(names(column(rows, "unit")))
    if about.events:
        rate, common = 100 * rate, 100 * common
        sheet.numbers(span(rate, [common]), "Per 100 students")
    else:
        sheet.percents(span(low, high, rate, [common], *edges, ceiling=1.0), about.label)
    sheet.guides()
    if np.isfinite(common):
        sheet.through(common)
    sheet.line(sheet.y, *edges, color=PALE, width=6)
    sheet.line(sheet.y, low, high, color=INK, width=1.6)
    sheet.dots(rate, sheet.y, size=6.5, fill=INK)
    if has(rows, "shrunk"):
        sheet.others(*numbers(rows, "shrunk"))
    sheet.words(sheet.y, ["" if w in SHOWN else w for w in column(rows, "why")])
    return Figure(sheet.done(), alt, rows, caption)


def funnel(rows: Table, about: Indicator, common: float, *, alt: str, caption: str = "") -> Figure:
    """Where there are many schools: which rates are what chance would give schools of that size?

    `rows` has ``n x rate``; schools are dots without names, so that no list can be made of them.
    """
    n, x, rate = numbers(rows, "n", "x", "rate")
    sizes = np.unique(np.linspace(max(n.min(), 10), n.max(), 40).round())
    limits = metrics.funnel(np.round(common * sizes), sizes, target=common)
    sheet = svg.Sheet(WIDTH, 187)
    ends = span(rate, limits.high, ceiling=1.0)
    plot = svg.Plot(sheet, (40, 9, 298, 152), (0, n.max() * 1.03), ends)
    band = np.append(sizes, sizes[::-1]), np.append(limits.low, limits.high[::-1])
    plot.line(*band, fill=RULE)
    plot.line(
        sizes[[0, -1]], [common] * 2, stroke=svg.SOFT, stroke_width=1.2, stroke_dasharray=svg.DASHES
    )
    plot.dots(n, rate, size=3.4, fill=svg.WHITE, edge=INK, width=0.9)
    ticks = svg.ticks(*ends, 5, svg.FINE)
    plot.side(ticks, [f"{100 * t:g}%" for t in ticks], tick=3.5)
    whole = [t for t in svg.ticks(*plot.across, 6, svg.FINE) if t == round(t)]
    plot.bottom(whole, [f"{t:g}" for t in whole], "Students in the school")
    plot.axes(side=True)
    return Figure(str(sheet), alt, rows, caption)


def mixes(table: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """Whom does each school serve: groups as parts of one bar a school.

    `table` has one row a school (its index), one column a group, shares; what is hidden is the rest
    of the bar, left open. A part wide enough has its group's letter in it, so that no one needs to
    tell two greys apart.
    """
    groups = list(table.columns)[: len(FILLS)]
    foot = 20 + 12 * -(-len(groups) // 2)
    sheet = Rows(names(table.index), foot=foot)
    sheet.percents((0.0, 1.0), "")
    start = np.zeros(len(table))
    letters: list[tuple[float, float, str, str]] = []
    for k, group in enumerate(groups):
        (share,) = numbers(table, group)
        share = np.where(share > 0, share, np.nan)
        fill, ink = FILLS[k]
        sheet.bars(start, share, 0.78 * ROW, fill=fill, stroke=INK, stroke_width=0.6)
        places = zip(sheet.plot.x(start + share / 2), sheet.y, share, strict=True)
        letters += [(x, y, "ABCDEFGH"[k], ink) for x, y, part in places if part >= 0.06]
        start = start + np.nan_to_num(share)
        left, line = 0.02 + 0.49 * (k % 2), k // 2
        sheet.sheet.text(
            left * WIDTH, sheet.sheet.high - foot + 28.6 + 12 * line,
            svg.fit(f"{'ABCDEFGH'[k]}  {cut(group_label(group), 27)}", 0.49 * WIDTH - 4),
        )  # fmt: skip
    open_ = np.where(start < 1 - 1e-9, 1 - start, np.nan)
    sheet.bars(start, open_, 0.78 * ROW, stroke=svg.AXIS, stroke_width=0.6, stroke_dasharray=".6 1")
    for x, y, letter, ink in sorted(letters, key=lambda one: one[3]):
        sheet.sheet.text(x, y + svg.MIDDLE, letter, fill=ink, anchor="middle")
    return Figure(sheet.done(), alt, table.reset_index(), caption)


def parts(rows: Table, *, alt: str, caption: str = "") -> Figure:
    """How much of a gap is found inside schools, and how much between them?

    `rows` has ``label gap within between``, shares; drawn in percentage points.
    """
    rows = rows[:MOST]
    gap, within, between = (100 * a for a in numbers(rows, "gap", "within", "between"))
    sheet = Rows(column(rows, "label"), letters=31)
    same = np.sign(within) == np.sign(between)
    left = np.where(same, within, 0)
    sheet.numbers(span(gap, within, between, left + between), "Percentage points")
    sheet.guides()
    sheet.bars(np.zeros(len(rows)), within, 0.62 * ROW, fill=SOFT)
    sheet.bars(left, between, 0.62 * ROW, fill=svg.WHITE, stroke=SOFT, stroke_width=1.2)
    sheet.through(0, width=1, dashes=None)
    sheet.dots(gap, sheet.y, size=5.5, fill=svg.WHITE, edge=svg.BLACK, width=1.2)
    return Figure(sheet.done(), alt, rows, caption)


def against_chance(rows: Table, *, alt: str, caption: str = "") -> Figure:
    """How unevenly is each group spread over the schools, beside what chance would make of it?

    `rows` has ``label value baseline``, shares.
    """
    rows = rows[:MOST]
    value, baseline = numbers(rows, "value", "baseline")
    sheet = Rows(column(rows, "label"))
    sheet.percents(span(value, baseline, ceiling=1.0), "Dissimilarity")
    sheet.guides()
    sheet.line(sheet.y, np.fmin(value, baseline), np.fmax(value, baseline), color=PALE, width=3)
    sheet.others(baseline, size=4.8)
    sheet.dots(value, sheet.y, size=6.5, fill=INK)
    return Figure(sheet.done(), alt, rows, caption)
