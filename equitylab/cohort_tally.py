"""What a room of leaders said, counted so that no one's answer can be told from the counts.

The limits are those of ``reporting_rules.yaml``. A wall stands in a room of 8 to 24 people, and
`cohort` is no level of strict suppression, so the floor takes the place of the usual minimum: what
fewer than ``floor_n`` leaders answered is not shown, and a choice of fewer than ``minimum_cell`` is
pooled with others; so are a rest of fewer, and a choice that all the others would give away.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from . import catalog, metrics
from .portfolio_levels import forms
from .portfolio_numbers import number


class Limits(NamedTuple):
    """The fewest leaders of a question, and of a choice, that are shown."""

    people: int
    choice: int

    @classmethod
    def house(cls) -> Limits:
        """Return the limits of the reporting rules."""
        rules = catalog.content("reporting_rules")["privacy"]
        return cls(rules["floor_n"], rules["minimum_cell"])


class Tally(NamedTuple):
    """How many leaders chose what.

    Attributes
    ----------
    people : int
        Leaders who answered.
    shown : dict
        Choice to count, in the order of the choices.
    rest : int
        Leaders of all other choices together.
    most : str
        The choice of nearly all or all; nothing is counted then.
    few : bool
        Whether too few answered, or nothing can be told apart.
    """

    people: int
    shown: dict[str, int] = {}  # noqa: RUF012 - never changed
    rest: int = 0
    most: str = ""
    few: bool = False


def one_of(answers: Iterable[str], choices: Iterable[str], limits: Limits) -> Tally:
    """How many leaders gave each answer, where each gave one?

    Examples
    --------
    >>> limits = Limits(5, 3)
    >>> one_of("aaaaaabbbccdd", "abcd", limits)[:3]
    (13, {'a': 6, 'b': 3}, 4)
    >>> one_of("aaaaaabbbcd", "abcd", limits)[:3]  # a rest of two would be told apart
    (11, {'a': 6}, 5)
    """
    answers, choices = list(answers), list(choices)
    people, counts = len(answers), Counter(answers)
    if people < limits.people:
        return Tally(people, few=True)
    first = max(choices, key=lambda c: counts[c])
    if people - counts[first] < limits.choice:
        return Tally(people, most=first)
    shown = {c: counts[c] for c in choices if counts[c] >= limits.choice}
    rest = people - sum(shown.values())
    while shown and rest and (rest < limits.choice or len(choices) - len(shown) < 2):
        rest += shown.pop(min(shown, key=lambda c: shown[c]))
    return Tally(people, shown, rest, few=not shown)


def some_of(answers: Iterable[set[str]], choices: Iterable[str], limits: Limits) -> Tally:
    """How many leaders gave each answer, where each may give several?

    ``rest`` is the number of answers, not of leaders, that fewer than the limit gave.
    """
    answers = [a for a in map(set, answers) if a]
    if len(answers) < limits.people:
        return Tally(len(answers), few=True)
    counts = Counter(one for a in answers for one in a)
    shown = {c: counts[c] for c in choices if counts[c] >= limits.choice}
    rest = sum(1 for c in choices if 0 < counts[c] < limits.choice)
    return Tally(len(answers), shown, rest, few=not shown)


class Middle(NamedTuple):
    """The middle of some guesses, and between which two lies half of them."""

    people: int
    value: float
    low: float
    high: float


def middle(guesses: Iterable[float], limits: Limits) -> Middle | None:
    """What did the room guess in the middle? None where too few guessed.

    Examples
    --------
    >>> middle([5, 8, 10, 12, 40], Limits(5, 3))
    Middle(people=5, value=10.0, low=8.0, high=12.0)
    """
    guesses = list(guesses)
    if len(guesses) < limits.people:
        return None
    low, value, high = np.quantile(guesses, [0.25, 0.5, 0.75])
    return Middle(len(guesses), float(value), float(low), float(high))


class Dimension(NamedTuple):
    """How the teams' recorded ratings of one dimension of the rubric lie.

    ``near`` is the share of pairs of teams at most one step apart, over ``pairs``; ``apart`` has
    the indicators on which they are furthest apart, and by how many steps.
    """

    id: str
    teams: int
    middle: float
    near: float
    pairs: int
    apart: list[tuple[str, int]]
    dissent: int | None


def dimension(about: dict, exports: list[dict], limits: Limits) -> Dimension | None:
    """How far apart are the teams on one dimension of the rubric? None where too few rated it."""
    ids = [one["id"] for one in about["indicators"]]
    given = [[e["ratings"].get(id, math.nan) for id in ids] for e in exports]
    given = np.array(given, float).reshape(len(exports), len(ids))
    given = given[~np.isnan(given).all(axis=1)]
    if len(given) < limits.people:
        return None
    found = metrics.spread(given)
    told = found.rated >= limits.people
    pairs = found.rated * (found.rated - 1) // 2
    if not told.any():
        return None
    near = float((found.within_one[told] * pairs[told]).sum() / pairs[told].sum())
    widest = found.apart[told].max()
    apart = [
        (one["title"], int(steps))
        for one, steps, some in zip(about["indicators"], found.apart, told, strict=True)
        if some and steps == widest and widest > 1
    ]
    views = sum(bool(set(e["dissent"]) & set(ids)) for e in exports)
    shown = limits.choice <= views <= len(given) - limits.choice
    return Dimension(
        about["id"], len(given), float(np.nanmedian(given[:, told])), near,
        int(pairs[told].sum()), apart, views if shown else None,
    )  # fmt: skip


# ---------------------------------------------------------------- what a field may hold


def predictions() -> dict[str, list[dict]]:
    """Return the questions whose answers a wall sets beside each other, by module."""
    return {
        module: [
            field
            for form in found
            if str(form.get("key", "")).startswith("predictions.")
            for field in form["fields"]
            if field["kind"] in ("choice", "number")
        ]
        for module, found in forms().items()
    }


def priority_kinds() -> dict[str, str]:
    """Return the kinds of finding that a priority can stand on."""
    card = next(form for form in forms()["every"] if form["id"] == "card")
    return options(next(field for field in card["fields"] if field["id"] == "kind"))


def options(field: dict) -> dict[str, str]:
    """Return the answers that a field offers, value to label; student groups by their dimension.

    A group's own label comes from a school's file and could name anything, so it stays out.
    """
    given = field.get("options") or []
    if isinstance(given, dict):
        source = str(given["from"])
        if source == "groups":
            return {id: about.label for id, about in catalog.dimensions().items()}
        if source == "measures":
            return {id: about.label for id, about in catalog.indicators().items()}
        name, *keys = source.split(".")
        given = catalog.content(name)
        for key in keys:
            given = given[key]
    if not all(isinstance(one, dict) for one in given):
        return {str(one): str(one) for one in given}
    return {str(one["id"]): str(one.get("label") or one["title"]) for one in given}


def answered(field: dict, exports: list[dict], module: str) -> list:
    """Return what leaders gave in a field: a value that it offers, or a number in its bounds."""
    values = [e["predictions"].get(module, {}).get(field["id"]) for e in exports]
    if field["kind"] == "number":
        least, most = field.get("min", -math.inf), field.get("max", math.inf)
        found = [v for v in map(number, values) if v is not None]
        return [v for v in found if least <= v <= most]
    known = options(field)
    if field["options"] == {"from": "groups"}:  # kept as "dimension: group"
        values = [str(one).partition(": ")[0] for one in values]
    return [one for one in map(str, values) if one in known]
