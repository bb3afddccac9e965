"""A sheet of named rows, and what its charts share: places, limits, and how rows are read.

A chart takes its rows as a table, or as a list of named tuples, which costs a report far less.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import svg

INK, SOFT, PALE, RULE = "#1f3a5f", "#5a6b7d", "#c3d0dd", "#e3e8ed"
# In points. Whole numbers keep the pictures small; no chart is higher than three inches.
WIDTH, HEIGHT, ROW, FOOT = 310, 216, 12, 32
NAMES = 0.56 * WIDTH  # that the names of rows may take
MOST = (HEIGHT - FOOT) // ROW  # rows that a chart has room for
APART = 1 / 3  # of a row, between dimensions


Table = pd.DataFrame | list


def column(rows: Table, name: str) -> list:
    """Return one column of the rows."""
    if isinstance(rows, pd.DataFrame):
        return rows[name].tolist()
    return [getattr(row, name) for row in rows]


def has(rows: Table, name: str) -> bool:
    """Return whether the rows have such a column."""
    return name in rows if isinstance(rows, pd.DataFrame) else bool(rows) and hasattr(rows[0], name)


def numbers(rows: Table, *columns: str) -> list[np.ndarray]:
    """Return columns of the rows as numbers, each absence as nan."""
    if isinstance(rows, pd.DataFrame):
        return [rows[c].to_numpy("float64", na_value=np.nan) for c in columns]
    return [
        np.array([np.nan if v is None or v is pd.NA else v for v in column(rows, c)], float)
        for c in columns
    ]


def cut(text: str, letters: int = 26) -> str:
    """Return a label that fits beside a chart; the table has it whole.

    Examples
    --------
    >>> cut("Native Hawaiian or Other Pacific Islander")
    'Native Hawaiian or Other…'
    """
    text = " ".join(str(text).split())
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


class Rows:
    """A sheet with one named row under another, drawn into by the charts below.

    `y` holds the places of the rows, and `plot` gives those of numbers.
    """

    def __init__(self, labels, breaks=(), *, letters=26, foot=FOOT, strong=()):
        bold = {int(k) for k in strong}
        labels = [
            svg.fit(cut(label, letters), NAMES - 8, bold=k in bold)
            for k, label in enumerate(labels)
        ]
        steps = np.array([1 + APART if k in breaks else 1.0 for k in range(len(labels))])
        self.y = 3 + ROW * (np.cumsum(steps) - 0.5)
        height = round(ROW * steps.sum()) + foot
        wide = [svg.width(label, bold=k in bold) for k, label in enumerate(labels)]
        self.sheet = svg.Sheet(WIDTH, height)
        self.plot = svg.Plot(
            self.sheet, (round(max(wide, default=0) + 8), 3, WIDTH - 15, height - foot + 3)
        )
        for k in sorted(range(len(labels)), key=bold.__contains__):
            self.sheet.text(
                self.plot.box[0] - 4, self.y[k] + svg.MIDDLE, labels[k], anchor="end",
                weight="bold" if k in bold else None,
            )  # fmt: skip

    def line(self, y, low, high, *, color, width):
        """Draw one segment a row, as one path."""
        starts, ends = (svg.floats(self.plot.x(np.asarray(v, float))) for v in (low, high))
        data = "".join(
            f"M{svg.number(start)} {svg.number(at)}H{svg.number(end)}"
            for start, at, end in zip(starts, svg.floats(y), ends, strict=True)
            if start == start and end == end
        )
        self.sheet.path(data, stroke=color, stroke_width=width)

    def dots(self, x, y, mark="o", **look):
        """Draw a mark a row, where there is a number."""
        self.sheet.dots(self.plot.x(np.asarray(x, float)), y, mark, **look)

    def values(self, value, strong):
        """Draw the dot that a row is about: filled where it is strong."""
        self.dots(np.where(strong, np.nan, value), self.y, fill=svg.WHITE, edge=INK, width=1.4)
        self.dots(np.where(strong, value, np.nan), self.y, size=7, fill=INK)

    def others(self, value, *, size=4.6, edge=svg.GREY):
        """Draw the diamond of what a row is set beside."""
        self.dots(value, self.y, "D", size=size, fill=svg.WHITE, edge=edge)

    def bars(self, start, value, high, **look):
        """Draw a bar a row, so many points high, from its start on."""
        left, right = self.plot.x(np.asarray(start)), self.plot.x(np.asarray(start) + value)
        for a, y, b in zip(svg.floats(left), svg.floats(self.y), svg.floats(right), strict=True):
            if a == a and b == b:
                self.sheet.box(min(a, b), y - high / 2, abs(b - a), high, **look)

    def guides(self):
        """Rule each row lightly, from its name to its mark."""
        left, _, right, _ = self.plot.box
        data = "".join(f"M{left} {svg.number(y)}H{right}" for y in svg.floats(self.y))
        self.sheet.path(data, stroke=RULE, stroke_width=0.8)

    def through(self, value, *, width=1.2, dashes=svg.DASHES):
        """Draw a line through all rows: a goal, a common rate, no difference."""
        _, top, _, bottom = self.plot.box
        x = svg.number(self.plot.x(float(value)))
        self.sheet.path(
            f"M{x} {top}V{bottom}", stroke=svg.SOFT, stroke_width=width, stroke_dasharray=dashes
        )

    def words(self, y, texts):
        """Say in words why a row has no mark."""
        for at, text in zip(svg.floats(y), texts, strict=True):
            if text:
                self.sheet.text(
                    self.plot.box[0], at + svg.MIDDLE, text, fill=svg.GREY, style="italic"
                )

    def percents(self, limits, label):
        """Let the axis run between the limits, in percent."""
        self.plot.across = limits
        self.plot.bottom(*self.plot.rounds(100, lambda tick: f"{plain(tick)}%"), label)

    def numbers(self, limits, label):
        """Let the axis run between the limits."""
        self.plot.across = limits
        self.plot.bottom(*self.plot.rounds(1, plain), label)

    def axis(self, limits, places, texts, label):
        """Let the axis run between the limits, with texts at places."""
        self.plot.across = limits
        self.plot.bottom(places, texts, label)

    def done(self) -> str:
        self.plot.axes()
        return str(self.sheet)


def plain(value: float) -> str:
    """Return the number at a tick.

    Examples
    --------
    >>> plain(-0.5), plain(20.0), plain(1500000.0)
    ('−0.5', '20', '1,500,000')
    """
    return (f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}").replace("-", "−")


def span(*arrays, zero=True, ceiling=np.inf) -> tuple[float, float]:
    """Return limits that hold all numbers, with a little air, and 0 if asked."""
    values = np.concatenate([np.asarray(a, float).ravel() for a in arrays])
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if values.size else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    air = 0.04 * ((high - low) or 1)
    return (low - air if low < 0 or not zero else 0.0), min(high + air, ceiling)
