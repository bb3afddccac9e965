"""What several labs share: the texts of a forms file, and tables of plain words."""

from __future__ import annotations

from ... import catalog
from ...display import who
from ...markup import Cell, Line, Table


def texts(module: str) -> dict:
    """Return what the labs of a module say: the ``texts`` of its forms file."""
    return catalog.content(f"forms/{module}")["texts"]


def table(caption: str, columns: dict[str, str], rows: list[tuple], kind: str = "prose") -> Table:
    """Return a table of plain texts, the first of each row its header.

    Examples
    --------
    >>> table("Pets", {"who": "Who", "n": "Pets"}, [("Ann", 2)])._repr_html_().count("<td")
    1
    """
    names = list(columns)[1:]
    lines = [
        Line(str(row[0]), [Cell(c, str(v)) for c, v in zip(names, row[1:], strict=True)])
        for row in rows
    ]
    return Table(caption, columns, [("", lines)], kind=kind)


def text(value: object) -> str:
    """Return an answer without outer blanks; nothing is empty text."""
    return str(value).strip() if value is not None else ""


def people(group: str) -> str:
    """Return words for the students of a group or of a part of a practice table.

    Examples
    --------
    >>> people("Ride over 40 min"), people("With a disability")
    ('students with a long ride to school', 'students with a disability')
    """
    return texts("m05")["people"].get(group) or who(group)
