"""What is read out of files, and which numbers in words are explained."""

from __future__ import annotations

import io
import json
import random
import zipfile

import pytest

from equitylab.figures_rows import Rows
from equitylab.privacy.facts import gather
from equitylab.privacy.harvest import harvest
from equitylab.privacy.pages import Context, Sink, Text, read_json, read_page
from equitylab.privacy.sentences import Reader, band, numbers, table_cell
from equitylab.svg import data_uri
from tests.privacy import report_folder as kit
from tests.privacy.report_folder import SUSPENDED


def page(html: str) -> Sink:
    sink = Sink()
    read_page(html, Context(), sink)
    return sink


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    folder = kit.write(tmp_path_factory.mktemp("r") / "reports")
    return Reader(gather(harvest(folder)))


def found(reader, sentence: str, heading: str = "Suspended out of school", **context) -> list:
    here = Context(**{"unit": "0101", "year": "2023-24", **context})
    return reader.beside(Text(sentence, "here", here, heading))


# ---------------------------------------------------------------------- sentences
ORDINARY = [
    "Groups of fewer than 10 students are hidden: Asian and Hispanic.",
    "Asian students: hidden. Rates stand with 95 % intervals.",
    "In 2023-24, 11 of 61 Black students (18.0 %) were suspended; Asian students: hidden.",
    "42 Asian students were enrolled in 2023-24.",
    "Asian (42), Black (61), Hispanic (48), White (95).",
    "For Asian and Hispanic students, 2 of 8 groups, the number is hidden.",
    "English learner students in Grade 8 are hidden; see table 3.",
    "Hispanic students: the count, under 3 or over, is not told.",
    "31 of 246 students were suspended; those of the Asian group are not told apart.",
    "Asian students make up 17.1 % of all students enrolled.",
    "Asian: not reported. White: 9 of 95 (9.5 %), Black: 8.5 points more.",
    "The years 2022-23 to 2023-24 are counted together for Asian students.",
    "Per 100 students, Asian students: hidden.",
    "Asian | hidden | Black | 18.0 %",
]


@pytest.mark.parametrize("sentence", ORDINARY)
def test_ordinary_words_are_no_alarm(reader, sentence):
    assert found(reader, sentence) == []


LEAKS = {
    "1 of 42 Asian students was suspended.": ("1",),
    "Asian students: 2.4 %.": ("2.4 %",),
    "Asian 1, Black 11, White 9.": ("1",),
    "The rate was 2.4 percent for Asian students and 18.0 percent for Black students.": (
        "2.4 percent",
    ),
    "asian students were at 7": (),  # one word is a group only as groups are written
    "English learners: 7 enrolled.": ("7",),
    "Everyone but Asian students: 30 of 204.": ("30", "204"),
    "Asian students were 15.6 points below others.": ("15.6 points",),
}


@pytest.mark.parametrize("sentence", LEAKS)
def test_a_number_beside_a_hidden_group_is_seen(reader, sentence):
    assert tuple(n for one in found(reader, sentence) for n in one.numbers) == LEAKS[sentence]


def test_what_is_hidden_depends_on_the_indicator_and_the_unit(reader):
    sentence = "10 of 42 Asian students (23.8 %)."
    assert found(reader, sentence, "Chronically absent") == []
    assert found(reader, sentence, "Suspended out of school")
    assert found(reader, "9 of 75 Asian students (12.0 %).", unit="0100") == []
    assert found(reader, "At Birch School, 8 of 33 Asian students.", unit="0100")


def test_a_groups_number_is_seen_in_a_language_that_is_not_known(reader):
    """An element that says whose number it holds is read by what it says, not by its words."""
    about = {"dimension": "race_ethnicity", "group": "Asian"}
    assert [one.numbers for one in found(reader, "Asiático (7)", **about)] == [("7",)]
    assert found(reader, "Asiático (42)", **about) == []
    grade = {"dimension": "race_ethnicity", "group": "Asian 3"}
    assert found(reader, "Asiático 3 (no se muestra)", **grade) == []


def test_a_headings_indicator_gives_way_to_the_sentences(reader):
    sentence = "Chronically absent: 10 of 42 Asian students."
    assert found(reader, sentence, "Suspended out of school") == []


def test_numbers_are_read_as_written():
    read = [(n.value, n.half) for n in numbers("−4.0 points, 1,234 of 5, 12.50 %, v2, 3rd, 0.31")]
    assert read == [(-0.04, 0.0005), (1234, 0), (5, 0), (0.125, 0.00005), (0.31, 0.005)]


@pytest.mark.parametrize(
    ("raw", "col", "value"),
    [
        ("12 of 60", "count", {"x": (12, 0), "n": (60, 0)}),
        ("hidden", "x", {}),
        ("–", "x", {}),
        ("95 % or more", "rate", {}),
        ("20 % (12 % to 31 %)", "rate", {"rate", "rate, number 2", "rate, number 3"}),
    ],
)
def test_a_table_cell_is_read(raw, col, value):
    read = table_cell(raw, col)
    assert (set(read) if isinstance(value, set) else read) == value


def test_bands_are_read():
    assert band("2.5% or less") == (0.0, 0.025)
    assert band("20.0 %") is None


# ---------------------------------------------------------------------- pages
def test_a_table_says_what_its_cells_are():
    sink = page(
        '<table data-indicator=i data-unit=u data-year=y><tr data-dimension=d data-group="a &amp; b">'
        "<th>a</th><td data-col=n>1,234</td><td data-col=x data-group=c>5</td></tr></table>"
    )
    read = [(p.context.group, p.col, p.raw) for p in sink.printed]
    assert read == [("a & b", "n", "1,234"), ("c", "x", "5")]
    assert sink.printed[0].context == Context("u", "i", "y", "d", "a & b")


def test_texts_know_their_headings():
    sink = page("<h2>One 1</h2><p>a 1</p><h3>Two 2</h3><p>b 2</p><h2>Three 3</h2><p>c 3</p>")
    assert {t.text: t.heading for t in sink.texts if t.where == "paragraph"} == {
        "a 1": "One 1",
        "b 2": "One 1 / Two 2",
        "c 3": "Three 3",
    }


@pytest.mark.parametrize(
    "html",
    [
        "<div><p>Asian<p>1",
        "<ul><li>Asian <b>1</b></ul></div></span>",
        "<![CDATA[Asian 1]]>",
        "<!-- Asian 1 -->",
        "<template><p>Asian 1</p></template>",
        "<p hidden>Asian 1</p>",
        "<svg><desc>Asian 1</desc></svg>",
        "<style>p::after{content:'Asian 1'}</style>",
        "<input value='Asian 1'>",
        "<noscript>Asian 1</noscript>",
        "<iframe srcdoc='<p>Asian 1</p>'></iframe>",
        "<a href='data:text/plain;base64,QXNpYW4gMQ=='>x</a>",
        "<a href='data:text/plain,Asian%201'>x</a>",
        "&lt;p&gt;Asian 1",
    ],
)
def test_words_are_read_wherever_they_stand(html):
    texts = [t.text for t in page(html).texts]
    assert any("Asian" in t and "1" in t for t in texts), texts


def test_the_ticks_of_an_axis_are_not_the_numbers_of_a_bar():
    inline = "".join(f"<text x='{40 * i}' y='50'>{10 * i}</text>" for i in range(4))
    ticks = page(f"<svg>{inline}<text x='200' y='50'>Asian</text></svg>")
    assert not [t for t in ticks.texts if "Asian" in t.text]
    bar = page("<svg><text x='1' y='50'>Asian</text><text x='90' y='51'>12.0 %</text></svg>")
    assert [t.text for t in bar.texts if "Asian" in t.text] == ["Asian | 12.0 %"]


def test_a_number_planted_in_a_chart_of_ours_is_read_with_its_row():
    rows = Rows(["Asian", "Black"], strong=[0])
    rows.percents((0.0, 0.5), "Suspended out of school")
    rows.words(rows.y, ["hidden", ""])
    rows.line(rows.y, [0.1, 0.1], [0.2, 0.2], color="#1f3a5f", width=1.6)
    rows.sheet.text(200.0, rows.y[0] + 3, "2.4%")
    drawing = data_uri(rows.done())
    texts = [t.text for t in page(f'<img alt="A chart." src="{drawing}">').texts]
    assert "Asian | hidden | 2.4%" in texts
    assert not [t for t in texts if "Black" in t and "%" in t]


@pytest.mark.parametrize(
    "value",
    [
        {"Asian": 1},
        {"a": {"Asian": {"x": 1}}},
        [{"group": "Asian", "x": 1}],
        {"group": ["Black", "Asian"], "x": [11, 1]},
        {"columns": ["group", "x"], "data": [["Asian", 1]]},
        {"note": "Asian 1"},
        ["Asian 1"],
    ],
)
def test_json_of_any_shape_is_read(value):
    sink = Sink()
    read_json(value, Context(), sink, "JSON")
    assert any("Asian" in t.text and "1" in t.text for t in sink.texts), sink.texts


def test_a_code_book_is_no_number():
    sink = Sink()
    read_json({"columns": {"el: 1": "English learner", "10": "Grade 10"}}, Context(), sink, "JSON")
    assert not any("English learner" in t.text for t in sink.texts)


def test_rubbish_is_read_without_a_crash():
    rng = random.Random(7)
    bits = ["<p>", "</td>", "<table data-group=a>", "<tr>", "<svg>", "<!--", "]]>", "&#x110000;",
            "<text x=1e99>", "data:", '"', "'", "\0", "12 %", "Asian", "<script>", "{", "<a b=c"]  # fmt: skip
    for _ in range(300):
        page("".join(rng.choices(bits, k=30)))


# ---------------------------------------------------------------------- folders
def test_files_are_told_apart_by_unit(tmp_path):
    found = harvest(kit.write(tmp_path / "r"))
    units = {file: {t.context.unit for f, t in found.texts if f == file} for file, _ in found.texts}
    assert units["schools/alder-school.html"] == {"0101"}
    assert units["schools/alder-school.ipynb"] == {"0101"}
    assert found.policy == {"min_group": 10, "min_cell": 3}
    assert found.units["0102"] == ("Birch School", "school", "0100")


def test_without_a_manifest_units_are_known_by_name_and_level(tmp_path):
    folder = kit.write(tmp_path / "r")
    (folder / "manifest.json").unlink()
    rows = [{**r, "parent_id": ""} for r in kit.rows()]
    kit.write_csv(folder / "findings.csv", rows)
    found = harvest(folder)
    assert found.units["0101"] == ("Alder School", "school", "0100")
    assert {t.context.unit for f, t in found.texts if f.endswith(".html")} == {"0101"}


def test_archives_within_archives_are_opened_to_a_depth(tmp_path):
    def wrap(name: str, data: bytes) -> bytes:
        box = io.BytesIO()
        with zipfile.ZipFile(box, "w") as archive:
            archive.writestr(name, data)
        return box.getvalue()

    data = b"Asian 1"
    for name in ("a.txt", "b.zip"):
        data = wrap(name, data)
    (tmp_path / "c.zip").write_bytes(data)
    assert any(t.text == "Asian 1" for _, t in harvest(tmp_path).texts)
    for name in ("c.zip", "d.zip", "e.zip"):
        data = wrap(name, data)
    (tmp_path / "c.zip").write_bytes(data)
    assert any("archive in an archive" in s for s in harvest(tmp_path).skipped)


def test_rows_that_stand_in_many_files_are_kept_once(tmp_path):
    folder = kit.write(tmp_path / "r")
    text = (folder / "findings.csv").read_bytes()
    with zipfile.ZipFile(folder / "a.zip", "w") as box:
        box.writestr("table.csv", text)
        box.writestr("units.csv", "unit_id,unit,level,parent_id\n0103,Elm School,school,0100\n")
    found = harvest(folder)
    assert sum(len(f.rows) for f in found.frames) == len(kit.rows())
    assert found.units["0103"] == ("Elm School", "school", "0100")


def test_a_workbooks_sheet_of_cells_is_a_table(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "data"
    sheet.append(["A preamble"])
    sheet.append(["year", "unit_id", "indicator", "dimension", "group", "n", "x"])
    sheet.append(["2023-24", "0101", SUSPENDED, "race_ethnicity", "Black", 61, 11.0])
    book.save(tmp_path / "a.xlsx")
    facts = gather(harvest(tmp_path))
    row = facts.cells.iloc[0]
    assert (row["group"], row["n"], row["x"]) == ("Black", 61, 11)


def test_a_notebook_that_is_no_notebook_is_named(tmp_path):
    (tmp_path / "a.ipynb").write_text(json.dumps(["x"]), "utf-8")
    (tmp_path / "b.ipynb").write_text(json.dumps({"cells": [3]}), "utf-8")
    assert len(harvest(tmp_path).skipped) == 2


def test_a_workbook_that_does_not_open_is_read_as_an_archive(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as box:
        box.writestr("xl/sharedStrings.xml", "<sst><si><t>Asian 1</t></si></sst>")
    assert any(t.text == "Asian 1" for _, t in harvest(tmp_path).texts)
