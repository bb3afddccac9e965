"""Forms as their authors write them: what is wrong is said with the file, the form and the mend."""

from __future__ import annotations

from importlib import resources

import pytest
import yaml

from equitylab import DataError
from equitylab.widgets import forms
from equitylab.widgets.sources import Choice, choices, content

FORM = {
    "id": "hope",
    "kind": "form",
    "key": "labs.hope",
    "title": "A hope",
    "fields": [{"id": "text", "label": "What?"}],
}


def read(*given: dict, **more) -> forms.Book:
    text = yaml.safe_dump({"id": "m03", "title": "Gaps", "forms": list(given), **more})
    return forms.read(text, "content/forms/m03.yaml")


def field(**given) -> dict:
    return {**FORM, "fields": [{"id": "text", "label": "What?", **given}]}


WRONG = [
    ([{**FORM, "kind": "quiz"}], 'Form "hope"', "Kinds of form: form, rows"),
    ([{**FORM, "titel": "x"}], '"titel" is not known', "Known in form"),
    ([{k: v for k, v in FORM.items() if k != "title"}], '"title" is missing', "Write title"),
    ([{k: v for k, v in FORM.items() if k != "key"}], 'A form needs "key"', "Write key"),
    ([{**FORM, "key": "hope"}], "does not begin with an artefact", "Artefacts: profile"),
    ([{**FORM, "key": "wish.hope"}], "does not begin with an artefact", "Artefacts: profile"),
    ([FORM, FORM], "Its id is used twice", "its own id"),
    ([{**FORM, "then": "gaps"}], "not a lab of this file", "Labs:"),
    ([{**FORM, "one": "thing"}], '"one" is not known here', "Known in form"),
    ([field(kind="slider")], 'field "text"', "Kinds of field: text, long"),
    ([field(kind="choice")], "It has no options", "Write options"),
    ([field(options=["a"])], "A text field has no options", "kind: choice"),
    ([field(lable="x")], '"lable" is not known', "Known in"),
    ([field(label="")], '"label" is missing', "Write label"),
    ([field(when={"other": 1})], '"when" names "other"', "stands before"),
    ([{**FORM, "fields": [{"id": "a", "label": "A"}] * 2}], "used twice", "of its own"),
    ([{**FORM, "fields": ["a"]}], "A field is not", "its id first"),
    ([{"kind": "form"}], "A form has no id", "id: some-name"),
    (
        [{"id": "r", "kind": "scale", "key": "labs.r", "title": "R", "options": [1]}],
        "needs",
        "one of",
    ),
]


@pytest.mark.parametrize(("given", "said", "mend"), WRONG, ids=[w[1] for w in WRONG])
def test_what_is_wrong_is_said_with_its_place_and_the_mend(given, said, mend):
    with pytest.raises(DataError) as wrong:
        read(*given)
    assert str(wrong.value).startswith("content/forms/m03.yaml")
    assert said in str(wrong.value) and mend in str(wrong.value)
    assert len(str(wrong.value).splitlines()) == 2


def test_a_misspelt_name_is_guessed():
    with pytest.raises(DataError) as wrong:
        read(field(lable="x"))
    assert wrong.value.nearest == "label" and wrong.value.fields["form"] == "hope"


def test_a_torn_file_names_its_line():
    with pytest.raises(DataError) as wrong:
        forms.read("id: m03\nforms: [a, {b\n", "m03.yaml")
    assert wrong.value.file == "m03.yaml" and wrong.value.row in (2, 3)


def test_a_book_names_what_it_has():
    with pytest.raises(DataError, match='Did you mean "hope"'):
        read(FORM).form("hop")
    with pytest.raises(DataError, match="a lab"):
        read(FORM).form("hope", "lab")


def test_a_module_without_a_file_has_no_forms_yet():
    assert forms.book("m99").forms == {}


@pytest.mark.parametrize(
    "name",
    sorted(
        file.name.removesuffix(".yaml")
        for file in (resources.files("equitylab") / "content" / "forms").iterdir()
        if file.name.endswith(".yaml")
    ),
)
def test_every_file_of_forms_can_be_read(name):
    assert forms.book(name).id == name


# ---------------------------------------------------------------- options


def test_options_are_words_for_people(at):
    assert choices(at, ["not_started", "in use"]) == [
        Choice("not_started", "Not started"),
        Choice("in use", "in use"),
    ]
    assert choices(at, [True, False]) == [Choice("yes", "Yes"), Choice("no", "No")]
    assert choices(at, [{"value": None, "label": "Not my role"}]) == [Choice("na", "Not my role")]
    assert choices(at, {"from": "kpi_catalog.kinds"})[0] == Choice(
        "outcome", "Outcome", "What students ultimately gain"
    )


def test_sources_are_joined_in_order(at):
    both = {"from": ["equity_audit_rubric.scale", "equity_audit_rubric.special_ratings"]}
    assert [c.value for c in choices(at, both)] == [1, 2, 3, 4, "NE", "NA"]


def test_lists_of_the_portfolio_are_named_by_a_field(at):
    id = at.folio.add("finding_cards.cards", {"title": "Who takes Algebra I"}, prefix="f")
    assert choices(at, {"from": "cards"}) == [Choice(id, "Who takes Algebra I")]
    assert choices(at, {"from": "rows:finding_cards.cards:title"})[0].value == id


def test_the_school_s_groups_measures_years_and_schools(at):
    groups = choices(at, {"from": "groups"})
    assert all(": " in choice.value for choice in groups) and len(groups) > 10
    assert "chronically_absent" in [c.value for c in choices(at, {"from": "measures"})]
    assert [c.value for c in choices(at, {"from": "years"})] == at.school.years
    assert at.school.unit_id in [c.value for c in choices(at, {"from": "schools"})]


def test_a_school_that_cannot_be_opened_leaves_no_options_and_a_sentence(tmp_path):
    from equitylab.widgets import Lesson

    lesson = Lesson("m03", portfolio=tmp_path / "p.json", release=str(tmp_path / "none.zip"))
    assert choices(lesson, {"from": "groups"}) == []
    notes = {block["id"]: block.get("notes") for block in lesson.cards().sheet.blocks}
    assert "not there" in notes["measure"][0]
    assert "<p class=line>" in lesson.cards().html()
    assert "not there" in lesson.opening().html()


def test_a_part_of_the_content_that_is_not_there():
    for path in ("kpi_catalog.kips", "no_such_file.a", "equity_audit_rubric.dimensions.xxx"):
        with pytest.raises(DataError, match="There is no"):
            content(path)
