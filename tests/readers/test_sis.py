"""A student export: columns by many names, groups, years, ids, schools, and what is set aside."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab import DataError, catalog
from equitylab.readers import values
from equitylab.readers.groups import label
from equitylab.schema import BY, COUNTS

_spec = importlib.util.spec_from_file_location("exports", Path(__file__).with_name("exports.py"))
exports = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(exports)
STUDENTS, cell, groups, noted, read = (
    exports.STUDENTS, exports.cell, exports.groups, exports.noted, exports.read,
)  # fmt: skip
with_outcome, write = exports.with_outcome, exports.write
OSS = with_outcome("suspended", ["Yes", "No", "No", "No", "Yes", "No"])


def test_counts_of_a_plain_export(tmp_path):
    data = read(tmp_path, OSS)
    assert data.report.format == "sis" and data.years == ["2023-24"]
    assert list(data.counts.columns) == list(COUNTS)
    assert cell(data, "0101", "suspended_out_of_school") == (3, 1)
    assert cell(data, "0101", "suspended_out_of_school", "sex", "Female") == (2, 1)
    assert cell(data, "0102", "suspended_out_of_school", "swd", "With a disability") == (1, 1)
    both = "race_ethnicity" + BY + "sex"
    assert cell(data, "0101", "suspended_out_of_school", both, "Black" + BY + "Female") == (1, 1)
    assert data.schools[["unit_id", "unit"]].to_numpy().tolist() == [
        ["0101", "Alder"], ["0102", "Birch"],
    ]  # fmt: skip
    assert data.source["path"] == "export.csv" and len(data.source["sha256"]) == 64


def test_the_district_is_the_sum_of_its_schools(tmp_path):
    data = read(tmp_path, OSS)
    assert cell(data, "district", "suspended_out_of_school") == (6, 2)
    assert data.units.loc[data.units["level"] == "district", "unit"].tolist() == ["Export"]


def test_every_dimension_adds_up_to_all(tmp_path):
    data = read(tmp_path, OSS)
    rows = data.counts[data.counts["status"] == "ok"]
    total = rows[rows["dimension"] == "all"].set_index(["unit_id", "indicator"])[["n", "x"]]
    sums = rows[rows["dimension"] != "all"].groupby(["dimension", "unit_id", "indicator"])
    for (_, unit, indicator), part in sums[["n", "x"]].sum().iterrows():
        assert part.tolist() == total.loc[(unit, indicator)].tolist()


def test_what_is_missing_is_listed_by_the_catalog(tmp_path):
    data = read(tmp_path, OSS)
    assert "chronically_absent" in data.report.missing
    assert "suspended_out_of_school" not in data.report.missing
    assert set(data.report.missing) <= set(catalog.indicators())


def test_many_names_for_the_same_columns(tmp_path):
    text = (
        "Pupil Number,School Code,Building Name,Academic Year,Grade Level,Gender,Ethnic Group,"
        "LEP Status,Special Ed,FRL Status,OSS Days\n"
        "1,9,Oak,2023/2024,KG,Girl,Caucasian,EL,IEP,F,2\n2,9,Oak,2023/2024,3rd,Boy,W,EO,None,P,0\n"
    )
    data = read(tmp_path, text)
    assert cell(data, "9", "days_lost") == (2, 2)
    assert cell(data, "9", "suspended_out_of_school") == (2, 1)
    assert groups(data, "9", "grade") == {"Grade 3": 1, "Kindergarten": 1}
    assert groups(data, "9", "race_ethnicity") == {"White": 2}
    assert groups(data, "9", "el") == {"English learner": 1, "Not an English learner": 1}
    assert groups(data, "9", "swd") == {"With a disability": 1, "Without a disability": 1}
    assert set(groups(data, "9", "econ")) == {
        "Economically disadvantaged", "Not economically disadvantaged",
    }  # fmt: skip


# Trap 1: Hispanic precedence, and the other federal rules, from flags or from one column.
FLAGS = """id,student id,school,Hispanic,White,Black,Asian,American Indian,Pacific Islander,oss
a,1,S,Y,Y,N,N,N,N,1
b,2,S,N,Y,Y,N,N,N,0
c,3,S,N,N,N,N,N,N,0
d,4,S,N,N,N,Y,N,N,0
e,5,S,,N,Y,N,N,N,0
f,6,S,Y,N,N,N,N,N,0
"""


def test_race_from_flags(tmp_path):
    assert groups(read(tmp_path, FLAGS), "S", "race_ethnicity") == {
        "Hispanic or Latino": 2,
        "Two or more races": 1,
        "Race not recorded": 1,
        "Asian": 1,
        "Black": 1,
    }


def test_race_flags_without_some_groups_are_noted_and_never_guessed(tmp_path):
    text = "student_id,school,asian,black,oss\n1,S,true,false,0\n2,S,false,false,1\n"
    data = read(tmp_path, text)
    assert groups(data, "S", "race_ethnicity") == {"Asian": 1, "Race not recorded": 1}
    assert noted(data, "No column for", "White", "Hispanic")


def test_hispanic_goes_before_the_race_column(tmp_path):
    text = "student_id,school,race,hispanic,oss\n1,S,White,Yes,0\n2,S,White,No,1\n3,S,,No,0\n"
    data = read(tmp_path, text)
    assert groups(data, "S", "race_ethnicity") == {
        "Hispanic or Latino": 1, "Race not recorded": 1, "White": 1,
    }  # fmt: skip
    assert (
        noted(data, "Hispanic or Latino", "by hispanic") and "1 student row" in data.report.owner[0]
    )


def test_ethnicity_beside_race_is_the_flag_where_it_says_only_that(tmp_path):
    text = (
        "student_id,school,race,ethnicity,oss\n1,S,White,Hispanic,0\n2,S,White,Not Hispanic,1\n"
        "3,S,Black,Unknown,0\n"
    )
    data = read(tmp_path, text)
    assert groups(data, "S", "race_ethnicity") == {"Black": 1, "Hispanic or Latino": 1, "White": 1}


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("White; Black", "Two or more races"),
        ("White and Hispanic", "Hispanic or Latino"),
        ("White, White", "White"),
        ("Black, not of Hispanic origin", "Black"),
        ("Asian/Pacific Islander", "Asian or Pacific Islander"),
        ("Asian; Pacific Islander", "Two or more races"),
        ("White/Caucasian", "White"),
        ("  white ", "White"),
        ("Somali", "Somali"),
        ("Declined to state", ""),
        ("", ""),
    ],
)
def test_one_cell_with_a_race(written, group):
    # "Asian/Pacific Islander" was one group before 2010, and stays one.
    assert label("race_ethnicity", written) == group


def test_a_files_own_words_are_kept(tmp_path):
    text = "student_id,school,sex,race,oss\n1,S,F,Somali,0\n2,S,M,SOMALI,1\n3,S,M,Travellers,1\n"
    assert groups(read(tmp_path, text), "S", "race_ethnicity") == {"Somali": 2, "Travellers": 1}


# Trap 5: two sexes do not make a total.
def test_unknown_and_other_groups_are_kept(tmp_path):
    data = read(tmp_path, OSS)
    assert groups(data, "0102", "sex") == {"Female": 1, "Male": 1, "X": 1}
    assert groups(data, "0102", "race_ethnicity")["Race not recorded"] == 1
    assert groups(data, "0102", "swd")["Disability status not recorded"] == 1


# Trap 7: ids.
def test_leading_zeros_stay(tmp_path):
    data = read(tmp_path, OSS)
    assert set(data.schools["unit_id"]) == {"0101", "0102"}


def test_ids_written_as_decimals_are_mended_and_noted(tmp_path):
    text = OSS.replace(",0101,", ",101.0,").replace(",0102,", ",102.0,")
    data = read(tmp_path, text)
    assert set(data.schools["unit_id"]) == {"101", "102"}
    assert noted(data, "decimals", "school_id", "Leading zeros")


def test_scientific_notation_in_ids_is_refused(tmp_path):
    with pytest.raises(DataError) as error:
        read(tmp_path, OSS.replace("003,", "1.23457E+11,"))
    assert error.value.row == 4 and error.value.column == "student_id"
    assert "rounded" in str(error.value) and "text" in error.value.mend


def test_one_school_with_and_without_its_zeros(tmp_path):
    text = OSS + "007,101,Alder,2023-24,8,F,White,N,N,N,No\n"
    data = read(tmp_path, text)
    assert cell(data, "0101", "suspended_out_of_school") == (4, 1)
    assert noted(data, "101 and 0101", "one school")


def test_school_ids_used_again_in_another_district(tmp_path):
    text = "district,school_id,student_id,sex,oss\nA,1,1,F,0\nA,1,2,M,1\nB,1,3,F,0\n"
    data = read(tmp_path, text)
    assert set(data.schools["unit_id"]) == {"A-1", "B-1"}
    assert set(data.schools["district"]) == {"A", "B"}


# Trap 8: numbers and labels as people write them.
@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234", 1234), (" 12 ", 12), ("12,5", 12.5), ("50%", 0.5), ("−3", -3), ("1 234", 1234)],
)
def test_numbers(text, number):
    assert values.number(text) == number


@pytest.mark.parametrize("text", ["", "n/a", "*", "< 5", "3–7", "abc", "1.2.3", "--"])
def test_what_is_no_number(text):
    assert np.isnan(values.number(text))


# Trap 10: a blank is an absence.
def test_a_blank_is_not_collected_where_the_column_also_says_no(tmp_path):
    data = read(tmp_path, with_outcome("suspended", ["Yes", "", "No", "No", "Yes", "No"]))
    assert cell(data, "0101", "suspended_out_of_school") == (2, 1)
    assert noted(data, "suspended", "blanks are not collected")


def test_a_blank_is_no_where_the_column_never_says_no(tmp_path):
    data = read(tmp_path, with_outcome("oss", [1, "", "", "", 2, ""]))
    assert cell(data, "0102", "suspended_out_of_school") == (3, 1)
    assert noted(data, "oss", "never says no", "blanks were read as none")


def test_a_school_without_any_value_is_not_collected(tmp_path):
    data = read(tmp_path, with_outcome("suspended", ["Yes", "No", "No", "", "", ""]))
    assert cell(data, "0102", "suspended_out_of_school") == "not_collected"
    assert cell(data, "district", "suspended_out_of_school") == (3, 1)


# Trap 11: years.
@pytest.mark.parametrize(
    "written",
    ["2023-24", "2023-2024", "2023/24", "202324", "20232024", "2024", "2024.0", "SY23-24"],
)
def test_years_are_written_one_way(tmp_path, written):
    data = read(tmp_path, OSS.replace("2023-24", written))
    assert data.years == ["2023-24"]
    assert noted(data, "spring") == written.startswith("2024")


def test_year_from_the_file_name(tmp_path):
    text = OSS.replace("2023-24,", "").replace("year,", "")
    write(tmp_path, students__2022__23=text, students__2023__24=text)
    data = eq.read(tmp_path)
    assert data.years == ["2022-23", "2023-24"]
    assert cell(data, "0101", "suspended_out_of_school", year="2022-23") == (3, 1)


def test_year_by_option_or_unnamed(tmp_path):
    text = OSS.replace("2023-24,", "").replace("year,", "")
    assert read(tmp_path, text, year="2023-24").years == ["2023-24"]
    data = read(tmp_path, text)
    assert data.years == ["year not given"] and noted(data, "--year")
    with pytest.raises(DataError, match="not a school year"):
        read(tmp_path, text, year="last")


def test_one_of_several_years_by_option(tmp_path):
    data = read(
        tmp_path, OSS.replace("001,0101,Alder,2023-24", "001,0101,Alder,2022-23"), year="2024"
    )
    assert data.years == ["2023-24"]
    assert data.report.set_aside[0]["rows"] == 1
    with pytest.raises(DataError, match="2023-24"):
        read(tmp_path, OSS, year="2019-20")


def test_a_year_that_is_none(tmp_path):
    with pytest.raises(DataError) as error:
        read(tmp_path, OSS.replace("2023-24", "this year"))
    assert error.value.column == "year" and error.value.row == 2


# Trap 12: the same student again.
def test_the_same_row_twice_counts_once(tmp_path):
    data = read(tmp_path, OSS + OSS.split("\n")[1] + "\n")
    assert cell(data, "0101", "suspended_out_of_school") == (3, 1)
    assert [a["where"] for a in data.report.set_aside] == [[8]]
    assert "the same row again" in data.report.set_aside[0]["reason"]
    assert data.report.rows_in == 7 and data.report.rows_kept == 6


def test_a_student_in_two_schools_is_counted_in_the_last(tmp_path):
    text = (
        "student_id,school,sex,entry_date,exit_date,oss\n"
        "1,A,F,2023-08-20,2023-12-01,1\n1,B,F,2023-12-02,,0\n2,A,M,2023-08-20,,0\n"
    )
    data = read(tmp_path, text)
    assert cell(data, "B", "suspended_out_of_school") == (1, 0)
    assert cell(data, "A", "suspended_out_of_school") == (1, 0)
    assert "two schools" in data.report.set_aside[0]["reason"]
    assert data.report.set_aside[0]["where"] == [2]
    swapped = text.replace(",2023-12-01,", ",,").replace(",2023-12-02,,", ",2023-12-02,2023-12-09,")
    assert cell(read(tmp_path, swapped), "A", "suspended_out_of_school") == (2, 1)


def test_a_student_in_two_schools_without_dates_counts_where_enrolled_longest(tmp_path):
    text = "student_id,school,sex,days_enrolled,oss\n1,A,F,150,1\n1,B,F,20,0\n2,B,M,180,0\n"
    assert cell(read(tmp_path, text), "A", "suspended_out_of_school") == (1, 1)


# Trap 2: totals inside the data.
def test_totals_rows_are_set_aside(tmp_path):
    data = read(tmp_path, OSS + "Total,,All schools,2023-24,,,,,,,2\n")
    assert cell(data, "district", "suspended_out_of_school") == (6, 2)
    assert data.report.totals == ["1 rows: Total"]
    assert "a total" in data.report.set_aside[0]["reason"]


# Trap 6: a year that doubles.
def test_a_jump_in_enrolment_is_noted(tmp_path):
    rows = ["student_id,school,year,sex,oss"]
    for year, size in (("2021-22", 60), ("2022-23", 130), ("2023-24", 120)):
        rows += [f"{i},S,{year},F,0" for i in range(size)]
    data = read(tmp_path, "\n".join(rows) + "\n")
    assert len(data.report.owner) == 1 and not noted(data, "students in 2021-22")
    assert "60 students in 2021-22 and 130 in 2022-23" in data.report.owner[0]


NAMES = [
    "<script>alert(1)</script>", "../../etc/x", '=HYPERLINK("x")', "N" * 300, "مدرسة النور",
    "Smith, Jones & Co.", "小学校", "O'Brien \"High\"",
]  # fmt: skip


def test_names_are_text(tmp_path):
    frame = pd.DataFrame({"student_id": [f"{i}" for i in range(len(NAMES))]})
    frame["school_id"] = [f"0{i}" for i in range(len(NAMES))]
    frame["school"], frame["sex"], frame["oss"] = NAMES, "F", 0
    frame.to_csv(tmp_path / "a.csv", index=False)
    assert eq.read(tmp_path / "a.csv").schools["unit"].tolist() == NAMES


def test_a_school_without_a_name_is_shown_by_its_id(tmp_path):
    data = read(tmp_path, OSS.replace(",Alder,", ",,"))
    assert data.schools["unit"].tolist() == ["0101", "Birch"]


def test_a_row_without_a_school_is_set_aside(tmp_path):
    data = read(tmp_path, OSS + "009,,,2023-24,8,F,White,N,N,N,No\n")
    assert data.report.set_aside[0] == {
        "reason": "export.csv: no school", "rows": 1, "where": [8],
    }  # fmt: skip


def test_school_and_school_name_where_one_is_a_code(tmp_path):
    text = "student_id,School,School Name,sex,oss\n1,014,Oak,F,1\n2,014,Oak,M,0\n"
    data = read(tmp_path, text)
    assert data.schools["unit_id"].tolist() == ["014"] and data.schools["unit"].tolist() == ["Oak"]


def test_same_columns_twice_are_one(tmp_path):
    text = "student_id,school,sex,gender,oss\n1,S,F,F,1\n2,S,M,M,0\n"
    data = read(tmp_path, text)
    assert groups(data, "S", "sex") == {"Female": 1, "Male": 1} and noted(data, "repeats")


def test_map_answers_which_of_two_columns(tmp_path):
    text = "student_id,school,grade,grade level,oss\n1,S,7,8,1\n2,S,8,9,0\n"
    with pytest.raises(DataError) as error:
        read(tmp_path, text)
    assert '--map "grade=grade"' in error.value.mend and "grade level" in str(error.value)
    data = read(tmp_path, text, map={"grade level": "grade"})
    assert set(groups(data, "S", "grade")) == {"Grade 8", "Grade 9"}
    data = read(tmp_path, text, map={"Grade Level": "ignore"})
    assert set(groups(data, "S", "grade")) == {"Grade 7", "Grade 8"}


def test_map_makes_a_dimension_of_any_column(tmp_path):
    text = with_outcome("bus", ["long", "short", "long", "", "short", "long"], OSS)
    assert "bus" not in set(read(tmp_path, text).counts["dimension"])
    data = read(tmp_path, text, map={"bus": "dimension:travel"})
    assert groups(data, "0102", "travel") == {"Travel not recorded": 1, "long": 1, "short": 1}


def test_map_is_checked(tmp_path):
    with pytest.raises(DataError) as error:
        read(tmp_path, OSS, map={"sex": "sexx"})
    assert error.value.nearest == "sex"
    with pytest.raises(DataError) as error:
        read(tmp_path, OSS, map={"raze": "race_ethnicity"})
    assert error.value.nearest == "race"


def test_context_says_which_groups_are_read(tmp_path):
    text = with_outcome("travel time", ["long", "short"] * 3, OSS)
    data = read(tmp_path, text, context="place")
    assert set(data.counts["dimension"]) == {"all", "travel_time"}
    with pytest.raises(DataError, match="not a context pack"):
        read(tmp_path, text, context="mars")


def test_a_column_with_hundreds_of_values_is_no_group(tmp_path):
    rows = [f"{i},S,F,Street {i},0" for i in range(90)]
    data = read(tmp_path, "student_id,school,sex,race,oss\n" + "\n".join(rows) + "\n")
    assert "race_ethnicity" not in set(data.counts["dimension"])
    assert noted(data, "race", "90 different values")


def test_real_students_without_ids(shared):
    columns = {"schoolidk": "school_id", "mathk": "score_math", "readk": "score_reading"}
    path = shared / "data" / "star" / "star_kindergarten.csv"
    data = eq.read(path, map=columns | {"stark": "dimension:class"}, year="1985-86")
    scores = data.scores[
        (data.scores["level"] == "district") & (data.scores["dimension"] == "class")
    ]
    means = scores.set_index(["indicator", "group"])["mean"]
    assert noted(data, "No column says which student")
    raw = pd.read_csv(path).dropna(subset=["schoolidk"]).groupby("stark")
    for group in ("small", "regular", "regular+aide"):
        assert means["score_math", group] == pytest.approx(raw["mathk"].mean()[group])
    scores = scores.set_index(["indicator", "group"])
    assert scores.loc[("score_reading", "small"), "sd"] == pytest.approx(
        raw["readk"].std()["small"]
    )


def test_school_and_sex_are_enough(shared):
    data = eq.read(shared / "data" / "uci_student" / "student-mat.csv")
    assert groups(data, "district", "sex") == {"Female": 208, "Male": 187}
    assert cell(data, "GP", "activity_any")[0] == 349 and cell(data, "MS", "activity_any")[0] == 46


def test_a_large_export_is_quick(tmp_path):
    import time

    rng = np.random.default_rng(7)
    size = 24_000
    frame = pd.DataFrame(
        {
            "student_id": np.arange(size) % 8_000,
            "school_id": np.arange(size) % 8_000 % 12,
            "year": np.repeat(["2021-22", "2022-23", "2023-24"], 8_000),
            "sex": rng.choice(["F", "M"], size),
            "race": rng.choice(["White", "Black", "Asian", "Hispanic"], size),
            "oss": rng.integers(0, 2, size),
        }
    )
    frame.to_csv(tmp_path / "a.csv", index=False)
    start = time.perf_counter()
    eq.read(tmp_path / "a.csv")
    assert time.perf_counter() - start < 5
