"""Write the notebooks from their sources; with --check, only compare them.

    python notebooks/build.py            writes notebooks/*.ipynb
    python notebooks/build.py --check    exits 1 if a notebook is not what its source makes

The sources, ``notebooks/source/*.py``, are what people edit and review: jupytext's percent format,
one sentence a line. A cell's id comes from its title, so that a rebuilt notebook differs from the
old one only where its source does.

A source that is named as a module of ``content/modules.yaml`` also gets an opening (title, minutes,
objectives) and a way on, both from that registry. Its cells tagged ``facilitator`` are not for
learners: they go to ``facilitator-guide.html`` (see guide.py). ``which-number.html`` is made from
``content/questions.yaml`` (see questions.py).
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jupytext
import nbformat

from equitylab import catalog

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import guide  # noqa: E402
import questions  # noqa: E402

LINES = 8  # of a code cell: a longer one wants a function in the library
FORBIDDEN = re.compile(r"^\s*(def|for|while|class|lambda)\b", re.M)
TAGS = ("parameters", "hide-input", "interactive", "facilitator")


def build(source: Path) -> str:
    """Return the notebook that a source makes, as text.

    Raises
    ------
    SystemExit
        A cell breaks a rule of the house; the message names the cell and the rule.
    """
    book = jupytext.read(source, fmt="py:percent")
    module = modules().get(source.stem)
    title = module["title"] if module else book.metadata.pop("title", source.stem)
    book.metadata = nbformat.NotebookNode(
        title=title,
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    book.nbformat, book.nbformat_minor = 4, 5
    if module:
        book.cells = [
            *opening(module),
            *(c for c in book.cells if not guide.note(c)),
            *onward(module),
        ]
    seen: set[str] = set()
    for cell in book.cells:
        name = cell.metadata.pop("title", "") or "-".join(cell.metadata.get("tags", []))
        cell.metadata.pop("name", None)
        wanted = slug(name or cell.source.split("\n")[0])
        cell["id"] = wanted
        complain(source, cell, wanted in seen)
        seen.add(wanted)
        if module:  # a slip of the hand must not take a part of the page away
            cell.metadata["deletable"] = False
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if module:  # code is there for whoever asks for it
                cell.metadata["jupyter"] = {"source_hidden": True}
        elif module:
            cell.metadata["editable"] = False
    nbformat.validate(book)
    return nbformat.writes(book, indent=1) + "\n"


def modules() -> dict[str, dict]:
    """Return the modules of the curriculum by the name of their notebook, in order."""
    return {m["slug"]: m for m in catalog.content("modules")["modules"]}


def opening(module: dict) -> list:
    """Return the cell that every module starts with."""
    track = catalog.content("modules")["tracks"][module["track"]]
    number = module["slug"][:2]
    lines = [
        f"# {module['title']}",
        "",
        f"{track['label']} · notebook {number} of 00 to 12 · about {module['minutes']} minutes",
        "",
        f"*{track['question']}*",
        "",
        "## By the end you can",
        "",
        *(f"- {one[0].lower()}{one[1:]}" for one in module["objectives"]),
        "",
        "If there is a button **Run everything** at the top, press it once.",
        "Then work down the page: what you write is saved as you go, in a file that stays with you.",
    ]
    return [markdown("By the end you can", lines)]


def onward(module: dict) -> list:
    """Return the cell that every module ends with: the next one, and the way back."""
    known = list(modules().values())
    at = known.index(module)
    lines = ["## Next", ""]
    if at + 1 < len(known):
        after = known[at + 1]
        link = f"[{after['title']}]({after['slug']}.ipynb)"
        lines.append(f"- Next: {link}, about {after['minutes']} minutes.")
    if at:
        before = known[at - 1]
        lines.append(f"- Before this: [{before['title']}]({before['slug']}.ipynb).")
        lines.append(f"- The beginning: [{known[0]['title']}]({known[0]['slug']}.ipynb).")
    return [markdown("Next", lines)]


def markdown(title: str, lines: list[str]):
    """Return a cell of prose."""
    return nbformat.v4.new_markdown_cell("\n".join(lines), metadata={"title": title})


def slug(title: str) -> str:
    """Return a cell id: letters, figures and hyphens, at most 64."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:64] or "cell"


def complain(source: Path, cell, twice: bool) -> None:
    """Stop with one plain line where a cell breaks a rule of the house."""
    faults = ["its title is used twice"] if twice else []
    for tag in cell.metadata.get("tags", []):
        if tag not in TAGS and not tag.startswith("covers:"):
            faults.append(f'the tag "{tag}" is not on the list')
    if cell.cell_type == "code":
        lines = [line for line in cell.source.split("\n") if line.strip()]
        if len(lines) > LINES:
            faults.append(f"it has {len(lines)} lines, and {LINES} are allowed")
        if not lines or not lines[0].startswith("# "):
            faults.append("its first line is not a comment in plain language")
        if FORBIDDEN.search(cell.source):
            faults.append("it holds a loop or a definition, which belong in the library")
    if faults:
        raise SystemExit(f"{source.name}, cell {cell['id']}: {'; '.join(faults)}.")


def written() -> dict[Path, str]:
    """Return every file that the sources make, by its path."""
    sources = sorted((HERE / "source").glob("*.py"))
    made = {HERE / f"{source.stem}.ipynb": build(source) for source in sources}
    learning = [source for source in sources if source.stem in modules()]
    return made | {
        HERE / "facilitator-guide.html": guide.page(learning),
        HERE / "which-number.html": questions.page(),
    }


def main(arguments: list[str]) -> int:
    """Build or check every notebook, and the pages beside them."""
    stale, made = [], written()
    for target, text in made.items():
        if "--check" not in arguments:
            target.write_text(text, encoding="utf-8", newline="\n")
        elif not target.exists() or target.read_bytes() != text.encode("utf-8"):
            stale.append(target.name)
    extra = {p.name for p in HERE.glob("*.ipynb")} - {p.name for p in made}
    for name in stale:
        print(f"{name} is not what its source makes: run python notebooks/build.py")
    for name in sorted(extra):
        print(f"{name} has no source in notebooks/source")
    return 1 if stale or extra else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
