"""Notebook 02, all of it private: a leader's own profile, its evidence, and what has moved."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import pandas as pd

from ... import catalog, figures_leader
from ...display import decimal, listing, many
from ..registry import Verdict, check, lab
from ._plain import table, text, texts

HIGH = 4  # "often", and "as a routine"
MOVED = 3  # items of a scale, as leader_self_assessment's change_rule says
SHOWN = 3  # ratings without evidence that are named one by one


class Scale(NamedTuple):
    """One of the nine: how much of it is answered and evidenced, and its mean or the lack of one."""

    id: str
    title: str
    items: int  # those that are part of the role
    answered: int
    evidence: int
    mean: float | None

    @property
    def why(self) -> str:
        """Say why there is no mean."""
        if self.mean is not None:
            return ""
        return "not part of the role" if not self.items else "too few answered"


@cache
def _sections() -> list[dict]:
    return catalog.content("leader_self_assessment")["sections"]


def rating(one: object) -> int | None:
    """Return a rating of 1 to 5, or None for an item without one."""
    value = one.get("rating") if isinstance(one, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def scales(ratings: dict) -> list[Scale]:
    """Return the nine scales of ratings as a scale form keeps them.

    The mean of the items answered, where at least ``minimum_answered`` of those that are part of
    the role are.
    """
    least = catalog.content("leader_self_assessment")["scoring"]["minimum_answered"]
    found = []
    for section in _sections():
        held = [ratings.get(item["id"]) or {} for item in section["items"]]
        role = [one for one in held if one.get("rating") != "na"]
        given = [r for r in map(rating, role) if r is not None]
        lines = sum(bool(text(one.get("evidence"))) for one in role)
        mean = sum(given) / len(given) if given and len(given) >= least * len(role) else None
        found.append(Scale(section["id"], section["title"], len(role), len(given), lines, mean))
    return found


def bare(ratings: dict) -> list[tuple[str, str]]:
    """Return the items rated 4 or 5 without a line of evidence: id and words."""
    return [
        (item["id"], item["text"])
        for section in _sections()
        for item in section["items"]
        if (rating(ratings.get(item["id"])) or 0) >= HIGH
        and not text(ratings[item["id"]].get("evidence"))
    ]


def leader(name: str) -> dict:
    """Return a fictional leader's ratings as a scale form keeps them."""
    one = texts("m02")["leaders"][name]
    return {
        item["id"]: {"rating": score, "evidence": one["evidence"].get(item["id"], "")}
        for section in _sections()
        for item, score in zip(section["items"], one["ratings"][section["id"]], strict=True)
    }


# ---------------------------------------------------------------- the profile


@lab("leader-profile")
def profile(at, beside: str = "none", **_) -> list:
    """What does a leader's practice look like on nine scales, and where is evidence thin?"""
    ratings = at.folio.get("self_assessment.ratings") or {}
    own = scales(ratings)
    people = texts("m02")["leaders"]
    other = scales(leader(beside)) if beside in people else []
    if not any(s.answered for s in own) and not other:
        return ["Nothing is rated yet. Rate the items of one part, and its line appears here."]
    answered, items = sum(s.answered for s in own), sum(s.items for s in own)
    lines = sum(s.evidence for s in own)
    said = (
        f"{answered} of {many(items, 'item')} rated, {lines} with a line of evidence. There is no "
        "total, and no scale is better than another."
    )
    name = people[beside]["name"] if other else ""
    frame = pd.DataFrame(
        {
            "scale": [s.title for s in own],
            "mean": [s.mean for s in own],
            "beside": [s.mean for s in other] or [None] * len(own),
            "evidenced": [s.answered > 0 and 2 * s.evidence >= s.answered for s in own],
            "why": [s.why for s in own],
        }
    )
    shown = [f"{s.title} {decimal(s.mean)}" for s in own if s.mean is not None]
    alt = f"Means of 1 to 5 on nine scales: {'; '.join(shown) or 'none yet'}."
    words = "A filled mark: at least half of the rated items have a line of evidence."
    options = catalog.content("leader_self_assessment")["scale"]["options"]
    ends = options[0]["label"], options[-1]["label"]
    chart = figures_leader.profile(
        frame,
        ends=ends,
        alt=alt + (f" Beside them {name}, a fictional leader." if name else ""),
        caption=words + (f" The diamonds are {name}, who is invented." if name else ""),
        beside=name,
    )
    rows = [
        (
            s.title,
            decimal(s.mean) if s.mean is not None else s.why,
            f"{s.answered} of {s.items}",
            f"{s.evidence} of {s.answered}",
            *([decimal(o.mean)] if name else []),
        )
        for s, o in zip(own, other or own, strict=True)
    ]
    columns = {"scale": "Scale", "mean": "Mean", "answered": "Rated", "evidence": "With evidence"}
    columns |= {"beside": name} if name else {}
    return [said, *_expected(at, own), chart, table("Nine scales", columns, rows, ""), *_thin(own)]


def _expected(at, own: list[Scale]) -> list[str]:
    """Return what was expected before the profile was seen, beside what it shows."""
    held = at.folio.get("self_assessment.expectation") or {}
    by_id = {s.id: s for s in own}
    most, least = by_id.get(held.get("most")), by_id.get(held.get("evidence"))
    out = []
    if most and most.mean is not None:
        higher = sum(s.mean is not None and s.mean > most.mean for s in own)
        verb = "have" if higher > 1 else "has"
        out.append(
            f"You expected {most.title} to be the most settled: {many(higher, 'scale')} {verb} "
            "a higher mean."
        )
    if least and least.answered:
        out.append(
            f"You expected least evidence on {least.title}: {least.evidence} of "
            f"{many(least.answered, 'rated item')} have a line."
        )
    return out


def _thin(own: list[Scale]) -> list[str]:
    rated = [s for s in own if s.answered]
    without = [s.title for s in rated if not s.evidence]
    if not without:
        return []
    return [f"No line of evidence yet: {listing(without)}. Whom could you ask what they see?"]


@check("leader-evidence")
def evidence(at, value) -> list[Verdict]:
    """Which high ratings have no evidence that somebody else could point to?"""
    value = value or {}
    high = sum((rating(value.get(i["id"])) or 0) >= HIGH for s in _sections() for i in s["items"])
    if not high:
        return [Verdict(None, "No rating of 4 or 5 yet; they are the ones that ask for evidence.")]
    left = bare(value)
    if not left:
        return [Verdict(True, f"{many(high, 'rating')} of 4 or 5, each with a line of evidence.")]
    said = (
        f"{len(left)} without a line, of {many(high, 'rating')} of 4 or 5. What would a "
        "colleague, a student or a parent say? Keep the rating and ask one of them."
    )
    more = f" And {len(left) - SHOWN} more." if len(left) > SHOWN else ""
    named = " ".join(f"“{words}”" for _, words in left[:SHOWN])
    return [Verdict(False, f"{said} {named}{more}")]


@lab("two-leaders")
def two_leaders(at, scale: str = "p3", **_) -> list:
    """What do two fictional leaders say of the same scale?"""
    section = next((s for s in _sections() if s["id"] == scale), _sections()[0])
    people = texts("m02")["leaders"]
    sides = {name: leader(name) for name in people}
    columns = {"item": section["title"]} | {k: one["name"] for k, one in people.items()}
    rows = [
        (item["text"], *(_said(side[item["id"]]) for side in sides.values()))
        for item in section["items"]
    ]
    counts = {
        k: next(s for s in scales(side) if s.id == section["id"]) for k, side in sides.items()
    }
    said = "; ".join(
        f"{one['name']}: mean {decimal(counts[k].mean)}, "
        f"{counts[k].evidence} of {counts[k].items} with evidence"
        for k, one in people.items()
    )
    about = [f"{one['name']}. {one['about']}" for one in people.values()]
    ask = (
        "The higher mean is not the better leader. Which of these lines could somebody else look "
        "up, and what would you ask each of the two?"
    )
    return [f"{section['title']}. {said}.", table(section["title"], columns, rows), *about, ask]


def _said(one: dict) -> str:
    return f"{one['rating']}. {one['evidence']}" if one["evidence"] else f"{one['rating']}, no line"


# ---------------------------------------------------------------- what has moved


@lab("leader-movement")
def movement(at, **_) -> list:
    """On which scales did practice or its evidence move between two ratings?"""
    first = at.folio.get("self_assessment.ratings") or {}
    later = at.folio.get("self_assessment.ratings_again") or {}
    if not later:
        return ["There is one rating so far. After 16 weeks, rate again above and look here."]
    versions = {at.folio.version(f"self_assessment.{k}") for k in ("ratings", "ratings_again")}
    if len(versions) > 1:
        return ["The items were changed between your two ratings, so the two are not compared."]
    rows, moved = [], []
    for section in _sections():
        ids = [item["id"] for item in section["items"]]
        pairs = [(rating(first.get(i)), rating(later.get(i))) for i in ids]
        steps = [b - a for a, b in pairs if a is not None and b is not None]
        up, down = sum(s > 0 for s in steps), sum(s < 0 for s in steps)
        lines = sum(_line(first, i) != _line(later, i) for i in ids if i in later)
        told = up + down >= MOVED or lines > 0
        moved += [section["title"]] if told else []
        verdict = "movement to describe" if told else "not enough to speak of movement"
        rows.append((section["title"], f"{up} up, {down} down", str(lines), verdict))
    said = (
        f"Movement on {listing(moved)}."
        if moved
        else "On no scale is there enough to speak of movement."
    )
    rule = (
        f"The rule: at least {MOVED} items of a scale moved, or a line of evidence changed. Less "
        "is the ordinary difference between two days."
    )
    columns = {"scale": "Scale", "items": "Items", "lines": "Lines changed", "told": "What to say"}
    return [said, rule, table("Two ratings, scale by scale", columns, rows)]


def _line(ratings: dict, item: str) -> str:
    return text((ratings.get(item) or {}).get("evidence"))
