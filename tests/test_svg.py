"""The drawing surface: text stays text, marks are equal every time, and nothing is cut or touches."""

import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET
from collections import namedtuple
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from equitylab import catalog, figures, figures_district, figures_study, svg, svg_letters
from equitylab.figures_rows import Rows

TEXT = "{http://www.w3.org/2000/svg}text"
GROUPS = [
    "American Indian or Alaska Native", "Native Hawaiian or Other Pacific Islander",
    "Students with disabilities (Section 504 only)", "Economically disadvantaged students",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "学校名前漢字仮名交じり文の長い名前の学校です学校",
]  # fmt: skip
NAMES = [
    "<script>alert(1)</script>",
    "a & b",
    'it\'s "here"',
    "مدرسة النور",
    "ab\x00\x0b\x1fc",
    "ok",
]


def texts(picture: str) -> list[dict]:
    """Return each text with its place and its look, as a browser would."""
    found = []

    def walk(node, look):
        look = {**look, **node.attrib}
        if node.tag == TEXT:
            size = float(look["font-size"])
            wide = svg.width(node.text, size, bold=look.get("font-weight") == "bold")
            left = float(look["x"]) - wide * {"end": 1, "middle": 0.5}.get(
                look.get("text-anchor"), 0
            )
            found.append({"text": node.text, "left": left, "right": left + wide, **look})
        for child in node:
            walk(child, look)

    walk(ET.fromstring(picture), {})
    return found


def frame(**more) -> pd.DataFrame:
    value = np.linspace(0.05, 0.9, len(GROUPS))
    columns = {
        "dimension": ["a"] * 3 + ["b"] * 3, "group": GROUPS, "n": 20.0, "rate": value,
        "rate_low": value - 0.04, "rate_high": value + 0.04, "other_rate": 0.5, "why": "",
        "band_low": np.nan, "band_high": np.nan, "signal": "clear difference",
    }  # fmt: skip
    return pd.DataFrame({**columns, **more})


def rates(rows):
    return figures.rates(rows, catalog.indicator("referred"), alt="Rates of six groups.").svg


@pytest.mark.parametrize("signal", ["clear difference", "not clearly different"])
def test_the_longest_names_are_whole_on_the_sheet(signal):
    drawn = texts(rates(frame(signal=signal)))
    assert sum(t["text"].startswith("Native Hawaiian") for t in drawn) == 1
    for text in drawn:
        assert text["left"] >= 0 and text["right"] <= 310, text


@pytest.mark.parametrize("most", [0.02, 0.9, 130.0, 25_000.0, 4_000_000.0])
def test_words_at_an_axis_do_not_touch(most):
    rows = pd.DataFrame({"label": GROUPS[:3], "value": [-most, 0.1 * most, most]})
    drawn = figures_study.dots(rows, label="Dollars", alt="Three.", percent=False).svg
    at = [t for t in texts(drawn) if t.get("text-anchor") == "middle" and t["text"] != "Dollars"]
    assert len(at) > 1 and all("e" not in t["text"] for t in at)
    assert all(a["right"] < b["left"] for a, b in zip(at, at[1:], strict=False))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_text_in_the_picture_and_in_the_page(name):
    sheet = svg.Sheet(300, 20)
    sheet.text(5, 10, name)
    (text,) = texts(str(sheet))
    assert text["text"] == "".join(c for c in name if c.isprintable())
    address = svg.data_uri(str(sheet))
    assert unquote(address) == "data:image/svg+xml," + str(sheet)
    assert not set(address) & set('<>"#&{}') and address.isascii()


def test_a_word_that_says_nothing_or_stands_nowhere_is_not_written():
    sheet = svg.Sheet(9, 9)
    sheet.text(1, 1, " \x00")
    sheet.text(float("nan"), 1, "lost")
    assert texts(str(sheet)) == []


def test_a_gap_lifts_the_pen_and_has_no_mark():
    sheet = svg.Sheet(9, 9)
    sheet.dots([1, np.nan, np.inf, 4], [1, 2, 3, np.nan], fill="#123456")
    assert str(sheet).count("h0") == 1
    empty = str(svg.Sheet(9, 9))
    sheet = svg.Sheet(9, 9)
    sheet.line([np.nan, np.inf], [1, 2], stroke="#123456")
    assert str(sheet) == empty


def test_marks_of_one_look_are_one_path():
    sheet = svg.Sheet(99, 9)
    for x in range(5):
        sheet.box(10 * x, 1, 8, 5, fill="#123456")
    assert str(sheet).count("<path") == 1 and str(sheet).count("v5h-8z") == 5


def test_ticks_are_those_of_the_field():
    """Matplotlib's locator, which many charts of the field have, finds the same ticks."""
    ticker = pytest.importorskip("matplotlib.ticker")
    locator = ticker.MaxNLocator(5, steps=[1, 2, 2.5, 5, 10])
    rng = np.random.default_rng(7)
    for low, size in zip(rng.normal(0, 40, 400), 10 ** rng.uniform(-2, 4, 400), strict=True):
        for start in (0.0, low):
            held = locator.tick_values(start, start + size)
            held = held[(held >= start - 1e-9) & (held <= start + size + 1e-9)]
            assert np.allclose(svg.ticks(start, start + size), held), (start, size)


def test_widths_are_not_less_than_those_of_a_wide_font():
    paths = pytest.importorskip("matplotlib.font_manager")
    font = pytest.importorskip("matplotlib.ft2font")
    for weight in ("normal", "bold"):
        drawn = font.FT2Font(paths.findfont(f"DejaVu Sans:weight={weight}"))
        drawn.set_size(900, 72)
        for words in (*GROUPS[:4], "Not economically disadvantaged", "Met the standard in reading"):
            drawn.set_text(words)
            wide = drawn.get_width_height()[0] / 6400
            estimate = svg.width(words, bold=weight == "bold")
            assert 0.97 * wide < estimate < 1.06 * wide, (weight, words, wide, estimate)


def test_words_are_cut_to_their_room():
    for words in GROUPS:
        cut = svg_letters.fit(words, 60)
        assert cut.endswith("…") and svg.width(cut) <= 60 < svg.width(words)


def test_a_list_of_rows_draws_as_the_table_does():
    table = frame()
    row = namedtuple("Row", table.columns)
    listed = [row(*values) for values in table.itertuples(index=False)]
    assert rates(listed) == rates(table)
    columns = ("rate", "rate_low", "rate_high")
    several = [
        figures.gaps(rows, columns, label="Points", alt="Six.", labels=GROUPS).svg
        for rows in (listed, table)
    ]
    assert several[0] == several[1]
    assert figures.gaps(listed, columns, label="Points", alt="Six.", labels=GROUPS).table.equals(
        pd.DataFrame(listed)
    )
    crowd = figures.fitting([r._replace(dimension=d) for d in "abcdef" for r in listed])
    assert [r.dimension for r in crowd] == ["a"] * 6 + ["b"] * 6


def test_no_rows_and_no_numbers_still_draw():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ET.fromstring(rates([])) is not None
        nothing = frame(rate=np.nan, rate_low=np.nan, rate_high=np.nan, why="hidden")
        drawn = texts(rates(nothing.assign(other_rate=np.nan)))
        assert sum(t["text"] == "hidden" for t in drawn) == 6
        endless = frame(rate_high=np.inf)
        assert "inf" not in rates(endless)


def test_rows_stand_apart_where_a_dimension_starts():
    y = Rows(GROUPS, {3}).y
    assert np.allclose(np.diff(y), [12, 12, 16, 12, 12])


def test_many_schools_are_one_small_picture():
    n = np.arange(20.0, 1020.0)
    rows = pd.DataFrame({"n": n, "x": np.round(n * 0.1), "rate": 0.1})
    about = catalog.indicator("referred")
    drawn = figures_district.funnel(rows, about, 0.1, alt="A thousand schools.").svg
    assert drawn.count("<path") < 10 and len(drawn) < 30_000


def test_a_chart_imports_no_plotting_library():
    script = (
        "import sys, pandas as pd\n"
        "from equitylab import figures, figures_causes, figures_district, figures_leader\n"
        "from equitylab import figures_listening, figures_plan, figures_rating, figures_study\n"
        "rows = pd.DataFrame({'label': ['a', 'b'], 'value': [0.1, 0.4]})\n"
        "figures_study.dots(rows, label='Share', alt='Two.')._repr_html_()\n"
        "print(*sorted({'matplotlib', 'seaborn'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
