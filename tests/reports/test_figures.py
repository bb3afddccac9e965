"""Charts: what they may show, how light they are, and that they are the same every time."""

from __future__ import annotations

import html
import re
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from equitylab import catalog, figures, figures_district
from equitylab.errors import ReportError

HEIGHT = 216  # points: three inches


def drawn(markup: str) -> list[tuple[str, str]]:
    """Return the alt text and the picture of each figure in a piece of a page."""
    found = re.findall(r'<img alt="([^"]*)" src="data:image/svg\+xml,([^"]*)"', markup)
    return [(html.unescape(alt), unquote(picture)) for alt, picture in found]


@pytest.fixture(scope="module")
def every(school, district) -> list[tuple[str, str]]:
    """All figures of a school's and a district's report."""
    made = []
    for report in (school, district):
        parts = [report.chapter(c) for c in catalog.chapters()]
        parts += [report.whom_it_serves(), report.changes()]
        if report is district:
            parts += [report.schools_served(), report.segregation(), report.within_and_between()]
        for part in parts:
            made += drawn(part._repr_html_())
    return made


def test_every_kind_of_chart_is_among_them(every):
    assert len(every) > 25
    words = " ".join(alt for alt, _ in every)
    for part in (
        "Share",
        "parts of a bar",
        "Dissimilarity",
        "within",
        "Change of all",
        "by school",
    ):
        assert part.lower() in words.lower()


def test_charts_are_valid_small_and_low(every):
    for alt, picture in every:
        root = ET.fromstring(picture)
        assert float(root.get("height").removesuffix("pt")) <= HEIGHT, alt
        assert len(picture) < 8_000, (alt, len(picture))


def test_charts_load_nothing_and_have_no_red_and_no_date(every):
    for _, picture in every:
        links = set(re.findall(r"https?://[^'\"]+", picture))
        assert links <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
        assert not re.search(r"<(script|image|foreignObject|metadata)", picture)
        assert not re.search(r"20\d\d-\d\d-\d\dT", picture)
        for colour in re.findall(r"#([0-9a-f]{6})", picture):
            red, green, blue = (int(colour[k : k + 2], 16) for k in (0, 2, 4))
            assert red <= max(green, blue) + 8, colour


def test_alt_texts_are_sentences_with_a_finding(every):
    for alt, _ in every:
        assert len(alt.split()) > 6 and alt.endswith((".", "…")), alt


def test_a_figure_without_alt_text_is_refused():
    with pytest.raises(ReportError, match="alt text"):
        figures.Figure("<svg/>", " ", pd.DataFrame())


def test_a_chart_knows_no_hidden_number(school):
    """Hidden cells hold no number, so let them hold one: the picture must not change."""
    about = catalog.indicator("suspended_in_school")
    rows = school.view.of(about.id)
    rows = rows[(rows["dimension"] == "race_ethnicity") & ~rows["pooled"].astype(bool)]
    hidden = rows["why"] == "hidden"
    assert hidden.any() and not hidden.all()
    assert rows.loc[hidden, ["x", "rate", "other_rate", "difference"]].isna().all(axis=None)
    texts = re.findall(r">([^<]+)</text>", figures.rates(rows, about, alt="x y.").svg)
    assert sum("hidden" in text for text in texts) == hidden.sum()


def test_axis_limits_come_from_what_is_drawn(school):
    about = catalog.indicator("referred")
    rows = school.view.of(about.id)
    rows = rows[(rows["dimension"] == "race_ethnicity") & ~rows["pooled"].astype(bool)]
    first = figures.rates(rows, about, alt="x y.").svg
    extra = rows.iloc[[0]].assign(group="Extra", why="hidden", n=np.nan)
    numbers = extra.select_dtypes("number").columns
    more = pd.concat([rows, extra.assign(**dict.fromkeys(numbers, np.nan))])
    second = figures.rates(more, about, alt="x y.").svg
    ticks = [re.findall(r">(\d+)%<", picture) for picture in (first, second)]
    assert ticks[0] == ticks[1]


def test_names_are_text_whatever_they_are():
    odd = ["<script>alert(1)</script>", "$x^2$ & co", "مدرسة النور", "x" * 300, ""]
    rows = pd.DataFrame(
        {"unit": odd, "rate": [0.1, 0.2, 0.3, 0.4, np.nan], "why": ["", "", "", "", "hidden"]}
    )
    rows = rows.assign(rate_low=rows["rate"] - 0.05, rate_high=rows["rate"] + 0.05)
    rows = rows.assign(band_low=np.nan, band_high=np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        about = catalog.indicator("referred")
        picture = figures_district.schools(rows, about, 0.2, alt="x y.").svg
    texts = [t.text for t in ET.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
    assert "<script>alert(1)</script>"[:20] in " ".join(texts)
    assert "$x^2$ & co" in texts and "مدرسة النور" in texts
    assert max(map(len, texts)) <= 40


def test_rows_that_do_not_fit_are_left_by_whole_dimensions():
    rows = pd.DataFrame(
        {
            "dimension": ["a"] * 8 + ["b"] * 9 + ["c"] * 2,
            "group": list("abcdefghijklmnopqrs"),
            "n": range(19),
            "why": "",
        }
    )
    assert list(dict.fromkeys(figures.fitting(rows)["dimension"])) == ["a", "c"]
    assert len(figures.fitting(rows.iloc[:8])) == 8
    many = pd.DataFrame({"dimension": "a", "group": range(40), "n": range(40), "why": ""})
    kept = figures.fitting(many)
    assert len(kept) == 15 and kept["n"].min() == 25 and kept["n"].is_monotonic_increasing


SCRIPT = """
import sys; sys.path.insert(0, {folder!r})
import hashlib, synthetic
from equitylab.reports.story import SchoolReport
report = SchoolReport(synthetic.published(), "0103")
page = report.chapter("discipline")._repr_html_() + report.changes()._repr_html_()
print(hashlib.sha256(page.encode()).hexdigest())
"""


def test_pictures_are_equal_in_another_process(request):
    folder = str(request.path.parent)
    seen = set()
    for seed in ("1", "2"):
        made = subprocess.run(
            [sys.executable, "-c", SCRIPT.format(folder=folder)],
            capture_output=True, text=True, check=True,
            env={"PYTHONPATH": str(request.config.rootpath), "PYTHONHASHSEED": seed, "PATH": ""},
        )  # fmt: skip
        seen.add(made.stdout)
    assert len(seen) == 1
