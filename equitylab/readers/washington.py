"""Washington's discipline file: one row a district, the state first, with a blank for a hidden count.

``black_pop`` are the students of a group and ``black_d`` those suspended or expelled; a student can
stand in more than one group, so that groups do not add up to all students everywhere.

Source: Office of Superintendent of Public Instruction, as published with a newspaper's analysis of
2014, read in the file itself.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..catalog import content
from ..errors import DataError
from ..schema import ALL, Dataset, ReadReport
from . import tables
from .ranges import of_counts
from .state_rows import dataset, the_file, the_year
from .values import ids

IDS = ("code", "district")


def recognise(files: list[Path]) -> str | None:
    """Return the column names that make this Washington's discipline file, or None."""
    for path in files:
        try:
            names = tables.header(path)
        except DataError:
            continue
        pairs = _pairs(names)
        if {*IDS, *_book()["total"]} <= set(names) and pairs:
            return (
                f"columns {', '.join((*IDS, *_book()['total']))} and pairs such as "
                + " and ".join(next(iter(pairs.values())))
            )
    return None


def _book() -> dict:
    return content("state_files")["washington"]


def _pairs(names: list[str]) -> dict[str, tuple[str, str]]:
    """Return each group's two columns: how many students, and how many disciplined."""
    stems = [n.removesuffix("_pop") for n in names if n.endswith("_pop")]
    return {s: (f"{s}_pop", f"{s}_d") for s in stems if f"{s}_d" in names}


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return Washington's discipline file as a dataset of districts and the state.

    Parameters
    ----------
    files : list of Path
        The first that has the layout is read.
    context, map
        Not used: the layout is fixed.
    year : str, optional
        The school year, which no column says.

    Raises
    ------
    DataError
        A group that the code book lacks, or a cell that is neither a count nor blank.
    """
    report = ReadReport(format="Washington discipline", why=recognise(files) or "")
    path = the_file(files, recognise, report)
    table = tables.load(path, words=(*IDS, *_book()["total"]))
    frame, book = table.frame, _book()
    report.rows_in = len(frame)
    report.notes += [book["note"], *(f"{table.name}: {note}" for note in table.notes)]
    pairs = {ALL: tuple(book["total"])} | _pairs(list(frame.columns))
    unknown = [s for s in pairs if s != ALL and s not in book["groups"]]
    if unknown:
        raise DataError(
            f'The group "{unknown[0]}" is not in the code book of this format.',
            file=table.name,
            column=pairs[unknown[0]][0],
            mend=f"Known are {', '.join(book['groups'])}; take the column out, or rename it.",
        )
    alone = [n for n in frame if n.endswith("_pop") and f"{n.removesuffix('_pop')}_d" not in frame]
    if alone:
        raise DataError(
            f'"{alone[0]}" has no column of those disciplined beside it.',
            file=table.name,
            column=f"{alone[0].removesuffix('_pop')}_d",
            mend="Name the pair as published, such as black_pop and black_d, or take both out.",
        )
    unit_id, note = ids(frame["code"], file=table.name, column="code")
    report.notes += [note] if note else []
    lost = unit_id.str.fullmatch(r"\d{1,4}")
    if lost.any():
        unit_id = unit_id.where(~lost, unit_id.str.zfill(5))
        report.notes.append(f"{int(lost.sum())} codes had lost a leading zero; it was put back.")
    when = the_year(year, [path.stem, path.absolute().parent.name], report)
    parts = [
        _rows(table, unit_id, pair, book["groups"].get(stem, [ALL, ALL]), when, report)
        for stem, pair in pairs.items()
    ]
    state, name = book["state"]
    units = pd.DataFrame({"unit_id": unit_id.to_numpy(), "unit": frame["district"].str.strip()})
    units["level"] = np.where(units["unit_id"] == state, "state", "district")
    units["parent_id"] = np.where(units["unit_id"] == state, "", state)
    if state not in set(units["unit_id"]):
        units.loc[len(units) + 1] = [state, name, "state", ""]
    report.code_book["(blank)"] = "suppressed"
    return dataset(pd.concat(parts, ignore_index=True), units.reset_index(drop=True), report)


def _rows(table, unit_id, pair, label, when: str, report: ReadReport) -> pd.DataFrame:
    """One group's cells as rows; a blank is a count that was hidden."""
    cells = [table.frame[c].where(table.frame[c] != "", "*") for c in pair]
    n, x = (of_counts(v, file=table.name, column=c) for v, c in zip(cells, pair, strict=True))
    report.columns[pair[1]] = label[1]
    return pd.DataFrame(
        {
            "year": when,
            "unit_id": unit_id.to_numpy(),
            "indicator": _book()["indicator"],
            "dimension": label[0],
            "group": label[1],
            "n": n["low"].where(n["low"] == n["high"]).to_numpy(),
            "x_low": x["low"].fillna(0).to_numpy(),
            "x_high": x["high"].fillna(n["low"]).to_numpy(),
            "status": np.where(n["status"] == "ok", "ok", "suppressed"),
        }
    )
