"""The shell of every page: what a phone, a printer and a screen reader need, and nothing else."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from .markup import esc

# No script runs and nothing is fetched, whatever a file managed to call its schools.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'"
_HEADING = re.compile(r'<h2[^>]*\bid="?([^">\s]+)"?[^>]*>(.*?)</h2>', re.S)
_TAG = re.compile(r"<[^>]+>")


@cache
def css() -> str:
    """Return the one style sheet of all pages."""
    return (resources.files(__package__) / "page.css").read_text("utf-8").strip()


def contents(body: str) -> str:
    """Return a plain list of links to the sections of a page; empty where there are few."""
    found = _HEADING.findall(body)
    if len(found) < 3:
        return ""
    items = "".join(f'<li><a href="#{id}">{_TAG.sub("", text)}</a></li>' for id, text in found)
    return f'<nav aria-label="Sections"><ul>{items}</ul></nav>'


def page(
    title: str,
    body: str,
    *,
    lang: str = "en",
    head: str = "",
    footer: str = "Made with EquityLab. Figures describe patterns; they do not show why.",
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
    footer : str
        Plain text.
    style, policy : str
        More rules after the house's own; what the page may run and fetch.

    Examples
    --------
    >>> page("Reports <all>", "<p>Hello</p>").count("&lt;all&gt;")
    2
    """
    return (
        f'<!DOCTYPE html>\n<html lang="{esc(lang)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{esc(title)}</title>\n<style>{css()}{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the report</a>\n'
        f"<header>{head or f'<h1>{esc(title)}</h1>'}</header>\n{contents(body)}\n"
        f'<main id="main" tabindex="-1">\n{body.strip()}\n</main>\n'
        f"<footer><p>{esc(footer)}</p></footer>\n</body>\n</html>\n"
    )
