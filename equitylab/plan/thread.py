"""The golden thread: finding card, priority, cause, goal, driver, change, action, KPI, reading.

Every row of a portfolio names, by id, the row it follows from. Here the rows are read as they are,
and what is missing or no longer there is said in words: a half-written plan is a plan.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .. import catalog
from ..display import first_up
from .meetings import merged
from .values import kpi_of, listed, text

# What a Plan holds: its name, one row in words, the portfolio key it is kept under.
KINDS = {
    "cards": ("finding card", "finding_cards.cards"),
    "priorities": ("priority", "audit_summary.priorities"),
    "causes": ("cause", "root_cause_map.causes"),
    "goals": ("goal", "action_plan.goals"),
    "drivers": ("driver", "action_plan.drivers"),
    "changes": ("change idea", "action_plan.changes"),
    "supports": ("support", "action_plan.supports"),
    "actions": ("action", "action_plan.actions"),
    "kpis": ("measure", "action_plan.kpis"),
    "readings": ("reading", "progress_log.readings"),
    "tests": ("test", "progress_log.pdsa"),
    "budget": ("budget line", "action_plan.budget"),
    "risks": ("risk", "action_plan.risks"),
    "strengths": ("strength", "audit_summary.strengths"),
    "celebrations": ("celebration", "progress_log.celebrations"),
    "learning": ("learning goal", "sustain_plan.learning_plan"),
}
# The threads: a row's field, what it names, and whether a row without it hangs loose. The first
# field that is filled is the way back.
LINKS = {
    "priorities": [("card", "cards", True)],
    "causes": [("priority", "priorities", True)],
    "goals": [("causes", "causes", True), ("priority", "priorities", True)],
    "drivers": [("parent", "drivers", False), ("goal", "goals", False), ("cause", "causes", False)],
    "changes": [("driver", "drivers", True)],
    "supports": [("driver", "drivers", True)],
    "actions": [("change", "changes", True)],
    "kpis": [("goal", "goals", True)],
    "readings": [("kpi", "kpis", True)],
    "tests": [("change", "changes", True)],
}
# What a row is called in a sentence: the first of these that is filled.
_NAMES = ("title", "text", "description", "condition", "statement", "kpi", "item", "support")
_NAMES += ("question", "date", "students", "system_change", "risk", "what_improved")


@dataclass(frozen=True)
class Plan:
    """A leader's plan as it stands, each kind a dict of rows by id, in the order of writing.

    Attributes
    ----------
    cards, priorities, causes, goals, drivers, changes, supports, actions, kpis, readings, tests, \
budget, risks, strengths, celebrations, learning : dict of str to dict
        Rows by id; what a row holds stands in the portfolio's contract.
    parts, personal, review : dict
        The five parts, the leader's own plan and the review calendar of ``sustain_plan``.
    meetings : list of dict
        The professional learning community's calendar.
    hypotheses : dict
        The four benefits that are tested and not promised: ``<benefit>_kpi``, ``<benefit>_by``.
    statement : str
        The audit in three sentences.
    vision : dict
        ``statement`` and the school's own ``definition`` of equity, as sentences.
    school, rules : dict
        ``profile.school`` and ``profile.rules``.
    saved : datetime or None
        When the portfolio was last written.
    held : list of str
        What :func:`equitylab.plan.public` has held back, and why, without repeating it.
    gaps : list of str
        What is loose or missing, in plain sentences.
    """

    rows: Mapping[str, dict[str, dict]]
    parts: dict = field(default_factory=dict)
    personal: dict = field(default_factory=dict)
    review: dict = field(default_factory=dict)
    meetings: list[dict] = field(default_factory=list)
    hypotheses: dict = field(default_factory=dict)
    statement: str = ""
    vision: dict = field(default_factory=dict)
    school: dict = field(default_factory=dict)
    rules: dict = field(default_factory=dict)
    saved: datetime.datetime | None = None
    held: list[str] = field(default_factory=list)

    def __getattr__(self, kind: str) -> dict[str, dict]:
        if kind in KINDS:
            return self.rows[kind]
        raise AttributeError(kind)

    @property
    def today(self) -> datetime.date:
        """The day the plan is looked at: that of its last change, so that a print is repeatable."""
        return self.saved.date() if self.saved else datetime.date.today()

    @property
    def gaps(self) -> list[str]:
        return [*_loose(self), *_open_ends(self)]

    def below(self, kind: str, field: str, ids: Iterable[str]) -> list[dict]:
        """Return the rows of a kind whose field names one of these ids, in their order."""
        wanted = set(ids)
        return [row for row in self.rows[kind].values() if wanted & set(listed(row.get(field)))]

    def card_of(self, goal: Mapping) -> dict:
        """Return the finding card that a goal goes back to, or an empty dict."""
        priority = self.priorities.get(text(goal.get("priority")), {})
        return next((self.cards[id] for id in listed(priority.get("card")) if id in self.cards), {})

    def drivers_of(self, goal_id: str) -> list[dict]:
        """Return a goal's drivers: those that name it, and those that hang on one that does."""
        found = {row["id"]: row for row in self.below("drivers", "goal", [goal_id])}
        while more := [
            row
            for row in self.below("drivers", "parent", found)
            if row["id"] not in found and not text(row.get("goal"))
        ]:
            found |= {row["id"]: row for row in more}
        return [row for id, row in self.drivers.items() if id in found]

    def changes_of(self, goal_id: str) -> list[dict]:
        """Return the change ideas that reach a goal."""
        return self.below("changes", "driver", [d["id"] for d in self.drivers_of(goal_id)])

    def actions_of(self, goal_id: str) -> list[dict]:
        """Return the actions that carry a goal."""
        return self.below("actions", "change", [c["id"] for c in self.changes_of(goal_id)])

    def trace(self, kind: str, id: str) -> list[tuple[str, dict]]:
        """Return the chain from a row back to its finding card, nearest first.

        Where a row names several, the first that is there is followed.
        """
        chain, seen = [], set()
        while (kind, id) not in seen and id in self.rows[kind]:
            seen.add((kind, id))
            row = self.rows[kind][id]
            chain.append((kind, row))
            for field_, there, _ in LINKS.get(kind, []):
                ids = [one for one in listed(row.get(field_)) if one in self.rows[there]]
                if ids:
                    kind, id = there, ids[0]
                    break
        return chain


def read(folio) -> Plan:
    """What does this portfolio plan, and how does each part hang on the one before?

    Parameters
    ----------
    folio : Portfolio, Plan or mapping
        A portfolio; a plan is given back as it is; a mapping of keys to lists of rows will do.

    Returns
    -------
    Plan
        Whatever is there. Nothing that is missing is an error: see :attr:`Plan.gaps`.

    Examples
    --------
    >>> plan = read({"action_plan.goals": [{"id": "g-1", "students": "grade 8"}]})
    >>> plan.gaps[0]
    'The goal “grade 8” names no cause.'
    """
    if isinstance(folio, Plan):
        return folio
    get = folio.get
    listing = folio.rows if hasattr(folio, "rows") else lambda key: get(key) or []
    rows = {kind: _by_id(listing(key)) for kind, (_, key) in KINDS.items()}
    meetings = merged(
        _dict(get("sustain_plan.plc_year")),
        list(_by_id(listing("sustain_plan.plc_calendar")).values()),
    )
    return Plan(
        rows,
        parts=_dict(get("sustain_plan.parts")),
        personal=_dict(get("sustain_plan.personal")),
        review=_dict(get("sustain_plan.review")),
        meetings=meetings,
        hypotheses=_dict(get("action_plan.hypotheses")),
        statement=text(_first(get("audit_summary.statement"))),
        vision={
            "statement": text(_first(get("vision.statement"))),
            "definition": _definition(get("vision.definition")),
        },
        school=_dict(get("profile.school")),
        rules=_dict(get("profile.rules")),
        saved=getattr(folio, "saved", None),
    )


def _by_id(rows: object) -> dict[str, dict]:
    kept = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    named = [(text(row.get("id")) or f"row {k}", row) for k, row in enumerate(kept, 1)]
    return {id: row | {"id": id} for id, row in named}


def _definition(value: object) -> str:
    """Return the definition of notebook 01 as the sentence that every report prints."""
    if isinstance(value, str):
        return text(value)
    asked = _dict(value)
    means, so_that, know = (
        text(asked.get(k)).rstrip(".") for k in ("means", "so_that", "know_because")
    )
    if not means:
        return ""
    said = f"In our school, equity means {means}"
    said += f", so that {so_that}" if so_that else ""
    return f"{said}, and we will know because {know}." if know else f"{said}."


def _first(value: object) -> object:
    """Return the one answer of a form with one field."""
    return next(iter(value.values()), "") if isinstance(value, dict) else value


def _dict(value) -> dict:
    return value if isinstance(value, dict) else {}


def name(row: Mapping, *, most: int = 60) -> str:
    """Return what to call a row in a sentence.

    Examples
    --------
    >>> name({"id": "g-1", "title": "Who is asked"}), name({"id": "g-1"})
    ('Who is asked', 'g-1')
    """
    called = next((text(row.get(k)) for k in _NAMES if text(row.get(k))), text(row.get("id")))
    if called in catalog.indicators() or called.startswith("k_"):
        called = text(kpi_of(called).get("label"))
    return called if len(called) <= most else called[: most - 1].rstrip() + "…"


def _loose(plan: Plan) -> list[str]:
    """Say which rows name nothing before them, or something that is no longer there."""
    said = []
    for kind, links in LINKS.items():
        word = KINDS[kind][0]
        for row in plan.rows[kind].values():
            for field_, there, needed in links:
                ids, other = listed(row.get(field_)), KINDS[there][0]
                if not ids and (needed or _needed(kind, field_, row)):
                    said.append(f"The {word} “{name(row)}” names no {other}.")
                if lost := [id for id in ids if id not in plan.rows[there]]:
                    said.append(
                        f"The {word} “{name(row)}” names a {other} that is no longer there "
                        f"({', '.join(lost)})."
                    )
    for id, row in plan.drivers.items():
        chain = [one["id"] for kind, one in plan.trace("drivers", id) if kind == "drivers"]
        if text(plan.drivers[chain[-1]].get("parent")) in chain:
            said.append(f"The driver “{name(row)}” hangs on itself and reaches no goal.")
    return said


def _needed(kind: str, field_: str, row: Mapping) -> bool:
    """A primary driver names its goal and its cause; a secondary one hangs on another driver."""
    secondary = text(row.get("kind")) == "secondary"
    return kind == "drivers" and (field_ == "parent") == secondary


# Where the thread stops: of each of these there should be one of those.
_NEXT = [
    ("priorities", "causes", "priority", "no cause yet"),
    ("priorities", "goals", "priority", "no goal yet"),
    ("goals", "drivers", "goal", "no driver yet"),
    ("goals", "kpis", "goal", "no measure yet"),
    ("changes", "actions", "change", "no action yet"),
    ("kpis", "readings", "kpi", "no reading yet"),
]


def _open_ends(plan: Plan) -> list[str]:
    said = []
    for kind, follows, field_, lack in _NEXT:
        for id, row in plan.rows[kind].items():
            if not plan.below(follows, field_, [id]):
                said.append(f"{first_up(KINDS[kind][0])} “{name(row)}”: {lack}.")
    for row in plan.causes.values():
        if not tested(row):
            said.append(
                f"The cause “{name(row)}” has no passed check: call it an assumption to test."
            )
    return said


def tested(cause: Mapping) -> bool:
    """Whether a cause has a check with a result, as ``root_cause.hypothesis_test.rule`` asks."""
    checked = text(cause.get("quick_check")) and text(cause.get("result"))
    return bool(cause.get("tested", checked))
