"""Notebook 04: discipline over several years, one by one and together."""

from __future__ import annotations

import pandas as pd

from ... import catalog, display, figures, language, metrics
from ...display import count, decimal, known, listing, percent, points, who
from ...reports import tables
from ..registry import lab
from ._plain import table as prose
from ._plain import texts
from ._rows import missing, of_all, row_of
from .risk import EVENTS, discipline_row


@lab("risk-over-years")
def over_years(at, measure="", students="", **_) -> list:
    """Has the difference lasted, grown or gone, and what do all years say together?"""
    view = at.school.view
    row = discipline_row(at, measure, students)
    if row is None:
        return [missing(at, measure, students, "")]
    about, key = catalog.indicator(row.indicator), f"{row.dimension}: {row.group}"
    every = {y: row_of(view, row.indicator, key, y) for y in view.years}
    shown = {y: r for y, r in every.items() if r is not None and known(r.other_rate)}
    if not shown:
        return [missing(at, row.indicator, key, "")]
    gone = [y for y in view.years if y not in shown]
    out: list = [_together(shown, row, about)]
    if gone:
        out.append(f"Hidden or not collected: {listing(gone)}.")
    panel = pd.DataFrame(
        [
            (f"{about.label}: {row.group}", y, r.rate, r.rate_low, r.rate_high, r.other_rate)
            for y, r in shown.items()
        ],
        columns=["panel", "year", "rate", "rate_low", "rate_high", "other_rate"],
    )
    if len(shown) > 1 and not about.events:
        out.append(
            figures.trends(
                panel,
                alt=f"{about.label}, year by year. {out[0]}",
                caption=f"Line: {who(row.group)}, with intervals. Dashed: {row.reference}.",
            )  # fmt: skip
        )
    frame = pd.DataFrame([r._asdict() for r in shown.values()])
    frame = frame.assign(panel=f"{about.label}: {row.group}")
    out.append(
        tables.by_year(
            frame, f"{about.label} by year", unit=at.school.unit_id, compared=row.reference
        )
    )
    ratios = [
        (y, f"{points(r.difference, min(r.n, r.other_n))}" if not about.events else "",
         display.ratio(r.ratio, r.ratio_low, r.ratio_high, r.other_x), r.signal)
        for y, r in shown.items()
    ]  # fmt: skip
    columns = {
        "year": "Year",
        "difference": "Points",
        "ratio": "Ratio (interval)",
        "signal": "What it says",
    }
    out.append(prose("Points and ratio, year by year", columns, ratios))
    return [*out, *_change(view, row), texts("m04")["years"]]


def _together(shown: dict, row, about) -> str:
    """Say all years together: students counted once each year."""
    x, n, ox, on = (
        sum(getattr(r, c) for r in shown.values()) for c in ("x", "n", "other_x", "other_n")
    )
    span = f"{min(shown)} to {max(shown)}" if len(shown) > 1 else min(shown)
    them = who(row.group)
    if about.events:
        return (
            f"{span} together: {count(x)} {about.did} among {count(n)} {them} "
            f"({decimal(100 * x / n, 0)} per 100), compared with {decimal(100 * ox / on, 0)} per 100 "
            "other students."
        )
    apart, times = metrics.risk_difference(x, n, ox, on), metrics.risk_ratio(x, n, ox, on)
    small = min(n, on)
    ends = f"{points(apart.low, small)} to {points(apart.high, small)}"
    ratio = f"; {display.ratio(*times, ox)} times as often" if ox >= EVENTS else ""
    return (
        f"{span} together, each student counted once a year: {count(x)} of {count(n)} {them} "
        f"({percent(x / n, n)}) {about.did}, compared with {of_all(ox, on)} other students "
        f"({percent(ox / on, on)}): {points(apart.value, small)} points (interval {ends}){ratio}. "
        "Students who are here for several years count in each, so the interval is a little narrow."
    )


def _change(view, row) -> list[str]:
    """Say whether the group's own rate moved clearly from the first year to the last."""
    rows = view.changes()
    rows = rows[(rows["indicator"] == row.indicator) & (rows["dimension"] == row.dimension)]
    rows = rows[rows["group"] == row.group]
    return [
        language.change(r, catalog.indicator(row.indicator)) for r in rows.itertuples(index=False)
    ]
