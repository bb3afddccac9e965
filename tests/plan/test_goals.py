"""The seven letters: each can pass, each can fail, and each says what would mend it."""

import datetime

import pytest

from equitylab import plan

DAY = datetime.date(2025, 3, 10)
GOAL = "g-000001"


def checks(whole, **changes):
    goal = whole.goals[GOAL] | changes
    return {c.name[0]: c for c in plan.smartie(goal, whole, today=DAY)}


def test_the_sample_goal_passes_all_seven(whole):
    found = plan.smartie(whole.goals[GOAL], whole, history=[(17, 65), (16, 63)])
    assert [c.name[0] for c in found] == list("SMARTIE")
    assert [c.ok for c in found] == [True] * 7
    assert all(c.text for c in found)


def test_an_empty_goal_is_open_and_not_wrong(whole):
    assert [c.ok for c in plan.smartie({}, {})] == [None] * 7
    assert "Which priority" in plan.smartie({}, {})[0].text


WRONG = [
    ("S", {"students": ""}, "Name the students"),
    ("S", {"priority": "p-gone"}, "goes back to a finding card"),
    ("M", {"baseline_x": 61}, "mend one of two"),
    ("M", {"target_x": None, "target": None}, "Say the target"),
    ("M", {"target_x": 70}, "between 0 and 60"),
    ("M", {"target_x": 12}, "The target is the baseline"),
    ("M", {"direction": "lower"}, "goes the other way"),
    ("A", {"target_x": 15}, "cannot be told from luck in one year"),
    ("A", {"baseline_x": 3, "baseline_n": 8, "target_x": 6}, "fewer than 10 students"),
    ("R", {"owner": ""}, "Name the role"),
    ("R", {"resources": ""}, "people, time and money"),
    ("R", {"target_x": 55}, "beyond what has been seen here"),
    ("T", {"by_date": "2027-06-30"}, "more than 24 months"),
    ("T", {"by_date": "2024-06-30"}, "has passed"),
    ("T", {"checkpoint_2": ""}, "two checkpoints"),
    ("T", {"checkpoint_2": "2025-06-13"}, "two checkpoints"),
    ("T", {"checkpoint_2": "2026-07-30"}, "before the end"),
    ("I", {"people": ""}, "most affected"),
    ("I", {"decision_right": "consulted"}, "not a decision right"),
    ("E", {"balancing_kpi": ""}, "must not get worse"),
    ("E", {"balancing_kpi": "algebra_1"}, "choose another"),
    ("E", {"system_change": "those parents coming to meetings"}, "name the condition"),
]


@pytest.mark.parametrize(("letter", "change", "said"), WRONG)
def test_each_letter_can_fail_and_says_what_to_mend(whole, letter, change, said):
    found = checks(whole, **change)[letter]
    assert found.ok is False and said in found.text


def test_a_share_will_do_for_a_target(whole):
    found = checks(whole, target_x=None, target=0.4)
    assert found["M"].ok and "24 of 60 (40%)" in found["M"].text


def test_without_a_baseline_the_card_gives_it(whole):
    goal = {k: v for k, v in whole.goals[GOAL].items() if not k.startswith("baseline")}
    assert plan.filled(goal, whole)["baseline_x"] == 12
    assert plan.smartie(goal, whole)[1].ok


def test_events_are_no_shares(whole):
    found = checks(whole, kpi="k_days_lost", direction="lower", baseline_x=182, baseline_n=612,
                   target_x=120)  # fmt: skip
    assert found["A"].ok is None and "share of students with at least one" in found["A"].text
    assert "29.7 to 19.6 per 100 students" in found["M"].text


def test_the_sentence_is_the_template_with_lines_for_what_is_missing(whole):
    made = plan.filled(whole.goals[GOAL], whole)["statement"]
    assert made.startswith("By 30 June 2026, building the schedule")
    assert "from 12 of 60 (20%) to 24 of 60 (40%)" in made and made.endswith("does not worsen.")
    blank = plan.filled({"students": "grade 8"}, whole)["statement"]
    assert blank.count("________") >= 5
    small = plan.filled(whole.goals[GOAL] | {"baseline_x": 2, "target_x": 20}, whole)
    assert "too small to print" in small["statement"] and "2 of 60" not in small["statement"]


def test_the_baseline_comes_from_the_release(whole, published):
    found = plan.baseline(published, whole.cards["f-000001"], unit_id="0219")
    assert (found.x, found.n, found.other_x, found.other_n) == (12, 60, 58, 145)
    assert found.history == [("2021-22", 17, 65), ("2022-23", 16, 63)]
    assert "12 of 60 English learners" in found.text
    hidden = plan.baseline(published, whole.cards["f-000004"], unit_id="0219")
    assert hidden.why == "hidden" and hidden.x is None and hidden.other_x is None
    nothing = plan.baseline(published, whole.cards["f-000002"], unit_id="0219")
    assert nothing.why == "absent" and nothing.year == ""
