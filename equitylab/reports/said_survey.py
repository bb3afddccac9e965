"""One survey in a school's report: what differs clearly, its scales, and every question."""

from __future__ import annotations

import pandas as pd

from .. import catalog, figures_listening
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
from ..markup import Cell, Line, Table, bullets, esc, paragraph
from ..schema import ALL
from .said_answers import FLOOR, Answers
from .sides import sides

TOLD = 6  # clear differences of one survey told in sentences


class Told(Answers):
    """The part of a report on one survey."""

    def _survey(self, who: str) -> list:
        """One survey: what differs clearly, then scales, every item, and each group."""
        people, survey = SURVEYS[who], self.surveys[who]
        asked = {f"survey_{who}_{item['id']}" for item in survey["items"]}
        mine = [row for (id, _, _), row in self._answers.items() if id in asked]
        year = mine[0].year if mine else ""
        gaps, bright = sides(mine)  # what is seen from two sides is told once
        clear = [r for r in (*gaps, *bright) if r.why == "" and known(r.other_rate)]
        clear.sort(key=lambda r: -abs(r.difference) * r.n)
        parts: list = [f"<h3 id=said-{who}>What {esc(people)} said</h3>"]
        if clear:
            said = f"{first_up(many(len(clear), 'clear difference'))} between groups"
            parts.append(paragraph(f"{said}; those of most people first.", kind="say"))
            parts.append(bullets([self._difference(row) for row in clear[:TOLD]]))
        else:
            parts.append(paragraph("No group that can be shown differs clearly.", kind="say"))
        groups = self._grouped(who)
        parts += [*self._scales(who, year), self._everyone(who, year)]
        if set(groups) - {ALL}:
            parts.append(self._scales_by_group(who, groups, year))
        parts += [self._by_group(who, d, names, year) for d, names in groups.items() if d != ALL]
        return [*parts, *self._believed(who, year)]

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

    def _answered(self, row, group: str) -> Cell:
        about = {"group": group}
        if row is None:
            return Cell("rate", "not asked", about=about)
        if row.why == "band" and known(row.n):
            return Cell("rate", band(row.band_low, row.band_high), about=about)
        if row.why or not known(row.x):
            return Cell("x", ABSENT.get(row.why, row.why), about=about)
        return Cell("x", self._cell_text(row), about=about)

    def _scales(self, who: str, year: str) -> list:
        """The scales of a survey, how far each holds together, and a picture of them."""
        names = {
            "scale": "Scale", "share": "Favourable, mean of its questions", "range": "Interval",
            "least": "Answers to each, at least", "alpha": "Alpha", "omega": "Omega", "so": "So",
        }  # fmt: skip
        lines, drawn = [], []
        for one in self.surveys[who]["scales"]:
            made, held = self._scale(who, one), self._holding(who, one)
            if made:
                cells = [Cell("share", percent(made.value, made.n)),
                         Cell("range", interval(made.low, made.high, made.n)),
                         Cell("least", count(made.n))]  # fmt: skip
                drawn.append((one["label"], made.value, made.low, made.high, "", made.n))
            else:
                why = "read its questions one by one" if self._apart(who, one) else "not shown"
                cells = [Cell("share", why, 3)]
            alpha = held.get("alpha")
            so = "too few full answers" if alpha is None else "holds together"
            if alpha is not None and alpha < FLOOR:
                so = "does not hold together"
            told = [decimal(held[k], 2) if k in held else "not told" for k in ("alpha", "omega")]
            cells += [Cell("alpha", told[0]), Cell("omega", told[1]), Cell("so", so)]
            lines.append(Line(one["label"], cells))
        people = SURVEYS[who]
        parts: list = [
            Table(
                f"{self.surveys[who]['title']}, its scales, everyone, {year}", names, [("", lines)]
            ),
            paragraph(
                "Alpha and omega say how much the questions of a scale move together, from 0 to 1. "
                f"{FLOOR} is a common floor for groups; none is high enough to score one person. "
                "They do not say that a scale measures what it is called.",
                kind="note",
            ),
        ]  # fmt: skip
        if len(drawn) > 1:
            rows = pd.DataFrame(drawn, columns=["label", "rate", "low", "high", "why", "n"])
            said = listing([f"{r.label} {percent(r.rate, r.n)}" for r in rows.itertuples()])
            alt = f"Share of favourable answers of {people}, by scale: {said}."
            caption = "Dot: mean of the shares of a scale's questions. Line: its interval."
            figure = figures_listening.beside(rows, label="Favourable", alt=alt, caption=caption)
            parts.insert(0, figure)
        return parts

    def _everyone(self, who: str, year: str) -> Table:
        """Every item, for all who answered, and how many left it out."""
        survey, answers = self.surveys[who], self._seen(who).get("answers")
        few = int(self.public.policy.get("min_cell", 3))
        names = {
            "item": "Question", "x": "Favourable", "n": "Answers", "rate": "Share",
            "range": "Interval", "skipped": "Left it out",
        }  # fmt: skip
        words = {i["id"]: i["text"] for i in survey["items"]}
        parts = []
        for one in survey["scales"]:
            lines = []
            for id in one["items"]:
                row = self._items(who, [id])[0]
                if row is None or row.why or not known(row.x):
                    cells = [self._answered(row, ALL)._replace(span=5)]
                else:
                    left = self.skipped(who, id)
                    told = f"{count(left)} ({percent(left / answers, answers)})" if left else "none"
                    if not known(left):
                        told = "not known"
                    elif 0 < left < few:
                        told = f"fewer than {few}"
                    cells = [
                        Cell("x", count(row.x)), Cell("n", count(row.n)),
                        Cell("rate", percent(row.rate, row.n)),
                        Cell("range", interval(row.rate_low, row.rate_high, row.n)),
                        Cell("skipped", told),
                    ]  # fmt: skip
                about = {"indicator": f"survey_{who}_{id}", "group": ALL, "dimension": ALL}
                lines.append(Line(words[id], cells, about))
            parts.append((one["label"], lines))
        return Table(
            f"Favourable answers of {SURVEYS[who]}, question by question, {year}", names, parts,
            unit=self.view.unit_id, year=year,
        )  # fmt: skip

    def _scales_by_group(self, who: str, groups: dict[str, list[str]], year: str) -> Table:
        told = [one for one in self.surveys[who]["scales"] if not self._apart(who, one)]
        names = {"group": "Group"} | {one["id"]: one["label"] for one in told}
        parts = []
        for dimension, labels in groups.items():
            lines = []
            for group in labels:
                made = [(one["id"], self._scale(who, one, dimension, group)) for one in told]
                cells = [Cell(id, found.brief if found else "not shown") for id, found in made]
                lines.append(Line("Everyone" if dimension == ALL else group_label(group), cells))
            parts.append(("" if dimension == ALL else catalog.dimension_label(dimension), lines))
        return Table(
            f"Scales by group, favourable answers of {SURVEYS[who]} (interval), {year}",
            names,
            parts,
            kind="prose",
        )

    def _by_group(self, who: str, dimension: str, groups: list[str], year: str) -> Table:
        """Every item of a survey, a column a group."""
        words = {i["id"]: i["text"] for i in self.surveys[who]["items"]}
        parts = []
        for one in self.surveys[who]["scales"]:
            lines = []
            for id in one["items"]:
                rows = [self._items(who, [id], dimension, group)[0] for group in groups]
                cells = [self._answered(row, g) for row, g in zip(rows, groups, strict=True)]
                lines.append(Line(words[id], cells, {"indicator": f"survey_{who}_{id}"}))
            parts.append((one["label"], lines))
        names = {"item": "Question"} | {g: group_label(g) for g in groups}
        return Table(
            f"Favourable answers of {SURVEYS[who]}, by “{catalog.dimension_label(dimension)}”, {year}",
            names, parts, kind="prose", unit=self.view.unit_id, year=year, dimension=dimension,
        )  # fmt: skip

    def _believed(self, who: str, year: str) -> list:
        """What they believe of others, where the survey asks it: no part of any scale."""
        survey = self.surveys[who]
        asked = [i for i in survey.get("perception_items", ()) if self._items(who, [i["id"]])[0]]
        if not asked:
            return []
        names, lines = {"item": "Question", "x": "Said so", "range": "Answers that count"}, []
        for item in asked:
            cell = self._answered(self._items(who, [item["id"]])[0], ALL)
            about = {"indicator": f"survey_{who}_{item['id']}", "group": ALL, "dimension": ALL}
            cells = [cell._replace(about={}), Cell("range", catalog.upper(survey, item))]
            lines.append(Line(item["text"], cells, about))
        people = SURVEYS[who]
        return [
            f"<h3 id=believed-{who}>What {esc(people)} believe of others</h3>",
            Table(
                f"What {people} believe, no part of a scale, {year}", names, [("", lines)],
                kind="prose", unit=self.view.unit_id, year=year,
            ),
            paragraph(
                "This is what they think that others feel. Set it beside what those others say "
                "themselves; where the two lie apart, listen before you decide who is right.",
                kind="note",
            ),
        ]  # fmt: skip
