"""Raw tables: encodings, separators, what stands around the data, and files that are no table."""

import zipfile

import openpyxl
import pandas as pd
import pytest

from equitylab import DataError
from equitylab.readers import tables

ROWS = "Student ID,School,Sex\n001,Łódź High,F\n002,École,M\n"


def load(tmp_path, content, name="file.csv", **options):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return tables.load(path, **options)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_encodings(tmp_path, encoding):
    frame = load(tmp_path, ROWS.encode(encoding)).frame
    assert list(frame.columns) == ["Student ID", "School", "Sex"]
    assert frame["School"].tolist() == ["Łódź High", "École"]


def test_windows_and_latin_names(tmp_path):
    table = load(tmp_path, "id,School\n1,École “Été” – A\n2,B\n".encode("cp1252"))
    assert table.frame["School"].iloc[0] == "École “Été” – A"
    assert "Windows-1252" in table.notes[0]
    raw = b"id,School\n1,\xc9cole \x81\n2,B\n"  # 0x81 is nothing in Windows-1252
    assert load(tmp_path, raw).frame["School"].iloc[0] == "École"


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_separators(tmp_path, mark):
    text = f"id{mark}school{mark}days\n01{mark}A, B; C{mark}1,5\n02{mark}D{mark}2,5\n"
    text = text.replace("A, B; C", '"A, B; C"').replace("1,5", '"1,5"').replace("2,5", '"2,5"')
    frame = load(tmp_path, text).frame
    assert frame.loc[2].tolist() == ["01", "A, B; C", "1,5"]


def test_row_numbers_are_the_spreadsheets(tmp_path):
    table = load(tmp_path, 'District export\n\nid,school\n1,"two\nlines"\n\n2,B\n')
    assert table.header_row == 3
    assert table.frame.index.tolist() == [4, 6]  # a quoted line break is inside row 4
    assert table.frame.loc[4, "school"] == "two lines"
    assert "before the header" in table.notes[0]


def test_blank_first_row_and_column_and_footers(tmp_path):
    text = ",,,\n,id,school,sex\n,1,A,F\n,2,B,M\n,,,\n,Source: the office,,\n"
    table = load(tmp_path, text)
    assert list(table.frame.columns) == ["id", "school", "sex"]
    assert table.frame["id"].tolist() == ["1", "2"]
    assert any("under the data" in n for n in table.notes)


def test_header_text_is_cleaned(tmp_path):
    text = '"Student\nID","School\u00a0 Name ",Sex,Sex\n1,A\u00a0B,F,F\n2,  C  D ,M,M\n'
    frame = load(tmp_path, text).frame
    assert list(frame.columns) == ["Student ID", "School Name", "Sex", "Sex (2)"]
    assert frame["School Name"].tolist() == ["A B", "C D"]


def test_control_characters_and_direction_marks_go(tmp_path):
    frame = load(tmp_path, "id,school\n1,A\x00B\x07\u202eC\u200b\n2,D\n").frame
    assert frame["school"].iloc[0] == "ABC"


def test_a_header_that_is_known_beats_a_full_preamble(tmp_path):
    text = "Export,of,the,office\nstudent_id,school_id,sex,race\n1,2,F,W\n"
    table = load(tmp_path, text, words={"studentid", "schoolid", "sex", "race"})
    assert table.header_row == 2


def test_a_row_longer_than_the_header_is_named(tmp_path):
    text = "id,school,sex\n" + "".join(f"{i},A,F\n" for i in range(100)) + "101,Smith, John,F\n"
    with pytest.raises(DataError) as error:
        load(tmp_path, text)
    assert error.value.row == 102 and "more cells" in str(error.value)


def test_trailing_separators_are_no_columns(tmp_path):
    text = "id,school\n" + "1,A\n" * 100 + "2,B,,,\n"
    assert load(tmp_path, text).frame.shape == (101, 2)


def test_old_line_ends(tmp_path):
    assert len(load(tmp_path, "id,school\r1,A\r2,B\r").frame) == 2
    assert len(load(tmp_path, "id,school\r\n1,A\r\n2,B\r\n").frame) == 2


def test_workbooks(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Students"
    sheet.append(["Grades and schools of the district"])
    sheet.append([None])
    sheet.append([None, "id", "school", "days"])
    sheet.append([None, "007", "A", 12.0])
    sheet.append([None, 123456789012, "B", 1.5])
    other = book.create_sheet("Incidents")
    other.append(["id", "response"])
    other.append(["007", "OSS"])
    hidden = book.create_sheet("Old")
    hidden.append(["id"])
    hidden.sheet_state = "hidden"
    book.create_sheet("Empty")
    book.save(tmp_path / "a.xlsx")
    students, incidents = tables.load_all(tmp_path / "a.xlsx")
    assert students.name == "a.xlsx, sheet Students"
    assert students.frame.index.tolist() == [4, 5]
    assert students.frame["id"].tolist() == ["007", "123456789012"]
    assert students.frame["days"].tolist() == ["12", "1.5"]
    assert incidents.frame["response"].tolist() == ["OSS"]
    assert tables.header(tmp_path / "a.xlsx") == ["column A", "id", "school", "days"]


def test_a_workbook_under_the_name_of_a_csv_is_read(tmp_path):
    pd.DataFrame({"id": ["01"], "school": ["A"]}).to_excel(tmp_path / "a.xlsx", index=False)
    (tmp_path / "a.xlsx").rename(tmp_path / "a.csv")
    assert tables.load(tmp_path / "a.csv").frame["id"].tolist() == ["01"]


def test_parquet(tmp_path):
    frame = pd.DataFrame(
        {"id": ["01", "02"], "n": [3, None], "d": pd.to_datetime(["2024-01-02"] * 2)}
    )
    frame.to_parquet(tmp_path / "a.parquet")
    made = tables.load(tmp_path / "a.parquet").frame
    assert made["n"].tolist() == ["3", ""] and made["d"].iloc[0] == "2024-01-02"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"", "0 bytes"),
        ("a.xlsx", b"", "0 bytes"),
        ("a.csv", b"\n\n  \n", "no cell"),
        ("a.csv", b"id,school\n", "no row under it"),
        ("a.xlsx", b"%PDF-1.7 ...", "a PDF"),
        ("a.csv", b"%PDF-1.7 ...", "a PDF"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        ("a.xls", b"<html><table><tr><td>1", "web page"),
        ("a.xlsx", b"id,school\n1,A\n", "not a workbook"),
        ("a.xlsx", b"PK\x03\x04 damaged", "damaged"),
    ],
)
def test_what_is_no_table_is_said_in_two_lines(tmp_path, name, content, words):
    with pytest.raises(DataError) as error:
        load(tmp_path, content, name)
    text = str(error.value)
    assert words in text and name in text and error.value.mend
    assert len(text.splitlines()) == 2


def test_a_zip_that_is_no_workbook(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("a.csv", "id\n1\n")
    with pytest.raises(DataError, match="zip archive"):
        tables.load(tmp_path / "a.xlsx")


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(tables.grids, "MAX_PACKED", 1_000_000)
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 3_000_000)
    with pytest.raises(DataError, match="unpacks to"):
        tables.load(tmp_path / "a.xlsx")


def test_files_of_a_folder(tmp_path):
    for name in ("b.csv", "a.CSV", "README.txt", ".hidden.csv", "~$a.xlsx", "x.meta.csv", "n.pdf"):
        (tmp_path / name).write_text("id\n1\n")
    (tmp_path / "SCH").mkdir()
    (tmp_path / "SCH" / "c.csv").write_text("id\n1\n")
    found = {p.relative_to(tmp_path).as_posix() for p in tables.files(tmp_path)}
    assert found == {"a.CSV", "b.csv", "SCH/c.csv"}


def test_no_such_file_and_nothing_in_a_folder(tmp_path):
    with pytest.raises(DataError, match="no such file"):
        tables.files(tmp_path / "gone.csv")
    with pytest.raises(DataError, match="holds no CSV"):
        tables.files(tmp_path)


def test_real_files_with_preambles(shared):
    table = tables.load(shared / "data" / "va_grad" / "On-time Graduation Rate.csv")
    assert table.header_row == 4 and table.frame["Cohort"].iloc[1] == "<"
    for name, row in {
        "ey2020_5-21_district_disability_subset.xlsx": 6,
        "ey2024_5-21_district_race_subset.xlsx": 6,
        "njsla-ela04-2025.xlsx": 3,
    }.items():
        assert tables.load(shared / "data" / "nj_xlsx" / name).header_row == row
    england = shared / "data" / "england_ees_format" / "passes_everything.csv"
    assert tables.load(england, words={"year", "academicyear", "localauthority"}).header_row == 1


def test_crdc_header_is_the_first_row(shared):
    path = shared / "data" / "crdc_va_2122" / "Enrollment.csv"
    assert tables.header(path)[:3] == ["LEA_STATE", "LEA_STATE_NAME", "LEAID"]
    frame = tables.load(path).frame
    assert frame.shape == (1900, 233) and frame.index[0] == 2
