"""CRDC columns of all files, aligned on the schools, and the topics that they make up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..errors import DataError
from .crdc_grammar import NOT_APPLICABLE, NOT_COLLECTED, OK, Cells, Name, book, parse

FEW = 20


def at_least(number: float) -> str:
    """Return a number of students as a page may say it: one of a small file could be a few."""
    return f"{number:,.0f}" if number >= FEW else f"fewer than {FEW}"


@dataclass
class Wide:
    """The count columns of all files, aligned on the schools."""

    schools: pd.Index
    cells: dict[Name, Cells] = field(default_factory=dict)
    gates: dict[str, np.ndarray] = field(default_factory=dict)
    raceless: dict[str, int] = field(default_factory=dict)
    unused: set[str] = field(default_factory=set)

    def add(self, column: str, cells: Cells, at: np.ndarray, file: str, rows: np.ndarray) -> None:
        """Put a file's column at its schools; a second file may add schools, not change them."""
        size, name = len(self.schools), parse(column)
        if name not in self.cells:
            empty = Cells(np.full(size, np.nan), np.full(size, NOT_COLLECTED))
            self.cells[name] = empty
        old = self.cells[name]
        clash = (old.status[at] == OK) & (cells.status == OK) & (old.value[at] != cells.value)
        if clash.any():
            first = int(np.argmax(clash))
            raise DataError(
                f"Two files give school {self.schools[at[first]]} two numbers: "
                f"{old.value[at[first]]:g} and {cells.value[first]:g}.",
                file=file,
                row=int(rows[first]),
                column=column,
                mend="Give files of one year, each once.",
            )
        new = (cells.status == OK) | (old.status[at] != OK)
        old.value[at[new]], old.status[at[new]] = cells.value[new], cells.status[new]

    def has(self, topic: str, sexes: Iterable[str] = ("M", "F")) -> bool:
        """Whether a topic is there by all groups and these sexes."""
        return all(Name(False, topic, g, s) in self.cells for g in book()["races"] for s in sexes)

    def by_group(self, topic: str, sexes: list[str], gate: str | None = None) -> Cells:
        """Return a topic as cells of shape schools × groups × sexes."""
        by_sex = [
            Cells.stack([self._gated(Name(False, topic, g, s), gate) for g in book()["races"]])
            for s in sexes
        ]
        return Cells.stack(by_sex)

    def of_group(self, topic: str, group: str, sexes: list[str], gate=None) -> Cells | None:
        """Return one group of a topic as cells of shape schools × sexes; None if not there."""
        names = [Name(False, topic, group, s) for s in sexes]
        if not all(name in self.cells for name in names):
            return None
        return Cells.stack([self._gated(name, gate) for name in names])

    def _gated(self, name: Name, gate: str | None) -> Cells:
        """A column's cells; where the school answered that it has none, skipped means zero."""
        cells = self.cells[name]
        answer = self.gates.get(gate or f"SCH_{name.topic}_IND")
        if answer is None:
            return cells
        none = (cells.status == NOT_APPLICABLE) & (answer == "no")
        return Cells(np.where(none, 0.0, cells.value), np.where(none, OK, cells.status))


def stems_of(topic: dict, part: str) -> tuple[list[str], list[str], list[str]]:
    """The columns of a part: those that add up, those of students under IDEA, those with EL."""
    family = book()["families"][topic["family"]]
    add = [family[k].format(part=part) for k in ("without", "with") if k in family]
    idea = [family["with"].format(part=part)] if "with" in family else []
    learner = [one.format(part=part) for one in family.get("learner", [])] or add
    return add, idea, learner


def parts_of(topic: dict, held: Iterable[str]) -> list[str]:
    """The parts of a topic that these column topics make up."""
    if "match" in topic:
        return sorted(t for t in held if re.fullmatch(topic["match"], t))
    if "first_of" in topic:
        for part in topic["first_of"]:
            if set(stems_of(topic, part)[0]) <= set(held):
                return [part]
        return topic["first_of"][:1]
    return topic["parts"]


def topics_in(columns: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the columns that indicators need, those that answer yes or no, and those without
    groups whose sum is reported."""
    names = {c: n for c in columns if (n := parse(c))}
    held = {n.topic for n in names.values()}
    wanted, gates, raceless = set(), set(), set()
    for topic in [book()["enrolled"], book()["preschool"], *book()["topics"]]:
        family = book()["families"][topic["family"]]
        for part in [*parts_of(topic, held), *topic.get("first_of", [])]:
            add, _, learner = stems_of(topic, part)
            wanted |= {*add, *learner}
            wanted |= {family["plan"].format(part=part)} if "plan" in family else set()
            gates |= {f"SCH_{one}_IND" for one in add}
        gates |= {topic["gate"]} if "gate" in topic else set()
        raceless |= set(topic.get("raceless", []))
    used = [c for c, n in names.items() if n.topic in wanted]
    return used, [c for c in columns if c in gates], [c for c in columns if c in raceless]
