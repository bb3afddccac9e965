"""The tables of an export, each with its kind, its meanings and the school year of its rows."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from ..errors import DataError
from ..schema import ReadReport
from .meanings import STUDENTS, some
from .tables import Table
from .values import dates, is_spring, school_year, year_of_date

UNNAMED = "year not given"

MORE = "more about students"  # a table without a school whose columns belong to the students

TIMELESS = (MORE, "sections")  # tables that hold for every year where they name none


@dataclass
class Part:
    """One table of the export: its kind, its columns by meaning, its cells by meaning.

    ``frame`` has a column a meaning, ``year`` where it is known, and ``file`` and ``row``.
    """

    table: Table
    kind: str
    columns: dict[str, str]
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __post_init__(self) -> None:
        frame = self.table.frame[list(self.columns.values())].copy()
        frame.columns = list(self.columns)
        frame["file"], frame["row"] = self.table.name, self.table.frame.index
        self.frame = frame.reset_index(drop=True)


class Years:
    """Find the school year of each row: by option, column, date or the name of the file."""

    def __init__(self, asked: str | None, report: ReadReport) -> None:
        self.report, self.springs, self.asked = report, set(), None
        if asked is not None:
            self.asked = school_year(str(asked))
            if not self.asked:
                raise DataError(
                    f'"{asked}" is not a school year.', column="year", mend="Write it as 2023-24."
                )

    def of(self, part: Part) -> None:
        """Write each row's year into the part's frame; leave it blank where nothing says it."""
        frame, table = part.frame, part.table
        names = [n for n in (table.sheet, table.path.stem) if school_year(n)]
        name = school_year(names[0]) if names else ""
        source = "year" if "year" in frame else "cohort" if "cohort" in frame else ""
        if part.kind in (STUDENTS,) and source == "cohort":
            source = ""  # when a student will leave, not the year of the row
        if source:
            made = frame[source].map({v: school_year(v) for v in frame[source].unique()})
            wrong = (made == "") & (frame[source] != "")
            if wrong.all() and len(wrong):
                raise DataError(
                    f'"{frame[source].iloc[0]}" is not a school year.',
                    file=table.name,
                    row=int(frame["row"].iloc[0]),
                    column=part.columns[source],
                    mend="Write years as 2023-24, or say --map with the column that holds them.",
                )
            self.report.aside(f"{table.name}: no school year", frame.loc[wrong, "row"].tolist())
            frame, made = frame[~wrong].copy(), made[~wrong]
            spring = [v for v in frame[source].unique() if is_spring(v)]
            if spring:
                self.springs.add(f"{part.columns[source]}: {spring[0]} is {school_year(spring[0])}")
            frame["year"] = made.where(made != "", name)
        elif "date" in frame:
            made = year_of_date(dates(frame["date"]))
            frame["year"] = made.where(made != "", name)
        else:
            frame["year"] = name if part.kind in TIMELESS else self.asked or name
            if not self.asked and name and name[:4] not in names[0]:
                self.springs.add(f"{table.name} is {name}")
        part.frame = frame.reset_index(drop=True)

    def agree(self, parts: list[Part]) -> None:
        """Give the one year that there is to rows without one, or ask."""
        known = sorted({y for p in parts for y in p.frame["year"].unique() if y})
        blank = [p for p in parts if p.kind not in TIMELESS and (p.frame["year"] == "").any()]
        if len(known) > 1 and blank:
            part = blank[0]
            raise DataError(
                f"The file does not say which year its rows are of; the others hold {some(known)}.",
                file=part.table.name,
                row=int(part.frame.loc[part.frame["year"] == "", "row"].iloc[0]),
                column="year",
                mend="Add a year column, or name the file by its year: students-2023-24.csv.",
            )
        one = self.asked or (known[0] if known else UNNAMED)
        for part in blank:
            part.frame["year"] = part.frame["year"].where(part.frame["year"] != "", one)
        if blank and not known and not self.asked:
            self.report.notes.append(
                f'No column and no file name says the school year; it is called "{one}". '
                "--year 2023-24 names it."
            )
        elif blank and known and not self.asked:
            self.report.notes.append(f"Rows without a year were read as {one}, the only year.")
        for words in sorted(self.springs):
            self.report.notes.append(f"{words}: a year alone is the spring in which it ends.")
        if self.asked:
            for part in parts:
                other = (part.frame["year"] != self.asked) & (part.kind not in TIMELESS)
                rows = part.frame.loc[other, "row"].tolist()
                self.report.aside(f"{part.table.name}: another year than {self.asked}", rows)
                part.frame = part.frame[~other].reset_index(drop=True)
            if not any(len(p.frame) for p in parts if p.kind == STUDENTS):
                raise DataError(
                    f"No student is in {self.asked}.",
                    file=parts[0].table.name,
                    column="year",
                    mend=f"The years are: {some(known)}.",
                )


def pool(parts: list[Part], kind: str) -> pd.DataFrame:
    """Return all tables of a kind as one, a column a meaning, with ``file`` and ``row``."""
    frames = [p.frame for p in parts if p.kind == kind]
    return pd.concat(frames, ignore_index=True).fillna("") if frames else pd.DataFrame()
