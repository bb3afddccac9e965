"""A stranger's first five minutes: a file that is nearly of a known layout says what it lacks."""

import zipfile

import pytest

import equitylab as eq
from equitylab import DataError
from tests.readers.test_edfacts import file as edfacts
from tests.readers.test_edfacts import pair
from tests.readers.test_england import rows, write
from tests.readers.test_state_files import VIRGINIA, WASHINGTON, made

COUNTS = "year,unit_id,unit,level,indicator,dimension,group,n,x\n"
CRDC = "LEA_STATE,LEAID,SCHID,SCH_NAME,COMBOKEY,SCH_ENR_HI_M\nVA,5100001,00001,Oak,510000100001,3\n"
# What a file says, the column that the message names, and words that must be in it.
NEAR = {
    "renamed cohort": (VIRGINIA.replace(",Cohort,", ",Cohort Size,"), "Cohort", "Cohort Size"),
    "renamed group": (VIRGINIA.replace("Subgroup", "Student Group"), "Subgroup", "Student Group"),
    "renamed place": (VIRGINIA.replace(",Division,", ",School Division,"), "Division", "Virginia"),
    "no graduates": (VIRGINIA.replace("Graduation Count", "Finished"), "Graduation Count", "lacks"),
    "no population": (WASHINGTON.replace("population", "pupils"), "population", "Washington"),
    "no indicator": ("school_id,dimension,group,n,x\n1,all,all,9,1\n", "indicator", "of counts"),
    "spelt otherwise": (CRDC.replace("LEAID", "LEA_ID"), "LEAID", "LEA_ID"),
    "no level": ("time_period,time_identifier,country_code,country_name,headcount\n"
                 "202122,Academic year,E92000001,England,5\n", "geographic_level", "England"),
    "one file of OneRoster": ("sourcedId,dateLastModified,role\nu1,2024-01-01,student\n", None,
                              "orgs.csv"),
    "the membership file": ("NCESSCH,TOTAL_INDICATOR,STUDENT_COUNT\n1,Total,5\n", None, "CRDC"),
    "a description": ("col_name,col_type,label\nheadcount,Indicator,Pupils\n", None, ".meta"),
    "averages": ("sedasch,subcat,subgroup,cs_mn_avg_ol\n1,all,all,0.2\n", None, "no counts"),
    "one row a number": ("Data Group,Data Description,Value,Denominator,Subgroup\n1,d,5,9,All\n",
                         None, "one row a number"),
    "counts of another state": ("ENTITY_CD,SUBGROUP_NAME,COHORT_COUNT,GRAD_COUNT\n1,All,9,8\n",
                                None, COUNTS.strip()),
    "students, no school": ("Pupil Ref,Bldg,Gender,Race,Suspended\n1,Oak,F,White,N\n",
                            "school_id", "Pupil Ref, Bldg"),
    "students, no group": ("school,mAch\n1,5.5\n1,7.5\n", "student_id", "mAch"),
    "no names": ("1,Oak,White,N\n2,Oak,Black,Y\n", None, "A row of data"),
    "nothing known": ("a,b,c\n1,2,3\n", None, "The columns are a, b, c"),
}  # fmt: skip


@pytest.mark.parametrize("case", NEAR)
def test_a_near_miss_names_the_column_and_the_mend(tmp_path, case):
    text, column, words = NEAR[case]
    with pytest.raises(DataError) as error:
        eq.read(made(tmp_path, text))
    said = str(error.value)
    assert error.value.column == column and error.value.mend, said
    assert "a.csv" in said and words in said and len(said.splitlines()) == 2, said


def test_the_row_is_that_of_the_header(tmp_path):
    with pytest.raises(DataError) as error:
        eq.read(made(tmp_path, VIRGINIA.replace("Subgroup", "Student Group")))
    assert error.value.row == 4 and error.value.nearest == "Student Group"


def test_an_english_count_without_its_pupils(tmp_path):
    head = ["time_period", "time_identifier", "geographic_level", "country_code", "country_name"]
    cells = ["202122", "Academic year", "National", "E92000001", "England", "30", "200"]
    text = ",".join([*head, "perm_excl", "head_count"]) + "\n" + ",".join(cells) + "\n"
    with pytest.raises(DataError, match="perm_excl has no number of pupils") as error:
        eq.read(made(tmp_path, text))
    assert (error.value.column, error.value.nearest) == ("headcount", "head_count")
    assert eq.read(write(tmp_path, rows())).years == ["2021-22"]


def test_edfacts_schools_without_their_ids_are_not_read_as_districts(tmp_path):
    path = edfacts(tmp_path, pair("ALL", "400", "67"))
    path.write_text(path.read_text().replace("NCESSCH", "SCHOOL_ID"))
    with pytest.raises(DataError, match="which school") as error:
        eq.read(path)
    assert error.value.column == "NCESSCH"


def test_an_opendocument_sheet_is_named_as_one(tmp_path):
    with zipfile.ZipFile(tmp_path / "export.ods", "w") as box:
        box.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(DataError, match="OpenDocument") as error:
        eq.read(tmp_path / "export.ods")
    assert "XLSX" in error.value.mend


def test_a_database_file_is_asked_for_rows(tmp_path):
    (tmp_path / "sis.db").write_bytes(b"SQLite format 3\0" + bytes(100))
    with pytest.raises(DataError, match="--query"):
        eq.read(tmp_path / "sis.db")
