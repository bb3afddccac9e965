"""The ratios of 34 CFR 300.647 from published counts: categories, groups, years and routes."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from .. import catalog, metrics
from ..display import known, who
from ..metrics import DisproportionalityRules
from ..schema import ALL, BY
from .district_cells import Cells

GROUPS = "race_ethnicity"  # the regulation's seven groups are of this dimension
NEEDS = "swd"  # and the children whom placement and discipline are counted of, of this one
CROSSED = f"{GROUPS}{BY}{NEEDS}"
YEARS = 3  # the regulation looks at three, at most
# Minimums that the regulation presumes reasonable. Without a State's rule no threshold is compared:
# the one here is beyond any ratio.
MINIMUMS = DisproportionalityRules(threshold=10**9, min_cell=10, min_n=30, years=1)


NOTHING = metrics.Estimate(np.nan, np.nan, np.nan)
STATUS = {
    "not_calculated_group_below_minimum": "below the minimum",
    "not_calculated_state_comparison_below_minimum": "comparison below the minimum",
    "not_calculated_comparison_below_minimum": "comparison below the minimum",
}


class Year(NamedTuple):
    """One group in one year: counts, or gaps, and what the rule makes of them."""

    year: str
    counts: np.ndarray
    status: str
    used: str
    ratio: metrics.Estimate
    over: float


class Group(NamedTuple):
    """One group in a category, year by year, the latest last."""

    group: str
    years: list[Year]
    every: float
    named: float


class Category(NamedTuple):
    """One category of the regulation, or one near it, as far as the release holds it."""

    label: str
    indicator: str
    near: bool
    among: str
    groups: list[Group]

    def cell(self, group: Group) -> dict[str, str]:
        """Return the dimension and the label under which the release counts a group."""
        if self.among:
            return {"dimension": CROSSED, "group": f"{group.group}{BY}{self.among}"}
        return {"dimension": GROUPS, "group": group.group}


class Ratios(Cells):
    """A district's report with the ratios of the federal rule, as far as the release holds them."""

    @property
    def rule(self) -> str:
        """The State whose rule is rehearsed; empty: none."""
        return str(self.public.policy.get("idea_rules", ""))

    @cached_property
    def categories(self) -> list[Category]:
        """Every category of which the release holds the counts, or would but for privacy."""
        return self._categories(self.rule)

    def _categories(self, state: str) -> list[Category]:
        groups = self._kinds(self.enrolled).get(GROUPS, [])
        rules = catalog.idea_rules(state) if state else MINIMUMS
        found, held = [], {about.id: about for about in self.view.indicators}
        if "identified_swd" in held:
            label = "Identification: all disabilities"
            found.append((label, "identified_swd", False, (ALL, ALL), (GROUPS, "")))
        for about in held.values():
            for yes in self._needs if about.chapter == "discipline" and not about.events else ():
                label = f"Discipline of {who(yes)}: {about.label.lower()}"
                found.append((label, about.id, True, (NEEDS, yes), (CROSSED, yes)))
        made = []
        for label, id, near, among, (dimension, yes) in found:
            names = [f"{group}{BY}{yes}" if yes else group for group in groups]
            tables = [self._years(id, among, (dimension, name), rules) for name in names]
            if any(np.isfinite(y.counts[:2]).all() for t in tables for y in t.years):
                plain = [t._replace(group=g) for t, g in zip(tables, groups, strict=True)]
                made.append(Category(label, id, near, "" if among[0] == ALL else among[1], plain))
        return made

    @property
    def _needs(self) -> list[str]:
        """The labels by which the release counts children with disabilities, two-way with groups."""
        groups = {
            key[3]: None
            for key, rows in self._rows_of.items()
            if key[0] == self.view.unit_id and key[2] == CROSSED and any(known(r.n) for r in rows)
        }
        yes = catalog.content("report_text")["district"]["children"]
        return [y for y in dict.fromkeys(g.split(BY)[-1] for g in groups) if y in yes]

    def _years(self, id: str, among: tuple, cell: tuple, rules) -> Group:
        """Follow one group through the latest years."""
        years = _consecutive(self.view.years, self.view.latest[id])
        units = [self.view.unit_id]
        if self.view.above is not None and self.view.above["level"] == "state":
            units.append(self.view.above["unit_id"])
        table = np.full((len(years), 2, 4), np.nan)  # years; district and State; x n x_all n_all
        for k, unit in enumerate(units):
            for at, (dimension, group) in ((0, cell), (2, among)):
                found = self._published(unit, id, dimension, group, rules.min_cell)
                for j, year in enumerate(years):
                    table[j, k, at : at + 2] = found.get(year, (np.nan, np.nan))
        x, n = (np.stack([table[:, :, i], table[:, :, i + 2] - table[:, :, i]], -1) for i in (0, 1))
        # Groups that overlap with others, a total that was counted otherwise, a State of which the
        # release holds a part: no table.
        gap = ((x < 0) | (n < 0) | (x > n)).any(axis=-1, keepdims=True)
        gap[:, 1] |= (x[:, 0] > x[:, 1]).any(-1, keepdims=True)
        gap[:, 1] |= (n[:, 0] > n[:, 1]).any(-1, keepdims=True)
        x, n = (np.where(gap, np.nan, a) for a in (x, n))
        made = metrics.significant_disproportionality(x[:, 0], n[:, 0], x[:, 1], n[:, 1], rules)
        told = []
        for j, year in enumerate(years):
            counts = np.array([x[j, 0, 0], n[j, 0, 0], made.x_other[j, 0], made.n_other[j, 0]])
            whole = np.isfinite(counts).all()
            ratio = metrics.risk_ratio(*counts, level=self.level) if whole else NOTHING
            why = _status(made.status[j, 0], counts, x[j])
            one = Year(year, counts, why, made.ratio_used[j, 0], ratio, float(made.exceeds[j, 0]))
            told += [one] if year else []
        return Group(cell[1], told, float(made.every_year[0]), float(made.would_be_identified[0]))

    def _published(self, unit: str, id: str, dimension: str, group: str, least: int) -> dict:
        """Return a cell's x and n by year; what is hidden is a gap.

        A band that is below the minimum as a whole is as good as its upper end: the answer is one.
        """
        found = {}
        for row in self._rows_of.get((unit, id, dimension, group), ()):
            n = np.nan if row.n_why or not known(row.n) else float(row.n)
            x = float(row.x) if not row.why and known(row.x) else np.nan
            if row.why == "band" and known(n) and row.band_high * n < least:
                x = np.floor(row.band_high * n)
            found[row.year] = (x, n)
        return found

    @cached_property
    def _rows_of(self) -> dict[tuple, list]:
        """Rows of single years that a category may need, of the district and the units above."""
        t = self.public.table
        chosen = t["dimension"].isin([ALL, GROUPS, NEEDS, CROSSED]) & ~t["pooled"].astype(bool)
        below = t["unit_id"].isin(self.schools["unit_id"])
        found: dict[tuple, list] = {}
        for row in t[chosen & ~below].itertuples(index=False):
            found.setdefault((row.unit_id, row.indicator, row.dimension, row.group), []).append(row)
        return found


def _consecutive(years: list[str], latest: str) -> list[str]:
    """Return the latest three school years; empty for one that the release does not hold.

    Examples
    --------
    >>> _consecutive(["2017-18", "2020-21", "2021-22"], "2021-22")
    ['', '2020-21', '2021-22']
    """
    if not all(year[:4].isdigit() for year in years):
        return ["", "", latest]
    held = {int(year[:4]): year for year in years}
    return [held.get(int(latest[:4]) - back, "") for back in range(YEARS - 1, -1, -1)]


def _status(status: str, counts: np.ndarray, x: np.ndarray) -> str:
    """Return why there is no ratio, in words; empty where there is one."""
    if status == "calculated":
        return ""
    if status == "gap":
        hidden = np.isnan(counts[:2]).any() or np.isnan(x[0]).any()
        return "hidden" if hidden else "needs the State's counts"
    return STATUS[status]
