"""Surveys, small tables and allocations: closed forms, other packages, published values, an attacker."""

import itertools

import numpy as np
import pytest
from scipy import stats

from equitylab.errors import MetricError
from equitylab.metrics import (
    by_need,
    composition,
    cronbach_alpha,
    favourable,
    hidden,
    omega_total,
    per_person,
    rate,
    representation,
    same_throughout,
    scale,
    scales_apart,
)

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan


def one_factor(loadings, people, seed=0, steps=5):
    """Answers that share one cause, cut into steps."""
    rng = np.random.default_rng(seed)
    loadings = np.asarray(loadings)
    common = rng.normal(size=(people, 1))
    own = rng.normal(size=(people, len(loadings))) * np.sqrt(1 - loadings**2)
    z = common * loadings + own
    return z if not steps else 1 + np.searchsorted([-1.2, -0.4, 0.4, 1.2], z)


# ---------------------------------------------------------------- favourable answers and scales


def test_favourable_answers_are_counted_where_there_is_an_answer():
    x, n = favourable([[4, 3, NAN], [5, NAN, NAN], [1, 4, 2]])
    assert x.tolist() == [2, 1, 0] and n.tolist() == [3, 2, 1]


def test_a_scale_is_the_mean_of_its_items_shares_whatever_their_answers():
    answers = np.array([[5, 4, NAN], [4, NAN, 1], [2, 2, 3], [NAN, NAN, 5.0]])
    found = scale(answers)  # the last person answered one item of three
    assert found.n == 3
    assert found.value == pytest.approx(np.mean([2 / 3, 1 / 2, 0 / 2]))
    assert found.mean == pytest.approx(np.mean([5, 4, 4, 1, 2, 2, 3]))


def test_two_thirds_of_the_items_are_needed_and_are_enough():
    assert scale([[5, 5, NAN], [4, 4, 4]]).n == 2
    assert scale([[5, NAN, NAN], [4, 4, 4]]).n == 1


def test_the_bootstrap_interval_of_one_item_is_that_of_a_binomial():
    """Drawing people with 0/1 answers is drawing from a binomial: its quantiles are known."""
    answers = np.repeat([[5.0], [2.0]], [120, 80], axis=0)
    found = scale(answers, draws=40_000)
    low, high = stats.binom.ppf([0.025, 0.975], 200, 0.6) / 200
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.0051)


def test_the_bootstrap_interval_agrees_with_scipy():
    answers = one_factor([0.8, 0.7, 0.6], 90).astype(float)

    def statistic(*items, axis=-1):
        return np.mean([np.mean(np.asarray(i) >= 4, axis=axis) for i in items], axis=0)

    theirs = stats.bootstrap(
        tuple(answers.T), statistic, paired=True, vectorized=True, method="percentile",
        n_resamples=20_000, random_state=np.random.default_rng(5),
    ).confidence_interval  # fmt: skip
    ours = scale(answers, draws=20_000)
    assert [ours.low, ours.high] == pytest.approx([theirs.low, theirs.high], abs=0.006)


def test_people_are_drawn_and_not_answers():
    """One person's answers go together: three copies of an item know no more than one."""
    item = one_factor([0.7], 100)
    once, thrice = scale(item), scale(np.repeat(item, 3, axis=1))
    assert (thrice.low, thrice.high) == (once.low, once.high)


def test_the_interval_holds_its_level():
    held = 0
    for seed in range(200):
        answers = one_factor([0.8, 0.7, 0.6], 80, seed)
        found = scale(answers, draws=500, seed=seed)
        held += found.low <= stats.norm.sf(0.4) <= found.high
    assert 0.90 <= held / 200 <= 0.985


def test_two_scales_apart_agree_with_a_bootstrap_of_the_difference():
    rng = np.random.default_rng(8)
    one, two = (one_factor([0.8, 0.7, 0.6], n, seed=n).astype(float) for n in (130, 300))

    def drawn(answers):
        good = answers >= 4
        return good[rng.integers(0, len(good), (8000, len(good)))].mean(axis=(1, 2))

    low, high = np.quantile(drawn(one) - drawn(two), [0.025, 0.975])
    found = scales_apart(scale(one), scale(two))
    assert found.value == pytest.approx((one >= 4).mean() - (two >= 4).mean())
    assert [found.low, found.high] == pytest.approx([low, high], abs=0.012)


def test_the_same_seed_gives_the_same_interval():
    answers = one_factor([0.7, 0.7, 0.7], 50)
    assert scale(answers) == scale(answers)
    assert scale(answers, draws=40) != scale(answers, draws=40, seed=1)


def test_answers_that_all_agree_have_no_interval():
    found = scale(np.full((12, 3), 5.0))
    assert found.value == 1 and np.isnan([found.low, found.high]).all()


@pytest.mark.parametrize("answers", [np.full((4, 3), NAN), np.empty((0, 3)), [[5, 5, NAN]] * 4])
def test_a_scale_without_answers_is_a_gap(answers):
    assert np.isnan(scale(answers).value)


# ---------------------------------------------------------------- does the scale hold?


def test_alpha_of_parallel_items_is_spearman_brown():
    k, r = 5, 0.36
    spread = np.full((k, k), r) + (1 - r) * np.eye(k)
    exact = np.linalg.cholesky(spread)
    z = stats.zscore(np.linalg.qr(np.random.default_rng(1).normal(size=(60, k)))[0], ddof=1)
    z = np.linalg.solve(np.linalg.cholesky(np.cov(z, rowvar=False)), z.T).T  # exactly uncorrelated
    answers = z @ exact.T
    answers += 1 - answers.min()
    whole = np.round(answers * 1e6)  # steps are whole
    assert cronbach_alpha(whole) == pytest.approx(k * r / (1 + (k - 1) * r), abs=1e-6)
    assert omega_total(whole) == pytest.approx(k * r / (1 + (k - 1) * r), abs=1e-6)


def test_alpha_is_the_published_value_of_pingouin():
    """The wide example of pingouin's documentation: 0.7734375."""
    items = [
        [1, 2, 2, 3, 2, 2, 3, 3, 2, 3],
        [1, 1, 1, 2, 3, 3, 2, 3, 3, 3],
        [1, 1, 2, 1, 2, 3, 3, 3, 2, 3],
    ]
    assert cronbach_alpha(np.transpose(items)) == pytest.approx(0.7734375, abs=1e-9)


def test_alpha_is_two_way_analysis_of_variance():
    """Hoyt (1941): alpha is 1 less the ratio of residual to between-people mean square."""
    answers = one_factor([0.8, 0.6, 0.5, 0.7], 40)
    people, items = answers.shape
    fitted = answers.mean(1, keepdims=True) + answers.mean(0) - answers.mean()
    residual = ((answers - fitted) ** 2).sum() / ((people - 1) * (items - 1))
    between = items * answers.mean(1).var(ddof=1)
    assert cronbach_alpha(answers) == pytest.approx(1 - residual / between, rel=1e-10)


def test_omega_of_three_items_follows_from_their_covariances():
    answers = one_factor([0.9, 0.6, 0.5], 300)
    c = np.cov(answers, rowvar=False)
    loadings = np.sqrt(
        [c[0, 1] * c[0, 2] / c[1, 2], c[0, 1] * c[1, 2] / c[0, 2], c[0, 2] * c[1, 2] / c[0, 1]]
    )
    expected = loadings.sum() ** 2 / c.sum()
    assert omega_total(answers) == pytest.approx(expected, rel=1e-6)
    assert omega_total(answers) > cronbach_alpha(answers)


def test_omega_agrees_with_a_fitted_factor_of_statsmodels():
    from statsmodels.multivariate.factor import Factor

    answers = one_factor([0.9, 0.8, 0.7, 0.6, 0.5, 0.4], 4000, seed=2)
    z = stats.zscore(answers, ddof=1)
    factor = Factor(z, n_factor=1, method="ml").fit()
    loadings = factor.loadings[:, 0] * answers.std(0, ddof=1)
    own = factor.uniqueness * answers.var(0, ddof=1)
    theirs = loadings.sum() ** 2 / (loadings.sum() ** 2 + own.sum())
    assert omega_total(answers) == pytest.approx(theirs, abs=0.003)


def test_reliability_leaves_out_people_with_a_gap():
    answers = one_factor([0.7, 0.7, 0.7], 60).astype(float)
    more = np.vstack([answers, [[5, NAN, 1], [NAN, NAN, NAN]]])
    assert cronbach_alpha(more) == cronbach_alpha(answers)
    assert omega_total(more) == omega_total(answers)


@pytest.mark.parametrize(
    "answers",
    [[[3, 3, 3]] * 20, [[1, 2, 3], [2, 3, 4]], [[1], [2], [3], [4]], [[NAN, 2, 3]] * 5],
)
def test_reliability_that_cannot_be_told_is_a_gap(answers):
    assert np.isnan(cronbach_alpha(answers)) and np.isnan(omega_total(answers))


def test_a_loading_beyond_its_own_spread_is_no_reliability():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 500))
    answers = np.round(100 * np.column_stack([a + b, a, b]) + 1000)
    assert np.isnan(omega_total(answers))


# ---------------------------------------------------------------- who answered


def test_representation_is_the_share_of_answers_over_the_share_of_people():
    x, n = np.array([70, 18, 6]), np.array([300, 118, 79])
    found = representation(x, n)
    for k in range(3):
        parts = composition(x[k], n[k], x.sum() - x[k], n.sum() - n[k])
        assert found.ratio[k] == pytest.approx(1 + parts.relative_difference)
        assert found.response[k] == rate(x[k], n[k]).value


def test_a_group_without_people_or_answers():
    found = representation([5, 0, 0], [10, 10, 0])
    assert found.response[:2].tolist() == [0.5, 0] and np.isnan(found.response[2])
    assert found.ratio[:2].tolist() == [2.0, 0.0]


def test_one_answer_throughout_needs_enough_items():
    answers = [[3] * 8, [3] * 7 + [4], [3] * 5 + [NAN] * 3, [NAN] * 8]
    assert same_throughout(answers).tolist() == [True, False, False, False]


@pytest.mark.parametrize("bad", [[[0, 5]], [[1.5, 2]], [1, 2, 3], [["often", "never"]]])
def test_answers_that_are_no_steps_are_refused(bad):
    with pytest.raises(MetricError):
        favourable(bad)


# ---------------------------------------------------------------- what stays empty


def readings(x, n, found):
    """Every table of counts that an outsider can imagine, given what is printed and the sums."""
    groups = range(len(n))
    most = n[found.size].sum()
    spaces = [
        range(most + 1) if found.size[k]
        else [v for v in range(n[k] + 1) if min(v, n[k] - v) <= 2 and abs(v - x[k]) <= 2]
        if found.band[k]
        else range(n[k] + 1) if found.count[k]
        else [x[k]]
        for k in groups
    ]  # fmt: skip
    return [t for t in itertools.product(*spaces) if sum(t) == x.sum()]


@pytest.mark.parametrize("seed", range(60))
def test_no_sensitive_count_can_be_worked_out(seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(2, 26, 4)
    x = rng.binomial(n, rng.choice([0.05, 0.3, 0.6, 0.95]))
    found = hidden(x, n)
    assert (found.count >= found.size).all() and not (found.band & found.count).any()
    assert found.size[n < 10].all()
    sensitive = (n < 10) | (np.minimum(x, n - x) < 3)
    assert (found.count | found.band)[sensitive].all()
    if (found.count | found.band).all():
        return  # nothing is printed but the total
    seen = np.array(readings(x, n, found))
    for k in np.flatnonzero(sensitive):
        assert len(set(seen[:, k])) >= 3, (x, n, k)


def test_sizes_do_not_follow_from_their_total():
    found = hidden([20, 8, 3], [60, 30, 8])
    assert found.size.tolist() == [False, True, True]
    assert hidden([20, 8, 3, 3], [60, 30, 8, 9]).size.tolist() == [False, False, True, True]
    # Four and three are seven: a third group must go with them.
    assert hidden([20, 8, 1, 1], [60, 30, 4, 3]).size.tolist() == [False, True, True, True]


def test_large_groups_show_everything():
    found = hidden([30, 40, 20], [80, 90, 60])
    assert not (found.size | found.count | found.band).any()


def test_none_in_two_groups_is_a_band_and_the_total_does_not_tell():
    found = hidden([70, 18, 6, 0, 0], [300, 118, 37, 34, 58])
    assert found.band.tolist() == [False, False, False, True, True]
    assert found.count.tolist() == [False, False, True, False, False]


def test_an_empty_group_is_no_secret():
    assert not hidden([30, 0, 20], [80, 0, 60]).count.any()


def test_the_attacker_of_these_tests_can_win():
    """Without cover, the brute force finds the hidden count: so it would see a fault."""
    x, n = np.array([20, 2, 11]), np.array([40, 20, 25])
    bare = hidden(x, n)._replace(count=np.array([False, True, False]))
    assert [t[1] for t in readings(x, n, bare)] == [2]


@pytest.mark.parametrize("x, n", [([1, NAN], [3, 4]), ([[1]], [[2]]), ([0], [0]), ([5], [4])])
def test_what_is_no_row_of_counts_is_refused(x, n):
    with pytest.raises(MetricError):
        hidden(x, n)


# ---------------------------------------------------------------- what reaches whom


def test_everything_spent_reaches_someone():
    rng = np.random.default_rng(4)
    size = np.array([150, 300, 162])
    reached = rng.integers(0, size, (6, 3))
    units = rng.uniform(0, 30, 6)
    each = per_person(units, reached, reached.sum(1), size)
    assert (each * size).sum() == pytest.approx(units.sum())


def test_an_equal_share_is_equal():
    each = per_person([100], [[20, 80]], [100], [20, 80])
    assert each.tolist() == [1.0, 1.0]


def test_an_option_that_reaches_no_one_helps_no_one():
    assert per_person([10, 10], [[0, 0], [5, 5]], [0, 10], [10, 40]).tolist() == [0.5, 0.125]


@pytest.mark.parametrize(
    "given",
    [
        ([-1], [[1]], [1], [1]),
        ([1], [[5]], [4], [9]),
        ([1, 2], [[1]], [1], [1]),
    ],
)
def test_an_allocation_that_cannot_be_is_refused(given):
    with pytest.raises(MetricError):
        per_person(*given)


def test_need_shifts_shares_and_zero_weight_does_not():
    size, need = [100, 300], [80, 60]
    assert by_need(size, need, weight=0).tolist() == [0.25, 0.75]
    assert by_need(size, need, weight=1).tolist() == pytest.approx([180 / 540, 360 / 540])


def test_a_place_without_numbers_is_left_out_of_the_sum():
    found = by_need([100, 100, 50], [80, 20, NAN])
    assert np.isnan(found[2]) and found[:2].sum() == pytest.approx(1)
