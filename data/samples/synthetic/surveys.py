"""Three surveys, their people, meetings and partners: rb10, rb11 and hc3, to exact counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import practice_c as base

# Who was asked and who answered: attribute: {category: (people, answers)}; the rest of the
# answers left the question out, twelve or none of them, so that they hide no group by themselves
# (but for the newcomers' question, which teaches that). Students' people are counted from the district's files.
STUDENTS = {
    "In band or robotics": {"Yes": 130, "No": 302},
    "Grade": {"Grade 6": 183, "Grade 7": 111, "Grade 8": 126},
    "English learner status": {"English learner": 82, "Not an English learner": 338},
    "When the student joined": {"Start of phase": 411, "Joined later": 16, "Newcomer": 4},
    "Travel time": {"Under 20 min": 219, "20 to 40 min": 148, "Over 40 min": 53},
}
FAMILIES = {  # rb10: 94 of 497; no answer in two home languages
    "Home language": {
        "English": (281, 66), "Spanish": (118, 19), "Vietnamese": (34, 0), "Somali": (27, 0),
        "Other languages": (37, 6),
    },
    "When caregivers work": {
        "Daytime": (231, 62), "Evenings or nights": (168, 16), "Changing shifts": (98, 13),
    },
    "Travel time": {
        "Under 20 min": (246, 50), "20 to 40 min": (172, 32), "Over 40 min": (79, 9),
    },
}  # fmt: skip
STAFF = {
    "Role": {"Teaching": (41, 34), "Support and office": (17, 13)},
    "Years at this school": {"Two or fewer": (12, 8), "More than two": (46, 38)},
}
ASKED = {"student": 612, "family": 497, "staff": 58}
ANSWERED = {"student": 432, "family": 94, "staff": 47}

# item: favourable answers, of everyone or by category of one attribute. rb11: s1 to s3 make 316 of
# 390 in band or robotics (81 percent), and 471 of 906 elsewhere (52 percent).
MUSIC, LEARNER = "In band or robotics", "English learner status"
ITEMS = {
    "student": {
        "s1": (MUSIC, {"Yes": 106, "No": 160}),
        "s2": (MUSIC, {"Yes": 104, "No": 151}),
        "s3": (MUSIC, {"Yes": 106, "No": 160}),
        "s4": ("", 0.62),
        # The usual order turned round: help that works, for learners of English.
        "s5": (LEARNER, {"English learner": 61, "Not an English learner": 192, "": 8}),
        "s6": ("", 0.58),
        "s7": ("", 0.57), "s8": ("", 0.66), "s9": ("", 0.48),
        "s10": ("", 0.34), "s11": ("", 0.29), "s12": ("", 0.45),
    },
    "family": {
        "f1": ("", 66), "f2": ("", 64), "f3": ("", 49), "f4": ("", 60), "f5": ("", 41),
        "f6": ("", 55), "f7": ("", 52), "f8": ("", 58), "f9": ("", 37), "f10": ("", 50),
        "f11": ("", 25), "f12": ("", 46),
    },
    "staff": {
        "t1": ("", 38), "t2": ("", 29), "t3": ("", 33), "t4": ("", 27), "t5": ("", 24),
        "t6": ("", 28), "t7": ("", 22), "t8": ("", 39), "t9": ("", 26), "t10": ("", 25),
        "t11": ("", 23), "t12": ("", 36),
        # rb11: staff think that belonging is much the same everywhere.
        "tp1": ("", 37), "tp2": ("", 36),
    },
}  # fmt: skip
# Skipped answers; belonging has none, so that its count is exact.
SKIPPED = {"s8": 12, "s11": 41, "s4": 4, "s7": 6, "s10": 5, "s12": 9, "f11": 3, "f12": 3, "t2": 3}
LOOSE = {"f8", "f11", "f12"}  # the items that hardly move together: report them one by one
SAME, QUICK = 9, 7  # students who gave one answer throughout, and those under a minute


def tables(rng, students: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the answers, who was asked, the comments, meetings, families and partners."""
    people = {
        "student": _student_people(students),
        "family": FAMILIES,
        "staff": STAFF,
    }
    made = {f"survey_{name}": _answers(rng, name, groups) for name, groups in people.items()}
    population = [
        (base.RIVERBEND, base.YEAR, survey, attribute, category, asked)
        for survey, groups in people.items()
        for attribute, parts in [("", {"": (ASKED[survey], 0)}), *groups.items()]
        for category, (asked, _) in parts.items()
    ]
    columns = ["school_id", "year", "survey", "group_attribute", "category", "count"]
    return {
        **made,
        "population": pd.DataFrame(population, columns=columns),
        "comments": base.comments(),
        "meetings": _meetings(),
        "families": _families(),
        "partners": _partners(),
    }


def _student_people(students: pd.DataFrame) -> dict:
    columns = {
        "In band or robotics": students["music"].map({True: "Yes", False: "No"}),
        "Grade": "Grade " + students["grade"],
        "English learner status": students["english_learner"].map(
            {"Yes": "English learner", "No": "Not an English learner"}
        ),
        "When the student joined": students["entry_point"],
        "Travel time": students["travel_time"],
    }
    return {
        attribute: {
            category: (int((columns[attribute] == category).sum()), answers)
            for category, answers in parts.items()
        }
        for attribute, parts in STUDENTS.items()
    }


def _answers(rng, survey: str, groups: dict) -> pd.DataFrame:
    """Return one row a respondent: groups, twelve answers, seconds taken."""
    people = ANSWERED[survey]
    out = {"respondent_id": [f"{survey[0].upper()}{k:03d}" for k in range(1, people + 1)]}
    for attribute, parts in groups.items():
        told = [c for c, (_, answers) in parts.items() for _ in range(answers)]
        told += [""] * (people - len(told))
        out[attribute] = rng.permutation(np.array(told, dtype=object))
    frame = pd.DataFrame(out)
    # Whoever gives one answer throughout, or answers in a minute, is in none of the two clubs.
    plain = np.flatnonzero(frame[MUSIC] == "No") if survey == "student" else np.arange(people)
    odd = rng.permutation(plain)[: SAME + QUICK] if survey == "student" else np.array([], int)
    same = odd[:SAME]
    mood = rng.normal(size=people)
    for k, (item, (attribute, target)) in enumerate(ITEMS[survey].items()):
        if k % 3 == 0:
            facet = rng.normal(size=people)
        own = rng.normal(size=people) * (2.4 if item in LOOSE else 0.75)
        liking = 0.7 * mood + 0.75 * facet + own
        liking[same] = -9
        skipped = rng.permutation(np.setdiff1d(np.arange(people), same))[: SKIPPED.get(item, 0)]
        steps = _steps(liking, frame.get(attribute), target, skipped)
        steps[same] = 3
        frame[item] = pd.array(np.where(np.isin(np.arange(people), skipped), None, steps), "Int64")
    seconds = np.exp(rng.normal(5.5, 0.35, people)).astype(int) + 61
    seconds[odd[SAME:]] = rng.integers(24, 58, len(odd[SAME:]))
    frame["seconds"] = seconds
    return frame


def _steps(liking, of, target, skipped) -> np.ndarray:
    """Turn liking into steps 1 to 5, of which exactly the wanted number is 4 or 5."""
    there = np.ones(len(liking), bool)
    there[skipped] = False
    parts = [(there, target)] if of is None else [((of == c) & there, t) for c, t in target.items()]
    steps = np.zeros(len(liking), int)
    for inside, wanted in parts:
        rows = np.flatnonzero(inside)
        rows = rows[np.argsort(-liking[rows], kind="stable")]
        wanted = round(wanted * len(rows)) if isinstance(wanted, float) else wanted
        rest = len(rows) - wanted
        steps[rows[:wanted]] = np.where(np.arange(wanted) < 0.42 * wanted, 5, 4)
        place = np.arange(rest) / max(rest, 1)
        steps[rows[wanted:]] = np.select([place < 0.55, place < 0.85], [3, 2], 1)
    return steps


def _meetings() -> pd.DataFrame:
    """Return hc3: attendance doubles when a second time and a remote option are offered."""
    rows = [
        ("Autumn, the year before", 1, "No", 262, 58),
        ("Spring, the year before", 1, "No", 265, 55),
        ("Autumn", 1, "No", 268, 60),
        ("Spring", 2, "Yes", 271, 122),
    ]
    frame = pd.DataFrame(rows, columns=["meeting", "time_windows", "remote", "families", "came"])
    return frame.assign(school_id=base.HILLCREST)[
        ["school_id", "meeting", "time_windows", "remote", "families", "came"]
    ]


def _families() -> pd.DataFrame:
    """Return what must be offered for each part of the families to be able to come."""
    reached = {
        "Daytime": "evening or weekend or remote",
        "Evenings or nights": "daytime or weekend or remote",
        "Changing shifts": "two time windows or remote",
        "Under 20 min": "any meeting",
        "20 to 40 min": "any meeting",
        "Over 40 min": "transport or remote",
        "English": "any meeting",
        "Spanish": "interpreter: Spanish",
        "Vietnamese": "interpreter: Vietnamese",
        "Somali": "interpreter: Somali",
        "Other languages": "interpreter: Other languages",
    }
    rows = [
        (attribute, category, asked, reached[category])
        for attribute, parts in FAMILIES.items()
        for category, (asked, _) in parts.items()
    ]
    return pd.DataFrame(rows, columns=["attribute", "category", "families", "reached_by"])


def _partners() -> pd.DataFrame:
    """Return who asked for, or needs, what partners offer; who is served; how long others wait."""
    whole = {
        "Tutoring at the public library": ("after_school_tutoring", "after school", 128, 71, 0),
        "Robotics mentors": ("mentorship", "Saturday", 61, 38, 0),
        "Counselling, county clinic": ("mental_health", "school day", 74, 31, 41),
        "Nurse and dental van": ("physical_health", "school day", 190, 152, 9),
        "Weekend food boxes": ("food_and_basic_needs", "Friday", 96, 83, 3),
    }
    far = {  # long bus ride: asked, served
        "Tutoring at the public library": (38, 9),
        "Robotics mentors": (18, 5),
        "Counselling, county clinic": (16, 7),
        "Nurse and dental van": (41, 34),
        "Weekend food boxes": (25, 21),
    }
    rows = []
    for name, (kind, when, asked, served, wait) in whole.items():
        a, s = far[name]
        for category, n, x in (
            ("", asked, served),
            ("Over 40 min", a, s),
            ("Under 40 min", asked - a, served - s),
        ):
            attribute = "Travel time" if category else ""
            rows.append((name, kind, when, attribute, category, n, x, wait))
    columns = ["programme", "programme_type", "when", "attribute", "category", "asked", "served"]
    return pd.DataFrame(rows, columns=[*columns, "wait_days"])
