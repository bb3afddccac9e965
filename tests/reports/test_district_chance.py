"""Schools and chance: limits by scipy, rates drawn together, alphabetical order, no ranking."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from equitylab.reports import measures as tidy
from equitylab.schema import ALL

from . import districts

SCHOOLS = {"05": (100, 20), "01": (300, 60), "03": (80, 40), "04": (200, 38), "02": (150, 33)}


@pytest.fixture(scope="module")
def report():
    rows = []
    for id, (n, x) in SCHOOLS.items():
        rows.append((id, "chronically_absent", ALL, ALL, n, x))
        for group, (m, y) in {"A": (n // 2, x // 2), "B": (n - n // 2, x - x // 2)}.items():
            rows.append((id, "chronically_absent", "sex", group, m, y))
    return districts.report(districts.published(rows))


def test_limits_hold_what_the_binomial_says(report):
    rows = tidy.frame(report).query("measure == 'funnel'").set_index("unit_id")
    total = np.sum(list(SCHOOLS.values()), axis=0)
    for id, (n, x) in SCHOOLS.items():
        assert rows.at[id, "value"] == pytest.approx(x / n, abs=1e-6)
        assert rows.at[id, "baseline"] == pytest.approx(total[1] / total[0], abs=1e-6)
        low, high = (binom.ppf(p, n, total[1] / total[0]) / n for p in (0.025, 0.975))
        # Interpolated between two counts: never further than one student from the exact ones.
        assert abs(rows.at[id, "low"] - low) <= 1 / n + 1e-9
        assert abs(rows.at[id, "high"] - high) <= 1 / n + 1e-9
    assert rows.at["03", "value"] > rows.at["03", "high"]


def test_the_page_says_how_many_lie_outside_and_ranks_none(report):
    text = report.chapter("attendance")._repr_html_()
    assert "1 of 5 schools lies outside the limits of chance for schools of their size" in text
    assert "with limits widened for how far these schools lie apart in general" in text
    table = text.split("Chronically absent by school")[-1]
    places = [table.index(f"School {id}<") for id in sorted(SCHOOLS)]
    assert places == sorted(places)


def test_drawn_together_rates_lie_between_the_schools_own_and_all(report):
    rows = tidy.frame(report).query("measure == 'shrink'")
    assert list(rows["unit_id"]) == sorted(SCHOOLS)
    for row in rows.itertuples(index=False):
        own = SCHOOLS[row.unit_id][1] / SCHOOLS[row.unit_id][0]
        middle = np.clip(row.value, *sorted([own, row.baseline + 0.03 * np.sign(own - 0.2)]))
        assert row.low < row.value < row.high and abs(middle - row.value) < 0.05
        assert "a model and not a count" in row.sentence


def test_hidden_schools_have_no_row(report):
    public = districts.published(
        [(id, "chronically_absent", ALL, ALL, n, x) for id, (n, x) in SCHOOLS.items()]
    )
    districts.hide(public, lambda t: t["unit_id"] == "03", garbage=7)
    rows = tidy.frame(districts.report(public)).query("question == 'schools'")
    assert "03" not in set(rows["unit_id"]) and rows["n_left_out"].eq(1).all()
