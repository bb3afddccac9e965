"""What stands inside pictures and data addresses of a page."""

from __future__ import annotations

import base64
import binascii
import zlib
from urllib.parse import unquote_to_bytes


def png_words(data: bytes) -> str:
    """Return the text that a PNG carries beside its picture."""
    found, at = [], 8
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        if kind in (b"tEXt", b"iTXt", b"zTXt"):
            key, _, rest = body.partition(b"\0")
            if kind == b"zTXt":
                try:
                    rest = zlib.decompress(rest[1:])
                except zlib.error:
                    rest = b""
            found.append((key + b": " + rest.replace(b"\0", b" ")).decode("utf-8", "replace"))
        at += 12 + length
    return "\n".join(t for t in found if not t.startswith(("Software", "Creation")))


def data_uri(uri: str) -> tuple[str, bytes]:
    """Return the media type and the bytes of a ``data:`` address."""
    head, _, body = uri.partition(",")
    kind = head[5:].split(";")[0].strip().lower()
    if "base64" not in head:
        return kind, unquote_to_bytes(body)
    try:
        return kind, base64.b64decode("".join(body.split()) + "==")
    except (binascii.Error, ValueError):
        return kind, b""
