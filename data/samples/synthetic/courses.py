"""The timetable of grades 6 to 12: mathematics, English, support and advanced courses."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .population import INDEX, KIND, SCHOOLS, shuffled, stream

HIGH_MATH = ("Algebra I", "Geometry", "Algebra II", "Precalculus", "Statistics")
AP = ("AP Biology", "AP English Language", "AP Human Geography", "AP US History")
HONORS = ("Honors Chemistry", "Honors World History")
SUPPORT = ("Mathematics Support", "Reading Support")
BANDS = ("First or second year", "3 to 5 years", "6 to 10 years", "More than 10 years")
# Riverbend, last year: 40 sections of mathematics and English, and 14 of support
RIVERBEND = {
    "Mathematics 6": 8, "Mathematics 7": 5, "Mathematics 8": 4, "Algebra I": 3,
    "English 6": 8, "English 7": 5, "English 8": 7,
    "Mathematics Support": 7, "Reading Support": 7,
}  # fmt: skip
NOVICE, NOVICE_HERE = 0.16, {"Support": 9 / 14, "other": 6 / 40}
IN_FIELD = 0.92
SUPPORTED = 0.45, 0.02  # in each support course: learners of English or with a disability, others


def timetable(o) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return seats (row of the panel, course, level, route, section) and sections."""
    seats = _seats(o)
    seats = seats.sort_values(["year", "school", "course", "row"], ignore_index=True)
    seats, sections = _sections(seats)
    return seats, _teachers(sections)


def _seats(o) -> pd.DataFrame:
    s = o.s
    parts = []

    def add(rows, course, level, route=""):
        rows = np.flatnonzero(rows) if np.asarray(rows).dtype == bool else rows
        parts.append(pd.DataFrame(dict(row=rows, course=course, level=level, entry_route=route)))

    grade, kind = s["grade"].to_numpy(), KIND[s["school"]]
    for g in range(6, 13):
        add(grade == g, f"English {g}", "Regular")
    for g in (6, 7, 8):
        add((grade == g) & ~o.x["algebra_1"], f"Mathematics {g}", "Regular")
    # How students came into Algebra I: the schools differ, and one screens everybody.
    for short, route in (
        ("Foxglove", "Placement test"),
        ("Riverbend", "Teacher recommendation"),
        ("Thornapple", "Universal screening"),
    ):
        add(o.x["algebra_1"] & o.cell(short), "Algebra I", "Advanced", route)
    o.rung = _rungs(o)
    for place, course in enumerate(HIGH_MATH):
        add((kind == "high") & (o.rung == place), course, "Regular")
    rng = stream("which advanced course")
    for name, titles, level in (("ap_enrolled", AP, "AP"), ("honors", HONORS, "Honors")):
        rows = np.flatnonzero(o.x[name])
        one = (rng.random(len(rows)) * len(titles)).astype(int)
        add(rows, np.array(titles)[one], level, "Open enrolment")
        second = rng.random(len(rows)) < 0.3
        add(
            rows[second], np.array(titles)[(one[second] + 1) % len(titles)], level, "Open enrolment"
        )
    need = s["el"].to_numpy(bool) | s["swd"].to_numpy(bool)
    u = stream("support").random((len(s), 2)) < np.where(need, *SUPPORTED)[:, None]
    for column, course in enumerate(SUPPORT):
        add(u[:, column] & (grade >= 6), course, "Support", "Staff referral")
    seats = pd.concat(parts, ignore_index=True)
    return seats.join(s[["year", "school"]], on="row")


def _rungs(o) -> np.ndarray:
    """Where each high-school student stands on the ladder of mathematics courses."""
    s = o.s
    rng = stream("rungs")
    ahead = rng.random(len(s)) < 0.36
    passed = o.x["passed_algebra_1"]  # or whichever mathematics course it was
    rung = np.full(len(s), -1)
    before: dict[int, int] = {}
    for year in range(3):
        rows = np.flatnonzero((s["year"] == year) & (s["grade"] >= 8))
        now = {}  # where each student will stand next year
        for row in rows:
            student, grade = s.at[row, "student"], s.at[row, "grade"]
            if grade == 8:
                now[student] = int(o.x["algebra_1"][row] and passed[row])
                continue
            rung[row] = min(before.get(student, grade - 9 + int(ahead[row])), 4)
            now[student] = rung[row] + int(passed[row])
        before = now
    return rung


def _sections(seats: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = stream("sections")
    number = np.zeros(len(seats), int)
    made = []
    for (year, school, course), rows in seats.groupby(["year", "school", "course"]).indices.items():
        size = 14 if course in SUPPORT else 28
        fixed = RIVERBEND if (year, school) == (2, INDEX["Riverbend"]) else {}
        n = fixed.get(course, -(-len(rows) // size))
        number[shuffled(rng, rows)] = np.arange(len(rows)) % n
        made += [(year, school, course, k) for k in range(n)]
    seats["number"] = number
    sections = pd.DataFrame(made, columns=["year", "school", "course", "number"])
    code = sections["course"].str.replace(r"[^A-Z0-9]", "", regex=True)
    level = np.where(sections["course"].isin(SUPPORT), "Support", "")
    sections["section_id"] = (
        SCHOOLS["school_id"].to_numpy()[sections["school"]]
        + "-" + pd.Series(sections["year"] + 22).astype(str)
        + "-" + np.where(level == "Support", code + "X", code)
        + "-" + (sections["number"] + 1).astype(str).str.zfill(2)
    )  # fmt: skip
    assert sections["section_id"].is_unique
    return seats.merge(sections, on=["year", "school", "course", "number"]), sections


def _teachers(sections: pd.DataFrame) -> pd.DataFrame:
    """Give each section a teacher: novices by one rate, but for Riverbend's support classes."""
    rng = stream("teachers")
    support = sections["course"].isin(SUPPORT)
    here = sections["school"] == INDEX["Riverbend"]
    novice = rng.random(len(sections)) < NOVICE
    for year in range(3):
        for kind, rows in (("Support", support), ("other", ~support)):
            rows = np.flatnonzero(here & rows & (sections["year"] == year))
            count = int(round(NOVICE_HERE[kind] * len(rows)))
            novice[rows] = False
            novice[shuffled(rng, rows)[:count]] = True
    band = 1 + (rng.random(len(sections)) * 3).astype(int)
    sections["teacher_experience_band"] = np.array(BANDS)[np.where(novice, 0, band)]
    sections["novice"] = novice
    sections["out_of_field"] = rng.random(len(sections)) >= IN_FIELD
    return sections
