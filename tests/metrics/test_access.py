"""The access chain: exact identities, closed forms, zero cells, coverage."""

from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equitylab.errors import MetricError
from equitylab.metrics import access_chain

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan


@st.composite
def chains(draw, stages=3, least=0):
    out = [draw(st.integers(max(least, 1), 500))]
    for _ in range(stages):
        out.append(draw(st.integers(min(least, out[-1]), out[-1])))
    return out


def by_orders(a, b):
    """Das Gupta's split in exact fractions: the mean over every order of changing the stages."""
    rates = [
        [Fraction(y, x) if x else None for x, y in zip(c, c[1:], strict=False)] for c in (a, b)
    ]
    one, two = (
        [own if own is not None else other or 0 for own, other in zip(*pair, strict=True)]
        for pair in (rates, rates[::-1])
    )
    orders = list(permutations(range(len(one))))
    out = [Fraction(0)] * len(one)
    for order in orders:
        now = list(two)
        for k in order:
            before = np.prod(now)
            now[k] = one[k]
            out[k] += Fraction(np.prod(now) - before) / len(orders)
    return [float(part) for part in out]


@settings(max_examples=80, deadline=None)
@given(st.data(), st.integers(1, 4))
def test_points_are_the_mean_over_every_order_and_sum_to_the_gap(data, stages):
    a, b = (data.draw(chains(stages)) for _ in range(2))
    found = access_chain(a, b, stages=[f"stage {k}" for k in range(stages)])
    np.testing.assert_allclose(found.points.value, by_orders(a, b), atol=1e-12)
    assert found.points.value.sum() == pytest.approx(found.gap.value, abs=1e-12)
    assert found.gap.value == pytest.approx(a[-1] / a[0] - b[-1] / b[0], abs=1e-15)


@settings(max_examples=60, deadline=None)
@given(chains(least=1), chains(least=1), st.integers(2, 9))
def test_logs_sum_swap_and_scale(a, b, times):
    found, back = access_chain(a, b), access_chain(b, a)
    assert found.status == "split"
    assert found.logs.sum() == pytest.approx(np.log(found.gap_ratio.value), abs=1e-12)
    np.testing.assert_allclose(found.logs, -back.logs, atol=1e-12)
    np.testing.assert_allclose(found.points.value, -back.points.value, atol=1e-12)
    np.testing.assert_allclose(found.points.low, -back.points.high, atol=1e-12)
    more = access_chain(np.multiply(a, times), np.multiply(b, times))
    np.testing.assert_allclose(more.points.value, found.points.value, atol=1e-12)
    inside = (more.points.low >= found.points.low - 1e-12) & (
        more.points.high <= found.points.high + 1e-12
    )
    assert inside.all()


def test_three_factors_in_closed_form():
    a, b = np.array([0.4, 0.3, 0.75]), np.array([0.8, 0.4, 0.875])
    found = access_chain([200, 80, 24, 18], [800, 640, 256, 224]).points.value
    for k in range(3):
        i, j = (m for m in range(3) if m != k)
        both = (a[i] * a[j] + b[i] * b[j]) / 3 + (a[i] * b[j] + b[i] * a[j]) / 6
        assert found[k] == pytest.approx((a[k] - b[k]) * both, abs=1e-15)


def test_groups_alike_in_a_stage_owe_it_nothing():
    found = access_chain([100, 50, 20, 10], [400, 100, 40, 20])
    assert found.points.value[1:].tolist() == [0, 0] and found.logs[1:].tolist() == [0, 0]
    assert found.points.value[0] == pytest.approx(found.gap.value)


@pytest.mark.parametrize(
    "own, other, status, points",
    [
        ([200, 0, 0, 0], [800, 640, 256, 224], "none offered", [-0.28, 0, 0]),
        ([200, 100, 0, 0], [800, 640, 256, 224], "none enrolled", None),
        ([200, 100, 50, 0], [800, 640, 256, 224], "none succeeded", None),
        ([200, 0, 0, 0], [800, 0, 0, 0], "none offered", [0, 0, 0]),
        ([0, 0, 0, 0], [800, 640, 256, 224], "no students", [NAN] * 3),
        ([200, NAN, 20, 10], [800, 640, 256, 224], "gap", [NAN] * 3),
    ],
)
def test_zero_cells_have_a_status_and_nothing_is_infinite(own, other, status, points):
    found = access_chain(own, other)
    assert found.status == status
    for part in (*found.points, *found.gap, *found.rate, found.logs):
        assert not np.isinf(part).any()
    if points is not None:
        np.testing.assert_allclose(found.points.value, points, atol=1e-15)
    if status.startswith("none"):
        assert found.points.value.sum() == pytest.approx(found.gap.value, abs=1e-15)
        assert np.isnan(found.logs).any()


def test_no_interval_where_nobody_came():
    found = access_chain([200, 0, 0, 0], [800, 640, 256, 224])
    assert np.isnan(found.points.low).tolist() == [False, True, True]
    both = access_chain([200, 50, 0, 0], [800, 640, 0, 0])
    assert np.isnan(both.points.low).all() and both.points.value.tolist() == [0, 0, 0]


def test_many_rows_are_each_alone():
    draw = np.random.default_rng(3)
    n = draw.integers(0, 60, (40, 1))
    table = n * np.cumprod(draw.random((40, 3)), axis=1)
    table = np.concatenate([n, np.floor(table)], axis=1)
    whole = access_chain(table, [900, 500, 200, 150])
    for i, row in enumerate(table):
        one = access_chain(row, [900, 500, 200, 150])
        np.testing.assert_array_equal(one.points.value, whole.points.value[i])
        np.testing.assert_array_equal(one.points.high, whole.points.high[i])
        assert one.status == whole.status[i]


@pytest.mark.parametrize(
    "chain, match, fields",
    [
        (
            [9, 5, 6, 1],
            "must not count more students than the stage before, but is 6",
            {"value": 6},
        ),
        ([9, 5.5, 3, 1], "chain must be whole", {"value": 5.5}),
        ([9, -5, 3, 1], "chain must not be negative", {"index": (1,)}),
        ([9, 5, 3], "one count for each of 3 stages", {"value": (3,)}),
        (9, "one count for each of 3 stages", {"argument": "chain"}),
    ],
)
def test_what_is_no_chain_is_named(chain, match, fields):
    with pytest.raises(MetricError, match=match) as caught:
        access_chain(chain, [9, 5, 3, 1])
    assert fields.items() <= caught.value.fields.items()


def test_stages_are_named_once():
    assert access_chain([9, 5], [8, 4], stages="enrolled").stages == ("enrolled",)
    for stages in ([], ["a", "a"]):
        with pytest.raises(MetricError, match="stages must be names"):
            access_chain([9, 5, 3], [9, 5, 3], stages=stages)


CASES = [
    (100, 1000, [0.4, 0.3, 0.8], [0.8, 0.4, 0.9]),
    (40, 60, [0.9, 0.1, 0.5], [0.95, 0.2, 0.7]),
    (60, 200, [0.7, 0.3, 0.7], [0.7, 0.3, 0.7]),
]


@pytest.mark.parametrize("n, m, a, b", CASES, ids=str)
def test_intervals_of_points_cover(n, m, a, b, capsys):
    draw = np.random.default_rng(5)

    def years(size, rates):
        out = [np.full(8000, size)]
        for rate in rates:
            out.append(draw.binomial(out[-1], rate))
        return np.stack(out, axis=-1)

    found = access_chain(years(n, a), years(m, b)).points
    scale = 10**6

    def certain(rates):
        return np.rint(scale * np.cumprod([1, *rates])).astype(int)

    truth = access_chain(certain(a), certain(b)).points.value
    held = (found.low <= truth + 1e-6) & (truth - 1e-6 <= found.high) | np.isnan(found.low)
    with capsys.disabled():
        print(
            f"\naccess chain, {n} beside {m}: intervals hold the truth in {held.mean(0).round(3)}"
        )
    assert np.all((held.mean(axis=0) > 0.935) & (held.mean(axis=0) < 0.985))
