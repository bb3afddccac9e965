"""The page “Which number answers which question”, made from ``content/questions.yaml``.

Every place that it names is looked up here: a function of ``equitylab.metrics``, a cell of a report's
notebook, a lab of the curriculum. One that does not exist stops the build.
"""

from __future__ import annotations

import ast
from pathlib import Path

import jupytext

from equitylab import catalog, metrics
from equitylab.markup import esc, paragraph, slug
from equitylab.page import page as shell

SOURCES = Path(__file__).resolve().parent / "source"
REPORTS = {"school": "School report", "district": "District report"}
INTRO = (
    "Start from the question, and not from the number. Each entry says which number answers it, what "
    "that number needs, and what it cannot say. All of them describe patterns; none says why."
)


def page() -> str:
    """Return the page.

    Raises
    ------
    SystemExit
        Something that an entry names does not exist.
    """
    about = catalog.content("questions")
    cells = {kind: titles(SOURCES / f"{kind}-report.py") for kind in REPORTS}
    body = paragraph(INTRO)
    for theme in about["themes"]:
        body += f"<h2 id={slug(theme['id'])}>{esc(theme['label'])}</h2>"
        for one in about["questions"]:
            if one["theme"] == theme["id"]:
                body += _entry(one, cells)
    return shell(
        "Which number answers which question",
        body,
        footer="Made from equitylab/content/questions.yaml. Figures describe patterns; they do not "
        "show why.",
    )


def titles(source: Path) -> list[str]:
    """Return the titles of a notebook's cells, and the parts of the report that they name."""
    book = jupytext.read(source, fmt="py:percent")
    found = []
    for cell in book.cells:
        if cell.cell_type == "code":
            found.append(cell.metadata.get("title", ""))
            for node in ast.walk(ast.parse(cell.source)):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "show":
                    found += node.args[0].value.split(", ")
    return found


def _entry(one: dict, cells: dict[str, list[str]]) -> str:
    names = [_function(one, name) for name in one["functions"]]
    parts = {
        "Measured in": f"{esc(one['unit'])}.",
        "Needs": f"{esc(one['needs'])}.",
        "Cannot say": f"{esc(one['cannot'])}.",
        "Where you meet it": _places(one, cells),
        "Source": f"{esc(one['source'])}. In Python: {', '.join(names)}.",
    }
    inner = "".join(f"<dt>{esc(k)}</dt><dd>{v}</dd>" for k, v in parts.items())
    head = f"<h3 id=q-{slug(one['id'])}>{esc(one['ask'])}</h3>"
    return f"{head}{paragraph(one['answer'])}<dl class=words>{inner}</dl>"


def _function(one: dict, name: str) -> str:
    if name not in metrics.__all__:
        raise SystemExit(f"questions.yaml, {one['id']}: equitylab.metrics has no {name}.")
    return f"<code>{esc(name)}</code>"


def _places(one: dict, cells: dict[str, list[str]]) -> str:
    found = []
    for kind, label in REPORTS.items():
        named = one.get(kind, [])
        for title in named:
            if title not in cells[kind]:
                raise SystemExit(
                    f"questions.yaml, {one['id']}: the {kind} report has no part “{title}”."
                )
        if named:
            found.append(f"{label}: {esc(', '.join(named))}.")
    found += [_lab(one, place) for place in one.get("labs", [])]
    if not found:
        return "In Python so far."
    return f"<ul>{''.join(f'<li>{text}</li>' for text in found)}</ul>"


def _lab(one: dict, place: str) -> str:
    module, _, id = place.partition("/")
    registry = {m["id"]: m for m in catalog.content("modules")["modules"]}
    forms = catalog.content(f"forms/{module}")["forms"] if module in registry else []
    lab = next((form for form in forms if form["id"] == id and form["kind"] == "lab"), None)
    if lab is None:
        raise SystemExit(f"questions.yaml, {one['id']}: there is no lab {place}.")
    name = registry[module]["slug"]
    return (
        f'<a href="{name}.ipynb">Notebook {name[:2]}</a>: {esc(lab["title"])}'
        f"{'' if lab['title'].endswith('?') else '.'}"
    )
