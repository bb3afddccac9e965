"""The CRDC reader: the real Virginia folder, each topic's layout in small, and what goes wrong."""

import time
from pathlib import Path

import pandas as pd
import pytest

from equitylab import schema
from equitylab.catalog import content, indicators
from equitylab.errors import DataError
from equitylab.readers import crdc, tables

VIRGINIA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "crdc_va_2122"
RACES = ["HI", "AM", "AS", "HP", "BL", "WH", "TR"]
IDS = ["LEA_STATE", "LEA_STATE_NAME", "LEAID", "LEA_NAME", "SCHID", "SCH_NAME", "COMBOKEY", "JJ"]
SCHOOLS = [
    ["AL", "ALABAMA", "0100005", "First", "00870", "Añil Middle", "010000500870", "No"],
    ["AL", "ALABAMA", "0100005", "First", "00871", "Birch High", "010000500871", "No"],
    ["AL", "ALABAMA", "0100006", "Second", "00879", "Cedar", "010000600879", "Yes"],
]


@pytest.fixture(scope="module")
def virginia():
    if not VIRGINIA.is_dir():
        pytest.skip(f"LOUD SKIP: {VIRGINIA} is absent, so no real CRDC file is read")
    began = time.perf_counter()
    data = crdc.read(tables.files(VIRGINIA))
    data.seconds = time.perf_counter() - began
    return data


def groups(topic, value, sexes="MF"):
    """Columns of a topic by group and sex, all with one value."""
    return {f"SCH_{topic}_{r}_{s}": value for r in RACES for s in sexes}


def programme(topic, value, code, sexes="MF"):
    return {f"SCH_{topic}_{code}_{s}": value for s in sexes}


ENROLMENT = groups("ENR", 20) | programme("ENR", 30, "EL") | programme("ENR", 15, "IDEA")


def discipline(part, without=2, with_idea=1, learner=3):
    return (
        groups(f"DISCWODIS_{part}", without)
        | groups(f"DISCWDIS_{part}_IDEA", with_idea)
        | programme(f"DISCWODIS_{part}", learner, "EL")
        | programme(f"DISCWDIS_{part}", 1, "EL")
        | programme(f"DISCWDIS_{part}", 4, "504")
    )


OOS = discipline("SINGOOS") | discipline("MULTOOS", 1, 1, 1)


def frame(columns, schools=SCHOOLS):
    ids = pd.DataFrame(schools, columns=IDS, dtype=str)
    values = pd.DataFrame({c: [str(v)] * len(ids) for c, v in columns.items()}, index=ids.index)
    return pd.concat([ids, values], axis=1)


def write(folder, **files):
    """Write topic files (a dict of columns, or a frame) and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in files.items():
        table = table if isinstance(table, pd.DataFrame) else frame(table)
        table.to_csv(folder / f"{name}.csv", index=False, encoding="latin-1")
    return sorted(folder.glob("*.csv"))


def cell(data, unit, indicator, group="all", dimension=None):
    """The row of one cell, as (n, x, status)."""
    rows = data.counts[
        (data.counts["unit_id"] == unit)
        & (data.counts["indicator"] == indicator)
        & (data.counts["group"] == group)
    ]
    if dimension:
        rows = rows[rows["dimension"] == dimension]
    assert len(rows) == 1, f"{len(rows)} rows for {unit}, {indicator}, {group}"
    return tuple(rows.iloc[0][["n", "x", "status"]])


def not_adding_up(counts):
    """Cells (unit, indicator, dimension) whose groups, all numbers, do not add up to everyone."""
    keys = ["unit_id", "indicator"]
    whole = counts[counts["dimension"] == "all"].set_index(keys)[["n", "x"]]
    whole = whole.rename(columns={"n": "n_all", "x": "x_all"})
    rest = counts[counts["dimension"] != "all"]
    rest = rest.assign(blank=rest["n"].isna() | rest["x"].isna())
    made = rest.groupby([*keys, "dimension"]).agg(
        n=("n", "sum"), x=("x", "sum"), blank=("blank", "any")
    )
    made = made[~made["blank"]].reset_index().join(whole, on=keys)
    return made[(made["n"] != made["n_all"]) | (made["x"] != made["x_all"])]


# The real folder ---------------------------------------------------------------------------------


def test_virginia_has_the_published_facts(virginia):
    state = "VA"
    assert cell(virginia, state, "suspended_out_of_school")[:2] == (1_216_485, 67_378)
    black = cell(virginia, state, "suspended_out_of_school", "Black")
    white = cell(virginia, state, "suspended_out_of_school", "White")
    assert black[:2] == (261_589, 32_138)
    assert white[:2] == (560_589, 20_920)
    assert round(100 * 32_138 / 261_589, 2) == 12.29
    assert round(100 * 20_920 / 560_589, 2) == 3.73
    assert round((black[1] / black[0]) / (white[1] / white[0]), 3) == 3.292
    assert cell(virginia, state, "suspended_out_of_school", "Male")[0] == 625_979
    assert cell(virginia, state, "suspended_out_of_school", "Female")[0] == 590_506


def test_virginia_has_35_groups_with_more_suspended_than_enrolled(virginia):
    rows = virginia.counts[
        (virginia.counts["level"] == "school")
        & (virginia.counts["indicator"] == "suspended_out_of_school")
        & (virginia.counts["dimension"] == "race_ethnicity")
    ]
    over = rows[rows["x"] > rows["n"]]
    assert len(over) == 35
    assert set(over["status"]) == {"quality"}
    assert 0 < len(virginia.report.over) <= 60
    assert any("more outcomes than students" in note for note in virginia.report.notes)


def test_virginia_is_whole(virginia):
    units = virginia.units
    assert units["level"].value_counts().to_dict() == {"school": 1900, "district": 159, "state": 1}
    assert units["unit_id"].is_unique
    width = units["unit_id"].str.len().groupby(units["level"]).unique()
    assert {k: list(v) for k, v in width.items()} == {"school": [12], "district": [7], "state": [2]}
    assert set(units.loc[units["level"] == "school", "parent_id"]) == set(
        units.loc[units["level"] == "district", "unit_id"]
    )
    assert set(units.loc[units["level"] == "district", "parent_id"]) == {"VA"}
    assert list(units.loc[units["level"] == "state", "parent_id"]) == [""]
    assert virginia.years == ["2021-22"]
    assert virginia.source["path"] == "crdc_va_2122"
    held = set(virginia.counts["indicator"])
    assert held == {"suspended_out_of_school", "suspended_in_school", "days_lost", "identified_swd"}
    assert held | set(virginia.report.missing) == set(indicators())
    assert set(virginia.counts.groupby("indicator")["unit_id"].nunique()) == {2060}


def test_virginia_has_no_negative_number_and_one_type_a_column(virginia):
    counts = virginia.counts
    assert list(counts.columns) == list(schema.COUNTS)
    assert {c: str(t) for c, t in counts.dtypes.items()} == schema.COUNTS
    for column in ("n", "x", "x_low", "x_high"):
        assert not (counts[column] < 0).any()
    assert not counts.duplicated(schema.KEY).any()
    assert set(counts["status"]) <= set(schema.STATUSES)


def test_virginia_adds_up_in_every_dimension_and_level(virginia):
    assert set(virginia.counts["dimension"]) == {
        "all",
        "race_ethnicity",
        "sex",
        "race_ethnicity × sex",
        "el",
        "swd",
    }
    assert not_adding_up(virginia.counts).empty
    one = virginia.counts[virginia.counts["status"] != "quality"].copy()
    one.loc[(one["unit_id"] == "VA") & (one["group"] == "Black"), "x"] += 1
    assert len(not_adding_up(one)), "the check must be able to fail"


def test_virginia_indicators_share_their_group_sizes(virginia):
    sizes = virginia.counts.groupby(["unit_id", "dimension", "group"])["n"].nunique()
    assert sizes.max() == 1


def test_virginia_report_says_what_a_reader_needs(virginia):
    words = " ".join(virginia.report.notes)
    for part in (
        "SCHID had lost its leading zeros in 1888 rows",
        "21 schools are juvenile justice",
        "3,631 students with only a 504 plan",
        "sex X",
        "changed at random by the publisher",
        "25,762 preschool children",
        "name of the folder",
    ):
        assert part in words, part
    assert any(
        "TOT_ENR_X" in line and "21 schools" in line for line in virginia.report.not_additive
    )
    assert virginia.report.rows_in == virginia.report.rows_kept == 5700


def test_virginia_is_read_in_seconds(virginia):
    assert virginia.seconds < 10


# Topics, each in small ---------------------------------------------------------------------------


def test_a_folder_of_topics_is_read_by_grammar_and_rolled_up(tmp_path):
    files = write(tmp_path / "crdc_1718", Enrollment=ENROLMENT, Whatever=OOS)
    assert crdc.recognise(files) == "columns LEA_STATE, LEAID, SCHID, COMBOKEY"
    data = crdc.read(files)
    id = "suspended_out_of_school"
    assert data.years == ["2017-18"]
    assert cell(data, "010000500870", id) == (280, 70, "ok")  # 14 groups × (2 + 1 + 1 + 1)
    assert cell(data, "0100005", id) == (560, 140, "ok")
    assert cell(data, "AL", id) == (840, 210, "ok")
    assert cell(data, "AL", id, "Black") == (120, 30, "ok")
    assert cell(data, "AL", id, "Black × Female") == (60, 15, "ok")
    assert cell(data, "AL", id, "English learner") == (180, 36, "ok")
    assert cell(data, "AL", id, "Not an English learner") == (660, 174, "ok")
    assert cell(data, "AL", id, "Served under IDEA") == (90, 84, "ok")
    assert cell(data, "AL", id, "Not served under IDEA") == (750, 126, "ok")
    assert list(data.schools["unit"])[0] == "Añil Middle"
    assert any("48 students with only a 504 plan" in note for note in data.report.notes)


@pytest.mark.parametrize(
    ("columns", "id", "expected"),
    [
        (discipline("ISS"), "suspended_in_school", 42),
        (
            discipline("EXPWE") | discipline("EXPWOE", 1, 0) | discipline("EXPZT", 9, 9),
            "expelled",
            56,
        ),
        (discipline("REF"), "referred_to_police", 42),
        (discipline("ARR"), "arrested", 42),
        (groups("APENR", 3), "ap_enrolled", 42),
        (groups("GTENR", 2), "gifted", 28),
        (groups("IDEAENR", 4), "identified_swd", 56),
        (groups("DAYSMISSED", 40), "days_lost", 560),
        (groups("RET_KG", 1) | groups("RET_G03", 1) | groups("RET_G12", 0), "retained", 28),
        (
            groups("ALGENR_G08", 1) | groups("ALGENR_GS0910", 4) | {"SCH_ALGENR_G07": 11},
            "algebra_1_enrolled",
            70,
        ),
        (
            groups("RS_NONIDEA_PHYS", 1)
            | groups("RS_IDEA_PHYS", 1)
            | groups("RS_NONIDEA_MECH", 5)
            | groups("RS_IDEA_MECH", 5),
            "restrained",
            28,
        ),
        (groups("RS_NONIDEA_MECH", 1) | groups("RS_IDEA_MECH", 2), "restrained", 42),
        (groups("RS_NONIDEA_SECL", 1) | groups("RS_IDEA_SECL", 0), "secluded", 14),
        (
            groups("HBREPORTED_SEX", 1)
            | groups("HBREPORTED_RAC", 1)
            | groups("HBREPORTED_DIS", 0)
            | groups("HBDISCIPLINED_RAC", 9),
            "harassed",
            28,
        ),
    ],
)
def test_topic(tmp_path, columns, id, expected):
    data = crdc.read(write(tmp_path / "crdc_1718", Enrollment=ENROLMENT, Topic=columns))
    assert set(data.counts["indicator"]) == {id}
    assert cell(data, "010000500870", id) == (280, expected, "ok")
    assert not_adding_up(data.counts).empty


def test_notes_of_topics_say_what_was_left_out(tmp_path):
    columns = (
        groups("RS_NONIDEA_PHYS", 1)
        | groups("RS_IDEA_PHYS", 1)
        | groups("RS_NONIDEA_MECH", 5)
        | groups("RS_IDEA_MECH", 5)
        | groups("ALGENR_G08", 1)
        | {"SCH_ALGENR_G07": 11}
    )
    words = " ".join(
        crdc.read(write(tmp_path / "crdc_1718", Enrollment=ENROLMENT, T=columns)).report.notes
    )
    assert "420 of MECH not added" in words
    assert "33 students of SCH_ALGENR_G07" in words
    assert "not compared with a real file" in words


def test_passed_algebra_is_of_those_enrolled_in_it(tmp_path):
    columns = groups("ALGENR_G08", 4) | groups("ALGPASS_G08", 3)
    data = crdc.read(write(tmp_path / "crdc_1718", Enrollment=ENROLMENT, Algebra=columns))
    assert cell(data, "AL", "passed_algebra_1") == (168, 126, "ok")
    data = crdc.read(
        write(
            tmp_path / "b" / "crdc_1718",
            Enrollment=ENROLMENT,
            Algebra=groups("ALGPASS_G08", 3) | groups("APENR", 1),
        )
    )
    assert "passed_algebra_1" in data.report.missing


def test_idea_and_learner_columns_of_a_plain_topic(tmp_path):
    columns = groups("APENR", 3) | programme("APENR", 2, "IDEA") | programme("APENR", 1, "LEP")
    data = crdc.read(write(tmp_path / "crdc_1718", Enrollment=ENROLMENT, AP=columns))
    school = "010000500870"
    assert cell(data, school, "ap_enrolled", "Served under IDEA") == (30, 4, "ok")
    assert cell(data, school, "ap_enrolled", "Not served under IDEA") == (250, 38, "ok")
    assert cell(data, school, "ap_enrolled", "English learner") == (60, 2, "ok")


def test_a_flat_file_with_lep_is_read(tmp_path):
    columns = groups("ENR", 20) | programme("ENR", 30, "LEP") | groups("APENR", 3)
    data = crdc.read(write(tmp_path, **{"CRDC 2015-16 School Data": columns}))
    assert data.years == ["2015-16"]
    assert cell(data, "AL", "ap_enrolled") == (840, 126, "ok")
    assert any("stored as 2" in note for note in data.report.notes)


def test_a_part_that_is_missing_leaves_the_indicator_out(tmp_path):
    columns = groups("GTENR", 1) | discipline("SINGOOS")
    data = crdc.read(write(tmp_path / "crdc_1718", Enrollment=ENROLMENT, T=columns))
    assert set(data.counts["indicator"]) == {"gifted"}
    assert any("DISCWODIS_MULTOOS" in note for note in data.report.notes)


def test_school_characteristics_give_names_and_no_counts(tmp_path):
    files = write(
        tmp_path / "crdc_1718",
        A={"SCH_GRADE_G01": "Yes", "SCH_MAGNETDETAIL": -9},
        B=ENROLMENT | OOS,
    )
    assert crdc.read(files).report.rows_in == 6


# Sex X -------------------------------------------------------------------------------------------


def test_sex_x_is_a_group_where_every_topic_counts_it(tmp_path):
    columns = groups("ENR", 20, "MFX") | groups("GTENR", 2, "MFX")
    data = crdc.read(write(tmp_path / "crdc_2122", All=columns))
    assert cell(data, "AL", "gifted") == (1260, 126, "ok")
    assert cell(data, "AL", "gifted", "X") == (420, 42, "ok")


def test_sex_x_is_left_out_and_told_where_a_topic_lacks_it(tmp_path):
    columns = groups("ENR", 20, "MFX") | groups("GTENR", 2, "MFX") | OOS
    data = crdc.read(write(tmp_path / "crdc_2122", All=columns))
    assert cell(data, "AL", "gifted") == (840, 84, "ok")
    assert "X" not in set(data.counts["group"])
    assert any("sex X (420) are in no number" in note for note in data.report.notes)


# Codes -------------------------------------------------------------------------------------------


def one_cell(column, value, columns=None, row=0):
    table = frame(columns or ENROLMENT | OOS)
    table.loc[row, column] = str(value)
    return table


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (-9, "not_applicable"),
        (-5, "not_collected"),
        (-6, "not_collected"),
        (-8, "not_collected"),
        (-11, "suppressed"),
        ("", "not_collected"),
    ],
)
def test_a_reserve_code_is_a_status_and_never_a_number(tmp_path, code, status):
    table = one_cell("SCH_DISCWODIS_SINGOOS_BL_M", code)
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    id, school = "suspended_out_of_school", "010000500870"
    for group in ("Black", "Black × Male", "Male", "all", "Not served under IDEA"):
        n, x, got = cell(data, school, id, group)
        assert n == (265 - 15 if group.startswith("Not") else n) and x is pd.NA and got == status
    assert cell(data, school, id, "White") == (40, 10, "ok")
    n, x, got = cell(data, "AL", id, "Black")
    if status == "suppressed":  # the state's sum is then only known between two numbers
        row = data.counts.query("unit_id == 'AL' and indicator == @id and group == 'Black'").iloc[0]
        assert got == "suppressed" and (row["x_low"], row["x_high"]) == (20, 60)
    else:
        assert (n, x, got) == (80, 20, "ok")
        assert any("do not add up" in line for line in data.report.not_additive)
    if code:
        assert str(code) in data.report.code_book


def test_a_code_belongs_to_its_year(tmp_path):
    table = one_cell("SCH_DISCWODIS_SINGOOS_BL_M", -7)
    data = crdc.read(write(tmp_path / "crdc_2324", All=table))
    assert cell(data, "010000500870", "suspended_out_of_school")[2] == "not_collected"
    with pytest.raises(DataError) as caught:
        crdc.read(write(tmp_path / "crdc_1718", All=table))
    error = caught.value
    assert (error.file, error.row, error.column) == ("All.csv", 2, "SCH_DISCWODIS_SINGOOS_BL_M")
    assert "-7" in str(error) and "2017-18" in str(error) and error.mend
    assert len(str(error).splitlines()) == 2


def test_an_unknown_code_in_enrolment_names_its_row(tmp_path):
    with pytest.raises(DataError) as caught:
        crdc.read(write(tmp_path / "crdc_2122", All=one_cell("SCH_ENR_TR_F", -99, row=2)))
    assert (caught.value.row, caught.value.column) == (4, "SCH_ENR_TR_F")


@pytest.mark.parametrize("value", ["<5", "n/r", "12.5", "1e400"])
def test_text_that_is_no_count_names_its_cell(tmp_path, value):
    with pytest.raises(DataError) as caught:
        crdc.read(write(tmp_path / "crdc_1718", All=one_cell("SCH_ENR_WH_M", value, row=1)))
    assert (caught.value.row, caught.value.column) == (3, "SCH_ENR_WH_M")


@pytest.mark.parametrize("value", ["1,234", "1234.0", " 1234 "])
def test_thousands_and_trailing_zeros_are_numbers(tmp_path, value):
    data = crdc.read(write(tmp_path / "crdc_1718", All=one_cell("SCH_ENR_WH_M", value)))
    assert cell(data, "010000500870", "suspended_out_of_school", "White × Male")[0] == 1234


def test_an_answer_of_no_makes_skipped_counts_zero_and_nothing_else_does(tmp_path):
    table = frame(ENROLMENT | groups("APENR", 3) | {"SCH_APENR_IND": "Yes"})
    skipped = list(groups("APENR", 0))
    table.loc[0, skipped] = "-9"
    table.loc[0, "SCH_APENR_IND"] = "No"
    table.loc[1, skipped] = "-9"
    table.loc[1, "SCH_APENR_IND"] = "-9"
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    assert cell(data, "010000500870", "ap_enrolled") == (280, 0, "ok")
    assert cell(data, "010000500871", "ap_enrolled")[2] == "not_applicable"
    assert cell(data, "AL", "ap_enrolled") == (560, 42, "ok")
    assert any("1 schools answered that they have none" in note for note in data.report.notes)


def test_a_grade_that_a_school_does_not_serve_is_left_out_of_its_sum(tmp_path):
    table = frame(ENROLMENT | groups("ALGENR_G08", 2) | groups("ALGENR_GS0910", 3))
    table.loc[0, list(groups("ALGENR_GS0910", 0))] = "-9"
    table.loc[1, list(groups("ALGENR_GS0910", 0))] = "-5"
    table.loc[2, list(groups("ALGENR_G08", 0) | groups("ALGENR_GS0910", 0))] = "-9"
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    id = "algebra_1_enrolled"
    assert cell(data, "010000500870", id) == (280, 28, "ok")
    assert cell(data, "010000500871", id)[2] == "not_collected"
    assert cell(data, "010000600879", id)[2] == "not_applicable"


# What contradicts itself -------------------------------------------------------------------------


def test_more_outcomes_than_students_is_kept_and_never_clipped(tmp_path):
    table = one_cell("SCH_DISCWODIS_SINGOOS_BL_M", 90)
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    id = "suspended_out_of_school"
    assert cell(data, "010000500870", id, "Black × Male") == (20, 93, "quality")
    assert {(o["unit_id"], o["group"], o["n"], o["x"]) for o in data.report.over} >= {
        ("010000500870", "Black × Male", 20, 93)
    }


def test_days_may_be_more_than_students(tmp_path):
    data = crdc.read(write(tmp_path / "crdc_1718", All=ENROLMENT | groups("DAYSMISSED", 90)))
    assert set(data.counts["status"]) == {"ok"}
    assert data.report.over == []


def test_a_programme_larger_than_the_school_marks_both_groups(tmp_path):
    table = one_cell("SCH_ENR_EL_M", 900)
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    id, school = "suspended_out_of_school", "010000500870"
    assert cell(data, school, id, "English learner")[2] == "quality"
    n, x, status = cell(data, school, id, "Not an English learner")
    assert n is pd.NA and x == 58 and status == "quality"
    assert cell(data, school, id)[2] == "ok"
    # 1,050 English learners in a district of 560 and a state of 840: marked there too
    assert cell(data, "0100005", id, "Not an English learner")[2] == "quality"
    assert any("counts more students or outcomes" in note for note in data.report.notes)


def test_a_deficit_in_one_school_is_taken_from_the_district(tmp_path):
    table = one_cell("SCH_ENR_EL_M", 270)  # 300 in a school of 280
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    id = "suspended_out_of_school"
    assert cell(data, "0100005", id, "English learner")[0] == 360
    assert cell(data, "0100005", id, "Not an English learner") == (200, 116, "ok")
    assert not_adding_up(data.counts).empty


def test_totals_that_differ_are_reported(tmp_path):
    columns = ENROLMENT | OOS | {"TOT_ENR_M": 141, "TOT_ENR_F": 140}
    data = crdc.read(write(tmp_path / "crdc_1718", All=columns))
    assert [line for line in data.report.not_additive if line.startswith("TOT_ENR_M")]
    assert not [line for line in data.report.not_additive if line.startswith("TOT_ENR_F")]
    assert cell(data, "AL", "suspended_out_of_school")[0] == 840


# Ids ---------------------------------------------------------------------------------------------


def test_schid_without_zeros_is_no_matter_where_combokey_kept_them(tmp_path):
    table = frame(ENROLMENT | OOS)
    table["SCHID"] = table["SCHID"].str.lstrip("0")
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    assert list(data.schools["unit_id"]) == [s[6] for s in SCHOOLS]
    assert any("SCHID had lost its leading zeros in 3 rows" in note for note in data.report.notes)


@pytest.mark.parametrize("change", ["zeros", "absent", "float", "scientific", "quoted"])
def test_ids_are_mended(tmp_path, change):
    table = frame(ENROLMENT | OOS)
    if change == "zeros":
        for column in ("LEAID", "SCHID", "COMBOKEY"):
            table[column] = table[column].str.lstrip("0")
    elif change == "absent":
        table = table.drop(columns="COMBOKEY")
        table["SCHID"] = table["SCHID"].str.lstrip("0")
    elif change == "float":
        table["COMBOKEY"] = table["COMBOKEY"].str.lstrip("0") + ".0"
        table["LEAID"] = table["LEAID"].str.lstrip("0") + ".0"
    elif change == "scientific":
        table["COMBOKEY"] = "1.00005E+10"
    else:
        table["COMBOKEY"] = '="' + table["COMBOKEY"] + '"'
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    assert list(data.schools["unit_id"]) == [s[6] for s in SCHOOLS]
    assert list(data.units.query("level == 'district'")["unit_id"]) == ["0100005", "0100006"]


def test_ids_that_disagree_are_told(tmp_path):
    table = frame(ENROLMENT | OOS)
    table.loc[1, "SCHID"] = "00999"
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    assert data.schools["unit_id"].iloc[1] == "010000500871"
    assert any("row 3" in note and "COMBOKEY" in note for note in data.report.notes)


def test_a_row_without_an_id_is_refused(tmp_path):
    table = frame(ENROLMENT | OOS)
    table.loc[1, ["LEAID", "SCHID", "COMBOKEY"]] = ""
    with pytest.raises(DataError) as caught:
        crdc.read(write(tmp_path / "crdc_1718", All=table))
    assert caught.value.row == 3


def test_the_same_row_again_is_set_aside(tmp_path):
    table = frame(ENROLMENT | OOS)
    data = crdc.read(write(tmp_path / "crdc_1718", All=pd.concat([table, table.tail(1)])))
    assert data.report.set_aside[0]["where"] == [5]
    assert (data.report.rows_in, data.report.rows_kept) == (4, 3)
    assert cell(data, "AL", "suspended_out_of_school")[0] == 840


def test_two_rows_that_differ_are_refused(tmp_path):
    table = frame(ENROLMENT | OOS)
    again = table.tail(1).assign(SCH_ENR_BL_M="21")
    with pytest.raises(DataError, match="010000600879 has two rows that differ: 4 and 5"):
        crdc.read(write(tmp_path / "crdc_1718", All=pd.concat([table, again])))


def test_two_files_that_differ_are_refused(tmp_path):
    files = write(
        tmp_path / "crdc_1718",
        A=frame(ENROLMENT | OOS),
        B=one_cell("SCH_ENR_BL_M", 21, ENROLMENT, row=2),
    )
    with pytest.raises(DataError, match="two numbers: 20 and 21") as caught:
        crdc.read(files)
    assert (caught.value.file, caught.value.row) == ("B.csv", 4)


def test_a_school_that_one_file_lacks_is_not_collected_there(tmp_path):
    files = write(
        tmp_path / "crdc_1718",
        Enrollment=ENROLMENT,
        S=frame(OOS, SCHOOLS[:2]),
        T=groups("GTENR", 1),
    )
    data = crdc.read(files)
    assert cell(data, "010000600879", "suspended_out_of_school")[2] == "not_collected"
    assert cell(data, "0100005", "suspended_out_of_school") == (560, 140, "ok")
    assert cell(data, "010000600879", "gifted") == (280, 14, "ok")


# Files -------------------------------------------------------------------------------------------


def test_a_merged_file_with_suffixes_is_read_where_the_two_agree(tmp_path):
    table = frame(ENROLMENT | OOS)
    table["SCH_NAME.y"] = table["SCH_NAME"]
    table = table.rename(columns={"SCH_NAME": "SCH_NAME.x", "SCH_ENR_BL_M": "SCH_ENR_BL_M_x"})
    data = crdc.read(write(tmp_path / "crdc_1718", All=table))
    assert cell(data, "AL", "suspended_out_of_school")[0] == 840
    assert list(data.schools["unit"])[1] == "Birch High"
    assert any("columns are there twice" in note for note in data.report.notes)


def test_a_merged_file_whose_two_columns_differ_is_refused(tmp_path):
    table = frame(ENROLMENT | OOS)
    table["SCH_ENR_BL_M.y"] = ["20", "21", "20"]
    with pytest.raises(DataError) as caught:
        crdc.read(write(tmp_path / "crdc_1718", All=table))
    assert (caught.value.row, caught.value.column) == (3, "SCH_ENR_BL_M")
    assert "SCH_ENR_BL_M.y" in str(caught.value)


def test_small_letters_keep_the_sex_x(tmp_path):
    table = frame(groups("ENR", 20, "MFX") | groups("GTENR", 2, "MFX"))
    table.columns = table.columns.str.lower()
    data = crdc.read(write(tmp_path / "crdc_2122", All=table))
    assert cell(data, "AL", "gifted", "X") == (420, 42, "ok")


def test_a_bom_is_no_part_of_a_name(tmp_path):
    folder = tmp_path / "crdc_1718"
    folder.mkdir()
    frame(ENROLMENT | OOS).to_csv(folder / "All.csv", index=False, encoding="utf-8-sig")
    data = crdc.read([folder / "All.csv"])
    assert data.units.query("level == 'state'")["unit"].tolist() == ["ALABAMA"]


def test_a_file_without_schools_is_passed_over(tmp_path):
    files = write(
        tmp_path / "crdc_1718",
        All=ENROLMENT | OOS,
        LEA=pd.DataFrame({"LEA_STATE": ["AL"], "LEAID": ["0100005"], "LEA_ENR": ["9"]}),
    )
    assert any("LEA.csv was passed over" in note for note in crdc.read(files).report.notes)


def test_no_enrolment_and_no_outcome_are_refused(tmp_path):
    with pytest.raises(DataError, match="no enrolment"):
        crdc.read(write(tmp_path / "a" / "crdc_1718", Suspensions=OOS))
    with pytest.raises(DataError, match="no outcome"):
        crdc.read(write(tmp_path / "b" / "crdc_1718", Enrollment=ENROLMENT))


def test_other_files_are_not_recognised(tmp_path):
    other = pd.DataFrame({"school": ["A"], "student_id": ["1"], "race": ["B"]})
    lea = pd.DataFrame({"LEAID": ["1"], "SCHID": ["2"], "SEX": ["Male"], "STUDENT_COUNT": ["3"]})
    assert crdc.recognise(write(tmp_path, a=other, b=lea)) is None
    (tmp_path / "empty.csv").touch()
    assert crdc.recognise([tmp_path / "empty.csv"]) is None


# Years -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "option", "expected"),
    [("2017", None, "2017-18"), ("2020-2021", None, "2020-21"), ("2017", "2015-16", "2015-16")],
)
def test_the_year_is_from_the_option_or_a_column(tmp_path, column, option, expected):
    data = crdc.read(write(tmp_path, All=ENROLMENT | OOS | {"YEAR": column}), year=option)
    assert data.years == [expected]


@pytest.mark.parametrize("column", [{}, {"YEAR": "2021"}, {"YEAR": "x"}])
def test_no_year_asks_for_it(tmp_path, column):
    columns = groups("ENR", 20) | programme("ENR", 9, "LEP") | OOS | column
    with pytest.raises(DataError, match="--year") as caught:
        crdc.read(write(tmp_path, All=columns))
    assert len(str(caught.value).splitlines()) == 2


def test_the_grammar_of_recent_files_gives_a_year_with_a_note(tmp_path):
    columns = groups("ENR", 20, "MFX") | programme("ENR", 9, "EL") | OOS
    data = crdc.read(write(tmp_path, All=columns))
    assert data.years == ["2021-22"]
    assert any("--year" in note and "2020-21" in note for note in data.report.notes)


def test_two_years_are_refused(tmp_path):
    table = frame(ENROLMENT | OOS)
    table["YEAR"] = ["2017-18", "2017-18", "2015-16"]
    with pytest.raises(DataError, match="more than one year"):
        crdc.read(write(tmp_path, All=table))
    with pytest.raises(DataError, match="not one school year"):
        crdc.read(write(tmp_path, All=table), year="2021")


# The code book -----------------------------------------------------------------------------------


def test_the_code_book_names_only_what_exists():
    book = content("crdc")
    for topic in book["topics"]:
        assert topic["indicator"] in indicators()
        assert topic["family"] in book["families"]
        assert {"parts", "match", "first_of"} & set(topic)
    for codes in book["code_books"].values():
        assert all(int(code) < 0 and meaning in book["codes"] for code, meaning in codes.items())
    assert {c["status"] for c in book["codes"].values()} <= set(schema.STATUSES)
    assert all(y["codes"] in book["code_books"] for y in book["years"])
