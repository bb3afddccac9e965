"""Shrunken rates and funnels: closed forms, degenerate districts, simulation."""

import numpy as np
import pytest

from equitylab.errors import MetricError
from equitylab.metrics import funnel, rate, shrink

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan


@pytest.fixture(scope="module")
def district():
    draw = np.random.default_rng(3)
    n = draw.integers(5, 400, 300)
    truth = draw.beta(6, 34, n.size)
    return draw.binomial(n, truth), n, truth


def test_shrunk_rates_are_a_weighted_mean_of_own_and_common(district):
    x, n, _ = district
    schools = shrink(x, n)
    weight = n / (n + schools.alpha + schools.beta)
    mixed = weight * x / n + (1 - weight) * schools.prior_mean
    np.testing.assert_allclose(schools.mean, mixed, rtol=1e-12)


def test_shrinking_finds_the_truth_better_than_the_raw_rates_do(district):
    x, n, truth = district
    schools = shrink(x, n)
    assert np.mean((schools.mean - truth) ** 2) < 0.8 * np.mean((x / n - truth) ** 2)
    assert np.mean((schools.low <= truth) & (truth <= schools.high)) == pytest.approx(
        0.95, abs=0.03
    )
    assert schools.prior_mean == pytest.approx(0.15, abs=0.01)
    assert schools.alpha + schools.beta == pytest.approx(40, rel=0.25)


def test_the_fit_is_a_maximum(district):
    from scipy.stats import betabinom

    x, n, _ = district
    schools = shrink(x, n)
    best = betabinom.logpmf(x, n, schools.alpha, schools.beta).sum()
    for by in (0.99, 1.01):
        assert betabinom.logpmf(x, n, schools.alpha * by, schools.beta).sum() < best
        assert betabinom.logpmf(x, n, schools.alpha, schools.beta * by).sum() < best
        assert betabinom.logpmf(x, n, schools.alpha * by, schools.beta * by).sum() < best


@pytest.mark.parametrize(
    "x, n",
    [
        pytest.param([1, 2, 3], [10, 20, 30], id="all rates equal"),
        pytest.param([3], [10], id="one school"),
        pytest.param([0, 0, 0], [5, 80, 12], id="all zero"),
        pytest.param([5, 80], [5, 80], id="all of everyone"),
        pytest.param([0, 1, 1, 0], [1, 1, 1, 1], id="one student each"),
        pytest.param([0, 0], [1, 3], id="hardly anyone"),
        pytest.param([10, 11, 9, 10], [100, 100, 100, 100], id="closer than chance"),
    ],
)
def test_where_chance_is_all_every_school_has_the_pooled_rate(x, n):
    schools, pooled = shrink(x, n), rate(sum(x), sum(n))
    np.testing.assert_allclose(schools.mean, pooled.value)
    np.testing.assert_allclose(schools.low, pooled.low)
    np.testing.assert_allclose(schools.high, pooled.high)
    assert schools.alpha + schools.beta > 1e8 and np.isfinite([schools.alpha, schools.beta]).all()
    assert schools.prior_mean == pooled.value


def test_all_or_none_is_not_certainty():
    """The likelihood would have no prior at all, and call 0 of 5 zero for sure."""
    schools = shrink([0, 5, 0, 6], [5, 5, 6, 6])
    assert schools.alpha + schools.beta == pytest.approx(1)
    assert 0 < schools.mean[0] < 0.1 and schools.high[0] > 0.3
    assert np.all((schools.low < schools.mean) & (schools.mean < schools.high))


def test_schools_with_gaps_take_no_part():
    whole = shrink([1, 9, 5, 30], [10, 10, 40, 60])
    gaps = shrink([1, NAN, 9, 0, 5, 30], [10, 10, 10, 0, 40, 60])
    np.testing.assert_array_equal(np.isnan(gaps.mean), [False, True, False, True, False, False])
    for ours, theirs in zip(gaps[:3], whole[:3], strict=True):
        np.testing.assert_allclose(ours[~np.isnan(ours)], theirs)
    assert gaps.alpha == whole.alpha
    nothing = shrink([NAN, 0], [3, 0])
    assert np.isnan(nothing.mean).all() and np.isnan(nothing.alpha)
    assert shrink([], []).mean.shape == (0,)


def test_schools_come_as_one_list():
    with pytest.raises(MetricError, match="x must be one list of schools"):
        shrink(3, 10)


def test_twenty_thousand_schools():
    draw = np.random.default_rng(4)
    n = draw.integers(1, 900, 20_000)
    schools = shrink(draw.binomial(n, draw.beta(3, 27, n.size)), n)
    assert (schools.alpha, schools.beta) == pytest.approx((3, 27), rel=0.05)


def test_funnel_limits_leave_their_share_outside():
    from scipy.stats import binom

    n = np.arange(1, 400)
    plot = funnel(np.zeros(n.size), n, target=0.15)
    # The limits lie between two counts, of which the outer one has 2.5 % or less beyond it.
    assert np.all(binom.cdf(np.ceil(n * plot.low) - 1, n, 0.15) <= 0.025)
    assert np.all(binom.sf(np.ceil(n * plot.high), n, 0.15) <= 0.025)
    assert np.all((plot.low >= 0) & (plot.low <= 0.15) & (plot.high >= 0.15) & (plot.high <= 1))


def test_a_school_where_all_graduate_is_not_outlying_when_that_is_likely():
    """35 schools in 100 of ten students all graduate where the common rate is .9."""
    assert funnel([10], [10], target=0.9).high == 1
    assert funnel([300], [300], target=0.9).high < 1


def test_funnel_widens_with_dispersion_only():
    draw = np.random.default_rng(9)
    n = draw.integers(20, 800, 200)
    fair = draw.binomial(n, 0.2)
    uneven = draw.binomial(n, draw.beta(8, 32, n.size))
    # Winsorised at the tenths, the mean square of a standard normal is .68.
    assert funnel(fair, n).phi == pytest.approx(0.68, abs=0.15)
    assert funnel(uneven, n).phi > 2
    narrow, wide = funnel(uneven, n), funnel(uneven, n, overdispersion=True)
    assert np.all(wide.low <= narrow.low) and np.all(wide.high >= narrow.high)
    assert np.all(wide.low >= 0) and np.all(wide.high <= 1)
    # Large schools, each two standard errors off: the normal limits with root phi, which is 2.
    big = funnel([150_714, 149_286] * 20, 10**6, overdispersion=True)
    half = 1.959964 * 2 * np.sqrt(0.15 * 0.85 / 10**6)
    np.testing.assert_allclose(big.high, 0.15 + half, atol=half / 500)
    np.testing.assert_allclose(big.low, 0.15 - half, atol=half / 500)


@pytest.mark.parametrize("x", [[0, 0, NAN, 0], [4, 9, 5, 0]], ids=["none", "everyone"])
def test_funnel_where_nothing_varies(x):
    n = [4, 9, 5, 0]
    plot = funnel(x, n)
    assert plot.target in (0, 1)
    assert np.isnan(plot.z).all()
    np.testing.assert_array_equal(plot.high[:2], plot.target)
    assert np.all((plot.low[:2] <= plot.target) & (plot.low[:2] >= [plot.target - 0.25] * 2))
    assert np.isnan(plot.low[3])


def test_funnel_without_students_is_a_gap():
    plot = funnel([0, NAN], [0, 5])
    assert np.isnan(plot.target) and np.isnan(plot.low).all() and np.isnan(plot.phi)


def test_funnel_target_is_a_share():
    with pytest.raises(MetricError, match="target must lie between 0 and 1, but is 15"):
        funnel([1], [9], target=15)


@pytest.mark.parametrize("share", [0.0, 1e-6, 0.013, 0.2, 0.9, 1.0])
@pytest.mark.parametrize("tail", [0.001, 0.025, 0.975, 0.999])
def test_the_binomials_quantile_is_scipys(share, tail):
    from scipy.stats import binom

    from equitylab.metrics.schools import _binomial_quantile

    n = np.arange(1.0, 900, 3)
    np.testing.assert_array_equal(_binomial_quantile(tail, n, share), binom.ppf(tail, n, share))
