"""The tidy counts file: one row a school, year, indicator and group, with n and x."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from .. import catalog
from ..errors import DataError
from ..schema import ALL, BY, LEVELS, UNITS, Dataset, ReadReport, roll_up
from . import groups, tables
from .meanings import IGNORE, some
from .sis_counts import jumps
from .sis_parts import UNNAMED
from .tables import plain
from .tidy_cells import additive, check, counts_of, scores_of, with_all
from .values import by_value, ids, is_spring, school_year

# The column and, beside it, the other names that it may have; the first is what messages say.
NAMES = {
    "year": ["year", "school_year"],
    "unit_id": ["unit_id", "school_id"],
    "unit": ["unit", "school", "school_name"],
    "level": ["level"],
    "indicator": ["indicator", "indicator_id"],
    "dimension": ["dimension"],
    "group": ["group", "student_group"],
    "n": ["n", "denominator", "students"],
    "x": ["x", "numerator"],
    "x_low": ["x_low"],
    "x_high": ["x_high"],
    "status": ["status"],
    "district_id": ["district_id", "parent_id"],
    "district": ["district", "district_name"],
    "mean": ["mean"],
    "sd": ["sd"],
}

NEEDED = ("unit_id", "indicator", "dimension", "group", "n", "x")

_PLAIN = {plain(name): column for column, names in NAMES.items() for name in names}


def recognise(path: Path) -> str | None:
    """Return the columns that make this file a tidy counts file, or None."""
    return fits(tables.header(path))


def fits(names: list[str]) -> str | None:
    """Return those of these columns that make a table one of tidy counts, or None."""
    found = {_PLAIN[plain(n)] for n in names if plain(n) in _PLAIN}
    if {"indicator", "group", "n"} <= found and ("x" in found or "mean" in found):
        return "columns " + ", ".join(c for c in (*NEEDED, "mean", "sd") if c in found)
    return None


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
    name: str = "",
) -> Dataset:
    """Return a tidy counts file as a dataset; districts are summed where they are not given.

    Parameters
    ----------
    files : list of Path
        Files of one shape, put together.
    context : str, optional
        Not used: groups are as the file names them.
    map : dict, optional
        Columns to the names of the tidy table, or to ``"ignore"``.
    year : str, optional
        The school year, where no column says it.
    name : str, optional
        What the district is called where no column says it.

    Raises
    ------
    DataError
        A column is missing, an indicator is unknown, a count is negative or no whole number, or a
        cell is there twice.
    """
    loaded = [table for path in files for table in tables.load_all(path)]
    return of_tables(loaded, map=map, year=year, name=name)


def of_tables(
    loaded: list[tables.Table],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
    name: str = "",
) -> Dataset:
    """Return tables of tidy counts as a dataset: see :func:`read`."""
    why = fits(list(loaded[0].frame.columns)) or ""
    report = ReadReport(format="tidy counts", why=why)
    loaded = [_named(table, map or {}, report) for table in loaded]
    frame = pd.concat(loaded, ignore_index=True).fillna("")
    report.rows_in = len(frame)
    frame = _about(frame, year, report)
    frame = _without_totals(frame, report)
    units = _units(frame, name, report)
    frame["unit"] = frame["unit_id"].map(units.set_index("unit_id")["unit"])
    score = frame["indicator"].map(lambda i: catalog.indicator(i).score).astype(bool)
    scores = scores_of(frame[score], report)
    counts = counts_of(frame[~score], report)
    counts = with_all(counts, report)
    additive(counts, report)
    counts = roll_up(counts, units)
    whole = counts[(counts["dimension"] == ALL) & (counts["level"] == "school")]
    sizes = whole.pivot_table(index="unit", columns="year", values="n", aggfunc="max", fill_value=0)
    report.owner += jumps(sizes.astype(int)) if len(sizes) else []
    held = {*counts["indicator"], *scores["indicator"]}
    report.missing = [i for i in catalog.indicators() if i not in held]
    report.rows_kept = report.rows_in - sum(a["rows"] for a in report.set_aside)
    return Dataset(counts=counts, units=units, report=report, scores=scores)


def _named(table: tables.Table, map: dict[str, str], report: ReadReport) -> pd.DataFrame:
    """The table under the tidy names."""
    given = {plain(k): v for k, v in map.items()}
    chosen: dict[str, str] = {}
    for column in table.frame.columns:
        to = given.get(plain(column)) or _PLAIN.get(plain(column), "")
        if to == IGNORE or to not in NAMES:
            continue
        if to in chosen and plain(chosen[to]) not in given:
            raise DataError(
                f'2 columns fit "{to}": {chosen[to]}, {column}.',
                file=table.name,
                column=column,
                mend=f'Say which: --map "{chosen[to]}={to}" or --map "{column}={to}".',
            )
        if to not in chosen or plain(column) in given:
            chosen[to] = column
    lacking = [c for c in NEEDED if c not in chosen and not (c == "x" and "mean" in chosen)]
    if lacking:
        raise DataError(
            f"A table of counts needs the column {lacking[0]}; the columns are "
            f"{some(list(table.frame.columns), 14)}.",
            file=table.name,
            column=lacking[0],
            mend=f"Add it, or say which it is: --map COLUMN={lacking[0]}.",
        )
    report.columns |= {column: to for to, column in chosen.items()}
    report.notes += [f"{table.name}: {note}" for note in table.notes]
    frame = table.frame[list(chosen.values())].copy()
    frame.columns = list(chosen)
    for column in ("unit_id", "district_id"):
        if column in frame:
            frame[column], note = ids(frame[column], file=table.name, column=chosen[column])
            report.notes += [f"{table.name}, {note}"] if note else []
    return frame.assign(file=table.name, row=table.frame.index)


def _about(frame: pd.DataFrame, year: str | None, report: ReadReport) -> pd.DataFrame:
    """Check and spell year, level, indicator, dimension and group."""
    blank = pd.Series("", frame.index, dtype="str")
    report.aside("no school", frame.loc[frame["unit_id"] == "", "row"].tolist())
    frame = frame[frame["unit_id"] != ""].copy()
    years = frame.get("year", blank).reindex(frame.index)
    asked = school_year(str(year)) if year else ""
    if year and not asked:
        raise DataError(f'"{year}" is not a school year.', column="year", mend="Write 2023-24.")
    made = by_value(years, school_year, "str").where(years != "", asked or UNNAMED)
    check(frame, made == "", "year", years, "is not a school year.", "Write years as 2023-24.")
    spring = [v for v in years.unique() if is_spring(v)]
    if spring:
        report.notes.append(f"{spring[0]} was read as {school_year(spring[0])}, its spring.")
    if UNNAMED in set(made):
        report.notes.append(f'Nothing says the school year; it is called "{UNNAMED}".')
    frame["year"] = made
    level = frame.get("level", blank).reindex(frame.index).str.lower()
    frame["level"] = level.where(level != "", "school")
    wrong = ~frame["level"].isin(LEVELS)
    check(frame, wrong, "level", frame["level"], "is no level.", f"Use {', '.join(LEVELS)}.")
    labels = {plain(one.label): i for i, one in catalog.indicators().items()}
    known = {plain(i): i for i in catalog.indicators()}
    name = frame["indicator"].map(lambda v: known.get(plain(v)) or labels.get(plain(v)) or "")
    if (name == "").any():
        at = (name == "").idxmax()
        try:
            catalog.indicator(frame.at[at, "indicator"])
        except DataError as error:
            error.file, error.row = frame.at[at, "file"], int(frame.at[at, "row"])
            raise
    frame["indicator"] = name
    frame["dimension"] = by_value(frame["dimension"], _dimension, "str")
    whole = frame["dimension"] == ALL
    frame["group"] = frame["group"].where(~whole, ALL)
    frame["group"] = frame["group"].str.replace(r"\s+[x×*]\s+", BY, regex=True)
    missing = frame["group"] == ""
    for dimension in frame.loc[missing, "dimension"].unique():
        frame.loc[missing & (frame["dimension"] == dimension), "group"] = groups.unknown(dimension)
    if asked and "year" in frame:
        other = frame["year"] != asked
        report.aside(f"another year than {asked}", frame.loc[other, "row"].tolist())
        frame = frame[~other]
    return frame


def _dimension(text: str) -> str:
    """A dimension's id, where its id or label is known; parts of an intersection each."""
    parts = [p.strip() for p in text.replace(" x ", BY).replace("*", BY).split(BY.strip())]
    known = {plain(d.id): d.id for d in catalog.dimensions().values()}
    known |= {plain(d.label): d.id for d in catalog.dimensions().values()}
    known |= {plain(w): ALL for w in (ALL, "total", "all students", "")}
    return BY.join(known.get(plain(p), p) for p in parts)


def _without_totals(frame: pd.DataFrame, report: ReadReport) -> pd.DataFrame:
    """Leave out rows that repeat the total inside a dimension: they would be counted twice."""
    names = {plain(w) for w in ("total", "all", "all students", "totals", "grand total")}
    again = (frame["dimension"] != ALL) & frame["group"].map(lambda g: plain(g) in names)
    for (dimension, group), rows in frame[again].groupby(["dimension", "group"]):
        report.totals.append(f"{len(rows):,} rows: {group} within {dimension}")
    report.aside("a total inside a dimension", frame.loc[again, "row"].tolist())
    return frame[~again].reset_index(drop=True)


def _units(frame: pd.DataFrame, name: str, report: ReadReport) -> pd.DataFrame:
    """Schools, districts and states; one district named after the file where none is named."""
    blank = pd.Series("", frame.index, dtype="str")
    frame = frame.assign(unit=frame.get("unit", blank), district=frame.get("district", blank))
    frame["parent_id"] = frame.get("district_id", blank).where(lambda d: d != "", frame["district"])
    twice = frame[["unit_id", "level"]].drop_duplicates()["unit_id"].duplicated()
    if twice.any():
        one = frame[["unit_id", "level"]].drop_duplicates()["unit_id"][twice].iloc[0]
        raise DataError(
            f'The id "{one}" stands for two levels.',
            file=frame["file"].iloc[0],
            column="unit_id",
            mend="Give the district an id that no school has.",
        )
    rows = frame.sort_values("year", ascending=False, kind="stable")  # the latest name
    rows = rows.sort_values("unit", key=lambda u: u == "", kind="stable")
    made = rows.drop_duplicates("unit_id")[["unit_id", "unit", "level", "parent_id"]].copy()
    made["unit"] = made["unit"].where(made["unit"] != "", made["unit_id"])
    above = made.loc[made["level"] == "district", "unit_id"].tolist()
    states = made.loc[made["level"] == "state", "unit_id"].tolist()
    school = made["level"] == "school"
    orphan = school & (made["parent_id"] == "")
    if orphan.any():
        one = above[0] if len(above) == 1 else "district"
        made.loc[orphan, "parent_id"] = one
    alone = (made["level"] == "district") & (made["parent_id"] == "") & (len(states) == 1)
    made.loc[alone, "parent_id"] = states[0] if states else ""
    made.loc[made["level"] == "state", "parent_id"] = ""
    names = frame[frame["district"] != ""].drop_duplicates("parent_id")
    names = names.set_index("parent_id")["district"]
    new = [p for p in made.loc[school, "parent_id"].unique() if p not in set(made["unit_id"])]
    extra = pd.DataFrame(
        {
            "unit_id": new,
            "unit": [names.get(p, (name or "District") if p == "district" else p) for p in new],
            "level": "district",
            "parent_id": states[0] if len(states) == 1 else "",
        }
    )
    return pd.concat([made, extra], ignore_index=True).astype(UNITS)
