"""Which of a unit's published rows does a report speak of, and in which part?

Nothing is computed from a hidden number here: all of it is a choice among published rows.
"""

from __future__ import annotations

import pandas as pd

from .. import catalog
from ..catalog import Indicator
from ..display import favourable, known
from ..schema import ALL
from ..signals import CLEAR, NOT_CLEAR, TOO_FEW
from .sides import sides, unknown
from .view import ABSENT, Share, View, counted_on, records

__all__ = [
    "ABSENT", "COMPARED", "LAST", "Share", "View", "ahead", "counted_on", "enrolment", "improved",
    "records", "sides", "unknown", "weightiest", "without_clear",
]  # fmt: skip

LAST = ("grade",)  # dimensions that a first page speaks of last
COMPARED = (CLEAR, NOT_CLEAR, TOO_FEW)


def weightiest(rows: list, most: int) -> list:
    """Return the rows that concern the most students, in their own order.

    One row a measure comes before a second of the same; groups of students before grades, and
    students before seats, of which one student has several.
    """

    def students(row) -> float:
        if known(row.to_parity):
            return row.to_parity
        return abs(row.difference) * row.n

    def rank(k: int) -> tuple:
        row = rows[k]
        seats = catalog.indicator(row.indicator).counts == "seats"
        return row.dimension in LAST, seats, -students(row)

    first: dict[str, int] = {}
    ordered = sorted(range(len(rows)), key=rank)
    for k in ordered:
        first.setdefault(rows[k].indicator, k)
    again = [k for k in ordered if k not in first.values()]
    chosen = [*sorted(first.values(), key=rank), *again][:most]
    return [rows[k] for k in sorted(chosen)]


def without_clear(view: View, *, least: int = 3) -> list[tuple[Indicator, int]]:
    """Return the measures on which no group compared differs clearly, with how many were."""
    signals: dict[str, list[str]] = {}
    for row in view.rows_compared:
        if not row.pooled:
            signals.setdefault(row.indicator, []).append(row.signal)
    found = []
    for about in view.indicators:
        said = signals.get(about.id, [])
        told = said.count(NOT_CLEAR)
        if told >= least and CLEAR not in said:
            found.append((about, told))
    return found


def improved(view: View) -> list:
    """Return all students' clear changes for the better, first year to last."""
    return [
        row
        for row in (view.rows_changed if len(view.years) > 1 else [])
        if row.dimension == ALL and row.signal == CLEAR
        and favourable(row.change, catalog.indicator(row.indicator).direction)
    ]  # fmt: skip


def ahead(view: View) -> list[tuple]:
    """Return all students' rows whose whole interval is on the better side of the unit above."""
    found = []
    for about in view.indicators if view.above is not None else []:
        row = view.total(about.id)
        upper = view.total(about.id, view.latest[about.id], view.above["unit_id"])
        if not row or not upper or row.why or upper.why or about.events:
            continue
        if not known(row.rate_low) or abs(row.rate - upper.rate) < about.threshold:
            continue
        beyond = row.rate_low > upper.rate or row.rate_high < upper.rate
        if beyond and favourable(row.rate - upper.rate, about.direction):
            found.append((row, upper))
    return found


def enrolment(view: View) -> pd.DataFrame:
    """Return :attr:`View.enrolled` as a frame, with the measure and the year as attributes."""
    made, id = pd.DataFrame(view.enrolled, columns=Share._fields), counted_on(view)
    made.attrs.update({"indicator": id, "year": view.latest[id]} if id else {})
    return made
