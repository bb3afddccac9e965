"""A number that only a PDF has is found, wherever in the file it stands."""

from __future__ import annotations

import io
import os
import sys

import pytest

from equitylab.privacy.pages import Context
from equitylab.privacy.pdfs import Run, runs_of_page
from equitylab.privacy.verify import verify
from equitylab.reports import pdf
from tests.privacy import report_folder as kit

if os.environ.get("CI"):  # .ci/run installs what it needs
    import pikepdf
    import pypdf
else:
    pikepdf, pypdf = pytest.importorskip("pikepdf"), pytest.importorskip("pypdf")
if pdf.lacking():
    pytest.skip(pdf.lacking(), allow_module_level=True)

LEAK = "Asian students: 1 of 42 suspended out of school"


@pytest.fixture(scope="module")
def page() -> str:
    """The page of a school as the house writes it: one style, one title."""
    return kit.page(kit.rows())


@pytest.fixture(scope="module")
def drawn(page) -> bytes:
    return pdf.pdf(page)


@pytest.fixture
def attacked(tmp_path, page):
    """Return a function that puts a PDF into the folder, beside its page, and attacks the folder."""

    def attack(content: bytes, name: str = "alder-school.pdf"):
        folder = kit.write(tmp_path / "reports", html=page)
        (folder / "schools" / name).write_bytes(content)
        return verify(folder)

    return attack


def changed(content: bytes, change) -> bytes:
    made, out = pikepdf.open(io.BytesIO(content)), io.BytesIO()
    change(made)
    made.save(out)
    return out.getvalue()


def figure(made: pikepdf.Pdf) -> pikepdf.Object:
    return next(o for o in made.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o)


def test_a_pdf_that_says_what_its_page_says_gives_nothing_away(attacked, drawn):
    verdict = attacked(drawn)
    assert verdict.ok, verdict.to_text()
    assert verdict.skipped == [] and "schools/alder-school.pdf" not in verdict.to_text()


def keywords(made):
    made.docinfo["/Keywords"] = LEAK


def own_entry(made):
    made.Root["/PieceInfo"] = pikepdf.Dictionary(A=pikepdf.Dictionary(Private=pikepdf.String(LEAK)))


def xmp(made):
    with made.open_metadata() as about:
        about["dc:description"] = LEAK


def attachment(made):
    made.attachments["numbers.txt"] = LEAK.encode()


def bookmark(made):
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(LEAK, 0))


def alt(made):
    one = figure(made)
    one.Alt = f"{one.Alt} {LEAK}."


def instead_of_its_words(made):
    one = next(
        o for o in made.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/TD"
    )
    one["/ActualText"] = LEAK


def remark(made):
    made.pages[0]["/Annots"] = pikepdf.Array(
        [made.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[0, 0, 9, 9], Contents=LEAK
        ))]
    )  # fmt: skip


def unseen(made):
    """Words in no ink, outside of the tags."""
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
    )
    first = made.pages[0]
    first.Resources.Font["/Leak"] = made.make_indirect(font)
    first.contents_add(f"BT /Leak 9 Tf 3 Tr 40 40 Td ({LEAK}) Tj ET".encode())


@pytest.mark.parametrize(
    "plant",
    [keywords, own_entry, xmp, attachment, bookmark, alt, instead_of_its_words, remark, unseen],
)
def test_a_number_planted_anywhere_in_a_pdf_is_found(attacked, drawn, plant):
    verdict = attacked(changed(drawn, plant))
    found = [leak for leak in verdict.leaks if leak.kind == "text"]
    assert found and all(leak.file.startswith("schools/alder-school.pdf") for leak in found)
    assert any(leak.cell[4] == "Asian" for leak in found)


def test_an_attachment_is_named(attacked, drawn):
    assert "a file is attached, numbers.txt" in attacked(changed(drawn, attachment)).to_text()


def test_a_hidden_number_in_a_row_of_the_pdf_is_found(attacked, page):
    hidden = '<td data-col="n">42</td><td data-col="x">hidden</td><td data-col="rate">hidden</td>'
    assert page.count(hidden) == 1
    shown = '<td data-col="n">42</td><td data-col="x">1</td><td data-col="rate">2.4 %</td>'
    verdict = attacked(pdf.pdf(page.replace(hidden, shown)))
    kinds = {leak.kind for leak in verdict.leaks}
    assert kinds == {"text", "inconsistent"}
    assert {leak.where for leak in verdict.leaks} == {"page 1"}
    text = next(leak for leak in verdict.leaks if leak.kind == "text")
    assert text.cell == ("2023-24", "0101", kit.SUSPENDED, "race_ethnicity", "Asian")


@pytest.mark.parametrize(
    "old, new", [(">11</td>", ">12</td>"), ("11 of 61 Black", "11 of 62 Black")]
)
def test_a_published_number_that_the_pdf_says_otherwise_is_found(attacked, page, old, new):
    assert old in page
    verdict = attacked(pdf.pdf(page.replace(old, new, 1)))
    (leak,) = [leak for leak in verdict.leaks if leak.kind == "inconsistent"]
    assert (
        "says what the page beside it does not say" in leak.says and new.strip("></td") in leak.says
    )


def test_rows_in_another_order_are_not_those_of_the_page(attacked, page):
    body = page[page.index("<table") : page.index("</table>")]
    black, white = (
        next(row for row in body.split("<tr") if f'data-group="{name}"' in row)
        for name in ("Black", "White")
    )
    swapped = page.replace(black, "@").replace(white, black).replace("@", white)
    assert not attacked(pdf.pdf(swapped)).ok


def test_a_number_in_a_chart_of_the_pdf_is_found(attacked, page):
    other = kit.page(kit.rows(), drawing=kit.svg().replace("</svg>", "<text>1 of 42</text></svg>"))
    assert other != page and not attacked(pdf.pdf(other)).ok


def test_an_earlier_version_that_a_pdf_still_holds_is_read(attacked, drawn, tmp_path):
    (tmp_path / "a.pdf").write_bytes(changed(drawn, keywords))
    writer = pypdf.PdfWriter(str(tmp_path / "a.pdf"), incremental=True)
    writer.add_metadata({"/Keywords": "none"})
    writer.write(str(tmp_path / "b.pdf"))
    verdict = attacked((tmp_path / "b.pdf").read_bytes())
    assert "an earlier version of it is inside" in verdict.to_text()
    assert any(leak.kind == "text" for leak in verdict.leaks)


def test_a_pdf_beside_no_page_is_read_as_text(attacked, page, drawn):
    assert attacked(drawn, "other.pdf").ok


def test_a_pdf_beside_no_page_is_attacked_as_text(attacked, page):
    leaky = pdf.pdf(page.replace("<h2>How", f"<p>{LEAK}.</p><h2>How"))
    assert [leak.kind for leak in attacked(leaky, "other.pdf").leaks] == ["text"]


def test_a_pdf_without_tags_is_read_line_by_line(attacked):
    import weasyprint

    plain = weasyprint.HTML(string=f"<p>{LEAK}</p>").write_pdf()
    assert [leak.kind for leak in attacked(plain).leaks] == ["text"]


def test_what_cannot_be_read_is_said(attacked, drawn):
    out = io.BytesIO()
    pikepdf.open(io.BytesIO(drawn)).save(out, encryption=pikepdf.Encryption(user="a", owner="b"))
    assert "locked with a password" in attacked(out.getvalue()).to_text()


def test_without_the_library_it_is_said_in_one_line(attacked, drawn, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdf", None)
    verdict = attacked(drawn)
    assert verdict.ok and "pip install 'equitylab[pdf]'" in verdict.to_text()


def test_a_run_is_the_same_however_its_lines_are_broken():
    assert Run("Students 2021-\n22").key == Run("students  2021-22").key != Run("2021-23").key
    assert Run("مدرسة 12").key == Run("12 ةسردم").key


def test_the_runs_of_a_page_are_what_is_printed():
    runs = runs_of_page(
        "<title>t</title><nav>x</nav><h2>A <b>1</b></h2><p>b<ul><li>c</ul><table data-unit=u>"
        "<tr data-group=g><th>d<td>2</table><img alt=e><script>f</script>",
        Context(),
    )
    assert [run.text for run in runs] == ["t", "A 1", "b", "c", "d | 2", "e", ""]
    assert runs[4].heading == "A 1" and runs[4].context == Context(unit="u")
