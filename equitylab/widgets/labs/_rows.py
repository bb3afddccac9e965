"""Which of a school's published rows a lab speaks of: the one asked for, or the most telling."""

from __future__ import annotations

import pandas as pd

from ... import catalog, display
from ...display import count, percent, who
from ...reports import findings
from ...schema import ALL, BY
from ...signals import CLEAR, TOO_FEW


def of(view, measure: str, year: str = "") -> pd.DataFrame:
    """Return a measure's rows of one year, groups only, neither pooled nor crossed."""
    rows = view.single[view.single["indicator"] == measure]
    rows = rows[rows["year"] == (year or view.latest.get(measure, ""))]
    crossed = rows["dimension"].str.contains(BY, regex=False)
    return rows[~crossed & (rows["dimension"] != ALL)]


def row_of(view, measure: str, students: str, year: str = ""):
    """Return the row that ``"dimension: group"`` names, or None."""
    dimension, _, group = students.partition(": ")
    rows = of(view, measure, year)
    rows = rows[(rows["dimension"] == dimension) & (rows["group"] == group)]
    return next(rows.itertuples(index=False), None)


def total(view, measure: str, year: str):
    """Return the row of all students, or None."""
    return view.total(measure, year)


def telling(view, *, chapters=(), measure: str = "", grades: bool = True):
    """Which published row has most to tell: the widest clear gap in points; else the widest.

    Groups of students come before grades, and counts of students before seats. Nothing has to be
    known of the groups beforehand.
    """

    def asked(row) -> bool:
        about = catalog.indicator(row.indicator)
        if row.pooled or (not grades and row.dimension in findings.LAST):
            return False
        return row.indicator == measure if measure else not chapters or about.chapter in chapters

    for side in view.sides:
        if found := sorted(filter(asked, side), key=_weight):
            return found[0]
    rows = [row for row in view.compared.itertuples(index=False) if asked(row)]
    told = [row for row in rows if row.signal in findings.COMPARED]
    shown = (row for row in rows if row.why == "")
    return min(told, key=_weight) if told else next(shown, None)


def _weight(row) -> tuple:
    about = catalog.indicator(row.indicator)
    kind = row.signal == TOO_FEW, row.dimension in findings.LAST, about.counts == "seats"
    well = display.favourable(row.difference, about.direction) is True
    return *kind, well and row.signal != CLEAR, -abs(row.difference)


def chosen_row(
    at, *, measure: str = "", students: str = "", year: str = "", chapters=(), grades: bool = True
):
    """Return the row that was asked for; what was left open is filled with the most telling one."""
    view = at.school.view
    if not students:
        found = telling(view, chapters=chapters, measure=measure, grades=grades)
        if found is None or not year or year == found.year:
            return found
        students, measure = f"{found.dimension}: {found.group}", found.indicator
    if not measure:
        dimension, _, group = students.partition(": ")
        rows = view.compared
        rows = rows[(rows["dimension"] == dimension) & (rows["group"] == group)]
        rows = rows[rows["signal"].isin(findings.COMPARED) & ~rows["pooled"].astype(bool)]
        about = rows["indicator"].map(lambda id: catalog.indicator(id).chapter)
        rows = list((rows[about.isin(chapters)] if chapters else rows).itertuples(index=False))
        if not rows:
            return None
        measure = min(rows, key=lambda r: (r.signal != CLEAR, *_weight(r))).indicator
    return row_of(view, measure, students, year)


def of_all(x, n) -> str:
    """Return "35 of 508", or the band that stands for none or all of them.

    Examples
    --------
    >>> of_all(35, 508), of_all(0, 12)
    ('35 of 508', '20% or less of 12')
    """
    return f"{percent(x / n, n)} of {count(n)}" if x in (0, n) else f"{count(x)} of {count(n)}"


def missing(at, measure: str, students: str, year: str) -> str:
    """Say in a sentence that there is no such number."""
    name = at.school.name
    if not measure and not students:
        return f"{name} has no number here that can be both published and compared."
    what = catalog.indicator(measure).label if measure else "These measures"
    group = students.partition(": ")[2]
    whom = f" for {who(group)}" if group else ""
    when = f" in {year}" if year else ""
    return f"{what}: the numbers of {name} hold nothing{whom}{when}. Choose another one."
