"""Notebook 12: celebrate, look back on set days, and close the circle with five parts and two plans."""

from __future__ import annotations

import datetime

import pandas as pd

from ... import figures_plan, plan
from ...display import listing, many
from ...errors import EquityLabError
from ...markup import Html, bullets, esc
from ...plan.calendar import entries
from ...plan.values import day, said_day, text
from ..registry import Verdict, check, lab
from ._needs import blocked, empty, needs, yes
from ._plain import table
from .goals import told

HALF = (150, 215)  # days: about six months


# ------------------------------------------------------------------ celebration


@check("celebration")
def celebration(at, row: dict) -> list[Verdict]:
    """Is it a system that changed, with evidence, credit and consent?"""
    row = row or {}
    if not text(row.get("what_improved")):
        return [Verdict(None, "Write what is better.")]
    wanted = {"evidence": "how you know", "who_contributed": "who made it happen"}
    wanted |= {"what_we_learned": "what you learned", "next_step": "what comes next"}
    out = [needs(row, wanted, done="Evidence, credit, learning and a next step.")]
    if text(row.get("who_contributed")):
        lack = "Ask those named or shown first."
        out.append(yes(row.get("consent") is True, "They agreed.", lack))
        who = text(row["who_contributed"]).lower()
        theirs = any(w in who for w in ("student", "pupil", "famil", "parent"))
        out.append(
            yes(
                theirs,
                "Students or families are among them.",
                "Were students or families part of it?",
                later=True,
            )
        )
    return out + blocked(row.get("what_improved"), row.get("evidence"))


@lab("celebration_card")
def celebration_card(at, **_) -> list:
    """What is there to celebrate, and may it be told?"""
    rows = at.folio.rows("progress_log.celebrations")
    if not rows:
        return [
            "Nothing is written yet. Look for a routine that changed, and for those who changed it."
        ]
    ready = [
        r for r in rows if r.get("consent") in (True, "Asked and given") and text(r.get("evidence"))
    ]
    said = f"{many(len(rows), 'celebration')}, {len(ready) or 'none'} with evidence and consent, ready to be told."
    parts = []
    for row in rows:
        may = row in ready
        lines = [
            ("How we know:", text(row.get("evidence"))),
            ("What we learned:", text(row.get("what_we_learned"))),
        ]
        if may:
            lines.insert(0, ("Thanks to", f"{text(row.get('who_contributed'))}."))
        lines.append(("Next:", text(row.get("next_step"))))
        hold = (
            ""
            if may
            else "<p class=note>Not yet for the wall: it wants evidence, and the consent of those named.</p>"
        )
        shown = bullets([line for line in lines if line[1].strip(" .")], kind="plain")
        parts.append(f"<h4>{esc(text(row.get('what_improved')))}</h4>{shown}{hold}")
    return [
        said,
        Html(*parts),
        "Celebrate what changed a system. Never reward a number that fell by not being counted.",
    ]


# ------------------------------------------------------------------ days


@check("review_calendar")
def review_calendar(at, value: dict) -> list[Verdict]:
    """Are there a monthly, a termly and a yearly look back?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Three first days: monthly, termly, yearly.")]
    days = {
        "team_from": "the monthly day",
        "full_from": "the termly day",
        "public_from": "the yearly day",
    }
    out = [
        needs(value, {}, days, done="Monthly, termly and yearly: all three have their first day.")
    ]
    spare = [said_day(value[k]) for k in days if day(value.get(k)) and day(value[k]).weekday() > 4]
    if spare:
        out.append(Verdict(None, f"On a weekend: {listing(spare)}."))
    return out


@lab("review_days")
def review_days(at, **_) -> list:
    """Which days does the plan ask for, and of whom?"""
    found = entries(plan.read(at.folio))
    if not found:
        return [
            "No day is set yet. Due dates, checkpoints, meetings and reviews come together here."
        ]
    kinds = {
        "action": "Actions",
        "checkpoint": "Checkpoints",
        "goal": "Goals",
        "part": "Five parts",
        "review": "Reviews",
        "meeting": "Meetings",
    }
    marks = pd.DataFrame(
        [(kinds.get(e.key.partition("-")[0], "Other"), e.date.isoformat()) for e in found],
        columns=["label", "date"],
    )
    said = f"{many(len(found), 'day')}, from {said_day(found[0].date.isoformat())} to {said_day(found[-1].date.isoformat())}."
    chart = figures_plan.timeline(marks, alt=said, caption="Each dot is a day of the plan.")
    cells = [(said_day(e.date.isoformat()), e.what, e.note) for e in found]
    note = "They go into your calendar file, each with a word of warning some days ahead."
    return [
        said,
        chart,
        table("The days of the plan", {"date": "Day", "what": "What", "note": "Note"}, cells),
        note,
    ]


@check("growth_date")
def growth_date(at, value: dict) -> list[Verdict]:
    """Is the next self-assessment about six months away?"""
    value = value or {}
    when = day(value.get("date"))
    if when is None:
        return [Verdict(None, "Set the day. In six months you will have forgotten how you rated.")]
    today = at.folio.saved.date() if at.folio.saved else datetime.date.today()
    apart = (when - today).days
    said = f"In {round(apart / 7)} weeks, on {said_day(when.isoformat())}."
    if HALF[0] <= apart <= HALF[1]:
        return [Verdict(True, said)]
    return [
        Verdict(
            None,
            f"{said} About six months leaves time for practice, and is soon enough to remember.",
        )
    ]


# ------------------------------------------------------------------ five parts and two plans


@check("five_parts")
def five_parts(at, value: dict) -> list[Verdict]:
    """Is each of the five parts dated and owned, or said not to be?"""
    checks = plan.five_parts({"sustain_plan.parts": value or {}})
    done = sum(c.ok is True for c in checks)
    said = (
        "All five parts are dated and owned, or said not to be."
        if done == 5
        else f"{done} of 5 parts are settled."
    )
    return [Verdict(done == 5 or None, said), *told(checks)]


@check("personal_plan")
def personal_plan(at, value: dict) -> list[Verdict]:
    """Is there one of each: event, community, coach, practice, advocacy?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Begin with two growth edges.")]
    five = {
        "learning_events": "a learning event", "plc": "a community of practice", "coach_or_mentor": "a coach or mentor",
        "practice": "a practice", "advocacy_step": "an advocacy step",
    }  # fmt: skip
    out = [needs(value, five, done="One of each: event, community, coach, practice, advocacy.")]
    goals = {"growth_edges": "your growth edges", "knowledge_goal": "something to know"}
    goals |= {"skill_goal": "something to be able to do", "evidence": "how you will know"}
    out.append(
        needs(
            value, goals, {"review_dates": "when you look back"}, done="Goals, evidence and a day."
        )
    )
    return out


@check("district")
def district(at, value: dict) -> list[Verdict]:
    """Do school and district each have a next step and a day?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Say your role first.")]
    wanted = {
        "role": "your role",
        "ask_district": "what a school needs",
        "give_district": "what the district does",
    }
    days = {"report_by": "when reports are made", "talked_by": "when you talk them over"}
    return [
        needs(value, wanted, days, done="Reports and a talk, each with a day."),
        *blocked(value.get("pattern")),
    ]


@lab("district_report")
def district_report(at, **_) -> list:
    """What does a district make for its schools, and what does each side bring?"""
    try:
        schools = at.school.schools
        name = (
            str(at.school.view.above["unit"])
            if at.school.view.above is not None
            else "The district"
        )
        listed = f"{name} has {many(len(schools), 'school')}."
    except EquityLabError:
        listed = "The district's file was not opened here."
    said = f"{listed} One command makes a report for each, and one for the district: equitylab report DATA --out reports."
    rows = [
        (
            "Principal",
            "The school's report, the plan and its readings",
            "What the school stops, and one thing it needs",
        ),
        (
            "Superintendent or district leader",
            "The district report: patterns, shared drivers, one rule in many schools",
            "Time, money, and one practice across schools",
        ),
        ("Board member", "The public report and the brief", "A decision with a date"),
        (
            "Families and students",
            "The first page of the public report, and its questions",
            "What they see that numbers do not",
        ),
    ]
    columns = {"who": "Who", "reads": "Reads", "brings": "Brings"}
    note = (
        "Schools stand by name, never by rate. A school whose file did not come has a report that says so. "
        "The district's plan is made in the same notebooks, with the district as the unit."
    )
    return [said, table("Who reads what, and brings what", columns, rows), note]
