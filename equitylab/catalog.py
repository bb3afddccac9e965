"""Typed access to the content: indicators, dimensions, rules, cautions, wording.

Each file of ``content/`` is read once, on first use, and checked where it is read.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields
from functools import cache

from .catalog_schema import read
from .errors import DataError
from .schema import BY

SURVEYS = {"student": "students", "family": "families", "staff": "members of staff"}


@dataclass(frozen=True)
class Indicator:
    """Something an audit counts: see ``content/indicators.yaml`` for what each field means."""

    id: str
    label: str
    chapter: str
    kpi: str
    direction: str
    counts: str
    base: str
    threshold: float
    did: str
    caution: str
    with_students: str = ""

    @property
    def events(self) -> bool:
        """Whether the numerator counts events, which may be more than the students."""
        return self.counts == "events"

    @property
    def score(self) -> bool:
        """Whether this is a mean of scores and not a count."""
        return self.counts == "score"


@dataclass(frozen=True)
class Dimension:
    """One way of grouping students."""

    id: str
    label: str
    unknown: str = ""
    groups: tuple[str, ...] = ()


@cache
def content(name: str) -> dict:
    """Return one YAML file of ``content/`` as a dict; ``name`` is without the ending.

    Raises
    ------
    DataError
        The file has not the shape of ``content/schema/shapes.yaml``; it says where and the mend.

    Examples
    --------
    >>> content("reporting_rules")["privacy"]["minimum_n"]
    10
    """
    return read(name)


@cache
def indicators() -> dict[str, Indicator]:
    """Return every indicator by id, in the order in which reports show them."""
    raw = content("indicators")
    known = {f.name for f in fields(Indicator)}
    found = [Indicator(**{k: v for k, v in row.items() if k in known}) for row in raw["indicators"]]
    chapters = [c["id"] for c in raw["chapters"]]
    for one in found:
        if one.chapter not in chapters or one.base not in raw["bases"]:
            raise ValueError(f"indicators.yaml: {one.id} has an unknown chapter or base")
    return {one.id: one for one in found}


def indicator(id: str) -> Indicator:
    """Return the indicator with this id.

    Raises
    ------
    DataError
        There is none; the error's ``nearest`` is the closest id.

    Examples
    --------
    >>> indicator("chronically_absent").direction
    'down'
    """
    try:
        return known_indicators()[id]
    except KeyError:
        close = difflib.get_close_matches(str(id), indicators(), n=1)
        raise DataError(
            f'"{id}" is not an indicator of the catalog.',
            column="indicator",
            nearest=close[0] if close else None,
            mend="equitylab check --indicators lists the names.",
        ) from None


@cache
def survey_indicators() -> dict[str, Indicator]:
    """Return what the three surveys count, by id: who answered, and each item, from their YAML.

    They are not among :func:`indicators`: reports speak of them in a part of their own, because
    those who answered are not the students enrolled, and may be families or staff.

    Examples
    --------
    >>> survey_indicators()["survey_staff_t8"].did
    'answered favourably: “How fairly are students treated here, whatever their background?”'
    """
    found = []
    for who in SURVEYS:
        survey = content(f"survey_{who}")
        kpi = {item: scale["kpi"] for scale in survey["scales"] for item in scale["items"]}
        draft = f"A draft item, not validated; compare only with version {survey['version']}"
        common = {"chapter": "", "direction": "up", "counts": "answers", "threshold": 0.05}
        found.append(
            Indicator(
                f"survey_{who}_answered", f"{survey['title']}: who answered",
                kpi="k_survey_representation", base=f"asked_{who}", did="answered",
                caution="People describe themselves otherwise than records do", **common,
            )
        )  # fmt: skip
        found += [
            Indicator(
                f"survey_{who}_{item['id']}", item["text"], kpi=kpi[item["id"]],
                base=f"answered_{who}", did=f"answered favourably: “{item['text']}”",
                caution=draft, **common,
            )
            for item in survey["items"]
        ]  # fmt: skip
        found += [
            Indicator(
                f"survey_{who}_{item['id']}", item["text"], kpi="k_survey_representation",
                base=f"answered_{who}", did=f"said {upper(survey, item)}: “{item['text']}”",
                caution="What people believe of others, and not what these say", **common,
            )
            for item in survey.get("perception_items", ())
        ]  # fmt: skip
    return {one.id: one for one in found}


def upper(survey: dict, item: dict) -> str:
    """Return the answers that count as favourable, or as many, in words.

    Examples
    --------
    >>> survey = content("survey_staff")
    >>> upper(survey, survey["perception_items"][0])
    '“Most” or “Almost all”'
    """
    told = survey["response_sets"][item["set"]][survey["favourable_from"] - 1 :]
    return " or ".join(f"“{word}”" for word in told)


@cache
def known_indicators() -> dict[str, Indicator]:
    """Return every indicator that a file may hold: those of reports, and those of surveys."""
    return indicators() | survey_indicators()


@cache
def chapters() -> dict[str, str]:
    """Return the chapters of a report, id to label, in order."""
    return {c["id"]: c["label"] for c in content("indicators")["chapters"]}


@cache
def bases() -> dict[str, str]:
    """Return what each denominator counts, base to words."""
    found = dict(content("indicators")["bases"])
    for who, people in SURVEYS.items():
        found[f"asked_{who}"] = f"{people.capitalize()} asked"
        found[f"answered_{who}"] = f"{people.capitalize()} who answered the question"
    return found


@cache
def dimensions() -> dict[str, Dimension]:
    """Return every known dimension by id, in the order of display."""
    return {
        d["id"]: Dimension(
            d["id"], d["label"], d.get("unknown", ""), tuple((d.get("values") or {}).keys())
        )
        for d in content("dimensions")["dimensions"]
    }


def dimension_label(id: str) -> str:
    """Return the words for a dimension; an unknown one is shown by its own name.

    Examples
    --------
    >>> dimension_label("race_ethnicity × sex")
    'Race and ethnicity × Sex or gender as recorded'
    """
    known = dimensions()
    return BY.join(
        known[part].label if part in known else part.replace("_", " ") for part in id.split(BY)
    )


@cache
def intersections() -> tuple[tuple[str, str], ...]:
    """Return the pairs of dimensions whose two-way groups an audit looks at."""
    return tuple((a, b) for a, b in content("dimensions")["intersections"])


@cache
def cautions() -> dict[str, str]:
    """Return the cautions that reports print, id to text."""
    return {c["id"]: c["text"] for c in content("reporting_rules")["cautions"]}


def idea_rules(state: str, **choices):
    """Return what a State has published of its rule on significant disproportionality.

    Parameters
    ----------
    state : str
        Id or name of a State of ``content/idea_rules.yaml``.
    **choices
        What the source leaves out, or what your State has changed since: ``threshold``,
        ``min_cell``, ``min_n``, ``years``, ``progress``, ``reading``, ...

    Returns
    -------
    metrics.DisproportionalityRules
        For :func:`metrics.significant_disproportionality`. Check it with your State before use.

    Raises
    ------
    DataError
        The State is not listed, its source leaves out something that is not given here, or what it
        has published is another measure.

    Examples
    --------
    >>> rules = idea_rules("Washington")
    >>> rules.threshold, rules.min_cell, rules.min_n, rules.years
    (Fraction(3, 1), 10, 20, 3)
    >>> idea_rules("michigan", threshold="2.5", years=3).min_n
    30
    """
    from .metrics import DisproportionalityRules

    listed = {row["id"]: row for row in content("idea_rules")["states"]}
    wanted = str(state).strip().casefold().replace(" ", "_")
    names = ", ".join(row["label"] for row in listed.values())
    if wanted not in listed:
        close = difflib.get_close_matches(wanted, listed, n=1)
        raise DataError(
            f'No rule of "{state}" is listed; there are {names}.',
            nearest=listed[close[0]]["label"] if close else None,
            mend="Read your State's own rule and give metrics.DisproportionalityRules(...).",
        )
    row = listed[wanted]
    if row["measure"] != "significant disproportionality":
        raise DataError(
            f"What is listed of {row['label']} is its rule on {row['measure']}.",
            mend="That compares with the whole State: metrics.alternate_risk_ratio and exceeds.",
        )
    known = {f.name for f in fields(DisproportionalityRules)}
    given = {name: value for name, value in row.items() if name in known} | choices
    missing = [name for name in ("threshold", "min_cell", "min_n", "years") if name not in given]
    if missing:
        raise DataError(
            f"The source for {row['label']} leaves out {', '.join(missing)}.",
            mend=f"Ask your State and give it: idea_rules({row['id']!r}, {missing[0]}=...).",
            missing=missing,
        )
    return DisproportionalityRules(**given)
