"""The notebooks are what their sources make, and keep the rules of the house."""

from __future__ import annotations

import importlib.util
import re

import nbformat
import pytest

from equitylab import catalog, places

pytest.importorskip("jupytext")


@pytest.fixture(scope="module")
def built():
    path = places.notebooks() / "build.py"
    spec = importlib.util.spec_from_file_location("notebooks_build", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def sources():
    return sorted((places.notebooks() / "source").glob("*.py"))


@pytest.fixture(params=sources(), ids=lambda p: p.stem)
def source(request):
    return request.param


def test_a_rebuilt_notebook_is_the_same_byte_for_byte(built, source):
    kept = places.notebooks() / f"{source.stem}.ipynb"
    assert kept.read_bytes() == built.build(source).encode("utf-8")


def test_check_says_which_notebook_is_stale(built, tmp_path, monkeypatch, capsys):
    (tmp_path / "source").mkdir()
    first = sources()[0]
    (tmp_path / "source" / first.name).write_text(first.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(built, "HERE", tmp_path)
    assert built.main(["--check"]) == 1 and first.stem in capsys.readouterr().out
    assert built.main([]) == 0 and built.main(["--check"]) == 0
    made = tmp_path / f"{first.stem}.ipynb"
    made.write_text(made.read_text("utf-8").replace("report", "rapport", 1), "utf-8")
    assert built.main(["--check"]) == 1
    made.unlink()
    (tmp_path / "stray.ipynb").write_text("{}", "utf-8")
    built.main([])
    assert built.main(["--check"]) == 1 and "stray" in capsys.readouterr().out


def test_no_outputs_and_ids_from_titles(built, source):
    book = nbformat.reads(built.build(source), as_version=4)
    nbformat.validate(book)
    ids = [cell.id for cell in book.cells]
    assert len(ids) == len(set(ids)) and not any(re.fullmatch("[0-9a-f]{8}", id) for id in ids)
    for cell in book.cells:
        assert not cell.get("outputs") and cell.get("execution_count") is None


def test_parameters_are_typed_helped_and_relative(source):
    papermill = pytest.importorskip("papermill")
    if not source.stem.endswith("-report"):
        pytest.skip("not a report")
    known = papermill.inspect_notebook(str(places.notebook(source.stem)))
    own = {"state"} if source.stem == "district-report" else set()
    assert set(known) == {"release", "unit_id", "portfolio"} | own
    for one in known.values():
        assert one["inferred_type_name"] == "str" and one["help"].startswith("help: ")
    assert not known["release"]["default"].strip("\"'").startswith("/")


def test_prose_keeps_the_wording_guide(source):
    from equitylab.language import lint

    if not source.stem.endswith("-report"):
        pytest.skip("modules teach the words too: see test_curriculum.py")
    book = nbformat.read(places.notebook(source.stem), as_version=4)
    for cell in book.cells:
        if cell.cell_type == "markdown":
            assert not lint(cell.source), cell.id


def test_reports_show_every_chapter_in_the_order_of_the_catalogue(source):
    if not source.stem.endswith("-report"):
        pytest.skip("not a report")
    told = " ".join(re.findall(r'"(.+?)"', source.read_text("utf-8"))).replace(",", "").split()
    assert [word for word in told if word in catalog.chapters()] == list(catalog.chapters())


@pytest.mark.parametrize(
    "cell, fault",
    [
        ("x = 1", "not a comment in plain language"),
        ("# Count\nfor k in y:\n    z(k)", "loop or a definition"),
        ("# Count\ndef f():\n    return 1", "loop or a definition"),
        ("# Count\n" + "x = 1\n" * 8, "9 lines"),
    ],
)
def test_a_cell_that_breaks_a_rule_stops_the_build(built, tmp_path, cell, fault):
    path = tmp_path / "bad.py"
    path.write_text(f"# %% [markdown]\n# # Bad\n\n# %% a cell\n{cell}\n", "utf-8")
    with pytest.raises(SystemExit, match=fault):
        built.build(path)


def test_two_cells_of_one_title_and_a_strange_tag_stop_the_build(built, tmp_path):
    path = tmp_path / "bad.py"
    path.write_text("# %% a\n# One\nx\n\n# %% a\n# Two\ny\n", "utf-8")
    with pytest.raises(SystemExit, match="used twice"):
        built.build(path)
    path.write_text('# %% a tags=["secret"]\n# One\nx\n', "utf-8")
    with pytest.raises(SystemExit, match="not on the list"):
        built.build(path)
