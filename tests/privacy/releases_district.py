"""Releases of one small made-up district over the years: what tests hold side by side."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from equitylab.audit import audit
from equitylab.privacy import Published, protect
from equitylab.reports.batch import findings
from equitylab.schema import SCORES, UNITS, Dataset, ReadReport, empty, roll_up, tidy_counts

YEARS = ("2021-22", "2022-23", "2023-24")
SCHOOLS = {"01": "Oak School", "02": "Elm School", "03": "Ash School", "04": "Fir School",
           "05": "Bay School"}  # fmt: skip
GROUPS = {"race_ethnicity": {"Asian": 0.04, "Black": 0.3, "Hispanic": 0.3, "White": 0.36},
          "el": {"English learner": 0.08, "Not English learner": 0.92}}  # fmt: skip
RATES = {"suspended_out_of_school": 0.09, "chronically_absent": 0.2}


RARE = "expelled"  # so rare that a school or two have to be left out of the district's number


def students(*, rare: bool = False, tiny: int = 0) -> pd.DataFrame:
    """Return one row a student and year, the same in every run.

    With ``rare``, also who was expelled; with ``tiny``, a fifth school of so many students.
    """
    draw, more = np.random.default_rng(7), np.random.default_rng(8)
    rows = []
    for school in SCHOOLS if tiny else list(SCHOOLS)[:-1]:
        for year in YEARS:
            size = int(draw.integers(130, 260)) if school != "05" else tiny
            made = {d: draw.choice(list(g), size, p=list(g.values())) for d, g in GROUPS.items()}
            had = {i: draw.random(size) < rate for i, rate in RATES.items()}
            if rare:
                had[RARE] = more.random(size) < 0.012
            rows.append(pd.DataFrame({"year": year, "unit_id": school, **made, **had}))
    return pd.concat(rows, ignore_index=True)


def dataset(people: pd.DataFrame) -> Dataset:
    """Return the counts of these students."""
    units = [(i, n, "school", "D") for i, n in SCHOOLS.items() if i in set(people["unit_id"])]
    units.append(("D", "Grove District", "district", ""))
    table = pd.DataFrame(units, columns=["unit_id", "unit", "level", "parent_id"])[list(UNITS)]
    parts = []
    for indicator in [i for i in (*RATES, RARE) if i in people]:
        for dimension in ("all", *GROUPS):
            group = "all" if dimension == "all" else people[dimension]
            some = people.assign(group=group, indicator=indicator, dimension=dimension)
            by = some.groupby(["year", "unit_id", "indicator", "dimension", "group"])[indicator]
            parts.append(by.agg(n="size", x="sum").reset_index())
    counts = pd.concat(parts, ignore_index=True).assign(level="school")
    counts["unit"] = counts["unit_id"].map(SCHOOLS)
    counts = roll_up(tidy_counts(counts), table)
    return Dataset(counts, table, ReadReport("made", "made up"), {"path": "made.csv"})


def of(people: pd.DataFrame, years=YEARS, **limits) -> Published:
    """Return what is published of some years."""
    made = dataset(people[people["year"].isin(years)].reset_index(drop=True))
    return protect(audit(replace(made, scores=empty(SCORES))), **limits)


def text_of(published: Published) -> str:
    return findings(published, published.units["unit_id"])


def write(folder: Path, published: Published) -> Path:
    """Lay down the tables of a release as a finished folder has them."""
    folder.mkdir(parents=True)
    (folder / "findings.csv").write_text(text_of(published), "utf-8")
    units = published.units.to_dict("records")
    told = {"policy": published.policy, "units": units}
    (folder / "manifest.json").write_text(json.dumps(told), "utf-8")
    return folder
