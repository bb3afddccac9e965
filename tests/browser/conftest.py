"""Every kind of page, opened once in Chromium; what is seen there is what the tests look at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 320, "height": 700}  # what is left of 1280 pixels at 400 % zoom
DESK = {"width": 1200, "height": 900}

LEVELS = "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(h => +h.tagName[1])"
LOST = (
    "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href'))"
    ".filter(h => !document.getElementById(h.slice(1)))"
)
TWICE = (
    "(ids => ids.filter((id, k) => ids.indexOf(id) !== k))"
    "([...document.querySelectorAll('[id]')].map(e => e.id))"
)


@dataclass
class Seen:
    """What a browser saw of one page."""

    path: Path
    text: str
    asked: list[str] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=dict)
    wide: int = 0
    levels: list[int] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser(chromium):
    """A Chromium without a window."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-sync"]
        )
        yield opened
        opened.close()


def kind(text: str) -> tuple:
    """Return what makes two reports alike: their sections, and which kinds of parts they have."""
    parts = ("<figure", "<table", "data-indicator=score_", "Days lost", "&lt;", "% or less")
    return (*re.findall(r"<h2[^>]*>(.*?)</h2>", text), *(part in text for part in parts))


@pytest.fixture(scope="session")
def paths(reports_folder) -> dict[str, Path]:
    """The index, every district's report, and one school's report of each kind."""
    chosen = {"index": reports_folder / "index.html"}
    chosen |= {p.stem: p for p in sorted(reports_folder.glob("district-*.html"))}
    kinds: dict[tuple, Path] = {}
    for page in sorted((reports_folder / "schools").glob("*.html")):
        kinds.setdefault(kind(page.read_text("utf-8")), page)
    return chosen | {p.stem: p for p in kinds.values()}


@pytest.fixture(scope="session")
def seen(browser, violations, paths) -> dict[str, Seen]:
    """Open each page once as a phone and once as a desk, and note what is there."""
    found = {}
    for name, path in paths.items():
        one = found[name] = Seen(path, path.read_text("utf-8"))
        for size in (PHONE, DESK):
            context = browser.new_context(viewport=size)
            page = context.new_page()
            page.on("request", lambda request, one=one: one.asked.append(request.url))
            page.goto(path.resolve().as_uri(), wait_until="load")
            if size is PHONE:
                one.wide = page.evaluate("document.documentElement.scrollWidth")
                one.levels = page.evaluate(LEVELS)
                one.lost, one.twice = page.evaluate(LOST), page.evaluate(TWICE)
            one.faults[f"{size['width']} pixels"] = violations(page)
            context.close()
    return found


@pytest.fixture(scope="session")
def violations(axe_source):
    """Return a function that lists what axe-core finds on an open page, a line each."""

    def found(page) -> list[str]:
        page.evaluate(axe_source)
        result = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags},"
            " resultTypes: ['violations']})",
            TAGS,
        )
        return [
            f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:200]}"
            for v in result["violations"]
        ]

    return found
