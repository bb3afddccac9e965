"""The school's rows of measures.csv: what its report says part by part, a row a number."""

from __future__ import annotations

from collections.abc import Iterator

from .. import catalog
from ..display import decimal, group_label, known
from ..language import sds
from .measures import Measure
from .school_line import Gaps
from .school_reach import STAGES, Reach, better


class Measured(Gaps, Reach):
    """The parts of a school's report that compute more than the published rows hold."""

    def measured(self) -> list[Measure]:
        """Return the numbers of these parts, of all groups and not only of those told in words.

        The bounds of bands stay on the page: a row of numbers beside a cell that is a band would
        look like the number that the band keeps back.
        """
        return [*self._line(), *self._split(), *self._least()]

    def _line(self) -> Iterator[Measure]:
        for gap in self.gaps():
            plain, whose = "standard deviations", f"standard deviations of {self.whose}"
            label = f"{catalog.indicator(gap.indicator).label}, {group_label(gap.group)}"
            value, low, high = (decimal(part, 2, signed=True) for part in gap.change)
            told = (
                ("line", "v_statistic", gap.v, plain, f"{sds(*gap.v)}, from the two rates alone"),
                ("line", "standardized_gap_from_summary", gap.reference, whose,
                 f"{sds(*gap.reference)} by mean scores, which have no line"),
                ("gap_change", "growth", gap.change, whose if known(gap.reference.value) else plain,
                 f"the gap without a line moved by {value} standard deviations since {gap.since} "
                 f"(interval {low} to {high})"),
            )  # fmt: skip
            for question, name, estimate, unit, said in told:
                if known(estimate.value):
                    yield Measure(
                        question, name, gap.indicator, gap.dimension, gap.group, float(estimate.value),
                        1, 0, unit, f"{label}: {said}.", *map(float, estimate[1:]), year=gap.year,
                    )  # fmt: skip

    def _split(self) -> Iterator[Measure]:
        for pair in self.courses:
            for one in self.chains(*pair):
                row, said = one.entry, self.passed(one)
                for k, stage in enumerate(STAGES):
                    part = [float(end[k]) for end in one.split.points]
                    yield Measure(
                        "doors", f"access_chain, {stage}", pair[k].id, row.dimension, row.group,
                        part[0], 1, 0, "share of the gap in enrolling and passing, as a difference "
                        "of shares", said, *part[1:], float(one.split.gap.value), year=row.year,
                    )  # fmt: skip

    def _least(self) -> Iterator[Measure]:
        rows = [row for row in self.view.sides[0] if known(row.x) and better(row.indicator)]
        for row, to, said in self.moves_of(rows) if rows else ():
            if known(to):
                label = catalog.indicator(row.indicator).label
                yield Measure(
                    "enough", "detectable_change", row.indicator, row.dimension, row.group, to, 1, 0,
                    "students: the nearest count that could be told from luck",
                    f"{label}, {group_label(row.group)}: {said}", baseline=row.x, year=row.year,
                )  # fmt: skip
