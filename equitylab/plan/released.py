"""Which counts does the current release show of one school, and which words count people?"""

from __future__ import annotations

import datetime
import re
from functools import cache

from .. import catalog
from ..display import known
from ..portfolio_numbers import Rule
from .values import day, number, text

_OF = re.compile(
    r"(?<![\d.,])([\d,]+)\s*(?:out of|of|/|in)\s+(?:the |our |all )?([\d,]+)(?![\d.,]*\d)"
)
_SHARE = re.compile(r"(?<![\d.,])(\d+(?:\.\d+)?)\s*(?:%|percent|per cent)", re.I)
# Digits that count no one: dates, years, grades, hours, what a release shows anyway.
_HARMLESS = re.compile(
    r"\b(?:19|20)\d\d(?:-\d\d){0,2}\b|\b(?:grades?|year|room|step|block|week|day|algebra|title)\s*-?\s*"
    r"\d+(?:\s*(?:to|and|-|–)\s*\d+)*|\b\d+(?:st|nd|rd|th)\b|\b\d+\s+(?:january|february|march|april|may|"
    r"june|july|august|september|october|november|december)\b",
    re.I,
)  # fmt: skip


class Release:
    """The counts that the current release shows of one school.

    Parameters
    ----------
    published : Published or None
        Without one, no count of a measure that a release could hold is shown.
    unit_id : str
    """

    def __init__(self, published, unit_id: str) -> None:
        self.published, self.unit_id = published, unit_id
        about = catalog.indicators()
        self.pairs: dict[str, set[tuple[int, int]]] = {}
        self.all: set[tuple[int, int]] = set()
        self.labels: list[str] = []
        self.until = datetime.date.max
        self.speaks_of = set(about) | {one.kpi for one in about.values()}
        if published is None:
            return
        rows = published.table[published.table["unit_id"] == unit_id]
        if rows.empty:
            return
        self.labels = [g for g in rows["group"].unique() if g != "all"]
        years = [int(y[:4]) for y in published.years if y[:4].isdigit()]
        self.until = datetime.date(max(years, default=1) + 1, 8, 1)
        held = rows.loc[~rows["why"].isin(["not collected", "not applicable"]), "indicator"]
        self.speaks_of = {id for i in held.unique() for id in (i, about[i].kpi)}
        for row in rows[rows["why"] == ""].itertuples(index=False):
            for x, n in ((row.x, row.n), (row.other_x, row.other_n)):
                if known(x) and known(n):
                    self.all.add((int(x), int(n)))
                    for id in (row.indicator, about[row.indicator].kpi):
                        self.pairs.setdefault(id, set()).add((int(x), int(n)))

    def lets(self, kpi: object, x: object, n: object, rule: Rule, *, date: object = None) -> bool:
        """Whether a count of a measure may be printed.

        A measure that the release speaks of is held against it, unless the reading is of a day
        after its last year. A measure of the school's own passes the rule alone.
        """
        x, n = number(x), number(n)
        if x is None or not n or (x <= n and rule.small(x, n)) or n < rule.group:
            return False
        later = (when := day(date)) is not None and when > self.until
        if text(kpi) not in self.speaks_of or later:
            return True
        return (int(x), int(n)) in self.pairs.get(text(kpi), set())

    def wrong(self, words: str, aims: set[tuple], shares: set[str]) -> bool:
        """Whether a text holds a number of students that is neither released nor aimed for."""
        pairs = {(_int(a), _int(b)) for a, b in _OF.findall(words)}
        if pairs - self.all - aims:
            return True
        rest = _OF.sub(" ", words)
        if any(f"{float(share):g}" not in shares for share in _SHARE.findall(rest)):
            return True
        if _heads().search(_HARMLESS.sub(" ", rest)):
            return True
        plain = _HARMLESS.sub(" ", _SHARE.sub(" ", rest))
        # Beside the name of a group, any other number could be read as one of it.
        return bool(re.search(r"\d", plain)) and any(_names(label, words) for label in self.labels)


@cache
def _heads() -> re.Pattern:
    """Return what finds a number of people in a text."""
    words = "|".join(map(re.escape, catalog.content("action_plan")["people_words"]))
    before = r"(?<!grade )(?<!year )(?<!class )(?<![\d.,-])"
    return re.compile(rf"{before}(\d[\d,]*)\s+(?:[\w-]+\s+){{0,3}}?(?:{words})s?\b", re.I)


def _int(digits: str) -> int:
    return int(digits.replace(",", "") or 0)


def _names(label: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(label)}s?(?!\w)", words, re.I) is not None
