"""What each reader may see of a portfolio: the export levels of ``reporting_rules.yaml``.

private
    Everything.
team
    The shared artifacts, with the school's own numbers; never what is one person's own.
district
    Summary, plan and progress. The reporting rules pass once more over every number, also over
    those typed by hand, with the house's limits or the leader's where these are stricter; a second
    card is hidden where the one hidden card could be worked out. Quotations are left out, and words
    that a report may not hold give way to a note. A priority carries the cards it stands on.
public
    As district, and of each row only the fields that are named here.
cohort
    For the workshop's wall: predictions picked from the forms' own lists or guessed as a number,
    how a guess stood beside the leader's own finding card in one of four words, kinds of priority,
    the ratings that a team recorded (never one person's), and driver ideas and promises that name
    no one and nothing as far as a machine can tell. No school, no group's number, no other text.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from . import catalog
from .errors import DataError
from .portfolio_format import now
from .portfolio_numbers import HIDDEN, Rule, alone, number, shown
from .portfolio_words import NOTE, Words, nameless, proper

CARDS = "finding_cards.cards"
ALONE = ("rubric_ratings.individual", "sustain_plan.coaching")  # one person's, never shared
NEVER = ("self_assessment", "growth_plan", "reflections", "checks")
CHOSEN = ("choice", "many", "tick", "number")  # kinds of field whose answers come from a list
OPEN_LISTS = ("schools", "cards", "rows:", "priorities", "causes", "goals", "drivers", "changes")
NEAR = 5  # percentage points: a guess that is no further off was near
# At level public only these fields are read, so that a new field is unseen until it is put here.
PUBLIC = {
    "audit_summary.strengths": "title text strength why",
    "audit_summary.priorities": "title why strength_to_keep cards",
    "action_plan.actions": "description owner_role start due milestone status",
    "progress_log.readings": "measure direction date numerator denominator",
    "progress_log.celebrations": "what_improved what_we_learned next_step",
}
EVIDENCE = (
    "title kind measure dimension group year comparison x n rate low high other_x other_n "
    "gap_points strength confidence cautions not_known"
).split()


def export(folio, level: str) -> dict:
    """What may readers at this level see of a leader's work?

    Parameters
    ----------
    folio : Portfolio
    level : str
        ``private``, ``team``, ``district``, ``public`` or ``cohort``.

    Returns
    -------
    dict
        ``level``, ``who``, ``made``; the work: ``answers`` by key (private, team, district),
        ``strengths``, ``priorities``, ``actions`` and ``progress`` (public), or ``predictions``,
        ``found``, ``ratings``, ``dissent``, ``priority_kinds``, ``driver_ideas`` and ``promises``
        (cohort); and ``held_back``, a list of
        ``{"key", "id", "field", "why"}``, which never repeats what it holds back.
    """
    levels = {row["id"]: row for row in catalog.content("reporting_rules")["export_levels"]}
    if level not in levels:
        raise DataError(
            f'There is no export level "{level}".',
            mend=f"The levels are {', '.join(levels)}.",
        )
    about = levels[level]
    held: list[dict] = []
    made = {
        "private": lambda: {"answers": {key: folio.get(key) for key in folio.keys()}},
        "team": lambda: {"answers": _shared(folio, about)},
        "district": lambda: {"answers": _district(folio, about, held)},
        "public": lambda: _public(folio, about, held),
        "cohort": lambda: _cohort(folio, held),
    }[level]()
    head = {"format": "equitylab-export", "schema": 1, "level": level, "who": about["who"]}
    return {**head, "made": now(), **made, "held_back": held}


def _shared(folio, about: dict) -> dict[str, object]:
    """Return the answers of the level's artifacts without those that are one person's own."""
    return {
        key: folio.get(key)
        for key in folio.keys()
        if key.partition(".")[0] in about["contains"] and not private(key)
    }


def private(key: str) -> bool:
    """Whether what is under this key is for the leader alone.

    Examples
    --------
    >>> private("rubric_ratings.individual"), private("rubric_ratings.consensus")
    (True, False)
    """
    return key.partition(".")[0] in NEVER or key.startswith(ALONE) or key in _private_forms()


@cache
def forms() -> dict[str, list[dict]]:
    """Return the forms of every module, module to forms."""
    folder = resources.files(__package__) / "content" / "forms"
    names = sorted(one.name.removesuffix(".yaml") for one in folder.iterdir())
    return {name: catalog.content(f"forms/{name}")["forms"] for name in names}


@cache
def _private_forms() -> frozenset[str]:
    every = (form for found in forms().values() for form in found)
    return frozenset(form["key"] for form in every if form.get("private") and "key" in form)


# ---------------------------------------------------------------- district and public


def _district(folio, about: dict, held: list[dict]) -> dict[str, object]:
    rule, answers = Rule.of(folio), _shared(folio, about)
    evidence = _evidence(folio, answers, rule, held)
    for key, found in {
        "audit_summary.priorities": lambda row: _found(row, evidence),
        "action_plan.goals": lambda row: _baseline(folio, row, evidence),
        "action_plan.kpis": lambda row: _baseline(
            folio, folio.row("action_plan.goals", str(row.get("goal"))) or {}, evidence, of=row
        ),
    }.items():
        if isinstance(answers.get(key), list):
            answers[key] = [row | found(row) for row in answers[key] if isinstance(row, dict)]
    return {key: _clean(value, key, rule, held) for key, value in answers.items()}


def _cited(priority: object) -> list[str]:
    """Return the ids of the cards that a priority stands on: one, or a list of them."""
    cards = priority.get("card") if isinstance(priority, dict) else None
    return [one for one in (cards if isinstance(cards, list) else [cards]) if isinstance(one, str)]


def _found(row: dict, evidence: dict[str, dict]) -> dict:
    cards = [evidence[id] for id in _cited(row) if id in evidence]
    return {"cards": cards} if cards else {}


def _baseline(folio, goal: dict, evidence: dict[str, dict], of: dict | None = None) -> dict:
    """Return the baseline that a goal takes from its priority's card, hidden where the card is."""
    priority = folio.row("audit_summary.priorities", str(goal.get("priority"))) or {}
    cards = _found(priority, evidence).get("cards", [])
    if any(map(_hides, cards)):
        return {"numbers": HIDDEN}
    row = goal if of is None else of
    if of is not None or number(row.get("baseline_n")) is not None or not cards:
        return {}
    return {"baseline_x": cards[0].get("x"), "baseline_n": cards[0].get("n")}


def _public(folio, about: dict, held: list[dict]) -> dict:
    names = ("audit_summary", "action_plan", "progress_log")
    answers = _shared(folio, {"contains": names})
    rule = Rule.of(folio)
    evidence = _evidence(folio, answers, rule, held)
    measures = {row["id"]: row for row in folio.rows("action_plan.kpis")}

    def told(key: str) -> list[dict]:
        rows = answers.get(key)
        rows = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        if key == "audit_summary.priorities":
            rows = [row | _found(row, evidence) for row in rows]
        if key == "progress_log.readings":
            rows = [row | _measure(measures.get(row.get("kpi"), {})) for row in rows]
        allowed = {"id", *PUBLIC[key].split()}
        rows = [{k: v for k, v in row.items() if k in allowed} for row in rows]
        return _clean(rows, key, rule, held)

    return {
        "strengths": told("audit_summary.strengths"),
        "priorities": told("audit_summary.priorities"),
        "actions": told("action_plan.actions"),
        "progress": {
            "readings": told("progress_log.readings"),
            "celebrations": told("progress_log.celebrations"),
        },
    }


def _measure(kpi: dict) -> dict:
    name = kpi.get("kpi", "")
    labels = {one["id"]: one["label"] for one in catalog.content("kpi_catalog")["kpis"]}
    labels |= {id: one.label for id, one in catalog.indicators().items()}
    return {"measure": labels.get(name, name), "direction": kpi.get("direction", "")}


def _evidence(folio, answers: dict, rule: Rule, held: list[dict]) -> dict[str, dict]:
    """Return the finding cards that the priorities stand on, with the numbers that may be shown."""
    priorities = answers.get("audit_summary.priorities")
    cited = {
        id for row in (priorities if isinstance(priorities, list) else []) for id in _cited(row)
    }
    cards = [card for card in folio.rows(CARDS) if card["id"] in cited]
    found = {}
    for card, hide in zip(cards, alone(cards, rule), strict=True):
        told = {name: card[name] for name in EVIDENCE if name in card}
        numbers, why = shown(told, rule, hide=hide)
        held += [{"key": CARDS, "id": card["id"], "field": "numbers", "why": why}] * bool(why)
        found[card["id"]] = numbers
    return found


def _clean(value: object, key: str, rule: Rule, held: list[dict], id: str = "") -> object:
    """Return an answer without quotations, small numbers, and words that a report may not hold."""
    words = Words(rule)

    def at(value: object, field: str, id: str, hide: bool) -> object:
        if isinstance(value, dict):
            id = value.get("id") or id
            hide = hide or _hides(value) or any(map(_hides, value.get("cards") or ()))
            value, why = shown(value, rule, hide=hide)
            if why:
                held.append({"key": key, "id": id, "field": field or "numbers", "why": why})
            hide = hide or bool(why)
            told = {k: v for k, v in value.items() if not _quoted(k, v)}
            return {k: at(v, k, id, hide) for k, v in told.items()}
        if isinstance(value, list):
            return [at(one, field, id, hide) for one in value]
        why = words.wrong(value, counts=not hide) if isinstance(value, str) else ""
        if why:
            held.append({"key": key, "id": id, "field": field, "why": why})
        return NOTE if why else value

    return at(value, "", id, False)


def _hides(row: object) -> bool:
    return isinstance(row, dict) and row.get("numbers") == HIDDEN


def _quoted(field: str, value: object) -> bool:
    """Whether a field holds what someone said; a score of how much was heard is a number."""
    return field.startswith(("voice", "quot")) and not isinstance(value, int | float)


# ---------------------------------------------------------------- the workshop's wall


def _cohort(folio, held: list[dict]) -> dict:
    predictions = {}
    for module, found in forms().items():
        for form in found:
            answer = folio.get(form["key"]) if "key" in form else None
            if not str(form.get("key", "")).startswith("predictions.") or form.get("private"):
                continue
            chosen = _chosen(form, answer)
            if chosen:
                predictions[module] = predictions.get(module, {}) | chosen
    cards = {card["id"]: card for card in folio.rows(CARDS)}
    kinds = []
    for row in folio.rows("audit_summary.priorities"):
        for card in filter(None, map(cards.get, _cited(row))):
            measure = card.get("measure") if card.get("measure") in catalog.indicators() else None
            kinds.append({"kind": card.get("kind"), "measure": measure})
    names = proper(folio)
    ideas = [(row["id"], row.get("text")) for row in folio.rows("action_plan.drivers")]
    kept = [(key, folio.get(key)) for key in folio.keys("promises.")]
    said = [(key, row.get("then")) for key, row in kept if isinstance(row, dict)]
    found = _beside(folio.get("predictions.m03"), list(cards.values()), Rule.of(folio))
    return {
        "predictions": predictions,
        "found": {"m03": found} if found else {},
        **_recorded(folio.get("rubric_ratings.consensus")),
        "priority_kinds": kinds,
        "driver_ideas": _nameless("action_plan.drivers", "text", ideas, names, held),
        "promises": _nameless("promises", "then", said, names, held),
    }


def _nameless(key: str, field: str, texts: list, names: set[str], held: list[dict]) -> list[str]:
    """Return the texts that name no one, by the alphabet; note which are held back."""
    fine = []
    for id, text in texts:
        if isinstance(text, str) and nameless(text, names):
            fine.append(text)
        elif text:
            why = "it may name a person or a place, or hold a number"
            held.append({"key": key, "id": id, "field": field, "why": why})
    return sorted(fine)


def _beside(guess: object, cards: list[dict], rule: Rule) -> str:
    """Return how a guess in points stands beside the leader's own card of the same gap.

    Examples
    --------
    >>> card = {"measure": "m", "students": "g", "x": 12, "n": 60, "gap_points": -20.0}
    >>> guess = {"measure": "m", "students": "g", "side": "lower", "points": 5}
    >>> _beside(guess, [card], Rule(10, 3))
    'wider'
    """
    guess = guess if isinstance(guess, dict) else {}
    side = {"lower": -1, "same": 0, "higher": 1}.get(str(guess.get("side")))
    size = number(guess.get("points"))
    for card in cards if side is not None and size is not None else []:
        same = all(card.get(name) == guess.get(name) for name in ("measure", "students"))
        gap = number(card.get("gap_points"))
        if not same or gap is None or shown(card, rule)[1]:
            continue
        said = side * abs(size)
        if abs(gap - said) <= NEAR:
            return "near"
        if gap * said < 0:
            return "other_side"
        return "wider" if abs(gap) > abs(said) else "narrower"
    return ""


def _recorded(answer: object) -> dict:
    """Return what a team recorded of the rubric: a rating each, and where it noted another view."""
    rows = {k: v for k, v in (answer if isinstance(answer, dict) else {}).items()}
    rows = {k: v for k, v in rows.items() if isinstance(v, dict)}
    return {
        "ratings": {k: v["rating"] for k, v in rows.items() if v.get("rating") in (1, 2, 3, 4)},
        "dissent": sorted(k for k, v in rows.items() if str(v.get("dissent") or "").strip()),
    }


def _chosen(form: dict, answer: object) -> dict:
    """Return the answers that were picked from a closed list, or are a guessed number."""
    answer = answer if isinstance(answer, dict) else {}
    found = {}
    for field in form.get("fields", []):
        source = field.get("options")
        source = str(source.get("from", "")) if isinstance(source, dict) else ""
        if field.get("kind") in CHOSEN and not source.startswith(OPEN_LISTS):
            value = answer.get(field["id"])
            if value not in (None, "", []):
                found[field["id"]] = value
    return found
