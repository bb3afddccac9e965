"""What is planted, where, and what an honest audit should say about it.

`plant` changes the rates of single cells; `ENTRIES` says the same to the reader of truth.yaml. Ids
rb… and dd… are those of content/synthetic_scenarios.yaml; s… are strengths, g… further gaps.
"""

from __future__ import annotations

import numpy as np

from .outcomes import LONG, Outcomes

WHITE, HISPANIC, BLACK, ASIAN, TWO = range(5)
LAST = 2
# Riverbend, per year: multilingual learners and others in Algebra I, and of them those who passed
ALGEBRA = ((17, 56), (16, 57), (12, 58))
PASSED = ((14, 47), (13, 46), (9, 48))
# Riverbend, per year: met the standard in reading in grades 6, 7, 8 (rises in every grade)
READING = ((72, 106, 141), (57, 110, 144), (94, 87, 150))
NEWCOMERS_MET = {1: (6, 3), 2: (7, 5)}  # year: grade, how many of the seven
TRAVEL_TEAM = (6, 54)  # economically disadvantaged, others
DAYS_PER_100 = (62, 21)  # Black students and students of two or more races; everyone else
TWO_GROUPS = (BLACK, TWO)
FEW = (9, 13, 7)  # Briar Hollow, students chronically absent in each year
ON_A_ROSTER = 0.4


def plant(o: Outcomes) -> None:
    """Plant everything that comes before the timetable."""
    for year in range(3):
        _riverbend(o, year)
        _district(o, year)
    _last_year(o)


def _riverbend(o: Outcomes, year: int) -> None:
    groups = zip((True, False), ALGEBRA[year], PASSED[year], strict=True)
    for el, count, passed in groups:
        rows = o.cell("Riverbend", year, el=el)
        o.plant("algebra_1", rows, count=count)
        o.plant("passed_algebra_1", rows & o.x["algebra_1"], count=passed)
    for grade, count in zip((6, 7, 8), READING[year], strict=True):
        rows = o.cell("Riverbend", year, grade=grade)
        new = rows & (o.s["entry"] == 2).to_numpy()
        if new.any():
            met = NEWCOMERS_MET[year][1]
            o.plant("proficient_reading", new, count=met)
            rows, count = rows & ~new, count - met
        o.plant("proficient_reading", rows, count=count)
    two = o.cell("Riverbend", year, race=TWO_GROUPS)
    older = two & o.cell("Riverbend", year, grade=(7, 8))
    rest = o.cell("Riverbend", year) & ~older
    for name, there, elsewhere in (
        ("suspended_out_of_school", 0.32, 0.06),
        ("minor_referral", 0.30, 0.11),
    ):
        o.plant(name, older, rate=there)
        o.plant(name, rest, rate=elsewhere)
    far = o.cell("Riverbend", year, place=LONG)
    o.plant("chronically_absent", far, rate=0.30)
    o.plant("chronically_absent", o.cell("Riverbend", year) & ~far, rate=0.08)
    o.plant("activity_any", o.cell("Riverbend", year), rate=ON_A_ROSTER, even=True)


def _district(o: Outcomes, year: int) -> None:
    o.plant("chronically_absent", o.cell("Briar", year), count=FEW[year])  # dd1
    for econ, rates in ((True, (0.40, 0.40, 0.40)), (False, (0.66, 0.56, 0.44))):  # dd3
        o.plant("proficient_math", o.cell("Quarry", year, econ=econ), rate=rates[year])
    for econ, rates in ((True, (0.36, 0.46, 0.59)), (False, (0.58, 0.63, 0.69))):  # dd4
        rows = o.cell("Thornapple", year, econ=econ)
        o.plant("proficient_math", rows, rate=rates[year], even=True)


def _last_year(o: Outcomes) -> None:
    def two(name, school, column, value, there, elsewhere):
        rows = o.cell(school, LAST, **{column: value})
        o.plant(name, rows, rate=there)
        o.plant(name, o.cell(school, LAST) & ~rows, rate=elsewhere)

    o.plant("activity_any", o.cell("Briar", LAST), count=34)  # dd2: 40 % of 85
    o.plant("activity_any", o.cell("Kestrel", LAST), count=568)  # and 40 % of 1,420
    two("ap_enrolled", "Kestrel", "race", BLACK, 0.36, 0.20)  # s1
    two("chronically_absent", "Foxglove", "econ", True, 0.05, 0.18)  # s2
    two("algebra_1", "Thornapple", "econ", True, 0.40, 0.40)  # s4
    two("suspended_out_of_school", "Kestrel", "swd", True, 0.13, 0.038)  # g1
    two("ap_enrolled", "Ostrander", "econ", True, 0.13, 0.31)  # g2
    two("proficient_math", "Larkmoor", "race", HISPANIC, 0.36, 0.62)  # g3
    two("chronically_absent", "Alder", "econ", True, 0.20, 0.07)  # g4
    two("accepted_to_college", "Kestrel", "econ", True, 0.56, 0.82)  # g5
    two("proficient_reading", "Briar", "race", WHITE, 0.60, 0.40)  # g7
    two("proficient_reading", "Foxglove", "sex", 0, 0.56, 0.525)  # g8
    two("proficient_reading", "Winterbourne", "swd", True, 0.40, 0.56)  # g9
    two("graduated", "Ostrander", "swd", True, 0.80, 0.91)  # g10
    two("proficient_reading", "Juniper", "race", BLACK, 0.47, 0.57)  # g11
    two("minor_referral", "Foxglove", "race", BLACK, 0.20, 0.09)  # g12
    two("suspended_out_of_school", "Ostrander", "race", BLACK, 0.19, 0.094)  # g13
    two("gifted", "Juniper", "econ", True, 0.14, 0.03)  # s3
    # A student who is in the programme was in it before: the earlier years say the same.
    here = o.cell("Juniper", LAST)
    student = o.s["student"].to_numpy()
    for values in (o.x["gifted"], o.p["gifted"]):
        known = dict(zip(student[here], values[here], strict=True))
        rows = np.flatnonzero(np.isin(student, list(known)))
        values[rows] = [known[k] for k in student[rows]]


def travel_team(o: Outcomes) -> None:
    """Riverbend's travel team charges a fee; everyone on it is on a free roster as well."""
    for year in range(3):
        here = o.cell("Riverbend", year)
        o.x["activity_fee"][here] = False
        for econ, count in zip((True, False), TRAVEL_TEAM, strict=True):
            rows = here & (o.s["econ"] == econ).to_numpy()
            o.plant("activity_fee", rows & o.x["activity_any"], count=count)
            o.p["activity_fee"][rows] = count / rows.sum()


def entry(id, kind, year, school, indicator, dimension, group, expect, note, **more):
    """One line of truth.yaml; its counts are filled in from the data."""
    return dict(
        id=id, kind=kind, year=year, school=school, indicator=indicator, dimension=dimension,
        group=group, expect=expect, note=note, **more,
    )  # fmt: skip


CLEAR, NOT_CLEAR = "clear difference", "not clearly different"
TOO_FEW, HIDDEN = "too few to tell", "hidden"
# kind: difference (between a group and everyone else), change (of a group over years),
# strength (a difference that turns the usual order round, or a null result worth reporting).
# expect: empty where chance may fall either way; such lines count in the sensitivity only.
ENTRIES = [
    entry("rb1", "difference", 2, "Riverbend", "algebra_1", "el", "Yes", CLEAR,
          "12 of 60 multilingual learners and 58 of 145 others are in Algebra I in grade 8."),
    entry("rb2", "strength", 2, "Riverbend", "passed_algebra_1", "el", "Yes", TOO_FEW,
          "9 of 12 and 48 of 58 passed: 12 students are too few to tell in one year.",
          pooled=NOT_CLEAR, pooled_note="36 of 45 and 141 of 171 over three years."),
    entry("rb3a", "difference", 1, "Riverbend", "proficient_reading", "entry_point", "Newcomer",
          HIDDEN, "3 of 7 newcomers met the standard."),
    entry("rb3b", "difference", 2, "Riverbend", "proficient_reading", "entry_point", "Newcomer",
          HIDDEN, "5 of the same 7 met the standard a year later."),
    entry("rb4", "difference", 2, "Riverbend", "proficient_reading", "grade", "6", CLEAR,
          "Reading rises in every grade; the school's rate and mean fall, as grade 6 grew."),
    entry("rb5a", "strength", 2, "Riverbend", "activity_any", "econ", "Yes", NOT_CLEAR,
          "Band and robotics rosters mirror enrolment in every group."),
    entry("rb5b", "difference", 2, "Riverbend", "activity_fee", "econ", "Yes", CLEAR,
          "The travel team charges a fee: 6 of its 60 are economically disadvantaged."),
    entry("rb6", "difference", 2, "Riverbend", "suspended_out_of_school", "race_ethnicity", "Black",
          CLEAR, "In grades 7 and 8, most from judgement categories in the block after lunch."),
    entry("rb7", "strength", 2, "Riverbend", "chronically_absent", "econ", "Yes", NOT_CLEAR,
          "Two long bus routes: 30 %; everyone else 8 %. No student group differs."),
    entry("rb7b", "difference", 2, "Riverbend", "chronically_absent", "travel_time", "Over 40 min",
          CLEAR, "Students who ride over 40 minutes: barrier before label."),
    entry("rb8a", "difference", 2, "Riverbend", "novice_teacher", "el", "Yes", CLEAR,
          "First- and second-year teachers lead 9 of 14 support sections, 6 of 40 others."),
    entry("rb8b", "difference", 2, "Riverbend", "novice_teacher", "swd", "Yes", "",
          "The same rule, seen by disability status."),
    entry("dd1a", "change", 2, "Briar", "chronically_absent", "all", "all", NOT_CLEAR,
          "Highest of the schools in 2022-23 and lowest in 2023-24: 13 of 84, then 7 of 85.",
          year_from=1),
    entry("dd3a", "change", 2, "Quarry", "proficient_math", "econ", "No", CLEAR,
          "The gap narrows because the higher group falls.", year_from=0),
    entry("dd3b", "change", 2, "Quarry", "proficient_math", "econ", "Yes", NOT_CLEAR,
          "The other group stays where it was.", year_from=0),
    entry("dd4a", "change", 2, "Thornapple", "proficient_math", "econ", "Yes", CLEAR,
          "Every group improves and the gap is halved.", year_from=0),
    entry("dd4b", "difference", 0, "Thornapple", "proficient_math", "econ", "Yes", CLEAR,
          "The gap before."),
    entry("s1", "strength", 2, "Kestrel", "ap_enrolled", "race_ethnicity", "Black", CLEAR,
          "Black students take Advanced Placement more often than everyone else."),
    entry("s2", "strength", 2, "Foxglove", "chronically_absent", "econ", "Yes", CLEAR,
          "Economically disadvantaged students are less often chronically absent."),
    entry("s3", "strength", 2, "Juniper", "gifted", "econ", "Yes", CLEAR,
          "Economically disadvantaged students are more often in the gifted programme."),
    entry("s4", "strength", 2, "Thornapple", "algebra_1", "econ", "Yes", NOT_CLEAR,
          "Universal screening: the same share of both groups is in Algebra I."),
    entry("g1", "difference", 2, "Kestrel", "suspended_out_of_school", "swd", "Yes", CLEAR, ""),
    entry("g2", "difference", 2, "Ostrander", "ap_enrolled", "econ", "Yes", CLEAR, ""),
    entry("g3", "difference", 2, "Larkmoor", "proficient_math", "race_ethnicity", "Hispanic",
          CLEAR, ""),
    entry("g4", "difference", 2, "Alder", "chronically_absent", "econ", "Yes", CLEAR, ""),
    entry("g5", "difference", 2, "Kestrel", "accepted_to_college", "econ", "Yes", CLEAR, ""),
    entry("g6", "difference", 0, "", "identified_swd", "sex", "Male", CLEAR,
          "In the whole district: 16.5 % of boys and 10 % of girls by construction."),
    entry("g7", "difference", 2, "Briar", "proficient_reading", "race_ethnicity", "White",
          TOO_FEW, "20 points apart, and about forty students."),
    entry("g8", "difference", 2, "Foxglove", "proficient_reading", "sex", "Female", NOT_CLEAR,
          "3.5 points apart, less than the practical threshold."),
    entry("g9", "difference", 2, "Winterbourne", "proficient_reading", "swd", "Yes", "", ""),
    entry("g10", "difference", 2, "Ostrander", "graduated", "swd", "Yes", "", ""),
    entry("g11", "difference", 2, "Juniper", "proficient_reading", "race_ethnicity", "Black",
          "", ""),
    entry("g12", "difference", 2, "Foxglove", "referred", "race_ethnicity", "Black", "", ""),
    entry("g13", "difference", 2, "Ostrander", "suspended_out_of_school", "race_ethnicity",
          "Black", "", ""),
]  # fmt: skip
