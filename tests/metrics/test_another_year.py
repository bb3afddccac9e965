"""Chances of another year, against enumeration and simulation; the whole and the goal in closed form."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy import stats

from equitylab import metrics
from equitylab.errors import MetricError


def by_hand(share, n, share_other, n_other):
    """Add up every pair of counts that could come."""
    ahead = equal = behind = 0.0
    for a, b in product(range(n + 1), range(n_other + 1)):
        chance = stats.binom.pmf(a, n, share) * stats.binom.pmf(b, n_other, share_other)
        if a * n_other > b * n:
            ahead += chance
        elif a * n_other == b * n:
            equal += chance
        else:
            behind += chance
    return ahead, equal, behind


FOURS = [
    (0.58, 12, 0.47, 120), (0.3, 10, 0.4, 10), (0, 11, 0.3, 17), (1, 12, 0.94, 17), (0.4, 85, 0.4, 30),
]  # fmt: skip


@pytest.mark.parametrize("four", FOURS)
def test_order_is_what_enumeration_gives(four):
    assert metrics.order(*four) == pytest.approx(by_hand(*four), abs=1e-12)


def test_order_agrees_with_years_that_are_drawn():
    years = metrics.resampled(0.4, [85, 1420], years=40_000, seed=3)
    exact = metrics.order(0.4, 85, 0.4, 1420)
    assert (years[:, 0] > years[:, 1]).mean() == pytest.approx(exact.ahead, abs=0.01)
    assert (years[:, 0] < years[:, 1]).mean() == pytest.approx(exact.behind, abs=0.01)


def test_order_of_equal_groups_is_even_and_of_far_ones_is_sure():
    even = metrics.order(0.5, 40, 0.5, 40)
    assert even.ahead == pytest.approx(even.behind) and sum(even) == pytest.approx(1)
    assert metrics.order(0, 100, 0.9, 100).behind > 0.999999


def test_order_broadcasts_and_passes_gaps_on():
    found = metrics.order(0.6, [12, np.nan, 0], 0.5, 120)
    assert np.isnan(found.ahead).tolist() == [False, True, True]
    assert found.ahead[0] == metrics.order(0.6, 12, 0.5, 120).ahead


def test_years_are_the_same_for_the_same_seed_and_spread_as_chance_does():
    assert (metrics.resampled(0.5, 12, seed=5) == metrics.resampled(0.5, 12, seed=5)).all()
    many = metrics.resampled(0.5, [12, 120], years=50_000, seed=1)
    assert many.mean(axis=0) == pytest.approx([0.5, 0.5], abs=0.005)
    assert many.std(axis=0) == pytest.approx([np.sqrt(0.25 / 12), np.sqrt(0.25 / 120)], rel=0.02)
    assert np.isnan(metrics.resampled([0.2, 0.5], [0, 6])[:, 0]).all()


def test_what_is_no_share_or_no_count_is_refused():
    with pytest.raises(MetricError, match="between 0 and 1"):
        metrics.resampled(7, 12)
    with pytest.raises(MetricError, match="whole"):
        metrics.order(0.5, 6.5, 0.5, 2)


def test_against_the_whole_is_the_gap_to_the_others_by_their_share():
    x, n, other_x, other_n = 21, 104, 35, 508
    found = metrics.against_whole(x, n, other_x, other_n)
    assert found.value == pytest.approx(x / n - (x + other_x) / (n + other_n))
    apart = metrics.risk_difference(x, n, other_x, other_n)
    assert np.array(found) == pytest.approx(np.array(apart) * 508 / 612)
    # A study of repeated years: the interval holds the true gap about as often as it says.
    rng = np.random.default_rng(2)
    a, b = rng.binomial(104, 0.2, 4000), rng.binomial(508, 0.07, 4000)
    true = 0.2 - (104 * 0.2 + 508 * 0.07) / 612
    _, low, high = metrics.against_whole(a, 104, b, 508)
    assert 0.94 < ((low <= true) & (true <= high)).mean() < 0.965


def test_against_a_goal_the_interval_is_the_rates_own():
    found = metrics.against_goal(12, 60, 0.35)
    assert np.array(found) == pytest.approx(np.array(metrics.rate(12, 60)) - 0.35)
    with pytest.raises(MetricError, match="between 0 and 1"):
        metrics.against_goal(12, 60, 35)
