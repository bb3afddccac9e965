"""Readings to practise on: one good month in six, and what twelve schools' yearly figures hide.

Monthly readings (rb12, and two longer series beside it) are written out here; yearly ones (dd1 to
dd6) are counted from the district's own files, so that the two never disagree.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parents[1] / "riverbend"
YEARS = ("2021-22", "2022-23", "2023-24")
COLUMNS = (
    "series", "school_id", "school", "kpi", "group", "date", "numerator", "denominator", "note",
)  # fmt: skip
ALL = "All students"
ECON = {"Yes": "Economically disadvantaged", "No": "Not economically disadvantaged"}
# series: (school, kpi, first month, (numerator, denominator) a month, {month: note})
MONTHLY = {
    "rb12": (
        "0219",
        "k_referral_subjective",
        "2024-09-30",
        [(12, 21), (11, 20), (13, 23), (5, 21), (11, 20), (12, 22)],
        {0: "The co-written three-step response starts"},
    ),
    "steady": (
        "0208",
        "k_interpretation_met",
        "2023-09-30",
        [
            (15, 25), (18, 27), (13, 24), (17, 26), (14, 25), (19, 28), (16, 24),
            (14, 26), (20, 29), (15, 26), (13, 23), (18, 27), (15, 27), (17, 25),
        ],
        {},
    ),
    "shift": (
        "0226",
        "k_support_reach",
        "2023-09-30",
        [
            (18, 41), (20, 42), (17, 40), (21, 43), (19, 42), (18, 40), (20, 44),
            (30, 43), (31, 42), (29, 41), (32, 44), (30, 40), (33, 45), (31, 43),
        ],
        {7: "Tutoring moves into the school day, outside core lessons"},
    ),
}  # fmt: skip


def tables(rng) -> dict[str, pd.DataFrame]:
    """Return ``kpi_readings``; nothing here is drawn by chance."""
    rows = pd.DataFrame([*_monthly(), *_yearly()], columns=list(COLUMNS))
    counts = ["numerator", "denominator"]
    rows[counts] = rows[counts].astype("Int64")
    return {"kpi_readings": rows}


def _read(kind: str, year: str) -> pd.DataFrame:
    return pd.read_csv(HERE / f"{kind}-{year}.csv", dtype=str, keep_default_na=False)


def _schools() -> dict[str, str]:
    rows = _read("students", YEARS[-1])
    return dict(zip(rows["school_id"], rows["school"], strict=True))


def _monthly() -> list[tuple]:
    called = _schools()
    rows = []
    for series, (school, kpi, start, readings, notes) in MONTHLY.items():
        days = pd.date_range(start, periods=2 * len(readings), freq="ME")
        days = days[~days.month.isin([7, 8])][: len(readings)]  # no school in July and August
        dates = days.strftime("%Y-%m-%d")
        rows += [
            (series, school, called[school], kpi, ALL, date, x, n, notes.get(k, ""))
            for k, (date, (x, n)) in enumerate(zip(dates, readings, strict=True))
        ]
    return rows


def _yearly() -> list[tuple]:
    called = _schools()
    rows = []
    for year in YEARS:
        date = f"20{year[-2:]}-06-15"
        students = _read("students", year)
        where = students.set_index("student_id")["school_id"]
        absent = _absent(year, where)
        for school, name in sorted(called.items(), key=lambda pair: pair[1]):
            # dd6 is a school that is in the list, without a number and never with a zero.
            x, n = absent.get(school, (None, None))
            note = "" if n else "The school sent no attendance file"
            series = "dd1" if n else "dd6"
            rows.append((series, school, name, "k_chronic_abs", ALL, date, x, n, note))
        rows += _mathematics(year, date, students, called)
    return rows + _rosters(called) + _one_rule(called)


def _absent(year: str, where: pd.Series) -> dict[str, tuple[int, int]]:
    """Count students who missed a tenth of at least 45 days, by school."""
    rows = _read("attendance", year).astype({"days_enrolled": int, "days_present": int})
    rows = rows[rows["days_enrolled"] >= 45]
    missed = (rows["days_enrolled"] - rows["days_present"]) >= 0.1 * rows["days_enrolled"]
    counted = missed.groupby(rows["student_id"].map(where)).agg(["sum", "size"])
    return {k: (int(x), int(n)) for k, x, n in counted.itertuples()}


def _mathematics(year: str, date: str, students: pd.DataFrame, called: dict) -> list[tuple]:
    """Count who met the standard in the two schools whose gap narrows, by group."""
    rows = _read("assessments", year)
    rows = rows[rows["subject"] == "Mathematics"].merge(students, on="student_id")
    found = []
    for series, school in (("dd3", "0146"), ("dd4", "0226")):
        for value, group in ECON.items():
            part = rows[(rows["school_id"] == school) & (rows["econ_disadvantage"] == value)]
            met = int((part["met_standard"] == "Yes").sum())
            of = (series, school, called[school], "k_test_prof", group, date)
            found.append((*of, met, len(part), ""))
    return found


def _rosters(called: dict) -> list[tuple]:
    """Count students on a roster in a small and a large school with the same rate."""
    students, rows = _read("students", YEARS[-1]), _read("activities", YEARS[-1])
    found = []
    for school in ("0117", "0302"):
        here = students.loc[students["school_id"] == school, "student_id"]
        x = int(here.isin(rows["student_id"]).sum())
        of = ("dd2", school, called[school], "k_extracurricular", ALL, "2024-06-15")
        found.append((*of, x, len(here), ""))
    return found


def _one_rule(called: dict) -> list[tuple]:
    """Count disruptions that were answered in school, as the shared expectation says."""
    students, rows = _read("students", YEARS[-1]), _read("incidents", YEARS[-1])
    rows = rows[rows["category"] == "Disruption"].merge(
        students[["student_id", "school_id"]], on="student_id"
    )
    found = []
    for school, name in sorted(called.items(), key=lambda pair: pair[1]):
        part = rows[rows["school_id"] == school]
        kept = int((part["response"] != "Out-of-school suspension").sum())
        of = ("dd5", school, name, "k_policy_consistency", ALL, "2024-06-15")
        if len(part):
            found.append((*of, kept, len(part), ""))
    return found
