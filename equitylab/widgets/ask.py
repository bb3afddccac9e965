"""A form: fields with one answer each, kept under one key; and a prediction that a chart follows."""

from __future__ import annotations

from ..errors import EquityLabError
from ..markup import bullets, paragraph
from . import fields
from .forms import Form
from .piece import Piece, drawn, verdicts
from .registry import find

SEEN = "seen"  # beside the answers of a prediction: the chart has been looked at


class Ask(Piece):
    """A form.

    The answers are one dict under the form's key, field by field. A form whose only field is called
    ``value`` keeps that one answer itself.
    """

    kind = "ask"

    def __init__(self, at, form: Form, *, title: str = "") -> None:
        keys = [form.key]
        super().__init__(at, title or form.title, intro=form.intro, keys=keys, private=form.private)
        self.form = form
        self._bare = [f.id for f in form.fields] == ["value"]
        self._wrong: dict[str, str] = {}
        self._left: set[str] = set()  # answers that a gate has kept out so far

    # ------------------------------------------------------------ answers

    def stored(self) -> dict:
        """Return the answers that are kept, by field."""
        held = self.at.folio.get(self.form.key)
        if self._bare:
            return {} if held is None else {"value": held}
        return dict(held) if isinstance(held, dict) else {}

    def answers(self) -> dict:
        """Return the answers with defaults for what was not answered."""
        held = self.stored()
        return {f.id: held.get(f.id, f.default) for f in self.form.fields}

    def keep(self, new: dict) -> None:
        """Keep some answers, beside what another notebook may have kept under the same key."""
        held = {**self.stored(), **new}
        held = {k: v for k, v in held.items() if not fields.blank(v)}
        if self.form.gate:
            shut = [v.text for v in find("check", self.form.gate)(self.at, held) if v.ok is False]
            if shut:
                raise EquityLabError(f"Not saved. {' '.join(shut)}")
        self.at.keep(self.form.key, held.get("value") if self._bare else held)

    def verdicts(self) -> list[str]:
        """Return what the form's check says of the answers."""
        if not self.form.check:
            return []
        held = self.stored()
        value = held.get("value") if self._bare else held
        return verdicts(find("check", self.form.check)(self.at, value))

    # ------------------------------------------------------------ print

    def body(self, *, blanks: bool = True) -> str:
        held = self.stored()  # a default is no answer until something was kept
        asked = [f for f in self.form.fields if self._prints(f, held, blanks)]
        text = fields.sheet([fields.printed(self.at, f, held.get(f.id)) for f in asked])
        if self.form.check and self.stored():
            text += bullets(self.verdicts(), kind="verdicts")
        return text

    def _prints(self, field, held: dict, blanks: bool) -> bool:
        """Whether a field is in print: on paper nothing can be shown later, so what may be asked is."""
        empty = fields.blank(held.get(field.id))
        if not blanks:
            return not empty and fields.shown(field, held)
        asked_by = [fields.blank(held.get(other)) for other in field.when or ()]
        return fields.shown(field, held) or any(asked_by)

    # ------------------------------------------------------------ live

    def values(self) -> dict:
        return self.answers()

    def blocks(self) -> list[dict]:
        held = {**self.answers(), **self._typed()}
        return [
            fields.control(self.at, f, held[f.id], self._notes(f, held[f.id]))
            for f in self.form.fields
            if fields.shown(f, held)
        ]

    def _typed(self) -> dict:
        """Return what stands on the page and could not be kept, so that it is not taken away."""
        typed = self._sheet.value if self._sheet is not None else {}
        return {id: typed[id] for id in {*self._wrong, *self._left} if id in typed}

    def _notes(self, field, value) -> list[str]:
        wrong = [self._wrong[field.id]] if field.id in self._wrong else []
        return wrong + fields.hints(field, value)

    def changed(self, values: dict, before: dict) -> None:
        new = {}
        for field in self.form.fields:
            same = values.get(field.id) == before.get(field.id)
            if field.id not in values or (same and field.id not in self._left):
                continue
            value, wrong = fields.clean(field, values[field.id])
            self._wrong.pop(field.id, None)
            if wrong:
                self._wrong[field.id] = wrong
            new[field.id] = value
        if new:
            # What the leader saw chosen, and left so, is chosen.
            left = {} if self.stored() else self.answers()
            self._left |= set(new)
            self.keep({**left, **new})
            self._left.clear()

    def after(self) -> str:
        return bullets(self.verdicts(), kind="verdicts") if self.form.check else ""


class Predict(Ask):
    """A form whose chart is shown once the prediction is saved.

    From then on the prediction stands as it was written: a guess is not changed after the answer.
    """

    kind = "ask predict"
    GO = "Save my prediction, then show me"

    def __init__(self, at, form: Form, lab: Form) -> None:
        super().__init__(at, form)
        self.lab = lab
        self._made = None

    @property
    def seen(self) -> bool:
        """Whether the chart was looked at."""
        return bool(self.stored().get(SEEN))

    @property
    def then(self):
        """The lab that follows."""
        if self._made is None:
            self._made = self.at.piece(self.lab)
        return self._made

    @property
    def figures(self) -> list:
        return self.then.figures

    def body(self, *, blanks: bool = True) -> str:
        if not blanks:
            return super().body(blanks=False)
        return super().body() + paragraph(f"Then look: {self.lab.title}") + self.drawing()

    def drawing(self) -> str:
        """Return the chart."""
        return drawn(self.then.parts())

    def blocks(self) -> list[dict]:
        if not self.seen:
            return super().blocks()
        held = self.answers()
        told = fields.sheet([fields.printed(self.at, f, held[f.id]) for f in self.form.fields])
        return [{"id": "told", "kind": "html", "html": told}]

    def buttons(self) -> list[dict]:
        return [] if self.seen else [{"id": "go", "label": self.GO}]

    def pressed(self, button: str, values: dict) -> None:
        left = fields.missing(self.form.fields, self.answers())
        if left or not self.stored():
            first = left or [self.form.fields[0].label]
            raise EquityLabError(f"Answer first: {'; '.join(first)}")
        self.keep({SEEN: True})

    def after(self) -> str:
        return super().after() + (self.drawing() if self.seen else "")
