"""The bytes of one file as a grid of text: CSV in any encoding, XLSX, Parquet, JSON.

What is not a table under whatever name (a PDF, an old workbook, a web page) is said here.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ..errors import DataError

SAMPLE = 60  # records looked at to find the separator and the header
MAX_PACKED, MAX_UNPACKED = 20_000_000, 4_000_000_000  # bytes of a workbook, packed tightly or not
MAX_CELLS, MAX_LETTERS = 50_000_000, 300_000_000  # of a table that its file is too small to hold
WIDEST, LONGEST = 16_384, 1_000_000  # columns, as a spreadsheet has; characters of one cell
LINE = 16_000_000  # bytes, of which no line of a table has so many
JSON = (".json", ".ndjson", ".jsonl")
_MAGIC = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls), or one with a password"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"{\\rtf", "a text document"),
    (b"SQLite", "a database"),
)
# Control characters, zero-width characters and direction overrides: never part of a name or number.
CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 133), *range(134, 160)])
CONTROL |= dict.fromkeys([0x200B, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
CONTROL |= dict.fromkeys([0x00A0, 0x0085, 0x202F, 0x2007, 0x2009, 0x2028, 0x2029], " ")
_MARKS = re.compile("[" + "".join(re.escape(chr(c)) for c in CONTROL) + "]")


def kind(path: Path) -> str:
    """Say what a file holds, by its first bytes: ``text``, ``xlsx``, ``parquet`` or ``json``.

    Raises
    ------
    DataError
        The file is empty, cannot be opened, or is something else under another name.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(512)
    except OSError as error:
        raise DataError(
            f"The file cannot be opened ({error.strerror}).",
            file=path,
            mend="Check who may read it.",
        ) from None
    if not start:
        raise DataError("The file is empty: 0 bytes.", file=path, mend="Export it again.")
    if start.startswith(b"PK"):
        return "xlsx"
    if start.startswith(b"PAR1"):
        return "parquet"
    for magic, words in _MAGIC:
        if start.startswith(magic):
            raise not_a_table(path, words)
    if re.match(rb"\s*(<!doctype html|<html|<\?xml|<table)", start, re.I):
        raise not_a_table(path, "a web page or XML document")
    if path.suffix.lower() in (".xlsx", ".xlsm", ".parquet"):
        raise not_a_table(path, "not a workbook, whatever its name says")
    return "json" if path.suffix.lower() in JSON else "text"


def not_a_table(path: Path, words: str) -> DataError:
    mend = "Save or export it as CSV (UTF-8) or XLSX."
    if words == "a database":
        mend = f'Ask it for rows: equitylab check sqlite:///{path.name} --query "select ..."'
    return DataError(
        f"This is {words}; a table of rows and columns is needed.", file=path, mend=mend
    )


def decode(raw: bytes) -> tuple[str, str]:
    """Return bytes as text, and the encoding that fitted: UTF-16 or UTF-8 by mark, else the first
    of UTF-8, Windows-1252 and Latin-1 that has every byte."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace"), "UTF-16"
    if raw[:200].count(0) > len(raw[:200]) // 4:  # no mark, but every other byte is nothing
        name = "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be"
        return raw.decode(name, "replace"), "UTF-16"
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        if error.end >= len(raw) - 3 and len(raw) >= 100_000:  # a sample cut inside a character
            return raw[: error.start].decode("utf-8-sig"), "UTF-8"
    try:
        return raw.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        return raw.decode("latin-1"), "Latin-1"


def records(text: str, separator: str, limit: int | None = None) -> list[list[str]]:
    found: list[list[str]] = []
    csv.field_size_limit(10_000_000)
    try:
        for record in csv.reader(io.StringIO(text.translate(CONTROL)), delimiter=separator):
            found.append(record)
            if limit and len(found) >= limit:
                break
    except csv.Error:  # pandas says where
        pass
    return found


def separator(text: str) -> str:
    """The separator with which most lines have the same, largest number of cells."""
    start = text[:200_000]
    best = (",", 0.0, 0)
    for mark in (",", "\t", ";", "|"):
        widths = Counter(len(r) for r in records(start, mark, SAMPLE) if any(c.strip() for c in r))
        widths.pop(1, None)
        if not widths:
            continue
        width, times = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = times / sum(widths.values()) * times
        if (score > 1.5 * best[1]) or (score > 0.66 * best[1] and width > best[2]):
            best = (mark, score, width)
    return best[0]


def sample(path: Path) -> list[list[str]]:
    """Return the first records of a text file, without reading the rest."""
    with open(path, "rb") as file:
        start, _ = decode(file.read(400_000))
    start = start.replace("\r\n", "\n").replace("\r", "\n")
    found = records(start, separator(start), SAMPLE)
    _measured(path, found)
    return found


def _measured(path: Path, rows: list[list[str]]) -> int:
    """The width of the widest row, where a table could be as wide."""
    width = max(map(len, rows), default=1)
    if width > WIDEST:
        raise DataError(
            f"A row has {width:,} cells, more than the {WIDEST:,} that a spreadsheet can have.",
            file=path,
            mend="Look at the separator and the ends of lines, or export it again.",
        )
    return width


def read_csv(path: Path) -> tuple[pd.DataFrame, list[str]]:
    """Return a text file as a grid, one row a record, and notes on how it was read."""
    _in_lines(path)
    content, encoding = decode(path.read_bytes())
    if "\r" in content:
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    if _MARKS.search(content):
        content = content.translate(CONTROL)
    if not content.strip():
        return pd.DataFrame(), []
    mark = separator(content)
    width = _measured(path, records(content, mark, SAMPLE))
    try:
        try:
            raw = _parse(path, content, mark, width)
        except (pd.errors.ParserError, pd.errors.ParserWarning):
            # A record is longer than any in the sample; whether that matters is for the caller.
            raw = _parse(path, content, mark, _measured(path, records(content, mark)))
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise DataError(
            f"The text cannot be cut into rows ({str(error).strip().splitlines()[-1]}).",
            file=path,
            mend="Look for a quotation mark that is opened and not closed, or export it again.",
        ) from None
    for column in raw if len(content) > LONGEST else ():
        long = raw[column].str.len()
        if long.max() > LONGEST:
            raise DataError(
                f"A cell holds {long.max():,} characters.",
                file=path,
                row=int(long.idxmax()) + 1,
                mend="Look for a quotation mark that is opened and not closed, or export it again.",
            )
    return raw, [] if encoding == "UTF-8" else [f"Read as {encoding}."]


def _in_lines(path: Path) -> None:
    """Refuse a text file with a line that no memory should hold."""
    if path.stat().st_size <= LINE:
        return
    with open(path, "rb") as file:
        while len(block := file.read(LINE)) == LINE:
            if b"\n" not in block and b"\r" not in block:
                raise DataError(
                    f"A line is longer than {LINE / 1e6:.0f} MB.",
                    file=path,
                    mend="Look at the ends of lines, or export it again.",
                )


def fits(path: Path, rows: int, columns: int, held: int) -> None:
    """Refuse a table that is far larger than what its file holds: a few wide rows of very many.

    Raises
    ------
    DataError
        It has more than :data:`MAX_CELLS` cells, and most of them are in no row.
    """
    if rows * columns > MAX_CELLS and rows * columns > 4 * held:
        raise DataError(
            f"{rows:,} rows by {columns:,} columns are {rows * columns:,} cells, and the file holds "
            f"{held:,}.",
            file=path,
            mend="Look for a row with far too many cells, or give one table at a time.",
        )


def _parse(path: Path, content: str, mark: str, width: int) -> pd.DataFrame:
    lines = content.count("\n") + 1
    fits(path, lines, width, content.count(mark) + lines)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)  # cells would be cut off
        return pd.read_csv(
            io.StringIO(content),
            sep=mark,
            header=None,
            names=range(width),
            index_col=False,
            dtype="str",
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,  # so that the position stays the row number
        )


def workbook(path: Path, limit: int | None = None) -> list[tuple[str, list[list[str]]]]:
    """Return each visible sheet's name and its rows of text cells, or the first of them."""
    if limit is None or limit > SAMPLE:
        return _sheets(path, limit)
    state = path.stat()
    found = start(path, (state.st_mtime_ns, state.st_size))
    if isinstance(found, DataError):
        raise DataError(found.message, file=path, mend=found.mend)
    return [(name, rows[:limit]) for name, rows in found]


@lru_cache(maxsize=16)
def start(path: Path, state: tuple) -> list[tuple[str, list[list[str]]]] | DataError:
    """Return the first rows of each sheet, or what is wrong: each format looks at them.

    Opening a workbook can take seconds; ``start.cache_clear()`` forgets what was seen.
    """
    try:
        return _sheets(path, SAMPLE)
    except DataError as error:
        return error


def _sheets(path: Path, limit: int | None) -> list[tuple[str, list[list[str]]]]:
    import openpyxl  # only where a workbook is read

    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.infolist()
            names = {i.filename for i in inside}
    except (zipfile.BadZipFile, OSError):
        raise DataError(
            "The workbook is damaged: it cannot be unpacked.", file=path, mend="Export it again."
        ) from None
    if not any(n.startswith("xl/") for n in names):
        raise not_a_table(path, "a zip archive or a document")
    whole = sum(one.file_size for one in inside)
    tight = sum(one.file_size for one in inside if one.file_size > 100 * one.compress_size)
    if tight > MAX_PACKED or whole > MAX_UNPACKED:
        raise DataError(
            f"The workbook unpacks to {whole / 1e6:,.0f} MB; it is not read.",
            file=path,
            mend="Save the sheet as CSV.",
        )
    try:  # read-only first: it opens workbooks whose drawings are broken, and needs less memory
        with open(path, "rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of styles and extensions that it lacks
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            found = []
            for sheet in book.worksheets:
                if getattr(sheet, "sheet_state", "visible") == "visible":
                    sheet.reset_dimensions()  # many exporters write them wrong
                    rows = sheet.iter_rows(values_only=True)
                    found.append((sheet.title, _cells(path, rows, limit)))
            return found
    except (DataError, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever its parser meets
        raise DataError(
            f"The workbook cannot be read ({type(error).__name__}).",
            file=path,
            mend="Open it, and save it again as XLSX or CSV.",
        ) from None


def _cells(path: Path, rows: Iterable[tuple], limit: int | None) -> list[list[str]]:
    found, filled, cells, letters = [], 0, 0, 0
    for row in rows:
        cells += len(row)  # one long text may be the content of any number of cells
        letters += sum(len(value) for value in row if value.__class__ is str)
        if cells > MAX_CELLS or letters > MAX_LETTERS:
            raise DataError(
                f"A sheet has more than {MAX_CELLS:,} cells or {MAX_LETTERS:,} letters.",
                file=path,
                mend="Save the sheet as CSV, one year or one district at a time.",
            )
        found.append([text(value) for value in row])
        if any(found[-1]):
            filled = len(found)
        if limit and len(found) >= limit:
            break
        if len(found) - filled > 20_000:  # a sheet formatted down to its last row
            break
    found = found[:filled]
    width = max((len(row) for row in found), default=0)
    fits(path, len(found), width, sum(map(len, found)))
    return [row + [""] * (width - len(row)) for row in found]


def text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.translate(CONTROL)
    if isinstance(value, float):
        # Excel keeps every number as a float: 17.0 is what the cell shows as 17.
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    return str(value)
