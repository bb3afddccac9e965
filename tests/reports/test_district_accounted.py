"""What accounts for a gap, from the printed counts of schools: against statsmodels and by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from equitylab import language
from equitylab.reports import measures as tidy
from equitylab.schema import ALL

from . import districts

GROUPS = ("English learner", "Not an English learner")


def school(id: str, first: tuple, second: tuple, indicator: str = "suspended_out_of_school"):
    """Rows of a school's two groups, each ``(n, x)``."""
    n, x = (a + b for a, b in zip(first, second, strict=True))
    rows = [(id, indicator, ALL, ALL, n, x)]
    cells = zip(GROUPS, (first, second), strict=True)
    return rows + [(id, indicator, "el", group, *cell) for group, cell in cells]


def found(rows, **hidden):
    public = districts.published([r for one in rows for r in one])
    if hidden:
        districts.hide(public, hidden["where"])
    report = districts.report(public)
    return report, tidy.frame(report).query("question == 'accounted'")


ALIKE = [
    school("00", (100, 30), (200, 30)),
    school("01", (80, 20), (300, 33)),
    school("02", (60, 24), (90, 18)),
    school("03", (200, 20), (100, 5)),
]
APART = [school("00", (150, 60), (200, 10)), school("01", (150, 12), (250, 22))]


def test_every_part_by_hand_and_by_statsmodels():
    from statsmodels.stats.contingency_tables import StratifiedTable

    report, rows = found(ALIKE)
    one = rows.set_index("measure")["value"]
    n1, x1, n2, x2 = (
        np.array(c, float) for c in zip(*[(*a[1][4:], *a[2][4:]) for a in ALIKE], strict=True)
    )
    gap = x1.sum() / n1.sum() - x2.sum() / n2.sum()
    s1, s2, r1, r2 = n1 / n1.sum(), n2 / n2.sum(), x1 / n1, x2 / n2
    assert one["kitagawa, rates"] == pytest.approx(((s1 + s2) / 2 * (r1 - r2)).sum(), abs=1e-6)
    parts = ["kitagawa, rates", "kitagawa, composition"]
    assert one[parts].sum() == pytest.approx(gap, abs=2e-6)
    own = (x1 + x2) / (n1 + n2)
    between = ((s1 - s2) * own).sum()
    assert one["within_between, between schools"] == pytest.approx(between, abs=1e-6)
    assert one["within_between, within schools"] == pytest.approx(gap - between, abs=1e-6)
    # Mantel and Haenszel's risk ratio from its two sums; the test of homogeneity by statsmodels.
    n = n1 + n2
    ratio = (x1 * n2 / n).sum() / (x2 * n1 / n).sum()
    assert one["mantel_haenszel, risk ratio"] == pytest.approx(ratio, abs=1e-6)
    apart = ((x1 * n2 - x2 * n1) / n).sum() / (n1 * n2 / n).sum()
    assert one["mantel_haenszel, risk difference"] == pytest.approx(apart, abs=1e-6)
    tables = [[[a, b - a], [c, d - c]] for a, b, c, d in zip(x1, n1, x2, n2, strict=True)]
    theirs = StratifiedTable([np.array(t) for t in tables]).test_equal_odds(adjust=True).pvalue
    assert one["mantel_haenszel, homogeneity p"] == pytest.approx(theirs, abs=1e-6)
    assert len(report.accounted) == 1 and rows["n_units"].eq(4).all()


def test_where_schools_differ_there_is_no_common_number():
    """Planted: a gap of 35 points in one school, none in the other."""
    report, rows = found(APART)
    (gap,) = report.accounted
    assert gap.same.homogeneity_p < 0.05 and not gap.alike
    assert {m for m in rows["measure"] if m.startswith("mantel")} == {
        "mantel_haenszel, homogeneity p"
    }
    shown = report.within_and_between()._repr_html_()
    assert "no one number: higher in 1 of 2 schools" in shown
    assert "times as often" not in shown


def test_schools_that_hide_a_side_are_left_out_and_counted():
    report, rows = found(ALIKE, where=lambda t: (t["unit_id"] == "02") & (t["group"] == GROUPS[0]))
    (gap,) = report.accounted
    assert gap.use.tolist() == [True, True, False, True] and gap.left == 60
    assert rows["n_units"].eq(3).all() and rows["n_left_out"].eq(1).all()
    assert "3 of 4 schools, 60 students" in report.within_and_between()._repr_html_()


def test_with_all_but_one_school_hidden_nothing_is_split():
    report, rows = found(
        ALIKE, where=lambda t: t["unit_id"].isin(["00", "01", "02"]) & (t["dimension"] == "el")
    )
    assert rows.empty
    assert "<table" not in report.within_and_between()._repr_html_()


def test_garbage_behind_what_is_hidden_changes_nothing(published):
    clean = districts.report(published, "01")
    t = published.table.copy()
    t.loc[t["why"] == "hidden", districts.NUMBERS[1:]] = 555.0
    t.loc[t["n_why"] == "hidden", "n"] = 555.0
    mine = t["level"] == "school"
    dirty = districts.report(
        replace(published, table=t.where(mine, published.table).astype(published.table.dtypes)),
        "01",
    )
    pd.testing.assert_frame_equal(tidy.frame(dirty), tidy.frame(clean))


def test_the_words_claim_no_cause_and_name_what_is_adjusted_for(district):
    shown = district.within_and_between()._repr_html_()
    blocked = [h.match for h in language.lint(shown) if h.severity == "block_in_reports"]
    assert blocked == [] and "explained" not in shown
    assert "Accounted for: the school attended, and nothing else" in shown
    rows = tidy.frame(district).query("question == 'accounted'")
    assert len(rows) and rows["method"].str.contains("Accounted for|Breslow").all()
