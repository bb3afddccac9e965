"""Mutual information: the oracle case by case, other packages, enumeration, shuffling, identities."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy.stats import chi2_contingency, entropy

from equitylab.errors import MetricError
from equitylab.metrics import _lots, theil_h
from equitylab.metrics.information import mutual_information

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan
ORACLES = Path(__file__).parents[2].parent / "shared" / "oracles"


# 08: segregation of 2,045 schools in 429 districts of three states


@pytest.fixture(scope="module")
def oracle():
    if not (ORACLES / "08_segregation").is_dir():
        pytest.skip(f"reference numbers absent: {ORACLES / '08_segregation'}")
    with open(ORACLES / "08_segregation/expected.json", encoding="utf-8") as file:
        return json.load(file)["expected"]


@pytest.fixture(scope="module")
def schools00(oracle):
    """Students by school and group, the groups' names, and each school's state and district."""
    with open(ORACLES / "data/schools00.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    schools, at = np.unique([row["school"] for row in rows], return_inverse=True)
    races, of = np.unique([row["race"] for row in rows], return_inverse=True)
    table = np.zeros((schools.size, races.size))
    np.add.at(table, (at, of), [int(row["n"]) for row in rows])
    places = {row["school"]: (row["state"], row["district"]) for row in rows}
    return table, list(races), np.transpose([places[school] for school in schools])


@pytest.fixture(scope="module")
def nested(schools00):
    return mutual_information(schools00[0], within=schools00[2])


def close(ours, theirs):
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def test_08_total(oracle, nested):
    close(nested.value, oracle["schools00"]["total"]["M"])


@pytest.mark.parametrize("level, name", list(enumerate(["state", "district", "school"])))
def test_08_nested(oracle, nested, level, name):
    (row,) = (r for r in oracle["schools00"]["nested"] if (r["between"], r["stat"]) == (name, "M"))
    close([*nested.between, nested.within][level], row["est"])


@pytest.mark.parametrize("level, name", list(enumerate(["state", "district"])))
def test_08_between_and_within(oracle, schools00, level, name):
    ours = mutual_information(schools00[0], within=schools00[2][level])
    close(ours.between, oracle["schools00"][f"between_{name}"]["M"])
    close(ours.within, oracle["schools00"][f"within_{name}"]["M"])


@pytest.mark.parametrize("state", ["A", "B", "C"])
def test_08_within_by_state(oracle, schools00, state):
    (row,) = (r for r in oracle["schools00"]["within_by_state"] if r["state"] == state)
    table = schools00[0][schools00[2][0] == state]
    close(mutual_information(table).value, row["M"])
    close(table.sum() / schools00[0].sum(), row["p"])


@pytest.mark.parametrize("race", ["asian", "black", "hisp", "native", "white"])
def test_08_local(oracle, schools00, nested, race):
    (row,) = (r for r in oracle["schools00"]["local_by_race"] if r["race"] == race)
    close(nested.local[schools00[1].index(race)], row["ls"])


def test_08_entropy_and_h(oracle, schools00, nested):
    h = theil_h(schools00[0])
    close(nested.value / h.value, oracle["schools00"]["entropy_race"])
    assert nested.baseline / h.baseline == pytest.approx(nested.value / h.value, rel=1e-12)


@pytest.mark.parametrize("toy", ["toy1", "toy2"])
def test_08_toys(oracle, toy):
    m = next(row["est"] for row in oracle[toy] if row["stat"] == "M")
    close(mutual_information(oracle[f"{toy}_counts"]).value, m)


# Other packages and closed forms

TABLE = np.array([[40, 5, 1], [30, 10, 0], [20, 15, 6], [10, 20, 3]])


def test_as_scikit_learn():
    """scikit-learn 1.9.1: mutual_info_score and expected_mutual_information of this table."""
    ours = mutual_information(TABLE)
    assert ours.value == pytest.approx(0.12347707904667522, rel=1e-12)
    assert ours.baseline == pytest.approx(0.020255473041311825, rel=1e-12)


def test_as_the_likelihood_ratio_of_scipy():
    g = chi2_contingency(TABLE[:, :2], correction=False, lambda_="log-likelihood").statistic
    assert mutual_information(TABLE[:, :2]).value == pytest.approx(g / (2 * TABLE[:, :2].sum()))


def test_as_the_entropies_of_scipy():
    m = entropy(TABLE.sum(0)) + entropy(TABLE.sum(1)) - entropy(TABLE.ravel())
    assert mutual_information(TABLE).value == pytest.approx(m, rel=1e-12)


def test_closed_forms():
    even = mutual_information([[1, 10], [2, 20]], within=["a", "a"])
    assert even.value == pytest.approx(0, abs=1e-15)
    apart = mutual_information([[5, 0, 0], [0, 9, 0], [0, 0, 2]])
    assert apart.value == pytest.approx(entropy([5, 9, 2]))
    assert apart.local == pytest.approx(np.log([16 / 5, 16 / 9, 16 / 2]))
    # All of it between places, and all of it within
    table = [[6, 0], [4, 0], [0, 9], [0, 1]]
    assert mutual_information(table, within=[1, 1, 2, 2]).within == pytest.approx(0, abs=1e-15)
    inside = mutual_information([[6, 0], [0, 6], [9, 0], [0, 9]], within=[1, 1, 2, 2])
    assert inside.between == pytest.approx(0, abs=1e-15)
    assert inside.within == pytest.approx(np.log(2))


def test_classes_within_schools_are_one_more_level():
    """Two schools of one mix, classes sorted in the first only: a third of the students' log 2."""
    classes = [[10, 0], [0, 10], [10, 10], [10, 10]]
    m = mutual_information(classes, within=[["d"] * 4, ["s1", "s1", "s2", "s2"]])
    assert m.between == pytest.approx([0, 0], abs=1e-15)
    assert m.within == pytest.approx(np.log(2) / 3)


# Baselines


@pytest.mark.parametrize(
    "sizes, groups",
    [((2, 3, 2), (3, 4)), ((1, 1, 4), (2, 4)), ((4, 3), (2, 3, 2)), ((5, 2), (1, 6))],
)
def test_baselines_are_the_mean_over_every_allocation(sizes, groups, allocations):
    places = ["a", "a", "b"][: len(sizes)]
    found = [mutual_information(t, within=places) for t in allocations(sizes, groups)]
    ours = found[0]
    assert ours.baseline == pytest.approx(np.mean([m.value for m in found]))
    assert ours.between_baseline == pytest.approx(np.mean([m.between for m in found]))
    assert ours.local_baseline == pytest.approx(np.mean([m.local for m in found], axis=0))


def test_the_baseline_within_moves_students_within_their_place_only(allocations):
    first, second = list(allocations((2, 3), (2, 3))), list(allocations((3, 1), (3, 1)))
    found = [
        mutual_information([*a, *b], within=["a", "a", "b", "b"]) for a in first for b in second
    ]
    assert np.ptp([m.between for m in found]) < 1e-15
    assert np.ptp([m.within_baseline for m in found]) < 1e-15
    assert found[0].within_baseline == pytest.approx(np.mean([m.within for m in found]))
    # What lies between the two by lot is the coarse table's.
    coarse = mutual_information([[2, 3], [3, 1]])
    assert found[0].between_baseline == pytest.approx(coarse.baseline)


def test_baselines_by_simulation():
    """Ten schools of 40 in two districts, 30 students of a small group: 4000 shuffles."""
    draw = np.random.default_rng(8)
    sizes, places = np.full(10, 40), np.repeat([0, 1], 5)
    a = draw.multivariate_hypergeometric(sizes, 30, size=4000)
    tables = np.stack([a, 40 - a], axis=-1)
    chance = mutual_information(tables[0], within=places)
    found = [mutual_information(t, within=places) for t in tables[:200]]
    values = chi2_values(tables)
    assert values.mean() == pytest.approx(chance.baseline, rel=0.03)
    assert np.mean([m.between for m in found]) == pytest.approx(chance.between_baseline, rel=0.2)
    print(f"by lot: {chance.baseline:.5f}; shuffled: {values.mean():.5f}, sd {values.std():.5f}")


def chi2_values(tables):
    """Return the mutual information of many tables of two groups, written out."""
    share = tables / tables.sum(axis=(1, 2), keepdims=True)
    fair = share.sum(axis=1, keepdims=True) * share.sum(axis=2, keepdims=True)
    logs = np.log(np.where(share > 0, share / fair, 1))
    return (share * logs).sum(axis=(1, 2))


def test_a_null_district_is_near_its_baseline_and_not_near_zero():
    """500 districts in which lot alone places students: on average nothing beyond the baseline."""
    draw = np.random.default_rng(9)
    a = draw.multivariate_hypergeometric([60] * 8, 40, size=500)
    found = [mutual_information(np.stack([row, 60 - row], axis=1)) for row in a]
    value, baseline = (np.array([m[i] for m in found]) for i in (0, 1))
    error = value.std() / np.sqrt(500)
    print(f"mean {value.mean():.5f}, baseline {baseline.mean():.5f}, standard error {error:.5f}")
    assert abs(value.mean() - baseline.mean()) < 3 * error
    assert value.mean() > 20 * error


def test_cells_are_not_told_apart_by_blocks(monkeypatch):
    table = np.random.default_rng(6).poisson([30, 4, 0.2], size=(50, 3))
    whole = mutual_information(table).baseline
    monkeypatch.setattr(_lots, "_BLOCK", 700)
    assert mutual_information(table).baseline == pytest.approx(whole, rel=1e-12)
    assert whole == pytest.approx(theil_h(table).baseline * entropy(table.sum(0)), rel=1e-12)


# What holds for all tables

tables = arrays(
    np.int64, array_shapes(min_dims=2, max_dims=2, max_side=6), elements=st.integers(0, 60)
)


@given(tables, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_parts_add_up_and_bounds_hold(table, random):
    places = [[random.choice("xy") for _ in table], [random.choice("pq") for _ in table]]
    m = mutual_information(table, within=places)
    if not table.any():
        assert np.isnan(m.value) and np.isnan(m.local).all() and np.isnan(m.between).all()
        return
    size = table.sum(0)
    assert m.between.sum() + m.within == pytest.approx(m.value, rel=1e-12, abs=1e-14)
    local = m.local[size > 0] @ size[size > 0] / size.sum()
    assert local == pytest.approx(m.value, rel=1e-12, abs=1e-14)
    assert np.isnan(m.local[size == 0]).all()
    assert 0 <= m.value <= min(entropy(size), entropy(table.sum(1))) + 1e-12
    assert (m.between >= 0).all() and m.within >= 0 and m.baseline >= -1e-14
    assert np.isfinite([*m.between_baseline, m.within_baseline, m.baseline]).all()


@given(tables, st.integers(2, 5))
@settings(max_examples=40, deadline=None)
def test_order_scale_and_splitting(table, times):
    plain = mutual_information(table).value
    turned = mutual_information(table[::-1, ::-1])
    assert turned.value == pytest.approx(plain, rel=1e-9, abs=1e-13, nan_ok=True)
    # Who is unit and who is group does not matter.
    assert mutual_information(table.T).value == pytest.approx(
        plain, rel=1e-9, abs=1e-13, nan_ok=True
    )
    scaled = mutual_information(table * times).value
    assert scaled == pytest.approx(plain, rel=1e-9, abs=1e-13, nan_ok=True)
    # Each school split into identical halves: nothing is added, and within them is nothing.
    halves = mutual_information(np.repeat(table, 2, axis=0), within=np.repeat(range(len(table)), 2))
    assert halves.between == pytest.approx(plain, rel=1e-9, abs=1e-13, nan_ok=True)
    if table.any():
        assert halves.within == pytest.approx(0, abs=1e-13)


# Edges


def test_one_school_one_group_and_one_student():
    one = mutual_information([[3, 4]], within=["d"])
    assert tuple(one[:6]) == (0, 0, 0, 0, 0, 0)
    assert one.local.tolist() == [0, 0]
    group = mutual_information([[3], [4]], within=["d", "e"])
    assert tuple(group[:6]) == (0, 0, 0, 0, 0, 0)
    assert mutual_information([[1]]).value == 0


def test_empty_schools_and_groups_change_nothing():
    full = mutual_information(TABLE, within=list("aabb"))
    wide = np.insert(np.insert(TABLE, 2, 0, axis=0), 1, 0, axis=1)
    with_empty = mutual_information(wide, within=["a", "a", None, "b", "b"])
    assert with_empty[:6] == pytest.approx(full[:6])
    assert np.isnan(with_empty.local[1])
    assert np.delete(with_empty.local, 1) == pytest.approx(full.local)


def test_gaps_and_no_places():
    assert np.isnan(mutual_information(np.zeros((0, 2)), within=[]).value)
    assert all(np.isnan(part).all() for part in mutual_information([[3, NAN], [4, 1]]))
    gap = mutual_information([[3, NAN], [4, 1]], within=[["a", "a"], ["b", "c"]])
    assert gap.between.shape == gap.between_baseline.shape == (2,)
    alone = mutual_information([[3, 2], [4, 1]])
    assert np.isnan([alone.between, alone.within]).all()
    assert not np.isnan([alone.value, alone.baseline]).any()


def test_one_name_in_two_wider_places_is_two_places():
    table = [[9, 1], [1, 9], [5, 5], [5, 5]]
    same = mutual_information(table, within=[["A", "A", "B", "B"], [1, 2, 1, 2]])
    told = mutual_information(table, within=[["A", "A", "B", "B"], ["A1", "A2", "B1", "B2"]])
    assert same.between == pytest.approx(told.between)
    assert same.within == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize(
    "table, within, match, fields",
    [
        ([3, 4], None, "counts must be units by groups", {"argument": "counts"}),
        ([[3, -4]], None, r"counts must not be negative, but is -4 at index \(0, 1\)", {}),
        ([[3, 4.5]], None, r"counts must be whole, but is 4.5", {"index": (0, 1)}),
        ([[3, 4]], ["a", "b"], "one name for each unit", {"argument": "within"}),
        ([[3, 4]], "a", "one name for each unit", {"argument": "within"}),
        ([[3, 4], [1, 2]], ["a", None], "but has none at index 1", {"index": (1,)}),
        ([[3, 4], [1, 2]], [["a", "a"], [1, NAN]], r"none at index \(1, 1\)", {"index": (1, 1)}),
    ],
)
def test_what_is_refused(table, within, match, fields):
    with pytest.raises(MetricError, match=match) as caught:
        mutual_information(table, within=within)
    assert fields.items() <= caught.value.fields.items()


def test_pandas_labels():
    pd = pytest.importorskip("pandas")
    m = mutual_information(TABLE, within=pd.Series(list("aabb"), dtype="string"))
    assert m.within == mutual_information(TABLE, within=list("aabb")).within
    with pytest.raises(MetricError, match="none at index 1"):
        mutual_information(TABLE, within=pd.Series(["a", pd.NA, "b", "b"], dtype="string"))
