"""Run charts: the rules of Perla, Provost & Murray (2011), and when it is too early for them."""

import math
from itertools import pairwise

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from equitylab import plan


def points(values, n=100):
    return [(f"2025-{k // 28 + 1:02d}-{k % 28 + 1:02d}", v, n) for k, v in enumerate(values)]


def chart(values, direction="raise", n=100):
    return plan.run_chart(points(values, n), direction=direction)


def test_the_planted_series_is_one_good_month_in_six_and_too_early(whole):
    found = plan.run_chart(whole.readings.values(), direction="lower")
    assert len(found.points) == 6 and found.status == "too_early" and found.signals == []
    assert "under 10" in found.text
    assert found.median == pytest.approx(11 / 20)


def test_each_reading_has_wilson_limits(whole):
    for p in plan.run_chart(whole.readings.values()).points:
        assert (p.low, p.high) == pytest.approx(proportion_confint(p.x, p.n, method="wilson"))


def test_nine_points_are_too_early_and_ten_are_not():
    values = [50, 48, 52, 49, 51, 40, 41, 42, 43, 44]
    assert chart(values[1:]).status == "too_early"
    assert chart(values).status == "improving"


def test_a_shift_is_six_on_one_side_and_not_five():
    six = chart([30, 31, 29, 30, 31, 29, 50, 51, 50, 51, 50, 51])
    assert ("shift", 6, 11) in six.signals and six.status == "improving"
    five = chart([30, 50, 29, 51, 31, 30, 50, 51, 52, 50, 53, 29])
    assert [s for s in five.signals if s[0] == "shift"] == [] and five.status == "steady"


def test_points_on_the_median_neither_count_nor_break_a_run():
    # The median is 40: the shift above it goes on over two points that lie on it.
    found = chart([10, 12, 11, 13, 12, 10, 40, 50, 40, 51, 52, 53, 54, 55, 9])
    assert found.median == pytest.approx(0.4)
    runs = [s for s in found.signals if s[0] == "shift"]
    assert ("shift", 7, 13) in runs
    # Five points and two on the median are still five.
    short = chart([10, 60, 40, 11, 61, 40, 12, 62, 50, 40, 51, 40, 9, 8, 52, 7])
    assert short.median == pytest.approx(0.4) and not [s for s in short.signals if s[0] == "shift"]


def test_a_trend_is_five_points_one_way_and_like_points_do_not_count():
    flat = [50, 48, 52, 49, 51, 48, 52]
    five = chart([*flat, 40, 41, 42, 43, 44])
    assert ("trend", 7, 11) in five.signals
    four = chart([*flat, 45, 41, 42, 43, 44, 40])
    assert not [s for s in four.signals if s[0] == "trend"]
    tied = chart([*flat, 40, 41, 41, 42, 43, 43, 44])
    assert any(s[0] == "trend" and s[2] == 13 for s in tied.signals)


def test_the_last_signal_and_the_good_direction_give_the_word():
    rising = [20] * 6 + [60] * 6
    assert chart(rising).status == "improving"
    assert chart(rising, "lower").status == "worsening"
    assert chart(rising[::-1]).status == "worsening"
    assert chart([50, 48, 52, 49, 51, 50, 48, 51, 49, 52, 50, 48]).status == "steady"


def test_small_readings_are_hidden_and_left_out_of_the_runs():
    found = plan.run_chart([("2025-01-01", 2, 40), ("2025-02-01", 5, 8), ("2025-03-01", 39, 40),
                            ("2025-04-01", 20, 40), ("2025-05-01", 0, 40)])  # fmt: skip
    assert [p.why for p in found.points] == ["hidden", "hidden", "hidden", "", ""]
    assert found.points[0].x is None and math.isnan(found.points[0].value)
    assert found.median == pytest.approx(0.25)


def test_events_and_broken_readings_are_no_shares():
    found = plan.run_chart([("2025-01-01", 150, 100), ("2025-02-01", "x", 100), ("", None, None)])
    by = {p.date: p for p in found.points}
    assert by["2025-01-01"].value == 1.5 and math.isnan(by["2025-01-01"].low)
    assert by["2025-02-01"].why == "not a count"
    assert plan.run_chart([]).status == "too_early"


def test_readings_are_put_in_order_of_date():
    found = plan.run_chart([("2025-03-01", 20, 40), ("2025-01-01", 10, 40)])
    assert [p.x for p in found.points] == [10, 20]


# ---------------------------------------------------------------- how long a chart has to be


def is_shift(values, half):
    """Six off the median on one side, found another way than the module does."""
    signs = "".join("+" if v > half else "-" for v in values if v != half)
    return "+" * 6 in signs or "-" * 6 in signs


def is_trend(values):
    steps = "".join("+" if b > a else "-" for a, b in pairwise(values) if a != b)
    return "+" * 4 in steps or "-" * 4 in steps


@pytest.mark.parametrize("count", [1, 2, 5, 9, 10, 11, 12, 17, 24, 40])
def test_signals_at_every_length_are_those_of_the_published_rules(count):
    draw = np.random.default_rng(count)
    for _ in range(60):
        values = draw.integers(20, 60, count).tolist()
        found, half = chart(values), np.median(values)
        words = {word for word, _, _ in found.signals}
        if count < 10:
            assert found.status == "too_early" and not words
        else:
            assert ("shift" in words) == is_shift(values, half), values
            assert ("trend" in words) == is_trend(values), values
            assert found.status != "too_early" and (words or found.status == "steady")
        assert "shift" not in words or count >= 12  # half of the points lie on each side


def test_the_text_says_how_often_chance_makes_such_a_run():
    """The shares that are written down, again from charts in which nothing changes."""
    draw = np.random.default_rng(3)
    for count, share in plan.runs.CHANCE.items():
        charts = draw.random((1500, count))
        false = np.mean([is_shift(v, np.median(v)) or is_trend(v) for v in charts.tolist()])
        assert abs(false - share) < 0.04, (count, false)
    rising = chart([20] * 6 + [60] * 6).text
    assert rising.startswith("The last signal is a shift: 6 readings above the median, improving.")
    assert "about 1 in 8 show such a run" in rising
    assert "more than half show such a run" in chart([20] * 25 + [60] * 25).text
    assert "of 6 on one side" not in chart([50, 48, 52, 49, 51, 50, 48, 51, 49, 52]).text


def test_a_run_that_is_over_says_nothing_of_now():
    left = chart([20] * 6 + [60, 61, 60, 61, 20, 60, 61, 60])
    assert left.signals[0] == ("shift", 0, 5) and left.status == "improving"
    assert left.text.startswith("The first 6 readings below the median, and most of the later")
    middle = [50, 30, 52, 31, *[60, 61, 60, 61, 60, 61], 30, 29, 52, 31, 30, 53, 29, 30]
    over = chart(middle)
    assert [s[:2] for s in over.signals] == [("shift", 4)] and over.status == "steady"
    assert over.text.startswith("A shift is over (6 readings above the median)")
