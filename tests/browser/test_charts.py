"""Charts as a browser sets them: no word leaves its picture or lies on another, in any font."""

import numpy as np
import pandas as pd
import pytest

from equitylab import (
    catalog,
    figures,
    figures_causes,
    figures_district,
    figures_leader,
    figures_plan,
    figures_rating,
    figures_study,
    svg,
)

NAMES = [
    "American Indian or Alaska Native", "Native Hawaiian or Other Pacific Islander",
    "Not economically disadvantaged", "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", "Two or more races",
    "مدرسة النور الابتدائية للبنات والبنين في المدينة",
]  # fmt: skip
VALUE = np.linspace(0.05, 0.97, len(NAMES))
ROWS = pd.DataFrame({
    "label": NAMES, "group": NAMES, "unit": NAMES, "dimension": list("aaabbb"), "n": 40.0,
    "why": ["hidden", *[""] * 5], "signal": "clear difference", "strong": True, "rate": VALUE,
    "rate_low": VALUE - 0.04, "rate_high": np.minimum(VALUE + 0.04, 1), "other_rate": 0.5,
    "band_low": np.nan, "band_high": np.nan, "share": VALUE, "above": 0.4, "value": VALUE,
    "baseline": 0.2, "gap": VALUE, "within": VALUE - 0.3, "between": 0.3, "r1": 1, "r2": 2, "r3": 12,
    "r4": 0, "mark": 2.5, "mean": 3.0, "evidenced": True, "scale": NAMES, "beside": 2.0,
}).assign(rate=[np.nan, *VALUE[1:]])  # fmt: skip
TEXT = "A long sentence, as people write them, about a rule that adults can change this term"
ABOUT = catalog.indicator("referred")
CAUSES = pd.DataFrame(
    {"bone": ["Policies and their practice"] * 3 + ["People"], "entry": [TEXT] * 4}
)
WHYS = pd.DataFrame({"level": [0, 1, 2], "text": [TEXT] * 3, "end": [False, False, True]})
TREE = pd.DataFrame(
    [("g", "", 0, TEXT), ("d", "g", 1, TEXT), ("i", "d", 3, TEXT)],
    columns=["id", "parent", "level", "text"],
)
READINGS = pd.DataFrame({
    "date": [f"20{24 + k // 12}-{k % 12 + 1:02}-15" for k in range(20)], "value": 0.5, "low": 0.3,
    "high": 0.8, "note": "",
})  # fmt: skip
DATES = pd.DataFrame({"label": NAMES[:4], "date": ["2026-09-01", "2027-02-01"] * 2})
YEARS = pd.DataFrame({
    "panel": [f"{name}: {name}" for name in NAMES[:4] for _ in range(3)],
    "year": ["2021-22", "2022-23", "2023-24"] * 4, "rate": 0.2, "rate_low": 0.1, "rate_high": 0.3,
    "other_rate": 0.15,
})  # fmt: skip
RINGS = pd.DataFrame({"ring": [0, 2], "recent": [True, False]})
DRAWN = {
    "rates": figures.rates(ROWS, ABOUT, alt="Six."),
    "shares": figures.shares(ROWS, alt="Six."),
    "gaps": figures.gaps(ROWS, ("rate", "rate_low", "rate_high"), label="In points", alt="Six."),
    "trends": figures.trends(YEARS, alt="Four."),
    "schools": figures_district.schools(ROWS, ABOUT, 0.2, alt="Six."),
    "mixes": figures_district.mixes(
        pd.DataFrame(1 / 6, index=NAMES, columns=NAMES), alt="Six by six."
    ),
    "parts": figures_district.parts(ROWS, alt="Six."),
    "against chance": figures_district.against_chance(ROWS, alt="Six."),
    "dots": figures_study.dots(ROWS, label=TEXT, alt="Six.", line=0.3),
    "dollars": figures_study.bars(ROWS.assign(value=2e6 * VALUE), label="Dollars", alt="Six."),
    "ratings": figures_rating.ratings(
        ROWS.iloc[1:], label="1 Not yet … 4 Sustained", alt="Five."
    ),
    "strip": figures_rating.strip(
        ROWS[["label"]].assign(a="in", b="out", c="edge"),
        {"a": ("as", "set"), "b": ("size", "× 2"), "c": ("size", "0")}, alt="Six.",
    ),
    "profile": figures_leader.profile(ROWS, alt="Six.", beside="then", ends=("Not yet", "Always")),
    "fishbone": figures_causes.fishbone(CAUSES, TEXT, alt="Four."),
    "outline": figures_causes.outline(WHYS, alt="Three."),
    "tree": figures_plan.tree(TREE, heads=["Goal", "Primary", "Secondary", "Idea"], alt="Three."),
    "run": figures_plan.run(READINGS, median=0.5, target=0.6, alt="Twenty."),
    "timeline": figures_plan.timeline(DATES, alt="Four."),
    "rings": figures_plan.rings(RINGS, names=NAMES[:4], alt="Two."),
}  # fmt: skip
# Boxes of neighbouring lines may share the air above their letters: three points are no touch.
MEASURE = """() => [...document.querySelectorAll('figure')].flatMap(figure => {
  const sheet = figure.querySelector('svg'), size = sheet.viewBox.baseVal
  const back = sheet.getScreenCTM().inverse()
  const at = [...sheet.querySelectorAll('text')].map(text => {
    const box = text.getBoundingClientRect()
    const a = new DOMPoint(box.left, box.top).matrixTransform(back)
    const b = new DOMPoint(box.right, box.bottom).matrixTransform(back)
    return {words: text.textContent, left: a.x, top: a.y, right: b.x, bottom: b.y}
  })
  const out = at.filter(t => t.left < -0.2 || t.right > size.width + 0.2
                          || t.top < -1.5 || t.bottom > size.height + 1.5)
  const hits = at.flatMap((a, k) => at.slice(k + 1).filter(b =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3.2).map(b => [a.words, b.words]))
  return [...out.map(t => [figure.id, 'leaves the picture', t.words]),
          ...hits.map(pair => [figure.id, 'lie on each other', ...pair])]
})"""


@pytest.mark.parametrize("font", ["system-ui", "Liberation Sans", "DejaVu Sans"])
def test_words_stay_in_their_picture_and_apart(browser, font):
    drawn = "".join(f'<figure id="{name}">{one.svg}</figure>' for name, one in DRAWN.items())
    page = browser.new_page()
    page.set_content(drawn.replace(svg.FONT, font))
    assert page.locator("text").count() > 150
    assert page.evaluate(MEASURE) == []
    page.close()
