"""Which student-year a row of a child table belongs to, and which schools sent the table."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..schema import ReadReport
from .meanings import some
from .sis_students import Students
from .values import ids

EXPECTED = 20  # rows that a school would have at the district's rate, for none to mean "not sent"


class Join:
    """Find the student-year of each row of a child table."""

    def __init__(self, students: Students, report: ReadReport) -> None:
        frame = students.frame
        self.report, self.size = report, len(frame)
        self.keys = pd.Index(frame["student_id"] + "\0" + frame["year"])
        self.by_tail = {}
        distinct = pd.Series(frame["student_id"].unique(), dtype="str")
        tails = distinct.str.lstrip("0")
        if tails.is_unique:
            self.by_tail = dict(zip(tails, distinct, strict=True))
        self.ids = frozenset(distinct)
        self.cell, self.cells = pd.factorize(frame["unit_id"] + "\0" + frame["year"])
        self.years = frame["year"].to_numpy()
        self.names = frame["unit_id"].map(students.units.set_index("unit_id")["unit"]).to_numpy()

    def rows(self, frame: pd.DataFrame, label: str) -> pd.DataFrame:
        """Return the rows whose student is known, with ``at``, the student's place."""
        if frame.empty:
            return frame.assign(at=np.array([], int))
        who = self._ids(frame, label)
        at = self.keys.get_indexer(who + "\0" + frame["year"])
        for file, gone in frame[at < 0].groupby("file", sort=False):
            why = f"{file}: no such student among the students of that year"
            self.report.aside(why, gone["row"].tolist())
        return frame.assign(at=at)[at >= 0].reset_index(drop=True)

    def _ids(self, frame: pd.DataFrame, label: str) -> pd.Series:
        cells = frame.set_index("row")["student_id"]
        who, note = ids(cells, file=frame["file"].iloc[0], column="student_id")
        who = pd.Series(who.to_numpy(), frame.index, dtype="str")
        if note:
            self.report.notes.append(f"{label}: {note}")
        lost = ~who.isin(self.ids)
        if lost.any() and self.by_tail:
            mended = who[lost].str.lstrip("0").map(self.by_tail)
            if mended.notna().any():
                self.report.notes.append(
                    f"{label}: {int(mended.notna().sum()):,} student ids had lost their leading "
                    "zeros; they were put back."
                )
                who = who.mask(lost & mended.reindex(who.index).notna(), mended)
        return who

    def sum(self, at: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        """Return how many rows, or how much, each student has."""
        return np.bincount(at, weights=weights, minlength=self.size)

    def sent(self, at: np.ndarray, *, rare: bool, label: str) -> np.ndarray:
        """Whether each student's school sent this table that year.

        A school without a row sent nothing. Where rows are rare (an incident, a roster), it may
        also have had none: none is none unless the district's rate would make it 20 or more.
        """
        rows = np.bincount(self.cell[at], minlength=len(self.cells))
        if rare:
            people = np.bincount(self.cell, minlength=len(self.cells))
            year = pd.Series([c.rsplit("\0", 1)[1] for c in self.cells])
            total = pd.Series(rows).groupby(year).transform("sum").to_numpy()
            everyone = pd.Series(people).groupby(year).transform("sum").to_numpy()
            none = (rows == 0) & (total > 0) & (people * total / everyone < EXPECTED)
            if none.any():
                self.report.notes.append(f"No row of {label}, read as none: {self._where(none)}.")
            rows = rows + none
        if (rows == 0).any():
            where = self._where(rows == 0)
            self.report.notes.append(f"No row of {label}, read as not collected: {where}.")
        return (rows > 0)[self.cell]

    def _where(self, cells: np.ndarray) -> str:
        first = pd.Series(np.arange(self.size)).groupby(self.cell).first().to_numpy()
        return some([f"{self.names[first[c]]} {self.years[first[c]]}" for c in cells.nonzero()[0]])
