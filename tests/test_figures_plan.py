"""The charts of a plan: drawn from plain columns, equal every time, with names in words."""

import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from equitylab import figures_plan as charts
from equitylab.errors import ReportError

TREE = pd.DataFrame(
    [
        ("g", "", 0, "Open the way"),
        ("d", "g", 1, "How students come in, and who is asked, and in which language and when"),
        ("i", "d", 3, "Ask <everyone> & write it down"),
    ],
    columns=["id", "parent", "level", "text"],
)
RUN = pd.DataFrame(
    [("2026-09-30", 0.5, 0.3, 0.7, "Start"), ("2026-10-31", 0.4, 0.2, 0.6, "")],
    columns=["date", "value", "low", "high", "note"],
)
DATES = pd.DataFrame({"label": ["Principal", "Dean"], "date": ["2026-10-01", "2027-02-01"]})
POWER = pd.DataFrame({"number": [1, 2], "column": [0, 2], "row": [1, 0]})
RINGS = pd.DataFrame({"ring": [0, 2], "recent": [True, False]})
DRAWN = {
    "tree": lambda alt: charts.tree(TREE, heads=["Goal", "One", "Two", "Idea"], alt=alt),
    "run": lambda alt: charts.run(RUN, median=0.45, target=0.6, alt=alt),
    "timeline": lambda alt: charts.timeline(DATES, alt=alt),
    "grid": lambda alt: charts.grid(
        POWER, across=["Against", "Unsure", "For"], down=["Low", "High"], x="Now", y="Say", alt=alt
    ),
    "rings": lambda alt: charts.rings(RINGS, names=["Near", "Far", "Farther"], alt=alt),
}


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_is_equal_every_time_and_is_a_picture(name):
    first, again = (DRAWN[name]("Two of three are there.") for _ in range(2))
    assert first.svg == again.svg
    root = ET.fromstring(first.svg)
    assert root.tag.endswith("svg") and len(first.svg) < 8_000
    assert "Two of three" in first._repr_html_()


@pytest.mark.parametrize("name", DRAWN)
def test_a_chart_without_words_is_refused(name):
    with pytest.raises(ReportError):
        DRAWN[name](" ")


def test_a_tree_holds_every_text_and_cuts_long_ones_at_a_word():
    svg = DRAWN["tree"]("Alt.").svg
    words = " ".join(ET.fromstring(svg).itertext())
    assert "Open the way" in words and "Ask <everyone>" in words
    assert "…" in words and "How students" in words


def test_an_empty_ring_says_none():
    words = " ".join(ET.fromstring(DRAWN["rings"]("Alt.").svg).itertext())
    assert "2 Far: none" in words and "1 Near: 1" in words
