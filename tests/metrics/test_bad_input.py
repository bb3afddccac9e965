"""Bad input over every public metric: an error that names it, or a defined value; never by accident.

`GOOD` holds one call of each function. A name that is added to `equitylab.metrics` without one
fails the first test here.
"""

import inspect

import numpy as np
import pytest

from equitylab import metrics
from equitylab.errors import MetricError

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan

UNITS = dict(values=[8.0, 9.0, 12.0], weights=[30, 50, 20])
FOUR = dict(x=[4, 2, 3], n=[20, 30, 25], x_other=[5, 6, 9], n_other=[40, 50, 45])
STRATA = dict(x1=[4, 2, 3], n1=[20, 30, 25], x2=[5, 6, 9], n2=[40, 50, 45])
LEVELS = dict(counts_a=[30, 40, 25, 5], counts_b=[10, 30, 40, 20])
SCORE = [5.0, 7.0, 8.0, 9.0, 6.0, 7.5, 4.0, 6.5, 5.5, 8.5]
SES = [1.0, 2.0, 2.5, 3.0, 1.5, 3.5, 0.5, 2.2, 1.1, 2.9]
FIRST = [1, 0, 1, 0, 1, 0, 1, 0, 1, 0]
SCHOOL = [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]
ANSWERS = [[1, 2, 2], [2, 1, 2], [2, 2, 1], [4, 5, 5], [5, 4, 5], [5, 5, 4]]
RULES = metrics.DisproportionalityRules(threshold="2.5", min_cell=10, min_n=30, years=1)
RANGES = dict(x_low=[1, 2], x_high=[3, 2], n=[9, 8], x_other_low=[2, 2], x_other_high=[4, 2])
EST = metrics.Estimate(0.6, 0.3, 0.9)

GOOD = {
    "access_chain": dict(chain=[90, 60, 30, 20], chain_other=[200, 180, 100, 90]),
    "against_goal": dict(x=[4, 2], n=[20, 30], goal=[0.3, 0.2]),
    "against_whole": FOUR,
    "agreement": dict(a=[2, 3, 1, 4], b=[2, 2, 1, 2]),
    "alternate_risk_ratio": dict(x=[4, 2], n=[20, 30], x_state_other=[50, 60], n_state_other=[900, 800]),
    "benjamini_hochberg": dict(p=[0.01, 0.2, 0.3]),
    "between_school_share": dict(score=SCORE, school=SCHOOL),
    "by_need": dict(size=[100, 90], need=[80, 20]),
    "chance_to_tell": dict(x=[4, 2], n=[20, 30], share_later=[0.1, 0.2]),
    "clustered_rate": dict(x=[3, 4, 0], n=[4, 4, 4]),
    "coefficient_of_variation": UNITS,
    "composition": FOUR,
    "cronbach_alpha": dict(answers=ANSWERS),
    "detectable_change": dict(x=[4, 2], n=[20, 30]),
    "difference_p": FOUR,
    "dissimilarity": dict(a=[8, 2, 6], b=[32, 38, 34]),
    "event_rate": dict(x=[30, 4], n=[20, 30]),
    "event_rate_ratio": dict(x=[30, 4], n=[20, 30], x_other=[50, 9], n_other=[90, 80]),
    "exceeds": FOUR | dict(threshold="2.5"),
    "experienced": dict(students=[400, 500, 100], staff=[2.0, 1.0, 0.5], weights=[40, 50, 10]),
    "exposure": dict(a=[8, 2, 6], b=[20, 30, 25], total=[40, 40, 40]),
    "exposure_to": dict(values=[0.4, 0.1], weights=[80, 20]),
    "favourable": dict(answers=ANSWERS),
    "federal_range_ratio": UNITS,
    "four_fifths": dict(x=[4, 2], n=[20, 30], x_ref=[5, 6], n_ref=[40, 50], direction="adverse"),
    "funnel": dict(x=[4, 2, 3], n=[20, 30, 25]),
    "gap_change": dict(x1=[4, 2], n1=[20, 30], other_x1=[9, 8], other_n1=[40, 50], x2=[5, 3], n2=[21, 30], other_x2=[9, 9], other_n2=[40, 50]),
    "gap_index": dict(a=[5.0, 7.0, 8.0], b=[4.0, 6.0, 5.0]),
    "gini": UNITS,
    "gradient": dict(score=SCORE, ses=SES, school=SCHOOL),
    "growth": dict(before=EST, after=EST),
    "hedges_g": dict(a=[5.0, 7.0, 8.0], b=[4.0, 6.0, 5.0]),
    "hedges_g_from_summary": dict(n1=[50, 9], mean1=[3.0, 2.0], sd1=[1.0, 1.0], n2=[40, 12], mean2=[2.0, 2.5], sd2=[1.0, 2.0]),
    "hetop": dict(counts=[[10, 30, 40, 20], [30, 40, 25, 5], [5, 20, 45, 30]]),
    "hidden": dict(x=[300, 14, 4], n=[577, 28, 7]),
    "isolation": dict(a=[8, 2, 6], total=[40, 40, 40]),
    "kitagawa": STRATA,
    "mantel_haenszel": STRATA,
    "mcloone": UNITS,
    "mean_difference_from_summary": dict(n1=[50, 9], mean1=[3.0, 2.0], sd1=[1.0, 1.0], n2=[40, 12], mean2=[2.0, 2.5], sd2=[1.0, 2.0]),
    "mixed_gap": dict(score=SCORE, first=FIRST, school=SCHOOL),
    "mutual_information": dict(counts=[[40, 5], [20, 25], [30, 10]]),
    "oaxaca_blinder": dict(score=SCORE, first=FIRST, adjusters={"ses": SES}),
    "normalised_exposure": dict(counts=[[40, 5], [20, 25], [30, 10]]),
    "odds_ratio": FOUR,
    "omega_total": dict(answers=ANSWERS),
    "order": dict(share=0.6, n=12, share_other=0.5, n_other=120),
    "per_person": dict(units=[60, 40], reached=[[20, 80], [24, 6]], everyone=[100, 30], size=[20, 80]),
    "percentage_point_gap": dict(x=[4, 2], n=[20, 30], x_ref=[50, 60], n_ref=[100, 90]),
    "pooled": dict(x=[2, 5, 3], n=[18, 21, 20]),
    "proficiency_gaps": LEVELS,
    "progressivity": dict(values=[9.0, 8.0], low_income=[80, 20], total=[100, 100]),
    "progressivity_slope": dict(values=[9.0, 8.0], low_income=[80, 20], total=[100, 100]),
    "rate": dict(x=[4, 2], n=[20, 30]),
    "rate_range": dict(x_low=[1, 2], x_high=[3, 2], n=[9, 8]),
    "representation": dict(x=[70, 18], n=[300, 118]),
    "resampled": dict(share=[0.5, 0.2], n=[12, 20]),
    "resilience": dict(score=SCORE, ses=SES),
    "risk_difference": FOUR,
    "risk_difference_range": RANGES | dict(n_other=[30, 40]),
    "risk_ratio": FOUR,
    "risk_ratio_range": RANGES | dict(n_other=[30, 40]),
    "same_throughout": dict(answers=ANSWERS),
    "scale": dict(answers=ANSWERS),
    "scales_apart": dict(first=metrics.Scale(0.8, 0.7, 0.9, 30, 4.0), second=metrics.Scale(0.5, 0.4, 0.6, 30, 3.0)),
    "shrink": dict(x=[4, 2, 3], n=[20, 30, 25]),
    "significant_disproportionality": dict(x=[[70, 80]], n=[[200, 800]], x_state=[[3000, 8000]], n_state=[[20000, 80000]], rules=RULES),
    "spread": dict(ratings=[[2, 3, 1], [2, 3, 3]]),
    "standardized_gap": dict(a=[5.0, 7.0, 8.0], b=[4.0, 6.0, 5.0], sd=2.0),
    "standardized_gap_from_summary": dict(mean1=[3.0], mean2=[2.0], sd=[1.5]),
    "theil": UNITS,
    "theil_h": dict(counts=[[40, 5], [20, 25], [30, 10]]),
    "to_parity": dict(x=[4, 2], n=[20, 30], x_ref=[5, 6], n_ref=[40, 50], direction="up"),
    "untested_gap": dict(x=[4, 2], tested=[9, 20], n=[20, 30], x_other=[5, 6], tested_other=[30, 40], n_other=[40, 50]),
    "v_change": dict(before_a=[30, 40, 5], before_b=[10, 40, 20], after_a=[20, 40, 15], after_b=[10, 30, 30]),
    "v_statistic": LEVELS,
    "verstegen": UNITS,
    "weighted_risk_ratio": dict(x=[30, 0, 50], n=[100, 80, 500], n_state=[0.2, 0.3, 0.5]),
    "within_between": STRATA,
}  # fmt: skip
# Arguments that are not counts: any number that is finite, or none that is below zero, or a share.
SIGNED = {
    "gap_index": "a b", "hedges_g": "a b", "standardized_gap": "a b", "gradient": "score ses",
    "resilience": "score ses", "between_school_share": "score", "mixed_gap": "score",
    "oaxaca_blinder": "score", "hedges_g_from_summary": "mean1 mean2",
    "mean_difference_from_summary": "mean1 mean2", "standardized_gap_from_summary": "mean1 mean2",
    "agreement": "a b", "spread": "ratings",
}  # fmt: skip
PARTS = "values weights staff units n_state goal share share_later share_other p sd sd1 sd2 low_income total students score ses mean1 mean2".split()
NO_COUNTS = {
    "first",
    "school",
    "adjusters",
    "before",
    "after",
    "rules",
    "direction",
    "threshold",
    "second",
}
# Where a function takes fewer than its students, and which.
PAIRS = [
    ("x", "n"), ("x_other", "n_other"), ("x_ref", "n_ref"), ("x1", "n1"), ("x2", "n2"), ("x_high", "n"),
    ("other_x1", "other_n1"), ("other_x2", "other_n2"),
    ("a", "total"), ("b", "total"), ("tested", "n"), ("x", "tested"), ("low_income", "total"),
    ("need", "size"), ("x_state", "n_state"), ("x_state_other", "n_state_other"), ("x_low", "x_high"),
]  # fmt: skip
# Answers may outnumber the people on record, and events the students.
MORE_THAN_PEOPLE = {"representation", "event_rate", "event_rate_ratio"}
# Where infinity is the documented end of an interval of a ratio.
OPEN_ENDED = {
    "risk_ratio",
    "odds_ratio",
    "mantel_haenszel",
    "risk_ratio_range",
    "access_chain",
    "event_rate_ratio",
}


def call(name, **changed):
    return getattr(metrics, name)(**(GOOD[name] | changed))


def numbers(found):
    """Every number of a result, whatever it is made of."""
    if isinstance(found, tuple | list):
        return [v for part in found for v in numbers(part)]
    array = np.asarray(found)
    return array.ravel().tolist() if array.dtype.kind in "biuf" else []


def sound(name, found):
    """No infinity but where it is said; a result all the same."""
    if name not in OPEN_ENDED:
        assert not np.isinf(np.array(numbers(found), dtype=float)).any()
    return found


def replaced(given, value):
    """The argument with its last number replaced, and where that is."""
    array = np.array(given, dtype=float)
    index = tuple(size - 1 for size in array.shape)
    array[index] = value
    return array, index


def numeric(name):
    return [
        argument
        for argument, given in GOOD[name].items()
        if argument not in NO_COUNTS and np.asarray(given).dtype.kind in "iuf"
    ]


def counted(name):
    some = set(numeric(name)) - set(SIGNED.get(name, "").split())
    return [a for a in some if a not in PARTS or name in ("exposure", "isolation") and a == "total"]


EVERY = [(name, argument) for name in GOOD for argument in numeric(name)]
COUNTS = sorted((name, argument) for name in GOOD for argument in counted(name))
BELOW = [(n, a) for n, a in EVERY if a not in SIGNED.get(n, "").split()]


def ids(pairs):
    return [f"{name}-{argument}" for name, argument in pairs]


def refused(name, argument, value):
    """Expect an error that names the argument, the place and the value."""
    given, index = replaced(GOOD[name][argument], value)
    with pytest.raises(MetricError) as caught:
        call(name, **{argument: given})
    fields = caught.value.fields
    assert fields["argument"] == argument, fields
    assert str(fields["argument"]) in str(caught.value)
    if fields.get("index") is not None and given.ndim:
        assert tuple(fields["index"])[-len(index) :] == index, fields
        assert fields["value"] == value, fields
    return caught.value


def test_every_public_function_has_a_call_here():
    public = {n for n in metrics.__all__ if inspect.isfunction(getattr(metrics, n))}
    assert set(GOOD) == public
    for name in GOOD:
        assert numbers(sound(name, call(name))), name


@pytest.mark.parametrize("name, argument", BELOW, ids=ids(BELOW))
def test_below_zero(name, argument):
    refused(name, argument, -1)


@pytest.mark.parametrize("name, argument", COUNTS, ids=ids(COUNTS))
def test_half_a_student(name, argument):
    refused(name, argument, 0.5)


@pytest.mark.parametrize("name, argument", EVERY, ids=ids(EVERY))
def test_infinitely_many(name, argument):
    refused(name, argument, np.inf)


@pytest.mark.parametrize("name, argument", EVERY, ids=ids(EVERY))
def test_words_for_numbers(name, argument):
    given = np.array(GOOD[name][argument], dtype=object)
    given[(-1,) * given.ndim] = "<10"
    with pytest.raises(MetricError) as caught:
        call(name, **{argument: given})
    assert caught.value.fields["argument"] == argument


@pytest.mark.parametrize("name, argument", EVERY, ids=ids(EVERY))
def test_a_gap_is_a_gap_or_is_left_out_without_a_warning(name, argument):
    given, _ = replaced(GOOD[name][argument], NAN)
    try:
        sound(name, call(name, **{argument: given}))
    except MetricError as wrong:  # where nothing at all could be said, an error may say so
        assert name in ("hidden",) or wrong.fields["argument"] == argument


INSIDE = [(n, *pair) for n in GOOD for pair in PAIRS if set(pair) <= set(GOOD[n])]
INSIDE = [row for row in INSIDE if row[0] not in MORE_THAN_PEOPLE]


@pytest.mark.parametrize("name, part, whole", INSIDE, ids=[f"{n}-{p}" for n, p, _ in INSIDE])
def test_more_with_than_students(name, part, whole):
    most = np.array(GOOD[name][whole], dtype=float).max()
    refused(name, part, most + 1)


@pytest.mark.parametrize("name", GOOD)
def test_nobody_anywhere(name):
    """All groups empty: every count 0, every score absent."""
    empty = {}
    for argument in numeric(name):
        given = np.asarray(GOOD[name][argument])
        if argument in (
            "first",
            "second",
            "score",
            "ses",
            "share",
            "share_other",
            "share_later",
            "p",
            "goal",
            "sd",
        ):
            continue
        if name in ("hedges_g", "gap_index", "standardized_gap", "agreement"):
            empty[argument] = []
        elif argument not in ("values", "answers", "ratings"):
            empty[argument] = np.zeros(given.shape, int)
    for argument in ("score", "ses", "first", "school"):
        if argument in GOOD[name] and "score" in GOOD[name]:
            empty[argument] = []
    if "adjusters" in GOOD[name]:
        empty["adjusters"] = {"ses": []}
    if name == "hidden":  # a table of people without people is no table
        with pytest.raises(MetricError, match="must be one row of counts of people"):
            call(name, **empty)
        return
    sound(name, call(name, **empty))


@pytest.mark.parametrize("name", [n for n in GOOD if np.ndim(next(iter(GOOD[n].values()))) == 1])
def test_one_school_or_one_unit_only(name):
    """The first unit alone, where an argument is one number a unit or a student."""
    if name in ("access_chain", "v_statistic", "proficiency_gaps", "v_change", "per_person"):
        return  # their last axis is stages or levels, or needs the other too
    one = {
        argument: [np.asarray(given).tolist()[0]]
        for argument, given in GOOD[name].items()
        if np.ndim(given)
        and argument not in ("adjusters", "before", "after", "sd")
        and not isinstance(given, tuple)
    }
    if "adjusters" in GOOD[name]:
        one["adjusters"] = {"ses": SES[:1]}
    sound(name, call(name, **one))


def test_one_group_only():
    nothing = dict(x_other=[0, 0, 0], n_other=[0, 0, 0])
    for name in ("risk_ratio", "risk_difference", "odds_ratio", "difference_p", "against_whole"):
        assert np.isnan(numbers(call(name, **nothing))).all()
    assert np.isnan(call("exceeds", **nothing)).all()
    assert call("composition", **nothing).difference.tolist() == [0, 0, 0]
    for name in ("kitagawa", "within_between", "mantel_haenszel"):
        assert np.isnan(numbers(call(name, x2=[0] * 3, n2=[0] * 3))).all()
    for name in ("mixed_gap", "oaxaca_blinder"):
        found = call(name, first=[1] * 10)
        assert np.isnan(found.gap if name == "oaxaca_blinder" else found.gap.value)
    for name in ("theil_h", "mutual_information"):
        whole = call(name, counts=[[4], [5], [9]])
        assert whole.value == 0 or np.isnan(whole.value)
    assert np.isnan(call("dissimilarity", b=[0, 0, 0]).value)
    assert (
        call("untested_gap", n_other=0, tested_other=0, x_other=0).status.tolist()
        == ["no students"] * 2
    )


def test_perfect_separation():
    """All of one group and none of the other: intervals say so, points are defined or a gap."""
    apart = dict(x=[20, 30, 25], n=[20, 30, 25], x_other=[0, 0, 0], n_other=[40, 50, 45])
    difference = call("risk_difference", **apart)
    assert np.all(difference.value == 1) and np.all(difference.low < 1)
    ratio = call("risk_ratio", **apart)
    assert np.isnan(ratio.value).all() and np.all(ratio.low > 1) and np.isinf(ratio.high).all()
    assert np.all(call("difference_p", **apart) < 1e-9)
    strata = dict(x1=[20, 30], n1=[20, 30], x2=[0, 0], n2=[40, 50])
    found = call("mantel_haenszel", **strata)
    assert np.isnan(found.odds_ratio.value) and found.odds_ratio.low > 1
    assert found.risk_difference.value == 1 and found.cmh_p < 1e-9
    assert call("dissimilarity", a=[9, 0, 0], b=[0, 8, 7]).value == 1
    assert np.isnan(call("v_statistic", counts_a=[9, 9, 0, 0], counts_b=[0, 0, 9, 9])).all()
    assert call("gap_index", a=[8, 9], b=[1, 2]).value == 10
    assert call("mixed_gap", score=np.array(FIRST) * 5.0).status == "not converged"
    told = call("oaxaca_blinder", adjusters={"the group": FIRST})
    assert np.isnan(told.accounted_for).sum() == len(told.references)


@pytest.mark.parametrize(
    "name", [n for n in GOOD if "weights" in inspect.signature(getattr(metrics, n)).parameters]
)
def test_weights_of_zero(name):
    size = len(GOOD[name].get("weights", SCORE))
    extra = {"estimator": "anova"} if name == "between_school_share" else {}
    found = call(name, weights=[0] * size, **extra)
    assert np.isnan(np.array(numbers(found)[:1], dtype=float)).all()
    # A unit of weight 0 has no say, whatever its value is.
    if "values" in GOOD[name]:
        one = call(name, values=[0.5, NAN, 0.4][:size], weights=[3, 0, 5][:size])
        assert not np.isnan(one)


def test_a_level_with_no_students_changes_nothing():
    for name in ("v_statistic", "proficiency_gaps"):
        whole = call(name)
        empty = call(name, counts_a=[30, 40, 0, 25, 5], counts_b=[10, 30, 0, 40, 20])
        value = whole if name == "v_statistic" else whole.v
        other = empty if name == "v_statistic" else empty.v
        assert value == pytest.approx(other, rel=1e-6)
    schools = call("hetop")
    more = call("hetop", counts=np.insert(GOOD["hetop"]["counts"], 2, 0, axis=1))
    np.testing.assert_allclose(schools.mean, more.mean, atol=1e-6)
    assert np.isnan(call("v_statistic", counts_a=[9, 0, 0, 0], counts_b=[7, 0, 0, 0])).all()


MILLION = ["rate", "risk_difference", "risk_ratio", "odds_ratio", "difference_p", "composition",
           "to_parity", "four_fifths", "exceeds", "untested_gap", "rate_range",
           "detectable_change", "coefficient_of_variation", "shrink", "dissimilarity", "pooled",
           "benjamini_hochberg", "gradient", "mixed_gap", "kitagawa", "mantel_haenszel"]  # fmt: skip


@pytest.mark.parametrize("name", MILLION)
def test_a_million_rows_with_one_bad_row(name):
    """The error comes at once, before any of the work, and says which row it is."""
    import time

    at, size = 654_321, 1_000_000
    first = next(iter(numeric(name)))
    long = {
        a: np.resize(np.asarray(given, dtype=float), size)
        for a, given in GOOD[name].items()
        if np.ndim(given)
    }
    long[first] = long[first].copy()
    long[first][at] = -3 if first not in SIGNED.get(name, "") else np.inf
    began = time.perf_counter()
    with pytest.raises(MetricError) as caught:
        call(name, **long)
    assert caught.value.fields["argument"] == first
    assert caught.value.fields["index"] == (at,)
    assert caught.value.fields["value"] == long[first][at]
    assert str(at) in str(caught.value)
    assert time.perf_counter() - began < 5
