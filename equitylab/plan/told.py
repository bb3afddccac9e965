"""The school's plan, told in the order of the golden thread, for its team or for everyone."""

from __future__ import annotations

from .. import catalog, language
from ..display import group_label
from . import carried
from .aim import events, filled, target
from .evidence import baseline
from .goals import smartie
from .paper import Blank, Grid, Paper, Part, grid, said
from .thread import Plan, name, read, tested
from .values import counted, kpi_of, rule, said_day, text

LEVELS = {
    "team": "For the school's audit team. Not for publication: numbers in it are the team's own.",
    "public": "For families and the community. Small numbers are left out to protect privacy.",
}
CONFIDENCE = {"too_few_to_tell": language.WORDS["too few to tell"]}


def school(folio, *, published=None) -> Paper:
    """Return the school's plan as a paper for its audit team.

    Parameters
    ----------
    folio : Portfolio or Plan
    published : Published, optional
        The school's numbers: what its earlier years say of how far a target is.
    """
    plan = read(folio)
    parts = [*_page(plan), *_found(plan)]
    parts += [part for id in plan.goals for part in goal(plan, id, published)] or _no_goal()
    parts += [*carried.work(plan), *carried.money(plan), *carried.measures(plan)]
    parts += [*carried.tests(plan), carried.five(plan), *carried.learning(plan)]
    parts.append(carried.dates(plan))
    if plan.gaps:
        parts.append(Part("What is still loose", [plan.gaps]))
    return Paper(f"Action plan: {named(plan)}", about(plan, LEVELS["team"]), parts)


def named(plan: Plan) -> str:
    """Return the school's name, or its id."""
    return text(plan.school.get("name")) or text(plan.school.get("unit_id")) or "our school"


def about(plan: Plan, level: str) -> str:
    """Return the line under a title: who it is for, and of which day."""
    return f"As of {said_day(plan.today)}. {level}"


def _page(plan: Plan) -> list[Part]:
    """The page that is read first: strengths, then the goals in a sentence each."""
    strengths = [name(row, most=200) for row in plan.strengths.values()]
    goals = [filled(g, plan)["statement"] for g in plan.goals.values()]
    lead = [*filter(None, [plan.vision.get("definition"), plan.statement])]
    return [
        Part("In one page", lead),
        Part("Strengths to build on", [strengths or Blank("A strength to build on:")], 3),
        Part("What we want to reach", [goals or Blank("Our goal:")], 3),
    ]


def _found(plan: Plan) -> list[Part]:
    cards = [
        [
            name(card),
            _group(card),
            counted(card.get("x"), card.get("n"), per=events(card.get("measure"))) or "no count",
            counted(card.get("other_x"), card.get("other_n"), per=events(card.get("measure"))),
            CONFIDENCE.get(text(card.get("confidence")), text(card.get("confidence"))),
            text(card.get("strength")),
            text(card.get("voice")),
            text(card.get("not_known")),
        ]
        for card in plan.cards.values()
    ]
    columns = [
        "Finding", "Group and year", "Count, rate and interval", "Those compared with",
        "How sure", "Strength", "Voice", "What we do not know",
    ]  # fmt: skip
    priorities = [
        [
            name(row, most=200),
            name(plan.cards.get(text(row.get("card")), {})),
            text(row.get("why")),
            text(row.get("strength_to_keep")),
        ]
        for row in plan.priorities.values()
    ]
    causes = [
        [
            name(row, most=300),
            name(plan.priorities.get(text(row.get("priority")), {})),
            text(row.get("quick_check")),
            text(row.get("result")),
            text(row.get("confidence")) if tested(row) else "assumption to test",
        ]
        for row in plan.causes.values()
    ]
    return [
        Part("What we found", [
            grid("Finding cards, with count, rate and interval", columns, cards, ask="A finding, with its count and a strength:"),
            catalog.cautions()["desc_not_cause"],
        ]),
        Part("What we chose, and why", [
            grid("Priorities, and the finding behind each", ["Priority", "Finding", "Why", "Strength to keep"], priorities),
        ], 3),
        Part("Which conditions stand behind it", [
            grid(
                "Causes and how they were checked",
                ["Condition", "Priority", "Check", "Result", "How sure"], causes,
                ask="A condition that adults can change, and a quick check of it:",
            ),
        ], 3),
    ]  # fmt: skip


def _group(card: dict) -> str:
    group = text(card.get("group"))
    return ", ".join(filter(None, [group_label(group) if group else "", text(card.get("year"))]))


def _no_goal() -> list[Part]:
    asked = catalog.content("action_plan")["smartie_goal"]["letters"]
    return [Part("Goal", [Blank(letter["ask"]) for letter in asked])]


def goal(plan: Plan, id: str, published=None, *, level: int = 2) -> list[Part]:
    """Return one goal: its sentence, where it starts, the seven letters, drivers and ideas."""
    row = filled(plan.goals[id], plan)
    from_, to = baseline_and_target(row)
    blocks: list = [
        row["statement"],
        said("Measure:", text(kpi_of(row.get("kpi")).get("label"))),
        said("Where we start:", from_),
        said("Where we want to be:", to),
        said("Owner:", text(row.get("owner"))),
        said("People, time and money:", text(row.get("resources"))),
        said("Who shapes it, and what they decide:", "; ".join(
            filter(None, [text(row.get("people")), text(row.get("decision_right"))])
        )),
        said("Checkpoints:", " and ".join(
            said_day(row.get(f"checkpoint_{k}")) for k in (1, 2) if text(row.get(f"checkpoint_{k}"))
        )),
    ]  # fmt: skip
    return [
        Part(f"Goal: {_title(row, plan)}", blocks, level),
        Part("Does it hold?", [letters(row, plan, _history(plan, row, published))], level + 1),
        Part("Drivers and change ideas", [diagram(plan, id)], level + 1),
    ]


def baseline_and_target(row: dict) -> tuple[str, str]:
    """Return where a goal starts and where it should be, as the rule lets them be printed."""
    t, per = target(row), events(row.get("kpi"))
    start = counted(t.x, t.n, per=per)
    if t.target_x is None or not t.n:
        return start, text(row.get("target"))
    if per or (t.whole and not rule(t.target_x, t.n)):
        return start, counted(t.target_x, t.n, per=per).partition(", interval")[0].rstrip(")") + ")"
    return start, "hidden"


def _title(row: dict, plan: Plan) -> str:
    """Return what to call a goal: by its priority."""
    title = text(plan.priorities.get(text(row.get("priority")), {}).get("title"))
    return title or name(row)


def _history(plan: Plan, row: dict, published) -> list[tuple[int, int]]:
    """Return the counts of earlier years that are published of a goal's finding card."""
    card, unit_id = plan.card_of(row), text(plan.school.get("unit_id"))
    if published is None or not card or not unit_id:
        return []
    return [(x, n) for _, x, n in baseline(published, card, unit_id=unit_id).history]


MARKS = {True: "yes", False: "not yet", None: "open"}


def letters(row: dict, plan: Plan, history: list) -> Grid:
    """Return the seven letters of a goal as a table."""
    checks = smartie(row, plan, history=history)
    small = rule(target(row).x, target(row).n) == "hidden"
    rows = [
        [
            c.name,
            MARKS[c.ok],
            "The numbers are too small to print." if small and k in (1, 2) else c.text,
        ]
        for k, c in enumerate(checks)
    ]
    return Grid(f"The seven letters: {_title(row, plan)}", ["Letter", "Met", "What we see"], rows)


def diagram(plan: Plan, id: str) -> Grid | Blank:
    """Return a goal's drivers and the ideas that hang on them, top down."""
    rows = []
    mine = plan.drivers_of(id)
    primary = [d for d in mine if text(d.get("kind")) != "secondary"]
    for driver in primary:
        points = [d for d in mine if text(d.get("parent")) == driver["id"]]
        for point in [driver, *points]:
            ideas = plan.below("changes", "driver", [point["id"]])
            if not ideas and (point is not driver or not points):
                ideas = [{}]
            rows += [
                [
                    text(driver.get("text")),
                    "" if point is driver else text(point.get("text")),
                    text(idea.get("text")) or "________",
                    text(idea.get("idea_from")) or "________",
                ]
                for idea in ideas
            ]
    columns = ["Condition that must change", "Where we push", "What we test", "Whose idea"]
    return grid(
        f"From the condition to the idea: {_title(plan.goals[id], plan)}",
        columns,
        rows,
        ask="A condition that must change:",
    )
