"""Rates, differences, ratios: published values, second opinions, and the tables with zeros."""

import numpy as np
import pytest

from equitylab.metrics import odds_ratio, rate, risk_difference, risk_ratio

pytestmark = pytest.mark.filterwarnings("error")


def interval(estimate):
    return float(estimate.low), float(estimate.high)


# Newcombe (1998), Statistics in Medicine 17:857, table I, method 3
@pytest.mark.parametrize(
    "x, n, low, high",
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(x, n, low, high):
    assert interval(rate(x, n)) == pytest.approx((low, high), abs=5e-5)


def test_none_of_six_is_not_certainty():
    """A bootstrap of 0 of 6 gives [0, 0]; Wilson's upper limit is z^2 / (n + z^2)."""
    z = 1.959963984540054
    assert interval(rate(0, 6)) == pytest.approx((0, z**2 / (6 + z**2)), abs=1e-15)
    assert interval(rate(6, 6)) == pytest.approx((6 / (6 + z**2), 1), abs=1e-15)


# Newcombe (1998), Statistics in Medicine 17:873, table II, contrasts a to h, method 10
@pytest.mark.parametrize(
    "table, low, high",
    [
        pytest.param((56, 70, 48, 80), 0.0524, 0.3339, id="a"),
        pytest.param((9, 10, 3, 10), 0.1705, 0.8090, id="b"),
        pytest.param((6, 7, 2, 7), 0.0582, 0.8062, id="c"),
        pytest.param((5, 56, 0, 29), -0.0381, 0.1926, id="d"),
        pytest.param((0, 10, 0, 20), -0.1611, 0.2775, id="e"),
        pytest.param((0, 10, 0, 10), -0.2775, 0.2775, id="f"),
        pytest.param((10, 10, 0, 20), 0.6791, 1.0000, id="g"),
        pytest.param((10, 10, 0, 10), 0.6075, 1.0000, id="h"),
    ],
)
def test_newcombe_as_published(table, low, high):
    assert interval(risk_difference(*table)) == pytest.approx((low, high), abs=5e-5)


def test_koopman_as_published():
    """Koopman (1984), Biometrics 40:513: 36 of 40 against 16 of 80 gives (2.94, 7.15)."""
    estimate = risk_ratio(36, 40, 16, 80)
    assert estimate.value == 4.5
    assert interval(estimate) == pytest.approx((2.94, 7.15), abs=5e-3)


@pytest.mark.parametrize("n, n_other", [(5, 8), (40, 3), (200, 100_000)])
def test_koopman_where_everyone_had_it(n, n_other):
    """With both rates 1 the score equations solve by hand: n/(n + z^2) and 1 + z^2/n_other."""
    z2 = 1.959963984540054**2
    estimate = risk_ratio(n, n, n_other, n_other)
    assert estimate.value == 1
    assert interval(estimate) == pytest.approx((n / (n + z2), 1 + z2 / n_other), rel=1e-9)


def likelihood_limits(table, kind, z=1.959963984540054):
    """Invert the score test the slow way: maximise the likelihood under the ratio by search."""
    from scipy.optimize import brentq, minimize_scalar

    x, n, y, m = table

    def group(other, ratio):
        return ratio * other if kind == "risk" else ratio * other / (1 - other + ratio * other)

    def score(log_ratio):
        ratio = np.exp(log_ratio)
        top = min(1, 1 / ratio) if kind == "risk" else 1
        tiny = 1e-13

        def loss(share):
            p, q = np.clip([group(share * top, ratio), share * top], tiny, 1 - tiny)
            terms = x * np.log(p), (n - x) * np.log1p(-p), y * np.log(q), (m - y) * np.log1p(-q)
            return -sum(terms)

        q = top * minimize_scalar(loss, bounds=(0, 1), options={"xatol": 1e-13}).x
        p = group(q, ratio)
        if kind == "risk":
            spread = np.sqrt(p * (1 - p) / n + ratio**2 * q * (1 - q) / m)
            return (x / n - ratio * y / m) / spread
        return (x - n * p) * np.sqrt(1 / (n * p * (1 - p)) + 1 / (m * q * (1 - q)))

    return tuple(np.exp(brentq(lambda t, a=a: score(t) - a, -9, 9, xtol=1e-10)) for a in (z, -z))


TABLES = [(18, 120, 44, 880), (4, 22, 51, 800), (5, 9, 33, 300), (9, 10, 3, 10), (6, 7, 2, 7)]


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_ratio_limits_solve_the_constrained_likelihood(table):
    assert interval(risk_ratio(*table)) == pytest.approx(likelihood_limits(table, "risk"), rel=1e-5)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_odds_limits_solve_the_constrained_likelihood(table):
    assert interval(odds_ratio(*table)) == pytest.approx(likelihood_limits(table, "odds"), rel=1e-5)


@pytest.mark.parametrize("table", [*TABLES, (30, 100, 100, 500), (9, 10500, 21, 88000)], ids=str)
def test_statsmodels_agrees_where_it_is_right(table):
    from statsmodels.stats.proportion import confint_proportions_2indep as confint
    from statsmodels.stats.proportion import proportion_confint

    assert interval(rate(*table[:2])) == pytest.approx(
        proportion_confint(*table[:2], method="wilson")
    )
    theirs = confint(*table, compare="diff", method="newcomb")
    assert interval(risk_difference(*table)) == pytest.approx(theirs, abs=1e-10)
    theirs = confint(*table, compare="ratio", method="score", correction=False)
    assert interval(risk_ratio(*table)) == pytest.approx(theirs, rel=1e-5)
    with np.errstate(all="ignore"):
        theirs = confint(*table, compare="odds-ratio", method="score", correction=False)
    assert interval(odds_ratio(*table)) == pytest.approx(theirs, rel=1e-5)


# Calls of today's libraries that are wrong (shared/oracles/library_defects.json), and the truth


def statsmodels(table, compare, method):
    from statsmodels.stats.proportion import confint_proportions_2indep as confint

    options = {"correction": False} if method == "score" else {}
    with np.errstate(all="ignore"):
        try:
            return confint(*table, compare=compare, method=method, **options)
        except (ZeroDivisionError, ValueError) as error:
            return type(error).__name__


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "table, method, right",
    [
        pytest.param((0, 25, 0, 300), "score", (0, np.inf), id="none in either group"),
        pytest.param((12, 12, 40, 200), "score", (3.590401, 6.646638), id="all of the group"),
        pytest.param((7, 60, 0, 240), "log", (7.366351, np.inf), id="none of the others"),
    ],
)
def test_ratios_that_libraries_get_wrong(table, method, right):
    assert interval(risk_ratio(*table)) == pytest.approx(right, abs=2e-6)
    theirs = statsmodels(table, "ratio", method)
    if theirs == pytest.approx(right, abs=2e-6):
        pytest.skip("statsmodels is right now: risk_ratio's notes can say so")


@pytest.mark.filterwarnings("ignore")
def test_wilson_where_a_bootstrap_or_wald_interval_has_no_width():
    from statsmodels.stats.proportion import proportion_confint

    assert proportion_confint(0, 6, method="normal") == (0, 0)
    assert rate(0, 6).high == pytest.approx(0.390, abs=5e-4)


# Zeros, absent groups and gaps

NAN, INF = np.nan, np.inf


@pytest.mark.parametrize(
    "table, ratio, odds",
    [
        pytest.param((0, 35, 20, 410), (0, 0, "+"), (0, 0, "+"), id="none of the group"),
        pytest.param((7, 60, 0, 240), (NAN, "+", INF), (NAN, "+", INF), id="none of the others"),
        pytest.param((0, 25, 0, 300), (NAN, 0, INF), (NAN, 0, INF), id="none at all"),
        pytest.param((12, 12, 40, 200), (5, "+", "+"), (NAN, "+", INF), id="all of the group"),
        pytest.param((4, 12, 20, 20), (1 / 3, "+", "+"), (0, 0, "+"), id="all of the others"),
        pytest.param((12, 12, 20, 20), (1, "+", "+"), (NAN, 0, INF), id="all"),
        pytest.param((10, 10, 0, 20), (NAN, "+", INF), (NAN, "+", INF), id="all against none"),
        pytest.param((0, 10, 20, 20), (0, 0, "+"), (0, 0, "+"), id="none against all"),
        pytest.param((0, 0, 20, 50), (NAN, NAN, NAN), (NAN, NAN, NAN), id="group absent"),
        pytest.param((3, 9, 0, 0), (NAN, NAN, NAN), (NAN, NAN, NAN), id="no others"),
        pytest.param((NAN, 9, 3, 9), (NAN, NAN, NAN), (NAN, NAN, NAN), id="suppressed"),
        pytest.param((3, 9, 3, NAN), (NAN, NAN, NAN), (NAN, NAN, NAN), id="others not collected"),
    ],
)
def test_ratios_at_the_edges(table, ratio, odds):
    for estimate, wanted in [(risk_ratio(*table), ratio), (odds_ratio(*table), odds)]:
        for ours, want in zip(estimate, wanted, strict=True):
            if want == "+":
                assert 0 < ours < INF
            else:
                assert ours == pytest.approx(want, nan_ok=True)


@pytest.mark.parametrize("table", [(0, 0, 20, 50), (3, 9, 0, 0), (NAN, 9, 3, 9), (3, NAN, 3, 9)])
def test_difference_of_absent_groups_is_a_gap(table):
    assert np.isnan(risk_difference(*table)).all()


def test_pandas_columns_with_gaps_are_read():
    import pandas as pd

    x, n = pd.Series([1, None, 0], dtype="Int64"), pd.Series([4, 5, None], dtype="Int64")
    np.testing.assert_array_equal(rate(x, n).value, [0.25, NAN, NAN])
    np.testing.assert_array_equal(rate([1, pd.NA, None], 4).value, [0.25, NAN, NAN])


def test_shapes_broadcast_and_scalars_stay_scalars():
    assert rate(np.ones((3, 1)), [2, 4, 5, 9]).low.shape == (3, 4)
    assert risk_ratio([[1], [2]], 9, [0, 1, 2], 10).high.shape == (2, 3)
    assert np.ndim(risk_ratio(1, 9, 2, 10).value) == 0
    assert rate([], []).value.shape == (0,)
    assert risk_ratio([], [], [], []).value.shape == (0,)


def test_half_a_million_rows_take_seconds():
    import time

    draw = np.random.default_rng(0)
    n, n_other = draw.integers(1, 300, 500_000), draw.integers(100, 3000, 500_000)
    table = draw.binomial(n, 0.1), n, draw.binomial(n_other, 0.08), n_other
    start = time.perf_counter()
    risk_difference(*table)
    risk_ratio(*table)
    # About one second on two slow cores; a loop over rows would take minutes.
    assert time.perf_counter() - start < 20
