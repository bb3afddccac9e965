"""Outcomes that stand in the student's own row: yes or no, counts, levels, scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..catalog import indicators
from ..errors import DataError
from ..schema import ReadReport
from . import groups
from .meanings import meanings, some
from .sis_students import Students
from .values import by_value, count, flag, is_unknown, met, number

LAST_GRADE = 12
LEAST_DAYS = 45  # enrolled fewer, a student's absence says little: base "attending"
CHRONIC = 0.10  # of the days enrolled


@dataclass
class Fact:
    """What is known of one indicator, one number for each student-year.

    Attributes
    ----------
    n : array
        How often the student counts: 1 or 0, or seats. 0 where nothing was collected.
    x : array
        How much of it was so; for a score, the score (nan where there is none).
    could : array of bool
        Who could have counted: where such students are and n is 0, nothing was collected.
    skip : tuple of str
        Dimensions that say nothing about this indicator.
    """

    n: np.ndarray
    x: np.ndarray
    could: np.ndarray
    skip: tuple[str, ...] = ()


def fact(values: np.ndarray, could: np.ndarray | None = None, *, score: bool = False) -> Fact:
    """Return the fact of a column of numbers in which nan is "not collected"."""
    values = np.asarray(values, float)
    known = ~np.isnan(values)
    could = np.ones(len(values), bool) if could is None else np.asarray(could, bool)
    known &= could
    return Fact(known.astype(int), values if score else np.where(known, values, 0.0), could)


def grades(students: Students) -> np.ndarray | None:
    """Return each student's grade as a number, nan where it is none; None without the column."""
    if "grade" not in students.frame:
        return None
    read = by_value(students.frame["grade"], lambda v: groups.grade(v)[1], "float64")
    return read.to_numpy(float, na_value=np.nan)


def read(students: Students, dimensions: dict, report: ReadReport) -> dict[str, Fact]:
    """Return the facts that the students' own rows hold, by indicator."""
    known = {
        m: values
        for m in students.columns
        if m in meanings()
        and (m in indicators() or m in ("oss_days", "iss_days"))
        and (values := _values(students, m, report)) is not None
    }
    _from_days(known, students, report)
    grade = grades(students)
    found = {}
    for meaning, values in known.items():
        if meaning == "algebra_1_enrolled" and grade is not None:
            found["algebra_1"] = fact(values > 0, grade == 8)
            found["algebra_1"].n *= ~np.isnan(values)
        elif meaning == "passed_algebra_1" and "algebra_1_enrolled" in known:
            found[meaning] = fact(values, known["algebra_1_enrolled"] > 0)
        elif meaning in ("graduated", "accepted_to_college") and grade is not None:
            found[meaning] = fact(values, grade == LAST_GRADE)
            report.notes.append(
                f"{students.columns[meaning]} was read for students in grade {LAST_GRADE}."
            )
        elif meaning in indicators():
            one = indicators()[meaning]
            values = values if one.events or one.score else np.where(values > 0, 1.0, values)
            found[meaning] = fact(values, score=one.score)
    if "swd" in dimensions and (one := _identified(dimensions["swd"])) is not None:
        found["identified_swd"] = one
    return found


def _values(students: Students, meaning: str, report: ReadReport) -> np.ndarray | None:
    """A column as numbers, nan for not collected; None where its words say nothing."""
    frame, column = students.frame, students.columns[meaning]
    reads = meanings()[meaning].reads
    how = {"flag": flag, "count": count, "level": met}.get(reads, number)
    cells = frame[meaning]
    values = by_value(cells, how, "float64").astype("float64")
    strange = values.isna() & ~cells.map({v: is_unknown(v) for v in cells.unique()}).astype(bool)
    if strange.any():
        words = some([f'"{w}"' for w in cells[strange].unique()], 4)
        at = strange.to_numpy().argmax()
        where = f"first in {frame['file'].iloc[at]}, row {frame['row'].iloc[at]}"
        wanted = {"flag": "yes or no", "count": "a count", "level": "met or not met"}
        if strange.sum() > 0.5 * (cells != "").sum():
            report.notes.append(
                f"{column} was not read: it says {words}, and {wanted.get(reads, 'a number')} "
                "is needed."
            )
            return None
        report.notes.append(
            f"{column}: {int(strange.sum()):,} cells say {words} ({where}); they count as not "
            "collected."
        )
    whole = reads in ("flag", "count", "level")
    if reads != "number" or not indicators().get(meaning) or not indicators()[meaning].score:
        counted(values, frame, column, whole=whole)
    blank = cells == ""
    late = meaning in ("graduated", "accepted_to_college") and "grade" not in frame
    if reads in ("flag", "count") and not late and blank.any() and (values.dropna() > 0).all():
        if values.notna().any():
            report.notes.append(f"{column} never says no or 0: blanks were read as none.")
            report.owner.append(f"{column}: {int(blank.sum()):,} blanks were read as none.")
            values = values.mask(blank, 0.0)
    elif blank.any():
        report.notes.append(
            f"{column}: {int(blank.sum()):,} blanks are not collected; they are not read as zero."
        )
    return values.to_numpy(float)


def counted(values: pd.Series, frame: pd.DataFrame, column: str, *, whole: bool) -> None:
    """Check that a column of counts or days has no negative number, and no part of an event.

    Raises
    ------
    DataError
        It has.
    """
    values = np.asarray(values, float)
    wrong = values < 0
    if whole:
        wrong |= (values % 1 != 0) & ~np.isnan(values)
    if wrong.any():
        at = int(wrong.argmax())
        what = "negative" if values[at] < 0 else "not a whole number"
        raise DataError(
            f"The count is {what}: {values[at]:g}.",
            file=frame["file"].iloc[at],
            row=int(frame["row"].iloc[at]),
            column=column,
            mend=f'Correct the cell, or leave the column out: --map "{column}=ignore".',
        )


def _from_days(known: dict, students: Students, report: ReadReport) -> None:
    """Days of suspension say who was suspended, and how many days were lost."""
    both = [known[m] for m in ("oss_days", "iss_days") if m in known]
    for days, indicator in (
        ("oss_days", "suspended_out_of_school"),
        ("iss_days", "suspended_in_school"),
    ):
        if days in known and indicator not in known:
            known[indicator] = np.where(np.isnan(known[days]), np.nan, known[days] > 0)
            report.notes.append(f"{students.columns[days]} over 0 was read as {indicator}.")
    if both and "days_lost" not in known:
        total = np.sum([np.nan_to_num(b) for b in both], axis=0)
        known["days_lost"] = np.where(np.all([np.isnan(b) for b in both], axis=0), np.nan, total)
    if "days_lost" in known:
        known["days_lost"] = whole_days(known["days_lost"], report)
    known.pop("oss_days", None)
    known.pop("iss_days", None)


def whole_days(days: np.ndarray, report: ReadReport) -> np.ndarray:
    """Return each student's days as a whole number, halves up, and note where that changed one."""
    rounded = np.floor(days + 0.5)
    if (np.abs(rounded - days) > 1e-9).any():
        report.notes.append("Part days were rounded to whole days for each student.")
    return rounded


def _identified(labels: pd.Series) -> Fact | None:
    """Who is identified for special education, from the disability column itself."""
    yes = (labels == groups.label_of_yes("swd")).to_numpy()
    known = (labels != groups.unknown("swd")).to_numpy()
    if not yes.any():
        return None
    made = fact(np.where(known, yes.astype(float), np.nan))
    made.skip = ("swd",)
    return made
