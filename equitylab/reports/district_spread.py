"""How groups are spread over a district's schools: each group, and all of a dimension at once."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from .. import metrics
from ..display import known
from .district_cells import Cells

SPREAD = 0.75  # all groups at once: those that this share of the schools can publish
MET = "econ"  # the dimension whose smaller group's share in each group's schools is told


class Spread(NamedTuple):
    """One group over the schools that publish it; `at_least` holds for all schools."""

    dimension: str
    group: str
    use: np.ndarray
    share: float
    apart: metrics.Segregation
    alone: metrics.Segregation
    at_least: float


class Whole(NamedTuple):
    """A dimension's groups all at once, and everyone else as one more."""

    dimension: str
    groups: list[str]
    use: np.ndarray
    h: metrics.Segregation
    at_least: float
    m: metrics.MutualInformation
    kinds: int


class Spreads(Cells):
    """A district's report with its groups over its schools."""

    @property
    def places(self) -> np.ndarray:
        """A number for each school: schools of one number are of one place, or kind."""
        return self.grades

    @cached_property
    def spreads(self) -> list[Spread]:
        """Each group over the schools, where enough of them can be shown."""
        found = []
        for dimension, group in self._columns(self.enrolled):
            table, use = self._grid(dimension, [group])
            # A group that the district hides is not spoken of, whatever its schools show.
            if not self.enough(use) or not known(self.in_district(dimension, group)):
                continue
            one = table[use]
            if one.sum(axis=0).all():
                alone = metrics.isolation(one[:, 0], one.sum(axis=1))
                share = one[:, 0].sum() / one.sum()
                least = self._at_least(_dissimilarity, table, use, dimension, [group])
                apart = _dissimilarity(one)
                found.append(Spread(dimension, group, use, share, apart, alone, least))
        return found

    @cached_property
    def wholes(self) -> list[Whole]:
        """Each dimension of several groups, all at once."""
        found = []
        for dimension, groups in (
            self._kinds(self.enrolled).items() if len(self.schools) > 1 else ()
        ):
            wide = [g for g in groups if (~np.isnan(self.of_group(dimension, g))).mean() >= SPREAD]
            wide = [g for g in wide if known(self.in_district(dimension, g))]
            if len(groups) < 3 or not wide:
                continue
            table, use = self._grid(dimension, wide)
            h = metrics.theil_h(table[use]) if self.enough(use) else None
            if h is None or not known(h.value):
                continue
            place = self.places[use]
            kinds = len(set(place))
            m = metrics.mutual_information(table[use], within=place if kinds > 1 else None)
            least = self._at_least(metrics.theil_h, table, use, dimension, wide)
            found.append(Whole(dimension, wide, use, h, least, m, kinds))
        return found

    def _grid(self, dimension: str, groups: list[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return schools by groups, everyone else last, and which schools have no gap."""
        table = np.column_stack(
            [*(self.of_group(dimension, g) for g in groups), self.outside(dimension, groups)]
        )
        return table, ~np.isnan(table).any(axis=1) & (table >= 0).all(axis=1)

    def _at_least(self, index, table, use, dimension: str, groups: list[str]) -> float:
        """Return what the index is at least over all schools: those left out as one place.

        Places that are put together never look less mixed, so the bound holds whatever is hidden.
        """
        whole = np.array([self.in_district(dimension, g) for g in groups])
        whole = np.append(whole, self.in_district(dimension) - whole.sum())
        rest = whole - table[use].sum(axis=0)
        if np.isnan(rest).any() or (rest < 0).any():
            return np.nan
        return float(index(np.vstack([table[use], rest])).value)

    def met(self, one: Spread) -> tuple[str, float, float, np.ndarray] | None:
        """Which group of the dimension `MET` does the average member meet: share, and its own."""
        groups = self._kinds(self.enrolled).get(MET, [])
        if len(groups) != 2 or one.dimension == MET:
            return None
        other = next(g for d, g in self._columns(self.enrolled) if d == MET)
        theirs, mine = self.of_group(MET, other), self.of_group(one.dimension, one.group)
        all_ = theirs + self.outside(MET, [other])
        use = one.use & ~np.isnan(theirs + all_) & (mine <= all_) & (theirs <= all_)
        if not self.enough(use) or not mine[use].sum() or not known(self.in_district(MET, other)):
            return None
        found = metrics.exposure_to(theirs[use] / np.maximum(all_[use], 1), mine[use])
        return other, float(found), theirs[use].sum() / all_[use].sum(), use


def _dissimilarity(table: np.ndarray) -> metrics.Segregation:
    return metrics.dissimilarity(table[:, 0], table[:, 1])
