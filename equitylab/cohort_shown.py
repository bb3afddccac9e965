"""What a wall has shown before, so that no two of its states tell what one leader said.

Whoever sees a wall before and after a single portfolio is handed in could take the one from the
other. So each question is drawn anew only once as many answers to it have changed as it takes to be
shown at all; until then it stays as it was. What was shown is remembered on the facilitator's
machine, outside the wall's folder, because it holds answers that no wall shows one by one.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import platformdirs

from .cohort_tally import Limits, answered, predictions, priority_kinds
from .reports import files

_WHOLE = ("driver_ideas", "promises")  # lists of a leader's, drawn as they are


def topics(exports: list[dict]) -> dict[str, Counter]:
    """Return the answers to each question that a wall draws: what was said, to how many said it."""
    found: dict[str, Counter] = {}

    def add(topic: str, said: object) -> None:
        if said not in (None, "", [], {}):
            text = json.dumps(said, sort_keys=True, ensure_ascii=False)
            found.setdefault(topic, Counter())[text] += 1

    kinds = priority_kinds()
    asked = [(module, field) for module, fields in predictions().items() for field in fields]
    for one in exports:
        for module, field in asked:
            add(f"{module} {field['id']}", next(iter(answered(field, [one], module)), None))
        add("found", one["found"])
        recorded = {"ratings": one["ratings"], "dissent": one["dissent"]}
        add("recorded", recorded if any(recorded.values()) else None)
        cards = [
            {"kind": str(c["kind"]) if str(c["kind"]) in kinds else None, "measure": c["measure"]}
            for c in one["priority_kinds"]
        ]
        add("priority_kinds", [card for card in cards if any(card.values())])
        for name in _WHOLE:
            add(name, one[name])
    return found


def exports_of(found: dict[str, Counter]) -> list[dict]:
    """Return exports that hold these answers: what belongs to one leader is together in none."""
    made: list[dict] = []
    for topic, counts in found.items():
        for place, text in enumerate(sorted(counts.elements())):
            if place == len(made):
                made.append(
                    {"predictions": {}, "found": {}, "ratings": {}, "dissent": []}
                    | {"priority_kinds": [], **{name: [] for name in _WHOLE}}
                )
            said, one = json.loads(text), made[place]
            if topic == "recorded":
                one |= said
            elif topic in one:
                one[topic] = said
            else:
                module, field = topic.split(" ")
                one["predictions"].setdefault(module, {})[field] = said
    return made


class Shown:
    """What the wall of one folder has shown of each question, first to last.

    Parameters
    ----------
    out : path
        The wall's folder. A folder without a wall has shown nothing.
    page : str
        The wall's file in it.
    room : set of str
        Something of the portfolios that are there now, by which a room is known again: a wall of
        other people in the same folder begins anew.
    """

    def __init__(self, out: Path, page: str, room: set[str]) -> None:
        name = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:24]
        self._path = platformdirs.user_state_path("equitylab") / "walls" / f"{name}.json"
        self._room, self.states = room, {}
        if not (out / page).is_file() or not self._path.is_file():
            return
        kept = json.loads(self._path.read_text("utf-8"))
        if room & set(kept["room"]):
            self._room = room | set(kept["room"])
            self.states = {t: [Counter(s) for s in every] for t, every in kept["states"].items()}

    def settled(self, now: dict[str, Counter], limits: Limits) -> tuple[dict[str, Counter], int]:
        """Return what may be shown of each question, and how many changes wait at most."""
        made, waiting = {}, 0
        for topic in sorted(now.keys() | self.states.keys()):
            new, states = now.get(topic, Counter()), self.states.get(topic, [])
            if all(apart(new, one, limits) for one in states):
                made[topic] = new
                if new.total() >= limits.people and new not in states:
                    self.states.setdefault(topic, []).append(new)
            else:
                made[topic] = states[-1]
                waiting = max(waiting, moved(new, states[-1]))
        return made, waiting

    def save(self) -> None:
        """Remember it, before the wall is drawn; only its owner may read it."""
        if self.states:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            kept = {"room": sorted(self._room), "states": self.states}
            files.write(self._path, json.dumps(kept, ensure_ascii=False), mode=0o600)


def moved(one: Counter, other: Counter) -> int:
    """How many answers came, or went, between two states of a question?

    Examples
    --------
    >>> moved(Counter("aab"), Counter("aabbc")), moved(Counter("aab"), Counter("abb"))
    (2, 1)
    """
    return max((one - other).total(), (other - one).total())


def apart(one: Counter, other: Counter, limits: Limits) -> bool:
    """Whether both may be seen: they are the same, or no one's answer is the difference.

    Examples
    --------
    >>> limits = Limits(5, 3)
    >>> apart(Counter(a=5, b=3), Counter(a=3), limits), apart(Counter(a=4), Counter(a=3), limits)
    (True, False)
    >>> apart(Counter(a=8, b=2), Counter(a=3, b=2), limits)  # all five who came said the same
    False
    """
    if one == other:
        return True
    # Where all always said the same, both states say "most or all", and no count.
    alike = len(one | other) > 1 and any(len(part) == 1 for part in (one - other, other - one))
    return moved(one, other) >= limits.people and not alike
