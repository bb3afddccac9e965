"""Charts of a plan: readings over time, drivers, power, networks and dates."""

from __future__ import annotations

import datetime
import textwrap

import numpy as np
import pandas as pd

from . import svg
from .figures import Figure
from .figures_rows import INK, RULE, SOFT, Rows, cut, numbers, plain, span

WIDE = 412  # points: as wide as the text of a page, so that letters keep their size


def timeline(rows: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """When does each row have its dates? `rows` has ``label date`` (ISO), a row a date."""
    labels = list(dict.fromkeys(rows["label"]))
    day = pd.to_datetime(rows["date"]).dt.to_period("D").dt.to_timestamp()
    number = (day - pd.Timestamp(1970, 1, 1)).dt.days.to_numpy(float)
    sheet = Rows(labels)
    low, high = number.min(), number.max()
    air = 0.04 * max(high - low, 30)
    at = np.array([sheet.y[labels.index(one)] for one in rows["label"]])
    ticks = pd.date_range(day.min().replace(day=1), day.max(), freq="MS")
    ticks = ticks[:: -(-len(ticks) // 6) or 1]
    places = [(t - pd.Timestamp(1970, 1, 1)).days for t in ticks]
    kept = [(p, t) for p, t in zip(places, ticks, strict=True) if low - air <= p <= high + air]
    sheet.axis((low - air, high + air), [p for p, _ in kept], [f"{t:%b %y}" for _, t in kept], "")
    sheet.guides()
    sheet.dots(number, at, fill=INK)
    return Figure(sheet.done(), alt, rows, caption)


def run(
    rows: pd.DataFrame, *, median: float, target: float | None, alt: str, caption: str = "",
    per: bool = False,
) -> Figure:  # fmt: skip
    """How has a measure moved, reading by reading?

    `rows` has ``date value low high note``, dates in order; `median` and `target` are shares, or
    with `per` events a student, drawn per 100.
    """
    value, low, high = numbers(rows, "value", "low", "high")
    place = np.arange(len(rows), dtype=float)
    given = [median], [np.nan if target is None else target]
    ends = span(value, low, high, *given, ceiling=np.inf if per else 1.0)
    sheet = svg.Sheet(WIDE, 180)
    plot = svg.Plot(sheet, (37, 9, 404, 157), (-0.5, len(rows) - 0.5), ends)
    left, top, right, bottom = plot.box
    whiskers = np.column_stack([low, high, np.full(len(rows), np.nan)]).ravel()
    plot.line(np.repeat(place, 3), whiskers, stroke=SOFT, stroke_width=1.5)
    if median == median:
        sheet.line([left, right], [plot.y(median)] * 2, stroke=svg.GREY, stroke_dasharray="3.7 1.6")
    if target is not None:
        sheet.line([left, right], [plot.y(target)] * 2, stroke=INK, stroke_dasharray="1 1.6")
    plot.line(place, value, stroke=INK, stroke_width=1.2)
    plot.dots(place, value, size=5, fill=INK)
    for k, note in enumerate(rows["note"]):
        if note:
            sheet.line([plot.x(k - 0.5)] * 2, [top, bottom], stroke=svg.GREY, stroke_width=0.8)
            sheet.text(plot.x(k - 0.45), top + 7, "change", fill=svg.GREY)
    step = -(-len(rows) // 7)
    dates = [datetime.date.fromisoformat(d) for d in rows["date"].iloc[::step]]
    plot.bottom(place[::step], [f"{d:%b %y}" for d in dates], tick=2)
    ticks = svg.ticks(100 * ends[0], 100 * ends[1])
    plot.side([t / 100 for t in ticks], [plain(t) + ("" if per else "%") for t in ticks])
    plot.axes(side=True)
    return Figure(str(sheet), alt, rows, caption)


def tree(rows: pd.DataFrame, *, heads: list[str], alt: str, caption: str = "") -> Figure:
    """What hangs on what, from left to right?

    `rows` has ``id parent level text``, in the order in which they stand; a row without its parent
    in the list starts a tree of its own. `heads` names the levels.
    """
    kept = rows.to_dict("records")
    known = {row["id"] for row in kept}
    below: dict[str, list[dict]] = {}
    for row in kept:
        below.setdefault(row["parent"] if row["parent"] in known else "", []).append(row)
    place: dict[str, float] = {}
    bottom = _arrange(below, "", place, 0.0)
    wide, step, top = WIDE / len(heads), 56, 22
    high = step * max(bottom, 1) + top
    sheet = svg.Sheet(WIDE, high)
    for k, head in enumerate(heads):
        words = svg.fit(head, wide - 6, bold=True)
        sheet.text(k * wide + 4, 11 + svg.MIDDLE, words, weight="bold")
    levels = {row["id"]: row["level"] for row in kept}
    for row in kept:
        if row["parent"] in known:
            x0, x = levels[row["parent"]] * wide + wide - 10, row["level"] * wide + 4
            y0, y = (top + step * (place[row[one]] + 0.5) for one in ("parent", "id"))
            sheet.line([x0, x - 5, x - 5, x], [y0, y0, y, y], stroke=SOFT, stroke_width=0.9)
    for row in kept:
        y = top + step * (place[row["id"]] + 0.5)
        _box(sheet, row["level"] * wide + 4, y, wide - 14, row["text"], 4)
    return Figure(str(sheet), alt, rows, caption)


def _arrange(below: dict, parent: str, place: dict, top: float) -> float:
    """Give each row its line; a row stands in the middle of those that hang on it."""
    for row in below.get(parent, []):
        first = top
        top = max(_arrange(below, row["id"], place, top), first + 1)
        place[row["id"]] = (first + top - 1) / 2
    return top


def _box(sheet: svg.Sheet, x: float, y: float, wide: float, text: str, lines: int) -> None:
    words = textwrap.wrap(" ".join(str(text).split()), max(int((wide - 6) / 5.2), 8))
    if len(words) > lines:
        last = words[lines - 1]
        words = [*words[: lines - 1], (last.rpartition(" ")[0] or last[:-1]) + "…"]
    high = 10.5 * max(len(words), 1) + 4
    sheet.box(x, y - high / 2, wide, high, fill=svg.WHITE, stroke=INK, stroke_width=0.8)
    for k, line in enumerate(words):
        foot = y + (k - (len(words) - 1) / 2) * 10.5 + 2.6
        sheet.text(x + 4, foot, svg.fit(line, wide - 5))


def grid(
    rows: pd.DataFrame, *, across: list[str], down: list[str], x: str, y: str, alt: str,
    caption: str = "",
) -> Figure:  # fmt: skip
    """Who stands where on two questions? `rows` has ``number column row``, places in the grid."""
    sheet = svg.Sheet(WIDE * 0.85, 200)
    plot = svg.Plot(sheet, (56, 4, 346.5, 168), (0, len(across)), (0, len(down)))
    left, top, right, bottom = plot.box
    plot.bottom(np.arange(len(across)) + 0.5, across, x)
    plot.side(np.arange(len(down)) + 0.5, down)
    sheet.text(9, (top + bottom) / 2, y, fill=svg.SOFT, anchor="middle", turn=-90)
    for edge in range(1, len(across)):
        sheet.line([plot.x(edge)] * 2, [top, bottom], stroke=RULE, stroke_width=0.8)
    for edge in range(1, len(down)):
        sheet.line([left, right], [plot.y(edge)] * 2, stroke=RULE, stroke_width=0.8)
    for (column, row), part in rows.groupby(["column", "row"], sort=True):
        listed = ", ".join(str(v) for v in part["number"])
        for k, line in enumerate(textwrap.wrap(listed, 14)[:4]):
            foot = plot.y(row + 0.82 - 0.24 * k) + svg.MIDDLE
            sheet.text(plot.x(column + 0.08), foot, line, fill=INK)
    plot.axes(side=True)
    return Figure(str(sheet), alt, rows, caption)


def rings(rows: pd.DataFrame, *, names: list[str], alt: str, caption: str = "") -> Figure:
    """Which rings of a network have people in them? `rows` has ``ring`` (0 innermost) ``recent``."""
    count = len(names)
    sheet = svg.Sheet(WIDE, 190)
    scale = 190 / 2.1
    plot = svg.Plot(sheet, (0, 0, WIDE, 190), (-1.05, WIDE / scale - 1.05), (-1.05, 1.05))
    for ring, name in enumerate(names):
        part = rows[rows["ring"] == ring]
        r = (ring + 1) / count
        some = {"stroke": SOFT} if len(part) else {"stroke": svg.GREY, "stroke_dasharray": "1 1.6"}
        sheet.circle(plot.x(0), plot.y(0), r * scale, **some)
        recent = part["recent"].to_numpy(bool)[:24]
        angle = np.pi * (0.62 + 1.3 * (np.arange(len(recent)) + 0.5) / max(len(part), 3))
        for kept, fill in ((recent, INK), (~recent, svg.WHITE)):
            at = r * np.cos(angle[kept]), r * np.sin(angle[kept])
            plot.dots(*at, fill=fill, edge=INK, width=1.2)
        sheet.text(plot.x(0.02), plot.y(r - 0.06) + svg.MIDDLE, str(ring + 1))
        first, told = f"{ring + 1} ", f": {len(part) or 'none'}"
        room = WIDE - plot.x(1.12) - svg.width(first + told)
        foot = plot.y(0.92 - 1.84 * ring / (count - 1)) + svg.MIDDLE
        sheet.text(plot.x(1.12), foot, first + svg.fit(cut(name, 38), room) + told)
    return Figure(str(sheet), alt, rows, caption)
