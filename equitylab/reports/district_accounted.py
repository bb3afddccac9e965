"""What accounts for a gap: rates inside schools, and which schools students attend.

"Accounted for" says where a gap is found and never why it is there; what is adjusted for, and what
is not, stands beside the numbers.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from .. import catalog, figures_district, metrics
from ..catalog import Indicator
from ..display import count, decimal, group_label, known, many, percent, points, who
from ..language import distance
from ..markup import Cell, Html, Line, Table, bullets, paragraph
from . import findings
from .district_cells import Cells
from .measures import Measure

SOME = 6  # gaps that are split: those that concern the most students
TOLD = 3  # told in full
SMALL = 0.005  # a part of half a point is no direction
APART = 0.05  # schools that are further apart than chance makes them this often have no one ratio
DECIDED = "weights: the students of the counted schools. Accounted for: the school attended alone"


class Gap(NamedTuple):
    """One clear gap of the district, over the schools that publish both sides."""

    row: object
    about: Indicator
    use: np.ndarray
    left: float
    split: metrics.WithinBetween
    mix: metrics.Kitagawa
    same: metrics.MantelHaenszel
    likewise: int  # schools in which the group's rate lies on the same side as in all of them

    @property
    def label(self) -> str:
        return f"{self.about.label}: {group_label(self.row.group)}"

    @property
    def side(self) -> str:
        return "higher" if self.split.gap > 0 else "lower"

    @property
    def alike(self) -> bool:
        """Whether the schools are near enough to each other for one ratio to stand for all."""
        return not self.same.homogeneity_p < APART and known(self.same.risk_ratio.value)

    @property
    def odd(self) -> bool:
        """Whether the two parts have different signs, so that neither is a share of the gap."""
        within, between = self.split.within, self.split.between
        return within * between < 0 and min(abs(within), abs(between)) >= SMALL


class Accounted(Cells):
    """The part of a district's report about what accounts for its gaps."""

    @cached_property
    def accounted(self) -> list[Gap]:
        """The weightiest clear gaps that can be split over schools."""
        gaps, _ = self.view.sides
        alone = [
            row for row in gaps
            if not row.pooled and not catalog.indicator(row.indicator).events
            and row.dimension not in self.without
        ]  # fmt: skip
        split = [self._split(row) for row in findings.weightiest(alone, SOME)]
        return [gap for gap in split if gap is not None]

    def _split(self, row) -> Gap | None:
        """Split one gap over the schools that publish both sides; None where fewer than two do."""
        x1, n1 = self.x_of(row.indicator, row.dimension, row.group)
        x, n = self.x_of(row.indicator)
        use = ~np.isnan(x + x1) & (n1 <= n) & (x1 <= x) & (x - x1 <= n - n1)
        if use.sum() < 2:
            return None
        counts = x1[use], n1[use], (x - x1)[use], (n - n1)[use]
        split = metrics.within_between(*counts)
        if not known(split.gap):
            return None
        same = metrics.mantel_haenszel(*counts, level=self.level)
        about, left = catalog.indicator(row.indicator), row.n - n1[use].sum()
        sides = np.sign(counts[0] * counts[3] - counts[2] * counts[1])
        likewise = int((sides == np.sign(split.gap)).sum())
        return Gap(row, about, use, left, split, metrics.kitagawa(*counts), same, likewise)

    def accounted_measures(self) -> list[Measure]:
        """Every number of this part, with the sentence that says it."""
        found = []
        for gap in self.accounted:
            told = dict(
                indicator=gap.row.indicator, dimension=gap.row.dimension, group=gap.row.group,
                n_units=int(gap.use.sum()), n_left_out=int((self.held(gap.row.indicator) & ~gap.use).sum()),
            )  # fmt: skip
            parts = {
                "within_between, within schools": (gap.split.within, _said(gap)),
                "within_between, between schools": (gap.split.between, _said(gap)),
                "kitagawa, rates": (gap.mix.rate_effect, _said_mix(gap)),
                "kitagawa, composition": (gap.mix.composition_effect, _said_mix(gap)),
            }
            found += [
                Measure(
                    "accounted", name, value=float(value), baseline=float(gap.split.gap),
                    method=f"{DECIDED}; baseline: the whole gap", sentence=said, **told,
                )
                for name, (value, said) in parts.items()
            ]  # fmt: skip
            found.append(
                Measure(
                    "accounted", "mantel_haenszel, homogeneity p", sentence=_said_same(gap),
                    value=float(gap.same.homogeneity_p), method="Breslow-Day, Tarone's correction",
                    baseline=APART, **told,
                )
            )  # fmt: skip
            if gap.alike:
                found += [
                    Measure(
                        "accounted", f"mantel_haenszel, {name}", value=one.value, low=one.low,
                        high=one.high, baseline=even, sentence=_said_same(gap),
                        method=f"Mantel-Haenszel over schools with its interval; {DECIDED}", **told,
                    )
                    for name, one, even in (
                        ("risk ratio", gap.same.risk_ratio, 1.0),
                        ("risk difference", gap.same.risk_difference, 0.0),
                    )
                ]  # fmt: skip
        return [one for one in found if known(one.value)]

    def within_and_between(self) -> Html:
        """Are the clear gaps found inside schools, or between them?"""
        gaps = self.accounted
        if not gaps:
            return Html(
                paragraph("No clear gap can be split: too many schools' numbers are hidden.")
            )
        mostly = sum(abs(g.split.within) > abs(g.split.between) for g in gaps)
        said = (
            f"Of the {many(len(gaps), 'clear gap')} of the district that can be split and concern "
            f"most students, {mostly} {'is' if mostly == 1 else 'are'} found more inside schools "
            "than between them."
        )
        drawn = pd.DataFrame(
            [(g.label, *map(float, g.split)) for g in gaps],
            columns=["label", "gap", "within", "between"],
        )
        figure = figures_district.parts(
            drawn, alt=f"Gaps split into a part within and a part between schools. {said}",
            caption="Filled: within schools. Outlined: between schools. Dot: the whole gap.",
        )  # fmt: skip
        told = [
            (f"{g.label}.", f"{_said(g)} {_said_same(g)}", self._cell(g.row)) for g in gaps[:TOLD]
        ]
        return Html(
            paragraph(said, kind="say"), bullets(told), figure, self._parts(gaps),
            self._same(gaps),
            paragraph(catalog.content("report_text")["district"]["accounted"], kind="note"),
        )  # fmt: skip

    def _lines(self, gaps: list[Gap], cells) -> list:
        about = [
            self._cell(g.row) | {"dimension": g.row.dimension, "group": g.row.group} for g in gaps
        ]
        return [
            ("", [Line(g.label, cells(g), where) for g, where in zip(gaps, about, strict=True)])
        ]

    def _parts(self, gaps: list[Gap]) -> Table:
        names = {
            "gap": "Measure and group", "schools": "Schools counted; the group's students left out",
            "whole": "Gap, points", "within": "Within schools", "between": "Between schools",
            "rates": "Rates in the same school", "places": "Being in different schools",
        }  # fmt: skip

        def cells(gap: Gap) -> list[Cell]:
            left = f", {count(gap.left)} students" if gap.left else ""
            held = int(self.held(gap.row.indicator).sum())
            values = (*gap.split, gap.mix.rate_effect, gap.mix.composition_effect)
            return [
                Cell("schools", f"{int(gap.use.sum())} of {many(held, 'school')}{left}"),
                *(Cell("part", points(v, 1000)) for v in values),
            ]

        title = "Clear gaps of the district, over the schools whose numbers can be published"
        return Table(title, names, self._lines(gaps, cells), unit=self.view.unit_id)

    def _same(self, gaps: list[Gap]) -> Table:
        names = {
            "gap": "Measure and group", "difference": "Difference, points (interval)",
            "ratio": "Ratio (interval)", "alike": "Schools as far apart, by chance alone",
        }  # fmt: skip

        def cells(gap: Gap) -> list[Cell]:
            p = gap.same.homogeneity_p
            by_chance = "cannot be computed" if not known(p) else _of_years(p)
            if not gap.alike:
                text = (
                    f"no one number: {gap.side} in {gap.likewise} of {int(gap.use.sum())} schools"
                )
                return [Cell("ratio", text, 2), Cell("p", by_chance)]
            ends = [points(v, 1000) for v in gap.same.risk_difference]
            ratio = [decimal(v, 2) for v in gap.same.risk_ratio]
            return [
                Cell("d", f"{ends[0]} ({ends[1]} to {ends[2]})"),
                Cell("r", f"{ratio[0]} ({ratio[1]} to {ratio[2]})"), Cell("p", by_chance),
            ]  # fmt: skip

        title = (
            "The same gaps in the same school: the group beside other students of its own school"
        )
        return Table(title, names, self._lines(gaps, cells), unit=self.view.unit_id)


def _of_years(p: float) -> str:
    return "in less than 0.1% of years" if p < 0.001 else f"in {percent(p, 100)} of years"


def _said(gap: Gap) -> str:
    whole, within, between = (points(v, 1000) for v in gap.split)
    text = (
        f"Over the {many(int(gap.use.sum()), 'school')} that can be counted, the gap between "
        f"{who(gap.row.group)} and other students is {whole} points: {within} inside schools and "
        f"{between} between schools."
    )
    return f"{text} The two pull in different directions." if gap.odd else text


def _said_mix(gap: Gap) -> str:
    whole, rates, places = (points(v, 1000) for v in gap.mix)
    return (
        f"Of the {whole} points between {who(gap.row.group)} and other students, {rates} go with "
        f"other rates in the same school, and {places} with being in different schools."
    )


def _said_same(gap: Gap) -> str:
    about, them = gap.about, who(gap.row.group)
    if not gap.alike:
        return (
            f"The schools differ too much in this for one number: the rate of {them} is "
            f"{gap.side} than that of others in {gap.likewise} of "
            f"{many(int(gap.use.sum()), 'school')}."
        )
    ratio = [decimal(v, 2) for v in gap.same.risk_ratio]
    apart = distance(*gap.same.risk_difference, 1000)
    did = about.did.removeprefix("course seats ") if about.counts == "seats" else about.did
    whose = f"seats of {them}" if about.counts == "seats" else them
    return (
        f"In the same school, {whose} {did} {ratio[0]} times as often as other students "
        f"({ratio[1]} to {ratio[2]}): {apart}."
    )
