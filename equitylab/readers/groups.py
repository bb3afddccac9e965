"""Which group each student is in: a file's codes as the labels that reports show.

Groups are data: labels, synonyms, the group that goes before others and the label for several stand
in ``content/dimensions.yaml``. A file's own words are kept where nothing there fits.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pandas as pd

from ..catalog import content
from ..schema import ALL, BY, ReadReport
from .meanings import FIRST, FLAG, some
from .tables import plain
from .values import book, by_value, flag, grade, is_unknown

MOST = 60  # a column with more different values than this is no way of grouping students


@cache
def rows() -> dict[str, dict]:
    """Return each dimension of ``dimensions.yaml`` as it is written there, by id."""
    return {d["id"]: d for d in content("dimensions")["dimensions"]}


@cache
def _book(dimension: str) -> dict[str, str]:
    """Every code of a dimension, as :func:`plain` writes it, to its label."""
    found = {}
    for label, codes in (rows()[dimension].get("values") or {}).items():
        found |= {plain(code): label for code in [label, *codes]}
    return found


def label(dimension: str, value: str) -> str:
    """Return what reports call a value of a file; "" where it says that nothing is known.

    Examples
    --------
    >>> label("el", "Y"), label("grade", "08"), label("sex", "Not specified"), label("swd", "EHCP")
    ('English learner', 'Grade 8', '', 'With a disability')
    >>> label("race_ethnicity", "White; Asian"), label("race_ethnicity", "Somali")
    ('Two or more races', 'Somali')
    """
    row = rows().get(dimension, {})
    if not row:
        return "" if is_unknown(value) else _own(value)
    if dimension == "grade":
        return "" if not plain(value) and value != "-1" else grade(value)[0]
    codes, word = _book(dimension), plain(re.sub(r"\.0+$", "", value))
    if word == "asianpacificislander" and "/" in value:
        word = "asianorpacificislander"
    if word in codes and word:
        return codes[word]
    if "yes" in row:
        if word in book("yes"):
            return row["yes"]
        if word in book("no") or value == "0":
            return row["no"]
    if is_unknown(value):
        return ""
    return _several(row, codes, value) or _own(value)


def _several(row: dict, codes: dict[str, str], value: str) -> str:
    """The label for a cell that names several groups, where each name is known."""
    parts = [plain(p) for p in re.split(r"[;|,/&+]|\band\b", value) if plain(p)]
    if "several" not in row or len(parts) < 2 or not all(p in codes for p in parts):
        return ""
    found = {codes[p] for p in parts}
    first = row.get("first", {}).get("group")
    if first in found:
        return first
    return row["several"] if len(found) > 1 else found.pop()


def _own(value: str) -> str:
    """A file's own word as a group; marks that the tables use themselves are taken out of it."""
    text = value.replace(BY, " x ").strip()
    return f"{text} (as recorded)" if text == ALL else text


def unknown(dimension: str) -> str:
    """Return the label of students for whom a dimension is not recorded."""
    words = dimension.replace("_", " ")
    return (
        rows().get(dimension, {}).get("unknown") or f"{words[:1].upper()}{words[1:]} not recorded"
    )


def label_of_yes(dimension: str) -> str:
    """Return the group that a yes in the dimension's column stands for."""
    return rows()[dimension].get("yes", "")


def of_students(students: pd.DataFrame, columns: dict[str, str], report: ReadReport) -> dict:
    """Return each dimension that the students have, as a column of group labels.

    Parameters
    ----------
    students : DataFrame
        Text cells, one column a meaning.
    columns : dict
        Meaning to the name of the column in the file.
    """
    named = [m for m in columns if m in rows() or m.startswith("dimension:")]
    flags = {m.split(":")[1] for m in columns if m.startswith(FLAG)}
    named += [d for d in rows() if d in flags or FIRST + d in columns]
    found = {}
    for meaning in dict.fromkeys(named):
        dimension = meaning.removeprefix("dimension:").strip().replace(BY, " x ")
        if meaning in students:
            labels = _column(students[meaning], dimension, columns[meaning], report)
            labels = _with_first(labels, students, dimension, report, columns)
        else:
            labels = _flags(students, dimension, columns, report)
        if labels is None or not labels.ne("").any():
            continue
        groups = labels.unique()
        if len(groups) > MOST:
            report.notes.append(
                f"{columns.get(meaning, dimension)} has {len(groups)} different values: it is not "
                "read as a way of grouping students."
            )
            continue
        found[dimension] = labels.where(labels != "", unknown(dimension))
    order = {d: at for at, d in enumerate(rows())}
    return dict(sorted(found.items(), key=lambda item: order.get(item[0], len(order))))


def _column(cells: pd.Series, dimension: str, column: str, report: ReadReport) -> pd.Series:
    cells, note = blank_is_no(cells, column, "yes" in rows().get(dimension, {}))
    report.notes += [note] if note else []
    made = {value: label(dimension, str(value)) for value in cells.unique()}
    spelling: dict[str, str] = {}  # one spelling where only the case differs
    made = {v: spelling.setdefault(t.casefold(), t) for v, t in made.items()}
    for value, text in sorted(made.items()):
        if value and value != text and len(report.code_book) < 200:
            report.code_book[f"{column}: {value}"] = text or unknown(dimension)
    codes = [v for v, t in made.items() if v == t and re.fullmatch(r"\d{1,3}", v)]
    if codes and dimension != "grade":
        report.notes.append(
            f"{column}: {some(codes)} are codes without a code book; they are shown as they stand."
        )
    return by_value(cells, made.__getitem__, "str")


def blank_is_no(cells: pd.Series, column: str, yes_no: bool = True) -> tuple[pd.Series, str]:
    """Take blanks for no in a column that says yes and never no, and say so.

    Exports often mark only those who have something. A column that says no as well means
    something else by a blank, and keeps it.
    """
    values = [v for v in cells.unique() if v]
    only_yes = values and all(flag(v) == 1 or v.casefold() == column.casefold() for v in values)
    if not yes_no or not only_yes or not (cells == "").any():
        return cells, ""
    note = f'{column} says "{values[0]}" or nothing: a blank was read as no.'
    return cells.where(cells != "", "0"), note


def _with_first(labels, students, dimension, report, columns) -> pd.Series:
    """Put those whom the flag tells into the group that goes before every other."""
    first = FIRST + dimension
    if first not in students:
        return labels
    group = rows()[dimension]["first"]["group"]
    yes = _says(students[first], group, dimension) == 1
    moved = int((yes & (labels != group) & (labels != "")).sum())
    if moved:
        report.notes.append(f'Students are "{group}" by {columns[first]}, whatever else they name.')
        report.owner.append(f'By {columns[first]}, {moved:,} student rows are "{group}".')
    return labels.mask(yes, group)


def _says(cells: pd.Series, group: str, dimension: str) -> pd.Series:
    """1 where a flag says yes, or names its group; 0 for no; nan for neither."""

    def one(text: str) -> float:
        if is_unknown(text):
            return np.nan
        said = flag(text)
        if np.isnan(said):
            said = float(_book(dimension).get(plain(text)) == group)
        return said

    return by_value(cells, one, "float64").astype("float64")


def _flags(students, dimension: str, columns: dict, report: ReadReport) -> pd.Series | None:
    """A dimension from one yes-or-no column a group: none is unknown, several is a group."""
    row = rows()[dimension]
    here = [m for m in columns if m.startswith(f"{FLAG}{dimension}:")]
    first = FIRST + dimension
    if len(here) + (first in columns) < 2 and first not in columns:
        return None
    labels = pd.Series("", students.index, dtype="str")
    yes = {m.split(":", 2)[2]: _says(students[m], m.split(":", 2)[2], dimension) == 1 for m in here}
    many = sum(y.astype(int) for y in yes.values()) if yes else pd.Series(0, students.index)
    for group, said in yes.items():
        labels = labels.mask(said & (many == 1), group)
    labels = labels.mask(many > 1, row.get("several", ""))
    absent = [g for g in row.get("flags", {}) if g not in yes and g != row.get("several")]
    if first in students:
        group = row["first"]["group"]
        said = _says(students[first], group, dimension)
        labels = labels.mask(said == 1, group)
        if not yes:  # nothing but the one flag: in or out
            labels = labels.mask(said == 0, f"Not {group}")
            absent = []
    elif "first" in row:
        absent.append(row["first"]["group"])
    if absent:
        report.notes.append(
            f"No column for {some(absent)}: such students stand under the groups that the file "
            f'has, or under "{unknown(dimension)}".'
        )
    return labels
