"""Attack a finished report folder as an outsider would, and say what could be worked out.

Shares nothing with the gate that chose what to hide: it reads the files, takes every number in them
for known, and solves for what they hide.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .. import catalog
from ..errors import DataError
from ..schema import ALL, BY
from .attack import InconsistentTable, Settled
from .facts import Facts, gather
from .harvest import Harvest, harvest
from .printed import Leak, key_of, printed, whole
from .relations import Known, relations
from .releases import linked
from .sentences import Reader, short

_KINDS = ("printed", "text", "derived", "inconsistent")


@dataclass
class Verdict:
    """What an outsider could work out from a folder, and how much was looked at.

    Attributes
    ----------
    leaks : list of Leak
    files, cells, hidden, attacked, open : int
        Files read; cells found in them; cells hidden; hidden numbers attacked; those that the time
        did not allow to settle.
    notes, skipped : list of str
        Remarks, and files that were not read.
    seconds : float
    policy : dict
        ``min_group`` and ``min_cell`` used.
    """

    leaks: list[Leak]
    files: int = 0
    cells: int = 0
    hidden: int = 0
    attacked: int = 0
    open: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    policy: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict, repr=False)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.leaks

    def summary(self) -> str:
        """Return the verdict in one or two plain sentences."""
        looked = (
            f"{self.files:,} files, {self.cells:,} cells, {self.hidden:,} of them hidden; "
            f"{self.attacked:,} hidden numbers attacked in {self.seconds:.0f} s."
        )
        if self.open:
            looked += f" {self.open:,} of them could not be settled in the time allowed."
        if self.ok:
            first = (
                "Nothing hidden could be worked out." if self.hidden else "Nothing is hidden here."
            )
            return f"{first} {looked}"
        kinds = Counter(leak.kind for leak in self.leaks)
        words = ", ".join(f"{kinds[k]:,} {k}" for k in _KINDS if kinds[k])
        places = len({leak.file for leak in self.leaks})
        files = "1 file" if places == 1 else f"{places:,} files"
        return f"{len(self.leaks):,} leaks ({words}) in {files}. {looked}"

    def to_text(self, *, limit: int = 200) -> str:
        """Return the verdict as text, one line a leak: where, what about, and what can be said."""
        lines = [self.summary()]
        lines += [self.line(leak) for leak in self.leaks[:limit]]
        if len(self.leaks) > limit:
            lines.append(f"... and {len(self.leaks) - limit:,} more.")
        lines += [f"Note: {n}" for n in self.notes]
        if self.skipped:
            lines.append(f"Not read ({len(self.skipped):,}): " + " ".join(self.skipped[:5]))
        return "\n".join(lines)

    def line(self, leak: Leak) -> str:
        """Return one leak in one line."""
        year, unit, indicator, dimension, group = leak.cell
        known = catalog.known_indicators()
        about = known[indicator].label if indicator in known else indicator
        who = "all students" if dimension == ALL else group
        name = self.names.get(unit, unit) or "unit not named"
        file = f"{leak.file} ({leak.where})" if leak.where else leak.file
        parts = [p for p in (name, year, about, who) if p]
        return f"[{leak.kind}] {file}: {', '.join(parts)}: {leak.says}"


def verify(
    folder: str | Path,
    *,
    min_group: int | None = None,
    min_cell: int | None = None,
    known: dict | None = None,
    seconds: float = 120.0,
    sample: int | None = None,
    earlier: Iterable[str | Path] = (),
) -> Verdict:
    """What could an outsider work out from this folder, alone or beside earlier ones?

    Parameters
    ----------
    folder : path
        A finished report folder.
    min_group, min_cell : int, optional
        The policy; by default what the folder's ``manifest.json`` states, else 10 and 3.
    known : dict, optional
        What an insider knows besides: ``(year, unit_id, indicator, dimension, group)`` to a count,
        or the same with ``"n"`` as a sixth part to a group's size.
    seconds : float
        Time for solving; what could not be settled is counted in the verdict.
    sample : int, optional
        Attack only so many hidden numbers, drawn by a fixed seed; everything printed is read still.
    earlier : iterable of path
        Folders that were published before, the oldest first. Hidden numbers of all of them are
        attacked with what all of them show; see :mod:`~equitylab.privacy.releases` for what is
        assumed. What is printed or said is read of the new folder alone.

    Returns
    -------
    Verdict

    Raises
    ------
    DataError
        There is no such folder, or nothing in it.
    """
    started = time.perf_counter()
    folders = [*map(Path, earlier), Path(folder)]
    releases = [_Release.of(one, min_group, min_cell, known) for one in folders]
    new, before = releases[-1], releases[:-1]
    leaks = printed(new.facts, new.min_group, new.min_cell) + _in_words(new.found, new.facts)
    leaks += _apart(new.found)
    notes = [*new.found.notes, *(f"{r.folder.name}: {n}" for r in before for n in r.notes)]
    notes += new.notes
    settled, attacked, joint = Settled(), 0, None
    held = [r for r in releases if r.told]
    if new.told:
        joint = linked([r.told for r in held]) if len(held) > 1 else None
        system = joint.system if joint else new.told.system
        goals = joint.goals if joint else new.told.goals
        if joint:
            notes.append(joint.note)
        if sample is not None and sample < len(goals):
            pick = np.random.default_rng(1).choice(len(goals), sample, replace=False)
            names = list(goals)
            notes.append(f"A sample: {sample:,} of {len(goals):,} hidden numbers were attacked.")
            goals = {names[i]: goals[names[i]] for i in sorted(pick)}
        try:
            settled = system.settle(goals, seconds=seconds)
        except InconsistentTable as error:
            notes.append(f"{error} The hidden numbers were not attacked.")
            settled.open = len(goals)
        if settled.dropped:
            some = ", ".join(sorted(set(settled.dropped))[:3])
            notes.append(
                f"{len(settled.dropped):,} sums were left out, because the printed numbers "
                f"contradict them ({some})."
            )
        exposed = [settled.exposed]
        if joint:
            exposed = [{} for _ in held]
            for name, ends in settled.exposed.items():
                k, own = joint.owner[name]
                exposed[k][own] = ends
        for release, found in zip(held, exposed, strict=True):
            leaks += _derived(release, found, leaks, "" if release is new else release.folder.name)
        attacked = len(goals)
    else:
        notes.append(
            "No table here names years, units, indicators and groups; only words were read."
        )
    order = {k: i for i, k in enumerate(_KINDS)}
    leaks.sort(key=lambda leak: (order[leak.kind], leak.file, leak.cell))
    return Verdict(
        leaks,
        sum(len(r.found.files) for r in releases),
        sum(len(r.facts.cells) for r in releases),
        sum(len({r.told.rows[name] for name in r.told.goals}) for r in held),
        attacked,
        settled.open,
        time.perf_counter() - started,
        notes,
        new.found.skipped,
        {"min_group": new.min_group, "min_cell": new.min_cell},
        {k: v for r in releases for k, v in r.facts.unit_names().items()},
    )


@dataclass
class _Release:
    """A folder as it was read: what it says, under which policy, and what follows from it."""

    folder: Path
    found: Harvest
    facts: Facts
    min_group: int
    min_cell: int
    told: Known | None
    notes: list[str]

    @classmethod
    def of(cls, folder: Path, min_group, min_cell, known) -> _Release:
        if not folder.is_dir():
            raise DataError("There is no such folder.", file=folder, mend="Give a report folder.")
        found = harvest(folder)
        if not found.files:
            raise DataError("The folder is empty.", file=folder, mend="Give a report folder.")
        min_group = min_group or _stated(found, "min_group", 10)
        min_cell = min_cell or _stated(found, "min_cell", 3)
        facts = gather(found)
        told = relations(facts, min_group, min_cell, known) if len(facts.cells) else None
        notes = told.notes if told else []
        return cls(folder, found, facts, min_group, min_cell, told, notes)


def _stated(found: Harvest, name: str, usual: int) -> int:
    """Return a threshold as the manifest states it, or the usual one, with a note, if it is none."""
    value = found.policy.get(name, usual)
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 10_000:
        return value
    found.notes.append(f"manifest.json does not state a {name} that is one; {usual} is taken.")
    return usual


def _in_words(found, facts: Facts) -> list[Leak]:
    """Return the numbers that stand in words beside hidden groups."""
    reader = Reader(facts)
    leaks: dict = {}
    for file, text in found.texts:
        for one in reader.beside(text):
            cell = key_of(facts, one.row)
            numbers = ", ".join(dict.fromkeys(one.numbers))
            says = f'a number ({numbers}) stands beside a hidden group: "{one.said}"'
            leaks.setdefault(
                (file, cell, one.numbers),
                Leak("text", file, text.where, cell, None, None, says),
            )
    return list(leaks.values())


def _apart(found: Harvest) -> list[Leak]:
    """Return what a PDF says with a number in it that the page beside it does not say."""
    leaks = []
    for file, text in found.apart:
        cell = (text.context.year, text.context.unit, text.context.indicator, "", "")
        says = f'says what the page beside it does not say: "{short(text.text, 200)}"'
        leaks.append(Leak("inconsistent", file, text.where, cell, None, None, says))
    return leaks


def _derived(release: _Release, exposed: dict, before: list[Leak], of: str) -> list[Leak]:
    """Return the hidden numbers of a release that the relations narrow too far."""
    facts, told = release.facts, release.told
    already = {leak.cell for leak in before if leak.kind == "printed"}
    leaks = []
    for name, (low, high) in exposed.items():
        row = told.rows[name]
        cell = key_of(facts, row)
        if cell in already or (BY in cell[3] and low == 0 < high):
            continue  # of two-way groups, what margins leave open from zero is no leak
        what = "the group's size" if name[0] == "n" else "the count"
        goal = told.goals[name]
        size = told.system.known(told.size[name]) if name in told.size else None
        if low == high:
            says = f"{what} can only be {whole(low)}"
            least = release.min_group if name[0] == "n" else release.min_cell
            if not goal.zero_ok:
                says += ", every one of the group." if low else ", none of the group."
            elif low >= least and not (size is not None and size - low < least):
                says += ", by addition and subtraction; it is hidden to protect other cells."
            else:
                says += ", by addition and subtraction."
        elif not np.isfinite(high):
            says = f"{what} is at least {whole(low)}."
        else:
            says = f"{what} lies between {whole(low)} and {whole(high)}."
        file = "/".join(filter(None, [of, str(facts.cells["file"].iat[row])]))
        leaks.append(Leak("derived", file, "", cell, low, high, says))
    return leaks
