"""From an executed notebook to a page: what comes through, what must not, what is refused."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from equitylab.errors import ReportError
from equitylab.markup import Cell, Html, Line, Table, attributes, bullets, esc
from equitylab.page import contents, page
from equitylab.reports.render import render, scrub

VOID = {"meta", "img", "br", "link", "input", "hr"}
MAY_STAY_OPEN = {"td", "th", "tr", "li", "p"}


class Reader(HTMLParser):
    """Reads a page strictly: every element closed, in order, but those that HTML lets open."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.seen, self.faults = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag and self.open[-1] in MAY_STAY_OPEN:
            self.open.pop()
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    assert not reader.faults and not [t for t in reader.open if t not in MAY_STAY_OPEN]
    return reader


def notebook(*outputs, markdown="# Template\n\nProse."):
    title = new_output("execute_result", {"text/html": "<div class=title><h1>Ash</h1></div>"})
    cells = [new_markdown_cell(markdown), new_code_cell("x", outputs=[title])]
    return new_notebook(cells=[*cells, *(new_code_cell("y", outputs=[o]) for o in outputs)])


def html_output(text: str):
    return new_output("display_data", {"text/html": text, "text/plain": "12 of 60"})


KINDS = [("school-report", f"010{k}") for k in range(1, 6)] + [("district-report", "01")]


@pytest.mark.parametrize("name, unit", KINDS)
def test_a_report_of_every_kind_of_unit(executed, name, unit):
    book = executed(name, unit)
    text = render(book)
    reader = read(text)
    tags = [tag for tag, _ in reader.seen]
    assert tags.count("h1") == 1 and tags.count("main") == 1 and "script" not in tags
    assert len(text.encode("utf-8")) < 300_000
    levels = [int(t[1]) for t in tags if re.fullmatch("h[1-6]", t)]
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    ids = [a["id"] for _, a in reader.seen if "id" in a]
    assert len(ids) == len(set(ids))
    results = "".join(o["data"]["text/html"] for c in book.cells for o in c.get("outputs", []))
    for tag in ("<figure", "<table", "<caption"):
        assert text.count(tag) == results.count(tag)
    for tag, attrs in reader.seen:
        if tag == "th":
            assert attrs.get("scope") in ("col", "row", "rowgroup")
        assert not any(key.startswith("on") for key in attrs)
        for key in ("src", "href"):
            assert attrs.get(key, "#").startswith(("#", "data:image/svg+xml,"))


def test_a_school_is_text_whatever_its_name(executed):
    text = render(executed("school-report", "0103"))
    assert "<title>&lt;script&gt;alert(1)&lt;/script&gt; High</title>" in text
    assert "<script" not in text
    arabic = render(executed("school-report", "0104"))
    assert "<bdi>مدرسة النور</bdi>" in arabic


def test_tables_say_which_cell_is_what(executed):
    reader = read(render(executed("school-report", "0102")))
    tables = [a for t, a in reader.seen if t == "table"]
    found = [a for a in tables if a.get("data-indicator") == "suspended_out_of_school"]
    assert all(a["data-unit"] == "0102" and a["data-year"] == "2023-24" for a in found) and found
    cells = [a["data-col"] for t, a in reader.seen if t == "td" and "data-col" in a]
    assert {"n", "x", "rate", "other_rate", "mean"} <= set(cells)


def test_numbers_on_the_page_are_the_published_ones(published, executed):
    text = render(executed("school-report", "0102"))
    rows = published.table
    rows = rows[(rows["unit_id"] == "0102") & (rows["indicator"] == "referred")
                & (rows["year"] == "2023-24") & (rows["why"] == "")
                & (rows["dimension"] == "sex")]  # fmt: skip
    table = re.search(r"<table data-indicator=referred .*?</table>", text, re.S)[0]
    assert len(rows) == 2
    for row in rows.itertuples():
        line = re.search(rf"<tr data-group={row.group}[^>]*>.*?(?=<tr|</tbody>)", table, re.S)[0]
        assert f"<td data-col=n>{int(row.n)}" in line and f"<td data-col=x>{int(row.x)}" in line


def test_hidden_numbers_are_words_in_the_page(published, executed):
    text = render(executed("school-report", "0102"))
    rows = published.table
    rows = rows[(rows["unit_id"] == "0102") & (rows["why"] == "hidden") & ~rows["pooled"]
                & (rows["year"] == "2023-24") & (rows["indicator"] == "suspended_in_school")
                & (rows["dimension"] == "race_ethnicity")]  # fmt: skip
    table = re.search(r"<table data-indicator=suspended_in_school .*?</table>", text, re.S)[0]
    assert len(rows)
    for group in rows["group"]:
        head = re.escape(esc(group))
        line = re.search(rf"<th scope=row>{head}(?=<td)(.*?)(?=<tr|</tbody>)", table, re.S)[1]
        words = re.sub(r"<[^>]+>", " ", line).split()
        assert words[-1] == "hidden" and len(words) <= 2


def test_only_prose_and_html_results_come_through():
    outputs = [
        new_output("stream", name="stdout", text="printed 41"),
        new_output("stream", name="stderr", text="warned 42"),
        new_output("display_data", {"text/plain": "plain 43"}),
        new_output("display_data", {"image/png": "aGVsbG8=", "text/plain": "44"}),
        new_output("display_data", {"application/javascript": "alert(45)"}),
        new_output("error", ename="E", evalue="46", traceback=["47"]),
        html_output("<p>kept 48</p>"),
    ]
    text = render(notebook(*outputs)).split("<main")[1]
    assert "kept 48" in text and "Prose." in text
    assert not re.search(r"printed|warned|plain|aGVs|alert|>x<|12 of 60|4[1234567]\b", text)


def test_results_of_expressions_and_displays_both_come_through():
    result = new_output("execute_result", {"text/html": "<table><caption>a</caption></table>"})
    text = render(notebook(result, html_output("<figure></figure>")))
    assert text.count("<table") == 1 and text.count("<figure") == 1


def test_the_report_names_the_page_and_not_the_template():
    text = render(notebook())
    assert "<title>Ash</title>" in text and "Template" not in text


def test_a_page_that_nothing_names_is_refused():
    book = new_notebook(cells=[new_markdown_cell("Prose.")])
    with pytest.raises(ReportError, match="names the report"):
        render(book)


@pytest.mark.parametrize("tag", ["<img src='data:,x'>", '<img alt=" " src="data:,x">'])
def test_a_picture_without_alt_text_is_refused(tag):
    with pytest.raises(ReportError, match="alt text"):
        render(notebook(html_output(tag)))


def test_what_is_kept_holds_nothing_of_the_run():
    book = notebook(html_output("<p>kept</p>"), new_output("stream", name="stderr", text="/a/b"))
    book.metadata.update(
        title="School report",
        authors=[{"name": "someone"}],
        papermill={"input_path": "/a/b", "duration": 3.1, "parameters": {"unit_id": "01"}},
        language_info={"name": "python", "version": "3.11.7"},
    )
    injected = new_code_cell("unit_id = '01'", metadata={"tags": ["injected-parameters"]})
    injected.metadata["papermill"] = {"start_time": "2026"}
    book.cells.insert(1, injected)
    kept = scrub(book)
    text = nbformat.writes(kept)
    assert not re.search(r"/a/b|someone|3\.1|2026|text/plain|stderr", text)
    assert kept.metadata.papermill == {"parameters": {"unit_id": "01"}}
    assert kept.cells[1].id == "injected-parameters" and kept.metadata.title == "School report"
    assert "/a/b" in nbformat.writes(book)  # the original is left alone
    assert render(kept) == render(book)
    nbformat.validate(kept)


def test_the_shell_escapes_and_lists_its_sections():
    body = "<h2 id=one>One &amp; all</h2><h2 id='two' class=x>Two</h2><h2 id=three>Three</h2>"
    text = page('A "title" <b>', body, lang="en-US")
    assert "<title>A &quot;title&quot; &lt;b&gt;</title>" in text and 'lang="en-US"' in text
    assert contents(body).count("<li>") == 3 and 'href="#one">One &amp; all' in contents(body)
    assert contents("<h2 id=one>One</h2>") == ""
    read(text)


def test_markup_is_escaped_everywhere():
    bad = '"><script>alert(1)</script>'
    table = Table(bad, {"a": bad, "n": bad}, [(bad, [Line(bad, [Cell("n", bad)], {"group": bad})])])
    for text in (table._repr_html_(), bullets([bad, (bad, bad)]), attributes(title=bad)):
        assert "<script" not in text and '">' + "<s" not in text


def test_plain_text_holds_no_number(school):
    assert repr(school.title()) == "Part of a report." and not re.search(r"\d", repr(school))
    assert repr(Html("<p>12</p>")) == "Part of a report."
