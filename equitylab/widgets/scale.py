"""A scale: items rated alike, one section at a time, each with a line for the evidence."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import DataError
from ..markup import bullets, esc, paragraph
from . import fields
from .forms import Field, Form
from .piece import Piece, verdicts
from .registry import find
from .sources import NAMES, Choice, choices, content

ITEMS = ("items", "indicators", "lookfors", "checks")  # what sections of the content call them
SECTION, RATING = "section", "rating"


class Item(NamedTuple):
    """One thing that is rated."""

    id: str
    text: str
    help: str
    options: list[Choice]


class Section(NamedTuple):
    """Items that belong together, and a question about them all."""

    id: str
    title: str
    intro: str
    items: list[Item]
    reflect: str = ""


class Scale(Piece):
    """Ratings with evidence, kept as one dict: ``{item: {"rating": 3, "evidence": "…"}}``."""

    kind = "scale"

    def __init__(self, at, form: Form) -> None:
        super().__init__(at, form.title, intro=form.intro, keys=[form.key], private=form.private)
        self.form = form
        self.options = choices(at, form.options)
        self.sections = sections(at, form, self.options)
        self.lines = list(form.lines)
        if form.evidence:
            self.lines.insert(0, Field("evidence", form.evidence))
        self._open = self.sections[0].id

    def stored(self) -> dict:
        """Return the ratings that are kept."""
        return dict(self.at.folio.get(self.form.key) or {})

    def verdicts(self) -> list[str]:
        """Return what the form's check says of the ratings."""
        if not self.form.check:
            return []
        return verdicts(find("check", self.form.check)(self.at, self.stored()))

    def rated(self, section: Section) -> int:
        """Return how many items of a section have a rating."""
        held = self.stored()
        return sum(not fields.blank((held.get(i.id) or {}).get(RATING)) for i in section.items)

    # ------------------------------------------------------------ print

    def body(self, *, blanks: bool = True) -> str:
        held, text = self.stored(), ""
        for section in self.sections:
            items = [item for item in section.items if blanks or held.get(item.id)]
            entries = [self._printed(item, held.get(item.id) or {}, blanks) for item in items]
            said = (held.get(section.id) or {}).get("reflect")
            if section.reflect and (blanks or said):
                reflect = Field(f"{section.id}~reflect", section.reflect, "long")
                entries.append(fields.printed(self.at, reflect, said))
            if entries:
                head = f"<h4>{esc(section.title)}</h4>" if section.title else ""
                text += head + paragraph(section.intro if blanks else "") + fields.sheet(entries)
        return text + (bullets(self.verdicts(), kind="verdicts") if held else "")

    def _printed(self, item: Item, held: dict, blanks: bool) -> str:
        rating = held.get(RATING)
        more = f"<p class=note>{esc(item.help)}</p>" if item.help and blanks else ""
        if fields.blank(rating):
            text = fields.ticks(item.options) if blanks else ""
        else:
            text = fields.answer(fields.said(rating, item.options))
        for one in self.lines:
            said = held.get(one.id)
            if fields.blank(said) and not blanks:
                continue
            under = fields.line() if fields.blank(said) else fields.answer(fields.said(said))
            text += f"<p class=note>{esc(one.label)}</p>{under}"
        return fields.pair(esc(item.text), more + text)

    # ------------------------------------------------------------ live

    def values(self) -> dict:
        held = self.stored()
        found = {SECTION: self._open}
        for id, one in held.items():
            found |= {f"{id}~{name}": value for name, value in one.items()}
        return found

    def blocks(self) -> list[dict]:
        section = next(s for s in self.sections if s.id == self._open)
        blocks = []
        if len(self.sections) > 1:
            label = "Which part?"
            offered = [
                Choice(s.id, f"{s.title} ({self.rated(s)} of {len(s.items)} rated)")._asdict()
                for s in self.sections
            ]
            blocks.append({"id": SECTION, "kind": "choice", "label": label, "options": offered})
        if section.intro:
            blocks.append({"id": "intro", "kind": "html", "html": paragraph(section.intro)})
        held = self.stored()
        for item in section.items:
            blocks += self._asked(item, held.get(item.id) or {})
        if section.reflect:
            name = f"{section.id}~reflect"
            blocks.append({"id": name, "kind": "long", "label": section.reflect})
        return blocks

    def _asked(self, item: Item, held: dict) -> list[dict]:
        note = []
        nudge = self.form.nudge or {}
        rating = held.get(RATING)
        if nudge and isinstance(rating, (int, float)) and rating >= nudge["from"]:
            note = [nudge["text"]] if fields.blank(held.get("evidence")) else []
        rate = {
            "id": f"{item.id}~{RATING}",
            "kind": "radio",
            "label": item.text,
            "help": item.help,
            "options": [c._asdict() for c in item.options],
            "notes": note,
        }
        lines = []
        for one in self.lines:
            asked = fields.control(
                self.at, one, held.get(one.id), fields.hints(one, held.get(one.id))
            )
            lines.append({**asked, "id": f"{item.id}~{one.id}", "about": item.text})
        return [rate, *lines]

    def changed(self, values: dict, before: dict) -> None:
        self._open = values.get(SECTION) or self._open
        new: dict[str, dict] = {}
        for name, value in values.items():
            item, _, part = name.partition("~")
            if part and value != before.get(name):
                new.setdefault(item, {})[part] = None if fields.blank(value) else value
        if new:
            held = self.stored()
            for item, parts in new.items():
                one = {**(held.get(item) or {}), **parts}
                held[item] = {k: v for k, v in one.items() if v is not None}
            self.at.keep(self.form.key, {k: v for k, v in held.items() if v})

    def after(self) -> str:
        return bullets(self.verdicts(), kind="verdicts")


def sections(at, form: Form, options: list[Choice]) -> list[Section]:
    """Return the sections of a scale; items without sections are one.

    Raises
    ------
    DataError
        A section has no items.
    """
    raw = _listed(form.sections) if form.sections else [{"id": "all", "items": form.items}]
    found = []
    for one in raw:
        named = next((name for name in ITEMS if one.get(name)), "")
        if not named:
            raise DataError(
                f'Form "{form.id}": the section "{one.get("id")}" has no items.',
                mend=f"Write them under {', '.join(ITEMS)}.",
                form=form.id,
            )
        items = [_item(each, options) for each in _listed(one[named])]
        title = str(one.get("title") or one.get("label") or "")
        about = str(one.get("intent") or one.get("intro") or "")
        found.append(Section(str(one["id"]), title, about, items, str(one.get("reflect") or "")))
    return found


def _listed(source) -> list:
    return content(source["from"]) if isinstance(source, dict) and "from" in source else source


def _item(one: dict, options: list[Choice]) -> Item:
    text = next((str(one[n]) for n in ("text", "title", *NAMES) if one.get(n)), str(one["id"]))
    own = one.get("levels") or {}
    glossed = [
        Choice(c.value, c.label, str(own.get(c.value) or own.get(str(c.value)) or c.gloss))
        for c in options
    ]
    return Item(str(one["id"]), text, str(one.get("probe") or one.get("help") or ""), glossed)
