"""Notebook 04: how often, how many times as often, how sure: discipline by group and over years."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, display, figures, figures_study, language, metrics
from ...display import count, decimal, first_up, known, listing, percent, points, who
from ...reports.findings import View
from ...signals import CLEAR
from ..registry import lab
from ._beside import Beside, beside
from ._plain import table as prose
from ._plain import texts
from ._rows import chosen_row, missing, of, of_all, row_of, telling, total
from .access import differences
from .gaps import group_table

CHAPTER, FIRST = ("discipline",), "suspended_out_of_school"
MEASURES = ("referred", "suspended_in_school", "suspended_out_of_school", "expelled")
EVENTS = 10  # in the comparison: fewer make a ratio jump about (reporting_rules.yaml)
SMALL = 30  # a group under this rests on very few students
SPREAD = 4  # an interval whose upper end is this many times the lower tells little


# ---------------------------------------------------------------- S0-05, S2-32


@lab("risk")
def risk(at, measure="", students="", **_) -> list:
    """How many times as often, by how many points, and is the ratio stable enough to say?"""
    guess = at.folio.get("predictions.m04") or {}
    row = discipline_row(
        at, measure, students or (guess.get("students", "") if not measure else "")
    )
    if row is None:
        return [missing(at, measure, students, "")]
    found = beside(at, row, "rest")
    out: list = [found.said]
    if not found.known or catalog.indicator(row.indicator).events:
        return [*out, *_wider(at, row), group_table(at, row)]
    out += [*filter(None, [_times(row, found), _parts(row)]), *_alternate(at, row)]
    if known(guess.get("times")) and known(row.ratio):
        out.append(
            f"You expected {float(guess['times']):g} times as often. {texts('m04')['risk']['guess']}"
        )
    return [*out, *_wider(at, row), *_by_group(at, row)]


def discipline_row(at, measure: str, students: str):
    """Return the row that was asked for; left open, suspensions, which the ratio is about."""
    if not measure and at.school.view.latest.get(FIRST):
        row = chosen_row(at, measure=FIRST, students=students)
        if row is not None and (row.signal == CLEAR or students):
            return row
    return chosen_row(at, measure=measure, students=students, chapters=CHAPTER)


def _wider(at, row) -> list[str]:
    """Name the widest clear difference in discipline, where another one was looked at."""
    wide = telling(at.school.view, chapters=CHAPTER)
    if row.signal == CLEAR or wide is None or wide.signal != CLEAR:
        return []
    label = catalog.indicator(wide.indicator).label
    return [f"A clear difference that is published here: {label}. {language.gap(wide)}"]


def unstable(row) -> list[str]:
    """Why a ratio should not be leaned on; empty where it may be."""
    told, why = texts("m04")["risk"], []
    if known(row.other_x) and row.other_x < EVENTS:
        why.append(told["few_events"])
    if row.n < SMALL:
        why.append(told["small"].format(n=count(row.n)))
    low, high = row.ratio_low, row.ratio_high
    if known(low) and np.isfinite(high) and low > 0 and high / low > SPREAD:
        why.append(told["wide"].format(low=decimal(low), high=decimal(high)))
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
    if row.other_x in (0, row.other_n):
        return ""
    share = metrics.composition(row.x, row.n, row.other_x, row.other_n)
    about = catalog.indicator(row.indicator)
    return (
        f"{first_up(who(row.group))} are {percent(share.enrolment_share, 100)} of the students counted "
        f"and {percent(share.outcome_share, 100)} of those who {about.did}."
    )


def _alternate(at, row) -> list[str]:
    """Say the ratio to a larger comparison, which steadies a small one, and which one it is."""
    told, out = texts("m04")["risk"], []
    every, own = _district(at, row)
    if every is None:
        out.append(told["no_alternate"])
    else:
        x, n, name = every.x - own.x, every.n - own.n, every.unit
        times = float(metrics.alternate_risk_ratio(row.x, row.n, x, n))
        out.append(
            f"{told['alternate']} {count(x)} of {count(n)} students of other groups in {name} "
            f"({percent(x / n, n)}): {decimal(times)} times as often."
        )
    view = at.school.view
    years = {y: row_of(view, row.indicator, f"{row.dimension}: {row.group}", y) for y in view.years}
    years = {y: r for y, r in years.items() if r is not None and known(r.other_x)}
    if len(years) > 1:
        x, n = (sum(getattr(r, c) for r in years.values()) for c in ("other_x", "other_n"))
        times = float(metrics.alternate_risk_ratio(row.x, row.n, x, n))
        out.append(
            f"{told['alternate']} everyone else in {listing(list(years))} together, {count(x)} of "
            f"{count(n)} ({percent(x / n, n)}): {decimal(times)} times as often."
        )
    return out


def _district(at, row):
    """Return the district's rows of all students and of the group, or two times None."""
    parent = at.school.view.unit["parent_id"]
    if not parent:
        return None, None
    above = View(at.school.whole, parent)
    every = total(above, row.indicator, row.year)
    own = row_of(above, row.indicator, f"{row.dimension}: {row.group}", row.year)
    if any(r is None or r.why or not known(r.x) for r in (every, own)):
        return None, None
    return every, own


def _by_group(at, row) -> list:
    view, about = at.school.view, catalog.indicator(row.indicator)
    rows = of(view, row.indicator, row.year)
    told = [r for r in rows.itertuples(index=False) if known(r.difference)]
    out: list = []
    if told:
        said = language.overview(told, about)
        labels = [(r.group, r) for r in told][: figures.MOST]
        out.append(differences(labels, f"{about.label}, {row.year}. {said}"))
    out.append(group_table(at, row))
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
    group = students.partition(": ")[2]
    shown = {m: r for m, r in shown.items() if r.other_x not in (0, r.other_n)}
    if not shown:
        return [missing(at, "", students, "")]
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
    other = of_all(r.other_x, r.other_n)
    if about.events:
        gap = f"{decimal(100 * r.difference, 0, signed=True)} per 100"
        other = f"{count(r.other_x)} days, {count(r.other_n)} students"
        times = display.ratio(r.ratio, np.nan, np.nan, r.other_x)
        return about.label, language.rate_of(r, about), other, gap, times, "events: no interval"
    gap = f"{points(r.difference, min(r.n, r.other_n))} points"
    times = display.ratio(r.ratio, r.ratio_low, r.ratio_high, r.other_x)
    return about.label, language.rate_of(r, about), other, gap, times, r.signal
