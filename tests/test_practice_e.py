"""What is planted in the practice readings: rb12, two longer series, and dd1 to dd6."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from equitylab import catalog

HOME = Path(__file__).resolve().parents[1] / "data" / "samples"


@pytest.fixture(scope="module")
def readings() -> pd.DataFrame:
    path = HOME / "synthetic" / "practice_e.py"
    spec = importlib.util.spec_from_file_location("practice_e", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.tables(np.random.default_rng(1))["kpi_readings"]


def series(readings, name) -> pd.DataFrame:
    rows = readings[readings["series"] == name]
    assert len(rows)
    return rows.assign(rate=rows["numerator"].astype(float) / rows["denominator"].astype(float))


def test_every_reading_is_of_a_known_measure_and_large_enough_to_show(readings):
    assert set(readings["kpi"]) <= {k["id"] for k in catalog.content("kpi_catalog")["kpis"]}
    told = readings.dropna(subset="numerator")
    assert (told["numerator"] <= told["denominator"]).all()
    monthly = readings[readings["series"].isin(["rb12", "steady", "shift"])]
    assert monthly["denominator"].min() >= 10
    assert monthly["numerator"].min() >= 3
    assert (monthly["denominator"] - monthly["numerator"]).min() >= 3


def test_rb12_is_one_good_month_in_six(readings):
    rows = series(readings, "rb12")
    assert len(rows) == 6 and rows["school_id"].unique().tolist() == ["0219"]
    good = rows["rate"] < 0.5
    assert good.sum() == 1 and not good.iloc[-1]
    # The other five are where Riverbend was in the year before: 103 of 192.
    others = rows[~good]
    test = binomtest(int(others["numerator"].sum()), int(others["denominator"].sum()), 103 / 192)
    assert test.pvalue > 0.5


def test_the_longer_series_show_no_shift_and_one_shift(readings):
    steady, shift = (series(readings, name)["rate"] for name in ("steady", "shift"))
    assert len(steady) == len(shift) == 14
    assert run(steady) < 6 and trend(steady) < 5
    assert run(shift) >= 6
    months = pd.to_datetime(readings.loc[readings["series"] == "shift", "date"]).dt.month
    assert not set(months) & {7, 8}


def run(values) -> int:
    """The longest run on one side of the median; points on it are left out."""
    sides = np.sign(values - values.median())
    sides = sides[sides != 0]
    return longest(np.diff(sides, prepend=np.nan) == 0)


def trend(values) -> int:
    steps = np.sign(np.diff(values))
    return longest(np.diff(steps, prepend=np.nan) == 0) + 1


def longest(same) -> int:
    best = now = 1
    for again in same:
        now = now + 1 if again else 1
        best = max(best, now)
    return best


def test_dd1_the_smallest_school_is_highest_and_then_lowest(readings):
    rows = series(readings, "dd1")
    by_year = {date: part.set_index("school_id")["rate"] for date, part in rows.groupby("date")}
    assert by_year["2023-06-15"].idxmax() == "0117"
    assert by_year["2024-06-15"].idxmin() == "0117"
    assert rows.loc[rows["denominator"].idxmin(), "school_id"] == "0117"


def test_dd2_one_rate_and_an_interval_four_times_wider(readings):
    rows = series(readings, "dd2")
    assert rows["rate"].nunique() == 1
    widths = [
        np.ptp(binomtest(int(x), int(n)).proportion_ci(method="wilson"))
        for x, n in zip(rows["numerator"], rows["denominator"], strict=True)
    ]
    assert max(widths) / min(widths) == pytest.approx(4, abs=0.2)


def gap_and_levels(readings, name):
    rows = series(readings, name).pivot(index="date", columns="group", values="rate")
    lower, higher = rows["Economically disadvantaged"], rows["Not economically disadvantaged"]
    return higher - lower, lower, higher


def test_dd3_the_gap_narrows_as_the_higher_group_falls(readings):
    gap, lower, higher = gap_and_levels(readings, "dd3")
    assert gap.iloc[-1] < gap.iloc[0] / 2
    assert higher.iloc[-1] < higher.iloc[0] - 0.15
    assert abs(lower.iloc[-1] - lower.iloc[0]) < 0.02


def test_dd4_everyone_improves_and_the_gap_is_halved(readings):
    gap, lower, higher = gap_and_levels(readings, "dd4")
    assert gap.iloc[-1] < 0.55 * gap.iloc[0]
    assert lower.iloc[-1] > lower.iloc[0] and higher.iloc[-1] > higher.iloc[0]


def test_dd5_one_rule_two_practices(readings):
    rows = series(readings, "dd5").set_index("school_id")
    assert rows.loc["0302", ["numerator", "denominator"]].tolist() == [85, 100]
    assert rows.loc["0315", ["numerator", "denominator"]].tolist() == [35, 100]
    assert len(rows) == 10 and (rows["denominator"] < 10).any()


def test_dd6_what_was_not_sent_is_no_zero(readings):
    rows = readings[readings["series"] == "dd6"]
    assert rows["school_id"].tolist() == ["0123"]
    assert rows[["numerator", "denominator"]].isna().all(axis=None)
    assert rows["note"].str.len().gt(0).all()
