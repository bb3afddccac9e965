"""What a portfolio's file says: its form, and how an older one becomes today's."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

from .errors import EquityLabError

FORMAT, SCHEMA = "equitylab-portfolio", 1
ABOUT = (
    "EquityLab portfolio: the work of one leader, in plain text. "
    "Keep it, copy it, restore it in any EquityLab notebook. It holds no student's data."
)
_CUT_SHORT = (b"EquityLab portfolio", b'"equitylab": "portfolio"')  # how our files begin


class PortfolioError(EquityLabError):
    """The portfolio's file could not be read or saved; ``fields["kind"]`` says how."""


def now(*, after: str = "") -> str:
    """Return this moment in UTC so that times sort as text; later than ``after`` in any case."""
    moment = datetime.now(UTC)
    with contextlib.suppress(ValueError, TypeError):  # another machine's clock may be ahead
        moment = max(moment, datetime.fromisoformat(after) + timedelta(microseconds=1))
    return moment.isoformat(timespec="microseconds")


def empty() -> dict:
    """Return the work of someone who has not begun."""
    return {"entries": {}, "kept": [], "saved": ""}


def dump(work: dict) -> bytes:
    """Return the file's bytes: sorted by key and indented, so that people and diffs can read it."""
    whole = {name: work[name] for name in ("entries", "kept", "saved")}
    whole |= {"about": ABOUT, "format": FORMAT, "schema": SCHEMA}
    text = json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def load(raw: bytes, path: Path | str) -> dict:
    """Return the work that these bytes hold, brought to today's form; ``older`` names another.

    Raises
    ------
    PortfolioError
        ``kind`` is ``"newer"``, ``"damaged"`` (a portfolio that was cut short), or ``"foreign"``.
    """
    name = Path(path).name
    try:
        found = _parsed(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        if any(words in raw[:200] for words in _CUT_SHORT) or not raw.strip(b"\0 \r\n\t"):
            raise PortfolioError(f"{name} is damaged or cut short.", kind="damaged") from None
        raise _foreign(name) from None
    found = found if isinstance(found, dict) else {}
    if found.get("equitylab") == "portfolio" and isinstance(found.get("answers"), dict):
        return _from_0(found)
    if found.get("format") != FORMAT or not isinstance(found.get("schema"), int):
        raise _foreign(name)
    if found["schema"] > SCHEMA:
        raise PortfolioError(
            f"{name} was saved by a newer EquityLab (format {found['schema']}; this one reads "
            f"up to {SCHEMA}). It was left as it is.",
            mend="Install the newer EquityLab, or name another file.",
            kind="newer",
        )
    entries, kept = found.get("entries"), found.get("kept", [])
    if not isinstance(entries, dict) or not isinstance(kept, list):
        raise PortfolioError(f"{name} is damaged: its answers cannot be read.", kind="damaged")
    for key, entry in entries.items():
        row = "/" in key
        if not isinstance(entry, dict) or row and not isinstance(entry.get("value", {}), dict):
            raise PortfolioError(f"{name} is damaged: {key} cannot be read.", kind="damaged")
        entry["at"] = _moment(entry.get("at"))  # a hand may have edited the file
        if "since" in entry:
            entry["since"] = str(entry["since"])
        if not entry.get("deleted"):
            entries[key] = {"value": {} if row else None, "made_in": "", "version": ""} | entry
    kept = [one if isinstance(one, dict) else {"value": one} for one in kept]
    for one in kept:
        one |= {"key": str(one.get("key", "an answer")), "at": str(one.get("at", ""))}
    return {"entries": entries, "kept": kept, "saved": str(found.get("saved", ""))}


def _parsed(text: str) -> object:
    """Return JSON without what Python's reader takes and no file can be written with."""
    if "\\ud" in text.lower():  # half of a surrogate pair, perhaps
        whole = json.dumps(json.loads(text), ensure_ascii=False)
        text = whole.encode("utf-8", "replace").decode("utf-8")
    return json.loads(text, parse_constant=lambda _: None, parse_float=_finite)


def _finite(text: str) -> float | None:
    return number if math.isfinite(number := float(text)) else None


def _moment(said: object) -> str:
    """Return a time in UTC that sorts as text; nothing where it is none that a clock will pass."""
    try:
        found = datetime.fromisoformat(str(said))
        found = found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return ""
    return found.isoformat(timespec="microseconds") if found.year < 9000 else ""


def _foreign(name: str) -> PortfolioError:
    return PortfolioError(
        f"{name} is not an EquityLab portfolio. It was left as it is.",
        mend='Name another file, such as "my-work/portfolio.json".',
        kind="foreign",
    )


def _from_0(old: dict) -> dict:
    """Bring format 0 to format 1: it had no times, and kept rows as plain lists."""
    saved, entries = str(old.get("saved", "")), {}
    for key, value in old["answers"].items():
        rows = isinstance(value, list) and value and all(isinstance(row, dict) for row in value)
        for number, row in enumerate(value if rows else [value]):
            entry = {"value": row, "at": _moment(saved), "made_in": "", "version": ""}
            place = key
            if rows:
                # Worked out from the row, so that two notebooks that migrate agree on its id.
                sign = hashlib.sha1(f"{key}{number}".encode()).hexdigest()[:6]
                place = f"{key}/{row.get('id') or 'r-' + sign}"
                entry["value"] = {k: v for k, v in row.items() if k != "id"}
                entry["since"] = f"{saved}#{number:04d}"
            entries[place] = entry
    return {"entries": entries, "kept": [], "saved": saved, "older": "format 0"}


def merged(ours: dict, theirs: dict) -> dict:
    """Return both works as one; where both have an answer, the later."""
    entries = dict(ours["entries"])
    for key, entry in theirs["entries"].items():
        if key not in entries or entry["at"] > entries[key]["at"]:
            entries[key] = entry
    kept = ours["kept"] + [one for one in theirs["kept"] if one not in ours["kept"]]
    return {"entries": entries, "kept": kept, "saved": max(ours["saved"], theirs["saved"])}
