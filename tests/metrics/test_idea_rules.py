"""The States' published rules: filled in where a source says so, asked for where it does not."""

from fractions import Fraction

import pytest

from equitylab import catalog, metrics
from equitylab.errors import DataError, MetricError

STATES = {row["id"]: row for row in catalog.content("idea_rules")["states"]}


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_complete_once_its_blanks_are_filled(state):
    row = STATES[state]
    blanks = {"threshold": "2.5", "min_cell": 10, "min_n": 30, "years": 3}
    blanks = {name: value for name, value in blanks.items() if name not in row}
    if row["measure"] != "significant disproportionality":
        with pytest.raises(DataError, match="rule on significant discrepancy"):
            catalog.idea_rules(state, **blanks)
        return
    rules = catalog.idea_rules(row["label"].upper(), **blanks)
    for name in ("min_cell", "min_n", "years", "or_equal"):
        assert getattr(rules, name) == row.get(name, blanks.get(name, False))
    assert rules.threshold == Fraction(row.get("threshold", "2.5"))
    assert row["source"] and row["note"]


def test_no_blank_has_a_default():
    with pytest.raises(DataError, match="leaves out threshold, years") as caught:
        catalog.idea_rules("michigan")
    assert caught.value.fields["missing"] == ["threshold", "years"]
    assert "Ask your State" in str(caught.value)


def test_a_state_that_is_not_listed_is_said_with_those_that_are():
    with pytest.raises(DataError, match="Washington, Michigan, New York, Indiana") as caught:
        catalog.idea_rules("Washingten")
    assert caught.value.nearest == "Washington"
    with pytest.raises(DataError):
        catalog.idea_rules(None)


def test_a_choice_replaces_what_is_listed_and_is_checked():
    assert catalog.idea_rules("washington", threshold="2.0").threshold == 2
    rules = catalog.idea_rules("washington", progress="0.25", reading="every")
    assert rules.progress == Fraction(1, 4)
    with pytest.raises(MetricError, match="threshold"):
        catalog.idea_rules("washington", threshold="three")


def test_the_notice_says_to_ask_the_state():
    notice = catalog.content("idea_rules")["notice"]
    assert "with your State" in notice and "Only the State determines" in notice


def test_washington_by_hand():
    """Above 3.0 in three years running, and not at 3.0: 55 of 100 beside 55 of 300."""
    rules = catalog.idea_rules("washington")
    n, state = [[100, 300]] * 3, ([[900, 900]] * 3, [[9000, 9000]] * 3)
    at, over = (
        metrics.significant_disproportionality([[x, 55]] * 3, n, *state, rules) for x in (55, 56)
    )
    assert at.would_be_identified.tolist() == [False, False]
    assert over.would_be_identified.tolist() == [True, False]
