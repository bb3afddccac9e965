"""How evenly resources are spread: the oracle case by case, closed forms, other ways, identities."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equitylab.errors import MetricError
from equitylab.metrics.resources import (
    coefficient_of_variation,
    federal_range_ratio,
    gini,
    mcloone,
    theil,
    verstegen,
)

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan
ORACLES = Path(__file__).parents[2].parent / "shared" / "oracles"

INDICES = {
    "cv_population": coefficient_of_variation,
    "mcloone_le": mcloone,
    "mcloone_lt": lambda x, w: mcloone(x, w, strict=True),
    "verstegen_ge": verstegen,
    "verstegen_gt": lambda x, w: verstegen(x, w, strict=True),
    "federal_range_ratio": federal_range_ratio,
    "gini": gini,
    "theil_T": theil,
}
every = pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)


# 09: 420 districts of California, and five units


@pytest.fixture(scope="module")
def oracle():
    if not (ORACLES / "09_resource_equity").is_dir():
        pytest.skip(f"reference numbers absent: {ORACLES / '09_resource_equity'}")
    with open(ORACLES / "09_resource_equity/expected.json", encoding="utf-8") as file:
        return json.load(file)["expected"]


@pytest.fixture(scope="module")
def california(oracle):
    with open(ORACLES / "data/caschools.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = ["students", "lunch", "expenditure"]
    return {name: np.array([float(row[name]) for row in rows]) for name in names}


TOY = [8000, 9000, 10000, 11000, 15000], [100, 300, 200, 300, 100]


@pytest.mark.parametrize("name", INDICES)
@pytest.mark.parametrize("case", ["pupil_weighted", "unweighted"])
def test_09_california(oracle, california, case, name):
    weights = california["students"] if case == "pupil_weighted" else 1
    ours = INDICES[name](california["expenditure"], weights)
    assert ours == pytest.approx(oracle[case][name], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("name", INDICES)
@pytest.mark.parametrize("case", ["toy_weighted", "toy_unweighted"])
def test_09_toy(oracle, case, name):
    """The oracle gives no inputs for its toy; these five units are the ones that fit all of it."""
    ours = INDICES[name](TOY[0], TOY[1] if case == "toy_weighted" else 1)
    assert ours == pytest.approx(oracle[case][name], rel=1e-9, abs=1e-9)


def test_09_title_one_formula(oracle, california):
    """20 USC 6337: districts of more than 200 students, low-income students weighted 1.4."""
    large = california["students"] > 200
    assert large.sum() == oracle["usc6337_like"]["n_districts"]
    weights = california["students"] * (1 + 0.4 * california["lunch"] / 100)
    ours = coefficient_of_variation(california["expenditure"][large], weights[large])
    assert ours == pytest.approx(oracle["usc6337_like"]["cv"], rel=1e-9)


def test_the_weights_decide_which_side_of_the_limit_california_is(california):
    found = [federal_range_ratio(california["expenditure"], w) for w in (california["students"], 1)]
    assert [round(float(v), 2) for v in found] == [0.27, 0.47]


# Closed forms


def test_half_above_and_half_below():
    x, w = [8, 12], [50, 50]
    assert coefficient_of_variation(x, w) == pytest.approx(0.2)
    assert gini(x, w) == pytest.approx(0.1)
    assert theil(x, w) == pytest.approx((0.8 * np.log(0.8) + 1.2 * np.log(1.2)) / 2)
    assert federal_range_ratio(x, w) == pytest.approx(0.5)
    # The median is the lower of the two: half of the students are at it.
    assert (mcloone(x, w), verstegen(x, w)) == (1, 10 / 8)


@pytest.mark.parametrize("n", [2, 5, 100])
def test_gini_of_a_staircase_and_of_one_who_has_all(n):
    assert gini(np.arange(1, n + 1), 1) == pytest.approx((n - 1) / (3 * n))
    one = np.eye(n)[0]
    assert gini(one, 1) == pytest.approx(1 - 1 / n)
    assert theil(one, 1) == pytest.approx(np.log(n))
    assert coefficient_of_variation(one, 1) == pytest.approx(np.sqrt(n - 1))


def test_a_lognormal_district():
    """Theil's T of a lognormal is half its variance, and its Gini 2 Phi(s / sqrt 2) - 1."""
    from scipy.stats import norm

    q = norm.ppf((np.arange(200_000) + 0.5) / 200_000)
    x = np.exp(0.4 * q)
    assert theil(x, 1) == pytest.approx(0.08, rel=1e-3)
    assert gini(x, 1) == pytest.approx(2 * norm.cdf(0.4 / np.sqrt(2)) - 1, rel=1e-3)
    assert coefficient_of_variation(x, 1) == pytest.approx(np.sqrt(np.exp(0.16) - 1), rel=1e-3)
    assert federal_range_ratio(x, 1) == pytest.approx(np.exp(0.8 * norm.ppf(0.95)) - 1, rel=1e-3)


def test_theil_adds_up_over_parts():
    x, w = np.array([8, 9, 12, 20.0]), np.array([10, 30, 20, 40.0])
    halves = [slice(0, 2), slice(2, 4)]
    means = np.array([np.average(x[h], weights=w[h]) for h in halves])
    sizes = np.array([w[h].sum() for h in halves])
    money = sizes * means / (sizes @ means)
    parts = theil(means, sizes) + money @ [theil(x[h], w[h]) for h in halves]
    assert theil(x, w) == pytest.approx(parts, rel=1e-12)


# Other ways to the same number

units = st.integers(1, 8).flatmap(
    lambda n: st.tuples(
        st.lists(st.integers(1, 40), min_size=n, max_size=n),
        st.lists(st.integers(1, 9), min_size=n, max_size=n),
    )
)


@every
@given(units)
@settings(max_examples=20, deadline=None)
def test_weights_count_students(index, unit):
    """A weight is that many students with the value: what each student has, each counted once."""
    x, w = map(np.array, unit)
    assert index(x, w) == pytest.approx(index(np.repeat(x, w), 1), rel=1e-9, nan_ok=True)


@given(units)
@settings(max_examples=60, deadline=None)
def test_gini_is_the_mean_over_all_pairs(unit):
    x, w = map(np.array, unit)
    apart = w @ np.abs(np.subtract.outer(x, x)) @ w
    assert gini(x, w) == pytest.approx(apart / (2 * w.sum() * (w @ x)), rel=1e-12, abs=1e-15)


@pytest.mark.skipif(np.lib.NumpyVersion(np.__version__) < "2.0.0", reason="weights came with 2.0")
@given(units)
@settings(max_examples=60, deadline=None)
def test_percentiles_are_those_of_numpy(unit):
    x, w = map(np.array, unit)
    # numpy takes .05 and .95 as they are rounded; a hair to the side of a tie it agrees.
    low, high = (np.quantile(x, q, weights=w, method="inverted_cdf") for q in (0.05, 0.95 - 1e-12))
    assert federal_range_ratio(x, w) == pytest.approx((high - low) / low)


# What holds for all


@every
@given(units, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_order_units_and_money_do_not_matter(index, unit, random):
    x, w = map(np.array, unit)
    plain = index(x, w)
    order = random.sample(range(x.size), x.size)

    def same(other, rel=1e-9):
        assert other == pytest.approx(plain, rel=rel, abs=1e-12, nan_ok=True)

    same(index(x[order], w[order]))
    same(index(x * 2.5, w))  # dollars or euros
    same(index(x, w * 0.1))  # students or tenths of them
    same(index(np.repeat(x, 2), np.repeat(w, 2) / 2))  # each unit split into equal halves
    same(index([*x, 1000.0, NAN], [*w, 0, 0]))  # units without students have no say


@given(units)
@settings(max_examples=60, deadline=None)
def test_bounds(unit):
    x, w = map(np.array, unit)
    assert 0 <= gini(x, w) <= 1 - w.min() / w.sum() + 1e-12
    assert 0 <= theil(x, w) <= np.log(w.sum() / w.min()) + 1e-12
    assert 0 <= coefficient_of_variation(x, w) <= np.sqrt(w.sum() / w.min() - 1) + 1e-12
    assert 0 < mcloone(x, w) <= 1 + 1e-12 and verstegen(x, w) >= 1 - 1e-12
    assert federal_range_ratio(x, w) >= 0
    if np.ptp(x):
        assert gini(x, w) > 0 and theil(x, w) > 0 and coefficient_of_variation(x, w) > 0


# Edges


@every
def test_all_alike_and_one_alone(index):
    for x, w in (([7, 7, 7], [1, 5, 9]), ([7], [3]), ([7, 9], [3, 0])):
        if index in (INDICES["mcloone_lt"], INDICES["verstegen_gt"]):
            assert np.isnan(index(x, w))  # nobody is below the median, or above it
        else:
            even = 1 if index in (mcloone, verstegen) else 0
            assert index(x, w) == pytest.approx(even, abs=1e-15)


@every
@pytest.mark.parametrize(
    "x, w",
    [
        pytest.param([5, NAN], [1, 1], id="a value is not known"),
        pytest.param([5, 6], [1, NAN], id="a weight is not known"),
        pytest.param([5, 6], [0, 0], id="no students"),
        pytest.param([0, 0], [1, 1], id="nothing at all"),
        pytest.param([], [], id="no units"),
    ],
)
def test_what_is_undefined(index, x, w):
    assert np.isnan(index(x, w))


def test_some_have_nothing():
    assert gini([0, 10], [1, 1]) == 0.5
    assert theil([0, 10], [1, 1]) == pytest.approx(np.log(2))
    assert np.isnan(federal_range_ratio([0, 10], [1, 1]))
    assert np.isnan(mcloone([0, 0, 10], 1)) and np.isnan(verstegen([0, 0, 10], 1))


@pytest.mark.parametrize("students", [20, 40, 100, 700, 123_460])
def test_a_percentile_is_reached_by_whole_students(students):
    """Exactly 5 % have 1 and exactly 5 % have 3; .95 of some totals is a hair too high."""
    tail = students // 20
    w = [tail, students - 2 * tail, tail]
    assert federal_range_ratio([1, 2, 3], w) == 1
    assert federal_range_ratio([1, 2, 3], [tail - 1, w[1], tail + 1]) == 0.5


@every
def test_many_districts_at_once(index):
    x = np.array([[8.0, 9, 12], [5, 5, 20], [1, NAN, 3]])
    w = [30, 10, 20]
    found = index(x, w)
    assert found.shape == (3,) and np.isnan(found[2])
    assert found[1] == pytest.approx(index(x[1], w), rel=1e-15, nan_ok=True)
    assert np.ndim(index(x[0], w)) == 0


@every
@pytest.mark.parametrize(
    "x, w, match, argument",
    [
        ([5, -1], 1, r"values must not be negative, but is -1 at index 1", "values"),
        ([5, 1], [1, -2], r"weights must not be negative, but is -2 at index 1", "weights"),
        ([5, np.inf], 1, "values is more than can be", "values"),
        ([5, 6], [1, np.inf], "weights is more than can be", "weights"),
        ([5, 6], [1, 2, 3], "weights does not line up", "weights"),
        ([5, 6], None, "weights must be said", "weights"),
        (["5", "6"], 1, "values must be numbers", "values"),
        (5, 1, "values must hold one number for each unit", "values"),
    ],
)
def test_what_is_refused(index, x, w, match, argument):
    with pytest.raises(MetricError, match=match) as caught:
        index(x, w)
    assert caught.value.fields["argument"] == argument


def test_weights_have_no_default():
    for index in (coefficient_of_variation, mcloone, verstegen, federal_range_ratio, gini, theil):
        with pytest.raises(TypeError, match="weights"):
            index([1, 2])
