"""Gaps and school means from counts by level: closed forms, other fits, simulation, properties."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import minimize
from scipy.special import ndtr, ndtri

from equitylab.errors import MetricError
from equitylab.metrics import Estimate, gap_index, hedges_g, risk_difference
from equitylab.metrics.ordered_probit import hetop
from equitylab.metrics.ordinal import growth, proficiency_gaps, v_change, v_statistic

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan
ORACLES = Path(__file__).parents[2].parent / "shared/oracles"
few = settings(max_examples=60, deadline=None)


def shares(mean, sd, cuts):
    """Return the share of each level where scores are normal."""
    z = (np.asarray(cuts) - np.asarray(mean)[..., None]) / np.asarray(sd)[..., None]
    ends = np.zeros((*z.shape[:-1], 1))
    return np.diff(np.concatenate([ends, ndtr(z), ends + 1], axis=-1))


def crowd(mean, sd, cuts, n=10**9):
    """Return the counts of so many students that rounding is all that chance there is."""
    return np.round(n * shares(mean, sd, cuts))


# V: closed forms


def oracle_07():
    path = ORACLES / "07_proficiency_trap/expected.json"
    if not path.is_file():
        skip = pytest.mark.skip(reason=f"reference numbers absent: {path}")
        return [pytest.param(None, id="07 absent", marks=skip)]
    rows = json.loads(path.read_text())["expected"]["rows"]
    return [pytest.param(row, id=f"cut{row['cut']}") for row in rows]


@pytest.mark.parametrize("row", oracle_07())
def test_07_v_of_two_levels_is_the_difference_of_probits(row):
    n = 10**12
    focal, other = ([n - round(row[k] * n), round(row[k] * n)] for k in ("focal_pct", "ref_pct"))
    found = proficiency_gaps(focal, other)
    assert found.v.value == pytest.approx(row["v_from_probits"], abs=1e-8)
    assert found.gap.value == pytest.approx([row["gap_pp"]], abs=1e-11)


def test_07_growth():
    path = ORACLES / "07_proficiency_trap/expected.json"
    if not path.is_file():
        pytest.skip(f"reference numbers absent: {path}")
    rows = json.loads(path.read_text())["expected"]["growth"]
    cuts = [row["cut"] for row in rows]
    before, after = ([crowd(m + gain, 1, cuts) for m in (-0.6, 0)] for gain in (0, 0.3))
    gaps = [proficiency_gaps(*year).gap.value for year in (before, after)]
    np.testing.assert_allclose(gaps[1] - gaps[0], [row["change_pp"] for row in rows], atol=1e-8)
    moved = v_change(*before, *after)
    assert moved.change.value == pytest.approx(0, abs=1e-7)
    assert (moved.before.value, moved.a.value, moved.b.value) == pytest.approx((0.6, 0.3, 0.3))


@pytest.mark.parametrize("cuts", [[-0.3, 1], [-1, 0, 1], [-2, -1.5, -1, -0.5, 0, 0.3, 1, 2]])
@pytest.mark.parametrize("mean, sd", [(0.6, 1), (0.6, 0.7), (-1.2, 1.6), (0, 2)])
def test_a_known_gap_is_found_wherever_the_cuts_are(mean, sd, cuts):
    found = v_statistic(crowd(0, 1, cuts), crowd(mean, sd, cuts))
    assert found.value == pytest.approx(mean / np.sqrt((1 + sd**2) / 2), abs=1e-6)


@few
@given(arrays(int, (2, 3), elements=st.integers(1, 500)))
@example(np.array([[1, 13, 1], [212, 1, 1]]))
@example(np.array([[212, 1, 1], [1, 13, 1]]))
def test_three_levels_are_fitted_exactly(table):
    """Two cuts, two groups: the line through the two points of probits."""
    a, b = ndtri(np.cumsum(table, axis=1)[:, :2] / table.sum(axis=1, keepdims=True))
    sd = (a[1] - a[0]) / (b[1] - b[0])
    assume(1 / 15 < sd < 15)
    mean = a[0] - sd * b[0]
    expected = mean / np.sqrt((1 + sd**2) / 2)
    assert v_statistic(*table).value == pytest.approx(expected, abs=1e-6, rel=1e-6)


def test_the_interval_of_two_levels_is_that_of_two_probits():
    x, n = np.array([30, 55]), np.array([80, 90])
    probit = ndtri(x / n)
    error = np.sqrt(np.sum(x * (n - x) / n**3 * 2 * np.pi * np.exp(probit**2)))
    value, low, high = v_statistic([50, 30], [35, 55], level=0.9)
    assert value == pytest.approx(probit[1] - probit[0])
    assert (high - value, value - low) == pytest.approx([1.6448536 * error] * 2)


# V: another fit


def test_one_sd_for_both_agrees_with_statsmodels():
    """A group in two levels only: the ordered probit of statsmodels, value and error."""
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    a, b = [12, 9, 7, 2], [0, 6, 11, 0]
    levels = np.concatenate([np.repeat(range(4), row) for row in (a, b)])
    group = np.repeat([0.0, 1.0], [sum(a), sum(b)])
    model = OrderedModel(levels, group[:, None], distr="probit")
    theirs = model.fit(method="bfgs", disp=False, gtol=1e-9)
    value, low, high = v_statistic(a, b)
    assert value == pytest.approx(theirs.params[0], abs=1e-5)
    # Theirs is from the observed information, by differences; ours from the expected.
    assert (high - low) / 2 / 1.96 == pytest.approx(theirs.bse[0], rel=0.03)


def climb(table):
    """Fit as R's HETOP does, by brute force: first two cuts fixed, sparse units bound."""
    table = np.asarray(table, dtype=float)
    filled = (table > 0).sum(axis=1)
    own = filled > 2
    low, high = ((filled == 1) & (table[:, end] > 0) for end in (0, -1))
    free = ~(low | high)
    fixed = ndtri(np.cumsum(table.sum(axis=0)) / table.sum())[:2]

    def unpack(theta):
        means, spreads, gaps = np.split(theta, [free.sum(), free.sum() + own.sum()])
        mean, log_sd = np.empty(filled.size), np.empty(filled.size)
        mean[free], mean[low], mean[high] = means, means.min(), means.max()
        log_sd[own], log_sd[~own] = spreads, spreads.mean()
        return mean, np.exp(log_sd), np.append(fixed, fixed[1] + np.cumsum(np.exp(gaps)))

    def loss(theta):
        return -np.sum(table * np.log(np.maximum(shares(*unpack(theta)), 1e-300)))

    theta = np.zeros(free.sum() + own.sum() + table.shape[1] - 3)
    for _ in range(3):
        theta = minimize(loss, theta, method="BFGS", options={"gtol": 1e-7}).x
    mean, sd, cuts = unpack(theta)
    weight = table.sum(axis=1) / table.sum()
    middle = weight @ mean
    scale = np.sqrt(weight @ ((mean - middle) ** 2 + sd**2))
    return (mean - middle) / scale, sd / scale, (cuts - middle) / scale


TABLES = {
    "three levels": [[10, 5, 2], [3, 9, 4], [8, 8, 20]],
    "four levels": [[10, 30, 40, 20], [30, 40, 25, 5], [5, 20, 45, 30], [9, 9, 8, 7]],
    "two filled": [[10, 30, 40, 20], [30, 40, 25, 5], [5, 20, 45, 30], [0, 0, 6, 2]],
    "at the bounds": [[10, 30, 40, 20], [30, 40, 25, 5], [0, 0, 0, 7], [4, 0, 0, 0], [0, 5, 0, 0]],
    "five levels": [[10, 5, 2, 4, 1], [3, 9, 4, 6, 1], [1, 0, 2, 0, 1], [0, 0, 1, 1, 0]],
    "another shape": [[2, 3, 39, 35, 30], [9, 37, 15, 6, 33]],
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_hetop_agrees_with_brute_force(table):
    ours = hetop(table)
    for mine, theirs in zip((ours.mean, ours.sd, ours.cuts), climb(table), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=5e-6)


@pytest.mark.parametrize("pair", [TABLES["another shape"], [[30, 40, 25, 5], [10, 30, 40, 20]]])
def test_v_is_the_gap_of_a_hetop_of_two(pair):
    both = hetop(pair)
    gap = (both.mean[1] - both.mean[0]) / np.sqrt(np.mean(both.sd**2))
    assert v_statistic(*pair).value == pytest.approx(gap, abs=1e-7)


# Chance: what the errors promise


@pytest.mark.parametrize(
    "n, cuts", [(12, [-0.8, 0.1, 1]), (12, [-0.5, 0.5]), (30, [-2, 0, 2]), (200, [-1, 0, 1])]
)
def test_v_intervals_cover(n, cuts, capsys):
    draw = np.random.default_rng(n)
    a, b = (draw.multinomial(n, shares(*g, cuts), size=3000) for g in ((0, 1), (0.5, 1.3)))
    value, low, high = v_statistic(a, b)
    known = ~np.isnan(value)
    truth = 0.5 / np.sqrt((1 + 1.3**2) / 2)
    held = np.mean((low < truth) & (truth < high), where=known)
    with capsys.disabled():
        print(
            f"\n  V, {n} a group, cuts {cuts}: covered {held:.3f}, undefined {1 - known.mean():.4f}"
        )
    assert known.mean() > 0.99
    assert 0.935 < held < 0.97


def test_hetop_recovers_a_planted_district():
    draw = np.random.default_rng(8)
    mean, sd = draw.normal(0, 0.4, 800), np.exp(draw.normal(-0.1, 0.15, 800))
    size = draw.integers(60, 400, 800)
    found = hetop(draw.multinomial(size, shares(mean, sd, [-0.8, 0.1, 1.0])))
    weight = size / size.sum()
    middle = weight @ mean
    scale = np.sqrt(weight @ ((mean - middle) ** 2 + sd**2))
    z = (found.mean - (mean - middle) / scale) / found.mean_se
    z_sd = (found.sd - sd / scale) / found.sd_se
    assert np.mean(np.abs(z) < 1.96) == pytest.approx(0.95, abs=0.025)
    assert np.mean(np.abs(z_sd) < 1.96) == pytest.approx(0.95, abs=0.03)


def test_hetop_errors_are_the_spread_over_repeated_years():
    """With schools that share a SD, and few schools, so that the scale itself is uncertain."""
    draw = np.random.default_rng(9)
    chance = shares(np.array([-0.5, 0.1, 0.7]), np.array([0.8, 1, 1.1]), [-0.8, 0.1, 1])
    chance = np.vstack([chance, [0, 0.5, 0.5, 0]])
    years = [hetop(draw.multinomial([150, 200, 100, 60], chance)) for _ in range(300)]
    for value, error in (("mean", "mean_se"), ("sd", "sd_se")):
        spread = np.std([getattr(year, value) for year in years], axis=0)
        said = np.sqrt(np.mean([getattr(year, error) ** 2 for year in years], axis=0))
        if value == "mean":
            spread, said = spread[:3], said[:3]  # the fourth is not normal: no error was promised
        np.testing.assert_allclose(said[:3], spread[:3], rtol=0.15)


def test_corrected_scale_takes_chance_out_of_the_spread_between():
    draw = np.random.default_rng(4)
    mean = draw.normal(0, 0.4, 1500)
    table = draw.multinomial(30, shares(mean, np.ones(1500), [-0.8, 0.1, 1.0]))
    truth = np.var(mean) / (np.var(mean) + 1)
    plain, corrected = hetop(table), hetop(table, corrected=True)
    assert plain.between > truth + 0.015
    assert corrected.between == pytest.approx(truth, abs=0.012)
    factor = corrected.sd / plain.sd
    np.testing.assert_allclose(factor, factor[0])
    np.testing.assert_allclose(corrected.mean, factor[0] * plain.mean)
    with pytest.raises(MetricError, match="two students in each unit") as caught:
        hetop([[3, 4, 5], [0, 1, 0]], corrected=True)
    assert caught.value.fields["index"] == (1,)


def test_a_whole_state_at_once():
    draw = np.random.default_rng(5)
    table = draw.multinomial(60, shares(draw.normal(0, 0.4, 5000), np.ones(5000), [-0.8, 0.1, 1]))
    assert np.isin(hetop(table).status, ["estimated", "common SD"]).all()
    assert not np.isnan(v_statistic(table[:2500], table[2500:]).value).any()


# The proficiency trap on real students


def test_high_school_and_beyond(hsb_rows):
    """metrics.md: 17.7, 24.8 and 16.6 points at three cuts, of one gap of .63 SD."""
    rows = [(row["minrty"] == "Yes", float(row["mAch"])) for row in hsb_rows]
    minority, score = np.array(rows).T
    level = np.searchsorted([6, 13, 19], score, side="right")
    a, b = (np.bincount(level[minority == k], minlength=4) for k in (1, 0))
    found = proficiency_gaps(a, b)
    np.testing.assert_allclose(100 * found.gap.value, [17.7, 24.8, 16.6], atol=0.06)
    # V of every single score, with no level and no normal curve: the probit of who is ahead.
    ahead = gap_index(score[minority == 0], score[minority == 1]).value / 20 + 0.5
    assert found.v.value == pytest.approx(np.sqrt(2) * ndtri(ahead), abs=0.01)


def test_the_view_of_all_cuts_is_made_of_rates():
    a, b = [30, 40, 25, 5], [10, 30, 40, 20]
    found = proficiency_gaps(a, b, level=0.9)
    middle = risk_difference(60, 100, 30, 100, level=0.9)
    assert [part[1] for part in found.gap] == pytest.approx(list(middle))
    assert found.share_b.value.tolist() == [0.9, 0.6, 0.2]
    assert tuple(found.v) == pytest.approx(tuple(v_statistic(a, b, level=0.9)))


# Properties


pairs = arrays(int, st.tuples(st.just(2), st.integers(2, 5)), elements=st.integers(0, 60))
districts = arrays(
    int, st.tuples(st.integers(2, 6), st.integers(3, 5)), elements=st.integers(1, 60)
)


@few
@given(pairs)
def test_swapping_the_groups_turns_the_sign(pair):
    there, back = v_statistic(*pair), v_statistic(*pair[::-1])
    mirrored = [-back.value, -back.high, -back.low]
    np.testing.assert_allclose(there, mirrored, atol=1e-6, rtol=1e-6)


@few
@given(pairs)
def test_turning_the_levels_over_turns_the_sign(pair):
    there, back = v_statistic(*pair), v_statistic(*pair[:, ::-1])
    np.testing.assert_allclose(there.value, -back.value, atol=1e-6, rtol=1e-6)


@few
@given(pairs, st.data())
def test_levels_without_students_change_nothing(pair, data):
    at = data.draw(st.lists(st.integers(0, pair.shape[1]), max_size=3))
    np.testing.assert_allclose(
        v_statistic(*np.insert(pair, at, 0, axis=1)), v_statistic(*pair), rtol=1e-9
    )


@few
@given(pairs)
def test_v_is_finite_or_a_gap_and_its_interval_is_about_it(pair):
    value, low, high = v_statistic(*pair)
    assert np.isnan([value, low, high]).all() or -np.inf < low < value < high < np.inf


@few
@given(pairs, st.integers(2, 9))
def test_ten_times_the_students_is_the_same_gap_more_surely(pair, times):
    one, many = v_statistic(*pair), v_statistic(*(times * pair))
    np.testing.assert_allclose(many.value, one.value, atol=1e-6, rtol=1e-6)
    width = [np.subtract(e.high, e.low) for e in (one, many)]
    np.testing.assert_allclose(width[0] / width[1], np.sqrt(times) if width[0] > 0 else NAN, 1e-5)


@few
@given(st.lists(arrays(int, (2, 4), elements=st.integers(0, 30)), min_size=1, max_size=6))
def test_many_pairs_at_once_are_each_alone(tables):
    tables = np.array(tables)
    whole = np.array(v_statistic(tables[:, 0], tables[:, 1]))
    alone = np.transpose([v_statistic(*pair) for pair in tables])
    np.testing.assert_allclose(whole, alone, atol=1e-7, rtol=1e-7)


@few
@given(districts)
def test_schools_with_the_same_counts_are_as_good_as_one(table):
    one, twice = hetop(table), hetop(np.vstack([table, table[:1]]))
    merged = hetop(np.vstack([2 * table[:1], table[1:]]))
    assume(set(one.status) == set(twice.status) == set(merged.status) == {"estimated"})
    assert twice.mean[-1] == pytest.approx(twice.mean[0], abs=1e-7)
    for name in ("mean", "sd", "cuts"):
        joined = getattr(twice, name)[: len(getattr(merged, name))]
        np.testing.assert_allclose(joined, getattr(merged, name), atol=1e-6, rtol=1e-6)


@few
@given(districts, st.data())
def test_hetop_knows_no_order_of_schools_and_no_empty_levels(table, data):
    found = hetop(table)
    order = data.draw(st.permutations(range(len(table))))
    shuffled = hetop(np.insert(table[list(order)], 1, 0, axis=1))
    assert shuffled.status.tolist() == found.status[list(order)].tolist()
    for name in ("mean", "sd", "mean_se", "sd_se"):
        mine, theirs = getattr(shuffled, name), getattr(found, name)[list(order)]
        np.testing.assert_allclose(mine, theirs, atol=1e-6, rtol=1e-5)
    assert np.delete(shuffled.cuts, 1) == pytest.approx(found.cuts, abs=1e-6)


@few
@given(districts)
def test_hetop_is_on_the_scale_of_all_students(table):
    found = hetop(table)
    assume(not np.isnan(found.between))
    weight = table.sum(axis=1) / table.sum()
    assert weight @ found.mean == pytest.approx(0, abs=1e-9)
    assert weight @ (found.mean**2 + found.sd**2) == pytest.approx(1)
    assert weight @ found.mean**2 == pytest.approx(found.between, abs=1e-9)
    turned = hetop(table[:, ::-1])
    np.testing.assert_allclose(turned.mean, -found.mean, atol=1e-6)
    np.testing.assert_allclose(turned.sd_se, found.sd_se, rtol=1e-4)


# Edges


UNDEFINED = {
    "nobody in b": ([3, 4], [0, 0]),
    "a gap": ([3, NAN], [2, 5]),
    "all in one level": ([3, 0, 0], [2, 0, 0]),
    "apart": ([5, 4, 0, 0], [0, 0, 3, 7]),
    "touching": ([5, 4, 0], [0, 3, 7]),
    "all of b at the top": ([5, 4, 2], [0, 0, 7]),
}


@pytest.mark.parametrize("pair", UNDEFINED.values(), ids=UNDEFINED)
def test_a_gap_that_cannot_be_told_is_a_gap(pair):
    assert np.isnan(v_statistic(*pair)).all()
    assert np.isnan(v_statistic(*pair[::-1])).all()


def test_one_group_within_one_level_of_the_other():
    value, low, high = v_statistic([5, 0, 5], [0, 7, 0])
    assert value == pytest.approx(0, abs=1e-9) and low == pytest.approx(-high)
    assert v_statistic([5, 2, 3], [0, 7, 0]).value > 0


def test_a_spread_that_cannot_be_told_is_the_others():
    """All of b between two neighbours of a: an SD of none would fit best; one for both is fitted."""
    value, low, high = v_statistic([5, 4, 0, 0, 3], [0, 5, 5, 5, 0])
    assert low < value < high and high - low < 2
    assert set(hetop([[5, 4, 0, 0, 3], [0, 5, 5, 5, 0]]).status) == {"common SD"}


def test_hetop_says_of_each_school_how_it_was_done():
    table = [[NAN, 1, 2], [0, 0, 0], [4, 2, 3], [2, 0, 9], [6, 0, 0], [0, 0, 2], [0, 3, 0]]
    found = hetop(table)
    assert found.status.tolist() == [
        *("gap", "no students", "estimated", "common SD"),
        *("at the bound", "at the bound", "common SD"),
    ]
    assert np.isnan(found.mean).tolist() == [True, True] + [False] * 5
    assert np.isnan(found.mean_se).tolist() == [True, True, False, False, True, True, False]
    assert found.mean[4] == found.mean[[2, 3, 6]].min()
    assert found.mean[5] == found.mean[[2, 3, 6]].max()
    assert found.sd[3:] == pytest.approx(found.sd[2])


@pytest.mark.parametrize("row, status", [([4, 5, 6], "estimated"), ([4, 0, 6], "common SD")])
def test_one_school_is_its_own_scale(row, status):
    found = hetop([row])
    assert (found.mean[0], found.sd[0], found.between) == pytest.approx((0, 1, 0))
    assert (found.mean_se[0], found.sd_se[0]) == pytest.approx((0, 0), abs=1e-7)
    assert found.status.tolist() == [status]


@pytest.mark.parametrize(
    "table",
    [[[7, 0, 0]], [[7, 0], [5, 0]], [[7, 0, 0], [0, 0, 2]], [[3, 4, 0], [0, 5, 6]]],
    ids=["one school, one level", "one level", "two ends", "touching"],
)
def test_schools_that_cannot_be_told_say_so(table):
    found = hetop(table)
    assert set(found.status) == {"not estimable"}
    assert np.isnan([found.mean, found.sd, found.mean_se, found.sd_se]).all()
    assert np.isnan(found.between) and np.isnan(found.cuts).all()


def test_two_levels_give_means_and_one_sd():
    found = hetop([[50, 50], [20, 80], [90, 10]])
    probits = -ndtri([0.5, 0.2, 0.9])
    probits -= probits.mean()
    scale = np.sqrt(1 + np.mean(probits**2))
    assert found.mean == pytest.approx(probits / scale)
    assert found.sd == pytest.approx([1 / scale] * 3)
    assert set(found.status) == {"common SD"}


def test_nobody_anywhere():
    assert hetop(np.zeros((2, 3))).status.tolist() == ["no students"] * 2
    assert hetop(np.zeros((0, 3))).mean.shape == (0,)
    assert v_statistic(np.zeros((0, 3)), np.zeros((0, 3))).value.shape == (0,)


def test_what_cannot_be_counts_by_level_is_named():
    with pytest.raises(MetricError, match=r"counts_b must not be negative, but is -1 at index 1"):
        v_statistic([1, 2], [1, -1])
    with pytest.raises(MetricError, match="counts_a must hold one count for each level"):
        v_statistic(3, 4)
    with pytest.raises(MetricError, match="two levels or more"):
        proficiency_gaps([3], [4])
    with pytest.raises(MetricError, match="counts_b does not line up"):
        v_statistic([1, 2, 3], [1, 2])
    with pytest.raises(MetricError, match=r"counts must be whole, but is 1.5 at index \(1, 0\)"):
        hetop([[1, 2, 3], [1.5, 2, 3]])
    with pytest.raises(MetricError, match="counts must be units by levels"):
        hetop([1, 2, 3])
    with pytest.raises(MetricError, match="level must"):
        v_statistic([1, 2], [2, 1], level=95)


# Growth


def test_growth_adds_the_two_years_noise():
    one, two = hedges_g([5, 7, 8, 9, 6, 7], [4, 6, 5, 7, 5, 3]), Estimate(0.5, 0.1, 1.2)
    value, low, high = growth(one, two)
    assert value == 0.5 - one.value
    assert value - low == pytest.approx(np.hypot(0.4, one.high - one.value))
    assert high - value == pytest.approx(np.hypot(0.7, one.value - one.low))
    back = growth(two, one)
    assert tuple(back) == pytest.approx((-value, -high, -low))


def test_growth_of_gaps_and_of_what_is_no_estimate():
    assert np.isnan(growth(Estimate(NAN, NAN, NAN), Estimate(0.5, 0.1, 1.2))).all()
    with pytest.raises(MetricError, match="before must be an Estimate"):
        growth(0.5, Estimate(0.5, 0.1, 1.2))
    with pytest.raises(MetricError, match="after must be finite"):
        growth(Estimate(0.5, 0.1, 1.2), Estimate(np.inf, 0.1, 1.2))


def test_growth_covers_no_change():
    draw = np.random.default_rng(3)
    cuts = [-0.8, 0.1, 1.0]
    years = [draw.multinomial(40, shares(m, 1, cuts), size=1500) for m in (0, 0.6, 0.2, 0.8)]
    change = v_change(*years).change
    assert np.mean((change.low < 0) & (change.high > 0)) == pytest.approx(0.95, abs=0.015)
