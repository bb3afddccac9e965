"""Tables of published rows: by group, by year, side by side."""

from __future__ import annotations

import pandas as pd

from .. import catalog, display
from ..catalog import Indicator
from ..display import count, decimal, group_label, interval, known, percent, points
from ..language import ABSENT, RANGE_TOO_WIDE, rate_of
from ..markup import Cell, Line, Table
from ..schema import ALL
from ..signals import CLEAR, NOT_REPORTED, TOO_FEW
from .findings import records

_COMPARED = (
    "n", "x", "rate", "interval", "other_rate", "difference", "signal", "to_parity", "ratio",
)  # fmt: skip


def by_group(
    rows: list | pd.DataFrame,
    about: Indicator,
    caption: str,
    *,
    unit: str,
    year: str,
    shared: set[str],
    leave: tuple[str, ...] = (),
) -> Table:
    """Every group of one unit, year and indicator: counts, rates, and the comparison.

    `rows` is cut from ``Published.table``; rows with ``pooled`` follow those of the year, named so.
    `shared` are the labels that need their dimension said; `leave` names columns to leave out.
    """
    rows = records(rows)
    columns = {k: name for k, name in _columns(about, rows).items() if k not in leave}
    parts: dict[str, list[Line]] = {}
    for row in rows:
        heading = "" if row.dimension == ALL else catalog.dimension_label(row.dimension)
        head = group_label(row.group)
        data = _which(row, shared)
        if row.pooled:
            head, data["year"] = f"{head}, {row.year}", row.year
        parts.setdefault(heading, []).append(Line(head, _cells(row, about, columns), data))
    return Table(caption, columns, list(parts.items()), indicator=about.id, unit=unit, year=year)


def _which(row, shared: set[str]) -> dict[str, str]:
    """Say which group a row is of; its dimension only where the label alone does not tell."""
    data = {"group": row.group}
    return data | {"dimension": row.dimension} if row.group in shared else data


def _columns(about: Indicator, rows: list) -> dict[str, str]:
    others = next((r.reference for r in rows if r.reference), "other students")
    if about.events:
        return {
            "group": "Group", "n": "Students", "x": "Days" if "day" in about.did else "Events",
            "rate": "Per 100 students", "other_rate": f"{display.first_up(others)}, per 100",
            "difference": "Difference, per 100", "ratio": "Ratio",
        }  # fmt: skip
    names = {
        "group": "Group",
        "n": "Seats" if about.counts == "seats" else "Students",
        "x": "With outcome",
        "rate": "Rate",
        "interval": "Interval",
        "other_rate": f"{display.first_up(others)}, rate",
        "difference": "Difference, points (interval)",
        "signal": "What it says",  # where a screen ends before the table does, this is still seen
        "to_parity": "Students to parity",
        "ratio": "Ratio (interval)",
    }
    if about.direction == "context":
        del names["to_parity"]
    return names


def _cells(row, about: Indicator, columns: dict[str, str]) -> list[Cell]:
    """Return the cells after the row's name; what is not published fills the rest in words."""
    wide = len(columns) - 1
    word = ABSENT.get(row.why, row.why)
    if row.n_why or not known(row.n):
        return [Cell("n", row.n_why or word or display.MISSING, wide)]
    cells = [Cell("n", count(row.n))]
    if row.why == "band":
        return [*cells, Cell("rate", display.band(row.band_low, row.band_high), wide - 1)]
    if row.why == "range":
        return cells + _of_range(row, columns)
    if row.why:
        return [*cells, Cell("x", word, wide - 1)]
    cells.append(Cell("x", count(row.x)))
    if about.events:
        cells.append(Cell("rate", decimal(100 * row.rate)))
    else:
        cells.append(Cell("rate", percent(row.rate, row.n)))
        cells.append(Cell("interval", interval(row.rate_low, row.rate_high, row.n)))
    rest = wide - len(cells)
    if rest < 1:
        return cells
    if row.dimension == ALL:
        return [*cells, Cell("other_rate", "", rest)]
    if not known(row.other_rate):
        return [*cells, Cell("other_rate", "not compared", rest)]
    return cells + _comparison(row, about, columns)


def _of_range(row, columns: dict[str, str]) -> list[Cell]:
    """What can be said of a range: its ends, the interval, and the difference that is sure.

    The cells of counts and shares are named as ranges: they hold no count and no rate.
    """
    low, high = display.ends(row)
    cells = [
        Cell("range", f"{low:,} to {high:,}"),
        Cell("range", interval(row.band_low, row.band_high, row.n)),
        Cell("interval", interval(row.rate_low, row.rate_high, row.n)),
    ]
    rest = len(columns) - 2 - len(cells)
    if rest < 1 or row.dimension == ALL:
        return [*cells, Cell("other_rate", "", rest)] if rest > 0 else cells
    if not known(row.difference) or "difference" not in columns:
        return [*cells, Cell("other_rate", "not compared", rest)]
    small = min(row.n, row.other_n)
    ends = f"({points(row.difference_low, small)} to {points(row.difference_high, small)})"
    sure = f"at least {points(row.difference, small)}" if row.difference else "either side"
    said = RANGE_TOO_WIDE if row.signal == TOO_FEW else row.signal
    told = {
        "other_rate": "a range", "difference": f"{sure} {ends}", "signal": said,
        "to_parity": "cannot be said", "ratio": "cannot be said",
    }  # fmt: skip
    return cells + [
        Cell(name, text, strong=name == "signal" and said == CLEAR)
        for name, text in told.items()
        if name in columns
    ]


def _comparison(row, about: Indicator, columns: dict[str, str]) -> list[Cell]:
    if about.events:
        gone = float("nan")
        told = {
            "other_rate": decimal(100 * row.other_rate),
            "difference": decimal(100 * row.difference, signed=True),
            "ratio": display.ratio(row.ratio, gone, gone, row.other_x),
        }
        return [Cell(name, text) for name, text in told.items() if name in columns]
    small = min(row.n, row.other_n)
    low, high = (points(v, small) for v in (row.difference_low, row.difference_high))
    cells = {
        "other_rate": percent(row.other_rate, row.other_n),
        "difference": f"{points(row.difference, small)} ({low} to {high})",
        "signal": "not compared" if row.signal == NOT_REPORTED else row.signal,
        "to_parity": count(row.to_parity) if known(row.to_parity) else "",
        "ratio": display.ratio(row.ratio, row.ratio_low, row.ratio_high, row.other_x),
    }
    return [
        Cell(name, text, strong=name == "signal" and row.signal == CLEAR)
        for name, text in cells.items()
        if name in columns
    ]


def crossed(rows: list, caption: str, *, unit: str) -> Table:
    """Two-way groups of several measures in one table, each under its measure."""
    about = catalog.indicator(rows[0].indicator)
    columns = _columns(about, rows) | {"group": "Two-way group", "to_parity": "Students to parity"}
    columns = {name: columns[name] for name in ("group", *_COMPARED)}
    parts: dict[str, list[Line]] = {}
    for row in rows:
        about = catalog.indicator(row.indicator)
        data = {
            "indicator": row.indicator, "group": row.group, "dimension": row.dimension,
            "year": row.year,
        }  # fmt: skip
        line = Line(f"{row.group}, {row.year}", _cells(row, about, columns), data)
        parts.setdefault(about.label, []).append(line)
    return Table(caption, columns, list(parts.items()), unit=unit)


def by_year(rows: list | pd.DataFrame, caption: str, *, unit: str, compared: str) -> Table:
    """Groups year by year, beside the comparison; ``panel`` names what a row is of."""
    columns = {
        "year": "Year", "n": "Students", "x": "With outcome", "rate": "Rate",
        "interval": "Interval", "other_rate": f"{display.first_up(compared)}, rate",
    }  # fmt: skip
    parts: dict[str, list[Line]] = {}
    for row in records(rows):
        data = {
            "indicator": row.indicator, "year": row.year, "dimension": row.dimension,
            "group": row.group,
        }  # fmt: skip
        cells = _cells(row, catalog.indicator(row.indicator), columns)
        parts.setdefault(row.panel, []).append(Line(row.year, cells, data))
    return Table(caption, columns, list(parts.items()), unit=unit)


def levels(totals: dict, indicators: list[Indicator], years: list[str], *, unit: str) -> Table:
    """All students on every measure, a column a year; `totals` is ``View.totals``."""
    columns = {"measure": "Measure (all students)"} | {year: year for year in years}
    lines = []
    for about in indicators:
        cells = []
        for year in years:
            row = totals.get((unit, about.id, year))
            cells.append(_level(row, about, year))
        lines.append(Line(about.label, cells, {"indicator": about.id}))
    return Table(
        "All students, year by year: number, rate and interval", columns, [("", lines)],
        unit=unit, dimension=ALL, group=ALL,
    )  # fmt: skip


def _level(row, about: Indicator, year: str) -> Cell:
    if row is None:
        return Cell("rate", "not collected", about={"year": year})
    if row.why == "band":
        return Cell("rate", display.band(row.band_low, row.band_high), about={"year": year})
    if row.why == "range":
        return Cell("range", rate_of(row, about), about={"year": year})
    return Cell("x", rate_of(row, about), about={"year": year})


def of_scores(
    rows: list,
    about: Indicator,
    caption: str,
    *,
    unit: str,
    year: str,
    shared: set[str],
) -> Table:
    """Mean scores of every group: means, gap in points and in standard deviations."""
    columns = {
        "group": "Group", "n": "Students", "mean": "Mean", "sd": "Spread (SD)",
        "other_mean": "Other students, mean", "gap": "Gap in score points (interval)",
        "g": "Gap in standard deviations (interval)", "signal": "What it says",
    }  # fmt: skip
    parts: dict[str, list[Line]] = {}
    for row in rows:
        heading = "" if row.dimension == ALL else catalog.dimension_label(row.dimension)
        data = _which(row, shared)
        line = Line(group_label(row.group), _score_cells(row, len(columns) - 1), data)
        parts.setdefault(heading, []).append(line)
    return Table(caption, columns, list(parts.items()), indicator=about.id, unit=unit, year=year)


def _score_cells(row, wide: int) -> list[Cell]:
    if row.why or not known(row.mean):
        word = ABSENT.get(row.why, row.why) or display.MISSING
        if known(row.n):
            return [Cell("n", count(row.n)), Cell("mean", word, wide - 1)]
        return [Cell("n", word, wide)]
    cells = [Cell("n", count(row.n)), Cell("mean", decimal(row.mean)), Cell("sd", decimal(row.sd))]
    if not known(row.gap):
        word = "" if row.dimension == ALL else "not compared"
        return [*cells, Cell("other_mean", word, wide - 3)]

    def signed(value: float, low: float, high: float, digits: int) -> str:
        said, *ends = (decimal(v, digits, signed=True) for v in (value, low, high))
        return f"{said} ({ends[0]} to {ends[1]})" if known(low) and known(high) else said

    return [
        *cells,
        Cell("other_mean", decimal(row.other_mean)),
        Cell("gap", signed(row.gap, row.gap_low, row.gap_high, 1)),
        Cell("g", signed(row.g, row.g_low, row.g_high, 2)),
        Cell("signal", row.signal, strong=row.signal == CLEAR),
    ]
