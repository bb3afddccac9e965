"""Child files: joined by student and year, turned into facts, and never into zeros by accident."""

import importlib.util
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

import equitylab as eq
from equitylab import DataError
from equitylab.readers.sis_children import _response
from equitylab.readers.sis_learning import _is_algebra_1, _is_novice, _subject

_spec = importlib.util.spec_from_file_location("exports", Path(__file__).with_name("exports.py"))
exports = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(exports)
STUDENTS, cell, noted, write = exports.STUDENTS, exports.cell, exports.noted, exports.write

INCIDENTS = """incident_id,student_id,year,category,response,days_removed
1,001,2023-24,Defiance,Out-of-school suspension,2
2,001,2023-24,Defiance,OSS,1
3,004,2023-24,Fighting,In-School Suspension,0.5
4,005,2023-24,Fighting,Conference,
5,005,2023-24,Fighting,Expulsion,10
6,999,2023-24,Fighting,OSS,3
7,002,2022-23,Fighting,OSS,3
"""


def test_incidents(tmp_path):
    data = eq.read(write(tmp_path, students=STUDENTS, incidents=INCIDENTS))
    assert cell(data, "0101", "suspended_out_of_school") == (3, 1)
    assert cell(data, "0101", "referred") == (3, 1)
    assert cell(data, "0101", "days_lost") == (3, 3)
    assert cell(data, "0102", "suspended_in_school") == (3, 1)
    assert cell(data, "0102", "suspended_out_of_school") == (3, 0)
    assert cell(data, "0102", "expelled") == (3, 1)
    assert cell(data, "0102", "referred") == (3, 2)
    assert cell(data, "0102", "days_lost") == (3, 11)  # half a day is rounded up, and noted
    assert noted(data, "Part days")
    aside = data.report.set_aside[0]
    assert aside["rows"] == 2 and aside["where"] == [7, 8]
    assert data.report.rows_in == 13 and data.report.rows_kept == 11
    assert data.report.code_book["response: Conference"] == "an incident, no removal"
    assert "restrained" in data.report.missing


@pytest.mark.parametrize(
    ("words", "counts"),
    [
        ("OSS", {"suspended_out_of_school"}),
        ("Out of School Suspension - 3 days", {"suspended_out_of_school"}),
        ("In-School Suspension (ISS)", {"suspended_in_school"}),
        ("ISS", {"suspended_in_school"}),
        ("Expulsion without services", {"expelled"}),
        ("Referred to law enforcement", {"referred_to_police"}),
        ("School-related arrest", {"arrested"}),
        ("Physical restraint", {"restrained"}),
        ("Lunch detention", set()),
        ("Arresting officer's talk", set()),
        ("", set()),
    ],
)
def test_responses(words, counts):
    assert _response(words) == counts


def test_only_removals_say_nothing_about_referrals(tmp_path):
    text = "student_id,year,response\n001,2023-24,OSS\n004,2023-24,ISS\n"
    data = eq.read(write(tmp_path, students=STUDENTS, incidents=text))
    assert "referred" in data.report.missing and noted(data, "Every incident is a removal")


def school_of(size: int, school: str) -> list[str]:
    return [f"{school}-{i},{school},2023-24,8,F" for i in range(size)]


def test_a_school_that_sent_no_incidents_is_not_a_school_without(tmp_path):
    rows = ["student_id,school,year,grade,sex", *school_of(200, "A"), *school_of(100, "B")]
    rows += school_of(10, "C")
    incidents = ["student_id,year,response", *(f"A-{i},2023-24,OSS" for i in range(120))]
    data = eq.read(write(tmp_path, students="\n".join(rows), incidents="\n".join(incidents)))
    assert cell(data, "A", "suspended_out_of_school") == (200, 120)
    assert cell(data, "B", "suspended_out_of_school") == "not_collected"
    assert cell(data, "C", "suspended_out_of_school") == (10, 0)  # ten students may have none
    assert cell(data, "district", "suspended_out_of_school") == (210, 120)
    assert noted(data, "not collected", "B 2023-24") and noted(data, "read as none", "C 2023-24")


def test_attendance_terms_are_added_up(tmp_path):
    text = "student_id,year,term,days_enrolled,days_absent\n"
    for student, absent in (("001", (2, 16)), ("002", (9, 8)), ("003", (0, 0))):
        text += "".join(
            f"{student},2023-24,{t},90,{a}\n" for t, a in zip("FS", absent, strict=True)
        )
    text += "004,2023-24,F,44,44\n005,2023-24,F,45,5\n"
    data = eq.read(write(tmp_path, students=STUDENTS, attendance=text))
    assert cell(data, "0101", "chronically_absent") == (3, 1)  # 18 of 180 is a tenth
    assert cell(data, "0102", "chronically_absent") == (1, 1)  # 44 days are too few; 006 has none


def test_attendance_from_days_present_and_in_the_students_rows(tmp_path):
    text = exports.with_outcome("days enrolled", [100] * 6)
    text = exports.with_outcome("days present", [90, 91, 100, 50, 101, ""], text)
    data = exports.read(tmp_path, text)
    assert cell(data, "0101", "chronically_absent") == (3, 1)
    assert cell(data, "0102", "chronically_absent") == (1, 1)  # 101 of 100 days is set aside
    assert data.report.over == [{"indicator": "chronically_absent", "students": 1}]


@pytest.mark.parametrize(
    "values", [["90%", "91%", "95%"], ["0.9", "0.91", "1"], ["90", "91", "95"]]
)
def test_attendance_rate(tmp_path, values):
    text = "student_id,school,sex,attendance rate\n"
    text += "".join(f"{i},S,F,{v}\n" for i, v in enumerate(values))
    assert cell(exports.read(tmp_path, text), "S", "chronically_absent") == (3, 1)


COURSES = """student_id,year,course,level,section_id,passed
001,2023-24,Algebra I,Honors,S1,Y
002,2023-24,Mathematics 8,Regular,S2,Y
003,2023-24,Algebra 1,Regular,S1,N
004,2023-24,AP Human Geography,AP,S3,Y
004,2023-24,Algebra I A,Regular,S4,Y
004,2023-24,Algebra I B,Regular,S4,N
005,2023-24,Art,Regular,S9,Y
"""
SECTIONS = """section_id,year,teacher_experience_band,in_field
S1,2023-24,First or second year,Yes
S2,2023-24,3 to 5 years,No
S3,2023-24,More than 10 years,Yes
S4,2023-24,2,No
"""


def test_courses_and_sections(tmp_path):
    data = eq.read(write(tmp_path, students=STUDENTS, courses=COURSES, sections=SECTIONS))
    assert cell(data, "0101", "advanced_course") == (3, 1)
    assert cell(data, "0102", "advanced_course") == (3, 1)
    assert cell(data, "0102", "ap_enrolled") == (3, 1)
    assert cell(data, "0101", "algebra_1") == (2, 1)  # of grade 8: 001 and 002
    assert cell(data, "0101", "passed_algebra_1") == (2, 1)
    assert cell(data, "0102", "passed_algebra_1") == (1, 0)  # both halves have to be passed
    assert cell(data, "0101", "novice_teacher") == (3, 2)  # seats
    assert cell(data, "0102", "novice_teacher") == (3, 2)
    assert cell(data, "0101", "out_of_field_teacher") == (3, 1)
    assert cell(data, "0102", "out_of_field_teacher", "sex", "Female") == (3, 2)
    assert "algebra_1_enrolled" in data.report.missing
    assert noted(data, "1 course rows name a section")


def test_algebra_without_grades_is_counted_among_everyone(tmp_path):
    students = "\n".join(
        ",".join(r.split(",")[:4] + r.split(",")[5:]) for r in STUDENTS.split("\n")
    )
    data = eq.read(write(tmp_path, students=students, courses=COURSES))
    assert cell(data, "0101", "algebra_1_enrolled") == (3, 2)
    assert "algebra_1" in data.report.missing


def test_a_school_without_courses_is_not_collected(tmp_path):
    courses = "".join(line + "\n" for line in COURSES.split("\n")[:4])
    data = eq.read(write(tmp_path, students=STUDENTS, courses=courses))
    assert cell(data, "0102", "advanced_course") == "not_collected"
    assert cell(data, "district", "advanced_course") == (3, 1)


def test_a_school_without_grade_8_has_no_algebra_by_grade_8(tmp_path):
    students = STUDENTS.replace("Birch,2023-24,8", "Birch,2023-24,9")
    data = eq.read(write(tmp_path, students=students, courses=COURSES))
    assert cell(data, "0102", "algebra_1") == "not_applicable"
    groups = data.counts[
        (data.counts["unit_id"] == "0102") & (data.counts["indicator"] == "algebra_1")
    ]
    assert groups["dimension"].tolist() == ["all"]


@pytest.mark.parametrize(
    ("title", "is_it"),
    [
        ("Algebra I", True), ("ALGEBRA 1 HONORS", True), ("Alg 1", True), ("Algebra II", False),
        ("Pre-Algebra 1", False), ("Algebra I Support", False), ("Algebra 10", False),
        ("Linear Algebra", False), ("Accelerated Algebra I", True),
    ],
)  # fmt: skip
def test_algebra_1(title, is_it):
    assert _is_algebra_1(title) == is_it


def test_novice_bands():
    assert [_is_novice(b) for b in ("0", "1", "2", "3", "12")] == [1, 1, 1, 0, 0]
    assert _is_novice("First or second year") == 1 and _is_novice("3 to 5 years") == 0
    assert np.isnan(_is_novice(""))


ASSESSMENTS = """student_id,year,subject,date,score,met_standard
001,2023-24,Mathematics,2024-05-01,700,Yes
001,2023-24,Mathematics,2023-09-01,600,No
002,2023-24,Math,2024-05-01,650,No
003,2023-24,ELA,2024-05-01,610,Yes
004,2023-24,English Language Arts,2024-05-01,,
005,2023-24,Science,2024-05-01,500,No
006,2023-24,Art,2024-05-01,500,No
"""


def test_assessments(tmp_path):
    data = eq.read(write(tmp_path, students=STUDENTS, assessments=ASSESSMENTS))
    assert cell(data, "0101", "proficient_math") == (2, 1)
    assert cell(data, "0101", "proficient_reading") == (1, 1)
    assert cell(data, "0102", "proficient_reading") == "not_collected"
    assert cell(data, "0102", "proficient_science") == (1, 0)
    scores = data.scores[(data.scores["unit_id"] == "0101") & (data.scores["dimension"] == "all")]
    scores = scores.set_index("indicator")
    assert scores.loc["score_math", ["n", "mean"]].tolist() == [2, 675]
    assert scores.loc["score_math", "sd"] == pytest.approx(35.3553, abs=1e-4)
    assert np.isnan(scores.loc["score_reading", "sd"])
    assert noted(data, "earlier tests") and noted(data, "Assessments in Art")


def test_district_scores_are_of_the_students(tmp_path):
    text = "student_id,school,sex,score_math\n1,A,F,1\n2,A,F,2\n3,B,M,30\n4,B,M,\n"
    data = exports.read(tmp_path, text)
    row = data.scores[(data.scores["level"] == "district") & (data.scores["group"] == "all")].iloc[
        0
    ]
    assert (row["n"], row["mean"]) == (3, 11)
    assert row["sd"] == pytest.approx(np.std([1, 2, 30], ddof=1))


@pytest.mark.parametrize(
    ("text", "subject"),
    [("MTH", "math"), ("Gr 8 Math", "math"), ("ELA/Literacy", "reading"), ("English II", "reading"),
     ("Biology EOC", "science"), ("Physical Education", ""), ("Algebra I EOC", "math")],
)  # fmt: skip
def test_subjects(text, subject):
    assert _subject(text) == subject


def test_levels_without_words_are_not_guessed(tmp_path):
    text = "student_id,year,subject,score,performance level\n001,2023-24,Math,7,3\n"
    data = eq.read(write(tmp_path, students=STUDENTS, assessments=text))
    assert "proficient_math" in data.report.missing
    assert noted(data, "performance_level was not read", "do not say")


def test_activities_and_fees(tmp_path):
    text = (
        "student_id,year,activity,kind,fee_paid,fee_waived\n001,2023-24,Band,Free,No,No\n"
        "002,2023-24,Travel team,Fee-based,Yes,No\n002,2023-24,Band,Free,No,No\n"
        "004,2023-24,Camp,,No,Yes\n005,2023-24,Club,,$25.00,\n"
    )
    data = eq.read(write(tmp_path, students=STUDENTS, activities=text))
    assert cell(data, "0101", "activity_any") == (3, 2)
    assert cell(data, "0101", "activity_fee") == (3, 1)
    assert cell(data, "0102", "activity_fee") == (3, 2)


def test_leavers(tmp_path):
    text = "student_id,cohort,graduated,accepted\n005,2024,Yes,No\n006,2024,No,\n"
    data = eq.read(write(tmp_path, students=STUDENTS, leavers=text))
    assert cell(data, "0102", "graduated") == (2, 1)
    assert cell(data, "0102", "accepted_to_college") == (1, 0)
    assert cell(data, "0101", "graduated") == "not_applicable"  # no grade 12


def test_outcomes_of_the_last_grade_in_the_students_rows(tmp_path):
    data = exports.read(tmp_path, exports.with_outcome("graduated", ["No"] * 4 + ["Yes", "No"]))
    assert cell(data, "0102", "graduated") == (2, 1)
    assert noted(data, "grade 12")


def test_child_ids_that_lost_their_zeros(tmp_path):
    text = INCIDENTS.replace(",00", ",")
    data = eq.read(write(tmp_path, students=STUDENTS, incidents=text))
    assert cell(data, "0101", "suspended_out_of_school") == (3, 1)
    assert noted(data, "leading zeros", "put back")


def test_child_years_by_date_or_not_at_all(tmp_path):
    students = STUDENTS + STUDENTS.split("\n", 1)[1].replace("2023-24", "2022-23")
    text = "student_id,incident date,response\n001,2024-02-01,OSS\n002,9/15/2022,OSS\n"
    data = eq.read(write(tmp_path, students=students, incidents=text))
    assert cell(data, "0101", "suspended_out_of_school", year="2023-24") == (3, 1)
    assert cell(data, "0101", "suspended_out_of_school", year="2022-23") == (3, 1)
    write(tmp_path, incidents="student_id,response\n001,OSS\n")
    with pytest.raises(DataError) as error:
        eq.read(tmp_path)
    assert error.value.column == "year" and "students-2023-24.csv" in error.value.mend
    (tmp_path / "incidents.csv").rename(tmp_path / "incidents-2022-23.csv")
    assert cell(eq.read(tmp_path), "0101", "suspended_out_of_school", year="2022-23") == (3, 1)


def test_one_workbook_with_a_sheet_for_each_table(tmp_path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in (("Roster", STUDENTS), ("Discipline", INCIDENTS)):
        sheet = book.create_sheet(name)
        for line in text.strip().split("\n"):
            sheet.append(line.split(","))
    book.save(tmp_path / "export.xlsx")
    data = eq.read(tmp_path / "export.xlsx")
    assert cell(data, "0101", "days_lost") == (3, 3)
    assert data.report.set_aside[0]["reason"].startswith("export.xlsx, sheet Discipline")


def test_more_about_students_in_another_file(tmp_path):
    text = "student_id,sex,race,gifted\n" + "".join(
        f"{r.split(',')[0]},{r.split(',')[5]},{r.split(',')[6]},Y\n"
        for r in STUDENTS.split("\n")[1:-1]
    )
    roster = "\n".join(",".join(r.split(",")[:4]) for r in STUDENTS.strip().split("\n"))
    data = eq.read(write(tmp_path, roster=roster, demographics=text + "999,F,White,N\n"))
    assert cell(data, "0101", "gifted", "race_ethnicity", "White") == (2, 2)
    assert data.report.set_aside[0]["where"] == [8]


def test_two_files_with_a_school_that_tell_two_halves(tmp_path):
    gifted = "student_id,school_id,year,gifted\n" + "".join(
        f"{r.split(',')[0]},{r.split(',')[1]},2023-24,{'NY'[i % 2]}\n"
        for i, r in enumerate(STUDENTS.strip().split("\n")[1:])
    )
    data = eq.read(write(tmp_path, students=STUDENTS, talents=gifted))
    assert cell(data, "0101", "gifted") == (3, 1)
    assert cell(data, "0101", "gifted", "race_ethnicity", "White") == (2, 1)
    assert data.schools["unit"].tolist() == ["Alder", "Birch"]
    assert "one row was made" in data.report.set_aside[0]["reason"]


def test_a_summary_of_suspensions_is_no_list_of_incidents(tmp_path):
    text = "student_id,year,days suspended\n001,2023-24,3\n002,2023-24,0\n003,2023-24,\n"
    data = eq.read(write(tmp_path, students=STUDENTS, discipline=text))
    assert cell(data, "0101", "days_lost") == (2, 3)
    assert cell(data, "0101", "suspended_out_of_school") == (2, 1)
    assert "referred" in data.report.missing


def test_identified_for_special_education_skips_its_own_dimension(tmp_path):
    data = exports.read(tmp_path, STUDENTS)
    assert cell(data, "0102", "identified_swd") == (2, 1)  # one is not recorded
    rows = data.counts[data.counts["indicator"] == "identified_swd"]
    assert not rows["dimension"].str.contains("swd").any()


def test_sections_are_used_again_each_year_or_named_by_year(tmp_path):
    data = eq.read(
        write(
            tmp_path,
            students=STUDENTS,
            courses=COURSES,
            sections=SECTIONS.replace("2023-24", "2022-23"),
        )
    )
    assert "novice_teacher" in data.report.missing
    bare = "\n".join(",".join(r.split(",")[:1] + r.split(",")[2:]) for r in SECTIONS.split("\n"))
    data = eq.read(write(tmp_path, students=STUDENTS, courses=COURSES, sections=bare))
    assert cell(data, "0101", "novice_teacher") == (3, 2)


def test_files_that_say_nothing_known_are_passed_over(tmp_path):
    write(tmp_path, students=exports.with_outcome("oss", [0] * 6), buses="route,stop\n1,a\n2,b\n")
    (tmp_path / "minutes.csv").write_bytes(b"%PDF-1.4")
    data = eq.read(tmp_path)
    assert noted(data, "buses.csv was passed over") and noted(data, "minutes.csv", "a PDF")


def test_the_sample_district_is_read_whole(repository):
    folder = repository / "data" / "samples" / "riverbend"
    if not folder.is_dir():
        pytest.skip("the sample district is not generated yet")
    data = eq.read(folder)
    assert data.report.rows_kept == data.report.rows_in and not data.report.not_additive
    students = pd.concat(pd.read_csv(f, dtype=str) for f in folder.glob("students-*.csv"))
    for (year, school), rows in students.groupby(["year", "school_id"]):
        assert cell(data, school, "gifted", year=year)[0] == len(rows)
