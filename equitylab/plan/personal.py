"""The leader's own plan of the capstone: written on request only, beside the school's."""

from __future__ import annotations

from .. import catalog
from .calendar import Entry
from .paper import Paper, Part, grid, said
from .thread import Plan, name, read
from .told import named
from .values import day, said_day, text

OWN = (
    "This is your own plan. It holds what you wrote for yourself: nobody gets it unless you hand it "
    "over."
)
# What only the leader has: heading, portfolio key, columns, what to write where there is nothing.
TABLES = [
    ("My growth edges", "growth_plan.edges", "edge Edge|if_situation If|then_action then I will|"
     "first_date First time|review_date Look back", "If … then I will …, first on:"),
    ("What I am learning", "sustain_plan.learning", "title What|date Date|commitment_if_then If-then|"
     "result What came of it", "A learning event, and its date:"),
    ("From coaching", "sustain_plan.coaching_sessions", "date Date|focus_goal Goal|"
     "chosen_action Way forward|due By|next_date Next time", "A coach or mentor, and a first date:"),
    ("Who is around me", "sustain_plan.network", "person_or_group Who|ring Ring|"
     "what_i_learn What I learn|what_i_offer What I offer|next_contact Next contact",
     "Someone to ask, and when:"),
]  # fmt: skip
# The days of the leader's own calendar: key, field, words before what the row is about.
DAYS = [
    ("growth_plan.edges", "first_date", "First time"), ("growth_plan.edges", "review_date", "Look back"),
    ("sustain_plan.learning", "date", "Learning"), ("sustain_plan.coaching_sessions", "due", "Promised"),
    ("sustain_plan.coaching_sessions", "next_date", "Coaching"),
    ("sustain_plan.network", "next_contact", "Contact"),
]  # fmt: skip


def personal(folio) -> Paper:
    """Return the leader's own plan for the year, with what only they have seen.

    Parameters
    ----------
    folio : Portfolio
        A plan that was read for others holds none of this, and gives lines to write on.
    """
    plan = read(folio)
    fields = catalog.content("professional_learning_plan")["personal_plan"]
    own = [said(f"{_words(f)}:", said_day(plan.personal.get(f))) for f in fields["fields"]]
    parts = [
        Part("Read this first", [OWN]),
        Part("My year", [f"{fields['rule']}.", *own]),
        Part("What I have promised", [_promises(folio)]),
        *(
            Part(head, [_table(folio, head, key, columns, ask)])
            for head, key, columns, ask in TABLES
        ),
        Part("The goals of the school that I carry", [_goals(plan)]),
    ]
    about = f"As of {said_day(plan.today)}. Private: for the leader alone."
    return Paper(f"My leadership plan: {named(plan)}", about, parts)


def days(folio) -> list[Entry]:
    """Return the days that only the leader's own calendar holds, earliest first."""
    plan, found = read(folio), []
    for key, field, words in DAYS:
        for row in _rows(folio, key):
            if when := day(row.get(field)):
                about = _edge(row.get("edge")) or name(row)
                found.append(
                    Entry(f"own-{key}-{row['id']}-{field}", when, f"{words}: {about}", "", 2)
                )
    for key, one in _promised(folio):
        if when := day(one.get("by")):
            found.append(Entry(f"own-{key}", when, f"Promise: {text(one.get('then'))}", "", 2))
    repeat = _get(folio, "growth_plan.repeat")
    if when := day(repeat.get("date") if isinstance(repeat, dict) else None):
        found.append(Entry("own-repeat", when, "Repeat the self-assessment", "", 7))
    if when := day(plan.personal.get("review_dates")):
        found.append(Entry("own-review", when, "Look back on my year", "", 7))
    return sorted(found, key=lambda one: (one.date, one.what))


def _get(folio, key: str):
    return folio.get(key) if hasattr(folio, "get") else None


def _rows(folio, key: str) -> list[dict]:
    rows = _get(folio, key)
    return (
        [row for row in rows if isinstance(row, dict) and row.get("id")]
        if isinstance(rows, list)
        else []
    )


def _words(id: str) -> str:
    return (id[:1].upper() + id[1:].replace("_", " ")).replace("Plc", "Learning community")


def _edge(id: object) -> str:
    """Return the title of a growth edge."""
    sections = catalog.content("leader_self_assessment")["sections"]
    return next((text(one["title"]) for one in sections if one["id"] == text(id)), text(id))


def _promised(folio) -> list[tuple[str, dict]]:
    """Return each module's promise."""
    keys = [f"promises.{one['id']}" for one in catalog.content("modules")["modules"]]
    found = [(key, _get(folio, key)) for key in keys]
    return [(key, one) for key, one in found if isinstance(one, dict) and text(one.get("then"))]


def _promises(folio):
    rows = [
        [text(one.get("when")), text(one.get("then")), said_day(one.get("by"))]
        for _, one in _promised(folio)
    ]
    columns = ["When this happens", "then I will", "By"]
    return grid("Promises, and their days", columns, rows, ask="When … then I will …, by:")


def _table(folio, caption: str, key: str, columns: str, ask: str):
    fields = [pair.partition(" ")[::2] for pair in columns.split("|")]
    rows = [
        [_edge(row.get(f)) if f == "edge" else said_day(row.get(f)) for f, _ in fields]
        for row in _rows(folio, key)
    ]
    return grid(f"{caption}, in short", [head for _, head in fields], rows, ask=ask)


def _goals(plan: Plan):
    rows = [
        [
            text(plan.priorities.get(text(g.get("priority")), {}).get("title")) or name(g),
            text(g.get("owner")),
            said_day(g.get("by_date")),
        ]
        for g in plan.goals.values()
    ]
    columns = ["Priority", "Owner", "By"]
    return grid("Goals of the school, in short", columns, rows, ask="A goal that I carry:")
