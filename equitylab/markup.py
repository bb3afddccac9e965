"""HTML that is safe whatever a file calls its schools and groups, and tables that can be walked.

Every table has a caption, column headers and row headers, and stands in a box that scrolls by
keyboard. Cells carry what they hold: ``data-indicator data-unit data-year`` on the table,
``data-dimension data-group`` on the row, ``data-col`` on the cell; the nearest wins.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

_PLAIN = re.compile(r"[\w.-]+", re.ASCII)


def esc(text: object) -> str:
    """Return text as HTML shows it.

    Examples
    --------
    >>> esc("<script>")
    '&lt;script&gt;'
    """
    return html.escape(str(text), quote=True)


def attributes(**named: object) -> str:
    """Return attributes for a tag, quoted where they need it; ``data_x`` is written ``data-x``.

    Examples
    --------
    >>> attributes(data_col="n", data_group="Two or more", title=None)
    ' data-col=n data-group="Two or more"'
    """
    return "".join(
        f" {name.rstrip('_').replace('_', '-')}="
        + (str(value) if _PLAIN.fullmatch(str(value)) else f'"{esc(value)}"')
        for name, value in named.items()
        if value is not None and value != ""
    )


def slug(text: str) -> str:
    """Return an id for a heading.

    Examples
    --------
    >>> slug("Days lost: to removal")
    'days-lost-to-removal'
    """
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "section"


class Html:
    """A piece of a page that a notebook shows.

    Its plain text says only what kind of thing it is, so that no number is ever in two places.
    """

    def __init__(self, *parts: object, plain: str = "Part of a report.") -> None:
        self.html = "".join(_html(part) for part in parts)
        self.plain = plain

    def __repr__(self) -> str:
        return self.plain

    def _repr_html_(self) -> str:
        return self.html


def _html(part: object) -> str:
    return part if isinstance(part, str) else part._repr_html_()


def paragraph(text: str, *, kind: str = "", about: dict[str, str] | None = None) -> str:
    """Return a paragraph of plain text; `about` says which cells of the release it speaks of."""
    data = attributes(class_=kind, **{f"data_{k}": v for k, v in (about or {}).items()})
    return f"<p{data}>{esc(text)}</p>" if text else ""


def bullets(texts: list, *, kind: str = "") -> str:
    """Return a list of plain texts.

    Of a pair ``(lead, text)`` the lead is bold; a third part, a dict, says what the item is about.
    """
    items = "".join(f"<li{_about(t)}>{_item(t)}</li>" for t in texts)
    return f"<ul{attributes(class_=kind)}>{items}</ul>" if items else ""


def _item(text) -> str:
    if isinstance(text, str):
        return esc(text)
    return f"<strong>{esc(text[0])}</strong> {esc(text[1])}"


def _about(text) -> str:
    if isinstance(text, str) or len(text) < 3:
        return ""
    return attributes(**{f"data_{k}": v for k, v in text[2].items()})


def card(title: str, *parts: str, kind: str = "") -> str:
    """Return a framed part of the summary with its heading."""
    classes = f"card {kind}".strip()
    return f'<div class="{classes}"><h3 id={slug(title)}>{esc(title)}</h3>{"".join(parts)}</div>'


# The columns whose cells say what they are. The others follow from these, and a page has thousands.
TOLD = ("n", "x", "rate", "other_n", "other_x", "other_rate", "mean", "sd", "other_mean", "part")


class Cell(NamedTuple):
    """One cell: the column it is of, its words, how many columns it fills."""

    column: str
    text: str
    span: int = 1
    strong: bool = False
    about: dict[str, str] = {}  # noqa: RUF012 - never changed


class Line(NamedTuple):
    """One row: its header, its cells, and what it is about."""

    head: str
    cells: list[Cell]
    about: dict[str, str] = {}  # noqa: RUF012 - never changed


class Table:
    """An accessible table.

    Parameters
    ----------
    caption : str
        What the table shows, when, and what it is compared with.
    columns : dict
        Column id to header, the row header's first.
    parts : list of (str, list of Line)
        Groups of rows; an empty heading leaves the group without a header row.
    kind : str
        ``"prose"`` where cells hold words.
    **about
        ``indicator``, ``unit``, ``year`` …, written as data attributes.

    Examples
    --------
    >>> table = Table("Pets", {"who": "Who", "n": "How many"}, [("", [Line("Ann", [Cell("n", "2")])])])
    >>> table._repr_html_().count('scope=row')
    1
    """  # noqa: E501

    def __init__(
        self,
        caption: str,
        columns: dict[str, str],
        parts: list[tuple[str, list[Line]]],
        *,
        kind: str = "",
        **about: str,
    ) -> None:
        self.kind = kind
        self.caption, self.columns, self.parts, self.about = caption, columns, parts, about

    def __repr__(self) -> str:
        return "A table."

    def _repr_html_(self) -> str:
        label, kind = esc(self.caption.split(",")[0]), attributes(class_=self.kind)
        out = [
            f'<div class=scroll tabindex=0 role=group aria-label="{label}">'
            f"<table{kind}{_data(self.about)}><caption><span>{esc(self.caption)}</span></caption>"
            "<thead><tr>"
        ]
        out += [f"<th scope=col>{esc(name)}" for name in self.columns.values()]
        out.append("</thead>")
        for heading, lines in self.parts:
            out.append("<tbody>")
            if heading:
                wide = len(self.columns)
                out.append(f"<tr><th scope=rowgroup colspan={wide}>{esc(heading)}")
            out += [_line(line) for line in lines]
            out.append("</tbody>")
        return "".join(out) + "</table></div>"


def _data(about: dict[str, str]) -> str:
    return attributes(**{f"data_{k}": v for k, v in about.items()}) if about else ""


def _column(cell: Cell, every: bool) -> str:
    return f" data-col={cell.column}" if every or cell.column in TOLD else ""


def _line(line: Line) -> str:
    # HTML lets a row and its cells end without a tag, which saves a sixth of a page.
    every = "difference" in {c.column for c in line.cells} and "year" in line.about
    cells = "".join(
        f"<td{_column(c, every)}{f' colspan={c.span}' if c.span > 1 else ''}{_data(c.about)}>"
        + (f"<b>{esc(c.text)}</b>" if c.strong else esc(c.text))
        for c in line.cells
    )
    return f"<tr{_data(line.about)}><th scope=row>{esc(line.head)}{cells}"
