"""Raw tables: one CSV, TSV, XLSX, Parquet or JSON file as text cells, with the rows of the source kept.

Nothing here knows what a column means. Every cell is text (a blank is ``""``), the index of a frame
is the row number that a spreadsheet shows, and what was mended on the way is in ``Table.notes``.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ..errors import DataError
from . import grids, jsons, parquets

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet", *grids.JSON)
DEEP, MANY = 6, 20_000  # folders within folders that are looked into, and files in all
_NUMBER = re.compile(
    r"[-+–<>≤≥~]?\s*[$£€]?[\d.,]+([eE][-+]?\d+)?\s*%?$|[*.…–-]+$|\d{4}[-/]\d\d?.*$"
)


@dataclass
class Table:
    """One sheet or file of text cells.

    Attributes
    ----------
    path : Path
    sheet : str
        Name of the sheet; empty for a CSV.
    frame : DataFrame
        Text cells, a blank is ``""``; the index is the 1-based row number in the source.
    header_row : int
        Where the column names stood.
    notes : list of str
        What was found around the data and mended: preamble, footers, encoding, names.
    """

    path: Path
    sheet: str
    frame: pd.DataFrame
    header_row: int
    notes: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The words for this table in a message: the file, and the sheet where there are many."""
        return f"{self.path.name}, sheet {self.sheet}" if self.sheet else self.path.name


def files(path: Path | str) -> list[Path]:
    """Return the table files at a path: itself, or those in the folder and the folders in it.

    Raises
    ------
    DataError
        Nothing is there, or nothing that could be a table.
    """
    path = Path(path)
    if not path.exists():
        raise DataError("There is no such file or folder.", file=path, mend="Check the name.")
    if not path.is_dir():
        if not path.is_file():  # a pipe or a device would be read for ever
            raise DataError(
                "This is neither a file nor a folder.", file=path, mend="Give the export itself."
            )
        return [path]
    found = [
        p
        for p in sorted(_inside(path), key=lambda p: (len(p.parts), p))
        if p.suffix.lower() in ENDINGS and p.is_file() and _wanted(p, path)
    ]
    # JSON beside other tables is about them (a schema, a log), and not one of them.
    found = [p for p in found if p.suffix.lower() not in grids.JSON] or found
    if not found:
        raise DataError(
            "The folder holds no CSV, XLSX, Parquet or JSON file.",
            file=path,
            mend="Give the folder that holds the export, or one of its files.",
        )
    return found


def _inside(folder: Path) -> list[Path]:
    """The files of a folder and of those in it, as deep as published archives go."""
    found: list[Path] = []
    for place, folders, names in os.walk(folder):
        if len(Path(place).relative_to(folder).parts) >= DEEP - 1:
            folders.clear()
        folders[:] = [f for f in folders if not f.startswith(".")]
        found += [Path(place) / name for name in names]
        if len(found) > MANY:
            raise DataError(
                f"The folder holds more than {MANY:,} files.",
                file=folder,
                mend="Give the folder of the export itself.",
            )
    return found


def _wanted(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in parts)
    about = path.stem.lower().startswith(("readme", "license", "licence", "data_dictionary"))
    return not (hidden or about or path.name.lower().endswith(".meta.csv"))


def sha256(paths: Iterable[Path]) -> str:
    """Return one fingerprint of these files' contents, whatever folder they lie in."""
    total = hashlib.sha256()
    for path in sorted(paths, key=lambda p: p.name):
        total.update(path.name.encode() + b"\0")
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def header(path: Path | str) -> list[str]:
    """Return the column names of a file (of its first sheet that has any), read cheaply."""
    path = Path(path)
    try:
        state = path.stat()
    except OSError:
        return list(_header(path, None))
    return list(_header(path, (state.st_mtime_ns, state.st_size)))


@lru_cache(maxsize=256)  # every format asks for it
def _header(path: Path, state: tuple | None) -> list[str]:
    what = grids.kind(path)
    if what == "parquet":
        return _names(parquets.names(path))
    if what == "json":
        return _names(jsons.read(path, limit=grids.SAMPLE).columns)
    if what == "xlsx":
        rows = next((rows for _, rows in grids.workbook(path, limit=grids.SAMPLE) if rows), [])
    else:
        rows = grids.sample(path)
    return _names(rows[_header_at(rows, frozenset())]) if rows else []


def load(path: Path | str, *, words: Iterable[str] = ()) -> Table:
    """Return the first table of a file that has rows: see :func:`load_all`."""
    return load_all(path, words=words)[0]


def load_all(path: Path | str, *, words: Iterable[str] = ()) -> list[Table]:
    """Return every table of a file: one for a CSV, one for each sheet of a workbook with data.

    Parameters
    ----------
    path : path
    words : iterable of str
        Column names that are expected (see :func:`plain`). Of the first rows, the one with most of
        them is the header; without any, the first well-filled row of words.

    Raises
    ------
    DataError
        The file is empty, is no table, or a row has more cells than the header.
    """
    path, words = Path(path), frozenset(words)
    what = grids.kind(path)
    if what == "parquet":
        found = [of_frame(path, parquets.read(path))]
    elif what == "json":
        found = [of_frame(path, jsons.read(path), first=1)]
    elif what == "xlsx":
        sheets = grids.workbook(path)
        found = [
            _table(path, name, pd.DataFrame(rows, dtype="str"), words, []) for name, rows in sheets
        ]
        if len(sheets) == 1 and found[0] is not None:
            found[0].sheet = ""
    else:
        raw, notes = grids.read_csv(path)
        found = [_table(path, "", raw, words, notes)]
    found = [table for table in found if table is not None]
    if not found:
        raise DataError(
            "The file has no cell with anything in it.", file=path, mend="Export it again."
        )
    if not any(len(t.frame) for t in found):
        raise DataError(
            "The file has a header and no row under it.",
            file=path,
            row=found[0].header_row,
            mend="Export it again with the rows.",
        )
    return [t for t in found if len(t.frame)]


def plain(name: str) -> str:
    """Return a column name without case, spaces and marks, for comparing.

    Examples
    --------
    >>> plain("Student\\n ID#"), plain("% Absent"), plain("Días")
    ('studentid', 'percentabsent', 'días')
    """
    name = str(name).replace("%", "percent").replace("+", "plus")
    return re.sub(r"[\W_]+", "", name.casefold())


def _header_at(rows: list[list[str]], words: frozenset) -> int:
    """The row, among the first, that holds the column names."""
    filled = [sum(bool(c.strip()) for c in row) for row in rows]
    known = [len({plain(c) for c in row} & words) for row in rows]
    most, first = max(filled, default=0), None
    for at, row in enumerate(rows):
        cells = [c.strip() for c in row if c.strip()]
        numbers = sum(bool(_NUMBER.match(c)) for c in cells)
        distinct = len(set(cells)) >= 0.8 * len(cells)
        if cells and len(cells) >= 0.6 * most and numbers <= 0.3 * len(cells) and distinct:
            first = at
            break
    if first is None:
        first = next((at for at, n in enumerate(filled) if n), 0)
    # A row of names that are expected is a better header than a preamble that happens to be full.
    best = known.index(max(known, default=0)) if known else 0
    if rows and known[best] >= max(known[first] + 2, 0.3 * filled[best]):
        return best
    return first


def _names(row: Iterable[str]) -> list[str]:
    """Column names made clean and distinct: blanks get the letter that a spreadsheet shows."""
    found: dict[str, None] = {}
    times: dict[str, int] = {}
    for at, name in enumerate(row):
        name = " ".join(str(name).translate(grids.CONTROL).split()) or f"column {_letter(at)}"
        own = name
        while own in found:
            times[name] = times.get(name, 1) + 1
            own = f"{name} ({times[name]})"
        found[own] = None
    return list(found)


def _letter(at: int) -> str:
    text = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        text = chr(65 + rest) + text
    return text


def of_frame(path: Path, frame: pd.DataFrame, *, first: int = 2) -> Table:
    """Return a frame of text as a table; its rows count from 2, as if a header stood in row 1."""
    frame = frame.apply(lambda column: column.str.strip())
    frame.columns = _names(frame.columns)
    frame.index = pd.RangeIndex(first, len(frame) + first)
    return Table(path, "", frame, first - 1)


def _table(
    path: Path, sheet: str, raw: pd.DataFrame, words: frozenset, notes: list[str]
) -> Table | None:
    """Cut the preamble, the footers and the blank rows and columns off a grid of text."""
    if raw.empty:
        return None
    raw = raw.fillna("").apply(lambda column: column.str.strip())
    sample = raw.head(grids.SAMPLE).to_numpy().tolist()
    at = _header_at(sample, words)
    names = [*sample[at]]
    data = raw.iloc[at + 1 :].copy()
    data.index = pd.RangeIndex(at + 2, at + 2 + len(data))
    filled = (data != "").sum(axis=1)
    table = Table(path, sheet, data, at + 1, notes)
    if at and any(any(row) for row in sample[:at]):
        table.notes.append(f"{at} line(s) before the header in row {at + 1} were passed over.")
    # A column without a name and without a cell is blank; one with cells keeps them, unless
    # these stand in so few rows that they are what a stray comma pushed out of the last column.
    empty = (data == "").all()
    stray = [c for c, n in zip(data, names, strict=True) if not n and not empty[c]]
    last = max((i for i, n in enumerate(names) if n), default=0)
    for column in stray:
        rows = data.index[data[column] != ""]
        if column > last and len(rows) < 0.5 * len(data):
            raise DataError(
                f"The row has more cells than the header, which has {last + 1}.",
                file=path,
                row=int(rows[0]),
                mend="Put text that holds the separator in quotes, or export the file again.",
            )
    keep = [not (e and not n) for e, n in zip(empty, names, strict=True)]
    data = data.loc[filled > 0, keep]
    data.columns = [n for n, k in zip(_names(names), keep, strict=True) if k]
    if data.shape[1] >= 3:
        data, feet = _without_footers(data)
        if feet:
            table.notes.append(
                f"{len(feet)} line(s) under the data, from row {feet[0]}, are notes."
            )
    for column in data.columns:
        cells = data[column].str  # plain searches: a regular expression is ten times slower
        double = cells.contains("  ", regex=False) | cells.contains("\n", regex=False)
        double |= cells.contains("\t", regex=False)
        if double.any():
            data.loc[double, column] = data.loc[double, column].str.replace(r"\s+", " ", regex=True)
    table.frame = data
    return table


def _without_footers(data: pd.DataFrame) -> tuple[pd.DataFrame, list[int]]:
    """Cut the rows at the end that hold one cell, in a table of three columns or more."""
    filled = (data.tail(30) != "").sum(axis=1).to_numpy()
    feet = 0
    while feet < len(filled) and filled[-1 - feet] <= 1:
        feet += 1
    if not feet or feet == len(data):
        return data, []
    return data.iloc[:-feet], [int(r) for r in data.index[-feet:]]
