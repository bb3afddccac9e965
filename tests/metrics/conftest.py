"""What tests of metrics share: reference data of others, and every way that chance can seat."""

from __future__ import annotations

import csv
import itertools

import numpy as np
import pytest


@pytest.fixture(scope="session")
def hsb_rows(shared) -> list[dict[str, str]]:
    """High School and Beyond, 7,185 students of 160 schools, as it stands in the file."""
    path = shared / "oracles/data/hsb82.csv"
    if not path.is_file():
        pytest.skip(f"reference data absent: {path}")
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def allocations():
    """Every way to seat students in schools: one row of tables, all equally likely."""

    def made(sizes, groups):
        seats = np.repeat(np.arange(len(sizes)), sizes)
        labels = np.repeat(np.arange(len(groups)), groups)
        for order in set(itertools.permutations(labels)):
            tables = np.zeros((len(sizes), len(groups)))
            np.add.at(tables, (seats, order), 1)
            yield tables

    return made
