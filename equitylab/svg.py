"""Charts as small SVG: a sheet to draw on in points, and a plot that gives numbers their places.

A report holds forty charts and a batch thousands of reports, so a chart is written down directly,
in well under a millisecond and about 2 kB. Nothing in it comes by chance: equal marks, equal text.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from itertools import pairwise
from urllib.parse import quote

import numpy as np

from .svg_letters import SIZE, fit, width

FONT = "system-ui,Roboto,Arial,sans-serif"
INK, SOFT, GREY, AXIS = "#1a1a1a", "#4d4d4d", "#595959", "#767676"  # of words, and of axes
BLACK, WHITE = "#000000", "#ffffff"
DASHES = "4.4 1.9"
MIDDLE = 3.4  # from the middle of a line to the foot of its letters
NICE = (1, 2, 2.5, 5, 10)  # steps between ticks, times a power of ten
FINE = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_URI = re.compile(r"[^A-Za-z0-9_~ ='/:;,()\-.!*@$?+]+")
_quoted = lru_cache(1024)(quote)


def data_uri(svg: str) -> str:
    """Return the SVG as an address that an ``img`` can hold; ``urllib.parse.unquote`` undoes it."""
    return "data:image/svg+xml," + _NOT_URI.sub(lambda some: _quoted(some[0]), svg)


def number(value: float) -> str:
    """Return a place on a sheet: a tenth of a point is finer than a screen shows.

    Examples
    --------
    >>> number(0.123), number(-0.02), number(12.0)
    ('.1', '0', '12')
    """
    return _tenths(round(10 * value))


@lru_cache(16384)
def _tenths(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    text = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{text}" if tenths < 0 else text


def ticks(low: float, high: float, most: int = 5, steps: tuple = NICE) -> list[float]:
    """Return at most so many steps of round numbers between two limits.

    Examples
    --------
    >>> ticks(0, 0.93), ticks(-12, 31)
    ([0.0, 0.2, 0.4, 0.6, 0.8], [-10.0, 0.0, 10.0, 20.0, 30.0])
    """
    if not high > low:
        return [low]
    # The least step that needs no more than `most`, or a finer one where it leaves a single tick.
    need = (high - low) / most * (1 - 1e-9)
    power = 10.0 ** math.floor(math.log10(need))
    sizes = sorted({step * part for step in steps for part in (0.1, 1, 10)})
    enough = next(k for k, size in enumerate(sizes) if size * power >= need)
    for size in sizes[enough::-1]:
        step = size * power
        start, stop = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if stop > start:
            break
    # Whole steps, written short, so that no tick reads 0.30000000000000004.
    return [float(f"{k * step:.12g}") for k in range(start, stop + 1)]


def attributes(look: dict) -> str:
    return "".join(
        f" {name.replace('_', '-')}='{value}'" for name, value in look.items() if value is not None
    )


class Sheet:
    """A drawing of so many points across and down; what is drawn later lies on top.

    Marks of one look that follow each other become one path or one group, which is what keeps the
    text small. `look` is SVG's own words: ``stroke="#1f3a5f", stroke_width=1.6``.

    Examples
    --------
    >>> sheet = Sheet(20, 10)
    >>> sheet.line([0, 5, 9], [1, 1, 4], stroke="#1f3a5f")
    >>> sheet.text(2, 9, "<b> & co", anchor="end")
    >>> str(sheet).partition("font-size='9'")[2]
    "><path fill='none' stroke='#1f3a5f' d='M0 1H5L9 4'/><text text-anchor='end' x='2' y='9'>&lt;b&gt; &amp; co</text></svg>"
    """  # noqa: E501

    def __init__(self, wide: float, high: float):
        self.wide, self.high = wide, high
        self._runs: list[tuple[str, str, list[str]]] = []

    def _add(self, tag: str, look: dict, inside: str) -> None:
        told = attributes(look)
        if self._runs and self._runs[-1][:2] == (tag, told):
            self._runs[-1][2].append(inside)
        else:
            self._runs.append((tag, told, [inside]))

    def path(self, data: str, *, fill: str | None = "none", **look) -> None:
        """Draw a path; no data, no path."""
        if data:
            self._add("path", {"fill": fill, **look}, data)

    def line(self, xs, ys, **look) -> None:
        """Draw from point to point; a gap (nan) lifts the pen."""
        self.path(lines(xs, ys), **look)

    def box(self, left: float, top: float, wide: float, high: float, **look) -> None:
        """Draw a box."""
        x, y, w, h = map(number, (left, top, wide, high))
        self.path(f"M{x} {y}h{w}v{h}h-{w}z", **look)

    def dots(self, xs, ys, mark: str = "o", *, size: float = 6, fill: str = INK,
             edge: str | None = None, width: float = 1) -> None:  # fmt: skip
        """Draw a mark at each point but the gaps: ``o`` dot, ``D`` diamond, ``|`` or ``x`` strokes.

        `size` is that of the mark in points, `width` that of its edge.
        """
        places = [
            (number(x), y) for x, y in zip(floats(xs), floats(ys), strict=True) if x == x and y == y
        ]
        if mark == "o":  # the round ends of lines without length
            data = "".join(f"M{x} {number(y)}h0" for x, y in places)
            self.path(data, fill=None, stroke=edge or fill, stroke_width=number(size + width),
                      stroke_linecap="round")  # fmt: skip
            if edge:
                self.path(data, fill=None, stroke=fill, stroke_width=number(size - width),
                          stroke_linecap="round")  # fmt: skip
        elif mark == "D":
            half = size * 0.5**0.5
            h = number(half)
            data = "".join(f"M{x} {number(y - half)}l{h} {h}-{h} {h}-{h}-{h}z" for x, y in places)
            self.path(data, fill=fill, stroke=edge or fill, stroke_width=number(width))
        else:
            half, whole = size / 2, number(size)
            if mark == "|":
                data = "".join(f"M{x} {number(y - half)}v{whole}" for x, y in places)
            else:
                h = number(half)
                data = "".join(
                    f"M{x} {number(y)}m-{h}-{h}l{whole} {whole}m0-{whole}l-{whole} {whole}"
                    for x, y in places
                )
            self.path(data, stroke=edge or fill, stroke_width=number(width))

    def circle(self, x: float, y: float, r: float, **look) -> None:
        """Draw a ring."""
        w, r2 = number(r), number(2 * r)
        self.path(f"M{number(x - r)} {number(y)}a{w} {w} 0 1 0 {r2} 0a{w} {w} 0 1 0-{r2} 0", **look)

    def text(self, x: float, y: float, words: str, *, fill: str | None = None,
             anchor: str | None = None, weight: str | None = None, style: str | None = None,
             size: float | None = None, turn: float = 0) -> None:  # fmt: skip
        """Write words, their foot at `y`; whatever they are, they are text."""
        words = _NOT_XML.sub("", str(words))
        if not words.strip() or not math.isfinite(x + y):
            return
        words = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        x, y = number(x), number(y)
        turned = f" transform='rotate({number(turn)} {x} {y})'" if turn else ""
        look = {"fill": fill, "text_anchor": anchor, "font_weight": weight, "font_style": style}
        look["font_size"] = None if size in (None, SIZE) else size
        self._add("text", look, f" x='{x}' y='{y}'{turned}>{words}</text>")

    def __str__(self) -> str:
        wide, high = number(self.wide), number(self.high)
        parts = [
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{wide}pt' height='{high}pt' "
            f"viewBox='0 0 {wide} {high}' fill='{INK}' font-family='{FONT}' font-size='{SIZE}'>"
        ]
        for tag, look, inside in self._runs:
            if tag == "path":
                parts.append(f"<path{look} d='{''.join(inside)}'/>")
            elif len(inside) == 1:
                parts.append(f"<text{look}{inside[0]}")
            else:
                parts.append(f"<g{look}><text{'<text'.join(inside)}</g>")
        return "".join([*parts, "</svg>"])


def lines(xs, ys) -> str:
    """Return path data from point to point; a gap (nan) lifts the pen.

    Examples
    --------
    >>> lines([0, 5, float("nan"), 2, 2], [1, 1, 0, 3, 4])
    'M0 1H5M2 3V4'
    """
    data, down, last = [], False, ("", "")
    for x, y in zip(floats(xs), floats(ys), strict=True):
        if x != x or y != y:
            down = False
            continue
        at = number(x), number(y)
        if not down:
            data.append(f"M{at[0]} {at[1]}")
        elif at[1] == last[1]:
            data.append(f"H{at[0]}")
        elif at[0] == last[0]:
            data.append(f"V{at[1]}")
        else:
            data.append(f"L{at[0]} {at[1]}")
        down, last = True, at
    return "".join(data)


def floats(values) -> list[float]:
    """Return the numbers, a gap (nan) for each that has no place."""
    values = np.asarray(values, float)
    return np.where(np.isfinite(values), values, np.nan).tolist()


class Plot:
    """A part of a sheet in which numbers have places, with its axes.

    Parameters
    ----------
    sheet : Sheet
    box : tuple of float
        Left, top, right and bottom on the sheet, in points.
    across, up : tuple of float
        The numbers at the left and the right, at the bottom and the top.

    Examples
    --------
    >>> plot = Plot(Sheet(120, 60), (10, 0, 110, 50), (0, 1), (0, 10))
    >>> plot.x(0.5), plot.y(10)
    (60.0, 0.0)
    """

    def __init__(self, sheet: Sheet, box, across=(0.0, 1.0), up=(0.0, 1.0)):
        self.sheet, self.box, self.across, self.up = sheet, box, across, up

    def x(self, value):
        left, _, right, _ = self.box
        low, high = self.across
        return left + (value - low) / ((high - low) or 1) * (right - left)

    def y(self, value):
        _, top, _, bottom = self.box
        low, high = self.up
        return bottom - (value - low) / ((high - low) or 1) * (bottom - top)

    def line(self, xs, ys, **look) -> None:
        """Draw from point to point, in numbers."""
        self.sheet.line(self.x(np.asarray(xs, float)), self.y(np.asarray(ys, float)), **look)

    def dots(self, xs, ys, mark: str = "o", **look) -> None:
        """Draw a mark at each point, in numbers."""
        xs, ys = self.x(np.asarray(xs, float)), self.y(np.asarray(ys, float))
        self.sheet.dots(xs, ys, mark, **look)

    def rounds(self, times: float, told) -> tuple[list[float], list[str]]:
        """Return round places across, counted in `times`, as many as have room for their words."""
        low, high = (times * end for end in self.across)
        for most in (5, 3, 2):
            found = ticks(low, high, most)
            places, texts = [tick / times for tick in found], [told(tick) for tick in found]
            if self.apart(zip(map(self.x, places), texts, strict=True)):
                break
        return places, texts

    @staticmethod
    def apart(marked) -> bool:
        """Return whether words centred at places across do not touch."""
        ends = [(x - width(text) / 2, x + width(text) / 2) for x, text in marked]
        return all(left >= right + 3 for (_, right), (left, _) in pairwise(ends))

    def bottom(self, places, texts, label: str = "", *, tick: float = 0) -> None:
        """Write the axis below, and its label: texts at places, fewer where they would touch."""
        left, _, right, low = self.box
        marked = list(zip(map(self.x, places), texts, strict=True))
        while len(marked) > 2 and not self.apart(marked):
            marked = marked[::2]
        marked = [(x, text) for x, text in marked if x + width(text) / 2 <= self.sheet.wide]
        marks = "".join(f"M{number(x)} {number(low)}v{tick}" for x, _ in marked if tick)
        self.sheet.path(marks, stroke=SOFT, stroke_width=0.8)
        for x, text in marked:
            self.sheet.text(x, low + 10.3 + tick, text, fill=SOFT, anchor="middle")
        if label:
            label = fit(label, self.sheet.wide - 4)
            half = width(label) / 2 + 2
            middle = max(min((left + right) / 2, self.sheet.wide - half), half)
            self.sheet.text(middle, low + 21.3, label, fill=SOFT, anchor="middle")

    def side(self, places, texts, *, tick: float = 0) -> None:
        """Write the axis at the left: texts at places."""
        left, at = self.box[0], [self.y(place) for place in places]
        marks = "".join(f"M{number(left)} {number(y)}h-{tick}" for y in at if tick)
        self.sheet.path(marks, stroke=INK, stroke_width=0.8)
        for y, text in zip(at, texts, strict=True):
            self.sheet.text(left - max(4, 2 * tick), y + MIDDLE, text, anchor="end")

    def axes(self, *, side: bool = False) -> None:
        """Rule the axis below, and that at the left if asked."""
        left, top, right, bottom = map(number, self.box)
        start = f"M{left} {top}V{bottom}" if side else f"M{left} {bottom}"
        self.sheet.path(f"{start}H{right}", stroke=AXIS, stroke_width=0.8, stroke_linecap="square")
