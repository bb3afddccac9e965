"""One table of all that a folder prints and hides, cell by cell, whichever file says it.

``Facts.cells`` has a row a cell: what is known of ``n`` and ``x`` (from any file), whether any file
marks them hidden, and the band. Numbers printed where a file says "hidden", numbers under the minimum
and numbers that disagree between files are found here, without any solving.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .. import catalog
from ..schema import ALL
from .harvest import _PUBLIC, KEY, WORDS, Harvest
from .sentences import band, matches, table_cell

_PARTIAL = "without the schools"  # a total says that it leaves out schools that are hidden whole
_DIFFERS = ("difference", "change", "gap", "p_value", "q_value")
_COUNTS = ("n", "x", "other_n", "other_x", "rate")
_SAID = ["at", "col", "value", "half", "file", "place", "row"]


@dataclass
class Facts:
    """What a folder prints and hides.

    Attributes
    ----------
    cells : DataFrame
        ``KEY`` and ``n x n_hidden x_hidden why band_low band_high file reference partial`` (a
        total without the schools that are hidden whole).
    said : DataFrame
        Each printed number: ``cell`` (row of ``cells``), ``col``, ``value``, ``half`` (a unit of
        the last digit), ``file``, ``place``, ``row`` (-1 where the place says it all).
    units : dict
        Unit id -> (name, level, parent id).
    """

    cells: pd.DataFrame
    said: pd.DataFrame
    units: dict[str, tuple[str, str, str]]
    changes: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self) -> None:
        self.years = sorted({y for y in self.cells["year"] if y})
        self._hidden = (self.cells["n_hidden"] | self.cells["x_hidden"]).to_numpy(bool)
        where = self.cells.groupby(["unit_id", "dimension", "group"], sort=False).indices
        self._at: dict[tuple, np.ndarray] = where
        self._indicator = self.cells["indicator"].to_numpy()
        self._year = self.cells["year"].to_numpy()
        self._values: dict[int, tuple] = {}
        self._starts = np.searchsorted(self.said["cell"].to_numpy(), np.arange(len(self.cells) + 1))
        self._numbers = self.said["value"].to_numpy(float)
        self._cols = self.said["col"].astype(str).to_numpy()
        self._differs = np.array([c.startswith(_DIFFERS) for c in self._cols], bool)
        self._all_units = list(dict.fromkeys(self.cells["unit_id"]))
        self._shares = _shares(self.cells)

    # ------------------------------------------------------------------ for reading sentences
    def labels(self) -> list[tuple[str, str]]:
        """Return every (dimension, group) of the folder."""
        pairs = self.cells[["dimension", "group"]].drop_duplicates()
        return list(pairs.itertuples(index=False, name=None))

    def indicator_names(self) -> dict[str, str]:
        """Return the indicators of the folder and how reports call them."""
        known = catalog.known_indicators()
        ids = dict.fromkeys(self.cells["indicator"])
        return {i: known[i].label if i in known else i.replace("_", " ") for i in ids if i}

    def unit_names(self) -> dict[str, str]:
        """Return the units of the folder and their names."""
        return {k: v[0] for k, v in self.units.items() if v[0]}

    def rows(self, units, indicators, years, pairs) -> np.ndarray:
        """Return the cells of some groups; an empty list of units or indicators means any."""
        found = self._pairs(units or self._all_units, pairs)
        if len(found) and indicators:
            found = found[np.isin(self._indicator[found], indicators)]
        if len(found) and years:
            found = found[np.isin(self._year[found], years)]
        return found

    def _pairs(self, units, pairs) -> np.ndarray:
        parts = [self._at[(u, *p)] for u in units for p in pairs if (u, *p) in self._at]
        return np.sort(np.concatenate(parts)) if parts else np.array([], int)

    def first_hidden(self, rows: np.ndarray) -> int | None:
        """Return the latest of these cells that is hidden, a single year before pooled ones."""
        found = rows[self._hidden[rows]] if len(rows) else rows
        if not len(found):
            return None
        return max(found.tolist(), key=lambda r: (" to " not in self._year[r], self._year[r]))

    def above(self, units) -> list[str]:
        """Return the units with those that hold them."""
        out = list(units)
        for unit in out:
            parent = self.units.get(unit, ("", "", ""))[2]
            if parent and parent not in out:
                out.append(parent)
        return out

    def explains(self, number, rows: np.ndarray, *, shares: bool = False) -> bool:
        """Return whether a number in a sentence is one that these cells publish.

        With ``shares`` also a group's share of all students or of all with the outcome.
        """
        points = "point" in number.raw or number.raw[:1] in "+-−"
        for row in rows.tolist():
            values, differs = self._public(row)
            if number.percent and not points:
                values = values[~differs]
            if matches(number, values) or (shares and matches(number, self._shares[row])):
                return True
        return False

    def _public(self, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers that a cell publishes, and which of them are differences."""
        if row not in self._values:
            cell = slice(self._starts[row], self._starts[row + 1])
            values, cols = self._numbers[cell], self._cols[cell]
            keep = np.ones(len(values), bool)
            if self.cells["n_hidden"].iat[row]:
                keep[:] = False
            elif self.cells["x_hidden"].iat[row]:
                keep = (cols == "n") | (cols == "other_n")
            values, differs = values[keep], self._differs[cell][keep]
            if keep.all():
                rest = self.cells["n"].iat[row] - self.cells["x"].iat[row]
                values, differs = np.r_[values, rest], np.r_[differs, False]
            self._values[row] = (values, differs)
        return self._values[row]


def _shares(cells: pd.DataFrame) -> np.ndarray:
    """Return each cell's share of all students, and of all with the outcome."""
    key = ["year", "unit_id", "indicator"]
    whole = cells[cells["dimension"] == ALL].drop_duplicates(key).set_index(key)[["n", "x"]]
    both = cells[key].join(whole, on=key)
    n = cells["n"].where(~cells["n_hidden"]) / both["n"].where(both["n"] > 0)
    x = cells["x"].where(~cells["x_hidden"]) / both["x"].where(both["x"] > 0)
    return np.c_[n.to_numpy(float), x.to_numpy(float)]


# ---------------------------------------------------------------------- gathering
def gather(found: Harvest) -> Facts:
    """Return the facts of a harvest."""
    single = _single_dimension(found)
    frames = [f for f in found.frames if f.kind == "table"]
    keys, marks, said = [], [], []
    for frame in frames:
        rows = frame.rows.reset_index(names="_row")
        if (rows["dimension"] == "").any():
            rows["dimension"] = rows["dimension"].where(
                rows["dimension"] != "", rows["group"].map(single).fillna("")
            )
        if (rows["unit_id"] == "").any() and "unit" in rows:
            ids = {v[0]: k for k, v in found.units.items()}
            named = rows["unit"].map(ids).fillna("")
            rows["unit_id"] = rows["unit_id"].where(rows["unit_id"] != "", named)
        keys.append(rows[KEY].astype(str))
        marks.append(_marks(rows, frame.file))
        said.append(_numbers(rows, frame))
    keys, marks, said = _pages(found, single, keys, marks, said)
    if not keys:
        return Facts(_no_cells(), _no_said(), found.units)
    every = pd.concat(keys, ignore_index=True)
    code = every.groupby(KEY, sort=False, dropna=False).ngroup().to_numpy()
    starts = np.cumsum([0, *map(len, keys)])
    cells = every[~pd.Series(code).duplicated()].reset_index(drop=True)
    mark = pd.concat(marks, ignore_index=True)
    mark["cell"] = code
    for i, part in enumerate(said):
        said[i] = part.assign(cell=code[starts[i] + part["at"].to_numpy(int)])
    said = pd.concat(said, ignore_index=True)[["cell", *_SAID[1:]]]
    said = said.astype({"col": "category", "file": "category", "place": "category"})
    said = said.astype({"cell": int, "value": float, "half": float})
    said = said.sort_values(["cell", "half"], kind="stable").reset_index(drop=True)
    cells = _join(cells, mark, said)
    changes = [f.rows.assign(file=f.file) for f in found.frames if f.kind == "changes"]
    changes = pd.concat(changes, ignore_index=True) if changes else pd.DataFrame()
    return Facts(cells, said, found.units, changes)


def _no_cells() -> pd.DataFrame:
    columns = [*KEY, "n", "x", "n_hidden", "x_hidden", "why", "band_low", "band_high", "file"]
    frame = pd.DataFrame(columns=[*columns, "reference", "partial"])
    kinds = {"n_hidden": bool, "x_hidden": bool, "partial": bool, "n": float, "x": float}
    return frame.astype(kinds)


def _no_said() -> pd.DataFrame:
    return pd.DataFrame({k: [] for k in ["cell", *_SAID[1:]]})


def _single_dimension(found: Harvest) -> dict[str, str]:
    """Return, for groups that exist in one dimension only, that dimension."""
    pairs: dict[str, set] = {ALL: {ALL}}
    for frame in found.frames:
        for dimension, group in frame.rows[["dimension", "group"]].drop_duplicates().to_numpy():
            if dimension:
                pairs.setdefault(group, set()).add(dimension)
    for _, one in found.printed:
        if one.context.dimension:
            pairs.setdefault(one.context.group, set()).add(one.context.dimension)
    return {g: next(iter(d)) for g, d in pairs.items() if len(d) == 1}


def _marks(rows: pd.DataFrame, file: str) -> pd.DataFrame:
    """Return what the rows of a table say about what they hide."""
    blank = pd.Series("", rows.index)
    why = rows["why"].astype(str) if "why" in rows else blank
    n_why = rows["n_why"].astype(str) if "n_why" in rows else blank
    x_hidden, n_hidden = why == "hidden", n_why == "hidden"
    if "why" in rows and "n_why" not in rows and "n" in rows:  # scores say it once
        n_hidden = x_hidden & (rows["n"].astype(str).str.strip() == "")
    if "why" not in rows:
        for col, mask in (("x", x_hidden), ("n", n_hidden)):
            if col in rows:
                mask |= rows[col].astype(str).str.strip().str.lower().isin(["", "hidden", "*"])
    number = lambda c: pd.to_numeric(rows[c], errors="coerce") if c in rows else np.nan  # noqa: E731
    return pd.DataFrame(
        {
            "x_hidden": x_hidden.to_numpy(bool),
            "n_hidden": n_hidden.to_numpy(bool),
            "why": why.to_numpy(),
            "band_low": number("band_low"),
            "band_high": number("band_high"),
            "partial": _says(rows, "method", _PARTIAL),
            "reference": (rows["reference"] if "reference" in rows else blank).to_numpy(),
            "file": file,
        }
    )


def _says(rows: pd.DataFrame, column: str, words: str) -> np.ndarray:
    """Return which rows say something in a column."""
    if column not in rows:
        return np.zeros(len(rows), bool)
    return rows[column].astype(str).str.contains(words, regex=False).to_numpy(bool)


def _numbers(rows: pd.DataFrame, frame) -> pd.DataFrame:
    """Return every number that a table prints, one a row."""
    parts = []
    for col in [c for c in rows if c not in WORDS and c not in _PUBLIC and c != "_row"]:
        text = rows[col].astype(str).str.strip()
        keep = text != ""
        if col not in _COUNTS and keep.all() and len(rows) > 1 and text.nunique() == 1:
            continue  # a column that says the same of every row says nothing of one
        text = text[keep]
        value = pd.to_numeric(text.str.rstrip("%").str.replace(",", ""), errors="coerce")
        value = value.where(~text.str.endswith("%"), value / 100).dropna()
        if value.empty:
            continue
        # The longest fraction of the column is its precision: "0.2" beside "0.3333" is exact.
        digits = text[value.index].str.extract(r"\.(\d+)%?$")[0].str.len().max()
        digits = 0 if pd.isna(digits) or (value == value.round()).all() else int(digits)
        parts.append(
            pd.DataFrame(
                {
                    "at": value.index.to_numpy(),
                    "col": col,
                    "value": value.to_numpy(float),
                    "half": 0.5 * 10.0**-digits if digits else 0.0,
                    "file": frame.file,
                    "place": frame.where,
                    "row": rows.loc[value.index, "_row"].to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_SAID)


def _pages(found: Harvest, single, keys, marks, said):
    """Add the cells of page tables that say which cell they are."""
    key_rows, mark_rows, said_rows = [], [], []
    events = {i for i, one in catalog.known_indicators().items() if one.events}
    for file, one in found.printed:
        c = one.context
        dimension = c.dimension or single.get(c.group, "")
        at = len(key_rows)
        key_rows.append((c.year, c.unit, c.indicator, dimension, c.group))
        word = one.raw.strip().lower()
        edge = band(one.raw)
        hides = word == "hidden" or "hidden" in word.split()
        mark_rows.append(
            (
                hides and one.col in ("x", "rate", "count", "share"),
                hides and one.col == "n",
                "hidden" if hides and one.col != "n" and not one.col.startswith("other") else "",
                *((edge if edge and one.col == "rate" else None) or (np.nan, np.nan)),
                "",
                file,
            )
        )
        for col, (value, half) in table_cell(one.raw, one.col).items():
            if col == "rate" and "%" not in one.raw and (c.indicator in events or value > 1):
                value, half = value / 100, half / 100 or 0.005
            said_rows.append((at, col, value, half, file, one.where, -1))
    if key_rows:
        keys.append(pd.DataFrame(key_rows, columns=KEY))
        columns = ["x_hidden", "n_hidden", "why", "band_low", "band_high", "reference", "file"]
        marks.append(pd.DataFrame(mark_rows, columns=columns).assign(partial=False))
        said.append(pd.DataFrame(said_rows, columns=_SAID))
    return keys, marks, said


def _join(cells: pd.DataFrame, mark: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Return the cells with what is known and hidden of each."""
    by = mark.groupby("cell", sort=True)
    cells = cells.copy()
    cells["x_hidden"] = by["x_hidden"].any().to_numpy(bool)
    cells["n_hidden"] = by["n_hidden"].any().to_numpy(bool)
    cells["partial"] = by["partial"].any().to_numpy(bool)
    for column in ("why", "reference"):
        told = mark[mark[column] != ""].drop_duplicates("cell").set_index("cell")[column]
        cells[column] = told.reindex(cells.index).fillna("").to_numpy()
    cells["x_hidden"] &= cells["why"].isin(["", "hidden"])
    for column in ("band_low", "band_high"):
        cells[column] = by[column].first().to_numpy(float)
    cells["file"] = by["file"].first().to_numpy()
    for column in ("n", "x"):
        mine = said[(said["col"] == column) & (said["half"] == 0)].drop_duplicates("cell")
        cells[column] = mine.set_index("cell")["value"].reindex(cells.index).to_numpy(float)
    return cells
