"""Bad input: each is one DataError of one or two plain lines that say where, what and the mend."""

import pytest

import equitylab as eq
from equitylab import DataError

GOOD = "student_id,school_id,sex,oss\n001,01,F,1\n002,01,M,0\n"
CASES = {
    "empty file": ("a.csv", b"", "0 bytes"),
    "blank file": ("a.csv", b" \n\n", "no cell"),
    "only a header": ("a.csv", b"student_id,school_id,sex,oss\n", "no row under it"),
    "no school column": ("a.csv", b"student_id,sex,oss\n1,F,0\n", "which school"),
    "no student column": ("a.csv", b"a,b\n1,2\n", "No known format"),
    "ids as floats": ("a.csv", b"student_id,school,sex,oss\n1.2E+09,A,F,0\n", "rounded"),
    "school ids as floats": ("a.csv", b"student_id,school_id,sex,oss\n1,1.2E+11,F,0\n", "rounded"),
    "two columns": ("a.csv", b"student_id,school,sex,gender,oss\n1,A,F,M,0\n", '--map "sex=sex"'),
    "renamed PDF": ("a.xlsx", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "a PDF"),
    "0-byte workbook": ("a.xlsx", b"", "0 bytes"),
    "negative count": ("a.csv", GOOD.replace("M,0", "M,-1").encode(), "negative"),
    "part of a count": ("a.csv", GOOD.replace("M,0", "M,1.5").encode(), "whole number"),
    "only incidents": (
        "incidents.csv", b"incident_id,student_id,school,response\n1,1,A,OSS\n", "one row a stud",
    ),
    "students alone": ("a.csv", b"student_id,school,sex\n1,A,F\n", "nothing that happened"),
    "counts by school": ("a.csv", b"school,sex,enrollment\nA,F,10\n", "count students already"),
    "an open quotation mark": (
        "a.csv", b'student_id,school,sex,oss\n1,"A,F,0\n2,B,M,1\n3,B,F,0\n', "a.csv",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_bad_files(tmp_path, case):
    name, content, words = CASES[case]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as error:
        eq.read(tmp_path / name)
    text = str(error.value)
    assert words in text and name in text, text
    assert len(text.splitlines()) == 2 and error.value.mend
    assert "Traceback" not in text and "nan" not in text.lower().split()


@pytest.mark.parametrize(
    ("column", "row"), [("negative count", 3), ("part of a count", 3), ("ids as floats", 2)]
)
def test_the_row_is_named(tmp_path, column, row):
    name, content, _ = CASES[column]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as error:
        eq.read(tmp_path / name)
    assert error.value.row == row and error.value.column


def test_the_good_one_is_good(tmp_path):
    (tmp_path / "a.csv").write_text(GOOD)
    assert eq.read(tmp_path / "a.csv").years == ["year not given"]
    assert eq.read(str(tmp_path / "a.csv")).counts["x"].sum() > 0


def test_no_such_path(tmp_path):
    for path in (tmp_path / "gone.csv", tmp_path / "gone"):
        with pytest.raises(DataError, match="no such file or folder"):
            eq.read(path)


def test_a_folder_with_nothing_known(tmp_path):
    with pytest.raises(DataError, match="holds no CSV"):
        eq.read(tmp_path)
    (tmp_path / "a.csv").write_text("route,stop\n1,2\n")
    with pytest.raises(DataError, match="No known format"):
        eq.read(tmp_path)


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text(GOOD)

    def refuse(*args, **kwargs):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(DataError, match="Permission denied"):
        eq.read(tmp_path / "a.csv")


def test_one_broken_file_in_a_folder_is_told_and_the_rest_is_read(tmp_path):
    (tmp_path / "students.csv").write_text(GOOD)
    (tmp_path / "attendance.xlsx").write_bytes(b"")
    data = eq.read(tmp_path)
    assert any("attendance.xlsx was passed over" in n for n in data.report.notes)


@pytest.mark.parametrize(
    "folder",
    ["caschools", "hsb82",
     "segregation_schools"],
)  # fmt: skip
def test_real_files_of_other_kinds_are_refused_politely(shared, folder):
    with pytest.raises(DataError) as error:
        eq.read(shared / "data" / folder)
    assert len(str(error.value).splitlines()) == 2 and error.value.mend


def test_an_error_crosses_processes(tmp_path):
    import pickle

    (tmp_path / "a.csv").write_bytes(CASES["two columns"][1])
    with pytest.raises(DataError) as error:
        eq.read(tmp_path / "a.csv")
    again = pickle.loads(pickle.dumps(error.value))
    assert str(again) == str(error.value) and again.fields["columns"] == ["sex", "gender"]
