"""The tidy tables that everything in the house speaks, and their checks.

Nothing else defines a column. A count cell is a numerator and a denominator with a status, never a
bare number: zero is a number, and suppressed, not collected and undefined are three different
absences.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import pandas as pd

from .errors import DataError

LEVELS = ("school", "district", "state")
STATUSES = ("ok", "suppressed", "not_collected", "not_applicable", "undefined", "quality")
ALL = "all"  # the dimension, and the group, that holds every student
BY = " × "  # joins the two parts of an intersection, in dimension and in group

COUNTS = {
    "year": "str",
    "unit_id": "str",
    "unit": "str",
    "level": "str",
    "indicator": "str",
    "dimension": "str",
    "group": "str",
    "n": "Int64",
    "x": "Int64",
    "x_low": "Int64",
    "x_high": "Int64",
    "status": "str",
}
SCORES = {
    "year": "str",
    "unit_id": "str",
    "unit": "str",
    "level": "str",
    "indicator": "str",
    "dimension": "str",
    "group": "str",
    "n": "Int64",
    "mean": "float64",
    "sd": "float64",
    "status": "str",
}
UNITS = {"unit_id": "str", "unit": "str", "level": "str", "parent_id": "str"}
KEY = ["year", "unit_id", "indicator", "dimension", "group"]


@dataclass
class ReadReport:
    """What was seen in a file, what was kept, and what was set aside and why.

    Attributes
    ----------
    format, why : str
        The format that was recognised, and the words that made it so.
    rows_in, rows_kept : int
        Data rows in the file(s); rows that became counts.
    set_aside : list of dict
        ``{"reason": str, "rows": int, "where": [row numbers as a spreadsheet counts them]}``.
    columns : dict
        What each column of the file was taken for.
    code_book : dict
        Each code that was translated, and to what: ``{"-9": "not applicable"}``.
    totals : list of str
        Rows or groups that were totals of others and were not counted twice.
    not_additive : list of str
        Dimensions whose groups do not add up to all students, and in how many places.
    over : list of dict
        Cells with more outcomes than students: kept, and left out of rates. Not published.
    missing : list of str
        Indicators of the catalog that the file does not hold.
    notes : list of str
        Anything else that a careful reader wants to know.
    owner : list of str
        Notes with numbers of one unit, for whoever holds the file alone: they are not published.
    surveys : dict
        Of each survey, by who was asked: ``answers`` (how many people), and ``scales``, by id, with
        ``alpha`` and ``omega`` where they can be told.
    """

    format: str = ""
    why: str = ""
    rows_in: int = 0
    rows_kept: int = 0
    set_aside: list[dict] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    code_book: dict[str, str] = field(default_factory=dict)
    totals: list[str] = field(default_factory=list)
    not_additive: list[str] = field(default_factory=list)
    over: list[dict] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    owner: list[str] = field(default_factory=list)
    surveys: dict[str, dict] = field(default_factory=dict)

    def aside(self, reason: str, rows: list[int]) -> None:
        """Set rows aside under a reason, with the first few row numbers kept."""
        if len(rows):
            self.set_aside.append(
                {"reason": reason, "rows": len(rows), "where": [int(r) for r in rows[:8]]}
            )

    def published(self) -> dict:
        """Return what anyone may read of it, as plain lists and dicts: no number of one unit."""
        said = dataclasses.asdict(self)
        return {name: value for name, value in said.items() if name not in ("over", "owner")}


@dataclass
class Dataset:
    """A district's (or state's) file as tidy counts, with where it came from.

    Attributes
    ----------
    counts : DataFrame
        One row per (year, unit_id, indicator, dimension, group): see ``COUNTS``.
    scores : DataFrame
        Means and standard deviations, where the source has them: see ``SCORES``.
    units : DataFrame
        One row a school, district and state, with the unit above it: see ``UNITS``.
    report : ReadReport
        What was seen and set aside.
    source : dict
        ``path`` (the file's name, without its folder), ``format``, ``sha256``.
    """

    counts: pd.DataFrame
    units: pd.DataFrame
    report: ReadReport
    source: dict = field(default_factory=dict)
    scores: pd.DataFrame = field(default_factory=lambda: empty(SCORES))

    @property
    def schools(self) -> pd.DataFrame:
        """One row a school: its id, name and district."""
        units = self.units.set_index("unit_id")
        schools = self.units[self.units["level"] == "school"].copy()
        schools["district"] = schools["parent_id"].map(units["unit"])
        return schools.reset_index(drop=True)

    @property
    def years(self) -> list[str]:
        """School years in the data, earliest first."""
        return sorted(set(self.counts["year"]))


def empty(columns: dict[str, str]) -> pd.DataFrame:
    """Return a frame with these columns and no row."""
    return pd.DataFrame({c: pd.Series(dtype=t) for c, t in columns.items()})


def tidy_counts(frame: pd.DataFrame, *, file: object = None) -> pd.DataFrame:
    """Return the frame with the columns of ``COUNTS``, in order, typed and checked.

    ``x_low``, ``x_high`` and ``status`` may be absent: they follow from ``x``. Cells with more
    outcomes than students get the status ``quality``; the caller decides which indicators count
    events, where that is no fault, and passes those with their status already set to ``ok`` and an
    ``events`` column that is true.

    Raises
    ------
    DataError
        A column is missing, a number is negative, or a cell is there twice.
    """
    frame = frame.copy()
    for column in ("x_low", "x_high"):
        if column not in frame:
            frame[column] = frame["x"]
    if "status" not in frame:
        frame["status"] = "ok"
    for column, kind in COUNTS.items():
        if column not in frame:
            raise DataError("A column of the counts table is missing.", file=file, column=column)
        frame[column] = frame[column].astype(kind)
    exact = frame["x"].notna() & frame["x_low"].isna()
    frame.loc[exact, ["x_low", "x_high"]] = frame.loc[exact, "x"]
    frame.loc[(frame["status"] == "ok") & (frame["n"].isna()), "status"] = "not_collected"
    frame.loc[(frame["status"] == "ok") & (frame["x"].isna()), "status"] = "suppressed"
    for column in ("n", "x"):
        low = frame.index[(frame[column] < 0).fillna(False)]
        if len(low):
            raise DataError(
                f"A count is negative: {frame.at[low[0], column]}.", file=file, column=column
            )
    events = frame["events"].astype(bool) if "events" in frame else pd.Series(False, frame.index)
    over = (frame["x"] > frame["n"]).fillna(False) & (frame["status"] == "ok") & ~events
    frame.loc[over, "status"] = "quality"
    twice = frame.duplicated(KEY, keep=False)
    if twice.any():
        cell = frame.loc[twice.idxmax()]
        raise DataError(
            "The same cell stands in the file twice: " + ", ".join(str(cell[k]) for k in KEY) + ".",
            file=file,
            mend="Keep one row for each year, unit, indicator, dimension and group.",
        )
    return frame[list(COUNTS)].reset_index(drop=True)


def roll_up(counts: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Add the rows of districts and states that the source does not hold, by summing schools.

    A sum over cells of which some are suppressed is itself an interval, with the status
    ``suppressed``, and has no size where one of theirs is not known; cells that were not collected
    are left out of the sum.
    """
    parent = units.set_index("unit_id")["parent_id"]
    name = units.set_index("unit_id")["unit"]
    level_of = units.set_index("unit_id")["level"]
    parts = [counts]
    below = counts[counts["level"] == "school"]
    for level in LEVELS[1:]:
        rows = below[below["status"].isin(["ok", "suppressed", "quality"])].copy()
        rows["unit_id"] = rows["unit_id"].map(parent)
        rows = rows[rows["unit_id"].map(level_of) == level]
        given = counts[counts["level"] == level]
        if rows.empty:
            below = given if len(given) else below
            continue
        rows["hidden"] = rows["x"].isna() & (rows["status"] != "ok") & rows["x_high"].notna()
        rows["hidden"] |= rows["status"] == "suppressed"
        rows["unsized"] = rows["n"].isna() & (rows["status"] == "suppressed")
        made = rows.groupby(KEY, sort=False, observed=True).agg(
            n=("n", "sum"),
            x=("x", "sum"),
            x_low=("x_low", "sum"),
            x_high=("x_high", "sum"),
            hidden=("hidden", "any"),
            unsized=("unsized", "any"),
        )
        made = made.reset_index()
        made["level"], made["unit"] = level, made["unit_id"].map(name)
        made["status"] = "ok"
        made.loc[made["hidden"], "status"] = "suppressed"
        made.loc[made["hidden"], "x"] = pd.NA
        made.loc[made["unsized"], ["n", "x_low", "x_high"]] = pd.NA
        if len(given):
            made = made.merge(given[KEY].assign(given=True), on=KEY, how="left")
            made = made[made["given"].isna()]
        made = made[list(COUNTS)].astype(COUNTS)
        parts.append(made)
        below = pd.concat([given, made], ignore_index=True)
    return pd.concat(parts, ignore_index=True)


def complete_crossed(counts: pd.DataFrame) -> pd.DataFrame:
    """Add the empty cells of intersections: nobody in them is a number too.

    A source lists the combinations that it has. One that is missing would tell a reader of the
    published table that nobody is in it, when others are hidden.
    """
    crossed = counts["dimension"].str.contains(BY, regex=False)
    if not crossed.any():
        return counts
    at = ["year", "unit_id", "unit", "level", "indicator"]
    parts = [counts]
    for dimension in counts.loc[crossed, "dimension"].unique():
        rows = counts[counts["dimension"] == dimension]
        where = rows[at].drop_duplicates()
        sides = [
            counts.loc[counts["dimension"] == side, [*at, "group"]].merge(where, on=at)
            for side in dimension.split(BY)
        ]
        every = sides[0].merge(sides[1], on=at, suffixes=("", "_b"))
        every["group"] = every["group"] + BY + every.pop("group_b")
        new = every.merge(rows[[*at, "group"]], on=[*at, "group"], how="left", indicator=True)
        new = new[new["_merge"] == "left_only"].drop(columns="_merge")
        new = new.assign(dimension=dimension, n=0, x=0, x_low=0, x_high=0, status="ok")
        parts.append(new[list(COUNTS)].astype(COUNTS))
    return pd.concat(parts, ignore_index=True)
