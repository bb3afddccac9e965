"""Which numbers of a leader's work may leave the school: the reporting rules, once more."""

from __future__ import annotations

from typing import NamedTuple

from . import catalog
from .display import percent

RATES = ("rate", "low", "high", "gap_points", "ratio", "to_parity", "value", "interval")
# Numerator, denominator, and what could give them away.
PAIRS = (
    ("x", "n", RATES),
    ("other_x", "other_n", RATES),
    ("numerator", "denominator", RATES),
    ("baseline_x", "baseline_n", ("baseline", "target_x")),
)
ALL = {name for x, n, more in PAIRS for name in (x, n, *more)}
HIDDEN = "hidden to protect privacy"


class Rule(NamedTuple):
    """The smallest group and the smallest count that are shown outside the school's team."""

    group: int
    cell: int

    @classmethod
    def of(cls, folio) -> Rule:
        """Return the house's rule, or the leader's own where that is stricter."""
        house = catalog.content("reporting_rules")["privacy"]
        own = folio.get("profile.rules")
        own = own if isinstance(own, dict) else {}
        return cls(
            max(house["minimum_n"], int(number(own.get("minimum_n")) or 0)),
            max(house["minimum_cell"], int(number(own.get("minimum_cell")) or 0)),
        )

    def small(self, x: float | None, n: float | None) -> bool:
        """Whether a count, or its mirror, or its group is too small to show.

        Examples
        --------
        >>> Rule(10, 3).small(2, 40), Rule(10, 3).small(39, 40), Rule(10, 3).small(12, 40)
        (True, True, False)
        """
        if n is None or n < self.group:
            return True
        return x is not None and (0 < x < self.cell or 0 < n - x < self.cell or not 0 <= x <= n)


def number(value: object) -> float | None:
    """Return what a person typed as a number; None if it is none."""
    try:
        return None if isinstance(value, bool) else float(str(value).strip().replace(",", ""))
    except ValueError:
        return None


def shown(row: dict, rule: Rule, *, hide: bool = False) -> tuple[dict, str]:
    """Return the row with the numbers that may be shown, and why others are not.

    A count of none or of all is shown as a band. If one pair is too small, every number of the row
    goes, since a gap and the other side would give it back.

    Examples
    --------
    >>> shown({"x": 2, "n": 40, "rate": .05}, Rule(10, 3))[0]
    {'x': None, 'n': None, 'rate': None, 'numbers': 'hidden to protect privacy'}
    >>> shown({"numerator": 0, "denominator": 40}, Rule(10, 3))[0]
    {'numerator': None, 'denominator': 40, 'band': '5% or less'}
    """
    told = {name for name in ALL & row.keys() if any(map(str.isdigit, str(row[name])))}
    # Rates belong to the pairs that are there; with none, nothing says how many they are of.
    pairs = [pair for pair in PAIRS if told & {*pair[:2]}]
    pairs = pairs or [pair for pair in PAIRS if told & {*pair[2]}][:1]
    if hide or any(rule.small(*_counts(row, *pair)) for pair in pairs):
        gone = {name: None for name in row if name in told}
        why = "a number under the reporting rule" if gone or not hide else ""
        return row | gone | ({"numbers": HIDDEN} if gone else {}), why
    for x, n, more in pairs:
        count, of = _counts(row, x, n, more)
        if count in (0, of) and x != "baseline_x":
            words = {"band" if x != "other_x" else "other_band": percent(count / of, of)}
            row = row | {name: None for name in (x, *more) if name in row} | words
    return row, ""


def _counts(row: dict, x: str, n: str, more: tuple) -> tuple[float | None, float | None]:
    """Return the counts of a pair; a count that was not written follows from its rate."""
    count, of = number(row.get(x)), number(row.get(n))
    rate = number(row.get("rate")) if "rate" in more and x != "other_x" else None
    if count is None and of and rate is not None:
        count = float(round(of * (rate if rate <= 1 else rate / 100)))
    return count, of


def alone(cards: list[dict], rule: Rule) -> list[bool]:
    """Which further cards must hide, so that the one hidden card cannot be worked out from them?

    Of the cards on one measure and year, if a single one is hidden, the smallest other is too.
    """
    small = [bool(shown(card, rule)[1]) for card in cards]
    hide = [False] * len(cards)
    for place in {(card.get("measure"), card.get("year")) for card in cards}:
        there = [i for i, c in enumerate(cards) if (c.get("measure"), c.get("year")) == place]
        rest = [i for i in there if not small[i] and number(cards[i].get("n")) is not None]
        if sum(small[i] for i in there) == 1 and rest:
            hide[min(rest, key=lambda i: number(cards[i]["n"]))] = True
    return hide
