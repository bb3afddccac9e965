"""Leaks that need no solving: numbers printed where a file hides them, or under the minimum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import catalog
from ..schema import ALL
from .facts import Facts
from .harvest import _PUBLIC, KEY, WORDS

_SAME = ("n", "x", "rate", "other_n", "other_x")  # columns that mean the same in every file


@dataclass(frozen=True)
class Leak:
    """Something that an outsider can say about a hidden cell.

    Attributes
    ----------
    kind : str
        ``printed``, ``derived``, ``text`` or ``inconsistent``.
    file, where : str
        The file that gives it away (for ``derived``, the file that hides the cell) and the place.
    cell : tuple
        (year, unit_id, indicator, dimension, group).
    low, high : float or None
        What the number must lie between.
    says : str
        What an outsider can say, in plain words.
    """

    kind: str
    file: str
    where: str
    cell: tuple[str, str, str, str, str]
    low: float | None
    high: float | None
    says: str


def whole(value: float) -> str:
    """Return a number as people write it.

    Examples
    --------
    >>> whole(12.0), whole(0.25)
    ('12', '0.25')
    """
    return f"{value:,.0f}" if value == round(value) else f"{value:.4g}"


def printed(facts: Facts, min_group: int, min_cell: int) -> list[Leak]:
    """Return every leak that stands in the tables as such."""
    return [
        *_beside_hidden(facts),
        *_under_minimum(facts, min_group, min_cell),
        *_disagree(facts),
        *_changes(facts),
    ]


def key_of(facts: Facts, row: int) -> tuple:
    """Return the cell of a row."""
    return tuple(facts.cells.loc[row, KEY])


def place(row) -> str:
    """Return where a printed number stands."""
    return f"{row.place} {row.row}" if row.row >= 0 else str(row.place)


def _beside_hidden(facts: Facts) -> list[Leak]:
    """Return the hidden cells of which a file prints a number."""
    said, cells = facts.said, facts.cells
    if said.empty:
        return []
    x_hidden = cells["x_hidden"].to_numpy(bool)[said["cell"]]
    n_hidden = cells["n_hidden"].to_numpy(bool)[said["cell"]]
    banded = (cells["why"] == "band").to_numpy(bool)[said["cell"]]
    size = said["col"].isin(["n", "other_n"]).to_numpy() | _of_everyone(facts)
    bad = said[(n_hidden & size) | ((x_hidden | n_hidden | banded) & ~size)]
    leaks = []
    for (cell, file), rows in bad.groupby(["cell", "file"], observed=True, sort=True):
        words = ", ".join(
            f"{c} = {whole(v)}" for c, v in zip(rows["col"], rows["value"], strict=True)
        )
        first = next(rows.itertuples())
        state = "a band" if banded[rows.index[0]] else "hidden"
        exact = first.value if first.col in ("n", "x") else None
        says = f"prints {words}, where the folder says {state}."
        leaks.append(Leak("printed", file, place(first), key_of(facts, cell), exact, exact, says))
    return leaks


def _of_everyone(facts: Facts) -> np.ndarray:
    """Return where a size is followed by its share of everyone, which says no more than the two."""
    said, cells = facts.said, facts.cells
    unit = ["year", "unit_id", "indicator"]
    everyone = cells[cells["group"] == ALL].drop_duplicates(unit).set_index(unit)["n"]
    whole = everyone.reindex(pd.MultiIndex.from_frame(cells[unit])).to_numpy(float)
    share = (cells["n"].to_numpy(float) / np.where(whole > 0, whole, np.nan))[said["cell"]]
    near = np.abs(said["value"].to_numpy(float) - share) <= said["half"].to_numpy(float) + 1e-9
    return (said["col"] == "n, number 2").to_numpy() & near


def _under_minimum(facts: Facts, min_group: int, min_cell: int) -> list[Leak]:
    """Return the cells whose printed numbers the policy itself forbids."""
    cells = facts.cells
    events = cells["indicator"].isin([i for i, d in catalog.known_indicators().items() if d.events])
    hidden = cells["x_hidden"] | cells["n_hidden"] | (cells["why"] == "band")
    n, x = cells["n"], cells["x"]
    open_ = ~hidden & cells["why"].isin([""])
    full = cells["indicator"].map(lambda i: _direction(i) != "up")
    under = "under the minimum of the policy."
    rules = [
        (
            (n > 0) & (n < min_group) & ~cells["n_hidden"],
            n,
            "n",
            f"prints the size of a group of {{}}, {under}",
        ),
        (open_ & (x > 0) & (x < min_cell), x, "x", f"prints a count of {{}}, {under}"),
        (
            open_ & ~events & (n - x > 0) & (n - x < min_cell),
            n - x,
            "x",
            f"prints counts by which all but {{}} had the outcome, {under}",
        ),
        (
            open_ & ~events & (n > 0) & (x == n) & full,
            n,
            "x",
            "prints that all {} had the outcome.",
        ),
        (open_ & ~events & (n > 0) & (x == 0) & ~full, n, "x", "prints that none of {} had it."),
    ]
    leaks = []
    for mask, values, col, words in rules:
        for row in np.flatnonzero(mask.to_numpy(bool)):
            found = facts.said[(facts.said["cell"] == row) & (facts.said["col"] == col)]
            first = next(found.itertuples(), None)
            where = place(first) if first is not None else ""
            file = first.file if first is not None else cells["file"].iat[row]
            value = float(values.iat[row])
            says = words.format(whole(value))
            leaks.append(Leak("printed", file, where, key_of(facts, row), value, value, says))
    return leaks


def _direction(indicator: str) -> str:
    known = catalog.known_indicators()
    return known[indicator].direction if indicator in known else "context"


def _disagree(facts: Facts) -> list[Leak]:
    """Return the cells of which two files print different numbers."""
    said = facts.said[facts.said["col"].isin(_SAME)]
    if said.empty:
        return []
    said = said.assign(low=said["value"] - said["half"], high=said["value"] + said["half"])
    by = said.groupby(["cell", "col"], observed=True)
    range_ = pd.concat([by["low"].max(), by["high"].min()], axis=1)
    leaks = []
    for cell, col in range_.index[range_["low"] > range_["high"] + 1e-6]:
        rows = said[(said["cell"] == cell) & (said["col"] == col)].drop_duplicates(["value"])
        words = " and ".join(f"{whole(r.value)} in {r.file}" for r in rows.itertuples())
        last = list(rows.itertuples())[-1]
        says = f"prints two numbers for one {col}: {words}."
        leaks.append(
            Leak("inconsistent", last.file, place(last), key_of(facts, cell), None, None, says)
        )
    cells = facts.cells
    rate = said[said["col"] == "rate"]
    n, x = cells["n"].to_numpy()[rate["cell"]], cells["x"].to_numpy()[rate["cell"]]
    off = (n > 0) & ~np.isnan(x)
    off &= np.abs(np.divide(x, n, where=n > 0, out=np.zeros(len(n))) - rate["value"]) > (
        rate["half"] + 1e-6
    )
    for row in rate[off.to_numpy(bool)].drop_duplicates("cell").itertuples():
        count, size = cells["x"].iat[row.cell], cells["n"].iat[row.cell]
        says = f"prints the share {whole(row.value)}, which is not {whole(count)} of {whole(size)}."
        leaks.append(
            Leak("inconsistent", row.file, place(row), key_of(facts, row.cell), None, None, says)
        )
    return leaks


def _changes(facts: Facts) -> list[Leak]:
    """Return the changes between years that are printed while one of the years is hidden."""
    hidden = facts.cells[facts.cells["x_hidden"] | facts.cells["n_hidden"]]
    hidden = set(map(tuple, hidden[KEY].to_numpy()))
    leaks = []
    if len(facts.changes):
        table = facts.changes
        numbers = [
            c for c in table if c not in WORDS and c not in _PUBLIC and c not in ("file", "n")
        ]
        for i, row in zip(table.index, table.to_dict("records"), strict=True):
            told = {c: row[c] for c in numbers if _is_number(row[c])}
            cell = tuple(str(row[k]) for k in KEY[1:])
            ends = [(str(row["year_from"]), *cell), (str(row["year_to"]), *cell)]
            found = [e for e in ends if e in hidden]
            if told and (found or row.get("why") == "hidden"):
                words = ", ".join(f"{c} = {v}" for c, v in told.items())
                says = f"prints a change ({words}) of which one year is hidden."
                end = found[0] if found else ends[-1]
                leaks.append(Leak("printed", row["file"], f"row {i}", end, None, None, says))
    said = facts.said[facts.said["col"].astype(str).str.startswith("change")]
    years = [y for y in facts.years if " to " not in y]
    for row in said.itertuples():
        year, *rest = key_of(facts, row.cell)
        before = [y for y in years if y < year]
        if before and (year, *rest) not in hidden and (before[-1], *rest) in hidden:
            says = f"prints a change of {whole(row.value)} from {before[-1]}, which is hidden."
            cell = (before[-1], *rest)
            leaks.append(Leak("printed", row.file, place(row), cell, None, None, says))
    return leaks


def _is_number(value: object) -> bool:
    try:
        return np.isfinite(float(str(value).rstrip("%")))
    except ValueError:
        return False
