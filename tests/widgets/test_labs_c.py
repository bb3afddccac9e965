"""What the labs of notebooks 05 and 06 say, show and keep to themselves."""

import re
from itertools import product

import pandas as pd
import pytest

from equitylab.errors import DataError
from equitylab.figures import Figure
from equitylab.language import lint
from equitylab.markup import Table
from equitylab.samples import practice
from equitylab.widgets import Lesson
from equitylab.widgets.labs import _answers, _counts, allocation, comments, hiring, scores
from equitylab.widgets.registry import find

MINE = {
    "m05": [
        "first-look", "who-gets-what", "own-counts", "opportunity", "assignment", "allocation", "funding-rules",
        "hiring-funnel", "process-profile", "teacher-study",
    ],
    "m06": [
        "first-coverage", "response-coverage", "survey-scores", "parallel-views", "belonging", "noticed",
        "engagement", "reliability", "comment-coder", "meeting", "meeting-times", "partner-reach",
        "health-map", "asset-map", "voice-gate",
    ],
}  # fmt: skip
RESOURCES = ["experience", "in_field", "courses", "gateway", "time", "activities", "money", "hours",
             "devices", "entry"]  # fmt: skip
CARDS = "finding_cards.cards"


@pytest.fixture
def five(tmp_path):
    return Lesson("m05", portfolio=tmp_path / "portfolio.json")


@pytest.fixture
def six(tmp_path):
    return Lesson("m06", portfolio=tmp_path / "portfolio.json")


def draw(at, id: str, **values) -> list:
    return at.show(id).draw(values)


def words(parts) -> str:
    """Everything a reader sees or hears: sentences, tables, charts' words."""
    texts = []
    for part in parts:
        if isinstance(part, Figure):
            texts += [part.alt, part.caption, *re.findall(r">([^<]+)</text>", part.svg)]
        else:
            texts.append(part if isinstance(part, str) else part._repr_html_())
    return re.sub(r"<[^>]+>", " | ", " \n".join(texts)).replace("&#x27;", "'")


def cells(parts, head: str) -> list[str]:
    """The cells of the first table row with this header."""
    for part in parts:
        if isinstance(part, Table):
            for _, lines in part.parts:
                for line in lines:
                    if line.head == head:
                        return [cell.text for cell in line.cells]
    raise AssertionError(f"no row {head}")


# ---------------------------------------------------------------- every lab


@pytest.mark.parametrize("module, id", [(m, id) for m, ids in MINE.items() for id in ids])
def test_every_lab_opens_with_a_sentence_and_stands_with_its_table(tmp_path, module, id):
    at = Lesson(module, portfolio=tmp_path / "portfolio.json")
    parts = draw(at, id)
    assert isinstance(parts[0], str) and parts[0].rstrip().endswith((".", "?"))
    if any(isinstance(p, Figure) for p in parts):
        assert any(isinstance(p, Table) for p in parts)
    assert [h for h in lint(words(parts)) if h.severity == "block_in_reports"] == []


@pytest.mark.parametrize("module", MINE)
@pytest.mark.parametrize("school", ["0123"])  # the incomplete one; 0219 is tried elsewhere
def test_every_piece_prints_for_any_school(tmp_path, module, school, told):
    at = Lesson(module, portfolio=tmp_path / "portfolio.json", school=school)
    for form in at.book.forms.values():
        piece = at.predict(form.id) if form.then else at.piece(form)
        page = told(piece.html())
        assert page.text.strip() and len(page.ids) == len(set(page.ids)), form.id
        assert max(page.levels) <= 4, form.id


def test_texts_of_the_forms_pass_the_linter():
    from importlib import resources

    for module in MINE:
        text = (resources.files("equitylab") / f"content/forms/{module}.yaml").read_text("utf-8")
        assert [h.match for h in lint(text) if h.severity == "block_in_reports"] == []


# ---------------------------------------------------------------- who gets what


@pytest.mark.parametrize("what", RESOURCES)
def test_each_resource_says_something_for_the_sample_school(five, what):
    parts = draw(five, "who-gets-what", what=what)
    assert any(isinstance(p, Figure) for p in parts) and any(isinstance(p, Table) for p in parts)


def test_published_numbers_are_those_of_the_release(five):
    said = draw(five, "who-gets-what", what="gateway", dimension="el")[0]
    assert "12 of 60 English learners (20%" in said and "clear difference" in said


def test_a_school_whose_file_holds_nothing_is_told_so_and_practises(tmp_path):
    at = Lesson("m05", portfolio=tmp_path / "portfolio.json", school="0123")  # grades K to 5
    parts = draw(at, "who-gets-what", what="experience")
    assert "hold nothing on this" in parts[0] and "Practice numbers" in words(parts)


def test_a_prediction_is_set_beside_what_is_published(five):
    five.folio.set("predictions.m05", {"group": "el: English learner", "points": 2})
    parts = draw(five, "first-look")
    assert "You expected it of English learners, by 2 points. It is +11.8 points" in parts[1]


def test_new_teachers_lead_support_classes_rb8(five):
    parts = draw(five, "assignment")
    assert "9 of 14 (64%, interval 39% to 84%)" in parts[0] and "6 of 40" in parts[0]
    assert "49 percentage points higher" in parts[0] and "clear difference" in parts[0]


def test_class_sizes_are_those_that_students_sit_in(five):
    """Each class counted once, then once for every seat in it, from the file itself."""
    rows = practice("sections")
    seats, learner = rows["seats"], rows["english_learner_seats"]
    text = words(draw(five, "assignment"))
    once, met = seats.mean(), (seats**2).sum() / seats.sum()
    theirs = (seats * learner).sum() / learner.sum()
    assert f"{once:.1f} seats on average" in text and f"sits in one of {met:.1f}" in text
    assert f"sit in classes of {theirs:.1f}" in text and met > once


def test_opportunity_has_teachers_courses_safety_and_tools(five):
    text = words(draw(five, "opportunity", group="el: English learner"))
    for part in (
        "novice teachers",
        "Algebra I",
        "Suspended out of school",
        "Ready to work at home",
    ):
        assert part in text


def test_own_devices_take_the_place_of_practice_ones(five):
    row = {"resource": "Working device at home", "group": "English learner"}
    five.folio.add("staffing_review.counts", {**row, "x": 40, "n": 80, "other_x": 90, "other_n": 100})  # fmt: skip
    text = words(draw(five, "opportunity", group="el: English learner"))
    assert "Working device at home" in text and "practice" not in text


def test_own_totals_keep_the_rule(five):
    rows = [("a", 4, 8, 50, 60), ("b", 2, 40, 50, 60), ("c", 20, 40, 50, 60), ("d", 9, 4, 1, 2)]
    for name, x, n, other_x, other_n in rows:
        row = {"resource": name, "group": "Here", "x": x, "n": n}
        five.folio.add("staffing_review.counts", {**row, "other_x": other_x, "other_n": other_n})
    parts = draw(five, "own-counts")
    text = words(parts)
    assert "c. Here: 20 of 40 (50%" in text
    assert "4 of 8" not in text and "2 of 40" not in text
    assert "d: more students are reached than there are" in text


# ---------------------------------------------------------------- a hundred units


def test_over_budget_is_said_before_anything_is_compared(five):
    parts = draw(five, "allocation", a2=35, a1=20, a4=25, a6=25)
    assert "105 units, and there are 100: 5 too many" in parts[0]
    assert not any(isinstance(p, Figure) for p in parts)


def test_who_loses_and_what_is_not_paid_for_are_said(five):
    text = words(draw(five, "allocation", a2=35, a3=15, a5=20, a7=15, a8=10))
    assert "Who loses, beside a need index: students who are not English learners" in text
    assert "After-school with transport (would reach" in text and "never as a forecast" in text


def test_what_is_spent_reaches_everyone_together(five):
    frame = allocation.reached(five, allocation.spent({"a2": 35, "a3": 15, "a4": 25})[0])
    assert len(frame) == 8
    pairs = (frame["value"] * frame["n"] / 100).to_numpy().reshape(4, 2).sum(axis=1)
    assert pairs == pytest.approx([75] * 4)
    same = (frame["equal"] * frame["n"] / 100).to_numpy().reshape(4, 2).sum(axis=1)
    need = (frame["need"] * frame["n"] / 100).to_numpy().reshape(4, 2).sum(axis=1)
    assert same == pytest.approx([75] * 4) and need == pytest.approx([75] * 4)


def test_an_equal_share_is_what_an_option_for_all_gives(five):
    frame = allocation.reached(five, allocation.spent({"a1": 20})[0])
    assert frame["value"].tolist() == pytest.approx(frame["equal"].tolist())


def test_the_three_saved_allocations_fit_the_budget_and_have_a_critique(five):
    told = allocation.plan()
    assert len(told["saved"]) == 3
    for one in told["saved"]:
        assert sum(one["units"].values()) <= told["budget_units"]
        text = words(draw(five, "allocation", saved=one["id"]))
        assert one["label"] in text and one["critique"][:40] in text


def test_a_cost_can_be_changed(five):
    assert "Tutoring in the school day (35 of 50)" in words(draw(five, "allocation", a2=35, cost_a2=50))  # fmt: skip


def test_the_choice_is_kept_where_the_budget_looks_for_it(five):
    five.show("allocation").keep({"a2": 35, "a3": 15})
    assert five.folio.get("staffing_review.allocation")["a2"] == 35
    verdicts = find("check", "trade-offs")(five, {"who_loses": "supplies"})
    assert verdicts[0].ok and "50 of 100" in verdicts[0].text
    assert [v.ok for v in verdicts[1:]] == [True, None, None]


def test_three_rules_for_a_district(five):
    parts = draw(five, "funding-rules", weight=1)
    shares = [float(cells(parts, "Riverbend Middle School")[k]) for k in (2, 3, 4)]
    assert "Riverbend Middle School receives 91" in parts[0] and shares[0] == 91
    assert shares[2] > shares[1]  # it has more need than the district
    assert draw(five, "funding-rules", weight=0)[0].count("82") == 2


# ---------------------------------------------------------------- hiring


def test_the_interview_is_where_most_are_lost_rb9(five):
    said = draw(five, "hiring-funnel")[0]
    assert said.startswith("Interview and task is where most applicants are lost: 44 of 148 (29.7%")
    assert "clearly fewer than at each other stage" in said


@pytest.mark.parametrize("stage", ["screen", "interview", "decide", "offer"])
def test_a_route_under_ten_is_hidden_with_the_one_that_would_tell_it(five, stage):
    parts = draw(five, "hiring-funnel", view="routes", stage=stage)
    assert cells(parts, "Trained in another country") == ["hidden"]
    assert cells(parts, "School assistant or residency") == ["hidden"]
    assert "Hidden protects" in words(parts)


def test_a_count_hidden_at_one_stage_is_not_read_off_the_next(five):
    rows = pd.DataFrame(
        [("screen", 60, 41), ("interview", 41, 12), ("decide", 12, 10), ("offer", 10, 4)],
        columns=["stage", "applicants", "advanced"],
    )
    frame = hiring.yields(rows, five)
    # Ten of twelve leaves two: hidden, and so are the ten who arrive at the offer.
    assert frame["why"].tolist() == ["", "", "hidden", "hidden"]
    assert frame["n"].isna().tolist() == [False, False, False, True]
    few = hiring.yields(rows.assign(applicants=[60, 20, 8, 4], advanced=[20, 8, 4, 3]), five)
    assert few["why"].tolist() == ["", "hidden", "hidden", "hidden"]


def test_own_stages_take_the_place_of_practice_ones(five):
    for stage, n, x in (("offer", 30, 20), ("screen", 90, 60)):
        five.folio.add("staffing_review.funnel", {"stage": stage, "years": "three", "applicants": n, "advanced": x})  # fmt: skip
    parts = draw(five, "hiring-funnel", source="own")
    assert "60 of 90" in parts[0] and "kept in your own file" in words(parts)


def test_one_year_of_a_small_school_is_too_few(five):
    five.folio.add("staffing_review.funnel", {"stage": "screen", "applicants": 9, "advanced": 5})
    assert "Too few applicants" in draw(five, "hiring-funnel", source="own")[0]


def test_routine_needs_evidence(five):
    told = find("check", "routine-evidence")
    rated = {"screen": {"rating": "routine"}, "offer": {"rating": "unknown"}}
    bare, unknown, left = told(five, rated)
    assert bare.ok is False and "Screening" in bare.text and "Offer" in unknown.text
    assert "2 of 10" in left.text
    rated["screen"]["evidence"] = "Two score sheets of each applicant"
    assert told(five, rated)[0].ok is True
    five.folio.set("staffing_review.process", rated)
    assert "1 routine and 1 not known" in draw(five, "process-profile")[0]


def test_the_ten_stages_are_those_of_the_review(five):
    scale = five.ask("process")
    assert [i.id for s in scale.sections for i in s.items] == list(hiring.stages())


def test_a_quota_is_named_and_a_fair_change_is_not(five):
    told = find("check", "improvement")
    assert any(v.ok is False for v in told(five, {"change": "A quota for some applicants"}))
    fair = {"change": "The same five questions for all", "owner": "principal", "start": "2026-09-01",
            "measure": "stage yield", "review": "2027-06-01"}  # fmt: skip
    assert [v.ok for v in told(five, fair)] == [True] * 4


# ---------------------------------------------------------------- who answered


def test_coverage_comes_first_and_names_who_is_missing_rb10(six):
    parts = draw(six, "first-coverage")
    assert parts[0].startswith("94 of 497 families answered (18.9%): partial evidence")
    assert "Vietnamese and Somali" in parts[0]
    assert cells(parts, "Somali") == ["27", "", "10% or less", ""]
    assert cells(parts, "Other languages")[1:3] == ["hidden", "hidden"]


@pytest.mark.parametrize(
    "answered, state",
    [(61, "usual"), (60, "usual"), (59, "caution"), (40, "caution"), (39, "partial"), (9, "few")],
)
def test_bands_of_response_are_those_of_the_survey(six, answered, state):
    told = _answers.survey(six, "student")
    people = pd.DataFrame({"attribute": [""], "category": [""], "count": [100]})
    few = _answers.Survey(told.id, told.about, told.rows.head(answered), people)
    assert _answers.response(six, few)[1] == state


def test_representation_under_four_fifths_is_said(six):
    said = draw(six, "response-coverage", survey_id="student", attribute="English learner status")
    assert "Heard less than their share: English learner." in said[0]
    assert cells(said, "English learner")[-1] == "0.76"


@pytest.mark.parametrize("lab", ["survey-scores", "belonging", "engagement"])
@pytest.mark.parametrize("survey", ["student", "family", "staff"])
def test_no_score_without_who_answered(six, lab, survey):
    assert re.match(r"\d+ of \d+ .* answered \(", draw(six, lab, survey_id=survey)[0])


def test_belonging_is_81_and_52_percent_and_staff_see_it_alike_rb11(six):
    parts = draw(six, "belonging")
    assert "81.0% (130 people" in parts[0] and "everyone else 52.0%" in parts[0]
    assert "clear difference" in parts[0]
    text = words(draw(six, "parallel-views"))
    assert "81.0%" in text and "52.0%" in text and "37 of 47 (79%" in text
    assert "36 of 47 (77%" in text


def test_engagement_turns_the_usual_order_round(six):
    said = draw(six, "engagement")[0]
    assert "English learner: 70%" in said and "higher" in said


def test_newcomers_are_hidden_with_those_who_would_tell_them(six):
    parts = draw(six, "belonging", attribute="When the student joined")
    for group in ("Newcomer", "Joined later"):
        assert cells(parts, group)[0] == "hidden"
    assert "Hidden protects" in words(parts)


def test_whoever_left_a_question_out_is_protected_too(six, monkeypatch):
    """All answers less the groups' are those of the people who did not say."""
    told = _answers.survey(six, "student")
    rows = told.rows.copy()
    rows.loc[rows.index[rows["Grade"] == ""][5:], "Grade"] = "Grade 6"  # five are left
    few = _answers.Survey(told.id, told.about, rows, told.people)
    frame = scores.grouped(six, few, ["s1", "s2", "s3"], "Grade")
    assert (frame["why"] == "hidden").sum() == 1  # the smallest grade covers for them
    assert (scores.grouped(six, told, ["s1", "s2", "s3"], "Grade")["why"] == "").all()


def test_a_scale_that_does_not_hold_is_read_item_by_item(six):
    assert "does not hold together" in draw(six, "belonging", survey_id="family", scale="power")[0]
    assert "item by item only" in words(draw(six, "survey-scores", survey_id="family"))
    said = draw(six, "reliability")
    assert "not Partnership for learning and Influence and fairness" in said[0]


def test_every_score_carries_the_draft_notice(six):
    for lab in ("survey-scores", "belonging", "engagement", "reliability"):
        assert re.search("Draft instrument|This survey is a draft", words(draw(six, lab)))


def test_no_small_number_is_shown_whatever_is_chosen(six):
    """Group rows of every survey, attribute and scale keep the rule."""
    for id in ("student", "family", "staff"):
        told = _answers.survey(six, id)
        for attribute, s in product(told.attributes, told.scales.values()):
            frame = scores.grouped(six, told, s["items"], attribute)
            shown = frame[frame["why"] == ""]
            assert (shown["n"] >= 10).all(), (id, attribute)
            sizes = told.category(attribute).value_counts()
            for label in frame.loc[frame["why"] == "hidden", "label"]:
                assert (
                    frame.loc[frame["label"] == label, ["n", "rate", "low"]].isna().all(axis=None)
                )
            assert len(frame) == (sizes.index != "").sum()


# ---------------------------------------------------------------- a file of one's own


@pytest.fixture
def own(tmp_path, six):
    rows = practice("survey_student").head(60)[["s1", "s2", "s3", "Grade"]].astype(str)
    # Practice answers as words, as a form service exports them.
    steps = ["Not at all", "A little", "Somewhat", "Quite a bit", "A great deal"]
    often = ["Almost never", "Once in a while", "Sometimes", "Often", "Almost always"]
    for item, names in (("s1", steps), ("s2", often), ("s3", often)):
        rows[item] = rows[item].map(lambda v, names=names: names[int(float(v)) - 1])
    rows = rows.rename(columns={"s1": "How much do you feel you belong at this school?"})
    file = tmp_path / "answers.csv"
    rows.to_csv(file, index=False)
    for attribute, category, n in (("", "", 100), ("Grade", "Grade 6", 50), ("Grade", "Grade 7", 26),
                                   ("Grade", "Grade 8", 24)):  # fmt: skip
        row = {"survey": "student", "attribute": attribute, "category": category, "count": n}
        six.folio.add("listening_plan.people", {k: v for k, v in row.items() if v != ""})
    return str(file)


def test_words_of_an_own_file_are_read_as_steps_and_none_is_kept(six, own):
    told = _answers.survey(six, "student", own)
    theirs = practice("survey_student").head(60)
    assert told.rows[["s1", "s2", "s3"]].astype(float).equals(theirs[["s1", "s2", "s3"]].astype(float))  # fmt: skip
    parts = draw(six, "survey-scores", file=own)
    assert parts[0].startswith("60 of 100 students answered (60.0%): enough")
    assert "nothing of it is kept" in words(parts)
    six.show("survey-scores").keep({"file": own})
    assert "answers.csv" not in six.folio.path.read_text("utf-8")
    assert "Quite a bit" not in six.folio.path.read_text("utf-8")


def test_an_own_file_by_group_has_its_own_coverage(six, own):
    parts = draw(six, "response-coverage", survey_id="student", file=own, attribute="Grade")
    assert "60 of 100 students answered" in parts[0] and cells(parts, "Grade 6")[0] == "50"
    wrong = draw(six, "response-coverage", survey_id="student", file=own, attribute="Bus")
    assert any("no “Bus”" in p for p in wrong if isinstance(p, str))


def test_an_own_file_counts_no_preview_no_empty_row_and_no_other_question(six, own):
    rows = pd.read_csv(own)
    rows.insert(0, "Status", ["Survey Preview"] * 2 + ["IP Address"] * (len(rows) - 2))
    rows["I like lunch"] = ["Agree", "Disagree"] * (len(rows) // 2)
    rows["Clubs"] = ["Band", "Chess", "Band, Chess"] * (len(rows) // 3)
    rows.loc[len(rows)] = ["IP Address", *[None] * (rows.shape[1] - 1)]
    rows.to_csv(own, index=False)
    told = _answers.survey(six, "student", own)
    assert len(told.rows) == 58 and told.attributes == ["Grade"]


def test_no_file_of_people_opens_on_a_public_server(six, own, monkeypatch):
    monkeypatch.setenv("EQUITYLAB_ON_BINDER", "1")
    for lab in ("response-coverage", "survey-scores", "comment-coder", "noticed"):
        parts = draw(six, lab, file=own)
        assert len(parts) == 1 and parts[0].startswith("This is a public server")
    with pytest.raises(DataError, match="public server"):
        _answers.read(own, {})


@pytest.mark.parametrize(
    "text, wrong",
    [
        ("a,b\n1,2\n", "No column is an item"),
        ("s1\nmaybe\n", "row 2, column s1: An answer is none"),
        ("s1\n7\n", "An answer is none"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_to_mend(six, tmp_path, text, wrong):
    file = tmp_path / "bad.csv"
    file.write_text(text, "utf-8")
    assert wrong in draw(six, "survey-scores", file=str(file))[0]
    assert "no such file" in draw(six, "survey-scores", file=str(tmp_path / "none.csv"))[0]


# ---------------------------------------------------------------- comments


def test_no_planted_name_is_left_in_any_comment():
    names = "Okafor|Teo|Lind|Dana|Petrov|B196|room 14|March 3"
    rows = practice("comments")["text"]
    assert rows.str.contains(names).sum() >= 6
    assert not rows.map(comments.stripped).str.contains(names).any()


def test_stripping_leaves_the_words_that_are_no_names():
    for words_ in (
        "We plan in Spanish and I like it.",
        "On Monday the bus came.",
        "Robotics. We argue.",
    ):
        assert comments.stripped(words_) == words_
    assert comments.stripped("Ask anna about it", ("Anna",)) == "Ask [name] about it"


def test_the_keywords_are_of_some_help_and_a_person_is_needed():
    rows = practice("comments")
    model = rows["model_themes"].str.partition("; ")[0]
    right = (rows["text"].map(comments.suggested) == model).mean()
    assert 0.6 < right < 0.95


def test_twelve_cards_are_the_stripped_comments(six):
    by_id = practice("comments").set_index("comment_id")
    for card in six.ask("tags").cards:
        assert card["text"] == comments.stripped(by_id.loc[card["id"], "text"])
        keys = card["key"] if isinstance(card["key"], list) else [card["key"]]
        assert by_id.loc[card["id"], "model_themes"].partition("; ")[0] in keys


def test_a_leaders_code_stands_before_the_suggestion(six):
    before = cells(draw(six, "comment-coder"), "sc08")
    six.folio.set("listening_plan.tags", {"sc13": {"bin": "travel"}})
    parts = draw(six, "comment-coder")
    assert before[1] == "Clubs and belonging"
    assert cells(parts, "sc13")[1:] == ["Clubs and belonging", "Travel and time of day"]
    assert "1 of 24 coded by you" in parts[0] and "agree with you on 0" in parts[1]


def test_fewer_than_fifteen_comments_are_not_shown(six, tmp_path):
    file = tmp_path / "few.csv"
    file.write_text("text\n" + "The bus is late.\n" * 14, "utf-8")
    parts = draw(six, "comment-coder", file=str(file))
    assert len(parts) == 1 and "fewer than 15" in parts[0]
    file.write_text("text\n" + "The bus is late.\n" * 15, "utf-8")
    assert "15 comments" in draw(six, "comment-coder", file=str(file))[0]


def test_one_or_two_people_are_not_counted_out(six):
    text = words(draw(six, "comment-coder", whose="family"))
    assert "fewer than 3" in text and not re.search(r"\((1|2)\)", text)


def test_a_theme_with_a_name_in_it_is_sent_back(six):
    told = find("check", "themes")
    assert told(six, {"typical": "Mr. Stone notices"})[0].ok is False
    good = {"typical": "An adult notices", "different": "Some are not noticed", "checked": True, "people": 5}  # fmt: skip
    assert [v.ok for v in told(six, good)] == [True] * 3


# ---------------------------------------------------------------- meetings, partners, voice


def test_an_evening_alone_leaves_families_out(six):
    said = draw(six, "meeting", times=["Evening"], languages=["Spanish"])[0]
    for part in ("34 families (home language: Vietnamese)", "Evenings or nights", "Over 40 min"):
        assert part in said
    assert "Daytime" not in said and "Spanish" not in said


def test_two_windows_interpreters_and_a_remote_option_reach_everyone(six):
    tongues = ["Spanish", "Vietnamese", "Somali", "Other languages"]
    parts = draw(six, "meeting", times=["Daytime", "Evening"], languages=tongues, remote=True)
    assert "Every group of families in the list could take part" in parts[0]
    assert "all have an interpreter" in parts[1]


def test_the_language_rule_is_five_percent_or_twenty_families(six):
    for name, n in (("English", 300), ("Spanish", 21), ("Thai", 19), ("Hmong", 12)):
        way = "any meeting" if name == "English" else f"interpreter: {name}"
        six.folio.add("listening_plan.families", {"category": name, "attribute": "Home language", "families": n, "reached_by": way})  # fmt: skip
    rule = draw(six, "meeting", times=["Evening"])[1]
    assert "not yet Spanish and Thai" in rule  # 5 percent of 352 families is 17.6


def test_attendance_doubled_and_nothing_is_claimed_hc3(six):
    parts = draw(six, "meeting-times")
    assert "60 of 268 (22.4%" in parts[0] and "122 of 271 (45.0%" in parts[0]
    assert "other things may have been different" in words(parts)


def test_need_wait_and_reach(six):
    six.folio.add("listening_plan.health", {"service": "Eye tests", "need": 40, "served": 12, "wait": 30})  # fmt: skip
    parts = draw(six, "health-map")
    assert parts[0].startswith("Counselling, county clinic has the longest wait, 41 school days")
    assert cells(parts, "Eye tests") == ["12 of 40 (30%, interval 18% to 45%)", "30 days"]


def test_the_asset_map_asks_for_what_is_missing(six):
    six.folio.add(
        "listening_plan.assets", {"name": "Library", "kind": "places", "strength": "quiet"}
    )
    said = draw(six, "asset-map")[0]
    assert "1 asset of 1 kind" in said and "businesses" in said and "none of them is linked" in said


def test_a_card_without_a_voice_waits(six):
    for card in ({"title": "Algebra", "strength": "Help at lunch", "voice": "Students said"},
                 {"title": "Late buses", "strength": "Drivers greet"},
                 {"title": "Loans", "voice": "A parent said"}):  # fmt: skip
        six.folio.add(CARDS, card, prefix="f")
    parts = draw(six, "voice-gate")
    assert parts[0].startswith("2 of 3 finding cards have a voice")
    assert cells(parts, "Algebra")[-1] == "can be chosen in notebook 07"
    assert cells(parts, "Late buses")[-1] == cells(parts, "Loans")[-1] == "not yet"


@pytest.mark.parametrize("act_by, ok", [("2026-09-30", True), ("2026-11-30", False), ("", None)])
def test_listening_ends_in_an_action_within_thirty_days(six, act_by, ok):
    from equitylab.widgets.labs.listening import tools

    value = {"ethics": tools()["listening_ethics"], "date": "2026-09-05", "act_by": act_by, "return_how": "We meet again"}  # fmt: skip
    assert [v.ok for v in find("check", "listening-plan")(six, value)] == [True, ok, True]


def test_an_agreement_names_what_is_open(six):
    (told,) = find("check", "agreement")(six, {"shared_goal": "Reading", "roles": "Two tutors"})
    assert told.ok is False and "2 of 9" in told.text and "safeguarding" in told.text


def test_a_forum_decides_something(six):
    told = find("check", "forum")(six, {"decides": "The first club"})
    assert [v.ok for v in told] == [None, None, True, None]


# ---------------------------------------------------------------- counts


def test_a_group_is_set_beside_all_others(six):
    frame = _counts.counted([("a", 30, 60), ("b", 10, 60), ("c", 20, 60)], six)
    row = frame.iloc[0]
    assert (row["other_x"], row["other_n"]) == (30, 120) and row["signal"] == "clear difference"
    assert _counts.said(row) == "30 of 60 (50%, interval 38% to 62%)"


def test_a_higher_minimum_of_the_school_is_kept(six, monkeypatch):
    assert _counts.rules(six) == (10, 3)
    monkeypatch.setitem(six.school.public.policy, "min_group", 20)
    frame = _counts.counted([("a", 8, 15), ("b", 30, 60), ("c", 20, 40)], six)
    assert frame["why"].tolist() == ["hidden", "", "hidden"]


def test_too_few_people_in_all_show_nothing(six):
    frame = _counts.counted([("a", 2, 4), ("b", 1, 5)], six)
    assert (frame["why"] == "hidden").all() and frame["n"].isna().all()
    assert "Too few" in _counts.summary(frame, did="are reached")
    assert isinstance(_counts.chart(frame, label="x", alt="y"), str)
