"""The portfolio as notebooks use it: answers, rows, two notebooks at once, what is refused."""

import json
import math
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equitylab import DataError, Portfolio, PortfolioError, catalog
from equitylab.portfolio_guard import LARGEST, plain
from equitylab.portfolio_levels import forms

DATA = Path(__file__).parent / "data"
CARDS = "finding_cards.cards"


@pytest.fixture
def folio(tmp_path) -> Portfolio:
    return Portfolio.open(tmp_path / "my-work" / "portfolio.json")


def again(folio: Portfolio) -> Portfolio:
    return Portfolio.open(folio.path)


# ---------------------------------------------------------------- answers


def test_nothing_is_written_before_the_first_answer(folio):
    assert folio.saved is None and folio.notes == [] and folio.keys() == []
    assert not folio.path.parent.exists()


def test_an_answer_is_found_again_by_another_notebook(folio):
    folio.set(
        "vision.statement", {"text": "Jede Schülerin, 每个学生"}, made_in="m01", version="0.1"
    )
    assert again(folio).get("vision.statement") == {"text": "Jede Schülerin, 每个学生"}
    entry = json.loads(folio.path.read_text("utf-8"))["entries"]["vision.statement"]
    assert entry.keys() == {"value", "at", "made_in", "version"}
    assert (entry["made_in"], entry["version"]) == ("m01", "0.1")
    assert abs((datetime.fromisoformat(entry["at"]) - folio.saved).total_seconds()) < 5


def test_the_file_can_be_read_by_a_person(folio):
    folio.set("vision.statement", "Known and heard")
    folio.set("profile.mode", "solo")
    text = folio.path.read_text("utf-8")
    keys = list(json.loads(text)["entries"])
    assert keys == sorted(keys)
    assert text.count("\n") > 10 and '"value": "Known and heard"' in text


def test_what_is_got_is_the_callers_own(folio):
    folio.set("vision.parts", {"list": [1, 2]})
    folio.get("vision.parts")["list"].append(3)
    assert folio.get("vision.parts") == {"list": [1, 2]}


def test_an_equal_answer_is_not_written_again(folio):
    folio.set("vision.statement", "one")
    before = folio.path.stat().st_mtime_ns
    folio.set("vision.statement", "one")
    assert folio.path.stat().st_mtime_ns == before
    folio.set("vision.statement", "one", version="0.2")  # to another wording of the question
    assert folio.path.stat().st_mtime_ns > before
    assert (folio.version("vision.statement"), folio.version("vision.none")) == ("0.2", "")


def test_delete_removes_answers_and_rows(folio):
    folio.set("vision.statement", "x")
    folio.add(CARDS, {"title": "a"})
    folio.delete("vision.statement")
    folio.delete(CARDS)
    folio.delete("vision.never")
    assert again(folio).keys() == [] and folio.get("vision.statement", "gone") == "gone"


@pytest.mark.parametrize("key", ["", "nothing.here", "vision/", "vision.a/b", "../x", "Vision.a"])
def test_a_key_that_is_none_is_refused(folio, key):
    with pytest.raises(DataError, match="no key of a portfolio"):
        folio.set(key, 1)


def test_every_artifact_of_the_curriculum_is_a_key(folio):
    for artifact in catalog.content("modules")["artifact_types"]:
        folio.set(f"{artifact}.x", 1)
    folio.set("labs.m03.gap-explorer", 1)
    assert len(folio.keys()) == 1 + len(catalog.content("modules")["artifact_types"])
    assert folio.keys("labs.m03") == ["labs.m03.gap-explorer"]


def test_changes_are_announced_until_the_listener_leaves(folio):
    heard = []
    leave = folio.on_change(heard.append)
    folio.set("vision.statement", "a")
    id = folio.add(CARDS, {"title": "a"})
    folio.remove(CARDS, id)
    leave()
    folio.set("vision.statement", "b")
    assert heard == [["vision.statement"], [CARDS], [CARDS]]


# ---------------------------------------------------------------- rows


def test_rows_keep_the_order_in_which_they_were_added(folio):
    ids = [folio.add(CARDS, {"title": str(i)}, prefix="f") for i in range(20)]
    assert [row["id"] for row in again(folio).rows(CARDS)] == ids
    assert all(id.startswith("f-") for id in ids) and len(set(ids)) == 20


def test_update_changes_the_given_fields_only(folio):
    id = folio.add(CARDS, {"title": "a", "x": 1}, made_in="m03")
    folio.update(CARDS, id, {"x": 2, "id": "other"}, made_in="m06")
    assert folio.row(CARDS, id) == {"id": id, "title": "a", "x": 2}
    assert [row["id"] for row in folio.rows(CARDS)] == [id]
    with pytest.raises(DataError, match="may have been removed"):
        folio.update(CARDS, "f-none", {"x": 2})
    assert folio.row(CARDS, "f-none") is None


def test_rows_and_answers_do_not_share_a_key(folio):
    folio.add(CARDS, {"title": "a"})
    folio.set("vision.statement", "x")
    with pytest.raises(DataError, match="holds rows"):
        folio.set(CARDS, [])
    with pytest.raises(DataError, match="one answer"):
        folio.add("vision.statement", {"a": 1})
    assert folio.get(CARDS) == folio.rows(CARDS)


# ---------------------------------------------------------------- two notebooks


def test_two_notebooks_see_each_others_answers(folio):
    other = again(folio)
    folio.set("vision.a", 1)
    other.set("vision.b", 2)
    first, second = folio.add(CARDS, {"title": "1"}), other.add(CARDS, {"title": "2"})
    for one in (folio, other, again(folio)):
        assert (one.get("vision.a"), one.get("vision.b")) == (1, 2)
        assert [row["id"] for row in one.rows(CARDS)] == [first, second]
        assert one.kept == []


def test_an_answer_that_both_changed_is_kept_with_its_time(folio):
    folio.set("vision.statement", "first")
    other = again(folio)
    folio.set("vision.statement", "from one notebook", made_in="m01")
    other.set("vision.statement", "from the other")  # which has not shown what the first wrote
    assert folio.get("vision.statement") == "from the other"
    (kept,) = again(folio).kept
    assert (kept["key"], kept["value"]) == ("vision.statement", "from one notebook")
    assert datetime.fromisoformat(kept["at"]) < datetime.fromisoformat(kept["kept_at"])
    assert any("Two notebooks changed vision.statement" in note for note in folio.notes)


def test_an_answer_that_was_shown_before_it_was_changed_is_no_conflict(folio):
    folio.set("vision.statement", "first")
    other = again(folio)
    folio.set("vision.statement", "second")
    assert other.get("vision.statement") == "second"
    other.set("vision.statement", "third")
    assert folio.kept == []


def test_two_notebooks_may_fill_different_fields_of_one_row(folio):
    id = folio.add(CARDS, {"title": "a", "strength": ""})
    other = again(folio)
    folio.update(CARDS, id, {"strength": "s"})
    other.update(CARDS, id, {"voice": "v"})
    assert folio.row(CARDS, id) == {"id": id, "title": "a", "strength": "s", "voice": "v"}
    assert folio.kept == []
    other.rows(CARDS), folio.rows(CARDS)
    folio.update(CARDS, id, {"strength": "one"})
    other.update(CARDS, id, {"strength": "two"})
    assert folio.row(CARDS, id)["strength"] == "two"
    assert [one["value"]["strength"] for one in folio.kept] == ["one"]


def test_a_row_removed_in_one_notebook_stays_removed(folio):
    first, second = folio.add(CARDS, {"title": "1"}), folio.add(CARDS, {"title": "2"})
    other = again(folio)
    folio.remove(CARDS, first)
    other.set("vision.statement", "x")
    assert [row["id"] for row in again(folio).rows(CARDS)] == [second]
    other.remove(CARDS, first)
    assert folio.notes == []


def test_a_clock_that_is_behind_does_not_lose_the_later_change(folio, monkeypatch):
    from equitylab import portfolio

    folio.set("vision.statement", "first")
    monkeypatch.setattr(portfolio, "now", lambda: "2001-01-01T00:00:00+00:00")
    other = again(folio)
    other.set("vision.statement", "second")
    assert again(folio).get("vision.statement") == "second"


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),  # which of three notebooks
        st.sampled_from(["vision.a", "vision.b"]),
        st.sampled_from(["set", "set", "get", "delete"]),
        st.integers(0, 3),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS)
def test_the_last_change_is_seen_by_all_and_no_unseen_one_is_lost(tmp_path_factory, steps):
    path = tmp_path_factory.mktemp("any") / "portfolio.json"
    notebooks = [Portfolio.open(path) for _ in range(3)]
    now, seen, lost = {}, [{}, {}, {}], []
    for who, key, step, value in steps:
        known, there = seen[who].get(key), now.get(key)
        if step == "get":
            assert notebooks[who].get(key) == there
        else:
            new = value if step == "set" else None
            changed = new != there
            if changed and there is not None and known != there:
                lost.append((key, there))
            notebooks[who].set(key, new) if step == "set" else notebooks[who].delete(key)
            now[key] = new
        seen[who][key] = now.get(key)
    for one in [*notebooks, Portfolio.open(path)]:
        assert {key: one.get(key) for key in now} == now
    kept = [(one["key"], one["value"]) for one in notebooks[0].kept]
    for one in lost:
        assert one in kept


# ---------------------------------------------------------------- what is refused


ROW = {"student_id": "1001", "grade": 7}
NAMED = {"First Name": "A", "Last Name": "B", "grade": 6}
PASTED = "Student ID,Grade,School\n1001,7,Riverbend\n1002,7,Riverbend"


@pytest.mark.parametrize(
    "value",
    [
        pd.DataFrame({"a": [1]}),
        pd.Series([1, 2]),
        np.array([1, 2]),
        ROW,
        [ROW],
        {"rows": [{"SSN": "x"}]},
        [{"Date of Birth": "2012-01-01"}] * 3,
        [NAMED] * 12,
        {"first_name": ["x"] * 12, "last_name": ["y"] * 12},
        [["Student Number", "grade"], ["1", 7]],
        PASTED,
        {"note": f"As promised:\n{PASTED}"},
        "The number is 123-45-6789.",
        "x" * (LARGEST + 1),
        {1, 2},
        object(),
    ],
    ids=lambda value: type(value).__name__,
)
def test_tables_students_and_huge_values_are_refused_in_plain_words(folio, value):
    with pytest.raises(DataError) as refused:
        folio.set("labs.m03.x", value)
    assert refused.value.mend and refused.value.fields["key"] == "labs.m03.x"
    assert not folio.path.exists()


def test_a_list_of_students_is_refused_when_it_comes_row_by_row(folio):
    with pytest.raises(DataError, match="first and last names"):
        for _ in range(20):
            folio.add("labs.m03.list", NAMED)
    assert len(folio.rows("labs.m03.list")) < 10
    with pytest.raises(DataError, match="student"):
        folio.add(CARDS, ROW)


@pytest.mark.parametrize(
    "value",
    [
        [{"first_name": "Ana", "last_name": "B", "role": "convener"}] * 7,
        {"students": "Multilingual learners", "x": 12, "n": 60},
        "We asked for the student id, the grade, and the school.\nNobody had them.",
        "Ring 555-123-4567.",
    ],
)
def test_a_team_a_count_and_plain_words_are_welcome(folio, value):
    folio.set("team_charter.x", value)
    assert folio.get("team_charter.x") == value


def test_no_form_asks_for_what_the_portfolio_refuses():
    """A field's id is a key of what is saved: none may look like a student's."""

    def ids(value):
        if isinstance(value, dict):
            yield from [str(value["id"])] if "id" in value else []
            for one in value.values():
                yield from ids(one)
        elif isinstance(value, list):
            for one in value:
                yield from ids(one)

    for module, found in forms().items():
        for id in ids(found):
            assert plain({id: "x"}, "labs.x") == {id: "x"}, (module, id)


def test_values_become_what_json_has(folio):
    folio.set(
        "labs.m03.x",
        {
            "share": np.float64(0.25),
            "count": np.int64(7),
            "none": [math.nan, pd.NA, pd.NaT, math.inf],
            "when": date(2025, 9, 1),
            "stamp": pd.Timestamp("2025-09-01"),
            "pair": (1, 2),
            7: True,
            "broken": "\ud83d",
        },
    )
    assert again(folio).get("labs.m03.x") == {
        "share": 0.25,
        "count": 7,
        "none": [None] * 4,
        "when": "2025-09-01",
        "stamp": "2025-09-01T00:00:00",
        "pair": [1, 2],
        "7": True,
        "broken": "?",
    }


# ---------------------------------------------------------------- restore


def test_restore_puts_saved_work_in_place_and_keeps_what_was_there(folio, tmp_path):
    folio.set("vision.statement", "old")
    folio.add(CARDS, {"title": "a"}, prefix="f")
    saved = folio.to_bytes()
    fresh = Portfolio.open(tmp_path / "binder" / "portfolio.json")
    fresh.set("profile.mode", "cohort")
    said = fresh.restore(saved)
    assert said.startswith("Restored 2 answers saved on") and said in fresh.notes
    assert fresh.keys() == [CARDS, "vision.statement"]
    (before,) = (tmp_path / "binder" / "portfolio-copies").glob("before*")
    assert Portfolio.open(before).get("profile.mode") == "cohort"
    fresh.set("vision.statement", "new")
    assert fresh.kept == []  # what was restored was seen


def test_restore_takes_a_path_and_refuses_what_is_no_portfolio(folio, tmp_path):
    folio.set("vision.statement", "mine")
    Path(tmp_path / "saved.json").write_bytes(folio.to_bytes())
    folio.set("vision.statement", "later")
    folio.restore(tmp_path / "saved.json")
    assert folio.get("vision.statement") == "mine"
    students = folio.to_bytes().replace(b'"mine"', b'{"student_id": 7}')
    for source, error in [
        (b"{}", PortfolioError),
        (b"", PortfolioError),
        (folio.to_bytes()[:200], PortfolioError),
        (tmp_path / "none.json", PortfolioError),
        (students, DataError),
    ]:
        with pytest.raises(error):
            folio.restore(source)
    assert again(folio).get("vision.statement") == "mine"


# ---------------------------------------------------------------- older and newer files


def old(tmp_path: Path) -> Path:
    path = tmp_path / "portfolio.json"
    path.write_bytes((DATA / "portfolio-format-0.json").read_bytes())
    return path


def test_a_file_of_format_0_is_read_whole(tmp_path):
    folio = Portfolio.open(old(tmp_path))
    assert folio.get("vision.statement").startswith("Every student is known")
    assert folio.get("team_charter.norms") == ["Evidence and experience first", "Share air time"]
    assert [row["title"] for row in folio.rows(CARDS)] == [
        "Who takes Algebra I",
        "Who is sent out",
        "Who answers surveys",
    ]
    assert folio.rows(CARDS)[1]["id"] == "f-00abcd"
    assert folio.saved.year == 2025
    # Read, not written: the old file is as it was until something changes.
    assert folio.path.read_bytes() == (DATA / "portfolio-format-0.json").read_bytes()


def test_a_migrated_file_keeps_its_order_and_the_old_file(tmp_path):
    folio, other = Portfolio.open(old(tmp_path)), Portfolio.open(tmp_path / "portfolio.json")
    ids = [row["id"] for row in folio.rows(CARDS)]
    assert ids == [row["id"] for row in other.rows(CARDS)]
    added = folio.add(CARDS, {"title": "New"}, prefix="f")
    other.set("profile.mode", "solo")
    assert [row["id"] for row in other.rows(CARDS)] == [*ids, added]
    assert json.loads(folio.path.read_text("utf-8"))["schema"] == 1
    kept = [p.read_bytes() for p in (tmp_path / "portfolio-copies").glob("*format 0*")]
    assert kept == [(DATA / "portfolio-format-0.json").read_bytes()]


def newer(path: Path) -> bytes:
    whole = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(whole | {"schema": 99, "future": 1}))
    return path.read_bytes()


def test_a_file_from_a_newer_version_is_left_untouched(folio):
    folio.set("vision.statement", "x")
    raw = newer(folio.path)
    with pytest.raises(PortfolioError, match="newer EquityLab"):
        again(folio)
    with pytest.raises(PortfolioError, match="newer"):  # it changed while this notebook was open
        folio.set("vision.statement", "y")
    with pytest.raises(PortfolioError, match="newer"):
        Portfolio.open(folio.path.with_name("other.json")).restore(raw)
    assert folio.path.read_bytes() == raw
