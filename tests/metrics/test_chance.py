"""p-values and q-values: exact enumerations, a published example, families."""

import numpy as np
import pytest

from equitylab.errors import MetricError
from equitylab.metrics import benjamini_hochberg, difference_p

pytestmark = pytest.mark.filterwarnings("error")


def all_tables(n, n_other):
    return np.meshgrid(np.arange(n + 1), np.arange(n_other + 1), indexing="ij")


@pytest.mark.parametrize("n, n_other", [(3, 4), (7, 7), (6, 25), (1, 40), (19, 21)])
def test_p_is_fisher_less_half_the_table_seen(n, n_other):
    from scipy.stats import fisher_exact, hypergeom

    x, y = all_tables(n, n_other)
    ours = difference_p(x, n, y, n_other)
    for i, j in np.ndindex(x.shape):
        fisher = fisher_exact([[i, n - i], [j, n_other - j]]).pvalue
        own = hypergeom.pmf(i, n + n_other, i + j, n)
        # A table that is the only one possible has p 1, not 1 less a half.
        assert ours[i, j] == pytest.approx(1 if i + j in (0, n + n_other) else fisher - own / 2)


@pytest.mark.parametrize("table", [(60, 400, 300, 2500), (90, 200, 80, 200)], ids=str)
def test_p_is_pearsons_where_many_are_expected(table):
    from scipy.stats import chi2_contingency

    x, n, y, m = table
    theirs = chi2_contingency([[x, n - x], [y, m - y]], correction=False).pvalue
    assert difference_p(*table) == pytest.approx(theirs, rel=1e-10)


@pytest.mark.parametrize("x", range(6, 35, 4))
def test_p_hardly_jumps_where_the_method_changes(x):
    """At 20 expected, where Pearson's p takes over, the exact mid-p is not far."""
    from scipy.stats import fisher_exact, hypergeom

    y = 220 - x
    exact = fisher_exact([[x, 40 - x], [y, 400 - y]]).pvalue - hypergeom.pmf(x, 440, 220, 40) / 2
    assert difference_p(x, 40, y, 400) == pytest.approx(exact, abs=0.012 if exact < 0.1 else 0.07)


@pytest.mark.parametrize(
    "n, n_other", [(5, 5), (8, 12), (10, 40), (12, 300), (20, 20), (30, 200), (60, 60), (50, 400)]
)
def test_p_keeps_its_promise_by_exact_enumeration(n, n_other):
    """Of all pairs of groups with one rate, 5 % or fewer come out under .05, at worst 6.1 %."""
    from scipy.stats import binom

    x, y = all_tables(n, n_other)
    found = difference_p(x, n, y, n_other) <= 0.05
    for share in np.linspace(0.01, 0.99, 99):
        likely = np.outer(binom.pmf(x[:, 0], n, share), binom.pmf(y[0], n_other, share))
        assert (found * likely).sum() < 0.061


def test_p_of_extreme_tables_is_finite_and_small():
    p = difference_p([500, 40, 10**6, 3], [500, 40, 10**6, 3], [0, 0, 0, 0], [5000, 9, 10**6, 1])
    assert np.all((p >= 0) & (p <= 1))
    assert np.all(p[:3] < 1e-8)
    # All of 3 against none of 1: one table in four, less half of it.
    assert p[3] == pytest.approx(0.125)


def test_p_is_a_gap_for_absent_groups_and_1_where_nothing_varies():
    p = difference_p([0, 1, np.nan, 0, 4], [0, 4, 4, 4, 4], [1, 0, 1, 0, 9], [4, 0, 4, 9, 9])
    np.testing.assert_array_equal(p, [np.nan, np.nan, np.nan, 1, 1])
    assert np.ndim(difference_p(1, 9, 2, 10)) == 0


# Benjamini and Hochberg (1995), section 3.2: 15 p-values of Neuhaus and others (1992)
PUBLISHED = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
PUBLISHED += [0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]


def test_q_as_published_finds_four():
    q = benjamini_hochberg(PUBLISHED)
    assert (q <= 0.05).sum() == 4
    assert q[3] == pytest.approx(15 / 4 * 0.0095)
    # Bonferroni finds three.
    assert (15 * np.array(PUBLISHED) <= 0.05).sum() == 3


def test_q_is_that_of_scipy_on_complete_data():
    from scipy.stats import false_discovery_control

    p = np.random.default_rng(5).random(400).round(2)
    np.testing.assert_allclose(benjamini_hochberg(p), false_discovery_control(p), atol=1e-14)
    shuffled = np.random.default_rng(6).permutation(400)
    np.testing.assert_array_equal(benjamini_hochberg(p[shuffled]), benjamini_hochberg(p)[shuffled])


def test_q_keeps_the_gaps_that_poison_the_libraries():
    """multipletests([.01, nan, .03, .2]) is all gaps; R, dropping the gap, gives these."""
    p = [0.01, np.nan, 0.03, 0.2]
    np.testing.assert_allclose(benjamini_hochberg(p), [0.03, np.nan, 0.045, 0.2], atol=1e-15)
    assert np.isnan(benjamini_hochberg([np.nan, np.nan])).all()
    assert benjamini_hochberg([]).shape == (0,)
    assert benjamini_hochberg(0.2) == 0.2


@pytest.mark.parametrize("labels", [int, str])
def test_q_of_families_is_that_of_each_alone(labels):
    draw = np.random.default_rng(7)
    p, family = draw.random(3000) ** 3, draw.integers(0, 60, 3000).astype(labels)
    p[draw.random(3000) < 0.1] = np.nan
    ours = benjamini_hochberg(p, family)
    for one in np.unique(family):
        np.testing.assert_array_equal(ours[family == one], benjamini_hochberg(p[family == one]))


def test_q_has_the_shape_of_p_and_families_broadcast():
    p = np.random.default_rng(8).random((4, 5))
    ours = benjamini_hochberg(p, np.arange(4)[:, None])
    np.testing.assert_array_equal(ours, [benjamini_hochberg(row) for row in p])


@pytest.mark.parametrize("p, at", [([0.1, 1.2], (1,)), ([[0.1], [-0.1]], (1, 0))])
def test_q_refuses_what_is_no_p(p, at):
    with pytest.raises(MetricError, match="p must lie between 0 and 1") as caught:
        benjamini_hochberg(p)
    assert caught.value.fields["index"] == at


def test_q_refuses_families_of_another_shape():
    with pytest.raises(MetricError, match=r"family \(3,\) does not broadcast to p \(2,\)"):
        benjamini_hochberg([0.1, 0.2], [1, 2, 3])
