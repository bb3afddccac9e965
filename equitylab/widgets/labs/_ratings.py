"""What the rubric and the lesson checklist share: items, numbers for ratings, and lines read out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ... import catalog

NOT_RATED = ("NE", "NA")


class Part(NamedTuple):
    """A dimension of the rubric, or an area of the checklist: its items, id to words."""

    id: str
    title: str
    items: dict[str, str]


def rubric() -> dict[str, Part]:
    """Return the rubric's seven dimensions."""
    found = catalog.content("equity_audit_rubric")["dimensions"]
    return {d["id"]: _part(d, "indicators", "title") for d in found}


def checklist() -> dict[str, Part]:
    """Return the thirteen areas of the lesson checklist."""
    found = catalog.content("inclusive_pedagogy_checklist")["areas"]
    return {a["id"]: _part(a, "lookfors", "text") for a in found}


def _part(raw: dict, items: str, words: str) -> Part:
    return Part(raw["id"], raw["title"], {one["id"]: one[words] for one in raw[items]})


def number(rating: object) -> float:
    """Return a rating as a number; one that is none, such as NE, is a gap.

    Examples
    --------
    >>> number(3), number("2"), number("NE")
    (3.0, 2.0, nan)
    """
    text = str(rating).strip()
    return float(text) if text.isdigit() else float("nan")


def rating(held: object) -> object:
    """Return the rating in what a scale kept of one item; None where there is none."""
    return held.get("rating") if isinstance(held, dict) else held


def numbers(given: dict, ids) -> np.ndarray:
    """Return the ratings of these items as numbers, with gaps."""
    return np.array([number(rating(given.get(id))) for id in ids], float)


def rated(given: dict, ids) -> list[str]:
    """Return the items that were answered; not enough evidence is an answer too."""
    return [id for id in ids if rating(given.get(id)) not in (None, "")]


def read_lines(
    text: str, parts: dict[str, Part], allowed: tuple[str, ...]
) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Read ratings as a table says them aloud, one line a rater and part.

    Parameters
    ----------
    text : str
        Lines such as ``A7 pol 2 2 3 1 NE 2``; without a code the rater is "partner".
    parts : dict of Part
        Where the items are, in the order in which they are read out.
    allowed : tuple of str
        The ratings that there are.

    Returns
    -------
    (ratings by rater and item, what could not be read)

    Examples
    --------
    >>> told, wrong = read_lines("A7 pol 2 2 3 1 NE 2", rubric(), ("1", "2", "3", "4", "NE", "NA"))
    >>> told["A7"]["pol3"], wrong
    ('3', [])
    """
    found: dict[str, dict[str, str]] = {}
    wrong = []
    for row, line in enumerate((text or "").splitlines(), 1):
        words = line.replace(",", " ").replace(":", " ").split()
        if not words:
            continue
        at = next((k for k, word in enumerate(words[:2]) if word.lower() in parts), None)
        if at is None:
            wrong.append(f"Line {row} names none of {', '.join(parts)}.")
            continue
        part, given = parts[words[at].lower()], [w.upper() for w in words[at + 1 :]]
        if len(given) != len(part.items):
            wrong.append(
                f"Line {row} has {len(given)} ratings; {part.title} has {len(part.items)}."
            )
            continue
        if odd := [g for g in given if g not in allowed]:
            wrong.append(f"Line {row}: {odd[0]} is not a rating.")
            continue
        rater = words[0] if at else "partner"
        found.setdefault(rater, {}).update(zip(part.items, given, strict=True))
    return found, wrong


def as_lines(given: dict, parts: dict[str, Part]) -> list[str]:
    """Return one's own ratings as lines to read out, for the parts that are complete."""
    return [
        " ".join([part.id, *(str(rating(given[id])) for id in part.items)])
        for part in parts.values()
        if len(rated(given, part.items)) == len(part.items)
    ]
