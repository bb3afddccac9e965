"""The thought experiments, against what probability says they must come to."""

import math

import numpy as np
import pytest
from scipy.stats import norm, poisson

from equitylab.errors import MetricError
from equitylab.metrics import rules

N = 200_000  # students: a share is then known to a third of a percentage point


@pytest.fixture
def rng():
    return np.random.default_rng(20261122)


def near(share):
    return pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / N) + 1e-9)


def test_entry_by_referral_and_by_screening(rng):
    ready, known, luck = rng.standard_normal(N), rng.random(N) < 0.4, rng.random((3, N))
    given = dict(cut=0.5, referral_known=0.8, referral_other=0.3, opt_out=0.1)
    rule = rules.entry(ready, known, luck, seats=N, **given)
    able = norm.sf(0.5)
    assert rule.before.mean() == near(able * (0.4 * 0.8 + 0.6 * 0.3))
    assert rule.after.mean() == near(able * 0.9)
    assert rule.before[known].mean() == pytest.approx(able * 0.8, abs=0.006)
    # Screening changes who is asked, never what counts as ready.
    assert ready[rule.after].min() >= 0.5 and ready[rule.before].min() >= 0.5


def test_short_seats_are_drawn_by_lot_among_the_ready(rng):
    ready, known, luck = rng.standard_normal(N), rng.random(N) < 0.4, rng.random((3, N))
    given = dict(cut=0.0, referral_known=1.0, referral_other=1.0, opt_out=0.0)
    rule = rules.entry(ready, known, luck, seats=1000, **given)
    assert rule.before.sum() == rule.after.sum() == 1000
    assert (ready[rule.after] >= 0).all()
    # A lot, not the highest scores: their mean is that of all who are ready, 0.798.
    mean = ready[rule.after].mean()
    assert mean == pytest.approx(math.sqrt(2 / math.pi), abs=0.06)
    none = rules.entry(ready, known, luck, seats=0, **given)
    assert not none.after.any()


def test_lateness_is_a_poisson_tail(rng):
    lates = rng.poisson(2.5, N)
    rule = rules.lateness(lates, removal_after=4, minutes_removed=45, minutes_call=5)
    assert rule.before.mean() == near(poisson.sf(3, 2.5))
    expected = sum(45 * (k // 4) * poisson.pmf(k, 2.5) for k in range(60))
    assert rule.cost_before.mean() == pytest.approx(expected, rel=0.02)
    assert rule.cost_after.sum() == pytest.approx(rule.cost_before.sum() * 5 / 45)


def test_fees_and_waivers(rng):
    keen, strained, luck = rng.random(N) < 0.4, rng.random(N) < 0.5, rng.random((2, N))
    given = dict(deterred=0.7, request=0.25, coverage=0.9)
    asked = rules.fee(keen, strained, luck, option="request", **given)
    given_out = rules.fee(keen, strained, luck, option="automatic", **given)
    assert asked.before.mean() == near(0.4 * (0.5 + 0.5 * 0.3))
    assert asked.after.mean() == near(0.4 * (0.5 + 0.5 * (0.3 + 0.7 * 0.25)))
    assert given_out.after.mean() == near(0.4 * (0.5 + 0.5 * (0.3 + 0.7 * 0.9)))
    # Nobody loses a place by a waiver, and nobody without a wish takes one.
    assert (given_out.after >= given_out.before).all() and not given_out.after[~keen].any()


def test_meetings_reach_families_by_the_product_of_barriers(rng):
    barriers, luck = rng.integers(0, 3, N), rng.random(N)
    rule = rules.meeting(barriers, luck, uptake=0.7, kept=0.35)
    for count in (0, 1, 2):
        share = rule.before[barriers == count].mean()
        assert share == pytest.approx(0.7 * 0.35**count, abs=0.008)
    assert rule.after.mean() == near(0.7)


def test_defiance_by_reading_and_by_steps(rng):
    moments, read, luck = rng.poisson(1.5, N), np.full(N, 0.4), rng.random((2, rules.MOST, N))
    rule = rules.offence(moments, read, luck, clarity=0, steps=2, consistency=1)
    # Thinned Poisson counts: read as defiance at a rate of 1.5 × 0.4.
    assert rule.before.mean() == near(1 - math.exp(-0.6))
    assert rule.after.mean() == near(poisson.sf(2, 0.6))
    half = rules.offence(moments, read, luck, clarity=0, steps=99, consistency=0.5)
    assert half.after.mean() == near(1 - math.exp(-0.3))


def test_a_clear_definition_ends_the_difference_in_readings(rng):
    moments, luck = rng.poisson(2, N), rng.random((2, rules.MOST, N))
    often = np.arange(N) % 2 == 0
    read = np.where(often, 0.6, 0.2)
    rule = rules.offence(moments, read, luck, clarity=1, steps=0, consistency=1)
    apart = [side[often].mean() - side[~often].mean() for side in (rule.before, rule.after)]
    assert apart[0] > 0.3 and abs(apart[1]) < 0.01


@pytest.mark.parametrize(
    "call",
    [
        lambda: rules.meeting([0], [0.5], uptake=1.2, kept=0.5),
        lambda: rules.fee([1], [1], [[0.5], [7]], deterred=0.5, request=0, coverage=0, option="x"),
        lambda: rules.lateness([1], removal_after=0, minutes_removed=1, minutes_call=1),
    ],
)
def test_impossible_worlds_are_refused(call):
    with pytest.raises(MetricError):
        call()
