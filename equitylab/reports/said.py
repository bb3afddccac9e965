"""What people said: the part of a school's report on surveys, from published cells only.

Who answered comes first; then students, families and staff side by side; then each survey, scale by
scale. A scale is the mean of its items' published shares, and its interval the mean of theirs: no
narrower than one of its own would be, since the sum of several spreads is at least that of their sum.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from .. import catalog, metrics
from ..catalog import SURVEYS
from ..display import (
    band,
    count,
    decimal,
    first_up,
    group_label,
    interval,
    known,
    listing,
    many,
    percent,
)
from ..language import ABSENT, distance
from ..markup import Cell, Html, Line, Table, bullets, card, esc, paragraph
from ..schema import ALL, BY
from .common import Report
from .sides import sides
from .view import records

TOLD = 6  # clear differences of one survey told in sentences


class Scale(NamedTuple):
    """Items taken together: the mean of their shares, with limits, and the fewest answers."""

    value: float
    low: float
    high: float
    n: float


def scale(rows: list) -> Scale | None:
    """Return the mean of published rows, or None where one is not shown.

    Examples
    --------
    >>> from types import SimpleNamespace as Row
    >>> items = [Row(why="", rate=r, rate_low=r - .1, rate_high=r + .1, n=60) for r in (.5, .7)]
    >>> print("{:.2f} [{:.2f}, {:.2f}] of {}".format(*scale(items)))
    0.60 [0.50, 0.70] of 60
    >>> scale([*items, Row(why="hidden")]) is None
    True
    """
    if not rows or any(row is None or row.why or not known(row.rate) for row in rows):
        return None
    means = (
        float(np.mean([getattr(r, k) for r in rows])) for k in ("rate", "rate_low", "rate_high")
    )
    return Scale(*means, min(row.n for row in rows))


class Said(Report):
    """The part of a school's report that holds what its people said."""

    @cached_property
    def _answers(self) -> dict[tuple, tuple]:
        """The latest published rows of surveys, by measure, dimension and group."""
        own, ids = self.view.own, catalog.survey_indicators()
        mine = own[own["indicator"].isin(ids) & ~own["pooled"].astype(bool)]
        mine = mine[~mine["dimension"].str.contains(BY, regex=False)]
        rows = records(mine.sort_values("year", kind="stable"))
        return {(row.indicator, row.dimension, row.group): row for row in rows}

    @cached_property
    def surveys(self) -> dict[str, dict]:
        """The surveys that the release holds answers of: what their files say, by who was asked."""
        held = {id.split("_")[1] for id, _, _ in self._answers}
        return {who: catalog.content(f"survey_{who}") for who in SURVEYS if who in held}

    @property
    def _alone(self) -> bool:
        """A file of answers alone counts no student: the first page then says what there is."""
        return bool(self.surveys) and not self.view.indicators

    def at_a_glance(self) -> Html:
        """How many students, measures and comparisons, and what came of them?"""
        if not self._alone:
            return super().at_a_glance()
        items = [(f"{first_up(SURVEYS[w])}.", self._opening(w)) for w in self.surveys]
        text = "This file holds answers to surveys. What they say stands under “What people said”."
        return Html(card("Who was heard", paragraph(text), bullets(items), kind="served"))

    def strengths(self) -> Html:
        """What is going well, and for whom?"""
        return Html("") if self._alone else super().strengths()

    def clear_differences(self) -> Html:
        """Where do groups differ clearly, by how many students?"""
        return Html("") if self._alone else super().clear_differences()

    def too_small_to_tell(self) -> Html:
        """Whom can these numbers not speak for, and who will listen instead?"""
        return Html("") if self._alone else super().too_small_to_tell()

    def what_people_said(self) -> Html:
        """What did students, families and staff say, and who answered? Nothing: an empty part."""
        if not self.surveys:
            return Html("")
        parts: list = [
            "<h2 id=what-people-said>What people said</h2>",
            paragraph(
                "Favourable answers are the upper two of five. Draft questions, not validated: read "
                "them with the people who answered, and compare only the same version."
            ),
        ]
        for who in self.surveys:
            parts += self._coverage(who)
        parts += self._side_by_side()
        for who in self.surveys:
            parts += self._survey(who)
        return Html(*parts)

    # ------------------------------------------------------------------ who answered

    def _opening(self, who: str) -> str:
        """Say how many answered, and what that allows."""
        people, rules = SURVEYS[who], self.surveys[who]["reporting"]["response_rate"]
        row = self._answers.get((f"survey_{who}_answered", ALL, ALL))
        if row is None:
            sizes = [
                r.n for (id, d, _), r in self._answers.items() if d == ALL and f"_{who}_" in id
            ]
            most = max((n for n in sizes if known(n)), default=float("nan"))
            told = f"Up to {count(most)} answers to a question" if known(most) else "Few answers"
            return f"{told}. How many {people} were asked is not known, so nobody can say whom they speak for."  # fmt: skip
        if row.why or not known(row.rate):
            return f"How many of the {people} answered cannot be shown."
        text = f"{count(row.x)} of {count(row.n)} {people} answered ({percent(row.rate, row.n)})"
        if row.rate < rules["partial_below"]:
            return f"{text}: partial evidence, which speaks for those who answered and no one else."
        if row.rate < rules["caution_below"]:
            return f"{text}: read it with caution, beside those who are missing."
        return f"{text}: enough to read with the usual care."

    def _coverage(self, who: str) -> list:
        """Who answered, group by group, beside their share of the people."""
        people, id = SURVEYS[who], f"survey_{who}_answered"
        whole = self._answers.get((id, ALL, ALL))
        head = [f"<h3 id=who-answered-{who}>{esc(first_up(people))}: who answered</h3>"]
        head.append(paragraph(self._opening(who), kind="say"))
        if whole is None or whole.why:
            return head
        limit = self.surveys[who]["reporting"].get("representativeness", {})
        under, parts = [], {}
        for (one, dimension, group), row in self._answers.items():
            if one != id:
                continue
            about = {"group": group, "dimension": dimension}
            if row.n_why or not known(row.n):
                cells = [Cell("n", "hidden", 4)]
            elif row.why == "band":
                cells = [Cell("n", count(row.n)),
                         Cell("rate", band(row.band_low, row.band_high), 3)]  # fmt: skip
            elif row.why:
                cells = [Cell("n", count(row.n)), Cell("x", ABSENT.get(row.why, row.why), 3)]
            else:
                cells = [Cell("n", count(row.n)), Cell("x", count(row.x)),
                         Cell("rate", percent(row.rate, row.n))]  # fmt: skip
                ratio = 1.0
                if dimension != ALL and whole.n > row.n:
                    parts_ = ([row.x, whole.x - row.x], [row.n, whole.n - row.n])
                    ratio = float(metrics.representation(*parts_).ratio[0])
                    if ratio < limit.get("caution_ratio_below", 0.8):
                        label = catalog.dimension_label(dimension)
                        under.append(f"{group_label(group)} ({label[:1].lower()}{label[1:]})")
                cells.append(Cell("part", decimal(ratio, 2)))
            heading = "" if dimension == ALL else catalog.dimension_label(dimension)
            head_ = "All who were asked" if dimension == ALL else group_label(group)
            parts.setdefault(heading, []).append(Line(head_, cells, about))
        names = {
            "group": "Group", "n": "Asked", "x": "Answered", "rate": "Response",
            "part": "Share of the answers over share of the people",
        }  # fmt: skip
        table = Table(
            f"Which {people} answered, {whole.year}", names, list(parts.items()),
            indicator=id, unit=self.view.unit_id, year=whole.year,
        )  # fmt: skip
        said = f"Heard less than their share: {listing(under)}." if under else ""
        notes = self.public.read_report.get("notes", [])
        few = [n.partition(", ")[2] for n in notes if n.startswith(self.surveys[who]["title"])]
        few = [n for n in few if ": fewer than " in n.partition(" answered from ")[0]]
        return [*head, paragraph(said), table, paragraph(" ".join(few), kind="note")]

    # ------------------------------------------------------------------ side by side

    def _items(self, who: str, ids: list[str], dimension: str = ALL, group: str = ALL) -> list:
        return [self._answers.get((f"survey_{who}_{id}", dimension, group)) for id in ids]

    def _side_by_side(self) -> list:
        """Views that the surveys ask of two or three kinds of people, beside each other."""
        if len(self.surveys) < 2:
            return []
        student = catalog.content("survey_student")
        labels = {s["id"]: s for s in student["scales"]}
        lines = []
        for id, others in student["parallel"].items():
            asked = {"student": labels[id]["items"]}
            asked |= {name.split(".")[0].split("_")[1]: [name.split(".")[1]] for name in others}
            cells = []
            for who in self.surveys:
                made = scale(self._items(who, asked.get(who, [])))
                note = "" if len(asked.get(who, [])) == 1 else ", scale"
                cells.append(Cell("scale", f"{_told(made)}{note}" if made else "not shown"))
            lines.append(Line(labels[id]["label"], cells))
        names = {"view": "Asked about"} | {who: first_up(SURVEYS[who]) for who in self.surveys}
        return [
            "<h3 id=views-side-by-side>Views side by side</h3>",
            Table("Favourable answers, by who was asked", names, [("", lines)]),
            paragraph(
                "The questions are alike and not the same, and each kind of people sees another part "
                "of the school. Where views lie apart, ask both sides what they had in mind.",
                kind="note",
            ),
        ]

    # ------------------------------------------------------------------ one survey

    def _survey(self, who: str) -> list:
        """One survey: what differs clearly, then every item, for all and for each group."""
        people, survey = SURVEYS[who], self.surveys[who]
        mine = {k: r for k, r in self._answers.items()
                if k[0].startswith(f"survey_{who}_") and not k[0].endswith("_answered")}  # fmt: skip
        year = next(iter(mine.values())).year if mine else ""
        gaps, bright = sides(list(mine.values()))  # what is seen from two sides is told once
        clear = [r for r in (*gaps, *bright) if r.why == "" and known(r.other_rate)]
        clear.sort(key=lambda r: -abs(r.difference) * r.n)
        parts: list = [f"<h3 id=said-{who}>What {esc(people)} said</h3>"]
        if clear:
            said = f"{first_up(many(len(clear), 'clear difference'))} between groups"
            parts.append(paragraph(f"{said}; those of most people first.", kind="say"))
            parts.append(bullets([self._difference(row) for row in clear[:TOLD]]))
        else:
            parts.append(paragraph("No group that can be shown differs clearly.", kind="say"))
        dimensions: dict[str, list[str]] = {}
        for _, dimension, group in mine:
            groups = dimensions.setdefault(dimension, [])
            groups.extend([group] if group not in groups else [])
        for dimension, groups in dimensions.items():
            parts.append(self._questions(who, survey, dimension, groups, year))
        return parts

    def _difference(self, row) -> tuple[str, str, dict]:
        about = catalog.indicator(row.indicator)
        side = f"{catalog.dimension_label(row.dimension)}, {group_label(row.group)}:"
        small = min(row.n, row.other_n)
        apart = distance(row.difference, row.difference_low, row.difference_high, small)
        said = (
            f"“{about.label}” {self._cell_text(row)} favourable, compared with "
            f"{percent(row.other_rate, row.other_n)} of all others: {apart}."
        )
        return side, said, {"indicator": row.indicator, "year": row.year}

    @staticmethod
    def _cell_text(row) -> str:
        chance = interval(row.rate_low, row.rate_high, row.n)
        return f"{count(row.x)} of {count(row.n)} ({percent(row.rate, row.n)}, interval {chance})"

    def _questions(
        self, who: str, survey: dict, dimension: str, groups: list[str], year: str
    ) -> Table:
        """Every item of a survey, a column a group; the scale's mean stands under its items."""
        words = {i["id"]: i["text"] for i in survey["items"]}
        parts = []
        for one in survey["scales"]:
            lines = []
            for id in one["items"]:
                cells = []
                for group in groups:
                    row, about = self._items(who, [id], dimension, group)[0], {"group": group}
                    if row is None:
                        cells.append(Cell("rate", "not asked", about=about))
                    elif row.why == "band" and known(row.n):
                        cells.append(Cell("rate", band(row.band_low, row.band_high), about=about))
                    elif row.why or not known(row.x):
                        cells.append(Cell("x", ABSENT.get(row.why, row.why), about=about))
                    else:
                        cells.append(Cell("x", self._cell_text(row), about=about))
                lines.append(Line(words[id], cells, {"indicator": f"survey_{who}_{id}"}))
            made = [scale(self._items(who, one["items"], dimension, g)) for g in groups]
            told = [Cell("scale", _told(m) if m else "not shown") for m in made]
            lines.append(Line("All of these, mean of the shares", told))
            parts.append((one["label"], lines))
        names = {"item": "Question"} | {
            g: "Everyone" if g == ALL else group_label(g) for g in groups
        }
        by = "everyone" if dimension == ALL else f"by {catalog.dimension_label(dimension).lower()}"
        return Table(
            f"Favourable answers of {SURVEYS[who]}, {by}, {year}", names, parts,
            unit=self.view.unit_id, year=year, dimension=dimension,
        )  # fmt: skip


def _told(one: Scale) -> str:
    return f"{percent(one.value, one.n)} (interval {interval(one.low, one.high, one.n)})"
