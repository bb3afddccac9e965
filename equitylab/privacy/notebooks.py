"""Everything that a notebook holds: outputs of every kind, shown or hidden, source and metadata."""

from __future__ import annotations

import json
import re

from .media import data_uri
from .pages import Context, Sink, read_json, read_lines, read_media, read_page

_TERMINAL = re.compile(r"\x1b\[[0-9;]*m")


def read_notebook(book: dict, context: Context, sink: Sink) -> None:
    """Read a notebook into the sink, whatever its cells' tags say about showing them."""
    read_json(book.get("metadata", {}), context, sink, "notebook metadata")
    for number, cell in enumerate(book.get("cells", []), 1):
        place = f"cell {number}"
        read_json(cell.get("metadata", {}), context, sink, f"{place} metadata")
        source = _joined(cell.get("source", ""))
        if cell.get("cell_type") == "markdown" and "<" in source:
            read_page(source, context, sink, where=f"{place} source")
        else:
            read_lines(source, context, sink, f"{place} source")
        for name, bundle in (cell.get("attachments") or {}).items():
            sink.text(name, f"{place} attachment name", context)
            for kind, value in bundle.items():  # always base64, whatever the kind
                data = data_uri(f"data:{kind};base64,{_joined(value)}")[1]
                read_media(kind, data, context, sink, f"{place} attachment {name}")
        for k, output in enumerate(cell.get("outputs", []), 1):
            where = f"{place} output {k}"
            _bundle(output.get("data") or {}, context, sink, where)
            read_json(output.get("metadata") or {}, context, sink, f"{where} metadata")
            read_lines(_joined(output.get("text", "")), context, sink, f"{where} stream")
            for line in output.get("traceback") or []:
                read_lines(_TERMINAL.sub("", line), context, sink, f"{where} traceback")
            read_lines(str(output.get("evalue", "")), context, sink, f"{where} error")


def _bundle(bundle: dict, context: Context, sink: Sink, where: str) -> None:
    for kind, value in bundle.items():
        place = f"{where} {kind}"
        if isinstance(value, (dict, list)) and "json" in kind:
            read_json(value, context, sink, place)
            continue
        text = _joined(value)
        if kind in ("text/html", "image/svg+xml", "text/markdown", "text/latex"):
            read_page(text, context, sink, where=place)
        elif kind.startswith("image/"):
            data = data_uri(f"data:{kind};base64,{text}")[1]
            read_media(kind, data, context, sink, place)
        elif "json" in kind:
            read_media("application/json", text.encode(), context, sink, place)
        else:
            read_lines(text, context, sink, place)


def _joined(value: object) -> str:
    if isinstance(value, list):
        return "".join(str(v) for v in value)
    return value if isinstance(value, str) else json.dumps(value)
