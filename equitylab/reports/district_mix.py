"""Who goes to school with whom: how groups are spread over a district's schools, beside chance."""

from __future__ import annotations

import pandas as pd

from .. import catalog, figures_district, metrics
from ..display import decimal, group_label, known, listing, percent, who
from ..markup import Cell, Html, Line, Table, bullets, paragraph
from ..schema import ALL
from .district_spread import Spread, Spreads, Whole
from .measures import Measure

CHANCE = 2  # times what chance makes: an index above it is spoken of
TOLD = 3  # groups whose sentence stands on the page; the others' are in measures.csv

COUNTED = {"schools": "Schools counted", "left": "Students left out"}


class Mix(Spreads):
    """The parts of a district's report about who learns with whom."""

    # How mutual information is split, and how that is said.
    parts = ("between kinds of school", "within kinds of school")
    parted = ("schools that serve the same grades", "kinds of school that serve different grades")

    def mix_measures(self) -> list[Measure]:
        """Every number of this part, with the sentence that says it."""
        found = []
        for one in self.spreads:
            told = dict(
                indicator=self.base, year=self.enrolled.attrs["year"], dimension=one.dimension, group=one.group,
                n_units=int(one.use.sum()), n_left_out=int((~one.use).sum()),
            )  # fmt: skip
            found += [
                Measure(
                    "spread", "dissimilarity", value=one.apart.value, low=one.at_least,
                    baseline=one.apart.baseline, sentence=_said_apart(one), method=APART, **told,
                ),
                Measure(
                    "spread", "isolation", value=one.alone.value, baseline=one.alone.baseline,
                    sentence=_said_alone(one), method=ALONE, **told,
                ),
            ]  # fmt: skip
            if meets := self.met(one):
                other, value, share, use = meets
                told |= {"n_units": int(use.sum()), "n_left_out": int((~use).sum())}
                said = (
                    f"On average, {who(one.group)} go to a school in which "
                    f"{percent(value, 100)} are {who(other)}; over all schools counted, "
                    f"{percent(share, 100)} are."
                )
                found.append(
                    Measure(
                        "spread", f"exposure to: {other}", value=value, baseline=share,
                        sentence=said, method=MEETS, **told,
                    )
                )  # fmt: skip
        return found + [m for whole in self.wholes for m in self._of_all(whole)]

    def _of_all(self, one: Whole) -> list[Measure]:
        told = dict(
            indicator=self.base, year=self.enrolled.attrs["year"], over=one.dimension,
            n_units=int(one.use.sum()), n_left_out=int((~one.use).sum()),
        )  # fmt: skip
        every = told | {"dimension": ALL, "group": ALL}
        label = f"{catalog.dimension_label(one.dimension)}, all groups at once:"
        m, said = one.m, f"{label} {_said_whole(one)}"
        found = [
            Measure(
                "spread", "theil_h", value=one.h.value, low=one.at_least,
                baseline=one.h.baseline, sentence=said, method=THEIL, **every,
            ),
            Measure(
                "spread", "mutual_information", value=m.value, baseline=m.baseline,
                sentence=said, method=NATS, **every,
            ),
        ]  # fmt: skip
        if known(m.within):
            found += [
                Measure(
                    "spread", f"mutual_information, {part}", value=value, baseline=chance,
                    sentence=f"{said} {self._said_parts(one)}", method=f"{NATS} {PARTS}", **every,
                )
                for part, value, chance in zip(
                    self.parts, (m.between, m.within), (m.between_baseline, m.within_baseline),
                    strict=True,
                )
            ]  # fmt: skip
        for group, value, chance in zip(one.groups, m.local, m.local_baseline, strict=False):
            said = (
                f"Local segregation of {who(group)} is {decimal(value, 3)}, where 0 is the mix of "
                f"all schools in each; were all students placed by lot it would be "
                f"{decimal(chance, 3)}."
            )
            about = {"dimension": one.dimension, "group": group} | told
            found.append(
                Measure(
                    "spread", "local segregation", value=value, baseline=chance, sentence=said,
                    method=NATS, **about,
                )
            )  # fmt: skip
        return found

    def _said_parts(self, one: Whole) -> str:
        m, (among, between) = one.m, self.parted
        if not known(m.within) or not m.value > 0:
            return ""
        return (
            f"Of this unevenness, {percent(m.within / m.value, 100)} lies among {among}, and "
            f"{percent(m.between / m.value, 100)} between the {one.kinds} {between}."
        )

    def segregation(self) -> Html:
        """Who learns with whom: how unevenly are groups spread over schools, beside chance?"""
        if self.enrolled.empty or len(self.schools) < 2:
            return Html(
                paragraph("There are too few schools to say how groups are spread over them.")
            )
        if not self._columns(self.enrolled):
            return Html(paragraph("The file counts no student group by school."))
        if not self.spreads:
            return Html(
                paragraph(
                    "How groups are spread cannot be said: the schools whose numbers are shown "
                    "hold less than half of the students, or all of these are of one group."
                )
            )
        beyond = [s for s in self.spreads if s.apart.value > CHANCE * s.apart.baseline]
        names = listing([group_label(s.group) for s in beyond])
        said = (
            f"Spread more unevenly than twice what chance makes: {names}."
            if beyond
            else "No group is spread more unevenly than twice what chance alone makes."
        )
        cell = {"indicator": self.base, "year": self.enrolled.attrs["year"]}
        sentences = [
            (
                f"{group_label(one.group)}.",
                _said_alone(one),
                cell | {"dimension": one.dimension, "group": one.group},
            )
            for one in beyond[:TOLD]
        ]
        for one in self.wholes:
            label = catalog.dimension_label(one.dimension)
            words = [_said_whole(one), self._said_parts(one)]
            sentences.append((f"{label}, all groups at once:", " ".join(filter(None, words)), cell))
        drawn = pd.DataFrame(
            [(group_label(s.group), s.apart.value, s.apart.baseline) for s in self.spreads],
            columns=["label", "value", "baseline"],
        )
        figure = figures_district.against_chance(
            drawn, alt=f"Dissimilarity of each group over the schools. {said}",
            caption="Dot: dissimilarity. Diamond: its average were students allotted by lot.",
        )  # fmt: skip
        return Html(
            paragraph(said, kind="say"), bullets(sentences), figure,
            self._by_group(), *self._all_at_once(), paragraph(self._unsaid(), kind="note"),
        )  # fmt: skip

    def _unsaid(self) -> str:
        """Say which groups cannot be told of."""
        told = {(s.dimension, s.group) for s in self.spreads}
        left = [g for d, g in self._columns(self.enrolled) if (d, g) not in told]
        if not left:
            return ""
        return (
            f"Not told, being hidden in too many schools or not recorded: {listing(left)}. "
            "Hidden does not mean unimportant."
        )

    def _by_group(self) -> Table:
        names = {
            "group": "Group", **COUNTED,
            "d": "Dissimilarity", "d0": "… by lot", "d1": "… beyond chance",
            "i": "Isolation", "i0": "… by lot", "i1": "… beyond chance, points", "met": "Meets",
        }  # fmt: skip
        parts: dict[str, list[Line]] = {}
        meets = [self.met(one) for one in self.spreads]
        if any(meets):
            names["met"] = f"{group_label(next(m for m in meets if m)[0])}, in the average school"
        else:
            del names["met"]
        for one, other in zip(self.spreads, meets, strict=True):
            cells = [
                *self.used(one.use),
                *(Cell("d", decimal(v, 2)) for v in one.apart),
                Cell("d", decimal(one.apart.value - one.apart.baseline, 2, signed=True)),
                *(Cell("i", percent(v, 100)) for v in one.alone),
                Cell("i", _apart(one.alone)),
            ]  # fmt: skip
            if any(meets):
                cells.append(Cell("met", percent(other[1], 100) if other else "not told"))
            about = {"group": one.group, "dimension": one.dimension}
            label = catalog.dimension_label(one.dimension)
            parts.setdefault(label, []).append(Line(group_label(one.group), cells, about))
        year = self.enrolled.attrs["year"]
        return Table(
            f"How groups are spread over the schools, {year}", names, list(parts.items()),
            indicator=self.base, unit=self.view.unit_id, year=year,
        )  # fmt: skip

    def _all_at_once(self) -> list[Table]:
        if not self.wholes:
            return []
        names = {
            "index": "Index", **COUNTED, "v": "Value",
            "v0": "… by lot", "v1": "… beyond chance",
        }  # fmt: skip
        label = {
            "theil_h": "Theil's H, 0 to 1", "mutual_information": "Mutual information, nats",
            "local segregation": "Local: ",
        }  # fmt: skip
        parts = []
        for one in self.wholes:
            lines = []
            for m in self._of_all(one):
                head, _, part = m.measure.partition(", ")
                head = f"… {part}" if part else label[head]
                about = {"dimension": m.dimension, "group": m.group}
                if m.group != ALL:
                    head += group_label(m.group)
                numbers = [decimal(v, 3) for v in (m.value, m.baseline)]
                numbers.append(decimal(m.value - m.baseline, 3, signed=True))
                cells = [*self.used(one.use), *(Cell("v", t) for t in numbers)]
                lines.append(Line(head, cells, about))
            counted = listing([*map(group_label, one.groups), "everyone else as one group"])
            parts.append((f"{catalog.dimension_label(one.dimension)}: {counted}", lines))
        year = self.enrolled.attrs["year"]
        title = f"All groups at once, {year}"
        about = {"indicator": self.base, "unit": self.view.unit_id, "year": year}
        return [Table(title, names, parts, **about)]


APART = (
    "Duncan and Duncan's dissimilarity of the group and all other recorded students over schools; "
    "baseline: its exact mean under random allocation; low: what it is at least over all schools, "
    "those left out counted as one"
)
ALONE = "isolation index, weighted by the group's students; baseline: its exact mean by lot"
MEETS = (
    "exposure, weighted by the group's students; baseline: the share over all schools counted, "
    "which is what allocation by lot tends to"
)
THEIL = "Theil's information index; baseline and low as for dissimilarity"
NATS = "mutual information of school and group, natural logarithm; baseline: its exact mean by lot."
PARTS = "The two parts add up to the whole; schools whose grades overlap are of one kind."


def _apart(index: metrics.Segregation) -> str:
    return decimal(100 * (index.value - index.baseline), 1, signed=True)


def _said_apart(one: Spread) -> str:
    return (
        f"About {percent(one.apart.value, 100)} of {who(one.group)}, or of all others, would have to "
        "change schools for every school to have the same mix; were all students placed by lot it "
        f"would be {percent(one.apart.baseline, 100)}." + _least(one)
    )


def _least(one: Spread | Whole) -> str:
    """Say what holds for all schools, where some are left out."""
    if one.use.all() or not known(one.at_least):
        return ""
    return f" Over all schools it is {percent(one.at_least, 100)} at least."


def _said_alone(one: Spread) -> str:
    return (
        f"On average, {who(one.group)} go to a school in which {percent(one.alone.value, 100)} "
        "of the students are of the same group; were all students placed by lot it would be "
        f"{percent(one.alone.baseline, 100)}."
    )


def _said_whole(one: Whole) -> str:
    return (
        f"a school is {percent(one.h.value, 100)} less mixed than all schools together, on average (Theil's "
        f"H); placing students by lot would make it {percent(one.h.baseline, 100)}." + _least(one)
    )
