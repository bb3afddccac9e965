"""Counts that are ranges, missing tests, and what could be told from luck: against enumeration."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, chi2_contingency

from equitylab import metrics, plan
from equitylab.errors import MetricError

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan
ORACLE = Path(__file__).parents[2].parent / "shared" / "oracles" / "17_suppression_bounds"
PAIRS = {
    metrics.risk_difference_range: metrics.risk_difference,
    metrics.risk_ratio_range: metrics.risk_ratio,
}


def of_range(low, high):
    return np.arange(low, high + 1)


@pytest.mark.parametrize("n, m", [(1, 1), (5, 9), (8, 3)])
@pytest.mark.parametrize("function", PAIRS, ids=lambda f: f.__name__)
def test_a_range_is_the_union_over_every_count(function, n, m):
    """Exhaustive: the corners are the extremes, for the limits rise with one count each."""
    spans = [[(a, b) for a in range(k + 1) for b in range(a, k + 1)] for k in (n, m)]
    every = PAIRS[function](of_range(0, n)[:, None], n, of_range(0, m), m)
    boxes = list(itertools.product(*spans))
    lows, highs, others_low, others_high = np.array([(*own, *other) for own, other in boxes]).T
    found = np.transpose(function(lows, highs, n, others_low, others_high, m))
    for ((a, b), (c, d)), (least, most, low, high) in zip(boxes, found, strict=True):
        box = [part[a : b + 1, c : d + 1] for part in every]
        np.testing.assert_allclose((low, high), (box[1].min(), box[2].max()), atol=1e-12)
        known = box[0][~np.isnan(box[0])]
        if known.size:
            assert least == pytest.approx(known.min(), abs=1e-12)
            open_ended = np.isinf(most) and c == 0 and b > 0
            assert most == pytest.approx(known.max(), abs=1e-12) or open_ended
        else:
            assert np.isnan(least) and np.isnan(most)


@pytest.mark.parametrize("n", [1, 7])
def test_a_rate_range_is_the_union_too(n):
    for a, b in itertools.combinations_with_replacement(range(n + 1), 2):
        found, every = metrics.rate_range(a, b, n), metrics.rate(of_range(a, b), n)
        assert (found.low, found.high) == (every.low.min(), every.high.max())
        assert (found.least, found.most) == (a / n, b / n)


def test_a_range_of_one_count_is_the_estimate():
    found = metrics.risk_ratio_range(7, 7, 60, 12, 12, 240)
    value, low, high = metrics.risk_ratio(7, 60, 12, 240)
    assert found == pytest.approx((value, value, low, high))


def oracle_17():
    if not ORACLE.is_dir():
        skip = pytest.mark.skip(reason=f"reference numbers absent: {ORACLE}")
        return [pytest.param(None, None, id="17 absent", marks=skip)]
    cases = json.loads((ORACLE / "expected.json").read_text("utf-8"))["expected"]["cases"]
    return [
        pytest.param(case, group, id=f"{case['id']}-{group}")
        for case in cases
        if "groups" in case
        for group in case["groups"]
    ]


@pytest.mark.parametrize("case, group", oracle_17())
def test_17_risk_ratios_of_suppressed_cells(case, group):
    (n, x), found = case["groups"][group], case["expected"]
    low, high = (found["cells"][group][k] if x is None else x for k in ("min", "max"))
    others = sum(size for size, _ in case["groups"].values()) - n
    ours = metrics.risk_ratio_range(low, high, n, case["total"] - high, case["total"] - low, others)
    theirs = found["risk_ratio"][group]
    print(case["id"], group, [float(v) for v in ours[:2]], list(theirs.values()))
    assert ours[:2] == pytest.approx((theirs["min"], theirs["max"]), rel=1e-12)


def test_gaps_and_nobody_and_none_of_the_others():
    found = metrics.risk_ratio_range([1, 0, 2, 0], [3, NAN, 3, 0], [9, 9, 9, 0], 0, 0, 20)
    assert np.isnan(found.least).all() and np.isnan(found.most).all()
    assert found.low[0] > 0 and np.isinf(found.high[0])
    assert np.isnan(found.high).tolist() == [False, True, False, True]
    # None of the group at most: the ratio is 0 or undefined, never large.
    assert metrics.risk_ratio_range(0, 0, 9, 0, 4, 20).most == 0


@pytest.mark.parametrize(
    "table, match",
    [
        ((4, 3, 9), "x_low must not be above x_high, but is 4"),
        ((4, 10, 9), "x_high counts students, so it must not be above n"),
        ((-1, 3, 9), "x_low must not be negative"),
        ((0.5, 3, 9), "x_low must be whole"),
    ],
)
def test_what_is_no_range_is_named(table, match):
    for function in (metrics.rate_range, *PAIRS):
        with pytest.raises(MetricError, match=match):
            function(*table, *(() if function is metrics.rate_range else (1, 2, 5)))


# Missing tests


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_bounds_are_those_of_every_way_the_missing_could_have_scored(data):
    groups = []
    for _ in range(2):
        n = data.draw(st.integers(1, 8))
        tested = data.draw(st.integers(0, n))
        groups.append((data.draw(st.integers(0, tested)), tested, n))
    (x, t, n), (y, u, m) = groups
    found = metrics.untested_gap(x, t, n, y, u, m)
    every = [(x + a) / n - (y + b) / m for a in range(n - t + 1) for b in range(m - u + 1)]
    assert found.bounds.least == pytest.approx(min(every), abs=1e-12)
    assert found.bounds.most == pytest.approx(max(every), abs=1e-12)
    width = (n - t) / n + (m - u) / m
    assert found.bounds.most - found.bounds.least == pytest.approx(width, abs=1e-12)
    assert found.bounds.low <= found.bounds.least and found.bounds.most <= found.bounds.high
    for one in (found.all_below, found.all_above):
        assert found.bounds.least - 1e-12 <= one <= found.bounds.most + 1e-12
    if t and u:
        same_side = all(v > 1e-12 for v in every) or all(v < -1e-12 for v in every)
        assert (found.status == "told") == same_side
        assert found.gap.value == pytest.approx(x / t - y / u, abs=1e-12)
    else:
        assert found.status == "no one tested" and np.isnan(found.gap.value)


def test_everyone_tested_has_no_bounds_to_speak_of():
    found = metrics.untested_gap(30, 100, 100, 300, 500, 500)
    assert found.bounds.least == found.bounds.most == found.gap.value == found.all_below
    assert (found.bounds.low, found.bounds.high) == (found.gap.low, found.gap.high)
    assert found.status == "told" and found.tested_difference.value == 0


def test_missing_tests_that_hide_a_gap():
    """Both groups pass half of those tested; one tests only the half that would pass."""
    found = metrics.untested_gap([20, 20], [40, 40], [80, 40], 200, 400, 400)
    assert found.gap.value.tolist() == [0, 0]
    assert found.all_below.tolist() == [-0.25, 0] and found.tested_difference.value[0] == -0.5
    assert found.status.tolist() == ["open", "open"]


def test_missing_tests_statuses_and_errors():
    found = metrics.untested_gap([1, 0, 0, NAN], [5, 0, 0, 5], [9, 9, 0, 9], 3, 9, 10)
    assert found.status.tolist() == ["open", "no one tested", "no students", "gap"]
    assert np.isnan(found.bounds.least).tolist() == [False, False, True, True]
    for table, match in [
        ((6, 5, 9), "x counts students, so it must not be above tested"),
        ((3, 10, 9), "tested counts students, so it must not be above n"),
    ]:
        with pytest.raises(MetricError, match=match):
            metrics.untested_gap(*table, 3, 9, 10)


# Told from luck


@pytest.mark.parametrize(
    "x, n, later", [(12, 90, 90), (3, 20, 30), (0, 7, 7), (7, 7, 9), (5, 9, 1)]
)
def test_the_nearest_count_is_the_one_found_by_trying_all(x, n, later):
    every = metrics.risk_difference(np.arange(later + 1), later, x, n)
    drops, rises = np.flatnonzero(every.high < 0), np.flatnonzero(every.low > 0)
    found = metrics.detectable_change(x, n, n_later=later)
    want = (drops.max() if drops.size else NAN), (rises.min() if rises.size else NAN)
    np.testing.assert_array_equal([found.drop, found.rise], want)
    np.testing.assert_allclose([found.drop_share, found.rise_share], np.divide(want, later))


def test_a_drop_from_12_to_8_of_90():
    found = metrics.detectable_change(12, 90, years=np.arange(1, 7))
    assert found.drop[0] == 4
    told = found.drop >= 8 * np.arange(1, 7)
    assert told.tolist() == [False, False, False, False, True, True]
    goal = plan.detectable(12, 90, 8)
    assert (goal.least, goal.years) == (4, 5)
    assert np.all(np.diff(found.drop_share) > 0) and np.all(np.diff(found.rise_share) < 0)


@pytest.mark.parametrize("x, n, share", [(12, 90, 8 / 90), (3, 20, 0.5), (5, 10, 0.5), (0, 9, 0)])
def test_the_chance_to_tell_is_that_of_enumeration(x, n, share):
    every = metrics.risk_difference(np.arange(n + 1), n, x, n)
    chances = binom.pmf(np.arange(n + 1), n, share)
    lower, upper = chances[every.high < 0].sum(), chances[every.low > 0].sum()
    want = lower if share < x / n else upper if share > x / n else lower + upper
    assert metrics.chance_to_tell(x, n, share) == pytest.approx(want, abs=1e-12)


def test_more_years_and_larger_moves_are_told_more_often():
    chance = metrics.chance_to_tell(12, 90, np.array([[0.12], [0.08], [0.04]]), years=[1, 3, 10])
    assert np.all(np.diff(chance, axis=0) > 0) and np.all(np.diff(chance, axis=1) > 0)
    assert chance[2, 2] > 0.99
    # A rate that stays is called moved about as seldom as the level says.
    still = metrics.chance_to_tell(30, 100, 0.3, years=1)
    assert 0 < still < 0.05


def test_nothing_to_tell_from():
    found = metrics.detectable_change([0, NAN, 3], [0, 9, 9], n_later=[9, 9, 0])
    assert np.isnan(np.stack(found)).all()
    assert np.isnan(metrics.chance_to_tell([0, NAN, 3], [0, 9, 9], 0.5, n_later=[9, 9, 0])).all()
    with pytest.raises(MetricError, match="years must be 1 or more, but is 0"):
        metrics.detectable_change(3, 9, years=0)
    with pytest.raises(MetricError, match="share_later must lie between 0 and 1"):
        metrics.chance_to_tell(3, 9, 1.5)


# Years together


def test_pooled_is_the_sum_and_its_p_is_pearsons():
    x, n = np.array([[2, 5, 3], [20, 5, 60]]), np.array([[18, 21, 20], [90, 95, 80]])
    found = metrics.pooled(x, n)
    np.testing.assert_array_equal([found.x, found.n], [x.sum(1), n.sum(1)])
    for i in range(2):
        p = chi2_contingency([x[i], n[i] - x[i]], correction=False).pvalue
        assert found.differ_p[i] == pytest.approx(p, rel=1e-12)
    assert found.differ_p[1] < 1e-9 and found.years == 3


def test_a_year_that_is_a_gap_is_not_left_out_in_silence():
    found = metrics.pooled([[2, NAN], [0, 0], [0, 3], [4, 0]], [[9, 9], [0, 0], [9, 3], [9, 0]])
    assert np.isnan(found.x).tolist() == [True, False, False, False]
    assert np.isnan(found.differ_p).tolist() == [True, True, False, False]
    assert found.differ_p[3] == 1
    assert metrics.pooled([0, 0], [5, 9]).differ_p == 1 == metrics.pooled([5, 9], [5, 9]).differ_p
