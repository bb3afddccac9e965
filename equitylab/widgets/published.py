"""What a finding card says in numbers: read from the published table, and never typed in."""

from __future__ import annotations

import pandas as pd

from .. import catalog, language, metrics
from ..display import band, count, first_up, interval, known, percent, points, who
from ..errors import EquityLabError
from ..schema import ALL
from ..signals import CLEAR, NOT_CLEAR, NOT_REPORTED, TOO_FEW, signals

OTHERS = "other students"
CONFIDENCE = {CLEAR: "clear", NOT_CLEAR: "suggestive"}
FILLED = (
    "dimension", "group", "x", "n", "rate", "low", "high", "other_x", "other_n", "gap_points",
    "band", "absent", "signal", "confidence", "cautions", "source",
)  # fmt: skip


def numbers(school, card: dict) -> dict:
    """Return the parts of a card that come from the published table; empty where it names none.

    Parameters
    ----------
    school : School
        Its published rows.
    card : dict
        ``measure``, ``students`` (``"dimension: group"``), ``year`` and ``comparison``; ``target``
        in percent where the comparison is a goal.
    """
    row = published(school, card)
    if row is None:
        return {}
    about = catalog.indicator(row.indicator)
    found = {"dimension": row.dimension, "group": row.group, "signal": NOT_REPORTED}
    if row.why in ("band", "range"):
        found |= {"n": int(row.n), "band": band(row.band_low, row.band_high)}
    elif row.why not in ("", "hidden"):
        found |= {"absent": row.why}
    elif row.why == "" and known(row.x):
        found |= {"n": int(row.n), "x": int(row.x), "rate": _round(row.rate)}
        found |= {"low": _round(row.rate_low), "high": _round(row.rate_high)}
        found |= _compared(school, row, card, about)
    signal = found["signal"]
    found["confidence"] = CONFIDENCE.get(signal, "too_few_to_tell")
    cautions = ["desc_not_cause"]
    cautions += ["small_n"] if found["confidence"] == "too_few_to_tell" else []
    cautions += ["change_noise", "composition"] if card.get("comparison") == "own_past" else []
    cautions += ["test_scope"] if about.chapter == "achievement" else []
    policy = school.policy
    rule = f"groups under {policy.get('min_group', 10)} hidden"
    of = "practice district" if school.sample else school.public.source.get("path", "own file")
    return found | {"cautions": cautions, "source": f"Published numbers, {of}, {row.year}; {rule}"}


def published(school, card: dict):
    """Return the published row that a card names, or None."""
    if not all(card.get(name) for name in ("measure", "students", "year")):
        return None
    dimension, _, group = str(card["students"]).partition(": ")
    return _one(school, card["measure"], dimension, group, card["year"])


def _one(school, measure: str, dimension: str, group: str, year: str):
    rows = school.view.single
    rows = rows[(rows["indicator"] == measure) & (rows["year"] == year)]
    rows = rows[(rows["dimension"] == dimension) & (rows["group"] == group)]
    return next(rows.itertuples(index=False), None)


def _compared(school, row, card: dict, about) -> dict:
    """Return the other side of the comparison, the gap and what can be said of it."""
    rule = card.get("comparison") or "rest"
    if rule == "rest" and row.reference == OTHERS and known(row.other_rate):
        return _gap(row.difference, row.signal, row.other_x, row.other_n)
    if rule == "overall":
        whole = _one(school, row.indicator, ALL, ALL, row.year)
        if whole is not None and whole.why == "" and known(whole.x):
            # A group differs from the whole just as surely as from the rest of it.
            return _gap(row.rate - whole.rate, row.signal, whole.x, whole.n)
    if rule == "own_past":
        years = [year for year in school.years if year < row.year]
        past = _one(school, row.indicator, row.dimension, row.group, years[-1]) if years else None
        if past is not None and past.why == "" and known(past.x) and not about.events:
            apart = metrics.risk_difference(row.x, row.n, past.x, past.n)
            word = _word(apart.value, apart.low, apart.high, about)
            return _gap(row.rate - past.rate, word, past.x, past.n)
    if rule == "target" and known(card.get("target")) and not about.events:
        goal = float(card["target"]) / 100
        ends = row.rate_low - goal, row.rate_high - goal
        return _gap(row.rate - goal, _word(row.rate - goal, *ends, about), None, None)
    return {}


def _word(value: float, low: float, high: float, about) -> str:
    """Return the words for one comparison that stands alone."""
    one = [pd.Series([float(part)]).to_numpy() for part in (value, low, high, 0.0)]
    return str(signals(*one, enough=True, threshold=about.threshold, fdr=0.05)[0])


def _gap(gap: float, signal: str, x, n) -> dict:
    other = {"other_x": int(x), "other_n": int(n)} if known(x) and known(n) else {}
    return {"gap_points": round(100 * float(gap), 1), "signal": signal, **other}


def _round(share: float) -> float | None:
    return round(float(share), 4) if known(share) else None


def sentence(card: dict) -> str:
    """What do the numbers of a card say, in a sentence or two that can be read aloud?"""
    if not card.get("measure") or not card.get("group"):
        return ""
    about = catalog.indicator(card["measure"])
    if not known(card.get("x")):
        return _without(card, about.label)
    n, small = card["n"], min(card["n"], card.get("other_n") or card["n"])
    if about.events:
        opening = f"{count(card['x'])} {about.did} among {count(n)} {who(card['group'])}"
    else:
        rate = f"{percent(card['rate'], n)}, interval {interval(card['low'], card['high'], n)}"
        opening = f"{count(card['x'])} of {count(n)} {who(card['group'])} ({rate}) {about.did}"
    opening = f"{about.label}, {card['year']}: {opening}"
    against = _against(card)
    if not against or card.get("gap_points") is None:
        return f"{first_up(opening)}. Nothing that can be published stands beside it."
    if about.events:
        return f"{first_up(opening)}{against}."
    gap = card["gap_points"] / 100
    side = "lower" if gap < 0 else "higher"
    apart = f"{points(gap, small, signed=False)} percentage points {side}"
    word = {TOO_FEW: "too few students to tell"}.get(card["signal"], f"{card['signal']}")
    return f"{first_up(opening)}{against}: {apart}. {first_up(word)}."


def _without(card: dict, label: str) -> str:
    """Return what can be said where no count is published."""
    if card.get("band"):
        return (
            f"{label}, {card['year']}: {card['band']} of {count(card['n'])} {who(card['group'])}. "
            "Nothing nearer is published, to protect privacy."
        )
    if card.get("absent"):
        return f"{label}, {card['year']}: there is no number for {who(card['group'])}."
    return language.hidden([card["group"]], f"{label}, {card['year']}")


def _against(card: dict) -> str:
    rule = card.get("comparison") or "rest"
    if rule == "target":
        return f", beside a goal of {card['target']:g}%" if known(card.get("target")) else ""
    if not known(card.get("other_n")):
        return ""
    words = {
        "rest": "among everyone else in the school",
        "overall": "among all students",
        "own_past": "of the same group a year earlier",
    }[rule]
    x, n = card["other_x"], card["other_n"]
    share = "" if catalog.indicator(card["measure"]).events else f" ({percent(x / n, n)})"
    return f", compared with {count(x)} of {count(n)}{share} {words}"


def numbers_or_none(at, card: dict) -> dict:
    """Return :func:`numbers`, or nothing where the school's numbers cannot be opened."""
    try:
        return numbers(at.school, card)
    except EquityLabError:
        return {}
