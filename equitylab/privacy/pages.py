"""What a page holds, seen and unseen: tables, text, attributes, comments, scripts, drawings.

A page is read as an outsider's program would read it: whatever stands in the file counts, whether a
browser shows it or not. Nothing is judged here; tables whose cells say what they are become
``Printed``, everything else becomes ``Text`` with what is known about where it stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from .media import data_uri, png_words


@dataclass(frozen=True)
class Context:
    """What is known about a place in a file: which unit, indicator, year, dimension and group."""

    unit: str = ""
    indicator: str = ""
    year: str = ""
    dimension: str = ""
    group: str = ""


@dataclass(frozen=True)
class Text:
    """Words that stand together, where they stand, and the headings above them."""

    text: str
    where: str
    context: Context = Context()
    heading: str = ""


@dataclass(frozen=True)
class Printed:
    """One cell of a table that says which cell it is: ``raw`` stands in column ``col``."""

    context: Context
    col: str
    raw: str
    where: str


@dataclass
class Sink:
    """Where everything that is found ends up."""

    texts: list[Text] = field(default_factory=list)
    printed: list[Printed] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self, text: str, where: str, context: Context, heading: str = "") -> None:
        """Keep a text that has a digit in it; the others can give no number away."""
        if any(c.isdigit() for c in text):
            self.texts.append(Text(re.sub(r"[^\S\n]+", " ", text).strip(), where, context, heading))


_VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr path circle rect line use".split()
)
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data del dfn em font i ins kbd label mark q rp rt ruby s samp "
    "small span strong sub sup time tspan tt u var wbr a:r w:r".split()
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# A new one of these closes an open one of those.
_CLOSES = {
    "li": {"li"},
    "p": {"p"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "tr": {"td", "th", "tr"},
    "tbody": {"td", "th", "tr", "thead", "tbody"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "option": {"option"},
}
_STOPS = frozenset({"table", "ul", "ol", "dl", "select", "svg", "body"})
_DIGIT = re.compile(r"\d")
_KEYS = ("unit", "indicator", "year", "dimension", "group")
# Attributes that hold no words for people and no numbers about students.
_DULL = frozenset(
    "class id style d points transform viewbox width height x y x1 x2 y1 y2 cx cy r rx ry dx dy fill "
    "stroke stroke-width colspan rowspan scope for role lang type rel charset xmlns version tabindex "
    "data-col font-size clip-path offset href src xlink:href aria-labelledby aria-describedby "
    "headers loading decoding srcset sizes media http-equiv datetime".split()
)


class Node:
    """An element: its tag, attributes and children (elements, text, comments)."""

    __slots__ = ("tag", "attrs", "children")

    def __init__(self, tag: str, attrs: dict[str, str] | None = None) -> None:
        self.tag, self.attrs, self.children = tag, attrs or {}, []

    def words(self) -> str:
        """Return all text inside, blocks kept apart by a bar."""
        parts: list[str] = []
        for child in self.children:
            if isinstance(child, str):
                parts.append(child)
            elif child.tag not in ("script", "style", "#comment"):
                inner = child.words()
                parts.append(inner if child.tag in _INLINE else f" | {inner} | ")
        text = re.sub(r"(\s*\|\s*)+", " | ", "".join(parts))
        return text.strip().removeprefix("| ").removesuffix(" |").strip("| ")

    def find(self, *tags: str) -> Iterator[Node]:
        """Yield the elements with one of these tags, in order."""
        for child in self.children:
            if isinstance(child, Node):
                if child.tag in tags:
                    yield child
                yield from child.find(*tags)


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#root")
        self.open = [self.root]

    def handle_starttag(self, tag, attrs):
        closes = _CLOSES.get(tag)
        while closes and self.open[-1].tag in closes and self.open[-1].tag not in _STOPS:
            self.open.pop()
        node = Node(tag, {k: v or "" for k, v in attrs})
        self.open[-1].children.append(node)
        if tag not in _VOID and len(self.open) < 200:
            self.open.append(node)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].children.append(Node(tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag):
        for depth in range(len(self.open) - 1, 0, -1):
            if self.open[depth].tag == tag:
                del self.open[depth:]
                return

    def handle_data(self, data):
        self.open[-1].children.append(data)

    def handle_comment(self, data):
        node = Node("#comment")
        node.children.append(data)
        self.open[-1].children.append(node)

    handle_decl = unknown_decl = handle_pi = handle_comment


def tree(text: str) -> Node:
    """Return the elements of an HTML, SVG or XML text; anything is accepted."""
    parser = _Tree()
    parser.feed(text)
    parser.close()
    return parser.root


def read_page(text: str, context: Context, sink: Sink, *, where: str = "") -> None:
    """Read an HTML, SVG or XML text into the sink."""
    _Reader(sink, where).walk(tree(text), context)


def read_json(value: object, context: Context, sink: Sink, where: str) -> None:
    """Read parsed JSON into the sink: records, dicts by group, columns side by side."""
    if isinstance(value, dict):
        lists = {k: v for k, v in value.items() if isinstance(v, list) and v and not _deep(v)}
        lengths = [len(v) for v in lists.values()]
        for length in set(lengths):  # columns of one length are a table on its side
            same = {k: v for k, v in lists.items() if len(v) == length}
            if len(same) > 1:
                for i in range(length):
                    row = " | ".join(f"{k}: {_plain(v[i])}" for k, v in same.items())
                    sink.text(row, where, context)
        flat = {k: v for k, v in value.items() if not isinstance(v, (dict, list))}
        if flat and all(isinstance(v, str) for v in flat.values()):
            for key, words in flat.items():  # a code book: a digit of a code is no number of a word
                sink.text(f"{key}: {words}" if _DIGIT.search(words) else key, where, context)
        elif flat:
            sink.text(" | ".join(f"{k}: {_plain(v)}" for k, v in flat.items()), where, context)
        for key, inner in value.items():
            if isinstance(inner, dict) and not all(isinstance(v, str) for v in inner.values()):
                shallow = {k: v for k, v in inner.items() if not isinstance(v, (dict, list))}
                row = " | ".join(f"{k}: {_plain(v)}" for k, v in shallow.items())
                sink.text(f"{key} | {row}", where, context)
            elif isinstance(inner, list) and not _deep(inner):
                sink.text(f"{key}: " + " | ".join(_plain(v) for v in inner), where, context)
            if isinstance(inner, (dict, list)):
                read_json(inner, context, sink, where)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, list) and not _deep(item):
                sink.text(" | ".join(_plain(v) for v in item), where, context)
            elif isinstance(item, (dict, list)):
                read_json(item, context, sink, where)
            elif isinstance(item, str):
                sink.text(item, where, context)
    else:
        sink.text(_plain(value), where, context)


def _plain(value: object) -> str:
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _deep(values: list) -> bool:
    return any(isinstance(v, (dict, list)) for v in values)


def read_lines(text: str, context: Context, sink: Sink, where: str) -> None:
    """Read plain text, program text or a printed table, line by line."""
    for line in re.split(r"[\n\r{};]+", text):
        # A printed frame starts its rows with a running number.
        sink.text(re.sub(r"^\s*\d+\s\s+", "", line), where, context)


def read_media(kind: str, data: bytes, context: Context, sink: Sink, where: str) -> None:
    """Read embedded bytes of a media type: drawings, pages, JSON, text, PNG."""
    if kind == "image/png":
        sink.text(png_words(data), f"{where}, text inside the PNG", context)
    elif "svg" in kind or "html" in kind or "xml" in kind:
        read_page(data.decode("utf-8", "replace"), context, sink, where=f"{where}, {kind}")
    elif "json" in kind:
        try:
            read_json(json.loads(data), context, sink, where)
        except ValueError:
            read_lines(data.decode("utf-8", "replace"), context, sink, where)
    elif kind.startswith("text") or kind in ("", "application/javascript"):
        read_lines(data.decode("utf-8", "replace"), context, sink, where)


class _Reader:
    """Walks a page once and keeps what it finds."""

    def __init__(self, sink: Sink, where: str) -> None:
        self.sink, self.where = sink, where
        self.headings: dict[int, str] = {}
        self.tables = 0

    def _place(self, what: str) -> str:
        return f"{self.where}, {what}" if self.where else what

    def _heading(self, extra: str = "") -> str:
        return " / ".join([*self.headings.values(), extra] if extra else self.headings.values())

    def walk(self, node: Node, context: Context, *, said: bool = False, caption: str = "") -> None:
        """Read an element; ``said`` when its text has been kept as part of a larger one."""
        found = {k: node.attrs[f"data-{k}"] for k in _KEYS if f"data-{k}" in node.attrs}
        context = replace(context, **found) if found else context
        tag = node.tag
        self._attributes(node, context, caption)
        if tag == "#comment":
            self._comment(node.children[0], context, caption)
            return
        if tag == "script":
            self._script(node, context)
            return
        if tag == "style":
            words = " ".join(re.findall(r"content\s*:\s*[^;}]+", "".join(_strings(node))))
            self.sink.text(words, self._place("style sheet"), context)
            return
        if tag == "svg":
            from .drawings import read_svg

            read_svg(node, context, self.sink, self._place("drawing"), self._heading(caption))
            for child in node.children:
                if isinstance(child, Node):
                    self.walk(child, context, said=True, caption=caption)
            return
        if tag in ("figure", "table", "details", "fieldset"):
            own = [n.words() for n in node.find("figcaption", "caption", "summary", "legend")]
            caption = " / ".join([caption, *own[:2]]).strip(" /")
        if tag == "table":
            self.tables += 1
            self.sink.text(" | ".join(own), self._place("caption"), context, self._heading())
            self._table(node, context, caption)
            said = True
        if said and "group" in found and tag in _INLINE:  # says whose number it is, in any language
            self.sink.text(node.words(), self._place("text"), context, self._heading(caption))
        if not said:
            said = self._say(node, context, caption)
        if tag in _HEADINGS:
            level = int(tag[1])
            self.headings = {k: v for k, v in self.headings.items() if k < level}
            self.headings[level] = node.words()
        for child in node.children:
            if isinstance(child, Node):
                self.walk(child, context, said=said, caption=caption)
            elif not said and child.strip():
                self.sink.text(child, self._place("text"), context, self._heading(caption))

    def _say(self, node: Node, context: Context, caption: str) -> bool:
        """Keep the text of an element that is a paragraph, or small enough to be read as one."""
        blocks = [
            c for c in node.children if isinstance(c, Node) and c.tag not in _INLINE and c.children
        ]
        if node.tag in ("#root", "html", "body", "main"):
            return False
        words = node.words()
        if blocks and (len(words) > 160 or any(True for _ in node.find("table", "svg"))):
            return False
        names = {"figcaption": "caption", "p": "paragraph", "li": "list", "title": "title"}
        what = names.get(node.tag, "heading" if node.tag in _HEADINGS else "text")
        if "hidden" in node.attrs or "display:none" in node.attrs.get("style", "").replace(" ", ""):
            what = "hidden element"
        self.sink.text(words, self._place(what), context, self._heading(caption))
        return True

    def _attributes(self, node: Node, context: Context, caption: str) -> None:
        for name, value in node.attrs.items():
            if value.startswith("data:"):
                kind, data = data_uri(value)
                read_media(kind, data, context, self.sink, self._place(f"{node.tag} {name}"))
            elif name not in _DULL and name.removeprefix("data-") not in _KEYS:
                what = "alt text" if name == "alt" else f"{name} of {node.tag}"
                self.sink.text(value, self._place(what), context, self._heading(caption))

    def _comment(self, text: str, context: Context, caption: str) -> None:
        place = self._place("comment")
        if "<" in text:
            _Reader(self.sink, place).walk(tree(text), context)
        else:
            self.sink.text(text, place, context, self._heading(caption))

    def _script(self, node: Node, context: Context) -> None:
        text = "".join(_strings(node))
        try:
            read_json(json.loads(text), context, self.sink, self._place("JSON block"))
        except ValueError:
            read_lines(text, context, self.sink, self._place("script"))

    def _table(self, table: Node, context: Context, caption: str) -> None:
        head: list[str] = []
        for number, row in enumerate(table.find("tr"), 1):
            at = _inherit(table, row, context)
            place = self._place(f"table {self.tables} row {number}")
            cells = [c for c in row.children if isinstance(c, Node) and c.tag in ("td", "th")]
            plain: list[tuple[int, Node]] = []
            for i, cell in enumerate(cells):
                own = {k: cell.attrs[f"data-{k}"] for k in _KEYS if f"data-{k}" in cell.attrs}
                here = replace(at, **own) if own else at
                if "data-col" in cell.attrs and here.group:
                    col = cell.attrs["data-col"]
                    self.sink.printed.append(Printed(here, col, cell.words(), place))
                else:
                    plain.append((i, cell))
            if cells and all(c.tag == "th" for c in cells) and not at.group:
                head = [c.words() for c in cells]
                for text in head:
                    self.sink.text(text, place, at, self._heading(caption))
                continue
            words = [
                f"{head[i]}: {c.words()}" if i < len(head) and head[i] and i else c.words()
                for i, c in plain
            ]
            self.sink.text(" | ".join(w for w in words if w), place, at, self._heading(caption))


def _inherit(table: Node, row: Node, context: Context) -> Context:
    """Return the context of a row: its own attributes, else those of the parts around it."""
    for part in (table, row):
        found = {k: part.attrs[f"data-{k}"] for k in _KEYS if f"data-{k}" in part.attrs}
        context = replace(context, **found) if found else context
    return context


def _strings(node: Node) -> list[str]:
    return [c for c in node.children if isinstance(c, str)]
