"""Finding cards: the numbers come from the published table, the words from the leader."""

from __future__ import annotations

import datetime

from ..markup import bullets, paragraph
from . import fields
from .forms import book
from .piece import verdicts
from .published import FILLED, numbers_or_none, sentence
from .registry import Verdict
from .rows import Rows

NUMBERS = ("measure", "students", "year", "comparison", "target")


class Cards(Rows):
    """The list of finding cards and the editor of one."""

    kind = "rows cards"

    def __init__(self, at) -> None:
        super().__init__(at, book("every").forms["card"])

    @property
    def book(self) -> str:
        return "every"

    def _row(self) -> dict:
        row = super()._row()
        return row | {name: None for name in FILLED} | {"made_in": self.at.id} | self._filled(row)

    def _filled(self, row: dict) -> dict:
        asked = {f.id for f in self.form.fields if fields.shown(f, row)}
        return numbers_or_none(self.at, row) if "measure" in asked else {}

    def verdicts(self, row: dict) -> list[str]:
        return verdicts(gates(row))

    def told(self, row: dict) -> list[tuple[str, str]]:
        found = [pair for pair in super().told(row)]
        says = sentence(row)
        if not says:
            return found
        hidden = {f.label for f in self.form.fields if f.id in NUMBERS}
        found = [pair for pair in found if pair[0] not in hidden]
        return [*found[:2], ("The numbers", says), *found[2:]]

    def listed(self, rows: list[dict], head: str) -> str:
        return "".join(self.card(row) for row in rows)

    def line(self, row: dict) -> str:
        text = paragraph(sentence(row))
        open_ = [v for v in gates(row) if v.ok is not True]
        return text + bullets(verdicts(open_), kind="verdicts")

    def blocks(self) -> list[dict]:
        blocks = super().blocks()
        row = {**self.values(), **self._typed}
        says = sentence(row | self._filled(row))
        after = max((k for k, b in enumerate(blocks) if b["id"] in NUMBERS), default=None)
        if after is not None:
            html = paragraph(says or "Choose measure, students and year: the numbers appear here.")
            blocks.insert(after + 1, {"id": "numbers", "kind": "html", "html": html})
        return blocks

    def after(self) -> str:
        row = {**self.values(), **self._typed}
        if not row.get("title"):
            return ""
        return bullets(self.verdicts(row | self._filled(row)), kind="verdicts")


def gates(card: dict) -> list[Verdict]:
    """What does a card still need before it can be proposed as a priority?

    Examples
    --------
    >>> [v.ok for v in gates({"title": "Who takes Algebra I", "strength": "Help at lunch"})]
    [True, False, False]
    >>> gates({"voice_by": "2026-10-01"})[2].ok
    True
    """
    strength = not fields.blank(card.get("strength"))
    unknown = not fields.blank(card.get("not_known"))
    heard = not fields.blank(card.get("voice"))
    by = card.get("voice_by")
    found = [
        Verdict(strength, "A strength is named." if strength else "Name a strength beside it."),
        Verdict(unknown, "It says what is not known." if unknown else "Say what is not known."),
    ]
    if heard:
        found.append(Verdict(True, "People who live with this were heard."))
    elif not fields.blank(by):
        found.append(Verdict(True, f"A listening task is dated {fields.said(by)}{_past(by)}."))
    else:
        text = "It cannot become a priority yet: say who was heard, or set a date for listening."
        found.append(Verdict(False, text))
    if card.get("confidence") == "too_few_to_tell":
        text = (
            "Too few students to tell: take it to listening and to more years. It is not dropped."
        )
        found.append(Verdict(None, text))
    return found


def ready(card: dict) -> bool:
    """Whether a card may be proposed as a priority."""
    return all(v.ok is not False for v in gates(card))


def _past(by: object) -> str:
    late = str(by) < datetime.date.today().isoformat()
    return ", which has passed: say what was heard" if late else ""
