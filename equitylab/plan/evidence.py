"""What do the school's published numbers say today of a finding card, and of the years before?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .. import catalog, language
from ..display import known
from .values import number, text

HIDDEN = "hidden"


class Baseline(NamedTuple):
    """Where a goal starts, as the current release has it.

    Attributes
    ----------
    year : str
        The school year; empty if the release holds no such cell.
    x, n, other_x, other_n : int or None
        Students with the outcome and all of them, and the same of those compared with.
    history : list of (str, int, int)
        ``(year, x, n)`` of the earlier years that are published.
    why : str
        Empty if the numbers are published; else ``hidden``, ``band``, ``absent`` …
    text : str
        The cell as a sentence.
    """

    year: str
    x: int | None
    n: int | None
    other_x: int | None
    other_n: int | None
    history: list[tuple[str, int, int]]
    why: str
    text: str


def baseline(at, card: Mapping, *, unit_id: str = "") -> Baseline:
    """What is the published baseline behind a finding card?

    Parameters
    ----------
    at : Published, or anything that has ``public`` and ``unit_id``
        The current release, or a view of one school of it.
    card : mapping
        A finding card: ``measure dimension group year``; without a year, the latest.
    unit_id : str
        The school, where `at` does not say it.
    """
    table = getattr(at, "public", at).table
    wanted = {
        "unit_id": unit_id or getattr(at, "unit_id", ""),
        "indicator": text(card.get("measure")),
        "dimension": text(card.get("dimension")) or "all",
        "group": text(card.get("group")) or "all",
    }
    rows = table
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    year = text(card.get("year"))
    alone = rows[~rows["pooled"].astype(bool)].sort_values("year")
    row = rows[rows["year"] == year].tail(1) if year else alone.tail(1)
    if row.empty:
        return Baseline("", None, None, None, None, [], "absent", "Not in the published numbers.")
    row = next(row.itertuples(index=False))
    past = alone[(alone["why"] == "") & (alone["year"] < row.year)]
    history = [(r.year, int(r.x), int(r.n)) for r in past.itertuples() if known(r.x)]
    x, n, other_x, other_n = (
        int(v) if known(v) else None for v in (row.x, row.n, row.other_x, row.other_n)
    )
    if row.why:
        x = other_x = other_n = None
    about = catalog.indicator(row.indicator)
    whole = not row.why and known(row.difference)
    said = language.gap(row) if whole else language.rate_of(row, about)
    return Baseline(row.year, x, n, other_x, other_n, history, row.why, said)


def agrees(card: Mapping, now: Baseline) -> bool:
    """Whether every count on a card is one that the current release publishes for its cell.

    Examples
    --------
    >>> now = Baseline("2023-24", 12, 60, None, None, [], "", "")
    >>> agrees({"x": 12, "n": 60}, now), agrees({"x": 12, "n": 61}, now)
    (True, False)
    """
    pairs = [("x", now.x), ("n", now.n)]
    if text(card.get("comparison")) in ("", "rest"):  # other comparisons have another other side
        pairs += [("other_x", now.other_x), ("other_n", now.other_n)]
    said = [(number(card.get(field)), there) for field, there in pairs]
    return not now.why and all(mine is None or mine == there for mine, there in said)
