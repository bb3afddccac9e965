"""What a phone, a screen reader and a printer meet: every kind of page, in a real browser."""

from __future__ import annotations

import re

import nbformat
import pytest

PHONE = {"width": 320, "height": 700}

pytestmark = pytest.mark.browser


def test_axe_would_find_a_fault(browser, violations, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text("<title>x</title><img src=a.png><table><tr><th></th></tr></table>", "utf-8")
    page = browser.new_page()
    page.goto(bad.as_uri())
    assert any("image-alt" in fault for fault in violations(page))
    page.close()


def test_no_page_violates_a_rule(seen):
    assert not {name: one.faults for name, one in seen.items() if any(one.faults.values())}


def test_no_page_asks_for_anything(seen):
    for name, one in seen.items():
        outside = [u for u in one.asked if not u.startswith(("data:", one.path.resolve().as_uri()))]
        assert not outside, name
        assert len(one.asked) >= 2, name  # the listener did listen


def test_no_page_scrolls_sideways_at_400_percent(seen):
    assert not {name: one.wide for name, one in seen.items() if one.wide > PHONE["width"]}


def test_one_first_heading_and_no_level_skipped(seen):
    for name, one in seen.items():
        assert one.levels.count(1) == 1 and one.levels[0] == 1, name
        steps = zip(one.levels, one.levels[1:], strict=False)
        assert all(after - before <= 1 for before, after in steps), name


def test_links_lead_somewhere_and_ids_are_single(seen):
    assert not {name: one.lost for name, one in seen.items() if one.lost}
    assert not {name: one.twice for name, one in seen.items() if one.twice}


def test_tables_are_reached_by_keyboard(browser, paths):
    page = browser.new_page(viewport=PHONE)
    page.goto(next(p for name, p in paths.items() if name != "index").resolve().as_uri())
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('scroll')"):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.close()


def test_a_page_prints_its_summary_on_the_first_sheet(browser, paths):
    page = browser.new_page()
    page.goto(next(p for name, p in paths.items() if name != "index").resolve().as_uri())
    assert page.pdf(prefer_css_page_size=True)[:4] == b"%PDF"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    page.close()


def test_every_picture_says_what_it_shows(seen):
    for name, one in seen.items():
        assert "No description has been provided" not in one.text, name
        alts = re.findall(r"<img[^>]*?alt=\"([^\"]*)\"", one.text)
        assert len(alts) == one.text.count("<img"), name
        assert all(len(alt.split()) > 4 for alt in alts), name


def test_pages_hold_what_their_notebooks_hold(seen):
    for name, one in seen.items():
        if name == "index":
            continue
        cells = nbformat.read(one.path.with_suffix(".ipynb"), as_version=4).cells
        results = "".join(
            str(output.get("data", {}).get("text/html", ""))
            for cell in cells
            for output in cell.get("outputs", [])
        )
        prose = "\n".join(c.source for c in cells if c.cell_type == "markdown")
        third = len(re.findall(r"^### ", prose, re.M))
        for tag, more in (("<figure", 0), ("<table", 0), ("<h3", third)):
            assert one.text.count(tag) == results.count(tag) + more, (name, tag)


def test_pages_are_light_and_run_nothing(seen):
    for name, one in seen.items():
        assert len(one.text.encode("utf-8")) < 300_000, name
        assert not re.search(r"<script|javascript:|<[^>]+\son\w+=", one.text, re.I), name
        assert "default-src 'none'" in one.text, name
