"""The gate: what is hidden is certified, and an independent attacker cannot narrow it."""

from __future__ import annotations

import dataclasses
import json
import zipfile

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab import catalog
from equitylab.privacy.attack import at_most, attack, total
from equitylab.schema import ALL, BY, COUNTS, UNITS, Dataset, ReadReport, roll_up, tidy_counts

INDICATORS = ("suspended_out_of_school", "chronically_absent")
GROUPS = {"heritage": [0.5, 0.3, 0.12, 0.05, 0.03], "sex": [0.5, 0.5], "el": [0.9, 0.1]}


def district(seed, *, schools=5, years=1, sizes=(25, 400), districts=1, rates=(0.02, 0.2)):
    """A random district from students, so that every dimension and intersection agrees."""
    rng = np.random.default_rng(seed)
    rows, units = [], []
    for d in range(districts):
        units.append((f"D{d}", f"District {d}", "district", "S" if districts > 1 else ""))
        units += [(f"D{d}-{s}", f"School {d} {s}", "school", f"D{d}") for s in range(schools)]
    if districts > 1:
        units.append(("S", "State", "state", ""))
    for unit_id, unit, level, _ in units:
        if level != "school":
            continue
        for y in range(years):
            n = int(rng.integers(*sizes))
            people = pd.DataFrame(
                {name: rng.choice(list("abcde")[: len(p)], n, p=p) for name, p in GROUPS.items()}
            )
            for i in INDICATORS:
                people["y"] = rng.random(n) < rng.uniform(*rates)
                for dims in ([], ["heritage"], ["sex"], ["el"], ["heritage", "sex"]):
                    keys = (
                        people[dims].agg(BY.join, axis=1) if dims else pd.Series(ALL, people.index)
                    )
                    for group, part in people["y"].groupby(keys):
                        rows.append(
                            (
                                f"202{y}-2{y + 1}",
                                unit_id,
                                unit,
                                level,
                                i,
                                BY.join(dims) or ALL,
                                group,
                                len(part),
                                int(part.sum()),
                            )  # fmt: skip
                        )
    counts = tidy_counts(pd.DataFrame(rows, columns=[*list(COUNTS)[:9]]))
    units = pd.DataFrame(units, columns=list(UNITS))
    return Dataset(roll_up(counts, units), units, ReadReport())


def seen_from_outside(table, units):
    """Cells and relations exactly as a reader of the published table has them."""
    cells, relations, bounds = {}, [], {}
    keys = ["year", "unit_id", "indicator", "dimension", "group"]
    parent = units.set_index("unit_id")["parent_id"].to_dict()
    sums, ups, pools = {}, {}, {}
    years = sorted(set(table.loc[~table["pooled"], "year"]))
    for r in table.itertuples():
        base = catalog.indicator(r.indicator).base
        key = tuple(getattr(r, k) for k in keys)
        at = (r.year, r.unit_id, base, r.dimension, r.group)
        n, x = ("n", *at), ("x", *key)
        cells[n] = None if pd.isna(r.n) else int(r.n)
        cells[x] = None if pd.isna(r.x) else int(r.x)
        if r.why == "band" and cells[n]:
            bounds[x] = (
                np.ceil(r.band_low * cells[n] - 1e-9),
                np.floor(r.band_high * cells[n] + 1e-9),
            )
        if r.why == "undefined":
            cells[x] = 0
        if not catalog.indicator(r.indicator).events:
            relations.append(at_most(x, n))
        for name, own in (("n", at), ("x", key)):
            cell = (name, *own)
            if r.pooled:  # only groups that need it are pooled, so these rows do not add up
                pools[cell] = [(name, y, *own[1:]) for y in years]
                continue
            head, (dimension, group) = own[:3], own[3:]
            if dimension != ALL:
                sums.setdefault((name, head, dimension, (ALL, ALL)), set()).add(cell)
            if BY in dimension:
                a, b = dimension.split(BY)
                g, h = group.split(BY)
                sums.setdefault((name, head, dimension, (a, g)), set()).add(cell)
                sums.setdefault((name, head, dimension, (b, h)), set()).add(cell)
            up = parent.get(r.unit_id)
            if up:
                ups.setdefault((name, own[0], up, *own[2:]), set()).add(cell)
    for (name, head, _, whole), parts in sums.items():
        if (name, *head, *whole) in cells:
            relations.append(total((name, *head, *whole), parts))
    for whole, parts in ups.items():
        if whole in cells:
            relations.append(total(whole, parts))
    for whole, parts in pools.items():
        relations.append(total(whole, parts))
    return cells, relations, bounds


def breaches(data, public, min_group=10, min_cell=3):
    """Sensitive cells that the attacker pins, proves small, or proves not to be zero."""
    cells, relations, bounds = seen_from_outside(public.table, public.units)
    true = data.counts
    wanted, implied = {}, {}
    x_of = true.set_index(["year", "unit_id", "indicator", "dimension", "group"])["x"].to_dict()
    for r in true.itertuples():
        base = catalog.indicator(r.indicator).base
        n = ("n", r.year, r.unit_id, base, r.dimension, r.group)
        x = ("x", r.year, r.unit_id, r.indicator, r.dimension, r.group)
        if 0 < r.n < min_group:
            wanted[n] = min_group
        if 0 < r.x < min_cell:
            wanted[x] = min_cell
            if BY in r.dimension:
                # What two published margins say of a cell, intersections or none (Fréchet 1940).
                at = (r.year, r.unit_id, r.indicator)
                pairs = zip(r.dimension.split(BY), r.group.split(BY), strict=True)
                implied[x] = sum(x_of[(*at, *p)] for p in pairs) - x_of[(*at, ALL, ALL)]
    shown = [c for c in wanted if cells[c] is not None]
    low_high = attack(cells, relations, bounds=bounds, targets=list(wanted)) if wanted else {}
    return (
        shown,
        {c: v for c, v in low_high.items() if v[0] > max(implied.get(c, 0), 0) or v[1] < wanted[c]},
        len(wanted),
    )


@pytest.mark.parametrize("seed", range(8))
def test_an_attacker_cannot_narrow_a_sensitive_cell(seed):
    data = district(seed)
    public = eq.protect(eq.audit(data))
    if public.policy["left_out"]:
        pytest.skip("a school was left out: its district's sums are of the others")
    shown, narrowed, wanted = breaches(data, public)
    assert wanted > 10
    assert shown == []
    assert narrowed == {}


def test_pooled_years_and_intersections_hold_against_the_attacker():
    data = district(21, years=3, schools=4, sizes=(60, 300))
    public = eq.protect(eq.audit(data))
    assert public.policy["left_out"] == 0
    pooled = public.table[public.table["pooled"]]
    crossed = public.table[public.table["dimension"].str.contains(BY)]
    assert (pooled["why"] == "").any() and (crossed["why"] == "").any()
    shown, narrowed, _ = breaches(data, public)
    assert shown == [] and narrowed == {}


def test_the_attacker_finds_the_primary_rule_alone_wanting():
    """The tests above can fail: without complementary cells most districts leak."""
    data = district(3)
    public = eq.protect(eq.audit(data))
    true = data.counts.set_index(["year", "unit_id", "indicator", "dimension", "group"])
    table = public.table.copy()
    cell = pd.MultiIndex.from_frame(table[["year", "unit_id", "indicator", "dimension", "group"]])
    n, x = true["n"].reindex(cell).to_numpy(float), true["x"].reindex(cell).to_numpy(float)
    primary = (n < 10) | ((x > 0) & (x < 3))
    table["n"] = np.where(n < 10, np.nan, n)
    table["x"] = np.where(primary, np.nan, x)
    table["why"] = np.where(primary, "hidden", "")
    _, narrowed, _ = breaches(data, dataclasses.replace(public, table=table))
    assert len(narrowed) > 5


def test_three_levels():
    data = district(5, districts=3, schools=3, sizes=(60, 300))
    public = eq.protect(eq.audit(data))
    if not public.policy["left_out"]:
        shown, narrowed, _ = breaches(data, public)
        assert shown == [] and narrowed == {}
    assert public.verify() == []
    state = public.table[(public.table["level"] == "state") & (public.table["dimension"] == ALL)]
    assert (state["why"] == "").all()


@pytest.mark.parametrize("min_group, min_cell", [(5, 1), (10, 3), (10, 10), (20, 5), (30, 10)])
def test_no_number_under_the_limits_is_published(min_group, min_cell):
    data = district(8)
    public = eq.protect(eq.audit(data), min_group=min_group, min_cell=min_cell)
    t = public.table
    n, x = t["n"].astype(float), t["x"].astype(float)
    assert not ((n > 0) & (n < min_group)).any()
    assert not ((x > 0) & (x < min_cell)).any()
    assert not ((n - x > 0) & (n - x < min_cell)).any()
    assert not (t["rate"].isin([0.0, 1.0])).any()
    assert t.loc[t["why"] != "", ["x", "rate", "other_x", "difference", "ratio"]].isna().all().all()
    assert (t.loc[t["why"] != "", "signal"] == "not reported").all()
    assert public.verify() == []


def test_published_numbers_are_the_audits_own():
    data = district(9)
    audit = eq.audit(data)
    public = eq.protect(audit)
    if public.policy["left_out"]:
        pytest.skip("district sums leave a school out")
    keys = ["year", "unit_id", "indicator", "dimension", "group"]
    both = public.table.merge(audit.table, on=keys, suffixes=("", "_true"))
    assert len(both) == len(public.table) == len(audit.table)
    for column in ("n", "x", "rate", "difference", "other_x"):
        shown = both[both[column].notna()]
        assert len(shown)
        np.testing.assert_allclose(
            shown[column].astype(float), shown[f"{column}_true"].astype(float), atol=1e-12
        )


def test_zero_and_all_are_bands():
    public = eq.protect(eq.audit(district(2, rates=(0.0, 0.004))))
    bands = public.table[public.table["why"] == "band"]
    assert len(bands)
    assert set(bands["band_high"]) <= {0.01, 0.02, 0.05, 0.1, 0.2}
    assert bands["x"].isna().all() and bands["n"].notna().all()


def test_everyone_having_the_unwanted_outcome_is_never_said():
    data = district(4)
    counts = data.counts
    rows = (counts["unit_id"] == "D0-1") & (counts["indicator"] == INDICATORS[0])
    rows &= (counts["dimension"] == "el") & (counts["group"] == "b")
    assert rows.sum() == 1
    gain = int((counts.loc[rows, "n"] - counts.loc[rows, "x"]).iloc[0])
    # Everyone in group b had it; the school, district and the other dimensions gain as many.
    rest = (counts["indicator"] == INDICATORS[0]) & counts["unit_id"].isin(["D0-1", "D0"])
    for dimension, group in ((ALL, ALL), ("el", "b"), ("heritage", "a"), ("sex", "a"),
                             (f"heritage{BY}sex", f"a{BY}a")):  # fmt: skip
        at = rest & (counts["dimension"] == dimension) & (counts["group"] == group)
        counts.loc[at, ["x", "x_low", "x_high"]] += gain
    public = eq.protect(eq.audit(data))
    t = public.table
    row = t[(t["unit_id"] == "D0-1") & (t["indicator"] == INDICATORS[0])]
    row = row[(row["dimension"] == "el") & (row["group"] == "b")].iloc[0]
    assert row["why"] == "hidden"
    assert any(w.claim == "not everyone" for p in public.certificates for w in p.witnesses)


def test_a_tampered_certificate_is_found():
    public = eq.protect(eq.audit(district(6)))
    made = next(p for p in public.certificates if p.witnesses)
    assert public.verify() == []
    witness = made.witnesses[0]
    cell = next(iter(witness.n or witness.x))
    hidden = made.hidden_n if witness.n else made.hidden_x[witness.table]
    hidden[cell] = False
    assert any("published cell" in fault for fault in public.verify())
    hidden[cell] = True
    (witness.n or witness.x)[cell] += 1
    assert public.verify()


def test_a_school_too_small_to_report_is_left_out_of_its_district():
    data = district(7, schools=4)
    small = data.counts[(data.counts["unit_id"] == "D0-0")].copy()
    small["unit_id"], small["unit"] = "D0-9", "Tiny"
    small = small[small["dimension"].isin([ALL, "sex"])]
    small = small[small["group"].isin([ALL, "a"])]
    small[["n", "x", "x_low", "x_high"]] = [3, 1, 1, 1]
    counts = pd.concat([data.counts[data.counts["level"] == "school"], small])
    units = pd.concat(
        [data.units, pd.DataFrame([("D0-9", "Tiny", "school", "D0")], columns=list(UNITS))]
    )
    data = Dataset(roll_up(tidy_counts(counts), units), units, ReadReport())
    public = eq.protect(eq.audit(data))
    t = public.table
    tiny = t[t["unit_id"] == "D0-9"]
    assert tiny["n"].isna().all() and (tiny["why"] == "hidden").all()
    assert public.policy["left_out"] >= 1
    first = t[(t["dimension"] == ALL) & (t["indicator"] == INDICATORS[0])]
    schools = first[(first["level"] == "school") & (first["unit_id"] != "D0-9")]
    whole = first[first["level"] == "district"]["n"].iloc[0]
    if public.policy["left_out"] == 2:  # the tiny school, once for each measure
        assert whole == schools["n"].sum()
    assert "without the schools too small" in first[first["level"] == "district"]["method"].iloc[0]


@pytest.mark.parametrize("min_group, min_cell", [(4, 3), (0, 3), (10, 0)])
def test_limits_below_the_floor_are_refused(min_group, min_cell):
    with pytest.raises(eq.PrivacyError) as error:
        eq.protect(eq.audit(district(1)), min_group=min_group, min_cell=min_cell)
    assert len(str(error.value).splitlines()) == 2


def test_save_and_load_keep_what_is_public_and_nothing_else(tmp_path):
    public = eq.protect(eq.audit(district(1)))
    public.save(tmp_path / "a.zip")
    public.save(tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    back = eq.Published.load(tmp_path / "a.zip")
    assert back.hidden is None and back.certificates is None
    assert back.policy == public.policy
    for column in ("n", "x", "rate", "why", "unit_id", "group"):
        a, b = public.table[column], back.table[column]
        assert (a.isna() == b.isna()).all()
        assert (
            a.dropna().astype(str).str.removesuffix(".0")
            == b.dropna().astype(str).str.removesuffix(".0")
        ).all()
    one = public.slice("D0-1")
    assert set(one.table["unit_id"]) == {"D0-1", "D0"}
    assert one.hidden is None


def test_what_the_reader_noted_of_one_unit_is_not_published(tmp_path):
    """More outcomes than students, groups that do not add up, a year that halves: raw numbers."""
    head = "year,unit_id,unit,level,indicator,dimension,group,n,x"
    cells = [("2022-23", "all", "all", 271, 40), ("2022-23", "sex", "F", 133, 21),
             ("2022-23", "sex", "M", 138, 19), ("2023-24", "all", "all", 97, 40),
             ("2023-24", "sex", "F", 4, 6), ("2023-24", "sex", "M", 84, 34)]  # fmt: skip
    lines = [
        f"{year},01,Oak,school,suspended_out_of_school,{dimension},{group},{n},{x}"
        for year, dimension, group, n, x in cells
    ]
    (tmp_path / "counts.csv").write_text("\n".join([head, *lines]) + "\n")
    data = eq.read(tmp_path / "counts.csv")
    assert data.report.over and len(data.report.owner) == 2
    eq.protect(eq.audit(data)).save(tmp_path / "release.zip")
    with zipfile.ZipFile(tmp_path / "release.zip") as box:
        said = json.loads(box.read("about.json"))["read_report"]
    assert not {"over", "owner"} & set(said)
    text = json.dumps(said)
    assert "01" not in text and "Oak" not in text  # no unit of the file is named
    assert not any(number in text for number in ("271", "97", "88", "138"))


def test_pooled_years_say_of_no_group_what_one_year_may_not():
    """A band of two years in which nobody was let in tells it of every student of the group."""
    riverbend = eq.read(eq.samples.path("riverbend"))
    years = riverbend.years[:2]
    counts = riverbend.counts[riverbend.counts["year"].isin(years)].reset_index(drop=True)
    scores = riverbend.scores[riverbend.scores["year"].isin(years)].reset_index(drop=True)
    made = eq.audit(dataclasses.replace(riverbend, counts=counts, scores=scores))
    pooled = made.table[made.table["pooled"].astype(bool)]
    up = pooled["indicator"].map(lambda id: catalog.indicator(id).direction) == "up"
    nobody = up & (pooled["x"] == 0) & (pooled["n"] >= 10)
    assert nobody.any()
    table = eq.protect(made).table
    bands = table[table["pooled"].astype(bool) & (table["why"] == "band")]
    up = bands["indicator"].map(lambda id: catalog.indicator(id).direction) == "up"
    assert not (up & (bands["band_low"] == 0)).any()
    assert not (~up & (bands["band_high"] == 1)).any()
