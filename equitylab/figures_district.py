"""The charts of a district's report: schools side by side, in alphabetical order, never ranked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import metrics, svg
from .catalog import Indicator
from .display import group_label
from .figures import INK, MOST, PALE, SOFT, WIDTH, Figure, Rows, cut, names, numbers, span

# Fill and ink of the parts of a bar: greys and blues that stay apart in print. Each part has its
# letter in it, so that no colour stands for a group.
FILLS = (
    ("#eef1f4", "black"), ("#9fb3c8", "black"), ("#34495e", "white"), ("#c3d0dd", "black"),
    ("#5a6b7d", "white"), ("#dfe6ed", "black"), ("#7d8fa1", "black"), ("#f8fafb", "black"),
)  # fmt: skip


def schools(
    rows: pd.DataFrame, about: Indicator, common: float, *, alt: str, caption: str = ""
) -> Figure:
    """What is each school's rate, how sure is it, and what is the district's?

    `rows` has ``unit rate rate_low rate_high why``, and ``shrunk`` where rates were drawn together;
    `common` is the district's rate, a share.
    """
    rate, low, high = numbers(rows, "rate", "rate_low", "rate_high")
    edges = numbers(rows, "band_low", "band_high")
    sheet = Rows(names(rows["unit"]))
    if about.events:
        rate, common = 100 * rate, 100 * common
        sheet.numbers(span(rate, [common]), "Per 100 students")
    else:
        sheet.percents(span(low, high, rate, [common], *edges, ceiling=1.0), about.label)
    sheet.guides()
    if np.isfinite(common):
        ends = [-0.5, sheet.y[-1] + 0.5]
        sheet.ax.plot([common] * 2, ends, "--", color="#4d4d4d", lw=1.2, clip_on=False)
    sheet.line(sheet.y, *edges, color=PALE, lw=6)
    sheet.line(sheet.y, low, high, color=INK, lw=1.6)
    sheet.dots(rate, sheet.y, "o", size=6.5, color=INK)
    if "shrunk" in rows:
        (shrunk,) = numbers(rows, "shrunk")
        sheet.dots(shrunk, sheet.y, "D", size=4.6, mfc="white", mec="#595959", mew=1)
    sheet.words(sheet.y, ["" if w in ("", "band") else w for w in rows["why"]])
    return Figure(sheet.done(), alt, rows, caption)


def funnel(
    rows: pd.DataFrame, about: Indicator, common: float, *, alt: str, caption: str = ""
) -> Figure:
    """Where there are many schools: which rates are what chance would give schools of that size?

    `rows` has ``n x rate``; schools are dots without names, so that no list can be made of them.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet
    from matplotlib.ticker import MaxNLocator

    n, x, rate = numbers(rows, "n", "x", "rate")
    with mpl.rc_context(svg.SETTINGS):
        sheet = Sheet((WIDTH / 72, 2.6))
        ax = sheet.add_axes([0.13, 0.19, 0.83, 0.76])
        ax.patch.set_visible(False)
        sizes = np.unique(np.linspace(max(n.min(), 10), n.max(), 40).round())
        limits = metrics.funnel(np.round(common * sizes), sizes, target=common)
        ax.fill_between(sizes, limits.low, limits.high, color="#e3e8ed", lw=0)
        ax.plot(sizes, np.full(len(sizes), common), "--", color="#4d4d4d", lw=1.2)
        ax.plot(n, rate, "o", ms=3.4, mfc="white", mec=INK, mew=0.9)
        ax.set_ylim(*span(rate, limits.high, ceiling=1.0))
        ax.set_xlim(0, n.max() * 1.03)
        ticks = [t for t in MaxNLocator(5).tick_values(*ax.get_ylim()) if t <= ax.get_ylim()[1]]
        ax.set_yticks(ticks, [f"{100 * t:g}%" for t in ticks])
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.set_xlabel("Students in the school", labelpad=2, color="#4d4d4d")
        return Figure(svg.text_of(sheet), alt, rows, caption)


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
    for k, group in enumerate(groups):
        share = table[group].fillna(0).to_numpy(float)
        fill, ink = FILLS[k]
        sheet.ax.barh(
            sheet.y, share, 0.78, left=start, color=fill, lw=0.6, edgecolor=INK, clip_on=False
        )
        for at, y, part in zip(start, sheet.y, share, strict=True):
            if part >= 0.06:
                sheet.ax.text(
                    at + part / 2, y, "ABCDEFGH"[k], ha="center", va="center_baseline", color=ink
                )
        start = start + share
        column, line = k % 2, k // 2
        sheet.sheet.text(
            0.02 + 0.49 * column, (foot - 26 - 12 * line) / 72 / sheet.sheet.get_size_inches()[1],
            f"{'ABCDEFGH'[k]}  {cut(group_label(group), 27)}", va="center",
        )  # fmt: skip
    sheet.ax.barh(
        sheet.y, np.maximum(1 - start, 0), 0.78, left=start, fill=False, lw=0.6,
        edgecolor="#767676", linestyle=":", clip_on=False,
    )  # fmt: skip
    return Figure(sheet.done(), alt, table.reset_index(), caption)


def parts(rows: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """How much of a gap is found inside schools, and how much between them?

    `rows` has ``label gap within between``, shares; drawn in percentage points.
    """
    rows = rows.head(MOST)
    gap, within, between = (100 * a for a in numbers(rows, "gap", "within", "between"))
    sheet = Rows(rows["label"], letters=31)
    same = np.sign(within) == np.sign(between)
    left = np.where(same, within, 0)
    sheet.numbers(span(gap, within, between, left + between), "Percentage points")
    sheet.guides()
    bars = sheet.ax.barh
    bars(sheet.y, within, 0.62, color=SOFT, clip_on=False)
    bars(sheet.y, between, 0.62, left=left, color="white", edgecolor=SOFT, lw=1.2, clip_on=False)
    sheet.ax.plot([0, 0], [-0.5, sheet.y[-1] + 0.5], color="#4d4d4d", lw=1, clip_on=False)
    sheet.dots(gap, sheet.y, "o", size=5.5, mfc="white", mec="black", mew=1.2)
    return Figure(sheet.done(), alt, rows, caption)


def against_chance(rows: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """How unevenly is each group spread over the schools, beside what chance would make of it?

    `rows` has ``label value baseline``, shares.
    """
    rows = rows.head(MOST)
    value, baseline = numbers(rows, "value", "baseline")
    sheet = Rows(rows["label"])
    sheet.percents(span(value, baseline, ceiling=1.0), "Dissimilarity")
    sheet.guides()
    sheet.line(sheet.y, np.fmin(value, baseline), np.fmax(value, baseline), color=PALE, lw=3)
    sheet.dots(baseline, sheet.y, "D", size=4.8, mfc="white", mec="#595959", mew=1)
    sheet.dots(value, sheet.y, "o", size=6.5, color=INK)
    return Figure(sheet.done(), alt, rows, caption)
