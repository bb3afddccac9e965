"""A school's report from counts that are typed in, with everything published that is not taken out.

What is hidden is tested elsewhere; here a test takes out what it wants to be missing.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

import equitylab as eq
from equitylab import schema
from equitylab.privacy import Published
from equitylab.reports.story import SchoolReport
from equitylab.schema import ALL, Dataset, ReadReport

SCHOOL, DISTRICT = "0101", "01"
NAMES = {SCHOOL: ("Oak School", "school", DISTRICT), DISTRICT: ("Lake District", "district", "")}
YEARS = ("2022-23", "2023-24")


def published(
    counts: list[tuple], scores: list[tuple] = (), *, options: dict | None = None, **policy
) -> Published:
    """Audit and publish rows of ``(indicator, year, dimension, group, n, x)``, all of one school.

    `scores` are ``(unit_id, indicator, year, dimension, group, n, mean, sd)``; `options` are those of
    the audit.
    """
    rows = [
        {"unit_id": SCHOOL, "indicator": i, "year": y, "dimension": d, "group": g, "n": n, "x": x}
        for i, y, d, g, n, x in counts
    ]
    table = pd.DataFrame(rows).assign(unit=NAMES[SCHOOL][0], level="school")
    units = pd.DataFrame([(i, *v) for i, v in NAMES.items()], columns=list(schema.UNITS))
    made = pd.DataFrame(
        [
            dict(zip(schema.SCORES, (y, u, *NAMES[u][:2], i, d, g, n, m, s, "ok"), strict=True))
            for u, i, y, d, g, n, m, s in scores
        ],
        columns=list(schema.SCORES),
    ).astype(schema.SCORES)
    counts_ = schema.roll_up(schema.tidy_counts(table), units)
    report = ReadReport("by hand", "typed in")
    audit = eq.audit(
        Dataset(counts_, units, report, {"path": "typed.csv"}, made), **(options or {})
    )
    shown = {"why": "", "n_why": "", "band_low": np.nan, "band_high": np.nan}
    numbers = ["n", "x", "other_n", "other_x"]
    return Published(
        audit.table.assign(**shown).astype(dict.fromkeys(numbers, "float64")),
        audit.changes.assign(why=""),
        audit.scores.assign(why="").astype({"n": "float64"}),
        audit.units,
        {"min_group": 10, "min_cell": 3, "level": 0.95, "reference": "others"}
        | (options or {})
        | policy,
        audit.source,
        report.published(),
    )


def hide(public: Published, **where) -> None:
    """Take the numbers of some rows out of the table and the scores, as the gate does."""
    for frame in (public.table, public.scores):
        if not set(where) <= set(frame):
            continue
        mine = np.logical_and.reduce([frame[k] == v for k, v in where.items()])
        numbers = [c for c in frame.select_dtypes("number") if c != "pooled"]
        frame.loc[mine, numbers] = np.nan
        frame.loc[mine, "why"], frame.loc[mine, "signal"] = "hidden", "not reported"
        if "n_why" in frame:
            frame.loc[mine, "n_why"] = "hidden"


def school(public: Published) -> SchoolReport:
    """Return the school's report, from its slice of the release."""
    return SchoolReport(public.slice(SCHOOL), SCHOOL)


def pair(indicator: str, year: str, group: tuple, others: tuple, dimension: str = "el") -> list:
    """Return the rows of a group, of everyone else, and of all, each ``(n, x)``."""
    everyone = tuple(a + b for a, b in zip(group, others, strict=True))
    rows = {"English learner": group, "Not an English learner": others}
    made = [(indicator, year, dimension, name, *cell) for name, cell in rows.items()]
    return [*made, (indicator, year, ALL, ALL, *everyone)]
