"""The chapters of a school's report: each measure, two-way groups, and change over years."""

from __future__ import annotations

from collections import Counter
from difflib import get_close_matches
from functools import partial

from .. import catalog, figures, language
from ..catalog import Indicator
from ..display import (
    band,
    count,
    decimal,
    group_label,
    known,
    listing,
    many,
    percent,
    points,
    who,
)
from ..errors import ReportError
from ..language import ABSENT
from ..markup import Cell, Html, Line, Table, bullets, esc, paragraph, slug
from ..schema import ALL, BY
from ..signals import CLEAR, NOT_CLEAR, TOO_FEW
from . import findings, tables
from .common import Report

DOT = (
    "Dot: the group's rate, with its interval. Filled dot and bold name: a clear difference. "
    "Diamond: {others}."
)
PATTERN = "It describes a pattern, not a cause."
BAND = " Pale bar: published as a band only."
RANGE = "Pale bar: the source gives a range only; the line holds for every count in it."
PANELS = 4
CHANGES = 8  # group changes told in full


class Chapters(Report):
    """The parts of a report that go measure by measure."""

    def show(self, names: str) -> Html:
        """What do these parts of the report say? One after the other; what is empty shows nothing.

        Parameters
        ----------
        names : str
            Ids of chapters, such as "discipline", and what else the report tells, such as
            "too small to tell", with commas between them.

        Raises
        ------
        ReportError
            The report has no such part.
        """
        known = {id: partial(self.chapter, id) for id in catalog.chapters()}
        for name in dir(type(self)):
            told = getattr(type(self), name)
            # What takes nothing and gives a piece of the page is a part of it.
            if name[0] != "_" and getattr(told, "__annotations__", 0) == {"return": "Html"}:
                known[name.replace("_", " ")] = partial(told, self)
        asked = [name.strip() for name in names.split(",")]
        for name in asked:
            if name not in known:
                close = next(iter(get_close_matches(name, known, n=1)), None)
                raise ReportError(f"This report has no part “{name}”.", nearest=close)
        return Html(*[known[name]() for name in asked])

    def chapter(self, id: str) -> Html:
        """What does the file say in this chapter, measure by measure? Nothing: an empty part."""
        held = [about for about in self.view.indicators if about.chapter == id]
        if not held:
            return Html("")
        label = catalog.chapters()[id]
        parts: list = [f"<h2 id={slug(label)}>{esc(label)}</h2>"]
        for about in held:
            parts += self._scores(about) if about.score else self._measure(about)
        return Html(*parts)

    def _measure(self, about: Indicator) -> list:
        v = self.view
        rows, year = v.rows_of(about.id), v.latest[about.id]
        groups = [row for row in rows if row.dimension != ALL]
        once = [row for row in groups if not row.pooled]
        total = v.total(about.id)
        parts: list = [
            f"<h3 id={slug(about.id)}>{esc(about.label)}</h3>",
            self._base(about, total, year),
        ]
        if not groups:  # a table of one row, with nothing to compare
            return [*parts, paragraph(f"{about.caution}.", kind="note")]
        if not any(row.why in ("", "range") for row in groups):
            return [*parts, *self._no_number(groups, about, year)]
        said = language.overview(once, about)
        why = {row.why for row in once}
        if why & {"", "band", "range"}:
            others = "the rate of " + self.others(once)
            caption = DOT.format(others=others) + (BAND if "band" in why else "")
            if "range" in why:
                caption = f"{caption} {RANGE}" if "" in why else RANGE
            if about.events:
                caption = f"Dot: days per 100 students of the group. Diamond: {others}."
            drawn = figures.fitting(once)
            left = {row.dimension for row in once} - {row.dimension for row in drawn}
            if left:
                names = listing([catalog.dimension_label(d).lower() for d in sorted(left)])
                caption += f" Only in the table: {names}."
            alt = f"{about.label}, {year}, by group. {said or 'Days lost per 100 students.'}"
            parts.append(figures.rates(drawn, about, alt=alt, caption=caption))
        parts.append(paragraph(said, kind="say"))
        gaps, bright = findings.sides(groups)
        for row in findings.weightiest(gaps, 1) or findings.weightiest(bright, 1):
            text = " ".join(
                filter(None, [self._when(row), language.gap(row, level=self.level), PATTERN])
            )
            parts.append(paragraph(text, about=self._cell(row)))
        caption = f"{about.label}, {year}, compared with {self.others(once)}"
        parts.append(
            tables.by_group(rows, about, caption, unit=v.unit_id, year=year, shared=v.shared)
        )
        parts.append(paragraph(f"{about.caution}.", kind="note"))
        return parts

    def _no_number(self, groups: list, about: Indicator, year: str) -> list:
        """Say what is left of a measure of which no group's number can be shown: bands, in lines."""
        note = paragraph(f"{about.caution}.", kind="note")
        if all(row.why == "hidden" for row in groups):
            return [paragraph("The number of every group is hidden here.", kind="say"), note]
        told: dict[str, list] = {}
        for row in groups:
            told.setdefault(row.dimension, []).append(row)
        items: list = []
        for dimension, rows in told.items():
            seen = [r for r in rows if r.why == "band"]
            said = [f"{group_label(r.group)} {band(r.band_low, r.band_high)}" for r in seen]
            rest = Counter(ABSENT.get(r.why, r.why) for r in rows if r.why != "band")
            said += [f"{many(n, 'group')} {word}" for word, n in rest.items()]
            about_ = {"indicator": about.id, "year": year, "dimension": dimension}
            items.append((f"{catalog.dimension_label(dimension)}:", f"{'; '.join(said)}.", about_))
        return [
            paragraph("No group has a number here that can be published.", kind="say"),
            bullets(items),
            note,
        ]

    def _base(self, about: Indicator, total, year: str) -> str:
        """Say who is counted, how everyone did, and how the unit above did."""
        v, words = self.view, {"up": "Higher is better. ", "down": "Lower is better. "}
        text = f"{catalog.bases()[about.base]}, {year}. {words.get(about.direction, '')}"
        if total is not None:
            text += f"All students: {language.rate_of(total, about)}."
        upper = v.total(about.id, year, v.above["unit_id"]) if v.above is not None else None
        if upper is not None and not upper.why and known(upper.rate):
            rate = (
                f"{100 * upper.rate:.1f} per 100 students"
                if about.events
                else percent(upper.rate, upper.n)
            )
            text += f" {v.above['unit']}: {rate}."
        return paragraph(text)

    def _scores(self, about: Indicator) -> list:
        v = self.view
        year = v.latest[about.id]
        rows = [row for row in v.score_rows_of(about.id) if row.dimension not in self.without]
        groups = [row for row in rows if row.dimension != ALL]
        parts: list = [f"<h3 id={slug(about.id)}>{esc(about.label)}</h3>"]
        total = next((row for row in rows if row.dimension == ALL), None)
        text = f"{catalog.bases()[about.base]}, {year}. Higher is better."
        if total is not None and not total.why:
            text += f" All students: {count(total.n)}, mean {decimal(total.mean)}."
        parts.append(paragraph(text))
        said = language.score_overview(groups)
        if any(known(row.g) for row in groups):
            drawn = figures.fitting(groups)
            labels = [group_label(row.group) for row in drawn]
            caption = (
                "Dot: the group's mean less that of other students, in standard deviations, with "
                "its interval. Filled dot and bold name: a clear difference. Line at 0: no gap."
            )
            alt = f"{about.label}, {year}, gaps by group. {said}"
            columns = ("g", "g_low", "g_high")
            label = "Gap in standard deviations"
            chart = figures.gaps(
                drawn, columns, label=label, labels=labels, alt=alt, caption=caption
            )
            parts.append(chart)
        parts.append(paragraph(said, kind="say"))
        clear = [row for row in groups if row.signal == CLEAR]
        for row in sorted(clear, key=lambda row: -row.n)[:1]:
            text = f"{language.score_gap(row)} {PATTERN}"
            parts.append(paragraph(text, about=self._cell(row)))
        caption = f"{about.label}, {year}, compared with {self.others()}"
        parts.append(
            tables.of_scores(rows, about, caption, unit=v.unit_id, year=year, shared=v.shared)
        )
        parts.append(paragraph(f"{about.caution}.", kind="note"))
        return parts

    def intersections(self) -> Html:
        """Which two-way groups differ clearly, and how many could be compared?"""
        rows = self.view.rows_crossed
        if not rows:
            return Html(paragraph("The file has no two-way groups, or they are too small to show."))
        parts, told = [], Counter((row.dimension, row.signal) for row in rows)
        hidden = Counter(row.dimension for row in rows if row.why == "hidden")
        for dimension in dict.fromkeys(row.dimension for row in rows):
            compared, clear, few = (told[dimension, s] for s in (NOT_CLEAR, CLEAR, TOO_FEW))
            numbers = {
                "compared": compared + clear, "clear": clear, "few": few,
                "hidden": hidden[dimension],
            }  # fmt: skip
            cells = [
                Cell(k, f"{n:,} {'group' if n == 1 else 'groups'}") for k, n in numbers.items()
            ]
            parts.append(Line(catalog.dimension_label(dimension), cells))
        names = {
            "dimension": "Two-way groups", "compared": "Large enough to compare",
            "clear": "Clear differences", "few": "Too few to tell", "hidden": "Hidden",
        }  # fmt: skip
        table = Table("Two-way groups over all measures, latest year", names, [("", parts)])
        clear = findings.records(self.view.frame([row for row in rows if row.signal == CLEAR]))
        if not clear:
            return Html(table, paragraph("No two-way group differs clearly from other students."))
        caption = "Two-way groups with a clear difference, compared with " + self.others(clear)
        return Html(table, tables.crossed(clear, caption, unit=self.view.unit_id))

    def changes(self) -> Html:
        """How did the rates move over the years, for all students and for each group?"""
        v = self.view
        if len(v.years) < 2:
            return Html(paragraph("The file holds one year. A change needs at least two."))
        return Html(*self._levels(), *self._trends(), *self._group_changes())

    def _levels(self) -> list:
        """All students, every year, and the change from the first year to the last."""
        v, parts = self.view, []
        order = [about.id for about in v.indicators]
        moved = [row for row in v.rows_changed if row.dimension == ALL and known(row.change_low)]
        moved.sort(key=lambda row: order.index(row.indicator))
        for start in range(0, len(moved), figures.MOST):
            some = moved[start : start + figures.MOST]
            labels = [catalog.indicator(row.indicator).label for row in some]
            sides = [
                f"{label} {'rose' if row.change > 0 else 'fell'} by "
                f"{points(row.change, min(row.n, row.n_from), signed=False)} points"
                for row, label in zip(some, labels, strict=True)
                if row.signal == CLEAR
            ]
            said = f"Clear changes: {listing(sides)}." if sides else "No change is clear."
            alt = f"Change of all students' rates from {v.years[0]} to {v.year}. {said}"
            caption = (
                f"Dot: change in the rate of all students from {v.years[0]} to {v.year}, with its "
                "interval. Filled dot and bold name: a clear change. Line at 0: no change."
            )
            columns = ("change", "change_low", "change_high")
            label = "Change in percentage points"
            chart = figures.gaps(
                some, columns, label=label, labels=labels, alt=alt, caption=caption
            )
            parts.append(chart)
            parts.append(paragraph(said, kind="say"))
        counted = [about for about in v.indicators if not about.score]
        parts.append(tables.levels(v.totals, counted, v.years, unit=v.unit_id))
        parts.append(paragraph(catalog.cautions()["change_noise"], kind="note"))
        return parts

    def _trends(self) -> list:
        """Groups with a clear difference now, and other students, each at their own level."""
        v = self.view
        gaps, _ = v.sides
        alone = [
            row for row in gaps if not row.pooled and not catalog.indicator(row.indicator).events
        ]
        chosen = findings.weightiest(alone, PANELS)
        rows, panels = [], []
        for row in chosen:
            mine = [
                r for r in v.rows
                if not r.pooled and r.indicator == row.indicator
                and (r.dimension, r.group) == (row.dimension, row.group)
            ]  # fmt: skip
            if sum(r.why == "" for r in mine) > 1:
                label = f"{catalog.indicator(row.indicator).label}: {group_label(row.group)}"
                rows += sorted(mine, key=lambda r: r.year)
                panels += [label] * len(mine)
        if not panels:
            return []
        drawn = v.frame(rows).assign(panel=panels)
        names = list(dict.fromkeys(panels))
        title = "Groups with a clear difference, over the years"
        figure = figures.trends(
            drawn,
            alt="Rates of a group and of other students, year by year, beside each other. "
            f"{'; '.join(names)}. The table below has the numbers.",
            caption="Filled dots and line: the group, with intervals. Diamonds and dashes: "
            f"{self.others()}. A gap can close because either side moved; read both.",
        )
        return [
            f"<h3 id=groups-over-the-years>{title}</h3>",
            figure,
            tables.by_year(drawn, title, unit=v.unit_id, compared=self.others()),
        ]

    def _group_changes(self) -> list:
        """How many groups' changes are clear, and which."""
        told = [
            row for row in self.view.rows_changed
            if row.dimension != ALL and BY not in row.dimension
            and row.signal in (CLEAR, NOT_CLEAR)
        ]  # fmt: skip
        clear = [row for row in told if row.signal == CLEAR]
        if not told:
            return []
        text = (
            f"Of {many(len(told), 'change')} of a group's rate that can be judged, "
            f"{len(clear) or 'none'} {'are' if len(clear) > 1 else 'is'} clear"
        )
        said = [language.change(row, catalog.indicator(row.indicator)) for row in clear]
        more = f"{text}; the first {CHANGES} follow." if len(said) > CHANGES else f"{text}."
        return [
            "<h3 id=changes-of-groups>Changes of groups</h3>",
            paragraph(more),
            bullets(said[:CHANGES]),
            paragraph(catalog.cautions()["composition"], kind="note"),
        ]

    def _lead(self, row) -> str:
        about = catalog.indicator(row.indicator)
        who_ = who(row.group) if BY in row.group else group_label(row.group)
        return " ".join(filter(None, [f"{about.label}, {who_}.", self._when(row)]))

    def _cell(self, row) -> dict[str, str]:
        """Say which cell of the release a sentence is about."""
        return {"indicator": row.indicator, "year": row.year}

    def _when(self, row) -> str:
        return f"Years {row.year} together." if row.pooled else ""
