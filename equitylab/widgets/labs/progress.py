"""Notebook 12: small tests, readings, run charts with their too-early rule, and many schools at once."""

from __future__ import annotations

import math

import pandas as pd

from ... import catalog, figures_plan, plan
from ...display import decimal, first_up, many, percent
from ...markup import Html, esc
from ...plan.aim import events
from ...plan.thread import name as called
from ...plan.values import counted, day, kpi_of, number, rule, said_day, text
from ..registry import Verdict, check, lab
from ._needs import blocked, empty, guess_first, needs, yes
from ._plain import table
from .goals import BENEFITS, listed, share

STATUS = {
    "improving": "improving",
    "steady": "steady",
    "worsening": "worsening",
    "too_early": "too early to tell",
}


# ------------------------------------------------------------------ tests


@check("pdsa")
def pdsa(at, row: dict) -> list[Verdict]:
    """Is the test small, was the prediction first, and what was learned for whom?"""
    row = row or {}
    if not text(row.get("question")):
        return [Verdict(None, "Write the question that the test answers.")]
    wanted = {"prediction": "a prediction", "measure": "what you count or hear", "where": "where"}
    out = [
        needs(
            row, wanted, {"when": "from when"}, done="Plan: predicted before it began, and small."
        )
    ]
    notice = row.get("notice") is True
    out.append(yes(notice, "Those it touches know of it.", "Tell those it touches.", later=True))
    if text(row.get("what_happened")):
        after = {"prediction_vs_result": "prediction beside result", "for_whom": "for whom"}
        after["decision"] = "adopt, adapt or abandon"
        out.append(needs(row, after, done="Study and act: done."))
    rows = at.folio.rows("progress_log.pdsa")
    done = sum(r.get("change") == row.get("change") and bool(r.get("decision")) for r in rows)
    if row.get("change") and text(row.get("decision")) == "adopt" and done < 3:
        said = f"{many(done, 'cycle')} of this idea so far; three before it is scaled."
        out.append(Verdict(None, said))
    return out + blocked(row.get("what_happened"), row.get("prediction_vs_result"))


@check("reflect_cycle")
def reflect_cycle(at, value: dict) -> list[Verdict]:
    """From notice to keep, adjust or drop: is the circle closed?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Begin with what you noticed.")]
    wanted = {k: k for k in ("notice", "wonder", "check", "redesign", "try", "study")}
    return [
        needs(
            value,
            wanted,
            {"again": "when you look again"},
            done="The circle is closed, until next time.",
        )
    ]


# ------------------------------------------------------------------ run charts


@lab("run_practice")
def run_practice(at, series: str = "rb12", **_) -> list:
    """What do six months say, and what do fourteen?"""
    if first := guess_first(at):
        return first
    rows = at.practice("kpi_readings")
    rows = rows[rows["series"] == series]
    kpi = kpi_of(rows["kpi"].iloc[0])
    out = _run(rows.to_dict("records"), kpi, name=f"{rows['school'].iloc[0]} (practice)")
    said = at.folio.get("predictions.m12") or {}
    if series == "rb12" and said.get("months"):
        months = many(int(said["months"]), "month")
        out.insert(
            1, f"You said {months}. By the rule it takes ten readings before anything is said."
        )
    return out


def _run(
    points: list[dict], kpi: dict, *, name: str, target: float | None = None, way: str = ""
) -> list:
    """Return sentence, chart and table of one measure's readings."""
    better = {"down": "lower", "up": "raise"}.get(text(kpi.get("direction")), "raise")
    chart = plan.run_chart(points, direction=way if way in ("raise", "lower") else better)
    shown = [p for p in chart.points if p.value == p.value]
    if not shown:
        return [chart.text]
    per = events(kpi.get("id"))
    half = percent(chart.median, min(p.n for p in shown))
    if per:
        half = f"{decimal(100 * chart.median)} per 100"
    said = f"{name}. {text(kpi['label'])}: {STATUS[chart.status]}. {chart.text}"
    last = counted(shown[-1].x, shown[-1].n, per=per)
    more = f"The median of {many(len(shown), 'reading')} is {half}; the last is {last}."
    frame = pd.DataFrame(
        [(p.date, p.value, p.low, p.high, p.note) for p in shown],
        columns=["date", "value", "low", "high", "note"],
    )
    if per:  # one student can have several events: a share's interval would be too narrow
        frame[["low", "high"]] = math.nan
    caption = "Dots are readings" + (", per 100. " if per else ", lines their 95% intervals. ")
    caption += "Dashed: the median" + ("; dotted: the target. " if target is not None else ". ")
    picture = figures_plan.run(
        frame,
        median=chart.median,
        target=target,
        alt=f"{said} {more}",
        caption=caption + "An upright line says that something changed there.",
        per=per,
    )
    cells = [
        (said_day(p.date), counted(p.x, p.n, per=per) if p.value == p.value else p.why, p.note)
        for p in chart.points
    ]
    columns = {"date": "Date", "reading": "Reading", "note": "What changed"}
    rules = catalog.content("action_plan")["kpi_tracker"]["signal_rules"]
    words = {"shift": "a shift", "trend": "a trend", "too_early": "too early"}
    note = "The rule: " + " ".join(f"{r['rule'].rstrip('.')} ({words[r['id']]})." for r in rules)
    return [
        said,
        more,
        picture,
        table(f"Readings of “{text(kpi['label'])}” at {name}", columns, cells),
        note,
    ]


@check("reading")
def reading(at, row: dict) -> list[Verdict]:
    """Can this reading be used, and will it be shown?"""
    row = row or {}
    x, n = number(row.get("numerator")), number(row.get("denominator"))
    if x is None or not n:
        return [Verdict(None, "Write a count, and of how many.")]
    out = []
    kpi = plan.read(at.folio).kpis.get(text(row.get("kpi")), {})
    if x > n and not events(kpi.get("kpi")):
        return [Verdict(False, "The count is larger than the number it is of.")]
    if rule(x, n):
        out.append(Verdict(None, "Too few to be shown: it is kept for you, and hidden in charts."))
    else:
        out.append(Verdict(True, f"{first_up(counted(x, n, per=events(kpi.get('kpi'))))}."))
    if not day(row.get("date")):
        out.append(Verdict(None, "On which day was it read?"))
    return [
        *out,
        yes(bool(kpi), "It belongs to a measure of your plan.", "Say which measure.", later=True),
    ]


@lab("run_own")
def run_own(at, kpi: str = "", **_) -> list:
    """How have the measures of this plan moved?"""
    held = plan.read(at.folio)
    with_ = {id: held.below("readings", "kpi", [id]) for id in held.kpis}
    with_ = {id: rows for id, rows in with_.items() if rows}
    if kpi in held.kpis and kpi not in with_:
        label = kpi_of(held.kpis[kpi].get("kpi"))["label"]
        return [f"“{label}” has no reading yet. Add one above, each month if you can."]
    if not with_:
        return ["No reading yet. Add the first one above; the chart begins with it."]
    out: list = []
    for id in [kpi] if kpi in with_ else with_:
        row = held.kpis[id]
        aim = share(row.get("target"))
        way = text(row.get("direction"))
        target = None if math.isnan(aim) else aim
        out += _run(with_[id], kpi_of(row.get("kpi")), name=_school(at), target=target, way=way)
    return out


def _school(at) -> str:
    held = at.folio.get("profile.school")
    return text(held.get("name")) if isinstance(held, dict) and held.get("name") else "Our school"


@lab("kpi_readings")
def kpi_readings(at, **_) -> list:
    """Is each goal measured from every side, and is each measure read?"""
    held = plan.read(at.folio)
    if not held.kpis:
        return ["No measure is chosen yet. Notebook 10 asks for four kinds a goal."]
    cells, read = [], 0
    for id, row in held.kpis.items():
        rows = held.below("readings", "kpi", [id])
        read += bool(rows)
        chart = plan.run_chart(rows, direction=plan.carried.better(row)) if rows else None
        last = max((text(r.get("date")) for r in rows), default="")
        label = text(kpi_of(row.get("kpi")).get("label"))
        state = STATUS[chart.status] if chart else "not read yet"
        cells.append(
            (
                label,
                text(row.get("kind")),
                text(row.get("frequency")),
                str(len(rows)),
                said_day(last),
                state,
            )
        )
    said = f"{many(len(held.kpis), 'measure')}, {read or 'none'} of them read at least once."
    parts = []
    for id, goal in held.goals.items():
        parts.append(f"<h4>{esc(called(goal))}</h4>{listed(plan.kpi_coverage(held, id))}")
    columns = {
        "kpi": "Measure",
        "kind": "Kind",
        "often": "Read",
        "times": "Readings",
        "last": "Last",
    }
    columns["state"] = "So far"
    return [said, Html(*parts), table("Measures and their readings", columns, cells)]


# ------------------------------------------------------------------ hypotheses


@check("benefits")
def benefits(at, value: dict) -> list[Verdict]:
    """What became of the four hypotheses, with which readings?"""
    value = value or {}
    planned = at.folio.get("action_plan.hypotheses") or {}
    out = []
    for part, label in BENEFITS.items():
        kpi = text(kpi_of(planned.get(f"{part}_kpi")).get("label"))
        said = text(value.get(part))
        by = f", looked at through “{kpi}”" if kpi else ""
        out.append(
            yes(
                bool(said),
                f"{label}{by}: {said.lower()}.",
                f"{label}{by}: not answered.",
                later=True,
            )
        )
    claimed = [p for p in BENEFITS if text(value.get(p)) in ("A clear change", "Speaks against it")]
    if claimed:
        evidence = bool(text(value.get("evidence")))
        out.append(
            yes(evidence, "With its evidence.", "Say which readings and voices speak for it.")
        )
        readings = len(at.folio.rows("progress_log.readings"))
        if readings < plan.runs.POINTS:
            out.append(
                Verdict(
                    None, f"{many(readings, 'reading')} in all: is it too early for a clear word?"
                )
            )
    return out + blocked(value.get("evidence"))
