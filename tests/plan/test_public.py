"""What everyone may read: no number that the release hides, no name, no private word."""

import json

import pytest

from equitylab import plan
from equitylab.plan.public import NO_NAME, NO_NUMBER, NO_ROLE
from equitylab.portfolio_words import NOTE

ACTION = "a-000001"


def told(folio, published):
    return plan.public(folio, published)


def said(made) -> str:
    return json.dumps([made.rows, made.parts, made.statement, made.meetings], ensure_ascii=False)


def page(folio, published) -> str:
    return plan.html(folio, audience="public", published=published)


def test_the_sample_is_told_with_the_release_beside_it(folio, published):
    made = told(folio, published)
    assert made.held == [] and made.personal == {}
    text = page(folio, published)
    assert "12 of 60 English learners (20%, interval 12% to 32%)" in text
    assert "Where we start: 12 of 60" in text and "Where we want to be: 24 of 60 (40%)" in text
    assert "an assumption, still to be checked" in text and "Too early. 6 readings" in text
    assert "103 of 192" in text, "a count of the team's own, large enough"


def test_a_card_whose_cell_is_hidden_now_prints_no_number(folio, published):
    folio.update("audit_summary.priorities", "p-000001", {"card": "f-000004"})
    folio.update("action_plan.goals", "g-000001", {
        "kpi": "activity_any", "baseline_x": None, "baseline_n": None, "target_x": 90, "target": None,
    })  # fmt: skip
    text = page(folio, published)
    assert "62 of 158" not in text and "183 of 454" not in text and "39.2%" not in text
    assert "its count is not printed here" in text
    assert "Where we start, and the target: not printed here" in text


def test_a_hidden_count_is_hidden_under_another_name_too(folio, published):
    """The card's cell is hidden; its counts come back as a measure of the school's own."""
    folio.update("action_plan.goals", "g-000001", {
        "kpi": "k_engagement", "baseline_x": 62, "baseline_n": 158, "target_x": 100,
    })  # fmt: skip
    folio.update("action_plan.kpis", "k-000003", {"baseline_x": 183, "baseline_n": 454})
    folio.update("progress_log.readings", "r-000001", {"numerator": 62, "denominator": 158})
    assert "62 of 158" not in page(folio, published) and "183 of 454" not in page(folio, published)
    assert '"denominator": 158' not in said(told(folio, published))


def test_a_card_of_another_count_than_the_release_prints_none(folio, published):
    folio.update("finding_cards.cards", "f-000001", {"x": 13})
    text = page(folio, published)
    assert "13 of 60" not in text and "12 of 60 English" not in text
    assert "Where we start: 12 of 60" in text, "the goal's own baseline is a published count"


def test_a_reading_of_a_released_year_must_be_in_the_release(folio, published):
    row = {"kpi": "k-000001", "note": ""}
    early = folio.add(
        "progress_log.readings", row | {"date": "2023-12-01", "numerator": 20, "denominator": 61}
    )
    equal = folio.add(
        "progress_log.readings", row | {"date": "2023-12-02", "numerator": 12, "denominator": 60}
    )
    later = folio.add(
        "progress_log.readings", row | {"date": "2025-02-01", "numerator": 19, "denominator": 61}
    )
    tiny = folio.add(
        "progress_log.readings", row | {"date": "2025-02-02", "numerator": 2, "denominator": 61}
    )
    rows = told(folio, published).readings
    assert "numerator" not in rows[early] and rows[equal]["numerator"] == 12
    assert rows[later]["numerator"] == 19 and "numerator" not in rows[tiny]


def test_the_rule_of_the_release_and_of_the_leader_is_kept_where_it_is_stricter(folio, published):
    from dataclasses import replace

    strict = replace(published, policy={"min_group": 200, "min_cell": 3})
    assert "numerator" not in json.dumps(told(folio, strict).rows["readings"])
    assert "baseline_x" not in told(folio, strict).goals["g-000002"]
    folio.set("profile.rules", {"minimum_n": 30})
    assert "numerator" not in json.dumps(told(folio, published).rows["readings"])


WORDS = [
    ("We will call 7 newcomers", NO_NUMBER),
    ("Raise it from 9 of 46 to 20 of 46", NO_NUMBER),
    ("Only 15% were asked", NO_NUMBER),
    ("Ask English learners in 3 homes", NO_NUMBER),
    ("Ms. Ruiz calls every family", NO_NAME),
    ("Write to ana@example.org", NO_NAME),
    ("Call +1 555 010 9999 first", NO_NAME),
    ("Fix these kids", NOTE),
    ("Removals rose because of the new rule", NOTE),
    ("“They never once asked me what I would like to do here”", NOTE),
]
FINE = [
    "Raise it from 12 of 60 to 24 of 60 by 2026",
    "Visit grade 8 students on 12 May",
    "Meet every 2 weeks for 45 minutes",
    "Reach 40% in Algebra 1",
    "Ask English learners in grade 8 by 2026-01-31",
]


@pytest.mark.parametrize(("words", "note"), WORDS)
def test_words_that_count_name_quote_or_block_are_held_back(folio, published, words, note):
    folio.update("action_plan.actions", ACTION, {"description": words})
    made = told(folio, published)
    assert made.actions[ACTION]["description"] == note
    assert len(made.held) == 1 and words not in " ".join(made.held)
    assert "held back here" in page(folio, published)


@pytest.mark.parametrize("words", FINE)
def test_words_that_do_not_are_told(folio, published, words):
    folio.update("action_plan.actions", ACTION, {"description": words})
    assert told(folio, published).actions[ACTION]["description"] == words


@pytest.mark.parametrize(
    "owner", ["Maria Lopez", "Dean Maria Lopez", "Mr. Chen", "Principal Okafor", "A. B."]
)
def test_owners_are_roles_and_never_names(folio, published, owner):
    folio.update("action_plan.actions", ACTION, {"owner_role": owner})
    folio.update("action_plan.goals", "g-000001", {"owner": owner})
    folio.set("sustain_plan.parts", {"audit_owner": owner, "audit_date": "2025-09-16"})
    made = told(folio, published)
    assert made.actions[ACTION]["owner_role"] == made.goals["g-000001"]["owner"] == NO_ROLE
    assert owner not in said(made) and owner not in page(folio, published)


def test_only_fields_that_are_named_are_told(folio, published):
    secret = "SECRET"
    for kind in ("action_plan.actions", "action_plan.goals", "finding_cards.cards", "action_plan.drivers",
                 "root_cause_map.causes", "progress_log.readings", "progress_log.pdsa"):  # fmt: skip
        for row in folio.rows(kind):
            folio.update(kind, row["id"], {
                "surprise": secret, "voice": secret, "note": secret, "prediction": secret,
                "result": secret, "partners": secret, "quote": secret, "statement": secret,
            })  # fmt: skip
    folio.set("self_assessment.ratings", {"p1": secret})
    assert secret not in said(told(folio, published)) and secret not in page(folio, published)


def test_without_a_release_hardly_a_number_is_told(folio):
    text = plan.html(folio, audience="public")
    assert "12 of 60" not in text and "57 of 70" not in text and "182" not in text
    assert "its count is not printed here" in text


def test_a_card_that_no_priority_cites_is_not_told(folio, published):
    assert "f-000005" not in told(folio, published).cards
