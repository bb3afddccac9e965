"""Notebook 12: learning that is used, events that are tried, and the people around a leader."""

from __future__ import annotations

import datetime
import re

import pandas as pd

from ... import catalog, figures_plan
from ...display import decimal, listing, many
from ...plan.values import counted, day, number, rule, said_day, text
from ..registry import Verdict, check, lab
from ._needs import blocked, empty, needs, yes
from ._plain import table

ENOUGH = 14  # hours in a year, or often; professional_learning_plan.quality_screen
RECENT = 120  # days since the last contact
IF_THEN = r"\b(if|when|after|before|each time)\b.*\bI will\b"


def _about() -> dict:
    return catalog.content("professional_learning_plan")


@check("learning_goal")
def learning_goal(at, row: dict) -> list[Verdict]:
    """Is the learning tied to a goal, long enough, coached, and looked for in use?"""
    row = row or {}
    if not text(row.get("goal")):
        return [Verdict(None, "Write what adults will learn to do.")]
    out = []
    topic = next((t for t in _about()["topics"] if t["id"] == row.get("topic")), None)
    if topic:
        out.append(
            Verdict(True, f"{topic['evidence_note']}. Pair it with: {topic['pair_with'].lower()}.")
        )
    hours = number(row.get("hours"))
    if hours is not None:
        said = f"{decimal(hours, 0)} hours in the year."
        lack = f"{said} Under {ENOUGH}: will it change what adults do?"
        out.append(yes(hours >= ENOUGH, said, lack))
    wanted = {
        "serves": "the goal it serves",
        "coach": "who coaches",
        "use_check": "how you see it in use",
    }
    out.append(
        needs(row, wanted, {"start": "from when"}, done="Tied to a goal, coached, and looked for.")
    )
    partner = bool(text(row.get("community_partner")))
    lack = "Which community partner could teach or plan with you?"
    out.append(yes(partner, "Planned with a community partner.", lack, later=True))
    screen = _about()["quality_screen"]
    held = [s for s in screen if s in (row.get("screen") or [])]
    out.append(Verdict(len(held) >= 5 or None, f"{len(held)} of {len(screen)} signs of quality."))
    return out + blocked(row.get("goal"))


@lab("learning_screen")
def learning_screen(at, **_) -> list:
    """Which learning of the year is likely to be used?"""
    rows = at.folio.rows("sustain_plan.learning_plan")
    screen = _about()["quality_screen"]
    if not rows:
        said = "No learning is planned yet. Seven signs say whether it is likely to be used."
        return [said, table("Signs of quality", {"sign": "Sign"}, [(s,) for s in screen])]
    cells, checked = [], 0
    for row in rows:
        held = [s for s in screen if s in (row.get("screen") or [])]
        checked += bool(text(row.get("use_check")))
        left = [s.lower() for s in screen if s not in held]
        hours = number(row.get("hours"))
        cells.append((
            text(row.get("goal")), said_day(row.get("start")), decimal(hours, 0) if hours is not None else "",
            f"{len(held)} of {len(screen)}", listing(left), text(row.get("community_partner")), text(row.get("use_check")),
        ))  # fmt: skip
    said = f"{many(len(rows), 'learning goal')}, {checked or 'none'} with a check of use in classrooms."
    columns = {
        "goal": "What adults learn",
        "from": "From",
        "hours": "Hours",
        "signs": "Signs",
        "left": "Not yet",
    }
    columns |= {"with": "Community partner", "use": "Seen in use by"}
    return [said, table("The year's learning, screened", columns, cells)]


@check("evaluation")
def evaluation(at, value: dict) -> list[Verdict]:
    """How far up the five levels did the evaluation go?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Choose one event, and begin with the first level.")]
    levels = {one["level"]: one for one in _about()["evaluation_levels"]}
    x, n = number(value.get("level_4_x")), number(value.get("level_4_n"))
    seen = x is not None and bool(n) and x <= n
    held = {k: bool(text(value.get(f"level_{k}"))) for k in (1, 2, 3, 5)} | {4: seen}
    reached = max((k for k, done in held.items() if done), default=0)
    said = f"Answered at {listing([str(k) for k in sorted(held) if held[k]]) or 'no'} of 5 levels."
    out = [Verdict(reached == 5 or None, said)]
    for k in sorted(held):
        if not held[k]:
            out.append(Verdict(None, f"Level {k}: {levels[k]['ask']} {levels[k]['method']}."))
    if seen:
        small = rule(x, n)
        said = "too few lessons to show" if small else f"{counted(x, n)} of the lessons"
        out.append(
            Verdict(not small or None, f"In use (k_pd_use): {said}. Never one teacher's score.")
        )
    if reached == 1:
        out.append(Verdict(False, "Being liked is not being used: go one level up."))
    return out + blocked(value.get("level_5"))


@check("learning_event")
def learning_event(at, row: dict) -> list[Verdict]:
    """Did an event end in one thing that was tried?"""
    row = row or {}
    if not text(row.get("title")):
        return [Verdict(None, "Name the event.")]
    promise = text(row.get("commitment_if_then"))
    good = bool(re.search(IF_THEN, promise, re.I | re.S))
    lack = "Write it as: if or when <a moment>, then I will <one thing>."
    out = [yes(good, "An if-then promise.", lack, later=not promise)]
    tried = bool(day(row.get("tried_on")))
    out.append(
        yes(tried, f"Tried on {said_day(row.get('tried_on'))}.", "Not tried yet.", later=True)
    )
    if tried:
        out.append(
            needs(
                row,
                {"result": "what came of it", "shared_with": "with whom you shared it"},
                done="With what came of it.",
            )
        )
    return out


# ------------------------------------------------------------------ network


@lab("network_rings")
def network_rings(at, **_) -> list:
    """Which rings are empty, who sees it differently, and who is next?"""
    names = _about()["network_map"]["ring_prompts"]
    rows = at.folio.rows("sustain_plan.network")
    if not rows:
        said = f"No one is on the map yet. It has {len(names)} rings: {listing(names)}."
        return [said]
    today = _today(at)
    marks = []
    for row in rows:
        if text(row.get("ring")) in names:
            last = day(row.get("last_contact"))
            marks.append((names.index(row["ring"]), bool(last and (today - last).days <= RECENT)))
    left = [name for k, name in enumerate(names) if k not in {ring for ring, _ in marks}]
    said = f"{many(len(rows), 'contact')} in {len(names) - len(left)} of {len(names)} rings."
    said += f" No one yet in: {'; '.join(left)}." if left else " No ring is empty."
    out: list = [said]
    apart = sum(r.get("differs") is True for r in rows)
    if not apart:
        out.append("Nobody on the map sees things differently from you. Whom could you ask?")
    sizes = [sum(ring == k for ring, _ in marks) for k in range(len(names))]
    if marks and max(sizes) > len(marks) / 2 and len(marks) > 3:
        out.append(f"More than half are in one ring: {names[sizes.index(max(sizes))].lower()}.")
    frame = pd.DataFrame(marks, columns=["ring", "recent"])
    out.append(
        figures_plan.rings(
            frame,
            names=names,
            alt=said,
            caption="Filled: spoken with in the last four months. Dotted rings are empty.",
        )
    )
    order = {name: k for k, name in enumerate(names)}
    cells = [
        (
            text(r.get("person_or_group")),
            text(r.get("ring")),
            text(r.get("what_i_learn")),
            text(r.get("what_i_offer")),
            said_day(r.get("next_contact")) or "no day yet",
        )
        for r in sorted(rows, key=lambda r: order.get(text(r.get("ring")), 9))
    ]
    columns = {
        "who": "Who",
        "ring": "Ring",
        "learn": "I learn",
        "offer": "I offer",
        "next": "Next contact",
    }
    return [*out, table("The network map as a table", columns, cells)]


def _today(at) -> datetime.date:
    """Return the day of the last change, so that a print is repeatable."""
    return at.folio.saved.date() if at.folio.saved else datetime.date.today()


@check("local_support")
def local_support(at, value: dict) -> list[Verdict]:
    """Is there coaching, training and an introduction that needs no membership?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Three things to find: a coach, a training, an introduction.")]
    wanted = {"coaching": "a coach", "skills": "a training", "connections": "an introduction"}
    out = [
        needs(
            value,
            wanted,
            {"first_call": "a day for the first call"},
            done="All three, with a first call.",
        )
    ]
    closed = [w for w in ("coaching", "skills") if text(value.get(f"{w}_terms")) == "Members only"]
    if closed:
        out.append(
            Verdict(None, f"Members only: {listing(closed)}. Who offers the like to everyone?")
        )
    checked = bool(day(value.get("checked_on")))
    return [
        *out,
        yes(
            checked,
            f"Checked on {said_day(value.get('checked_on'))}.",
            "Check their status, with a day.",
            later=True,
        ),
    ]
