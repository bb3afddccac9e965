"""What every report shares: how it is opened, named, bounded and explained."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from pathlib import Path

from .. import catalog
from ..display import count, first_up, known, listing, many
from ..language import reference
from ..markup import Cell, Html, Line, Table, bullets, esc, paragraph
from ..privacy import Published
from ..schema import ALL
from .audience import banner
from .findings import View


class Report:
    """One unit's report. Every number in it comes from a :class:`Published`, and from nowhere else.

    Parameters
    ----------
    public : Published
        At least the rows of the unit and of the units above it.
    unit_id : str
        The school or district.
    """

    kind = "Report"
    below = False
    without: tuple[str, ...] = ()  # dimensions that findings and tables leave out
    portfolio: str | Path = ""  # the team's work, where it is given

    def __init__(self, public: Published, unit_id: str) -> None:
        self.public = public
        self.view = View(public, unit_id, self.without)

    def __repr__(self) -> str:
        return f"{self.kind}."

    @classmethod
    def open(cls, release: str | Path, unit_id: str, *, portfolio: str | Path = ""):
        """Open the published numbers of one unit, and the team's work if it is given.

        Raises
        ------
        DataError
            The release holds no such unit.
        """
        public = Published.load(release)
        if set(public.units["unit_id"]) - set(public.around(unit_id, below=cls.below)):
            public = public.slice(unit_id, below=cls.below)  # a whole release, not one cut before
        made = cls(public, unit_id)
        made.portfolio = portfolio
        return made

    @cached_property
    def name(self) -> str:
        """The unit's name, or its id where the file has no name."""
        unit = self.view.unit
        called = f"{self.place.capitalize()} {unit['unit_id']} (no name in the file)"
        return str(unit["unit"]).strip() or called

    @property
    def place(self) -> str:
        """What kind of unit this is: school, district or state."""
        return str(self.view.unit["level"])

    @property
    def level(self) -> float:
        """The level of intervals."""
        return float(self.public.policy.get("level", 0.95))

    def others(self, rows: list | None = None) -> str:
        """Return what groups are compared with, in words."""
        rows = self.view.rows_compared if rows is None else rows
        words = next((r.reference for r in rows if r.reference), "other students")
        plain = words in ("other students", "all students")
        return reference(words) + (f" in the {self.place}" if plain else "")

    def students(self) -> str:
        """Return how many students the latest year counts, or that the number is hidden."""
        total = next((row.n for row in self.view.enrolled if row.dimension == ALL), None)
        return count(total) if known(total) else "hidden"

    def title(self) -> Html:
        """Name the report: what it is, of whom, and which years."""
        years = self.view.years
        span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}" if years else ""
        above = self.view.above
        sub = ", ".join(filter(None, [str(above["unit"]) if above is not None else "", span]))
        return Html(
            f"<div class=title>{banner(self.public.policy)}"
            f"<p class=kicker>{esc(self.kind)}: who is served, and who is not yet?</p><h1><bdi>{esc(self.name)}</bdi></h1>"
            f"<p class=sub><bdi>{esc(sub)}</bdi></p></div>"
        )

    def scope(self) -> Html:
        """Where the numbers come from, what was set aside, and what the file does not hold."""
        read, source, policy = self.public.read_report, self.public.source, self.public.policy
        format = read.get("format", "")
        format = catalog.content("state_files")["formats"].get(format, format)
        items: list = [("Source.", f"{source.get('path', 'a data set')} ({format}).")]
        years = listing(self.view.years)
        items.append(
            (
                "Years.",
                f"{years}. The chapters show the latest; “Change over years” shows all.",
            )
        )
        if read.get("rows_kept") is not None:
            aside = sum(part["rows"] for part in read.get("set_aside", []))
            text = f"{count(read['rows_kept'])} rows were counted, {many(aside, 'row')} set aside"
            reasons = [f"{p['reason']}: {count(p['rows'])}" for p in read.get("set_aside", [])]
            items.append(("Rows.", f"{text} ({'; '.join(reasons)})." if reasons else f"{text}."))
        held = {about.id for about in self.view.indicators}
        known_ids = catalog.indicators()
        absent = (set(read.get("missing", [])) | set(self._elsewhere())) - held
        lacks: dict[str, None] = {}  # a chapter that is wholly absent is named once
        for about in known_ids.values():
            whole = all(o.id in absent for o in known_ids.values() if o.chapter == about.chapter)
            if about.id in absent:
                lacks[catalog.chapters()[about.chapter] if whole else about.label] = None
        if lacks:
            words = f"Not in the file, or not for this {self.place}."
            items.append((words, f"{'; '.join(lacks)}."))
        few = int(policy.get("min_cell", 3)) - 1
        small = "1" if few == 1 else f"1 to {few}"
        items.append(
            (
                "Protection.",
                f"Groups of fewer than {policy.get('min_group', 10)} students are hidden, and so "
                f"are counts of {small} students and of all but {small}. Shares of none or all are "
                "bands. Some more cells are hidden, so that no hidden one can be worked out.",
            )
        )
        return Html(bullets(items), paragraph(catalog.cautions()["who_missing"], kind="note"))

    def _elsewhere(self) -> list[str]:
        """Return the measures that the release holds for some unit, though not for this one."""
        return list(self.public.table["indicator"].unique())

    def limits(self) -> Html:
        """How many cells are hidden, measure by measure, and what to keep in mind."""
        names = {
            "measure": "Measure", "shown": "Published", "band": "As a band or range", "hidden": "Hidden",
            "absent": "Not collected or not applicable",
        }  # fmt: skip
        cells = [
            Counter(zip(frame["indicator"].tolist(), frame["why"].tolist(), strict=True))
            for frame in (self.view.own, self.view.own_scores)
        ]
        lines = []
        asked = [(about.label, about.score, {about.id}) for about in self.view.indicators]
        for label, score, ids in [*asked, *self._also_limited()]:
            why: Counter = Counter()
            for (id, word), n in cells[score].items():
                why[word] += n if id in ids else 0
            counts = {"shown": why.get("", 0), "band": why.get("band", 0) + why.get("range", 0)}
            counts["hidden"] = why.get("hidden", 0)
            counts["absent"] = sum(why.values()) - sum(counts.values())
            lines.append(Line(label, [Cell(k, f"{n:,}") for k, n in counts.items()]))
        table = Table(
            "Cells of this report's source, all years and groups, and how many are hidden",
            names, [("", lines)],
        )  # fmt: skip
        said = catalog.cautions()
        keep = ["small_n", "change_noise", "composition", "not_legal"]
        if any(about.chapter == "achievement" for about in self.view.indicators):
            keep.insert(3, "test_scope")
        if any(why == "range" for _, why in cells[False]):
            keep.insert(1, "ranges")
        read = self.public.read_report
        notes = [
            f"{_sentence(str(text).rstrip('.'))}."
            for text in (*read.get("not_additive", []), *read.get("notes", []))
        ]
        heading = "<h3 id=notes-of-the-reader>What was noted on reading the file</h3>"
        more = [heading, bullets(notes, kind="note")] if notes else []
        return Html(bullets([said[id] for id in keep]), *([table] if lines else []), *more)

    def _also_limited(self) -> list[tuple[str, bool, set[str]]]:
        """What the table of limits counts together: a name, whether of scores, and the measures."""
        return []

    def _also_defined(self) -> list[tuple[str, str]]:
        """Words that only some reports need, and what they mean."""
        return []

    def definitions(self) -> Html:
        """What each measure counts, over whom, and how each number is made."""
        policy = self.public.policy
        given = {"level": f"{100 * self.level:g}%", "min_group": policy.get("min_group", 10)}
        words = []
        for about in self.view.indicators:
            unit = "standard deviations" if about.score else "percentage points"
            threshold = about.threshold if about.score else 100 * about.threshold
            over = catalog.bases()[about.base]
            what = {
                "students": f"Students who {about.did}, of: {over[0].lower()}{over[1:]}.",
                "seats": f"Seats: {about.did}. Of: {over[0].lower()}{over[1:]}.",
                "events": f"{first_up(about.did)}, per 100 of: {over[0].lower()}{over[1:]}.",
                "score": f"Mean score of: {over[0].lower()}{over[1:]}.",
            }[about.counts]
            if not about.events:
                what += f" Practical threshold: {threshold:g} {unit}."
            words.append((about.label, what))
        methods = catalog.content("report_text")["methods"]
        words += self._also_defined()
        words += [(m["name"], m["text"].format(**given)) for m in methods]
        inner = "".join(f"<dt>{esc(k)}</dt><dd>{esc(v)}</dd>" for k, v in words)
        return Html(f"<dl class=words>{inner}</dl>")


def _sentence(text: str) -> str:
    """Begin with a capital letter, unless the name of a file comes first.

    Examples
    --------
    >>> _sentence("groups do not add up"), _sentence("answers.csv: one row twice")
    ('Groups do not add up', 'answers.csv: one row twice')
    """
    first = text.split(" ", 1)[0]
    return text if "." in first.rstrip(".:") else first_up(text)
