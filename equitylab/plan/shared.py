"""The plan as everyone reads it: what was chosen and why, the goals, who acts, what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from .. import catalog
from ..display import first_up, listing
from .aim import BLANK, events, target
from .carried import better, kpi_row
from .drivers import part_of
from .luck import detectable
from .paper import Grid, Part, Said
from .runs import run_chart
from .thread import Plan, name, tested
from .values import counted, kpi_of, listed, number, said_day, text

LEFT_OUT = "not printed here"


def everyone(plan: Plan, *, level: int = 2) -> list[Part]:
    """Return the parts of a public plan; a part that holds nothing is left out.

    Parameters
    ----------
    plan : Plan
        What :func:`equitylab.plan.public` has let through.
    level : int
        Of the first headings.
    """
    parts = [
        _meaning(plan),
        _strengths(plan),
        *(_priority(plan, row) for row in plan.priorities.values()),
        _causes(plan),
        *(_goal(plan, id) for id in plan.goals),
        _actions(plan),
        _measures(plan),
    ]
    parts += [_readings(plan, id) for id in plan.kpis]
    parts += [_thanks(plan), _five(plan), _again(plan)]
    return [part._replace(level=level + part.level - 2) for part in parts if part and part.blocks]


def _words() -> dict[str, str]:
    return catalog.content("report_text")["work"]


def _meaning(plan: Plan) -> Part:
    said = [plan.vision.get("definition"), plan.vision.get("statement"), plan.statement]
    return Part(_words()["meaning"], list(filter(None, said)))


def _strengths(plan: Plan) -> Part:
    rows = [name(row, most=300) for row in plan.strengths.values()]
    return Part(_words()["strengths"], [rows] if rows else [])


def _priority(plan: Plan, row: Mapping) -> Part:
    blocks: list = [text(row.get("why"))]
    for id in listed(row.get("card")):
        blocks += _evidence(plan.cards.get(id, {}))
    if keep := text(row.get("strength_to_keep")):
        blocks.append(f"What already works, and is kept: {keep}.")
    called = name(row, most=200)
    return Part(f"{_words()['priority']}: {called}", [b for b in blocks if b] or [called])


def cell(card: Mapping) -> dict[str, str]:
    """Return which cell of a release a card speaks of, for a reader's program."""
    named = {"indicator": "measure", "year": "year", "dimension": "dimension", "group": "group"}
    about = {k: text(card.get(field)) for k, field in named.items() if text(card.get(field))}
    return about if text(card.get("measure")) in catalog.indicators() else {}


def _evidence(card: Mapping) -> list:
    if not card:
        return []
    if card.get("said"):
        return [Said(f"Evidence. {text(card['said'])}", cell(card))]
    year = f" of {text(card.get('year'))}" if text(card.get("year")) else ""
    own = counted(card.get("x"), card.get("n"), per=events(card.get("measure")))
    tail = f": {own}" if own else f"; its count is {LEFT_OUT}"
    return [f"Evidence: the team's finding “{name(card)}”{year}{tail}."]


def _causes(plan: Plan) -> Part:
    reach = {
        "we_control": "we decide",
        "we_influence": "we can influence",
        "we_advocate": "we speak up for",
    }
    rows = [
        [
            name(row, most=300),
            name(plan.priorities.get(text(row.get("priority")), {}), most=200),
            reach.get(text(row.get("reach")), text(row.get("reach"))),
            "checked" if tested(row) else "an assumption, still to be checked",
        ]
        for row in plan.causes.values()
    ]
    columns = ["Condition", "Priority", "Who can change it", "Checked?"]
    grid = Grid("Conditions that the team found, and whether they were checked", columns, rows)
    return Part(_words()["causes"], [grid] if rows else [])


def _goal(plan: Plan, id: str) -> Part:
    row = plan.goals[id]
    t, per = target(row), events(row.get("kpi"))
    title = text(plan.priorities.get(text(row.get("priority")), {}).get("title"))
    label, balance = (text(kpi_of(row.get(k)).get("label")) for k in ("kpi", "balancing_kpi"))
    way = {"raise": "raise", "lower": "lower"}.get(text(row.get("direction")), "change")
    sentence = (
        f"By {said_day(row.get('by_date')) or BLANK}, {text(row.get('system_change')).rstrip('.')} "
        f"will {way} “{label}” for {text(row.get('students')).rstrip('.')}."
    )
    card = plan.card_of(row)
    about = cell(card) if text(card.get("measure")) == text(row.get("kpi")) else {}
    blocks: list = [sentence]
    if start := counted(t.x, t.n, per=per):
        blocks.append(Said(f"Where we start: {start}.", about))
        if aim := counted(t.target_x, t.n, per=per):
            blocks.append(
                Said(f"Where we want to be: {aim.partition(', interval')[0].rstrip(')')}).", about)
            )
            if t.whole and not per:
                blocks.append(Said(detectable(int(t.x), int(t.n), t.target_x).text, about))
    else:
        blocks.append(
            f"Where we start, and the target: {LEFT_OUT}, as this release does not show them."
        )
    if balance:
        blocks.append(f"What must not get worse meanwhile: {balance}.")
    if who := text(row.get("people")):
        decide = text(row.get("decision_right"))
        blocks.append(f"Shaped with {who}{f': {decide}' if decide else ''}.")
    stops = [said_day(row.get(f"checkpoint_{k}")) for k in (1, 2)]
    said = [f"Owner: {text(row.get('owner'))}." if text(row.get("owner")) else ""]
    said.append(f"Looked at again on {listing(list(filter(None, stops)))}." if any(stops) else "")
    blocks.append(" ".join(filter(None, said)))
    ideas = [
        [
            text(i.get("text")),
            name(plan.drivers.get(text(i.get("driver")), {}), most=200),
            text(i.get("idea_from")),
        ]
        for i in plan.changes_of(id)
    ]
    if ideas:
        blocks.append(
            Grid(
                f"What is being tried: {title or label}",
                ["Idea", "Condition it changes", "Whose idea"],
                ideas,
            )
        )
    return Part(f"Goal: {title or label}", [b for b in blocks if b])


def _actions(plan: Plan) -> Part:
    rows = [
        [
            text(row.get("description")),
            text(row.get("owner_role")),
            " to ".join(filter(None, [said_day(row.get("start")), said_day(row.get("due"))])),
            first_up(text(row.get("status")).replace("_", " ")),
            text(row.get("milestone")),
        ]
        for row in plan.actions.values()
    ]
    columns = ["Action", "Owner", "When", "Status", "There when it is done"]
    return Part(
        _words()["actions"], [Grid("Actions, owners and dates", columns, rows)] if rows else []
    )


def _measures(plan: Plan) -> Part:
    rows = []
    for row in plan.kpis.values():
        label, kind, start, aim, often, _, _ = kpi_row(row)
        start, aim = (LEFT_OUT if v == BLANK else v for v in (start, aim))
        rows.append([label, kind, start, aim, often.replace(BLANK, "")])
    columns = ["Measure", "Kind", "Baseline", "Target", "How often"]
    return Part(
        _words()["measures"], [Grid("Measures of the goals", columns, rows)] if rows else []
    )


def _readings(plan: Plan, id: str) -> Part | None:
    readings, kpi = plan.below("readings", "kpi", [id]), plan.kpis[id]
    if not readings:
        return None
    chart = run_chart(readings, direction=better(kpi))
    label = text(kpi_of(kpi.get("kpi")).get("label")) or name(kpi)
    rows = [
        [said_day(p.date), counted(p.x, p.n, per=events(kpi.get("kpi"))) if not p.why else LEFT_OUT]
        for p in chart.points
    ]
    blocks: list = [f"{first_up(chart.status.replace('_', ' '))}. {chart.text}"]
    share = number(chart.median)
    if chart.status != "too_early" and share is not None and share == share:
        unit = " per 100" if events(kpi.get("kpi")) else "%"
        blocks.append(f"Median of the readings: {100 * share:.1f}{unit}.")
    blocks.append(Grid(f"{label}, by date", ["Date", "Count, rate and interval"], rows))
    return Part(f"Readings so far: {label}", blocks)


def _thanks(plan: Plan) -> Part:
    rows = [
        ". ".join(
            text(row.get(f)).rstrip(".")
            for f in ("what_improved", "what_we_learned")
            if text(row.get(f))
        )
        + "."
        for row in plan.celebrations.values()
        if text(row.get("what_improved"))
    ]
    return Part(_words()["celebrations"], [rows] if rows else [])


def _five(plan: Plan) -> Part:
    rows = []
    for part in catalog.content("action_plan")["five_parts"]:
        held = part_of(plan, part["id"])
        if held["not_because"]:
            rows.append([part["label"], f"Not this year: {held['not_because']}", "", ""])
        else:
            open_ = "not decided yet"
            rows.append(
                [
                    part["label"],
                    held["what"] or open_,
                    held["owner"] or open_,
                    said_day(held["date"]) or open_,
                ]
            )
    columns = ["Part", "What", "Owner", "Date"]
    return Part(
        _words()["five_parts"], [Grid("The five parts", columns, rows)] if plan.parts else []
    )


def _again(plan: Plan) -> Part:
    first = said_day(plan.review.get("public_from"))
    blocks: list = [f"Progress is told in public from {first}, once a year."] if first else []
    if plan.held:
        blocks.append(_words()["held"])
    return Part(_words()["again"], blocks)
