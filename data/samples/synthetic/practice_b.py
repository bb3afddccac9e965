"""Gaps, discipline and climate to practise on: cut points, life after school, a pathway, barriers.

What happened at Riverbend is counted from the district's own files (rb4, rb6, rb7); the rest is
invented here in exact counts. tests/test_practice_b.py counts every planted fact again. Two groups
whose numbers the district's report hides are counted together, and are not named.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

FILES = Path(__file__).resolve().parent.parent / "riverbend"
YEARS = ("2021-22", "2022-23", "2023-24")
YEAR, RIVERBEND, KESTREL, HILLCREST = YEARS[-1], "0219", "0302", "hillcrest"
YES, NO = "Yes", "No"
TOGETHER = ("Black", "Two or more races")  # rb6: the two groups combined
TWO, REST = "Two groups together", "Everyone else"
PLACES = ("Bus", "Cafeteria", "Classroom", "Grounds", "Hallway")
TIMES = (
    "Before school", "Block 1", "Block 2", "Block 3", "Lunch", "Block 4 (after lunch)", "Block 5",
    "After school",
)  # fmt: skip
REMOVED = ("In-school suspension", "Out-of-school suspension")
MISSED = 0.1  # of the days enrolled: chronic absence


def tables(rng) -> dict[str, pd.DataFrame]:
    """Return the practice tables of notebooks 03 and 04; nothing in them is drawn by lot."""
    students = _read(f"students-{YEAR}.csv")
    students = students[students["school_id"] == RIVERBEND].reset_index(drop=True)
    incidents = _read(f"incidents-{YEAR}.csv").merge(students, on=["student_id", "year"])
    return {
        "cut_points": _cut_points(),
        "algebra_success": _success(),
        "reading_by_grade": _reading(),
        "hillcrest_groups": _hillcrest(),
        "after_school": _after(),
        "pathway": _pathway(students, incidents),
        "place_time": _place_time(incidents),
        "attendance_barriers": _barriers(students),
        "safe_places": _safe(),
        "reports_answered": _answered(),
        "known_by_adult": _known(),
    }


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(FILES / name, dtype="str", keep_default_na=False)


def _cut_points() -> pd.DataFrame:
    """Two groups whose mean scores are 10 points apart, by band of ten points.

    The spread is the same, so that the gap in percent at the standard is all the doing of the line:
    widest in the middle, narrow at both ends.
    """
    edges = np.arange(540, 771, 10)
    parts = []
    for group, n, mean in (("Joined later", 300, 652), ("Start of phase", 500, 662)):
        # Where n evenly spaced students of a normal distribution stand.
        scores = norm.ppf((np.arange(n) + 0.5) / n, mean, 34)
        counted = np.histogram(scores, edges)[0]
        parts.append(pd.DataFrame({"group": group, "score_from": edges[:-1], "students": counted}))
    return pd.concat(parts, ignore_index=True)


def _success() -> pd.DataFrame:
    """rb2: those who are in Algebra I in grade 8 pass alike, over three years together."""
    parts = []
    for year in YEARS:
        taken = _read(f"courses-{year}.csv")
        here = _read(f"students-{year}.csv")
        here = here.loc[here["school_id"] == RIVERBEND, ["student_id", "english_learner"]]
        parts.append(taken[taken["course"] == "Algebra I"].merge(here, on="student_id"))
    told = pd.concat(parts)
    names = {YES: "English learner", NO: "Not an English learner"}
    by = (told["passed"] == YES).groupby(told["english_learner"].map(names)).agg(["size", "sum"])
    by = by.set_axis(["n", "x"], axis=1).rename_axis("group").reset_index()
    return by.assign(years=f"{YEARS[0]} to {YEARS[-1]}")[["years", "group", "n", "x"]]


def _reading() -> pd.DataFrame:
    """rb4: reading rises in every grade, and falls for the school, as grade 6 grows."""
    rows = []
    for year in YEARS:
        here = _read(f"students-{year}.csv")
        here = here[here["school_id"] == RIVERBEND]
        tests = _read(f"assessments-{year}.csv")
        tests = tests[tests["subject"] == "Reading"].merge(here[["student_id", "grade"]])
        for grade, part in tests.groupby("grade"):
            rows.append((year, f"Grade {grade}", len(part), (part["met_standard"] == YES).sum()))
    return pd.DataFrame(rows, columns=["year", "grade", "n", "x"])


def _hillcrest() -> pd.DataFrame:
    """hc1: groups too small to show in a year, some of them large enough over three."""
    counted = {
        "Joined mid-year, first language other than English": ((9, 4), (8, 3), (9, 4)),
        "Looked after by the local authority": ((3, 1), (2, 1), (3, 1)),
        "Receiving SEN support": ((14, 6), (15, 7), (13, 6)),
        "Traveller heritage": ((7, 3), (8, 4), (8, 3)),
        "Young carers": ((6, 3), (8, 4), (7, 4)),
    }
    rows = [
        (HILLCREST, year, "In enrichment", group, n, x)
        for group, years in counted.items()
        for year, (n, x) in zip(YEARS, years, strict=True)
    ]
    return pd.DataFrame(rows, columns=["school_id", "year", "measure", "group", "n", "x"])


def _after() -> pd.DataFrame:
    """Kestrel Ridge: who is accepted, who then enrols, who goes into paid training or service.

    Leavers and acceptances are those of the district's file. Of those accepted, 45 of 74 and 136 of
    170 were enrolled in the autumn: a second gap that an acceptance rate does not show.
    """
    leavers = _read("leavers.csv")
    here = _read(f"students-{YEAR}.csv")
    here = here.loc[here["school_id"] == KESTREL, ["student_id", "econ_disadvantage"]]
    leavers = leavers[leavers["year"] == YEAR].merge(here, on="student_id")
    rows = []
    for econ, label, enrolled, training in (
        (YES, "Economically disadvantaged", 45, 34),
        (NO, "Not economically disadvantaged", 136, 25),
    ):
        part = leavers[leavers["econ_disadvantage"] == econ]
        n, accepted = len(part), int((part["accepted"] == YES).sum())
        rows += [
            (KESTREL, YEAR, "accepted", label, n, accepted),
            (KESTREL, YEAR, "enrolled", label, n, enrolled),
            (KESTREL, YEAR, "training", label, n, training),
        ]
    return pd.DataFrame(rows, columns=["school_id", "year", "step", "group", "n", "x"])


def _pathway(students: pd.DataFrame, incidents: pd.DataFrame) -> pd.DataFrame:
    """rb6 as a pathway: from what an adult noticed to days out of class, for two sets of students.

    What was noticed is invented (room logs); the steps after it are the district's incidents.
    """
    two = incidents["race_ethnicity"].isin(TOGETHER)
    rows = []
    for group, inside, noticed in ((TWO, two, 156), (REST, ~two, 496)):
        part = incidents[inside]
        judged = part[part["judgement_based"] == YES]
        removed = judged[judged["response"].isin(REMOVED)]
        out = removed[removed["response"] == REMOVED[1]]
        days = part["days_removed"].astype(int)
        late = (part["judgement_based"] == YES) & (part["time_block"] == TIMES[5])
        size = students["race_ethnicity"].isin(TOGETHER)
        enrolled = int((size if group == TWO else ~size).sum())
        rows += [
            (group, "referred", noticed, len(part)),
            (group, "judged", len(part), len(judged)),
            (group, "removed", len(judged), len(removed)),
            (group, "out", len(removed), len(out)),
            (group, "days", enrolled, days.sum()),
            (group, "days_judged_late", days.sum(), days[late].sum()),
        ]
    found = pd.DataFrame(rows, columns=["group", "step", "n", "x"])
    return found.assign(school_id=RIVERBEND, year=YEAR)[
        ["school_id", "year", "group", "step", "n", "x"]
    ]


def _place_time(incidents: pd.DataFrame) -> pd.DataFrame:
    """Incidents by place and time of day, those that rest on judgement, and days out of class."""
    judged = incidents["judgement_based"] == YES
    told = incidents.assign(
        judgement=judged.astype(int), days=incidents["days_removed"].astype(int), incidents=1
    )
    found = told.groupby(["place", "time_block"])[["incidents", "judgement", "days"]].sum()
    every = pd.MultiIndex.from_product([PLACES, TIMES], names=["place", "time_block"])
    return found.reindex(every, fill_value=0).reset_index()


def _barriers(students: pd.DataFrame) -> pd.DataFrame:
    """rb7: attendance by bus route and travel time, by barrier, and by student group.

    ``days_enrolled`` and ``days_present`` of a set of students; of a barrier only how many of the
    chronically absent named it (``x`` of ``n``).
    """
    told = _read(f"attendance-{YEAR}.csv").merge(students, on=["student_id", "year"])
    for column in ("days_enrolled", "days_present"):
        told[column] = told[column].astype(int)
    away = told["days_enrolled"] - told["days_present"]
    told["absent"] = (away >= MISSED * told["days_enrolled"]).astype(int)
    kinds = {
        "bus_route": "Bus route",
        "travel_time": "Travel time",
        "econ_disadvantage": "Economic circumstances (local proxy)",
        "english_learner": "English learner status",
        "disability": "Disability status",
        "sex": "Sex or gender as recorded",
    }
    words = {
        "econ_disadvantage": {YES: "Economically disadvantaged", NO: "Not economically disadvantaged"},
        "english_learner": {YES: "English learner", NO: "Not an English learner"},
        "disability": {YES: "With a disability", NO: "Without a disability"},
    }  # fmt: skip
    parts = []
    for column, kind in kinds.items():
        by = told.groupby(column).agg(
            n=("absent", "size"), x=("absent", "sum"),
            days_enrolled=("days_enrolled", "sum"), days_present=("days_present", "sum"),
        )  # fmt: skip
        by = by.rename(index=words.get(column, {})).rename_axis("category").reset_index()
        parts.append(by.assign(kind=kind))
    absent = told[told["absent"] == 1]
    named = absent["main_barrier"].value_counts().sort_index()
    parts.append(
        pd.DataFrame(
            {"kind": "Main barrier", "category": named.index, "n": len(absent), "x": named.values}
        )
    )
    columns = ["kind", "category", "n", "x", "days_enrolled", "days_present"]
    return pd.concat(parts, ignore_index=True)[columns].astype(
        {"days_enrolled": "Int64", "days_present": "Int64"}
    )


def _safe() -> pd.DataFrame:
    """How many of those asked feel safe, by place and time: least in the hallway after lunch."""
    rows = [
        ("Bus", "Before school", 164, 118), ("Bus", "After school", 164, 109),
        ("Cafeteria", "Lunch", 402, 310), ("Classroom", "Morning", 410, 369),
        ("Classroom", "After lunch", 408, 318), ("Grounds", "Before school", 371, 301),
        ("Grounds", "After school", 352, 257), ("Hallway", "Morning", 405, 332),
        ("Hallway", "After lunch", 403, 214), ("Library", "Any time", 214, 201),
        ("Restrooms", "Any time", 398, 219),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["place", "time", "n", "x"])


def _answered() -> pd.DataFrame:
    """Reports of harassment, and those resolved within five school days: more reports each term."""
    rows = [("Fall", 16, 9), ("Winter", 21, 13), ("Spring", 28, 21)]
    return pd.DataFrame(rows, columns=["term", "n", "x"])


def _known() -> pd.DataFrame:
    """A mapping exercise: students whom no adult named as someone they know well."""
    rows = [
        ("Grade", "Grade 6", 250, 71), ("Grade", "Grade 7", 157, 29), ("Grade", "Grade 8", 205, 32),
        ("In band or robotics", YES, 159, 8), ("In band or robotics", NO, 453, 124),
        ("Travel time", "Under 20 min", 300, 51), ("Travel time", "20 to 40 min", 215, 44),
        ("Travel time", "Over 40 min", 97, 37),
        ("When the student joined", "Start of phase", 577, 112),
        ("When the student joined", "Joined later", 28, 16),
        ("When the student joined", "Newcomer", 7, 4),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["kind", "category", "n", "x"])
