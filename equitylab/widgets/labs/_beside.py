"""One published row beside six comparisons, each from published rows only.

Where a comparison needs a number that is hidden, it is left out and a sentence says so.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import NamedTuple

import numpy as np

from ... import catalog, display, language, metrics
from ...display import count, first_up, interval, known, percent, points, who, would
from ...language import WORDS
from ...reports import findings
from ...signals import NOT_REPORTED, signals
from ._rows import of, row_of, total

RULES = ("rest", "overall", "target", "highest", "own_past", "chosen")
OTHERS = "other students"
REASONED = ("highest", "chosen")  # reporting_rules.yaml asks for a written reason
NONE = metrics.Estimate(np.nan, np.nan, np.nan)


class Beside(NamedTuple):
    """A row and what stands beside it; without `apart`, `said` is why there is no comparison."""

    rule: str
    against: str
    rate: float = np.nan
    apart: metrics.Estimate = NONE
    signal: str = NOT_REPORTED
    parity: float = np.nan
    ratio: str = ""
    said: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a comparison."""
        return known(self.apart.value)


# ---------------------------------------------------------------- what stands beside it


def beside(at, row, rule: str, *, target=None, other: str = "") -> Beside:
    """Set a published row beside one comparison.

    Parameters
    ----------
    at : Lesson
    row : named tuple
        A row of ``Published.table``.
    rule : str
        One of :data:`RULES`.
    target : float
        The goal in percent, for ``"target"``.
    other : str
        ``"dimension: group"``, for ``"chosen"``.
    """
    about = catalog.indicator(row.indicator)
    if row.why or not known(row.x):
        return Beside(rule, "", said=unpublished(row))
    if about.events and rule != "rest":
        said = "Days and events are set beside everyone else only: one student can have many."
        return Beside(rule, "", said=said)
    return _FOUND[rule](at.school.view, row, about, target, other)


def unpublished(row) -> str:
    """Say why a row has no number, and what to do instead."""
    about = catalog.indicator(row.indicator)
    if row.why == "band":
        rate = language.rate_of(row, about)
        return f"{about.label}, {who(row.group)}: {rate}. A band stands for none, or all, of them."
    if row.why == "range":
        rate = language.rate_of(row, about)
        return f"{about.label}, {who(row.group)}: {rate}. The source gives a range and no count."
    if row.why == "hidden":
        return f"{language.hidden([row.group], about.label)} Plan how to listen instead."
    return f"{about.label}, {who(row.group)}: {row.why or 'no number'}."


def _rest(view, row, about, target, other) -> Beside:
    if row.reference != OTHERS and not about.events:  # a release may compare with something else
        whole = total(view, row.indicator, row.year)
        if whole is not None and not whole.why and known(whole.x) and whole.n > row.n:
            x, n = whole.x - row.x, whole.n - row.n
            return _like(row, about, "rest", OTHERS, SimpleNamespace(x=x, n=n, rate=x / n))
    if not known(row.other_rate):
        said = f"The number of everyone else is not published for {row.year}."
        return Beside("rest", OTHERS, said=said)
    apart = metrics.Estimate(row.difference, row.difference_low, row.difference_high)
    ratio = display.ratio(row.ratio, row.ratio_low, row.ratio_high, row.other_x)
    against, said = language.reference(row.reference), language.gap(row)
    return Beside("rest", against, row.other_rate, apart, row.signal, row.to_parity, ratio, said)


def _overall(view, row, about, target, other) -> Beside:
    whole = total(view, row.indicator, row.year)
    if whole is None or whole.why or not known(whole.x) or whole.n <= row.n:
        return Beside(
            "overall", "all students", said="The number of all students is not published."
        )
    apart = metrics.against_whole(row.x, row.n, whole.x - row.x, whole.n - row.n)
    return _like(row, about, "overall", "all students", whole, apart, ratio=False)


def _own_past(view, row, about, target, other) -> Beside:
    years = [year for year in view.years if year < row.year]
    if not years:
        return Beside(
            "own_past", "their own past", said="There is no earlier year to compare with."
        )
    past = row_of(view, row.indicator, f"{row.dimension}: {row.group}", years[-1])
    words = f"students of this group in {years[-1]}"
    if past is None or past.why or not known(past.x):
        return Beside(
            "own_past", words, said=f"This group's number of {years[-1]} is not published."
        )
    return _like(row, about, "own_past", words, past)


def _highest(view, row, about, target, other) -> Beside:
    if about.direction == "context":
        said = "This measure has no better side, so no group has the most favourable rate."
        return Beside("highest", "", said=said)
    rows = of(view, row.indicator, row.year)
    rows = rows[(rows["dimension"] == row.dimension) & (rows["why"] == "") & rows["x"].notna()]
    found = [r for r in rows.itertuples(index=False) if not findings.unknown(r.dimension, r.group)]
    best = (max if about.direction == "up" else min)(found, key=lambda r: r.rate)
    label = catalog.dimension_label(row.dimension).lower()
    if best.group == row.group:
        return Beside(
            "highest", who(best.group), said=f"By {label}, no published rate is more favourable."
        )
    return _like(row, about, "highest", who(best.group), best)


def _chosen(view, row, about, target, other) -> Beside:
    dimension, _, group = other.partition(": ")
    if not other:
        return Beside("chosen", "", said="Choose a group, and write why it is a fair comparison.")
    if dimension != row.dimension:
        label = catalog.dimension_label(row.dimension).lower()
        said = f"Choose a group by {label}: students can be in both of these groups."
        return Beside("chosen", who(group), said=said)
    if group == row.group:
        return Beside("chosen", who(group), said="This is the same group.")
    beside = row_of(view, row.indicator, other, row.year)
    if beside is None or beside.why or not known(beside.x):
        return Beside("chosen", who(group), said=f"The number of {who(group)} is not published.")
    return _like(row, about, "chosen", who(group), beside)


def _target(view, row, about, target, other) -> Beside:
    if target is None or not known(target):
        return Beside("target", "a goal", said="Type a goal in percent to see how far away it is.")
    goal = float(target) / 100
    apart = metrics.against_goal(row.x, row.n, goal)
    word = _word(apart, about)
    short = 0.0
    if about.direction in ("up", "down"):
        tenths = round(1000 * goal)  # of a percent of 100,000
        ref = {"x_ref": 100 * tenths, "n_ref": 100_000}
        short = float(metrics.to_parity(row.x, row.n, **ref, direction=about.direction))
    low, high = (points(end, row.n, signed=False) for end in apart[1:])
    rate = f"{percent(row.rate, row.n)}, interval {interval(row.rate_low, row.rate_high, row.n)}"
    side = "below" if apart.value < 0 else "above"
    ends = f"{high} to {low}" if apart.value < 0 else f"{low} to {high}"
    if apart.low < 0 < apart.high:
        ends = f"{low} below to {high} above"
    said = (
        f"{first_up(f'{count(row.x)} of {count(row.n)} {who(row.group)}')} ({rate}) {about.did}. "
        f"The goal is {target:g}%: they are {points(apart.value, row.n, signed=False)} percentage "
        f"points {side} it (interval {ends}). This is {WORDS[word]}."
    )
    if short >= 1:
        more = "more" if about.direction == "up" else "fewer"
        said += f" At the goal, about {count(short)} {more} {would(about.did)}."
    against = f"the goal of {target:g}%"
    return Beside("target", against, goal, apart, word, short or np.nan, "", said)


def _like(row, about, rule, against, other, apart=None, *, ratio=True) -> Beside:
    """Compare a row with another published one, and say it as reports say it."""
    apart = apart or metrics.risk_difference(row.x, row.n, other.x, other.n)
    word = _word(apart, about)
    short = np.nan
    if about.direction in ("up", "down"):
        four = row.x, row.n, other.x, other.n
        short = float(metrics.to_parity(*four, direction=about.direction))
    told = {
        **row._asdict(), "reference": against, "other_n": other.n, "other_x": other.x,
        "other_rate": other.rate, "difference": apart.value, "difference_low": apart.low,
        "difference_high": apart.high, "signal": word, "to_parity": short,
    }  # fmt: skip
    times = metrics.risk_ratio(row.x, row.n, other.x, other.n)
    ratio = display.ratio(*times, other.x) if ratio else ""
    said = language.gap(SimpleNamespace(**told))
    return Beside(rule, against, other.rate, apart, word, short, ratio, said)


def _word(apart, about) -> str:
    """Return the words for one comparison that stands alone, not adjusted for others."""
    one = [np.array([float(part)]) for part in apart]
    word = signals(*one, np.zeros(1), enough=True, threshold=about.threshold, fdr=1.0)
    return str(word[0])


_FOUND = {
    "rest": _rest, "overall": _overall, "target": _target, "highest": _highest,
    "own_past": _own_past, "chosen": _chosen,
}  # fmt: skip
