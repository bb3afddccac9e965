"""A sort: cards put in bins, with a reason where it is asked; what a card teaches comes after."""

from __future__ import annotations

from ..markup import esc
from . import fields
from .forms import Form
from .piece import Piece
from .sources import Choice, choices, content

BIN, REASON = "bin", "reason"


class Sort(Piece):
    """Cards in bins, kept as one dict: ``{card: {"bin": …, "reason": …}}``."""

    kind = "sort"

    def __init__(self, at, form: Form) -> None:
        super().__init__(at, form.title, intro=form.intro, keys=[form.key], private=form.private)
        self.form = form
        self.bins = choices(at, form.bins)
        cards = form.cards
        self.cards = content(cards["from"]) if isinstance(cards, dict) else list(cards)
        self.ask = "Why?" if form.reason is True else str(form.reason or "")

    def stored(self) -> dict:
        """Return what is kept."""
        return dict(self.at.folio.get(self.form.key) or {})

    def feedback(self, card: dict, chosen: object) -> str:
        """Return what is said once a card is in a bin: where it is usually put, and why.

        It says no more than that; a team may have its reasons.
        """
        if fields.blank(chosen) or "key" not in card:
            return ""
        keys = card["key"] if isinstance(card["key"], list) else [card["key"]]
        why = str(card.get("why", ""))
        if chosen in keys:
            return f"Yes. {why}".strip()
        usual = fields.said(keys, self.bins)
        return f"Look again: this is usually placed under “{usual}”. {why}".strip()

    # ------------------------------------------------------------ print

    def body(self, *, blanks: bool = True) -> str:
        held = self.stored()
        cards = [card for card in self.cards if blanks or held.get(card["id"])]
        return fields.sheet([self._printed(c, held.get(c["id"]) or {}, blanks) for c in cards])

    def _printed(self, card: dict, held: dict, blanks: bool) -> str:
        chosen = held.get(BIN)
        if fields.blank(chosen):
            text = fields.ticks([Choice(c.value, c.label) for c in self.bins])
        else:
            text = fields.answer(fields.said(chosen, self.bins))
        said = held.get(REASON)
        if self.ask and (blanks or not fields.blank(said)):
            text += f"<p class=note>{esc(self.ask)}</p>"
            text += fields.line() if fields.blank(said) else fields.answer(str(said))
        told = self.feedback(card, chosen)
        text += f"<p class=note>{esc(told)}</p>" if told else ""
        return fields.pair(esc(card["text"]), text)

    # ------------------------------------------------------------ live

    def values(self) -> dict:
        return {
            f"{id}~{name}": value
            for id, one in self.stored().items()
            for name, value in one.items()
        }

    def blocks(self) -> list[dict]:
        held, blocks = self.stored(), []
        options = [c._asdict() for c in self.bins]
        for card in self.cards:
            id, text = card["id"], str(card["text"])
            told = self.feedback(card, (held.get(id) or {}).get(BIN))
            notes = [told] if told else []
            blocks.append(
                {"id": f"{id}~{BIN}", "kind": "radio", "label": text, "options": options}
                | {"notes": notes, "across": True}
            )
            if self.ask:
                asked = {"id": f"{id}~{REASON}", "kind": "text", "label": self.ask, "about": text}
                blocks.append(asked)
        return blocks

    def changed(self, values: dict, before: dict) -> None:
        held, new = self.stored(), False
        for name, value in values.items():
            card, _, part = name.partition("~")
            if part and value != before.get(name):
                one = {**(held.get(card) or {}), part: None if fields.blank(value) else value}
                held[card] = {k: v for k, v in one.items() if v is not None}
                new = True
        if new:
            self.at.keep(self.form.key, {k: v for k, v in held.items() if v})
