"""Does every idea reach the aim, and is every side of the goal measured?"""

from __future__ import annotations

from .. import catalog
from ..display import listing, many
from .goals import Check, blames
from .thread import Plan, name, read, tested
from .values import day, kpi_of, listed, number, said_day, text

KINDS = ("outcome", "process", "voice", "balancing")
# Who an idea came from, in the words of a form's choices and of free text.
_HEARD = ("student", "pupil", "learner", "family", "families", "parent", "carer", "youth")


def _goals(plan: Plan, goal_id: str) -> list[str]:
    return [goal_id] if goal_id else list(plan.goals)


def driver_checks(folio, goal_id: str = "") -> list[Check]:
    """Does a goal's driver diagram hold: ideas that reach the aim, drivers that trace to a cause?

    Parameters
    ----------
    folio : Portfolio or Plan
    goal_id : str
        Of all goals together if it is empty.

    Returns
    -------
    list of Check
        Those of ``driver_diagram`` in ``content/action_plan.yaml``.
    """
    plan = read(folio)
    goals = _goals(plan, goal_id)
    drivers = [d for g in goals for d in plan.drivers_of(g)]
    ideas = [c for g in goals for c in plan.changes_of(g)]
    if not drivers and not ideas:
        empty = "Not answered yet. Name two to four conditions that must change."
        return [Check("Drivers", None, empty)]
    primary = [d for d in drivers if text(d.get("kind")) != "secondary"]
    return [
        _number(plan, goals, primary),
        _branches(plan, primary),
        _reach(plan, ideas, every=not goal_id),
        _causes(plan, primary),
        _conditions([*drivers, *ideas]),
        _heard(ideas),
    ]


def _number(plan: Plan, goals: list[str], primary: list[dict]) -> Check:
    called = "Two to four primary drivers"
    wrong = []
    for id in goals:
        mine = {d["id"] for d in plan.drivers_of(id)}
        held = sum(d["id"] in mine for d in primary)
        if not 2 <= held <= 4:
            wrong.append(f"“{name(plan.goals.get(id, {'id': id}))}” has {held}")
    if wrong:
        return Check(
            called, False, f"{'; '.join(wrong)}. Name the few conditions that matter most."
        )
    return Check(called, True, f"{many(len(primary), 'primary driver')}.")


def _branches(plan: Plan, primary: list[dict]) -> Check:
    """Each primary driver has leverage points, and each of those something to test."""
    called, wrong = "Each driver has something to test", []
    for driver in primary:
        points = plan.below("drivers", "parent", [driver["id"]])
        for one in points or [driver]:
            if not plan.below("changes", "driver", [one["id"]]):
                wrong.append(f"“{name(one)}”")
    if wrong:
        return Check(called, False, f"No change idea yet for {listing(wrong)}.")
    return Check(called, True, "Every driver ends in an idea that can be tested.")


def _reach(plan: Plan, ideas: list[dict], *, every: bool) -> Check:
    called = "Every change idea reaches the aim"
    ideas = list(plan.changes.values()) if every else ideas
    lost = [
        f"“{name(idea)}”"
        for idea in ideas
        if "goals" not in {kind for kind, _ in plan.trace("changes", idea["id"])}
    ]
    if not ideas:
        return Check(called, None, "No change idea yet. What could be tested next week?")
    if lost:
        return Check(called, False, f"Link {listing(lost)} to a driver of the goal.")
    return Check(called, True, f"{many(len(ideas), 'idea')}, each linked to a driver of the goal.")


def _causes(plan: Plan, primary: list[dict]) -> Check:
    called = "Each primary driver traces to a cause"
    loose = [
        f"“{name(d)}”"
        for d in primary
        if not any(id in plan.causes for id in listed(d.get("cause")))
    ]
    if loose:
        return Check(called, False, f"Say which cause {listing(loose)} answers.")
    used = {
        id: plan.causes[id] for d in primary for id in listed(d.get("cause")) if id in plan.causes
    }
    untested = [f"“{name(c)}”" for c in used.values() if not tested(c)]
    said = "Every primary driver answers a cause."
    if untested:
        said += f" Still assumptions to test: {listing(untested)}."
    return Check(called, True, said)


def _conditions(rows: list[dict]) -> Check:
    called = "Conditions, not people"
    wrong = [said for row in rows for said in blames(text(row.get("text")))]
    if wrong:
        return Check(called, False, " ".join(dict.fromkeys(wrong)))
    return Check(called, True, "No driver puts it on students or families.")


def _heard(ideas: list[dict]) -> Check:
    called = "An idea from students or families"
    from_them = [i for i in ideas if any(w in text(i.get("idea_from")).lower() for w in _HEARD)]
    if not ideas:
        return Check(called, None, "No change idea yet. Ask students and families for theirs.")
    if not from_them:
        return Check(called, False, "Ask students or families for an idea, and say it is theirs.")
    return Check(called, True, f"{many(len(from_them), 'idea')} came from students or families.")


def kpi_coverage(folio, goal_id: str = "") -> list[Check]:
    """Is the goal measured from every side: outcome, process, voice and balancing?

    Parameters
    ----------
    folio : Portfolio or Plan
    goal_id : str
        Of all goals together if it is empty.

    Returns
    -------
    list of Check
        One a kind, then one that says whether each measure can be followed.
    """
    plan = read(folio)
    rows = plan.below("kpis", "goal", _goals(plan, goal_id))
    kinds = {words: ask for words, ask in catalog.content("kpi_catalog")["kinds"].items()}
    checks = []
    for kind in KINDS:
        held = [text(kpi_of(row.get("kpi")).get("label")) for row in rows if kind_of(row) == kind]
        called = f"{kind.capitalize()} measure"
        if held:
            checks.append(Check(called, True, f"{listing(held)}."))
        else:
            lack = None if not rows else False
            checks.append(
                Check(called, lack, f"None yet. {kinds[kind]}: which number would show it?")
            )
    return [*checks, _followed(rows)]


def kind_of(kpi: dict) -> str:
    """Return a measure's kind as the minimum set counts it: access is an outcome of a system."""
    kind = text(kpi.get("kind")) or text(kpi_of(kpi.get("kpi")).get("kind"))
    return "outcome" if kind == "access" else kind


def _followed(rows: list[dict]) -> Check:
    called = "Each measure can be followed"
    if not rows:
        return Check(called, None, "Not answered yet. Choose four measures, one of each kind.")
    wrong = []
    for row in rows:
        lacks = [
            word
            for word, there in [
                ("a baseline", number(row.get("baseline_n"))),
                ("a target", number(row.get("target")) is not None),
                ("how often", text(row.get("frequency"))),
                ("who reads it", text(row.get("owner"))),
            ]
            if not there
        ]
        if lacks:
            label = text(kpi_of(row.get("kpi")).get("label")) or name(row)
            wrong.append(f"“{label}” lacks {listing(lacks)}")
    if wrong:
        return Check(called, False, f"{'; '.join(wrong)}.")
    return Check(called, True, "Each has a baseline, a target, a rhythm and an owner.")


def five_parts(folio) -> list[Check]:
    """Is each of the five parts of the plan dated and owned, or said not to be?

    Workshops, learning community, audit, pedagogy and advocacy: the capstone's check.
    """
    plan = read(folio)
    checks = []
    for part in catalog.content("action_plan")["five_parts"]:
        held = part_of(plan, part["id"])
        owner, date = held["owner"], day(held["date"])
        if held["not_because"]:
            checks.append(Check(part["label"], True, f"Not this year: {held['not_because']}"))
        elif not any(held.values()):
            checks.append(Check(part["label"], None, f"Not answered yet. {part['ask']}"))
        elif owner and date:
            said = f"{held['what']}. " if held["what"] else ""
            checks.append(Check(part["label"], True, f"{said}{owner}, {said_day(date)}."))
        else:
            lacks = listing([w for w, v in (("an owner", owner), ("a date", date)) if not v])
            checks.append(
                Check(part["label"], False, f"Give it {lacks}, or say why not this year.")
            )
    return checks


def part_of(plan: Plan, id: str) -> dict[str, str]:
    """Return one part's ``what owner date not_because``, nested or flat in the portfolio."""
    inner = plan.parts.get(id)
    inner = inner if isinstance(inner, dict) else {}
    made = {}
    for field in ("what", "owner", "date", "not_because"):
        short = field.partition("_")[0]
        made[field] = text(inner.get(field) or plan.parts.get(f"{id}_{short}"))
    return made
