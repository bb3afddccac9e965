"""The federal ratio rehearsed on published counts: routes, years, a State's rule, and the words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from equitylab import catalog, language
from equitylab.reports import measures as tidy
from equitylab.schema import ALL, BY

from . import districts

YEARS = ("2021-22", "2022-23", "2023-24")
RACE = "race_ethnicity"


def school(id: str, cells: dict[str, tuple], year: str = YEARS[-1], *, id_="identified_swd"):
    """Rows of a school: ``(n, x)`` of each group."""
    n, x = (sum(c) for c in zip(*cells.values(), strict=True))
    rows = [(id, id_, ALL, ALL, n, x, year)]
    return rows + [(id, id_, RACE, group, *cell, year) for group, cell in cells.items()]


def shown(report, state="") -> str:
    return report.rehearsal(state)._repr_html_()


def of(report) -> dict[tuple, object]:
    rows = tidy.frame(report).query("question == 'federal'")
    return {(r.group, r.year): r for r in rows.itertuples(index=False)}


def test_the_ratio_is_that_of_the_printed_counts():
    report = districts.report(
        districts.published(school("01", {"A": (200, 60), "B": (500, 50), "C": (300, 24)}))
    )
    found = of(report)
    assert found["A", YEARS[-1]].value == pytest.approx((60 / 200) / (74 / 800), abs=1e-6)
    assert found["C", YEARS[-1]].value == pytest.approx((24 / 300) / (110 / 700), abs=1e-6)
    assert "a ratio of 3.24" in shown(report)


def test_minimums_route_and_without_a_state_nothing_takes_their_place():
    """29 children are too few; a comparison of 9 cases needs the State's counts."""
    report = districts.report(
        districts.published(school("01", {"A": (29, 12), "B": (500, 50), "C": (300, 9)}))
    )
    status = {g.group: g.years[-1].status for g in report.categories[0].groups}
    assert status == {"A": "below the minimum", "B": "", "C": "below the minimum"}
    few = districts.report(districts.published(school("01", {"A": (200, 60), "B": (100, 9)})))
    status = {g.group: g.years[-1].status for g in few.categories[0].groups}
    assert status == {"A": "needs the State's counts", "B": "below the minimum"}


def test_with_a_state_the_alternate_ratio_is_beside_the_rest_of_it():
    rows = school("D/01", {"A": (200, 60), "B": (100, 9)})
    rows += school("E/02", {"A": (400, 40), "B": (900, 90)})
    report = districts.report(districts.published(rows, state=True))
    one = of(report)["A", YEARS[-1]]
    # All other children of the State, the district's own among them: 99 of 1,000.
    assert one.value == pytest.approx((60 / 200) / (99 / 1000), abs=1e-6)
    assert one.method.startswith("alternate risk ratio")
    assert "beside the State" in shown(report)


def three_years(first: list[int]):
    rows = []
    for year, x in zip(YEARS, first, strict=True):
        rows += school("01", {"A": (200, x), "B": (800, 80)}, year)
    return districts.report(districts.published(rows))


@pytest.mark.parametrize(
    "first, says",
    [
        ([70, 64, 62], "over the line in 3 of 3 years: the rule would ask about this"),
        ([70, 60, 62], "over the line in 2 of 3 years"),  # 3.0 is not above 3.0
        ([30, 30, 30], "over the line in 0 of 3 years"),
    ],
)
def test_a_states_published_rule_over_three_years(first, says):
    """Washington: above 3.0 in three years running."""
    text = shown(three_years(first), "Washington")
    row = text.split("scope=row>A")[1].split("<tr")[0]
    assert says in row and ("ask" in says) == ("ask" in row)
    assert "check this one with the State" in text and "not a determination" in text


def test_without_a_rule_there_is_no_line():
    report = three_years([90, 90, 90])
    text = shown(report)
    assert "The State sets the line, so none is drawn here" in text
    assert "over the line" not in text and "threshold" not in text
    named = [h.match for h in language.lint(text) if h.severity == "block_in_reports"]
    assert named == []
    for word in ("violat", "non-compliant", "has significant disproportionality", "discriminat"):
        assert word not in text.lower()


def test_a_rule_in_the_policy_is_the_reports_own():
    public = districts.published(
        [r for year in YEARS for r in school("01", {"A": (200, 70), "B": (800, 80)}, year)]
    )
    own = districts.report(replace(public, policy=public.policy | {"idea_rules": "washington"}))
    assert "the rule would ask about this" in shown(own)


def test_a_hidden_group_is_said_to_be_hidden_and_its_garbage_is_not_used():
    rows = school("01", {"A": (200, 60), "B": (500, 50), "C": (300, 24)})
    pages = []
    for garbage in (np.nan, 999.0):
        public = districts.published(rows)
        districts.hide(public, lambda t: t["group"] == "A", garbage=garbage)
        report = districts.report(public)
        assert report.categories[0].groups[0].years[-1].status == "hidden"
        pages.append(shown(report))
    assert pages[0] == pages[1] and "999" not in pages[0]


def test_discipline_is_over_children_with_disabilities():
    """The two-way groups of a district that may publish them."""
    yes, cross = "With a disability", f"{RACE}{BY}swd"
    rows, suspended = [], "suspended_out_of_school"
    cells = {"A": (60, 24), "B": (140, 14)}
    for group, (n, x) in cells.items():
        rows.append(("01", suspended, cross, f"{group}{BY}{yes}", n, x))
        rows.append(("01", suspended, cross, f"{group}{BY}Without a disability", 300, 20))
        rows.append(("01", suspended, RACE, group, 300 + n, 20 + x))
    rows.append(("01", suspended, "swd", yes, 200, 38))
    rows.append(("01", suspended, "swd", "Without a disability", 600, 40))
    rows.append(("01", suspended, ALL, ALL, 800, 78))
    report = districts.report(districts.published(rows))
    (one,) = report.categories
    assert one.near and one.among == yes
    found = of(report)[f"A{BY}{yes}", YEARS[-1]]
    assert found.value == pytest.approx((24 / 60) / (14 / 140), abs=1e-6)
    assert "the regulation counts removals by their days" in shown(report)


def test_another_country_and_a_file_without_the_counts_leave_it_out():
    public = districts.published(school("01", {"A": (200, 60), "B": (500, 50)}))
    abroad = replace(public, policy=public.policy | {"context": "england"})
    assert shown(districts.report(abroad)) == ""
    none = districts.published(districts.enrolled("01", {"A": 40, "B": 50}))
    assert shown(districts.report(none)) == ""


def test_the_rules_of_the_catalog_can_be_rehearsed_or_say_what_they_lack():
    report = three_years([70, 64, 62])
    listed = [row for row in catalog.content("idea_rules")["states"] if "threshold" in row]
    assert listed
    from equitylab.errors import DataError

    for row in catalog.content("idea_rules")["states"]:
        try:
            text = shown(report, row["id"])
        except DataError as error:
            assert row["label"] in str(error)
        else:
            assert row["label"] in text


def test_a_rule_of_three_years_is_not_answered_from_two():
    """Nor from three that are not consecutive; a year that broke the chain answers at once."""
    for years in (YEARS[1:], ("2017-18", *YEARS[1:])):
        rows = [r for y in years for r in school("01", {"A": (200, 70), "B": (800, 80)}, y)]
        text = shown(districts.report(districts.published(rows)), "washington")
        assert "cannot be said: a year is hidden, or not in the release" in text
        assert "2017-18" not in text and "the rule would ask" not in text
    rows = [r for y in YEARS[1:] for r in school("01", {"A": (200, 30), "B": (800, 80)}, y)]
    assert "over the line in 0 of 2 years" in shown(
        districts.report(districts.published(rows)), "washington"
    )


def test_a_state_that_counts_less_than_its_district_is_no_comparison():
    """A release can hold a State's totals without the schools that are hidden whole."""
    rows = school("D/01", {"A": (200, 60), "B": (100, 9)})
    rows += school("E/02", {"A": (400, 40), "B": (900, 90)})
    public = districts.published(rows, state=True)
    mine = (public.table["unit_id"] == "S") & (public.table["dimension"] == ALL)
    public.table.loc[mine, ["n", "x"]] = [220, 61]
    (one,) = districts.report(public).categories
    assert {g.group: g.years[-1].status for g in one.groups} == {
        "A": "needs the State's counts", "B": "below the minimum",
    }  # fmt: skip
