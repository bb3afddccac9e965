"""Agreement: published printouts, another package, closed forms, gaps."""

import numpy as np
import pytest

from equitylab.errors import MetricError
from equitylab.metrics.agreement import agreement, clustered_rate, spread
from equitylab.metrics.rates import rate

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan


def pairs(table):
    """Return the two lists of ratings that a table of counts stands for."""
    places = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return np.array(places).T


# SAS, PROC FREQ: a printed example with simple kappa .4842 and weighted kappa .4701
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
# R, package irr, its data "anxiety": kappa2(anxiety[, 2:3], "equal") prints .1459075. It drops the
# step 5, which neither rater used, so that its 6 is a 5 here.
SECOND = [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4]
THIRD = [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2]


def test_the_printed_examples():
    found = agreement(*pairs(SAS))
    assert found.items == 19
    assert found.kappa == pytest.approx(0.4701, abs=5e-5)
    assert (found.exact - found.by_chance) / (1 - found.by_chance) == pytest.approx(
        0.4842, abs=5e-5
    )


def test_what_r_prints():
    a, b = (np.where(np.array(rater) == 6, 5, rater) for rater in (SECOND, THIRD))
    assert agreement(a, b).kappa == pytest.approx(0.1459075, abs=5e-8)


def test_statsmodels_agrees():
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    draw = np.random.default_rng(3)
    for _ in range(30):
        a, b = draw.integers(1, 5, (2, 40))
        b = np.where(draw.random(40) < 0.5, a, b)
        table = np.zeros((4, 4))
        np.add.at(table, (a - 1, b - 1), 1)
        kappa = inter_rater.cohens_kappa(table, wt="linear", return_results=False)
        found = agreement(a, b)
        assert found.kappa == pytest.approx(kappa)
        plain = inter_rater.cohens_kappa(table, return_results=False)
        assert (found.exact - found.by_chance) / (1 - found.by_chance) == pytest.approx(plain)


def test_same_opposite_and_blind():
    same = agreement([1, 2, 3, 4], [1, 2, 3, 4])
    assert same == (4, 1.0, 1.0, 0.25, 1.0)
    assert agreement([1, 1, 4, 4], [4, 4, 1, 1])[1:3] == (0.0, 0.0)
    # Two observers of whom one rates everything 0 agree often, and no more than by chance.
    lazy = agreement([0] * 10, [0] * 8 + [1] * 2)
    assert (lazy.exact, lazy.by_chance) == (0.8, 0.8) and lazy.kappa == pytest.approx(0)


def test_gaps_are_left_out_and_nothing_is_no_number():
    assert agreement([1, NAN, 3, 2], [1, 2, NAN, 4])[:3] == (2, 0.5, 0.5)
    empty = agreement([NAN], [1])
    assert empty.items == 0 and np.isnan(empty.exact) and np.isnan(empty.kappa)
    assert np.isnan(agreement([2, 2], [2, 2]).kappa)


@pytest.mark.parametrize(("a", "b"), [([1.5], [1]), ([1, 2], [1, 2, 3]), (["x"], [1])])
def test_what_cannot_be_ratings_is_refused(a, b):
    with pytest.raises(MetricError):
        agreement(a, b)


def test_spread_by_hand():
    found = spread([[1, 2, NAN, 4], [3, 2, NAN, 4], [2, NAN, NAN, 1]])
    assert found.rated.tolist() == [3, 2, 0, 3]
    np.testing.assert_array_equal(found.low, [1, 2, NAN, 1])
    np.testing.assert_array_equal(found.high, [3, 2, NAN, 4])
    np.testing.assert_array_equal(found.apart, [2, 0, NAN, 3])
    np.testing.assert_allclose(found.within_one, [2 / 3, 1, NAN, 1 / 3])


def test_the_spread_of_two_is_their_agreement():
    a, b = np.random.default_rng(5).integers(1, 5, (2, 60))
    assert spread([a, b]).within_one.mean() == pytest.approx(agreement(a, b).within_one)


def test_a_share_over_visits_is_no_surer_than_over_looks():
    x, n = [3, 4, 0, 4, 1], [4] * 5
    found, looks = clustered_rate(x, n), rate(sum(x), sum(n))
    assert found.value == pytest.approx(looks.value)
    assert found.low < looks.low and found.high > looks.high
    # By hand: 5 visits of shares .75 1 0 1 .25, variance of their mean .20625 / 5
    size = 0.6 * 0.4 / (0.20625 / 5) * (1.959963985 / 2.776445105) ** 2
    z2 = 1.959963985**2
    middle, half = (size * 0.6 + z2 / 2), 1.959963985 * np.sqrt(size * 0.24 + z2 / 4)
    assert found.low == pytest.approx((middle - half) / (size + z2))
    assert found.high == pytest.approx((middle + half) / (size + z2))


def test_visits_that_are_all_alike_are_as_sure_as_looks():
    assert clustered_rate([2] * 400, [4] * 400) == pytest.approx(rate(800, 1600), abs=2e-4)


def test_all_none_one_visit_and_no_visit():
    full, looks = clustered_rate([4, 4, 4], [4, 4, 4]), rate(3, 3)
    assert full == pytest.approx(looks)
    assert clustered_rate([0, 0], [3, 5])[:2] == (0.0, 0.0)
    assert np.isnan(clustered_rate([2], [4]).low) and clustered_rate([2], [4]).value == 0.5
    assert np.isnan(clustered_rate([], []).value)
    assert clustered_rate([1, NAN, 3, 0], [4, 4, 4, 0]) == clustered_rate([1, 3], [4, 4])


def test_the_interval_holds_its_level():
    """Of true shares in clumps, the interval covers at least about nine in ten."""
    draw = np.random.default_rng(11)
    held = 0
    for _ in range(400):
        rates = draw.beta(3, 2, size=6)  # of six visits; .6 on average
        low, high = clustered_rate(draw.binomial(8, rates), [8] * 6)[1:]
        held += low <= 0.6 <= high
    assert held / 400 > 0.92
