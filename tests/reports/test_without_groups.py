"""Pages of files that hold all students alone, groups in some years, or districts without schools."""

import pytest

import equitylab as eq
from equitylab.reports import asking, index
from equitylab.reports.story import SchoolReport
from equitylab.reports.story_district import DistrictReport

HEAD = "year,unit_id,unit,level,district_id,indicator,dimension,group,n,x\n"
ALONE = [("2021-22", "all", "all", 200, 150), ("2022-23", "all", "all", 210, 170)]
ONCE = [("2021-22", "sex", "F", 90, 80), ("2021-22", "sex", "M", 110, 70)]


def report(folder, cells, kind=SchoolReport, unit="01"):
    lines = [f"{y},01,Oak,school,D,graduated,{d},{g},{n},{x}" for y, d, g, n, x in cells]
    (folder / "counts.csv").write_text(HEAD + "\n".join(lines) + "\n")
    return kind(eq.protect(eq.audit(eq.read(folder / "counts.csv"))), unit)


def words(one) -> str:
    parts = [one.at_a_glance(), one.strengths(), one.clear_differences(), one.too_small_to_tell()]
    parts += [one.what_next(), one.whom_it_serves(), one.scope(), one.chapter("graduation")]
    return "".join(part._repr_html_() for part in parts)


@pytest.mark.parametrize(("kind", "unit"), [(SchoolReport, "01"), (DistrictReport, "D")])
def test_a_file_without_groups_says_so_and_draws_nothing(tmp_path, kind, unit):
    said = words(report(tmp_path, ALONE, kind, unit))
    assert "The file has no student groups here" in said and "cannot speak for any group" in said
    assert "large enough" not in said and "No group differs" not in said
    assert "<svg" not in said and "<table" not in said  # an axis without bars, a row of blanks
    assert "170 of 210" in said and "2022-23" in said


def test_the_latest_year_with_groups_is_shown(tmp_path):
    one = report(tmp_path, ALONE + ONCE)
    said = words(one)
    assert one.view.latest == {"graduated": "2021-22"} and one.view.years[-1] == "2022-23"
    assert "80 of 90" in said and "<p>2021-22. Each group" in said and "2022-23. Each" not in said


def test_what_a_file_wholly_lacks_is_named_by_its_chapter(tmp_path):
    said = report(tmp_path, ALONE).scope()._repr_html_()
    assert "Attendance" in said and "Chronically absent" not in said
    assert "Accepted to college" in said  # the rest of a chapter that is there in part


def test_sizes_that_are_hidden_are_not_said_to_be_uncounted(tmp_path):
    few = [("2021-22", "sex", "F", 6, 4), ("2021-22", "sex", "M", 7, 5)]
    said = words(report(tmp_path, [("2021-22", "all", "all", 13, 9), *few]))
    assert "does not count students by group" not in said and "hidden" in said


def test_districts_without_a_school_have_a_report_too(tmp_path):
    lines = ["2021-22,01,Oak,school,D,graduated,all,all,200,150"]
    lines += [f"2021-22,{d},{d},district,,graduated,all,all,300,250" for d in ("D", "E")]
    (tmp_path / "counts.csv").write_text(HEAD + "\n".join(lines) + "\n")
    units = eq.read(tmp_path / "counts.csv").units
    made = asking.reported(units)
    assert sorted(made["unit_id"]) == ["01", "E"]  # that of D comes with its school's
    assert asking.counted(made) == "1 school and 1 district without a school"
    assert asking.select(made, ["E"]) == ["E"]


def test_the_index_counts_districts(tmp_path):
    public = report(tmp_path, ALONE).public
    assert "Reports for 1 school and 2 districts," in index._about(public, [1], [2, 3], "today")
    assert "Reports for 3 districts," in index._about(public, [], [1, 2, 3], "today")
