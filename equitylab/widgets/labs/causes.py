"""Notebook 09: a problem without blame, a fishbone, and what a school can do about each bone."""

from __future__ import annotations

import re

import pandas as pd

from ... import catalog, figures_causes, language
from ...display import listing, many
from ...markup import Html, bullets, esc
from ..registry import Verdict, check, lab
from ._plain import table, text, texts
from .redesign import blaming

PROBLEM, BONES = "root_cause_map.problem", "root_cause_map.fishbone"
LEAST = 4  # bones with an entry before one goes on
HEARD = ("students", "families", "community")
SYSTEM = re.compile(
    r"\b(process|rule|schedule|timetable|polic(y|ies)|routine|procedure|practice|system|criteri\w+|"
    r"placement|assignment|letter|notice|budget|meeting|grading|referral|offer|fee|code|form|"
    r"we|our|the school|adults|staff)\b",
    re.I,
)
PRACTICE = "Practice: the fishbone of the fictional Riverbend Middle School, made with its students. Yours is drawn as soon as you write an entry."


def _cause() -> dict:
    return catalog.content("root_cause")


def bones() -> dict[str, dict]:
    """Return the eight bones by id."""
    return {one["id"]: one for one in _cause()["fishbone"]["bones"]}


def reaches() -> dict[str, dict]:
    """Return what a school controls, influences and advocates for, by id."""
    return {one["id"]: one for one in _cause()["reach"]}


def statement(at) -> str:
    """Return the problem statement; empty while there is none."""
    held = at.folio.get(PROBLEM)
    return text(held.get("statement") if isinstance(held, dict) else held)


# ---------------------------------------------------------------- the problem


@check("problem-statement")
def problem_statement(at, value) -> list[Verdict]:
    """Does the statement speak of a system, of one problem, with evidence and without blame?"""
    value = value or {}
    words = text(value.get("statement"))
    if not words:
        return [Verdict(None, "Write the problem in one sentence.")]
    asks = blaming(words)
    subject = bool(SYSTEM.search(" ".join(words.split()[:14])))
    one = len([s for s in re.split(r"[.!?](?:\s|$)", words) if s.strip()]) == 1 and ";" not in words
    linked = bool(value.get("priority") or value.get("cards"))
    why = [h for h in language.lint(words) if h.rule == "lg_cause"]
    return [
        Verdict(subject, "It begins with a rule, a routine or what adults do."
                if subject else "Begin with the rule, the routine or what adults do."),
        Verdict(not asks, "It blames no one." if not asks else asks[0]),
        Verdict(linked, "Evidence is linked." if linked else "Choose the priority it comes from."),
        Verdict(one, "It holds one problem." if one else "It holds more than one: write one sentence."),
        *([Verdict(False, f"“{why[0].match}” says why. A problem says what; the why comes next.")] if why else []),
    ]  # fmt: skip


# ---------------------------------------------------------------- the fishbone


@check("fishbone-entry")
def fishbone_entry(at, value) -> list[Verdict]:
    """Does this entry name a condition, and are bones and voices enough to go on?"""
    row = value or {}
    words = text(row.get("entry"))
    if not words:
        return [
            Verdict(None, "Name a condition: a rule, a habit, a choice, a thing that is missing.")
        ]
    found = [Verdict(False, ask) for ask in blaming(words)] or [
        Verdict(True, "It names a condition.")
    ]
    if row.get("bone") == "context" and not text(row.get("adds")):
        found.append(Verdict(None, "Context: what does your school add to it, or take away?"))
    rows = [*at.folio.rows(BONES), row]
    return [*found, *_whole(rows)]


def _whole(rows: list[dict]) -> list[Verdict]:
    filled = {r.get("bone") for r in rows if text(r.get("entry"))} & set(bones())
    heard = any(set(_list(r.get("suggested_by"))) & set(HEARD) for r in rows)
    enough = Verdict(
        len(filled) >= LEAST or None, f"{len(filled)} of 8 bones have an entry; go on from {LEAST}."
    )
    voice = "Students, families or community suggested at least one."
    asked = "Ask students or families for at least one entry before you go on."
    return [enough, Verdict(True, voice) if heard else Verdict(None, asked)]


def _list(value: object) -> list:
    return value if isinstance(value, list) else [value] if value else []


@lab("fishbone")
def fishbone(at, **_) -> list:
    """Which conditions may stand behind the problem?"""
    rows = [r for r in at.folio.rows(BONES) if text(r.get("entry"))]
    own = bool(rows)
    rows = rows or texts("m09")["fishbone"]
    problem = (
        statement(at) if own else _cause()["branching"]["problem"]
    ) or "The problem, not written yet"
    by_bone = {id: [r for r in rows if r.get("bone") == id] for id in bones()}
    filled = [bones()[id]["label"] for id, held in by_bone.items() if held]
    empty = [one["label"] for id, one in bones().items() if not by_bone[id]]
    said = f"{many(len(rows), 'entry', 'entries')} on {len(filled)} of 8 bones"
    said += f"; nothing yet on {listing([e.lower() for e in empty])}." if empty else "."
    frame = pd.DataFrame(
        [
            (one["label"], text(r.get("entry")))
            for id, one in bones().items()
            for r in by_bone[id] or [{"entry": ""}]
        ],
        columns=["bone", "entry"],
    )
    alt = f"Fishbone of: {problem} {said}"
    chart = figures_causes.fishbone(
        frame,
        problem,
        alt=alt,
        caption="Conditions that may stand behind the problem. None of them is tested yet.",
    )
    nested = "".join(
        f"<li><strong>{esc(bones()[id]['label'])}</strong>{bullets([_told(r) for r in held])}</li>"
        for id, held in by_bone.items()
        if held
    )
    todo = [v.text for v in _whole(rows) if v.ok is None] if own else []
    return [*([] if own else [PRACTICE]), said, *todo, chart, Html(f"<ul>{nested}</ul>")]


def _told(row: dict) -> str:
    who = [w.replace("_", " ") for w in _list(row.get("suggested_by"))]
    more = f" (suggested by {listing(who)})" if who else ""
    return text(row.get("entry")) + more


# ---------------------------------------------------------------- control, influence, advocate


@lab("reach")
def reach(at, **_) -> list:
    """What do adults here control, influence, or advocate for?"""
    rows = [r for r in at.folio.rows(BONES) if text(r.get("entry"))]
    own = bool(rows)
    rows = rows or texts("m09")["fishbone"]
    kinds = reaches()
    sorted_ = {id: [r for r in rows if r.get("reach") == id] for id in kinds}
    left = [r for r in rows if r.get("reach") not in kinds]
    told = [
        f"{len(held)} {kinds[id]['label'].lower().removesuffix(' it').removesuffix(' for it')}"
        for id, held in sorted_.items()
    ]
    said = f"Of {many(len(rows), 'entry', 'entries')}: {listing(told)}"
    said += f"; {len(left)} not sorted yet." if left else "."
    context = [r for r in rows if r.get("bone") == "context"]
    note = []
    if context and not any(text(r.get("adds")) for r in context):
        note = [
            "Context is named; now say for each entry what your school adds to it, or takes away."
        ]
    lines = [
        (text(r.get("entry")), bones().get(r.get("bone"), {}).get("label", ""), kinds[id]["label"],
         text(r.get("adds")) or "–", text(r.get("step")) or kinds[id]["ask"])
        for id, held in sorted_.items()
        for r in held
    ]  # fmt: skip
    columns = {
        "entry": "Condition",
        "bone": "Bone",
        "reach": "Reach",
        "adds": "What the school adds",
        "step": "First step, or the question to answer",
    }
    shown = [table("Conditions by what adults here can do", columns, lines)] if lines else []
    return [*([] if own else [PRACTICE]), said, *note, *shown]
