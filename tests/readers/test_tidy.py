"""The tidy counts file: what is given, what follows, and what is refused."""

import pandas as pd
import pytest

import equitylab as eq
from equitylab import DataError

HEAD = "year,unit_id,unit,level,indicator,dimension,group,n,x\n"
OSS = "suspended_out_of_school"


def row(unit, dimension, group, n, x, indicator=OSS, year="2023-24", level="school"):
    return f"{year},{unit},School {unit},{level},{indicator},{dimension},{group},{n},{x}\n"


def pair(unit, a, b, **more):
    """A total and its two groups."""
    total = [a[i] + b[i] for i in range(2)]
    rows = [("all", "all", total), ("sex", "F", a), ("sex", "M", b)]
    return "".join(row(unit, d, g, *v, **more) for d, g, v in rows)


PLAIN = HEAD + pair("01", (40, 4), (60, 12)) + pair("02", (30, 3), (20, 5))


def read(tmp_path, text, **options):
    path = tmp_path / "our_district.csv"
    path.write_text(text, "utf-8")
    return eq.read(path, **options)


def cell(data, unit, dimension="all", group="all", indicator=OSS):
    rows = data.counts[(data.counts["unit_id"] == unit) & (data.counts["indicator"] == indicator)]
    rows = rows[(rows["dimension"] == dimension) & (rows["group"] == group)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_counts_come_as_given(tmp_path):
    data = read(tmp_path, PLAIN)
    assert data.report.format == "tidy counts"
    one = cell(data, "01", "sex", "F")
    assert (one["n"], one["x"], one["x_low"], one["x_high"], one["status"]) == (40, 4, 4, 4, "ok")
    assert data.schools["unit_id"].tolist() == ["01", "02"]


def test_the_district_is_summed_and_named_after_the_file(tmp_path):
    data = read(tmp_path, PLAIN)
    assert cell(data, "district")["unit"] == "Our District"
    assert (cell(data, "district")["n"], cell(data, "district")["x"]) == (150, 24)
    assert set(data.schools["district"]) == {"Our District"}


def test_a_district_that_is_given_is_not_summed_again(tmp_path):
    text = PLAIN + row("D", "all", "all", 151, 24, level="district")
    data = read(tmp_path, text)
    assert cell(data, "D")["n"] == 151
    assert cell(data, "D", "sex", "F")["n"] == 70  # what is not given is summed


def test_districts_and_state_by_column(tmp_path):
    text = PLAIN.replace("\n2023-24,02", "\n2023-24,02").replace(
        "group,n,x", "group,n,x,district_id,district"
    )
    lines = text.strip().split("\n")
    lines = lines[:1] + [f"{r},{'A,North' if ',01,' in r else 'B,South'}" for r in lines[1:]]
    data = read(tmp_path, "\n".join(lines) + "\n")
    assert dict(zip(data.schools["unit_id"], data.schools["district"], strict=True)) == {
        "01": "North", "02": "South",
    }  # fmt: skip
    assert cell(data, "A")["x"] == 16 and cell(data, "B")["x"] == 8


@pytest.mark.parametrize(
    ("x", "low", "high"),
    [
        ("<10", 0, 9),
        ("fewer than 10", 0, 9),
        ("5 or fewer", 0, 5),
        ("0..9", 0, 9),
        ("3–7", 3, 7),
        ("*", 0, 40),
    ],
)
def test_ranges_and_marks(tmp_path, x, low, high):
    data = read(tmp_path, HEAD + row("01", "all", "all", 40, x))
    one = cell(data, "01")
    assert pd.isna(one["x"]) and (one["x_low"], one["x_high"]) == (low, high)
    assert one["status"] == "suppressed"
    assert (cell(data, "district")["x_low"], cell(data, "district")["status"]) == (
        low,
        "suppressed",
    )


def test_x_low_x_high_and_status_columns(tmp_path):
    text = HEAD.strip() + ",x_low,x_high,status\n"
    text += row("01", "all", "all", 40, "").strip() + ",2,9,suppressed\n"
    text += row("02", "all", "all", 40, "").strip() + ",,,not_applicable\n"
    data = read(tmp_path, text)
    assert (cell(data, "01")["x_low"], cell(data, "01")["x_high"]) == (2, 9)
    assert cell(data, "02")["status"] == "not_applicable"
    with pytest.raises(DataError, match="is no status"):
        read(tmp_path, text.replace("not_applicable", "gone"))


def test_a_blank_is_not_collected_and_never_zero(tmp_path):
    data = read(tmp_path, PLAIN + row("03", "all", "all", 40, "") + row("04", "all", "all", "", 3))
    assert cell(data, "03")["status"] == "not_collected" and pd.isna(cell(data, "03")["x"])
    assert cell(data, "04")["status"] == "not_collected"
    assert cell(data, "district")["n"] == 150
    assert any("2 cells are blank" in n for n in data.report.notes)


def test_thousands_and_numbers_as_text(tmp_path):
    data = read(tmp_path, HEAD + row("01", "all", "all", '"1,234"', " 12 "))
    assert (cell(data, "01")["n"], cell(data, "01")["x"]) == (1234, 12)


# Trap 4: a numerator over its denominator.
def test_more_outcomes_than_students_are_kept_and_reported(tmp_path):
    data = read(tmp_path, PLAIN + row("03", "all", "all", 20, 30))
    one = cell(data, "03")
    assert (one["n"], one["x"], one["status"]) == (20, 30, "quality")
    assert data.report.over[0]["unit_id"] == "03" and data.report.over[0]["row"] == 8
    assert (cell(data, "district")["n"], cell(data, "district")["x"]) == (170, 54)


def test_a_cell_that_its_source_calls_doubtful(tmp_path):
    text = HEAD.strip() + ",status\n" + row("01", "all", "all", 40, 4).strip() + ",quality\n"
    data = read(tmp_path, text + row("02", "all", "all", "", "").strip() + ",quality\n")
    assert cell(data, "01")["status"] == "quality" and not data.report.over


def test_days_may_be_more_than_students(tmp_path):
    data = read(tmp_path, HEAD + row("01", "all", "all", 20, 30, indicator="days_lost"))
    assert cell(data, "01", indicator="days_lost")["status"] == "ok" and not data.report.over


def test_totals_inside_a_dimension_are_left_out(tmp_path):
    data = read(tmp_path, PLAIN + row("01", "sex", "Total", 100, 16))
    groups = data.counts[(data.counts["unit_id"] == "01") & (data.counts["dimension"] == "sex")]
    assert groups["n"].sum() == 100
    assert data.report.totals == ["1 rows: Total within sex"]
    assert data.report.set_aside[0]["where"] == [8]


def test_totals_by_other_names(tmp_path):
    data = read(tmp_path, HEAD + row("01", "Total", "All students", 100, 16))
    assert cell(data, "01")["n"] == 100


def test_missing_totals_are_the_sum_of_the_groups(tmp_path):
    text = HEAD + row("01", "sex", "F", 40, 4) + row("01", "sex", "M", 60, 12)
    text += row("01", "race_ethnicity", "A", 97, 15)
    data = read(tmp_path, text)
    assert (cell(data, "01")["n"], cell(data, "01")["x"]) == (100, 16)
    assert any("sum of its groups" in n for n in data.report.notes)
    hidden = read(tmp_path, HEAD + row("01", "sex", "F", 40, "<10") + row("01", "sex", "M", 60, 12))
    one = cell(hidden, "01")
    assert (one["x_low"], one["x_high"], one["status"]) == (12, 21, "suppressed")


def test_intersections_alone_make_no_total(tmp_path):
    with pytest.raises(DataError, match="no row for all students"):
        read(tmp_path, HEAD + row("01", "race_ethnicity x sex", "A x F", 40, 4))


# Trap 5.
def test_groups_that_do_not_add_up_are_reported(tmp_path):
    data = read(tmp_path, HEAD + row("01", "all", "all", 102, 16) + PLAIN.split("\n", 2)[2][:-1])
    assert len(data.report.not_additive) == 1
    assert "sex" in data.report.not_additive[0] and "102" not in data.report.not_additive[0]
    assert "100 of 102" in data.report.owner[0]  # numbers of one unit: never published


def test_dimension_and_indicator_labels_are_understood(tmp_path):
    text = HEAD + row("01", "all", "all", 10, 2, indicator="Suspended out of school")
    text += row("01", "Race and ethnicity * Sex", "A x F", 10, 2)
    data = read(tmp_path, text)
    assert cell(data, "01", "race_ethnicity × Sex".replace("Sex", "sex"), "A × F")["n"] == 10


def test_scores(tmp_path):
    text = "school_id,year,indicator,dimension,group,n,mean,sd\n"
    text += "01,2024,score_math,all,all,30,502.5,40\n01,2024,score_math,sex,F,14,*,\n"
    data = read(tmp_path, text)
    assert data.scores["status"].tolist() == ["ok", "suppressed"] and data.years == []
    assert data.scores["year"].tolist() == ["2023-24"] * 2


def test_xlsx_and_parquet_say_the_same(tmp_path):
    frame = pd.read_csv(pd.io.common.StringIO(PLAIN), dtype={"unit_id": "str"})
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    frame.to_parquet(tmp_path / "a.parquet")
    one = read(tmp_path, PLAIN).counts
    for name in ("a.xlsx", "a.parquet"):
        made = eq.read(tmp_path / name).counts
        pd.testing.assert_frame_equal(made.drop(columns="unit"), one.drop(columns="unit"))


def test_what_is_written_is_read_again(tmp_path):
    data = read(tmp_path, PLAIN)
    data.counts.to_csv(tmp_path / "again.csv", index=False)
    again = eq.read(tmp_path / "again.csv")
    keys = ["unit_id", "dimension", "group"]
    pd.testing.assert_frame_equal(
        again.counts.sort_values(keys, ignore_index=True),
        data.counts.sort_values(keys, ignore_index=True),
    )


def test_a_folder_of_files_and_a_stranger(tmp_path):
    (tmp_path / "a.csv").write_text(HEAD + pair("01", (40, 4), (60, 12)))
    (tmp_path / "b.csv").write_text(HEAD + pair("01", (40, 4), (60, 12), year="2022-23"))
    (tmp_path / "buses.csv").write_text("route,stop\n1,a\n")
    data = eq.read(tmp_path)
    assert data.years == ["2022-23", "2023-24"]
    assert any("buses.csv" in n for n in data.report.notes)


def test_a_jump_between_years_is_noted(tmp_path):
    text = HEAD + pair("01", (40, 4), (60, 12), year="2022-23") + pair("01", (20, 4), (30, 12))
    assert any("100 students in 2022-23 and 50" in n for n in read(tmp_path, text).report.owner)


@pytest.mark.parametrize(
    ("bad", "column", "words"),
    [
        (
            row("01", "sex", "F", 40, 4, indicator="suspended_out_school"),
            "indicator",
            "Did you mean",
        ),
        (row("01", "sex", "F", 40, 4.5), "x", "not a whole number"),
        (row("01", "sex", "F", 40.5, 4), "n", "not a whole number"),
        (row("01", "sex", "F", 40, -4), "x", "negative"),
        (row("01", "sex", "F", -40, 4), "n", "negative"),
        (row("01", "sex", "F", 40, "12.5%"), "x", "not a whole number"),
        (row("01", "sex", "F", 40, "some"), "x", "no number"),
        (row("01", "sex", "F", 40, 4, level="planet"), "level", "no level"),
        (row("01", "sex", "F", 40, 4, year="soon"), "year", "not a school year"),
    ],
)
def test_bad_cells_are_named_by_row_and_column(tmp_path, bad, column, words):
    with pytest.raises(DataError) as error:
        read(tmp_path, HEAD + row("01", "all", "all", 40, 4) + bad)
    text = str(error.value)
    assert words in text and (error.value.row, error.value.column) == (3, column)
    assert "our_district.csv" in text and len(text.splitlines()) <= 2


def test_a_cell_twice_is_refused(tmp_path):
    with pytest.raises(DataError, match="twice"):
        read(tmp_path, PLAIN + row("01", "sex", "F", 40, 4))


def test_a_missing_column_is_named(tmp_path):
    with pytest.raises(DataError) as error:
        read(tmp_path, "unit_id,indicator,group,n,x\n1,expelled,all,2,1\n")
    assert error.value.column == "dimension" and "--map COLUMN=dimension" in error.value.mend


def test_map_names_a_column(tmp_path):
    text = PLAIN.replace("unit_id,unit", "code,unit")
    assert read(tmp_path, text, map={"code": "unit_id"}).schools["unit_id"].tolist() == ["01", "02"]
