"""Every module runs for every school with nobody watching, and prints what was answered."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path

import pytest

from equitylab import catalog, places
from equitylab.privacy import Published
from equitylab.reports.forks import best
from equitylab.reports.runner import Job
from tests.notebooks.test_curriculum import last_value, notebook

pytestmark = pytest.mark.slow

MODULES = {m["id"]: m for m in catalog.content("modules")["modules"]}
PRACTICE = places.samples() / "practice" / "riverbend-portfolio.json"
# What the practice portfolio holds for a module, and is sure to be printed there.
ANSWERED = {
    "m00": "Riverbend Middle School",
    "m01": "vision.statement",
    "m02": "growth_plan.edges",
    "m03": "finding_cards.cards",
    "m04": "finding_cards.cards",
    "m05": "finding_cards.cards",
    "m06": "finding_cards.cards",
    "m07": "audit_summary.priorities",
    "m09": "root_cause_map.causes",
    "m10": "action_plan.goals",
    "m12": "progress_log.pdsa",
}


@pytest.fixture(scope="module")
def release(reports_folder) -> Path:
    """The published numbers of the whole sample district."""
    (path,) = (reports_folder / ".release").glob("district-*.zip")
    return path


@pytest.fixture(scope="module")
def schools(release) -> dict[str, str]:
    units = Published.load(release).units
    units = units.loc[units["level"] == "school"]
    return dict(zip(units["unit_id"], units["unit"], strict=True))


@pytest.fixture(scope="module")
def printed(release, tmp_path_factory) -> dict[str, Path]:
    """Each module run by papermill for Riverbend, with the practice portfolio; the pages."""
    home = tmp_path_factory.mktemp("printed")
    jobs = []
    for id, module in MODULES.items():
        folio = shutil.copy(PRACTICE, home / f"{id}.json")
        given = {"release": str(release), "unit_id": "0219", "portfolio": str(folio)}
        files = [str(home / f"{id}.{kind}") for kind in ("html", "ipynb")]
        book = places.notebooks() / f"{module['slug']}.ipynb"
        jobs.append(Job(id, str(book), given, *files))
    with best(2) as runner:
        failed = {o.key: o.why for o in runner.run(jobs) if not o.ok}
    assert failed == {}
    return {job.key: Path(job.page) for job in jobs}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_runs_for_all_twelve_schools(module, release, schools, tmp_path):
    assert len(schools) == 12
    for id, name in schools.items():
        names: dict[str, object] = {}
        said = ""
        for cell in notebook(module).cells:
            if cell.cell_type != "code":
                continue
            shown = last_value(cell.source, names)
            said += shown.html() if hasattr(shown, "html") else ""
            if "parameters" in cell.metadata.get("tags", []):
                names |= {"portfolio": str(tmp_path / id / "portfolio.json")}
                names |= {"release": str(release), "unit_id": id}
        text = re.sub(r"<[^>]+>", " ", said)
        assert html.escape(name, quote=False) in text, f"{module} does not name {name}"
        assert not {"nan", "NaN", "inf"} & set(text.split()), f"{module}, {name}"
        assert not (tmp_path / id).exists(), "a run with nobody watching writes no answers"


@pytest.mark.parametrize("module", MODULES)
def test_papermill_prints_what_was_answered(module, printed):
    page = printed[module].read_text("utf-8")
    assert "Traceback" not in page and "<script" not in page
    assert not re.search(r"lesson\.\w+\(", page)  # no code
    for words in texts(ANSWERED.get(module, "")):
        assert html.escape(words, quote=False) in page or html.escape(words) in page, words


def texts(key: str) -> list[str]:
    """The first long answer under a key of the practice portfolio; words of its own as they are."""
    if not key or "." not in key:
        return [key] if key else []
    entries = json.loads(PRACTICE.read_text("utf-8"))["entries"]
    value = next(e["value"] for k, e in entries.items() if k == key or k.startswith(f"{key}/"))
    answers = value.values() if isinstance(value, dict) else [value]
    return [max((a for a in answers if isinstance(a, str)), key=len)]


@pytest.mark.parametrize("module", MODULES)
def test_an_unanswered_question_is_a_line_to_write_on(module, printed):
    assert "<p class=line></p>" in printed[module].read_text("utf-8")
