"""Two groups compared within strata: published tables, second opinions, and strata that are empty."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from equitylab.errors import MetricError
from equitylab.metrics import odds_ratio, risk_ratio
from equitylab.metrics.stratified import mantel_haenszel

pytestmark = pytest.mark.filterwarnings("error")
NAN, INF = np.nan, np.inf
ORACLES = Path(__file__).parents[2].parent / "shared/oracles"

# SAS/STAT User's Guide, the FREQ procedure, example of Cochran-Mantel-Haenszel statistics: migraine
MIGRAINE = [16, 12], [27, 28], [5, 7], [25, 26]
# Agresti (1990), p. 231, in R's help of mantelhaen.test: rabbits; two of five strata tell nothing
RABBITS = [0, 3, 6, 5, 2], [6, 6, 6, 6, 2], [0, 0, 2, 6, 5], [5, 6, 6, 6, 5]
# Charig and others (1986), British Medical Journal 292:879: kidney stones, by size
STONES = [81, 192], [87, 263], [234, 55], [270, 80]


def without(table):
    """Count those without the outcome."""
    x1, n1, x2, n2 = (np.asarray(a) for a in table)
    return n1 - x1, n1, n2 - x2, n2


def test_migraine_as_published():
    found = mantel_haenszel(*MIGRAINE)
    assert found.odds_ratio == pytest.approx((3.3132, 1.4456, 7.5934), abs=5e-5)
    assert found.risk_ratio == pytest.approx((2.1636, 1.2336, 3.7948), abs=5e-5)
    # its second column, those who felt the same
    other_way = mantel_haenszel(*without(MIGRAINE)).risk_ratio
    assert other_way == pytest.approx((0.6420, 0.4705, 0.8761), abs=5e-5)
    assert found.cmh_p == pytest.approx(0.0040, abs=5e-5)
    # Breslow-Day 1.4929, p .2218, and Tarone's correction makes it a little less
    assert found.homogeneity_p == pytest.approx(0.2218, abs=5e-4)
    assert found.homogeneity_p > 0.2218


def test_rabbits_by_hand():
    """R prints M^2 3.9286, p .047 with the continuity correction, and an odds ratio of 7."""
    found = mantel_haenszel(*RABBITS)
    assert found.odds_ratio.value == pytest.approx(7)
    x1, n1, x2, n2 = (np.array(a, float) for a in RABBITS)
    n, some = n1 + n2, x1 + x2
    apart = (x1 - n1 * some / n).sum()
    spread = (n1 * n2 * some * (n - some) / (n**2 * (n - 1))).sum()
    from scipy.stats import chi2

    assert chi2.sf((abs(apart) - 0.5) ** 2 / spread, 1) == pytest.approx(0.047, abs=5e-4)
    assert found.cmh_p == pytest.approx(chi2.sf(apart**2 / spread, 1), rel=1e-12)


def test_berkeley():
    """R's help prints a common odds ratio of .9047 [.7719, 1.0603], men against women."""
    path = ORACLES / "data/ucb_admissions.csv"
    if not path.is_file():
        pytest.skip(f"reference data absent: {path}")
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    departments = sorted({row["Dept"] for row in rows})

    def count(gender, *admits):
        return [
            sum(
                int(row["Freq"])
                for row in rows
                if (row["Dept"], row["Gender"]) == (department, gender) and row["Admit"] in admits
            )
            for department in departments
        ]

    sides = [
        (count(gender, "Admitted"), count(gender, "Admitted", "Rejected"))
        for gender in sorted({row["Gender"] for row in rows}, reverse=True)
    ]
    found = mantel_haenszel(*sides[0], *sides[1])
    published = (0.9046968, 0.7719074, 1.0603298)
    assert found.odds_ratio == pytest.approx(published, abs=5e-8)
    # Breslow-Day 18.83 on 5 degrees of freedom; without department A the rest are alike.
    assert found.homogeneity_p == pytest.approx(0.0021, abs=5e-5)
    rest = mantel_haenszel(*(side[1:] for pair in sides for side in pair))
    assert rest.homogeneity_p > 0.5


def draws(rows, strata):
    draw = np.random.default_rng(0)
    n1, n2 = draw.integers(15, 60, (2, rows, strata))
    return draw.binomial(n1, 0.35), n1, draw.binomial(n2, 0.25), n2


def stratified(table):
    from statsmodels.stats.contingency_tables import StratifiedTable

    x1, n1, x2, n2 = (np.asarray(a, dtype=float) for a in table)
    return StratifiedTable(np.array([[x1, n1 - x1], [x2, n2 - x2]]))


@pytest.mark.parametrize("strata", [1, 2, 7, 40])
def test_statsmodels_agrees_where_it_is_right(strata):
    table = draws(12, strata)
    found = mantel_haenszel(*table)
    for row in range(12):
        theirs = stratified([a[row] for a in table])
        ours = [e[row] for e in found.odds_ratio]
        low, high = theirs.oddsratio_pooled_confint()
        assert ours == pytest.approx((theirs.oddsratio_pooled, low, high), rel=1e-9)
        assert found.risk_ratio.value[row] == pytest.approx(theirs.riskratio_pooled, rel=1e-9)
        assert found.cmh_p[row] == pytest.approx(theirs.test_null_odds().pvalue, rel=1e-9)
        if strata > 1:
            p = theirs.test_equal_odds(adjust=True).pvalue
            assert found.homogeneity_p[row] == pytest.approx(p, rel=1e-7)


def test_many_strata_of_a_pair_are_mcnemar():
    """One student a group a stratum: the odds ratio is b/c, the test McNemar's."""
    pairs = {(1, 1): 9, (1, 0): 14, (0, 1): 5, (0, 0): 30}
    x1, x2 = (np.repeat([pair[i] for pair in pairs], list(pairs.values())) for i in (0, 1))
    found = mantel_haenszel(x1, np.ones(58), x2, np.ones(58))
    assert found.odds_ratio.value == pytest.approx(14 / 5)
    assert found.risk_ratio.value == pytest.approx(23 / 14)
    assert found.risk_difference.value == pytest.approx(9 / 58)
    from scipy.stats import chi2

    assert found.cmh_p == pytest.approx(chi2.sf(81 / 19, 1))
    # log(b/c) with variance 1/b + 1/c
    half = 1.959963984540054 * np.sqrt(1 / 14 + 1 / 5)
    assert found.odds_ratio.high == pytest.approx(2.8 * np.exp(half))


def test_difference_of_one_stratum_is_the_score_interval():
    """statsmodels' own is wrong (issue 10269); the right one is in library_defects.json."""
    found = mantel_haenszel([56], [70], [48], [80]).risk_difference
    assert found == pytest.approx((0.2, 0.0528297136, 0.3381729394), abs=1e-9)


@pytest.mark.parametrize("table", [MIGRAINE, STONES, ([2, 0], [5, 9], [1, 3], [30, 44])], ids=str)
def test_difference_limits_solve_the_constrained_likelihood(table):
    """The slow way: in each stratum the likeliest rates that differ by the limit, by search."""
    from scipy.optimize import minimize_scalar

    found = mantel_haenszel(*table).risk_difference
    for limit, aim in ((found.low, 1.959963984540054), (found.high, -1.959963984540054)):
        top = spread = 0
        for x1, n1, x2, n2 in zip(*table, strict=True):
            ends = max(0, -limit), min(1, 1 - limit)

            def loss(q, cell=(x1, n1, x2, n2), gap=limit):
                x1, n1, x2, n2 = cell
                p, q = np.clip([q + gap, q], 1e-14, 1 - 1e-14)
                ours = x1 * np.log(p) + (n1 - x1) * np.log1p(-p)
                return -(ours + x2 * np.log(q) + (n2 - x2) * np.log1p(-q))

            q = minimize_scalar(loss, bounds=ends, options={"xatol": 1e-13}).x
            p, n, weight = q + limit, n1 + n2, n1 * n2 / (n1 + n2)
            top += weight * (x1 / n1 - x2 / n2 - limit)
            spread += weight**2 * (p * (1 - p) / n1 + q * (1 - q) / n2) * n / (n - 1)
        assert top / np.sqrt(spread) == pytest.approx(aim, rel=1e-5)


@pytest.mark.parametrize("table", [(0, 5, 3, 9), (3, 9, 0, 5), (0, 5, 9, 9), (0, 5, 0, 9)], ids=str)
def test_ratios_of_one_stratum_with_zeros_are_those_of_one_table(table):
    found = mantel_haenszel(*([a] for a in table))
    for ours, theirs in (
        (found.odds_ratio, odds_ratio(*table)),
        (found.risk_ratio, risk_ratio(*table)),
    ):
        assert ours == pytest.approx(theirs, rel=1e-9, nan_ok=True)


def test_all_in_every_stratum_is_not_certainty():
    found = mantel_haenszel([5], [5], [9], [9])
    assert found.risk_ratio == pytest.approx(risk_ratio(5, 5, 9, 9), rel=1e-9)
    assert found.odds_ratio == pytest.approx((NAN, 0, INF), nan_ok=True)
    assert found.risk_difference.low < -0.3 and found.risk_difference.high > 0.3
    assert found.cmh_p == 1


@pytest.mark.parametrize(
    "table, odds, risk, difference",
    [
        pytest.param(
            ([3, 2], [3, 2], [0, 0], [5, 6]), (NAN, "+", INF), (NAN, "+", INF), 1, id="separated"
        ),
        pytest.param(
            ([0, 0], [3, 2], [5, 6], [5, 6]), (0, 0, "+"), (0, 0, "+"), -1, id="other way"
        ),
        pytest.param(([0, 0], [3, 2], [0, 0], [5, 6]), (NAN, 0, INF), (NAN, 0, INF), 0, id="none"),
        pytest.param(([3, 2], [3, 2], [5, 6], [5, 6]), (NAN, 0, INF), (1, "+", "+"), 0, id="all"),
        pytest.param(
            ([3, 0], [3, 2], [5, 0], [5, 6]), (NAN, 0, INF), (1, "+", "+"), 0, id="all or none"
        ),
        pytest.param(([3, 2], [5, 4], [0, 0], [0, 0]), *[(NAN,) * 3] * 2, NAN, id="one group"),
        pytest.param(([3, 0], [5, 0], [0, 2], [0, 4]), *[(NAN,) * 3] * 2, NAN, id="none shared"),
        pytest.param(([3, NAN], [5, 4], [1, 2], [6, 7]), *[(NAN,) * 3] * 2, NAN, id="gap"),
        pytest.param(([3, 1], [5, 4], [1, 2], [6, NAN]), *[(NAN,) * 3] * 2, NAN, id="gap in n"),
    ],
)
def test_edges(table, odds, risk, difference):
    found = mantel_haenszel(*table)
    for estimate, wanted in [(found.odds_ratio, odds), (found.risk_ratio, risk)]:
        for ours, want in zip(estimate, wanted, strict=True):
            if want == "+":
                assert 0 < ours < INF
            else:
                assert ours == pytest.approx(want, nan_ok=True)
    value, low, high = found.risk_difference
    assert value == pytest.approx(difference, nan_ok=True)
    if np.isnan(difference):
        assert np.isnan([low, high, found.cmh_p, found.homogeneity_p]).all()
    else:
        assert -1 <= low <= value <= high <= 1 and high - low > 0.2
        assert 0 < found.cmh_p <= 1
        assert np.isnan(found.homogeneity_p)


def test_empty_strata_change_nothing():
    """A stratum with one group only has nothing to compare; statsmodels' tests then give nan."""
    x1, n1, x2, n2 = MIGRAINE
    more = mantel_haenszel([*x1, 0, 4, 0], [*n1, 0, 9, 0], [*x2, 0, 0, 2], [*n2, 0, 0, 7])
    np.testing.assert_allclose(np.hstack(more), np.hstack(mantel_haenszel(*MIGRAINE)), rtol=1e-12)


def test_a_stratum_that_all_had_bears_on_risks_and_not_on_odds():
    x1, n1, x2, n2 = MIGRAINE
    more = mantel_haenszel([*x1, 9], [*n1, 9], [*x2, 4], [*n2, 4])
    few = mantel_haenszel(*MIGRAINE)
    assert more.odds_ratio == pytest.approx(few.odds_ratio)
    assert (more.cmh_p, more.homogeneity_p) == pytest.approx((few.cmh_p, few.homogeneity_p))
    assert more.risk_ratio.value < few.risk_ratio.value


def test_one_stratum_has_nothing_to_be_unlike():
    found = mantel_haenszel([30], [100], [100], [500])
    assert found.odds_ratio.value == pytest.approx(30 * 400 / (70 * 100))
    assert np.isnan(found.homogeneity_p)


def test_unlike_strata_are_seen():
    found = mantel_haenszel([90, 10], [100, 100], [10, 90], [100, 100])
    assert found.odds_ratio.value == pytest.approx(1)
    assert found.homogeneity_p < 1e-20 and found.cmh_p == pytest.approx(1)


def test_simpsons_paradox():
    """The first treatment of kidney stones does worse over both sizes, better within each."""
    found = mantel_haenszel(*STONES)
    assert 273 / 350 < 289 / 350
    assert found.risk_ratio.value > 1 and found.odds_ratio.value > 1
    assert found.risk_difference.value > 0


def test_what_is_refused():
    with pytest.raises(MetricError, match="x1 must hold one count for each stratum"):
        mantel_haenszel(1, 2, 1, 2)
    with pytest.raises(MetricError, match=r"x2 counts students.*n2 \(2\), but is 3 at index 1"):
        mantel_haenszel([1, 1], [2, 2], [1, 3], [2, 2])
    with pytest.raises(MetricError, match="n1 must not be negative, but is -2"):
        mantel_haenszel([1, 1], [2, -2], [1, 1], [2, 2])
    with pytest.raises(MetricError, match="x1 must be whole"):
        mantel_haenszel([1, 0.5], [2, 2], [1, 1], [2, 2])
    with pytest.raises(MetricError, match="level must"):
        mantel_haenszel([1], [2], [1], [2], level=95)


def test_shapes():
    table = draws(6, 3)
    found = mantel_haenszel(*(a.reshape(2, 3, 3) for a in table))
    assert found.risk_difference.low.shape == found.cmh_p.shape == (2, 3)
    flat = mantel_haenszel(*table)
    np.testing.assert_array_equal(found.odds_ratio.high.ravel(), flat.odds_ratio.high)
    assert np.ndim(mantel_haenszel(*MIGRAINE).cmh_p) == 0
    assert mantel_haenszel(*np.zeros((4, 0, 3))).cmh_p.shape == (0,)
    assert np.isnan(mantel_haenszel(*np.zeros((4, 2, 0))).cmh_p).tolist() == [True, True]


# Properties of any strata


@st.composite
def strata(draw):
    shape = draw(st.tuples(st.integers(1, 3), st.integers(1, 5)))
    n1, n2 = (draw(arrays(np.int64, shape, elements=st.integers(0, 60))) for _ in range(2))
    shares = [draw(arrays(float, shape, elements=st.floats(0, 1))) for _ in range(2)]
    return np.round(shares[0] * n1), n1, np.round(shares[1] * n2), n2


def ratio_mirrors(ours, theirs):
    with np.errstate(divide="ignore"):
        np.testing.assert_allclose(ours.low, 1 / theirs.high, rtol=1e-7)
        np.testing.assert_allclose(ours.high, 1 / theirs.low, rtol=1e-7)


@settings(max_examples=40, deadline=None)
@given(strata())
def test_swapping_the_groups_mirrors_everything(table):
    ours, theirs = mantel_haenszel(*table), mantel_haenszel(*table[2:], *table[:2])
    ratio_mirrors(ours.odds_ratio, theirs.odds_ratio)
    ratio_mirrors(ours.risk_ratio, theirs.risk_ratio)
    np.testing.assert_allclose(ours.risk_difference.low, -theirs.risk_difference.high, atol=1e-9)
    np.testing.assert_allclose(ours.cmh_p, theirs.cmh_p, rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(strata())
def test_counting_those_without_the_outcome_mirrors_odds_and_difference(table):
    ours, theirs = mantel_haenszel(*table), mantel_haenszel(*without(table))
    ratio_mirrors(ours.odds_ratio, theirs.odds_ratio)
    np.testing.assert_allclose(ours.risk_difference.low, -theirs.risk_difference.high, atol=1e-9)
    np.testing.assert_allclose(ours.cmh_p, theirs.cmh_p, rtol=1e-9)


@settings(max_examples=40, deadline=None)
@given(strata(), st.randoms(use_true_random=False))
def test_the_order_of_strata_does_not_matter(table, random):
    order = list(range(table[0].shape[1]))
    random.shuffle(order)
    ours, theirs = mantel_haenszel(*table), mantel_haenszel(*(a[:, order] for a in table))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(strata())
def test_estimates_lie_in_their_intervals_and_p_values_between_0_and_1(table):
    found = mantel_haenszel(*table)
    for value, low, high in found[:3]:
        fine = ~np.isnan(value)
        assert np.all(low <= value + 1e-9 * np.abs(value), where=fine)
        assert np.all(value <= high + 1e-9 * np.abs(value), where=fine)
        assert not np.isinf(value).any() and not np.isinf(low).any()
    for p in found[3:]:
        assert np.all((p >= 0) & (p <= 1), where=~np.isnan(p))
    shared = ((table[1] > 0) & (table[3] > 0)).any(axis=1)
    for estimate in found[:3]:
        assert np.array_equal(np.isnan(estimate.low), ~shared)


@settings(max_examples=40, deadline=None)
@given(strata())
def test_the_difference_and_the_test_see_the_same_side(table):
    """The interval leaves out 0 exactly where the test says under .05."""
    found = mantel_haenszel(*table)
    value, low, high = found.risk_difference
    # A limit of 0 to nine digits is on the line.
    clear = (np.abs(low) > 1e-9) & (np.abs(high) > 1e-9) & ~np.isnan(value)
    assert np.array_equal(((low > 0) | (high < 0))[clear], (found.cmh_p < 0.05)[clear])


COVERED = {
    "one of 6 by 200": ([6], [200], 0.1, 0.1),
    "one of 12 by 100": ([12], [100], 0.05, 0.05),
    "three small, unlike": ([6, 8, 5], [60, 80, 90], 0.3, 0.1),
    "ten of 5 by 40": ([5] * 10, [40] * 10, 0.1, 0.1),
    "fifty of 2 by 10": ([2] * 50, [10] * 50, 0.05, 0.05),
    "five large": ([100] * 5, [500] * 5, 0.2, 0.1),
}


@pytest.mark.parametrize("case", COVERED)
def test_nominal_95_percent_intervals_cover(case):
    """The usual interval of the difference (Sato) covers 46 % in the first of these."""
    n1, n2, p1, p2 = COVERED[case]
    draw = np.random.default_rng(3)
    x1, x2 = (draw.binomial(n, p, (2000, len(n))) for n, p in ((n1, p1), (n2, p2)))
    found = mantel_haenszel(x1, n1, x2, n2)
    truths = p1 * (1 - p2) / (p2 * (1 - p1)), p1 / p2, p1 - p2
    shares = [
        np.mean((e.low <= truth + 1e-12) & (truth - 1e-12 <= e.high))
        for e, truth in zip(found[:3], truths, strict=True)
    ]
    print(f"{case}: odds {shares[0]:.3f}, risk {shares[1]:.3f}, difference {shares[2]:.3f}")
    assert min(shares) > 0.92
