"""Every kind of instrument: a leader's change is kept, found again, and printed."""

from __future__ import annotations

import re

import pytest

from equitylab.errors import EquityLabError
from equitylab.widgets import forms
from equitylab.widgets import lesson as room
from equitylab.widgets.piece import VIEW

FORMS = ("hope", "bare", "people", "ratings", "fruit")


def write(piece, **answers):
    """Do what a leader does: change what stands in the controls."""
    piece.sheet.value = {**piece.sheet.value, **answers}
    return piece


def ids(piece) -> list[str]:
    return [block["id"] for block in piece.sheet.blocks]


def notes(piece, id: str) -> list[str]:
    return next(b for b in piece.sheet.blocks if b["id"] == id).get("notes", [])


# ---------------------------------------------------------------- form


def test_a_form_keeps_each_answer_as_what_it_is(at, open_lesson):
    form = at.ask("hope")
    write(form, line="A word", some=["b"], share="24", day="2026-09-01", sure=True)
    kept = at.folio.get("labs.hope")
    assert kept["line"] == "A word" and kept["some"] == ["b"]
    assert kept["share"] == 24 and kept["day"] == "2026-09-01" and kept["sure"] is True
    assert "story" not in kept
    again = open_lesson().ask("hope")  # another day
    assert again.sheet.value["share"] == 24 and again.sheet.value["line"] == "A word"
    assert re.fullmatch(r"Saved \d\d:\d\d\.", form.sheet.status)


def test_an_answer_that_is_taken_back_is_gone(at):
    form = write(at.ask("hope"), line="A word", share="24")
    write(form, line=None, share="")
    assert "line" not in (at.folio.get("labs.hope") or {})


def test_what_is_wrong_stays_on_the_page_and_is_said(at):
    form = write(at.ask("hope"), line="A word", share="a lot")
    assert notes(form, "share") == ["Write a number, such as 12. This is not kept."]
    assert form.sheet.value["share"] == "a lot"
    assert at.folio.get("labs.hope")["line"] == "A word"
    write(form, share="140")
    assert notes(form, "share") == ["The most is 100. This is not kept."]
    write(form, share="40")
    assert notes(form, "share") == [] and at.folio.get("labs.hope")["share"] == 40


def test_too_many_words_are_kept_and_said(at):
    form = write(at.ask("hope"), story="one two three four five six seven eight nine")
    assert notes(form, "story") == ["9 words; 8 at most."]
    assert at.folio.get("labs.hope")["story"].endswith("nine")


def test_the_linter_says_why_and_what_else(at):
    form = write(at.ask("hope"), line="The achievement gap is due to low students.")
    said = " ".join(notes(form, "line"))
    assert "“due to”" in said and "Try:" in said and "alongside" in said
    assert at.folio.get("labs.hope")["line"].startswith("The achievement gap")


def test_a_field_that_depends_on_another_comes_and_goes(at):
    form = at.ask("hope")
    assert "tell" not in ids(form)
    write(form, pick="third")
    assert "tell" in ids(form)
    write(form, tell="More")
    write(form, pick="first")
    assert "tell" not in ids(form) and "More" not in form.body(blanks=False)


def test_one_answer_alone_is_kept_as_itself(at):
    write(at.ask("bare"), value="We see every student.")
    assert at.folio.get("audit_summary.statement") == "We see every student."
    assert at.ask("bare").sheet.value["value"] == "We see every student."


def test_two_forms_on_one_key_leave_each_other_alone(at):
    at.folio.set("labs.hope", {"elsewhere": 1})
    write(at.ask("hope"), line="A word")
    assert at.folio.get("labs.hope")["elsewhere"] == 1


def test_two_notebooks_see_each_other(open_lesson):
    one, two = open_lesson(), open_lesson()
    first, second = one.ask("hope"), two.ask("hope")
    write(first, line="From the first")
    write(second, story="From the second")
    assert one.folio.get("labs.hope") == {
        "line": "From the first", "story": "From the second", "sure": None
    } or {"line", "story"} <= set(one.folio.get("labs.hope"))  # fmt: skip
    assert second.sheet.value["line"] == "From the first"  # shown at the next change
    assert open_lesson().ask("hope").sheet.value["story"] == "From the second"


def test_pieces_of_one_notebook_follow_each_other(at):
    one, two = at.ask("hope"), at.ask("hope")
    one.sheet, two.sheet  # noqa: B018 - both on the page
    write(one, line="A word")
    assert two.sheet.value["line"] == "A word"


def test_a_gate_keeps_an_answer_out_until_it_opens(at, monkeypatch):
    from dataclasses import replace

    from equitylab.widgets import registry
    from equitylab.widgets.ask import Ask

    def shut(_at, value):
        open_ = value.get("pick") != "first" or "story" in value
        return [registry.Verdict(open_, "Tell the story before you choose the first.")]

    monkeypatch.setattr(registry, "checks", lambda: {"shut": shut})
    form = Ask(at, replace(at.book.form("hope"), gate="shut"))
    write(form, line="A word")
    write(form, pick="first")
    assert form.sheet.status == "Not saved. Tell the story before you choose the first."
    assert "pick" not in at.folio.get("labs.hope") and form.sheet.value["pick"] == "first"
    write(form, story="Once")
    assert at.folio.get("labs.hope")["pick"] == "first"


def test_a_check_is_said_in_words(at):
    from dataclasses import replace

    from equitylab.widgets.ask import Ask

    form = Ask(at, replace(at.book.form("hope"), check="longer"))
    assert "Not answered: It has more" in form.sheet.after
    write(form, line="abc")
    assert "Not yet: It has more" in form.sheet.after and "Not yet:" in form.html()
    write(form, line="abcd")
    assert "Yes: It has more" in form.sheet.after


# ---------------------------------------------------------------- prediction and lab


def test_a_prediction_comes_before_its_chart(at, open_lesson):
    piece = at.predict("guess")
    assert "<figure" not in piece.sheet.after and piece.sheet.buttons[0]["id"] == "go"
    piece.sheet.press("go")
    assert piece.sheet.status == "Answer first: Which side is longer?"
    assert "<figure" not in piece.sheet.after
    write(piece, side="left")
    piece.sheet.press("go")
    assert "<figure" in piece.sheet.after and piece.sheet.buttons == []
    assert [b["kind"] for b in piece.sheet.blocks] == ["html"]  # it stands as it was written
    again = open_lesson().predict("guess")
    assert "<figure" in again.sheet.after and "Left" in again.sheet.blocks[0]["html"]
    assert len(again.figures) == 1


def test_a_lab_waits_for_the_prediction_that_comes_before_it(at):
    guess, lab = at.predict("guess"), at.show("squares")
    assert "First write your prediction, in “What do you expect?”" in lab.sheet.after
    assert lab.sheet.blocks == [] and "<figure" in lab.html()  # paper waits for nobody
    write(guess, side="left")
    guess.sheet.press("go")
    assert "<figure" in lab.sheet.after and lab.sheet.blocks


def test_a_lab_follows_its_fields_and_draws_no_more_than_it_must(at, drawings):
    at.folio.set("predictions.m03", {"side": "left", "seen": True})
    lab = at.show("squares")
    assert "It is &lt;small&gt;." in lab.sheet.after
    before = len(drawings)
    write(at.ask("bare"), value="Something else")
    assert len(drawings) == before  # nothing that it reads has changed
    write(lab, size="large")
    assert "It is &lt;large&gt;." in lab.sheet.after and len(drawings) == before + 1
    write(at.ask("hope"), line="A word")
    assert len(drawings) == before + 2  # it reads this key


def test_a_lab_that_cannot_draw_says_so(at, monkeypatch):
    from equitylab.widgets import registry

    def wrong(_at, size=""):
        raise EquityLabError("There are no years to compare.", mend="Choose another school.")

    monkeypatch.setattr(registry, "labs", lambda: {"test-squares": wrong})
    assert "There are no years to compare." in at.show("squares").html()

    def broken(_at, size=""):
        raise KeyError("x")

    monkeypatch.setattr(registry, "labs", lambda: {"test-squares": broken})
    with pytest.raises(KeyError):  # a batch stops, and a test sees it
        at.show("squares").html()
    monkeypatch.setenv("EQUITYLAB_LIVE", "1")
    assert "could not be drawn from these choices" in at.show("squares").html()


# ---------------------------------------------------------------- rows


def test_rows_are_added_changed_and_removed(at, open_lesson):
    rows = at.ask("people")
    write(rows, who="Students", stake="high", number="412")
    rows.sheet.press("add")
    (row,) = at.folio.rows("team_charter.people")
    assert row == {"id": row["id"], "who": "Students", "stake": "high", "number": 412}
    assert row["id"].startswith("s-") and rows.sheet.value["who"] is None
    rows.sheet.press(f"change {row['id']}")
    assert rows.sheet.value["who"] == "Students"
    write(rows, who="All students")
    assert at.folio.row("team_charter.people", row["id"])["who"] == "All students"
    rows.sheet.press("done")
    assert rows.sheet.value["who"] is None
    other = open_lesson().ask("people")
    other.sheet.press(f"remove {row['id']}")
    assert at.folio.rows("team_charter.people") == []


def test_rows_keep_fields_that_another_form_writes(at):
    id = at.folio.add("team_charter.people", {"who": "Students", "trust": 2}, prefix="s")
    rows = at.ask("people")
    rows.sheet.press(f"change {id}")
    write(rows, stake="low")
    assert at.folio.row("team_charter.people", id)["trust"] == 2


def test_a_row_that_is_not_finished_is_kept_as_a_draft(at, open_lesson):
    id = at.folio.add("team_charter.people", {"who": "Students"}, prefix="s")
    write(at.ask("people"), who="Zwq")
    rows = open_lesson().ask("people")  # the page was closed
    assert rows.sheet.value["who"] == "Zwq" and rows.sheet.status.startswith("Kept as a draft.")
    rows.sheet.press(f"change {id}")
    assert rows.sheet.value["who"] == "Students"
    rows.sheet.press("done")
    assert rows.sheet.value["who"] == "Zwq"  # and it is still there
    again = open_lesson().ask("people")
    again.sheet.press("add")  # as it stands
    assert at.folio.rows("team_charter.people")[1]["who"] == "Zwq"
    at.folio.remove("team_charter.people", at.folio.rows("team_charter.people")[1]["id"])
    for level in ("team", "district", "public", "cohort"):
        assert "Zwq" not in str(at.folio.export(level))
    write(rows, who="Families")
    rows.sheet.press("add")
    assert [row["who"] for row in at.folio.rows("team_charter.people")] == ["Students", "Families"]
    assert (
        rows.sheet.value["who"] is None and open_lesson().ask("people").sheet.value["who"] is None
    )


def test_several_rows_print_as_a_table(at, told):
    for name in ("Students", "Families", "Teachers"):
        at.folio.add("team_charter.people", {"who": name, "stake": "high"}, prefix="s")
    html = at.ask("people").html()
    assert html.count("<tr") == 4 and html.count("scope=row") == 3
    assert "Who?" in html and "High" in html and "How many?" not in html
    assert "Recorded: People" in at.answers().html()


def test_a_hidden_field_of_a_row_is_not_kept(at):
    cards = at.cards()
    write(
        cards, kind="access", measure="chronically_absent", title="T", strength="s", not_known="n"
    )
    write(cards, kind="voice")
    cards.sheet.press("add")
    assert "measure" not in at.folio.rows("finding_cards.cards")[0]


def test_an_empty_row_is_not_added(at):
    rows = at.ask("people")
    rows.sheet.press("add")
    assert rows.sheet.status == "Answer first: Who?" and at.folio.rows("team_charter.people") == []
    write(rows, who="Students", number="some")
    rows.sheet.press("add")
    assert rows.sheet.status == "Mend what is marked first."
    assert notes(rows, "number") == ["Write a number, such as 12. This is not kept."]


def test_rows_say_how_many_and_stop_at_most(at):
    rows = at.ask("people")
    assert rows.sheet.blocks[0]["label"] == "So far: no ally. At least 2 are needed. At most 3."
    for name in ("a", "b", "c", "d"):
        write(rows, who=name)
        rows.sheet.press("add")
    assert len(at.folio.rows("team_charter.people")) == 3
    assert "There are 3 already." in rows.sheet.status


def test_starter_rows_fill_the_first_field_and_go_when_taken(at):
    rows = at.ask("people")
    write(rows, start="Students")
    assert rows.sheet.value["who"] == "Students"
    rows.sheet.press("add")
    start = next(b for b in rows.sheet.blocks if b["id"] == "start")
    assert [o["value"] for o in start["options"]] == ["Families"]


# ---------------------------------------------------------------- scale and sort


def test_ratings_keep_their_evidence_and_open_a_part_at_a_time(at, open_lesson):
    scale = at.ask("ratings")
    assert "i1~rating" in ids(scale) and "i3~rating" not in ids(scale)
    write(scale, **{"i1~rating": 4})
    assert notes(scale, "i1~rating") == ["What would a colleague say?"]
    write(scale, **{"i1~evidence": "The log", "i2~rating": "na", "one~reflect": "Much"})
    assert notes(scale, "i1~rating") == []
    write(scale, section="two")
    write(scale, **{"i3~rating": 1, "i3~voice": "A student"})
    assert at.folio.get("self_assessment.ratings") == {
        "i1": {"rating": 4, "evidence": "The log"},
        "i2": {"rating": "na"},
        "one": {"reflect": "Much"},
        "i3": {"rating": 1, "voice": "A student"},
    }
    options = next(b for b in scale.sheet.blocks if b["id"] == "section")["options"]
    assert options[0]["label"] == "The first part (2 of 2 rated)"
    assert open_lesson().ask("ratings").sheet.value["i3~rating"] == 1


def test_levels_of_an_item_stand_with_their_option(at):
    scale = write(at.ask("ratings"), section="two")
    rating = next(b for b in scale.sheet.blocks if b["id"] == "i3~rating")
    assert [o["gloss"] for o in rating["options"]] == ["Never.", "", "Each week.", ""]
    assert rating["help"] == "When?"


@pytest.mark.parametrize(
    "source",
    [
        "leader_self_assessment.sections",
        "equity_audit_rubric.dimensions",
        "inclusive_pedagogy_checklist.areas",
        "policy_equity_review.stages",
    ],
)
def test_the_instruments_of_the_content_are_scales(at, source):
    from equitylab.widgets.scale import Scale

    form = forms.Form(
        "x", "scale", "X", key="labs.x", sections={"from": source}, options=[1, 2], evidence="Why?"
    )
    scale = Scale(at, form)
    assert len(scale.sections) > 2 and all(section.items for section in scale.sections)
    assert all(item.text and item.text != item.id for s in scale.sections for item in s.items)


def test_cards_are_sorted_and_say_why_afterwards(at):
    sort = at.ask("fruit")
    assert notes(sort, "c1~bin") == []
    write(sort, **{"c1~bin": "sweet", "c2~bin": "sour"})
    assert notes(sort, "c1~bin") == [
        "Look again: this is usually placed under “Sour”. It has citric acid."
    ]
    assert notes(sort, "c2~bin") == []  # a card without a key has no answer
    write(sort, **{"c1~bin": "sour", "c1~reason": "It is."})
    assert notes(sort, "c1~bin") == ["Yes. It has citric acid."]
    assert at.folio.get("labs.fruit") == {
        "c1": {"bin": "sour", "reason": "It is."},
        "c2": {"bin": "sour"},
    }


# ---------------------------------------------------------------- print


def every(at) -> dict:
    made = {id: at.ask(id) for id in FORMS}
    made |= {"guess": at.predict("guess"), "squares": at.show("squares")}
    made |= {"pair": at.together("pair")}
    plain = ("opening", "cards", "promise", "reflect", "check", "answers", "save", "export")
    return made | {name: getattr(at, name)() for name in plain}


def fill(at) -> None:
    write(at.ask("hope"), line="<script>alert(1)</script>", some=["a"], day="2026-09-01", sure=True)
    write(at.predict("guess"), side="right")
    write(at.ask("bare"), value="First line\n<b>second</b>")
    rows = write(at.ask("people"), who="<img src=x>", stake="high")
    rows.sheet.press("add")
    write(at.ask("ratings"), **{"i1~rating": 4, "i1~evidence": "A & B"})
    write(at.ask("fruit"), **{"c1~bin": "sour"})
    write(at.promise(), when="It rains", then="I read", by="2026-09-01")
    write(at.reflect(), p1="Quiet")


@pytest.mark.parametrize("answered", [False, True])
def test_every_piece_is_plain_html_that_is_safe_anywhere(at, told, answered):
    if answered:
        fill(at)
    for name, piece in every(at).items():
        html = piece.html()
        seen = told(html)
        assert seen.ids == [], name
        assert set(seen.levels) <= {3, 4} and seen.levels[0] == 3, name
        assert "<script" not in html and "<img src=x" not in html and "<b>" not in html, name
        assert "None" not in seen.text and "nan" not in seen.text.split(), name


def test_an_unanswered_form_has_lines_and_lists_its_choices(at):
    html = at.ask("hope").html()
    assert html.count("<p class=line>") >= 5 and "An apple" in html and "Second one" in html
    assert "Private: this stays in your own file" in html
    assert "Tell more about the third" in html  # on paper it may be needed
    assert "(required)" in html
    assert "What would someone point to?" in at.ask("ratings").html()
    assert "Sour" in at.ask("fruit").html() and "citric" not in at.ask("fruit").html()


def test_an_answered_form_prints_what_was_written(at):
    fill(at)
    html = at.ask("hope").html()
    assert "&lt;script&gt;alert(1)" in html and "1 September 2026" in html and "An apple" in html
    assert "A book" not in html  # not chosen
    assert "A &amp; B" in at.ask("ratings").html() and "Often" in at.ask("ratings").html()
    assert "citric acid" in at.ask("fruit").html()
    assert "&lt;img src=x&gt;" in at.ask("people").html() and "High" in at.ask("people").html()


def test_the_answers_of_a_module_hold_no_blanks(at):
    assert "Nothing is recorded" in at.answers().html()
    fill(at)
    html = at.answers().html()
    assert "class=line" not in html and "class=ticks" not in html
    for words in ("Every kind of field (private)", "It rains", "Quiet", "A lemon", "I ask first."):
        assert words in html, words
    assert "A pear" not in html and "I listen." not in html


def test_a_default_is_no_answer_until_something_is_kept(at):
    from dataclasses import replace

    from equitylab.widgets.ask import Ask

    field = forms.Field("how", "How?", "choice", options=["alone", "together"], default="alone")
    more = forms.Field("more", "More?")
    form = replace(at.book.form("hope"), fields=(field, more))
    assert "class=answer" not in Ask(at, form).html()
    piece = Ask(at, form)
    assert piece.sheet.value["how"] == "alone"
    write(piece, more="Yes")
    assert at.folio.get("labs.hope") == {"how": "alone", "more": "Yes"}


# ---------------------------------------------------------------- pages and batches


def test_with_nobody_watching_there_is_html_and_no_widget(at, monkeypatch):
    made = []
    monkeypatch.setattr("equitylab.widgets.sheet.Sheet.__init__", lambda *a: made.append(a))
    for piece in every(at).values():
        data = piece._repr_mimebundle_()
        assert set(data) == {"text/plain", "text/html"}
    assert made == []


def test_with_a_page_that_answers_there_are_both(at, monkeypatch):
    monkeypatch.setenv("EQUITYLAB_LIVE", "1")
    for name, piece in every(at).items():
        data = piece._repr_mimebundle_()
        assert data[VIEW]["model_id"] == piece.sheet.model_id, name
        assert data["text/html"] == piece.html()


def test_the_file_named_in_a_lesson_is_not_made_by_looking(at):
    for piece in every(at).values():
        piece.html()
    assert not at.folio.path.exists()


def test_binder_is_said_on_the_page(at, monkeypatch):
    assert "public server" not in at.save().html()
    monkeypatch.setenv("EQUITYLAB_ON_BINDER", "1")
    assert "This is a public server" in at.opening().html()
    assert "This is a public server" in at.save().html()


def test_cohort_and_solo_come_from_one_source(at):
    assert "A partner wrote this." in at.together("pair").html()
    at.folio.set("profile.mode", {"mode": "cohort"})
    assert "In pairs, two minutes each." in at.together("pair").html()
    assert "<details>" in at.together("pair").html()


def test_what_goes_wrong_is_a_sentence_on_the_page(at, monkeypatch):
    form = at.ask("hope")

    def full(*_args, **_more):
        raise EquityLabError("The disk is full.", mend="Make room.")

    monkeypatch.setattr(type(at.folio), "set", full)
    write(form, line="A word")
    assert form.sheet.status == "The disk is full.\nMake room."
    assert form.sheet.value["line"] == "A word"


def test_unknown_names_say_what_there_is(at):
    for ask in (at.ask, at.show, at.predict, at.together):
        with pytest.raises(EquityLabError, match="There is"):
            ask("nothing")
    with pytest.raises(EquityLabError, match="no module"):
        room.Lesson("m77")
    with pytest.raises(EquityLabError, match="no question"):
        at.check("m03q99")


# ---------------------------------------------------------------- the bar


def test_work_is_taken_away_and_brought_back(at, monkeypatch):
    write(at.ask("hope"), line="A word")
    bar, sent = at.save(), []
    monkeypatch.setattr(type(bar.sheet), "send", lambda _self, told: sent.append(told))
    bar.sheet.press("download")
    import base64

    raw = base64.b64decode(sent[0]["download"]["base64"])
    assert b"A word" in raw and sent[0]["download"]["name"] == "portfolio.json"
    form = at.ask("hope")
    write(form, line="Another")
    bar.sheet._told(None, {"file": "file", "name": "old.json", "text": raw.decode()}, [])
    assert at.folio.get("labs.hope")["line"] == "A word"
    assert form.sheet.value["line"] == "A word" and "old.json" in bar.sheet.status
    bar.sheet._told(None, {"file": "file", "name": "x.json", "text": "{}"}, [])
    assert at.folio.get("labs.hope")["line"] == "A word" and "x.json" not in bar.sheet.value
    assert bar.sheet.status


def test_the_plan_is_written_and_handed_out(at, monkeypatch):
    at.folio.add(
        "action_plan.goals", {"statement": "Offer the course to all.", "by_date": "2027-06-01"}
    )
    piece, sent = at.export(), []
    assert "No files are written yet." in piece.html()
    monkeypatch.setattr(type(piece.sheet), "send", lambda _self, told: sent.append(told))
    piece.sheet.press("write")
    names = {path.suffix for path in piece.files}
    assert names == {".docx", ".xlsx", ".ics", ".html"} and piece.sheet.status.startswith(
        "Written:"
    )
    for button in piece.sheet.buttons[1:]:
        piece.sheet.press(button["id"])
    assert len(sent) == 4 and all(told["download"]["base64"] for told in sent)
    assert all(path.name in piece.html() for path in piece.files)
    write(piece, personal=True)
    piece.sheet.press("write")
    assert len(piece.files) == 7
    write(piece, audience="public")
    piece.sheet.press("write")
    assert len(piece.files) == 4 and piece.folder.name == "plan-for-everyone"
