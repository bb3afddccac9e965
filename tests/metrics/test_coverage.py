"""Nominal 95 % intervals by enumeration for small groups; the table is printed with ``pytest -s``."""

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks import coverage
from equitylab import metrics

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def rows():
    return coverage.enumerated(sizes=((6, 6), (6, 60), (12, 12), (30, 120)), ones=(6, 12, 30))


def test_the_table(rows, capsys):
    with capsys.disabled():
        print(f"\n{coverage.table(rows)}")
    assert all(row.defined > 1 - 1e-9 for row in rows)
    for row in rows:
        # A count jumps, so at some rate an interval of six students holds less; never on average.
        assert 0.945 < row.mean < 0.975, row
        assert row.worst > (0.83 if row.case == "6" else 0.88), row


@pytest.mark.parametrize("n, m, p, want", [(12, 300, 0.05, 0.955), (30, 120, 0.05, 0.964)])
def test_koopman_as_the_reference_page_has_it(n, m, p, want):
    x, y = np.arange(n + 1)[:, None], np.arange(m + 1)
    found = metrics.risk_ratio(x, n, y, m)
    chance = binom.pmf(x, n, p) * binom.pmf(y, m, p)
    held = (chance * ((found.low <= 1) & (found.high >= 1))).sum()
    print(f"Koopman, {n} beside {m} at {p}: {held:.4f}")
    assert held == pytest.approx(want, abs=6e-4)


def test_ranges_hold_more_than_their_level_whatever_the_count_was():
    """A count is published as a band of five: the union is at least as sure as the interval."""
    n, m, q = 20, 60, 0.3
    x, y = np.arange(n + 1)[:, None], np.arange(m + 1)
    low, high = 5 * (x // 5), np.minimum(5 * (x // 5) + 4, n)
    found = metrics.risk_difference_range(low, high, n, y, y, m)
    plain = metrics.risk_difference(x, n, y, m)
    for p in (0.05, 0.3, 0.6):
        chance = binom.pmf(x, n, p) * binom.pmf(y, m, q)
        held = (chance * ((found.low <= p - q) & (p - q <= found.high))).sum()
        own = (chance * ((plain.low <= p - q) & (p - q <= plain.high))).sum()
        assert held > 0.95 and held >= own


def test_a_change_that_did_not_happen_is_told_about_as_seldom_as_the_level_says():
    """Both years by chance at one rate, every pair: the move must leave out 0 to be told."""
    for n, p in ((20, 0.3), (90, 0.13)):
        x = np.arange(n + 1)
        found = metrics.detectable_change(x, n)
        told = (x <= np.nan_to_num(found.drop, nan=-1)[:, None]) | (
            x >= np.nan_to_num(found.rise, nan=n + 1)[:, None]
        )
        chance = binom.pmf(x, n, p)
        assert chance @ told @ chance < 0.055
