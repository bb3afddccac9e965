"""One unit's published rows, cut for its report: as lists of rows, and as frames."""

from __future__ import annotations

import math
import re
from collections import namedtuple
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from .. import catalog
from ..catalog import Indicator
from ..display import known
from ..privacy import Published
from ..schema import ALL, BY
from .sides import sides

ABSENT = ("not collected", "not applicable")


@cache
def _place(group: str) -> float:
    """Order numbered groups by number, after those without one; other groups keep their order."""
    if group in {d.unknown for d in catalog.dimensions().values()}:
        return 1e6
    number = re.search(r"\d+", group)
    return float(number[0]) if number and BY not in group else 0.0


def records(frame: pd.DataFrame | list, *, index: bool = False) -> list:
    """Return the rows as ``itertuples`` does, in a third of its time; a list is one already."""
    if isinstance(frame, list):
        return frame
    columns = [frame[name].tolist() for name in frame]
    row = _row(("Index",) * index + tuple(frame.columns))
    return list(map(row._make, zip(*[frame.index.tolist()] * index, *columns, strict=True)))


@cache
def _row(columns: tuple[str, ...]) -> type:
    return namedtuple("Row", columns)


@dataclass(frozen=True)
class View:
    """One school's or district's published rows, cut once.

    What is named ``rows`` is a list of :func:`records`: to choose among them costs a hundredth of
    what it costs in a frame. Frames are for whoever computes with columns.
    """

    public: Published
    unit_id: str
    without: tuple[str, ...] = ()  # dimensions that findings leave out

    @cached_property
    def unit(self) -> pd.Series:
        return self.public.unit(self.unit_id)

    @cached_property
    def above(self) -> pd.Series | None:
        """The unit above, where the file has one."""
        parent = self.unit["parent_id"]
        return self.public.unit(parent) if parent else None

    @cached_property
    def over(self) -> View | None:
        """The view of the unit above, where the file has one."""
        return View(self.public, self.unit["parent_id"]) if self.unit["parent_id"] else None

    @cached_property
    def own(self) -> pd.DataFrame:
        """The unit's rows, in the order of the file."""
        return self.public.rows_of("table", self.unit_id)

    @cached_property
    def own_scores(self) -> pd.DataFrame:
        """The unit's rows of mean scores, in the order of the file."""
        return self.public.rows_of("scores", self.unit_id)

    @cached_property
    def table(self) -> pd.DataFrame:
        """The unit's rows, dimensions in the order of display."""
        return _in_order(self.own)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The unit's rows of mean scores."""
        return _in_order(self.own_scores)

    @cached_property
    def rows(self) -> list:
        """The unit's rows of all years, without two-way groups; ``Index`` is the row's label."""
        return records(_in_order(self.own[~_crossed(self.own)]), index=True)

    @cached_property
    def score_rows(self) -> list:
        """The same of mean scores."""
        return records(_in_order(self.own_scores[~_crossed(self.own_scores)]), index=True)

    def frame(self, rows: list, *, scores: bool = False) -> pd.DataFrame:
        """Return rows as a frame."""
        return (self.own_scores if scores else self.own).take([row.Index for row in rows])

    @cached_property
    def single(self) -> pd.DataFrame:
        """Rows of one year."""
        return self.table[~self.table["pooled"].astype(bool)]

    @cached_property
    def years(self) -> list[str]:
        return sorted({row.year for row in self.rows if not row.pooled})

    @property
    def year(self) -> str:
        """The latest year."""
        return self.years[-1] if self.years else ""

    @cached_property
    def latest(self) -> dict[str, str]:
        """The latest year with anything collected, by indicator; with groups, if any year has."""
        found: dict[str, str] = {}
        scores = records(self.own_scores[["indicator", "year", "why", "dimension"]])
        for rows in ([row for row in self.rows if not row.pooled], scores):
            held = [row for row in rows if row.why not in ABSENT]
            found |= sorted((row.indicator, row.year) for row in held)  # the last of each stays
            found |= sorted((row.indicator, row.year) for row in held if row.dimension != ALL)
        of_reports = catalog.indicators()  # answers to surveys have a part of their own: said.py
        return {id: year for id, year in found.items() if id in of_reports}

    @cached_property
    def indicators(self) -> list[Indicator]:
        """What this unit's rows hold, in the catalog's order."""
        return [about for id, about in catalog.indicators().items() if id in self.latest]

    @cached_property
    def shared(self) -> set[str]:
        """Labels that name a group in more than one dimension."""
        pairs = self.public.table[["dimension", "group"]].drop_duplicates()
        return set(pairs.loc[pairs["group"].duplicated(), "group"])

    @cached_property
    def _by_indicator(self) -> dict[str, list]:
        found: dict[str, list] = {}
        for row in self.rows:
            if row.indicator in self.latest and self._now(row):
                found.setdefault(row.indicator, []).append(row)
        return found

    def _now(self, row) -> bool:
        """Whether a row is of the latest year, or of years together that can be published."""
        return row.why == "" if row.pooled else row.year == self.latest[row.indicator]

    def rows_of(self, id: str) -> list:
        """Return the latest year's rows of an indicator, pooled ones after the year's own."""
        rows = [r for r in self._by_indicator.get(id, ()) if r.dimension != ALL or not r.pooled]
        dimension, group = (
            {name: k for k, name in enumerate(dict.fromkeys(names))}
            for names in ((r.dimension for r in rows), (r.group for r in rows))
        )
        return sorted(rows, key=lambda r: (dimension[r.dimension], group[r.group], r.pooled))

    def of(self, id: str) -> pd.DataFrame:
        """Return :meth:`rows_of` as a frame."""
        return self.frame(self.rows_of(id))

    def score_rows_of(self, id: str) -> list:
        """Return the latest year's mean scores of an indicator."""
        year = self.latest.get(id)
        return [row for row in self.score_rows if row.indicator == id and row.year == year]

    def scores_of(self, id: str) -> pd.DataFrame:
        """Return :meth:`score_rows_of` as a frame."""
        return self.frame(self.score_rows_of(id), scores=True)

    @cached_property
    def totals(self) -> dict[tuple[str, str, str], tuple]:
        """The unit's rows of all students, by unit, indicator and year."""
        rows = [row for row in self.rows if row.dimension == ALL and not row.pooled]
        return {(r.unit_id, r.indicator, r.year): r for r in rows}

    def total(self, id: str, year: str = "", unit_id: str = ""):
        """Return the row of all students, here or in a unit above, or None."""
        unit_id, year = unit_id or self.unit_id, year or self.latest.get(id, "")
        if unit_id != self.unit_id and self.over:
            return self.over.total(id, year, unit_id)
        return self.totals.get((unit_id, id, year))

    @cached_property
    def rows_compared(self) -> list:
        """Latest rows of all indicators that have a comparison; groups, not intersections."""
        return self._said(row for rows in self._by_indicator.values() for row in rows)

    @cached_property
    def compared(self) -> pd.DataFrame:
        """:attr:`rows_compared` as a frame."""
        return self.frame(self.rows_compared)

    @cached_property
    def rows_crossed(self) -> list:
        """What the same rows of intersections say, without their numbers: :meth:`frame` has those.

        There are a thousand, and numbers are told of the few that differ clearly.
        """
        t = self.own[["year", "indicator", "dimension", "group", "signal", "pooled", "why"]]
        recent = t["year"].isin(self.latest.values()) | t["pooled"].astype(bool)
        rows = records(_in_order(t[_crossed(t) & recent]), index=True)
        return self._said(r for r in rows if r.indicator in self.latest and self._now(r))

    def _said(self, rows: Iterable) -> list:
        order = {id: k for k, id in enumerate(catalog.indicators())}
        told = [r for r in rows if r.dimension != ALL and r.dimension not in self.without]
        return sorted(told, key=lambda r: order[r.indicator])

    @cached_property
    def sides(self) -> tuple[list, list]:
        """The gaps and the bright spots of all measures: see :func:`sides`."""
        return sides(self.rows_compared)

    def changes(self, *, year_from: str = "", year_to: str = "") -> pd.DataFrame:
        """Return published changes between two years; by default the first and the last."""
        c = self.public.rows_of("changes", self.unit_id)
        return c[
            (c["year_from"] == (year_from or self.years[0]))
            & (c["year_to"] == (year_to or self.year))
            & (c["why"] == "")
            & ~c["indicator"].isin(catalog.survey_indicators())
        ]

    @cached_property
    def rows_changed(self) -> list:
        """What changed from the first year to the last."""
        return records(self.changes())

    @cached_property
    def enrolled(self) -> list[Share]:
        """How many students of each group, by the measure that counts the most of them."""
        id = counted_on(self)
        mine = [row for row in self.rows_of(id) if not row.pooled] if id else []
        above = self._sizes_above(id) if id and self.over else {}
        whole, whole_above = self.total(id).n if id else 0, above.get((ALL, ALL), 0)
        found = []
        for row in mine:
            n = row.n if row.n_why == "" and known(row.n) else math.nan
            up = above.get((row.dimension, row.group), math.nan)
            share = n / whole if whole else math.nan
            share_above = up / whole_above if whole_above else math.nan
            why = "" if known(n) else "hidden"
            found.append(Share(row.dimension, row.group, n, share, share_above, why))
        return found

    def _sizes_above(self, id: str) -> dict[tuple[str, str], float]:
        return {
            (row.dimension, row.group): row.n
            for row in self.over.rows
            if row.indicator == id and row.year == self.latest[id]
            and not row.pooled and row.n_why == ""
        }  # fmt: skip


def _crossed(frame: pd.DataFrame) -> pd.Series:
    return frame["dimension"].str.contains(BY, regex=False)


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a unit's rows, dimensions and numbered groups in the order of display."""
    order = {d: k for k, d in enumerate([ALL, *catalog.dimensions()])}
    keys = []
    for column, place in (("group", _place), ("dimension", lambda d: order.get(d, len(order)))):
        codes, names = pd.factorize(frame[column])
        keys.append(np.array([place(name) for name in names], float)[codes])
    return frame.take(np.lexsort(keys))


class Share(NamedTuple):
    """A group's part of all students, here and in the unit above; hidden, it has no number."""

    dimension: str
    group: str
    n: float
    share: float
    above: float
    why: str


def counted_on(view: View) -> str:
    """Return the measure that counts the most students, those enrolled if it can; "" if none."""
    sizes: dict[str, list[tuple[float, str]]] = {}
    for about in view.indicators:
        row = view.total(about.id)
        if row is not None and known(row.n) and about.counts == "students":
            sizes.setdefault(about.base, []).append((row.n, about.id))
    if not sizes:
        return ""
    return max(sizes.get("enrolled") or max(sizes.values()), key=lambda pair: pair[0])[1]
