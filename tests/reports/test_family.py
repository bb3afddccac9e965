"""Two pages for families: published numbers only, plain words, and every language whole."""

from __future__ import annotations

import html
import re

import pytest
import yaml

from equitylab import catalog, language
from equitylab.cli import main
from equitylab.errors import DataError
from equitylab.reports import family
from equitylab.reports.view import View

from .test_render import read

SCHOOLS = [f"010{k}" for k in range(1, 6)]
LANGUAGES = sorted(path.stem for path in family.FOLDER.glob("*.yaml"))


def blocks(page: str) -> list[str]:
    """Return the texts of a page's parts, without its style and its list of links."""
    body = re.sub(r"<nav.*?</nav>", "", page[page.index("<header") :], flags=re.S)
    parts = re.split(r"</(?:h1|h2|p|li)>", body)
    return [text for p in parts if (text := html.unescape(re.sub(r"<[^>]+>", "", p)).strip())]


def syllables(word: str) -> int:
    word = word.lower()
    count = len(re.findall(r"[aeiouy]+", word))
    count -= word.endswith("e") and not word.endswith(("le", "ee"))
    count -= bool(re.search(r"[^dt]ed$", word))
    return max(1, count)


def grade(parts: list[str]) -> float:
    """Return the reading grade of these texts (Kincaid and others, 1975)."""
    sentences = [
        s for part in parts for s in re.split(r"[.!?](?:\s|$)", part) if re.search("[a-z]", s)
    ]
    words = [word for s in sentences for word in re.findall(r"[A-Za-z][A-Za-z'’-]*", s)]
    return (
        0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
    )


def test_the_grade_is_that_of_the_formula():
    assert grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    hard = "Institutional accountability necessitates comprehensive disaggregation of information."
    assert grade([hard]) > 15


@pytest.fixture(scope="module")
def told(published):
    return {
        (unit, code): family.summary(View(published.slice(unit), unit), family.words(code))
        for unit in SCHOOLS
        for code in LANGUAGES
    }


@pytest.mark.parametrize("unit", SCHOOLS)
def test_english_reads_at_grade_eight_or_below(told, unit):
    assert grade(blocks(told[unit, "en"])) <= 8


@pytest.mark.parametrize("unit", SCHOOLS)
def test_pages_are_whole_in_every_language(told, unit):
    for code in LANGUAGES:
        page = told[unit, code]
        tags = [tag for tag, _ in read(page).seen]
        assert tags.count("h1") == 1 and tags.count("h2") == 6 and "script" not in tags
        assert f'<html lang="{code}"' in page and "{" not in "".join(blocks(page))
        if code != "en":
            assert "Skip to" not in page and "Sections" not in page


def test_numbers_are_those_of_the_release(published, told):
    """Every count of a sentence about a group is one of that group's published row."""
    rows = published.table
    found = 0
    for (unit, code), page in told.items():
        if code != "en":
            continue
        for id, year, text in re.findall(
            r'<li data-indicator=(\w+) data-year="?([\d-]+)"?[^>]*>(.*?)</li>', page
        ):
            match = re.search(r"(\d[\d,]*) of (\d[\d,]*) .*?it was (\d[\d,]*) of (\d[\d,]*)", text)
            if match:
                x, n, ox, on = (int(part.replace(",", "")) for part in match.groups())
                same = rows[
                    (rows["unit_id"] == unit) & (rows["indicator"] == id) & (rows["year"] == year)
                    & (rows["why"] == "") & (rows["x"] == x) & (rows["n"] == n)
                    & (rows["other_x"] == ox) & (rows["other_n"] == on)
                ]  # fmt: skip
                assert len(same), text
                found += 1
    assert found >= 4


def test_groups_that_are_hidden_have_no_number(published, told):
    found = 0
    for unit in SCHOOLS:
        rows = View(published.slice(unit), unit).enrolled
        text = " ".join(blocks(told[unit, "en"]))
        for group in [row.group for row in rows if row.why == "hidden" and row.dimension != "all"]:
            assert f"{group} (hidden)" in text
            assert not re.search(rf"{re.escape(group)} \(\d", text)
            found += 1
    assert found


def test_words_are_about_the_school_and_not_about_children(told):
    for unit in SCHOOLS:
        found = [h for part in blocks(told[unit, "en"]) for h in language.lint(part)]
        assert [h.match for h in found if h.severity == "block_in_reports"] == []


def test_a_grade_or_a_measure_without_a_better_side_is_left_to_the_report(published):
    for unit in SCHOOLS:
        view = View(published.slice(unit), unit)
        for row in family.Summary(view, family.words("en")).told:
            assert row.dimension != "grade"
            assert catalog.indicator(row.indicator).direction in ("up", "down")


def test_a_school_is_text_whatever_its_name(told):
    assert "<script" not in told["0103", "en"] and "&lt;script&gt;" in told["0103", "en"]


# Languages


def test_spanish_has_words_for_what_the_catalog_measures_and_the_sample_groups(published):
    words = family.words("es")
    summary = family.Summary(View(published.slice("0102"), "0102"), words)
    counted = {id for id, one in catalog.indicators().items() if not one.events and not one.score}
    assert counted <= set(words["indicators"])
    assert summary.group("Grade 8") == "Grado 8"
    assert summary.group("Martian") == "Martian"
    assert summary.group("Martian", "students") == "estudiantes del grupo “Martian”"
    assert set(words["chapters"]) == set(catalog.chapters())


def other(folder, change) -> None:
    words = yaml.safe_load((family.FOLDER / "en.yaml").read_text("utf-8"))
    words["language"] = "ar"
    change(words)
    (folder / "ar.yaml").write_text(yaml.safe_dump(words, allow_unicode=True), "utf-8")
    family.words.cache_clear()


def test_a_district_adds_a_language_that_is_read_from_the_right(published, tmp_path):
    def change(words):
        words["direction"], words["served"]["title"] = "rtl", "من يتعلم هنا"

    other(tmp_path, change)
    page = family.summary(View(published.slice("0102"), "0102"), family.words("ar", tmp_path))
    assert '<html lang="ar" dir=rtl>' in page and "من يتعلم هنا" in page


@pytest.mark.parametrize(
    "change, said",
    [
        (lambda w: w["clear"].pop("hundred"), '"clear.hundred" is missing'),
        (lambda w: w["ask"].update(lines=["a", 3]), '"ask.lines" is not a list'),
        (lambda w: w["hidden"].update(child=" "), '"hidden.child" holds no text'),
        (lambda w: w["served"].update(students="{students_n}"), "{students_n}"),
        (lambda w: w["served"].update(students="{n"), "a brace that is not closed"),
        (lambda w: w["served"].update(students="Many students."), "lacks {n}"),
        (lambda w: w.update(group="Some."), "{group} or {students}"),
        (lambda w: w.update(language="fa"), "says language: fa"),
        (lambda w: w.update({"and": False}), "Put quotes around it"),
        (lambda w: w["served"].update(students="{m}"), 'it is: "{n} students go to this school."'),
        (lambda w: w["groups"].update(A={"label": "a"}), '"groups.A.students" is missing'),
        (lambda w: w.pop("indicators"), '"indicators" is missing'),
    ],
)
def test_words_that_are_not_whole_are_named(tmp_path, change, said):
    other(tmp_path, change)
    with pytest.raises(DataError) as error:
        family.words("ar", tmp_path)
    assert said in str(error.value) and "ar.yaml" in str(error.value)


@pytest.mark.parametrize("code", ["xx", "../en", "", "en/../en"])
def test_a_language_that_there_is_not_is_said(code):
    with pytest.raises(DataError):
        family.words(code)


@pytest.mark.parametrize(
    "content, said",
    [
        (b"a: 1\nb: [", "row 2"),
        (b"a:\n  b: Who: goes here", "row 2.*quotes around a text that holds a colon"),
        (b"a:\n\tb: x", "row 2.*not with a tab"),
        ("a: ñ".encode("latin-1"), "Save it as UTF-8"),
        ("a: x".encode("utf-16"), "Save it as UTF-8"),
    ],
)
def test_what_is_not_yaml_is_said_with_its_line_and_its_mend(tmp_path, content, said):
    (tmp_path / "vi.yaml").write_bytes(content)
    with pytest.raises(DataError) as error:
        family.words("vi", tmp_path)
    assert re.search(f"vi.yaml.*{said}", str(error.value), re.S)


def test_a_file_as_notepad_saves_it_with_a_blank_between_thousands_is_read(published, tmp_path):
    text = (family.FOLDER / "en.yaml").read_text("utf-8").replace("language: en", "language: fr")
    text = text.replace('thousands: ","', 'thousands: " "')
    (tmp_path / "fr.yml").write_text(text, "utf-8-sig")
    words = family.words("fr", tmp_path)
    summary = family.Summary(View(published.slice("0102"), "0102"), words)
    assert summary.count(1234) == "1 234"


def test_a_number_of_a_hidden_group_says_whose_it_is_in_every_language(published, told):
    from equitylab.privacy.pages import Context, Sink, read_page

    for unit in SCHOOLS:
        hidden = {
            (row.dimension, row.group) for row in View(published.slice(unit), unit).enrolled
            if row.dimension != "all" and row.why == "hidden"
        }  # fmt: skip
        page = told[unit, "es"].replace("(no se muestra)", "(7)")
        sink = Sink()
        read_page(page, Context(unit=unit), sink)
        whose = {(t.context.dimension, t.context.group) for t in sink.texts if "(7)" in t.text}
        assert hidden <= whose


def test_a_language_without_a_summary_is_a_usage_error(tmp_path, capsys):
    assert main(["report", "--out", str(tmp_path / "o"), "--language", "es"]) == 2
    assert "--family" in capsys.readouterr().err


@pytest.mark.parametrize("paper", ["letter", "a4"])
def test_it_prints_on_two_pages(told, paper):
    import io

    from equitylab.reports import pdf

    if pdf.lacking():
        pytest.skip(pdf.lacking())
    pikepdf = pytest.importorskip("pikepdf")
    for page in told.values():
        made = pdf.pdf(page, paper=paper, most=2)
        assert len(pikepdf.open(io.BytesIO(made)).pages) == 2


@pytest.mark.browser
def test_no_rule_of_accessibility_is_broken(told, tmp_path, chromium, axe_source):
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 320, "height": 700})
        for code in LANGUAGES:
            (tmp_path / "a.html").write_text(told["0102", code], "utf-8")
            page.goto((tmp_path / "a.html").as_uri())
            page.evaluate(axe_source)
            found = page.evaluate("axe.run(document)")
            assert [v["id"] for v in found["violations"]] == [] and len(found["passes"]) > 10
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
        browser.close()
