"""Sentences: every part of a report, read by the linter; numbers as people read them."""

from __future__ import annotations

import html
import re

import pytest

from equitylab import catalog, language
from equitylab.display import interval, percent, points, ratio, who

WRONG = re.compile(r"\b(nan|inf|None(?! of)|NA|NaN|<NA>)\b|\bnan%|−0(?![\d.])|\s{2,}|\.\.(?!\.)")


def prose(markup: str) -> str:
    """Return the words of a piece of a page, its alt texts among them."""
    alts = " ".join(re.findall(r'alt="([^"]*)"', markup))
    text = re.sub(r"<(/?)(p|li|h\d|dt|dd|td|th|tr|caption|figcaption)\b[^>]*>", "\n", markup)
    return html.unescape(re.sub(r"<[^>]+>", "", text) + "\n" + alts)


def parts(report) -> dict[str, str]:
    names = ["title", "at_a_glance", "strengths", "clear_differences", "too_small_to_tell",
             "what_next", "whom_it_serves", "scope", "intersections", "changes", "limits",
             "definitions"]  # fmt: skip
    if hasattr(report, "each_school"):
        names += ["each_school", "schools_served", "segregation", "within_and_between"]
        names += ["resources", "rehearsal"]
    if hasattr(report, "far_enough"):
        names += ["without_the_line", "doors", "far_enough", "small_groups"]
    made = {name: getattr(report, name)()._repr_html_() for name in names}
    return made | {c: report.chapter(c)._repr_html_() for c in catalog.chapters()}


@pytest.fixture(scope="module")
def said(school, district) -> dict[tuple[str, str], str]:
    both = {"school": parts(school), "district": parts(district)}
    return {(kind, name): prose(h) for kind, made in both.items() for name, h in made.items()}


def test_the_linter_finds_what_it_is_for():
    text = "The impact of low students in the worst schools is due to grit."
    rules = [hint.rule for hint in language.lint(text)]
    assert rules == ["lg_cause", "lg_low_kids", "lg_rank", "lg_cause"]
    assert language.lint(text)[0].severity == "block_in_reports"
    assert language.lint("The gap is due to chance.", design="places drawn by lot") == []


@pytest.mark.parametrize("rule", catalog.content("language_guide")["rules"], ids=lambda r: r["id"])
def test_every_rule_of_the_guide_is_used_and_explained(rule):
    example = {
        "lg_ach_gap": "the achievement gap", "lg_low_kids": "low performers",
        "lg_at_risk": "at-risk youth", "lg_disadv": "disadvantaged families",
        "lg_minority": "a minority", "lg_other": "the non-white group",
        "lg_lep": "LEP student", "lg_hard": "hard-to-reach", "lg_special": "suffers from",
        "lg_parent_blame": "parents don't care", "lg_fix": "fix these kids",
        "lg_grit": "lack of grit", "lg_cause": "because of", "lg_prove": "it proves",
        "lg_signif": "significantly", "lg_rank": "top schools",
        "lg_always": "all of the immigrant", "lg_styles": "learning styles",
    }[rule["id"]]  # fmt: skip
    (hint,) = [h for h in language.lint(example) if h.rule == rule["id"]]
    assert hint.why and hint.offers


def test_no_report_says_what_the_guide_blocks(said):
    blocked = {
        key: [h.match for h in language.lint(text) if h.severity == "block_in_reports"]
        for key, text in said.items()
    }
    assert not {key: words for key, words in blocked.items() if words}


def test_no_report_prints_an_absence_as_a_number(said):
    for key, text in said.items():
        for line in text.split("\n"):
            assert not WRONG.search(line.strip()), (key, line)


def test_no_report_prints_a_share_of_none_or_all(said):
    for key, text in said.items():
        for line in text.split("\n"):
            if "interval" in line or " to " in line:
                continue  # a limit of an interval is no one's rate
            assert not re.search(r"(?<![\d.,])(0|0\.0|100|100\.0)%", line), (key, line)


def test_a_gap_names_counts_rates_intervals_and_students_to_parity(school):
    rows = school.view.compared
    row = next(
        r for r in rows.itertuples(index=False)
        if r.signal == "clear difference" and r.group == "Black" and not r.pooled
        and r.indicator == "suspended_out_of_school"
    )  # fmt: skip
    text = language.gap(row)
    for number in (row.x, row.n, row.other_x, row.other_n, row.to_parity):
        assert re.search(rf"\b{int(number)}\b", text), number
    assert percent(row.rate, row.n) in text and percent(row.other_rate, row.other_n) in text
    assert interval(row.rate_low, row.rate_high, row.n) in text
    assert points(row.difference, 162, signed=False) + " percentage points higher" in text
    assert text.index("percentage points") < text.index("had the same rate as other students")
    assert "fewer would have been suspended out of school" in text
    assert "This is a clear difference." in text


def test_a_difference_that_goes_both_ways_says_so(school):
    rows = school.view.compared
    row = next(
        r for r in rows.itertuples(index=False)
        if r.signal == "not clearly different" and r.difference_low < 0 < r.difference_high
    )  # fmt: skip
    assert re.search(r"interval [\d.]+ lower to [\d.]+ higher", language.gap(row))


@pytest.mark.parametrize(
    "group, words",
    [
        ("Black", "Black students"),
        ("Not an English learner", "students recorded as not an English learner"),
        ("Without a disability", "students without a disability"),
        ("Race not recorded", "students with race not recorded"),
        ("X", "students recorded as X"),
        ("<b>", "<b> students"),
    ],
)
def test_any_label_reads_as_students(group, words):
    assert who(group) == words


def test_digits_follow_the_number_of_students():
    assert (percent(0.1234, 99), percent(0.1234, 100)) == ("12%", "12.3%")
    assert percent(3 / 10_000, 10_000) == "0.03%"
    assert percent(9_997 / 10_000, 10_000) == "99.97%"
    assert percent(0.0, 45) == "5% or less" and percent(1.0, 45) == "95% or more"
    assert ratio(4.0, 1.0, 16.0, 9) == "comparison under 10"
    assert interval(float("nan"), 0.5, 10) == "cannot be computed"
