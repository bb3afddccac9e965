"""The portfolio bar: when the work was last saved, how to take it away and how to bring it back;
and the files of the plan."""

from __future__ import annotations

from pathlib import Path

from ..errors import EquityLabError
from ..markup import bullets, paragraph
from .piece import Piece
from .told import banner

TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ics": "text/calendar",
    ".html": "text/html",
}


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


class Export(Piece):
    """The plan as files: written beside the portfolio, and to download."""

    kind = "export"

    def __init__(self, at) -> None:
        super().__init__(
            at, "The plan as files",
            intro="A document, a spreadsheet, a calendar and a page, made from what you recorded.",
        )  # fmt: skip
        self.folder = Path(at.folio.path).parent / "plan"

    @property
    def files(self) -> list[Path]:
        """The files that were written, by name."""
        return sorted(p for p in self.folder.glob("*") if p.suffix in TYPES)

    def body(self, *, blanks: bool = True) -> str:
        names = [path.name for path in self.files]
        if not names:
            return paragraph("No files are written yet.")
        return paragraph(f"In the folder {self.folder.name}, beside your file:") + bullets(names)

    def blocks(self) -> list[dict]:
        return [{"id": "told", "kind": "html", "html": self.body()}]

    def buttons(self) -> list[dict]:
        write = {"id": "write", "label": "Write my plan files"}
        return [write] + [
            {"id": f"get {p.name}", "label": f"Download {p.name}"} for p in self.files
        ]

    def pressed(self, button: str, values: dict) -> str:
        from .. import plan

        what, _, name = button.partition(" ")
        if what == "write":
            paths = plan.write(self.at.folio, self.folder)
            return f"Written: {', '.join(Path(path).name for path in paths)}."
        path = self.folder / name
        if path not in self.files:
            raise EquityLabError(f"{name} is no longer there.", mend="Write the files again.")
        self.sheet.download(path.name, path.read_bytes(), TYPES[path.suffix])
        return f"{path.name} goes to your downloads."

    def status(self) -> str:
        return ""
