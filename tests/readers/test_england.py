"""England's statistical files: the real ones, the symbols, the filters, and what goes wrong."""

import csv

import pandas as pd
import pytest

import equitylab as eq
from equitylab import DataError
from tests.readers.exports import cell, noted

HEAD = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name"]
HEAD += ["region_code", "region_name", "old_la_code", "new_la_code", "la_name"]
HEAD += ["school_urn", "school_laestab", "school_name", "school_type", "topic", "group"]
HEAD += ["headcount", "one_plus_susp", "one_plus_susp_rate"]
META = """col_name,col_type,label,indicator_grouping,indicator_unit,indicator_dp,filter_hint,filter_grouping_column
headcount,Indicator,Number of pupils,,,0,,
one_plus_susp,Indicator,Pupils with a suspension,,,0,,
one_plus_susp_rate,Indicator,Rate,,%,2,,
school_type,Filter,School type,,,,,
group,Filter,Characteristic,,,,,topic
"""
NATION = ["E92000001", "England"]
SOUTH = [*NATION, "E12000009", "South West"]
PLACES = {
    "National": [*NATION, "", "", "", "", "", "", "", ""],
    "Regional": [*SOUTH, "", "", "", "", "", ""],
    "Local authority": [*SOUTH, "933", "E10000027", "Somerset", "", "", ""],
    "School": [*SOUTH, "933", "E10000027", "Somerset", "100001", "9331001", "Oak School"],
}
GROUPS = [
    ("Total", "Total", 200, 30),
    ("Gender", "Male", 105, 20),
    ("Gender", "Female", 95, 10),
    ("Ethnicity", "White", 150, 20),
    ("Ethnicity", "Asian", 50, 10),
]


def rows(place="School", kind="Total", year="202122", groups=GROUPS, term="Academic year"):
    """Rows of one place and year, a row a group."""
    where = [year, term, place, *PLACES[place], kind]
    return [[*where, topic, group, n, x, "1.5"] for topic, group, n, x in groups]


def write(folder, *parts, meta=META, head=HEAD, name="susp"):
    """A data file with the meta file beside it, with the mark that spreadsheets put first."""
    meta = meta.replace("group,Filter,Characteristic,,,,,topic", "breakdown,Filter,C,,,,,")
    head = ["breakdown_topic" if h == "topic" else "breakdown" if h == "group" else h for h in head]
    path = folder / f"{name}.csv"
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([head, *(row for part in parts for row in part)])
    if meta:
        (folder / f"{name}.meta.csv").write_text(meta, "utf-8-sig")
    return path


def test_levels_filters_and_groups(tmp_path):
    path = write(tmp_path, *(rows(place) for place in PLACES))
    data = eq.read(path)
    assert data.report.format == "england" and "susp.meta.csv" in data.report.why
    assert data.years == ["2021-22"]
    assert data.schools[["unit_id", "unit", "district"]].values.tolist() == [
        ["100001", "Oak School", "Somerset"]
    ]
    for unit in ("100001", "E10000027", "E92000001"):
        assert cell(data, unit, "suspended_out_of_school") == (200, 30)
        assert cell(data, unit, "suspended_out_of_school", "sex", "Male") == (105, 20)
        assert cell(data, unit, "suspended_out_of_school", "race_ethnicity", "Asian") == (50, 10)
    assert any("Regional" in a["reason"] and a["rows"] == 5 for a in data.report.set_aside)
    assert data.report.rows_in == 20 and data.report.rows_kept == 15


def test_without_a_meta_file_the_columns_tell(tmp_path):
    data = eq.read(write(tmp_path, rows(), meta=""))
    assert "no .meta.csv" in data.report.why
    assert cell(data, "100001", "suspended_out_of_school", "sex", "Female") == (95, 10)


@pytest.mark.parametrize(
    ("symbol", "status", "low", "high"),
    [
        ("c", "suppressed", 0, 50), ("x", "not_collected", None, None),
        ("z", "not_applicable", None, None), ("low", "suppressed", 1, 50), ("0", "ok", 0, 0),
    ],
)  # fmt: skip
def test_symbols(tmp_path, symbol, status, low, high):
    groups = [g if g[1] != "Asian" else (*g[:3], symbol) for g in GROUPS]
    counts = eq.read(write(tmp_path, rows(groups=groups))).counts
    row = counts[(counts["group"] == "Asian") & (counts["level"] == "school")].iloc[0]
    assert row["status"] == status
    ends = [None if pd.isna(v) else int(v) for v in (row["x_low"], row["x_high"])]
    assert ends == [low, high]
    assert pd.isna(row["x"]) == (status != "ok")


def test_rounded_counts_say_what_they_leave_open(tmp_path):
    many = [("Age", f"Age {a}", 100, 5 * (a + 1)) for a in range(14)]
    groups = [("Total", "Total", 1400, 525), *many, ("Age", "Age 15", 50, "low")]
    data = eq.read(write(tmp_path, rows(groups=groups)))
    rows_ = data.counts.set_index(["level", "group"]).loc["school"]
    assert tuple(rows_.loc["Age 3", ["x", "x_low", "x_high", "status"]]) == (20, 18, 22, "ok")
    assert tuple(rows_.loc["Age 15", ["x_low", "x_high", "status"]]) == (1, 2, "suppressed")
    assert noted(data, "multiple of 5", "rounded")


def test_one_kind_of_school_only_counts_once(tmp_path):
    half = [(t, g, n // 2, x // 2) for t, g, n, x in GROUPS]
    both = write(tmp_path, rows(), rows(kind="Primary", groups=half), rows(kind="Secondary"))
    assert cell(eq.read(both), "100001", "suspended_out_of_school") == (200, 30)
    # Without a row that says total: the kind whose pupils are the sum of the others'.
    part = [(t, g, 100, 15) for t, g, *_ in GROUPS[:1]]
    total = rows(kind="Primary and secondary", groups=GROUPS[:1])
    path = write(tmp_path, total, rows(kind="Primary", groups=part), rows(kind="Sec", groups=part))
    assert cell(eq.read(path), "100001", "suspended_out_of_school") == (200, 30)
    data = eq.read(write(tmp_path, rows("National", "Special")))
    assert noted(data, "nothing says total over school_type, Special was read")
    # Two kinds and no total: nobody can say whether their pupils are the same.
    path = write(tmp_path, rows(), rows("National", "Primary"), rows("National", "Special"))
    data = eq.read(path)
    assert cell(data, "E92000001", "suspended_out_of_school") is None
    assert any("no total" in a["reason"] and a["rows"] == 10 for a in data.report.set_aside)


def test_crossed_topics_and_an_unknown_filter(tmp_path):
    head = [*HEAD[:-3], "attendance_reason", *HEAD[-3:]]
    wide = [[*r[:-3], reason, *r[-3:]] for reason in ("Total", "Illness") for r in rows()]
    meta = META + "attendance_reason,Filter,Reason,,,,,\n"
    data = eq.read(write(tmp_path, wide, head=head, meta=meta))
    assert cell(data, "100001", "suspended_out_of_school") == (200, 30)
    assert data.report.columns["attendance_reason"] == "filter: its total"
    path = write(tmp_path, wide, head=head, meta=meta)
    data = eq.read(path, map={"attendance_reason": "dimension:Reason"})
    assert cell(data, "100001", "suspended_out_of_school", "Reason", "Illness") == (200, 30)
    crossed = cell(data, "100001", "suspended_out_of_school", "Reason × sex", "Illness × Male")
    assert crossed == (105, 20)


def test_parts_of_a_year_are_no_year(tmp_path):
    data = eq.read(write(tmp_path, rows(), rows(term="Autumn term", groups=GROUPS[:1])))
    assert cell(data, "100001", "suspended_out_of_school") == (200, 30)
    assert any("Autumn term" in a["reason"] for a in data.report.set_aside)


@pytest.mark.parametrize(
    ("change", "words", "row", "column"),
    [
        ({-2: "q"}, '"q" is neither', 4, "one_plus_susp"),
        ({-2: "12.5"}, "whole number", 4, "one_plus_susp"),
        ({0: "spring"}, "school year", 4, "time_period"),
    ],
)
def test_what_cannot_be_read_says_where(tmp_path, change, words, row, column):
    data = rows()
    for at, value in change.items():
        data[2][at] = value
    with pytest.raises(DataError, match=words) as error:
        eq.read(write(tmp_path, data))
    assert (error.value.row, error.value.column) == (row, column)
    assert len(str(error.value).splitlines()) == 2 and "susp.csv" in str(error.value)


def test_files_that_hold_nothing_known_say_what_they_hold(tmp_path):
    head = [h.replace("one_plus_susp", "fees").replace("headcount", "pounds") for h in HEAD]
    path = write(tmp_path, rows(), head=head, meta="")
    with pytest.raises(DataError, match="No indicator of the file is audited") as error:
        eq.read(path)
    assert len(str(error.value).splitlines()) == 2
    with pytest.raises(DataError, match="lacks: no_such"):
        eq.read(write(tmp_path, rows(), meta=META + "no_such,Indicator,,,,,,\n"))
    with pytest.raises(DataError, match="No row is left: Regional"):
        eq.read(write(tmp_path, rows("Regional")))
    with pytest.raises(DataError, match='No row is of "2019-20"'):
        eq.read(write(tmp_path, rows()), year="2019-20")


# The real files, and the facts that their README states.


def percent(data, unit, indicator, dimension="all", group="all", year=None):
    n, x = cell(data, unit, indicator, dimension, group, year)
    return round(100 * x / n, 2)


def test_exclusions_of_2015_16(shared):
    data = eq.read(shared / "data" / "england_exclusions_2017")
    assert noted(data, "SFR35_2017_reason_for_exclusion.csv was passed over")
    at = ("E92000001", "expelled")
    assert cell(data, *at, year="2015-16") == (7_916_225, 6_685)
    assert percent(data, *at, year="2015-16") == 0.08
    for dimension, group, share in (
        ("Ethnic group in detail", "Black Caribbean", 0.29),
        ("Ethnic group in detail", "White British", 0.10),
        ("Ethnic group in detail", "Gypsy Roma", 0.32),  # 65 of 20,345, both rounded; printed .33
        ("econ", "Economically disadvantaged", 0.25),
        ("econ", "Not economically disadvantaged", 0.06),
        ("swd", "SEN support", 0.32),
        ("swd", "Without a disability", 0.05),
        ("sex", "Male", 0.13),
        ("sex", "Female", 0.04),
    ):
        assert percent(data, *at, dimension, group, "2015-16") == share, group
    every = ("E92000001", "suspensions")
    assert cell(data, *every, year="2015-16") == (7_916_225, 339_360)
    assert percent(data, *every, year="2015-16") == 4.29
    once = ("E92000001", "suspended_out_of_school")
    assert percent(data, *once, year="2015-16") == 2.11
    hidden = data.counts[(data.counts["x"].isna()) & (data.counts["year"] == "2015-16")]
    assert set(hidden["status"]) == {"suppressed"} and (hidden["x_low"] == 0).all()
    assert any("Minority_ethnic" in words for words in data.report.totals)


def test_persistent_absence_in_the_format_of_the_publisher(shared):
    data = eq.read(shared / "data" / "england_ees_format" / "sch_mixed_levels.csv")
    n, x = cell(data, "E92000001", "chronically_absent", year="2017-18")
    assert round(100 * x / n, 5) == 10.69555
    assert len(data.years) == 5 and len(data.schools) == 9
    with pytest.raises(DataError, match="school_count, enrolment_count"):
        eq.read(shared / "data" / "england_ees_format" / "passes_everything.csv")
