"""What people said: the part of a school's report on surveys, from published cells only.

Who answered comes first; then students, families and staff side by side; then each survey, scale by
scale. A scale is the mean of its items' published shares, and its interval the mean of theirs: no
narrower than one of its own would be, since the sum of several spreads is at least that of their sum.
"""

from __future__ import annotations

from .. import catalog, metrics
from ..catalog import SURVEYS
from ..display import (
    band,
    count,
    decimal,
    first_up,
    group_label,
    known,
    listing,
    percent,
)
from ..language import ABSENT
from ..markup import Cell, Html, Line, Table, bullets, card, esc, paragraph
from ..schema import ALL
from .said_answers import scale
from .said_survey import Told

_ABOUT = (
    "Favourable answers are the upper two of five. Every answer counts once: nothing is weighted, so "
    "a group that answered less counts less in what all of them say. An interval is the range in "
    "which the share of a like group could lie, and it knows nothing of those who did not answer.",
    "Draft questions, not validated: read them with the people who answered, and compare only the "
    "same version.",
)


class Said(Told):
    """The part of a school's report that holds what its people said."""

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

    def what_next(self) -> Html:
        """What can adults ask, and who can see and change it?"""
        if not self._alone:
            return super().what_next()
        steps = [
            "Listen, in ways that suit them, to those who did not answer or were heard less than "
            "their share.",
            "Where groups answer otherwise, ask them what would help, and what already does.",
            "Tell the people who answered what they said, and what will change, with a date.",
        ]
        text = "To work on this as a team, open the notebook “Listening”."
        return Html(card("What next", bullets(steps), paragraph(text), kind="next"))

    def what_people_said(self) -> Html:
        """What did students, families and staff say, and who answered? Nothing: an empty part."""
        if not self.surveys:
            return Html("")
        parts: list = [
            "<h2 id=what-people-said>What people said</h2>",
            *map(paragraph, _ABOUT),
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
            if self._seen(who).get("nearly_all"):
                return f"{told}. All but one or two of the {people} who were asked answered."
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
                        under.append(f"{group_label(group)} (“{label}”)")
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
                size = len(asked.get(who, []))
                note = f", {size} questions" if size > 1 else ", 1 question"
                cells.append(Cell("scale", f"{made}{note}" if made else "not shown"))
            lines.append(Line(labels[id]["label"], cells))
        names = {"view": "Asked about"} | {who: first_up(SURVEYS[who]) for who in self.surveys}
        return [
            "<h3 id=views-side-by-side>Views side by side</h3>",
            Table("Favourable answers, by who was asked", names, [("", lines)], kind="prose"),
            paragraph(
                "The questions are alike and not the same, and each kind of people sees another part "
                "of the school. Where views lie apart, ask both sides what they had in mind.",
                kind="note",
            ),
        ]
