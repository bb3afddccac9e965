"""The portfolio bar: when the work was last saved, how to take it away and how to bring it back."""

from __future__ import annotations

from ..markup import bullets
from .piece import Piece
from .told import banner


class Bar(Piece):
    """Save, download, restore."""

    kind = "bar"

    def __init__(self, at) -> None:
        super().__init__(
            at, "Your file",
            intro="Your answers are saved as you write. Keep a copy of the file where only you can "
            "open it; restoring puts the work of a copy in the place of the work here.",
        )  # fmt: skip

    def told(self) -> str:
        """Return the file's name, when it was saved, and what is to know about it."""
        folio = self.at.folio
        items = [("File:", folio.path.name), ("Last saved:", self.at.when() or "not yet")]
        return banner() + bullets(items, kind="plain") + bullets(folio.notes, kind="note")

    def body(self, *, blanks: bool = True) -> str:
        return self.told()

    def blocks(self) -> list[dict]:
        restore = "Restore from a file that you downloaded"
        return [
            {"id": "told", "kind": "html", "html": self.told()},
            {"id": "file", "kind": "file", "label": restore, "accept": ".json,application/json"},
        ]

    def buttons(self) -> list[dict]:
        return [{"id": "download", "label": "Download my work"}]

    def pressed(self, button: str, values: dict) -> str:
        name = self.at.folio.path.name
        self.sheet.download(name, self.at.folio.to_bytes())
        return f"{name} goes to your downloads."

    def given(self, name: str, raw: bytes) -> str:
        said = self.at.folio.restore(raw)
        self.at.refresh()
        return f"{name}: {said}"
