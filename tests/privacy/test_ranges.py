"""Ranges of a source, from the reader to what is published: never a number, never narrower."""

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab.privacy.ranges import completed
from equitylab.schema import Dataset, ReadReport, roll_up, tidy_counts

GROUPS = {"race_ethnicity": ["A", "B", "C", "D"], "sex": ["Female", "Male"]}


def truth(seed: int, schools=6) -> pd.DataFrame:
    """Schools with groups of all sizes; the groups of a dimension sum to all students."""
    draw = np.random.default_rng(seed)
    rows = []
    for s in range(schools):
        n = np.array([3, 14, 45, 120]) + draw.integers(0, 30, 4)
        x = draw.binomial(n, draw.uniform(0.2, 0.9, 4))
        girls = draw.hypergeometric(n.sum() // 2, n.sum() - n.sum() // 2, n.sum() // 2)
        girls_x = draw.hypergeometric(girls, n.sum() - girls, x.sum())
        cells = {("all", "all"): (n.sum(), x.sum())}
        cells |= {("race_ethnicity", g): (n[k], x[k]) for k, g in enumerate("ABCD")}
        cells["sex", "Female"] = (girls, girls_x)
        cells["sex", "Male"] = (n.sum() - girls, x.sum() - girls_x)
        for (dimension, group), (size, count) in cells.items():
            rows.append((f"S{s}", dimension, group, int(size), int(count)))
    frame = pd.DataFrame(rows, columns=["unit_id", "dimension", "group", "n", "x"])
    return frame.assign(
        year="2023-24", indicator="proficient_math", level="school", unit=frame.unit_id
    )


def dataset(rows: pd.DataFrame) -> Dataset:
    names = rows["unit_id"].unique()
    units = pd.DataFrame({"unit_id": names, "unit": names, "level": "school", "parent_id": "D"})
    units.loc[len(units)] = ["D", "District", "district", ""]
    return Dataset(roll_up(tidy_counts(rows), units), units, ReadReport())


def ranged(rows: pd.DataFrame, width: float, hide_under: int = 6) -> pd.DataFrame:
    """The same as a source would give it: counts as ranges, those of small groups not at all."""
    step = np.maximum(np.ceil(rows["n"] * width), 1)
    low = np.floor(rows["x"] / step) * step
    small = rows["n"] < hide_under
    made = rows.assign(x_low=low.mask(small, 0), x_high=(low + step - 1).mask(small, rows["n"]))
    made["x_high"] = made[["x_high", "n"]].min(axis=1)
    same = made["x_low"] == made["x_high"]
    return made.assign(x=made["x"].where(same), status=np.where(same, "ok", "suppressed"))


@pytest.fixture(scope="module", params=[1, 2, 3])
def both(request):
    """The audit of the true counts, and that of the ranges."""
    rows = truth(request.param)
    return eq.audit(dataset(rows)).table, eq.audit(dataset(ranged(rows, 0.08)))


def test_limits_hold_whatever_the_count(both):
    exact, wide = both[0], both[1].table
    on = ["year", "unit_id", "indicator", "dimension", "group"]
    pair = exact.merge(wide, on=on, suffixes=("", "_range"))
    seen = 0
    for name in ("rate", "difference", "ratio"):
        known = pair[f"{name}_low_range"].notna() & pair[f"{name}_low"].notna()
        some = pair[known & pair["x_range"].isna()]
        assert (some[f"{name}_low_range"] <= some[f"{name}_low"] + 1e-9).all()
        assert (some[f"{name}_high_range"] >= some[f"{name}_high"] - 1e-9).all()
        seen += len(some)
    assert seen > 60
    some = pair[pair["x_range"].isna() & pair["difference_range"].notna()]
    # What is sure lies between the true difference and none; p is never smaller than the true one.
    inside = some["difference_range"].abs() <= some["difference"].abs() + 1e-9
    apart = np.sign(some["difference_range"]) * np.sign(some["difference"]) >= 0
    assert (inside & apart).all() and (some["p_value_range"] >= some["p_value"] - 1e-3).all()
    assert (some["to_parity_range"].isna() & some["rate_range"].isna()).all()
    clear = some["signal_range"] == "clear difference"
    assert (some.loc[clear, "p_value"] <= 0.10).all()


def test_a_range_of_nothing_says_nothing():
    rows = ranged(truth(1), 0.08)
    rows.loc[rows["group"] == "D", ["x", "x_low", "x_high", "status"]] = [
        pd.NA,
        0,
        1000,
        "suppressed",
    ]
    table = eq.audit(dataset(rows)).table
    some = table[(table["group"] == "D") & (table["level"] == "school")]
    assert some[["rate_low", "difference_low", "p_value"]].isna().all(axis=None)
    assert set(some["signal"]) == {"not reported"}


def test_published_ranges_are_those_of_the_source(both):
    audit = both[1]
    public = eq.protect(audit)
    assert public.verify() == []
    t = public.table.merge(
        audit.table[["unit_id", "dimension", "group", "x_low", "x_high"]],
        on=["unit_id", "dimension", "group"],
    )
    told = t[t["why"] == "range"]
    assert len(told) > 20
    assert np.allclose((told["band_low"] * told["n"]).astype(float), told["x_low"].astype(float))
    assert np.allclose((told["band_high"] * told["n"]).astype(float), told["x_high"].astype(float))
    assert told[["x", "rate", "other_x", "other_rate", "to_parity", "ratio"]].isna().all(axis=None)
    assert (told["n"] >= 10).all()
    # Neither all from 1 to 2, nor all but 1 to 2.
    least, most, n = (told[c].astype(int) for c in ("x_low", "x_high", "n"))
    assert not ((least > 0) & (most < 3)).any() and not ((most < n) & (n - least < 3)).any()
    assert not {"x_low", "x_high"} & set(public.table)


def test_small_ranges_are_hidden():
    rows = truth(2)
    rows.loc[rows["group"] == "D", ["n", "x"]] = [40, 1]
    total = rows[rows["dimension"] == "race_ethnicity"].groupby("unit_id")[["n", "x"]].sum()
    whole = rows["dimension"] == "all"
    rows.loc[whole, ["n", "x"]] = total.loc[rows.loc[whole, "unit_id"]].to_numpy()
    rows = rows[rows["dimension"] != "sex"]
    made = ranged(rows, 0.08)
    d = made["group"] == "D"
    made.loc[d, ["x", "x_low", "x_high", "status"]] = [pd.NA, 1, 2, "suppressed"]
    table = eq.protect(eq.audit(dataset(made))).table
    assert set(table.loc[(table["group"] == "D") & (table["level"] == "school"), "why"]) == {
        "hidden"
    }


def test_a_hidden_cell_is_filled_with_what_is_left():
    """One line of which the source hides a size and two counts: a possible table comes out."""
    cells = {"all": (100, 40, "ok"), "A": (50, 20, "ok"), "B": (30, None, "suppressed"),
             "C": (None, None, "suppressed"), "D": (12, 2, "ok")}  # fmt: skip
    rows = pd.DataFrame(
        [(g, n, x, s) for g, (n, x, s) in cells.items()], columns=["group", "n", "x", "status"]
    ).assign(year="y", unit_id="S", indicator="proficient_math")
    rows["dimension"] = np.where(rows["group"] == "all", "all", "race_ethnicity")
    rows["x_low"], rows["x_high"] = rows["x"].fillna(0), rows["x"].fillna(rows["n"])
    rows = rows.astype({"n": "Int64", "x": "Int64"})
    units = pd.DataFrame({"unit_id": ["S"], "parent_id": [""]})
    made = completed(rows, units, 10).set_index("group")
    assert made.loc["C", "n"] == 8 and bool(made.loc["C", "guess_n"])
    groups = made.drop("all")
    assert groups["x"].sum() == 40 and (groups["x"] <= groups["n"]).all()
    assert tuple(made.loc["B", ["low", "high"]]) == (0, 30) and made.loc["A", "low"] == 20


def test_the_count_that_the_source_hides_cannot_be_had_by_subtraction():
    rows = truth(3)
    hide = (rows["group"] == "A") & (rows["unit_id"] == "S1")
    rows = rows.assign(status="ok", x_low=rows["x"], x_high=rows["x"])
    rows.loc[hide, ["x", "x_low", "x_high", "status"]] = [pd.NA, 0, 1, "suppressed"]
    table = eq.protect(eq.audit(dataset(rows))).table
    line = table[(table["unit_id"] == "S1") & (table["dimension"] == "race_ethnicity")]
    assert (line["why"] != "").sum() >= 2  # the range itself, and another that could make it up


@pytest.mark.parametrize("seed", range(8))
def test_any_mixture_of_ranges_and_hidden_cells_is_certified(seed):
    draw = np.random.default_rng(seed)
    rows = ranged(truth(seed, int(draw.integers(1, 6))), draw.choice([0.02, 0.08, 0.3]))
    hide = draw.random(len(rows)) < draw.choice([0.1, 0.3])
    rows["n"] = rows["n"].astype("Int64")
    rows.loc[hide, ["x", "status"]] = [pd.NA, "suppressed"]
    rows.loc[hide, "x_low"], rows.loc[hide, "x_high"] = 0, rows.loc[hide, "n"].astype(float)
    rows.loc[hide & (draw.random(len(rows)) < 0.5), ["n", "x_low", "x_high"]] = pd.NA
    public = eq.protect(eq.audit(dataset(rows)))
    assert public.verify() == []
    told = public.table[public.table["why"] == "range"]
    assert told["x"].isna().all() and (told["n"] >= 10).all()
