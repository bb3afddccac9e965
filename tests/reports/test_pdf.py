"""Pages as PDF: tagged through and through, whole on every sheet, and kept with their pages."""

from __future__ import annotations

import html
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from equitylab import places
from equitylab.cli import main
from equitylab.errors import ReportError
from equitylab.page import page
from equitylab.reports import batch, beside, family, pdf
from equitylab.reports.render import render
from equitylab.reports.view import View

from . import tiny

if os.environ.get("CI"):  # .ci/run installs what it needs
    import pikepdf
else:
    pikepdf = pytest.importorskip("pikepdf")
if pdf.lacking():
    pytest.skip(pdf.lacking(), allow_module_level=True)

LETTER, A4 = (612, 792), (595, 842)
SMALL = page("One & all", "<h2 id=a>A part</h2><p>Some words.</p>")


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def elements(made: pikepdf.Pdf) -> list:
    """Return the structure elements of a PDF, in the order in which they are read."""
    found = []

    def walk(one) -> None:
        if isinstance(one, pikepdf.Array):
            for part in one:
                walk(part)
        elif isinstance(one, pikepdf.Dictionary) and "/S" in one:
            found.append(one)
            walk(one.get("/K", pikepdf.Array()))

    walk(made.Root.StructTreeRoot.K)
    return found


def kinds(made: pikepdf.Pdf, *names: str) -> list:
    return [one for one in elements(made) if str(one.S)[1:] in names]


def size(made: pikepdf.Pdf) -> set[tuple[int, int]]:
    return {tuple(round(float(n)) for n in one.MediaBox[2:]) for one in made.pages}


@pytest.fixture(scope="module")
def text(executed) -> str:
    return render(executed("school-report", "0102"))


@pytest.fixture(scope="module")
def drawn(text) -> bytes:
    return pdf.pdf(text)


@pytest.fixture(scope="module")
def made(drawn):
    return opened(drawn)


def test_the_document_says_what_it_is(made, text):
    root = made.Root
    title = html.unescape(re.search(r"<title>(.*?)</title>", text)[1])
    assert str(root.Lang) == "en" and root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    with made.open_metadata() as about:
        assert about["pdfuaid:part"] == "1" and about["dc:title"] == title
    assert "/CreationDate" not in made.docinfo and size(made) == {LETTER}
    assert not made.attachments and [one.label for one in made.pages][:3] == ["1", "2", "3"]


def test_headings_are_tagged_and_are_the_bookmarks(made, text):
    body = text[text.index("<header") :]
    names = [re.sub(r"<[^>]+>", "", h) for h in re.findall(r"<h[1-6].*?</h[1-6]>", body, re.S)]
    tagged = kinds(made, "H1", "H2", "H3", "H4")
    with made.open_outline() as outline:
        marks = []

        def walk(items) -> None:
            for item in items:
                marks.append(item.title)
                walk(item.children)

        walk(outline.root)
    assert marks == [" ".join(html.unescape(name).split()) for name in names]
    assert len(tagged) == len(names) and str(tagged[0].S) == "/H1"


def test_every_figure_has_the_words_of_its_page(made, text):
    alts = [html.unescape(alt) for alt in re.findall(r'<img[^>]*?alt="([^"]*)"', text)]
    assert [str(one.Alt) for one in kinds(made, "Figure")] == alts and len(alts) > 5


def test_every_header_says_which_cells_it_heads(made):
    headers = kinds(made, "TH")
    assert len(headers) > 100
    assert {str(one.A.get("/Scope")) for one in headers} == {"/Row", "/Column"}
    known = {str(one.ID) for one in headers}
    cells = [one for one in kinds(made, "TD") if "/Headers" in one.A]
    assert len(cells) > 200
    assert all({str(header) for header in one.A.Headers} <= known for one in cells)


def test_every_row_of_a_table_is_as_wide_as_the_others(made):
    tables = kinds(made, "Table")
    assert len(tables) > 5
    for table in tables:
        rows = [row for part in table.K if "/K" in part for row in part.K if row.get("/S") == "/TR"]
        wide = {sum(int(cell.A.get("/ColSpan", 1)) for cell in row.K) for row in rows}
        assert len(wide) == 1


def test_every_table_of_a_page_closes_its_grid(executed):
    for name, unit in (("school-report", "0102"), ("district-report", "01")):
        for table in re.findall(r"<table.*?</table>", render(executed(name, unit)), re.S):
            wide = {
                sum(
                    int((re.search(r"colspan=(\d+)", cell) or [0, 1])[1])
                    for cell in re.findall(r"<t[hd]\b[^>]*>", row)
                )
                for row in table.split("<tr")[1:]
            }
            assert len(wide) == 1, re.search("<caption>.*?</caption>", table)[0]


def test_lists_hold_items_and_nothing_else(made):
    for one in kinds(made, "L"):
        assert {str(kid.S) for kid in one.K} <= {"/LI", "/L", "/Caption"}
    for one in kinds(made, "LI"):
        assert str(one.P.S) == "/L"


def test_what_is_not_in_the_text_is_said_to_be_aside(made):
    tree = made.Root.StructTreeRoot.ParentTree.Nums
    owners = dict(zip((int(k) for k in list(tree)[::2]), list(tree)[1::2], strict=True))
    aside = 0
    for one in made.pages:
        held = owners[int(one.StructParents)]
        for operands, operator in pikepdf.parse_content_stream(one):
            if str(operator) == "BDC" and str(operands[0]) == "/Artifact":
                aside += 1
            elif str(operator) == "BDC":
                owner = held[int(operands[1].MCID)]
                assert owner is not None and "/S" in owner
    assert aside >= 2 * len(made.pages) - 1  # the number, and but on the first the running title


def test_no_table_that_fits_a_sheet_is_cut(made, text):
    # A table that goes on over the page is tagged as one more table, without a caption.
    assert len(kinds(made, "Table")) <= text.count("<table") + 2
    assert len(kinds(made, "Caption")) >= text.count("<caption")


def test_paper_and_language_are_those_asked_for():
    letter, a4 = opened(pdf.pdf(SMALL)), opened(pdf.pdf(SMALL, paper="a4"))
    assert size(letter) == {LETTER} and size(a4) == {A4}
    spanish = opened(pdf.pdf(page("Uno", "<p>a</p>", lang="es"), numbered='"{page}" \\ {pages}'))
    assert str(spanish.Root.Lang) == "es"


def test_equal_pages_give_equal_files_in_any_process(tmp_path):
    (tmp_path / "a.html").write_text(SMALL, "utf-8")
    script = (
        "import hashlib, sys; from equitylab.reports.pdf import pdf;"
        "print(hashlib.sha256(pdf(open(sys.argv[1], encoding='utf-8').read())).hexdigest())"
    )
    marks = {
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "a.html")],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(marks) == 1


def test_nothing_is_fetched(tmp_path):
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    dot = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    dot += chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\n" + dot)
    body = f'<p>a</p><img alt="x" src="{secret.as_uri()}">'
    style = f"<link rel=stylesheet href={(tmp_path / 'x.css').as_uri()}>"
    (tmp_path / "x.css").write_text("@page{size:a4!important}")
    made = opened(pdf.pdf(page("x", style + body)))
    pictures = [
        o for o in made.objects if isinstance(o, pikepdf.Stream) and o.get("/Subtype") == "/Image"
    ]
    assert not pictures and size(made) == {LETTER}


@pytest.mark.parametrize("error, words", [(ImportError, "WeasyPrint"), (OSError, "Pango")])
def test_what_is_lacking_is_one_plain_sentence(monkeypatch, error, words):
    import builtins

    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "weasyprint":
            raise error("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)

    pdf._drawing.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    try:
        said = pdf.lacking()
        assert words in said and "print it to a PDF" in said and "\n" not in said
        with pytest.raises(ReportError, match=words):
            pdf.pdf(SMALL)
    finally:
        monkeypatch.undo()
        pdf._drawing.cache_clear()


# In a batch


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return the command over the tiny district, in this process."""
    where = tiny.notebooks(tmp_path / "books")
    monkeypatch.setattr(places, "notebooks", lambda: where)
    monkeypatch.setattr("equitylab.reports.protecting.protect", tiny.protect)
    monkeypatch.setattr(batch, "dataset", lambda *_: tiny.dataset())
    monkeypatch.setattr(batch, "library", lambda: "the code of the test")

    def run(*words: str) -> dict[str, str]:
        assert main(["report", "--out", str(tmp_path / "out"), *words]) == 0
        about = json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))
        return {one["unit"]: one["status"] for one in about["reports"]}

    run.out = tmp_path / "out"
    return run


def left(out: Path) -> set[str]:
    return {p.relative_to(out).as_posix() for p in out.rglob("*.pdf")}


def test_a_pdf_is_made_once_and_kept_with_its_page(run):
    every = {f"schools/{name}-school.pdf" for name in ("oak", "elm", "ash")}
    every |= {"district-tiny-district.pdf"}
    assert set(run("--format", "html,pdf").values()) == {"ran"} and left(run.out) == every
    assert 'href="schools/oak-school.pdf"' in (run.out / "index.html").read_text("utf-8")
    assert set(run("--format", "html", "--format", "pdf").values()) == {"skipped"}
    # One that is gone is made again; one that is not asked for this time stays, and is linked.
    (run.out / "schools/oak-school.pdf").unlink()
    assert run("--format", "pdf")["Oak School"] == "ran" and left(run.out) == every
    assert set(run("--school", "01").values()) == {"skipped"} and left(run.out) == every
    assert 'href="schools/elm-school.pdf"' in (run.out / "index.html").read_text("utf-8")
    assert run("--format", "pdf", "--paper", "a4", "--school", "01") == {
        "Tiny District": "ran", "Oak School": "ran", "Elm School": "skipped",
        "Ash School": "skipped",
    }  # fmt: skip
    assert size(pikepdf.open(run.out / "schools/oak-school.pdf")) == {A4}
    assert size(pikepdf.open(run.out / "schools/elm-school.pdf")) == {LETTER}
    # Made afresh without, nothing old stays beside what is new.
    run("--fresh")
    assert left(run.out) == set()


def test_without_pango_the_pages_are_made_and_it_is_said(run, monkeypatch, capsys):
    monkeypatch.setattr(beside, "lacking", lambda: "PDF needs Pango.")
    assert set(run("--format", "html,pdf").values()) == {"ran"}
    said = capsys.readouterr()
    assert "PDF needs Pango." in said.err and left(run.out) == set()
    assert (run.out / "schools/oak-school.html").exists()


def test_a_format_or_paper_that_there_is_not_is_said(tmp_path, capsys):
    assert main(["report", "--out", str(tmp_path / "o"), "--format", "html,docx"]) == 2
    assert '"docx" is not html or pdf' in capsys.readouterr().err
    with pytest.raises(ReportError, match='"a5" is not one of letter and a4'):
        beside.asked(["pdf"], "a5", [], None)
    assert not (tmp_path / "o").exists()


# Shapes of tables in which headers outnumber cells: one row, one row in a group, mostly one word.
HEAD = "<thead><tr>{}</thead>"
SHAPES = {
    "one row": ("abcd", ["<tr><th scope=row>a<td>1<td>2<td>3"]),
    "one row in a group": (
        "abcdefgh",
        ["<tr><th scope=rowgroup colspan=8>g", "<tr><th scope=row>a" + "<td>1" * 7],
    ),
    "hidden": ("abcde", ["<tr><th scope=row>a<td colspan=4>hidden"] * 9),
}


def shaped(name: str) -> str:
    columns, rows = SHAPES[name]
    head = HEAD.format("".join(f"<th scope=col>{c}" for c in columns))
    table = f"<table><caption>A table</caption>{head}<tbody>{''.join(rows)}</tbody></table>"
    return page(name, f"<h2 id=a>A part</h2><p>Some words.</p>{table}")


@pytest.mark.parametrize("name", SHAPES)
def test_a_small_table_keeps_its_headers_and_closes_its_grid(name):
    made = opened(pdf.pdf(shaped(name)))
    cells = [one for row in kinds(made, "TR") for one in row.K]
    headers = [one for one in cells if str(one.S) == "/TH"]
    columns, rows = SHAPES[name]
    assert len(headers) == len(columns) + (name != "one row") * len(rows)
    assert len(headers) <= len(cells) - len(headers)
    known = {str(one.ID) for one in headers}
    assert {str(h) for one in cells for h in one.A.get("/Headers", [])} <= known
    wide = {sum(int(cell.A.get("/ColSpan", 1)) for cell in row.K) for row in kinds(made, "TR")}
    assert wide == {len(columns)}


def test_a_table_that_no_sheet_can_hold_begins_at_once_and_repeats_its_headers():
    pypdf = pytest.importorskip("pypdf")
    head = HEAD.format("<th scope=col>School<th scope=col>In 2023-24")
    rows = "".join(f"<tr><th scope=row>School {k}<td>{k}" for k in range(150))
    table = f"<table><caption>Every school</caption>{head}<tbody>{rows}</tbody></table>"
    long = page("Long", f"<h2 id=a>A part</h2><p>Some words.</p><div class=scroll>{table}</div>")
    sheets = [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(pdf.pdf(long))).pages]
    assert len(sheets) == 3 and all("In 2023-24" in text for text in sheets)
    assert "A part" in sheets[0] and "School 30" in sheets[0] and "School 149" in sheets[2]


def errors(folder: Path, contents: dict[str, bytes]) -> list[tuple]:
    """Return what the checker of tagged PDFs calls an error."""
    outloud = Path(sys.executable).with_name("outloud")
    if not outloud.exists():  # it brings more than it is worth to every run
        pytest.skip("the checker is not here: pip install outloud")
    for name, content in contents.items():
        (folder / f"{name}.pdf").write_bytes(content)
    report = folder / "a.json"
    paths = [str(folder / f"{name}.pdf") for name in contents]
    subprocess.run([outloud, *paths, "-q", "--json", str(report)], capture_output=True)
    results = json.loads(report.read_text("utf-8"))["results"]
    assert len(results) == len(contents)
    return [
        (one["file"], found["rule"], found["message"])
        for one in results for found in one["findings"] if found["severity"] == "error"
    ]  # fmt: skip


def test_the_checker_finds_no_error(drawn, executed, published, tmp_path):
    contents = {"school": drawn, "district": pdf.pdf(render(executed("district-report", "01")))}
    contents |= {name: pdf.pdf(shaped(name)) for name in SHAPES}
    for code in ("en", "es"):
        told = family.summary(View(published.slice("0102"), "0102"), family.words(code))
        contents[f"family {code}"] = pdf.pdf(told, paper="a4", most=2)
    assert errors(tmp_path, contents) == []


def test_what_does_not_fit_is_set_smaller():
    style = "@media print{html{font-size:10.5pt}}"
    long = page("Long", "<h2 id=a>A</h2>" + "<p>Some words.</p>" * 82, style=style)
    sheets = [len(opened(pdf.pdf(long, most=most)).pages) for most in (None, 3, 2, 1)]
    assert sheets == [3, 3, 2, 2]
