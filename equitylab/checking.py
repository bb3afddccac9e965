"""What ``equitylab check`` says: a Dataset and its ReadReport in lines for a person."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Mapping

from . import catalog
from .schema import ALL, BY, Dataset

_COLUMN = 16
_WIDTH = 100
_MANY = 16  # more than this are counted and not listed


def indicators() -> str:
    """Return every indicator that reports know, chapter by chapter.

    Examples
    --------
    >>> "chronically_absent" in indicators()
    True
    """
    lines = []
    for chapter, label in catalog.chapters().items():
        lines += ["", label]
        for one in catalog.indicators().values():
            if one.chapter == chapter:
                lines.append(f"  {one.id:<26}{one.label} (of: {catalog.bases()[one.base]})")
    return "\n".join(lines[1:])


def to_text(dataset: Dataset, asked: str = "DATA") -> str:
    """Return what was recognised in a file, what was set aside, and what it does not hold.

    Parameters
    ----------
    dataset : Dataset
        What was read.
    asked : str
        The path as it was given, for the command that comes next.
    """
    report = dataset.report
    held = [i for i in catalog.indicators() if i in _held(dataset)]
    lines = _entry("Recognised as", [f"{report.format or 'unknown'}: {report.why}".rstrip(": ")])
    aside = sum(row["rows"] for row in report.set_aside)
    lines += _entry(
        "Rows", [f"{report.rows_in:,} read, {report.rows_kept:,} kept, {aside:,} set aside"]
    )
    lines += _entry("Set aside", map(_aside, report.set_aside))
    lines += _entry("Columns", _pairs(report.columns))
    lines += _entry("Codes", _pairs(report.code_book))
    lines += _entry("Years", [", ".join(dataset.years)])
    lines += _entry("Schools", _schools(dataset))
    lines += _entry("Student groups", _groups(dataset))
    lines += _entry("Indicators", [f"{i}: {catalog.indicator(i).label}" for i in held], many=99)
    lines += _entry(
        "Not in the file", [", ".join(report.missing)] if report.missing else [], many=99
    )
    lines += _entry("Totals", report.totals)
    lines += _entry("Do not add up", report.not_additive)
    lines += _entry("More outcomes than students", map(_over, report.over))
    lines += _entry("Notes", report.notes, many=99)
    lines += _entry("For you alone", report.owner, many=99)
    lines += ["", f"Nothing was written. Next: equitylab report {shlex.quote(asked)} --out reports"]
    return "\n".join(lines)


def _held(dataset: Dataset) -> set[str]:
    return set(dataset.counts["indicator"]) | set(dataset.scores["indicator"])


def _entry(title: str, values: Iterable[str], *, many: int = _MANY) -> list[str]:
    """Return lines under a title, the first beside it where it fits; nothing for no values."""
    values = [str(v) for v in values]
    if len(values) > many:
        values = [*values[:many], f"and {len(values) - many:,} more"]
    if not values:
        return []
    pad = " " * _COLUMN
    lines = []
    for value in values:
        lines += textwrap.wrap(
            value,
            _WIDTH,
            initial_indent=pad,
            subsequent_indent=pad + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    if len(title) >= _COLUMN:
        return [title, *lines]
    return [title.ljust(_COLUMN) + lines[0].lstrip(), *lines[1:]]


def _pairs(said: Mapping[str, str]) -> list[str]:
    """Return what each name was taken for, the names of one table or column on one line.

    Examples
    --------
    >>> _pairs({"students: Sch No": "school_id", "students: year": "year", "-9": "not applicable"})
    ['-9 (as not applicable)', 'students: Sch No (as school_id), year']
    """
    tables: dict[str, list[str]] = {}
    for name, what in said.items():
        table, colon, own = name.rpartition(": ")
        tables.setdefault(table, []).append(own if own == what else f"{own} (as {what})")
    main = [", ".join(tables.pop(""))] if "" in tables else []
    return main + [f"{table}: {', '.join(names)}" for table, names in tables.items()]


def _aside(row: dict) -> str:
    where = [str(number) for number in row.get("where", [])]
    rest = ", ..." if row["rows"] > len(where) else ""
    rows = f" (row{'s' if len(where) > 1 else ''} {', '.join(where)}{rest})" if where else ""
    return f"{row['rows']:,}: {row['reason']}{rows}"


def _over(cell: dict) -> str:
    named = {"unit_id", "unit", "indicator", "dimension", "group", "n", "x"}
    if not named <= set(cell):
        return ", ".join(f"{key} {value}" for key, value in cell.items())
    rest = "".join(f", {value}" for key, value in cell.items() if key not in named)
    return (
        f"{cell['unit']} ({cell['unit_id']}), {cell['indicator']}, {cell['group']}: "
        f"{cell['x']} of {cell['n']}{rest}"
    )


def _schools(dataset: Dataset) -> list[str]:
    units = dataset.units
    count = {level: int((units["level"] == level).sum()) for level in ("school", "district")}
    said = ", ".join(f"{n:,} {level}{'s' * (n != 1)}" for level, n in count.items() if n)
    schools = units[units["level"] == "school"]
    if schools.empty:
        above = units.loc[units["level"] == "state", "unit"].tolist()
        said = "none; " + ", ".join(part for part in (said, *above) if part)
    return [said, *(f"{row.unit_id}  {row.unit}" for row in schools.itertuples())]


def _groups(dataset: Dataset) -> list[str]:
    pairs = dataset.counts[["dimension", "group"]].drop_duplicates()
    pairs = pairs[(pairs["dimension"] != ALL) & ~pairs["dimension"].str.contains(BY, regex=False)]
    return [
        f"{catalog.dimension_label(dimension)}: {', '.join(map(str, groups))}"
        for dimension, groups in pairs.groupby("dimension", sort=False)["group"].agg(list).items()
    ]
