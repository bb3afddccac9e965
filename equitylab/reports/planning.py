"""What is to be made, and why: a report whose parts are those of its files is left as it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from . import audience, files, work
from .beside import Beside
from .folder import Folder, Report, Slices, above, digest


@dataclass
class Plan:
    """What a run is to make, what it leaves as it is, and the units of both."""

    due: list[Report]
    kept: list[Report]
    units: set[str]
    numbers: Callable[[Report], bytes]
    words: dict[str, str]


def planned(
    folder: Folder,
    slices: Slices,
    chosen: list[str],
    books: dict[str, Path],
    fresh: bool,
    carried: work.Carried,
    code: str,
    beside: Beside,
) -> Plan:
    """Decide what is to be made, and why; take away what is of other numbers."""
    published = slices.published
    named = _names(published.units, audience.ending(published.policy))
    parent = published.units.set_index("unit_id")["parent_id"].to_dict()
    over = dict.fromkeys(d for u in chosen for d in above(u, parent))
    asked = [*(d for d in over if named[d].level == "district"), *chosen]
    marks = {level: digest(book.read_bytes()) for level, book in books.items()}

    def made_of(one: Report) -> Report:
        numbers = slices.mark(one.unit_id, below=one.level == "district")
        words = carried.text.get(one.unit_id, "")
        parts = {"numbers": numbers, "notebook": marks[one.level], "library": code}
        parts |= {"name": digest(one.unit, one.file)}
        return replace(one, parts=parts | ({"work": digest(words)} if words else {}))

    due, kept, units = [], [], set()
    for unit_id in asked:
        one = made_of(named[unit_id])
        one = replace(one, also=beside.of(one))
        units |= {unit_id, *above(unit_id, parent)}
        why = folder.due(one) or ("asked for afresh" if fresh else "")
        if why:
            due.append(replace(one, why=why))
        else:
            one = replace(one, also=folder.also(one))
            kept.append(replace(one, status="skipped", why="nothing it is made of has changed"))
    # Reports that this run does not ask for stay if they are whole and of the same numbers: from
    # an old and a new number beside each other, a hidden one can be worked out.
    stale = list(due)
    wanted = {one.key for one in (*due, *kept)}
    for record in folder.records():
        if record.key in wanted:
            continue
        known = named.get(record.unit_id)
        one = made_of(known) if known and known.level in books else record
        if known and one.key == record.key and not folder.due(one):
            one = replace(one, also=record.also)
            kept.append(replace(one, status="skipped", why="not asked for, and unchanged"))
            units |= {one.unit_id, *above(one.unit_id, parent)}
        else:
            stale.append(record)
    if stale:
        folder.unfinished()
    for one in stale:
        folder.forget(one)

    def numbers(one: Report) -> bytes:
        return slices.numbers(one.unit_id, below=one.level == "district")

    return Plan(due, kept, units, numbers, carried.text)


def _names(units: pd.DataFrame, ending: str) -> dict[str, Report]:
    """Return where each school's and district's report lies, the same whichever are asked for."""
    made = {}
    for level in ("school", "district", "state"):
        rows = units[units["level"] == level]
        names = files.slugs(dict(zip(rows["unit_id"], rows["unit"], strict=True)), empty=level)
        for unit_id, unit in zip(rows["unit_id"], rows["unit"], strict=True):
            stem = f"schools/{names[unit_id]}" if level == "school" else f"{level}-{names[unit_id]}"
            stem += ending
            made[unit_id] = Report(unit_id, unit, level, f"{stem}.html", f"{stem}.ipynb")
    return made
