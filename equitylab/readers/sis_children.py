"""Child tables of an export: incidents, attendance, activities, leavers, and what joins them all.

Each row is joined to its student and year; what becomes of it is a fact for each student.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..catalog import content, indicators
from ..errors import DataError
from ..schema import ReadReport
from . import sis_own
from .meanings import some
from .sis_join import Join
from .sis_learning import assessments, by_grade, courses, with_sections
from .sis_own import CHRONIC, LEAST_DAYS, Fact, fact
from .sis_parts import Part, pool
from .sis_students import Students
from .tables import plain
from .values import by_value, flag, numbers, which, words


def facts(
    students: Students, dimensions: dict, parts: list[Part], report: ReadReport
) -> dict[str, Fact]:
    """Return every fact that the export holds, by indicator, in the catalog's order."""
    found = sis_own.read(students, dimensions, report)
    join = Join(students, report)
    for kind, read in READ.items():
        rows = pool(parts, kind)
        if kind == "attendance":
            made = read(_own_days(students, rows, join), join, report)
        elif rows.empty:
            continue
        elif not students.named:
            raise DataError(
                "The students have no id, so nothing can be joined to them.",
                file=rows["file"].iloc[0],
                column="student_id",
                mend="Add a student id, or say which column it is: --map COLUMN=student_id.",
            )
        elif kind == "courses":
            made = read(with_sections(rows, pool(parts, "sections"), report), join, report)
            made = by_grade(made, sis_own.grades(students))
        else:
            made = read(rows, join, report)
            if kind == "leavers":
                _could_leave(made, sis_own.grades(students))
        both = [i for i in made if i in found]
        if both:
            report.notes.append(f"{some(both)}: read from {kind}, not from the students' own rows.")
        found |= made
    return {i: found[i] for i in indicators() if i in found}


def _own_days(students: Students, rows: pd.DataFrame, join: Join) -> pd.DataFrame:
    """The days in the students' own rows, as rows of attendance, where there are no others."""
    days = ("days_enrolled", "days_present", "days_absent", "attendance_rate")
    held = [d for d in days if d in students.frame]
    if len(rows) or not set(held) - {"days_enrolled"}:
        return rows
    return students.frame[[*held, "student_id", "year", "file", "row"]].assign(own=True)


def attendance(frame: pd.DataFrame, join: Join, report: ReadReport) -> dict[str, Fact]:
    """Who was chronically absent: terms are added up before the tenth is taken."""
    if frame.empty:
        return {}
    rows = (
        frame.assign(at=np.arange(len(frame))) if "own" in frame else join.rows(frame, "attendance")
    )
    at = rows["at"].to_numpy()
    sent = join.sent(at, rare=False, label="attendance")
    read = {m: numbers(rows[m]).to_numpy() for m in DAYS if m in rows}
    for meaning, values in read.items():
        sis_own.counted(values, rows, meaning, whole=False)
    day = {m: _total(join, at, v) for m, v in read.items() if m != "attendance_rate"}
    if "days_absent" not in day and {"days_enrolled", "days_present"} <= set(day):
        day["days_absent"] = day["days_enrolled"] - day["days_present"]
    elif "days_enrolled" not in day and {"days_absent", "days_present"} <= set(day):
        day["days_enrolled"] = day["days_absent"] + day["days_present"]
    if {"days_absent", "days_enrolled"} <= set(day):
        absent, enrolled = day["days_absent"], day["days_enrolled"]
        over = (absent < 0) | (absent > enrolled)
        if over.any():
            report.over.append({"indicator": "chronically_absent", "students": int(over.sum())})
            report.notes.append(
                f"{int(over.sum()):,} students have more days than they were enrolled: set aside "
                "from chronic absence."
            )
        values = np.where(over, np.nan, absent >= CHRONIC * enrolled - 1e-9)
        values[np.isnan(absent) | np.isnan(enrolled)] = np.nan
        return {"chronically_absent": fact(values, ~(enrolled < LEAST_DAYS))}
    if "attendance_rate" in read:
        rate = _mean(join, at, read["attendance_rate"])
        rate = rate / 100 if np.nanmax(rate, initial=0) > 1.5 else rate
        values = np.where(np.isnan(rate), np.nan, rate <= 1 - CHRONIC + 1e-9)
        report.notes.append("Chronic absence: from the attendance rate, 90 percent or less.")
        return {"chronically_absent": fact(values)}
    if "chronically_absent" in rows:
        said = by_value(rows["chronically_absent"], flag, "float64").to_numpy(float)
        values = _mean(join, at, said)
        return {"chronically_absent": fact(np.where(sent, np.ceil(values), np.nan))}
    report.notes.append("Attendance: days absent say nothing without the days enrolled.")
    return {}


DAYS = ("days_enrolled", "days_present", "days_absent", "attendance_rate")


def _total(join: Join, at: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The sum of each student's rows; nan where none has a number."""
    known = ~np.isnan(values)
    total = join.sum(at[known], values[known])
    return np.where(join.sum(at[known]) > 0, total, np.nan)


def _mean(join: Join, at: np.ndarray, values: np.ndarray) -> np.ndarray:
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore"):
        return join.sum(at[known], values[known]) / join.sum(at[known])


def incidents(frame: pd.DataFrame, join: Join, report: ReadReport) -> dict[str, Fact]:
    """Who was referred, suspended, expelled; and the days that were lost."""
    rows = join.rows(frame, "incidents")
    at = rows["at"].to_numpy()
    sent = join.sent(at, rare=True, label="incidents")
    blank = pd.Series("", rows.index, dtype="str")
    said = rows.get("response", blank)
    counts = {value: _response(value) for value in said.unique()}
    found = {}
    for indicator in [r["counts"] for r in content("columns")["responses"]]:
        here = said.map({v: indicator in c for v, c in counts.items()}).astype(bool).to_numpy()
        if here.any():
            found[indicator] = fact(np.where(sent, join.sum(at[here]) > 0, np.nan))
    for value, one in sorted(counts.items()):
        report.code_book[f"response: {value}"] = ", ".join(one) or "an incident, no removal"
    plainly = [v for v, one in counts.items() if not one]
    if plainly:
        found["referred"] = fact(np.where(sent, join.sum(at) > 0, np.nan))
        report.notes.append(
            "Referred: every row of incidents counts. No removal was read in: "
            + some(plainly)
            + "."
        )
    else:
        report.notes.append(
            "Every incident is a removal, so referrals to the office are not known."
        )
    if "days_removed" in rows:
        days = numbers(rows["days_removed"]).to_numpy()
        sis_own.counted(days, rows, "days_removed", whole=False)
        none = np.isnan(days) & said.map({v: bool(c) for v, c in counts.items()}).to_numpy(bool)
        if none.any():
            report.notes.append(
                f"{int(none.sum()):,} removals have no number of days, so days lost are too few."
            )
        lost = sis_own.whole_days(join.sum(at, np.nan_to_num(days)), report)
        found["days_lost"] = fact(np.where(sent, lost, np.nan))
    return found


def _response(value: str) -> set[str]:
    """The indicators that an incident's response counts for."""
    text, word = words(value), plain(value)
    found = {
        row["counts"]
        for row in content("columns")["responses"]
        if word in {plain(w) for w in row["is"]} or any(f" {w} " in text for w in row["has"])
    }
    # "Out-of-school suspension" also holds "school suspension": one row is one kind of suspension.
    return found - {"suspended_out_of_school"} if "suspended_in_school" in found else found


def activities(frame: pd.DataFrame, join: Join, report: ReadReport) -> dict[str, Fact]:
    """Who is on a roster, and who takes part in something that charges a fee."""
    rows = join.rows(frame, "activities")
    at = rows["at"].to_numpy()
    sent = join.sent(at, rare=True, label="activities")
    found = {"activity_any": fact(np.where(sent, join.sum(at) > 0, np.nan))}
    fees = np.zeros(len(rows), bool)
    told = False
    for meaning in ("fee_paid", "fee_waived"):
        if meaning in rows:
            value = by_value(rows[meaning], lambda v: _fee(v), "float64").to_numpy(float)
            fees |= value > 0
            told |= bool((~np.isnan(value)).any())
    if "kind" in rows:
        kinds = {plain(w) for w in content("columns")["fee_kinds"]}
        fees |= which(rows["kind"], lambda v: plain(v) in kinds)
        told |= bool(fees.any())
    if told:
        found["activity_fee"] = fact(np.where(sent, join.sum(at[fees]) > 0, np.nan))
    return found


def _fee(text: str) -> float:
    amount = numbers(pd.Series([text.strip("$£€ ")])).iloc[0]
    return flag(text) if np.isnan(amount) else float(amount > 0)


def leavers(frame: pd.DataFrame, join: Join, report: ReadReport) -> dict[str, Fact]:
    """Who graduated, and who was accepted to college or training, of the students listed."""
    rows = join.rows(frame, "leavers").drop_duplicates("at", keep="last")
    at, found = rows["at"].to_numpy(), {}
    for indicator in ("graduated", "accepted_to_college"):
        if indicator in rows:
            values = np.full(join.size, np.nan)
            values[at] = by_value(rows[indicator], flag, "float64").to_numpy(float)
            found[indicator] = fact(values)
    return found


def _could_leave(made: dict[str, Fact], grade: np.ndarray | None) -> None:
    """A school without a last grade has no leavers: that is no gap in what it sent."""
    for one in made.values():
        if grade is not None:
            one.could = (grade == sis_own.LAST_GRADE) | (one.n > 0)


READ = {
    "attendance": attendance,
    "incidents": incidents,
    "courses": courses,
    "assessments": assessments,
    "activities": activities,
    "leavers": leavers,
}
