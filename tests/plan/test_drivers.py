"""Drivers, measures and the five parts: what holds, what does not, and in which words."""

import pytest

from equitylab import plan

GOAL = "g-000001"


def named(checks):
    return {c.name: c for c in checks}


def test_the_sample_holds(whole):
    for goal in whole.goals:
        assert all(c.ok for c in plan.driver_checks(whole, goal))
        assert all(c.ok for c in plan.kpi_coverage(whole, goal))
    assert all(c.ok for c in plan.five_parts(whole))


def test_nothing_written_is_open(empty):
    assert [c.ok for c in plan.driver_checks(empty)] == [None]
    assert {c.ok for c in plan.kpi_coverage(empty)} == {None}
    assert [c.ok for c in plan.five_parts(empty)] == [None] * 5


@pytest.mark.parametrize(
    ("key", "id", "change", "check", "said"),
    [
        ("changes", "i-000001", {"driver": "d-gone"}, "Each driver has something to test", "Language"),
        ("changes", "i-000002", {"idea_from": "Teachers"}, "An idea from students or families", "Ask"),
        ("drivers", "d-000001", {"cause": ""}, "Each primary driver traces to a cause", "Say which"),
        ("drivers", "d-000002", {"text": "Those families do not care"}, "Conditions, not people", "care"),
        ("drivers", "d-000002", {"text": "Our low students"}, "Conditions, not people", "person"),
        ("drivers", "d-000002", {"kind": "secondary", "parent": "d-000001"},
         "Two to four primary drivers", "has 1"),
    ],
)  # fmt: skip
def test_each_driver_check_can_fail(folio, key, id, change, check, said):
    folio.update(f"action_plan.{key}", id, change)
    found = named(plan.driver_checks(folio, GOAL))[check]
    assert found.ok is False and said in found.text


def test_an_idea_that_reaches_no_goal_is_named(folio):
    folio.add("action_plan.changes", {"text": "Paint the hall", "driver": "d-gone"}, prefix="i")
    found = named(plan.driver_checks(folio))["Every change idea reaches the aim"]
    assert found.ok is False and "Paint the hall" in found.text


def test_untested_causes_are_called_assumptions(whole):
    found = named(plan.driver_checks(whole, GOAL))["Each primary driver traces to a cause"]
    assert found.ok and "assumptions to test" in found.text


def test_coverage_says_which_kind_is_missing_and_what_a_measure_lacks(folio):
    folio.remove("action_plan.kpis", "k-000003")
    folio.update("action_plan.kpis", "k-000001", {"owner": "", "target": None})
    found = named(plan.kpi_coverage(folio, GOAL))
    assert found["Voice measure"].ok is False and found["Outcome measure"].ok
    said = found["Each measure can be followed"]
    assert said.ok is False and "lacks a target and who reads it" in said.text


def test_access_counts_as_an_outcome():
    rows = {
        "action_plan.goals": [{"id": "g"}],
        "action_plan.kpis": [{"goal": "g", "kpi": "k_adv_course"}],
    }
    assert named(plan.kpi_coverage(rows))["Outcome measure"].ok


def test_a_part_is_dated_and_owned_or_said_not_to_be(folio):
    parts = folio.get("sustain_plan.parts")
    folio.set(
        "sustain_plan.parts",
        parts | {"audit_owner": "", "advocacy_not": "", "pedagogy_date": "soon"},
    )
    found = named(plan.five_parts(folio))
    assert found["Equity audit"].ok is False and "an owner" in found["Equity audit"].text
    assert found["Inclusive pedagogy"].ok is False and "a date" in found["Inclusive pedagogy"].text
    assert found["Advocacy"].ok is None
    folio.set("sustain_plan.parts", {"advocacy": {"owner": "Principal", "date": "2026-01-15"}})
    assert named(plan.five_parts(folio))["Advocacy"].ok
