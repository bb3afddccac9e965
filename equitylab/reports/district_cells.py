"""The district's schools as arrays of counts.

All of it comes from published cells: a hidden one is a gap, and a school with a gap is left out and
counted as left out.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from .. import catalog
from ..display import count
from ..markup import Cell
from ..schema import ALL
from . import findings
from .findings import ABSENT
from .side_by_side import Schools

HALF = 0.5  # of the district's students: with fewer in the schools counted, nothing is said


class Column(NamedTuple):
    """One group's published cells by school: a gap is hidden, or a band, or not there."""

    n: np.ndarray
    x: np.ndarray
    there: np.ndarray  # a row with a size, though it may be hidden
    held: np.ndarray  # collected, and applicable


class Cells(Schools):
    """A district's report, with its schools as arrays: one place a school, in alphabetical order."""

    @cached_property
    def enrolled(self) -> pd.DataFrame:
        """How many students of each group the district counts: ``findings.enrolment``, once."""
        return findings.enrolment(self.view)

    @cached_property
    def counted_on(self) -> str:
        """The measure that counts the students."""
        return self.enrolled.attrs.get("indicator", "")

    @property
    def base(self) -> str:
        """What is counted there, as the catalog's ``bases`` name it: who is enrolled, mostly.

        Numbers about where students are belong to it, and not to the measure that counts them: what
        that measure hides is how many of them have its outcome.
        """
        return catalog.indicator(self.counted_on).base

    @cached_property
    def sizes(self) -> np.ndarray:
        """All students of each school; a gap where that is hidden."""
        return self.n_of(self.counted_on)

    def column(self, id: str, dimension: str = ALL, group: str = ALL) -> Column:
        """Return the schools' published cells of one group as arrays, once."""
        key = (id, dimension, group)
        if key not in self._columns_seen:
            rows = self._of_schools(id, dimension=dimension, group=group)
            x, n = (rows[c].to_numpy("float64", na_value=np.nan) for c in ("x", "n"))
            why, n_why = (rows[c].to_numpy(object) for c in ("why", "n_why"))
            hidden = n_why != ""
            there = ~np.isnan(n) | hidden
            n, absent = np.where(hidden, np.nan, n), np.isin(why, ABSENT)
            # A band is no count: its numerator is a gap.
            x = np.where((why != "") | hidden, np.nan, x)
            self._columns_seen[key] = Column(n, x, there, ~absent)
        return self._columns_seen[key]

    @cached_property
    def _columns_seen(self) -> dict[tuple, Column]:
        return {}

    def n_of(self, id: str, dimension: str = ALL, group: str = ALL) -> np.ndarray:
        """Return published denominators by school."""
        return self.column(id, dimension, group).n

    def x_of(self, id: str, dimension: str = ALL, group: str = ALL) -> tuple:
        """Return published numerators and denominators by school: both, or both gaps."""
        one = self.column(id, dimension, group)
        return one.x, np.where(np.isnan(one.x), np.nan, one.n)

    def held(self, id: str) -> np.ndarray:
        """Which schools count this at all: a primary school may have no course seats."""
        return self.column(id).held

    def of_group(self, dimension: str, group: str) -> np.ndarray:
        """Return a group's students by school: 0 where there are none, a gap where it is hidden.

        A school that does not record the dimension is a gap too: nobody knows how many they are.
        """
        one = self.column(self.counted_on, dimension, group)
        return np.where(self._recorded[dimension], np.where(one.there, one.n, 0), np.nan)

    @cached_property
    def _recorded(self) -> dict[str, np.ndarray]:
        """Which schools have a row of some group of the dimension, other than the unrecorded."""
        return {
            dimension: np.any([self.column(self.counted_on, dimension, g).there for g in groups], 0)
            for dimension, groups in self._kinds(self.enrolled).items()
        }

    def outside(self, dimension: str, groups: list[str]) -> np.ndarray:
        """Return each school's students who are recorded, and in none of these groups."""
        known_as = catalog.dimensions().get(dimension)
        unknown = known_as.unknown if known_as is not None else ""
        rest = self.sizes - sum(self.of_group(dimension, group) for group in groups)
        return rest - self.of_group(dimension, unknown) if unknown else rest

    def in_district(self, dimension: str, group: str = "") -> float:
        """Return a group's students in the whole district, or all whose group is recorded."""
        n = self._in_district
        if group:
            return n.get((dimension, group), np.nan)
        known_as = catalog.dimensions().get(dimension)
        unknown = (dimension, known_as.unknown if known_as is not None else "")
        return n.get((ALL, ALL), np.nan) - n.get(unknown, 0.0)

    @cached_property
    def _in_district(self) -> dict[tuple[str, str], float]:
        rows = self.enrolled
        pairs = zip(rows["dimension"], rows["group"], strict=True)
        return dict(zip(pairs, map(float, rows["n"]), strict=True))

    def enough(self, use: np.ndarray) -> bool:
        """Whether these schools, two at least, hold half of the district's students."""
        return use.sum() > 1 and np.nansum(self.sizes[use]) >= HALF * self.in_district(ALL, ALL)

    def used(self, use: np.ndarray) -> list[Cell]:
        """Return two cells: schools counted, and how many students the others have."""
        out = self.in_district(ALL, ALL) - self.sizes[use].sum()
        return [
            Cell("schools", f"{int(use.sum())} of {len(use)}"),
            Cell("left", count(out) if out >= 0 else "not known"),
        ]

    def _kinds(self, rows: pd.DataFrame) -> dict[str, list[str]]:
        """Return the recorded groups of each dimension that a district's report speaks of."""
        kinds: dict[str, list[str]] = {}
        for row in rows.itertuples(index=False):
            told = row.dimension != ALL and row.dimension not in self.without
            if told and not findings.unknown(row.dimension, row.group):
                kinds.setdefault(row.dimension, []).append(row.group)
        return kinds

    def _columns(self, rows: pd.DataFrame) -> list[tuple[str, str]]:
        """Every group of a dimension with several; of a pair, the smaller in the district."""
        size = rows.set_index(["dimension", "group"])["n"].fillna(0)
        chosen = []
        for dimension, groups in self._kinds(rows).items():
            if len(groups) == 2:
                groups = [min(groups, key=lambda g: size[dimension, g])]
            chosen += [(dimension, group) for group in groups]
        return chosen

    @cached_property
    def grades(self) -> np.ndarray:
        """A number for each school, the same for schools whose grades overlap; all 0 without grades.

        A district sends students to one of the schools that serve their grade; that primary and
        secondary schools differ is another matter.
        """
        rows = self.enrolled
        held = []
        for group in rows.loc[rows["dimension"] == "grade", "group"]:
            one = self.column(self.counted_on, "grade", group)
            held.append(one.there & (np.isnan(one.n) | (one.n > 0)))
        place = np.arange(len(self.schools))
        if not held or not np.any(held, axis=0).all():
            return np.zeros(len(self.schools), int)
        for _ in place:  # as often as the longest chain of overlaps could need
            for some in held:
                place[np.isin(place, place[some])] = place[some].min() if some.any() else 0
        return np.unique(place, return_inverse=True)[1]
