"""The leader's own plan of the capstone: written on request only, beside the school's."""

from __future__ import annotations

from .. import catalog
from .paper import Paper, Part, grid, said
from .thread import Plan, read
from .told import named
from .values import said_day, text

OWN = (
    "This is your own plan. It holds what you wrote for yourself: nobody gets it unless you hand it "
    "over."
)


def personal(folio) -> Paper:
    """Return the leader's own plan for the year, with what only they have seen.

    Parameters
    ----------
    folio : Portfolio
        A plan that was read for others holds none of this, and gives lines to write on.
    """
    plan = read(folio)
    get = getattr(folio, "get", lambda key: None)
    fields = catalog.content("professional_learning_plan")["personal_plan"]
    own = [said(f"{_words(f)}:", _value(plan, f)) for f in fields["fields"]]
    parts = [
        Part("Read this first", [OWN]),
        Part("My year", [f"{fields['rule']}.", *own]),
        Part("What I have promised", [_promises(folio)]),
        Part("What I am learning", [_rows(folio, "sustain_plan.learning", "Learning", _EVENTS)]),
        Part("Who is around me", [_rows(folio, "sustain_plan.network", "Network", _NETWORK)]),
        Part(
            "My growth edges", [_lines(get("growth_plan.commitments") or get("growth_plan.edges"))]
        ),
        Part("From coaching", [_lines(get("sustain_plan.coaching"))]),
        Part("The goals of the school that I carry", [_goals(plan)]),
    ]
    about = f"As of {said_day(plan.today)}. Private: for the leader alone."
    return Paper(f"My leadership plan: {named(plan)}", about, parts)


_EVENTS = {
    "date": "Date",
    "title": "What",
    "commitment_if_then": "If-then",
    "result": "What came of it",
}
_NETWORK = {
    "person_or_group": "Who", "ring": "Ring", "what_i_learn": "What I learn",
    "what_i_offer": "What I offer", "next_contact": "Next contact",
}  # fmt: skip


def _words(id: str) -> str:
    return (id[:1].upper() + id[1:].replace("_", " ")).replace("Plc", "Learning community")


def _value(plan: Plan, field: str) -> str:
    value = plan.personal.get(field)
    return said_day(value) if field.endswith("dates") else text(value)


def _promises(folio):
    keys = folio.keys("promises.") if hasattr(folio, "keys") and hasattr(folio, "rows") else []
    rows = []
    for key in keys:
        one = folio.get(key)
        one = one if isinstance(one, dict) else {"then": one}
        rows.append([text(one.get("if")), text(one.get("then")), said_day(one.get("by"))])
    return grid("Promises", ["If", "then I", "By"], rows, ask="If … then I …, by:")


def _rows(folio, key: str, caption: str, columns: dict[str, str]):
    rows = folio.rows(key) if hasattr(folio, "rows") and callable(folio.rows) else []
    found = [[said_day(row.get(field)) for field in columns] for row in rows]
    return grid(caption, list(columns.values()), found, ask="A next step, and its date:")


def _lines(value) -> list[str] | object:
    """Return what was written as a list of lines; a line to write on if there is none."""
    if isinstance(value, dict):
        return [f"{_words(k)}: {text(v)}" for k, v in value.items() if text(v)] or said("Mine:", "")
    if isinstance(value, list):
        return [text(v if not isinstance(v, dict) else list(v.values())[1:]) for v in value]
    return said("Mine:", text(value))


def _goals(plan: Plan):
    rows = [
        [
            text(plan.priorities.get(text(g.get("priority")), {}).get("title")),
            text(g.get("owner")),
            said_day(g.get("by_date")),
        ]
        for g in plan.goals.values()
    ]
    return grid("Goals", ["Priority", "Owner", "By"], rows, ask="A goal that I carry:")
