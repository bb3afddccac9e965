"""Notebook 01: whose voice is missing, and whether the team holds what it needs."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_leader
from ...display import listing, many
from ...markup import Html, bullets
from ..registry import Verdict, check, lab
from ._plain import table, text, texts

HIGH, LOW = 2, 1  # stake from "some" up, voice from "a little" down
SEATS = (7, 11)
WHO = {
    "students": ("student",),
    "families": ("family", "community"),
    "staff": ("teacher", "support"),
}


def level(value: object) -> int | None:
    """Return a rating of 0 to 3, or None where there is none."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def missing_voice(row: dict) -> bool:
    """Whether a group has a high stake and a low voice.

    Examples
    --------
    >>> missing_voice({"stake": 3, "voice": 1}), missing_voice({"stake": 3}), missing_voice({})
    (True, False, False)
    """
    stake, voice = level(row.get("stake")), level(row.get("voice"))
    return stake is not None and voice is not None and stake >= HIGH and voice <= LOW


def invited(row: dict) -> bool:
    """Whether a group has a named invitation and a support."""
    return bool(text(row.get("who")) and text(row.get("next_step")) and row.get("supports"))


@check("missing-voices")
def missing_voices(at, value) -> list[Verdict]:
    """Does a group with much at stake and little voice have an invitation and a support?"""
    row = value or {}
    if level(row.get("stake")) is None or level(row.get("voice")) is None:
        return [Verdict(None, "Rate stake and voice.")]
    if not missing_voice(row):
        return [Verdict(True, "Not on the list of missing voices.")]
    left = [
        words
        for words, there in [
            ("who that is, here", text(row.get("who"))),
            ("a support", row.get("supports")),
            ("an invitation: who asks, and when", text(row.get("next_step"))),
        ]
        if not there
    ]
    if left:
        return [Verdict(False, f"Much at stake, little voice. Still needed: {listing(left)}.")]
    return [Verdict(True, "Much at stake, little voice; invited by name, with a support.")]


@lab("stakeholder-map")
def stakeholder_map(at, **_) -> list:
    """Who has much at stake and little voice, and who of them is invited?"""
    rows = [
        row
        for row in at.folio.rows("team_charter.stakeholders")
        if level(row.get("stake")) is not None and level(row.get("voice")) is not None
    ]
    own = bool(rows)
    rows = rows or texts("m01")["riverbend_map"]
    missing = [row for row in rows if missing_voice(row)]
    asked = [row for row in missing if invited(row)]
    whose = "Your map" if own else "Nothing is on your map yet, so this is Riverbend's. It"
    said = (
        f"{whose} has {many(len(rows), 'group')}; {len(missing) or 'none'} of them "
        f"{'has' if len(missing) == 1 else 'have'} much at stake and little voice"
        + (f": {listing([text(row['group']) for row in missing])}." if missing else ".")
    )
    if missing:
        said += f" Invited by name, with a support: {len(asked)} of {len(missing)}."
    frame = pd.DataFrame(
        {
            "group": [text(row["group"]) for row in rows],
            "stake": [level(row["stake"]) for row in rows],
            "voice": [level(row["voice"]) for row in rows],
        }
    )
    chart = figures_leader.voices(
        frame,
        alt=said,
        caption="Up is more at stake, right is more voice today. The frame holds the groups that "
        "have much at stake and little voice.",
    )
    names = figures_leader.LEVELS
    supports = catalog.content("vision_and_team")["participation_supports"]
    lines = [
        (
            text(row["group"]),
            names[level(row["stake"])],
            names[level(row["voice"])],
            _invitation(row, supports),
        )
        for row in rows
    ]
    columns = {"group": "Group", "stake": "Stake", "voice": "Voice today", "asked": "Invitation"}
    rule = "The rule: whoever has much at stake and little voice gets a named invitation and a support."
    return [said, *_guess(at, missing, own), chart, table("Stake and voice", columns, lines), rule]


def _invitation(row: dict, supports: list[str]) -> str:
    if not missing_voice(row):
        return text(row.get("next_step")) or "–"
    if not invited(row):
        return "missing voice: no invitation with a support yet"
    offered = [s.replace("_", " ") for s in supports if s in row["supports"]]
    return f"{text(row['next_step'])}; {listing(offered)}"


def _guess(at, missing: list[dict], own: bool) -> list[str]:
    guess = (at.folio.get("predictions.m01") or {}).get("how_many")
    if guess is None or not own:
        return []
    return [f"You expected {many(int(guess), 'group')} there; the map has {len(missing)}."]


# ---------------------------------------------------------------- the team


def composition(rows: list[dict]) -> list[Verdict]:
    """Does a team of these seats hold what vision_and_team asks of its composition?"""
    who = [row.get("who") for row in rows]
    brings = [set(row.get("brings") or []) for row in rows]
    count = {name: sum(w in kinds for w in who) for name, kinds in WHO.items()}
    both = {"teacher", "support"} <= set(who)
    least, most = SEATS
    met = [
        (least <= len(rows) <= most, f"{many(len(rows), 'seat')}; {least} to {most} work best"),
        (count["students"] >= 2, f"students or recent students: {count['students']} of at least 2"),
        (count["families"] >= 2, f"family or community: {count['families']} of at least 2"),
        (both, "teaching and non-teaching staff, both"),
        (any("data" in b for b in brings), "someone with data skills"),
        (any("decides" in b for b in brings), "someone who can decide"),
        (sum("other_view" in b for b in brings) >= 1, "someone who sees it differently"),
    ]
    return [Verdict(ok, words) for ok, words in met]


@lab("team-composition")
def team(at, **_) -> list:
    """Which of seven things that a team needs does it hold?"""
    rows = at.folio.rows("team_charter.members")
    if not rows:
        return ["Add the first seats above, and the seven checks of a team appear here."]
    found = composition(rows)
    left = [verdict.text for verdict in found if not verdict.ok]
    said = f"{len(found) - len(left)} of {len(found)} checks are met."
    if left:
        said += f" Still open: {'; '.join(left)}."
    marks = [("Met:" if verdict.ok else "Open:", verdict.text) for verdict in found]
    without = [row for row in rows if row.get("who") in ("student", "family", "community")]
    without = [row for row in without if not text(row.get("support"))]
    more = []
    if without:
        more = [
            f"{many(len(without), 'seat')} of students, families or community "
            f"{'has' if len(without) == 1 else 'have'} no support yet. An invitation without one "
            "reaches those who would have come anyway."
        ]
    if not any("knows" in (row.get("brings") or []) for row in rows):
        more.append("No seat knows the students whom you serve least well. Who would?")
    return [said, Html(bullets(marks)), *more]


@check("decision-rights")
def decision_rights(at, value) -> list[Verdict]:
    """Does a decision say who recommends, who is heard, who decides and who is told?"""
    row = value or {}
    asked = {
        "recommends": "recommends",
        "heard": "is heard",
        "decides": "decides",
        "told": "is told",
    }
    left = [words for name, words in asked.items() if not text(row.get(name))]
    if len(left) == len(asked):
        return [Verdict(None, "Say who recommends, who is heard, who decides, who is told.")]
    if left:
        return [Verdict(False, f"Say who {listing(left)}.")]
    return [Verdict(True, "All four are named.")]


@check("safeguards")
def safeguards(at, value) -> list[Verdict]:
    """Are all safeguards for students promised, and do students decide something?"""
    value = value or {}
    all_of = catalog.content("vision_and_team")["safeguards_for_students"]
    kept = value.get("kept") or []
    left = [words for words in all_of if words not in kept]
    decides = text(value.get("decides"))
    return [
        Verdict(True, "All six safeguards are promised.")
        if not left
        else Verdict(False if kept else None, f"Left to promise: {'; '.join(left)}."),
        Verdict(True, "Students decide something.")
        if decides
        else Verdict(None, "Say what students decide; else they are asked to decorate."),
    ]
