"""A new release beside those that were published before: what each hides, and what both tell.

What an earlier release hides is hidden again, so that of those years the new one shows no more.
What only both together tell is then sought by the attack of ``verify``, before anything is written.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from .. import catalog
from ..display import many
from ..errors import DataError, PrivacyError
from ..privacy import Published
from ..privacy.facts import Facts, gather
from ..privacy.harvest import KEY, harvest
from ..privacy.left_out import CELL
from ..privacy.verify import Verdict, verify
from ..schema import ALL, BY
from .folder import digest

_READ = ("manifest.json", "findings.csv")  # what a folder says, without its pages
_NAMED = 3  # conflicts that a refusal names


def marks(folders: Iterable[Path]) -> list[str]:
    """Return the fingerprints of earlier folders, and refuse what is no finished one."""
    for one in folders:
        if not all((one / name).is_file() for name in _READ):
            raise DataError(
                "This is not a finished folder of reports: it lacks manifest.json or findings.csv.",
                file=one,
                mend="Give the --out folder of an earlier equitylab report.",
            )
    return [digest(*((one / name).read_bytes() for name in _READ)) for one in folders]


def beside(
    make: Callable[[pd.DataFrame | None], Published],
    text_of: Callable[[Published], str],
    folders: Iterable[Path],
    *,
    seconds: float = 120.0,
) -> tuple[Published, list[str]]:
    """Return what may be published beside earlier folders, and what to say of it.

    Parameters
    ----------
    make : function
        Protects the audit, with the cells given hidden too.
    text_of : function
        The text of ``findings.csv`` of what is published.
    folders : list of path
        Folders of reports that were published before, the oldest first.
    seconds : float
        Time for the attack.

    Raises
    ------
    PrivacyError
        Together they would give hidden numbers away, and hiding more does not prevent it.
    """
    with tempfile.TemporaryDirectory() as home:
        copies = []
        for k, one in enumerate(folders):  # the tables alone: its pages say no more than they
            copies.append(Path(home) / f"{k}" / one.name)
            copies[-1].mkdir(parents=True)
            for name in _READ:
                shutil.copyfile(one / name, copies[-1] / name)
        before = [gather(harvest(one)) for one in copies]
        published = first = make(None)
        also = [_pooled(first, before), _two_way(first, before), *map(_hidden, before)]
        also = pd.concat(also, ignore_index=True)
        if _shown(first, also).any():
            published = make(also)
        new = Path(home) / "new"
        new.mkdir()
        (new / "findings.csv").write_text(text_of(published), "utf-8")
        policy = {name: published.policy[name] for name in ("min_group", "min_cell")}
        verdict = verify(new, earlier=copies, seconds=seconds, **policy)
        known = _known(before, copies, new, seconds, policy) if verdict.leaks else set()
    new_leaks = [leak for leak in verdict.leaks if leak.cell not in known]
    if new_leaks:
        raise PrivacyError(
            f"Beside the earlier releases this one would give {many(len(new_leaks), 'hidden number')}"
            f" away: {_named(new_leaks, verdict)}. Nothing was written.",
            mend="Publish with the thresholds and the groups of the earlier release, or take that "
            "release back. Then run this again.",
        )
    return published, _notes(first, published, verdict)


def _hidden(facts: Facts) -> pd.DataFrame:
    """Return the cells that a folder hides."""
    cells = facts.cells
    hidden = cells.loc[cells["n_hidden"] | cells["x_hidden"], [*KEY, "n_hidden", "x_hidden"]]
    hidden = hidden.rename(columns={"n_hidden": "hide_n", "x_hidden": "hide_x"})
    return hidden.assign(hide_x=hidden["hide_x"] | hidden["hide_n"])


def _shown(published: Published, also: pd.DataFrame) -> pd.Series:
    """Return which rows show something that an earlier release hides."""
    table = published.table
    here = pd.MultiIndex.from_frame(table[CELL])
    size = here.isin(pd.MultiIndex.from_frame(also.loc[also["hide_n"], CELL]))
    count = here.isin(pd.MultiIndex.from_frame(also.loc[also["hide_x"], CELL]))
    return (size & table["n"].notna()) | (count & table["why"].isin(["", "band"]))


def _pooled(published: Published, before: list[Facts]) -> pd.DataFrame:
    """Return the pooled rows, where an earlier release pools some of the years otherwise.

    A longer window minus a shorter one is a year; so all of them go, the shown with the hidden.
    """
    table = published.table
    windows = set(table.loc[table["pooled"].astype(bool), "year"])
    others = {year for facts in before for year in facts.years if " to " in year}
    clash = []
    for one in windows:
        first, last = one.split(" to ")
        ends = [other.split(" to ") for other in others - {one}]
        if any(first <= b and a <= last for a, b in ends):
            clash.append(one)
    rows = table.loc[table["year"].isin(clash), CELL]
    return rows.assign(hide_n=True, hide_x=True)


def _two_way(published: Published, before: list[Facts]) -> pd.DataFrame:
    """Return the two-way groups of years told before that no earlier release shows.

    A release's tables leave out two-way groups that are hidden whole: they are hidden all the same.
    """
    years = {year for facts in before for year in facts.years}
    cells = pd.concat([facts.cells for facts in before])
    cells = cells[cells["n"].notna() & ~cells["n_hidden"] & ~cells["x_hidden"]]
    shown = pd.MultiIndex.from_frame(cells[KEY])
    table = published.table
    rows = table.loc[table["dimension"].str.contains(BY, regex=False), CELL]
    rows = rows[rows["year"].isin(years)]
    rows = rows[~pd.MultiIndex.from_frame(rows).isin(shown)]
    return rows.assign(hide_n=True, hide_x=True)


def _known(before: list[Facts], copies: list[Path], new: Path, seconds: float, policy) -> set:
    """Return the cells that the earlier releases show, or that either gives away alone."""
    cells = pd.concat([facts.cells for facts in before])
    scores = cells["indicator"].isin([i for i, one in catalog.indicators().items() if one.score])
    open_ = ~cells["n_hidden"] & ~cells["x_hidden"] & cells["n"].notna()
    open_ &= cells["x"].notna() | scores
    shown = set(cells.loc[open_, KEY].itertuples(index=False, name=None))
    limits = {"seconds": seconds, **policy}
    alone = verify(copies[-1], earlier=copies[:-1], **limits), verify(new, **limits)
    return shown | {leak.cell for one in alone for leak in one.leaks}


def _named(leaks: list, verdict: Verdict) -> str:
    labels = catalog.indicators()
    said = []
    for leak in leaks[:_NAMED]:
        year, unit, indicator, dimension, group = leak.cell
        about = labels[indicator].label if indicator in labels else indicator
        who = "all students" if dimension == ALL else group
        said.append(", ".join(filter(None, [verdict.names.get(unit, unit), year, about, who])))
    return "; ".join(said) + (" and others" if len(leaks) > _NAMED else "")


def _notes(first: Published, published: Published, verdict: Verdict) -> list[str]:
    """Return what a person should know, in plain lines."""

    def shown(one: Published) -> int:
        return int(one.table["n"].notna().sum() + one.table["why"].isin(["", "band"]).sum())

    less = shown(first) - shown(published)
    said = [
        f"Beside the earlier releases, {many(less, 'more number')} "
        f"{'is' if less == 1 else 'are'} hidden."
        if less
        else "Beside the earlier releases nothing more had to be hidden."
    ]
    if verdict.leaks:
        cells = many(len({leak.cell for leak in verdict.leaks}), "number")
        said.append(
            f"An earlier release already shows {cells} that this one hides; what was published "
            "cannot be taken back by hiding it now."
        )
    if verdict.open:
        said.append(
            f"{many(verdict.open, 'hidden number')} could not be settled in the time allowed: "
            "run equitylab verify with --earlier."
        )
    return said
