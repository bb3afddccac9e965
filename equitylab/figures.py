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
from .display import group_label
from .errors import ReportError
from .signals import CLEAR

INK, SOFT, PALE, RULE = "#1f3a5f", "#5a6b7d", "#c3d0dd", "#e3e8ed"
# In points. Whole numbers keep the pictures small; no chart is higher than three inches.
WIDTH, HEIGHT, ROW, FOOT, LETTER = 310, 216, 12, 32, 5
MOST = (HEIGHT - FOOT) // ROW  # rows that a chart has room for
APART = 1 / 3  # of a row, between dimensions


@dataclass(frozen=True)
class Figure:
    """A chart, the sentence that says what it shows, and the numbers it is drawn from.

    Parameters
    ----------
    svg : str
        The picture.
    alt : str
        One sentence or two with the finding; a figure without one is refused.
    table : DataFrame
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
    table: pd.DataFrame
    caption: str = ""

    def __post_init__(self) -> None:
        if not self.alt.strip():
            raise ReportError(
                "A figure has no alt text.", mend="Say in one sentence what it shows."
            )

    def _repr_html_(self) -> str:
        alt = html.escape(self.alt, quote=True)
        caption = f"<figcaption>{html.escape(self.caption)}</figcaption>" if self.caption else ""
        return f'<figure><img alt="{alt}" src="{svg.data_uri(self.svg)}">{caption}</figure>'


def cut(text: str, letters: int = 26) -> str:
    """Return a label that fits beside a chart; the table has it whole.

    Examples
    --------
    >>> cut("Native Hawaiian or Other Pacific Islander")
    'Native Hawaiian or Other…'
    """
    text = " ".join(str(text).split())
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


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


def fitting(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that a chart has room for: whole dimensions in order, as many as fit.

    Where not all fit, rows without a number are left to the table first. A single dimension with
    more groups than that keeps its largest.
    """
    room = (HEIGHT - FOOT) / ROW + 1e-9
    parts = [part for _, part in rows.groupby("dimension", sort=False)]
    if sum(map(len, parts)) + APART * (len(parts) - 1) > room:
        number = rows["why"].isin(["", "band"]) if "why" in rows else rows["n"].notna()
        parts = [part for _, part in rows[number].groupby("dimension", sort=False)]
    taken, used = [], -APART
    for part in parts:
        if used + APART + len(part) <= room:
            taken.append(part)
            used += APART + len(part)
    if taken or not parts:
        return pd.concat(taken) if taken else rows.iloc[:0]
    return parts[0].loc[parts[0]["n"].sort_values(ascending=False).index[: int(room)].sort_values()]


class Rows:
    """A sheet with one named row under another, drawn into by the charts below."""

    def __init__(self, labels, breaks=(), *, letters=26, foot=FOOT, strong=()):
        import matplotlib as mpl
        from matplotlib.figure import Figure as Sheet

        labels = [cut(label, letters) for label in labels]
        steps = np.array([1 + APART if k in breaks else 1.0 for k in range(len(labels))])
        self.y = np.cumsum(steps) - 1
        height = round(ROW * (self.y[-1] + 1)) + foot
        bold = {int(k) for k in strong}  # bold letters are a fifth wider
        wide = [len(label) * (1.2 if k in bold else 1) for k, label in enumerate(labels)]
        left = round(min(max(wide) * LETTER + 8, 0.52 * WIDTH))
        with mpl.rc_context(svg.SETTINGS):
            self.sheet = Sheet((WIDTH / 72, height / 72))
            low = foot - 3
            box = [left / WIDTH, low / height, 1 - (left + 15) / WIDTH, 1 - foot / height]
            self.ax = self.sheet.add_axes(box)
            self.ax.patch.set_visible(False)
            self.ax.spines["left"].set_visible(False)
            self.ax.set_ylim(self.y[-1] + 0.5, -0.5)
            self.ax.set_yticks(self.y, labels)
            self.ax.tick_params(axis="y", length=0, pad=4)
            for k in strong:
                self.ax.get_yticklabels()[k].set_fontweight("bold")

    def line(self, y, low, high, **style):
        """Draw one segment a row, as one path."""
        keep = ~(np.isnan(low) | np.isnan(high))
        xs = np.column_stack([low, high, np.full(len(low), np.nan)])[keep].ravel()
        ys = np.repeat(np.asarray(y)[keep], 3)
        if xs.size:
            self.ax.plot(xs, ys, clip_on=False, solid_capstyle="butt", **style)

    def dots(self, x, y, marker, *, size=6, **style):
        """Draw a mark a row, where there is a number."""
        keep = ~np.isnan(x)
        if keep.any():
            self.ax.plot(
                np.asarray(x)[keep], np.asarray(y)[keep], marker, ms=size, clip_on=False, **style
            )

    def guides(self):
        """Rule each row lightly, from its name to its mark."""
        low, high = self.ax.get_xlim()
        ends = np.full(len(self.y), 1.0)
        self.line(self.y, low * ends, high * ends, color=RULE, lw=0.8, zorder=0)

    def words(self, y, texts):
        """Say in words why a row has no mark."""
        left = self.ax.get_xlim()[0]
        for at, text in zip(y, texts, strict=True):
            if text:
                self.ax.text(left, at, " " + text, va="center", style="italic", color="#595959")

    def percents(self, limits, label):
        """Let the axis run between the limits, in percent."""
        self._axis(limits, label, 100)

    def numbers(self, limits, label):
        """Let the axis run between the limits."""
        self._axis(limits, label, 1)

    def _axis(self, limits, label, times):
        from matplotlib.ticker import MaxNLocator

        low, high = limits
        self.ax.set_xlim(low, high)
        ticks = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(low * times, high * times)
        ticks = [t for t in ticks if low * times - 1e-9 <= t <= high * times + 1e-9]
        sign = "%" if times == 100 else ""
        texts = [f"{t:g}{sign}".replace("-", "−") for t in ticks]
        self.ax.set_xticks([t / times for t in ticks], texts)
        self.ax.set_xlabel(label, labelpad=2, color="#4d4d4d")

    def done(self) -> str:
        import matplotlib as mpl

        with mpl.rc_context(svg.SETTINGS):
            return svg.text_of(self.sheet)


def span(*arrays, zero=True, ceiling=np.inf) -> tuple[float, float]:
    """Return limits that hold all numbers, with a little air, and 0 if asked."""
    values = np.concatenate([np.asarray(a, float).ravel() for a in arrays])
    values = values[np.isfinite(values)]
    low, high = (values.min(), values.max()) if values.size else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    air = 0.04 * ((high - low) or 1)
    return (low - air if low < 0 or not zero else 0.0), min(high + air, ceiling)


def numbers(rows: pd.DataFrame, *columns: str) -> list[np.ndarray]:
    return [rows[c].to_numpy("float64", na_value=np.nan) for c in columns]


def _breaks(rows: pd.DataFrame) -> set[int]:
    """Return the places where a dimension starts, but the first."""
    names = rows["dimension"].tolist()
    return {k for k in range(1, len(names)) if names[k] != names[k - 1]}


def shares(rows: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """Whom does the school serve: each group as a share of all students.

    `rows` has ``dimension group n share why``, and ``above`` with the share in the unit above.
    """
    rows = fitting(rows)
    share, above = numbers(rows, "share", "above")
    sheet = Rows(rows["group"].map(group_label), _breaks(rows))
    sheet.percents(span(share, above, ceiling=1.0), "Share of students")
    sheet.guides()
    sheet.line(sheet.y, np.where(np.isnan(share), np.nan, 0), share, color=SOFT, lw=7)
    above = np.where(np.isnan(share), np.nan, above)  # no mark under the word "hidden"
    sheet.dots(above, sheet.y, "D", size=5, mfc="white", mec="black", mew=1)
    sheet.words(sheet.y, ["hidden" if np.isnan(s) else "" for s in share])
    return Figure(sheet.done(), alt, rows, caption)


def rates(rows: pd.DataFrame, about: Indicator, *, alt: str, caption: str = "") -> Figure:
    """What is each group's rate, how sure is it, and what is the rate of other students?"""
    rows = fitting(rows)
    rate, low, high, other = numbers(rows, "rate", "rate_low", "rate_high", "other_rate")
    edges = numbers(rows, "band_low", "band_high")
    clear = (rows["signal"] == CLEAR).to_numpy()
    labels = rows["group"].map(group_label)
    sheet = Rows(labels, _breaks(rows), strong=np.flatnonzero(clear))
    if about.events:
        sheet.numbers(span(100 * rate, 100 * other), "Per 100 students")
        rate, other = 100 * rate, 100 * other
    else:
        sheet.percents(span(low, high, rate, other, *edges, ceiling=1.0), about.label)
    sheet.guides()
    sheet.line(sheet.y, *edges, color=PALE, lw=6)
    sheet.line(sheet.y, low, high, color=INK, lw=1.6)
    sheet.dots(other, sheet.y, "D", size=4.6, mfc="white", mec="#595959", mew=1)
    sheet.dots(np.where(clear, np.nan, rate), sheet.y, "o", mfc="white", mec=INK, mew=1.4)
    sheet.dots(np.where(clear, rate, np.nan), sheet.y, "o", size=7, color=INK)
    sheet.words(sheet.y, ["" if w in ("", "band") else w for w in rows["why"]])
    return Figure(sheet.done(), alt, rows, caption)


def gaps(
    rows: pd.DataFrame, columns: tuple[str, str, str], *, label: str, alt: str, caption: str = ""
) -> Figure:
    """How far is each row from zero, and how sure is it?

    `rows` has ``label signal`` and the three named columns: value, low, high. Shares are drawn in
    percentage points where the label says so.
    """
    rows = rows.head(MOST)
    times = 100 if "points" in label else 1
    value, low, high = (times * a for a in numbers(rows, *columns))
    clear = (rows["signal"] == CLEAR).to_numpy()
    breaks = _breaks(rows) if "dimension" in rows else ()
    sheet = Rows(rows["label"], breaks, letters=31, strong=np.flatnonzero(clear))
    sheet.numbers(span(value, low, high), label)
    sheet.guides()
    sheet.ax.plot([0, 0], [-0.5, sheet.y[-1] + 0.5], color="#4d4d4d", lw=1, clip_on=False)
    sheet.line(sheet.y, low, high, color=INK, lw=1.6)
    sheet.dots(np.where(clear, np.nan, value), sheet.y, "o", mfc="white", mec=INK, mew=1.4)
    sheet.dots(np.where(clear, value, np.nan), sheet.y, "o", size=7, color=INK)
    sheet.words(sheet.y, rows["why"] if "why" in rows else [""] * len(rows))
    return Figure(sheet.done(), alt, rows, caption)


def trends(panels: pd.DataFrame, *, alt: str, caption: str = "") -> Figure:
    """How did a group and other students move over the years, each at its own level?

    `panels` has ``panel year rate rate_low rate_high other_rate``; at most four panels.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure as Sheet

    names = list(dict.fromkeys(panels["panel"]))[:4]
    across = min(len(names), 2)
    down = -(-len(names) // across)
    years = sorted(set(panels["year"]))
    with mpl.rc_context(svg.SETTINGS):
        sheet = Sheet((WIDTH / 72, HEIGHT / 2 * down / 72))
        for k, name in enumerate(names):
            at, row = k % across, k // across
            box = [
                (at + 0.2) / across, (down - row - 1 + 0.22) / down, 0.68 / across, 0.5 / down,
            ]  # fmt: skip
            _panel(sheet.add_axes(box), panels[panels["panel"] == name], name, years)
        return Figure(svg.text_of(sheet), alt, panels, caption)


def _panel(ax, rows: pd.DataFrame, name: str, years: list[str]) -> None:
    from matplotlib.ticker import MaxNLocator

    place = rows["year"].map(years.index).to_numpy(float)
    rate, low, high, other = numbers(rows, "rate", "rate_low", "rate_high", "other_rate")
    ax.patch.set_visible(False)
    ax.set_xlim(-0.2, max(len(years) - 0.8, 0.2))
    ax.set_ylim(*span(low, high, rate, other, ceiling=1.0))
    both = np.column_stack([low, high, np.full(len(low), np.nan)]).ravel()
    ax.plot(np.repeat(place, 3), both, color=INK, lw=1.4, clip_on=False)
    ax.plot(place, rate, "o-", color=INK, ms=5, lw=1.4, clip_on=False)
    ax.plot(place, other, "D--", color="#595959", mfc="white", ms=4.4, lw=1.1, mew=1, clip_on=False)
    ends = [0, len(years) - 1] if len(years) > 1 else [0]
    ax.set_xticks(ends, [years[k] for k in ends])
    ax.yaxis.set_major_locator(MaxNLocator(3))
    low_tick, high_tick = ax.get_ylim()
    ticks = [t for t in ax.get_yticks() if low_tick <= t <= high_tick]
    ax.set_yticks(ticks, [f"{100 * t:g}%" for t in ticks])
    ax.tick_params(length=2, pad=2)
    first, _, second = name.partition(": ")
    ax.text(-0.1, 1.36, cut(first, 25), transform=ax.transAxes, weight="bold", clip_on=False)
    ax.text(-0.1, 1.13, cut(second, 25), transform=ax.transAxes, clip_on=False)
