"""What holds for every table: order, scale, merging and splitting of identical rows, symmetry, bounds.

Functions of one table have theirs in their own files; here each property is asked of all that
should have it, by the same draws.
"""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from equitylab import metrics

pytestmark = pytest.mark.filterwarnings("error")
few = settings(max_examples=20, deadline=None)


def numbers(found):
    """The numbers of a result in one list, whatever it is made of."""
    if isinstance(found, tuple | list):
        parts = [numbers(part) for part in found]
        return np.concatenate(parts) if parts else np.zeros(0)
    array = np.asarray(found)
    return array.astype(float).ravel() if array.dtype.kind in "biuf" else np.zeros(0)


def same(one, other, tolerance=1e-9):
    np.testing.assert_allclose(numbers(one), numbers(other), rtol=tolerance, atol=tolerance)


@st.composite
def units(draw):
    """Two groups and all students by school, values by school, and outcomes of both groups."""
    size = draw(st.integers(1, 6))
    whole = arrays(np.int64, size, elements=st.integers(0, 40))
    a, b, rest = draw(whole), draw(whole), draw(whole)
    shares = [draw(arrays(float, size, elements=st.floats(0, 1))) for _ in range(2)]
    return {
        "a": a, "b": b, "rest": rest, "total": a + b + rest,
        "x1": np.floor(shares[0] * a).astype(int), "x2": np.floor(shares[1] * b).astype(int),
        "values": draw(arrays(float, size, elements=st.integers(1, 200))),
    }  # fmt: skip


# Each of these sees schools, and should see nothing of their order or names.
OF_SCHOOLS = {
    "dissimilarity": lambda t: metrics.dissimilarity(t["a"], t["b"]),
    "isolation": lambda t: metrics.isolation(t["a"], t["total"]),
    "exposure": lambda t: metrics.exposure(t["a"], t["b"], t["total"]),
    "theil_h": lambda t: metrics.theil_h(np.c_[t["a"], t["b"], t["rest"]]),
    "mutual_information": lambda t: metrics.mutual_information(np.c_[t["a"], t["b"], t["rest"]]),
    "kitagawa": lambda t: metrics.kitagawa(t["x1"], t["a"], t["x2"], t["b"]),
    "within_between": lambda t: metrics.within_between(t["x1"], t["a"], t["x2"], t["b"]),
    "mantel_haenszel": lambda t: metrics.mantel_haenszel(t["x1"], t["a"], t["x2"], t["b"]),
    "progressivity": lambda t: metrics.progressivity(t["values"], t["a"], t["total"]),
    "progressivity_slope": lambda t: metrics.progressivity_slope(t["values"], t["a"], t["total"]),
    "exposure_to": lambda t: metrics.exposure_to(t["values"] / 200, t["a"]),
    "experienced": lambda t: metrics.experienced(t["total"], t["values"] // 50, t["a"]),
    "pooled": lambda t: metrics.pooled(t["x1"], t["a"])[:2],
}
WEIGHTED = {
    "coefficient_of_variation": lambda t: metrics.coefficient_of_variation(t["values"], t["total"]),
    "mcloone": lambda t: metrics.mcloone(t["values"], t["total"]),
    "verstegen": lambda t: metrics.verstegen(t["values"], t["total"]),
    "federal_range_ratio": lambda t: metrics.federal_range_ratio(t["values"], t["total"]),
    "gini": lambda t: metrics.gini(t["values"], t["total"]),
    "theil": lambda t: metrics.theil(t["values"], t["total"]),
}
ALL = OF_SCHOOLS | WEIGHTED
every = pytest.mark.parametrize("name", ALL)


@every
@few
@given(units(), st.randoms())
def test_the_order_of_schools_changes_nothing(name, table, random):
    order = list(range(table["a"].size))
    random.shuffle(order)
    same(ALL[name](table), ALL[name]({k: v[order] for k, v in table.items()}))


# What a chance says depends on how many students there are: the values alone are compared.
VALUES = {
    "dissimilarity": lambda f: f.value,
    "isolation": lambda f: f.value,
    "exposure": lambda f: f.value,
    "theil_h": lambda f: f.value,
    "mutual_information": lambda f: (f.value, f.local),
    "mantel_haenszel": lambda f: (f.odds_ratio.value, f.risk_ratio.value, f.risk_difference.value),
}
SPLIT = [name for name in ALL if name not in ("pooled",)]


def values(name, table):
    return VALUES.get(name, lambda found: found)(ALL[name](table))


@pytest.mark.parametrize("name", SPLIT)
@few
@given(units(), st.integers(2, 4), st.data())
def test_a_school_split_into_identical_ones_changes_nothing(name, table, times, data):
    """And so the other way about: identical rows may be merged."""
    at = data.draw(st.integers(0, table["a"].size - 1))
    whole = {k: v * times if k != "values" else v for k, v in table.items()}
    rows = np.r_[np.delete(np.arange(table["a"].size), at), [at] * times]
    split = {}
    for k, v in table.items():
        split[k] = v[rows] if k == "values" else np.r_[np.delete(whole[k], at), [v[at]] * times]
    if name == "experienced":  # its staff is split with the students
        staff = table["values"] // 50
        merged = metrics.experienced(whole["total"], staff * times, whole["a"])
        apart = np.r_[np.delete(staff * times, at), [staff[at]] * times]
        same(merged, metrics.experienced(split["total"], apart, split["a"]))
        return
    same(values(name, whole), values(name, split))


@pytest.mark.parametrize("name", [name for name in SPLIT if name != "experienced"])
@few
@given(units(), st.integers(2, 9))
def test_ten_times_the_students_is_the_same_value(name, table, times):
    more = {k: v * times if k != "values" else v for k, v in table.items()}
    same(values(name, table), values(name, more))


@pytest.mark.parametrize("name", [*WEIGHTED, "progressivity"])
@few
@given(units(), st.floats(1e-3, 1e3))
def test_dollars_or_thousands_of_dollars_make_no_odds(name, table, factor):
    same(ALL[name](table), ALL[name](table | {"values": factor * table["values"]}), 1e-7)


@few
@given(units())
def test_swapping_the_groups(table):
    back = table | {"a": table["b"], "b": table["a"], "x1": table["x2"], "x2": table["x1"]}
    same(ALL["dissimilarity"](table), ALL["dissimilarity"](back))
    for name in ("kitagawa", "within_between"):
        same(numbers(ALL[name](table)), -numbers(ALL[name](back)))
    there, here = ALL["mantel_haenszel"](table), ALL["mantel_haenszel"](back)
    same(there.risk_difference.value, -here.risk_difference.value)
    same(there.risk_difference.low, -here.risk_difference.high, 1e-7)
    same((there.cmh_p, there.homogeneity_p), (here.cmh_p, here.homogeneity_p), 1e-7)
    known = ~np.isnan(there.odds_ratio.value) & ~np.isnan(here.odds_ratio.value)
    if known and there.odds_ratio.value > 0:
        same(there.odds_ratio.value, 1 / here.odds_ratio.value)


@few
@given(units())
def test_bounds_and_sums(table):
    for name in ("dissimilarity", "isolation", "exposure", "theil_h"):
        found = numbers(ALL[name](table))
        assert np.all((found > -1e-12) & (found < 1 + 1e-12) | np.isnan(found)), name
    if table["a"].sum():
        share = table["a"].sum() / table["total"].sum()
        assert ALL["isolation"](table).value >= share - 1e-12
    found = metrics.mutual_information(np.c_[table["a"], table["b"], table["rest"]])
    if table["total"].sum():
        size = np.array([table[k].sum() for k in ("a", "b", "rest")]) / table["total"].sum()
        assert np.nansum(size * found.local) == pytest.approx(found.value, abs=1e-12)
        assert 0 <= found.value <= -np.sum(size[size > 0] * np.log(size[size > 0])) + 1e-12
    for split in ("kitagawa", "within_between"):
        gap, *parts = ALL[split](table)
        assert np.isnan(gap) or gap == pytest.approx(sum(parts), abs=1e-12) and abs(gap) <= 1
    index = {name: float(WEIGHTED[name](table)) for name in WEIGHTED}
    if not table["total"].sum():
        assert np.isnan(list(index.values())).all()
        return
    assert 0 <= index["gini"] < 1 and index["theil"] >= 0 and index["federal_range_ratio"] >= 0
    assert index["mcloone"] <= 1 + 1e-12 and index["verstegen"] >= 1 - 1e-12
    # The spread of which each is a summary is none together or some together.
    assert (index["coefficient_of_variation"] < 1e-9) == (index["gini"] < 1e-9)


@few
@given(units(), st.randoms())
def test_each_school_keeps_its_own_numbers_when_the_list_is_shuffled(table, random):
    order = list(range(table["a"].size))
    random.shuffle(order)
    x, n = table["x1"], table["a"]
    one, two = metrics.shrink(x, n), metrics.shrink(x[order], n[order])
    for here, there in zip(one[:3], two[:3], strict=True):
        np.testing.assert_allclose(here[order], there, atol=1e-5)
    one, two = metrics.funnel(x, n), metrics.funnel(x[order], n[order])
    np.testing.assert_allclose(one.low[order], two.low, atol=1e-12)
    p = metrics.difference_p(x, n, table["x2"], table["b"])
    q = metrics.benjamini_hochberg(p)
    np.testing.assert_array_equal(q[order], metrics.benjamini_hochberg(p[order]))
    group = np.r_[n, 5], np.r_[x, 2]
    ratio = metrics.weighted_risk_ratio(group[1], group[0], np.arange(1, n.size + 2))
    order.append(n.size)
    again = metrics.weighted_risk_ratio(*(g[order] for g in group[::-1]), 1 + np.array(order))
    np.testing.assert_allclose(ratio[order], again, rtol=1e-9)


scores = st.lists(st.integers(0, 50), min_size=2, max_size=12)


@few
@given(scores, scores, st.floats(0.1, 50), st.floats(-50, 50), st.randoms())
def test_gaps_of_scores_know_no_scale_and_no_order(a, b, factor, shift, random):
    a, b = np.array(a, float), np.array(b, float)
    there = [metrics.hedges_g(a, b), metrics.gap_index(a, b), metrics.standardized_gap(a, b, 2.0)]
    mixed = np.array(random.sample(list(a), a.size)) * factor + shift, b * factor + shift
    here = [
        metrics.hedges_g(*mixed), metrics.gap_index(*mixed),
        metrics.standardized_gap(*mixed, 2.0 * factor),
    ]  # fmt: skip
    back = [metrics.hedges_g(b, a), metrics.gap_index(b, a), metrics.standardized_gap(b, a, 2.0)]
    assume(np.ptp(a) + np.ptp(b) > 0)
    for one, two, three in zip(there, here, back, strict=True):
        same(one, two, 1e-6)
        same((one.value, one.low), (-three.value, -three.high), 1e-6)
    assert -10 <= there[1].low <= there[1].value <= there[1].high <= 10
