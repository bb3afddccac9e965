"""Write the notebooks from their sources; with --check, only compare them.

    python notebooks/build.py            writes notebooks/*.ipynb
    python notebooks/build.py --check    exits 1 if a notebook is not what its source makes

The sources, ``notebooks/source/*.py``, are what people edit and review: jupytext's percent format,
one sentence a line. A cell's id comes from its title, so that a rebuilt notebook differs from the
old one only where its source does.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jupytext
import nbformat

HERE = Path(__file__).resolve().parent
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
    title = book.metadata.pop("title", source.stem)
    book.metadata = nbformat.NotebookNode(
        title=title,
        kernelspec={"display_name": "Python 3", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    book.nbformat, book.nbformat_minor = 4, 5
    seen: set[str] = set()
    for cell in book.cells:
        name = cell.metadata.pop("title", "") or "-".join(cell.metadata.get("tags", []))
        cell.metadata.pop("name", None)
        wanted = slug(name or cell.source.split("\n")[0])
        cell["id"] = wanted
        complain(source, cell, wanted in seen)
        seen.add(wanted)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.validate(book)
    return nbformat.writes(book, indent=1) + "\n"


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


def main(arguments: list[str]) -> int:
    """Build or check every notebook."""
    stale = []
    sources = sorted((HERE / "source").glob("*.py"))
    for source in sources:
        target, text = HERE / f"{source.stem}.ipynb", build(source)
        if "--check" not in arguments:
            target.write_text(text, encoding="utf-8", newline="\n")
        elif not target.exists() or target.read_bytes() != text.encode("utf-8"):
            stale.append(target.name)
    extra = {p.stem for p in HERE.glob("*.ipynb")} - {s.stem for s in sources}
    for name in stale:
        print(f"{name} is not what its source makes: run python notebooks/build.py")
    for name in sorted(extra):
        print(f"{name}.ipynb has no source in notebooks/source")
    return 1 if stale or extra else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
