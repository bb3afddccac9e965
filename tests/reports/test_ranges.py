"""A range of the source stays one in sentences, tables and charts."""

import io
import re

import pandas as pd
import pytest

import equitylab as eq
from equitylab import catalog, figures, language
from equitylab.display import band, between, ends
from equitylab.figures_rows import PALE
from equitylab.reports import batch, tables
from equitylab.reports.story import SchoolReport
from equitylab.reports.story_district import DistrictReport
from equitylab.reports.view import View

HEAD = "STNAM,FIPST,LEAID,LEANM,NCESSCH,SCHNAM,"
GROUPS = {"ALL": ("400", "67"), "MBL": ("100", "40-44"), "MWH": ("200", "80-84"),
          "MHI": ("100", "55-59"), "CWD": ("50", "LE10"), "F": ("190", "65-69"),
          "M": ("210", "65-69")}  # fmt: skip


@pytest.fixture(scope="module")
def view(tmp_path_factory):
    path = tmp_path_factory.mktemp("ranges") / "math.csv"
    names = ",".join(f"{g}_MTH00NUMVALID_1819,{g}_MTH00PCTPROF_1819" for g in GROUPS)
    cells = ",".join(f"{n},{percent}" for n, percent in GROUPS.values())
    path.write_text(f"{HEAD}{names}\nOHIO,39,3900100,First,390010000101,Oak,{cells}\n")
    return View(eq.protect(eq.audit(eq.read(path))), "390010000101")


@pytest.fixture(scope="module")
def rows(view):
    return {row.group: row for row in view.rows_of("proficient_math")}


def test_words_for_a_range(rows):
    row = rows["Black"]
    assert row.why == "range" and ends(row) == (40, 44)
    assert between(row) == "between 40 and 44 of 100 (40.0% to 44.0%)"
    assert band(row.band_low, row.band_high) == "40% to 44%"
    about = catalog.indicator("proficient_math")
    said = language.rate_of(row, about)
    assert re.fullmatch(r"between 40 and 44 of 100 \(40\.0% to 44\.0%, interval .* to .*\)", said)


def test_a_sentence_says_what_is_sure(rows):
    row = rows["Black"]
    said = language.gap(row)
    assert said.startswith("Between 40 and 44 of 100 Black students (40.0% to 44.0%, interval ")
    assert "met the standard in mathematics: at least " in said and "lower" in said
    assert "whatever the exact count. This is a clear difference." in said
    assert not language.lint(said) and "nan" not in said.lower()
    # 40 to 44 of 100 beside 222 to 230 of 300 others: never closer than (222 - ... ) says.
    assert row.difference == pytest.approx(44 / 100 - (266 - 44) / 300)


def test_both_sides_open(rows):
    row = rows["Female"]
    assert row.difference == 0 and row.signal != "clear difference"
    assert "leaves open whether that is more or less" in language.gap(row)


def test_the_table_has_ranges_and_no_number(view, rows):
    about = catalog.indicator("proficient_math")
    made = tables.by_group(
        list(rows.values()), about, "Caption", unit=view.unit_id, year=view.year, shared=set()
    )
    lines = {line.head: line.cells for _, part in made.parts for line in part}
    cells = {cell.column: cell.text for cell in lines["Black"]}
    assert [c.text for c in lines["Black"] if c.column == "range"] == ["40 to 44", "40.0% to 44.0%"]
    assert cells["difference"].startswith("at least −") and cells["to_parity"] == "cannot be said"
    assert not {"x", "rate"} & {c.column for cells in lines.values() for c in cells}


def test_the_chart_draws_a_pale_bar(view, rows):
    frame = view.frame(list(rows.values()))
    about = catalog.indicator("proficient_math")
    drawn = figures.rates(frame, about, alt="alt")
    assert drawn.svg.count(PALE) >= 1 and ">range<" not in drawn.svg
    assert list(figures.fitting(frame)["group"]) == list(frame["group"])


# ------------------------------------------------- from the file's cell to the finished page

WASHINGTON = """county,code,district,population,native_pop,asian_pop,black_pop,hispanic_pop,api_pop,multi_pop,white_pop,li_pop,se_pop,disciplined,native_d,asian_d,black_d,hispanic_d,api_d,multi_d,white_d,li_d,se_d
statewide,wa,Washington (statewide),1140601,18763,81022,54824,246033,11603,79859,658925,569018,163701,43275,1269,1078,4713,11119,627,3441,21122,32434,12049
King,17001,Seattle ,56908,507,9235,10202,7546,339,4271,24739,24002,8763,1958,45,154,805,330,19,123,481,1446,688
Kitsap,18303,Bainbridge Island ,4115,30,154,29,275,5,321,3301,371,549,26,0,,,,,,19,,8
"""  # as published: a blank is a count that was hidden
VIRGINIA = """"On-time Graduation Rate"
10/26/2022

Year,Level,Division,Subgroup,Cohort,"Graduation Count","Virginia On-Time Graduation Rate"
2021,DIV,"Accomack County Public Schools","All Students",371,313,84.4
2021,DIV,"Accomack County Public Schools",Asian,<,<,100
2021,DIV,"Accomack County Public Schools",Black,140,119,85
2021,DIV,"Accomack County Public Schools",Hispanic,78,55,70.5
2021,DIV,"Accomack County Public Schools","Multiple Races",<,<,100
2021,DIV,"Accomack County Public Schools",White,146,132,90.4
"""
ENGLAND = (
    "time_period,time_identifier,geographic_level,country_code,country_name,new_la_code,la_name,"
)
ENGLAND += "school_urn,school_name,breakdown_topic,breakdown,headcount,perm_excl\n"


def page(path, unit: str, chapter: str):
    """A unit's chapter as a reader sees it, and its rows of findings.csv."""
    public = eq.protect(eq.audit(eq.read(path)))
    level = public.unit(unit)["level"]
    report = (SchoolReport if level == "school" else DistrictReport)(public, unit)
    html = report.at_a_glance()._repr_html_() + report.chapter(chapter)._repr_html_()
    rows = pd.read_csv(io.StringIO(batch.findings(public, [unit])), dtype=str)
    return html, rows[rows["dimension"] != "all"].set_index("group")


def cells_of(html: str, group: str) -> str:
    """The cells of one group's line in the table of a page, as text."""
    lines = [re.sub(r"<[^>]+>", "|", line) for line in html.split("<tr")]
    found = [cells for line in lines if (cells := line.split(f"|{group}|"))[1:]]
    return re.sub(r"\|+", "|", found[-1][1])


def test_edfacts_range_on_the_page(tmp_path):
    path = tmp_path / "math.csv"
    names = ",".join(f"{g}_MTH00NUMVALID_1819,{g}_MTH00PCTPROF_1819" for g in GROUPS)
    cells = ",".join(f"{n},{percent}" for n, percent in GROUPS.values())
    path.write_text(f"{HEAD}{names}\nOHIO,39,3900100,First,390010000101,Oak,{cells}\n")
    html, rows = page(path, "390010000101", "achievement")
    said = cells_of(html, "Black")
    assert "40 to 44" in said and "40.0% to 44.0%" in said and "cannot be said" in said
    assert "42" not in said  # the middle
    row = rows.loc["Black"]
    assert pd.isna(row["x"]) and pd.isna(row["rate"]) and row["why"] == "range"
    assert (float(row["band_low"]), float(row["band_high"])) == (0.40, 0.44)


def test_washington_blank_on_the_page(tmp_path):
    path = tmp_path / "discipline_2014.csv"
    path.write_text(WASHINGTON)
    html, rows = page(path, "18303", "discipline")
    assert "hidden" in cells_of(html, "Economically disadvantaged")
    said = cells_of(html, "Not economically disadvantaged")
    assert "3,744" in said and "0 to 26" in said and "cannot be said" in said and "13" not in said
    row = rows.loc["Not economically disadvantaged"]
    assert pd.isna(row["x"]) and pd.isna(row["rate"]) and float(row["band_high"]) < 26 / 3743
    blank = rows.loc["Economically disadvantaged"]
    assert blank["why"] == "hidden" and blank[["x", "rate", "rate_low", "band_high"]].isna().all()


def test_virginia_fewer_than_ten_on_the_page(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(VIRGINIA)
    html, rows = page(path, "Accomack County", "graduation")
    for group in ("Asian", "Two or more races"):
        assert re.fullmatch(r"\|*hidden\|*", cells_of(html, group))  # nor 100 %, which the file has
        assert rows.loc[group, ["n", "x", "rate", "rate_low", "band_low", "band_high"]].isna().all()
        assert rows.loc[group, "why"] == "hidden"
    assert "119" in cells_of(html, "Black")


def test_england_low_on_the_page(tmp_path):
    place = "202122,Academic year,School,E92000001,England,E10000027,Somerset,100001,Oak School"
    groups = [
        ("Total", "Total", 1400, 100),
        ("Gender", "Male", 700, 60),
        ("Gender", "Female", 700, "low"),
    ]
    groups += [("Age", f"Age {a}", 100, 5 * (a + 1)) for a in range(13)] + [
        ("Age", "Age 14", 100, "c")
    ]
    lines = [f"{place},{topic},{group},{n},{x}" for topic, group, n, x in groups]
    path = tmp_path / "excl.csv"
    path.write_text(ENGLAND + "\n".join(lines) + "\n")
    html, rows = page(path, "100001", "discipline")
    for group in ("Female", "Age 14"):  # a small number, and one that was kept back
        assert "hidden" in cells_of(html, group) and not re.search(r"\d%", cells_of(html, group))
        assert rows.loc[group, ["x", "rate", "band_low", "band_high"]].isna().all()
        assert rows.loc[group, "why"] == "hidden"
