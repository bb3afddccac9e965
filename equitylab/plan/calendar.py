"""When does the plan ask something of someone: due dates, checkpoints, reviews, meetings."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from .. import catalog
from .drivers import part_of
from .thread import Plan, name, read
from .values import day, text

HORIZON = 24  # months: no review is put into a calendar further away than a goal may run
DOMAIN = "plan.equitylab"


class Entry(NamedTuple):
    """One day of the plan. ``key`` stays the same when the words change."""

    key: str
    date: datetime.date
    what: str
    note: str = ""
    ahead: int = 0  # days of warning


# Each review: where its first day is kept, months between, words, and days of warning.
REVIEWS = {
    "team": ("team_from", 1, "Team looks at the plan", 2),
    "full_group": ("full_from", 4, "Whole staff and partners look at the plan", 14),
    "public": ("public_from", 12, "Progress is told in public", 30),
}


def entries(folio) -> list[Entry]:
    """Return every day of the plan, earliest first."""
    plan = read(folio)
    found = [*_actions(plan), *_checkpoints(plan), *_parts(plan), *_reviews(plan), *_meetings(plan)]
    return sorted(found, key=lambda entry: (entry.date, entry.what))


def _actions(plan: Plan) -> Iterable[Entry]:
    for id, row in plan.actions.items():
        done = text(row.get("status")) in ("done", "stopped_with_reason")
        if (due := day(row.get("due"))) and not done:
            note = f"Owner: {text(row.get('owner_role'))}" if text(row.get("owner_role")) else ""
            yield Entry(f"action-{id}", due, f"Due: {name(row)}", note, 7)


def _checkpoints(plan: Plan) -> Iterable[Entry]:
    for id, row in plan.goals.items():
        called = text(plan.priorities.get(text(row.get("priority")), {}).get("title")) or name(row)
        for k in (1, 2):
            if when := day(row.get(f"checkpoint_{k}")):
                yield Entry(f"checkpoint-{k}-{id}", when, f"Checkpoint: {called}", "", 7)
        if when := day(row.get("by_date")):
            yield Entry(f"goal-{id}", when, f"Goal date: {called}", "", 14)


def _parts(plan: Plan) -> Iterable[Entry]:
    for part in catalog.content("action_plan")["five_parts"]:
        held = part_of(plan, part["id"])
        if (when := day(held["date"])) and not held["not_because"]:
            what = f"{part['label']}: {held['what']}" if held["what"] else part["label"]
            note = f"Owner: {held['owner']}" if held["owner"] else ""
            yield Entry(f"part-{part['id']}", when, what, note, 7)


def _reviews(plan: Plan) -> Iterable[Entry]:
    """A review each month, term and year from its first day to the last goal's date."""
    ends = [end for row in plan.goals.values() if (end := day(row.get("by_date")))]
    for kind, (field, months, what, ahead) in REVIEWS.items():
        first = day(plan.review.get(field))
        if not first:
            continue
        last = min(max(ends, default=_later(first, 12)), _later(first, HORIZON))
        k = 0
        while (when := _later(first, k * months)) <= last or k == 0:
            yield Entry(f"review-{kind}-{k}", when, what, "", ahead)
            k += 1


def _meetings(plan: Plan) -> Iterable[Entry]:
    for k, row in enumerate(plan.meetings):
        if when := day(row.get("date")):
            theme = text(row.get("theme")) or text(row.get("focus"))
            what = f"Learning community: {theme}" if theme else "Learning community"
            lines = [("Bring away", "output"), ("Also", "event"), ("Where", "place")]
            note = ". ".join(f"{w}: {text(row.get(f))}" for w, f in lines if text(row.get(f)))
            yield Entry(f"meeting-{text(row.get('id')) or k}", when, what, note, 2)


def _later(date: datetime.date, months: int) -> datetime.date:
    """Return the day so many months later, the month's last where it has no such day.

    Examples
    --------
    >>> _later(datetime.date(2025, 1, 31), 1)
    datetime.date(2025, 2, 28)
    """
    month = date.month - 1 + months
    year, month = date.year + month // 12, month % 12 + 1
    last = (datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(1)).day
    return datetime.date(year, month, min(date.day, last))


def ics(folio, *, title: str = "", days: list[Entry] | None = None) -> bytes:
    """Return the plan's days, or these, as a calendar file.

    Every day has an id that stays the same, so that a second import changes days and adds none;
    days carry no clock time and no time zone. Equal content gives equal bytes.
    """
    import icalendar

    plan = read(folio)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//EquityLab//Action plan//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title or "Action plan")
    saved = plan.saved or datetime.datetime(2000, 1, 1)
    stamp = (
        saved.astimezone(datetime.UTC).replace(microsecond=0)
        if saved.tzinfo
        else saved.replace(tzinfo=datetime.UTC)
    )
    school = text(plan.school.get("unit_id"))
    for one in entries(plan) if days is None else days:
        event = icalendar.Event()
        mark = hashlib.sha256(f"{school}/{one.key}".encode()).hexdigest()[:24]
        event.add("uid", f"{mark}@{DOMAIN}")
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        # A later save is a later edition, which is what lets a calendar replace the day.
        event.add("sequence", max(0, int(stamp.timestamp() - 946684800) // 60))
        event.add("dtstart", one.date)
        event.add("dtend", one.date + datetime.timedelta(1))
        event.add("summary", one.what)
        if one.note:
            event.add("description", one.note)
        event.add("transp", "TRANSPARENT")
        if one.ahead:
            alarm = icalendar.Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", one.what)
            alarm.add("trigger", datetime.timedelta(days=-one.ahead))
            event.add_component(alarm)
        calendar.add_component(event)
    return calendar.to_ical()
