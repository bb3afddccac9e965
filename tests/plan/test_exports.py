"""The files: what is in them, that nothing in them runs, and that LibreOffice and calendars agree."""

import datetime
import io
import os
import re
import shutil
import subprocess
import zipfile

import docx
import icalendar
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equitylab import DataError, ReportError, plan

EVIL = ["=HYPERLINK(\"http://x\",\"y\")", "+1+1", "@SUM(1)", "-2+3", "<script>alert(1)</script>",
        "a\x00b\x0b\x1f", "مدرسة النور", "x" * 400, "{{7*7}}", "http://example.org/", "]]>&amp;"]  # fmt: skip
FILES = ["action-plan.docx", "action-plan.xlsx", "action-plan.ics", "action-plan.html"]
OWN = [f"my-leadership-plan.{kind}" for kind in ("docx", "ics", "html")]
PRIVATE = ["I decide the schedule alone", "my coach counts", "Sharing the schedule before",
           "Monthly tea", "a schedule question lands"]  # fmt: skip


@pytest.fixture
def evil(folio):
    """A portfolio in which every text is one that some program would run."""
    for k, words in enumerate(EVIL):
        for key, field in [
            ("action_plan.actions", "description"), ("action_plan.budget", "item"),
            ("finding_cards.cards", "title"), ("audit_summary.priorities", "title"),
            ("action_plan.changes", "text"), ("progress_log.readings", "note"),
        ]:  # fmt: skip
            row = {
                field: words,
                "due": "2025-09-01",
                "kpi": "k-000006",
                "date": f"2025-04-{k + 1:02d}",
            }
            folio.add(key, row | {"numerator": 20, "denominator": 40}, prefix="e")
    folio.set("profile.school", {"unit_id": "0219", "name": EVIL[4]})
    return folio


def word(folio, **more):
    return docx.Document(io.BytesIO(plan.docx(folio, **more)))


def book(folio, **more):
    return openpyxl.load_workbook(io.BytesIO(plan.xlsx(folio, **more)))


def words_of(document) -> str:
    cells = [c.text for t in document.tables for row in t.rows for c in row.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


# ---------------------------------------------------------------- Word


def test_the_word_file_has_real_headings_a_title_and_a_language(folio):
    made = word(folio)
    levels = [int(p.style.name[-1]) for p in made.paragraphs if p.style.name.startswith("Heading")]
    assert made.paragraphs[0].style.name == "Title"
    assert levels[0] == 1 and set(levels) == {1, 2}
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    assert all(p.text.strip() for p in made.paragraphs if p.style.name.startswith("Heading"))
    assert made.core_properties.title == "Action plan: Riverbend Middle School"
    assert made.core_properties.language == "en"
    assert 'w:lang w:val="en-US"' in made.styles.element.xml
    changed = made.core_properties.modified.replace(tzinfo=None)
    assert changed == datetime.datetime(2025, 3, 10, 15, 30)


def test_the_first_row_of_every_table_repeats_and_no_row_breaks(folio):
    made = word(folio)
    assert len(made.tables) >= 12
    for table in made.tables:
        first, *rest = table.rows
        assert first._tr.xpath("./w:trPr/w:tblHeader") and all(c.text for c in first.cells)
        assert not any(row._tr.xpath("./w:trPr/w:tblHeader") for row in rest)
        assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
        assert len({len(row.cells) for row in table.rows}) == 1


def test_the_word_file_tells_the_thread(folio):
    said = words_of(word(folio))
    for words in [
        "12 of 60 (20%, interval 12% to 32%)", "58 of 145", "24 of 60 (40%)", "assumption to test",
        "Assistant principal for scheduling", "Summer test preparation", "About twenty students",
        "Too early. 6 readings", "30 June 2026", "Not this year: The board rewrites", "Together",
    ]:  # fmt: skip
        assert words in said, words


def test_what_is_not_answered_is_a_line_to_write_on(empty):
    made = word(empty)
    lines = [p for p in made.paragraphs if p._p.xpath("./w:pPr/w:pBdr/w:bottom")]
    assert len(lines) >= 12
    assert plan.html(empty).count("<div class=line></div>") >= 12
    assert "None" not in words_of(made)


# ---------------------------------------------------------------- the workbook


def test_the_workbook_has_a_sheet_a_part_frozen_and_with_numbers_as_numbers(folio):
    made = book(folio)
    assert made.sheetnames[0] == "Read me" and made.sheetnames[-1] == "Five parts"
    assert len(made.sheetnames) == 16
    for name in made.sheetnames[1:]:
        sheet = made[name]
        assert sheet.freeze_panes == "B2" and sheet.max_row >= 2, name
        assert all(cell.value and cell.font.bold for cell in sheet[1])
        assert all(sheet.column_dimensions[c.column_letter].width >= 10 for c in sheet[1])
    goals = {c.value: made["Goals"].cell(2, k).value for k, c in enumerate(made["Goals"][1], 1)}
    assert goals["Baseline, count"] == 12 and goals["Baseline, of how many"] == 60
    assert goals["Priority"] == "Open the way into Algebra I"
    assert goals["Balancing kpi"] == "Passed Algebra I"


def test_no_text_becomes_a_formula_or_a_link(evil):
    made = book(evil)
    values = [c for sheet in made for row in sheet.iter_rows() for c in row]
    assert {c.data_type for c in values} <= {"s", "n", "inlineStr"}
    assert not any(c.hyperlink for c in values)
    assert any(c.value == EVIL[0] for c in values), "kept as text"


def test_small_counts_are_hidden_in_every_file(folio):
    card = {"title": "Small", "x": 2, "n": 77, "other_x": 30, "other_n": 600}
    folio.update("finding_cards.cards", "f-000001", card)
    folio.update(
        "action_plan.goals", "g-000001", {"baseline_x": 2, "baseline_n": 77, "statement": ""}
    )
    folio.update("progress_log.readings", "r-000001", {"numerator": 1, "denominator": 78})
    said = words_of(word(folio)) + plan.html(folio)
    assert not re.search(r"\b2 (of|to \d+ of) 77|\b1 of 78|from 2 to|2 of 77", said)
    row = [c.value for c in book(folio)["Findings"][2]]
    assert row.count("hidden") == 2 and 77 not in row and 30 in row


# ---------------------------------------------------------------- the calendar


def events(folio, **more):
    return icalendar.Calendar.from_ical(plan.ics(folio, **more)).walk("VEVENT")


def test_the_calendar_round_trips_and_every_day_is_a_whole_day(folio):
    found = events(folio)
    assert len(found) == len(plan.entries(folio)) >= 30
    for one in found:
        start, end = one["DTSTART"].dt, one["DTEND"].dt
        assert type(start) is datetime.date and end - start == datetime.timedelta(1)
        assert one["DTSTAMP"].dt == datetime.datetime(2025, 3, 10, 15, 30, tzinfo=datetime.UTC)
        for alarm in one.walk("VALARM"):
            assert alarm["TRIGGER"].dt < datetime.timedelta(0) and str(alarm["ACTION"]) == "DISPLAY"
    said = [str(one["SUMMARY"]) for one in found]
    assert sum(text.startswith("Learning community") for text in said) == 10
    assert (
        said.count("Team looks at the plan") == 15 and said.count("Progress is told in public") == 1
    )
    assert "Checkpoint: Open the way into Algebra I" in said
    assert not any("Write three steps" in text for text in said), "done is done"


def test_lines_are_folded_as_rfc_5545_asks(evil):
    raw = plan.ics(evil)
    lines = raw.split(b"\r\n")
    assert lines[-1] == b"" and b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75, "octets, not letters"
    assert b"TZID" not in raw and b"VTIMEZONE" not in raw
    unfolded = raw.replace(b"\r\n ", b"").decode("utf-8")
    assert "مدرسة النور" in unfolded and unfolded.count("BEGIN:VEVENT") == unfolded.count(
        "END:VEVENT"
    )
    commas = [line for line in unfolded.split("\r\n") if line.startswith("SUMMARY") and "," in line]
    assert commas and all(re.search(r"(?<!\\),", line) is None for line in commas)


def test_a_second_import_changes_days_and_adds_none(folio):
    before = {str(e["UID"]): e for e in events(folio)}
    assert len(before) == len(events(folio)), "every id once"
    folio.update(
        "action_plan.actions", "a-000002", {"description": "Another wording", "due": "2025-06-01"}
    )
    after = {str(e["UID"]): e for e in events(folio)}
    assert set(after) == set(before)
    (changed,) = [u for u in after if after[u]["SUMMARY"] != before[u]["SUMMARY"]]
    assert after[changed]["DTSTART"].dt == datetime.date(2025, 6, 1)
    assert int(after[changed]["SEQUENCE"]) > int(before[changed]["SEQUENCE"])


def test_months_end_where_they_end(folio):
    folio.set("sustain_plan.review", {"team_from": "2025-01-31"})
    found = [e.date for e in plan.entries(folio) if e.key.startswith("review-team")]
    assert found[:3] == [
        datetime.date(2025, 1, 31),
        datetime.date(2025, 2, 28),
        datetime.date(2025, 3, 31),
    ]
    assert found[-1] <= datetime.date(2026, 6, 30)


# ---------------------------------------------------------------- all of them


def test_equal_work_gives_equal_bytes(folio, published):
    for made in (plan.docx, plan.xlsx, plan.ics, plan.html):
        assert made(folio) == made(folio)
        public = {"audience": "public", "published": published}
        assert made(folio, **public) == made(folio, **public)
    assert plan.personal_docx(folio) == plan.personal_docx(folio)


def test_what_is_private_is_in_the_leaders_own_plan_alone(folio, published, tmp_path):
    paths = plan.write(folio, tmp_path / "team")
    assert [p.name for p in paths] == FILES and not list((tmp_path / "team").glob(".*"))
    paths += plan.write(folio, tmp_path / "public", audience="public", published=published)
    for path in paths:
        raw = path.read_bytes()
        if zipfile.is_zipfile(path):
            box = zipfile.ZipFile(path)
            raw = b"".join(map(box.read, box.namelist()))
        assert not any(words.encode() in raw for words in PRIVATE), path
    own = plan.write(folio, tmp_path / "own", personal=True)
    assert [p.name for p in own] == FILES + OWN
    said = own[-1].read_text("utf-8")
    assert "This is your own plan" in said and "Monthly tea" in said and "my coach counts" in said
    assert "a schedule question lands" in said and "This is your own plan" in words_of(
        docx.Document(own[-3])
    )
    if os.name == "posix":
        assert own[-1].stat().st_mode & 0o077 == 0


def test_a_page_shows_evil_words_as_words(evil, published):
    for page in (
        plan.html(evil),
        plan.html(evil, audience="public", published=published),
        plan.personal_html(evil),
    ):
        assert "<script>" not in page.replace("</script>", "") and "&lt;script&gt;" in page
        assert "\x00" not in page and "default-src 'none'" in page
        ids = re.findall(r"\bid=\"?([\w-]+)", page)
        assert len(ids) == len(set(ids))
        labels = re.findall(r'aria-label="([^"]+)"', page)
        assert len(labels) == len(set(labels))
        levels = [int(n) for n in re.findall(r"<h(\d)", page)]
        assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))


def test_tables_of_a_page_have_captions_and_headers(folio):
    page = plan.html(folio)
    assert page.count("<table") == page.count("<caption>") == page.count("<thead>")
    assert page.count("scope=col") > 60 and page.count("scope=row") > 60


def test_another_audience_is_refused_and_so_is_a_file_in_the_way(folio, tmp_path):
    with pytest.raises(DataError, match="There is no plan for"):
        plan.docx(folio, audience="press")
    (tmp_path / "way").write_text("")
    with pytest.raises(ReportError) as wrong:
        plan.write(folio, tmp_path / "way")
    assert len(str(wrong.value).splitlines()) <= 2


ROWS = st.lists(st.dictionaries(
    st.sampled_from(["title", "text", "description", "due", "date", "kpi", "goal", "driver", "x", "n"]),
    st.text(max_size=40) | st.integers() | st.floats(allow_nan=True) | st.none(), max_size=5,
), max_size=3)  # fmt: skip
KEYS = ["finding_cards.cards", "action_plan.goals", "action_plan.actions", "action_plan.kpis"]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(st.sampled_from(KEYS), ROWS))
def test_any_work_makes_files_that_open(answers):
    docx.Document(io.BytesIO(plan.docx(answers)))
    openpyxl.load_workbook(io.BytesIO(plan.xlsx(answers)))
    icalendar.Calendar.from_ical(plan.ics(answers))


# ---------------------------------------------------------------- another program


@pytest.fixture(scope="session")
def soffice() -> str:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if not found and os.environ.get("CI"):
        pytest.fail("LibreOffice is not installed; .ci/run installs it")
    return found or pytest.skip("LibreOffice is not installed")


@pytest.mark.slow
def test_libreoffice_opens_both_and_loses_no_word(soffice, evil, tmp_path):
    plan.write(evil, tmp_path)
    for name, kind in (("action-plan.docx", "txt:Text"), ("action-plan.xlsx", "csv")):
        home = f"-env:UserInstallation=file://{tmp_path}/office"
        subprocess.run(
            [soffice, home, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(tmp_path / name)],
            check=True, capture_output=True, timeout=180,
        )  # fmt: skip
    text = (tmp_path / "action-plan.txt").read_text("utf-8", "replace")
    for words in ("12 of 60 (20%, interval 12% to 32%)", EVIL[0], "مدرسة النور", "Together"):
        assert words in text
    assert "Riverbend" in (tmp_path / "action-plan.csv").read_text("utf-8", "replace")


def test_earlier_years_that_are_published_are_held_beside_the_target(folio, published):
    assert "the group 20% to 26%" in plan.html(folio, published=published)
    assert "the group 20%;" in plan.html(folio)
