"""measures.csv of the sample district: planted truths, and every number again from findings.csv."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from equitylab import catalog
from equitylab.privacy.harvest import harvest
from equitylab.reports import measures as tidy

EMPTY = {c: [""] for c in ("value", "low", "high", "baseline", "n", "x", "rate")}


def rows_of(path) -> pd.DataFrame:
    words = {"unit_id": str, "year": str, "group": str}
    return pd.read_csv(
        path, dtype=words, encoding="utf-8-sig", keep_default_na=False, na_values=EMPTY
    )


@pytest.fixture(scope="module")
def measures(reports_folder):
    table = rows_of(reports_folder / "measures.csv")
    level = {u["unit_id"]: u["level"] for u in json.loads(
        (reports_folder / "manifest.json").read_text("utf-8"))["units"]}  # fmt: skip
    assert list(table) == tidy.COLUMNS
    return table[(table["unit_id"].map(level) == "district") | (table["question"] == "schools")]


@pytest.fixture(scope="module")
def findings(reports_folder):
    table = rows_of(reports_folder / "findings.csv")
    return table[table["pooled"].astype(str) == "False"]


def test_what_is_planted_is_told(measures):
    """Girls and boys are identified at other rates in every school; one school's AP gap is its own."""
    found = measures[measures["question"] == "accounted"]
    by = {
        key: rows.set_index("measure")
        for key, rows in found.groupby(["indicator", "dimension"], sort=False)
    }
    everywhere = by["identified_swd", "sex"]
    p = "mantel_haenszel, homogeneity p"
    assert everywhere.at[p, "value"] > 0.05
    whole = everywhere.at["kitagawa, rates", "baseline"]
    assert everywhere.at["kitagawa, rates", "value"] == pytest.approx(whole, abs=0.005)
    assert abs(everywhere.at["kitagawa, composition", "value"]) < 0.005
    ratio = everywhere.loc["mantel_haenszel, risk ratio"]
    assert ratio["low"] < 0.10 / 0.165 < ratio["high"]
    somewhere = by["ap_enrolled", "econ"]
    assert somewhere.at[p, "value"] < 0.001
    assert "mantel_haenszel, risk ratio" not in somewhere.index


def test_what_is_not_planted_is_not_told(measures):
    """Girls and boys, and students with disabilities, are spread by chance: so they are told."""
    spread = measures[measures["measure"] == "dissimilarity"].set_index("dimension")
    for dimension in ("sex", "swd"):
        one = spread.loc[dimension]
        assert one["value"] < 2 * one["baseline"]


def test_a_school_that_records_no_disabilities_is_left_out(measures):
    """Cedar Flats left two columns blank in 2023-24: its students are unknown, not others."""
    spread = measures[measures["measure"] == "dissimilarity"].set_index("dimension")
    for dimension in ("swd", "econ"):
        assert spread.at[dimension, "n_left_out"] == 1


def counted_on(schools, base: str) -> str:
    """The measure that counts the most students of a base."""
    held = [id for id, one in catalog.indicators().items() if one.base == base]
    whole = schools[(schools["dimension"] == "all") & schools["indicator"].isin(held)]
    return whole.groupby("indicator")["n"].sum().idxmax()


def test_every_index_of_spread_again_from_findings(measures, findings):
    year = measures["year"].max()
    schools = findings[(findings["level"] == "school") & (findings["year"] == year)]
    rows = measures[measures["measure"].isin(["dissimilarity", "isolation"])]
    assert len(rows) > 6
    for row in rows.itertuples(index=False):
        mine = schools[schools["indicator"] == counted_on(schools, row.indicator)]
        mine = mine.set_index("unit_id")
        total = mine.loc[mine["dimension"] == "all", "n"]
        cells = mine[mine["dimension"] == row.dimension]
        a = cells.loc[cells["group"] == row.group, "n"]
        unknown = cells.loc[cells["group"].str.endswith("not recorded"), "n"]
        t = (total - unknown.reindex(total.index).fillna(0)).reindex(a.index)
        both = pd.concat({"a": a, "t": t}, axis=1).dropna()
        a, t = both["a"].to_numpy(float), both["t"].to_numpy(float)
        by_hand = {
            "dissimilarity": np.abs(a / a.sum() - (t - a) / (t - a).sum()).sum() / 2,
            "isolation": (a / a.sum()) @ (a / t),
        }
        assert row.value == pytest.approx(by_hand[row.measure], abs=1e-6), row
        assert row.n_units == len(a)


def test_every_federal_ratio_again_from_findings(measures, findings):
    rows = measures[measures["question"] == "federal"]
    assert len(rows)
    cells = findings.set_index(["unit_id", "year", "indicator", "dimension", "group"])
    for row in rows.itertuples(index=False):
        one = cells.loc[(row.unit_id, row.year, row.indicator, row.dimension, row.group)]
        all_ = cells.loc[(row.unit_id, row.year, row.indicator, "all", "all")]
        other = (all_["x"] - one["x"]) / (all_["n"] - one["n"])
        assert row.value == pytest.approx(one["x"] / one["n"] / other, abs=1e-6)
        assert one["x"] >= 10 and one["n"] >= 30


def test_an_outsider_reads_the_file_as_cells_that_the_release_shows(reports_folder, measures):
    """The attack takes measures.csv for cells, and none of them is one that findings.csv hides."""
    found = harvest(reports_folder)
    assert any(frame.file == "measures.csv" for frame in found.frames)
    hidden = rows_of(reports_folder / "findings.csv")
    hidden = hidden[hidden["why"].isin(["hidden", "band"])]
    key = ["year", "unit_id", "indicator", "dimension", "group"]
    gone = set(hidden[key].itertuples(index=False, name=None))
    assert gone.isdisjoint(measures[key].itertuples(index=False, name=None))
