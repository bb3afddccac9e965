"""Where today's libraries are wrong, ours is right: every entry of `library_defects.json`, by its call.

An entry that is added there without a test here fails. What the installed library says of the same
case is printed (``pytest -s``), so that a release that mends it is seen.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import pytest

from equitylab import metrics
from equitylab.metrics._reml import reml

ORACLES = Path(__file__).parents[2].parent / "shared" / "oracles"
DEFECTS = ORACLES / "library_defects.json"


def entries():
    if not DEFECTS.is_file():
        skip = pytest.mark.skip(reason=f"reference numbers absent: {DEFECTS}")
        return [pytest.param(None, id="library_defects.json absent", marks=skip)]
    items = json.loads(DEFECTS.read_text("utf-8"))["items"]
    return [pytest.param(item, id=item["call"][:60]) for item in items]


@pytest.fixture(scope="module")
def hsb(hsb_rows):
    rows = hsb_rows
    found = {k: np.array([float(row[k]) for row in rows]) for k in ("mAch", "ses", "cses")}
    found["minority"] = np.array([row["minrty"] == "Yes" for row in rows])
    found["male"] = np.array([row["sx"] == "Male" for row in rows])
    found["catholic"] = np.array([row["sector"] == "Catholic" for row in rows])
    found["school"] = np.unique([row["school"] for row in rows], return_inverse=True)[1]
    return found


def theirs(call):
    """What the installed library says, or how it fails."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return call()
        except Exception as wrong:
            return type(wrong).__name__


def two(*table, **how):
    from statsmodels.stats.proportion import confint_proportions_2indep

    return theirs(lambda: [float(v) for v in confint_proportions_2indep(*table, **how)])


def difference_score(item, _):
    """The difference that inverts the score test, one stratum; the plain one is Newcombe's."""
    found = metrics.mantel_haenszel([56], [70], [48], [80]).risk_difference
    assert found[1:] == pytest.approx(item["correct"], abs=2e-6)
    newcombe = metrics.risk_difference(56, 70, 48, 80)
    assert newcombe[1:] == pytest.approx((0.0524, 0.3339), abs=5e-5)
    return two(56, 70, 48, 80, compare="diff", method="score")


def ratio_of_none(item, _):
    found = metrics.risk_ratio(0, 25, 0, 300)
    assert (found.low, found.high) == (0, np.inf) == (item["correct"][0], float("inf"))
    return two(0, 25, 0, 300, compare="ratio", method="score")


def ratio_of_all(item, _):
    found = metrics.risk_ratio(12, 12, 40, 200)
    assert found[1:] == pytest.approx(item["correct"], abs=2e-6)
    return two(12, 12, 40, 200, compare="ratio", method="score", correction=False)


def ratio_to_none(item, _):
    found = metrics.risk_ratio(7, 60, 0, 240)
    assert np.isnan(found.value) and np.isinf(found.high)
    assert "[7.366, inf]" in item["correct"] and found.low == pytest.approx(7.366, abs=5e-4)
    return two(7, 60, 0, 240, compare="ratio", method="log")


def neumark(item, hsb):
    adjusters = {name: hsb[name] for name in ("ses", "male", "catholic")}
    found = metrics.oaxaca_blinder(hsb["mAch"], ~hsb["minority"], adjusters)
    shares = dict(zip(found.references, found.accounted_for, strict=True))
    assert shares["pooled"] == pytest.approx(item["correct_explained"], abs=1e-9)
    assert shares["pooled with group"] == pytest.approx(item["got_explained"], abs=1e-9)
    return "see tests/metrics/test_oaxaca.py"


def random_slope(item, hsb):
    x = np.column_stack([np.ones(hsb["cses"].size), hsb["cses"]])
    _, _, spread, _ = reml(hsb["mAch"], x, x, hsb["school"])
    assert spread[1] ** 2 == pytest.approx(item["correct"], abs=1e-3)
    return "see tests/metrics/test_mixed.py"


def infinite_likelihood(item, hsb):
    found = metrics.mixed_gap(hsb["mAch"], hsb["minority"], hsb["school"])
    assert found.status == "estimated"
    assert f"minority {found.gap.value:.3f}" in item["correct"]
    assert f"group var {found.between_sd**2:.3f}" in item["correct"]
    x = np.column_stack([np.ones(hsb["mAch"].size), hsb["minority"]])
    slopes = reml(hsb["mAch"], x, x[:, :1], hsb["school"])[0]
    assert f"intercept {slopes[0]:.3f}" in item["correct"]
    return "see tests/metrics/test_mixed.py"


def q_with_a_gap(item, _):
    from statsmodels.stats.multitest import multipletests

    p = [0.01, np.nan, 0.03, 0.2]
    want = [np.nan if v is None else v for v in item["correct"]]
    np.testing.assert_allclose(metrics.benjamini_hochberg(p), want, rtol=1e-12)
    return theirs(lambda: multipletests(p, method="fdr_bh")[1].tolist())


def none_of_many(_, __):
    """None of 500 and more at a tiny level: ours is Wilson's, in closed form, and not near 1."""
    from scipy.special import ndtri
    from statsmodels.stats.proportion import proportion_confint

    for n in (500, 5000):
        for alpha in (1e-6, 1e-12):
            z2 = float(ndtri(alpha / 2)) ** 2
            high = metrics.rate(0, n, level=1 - alpha).high
            assert high == pytest.approx(z2 / (n + z2), rel=1e-4) and high < 0.1
    return theirs(lambda: proportion_confint(0, 500, alpha=1e-12, method="beta"))


def equal_groups(_, __):
    """Seven groups with one rate: ours is signed, near 0 on average, and called clear by chance only.

    The largest less the smallest rate, the library's headline, is .18 on average.
    """
    draw = np.random.default_rng(11)
    n = np.array([420, 12, 150, 260, 6, 1100, 80])
    x = draw.binomial(n, 0.13, size=(300, 7))
    others = x.sum(axis=1, keepdims=True) - x, n.sum() - n
    found = metrics.risk_difference(x, n, *others)
    assert np.all(np.abs(found.value.mean(axis=0)) < 0.03)
    assert ((found.low > 0) | (found.high < 0)).mean() < 0.06
    q = np.array([metrics.benjamini_hochberg(metrics.difference_p(r, n, r.sum() - r, n.sum() - n))
                  for r in x])  # fmt: skip
    assert (q <= 0.1).any(axis=1).mean() < 0.12
    rates = x / n
    return f"mean of largest less smallest {(rates.max(1) - rates.min(1)).mean():.3f}"


def none_of_six(item, _):
    found = metrics.rate(0, 6)
    assert found.low == 0 and "[0, 0.390]" in item["correct"]
    assert found.high == pytest.approx(0.390, abs=5e-4)
    return "a bootstrap of no events has no width"


CHECKS = {
    'confint_proportions_2indep(56,70,48,80,compare="diff"': difference_score,
    "confint_proportions_2indep(0,25,0,300": ratio_of_none,
    "confint_proportions_2indep(12,12,40,200": ratio_of_all,
    'confint_proportions_2indep(7,60,0,240,compare="ratio",method="log")': ratio_to_none,
    'two_fold_type="neumark"': neumark,
    'mixedlm("mAch~cses"': random_slope,
    'mixedlm("mAch~minority")': infinite_likelihood,
    "multipletests([.01,nan,.03,.2]": q_with_a_gap,
    "proportion_confint(0,n>=500": none_of_many,
    "MetricFrame(...).difference()": equal_groups,
    "by_group_ci for a group with 0 of 6": none_of_six,
}


@pytest.mark.parametrize("item", entries())
def test_ours_is_right_where_the_library_is_not(item, request):
    checks = [check for part, check in CHECKS.items() if part in item["call"]]
    assert len(checks) == 1, f"no test for this entry: {item['call']}"
    data = request.getfixturevalue("hsb") if "HSB" in item["call"] else None
    said = checks[0](item, data)
    print(f"{item['call'][:70]}: right here; the installed library: {said}")


def test_no_entry_is_left_without_a_test():
    if not DEFECTS.is_file():
        pytest.skip(f"reference numbers absent: {DEFECTS}")
    assert len(json.loads(DEFECTS.read_text("utf-8"))["items"]) == len(CHECKS)
