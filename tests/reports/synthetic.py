"""A small made-up district, audited for real and hidden by simple means, to draw reports from.

The hiding here is only honest enough to draw with: small groups, small cells and their mirrors,
bands, and the next smallest cell beside a single hidden one. The privacy gate's own tests are
elsewhere; a report must look right on whatever the gate leaves.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import equitylab as eq
from equitylab import catalog, schema
from equitylab.privacy import Published

YEARS = ("2021-22", "2022-23", "2023-24")
SCHOOLS = {
    "0101": ("Alder Creek Elementary", 420),
    "0102": ("Birch Street Middle School", 612),
    "0103": ("<script>alert(1)</script> High", 900),
    "0104": ("مدرسة النور", 150),
    "0105": ("Tiny Hill School", 3),
}
RACES = ["Asian", "Black", "Hispanic", "Two or more races", "White"]
OUTCOMES = {
    "suspended_out_of_school": 0.08,
    "suspended_in_school": 0.06,
    "expelled": 0.004,
    "referred": 0.15,
    "chronically_absent": 0.22,
    "proficient_math": 0.45,
    "proficient_reading": 0.52,
    "graduated": 0.85,
    "advanced_course": 0.25,
    "algebra_1": 0.3,
    "gifted": 0.09,
    "identified_swd": 0.14,
    "novice_teacher": 0.2,
    "activity_any": 0.5,
}
CLOSE = {"why": "", "n_why": "", "band_low": np.nan, "band_high": np.nan}


def students(seed: int) -> pd.DataFrame:
    """One row a student and year, with planted patterns and some that are not there."""
    rng = np.random.default_rng(seed)
    parts = []
    for k, (school, (_, size)) in enumerate(SCHOOLS.items()):
        for year in range(len(YEARS)):
            n = max(3, int(size * (1 + 0.03 * (year - 1))))
            p = np.array([0.05, 0.2 + 0.08 * (k % 3), 0.25, 0.06, 0.4])
            frame = pd.DataFrame(
                {
                    "unit_id": school,
                    "year": YEARS[year],
                    "race_ethnicity": rng.choice(RACES, n, p=p / p.sum()),
                    "sex": rng.choice(["Female", "Male"], n),
                    "el": rng.choice(["English learner", "Not English learner"], n, p=[0.15, 0.85]),
                    "swd": rng.choice(["With a disability", "No disability"], n, p=[0.14, 0.86]),
                    "grade": rng.choice(["Grade 6", "Grade 7", "Grade 8"], n),
                }
            )
            for name, base in OUTCOMES.items():
                if name == "graduated" and k != 2:
                    continue
                if name == "algebra_1" and k == 0:
                    continue
                rate = np.full(n, base + rng.normal(0, 0.01))
                if name in ("suspended_out_of_school", "referred", "days_lost"):
                    rate = np.where(frame["race_ethnicity"] == "Black", rate * 2.2, rate)
                    rate = np.where(frame["sex"] == "Male", rate * 1.4, rate)
                if name == "advanced_course":
                    rate = np.where(frame["el"] == "English learner", rate * 0.35, rate)
                if name == "chronically_absent":
                    rate = rate * (1.2 - 0.2 * year)
                    rate = np.where(frame["swd"] == "With a disability", rate * 1.6, rate)
                if name == "proficient_reading" and k == 1:
                    rate = np.where(frame["race_ethnicity"] == "Hispanic", rate * 1.35, rate)
                frame[name] = rng.random(n) < np.clip(rate, 0, 1)
            frame["days_lost"] = np.where(
                frame["suspended_out_of_school"], rng.integers(1, 9, n), 0
            )
            frame["score_math"] = rng.normal(500 + 20 * frame["proficient_math"], 45)
            parts.append(frame)
    return pd.concat(parts, ignore_index=True)


def dataset(seed: int = 1) -> eq.Dataset:
    """The same as counts and scores."""
    people = students(seed)
    units = pd.DataFrame(
        [(i, name, "school", "01") for i, (name, _) in SCHOOLS.items()]
        + [("01", "Lakeside Public Schools", "district", "")],
        columns=list(schema.UNITS),
    )
    named = units.set_index("unit_id")["unit"]
    dims = ["race_ethnicity", "sex", "el", "swd", "grade"]
    crossed = [("race_ethnicity", "sex"), ("race_ethnicity", "swd"), ("el", "swd")]
    for a, b in crossed:
        people[a + schema.BY + b] = people[a] + schema.BY + people[b]
    people[schema.ALL] = schema.ALL
    rows, scores = [], []
    for name in [*OUTCOMES, "days_lost", "score_math"]:
        for dim in [schema.ALL, *dims, *[a + schema.BY + b for a, b in crossed]]:
            held = people.dropna(subset=[name])
            cells = held.groupby(["year", "unit_id", dim])[name]
            if name == "score_math":
                made = cells.agg(n="size", mean="mean", sd="std").reset_index()
                into = scores
            else:
                made = cells.agg(n="size", x="sum").reset_index()
                into = rows
            made = made.rename(columns={dim: "group"})
            made["dimension"], made["indicator"] = dim, name
            into.append(made)
    counts = pd.concat(rows, ignore_index=True)
    counts["level"], counts["unit"] = "school", counts["unit_id"].map(named)
    counts["events"] = counts["indicator"] == "days_lost"
    gap = (counts["indicator"] == "gifted") & (counts["unit_id"] == "0104")
    counts.loc[gap, "x"], counts["status"] = pd.NA, "ok"
    counts.loc[gap, "status"] = "not_collected"
    counts = schema.roll_up(schema.tidy_counts(counts), units)
    table = pd.concat(scores, ignore_index=True)
    table["level"], table["unit"], table["status"] = "school", table["unit_id"].map(named), "ok"
    report = schema.ReadReport(
        format="student-level export",
        why="a column for the student, the school and the year",
        rows_in=len(people) + 4,
        rows_kept=len(people),
        columns={"School_ID": "school", "Ethnicity": "race and ethnicity"},
        missing=["accepted_to_college", "restrained", "secluded"],
    )
    report.aside("no school is named", [17, 99, 2044, 5000])
    source = {"path": "lakeside.csv", "format": "student-level export", "sha256": "0" * 64}
    scores = table[list(schema.SCORES)].astype(schema.SCORES)
    return eq.Dataset(counts, units, report, source, scores)


def published(seed: int = 1) -> Published:
    """The audit with numbers hidden by simple means."""
    audit = eq.audit(dataset(seed))
    table, changes, scores = (f.copy() for f in (audit.table, audit.changes, audit.scores))
    table = _hide(table)
    key = ["unit_id", "indicator", "dimension", "group"]
    shown = table.loc[(table["why"] == "") & ~table["pooled"].astype(bool), ["year", *key]]
    shown = set(shown.itertuples(index=False, name=None))
    cells = changes[key].itertuples(index=False, name=None)
    both = [
        (a, *c) in shown and (b, *c) in shown
        for a, b, c in zip(changes["year_from"], changes["year_to"], cells, strict=True)
    ]
    changes["why"] = np.where(both, "", "hidden")
    numbers = changes.select_dtypes("number").columns
    changes.loc[changes["why"] != "", numbers] = np.nan
    changes.loc[changes["why"] != "", "signal"] = "not reported"
    scores["why"] = np.where(scores["n"] < 10, "hidden", "")
    numbers = scores.select_dtypes("number").columns
    scores[numbers] = scores[numbers].astype("float64")
    scores.loc[scores["why"] != "", numbers] = np.nan
    scores.loc[scores["why"] != "", "signal"] = "not reported"
    policy = {"min_group": 10, "min_cell": 3, "level": 0.95, "reference": "others", "context": "us"}
    return Published(
        table, changes, scores, audit.units, policy, audit.source, audit.report.published()
    )


def _hide(table: pd.DataFrame) -> pd.DataFrame:
    table = table.assign(**CLOSE)
    n, x = (table[c].to_numpy("float64", na_value=np.nan) for c in ("n", "x"))
    events = table["indicator"].map(lambda i: catalog.indicator(i).events).to_numpy(bool)
    words = {"not_collected": "not collected", "not_applicable": "not applicable"}
    why = table["status"].map(lambda s: "" if s == "ok" else words.get(s, s)).to_numpy(object)
    small = (n > 0) & (n < 10)
    few = ((x >= 1) & (x < 3)) | ((n - x >= 1) & (n - x < 3) & ~events)
    flat = ((x == 0) | ((x == n) & ~events)) & (n > 0)
    why[(why == "") & small] = "hidden"
    why[(why == "") & few] = "hidden"
    why[(why == "") & flat] = "band"
    table["why"] = why
    table["n_why"] = np.where(small, "hidden", "")
    cells = table[table["dimension"] != schema.ALL].groupby(
        ["year", "unit_id", "indicator", "dimension"]
    )
    for _, rows in cells:
        hidden = rows["why"] == "hidden"
        if hidden.sum() == 1 and len(rows) > 1:
            spare = rows.loc[~hidden, "n"].astype(float).idxmin()
            table.loc[spare, "why"] = "hidden"
            if table.loc[hidden[hidden].index[0], "n_why"]:
                table.loc[spare, "n_why"] = "hidden"
    bands = catalog.content("reporting_rules")["privacy"]["bands"]
    for k in table.index[table["why"] == "band"]:
        size, none = float(table.at[k, "n"]), float(table.at[k, "x"]) == 0
        width = (
            next((b["band"] for b in bands if b["n_from"] <= size <= (b["n_to"] or 1e9)), 20) / 100
        )
        table.loc[k, ["band_low", "band_high"]] = (0, width) if none else (1 - width, 1)
    numbers = [
        "n", "x", "rate", "rate_low", "rate_high", "other_n", "other_x", "other_rate",
        "difference", "difference_low", "difference_high", "ratio", "ratio_low", "ratio_high",
        "to_parity", "p_value", "q_value",
    ]  # fmt: skip
    table[numbers] = table[numbers].astype("float64")
    gone = table["why"] != ""
    table.loc[gone, numbers[1:]] = np.nan
    table.loc[table["n_why"] != "", "n"] = np.nan
    table.loc[gone, "signal"] = "not reported"
    close = (table["other_x"] < 3) | (table["other_n"] - table["other_x"] < 3)
    table.loc[close, numbers[5:]] = np.nan
    table.loc[close, "signal"] = "not reported"
    return table
