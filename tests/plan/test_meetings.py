"""Ten meetings from three answers, and what was moved by hand."""

import datetime

import pytest

from equitylab import catalog
from equitylab.plan import meetings


@pytest.mark.parametrize("week", [1, 2, 3, 4])
@pytest.mark.parametrize("weekday", [1, 3, 5])
@pytest.mark.parametrize("first", ["2026-08-15", "2027-01-31", "2028-02-29"])
def test_every_meeting_is_that_weekday_of_that_week(first, week, weekday):
    rows = meetings.year({"first_month": first, "week": week, "weekday": weekday})
    days = [datetime.date.fromisoformat(r["date"]) for r in rows]
    assert len(days) == 10 and days == sorted(days)
    assert {d.isoweekday() for d in days} == {weekday}
    assert all((d.day - 1) // 7 + 1 == week for d in days)
    start = datetime.date.fromisoformat(first)
    months = [(d.year - start.year) * 12 + d.month - start.month for d in days]
    assert months == list(range(10))


def test_themes_are_those_of_the_protocol():
    rows = meetings.year({"first_month": "2026-09-01"})
    known = catalog.content("plc_protocol")["calendar"]["months"]
    assert [r["theme"] for r in rows] == [m["theme"] for m in known]


def test_without_a_first_month_there_is_no_year():
    assert meetings.year({}) == meetings.year(None) == meetings.year({"first_month": "soon"}) == []


def test_a_meeting_moved_by_hand_keeps_its_theme_and_one_more_is_added():
    rows = [{"month": 2, "date": "2026-10-20"}, {"date": "2026-12-24", "theme": "Guests"}]
    made = meetings.merged({"first_month": "2026-09-01"}, rows)
    assert len(made) == 11
    assert next(r for r in made if r.get("month") == 2)["date"] == "2026-10-20"
    assert next(r for r in made if r.get("month") == 2)["theme"].startswith("Baseline")
    # Rows of an older plan, without a year's settings, stay as they are.
    assert meetings.merged({}, rows) == sorted(rows, key=lambda r: r["date"])
