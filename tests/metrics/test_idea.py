"""Significant disproportionality: the reference numbers, the rule written out again, the edges."""

import csv
import json
from dataclasses import FrozenInstanceError, replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equitylab.errors import MetricError
from equitylab.metrics.idea import significant_disproportionality
from equitylab.metrics.idea_rules import CATEGORIES, DisproportionalityRules

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan
ORACLES = Path(__file__).parents[2].parent / "shared" / "oracles"
GROUP = "not_calculated_group_below_minimum"
STATE = "not_calculated_state_comparison_below_minimum"
COMPARISON = "not_calculated_comparison_below_minimum"


def rules(**chosen):
    return DisproportionalityRules(
        **{"threshold": "2.5", "min_cell": 10, "min_n": 30, "years": 1, **chosen}
    )


# Reference numbers: every row of 01 and 03, one test a row


def rows(case):
    path = ORACLES / case / "expected.json"
    if not path.is_file():
        skip = pytest.mark.skip(reason=f"reference numbers absent: {path}")
        return [pytest.param(None, id=f"{case} absent", marks=skip)]
    found = json.loads(path.read_text("utf-8"))["expected"]["rows"]
    unit = "district" if "district" in found[0] else "lea"
    return [pytest.param(row, id=f"{row[unit]}-{row['group']}") for row in found]


def district_and_state(case, unit, n, name, group):
    """Return a district's counts and its State's by year and group, and where the group stands."""
    with open(ORACLES / case / "input.csv", encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    groups = list(dict.fromkeys(row["group"] for row in table))
    years = list(dict.fromkeys(row.get("year") for row in table))
    own, state = np.zeros((2, 2, len(years), len(groups)), int)
    for row in table:
        at = years.index(row.get("year")), groups.index(row["group"])
        for kind, column in enumerate(("outcome", n)):
            state[kind][at] += int(row[column])
            own[kind][at] += int(row[column]) if row[unit] == name else 0
    return (*own, *state), groups.index(group)


def same(ours, theirs):
    """Compare, reading null as undefined."""
    theirs = [NAN if value is None else value for value in theirs]
    np.testing.assert_allclose(np.asarray(ours, float), theirs, rtol=1e-12, atol=0)


@pytest.mark.parametrize("row", rows("01_risk_family"))
def test_01_risk_family(row):
    counts, at = district_and_state(
        "01_risk_family", "district", "enrolled", row["district"], row["group"]
    )
    assert [a[0, at] for a in counts[:2]] == [row["outcome"], row["enrolled"]]
    ours, theirs = significant_disproportionality(*counts, rules(threshold="3.0")), row["idea"]
    print(row["district"], row["group"], ours.status[0, at], ours.ratio[0, at], theirs["ratio"])
    assert ours.status[0, at] == theirs["status"]
    assert ours.ratio_used[0, at] == (theirs["ratio_used"] or "")
    same(ours.ratio[:, at], [theirs["ratio"]])
    same(ours.exceeds[:, at], [theirs["exceeds_threshold_3"]])
    assert ours.would_be_identified[at] == bool(theirs["exceeds_threshold_3"])
    if theirs["ratio_used"]:
        where = "state_other" if theirs["ratio_used"] == "alternate_risk_ratio" else "other"
        same(ours.x_other[:, at], [row[f"{where}_outcome"]])
        same(ours.n_other[:, at], [row[f"{where}_enrolled"]])


@pytest.mark.parametrize("row", rows("03_idea_multi_year"))
def test_03_idea_multi_year(row):
    counts, at = district_and_state(
        "03_idea_multi_year", "lea", "denominator", row["lea"], row["group"]
    )
    three = rules(threshold="5/2", years=3)
    every = significant_disproportionality(
        *counts, replace(three, progress=Fraction(1, 4), reading="every")
    )
    either = significant_disproportionality(*counts, replace(three, progress="1/4", reading="any"))
    plain = significant_disproportionality(*counts, three)
    latest = significant_disproportionality(*counts, rules(threshold=2.5))
    print(row["lea"], row["group"], every.ratio[:, at].tolist(), every.progress[:, at].tolist())
    for ours in (every, either, plain, latest):
        assert ours.status[:, at].tolist() == [year["status"] for year in row["years"]]
        assert ours.ratio_used[:, at].tolist() == [y["ratio_used"] or "" for y in row["years"]]
        same(ours.ratio[:, at], [year["ratio"] for year in row["years"]])
        same(ours.exceeds[:, at], [year["exceeds"] for year in row["years"]])
    for ours in (every, either):
        same(ours.progress[:, at], row["reasonable_progress_by_year"])
    assert plain.every_year[at] == row["exceeded_all_required_years"]
    assert latest.would_be_identified[at] == row["identified_strict_one_year"]
    told = "identified_three_years_{}_progress_flexibility"
    assert plain.would_be_identified[at] == row[told.format("no")]
    assert every.would_be_identified[at] == row[told.format("with")]
    assert either.would_be_identified[at] == row["identified_reading_b"]


# The same, without the folder: two districts that meet the regulation's turns


def test_the_float_trap_and_the_threshold_itself():
    x, n, state = [[55, 55]], [[100, 300]], ([[500, 4000]], [[5000, 40000]])
    assert (55 / 100) / (55 / 300) > 3
    assert not significant_disproportionality(x, n, *state, rules(threshold="3")).exceeds[0, 0]
    at = rules(threshold=3.0, or_equal=True)
    assert significant_disproportionality(x, n, *state, at).exceeds[0, 0]
    below = rules(threshold="2.99999999")
    assert significant_disproportionality(x, n, *state, below).exceeds[0, 0]


def test_counts_that_overflow_64_bits_are_still_whole():
    big = 3 * 10**14
    x, n, state = [[big, big]], [[big * 2, big * 6]], ([[big * 3, big * 3]], [[big * 8, big * 8]])
    assert not significant_disproportionality(x, n, *state, rules(threshold=3)).exceeds[0, 0]
    x = [[big + 1, big]]
    assert significant_disproportionality(x, n, *state, rules(threshold=3)).exceeds[0, 0]


@pytest.mark.parametrize(
    "x, n, x_state, n_state, chosen, status, used",
    [
        ((10, 10), (30, 30), (90, 90), (900, 900), {}, "calculated", "risk_ratio"),
        ((9, 10), (30, 30), (90, 90), (900, 900), {}, GROUP, ""),
        ((10, 10), (29, 30), (90, 90), (900, 900), {}, GROUP, ""),
        ((10, 9), (30, 30), (90, 90), (900, 900), {}, "calculated", "alternate_risk_ratio"),
        ((10, 10), (30, 29), (90, 90), (900, 900), {}, "calculated", "alternate_risk_ratio"),
        ((10, 9), (30, 30), (90, 90), (900, 900), {"alternate": False}, COMPARISON, ""),
        ((10, 9), (30, 30), (90, 9), (900, 900), {}, STATE, ""),
        ((10, 5), (30, 20), (90, 12), (900, 29), {}, STATE, ""),
        ((10, 0), (30, 0), (10, 0), (30, 0), {}, STATE, ""),
        ((0, 0), (0, 0), (9, 9), (90, 90), {"min_cell": 0, "min_n": 0}, GROUP, ""),
        ((0, 1), (1, 2), (9, 9), (90, 90), {"min_cell": 0, "min_n": 0}, "calculated", "risk_ratio"),
        (
            (1, 0),
            (1, 9),
            (9, 9),
            (90, 90),
            {"min_cell": 0, "min_n": 0},
            "calculated",
            "alternate_risk_ratio",
        ),
        ((1, 0), (1, 9), (9, 0), (90, 90), {"min_cell": 0, "min_n": 0}, STATE, ""),
        ((NAN, 10), (30, 30), (90, 90), (900, 900), {}, "gap", ""),
        ((NAN, 10), (29, 30), (90, 90), (900, 900), {}, GROUP, ""),
        ((9, 10), (NAN, 30), (90, 90), (900, 900), {}, GROUP, ""),
        ((10, NAN), (30, 30), (90, 90), (900, 900), {}, "gap", ""),
        ((10, NAN), (30, 29), (90, 90), (900, 900), {}, "calculated", "alternate_risk_ratio"),
        ((10, NAN), (30, 29), (90, NAN), (900, 900), {}, "gap", ""),
        ((10, NAN), (30, 29), (90, NAN), (900, 29), {}, STATE, ""),
        ((10, 10), (30, 30), (NAN, NAN), (NAN, NAN), {}, "calculated", "risk_ratio"),
    ],
)
def test_routes(x, n, x_state, n_state, chosen, status, used):
    ours = significant_disproportionality([x], [n], [x_state], [n_state], rules(**chosen))
    assert (ours.status[0, 0], ours.ratio_used[0, 0]) == (status, used)
    assert np.isnan([ours.ratio[0, 0], ours.exceeds[0, 0], ours.x_other[0, 0]]).all() == (not used)
    # A group below a minimum is not named; nothing can be said where a gap decides.
    named = float(ours.would_be_identified[0])
    assert np.isnan(named) if status == "gap" else named in (0, 1)


def test_a_gap_leaves_the_answer_open_unless_another_year_gives_it():
    n, state = [[200, 800]] * 3, ([[3000, 8000]] * 3, [[20000, 80000]] * 3)
    three = rules(years=3)
    for first, middle, last, answer in [
        (60, 60, 60, 1),
        (60, NAN, 60, NAN),
        (40, NAN, 60, 0),
        (9, NAN, 60, 0),
        (NAN, NAN, NAN, NAN),
    ]:
        x = [[first, 80], [middle, 80], [last, 80]]
        ours = significant_disproportionality(x, n, *state, three)
        np.testing.assert_array_equal(ours.every_year[0], answer)
        np.testing.assert_array_equal(ours.would_be_identified[0], answer)
    assert np.isnan(ours.progress).all() and ours.progress.shape == (2, 2)


def test_only_the_last_years_decide():
    x, n = [[40, 80], [70, 80], [66, 80]], [[200, 800]] * 3
    state = [[3000, 8000]] * 3, [[20000, 80000]] * 3
    two = rules(years=2)
    assert significant_disproportionality(x, n, *state, two).would_be_identified[0]
    assert not significant_disproportionality(x, n, *state, rules(years=3)).every_year[0]
    for least, named in [("0.2", False), ("0.21", True)]:
        spared = replace(two, progress=least, reading="every")
        ours = significant_disproportionality(x, n, *state, spared)
        assert ours.would_be_identified[0] == named
        assert ours.progress[:, 0].tolist() == [False, not named]


def test_a_year_before_the_rules_years_neither_breaks_nor_gives_the_answer():
    n, state = [[200, 800]] * 3, ([[3000, 8000]] * 3, [[20000, 80000]] * 3)
    ours = significant_disproportionality(
        [[40, 80], [NAN, 80], [60, 80]], n, *state, rules(years=2)
    )
    assert np.isnan([ours.every_year[0], ours.would_be_identified[0]]).all()
    # Rules that know no progress say nothing of it.
    falling = [[70, 80], [60, 80], [50, 80]]
    assert np.isnan(
        significant_disproportionality(falling, n, *state, rules(years=3)).progress
    ).all()


def test_progress_as_a_share_of_the_ratio():
    n, state = [[200, 800]] * 2, ([[3000, 8000]] * 2, [[20000, 80000]] * 2)
    tenth = rules(years=2, progress="0.1", reading="any", relative=True)
    for x, fell in [((80, 72), True), ((80, 73), False), ((72, 80), False)]:
        table = [[x[0], 80], [x[1], 80]]
        assert significant_disproportionality(table, n, *state, tenth).progress[0, 0] == fell
    # 30 of 80 is less than half, 30 of 50 would be more.
    half = replace(tenth, progress="0.5")
    table = [[80, 80], [50, 80]]
    assert not significant_disproportionality(table, n, *state, half).progress[0, 0]
    # A ratio of 0 that stays 0 has not fallen.
    none = replace(tenth, min_cell=0)
    ours = significant_disproportionality([[0, 80], [0, 80]], n, *state, none)
    assert ours.ratio[:, 0].tolist() == [0, 0] and not ours.progress[0, 0]


def test_removals_are_events_and_a_rate_may_exceed_1():
    x, n, state = [[450, 120]], [[150, 160]], ([[9000, 7000]], [[5000, 6000]])
    with pytest.raises(MetricError, match=r"x counts students.*450 at index \(0, 0\)"):
        significant_disproportionality(x, n, *state, rules())
    ours = significant_disproportionality(x, n, *state, rules(), events=True)
    assert ours.ratio[0, 0] == 4 and ours.would_be_identified[0]


def test_the_categories_of_the_regulation():
    kinds = [category.id.partition(":")[0] for category in CATEGORIES]
    assert [kinds.count(k) for k in ("identification", "placement", "discipline")] == [7, 2, 5]
    assert len({category.id for category in CATEGORIES}) == 14
    for kind, category in zip(kinds, CATEGORIES, strict=True):
        assert (category.n == "enrolled") == (kind == "identification")
    assert [c.id for c in CATEGORIES if c.events] == ["discipline: all removals"]


# Properties of any counts, against the rule written out cell by cell


def written_out(x, n, x_state, n_state, rules):
    """Follow the regulation for one district without arrays: years of (route, ratio), and names."""
    size = range(len(x[0]))

    def enough(a, b):
        return a >= rules.min_cell and b >= rules.min_n

    def year(t, g):
        def rest(table):
            return sum(table[t][h] for h in size if h != g)

        if not enough(x[t][g], n[t][g]):
            return GROUP, None
        for used, a, b in (
            ("risk_ratio", rest(x), rest(n)),
            ("alternate_risk_ratio", rest(x_state), rest(n_state)),
        ):
            if enough(a, b):
                return used, Fraction(x[t][g], n[t][g]) / Fraction(a, b)
        return STATE, None

    found = [[year(t, g) for g in size] for t in range(len(x))]
    named = []
    for g in size:
        ratios = [found[t][g][1] for t in range(len(x))][-rules.years :]
        over = all(r is not None and r > rules.threshold for r in ratios)
        if over and rules.progress is not None:
            drops = [a - b >= rules.progress for a, b in zip(ratios, ratios[1:], strict=False)]
            over = not (all(drops) if rules.reading == "every" else any(drops))
        named.append(over)
    return found, named


@st.composite
def districts(draw, most=60):
    years, groups = 3, draw(st.integers(2, 7))

    def table(low, high):
        cell = st.integers(low, high)
        return np.array(draw(st.lists(cell, min_size=years * groups, max_size=years * groups)))

    n = table(0, most)
    x = np.minimum(table(0, most), n)
    # So few children elsewhere that the State's comparison can be too small as well.
    more = table(0, 12)
    counts = x, n, x + np.minimum(table(0, 12), more), n + more
    chosen = rules(
        threshold=Fraction(draw(st.integers(2, 8)), draw(st.integers(1, 4))),
        min_cell=draw(st.integers(1, 8)),
        min_n=draw(st.integers(1, 15)),
        years=draw(st.integers(2, 3)),
        progress=Fraction(1, draw(st.integers(1, 8))),
        reading=draw(st.sampled_from(["every", "any"])),
    )
    return [a.reshape(years, groups) for a in counts], chosen


def fields(answer, at=slice(None)):
    return [np.asarray(a)[..., at].tolist() for a in answer]


def same_fields(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


@settings(max_examples=150, deadline=None)
@given(districts())
def test_the_rule_written_out_again(case):
    counts, chosen = case
    ours = significant_disproportionality(*counts, chosen)
    found, named = written_out(*[a.tolist() for a in counts], chosen)
    for (t, g), ratio in np.ndenumerate(ours.ratio):
        route, exact = found[t][g]
        assert (ours.ratio_used[t, g] or ours.status[t, g]) == route
        assert np.isnan(ratio) if exact is None else ratio == pytest.approx(float(exact), rel=1e-12)
        if exact is not None:
            assert ours.exceeds[t, g] == (exact > chosen.threshold)
    assert ours.would_be_identified.tolist() == named
    assert not any(np.isinf(a).any() for a in (ours.ratio, ours.x_other, ours.n_other))


@settings(max_examples=60, deadline=None)
@given(districts(), st.randoms(use_true_random=False))
def test_the_order_of_groups_and_of_districts_changes_nothing(case, random):
    counts, chosen = case
    order = list(range(counts[0].shape[1]))
    random.shuffle(order)
    ours = significant_disproportionality(*counts, chosen)
    turned = significant_disproportionality(*[a[:, order] for a in counts], chosen)
    same_fields(turned, fields(ours, order))
    # Many districts at once are each district alone; one State broadcasts over them.
    x, n, x_state, n_state = counts
    many = significant_disproportionality(
        np.stack([x, 0 * x, x]), np.stack([n, n, n]), x_state, n_state, chosen
    )
    assert many.status.shape == (3, *x.shape) and many.every_year.shape == (3, x.shape[1])
    for place in (0, 2):
        same_fields([a[place] for a in many], ours)


@settings(max_examples=60, deadline=None)
@given(districts(), st.integers(2, 1000))
def test_counts_and_minimums_scaled_alike_change_nothing(case, times):
    counts, chosen = case
    # A cell of 9 is below 10 as 18 is below 20; a minimum has no other unit than counts.
    scaled = replace(chosen, min_cell=chosen.min_cell * times, min_n=chosen.min_n * times)
    ours = significant_disproportionality(*counts, chosen)
    theirs = significant_disproportionality(*[a * times for a in counts], scaled)
    for name in ("status", "ratio_used", "exceeds", "progress", "would_be_identified"):
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name))
    np.testing.assert_allclose(theirs.ratio, ours.ratio, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(districts())
def test_merging_two_of_the_others_changes_nothing_for_a_group(case):
    counts, chosen = case
    merged = [np.column_stack([a[:, :-2], a[:, -2] + a[:, -1]]) for a in counts]
    ours = significant_disproportionality(*counts, chosen)
    theirs = significant_disproportionality(*merged, chosen)
    rest = slice(0, counts[0].shape[1] - 2)
    same_fields(fields(theirs, rest), fields(ours, rest))
    # An empty group beside the others is as if it were not there.
    padded = [np.column_stack([a, np.zeros(len(a))]) for a in counts]
    same_fields(fields(significant_disproportionality(*padded, chosen), slice(0, -1)), fields(ours))


@settings(max_examples=60, deadline=None)
@given(districts())
def test_a_stricter_rule_names_no_more(case):
    counts, chosen = case
    ours = significant_disproportionality(*counts, chosen).would_be_identified
    for harder in (
        {"threshold": chosen.threshold + Fraction(1, 7)},
        {"reading": "any"},
        {"progress": chosen.progress / 2},
        {"alternate": False},
    ):
        fewer = significant_disproportionality(*counts, replace(chosen, **harder))
        assert not (fewer.would_be_identified & ~ours).any()
    without = replace(chosen, progress=None, reading=None)
    assert (significant_disproportionality(*counts, without).would_be_identified >= ours).all()


# Bad input is named


@pytest.mark.parametrize(
    "chosen, match",
    [
        ({"threshold": 0}, "threshold must be a number above 0"),
        ({"threshold": None}, "threshold must be a number above 0"),
        ({"threshold": NAN}, "threshold must be a number above 0"),
        ({"threshold": "twice"}, "threshold must be a number above 0"),
        ({"threshold": 10 / 3}, r"threshold has more digits than a rule.*\(10, 3\)"),
        ({"min_cell": -1}, "min_cell must be a whole number"),
        ({"min_n": 30.5}, "min_n must be a whole number"),
        ({"min_n": None}, "min_n must be a whole number"),
        ({"years": 0}, "years must be 1, 2 or 3"),
        ({"years": 4}, "years must be 1, 2 or 3"),
        ({"years": True}, "years must be a whole number"),
        ({"years": 3, "progress": 0, "reading": "any"}, "progress must be a number above 0"),
        ({"years": 3, "progress": "0.25"}, "reading must be 'every' or 'any'"),
        ({"years": 3, "progress": "0.25", "reading": "A"}, "reading must be 'every' or 'any'"),
        ({"years": 3, "reading": "any"}, "no progress is given"),
        ({"years": 1, "progress": "0.25", "reading": "any"}, "progress needs a second year"),
        (
            {"years": 3, "progress": "1.5", "reading": "any", "relative": True},
            "progress is a share of the ratio",
        ),
    ],
)
def test_rules_that_are_none(chosen, match):
    with pytest.raises(MetricError, match=match) as caught:
        rules(**chosen)
    assert caught.value.fields["argument"] == match.split()[0] or "given" in match


@pytest.mark.parametrize("missing", ["threshold", "min_cell", "min_n", "years"])
def test_no_choice_of_the_state_has_a_default(missing):
    chosen = {"threshold": 3, "min_cell": 10, "min_n": 30, "years": 3}
    del chosen[missing]
    with pytest.raises(TypeError, match=missing):
        DisproportionalityRules(**chosen)


def test_rules_are_exact_and_stay_as_they_are():
    chosen = rules(threshold=2.1)
    assert chosen.threshold == Fraction(21, 10)
    assert rules(threshold=(21, 10)) == chosen and hash(chosen) == hash(rules(threshold="2.10"))
    with pytest.raises(FrozenInstanceError):
        chosen.threshold = 3


GOOD = [[70, 80]], [[200, 800]], [[3000, 8000]], [[20000, 80000]]


@pytest.mark.parametrize(
    "at, value, match",
    [
        (0, [[-1, 80]], r"x must not be negative, but is -1 at index \(0, 0\)"),
        (1, [[200, 800.5]], r"n must be whole, but is 800.5 at index \(0, 1\)"),
        (0, [[201, 80]], r"x counts students, so it must not be above n \(200\), but is 201"),
        (2, [[np.inf, 80]], r"x_state is more than can be counted exactly"),
        (2, [[20001, 8000]], r"x_state counts students, so it must not be above n_state"),
        (2, [[69, 8000]], r"x is part of x_state, so it must not be above it, but is 70"),
        (3, [[20000, 799]], r"x_state counts students|n is part of n_state"),
        (0, [["70", "80"]], "x must be numbers"),
        (0, [70, 80], "x must hold years by groups"),
        (2, [3000, 8000], "x_state must hold the same years and groups"),
        (2, [[3000, 8000, 5]], "x_state must hold the same years and groups"),
        (0, [[70, 80, 3]], "n must hold the same years and groups"),
        (1, [200, 800], "n must hold the same years and groups"),
        (3, 20000, "n_state must hold the same years and groups"),
        (0, [[2**52, 2**52]], "x counts students"),
    ],
)
def test_counts_that_are_none(at, value, match):
    counts = list(GOOD)
    counts[at] = value
    with pytest.raises(MetricError, match=match):
        significant_disproportionality(*counts, rules())


def test_districts_do_not_pass_for_years():
    """Seven districts by two groups, and a State without years: no silent answer."""
    x, n = np.full((7, 2), 40), np.full((7, 2), 200)
    with pytest.raises(MetricError, match="same years and groups"):
        significant_disproportionality(x, n, [280, 280], [1400, 1400], rules(years=3))
    with pytest.raises(MetricError, match="at least the 3 years") as caught:
        significant_disproportionality(*GOOD, rules(years=3))
    assert caught.value.fields["value"] == (1, 2) and "gaps" in caught.value.mend


def test_rules_must_be_rules():
    with pytest.raises(MetricError, match="rules must be DisproportionalityRules"):
        significant_disproportionality(*GOOD, {"threshold": 3})


def test_sums_beyond_exact_counting_are_refused():
    x = [[2**52, 2**52]]
    with pytest.raises(MetricError, match="x over all groups is more than can be counted exactly"):
        significant_disproportionality(x, x, x, x, rules())


def test_one_group_no_group_and_all_groups_empty():
    alone = significant_disproportionality([[50]], [[90]], [[500]], [[900]], rules())
    assert alone.status.tolist() == [[STATE]]
    none = significant_disproportionality(*[np.zeros((1, 0))] * 4, rules())
    assert none.ratio.shape == (1, 0) and none.would_be_identified.shape == (0,)
    empty = significant_disproportionality(*[np.zeros((3, 7))] * 4, rules(years=3))
    assert set(empty.status.flat) == {GROUP} and not empty.would_be_identified.any()


def test_inputs_are_left_alone():
    counts = [np.array(a, dtype=float) for a in GOOD]
    before = [a.copy() for a in counts]
    significant_disproportionality(*counts, rules())
    for a, b in zip(counts, before, strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_districts_of_a_nation_take_seconds():
    import time

    draw = np.random.default_rng(0)
    n = draw.integers(0, 900, (18_000, 3, 7))
    x = draw.binomial(n, 0.12)
    chosen = rules(years=3, progress="0.25", reading="every")
    start = time.perf_counter()
    answer = significant_disproportionality(x, n, x.sum(axis=0), n.sum(axis=0), chosen)
    # About a second on two slow cores; a loop over districts would take minutes.
    assert time.perf_counter() - start < 20
    assert (answer.status == "calculated").mean() > 0.5
