"""What a PDF says, seen and unseen, beside the page from which it was drawn.

A PDF is read as an outsider's program reads it: the text of its sheets by its own tags, alt texts,
bookmarks, every other string in it, its metadata, attachments, and earlier versions of itself. It
is drawn from the page beside it, so it may say less than that page but nothing else: what is not in
the page, in the page's order, is kept as :class:`~equitylab.privacy.pages.Text` to be attacked, and
as something apart, because a number that only the PDF has cannot have been checked with the page.
"""

from __future__ import annotations

import html
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from .media import data_uri
from .pages import _INLINE, _KEYS, Context, Node, Sink, Text, read_page, tree

LACKING = "PDFs were not read: that needs pypdf (pip install 'equitylab[pdf]')."
_WORDLESS = frozenset("script style nav template #comment".split())
_SPANS = frozenset("Span NonStruct Link Em Strong Code Quote Reference Sub Annot".split())
_HEAD = re.compile(r"h[1-6]$", re.I)
_LABEL = re.compile(r"\W*|\d{1,2}[.)]")  # the mark of an item of a list
# Strings that are names of things in the file; one with a space in it is read all the same.
_NAMES = frozenset("/ID /IDTree /Headers /Lang /Dest /DA /CreationDate /ModDate /CheckSum".split())
# Strings that a person is shown or told: none may say what the page does not.
_TOLD = frozenset(
    "/Alt /ActualText /E /T /Title /Author /Subject /Keywords /Contents /TU /V /Desc".split()
)


@dataclass
class Found:
    """What only a PDF says, and what it carries.

    Attributes
    ----------
    apart : list of Text
        Texts with numbers that the page beside it does not have.
    files : list of (name, bytes)
        What is attached.
    earlier : list of bytes
        Versions of itself that it still holds.
    skipped : list of str
        What was not read.
    """

    apart: list[Text] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    earlier: list[bytes] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """Words that stand together: a paragraph, a row of a table, an alt text, a chart's labels."""

    text: str
    context: Context = Context()
    heading: str = ""
    sheet: int = 0
    head: bool = False  # the head of a table, which is printed again on the next sheet

    @property
    def key(self) -> str:
        """Return what is the same however lines are broken."""
        text = unicodedata.normalize("NFKC", self.text).casefold()
        letters = [c for c in text if c.isalnum()]
        # Words that run from the right may come out in another order.
        turned = any(unicodedata.bidirectional(c) in ("R", "AL") for c in letters)
        return "".join(sorted(letters) if turned else letters)


def read_pdf(data: bytes, page: str | None, context: Context, sink: Sink) -> Found:
    """Read a PDF: what is not in the page goes into the sink, to be attacked as any text.

    Parameters
    ----------
    data : bytes
    page : str or None
        The HTML page beside it, from which it was drawn.
    context : Context
        What is known about the file.
    sink : Sink

    Raises
    ------
    ImportError
        The library that reads a PDF is not here.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError

    found = Found()
    try:  # with a password that only its owner needs, anyone can read it
        reader = PdfReader(io.BytesIO(data))
        known = not reader.is_encrypted or reader.decrypt("")
    except DependencyError:
        known = False
    if not known:
        found.skipped.append("locked with a password.")
        return found
    ends = [m.end() for m in re.finditer(rb"%%EOF", data)]
    found.earlier = [data[:end] for end in ends[:-1] if b"startxref" in data[end - 64 : end]]
    told = runs_of_page(page, context) if page is not None else []
    if "/StructTreeRoot" in reader.root_object:
        sheets = [_marked(sheet) for sheet in reader.pages]
        runs = _extra(told, list(_runs_of_tags(reader, sheets, context)))
        runs += _aside(sheets, page or "", context)
    else:  # not one of ours: line by line, and beside no page
        page = None
        runs = [
            Run(line, context, sheet=k)
            for k, sheet in enumerate(reader.pages, 1)
            for line in sheet.extract_text().split("\n")
        ]
    keep = [(run, f"page {run.sheet}", True) for run in runs]
    said = {run.key for run in told}
    for key, text in _inside(reader, context, sink, found):
        run = Run(text, context)
        if run.key not in said and not (key in _NAMES and " " not in text):
            keep.append((run, key[1:] or "a string", key in _TOLD))
    for run, where, shown in keep:
        if any(c.isdigit() for c in run.text):
            sink.text(run.text, where, run.context, run.heading)
            if page is not None and shown:
                found.apart.append(Text(run.text, where, run.context, run.heading))
    return found


def runs_of_page(page: str, context: Context) -> list[Run]:
    """Return what a page says that is printed, in its order."""
    out: list[Run] = []
    heading = ""
    held: list[str] = []

    def flush(at: Context) -> None:
        text = " ".join("".join(held).split())
        held.clear()
        if text:
            out.append(Run(text, at, heading))

    def walk(node: Node, at: Context) -> None:
        nonlocal heading
        own = {k: node.attrs[f"data-{k}"] for k in _KEYS if f"data-{k}" in node.attrs}
        at = replace(at, **own) if own else at
        tag = node.tag
        if tag in _WORDLESS or node.attrs.get("class") == "skip":
            return
        if tag == "img":
            flush(at)
            drawn = data_uri(node.attrs.get("src", ""))
            labels = [n.words() for n in _svg(*drawn).find("text")]
            out.append(Run(node.attrs.get("alt", ""), at, heading))
            out.append(Run(" | ".join(labels), at, heading))
        elif tag == "tr":
            flush(at)
            cells = [c.words() for c in node.find("td", "th")]
            out.append(Run(" | ".join(cells), replace(at, group="", dimension=""), heading))
        else:
            if tag not in _INLINE:
                flush(at)
            for child in node.children:
                if isinstance(child, Node):
                    walk(child, at)
                else:
                    held.append(child)
            if tag not in _INLINE:
                if _HEAD.match(tag) or tag == "caption":
                    heading = " ".join("".join(held).split()) or heading
                flush(at)

    walk(tree(page), context)
    flush(context)
    return out


def _svg(kind: str, data: bytes) -> Node:
    return tree(data.decode("utf-8", "replace") if "svg" in kind else "")


def _marked(sheet) -> dict:
    """Return the texts of a sheet by the number of their mark; None holds what has no mark."""
    open_: list = []
    found: dict = {}

    def before(operator, operands, *_) -> None:
        if operator in (b"BDC", b"BMC"):
            about = operands[1] if len(operands) > 1 and hasattr(operands[1], "get") else {}
            open_.append(about.get("/MCID"))
            words = [str(about[key]) for key in ("/ActualText", "/Alt", "/E") if key in about]
            found.setdefault(None, []).extend(words)
        elif operator == b"EMC" and open_:
            open_.pop()

    def after(text: str, *_) -> None:
        if text.strip():
            mark = next((m for m in reversed(open_) if m is not None), None)
            found.setdefault(mark, []).append(text.strip())

    sheet.extract_text(visitor_operand_before=before, visitor_text=after)
    return found


def _runs_of_tags(reader, sheets: list[dict], context: Context) -> Iterator[Run]:
    """Yield what the tags of a PDF say, in their order; what they name is taken from the sheets."""
    number = {sheet.indirect_reference.idnum: k for k, sheet in enumerate(reader.pages)}
    heading = ""
    held: list[str] = []

    def flush(at: int | None, head: bool = False) -> Iterator[Run]:
        text = " ".join(" ".join(held).split())
        held.clear()
        if text:
            yield Run(text, context, heading, (at or 0) + 1, head)

    def kids(one) -> list:
        below = one.get("/K")
        below = below.get_object() if below is not None else []
        return below if isinstance(below, list) else [below]

    def walk(one, at: int | None, head: bool, between: str) -> Iterator[Run]:
        nonlocal heading
        if "/Pg" in one:
            at = number.get(one.raw_get("/Pg").idnum, at)
        name = str(one.get("/S", ""))[1:]
        row, inside = name == "TR", name in _SPANS or name in ("TD", "TH")
        head = head or name == "THead"
        if not inside and between != "row":
            yield from flush(at)
        for kid in kids(one):
            kid = kid.get_object() if hasattr(kid, "get_object") else kid
            if hasattr(kid, "get") and "/S" in kid:
                yield from walk(kid, at, head, "row" if row or between == "row" else "")
            else:
                sheet = at
                if hasattr(kid, "get"):
                    sheet = number.get(kid.raw_get("/Pg").idnum, at) if "/Pg" in kid else at
                    kid = kid.get("/MCID")
                if isinstance(kid, int) and sheet is not None:
                    mark = " | " if name == "Figure" else ""
                    held.append(mark.join(sheets[sheet].pop(int(kid), [])))
        if name in ("TD", "TH"):
            held.append("|")
        elif not inside and (row or between != "row"):
            if _HEAD.match(name) or name == "Caption":
                heading = " ".join(" ".join(held).split()) or heading
            if name == "Lbl" and _LABEL.fullmatch("".join(held)):
                held.clear()
            yield from flush(at, head)

    yield from walk(reader.root_object["/StructTreeRoot"], None, False, "")


def _extra(told: list[Run], runs: list[Run]) -> list[Run]:
    """Return the runs of a PDF that the page does not have at that place, with their context."""
    told = [run for run in told if run.key]
    runs = [run for run in runs if run.key]
    same = SequenceMatcher(None, [r.key for r in told], [r.key for r in runs], autojunk=False)
    heads = {run.key for run in runs if run.head} & {run.key for run in told}
    out = []
    for kind, first, last, start, end in same.get_opcodes():
        for k, run in enumerate(runs[start:end] if kind in ("insert", "replace") else ()):
            if not (run.head and run.key in heads):
                beside = told[max(0, min(first + k, last - 1))] if told else run
                about = replace(beside.context, group="", dimension="")
                out.append(replace(run, context=about))
    return out


def _aside(sheets: list[dict], page: str, context: Context) -> list[Run]:
    """Return what stands on the sheets outside of the tags, but the title and their numbers."""
    title = " ".join(re.findall(r"<(?:title|h1)\b.*?</(?:title|h1)>", page, re.S))
    title = Run(html.unescape(re.sub(r"<[^>]+>", "", title))).key
    texts = [
        Run(t, context, sheet=k) for k, one in enumerate(sheets, 1) for t in sum(one.values(), [])
    ]
    # "Page 3 of 35": on every sheet the same words, with no number but these two.
    words = Counter(
        re.sub(r"\d+", "#", run.text) for run in texts
        if set(re.findall(r"\d+", run.text)) <= {str(run.sheet), str(len(sheets))}
    )  # fmt: skip
    feet = {text for text, count in words.items() if count == len(sheets)}
    return [
        run for run in texts
        if run.key not in title and re.sub(r"\d+", "#", run.text) not in feet
    ]  # fmt: skip


def _inside(reader, context: Context, sink: Sink, found: Found) -> Iterator[tuple[str, str]]:
    """Yield every string of a PDF after its key; read what it says of itself and what it carries."""
    from pypdf.generic import IndirectObject, NameObject

    files: dict[bytes, str] = {}
    unread: Counter = Counter()

    def walk(one, key: str) -> Iterator[tuple[str, str]]:
        if isinstance(one, (IndirectObject, NameObject)):
            return
        if isinstance(one, dict):
            kind = one.get("/Type")
            if "/EF" in one:
                name = str(one.get("/UF") or one.get("/F") or "file")
                files.update({held.get_object().get_data(): name for held in one["/EF"].values()})
            elif kind == "/EmbeddedFile":
                files.setdefault(one.get_data(), "file")
            elif kind == "/Metadata":
                about = one.get_data().decode("utf-8", "replace")
                read_page(about, context, sink, where="metadata")
            unread["pictures"] += one.get("/Subtype") == "/Image"
            unread["remarks or fields"] += "/AP" in one
            for name in one:
                yield from walk(one.raw_get(name), name)
        elif isinstance(one, list):
            for part in one:
                yield from walk(part, key)
        elif isinstance(one, (str, bytes)):
            yield key, one.decode("latin-1") if isinstance(one, bytes) else str(one)

    every = [(n, g) for g, known in reader.xref.items() for n in known]
    for n, g in sorted({*every, *((n, 0) for n in reader.xref_objStm)}):
        yield from walk(reader.get_object(IndirectObject(n, g, reader)), "")
    yield from walk(reader.trailer, "")
    found.files = [(name, data) for data, name in files.items()]
    found.skipped += [
        f"{n} {what} in it, their look is not read." for what, n in unread.items() if n
    ]
