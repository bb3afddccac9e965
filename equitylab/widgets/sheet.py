"""The one widget of the house: a sheet of labelled controls whose page is ``sheet.js``.

A form of forty items is one widget and not two hundred, its groups have legends, its hints are
tied to their fields, and a number may be left empty: what core ipywidgets do not offer.
"""

from __future__ import annotations

import base64
from pathlib import Path

import anywidget
import traitlets

from ..errors import EquityLabError
from ..markup import paragraph
from .piece import PRIVATE, live

_HERE = Path(__file__).parent


class Sheet(anywidget.AnyWidget):
    """The controls of one piece. `value` holds what stands in them, by block."""

    _esm = _HERE / "sheet.js"
    _css = _HERE / "sheet.css"

    title = traitlets.Unicode().tag(sync=True)
    intro = traitlets.Unicode().tag(sync=True)
    blocks = traitlets.List().tag(sync=True)
    buttons = traitlets.List().tag(sync=True)
    status = traitlets.Unicode().tag(sync=True)
    after = traitlets.Unicode().tag(sync=True)
    value = traitlets.Dict().tag(sync=True)
    heard = traitlets.Int(0).tag(sync=True)  # so that the page knows that someone listens
    turn = traitlets.Int(0).tag(sync=True)  # how often the page has sent its answers
    taken = traitlets.Int(0).tag(sync=True)  # and how many of these have arrived

    def __init__(self, piece) -> None:
        self._piece, self._busy, self._filling = piece, False, False
        self._known = piece.values()
        self._before = dict(self._known)
        private = paragraph(PRIVATE, kind="note") if piece.private else ""
        super().__init__(
            title=piece.title,
            intro=paragraph(piece.intro) + private,
            value=dict(self._known),
            **self._state(),
        )
        self.observe(self._changed, "value")
        self.observe(self._arrived, "turn")
        self.on_msg(self._told)

    def _state(self, said: str = "") -> dict:
        piece = self._piece
        return {
            "blocks": piece.blocks(),
            "buttons": piece.buttons(),
            "status": said or piece.status(),
            "after": piece.after(),
        }

    def show(self, said: str = "") -> None:
        """Show how things stand now; what another notebook or cell has changed too."""
        now = self._piece.values()
        other = {k: now.get(k) for k in {*now, *self._known} if now.get(k) != self._known.get(k)}
        self._known = now
        state = self._state(said)
        with self.hold_sync():
            for name, value in state.items():
                if getattr(self, name) != value:
                    setattr(self, name, value)
        if other and not self._busy:
            self.fill(other)

    def fill(self, values: dict, *, focus: str = "") -> None:
        """Put something into the controls; nothing is kept by this."""
        self._filling = True
        try:
            self.value = {**self.value, **values}
        finally:
            self._filling = False
        self._before = dict(self.value)
        if focus:
            self.send({"focus": focus})

    def press(self, button: str) -> None:
        """Press a button, as the page does."""
        self._do(self._piece.pressed, button, dict(self.value))

    def download(self, name: str, raw: bytes, kind: str = "application/json") -> None:
        """Hand a file to the person at the page."""
        text = base64.b64encode(raw).decode("ascii")
        self.send({"download": {"name": name, "type": kind, "base64": text}})

    def _changed(self, change) -> None:
        if self._filling:
            return
        before, self._before = self._before, dict(change["new"])
        self._do(self._piece.changed, dict(change["new"]), before)

    def _arrived(self, change) -> None:
        self.taken = change["new"]

    def _told(self, _widget, content, _buffers) -> None:
        if "press" in content:
            self.press(content["press"])
        elif "file" in content:
            self._do(self._piece.given, content["name"], content["text"].encode("utf-8"))

    def _do(self, what, *given) -> None:
        """Do something; what goes wrong is said on the page in a sentence or two."""
        self._busy, said = True, ""
        self._piece.touched = True
        try:
            said = what(*given) or ""
        except EquityLabError as error:
            said = str(error)
        except Exception as error:
            if not live():
                raise
            said = f"This did not work ({type(error).__name__}). What was saved before is safe."
        finally:
            self._busy = False
        try:
            self._known = self._piece.values()
            self.show(said)
        except Exception as error:  # a check or a drawing failed after the answer was kept
            if not live():
                raise
            fault = f"What follows from it cannot be shown ({type(error).__name__})."
            self.status = " ".join(filter(None, [said, self._piece.at.saved(), fault]))
        self.heard += 1
