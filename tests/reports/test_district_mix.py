"""Who learns with whom, and who gets which resources: against closed forms and other libraries."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitylab import catalog, language
from equitylab.reports import batch
from equitylab.reports import measures as tidy
from equitylab.schema import ALL

from . import districts
from .districts import enrolled

YEAR = districts.YEAR


@pytest.fixture(scope="module")
def measures(district):
    return tidy.frame(district)


@pytest.fixture(scope="module")
def findings(published, tmp_path_factory):
    """findings.csv as a reader of the folder has it, and nothing else."""
    path = tmp_path_factory.mktemp("folder") / "findings.csv"
    path.write_text(batch.findings(published, published.units["unit_id"]), encoding="utf-8")
    rows = pd.read_csv(path, dtype={"unit_id": str}, encoding="utf-8-sig")
    rows = rows[~rows["pooled"] & (rows["year"] == YEAR)]
    return rows.fillna({"why": "", "n_why": ""})


@pytest.fixture(scope="module")
def counted_on(findings, measures):
    """The measure of findings.csv that counts the most students enrolled."""
    bases = {id for id, one in catalog.indicators().items() if one.base == "enrolled"}
    assert set(measures.loc[measures["question"] == "spread", "indicator"]) == {"enrolled"}
    whole = findings[(findings["level"] == "district") & (findings["dimension"] == ALL)]
    return (
        whole[whole["indicator"].isin(bases)].sort_values("n", kind="stable")["indicator"].iloc[-1]
    )


def wide(findings, indicator, dimension, groups, column="n"):
    """The groups and everyone else by school, where all of them are printed."""
    rows = findings[(findings["indicator"] == indicator) & (findings["level"] == "school")]
    if column == "x":
        rows = rows[rows["why"] == ""]
    cells = rows[rows["dimension"] == dimension].pivot(
        index="unit_id", columns="group", values=column
    )
    total = rows[rows["dimension"] == ALL].set_index("unit_id")[column]
    cells = cells.reindex(columns=groups)
    return cells.assign(rest=total - cells.sum(axis=1, min_count=len(groups))).dropna()


def of(measures, measure):
    found = measures[measures["measure"] == measure]
    assert len(found), measure
    return list(found.itertuples(index=False))


def test_dissimilarity_and_isolation_are_those_of_the_printed_counts(
    measures, findings, counted_on
):
    for row in of(measures, "dissimilarity"):
        a, b = wide(findings, counted_on, row.dimension, [row.group]).to_numpy().T
        assert row.value == pytest.approx(np.abs(a / a.sum() - b / b.sum()).sum() / 2, abs=1e-6)
        assert row.n_units == len(a) and row.n_units + row.n_left_out == 5
    for row in of(measures, "isolation"):
        a, b = wide(findings, counted_on, row.dimension, [row.group]).to_numpy().T
        assert row.value == pytest.approx((a * a / (a + b)).sum() / a.sum(), abs=1e-6)


def test_by_lot_is_the_mean_over_every_allotment(measures, findings, counted_on):
    """The baselines, summed over scipy's hypergeometric distribution of each school."""
    from scipy.stats import hypergeom

    for row in of(measures, "dissimilarity") + of(measures, "isolation"):
        a, b = wide(findings, counted_on, row.dimension, [row.group]).to_numpy().T
        mean = 0.0
        for t in a + b:
            k = np.arange(t + 1)
            p = hypergeom.pmf(k, int((a + b).sum()), int(a.sum()), int(t))
            apart = np.abs(k / a.sum() - (t - k) / b.sum()) / 2
            mean += p @ (apart if row.measure == "dissimilarity" else k * k / t / a.sum())
        assert row.baseline == pytest.approx(mean, abs=1e-6)


def test_all_groups_at_once_by_entropies(district, measures, findings):
    from scipy.stats import entropy

    assert district.wholes
    for whole in district.wholes:
        n = wide(findings, district.counted_on, whole.dimension, whole.groups).to_numpy()
        m = entropy(n.sum(axis=0)) - sum(r.sum() * entropy(r) for r in n) / n.sum()
        mine = measures[measures["over"] == whole.dimension].set_index("measure")
        assert mine.at["mutual_information", "value"] == pytest.approx(m, abs=1e-6)
        h = m / entropy(n.sum(axis=0))
        assert mine.at["theil_h", "value"] == pytest.approx(h, abs=1e-6)
        local = mine.loc[["local segregation"]].set_index("group")["value"]
        for k, group in enumerate(whole.groups):
            share, t = n[:, k] / n[:, k].sum(), n.sum(axis=1) / n.sum()
            seen = share > 0
            by_hand = (share[seen] * np.log(share[seen] / t[seen])).sum()
            assert local[group] == pytest.approx(by_hand, abs=1e-6)


def test_all_schools_are_at_least_as_uneven_as_the_bound():
    """What is hidden is put back: the index of everyone is not below what was said."""
    rng = np.random.default_rng(5)
    for _ in range(4):
        rows = []
        for k in range(9):
            groups = dict(zip("ABC", rng.integers(12, 90, 3).tolist(), strict=True))
            rows += enrolled(f"{k:02d}", groups)
        whole = districts.published(rows)
        everyone = tidy.frame(districts.report(whole))
        some = replace(whole, table=whole.table.copy())
        districts.hide(
            some, lambda t: t["unit_id"].isin(["01", "05"]) & t["group"].isin(["A", "B"])
        )
        shown = tidy.frame(districts.report(some))
        key = ["measure", "dimension", "group"]
        both = shown.merge(everyone, on=key, suffixes=("", "_all"))
        both = both[both["low"].notna()]
        assert {"dissimilarity", "theil_h"} <= set(both["measure"])
        assert (both["low"] <= both["value_all"] + 1e-9).all()


def test_parts_between_kinds_of_school_add_up():
    """Two primary schools that are alike, two secondary ones that are not."""
    rows = []
    mixes = {"01": (40, 40), "02": (80, 80), "03": (80, 20), "04": (20, 80)}
    for school, (a, b) in mixes.items():
        grade = "Grade 3" if school < "03" else "Grade 9"
        rows += enrolled(school, {"A": a, "B": b, "C": 30})
        rows += enrolled(school, {grade: a + b + 30}, dimension="grade")[1:]
    report = districts.report(districts.published(rows))
    assert report.grades.tolist() == [0, 0, 1, 1]
    found = tidy.frame(report).set_index("measure")
    parts = [f"mutual_information, {p} kinds of school" for p in ("between", "within")]
    total = found.at["mutual_information", "value"]
    assert sum(found.at[p, "value"] for p in parts) == pytest.approx(total, abs=2e-6)
    assert found.at[parts[1], "value"] > 5 * found.at[parts[0], "value"]
    said = found.at[parts[0], "sentence"]
    assert "among schools that serve the same grades" in said and "2 kinds" in said


def test_a_school_that_does_not_record_a_dimension_is_left_out():
    """Nobody there is of no group: the school's students are unknown, not all others."""
    unrecorded, rows = catalog.dimensions()["el"].unknown, []
    for k in range(4):
        rows += enrolled(
            f"{k:02d}", {"Yes, it is": 20 + 10 * k, "No, it is not": 100}, dimension="el"
        )
    rows += enrolled("04", {unrecorded: 130}, dimension="el")
    unknown = districts.report(districts.published(rows))
    (one,) = unknown.spreads
    assert one.group == "Yes, it is"
    assert one.use.tolist() == [True] * 4 + [False]
    assert one.share == pytest.approx(140 / 540)


def text(*parts) -> str:
    return " ".join(part._repr_html_() for part in parts)


@pytest.mark.parametrize(
    "rows",
    [
        enrolled("01", {"A": 40, "B": 50, "C": 60}),
        enrolled("01", {"A": 140}) + enrolled("02", {"A": 150}),
        [
            ("01", "chronically_absent", ALL, ALL, 90, 9),
            ("02", "chronically_absent", ALL, ALL, 80, 7),
        ],
    ],
    ids=["one school", "one group", "no group"],
)
def test_what_cannot_be_said_is_said_in_a_sentence(rows):
    report = districts.report(districts.published(rows))
    shown = text(report.segregation(), report.resources())
    assert "<table" not in shown and "nan" not in shown and "inf" not in shown.replace("inform", "")
    assert re.search(r"<p>[^<]+\.</p>", shown)
    assert set(tidy.frame(report)["question"]) <= {"schools"}


@pytest.mark.filterwarnings("error")
def test_a_district_of_which_no_school_is_held():
    rows = [r for k in range(3) for r in enrolled(f"{k:02d}", {"A": 40, "B": 50, "C": 60})]
    public = districts.published(rows)
    cut = {n: getattr(public, n).query("unit_id == 'D'") for n in ("table", "changes", "scores")}
    none = replace(public, units=public.units.query("level == 'district'"), **cut)
    report = districts.report(none)
    shown = text(*(getattr(report, n)() for n in ("segregation", "resources", "rehearsal")))
    assert "<table" not in shown + text(report.within_and_between())
    for part in (report.each_school(), report.schools_served()):
        assert text(part) == "<p>The file has no school of this district.</p>"
    assert tidy.frame(report).empty


def test_with_everything_hidden_nothing_is_said():
    public = districts.published(
        [r for k in range(4) for r in enrolled(f"{k:02d}", {"A": 40, "B": 50, "C": 60})]
    )
    districts.hide(public, lambda t: t["unit_id"] != "none")
    report = districts.report(public)
    assert "<table" not in text(report.segregation(), report.resources())
    assert tidy.frame(report).empty


def test_too_small_a_part_is_refused():
    """Two of five schools show the group, with a third of the students."""
    rows = [r for k in range(5) for r in enrolled(f"{k:02d}", {"A": 40, "B": 50, "C": 60})]
    public = districts.published(rows)
    districts.hide(
        public, lambda t: t["unit_id"].isin(["00", "01", "02"]) & t["group"].isin(["A", "B", "C"])
    )
    report = districts.report(public)
    shown = text(report.segregation())
    assert "<table" not in shown and "less than half of the students" in shown


def test_a_hidden_number_is_never_used(published):
    """Garbage where the numbers are hidden changes no letter and no row."""
    clean = districts.report(published, "01")
    rubbish = replace(published, table=published.table.copy())
    t = rubbish.table
    for at, columns in (
        (t["n_why"] == "hidden", districts.NUMBERS),
        ((t["why"] == "hidden") & (t["n_why"] == ""), districts.NUMBERS[1:4]),
    ):
        t.loc[at, columns] = 777.0
    assert (t["n"] == 777).any() and (t["x"] == 777).any()
    dirty = districts.report(rubbish, "01")
    for name in ("segregation", "resources"):
        assert text(getattr(dirty, name)()) == text(getattr(clean, name)())
    pd.testing.assert_frame_equal(tidy.frame(dirty), tidy.frame(clean))


def test_exposure_and_its_parts_are_those_of_the_printed_counts(measures, findings):
    for row in of(measures, "exposure_to"):
        n = wide(findings, row.indicator, row.dimension, [row.group])
        x = wide(findings, row.indicator, row.dimension, [row.group], "x")
        n, x = (f.loc[f.index.intersection(x.index)].to_numpy() for f in (n, x))
        mine, others = x.sum(axis=0) / n.sum(axis=0)
        assert (row.value, row.baseline) == pytest.approx((mine, others), abs=1e-6)
        own = x.sum(axis=1) / n.sum(axis=1)
        between = (own * (n[:, 0] / n[:, 0].sum() - n[:, 1] / n[:, 1].sum())).sum()
        parts = measures[
            (measures["indicator"] == row.indicator) & (measures["group"] == row.group)
        ]
        parts = parts.set_index("measure")["value"]
        assert parts["exposure gap, between schools"] == pytest.approx(between, abs=1e-6)
        within = parts["exposure gap, within schools"]
        assert within == pytest.approx(mine - others - between, abs=2e-6)


def seats(shares: list[float], need: list[int]) -> list[tuple]:
    """Schools of 100 seats each, of which so many are taught by novices, and so many students need."""
    rows = []
    for k, (share, low) in enumerate(zip(shares, need, strict=True)):
        id, x = f"{k:02d}", round(100 * share)
        rows += enrolled(id, {"N": low, "O": 100 - low}, dimension="econ")
        rows.append((id, "novice_teacher", ALL, ALL, 100, x))
        rows += [
            (id, "novice_teacher", "econ", g, n, round(n * share))
            for g, n in (("N", low), ("O", 100 - low))
        ]
    return rows


def test_indices_of_evenness_by_hand():
    shares, need = [0.1, 0.2, 0.2, 0.3, 0.4], [20, 30, 40, 45, 60]
    rows = districts.report(districts.published(seats(shares, need)))
    found = tidy.frame(rows)
    found = found[(found["question"] == "resources") & (found["group"] == ALL)]
    found = found.set_index("measure")["value"]
    good = 1 - np.array(shares)
    assert found["coefficient_of_variation"] == pytest.approx(good.std() / good.mean(), abs=1e-6)
    gini = np.abs(good[:, None] - good).sum() / (2 * 25 * good.mean())
    assert found["gini"] == pytest.approx(gini, abs=1e-6)
    relative = good / good.mean()
    assert found["theil"] == pytest.approx((relative * np.log(relative)).mean(), abs=1e-6)
    assert found["mcloone"] == pytest.approx(np.mean([0.6, 0.7, 0.8, 0.8]) / 0.8, abs=1e-6)
    assert found["verstegen"] == pytest.approx(np.mean([0.8, 0.8, 0.9]) / 0.8, abs=1e-6)
    assert found["federal_range_ratio"] == pytest.approx(0.9 / 0.6 - 1, abs=1e-6)
    low = np.array(need)
    by_hand = (low @ good / low.sum()) / ((100 - low) @ good / (100 - low).sum())
    assert found["progressivity"] == pytest.approx(by_hand, abs=1e-6)
    assert found["progressivity"] < 1  # planted: more novices where more need


def test_sentences_can_be_said(measures, district):
    for text_ in measures["sentence"]:
        assert text_ and text_[0].isupper() and text_.endswith("."), text_
        assert [h for h in language.lint(text_) if h.severity == "block_in_reports"] == [], text_
        assert "nan" not in text_ and "cannot be computed" not in text_
    assert set(measures["question"]) >= {"spread", "resources"}
    assert measures["method"].ne("").all()


def test_measures_csv_runs_as_no_formula_and_keeps_ids():
    rows = [r for k in range(4) for r in enrolled(f"{k:02d}", {"=A1": 40, "B": 50, "C": 60})]
    text_ = tidy.text(districts.published(rows), ["00", "D"])
    table = pd.read_csv(pd.io.common.StringIO(text_.removeprefix("\ufeff")), dtype={"unit_id": str})
    assert list(table) == tidy.COLUMNS and "00" in set(table["unit_id"])
    assert (table["group"] == "'=A1").any()
    assert not table["group"].str.startswith("=").any()


def test_a_state_is_split_between_its_districts_and_within_them():
    """Two districts that differ, each with two schools alike: nothing lies within."""
    rows = []
    for school, (a, b) in {
        "D/01": (80, 20),
        "D/02": (160, 40),
        "E/03": (30, 90),
        "E/04": (60, 180),
    }.items():
        rows += enrolled(school, {"A": a, "B": b, "C": 30 * (a + b) // 100})
    public = districts.published(rows, state=True)
    text_ = tidy.text(public, ["S"]).removeprefix("\ufeff")
    found = pd.read_csv(pd.io.common.StringIO(text_)).set_index("measure")["value"]
    total, between = found["mutual_information"], found["mutual_information, between districts"]
    assert total == pytest.approx(between, abs=2e-3) and total > 0.1
    within = found["mutual_information, within districts"]
    assert within + between == pytest.approx(total, abs=2e-6)
    assert "districts" in text_ and "schools of one district" in text_


def test_no_part_of_the_report_takes_anothers_name():
    """Parts are mixed into one class: a method of one must not hide that of another."""
    from equitylab.reports.story_district import DistrictReport

    seen: dict[str, list[str]] = {}
    for one in DistrictReport.__mro__:
        if one.__module__.rpartition(".")[2].startswith("district_"):
            for name in vars(one):
                seen.setdefault(name, []).append(one.__name__)
    twice = {k: v for k, v in seen.items() if len(v) > 1 and not k.startswith("__")}
    assert twice == {}
