"""Each of the 105 rows of the sources is done in its modules, and every module runs for any school."""

from __future__ import annotations

import ast
import importlib.util
import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

from equitylab import catalog, places

pytest.importorskip("jupytext")

MODULES = {m["id"]: m for m in catalog.content("modules")["modules"]}
ROWS = {row["id"]: row for row in catalog.content("source_coverage")["rows"]}
PAIRS = [(id, module) for id, row in ROWS.items() for module in row["modules"]]


@cache
def notebook(module: str):
    path = places.notebooks() / f"{MODULES[module]['slug']}.ipynb"
    return nbformat.read(path, as_version=4)


def tags(cell) -> set[str]:
    found = cell.metadata.get("tags", [])
    return {tag.removeprefix("covers:") for tag in found if tag.startswith("covers:")}


@pytest.fixture(scope="session")
def release(reports_folder) -> Path:
    """The published numbers of the whole sample district."""
    (path,) = (reports_folder / ".release").glob("district-*.zip")
    return path


def last_value(code: str, names: dict):
    """Run a cell, and return the value of its last expression, as a notebook shows it."""
    tree = ast.parse(code)
    tail = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(tail.value), "cell", "eval"), names) if tail else None


@pytest.fixture(scope="session")
def shown(release, tmp_path_factory):
    """Return a function that runs one module's cells and says what each of them shows."""

    @cache
    def run(module: str) -> dict[str, object]:
        home = tmp_path_factory.mktemp(module)
        names: dict[str, object] = {}
        found = {}
        for cell in notebook(module).cells:
            if cell.cell_type != "code":
                continue
            found[cell.id] = last_value(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"portfolio": str(home / "portfolio.json"), "release": str(release)}
                names["unit_id"] = "0219"
        return found

    return run


def test_the_registry_lists_one_hundred_and_five_rows():
    assert len(ROWS) == 105


@pytest.mark.parametrize("row, module", PAIRS, ids=[f"{row}-{module}" for row, module in PAIRS])
def test_a_row_of_the_sources_is_done_and_not_only_read(row, module, shown):
    cells = [cell for cell in notebook(module).cells if row in tags(cell)]
    assert cells, f"no cell of {module} is tagged covers:{row}"
    doing = [cell for cell in cells if cell.cell_type == "code"]
    assert doing, f"{row} is only told in {module}"
    results = shown(module)
    assert any(results[c.id].keys or results[c.id].figures for c in doing), (
        f"{row}: no cell of {module} writes an answer or draws a chart"
    )


@pytest.mark.parametrize("module", MODULES)
def test_a_tag_names_a_row_of_this_module(module):
    named = {row for cell in notebook(module).cells for row in tags(cell)}
    assert named <= {row for row, one in PAIRS if one == module}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_the_parts_that_every_module_has(module):
    book = notebook(module)
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    for part in ("opening", "check", "reflect", "promise", "answers", "save"):
        assert f"lesson.{part}(" in code, f"{module} has no {part}"
    prose = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
    assert prose.startswith(f"# {MODULES[module]['title']}\n")
    for one in ("By the end you can", "How to read this", "Ask yourself", "What you have done"):
        assert one in prose, f"{module} has no “{one}”"
    assert all(
        cell.metadata["jupyter"]["source_hidden"] for cell in book.cells if "outputs" in cell
    )


@pytest.mark.parametrize("module", MODULES)
def test_prose_keeps_to_the_language_guide(module):
    from equitylab import language

    for cell in notebook(module).cells:
        if cell.cell_type == "markdown":
            hits = [h for h in language.lint(cell.source) if h.severity == "block_in_reports"]
            assert not hits, f"{module}, {cell.id}: {[h.match for h in hits]}"


@pytest.mark.parametrize("module", MODULES)
def test_headings_step_down_one_at_a_time(module):
    text = "\n".join(c.source for c in notebook(module).cells if c.cell_type == "markdown")
    levels = [len(m[0].split()[0]) for m in re.finditer(r"^#+ .*$", text, re.M)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))


def test_every_module_prints_for_a_school(shown):
    for module in MODULES:
        for id, value in shown(module).items():
            if hasattr(value, "html"):
                html = value.html()
                assert (
                    "Traceback" not in html and "nan" not in re.sub(r"<[^>]+>", " ", html).split()
                )
                assert html.strip(), f"{module}, {id} shows nothing"


def test_links_between_the_modules_lead_somewhere():
    for module in MODULES:
        for cell in notebook(module).cells:
            for target in re.findall(r"\]\(([\w.-]+\.ipynb)\)", cell.source):
                assert (places.notebooks() / target).is_file(), f"{module}: {target}"


def test_the_guide_adds_up():
    path = places.notebooks() / "build.py"
    spec = importlib.util.spec_from_file_location("notebooks_build", path)
    built = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(built)
    sources = sorted((places.notebooks() / "source").glob("*.py"))
    page = built.guide.page([s for s in sources if s.stem in built.modules()])
    for one in MODULES.values():
        assert f"{one['slug'][:2]} " in page
    assert page.count(">What may go wrong</h3>") == 13


def test_the_readme_maps_the_modules_and_pathways(repository):
    text = (repository / "README.md").read_text("utf-8")
    for one in MODULES.values():
        number, slug = one["slug"][:2], one["slug"]
        line = f"| [{number}](notebooks/{slug}.ipynb) | {one['title']} |"
        assert line in text and f" | {one['minutes']} | " in text.split(line)[1].split("\n")[0]
    for path in catalog.content("modules")["pathways"]:
        minutes = sum(MODULES[id]["minutes"] for id in path["modules"])
        assert (
            f"| {path['label']} | {path['sessions']} × {path['hours_each']} h | {minutes} |" in text
        )
