"""Doors, luck and small groups in a school's report, against counts that are worked out by hand."""

from __future__ import annotations

import html
import importlib.util
import re
import time
from pathlib import Path

import pytest

from equitylab import language, metrics
from equitylab.reports.story import SchoolReport
from equitylab.schema import ALL

_spec = importlib.util.spec_from_file_location("by_hand", Path(__file__).with_name("by_hand.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)

BEFORE, NOW = hand.YEARS
DOOR, PASSED, GONE = "algebra_1", "passed_algebra_1", "suspended_out_of_school"


def words(part) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", part._repr_html_()))


def course(passed=(15, 70), enrolled=(20, 90)) -> list:
    """Eighty and two hundred students; of them, enrolled and passed."""
    return [
        *hand.pair(DOOR, NOW, (80, enrolled[0]), (200, enrolled[1])),
        *hand.pair(PASSED, NOW, (20, passed[0]), (90, passed[1])),
    ]


def clean(text: str) -> None:
    assert not re.search(r"\b(nan|inf|None(?! of)|NaN)\b", text)
    assert not [h for h in language.lint(text) if h.severity == "block_in_reports"]


# ---------------------------------------------------------------- doors


def test_the_parts_of_a_gap_are_those_worked_out_by_hand():
    report = hand.school(hand.published(course()))
    ((entry, success),) = report.courses
    (chain,) = report.chains(entry, success)
    assert (chain.mine, chain.others) == ([80, 20, 15], [200, 90, 70])
    # Two factors: each stage's own difference at the mean of the other stage.
    door = (20 / 80 - 90 / 200) * (15 / 20 + 70 / 90) / 2
    beyond = (15 / 20 - 70 / 90) * (20 / 80 + 90 / 200) / 2
    assert chain.split.points.value == pytest.approx([door, beyond])
    assert door + beyond == pytest.approx(15 / 80 - 70 / 200)
    text = words(report.doors())
    assert "Of 80 English learners, 20 are enrolled and 15 of these passed" in text
    assert f"{100 * door:.0f}".replace("-", "−") + " points stand at the door" in text
    clean(text)


def test_two_counts_of_different_students_are_not_chained():
    rows = [row if row[0] != PASSED else (*row[:4], row[4] + 5, row[5]) for row in course()]
    report = hand.school(hand.published(rows))
    assert report.doors()._repr_html_() == ""


def test_a_hidden_step_is_said_and_not_guessed():
    rows = [*course(), *hand.pair(DOOR, NOW, (100, 42), (180, 68), "swd")]
    rows += hand.pair(PASSED, NOW, (42, 34), (68, 51), "swd")
    rows = list({row[:4]: row for row in reversed(rows)}.values())  # all students are there twice
    public = hand.published(rows)
    for group in ("English learner", "Not an English learner"):
        hand.hide(public, indicator=PASSED, group=group, dimension="el")
    text = words(hand.school(public).doors())
    assert "For English learners the gap at the door is clear" in text and "15 of 20" not in text
    clean(text)


def test_a_course_without_success_has_no_part():
    rows = [row for row in course() if row[0] == DOOR]
    assert hand.school(hand.published(rows)).doors()._repr_html_() == ""


# ---------------------------------------------------------------- luck


def apart(x, n, y, m) -> bool:
    _, low, high = metrics.risk_difference(y, m, x, n)
    return bool(low > 0 or high < 0)


def test_how_far_is_the_nearest_count_that_could_be_told():
    report = hand.school(hand.published(hand.pair(GONE, NOW, (90, 24), (300, 20))))
    text = words(report.far_enough())
    to = int(re.search(r"fall to (\d+) or fewer", text)[1])
    assert apart(24, 90, to, 90) and not apart(24, 90, to + 1, 90)
    mean = int(re.search(r"together: (\d+) or fewer a year", text)[1])
    assert apart(72, 270, 3 * mean, 270) and not apart(72, 270, 3 * (mean + 1), 270)
    assert "24 of 90 now" in text
    clean(text)


def test_what_should_rise_is_told_as_a_rise():
    report = hand.school(hand.published(hand.pair("activity_any", NOW, (90, 20), (300, 180))))
    to = int(re.search(r"rise to (\d+) or more", words(report.far_enough()))[1])
    assert apart(20, 90, to, 90) and not apart(20, 90, to - 1, 90)


def test_what_no_year_could_show_is_said():
    report = hand.school(hand.published(hand.pair(GONE, NOW, (14, 3), (300, 6))))
    rows = [r for r in report.view.rows_compared if r.group == "English learner"]
    ((_, _, said),) = report.moves_of(rows)
    assert "No fall in one year could be told from luck" in said


def test_none_is_a_word():
    report = hand.school(hand.published(hand.pair(GONE, NOW, (14, 4), (300, 6))))
    rows = [r for r in report.view.rows_compared if r.group == "English learner"]
    ((_, _, said),) = report.moves_of(rows)
    assert "it has to fall to none." in said and "0 or fewer" not in said


def test_where_nothing_is_clear_there_is_no_part():
    report = hand.school(hand.published(hand.pair(GONE, NOW, (90, 6), (300, 20))))
    assert report.far_enough()._repr_html_() == ""


# ---------------------------------------------------------------- small groups


def banded(x: int = 0, others: int = 90):
    """A group of which only a band is published, none or all; the others' counts go with it."""
    public = hand.published(hand.pair("gifted", NOW, (40, x), (260, others)))
    t = public.table
    for group, hidden in (("English learner", "band"), ("Not an English learner", "hidden")):
        mine = (t["group"] == group) & (t["unit_id"] == hand.SCHOOL)
        numbers = [c for c in t.select_dtypes("number") if c not in ("n", "pooled")]
        t.loc[mine, numbers], t.loc[mine, "why"] = float("nan"), hidden
        t.loc[mine, "signal"] = "not reported"
        if hidden == "band":
            t.loc[mine, ["band_low", "band_high"]] = (0.9, 1.0) if x else (0.0, 0.1)
    return public


def test_a_band_gives_bounds_on_both_sides():
    report = hand.school(banded())
    ((row, _, gap),) = report.bounded()
    # None to four of forty; the total is ninety of three hundred.
    assert gap.least == pytest.approx(0 / 40 - 90 / 260)
    assert gap.most == pytest.approx(4 / 40 - 86 / 260)
    text = words(report.small_groups())
    assert "at least 23 and at most 35 percentage points lower" in text
    assert "10% or less of 40" in text
    clean(text)


def test_a_band_at_the_upper_end():
    ((_, _, gap),) = hand.school(banded(40, 60)).bounded()
    assert gap.least == pytest.approx(36 / 40 - 64 / 260)
    assert gap.most == pytest.approx(40 / 40 - 60 / 260)


def test_a_band_beside_a_hidden_total_says_nothing():
    public = banded()
    hand.hide(public, dimension=ALL)
    report = hand.school(public)
    assert report.bounded() == [] and report.small_groups()._repr_html_() == ""


def test_years_together_are_counted_where_one_year_cannot_tell(release):
    report = SchoolReport.open(release, "0104")
    text = words(report.small_groups())
    clean(text)
    alone = {(r.indicator, r.group): r for r in report.view.rows_compared if not r.pooled}
    helped = [
        r for r in report.view.rows_compared
        if r.pooled and r.signal in ("clear difference", "not clearly different")
        and alone[r.indicator, r.group].signal in ("too few to tell", "not reported")
    ]  # fmt: skip
    assert (
        helped and f"together let {len(helped)} comparisons be judged that one year cannot" in text
    )


def test_a_file_without_groups_has_none_of_these_parts():
    rows = [(GONE, year, ALL, ALL, 300, 20) for year in hand.YEARS]
    report = hand.school(hand.published(rows))
    parts = report.doors(), report.far_enough(), report.small_groups(), report.without_the_line()
    assert [part._repr_html_() for part in parts] == [""] * 4 and report.measured() == []


def test_every_part_is_clean_for_every_school_and_costs_little(release):
    took = []
    for unit in ("0101", "0102", "0103", "0104", "0105"):
        report = SchoolReport.open(release, unit)
        _ = report.view.sides, report.view.totals
        start = time.process_time()
        made = [report.doors(), report.far_enough(), report.small_groups()]
        took.append(time.process_time() - start)
        for part in made:
            clean(words(part))
    assert sorted(took)[2] < 0.03, took
