"""A district's report from counts that are typed in, school by school, all of it published."""

from __future__ import annotations

import numpy as np
import pandas as pd

import equitylab as eq
from equitylab import schema
from equitylab.privacy import Published
from equitylab.reports.story_district import DistrictReport
from equitylab.schema import ALL, Dataset, ReadReport

YEAR = "2023-24"
NUMBERS = ["n", "x", "rate", "rate_low", "rate_high", "other_n", "other_x", "other_rate"]


def published(rows: list[tuple], *, state: bool = False) -> Published:
    """Publish rows of ``(school, indicator, dimension, group, n, x)`` or with a year as seventh.

    ``school`` is an id; every school is in district ``D``, or in the one before a slash: ``E/02``.
    """
    made, units = [], {}
    for school, indicator, dimension, group, n, x, *year in rows:
        district, _, id = school.rpartition("/")
        district = district or "D"
        units[id] = (f"School {id}", "school", district)
        units.setdefault(district, (f"District {district}", "district", "S" if state else ""))
        made.append(
            {"year": (*year, YEAR)[0], "unit_id": id, "unit": f"School {id}", "level": "school"}
            | {"indicator": indicator, "dimension": dimension, "group": group, "n": n, "x": x}
        )
    if state:
        units["S"] = ("The State", "state", "")
    places = pd.DataFrame([(i, *v) for i, v in units.items()], columns=list(schema.UNITS))
    counts = schema.roll_up(schema.tidy_counts(pd.DataFrame(made)), places)
    report = ReadReport("by hand", "typed in")
    audit = eq.audit(Dataset(counts, places, report, {"path": "typed.csv"}))
    shown = {"why": "", "n_why": "", "band_low": np.nan, "band_high": np.nan}
    table = audit.table.assign(**shown).astype(
        dict.fromkeys(["n", "x", "other_n", "other_x"], "float64")
    )
    policy = {"min_group": 10, "min_cell": 3, "level": 0.95, "reference": "others"}
    return Published(
        table, audit.changes.assign(why=""), audit.scores.assign(why=""), audit.units, policy,
        audit.source, report.published(),
    )  # fmt: skip


def enrolled(school: str, groups: dict[str, int], *, dimension: str = "race_ethnicity") -> list:
    """Return the rows of a school that say only how many students of each group it has."""
    total = sum(groups.values())
    rows = [(school, "chronically_absent", ALL, ALL, total, total // 5)]
    return rows + [
        (school, "chronically_absent", dimension, group, n, n // 5) for group, n in groups.items()
    ]


def hide(public: Published, mask, *, garbage: float = np.nan) -> None:
    """Hide rows of the table as the gate does; with `garbage`, leave a number where none should be."""
    rows = public.table.index[mask(public.table)]
    numbers = [c for c in public.table.select_dtypes("number") if c not in ("pooled",)]
    public.table.loc[rows, numbers] = garbage
    public.table.loc[rows, ["why", "n_why"]] = "hidden"
    public.table.loc[rows, "signal"] = "not reported"


def report(public: Published, unit: str = "D") -> DistrictReport:
    """Return the district's report, from its slice of the release."""
    return DistrictReport(public.slice(unit, below=True), unit)
