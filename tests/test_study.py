"""The curriculum laid in a folder: nothing of a leader's is lost, and nothing is fetched."""

from __future__ import annotations

import json
import os
import sys

import pytest

from equitylab import cli, places, study
from equitylab.errors import ReportError


@pytest.fixture
def laid(tmp_path):
    assert study.lay(tmp_path) == []
    return tmp_path


def change(path, text="mine"):
    book = json.loads(path.read_text("utf-8"))
    book["cells"][0]["source"] = text
    path.write_text(json.dumps(book), "utf-8")


def test_everything_is_laid(laid):
    assert [p.name for p in sorted(laid.glob("*.ipynb"))] == study.lessons()
    assert (laid / "my-work").is_dir()
    assert sorted(p.name for p in laid.glob("*.html")) == [
        "facilitator-guide.html", "which-number.html",
    ]  # fmt: skip


def test_laying_again_changes_nothing(laid):
    before = {p: p.stat().st_mtime_ns for p in laid.glob("*.ipynb")}
    assert study.lay(laid) == []
    assert {p: p.stat().st_mtime_ns for p in laid.glob("*.ipynb")} == before


def test_what_a_run_showed_is_cleared(laid):
    """Its forms ended with the kernel: JupyterLab would show an error in the place of each."""
    path = laid / study.lessons()[0]
    clean = path.read_bytes()
    book = json.loads(clean)
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 1
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "my answer"}]
    path.write_text(json.dumps(book), "utf-8")
    assert study.lay(laid) == [] and path.read_bytes() == clean


def test_a_changed_notebook_stays_while_ours_is_the_same(laid):
    path = laid / study.lessons()[3]
    change(path)
    assert study.lay(laid) == []
    assert json.loads(path.read_text("utf-8"))["cells"][0]["source"] == "mine"


def test_a_changed_notebook_is_kept_when_ours_is_newer(laid):
    path = laid / study.lessons()[3]
    change(path)
    record = laid / ".equitylab.json"
    told = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps({**told, path.name: "an older version"}), "utf-8")
    (said,) = study.lay(laid)
    assert path.name in said and "kept" in said
    (kept,) = (laid / "my-work" / "kept").iterdir()
    assert json.loads(kept.read_text("utf-8"))["cells"][0]["source"] == "mine"
    assert path.read_bytes() == (places.notebooks() / path.name).read_bytes()


def test_an_older_version_of_ours_is_replaced_without_a_word(laid):
    path = laid / study.lessons()[3]
    change(path, "ours, older")
    record = laid / ".equitylab.json"
    told = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps({**told, path.name: study._digest(path)}), "utf-8")
    assert study.lay(laid) == []
    assert path.read_bytes() == (places.notebooks() / path.name).read_bytes()


def test_a_leaders_work_is_never_touched(laid):
    work = laid / "my-work" / "portfolio.json"
    work.write_text("{}", "utf-8")
    study.lay(laid)
    assert work.read_text("utf-8") == "{}"


def test_a_damaged_record_is_no_obstacle(laid):
    (laid / ".equitylab.json").write_text("[not", "utf-8")
    assert study.lay(laid) == []


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ReportError, match="cannot be laid"):
        study.lay(tmp_path / "file" / "inside")


def test_commands_name_the_first_lesson_and_this_python(tmp_path):
    lab = study.command(tmp_path, browser=False, port=9000)
    assert lab[:3] == [sys.executable, "-m", "jupyterlab"] and "--no-browser" in lab
    assert any(word.endswith("/doc/tree/00-start-here.ipynb") for word in lab)
    app = study.command(tmp_path, app=True)
    assert "--template=equity" in app and "--Voila.ip=127.0.0.1" in app


def test_without_voila_one_plain_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(study.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ReportError, match="not installed") as error:
        study.command(tmp_path, app=True)
    assert "equitylab[app]" in str(error.value)


def test_jupyter_finds_our_buttons_and_our_page():
    env = study.environment()
    assert str(study.JUPYTER) in env["JUPYTER_PATH"].split(os.pathsep)
    buttons = json.loads(
        (study.JUPYTER / "labconfig" / "default_setting_overrides.json").read_text("utf-8")
    )
    bar = buttons["@jupyterlab/notebook-extension:panel"]["toolbar"]
    assert {"Run everything", "Hide code"} <= {one.get("label") for one in bar}
    template = (study.JUPYTER / "voila/templates/equity/index.html.j2").read_text("utf-8")
    assert "http" not in template


def test_the_verb_lays_and_says_where(tmp_path, capsys):
    assert cli.main(["study", str(tmp_path / "s"), "--lay-only"]) == 0
    assert "my-work" in capsys.readouterr().out
    assert (tmp_path / "s" / "00-start-here.ipynb").is_file()
