"""Every instrument of every module: it opens, prints and stands in a page, whoever wrote its form."""

from __future__ import annotations

import json

import pytest

from equitylab import catalog
from equitylab.widgets import Lesson, forms
from equitylab.widgets.registry import checks, labs

MODULES = [module["id"] for module in catalog.content("modules")["modules"]]


@pytest.fixture(scope="module")
def open_module(tmp_path_factory):
    folder = tmp_path_factory.mktemp("modules")
    return lambda module: Lesson(module, portfolio=folder / f"{module}.json")


def instruments(lesson) -> dict:
    made = {
        id: lesson.predict(id) if form.then else lesson.piece(form)
        for id, form in lesson.book.forms.items()
    }
    return made | {f"pause {id}": lesson.together(id) for id in lesson.book.pauses}


@pytest.mark.parametrize("module", MODULES)
def test_every_instrument_opens_and_prints(module, open_module, told):
    lesson = open_module(module)
    for id, piece in instruments(lesson).items():
        html = piece.html()
        seen = told(html)
        assert seen.levels[0] == 3 and set(seen.levels) <= {3, 4}, id
        assert len(seen.ids) == len(set(seen.ids)), id
        assert "Traceback" not in html and "<script" not in html, id
        state = piece.sheet.get_state()
        json.dumps({k: v for k, v in state.items() if not k.startswith("_")})
        blocks = [block["id"] for block in piece.sheet.blocks]
        assert len(blocks) == len(set(blocks)), id
        assert all(b.get("label") or b.get("html") for b in piece.sheet.blocks), id
    assert not lesson.folio.path.exists()  # looking keeps nothing


@pytest.mark.parametrize("module", MODULES)
def test_every_name_of_a_lab_or_check_is_known(module):
    for form in forms.book(module).forms.values():
        assert not form.draw or form.draw in labs(), form.id
        for name in filter(None, (form.check, form.gate)):
            assert name in checks(), form.id


def test_a_key_holds_rows_or_one_answer_everywhere():
    kinds: dict[str, set] = {}
    for module in MODULES:
        for form in forms.book(module).forms.values():
            if form.key:
                kinds.setdefault(form.key, set()).add(form.kind == "rows")
    assert [key for key, found in kinds.items() if len(found) > 1] == []
