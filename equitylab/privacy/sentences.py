"""Numbers in words: does a sentence put a number beside a group whose number is hidden?

Reading is conservative in the attacker's favour: a number beside the name of a hidden group is
reported unless something public explains it (the group's own published size, another group named in
the same sentence, a year, a grade, a confidence level, the policy itself, a count of groups).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ..schema import ALL, BY

_NUMBER = re.compile(
    r"(?<![\w.,])([+\-−–]?)(\d{1,3}(?:,\d{3})+(?!\d)|\d+)(\.\d+)?(?![\w]|,\d|\.\d)"
    r"(\s*(?:%|percentage|percent|per cent|points?))?"
)
_ABSENT = re.compile(
    r"^(?:hidden|not collected|not applicable|cannot be computed|see note|[–—-]?)$"
)
_BAND = re.compile(r"(\d+(?:\.\d+)?)\s*%\s+or\s+(less|more)", re.I)
_YEAR = r"(?:19|20)\d\d"
# Numbers that say nothing about a group. Blanked before a sentence is read.
_GENERIC = re.compile(
    rf"\b{_YEAR}\s*[-–/]\s*(?:{_YEAR}|\d\d)\b|\b{_YEAR}-\d\d-\d\d(?:T[\d:.]+)?\b|\b{_YEAR}\b"
    r"|\bgrades?\s+\d+(?:\s*(?:to|and|-|–|,)\s*\d+)*"
    r"|\b(?:fewer|less|more|greater|larger|smaller|under|over|below|above|at least|at most)"
    r"(?:\s+than)?\s+\d+(?:\s*%|\s+(?:percent|students|points?|pupils))?(?=\W|$)"
    r"|\b\d+(?:\.\d+)?\s*(?:%|percent)?\s+or\s+(?:more|less|fewer)\b"
    r"|\b(?:80|90|95|99)\s*(?:%|percent|per cent)\s+(?:confidence|interval|ci\b|range|certain)"
    r"|\b(?:figure|table|section|chapter|page|step|version|wcag|note|part|row|column|level|phase)"
    r"\s+\d+(?:\.\d+)*"
    r"|\b(?:out\s+of|per|in|of)\s+(?:every\s+)?(?:10|100|1,000|1000)\b"
    r"|\b\d+(?:\s+(?:of|out of|and|or|to)\s+(?:the\s+)?\d+)?\s+(?:[a-z]+\s+){0,2}"
    r"(?:groups?|schools?|districts?|indicators?|measures?|years?|dimensions?|rows?|cells?|tables?"
    r"|figures?|pages?|minutes?|weeks?|months?|comparisons?|levels?|intersections?|numbers?|reports?"
    r"|sections?|steps?|px|days before)\b"
    r"|\bp\s*[<>=]\s*0?\.\d+|\balpha\s*=?\s*0?\.\d+|#[0-9a-f]{3,8}\b",
    re.I,
)
_ABOVE = re.compile(r"\b(?:district|division|state|county|nation|schools)", re.I)
_COMPOSITION = re.compile(
    r"\b(?:make up|made up|enrol|shares?\b|of all\b|composition|students by group|whom? .{0,40}serves?"
    r"|who is here)",
    re.I,
)
_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)]?\s+(?=[^\W\d_a-z]|[\"“‘(])|[;\n]|\s[•·]\s")


@dataclass(frozen=True)
class Number:
    """A number in a text: its value, half a unit of its last digit, and the way it was written."""

    value: float
    half: float
    raw: str
    at: int
    end: int
    percent: bool


def numbers(text: str) -> list[Number]:
    """Return the numbers in a text, shares as shares.

    Examples
    --------
    >>> [(n.value, n.percent) for n in numbers("12 of 1,060 students (20.0 %)")]
    [(12.0, False), (1060.0, False), (0.2, True)]
    """
    found = []
    for m in _NUMBER.finditer(text):
        digits = (m.group(3) or ".")[1:]
        scale = 0.01 if m.group(4) else 1.0
        value = float(m.group(2).replace(",", "") + (m.group(3) or "")) * scale
        if m.group(1) in ("-", "−"):
            value = -value
        half = 0.5 * 10 ** -len(digits) * scale if digits or m.group(4) else 0.0
        value = round(value, 12)
        found.append(Number(value, half, m.group().strip(), m.start(), m.end(), bool(m.group(4))))
    return found


def table_cell(raw: str, col: str) -> dict[str, tuple[float, float]]:
    """Return what one cell of a table prints: column to (value, half a unit of its last digit).

    ``"12 of 60"`` gives ``x`` and ``n``; further numbers in a cell are given numbered names. Bands
    and words for absent numbers give nothing.

    Examples
    --------
    >>> table_cell("20.0 %", "rate")
    {'rate': (0.2, 0.0005)}
    >>> table_cell("hidden", "rate"), table_cell("5% or less", "rate")
    ({}, {})
    """
    text = _BAND.sub(" ", raw)
    if _ABSENT.match(text.strip().lower()):
        return {}
    of = re.match(r"\s*([\d,]+)\s+(?:of|out of|/)\s+([\d,]+)", text)
    out: dict[str, tuple[float, float]] = {}
    if of:
        out = {"x": (_int(of.group(1)), 0.0), "n": (_int(of.group(2)), 0.0)}
        text = text[of.end() :]
    for i, number in enumerate(numbers(text)):
        name = col if not i and col not in out else f"{col}, number {i + 1}"
        out[name] = (number.value, number.half)
    return out


def band(raw: str) -> tuple[float, float] | None:
    """Return the band that a table cell prints, as shares.

    Examples
    --------
    >>> band("5% or less"), band("95 % or more")
    ((0.0, 0.05), (0.95, 1.0))
    """
    m = _BAND.search(raw)
    if not m:
        return None
    edge = round(float(m.group(1)) / 100, 6)
    return (0.0, edge) if m.group(2).lower() == "less" else (edge, 1.0)


def _int(text: str) -> float:
    return float(text.replace(",", ""))


@dataclass(frozen=True)
class Beside:
    """A number that stands beside a hidden group: where in ``Facts.cells``, and the words."""

    row: int
    said: str
    numbers: tuple[str, ...]


class Reader:
    """Looks in texts for numbers beside hidden groups.

    Parameters
    ----------
    facts : Facts
        What the tables of the folder print and hide.
    """

    def __init__(self, facts) -> None:
        self.facts = facts
        self.groups: dict[str, set[tuple[str, str]]] = {}
        loose, exact = {}, {}
        for dimension, group in facts.labels():
            for form in _forms(dimension, group):
                words = form.split()
                known = self.groups.setdefault(_key(form), set())
                known.add((dimension, group))
                (exact if len(words) == 1 else loose)[form] = None
        self.find = _alternatives(loose, exact)
        self.indicator = _names({v: k for k, v in facts.indicator_names().items()})
        self.unit = _names({v: k for k, v in facts.unit_names().items()})
        self.years = facts.years

    def beside(self, text) -> list[Beside]:
        """Return the hidden groups of a text that have an unexplained number beside them."""
        if self.find is None:
            return []
        found = []
        heading = _all(self.indicator, text.heading)
        shares = bool(_COMPOSITION.search(text.heading or ""))
        for sentence in _SENTENCE.split(text.text):
            if sentence and any(c.isdigit() for c in sentence):
                found += self._sentence(sentence, text.context, heading, shares)
        return found

    def _sentence(self, sentence: str, context, heading, shares: bool) -> list[Beside]:
        plain = _blank(sentence, [*self.unit[0].finditer(sentence)] if self.unit else [])
        labels = [
            (m.start(), m.end(), self.groups[_key(m.group())])
            for m in self.find.finditer(plain)
            if _key(m.group()) in self.groups
        ]
        if context.group:
            own = self.groups.get(_key(context.group), set())
            own = {p for p in own if not context.dimension or p[0] == context.dimension}
            if not labels:
                labels = [(0, 0, own or {(context.dimension or ALL, context.group)})]
                for part in re.findall(r"\d+", context.group):  # "Grade 1" in another language
                    plain = re.sub(rf"(?<!\d){part}(?!\d)", " " * len(part), plain, count=1)
        if not labels:
            return []
        masked = _GENERIC.sub(lambda m: " " * len(m.group()), _blank(plain, labels))
        written = numbers(masked)
        if not written:
            return []
        units = _all(self.unit, sentence) or ([context.unit] if context.unit else [])
        inside = _all(self.indicator, sentence)
        indicators = inside or ([context.indicator] if context.indicator else heading)
        years = [y for y in self.years if y in sentence] or (
            [context.year] if context.year else self.years
        )
        facts = self.facts
        hidden = [facts.first_hidden(facts.rows(units, indicators, years, g)) for *_, g in labels]
        if not any(h is not None for h in hidden):
            return []
        wide = units
        if _ABOVE.search(sentence) or len(units) > 1:
            wide = facts.above(units)
        shares = shares or bool(_COMPOSITION.search(sentence))
        if shares:
            wide = facts.above(units)
        around = [facts.rows(wide, indicators, [], pairs) for *_, pairs in labels]
        everyone = facts.rows(wide, indicators, [], [(ALL, ALL)])
        out: dict[int, list[str]] = {}
        for number in written:
            near, tied = _near(number, labels, masked)
            guilty = [i for i in near if hidden[i] is not None]
            if not guilty:
                continue
            explain = [around[i] for i in near] if tied else [*around, everyone]
            if not any(facts.explains(number, r, shares=shares) for r in explain):
                out.setdefault(guilty[0], []).append(number.raw)
        return [Beside(int(hidden[i]), short(sentence), tuple(raw)) for i, raw in out.items()]


def _near(number: Number, labels, text: str) -> tuple[list[int], bool]:
    """Return the labels a number may belong to, and whether it can belong to that one only."""
    before = [i for i, (_, end, _) in enumerate(labels) if end <= number.at]
    after = [i for i, (start, _, _) in enumerate(labels) if start >= number.end]
    if before:
        gap = text[labels[before[-1]][1] : number.at]
        if re.fullmatch(r"(?:\s*(?:students?|pupils?)?)[\s:=|,(\"']*", gap) and len(gap) < 16:
            return [before[-1]], True
    near = ([before[-1]] if before else []) + ([after[0]] if after else [])
    return near, False


def _forms(dimension: str, group: str) -> list[str]:
    """Return the ways in which a text may write a group."""
    if dimension == ALL:
        return ["All students", "all students"]
    parts = [p.strip() for p in group.split(BY.strip())]
    forms = [group]
    if len(parts) == 2:
        a, b = parts
        forms += [
            f"{p}{mark}{q}"
            for p, q in ((a, b), (b, a))
            for mark in (" × ", " ", ", ", " and ", " & ")
        ]
    return [f for f in forms if sum(c.isalpha() for c in f) >= 2]


def _key(label: str) -> str:
    return " ".join(label.casefold().split()).removesuffix("s")


def _alternatives(loose, exact) -> re.Pattern | None:
    """Return a pattern that finds labels, longest first; single words only as they are written."""
    if not loose and not exact:
        return None
    longest = sorted([*loose, *exact], key=len, reverse=True)
    parts = []
    for form in longest:
        body = r"\s+".join(re.escape(w) for w in form.split())
        parts.append(body if form in exact and form not in loose else f"(?i:{body})")
    return re.compile(r"(?<![\w])(?:" + "|".join(parts) + r")s?(?![\w])")


def _names(ids: dict[str, str]) -> tuple[re.Pattern, dict[str, str]] | None:
    """Return a pattern for names (of indicators, of units) and what each stands for."""
    ids = {name.casefold(): i for name, i in ids.items() if len(name) > 2}
    if not ids:
        return None
    names = sorted(ids, key=len, reverse=True)
    pattern = r"(?<!\w)(?:" + "|".join(re.escape(n) for n in names) + r")(?!\w)"
    return re.compile(pattern, re.I), ids


def _all(names, text: str) -> list[str]:
    if names is None or not text:
        return []
    return list(dict.fromkeys(names[1][m.group().casefold()] for m in names[0].finditer(text)))


def _blank(text: str, spans) -> str:
    for span in spans:
        start, end = span[:2] if isinstance(span, tuple) else span.span()
        text = text[:start] + "\u0001" * (end - start) + text[end:]
    return text


def short(text: str, room: int = 90) -> str:
    """Return the beginning of a text, in one line."""
    text = " ".join(text.split())
    return text if len(text) <= room else text[: room - 1] + "…"


def matches(number: Number, values: np.ndarray) -> bool:
    """Return whether a written number is one of these values, as it stands or in percent."""
    if not len(values):
        return False
    aim, half = abs(number.value), number.half + 1e-9
    size = np.abs(values)
    if number.percent:
        return bool((np.abs(size - aim) <= half).any())
    if not number.half:  # a whole number is a count, as it stands
        return bool((size == aim).any()) if aim else False
    return bool(((np.abs(size - aim) <= half) | (np.abs(size * 100 - aim) <= half)).any())
