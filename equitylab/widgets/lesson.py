"""A lesson: one module's instruments, one leader's portfolio, one school's published numbers."""

from __future__ import annotations

import datetime
from functools import cached_property
from weakref import WeakSet

import pandas as pd

from .. import samples
from . import closing, told
from .ask import Ask, Predict
from .bar import Bar
from .cards import Cards
from .export import Export
from .forms import Form, book
from .lab import Lab
from .piece import Piece
from .quiz import Quiz
from .reading import Read
from .rows import Rows
from .scale import Scale
from .school import School
from .sort import Sort

SCHOOL = ("source", "school", "context", "rules")  # answers of notebook 00 that choose the numbers
KINDS = {"form": Ask, "rows": Rows, "scale": Scale, "sort": Sort, "lab": Lab}


class Lesson:
    """What a notebook opens first.

    Parameters
    ----------
    module : str
        An id of ``modules.yaml``, such as ``"m03"``.
    portfolio : str or path
        Where the leader's work is kept; the file is made by the first answer.
    school : str
        A school's id or name; empty for the one chosen in notebook 00.
    release : str
        Published numbers to use; empty for those chosen in notebook 00.

    Examples
    --------
    >>> import tempfile
    >>> lesson = Lesson("m03", portfolio=f"{tempfile.mkdtemp()}/portfolio.json")
    >>> lesson.module["title"]
    'Access and outcomes: reading gaps with care'
    """

    def __init__(
        self,
        module: str,
        *,
        portfolio: str = "my-work/portfolio.json",
        school: str = "",
        release: str = "",
    ) -> None:
        self.id, self.module, self.book = module, told.module(module), book(module)
        self.folio = Read.open(portfolio)
        self._chosen = school, release
        self._live: WeakSet[Piece] = WeakSet()
        self.folio.on_change(self._written)

    def __repr__(self) -> str:
        return f"{self.module['title']}."

    # ------------------------------------------------------------ what labs ask

    @property
    def school(self) -> School:
        """The school's published numbers, opened when they are first asked for.

        Raises
        ------
        DataError
            They cannot be opened.
        """
        chosen = ("source", "school", "rules", "context")
        asked = self._chosen, [self.folio.get(f"profile.{name}") for name in chosen]
        if getattr(self, "_school_of", None) != asked:
            school, release = self._chosen
            self._school = School.open(self.folio, school=school, release=release)
            self._school_of = asked
        return self._school

    @property
    def mode(self) -> str:
        """``"cohort"`` with a group, ``"solo"`` alone."""
        held = self.folio.get("profile.mode")
        held = held.get("mode") if isinstance(held, dict) else held
        return "cohort" if held == "cohort" else "solo"

    def practice(self, name: str) -> pd.DataFrame:
        """Return one table of practice data."""
        return samples.practice(name)

    # ------------------------------------------------------------ instruments

    def ask(self, id: str) -> Piece:
        """Return a form, rows, a scale or a sort."""
        return self.piece(self.book.form(id, "form", "rows", "scale", "sort"))

    def predict(self, id: str) -> Predict:
        """Return a form whose chart follows once the prediction is saved."""
        form = self.book.form(id, "form")
        if not form.then:
            return self.piece(form)
        return Predict(self, form, self.book.form(form.then, "lab"))

    def show(self, id: str) -> Lab:
        """Return a lab."""
        return self.piece(self.book.form(id, "lab"))

    def piece(self, form: Form) -> Piece:
        """Return the instrument that a form describes."""
        return KINDS[form.kind](self, form)

    def opening(self) -> Piece:
        """Say whose work this is, on which school, and what is done."""
        return told.opening(self)

    def together(self, id: str) -> Piece:
        """Say how to work together here; alone, with a simulated partner."""
        return told.together(self, id)

    def promise(self) -> Piece:
        """Make a promise with a date."""
        return closing.promise(self)

    def reflect(self) -> Piece:
        """Ask the module's questions to oneself; private."""
        return closing.reflect(self)

    def check(self, *ids: str) -> Piece:
        """Ask the module's self-checks, or those named."""
        return Quiz(self, ids)

    def cards(self) -> Cards:
        """Show the finding cards, and the editor of one."""
        return Cards(self)

    def save(self) -> Bar:
        """Say when the work was last saved; download it, or restore a copy."""
        return Bar(self)

    def export(self) -> Export:
        """Write the plan's files, and hand them out."""
        return Export(self)

    def answers(self) -> Piece:
        """Show what was recorded in this module."""
        return told.answers(self)

    # ------------------------------------------------------------ what instruments ask

    @cached_property
    def origin(self) -> dict:
        """What is kept with each answer: the module, and the version of its forms."""
        return {"made_in": self.id, "version": self.book.version}

    def keep(self, key: str, value: object) -> None:
        """Keep an answer; an empty one is removed."""
        if value in (None, "", [], {}):
            self.folio.delete(key)
        else:
            self.folio.set(key, value, **self.origin)

    def when(self) -> str:
        """Return when the work was last saved: ``"10:42"``, with the day if it was not today."""
        at = self.folio.saved
        if at is None:
            return ""
        at = at.astimezone()
        today = at.date() == datetime.date.today()
        return f"{at:%H:%M}" if today else f"{at:%H:%M} on {at.day} {at:%B %Y}"

    def saved(self) -> str:
        """Return whether and when the work was saved, as a sentence; empty if it never was."""
        if self.folio.unsaved:
            return f"Not saved yet. {' '.join(self.folio.notes[-1:])}"
        return f"Saved {self.when()}." if self.when() else ""

    def done(self) -> list[str]:
        """Return the titles of this module's instruments that hold something."""
        titles = [
            form.title
            for form in self.book.forms.values()
            if form.kind != "lab" and form.key and self.folio.get(form.key)
        ]
        return list(dict.fromkeys(titles))

    def pieces(self) -> list[Piece]:
        """Return every instrument of the module that keeps something."""
        made = [self.piece(form) for form in self.book.forms.values() if form.key]
        return [*made, self.promise(), self.reflect(), self.check()]

    def watch(self, piece: Piece) -> None:
        """Tell a piece whenever something is saved."""
        self._live.add(piece)

    def refresh(self) -> None:
        """Show in every piece how things stand now."""
        for piece in list(self._live):
            piece.refresh()

    def _written(self, _keys: list[str]) -> None:
        self.refresh()
