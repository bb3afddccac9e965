"""What a column means: synonyms, the answers of ``--map``, and a question where two columns fit."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache

from ..catalog import content
from ..errors import DataError
from ..schema import ReadReport
from .tables import Table, plain
from .values import book, ids, is_unknown, words

IGNORE = "ignore"
STUDENTS = "students"
NEW = "dimension:"  # --map COLUMN=dimension:NAME makes a dimension of any column
FIRST = "first:"  # the column that tells the group which goes before every other
FLAG = "flag:"  # flag:DIMENSION:GROUP, one yes-or-no column of a group


@dataclass(frozen=True)
class Meaning:
    """One thing that a column can mean, the kinds of table that may hold it, and how it is read."""

    id: str
    reads: str
    columns: frozenset[str]
    other: frozenset[str] = frozenset()
    tables: frozenset[str] = frozenset()  # empty: every kind


@cache
def meanings() -> dict[str, Meaning]:
    """Return every meaning of ``columns.yaml`` and every dimension, by id."""
    found = [
        Meaning(
            row["id"],
            row["reads"],
            frozenset(map(plain, [row["id"], *row["columns"]])),
            frozenset(map(plain, row.get("else", []))),
            frozenset(row.get("in", [])),
        )
        for row in content("columns")["meanings"]
    ]
    here = frozenset([STUDENTS])
    for row in content("dimensions")["dimensions"]:
        names = frozenset(map(plain, [row["id"], *row["columns"]]))
        found.append(Meaning(row["id"], "dimension", names, tables=here))
        if first := row.get("first"):
            names = frozenset(map(plain, first["columns"]))
            found.append(Meaning(FIRST + row["id"], "flag", names, tables=here))
        for group, names in row.get("flags", {}).items():
            names = frozenset(map(plain, names))
            found.append(Meaning(f"{FLAG}{row['id']}:{group}", "flag", names, tables=here))
    return {one.id: one for one in found}


@cache
def known_names() -> frozenset[str]:
    """Return every column name that has a meaning, as :func:`tables.plain` writes it."""
    return frozenset().union(*(m.columns for m in meanings().values()))


@dataclass
class Answers:
    """What the person said that columns mean."""

    given: dict[str, str]

    @classmethod
    def of(cls, map: dict[str, str] | None) -> Answers:
        """Check the meanings of ``--map COLUMN=MEANING``."""
        for column, meaning in (map or {}).items():
            if meaning in meanings() or meaning == IGNORE:
                continue
            if not meaning.startswith(NEW) or not meaning[len(NEW) :].strip():
                names = [m for m in meanings() if not m.startswith((FIRST, FLAG))]
                close = difflib.get_close_matches(meaning, names, n=1)
                raise DataError(
                    f'"{meaning}" is not a meaning that a column can have.',
                    column=column,
                    nearest=close[0] if close else None,
                    mend="Use a name such as school_id, grade or sex, ignore, or dimension:NAME.",
                )
        return cls(dict(map or {}))

    def of_columns(self, columns: list[str]) -> dict[str, str]:
        """Return what the person said of these columns; the very name goes before a like one."""
        said = {}
        for name, meaning in self.given.items():
            like = [name] if name in columns else [c for c in columns if plain(c) == plain(name)]
            said |= dict.fromkeys(like, meaning)
        return said

    def check(self, columns: set[str]) -> None:
        """Say which answer was about a column that no table has."""
        for name in self.given:
            if plain(name) not in {plain(c) for c in columns}:
                close = difflib.get_close_matches(name, columns, n=1)
                raise DataError(
                    "--map names a column that no table has.",
                    column=name,
                    nearest=close[0] if close else None,
                    mend="The columns are: " + some(sorted(columns), 15) + ".",
                )


def some(names: list[str], most: int = 8) -> str:
    """Return the first few names as a list in a sentence.

    Examples
    --------
    >>> some(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    names = [n if len(n) <= 60 else n[:57] + "..." for n in map(str, names)]
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")


def fits(columns: list[str], kind: str, answers: Answers, context: str | None = None) -> dict:
    """Return the columns that fit each meaning, were the table of this kind."""
    found: dict[str, list[str]] = {}
    later: dict[str, list[str]] = {}
    answered = answers.of_columns(columns)
    for column in columns:
        if column in answered:
            if answered[column] != IGNORE:
                found.setdefault(answered[column], []).append(column)
            continue
        # A name that stands twice in the header fits as often.
        twin = re.fullmatch(r"(.*) \(\d+\)", column)
        name = plain(twin[1] if twin and twin[1] in columns else column)
        for meaning in meanings().values():
            if (meaning.tables and kind not in meaning.tables) or not _used(meaning, context):
                continue
            if name in meaning.columns and meaning.id not in answered.values():
                found.setdefault(meaning.id, []).append(column)
            elif name in meaning.other:
                later.setdefault(meaning.id, []).append(column)
    taken = {c for cs in found.values() for c in cs}
    for meaning, names in later.items():
        names = [n for n in names if n not in taken]
        if meaning not in found and names:
            found[meaning] = names
    return found


def _used(meaning: Meaning, context: str | None) -> bool:
    """Whether the context pack uses a dimension; without one, what the generic pack uses."""
    name = meaning.id.removeprefix(FIRST)
    name = name[len(FLAG) :].split(":")[0] if name.startswith(FLAG) else name
    contexts = _contexts().get(name)
    return contexts is None or (context or "generic") in contexts


@cache
def _contexts() -> dict[str, list[str]]:
    return {d["id"]: d.get("contexts", []) for d in content("dimensions")["dimensions"]}


def settle(table: Table, found: dict[str, list[str]], report: ReadReport) -> dict[str, str]:
    """Return one column for each meaning, or ask.

    Two columns with the same cells are one. Of two that could name the school, the one with codes
    is the id; of two that could tell race or ethnicity, one that only says whether a student is of
    the group that goes first is that flag.

    Raises
    ------
    DataError
        Two columns fit one meaning, and differ.
    """
    found = {meaning: list(columns) for meaning, columns in found.items()}
    _school(table, found, report)
    for row in content("dimensions")["dimensions"]:
        if row.get("first"):
            _first(table, found, row, report)
    chosen = {}
    for meaning, columns in found.items():
        keep = columns[0]
        same = [c for c in columns[1:] if table.frame[c].equals(table.frame[keep])]
        other = [c for c in columns[1:] if c not in same]
        if other:
            word = meaning.removeprefix(FIRST).removeprefix(FLAG)
            ways = " or ".join(f'--map "{c}={meaning}"' for c in columns)
            raise DataError(
                f'{len(columns)} columns fit "{word}": {", ".join(columns)}.',
                file=table.name,
                column=columns[1],
                mend=f"Say which: {ways}. The others are then left out.",
                columns=columns,
                meaning=meaning,
            )
        if same:
            report.notes.append(f"{table.name}: {some(same)} repeats {keep}, and was left out.")
        chosen[meaning] = keep
    return chosen


def _school(table: Table, found: dict[str, list[str]], report: ReadReport) -> None:
    """Take "School" and "School Name" for an id and a name, where the first has only codes."""
    names = found.get("school", [])
    if len(names) != 2 or "school_id" in found:
        return
    codes = [c for c in names if table.frame[c].str.fullmatch(r"[\d.-]*").all()]
    if len(codes) == 1 and (table.frame[codes[0]] != "").any():
        found["school_id"], found["school"] = codes, [c for c in names if c not in codes]
        report.notes.append(f"{table.name}: {codes[0]} holds codes, and was read as school_id.")


def _first(table: Table, found: dict, row: dict, report: ReadReport) -> None:
    """Move a column that only says in-or-out of the first group from dimension to flag."""
    columns, flag = found.get(row["id"], []), FIRST + row["id"]
    others = len(columns) + sum(m.startswith(f"{FLAG}{row['id']}:") for m in found)
    if others < 2 or flag in found:
        return
    also = {plain(c) for c in row["first"]["also"]}
    label = row["first"]["group"]
    yes_no = {plain(w) for g in (label, f"Not {label}") for w in [g, *row["values"].get(g, [])]}
    yes_no |= book("yes") | book("no")
    for column in columns:
        said = {v for v in table.frame[column].unique() if not is_unknown(v)}
        if plain(column) in also and all(plain(v) in yes_no for v in said):
            found[flag], found[row["id"]] = [column], [c for c in columns if c != column]
            if not found[row["id"]]:
                del found[row["id"]]
            report.notes.append(f'{table.name}: {column} was read as the flag of "{label}".')
            return


def kinds(table: Table, answers: Answers, context: str | None) -> tuple[list[str], dict]:
    """Return the kinds that a table's columns allow, the likeliest first, and the fits of each."""
    columns = list(table.frame.columns)
    name = words(f"{table.path.stem} {table.sheet}")
    made = {STUDENTS: fits(columns, STUDENTS, answers, context)}
    able, hinted = [], []
    for row in content("columns")["tables"]:
        made[row["id"]] = found = fits(columns, row["id"], answers, context)
        fit = all(m in found for m in row["needs"]) and not any(
            m in found for m in row.get("without", [])
        )
        if fit and (not row["any"] or any(m in found for m in row["any"])):
            able.append(row["id"])
            if any(f" {w} " in name for w in row["words"]):
                hinted.append(row["id"])
    return [*hinted, *(k for k in able if k not in hinted)], made | {"hinted": hinted}


def id_column(table: Table, column: str, report: ReadReport):
    """Return a column of ids, mended, and note what was mended."""
    cells, note = ids(table.frame[column], file=table.name, column=column)
    if note:
        report.notes.append(f"{table.name}, {note}")
    return cells
