"""A notebook that runs with nobody watching: every piece is HTML, and no widget is left behind."""

from __future__ import annotations

import json
import os

import nbformat
import pytest

SOURCE = """# Set up
from equitylab.widgets import Lesson
lesson = Lesson("m03", portfolio="my-work/portfolio.json")
lesson.folio.set("promises.m03", {"when": "It rains", "then": "I read", "by": "2026-09-01"})"""
CALLS = ("opening", "cards", "promise", "reflect", "check", "answers", "save")


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A notebook of the pieces that every module has, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    for name in ["EQUITYLAB_LIVE", *(n for n in os.environ if n.startswith("VOILA_"))]:
        monkeypatch.delenv(name, raising=False)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    cells = [SOURCE, *(f"# Show it\nlesson.{name}()" for name in CALLS)]
    book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    return book


def looked_at(book) -> None:
    results = [cell.outputs for cell in book.cells[1:]]
    assert len(results) == len(CALLS)
    for (output,) in results:
        assert set(output.data) == {"text/plain", "text/html"}
    page = "".join(output.data["text/html"] for (output,) in results)
    assert "It rains" in page and "<p class=line></p>" in page
    assert "widgets" not in book.metadata and "model_id" not in json.dumps(book)
    assert len(json.dumps(book)) < 60_000


@pytest.mark.slow
def test_papermill_makes_no_widgets(book, tmp_path):
    import papermill

    nbformat.write(book, tmp_path / "in.ipynb")
    papermill.execute_notebook(
        str(tmp_path / "in.ipynb"), str(tmp_path / "out.ipynb"), progress_bar=False
    )
    looked_at(nbformat.read(tmp_path / "out.ipynb", as_version=4))


def test_a_kernel_that_asks_for_input_has_someone_there(monkeypatch):
    from types import SimpleNamespace

    import IPython

    from equitylab.widgets.piece import live

    for name in ["EQUITYLAB_LIVE", *(n for n in os.environ if n.startswith("VOILA_"))]:
        monkeypatch.delenv(name, raising=False)
    shell = SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=True))
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    assert live()  # JupyterLab
    shell.kernel._allow_stdin = False
    assert not live()  # papermill, nbconvert --execute
    monkeypatch.setenv("VOILA_SERVER_URL", "http://localhost")
    assert live()
    monkeypatch.setenv("EQUITYLAB_LIVE", "0")
    assert not live()
