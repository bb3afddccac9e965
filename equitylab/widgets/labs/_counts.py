"""Counts that no release holds: practice tables, a school's own inventory, answers to a survey.

What is printed of them keeps the rule of published numbers, for one set of groups and its total.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, metrics
from ...display import band, count, interval, known, percent, points
from ...errors import EquityLabError
from ...figures import Figure
from ...figures_listening import beside
from ...markup import Cell, Line, Table
from ...signals import CLEAR, NOT_CLEAR, NOT_REPORTED, TOO_FEW, signals

LEAST = 0.05  # a difference in shares below this is not called clear
FDR = 0.10  # as in the audit of a district
PRACTICE = "Practice numbers of the fictional Riverbend Middle School."
SAYS = {
    CLEAR: "This is a clear difference.",
    NOT_CLEAR: "They are not clearly different.",
    TOO_FEW: "These are too few to tell.",
    NOT_REPORTED: "They are not compared.",
}
HIDDEN = "Hidden protects people in small groups. It does not mean unimportant: plan how to listen there."


def rules(at) -> tuple[int, int]:
    """Return the smallest group, and the smallest count, that may be shown."""
    told = catalog.content("reporting_rules")["privacy"]
    least = told["minimum_n"], told["minimum_cell"]
    try:
        policy = at.school.policy
    except EquityLabError:
        return least
    return max(least[0], int(policy["min_group"])), max(least[1], int(policy["min_cell"]))


def counted(parts: list[tuple[str, int, int]], at) -> pd.DataFrame:
    """Which of these counts may be shown, and what do they come to?

    Parameters
    ----------
    parts : list of (label, x, n)
        Groups that no one is in twice.
    at : Lesson

    Returns
    -------
    DataFrame
        Columns ``label x n rate low high band_low band_high why``; what must not be shown is empty,
        and `why` is ``"hidden"`` or ``"band"``. Where there are two or more groups also ``other_x
        other_n other difference difference_low difference_high signal``: each beside all others.
    """
    frame = pd.DataFrame(parts, columns=["label", "x", "n"])
    frame = frame[frame["n"] > 0].reset_index(drop=True)
    x, n = frame["x"].to_numpy(float), frame["n"].to_numpy(float)
    least, cell = rules(at)
    if frame.empty or n.sum() < least:
        return frame.assign(x=np.nan, n=np.nan, rate=np.nan, low=np.nan, high=np.nan, why="hidden")
    out = metrics.hidden(x, n, min_group=least, min_cell=cell)
    told = metrics.rate(x, n)
    shown = ~(out.count | out.band)
    frame["n"] = np.where(out.size, np.nan, n)
    for name, values in zip(("x", "rate", "low", "high"), (x, *told), strict=True):
        frame[name] = np.where(shown, values, np.nan)
    edges = [_band(one, size) if b else (np.nan, np.nan) for one, size, b in zip(x, n, out.band)]  # noqa: B905
    frame["band_low"], frame["band_high"] = np.array(edges).T
    frame["why"] = np.select([out.count, out.band], ["hidden", "band"], "")
    return _against(frame, x, n, shown) if len(frame) > 1 else frame


def _band(x: float, n: float) -> tuple[float, float]:
    """Return the band that stands for none or all of n people."""
    widths = catalog.content("reporting_rules")["privacy"]["bands"]
    width = next(b["band"] for b in widths if n <= (b["n_to"] or np.inf)) / 100
    return (0.0, width) if x == 0 else (1 - width, 1.0)


def _against(frame: pd.DataFrame, x, n, shown) -> pd.DataFrame:
    """Set each group that is shown beside all others."""
    rest_x, rest_n = x.sum() - x, n.sum() - n
    told = shown & (rest_n > 0)
    gap = metrics.risk_difference(x, n, rest_x, rest_n)
    p = np.where(told, metrics.difference_p(x, n, rest_x, rest_n), np.nan)
    if len(x) == 2:  # one comparison, seen from two sides
        q = p
    else:
        q = metrics.benjamini_hochberg(p)
    word = signals(*gap, q, enough=True, threshold=LEAST, fdr=FDR)
    values = {
        "other_x": rest_x, "other_n": rest_n, "other": rest_x / np.where(rest_n > 0, rest_n, 1),
        "difference": gap.value, "difference_low": gap.low, "difference_high": gap.high,
    }  # fmt: skip
    frame = frame.assign(**{k: np.where(told, v, np.nan) for k, v in values.items()})
    return frame.assign(signal=np.where(told, word, NOT_REPORTED))


def whole(parts: list[tuple[str, int, int]], at, label: str = "All") -> pd.DataFrame:
    """Return the sum of the parts as one row, hidden by the same rule."""
    return counted([(label, sum(p[1] for p in parts), sum(p[2] for p in parts))], at)


def said(row) -> str:
    """Return "9 of 14 (64%, interval 39% to 84%)", the band, or that it is hidden."""
    if row.why == "band":
        return f"{band(row.band_low, row.band_high)} of {count(row.n)}"
    if row.why:
        return row.why
    rate = percent(row.rate, row.n)
    between = interval(row.low, row.high, row.n)
    return f"{count(row.x)} of {count(row.n)} ({rate}, interval {between})"


def apart(row) -> str:
    """Return "49 percentage points higher (interval 20 to 70)" and the word for it."""
    small = min(row.n, row.other_n)
    side = "lower" if row.difference < 0 else "higher"
    low, high = row.difference_low, row.difference_high
    ends = [points(end, small, signed=False) for end in (low, high)]
    if low < 0 < high:
        between = f"{ends[0]} lower to {ends[1]} higher"
    else:
        between = " to ".join(ends[::-1] if row.difference < 0 else ends)
    value = points(row.difference, small, signed=False)
    return f"{value} percentage points {side} (interval {between})"


def spoken(row, *, did: str, others: str = "the others") -> str:
    """Say one row aloud, beside all others: counts, rates, intervals, difference, and how sure."""
    if row.why == "hidden":
        return f"{row.label}: the numbers are hidden, since too few people stand behind them."
    text = f"{row.label}: {said(row)} {did}"
    if not known(getattr(row, "difference", np.nan)):
        return f"{text}."
    low, high = metrics.rate(row.other_x, row.other_n)[1:]
    rest = (
        f"{count(row.other_x)} of {count(row.other_n)} {others} "
        f"({percent(row.other, row.other_n)}, interval {interval(low, high, row.other_n)})"
    )
    return f"{text}, compared with {rest}: {apart(row)}. {SAYS[row.signal]}"


def summary(frame: pd.DataFrame, *, did: str, others: str = "the others") -> str:
    """Say the clearest row, or that none differs; the sentence a leader can say aloud."""
    rows = list(frame.itertuples(index=False))
    told = [r for r in rows if getattr(r, "signal", "") in (CLEAR, NOT_CLEAR, TOO_FEW)]
    clear = [r for r in told if r.signal == CLEAR]
    if clear:
        return spoken(max(clear, key=lambda r: abs(r.difference)), did=did, others=others)
    if len(told) in (1, 2):
        return spoken(told[0], did=did, others=others)
    if told:
        first = "; ".join(f"{r.label} {said(r)}" for r in told)
        few = " Some are too small to tell." if any(r.signal == TOO_FEW for r in told) else ""
        return f"None of {len(told)} groups differs clearly from the others: {first}.{few}"
    shown = [r for r in rows if not r.why]
    if len(shown) == 1:
        return spoken(shown[0], did=did, others=others)
    return "Too few people stand behind these numbers to show any of them."


def table(
    frame: pd.DataFrame, caption: str, *, first: str, people: str = "Students", did: str = "Count"
) -> Table:
    """Return the rows with counts, rates and intervals, and each beside all others."""
    compares = "difference" in frame and frame["difference"].notna().any()
    columns = {"group": first, "n": people, "x": did, "rate": "Rate", "interval": "Interval"}
    if compares:
        columns |= {"other_rate": "All others, rate", "difference": "Difference, points (interval)"}
        columns["signal"] = "What it says"
    lines = [Line(r.label, _cells(r, columns)) for r in frame.itertuples(index=False)]
    return Table(caption, columns, [("", lines)])


def _cells(row, columns: dict) -> list[Cell]:
    wide = len(columns) - 1
    if not known(row.n):
        return [Cell("n", "hidden", wide)]
    cells = [Cell("n", count(row.n))]
    if row.why == "band":
        return [*cells, Cell("rate", band(row.band_low, row.band_high), wide - 1)]
    if row.why:
        return [*cells, Cell("x", row.why, wide - 1)]
    cells += [Cell("x", count(row.x)), Cell("rate", percent(row.rate, row.n))]
    cells.append(Cell("interval", interval(row.low, row.high, row.n)))
    if "signal" not in columns:
        return cells
    if not known(row.difference):
        return [*cells, Cell("other_rate", "not compared", 3)]
    small = min(row.n, row.other_n)
    low, high = (points(v, small) for v in (row.difference_low, row.difference_high))
    return [
        *cells,
        Cell("other_rate", percent(row.other, row.other_n)),
        Cell("difference", f"{points(row.difference, small)} ({low} to {high})"),
        Cell("signal", row.signal, strong=row.signal == CLEAR),
    ]


DOT = (
    "Dot: the rate, with its interval. Filled dot and bold name: a clear difference. Diamond: "
    "the rate of all others. Pale bar: only a band may be said."
)


def chart(frame: pd.DataFrame, *, label: str, alt: str, caption: str = DOT) -> Figure | str:
    """Draw the rows; where none may be shown, say so."""
    if not (frame["rate"].notna() | frame.get("band_low", frame["rate"]).notna()).any():
        return "There is no chart: every number is hidden."
    return beside(frame, label=label, alt=alt, caption=caption)


def note(frame: pd.DataFrame) -> list[str]:
    """Return the note on hidden numbers, where there are some."""
    return [HIDDEN] if (frame["why"] != "").any() else []
