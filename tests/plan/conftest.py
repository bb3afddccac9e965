"""The sample portfolio, opened from a copy, and a small release of the same school."""

from __future__ import annotations

import shutil

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab import plan
from equitylab.portfolio import Portfolio
from equitylab.privacy import Published
from equitylab.schema import UNITS, Dataset, ReadReport, tidy_counts

UNIT = {"unit_id": "0219", "unit": "Riverbend Middle School", "level": "school"}
# (year, indicator, dimension, group, x, n): two of the cells are those of the sample's cards.
CELLS = [
    ("2021-22", "algebra_1", "el", "English learner", 17, 65),
    ("2021-22", "algebra_1", "el", "Not an English learner", 56, 133),
    ("2022-23", "algebra_1", "el", "English learner", 16, 63),
    ("2022-23", "algebra_1", "el", "Not an English learner", 57, 137),
    ("2023-24", "algebra_1", "el", "English learner", 12, 60),
    ("2023-24", "algebra_1", "el", "Not an English learner", 58, 145),
    ("2023-24", "algebra_1", "all", "all", 70, 205),
    ("2023-24", "activity_any", "el", "English learner", 62, 158),
    ("2023-24", "activity_any", "el", "Not an English learner", 183, 454),
    ("2023-24", "activity_any", "all", "all", 245, 612),
]


@pytest.fixture(scope="session")
def published() -> Published:
    """What the school publishes: of activities the groups are hidden, all students are shown."""
    rows = [
        UNIT | {"year": y, "indicator": i, "dimension": d, "group": g, "x": x, "n": n}
        for y, i, d, g, x, n in CELLS
    ]
    units = pd.DataFrame([UNIT | {"parent_id": ""}])[list(UNITS)]
    audit = eq.audit(Dataset(tidy_counts(pd.DataFrame(rows)), units, ReadReport("t", "t"), {}))
    table = audit.table.assign(why="", n_why="", band_low=np.nan, band_high=np.nan)
    gone = (table["indicator"] == "activity_any") & (table["dimension"] == "el")
    numbers = [c for c in table.select_dtypes("number") if c != "pooled"]
    table[numbers] = table[numbers].astype("float64")
    table.loc[gone, numbers] = np.nan
    table.loc[gone, "why"] = "hidden"
    policy = {"min_group": 10, "min_cell": 3}
    return Published(
        table, audit.changes.assign(why=""), audit.scores.assign(why=""), audit.units, policy
    )


@pytest.fixture
def folio(repository, tmp_path) -> Portfolio:
    """The finished portfolio of the fictional school."""
    path = tmp_path / "portfolio.json"
    shutil.copyfile(repository / "data/samples/practice/riverbend-portfolio.json", path)
    return Portfolio.open(path)


@pytest.fixture
def whole(folio) -> plan.Plan:
    return plan.read(folio)


@pytest.fixture
def empty(tmp_path) -> Portfolio:
    return Portfolio.open(tmp_path / "empty" / "portfolio.json")
