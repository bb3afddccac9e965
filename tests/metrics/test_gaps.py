"""Gaps in points, in standard deviations and by rank: published values and second opinions."""

import numpy as np
import pytest

from equitylab.errors import MetricError
from equitylab.metrics import (
    gap_index,
    hedges_g,
    hedges_g_from_summary,
    mean_difference_from_summary,
    standardized_gap,
    standardized_gap_from_summary,
)

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan
A, B = [5, 7, 8, 9, 6, 7], [4, 6, 5, 7, 5, 3]


# The gamma functions of Hedges (1981) worked out by hand; his table 1 has .5642 for 2
@pytest.mark.parametrize(
    "m, correction",
    [
        (2, 1 / np.sqrt(np.pi)),
        (3, np.sqrt(np.pi / 6)),
        (4, np.sqrt(2 / np.pi)),
        (10**6, 1 - 7.5e-7),
    ],
)
def test_correction_in_closed_form(m, correction):
    n1 = m // 2 + 1
    estimate = hedges_g_from_summary(n1, 1, 1, m + 2 - n1, 0, 1)
    assert estimate.value == pytest.approx(correction, rel=1e-8)


def test_g_as_published():
    """Borenstein and others (2009), Introduction to Meta-Analysis, chapter 4: g = 0.5924."""
    estimate = hedges_g_from_summary(50, 103, 5.5, 50, 100, 4.5)
    assert estimate.value == pytest.approx(0.5924, abs=5e-5)
    half = 1.959964 * np.sqrt(2 / 50 + estimate.value**2 / 200)
    assert estimate[1:] == pytest.approx((estimate.value - half, estimate.value + half), rel=1e-6)


@pytest.mark.parametrize("n1, n2, d", [(5, 7, 0.3), (12, 30, 1.2), (2, 2, 5), (19, 500, -0.1)])
def test_small_groups_have_the_noncentral_t_interval(n1, n2, d):
    from scipy.stats import nct

    estimate, unit = hedges_g_from_summary(n1, d, 1, n2, 0, 1), np.sqrt(1 / n1 + 1 / n2)
    tails = [nct.cdf(d / unit, n1 + n2 - 2, limit / unit) for limit in estimate[1:]]
    assert tails == pytest.approx([0.975, 0.025], abs=1e-5)


def test_g_from_values_is_that_from_their_summary():
    summary = 6, np.mean(A), np.std(A, ddof=1), 6, np.mean(B), np.std(B, ddof=1)
    assert hedges_g(A, B) == pytest.approx(hedges_g_from_summary(*summary))
    approximate = (np.mean(A) - np.mean(B)) / np.sqrt((summary[2] ** 2 + summary[5] ** 2) / 2)
    assert hedges_g(A, B).value == pytest.approx(approximate * (1 - 3 / (4 * 10 - 1)), rel=1e-3)


def test_g_is_undefined_without_spread_or_students():
    n, sd = [1, 0, 10, 10, NAN], [1, 1, 0, 1, 1]
    estimate = hedges_g_from_summary(n, 5, sd, 10, 4, [1, 1, 0, NAN, 1])
    assert np.isnan(estimate).all()
    assert np.isnan(hedges_g([3], [4, 5])).all()
    assert np.isnan(hedges_g([], [4, 5])).all()
    assert np.isnan(hedges_g([3, NAN], [4, 5])).all()


def test_g_is_vectorised():
    n = np.arange(2, 40)
    estimate = hedges_g_from_summary(n, 1, 2, 30, 0.5, [[2.0], [2.5]])
    assert estimate.high.shape == (2, 38)
    one = hedges_g_from_summary(7, 1, 2, 30, 0.5, 2.5)
    assert [part[1, 5] for part in estimate] == pytest.approx(list(one))


def test_difference_of_means_is_welchs():
    from scipy.stats import ttest_ind

    summary = 6, np.mean(A), np.std(A, ddof=1), 4, np.mean(B[:4]), np.std(B[:4], ddof=1)
    theirs = ttest_ind(A, B[:4], equal_var=False)
    interval = theirs.confidence_interval(0.9)
    ours = mean_difference_from_summary(*summary, level=0.9)
    assert ours == pytest.approx((np.mean(A) - np.mean(B[:4]), interval.low, interval.high))


def test_difference_of_means_without_spread_has_no_interval():
    estimate = mean_difference_from_summary([9, 1, 9, 0], 5, [0, 1, 2, 1], 9, 3, [0, 1, 0, 1])
    np.testing.assert_array_equal(estimate.value, [2, 2, 2, NAN])
    np.testing.assert_array_equal(np.isnan(estimate.low), [True, True, False, True])


def test_standardized_gap_divides_by_the_reference():
    points = mean_difference_from_summary(
        6, np.mean(A), np.std(A, ddof=1), 6, np.mean(B), np.std(B, ddof=1)
    )
    assert standardized_gap(A, B, 4) == pytest.approx(tuple(p / 4 for p in points))


def test_standardized_gap_from_means():
    value, low, high = standardized_gap_from_summary([510, 520], 500, 40)
    np.testing.assert_array_equal(value, [0.25, 0.5])
    assert np.isnan(low).all() and np.isnan(high).all()
    value, low, high = standardized_gap_from_summary(510, 500, 40, n1=50, n2=[50, 0])
    half = 1.959963984540054 * np.sqrt(2 / 50)
    assert (low[0], high[0]) == pytest.approx((0.25 - half, 0.25 + half))
    assert np.isnan(low[1])
    with_sds = standardized_gap_from_summary(510, 500, [40, 50], n1=9, n2=9, sd1=30, sd2=35)
    points = mean_difference_from_summary(9, 510, 30, 9, 500, 35)
    np.testing.assert_allclose(with_sds, [np.divide(p, [40, 50]) for p in points])


def test_standardized_gap_needs_a_spread():
    with pytest.raises(MetricError, match="sd must be finite and above 0, but is 0"):
        standardized_gap(A, B, 0)
    with pytest.raises(MetricError, match="Give sd1 and sd2, or neither"):
        standardized_gap_from_summary(510, 500, 40, n1=9, n2=9, sd1=30)


def test_gap_index_is_the_difference_of_mean_ranks():
    from scipy.stats import mannwhitneyu, rankdata

    ranks = rankdata(A + B)
    by_rank = 10 * (ranks[:6].mean() - ranks[6:].mean()) / (12 / 2)
    assert gap_index(A, B).value == pytest.approx(by_rank)
    by_u = 20 * (mannwhitneyu(A, B).statistic / 36 - 0.5)
    assert gap_index(A, B).value == pytest.approx(by_u)


def test_gap_index_ends():
    ahead = gap_index([7, 8, 9], [1, 2, 3, 4])
    assert ahead.value == 10 and ahead.high == 10
    # No overlap among seven students is far from certainty.
    assert ahead.low < 8
    behind = gap_index([1, 2, 3, 4], [7, 8, 9])
    assert tuple(behind) == pytest.approx((-10, -10, -ahead.low))
    assert gap_index([5, 5], [5, 5, 5]).value == 0
    assert np.isnan(gap_index([], [1])).all() and np.isnan(gap_index([1, NAN], [1])).all()


@pytest.mark.parametrize("ahead, n1, n2", [(0, 8, 15), (1, 8, 15), (2.5, 6, 10), (0.5, 30, 200)])
def test_gap_index_interval_covers(ahead, n1, n2):
    from scipy.stats import norm

    draw = np.random.default_rng(11)
    truth = 20 * (norm.cdf(ahead / np.sqrt(2)) - 0.5)
    inside = 0
    for _ in range(400):
        estimate = gap_index(draw.normal(ahead, 1, n1), draw.normal(0, 1, n2))
        inside += estimate.low <= truth <= estimate.high
    assert 0.92 <= inside / 400 <= 0.99


@pytest.mark.parametrize("function", [hedges_g, gap_index])
def test_scores_come_as_one_list(function):
    with pytest.raises(MetricError, match="a must be one list of scores"):
        function([[1, 2], [3, 4]], [1, 2])
    with pytest.raises(MetricError, match="b must be finite, but is inf at index 1"):
        function([1, 2], [1, np.inf])


def test_a_spread_cannot_be_negative():
    with pytest.raises(
        MetricError, match="sd2 must not be negative, but is -1 at index 1"
    ) as caught:
        hedges_g_from_summary(9, 1, 1, 9, 0, [1, -1])
    assert caught.value.fields["argument"] == "sd2"
