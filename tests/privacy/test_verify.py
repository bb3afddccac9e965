"""`equitylab verify`: a clean folder is found clean, and each planted leak is found and named."""

from __future__ import annotations

import base64
import io
import json
import zipfile

import pandas as pd
import pytest

from equitylab.errors import DataError
from equitylab.privacy.verify import verify
from tests.privacy import report_folder as kit
from tests.privacy.report_folder import ABSENT, BOTH, SUSPENDED

PAGE, BOOK = "schools/alder-school.html", "schools/alder-school.ipynb"
ASIAN = ("2023-24", "0101", SUSPENDED, "race_ethnicity", "Asian")
HISPANIC = ("2023-24", "0101", SUSPENDED, "race_ethnicity", "Hispanic")
LEARNER = ("2023-24", "0101", SUSPENDED, "el", "English learner")


@pytest.fixture
def clean(tmp_path):
    return kit.write(tmp_path / "reports")


def change(cell, **columns):
    """Return the rows of findings.csv with one row changed."""
    rows = kit.rows()
    names = ("year", "unit_id", "indicator", "dimension", "group")
    found = [r for r in rows if tuple(r[k] for k in names) == cell]
    assert len(found) == 1
    found[0].update(columns)
    return rows


def row_like(cell, **columns):
    """Return a new row of findings.csv, of the same unit as a cell."""
    year, unit, indicator, dimension, group = cell
    name, level, parent = kit.UNITS[unit]
    row = dict.fromkeys(kit.COLUMNS, "")
    row.update(year=year, unit_id=unit, unit=name, level=level, parent_id=parent)
    row.update(indicator=indicator, dimension=dimension, group=group, reference="others")
    return {**row, **columns}


def output(**data):
    mime = {"data": data, "metadata": {}, "output_type": "display_data"}
    return kit.notebook([mime])


def xlsx(fill) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Group", "Students"])
    book.active.append(["Black", 61])
    fill(book)
    box = io.BytesIO()
    book.save(box)
    return box.getvalue()


def zipped(**files) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w") as archive:
        for name, text in files.items():
            archive.writestr(name.replace("__", "."), text)
    return box.getvalue()


def test_a_clean_folder_is_clean(clean):
    verdict = verify(clean)
    assert verdict.ok, verdict.to_text()
    assert (verdict.files, verdict.hidden, verdict.attacked, verdict.open) == (4, 36, 60, 0)
    assert verdict.policy == {"min_group": 10, "min_cell": 3}
    assert verdict.to_text().startswith("Nothing hidden could be worked out. 4 files")


# name -> (what to write, kind, file in which it is found, the cell)
def _page(body="", **more):
    return lambda path: kit.write(path, html=kit.page(kit.rows(), body=body, **more))


def _findings(rows):
    return lambda path: kit.write(path, findings=rows)


def _extra(name, data):
    def write(path):
        kit.write(path)
        (path / name).write_bytes(data if isinstance(data, bytes) else data.encode())

    return write


def _book(text):
    return lambda path: kit.write(path, book=text)


def _two_races():
    """An intersection whose parts are printed: they sum to one hidden group, which gives another."""
    rows = kit.rows()
    for group, n, x in (("Hispanic × Female", 20, 4), ("Hispanic × Male", 28, 6)):
        cell = ("2023-24", "0101", SUSPENDED, "race_ethnicity × sex", group)
        rows.append(row_like(cell, n=str(n), x=str(x)))
    return rows


HEAD = "year,unit_id,indicator,dimension,group"
PLANTS = {
    "a rate beside a hidden count": (
        _findings(change(ASIAN, rate="0.023809523809523808")),
        "printed",
        "findings.csv",
        ASIAN,
    ),
    "a numerator beside a hidden rate": (
        _findings(change(ASIAN, x="1")),
        "printed",
        "findings.csv",
        ASIAN,
    ),
    "everyone else beside a hidden group": (
        _findings(change(ASIAN, other_n="204", other_x="30")),
        "printed",
        "findings.csv",
        ASIAN,
    ),
    "a group size that is hidden": (
        _findings(change(LEARNER, n="7")),
        "printed",
        "findings.csv",
        LEARNER,
    ),
    "a number in a column of its own": (
        _extra("extra.csv", f"{HEAD},why,raw\n" + ",".join(ASIAN) + ",hidden,1\n"),
        "printed",
        "extra.csv",
        ASIAN,
    ),
    "a second file without the mark": (
        _extra("schools/open.csv", f"{HEAD},n,x\n" + ",".join(ASIAN) + ",42,1\n"),
        "printed",
        "schools/open.csv",
        ASIAN,
    ),
    "a table cell of the page": (
        lambda path: kit.write(
            path,
            html=kit.page(kit.rows()).replace(
                '<td data-col="n">42</td><td data-col="x">hidden</td>',
                '<td data-col="n">42</td><td data-col="x">1</td>',
            ),
        ),
        "printed",
        PAGE,
        ASIAN,
    ),
    "a total that gives it by subtraction": (
        _findings(change(HISPANIC, why="", x="10", rate="0.20833333333333334")),
        "derived",
        "findings.csv",
        ASIAN,
    ),
    "a second dimension that gives it": (_findings(_two_races()), "derived", "findings.csv", ASIAN),
    "a district without one school": (
        _findings(
            [
                {**r, "why": "", "x": {"Asian": "8", "Hispanic": "13"}[r["group"]]}
                if (r["unit_id"], r["year"], r["indicator"], r["why"])
                == ("0102", "2023-24", SUSPENDED, "hidden")
                and r["dimension"] == "race_ethnicity"
                else r
                for r in kit.rows()
            ]
        ),
        "derived",
        "findings.csv",
        ASIAN,
    ),
    "the pooled years and all years but one": (
        _findings(
            [
                {**r, "why": "", "x": {BOTH: "3", "2022-23": "2"}[r["year"]], "n": r["n"]}
                if (r["unit_id"], r["indicator"], r["group"]) == ("0101", SUSPENDED, "Asian")
                and r["year"] != "2023-24"
                else r
                for r in kit.rows()
            ]
        ),
        "derived",
        "findings.csv",
        ASIAN,
    ),
    "a small group that is not hidden": (
        _findings(change(LEARNER, n="7", n_why="", why="", x="4")),
        "printed",
        "findings.csv",
        LEARNER,
    ),
    "alt text": (
        _page('<img alt="Suspended: Black 18.0 %, Asian 2.4 %." src="a.png">'),
        "text",
        PAGE,
        ASIAN,
    ),
    "a sentence": (
        _page("<p>1 of 42 Asian students was suspended out of school in 2023-24.</p>"),
        "text",
        PAGE,
        ASIAN,
    ),
    "a caption": (
        _page("<figure><figcaption>Suspended: Asian students, 2.4 %</figcaption></figure>"),
        "text",
        PAGE,
        ASIAN,
    ),
    "a comment": (_page("<!-- debug: Asian x=1 -->"), "text", PAGE, ASIAN),
    "a comment that holds a page": (_page("<!-- <p>Asian: <b>1</b></p> -->"), "text", PAGE, ASIAN),
    "a hidden element": (_page("<div hidden><p>Asian</p><p>1</p></div>"), "text", PAGE, ASIAN),
    "a title attribute": (_page('<span title="Asian: 1 student">…</span>'), "text", PAGE, ASIAN),
    "a label for screen readers": (_page('<b aria-label="Asian 2 %">.</b>'), "text", PAGE, ASIAN),
    "a data attribute of a row": (
        _page(
            rows_more='<tr data-group="Asian"><th>Asian</th><td data-raw="1" data-col="rate">hidden'
            "</td></tr>"
        ),
        "text",
        PAGE,
        ASIAN,
    ),
    "a list of a term and a number": (
        _page("<h2>Suspended out of school</h2><dl><dt>Asian</dt><dd>1</dd></dl>"),
        "text",
        PAGE,
        ASIAN,
    ),
    "a table without attributes": (
        _page(
            "<table><tr><th>Group</th><th>Share</th></tr><tr><td>Asian</td><td>2.4</td></tr></table>"
        ),
        "text",
        PAGE,
        ASIAN,
    ),
    "groups as columns": (
        _page(
            "<table><tr><th>Outcome</th><th>Black</th><th>Asian</th></tr>"
            "<tr><td>Suspended out of school</td><td>11</td><td>1</td></tr></table>"
        ),
        "text",
        PAGE,
        ASIAN,
    ),
    "a number in a drawing": (
        _page(drawing=kit.svg('<text x="10" y="130">Asian 2.4 %</text>')),
        "text",
        PAGE,
        ASIAN,
    ),
    "a number beside a bar": (
        _page(drawing=kit.svg('<text x="120" y="71">20.8 %</text>')),
        "text",
        PAGE,
        HISPANIC,
    ),
    "a drawing's description": (
        _page(drawing=kit.svg("<desc>Asian: 2.4 %</desc>")),
        "text",
        PAGE,
        ASIAN,
    ),
    "text drawn as paths": (
        _page(
            drawing=kit.svg(
                '<g id="text_9"><!-- Asian --><g transform="translate(10 130)"/></g>'
                '<g id="text_10"><!-- 2.4 % --><g transform="translate(90 130)"/></g>'
            )
        ),
        "text",
        PAGE,
        ASIAN,
    ),
    "an inline drawing": (
        _page("<svg><text x='0' y='9'>Asian</text><text x='60' y='9'>1</text></svg>"),
        "text",
        PAGE,
        ASIAN,
    ),
    "a JSON block": (
        _page('<script type="application/json">{"x": {"Black": 11, "Asian": 1}}</script>'),
        "text",
        PAGE,
        ASIAN,
    ),
    "columns in JSON": (
        _extra("chart.json", json.dumps({"y": ["Black", "Asian"], "width": [0.18, 0.0238]})),
        "text",
        "chart.json",
        ASIAN,
    ),
    "a script": (_page("<script>var d=[{g:'Asian',v:1}];</script>"), "text", PAGE, ASIAN),
    "meta data": (_page('<meta name="description" content="Asian 1 of 42">'), "text", PAGE, ASIAN),
    "a printed frame in a notebook": (
        _book(output(**{"text/plain": "   group   n  x\n0  Black  61  11\n1  Asian  42  1"})),
        "text",
        BOOK,
        ASIAN,
    ),
    "a notebook's page output": (
        _book(output(**{"text/html": "<p>Asian students: 2.4 %</p>"})),
        "text",
        BOOK,
        ASIAN,
    ),
    "a collapsed cell's output": (
        _book(
            kit.notebook(
                [{"output_type": "stream", "name": "stdout", "text": "Asian 1\n"}],
                metadata={"tags": ["hide-input"], "jupyter": {"outputs_hidden": True}},
            )
        ),
        "text",
        BOOK,
        ASIAN,
    ),
    "a cell's metadata": (
        _book(kit.notebook(metadata={"cache": {"Asian": {"x": 1}}})),
        "text",
        BOOK,
        ASIAN,
    ),
    "a traceback": (
        _book(
            kit.notebook(
                [
                    {
                        "output_type": "error",
                        "ename": "ValueError",
                        "evalue": "",
                        "traceback": ["\x1b[31mValueError\x1b[0m: Asian has only 1"],
                    }
                ]
            )
        ),
        "text",
        BOOK,
        ASIAN,
    ),
    "a notebook's drawing": (
        _book(output(**{"image/svg+xml": kit.svg('<text x="10" y="130">Asian 1</text>')})),
        "text",
        BOOK,
        ASIAN,
    ),
    "JSON in a notebook": (
        _book(output(**{"application/json": {"records": [{"group": "Asian", "x": 1}]}})),
        "text",
        BOOK,
        ASIAN,
    ),
    "an attachment": (
        _book(
            kit.notebook(
                attachments={
                    "a.svg": {
                        "image/svg+xml": base64.b64encode(
                            b"<svg><text>Asian 1</text></svg>"
                        ).decode()
                    }
                }
            )
        ),
        "text",
        BOOK,
        ASIAN,
    ),
    "a slice of the data in an archive": (
        _extra("data.zip", zipped(table__csv=f"{HEAD},n,x\n" + ",".join(ASIAN) + ",42,1\n")),
        "printed",
        "data.zip!table.csv",
        ASIAN,
    ),
    "a change while one year is hidden": (
        _extra(
            "data.zip",
            zipped(
                changes__csv="year_from,year_to,unit_id,indicator,dimension,group,change,why\n"
                "2022-23,2023-24," + ",".join(ASIAN[1:]) + ",-0.026,\n"
            ),
        ),
        "printed",
        "data.zip!changes.csv",
        ("2022-23", *ASIAN[1:]),
    ),
    "a file name": (
        _extra("alder-asian-1-of-42.txt", "x"),
        "text",
        "alder-asian-1-of-42.txt",
        None,
    ),
    "a picture's own words": (None, "text", "chart.png", None),
    "two numbers for one cell": (
        _extra(
            "old.csv",
            f"{HEAD},n,x\n2023-24,0101,{SUSPENDED},race_ethnicity,Black,61,13\n",
        ),
        "inconsistent",
        "old.csv",
        ("2023-24", "0101", SUSPENDED, "race_ethnicity", "Black"),
    ),
}


def _hidden_sheet(book):
    sheet = book.create_sheet("work")
    sheet.sheet_state = "hidden"
    sheet.append(["group", "x"])
    sheet.append(["Asian", 1])


def _comment(book):
    from openpyxl.comments import Comment

    book.active["B2"].comment = Comment("Asian: 1 of 42", "x")


def _name(book):
    from openpyxl.workbook.defined_name import DefinedName

    book.defined_names["Asian_x"] = DefinedName("Asian_x", attr_text="1")


def _property(book):
    book.properties.description = "Asian: 1 of 42"


for _what, _fill in {
    "a workbook's hidden sheet": _hidden_sheet,
    "a comment in a workbook": _comment,
    "a defined name of a workbook": _name,
    "a workbook's properties": _property,
}.items():
    PLANTS[_what] = (_extra("data.xlsx", xlsx(_fill)), "text", "data.xlsx", None)


def _png() -> bytes:
    def chunk(kind, body):
        return len(body).to_bytes(4, "big") + kind + body + b"\0\0\0\0"

    words = chunk(b"tEXt", b"Description\0Asian: 1 of 42")
    return b"\x89PNG\r\n\x1a\n" + words + chunk(b"IEND", b"")


PLANTS["a picture's own words"] = (_extra("chart.png", _png()), "text", "chart.png", None)


@pytest.mark.parametrize("what", PLANTS)
def test_a_planted_leak_is_found_and_named(tmp_path, what):
    write, kind, file, cell = PLANTS[what]
    write(tmp_path / "reports")
    verdict = verify(tmp_path / "reports")
    assert not verdict.ok, what
    found = [leak for leak in verdict.leaks if leak.kind == kind and leak.file == file]
    assert found, verdict.to_text()
    if cell is not None:
        assert cell in {leak.cell for leak in found}, verdict.to_text()
        line = verdict.line(next(leak for leak in found if leak.cell == cell))
        who = "all students" if cell[3] == "all" else cell[4]
        for word in (kind, file, kit.UNITS[cell[1]][0], cell[0], who):
            assert word in line, line
    if kind == "text":  # a number in words is no number of a table: one leak, and that one
        assert {leak.kind for leak in verdict.leaks} == {"text"}, verdict.to_text()
        groups = {leak.cell[4] for leak in verdict.leaks}
        assert groups == {cell[4] if cell else "Asian"}, verdict.to_text()


def test_a_cell_that_only_protects_another_may_be_found(tmp_path):
    rows = change(ASIAN, why="", x="5", rate="0.11904761904761904")
    verdict = verify(kit.write(tmp_path / "r", findings=rows))
    assert verdict.ok, verdict.to_text()  # 6 Hispanic students follow: a count that may be told


def test_a_difference_from_others_gives_a_hidden_total(tmp_path):
    """Total and one group hidden, in both schools: a difference from others gives both away."""

    def rows(difference: bool):
        out = []
        for r in kit.rows():
            if r["indicator"] == SUSPENDED and r["level"] == "school":
                r |= {"other_n": "", "other_x": "", "other_rate": ""}
                if r["dimension"] == "all" and r["year"] != "2022-23":
                    r |= {"x": "", "rate": "", "why": "hidden"}
                if (r["unit_id"], r["year"], r["group"]) == ("0101", "2023-24", "Hispanic"):
                    r |= {"x": "10", "rate": repr(10 / 48), "why": ""}
                if not difference or r["group"] != "White" or r["year"] != "2023-24":
                    r["difference"] = ""
            out.append(r)
        return out

    plain = {"html": "<p>", "book": kit.notebook()}
    assert verify(kit.write(tmp_path / "without", findings=rows(False), **plain)).ok
    verdict = verify(kit.write(tmp_path / "with", findings=rows(True), **plain))
    found = {(k.kind, k.cell, k.low, k.high) for k in verdict.leaks}
    assert found == {("derived", ASIAN, 1, 1)}, verdict.to_text()


def test_what_an_insider_knows_counts(clean):
    verdict = verify(clean, known={HISPANIC: 10})
    assert {leak.cell for leak in verdict.leaks} == {ASIAN}


def test_the_policy_can_be_stricter_than_the_folder(clean):
    verdict = verify(clean, min_group=50)
    assert any("size of a group of 42" in leak.says for leak in verdict.leaks)


def test_a_band_is_a_leak_only_where_it_gives_the_whole_group_away(tmp_path):
    band = dict(why="band", band_low="0", band_high="0.2", x="", rate="", other_n="", other_x="")
    band |= {"other_rate": "", "difference": ""}
    low = [
        {**r, **band}
        if (r["unit_id"], r["year"], r["indicator"], r["group"])
        == ("0101", "2023-24", ABSENT, "Black")
        else r
        for r in kit.rows()
    ]
    # Chronic absence is better low: that the line gives x exactly is known, and not against anyone.
    assert verify(kit.write(tmp_path / "low", findings=low)).ok
    whole = []
    for r in kit.rows():
        r = dict(r)
        if (r["year"], r["indicator"], r["unit_id"]) == ("2023-24", ABSENT, "0101"):
            if r["group"] == "Black":
                r |= band | {"band_low": "0.95", "band_high": "1"}
            elif r["group"] == "all":
                r |= {"x": str(int(r["x"]) + 48), "rate": ""}
            r |= {"other_x": "", "other_rate": "", "difference": ""}
        whole.append(r)
    found = [
        leak
        for leak in verify(kit.write(tmp_path / "high", findings=whole)).leaks
        if leak.cell[2:] == (ABSENT, "race_ethnicity", "Black") and leak.kind == "derived"
    ]
    assert [(leak.low, leak.high) for leak in found] == [(61, 61)]
    assert "every one of the group" in found[0].says


def test_a_sum_that_the_printed_numbers_break_is_not_used(tmp_path):
    rows = []
    for r in kit.rows():
        if r["dimension"] == "race_ethnicity" and r["group"] == "White" and r["x"]:
            r = {**r, "x": str(int(r["x"]) + 60), "rate": ""}
        rows.append({**r, "other_n": "", "other_x": "", "other_rate": "", "difference": ""})
    verdict = verify(kit.write(tmp_path / "r", findings=rows, html="<p>", book=kit.notebook()))
    assert verdict.ok, verdict.to_text()
    assert any("sums that the printed numbers break" in note for note in verdict.notes)


def test_the_same_numbers_twice_are_no_leak(clean):
    table = pd.read_csv(clean / "findings.csv", dtype=str, keep_default_na=False)
    table.to_csv(clean / "again.csv", index=False)
    with zipfile.ZipFile(clean / "slice.zip", "w") as box:
        box.writestr("table.csv", table.to_csv(index=False))
    assert verify(clean).ok


def test_a_count_of_measures_is_none_of_a_group(clean):
    said = "<ul><li>No clear difference between groups on {}: Suspended, by Asian students</ul>"
    (clean / "more.html").write_text(said.format("14 measures"), "utf-8")
    assert verify(clean).ok
    (clean / "more.html").write_text(said.format("14 students"), "utf-8")
    assert [leak.kind for leak in verify(clean).leaks] == ["text"]


def test_a_sample_says_that_it_is_one(clean):
    verdict = verify(clean, sample=10)
    assert verdict.ok and verdict.attacked == 10
    assert any("A sample: 10 of 60" in note for note in verdict.notes)


def test_out_of_time_is_said(clean):
    verdict = verify(clean, seconds=-1.0)
    assert verdict.open > 0
    assert "could not be settled" in verdict.summary()


@pytest.mark.parametrize("make", [lambda p: p / "none", lambda p: p])
def test_no_folder_and_an_empty_one_are_said_in_plain_words(tmp_path, make):
    with pytest.raises(DataError) as caught:
        verify(make(tmp_path))
    assert len(str(caught.value).splitlines()) <= 2


def test_files_that_cannot_be_read_are_named(clean):
    (clean / "a.pdf").write_bytes(b"%PDF-1.7 x")
    (clean / "b.zip").write_bytes(b"PK\x03\x04 not a zip")
    (clean / "c.ipynb").write_text("{", encoding="utf-8")
    verdict = verify(clean)
    assert verdict.ok
    assert [s.split(":")[0] for s in sorted(verdict.skipped)] == ["a.pdf", "b.zip", "c.ipynb"]


def test_more_outcomes_than_students_stops_nothing(tmp_path):
    rows = change(("2023-24", "0101", ABSENT, "race_ethnicity", "White"), x="400", rate="")
    verdict = verify(kit.write(tmp_path / "r", findings=rows, html="<p>", book=kit.notebook()))
    assert verdict.attacked == 60 and verdict.open == 0
    assert any("counts over sizes" in note for note in verdict.notes)


@pytest.mark.parametrize(("share", "clean"), [("17.1%", True), ("2.4%", False)])
def test_a_size_may_say_its_share_of_everyone(tmp_path, share, clean):
    """42 of 246 is no more than two sizes say; any other share beside a hidden count may be it."""
    page = kit.page(kit.rows()).replace(
        '<td data-col="n">42</td><td data-col="x">hidden</td>',
        f'<td data-col="n">42 ({share})</td><td data-col="x">hidden</td>',
    )
    verdict = verify(kit.write(tmp_path / "r", html=page))
    assert (not verdict.leaks) == clean, verdict.to_text()
