"""What a portfolio's loose values mean: text, ids, days, numbers and measures."""

from __future__ import annotations

import datetime
import re

from .. import catalog, metrics
from ..display import count, interval, percent

# What no file of words can hold: control characters, and halves of characters.
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def text(value: object) -> str:
    """Return a value as one line of text, nothing as nothing.

    Examples
    --------
    >>> text(None), text(" a\\n b "), text(["x", "y"])
    ('', 'a b', 'x, y')
    """
    if value is None or value is False:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(text, value)))
    return " ".join(_CONTROL.sub(" ", str(value)).split())


def listed(value: object) -> list[str]:
    """Return the ids that a field holds, be it one or a list."""
    if isinstance(value, (list, tuple)):
        return [text(one) for one in value if text(one)]
    return [text(value)] if text(value) else []


def day(value: object) -> datetime.date | None:
    """Return a date from ISO text, or None.

    Examples
    --------
    >>> day("2026-06-30"), day("June")
    (datetime.date(2026, 6, 30), None)
    """
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(text(value)[:10])
    except ValueError:
        return None


def number(value: object) -> float | None:
    """Return a finite number, or None.

    Examples
    --------
    >>> number("12"), number(""), number(True), number("nan")
    (12.0, None, None, None)
    """
    if isinstance(value, bool):
        return None
    try:
        made = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return made if abs(made) < float("inf") else None


def kpi_of(id: object) -> dict:
    """Return what is known of a measure: of the KPI catalogue, or of an indicator's own KPI."""
    id = text(id)
    known = {row["id"]: row for row in catalog.content("kpi_catalog")["kpis"]}
    if id in catalog.indicators():
        about = catalog.indicator(id)
        counted = f"Students who {about.did}" if about.counts == "students" else about.did
        own = {"id": id, "label": about.label, "numerator": counted, "direction": about.direction}
        return known.get(about.kpi, {}) | own
    return known.get(id, {"id": id, "label": id} if id else {})


def rule(x: float | None, n: float | None, policy: dict | None = None) -> str:
    """May a count out of a group be printed? Empty if so; else ``hidden``, or ``""`` of nothing.

    The primary rule only: a cell that it lets through may still be hidden in a release.

    Examples
    --------
    >>> rule(12, 60), rule(2, 60), rule(59, 60), rule(3, 7), rule(0, 60)
    ('', 'hidden', 'hidden', 'hidden', '')
    """
    if x is None or not n or x < 0 or n < 0 or n != int(n):
        return "missing"
    rules = catalog.content("reporting_rules")["privacy"]
    least = (policy or {}).get("min_group", rules["minimum_n"])
    few = (policy or {}).get("min_cell", rules["minimum_cell"])
    # More events than students is no share: the mirror of a small count does not exist.
    small = 0 < x < few or (x <= n and 0 < n - x < few)
    return "hidden" if n < least or small else ""


def share(x: object, n: object) -> tuple[int, int] | None:
    """Return a count of students out of a group, or None if it cannot be one.

    Examples
    --------
    >>> share("12", 60), share(61, 60), share(1.5, 60), share(None, 60)
    ((12, 60), None, None, None)
    """
    x, n = number(x), number(n)
    if x is None or not n or not 0 <= x <= n or x != int(x) or n != int(n):
        return None
    return int(x), int(n)


def counted(x: object, n: object, policy: dict | None = None, *, per: bool = False) -> str:
    """Return "12 of 60 (20%, interval 12% to 32%)" as the rule lets it be printed.

    Examples
    --------
    >>> counted(12, 60), counted(2, 60), counted(0, 60), counted(None, 60)
    ('12 of 60 (20%, interval 12% to 32%)', 'hidden', '5% or less of 60', '')
    """
    x, n = number(x), number(n)
    if why := rule(x, n, policy):
        return "" if why == "missing" else why
    if per or x > n or x != int(x):
        return f"{100 * x / n:.1f} per 100 ({count(x)} among {count(n)})"
    if x in (0, n):
        return f"{percent(x / n, n)} of {count(n)}"
    _, low, high = metrics.rate(x, n)
    return f"{count(x)} of {count(n)} ({percent(x / n, n)}, interval {interval(low, high, n)})"


def said_day(value: object) -> str:
    """Return a date as people write it; text that is no date as it is.

    Examples
    --------
    >>> said_day("2027-06-30"), said_day("in June")
    ('30 June 2027', 'in June')
    """
    when = day(value)
    months = catalog.content("action_plan")["months"]
    return f"{when.day} {months[when.month - 1]} {when.year}" if when else text(value)
