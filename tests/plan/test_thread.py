"""The golden thread: from an action back to its finding card, and every loose end in words."""

import datetime
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equitylab import plan
from equitylab.plan.thread import KINDS, LINKS


def test_an_action_goes_back_to_its_card(whole):
    kinds = [kind for kind, _ in whole.trace("actions", "a-000001")]
    assert kinds == [
        "actions", "changes", "drivers", "drivers", "goals", "causes", "priorities", "cards",
    ]  # fmt: skip
    assert whole.trace("readings", "r-000001")[-1][0] == "cards"
    assert whole.trace("actions", "nothing") == []


def test_a_plan_is_read_once_and_is_of_the_day_it_was_saved(folio, whole):
    assert plan.read(whole) is whole
    assert whole.today == datetime.date(2025, 3, 10)
    assert plan.read({}).today == datetime.date.today()


def test_the_sample_is_loose_only_where_it_says_so(whole):
    assert all("no reading yet" in gap or "assumption to test" in gap for gap in whole.gaps)
    assert sum("assumption" in gap for gap in whole.gaps) == 1


@pytest.mark.parametrize("kind", list(LINKS))
def test_a_lost_link_is_said_and_nothing_breaks(folio, kind):
    field, there, _ = LINKS[kind][0]
    key = KINDS[kind][1]
    row = next(r for r in folio.rows(key) if r.get(field))
    folio.update(key, row["id"], {field: "x-gone"})
    gaps = plan.read(folio).gaps
    assert any("no longer there (x-gone)" in gap and KINDS[there][0] in gap for gap in gaps)
    folio.update(key, row["id"], {field: ""})
    gaps = plan.read(folio).gaps
    needed = LINKS[kind][0][2] or kind == "drivers"
    assert any(f"names no {KINDS[there][0]}" in gap for gap in gaps) == needed
    assert plan.html(folio)


def test_drivers_in_a_circle_end(folio):
    folio.update("action_plan.drivers", "d-000001", {"parent": "d-000003", "goal": ""})
    whole = plan.read(folio)
    assert any("hangs on itself" in gap for gap in whole.gaps)
    assert any(c.ok is False for c in plan.driver_checks(whole, "g-000001"))
    assert plan.html(folio)


def test_a_goal_has_its_own_drivers_ideas_and_actions(whole):
    assert [d["id"] for d in whole.drivers_of("g-000001")] == [f"d-00000{k}" for k in (1, 2, 3, 4)]
    assert len(whole.changes_of("g-000002")) == 2 and len(whole.actions_of("g-000001")) == 3


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**6) | st.floats(allow_nan=True)
    | st.text(max_size=20) | st.sampled_from(["g-000001", "d-000001", "2026-01-31", "all"]),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=8), one, max_size=3),
    max_leaves=6,
)  # fmt: skip
FIELDS = sorted({
    "id", "goal", "priority", "causes", "cause", "parent", "driver", "change", "kpi", "card", "text",
    "title", "baseline_x", "baseline_n", "target_x", "target", "direction", "by_date",
    "checkpoint_1", "measure", "x", "n", "numerator", "denominator", "date", "due", "kind", "owner",
    "other_x", "other_n", "group", "year", "status", "people", "system_change", "idea_from",
})  # fmt: skip
ROWS = st.lists(st.dictionaries(st.sampled_from(FIELDS), JUNK, max_size=8), max_size=3)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from([key for _, key in KINDS.values()]), ROWS), JUNK)
def test_whatever_a_file_holds_the_plan_is_told(published, answers, parts):
    more = ("parts", "review", "personal", "plc_calendar")
    answers = answers | {f"sustain_plan.{name}": parts for name in more}
    whole = plan.read(answers)
    json.dumps(whole.gaps)
    for goal in whole.goals.values():
        assert len(plan.smartie(goal, whole)) == 7
    plan.driver_checks(whole)
    plan.kpi_coverage(whole)
    assert len(plan.five_parts(whole)) == 5
    assert plan.html(whole).startswith("<!DOCTYPE html>")
    plan.everyone(plan.public(whole, published, unit_id="0219"))
    plan.entries(whole)
