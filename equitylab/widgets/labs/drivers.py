"""Notebook 10: drivers and ideas that reach the goal, owners, dates, and the plan as a whole."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from ... import figures_plan, plan
from ...display import first_up, listing, many
from ...markup import Html, bullets, esc
from ...plan.aim import filled
from ...plan.goals import blames
from ...plan.thread import name as called
from ...plan.values import day, kpi_of, listed, said_day, text
from ..registry import Verdict, check, lab
from ._plain import table
from ._riverbend import riverbend
from .goals import listed as checks_listed

HEADS = ["Goal", "Primary driver", "Secondary driver", "Change idea"]
BUSY = 4  # actions that one role may own before the table asks whose hours they are


@check("drivers")
def drivers(at, row: dict) -> list[Verdict]:
    """Is this driver a condition, and does it hang on a goal and on a cause?"""
    row = row or {}
    words = text(row.get("text"))
    if not words:
        return [Verdict(None, "Write the condition that must change.")]
    blamed = blames(words)
    out = [Verdict(not blamed, first_up(" ".join(blamed)) or "It is a condition, not a person.")]
    if text(row.get("kind")) == "secondary":
        there = bool(row.get("parent"))
        return [
            *out,
            Verdict(
                there, "It hangs on a driver." if there else "Say under which driver it stands."
            ),
        ]
    for field, yes, no in (
        ("goal", "It moves a goal.", "Say which goal it moves."),
        ("cause", "It answers a cause.", "Say which cause it answers; else it is a guess."),
    ):
        out.append(Verdict(bool(row.get(field)), yes if row.get(field) else no))
    return out


@lab("driver_diagram")
def driver_diagram(at, goal: str = "", **_) -> list:
    """Does every idea reach the goal, and every driver a cause?"""
    held, example = plan.read(at.folio), ""
    if not held.drivers:
        held = riverbend()
        example = (
            "No driver is written yet. This is Riverbend's diagram (fictional), as an example."
        )
        goal = ""
    if not held.drivers:
        return ["No driver is written yet. Write two to four big conditions first."]
    goals = [goal] if goal in held.goals else list(held.goals)
    out: list = [example] if example else []
    for id in goals:
        out += _one_goal(held, id)
    return out


def _one_goal(held: plan.Plan, id: str) -> list:
    goal = held.goals[id]
    mine = held.drivers_of(id)
    first = [d for d in mine if text(d.get("kind")) != "secondary"]
    ideas = held.changes_of(id)
    aim = {"id": id, "parent": "", "level": 0, "text": called(goal)}
    rows, nested = [aim], []
    for driver in first:
        rows.append(
            {"id": driver["id"], "parent": id, "level": 1, "text": text(driver.get("text"))}
        )
        cause = next((held.causes[c] for c in listed(driver.get("cause")) if c in held.causes), {})
        inner = _under(held, driver, rows)
        back = f" <small>(from the cause “{esc(called(cause))}”)</small>" if cause else ""
        nested.append(f"<li>{esc(text(driver.get('text')))}{back}{inner}</li>")
    checks = plan.driver_checks(held, id)
    met = sum(c.ok is True for c in checks)
    secondary = len(mine) - len(first)
    said = (
        f"“{called(goal)}”: {many(len(first), 'primary driver')}, {secondary or 'no'} secondary, "
        f"{many(len(ideas), 'change idea')}; {met} of {len(checks)} checks are met."
    )
    measures = [text(kpi_of(k.get("kpi")).get("label")) for k in held.below("kpis", "goal", [id])]
    watched = f"Measured by {listing(measures)}." if measures else "No measure is linked yet."
    chart = figures_plan.tree(
        pd.DataFrame(rows),
        heads=HEADS,
        alt=f"{said} {watched}",
        caption="Each line leads from an idea back to the goal.",
    )
    tree = f"<h4>{esc(called(goal))}</h4><p>{esc(filled(goal, held)['statement'])}</p><ul>{''.join(nested)}</ul>"
    return [said, chart, Html(tree), watched, Html(checks_listed(checks))]


def _under(held: plan.Plan, driver: dict, rows: list) -> str:
    """Return what hangs on a driver as a nested list, and add it to the rows of the chart."""
    items = []
    for idea in held.below("changes", "driver", [driver["id"]]):
        rows.append(
            {"id": idea["id"], "parent": driver["id"], "level": 3, "text": text(idea.get("text"))}
        )
        whose = (
            f" <small>({esc(text(idea.get('idea_from')))})</small>" if idea.get("idea_from") else ""
        )
        items.append(f"<li>{esc(text(idea.get('text')))}{whose}</li>")
    for point in held.below("drivers", "parent", [driver["id"]]):
        rows.append(
            {"id": point["id"], "parent": driver["id"], "level": 2, "text": text(point.get("text"))}
        )
        items.append(f"<li>{esc(text(point.get('text')))}{_under(held, point, rows)}</li>")
    return f"<ul>{''.join(items)}</ul>" if items else ""


# ------------------------------------------------------------------ actions


@check("action")
def action(at, row: dict) -> list[Verdict]:
    """Has the action an owner, a day, and a way back to a finding?"""
    row, held = row or {}, plan.read(at.folio)
    if not text(row.get("description")):
        return [Verdict(None, "Write what will be done.")]
    out = []
    change = held.changes.get(text(row.get("change")))
    if change:
        chain = [kind for kind, _ in held.trace("changes", change["id"])]
        whole = "cards" in chain
        said = (
            "It leads back to a finding card."
            if whole
            else "Its idea does not reach a finding card yet."
        )
        out.append(Verdict(whole, said))
    else:
        out.append(Verdict(False, "Say which change idea it carries."))
    due, start = day(row.get("due")), day(row.get("start"))
    lacks = [w for w, v in (("an owner", text(row.get("owner_role"))), ("a day", due)) if not v]
    out.append(
        Verdict(not lacks, f"It lacks {listing(lacks)}." if lacks else "It has an owner and a day.")
    )
    if due and start and due < start:
        out.append(Verdict(False, "It is due before it starts."))
    return out


@lab("owners_time")
def owners_time(at, **_) -> list:
    """Who carries the plan, and when does it all fall due?"""
    held = plan.read(at.folio)
    if not held.actions:
        return ["No action is written yet. Give each idea an owner and a day."]
    rows = list(held.actions.values())
    owned = [r for r in rows if text(r.get("owner_role"))]
    dated = [r for r in owned if day(r.get("due"))]
    owners = Counter(text(r["owner_role"]) for r in owned)
    busy = [who for who, number in owners.items() if number >= BUSY]
    months = Counter(day(r["due"]).strftime("%Y-%m") for r in dated)
    said = f"{many(len(rows), 'action')}, carried by {many(len(owners), 'role')}"
    lost = len(rows) - len(dated)
    said += (
        f"; {lost} still without an owner or a day." if lost else ", each with an owner and a day."
    )
    out: list = [said]
    if busy:
        out.append(
            f"Ask whose hours these are: {listing(busy)} {'owns' if len(busy) == 1 else 'own'} {BUSY} or more."
        )
    full = [m for m, number in months.items() if number >= 3]
    if full:
        out.append(
            f"Three or more fall due in {listing([said_month(m) for m in sorted(full)])}. Could one move?"
        )
    if dated:
        marks = pd.DataFrame(
            [(text(r["owner_role"]), day(r["due"]).isoformat()) for r in dated],
            columns=["label", "date"],
        ).sort_values(["label", "date"])
        alt = "; ".join(f"{who}: {many(n, 'action')}" for who, n in sorted(owners.items())) + "."
        out.append(
            figures_plan.timeline(
                marks, alt=alt, caption="Each dot is a day on which something is due."
            )
        )
    cells = [
        (
            called(r),
            text(r.get("owner_role")) or "no one yet",
            said_day(r.get("due")) or "no day yet",
            text(r.get("status")).replace("_", " "),
        )
        for r in sorted(rows, key=lambda r: text(r.get("due")) or "9")
    ]
    columns = {"what": "Action", "who": "Owner", "due": "Due", "status": "Status"}
    return [*out, table("Actions by day", columns, cells)]


def said_month(month: str) -> str:
    """Return "June 2027" for "2027-06"."""
    return said_day(f"{month}-01").partition(" ")[2]


# ------------------------------------------------------------------ the whole


@lab("plan_preview")
def plan_preview(at, **_) -> list:
    """What does the plan say so far, and what is still loose?"""
    held = plan.read(at.folio)
    if not held.goals:
        return [
            "The plan begins with a goal. What you write in this notebook is put together here."
        ]
    gaps = held.gaps
    said = (
        f"{many(len(held.goals), 'goal')}, {many(len(held.drivers), 'driver')}, {many(len(held.changes), 'idea')}, "
        f"{many(len(held.actions), 'action')} and {many(len(held.kpis), 'measure')}; "
        f"{many(len(gaps), 'loose end')}."
    )
    goals = [filled(goal, held)["statement"] for goal in held.goals.values()]
    strengths = [called(row, most=200) for row in held.strengths.values()]
    parts = ["<h4>Strengths to build on</h4>", bullets(strengths)] if strengths else []
    parts += ["<h4>What we want to reach</h4>", bullets(goals)]
    parts += ["<h4>Still loose</h4>", bullets(gaps)] if gaps else []
    actions = [
        (called(r), text(r.get("owner_role")), said_day(r.get("due")))
        for r in held.actions.values()
    ]
    out = [said, Html(*parts)]
    if actions:
        columns = {"what": "Action", "who": "Owner", "due": "Due"}
        out.append(table("What will be done", columns, actions))
    return out
