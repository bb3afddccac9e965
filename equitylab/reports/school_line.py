"""What a school's report says of gaps on tests without the test's line, and of who was tested."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from .. import catalog, metrics
from ..display import decimal, first_up, group_label, known, many, points
from ..language import distance, sds
from ..markup import Cell, Html, Line, Table, bullets, paragraph
from ..metrics import Estimate
from ..plan.values import counted
from ..schema import ALL
from . import findings
from .school_gaps import KEY, RATE, TRIED, Gap, Tests

TOLD = 2  # groups told in sentences
MOST = 6  # groups in the table


class Gaps(Tests):
    """The part of a school's report that takes the line out of the gaps on tests."""

    def without_the_line(self) -> Html:
        """How far apart are groups where no line decides, and is that changing?"""
        cells = self.cells
        if not cells:
            return Html("")
        words = catalog.content("report_text")["line"]
        head = f"<h3 id=without-the-line>{words['title']}</h3>{paragraph(words['warning'])}"
        gaps = self.gaps([cell for cell in cells if self.is_clear(cell)])
        if not gaps:
            of = many(len(cells), "comparison")
            return Html(head, paragraph(f"{words['none']} Looked at: {of}.", kind="say"))
        first: dict[str, Gap] = {}  # one group a measure, of most students
        for gap in sorted(gaps, key=lambda gap: -gap.n):
            first.setdefault(gap.indicator, gap)
        items = [
            (f"{catalog.indicator(gap.indicator).label}, {group_label(gap.group)}.",
             self._aloud(gap), {"indicator": gap.indicator, "year": gap.year})
            for gap in list(first.values())[:TOLD]
        ]  # fmt: skip
        note = paragraph(words["note"].format(sd=self.whose), kind="note")
        return Html(head, bullets(items), self._table(gaps[:MOST]), note)

    def _aloud(self, gap: Gap) -> str:
        """Say one gap with and without a line, its change, and who was tested."""
        said, apart = [], []
        if known(gap.line.value):
            line = distance(*gap.line, gap.size)
            apart.append(f"{line} than {self.others()} at the test's line")
        if known(gap.reference.value):
            apart.append(f"{sds(*gap.reference)} by mean scores, which have no line")
        elif known(gap.v.value):
            apart.append(f"{sds(*gap.v)}, from the two rates alone")
        if apart:
            said.append(f"{first_up('; '.join(apart))}.")
        if not np.isnan(gap.tried).any():
            low, _, high = (points(part, 1, signed=False) for part in gap.tried)
            said.append(
                f"At a line that three of four students reach, the gap would be about {low} points; "
                f"at one that one of four reaches, about {high}."
            )
        if known(gap.change.low):
            now = gap.reference.value if known(gap.reference.value) else gap.v.value
            chance = gap.change.low <= 0 <= gap.change.high
            said.append(
                f"Since {gap.since} the gap without a line moved from {_sd(now - gap.change.value)} to "
                f"{_sd(now)}, {'no more than chance can make' if chance else 'more than chance makes'}."
            )
        return " ".join([*said, self._tested(gap)]).strip()

    def _tested(self, gap: Gap) -> str:
        """Say how many of the group, and of the others, were tested, and what the rest could do."""
        mine = self._enrolled.get((gap.dimension, gap.group, gap.year))
        everyone = self._enrolled.get((ALL, ALL, gap.year))
        others = self.public.policy.get("reference", "others") == "others"
        if not (others and mine and everyone and self._every_grade(gap)):
            return ""
        sides = (gap.n, mine), (gap.other_n, everyone - mine)
        if any(x > n for x, n in sides):
            return ""
        said = [counted(*side, self.public.policy) for side in sides]
        if "hidden" in said:
            return "Nearly all students of either side were tested."
        text = f"Tested were {said[0]} of the group and {said[1]} of other students"
        rates = self.rates.get((gap.indicator, gap.dimension, gap.group, gap.year))
        if rates is None or gap.n + gap.other_n == everyone:
            return f"{text}."
        n, x, other_n, other_x = RATE(rates)[:4]
        could = metrics.untested_gap(x, n, mine, other_x, other_n, everyone - mine).bounds
        ends = [points(end, gap.size) for end in (could.least, could.most)]
        return (
            f"{text}; had all been tested, the gap could lie anywhere from {ends[0]} to {ends[1]} "
            "points."
        )

    def _every_grade(self, gap: Gap) -> bool:
        """Whether each grade of the school takes this test, so that the others are missing."""
        grades = [at for at in self._enrolled if at[0] == "grade" and at[2] == gap.year]
        tested = self.rates if gap.indicator in self._rate_ids else self.means
        sizes = [(tested.get((gap.indicator, *at)), self._enrolled[at]) for at in grades]
        return bool(sizes) and all(row and row.n > n / 2 for row, n in sizes)

    @cached_property
    def _rate_ids(self) -> set[str]:
        return {rate for rate, _ in self.subjects}

    @cached_property
    def _enrolled(self) -> dict[tuple, float]:
        """How many students of each group the school has, by the measure that counts the most."""
        id = findings.counted_on(self.view)
        rows = [r for r in self.view.rows if r.indicator == id and not r.pooled]
        return {KEY(r)[1:]: r.n for r in rows if r.n_why == "" and known(r.n)}

    @cached_property
    def whose(self) -> str:
        """Return whose standard deviation gaps are told in."""
        above = self.view.above
        return f"{above['unit']}'s students" if above is not None else "the school's students"

    def _table(self, gaps: list[Gap]) -> Table:
        columns = {
            "group": "Group", "difference": "At the test's line, points (interval)",
            "v": "From the two rates (V), SDs (interval)",
            "gap": "From mean scores, SDs (interval)",
        } | {id: f"{name}, points" for id, (_, name) in TRIED.items()}  # fmt: skip
        columns["change"] = "Change, SDs (interval)"
        parts: dict[str, list[Line]] = {}
        for gap in gaps:
            cells = [
                Cell("difference", _interval(gap.line, lambda v, n=gap.size: points(v, n))),
                Cell("v", _interval(gap.v, _sd)),
                Cell("gap", _interval(gap.reference, _sd)),
                *(Cell(id, points(v, 1) if known(v) else "not known")
                  for id, v in zip(TRIED, gap.tried, strict=True)),
                Cell("change", _interval(gap.change, _sd)),
            ]  # fmt: skip
            data = {"indicator": gap.indicator, "dimension": gap.dimension, "group": gap.group}
            label = catalog.indicator(gap.indicator).label
            parts.setdefault(label, []).append(Line(group_label(gap.group), cells, data))
        return Table(
            f"Gaps with and without the line, {gaps[0].year}, compared with {self.others()}",
            columns, list(parts.items()), unit=self.view.unit_id, year=gaps[0].year,
        )  # fmt: skip


def _interval(estimate: Estimate, written) -> str:
    value, low, high = estimate
    if not known(value):
        return "not known"
    return f"{written(value)} ({written(low)} to {written(high)})"


def _sd(value: float) -> str:
    return decimal(value, 2, signed=True)
