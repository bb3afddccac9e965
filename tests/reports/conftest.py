"""The made-up district that reports are drawn from here."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest


def _synthetic():
    path = Path(__file__).with_name("synthetic.py")
    spec = importlib.util.spec_from_file_location("equitylab_synthetic", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def published():
    """Four schools and a tiny one, three years, with hidden cells, bands and gaps."""
    return _synthetic().published()


@pytest.fixture(scope="session")
def release(published, tmp_path_factory):
    """The same as a file, as a batch leaves it."""
    path = tmp_path_factory.mktemp("release") / "release.zip"
    published.save(path)
    return path


@pytest.fixture(scope="session")
def school(release):
    """A report of a school with something in every part."""
    from equitylab.reports.story import SchoolReport

    return SchoolReport.open(release, "0102")


@pytest.fixture(scope="session")
def district(release):
    """The district's report."""
    from equitylab.reports.story_district import DistrictReport

    return DistrictReport.open(release, "01")


@pytest.fixture(scope="session")
def executed(release):
    """Return a function that runs a report notebook for a unit, in this process."""
    return lambda name, unit_id: run(name, str(release), unit_id)


def run(name: str, release: str, unit_id: str):
    """Run a notebook's cells one after the other, as a kernel would, and return it."""
    import ast

    import nbformat

    from equitylab import places

    book = nbformat.read(places.notebook(name), as_version=4)
    space: dict = {}
    for cell in book.cells:
        if cell.cell_type != "code":
            continue
        if "parameters" in cell.metadata.get("tags", []):
            exec(cell.source, space)
            assert {"release", "unit_id"} <= set(space)
            space |= {"release": release, "unit_id": unit_id}
            continue
        *before, last = ast.parse(cell.source).body
        if not isinstance(last, ast.Expr):
            before, last = [*before, last], None
        exec(compile(ast.Module(before, []), name, "exec"), space)
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), name, "eval"), space)
            data = {"text/html": shown._repr_html_(), "text/plain": repr(shown)}
            cell.outputs = [nbformat.v4.new_output("execute_result", data=data, execution_count=1)]
    return book
