"""Charts of a plan: readings over time, drivers, power, networks and dates."""

from __future__ import annotations

import datetime
import textwrap

import numpy as np
import pandas as pd

from . import svg
from .figures import INK, RULE, SOFT, Figure, Rows, cut, numbers, span

WIDE = 412  # points: as wide as the text of a page, so that letters keep their size
GREY = "#595959"


def timeline(rows: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """When does each row have its dates? `rows` has ``label date`` (ISO), a row a date."""
    labels = list(dict.fromkeys(rows["label"]))
    day = pd.to_datetime(rows["date"]).dt.to_period("D").dt.to_timestamp()
    number = (day - pd.Timestamp(1970, 1, 1)).dt.days.to_numpy(float)
    sheet = Rows(labels)
    low, high = number.min(), number.max()
    air = 0.04 * max(high - low, 30)
    sheet.ax.set_xlim(low - air, high + air)
    sheet.guides()
    at = np.array([sheet.y[labels.index(one)] for one in rows["label"]])
    sheet.dots(number, at, "o", size=6, color=INK)
    ticks = pd.date_range(day.min().replace(day=1), day.max(), freq="MS")
    ticks = ticks[:: -(-len(ticks) // 6) or 1]
    places = [(t - pd.Timestamp(1970, 1, 1)).days for t in ticks]
    kept = [(p, t) for p, t in zip(places, ticks, strict=True) if low - air <= p <= high + air]
    sheet.ax.set_xticks([p for p, _ in kept], [f"{t:%b %y}" for _, t in kept])
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
    with _settings():
        sheet, ax = _sheet(WIDE, 180, (0.09, 0.13, 0.89, 0.82))
        ax.set_xlim(-0.5, len(rows) - 0.5)
        given = [median], [np.nan if target is None else target]
        ends = span(value, low, high, *given, ceiling=np.inf if per else 1.0)
        ax.set_ylim(*ends)
        nothing = np.full(len(rows), np.nan)
        ax.plot(np.repeat(place, 3), np.column_stack([low, high, nothing]).ravel(), color=SOFT)
        if median == median:
            ax.plot([-0.5, len(rows) - 0.5], [median] * 2, color=GREY, lw=1, ls="--")
        if target is not None:
            ax.plot([-0.5, len(rows) - 0.5], [target] * 2, color=INK, lw=1, ls=":")
        ax.plot(place, value, "o-", color=INK, ms=5, lw=1.2)
        for k, note in enumerate(rows["note"]):
            if note:
                ax.plot([k - 0.5] * 2, ends, color=GREY, lw=0.8)
                ax.text(k - 0.45, ends[1], "change", va="top", color=GREY)
        step = -(-len(rows) // 7)
        dates = [datetime.date.fromisoformat(d) for d in rows["date"].iloc[::step]]
        ax.set_xticks(place[::step], [f"{d:%b %y}" for d in dates])
        _ticks(ax, ends, "" if per else "%")
        return Figure(svg.text_of(sheet), alt, rows, caption)


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
    with _settings():
        sheet, ax = _sheet(WIDE, high, (0, 0, 1, 1))
        ax.set_axis_off()
        ax.set(xlim=(0, WIDE), ylim=(high, 0))
        for k, head in enumerate(heads):
            ax.text(k * wide + 4, 11, head, va="center", weight="bold", color="#1a1a1a")
        for row in kept:
            x, y = row["level"] * wide + 4, top + step * (place[row["id"]] + 0.5)
            if row["parent"] in known:
                other = next(r for r in kept if r["id"] == row["parent"])
                x0 = other["level"] * wide + wide - 10
                y0 = top + step * (place[row["parent"]] + 0.5)
                middle = x - 5
                ax.plot([x0, middle, middle, x], [y0, y0, y, y], color=SOFT, lw=0.9)
            _box(ax, x, y, wide - 14, row["text"], 4)
        return Figure(svg.text_of(sheet), alt, rows, caption)


def _arrange(below: dict, parent: str, place: dict, top: float) -> float:
    """Give each row its line; a row stands in the middle of those that hang on it."""
    for row in below.get(parent, []):
        first = top
        top = max(_arrange(below, row["id"], place, top), first + 1)
        place[row["id"]] = (first + top - 1) / 2
    return top


def _box(ax, x: float, y: float, wide: float, text: str, lines: int) -> None:
    from matplotlib.patches import Rectangle

    words = textwrap.wrap(" ".join(str(text).split()), max(int((wide - 6) / 5.2), 8))
    if len(words) > lines:
        last = words[lines - 1]
        words = [*words[: lines - 1], (last.rpartition(" ")[0] or last[:-1]) + "…"]
    high = 10.5 * max(len(words), 1) + 4
    box = Rectangle((x, y - high / 2), wide, high, fc="white", ec=INK, lw=0.8)
    ax.add_patch(box)
    for k, line in enumerate(words):
        ax.text(x + 4, y + (k - (len(words) - 1) / 2) * 10.5, line, va="center")


def grid(
    rows: pd.DataFrame, *, across: list[str], down: list[str], x: str, y: str, alt: str,
    caption: str = "",
) -> Figure:  # fmt: skip
    """Who stands where on two questions? `rows` has ``number column row``, places in the grid."""
    with _settings():
        sheet, ax = _sheet(WIDE * 0.85, 200, (0.16, 0.16, 0.83, 0.82))
        ax.set(xlim=(0, len(across)), ylim=(0, len(down)), xlabel=x, ylabel=y)
        ax.set_xticks(np.arange(len(across)) + 0.5, across)
        ax.set_yticks(np.arange(len(down)) + 0.5, down)
        for edge in range(1, len(across)):
            ax.plot([edge] * 2, [0, len(down)], color=RULE, lw=0.8)
        for edge in range(1, len(down)):
            ax.plot([0, len(across)], [edge] * 2, color=RULE, lw=0.8)
        for (column, row), part in rows.groupby(["column", "row"], sort=True):
            listed = ", ".join(str(v) for v in part["number"])
            for k, line in enumerate(textwrap.wrap(listed, 14)[:4]):
                ax.text(column + 0.08, row + 0.82 - 0.24 * k, line, va="center", color=INK)
        return Figure(svg.text_of(sheet), alt, rows, caption)


def rings(rows: pd.DataFrame, *, names: list[str], alt: str, caption: str = "") -> Figure:
    """Which rings of a network have people in them? `rows` has ``ring`` (0 innermost) ``recent``."""
    from matplotlib.patches import Circle

    count = len(names)
    with _settings():
        sheet, ax = _sheet(WIDE, 190, (0, 0, 1, 1))
        ax.set_axis_off()
        half = 190 / WIDE
        ax.set(xlim=(-1.05, -1.05 + 2.1 / half), ylim=(-1.05, 1.05))
        for ring, name in enumerate(names):
            part = rows[rows["ring"] == ring]
            r = (ring + 1) / count
            style = "-" if len(part) else ":"
            ax.add_patch(Circle((0, 0), r, fill=False, ec=SOFT if len(part) else GREY, ls=style))
            for k, recent in enumerate(part["recent"].tolist()[:24]):
                angle = np.pi * (0.62 + 1.3 * (k + 0.5) / max(len(part), 3))
                ax.plot(r * np.cos(angle), r * np.sin(angle), "o", ms=6, mec=INK, mew=1.2,
                        mfc=INK if recent else "white")  # fmt: skip
            ax.text(0.02, r - 0.06, str(ring + 1), va="center", color="#1a1a1a")
            y = 0.92 - 1.84 * ring / (count - 1)
            words = f"{ring + 1} {cut(name, 38)}: {len(part) or 'none'}"
            ax.text(1.14, y, words, va="center", color="#1a1a1a")
        return Figure(svg.text_of(sheet), alt, rows, caption)


def _settings():
    import matplotlib as mpl

    return mpl.rc_context(svg.SETTINGS)


def _sheet(wide: float, high: float, box: tuple):
    from matplotlib.figure import Figure as Sheet

    sheet = Sheet((wide / 72, high / 72))
    ax = sheet.add_axes(box)
    ax.patch.set_visible(False)
    return sheet, ax


def _ticks(ax, ends: tuple[float, float], sign: str) -> None:
    from matplotlib.ticker import MaxNLocator

    ticks = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(100 * ends[0], 100 * ends[1])
    ticks = [t for t in ticks if 100 * ends[0] - 1e-9 <= t <= 100 * ends[1] + 1e-9]
    ax.set_yticks([t / 100 for t in ticks], [f"{t:g}{sign}" for t in ticks])
