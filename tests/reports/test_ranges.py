"""A range of the source stays one in sentences, tables and charts."""

import re

import pytest

import equitylab as eq
from equitylab import catalog, figures, language
from equitylab.display import band, between, ends
from equitylab.figures_rows import PALE
from equitylab.reports import tables
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
