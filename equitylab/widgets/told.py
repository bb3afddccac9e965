"""What a lesson says: where things stand, when to work together, what was recorded, what is done."""

from __future__ import annotations

import os

from .. import catalog
from ..display import many
from ..errors import EquityLabError
from ..markup import bullets, esc, paragraph
from . import fields
from .piece import Piece

BINDER = (
    "This is a public server. Use the practice district only; never a file about students. "
    "The server forgets everything when you leave: download your work before you stop."
)


def on_binder() -> bool:
    """Whether this runs on a public server that forgets."""
    return bool(os.environ.get("EQUITYLAB_ON_BINDER"))


def banner() -> str:
    """Return the notice for a public server; empty elsewhere."""
    return paragraph(BINDER, kind="banner") if on_binder() else ""


class Told(Piece):
    """Words that follow the portfolio: made anew whenever something is saved."""

    def __init__(self, at, title: str, make, *, kind: str = "told") -> None:
        super().__init__(at, title)
        self._make, self.kind = make, kind

    def body(self, *, blanks: bool = True) -> str:
        return self._make()

    def after(self) -> str:
        return self._make()

    def status(self) -> str:
        return ""


def opening(at) -> Told:
    """Where does this lesson stand: whose work, which school, what is done?"""

    def make() -> str:
        try:
            name = at.school.name
            which = f"{name}, from the practice district" if at.school.sample else name
        except EquityLabError as error:
            which = str(error)
        items = [
            ("School:", f"{which}."),
            ("Your work:", f"{at.folio.path.name}. {at.saved() or 'Nothing is saved yet.'}"),
            ("Working:", "With a group." if at.mode == "cohort" else "On your own."),
        ]
        done = at.done()
        if done:
            items.append(("Begun in this notebook:", f"{'; '.join(done)}."))
        notes = bullets(at.folio.notes, kind="note")
        return banner() + bullets(items, kind="plain") + notes

    return Told(at, "Where you are", make, kind="opening")


def together(at, id: str) -> Told:
    """When and how do people work together here; or, alone, with whom instead?"""
    pauses = at.book.pauses
    if id not in pauses:
        return at.book.form(id)  # raises, and names what there is
    pause = pauses[id]

    def make() -> str:
        group = at.mode == "cohort"
        minutes = f"About {many(pause.minutes, 'minute')}."
        text = paragraph(f"{minutes} {pause.cohort if group else pause.solo}")
        if pause.model:
            answer = paragraph(pause.model)
            text += f"<details><summary>One possible answer</summary>{answer}</details>"
        return text

    return Told(at, pause.title, make, kind="together")


def answers(at) -> Told:
    """What was recorded in this module?"""

    def make() -> str:
        parts = [recorded(piece) for piece in at.pieces() if piece.keys]
        text = "".join(parts)
        return text or paragraph("Nothing is recorded in this notebook yet.")

    return Told(at, "What you recorded", make, kind="answers")


def recorded(piece: Piece) -> str:
    """Return what one instrument holds as plain HTML; empty where it holds nothing."""
    held = piece.at.folio.get(piece.keys[0])
    if fields.blank(held):
        return ""
    private = " (private)" if piece.private else ""
    return f"<h4>{esc(piece.title)}{private}</h4>{piece.body(blanks=False)}"


def module(id: str) -> dict:
    """Return a module of ``modules.yaml``.

    Raises
    ------
    EquityLabError
        There is none with this id.
    """
    modules = catalog.content("modules")["modules"]
    found = next((one for one in modules if one["id"] == id), None)
    if found is None:
        raise EquityLabError(
            f'There is no module "{id}".', mend=f"There is: {', '.join(m['id'] for m in modules)}."
        )
    return found
