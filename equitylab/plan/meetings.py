"""Ten meetings of a learning community, one a month, from three answers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from .. import catalog
from .values import day, number, text


def year(settings: Mapping | None) -> list[dict]:
    """When does the learning community meet, and about what?

    Parameters
    ----------
    settings : mapping
        ``sustain_plan.plc_year``: ``first_month`` (any day of it), ``week`` of the month (1 to 4),
        ``weekday`` (1 is Monday), ``time``, ``place`` and ``minutes``.

    Returns
    -------
    list of dict
        ``month date theme output event`` and, where they are set, ``start place minutes``; empty
        without a first month. The themes are those of ``content/plc_protocol.yaml``.

    Examples
    --------
    >>> meetings = year({"first_month": "2026-09-01", "week": 2, "weekday": 2})
    >>> len(meetings), meetings[0]["date"], meetings[-1]["date"]
    (10, '2026-09-08', '2027-06-08')
    """
    settings = settings or {}
    first = day(settings.get("first_month"))
    if first is None:
        return []
    week, weekday = (int(number(settings.get(k)) or 2) for k in ("week", "weekday"))
    rest = {"start": text(settings.get("time")), "place": text(settings.get("place"))}
    rest["minutes"] = int(number(settings.get("minutes")) or 60)
    made = []
    for one in catalog.content("plc_protocol")["calendar"]["months"]:
        when = _nth(first, one["m"] - 1, week, weekday)
        about = {k: text(one.get(k)) for k in ("theme", "output", "event")}
        row = {"month": one["m"], "date": when.isoformat(), **about, **rest}
        made.append({k: v for k, v in row.items() if v})
    return made


def merged(settings: Mapping | None, rows: list[dict]) -> list[dict]:
    """Return the year's meetings, with what was written by hand in their place or beside them.

    A row with a ``month`` takes that month's place; a row without one is a further meeting.

    Examples
    --------
    >>> made = merged({"first_month": "2026-09-01"}, [{"month": 1, "date": "2026-09-15"}])
    >>> made[0]["date"], made[0]["theme"]
    ('2026-09-15', 'Relaunch: vision, norms, roles')
    """
    own = {int(number(r["month"])): r for r in rows if number(r.get("month"))}
    made = [{**one, **own.get(one["month"], {})} for one in year(settings)]
    left = [r for r in rows if not number(r.get("month")) or not made]
    return sorted([*made, *left], key=lambda r: text(r.get("date")) or "9")


def _nth(first: datetime.date, months: int, week: int, weekday: int) -> datetime.date:
    """Return the so-manieth such weekday of the month so many months after the first."""
    month = first.month - 1 + months
    start = datetime.date(first.year + month // 12, month % 12 + 1, 1)
    ahead = (weekday - 1 - start.weekday()) % 7
    return start + datetime.timedelta(ahead + 7 * (min(max(week, 1), 4) - 1))
