"""Self-checks: every option is answered with a reason, as often as one likes; no score, no pass.

Which option is right stays in Python: the page learns it only by asking.
"""

from __future__ import annotations

from .. import catalog
from ..errors import DataError
from ..markup import esc
from . import fields
from .piece import Piece
from .sources import Choice

RIGHT, NOT_YET, FIRST = "Correct.", "Not yet.", "Choose an answer first."


class Quiz(Piece):
    """The questions of a module, or some of them; what was chosen is kept under ``checks.mNN``."""

    kind = "quiz"

    def __init__(self, at, ids: tuple[str, ...] = ()) -> None:
        super().__init__(
            at, "Check yourself", keys=[f"checks.{at.id}"], private=True,
            intro="Try as often as you like. There is no score; the reason is what counts.",
        )  # fmt: skip
        asked = questions(at.id)
        for id in ids:
            if id not in asked:
                raise DataError(
                    f'There is no question "{id}" in {at.id}.',
                    mend=f"There is: {', '.join(asked)}.",
                )
        self.questions = {id: asked[id] for id in ids} if ids else asked
        self._said: dict[str, str] = {}

    def stored(self) -> dict:
        """Return what was chosen: ``{question: {"chosen": [0], "right": True, "tries": 1}}``."""
        return dict(self.at.folio.get(self.keys[0]) or {})

    def feedback(self, id: str, chosen: list[int]) -> tuple[bool, str]:
        """Return whether the choice is right, and the words for it: a reason for each option.

        A question may give a reason for each of its options (``reasons``); else its one ``why``
        stands for all of them.
        """
        question = self.questions[id]
        right = sorted(chosen) == answer(question)
        reasons = question.get("reasons")
        why = " ".join(reasons[k] for k in sorted(chosen)) if reasons else question["why"]
        if reasons and not right and question["type"] == "multi":
            missed = set(answer(question)) - set(chosen)
            why += " Something is missing." if missed else ""
        return right, f"{RIGHT if right else NOT_YET} {why}"

    # ------------------------------------------------------------ print

    def body(self, *, blanks: bool = True) -> str:
        held = self.stored()
        asked = [id for id in self.questions if blanks or id in held]
        return fields.sheet([self._printed(id, held.get(id)) for id in asked])

    def _printed(self, id: str, held: dict | None) -> str:
        question = self.questions[id]
        label = esc(question["q"])
        if question["type"] == "multi":
            label += " <small>(choose all that fit)</small>"
        if not held:
            return fields.pair(label, fields.ticks(self._options(question)))
        chosen = [str(question["options"][k]) for k in held["chosen"]]
        told = f"<p class=note>{esc(self.feedback(id, held['chosen'])[1])}</p>"
        return fields.pair(label, fields.answer("\n".join(chosen)) + told)

    @staticmethod
    def _options(question: dict) -> list[Choice]:
        return [Choice(k, str(text)) for k, text in enumerate(question["options"])]

    # ------------------------------------------------------------ live

    def values(self) -> dict:
        found = {}
        for id, one in self.stored().items():
            if id in self.questions:
                multi = self.questions[id]["type"] == "multi"
                found[id] = one["chosen"] if multi else one["chosen"][0]
        return found

    def blocks(self) -> list[dict]:
        held = self.stored()
        blocks = []
        for id, question in self.questions.items():
            told = self._said.get(id)
            if told is None and id in held:
                told = self.feedback(id, held[id]["chosen"])[1]
            multi = question["type"] == "multi"
            blocks.append(
                {
                    "id": id,
                    "kind": "many" if multi else "radio",
                    "label": question["q"],
                    "help": "Choose all that fit." if multi else "",
                    "options": [c._asdict() for c in self._options(question)],
                    "action": {"id": f"check {id}", "label": "Check my answer"},
                    "notes": [told] if told else [],
                }
            )
        return blocks

    def changed(self, values: dict, before: dict) -> None:
        for id, value in values.items():
            if value != before.get(id):
                self._said[id] = ""

    def pressed(self, button: str, values: dict) -> None:
        id = button.partition(" ")[2]
        value = values.get(id)
        chosen = value if isinstance(value, list) else [] if value is None else [value]
        if not chosen:
            self._said[id] = FIRST
            return
        right, self._said[id] = self.feedback(id, chosen)
        tries = (self.stored().get(id) or {}).get("tries", 0) + 1
        kept = {"chosen": sorted(chosen), "right": right, "tries": tries}
        self.at.keep(self.keys[0], {**self.stored(), id: kept})


def answer(question: dict) -> list[int]:
    """Return the indexes of the options that are right."""
    right = question["answer"]
    return sorted(right) if isinstance(right, list) else [right]


def questions(module: str) -> dict[str, dict]:
    """Return the questions of a module by id."""
    checks = catalog.content("knowledge_checks")["checks"]
    asked = next((one["questions"] for one in checks if one["id"] == module), [])
    return {one["id"]: one for one in asked}
