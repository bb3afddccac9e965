"""JSON as a grid of text: an array of objects, or one object a line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from ..errors import DataError
from . import grids

MOST = 5_000  # columns
_ENVELOPES = frozenset("items data value values results records rows".split())


def read(path: Path, limit: int | None = None) -> pd.DataFrame:
    """Return a JSON array of objects, or one object a line, as a frame of text.

    An object inside an object becomes columns such as ``school.id``; a list stays JSON.
    """
    content, _ = grids.decode(path.read_bytes())
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = _lines(path, content)
    if isinstance(found, dict):  # an answer of a service around its rows; or one object
        rows = [v for k, v in found.items() if k.lower() in _ENVELOPES and isinstance(v, list)]
        found = rows[0] if len(rows) == 1 else [found]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise DataError(
            "This is no list of objects, of which each would be a row.",
            file=path,
            mend="Export the records as a JSON array, or one object a line.",
        )
    try:
        rows = [_flat(one) for one in found[:limit]]
    except RecursionError:
        raise DataError(
            "Objects are nested too deeply.", file=path, mend="Export it again, or as CSV."
        ) from None
    names = {name: None for row in rows for name in row}
    if len(names) > MOST:
        raise DataError(
            f"The objects have {len(names):,} different names, and each would be a column.",
            file=path,
            mend="Export the records as a JSON array whose objects have the same names.",
        )
    grids.fits(path, len(rows), len(names), sum(map(len, rows)))
    frame = pd.DataFrame(rows, columns=list(names), dtype="object")
    return frame.where(frame.notna(), "").astype("str")


def _lines(path: Path, content: str) -> list:
    rows = []
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            rows += [json.loads(line)] if line.strip() else []
        except (ValueError, RecursionError) as error:
            raise DataError(
                f"This is no JSON ({getattr(error, 'msg', 'nested too deeply')}).",
                file=path,
                row=number,
                mend="Export it again: a JSON array, or one object a line.",
            ) from None
    return rows


def _flat(one: dict, before: str = "", depth: int = 0) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in one.items():
        name = _whole(name)
        if isinstance(value, dict) and depth < 6:
            found |= _flat(value, f"{before}{name}.", depth + 1)
        elif isinstance(value, list | dict):
            found[f"{before}{name}"] = json.dumps(value)
        elif isinstance(value, bool):
            found[f"{before}{name}"] = "true" if value else "false"
        else:
            found[f"{before}{name}"] = grids.text(
                _whole(value) if value.__class__ is str else value
            )
    return found


def _whole(text: str) -> str:
    """Replace half of a surrogate pair, which JSON can spell and UTF-8 cannot."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
