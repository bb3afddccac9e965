"""Which words of a leader's work may leave the school, and which are held back."""

from __future__ import annotations

import re
from functools import cache

from . import catalog
from .language import lint
from .portfolio_numbers import Rule

NOTE = "[Held back: this wording is being worked on.]"
LONGEST_IDEA = 160  # characters
_OF = re.compile(
    r"(?<![\d.,])(\d{1,6})\s+(?:out\s+)?of\s+(?:the\s+|our\s+|all\s+)?(\d{1,6})\b", re.I
)
_SMALL = "one two three four five six seven eight nine".split()
_OUR = re.compile(
    rf"\b(?:our|the|all|only|just)\s+(\d{{1,2}}|{'|'.join(_SMALL)})\s+(?:[\w-]+\s+){{0,3}}?"
    r"(?:students|pupils|learners|children)\b"
    r"|\b(?:our|the|only|just)\s+(?:1|one)\s+(?:student|pupil|learner|child)\b",
    re.I,
)
_QUOTE = re.compile(r"[“\"«„][^”\"»“„]{20,}[”\"»“]")
_GRADE = re.compile(r"\b(?:grades?|years?)[ -]\d{1,2}\b", re.I)
_WORD = re.compile(r"[^\W\d_][\w'’-]*")
# What nearly every school's name has beside its own; a name alone stays one.
_COMMON = frozenset("i school schools middle high elementary primary secondary academy".split())


class Words:
    """What is wrong with a text that would leave the school."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def wrong(self, text: str, *, counts: bool = True) -> str:
        """Return why this text is held back; empty if it is not.

        Where the numbers beside it are hidden, it may hold no count at all: ``counts=False``.

        Examples
        --------
        >>> words = Words(Rule(10, 3))
        >>> words.wrong("Placement favours those who ask."), words.wrong("Fix these kids.")
        ('', 'wording: Systems are the unit of change.')
        """
        if re.fullmatch(r"[\w.:/-]*", text):
            return ""  # an id, a date, a single word
        for hint in lint(text):
            if hint.severity == "block_in_reports":
                return f"wording: {hint.why}"
        if any(not counts or self.rule.small(int(x), int(n)) for x, n in _OF.findall(text)):
            return "a number under the reporting rule"
        for number in _OUR.findall(text):
            size = int(number) if number.isdigit() else _SMALL.index(number.lower()) + 1
            if size < self.rule.group:
                return "a group under the reporting rule"
        return "a quotation" if _QUOTE.search(text) else ""


def proper(folio) -> set[str]:
    """Return the words that are names somewhere in this work: capitals inside a sentence."""
    names: set[str] = set()

    def look(value: object, whole: bool) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                look(one, whole or key in ("school", "unit", "name", "district"))
        elif isinstance(value, list):
            for one in value:
                look(one, whole)
        elif isinstance(value, str):
            words = _WORD.findall(value) if whole else _inside(value)
            names.update(word.lower() for word in words if word[0].isupper())

    for key in folio.keys():
        look(folio.get(key), key == "profile.school")
    return names


def _inside(text: str) -> list[str]:
    """Return the words that do not begin a sentence."""
    return [
        m.group(0) for m in _WORD.finditer(text) if re.search(r"[\w,;’'”)-]\s*$", text[: m.start()])
    ]


@cache
def _house() -> frozenset[str]:
    """Return the words of the names of measures: a subject or a course is no one's name."""
    labels = [one["label"] for one in catalog.content("kpi_catalog")["kpis"]]
    labels += [one.label for one in catalog.indicators().values()]
    return frozenset(word.lower() for label in labels for word in _WORD.findall(label)) | _COMMON


def nameless(text: str, names: set[str]) -> bool:
    """Whether a short text names no one and nothing, as far as a machine can tell.

    No digit but a grade's, no capital after the first word but those of the house's own measures (Algebra), no
    word that is a name elsewhere in the same work, and only letters that have capitals at all:
    where a script has none, a name cannot be told.

    Examples
    --------
    >>> nameless("Scheduling before language needs are known", set())
    True
    >>> nameless("Ms. Ruiz decides alone", set()), nameless("Riverbend decides", {"riverbend"})
    (False, False)
    """
    words = _WORD.findall(text)
    capitals = {word.lower() for word in words[1:] if word != word.lower()} - _house()
    return bool(
        words
        and len(text) <= LONGEST_IDEA
        and not re.search(r"\d|@|https?:", _GRADE.sub("", text))
        and not capitals
        and not {word.lower() for word in words} & (names - _house())
        and all(word.lower() != word.upper() for word in words)
        and not any(hint.severity == "block_in_reports" for hint in lint(text))
    )
