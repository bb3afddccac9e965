"""File names, whole files and tables, whatever the text in them."""

import errno
import os

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from equitylab.errors import ReportError
from equitylab.reports import files

NAMES = ["<script>alert(1)</script>", "../../etc/x", '=HYPERLINK("x")', "x" * 300, "مدرسة النور"]
NAMES += ["", " ", ".", "..", "CON", "a\x00b", "a\nb", "École №2", "{x}", "C:\\x", "~root", "学校"]


@given(st.dictionaries(st.text(min_size=1, max_size=40), st.text(max_size=400), max_size=12))
def test_slugs_are_safe_short_and_unique(names):
    made = files.slugs(names)
    assert list(made) == list(names)
    assert len(set(made.values())) == len(names)
    for slug in made.values():
        assert slug and len(slug) <= files.LONGEST
        assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_a_plain_file_name(name, tmp_path):
    slug = files.slugs({"07": name})["07"]
    files.write(tmp_path / f"{slug}.html", "x")
    assert [p.parent for p in tmp_path.rglob("*.html")] == [tmp_path]


def test_two_schools_of_one_name_get_their_ids_whatever_the_order():
    names = {"01": "Oak School", "02": "oak   school!", "03": "Oak School 01"}
    made = files.slugs(names)
    assert made["01"] != made["02"]
    assert made == {k: v for k, v in files.slugs(dict(reversed(names.items()))).items()}
    # A name that ends as another's id does not take its place either.
    assert len(set(made.values())) == 3


def test_ids_that_differ_in_marks_only_are_kept_apart():
    made = files.slugs({"a/b": "Oak", "a-b": "Oak", "A.B": "Oak"})
    assert len(set(made.values())) == 3


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", " =1", "＝1"])
def test_a_formula_is_text_in_a_csv(text):
    frame = pd.DataFrame({"unit": [text, "Oak"], "difference": [-0.25, 0.5]})
    made = files.neutral(frame)
    assert made["unit"].tolist() == ["'" + text, "Oak"]
    assert made["difference"].tolist() == [-0.25, 0.5]
    assert frame["unit"].tolist() == [text, "Oak"], "the caller's table is not touched"


@pytest.mark.parametrize("kind", ["str", "object", "category"])
def test_every_kind_of_text_column_is_looked_at(kind):
    made = files.neutral(pd.DataFrame({"unit": pd.Series(["=1", "b", "=1"], dtype=kind)}))
    assert made["unit"].tolist() == ["'=1", "b", "'=1"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    files.write(path, "old")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError):
        files.write(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_sweep_takes_only_what_a_write_left(tmp_path):
    (tmp_path / f".abc{files._TEMPORARY}").write_text("half")
    (tmp_path / "keep.part").write_text("mine")
    files.sweep(tmp_path)
    assert os.listdir(tmp_path) == ["keep.part"]


def test_looking_whether_a_folder_can_be_written_leaves_no_trace(tmp_path):
    files.writable(tmp_path / "a" / "b")
    assert os.listdir(tmp_path) == []
    (tmp_path / "file").write_text("x")
    for bad in ("file", "file/below"):
        with pytest.raises(ReportError) as caught:
            files.writable(tmp_path / bad)
        assert "cannot be written" in str(caught.value)


def test_a_folder_is_held_by_one_run(tmp_path):
    with files.alone(tmp_path):
        with pytest.raises(ReportError) as caught:
            with files.alone(tmp_path):
                pass
        assert caught.value.fields["pid"] == str(os.getpid())
    with files.alone(tmp_path):
        pass


def test_a_lock_that_a_dead_run_left_stops_no_one(tmp_path):
    (tmp_path / "lock").write_text("999999999")
    with files.alone(tmp_path):
        assert (tmp_path / "lock").read_text() == str(os.getpid())
