"""One thing that a leader works with: live where a page answers, and plain HTML everywhere."""

from __future__ import annotations

import contextlib
import os
import sys

from ..markup import Html, esc, paragraph

VIEW = "application/vnd.jupyter.widget-view+json"
PRIVATE = "Private: this stays in your own file, and in no report."


def live() -> bool:
    """Whether someone can be there to answer: a kernel that a page is talking to.

    A notebook that runs with nobody watching (papermill, nbconvert) asks for no input, and makes no
    widgets: its pages print what was saved. ``EQUITYLAB_LIVE=1`` or ``=0`` says it outright.
    """
    said = os.environ.get("EQUITYLAB_LIVE")
    if said:
        return said != "0"
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return False
    # JupyterLab lets a cell ask for input; papermill and nbconvert do not. Neither does Voilà,
    # which says who it is.
    asks = getattr(kernel, "_allow_stdin", True)
    return asks or any(name.startswith("VOILA_") for name in os.environ)


class Piece:
    """What every instrument is: a title, what it asks, and where the answers are kept.

    Parameters
    ----------
    at : Lesson
        The lesson that it belongs to.
    title, intro : str
        Plain text.
    keys : list of str
        The portfolio keys that it writes.
    private : bool
        Whether to say that the answers stay in the leader's own file.
    """

    kind = "piece"
    touched = False  # whether someone has worked with it since the page was opened

    def __init__(self, at, title: str, *, intro: str = "", keys=(), private: bool = False) -> None:
        self.at, self.title, self.intro, self.private = at, title, intro, private
        self.keys = [key for key in keys if key]
        self._sheet = None

    def __repr__(self) -> str:
        return f"{self.title}."

    @property
    def figures(self) -> list:
        """The charts that it shows now."""
        return []

    # ------------------------------------------------------------ print

    def html(self) -> str:
        """Return it as plain HTML: answers that were saved, and lines to write on."""
        private = paragraph(PRIVATE, kind="note") if self.private else ""
        return (
            f'<div class="piece {self.kind}"><h3>{esc(self.title)}</h3>'
            f"{paragraph(self.intro)}{private}{self.body()}</div>"
        )

    def body(self, *, blanks: bool = True) -> str:
        """Return what stands below title and introduction in print; without blanks, only answers."""
        return ""

    # ------------------------------------------------------------ live

    @property
    def sheet(self):
        """The widget, made on first use."""
        if self._sheet is None:
            from .sheet import Sheet

            self._sheet = Sheet(self)
            self.at.watch(self)
        return self._sheet

    def values(self) -> dict:
        """Return what the controls show to begin with."""
        return {}

    def blocks(self) -> list[dict]:
        """Return the controls, from the top down."""
        return []

    def buttons(self) -> list[dict]:
        """Return the buttons below the controls: ``id`` and ``label``."""
        return []

    def after(self) -> str:
        """Return the HTML that stands below everything."""
        return ""

    def changed(self, values: dict, before: dict) -> str | None:
        """Keep what was answered."""

    def pressed(self, button: str, values: dict) -> str | None:
        """Do what a button says, and return what to say about it."""

    def given(self, name: str, raw: bytes) -> str | None:
        """Take a file, and return what to say about it."""

    def status(self) -> str:
        """Return the line that says what is saved; empty where nothing was ever written."""
        holds = self.touched or any(self.at.folio.get(key) for key in self.keys)
        return self.at.saved() if holds else ""

    def refresh(self) -> None:
        """Show what has changed elsewhere."""
        if self._sheet is not None and not self._sheet._busy:
            with contextlib.suppress(Exception if live() else ()):  # another cell's drawing
                self._sheet.show()

    # ------------------------------------------------------------ both

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        try:
            return self._bundle()
        except Exception as error:  # one drawing must not end the page for all that follow
            if not live():
                raise
            said = f"This part could not be shown ({type(error).__name__}). "
            said += "The rest works, and what you saved is safe."
            return {"text/plain": said, "text/html": paragraph(said)}

    def _bundle(self) -> dict:
        data = {"text/plain": repr(self), "text/html": self.html()}
        if live():
            view = {"version_major": 2, "version_minor": 0, "model_id": self.sheet.model_id}
            data[VIEW] = view
        return data


def drawn(parts) -> str:
    """Return what a lab returned as HTML: sentences, charts, tables."""
    parts = [parts] if isinstance(parts, (str, Html)) or hasattr(parts, "_repr_html_") else parts
    return "".join(
        paragraph(part) if isinstance(part, str) else part._repr_html_() for part in parts or ()
    )


def verdicts(found) -> list[str]:
    """Return verdicts as sentences that begin with yes, not yet, or not answered."""
    words = {True: "Yes", False: "Not yet", None: "Not answered"}
    return [f"{words[None if v.ok is None else bool(v.ok)]}: {v.text}" for v in found]
