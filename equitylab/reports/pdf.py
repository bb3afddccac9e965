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
SMALLER = ("9.7pt", "9pt")  # letters of what has to fit on so many sheets
_VARIANT = "pdf/ua-1"
_FONT = '"Liberation Sans",Arial,sans-serif'
_LANG = re.compile(r'<html lang="([\w-]*)"')
_TABLE = re.compile(r"<table\b.*?</table>", re.S)
_LINES, _ACROSS = 54, 105  # of a sheet that is all one table, and letters of one line of it
_DIR = re.compile(r'<html [^>]*dir="rtl"')
# Tables whole if a sheet can hold them, charts with their words beside them, a summary on one sheet,
# no heading alone at the foot of a page, and where in the report one is.
_STYLE = """
@page{size:PAPER;margin:13mm 13mm 12mm;
@bottom-OUT{content:NUMBERED;font:8pt FONT;color:#4a5766}
@top-IN{content:string(report);font:8pt FONT;color:#4a5766}}
@page:first{margin:8mm 13mm 10.5mm;@top-IN{content:none}}
h1{string-set:report content()}
table,figure{break-inside:avoid}
figure{break-before:avoid;margin:.4rem 0}h3{margin-top:.7rem}caption{padding-bottom:.25rem}
figure img,figcaption{display:inline-block;vertical-align:bottom;margin:0}
figure img{max-height:58mm;max-width:112mm}figcaption{width:66mm;padding-left:5mm}
h3+p,p:has(+.scroll){break-after:avoid}.scroll+.note{break-before:avoid}
main>h2:first-of-type{margin:.4rem 0;padding-top:.2rem}
table{font-size:.82rem;line-height:1.32}
tr[data-group] td:last-child{white-space:nowrap;min-width:0}
tr[data-group] th[scope=row]{min-width:10.2rem}
tr:not([data-group]) td{white-space:normal}
th[scope=rowgroup]{padding-top:.25rem}
.tiles div{display:block;padding-block:.15rem}.tiles dd{line-height:1.15}th[scope=rowgroup],.tiles dd,dl.words dt{font-weight:700}
.card.next,.card.small{float:none;clear:both;width:auto;break-inside:avoid}
.card{margin:.3rem 0;line-height:1.24}.card h3{margin:.2rem 0 .05rem}.card .line{min-height:1rem}
.card.served{width:40%}.card.strength{width:58.8%;margin-bottom:.5rem}
#who-is-here-and-what-is-counted,#each-school-in-one-line{break-before:auto}
th,td{padding:.06rem .26rem}
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


def pdf(
    page: str,
    *,
    paper: str = "letter",
    numbered: str = "Page {page} of {pages}",
    most: int | None = None,
) -> bytes:
    """Return a whole HTML page as a tagged PDF; equal pages give equal bytes.

    Parameters
    ----------
    page : str
        What :func:`equitylab.page.page` returned. Nothing is fetched, whatever it names.
    paper : {"letter", "a4"}
    numbered : str
        The words at the foot, in the language of the page.
    most : int, optional
        Sheets that it should fit on: what is longer is set in smaller letters, down to 9 points.

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
    style = style.replace("NUMBERED", _counted(numbered)).replace("FONT", _FONT)
    fetch = weasyprint.urls.URLFetcher(allowed_protocols=["data"])
    page = _TABLE.sub(_cut, page)
    for size in ("", *SMALLER) if most else ("",):
        # After the page's own rules, which it overrides.
        rules = f"{style}{size and f'html{{font-size:{size}}}'}</style>"
        html = weasyprint.HTML(string=page.replace("</style>", rules, 1), url_fetcher=fetch)
        document = html.render(pdf_variant=_VARIANT)
        if not most or len(document.pages) <= most:
            break
    return document.write_pdf(pdf_variant=_VARIANT, finisher=finish)


def _cut(table: re.Match) -> str:
    """Let a table that no sheet can hold begin where it stands and go on over the next."""
    rows = [len(re.sub(r"<[^>]+>", "", row)) for row in re.split("<tr", table[0])[1:]]
    long = sum(max(1, -(-letters // _ACROSS)) for letters in rows) > _LINES
    return table[0].replace("<table", "<table style=break-inside:auto", 1) if long else table[0]


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
    # A reader's own box for "go to page" then shows what stands at the foot of each.
    decimal = pydyf.Dictionary({"S": "/D"})
    made.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array([0, decimal])})
    _aside(made, at)


def _headers(rows: list, made) -> None:
    """Say which cells each header of a table is for."""
    import pydyf

    kinds = [cell.get("S") for _, cells, _ in rows for cell in cells]
    short = kinds.count("/TH") - kinds.count("/TD")
    for row, cells, head in rows:
        for cell in cells:
            if cell.get("S") == "/TH":
                cell["A"]["Scope"] = "/Column" if head else "/Row"
        # A heading over a group of rows: the rest of its row is an empty cell, so that it reads as
        # the name of what follows, not as one more row of column headers. Where headers outnumber
        # cells (one row, or mostly one wide word such as "hidden"), as many of the empty places as
        # it takes are cells of their own, so that it still reads as a table of data.
        last = cells[-1] if cells else {}
        rest = 0 if head or not last else last["A"].get("ColSpan", 1) - 1
        new = min(rest, max(short, int(last.get("S") == "/TH")))
        if new < 1:
            continue
        short -= new
        last["A"]["ColSpan"] = 1
        for span in [1] * (new - 1) + [rest - new + 1]:
            about = pydyf.Dictionary({"ColSpan": span, "O": "/Table"})
            empty = row | {"S": "/TD", "K": pydyf.Array(), "A": about}
            empty = pydyf.Dictionary(empty | {"P": row.reference})
            made.add_object(empty)
            row["K"].append(empty.reference)
    body = [cells for _, cells, head in rows if not head]
    if short > 0 and len(body) == 1 and body[0][0].get("S") == "/TH":
        _plain(body[0])


def _plain(cells: list) -> None:
    """Make the header of the only row of a table a cell: its columns' headers say what each is."""
    import pydyf

    first = cells[0]
    first["S"] = "/TD"
    first["A"].pop("Scope", None)
    for cell in cells[1:]:
        if "Headers" in cell["A"]:
            left = [one for one in cell["A"]["Headers"] if str(one) != str(first.get("ID"))]
            cell["A"]["Headers"] = pydyf.Array(left)


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
