"""The change of a gap: by hand, in large samples, and how often its interval holds the truth."""

import math

import numpy as np
import pytest

from equitylab.errors import MetricError
from equitylab.metrics.change import gap_change

QUARRY = (54, 135, 132, 200, 60, 150, 82, 187)  # dd3


def test_the_parts_add_up():
    moved = gap_change(*QUARRY)
    assert moved.before.value == pytest.approx(54 / 135 - 132 / 200)
    assert moved.after.value == pytest.approx(60 / 150 - 82 / 187)
    assert moved.change.value == pytest.approx(moved.after.value - moved.before.value)
    assert moved.change.value == pytest.approx(moved.group.value - moved.others.value)
    assert moved.change.low < moved.change.value < moved.change.high


def test_square_and_add_of_wilson_limits_by_hand():
    def wilson(x, n, z=1.959963984540054):
        middle, half = x + z * z / 2, z * math.sqrt(x * (n - x) / n + z * z / 4)
        return (middle - half) / (n + z * z), (middle + half) / (n + z * z)

    (l1, u1), (l2, u2), (l3, u3), (l4, u4) = (
        wilson(x, n) for x, n in zip(QUARRY[::2], QUARRY[1::2], strict=True)
    )
    p1, p2, p3, p4 = (x / n for x, n in zip(QUARRY[::2], QUARRY[1::2], strict=True))
    low = (
        (p3 - p4)
        - (p1 - p2)
        - math.sqrt((p3 - l3) ** 2 + (u4 - p4) ** 2 + (u1 - p1) ** 2 + (p2 - l2) ** 2)
    )
    assert gap_change(*QUARRY).change.low == pytest.approx(low, abs=1e-12)


def test_in_large_samples_it_is_the_usual_standard_error():
    x, n = np.array([3000, 4200, 3900, 4500]), 10_000
    moved = gap_change(x[0], n, x[1], n, x[2], n, x[3], n)
    error = math.sqrt(sum(p * (1 - p) / n for p in x / n))
    half = (moved.change.high - moved.change.low) / 2
    assert half == pytest.approx(1.96 * error, rel=0.002)


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(7)
    n, p = np.array([40, 120, 45, 130]), np.array([0.3, 0.5, 0.42, 0.5])
    x = rng.binomial(n[:, None], p[:, None], (4, 20_000))
    moved = gap_change(x[0], n[0], x[1], n[1], x[2], n[2], x[3], n[3])
    truth = (p[2] - p[3]) - (p[0] - p[1])
    held = np.mean((moved.change.low <= truth) & (truth <= moved.change.high))
    assert held == pytest.approx(0.95, abs=0.01)


def test_more_students_with_than_students_are_refused():
    with pytest.raises(MetricError):
        gap_change(3, 2, 1, 2, 1, 2, 1, 2)
