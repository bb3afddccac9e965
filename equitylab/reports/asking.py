"""What was asked of a batch, checked in words before anything is written."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from .. import catalog, readers, samples
from ..display import many
from ..errors import DataError, ReportError
from ..schema import Dataset
from . import files


def thresholds(min_group: int, min_cell: int) -> None:
    """Refuse thresholds under the floor of ``content/reporting_rules.yaml``."""
    floor = catalog.content("reporting_rules")["privacy"]["floor_n"]
    if min_group < floor:
        raise ReportError(
            f"Groups of fewer than {floor} students cannot be shown, and --min-group asks for "
            f"{min_group}.",
            mend=f"Say --min-group {floor} or more; 10 is usual.",
        )
    if min_cell < 1:
        raise ReportError(
            "--min-cell must be 1 or more.", mend="3 is usual; stricter rules say 10."
        )


def outside(path: Path, out: Path) -> None:
    """Refuse a place for certificates in the folder that is published."""
    inside = out.resolve()
    if path.resolve() == inside or inside in path.resolve().parents:
        raise ReportError(
            "Certificates hold hidden numbers and cannot lie in the folder that is published.",
            file=path,
            mend="Give a path outside the --out folder, where only the data's owner can read.",
        )
    files.writable(path.parent)


def no_lesson(book: Path) -> None:
    """Refuse to print a leader's answers, private ones too, into a folder that is published."""
    if book.stem in {module["slug"] for module in catalog.content("modules")["modules"]}:
        raise ReportError(
            f"{book.stem} prints a leader's own answers, which do not belong in a folder of reports.",
            mend="Leave --portfolios out to print it empty, or print it from the leader's own page.",
            notebook=book.stem,
        )


def asked_of(data: str | Path | Dataset | None, *options: object) -> str:
    """Return the fingerprint of a source and how it is read; empty where it has none."""
    if isinstance(data, Dataset):
        return ""
    made = hashlib.sha256(repr(options).encode())
    root = samples.path("riverbend") if data is None else Path(data)
    try:
        paths = sorted(p for p in root.rglob("*") if p.is_file()) if root.is_dir() else [root]
        for path in paths:
            with path.open("rb") as file:
                made.update(str(path.relative_to(root)).encode())
                made.update(hashlib.file_digest(file, "sha256").digest())
    except OSError:  # reading it will say what is wrong
        return ""
    return made.hexdigest()


def dataset(
    data: str | Path | Dataset | None,
    map: Mapping[str, str] | None = None,
    context: str | None = None,
    year: str | None = None,
) -> Dataset:
    """Return the data that was asked for: read, and cut to one year if one was named.

    A year also answers the question which year it is, where a file does not say.

    Raises
    ------
    DataError
        It cannot be read, or does not hold that year.
    """
    if isinstance(data, Dataset):
        made = data
    else:
        source = samples.path("riverbend") if data is None else Path(data)
        made = readers.read(source, map=dict(map) if map else None, context=context, year=year)
    if year is None:
        return made
    if year not in made.years:
        close = difflib.get_close_matches(year, made.years, n=1)
        raise DataError(
            f'The file holds no year "{year}".',
            nearest=close[0] if close else None,
            mend=f"It holds {', '.join(made.years)}.",
        )
    return replace(
        made,
        counts=made.counts[made.counts["year"] == year].reset_index(drop=True),
        scores=made.scores[made.scores["year"] == year].reset_index(drop=True),
    )


def reported(units: pd.DataFrame) -> pd.DataFrame:
    """Return the units that reports are made of: schools, and districts of which the file has none.

    Examples
    --------
    >>> level, parent = ["district", "district", "school"], ["", "", "D1"]
    >>> units = pd.DataFrame({"unit_id": ["D1", "D2", "01"], "level": level, "parent_id": parent})
    >>> list(reported(units)["unit_id"])  # the report of D1 comes with that of its school
    ['01', 'D2']
    """
    schools = units[units["level"] == "school"]
    empty = (units["level"] == "district") & ~units["unit_id"].isin(schools["parent_id"])
    return pd.concat([schools, units[empty]])


def counted(units: pd.DataFrame) -> str:
    """Return how many schools, and how many districts without one, reports are made of.

    Examples
    --------
    >>> counted(pd.DataFrame({"level": ["school", "district", "district"]}))
    '1 school and 2 districts without a school'
    """
    schools, districts = (int((units["level"] == name).sum()) for name in ("school", "district"))
    if not schools:
        return f"{many(districts, 'district')} and no school"
    more = f" and {many(districts, 'district')} without a school" if districts else ""
    return many(schools, "school") + more


def select(schools: pd.DataFrame, wanted: Iterable[str] | None) -> list[str]:
    """Return the ids of the schools that were asked for, by id or exact name.

    Raises
    ------
    DataError
        There are no schools, none of that name (``nearest`` is the closest), or more than one.

    Examples
    --------
    >>> select(pd.DataFrame({"unit_id": ["01", "02"], "unit": ["Oak", "Elm"]}), ["Elm", "01"])
    ['02', '01']
    """
    ids, names = list(schools["unit_id"]), list(schools["unit"])
    if not ids:
        raise DataError(
            "The file holds no school and no district.",
            mend="Reports are made of these; equitylab check DATA shows what was read.",
        )
    if wanted is None or not (wanted := list(wanted)):
        return ids
    named: dict[str, list[str]] = {}
    for id, name in zip(ids, names, strict=True):
        named.setdefault(_folded(name), []).append(id)
    chosen = []
    for one in wanted:
        found = [one] if one in set(ids) else named.get(_folded(one), [])
        if len(found) > 1:
            raise DataError(
                f'{len(found)} schools are named "{one}".',
                mend=f"Give the id: {', '.join(found[:8])}.",
                school=one,
            )
        if not found:
            known = {_folded(n): n for n in names} | {i: i for i in ids}
            close = difflib.get_close_matches(_folded(one), known, n=1)
            raise DataError(
                f'No school has the id or the name "{one}".',
                nearest=known[close[0]] if close else None,
                mend="equitylab check DATA lists the schools.",
                school=one,
            )
        chosen += found
    return list(dict.fromkeys(chosen))


def _folded(name: str) -> str:
    return " ".join(str(name).split()).casefold()
