"""Finding cards: numbers from the published table only, gates in words, nothing dropped."""

from __future__ import annotations

import pytest

from equitylab.signals import CLEAR, TOO_FEW
from equitylab.widgets.cards import gates, ready
from equitylab.widgets.published import numbers, sentence

KEY = "finding_cards.cards"


def row_of(at, *, why="", signal=None):
    """Return a published row of the school with a comparison, or a hidden one."""
    rows = at.school.rows(year="latest")
    rows = rows[~rows["pooled"].astype(bool) & (rows["dimension"] != "all")]
    rows = rows[~rows["dimension"].str.contains("×") & (rows["why"] == why)]
    if signal:
        rows = rows[(rows["signal"] == signal) & (rows["other_x"] > 0)]
    return next(rows.itertuples(index=False))


def named(row, **more) -> dict:
    return {
        "measure": row.indicator,
        "students": f"{row.dimension}: {row.group}",
        "year": row.year,
        **more,
    }


def test_a_card_takes_its_numbers_from_the_published_row(at):
    row = row_of(at, signal=CLEAR)
    got = numbers(at.school, named(row))
    assert (got["x"], got["n"], got["group"]) == (row.x, row.n, row.group)
    assert (got["other_x"], got["other_n"]) == (row.other_x, row.other_n)
    assert got["gap_points"] == round(100 * row.difference, 1)
    assert got["signal"] == CLEAR and got["confidence"] == "clear"
    assert (got["low"], got["high"]) == (round(row.rate_low, 4), round(row.rate_high, 4))
    assert "desc_not_cause" in got["cautions"] and "practice district" in got["source"]
    said = sentence({**named(row), **got})
    assert f"{int(row.x):,} of {int(row.n):,}" in said and "Clear difference." in said


def test_a_hidden_group_has_no_number_and_goes_to_listening(at):
    row = row_of(at, why="hidden")
    card = {**named(row), **numbers(at.school, named(row))}
    assert not {"x", "n", "rate", "other_x", "gap_points"} & set(card)
    assert card["confidence"] == "too_few_to_tell" and "small_n" in card["cautions"]
    assert "hidden to protect privacy" in sentence(card)
    last = gates(card)[-1]
    assert last.ok is None and "listening" in last.text and "not dropped" in last.text


def test_a_band_gives_no_count_away(at):
    row = row_of(at, why="band")
    card = {**named(row), **numbers(at.school, named(row))}
    assert "x" not in card and "gap_points" not in card
    assert "Nothing nearer is published" in sentence(card) and card["band"] in sentence(card)


def test_every_published_cell_can_be_a_card_under_every_rule(at):
    """No combination shows a number that the table does not."""
    rows = at.school.rows(year="latest")
    rows = rows[~rows["pooled"].astype(bool) & ~rows["dimension"].str.contains("×")]
    hidden = 0
    for row in rows[rows["dimension"] != "all"].itertuples(index=False):
        for rule in ("rest", "overall", "own_past", "target"):
            card = named(row, comparison=rule, target=50)
            card |= numbers(at.school, card)
            if row.why:
                hidden += 1
                assert "x" not in card and "gap_points" not in card
            assert sentence(card).endswith("."), card
    assert hidden > 20


def test_a_group_is_compared_with_its_own_past_or_a_goal(at):
    row = row_of(at, signal=CLEAR)
    past = numbers(at.school, named(row, comparison="own_past"))
    before = at.school.rows(row.indicator, row.dimension, at.school.years[-2])
    before = before[(before["group"] == row.group) & ~before["pooled"].astype(bool)].iloc[0]
    if before["why"] == "":
        assert past["other_n"] == before["n"] and "change_noise" in past["cautions"]
        assert past["gap_points"] == pytest.approx(100 * (row.rate - before["rate"]), abs=0.051)
    goal = numbers(at.school, named(row, comparison="target", target=100))
    assert goal["gap_points"] == pytest.approx(100 * (row.rate - 1), abs=0.051)
    assert goal["signal"] == CLEAR and "other_n" not in goal
    assert "beside a goal of 100%" in sentence(named(row, comparison="target", target=100) | goal)


def test_a_card_without_a_measure_has_no_numbers(at):
    assert numbers(at.school, {"measure": "", "students": "", "year": ""}) == {}
    assert sentence({"title": "What families said"}) == ""


# ---------------------------------------------------------------- the editor


def filled(at, **more) -> dict:
    row = row_of(at, signal=CLEAR)
    return {
        "title": "The offer of advanced courses",
        "kind": "access",
        **named(row, comparison="rest"),
        "strength": "The door to the lunch club is open to all.",
        "not_known": "Who was never told.",
        **more,
    }


def write(piece, **answers):
    piece.sheet.value = {**piece.sheet.value, **answers}
    return piece


def test_a_card_is_written_found_again_and_printed(at, open_lesson):
    cards = at.cards()
    write(cards, **filled(at))
    numbers_block = next(b for b in cards.sheet.blocks if b["id"] == "numbers")
    assert "Clear difference." in numbers_block["html"]
    cards.sheet.press("add")
    (card,) = at.folio.rows(KEY)
    assert card["id"].startswith("f-") and card["made_in"] == "m03" and card["n"] >= 10
    again = open_lesson().cards()
    assert "Clear difference." in again.html() and "lunch club" in again.html()
    assert "Not yet: It cannot become a priority yet" in again.sheet.blocks[0]["rows"][0]["html"]


def test_a_card_cannot_go_without_a_strength(at):
    cards = write(at.cards(), **filled(at, strength=""))
    cards.sheet.press("add")
    assert "A strength connected with this" in cards.sheet.status and at.folio.rows(KEY) == []


def test_changing_the_measure_changes_the_numbers(at):
    cards = write(at.cards(), **filled(at))
    cards.sheet.press("add")
    (card,) = at.folio.rows(KEY)
    hidden = row_of(at, why="hidden")
    cards.sheet.press(f"change {card['id']}")
    write(cards, **named(hidden))
    after = at.folio.row(KEY, card["id"])
    assert after["x"] is None and after["rate"] is None and after["group"] == hidden.group
    write(cards, kind="voice")
    assert at.folio.row(KEY, card["id"])["group"] is None


def test_the_linter_stands_where_a_finding_is_written(at):
    cards = write(at.cards(), title="Low students", observation="It is due to the bus.")
    notes = {b["id"]: b.get("notes", []) for b in cards.sheet.blocks}
    assert "A score is not a person." in notes["title"][0] and "due to" in notes["observation"][0]


def test_voice_or_a_date_opens_the_gate():
    card = {"title": "x", "strength": "s", "not_known": "n", "confidence": "clear"}
    assert not ready(card)
    assert ready({**card, "voice": "Four students said so."})
    assert ready({**card, "voice_by": "2999-01-01"})
    assert "has passed" in gates({**card, "voice_by": "2001-01-01"})[2].text
    assert not ready({**card, "voice": "x", "strength": " "})


def test_too_few_to_tell_is_not_a_clear_card(at):
    row = row_of(at, signal=TOO_FEW)
    assert numbers(at.school, named(row))["confidence"] == "too_few_to_tell"
