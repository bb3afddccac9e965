"""Notebook 02, all of it private: a decision replayed, a step that interrupts bias, growth edges."""

from __future__ import annotations

import re

from ... import catalog
from ...display import listing, many
from ..registry import Verdict, check, lab
from ._plain import table, text, texts

VAGUE = re.compile(
    r"\b(try|trying|be more|become more|think about|be aware|aim to|if possible|when needed|"
    r"where possible|remember to|be fairer)\b",
    re.I,
)
FEW = 3  # words: less is no situation that one would recognise


@lab("leader-interrupters")
def interrupters(at, **_) -> list:
    """Where could bias have come into a decision, and what interrupts it there?"""
    told = texts("m02")
    names = catalog.content("leader_self_assessment")["decision_replay"]["interrupters"]
    replay = at.folio.get("self_assessment.decision_replay") or {}
    entered = [one for one in told["entries"] if one["id"] in (replay.get("entered") or [])]
    note = told["evidence_note"]
    if not entered:
        return [
            "Tick above where bias could have come in, and see which steps answer to it.",
            note,
        ]
    rows = [
        (one["label"], f"{names[k]}.", told["reasons"][k]) for one in entered for k in one["fits"]
    ]
    fitting = {k for one in entered for k in one["fits"]}
    chosen = next((k for k, name in enumerate(names) if name == replay.get("d6")), None)
    said = f"You see {many(len(entered), 'place')} in the procedure where bias could come in."
    if chosen is None:
        said += " Choose one interrupter; a second one can wait."
    elif chosen in fitting:
        said += f" “{names[chosen]}” answers to one of them."
    else:
        said += f" “{names[chosen]}” is none of those below: say what it answers to, or look again."
    columns = {"place": "Where it could come in", "step": "What interrupts it", "why": "How"}
    return [said, table("Places and interrupters", columns, rows), note]


@check("interrupting-step")
def interrupting_step(at, value) -> list[Verdict]:
    """Is a redesigned decision a procedure with a person, a date and a look back?"""
    value = value or {}
    step = text(value.get("step"))
    vague = VAGUE.search(step)
    if not step:
        first = Verdict(None, "Write the new step.")
    elif vague:
        first = Verdict(False, f"“{vague.group(0)}” is an intention. Who does what, when?")
    else:
        first = Verdict(True, "The step is written. Could a colleague follow it without you?")
    asked = [
        ("interrupter", "An interrupter is built in.", "Choose the interrupter."),
        ("who", "Someone sees to it.", "Say who sees to it."),
        ("from", "It has a date.", "Say from when."),
        ("know", "You will look back.", "Say how you will know after ten decisions."),
    ]
    return [
        first,
        *(
            Verdict(True if value.get(name) else None, yes if value.get(name) else todo)
            for name, yes, todo in asked
        ),
    ]


def if_then(row: dict) -> str:
    """Return a growth edge as one sentence; empty until both halves are there.

    Examples
    --------
    >>> if_then({"if_situation": "If a referral comes", "then_action": "ask what was seen."})
    'If a referral comes, then I will ask what was seen.'
    """
    situation = re.sub(r"^(if|when)\s+", "", text(row.get("if_situation")), flags=re.I)
    action = re.sub(
        r"^(then\s+)?(i will|i'll|i’ll)\s+", "", text(row.get("then_action")), flags=re.I
    )
    if not situation or not action:
        return ""
    return f"If {situation.rstrip(' ,.')}, then I will {action.rstrip(' .')}."


@check("growth-edge")
def growth_edge(at, value) -> list[Verdict]:
    """Is a commitment tied to a situation, an action that can be seen, a date and evidence?"""
    row = value or {}
    whole = if_then(row)
    if not whole:
        return [Verdict(None, "Write both halves: a situation, and what you will then do.")]
    out = [Verdict(True, whole)]
    if len(text(row.get("if_situation")).split()) < FEW:
        out.append(Verdict(False, "Make the situation one that you will recognise: where, when?"))
    vague = VAGUE.search(whole)
    if vague:
        words = f"“{vague.group(0)}” cannot be watched. Which action could someone see?"
        out.append(Verdict(False, words))
    left = [
        words
        for name, words in [
            ("first_date", "a first date"),
            ("evidence_to_collect", "what you keep as evidence"),
            ("review_date", "when you look back"),
        ]
        if not row.get(name)
    ]
    if left:
        out.append(Verdict(None, f"Add {listing(left)}."))
    return out


@check("community-learning")
def community_learning(at, value) -> list[Verdict]:
    """Is there a partner, a date, and a use that someone would notice?"""
    value = value or {}
    asked = [
        ("partner", "A partner from the community leads.", "Name a partner who leads."),
        ("date", "It has a date.", "Give it a date."),
        ("use", "You say what will be different.", "Say what you will do differently."),
        ("use_date", "You will check the use.", "Say when you check that."),
    ]
    return [
        Verdict(True if value.get(name) else None, yes if value.get(name) else todo)
        for name, yes, todo in asked
    ]
