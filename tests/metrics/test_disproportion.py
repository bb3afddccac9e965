"""Composition, ratios, students to parity, thresholds."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from equitylab.errors import MetricError
from equitylab.metrics import (
    alternate_risk_ratio,
    composition,
    exceeds,
    four_fifths,
    percentage_point_gap,
    risk_ratio,
    to_parity,
    weighted_risk_ratio,
)

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan


def test_composition_is_rate_over_the_rate_of_all():
    shares = composition(65, 260, 209, 1768)
    assert shares.relative_difference == pytest.approx((65 / 260) / (274 / 2028) - 1)
    assert shares.difference == shares.outcome_share - shares.enrolment_share


def test_composition_of_absent_groups_and_of_no_outcome():
    shares = composition([0, 0, 0], [0, 5, 0], [3, 0, 0], [9, 20, 0])
    np.testing.assert_array_equal(shares.outcome_share, [0, NAN, NAN])
    np.testing.assert_array_equal(shares.enrolment_share, [0, 0.2, NAN])
    np.testing.assert_array_equal(shares.relative_difference, [NAN, NAN, NAN])


def test_removals_may_outnumber_students():
    with pytest.raises(MetricError, match="x counts students"):
        composition(12, 9, 3, 20)
    assert composition(12, 9, 3, 20, events=True).outcome_share == 0.8
    assert alternate_risk_ratio(12, 9, 30, 20, events=True) == pytest.approx(12 / 9 / 1.5)
    assert exceeds(40, 10, 20, 20, 3, events=True)


def test_alternate_risk_ratio_is_a_gap_without_a_state_rate():
    ours = alternate_risk_ratio([3, 3, 0, 3], [9, 9, 0, 9], [0, 10, 10, NAN], [50, 100, 50, 50])
    np.testing.assert_allclose(ours, [NAN, 10 / 3, NAN, NAN])


def test_weighted_ratio_with_the_own_composition_is_the_risk_ratio():
    """Weighted by the district's own enrolment, the others' weighted rate is their rate."""
    x, n = np.array([63, 4, 9, 65, 121]), np.array([420, 12, 150, 260, 1100])
    ours = weighted_risk_ratio(x, n, n)
    np.testing.assert_allclose(ours, risk_ratio(x, n, x.sum() - x, n.sum() - n).value, rtol=1e-12)
    np.testing.assert_allclose(weighted_risk_ratio(x, n, n / n.sum()), ours, rtol=1e-12)


def test_weighted_ratio_and_absent_groups():
    x, n, state = [30, 0, 50], [100, 0, 500], [1, 2, 1]
    np.testing.assert_allclose(weighted_risk_ratio(x, n, state), [3, NAN, 1 / 3])
    # As if the absent half of the State were here with a rate of 0: .3 / (.1 x 1/3).
    as_zero = weighted_risk_ratio(x, n, state, absent="zero")
    np.testing.assert_allclose(as_zero, [9, NAN, 1])


def test_weighted_ratio_gaps():
    # Only one group present, or only others without the outcome: nothing to compare with.
    np.testing.assert_array_equal(weighted_risk_ratio([3, 0], [9, 0], [1, 1]), [NAN, NAN])
    np.testing.assert_array_equal(weighted_risk_ratio([3, 0], [9, 9], [1, 1]), [NAN, 0])
    np.testing.assert_array_equal(weighted_risk_ratio([3], [9], [1]), [NAN])
    for absent in ("renormalise", "zero"):
        ours = weighted_risk_ratio([[3, NAN, 1], [3, 2, 1]], 9, [1, 1, 1], absent=absent)
        assert np.isnan(ours[0]).all() and np.isfinite(ours[1]).all()


@pytest.mark.parametrize("direction", ["up", "down"])
def test_parity_is_the_smallest_number_that_does_it(direction):
    """Against its definition, in fractions, on every small table."""
    x, n, x_ref, n_ref = np.array(
        [
            (x, n, y, m)
            for n in range(1, 8)
            for x in range(n + 1)
            for m in (1, 3, 7)
            for y in range(m + 1)
        ]
    ).T
    ours = to_parity(x, n, x_ref, n_ref, direction=direction)
    assert ours.dtype == np.int64
    for k, (a, b, c, d) in zip(ours, zip(x, n, x_ref, n_ref, strict=True), strict=True):
        reference = Fraction(int(c), int(d))
        if direction == "up":
            enough = [j for j in range(b + 1) if Fraction(int(a + j), int(b)) >= reference]
            assert k == enough[0]
        else:
            # The most that could be without it and the group still not fall below the reference.
            spare = [j for j in range(a + 1) if Fraction(int(a - j), int(b)) >= reference]
            assert k == (spare[-1] if spare else 0)


def test_parity_where_floats_would_round_the_wrong_way():
    # .55 x 20 is 11.000000000000002 in floating point, whose ceiling is 12.
    assert to_parity(0, 20, 55, 100, direction="up") == 11
    # Products past 64 bits.
    assert to_parity(10**12, 4 * 10**12, 10**12 + 1, 2 * 10**12, direction="up") == 10**12 + 2


def test_parity_gaps():
    ours = to_parity([1, 0, NAN, 1], [4, 0, 4, 4], [3, 3, 3, 0], [4, 4, 4, 0], direction="up")
    np.testing.assert_array_equal(ours, [2, NAN, NAN, NAN])
    with pytest.raises(MetricError, match="direction must be 'up' or 'down'"):
        to_parity(1, 2, 1, 2, direction="better")


@pytest.mark.parametrize(
    "threshold", ["3.0", "3", 3, 3.0, Fraction(3), Decimal("3.0"), (3, 1), [6, 2], np.float64(3)]
)
def test_exactly_three_does_not_exceed_three(threshold):
    assert (55 / 100) / (55 / 300) > 3
    assert exceeds(55, 100, 55, 300, threshold) == np.False_
    assert exceeds(55, 100, 55, 300, threshold, or_equal=True) == np.True_
    assert exceeds(56, 100, 55, 300, threshold)


def test_a_float_threshold_is_the_decimal_that_it_prints_as():
    # 1.1 in binary is a little above 11/10: by its bits, 11 of 100 against 10 of 100 falls short.
    assert exceeds(11, 100, 10, 100, 1.1, or_equal=True)
    assert not exceeds(11, 100, 10, 100, 1.1)


def test_exceeding_an_undefined_ratio_is_a_gap():
    ours = exceeds([15, 0, 0, NAN, 9], [120, 9, 0, 9, 9], [0, 0, 3, 3, 1], [500, 50, 9, 9, 9], 3)
    np.testing.assert_array_equal(ours, [NAN, NAN, NAN, NAN, 1])
    assert exceeds([9], [9], [1], [9], 3).dtype == bool


def test_counts_whose_products_overflow_64_bits():
    n = 3 * 10**9
    assert not exceeds(n // 10, n, n // 30, n, 3)
    assert exceeds(n // 10 + 1, n, n // 30, n, 3)


def test_a_threshold_of_any_length_is_compared_whole():
    # As a float it is 3, and so is the ratio.
    assert not exceeds(3, 4, 1, 4, "3.00000000000000001")
    assert exceeds(3, 4, 1, 4, "2.99999999999999999")
    assert not exceeds(3, 4, 1, 4, (3 * 2**60 + 1, 2**60))


@pytest.mark.parametrize("count", [2**53, 2**53 + 1, 2**64, 1e300])
def test_a_count_that_a_float_would_round_is_refused_and_not_rounded(count):
    with pytest.raises(MetricError, match="more than can be counted exactly"):
        exceeds(1, count, 1, 4, 3)
    top = 2**53 - 1
    assert exceeds(top - 1, top, 1, 3, 3) == (3 * (top - 1) > 3 * top)
    assert exceeds(top, top, top - 1, top, 1) and not exceeds(top, top, top, top, 1)


@pytest.mark.parametrize("threshold", ["three", 0, -1, None, np.nan, (1, 0), (1, 2, 3)])
def test_a_threshold_must_be_a_number_above_0(threshold):
    with pytest.raises(MetricError, match="threshold must be a number above 0"):
        exceeds(1, 2, 1, 2, threshold)


def test_four_fifths_flips_with_the_framing():
    adverse = four_fifths(20, 100, 10, 100, direction="adverse")
    assert (adverse.ratio, bool(adverse.passes)) == (2, False)
    other_way = four_fifths(80, 100, 90, 100, direction="favourable")
    assert other_way.ratio == pytest.approx(8 / 9) and other_way.passes


def test_four_fifths_is_kept_exactly_at_the_line():
    # .28 / .35 is 0.8000000000000002, .6 / .75 is .7999999999999999
    assert four_fifths([28, 60], 100, [35, 75], 100, direction="favourable").passes.all()
    assert four_fifths(35, 100, 28, 100, direction="adverse").passes


def test_four_fifths_gaps():
    ours = four_fifths([3, 0, NAN], [9, 0, 9], [0, 3, 3], 9, direction="favourable")
    assert np.isnan(ours.ratio).all() and np.isnan(ours.passes).all()
    with pytest.raises(MetricError, match="direction must be"):
        four_fifths(1, 2, 1, 2, direction="up")


def test_absent_is_one_of_two():
    with pytest.raises(MetricError, match="absent must be"):
        weighted_risk_ratio([1], [2], [3], absent="drop")


@pytest.mark.parametrize("spread", ["half", "own"])
def test_the_students_needed_are_the_fewest_by_trying(spread):
    draw = np.random.default_rng(2)
    for n, n_ref in draw.integers(1, 1500, (25, 2)):
        x, x_ref = draw.integers(0, n + 1), draw.integers(0, n_ref + 1)
        found = percentage_point_gap(x, n, x_ref, n_ref, spread=spread)
        behind = [(x + k) / n + found.margin <= x_ref / n_ref for k in range(n - x + 1)]
        needed = behind.index(False) if False in behind else found.needed
        assert found.impacted == behind[0] and found.needed == needed


def test_the_margin_is_met_exactly():
    # .470 + .098 against .568, and .97 + .03 against 1: on the line is behind, by the integers.
    assert percentage_point_gap(47, 100, 568, 1000).impacted
    assert not percentage_point_gap(48, 100, 568, 1000).impacted
    assert percentage_point_gap(1940, 2000, 9, 9).impacted
    assert percentage_point_gap(1940, 2000, 9, 9).needed == 1


def test_point_gap_gaps_and_what_is_refused():
    found = percentage_point_gap([3, NAN, 0, 3], [9, 9, 0, 9], [5, 5, 5, 0], [9, 9, 9, 0])
    assert np.isnan(found.needed).tolist() == [False, True, True, True]
    assert np.isnan(found.margin).tolist() == [False, True, True, True]
    with pytest.raises(MetricError, match="spread must be"):
        percentage_point_gap(3, 9, 5, 9, spread="none")
