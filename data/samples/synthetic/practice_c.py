"""Resources, people and voices to practise on: who gets what, a hiring funnel, three surveys.

Every planted fact is an exact count (ids of content/synthetic_scenarios.yaml): rb8 from the
district's own files, rb9 to rb11, hc2 and hc3 here. tests/test_practice_c.py counts them again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

HERE = Path(__file__).resolve().parent
FILES = HERE.parent / "riverbend"
YEAR, RIVERBEND, HILLCREST = "2023-24", "0219", "hillcrest"
YES, NO = "Yes", "No"
FAR = "Over 40 min"

# attribute of the tables: (column of the district's files, value, category)
GROUPS = {
    "English learner status": ("english_learner", {YES: "English learner", NO: "Not an English learner"}),
    "Economic circumstances (local proxy)": ("econ_disadvantage", {YES: "Economically disadvantaged", NO: "Not economically disadvantaged"}),
    "Disability status": ("disability", {YES: "With a disability", NO: "Without a disability"}),
    "Travel time": ("travel_time", {FAR: "Ride over 40 min", "20 to 40 min": "Ride under 40 min", "Under 20 min": "Ride under 40 min"}),
}  # fmt: skip


def tables(rng) -> dict[str, pd.DataFrame]:
    """Return the practice tables of notebooks 05 and 06."""
    from . import surveys

    students = _read(f"students-{YEAR}.csv")
    students = students[students["school_id"] == RIVERBEND].reset_index(drop=True)
    students = students.assign(music=_rostered(students, ("Band", "Robotics")))
    sections, novice = _sections(students)
    devices, lacking = _devices(rng, students)
    reach = _reach(rng, students, novice, lacking)
    return {
        "sections": sections,
        "devices": devices,
        "resources": _resources(),
        "resource_reach": reach[reach["option"].str.startswith("r")].reset_index(drop=True),
        "allocation_reach": reach[~reach["option"].str.startswith("r")].reset_index(drop=True),
        "hiring": _hiring(),
        "entry_point": _entry(),
        **surveys.tables(rng, students),
    }


def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(FILES / name, dtype=str, keep_default_na=False)


def _rostered(students: pd.DataFrame, activities: tuple[str, ...]) -> pd.Series:
    rows = _read(f"activities-{YEAR}.csv")
    on = set(rows.loc[rows["activity"].isin(activities), "student_id"])
    return students["student_id"].isin(on)


# ---------------------------------------------------------------- rooms and devices


def _sections(students: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return rb8 section by section, and who has a seat with a teacher in the first two years."""
    rows = _read("sections.csv")
    rows = rows[(rows["school_id"] == RIVERBEND) & (rows["year"] == YEAR)]
    seats = _read(f"courses-{YEAR}.csv")
    seats = seats[seats["section_id"].isin(rows["section_id"])].merge(students, on="student_id")
    learner = seats["english_learner"] == YES
    counts = learner.groupby(seats["section_id"]).agg(["size", "sum"])
    support = seats.groupby("section_id")["level"].first() == "Support"
    rows = rows.assign(
        kind=np.where(rows["section_id"].map(support), "Support classes", "Other classes"),
        seats=rows["section_id"].map(counts["size"]),
        english_learner_seats=rows["section_id"].map(counts["sum"]),
    )
    new = rows.loc[rows["teacher_experience_band"] == "First or second year", "section_id"]
    taught = set(seats.loc[seats["section_id"].isin(new), "student_id"])
    return rows.reset_index(drop=True), students["student_id"].isin(taught)


DEVICE_READY = {True: 0.57, False: 0.85}  # by long travel; the same for learners of English


def _devices(rng, students: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return who can work at home: loans are handed out after the long-distance buses leave."""
    far, learner = students["travel_time"] == FAR, students["english_learner"] == YES
    ready = pd.Series(False, index=students.index)
    for is_far in (True, False):
        for learns in (True, False):
            rows = np.flatnonzero((far == is_far) & (learner == learns))
            ready.iloc[rng.permutation(rows)[: round(DEVICE_READY[is_far] * len(rows))]] = True
    u = rng.random((len(students), 3))
    swd = (students["disability"] == YES).to_numpy()
    device = np.where(u[:, 0] < 0.35, "School loan", "Own")
    link = np.full(len(students), "Reliable", dtype=object)
    access = np.where(swd, "Met", "Not needed").astype(object)
    missing = ~ready.to_numpy()
    device = np.where(missing & (u[:, 1] < 0.45), "Shared", device)
    device = np.where(missing & (u[:, 1] < 0.15), "None", device)
    link[missing & (u[:, 1] >= 0.3)] = "Slow or limited"
    link[missing & (u[:, 1] >= 0.8)] = "None"
    access[missing & swd & (u[:, 2] < 0.5)] = "Not met"
    frame = pd.DataFrame(
        dict(
            student_id=students["student_id"], year=YEAR, device=device, connection=link,
            accessibility_met=access, english_learner=students["english_learner"],
            travel_time=students["travel_time"],
        )
    )  # fmt: skip
    return frame, ~ready


# ---------------------------------------------------------------- money and time

# id, line, amount, flexible, what it reaches in words, hours
LINES = (
    ("r1", "Support classes in the school day", 118_000, NO, "Students referred by staff", 2_880),
    ("r2", "Homework club after school", 36_000, YES, "Students who can stay after the buses leave", 720),
    ("r3", "Travel team", 24_000, YES, "Students whose families pay the rest of the fee", 400),
    ("r4", "Band and robotics", 31_000, YES, "Students who sign up; no fee", 900),
    ("r5", "Coach for teachers", 64_000, NO, "All students, through their teachers", 1_400),
    ("r6", "Classroom supplies", 42_000, YES, "All students", 0),
)  # fmt: skip


def _resources() -> pd.DataFrame:
    names = ["line_id", "line", "amount", "flexible", "reaches_group", "hours"]
    return pd.DataFrame(LINES, columns=names).assign(school_id=RIVERBEND, year=YEAR)[
        ["school_id", "year", *names]
    ]


def _reach(rng, students, novice, lacking) -> pd.DataFrame:
    """Count whom each budget line, and each option of the simulator, reaches in each group."""
    far = students["travel_time"] == FAR
    swd = students["disability"] == YES
    learner, econ = students["english_learner"] == YES, students["econ_disadvantage"] == YES
    courses = _read(f"courses-{YEAR}.csv")
    support = students["student_id"].isin(courses.loc[courses["level"] == "Support", "student_id"])
    barriers = far.astype(int) + swd + learner + econ
    club = pd.Series(False, index=students.index)
    club.iloc[rng.permutation(np.flatnonzero(~far))[:112]] = True
    club.iloc[rng.permutation(np.flatnonzero(far))[:8]] = True
    keen = pd.Series(rng.random(len(students)) < 0.36, index=students.index)
    everyone = pd.Series(True, index=students.index)
    who = {
        "r1": support, "r2": club, "r3": _rostered(students, ("Travel team",)),
        "r4": students["music"], "r5": everyone, "r6": everyone,
        "a1": everyone, "a2": barriers >= 2, "a3": learner, "a4": everyone, "a5": lacking,
        "a6": keen, "a7": novice, "a8": students["grade"] == "6",
    }  # fmt: skip
    rows = []
    for option, reached in who.items():
        for attribute, (column, words) in GROUPS.items():
            of = students[column].map(words)
            for group in dict.fromkeys(words.values()):
                inside = of == group
                rows.append(
                    (option, attribute, group, int(inside.sum()), int((reached & inside).sum()))
                )
    # The need index counts a student once, and half as much again for each barrier in the way.
    for attribute, (column, words) in GROUPS.items():
        of = students[column].map(words)
        for group in dict.fromkeys(words.values()):
            points = int((2 + barriers[of == group]).sum())
            rows.append(("need_index", attribute, group, int((of == group).sum()), points))
    return pd.DataFrame(rows, columns=["option", "attribute", "group", "n", "reached"])


# ---------------------------------------------------------------- hiring and entry

# rb9: three years together; routes into teaching, the last of which is under ten applicants
STAGES = ("screen", "interview", "decide", "offer")
ROUTES = {
    "University programme": (118, 86, 28, 23, 19),
    "Alternative certificate": (52, 38, 10, 8, 7),
    "School assistant or residency": (34, 20, 5, 4, 3),
    "Trained in another country": (8, 4, 1, 1, 1),
}


def _hiring() -> pd.DataFrame:
    whole = tuple(map(sum, zip(*ROUTES.values(), strict=True)))
    rows = [
        ("2021-22 to 2023-24", stage, group, left[k], left[k + 1])
        for group, left in (("", whole), *ROUTES.items())
        for k, stage in enumerate(STAGES)
    ]
    return pd.DataFrame(
        rows, columns=["years_pooled", "stage", "group_optional", "applicants", "advanced"]
    )


def _entry() -> pd.DataFrame:
    """Return hc2: who joins mid-year is less often in enrichment, and does as well."""
    rows = [
        ("In enrichment", "Start of phase", 291, 168),
        ("In enrichment", "Joined mid-year", 107, 31),
        ("Met the expected standard", "Start of phase", 291, 183),
        ("Met the expected standard", "Joined mid-year", 107, 65),
    ]
    frame = pd.DataFrame(rows, columns=["measure", "entry_point", "n", "x"])
    return frame.assign(school_id=HILLCREST, year=YEAR)[
        ["school_id", "year", "measure", "entry_point", "n", "x"]
    ]


def comments() -> pd.DataFrame:
    """Return the forty comments, one row each."""
    told = yaml.safe_load((HERE / "comments.yaml").read_text("utf-8"))
    rows = [
        (f"{survey[0]}c{k:02d}", survey, RIVERBEND, YEAR, one["item"], one["text"],
         f"{one['theme']}; {one['kind']}")
        for survey, part in told.items()
        for k, one in enumerate(part, 1)
    ]  # fmt: skip
    return pd.DataFrame(
        rows,
        columns=["comment_id", "survey", "school_id", "year", "item", "text", "model_themes"],
    )
