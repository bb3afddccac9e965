"""The audit: comparisons, references, pooling, changes, scores, signals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab.audit_scores import rest_of
from equitylab.schema import (
    ALL,
    BY,
    COUNTS,
    UNITS,
    Dataset,
    ReadReport,
    empty,
    roll_up,
    tidy_counts,
)

SHARED = Path(__file__).resolve().parents[2] / "shared"
UNITS_ROWS = [
    ("1", "Alder", "school", "D"),
    ("2", "Birch", "school", "D"),
    ("D", "Dale", "district", ""),
]


def dataset(rows, units=UNITS_ROWS, scores=None):
    """Rows of (year, unit_id, indicator, dimension, group, n, x)."""
    units = pd.DataFrame(units, columns=list(UNITS))
    frame = pd.DataFrame(
        rows, columns=["year", "unit_id", "indicator", "dimension", "group", "n", "x"]
    )
    frame["unit"] = frame["unit_id"].map(units.set_index("unit_id")["unit"])
    frame["level"] = frame["unit_id"].map(units.set_index("unit_id")["level"])
    frame["events"] = frame["indicator"] == "days_lost"
    counts = roll_up(tidy_counts(frame[[*list(COUNTS)[:9], "events"]]), units)
    return Dataset(
        counts, units, ReadReport(), {}, scores if scores is not None else empty_scores()
    )


def empty_scores():
    from equitylab.schema import SCORES

    return empty(SCORES)


def school(unit, groups, indicator="suspended_out_of_school", year="2023-24"):
    """One dimension ``side`` of a school, with its total."""
    total = (sum(n for n, _ in groups.values()), sum(x for _, x in groups.values()))
    rows = [(year, unit, indicator, ALL, ALL, *total)]
    return rows + [(year, unit, indicator, "side", g, *v) for g, v in groups.items()]


def cell(table, unit, group, **more):
    found = table[(table["unit_id"] == unit) & (table["group"] == group)]
    for column, value in more.items():
        found = found[found[column] == value]
    assert len(found) == 1
    return found.iloc[0]


def test_one_row_by_hand():
    """Newcombe 1998, Table II, contrast (a): 56 of 70 against 48 of 80."""
    audit = eq.audit(dataset(school("1", {"p": (70, 56), "q": (80, 48)})))
    row = cell(audit.table, "1", "p")
    assert (row["n"], row["x"], row["other_n"], row["other_x"]) == (70, 56, 80, 48)
    assert row["rate"] == 0.8 and row["other_rate"] == 0.6
    assert row["difference"] == pytest.approx(0.2)
    assert row["difference_low"] == pytest.approx(0.0524, abs=5e-5)
    assert row["difference_high"] == pytest.approx(0.3339, abs=5e-5)
    assert row["ratio"] == pytest.approx(4 / 3)
    assert row["to_parity"] == 14  # 56 - 0.6 * 70
    assert row["signal"] == "clear difference"
    assert row["reference"] == "other students"


@pytest.mark.parametrize(
    "reference, other",
    [
        ("others", (60, 6)),
        ("overall", (100, 26)),
        ("district", (160, 16)),  # everyone else in the district, the alternate ratio's comparison
        ("q", (60, 6)),
    ],
)
def test_references(reference, other):
    data = dataset(
        school("1", {"p": (40, 20), "q": (60, 6)}) + school("2", {"p": (50, 10), "q": (100, 10)})
    )
    row = cell(eq.audit(data, reference=reference).table, "1", "p")
    assert (row["other_n"], row["other_x"]) == other
    assert row["ratio"] == pytest.approx((20 / 40) / (other[1] / other[0]))


def test_the_named_group_is_not_compared_with_itself():
    audit = eq.audit(dataset(school("1", {"p": (40, 20), "q": (60, 6)})), reference="q")
    row = cell(audit.table, "1", "q")
    assert pd.isna(row["difference"]) and row["signal"] == "not reported" and row["reference"] == ""


def test_an_unknown_reference_is_refused_with_the_nearest():
    with pytest.raises(eq.DataError) as error:
        eq.audit(dataset(school("1", {"pale": (40, 2), "q": (60, 6)})), reference="pal")
    assert error.value.nearest == "pale"


@pytest.mark.parametrize(
    "groups, signal",
    [
        ({"p": (9, 9), "q": (500, 5)}, "too few to tell"),  # under ten students
        ({"p": (400, 40), "q": (9, 0)}, "too few to tell"),  # too few to compare with
        ({"p": (12, 4), "q": (14, 4)}, "too few to tell"),  # an interval as wide as a house
        ({"p": (400, 40), "q": (400, 41)}, "not clearly different"),
        ({"p": (90000, 4600), "q": (90000, 4000)}, "not clearly different"),  # clear but small
        ({"p": (400, 80), "q": (400, 20)}, "clear difference"),
        ({"p": (0, 0), "q": (400, 20)}, "not reported"),  # nobody to compare
    ],
)
def test_signal(groups, signal):
    audit = eq.audit(dataset(school("1", groups)))
    assert cell(audit.table, "1", "p")["signal"] == signal


def test_more_outcomes_than_students_is_kept_and_not_compared():
    audit = eq.audit(dataset(school("1", {"p": (10, 12), "q": (400, 20)})))
    row = cell(audit.table, "1", "p")
    assert row["x"] == 12 and row["status"] == "quality" and pd.isna(row["rate"])
    assert audit.table["rate"].max() <= 1


def test_days_are_events_per_student_without_an_interval():
    rows = school("1", {"p": (40, 100), "q": (60, 30)}, indicator="days_lost")
    row = cell(eq.audit(dataset(rows)).table, "1", "p")
    assert row["status"] == "ok" and row["rate"] == 2.5 and row["difference"] == pytest.approx(2.0)
    assert pd.isna(row["rate_low"]) and row["signal"] == "not reported"


def test_small_groups_are_pooled_over_three_years_and_labelled():
    rows = []
    for year, x in (("2021-22", 2), ("2022-23", 5), ("2023-24", 8)):
        rows += school("1", {"p": (20, x), "q": (200, 10)}, year=year)
    table = eq.audit(dataset(rows)).table
    row = cell(table, "1", "p", pooled=True)
    assert row["year"] == "2021-22 to 2023-24"
    assert (row["n"], row["x"], row["other_n"], row["other_x"]) == (60, 15, 600, 30)
    assert "pooled" in row["method"]
    assert table[table["pooled"] & (table["group"] == "q")].empty  # 200 students need no pooling


def test_changes_between_years():
    rows = []
    for year, x in (("2021-22", 60), ("2022-23", 40), ("2023-24", 20)):
        rows += school("1", {"p": (200, x), "q": (200, 40)}, year=year)
    changes = eq.audit(dataset(rows)).changes
    assert sorted(set(zip(changes["year_from"], changes["year_to"], strict=True))) == [
        ("2021-22", "2022-23"),
        ("2021-22", "2023-24"),
        ("2022-23", "2023-24"),
    ]
    row = cell(changes, "1", "p", year_from="2021-22", year_to="2023-24")
    assert row["change"] == pytest.approx(-0.2) and row["signal"] == "clear difference"
    assert row["change_low"] < -0.2 < row["change_high"] < 0


def test_rest_of_agrees_with_the_raw_values():
    rng = np.random.default_rng(3)
    a, b = rng.normal(5, 2, 30), rng.normal(6, 1, 50)
    both = np.concatenate([a, b])
    n, mean, sd = rest_of(80.0, both.mean(), both.std(ddof=1), 30.0, a.mean(), a.std(ddof=1))
    assert (n, mean, sd) == pytest.approx((50, b.mean(), b.std(ddof=1)))


def test_scores_by_hand():
    """Gap in points and Hedges g against statsmodels on the raw values."""
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    rng = np.random.default_rng(5)
    a, b = rng.normal(240, 20, 60), rng.normal(250, 25, 140)
    both = np.concatenate([a, b])
    rows = [
        (
            "2023-24",
            "1",
            "Alder",
            "school",
            "score_math",
            d,
            g,
            len(v),
            v.mean(),
            v.std(ddof=1),
            "ok",
        )
        for d, g, v in ((ALL, ALL, both), ("side", "p", a), ("side", "q", b))
    ]
    from equitylab.schema import SCORES

    scores = pd.DataFrame(rows, columns=list(SCORES)).astype(SCORES)
    data = dataset(school("1", {"p": (60, 6), "q": (140, 14)}), scores=scores)
    row = cell(eq.audit(data).scores, "1", "p")
    compared = CompareMeans(DescrStatsW(a), DescrStatsW(b))
    assert row["gap"] == pytest.approx(a.mean() - b.mean())
    low, high = compared.tconfint_diff(usevar="unequal")
    assert (row["gap_low"], row["gap_high"]) == pytest.approx((low, high), rel=1e-6)
    pooled = np.sqrt((59 * a.var(ddof=1) + 139 * b.var(ddof=1)) / 198)
    assert row["g"] == pytest.approx((a.mean() - b.mean()) / pooled, rel=0.005)


def test_false_clear_differences_in_200_null_districts_are_near_the_stated_level(capsys):
    """Before any correction 5 % of intervals miss zero; after it a family has any at its level."""
    apart = cells = 0
    stated = eq.audit(eq.samples.null_district(0)).options["fdr"]
    clear, units = {True: 0, False: 0}, 0
    for seed in range(200):
        table = eq.audit(eq.samples.null_district(seed)).table
        rows = table[table["p_value"].notna() & (table["dimension"] != ALL)]
        rows = rows[(rows["n"] >= 30) & (rows["other_n"] >= 30)]
        apart += ((rows["difference_low"] > 0) | (rows["difference_high"] < 0)).sum()
        cells += len(rows)
        units += table["unit_id"].nunique()
        found = table[table["signal"] == "clear difference"]
        for crossed, part in found.groupby(found["dimension"].str.contains(BY)):
            clear[crossed] += part["unit_id"].nunique()
    with capsys.disabled():
        print(
            f"\n200 null districts: {apart / cells:.2%} of {cells:,} intervals miss zero; of "
            f"{units:,} units {clear[False] / units:.2%} have any false clear difference among "
            f"groups, {clear[True] / units:.2%} among intersections"
        )
    assert 0.035 < apart / cells < 0.06
    for crossed in (False, True):  # the two families of q values
        assert 0.5 * stated < clear[crossed] / units < 1.15 * stated


@pytest.mark.skipif(
    not SHARED.is_dir(), reason="the shared folder with the Virginia file is absent"
)
def test_virginia_comes_out_as_known():
    data = eq.read(SHARED / "data" / "crdc_va_2122")
    audit = eq.audit(data, reference="White")
    state = audit.school("VA")
    rows = state[state["indicator"] == "suspended_out_of_school"]
    black, white = cell(rows, "VA", "Black"), cell(rows, "VA", "White")
    assert (black["x"], black["n"]) == (32138, 261589)
    assert round(100 * black["rate"], 2) == 12.29 and round(100 * white["rate"], 2) == 3.73
    assert round(black["ratio"], 2) == 3.29
