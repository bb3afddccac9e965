"""State report-card files: the real ones with the facts of their README, and small ones that break."""

import re

import openpyxl
import pandas as pd
import pytest

import equitylab as eq
from equitylab import DataError

VIRGINIA = """"On-time Graduation Rate"
10/26/2022

Year,Level,Division,Subgroup,Cohort,"Graduation Count","Virginia On-Time Graduation Rate"
2021,DIV,"A County Public Schools","All Students","1,012",900,88.9
2021,DIV,"A County Public Schools",Black,<,<,100
2021,DIV,"A County Public Schools",White,700,650,92.9
2021,DIV,"A County Public Schools",Homeless,12,<,66.7
2021,DIV,"A County Public Schools","English Learners",46,38,82.6
"""
WASHINGTON = """county,code,district,population,black_pop,li_pop,disciplined,black_d,li_d
statewide,wa,Washington (statewide),1000,200,500,80,40,60
King,17001,Seattle ,600,150,300,50,30,40
King,00002,Small,40,,30,5,,3
"""


def made(tmp_path, text, name="a.csv"):
    (tmp_path / name).write_text(text, "utf-8")
    return tmp_path / name


# ------------------------------------------------------------------ Virginia


def test_virginia(tmp_path):
    data = eq.read(made(tmp_path, VIRGINIA))
    rows = data.counts[data.counts["level"] == "district"].set_index("group")
    assert data.report.format == "Virginia graduation" and data.years == ["2021-22"]
    assert tuple(rows.loc["all", ["n", "x", "status"]]) == (1012, 900, "ok")
    assert rows.loc["Black", ["n", "x"]].isna().all()
    assert tuple(rows.loc["Black", ["x_low", "x_high", "status"]]) == (0, 9, "suppressed")
    # 66.7 % beside "<" would say 8 of 12: the file hid it, so it is 0 to 9.
    assert tuple(rows.loc["Recorded as homeless", ["n", "x_low", "x_high"]]) == (12, 0, 9)
    assert tuple(rows.loc["Not an English learner", ["n", "x", "status"]]) == (966, 862, "ok")
    assert tuple(rows.loc["Not recorded as homeless", ["n", "x_low", "x_high"]]) == (1000, 891, 900)
    assert any("3 line(s) before the header" in note for note in data.report.notes)
    assert data.report.not_additive == []


def test_virginia_real(shared):
    data = eq.read(shared / "data" / "va_grad")
    counts = data.counts[data.counts["level"] == "district"]
    assert data.report.rows_in == 5288 + 5288 + 1969 and not data.report.set_aside
    # 2019-20 to 2021-22 by group: in lines with every group shown, races sum to all students.
    n = counts.pivot_table(
        index=["year", "unit_id"],
        columns="dimension",
        values="n",
        aggfunc=lambda v: v.sum(skipna=False),
    )[["all", "race_ethnicity"]].dropna()
    assert len(n) == 26 and (n["all"] == n["race_ethnicity"]).all()
    cell = counts.set_index(["year", "unit_id", "group"])
    assert tuple(cell.loc[("2019-20", "Accomack County", "all"), ["n", "x"]]) == (394, 351)
    assert tuple(cell.loc[("2007-08", "Albemarle County", "all"), ["n", "x"]]) == (1012, 890)
    hidden = counts["n"].isna() & (counts["x_high"] == 9)
    assert hidden.sum() == 1763 + 2  # by group; and in older cohort reports, of one small city


@pytest.mark.parametrize(
    "layout", ["On-time Graduation Rate", "Diplomas and Completion", "cohort_statistics"]
)
def test_virginia_each_file_alone(shared, layout):
    data = eq.read(shared / "data" / "va_grad" / f"{layout}.csv")
    assert set(data.counts["indicator"]) == {"graduated"} and (data.counts["status"] == "ok").any()


def test_the_years_of_groups_are_those_of_the_cohort_reports(shared):
    """The class of 2022 stands under 2021 in the files by group, as every count of theirs says."""
    one, two = (
        eq.read(shared / "data" / "va_grad" / f"{name}.csv").counts
        for name in ("On-time Graduation Rate", "cohort_statistics")
    )
    one = one[(one["dimension"] == "all") & (one["level"] == "district")]
    both = one.merge(two, on=["year", "unit_id", "dimension"], suffixes=("", "_two"))
    both = both[both["n"].notna() & both["n_two"].notna()]
    assert len(both) == 387 and (both["n"] == both["n_two"]).all()
    rate = both.groupby("year")[["x", "n"]].sum().astype(float).eval("100 * x / n").round(1)
    assert rate["2021-22"] == 92.1 and rate["2020-21"] == 93.0  # as the State published them


def test_two_layouts_agree_on_every_count(shared):
    one, two = (
        eq.read(shared / "data" / "va_grad" / f"{name}.csv").counts
        for name in ("On-time Graduation Rate", "Diplomas and Completion")
    )
    both = one.merge(two, on=["year", "unit_id", "dimension", "group"], suffixes=("", "_two"))
    told = both["x"].notna() & both["x_two"].notna()
    assert told.sum() > 3000 and (both["x"] == both["x_two"])[told].all()


# ------------------------------------------------------------------ Washington


def test_washington(tmp_path):
    data = eq.read(made(tmp_path, WASHINGTON, "discipline_2014.csv"))
    rows = data.counts.set_index(["unit_id", "group"])
    assert data.years == ["2013-14"]
    assert tuple(rows.loc[("wa", "Black"), ["n", "x", "level"]]) == (200, 40, "state")
    assert rows.loc[("00002", "Black"), ["n", "x", "x_low"]].isna().sum() >= 2
    assert rows.loc[("00002", "Black"), "status"] == "suppressed"
    assert tuple(rows.loc[("17001", "Not economically disadvantaged"), ["n", "x"]]) == (300, 10)


def test_washington_real(shared):
    data = eq.read(shared / "data" / "wa_discipline_2014")
    state = data.counts[data.counts["unit_id"] == "wa"].set_index("group")
    assert tuple(state.loc["all", ["n", "x"]]) == (1140601, 43275)
    rate = (100 * state["x"] / state["n"]).astype(float).round(2)
    assert rate["Black"] == 8.60 and rate["White"] == 3.21
    assert rate["American Indian or Alaska Native"] == 6.76
    assert rate["Economically disadvantaged"] == 5.70 and rate["With a disability"] == 7.36
    table = eq.audit(data, reference="White").table
    black = table[(table["unit_id"] == "wa") & (table["group"] == "Black")].iloc[0]
    assert round(black["ratio"], 2) == 2.68
    given = ~data.counts["group"].str.startswith(("Not ", "Without "))
    assert (given & (data.counts["status"] == "suppressed")).sum() > 0
    assert data.report.rows_in == 199


# ------------------------------------------------------------------ what goes wrong

BROKEN = {
    "a count that is none": (VIRGINIA.replace("700,650", "700,xx"), "xx", 7, "Graduation Count"),
    "a negative count": (VIRGINIA.replace("700,650", "700,-5"), "-5", 7, "Graduation Count"),
    "a range turned round": (VIRGINIA.replace("700,650", "700,39-21"), "39-21", 7, "Graduation Count"),
    "an unknown group": (VIRGINIA.replace(",White,", ",Whitte,"), "Whitte", 7, "Subgroup"),
    "a cell that is none": (WASHINGTON.replace("150,300,50", "150,300,many"), "many", 3, "disciplined"),
    "half a pair": (WASHINGTON.replace("black_d", "black_disc"), "black_pop", None, "black_d"),
    "an unknown column": (WASHINGTON.replace("black", "purple"), "purple", None, "purple_pop"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_what_is_wrong_is_named(tmp_path, case):
    text, word, row, column = BROKEN[case]
    with pytest.raises(DataError) as error:
        eq.read(made(tmp_path, text))
    said = str(error.value)
    assert word in said and (error.value.row, error.value.column) == (row, column), said
    assert len(said.splitlines()) == 2 and "Traceback" not in said


def test_a_header_that_has_moved_and_a_long_preamble(tmp_path):
    head, rows = VIRGINIA.split("\n\n", 1)
    data = eq.read(made(tmp_path, "note\n" * 10 + rows))
    assert len(data.counts[data.counts["level"] == "district"]) == 7


# ------------------------------------------------------------------ Massachusetts


def test_massachusetts_real(shared):
    data = eq.read(shared / "data" / "ma_schools_2017")
    counts = data.counts.set_index("indicator")
    schools = counts[counts["level"] == "school"]
    whole = schools.loc["identified_swd"]
    assert len(whole) == 1861 and whole["n"].sum() == 953_748
    said = next(note for note in data.report.owner if "953,748 students" in note)
    assert "Economically disadvantaged 30.2%," in said  # of a small file, shares of a few students
    assert any("no result by group" in note for note in data.report.notes)
    assert "Black 8.9%," in said
    assert whole["unit_id"].str.fullmatch(r"\d{8}").all()
    state = counts[(counts["level"] == "state") & (counts["dimension"] == "all")]
    assert state.loc["identified_swd", "n"] == 953_748 and data.years == ["2016-17"]
    # 94.7 % of 114 can only be 108, and 91 (for 91.0) of 411 only 374.
    graduates = schools.loc["graduated"].set_index("unit_id")
    assert tuple(graduates.loc["00010505", ["n", "x", "status"]]) == (114, 108, "ok")
    assert tuple(graduates.loc["00160505", ["n", "x", "status"]]) == (411, 374, "ok")


def test_a_percent_that_no_count_can_make(tmp_path, shared):
    head, row, *_ = (
        (shared / "data" / "ma_schools_2017" / "ma_public_schools_2017.csv")
        .read_text("utf-8")
        .splitlines()
    )
    path = made(tmp_path, f"{head}\n{row.replace('114,94.7', '3,94.7')}\n", "ma_2017.csv")
    data = eq.read(path)
    row = data.counts[(data.counts["indicator"] == "graduated")].iloc[0]
    assert row["status"] == "quality" and any("cannot make" in n for n in data.report.notes)


MA_NEEDS = ["School Code", "School Name", "District Code", "District Name", "TOTAL_Enrollment"]
MA_SHARES = ["% African American", "% Asian", "% Hispanic", "% White", "% Native American"]
MA_SHARES += ["% Native Hawaiian, Pacific Islander", "% Multi-Race, Non-Hispanic"]
MA_SHARES += ["% Males", "% Females"]


def massachusetts(tmp_path, more: dict):
    row = ["00010505", "Oak", "00010000", "Birch", "200", *["0"] * 6, "100", "0", "50", "50"]
    frame = pd.DataFrame([[*row, *more.values()]], columns=[*MA_NEEDS, *MA_SHARES, "x", *more])
    path = tmp_path / "ma-2017.csv"
    frame.drop(columns="x").to_csv(path, index=False)
    return path


def test_what_a_massachusetts_file_lacks_is_said(tmp_path):
    data = eq.read(massachusetts(tmp_path, {"# in Cohort": "40", "% Graduated": "90"}))
    assert set(data.counts["indicator"]) == {"graduated"}
    said = [note for note in data.report.notes if "has no column" in note]
    assert len(said) == 2 and '"Students With Disabilities"' in said[0]


def test_a_massachusetts_file_without_any_measure_is_refused(tmp_path):
    with pytest.raises(eq.DataError, match="all of its columns") as caught:
        eq.read(massachusetts(tmp_path, {}))
    assert caught.value.mend


# ------------------------------------------------------------------ New Jersey

NJ_HEAD = ["County Code", "County Name", "District Code", "District Name", "School Code"]
NJ_HEAD += ["School Name", "Subgroup", "Subgroup Type", "Registered To\nTest", "Valid Scores"]
NJ_HEAD += ["Mean Scale\nScore", *(f"L{k} Percent" for k in range(1, 6))]
NJ_ROWS = [
    ["Total", "All Students", "*", "82", "743", "9.8", "18.3", "26.8", "36.6", "8.5"],
    ["Race/Ethnicity", "White", "*", "38", "754", "2.6", "5.3", "36.8", "44.7", "10.5"],
    ["Race/Ethnicity", "Asian", *"*******", "*"],
    ["Other", "Left-handed", "*", "20", "750", "20", "20", "20", "20", "20"],
]


def workbook(tmp_path, sheets: dict, name="njsla-2025.xlsx"):
    """Each sheet: a merged sentence, the title, nine more lines, the header, the rows, two notes."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, (subject, head, rows) in sheets.items():
        sheet = book.create_sheet(title)
        sheet.append(["This worksheet contains one table. Row 12 is the header row."])
        sheet.append([subject])
        for _ in range(9):
            sheet.append(["New Jersey Department of Education"])
        sheet.append(head)
        for row in rows:
            sheet.append(row)
        sheet.append(["* Data is suppressed."])
        sheet.append(["end of worksheet"])
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=6)
    book.save(tmp_path / name)
    return tmp_path / name


def assessed(grade: str, rows=NJ_ROWS):
    place = ["01", "Atlantic", "0010", "Absecon", "060", "Marsh"]
    subject = f"NJSLA Spring 2025 Data For English Language Arts - Grade {grade}"
    return subject, NJ_HEAD, [[*place, *row] for row in rows]


def test_new_jersey_workbook_with_merged_cells_and_a_preamble(tmp_path):
    data = eq.read(workbook(tmp_path, {"ELA04": assessed("04")}))
    assert data.report.why.endswith("in row 12") and data.years == ["2024-25"]
    school = data.counts[data.counts["level"] == "school"].set_index("group")
    # 36.6 % and 8.5 % of 82: 30 and 7.
    assert tuple(school.loc["all", ["n", "x", "status"]]) == (82, 37, "ok")
    assert "grade" not in set(data.counts["dimension"])  # one grade is everyone, and no group
    assert any("grade 4 alone" in note for note in data.report.notes)
    assert (
        school.loc["Asian", "status"] == "suppressed"
        and school.loc["Asian", ["n", "x"]].isna().all()
    )
    aside = [a for a in data.report.set_aside if "Left-handed" in a["reason"]]
    assert aside and aside[0]["where"] == [16]
    assert list(data.scores["mean"][:2]) == [743.0, 754.0]


def test_sheets_of_several_grades_are_added_up(tmp_path):
    grade_5 = [[*row[:3], "18", *row[4:]] if row[1] == "White" else row for row in NJ_ROWS]
    sheets = {"ELA04": assessed("04"), "ELA05": assessed("05", grade_5), "Notes": ("x", ["a"], [])}
    data = eq.read(workbook(tmp_path, sheets))
    school = data.counts[data.counts["level"] == "school"].set_index("group")
    assert tuple(school.loc["all", ["n", "x"]]) == (164, 74)
    assert school.loc["White", "n"] == 56 and school.loc["Grade 5", "n"] == 82
    assert school.loc["Asian", "n"] is pd.NA and data.scores.empty
    assert any("several grades are not added" in note for note in data.report.notes)


def test_new_jersey_without_a_subject(tmp_path):
    _, head, rows = assessed("04")
    with pytest.raises(DataError, match="names the subject"):
        eq.read(workbook(tmp_path, {"Sheet": ("NJSLA Spring 2025", head, rows)}))


@pytest.mark.parametrize("cell", ["xx", "GE200", "39-21", "-5"])
def test_new_jersey_cells_are_named(tmp_path, cell):
    rows = [NJ_ROWS[0], [*NJ_ROWS[1][:-1], cell]]
    with pytest.raises(DataError) as error:
        eq.read(workbook(tmp_path, {"ELA04": assessed("04", rows)}))
    assert (error.value.row, error.value.column) == (14, "L5 Percent") and cell in str(error.value)


@pytest.mark.parametrize(
    ("name", "row"),
    [("njsla-ela04-2025", 3), ("ey2020_5-21_district_disability_subset", 6),
     ("ey2024_5-21_district_race_subset", 6)],
)  # fmt: skip
def test_new_jersey_real(shared, name, row):
    path = shared / "data" / "nj_xlsx" / f"{name}.xlsx"
    data = eq.read(path)
    assert data.report.why.endswith(f"in row {row}")  # as its own cell A1 says
    first = openpyxl.load_workbook(path, read_only=True).worksheets[0]["A1"].value
    assert re.search(rf"[Rr]ow\s+{row}\s+is the (table )?header row", first)
    counts = data.counts
    assert (counts["status"] == "suppressed").any() and (counts["status"] == "ok").any()
    if row == 6:  # 36 in the regular class, of a number that is hidden: no rate can be said
        white = counts[
            (counts["group"].isin(["White", "With a specific learning disability"]))
            & (counts["unit_id"] == "010010")
        ]
        assert white["n"].isna().all() and (white["x_low"] == white["x_high"]).all()
