"""OneRoster exports, made up by the published layout: what is counted, and what goes wrong."""

import csv
import zipfile
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab import DataError
from equitylab.cli import main
from tests.readers.exports import cell, groups, noted

NOW = "2024-06-01T00:00:00.000Z"
FLAGS = ["americanIndianOrAlaskaNative", "asian", "blackOrAfricanAmerican"]
FLAGS += ["nativeHawaiianOrOtherPacificIslander", "white", "demographicRaceTwoOrMoreRaces"]
FLAGS += ["hispanicOrLatinoEthnicity"]


def export(students=60, *, one_two=False):
    """The files of a small export as lists of rows: two schools, three courses, one year."""
    rng = np.random.default_rng(5)
    about = ["active", NOW]
    orgs = [["sourcedId", "status", "dateLastModified", "name", "type", "identifier",
             "parentSourcedId"],
            ["d1", *about, "Lake District", "district", "0900", ""],
            ["s1", *about, "Oak School", "school", "0901", "d1"],
            ["s2", *about, "Elm School", "school", "0902", "d1"]]  # fmt: skip
    sessions = [["sourcedId", "status", "dateLastModified", "title", "type", "startDate", "endDate",
                 "parentSourcedId", "schoolYear"],
                ["y", *about, "2023-24", "schoolYear", "2023-08-20", "2024-06-01", "", "2024"],
                ["t1", *about, "Fall", "semester", "2023-08-20", "2024-01-10", "y", "2024"],
                ["t2", *about, "Spring", "semester", "2024-01-11", "2024-06-01", "y", "2024"]]  # fmt: skip
    courses = [["sourcedId", "status", "dateLastModified", "schoolYearSourcedId", "title",
                "courseCode", "grades", "orgSourcedId", "subjects", "subjectCodes"]]  # fmt: skip
    courses += [[f"c{i}", *about, "y", title, f"X{i}", "", "d1", "", ""]
                for i, title in enumerate(["AP Biology", "Algebra I", "Art"])]  # fmt: skip
    classes = [["sourcedId", "status", "dateLastModified", "title", "grades", "courseSourcedId",
                "classCode", "classType", "location", "schoolSourcedId", "termSourcedIds",
                "subjects", "subjectCodes", "periods"]]  # fmt: skip
    for school in ("s1", "s2"):
        for i in range(3):
            classes.append([f"{school}k{i}", *about, f"Period {i}", "", f"c{i}", "", "scheduled",
                            "", school, "t1,t2", "", "", ""])  # fmt: skip
        classes.append([f"{school}h", *about, "AP Homeroom", "", "", "", "homeroom", "", school,
                        "t1", "", "", ""])  # fmt: skip
    users = [["sourcedId", "status", "dateLastModified", "enabledUser"]]
    users[0] += [] if one_two else ["orgSourcedIds", "role"]
    users[0] += ["username", "givenName", "familyName", "identifier", "email", "grades"]
    users[0] += ["primaryOrgSourcedId"] if one_two else []
    roles = [["sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role",
              "beginDate", "endDate", "orgSourcedId", "userProfileSourcedId"]]  # fmt: skip
    demographics = [["sourcedId", "status", "dateLastModified", "birthDate", "sex", *FLAGS]]
    enrollments = [["sourcedId", "status", "dateLastModified", "classSourcedId", "schoolSourcedId",
                    "userSourcedId", "role", "primary", "beginDate", "endDate"]]  # fmt: skip
    for i in range(students + 2):
        id, school = f"u{i:03}", "s1" if i % 2 else "s2"
        role = "student" if i < students else "teacher"
        user = [id, *about, "true"] + ([] if one_two else [school, role])
        user += [f"login{i}", f"Given{i}", f"Family{i}", f"{i:06}", f"{i}@example.org", "09"]
        users.append(user + ([school] if one_two else []))
        roles.append([f"r{i}", *about, id, "primary", role, "", "", school, ""])
        if i < students:
            race = [str(k == i % 5).lower() for k in range(6)] + [str(i % 6 == 0).lower()]
            demographics.append([id, *about, "2009-01-01", "female" if i % 3 else "male", *race])
        taken = [1, 2, *([0] if i % 4 == 0 else [])]
        for k in [*(f"{school}k{c}" for c in taken), f"{school}h"]:
            enrollments.append([f"e{len(enrollments)}", *about, k, school, id, role, "", "", ""])
    rng.shuffle(enrollments[1:])
    manifest = [["propertyName", "value"], ["manifest.version", "1.0"],
                ["oneroster.version", "1.2" if one_two else "1.1"], ["file.users", "bulk"]]  # fmt: skip
    made = {"manifest": manifest, "orgs": orgs, "academicSessions": sessions, "courses": courses,
            "classes": classes, "users": users, "demographics": demographics,
            "enrollments": enrollments}  # fmt: skip
    return made | ({"roles": roles} if one_two else {})


def write(folder, files):
    """Write an export; with the mark that spreadsheets put at the beginning of UTF-8."""
    folder.mkdir(exist_ok=True, parents=True)
    for name, rows in files.items():
        with open(folder / f"{name}.csv", "w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def zipped(folder, files, inside="export/"):
    write(folder / "to-zip", files)
    with zipfile.ZipFile(folder / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((folder / "to-zip").glob("*.csv")):
            archive.write(path, f"{inside}{path.name}")
    return folder / "export.zip"


@pytest.mark.parametrize("one_two", [False, True])
def test_students_become_counts(tmp_path, one_two):
    data = eq.read(write(tmp_path, export(one_two=one_two)))
    assert data.report.format == "oneroster" and "users" in data.report.why
    assert data.years == ["2023-24"]
    assert data.schools.values.tolist() == [
        ["0901", "Oak School", "school", "0900", "Lake District"],
        ["0902", "Elm School", "school", "0900", "Lake District"],
    ]
    # Students 0, 4, 8, ... take AP Biology; they are at Elm. A homeroom is no course.
    assert cell(data, "0902", "ap_enrolled") == (30, 15)
    assert cell(data, "0901", "ap_enrolled") == (30, 0)
    assert groups(data, "0900", "sex") == {"Female": 40, "Male": 20}
    races = groups(data, "0900", "race_ethnicity")
    assert races["Hispanic or Latino"] == 10 and sum(races.values()) == 60
    assert any("not a student" in a["reason"] and a["rows"] == 2 for a in data.report.set_aside)


def test_no_student_row_is_kept(tmp_path):
    data = eq.read(write(tmp_path, export()))
    kept = repr(asdict(data.report)) + data.counts.to_csv() + data.units.to_csv()
    for secret in ("Family7", "Given7", "login7", "7@example.org", "000007", "u007"):
        assert secret not in kept


def test_a_zip_says_what_the_folder_says(tmp_path):
    data = eq.read(zipped(tmp_path, export()))
    assert data.source["path"] == "export.zip" and data.source["format"] == "oneroster"
    pd.testing.assert_frame_equal(data.counts, eq.read(tmp_path / "to-zip").counts)


def test_deleted_rows_are_set_aside(tmp_path):
    files = export()
    files["users"][1][1] = "tobedeleted"  # student 0, who takes AP Biology
    files["enrollments"][-1][1] = "tobedeleted"
    data = eq.read(write(tmp_path, files))
    assert cell(data, "0902", "ap_enrolled") == (29, 14)
    gone = [a["reason"] for a in data.report.set_aside if "marked as deleted" in a["reason"]]
    assert sorted(gone) == ["enrollments.csv: marked as deleted", "users.csv: marked as deleted"]


def test_files_from_another_system_join_by_either_number(tmp_path):
    for number, name in enumerate(("{:06}", "u{:03}")):
        folder = write(tmp_path / str(number), export())
        incidents = [["student_id", "date", "response"]]
        incidents += [[name.format(i), "2023-10-02", "OSS"] for i in (0, 1, 2)]
        write(folder, {"incidents": incidents})
        data = eq.read(folder)
        assert cell(data, "0902", "suspended_out_of_school") == (30, 2)
        assert cell(data, "0900", "suspended_out_of_school") == (60, 3)


def test_two_years_two_schools_and_results(tmp_path):
    files = export(one_two=True)
    about = ["active", NOW]
    files["academicSessions"] += [["y2", *about, "", "schoolYear", "", "2025-06-01", "", "2025"],
                                  ["t3", *about, "", "term", "", "", "y2", ""]]  # fmt: skip
    files["classes"].append([*files["classes"][1]])
    files["classes"][-1][0], files["classes"][-1][10] = "s1new", "t3"
    for i in (1, 3, 5):
        files["enrollments"].append(
            [f"n{i}", *about, "s1new", "s1", f"u{i:03}", "student", *[""] * 3]
        )
    files["assessmentLineItems"] = [["sourcedId", "status", "dateLastModified", "title"],
                                    ["a1", *about, "State Math Test"]]  # fmt: skip
    head = ["sourcedId", "status", "dateLastModified", "assessmentLineItemSourcedId",
            "studentSourcedId", "scoreDate", "score", "textScore"]  # fmt: skip
    files["assessmentResults"] = [head] + [
        [f"x{i}", *about, "a1", f"u{i:03}", "2024-04-01", str(300 + i),
         "Proficient" if i % 4 else "Basic"] for i in range(20)
    ]  # fmt: skip
    files["results"] = [["sourcedId"], ["1"]]
    data = eq.read(write(tmp_path, files))
    assert data.years == ["2023-24", "2024-25"]
    assert cell(data, "0901", "ap_enrolled", year="2024-25") == (3, 3)
    assert cell(data, "0900", "proficient_math", year="2023-24") == (20, 15)
    assert noted(data, "results.csv is not read")


@pytest.mark.parametrize(
    ("break_it", "words", "file"),
    [
        (lambda f: f.pop("users"), "no users.csv", "users.csv"),
        (lambda f: f.update(users=f["users"][:1]), "no users.csv", "users.csv"),
        (lambda f: f["manifest"].append(["file.enrollments", "delta"]), "delta", "manifest.csv"),
        (lambda f: [r.pop(0) for r in f["orgs"]], "sourcedId is missing", "orgs.csv"),
        (lambda f: [r.pop(5) for r in f["users"]], "which users are students", "users.csv"),
        (lambda f: f.pop("courses") and f.pop("classes"), "nothing that happened", "users.csv"),
        (lambda f: f.update(users=[r for r in f["users"] if r[5] != "student"]), "No user",
         "users.csv"),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_in_two_lines(tmp_path, capsys, break_it, words, file):
    files = export()
    break_it(files)
    path = write(tmp_path / "export", files)
    assert main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    assert words in said and said.startswith(file), said
    assert len(said.strip().splitlines()) == 2 and "Traceback" not in said


def test_a_broken_zip(tmp_path, capsys):
    path = zipped(tmp_path, export())
    good = path.read_bytes()
    path.write_bytes(good[: len(good) // 2])
    assert main(["check", str(path)]) == 2
    said = capsys.readouterr().err
    assert "damaged" in said and len(said.strip().splitlines()) == 2
    for at in range(60, 1_500, 180):  # a name, a size, or what is packed
        path.write_bytes(good[:at] + b"\xa5" * 40 + good[at + 40 :])
        assert main(["check", str(path)]) in (0, 2)
        said = capsys.readouterr().err
        assert len(said.strip().splitlines()) in (0, 2), said
        assert "fault in EquityLab" not in said and "equitylab-" not in said


def test_a_zip_never_writes_outside_and_never_bursts(tmp_path, monkeypatch):
    path = zipped(tmp_path, export(), inside="../../")
    eq.read(path)
    assert not (tmp_path.parent / "users.csv").exists() and not (tmp_path / "users.csv").exists()
    monkeypatch.setattr("equitylab.readers.archives.MAX_BYTES", 1_000)
    with pytest.raises(DataError, match="unpacks to"):
        eq.read(path)
    with zipfile.ZipFile(tmp_path / "none.zip", "w") as archive:
        archive.writestr("a.pdf", "x")
    with pytest.raises(DataError, match="holds no CSV"):
        eq.read(tmp_path / "none.zip")
