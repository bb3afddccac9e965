"""The shell of every page: what a phone, a printer and a screen reader need, and nothing else."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from .markup import attributes, esc

# No script runs and nothing is fetched, whatever a file managed to call its schools.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"
_HEADING = re.compile(r'<h2[^>]*\bid="?([^">\s]+)"?[^>]*>(.*?)</h2>', re.S)
_TAG = re.compile(r"<[^>]+>")


@cache
def css() -> str:
    """Return the one style sheet of all pages."""
    return (resources.files(__package__) / "page.css").read_text("utf-8").strip()


def contents(body: str, label: str = "Sections") -> str:
    """Return a plain list of links to the sections of a page; empty where there are few."""
    found = _HEADING.findall(body)
    if len(found) < 3:
        return ""
    items = "".join(f'<li><a href="#{id}">{_TAG.sub("", text)}</a></li>' for id, text in found)
    return f'<nav aria-label="{esc(label)}"><ul>{items}</ul></nav>'


def page(
    title: str,
    body: str,
    *,
    lang: str = "en",
    head: str = "",
    footer: str = "Made with EquityLab. Figures describe patterns; they do not show why.",
    skip: str = "Skip to the report",
    sections: str = "Sections",
    direction: str = "",
    style: str = "",
    policy: str = POLICY,
) -> str:
    """Return a whole HTML page around a body.

    Parameters
    ----------
    title : str
        Plain text: the window's title and, without `head`, the page's one ``h1``.
    body : str
        HTML, with headings from ``h2`` down and every text in it escaped already.
    lang : str
        The language of the prose.
    head : str
        HTML of the top of the page in place of the ``h1``; it holds the ``h1`` then.
    footer, skip, sections : str
        Plain text: below the report, of the link past the top, and the name of the list of parts.
    direction : str
        ``"rtl"`` where a line begins at the right.
    style, policy : str
        More rules after the house's own; what the page may run and fetch.

    Examples
    --------
    >>> page("Reports <all>", "<p>Hello</p>").count("&lt;all&gt;")
    2
    """
    return (
        f'<!DOCTYPE html>\n<html lang="{esc(lang)}"{attributes(dir=direction)}>\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{esc(title)}</title>\n<style>{css()}{style}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">{esc(skip)}</a>\n'
        f"<header>{head or f'<h1>{esc(title)}</h1>'}</header>\n{contents(body, sections)}\n"
        f'<main id="main" tabindex="-1">\n{body.strip()}\n</main>\n'
        f"<footer><p>{esc(footer)}</p></footer>\n</body>\n</html>\n"
    )
