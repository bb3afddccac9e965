"""Gradients, the share between schools, resilience: reference numbers, second opinions, edges."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equitylab.errors import MetricError
from equitylab.metrics.gradients import between_school_share, gradient, resilience

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan
ORACLES = Path(__file__).parents[2].parent / "shared/oracles"
ESTIMATORS = ["reml", "ml", "anova", "eta squared"]


# 11: High School and Beyond, 7,185 students of 160 schools


@pytest.fixture(scope="module")
def hsb(hsb_rows):
    rows = hsb_rows
    score, ses = (np.array([float(row[k]) for row in rows]) for k in ("mAch", "ses"))
    return score, ses, [row["school"] for row in rows]


@pytest.fixture(scope="module")
def oracle():
    path = ORACLES / "11_gradient_resilience/expected.json"
    if not path.is_file():
        pytest.skip(f"reference numbers absent: {path}")
    return json.loads(path.read_text("utf-8"))["expected"]


def test_11_gradient(hsb, oracle):
    from scipy.stats import t

    wanted, found = oracle["gradient"], gradient(*hsb[:2])
    assert found.slope.value == pytest.approx(wanted["slope"], rel=1e-9)
    assert found.intercept == pytest.approx(wanted["intercept"], rel=1e-9)
    assert found.strength == pytest.approx(wanted["strength_R2"], rel=1e-9)
    assert (found.n, found.left_out) == (wanted["n"], 0)
    error = (found.slope.high - found.slope.low) / 2 / t.ppf(0.975, wanted["n"] - 2)
    assert error == pytest.approx(wanted["slope_se"], rel=1e-9)


def test_11_gradient_within_and_between(hsb, oracle):
    found = gradient(*hsb)
    for name, wanted in oracle["gradient_within_between"].items():
        assert getattr(found, name).value == pytest.approx(wanted, rel=1e-9), name
    assert found.slope.value == pytest.approx(oracle["gradient"]["slope"], rel=1e-9)


@pytest.mark.parametrize("ties, case", [("in", ""), ("out", "_strict")])
def test_11_resilience(hsb, oracle, ties, case):
    wanted, found = oracle["resilience_type7" + case], resilience(*hsb[:2], ties=ties)
    assert found.share.value == pytest.approx(wanted["share"], abs=1e-12)
    assert found.n_low == wanted["n_bottom"]
    cuts = oracle["resilience_type7"]
    assert found.ses_cut == pytest.approx(cuts["ses_q25"], abs=1e-12)
    assert found.score_cut == pytest.approx(cuts["ach_q75"], abs=1e-12)
    assert found.on_cut == cuts["ties_at_ses_cut"]
    if ties == "in":
        assert found.n_resilient == cuts["n_resilient"]


# Raudenbush and Bryk (2002), chapter 4, print 8.61 between and 39.15 within for the same students
@pytest.mark.parametrize(
    "estimator, share", list(zip(ESTIMATORS, [0.1804, 0.1793, 0.1736, 0.1910], strict=True))
)
def test_share_between_schools_as_published(hsb, estimator, share):
    found = between_school_share(hsb[0], hsb[2], estimator=estimator)
    assert found.share == pytest.approx(share, abs=5e-5)
    assert (found.estimator, found.schools, found.n) == (estimator, 160, 7185)
    if estimator == "reml":
        assert (found.between, found.within) == pytest.approx((8.614, 39.148), abs=5e-4)


# Second opinions


def some_schools(seed=0, schools=25, most=30):
    draw = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), draw.integers(1, most, schools))
    ses = draw.normal(size=school.size) + draw.normal(size=schools)[school]
    score = 50 + 3 * ses + 4 * draw.normal(size=schools)[school] + draw.normal(0, 8, school.size)
    return score, ses, school, draw.uniform(0.2, 3, school.size)


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_statsmodels_agrees_on_slopes(clustered, weighted):
    import statsmodels.api as sm

    score, ses, school, weights = some_schools()
    ours = gradient(
        score, ses, school if clustered else None, weights=weights if weighted else None
    )
    kind = {"cov_type": "nonrobust"}
    if clustered:
        kind = {"cov_type": "cluster", "cov_kwds": {"groups": school}}
    elif weighted:
        kind = {"cov_type": "HC1"}
    w = weights if weighted else np.ones(score.size)

    def fit(*columns):
        design = sm.add_constant(np.column_stack(columns))
        return sm.WLS(score, design, weights=w).fit(use_t=True, **kind)

    theirs = fit(ses)
    assert ours.slope[1:] == pytest.approx(theirs.conf_int()[1], rel=1e-9)
    assert ours.intercept == pytest.approx(theirs.params[0], rel=1e-9)
    assert ours.strength == pytest.approx(theirs.rsquared, rel=1e-9)
    if clustered:
        mean = (np.bincount(school, w * ses) / np.bincount(school, w))[school]
        theirs = fit(ses - mean, mean)
        for part, at in ((ours.within, 1), (ours.between, 2)):
            assert part == pytest.approx((theirs.params[at], *theirs.conf_int()[at]), rel=1e-8)
        theirs = fit(ses, mean)
        wanted = (theirs.params[2], *theirs.conf_int()[2])
        assert ours.contextual == pytest.approx(wanted, rel=1e-8)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("estimator", ["reml", "ml"])
def test_statsmodels_agrees_on_variances(estimator):
    """By the route that converges, and only where it says so and the likelihood is finite."""
    import statsmodels.api as sm

    score, _, school, _ = some_schools()
    model = sm.MixedLM(score, np.ones(score.size), groups=school)
    theirs = model.fit(reml=estimator == "reml", method=["powell", "lbfgs"])
    assert theirs.converged and np.isfinite(theirs.llf)
    ours = between_school_share(score, school, estimator=estimator)
    assert ours.between == pytest.approx(theirs.cov_re[0, 0], rel=1e-4)
    assert ours.within == pytest.approx(theirs.scale, rel=1e-4)


def test_equal_schools_have_closed_forms():
    """With m students in each of J schools REML is the ANOVA, and ML takes J for J - 1."""
    draw = np.random.default_rng(2)
    school = np.repeat(np.arange(12), 5)
    score = draw.normal(size=60) + draw.normal(size=12)[school]
    mean = score.reshape(12, 5).mean(axis=1)
    inside = ((score.reshape(12, 5) - mean[:, None]) ** 2).sum() / 48
    outside = 5 * ((mean - mean.mean()) ** 2).sum()
    for estimator, divisor in (("anova", 11), ("reml", 11), ("ml", 12)):
        found = between_school_share(score, school, estimator=estimator)
        assert found.within == pytest.approx(inside, rel=1e-9)
        assert found.between == pytest.approx((outside / divisor - inside) / 5, rel=1e-8)


@pytest.mark.parametrize("estimator", ["reml", "ml", "anova"])
def test_schools_alike_have_nothing_between(estimator):
    """Every school has the same scores: less between than chance would put there."""
    found = between_school_share([1, 2, 3] * 4, np.repeat(list("abcd"), 3), estimator=estimator)
    assert (found.share, found.between) == (0, 0)


def test_moments_are_right_on_average_with_weights():
    draw = np.random.default_rng(4)
    school = np.repeat(np.arange(40), draw.integers(2, 9, 40))
    weights = draw.uniform(0.2, 4, school.size)
    found = []
    for _ in range(300):
        score = draw.normal(size=school.size) + 2 * draw.normal(size=40)[school]
        one = between_school_share(score, school, weights=weights, estimator="anova")
        found.append((one.between, one.within))
    mean, error = np.mean(found, axis=0), np.std(found, axis=0) / np.sqrt(300)
    assert np.all(np.abs(mean - [4, 1]) < 3.5 * error)


def test_chance_alone_lifts_eta_squared_and_no_other():
    draw = np.random.default_rng(5)
    school = np.repeat(np.arange(100), 4)
    score = draw.normal(size=400)
    assert between_school_share(score, school, estimator="eta squared").share > 0.2
    assert between_school_share(score, school).share < 0.06


def test_quartiles_are_numpys_and_equal_weights_change_nothing():
    score, ses, _, _ = some_schools()
    found = resilience(score, ses)
    assert found.ses_cut == np.quantile(ses, 0.25)
    assert found.score_cut == np.quantile(score, 0.75)
    assert resilience(score, ses, weights=np.full(ses.size, 0.3)) == found


def test_weights_move_the_cuts():
    """Five students, the first counting twice over: Hmisc's place 1 + 4 / 4 is still the first."""
    score, ses = [5, 4, 3, 2, 1], [1, 2, 3, 4, 5]
    assert resilience(score, ses).ses_cut == 2
    assert resilience(score, ses, weights=[4, 1, 1, 1, 1]).ses_cut == 1


def test_cuts_from_elsewhere():
    found = resilience([9, 3, 4, 5], [1, 2, 3, 4], ses_cut=2, score_cut=9)
    assert (found.n_low, found.n_resilient, found.share.value) == (2, 1, 0.5)
    found = resilience([9, 3, 4, 5], [1, 2, 3, 4], ses_cut=0)
    assert (found.n_low, found.n_resilient) == (0, 0) and np.isnan(found.share).all()


# Weights, gaps, and data that tell nothing


def everything(score, ses, school, weights=None):
    yield gradient(score, ses, school, weights=weights)
    yield resilience(score, ses, weights=weights)
    for estimator in ESTIMATORS[2:] if weights is not None else ESTIMATORS:
        yield between_school_share(score, school, weights=weights, estimator=estimator)


def flat(result):
    return [
        x for part in result for x in (part if isinstance(part, tuple) else [part]) if x != "anova"
    ]


def same(ours, theirs, but=()):
    for one, two in zip(ours, theirs, strict=True):
        one, two = (r._replace(**dict.fromkeys(set(but) & set(r._fields), 0)) for r in (one, two))
        numbers = ([x for x in flat(r) if not isinstance(x, str)] for r in (one, two))
        np.testing.assert_allclose(*numbers, rtol=1e-7, atol=1e-9)


def test_students_of_weight_zero_take_no_part():
    score, ses, school, weights = some_schools()
    weights[::3] = 0
    use = weights > 0
    few = score[use], ses[use], school[use], weights[use]
    same(everything(score, ses, school, weights), everything(*few))
    assert gradient(score, ses, weights=weights).n == use.sum()


@pytest.mark.parametrize("factor", [1e-200, 0.01, 7, 1e200])
def test_the_scale_of_weights_does_not_matter(factor):
    score, ses, school, weights = some_schools()
    same(everything(score, ses, school, factor * weights), everything(score, ses, school, weights))


def test_whole_weights_are_students_counted_more_than_once():
    score, ses, school, _ = some_schools()
    times = np.random.default_rng(1).integers(1, 4, score.size)
    ours = gradient(score, ses, school, weights=times)
    theirs = gradient(*(np.repeat(a, times) for a in (score, ses, school)))
    for field in ("slope", "within", "between", "contextual"):
        assert getattr(ours, field).value == pytest.approx(getattr(theirs, field).value)
    assert (ours.intercept, ours.strength) == pytest.approx((theirs.intercept, theirs.strength))
    one, two = (
        between_school_share(s, k, weights=w, estimator="eta squared").share
        for s, k, w in (
            (score, school, times),
            (np.repeat(score, times), np.repeat(school, times), None),
        )
    )
    assert one == pytest.approx(two)


def test_gaps_are_left_out_and_counted():
    score, ses, school, weights = some_schools()
    names = [f"school {k}" for k in school]
    whole = score, ses, names, weights
    more = (
        [NAN, 60, 60, 60, *score],
        [1, NAN, 1, 1, *ses],
        ["school 1", "school 1", None, "school 2", *names],
        [1, 1, 1, NAN, *weights],
    )
    assert gradient(*more[:3], weights=more[3]).left_out == 4
    assert resilience(*more[:2]).left_out == 2
    assert between_school_share(more[0], more[2]).left_out == 2
    assert gradient(*more[:3], weights=more[3])[:-1] == gradient(*whole[:3], weights=weights)[:-1]
    for gap in (NAN, None):
        assert between_school_share([1, 2, 3], ["a", "a", gap], estimator="anova").left_out == 1


@pytest.mark.parametrize(
    "score, ses, school",
    [
        pytest.param([], [], [], id="no one"),
        pytest.param([1], [2], ["a"], id="one student"),
        pytest.param([NAN, NAN], [1, 2], ["a", "b"], id="no scores"),
        pytest.param([1, 2, 4], [0.1, 0.1, 0.1], ["a", "a", "b"], id="one SES"),
        pytest.param([1, 2, 4], [1, 2, 2], [NAN, None, NAN], id="no schools known"),
    ],
)
def test_nothing_to_tell_from_is_a_gap(score, ses, school):
    found = gradient(score, ses, school)
    assert np.isnan([*found.slope, *found.within, *found.between, found.strength]).all()


def test_few_schools_are_not_certainty():
    """Two schools lie on a line, whichever: a sandwich of no misses has no width."""
    found = gradient([1, 2, 4, 5], [1, 2, 4, 6], list("aabb"))
    assert np.isfinite([found.slope.value, found.within.value, found.between.value]).all()
    assert np.isnan([found.slope.low, found.within.low, found.between.low]).all()


def test_one_school_and_schools_of_one():
    score, ses, _, _ = some_schools()
    found = gradient(score, ses, np.zeros(score.size))
    assert found.within.value == pytest.approx(found.slope.value)
    # One school is one cluster, which cannot say how schools differ.
    assert np.isnan([*found.between, *found.contextual, found.within.low]).all()
    found = gradient(score, ses, np.arange(score.size))
    assert found.between.value == pytest.approx(found.slope.value)
    assert np.isnan([*found.within, *found.contextual]).all()
    for estimator in ESTIMATORS:
        assert np.isnan(between_school_share(score, 0 * score, estimator=estimator).share)
        alone = between_school_share(score, np.arange(score.size), estimator=estimator)
        assert np.isnan(alone.share) if estimator != "eta squared" else alone.share == 1


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_no_spread_and_all_of_it_between(estimator):
    none = between_school_share([0.1] * 6, list("aabbcc"), estimator=estimator)
    assert np.isnan(none.share)
    every = between_school_share(
        [0.1, 0.1, 0.3, 0.3, 0.7, 0.7], list("aabbcc"), estimator=estimator
    )
    assert (every.share, every.within) == (1, 0)


def test_a_score_that_does_not_vary_has_no_strength():
    found = gradient([0.1] * 5, [1, 2, 3, 4, 9])
    assert found.slope.value == pytest.approx(0, abs=1e-15) and np.isnan(found.strength)


def test_what_is_refused():
    with pytest.raises(MetricError, match="ses does not line up with score: 2 against 3") as caught:
        gradient([1, 2, 3], [1, 2])
    assert caught.value.fields["argument"] == "ses"
    with pytest.raises(MetricError, match="school does not line up with score"):
        gradient([1, 2, 3], [1, 2, 3], ["a"])
    with pytest.raises(MetricError, match="weights must not be negative, but is -1 at index 1"):
        resilience([1, 2], [1, 2], weights=[1, -1])
    with pytest.raises(MetricError, match="score must be finite"):
        gradient([1, np.inf], [1, 2])
    with pytest.raises(MetricError, match="school must be one list"):
        between_school_share([1, 2], [["a"], ["b"]])
    with pytest.raises(MetricError, match="school must be one list"):
        between_school_share([1, 2], "ab")
    with pytest.raises(MetricError, match="estimator 'icc' is not known"):
        between_school_share([1, 2], [1, 2], estimator="icc")
    with pytest.raises(MetricError, match="reml estimator takes no weights"):
        between_school_share([1, 2], [1, 2], weights=[1, 1])
    with pytest.raises(MetricError, match="ties must be"):
        resilience([1, 2], [1, 2], ties="all")
    with pytest.raises(MetricError, match="part must lie between 0 and 1"):
        resilience([1, 2], [1, 2], part=25)
    with pytest.raises(MetricError, match="level must"):
        gradient([1, 2], [1, 2], level=95)


# Properties of any students


@st.composite
def anyone(draw):
    n = draw(st.integers(0, 40))
    number = st.integers(-50, 50).map(float) | st.floats(-5, 5)
    lists = (
        st.lists(s, min_size=n, max_size=n) for s in (number, number, st.sampled_from("abcde"))
    )
    return tuple(draw(s) for s in lists)


@settings(max_examples=60, deadline=None)
@given(anyone())
def test_shares_are_shares_and_estimates_lie_in_their_intervals(students):
    found = list(everything(*students))
    slopes = found[0]
    assert np.isnan(slopes.strength) or -1e-9 <= slopes.strength <= 1 + 1e-9
    for estimate in (slopes.slope, slopes.within, slopes.between, found[1].share):
        value, low, high = estimate
        assert np.isnan(low) or low <= value <= high
    assert found[1].n_resilient <= found[1].n_low <= len(students[0])
    for one in found[2:]:
        assert np.isnan(one.share) or (0 <= one.share <= 1 and min(one.between, one.within) >= 0)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.floats(0.1, 9), st.floats(-50, 50), st.randoms(use_true_random=False))
def test_scale_and_order_and_names_do_not_matter(seed, factor, shift, random):
    score, ses, school, _ = some_schools(seed, schools=8)
    order = list(range(score.size))
    random.shuffle(order)
    ours = gradient(score, ses, school)
    again = gradient(
        factor * score[order] + shift, ses[order] / factor, [f"s{-k}" for k in school[order]]
    )
    for field in ("slope", "within", "between", "contextual"):
        scaled = np.divide(getattr(again, field), factor**2)
        np.testing.assert_allclose(scaled, getattr(ours, field), rtol=1e-6, atol=1e-7)
    assert again.strength == pytest.approx(ours.strength, rel=1e-7)
    for estimator in ESTIMATORS:
        one = between_school_share(score, school, estimator=estimator)
        two = between_school_share(
            factor * score[order] + shift, -school[order], estimator=estimator
        )
        assert two.share == pytest.approx(one.share, rel=1e-6, abs=1e-7)
