"""Notebook 12: a learning community's charter, year, hour and health; guests; student work."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_plan, plan
from ...display import listing, many
from ...plan import meetings
from ...plan.thread import name as called
from ...plan.values import counted, day, said_day, text
from ..registry import Verdict, check, lab
from ._needs import empty, needs, words, yes
from ._plain import table


def _protocol() -> dict:
    return catalog.content("plc_protocol")


@check("plc_charter")
def plc_charter(at, value: dict) -> list[Verdict]:
    """Has the group a finding, roles, a norm of its own, and something a student would notice?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Name the group and choose the finding card that comes first.")]
    wanted = {"name": "a name", "focus_finding_card": "a finding card", "members": "who is in it"}
    wanted |= {
        "decision_rights": "what it may decide",
        "success_looks_like": "what would be noticed",
    }
    out = [needs(value, wanted, done="A group with a finding, members and a right to decide.")]
    own = bool(text(value.get("own_norm")))
    out.append(yes(own, "A norm of your own.", "Add or change at least one norm.", later=True))
    left = [r["id"] for r in _protocol()["roles"] if r["id"] not in (value.get("roles") or [])]
    if left:
        named = listing([one.replace("_", " ") for one in left])
        out.append(Verdict(None, f"No one yet as {named}."))
    return out


@lab("plc_calendar")
def plc_calendar(at, **_) -> list:
    """When are the year's meetings, and what does each leave behind?"""
    settings = at.folio.get("sustain_plan.plc_year")
    rows = meetings.merged(settings, at.folio.rows("sustain_plan.plc_calendar"))
    if not rows:
        said = "Choose the first month above, and the ten themes get their days. They are:"
        return [said, table("Ten themes of a year", *_themes())]
    days = [text(r.get("date")) for r in rows if day(r.get("date"))]
    said = f"{many(len(rows), 'meeting')}, from {said_day(days[0])} to {said_day(days[-1])}."
    marks = pd.DataFrame([("Meetings", d) for d in days], columns=["label", "date"])
    chart = figures_plan.timeline(marks, alt=said, caption="Each dot is a meeting.")
    columns = {"date": "Date", "theme": "Theme", "output": "Leaves behind", "event": "Also"}
    cells = [
        (said_day(r.get("date")), *(text(r.get(k)) for k in columns if k != "date")) for r in rows
    ]
    where = ", ".join(filter(None, (text((settings or {}).get(k)) for k in ("time", "place"))))
    note = f"{where}. " if where else ""
    note += "The days go into your calendar file at the end of this notebook."
    return [said, chart, table("The year of the learning community", columns, cells), note]


def _themes() -> tuple[dict, list]:
    columns = {"m": "Month", "theme": "Theme", "output": "Leaves behind", "event": "Also"}
    months = _protocol()["calendar"]["months"]
    return columns, [(m["m"], m["theme"], m["output"], m["event"]) for m in months]


@lab("plc_agenda")
def plc_agenda(at, length: int = 60, **_) -> list:
    """What does one meeting do, minute by minute?"""
    held = plan.read(at.folio)
    charter = at.folio.get("sustain_plan.plc_charter") or {}
    card = held.cards.get(text(charter.get("focus_finding_card")), {})
    out = []
    if card:
        said = counted(card.get("x"), card.get("n")) or "no count that can be shown"
        out.append(f"On the table: “{called(card)}”, {said}.")
    else:
        out.append("On the table: one finding card. Choose it in the charter, and it stands here.")
    minute = 0
    cells = []
    if int(length) == 30:
        steps = [one.rpartition(" ") for one in _protocol()["agenda_30"]]
        rows = [(int(minutes), step, "") for step, _, minutes in steps]
    else:
        rows = [(one["min"], one["step"], one["do"]) for one in _protocol()["agenda_60"]]
    for minutes, step, do in rows:
        cells.append((f"{minute} to {minute + minutes}", step, do))
        minute += minutes
    columns = {"when": "Minutes", "step": "Step", "do": "What people do"}
    out.append(table(f"An agenda of {minute} minutes", columns, cells))
    return [*out, "It ends with promises read aloud, and with whose voice was missing."]


@check("guest")
def guest(at, row: dict) -> list[Verdict]:
    """Is the guest vetted, prepared for, and followed up?"""
    row = row or {}
    if not text(row.get("speaker_or_mentor")):
        return [Verdict(None, "Name a guest or a mentor, by role.")]
    vet = catalog.content("professional_learning_plan")["guest_speakers"]["vet"]
    left = [one.lower() for one in vet if one not in (row.get("vetted") or [])]
    out = [yes(not left, "Looked at before you ask.", f"Not looked at yet: {listing(left)}.")]
    wanted = {
        "purpose": "your question",
        "questions": "what you will ask",
        "follow_up": "what follows",
    }
    out.append(needs(row, wanted, {"date": "a day"}, done="A question, a day and a follow-up."))
    unpaid = text(row.get("paid_or_unpaid")) == "Not settled"
    if unpaid:
        out.append(Verdict(None, "Settle pay before you ask: people's time and story are work."))
    return out


@check("meeting")
def meeting(at, row: dict) -> list[Verdict]:
    """Did the meeting end with promises, and with whose voice was missing?"""
    row = row or {}
    if not text(row.get("question")):
        return [Verdict(None, "Write the question of the meeting.")]
    wanted = {
        "evidence": "the evidence",
        "decision": "what is tried",
        "promises": "who promised what",
    }
    wanted["voice_missing"] = "whose view was missing"
    return [
        needs(
            row, wanted, {"date": "the date"}, done="It ended as it should: promises and a voice."
        )
    ]


@check("health")
def health(at, value: dict) -> list[Verdict]:
    """Which of the five lines is weakest, and is there evidence?"""
    value = value or {}
    rated = {k: v["rating"] for k, v in value.items() if isinstance(v.get("rating"), int)}
    if not rated:
        return [Verdict(None, "Five lines, once a term, answered by the group.")]
    names = {
        "hc1": "privacy of evidence",
        "hc2": "what adults can change",
        "hc3": "every voice heard",
    }
    names |= {"hc4": "promises kept", "hc5": "influence of students and families"}
    low = [names.get(k, k) for k, v in rated.items() if v == min(rated.values())]
    ask = f"Talk first about {listing(low)}." if min(rated.values()) < 5 else "Keep it so."
    said = f"{len(rated)} of 5 lines answered. {ask}"
    return [Verdict(len(rated) == 5 or None, said)]


@check("student_work")
def student_work(at, value: dict) -> list[Verdict]:
    """Was it described before it was judged, and does the task change?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Take five samples of one task, without names.")]
    wanted = {"partner": "with whom", "describe": "what is on the page", "strengths": "strengths"}
    wanted["change"] = "what changes in the task"
    out = [
        needs(
            value,
            wanted,
            {"again": "when you look again"},
            done="Described, read for strengths, changed.",
        )
    ]
    if text(value.get("demand")) == "No":
        said = "Not every group had the same demand: raise the demand, then add support."
        out.append(Verdict(None, said))
    if words(value.get("change")) and "student" in text(value["change"]).lower().split():
        out.append(Verdict(None, "Is it the task that changes, or the student?"))
    return out
