"""Segregation and its baselines: closed forms, enumeration, shuffling."""

import itertools

import numpy as np
import pytest

from equitylab.errors import MetricError
from equitylab.metrics import dissimilarity, exposure, isolation, normalised_exposure, theil_h

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan


def test_even_and_apart():
    assert dissimilarity([1, 2, 3], [10, 20, 30]).value == 0
    assert dissimilarity([5, 0], [0, 9]).value == 1
    assert isolation([5, 0], [5, 9]).value == 1
    assert isolation([1, 2, 3], [10, 20, 30]).value == pytest.approx(0.1)
    assert exposure([5, 0], [0, 9], [5, 9]).value == 0
    assert theil_h([[1, 10], [2, 20]]).value == pytest.approx(0, abs=1e-15)
    assert theil_h([[5, 0, 0], [0, 9, 0], [0, 0, 2]]).value == pytest.approx(1)


@pytest.mark.parametrize(
    "sizes, groups",
    [((2, 3, 2), (3, 4)), ((1, 1, 4), (2, 4)), ((4, 3), (2, 3, 2)), ((5, 2), (1, 6))],
)
def test_baselines_are_the_mean_over_every_allocation(sizes, groups, allocations):
    tables = list(allocations(sizes, groups))
    one = tables[0]
    means = {
        "D": np.mean([dissimilarity(t[:, 0], t.sum(1) - t[:, 0]).value for t in tables]),
        "isolation": np.mean([isolation(t[:, 0], t.sum(1)).value for t in tables]),
        "exposure": np.mean([exposure(t[:, 0], t[:, 1], t.sum(1)).value for t in tables]),
        "H": np.mean([theil_h(t).value for t in tables]),
    }
    total = one.sum(1)
    assert dissimilarity(one[:, 0], total - one[:, 0]).baseline == pytest.approx(means["D"])
    assert isolation(one[:, 0], total).baseline == pytest.approx(means["isolation"])
    assert exposure(one[:, 0], one[:, 1], total).baseline == pytest.approx(means["exposure"])
    assert theil_h(one).baseline == pytest.approx(means["H"])


def test_exposure_between_overlapping_groups():
    """Two of three students of a low-income group are also of the first group."""
    seats, first, poor = np.repeat([0, 1], [4, 3]), [1, 1, 1, 0, 0, 0, 0], [1, 1, 0, 1, 0, 0, 0]
    found = []
    for order in itertools.permutations(range(7)):
        at = seats[list(order)]
        a, b = np.bincount(at, first, 2), np.bincount(at, poor, 2)
        found.append(sum(a / 3 * b / [4, 3]))
    assert exposure([3, 0], [2, 1], [4, 3], both=2).baseline == pytest.approx(np.mean(found))


def test_exposure_refuses_groups_that_must_overlap():
    with pytest.raises(MetricError, match=r"say how many: both\), but is 8 at index 0"):
        exposure([5, 1], [8, 1], [10, 10])


@pytest.mark.parametrize(
    "schools, size, members, mean",
    [
        # shared/reference/metrics.md gives .20, and .059 for 30 schools of 500
        pytest.param(10, 40, 40, 0.195, id="ten schools of 40, one in ten"),
        pytest.param(30, 500, 1500, 0.058, id="thirty of 500, one in ten"),
        # .35 is for 10 of 400 students; 8 of 400, which are 2 %, give .44
        pytest.param(10, 40, 10, 0.353, id="ten of 40, one in forty"),
        pytest.param(10, 40, 8, 0.436, id="ten of 40, one in fifty"),
    ],
)
def test_chance_alone_looks_segregated(schools, size, members, mean):
    members_by_school = np.zeros(schools)
    members_by_school[: -(-members // size)] = size
    members_by_school[members // size] += members - members_by_school.sum()
    chance = dissimilarity(members_by_school, size - members_by_school).baseline
    assert chance == pytest.approx(mean, abs=6e-4)
    draw = np.random.default_rng(2)
    a = draw.multivariate_hypergeometric([size] * schools, members, size=4000)
    assert dissimilarity(a, size - a).value.mean() == pytest.approx(chance, abs=4e-3)


def test_theil_h_baseline_is_near_its_chi_square_approximation():
    """(units - 1)(groups - 1) / 2N nats over the entropy, where every cell expects many."""
    table = np.random.default_rng(5).multinomial(4000, [0.5, 0.3, 0.2], size=12)
    share = table.sum(0) / table.sum()
    approximate = 11 * 2 / (2 * table.sum()) / -(share * np.log(share)).sum()
    assert theil_h(table).baseline == pytest.approx(approximate, rel=1e-3)


def test_theil_h_of_many_units_is_not_told_apart_by_blocks(monkeypatch):
    from equitylab.metrics import _lots

    table = np.random.default_rng(6).poisson([30, 4, 0.2], size=(50, 3))
    whole = theil_h(table)
    monkeypatch.setattr(_lots, "_BLOCK", 700)
    assert theil_h(table) == pytest.approx(whole, rel=1e-12)


def test_empty_schools_and_groups_change_nothing():
    a, b = [8, 2, 6], [32, 38, 34]
    assert dissimilarity([*a, 0], [*b, 0]) == pytest.approx(dissimilarity(a, b))
    assert isolation([*a, 0], [40, 40, 40, 0]) == pytest.approx(isolation(a, [40, 40, 40]))
    full = exposure([*a, 0], [*b, 0], [40, 40, 40, 0])
    assert full == pytest.approx(exposure(a, b, [40, 40, 40]))
    table = np.array([[8, 32, 0], [2, 38, 0], [0, 0, 0], [6, 34, 0]])
    assert theil_h(table) == pytest.approx(theil_h(np.transpose([a, b])))


def test_absent_groups_and_gaps():
    for estimate in (
        dissimilarity([0, 0], [3, 4]),
        dissimilarity([1, NAN], [3, 4]),
        isolation([0, 0], [3, 4]),
        isolation([1, 2], [3, NAN]),
        exposure([0, 0], [1, 1], [3, 4]),
        exposure([1, NAN], [1, 1], [3, 4]),
        theil_h([[3, 0], [4, 0]]),
        theil_h([[3, NAN], [4, 0]]),
        theil_h(np.zeros((2, 2))),
    ):
        assert np.isnan(estimate).all()


def test_one_student_alone():
    assert tuple(isolation([1], [1])) == (1, 1)
    assert np.isnan(dissimilarity([1], [0])).all()
    assert tuple(dissimilarity([1], [1])) == (0, 0)


def test_many_districts_at_once():
    a = np.array([[8, 2, 6], [1, 1, 9]])
    value, baseline = dissimilarity(a, 40 - a)
    assert value.shape == baseline.shape == (2,)
    assert (value[1], baseline[1]) == pytest.approx(tuple(dissimilarity(a[1], 40 - a[1])))
    assert isolation(a, 40).value.shape == exposure(a, 40 - a, 40).baseline.shape == (2,)


def test_units_are_needed():
    with pytest.raises(MetricError, match="a must hold one count for each unit"):
        dissimilarity(3, 4)
    with pytest.raises(MetricError, match="counts must be units by groups"):
        theil_h([3, 4])


def test_normalised_exposure_of_two_groups_is_the_variance_ratio():
    draw = np.random.default_rng(4)
    a, rest = draw.integers(0, 40, (2, 9))
    found = normalised_exposure(np.c_[a, rest])
    own, share = isolation(a, a + rest).value, a.sum() / (a + rest).sum()
    assert found.value == pytest.approx((own - share) / (1 - share), rel=1e-12)
    assert normalised_exposure(np.c_[rest, a]) == pytest.approx(found)
    chance = (isolation(a, a + rest).baseline - share) / (1 - share)
    assert found.baseline == pytest.approx(chance, rel=1e-12)


def test_normalised_exposure_by_lot_is_its_baseline():
    draw = np.random.default_rng(8)
    sizes, groups = np.array([12, 20, 30, 7, 40]), [60, 30, 19]
    seats = np.repeat(np.arange(5), sizes)
    values = []
    for _ in range(2000):
        kinds = draw.permutation(np.repeat(np.arange(3), groups))
        table = np.bincount(seats * 3 + kinds, minlength=15).reshape(5, 3)
        values.append(normalised_exposure(table).value)
    baseline = normalised_exposure(table).baseline
    assert np.mean(values) == pytest.approx(baseline, abs=4 * np.std(values) / np.sqrt(2000))


def test_normalised_exposure_ends_and_gaps():
    assert normalised_exposure([[5, 0], [0, 9]]).value == 1
    assert normalised_exposure([[1, 10], [2, 20], [0, 0]]).value == pytest.approx(0, abs=1e-15)
    for table in ([[5], [9]], [[5, 0], [9, 0]], [[5, NAN], [1, 2]], np.zeros((0, 2))):
        assert np.isnan(normalised_exposure(table).value)
    with pytest.raises(MetricError, match="units by groups"):
        normalised_exposure([1, 2])
