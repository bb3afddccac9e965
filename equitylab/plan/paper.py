"""A plan as paper: headings, paragraphs, lists, tables and lines to write on, whatever the file."""

from __future__ import annotations

from typing import NamedTuple

from ..markup import Cell, Line, Table, bullets, esc, paragraph, slug


class Blank(NamedTuple):
    """A line to write on, with what to write."""

    prompt: str


class Said(NamedTuple):
    """A sentence about a cell of a release: ``indicator year dimension group``, where known."""

    text: str
    about: dict[str, str]


class Grid(NamedTuple):
    """A table: every text is plain; the first column says what a row is about."""

    caption: str
    columns: list[str]
    rows: list[list[str]]


class Part(NamedTuple):
    """A heading and what stands under it, in order: text, lists of text, grids, blanks."""

    heading: str
    blocks: list
    level: int = 2


class Paper(NamedTuple):
    """A document for people, in the order in which it is read.

    Attributes
    ----------
    title, about : str
        Its name, and one line that says whose it is, who may read it and of when.
    parts : list of Part
        Headings of level 2, and 3 below them.
    lang : str
        The language of its words.
    """

    title: str
    about: str
    parts: list[Part]
    lang: str = "en"


def grid(caption: str, columns: list[str], rows: list[list[str]], *, ask: str = "") -> Grid | Blank:
    """Return a table, or where it has no row a line that asks for the first."""
    return Grid(caption, columns, rows) if rows else Blank(ask or f"{caption}:")


def said(prompt: str, value: str) -> str | Blank:
    """Return "prompt value", or a line to write on where there is no value."""
    return f"{prompt} {value}" if value else Blank(prompt)


def body(parts: list[Part], *, prefix: str = "", least: int = 2) -> str:
    """Return parts as HTML; ids of headings are unique and begin with the prefix."""
    taken: dict[str, int] = {}
    named: set[str] = set()
    out = []
    for part in parts:
        id = prefix + slug(part.heading)
        taken[id] = taken.get(id, 0) + 1
        id += f"-{taken[id]}" if taken[id] > 1 else ""
        level = part.level - 2 + least
        out.append(f"<h{level} id={id}>{esc(part.heading)}</h{level}>")
        for block in part.blocks:
            if isinstance(block, Grid):  # each table is a region of the page, by its own name
                block = _apart(block, named)
            out.append(_block(block))
    return "".join(out)


def _apart(block: Grid, named: set[str]) -> Grid:
    """Return a table whose caption no other on the page begins with."""
    caption, k = block.caption, 2
    while caption.partition(",")[0] in named:
        caption, k = f"{k}. {block.caption}", k + 1
    named.add(caption.partition(",")[0])
    return block._replace(caption=caption)


def _block(block) -> str:
    if isinstance(block, Blank):
        return f"{paragraph(block.prompt)}<div class=line></div>"
    if isinstance(block, Grid):
        return table(block)._repr_html_()
    if isinstance(block, list):
        return bullets(block)
    if isinstance(block, Said):
        return paragraph(block.text, about=block.about)
    return paragraph(block)


def table(block: Grid) -> Table:
    """Return a grid as the house's accessible table."""
    ids = [f"c{k}" for k in range(len(block.columns))]
    lines = [
        Line(row[0], [Cell(id, cell) for id, cell in zip(ids[1:], row[1:], strict=True)])
        for row in block.rows
    ]
    columns = dict(zip(ids, block.columns, strict=True))
    return Table(block.caption, columns, [("", lines)], kind="prose")
