"""One field, whatever its kind: what an answer may be, how it is read back, asked and printed."""

from __future__ import annotations

import datetime
import re

from .. import language
from ..display import listing
from ..markup import attributes, esc
from .forms import CHOOSING, Field
from .sources import Choice, choices, empty

LONG, FAR = 12, 24  # options that print as a list; that are named in a line; more are not
LINES = {"long": 3}  # lines to write on
_NUMBER = re.compile(r"[-−+]?\d+(\.\d+)?")


def blank(value: object) -> bool:
    """Whether nothing was answered. Zero and no are answers.

    Examples
    --------
    >>> blank("  "), blank([]), blank(None), blank(0), blank(False)
    (True, True, True, False, False)
    """
    return value is None or (not isinstance(value, (int, float)) and not str_of(value))


def str_of(value: object) -> str:
    """Return text without its outer blanks; an empty list or dict is empty text."""
    return str(value).strip() if value not in ([], {}, ()) else ""


def clean(field: Field, raw: object) -> tuple[object, str]:
    """Return an answer as it is kept, and what is wrong with it in one sentence, if anything.

    Examples
    --------
    >>> clean(Field("n", "How many?", "number", max=30), "24")
    (24, '')
    >>> clean(Field("n", "How many?", "number", max=30), "a few")
    (None, 'Write a number, such as 12. This is not kept.')
    """
    if field.kind == "tick":
        return bool(raw), ""
    if blank(raw):
        return None, ""
    if field.kind == "many":
        return list(raw), ""
    if field.kind == "number":
        return _number(field, str(raw))
    if field.kind == "date":
        return _date(str(raw))
    if field.kind == "choice":
        return raw, ""
    text = str(raw)
    count = len(text.split())
    if field.words and count > field.words:
        return text, f"{count} words; {field.words} at most."
    return text, ""


def _number(field: Field, raw: str) -> tuple[object, str]:
    text = raw.strip().replace(",", "").removesuffix("%").strip()
    if not _NUMBER.fullmatch(text):
        return None, "Write a number, such as 12. This is not kept."
    number = float(text.replace("−", "-"))
    if field.min is not None and number < field.min:
        return None, f"The least is {field.min:g}. This is not kept."
    if field.max is not None and number > field.max:
        return None, f"The most is {field.max:g}. This is not kept."
    return int(number) if number.is_integer() else number, ""


def _date(raw: str) -> tuple[object, str]:
    try:
        return datetime.date.fromisoformat(raw.strip()).isoformat(), ""
    except ValueError:
        return None, "Write a date as year-month-day, such as 2026-09-01. This is not kept."


def said(value: object, options: list[Choice] = ()) -> str:
    """Return an answer in words, for people.

    Examples
    --------
    >>> said(["a", "b"], [Choice("a", "Anna"), Choice("b", "Bert")]), said(True), said("2026-09-01")
    ('Anna and Bert', 'Yes', '1 September 2026')
    """
    if blank(value):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return listing([said(one, options) for one in value])
    label = next((c.label for c in options if c.value == value), None)
    if label is not None:
        return label
    if isinstance(value, dict):
        return "; ".join(f"{k}: {said(v)}" for k, v in value.items() if not blank(v))
    text = str(value)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        day = datetime.date.fromisoformat(text)
        return f"{day.day} {day:%B %Y}"
    return text


def shown(field: Field, values: dict) -> bool:
    """Whether a field is asked, given the answers to those before it."""
    for other, wanted in (field.when or {}).items():
        wanted = wanted if isinstance(wanted, list) else [wanted]
        wanted = [
            {True: "yes", False: "no"}.get(w, w) if isinstance(w, bool) else w for w in wanted
        ]
        has = values.get(other)
        has = has if isinstance(has, list) else [has]
        has = [{True: "yes", False: "no"}.get(h, h) if isinstance(h, bool) else h for h in has]
        if not set(map(str, wanted)) & set(map(str, has)):
            return False
    return True


def hints(field: Field, value: object) -> list[str]:
    """Return what the wording linter says of an answer: the words, why, and what else to try."""
    if not field.lint or blank(value):
        return []
    return [
        f"“{hint.match}”: {hint.why} Try: {listing(list(hint.offers), last='or')}."
        for hint in language.lint(str(value))
    ]


def missing(fields, values: dict) -> list[str]:
    """Return the labels of the required fields that are asked and not answered yet."""
    return [f.label for f in fields if f.required and shown(f, values) and blank(values.get(f.id))]


def control(at, field: Field, value: object, notes: list[str] = ()) -> dict:
    """Return what the page needs to ask a field."""
    told = {"id": field.id, "kind": field.kind, "label": field.label, "help": _help(field)}
    if field.required:
        told["required"] = True
    if field.placeholder:
        told["placeholder"] = field.placeholder
    if field.kind in CHOOSING:
        told["options"] = _options(at, field, value)
        notes = list(notes) if told["options"] else [*notes, empty(at, field.options)]
    if notes:
        told["notes"] = list(notes)
    return told


def _help(field: Field) -> str:
    more = [field.help]
    if field.kind == "number":
        more.append(f"In {field.unit}." if field.unit else "")
        if field.min is not None and field.max is not None:
            more.append(f"From {field.min:g} to {field.max:g}.")
    if field.words:
        more.append(f"At most {field.words} words.")
    return " ".join(filter(None, more))


def _options(at, field: Field, value: object) -> list[dict]:
    found = choices(at, field.options)
    held = value if isinstance(value, list) else [] if blank(value) else [value]
    # An answer is kept even where its option has gone since.
    gone = [
        Choice(v, f"{v} (no longer in the list)") for v in held if v not in [c.value for c in found]
    ]
    return [c._asdict() for c in [*found, *gone]]


def printed(at, field: Field, value: object) -> str:
    """Return one field as print shows it: its label with the answer, or with room to write one."""
    label = esc(field.label)
    if not blank(value):
        options = choices(at, field.options) if field.kind in CHOOSING else []
        return pair(label, answer(said(value, options)))
    label += " <small>(required)</small>" if field.required else ""
    help = f"<p class=note>{esc(_help(field))}</p>" if _help(field) else ""
    return pair(label, help + _room(at, field))


def pair(label: str, inner: str) -> str:
    """Return a label and what stands under it, both HTML, as one entry of a ``dl``."""
    return f"<div><dt>{label}</dt><dd>{inner}</dd></div>"


def answer(text: str) -> str:
    """Return an answer as paragraphs."""
    return "".join(f"<p class=answer>{esc(line)}</p>" for line in text.splitlines() if line.strip())


def line(number: int = 1) -> str:
    """Return lines to write on."""
    return "<p class=line></p>" * number


def ticks(options: list[Choice]) -> str:
    """Return options to tick on paper."""
    items = "".join(
        f"<li>{esc(c.label)}{f'<br><small>{esc(c.gloss)}</small>' if c.gloss else ''}</li>"
        for c in options
    )
    return f"<ul class=ticks>{items}</ul>" if items else line()


def _room(at, field: Field) -> str:
    if field.kind == "tick":
        return ticks([Choice(True, "Yes")])
    if field.kind in CHOOSING:
        found = choices(at, field.options)
        if 0 < len(found) <= LONG:
            return ticks(found)
        first = "Choose one or more" if field.kind == "many" else "Choose one"
        named = (
            f": {'; '.join(c.label for c in found)}." if len(found) <= FAR else " from the list."
        )
        return (f"<p class=note>{esc(first + named)}</p>" if found else "") + line()
    return line(LINES.get(field.kind, 1))


def sheet(entries: list[str], **named: object) -> str:
    """Return entries of :func:`pair` as one list."""
    inner = "".join(entries)
    return f"<dl{attributes(class_='sheet', **named)}>{inner}</dl>" if inner else ""
