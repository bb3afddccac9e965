"""HTML that is safe whatever a file calls its schools and groups."""

from __future__ import annotations

import html
import re

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
