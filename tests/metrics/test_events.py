"""Events over students: exact intervals of counts that know no most."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2, poisson

from equitylab.errors import MetricError
from equitylab.metrics import event_rate, event_rate_ratio

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan


@pytest.mark.parametrize("x", [0, 1, 9, 250])
def test_garwoods_interval_is_that_of_chi_square(x):
    value, low, high = event_rate(x, 60)
    assert value == x / 60
    assert 60 * low == pytest.approx(chi2.ppf(0.025, 2 * x) / 2 if x else 0)
    assert 60 * high == pytest.approx(chi2.ppf(0.975, 2 * x + 2) / 2)


@pytest.mark.parametrize("mean", [0.5, 3, 12])
def test_the_rate_interval_holds_its_level_always(mean):
    x = np.arange(200)
    found = event_rate(x, 1)
    held = (poisson.pmf(x, mean) * ((found.low <= mean) & (mean <= found.high))).sum()
    print(f"Garwood at {mean}: {held:.3f}")
    assert 0.95 <= held < 0.99


@pytest.mark.parametrize("x, y", [(24, 40), (0, 7), (3, 0), (1, 1)])
def test_the_ratio_interval_is_that_of_the_group_s_part_of_all_events(x, y):
    found = event_rate_ratio(x, 60, y, 240)
    part = binomtest(x, x + y).proportion_ci(0.95, method="exact")
    assert found.low == pytest.approx(part.low / (1 - part.low) * 4)
    want = part.high / (1 - part.high) * 4 if part.high < 1 else np.inf
    assert found.high == pytest.approx(want)
    assert np.isnan(found.value) if not y else found.value == pytest.approx(4 * x / y)


def test_the_ratio_interval_holds_its_level_by_enumeration():
    x, y = np.arange(40)[:, None], np.arange(60)
    found = event_rate_ratio(x, 30, y, 100)
    for a, b in ((4, 10), (12, 12), (1, 3)):
        chance = poisson.pmf(x, a) * poisson.pmf(y, b)
        truth = a / 30 / (b / 100)
        assert (chance * ((found.low <= truth) & (truth <= found.high))).sum() > 0.949


def test_events_in_twos_are_half_as_many_witnesses():
    pairs, single = event_rate(40, 100, dispersion=2), event_rate(20, 50)
    assert pairs == pytest.approx(single)
    assert event_rate_ratio(40, 100, 60, 300, dispersion=2) == pytest.approx(
        event_rate_ratio(20, 100, 30, 300)
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 90), st.integers(1, 50), st.integers(0, 90), st.integers(1, 50))
def test_swapping_and_bounds(x, n, y, m):
    there, back = event_rate_ratio(x, n, y, m), event_rate_ratio(y, m, x, n)
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose([there.low, there.high], [1 / back.high, 1 / back.low])
    value, low, high = event_rate(x, n)
    assert 0 <= low <= value <= high < np.inf


def test_none_gaps_and_what_is_refused():
    value, low, high = event_rate([0, 3, NAN, 3], [9, 0, 9, 9], dispersion=[1, 1, 1, NAN])
    assert np.isnan(value).tolist() == np.isnan(high).tolist() == [False, True, True, True]
    assert (value[0], low[0]) == (0, 0)
    neither = event_rate_ratio(0, 9, 0, 9)
    assert np.isnan(neither.value) and (neither.low, neither.high) == (0, np.inf)
    for wide in (0.5, np.inf, -1):
        with pytest.raises(MetricError, match="dispersion must be finite and 1 or more"):
            event_rate(3, 9, dispersion=wide)
