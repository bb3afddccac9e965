"""A new release beside those that were published before: what each hides, and what both tell.

What an earlier release hides is hidden again, so that of those years the new one shows no more.
What only both together tell is then sought by the attack of ``verify``, before anything is written.
"""

from __future__ import annotations

import csv
import io
import json
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
from ..privacy.relations import bases
from ..privacy.verify import Verdict, verify
from ..schema import ALL, BY
from .folder import digest

_READ = ("manifest.json", "findings.csv")  # what a folder says, without its pages
_COLUMNS = (*KEY, "n", "x", "why", "n_why")  # without these, what it hides is not known
_NAMED = 3  # conflicts that a refusal names


def marks(folders: Iterable[Path]) -> list[str]:
    """Return the fingerprints of earlier folders, and refuse what is no finished one.

    Raises
    ------
    DataError
        A folder is not one of reports, is damaged, or does not say what it hides: silence about
        a release that cannot be read would be taken for safety.
    """
    return [digest(*_sound(Path(one))) for one in folders]


def _sound(folder: Path) -> list[bytes]:
    """Return the files of an earlier folder that are read, or say what is wrong with them."""
    if not all((folder / name).is_file() for name in _READ):
        raise DataError(
            "This is not a finished folder of reports: it lacks manifest.json or findings.csv.",
            file=folder,
            mend="Give the --out folder of an earlier equitylab report.",
        )
    manifest, table = files = [(folder / name).read_bytes() for name in _READ]
    mend = "Take another copy of that folder, as it was published."
    try:
        told = json.loads(manifest)
        whole = isinstance(told["policy"], dict) and isinstance(told["units"], list)
        done = [r["unit_id"] for r in told.get("reports", []) if r["status"] != "failed"]
    except (ValueError, TypeError, KeyError, AttributeError):
        whole = False
    if not whole:
        message = "This earlier folder is damaged: its manifest cannot be read."
        raise DataError(message, file=folder / "manifest.json", mend=mend)
    try:
        rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    except (UnicodeError, csv.Error):
        rows = []
    head = rows[0] if rows else []
    if lacking := [c for c in _COLUMNS if c not in head]:
        columns = ", ".join(lacking[:4]) + (", …" if len(lacking) > 4 else "")
        raise DataError(
            f"This earlier table does not say what it hides: it has no column {columns}.",
            file=folder / "findings.csv",
            mend=f"{mend} A table of another version of EquityLab cannot be held beside this one.",
        )
    at = head.index("unit_id")
    broken = [k for k, row in enumerate(rows, 1) if len(row) != len(head)]
    if broken or {*done} - {row[at] for row in rows}:
        raise DataError(
            "This earlier table is damaged: it breaks off, or rows of it are gone.",
            file=folder / "findings.csv",
            row=broken[0] if broken else None,
            mend=mend,
        )
    return files


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
        # Each release promised by thresholds of its own.
        policy = {name: published.policy[name] for name in ("min_group", "min_cell")}
        (new / "manifest.json").write_text(json.dumps({"policy": policy}), "utf-8")
        verdict = verify(new, earlier=copies, seconds=seconds)
        known = _known(before, copies, new, seconds, policy) if verdict.leaks else set()
    new_leaks = [leak for leak in verdict.leaks if leak.cell not in known]
    if new_leaks:
        raise PrivacyError(
            f"Beside the earlier releases this one would give {many(len(new_leaks), 'hidden number')}"
            f" away: {_named(new_leaks, verdict)}. Nothing was written.",
            mend="Publish with the thresholds and the groups of the earlier release, or take that "
            "release back. Then run this again.",
        )
    ours = pd.MultiIndex.from_frame(published.table[CELL[:2]])
    apart = not any(ours.isin(pd.MultiIndex.from_frame(f.cells[KEY[:2]])).any() for f in before)
    less = numbers_shown(first) - numbers_shown(published)
    said = f"Beside the earlier releases{',' if less else ''} {hidden_more(less)}."
    return published, [said, *_notes(verdict, apart)]


def numbers_shown(published: Published) -> int:
    """Return how many sizes and counts a release shows."""
    table = published.table
    return int(table["n"].notna().sum() + table["why"].isin(["", "band"]).sum())


def hidden_more(less: int) -> str:
    """Return how many numbers had to be hidden because of another release, in words.

    Examples
    --------
    >>> hidden_more(1), hidden_more(0)
    ('1 more number is hidden', 'nothing more had to be hidden')
    """
    if not less:
        return "nothing more had to be hidden"
    return f"{many(less, 'more number')} {'is' if less == 1 else 'are'} hidden"


def _hidden(facts: Facts) -> pd.DataFrame:
    """Return the cells that a folder hides, and the units that its totals leave out."""
    cells = facts.cells
    base = bases(cells, catalog.known_indicators())
    at = ["year", "unit_id", "indicator"]
    base = [base[key] for key in cells[at].itertuples(index=False, name=None)]
    size = pd.MultiIndex.from_frame(
        cells.assign(base=base)[["year", "unit_id", "base", "dimension", "group"]]
    )
    # A size that stands beside another measure of the same students is not hidden.
    shown = size[cells["n"].notna() & ~cells["n_hidden"]]
    partial = set(cells.loc[cells["partial"], at].itertuples(index=False, name=None))
    whole = (cells["n_hidden"] & (cells["dimension"] == ALL)).to_numpy(bool)
    left_out = [
        hidden and any((year, above, what) in partial for above in facts.above([unit])[1:])
        for hidden, year, unit, what in zip(whole, *(cells[c] for c in at), strict=True)
    ]
    out = cells[KEY].assign(hide_n=cells["n_hidden"] & ~size.isin(shown), left_out=left_out)
    out["hide_x"] = cells["x_hidden"] | cells["n_hidden"]
    return out[out["hide_x"]]


def _shown(published: Published, also: pd.DataFrame) -> pd.Series:
    """Return which rows show something that an earlier release hides."""
    table = published.table
    here = pd.MultiIndex.from_frame(table[CELL])
    size = here.isin(pd.MultiIndex.from_frame(also.loc[also["hide_n"], CELL]))
    count = here.isin(pd.MultiIndex.from_frame(also.loc[also["hide_x"], CELL]))
    size |= here.isin(pd.MultiIndex.from_frame(also.loc[also["left_out"], CELL]))
    return (size & table["n"].notna()) | (count & table["why"].isin(["", "band"]))


def _pooled(published: Published, before: list[Facts]) -> pd.DataFrame:
    """Return the pooled rows, where an earlier release pools some of the years otherwise.

    A longer window minus a shorter one is a year; so they go, the shown with the hidden, but for
    those that anyone can add up from the years.
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
    rows = table[table["year"].isin(clash)]
    rows = rows.loc[~_only_sums(rows, table), CELL]
    return rows.assign(hide_n=True, hide_x=True, left_out=False)


def _only_sums(rows: pd.DataFrame, table: pd.DataFrame) -> pd.Series:
    """Return which pooled rows are the sums of years that are all shown: they tell nothing new."""
    told = table[~table["pooled"].astype(bool) & (table["why"] == "")]
    sums = pd.Series(False, rows.index)
    for window, some in rows.groupby("year"):
        first, last = window.split(" to ")
        inside = told[told["year"].between(first, last)].groupby(CELL[1:])[["n", "x"]].sum()
        here = inside.reindex(pd.MultiIndex.from_frame(some[CELL[1:]]))
        same = here[["n", "x"]].to_numpy(float) == some[["n", "x"]].to_numpy(float)
        sums[some.index] = same.all(axis=1) & (some["why"] == "").to_numpy()
    return sums


def _two_way(published: Published, before: list[Facts]) -> pd.DataFrame:
    """Return the two-way groups of schools and years told before that no earlier release shows.

    A release's tables leave out two-way groups that are hidden whole: they are hidden all the same.
    """
    cells = pd.concat([facts.cells for facts in before])
    size = cells["n"].notna() & ~cells["n_hidden"]
    table = published.table
    rows = table.loc[table["dimension"].str.contains(BY, regex=False), CELL]
    told = pd.MultiIndex.from_frame(cells[KEY[:2]])
    rows = rows[pd.MultiIndex.from_frame(rows[KEY[:2]]).isin(told)]
    here = pd.MultiIndex.from_frame(rows)
    size, count = (
        here.isin(pd.MultiIndex.from_frame(cells.loc[shown, KEY]))
        for shown in (size, size & ~cells["x_hidden"])
    )
    rows = rows.assign(hide_n=~size, hide_x=~count, left_out=False)
    return rows[rows["hide_x"]]


def _known(before: list[Facts], copies: list[Path], new: Path, seconds: float, policy) -> set:
    """Return the cells that the earlier releases show, or that either gives away alone."""
    cells = pd.concat([facts.cells for facts in before])
    scores = cells["indicator"].isin([i for i, one in catalog.indicators().items() if one.score])
    open_ = ~cells["n_hidden"] & ~cells["x_hidden"] & cells["n"].notna()
    open_ &= cells["x"].notna() | scores
    shown = set(cells.loc[open_, KEY].itertuples(index=False, name=None))
    # Of the earlier ones by today's thresholds: what those tell too closely, they have told.
    old = verify(copies[-1], earlier=copies[:-1], seconds=seconds, **policy)
    alone = old, verify(new, seconds=seconds)
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


def _notes(verdict: Verdict, apart: bool) -> list[str]:
    """Return what a person should know besides, in plain lines."""
    said = []
    if apart:
        said.append(
            "No school and year of theirs is in this release: are these the folders that you meant?"
        )
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
