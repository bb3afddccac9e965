"""What was planted in the sample district, and what the audit says about it.

Sensitivity and false discoveries are printed: ``pytest tests/test_planted.py -s``.
"""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import equitylab as eq
from equitylab import catalog
from equitylab.schema import ALL, BY

ROOT = Path(__file__).resolve().parents[1] / "data" / "samples"
CLEAR, HIDDEN = "clear difference", "hidden"
SAID = [CLEAR, "not clearly different", "too few to tell"]
CELL = ["year", "unit_id", "indicator", "dimension", "group"]
DISTRICT = "district"  # the district's row in the truth, whatever id the reader gives it
NULLS = 200


def generator():
    spec = importlib.util.spec_from_file_location("sample_generator", ROOT / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def same(group: str) -> str:
    """Grades are written in several ways; the truth writes K, 1, 2."""
    text = str(group).removeprefix("Grade ").lstrip("0")
    return {"Kindergarten": "K", "KG": "K"}.get(text, text)


def words() -> dict[tuple[str, str], str]:
    """The label of a report for each word of the files, by dimension."""
    out = {}
    for dimension in catalog.content("dimensions")["dimensions"]:
        for label, codes in (dimension.get("values") or {}).items():
            for code in [label, *(codes or [])]:
                out[dimension["id"], str(code).casefold()] = str(label)
        for flag in ("yes", "no"):
            if flag in dimension:
                out[dimension["id"], flag] = dimension[flag]
        out[dimension["id"], ""] = dimension.get("unknown", "")
    return out


def as_reported(frame: pd.DataFrame) -> pd.DataFrame:
    """Give the truth's groups the labels that reports use."""
    known = words()

    def label(dimension: str, group: str) -> str:
        parts = zip(dimension.split(BY), group.split(BY), strict=True)
        return BY.join(known.get((d, g.casefold()), g) for d, g in parts)

    pairs = frame[["dimension", "group"]].drop_duplicates()
    book = {(d, g): label(d, g) for d, g in pairs.itertuples(index=False)}
    keys = zip(frame["dimension"], frame["group"], strict=True)
    return frame.assign(group=[book[k] for k in keys])


def normal(frame: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """One way of writing grades and the district's id on both sides."""
    district = units.loc[units["level"] == "district", "unit_id"].iloc[0]
    frame = frame.assign(unit_id=frame["unit_id"].replace(DISTRICT, district))
    grade = frame["dimension"] == "grade"
    frame.loc[grade, "group"] = frame.loc[grade, "group"].map(same)
    return frame


@pytest.fixture(scope="module")
def audit():
    return eq.audit(eq.read(eq.samples.path("riverbend")))


@pytest.fixture(scope="module")
def places():
    """The same files, with two columns read as dimensions that are not so by themselves."""
    columns = {c: f"dimension:{c}" for c in ("entry_point", "travel_time")}
    return eq.audit(eq.read(eq.samples.path("riverbend"), map=columns))


@pytest.fixture(scope="module")
def planted(audit):
    lines = yaml.safe_load((ROOT / "truth.yaml").read_text("utf-8"))["planted"]
    return normal(as_reported(pd.DataFrame(lines)), audit.units).replace({np.nan: None})


@pytest.fixture(scope="module")
def beside(audit):
    """Every compared row of the audit beside its true rates."""
    truth = generator().expected(crossed=True, more=True).rename(columns={"n": "size"})
    truth = truth[~truth["indicator"].str.startswith("score")]
    truth = normal(as_reported(truth), audit.units)
    rows = audit.table[~audit.table["pooled"] & audit.table["signal"].isin(SAID)]
    rows = normal(rows[rows["dimension"] != ALL].copy(), audit.units)
    both = rows.merge(truth, on=CELL, how="inner", validate="one_to_one")
    both["true"] = both["expected_rate"] - both["expected_other_rate"]
    both["null"] = both["true"].abs() < 0.002
    return both


def said(audit, line) -> list[str]:
    """What the audit says about one planted line; nothing where it has no such row."""
    if line["kind"] == "change":
        rows = normal(audit.changes.copy(), audit.units)
        rows = rows[(rows["year_from"] == line["year_from"]) & (rows["year_to"] == line["year"])]
    else:
        rows = normal(audit.table[~audit.table["pooled"]].copy(), audit.units)
        rows = rows[rows["year"] == line["year"]]
    for column in CELL[1:]:
        rows = rows[rows[column] == line[column]]
    return rows["signal"].tolist()


def test_the_audit_counts_what_was_planted(audit, planted):
    table = normal(audit.table[~audit.table["pooled"]].copy(), audit.units).set_index(CELL)
    seen = 0
    for _, line in planted[planted["kind"] != "change"].iterrows():
        key = tuple(line[c] for c in CELL)
        if key not in table.index:
            assert line["dimension"] in ("entry_point", "travel_time"), f"no row for {line['id']}"
            continue
        row = table.loc[key]
        assert (row["n"], row["x"]) == (line["n"], line["x"]), line["id"]
        assert (row["other_n"], row["other_x"]) == (line["other_n"], line["other_x"]), line["id"]
        seen += 1
    assert seen >= 27


def test_the_reader_counts_everyone_that_was_made(beside):
    wrong = beside[(beside["n"] != beside["size"]) | (beside["other_n"] != beside["rest"])]
    assert wrong.empty, wrong[[*CELL, "n", "size", "other_n", "rest"]].head().to_string()
    assert beside["indicator"].nunique() >= 18 and beside["unit_id"].nunique() == 13


def test_planted_lines_are_called_as_expected(audit, planted, capsys):
    found, missed, wrong = [], [], []
    for _, line in planted.iterrows():
        signals = said(audit, line)
        different = line["true_rate"] != line["true_other_rate"] or line["kind"] == "change"
        if different and line["expect"] in (CLEAR, None) and signals:
            (found if CLEAR in signals else missed).append(line["id"])
        if line["expect"] in (None, HIDDEN) or not signals:
            continue
        if signals != [line["expect"]]:
            wrong.append(f"{line['id']}: expected {line['expect']}, said {signals}")
    with capsys.disabled():
        print(f"\nplanted differences found: {len(found)} of {len(found) + len(missed)}")
        print(f"  found: {', '.join(found)}\n  missed: {', '.join(missed) or 'none'}")
    assert not wrong, "\n".join(wrong)
    assert len(found) >= 18


def test_a_null_result_that_needs_three_years(audit, planted):
    line = planted.set_index("id").loc["rb2"]
    rows = normal(audit.table[audit.table["pooled"]].copy(), audit.units)
    for column in CELL[1:]:
        rows = rows[rows[column] == line[column]]
    assert rows["signal"].tolist() == [line["pooled"]]
    assert rows[["n", "x", "other_n", "other_x"]].to_numpy().tolist() == [[45, 36, 171, 141]]


def test_places_and_entry_points_where_asked_for(places, planted):
    lines = planted.set_index("id")
    assert said(places, lines.loc["rb7b"]) == [CLEAR]
    for line in ("rb3a", "rb3b"):
        assert said(places, lines.loc[line]) == ["too few to tell"]


@pytest.mark.slow
def test_what_is_hidden_stays_hidden(places, planted):
    public = eq.protect(places)
    rows = normal(public.table[~public.table["pooled"]].copy(), places.units).set_index(CELL)
    for _, line in planted[planted["expect"] == HIDDEN].iterrows():
        cell = rows.loc[tuple(line[c] for c in CELL)]
        assert cell["why"] == "hidden" and pd.isna(cell["rate"]) and pd.isna(cell["x"])
    few = places.table[(places.table["n"] > 0) & (places.table["n"] < 10)]
    few = normal(few[(few["unit_id"] == "0219") & ~few["pooled"]].copy(), places.units)
    few = few.set_index(CELL).index
    assert len(few) > 100 and rows.loc[few.intersection(rows.index), "rate"].isna().all()


def test_an_incomplete_file_is_never_a_zero(audit):
    here = audit.table[(audit.table["unit_id"] == "0123") & (audit.table["year"] == "2023-24")]
    here = here[~here["pooled"]]
    gone = ["suspended_out_of_school", "suspended_in_school", "referred", "days_lost"]
    for indicator in [*gone, "chronically_absent"]:
        rows = here[here["indicator"] == indicator]
        assert rows["rate"].isna().all() and not (rows["status"] == "ok").any(), indicator
    assert (here["indicator"] == "proficient_reading").any()
    text = " ".join(audit.report.notes)
    assert "Cedar Flats" in text, "the coverage note names the school"


def test_false_discoveries(audit, beside, capsys):
    null = beside[beside["null"]]
    false = null[null["signal"] == CLEAR]
    clear = beside[beside["signal"] == CLEAR]
    crossed = null["dimension"].str.contains(BY, regex=False)
    with capsys.disabled():
        print(f"\ncells without a true difference: {len(null):,}, called clear: {len(false)}")
        print(f"  of them in two-way groups: {int(crossed[false.index].sum())}")
        print(f"  of {len(clear)} clear differences, false: {len(false) / len(clear):.1%}")
    assert len(null) > 5000, "too few cells compared: do the labels match?"
    assert len(false) / len(null) < 0.002
    assert len(false) / len(clear) < 2 * audit.options["fdr"]


def test_every_other_clear_difference_points_the_right_way(beside):
    real = beside[~beside["null"] & (beside["signal"] == CLEAR)]
    assert len(real) > 100
    wrong = real[real["true"] * real["difference"] < 0]
    assert len(wrong) <= 0.02 * len(real), wrong[[*CELL, "true", "difference"]].to_string()


@pytest.mark.slow
def test_null_districts_have_few_clear_differences(capsys):
    cells = clear = 0
    erred = {"a school": [], "an indicator at a school": []}
    for seed in range(NULLS):
        audit = eq.audit(eq.samples.null_district(seed))
        table = audit.table[audit.table["signal"].isin(SAID)]
        flag = table["signal"] == CLEAR
        crossed = table["dimension"].str.contains(BY, regex=False)
        cells, clear = cells + len(table), clear + int(flag.sum())
        for keys, shares in zip(([], ["indicator"]), erred.values(), strict=True):
            by = [table["unit_id"], crossed, *(table[k] for k in keys)]
            shares.append(flag.groupby(by).any().mean())
    with capsys.disabled():
        print(f"\n{NULLS} null districts: {clear} clear of {cells:,} cells ({clear / cells:.3%})")
        for family, shares in erred.items():
            print(f"  share of {family} with any: {np.mean(shares):.2%}")
    # One family of comparisons is a school (or the district) and year, two-way groups apart.
    stated = audit.options["fdr"]
    assert stated / 3 < np.mean(erred["a school"]) < stated * 1.3
