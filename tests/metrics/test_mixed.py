"""Gaps with schools accounted for: closed forms, brute force, published numbers, statsmodels."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import stdtrit
from scipy.stats import ttest_rel

from equitylab.errors import MetricError
from equitylab.metrics import mixed_gap
from equitylab.metrics._reml import reml

pytestmark = pytest.mark.filterwarnings("error")


def planted(seed, schools=12, between=1.0, differing=0.0, gap=0.5):
    draw = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), draw.integers(3, 12, schools))
    first = draw.random(school.size) < draw.uniform(0.2, 0.8, schools)[school]
    own = gap + differing * draw.normal(size=schools)
    score = between * draw.normal(size=schools)[school] + own[school] * first
    return score + draw.normal(size=school.size), first, school


def error(found, df):
    return (found.gap.high - found.gap.value) / stdtrit(df, 0.975)


def column(rows, name):
    return np.array([float(row[name]) for row in rows])


def test_high_school_and_beyond(hsb_rows, capsys):
    """Intercept variance and gap as in library_defects.json, where two of its calls go wrong."""
    minority = np.array([row["minrty"] == "Yes" for row in hsb_rows])
    school = [row["school"] for row in hsb_rows]
    found = mixed_gap(column(hsb_rows, "mAch"), minority, school)
    with capsys.disabled():
        print(f"\nHSB: gap {found.gap.value:.3f}, school variance {found.between_sd**2:.3f}")
    assert found.gap.value == pytest.approx(-3.687, abs=5e-4)
    assert found.between_sd**2 == pytest.approx(6.468, abs=5e-4)
    assert (found.schools, found.schools_with_both, found.n_first) == (160, 136, 1974)
    assert found.plain == pytest.approx(-4.129504102556, abs=1e-9)
    adjusted = mixed_gap(
        column(hsb_rows, "mAch"), minority, school, adjusters={"ses": column(hsb_rows, "ses")}
    )
    assert adjusted.adjusters == ("ses",) and found.gap.value < adjusted.gap.value < 0


def test_high_school_and_beyond_random_slope(hsb_rows):
    """Raudenbush and Bryk's model on distance from the school's mean SES: slope variance .694."""
    cses, score = column(hsb_rows, "cses"), column(hsb_rows, "mAch")
    school = np.unique([row["school"] for row in hsb_rows], return_inverse=True)[1]
    x = np.column_stack([np.ones(cses.size), cses])
    slopes, cov, spread, within = reml(score, x, x, school)
    assert slopes == pytest.approx([12.6362, 2.1932], abs=1e-3)
    assert np.sqrt(np.diag(cov)) == pytest.approx([0.2445, 0.1283], abs=1e-3)
    assert spread**2 == pytest.approx([8.682, 0.694], abs=2e-3)
    assert within**2 == pytest.approx(36.700, abs=1e-2)


def balanced(seed, schools=9, each=4):
    draw = np.random.default_rng(seed)
    school = np.repeat(np.arange(schools), 2 * each)
    first = np.tile([True] * each + [False] * each, schools)
    score = 2 * draw.normal(size=schools)[school] + first + draw.normal(size=school.size)
    return score, first, school


@pytest.mark.parametrize("seed", range(3))
def test_equal_schools_are_the_analysis_of_variance(seed):
    score, first, school = balanced(seed)
    found, j, m = mixed_gap(score, first, school), 9, 4
    means = score.reshape(j, 2 * m).mean(axis=1)
    gap = score[first].mean() - score[~first].mean()
    left = score - means[school] - gap * (first - 0.5)
    within = (left**2).sum() / (score.size - j - 1)
    between = (2 * m * means.var(ddof=1) - within) / (2 * m)
    assert found.gap.value == pytest.approx(gap, abs=1e-9) == pytest.approx(found.plain)
    assert found.within_sd**2 == pytest.approx(within, rel=1e-6)
    assert found.between_sd**2 == pytest.approx(between, rel=1e-6)
    assert error(found, score.size - j - 1) == pytest.approx(
        np.sqrt(2 * within / (j * m)), rel=1e-6
    )


@pytest.mark.parametrize("seed", range(3))
def test_equal_schools_with_a_gap_each_are_the_paired_t_test(seed):
    draw = np.random.default_rng(100 + seed)
    score, first, school = balanced(seed, each=12)
    score = score + 2 * draw.normal(size=9)[school] * first
    found = mixed_gap(score, first, school, slope=True)
    means = [score[g].reshape(9, 12).mean(axis=1) for g in (first, ~first)]
    paired = ttest_rel(*means).confidence_interval(0.95)
    assert found.gap[1:] == pytest.approx((paired.low, paired.high), rel=1e-5)
    assert found.estimator == "REML, random intercept and gap by school" and found.gap_sd > 0


def brute_force(y, x, z, school):
    """Restricted likelihood with every school's covariance written out, from several starts."""
    parts, terms = z.shape[1], x.shape[1]

    def solved(theta):
        factor = np.zeros((parts, parts))
        factor[np.tril_indices(parts)] = theta[:-1]
        info, total, logs = np.zeros((terms + 1, terms + 1)), 0.0, 0.0
        for one in range(school.max() + 1):
            at = school == one
            cov = z[at] @ factor @ factor.T @ z[at].T + np.exp(theta[-1]) * np.eye(at.sum())
            data = np.column_stack([x[at], y[at]])
            info += data.T @ np.linalg.solve(cov, data)
            logs += np.linalg.slogdet(cov)[1]
        slopes = np.linalg.solve(info[:-1, :-1], info[:-1, -1])
        total = logs + np.linalg.slogdet(info[:-1, :-1])[1] + info[-1, -1] - info[:-1, -1] @ slopes
        return total, slopes[1], np.sqrt(np.linalg.inv(info[:-1, :-1])[1, 1])

    starts = np.random.default_rng(0).normal(0, 0.7, (4, parts * (parts + 1) // 2))
    ends = [minimize(lambda t: solved(t)[0], [*s, -0.3], method="BFGS") for s in starts]
    return solved(min(ends, key=lambda end: end.fun).x)[1:]


@pytest.mark.parametrize(
    "seed, between, differing, slope",
    [(0, 0.0, 0.0, False), (1, 0.3, 0.5, True), (2, 1.0, 0.0, True), (3, 1.0, 0.6, True)],
)
def test_as_brute_force(seed, between, differing, slope):
    score, first, school = planted(seed, between=between, differing=differing)
    found = mixed_gap(score, first, school, slope=slope)
    x = np.column_stack([np.ones(score.size), first])
    gap, spread = brute_force(score, x, x if slope else x[:, :1], school)
    df = found.schools_with_both - 1 if slope else score.size - found.schools - 1
    assert found.gap.value == pytest.approx(gap, abs=2e-6)
    assert error(found, df) == pytest.approx(spread, rel=2e-5)


def test_statsmodels_agrees_where_it_converges_and_not_where_schools_hardly_differ(capsys):
    from statsmodels.regression.mixed_linear_model import MixedLM

    errors = []
    for seed, between in ((2, 1.5), (6, 0.0), (0, 0.0)):
        score, first, school = planted(seed, between=between)
        found = mixed_gap(score, first, school)
        x = np.column_stack([np.ones(score.size), first])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a variance is at its bound of 0
            theirs = MixedLM(score, x, groups=school).fit(method=["powell", "lbfgs"])
        assert theirs.converged and np.isfinite(theirs.llf)
        assert found.gap.value == pytest.approx(theirs.fe_params[1], abs=1e-4)
        errors.append((error(found, score.size - found.schools - 1), theirs.bse_fe[1]))
    with capsys.disabled():
        print("\nstandard errors, ours beside MixedLM's:", np.round(errors, 4).tolist())
    assert errors[0][0] == pytest.approx(errors[0][1], rel=0.02)


def test_intervals_cover(capsys):
    """With a gap of its own in each school: benchmarks/coverage.py, for it takes half a minute."""
    tables = [mixed_gap(*planted(seed, between=0.7)) for seed in range(200)]
    assert {found.status for found in tables} == {"estimated"}
    held = np.mean([found.gap.low <= 0.5 <= found.gap.high for found in tables])
    with capsys.disabled():
        print(f"\nmixed gap, 12 small schools: {held:.1%} of nominal 95 % intervals hold the truth")
    assert 0.91 < held < 0.985


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 99), st.floats(0.01, 1000), st.floats(-1000, 1000), st.randoms())
def test_scale_order_names_and_the_other_group(seed, factor, shift, random):
    score, first, school = planted(seed, schools=6)
    found = mixed_gap(score, first, school)
    order = list(range(score.size))
    random.shuffle(order)
    names = np.array(list("qwerty"))[school]
    again = mixed_gap(factor * score[order] + shift, ~first[order], names[order])
    assert again.status == found.status
    if found.status == "estimated":
        assert again.gap.value == pytest.approx(
            -factor * found.gap.value, rel=1e-4, abs=1e-4 * factor
        )
        assert again.between_sd == pytest.approx(factor * found.between_sd, abs=2e-4 * factor)


def test_reasons_why_there_is_no_estimate():
    score, first, school = planted(1)
    cases = {
        "one group only": (score, np.ones(score.size), school),
        "no school has both groups": (score, school % 2 == 0, school),
        "too few schools": (score, first, np.zeros(score.size)),
        "no spread": (np.full(score.size, 3.5), first, school),
        "not converged": (school + 2.0 * first, first, school),
    }
    for status, table in cases.items():
        found = mixed_gap(*table)
        assert found.status == status and np.isnan(np.array(found.gap)).all()
    assert mixed_gap([], [], []).status == "one group only"
    # Enough for one gap, too few schools to say how gaps differ.
    few = mixed_gap(score, first, school % 2 * (school < 2) + 2 * (school >= 2), slope=True)
    assert few.schools == 3 and few.status in ("estimated", "too few schools")


def test_gaps_are_left_out_and_adjusters_that_do_not_vary_change_nothing():
    score, first, school = planted(4)
    whole = mixed_gap(score, first, school)
    more = mixed_gap(
        [*score, np.nan, 3],
        [*first, 1, np.nan],
        [*school, 0, 1],
        adjusters={"flat": [2.0] * (score.size + 2)},
    )
    assert more.left_out == 2 and more.gap == pytest.approx(whole.gap)
    assert more.adjusters == ("flat",)


def test_what_is_refused():
    score, first, school = planted(5)
    with pytest.raises(MetricError, match="first must be true or false"):
        mixed_gap(score, first + 1, school)
    with pytest.raises(MetricError, match="adjusters must be named"):
        mixed_gap(score, first, school, adjusters=[score])
    with pytest.raises(MetricError, match="says the same as those before it"):
        mixed_gap(score, first, school, adjusters={"a": score, "b": 2 * score})
    with pytest.raises(MetricError, match="does not line up"):
        mixed_gap(score, first, school[1:])
