"""What each reader may see of a portfolio, as `export_levels` of the reporting rules says."""

import json
import re

import pytest

from equitylab import DataError, Portfolio, catalog
from equitylab.portfolio_levels import forms, private
from equitylab.portfolio_numbers import HIDDEN, Rule, alone, shown
from equitylab.portfolio_words import NOTE, Words

CARDS = "finding_cards.cards"
LEVELS = [row["id"] for row in catalog.content("reporting_rules")["export_levels"]]
OUTSIDE = ["district", "public"]


@pytest.fixture
def folio(tmp_path) -> Portfolio:
    """One leader's work, with a word that must not travel in every place that is private."""
    folio = Portfolio.open(tmp_path / "portfolio.json")
    for key in [
        "self_assessment.ratings",
        "growth_plan.edges",
        "reflections.m02",
        "checks.m03",
        "rubric_ratings.individual",
        "rubric_ratings.individual-second",
        "sustain_plan.coaching",
    ]:
        folio.set(key, {"p1_1": {"rating": 2, "evidence": f"SECRET of {key}"}})
    folio.set("profile.school", {"unit_id": "0219", "name": "Riverbend Middle School"})
    folio.set("rubric_ratings.consensus", {"pol1": {"rating": 2, "evidence": "Minutes"}})
    folio.set("vision.statement", "Known and heard")
    return folio


def card(folio: Portfolio, **fields) -> str:
    most = {"title": "A card", "kind": "access", "measure": "advanced_course", "year": "2023-24"}
    return folio.add(CARDS, most | fields, prefix="f")


def priority(folio: Portfolio, of: str, **fields) -> str:
    row = {"title": "Placement", "card": of, "why": "It keeps coming up."} | fields
    return folio.add("audit_summary.priorities", row, prefix="p")


def text(export: dict) -> str:
    return json.dumps(export, ensure_ascii=False)


# ---------------------------------------------------------------- who gets what


def test_the_levels_are_those_of_the_rules(folio):
    for level in LEVELS:
        made = folio.export(level)
        json.dumps(made, allow_nan=False)
        assert made["level"] == level and made["who"] and made["held_back"] == []
    with pytest.raises(DataError, match="no export level") as wrong:
        folio.export("everyone")
    assert "private, team, district, public, cohort" in wrong.value.mend


def test_private_is_everything(folio):
    assert list(folio.export("private")["answers"]) == folio.keys()


@pytest.mark.parametrize("level", [level for level in LEVELS if level != "private"])
def test_no_private_word_leaves(folio, level):
    assert "SECRET" not in text(folio.export(level))


def test_a_form_that_is_marked_private_keeps_its_answers_private():
    marked = [f for found in forms().values() for f in found if f.get("private") and "key" in f]
    assert marked and all(private(form["key"]) for form in marked)


def test_team_is_the_shared_artifacts_without_individual_ratings(folio):
    card(folio, x=2, n=40, voice="“We are never asked”")
    folio.add("root_cause_map.causes", {"condition": "The schedule is built early"})
    made = folio.export("team")["answers"]
    assert sorted(made) == [CARDS, "root_cause_map.causes", "rubric_ratings.consensus"]
    assert made[CARDS] == folio.rows(CARDS)  # the school's own team sees its numbers


def test_district_is_summary_plan_and_progress_without_quotes(folio):
    card(folio)
    folio.add(
        "audit_summary.board",
        {"voice": "They said", "voice_score": 3, "quote": "Never", "evidence": 2},
    )
    folio.add("progress_log.celebrations", {"what_improved": "Everyone has a seat"})
    folio.set("action_plan.theory", {"change": "we meet later"})
    made = folio.export("district")["answers"]
    artifacts = {key.partition(".")[0] for key in made}
    assert artifacts == {"audit_summary", "action_plan", "progress_log"}
    (row,) = made["audit_summary.board"]
    assert set(row) == {"id", "voice_score", "evidence"}


def test_public_is_four_things_and_only_the_listed_fields(folio):
    folio.add("audit_summary.strengths", {"title": "Warm welcome", "who": "Ms. Ruiz"})
    priority(folio, card(folio, x=12, n=60, rate=0.2, voice="said", made_in="m03"), owner="Mr. Oz")
    folio.add("action_plan.actions", {"description": "Meet later", "cost": 500, "note": "quietly"})
    kpi = folio.add("action_plan.kpis", {"kpi": "k_adv_course", "direction": "raise"})
    folio.add(
        "progress_log.readings", {"kpi": kpi, "numerator": 20, "denominator": 60, "note": "n"}
    )
    made = folio.export("public")
    assert list(made)[5:] == ["strengths", "priorities", "actions", "progress", "held_back"]
    assert set(made["strengths"][0]) == {"id", "title"}
    assert set(made["actions"][0]) == {"id", "description"}
    (row,) = made["priorities"]
    assert set(row) == {"id", "title", "why", "cards"}
    assert row["cards"][0]["x"] == 12 and "voice" not in row["cards"][0]
    (reading,) = made["progress"]["readings"]
    labels = {one["id"]: one["label"] for one in catalog.content("kpi_catalog")["kpis"]}
    assert reading["measure"] == labels["k_adv_course"] and reading["numerator"] == 20
    assert "note" not in reading


# ---------------------------------------------------------------- numbers


def numbers_of(made: dict) -> str:
    told = text({key: value for key, value in made.items() if key != "made"})
    return re.sub(r"\b[a-z]-[0-9a-f]{6}\b", "", told)  # ids are drawn by chance


@pytest.mark.parametrize("level", OUTSIDE)
@pytest.mark.parametrize(("x", "n"), [(2, 40), (39, 40), (4, 9), ("4", "9"), (None, 9), (7, None)])
def test_small_numbers_of_a_card_are_hidden_again(folio, level, x, n):
    priority(folio, card(folio, x=x, n=n, rate=0.77, low=0.7, high=0.8, other_x=333, other_n=777))
    made = folio.export(level)
    answers = made.get("answers", {}).get("audit_summary.priorities") or made["priorities"]
    (evidence,) = answers[0]["cards"]
    assert evidence["numbers"] == HIDDEN and evidence["title"] == "A card"
    assert all(evidence[name] is None for name in ("rate", "low", "high", "other_x", "other_n"))
    assert "0.77" not in numbers_of(made) and "777" not in numbers_of(made)
    assert made["held_back"][0]["key"] == CARDS


def test_one_hidden_card_takes_the_smallest_other_with_it(folio):
    cards = [{"n": n, "x": x, "measure": "m", "year": "y"} for n, x in [(6, 3), (40, 20), (90, 30)]]
    assert alone(cards, Rule(10, 3)) == [False, True, False]
    assert alone(cards[1:], Rule(10, 3)) == [False, False]
    assert alone([cards[0], cards[0], cards[1]], Rule(10, 3)) == [False] * 3
    assert alone([cards[0], cards[1] | {"year": "z"}], Rule(10, 3)) == [False, False]


def test_none_and_all_are_shown_as_bands(folio):
    priority(folio, card(folio, x=0, n=60, rate=0.0, low=0.0, high=0.06))
    (row,) = folio.export("public")["priorities"]
    (evidence,) = row["cards"]
    assert evidence["band"] == "5% or less" and evidence["n"] == 60
    assert evidence["x"] is evidence["rate"] is evidence["high"] is None


@pytest.mark.parametrize(("x", "n"), [(3, 8), (1, 40), (40, 41), (12, None)])
def test_readings_typed_by_hand_pass_the_rule(folio, x, n):
    folio.add("progress_log.readings", {"date": "2025-10-01", "numerator": x, "denominator": n})
    folio.add("progress_log.readings", {"date": "2025-11-01", "numerator": 20, "denominator": 41})
    for rows in (
        folio.export("public")["progress"]["readings"],
        folio.export("district")["answers"]["progress_log.readings"],
    ):
        assert rows[0]["numerator"] is rows[0]["denominator"] is None
        assert rows[0]["date"] == "2025-10-01" and rows[1]["numerator"] == 20


def test_a_goal_and_its_measures_hide_with_the_card_that_they_start_from(folio):
    hidden = priority(folio, card(folio, x=2, n=41))
    goal = folio.add(
        "action_plan.goals", {"priority": hidden, "target_x": 12, "statement": "From 2 of 41 to 12"}
    )
    folio.add("action_plan.kpis", {"goal": goal, "baseline_x": 20, "baseline_n": 41})
    typed = {"baseline_x": 4, "baseline_n": 8, "target_x": 6}
    folio.add("action_plan.goals", {"priority": "", **typed})
    fine = priority(folio, card(folio, x=12, n=60, year="2022-23"))
    folio.add("action_plan.goals", {"priority": fine, "target_x": 24})
    answers = folio.export("district")["answers"]
    first, second, third = answers["action_plan.goals"]
    assert first["target_x"] is None and first["statement"] == NOTE
    assert second["baseline_n"] is second["target_x"] is None
    assert (third["baseline_x"], third["baseline_n"], third["target_x"]) == (12, 60, 24)
    assert answers["action_plan.kpis"][0]["baseline_n"] is None


def test_a_leader_may_be_stricter_and_never_looser(folio):
    reading = {"numerator": 8, "denominator": 18}
    folio.add("progress_log.readings", reading)

    def told():
        return folio.export("public")["progress"]["readings"][0]["numerator"]

    assert told() == 8
    folio.set("profile.rules", {"minimum_n": 20, "minimum_cell": 3})
    assert told() is None
    folio.set("profile.rules", {"minimum_n": 1, "minimum_cell": "x"})
    assert Rule.of(folio) == Rule(10, 3)


def test_a_rate_with_no_count_beside_it_is_hidden():
    rule = Rule(10, 3)
    assert shown({"rate": 0.4}, rule)[0]["rate"] is None
    assert shown({"rate": 0.05, "n": 40}, rule)[0]["n"] is None  # two of 40
    assert shown({"rate": 5, "n": 40}, rule)[0]["n"] is None  # written as a percentage
    assert shown({"interval": [0.1, 0.2]}, rule)[0]["interval"] is None
    assert shown({"rate": 0.4, "n": 40}, rule)[0] == {"rate": 0.4, "n": 40}
    assert shown({"voice_score": 2, "size": 1}, rule)[1] == ""


# ---------------------------------------------------------------- words


@pytest.mark.parametrize("level", OUTSIDE)
@pytest.mark.parametrize(
    "words",
    [
        "We must fix these kids.",
        "The gap is due to the homes.",
        "Of them 2 of 40 were asked.",
        "Only 3 out of 7 came back.",
        "Our six newcomer students sit apart.",
        "A father said “we waited for three weeks and nobody rang”.",
    ],
)
def test_words_that_a_report_may_not_hold_are_held_back_and_listed(folio, level, words):
    id = priority(folio, card(folio), why=words)
    made = folio.export(level)
    rows = made.get("priorities") or made["answers"]["audit_summary.priorities"]
    assert rows[0]["why"] == NOTE and rows[0]["title"] == "Placement"
    (held,) = made["held_back"]
    assert (held["key"], held["id"], held["field"]) == ("audit_summary.priorities", id, "why")
    assert held["why"] and words not in text(made)
    assert words in json.dumps(folio.export("team"), ensure_ascii=False)


def test_what_is_said_in_place_of_words_is_itself_fit_to_print():
    assert Words(Rule(10, 3)).wrong(NOTE) == ""
    for fine in ["12 of 60 students enrolled.", "By 2026-06-01", "kpi_x", "All 6 classrooms", ""]:
        assert Words(Rule(10, 3)).wrong(fine) == ""


# ---------------------------------------------------------------- the wall


def test_the_wall_holds_choices_and_nothing_that_identifies(folio):
    folio.set("predictions.m10", {"fifteen": "Not yet", "enough": 20, "why": "Ms. Ruiz told me"})
    seen = card(folio, x=12, n=61, group="a group", title="Riverbend's Algebra")
    priority(folio, seen, title="At Riverbend")
    for idea in [
        "Placement in Algebra I rests on one grade",
        "The schedule of grade 7 is built too early",
    ]:
        folio.add("action_plan.drivers", {"text": idea})
    secret = [
        "Riverbend rests on one grade",
        "Talk to Ms. Ruiz",
        "Room 12",
        "校车时刻表",
        "x" * 500,
    ]
    for idea in secret:
        folio.add("action_plan.drivers", {"text": idea})
    made = folio.export("cohort")
    assert list(made)[5:] == [
        "predictions", "found", "ratings", "dissent", "priority_kinds", "driver_ideas", "promises",
        "held_back",
    ]  # fmt: skip
    assert made["predictions"] == {"m10": {"fifteen": "Not yet", "enough": 20}}
    assert made["priority_kinds"] == [{"kind": "access", "measure": "advanced_course"}]
    assert made["driver_ideas"] == [
        "Placement in Algebra I rests on one grade",
        "The schedule of grade 7 is built too early",
    ]
    assert len(made["held_back"]) == len(secret)
    for word in ["Riverbend", "0219", "Ruiz", "61", "a group", *secret]:
        assert word not in numbers_of(made)


def test_a_name_that_only_begins_sentences_elsewhere_is_known_by_its_place(folio):
    folio.set("team_charter.members", {"convener": {"name": "maria Ortiz", "why": "Ask Delgado"}})
    for idea in ["Ortiz leads the schedule", "Delgado leads the schedule"]:
        folio.add("action_plan.drivers", {"text": idea})
    assert folio.export("cohort")["driver_ideas"] == []


def test_the_wall_holds_what_a_team_recorded_and_promised_without_its_words(folio):
    folio.set(
        "rubric_ratings.consensus",
        {
            "pol1": {"rating": 2, "evidence": "Minutes", "dissent": "The parents say 1"},
            "pol2": {"rating": "NE", "evidence": ""},
            "pol3": {"rating": 9},
            "pol4": "broken",
        },
    )
    folio.set("promises.m03", {"when": "on Monday", "then": "read one card aloud", "with": "A.B."})
    folio.set("promises.m04", {"when": "at noon", "then": "ask Ms. Ruiz", "with": "A.B."})
    guess = {"measure": "algebra_1", "students": "el: X", "side": "higher", "points": 9}
    folio.set("predictions.m03", guess)
    card(folio, measure="algebra_1", students="el: X", x=12, n=60, gap_points=-20.5)
    made = folio.export("cohort")
    assert made["ratings"] == {"pol1": 2} and made["dissent"] == ["pol1"]
    assert made["promises"] == ["read one card aloud"] and made["found"] == {"m03": "other_side"}
    for word in ["Minutes", "parents", "Ruiz", "A.B.", "Monday", "20.5"]:
        assert word not in text(made)


def test_a_guess_beside_a_hidden_card_says_nothing(folio):
    guess = {"measure": "algebra_1", "students": "el: X", "side": "lower", "points": 9}
    folio.set("predictions.m03", guess)
    card(folio, measure="algebra_1", students="el: X", x=1, n=60, gap_points=-20.5)
    assert folio.export("cohort")["found"] == {}
