"""England's published education statistics: data files with filters and indicators.

Two layouts are read: explore-education-statistics (``time_period``, ``geographic_level``, with a
``.meta.csv`` that says which column is a filter and which an indicator) and the older statistical
first releases (``year``, ``level``). The code book is ``content/england.yaml``.
"""

from __future__ import annotations

import difflib
from pathlib import Path

import pandas as pd

from ..catalog import content, indicator, indicators
from ..errors import DataError
from ..schema import UNITS, Dataset, ReadReport, roll_up, tidy_counts
from . import tables
from .england_cells import cells_of
from .england_filters import Filters, one_total
from .meanings import some
from .tidy_cells import additive, with_all
from .values import school_year

_NOW, _BEFORE = {"time_period", "geographic_level"}, {"year", "level", "country_code"}


def recognise(files: list[Path]) -> str | None:
    """Return the columns that make one of these files an English statistical file, or None."""
    for path in files:
        try:
            names = {name.lower() for name in tables.header(path)}
        except DataError:
            continue
        if names >= _NOW:
            beside = _meta_path(path)
            return "columns time_period and geographic_level" + (
                f", with {beside.name}" if beside.is_file() else "; no .meta.csv beside the file"
            )
        if names >= _BEFORE:
            return "columns year, level and country_code: an older release"
    return None


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return English statistical files as one dataset: schools, local authorities, England.

    Parameters
    ----------
    files : list of Path
        Data files; a ``.meta.csv`` is looked for beside each.
    context : str, optional
        Not used: groups are as the file names them.
    map : dict, optional
        A filter to ``"dimension:NAME"``, to read its groups, or to ``"ignore"``.
    year : str, optional
        The one school year to read.

    Raises
    ------
    DataError
        No indicator of the files is known, a cell is neither a count nor a symbol of the code book,
        or two rows give one cell two numbers.
    """
    report = ReadReport(format="england", why=recognise(files) or "")
    answers = {k.lower(): v for k, v in (map or {}).items()}
    parts, passed, units = [], [], []
    for path in files:
        if recognise([path]) is None:
            report.notes.append(f"{path.name} was passed over: it has no year and level.")
            continue
        table = tables.load(path, words=content("england")["places"])
        table.frame.columns = [c.lower() for c in table.frame.columns]
        meta = _meta(path)
        wanted = _measures(table.frame.columns)
        if not wanted:
            passed.append((path, meta, list(table.frame.columns)))
            continue
        report.rows_in += len(table.frame)
        report.notes += [f"{table.name}: {note}" for note in table.notes]
        rows = _rows(table, year, report)
        filters = Filters.of(table, meta, answers, wanted)
        rows = one_total(rows, filters, wanted[0]["columns"][1], table.name, report)
        rows = filters.grouped(rows, table.name, report)
        units.append(rows)
        symbols = content("england")["symbols"]["now" if "time_period" in rows else "before"]
        for one in wanted:
            parts.append(cells_of(rows, one, symbols, table.name, report))
        _used(table.frame.columns, filters, wanted, report)
    if not parts:
        raise _nothing_known(passed, files)
    for path, _, _ in passed:
        report.notes.append(f"{path.name} was passed over: none of its indicators is audited.")
    made = _units(pd.concat(units, ignore_index=True))
    counts = pd.concat(parts, ignore_index=True)
    counts["unit"] = counts["unit_id"].map(made.set_index("unit_id")["unit"])
    counts = counts.drop_duplicates([c for c in counts.columns if c != "row"])
    counts = tidy_counts(counts, file=files[0].name if len(files) == 1 else None)
    _over(counts, report)
    counts = with_all(counts, report)
    additive(counts, report)
    held = set(counts["indicator"])
    report.missing = [i for i in indicators() if i not in held]
    report.rows_kept = report.rows_in - sum(a["rows"] for a in report.set_aside)
    return Dataset(counts=roll_up(counts, made), units=made, report=report)


def _meta_path(path: Path) -> Path:
    return path.with_name(f"{path.stem}.meta.csv")


def _meta(path: Path) -> pd.DataFrame:
    """The rows of the .meta.csv beside a file, with the columns that are read; empty without one."""
    columns = ["col_name", "col_type", "label", "filter_grouping_column", "filter_default"]
    beside = _meta_path(path)
    if not beside.is_file():
        return pd.DataFrame(columns=columns, dtype="str")
    frame = tables.load(beside, words={"colname", "coltype"}).frame
    frame.columns = [c.lower() for c in frame.columns]
    if not {"col_name", "col_type"} <= set(frame.columns):
        raise DataError(
            f"It lacks the columns col_name and col_type; it has {some(list(frame.columns))}.",
            file=beside.name,
            mend="Download the data and its meta file again, or leave the meta file out.",
        )
    frame = frame.reindex(columns=columns, fill_value="")
    frame["col_name"] = frame["col_name"].str.lower()
    return frame


def _measures(columns) -> list[dict]:
    """The measures that these columns make up, each with ``columns``: x and n."""
    found = []
    for row in content("england")["measures"]:
        x = next((c for c in row["x"] if c in columns), None)
        n = next((c for c in row["n"] if c in columns), None)
        if x and n and row["indicator"] not in {f["indicator"] for f in found}:
            found.append(row | {"columns": (x, n)})
    return found


def _rows(table: tables.Table, year: str | None, report: ReadReport) -> pd.DataFrame:
    """The rows of whole years and of levels that the house has, with year, level and unit_id."""
    book, name = content("england"), table.name
    frame = table.frame.copy()
    frame["row"] = frame.index

    def drop(rows: pd.Series, why: str) -> None:
        nonlocal frame
        report.aside(f"{name}: {why}", frame.loc[rows, "row"].tolist())
        frame = frame[~rows]

    if "time_identifier" in frame:
        kinds = frame["time_identifier"]
        for kind in kinds.unique():
            if kind and kind.lower() not in book["identifiers"]:
                drop(frame["time_identifier"] == kind, f"{kind}: not a whole school year")
    period = frame["time_period" if "time_period" in frame else "year"]
    years = {v: school_year(v) for v in period.unique()}
    made = period.map(years).astype("str")
    if (made == "").any():
        at = (made == "").idxmax()
        raise DataError(
            f'"{period[at]}" is not a school year.',
            file=name,
            row=int(frame.at[at, "row"]),
            column=period.name,
            mend="Write years as 202122, as the publisher does.",
        )
    frame["school_year"] = made
    asked = school_year(str(year)) if year else ""
    if year and asked not in set(made):
        raise DataError(
            f'No row is of "{year}".', file=name, mend=f"The years are {some(sorted(set(made)))}."
        )
    if asked:
        drop(frame["school_year"] != asked, f"another year than {asked}")
    level = "geographic_level" if "geographic_level" in frame else "level"
    for kind in frame[level].unique():
        if kind.strip().lower() not in book["levels"]:
            drop(frame[level] == kind, f"{kind or 'no level'}: overlaps the levels that are read")
    frame["house_level"] = frame[level].str.strip().str.lower().map(book["levels"])
    for house, columns in book["ids"].items():
        frame[f"{house}_id"] = _first(frame, columns["id"])
        frame[f"{house}_name"] = _first(frame, columns["unit"])
    frame["unit_id"] = ""
    for house in book["ids"]:
        frame["unit_id"] = frame["unit_id"].mask(
            frame["house_level"] == house, frame[f"{house}_id"]
        )
    drop(frame["unit_id"] == "", "no code says which place it is")
    if frame.empty:
        aside = [a["reason"].partition(": ")[2] for a in report.set_aside]
        raise DataError(
            f"No row is left: {some(aside, 3)}.",
            file=name,
            column=level,
            mend="Download whole school years of schools, local authorities or England.",
        )
    return frame


def _first(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    """The first of these columns that says something in a row; a symbol says nothing."""
    found = pd.Series("", frame.index, dtype="str")
    for column in columns:
        if column in frame:
            here = frame[column].where(~frame[column].isin(["z", "x", "c", ":", "~"]), "")
            found = found.where(found != "", here)
    return found


def _units(rows: pd.DataFrame) -> pd.DataFrame:
    """Schools, local authorities and the nation, each under the one above that has rows."""
    rows = rows.sort_values("school_year", ascending=False, kind="stable")  # the latest name
    nation = rows.loc[rows["house_level"] == "state", "unit_id"].drop_duplicates().tolist()
    above = {"school": "district_id", "district": "state_id", "state": ""}
    parts = []
    for level, column in above.items():
        mine = rows["house_level"] == level
        if level == "district":  # a school's authority is a unit too: its schools are summed
            mine |= (rows["house_level"] == "school") & (rows["district_id"] != "")
        here = rows[mine].drop_duplicates(f"{level}_id")
        parent = here[column] if column else ""
        parts.append(
            pd.DataFrame(
                {
                    "unit_id": here[f"{level}_id"],
                    "unit": here[f"{level}_name"]
                    .where(here[f"{level}_name"] != "")
                    .fillna(here[f"{level}_id"]),
                    "level": level,
                    "parent_id": parent,
                }
            )
        )
    made = pd.concat(parts, ignore_index=True).astype(UNITS)
    district = made["level"] == "district"
    made.loc[district & ~made["parent_id"].isin(nation), "parent_id"] = ""
    return made


def _over(counts: pd.DataFrame, report: ReadReport) -> None:
    over = counts[counts["status"] == "quality"]
    columns = ["unit_id", "unit", "indicator", "dimension", "group", "n", "x", "year"]
    report.over = [{k: str(row[k]) for k in columns} for _, row in over.head(60).iterrows()]
    if len(over):
        report.notes.append(
            f"{len(over):,} cells have more outcomes than pupils; they are kept and left out of "
            "rates."
        )


def _used(columns, filters: Filters, wanted: list[dict], report: ReadReport) -> None:
    """Say what each column was taken for, and which were not used."""
    for one in wanted:
        x, n = one["columns"]
        report.columns |= {x: one["indicator"], n: "pupils"}
        if one.get("note") and one["note"] not in report.notes:
            report.notes.append(one["note"])
    report.columns |= filters.told
    unseen = [indicator(one["indicator"]).label for one in wanted if not one["seen"]]
    if unseen:
        report.notes.append(
            "These were read as the layout is published, which was not compared with a real file; "
            f"compare one place with the source: {', '.join(unseen)}."
        )
    rest = set(columns) - set(content("england")["places"]) - set(report.columns)
    rest -= {c for group in content("england")["topics"] for c in group}
    rest -= set(content("england")["school_filters"])
    if rest:
        report.notes.append(f"Columns that no indicator uses: {some(sorted(rest), 20)}.")


def _nothing_known(passed: list, files: list[Path]) -> DataError:
    """What the files hold, and what would be read."""
    path, meta, columns = passed[0] if passed else (files[0], None, [])
    held = [] if meta is None else meta.loc[meta["col_type"] == "Indicator", "col_name"].tolist()
    held = held or [c for c in columns if c not in content("england")["places"]]
    measures = content("england")["measures"]
    for row in measures:
        x = next((c for c in row["x"] if c in columns), None)
        if x:
            return DataError(
                f"{x} has no number of pupils beside it, so no rate can be made of it.",
                file=path.name,
                column=row["n"][-1],
                nearest=next(iter(difflib.get_close_matches(row["n"][-1], columns, 1, 0.7)), None),
                mend=f"It is divided by {' or '.join(row['n'])}: name the column so, or download "
                "the file with that column.",
            )
    pairs = [f"{r['x'][-1]} with {r['n'][-1]}" for r in measures]
    return DataError(
        f"No indicator of the file is audited. It has {some(held)}.",
        file=path.name,
        mend=f"These are read: {some(pairs, 3)}. Rates without their counts are not.",
    )
