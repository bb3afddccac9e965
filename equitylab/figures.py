"""One function a chart; each returns a Figure that carries its alt text and its table.

Every chart is drawn from published numbers alone, its axis limits too, and says with shape, fill
and words what it says with colour. No colour stands for a group, and none is red. Rows keep the
order of the table, which is never that of the outcome.
"""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import svg
from .catalog import Indicator
from .display import SHOWN, group_label
from .errors import ReportError
from .figures_rows import (
    APART,
    FOOT,
    HEIGHT,
    INK,
    MOST,
    PALE,
    ROW,
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
from .signals import CLEAR


@dataclass(frozen=True)
class Figure:
    """A chart, the sentence that says what it shows, and the numbers it is drawn from.

    Parameters
    ----------
    svg : str
        The picture.
    alt : str
        One sentence or two with the finding; a figure without one is refused.
    rows : DataFrame or list of named tuple
        What is drawn, one row a mark.
    caption : str
        How to read the marks.

    Raises
    ------
    ReportError
        There is no alt text.
    """

    svg: str
    alt: str
    rows: Table
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ReportError(
                "A figure has no alt text.", mend="Say in one sentence what it shows."
            )

    @property
    def table(self) -> pd.DataFrame:
        """What is drawn, as a table."""
        return pd.DataFrame(self.rows)

    def _repr_html_(self) -> str:
        alt = html.escape(self.alt, quote=True)
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        return f'<figure><img alt="{alt}" src="{svg.data_uri(self.svg)}">{caption}</figure>'


def names(units) -> list[str]:
    """Return names without a last word that all of them have, such as "School".

    Examples
    --------
    >>> names(["Ash Hill School", "Elm School"])
    ['Ash Hill', 'Elm']
    """
    parts = [str(unit).split() for unit in units]
    same = len(parts) > 1 and len({p[-1] if len(p) > 1 else "" for p in parts}) == 1
    return [
        " ".join(p[:-1]) if same and len(p) > 1 else str(u)
        for p, u in zip(parts, units, strict=True)
    ]


def fitting(rows: Table) -> Table:
    """Return the rows that a chart has room for: whole dimensions in order, as many as fit.

    Where not all fit, rows without a number are left to the table first. A single dimension with
    more groups than that keeps its largest.
    """
    room = (HEIGHT - FOOT) / ROW + 1e-9
    dimensions = column(rows, "dimension")

    def parts(kept) -> list[list[int]]:
        found: dict[str, list[int]] = {}
        for k in kept:
            found.setdefault(dimensions[k], []).append(k)
        return list(found.values())

    whole = parts(range(len(rows)))
    if sum(map(len, whole)) + APART * (len(whole) - 1) > room:
        (n,) = numbers(rows, "n")
        told = column(rows, "why") if has(rows, "why") else np.where(np.isnan(n), "gone", "")
        whole = parts(k for k, why in enumerate(told) if why in SHOWN)
    taken, used = [], -APART
    for part in whole:
        if used + APART + len(part) <= room:
            taken += part
            used += APART + len(part)
    if not taken and whole:
        (n,) = numbers(rows, "n")
        taken = sorted(sorted(whole[0], key=lambda k: -np.nan_to_num(n[k]))[: int(room)])
    if len(taken) == len(rows):
        return rows
    return rows.iloc[taken] if isinstance(rows, pd.DataFrame) else [rows[k] for k in taken]


def clearly(rows: Table) -> np.ndarray:
    """Return the rows with a clear difference."""
    return np.array([signal == CLEAR for signal in column(rows, "signal")], bool)


def _breaks(rows: Table) -> set[int]:
    """Return the places where a dimension starts, but the first."""
    names = column(rows, "dimension")
    return {k for k in range(1, len(names)) if names[k] != names[k - 1]}


def shares(rows: Table, *, alt: str, caption: str = "") -> Figure:
    """Whom does the school serve: each group as a share of all students.

    `rows` has ``dimension group n share why``, and ``above`` with the share in the unit above.
    """
    rows = fitting(rows)
    share, above = numbers(rows, "share", "above")
    sheet = Rows(map(group_label, column(rows, "group")), _breaks(rows))
    sheet.percents(span(share, above, ceiling=1.0), "Share of students")
    sheet.guides()
    sheet.line(sheet.y, np.where(np.isnan(share), np.nan, 0), share, color=SOFT, width=7)
    above = np.where(np.isnan(share), np.nan, above)  # no mark under the word "hidden"
    sheet.others(above, size=5, edge=svg.BLACK)
    sheet.words(sheet.y, ["hidden" if np.isnan(s) else "" for s in share])
    return Figure(sheet.done(), alt, rows, caption)


def rates(rows: Table, about: Indicator, *, alt: str, caption: str = "") -> Figure:
    """What is each group's rate, how sure is it, and what is the rate of other students?"""
    rows = fitting(rows)
    rate, low, high, other = numbers(rows, "rate", "rate_low", "rate_high", "other_rate")
    edges = numbers(rows, "band_low", "band_high")
    clear = clearly(rows)
    labels = map(group_label, column(rows, "group"))
    sheet = Rows(labels, _breaks(rows), strong=np.flatnonzero(clear))
    if about.events:
        sheet.numbers(span(100 * rate, 100 * other), "Per 100 students")
        rate, other = 100 * rate, 100 * other
    else:
        sheet.percents(span(low, high, rate, other, *edges, ceiling=1.0), about.label)
    sheet.guides()
    sheet.line(sheet.y, *edges, color=PALE, width=6)
    sheet.line(sheet.y, low, high, color=INK, width=1.6)
    sheet.others(other)
    sheet.values(rate, clear)
    sheet.words(sheet.y, ["" if w in SHOWN else w for w in column(rows, "why")])
    return Figure(sheet.done(), alt, rows, caption)


def gaps(
    rows: Table, columns: tuple[str, str, str], *, label: str, alt: str, caption: str = "",
    labels=None,
) -> Figure:  # fmt: skip
    """How far is each row from zero, and how sure is it?

    `rows` has ``signal``, the three named columns: value, low, high, and ``label`` where `labels`
    names no rows. Shares are drawn in percentage points where the label says so.
    """
    rows = rows[:MOST]
    labels = column(rows, "label") if labels is None else list(labels)[:MOST]
    times = 100 if "points" in label else 1
    value, low, high = (times * a for a in numbers(rows, *columns))
    clear = clearly(rows)
    breaks = _breaks(rows) if has(rows, "dimension") else ()
    sheet = Rows(labels, breaks, letters=31, strong=np.flatnonzero(clear))
    sheet.numbers(span(value, low, high), label)
    sheet.guides()
    sheet.through(0, width=1, dashes=None)
    sheet.line(sheet.y, low, high, color=INK, width=1.6)
    sheet.values(value, clear)
    if has(rows, "why"):
        sheet.words(sheet.y, column(rows, "why"))
    return Figure(sheet.done(), alt, rows, caption)


def trends(panels: Table, *, alt: str, caption: str = "") -> Figure:
    """How did a group and other students move over the years, each at its own level?

    `panels` has ``panel year rate rate_low rate_high other_rate``; at most four panels.
    """
    panel, year = np.array(column(panels, "panel")), column(panels, "year")
    held = list(dict.fromkeys(panel.tolist()))[:4]
    across = min(len(held), 2)
    down = -(-len(held) // across)
    years = sorted(set(year))
    place = np.array([years.index(one) for one in year], float)
    lines = [place, *numbers(panels, "rate", "rate_low", "rate_high", "other_rate")]
    wide, high = WIDTH / across, HEIGHT / 2
    sheet = svg.Sheet(WIDTH, high * down)
    for k, name in enumerate(held):
        left, top = k % across * wide, k // across * high
        box = (left + 0.2 * wide, top + 0.28 * high, left + 0.88 * wide, top + 0.78 * high)
        _panel(svg.Plot(sheet, box), *(line[panel == name] for line in lines), name, years)
    return Figure(str(sheet), alt, panels, caption)


def _panel(plot: svg.Plot, place, rate, low, high, other, name: str, years: list[str]) -> None:
    plot.across = (-0.2, max(len(years) - 0.8, 0.2))
    plot.up = span(low, high, rate, other, ceiling=1.0)
    ends = [0, len(years) - 1] if len(years) > 1 else [0]
    plot.bottom(ends, [years[k] for k in ends], tick=2)
    ticks = svg.ticks(*plot.up, 3, svg.FINE)
    plot.side(ticks, [f"{100 * t:g}%" for t in ticks], tick=2)
    left, top, right, _ = plot.box
    x = left - 0.1 * (right - left)
    for words, y, weight in zip(name.partition(": ")[::2], (19.4, 7), ("bold", None), strict=True):
        room = plot.sheet.wide / (2 if right < plot.sheet.wide / 2 else 1) - x - 3
        words = svg.fit(cut(words, 25), room, bold=weight == "bold")
        plot.sheet.text(x, top - y, words, weight=weight)
    whisker = np.column_stack([low, high, np.full(len(low), np.nan)]).ravel()
    plot.line(np.repeat(place, 3), whisker, stroke=INK, stroke_width=1.4)
    plot.line(place, rate, stroke=INK, stroke_width=1.4)
    plot.dots(place, rate, size=5, fill=INK)
    plot.line(place, other, stroke=svg.GREY, stroke_width=1.1, stroke_dasharray="4.1 1.8")
    plot.dots(place, other, "D", size=4.4, fill=svg.WHITE, edge=svg.GREY)
    plot.axes(side=True)
