"""Several releases of the same schools, held side by side as an outsider holds them.

Each release is a system of its own first. Then cells that are the same number in two of them become
one cell, so that what one shows and another hides, district totals with and without a school, and
pooled years of different length are equations about the same students.

What is assumed, of a year's unit and measure (a *block*) that two releases hold:

- The same data, if every number that both show is equal. Where no number is shown in both, as the
  rest of the unit in that year goes, and else as the rest of the year goes.
- Another version, if one differs: then its hidden numbers are not taken for equal. If the total
  went up by d and no shown number fell or rose by more (or the same downwards), d students were
  added (or left): each hidden number then changed by 0 to d too.
- Pooled years are the sum of their years in whichever release these stand.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from .. import catalog
from ..schema import ALL
from .attack import InconsistentTable, Relation, System
from .relations import _POOLED, Known

_YEAR = re.compile(r"^(\d{4})(-\d{2,4})?$")


@dataclass
class Linked:
    """One system of several releases.

    Attributes
    ----------
    system : System
    goals : dict
        Name in the system -> what must remain possible, as the release that hides it promised.
    owner : dict
        Name in the system -> (number of the release that asks, name there).
    names : list of dict
        For each release: its own name of a cell -> the name in the system.
    same, other : int
        Blocks of a later release that are the data of an earlier one; those of another version.
    """

    system: System
    goals: dict = field(default_factory=dict)
    owner: dict = field(default_factory=dict)
    names: list[dict] = field(default_factory=list)
    same: int = 0
    other: int = 0

    @property
    def note(self) -> str:
        """What was taken for the same data, in one plain line."""
        return (
            f"{self.same:,} tables (a year, a school or district, a measure) are the same data "
            f"in an earlier release, and {self.other:,} are another version of it."
        )


def linked(releases: list[Known]) -> Linked:
    """Join releases, the newest last."""
    out = Linked(System())
    kept = [_blocks(one) for one in releases]
    homes: list[dict] = []
    for k, one in enumerate(releases):
        home, moved = {}, []
        for j in range(k - 1, -1, -1):
            verdicts = _verdicts(kept[j], kept[k])
            for block, same in verdicts.items():
                if same and block not in home:
                    home[block] = homes[j].get(block, j)
            moved += [(j, block) for block, same in verdicts.items() if not same]
        homes.append(home)
        names = {name: (home.get(name[:4], k), name) for name in one.system.index}
        out.names.append(names)
        _join(out, one, names)
        out.same += len(home)
        moved = [(j, block) for j, block in moved if block not in home]
        out.other += len({block for _, block in moved})
        for j, block in moved:
            _moves(out, j, k, block, kept)
    # The newest release's promise comes first; what an older one promised of the rest stays.
    for k in reversed(range(len(releases))):
        one, names = releases[k], out.names[k]
        for name, goal in one.goals.items():
            if names[name] not in out.goals:
                out.goals[names[name]] = _sharper(goal, name, one, out.system, names)
                out.owner[names[name]] = k, name
    _windows(out)
    return out


def _blocks(one: Known) -> dict:
    """Return (measure, year, unit, indicator) -> (dimension, group) -> value, None where hidden."""
    blocks: dict = defaultdict(dict)
    for name in one.system.index:
        blocks[name[:4]][name[4:]] = one.system.known(name)
    return blocks


def _verdicts(before: dict, after: dict) -> dict:
    """Say of each block that both hold whether it is the same data."""
    found, years, units = {}, defaultdict(list), defaultdict(list)
    for block in before.keys() & after.keys():
        old, new = before[block], after[block]
        pairs = [(old[c], new[c]) for c in old.keys() & new.keys()]
        pairs = [(a, b) for a, b in pairs if a is not None and b is not None]
        found[block] = all(abs(a - b) < 1e-6 for a, b in pairs) if pairs else None
        if pairs:
            years[block[1]].append(found[block])
            units[block[1:3]].append(found[block])
    for block, same in found.items():
        if same is None:
            found[block] = all(units.get(block[1:3]) or years.get(block[1]) or [False])
    return found


def _join(out: Linked, one: Known, names: dict) -> None:
    """Add a release's cells and relations under the names that all of them use."""
    system, own = out.system, one.system
    at = list(own.index)
    for name in at:
        low, high = own._low[own.index[name]], own._high[own.index[name]]
        was = system.known(names[name])
        if was is None or low != high:  # a third release may disagree with what two have in common
            system.cell(names[name], None if low != high else low, low, high)
    rows: dict = defaultdict(dict)
    for row, col, a in zip(own._rows, own._cols, own._data, strict=True):
        part = rows[row]
        part[names[at[col]]] = part.get(names[at[col]], 0.0) + a
    for row, coeffs in rows.items():
        _add(system, Relation(coeffs, own._lo[row], own._hi[row], own.labels[row]))


def _add(system: System, relation: Relation) -> None:
    try:
        system.add(relation)
    except InconsistentTable:
        pass  # the releases contradict each other here: not a sum that anyone can use


def _moves(out: Linked, j: int, k: int, block: tuple, kept: list[dict]) -> None:
    """Bound the changes of a corrected block by the change of its total."""
    old, new = kept[j][block], kept[k][block]
    ends = old.get((ALL, ALL)), new.get((ALL, ALL))
    if None in ends:
        return
    low, high = sorted((0.0, ends[1] - ends[0]))
    both = sorted(old.keys() & new.keys())
    shown = [new[c] - old[c] for c in both if old[c] is not None and new[c] is not None]
    if any(not low - 1e-6 <= d <= high + 1e-6 for d in shown):
        return
    for cell in both:
        if old[cell] is None or new[cell] is None:
            before, after = out.names[j][(*block, *cell)], out.names[k][(*block, *cell)]
            told = Relation({after: 1.0, before: -1.0}, low, high, "a corrected table")
            _add(out.system, told)


def _sharper(goal, name, one: Known, system: System, names: dict):
    """Ask more of a count whose group's size only another release shows."""
    about = catalog.indicators().get(name[3])
    size = one.size.get(name)
    if size is None or (about and about.events) or one.system.known(size) is not None:
        return goal
    n = system.known(names[size])
    if n is None or not np.isfinite(goal.up) or goal.unless_low != 0:
        return goal
    few = goal.up
    return goal._replace(up=min(few, n), down=max(0, n - few), unless_high=n)


def _windows(out: Linked) -> None:
    """Add that pooled years are the sum of their years, wherever these stand."""
    latest: dict = {}
    for names in out.names:  # the latest release that has a year
        latest |= {name: joint for name, joint in names.items() if _YEAR.match(name[1])}
    for names in out.names:
        for name, joint in names.items():
            ends = _POOLED.match(name[1])
            singles = [(name[0], y, *name[2:]) for y in _between(*ends.groups())] if ends else []
            if all(single in names for single in singles):
                continue  # its own release holds all its years, and their sum already
            parts = [names.get(s) or latest.get(s, ("no release", s)) for s in singles]
            told = {joint: -1.0, **dict.fromkeys(parts, 1.0)}
            _add(out.system, Relation(told, 0.0, 0.0, f"years of {name[1]}"))


def _between(first: str, last: str) -> list[str]:
    """Return the school years from one to another, as the first is written.

    Examples
    --------
    >>> _between("2021-22", "2023-24")
    ['2021-22', '2022-23', '2023-24']
    >>> _between("2021", "2022"), _between("before", "after")
    (['2021', '2022'], [])
    """
    ends = _YEAR.match(first), _YEAR.match(last)
    if None in ends or len(first) != len(last):
        return []
    years = range(int(ends[0].group(1)), int(ends[1].group(1)) + 1)
    tail = len(first) - 5
    if tail < 0:
        return [str(y) for y in years]
    return [f"{y}-{str(y + 1)[-tail:]}" for y in years]
