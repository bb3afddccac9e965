"""The district's files as a student information system exports them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .common import reported, said, who
from .incidents import incidents
from .outcomes import LONG, Outcomes
from .population import DISTRICT, KIND, RACES, SCHOOLS, SEXES, YEARS, pick, stream

ENTRY = ("Start of phase", "Joined later", "Newcomer")
BARRIERS = ("Transport", "Health", "Work or caring", "Housing", "Not recorded")
FREE = {
    "elementary": ("Choir", "Chess club", "Reading buddies"),
    "middle": ("Band", "Robotics", "Intramural sports"),
    "high": ("Band", "Drama", "Robotics", "Track and field"),
}
ROSTERS = (0.40, 0.25, 0.35)  # Riverbend's three free rosters
FEE = {"elementary": "Enrichment camp", "middle": "Travel team", "high": "Club sport"}
CUT, GRADE_STEP, SPREAD = 610, 12, 35  # the standard in grade 3, per grade, and the scale's SD


def tables(o: Outcomes) -> dict[str, pd.DataFrame]:
    """Return every file by name, rows in the order in which they are written."""
    s = o.s
    digits = np.argsort(stream("ids").random(100_000), kind="stable")
    s["student_id"] = pd.Series(digits[s["student"]], index=s.index).astype(str).str.zfill(6)
    made = {
        "students": students(o),
        "incidents": incidents(o),
        "attendance": attendance(o),
        "assessments": assessments(o),
        "courses": courses(o),
        "activities": activities(o),
    }
    out = {}
    for name, frame in made.items():
        for year in YEARS:
            out[f"{name}-{year}.csv"] = frame[frame["year"] == year].reset_index(drop=True)
    out["sections.csv"] = sections(o)
    out["leavers.csv"] = leavers(o)
    return out


def students(o: Outcomes) -> pd.DataFrame:
    """One row a student and year."""
    s = o.s
    every = np.arange(len(s))
    out = pd.DataFrame(who(o, every))
    out.insert(1, "school_id", SCHOOLS["school_id"].to_numpy()[s["school"]])
    out.insert(2, "school", SCHOOLS["school"].to_numpy()[s["school"]])
    out.insert(3, "district", DISTRICT)
    out["grade"] = np.where(s["grade"] == 0, "K", s["grade"].astype(str))
    out["sex"] = np.array(SEXES)[s["sex"]]
    out["race_ethnicity"] = np.array(RACES)[s["race"]]
    out["english_learner"] = said(s["el"])
    out["disability"] = np.where(reported(o), said(s["swd"]), "")
    out["econ_disadvantage"] = np.where(reported(o), said(s["econ"]), "")
    out["gifted"] = said(o.x["gifted"])
    out["entry_point"] = np.array(ENTRY)[s["entry"]]
    out["bus_route"], out["travel_time"] = s["bus_route"], s["travel_time"]
    order = out.assign(g=s["grade"]).sort_values(["year", "school_id", "g", "student_id"]).index
    return out.loc[order]


def attendance(o: Outcomes) -> pd.DataFrame:
    """One row a student and year: days, and the barrier that was noted."""
    s = o.s
    rng = stream("attendance")
    enrolled = s["days_enrolled"].to_numpy()
    u = rng.random(len(s))
    chronic = o.x["chronically_absent"]
    # Never exactly a tenth, so that no way of rounding changes who is counted.
    least = np.floor(enrolled * 0.1).astype(int) + 1
    absent = np.where(chronic, least + (u**2 * 0.15 * enrolled).astype(int), 0)
    most = np.ceil(enrolled * 0.1).astype(int) - 1
    absent = np.where(chronic, absent, (u**1.5 * (most + 1)).astype(int))
    far = s["place"].isin(LONG).to_numpy() & o.cell("Riverbend")
    weights = np.where(far[:, None], (8, 2, 1, 1, 1), (2, 5, 2, 1, 3))
    barrier = np.array(BARRIERS)[pick(rng, weights, len(s))]
    out = pd.DataFrame(
        dict(
            **who(o, np.arange(len(s))),
            days_enrolled=enrolled,
            days_present=enrolled - absent,
            main_barrier=np.where(chronic, barrier, ""),
        )
    )
    return out[reported(o)].sort_values(["year", "student_id"])


def assessments(o: Outcomes) -> pd.DataFrame:
    """One row a student, year and subject: scale score, and whether it met the standard."""
    from statistics import NormalDist

    bell = np.vectorize(NormalDist().inv_cdf)
    parts = []
    for name, subject in (
        ("proficient_math", "Mathematics"),
        ("proficient_reading", "Reading"),
        ("proficient_science", "Science"),
    ):
        rng = stream(f"scores {name}")
        rows = np.flatnonzero(o.base[name])
        p, met = o.p[name][rows], o.x[name][rows]
        u = rng.random(len(rows))
        if name == "proficient_reading":
            _spread_evenly(o, rows, met, u)
        # A score is normal about what the rate implies, given which side of the standard it is on.
        z = bell(np.clip(np.where(met, 1 - p + u * p, u * (1 - p)), 1e-6, 1 - 1e-6))
        above = np.round(SPREAD * (z - bell(1 - p))).astype(int)
        above = np.where(met, np.maximum(above, 0), np.minimum(above, -1))
        cut = CUT + GRADE_STEP * (o.s["grade"].to_numpy()[rows] - 3)
        parts.append(
            pd.DataFrame(
                dict(**who(o, rows), subject=subject, score=cut + above, met_standard=said(met))
            )
        )
    out = pd.concat(parts, ignore_index=True)
    return out.sort_values(["year", "student_id", "subject"])


def _spread_evenly(o: Outcomes, rows: np.ndarray, met: np.ndarray, u: np.ndarray) -> None:
    """Even out Riverbend's reading scores, so that means move as the rates do (rb4)."""
    here = o.cell("Riverbend")[rows]
    year, grade = o.s["year"].to_numpy()[rows], o.s["grade"].to_numpy()[rows]
    for at in range(3):
        for g in (6, 7, 8):
            for side in (True, False):
                cell = np.flatnonzero(here & (year == at) & (grade == g) & (met == side))
                order = np.argsort(u[cell], kind="stable")
                u[cell[order]] = (np.arange(len(cell)) + 0.5) / len(cell)


def courses(o: Outcomes) -> pd.DataFrame:
    """One row a student, year and course."""
    c = o.courses
    row = c["row"].to_numpy()
    passed = stream("passed").random(len(c)) < 0.9
    maths = c["course"].isin(("Algebra I", "Geometry", "Algebra II", "Precalculus", "Statistics"))
    passed = np.where(maths, o.x["passed_algebra_1"][row], passed)
    out = pd.DataFrame(who(o, row))
    for column in ("course", "level", "entry_route", "section_id"):
        out[column] = c[column].to_numpy()
    out["passed"] = said(passed)
    return out.sort_values(["year", "student_id", "course"])


def sections(o: Outcomes) -> pd.DataFrame:
    """One row a section: course and teacher."""
    t = o.sections
    return pd.DataFrame(
        dict(
            section_id=t["section_id"],
            year=np.array(YEARS)[t["year"]],
            school_id=SCHOOLS["school_id"].to_numpy()[t["school"]],
            course=t["course"],
            teacher_experience_band=t["teacher_experience_band"],
            in_field=said(~t["out_of_field"]),
        )
    ).sort_values("section_id", ignore_index=True)


def activities(o: Outcomes) -> pd.DataFrame:
    """One row a student, year and activity. Fees can be waived by policy; no waiver was given."""
    rng = stream("activities")
    kind = KIND[o.s["school"]]
    rows = np.flatnonzero(o.x["activity_any"])
    fee = o.x["activity_fee"][rows]
    free = np.array(["Band"] * len(rows), dtype="<U20")
    for k, titles in FREE.items():
        here = kind[rows] == k
        free[here] = np.array(titles)[pick(rng, np.ones(len(titles)), here.sum())]
    for year in range(3):
        here = np.flatnonzero(o.cell("Riverbend", year)[rows])
        free[here] = np.array(FREE["middle"])[_even_rosters(o, rows[here])]
    # Those who pay are on a free roster too, at Riverbend always and elsewhere half the time.
    both = fee & ((rng.random(len(rows)) < 0.5) | o.cell("Riverbend")[rows])
    parts = []
    for take, paid in ((~fee | both, False), (fee, True)):
        r = rows[take]
        title = np.array([FEE[k] for k in kind[r]]) if paid else free[take]
        parts.append(
            pd.DataFrame(
                dict(
                    **who(o, r),
                    activity=title,
                    kind="Fee-based" if paid else "Free",
                    fee_paid=said(np.full(len(r), paid)),
                    fee_waived="No",
                )
            )
        )
    out = pd.concat(parts, ignore_index=True)
    return out.sort_values(["year", "student_id", "activity"])


def _even_rosters(o: Outcomes, rows: np.ndarray) -> np.ndarray:
    """Deal students to the three rosters so that each mirrors enrolment as well as it can."""
    columns = ["race", "el", "econ", "swd", "sex", "grade"]
    here = o.cell("Riverbend", int(o.s["year"].iloc[rows[0]]))
    who = o.s.loc[rows, columns].reset_index(drop=True)
    wanted = [o.s.loc[here, c].value_counts(normalize=True) for c in columns]
    rng = stream(f"rosters {rows[0]}")
    # Which roster each place in the queue gets: all three in turn, by their shares.
    size = len(who)
    ends = np.round(np.cumsum(ROSTERS) * size).astype(int)
    counts = np.diff(ends, prepend=0)
    turn = np.concatenate([(np.arange(n) + 0.5) / n for n in counts])
    roster_of_turn = np.repeat(np.arange(3), counts)[np.argsort(turn, kind="stable")]
    best, least = None, np.inf
    for _ in range(60):
        order = who.assign(tie=rng.random(size))
        first = np.array(columns)[np.argsort(rng.random(len(columns)), kind="stable")]
        dealt = np.empty(size, int)
        dealt[order.sort_values([*first, "tie"]).index] = roster_of_turn
        off = max(
            (who.loc[dealt == k, c].value_counts(normalize=True).reindex(w.index).fillna(0) - w)
            .abs()
            .max()
            for k in range(3)
            for c, w in zip(columns, wanted, strict=True)
        )
        if off < least:
            best, least = dealt, off
    return best


def leavers(o: Outcomes) -> pd.DataFrame:
    """One row a student in the last grade."""
    rows = np.flatnonzero(o.base["graduated"])
    out = pd.DataFrame(who(o, rows))
    out["graduated"] = said(o.x["graduated"][rows])
    out["accepted"] = said(o.x["accepted_to_college"][rows])
    return out.sort_values(["year", "student_id"], ignore_index=True)
