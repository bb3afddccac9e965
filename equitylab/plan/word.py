"""A paper as a Word file: real headings, tables whose first row repeats, its language set."""

from __future__ import annotations

import datetime
import io
import zipfile

from .paper import Blank, Grid, Paper, Part

WIDE = 6  # columns from which a table is set smaller
SHORT = 60  # letters up to which a row's first cell is bold
PAGE = 9.4  # inches between the margins


def docx(paper: Paper, *, when: datetime.datetime | None = None) -> bytes:
    """Return the paper as a .docx file; equal content gives equal bytes.

    Parameters
    ----------
    paper : Paper
    when : datetime, optional
        When it was last changed, for the file's properties.
    """
    import docx as word
    from docx.enum.section import WD_ORIENT
    from docx.shared import Inches, Pt

    made = word.Document()
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE  # tables of seven columns do not fit upright
    section.page_width, section.page_height = Inches(11), Inches(8.5)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Inches(0.8))
    made.styles["Normal"].font.name = "Calibri"
    made.styles["Normal"].font.size = Pt(11)
    _language(made, paper.lang)
    _properties(made, paper, when)
    made.add_heading(paper.title, level=0)
    made.add_paragraph(paper.about).runs[0].italic = True
    for part in paper.parts:
        _part(made, part)
    _foot(section, paper.title)
    out = io.BytesIO()
    made.save(out)
    return _dated(out.getvalue())


def _part(made, part: Part) -> None:
    made.add_heading(part.heading, level=part.level - 1)
    for block in part.blocks:
        if isinstance(block, Grid):
            _table(made, block)
        elif isinstance(block, Blank):
            made.add_paragraph(block.prompt)
            _rule(made.add_paragraph())
        elif isinstance(block, list):
            for one in block:
                words = one if isinstance(one, str) else " ".join(one[:2])
                made.add_paragraph(words, style="List Bullet")
        else:
            made.add_paragraph(block if isinstance(block, str) else block.text)


def _table(made, block: Grid) -> None:
    from docx.shared import Pt

    caption = made.add_paragraph(block.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    size = {"rows": 1 + len(block.rows), "cols": len(block.columns)}
    table = made.add_table(**size, style="Table Grid")
    table.autofit = False
    widths = [int(PAGE * 914_400 * share) for share in shares(block)]  # Word counts in EMU
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    small = Pt(9 if len(block.columns) >= WIDE else 10)
    # All cells at once: asking a row for its cells again and again takes seconds in a long table.
    cells = table._cells
    width = len(block.columns)
    short = all(len(row[0]) <= SHORT for row in block.rows)
    for k, text in enumerate([*block.columns, *(cell for row in block.rows for cell in row)]):
        cells[k].width = widths[k % width]
        run = cells[k].paragraphs[0].add_run(text)
        run.font.size = small
        run.bold = k < width or (short and k % width == 0)
    _header(table)
    made.add_paragraph()


def shares(block: Grid) -> list[float]:
    """Return how much of the page each column takes: more for more words, enough for the longest.

    Examples
    --------
    >>> [round(share, 2) for share in shares(Grid("", ["Met", "Why"], [["yes", "A long reason."]]))]
    [0.41, 0.59]
    """
    weights = []
    for k, head in enumerate(block.columns):
        texts = [head, *(row[k] for row in block.rows)]
        word = max(len(word) for text in texts for word in (text.split() or [""]))
        mean = sum(map(len, texts)) / len(texts)
        weights.append(max(6.0, 1.2 * word, 3 * mean**0.5))
    return [weight / sum(weights) for weight in weights]


def _element(name: str, **values: str):
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(name)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), value)
    return made


def _header(table) -> None:
    """Repeat the first row on every page, break no row, and say which cells are headers."""
    for k, row in enumerate(table.rows):
        about = row._tr.get_or_add_trPr()
        about.append(_element("w:cantSplit"))
        if k == 0:
            about.append(_element("w:tblHeader"))
    look = table._tbl.tblPr.find(_q("w:tblLook"))
    if look is not None:
        look.set(_q("w:firstRow"), "1")
        look.set(_q("w:firstColumn"), "1")


def _q(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)


def _rule(paragraph) -> None:
    """Draw a line to write on: the paragraph's lower border."""
    about = paragraph._p.get_or_add_pPr()
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="1", color="666666"))
    about.append(borders)


def _language(made, lang: str) -> None:
    defaults = made.styles.element.find(_q("w:docDefaults"))
    about = defaults.find(_q("w:rPrDefault")).find(_q("w:rPr"))
    for old in about.findall(_q("w:lang")):
        about.remove(old)
    about.append(_element("w:lang", val="en-US" if lang == "en" else lang))


def _properties(made, paper: Paper, when: datetime.datetime | None) -> None:
    about = made.core_properties
    about.title, about.subject = paper.title[:255], paper.about[:255]
    about.author, about.language, about.comments = "EquityLab", paper.lang, ""
    about.keywords = "equity, action plan"
    when = (when or datetime.datetime(2000, 1, 1)).replace(microsecond=0, tzinfo=None)
    about.created = about.modified = when
    about.last_modified_by, about.revision = "EquityLab", 1


def _foot(section, title: str) -> None:
    """Number the pages."""
    line = section.footer.paragraphs[0]
    line.add_run(f"{title}, page ")
    run = line.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            field = _element("w:instrText")
            field.text = text
            run._r.append(field)


def _dated(raw: bytes) -> bytes:
    """Return the same file with fixed times inside, so that equal content gives equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.infolist():
            info = zipfile.ZipInfo(one.filename, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(one.filename))
    return out.getvalue()
