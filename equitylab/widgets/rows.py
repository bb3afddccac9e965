"""Rows: the same fields as many times as there are things, each thing an entry of its own."""

from __future__ import annotations

from ..display import lead, many
from ..errors import EquityLabError
from ..markup import Cell, Line, Table, bullets, esc
from . import fields
from .forms import Form
from .piece import Piece, verdicts
from .registry import find
from .sources import choices, known, naming

MANY, WIDE = 3, 6  # rows and columns that make a table in print
START = "start"  # the field that offers starter rows


class Rows(Piece):
    """A list that grows row by row; two open notebooks can both add to it."""

    kind = "rows"

    def __init__(self, at, form: Form) -> None:
        super().__init__(at, form.title, intro=form.intro, keys=[form.key], private=form.private)
        self.form = form
        self._chosen = ""  # the id of the row that is being changed
        self._wrong: dict[str, str] = {}
        self._typed: dict = {}
        # A row that is not finished is kept too, where nothing is ever exported from.
        self._draft = f"reflections.draft-{self.book}-{form.id}"

    @property
    def book(self) -> str:
        """The file that the form is in."""
        return self.at.id

    @property
    def named(self) -> str:
        """The field that names a row in lists."""
        return self.form.fields[0].id

    def rows(self) -> list[dict]:
        """Return what is kept, in the order of making."""
        return self.at.folio.rows(self.form.key)

    def verdicts(self, row: dict) -> list[str]:
        """Return what the form's check says of one row."""
        if not self.form.check:
            return []
        return verdicts(find("check", self.form.check)(self.at, row))

    def count(self) -> str:
        """Return how many there are, and how many there should be."""
        held, form = len(self.rows()), self.form
        text = f"So far: {many(held, form.one, _plural(form.one))}."
        if held < form.least:
            text += f" At least {form.least} {'is' if form.least == 1 else 'are'} needed."
        if form.most:
            text += f" At most {form.most}."
        return text

    def told(self, row: dict) -> list[tuple[str, str]]:
        """Return what a row says: label and answer of each field that has one."""
        found = []
        for field in self.form.fields:
            value = row.get(field.id)
            if not fields.blank(value):
                options = choices(self.at, field.options) if field.options else []
                if options and isinstance(value, str) and value not in {o.value for o in options}:
                    value = known(value)  # chosen when the list was another one
                found.append((field.label, fields.said(value, options)))
        return found

    def name(self, row: dict) -> str:
        """Return words for a row: what its first field says."""
        first = self.form.fields[0]
        options = choices(self.at, first.options) if first.options else []
        return fields.said(row.get(first.id), options) or naming(row)

    # ------------------------------------------------------------ print

    def body(self, *, blanks: bool = True) -> str:
        rows = self.rows()
        text = self.listed(rows, "" if blanks else "Recorded: ")
        if blanks and len(rows) < max(self.form.least, 1):
            blanks = [fields.printed(self.at, f, None) for f in self.form.fields]
            text += f"<h4>One more {esc(self.form.one)}</h4>" if rows else ""
            text += fields.sheet(blanks)
        return text

    def listed(self, rows: list[dict], head: str) -> str:
        """Return the rows in print: a table where there are several and their answers fit in one."""
        asked = self.form.fields
        columns = {f.label: None for f in asked if f is asked[0] or any(r.get(f.id) for r in rows)}
        if len(rows) < MANY or len(columns) > WIDE or self.form.check:
            return "".join(self.card(row) for row in rows)
        named = {str(k): label for k, label in enumerate(columns)}
        lines = []
        for row in rows:
            told = dict(self.told(row))
            cells = [Cell(k, told.get(label, "")) for k, label in list(named.items())[1:]]
            lines.append(Line(self.name(row), cells))
        return Table(head + self.title, named, [("", lines)], kind="prose")._repr_html_()

    def card(self, row: dict) -> str:
        """Return one row in print."""
        told = self.told(row)[1:] if row.get(self.named) else self.told(row)
        entries = [fields.pair(esc(k), fields.answer(v)) for k, v in told]
        told = bullets(self.verdicts(row), kind="verdicts")
        return f"<h4>{esc(self.name(row))}</h4>{fields.sheet(entries)}{told}"

    # ------------------------------------------------------------ live

    def values(self) -> dict:
        folio = self.at.folio
        row = folio.row(self.form.key, self._chosen) if self._chosen else folio.get(self._draft)
        return {f.id: (row or {}).get(f.id, f.default) for f in self.form.fields}

    def blocks(self) -> list[dict]:
        held = {**self.values(), **self._typed}
        listed = [{"id": r["id"], "name": self.name(r), "html": self.line(r)} for r in self.rows()]
        asked = [
            fields.control(self.at, f, held[f.id], self.notes(f, held[f.id]))
            for f in self.form.fields
            if fields.shown(f, held)
        ]
        about = {"id": "list", "kind": "list", "label": self.count(), "rows": listed}
        legend = f"Change this {self.form.one}" if self._chosen else f"Add {_a(self.form.one)}"
        start = self.start() if not self._chosen else []
        return [about, {"id": "legend", "kind": "legend", "label": legend}, *start, *asked]

    def line(self, row: dict) -> str:
        """Return one row as the list on the page shows it."""
        return bullets([(lead(k), v) for k, v in self.told(row)[1:]], kind="plain")

    def start(self) -> list[dict]:
        """Return the control that offers starter rows which are not there yet."""
        there = {row.get(self.named) for row in self.rows()}
        offered = [c for c in choices(self.at, self.form.start) if c.value not in there]
        if not offered:
            return []
        label = f"Begin with one of these, or write your own {self.form.one} below"
        options = [c._asdict() for c in offered]
        return [{"id": START, "kind": "choice", "label": label, "options": options}]

    def notes(self, field, value) -> list[str]:
        """Return what is said below a field."""
        wrong = [self._wrong[field.id]] if field.id in self._wrong else []
        return wrong + fields.hints(field, value)

    def buttons(self) -> list[dict]:
        add = {"id": "add", "label": f"Add this {self.form.one}"}
        if self._chosen:
            return [{"id": "done", "label": "Done"}]
        return [add, {"id": "clear", "label": "Clear"}]

    def changed(self, values: dict, before: dict) -> None:
        self._typed = {f.id: values[f.id] for f in self.form.fields if f.id in values}
        if values.get(START) and values[START] != before.get(START):
            self._typed[self.named] = self._first(values[START])
            self.sheet.fill(self._typed, focus=self.named)
        row = self._row()
        if self._chosen:
            held = self.at.folio.row(self.form.key, self._chosen) or {}
            new = {k: v for k, v in row.items() if v != held.get(k)}
            if new:
                self.at.folio.update(self.form.key, self._chosen, new)
        else:
            asked = {f.id: f.default for f in self.form.fields}
            begun = {k: v for k, v in self._typed.items() if v != asked[k] and not fields.blank(v)}
            self.at.keep(self._draft, begun and {k: v for k, v in self._typed.items() if v})

    def _first(self, value: object) -> object:
        """Return a starter row's first answer: its words, or its id where the field chooses."""
        if self.form.fields[0].options:
            return value
        return next(c.label for c in choices(self.at, self.form.start) if c.value == value)

    def _row(self) -> dict:
        """Return what stands in the fields as a row; what is wrong is noted and left out."""
        row, self._wrong = {}, {}
        for field in self.form.fields:
            if not fields.shown(field, row):
                row[field.id] = None
                continue
            value, wrong = fields.clean(field, self._typed.get(field.id, field.default))
            if wrong:
                self._wrong[field.id] = wrong
            row[field.id] = value
        return row

    def pressed(self, button: str, values: dict) -> None:
        what, _, id = button.partition(" ")
        if what == "add":
            self._typed = {f.id: values.get(f.id) for f in self.form.fields}
            self.add()
        elif what == "remove":
            self.at.folio.remove(self.form.key, id)
        if what in ("clear", "add"):
            self.at.folio.delete(self._draft)
        if what in ("clear", "done", "add") or (what == "remove" and id == self._chosen):
            self._chosen, self._typed, self._wrong = "", {}, {}
            self.sheet.fill(self.values(), focus=self.named if what == "add" else "")
        if what == "change":
            self._chosen, self._typed, self._wrong = id, {}, {}
            self.sheet.fill(self.values(), focus=self.named)

    def add(self) -> str:
        """Keep what stands in the fields as a new row, and return its id."""
        row = self._row()
        left = fields.missing(self.form.fields, row)
        if left or all(fields.blank(v) for v in row.values()):
            raise EquityLabError(f"Answer first: {'; '.join(left or [self.form.fields[0].label])}")
        if self._wrong:
            raise EquityLabError("Mend what is marked first.")
        if self.form.most and len(self.rows()) >= self.form.most:
            raise EquityLabError(
                f"There are {self.form.most} already.", mend="Change or remove one first."
            )
        row = {k: v for k, v in row.items() if not fields.blank(v)}
        return self.at.folio.add(self.form.key, row, prefix=self.form.prefix, **self.at.origin)

    def status(self) -> str:
        if self._chosen or not self.at.folio.get(self._draft):
            return super().status()
        return f"Kept as a draft. Press “Add this {self.form.one}” to put it in the list."

    def after(self) -> str:
        row = {k: v for k, v in {**self.values(), **self._typed}.items() if not fields.blank(v)}
        begun = self._chosen or any(not fields.blank(v) for v in self._typed.values())
        return bullets(self.verdicts(row), kind="verdicts") if begun else ""


def _a(one: str) -> str:
    """Return a noun with its article: "a card", "an ally"."""
    return f"{'an' if one[:1].lower() in 'aeiou' else 'a'} {one}"


def _plural(one: str) -> str:
    """Return the plural of an English noun.

    Examples
    --------
    >>> _plural("ally"), _plural("finding card"), _plural("process"), _plural("survey")
    ('allies', 'finding cards', 'processes', 'surveys')
    """
    if one.endswith("y") and one[-2:-1] not in "aeiou":
        return one[:-1] + "ies"
    return one + ("es" if one.endswith(("s", "x", "ch", "sh")) else "s")
