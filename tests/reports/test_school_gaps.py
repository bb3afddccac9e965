"""Gaps on tests without the line: against the normal distribution of the standard library."""

from __future__ import annotations

import html
import importlib.util
import math
import re
import time
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest

from equitylab import language
from equitylab.reports.story import SchoolReport
from equitylab.schema import ALL

_spec = importlib.util.spec_from_file_location("by_hand", Path(__file__).with_name("by_hand.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)

BEFORE, NOW = hand.YEARS
MATH, SCORE = "proficient_math", "score_math"
PROBIT = NormalDist().inv_cdf


def joined(a, b):
    """Return n, mean and SD of two groups together."""
    n = a[0] + b[0]
    mean = (a[0] * a[1] + b[0] * b[1]) / n
    square = sum((k - 1) * s**2 + k * (m - mean) ** 2 for k, m, s in (a, b))
    return n, mean, math.sqrt(square / (n - 1))


def made(*, means=True, district_sd=50.0, tested=60, **policy):
    """Sixty of sixty-four English learners tested, 200 of 210 others; the gap is wide and clear."""
    counts = [
        *hand.pair("referred", BEFORE, (62, 10), (205, 30)),
        *hand.pair("referred", NOW, (64, 10), (210, 30)),
        *hand.pair(MATH, BEFORE, (58, 26), (195, 100)),
        *hand.pair(MATH, NOW, (tested, 18), (200, 130)),
        ("referred", NOW, "grade", "Grade 6", 274, 40),
        (MATH, NOW, "grade", "Grade 6", tested + 200, 148),
    ]
    scores = []
    for year, group, others in (
        (BEFORE, (58, 600.0, 40.0), (195, 606.0, 42.0)),
        (NOW, (tested, 590.0, 38.0), (200, 615.0, 41.0)),
    ):
        both = joined(group, others)
        scores += [
            (hand.SCHOOL, SCORE, year, "el", "English learner", *group),
            (hand.SCHOOL, SCORE, year, "el", "Not an English learner", *others),
            (hand.SCHOOL, SCORE, year, ALL, ALL, *both),
            (hand.DISTRICT, SCORE, year, ALL, ALL, both[0] * 9, both[1], district_sd),
        ]
    return hand.published(counts, scores if means else [], **policy)


def words(part) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", part._repr_html_()))


def test_one_gap_in_every_way():
    (gap,) = hand.school(made()).gaps()
    assert (gap.indicator, gap.group, gap.n, gap.other_n) == (MATH, "English learner", 60, 200)
    assert gap.line.value == pytest.approx(18 / 60 - 130 / 200)
    assert gap.v.value == pytest.approx(PROBIT(18 / 60) - PROBIT(130 / 200), abs=1e-6)
    assert gap.reference.value == pytest.approx((590 - 615) / 50)
    _, mean, sd = joined((60, 590.0, 38.0), (200, 615.0, 41.0))
    for share, points in zip((0.75, 0.5, 0.25), gap.tried, strict=True):
        line = mean + sd * PROBIT(1 - share)
        above = [1 - NormalDist(m, s).cdf(line) for m, s in ((590, 38), (615, 41))]
        assert points == pytest.approx(above[0] - above[1], abs=1e-9)
    assert gap.change.value == pytest.approx(-25 / 50 - -6 / 50)
    assert gap.change.low < gap.change.value < gap.change.high


def test_the_part_says_it_aloud_with_a_table():
    part = hand.school(made()).without_the_line()
    text = words(part)
    assert "35 percentage points lower (interval" in text and "at the test's line" in text
    assert "0.50 standard deviations lower" in text and "those of Lake District's students" in text
    assert "Tested were 60 of 64 (94%" in text and "200 of 210" in text
    # All ten others and none of the four English learners at the standard, and the other way round.
    least, most = 18 / 64 - 140 / 210, 22 / 64 - 130 / 210
    assert f"from −{abs(100 * least):.0f} to −{abs(100 * most):.0f} points" in text
    assert (
        "Since 2022-23 the gap without a line moved from −0.12 to −0.50, more than chance" in text
    )
    assert part._repr_html_().count("<th scope=col>") == 8
    assert not [h for h in language.lint(text) if h.severity == "block_in_reports"]
    assert not re.search(r"\b(nan|inf|None)\b", text)


def test_too_few_untested_to_print_is_said_in_words():
    text = words(hand.school(made(tested=63)).without_the_line())  # one was left out
    assert "Nearly all students of either side were tested." in text and "63 of 64" not in text


def test_where_a_grade_takes_no_test_nothing_is_said_of_who_was_left_out():
    public = made()
    hand.hide(public, indicator=MATH, dimension="grade")
    hand.hide(public, indicator=SCORE, dimension="grade")
    assert "Tested were" not in words(hand.school(public).without_the_line())


def test_without_means_the_gap_is_told_from_the_two_rates():
    report = hand.school(made(means=False))
    (gap,) = report.gaps()
    assert math.isnan(gap.reference.value) and np.isnan(gap.tried).all()
    assert gap.change.value == pytest.approx(
        PROBIT(18 / 60) - PROBIT(130 / 200) - PROBIT(26 / 58) + PROBIT(100 / 195), abs=1e-6
    )
    text = words(report.without_the_line())
    assert "from the two rates alone" in text and "not known" in text and "nan" not in text


def test_without_a_district_the_unit_is_the_schools_own_spread():
    public = made()
    hand.hide(public, unit_id=hand.DISTRICT)
    report = hand.school(public)
    _, _, sd = joined((60, 590.0, 38.0), (200, 615.0, 41.0))
    assert report.gaps()[0].reference.value == pytest.approx(-25 / sd)


def test_a_hidden_group_is_not_spoken_of():
    public = made()
    for group in ("English learner", "Not an English learner"):
        hand.hide(public, group=group, year=NOW)
    report = hand.school(public)
    assert report.gaps() == [] and report.without_the_line()._repr_html_() == ""


def test_a_hidden_first_year_leaves_the_change_out():
    public = made()
    hand.hide(public, group="English learner", year=BEFORE)
    (gap,) = hand.school(public).gaps()
    assert math.isnan(gap.change.value) and gap.reference.value == pytest.approx(-0.5)
    assert "Since 2022-23" not in words(hand.school(public).without_the_line())


def test_a_file_of_one_year_has_no_change():
    public = made()
    table, scores = (f[f["year"] == NOW] for f in (public.table, public.scores))
    (gap,) = hand.school(replace(public, table=table, scores=scores)).gaps()
    assert math.isnan(gap.change.value)


def test_where_nothing_is_clear_it_says_how_many_were_looked_at():
    counts = hand.pair(MATH, NOW, (60, 33), (200, 112))
    text = words(hand.school(hand.published(counts)).without_the_line())
    assert "Looked at: 1 comparison." in text and "No group differs clearly" in text


def test_every_school_of_the_made_up_district_is_told_or_left_out(release):
    for unit in ("0101", "0102", "0103", "0104", "0105"):
        text = words(SchoolReport.open(release, unit).without_the_line())
        assert not re.search(r"\b(nan|inf|None)\b", text)


def test_it_costs_little(release):
    report = SchoolReport.open(release, "0102")
    _ = report.view.single, report.view.scores, report.view.totals  # cut for the other parts
    report.without_the_line()
    took = []
    for _ in range(3):
        again = SchoolReport(report.public, "0102")
        _ = again.view.single, again.view.scores, again.view.totals
        start = time.process_time()
        again.without_the_line()
        took.append(time.process_time() - start)
    assert min(took) < 0.03, took
