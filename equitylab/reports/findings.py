"""Which of a unit's published rows does a report speak of, and in which part?

Nothing is computed from a hidden number here: all of it is a choice among published rows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from .. import catalog
from ..catalog import Indicator
from ..display import favourable, known
from ..privacy import Published
from ..schema import ALL, BY
from ..signals import CLEAR, NOT_CLEAR, TOO_FEW

ABSENT = ("not collected", "not applicable")
LAST = ("grade",)  # dimensions that a first page speaks of last
NEARLY_EVEN = 0.4  # in a pair, a group with less than this is the smaller one
COMPARED = (CLEAR, NOT_CLEAR, TOO_FEW)


def unknown(dimension: str, group: str) -> bool:
    """Whether this is the group of those whose own group was not recorded."""
    known_as = catalog.dimensions().get(dimension)
    return known_as is not None and group == known_as.unknown


def _place(group: str) -> float:
    """Order numbered groups by number, after those without one; other groups keep their order."""
    if group in {d.unknown for d in catalog.dimensions().values()}:
        return 1e6
    number = re.search(r"\d+", group)
    return float(number[0]) if number and BY not in group else 0.0


@dataclass(frozen=True)
class View:
    """One school's or district's published rows, cut once."""

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
    def table(self) -> pd.DataFrame:
        """The unit's rows, dimensions in the order of display."""
        return self._cut(self.public.table)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """The unit's rows of mean scores."""
        return self._cut(self.public.scores)

    def _cut(self, frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame[frame["unit_id"] == self.unit_id]
        order = {d: k for k, d in enumerate([ALL, *catalog.dimensions()])}
        place = rows["dimension"].map(order).fillna(len(order))
        within = rows["group"].map({g: _place(g) for g in rows["group"].unique()})
        keys = pd.DataFrame({"dimension": place, "group": within})
        return rows.loc[keys.sort_values(["dimension", "group"], kind="stable").index]

    def scores_of(self, id: str) -> pd.DataFrame:
        """Return the latest year's mean scores of an indicator, without intersections."""
        rows = self.scores[self.scores["indicator"] == id]
        rows = rows[rows["year"] == self.latest[id]]
        return rows[~rows["dimension"].str.contains(BY, regex=False)]

    @cached_property
    def single(self) -> pd.DataFrame:
        """Rows of one year."""
        return self.table[~self.table["pooled"].astype(bool)]

    @cached_property
    def years(self) -> list[str]:
        return sorted(set(self.single["year"]))

    @property
    def year(self) -> str:
        """The latest year."""
        return self.years[-1] if self.years else ""

    @cached_property
    def latest(self) -> dict[str, str]:
        """The latest year with anything collected, by indicator."""
        held = self.single[~self.single["why"].isin(ABSENT)]
        found = held.groupby("indicator", sort=False)["year"].max().to_dict()
        scores = self.scores[~self.scores["why"].isin(ABSENT)]
        return found | scores.groupby("indicator", sort=False)["year"].max().to_dict()

    @cached_property
    def indicators(self) -> list[Indicator]:
        """What this unit's rows hold, in the catalog's order."""
        return [about for id, about in catalog.indicators().items() if id in self.latest]

    @cached_property
    def shared(self) -> set[str]:
        """Labels that name a group in more than one dimension."""
        pairs = self.public.table[["dimension", "group"]].drop_duplicates()
        return set(pairs.loc[pairs["group"].duplicated(), "group"])

    def of(self, id: str, *, crossed: bool = False) -> pd.DataFrame:
        """Return the latest year's rows of an indicator, pooled ones after the year's own."""
        rows = self.table[self.table["indicator"] == id]
        if rows.empty or id not in self.latest:
            return rows.iloc[:0]
        pooled = rows["pooled"].astype(bool)
        rows = rows[(rows["year"] == self.latest[id]) | (pooled & (rows["why"] == ""))]
        rows = rows[rows["dimension"].str.contains(BY, regex=False) == crossed]
        rows = rows[(rows["dimension"] != ALL) | ~rows["pooled"].astype(bool)]
        where = pd.factorize(rows["dimension"])[0], pd.factorize(rows["group"])[0]
        rows = rows.assign(_a=where[0], _b=where[1], _c=rows["pooled"].astype(bool))
        return rows.sort_values(["_a", "_b", "_c"], kind="stable").drop(columns=["_a", "_b", "_c"])

    @cached_property
    def totals(self) -> dict[tuple[str, str, str], tuple]:
        """Rows of all students, of every unit at hand, by unit, indicator and year."""
        t = self.public.table
        rows = t[(t["dimension"] == ALL) & ~t["pooled"].astype(bool)]
        return {(r.unit_id, r.indicator, r.year): r for r in rows.itertuples(index=False)}

    def total(self, id: str, year: str = "", unit_id: str = ""):
        """Return the row of all students, or None."""
        return self.totals.get((unit_id or self.unit_id, id, year or self.latest.get(id, "")))

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Latest rows of all indicators that have a comparison; groups, not intersections."""
        return self._said(crossed=False)

    @cached_property
    def sides(self) -> tuple[list, list]:
        """The gaps and the bright spots of all measures: see :func:`sides`."""
        return sides(list(self.compared.itertuples(index=False)))

    @cached_property
    def crossings(self) -> pd.DataFrame:
        """The same for intersections."""
        return self._said(crossed=True)

    def _said(self, *, crossed: bool) -> pd.DataFrame:
        rows = self.table[self.table["dimension"] != ALL]
        rows = rows[rows["dimension"].str.contains(BY, regex=False) == crossed]
        rows = rows[~rows["dimension"].isin(self.without)]
        pooled = rows["pooled"].astype(bool)
        last = rows["year"] == rows["indicator"].map(self.latest)
        rows = rows[last | (pooled & (rows["why"] == "") & rows["indicator"].isin(self.latest))]
        order = {id: k for k, id in enumerate(catalog.indicators())}
        return rows.loc[rows["indicator"].map(order).sort_values(kind="stable").index]

    def changes(self, *, year_from: str = "", year_to: str = "") -> pd.DataFrame:
        """Return published changes between two years; by default the first and the last."""
        c = self.public.changes
        return c[
            (c["unit_id"] == self.unit_id)
            & (c["year_from"] == (year_from or self.years[0]))
            & (c["year_to"] == (year_to or self.year))
            & (c["why"] == "")
        ]


def sides(rows: list) -> tuple[list, list]:
    """Split the clear differences among rows into gaps and bright spots.

    Each difference has two sides, and the rows hold both. In a pair of groups the smaller is spoken
    of (if they are nearly even, the one with the less favourable rate). In more than two, a
    favourable difference is a bright spot only where no other group of the dimension has a gap:
    else it is the other side of that gap. A measure without a better side goes with the gaps.
    """
    together: dict[tuple, list] = {}
    for row in rows:
        if not unknown(row.dimension, row.group):
            together.setdefault((row.indicator, row.dimension), []).append(row)
    gaps, bright = [], []
    for (id, dimension), part in together.items():
        direction = catalog.indicator(id).direction
        pair = len({row.group for row in part}) == 2 and BY not in dimension
        for pooled in (False, True):
            clear = [r for r in part if r.signal == CLEAR and bool(r.pooled) == pooled]
            if clear and pair:
                clear = _one_of_two(clear, direction)
            poor = [row for row in clear if favourable(row.difference, direction) is not True]
            gaps += poor
            if not poor:
                bright += clear
    return _once(gaps), _once(bright)


def _one_of_two(clear: list, direction: str) -> list:
    share = {row.group: row.n / (row.n + row.other_n) for row in clear}
    small = [row for row in clear if share[row.group] < NEARLY_EVEN]
    if small:
        return small[:1]
    if all(s > 1 - NEARLY_EVEN for s in share.values()):
        return clear[:1]
    poor = [row for row in clear if favourable(row.difference, direction) is False]
    return (poor or clear)[:1]


def _once(rows: list) -> list:
    """Leave out pooled rows of groups whose single year speaks already."""
    alone = {(r.indicator, r.dimension, r.group) for r in rows if not r.pooled}
    return [r for r in rows if not r.pooled or (r.indicator, r.dimension, r.group) not in alone]


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
    found = []
    for about in view.indicators:
        rows = view.compared[view.compared["indicator"] == about.id]
        signals = rows.loc[~rows["pooled"].astype(bool), "signal"]
        told = int(signals.isin([CLEAR, NOT_CLEAR]).sum())
        if told >= least and not (signals == CLEAR).any():
            found.append((about, told))
    return found


def improved(view: View) -> list:
    """Return all students' clear changes for the better, first year to last."""
    if len(view.years) < 2:
        return []
    rows = view.changes()
    rows = rows[(rows["dimension"] == ALL) & (rows["signal"] == CLEAR)]
    return [
        row
        for row in rows.itertuples(index=False)
        if favourable(row.change, catalog.indicator(row.indicator).direction)
    ]


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


def enrolment(view: View) -> pd.DataFrame:
    """How many students of each group, from the measure that counts the most of them.

    Columns ``dimension group n share above_n above why``; a hidden group has no number.
    """
    id = counted_on(view)
    if not id:
        return pd.DataFrame(columns=["dimension", "group", "n", "share", "above", "why"])
    year = view.latest[id]
    mine = view.of(id)
    mine = mine[~mine["pooled"].astype(bool)]
    all_n = mine.loc[mine["dimension"] == ALL, "n"].astype(float).sum()
    shown = mine[["dimension", "group", "n"]].assign(n=mine["n"].astype("float64"))
    shown.loc[(mine["n_why"] != "").to_numpy(), "n"] = float("nan")
    shown["share"] = shown["n"] / all_n
    shown["above"] = float("nan")
    if view.above is not None:
        t = view.public.table
        up = t[
            (t["unit_id"] == view.above["unit_id"]) & (t["indicator"] == id)
            & (t["year"] == year) & ~t["pooled"].astype(bool) & (t["n_why"] == "")
        ]  # fmt: skip
        whole = up.loc[up["dimension"] == ALL, "n"].astype(float).sum()
        if whole:
            shares = up.set_index(["dimension", "group"])["n"].astype(float) / whole
            at = pd.MultiIndex.from_frame(shown[["dimension", "group"]])
            shown["above"] = shares.reindex(at).to_numpy()
    shown["why"] = shown["n"].isna().map({True: "hidden", False: ""})
    shown.attrs.update(indicator=id, year=year)
    return shown.reset_index(drop=True)
