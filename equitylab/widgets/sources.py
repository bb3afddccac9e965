"""What a leader can choose from: lists in the YAML, lists of the content, the school's, their own."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from .. import catalog
from ..display import first_up
from ..errors import DataError, EquityLabError

# Lists that grow in the portfolio, and the field that names an entry.
ROWS = {
    "cards": ("finding_cards.cards", "title"),
    "priorities": ("audit_summary.priorities", "title"),
    "causes": ("root_cause_map.causes", "condition"),
    "goals": ("action_plan.goals", "system_change"),
    "drivers": ("action_plan.drivers", "text"),
    "changes": ("action_plan.changes", "text"),
    "kpis": ("action_plan.kpis", "kpi"),
}
SCHOOL = ("groups", "measures", "years", "schools")
NONE = "na"
NAMES = ("label", "title", "text", "name", "ask")
ROLES = "vision_and_team.team_charter.roles"


class Choice(NamedTuple):
    """One option: what is kept, what is read, and more words about it."""

    value: object
    label: str
    gloss: str = ""


def choices(at, options: object) -> list[Choice]:
    """Return what can be chosen now.

    Parameters
    ----------
    at : Lesson
        Where rows and the school's groups are looked up.
    options : list or dict
        Strings, dicts with ``id`` or ``value`` and a label, or ``{from: source}``; a list of
        sources is one after another.

    Raises
    ------
    DataError
        There is no such source.

    Examples
    --------
    >>> choices(None, ["not_started", "done"])[0]
    Choice(value='not_started', label='Not started', gloss='')
    >>> [c.value for c in choices(None, {"from": "kpi_catalog.comparison_rules"})][:2]
    ['rest', 'overall']
    """
    if isinstance(options, dict) and "from" in options:
        sources = options["from"]
        sources = [sources] if isinstance(sources, str) else sources
        return [choice for source in sources for choice in _of(at, source)]
    if isinstance(options, dict):
        return [_entry(key, value) for key, value in options.items()]
    return [_choice(None, one) for one in options or ()]


def content(path: str):
    """Return a part of the content: ``file.key.key``; an entry of a list is named by its id.

    Raises
    ------
    DataError
        There is no such part.

    Examples
    --------
    >>> content("equity_audit_rubric.dimensions.pol.indicators.pol2.title")
    'Regular policy review'
    """
    name, *keys = path.split(".")
    try:
        found = catalog.content(name)
        for key in keys:
            if isinstance(found, list):
                found = next(one for one in found if str(one.get("id")) == key)
            else:
                found = found[key] if key in found else found[int(key)]
    except (KeyError, StopIteration, ValueError, TypeError, AttributeError):
        raise DataError(
            f'There is nothing in the content at "{path}".',
            mend="Write file.key.key; in a list, the id of the entry.",
            source=path,
        ) from None
    return found


def _of(at, source: str) -> list[Choice]:
    if source in SCHOOL:
        return _school(at, source)
    if source in ROWS or source.startswith("rows:"):
        key, field = ROWS.get(source) or source.removeprefix("rows:").rsplit(":", 1)
        return [Choice(row["id"], naming(row, field)) for row in at.folio.rows(key)]
    found = content(ROLES if source == "roles" else source)
    return choices(at, found)


def _school(at, source: str) -> list[Choice]:
    # A form is still worth filling in where the school's numbers cannot be opened.
    try:
        school = at.school
        if source == "years":
            return [Choice(year, year) for year in school.years]
        if source == "schools":
            pairs = school.schools[["unit_id", "unit"]].itertuples(index=False)
            return [Choice(id, name) for id, name in pairs]
        found = school.groups() if source == "groups" else school.measures()
        return [Choice(value, label) for value, label in found.items()]
    except EquityLabError:
        return []


def empty(at, options: object) -> str:
    """Return why there is nothing to choose from, in a sentence."""
    if isinstance(options, dict) and options.get("from") in SCHOOL:
        try:
            at.school  # noqa: B018 - it says what is wrong
        except EquityLabError as error:
            return str(error)
    return "There is nothing to choose from yet."


def naming(row: dict, field: str = "") -> str:
    """Return words for a row: the field that names it, or else the first text it holds.

    Examples
    --------
    >>> naming({"id": "f-1", "title": "", "measure": "Attendance"}, "title")
    'Attendance'
    """
    texts = [row.get(field), *(v for k, v in row.items() if k != "id")]
    words = next((t for t in texts if isinstance(t, str) and t.strip()), row.get("id", ""))
    words = " ".join(known(words).split())
    return textwrap.shorten(words, 140, placeholder=" …")


def known(id: str) -> str:
    """Return the label of an indicator or of a KPI of the catalogue; other words as they are."""
    if id in catalog.indicators():
        return catalog.indicator(id).label
    kpis = {k["id"]: k["label"] for k in catalog.content("kpi_catalog")["kpis"]}
    return kpis.get(id, id)


def _entry(key: object, value: object) -> Choice:
    """Return the choice that one entry of a mapping is."""
    if isinstance(value, dict):
        return _choice(key, value)
    return Choice(key, _words(str(key)), str(value))


def _words(text: str) -> str:
    """Return an id as words; what has spaces is words already."""
    return text if " " in text else first_up(text.replace("_", " "))


def _choice(key: object, one: object) -> Choice:
    if isinstance(one, bool):  # yes and no, as YAML reads them
        one = "yes" if one else "no"
    if not isinstance(one, dict):
        return Choice(one, _words(str(one)))
    value = one["value"] if "value" in one else one.get("id", key)
    value = NONE if value is None else value  # "Not part of my role" is an answer too
    label = next((str(one[name]) for name in NAMES if one.get(name)), str(value))
    return Choice(value, label, str(one.get("gloss") or one.get("effect") or ""))
