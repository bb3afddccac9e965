"""Notebook 12: the next question, an agreement, a log, and an arc of six. Coaching is private."""

from __future__ import annotations

import datetime

from ... import catalog
from ...display import first_up, many
from ...plan.values import day, number, said_day, text
from ..registry import Verdict, check, lab
from ._needs import empty, needs, yes
from ._plain import table, texts

STAGES = {"goal": "Goal", "reality": "Reality", "options": "Options", "way": "Way forward"}


@check("coaching_turns")
def coaching_turns(at, value: dict) -> list[Verdict]:
    """What is each question likely to do?"""
    value, out = value or {}, []
    for stage, turns in texts("m12")["turns"].items():
        chosen = next((t for t in turns if t["id"] == value.get(stage)), None)
        if chosen is None:
            out.append(Verdict(None, f"{STAGES[stage]}: choose a question."))
        else:
            out.append(Verdict(bool(chosen["good"]), f"{STAGES[stage]}: {chosen['effect']}"))
    good = sum(v.ok is True for v in out)
    if all(v.ok is not None for v in out):
        said = f"{good} of 4 questions open something. Change one, and see what else it could do."
        out.append(Verdict(good == 4, said))
    return out


@check("coaching_agreement")
def coaching_agreement(at, value: dict) -> list[Verdict]:
    """Whose notes are they, where does confidence end, and how does it stop?"""
    value = value or {}
    defaults = catalog.content("coaching_log")["agreement_defaults"]
    own = Verdict(True, f"{defaults[0]}. {defaults[1]}. {defaults[2]}.")
    if empty(value):
        return [own]
    wanted = {"coach": "who coaches", "purpose": "for what", "confidentiality_limits": "its limits"}
    wanted["how_to_end"] = "how it ends"
    done = "Agreed: purpose, limits, days and an end."
    out = [own, needs(value, wanted, {"first": "a first day"}, done=done)]
    agreed = value.get("observation_consent") is True
    return [
        *out,
        yes(agreed, "Observation is agreed.", "No observation without agreement.", later=True),
    ]


@check("coaching_session")
def coaching_session(at, row: dict) -> list[Verdict]:
    """Did the talk reach a next step, a day and an honest likelihood?"""
    row = row or {}
    if not text(row.get("focus_goal")):
        return [Verdict(None, "Write what would make it useful.")]
    wanted = {"reality": "reality", "options": "options", "chosen_action": "the way forward"}
    wanted["evidence_to_bring"] = "what you bring next time"
    out = [needs(row, wanted, {"due": "by when"}, done="From goal to way forward, with a day.")]
    options = text(row.get("options"))
    if options and sum(options.count(mark) for mark in ";,\n") < 2:
        out.append(Verdict(None, "Three ways, one of them very small, leave more choice than one."))
    likely = number(row.get("likelihood"))
    if likely is not None:
        said = f"Likelihood {likely:g} of 10."
        said += " What would raise it?" if likely < 7 else ""
        out.append(Verdict(likely >= 7, said))
    return out


@lab("coaching_arc")
def coaching_arc(at, **_) -> list:
    """Which six sessions, on which days, and what does a coach listen for?"""
    log = catalog.content("coaching_log")
    agreed = at.folio.get("sustain_plan.coaching_agreement") or {}
    first, weeks = day(agreed.get("first")), number(agreed.get("weeks")) or 4
    held = at.folio.rows("sustain_plan.coaching_sessions")
    cells = []
    for one in log["arc_of_six"]:
        when = first + datetime.timedelta(weeks=int(weeks) * (one["n"] - 1)) if first else None
        cells.append((one["n"], one["focus"], said_day(when.isoformat()) if when else "no day yet"))
    minutes = "; ".join(
        f"{s['id'].replace('_', ' ')} {s['minutes']}" for s in log["session"]["stages"]
    )
    said = (
        f"{first_up(many(len(held), 'conversation'))} logged. A full one has 45 minutes: {minutes}."
    )
    sessions = table(
        "An arc of six sessions", {"n": "Session", "focus": "About", "on": "Day"}, cells
    )
    cues = [(c["cue"], c["response"]) for c in log["equity_listening_cues"]]
    columns = {"cue": "When you hear", "ask": "You could ask"}
    note = (
        "Coaching at scale has helped teaching by about half a standard deviation and learning by "
        "about a fifth on average, less in large programmes (Kraft, Blazar and Hogan, 2018)."
    )
    return [said, sessions, table("Cues to listen for", columns, cues), note]
