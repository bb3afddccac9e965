"""The truth: what was planted, and the rate of every group by construction."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pandas as pd

from . import files, incidents
from .common import reported, said
from .outcomes import INSTEAD, LONG, Outcomes
from .planted import BLACK, DAYS_PER_100, ENTRIES, LAST, TRAVEL_TEAM, TWO, TWO_GROUPS
from .population import DISTRICT, INDEX, RACES, SCHOOLS, SEXES, YEARS

NULL_BELOW = 0.002  # a true difference under 0.2 percentage point counts as none
DIMENSIONS = ("race_ethnicity", "sex", "el", "swd", "econ", "grade")
MORE = ("entry_point", "travel_time")
CROSSED = (
    ("race_ethnicity", "sex"), ("race_ethnicity", "swd"), ("race_ethnicity", "el"),
    ("race_ethnicity", "econ"), ("sex", "swd"), ("el", "swd"), ("el", "econ"),
)  # fmt: skip
BY = " × "
DISTRICT_ID = "district"  # stands for the district's row, whatever id a reader gives it
NOT_SENT = (
    "suspended_out_of_school", "suspended_in_school", "expelled", "referred",
    "referred_to_police", "days_lost", "chronically_absent", "identified_swd",
)  # fmt: skip
SCORES = {"score_math": "math", "score_reading": "reading", "score_science": "science"}
LATER = {
    "rb9": "hiring funnel", "rb10": "family survey", "rb11": "student and staff survey",
    "rb12": "monthly readings after a change",
}  # fmt: skip


def _groups(o: Outcomes) -> pd.DataFrame:
    """Each student's group in each dimension, in the words of the files (blank: not recorded)."""
    s = o.s
    blank = ~reported(o)
    return pd.DataFrame(
        dict(
            race_ethnicity=np.array(RACES)[s["race"]],
            sex=np.array(SEXES)[s["sex"]],
            el=said(s["el"]),
            swd=np.where(blank, "", said(s["swd"])),
            econ=np.where(blank, "", said(s["econ"])),
            grade=np.where(s["grade"] == 0, "K", s["grade"].astype(str)),
            entry_point=np.array(files.ENTRY)[s["entry"]],
            travel_time=s["travel_time"].to_numpy(str),
            year=np.array(YEARS)[s["year"]],
            school=s["school"].to_numpy(),
        )
    )


def probabilities(o: Outcomes) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return, by indicator, the rows of the panel in its base and the true rate of each."""
    out = {}
    for name, p in o.p.items():
        if name not in ("minor_referral", "honors"):
            rows = np.flatnonzero(o.base[name])
            out[name] = rows, p[rows]
    for name, subject in SCORES.items():
        rows, p = out[f"proficient_{subject}"]
        cut = files.CUT + files.GRADE_STEP * (o.s["grade"].to_numpy()[rows] - 3)
        bell = np.vectorize(NormalDist().inv_cdf)
        out[name] = rows, cut + files.SPREAD * bell(np.clip(p, 1e-3, 1 - 1e-3))
    every = np.arange(len(o.s))
    out["days_lost"] = every, _days(o)
    # Seats: sections were dealt within a course, so the rate is that of the course's sections.
    seats = o.courses.merge(
        o.sections[["section_id", "novice", "out_of_field"]], on="section_id", how="left"
    )
    by = seats.groupby(["year", "school", "course"])
    for name, column in (("novice_teacher", "novice"), ("out_of_field_teacher", "out_of_field")):
        out[name] = seats["row"].to_numpy(), by[column].transform("mean").to_numpy()
    sent = reported(o)
    for name in NOT_SENT:
        rows, p = out[name]
        out[name] = rows[sent[rows]], p[sent[rows]]
    return out


def _days(o: Outcomes) -> np.ndarray:
    days = o.p["suspended_out_of_school"] * 1.2 * (1 + 17 / 12)
    days = days + o.p["suspended_in_school"] * 1.1 + o.p["expelled"] * 30
    for year in range(3):
        here = o.cell("Riverbend", year)
        two = here & o.cell("Riverbend", year, race=TWO_GROUPS)
        for rows, rate in ((two, DAYS_PER_100[0]), (here & ~two, DAYS_PER_100[1])):
            days[rows] = rate / 100
    return days


def expected(o: Outcomes, dimensions=DIMENSIONS, crossed=()) -> pd.DataFrame:
    """Return the true rate of every group and of everyone else, by unit, indicator and year.

    Columns: year, unit_id, indicator, dimension, group, expected_rate, expected_other_rate. Groups
    without anyone beside them are left out. For scores the two are means.
    """
    groups = _groups(o)
    for a, b in crossed:
        groups[f"{a}{BY}{b}"] = groups[a] + BY + groups[b]
    names = [*dimensions, *(f"{a}{BY}{b}" for a, b in crossed)]
    parts = []
    for indicator, (rows, p) in probabilities(o).items():
        g = groups.iloc[rows].assign(p=p)
        school = g.assign(unit_id=SCHOOLS["school_id"].to_numpy()[g["school"]])
        for frame in (school, g.assign(unit_id=DISTRICT_ID)):
            keys = [frame["year"], frame["unit_id"]]
            total = frame.groupby(keys)["p"].agg(["size", "sum"])
            for name in names:
                if indicator == "identified_swd" and "swd" in name.split(BY):
                    continue  # who is identified differs by who is identified
                cell = frame.groupby([*keys, frame[name].rename("group")])["p"]
                cell = cell.agg(["size", "sum"]).reset_index()
                cell = cell.merge(total, on=["year", "unit_id"], suffixes=("", "_all"))
                rest = cell["size_all"] - cell["size"]
                cell = cell.assign(indicator=indicator, dimension=name, n=cell["size"], rest=rest)
                cell["expected_rate"] = cell["sum"] / cell["size"]
                cell["expected_other_rate"] = (cell["sum_all"] - cell["sum"]) / rest.where(rest > 0)
                parts.append(cell[rest > 0])
    out = pd.concat(parts, ignore_index=True)
    columns = ["year", "unit_id", "indicator", "dimension", "group"]
    out = out[[*columns, "expected_rate", "expected_other_rate", "n", "rest"]]
    return out.sort_values(columns, ignore_index=True)


def is_null(table: pd.DataFrame) -> pd.Series:
    """Return which rows of `expected` hold no true difference (scores: in standard deviations)."""
    scale = np.where(table["indicator"].isin(SCORES), files.SPREAD, 1)
    return (table["expected_rate"] - table["expected_other_rate"]).abs() / scale < NULL_BELOW


def _counts(o: Outcomes, groups: pd.DataFrame, row: dict, year: int) -> dict:
    """Return n, x, other_n, other_x of one planted line in one year."""
    rows, p = probabilities(o)[row["indicator"]]
    if row["indicator"] == "novice_teacher":
        seats = o.courses.merge(o.sections[["section_id", "novice"]], on="section_id", how="left")
        x = seats["novice"].to_numpy()
    else:
        x = o.x[row["indicator"]][rows]
    here = o.cell(row["school"], year)[rows] if row["school"] else (o.s["year"] == year)[rows]
    group = here
    if row["dimension"] != "all":
        group = here & (groups[row["dimension"]].to_numpy()[rows] == row["group"])
    rest = here & ~group

    def rate(who):
        return round(float(p[who].mean()), 4)

    out = dict(n=int(group.sum()), x=int(x[group].sum()), true_rate=rate(group))
    if rest.any():
        out |= dict(other_n=int(rest.sum()), other_x=int(x[rest].sum()), true_other_rate=rate(rest))
    return out


def planted(o: Outcomes) -> list[dict]:
    """Return the planted lines with their units and counts."""
    groups = _groups(o)
    out = []
    for row in ENTRIES:
        school = INDEX[row["school"]] if row["school"] else None
        line = dict(
            id=row["id"],
            kind=row["kind"],
            year=YEARS[row["year"]],
            unit_id=DISTRICT_ID if school is None else SCHOOLS["school_id"][school],
            unit=DISTRICT if school is None else SCHOOLS["school"][school],
        )
        line |= {k: row[k] for k in ("indicator", "dimension", "group")}
        line |= _counts(o, groups, row, row["year"])
        if "year_from" in row:
            before = _counts(o, groups, row, row["year_from"])
            line["year_from"] = YEARS[row["year_from"]]
            line |= {f"{k}_from": before[k] for k in ("n", "x", "true_rate")}
        line |= {k: row[k] for k in ("pooled", "pooled_note") if k in row}
        line |= {"expect": row["expect"], "note": row["note"]}
        out.append({k: v for k, v in line.items() if v != ""})
    return out


def facts(o: Outcomes, tables: dict[str, pd.DataFrame]) -> list[dict]:
    """Return the planted patterns that are not one cell of an audit: they are counted directly."""
    s = o.s
    two, here = o.cell("Riverbend", LAST, race=TWO_GROUPS), o.cell("Riverbend", LAST)
    ids = s["student_id"]
    t = tables[f"incidents-{YEARS[LAST]}.csv"]
    block = t["time_block"] == incidents.BLOCKS[incidents.AFTER_LUNCH]
    mine = {True: t["student_id"].isin(ids[two]), False: t["student_id"].isin(ids[here & ~two])}
    lost = {k: int(t.loc[rows, "days_removed"].sum()) for k, rows in mine.items()}
    judged = block & (t["judgement_based"] == "Yes")
    far = o.cell("Riverbend", LAST, place=LONG)
    absent = o.x["chronically_absent"]
    sections = tables["sections.csv"]
    at = (sections["year"] == YEARS[LAST]) & (sections["school_id"] == "0219")
    support = at & sections["course"].str.endswith("Support")
    new = sections["teacher_experience_band"] == "First or second year"
    tested = o.base["proficient_reading"]
    met = o.x["proficient_reading"]

    def reading(year, **where):
        rows = o.cell("Riverbend", year, **where) & tested
        return [int(met[rows].sum()), int(rows.sum())]

    return [
        dict(
            id="rb4", unit_id="0219", what="Met the standard in reading: students, of how many",
            by_year={
                YEARS[y]: {
                    **{f"grade {g}": reading(y, grade=g) for g in (6, 7, 8)}, "all": reading(y),
                }
                for y in range(3)
            },
        ),
        dict(
            id="rb5", unit_id="0219", year=YEARS[LAST], what="Travel team members",
            economically_disadvantaged=TRAVEL_TEAM[0], others=TRAVEL_TEAM[1],
        ),
        dict(
            id="rb6", unit_id="0219", year=YEARS[LAST], what="Days lost to removal",
            groups=[RACES[BLACK], RACES[TWO]],
            two_groups=dict(
                students=int(two.sum()), days=lost[True],
                judgement_after_lunch=int(t.loc[mine[True] & judged, "days_removed"].sum()),
            ),
            elsewhere=dict(
                students=int((here & ~two).sum()), days=lost[False],
                judgement_after_lunch=int(t.loc[mine[False] & judged, "days_removed"].sum()),
            ),
        ),
        dict(
            id="rb7", unit_id="0219", year=YEARS[LAST], what="Chronically absent, by bus route",
            long_routes=sorted(set(s.loc[far, "bus_route"])),
            on_long_routes=[int(absent[far].sum()), int(far.sum())],
            others=[int(absent[here & ~far].sum()), int((here & ~far).sum())],
        ),
        dict(
            id="rb8", unit_id="0219", year=YEARS[LAST],
            what="Sections taught by first- or second-year teachers",
            support=[int((support & new).sum()), int(support.sum())],
            elsewhere=[int((at & ~support & new).sum()), int((at & ~support).sum())],
        ),
        dict(
            id="dd1", unit_id="0117", indicator="chronically_absent",
            what="Highest rate of the schools in the first year named, lowest in the second",
            highest=YEARS[1], lowest=YEARS[2],
        ),
        dict(
            id="dd2", year=YEARS[LAST], indicator="activity_any", unit_ids=["0117", "0302"],
            what="One rate; an interval four times wider", counts=[[34, 85], [568, 1420]],
        ),
        dict(
            id="dd4", unit_id="0226", indicator="proficient_math", years=[YEARS[0], YEARS[2]],
            what="Every group of 30 or more rises; the gap by econ is halved",
        ),
        dict(
            id="dd5", year=YEARS[LAST], what="Disruption answered with out-of-school suspension",
            unit_ids=["0302", "0315"], counts=[list(v) for v in incidents.SAME_POLICY.values()],
        ),
        dict(
            id="dd6", year=YEARS[LAST], unit_id="0123", what="An incomplete submission",
            absent_files=["attendance", "incidents"], blank=["disability", "econ_disadvantage"],
            expect="not collected, and a coverage note; never a zero",
        ),
    ]  # fmt: skip


def document(o: Outcomes, tables: dict[str, pd.DataFrame], table: pd.DataFrame) -> dict:
    """Return everything that goes into truth.yaml."""
    null = is_null(table)
    rates = {
        name: {i: float(r) for i, r in zip(SCHOOLS["school_id"], rate, strict=True) if r > 0}
        for name, rate in o.rates.items()
    }
    return {
        "id": "riverbend_truth",
        "fictional": True,
        "about": "What is planted in riverbend/, with exact counts, and what is not. Written by "
        "generate.py; expected_rates.csv holds the true rate of every group.",
        "district": DISTRICT,
        "years": list(YEARS),
        "null_model": {
            "rule": "In a school, every student has the school's rate unless a planted line says "
            "otherwise; groups differ by chance alone.",
            "true_difference_below": NULL_BELOW,
            "cells": int(len(table)),
            "null_cells": int(null.sum()),
            "rates": rates,
            "minor_referral": "with suspensions, expulsion and police makes `referred`",
            "honors": "with ap_enrolled (and algebra_1 in middle schools) makes `advanced_course`",
            "by_construction": [
                "identified_swd: boys 16.5 %, girls 10 %, in every school and year",
                "support courses: 45 % of English learners and of students with disabilities, 2 % "
                "of others, so that seats differ wherever support sections differ",
                "in the district, groups differ where they go to schools whose rates differ",
                "groups that overlap with a planted one differ a little too (expected_rates.csv)",
            ],
            "same_policy": [f"{n} at {s}: {r}" for (n, s), r in INSTEAD.items()],
        },
        "planted": planted(o),
        "facts": facts(o, tables),
        "not_in_this_data_yet": LATER,
    }
