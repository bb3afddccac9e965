"""One resource of an Ed-Fi export: its columns, its collections, and what its descriptors say."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pandas as pd

from ..errors import DataError
from .tables import Table, plain
from .values import school_year

WHO = "studentUniqueId"


@dataclass
class Resource:
    """One resource of an export: its table, and its columns by the end of their names."""

    table: Table

    def column(self, *ends: str) -> str | None:
        """Return the column whose name is, or ends in, the first of these that is there."""
        names = {plain(c): c for c in reversed(self.table.frame.columns)}
        for end in map(plain, ends):
            found = [n for n in names if n.endswith(end)]
            if found:
                return names[min(found, key=len)]
        return None

    def cells(self, *ends: str) -> pd.Series:
        """Return a column as text; blank where the resource has none."""
        column = self.column(*ends)
        frame = self.table.frame
        return pd.Series("", frame.index, dtype="str") if column is None else frame[column]

    def codes(self, descriptor: str) -> pd.Series:
        """Return the code values of a descriptor column: what stands after the ``#``."""
        column = self.column(descriptor)
        cells = self.cells(descriptor)
        known = {v: self._code(v, descriptor, column, cells) for v in cells.unique()}
        return cells.map(known).astype("str")

    def lists(self, collection: str, descriptor: str) -> pd.Series:
        """Return the code values of a descriptor in a collection, a list a row."""
        columns = [
            c
            for c in self.table.frame.columns
            if plain(c).endswith((plain(collection), plain(descriptor)))
        ]
        found = pd.Series([[] for _ in range(len(self.table.frame))], self.table.frame.index)
        for column in columns:
            cells = self.table.frame[column]
            made = {v: self._items(v, descriptor, column, cells) for v in cells.unique()}
            found = found + cells.map(made)
        return found

    def _items(self, text: str, descriptor: str, column: str, cells: pd.Series) -> list[str]:
        if not text.startswith("["):
            return [self._code(text, descriptor, column, cells)] if text else []
        values = [v for k, v in walk(text) if plain(k) == plain(descriptor)]
        return [self._code(str(v), descriptor, column, cells, text) for v in values]

    def _code(self, value, descriptor, column, cells, cell: str | None = None) -> str:
        """A descriptor's code value, if it is of the kind that the column is for."""
        said = re.fullmatch(r"uri://.+?/(\w+)#(.*)", value.strip())
        wrong = ""
        if said and plain(said[1]) != plain(descriptor):
            wrong = f'"{value}" is a {said[1]}, and a {descriptor} is needed.'
        elif not said and value.strip().lower().startswith("uri://"):
            wrong = f'"{value}" is no descriptor: nothing stands after a "#".'
        elif re.fullmatch(r"\d{2,}", value.strip()) and plain(descriptor) != plain(_GRADE):
            wrong = f'"{value}" is a number of the database, and no descriptor.'
        if wrong:
            raise DataError(
                wrong,
                file=self.table.name,
                row=int(cells.index[(cells == (value if cell is None else cell)).argmax()]),
                column=column,
                mend=f"Export code values, such as uri://ed-fi.org/{descriptor}#...",
            )
        return said[2].strip() if said else value.strip()


_GRADE = "GradeLevelDescriptor"


def walk(text: str) -> list[tuple[str, object]]:
    """Return every name and value in a JSON text, however deep.

    Examples
    --------
    >>> walk('[{"a": {"b": 1}}, {"c": "x"}]')
    [('c', 'x'), ('b', 1)]
    """
    try:
        todo = [json.loads(text)]
    except (ValueError, RecursionError):
        return []
    found: list[tuple[str, object]] = []
    while todo:
        one = todo.pop(0)
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            found += [(k, v) for k, v in one.items() if not isinstance(v, list | dict)]
            todo += [v for v in one.values() if isinstance(v, list | dict)]
    return found


def is_one(words: list[str], name: str) -> bool:
    """Whether a code value is one of these words, whatever its case and marks."""
    return plain(name) in {plain(w) for w in words}


def years(resource: Resource) -> pd.Series:
    """The school year of each row, where it says one; Ed-Fi writes the spring."""
    cells = resource.cells("schoolYear")
    return cells.map({v: school_year(v) for v in cells.unique()}).astype("str")


def look(cells: pd.Series, keys: pd.Series, values: pd.Series) -> pd.Series:
    """What each cell stands for; blank for one that is not there."""
    known = dict(zip(keys, values, strict=True))
    return cells.map(lambda v: known.get(v, "")).astype("str")
