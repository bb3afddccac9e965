"""Which students resources reach: the oracle case by case, a survey, closed forms, identities."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equitylab.errors import MetricError
from equitylab.metrics.reach import (
    experienced,
    exposure_to,
    progressivity,
    progressivity_slope,
)

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan
SHARED = Path(__file__).parents[2].parent / "shared"
ORACLES = SHARED / "oracles"


def read(path):
    if not path.is_file():
        pytest.skip(f"reference data absent: {path}")
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# 09: 420 districts of California


@pytest.fixture(scope="module")
def oracle():
    path = ORACLES / "09_resource_equity/expected.json"
    if not path.is_file():
        pytest.skip(f"reference numbers absent: {path}")
    return json.loads(path.read_text(encoding="utf-8"))["expected"]


@pytest.fixture(scope="module")
def california():
    rows = read(ORACLES / "data/caschools.csv")
    names = ["students", "teachers", "lunch", "expenditure"]
    data = {name: np.array([float(row[name]) for row in rows]) for name in names}
    return data | {"low": data["students"] * data["lunch"] / 100}


def test_09_progressivity(oracle, california):
    ours = progressivity(california["expenditure"], california["low"], california["students"])
    assert ours == pytest.approx(oracle["progressivity"]["ratio"], rel=1e-9)


def test_09_progressivity_slope(oracle, california):
    ours = progressivity_slope(california["expenditure"], california["low"], california["students"])
    assert ours / 100 == pytest.approx(oracle["progressivity"]["wls_slope_per_pct_lunch"], rel=1e-9)


EXPERIENCED = {
    "pooled": ("students", "pooled"),
    "pupil_experienced": ("students", "load"),
    "low_income_experienced": ("low", "load"),
    "not_low_income_experienced": ("others", "load"),
}


@pytest.mark.parametrize("name", EXPERIENCED)
def test_09_students_per_teacher(oracle, california, name):
    weights, field = EXPERIENCED[name]
    whose = california | {"others": california["students"] - california["low"]}
    ours = experienced(california["students"], california["teachers"], whose[weights])
    assert getattr(ours, field) == pytest.approx(oracle["str"][name], rel=1e-9)
    assert ours.none == 0


# The figures that reference/metrics.md gives for the STAR kindergartens


@pytest.mark.parametrize(
    "column, group, novice, percent",
    [
        pytest.param("ethnicity", "afam", [0, 1, 2, 3], 29.4, id="one group, up to 3 years"),
        pytest.param("ethnicity", "cauc", [0, 1, 2, 3], 15.3, id="another, up to 3 years"),
        pytest.param("lunchk", "free", [0, 1, 2, 3], 23.4, id="free lunch, up to 3 years"),
        pytest.param("lunchk", "free", [0, 1, 2], 18.1, id="free lunch, under 3 years"),
    ],
)
def test_star_novice_teachers(column, group, novice, percent):
    rows = read(SHARED / "data/star/star_kindergarten.csv")
    rows = [row for row in rows if row["experiencek"] != "NA"]
    taught = [float(row["experiencek"]) in novice for row in rows]
    ours = exposure_to(taught, [row[column] == group for row in rows])
    assert round(100 * float(ours), 1) == percent


# Closed forms


def test_exposure_by_school_is_exposure_by_student():
    novice, group = np.array([1, 1, 0, 0, 0, 1]), np.array([1, 0, 1, 1, 0, 1])
    school = np.array([0, 0, 0, 1, 1, 1])
    members = np.bincount(school, group)
    # Each school's share among the members themselves: nothing of the school is lost.
    share = np.bincount(school, group * novice) / members
    assert exposure_to(share, members) == exposure_to(novice, group) == 0.5


def test_alike_everywhere_is_neither_progressive_nor_regressive():
    assert progressivity([7, 7], [80, 20], [100, 100]) == 1
    assert progressivity_slope([7, 7], [80, 20], [100, 100]) == 0


def test_money_that_follows_need_is_its_own_slope():
    low, total = np.array([10, 60, 90, 0]), np.array([100, 100, 300, 50])
    values = 5000 + 2000 * low / total
    assert progressivity_slope(values, low, total) == pytest.approx(2000)
    assert progressivity(values, low, total) > 1 > progressivity(8000 - values, low, total)


def test_class_sizes_as_students_have_them():
    """Classes of 10 and 30: the school says 20, three of four students sit in 30."""
    load, none, pooled = experienced([10, 30], 1, [10, 30])
    assert (load, none, pooled) == (25, 0, 20)


def test_a_school_without_a_counsellor_is_none_and_not_dropped():
    load, none, pooled = experienced([400, 600], [2, 0], [[100, 300], [300, 300], [0, 5], [9, 0]])
    assert none.tolist() == [0.75, 0.5, 1, 0]
    assert load == pytest.approx([200, 200, NAN, 200], nan_ok=True)
    # All 1000 students over the two who are there.
    assert pooled.tolist() == [500] * 4
    nowhere = experienced([400, 600], [0, 0], [400, 600])
    assert nowhere == pytest.approx((NAN, 1, NAN), nan_ok=True)


# What holds for all

schools = st.lists(
    st.tuples(st.integers(0, 90), st.integers(0, 30), st.integers(0, 8), st.integers(1, 30)),
    min_size=1,
    max_size=6,
)


@given(schools)
@settings(max_examples=60, deadline=None)
def test_bounds_and_the_group_and_the_others_make_all(rows):
    others, low, staff, value = np.array(rows).T
    total = others + low
    load, none, _ = experienced(total, staff, total)
    if not total.any():
        assert np.isnan(none) and np.isnan(load)
    else:
        assert none == pytest.approx(total[staff == 0].sum() / total.sum())
        parts = [experienced(total, staff, w) for w in (low, others)]
        sizes = [w[staff > 0].sum() for w in (low, others)]
        if any(sizes):
            each = np.nansum([size * part.load for size, part in zip(sizes, parts, strict=True)])
            assert load == pytest.approx(each / sum(sizes))
            there = (staff > 0) & (total > 0)
            ratios = total[there] / staff[there]
            assert ratios.min() - 1e-9 <= load <= ratios.max() + 1e-9
        else:
            assert np.isnan(load)
    ours = progressivity(value, low, total)
    assert np.isnan(ours) == (not low.any() or not others.any())
    if not np.isnan(ours):
        # Dollars or cents; and seen from the others it is the reciprocal.
        assert progressivity(value * 100, low, total) == pytest.approx(ours)
        assert progressivity(value, others, total) == pytest.approx(1 / ours)
        met = [exposure_to(value / 30, w) for w in (low, others)]
        assert ours == pytest.approx(met[0] / met[1])


@given(schools)
@settings(max_examples=60, deadline=None)
def test_slope_is_that_of_least_squares(rows):
    others, low, _, value = np.array(rows, dtype=float).T
    total = others + low
    ours, there = progressivity_slope(value, low, total), total > 0
    poor = low[there] / total[there]
    if not there.any() or np.ptp(poor) == 0:
        assert np.isnan(ours)
    else:
        fit = np.polyfit(poor, value[there], 1, w=np.sqrt(total[there]))
        assert ours == pytest.approx(fit[0], rel=1e-6, abs=1e-6)


# Edges


def test_gaps_and_empty_schools():
    assert np.isnan(exposure_to([0.5, NAN], [1, 1]))
    assert exposure_to([0.5, NAN], [1, 0]) == 0.5
    assert np.isnan(exposure_to([0.5, 0.5], [0, 0]))
    assert np.isnan(exposure_to([], []))
    for function in (progressivity, progressivity_slope):
        assert np.isnan(function([5, NAN], [1, 1], [2, 2]))
        assert np.isnan(function([5, 6], [1, NAN], [2, 2]))
        assert np.isnan(function([5, 6], [1, 1], [2, NAN]))
        assert np.isnan(function([], [], []))
        more = function([5, 6, NAN], [1, 2, 0], [4, 3, 0])
        assert more == pytest.approx(function([5, 6], [1, 2], [4, 3]))
    assert np.isnan(experienced([5, 6], [1, NAN], [5, 6])).all()
    assert np.isnan(experienced([5, NAN], [1, 1], [5, 6])).all()
    # The group is in the first school only, and the second's counsellors are not known.
    apart = experienced([5, 6], [1, NAN], [5, 0])
    assert (apart.load, apart.none) == (5, 0) and np.isnan(apart.pooled)
    gap = experienced([5, 6], [1, 1], [5, NAN])
    assert np.isnan([gap.load, gap.none]).all() and gap.pooled == 5.5
    assert np.isnan(experienced([], [], [])).all()
    assert experienced([5, 0], [1, 0], [5, 0]) == (5, 0, 5)


def test_one_school_and_one_kind_of_student():
    assert progressivity([5], [1], [2]) == 1
    assert np.isnan(progressivity_slope([5], [1], [2]))
    assert np.isnan(progressivity([5, 6], [0, 0], [2, 2]))
    assert np.isnan(progressivity([5, 6], [2, 2], [2, 2]))
    assert np.isnan(progressivity([5, 0], [2, 0], [2, 2]))  # the others have nothing
    # One share everywhere, but for how a computer divides
    assert np.isnan(progressivity_slope([5, 6, 7], [0.1, 0.3, 0.7], [1, 3, 7]))


def test_a_share_that_was_rounded_is_not_refused():
    assert np.isnan(progressivity([5], [100 * (1 + 1e-12)], [100]))


@pytest.mark.parametrize(
    "ask, match, argument",
    [
        (lambda: exposure_to([0.2, 23], 1), r"between 0 and 1, but is 23 at index 1", "values"),
        (lambda: exposure_to([0.2], [-1]), "weights must not be negative", "weights"),
        (lambda: exposure_to([0.2], None), "weights must be said", "weights"),
        (lambda: progressivity([5], [3], [2]), "must not be above total, but is 3", "low_income"),
        (lambda: progressivity([-5], [1], [2]), "values must not be negative", "values"),
        (lambda: progressivity_slope([5, 6], [1], [[2], [3, 4]]), "rows of one length", "total"),
        (lambda: experienced([5], [1], [6]), "must not be above students, but is 6", "weights"),
        (lambda: experienced([5], [-1], [5]), "staff must not be negative", "staff"),
        (lambda: experienced([5], [np.inf], [5]), "staff is more than can be", "staff"),
        (lambda: experienced([5, 6], [1, 2, 3], 1), "staff does not line up", "staff"),
        (lambda: experienced(5, 1, 5), "students must hold one number", "students"),
    ],
)
def test_what_is_refused(ask, match, argument):
    with pytest.raises(MetricError, match=match) as caught:
        ask()
    assert caught.value.fields["argument"] == argument
