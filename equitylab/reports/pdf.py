"""A finished page as a tagged PDF, drawn from the HTML of that page and from nothing else.

WeasyPrint draws it and tags it; what it leaves to do is done here: headers say which cells they
head, page numbers are no part of the text, and lists of terms are lists. It needs the system
library Pango; :func:`lacking` says so in words where it is not there.
"""

from __future__ import annotations

import logging
import re
from functools import cache

from ..errors import ReportError

PAPERS = ("letter", "a4")
_LANG = re.compile(r'<html lang="([\w-]*)"')
_DIR = re.compile(r'<html [^>]*dir="rtl"')
# Whole tables and charts, no heading alone at the foot of a page, and where in the report one is.
_STYLE = """
@page{size:PAPER;margin:14mm 14mm 14mm;
@bottom-OUT{content:NUMBERED;font:8pt sans-serif;color:#4a5766}
@top-IN{content:string(report);font:8pt sans-serif;color:#4a5766}}
@page:first{margin-top:12mm;@top-IN{content:none}}
h1{string-set:report content()}
table,figure{break-inside:avoid}
figure{break-before:avoid}
tr[data-group] td:last-child{white-space:nowrap;min-width:0}
tr[data-group] th[scope=row]{min-width:9rem}
tr:not([data-group]) td{white-space:normal}
.card.next,.card.small{float:none;clear:both;width:auto;break-inside:avoid}
figure img{max-height:56mm}
#who-is-here-and-what-is-counted,#each-school-in-one-line{break-before:auto}
th,td{padding-block:.06rem}
"""


@cache
def _drawing():
    """Return WeasyPrint, or why it cannot be used."""
    try:
        import weasyprint
    except ImportError:
        return None, "PDF needs WeasyPrint: pip install 'equitylab[pdf]'."
    except OSError:  # Windows, mostly
        return None, "PDF needs the system library Pango, which is not installed here."
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    return weasyprint, ""


def lacking() -> str:
    """Say in one plain line why no PDF can be made here; empty if one can."""
    why = _drawing()[1]
    return why and f"{why} Each page is written all the same: open it and print it to a PDF file."


def pdf(page: str, *, paper: str = "letter", numbered: str = "Page {page} of {pages}") -> bytes:
    """Return a whole HTML page as a tagged PDF; equal pages give equal bytes.

    Parameters
    ----------
    page : str
        What :func:`equitylab.page.page` returned. Nothing is fetched, whatever it names.
    paper : {"letter", "a4"}
    numbered : str
        The words at the foot, in the language of the page.

    Raises
    ------
    ReportError
        WeasyPrint or Pango is not there.
    """
    weasyprint, why = _drawing()
    if why:
        raise ReportError(why)
    out, in_ = ("left", "right") if _DIR.search(page) else ("right", "left")
    style = _STYLE.replace("PAPER", paper).replace("OUT", out).replace("IN", in_)
    style = style.replace("NUMBERED", _counted(numbered))
    fetch = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    # After the page's own rules, which it overrides.
    html = weasyprint.HTML(
        string=page.replace("</style>", f"{style}</style>", 1), url_fetcher=fetch
    )
    return html.write_pdf(pdf_variant="pdf/ua-1", finisher=finish)


def _counted(words: str) -> str:
    """Return words with {page} and {pages} as the value of a style's `content`.

    Examples
    --------
    >>> _counted('Page {page} of {pages}')
    '"Page " counter(page) " of " counter(pages) ""'
    """
    parts = re.split(r"{(pages?)}", re.sub(r'["\\\\\n]', " ", words))
    return " ".join(f"counter({p})" if k % 2 else f'"{p}"' for k, p in enumerate(parts))


def finish(document, made) -> None:
    """Complete the tags of a PDF that is about to be written."""
    import pydyf

    at = {one.reference: one for one in made.objects}

    def kids(one) -> list:
        found = [at.get(k) for k in one.get("K", []) if isinstance(k, bytes)]
        return [k for k in found if isinstance(k, pydyf.Dictionary)]

    for one in list(made.objects):
        if not isinstance(one, pydyf.Dictionary):
            continue
        if one.get("S") == "/Table":
            parts = [part for part in kids(one) if part.get("S") in ("/THead", "/TBody")]
            rows = [(row, kids(row), p["S"] == "/THead") for p in parts for row in kids(p)]
            _headers(rows, made)
        elif one.get("S") == "/L":
            _terms(one, kids)
        elif one.get("Subtype") == "/Link":
            one["F"] = 4  # printed too
    _aside(made, at)


def _headers(rows: list, made) -> None:
    """Say which cells each header of a table is for."""
    import pydyf

    kinds = [cell.get("S") for _, cells, _ in rows for cell in cells]
    few = kinds.count("/TH") > kinds.count("/TD")
    for row, cells, head in rows:
        for cell in cells:
            if cell.get("S") == "/TH":
                cell["A"]["Scope"] = "/Column" if head else "/Row"
        # A heading over a group of rows: the rest of its row is an empty cell, so that it reads as
        # the name of what follows, not as one more row of column headers. Where most rows are one
        # wide word ("hidden"), likewise, so that it still reads as a table of data.
        last = cells[-1] if cells else {}
        wide = 1 if head or not last else last["A"].get("ColSpan", 1)
        if wide > 1 and (last["S"] == "/TH" or few):
            last["A"]["ColSpan"] = 1 if last["S"] == "/TH" else wide - 1
            rest = {"ColSpan": wide - last["A"]["ColSpan"], "O": "/Table"}
            empty = row | {"S": "/TD", "K": pydyf.Array(), "A": pydyf.Dictionary(rest)}
            empty = pydyf.Dictionary(empty | {"P": row.reference})
            made.add_object(empty)
            row["K"].append(empty.reference)


def _terms(listed, kids) -> None:
    """Make a list of terms, each with what is said of it, out of the boxes that hold a pair."""
    for pair in kids(listed):
        if pair.get("S") != "/Div":
            continue
        pair["S"] = "/LI"
        for name, item in zip(("/Lbl", "/LBody"), kids(pair), strict=False):
            item["S"] = name
            for body in kids(item):
                body["S"] = "/Div" if name == "/LBody" else "/Span"


def _aside(made, at: dict) -> None:
    """Mark the running title and the page number as no part of the text."""
    import pydyf

    root = at[made.catalog["StructTreeRoot"]]
    told, todo = set(), list(root["K"])
    while todo:
        reference = todo.pop()
        if isinstance(reference, bytes) and reference not in told and reference in at:
            told.add(reference)
            todo += at[reference].get("K", [])
    tree = at[root["ParentTree"]]["Nums"]
    known = dict(zip(tree[::2], tree[1::2], strict=True))
    dictionaries = [one for one in made.objects if isinstance(one, pydyf.Dictionary)]
    pages = [one for one in dictionaries if one.get("Type") == "/Page"]
    for page in pages:
        owners = known[page["StructParents"]]
        parts = at[page["Contents"]].stream
        for k, part in enumerate(parts):
            if isinstance(part, dict) and "MCID" in part and owners[part["MCID"]] not in told:
                owners[part["MCID"]] = "null"
                parts[k - 1], parts[k] = "/Artifact", pydyf.Dictionary({"Type": "/Pagination"})
