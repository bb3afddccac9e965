"""Reading: a file or folder of any known format becomes a Dataset."""

from __future__ import annotations

import difflib
from pathlib import Path

from ..catalog import content
from ..errors import DataError
from ..schema import Dataset
from . import (
    archives,
    crdc,
    edfacts,
    edfi,
    england,
    grids,
    massachusetts,
    newjersey,
    oneroster,
    sis,
    sql,
    survey,
    tables,
    tidy,
    virginia,
    washington,
)
from .sql import shown

__all__ = ["read", "shown"]

FORMATS = (
    crdc,
    england,
    oneroster,
    edfi,
    edfacts,
    virginia,
    washington,
    massachusetts,
    newjersey,
    survey,
)  # published layouts: each tells its own files by their columns


def read(
    path: str | Path,
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
    query: str | list[str] | None = None,
) -> Dataset:
    """What is in this file, folder or database, as tidy counts?

    Known formats: a student information system's export (one row a student, with or without child
    files), the tidy counts table, published layouts (:data:`FORMATS`), OneRoster, Ed-Fi, and zips.

    Parameters
    ----------
    path : str or Path
        A CSV, TSV, XLSX or Parquet file, or a folder of them; or a database's SQLAlchemy address.
    context : str, optional
        A context pack (``us_example``, ``england_example``, ``place_and_opportunity``, …; the first
        word will do): which ways of grouping students are read.
    map : dict, optional
        Answers to "which column is it?": column to meaning, to ``"ignore"``, or to
        ``"dimension:NAME"``.
    year : str, optional
        The school year, where neither a column nor a file's name says it.
    query : str or list of str, optional
        What to read of a database: a ``select``, or a file that ends in ``.sql``.

    Returns
    -------
    Dataset
        ``.counts``, ``.scores``, ``.units``, ``.report`` (what was seen, and what was set aside).

    Raises
    ------
    DataError
        What was seen, what was needed, and how to mend it.

    Examples
    --------
    >>> read("no-such-file.csv")
    Traceback (most recent call last):
    equitylab.errors.DataError: no-such-file.csv: There is no such file or folder.
    Check the name.
    """
    if sql.is_address(path):
        return sql.read(str(path), query, context=_context(context), map=map, year=year)
    if query:
        raise DataError(
            "A query is for a database, and this is a path.",
            file=path,
            mend="Leave --query out, or give an address such as sqlite:///file.db.",
        )
    options = {"context": _context(context), "map": map, "year": year}
    try:
        return _read(Path(path), **options)
    except MemoryError:
        raise DataError(
            "This machine has not the memory to read it.",
            file=path,
            mend="Give one year or one district at a time.",
        ) from None
    finally:
        grids.start.cache_clear()  # rows of students are not kept


def _read(path: Path, **options) -> Dataset:
    with archives.opened(path) as place:
        files = tables.files(place)
        known = next((one for one in FORMATS if one.recognise(files)), None)
        if known:
            data = known.read(files, **options)
        else:
            counts = [f for f in files if _is_tidy(f)]
            how, files = (tidy, counts) if counts else (sis, files)
            others = [f.name for f in tables.files(place) if f not in files]
            data = how.read(files, **options, name=_title(path))
            data.report.notes += [f"Passed over: {', '.join(others)}."] if others else []
        if data.counts.empty and data.scores.empty:
            why = max(data.report.set_aside, key=lambda a: a["rows"], default={}).get("reason")
            raise DataError(
                "No row could be counted" + (f" ({why})." if why else "."),
                file=path,
                mend="Look at the columns and codes that were expected, or answer with --map.",
            )
        mark = tables.sha256(files)
    data.source = {
        "path": path.absolute().name,
        "format": data.report.format,
        "sha256": mark,
    }
    return data


def _is_tidy(path: Path) -> bool:
    try:
        return tidy.recognise(path) is not None
    except DataError:
        return False


def _title(path: Path) -> str:
    """A file's or folder's name as the name of a district: without ending, marks and year."""
    name = path.absolute().stem if path.is_file() else path.absolute().name
    words = name.replace("_", " ").replace("-", " ").split()
    return " ".join(w.capitalize() if w.islower() else w for w in words)


def _context(context: str | None) -> str | None:
    """Return the id of a context pack, or of the one whose first word this is."""
    if context is None:
        return None
    packs = [p["id"] for p in content("group_schema")["packs"]]
    for pack in packs:
        if context == pack or context == pack.split("_")[0]:
            return pack
    close = difflib.get_close_matches(context, packs, n=1)
    raise DataError(
        f'"{context}" is not a context pack.',
        nearest=close[0] if close else None,
        mend=f"There are: {', '.join(packs)}.",
    )
