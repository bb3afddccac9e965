"""The relations that every reader of a report knows, between the cells that a folder prints and hides.

Groups of a dimension sum to all students, intersections to both their groups, schools to their
district, years to the pooled years; outcomes are no more than students; a band is a range; indicators
of one base share their group sizes. Where the printed numbers themselves break such a sum it is not
used (or used as "at most"), and that is noted.

A row that no file holds is zero, unless fully printed sums show that rows are left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np

from .. import catalog
from ..schema import ALL, BY
from .attack import INF, Goal, InconsistentTable, Relation, System, at_most, share
from .harvest import KEY

_POOLED = re.compile(r"^(\S+) to (\S+)$")
_EVERYONE_ELSE = ("", "others", "everyone else", "all others", "other students")
_ABSENT = ("not collected", "not applicable")


@dataclass
class Known:
    """A system of cells and relations, what is asked of it, and remarks.

    Attributes
    ----------
    system : System
    goals : dict
        Name of each hidden cell -> what must remain possible for it.
    rows : dict
        Name of each cell -> row of ``Facts.cells``. A name is ``(measure, year, unit, indicator or
        base, dimension, group)``.
    size : dict
        Name of each count -> name of its group's size.
    notes : list of str
    """

    system: System
    goals: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    size: dict = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def relations(facts, min_group: int, min_cell: int, known=None) -> Known:
    """Return all that an outsider holds; ``known`` is what an insider knows besides."""
    return _Builder(facts, min_group, min_cell, known or {}).build()


class _Builder:
    def __init__(self, facts, min_group, min_cell, insider):
        self.facts, self.min_group, self.min_cell = facts, min_group, min_cell
        self.out = Known(System())
        self.seen: set = set()
        self.insider = {(*k, "x")[:6]: v for k, v in insider.items()}
        self.indicators = catalog.known_indicators()
        self.broken: Counter = Counter()
        # (measure, year, unit, indicator) -> dimension -> group -> name of the cell; and the group
        # sizes again, once for all indicators that share them.
        self.lines: dict = defaultdict(lambda: defaultdict(dict))
        self.sizes: dict = defaultdict(lambda: defaultdict(dict))
        self.roster: dict = defaultdict(set)
        self.children: dict = defaultdict(list)
        for unit, (_, _, parent) in facts.units.items():
            if parent:
                self.children[parent].append(unit)

    def build(self) -> Known:
        self._cells()
        self._goals()
        for _ in range(2):  # the first pass only learns whether absent rows and sums can be trusted
            self.trust = getattr(self, "votes", None)
            self.votes = defaultdict(lambda: [0, 0, 0])  # sums that hold, fall short, exceed
            self.learning = self.trust is None
            self._sums()
        self._pairs()
        self._others()
        for what, count in sorted(self.broken.items()):
            self.out.notes.append(
                f"{what}: {count:,} sums that the printed numbers break, not used."
            )
        return self.out

    # ------------------------------------------------------------------ cells
    def _cells(self) -> None:
        system, cells = self.out.system, self.facts.cells
        base = bases(cells, self.indicators)
        self.n_of: list = []
        columns = [cells[c].tolist() for c in ("n", "x", "why")]
        self.keys = [tuple(k) for k in cells[KEY].to_numpy().tolist()]
        for row, (key, n, x, why) in enumerate(zip(self.keys, *columns, strict=True)):
            year, unit, indicator, dimension, group = key
            about = self.indicators.get(indicator)
            kind = base[year, unit, indicator]
            name_n = ("n", year, unit, kind, dimension, group)
            self.n_of.append(name_n)
            self.roster[unit, dimension].add(group)
            if why in _ABSENT:
                self.lines["x", year, unit, indicator][dimension].setdefault(group, None)
                continue
            n = self.insider.get((*key, "n"), n)
            system.cell(name_n, None if np.isnan(n) else n)
            self.out.rows.setdefault(name_n, row)
            self.sizes["n", year, unit, kind][dimension][group] = name_n
            self.lines["n", year, unit, indicator][dimension][group] = name_n
            if about is not None and about.score:
                continue
            name = ("x", year, unit, indicator, dimension, group)
            x = self.insider.get((*key, "x"), x)
            system.cell(name, None if np.isnan(x) else x)
            self.out.rows[name], self.out.size[name] = row, name_n
            self.lines["x", year, unit, indicator][dimension][group] = name
            if why != "quality" and not (about and about.events):
                self._add([at_most(name, name_n)], "counts over sizes")

    def _goals(self) -> None:
        """Say for each hidden number what must remain possible."""
        system, cells, goals = self.out.system, self.facts.cells, self.out.goals
        hidden_n, hidden_x = cells["n_hidden"].tolist(), cells["x_hidden"].tolist()
        bands = cells[["band_low", "band_high"]].to_numpy(float).tolist()
        whys = cells["why"].tolist()
        told = self.insider
        for name, row in self.out.rows.items():
            if name[0] == "n":
                continue
            key = (*name[1:], "x")
            if whys[row] == "range" and system.known(name) is None:
                self._range(name, bands[row])
            elif whys[row] == "band" and system.known(name) is None:
                self._band(name, bands[row])
            elif hidden_x[row] and key not in told:
                about = self.indicators.get(name[3])
                free = whys[row] == "quality" or bool(about and about.events)
                n = None if free else system.known(self.out.size[name])
                goals[name] = self._goal(n)
        for row, name_n in enumerate(self.n_of):
            if hidden_n[row] and (*self.keys[row], "n") not in told and name_n in system.index:
                if name_n not in goals:
                    self.out.rows[name_n] = row
                goals[name_n] = Goal(up=self.min_group, differ=False)

    def _goal(self, n: float | None) -> Goal:
        """What must remain open; a value that may be told is no leak, though it can be found."""
        if n is None:
            return Goal(up=self.min_cell, unless_low=0, differ=False)
        least, most = min(self.min_cell, n), max(0, n - self.min_cell)
        return Goal(up=least, unless_low=0, down=most, unless_high=n, differ=False)

    def _range(self, name, edges) -> None:
        """Use a range that the source gives: whole numbers, as the shares of the group's size."""
        n = self.out.system.known(self.out.size[name])
        if n and not np.isnan(edges).any():
            low, high = (float(np.round(edge * n)) for edge in edges)
            self._add([Relation({name: 1.0}, low, high, "range")], "ranges")

    def _band(self, name, edges) -> None:
        low, high = edges
        system, name_n = self.out.system, self.out.size[name]
        n, about = system.known(name_n), self.indicators.get(name[3])
        if np.isnan(low) or np.isnan(high):
            return
        edge_low = Relation({name: 1.0, name_n: -low}, 0.0, INF, "band")
        edge_high = Relation({name: 1.0, name_n: -high}, -INF, 0.0, "band")
        self._add([edge_low, edge_high], "bands")
        up = about is not None and about.direction == "up"
        if high >= 1 and not up and n:
            self.out.goals[name] = Goal(down=n - 1, differ=False, zero_ok=False)
        elif low <= 0 and up and n:
            self.out.goals[name] = Goal(up=1, differ=False, zero_ok=False)

    # ------------------------------------------------------------------ sums
    def _sums(self) -> None:
        counts = {k: v for k, v in self.lines.items() if k[0] == "x"}
        for (measure, year, unit, what), dimensions in [*self.sizes.items(), *counts.items()]:
            if _POOLED.match(year):
                continue  # only some groups are pooled; that years add up says it all
            at = (measure, year, unit, what)
            for dimension, groups in dimensions.items():
                if BY in dimension:
                    self._margins(at, dimension, groups, dimensions)
                elif dimension != ALL and ALL in dimensions:
                    whole = dimensions[ALL].get(ALL)
                    roster = self.roster[unit, dimension]
                    self._sum(
                        "groups", (dimension, what, measure), whole, dimension, groups, roster
                    )
        self.seen: set = set()
        self._levels()
        self._pooled()

    def _margins(self, at, dimension, groups, dimensions) -> None:
        """Sum an intersection over each of its two sides."""
        parts = dimension.split(BY)
        if len(parts) != 2:
            return
        sides: tuple = ({}, {})
        for pair in self.roster[at[2], dimension]:
            names = pair.split(BY)
            if len(names) == 2:
                sides[0].setdefault(names[0], []).append(pair)
                sides[1].setdefault(names[1], []).append(pair)
        for side, part in zip(sides, parts, strict=True):
            for group, pairs in side.items():
                whole = dimensions.get(part, {}).get(group)
                if any(p in groups for p in pairs):
                    trust = (dimension, at[3], at[0])
                    self._sum("intersections", trust, whole, dimension, groups, pairs)

    def _sum(self, kind, trust, whole, dimension, groups, listed) -> None:
        """Add that the listed groups of a line sum to a whole."""
        if whole is None:
            return
        parts = [groups[g] for g in sorted(listed) if groups.get(g) is not None]
        absent = any(g not in groups for g in listed)
        self._relate(kind, trust, whole, parts, absent, f"{kind} of {dimension}")

    def _levels(self) -> None:
        cells = self.facts.cells
        whole_hidden = cells["n_hidden"] & (cells["dimension"] == ALL)
        small = set(map(tuple, cells.loc[whole_hidden, KEY[:3]].to_numpy()))
        told = cells.loc[cells["partial"], KEY[:3]].drop_duplicates().to_numpy()
        partial = set(map(tuple, told))
        for (measure, year, unit, what), dimensions in list(self.lines.items()):
            if _POOLED.match(year):
                continue
            children = self.children.get(unit, ())
            if (year, unit, what) in partial:  # it says that it leaves out units hidden whole
                children = [c for c in children if (year, c, what) not in small]
            below = [
                self.lines[measure, year, c, what]
                for c in children
                if (measure, year, c, what) in self.lines
            ]
            trust, label = (unit, year, what, measure), f"units below {unit}"
            for dimension, groups in dimensions.items() if below else ():
                some = any(dimension not in b and ALL in b for b in below)
                for group, whole in groups.items():
                    parts = [b[dimension].get(group) for b in below if dimension in b]
                    parts = [p for p in parts if p is not None]
                    if whole is not None and parts:
                        self._relate("levels", trust, whole, parts, some, label, at_most=some)

    def _pooled(self) -> None:
        years = [y for y in self.facts.years if not _POOLED.match(y)]
        for (measure, year, unit, what), dimensions in list(self.lines.items()):
            ends = _POOLED.match(year)
            if not ends:
                continue
            inside = [y for y in years if ends.group(1) <= y <= ends.group(2)]
            single = [self.lines.get((measure, y, unit, what)) for y in inside]
            single = [s for s in single if s]
            for dimension, groups in dimensions.items():
                for group, whole in groups.items():
                    parts = [s[dimension].get(group) for s in single if dimension in s]
                    parts = [p for p in parts if p is not None]
                    if whole is not None and parts:
                        trust = (unit, year, what, measure)
                        self._relate("years", trust, whole, parts, False, f"years of {year}")

    def _relate(self, kind, trust, whole, parts, absent, label, at_most=False) -> None:
        """Add a sum, as far as the printed numbers allow to believe it."""
        system = self.out.system
        if (kind, whole, tuple(parts)) in self.seen:
            return  # the same sum, for another indicator with the same group sizes
        if kind in ("levels", "years"):
            self.seen.add((kind, whole, tuple(parts)))
        shown = [system.known(p) for p in parts]
        value = system.known(whole)
        complete = value is not None and None not in shown
        vote = (kind, trust, absent)
        if self.learning:
            if complete:
                gap = value - sum(shown)
                self.votes[vote][0 if abs(gap) < 1e-6 else 1 if gap > 0 else 2] += 1
            return
        holds, short, over = self.trust.get(vote, (0, 0, 0))
        if complete:
            if abs(value - sum(shown)) > 1e-6:
                self.broken[kind] += 1
            return
        if over > 0.1 * (holds + short + over):
            self.broken[kind] += 1
            return
        coeffs = {whole: -1.0, **{p: 1.0 for p in parts}}
        # Sums that fall short somewhere: a part that no file holds. Then "at most" is what is known.
        low = -INF if at_most or short > 0.1 * (holds + short) else 0.0
        partial = sum(v for v in shown if v is not None)
        if value is not None and partial > value + 1e-6:
            self.broken[kind] += 1
            return
        self._add([Relation(coeffs, low, 0.0, label)], kind)

    # ------------------------------------------------------------------ printed comparisons
    def _pairs(self) -> None:
        """Shares printed beside hidden counts."""
        said, system = self.facts.said, self.out.system
        rates = said[(said["col"] == "rate").to_numpy(bool)]
        for at, value, half in zip(rates["cell"], rates["value"], rates["half"], strict=True):
            name, name_n = ("x", *self.keys[at]), self.n_of[at]
            if name not in system.index or name_n not in system.index:
                continue
            if system.known(name) is None or system.known(name_n) is None:
                self._add(share(name, name_n, value, half + 1e-7))

    def _others(self) -> None:
        """Counts and shares of everyone else, and what a difference or ratio says of them."""
        said = self.facts.said
        wanted = ("other_n", "other_x", "other_rate", "difference", "ratio")
        some = said[said["col"].isin(wanted).to_numpy(bool)]
        by_cell: dict = defaultdict(dict)
        for at, col, value, half in zip(
            some["cell"], some["col"], some["value"], some["half"], strict=True
        ):
            by_cell[at].setdefault(col, (value, half))
        reference = self.facts.cells["reference"].tolist()
        for at, told in by_cell.items():
            if reference[at] in _EVERYONE_ELSE:
                self._other(at, told)

    def _other(self, at: int, told: dict) -> None:
        """Use what one cell's row says of everyone else."""
        system = self.out.system
        own = {"x": ("x", *self.keys[at]), "n": self.n_of[at]}
        whole = {m: (*name[:4], ALL, ALL) for m, name in own.items()}
        names = [*own.values(), *whole.values()]
        if any(k not in system.index for k in names) or all(
            system.known(k) is not None for k in names
        ):
            return
        for measure in ("n", "x"):
            if f"other_{measure}" in told:
                value, _ = told[f"other_{measure}"]
                rest = {whole[measure]: 1.0, own[measure]: -1.0}
                self._add([Relation(rest, value, value, f"printed other_{measure}")])
        x, n = system.known(own["x"]), system.known(own["n"])
        rate = told.get("other_rate")
        if rate is None and x is not None and n:
            if "difference" in told:
                value, half = told["difference"]
                rate = (x / n - value, half)
            elif "ratio" in told and told["ratio"][0] > 0 and x:
                value, half = told["ratio"]
                rate = (x / n / value, x / n / value * half / max(value - half, 1e-9))
        if rate is None:
            return
        for sign in (1, -1):
            edge = rate[0] - sign * (rate[1] + 1e-7)
            coeffs = {whole["x"]: 1.0, own["x"]: -1.0, whole["n"]: -edge, own["n"]: edge}
            low, high = (0.0, INF) if sign > 0 else (-INF, 0.0)
            self._add([Relation(coeffs, low, high, "printed comparison")])

    def _add(self, new: list[Relation], kind: str = "comparisons") -> None:
        for relation in new:
            try:
                self.out.system.add(relation)
            except InconsistentTable:
                self.broken[kind] += 1


def bases(cells, indicators) -> dict:
    """Return, for (year, unit, indicator), the name of the group sizes that it uses.

    Indicators of one base share their sizes, unless printed sizes show that they do not; and those
    of pooled years, if they do so in each of the years.
    """
    out: dict = {}
    n = cells["n"].to_numpy(float)
    pairs = list(zip(cells["dimension"], cells["group"], strict=True))
    single = [y for y in sorted(set(cells["year"])) if not _POOLED.match(y)]
    taken: dict = defaultdict(list)
    groups = cells.groupby(["year", "unit_id", "indicator"], sort=True).indices
    for key in sorted(groups, key=lambda key: bool(_POOLED.match(key[0]))):
        year, unit, indicator = key
        about, ends = indicators.get(indicator), _POOLED.match(year)
        base = about.base if about is not None else f"={indicator}"
        inside = [y for y in single if ends and ends.group(1) <= y <= ends.group(2)]
        of_years = [out.get((y, unit, indicator)) for y in inside]
        mine = {pairs[r]: n[r] for r in groups[key] if n[r] == n[r]}
        for name, sizes, theirs in taken[year, unit, base]:  # noqa: B007 (used after the break)
            if theirs == of_years and all(sizes.get(k, v) == v for k, v in mine.items()):
                sizes.update(mine)
                break
        else:
            name = f"{base}, as for {indicator}" if taken[year, unit, base] else base
            taken[year, unit, base].append((name, mine, of_years))
        out[key] = name
    return out
