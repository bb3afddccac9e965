"""What the report notebooks say: each method returns one part of a report, ready to be shown."""

from __future__ import annotations

from collections import Counter

from .. import catalog, figures, language
from ..display import count, first_up, group_label, known, listing, many, percent, who
from ..markup import Cell, Html, Line, Table, bullets, card, esc, paragraph
from ..schema import ALL
from ..signals import CLEAR, NOT_CLEAR, TOO_FEW
from . import findings, work
from .chapters import Chapters
from .said import Said
from .school_measures import Measured

NO_GROUPS = (
    "The file has no student groups here, so it cannot say who is served and who is not yet: it "
    "holds results of all students together."
)
SHOWN = 3  # clear differences told in full on the first page


class Story(Chapters):
    """The first page of a report, and whom the unit serves."""

    def at_a_glance(self) -> Html:
        """How many students, measures and comparisons, and what came of them?"""
        v = self.view
        rows = [row for row in v.rows_compared if not row.pooled]
        signals = Counter(row.signal for row in rows)
        gaps, bright = v.sides
        tiles = [
            ("students", self.students()),
            ("measures", count(len(v.indicators))),
            ("comparisons", count(sum(signals[s] for s in findings.COMPARED))),
            ("clear differences", count(len(gaps) + len(bright))),
            ("too few to tell", count(signals[TOO_FEW])),
            ("figures hidden", count(sum(row.why == "hidden" for row in rows))),
        ]
        inner = "".join(f"<div><dt>{esc(k)}</dt><dd>{esc(n)}</dd></div>" for k, n in tiles)
        text = (
            f"Each group's rate on each measure stands beside that of {self.others()}. "
            "A difference that is seen from two sides is told once."
            if rows
            else NO_GROUPS
        )
        year = max(v.latest.values(), default=v.year)
        return Html(
            paragraph(f"{first_up(year)}. {text}"),
            f"<dl class=tiles>{inner}</dl>",
            card(
                f"Whom the {self.place} serves", bullets(self._whom(), kind="plain"), kind="served"
            ),
        )

    def _whom(self) -> list[tuple[str, str]]:
        """Return the groups that the school serves and their shares, a dimension a line."""
        total, shares = self._total(), {}
        for row in self._groups():
            share = percent(row.share, total) if known(row.share) else "hidden"
            shares.setdefault(row.dimension, []).append(f"{row.group} {share}")
        said = [
            (f"{catalog.dimension_label(dimension)}, shares:", f"{', '.join(part)}.")
            for dimension, part in shares.items()
        ]
        return said or [("", self._uncounted())]

    def _uncounted(self) -> str:
        if self.view.rows_compared:
            return "How many students each group has is hidden, to protect privacy."
        return "The file does not count students by group."

    def whom_it_serves(self) -> Html:
        """Who are the students, group by group, beside the unit above?"""
        rows = self.view.enrolled
        if not self._groups():
            return Html(paragraph(self._uncounted()))
        groups, total, above = self._groups(), self._total(), self.view.above
        id = findings.counted_on(self.view)
        year = self.view.latest[id]
        names = {"group": "Group", "n": "Students", "share": f"Share of the {self.place}"}
        if above is not None:
            names["above"] = f"Share in {above['unit']}"
        parts: dict[str, list[Line]] = {}
        for row in rows:
            cells = [Cell("n", row.why, len(names) - 1)]
            if known(row.n):
                cells = [Cell("n", count(row.n)), Cell("share", percent(row.share, total))]
                if row.dimension == ALL:
                    cells[1] = Cell("share", "everyone", len(names) - 2)
                elif above is not None:
                    cells.append(
                        Cell("above", percent(row.above, 100) if known(row.above) else "hidden")
                    )
            heading = "" if row.dimension == ALL else catalog.dimension_label(row.dimension)
            line = Line(
                group_label(row.group), cells, {"group": row.group, "dimension": row.dimension}
            )
            parts.setdefault(heading, []).append(line)
        table = Table(
            f"Students by group, {year}", names, list(parts.items()),
            indicator=id, unit=self.view.unit_id, year=year,
        )  # fmt: skip
        caption = f"Bar: share of this {self.place}'s students."
        if above is not None:
            caption += f" Diamond: share in {above['unit']}."
        figure = figures.shares(groups, alt=self._largest(groups), caption=caption)
        return Html("<h3 id=students-by-group>Students by group</h3>", figure, table)

    def _groups(self) -> list:
        return [row for row in self.view.enrolled if row.dimension != ALL]

    def _total(self) -> float:
        return sum(r.n for r in self.view.enrolled if r.dimension == ALL and known(r.n))

    def _largest(self, groups: list) -> str:
        shown: dict[str, list] = {}
        for row in groups:
            if known(row.n):
                shown.setdefault(row.dimension, []).append(row)
        largest = [max(rows, key=lambda row: row.n) for rows in list(shown.values())[:3]]
        tops = [f"{group_label(row.group)} {percent(row.share, 100)}" for row in largest]
        text = f"Bars of each group's share of students at {self.name}."
        return f"{text} Among the largest shares: {listing(tops)}." if tops else text

    def strengths(self) -> Html:
        """What is going well, and for whom?"""
        v = self.view
        bright = [row for row in v.sides[1] if row.dimension not in findings.LAST]
        items: list = [
            (self._lead(row), language.gap(row, level=self.level, brief=True), self._cell(row))
            for row in findings.weightiest(bright, 4)
        ]
        for row in findings.improved(v)[:4]:
            about = catalog.indicator(row.indicator)
            items.append(("Moved the right way.", language.change(row, about)))
        for row, above in findings.ahead(v)[:4]:
            about = catalog.indicator(row.indicator)
            items.append((f"Ahead of {above.unit}.", language.beside(row, above, about)))
        same = findings.without_clear(v)
        if same:
            names = listing([about.label for about, _ in same])
            items.append(
                (
                    f"No clear difference between groups on {many(len(same), 'measure')}:",
                    f"{names}. Small differences may remain.",
                )
            )
        if not items:
            items = ["No measure passes the tests for a strength this year; that is no verdict."]
        write = "A strength to build on that no file holds, noted by students, families or staff:"
        return Html(
            card(
                "Strengths to build on",
                bullets(items),
                paragraph(write),
                "<div class=line></div>",
                kind="strength",
            )  # fmt: skip
        )

    def clear_differences(self) -> Html:
        """Where do groups differ clearly, by how many students?"""
        gaps, bright = self.view.sides
        first = findings.weightiest(gaps, SHOWN)
        items = [
            (
                self._lead(row),
                language.gap(row, level=self.level, brief=True),
                self._cell(row),
            )
            for row in first
        ]
        if not items:
            text = "No group differs clearly from the others on a measure of this file."
            if not self.view.rows_compared:
                text = "None can be seen: the file has no student groups to compare here."
            return Html(card("Clear differences", paragraph(text), kind="clear"))
        rest = [row for row in gaps if row not in first]
        more = ""
        if rest:
            by: dict[str, list[str]] = {}
            for row in rest:
                by.setdefault(catalog.indicator(row.indicator).label, []).append(who(row.group))
            more = "; ".join(f"{label}: {listing(names)}" for label, names in by.items())
            more = f"Also clear, and told in the sections below: {more}."
        lead = (
            f"{first_up(many(len(gaps), 'clear difference'))}; those that concern most students "
            "come in full, in the order of the report."
            if rest
            else ""
        )
        if bright:
            lead += f" {first_up(many(len(bright), 'more', 'more'))}, in a group's favour, "
            lead += "stand among the strengths and in the sections below."
        return Html(
            card(
                "Clear differences",
                paragraph(lead),
                bullets(items),
                paragraph(more),
                paragraph(catalog.cautions()["desc_not_cause"], kind="note"),
                kind="clear",
            )  # fmt: skip
        )

    def too_small_to_tell(self) -> Html:
        """Whom can these numbers not speak for, and who will listen instead?"""
        rows = [row for row in self.view.rows_compared if not row.pooled]
        few = [row for row in rows if row.signal == TOO_FEW]
        hidden = [row for row in rows if row.why == "hidden"]
        items = []
        said = {(r.dimension, r.group) for r in rows if r.signal in (CLEAR, NOT_CLEAR)}
        every = dict.fromkeys((row.dimension, row.group) for row in rows)
        never = [who(group) for dimension, group in every if (dimension, group) not in said]
        if never:
            items.append(f"No measure of this file can speak clearly for {listing(never)}.")
        if len(few):
            rough = ", or too wide a range," if any(row.why == "range" for row in few) else ""
            items.append(
                f"{first_up(many(len(few), 'comparison'))} of {len(rows)} "
                f"{'rests' if len(few) == 1 else 'rest'} on too few students{rough} to tell."
            )
        if len(hidden):
            items.append(
                f"{first_up(many(len(hidden), 'figure'))} of {len(rows)} "
                f"{'is' if len(hidden) == 1 else 'are'} hidden to protect privacy. "
                "Hidden does not mean unimportant."
            )
        if not items:
            items = ["Every group here is large enough to compare on some measure."]
        them = "these students"
        if not rows:
            items = ["The file cannot speak for any group of students."]
            them = "each group of students"
        return Html(
            card(
                "Too small to tell",
                bullets(items),
                paragraph(
                    f"We will learn how school is for {them} by listening. How, and by when:"
                ),
                "<div class=line></div>",
                kind="small",
            )  # fmt: skip
        )

    def what_next(self) -> Html:
        """What can adults ask, and who can see and change it?"""
        told = findings.weightiest(self.view.sides[0], SHOWN)
        chapters = {catalog.indicator(row.indicator).chapter for row in told}
        asked = {c["id"]: c for c in catalog.content("report_text")["chapters"]}
        items = [
            (
                f"{catalog.chapters()[id]}.",
                f"{c['ask']} Seen by {c['see']}; in the hands of {c['change']}.",
            )
            for id, c in asked.items()
            if id in chapters
        ]
        modules = {m["id"]: m for m in catalog.content("modules")["modules"]}
        path = dict.fromkeys(
            [*(asked[c]["module"] for c in asked if c in chapters), "m06", "m09", "m10"]
        )
        steps = [f"“{modules[m]['title'].split(':')[0]}”" for m in path]
        return Html(
            card(
                "What next",
                bullets(items)
                or paragraph(
                    "Keep what works, and ask the people it works for why."
                    if self.view.rows_compared
                    else "Ask whoever keeps the records for the same numbers by student group."
                ),
                paragraph(f"To work on this as a team, open the notebooks {listing(steps)}."),
                kind="next",
            )
        )


class SchoolReport(Said, Measured, Story):
    """One school's report, from published numbers only.

    Examples
    --------
    In a notebook::

        report = SchoolReport.open("release.zip", "0102")
        report.strengths()
    """

    kind = "School report"

    def work(self) -> Html:
        """What did the team decide, and how far is it? An empty part where no work was given."""
        return work.section(self.portfolio, self.public, self.view.unit_id)
