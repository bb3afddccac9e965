"""What a workbook says: its sheets, hidden ones too, remarks, names, properties and what it embeds."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from .pages import Context, Sink, read_page


def read_workbook(
    data: bytes, table: Callable, context: Context, sink: Sink
) -> list[tuple[str, bytes]]:
    """Read a workbook, each sheet by ``table(rows, name)``; return name and bytes of its media."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), data_only=True)
    for sheet in book.worksheets:
        rows = [
            ["" if v is None else _cell(v) for v in row]
            for row in sheet.iter_rows(values_only=True)
        ]
        seen = "" if sheet.sheet_state == "visible" else f" ({sheet.sheet_state})"
        table(rows, f'"{sheet.title}"{seen}')
        for cells in sheet.iter_rows():
            for cell in cells:
                if cell.comment is not None:
                    row = " | ".join(v for v in rows[cell.row - 1] if not _is_number(v))
                    place = f"sheet {sheet.title} comment on {cell.coordinate}"
                    sink.text(cell.comment.text, place, context)
                    sink.text(f"{row}: {cell.comment.text}", place, context)
        for name, defined in sheet.defined_names.items():
            sink.text(f"{name}: {defined.attr_text}".replace("_", " "), "name", context)
    for name, defined in book.defined_names.items():
        sink.text(f"{name}: {defined.attr_text}".replace("_", " "), "defined name", context)
    inside = []
    with zipfile.ZipFile(io.BytesIO(data)) as box:
        for name in box.namelist():
            if name.startswith(("docProps/", "customXml/", "xl/pivotCache", "xl/drawings")):
                read_page(box.read(name).decode("utf-8", "replace"), context, sink, where=name)
            elif "/media/" in name or "embeddings" in name:
                inside.append((name, box.read(name)))
    return inside


def _cell(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, float):
        return str(value)
    return str(int(value)) if value == int(value) else repr(value)


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+\d.,%\s]+", text))
