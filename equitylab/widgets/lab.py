"""A lab: fields that change a drawing. What it says and shows comes from a function of its name."""

from __future__ import annotations

from ..display import lead
from ..errors import EquityLabError
from ..figures import Figure
from ..markup import bullets, paragraph
from . import fields
from .ask import SEEN, Ask
from .forms import Form
from .piece import drawn, live
from .registry import find


class Lab(Ask):
    """A drawing that follows its fields; the settings are kept where the form has a key."""

    kind = "lab"

    def __init__(self, at, form: Form) -> None:
        super().__init__(at, form)
        self._now: dict = {}
        self._last: tuple[dict, dict, list] | None = None  # settings, what was read, drawing

    def stored(self) -> dict:
        return super().stored() if self.form.key else dict(self._now)

    def keep(self, new: dict) -> None:
        if self.form.key:
            super().keep(new)
        else:
            held = {**self._now, **new}
            self._now = {k: v for k, v in held.items() if not fields.blank(v)}

    def draw(self, values: dict) -> list:
        """Return what the lab shows for these settings; fields left out keep their defaults."""
        given = {f.id: f.default for f in self.form.fields if f.default is not None}
        given |= {k: v for k, v in values.items() if not fields.blank(v)}
        try:
            parts = find("lab", self.form.draw)(self.at, **given)
        except EquityLabError as error:
            parts = [str(error)]
        except Exception as error:
            if not live():
                raise
            # A page says a sentence; a batch, which tests read, stops.
            parts = [f"This could not be drawn from these choices ({type(error).__name__})."]
        return [parts] if isinstance(parts, str) or hasattr(parts, "_repr_html_") else list(parts)

    def parts(self) -> list:
        """Return what it shows now; drawn again only where something has changed."""
        now, folio = self.answers(), self.at.folio
        if self._last is None or self._last[0] != now or folio.stale(self._last[1]):
            with folio.watched() as reads:
                self._last = now, reads, self.draw(self.stored())
        return self._last[2]

    @property
    def figures(self) -> list:
        return [part for part in self.parts() if isinstance(part, Figure)]

    def body(self, *, blanks: bool = True) -> str:
        chosen, held = [], self.answers()
        for field in self.form.fields:
            value = held[field.id]
            if not fields.blank(value) and fields.shown(field, held):
                options = fields.choices(self.at, field.options) if field.options else []
                chosen.append((lead(field.label), fields.said(value, options)))
        return bullets(chosen, kind="plain") + (drawn(self.parts()) if blanks else "")

    @property
    def waits(self) -> str:
        """The title of a prediction that comes first and is not made yet; paper waits for nobody."""
        first = next((f for f in self.at.book.forms.values() if f.then == self.form.id), None)
        made = first is None or (self.at.folio.get(first.key) or {}).get(SEEN)
        return "" if made else first.title

    def blocks(self) -> list[dict]:
        return [] if self.waits else super().blocks()

    def after(self) -> str:
        if self.waits:
            return paragraph(f"First write your prediction, in “{self.waits}” above.")
        return drawn(self.parts())

    def status(self) -> str:
        return super().status() if self.form.key else ""
