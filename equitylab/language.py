"""Sentences about findings, and the wording linter.

A sentence about a group names counts, rates and intervals together, then the difference in
percentage points and the students to parity; it describes a pattern and never a cause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from . import catalog, metrics
from .display import (
    band,
    between,
    count,
    decimal,
    first_up,
    interval,
    known,
    listing,
    many,
    percent,
    points,
    who,
    would,
)
from .signals import CLEAR, NOT_CLEAR, NOT_REPORTED, TOO_FEW

ABSENT = {
    "hidden": "hidden",
    "quality": "see note",
    "undefined": "cannot be computed",
}
WORDS = {
    CLEAR: "a clear difference",
    NOT_CLEAR: "not clearly different",
    TOO_FEW: "too few students to tell",
    NOT_REPORTED: "not compared",
}
RANGE_TOO_WIDE = "too wide a range to tell"


@dataclass(frozen=True)
class Hint:
    """One place where the wording could be better, why, and what to try instead."""

    rule: str
    severity: str
    match: str
    start: int
    offers: tuple[str, ...]
    why: str


@cache
def _rules() -> tuple[tuple[re.Pattern, dict], ...]:
    rules = catalog.content("language_guide")["rules"]
    return tuple((re.compile(rule["pattern"], re.I), rule) for rule in rules)


def lint(text: str, *, design: str = "") -> list[Hint]:
    """Which words in this text blame students, rank people or claim a cause?

    Parameters
    ----------
    text : str
        Any prose.
    design : str
        The comparison design that lets the text speak of causes, in words; empty if there is none.

    Returns
    -------
    list of Hint
        In the order of the text. Severity ``block_in_reports`` must change before a report is
        written; ``suggest`` offers another word.

    Examples
    --------
    >>> [h.match for h in lint("The gap is due to low students.")]
    ['due to', 'low students']
    >>> lint("Scores rose because of tutoring.", design="places were drawn by lot")
    []
    """
    found = [
        Hint(rule["id"], rule["severity"], m.group(0), m.start(), tuple(rule["try"]), rule["why"])
        for pattern, rule in _rules()
        if not (design and "unless" in rule)
        for m in pattern.finditer(text)
    ]
    return sorted(found, key=lambda hint: hint.start)


# ---------------------------------------------------------------- sentences


def rate_of(row, about: catalog.Indicator) -> str:
    """Return "12 of 60 (20%, interval 12% to 32%)", the band or range, or why there is no number."""
    if row.why == "range":
        chance = interval(row.rate_low, row.rate_high, row.n)
        return f"{between(row)[:-1]}, interval {chance})"
    if row.why == "band":
        return f"{count(row.n)} students; {band(row.band_low, row.band_high)}"
    if row.why:
        return ABSENT.get(row.why, row.why)
    if about.events:
        return (
            f"{count(row.x)} ({decimal(100 * row.rate)} per 100 students, {count(row.n)} students)"
        )
    rate = percent(row.rate, row.n)
    chance = interval(row.rate_low, row.rate_high, row.n)
    return f"{count(row.x)} of {count(row.n)} ({rate}, interval {chance})"


def gap(row, *, level: float = 0.95, brief: bool = False) -> str:
    """What does one row say: counts, rates, intervals, difference and students to parity?

    Parameters
    ----------
    row : object
        One row of ``Published.table`` with its comparison (a named tuple, or a Series).
    level : float
        Of the interval of the comparison group.
    brief : bool
        Leave out whether the difference is clear, where a heading says it already.

    Returns
    -------
    str
        Worded as ``ts_gap`` of the language guide.
    """
    about = catalog.indicator(row.indicator)
    if about.events:
        return _events(row, about)
    if row.why == "range" or not known(row.other_rate):
        return _ranged(row, about, brief=brief)
    them, others = who(row.group), reference(row.reference)
    small = min(row.n, row.other_n)
    if row.other_x in (0, row.other_n):
        compared = f"{percent(row.other_rate, row.other_n)} of {count(row.other_n)} {others}"
    else:
        low, high = metrics.rate(row.other_x, row.other_n, level=level)[1:]
        compared = (
            f"{count(row.other_x)} of {count(row.other_n)} {others} "
            f"({percent(row.other_rate, row.other_n)}, interval {interval(low, high, row.other_n)})"
        )
    rate = f"{percent(row.rate, row.n)}, interval {interval(row.rate_low, row.rate_high, row.n)}"
    counted = f"{count(row.x)} of {count(row.n)}"
    if about.counts == "seats":
        opening = f"for {them}, {counted} ({rate}) {about.did}"
    else:
        opening = f"{counted} {them} ({rate}) {about.did}"
    if row.pooled:
        opening = f"counted together, {opening}"
    apart = distance(row.difference, row.difference_low, row.difference_high, small)
    sentence = f"{first_up(opening)}, compared with {compared}: {apart}."
    verdict = "" if brief else f"This is {WORDS[row.signal]}."
    return " ".join(filter(None, [sentence, verdict, parity(row, about)]))


def distance(value: float, low: float, high: float, n: float) -> str:
    """Return "10.8 percentage points higher (interval 4.9 to 17.8)", whatever the signs."""
    far, *ends = (points(part, n, signed=False) for part in (value, low, high))
    return _sided(value, low, high, f"{far} percentage points", ends)


def sds(value: float, low: float, high: float) -> str:
    """Return "0.43 standard deviations lower (interval 0.20 to 0.66)".

    Examples
    --------
    >>> sds(-.43, -.66, .02)
    '0.43 standard deviations lower (interval 0.66 lower to 0.02 higher)'
    """
    far, *ends = (decimal(abs(part), 2) for part in (value, low, high))
    return _sided(value, low, high, f"{far} standard deviations", ends)


def _sided(value: float, low: float, high: float, far: str, ends: list[str]) -> str:
    if low < 0 < high:
        between = f"{ends[0]} lower to {ends[1]} higher"
    else:
        between = " to ".join(ends[::-1] if value < 0 else ends)
    return f"{far} {'lower' if value < 0 else 'higher'} (interval {between})"


def _ranged(row, about: catalog.Indicator, *, brief: bool) -> str:
    """Say what is sure where a count, of the group or of the others, is known as a range only."""
    them, others = who(row.group), reference(row.reference)
    counted = rate_of(row, about)
    if about.counts == "seats":
        opening = f"for {them}, {counted} {about.did}"
    else:
        number, bracket, rates = counted.partition(" (")
        opening = f"{number} {them}{bracket}{rates} {about.did}"
    low, high, small = row.difference_low, row.difference_high, min(row.n, row.other_n)
    if row.difference == 0:
        ends = f"{points(low, small)} to {points(high, small)} percentage points"
        apart = f"the range leaves open whether that is more or less than {others} ({ends})"
    else:
        away = distance(row.difference, low, high, small)
        apart = f"at least {away} than {others}, whatever the exact count"
    word = RANGE_TOO_WIDE if row.signal == TOO_FEW else WORDS[row.signal]
    verdict = "" if brief else f" This is {word}."
    return f"{first_up(opening)}: {apart}.{verdict}"


def _events(row, about: catalog.Indicator) -> str:
    opening = (
        f"{count(row.x)} {about.did} among {count(row.n)} {who(row.group)} "
        f"({decimal(100 * row.rate)} per 100)"
    )
    compared = f"{decimal(100 * row.other_rate)} per 100 {reference(row.reference)}"
    return f"{first_up(opening)}, compared with {compared}."


def reference(words: str) -> str:
    """Return words for the comparison; a named group reads as its students."""
    return words if "student" in words else who(words)


def parity(row, about: catalog.Indicator) -> str:
    """Return "If Black students had the same rate as other students, about 12 fewer would …"."""
    if about.direction == "context" or not known(row.to_parity) or row.to_parity < 1:
        return ""
    more = "more" if about.direction == "up" else "fewer"
    them, others = who(row.group), reference(row.reference)
    whom = f"about {count(row.to_parity)} {more} "
    if about.counts == "seats":
        changed = about.did.replace("were", "would have been", 1)
    else:
        changed = would(about.did)
    return f"If {them} had the same rate as {others}, {whom}{changed}."


def overview(rows: list, about: catalog.Indicator) -> str:
    """What do all groups together say on one measure, in a sentence or two?

    Parameters
    ----------
    rows : list
        The rows of one unit, year and indicator that have a comparison; pairs may be in twice.
    about : Indicator
    """
    if about.events:
        return ""
    asked = [row for row in rows if row.signal in (CLEAR, NOT_CLEAR, TOO_FEW)]
    if not asked:
        return "No group has numbers here that can be both published and compared."
    clear = [row for row in asked if row.signal == CLEAR]
    few = [row for row in asked if row.signal == TOO_FEW]
    if not clear:
        rough = any(row.why == "range" for row in few)
        small = "too small, or too roughly known, to tell" if rough else "too small to tell"
        text = f"None of the {many(len(asked), 'group')} compared differs clearly"
        text += f" from {reference(asked[0].reference)}"
        return f"{text}; {many(len(few), 'group')} {small}." if few else text + "."
    return _of_all(asked, [(row.group, row.difference) for row in clear])


def _of_all(asked: list, clear: list[tuple[str, float]]) -> str:
    """Return "Of 9 groups compared, 2 differ clearly: higher for A; lower for B."."""
    higher = [who(group) for group, apart in clear if apart > 0]
    lower = [who(group) for group, apart in clear if apart < 0]
    sides = [f"higher for {listing(higher)}"] if higher else []
    sides += [f"lower for {listing(lower)}"] if lower else []
    verb = "group differs" if len(clear) == 1 else "groups differ"
    return (
        f"Of {many(len(asked), 'group')} compared, {len(clear)} {verb} clearly: {'; '.join(sides)}."
    )


def score_overview(rows: list) -> str:
    """What do the mean scores of all groups together say, in a sentence?"""
    told = [row for row in rows if row.signal in (CLEAR, NOT_CLEAR, TOO_FEW)]
    if not told:
        return "No group has mean scores here that can be both published and compared."
    clear = [row for row in told if row.signal == CLEAR]
    if not clear:
        return f"None of the {many(len(told), 'group')} compared differs clearly in its mean score."
    return _of_all(told, [(row.group, row.gap) for row in clear])


def change(row, about: catalog.Indicator) -> str:
    """How did a rate move from one year to another, with the interval of the change?"""
    small = min(row.n, row.n_from)
    words = {CLEAR: "a clear change", NOT_CLEAR: "not a clear change"}
    word = words.get(row.signal, "too few to tell")
    before = f"{count(row.x_from)} of {count(row.n_from)} ({percent(row.rate_from, row.n_from)})"
    now = f"{count(row.x)} of {count(row.n)} ({percent(row.rate, row.n)})"
    apart = distance(row.change, row.change_low, row.change_high, small)
    return (
        f"{about.label}: {who(row.group)} moved from {before} in {row.year_from} to {now} in "
        f"{row.year_to}, {apart}: {word}."
    )


def beside(row, above, about: catalog.Indicator) -> str:
    """How does a school's overall rate stand beside the rate of the unit above it?"""
    return (
        f"{about.label}: {rate_of(row, about)}; {above.unit} as a whole "
        f"{percent(above.rate, above.n)}."
    )


def score_gap(row) -> str:
    """What does one row of mean scores say: means, gap in points and in standard deviations?"""
    about = catalog.indicator(row.indicator)
    others = f"{count(row.other_n)} {reference(row.reference)}"
    low, high = (decimal(value, signed=True) for value in (row.gap_low, row.gap_high))
    return (
        f"{count(row.n)} {who(row.group)} {about.did} {decimal(row.mean)} on average, compared "
        f"with {decimal(row.other_mean)} for {others}: a gap of {decimal(row.gap, signed=True)} "
        f"score points (interval {low} to {high}), or {decimal(row.g, 2, signed=True)} standard "
        f"deviations. This is {WORDS[row.signal]}."
    )


def hidden(groups: list[str], about: str) -> str:
    """Return the sentence for groups whose numbers are hidden, never saying which reason."""
    names = listing([who(group) for group in groups])
    return (
        f"{about}: figures for {names} are hidden to protect privacy. "
        "Hidden does not mean unimportant."
    )
