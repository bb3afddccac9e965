"""Ed-Fi exports, made up by the published data model: what is counted, and what goes wrong."""

import csv
import datetime
import json
from dataclasses import asdict

import pandas as pd
import pytest

import equitylab as eq
from equitylab.cli import main
from equitylab.readers import edfi, tables
from tests.readers.exports import cell, groups, noted

URI = "uri://ed-fi.org/{}#{}"
RACES = ["White", "Black - African American", "Asian", "American Indian - Alaska Native"]
FIRST = datetime.date(2023, 9, 1)
DAYS = [FIRST + datetime.timedelta(days=i) for i in range(120)]
SCHOOLS = {255901001: "Oak High", 255901044: "Elm Middle"}


def code(descriptor, value):
    return URI.format(descriptor, value)


def who(i):
    return {"studentReference": {"studentUniqueId": f"60{i:04}", "link": {"rel": "Student"}}}


def at(i):
    return {"schoolReference": {"schoolId": list(SCHOOLS)[i % 2]}}


def export(size=80):
    """The resources of a small export: two schools, one year; student i is at school i % 2."""
    sec = {"educationOrganizationReference": {"educationOrganizationId": 255901}}
    many = range(size)
    return {
        "localEducationAgencies": [
            {"localEducationAgencyId": 255901, "nameOfInstitution": "Lake District"}
        ],
        "schools": [
            {"schoolId": i, "nameOfInstitution": name,
             "localEducationAgencyReference": {"localEducationAgencyId": 255901}}
            for i, name in SCHOOLS.items()
        ],
        "students": [
            {"id": f"x{i}", "studentUniqueId": f"60{i:04}", "firstName": f"Given{i}",
             "lastSurname": f"Family{i}", "birthDate": "2009-01-01"} for i in many
        ],
        "studentSchoolAssociations": [
            who(i) | at(i) | {"entryDate": "2023-09-01", "schoolYearTypeReference": {"schoolYear": 2024},
                              "entryGradeLevelDescriptor": code("GradeLevelDescriptor", "Ninth grade")}
            for i in many
        ],
        "studentEducationOrganizationAssociations": [
            who(i) | sec | {
                "sexDescriptor": code("SexDescriptor", "Female" if i % 4 else "Male"),
                "hispanicLatinoEthnicity": i % 10 == 0,
                "limitedEnglishProficiencyDescriptor":
                    code("LimitedEnglishProficiencyDescriptor", "NotLimited" if i % 5 else "Limited"),
                "races": [{"raceDescriptor": code("RaceDescriptor", RACES[i % 4])}]
                + ([{"raceDescriptor": code("RaceDescriptor", "White")}] if i % 8 == 1 else []),
                "studentCharacteristics": [
                    {"studentCharacteristicDescriptor":
                        code("StudentCharacteristicDescriptor", "Economic Disadvantaged")}
                ] if i % 2 else [],
            } for i in many
        ],
        "studentSpecialEducationProgramAssociations": [
            who(i) | {"programReference": {"programName": "SPED"}} for i in many if i % 8 == 0
        ],
        "calendarDates": [
            {"calendarReference": {"schoolId": s, "schoolYear": 2024}, "date": str(day),
             "calendarEvents": [{"calendarEventDescriptor": code(
                 "CalendarEventDescriptor", "Holiday" if n % 6 == 5 else "Instructional day")}]}
            for s in SCHOOLS for n, day in enumerate(DAYS)
        ],
        "studentSchoolAttendanceEvents": [
            who(i) | at(i) | {"eventDate": str(day), "attendanceEventCategoryDescriptor": code(
                "AttendanceEventCategoryDescriptor", "Tardy" if i % 3 else "Unexcused Absence")}
            for i in many for day in DAYS[: 12 if i < 40 else 3]
        ],
        "disciplineActions": [
            {"disciplineActionIdentifier": f"a{i}", "disciplineDate": "2023-10-02",
             "disciplines": [{"disciplineDescriptor": code("DisciplineDescriptor",
                                                           "Out of School Suspension")}],
             "actualDisciplineActionLength": 2.0,
             "studentDisciplineIncidentBehaviorAssociations": [
                 {"studentDisciplineIncidentBehaviorAssociationReference":
                     {"incidentIdentifier": f"i{i}"}}]} | who(i)
            for i in (0, 2, 4, 1)
        ],
        "studentDisciplineIncidentBehaviorAssociations": [
            {"disciplineIncidentReference": {"incidentIdentifier": f"i{i}"}} | who(i)
            for i in (0, 2, 4, 1, 3, 5)
        ],
        "courseTranscripts": [
            {"courseReference": {"courseCode": "ALG1" if i % 2 else "APBIO"},
             "courseAttemptResultDescriptor": code("CourseAttemptResultDescriptor",
                                                   "Pass" if i % 3 else "Fail"),
             "studentAcademicRecordReference": {"studentUniqueId": f"60{i:04}", "schoolYear": 2024}}
            for i in many
        ],
        "courses": [
            {"courseCode": "ALG1", "courseTitle": "Algebra I"},
            {"courseCode": "APBIO", "courseTitle": "AP Biology", "levelCharacteristics": [
                {"courseLevelCharacteristicDescriptor":
                    code("CourseLevelCharacteristicDescriptor", "Advanced Placement")}]},
        ],
        "assessments": [
            {"assessmentIdentifier": "STAR", "academicSubjects": [
                {"academicSubjectDescriptor": code("AcademicSubjectDescriptor", "Mathematics")}]}
        ],
        "studentAssessments": [
            who(i) | {
                "assessmentReference": {"assessmentIdentifier": "STAR"},
                "administrationDate": "2024-04-01",
                "schoolYearTypeReference": {"schoolYear": 2024},
                "scoreResults": [
                    {"assessmentReportingMethodDescriptor":
                        code("AssessmentReportingMethodDescriptor", "Scale score"), "result": str(300 + i)},
                    {"assessmentReportingMethodDescriptor":
                        code("AssessmentReportingMethodDescriptor", "Percentile"), "result": "50"}],
                "performanceLevels": [{"performanceLevelDescriptor": code(
                    "PerformanceLevelDescriptor", "Proficient" if i % 4 else "Basic")}],
            } for i in many
        ],
    }  # fmt: skip


def write(folder, files, how="json"):
    folder.mkdir(exist_ok=True, parents=True)
    for name, rows in files.items():
        if how == "json":
            (folder / f"{name}.json").write_text(json.dumps(rows), "utf-8")
        elif how == "ndjson":
            text = "\n".join(json.dumps(row) for row in rows)
            (folder / f"{name}.ndjson").write_text(text, "utf-8")
        else:
            flat = [_flat(row) for row in rows]
            with open(folder / f"edfi.{name}.csv", "w", encoding="utf-8", newline="") as file:
                to = csv.DictWriter(file, list(dict.fromkeys(k for row in flat for k in row)))
                to.writeheader()
                to.writerows(flat)
    return folder


def _flat(row, before=""):
    made = {}
    for name, value in row.items():
        if isinstance(value, dict):
            made |= _flat(value, f"{before}{name}_")
        else:
            made[before + name] = json.dumps(value) if isinstance(value, list) else value
    return made


def test_resources_become_counts(tmp_path):
    data = eq.read(write(tmp_path, export()))
    assert data.report.format == "edfi" and "studentUniqueId" in data.report.why
    assert data.years == ["2023-24"]
    assert data.schools["unit"].tolist() == ["Oak High", "Elm Middle"]
    assert set(data.schools["district"]) == {"Lake District"}
    assert groups(data, "255901", "sex") == {"Female": 60, "Male": 20}
    races = groups(data, "255901", "race_ethnicity")
    assert races["Hispanic or Latino"] == 8 and races["Two or more races"] == 10
    assert sum(races.values()) == 80
    assert groups(data, "255901", "el")["English learner"] == 16
    assert groups(data, "255901", "swd") == {"With a disability": 10, "Without a disability": 70}
    assert groups(data, "255901", "econ")["Economically disadvantaged"] == 40
    assert groups(data, "255901", "grade") == {"Grade 9": 80}
    assert cell(data, "255901001", "suspended_out_of_school") == (40, 3)
    assert cell(data, "255901", "days_lost") == (80, 8)
    assert cell(data, "255901", "referred") == (80, 6)
    # 100 days taught; 12 absences are a tenth and more, 3 are not.
    assert cell(data, "255901", "chronically_absent") == (80, 14)
    assert cell(data, "255901", "ap_enrolled") == (80, 40)
    assert cell(data, "255901", "passed_algebra_1") == (40, 27)
    assert cell(data, "255901", "proficient_math") == (80, 60)
    mean = data.scores.query("unit_id == '255901' and dimension == 'all'")["mean"].item()
    assert mean == 300 + 79 / 2


@pytest.mark.parametrize("how", ["ndjson", "csv"])
def test_every_way_of_writing_says_the_same(tmp_path, how):
    whole = eq.read(write(tmp_path / "json", export()))
    other = eq.read(write(tmp_path / how, export(), how))
    order = ["year", "unit_id", "indicator", "dimension", "group"]
    a, b = (d.counts.sort_values(order, ignore_index=True) for d in (whole, other))
    pd.testing.assert_frame_equal(a, b)


def test_no_student_row_is_kept(tmp_path):
    data = eq.read(write(tmp_path, export()))
    kept = repr(asdict(data.report)) + data.counts.to_csv() + data.units.to_csv()
    for secret in ("Family7", "Given7", "600007", "2009-01-01"):
        assert secret not in kept


def test_a_resource_in_parts_and_witnesses(tmp_path):
    files = export()
    old = files.pop("studentDisciplineIncidentBehaviorAssociations")
    files["studentDisciplineIncidentAssociations"] = [
        row
        | {"studentParticipationCodeDescriptor": code("StudentParticipationCodeDescriptor", said)}
        for row, said in zip(old, ["Perpetrator"] * 5 + ["Victim"], strict=True)
    ]
    files.pop("disciplineActions")
    half = files.pop("studentAssessments")
    files |= {"studentAssessments-1": half[:30], "studentAssessments-2": half[30:]}
    data = eq.read(write(tmp_path, files))
    assert cell(data, "255901", "referred") == (80, 5)
    assert cell(data, "255901", "proficient_math") == (80, 60)


def test_sessions_where_there_is_no_calendar(tmp_path):
    files = export()
    files.pop("calendarDates")
    files["sessions"] = [
        {"schoolReference": {"schoolId": s}, "sessionName": n, "totalInstructionalDays": 50}
        for s in SCHOOLS for n in ("Fall", "Spring")
    ]  # fmt: skip
    data = eq.read(write(tmp_path, files))
    assert cell(data, "255901", "chronically_absent") == (80, 14) and noted(data, "calendarDates")


def _set(files, name, row, path, value):
    one = files[name][row]
    for key in path[:-1]:
        one = one[key]
    one[path[-1]] = value


SEOA = "studentEducationOrganizationAssociations"


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda f: _set(f, SEOA, 4, ["sexDescriptor"], code("RaceDescriptor", "White")),
         [f"{SEOA}.json, row 5, column sexDescriptor", "is a RaceDescriptor"]),
        (lambda f: _set(f, SEOA, 2, ["races", 0, "raceDescriptor"], code("SexDescriptor", "Male")),
         ["row 3, column races", "is a SexDescriptor, and a raceDescriptor"]),
        (lambda f: _set(f, SEOA, 1, ["sexDescriptor"], "1187"), ["row 2", "number of the database"]),
        (lambda f: _set(f, SEOA, 1, ["sexDescriptor"], "uri://ed-fi.org/Sex"), ["is no descriptor"]),
        (lambda f: f.pop("studentSchoolAssociations"), ["no studentSchoolAssociations"]),
        (lambda f: f.update(studentSchoolAssociations=[]), ["no studentSchoolAssociations"]),
        (lambda f: f.update(schools="text"), ["schools.json", "no list of objects"]),
        (lambda f: [f.pop(n) for n in list(f) if n not in ("students", "studentSchoolAssociations")],
         ["nothing that happened"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_two_lines(tmp_path, capsys, break_it, words):
    files = export()
    break_it(files)
    assert main(["check", str(write(tmp_path / "export", files))]) == 2
    said = capsys.readouterr().err
    for word in words:
        assert word in said, said
    assert len(said.strip().splitlines()) == 2 and "Traceback" not in said


def test_json_that_is_broken_says_where(tmp_path, capsys):
    for name, text, words in (
        ("a.ndjson", '{"a": 1}\n{"a": \n', "row 2"),
        ("b.json", "[" * 100_000, "no JSON"),
        ("c.json", "7", "no list of objects"),
        ("d.json", "[]", "no row"),
        ("e.json", '[{"a":' * 950 + "1" + "}]" * 950, "e.json"),
        ("f.json", json.dumps([{f"n{i}": 1} for i in range(6_000)]), "6,000 different names"),
    ):
        (tmp_path / name).write_text(text)
        assert main(["check", str(tmp_path / name)]) == 2
        said = capsys.readouterr().err
        assert words in said and len(said.strip().splitlines()) == 2, said


def test_a_student_file_as_json_is_read(tmp_path):
    rows = [{"student_id": f"{i:03}", "school": {"name": "Oak"}, "sex": "F", "oss": i % 2 == 0}
            for i in range(4)]  # fmt: skip
    (tmp_path / "students-2023-24.json").write_text(json.dumps({"items": rows}))
    assert tables.header(tmp_path / "students-2023-24.json")[1] == "school.name"
    data = eq.read(tmp_path / "students-2023-24.json")
    assert cell(data, "Oak", "suspended_out_of_school") == (4, 2)


def test_a_plain_students_file_is_no_edfi(tmp_path):
    (tmp_path / "students.csv").write_text(
        "Student Unique ID,School,Sex,OSS\n1,Oak,F,1\n2,Oak,M,0\n", "utf-8"
    )
    assert eq.read(tmp_path).report.format == "sis"


def test_walk_meets_every_depth():
    deep = {"a": {"b": [{"c": 1}, {"c": 2}]}, "d": 3}
    assert sorted(edfi.edfi_events.walk(json.dumps(deep))) == [("c", 1), ("c", 2), ("d", 3)]
