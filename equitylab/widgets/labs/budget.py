"""Notebooks 10 and 12: what money and hours are moved, who loses them, and what to ask for."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_study, language, plan
from ...display import count, decimal, listing, many
from ...markup import Html, bullets
from ...plan.values import day, number, said_day, text
from ..registry import Verdict, check, lab
from ._plain import table


@check("budget_line")
def budget_line(at, row: dict) -> list[Verdict]:
    """Does the line say what is redirected, who loses it, and what softens that?"""
    row = row or {}
    if not text(row.get("item")):
        return [Verdict(None, "Name the item.")]
    source = text(row.get("redirected_from"))
    if not source:
        return [Verdict(False, "Say what the money did before, or write “new money”.")]
    if source.lower().startswith("new"):
        ok = bool(text(row.get("source")))
        return [Verdict(ok, "New money, from a named source." if ok else "Which source is it?")]
    lacks = [
        w
        for w, f in (("who loses it", "who_loses"), ("what softens that", "mitigations"))
        if not text(row.get(f))
    ]
    said = (
        f"Say {' and '.join(lacks)}."
        if lacks
        else "What is redirected, who loses it and what softens that: all said."
    )
    return [Verdict(not lacks, said)]


@lab("budget_table")
def budget_table(at, **_) -> list:
    """What does the plan cost, and what is it taken from?"""
    held = plan.read(at.folio)
    rows = list(held.budget.values())
    out: list = [_allocated(at)]
    if not rows:
        return [*filter(None, out), "No budget line is written yet."]
    once, yearly = (sum(number(r.get(k)) or 0 for r in rows) for k in ("one_time", "recurring"))
    moved = [
        r for r in rows if (s := text(r.get("redirected_from"))) and not s.lower().startswith("new")
    ]
    silent = [r for r in moved if not text(r.get("who_loses"))]
    unsaid = [r for r in rows if not text(r.get("redirected_from"))]
    said = (
        f"{count(once)} once and {count(yearly)} each year; {many(len(moved), 'line')} redirected"
    )
    part = sum((number(r.get("recurring")) or 0) + (number(r.get("one_time")) or 0) for r in moved)
    said += f", worth {count(part)} in the first year." if moved else "."
    if silent or unsaid:
        said += f" Still to say: what {len(unsaid)} did before, and who loses for {len(silent)}."
    out.insert(0, said)
    marks = pd.DataFrame(
        [
            (
                text(r.get("item")),
                (number(r.get("one_time")) or 0) + (number(r.get("recurring")) or 0),
            )
            for r in rows
        ],
        columns=["label", "value"],
    )
    if marks["value"].sum():
        out.append(figures_study.bars(marks, label="Cost in the first year", alt=said))
    cells = [
        (text(r.get("item")), _money(r.get("one_time")), _money(r.get("recurring")), text(r.get("source")),
         text(r.get("redirected_from")), text(r.get("who_loses")), text(r.get("mitigations")))
        for r in rows
    ]  # fmt: skip
    cells.append(("Together", _money(once), _money(yearly), "", "", "", ""))
    columns = {
        "item": "Item", "once": "Once", "yearly": "Each year", "source": "Money", "from": "Taken from",
        "loses": "Who loses what", "soft": "What softens it",
    }  # fmt: skip
    return [*filter(None, out), table("The budget of the plan", columns, cells)]


def _money(value: object) -> str:
    return count(number(value)) if number(value) else ""


def _allocated(at) -> Html | str:
    """Return the choice that was made in the allocation simulator, as lines to plan with."""
    chosen = at.folio.get("staffing_review.allocation")
    if not isinstance(chosen, dict) or not chosen:
        return "Notebook 05's allocation simulator holds no choice yet; budget lines can be written without it."
    options = catalog.content("hiring_retention_review")["allocation_simulator"]["options"]
    labels = {o["id"]: o["label"] for o in options}
    units = [
        (labels[k], f"{count(v)} of 100 units")
        for k, v in chosen.items()
        if k in labels and number(v)
    ]
    said = at.folio.get("staffing_review.trade_offs") or {}
    asked = {"Who receives less:": "who_loses", "What would stop:": "stop", "Whom to ask:": "voice"}
    more = [(label, text(said.get(k))) for label, k in asked.items() if text(said.get(k))]
    return Html(
        "<h4>Your choice in the allocation simulator of notebook 05</h4>",
        bullets([(f"{label}:", amount) for label, amount in units] + more),
    )


@check("costed_ask")
def costed_ask(at, value: dict) -> list[Verdict]:
    """Can this ask be granted: a decision, a person, a day, a price and your own part?"""
    value = value or {}
    asked = {
        "what you ask for": text(value.get("what")), "who can say yes": text(value.get("whom")),
        "a day": day(value.get("by")), "a cost": number(value.get("cost")) is not None,
        "your own part": text(value.get("our_part")), "a measure": text(value.get("measure")),
    }  # fmt: skip
    if not any(asked.values()):
        return [Verdict(None, "Write what you would ask for.")]
    lacks = [name for name, held in asked.items() if not held]
    if lacks:
        return [Verdict(False, f"It still lacks {listing(lacks)}.")]
    cost = count(number(value["cost"]))
    said = (
        f"We ask {text(value['whom'])} for {text(value['what'])} by {said_day(value['by'])}. It costs {cost} a year; "
        f"we give: {text(value['our_part'])}. We will both know by this: {text(value['measure'])}."
    )
    hints = [h for h in language.lint(said) if h.severity == "block_in_reports"]
    return [Verdict(not hints, said)]


# ------------------------------------------------------------------ hours


@lab("hours_balance")
def hours_balance(at, **_) -> list:
    """Do the hours that start come from hours that stop?"""
    rows = at.folio.rows("action_plan.hours")
    if not rows:
        return ["Write what stops, what starts and what is shifted, with its hours."]
    year = {"stop": 0.0, "start": 0.0, "shift": 0.0}
    cells = []
    for row in rows:
        people, hours, weeks = (number(row.get(k)) for k in ("people", "hours", "weeks"))
        total = (people or 1) * (hours or 0) * (weeks or 36)
        move = text(row.get("move"))
        year[move] = year.get(move, 0) + total
        cells.append(
            (
                text(row.get("what")),
                move,
                decimal((people or 1) * (hours or 0)),
                decimal(total, 0),
                text(row.get("whose")),
            )
        )
    short = year["start"] - year["stop"]
    said = f"In a year {decimal(year['start'], 0)} hours start, {decimal(year['stop'], 0)} stop and {decimal(year['shift'], 0)} are shifted."
    if short > 0:
        said += f" {decimal(short, 0)} hours come from nowhere yet: what else could stop, or what will you ask for?"
    elif year["start"] or year["stop"]:
        said += (
            f" {decimal(-short, 0)} hours are free: keep some as slack."
            if short
            else " They come out even."
        )
    marks = pd.DataFrame(
        [
            (label, year[move])
            for move, label in (("stop", "Stops"), ("start", "Starts"), ("shift", "Is shifted"))
        ],
        columns=["label", "value"],
    )
    chart = figures_study.bars(marks, label="Staff hours in a year", alt=said)
    columns = {
        "what": "What",
        "move": "Move",
        "week": "Hours a week, all people",
        "year": "Hours a year",
        "whose": "Whose",
    }
    return [said, chart, table("Hours that stop, start and shift", columns, cells)]
