"""CRDC as it is downloaded for each year back to 2011-12: archives, deep folders, older columns.

The layouts are made up from what is published of them; only 2021-22 was at hand as a real file.
"""

import zipfile

import pandas as pd
import pytest

import equitylab as eq
from equitylab.catalog import content
from equitylab.errors import DataError
from equitylab.readers import crdc_grammar
from tests.readers.test_crdc import ENROLMENT, IDS, OOS, RACES, SCHOOLS, cell, discipline, frame

OLD = {new: old for old, new in content("crdc")["before_2013"]["groups"].items()}
OLD |= {"IDEA": "DIS_IDEA", "504": "504", "EL": "LEP"}


def plain_zip(path, **files):
    """An archive of CSV and XLSX files, in the folders that their names say."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, table in files.items():
            table = table if isinstance(table, pd.DataFrame) else frame(table)
            part = path.parent / "part"
            if name.endswith("xlsx"):
                with pd.ExcelWriter(part.with_suffix(".xlsx")) as book:
                    if "notes" in name:
                        pd.DataFrame({"About": ["a", "b"]}).to_excel(book, sheet_name="Notes")
                    table.to_excel(book, sheet_name="Suppressed Data", index=False)
                archive.write(part.with_suffix(".xlsx"), name)
            else:
                table.to_csv(part, index=False, encoding="latin-1")
                archive.write(part, name)
        archive.writestr("Documentation/manual.pdf", b"%PDF-1.7")
    return path


def lep(columns):
    """Columns as until 2017-18: LEP, which has been EL since."""
    return {c.replace("_EL_", "_LEP_"): v for c, v in columns.items()}


@pytest.mark.parametrize(
    ("name", "folder", "suffix", "year"),
    [
        ("2013-14-crdc-data", "2013-14 CRDC/School/CRDC-collected data file for Schools", "xlsx",
         "2013-14"),
        ("2015-16-crdc-data", "Data Files and Layouts", "csv", "2015-16"),
        ("2017-18-crdc-data", "2017-18 Public-Use Files/Data/SCH/CRDC/CSV", "csv", "2017-18"),
        ("2020-21-crdc-data", "CRDC/School", "csv", "2020-21"),
        ("2021-22-crdc-data", "CRDC/School", "csv", "2021-22"),
    ],
)  # fmt: skip
def test_each_year_as_it_is_downloaded(tmp_path, name, folder, suffix, year):
    columns = (ENROLMENT, OOS) if year > "2018" else (lep(ENROLMENT), lep(OOS))
    files = {f"{folder}/03 Enrollment.{suffix}": columns[0]}
    files[f"{folder}/11 Suspensions notes.{suffix}"] = columns[1]
    if year == "2015-16":  # one flat file, its name with the year
        both = columns[0] | columns[1]
        files = {f"{folder}/CRDC 2015-16 School Data.csv": both}
    lea = frame({"LEA_ENR": 5})[[*IDS[:4], "LEA_ENR"]]
    files[f"{folder.replace('School', 'LEA')}/LEA.csv"] = lea
    data = eq.read(plain_zip(tmp_path / f"{name}.zip", **files), year=None if "-" in name else year)
    assert data.report.format == "crdc" and data.years == [year]
    assert data.source["path"] == f"{name}.zip"
    # 14 race by sex cells: 2 and 1 without, 1 and 1 with a disability.
    assert cell(data, "010000500870", "suspended_out_of_school")[:2] == (280, 70)
    assert any("LEA.csv was passed over" in n for n in data.report.notes)
    small = next(y["small"] for y in content("crdc")["years"] if y["year"] == year)
    assert small in data.report.notes


def old_name(name):
    """A name of now as it stood in 2011-12, made independently of the reader."""
    found = crdc_grammar.parse(name)
    topic, group, sex = found.topic, found.group, found.sex
    if topic in ("ENR", "APENR"):
        group = {"504": "DIS_504"}.get(group, OLD[group])
        return f"{sex}_{group}_7_{'ENROL' if topic == 'ENR' else 'ONE_AP'}"
    words = {
        "SINGOOS": "SINGLE_SUS",
        "MULTOOS": "MULT_SUS",
        "ISS": "IN_SCH_SUS",
        "ARR": "SCH_ARREST",
    }
    part = topic.split("_")[1]
    end = "NO_DIS" if topic.startswith("DISCWODIS") else "DIS"
    group = OLD[group] if group != "IDEA" else "TOT_IDEA"
    return f"{sex}_{group}_7_{words[part]}_{end}"


def as_of_2011(columns):
    table = frame({old_name(c): v for c, v in lep(columns).items() if "OLD" not in c})
    return table.assign(Incomplete="")


@pytest.fixture
def of_2011():
    without = {c: v for c, v in OOS.items() if "WODIS_SING" in c}
    parts = {
        "Pt 1-Enrollment/03-1 - Enrollment notes": ENROLMENT,
        "Pt 2-Disc wo/35-3 - Students WO Dis Receiving 1 out-of-sch": without,
        "Pt 2-Disc wo/35-4 - Students WO 1+": {c: v for c, v in OOS.items() if "WODIS_MULT" in c},
        "Pt 2-Disc/36-3 - Stud W Dis": {c: v for c, v in OOS.items() if "WDIS_SING" in c},
        "Pt 2-Disc/36-4 - Stud W Dis": {c: v for c, v in OOS.items() if "WDIS_MULT" in c},
        "Pt 2-Disc wo/35-9 - Arrest": {
            c: v for c, v in discipline("ARR", 1, 0, 0).items() if "WODIS" in c
        },
        "Pt 2-Disc/36-9 - Arrest": {
            c: v for c, v in discipline("ARR", 1, 0, 0).items() if "WDIS" in c
        },
    }
    start = "2011-12 Public Use File/SCH/CRDC-collected data file for schools"
    return {f"{start}/{name}.xlsx": as_of_2011(c) for name, c in parts.items()}


def test_the_columns_of_2011_12(tmp_path, of_2011):
    data = eq.read(plain_zip(tmp_path / "crdc.zip", **of_2011))
    assert data.years == ["2011-12"]
    school = "010000500871"
    assert cell(data, school, "suspended_out_of_school")[:2] == (280, 70)
    assert cell(data, school, "suspended_out_of_school", "Black")[:2] == (40, 10)
    assert cell(data, school, "suspended_out_of_school", "Served under IDEA")[:2] == (30, 28)
    assert cell(data, school, "suspended_out_of_school", "English learner")[:2] == (60, 12)
    assert cell(data, school, "arrested")[:2] == (280, 14)  # by the question in the file's name
    assert len(data.schools) == len(SCHOOLS)
    assert any("columns are those of 2011-12" in n for n in data.report.notes)


def test_marks_of_2011_12_are_hidden_and_never_numbers(tmp_path, of_2011):
    name = next(n for n in of_2011 if "35-3" in n)
    of_2011[name].loc[0, "M_BLA_7_SINGLE_SUS_NO_DIS"] = "‡"
    of_2011[name].loc[1, "M_BLA_7_SINGLE_SUS_NO_DIS"] = "<=2"
    of_2011[name].loc[2, "M_BLA_7_SINGLE_SUS_NO_DIS"] = "n/a"
    data = eq.read(plain_zip(tmp_path / "crdc.zip", **of_2011))
    for school, status in zip(SCHOOLS, ["suppressed", "suppressed", "not_collected"], strict=True):
        row = cell(data, school[6], "suspended_out_of_school", "Black")
        assert row[2] == status and pd.isna(row[1])
        assert cell(data, school[6], "suspended_out_of_school", "White")[2] == "ok"
    assert set(data.report.code_book) >= {"‡", "<=2"}


def test_a_reserve_code_of_another_year_is_named(tmp_path):
    wrong = frame(lep(ENROLMENT))
    wrong.loc[1, f"SCH_ENR_{RACES[0]}_M"] = "-12"  # of 2020-21 on
    path = plain_zip(tmp_path / "2015-16-crdc-data.zip", **{"a.csv": wrong, "b.csv": lep(OOS)})
    with pytest.raises(DataError, match="code -12 is not in the code book of 2015-16") as error:
        eq.read(path, year="2015-16")
    assert (error.value.row, error.value.column) == (3, f"SCH_ENR_{RACES[0]}_M")
    assert str(error.value).startswith("2015-16-crdc-data.zip, a.csv, row 3")
