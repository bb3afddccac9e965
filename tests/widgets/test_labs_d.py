"""Notebooks 07 to 09: rating, priorities, pedagogy, causes, cases, and what each row of the sources asks."""

import re
from pathlib import Path

import numpy as np
import pytest

from equitylab import catalog, language, samples
from equitylab.figures import Figure
from equitylab.metrics import agreement
from equitylab.widgets import Lesson
from equitylab.widgets.forms import book
from equitylab.widgets.labs import causes, priorities, redesign, whys
from equitylab.widgets.labs._ratings import as_lines, checklist, read_lines, rubric
from equitylab.widgets.registry import find

SOURCES = Path(__file__).resolve().parents[2] / "notebooks" / "source"
MODULES = ("m07", "m08", "m09")
LOW = {"pol3", "pra6", "mat4", "fam2", "cli1", "cli3"}


@pytest.fixture
def at(tmp_path):
    def open_(module, **more) -> Lesson:
        return Lesson(module, portfolio=tmp_path / "portfolio.json", **more)

    return open_


def drawn(lesson, name, **values) -> list:
    return find("lab", name)(lesson, **values)


def told(parts) -> str:
    """Return the sentences and the HTML of what a lab shows."""
    return " ".join(p if isinstance(p, str) else p._repr_html_() for p in parts)


def judged(lesson, name, value) -> dict[str, object]:
    return {v.text: v.ok for v in find("check", name)(lesson, value)}


def failing(lesson, name, value) -> str:
    return " ".join(text for text, ok in judged(lesson, name, value).items() if ok is False)


def as_kept(text) -> object:
    return int(text) if str(text).isdigit() else str(text)


@pytest.fixture
def own_ratings():
    """The assistant principal's ratings of the panel, as a leader's own."""
    rows = samples.practice("panel_ratings")
    rows = rows[rows["role"] == "assistant principal"]
    return {r.indicator: {"rating": as_kept(r.rating)} for r in rows.itertuples()}


@pytest.fixture
def settled():
    rows = samples.practice("panel_consensus")
    held = {r.indicator: r._asdict() for r in rows.itertuples(index=False)}
    return {
        id: {
            "rating": as_kept(one["rating"]),
            **{k: v for k, v in one.items() if k != "rating" and v},
        }
        for id, one in held.items()
    }


def on_board(lesson, count=9) -> list[str]:
    """Write practice cards as a leader's own, and put them on the board."""
    ids = []
    for card in samples.practice("board_cards").to_dict("records")[:count]:
        texts = ("title", "kind", "confidence", "strength", "voice", "voice_by", "group")
        row = {k: card[k] for k in texts if card[k]}
        row |= {k: int(card[k]) for k in ("x", "n", "other_x", "other_n") if card[k] == card[k]}
        ids.append(lesson.folio.add("finding_cards.cards", row, prefix="f"))
        scores = {field: int(card[field]) for field in priorities.SCORES.values()}
        row = {"card": ids[-1], "document": card["document"], "number": card["number"], **scores}
        lesson.folio.add(priorities.BOARD, row, prefix="b")
    return ids


# ---------------------------------------------------------------- every instrument, every row


@pytest.mark.parametrize("module", MODULES)
def test_every_lab_has_its_drawing_and_every_form_its_check(module):
    for form in book(module).forms.values():
        if form.kind == "lab":
            find("lab", form.draw)
        if form.check:
            find("check", form.check)


@pytest.mark.parametrize("module", MODULES)
def test_everything_prints_with_nothing_answered(at, module):
    lesson = at(module)
    for form in lesson.book.forms.values():
        html = (lesson.predict(form.id) if form.then else lesson.piece(form)).html()
        hits = [h.match for h in language.lint(re.sub("<[^>]+>", " ", html))]
        blocked = [h for h in hits if h in _blocked(html)]
        assert blocked == [], form.id
        assert "<h1" not in html and "<h2" not in html


def _blocked(html: str) -> set[str]:
    text = re.sub("<[^>]+>", " ", html)
    return {h.match for h in language.lint(text) if h.severity == "block_in_reports"}


def cells(module) -> list[tuple[set[str], str]]:
    slug = next(m["slug"] for m in catalog.content("modules")["modules"] if m["id"] == module)
    text = (SOURCES / f"{slug}.py").read_text("utf-8")
    found = []
    for cell in re.split(r"^# %%", text, flags=re.M)[1:]:
        head, _, body = cell.partition("\n")
        if "[markdown]" not in head:
            found.append((set(re.findall(r'"covers:([\w-]+)"', head)), body))
    return found


def pairs() -> list[tuple[str, str]]:
    rows = catalog.content("source_coverage")["rows"]
    return [(row["id"], m) for row in rows for m in row["modules"] if m in MODULES]


@pytest.mark.parametrize(("row", "module"), pairs())
def test_each_row_of_the_sources_is_done_and_not_read(row, module):
    forms = book(module).forms
    bodies = [body for tags, body in cells(module) if row in tags]
    used = [
        id
        for body in bodies
        for id in re.findall(r'lesson\.(?:ask|predict|show)\("([\w-]+)"', body)
    ]
    assert any(forms[id].key or forms[id].kind == "lab" for id in used), f"{row} in {module}"
    assert any(forms[id].key for id in used), f"{row} in {module} writes nothing"


@pytest.mark.parametrize("module", MODULES)
def test_notes_for_facilitators_add_up(module):
    minutes = next(m["minutes"] for m in catalog.content("modules")["modules"] if m["id"] == module)
    slug = next(m["slug"] for m in catalog.content("modules")["modules"] if m["id"] == module)
    text = (SOURCES / f"{slug}.py").read_text("utf-8")
    guide = next(m for m in catalog.content("facilitator_guide")["modules"] if m["id"] == module)
    given = [int(n) for n in re.findall(r"^# (\d+) min\.", text, re.M)]
    assert given == [step["m"] for step in guide["timeline"]] and sum(given) == minutes


# ---------------------------------------------------------------- the rubric


def test_lines_read_out_at_the_table_come_back_as_they_were(own_ratings):
    lines = as_lines(own_ratings, rubric())
    assert len(lines) == 7
    back, wrong = read_lines(
        "\n".join(f"B {line}" for line in lines), rubric(), ("1", "2", "3", "4", "NE", "NA")
    )
    assert wrong == []
    assert back["B"] == {id: str(one["rating"]) for id, one in own_ratings.items()}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("A7 xyz 1 2", "names none"),
        ("A7 pol 1 2", "has 2 ratings"),
        ("A pol 1 2 3 4 5 1", "5 is not a rating"),
    ],
)
def test_a_line_that_cannot_be_read_says_why(at, line, says):
    assert says in failing(at("m07"), "table-ratings", {"lines": line})


def test_others_ratings_stay_hidden_until_a_dimension_is_rated(at, own_ratings):
    lesson = at("m07")
    del own_ratings["pol6"]
    lesson.folio.set("rubric_ratings.individual", own_ratings)
    parts = drawn(lesson, "rating-reveal", dimension="pol")
    assert len(parts) == 1 and "5 of 6" in parts[0] and "teacher" not in parts[0]


def test_the_reveal_finds_the_indicators_two_steps_apart(at, own_ratings):
    lesson = at("m07")
    lesson.folio.set("rubric_ratings.individual", own_ratings)
    for part in rubric().values():
        parts = drawn(lesson, "rating-reveal", dimension=part.id)
        figure = next(p for p in parts if isinstance(p, Figure))
        strong = figure.table.loc[figure.table["strong"].astype(bool), "label"].tolist()
        assert strong == [title for id, title in part.items.items() if id in LOW]
        assert all(title in parts[0] for title in strong)


def test_ratings_of_the_table_take_the_panels_place(at, own_ratings):
    lesson = at("m07")
    lesson.folio.set("rubric_ratings.individual", own_ratings)
    lesson.folio.set("rubric_ratings.individual_table", {"lines": "A7 pol 2 2 1 3 2 2"})
    parts = drawn(lesson, "rating-reveal", dimension="pol")
    assert "1 other rater" in parts[0] and "Conduct and discipline policy (1 to 3)" in parts[0]
    assert "teacher" not in told(parts)
    assert "practice panel" in drawn(lesson, "rating-reveal", dimension="pol", beside="panel")[0]


def test_for_another_school_the_panel_is_practice_only(at, own_ratings):
    lesson = at("m07", school="0104")
    lesson.folio.set("rubric_ratings.individual", own_ratings)
    assert "no disagreement" in told(drawn(lesson, "rating-reveal", dimension="pol"))
    here = at("m07", school="0219")
    assert "no disagreement" not in told(drawn(here, "rating-reveal", dimension="pol"))


def test_evidence_voice_and_reasons_are_asked_for(at):
    value = {
        "pol1": {"rating": 3},
        "pol2": {"rating": 4, "evidence": "d06"},
        "pol3": {"rating": "NA"},
    }
    alone = failing(at("m07"), "own-ratings", value)
    assert (
        "Vision and goals" in alone and "needs a reason: Conduct" in alone and "voice" not in alone
    )
    assert "A 4 needs" in failing(at("m07"), "consensus", value)
    full = {"pol2": {"rating": 4, "evidence": "d06", "voice": "forum"}, "pol3": {"rating": 2}}
    assert failing(at("m07"), "consensus", full) == ""


def test_after_two_rounds_the_lower_rating_stands_with_the_dissent(at, own_ratings):
    lesson = at("m07")
    lesson.folio.set("rubric_ratings.individual", own_ratings)  # 3 on pol3
    lesson.folio.set("rubric_ratings.individual_table", {"lines": "A7 pol 2 2 1 3 2 2"})
    held = {"rating": 3, "evidence": "d04", "dissent": "1, because of the form"}
    assert "the lower rating is recorded" in failing(lesson, "consensus", {"pol3": held})
    assert failing(lesson, "consensus", {"pol3": {**held, "rating": 1}}) == ""


def test_not_enough_evidence_makes_a_task(at, own_ratings):
    lesson = at("m07")
    assert "no evidence task" in drawn(lesson, "evidence-tasks")[0]
    lesson.folio.set(
        "rubric_ratings.individual", {"sta5": {"rating": "NE"}, "res4": {"rating": "NE"}}
    )
    row = {"indicator": "sta5", "task": "read the plans", "who": "coach", "by": "2026-02-01"}
    lesson.folio.add("rubric_ratings.evidence_tasks", row, prefix="e")
    parts = drawn(lesson, "evidence-tasks")
    assert "2 indicators lack evidence; 1 of these tasks" in parts[0]
    assert "1 February 2026" in told(parts)


def test_the_profile_has_no_grade_and_says_where_evidence_is_thin(at, settled):
    lesson = at("m07")
    lesson.folio.set("rubric_ratings.consensus", settled)
    parts = drawn(lesson, "rubric-profile")
    said, figure = parts[0], parts[1]
    assert "Insufficient evidence for Resource allocation" in said and "37 of 42" in said
    assert said.index("Strengths first") < said.index("Insufficient")
    rows = figure.table.set_index("label")
    assert np.isnan(rows.loc["Resource allocation", "mark"])
    assert rows.loc["Policies and direction", "mark"] == pytest.approx((2 + 1 + 1 + 3 + 1 + 2) / 6)
    assert rows[["r1", "r2", "r3", "r4"]].to_numpy().sum() == 37
    html = told(parts)
    assert "There is no overall grade" in html and "<th scope=row>All" not in html


# ---------------------------------------------------------------- priorities


def test_first_places_with_ties():
    assert priorities.first([5, 5, 4], places=5) == ["in"] * 3
    assert priorities.first([9, 8, 8, 8, 1], places=2) == ["in", "edge", "edge", "edge", "out"]
    assert priorities.first([9, 8, 7, 6, 5, 4], places=5) == ["in"] * 5 + ["out"]


def test_the_practice_board_holds_back_what_has_no_voice(at):
    parts = drawn(at("m07"), "triangulation")
    assert parts[0].startswith("Practice board")
    said = parts[1]
    assert "7 of 9 cards can be proposed" in said
    assert "Fee of the travel team (lacks a voice" in said
    assert "To listening" in said and "Newcomers" in said.partition("To listening")[2]
    assert "hidden: too few to tell" in told(parts)


def test_the_gate_on_a_proposal(at):
    lesson = at("m07")
    ids = on_board(lesson)
    bare = lesson.folio.add("finding_cards.cards", {"title": "Fees", "x": 12, "n": 60}, prefix="f")
    words = failing(lesson, "proposal", {"card": bare})
    assert "a document" in words and "a voice" in words and "a number" not in words
    more = {"card": bare, "document": "the form", "voice_by": "2026-10-01"}
    assert failing(lesson, "proposal", more) == ""
    few = judged(lesson, "proposal", {"card": ids[8]})
    assert list(few.values()) == [None] and "listening" in next(iter(few))
    assert judged(lesson, "proposal", {"card": ids[0], "document": "d02"})


def test_the_strip_says_which_cards_rest_on_a_weight(at):
    """By brute force over the eleven sets of weights."""
    lesson = at("m07")
    parts = drawn(lesson, "priority-board")
    figure = next(p for p in parts if isinstance(p, Figure))
    rows = samples.practice("board_cards").set_index("title")
    kept = [t for t in rows.index if t in set(figure.table["label"])]
    assert len(kept) == 7
    fields = list(priorities.SCORES.values())
    sets = [dict.fromkeys(fields, 1.0)]
    for field in fields:
        sets += [{**sets[0], field: 2.0}, {**sets[0], field: 0.0}]
    moved = set()
    states = figure.table.set_index("label")
    for name, weights in zip(states.columns, sets, strict=True):
        totals = {t: sum(w * rows.loc[t, f] for f, w in weights.items()) for t in kept}
        higher = {t: sum(other > totals[t] for other in totals.values()) for t in kept}
        level = {t: sum(other >= totals[t] for other in totals.values()) for t in kept}
        for t in kept:
            state = "in" if level[t] <= 5 else "edge" if higher[t] < 5 else "out"
            assert states.loc[t, name] == state, (name, t)
            if state != states.loc[t, states.columns[0]]:
                moved.add(t)
    assert moved and moved != set(kept)
    said = " ".join(p for p in parts if isinstance(p, str))
    for title in moved:
        assert title in said.partition("move a card in, out")[2]


def test_a_weight_changes_the_board(at):
    lesson = at("m07")
    on_board(lesson)
    now = next(p for p in drawn(lesson, "priority-board") if isinstance(p, Figure)).table
    bus = now.set_index("label").loc["Absence along the long bus routes", "as_set"]
    assert bus == "out"
    then = drawn(lesson, "priority-board", w_control=0)
    then = next(p for p in then if isinstance(p, Figure)).table
    assert then.set_index("label").loc["Absence along the long bus routes", "as_set"] == "in"
    nothing = {f"w_{k}": 0 for k in priorities.SCORES}
    assert "nothing is weighed" in told(drawn(lesson, "priority-board", **nothing))


def test_with_five_proposals_the_weights_decide_nothing(at):
    lesson = at("m07")
    on_board(lesson, 4)
    assert "the weights decide nothing" in told(drawn(lesson, "priority-board"))


def test_a_priority_stands_on_its_card_and_keeps_a_strength(at):
    lesson = at("m07")
    ids = on_board(lesson)
    assert "Which strength" in failing(lesson, "priority", {"card": ids[0], "title": "x"})
    assert "too few to tell" in failing(
        lesson, "priority", {"card": ids[8], "strength_to_keep": "x"}
    )
    assert "lacks a voice" in failing(lesson, "priority", {"card": ids[7], "strength_to_keep": "x"})
    assert "not on the board" in failing(
        lesson, "priority", {"card": "f-none", "strength_to_keep": "x"}
    )
    assert failing(lesson, "priority", {"card": ids[0], "strength_to_keep": "Open help"}) == ""
    lesson.folio.add("audit_summary.priorities", {"card": ids[0], "title": "x"}, prefix="p")
    assert failing(lesson, "priority", {"card": ids[0], "strength_to_keep": "Open help"}) == ""
    assert lesson.book.forms["priorities"].most == 5


def test_the_summary_begins_with_strengths(at, settled):
    lesson = at("m07")
    ids = on_board(lesson)
    lesson.folio.set("rubric_ratings.consensus", settled)
    row = {"title": "Open the way in", "card": ids[0], "strength_to_keep": "Open help at lunch"}
    lesson.folio.add("audit_summary.priorities", row, prefix="p")
    assert "No strength is written yet" in told(drawn(lesson, "audit-summary"))
    lesson.folio.add("audit_summary.strengths", {"title": "Band has a bus home"}, prefix="s")
    html = told(drawn(lesson, "audit-summary"))
    assert html.index("Band has a bus home") < html.index("Open the way in")
    assert "12 of 60" in html and "Dissent on Conduct" in html and "To listening" in html


def test_two_answers_of_yes_or_unknown_want_a_full_review(at):
    lesson = at("m07")
    answers = {"q1": "yes", "q2": "unknown", "q3": "no", "q4": "no"}
    assert "full review" in next(iter(judged(lesson, "quick-screen", answers)))
    assert "full review" not in next(
        iter(judged(lesson, "quick-screen", {**answers, "q2": "partly"}))
    )
    assert list(judged(lesson, "quick-screen", {"q1": "yes"}).values()) == [None]
    lesson.folio.add("policy_review.inventory", {"name": "Placement", **answers}, prefix="v")
    assert "Full review first: Placement" in drawn(lesson, "policy-inventory")[0]


# ---------------------------------------------------------------- pedagogy


@pytest.fixture
def coded(at):
    """A lesson that the leader coded as the first expert did."""
    lesson = at("m08")
    rows = samples.practice("lesson_codes")
    rows = rows[rows["coder"] == "expert_1"]
    held = {
        r.lookfor: {"rating": as_kept(r.rating), "evidence": str(r.lines)}
        for r in rows.itertuples()
    }
    lesson.folio.set("pedagogy_notes.vignette", held)
    return lesson


def test_experts_are_seen_after_one_has_coded(coded):
    assert "36 of 36" in drawn(coded, "expert-codings")[0]
    coded.folio.delete("pedagogy_notes.vignette")
    assert len(drawn(coded, "expert-codings")) == 1
    coded.folio.set("pedagogy_notes.vignette", {"u8b": {"rating": 3}})
    parts = drawn(coded, "expert-codings")
    assert "two steps or more away" in parts[0] and "two learners are told" in told(parts)


def test_the_meter_counts_what_the_metric_counts(coded):
    parts = drawn(coded, "agreement-meter")
    rows = samples.practice("lesson_codes").pivot(index="lookfor", columns="coder", values="rating")
    given = {c: [float(v) if str(v).isdigit() else np.nan for v in rows[c]] for c in rows}
    found = agreement(given["expert_1"], given["partner"])
    assert f"both coded {found.items} look-fors" in parts[0]
    assert f"{100 * found.exact:.0f}%" in parts[0] and f"{100 * found.by_chance:.0f}%" in parts[0]
    assert "Talk about 4 look-fors" in told(parts)
    figure = next(p for p in parts if isinstance(p, Figure))
    assert figure.table[["same", "one", "two"]].to_numpy().sum() == found.items
    assert figure.table["two"].sum() == 4


def test_a_partners_lines_take_the_simulated_ones_place(coded):
    coded.folio.set("pedagogy_notes.partner", {"lines": "u8 3 1 2\nr1 2 0 0 2"})
    assert "your partner both coded 7 look-fors: 7 the same" in drawn(coded, "agreement-meter")[0]
    assert "simulated" in drawn(coded, "agreement-meter", who="simulated")[0]
    assert "has 2 ratings" in failing(coded, "partner-codes", {"lines": "u8 3 1"})


def test_four_visits_are_no_summary_and_five_are(at):
    lesson = at("m08")
    assert not any(isinstance(p, Figure) for p in drawn(lesson, "visit-summary", visits_counted=4))
    parts = drawn(lesson, "visit-summary", visits_counted=5)
    assert any(isinstance(p, Figure) for p in parts)
    whole = drawn(lesson, "visit-summary")
    assert "Relationships and belief in learners" in whole[0].replace(
        "relationships", "Relationships"
    )
    assert "Interacting with materials" in whole[0]


def test_visits_to_a_room_seen_before_do_not_count(at):
    lesson = at("m08")
    for k in range(6):
        row = {"date": f"2026-02-0{k + 1}", "lines": "u8 2 1 2", "different_room": k < 4}
        lesson.folio.add("pedagogy_notes.visits", row, prefix="o")
    parts = drawn(lesson, "visit-summary")
    assert "4 visits so far" in parts[0] and "Practice" not in parts[0] and len(parts) == 1


def test_a_visit_holds_no_name(at):
    names = {f.id for f in at("m08").book.forms["visits"].fields}
    assert names == {"date", "different_room", "focus", "lines"}


def test_the_demand_of_tasks(at):
    lesson = at("m08")
    for kind, level in [
        ("Support class", "recall"),
        ("Support class", "procedure"),
        ("Grade 8", "argue"),
    ]:
        lesson.folio.add(
            "pedagogy_notes.tasks", {"task": "t", "class": kind, "level": level}, prefix="k"
        )
    parts = drawn(lesson, "task-demand")
    assert "1 of 3 tasks ask" in parts[0] and "None of those from Support class does" in parts[0]
    assert next(p for p in parts if isinstance(p, Figure)).table["asked"].tolist() == [0, 1]


def test_the_barrier_goes_and_the_demand_stays(at):
    lesson = at("m08")
    good = {
        "barrier_1": "Fifteen minutes of copying from a slide", "change_1": "A captioned handout, then prediction in pairs",
        "barrier_2": "A bench that one learner cannot reach", "change_2": "Low tables for every station",
        "stays": "Everyone explains where the gas comes from", "know": "Their drawings and reasons",
    }  # fmt: skip
    assert failing(lesson, "keeps-demand", good) == ""
    lowered = {**good, "change_1": "They answer fewer questions and need not write the reasons"}
    assert "fewer questions" in failing(lesson, "keeps-demand", lowered)
    blaming = {**good, "barrier_1": "Unmotivated students"}
    assert "make effort reasonable" in failing(lesson, "keeps-demand", blaming)
    assert "stays demanding" in failing(lesson, "keeps-demand", {**good, "stays": ""})
    assert redesign.lowered("Explain it in any language, by drawing, audio or text") == []


def test_others_answers_come_after_ones_own(at):
    lesson = at("m08")
    point = catalog.content("inclusive_pedagogy_checklist")["redesign_exercise"][
        "model_answer_points"
    ][0]
    assert point not in told(drawn(lesson, "redesign-model"))
    lesson.folio.set("pedagogy_notes.redesign", {"change_1": "a handout", "stays": "the reason"})
    assert point in told(drawn(lesson, "redesign-model"))


@pytest.mark.parametrize(
    ("review", "ok"), [("2026-02-23", True), ("2026-01-26", False), ("", None)]
)
def test_six_weeks_are_six_weeks(at, review, ok):
    value = {"practice": "a minute to think", "start": "2026-01-12", "six_week_review": review}
    assert find("check", "six-weeks")(at("m08"), value)[0].ok is ok


def test_the_redesign_form_shows_the_lesson_of_the_content():
    told_ = catalog.content("inclusive_pedagogy_checklist")["redesign_exercise"]["vignette"]
    assert " ".join(book("m08").forms["redesign"].intro.split()) == " ".join(told_.split())


# ---------------------------------------------------------------- causes


GOOD = "Our placement process enrols 12 of 60 multilingual learners in Algebra I."


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (GOOD, ""),
        (
            "Multilingual learners are unmotivated in our mathematics classes.",
            "make effort reasonable",
        ),
        ("Twelve of sixty took Algebra I.", "Begin with the rule"),
        ("Our process places few. Our fee keeps others out.", "more than one"),
        ("Our placement is uneven because of the schedule.", "says why"),
    ],
)
def test_a_problem_speaks_of_one_system_and_blames_no_one(at, statement, says):
    words = failing(at("m09"), "problem-statement", {"statement": statement, "priority": "p-1"})
    assert says in words and bool(says) == bool(words)


def test_the_fishbone_wants_four_bones_and_a_voice(at):
    lesson = at("m09")
    assert drawn(lesson, "fishbone")[0].startswith("Practice")
    for k, bone in enumerate(["policy", "practice", "people"]):
        row = {"bone": bone, "entry": f"Condition {k}", "suggested_by": ["teachers"]}
        lesson.folio.add(causes.BONES, row, prefix="n")
    said = told(drawn(lesson, "fishbone"))
    assert "3 of 8 bones" in said and "Ask students or families" in said
    last = {
        "bone": "context",
        "entry": "Bus times",
        "suggested_by": ["students"],
        "reach": "we_influence",
    }
    words = judged(lesson, "fishbone-entry", last)
    assert words["4 of 8 bones have an entry; go on from 4."] is True
    assert any("what does your school add" in text for text in words)
    lesson.folio.add(causes.BONES, last, prefix="n")
    assert "Ask students" not in told(drawn(lesson, "fishbone"))
    assert "make effort reasonable" in failing(
        lesson, "fishbone-entry", {"bone": "beliefs", "entry": "Lazy students"}
    )


def test_the_list_below_the_fishbone_has_what_the_picture_leaves_out(at):
    lesson = at("m09")
    for k in range(7):
        lesson.folio.add(causes.BONES, {"bone": "policy", "entry": f"Rule number {k}"}, prefix="n")
    parts = drawn(lesson, "fishbone")
    figure = next(p for p in parts if isinstance(p, Figure))
    assert "and 4 more" in figure.svg and "Rule number 6" not in figure.svg
    assert "Rule number 6" in parts[-1].html and len(figure.table) == 14


def test_conditions_are_sorted_by_what_adults_can_do(at):
    lesson = at("m09")
    for reach in ("we_control", "we_control", "we_advocate", None):
        row = {"bone": "context", "entry": "A condition", "reach": reach}
        lesson.folio.add(causes.BONES, {k: v for k, v in row.items() if v}, prefix="n")
    parts = drawn(lesson, "reach")
    assert "2 we control, 0 we influence and 1 we advocate; 1 not sorted" in parts[0].replace(
        " for;", ";"
    )
    assert "what your school adds" in parts[1]


def test_whys_that_begin_alike_are_one_branch(at):
    lesson = at("m09")
    rows = [
        {
            "why1": "Few are recommended",
            "why2": "Marks decide",
            "condition": "The mark rule",
            "reach": "we_control",
        },
        {
            "why1": "Few are recommended",
            "why2": "One letter",
            "condition": "One language",
            "reach": "we_control",
        },
        {
            "whys": ["Few are recommended", "Marks decide"],
            "condition": "Who meets",
            "reach": "we_influence",
        },
    ]
    for row in rows:
        lesson.folio.add(whys.CAUSES, row, prefix="c")
    parts = drawn(lesson, "why-tree")
    table = next(p for p in parts if isinstance(p, Figure)).table
    assert table["text"].tolist().count("Few are recommended") == 1
    assert table["end"].sum() == 3 and "3 chains, 3 ends" in parts[0]
    html = next(p for p in parts if hasattr(p, "html")).html
    assert html.count("<ul>") == html.count("</ul>") and html.count("<li>") == html.count(
        "</li>"
    ) == len(table)


def test_a_chain_ends_where_adults_can_act(at):
    lesson = at("m09")
    row = {
        "why1": "Few are recommended",
        "why2": "Marks decide",
        "why3": "Support meets the lesson",
    }
    assert "ask why once more" in failing(lesson, "five-whys", {**row, "condition": "The schedule"})
    done = {**row, "condition": "Who sits in the meeting", "reach": "we_control"}
    assert failing(lesson, "five-whys", done) == ""
    assert "make effort reasonable" in failing(
        lesson, "five-whys", {**done, "why3": "Students are lazy"}
    )
    assert "caring hard" in failing(lesson, "five-whys", {**done, "why3": "Parents do not care"})


def test_every_deficit_pattern_is_met_with_its_question():
    examples = [
        "They do not care",
        "lazy",
        "low ability",
        "bad home",
        "those parents",
        "a language barrier",
    ]
    patterns = catalog.content("root_cause")["five_whys"]["deficit_patterns"]
    for example, one in zip(examples, patterns, strict=True):
        assert one["reframe"] in redesign.blaming(example)


def test_branching_whys_lead_on_or_say_why_not(at):
    lesson, steps = at("m09"), catalog.content("root_cause")["branching"]["steps"]
    wrong = drawn(lesson, "branching-whys", why1="interest")
    assert "This stops here" in told(wrong) and "Choose another answer" in told(wrong)
    good = {s["id"]: [o["id"] for o in s["options"] if o["good"]][-1] for s in steps}
    assert "The chain ends at" in told(drawn(lesson, "branching-whys", **good))


def test_the_form_asks_on_after_each_good_answer():
    steps = catalog.content("root_cause")["branching"]["steps"]
    fields = {f.id: f for f in book("m09").forms["branching"].fields}
    for before, step in zip(steps, steps[1:], strict=False):
        asked = fields[step["id"]].when[before["id"]]
        good = [o["id"] for o in before["options"] if o["good"]]
        assert set([asked] if isinstance(asked, str) else asked) == set(good)
        assert fields[step["id"]].label == step["ask"]


def test_a_cause_could_be_wrong_or_is_an_assumption(at):
    lesson = at("m09")
    assert "nothing can speak against it" in failing(lesson, "cause-test", {"if_true": "More"})
    assert "the same" in failing(lesson, "cause-test", {"if_true": "More", "if_false": "more"})
    for passed in ("held", "failed", "open"):
        row = {"condition": f"Cause {passed}", "if_true": "a", "if_false": "b", "passed": passed}
        lesson.folio.add(whys.CAUSES, row, prefix="c")
    parts = drawn(lesson, "cause-tests")
    assert parts[0] == "Of 3 causes: 1 passed a check, 1 an assumption to test and 1 set aside."
    assert "may enter the plan" in told(parts) and "assumption to test" in told(parts)


# ---------------------------------------------------------------- cases, recommendations, decisions


@pytest.mark.parametrize("case", [c["id"] for c in catalog.content("case_studies")["cases"]])
def test_every_case_says_what_limits_it(at, case):
    one = next(c for c in catalog.content("case_studies")["cases"] if c["id"] == case)
    html = told(drawn(at("m09"), "case", case=case))
    assert one["title"].partition("'")[0] in html and html.count("What limits it:") == len(
        one["caveats"]
    )


def test_the_findings_that_friends_leave_out_are_there(at):
    lesson = at("m09")
    assert "neither necessary nor sufficient" in told(drawn(lesson, "case", case="cs_hcz"))
    finland = drawn(lesson, "case", case="cs_finland")
    assert "548" in told(finland) and "484" in told(finland)
    assert next(p for p in finland if isinstance(p, Figure)).table["country"].tolist()[-1] == 484
    assert "no country was assigned" in told(drawn(lesson, "case", case="cs_oecd"))
    assert "does not license" in told(drawn(lesson, "case", case="cs_teachers"))


def test_boxes_are_whole_with_a_reason_and_models_come_after(at):
    lesson = at("m09")
    box = {"claim": "c", "evidence": "e", "caveat": "k", "transfer": "t"}
    assert "reason for the rating" in failing(
        lesson, "case-boxes", {"cs_hcz": {**box, "rating": 0}}
    )
    assert "caveat" in failing(
        lesson, "case-boxes", {"cs_hcz": {"claim": "c", "rating": 1, "reason": "r"}}
    )
    assert failing(lesson, "case-boxes", {"cs_hcz": {**box, "rating": 0, "reason": "r"}}) == ""
    assert len(drawn(lesson, "case-models")) == 1
    lesson.folio.set("decision_log.cases", {"cs_hcz": {**box, "rating": 0}})
    assert "Another reader" in told(drawn(lesson, "case-models"))
    assert "Finland" not in told(drawn(lesson, "case-models"))


def test_recommendations_are_tested_against_a_rule(at):
    lesson = at("m09")
    held = {
        "oe2": {"rating": "against", "evidence": "Course guide", "reach": "we_control"},
        "oe4": {"rating": "met"},
    }
    lesson.folio.set("decision_log.oecd", held)
    parts = drawn(lesson, "oecd")
    assert "2 of 10 recommendations tested; on 1 local rules differ" in parts[0]
    assert "Course guide" in told(parts) and "no rule named" in told(parts)


def test_a_decision_promises_a_rung_and_an_answer(at):
    lesson = at("m09")
    row = {"decision": "Placement", "deadline": "2026-03-01", "rung": "informed"}
    words = failing(lesson, "decision", {**row, "reported_back_on": "2026-02-01"})
    assert "one rung up" in words and "support" in words and "before the decision" in words
    done = {
        **row,
        "rung": "collaborating",
        "supports_offered": ["food"],
        "reported_back_on": "2026-03-20",
    }
    assert failing(lesson, "decision", done) == ""
    lesson.folio.add("decision_log.decisions", done, prefix="q")
    assert "In 1 of 1 decision " in drawn(lesson, "ladder")[0]


# ---------------------------------------------------------------- content


def test_content_that_labs_lean_on_is_whole():
    cause, cases = catalog.content("root_cause"), catalog.content("case_studies")
    assert [one["id"] for one in cause["reach"]] == cause["control_sort"]
    assert {c["key"] for c in cause["reach_cards"]} == set(cause["control_sort"])
    assert all(c["why"] for c in cause["reach_cards"])
    assert [r["id"] for r in cause["inclusive_decision"]["rungs"]] == catalog.content(
        "vision_and_team"
    )["participation_ladder"]
    for step in cause["branching"]["steps"]:
        assert {o["good"] for o in step["options"]} == {True, False}
    assert set(cases["model_boxes"]) == {c["id"] for c in cases["cases"]}
    boxes = {i["id"] for s in book("m09").forms["boxes"].sections for i in s["items"]}
    assert boxes == {c["id"] for c in cases["cases"]}
    assert sum(len(a["items"]) for a in cases["oecd_recommendations"]["areas"]) == 10
    told_ = catalog.content("inclusive_pedagogy_checklist")
    assert sum(len(a.items) for a in checklist().values()) == 36
    bins = {b["id"] for b in told_["variability_sort"]["bins"]}
    assert {c["key"] for c in told_["variability_sort"]["cards"]} == bins
    fishbone = catalog.content("forms/m09")["texts"]["fishbone"]
    assert {r["bone"] for r in fishbone} <= {b["id"] for b in cause["fishbone"]["bones"]}


def test_the_documents_of_the_form_are_those_of_the_pack():
    offered = [o["id"] for o in book("m07").forms["documents"].fields[0].options]
    assert offered == samples.practice("documents")["doc_id"].tolist()


def test_the_ratings_offered_are_those_of_the_instruments():
    """The forms add the number that is read out; words and order are the instrument's."""
    told_ = catalog.content("equity_audit_rubric")
    rubric_ = [(str(o["value"]), o["label"]) for o in told_["scale"] + told_["special_ratings"]]
    for id in ("rate", "consensus"):
        offered = [(str(o["value"]), o["label"]) for o in book("m07").forms[id].options]
        assert offered == [(v, f"{v} {label}") for v, label in rubric_]
    scale = [str(o["value"]) for o in catalog.content("inclusive_pedagogy_checklist")["scale"]]
    assert [str(o["value"]) for o in book("m08").forms["code"].options] == scale
