"""Parquet: one file, a folder of them, a divided folder; types that could change an id."""

import datetime
import decimal
import shutil

import pandas as pd
import pytest

import equitylab as eq
from equitylab import DataError, samples
from equitylab.readers import tables
from tests.readers.exports import STUDENTS, cell, groups, write


def students(**more) -> pd.DataFrame:
    """Six students as a warehouse types them: whole numbers with gaps, categories, dates."""
    frame = pd.DataFrame(
        {
            "student_id": pd.array([100_000_000_000_000_001 + i for i in range(6)], "Int64"),
            "school_id": pd.Categorical(["0101"] * 3 + ["0102"] * 3),
            "sex": ["F", "M", "F", "F", "M", None],
            "grade": pd.array([8, 8, None, 7, 12, 12], "Int64"),
            "oss": [True, False, False, True, False, False],
            "entry_date": [datetime.date(2023, 9, 1)] * 6,
        }
    )
    return frame.assign(**more)


def test_the_sample_district_says_the_same(tmp_path):
    folder, made = tmp_path / "csv", tmp_path / "parquet"
    folder.mkdir()
    made.mkdir()
    for path in samples.path("riverbend").glob("*-2023-24.csv"):
        shutil.copy(path, folder)
        tables.load(path).frame.to_parquet(made / f"{path.stem}.parquet", index=False)
    order = ["year", "unit_id", "indicator", "dimension", "group"]
    ours, theirs = (eq.read(p).counts.sort_values(order, ignore_index=True) for p in (folder, made))
    pd.testing.assert_frame_equal(ours, theirs)


def test_types_keep_ids_and_numbers(tmp_path):
    path = tmp_path / "students-2023-24.parquet"
    students().to_parquet(path, index=False)
    frame = tables.load(path).frame
    assert frame["student_id"].iloc[5] == "100000000000000006"  # more digits than a float has
    assert frame["school_id"].iloc[0] == "0101" and frame["grade"].tolist()[2] == ""
    data = eq.read(path)
    assert data.years == ["2023-24"]
    assert cell(data, "0101", "suspended_out_of_school") == (3, 1)
    assert groups(data, "0102", "sex") == {"Female": 1, "Male": 1, "Sex not recorded": 1}


def test_an_index_that_is_a_column_is_read(tmp_path):
    path = tmp_path / "s.parquet"
    students().set_index("student_id").to_parquet(path)
    assert set(tables.header(path)) == set(students().columns)
    assert cell(eq.read(path), "0101", "suspended_out_of_school") == (3, 1)
    students().iloc[::-1].to_parquet(path)  # an index of numbers is no column
    assert list(tables.header(path)) == list(students().columns)


def test_a_folder_with_child_files_and_a_divided_folder(tmp_path):
    students().drop(columns="oss").to_parquet(tmp_path / "students.parquet", index=False)
    incidents = pd.DataFrame(
        {
            "student_id": students()["student_id"][[0, 0, 4]],
            "response": ["OSS", "OSS", "ISS"],
            "days_removed": [decimal.Decimal("1.5"), decimal.Decimal("2"), None],
        }
    )
    incidents.to_parquet(tmp_path / "incidents.parquet", index=False)
    data = eq.read(tmp_path, year="2023-24")
    assert cell(data, "0101", "suspended_out_of_school") == (3, 1)
    assert cell(data, "0101", "days_lost") == (3, 4)
    divided = tmp_path / "divided"
    both = pd.concat([students(year=2023), students(year=2024, oss=False)])
    both.to_parquet(divided, partition_cols=["year"], index=False)
    data = eq.read(divided)
    assert data.years == ["2022-23", "2023-24"]
    assert cell(data, "0101", "suspended_out_of_school", year="2022-23") == (3, 1)
    assert cell(data, "0101", "suspended_out_of_school", year="2023-24") == (3, 0)


def test_what_is_no_parquet_is_said(tmp_path):
    good = tmp_path / "good.parquet"
    students().to_parquet(good, index=False)
    (tmp_path / "cut.parquet").write_bytes(good.read_bytes()[:400])
    students().head(0).to_parquet(tmp_path / "none.parquet", index=False)
    write(tmp_path, text=STUDENTS).joinpath("text.csv").rename(tmp_path / "text.parquet")
    for name, words in (("cut", "cannot be read"), ("none", "no row"), ("text", "not a workbook")):
        with pytest.raises(DataError, match=words) as error:
            eq.read(tmp_path / f"{name}.parquet")
        assert len(str(error.value).splitlines()) == 2 and name in str(error.value)


def test_a_file_that_stands_for_too_many_cells_is_not_read(tmp_path, monkeypatch):
    students().to_parquet(tmp_path / "many.parquet", index=False)
    monkeypatch.setattr(tables.parquets, "MOST", 10)
    with pytest.raises(DataError, match="holds 36 cells"):
        eq.read(tmp_path / "many.parquet")
