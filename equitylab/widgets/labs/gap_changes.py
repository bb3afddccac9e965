"""Notebooks 10 and 12: a gap over time, with both levels in sight."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures, metrics, plan
from ...display import decimal, first_up, points, who
from ...errors import EquityLabError
from ...metrics.change import gap_change
from ...plan.values import counted, kpi_of, number, rule, said_day, text
from ...schema import ALL
from ..registry import Verdict, check, lab
from ._plain import table

OTHERS = "Other students"


@lab("gap_levels")
def gap_levels(at, school: str = "dd3", **_) -> list:
    """In two fictional schools the gap narrows: what happened to the levels?"""
    rows = at.practice("kpi_readings")
    rows = rows[rows["series"] == school]
    # The smaller group first: the gap is that group less the others.
    sizes = rows.groupby("group")["denominator"].sum().sort_values()
    name = rows["school"].iloc[0]
    return _levels(rows, list(sizes.index[:2]), name, kpi_of(rows["kpi"].iloc[0])["label"])


def _levels(rows: pd.DataFrame, groups: list[str], name: str, measure: str) -> list:
    """Return sentence, chart and table of two groups' levels; `rows` has group, date and counts."""
    group, others = (rows[rows["group"] == g].sort_values("date") for g in groups)
    shared = [d for d in group["date"] if d in set(others["date"])]
    keep = []
    for date in shared:
        a, b = (part[part["date"] == date].iloc[0] for part in (group, others))
        four = [
            int(v) for v in (a["numerator"], a["denominator"], b["numerator"], b["denominator"])
        ]
        if not rule(*four[:2]) and not rule(*four[2:]):
            keep.append((date, four))
    if len(keep) < 2:
        return ["Two years with both levels are needed, and too many counts are missing or hidden."]
    a, b = keep[0][1], keep[-1][1]
    moved = gap_change(*a, *b)
    small = min(a[1], a[3], b[1], b[3])
    ours, theirs = (first_up(g if g == OTHERS else who(g)) for g in groups)
    said = [
        f"{name}. {measure}: the gap went from {_apart(moved.before, small)} to "
        f"{_apart(moved.after, small)}; {_moved(moved.change, small)}.",
        f"{ours}: {counted(*a[:2])} at first, {counted(*b[:2])} at last; {_moved(moved.group, small)}. "
        f"{theirs}: {counted(*a[2:])} at first, {counted(*b[2:])} at last; {_moved(moved.others, small)}.",
        _verdict(moved),
    ]
    panel = pd.DataFrame(
        [
            (
                measure,
                _year(date),
                f[0] / f[1],
                *(float(v) for v in metrics.rate(*f[:2])[1:]),
                f[2] / f[3],
            )
            for date, f in keep
        ],
        columns=["panel", "year", "rate", "rate_low", "rate_high", "other_rate"],
    )
    chart = figures.trends(
        panel, alt=" ".join(said), caption=f"Filled dots: {ours}, with 95% intervals. Diamonds: {theirs}.",
    )  # fmt: skip
    cells = [
        (
            _year(date),
            counted(*f[:2]),
            counted(*f[2:]),
            points(f[0] / f[1] - f[2] / f[3], min(f[1], f[3])),
        )
        for date, f in keep
    ]
    columns = {"year": "Year", "group": ours, "others": theirs, "gap": "Gap in points"}
    return [*said, chart, table(f"Both levels, {name}", columns, cells)]


def _apart(gap, n: float) -> str:
    return f"{points(float(gap.value), n)} points"


def _moved(change, n: float) -> str:
    value, low, high = (float(v) for v in change)
    words = "a clear change" if low > 0 or high < 0 else "not a clear change"
    return f"a change of {points(value, n)} points (interval {points(low, n)} to {points(high, n)}), {words}"


def _verdict(moved) -> str:
    """Say whether a narrower gap came with a level that fell."""
    narrower = abs(float(moved.after.value)) < abs(float(moved.before.value))
    fell = [float(level.high) < 0 for level in (moved.group, moved.others)]
    rose = [float(level.low) > 0 for level in (moved.group, moved.others)]
    if narrower and any(fell):
        return "A level fell while the gap narrowed. That is a warning, not a success: report both levels."
    if narrower and any(rose):
        return "The gap narrowed while levels rose. Celebrate, ask how, and keep reading."
    return "No level moved clearly. Describe it, and keep reading."


def _year(date: str) -> str:
    """Return the school year that a date in June or a year's name stands for."""
    return (
        date
        if len(date) == 7
        else f"{int(date[:4]) - 1}-{date[2:4]}"
        if date[5:7] <= "07"
        else said_day(date)
    )


@lab("gap_own")
def gap_own(at, measure: str = "", group: str = "", **_) -> list:
    """How did a gap of the leader's own school change, with both levels?"""
    try:
        school = at.school
        measures = school.measures()
    except EquityLabError as error:
        return [str(error)]
    card = next(iter(plan.read(at.folio).cards.values()), {})
    measure = measure or text(card.get("measure")) or "proficient_math"
    dimension, _, name = (group or _named(card) or "econ: Economically disadvantaged").partition(
        ": "
    )
    if measure not in measures:
        return ["The school's numbers do not hold this measure."]
    about = catalog.indicator(measure)
    rows = school.rows(measure, dimension)
    rows = rows[~rows["pooled"].astype(bool) & (rows["group"] == name) & (rows["why"] == "")]
    rows = rows[rows["other_n"].notna() & rows["other_x"].notna()]
    if about.events or len(rows) < 2:
        return [
            f"{about.label}: there are not two years in which both levels are published for {name}."
        ]
    other = OTHERS
    first = rows.assign(date=rows["year"], numerator=rows["x"], denominator=rows["n"])
    then = rows.assign(
        date=rows["year"], numerator=rows["other_x"], denominator=rows["other_n"], group=other
    )
    both = pd.concat([first, then])[["group", "date", "numerator", "denominator"]]
    return _levels(both, [name, other], school.name, about.label)


def _named(card: dict) -> str:
    dimension, group = text(card.get("dimension")), text(card.get("group"))
    return f"{dimension}: {group}" if dimension and group and dimension != ALL else ""


@check("gap_measure")
def gap_measure(at, value: dict) -> list[Verdict]:
    """Does the plan name both levels, and what it will say of a gap that narrows by a fall?"""
    value = value or {}
    levels = [number(value.get(k)) for k in ("level_group", "level_rest")]
    if None in levels:
        return [Verdict(None, "Write the level of the group and the least level of everyone else.")]
    out = [
        Verdict(
            True,
            f"Both levels are set: {decimal(levels[0], 0)}% and at least {decimal(levels[1], 0)}%.",
        )
    ]
    said = text(value.get("warn"))
    return [
        *out,
        Verdict(bool(said) or None, "You will say so." if said else "Say what a fall would mean."),
    ]
