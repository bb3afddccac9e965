"""The page “Which number answers which question”: complete, true to what exists, and well worded."""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys

import pytest

from equitylab import catalog, language, metrics, places

pytest.importorskip("jupytext")
ABOUT = catalog.content("questions")
ENTRIES = {one["id"]: one for one in ABOUT["questions"]}
LEGAL = "significant disproportionality"  # the name of a federal test, which the linter cannot know


@pytest.fixture(scope="module")
def made():
    path = places.notebooks() / "questions.py"
    spec = importlib.util.spec_from_file_location("notebooks_questions", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def page(made):
    return made.page()


def test_every_function_that_computes_a_measure_is_on_the_page_once():
    named = [name for one in ENTRIES.values() for name in one["functions"]]
    public = [name for name in metrics.__all__ if inspect.isfunction(getattr(metrics, name))]
    assert len(public) > 60 and sorted(named) == sorted(public)


def test_the_committed_page_is_what_the_content_makes(page):
    kept = places.notebooks() / "which-number.html"
    assert kept.read_text("utf-8") == page


def test_every_entry_is_on_the_page_under_its_theme(page):
    themes = [theme["id"] for theme in ABOUT["themes"]]
    assert {one["theme"] for one in ENTRIES.values()} == set(themes)
    assert len(ENTRIES) == len(ABOUT["questions"]) == page.count("<h3 id=q-")
    at = [page.index(f"<h2 id={theme}>") for theme in themes]
    assert at == sorted(at)
    assert len(set(re.findall(r" id=\"?([\w-]+)", page))) == len(re.findall(r" id=\"?[\w-]+", page))


@pytest.mark.parametrize("id", ENTRIES)
def test_an_entry_reads_as_a_question_and_plain_sentences(id):
    one = ENTRIES[id]
    assert one["ask"].endswith("?") and one["answer"].endswith(".")
    for key in ("unit", "needs", "cannot", "source"):
        assert not one[key].endswith("."), key
    for key in ("ask", "answer", "needs", "cannot"):
        found = language.lint(one[key].replace(LEGAL, ""))
        assert not found, (key, [hint.match for hint in found])


@pytest.mark.parametrize("id", ENTRIES)
def test_a_source_with_a_year_is_the_source_of_the_code(id):
    one = ENTRIES[id]
    functions = [getattr(metrics, name) for name in one["functions"]]
    said = " ".join(f"{f.__doc__} {sys.modules[f.__module__].__doc__}" for f in functions)
    for year in re.findall(r"\b(?:19|20)\d\d\b", one["source"]):
        assert year in said, (year, one["source"])


@pytest.mark.parametrize(
    "wrong, said",
    [
        ({"functions": ["rates"]}, "has no rates"),
        ({"school": ["grades"]}, "the school report has no part “grades”"),
        ({"district": ["grades"]}, "the district report has no part “grades”"),
        ({"labs": ["m03/gap-explore"]}, "no lab m03/gap-explore"),
        ({"labs": ["m99/gap-explorer"]}, "no lab m99/gap-explorer"),
        ({"labs": ["m03/prediction"]}, "no lab m03/prediction"),  # a form, and no lab
    ],
)
def test_a_place_that_does_not_exist_stops_the_build(made, monkeypatch, wrong, said):
    broken = {**ABOUT, "questions": [ABOUT["questions"][0] | wrong]}
    whole = catalog.content
    monkeypatch.setattr(
        made.catalog, "content", lambda name: broken if name == "questions" else whole(name)
    )
    with pytest.raises(SystemExit, match=re.escape(said)):
        made.page()


def test_every_lab_that_is_named_stands_in_its_notebook():
    slugs = {m["id"]: m["slug"] for m in catalog.content("modules")["modules"]}
    for one in ENTRIES.values():
        for place in one.get("labs", []):
            module, id = place.split("/")
            source = (places.notebooks() / "source" / f"{slugs[module]}.py").read_text("utf-8")
            forms = catalog.content(f"forms/{module}")["forms"]
            shown = re.search(rf'lesson\.\w+\("{re.escape(id)}"\)', source)
            then = any(form.get("then") == id for form in forms)
            assert shown or then, place


def test_the_map_of_the_readme_leads_to_it():
    readme = (places.notebooks().parent / "README.md").read_text("utf-8")
    assert "(notebooks/which-number.html)" in readme
