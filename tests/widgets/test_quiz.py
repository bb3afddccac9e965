"""Self-checks: a reason for each try, no score, and no answer that a page gives away."""

from __future__ import annotations

import json

import pytest

from equitylab.widgets.quiz import FIRST, answer, questions


def choose(quiz, id, value):
    quiz.sheet.value = {**quiz.sheet.value, id: value}
    quiz.sheet.press(f"check {id}")
    return next(b for b in quiz.sheet.blocks if b["id"] == id)["notes"]


def of(type_: str) -> tuple[str, dict]:
    return next((id, q) for id, q in questions("m03").items() if q["type"] == type_)


def test_an_answer_is_checked_as_often_as_one_likes(at, open_lesson):
    quiz = at.check()
    id, question = of("single")
    (right,) = answer(question)
    wrong = (right + 1) % len(question["options"])
    assert choose(quiz, id, None) == [FIRST]
    assert choose(quiz, id, wrong)[0].startswith("Not yet. ")
    assert at.folio.get("checks.m03")[id] == {"chosen": [wrong], "right": False, "tries": 1}
    (said,) = choose(quiz, id, right)
    assert said.startswith("Correct. ") and len(said) > 25
    assert at.folio.get("checks.m03")[id] == {"chosen": [right], "right": True, "tries": 2}
    again = open_lesson().check()
    assert again.sheet.value[id] == right and "Correct." in again.html()


def test_several_answers_are_tick_boxes(at):
    multi = [(m, id, q) for m in ALL for id, q in questions(m).items() if q["type"] == "multi"]
    assert multi
    from equitylab.widgets import Lesson

    module, id, question = multi[0]
    quiz = Lesson(module, portfolio=at.folio.path).check(id)
    assert quiz.sheet.blocks[0]["kind"] == "many"
    assert choose(quiz, id, answer(question)[:1])[0].startswith("Not yet.")
    assert choose(quiz, id, answer(question))[0].startswith("Correct.")


ALL = [f"m{k:02}" for k in range(13)]


@pytest.mark.parametrize("module", ALL)
def test_no_page_gives_an_answer_away(module, tmp_path):
    from equitylab.widgets import Lesson

    quiz = Lesson(module, portfolio=tmp_path / "p.json").check()
    state = {k: v for k, v in quiz.sheet.get_state().items() if not k.startswith("_")}
    page = json.dumps(state, default=str) + quiz.html()
    assert len(quiz.sheet.blocks) >= 4
    for question in quiz.questions.values():
        assert question["why"] not in page
        assert not [reason for reason in question.get("reasons", []) if reason in page]
    keys = {key for block in quiz.sheet.blocks for key in block}
    assert keys == {"id", "kind", "label", "help", "options", "action", "notes"}


@pytest.mark.parametrize("module", ALL)
def test_reasons_stand_one_to_an_option(module):
    for id, question in questions(module).items():
        assert all(0 <= k < len(question["options"]) for k in answer(question)), id
        if "reasons" in question:
            assert len(question["reasons"]) == len(question["options"]), id


def test_each_option_has_its_own_reason_where_there_are_reasons(at):
    quiz = at.check()
    id, question = of("single")
    quiz.questions = {id: {**question, "reasons": [f"Because {k}." for k in range(4)]}}
    for k in range(4):
        assert choose(quiz, id, k)[0].endswith(f"Because {k}.")
