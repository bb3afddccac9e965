"""The plan as files: written beside the portfolio, and handed to whoever is at the page."""

from __future__ import annotations

from pathlib import Path

from .. import plan
from ..errors import EquityLabError
from ..markup import bullets, paragraph
from . import fields
from .forms import Field
from .piece import Piece

TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ics": "text/calendar",
    ".html": "text/html",
}
FOLDERS = {"team": "plan", "public": "plan-for-everyone"}
ASKED = (
    Field(
        "audience", "Who will read it?", "choice", default="team",
        options=[
            {"id": "team", "label": "Our team"},
            {"id": "public", "label": "Everyone: only numbers that are published"},
        ],
    ),
    Field("personal", "Also my own leadership plan, which is private", "tick"),
)  # fmt: skip


class Export(Piece):
    """A document, a spreadsheet, a calendar and a page of what was recorded."""

    kind = "export"

    def __init__(self, at) -> None:
        super().__init__(
            at, "The plan as files",
            intro="A document, a spreadsheet, a calendar and a page, made from what you recorded. "
            "They are written beside your file; write them again after a change.",
        )  # fmt: skip
        self._for = "team"

    @property
    def folder(self) -> Path:
        """Where the files for these readers are."""
        return Path(self.at.folio.path).parent / FOLDERS[self._for]

    @property
    def files(self) -> list[Path]:
        """The files that were written, by name."""
        return sorted(p for p in self.folder.glob("*") if p.suffix in TYPES)

    def body(self, *, blanks: bool = True) -> str:
        names = [path.name for path in self.files]
        if not names:
            return paragraph("No files are written yet.")
        return paragraph(f"In the folder {self.folder.name}, beside your file:") + bullets(names)

    def values(self) -> dict:
        return {field.id: field.default for field in ASKED}

    def blocks(self) -> list[dict]:
        return [fields.control(self.at, field, field.default) for field in ASKED]

    def buttons(self) -> list[dict]:
        write = {"id": "write", "label": "Write the files"}
        return [write] + [
            {"id": f"get {p.name}", "label": f"Download {p.name}"} for p in self.files
        ]

    def after(self) -> str:
        return self.body()

    def changed(self, values: dict, before: dict) -> None:
        self._for = values.get("audience") or "team"

    def pressed(self, button: str, values: dict) -> str:
        what, _, name = button.partition(" ")
        if what == "write":
            public = self.at.school.whole if self._for == "public" else None
            paths = plan.write(
                self.at.folio, self.folder, audience=self._for, published=public,
                personal=bool(values.get("personal")) and self._for == "team",
            )  # fmt: skip
            return f"Written: {', '.join(path.name for path in paths)}."
        path = self.folder / name
        if path not in self.files:
            raise EquityLabError(f"{name} is no longer there.", mend="Write the files again.")
        self.sheet.download(path.name, path.read_bytes(), TYPES[path.suffix])
        return f"{path.name} goes to your downloads."

    def status(self) -> str:
        return ""
