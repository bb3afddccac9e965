"""Who gets which resources: what teachers reach whom, and how evenly schools have them."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from .. import catalog, metrics
from ..catalog import Indicator
from ..display import decimal, first_up, group_label, known, percent, points, who
from ..markup import Cell, Html, Line, Table, bullets, paragraph
from ..schema import ALL
from ..signals import CLEAR
from .district_cells import Cells
from .measures import Measure

CHAPTER = "staffing"
MANY = 5  # schools that an index of evenness needs: below, the schools say it themselves
NEED = "econ"  # the dimension whose smaller group progressivity asks about
TOLD = 2  # sentences a measure on the page; the others' are in measures.csv

# What each index would be were all schools alike, and how to read it.
EVEN = {
    "coefficient_of_variation": (
        "Coefficient of variation",
        0,
        "the typical distance from the mean",
    ),
    "federal_range_ratio": (
        "Range ratio (95th over 5th percentile, less 1)",
        0,
        "of the middle 90%",
    ),
    "gini": ("Gini", 0, "0 is even, 1 is one school has all"),
    "theil": ("Theil", 0, "0 is even"),
    "mcloone": ("McLoone", 1, "what the lower half has of the median"),
    "verstegen": ("Verstegen", 1, "what the upper half has of the median"),
}


class Reach(NamedTuple):
    """One group's share of what an indicator counts, and where it differs from that of others."""

    dimension: str
    group: str
    use: np.ndarray
    mine: float
    others: float
    split: metrics.WithinBetween
    signal: str


class Even(NamedTuple):
    """How evenly the schools have something, each weighted by its seats or students."""

    use: np.ndarray
    indices: dict[str, float]
    need: str
    progressivity: float
    need_use: np.ndarray


class Resources(Cells):
    """The part of a district's report about what reaches whom."""

    @cached_property
    def staffing(self) -> list[Indicator]:
        """What the release holds of who teaches whom."""
        return [a for a in self.view.indicators if a.chapter == CHAPTER and not a.score]

    @cached_property
    def reaches(self) -> dict[str, list[Reach]]:
        """What reaches each group, by indicator, over the schools that publish both sides."""
        return {about.id: self._reaches(about) for about in self.staffing}

    def _reaches(self, about: Indicator) -> list[Reach]:
        (x, n), found = self.x_of(about.id), []
        rows = self.view.of(about.id)
        shown = rows[(rows["why"] == "") & ~rows["pooled"].astype(bool)]
        signals = shown.set_index(["dimension", "group"])["signal"].to_dict()
        for dimension, group in self._columns(self.enrolled):
            x1, n1 = self.x_of(about.id, dimension, group)
            use = ~np.isnan(x + x1) & (n1 <= n) & (x1 <= x) & (x - x1 <= n - n1)
            if (dimension, group) not in signals or not self._most(about.id, use):
                continue
            a, b = (x1[use], n1[use]), ((x - x1)[use], (n - n1)[use])
            split = metrics.within_between(*a, *b)
            if known(split.gap):
                rates = (float(p.sum() / q.sum()) for p, q in (a, b))
                signal = signals[dimension, group]
                found.append(Reach(dimension, group, use, *rates, split, signal))
        return found

    def _most(self, id: str, use: np.ndarray) -> bool:
        """Whether these schools, two at least, hold half of what the district counts."""
        total, n = self.view.total(id), self.n_of(id)
        return use.sum() > 1 and total is not None and np.nansum(n[use]) >= 0.5 * total.n

    @cached_property
    def evenness(self) -> dict[str, Even]:
        """How evenly the schools have what is good to have, where they are enough to say."""
        found = {}
        for about in self.staffing:
            x, n = self.x_of(about.id)
            use = ~np.isnan(x) & (n > 0)
            if use.sum() < MANY or not self._most(about.id, use):
                continue
            share = x[use] / n[use]
            good = 1 - share if about.direction == "down" else share
            indices = {name: float(getattr(metrics, name)(good, n[use])) for name in EVEN}
            need = next((g for d, g in self._columns(self.enrolled) if d == NEED), "")
            ratio, some = np.nan, use
            if need:
                low = self.n_of(about.id, NEED, need)
                all_ = low + sum(
                    self.n_of(about.id, NEED, g)
                    for g in self._kinds(self.enrolled)[NEED] if g != need
                )  # fmt: skip
                some = use & ~np.isnan(all_)
                if self._most(about.id, some):
                    value = 1 - x / n if about.direction == "down" else x / n
                    ratio = float(metrics.progressivity(value[some], low[some], all_[some]))
            found[about.id] = Even(use, indices, need, ratio, some)
        return found

    # ------------------------------------------------------------------ said

    def resource_measures(self) -> list[Measure]:
        """Every number of this part, with the sentence that says it."""
        found = []
        for about in self.staffing:
            held = self.held(about.id)
            for one in self.reaches[about.id]:
                told = dict(
                    indicator=about.id, dimension=one.dimension, group=one.group,
                    n_units=int(one.use.sum()), n_left_out=int((held & ~one.use).sum()),
                    sentence=_said(one, about),
                )  # fmt: skip
                method = f"weights: the group's {_what(about)} in each school"
                found += [
                    Measure(
                        "resources", "exposure_to", value=one.mine, baseline=one.others,
                        method=f"{method}; baseline: everyone else's", **told,
                    ),
                    *(
                        Measure(
                            "resources", f"exposure gap, {part} schools", value=float(value),
                            method=f"{method}; the two parts add up to the gap", **told,
                        )
                        for part, value in (
                            ("within", one.split.within), ("between", one.split.between),
                        )
                    ),
                ]  # fmt: skip
            if about.id in self.evenness:
                found += self._even_measures(about, held)
        return found

    def _even_measures(self, about: Indicator, held: np.ndarray) -> list[Measure]:
        one = self.evenness[about.id]
        told = {"indicator": about.id, "dimension": ALL, "group": ALL}
        method = f"of {_good(about)} by school; weights: {_what(about)} of each school"
        found = [
            Measure(
                "resources", name, value=value, baseline=EVEN[name][1],
                n_units=int(one.use.sum()), n_left_out=int((held & ~one.use).sum()),
                method=f"{method}; baseline: were all schools alike",
                sentence=_said_even(one, about), **told,
            )
            for name, value in one.indices.items()
        ]  # fmt: skip
        if known(one.progressivity):
            found.append(
                Measure(
                    "resources", "progressivity", value=one.progressivity, baseline=1.0,
                    n_units=int(one.need_use.sum()),
                    n_left_out=int((held & ~one.need_use).sum()),
                    method=f"of {_good(about)}; weights: {_what(about)} of {one.need}, and of others",
                    sentence=_said_progressive(one, about), **told,
                )
            )  # fmt: skip
        return found

    def resources(self) -> Html:
        """Who gets which resources, and how evenly do schools have them?"""
        said: list = []
        for about in self.staffing:
            reaches = self.reaches[about.id]
            words = [_said(r, about) for r in reaches if r.signal == CLEAR][:TOLD]
            if not reaches:
                words = ["too many schools' numbers are hidden to say which students this reaches."]
            elif not words:
                words = [f"of {len(reaches)} groups, none differs clearly from other students."]
            if about.id in self.evenness:
                one = self.evenness[about.id]
                words += [_said_even(one, about), _said_progressive(one, about)]
            cell = {"indicator": about.id, "year": self.view.latest[about.id]}
            said.append((f"{about.label}:", " ".join(filter(None, words)), cell))
        parts: list = [bullets(said)]
        if any(self.reaches.values()):
            parts.append(self._reached())
        if self.evenness:
            parts.append(self._even())
        return Html(*parts, paragraph(self._asked(), kind="note"))

    def _asked(self) -> str:
        """Say which file would answer what this one cannot."""
        held = "" if self.staffing else "This release does not count who is taught by whom. "
        return held + catalog.content("report_text")["district"]["no_resources"]

    def _reached(self) -> Table:
        names = {
            "group": "Group", "schools": "Schools counted",
            "mine": "The group's share", "others": "Other students, share",
            "gap": "Difference, points", "between": "… between schools",
            "within": "… within schools", "signal": "What it says",
        }  # fmt: skip
        parts = []
        for about in self.staffing:
            held, year = int(self.held(about.id).sum()), self.view.latest[about.id]
            lines = []
            for one in self.reaches[about.id]:
                gap = (one.split.gap, one.split.between, one.split.within)
                cells = [
                    Cell("schools", f"{int(one.use.sum())} of {held}"),
                    Cell("mine", percent(one.mine, 100)), Cell("others", percent(one.others, 100)),
                    *(Cell("gap", points(v, 100)) for v in gap),
                    Cell("signal", one.signal, strong=one.signal == CLEAR),
                ]  # fmt: skip
                cell = {"group": one.group, "dimension": one.dimension}
                lines.append(
                    Line(
                        group_label(one.group), cells, cell | {"indicator": about.id, "year": year}
                    )
                )
            parts.append((f"{about.label}, {year}: share of {_what(about)}", lines))
        return Table("Whom it reaches", names, parts, unit=self.view.unit_id)

    def _even(self) -> Table:
        shown = [about for about in self.staffing if about.id in self.evenness]
        names = {"index": "Index; weights: course seats", "even": "Were all schools alike"}
        names |= {about.id: first_up(_good(about)) for about in shown}
        lines = []
        for name, (label, even, says) in EVEN.items():
            values = [decimal(self.evenness[a.id].indices[name], 3) for a in shown]
            cells = [Cell("even", str(even)), *(Cell("v", v) for v in values)]
            lines.append(Line(f"{label}: {says}", cells))
        need = self.evenness[shown[0].id].need
        ratios = [decimal(self.evenness[a.id].progressivity, 3) for a in shown]
        if need:
            lines.append(
                Line(
                    f"Progressivity: what reaches {who(need)}, for 1 that reaches others",
                    [Cell("even", "1"), *(Cell("v", r) for r in ratios)],
                )
            )
        counted = [f"{int(self.evenness[a.id].use.sum())}" for a in shown]
        lines.append(Line("Schools counted", [Cell("even", ""), *(Cell("n", c) for c in counted)]))
        return Table("How evenly schools have it", names, [("", lines)])


def _what(about: Indicator) -> str:
    return "course seats" if about.counts == "seats" else "students"


def _good(about: Indicator) -> str:
    """Return what is better to have more of: what the measure counts, or the rest of its seats."""
    said = catalog.content("report_text")["district"]["good"].get(about.id)
    return said or f"{_what(about)}{' not' if about.direction == 'down' else ''} in: {about.label}"


def _said(one: Reach, about: Indicator) -> str:
    gap, between, within = (points(v, 100) for v in (one.split.gap, *one.split[:0:-1]))
    return (
        f"For {who(one.group)}, {percent(one.mine, 100)} of {_what(about)} "
        f"{about.did.removeprefix('course seats ')}; for other students, "
        f"{percent(one.others, 100)}. Of this difference of {gap} points, {between} go with the "
        f"schools attended and {within} are found inside schools."
    )


def _said_even(one: Even, about: Indicator) -> str:
    return (
        f"Setting aside the highest and lowest 5% of {_what(about)}, the schools with the largest "
        f"share of {_good(about)} have "
        f"{percent(one.indices['federal_range_ratio'], 100)} more of it than those with the "
        "smallest."
    )


def _said_progressive(one: Even, about: Indicator) -> str:
    if not known(one.progressivity):
        return ""
    return (
        f"By the schools they attend, {who(one.need)} have "
        f"{decimal(100 * one.progressivity, 1)} {_good(about)} for each 100 of other students, "
        "seat for seat."
    )
