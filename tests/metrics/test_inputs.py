"""What every function refuses, and how it says so; what holds for all counts."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from equitylab import metrics
from equitylab.errors import MetricError

pytestmark = pytest.mark.filterwarnings("error")

FOUR = {
    "risk_difference": metrics.risk_difference,
    "risk_ratio": metrics.risk_ratio,
    "odds_ratio": metrics.odds_ratio,
    "difference_p": metrics.difference_p,
    "composition": metrics.composition,
    "alternate_risk_ratio": metrics.alternate_risk_ratio,
    "to_parity": lambda *counts: metrics.to_parity(*counts, direction="down"),
    "four_fifths": lambda *counts: metrics.four_fifths(*counts, direction="adverse"),
    "exceeds": lambda *counts: metrics.exceeds(*counts, 3),
}
INTERVALS = [metrics.risk_difference, metrics.risk_ratio, metrics.odds_ratio]
every_four = pytest.mark.parametrize("function", FOUR.values(), ids=FOUR)


@every_four
@pytest.mark.parametrize(
    "x, n, match, index, value",
    [
        pytest.param([1, -2], [5, 5], "x must not be negative, but is -2", (1,), -2, id="negative"),
        pytest.param([1, 2.5], [5, 5], "x must be whole, but is 2.5", (1,), 2.5, id="fraction"),
        pytest.param([1, np.inf], [5, 5], "x is more than can be", (1,), np.inf, id="infinite"),
        pytest.param(
            [1, 6], [5, 5], r"must not be above n \(5\), but is 6", (1,), 6, id="x over n"
        ),
        pytest.param(1, [5, 0.5], "n must be whole, but is 0.5", (1,), 0.5, id="n"),
        pytest.param(
            [[1], [9]], [[5, 9]], r"but is 9 at index \(1, 0\)", (1, 0), 9, id="broadcast"
        ),
    ],
)
def test_what_cannot_be_counts_is_named(function, x, n, match, index, value):
    with pytest.raises(MetricError, match=match) as caught:
        function(x, n, 3, 10)
    fields = caught.value.fields
    assert fields["argument"] == ("n" if match.startswith("n ") else "x")
    assert (fields["index"], fields["value"]) == (index, value)


@every_four
def test_the_comparison_group_is_looked_at_too(function):
    with pytest.raises(MetricError, match=r"_\w*other|_ref") as caught:
        function(3, 10, [1, 11], 10)
    assert caught.value.fields["index"] == (1,)


@every_four
def test_shapes_that_do_not_fit_are_named(function):
    with pytest.raises(MetricError, match=r"n does not line up.* x \(2,\), n \(3,\)") as caught:
        function([1, 2], [5, 5, 5], 3, 10)
    assert caught.value.fields["argument"] == "n"
    assert caught.value.fields["value"] == (3,)


@every_four
def test_text_is_refused(function):
    for given_x in ("3", ["3", "4"], [3, "4"], "<10", {"a": 1}, [[1, 2], [3]]):
        with pytest.raises(MetricError, match="x must be numbers") as caught:
            function(given_x, 10, 3, 10)
        assert caught.value.fields["argument"] == "x"


@every_four
def test_gaps_stay_gaps_without_a_warning(function):
    for at in range(4):
        table = [[1.0, 1.0], [9.0, 9.0], [2.0, 2.0], [8.0, 8.0]]
        table[at][1] = np.nan
        found = np.atleast_2d(np.asarray(function(*table), dtype=float))
        assert not np.isnan(found[:, 0]).any()
        # Composition of enrolment does not need to know the outcome, nor the other way about.
        assert np.isnan(found[:, 1]).any()
        if function is not metrics.composition:
            assert np.isnan(found[:, 1]).all()


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, np.nan, "95 %", None, [0.9, 0.95]])
@pytest.mark.parametrize("function", [*INTERVALS, metrics.mean_difference_from_summary])
def test_a_level_is_one_share(function, level):
    table = (3, 9, 2, 8) if function in INTERVALS else (9, 5, 1, 9, 4, 1)
    with pytest.raises(MetricError, match="level must"):
        function(*table, level=level)


def test_errors_cross_processes():
    with pytest.raises(MetricError) as caught:
        metrics.rate([1, 7], [5, 5])
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.fields == caught.value.fields


def test_inputs_are_left_alone():
    table = [
        np.array([1.0, np.nan, 0]),
        np.array([9, 9, 0]),
        np.array([2, 0, 3]),
        np.array([8] * 3),
    ]
    before = [a.copy() for a in table]
    for function in FOUR.values():
        function(*table)
    for a, b in zip(table, before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_public_names_are_the_packages():
    assert sorted(metrics.__all__) == metrics.__all__
    assert all(hasattr(metrics, name) for name in metrics.__all__)


# Properties of any counts


@st.composite
def tables(draw, most=400):
    shape = draw(array_shapes(max_dims=2, max_side=4))
    n, n_other = (draw(arrays(np.int64, shape, elements=st.integers(0, most))) for _ in range(2))
    shares = [draw(arrays(float, shape, elements=st.floats(0, 1))) for _ in range(2)]
    return np.round(shares[0] * n), n, np.round(shares[1] * n_other), n_other


@settings(max_examples=60, deadline=None)
@given(tables())
def test_intervals_hold_their_value(table):
    share = metrics.rate(*table[:2])
    known = table[1] > 0
    assert np.all((0 <= share.low) & (share.low <= share.value) & (share.high <= 1), where=known)
    for function in INTERVALS:
        value, low, high = function(*table)
        fine = ~np.isnan(value)
        assert np.all(low <= value + 1e-12 * np.abs(value), where=fine)
        assert np.all(value <= high + 1e-12 * np.abs(value), where=fine)
        assert np.array_equal(np.isnan(low), np.isnan(high))
        assert np.array_equal(np.isnan(low), (table[1] == 0) | (table[3] == 0))
        assert not np.isinf(value).any() and not np.isinf(low).any()


@settings(max_examples=40, deadline=None)
@given(tables(), st.floats(0.5, 0.98), st.floats(0.001, 0.019))
def test_intervals_widen_with_the_level(table, level, more):
    for function in INTERVALS:
        inner, outer = function(*table, level=level), function(*table, level=level + more)
        known = ~np.isnan(inner.low)
        assert np.all(outer.low <= inner.low * (1 + 1e-12) + 1e-15, where=known & (inner.low >= 0))
        assert np.all(
            outer.high >= inner.high * (1 - 1e-12) - 1e-15, where=known & (inner.high >= 0)
        )


@settings(max_examples=40, deadline=None)
@given(tables())
def test_swapping_the_groups_mirrors_everything(table):
    swapped = (*table[2:], *table[:2])
    there, back = metrics.risk_difference(*table), metrics.risk_difference(*swapped)
    np.testing.assert_allclose(there.low, -back.high, atol=1e-14)
    for function in (metrics.risk_ratio, metrics.odds_ratio):
        there, back = function(*table), function(*swapped)
        with np.errstate(divide="ignore"):
            np.testing.assert_allclose(there.low, 1 / back.high, rtol=1e-8)
    np.testing.assert_allclose(
        metrics.difference_p(*table), metrics.difference_p(*swapped), rtol=1e-8
    )


@settings(max_examples=40, deadline=None)
@given(tables())
def test_counting_those_without_the_outcome_mirrors_too(table):
    x, n, y, m = table
    other_way = n - x, n, m - y, m
    value, low, high = metrics.rate(n - x, n)
    np.testing.assert_allclose(1 - metrics.rate(x, n).low, high, atol=1e-14)
    there, back = metrics.risk_difference(*table), metrics.risk_difference(*other_way)
    np.testing.assert_allclose(there.high, -back.low, atol=1e-14)
    with np.errstate(divide="ignore"):
        there, back = metrics.odds_ratio(*table), metrics.odds_ratio(*other_way)
        np.testing.assert_allclose(there.low, 1 / back.high, rtol=1e-8)
    np.testing.assert_allclose(
        metrics.difference_p(*table), metrics.difference_p(*other_way), rtol=1e-8
    )


@settings(max_examples=40, deadline=None)
@given(tables(most=5000))
def test_one_at_a_time_is_all_at_once(table):
    for function in (*INTERVALS, metrics.difference_p):
        whole = np.asarray(function(*table))
        for at in np.ndindex(table[0].shape):
            one = np.asarray(function(*(a[at] for a in table)))
            np.testing.assert_allclose(one, whole[(..., *at)], rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(tables())
def test_the_ratio_interval_and_the_difference_interval_see_the_same_side(table):
    """Score intervals: neither ratio leaves out 1 while the other lies on its far side."""
    ratio, odds = metrics.risk_ratio(*table), metrics.odds_ratio(*table)
    # Both invert the test of equal rates with the pooled variance, so they leave out 1 together.
    apart = (np.abs(ratio.low - 1) > 1e-6) & (np.abs(odds.low - 1) > 1e-6)
    assert np.array_equal((ratio.low > 1)[apart], (odds.low > 1)[apart])


@settings(max_examples=60, deadline=None)
@given(arrays(float, st.integers(0, 40), elements=st.floats(0, 1) | st.just(np.nan)))
def test_q_values_are_ordered_and_no_smaller_than_p(p):
    q = metrics.benjamini_hochberg(p)
    known = ~np.isnan(p)
    assert np.array_equal(known, ~np.isnan(q))
    assert np.all((q >= p) & (q <= 1), where=known)
    order = np.argsort(p[known], kind="stable")
    assert np.all(np.diff(q[known][order]) >= 0)
