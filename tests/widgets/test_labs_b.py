"""What the labs of notebooks 03 and 04 say, show and keep to themselves."""

import re
from itertools import product

import pandas as pd
import pytest

import equitylab
from equitylab import catalog, metrics, samples
from equitylab.figures import Figure
from equitylab.language import lint
from equitylab.markup import Table
from equitylab.widgets import Lesson
from equitylab.widgets.labs import (
    _beside,
    _own,
    _rows,
    composition,
    risk,
    small_numbers,
    strategies,
)
from equitylab.widgets.registry import find

LABS = {
    "m03": [
        "predicted-gap", "gap-explorer", "courses-and-activities", "four-opportunities", "cut-points",
        "graduation", "after-school", "comparison-rules", "place", "small-numbers",
        "too-small-to-tell", "composition",
    ],
    "m04": [
        "risk", "three-measures", "risk-over-years", "pathway", "place-time", "next-step",
        "attendance", "safe-places", "reports-answered", "belonging", "known-by-an-adult",
        "strategies",
    ],
}  # fmt: skip
ALL_LABS = [(m, lab) for m, labs in LABS.items() for lab in labs]
WORDS_ONLY = {"too-small-to-tell", "next-step", "strategies"}
# "3 of 12", where it speaks of people: years drawn by lot, and groups, are not people.
COUNTED = re.compile(r"(?<![\d.,])([\d,]+) of ([\d,]+)(?! years)(?![\d.%])")


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Notebook 03 for tests that write nothing."""
    return Lesson("m03", portfolio=tmp_path_factory.mktemp("three") / "portfolio.json")


@pytest.fixture(scope="module")
def four(tmp_path_factory):
    """Notebook 04 for tests that write nothing."""
    return Lesson("m04", portfolio=tmp_path_factory.mktemp("four") / "portfolio.json")


@pytest.fixture
def own_three(tmp_path):
    return Lesson("m03", portfolio=tmp_path / "portfolio.json")


@pytest.fixture
def own_four(tmp_path):
    return Lesson("m04", portfolio=tmp_path / "portfolio.json")


@pytest.fixture
def lesson(request, three, four):
    return {"m03": three, "m04": four}[request.param]


def draw(at, id: str, **values) -> list:
    return at.show(id).draw(values)


def text_of(part) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Figure):
        return f"{part.alt} {part.caption}"
    return re.sub(r"<[^>]+>", " ", part._repr_html_())


def words(parts) -> str:
    """Everything that a reader sees or hears of a lab: sentences, tables, charts' words."""
    return "\n".join(text_of(part) for part in parts)


def gap_of(at, **asked):
    return _rows.chosen_row(at, chapters=("access",), **asked)


# ---------------------------------------------------------------- every lab


@pytest.mark.parametrize("lesson, id", ALL_LABS, indirect=["lesson"])
def test_a_lab_says_draws_and_tables_without_being_asked_anything(lesson, id):
    parts = draw(lesson, id)
    assert isinstance(parts[0], str) and len(parts[0]) > 40
    told = words(parts)
    assert not re.search(r"\bnan\b|\binf\b|\{|\}", told)
    assert [h.match for h in lint(told) if h.severity == "block_in_reports"] == []
    if id not in WORDS_ONLY:
        assert any(isinstance(part, Figure) for part in parts)
        assert any(isinstance(part, Table) for part in parts)


@pytest.mark.parametrize("school", ["0117", "0123", "0302", "district"])
def test_no_lab_fails_or_prints_a_small_count_for_any_school(school, three, tmp_path):
    """0117 has 85 students, 0123 sent half a file, 0302 has leavers; the district has everyone."""
    unit = three.school.view.unit["parent_id"] if school == "district" else school
    for module, ids in LABS.items():
        at = Lesson(module, portfolio=tmp_path / "p.json", school=unit)
        for id in ids:
            small(words(draw(at, id)), id)


def small(told: str, where) -> None:
    """No count of 1 or 2 people, on either side, and no group under 10."""
    told = re.sub(r"\d+ (groups?|comparisons?|measures?|figures?) of \d+", "", told)
    for x, n in COUNTED.findall(told):
        x, n = (int(v.replace(",", "")) for v in (x, n))
        assert n >= 10, (where, x, n)
        assert x not in (1, 2) and n - x not in (1, 2), (where, x, n)


@pytest.mark.parametrize("lesson", LABS, indirect=True)
def test_no_setting_of_a_lab_lets_a_small_count_out(lesson):
    for id in LABS[lesson.id]:
        for field in lesson.book.form(id).fields:
            if field.kind == "choice" and isinstance(field.options, (list, tuple)):
                for one in field.options:
                    value = one["id"] if isinstance(one, dict) else one
                    small(words(draw(lesson, id, **{field.id: value})), (id, value))


def test_every_group_and_measure_can_be_asked_for(three):
    view = three.school.view
    rows = view.single[view.single["year"] == view.year]
    told = rows["dimension"].isin({key.split(": ")[0] for key in three.school.groups()})
    for row in rows[told].itertuples(index=False):
        for rule in _beside.RULES:
            small(
                _beside.beside(three, row, rule, target=50).said, (row.indicator, row.group, rule)
            )


# ---------------------------------------------------------------- one gap, six comparisons


def test_left_open_the_explorer_shows_the_widest_clear_difference_at_the_door(three):
    row = gap_of(three)
    assert (row.indicator, row.group, int(row.x), int(row.n)) == (
        "algebra_1",
        "English learner",
        12,
        60,
    )
    assert draw(three, "gap-explorer")[0].startswith(
        "12 of 60 English learners (20%, interval 12% to"
    )


def test_each_comparison_is_what_the_files_say(three):
    students = pd.read_csv(samples.path() / "students-2023-24.csv", dtype="str")
    students = students[(students["school_id"] == "0219") & (students["grade"] == "8")]
    courses = pd.read_csv(samples.path() / "courses-2023-24.csv", dtype="str")
    taking = set(courses.loc[courses["course"] == "Algebra I", "student_id"])
    inside = students["student_id"].isin(taking)
    learner = students["english_learner"] == "Yes"
    own, rest, every = inside[learner].mean(), inside[~learner].mean(), inside.mean()
    row = gap_of(three)
    found = {rule: _beside.beside(three, row, rule, target=35) for rule in _beside.RULES}
    assert found["rest"].apart.value == pytest.approx(own - rest)
    assert found["overall"].apart.value == pytest.approx(own - every)
    assert found["target"].apart.value == pytest.approx(own - 0.35)
    assert found["highest"].apart.value == pytest.approx(own - rest)  # two groups: the other one
    assert (
        found["rest"].parity == 12 and found["overall"].parity == 9 and found["target"].parity == 9
    )
    # A group's gap to all of us is its gap to the others, made smaller by its own share.
    part = 1 - learner.mean()
    for end in range(3):
        assert found["overall"].apart[end] == pytest.approx(part * found["rest"].apart[end])
    past = _rows.row_of(three.school.view, "algebra_1", "el: English learner", "2022-23")
    apart = metrics.risk_difference(12, 60, past.x, past.n)
    assert found["own_past"].apart == pytest.approx(apart)


def test_no_group_is_the_measure_of_others_without_a_reason(three):
    asked = {"comparison": "chosen", "other": "el: Not an English learner"}
    without = draw(three, "gap-explorer", **asked)
    assert "Write the reason" in words(without) and "58 of 145 other students" in without[0]
    given = draw(three, "gap-explorer", **asked, reason="Both are in the same three sections.")
    assert "students recorded as not an English learner" in given[0]


def test_students_who_can_be_in_both_groups_are_not_compared(three):
    asked = {"comparison": "chosen", "other": "sex: Female", "reason": "to see"}
    assert "students can be in both" in draw(three, "gap-explorer", **asked)[0]


def test_a_hidden_group_leads_to_listening_and_to_no_number(three):
    view = three.school.view
    gone = view.single[(view.single["why"] == "hidden") & (view.single["indicator"] == "algebra_1")]
    row = next(gone[gone["year"] == view.year].itertuples(index=False))
    found = _beside.beside(three, row, "rest")
    assert not found.known and "Hidden does not mean unimportant" in found.said
    assert not re.search(r"\d+ of \d+", found.said)


def test_comparison_rules_say_what_each_hides_and_why_one_is_missing(three):
    told = words(draw(three, "comparison-rules"))
    for rule in catalog.content("kpi_catalog")["comparison_rules"]:
        assert rule["label"] in told
    assert "Type a goal" in told and "Choose a group, and write why" in told
    assert "loses half of its gap" in told


def test_ratios_stay_away_where_the_comparison_has_fewer_than_ten(three):
    view = three.school.view
    few = [r for r in view.compared.itertuples(index=False) if r.other_x < 10]
    assert few
    for row in few:
        assert _beside.beside(three, row, "rest").ratio in ("", "comparison under 10")


# ---------------------------------------------------------------- prediction


def test_a_prediction_is_set_beside_what_is_published(own_three):
    guess = {
        "measure": "algebra_1",
        "students": "el: English learner",
        "side": "lower",
        "points": 10,
    }
    own_three.folio.set("predictions.m03", guess)
    near = draw(own_three, "predicted-gap")[0]
    assert (
        "10 points lower" in near and "published: 20 points lower" in near and "lies inside" in near
    )
    own_three.folio.set("predictions.m03", {**guess, "side": "higher"})
    assert "lies outside" in draw(own_three, "predicted-gap")[0]


# ---------------------------------------------------------------- tests, leaving, place


def test_the_line_moves_the_gap_and_not_the_mean(three):
    middle, high = (words(draw(three, "cut-points", line=line)) for line in ("660", "720"))
    assert "122 of 300" in middle and "262 of 500" in middle
    for told in (middle, high):
        assert "10 score points apart wherever the line stands" in told


def test_a_middle_school_sees_the_graduates_of_its_district(three):
    told = draw(three, "graduation", target=90)
    assert "Tamarack Valley School District" in words(told) and "The goal is 90%" in words(told)
    own = draw(three, "graduation", school="0302")
    assert "Kestrel Ridge High School" in words(own)


def test_own_leavers_take_the_place_of_practice_and_keep_the_rule(own_three):
    for group, x, n in (("Riders", 30, 60), ("Walkers", 40, 70), ("Newcomers", 3, 6)):
        row = {"step": "enrolled", "group": group, "x": x, "n": n}
        own_three.folio.add("labs.m03_leavers", row, prefix="l")
    told = words(draw(own_three, "after-school"))
    assert "40 of 70" in told and not re.search(r"\b3 of 6\b", told) and "Kestrel" not in told
    small(told, "own leavers")


def test_entry_and_success_are_said_together(three):
    said = draw(three, "courses-and-activities")[0]
    assert "36 of 45" in said and "141 of 171" in said and "not beyond it" in said
    assert "6 of 314" in words(draw(three, "courses-and-activities"))


def test_own_counts_take_the_place_of_practice_in_the_opportunities(own_three):
    before = words(draw(own_three, "four-opportunities"))
    assert "practice" in before
    for group, x, n in (("English learner", 40, 80), ("Not an English learner", 200, 300)):
        row = {"what": "safe", "group": group, "x": x, "n": n}
        own_three.folio.add("labs.m03_opportunities", row, prefix="o")
    after = words(draw(own_three, "four-opportunities"))
    assert "40 of 80" in after and "your own counts" in after


def test_place_tells_of_the_time_of_joining_and_the_journey(three):
    told = words(draw(three, "place"))
    assert "31 of 107" in told and "29 of 97" in told


def test_place_uses_the_schools_own_journeys_where_they_are_published(tmp_path):
    data = equitylab.read(samples.path(), context="place_and_opportunity")
    equitylab.protect(equitylab.audit(data)).slice("0219").save(tmp_path / "place.zip")
    at = Lesson("m03", portfolio=tmp_path / "p.json", release=tmp_path / "place.zip")
    parts = draw(at, "place")
    assert parts[0].startswith("Travel time: 29 of 97") and "fictional" not in words(parts)
    assert any(isinstance(part, Table) for part in parts)


# ---------------------------------------------------------------- small numbers, mix


def test_rank_flips_are_exact_and_the_years_are_drawn(three):
    told = words(draw(three, "small-numbers", n=12, rate=40, n_other=200, apart=10))
    even = metrics.order(0.4, 12, 0.4, 200)
    higher = metrics.order(0.5, 12, 0.4, 200)
    assert f"ahead in {round(100 * even.ahead)} of 100" in told
    assert f"behind in {round(100 * higher.behind)} of 100" in told
    figure = next(p for p in draw(three, "small-numbers", n=12) if isinstance(p, Figure))
    spread = {r.label: max(r.values) - min(r.values) for r in figure.table.itertuples(index=False)}
    assert spread["12 students"] > spread["480 students"]
    assert draw(three, "small-numbers", n=10**7)[0].startswith("Type sizes")


def test_newcomers_are_hidden_and_heard(three):
    told = words(draw(three, "too-small-to-tell"))
    assert "new to the country" in told and "3 of 7" not in told and "5 of 7" not in told
    assert "1 group of 5" in told
    assert "4 groups of 5" in words(draw(three, "too-small-to-tell", pooled="three"))


def test_composition_splits_the_fall_of_a_school_that_rose_in_every_grade(three):
    said = draw(three, "composition")[0]
    assert (
        "311 of 562 (55.3%)" in said
        and "331 of 612 (54.1%)" in said
        and "rose in every grade" in said
    )
    # By hand, with averaged weights (Kitagawa, 1955).
    n0, n1 = (158, 204, 200), (250, 157, 205)
    x0, x1 = (57, 110, 144), (94, 87, 150)
    rates = mix = 0.0
    for a, b, m, n in zip(x0, x1, n0, n1, strict=True):
        rates += (b / n - a / m) * (m / 562 + n / 612) / 2
        mix += (n / 612 - m / 562) * (a / m + b / n) / 2
    assert rates + mix == pytest.approx(331 / 612 - 311 / 562)
    assert f"{100 * rates:+.1f} points" in said and f"−{abs(100 * mix):.1f}" in said


def test_composition_finds_the_reversal_by_itself_and_falls_back_on_practice(three):
    strata, *_ = composition._practice(three)
    assert composition._turned(strata)
    told = draw(three, "composition", split="race_ethnicity", measure="proficient_reading")
    assert "fictional" in words(told)


# ---------------------------------------------------------------- risk


def test_the_ratio_has_points_interval_and_a_steadier_comparison(four):
    parts = draw(four, "risk")
    told = words(parts)
    assert parts[0].startswith("21 of 104") and "2.9 (1.8 to 4.8) times" in parts[1]
    assert "17.0% of the students" in told and "37.5% of those" in told  # 21 of 56
    assert "everyone else in 2021-22 and 2023-24 together, 69 of 988" in told


def test_a_ratio_over_few_events_is_flagged_and_not_said(four):
    view = four.school.view
    rows = [r for r in view.compared.itertuples(index=False) if r.indicator in risk.MEASURES]
    few = [r for r in rows if r.other_x < 10]
    many = [r for r in rows if r.other_x >= 10 and r.n >= 30 and r.ratio_high < 4 * r.ratio_low]
    assert few or rows
    for row in few:
        assert any("Fewer than ten" in why for why in risk.unstable(row))
    for row in many:
        assert risk.unstable(row) == []


def test_days_and_students_are_counted_apart(four):
    told = words(draw(four, "three-measures"))
    assert "Days lost to removal 67 and 22" in told  # 70 of 104, 112 of 508
    assert "events: no interval" in told


def test_years_are_pooled_from_published_years_only(four):
    said = draw(four, "risk-over-years")[0]
    assert "50 of 228" in said and "69 of 988" in said
    apart = metrics.risk_difference(50, 228, 69, 988)
    assert f"+{100 * apart.value:.1f} points" in said


def test_a_prediction_names_the_students_that_the_risk_lab_looks_at(own_four):
    own_four.folio.set("predictions.m04", {"students": "sex: Male", "times": 3})
    told = words(draw(own_four, "risk"))
    assert "Male students" in told and "You expected 3 times" in told


# ---------------------------------------------------------------- pathway


def test_the_pathway_parts_at_the_first_step(four):
    parts = draw(four, "pathway")
    assert parts[0].startswith("Two groups together: 69 of 156")
    told = words(parts)
    assert "(62 per 100), 60 of them from judgement" in told
    assert "(21 per 100), 59 of them from judgement" in told


def test_own_steps_and_flags_come_into_the_pathway(own_four):
    for group, x, n in (("Grade 8", 30, 60), ("Everyone else", 50, 300)):
        row = {"step": "referred", "group": group, "x": x, "n": n}
        own_four.folio.add("labs.m04_pathway", row, prefix="y")
    own_four.folio.set(
        "labs.m04_discretion", {"referred": {"bin": "adult", "reason": "a talk first"}}
    )
    told = words(draw(own_four, "pathway"))
    assert "30 of 60" in told and "an adult chooses" in told and "practice" not in told.lower()


def test_flags_ask_for_every_step_and_a_reason_for_each_choice(own_four):
    check = find("check", "discretion-flags")
    steps = [card["id"] for card in own_four.book.form("discretion").cards]

    def told(flags, step=None):
        own_four.folio.set("labs.m04_discretion", flags)
        return [v.ok for v in check(own_four, {"step": step})]

    assert told({}) == [None, None, None]
    every = {s: {"bin": "rule"} for s in steps}
    assert told(every, "named") == [True, None, True]
    assert told({**every, "named": {"bin": "adult"}}) == [True, False, None]
    reason = {"bin": "adult", "reason": "one example each"}
    assert told({**every, "named": reason}) == [True, True, None]
    assert told({"named": reason}) == [False, True, None]


def test_small_cells_of_the_grid_are_not_shown(four):
    figure = next(p for p in draw(four, "place-time") if isinstance(p, Figure))
    held = figure.table.drop(columns="place").to_numpy(float)
    assert not ((held == 1) | (held == 2)).any() and (held == 28).any()
    assert "79 of 192" in draw(four, "place-time")[0]


def test_every_way_through_the_afternoon_ends(four):
    story = four.book.texts["story"]
    ids = [step["id"] for step in story["steps"]]
    ends = set()
    for picked in product(*([o["id"] for o in step["options"]] for step in story["steps"])):
        told = words(draw(four, "next-step", **dict(zip(ids, picked, strict=True))))
        assert story["back"] in told
        ends.add("2 days of lessons lost" in told)
    assert ends == {True, False}
    begun = words(draw(four, "next-step", seen="quiet"))
    assert story["ask"] in begun and "Write a referral" not in begun and "A referral" in begun


# ---------------------------------------------------------------- attendance, climate


def test_absence_gathers_by_journey_and_not_by_group(four):
    told = words(draw(four, "attendance", by="Travel time"))
    assert "29 of 97" in told and "41 of 515" in told
    assert "by any student group at most 5" in told
    assert "22 (31.4%)" in told or "22 of 70" in words(draw(four, "attendance", by="Main barrier"))
    # Days present of days enrolled, from the file itself.
    days = pd.read_csv(samples.path() / "attendance-2023-24.csv", dtype="str")
    who = pd.read_csv(samples.path() / "students-2023-24.csv", dtype="str")
    who = who[(who["school_id"] == "0219") & (who["travel_time"] == "Over 40 min")]
    mine = days[days["student_id"].isin(who["student_id"])]
    present, enrolled = (mine[c].astype(int).sum() for c in ("days_present", "days_enrolled"))
    assert f"{present:,} of {enrolled:,}" in told


def test_own_barriers_take_the_place_of_practice(own_four):
    for name, x, n in (("Route 1", 20, 50), ("Route 2", 6, 60), ("Van", 2, 8)):
        row = {"kind": "Bus route", "category": name, "x": x, "n": n}
        own_four.folio.add("labs.m04_attendance", row, prefix="v")
    told = words(draw(own_four, "attendance"))
    assert "Route 1" in told and "B200" not in told
    small(told, "own barriers")


def test_places_are_compared_and_not_students(own_four):
    parts = draw(own_four, "safe-places")
    assert (
        "Hallway, after lunch: 214 of 403" in parts[0]
        and "Library, any time: 201 of 214" in parts[0]
    )
    row = {"place": "Stairs", "time": "noon", "x": 1, "n": 4}
    own_four.folio.add("labs.m04_safety", row, prefix="z")
    assert "1 of 4" not in words(draw(own_four, "safe-places"))


def test_reports_answered_stand_beside_the_goal_that_was_set(own_four):
    assert draw(own_four, "reports-answered")[0].startswith("43 of 65")
    own_four.folio.set("labs.m04_response", {"days": 10, "target": 90})
    told = words(draw(own_four, "reports-answered"))
    assert "within 10 school days" in told and "The goal is 90%: 24 points below" in told


def test_belonging_is_the_scale_that_the_survey_lab_has_too(four):
    said = words(draw(four, "belonging"))
    assert "81.0%" in said and "52.0%" in said and "do not overlap" in said
    by_joining = words(draw(four, "belonging", by="When the student joined"))
    small(by_joining, "joined")
    assert "hidden" in by_joining


# ---------------------------------------------------------------- strategies


def test_each_strategy_has_evidence_for_and_against_and_a_measure_to_watch():
    kpis = {k["id"] for k in catalog.content("kpi_catalog")["kpis"]}
    for one in strategies.known_strategies():
        for part in strategies.PARTS:
            assert one[part], (one["id"], part)
        assert set(one["watch"]) <= kpis and one["references"]


def test_the_restorative_trial_is_told_with_what_it_did_not_find(four):
    told = words(draw(four, "strategies"))
    for said in ("no academic", "worse", "did not fall in middle school", "2,771", "RR-2840"):
        assert said.lower() in told.lower() or said == "no academic"
    assert "No improvement in academic outcomes" in told
    assert "two different" in draw(four, "strategies", first="mindset", second="mindset")[0]


def test_a_strategy_needs_a_balancing_measure_that_is_another_one(four):
    check = find("check", "balanced-strategy")
    assert [v.ok for v in check(four, {})] == [None] * 4
    given = {"measure": "k_days_lost", "balancing": "k_days_lost"}
    assert check(four, given)[0].ok is False
    given |= {"balancing": "k_course_pass", "against": "middle grades did worse in the trial"}
    given |= {"with": ["Their families"], "small": "one corridor, six weeks"}
    assert [v.ok for v in check(four, given)] == [True] * 4


def test_the_two_indicators_are_those_of_the_rubric(four):
    rubric = {
        i["id"]: i
        for d in catalog.content("equity_audit_rubric")["dimensions"]
        for i in d["indicators"]
    }
    for item in four.book.form("two-indicators").items:
        told = rubric[item["id"]]
        assert (item["text"], item["probe"]) == (told["title"], told["probe"])
        assert item["levels"] == told["levels"]


# ---------------------------------------------------------------- typed counts


def test_what_is_typed_is_added_up_and_nonsense_left_out(four):
    rows = [
        {"group": "A", "x": 10, "n": 20}, {"group": "A", "x": 5, "n": 20}, {"group": "B", "x": 30, "n": 20},
        {"group": "C", "x": 12, "n": 40}, {"group": "D", "x": None, "n": 40},
    ]  # fmt: skip
    frame = _own.typed(rows, "group", four).set_index("label")
    assert frame.loc["A", ["x", "n"]].tolist() == [15, 40] and set(frame.index) == {"A", "C"}
    assert _own.typed([], "group", four) is None


def test_every_number_of_the_small_numbers_lab_is_finite(three):
    for n, rate in product((1, 9, 10_000), (5, 95)):
        assert "nan" not in words(small_numbers.small_numbers(three, n=n, rate=rate))
