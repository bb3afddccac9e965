"""Notebook 04: how often, how many times as often, how sure: discipline by group and over years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, display, figures, figures_study, language, metrics
from ...display import count, decimal, first_up, known, listing, percent, points, who
from ...reports import tables
from ...reports.findings import View
from ..registry import lab
from ._beside import Beside, beside, chosen_row, missing, of, row_of, total
from ._plain import table as prose
from ._plain import texts
from .access import differences

CHAPTER = ("discipline",)
MEASURES = ("referred", "suspended_in_school", "suspended_out_of_school", "expelled")
EVENTS = 10  # in the comparison: fewer make a ratio jump about (reporting_rules.yaml)
SMALL = 30  # a group under this rests on very few students
SPREAD = 4  # an interval whose upper end is this many times the lower tells little


# ---------------------------------------------------------------- S0-05, S2-32


@lab("risk")
def risk(at, measure="", students="", **_) -> list:
    """How many times as often, by how many points, and is the ratio stable enough to say?"""
    row = chosen_row(at, measure=measure, students=students, chapters=CHAPTER)
    if row is None:
        return [missing(at, measure, students, "")]
    if catalog.indicator(row.indicator).events:
        return [language.gap(row) if known(row.other_rate) else missing(at, measure, students, "")]
    found, out = beside(at, row, "rest"), []
    out.append(found.said)
    if not found.known:
        return [*out, *_by_group(at, row)]
    out.append(_times(row, found))
    out.append(_parts(row))
    out += _alternate(at, row)
    guess = at.folio.get("predictions.m04") or {}
    if known(guess.get("times")) and known(row.ratio):
        out.append(
            f"You expected {float(guess['times']):g} times as often. "
            f"{texts('m04')['risk']['guess']}"
        )
    return [*out, *_by_group(at, row)]


def unstable(row) -> list[str]:
    """Why a ratio should not be leaned on; empty where it may be."""
    told, why = texts("m04")["risk"], []
    if known(row.other_x) and row.other_x < EVENTS:
        why.append(told["few_events"].format(n=count(row.other_x)))
    if row.n < SMALL:
        why.append(told["small"].format(n=count(row.n)))
    if known(row.ratio_low) and row.ratio_low > 0 and row.ratio_high / row.ratio_low > SPREAD:
        low, high = decimal(row.ratio_low), decimal(row.ratio_high)
        why.append(told["wide"].format(low=low, high=high))
    return why


def _times(row, found: Beside) -> str:
    """Say the ratio beside the points, or why there is none."""
    told, why = texts("m04")["risk"], unstable(row)
    if row.other_x < EVENTS:
        return f"{told['no_ratio']} {' '.join(why)}"
    text = display.ratio(row.ratio, row.ratio_low, row.ratio_high, row.other_x)
    said = f"That is {text} times the rate of {language.reference(row.reference)}."
    flag = f"Unstable: {' '.join(why)}" if why else told["stable"]
    return f"{said} {flag}"


def _parts(row) -> str:
    """Say the group's share of the outcome beside its share of the students."""
    share = metrics.composition(row.x, row.n, row.other_x, row.other_n)
    about = catalog.indicator(row.indicator)
    return (
        f"{first_up(who(row.group))} are {percent(share.enrolment_share, 100)} of the students counted "
        f"and {percent(share.outcome_share, 100)} of those who {about.did}."
    )


def _alternate(at, row) -> list[str]:
    """Say the ratio to the district's other students, which steadies a small comparison."""
    parent = at.school.view.unit["parent_id"]
    if not parent:
        return []
    above = View(at.school.whole, parent)
    every = total(above, row.indicator, row.year)
    own = row_of(above, row.indicator, f"{row.dimension}: {row.group}", row.year)
    told = texts("m04")["risk"]
    if any(r is None or r.why or not known(r.x) for r in (every, own)):
        return [told["no_alternate"]]
    x, n = every.x - own.x, every.n - own.n
    times = float(metrics.alternate_risk_ratio(row.x, row.n, x, n))
    return [
        f"{told['alternate']} {count(x)} of {count(n)} students of other groups in "
        f"{above.unit['unit']} ({percent(x / n, n)}): {decimal(times)} times as often."
    ]


def _by_group(at, row) -> list:
    view, about = at.school.view, catalog.indicator(row.indicator)
    rows = of(view, row.indicator, row.year)
    told = [r for r in rows.itertuples(index=False) if known(r.difference)]
    out: list = []
    if told:
        said = language.overview(told, about)
        labels = [(r.group, r) for r in told][: figures.MOST]
        out.append(differences(labels, f"{about.label}, {row.year}. {said}"))
    caption = f"{about.label}, {row.year}, each group compared with other students"
    unit = at.school.unit_id
    out.append(tables.by_group(rows, about, caption, unit=unit, year=row.year, shared=view.shared))
    return [*out, f"{about.caution}."]


# ---------------------------------------------------------------- S2-32


@lab("three-measures")
def three_measures(at, students="", **_) -> list:
    """Referrals, suspensions and days lost: does one group meet them more often at every step?"""
    view = at.school.view
    if not students:
        row = chosen_row(at, chapters=CHAPTER)
        students = f"{row.dimension}: {row.group}" if row is not None else ""
    held = [m for m in (*MEASURES, "days_lost") if m in view.latest]
    rows = {m: row_of(view, m, students) for m in held}
    shown = {
        m: r for m, r in rows.items() if r is not None and known(r.rate) and known(r.other_rate)
    }
    if not shown:
        return [missing(at, "", students, "")]
    group = students.partition(": ")[2]
    said = [
        f"{catalog.indicator(m).label} {decimal(100 * r.rate, 0)} and {decimal(100 * r.other_rate, 0)}"
        for m, r in shown.items()
    ]
    first = next(iter(shown.values()))
    opening = (
        f"For every 100 {who(group)} and every 100 other students ({count(first.n)} and "
        f"{count(first.other_n)} in all): {listing(said)}."
    )
    drawn = pd.DataFrame(
        {
            "label": [catalog.indicator(m).label for m in shown],
            "value": [100 * r.rate for r in shown.values()],
            "low": [100 * r.rate_low for r in shown.values()],
            "high": [100 * r.rate_high for r in shown.values()],
            "other": [100 * r.other_rate for r in shown.values()],
        }
    )  # fmt: skip
    figure = figures_study.dots(
        drawn, label="Per 100 students", percent=False, alt=f"{opening}",
        caption="Dot: this group, with the interval where students are counted. Diamond: everyone "
        "else. Days are events, which one student can have many of, so they have no interval.",
    )  # fmt: skip
    columns = {
        "measure": "Measure", "own": "This group", "others": "Everyone else",
        "difference": "Difference", "ratio": "Ratio (interval)", "signal": "What it says",
    }  # fmt: skip
    lines = [_measure_line(m, r) for m, r in rows.items()]
    told = texts("m04")["three"]
    return [
        opening,
        *_apart(shown),
        figure,
        prose(f"Three ways of counting, {who(group)}", columns, lines),
        told,
    ]


def _apart(shown: dict) -> list[str]:
    row = shown.get("suspended_out_of_school")
    return [language.gap(row)] if row is not None else []


def _measure_line(measure: str, r) -> tuple:
    about = catalog.indicator(measure)
    if r is None or r.why or not known(r.other_rate):
        return (
            about.label,
            language.rate_of(r, about) if r is not None else "not published",
            "",
            "",
            "",
            "",
        )
    other = f"{count(r.other_x)} of {count(r.other_n)}"
    if about.events:
        gap = f"{decimal(100 * r.difference, 0, signed=True)} per 100"
        other = f"{count(r.other_x)} days, {count(r.other_n)} students"
        times = display.ratio(r.ratio, np.nan, np.nan, r.other_x)
        return about.label, language.rate_of(r, about), other, gap, times, "events: no interval"
    gap = f"{points(r.difference, min(r.n, r.other_n))} points"
    times = display.ratio(r.ratio, r.ratio_low, r.ratio_high, r.other_x)
    return about.label, language.rate_of(r, about), other, gap, times, r.signal


# ---------------------------------------------------------------- S3-06


@lab("risk-over-years")
def over_years(at, measure="", students="", **_) -> list:
    """Has the difference lasted, grown or gone, and what do all years say together?"""
    view = at.school.view
    row = chosen_row(at, measure=measure, students=students, chapters=CHAPTER)
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
        f"({percent(x / n, n)}) {about.did}, compared with {count(ox)} of {count(on)} other students "
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
