"""A lesson with one form of each kind, on a portfolio of its own and the sample school."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from equitylab.figures import Figure
from equitylab.widgets import Lesson, forms, registry

HERE = Path(__file__).parent
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="{0}" height="9"/></svg>'
)


@pytest.fixture
def drawings(monkeypatch) -> list:
    """Give tests a lab and a check of their own; the list fills with what the lab was asked."""
    asked: list = []

    def squares(at, size="small"):
        asked.append((size, at.folio.get("labs.hope")))
        side = pd.DataFrame({"side": [3]})
        return [f"It is <{size}>.", Figure(SVG.format(3), "A square, three wide.", side, "One.")]

    def longer(_at, value):
        told = (value or {}).get("line", "")
        return [
            registry.Verdict(len(told) > 3 if told else None, "It has more than three letters.")
        ]

    monkeypatch.setattr(registry, "labs", lambda: {"test-squares": squares})
    monkeypatch.setattr(registry, "checks", lambda: {"longer": longer})
    return asked


@pytest.fixture
def open_lesson(tmp_path, drawings):
    """Return a function that opens the lesson as a notebook would, again and again."""
    book = forms.read((HERE / "every_kind.yaml").read_text("utf-8"), "every_kind.yaml")

    def opened() -> Lesson:
        lesson = Lesson("m03", portfolio=tmp_path / "portfolio.json")
        lesson.book = book
        return lesson

    return opened


@pytest.fixture
def at(open_lesson) -> Lesson:
    return open_lesson()


class Told(HTMLParser):
    """The text, ids and heading levels of a piece of HTML; unclosed tags are a fault."""

    VOID = {"img", "br", "input"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.ids, self.levels, self.open = "", [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        if tag[0] == "h" and tag[1:].isdigit():
            self.levels.append(int(tag[1:]))

    def handle_endtag(self, tag):
        while self.open and self.open[-1] != tag:
            self.open.pop()
        if self.open:
            self.open.pop()

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="session")
def told():
    return Told
