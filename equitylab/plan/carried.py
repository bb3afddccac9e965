"""How the plan is carried: actions, money, measures and their readings, tests, dates."""

from __future__ import annotations

from .. import catalog
from ..display import first_up
from . import drivers, runs
from .aim import events
from .calendar import entries
from .paper import Grid, Part, grid
from .thread import Plan, name
from .values import counted, kpi_of, number, said_day, text


def work(plan: Plan) -> list[Part]:
    rows = [
        [
            text(row.get("description")),
            name(plan.changes.get(text(row.get("change")), {}), most=200),
            ", with ".join(filter(None, [text(row.get("owner_role")), text(row.get("partners"))])),
            " to ".join(filter(None, [said_day(row.get("start")), said_day(row.get("due"))])),
            text(row.get("milestone")),
            text(row.get("accessibility_needs")),
            first_up(text(row.get("status")).replace("_", " ")),
        ]
        for row in plan.actions.values()
    ]  # fmt: skip
    columns = ["Action", "Change idea", "Who", "When", "There when done", "People need", "Status"]
    names = {s["id"]: s["label"] for s in catalog.content("action_plan")["targeted_support_menu"]}
    supports = [
        [
            names.get(text(row.get("support")), text(row.get("support"))),
            name(plan.drivers.get(text(row.get("driver")), {}), most=200),
            text(row.get("entry_rule")),
            text(row.get("exit_rule")),
            text(kpi_of(row.get("reach_check")).get("label")),
        ]
        for row in plan.supports.values()
    ]
    parts = [
        Part(
            "Actions",
            [grid("Actions, who does them and when", columns, rows, ask="Who does what, by when:")],
        )
    ]
    if supports:
        heads = ["Support", "Driver", "Who gets it", "Until when", "Check of reach"]
        parts.append(Part("Supports", [Grid("Supports, and whom they reach", heads, supports)], 3))
    return parts


def amount(value: object) -> str:
    """Return an amount with separators.

    Examples
    --------
    >>> amount(6400), amount(""), amount(0)
    ('6,400', '', '0')
    """
    given = number(value)
    return text(value) if given is None else f"{given:,.0f}"


def money(plan: Plan) -> list[Part]:
    fields = ("one_time", "recurring", "source", "redirected_from", "who_loses", "mitigations")
    rows = [
        [
            name(row, most=200),
            *(amount(row.get(f)) for f in fields[:2]),
            *(text(row.get(f)) for f in fields[2:]),
        ]
        for row in plan.budget.values()
    ]
    if rows:
        once, yearly = (
            sum(number(r.get(f)) or 0 for r in plan.budget.values()) for f in fields[:2]
        )
        rows.append(["Together", amount(once), amount(yearly), "", "", "", ""])
    columns = [
        "Item",
        "Once",
        "Each year",
        "Which money",
        "Taken from",
        "Who loses",
        "What softens it",
    ]
    asked = "What it costs, what is redirected, and who loses:"
    return [
        Part(
            "Budget",
            [grid("What the plan costs, and what is redirected", columns, rows, ask=asked)],
        )
    ]


def kpi_row(row: dict) -> list[str]:
    """Return a measure as a line: what, which kind, from where to where, how often, who."""
    about, share = kpi_of(row.get("kpi")), number(row.get("target"))
    per = events(row.get("kpi"))
    goal_ = {"raise": "rise to", "lower": "fall to", "hold": "stay at least at"}
    way = text(row.get("direction"))
    if way == "hold" and text(about.get("direction")) == "down":
        goal_["hold"] = "stay at most at"
    unit = " per 100" if per else "%"
    return [
        text(about.get("label")) or name(row),
        drivers.kind_of(row),
        counted(row.get("baseline_x"), row.get("baseline_n"), per=per) or "________",
        f"{goal_.get(way, '')} {share:g}{unit}".strip() if share is not None else "________",
        text(row.get("frequency")) or "________",
        text(row.get("owner")) or "________",
        text(row.get("source")),
    ]


def measures(plan: Plan) -> list[Part]:
    columns = ["Measure", "Kind", "Baseline", "Target", "How often", "Who reads it", "Source"]
    rows = [kpi_row(row) for row in plan.kpis.values()]
    parts = [
        Part(
            "Measures",
            [grid("Measures of the goals", columns, rows, ask="A measure of each kind:")],
        )
    ]
    for id, row in plan.kpis.items():
        if readings := plan.below("readings", "kpi", [id]):
            parts.append(readings_part(row, readings))
    return [*parts, *_hypotheses(plan)]


def _hypotheses(plan: Plan) -> list[Part]:
    """Four benefits that such work is said to have, as this team tests them."""
    benefits = ("achievement", "gaps", "climate", "engagement")
    rows = [
        [first_up(one), text(kpi_of(plan.hypotheses.get(f"{one}_kpi")).get("label")) or "________",
         said_day(plan.hypotheses.get(f"{one}_by")) or "________"]
        for one in benefits
    ]  # fmt: skip
    if not plan.hypotheses:
        return []
    blocks: list = [
        Grid("Hypotheses, and when we look", ["Benefit", "Measure", "Look again"], rows)
    ]
    if against := text(plan.hypotheses.get("against")):
        blocks.append(f"What would speak against them: {against}")
    return [Part("Tested, not promised", blocks, 3)]


def readings_part(kpi: dict, readings: list[dict], *, level: int = 3) -> Part:
    """Return a measure's readings as a table, and what they say so far."""
    chart = runs.run_chart(readings, direction=better(kpi))
    rows = []
    for p in chart.points:
        shown = counted(p.x, p.n, per=events(kpi.get("kpi"))) if not p.why else p.why
        rows.append([said_day(p.date), shown, p.note])
    label = text(kpi_of(kpi.get("kpi")).get("label")) or name(kpi)
    word = chart.status.replace("_", " ")
    blocks: list = [f"{first_up(word)}. {chart.text}"]
    if chart.median == chart.median and chart.status != "too_early":
        blocks.append(
            f"Median: {100 * chart.median:.1f}{' per 100' if events(kpi.get('kpi')) else '%'}."
        )
    blocks.append(Grid(f"{label}, by date", ["Date", "Count, rate and interval", "Note"], rows))
    return Part(f"Readings: {label}", blocks, level)


def better(kpi: dict) -> str:
    """Return which way is better for a measure: ``raise`` or ``lower``."""
    way = text(kpi.get("direction"))
    if way in ("raise", "lower"):
        return way
    return "lower" if text(kpi_of(kpi.get("kpi")).get("direction")) == "down" else "raise"


def tests(plan: Plan) -> list[Part]:
    rows = [
        [
            text(row.get("question")) or name(row),
            name(plan.changes.get(text(row.get("change")), {}), most=200),
            said_day(row.get("when")),
            text(row.get("prediction")),
            text(row.get("what_happened")),
            text(row.get("for_whom")),
            text(row.get("decision")),
            text(row.get("next_test")),
        ]
        for row in plan.tests.values()
    ]
    columns = [
        "Question", "Change idea", "When", "Prediction", "What happened", "For whom", "Decision",
        "Next test",
    ]  # fmt: skip
    parts = [
        Part(
            "Small tests",
            [grid("Small tests, and what was decided", columns, rows, ask="The first small test:")],
        )
    ]
    risks = [
        [
            name(row, most=200),
            *(
                text(row.get(f))
                for f in ("who_is_affected", "likelihood", "early_sign", "response", "owner")
            ),
        ]
        for row in plan.risks.values()
    ]
    if risks:
        heads = ["Risk", "Who is affected", "How likely", "First sign", "What we do", "Who watches"]
        parts.append(Part("Risks", [Grid("Risks, and who watches", heads, risks)], 3))
    thanks = [
        f"{text(row.get('what_improved'))}. Thanks to: {text(row.get('who_contributed'))}."
        for row in plan.celebrations.values()
        if text(row.get("what_improved"))
    ]
    return [*parts, Part("Worth celebrating", [thanks], 3)] if thanks else parts


def five(plan: Plan) -> Part:
    rows = []
    for part in catalog.content("action_plan")["five_parts"]:
        held = drivers.part_of(plan, part["id"])
        what = held["what"] or (
            f"Not this year: {held['not_because']}" if held["not_because"] else "________"
        )
        open_ = "" if held["not_because"] else "________"
        rows.append([part["label"], what, held["owner"] or open_, said_day(held["date"]) or open_])
    return Part(
        "The five parts of the plan",
        [Grid("The five parts", ["Part", "What", "Owner", "Date"], rows)],
    )


def learning(plan: Plan) -> list[Part]:
    """What adults will learn to do, and how anyone will see it in use."""
    fields = ("for_whom", "hours", "community_partner", "coach", "use_check")
    rows = [
        [text(row.get("goal")) or name(row), *(text(row.get(f)) for f in fields)]
        for row in plan.learning.values()
    ]
    columns = ["Learning goal", "For whom", "Hours", "Community partner", "Coach", "Seen in use"]
    grid_ = Grid("Professional learning, and how it is seen in use", columns, rows)
    return [Part("Professional learning", [grid_], 3)] if rows else []


def dates(plan: Plan) -> Part:
    rows = [[said_day(e.date), e.what, e.note] for e in entries(plan)]
    asked = "When the team, the whole staff and the public look again:"
    return Part("Dates", [grid("Dates of the plan", ["Date", "What", "Note"], rows, ask=asked)])
