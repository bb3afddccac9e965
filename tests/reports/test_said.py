"""What people said, in a report: published cells and what follows from them, and nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab import catalog
from equitylab.language import lint
from equitylab.reports import measures as tidy
from equitylab.reports.said import Said
from equitylab.reports.said_answers import Answers, scale
from equitylab.reports.said_survey import Told
from equitylab.reports.story import SchoolReport

PRACTICE = Path(__file__).parents[2] / "data" / "samples" / "practice"
FILES = ("survey_student", "survey_family", "survey_staff", "population")


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("surveys")
    for name in FILES:
        (folder / f"{name}.csv").write_bytes((PRACTICE / f"{name}.csv").read_bytes())
    return SchoolReport(eq.protect(eq.audit(eq.read(folder, year="2023-24"))), "survey")


@pytest.fixture(scope="module")
def page(report):
    return report.what_people_said()._repr_html_()


def test_students_families_and_staff_stand_in_parallel(page):
    table = page[page.index("views-side-by-side") :]
    heads = re.findall(r"<th scope=col>([^<]+)", table)[:4]
    assert heads == ["Asked about", "Students", "Families", "Members of staff"]
    staff = pd.read_csv(PRACTICE / "survey_staff.csv")["t1"].dropna()
    assert f"{100 * (staff >= 4).mean():.0f}%" in table.split("<tr>")[2]


def test_who_answered_comes_before_what_they_said(page):
    assert page.index("who-answered-student") < page.index("who-answered-staff")
    assert page.index("who-answered-staff") < page.index("said-student")
    assert "94 of 497 families answered (18.9%): partial evidence" in page


def test_a_scale_is_the_mean_of_its_items_and_its_interval_no_narrower_than_the_bootstrap(report):
    frame = pd.read_csv(PRACTICE / "survey_student.csv")
    for one in catalog.content("survey_student")["scales"]:
        told = scale(report._items("student", one["items"]))
        answers = frame[one["items"]].to_numpy(float)
        shares = [(col[~np.isnan(col)] >= 4).mean() for col in answers.T]
        assert told.value == pytest.approx(np.mean(shares))
        drawn = eq.metrics.scale(answers, needed=0.01)
        assert told.high - told.low >= drawn.high - drawn.low


def test_a_scale_with_a_hidden_item_is_not_told(report, page):
    shown = {(r.indicator, r.dimension, r.group) for r in report._answers.values() if r.why == ""}
    for (id, dimension, group), row in report._answers.items():
        if row.why and not id.endswith(("_answered", "_tp1", "_tp2")):
            who, item = id.split("_")[1:]
            items = next(
                s["items"] for s in catalog.content(f"survey_{who}")["scales"] if item in s["items"]
            )
            assert scale(report._items(who, items, dimension, group)) is None
            assert (id, dimension, group) not in shown


def test_no_group_of_fewer_than_ten_answers_has_a_count(report):
    table = report.public.table
    shown = table[table["why"] == ""]
    answered = shown["indicator"].str.endswith("_answered")
    assert (shown.loc[~answered, "n"] >= 10).all() and (shown.loc[answered, "x"] >= 10).all()


def test_a_file_of_answers_alone_says_so_on_the_first_page(report):
    assert "Who was heard" in report.at_a_glance()._repr_html_()
    for part in (report.strengths, report.clear_differences, report.too_small_to_tell):
        assert part()._repr_html_() == ""


def test_a_report_without_surveys_has_no_such_part(published):
    assert SchoolReport(published.slice("0102"), "0102").what_people_said()._repr_html_() == ""


def test_words(page):
    plain = re.sub(r"<[^>]+>", " ", page)
    assert [h for h in lint(plain) if h.severity == "block_in_reports"] == []
    assert "respondent" not in json.dumps(plain).lower()


def test_no_other_part_of_the_report_loses_a_method_of_its_own():
    mine = (Said, Told, Answers)
    own = {name for one in mine for name in vars(one) if not name.startswith("__")}
    firsts = {"at_a_glance", "strengths", "clear_differences", "too_small_to_tell", "what_next"}
    firsts |= {"measured", "_also_limited", "_also_defined"}
    for other in [one for one in SchoolReport.__mro__[1:] if one not in mine]:
        assert own & set(vars(other)) <= firsts, other


# Alpha by pingouin 0.7.0; omega by one factor of factor_analyzer 0.5.1 (minres), both of the
# practice answers, over those who answered every item of the scale.
OUTSIDE = {
    "survey_student_belonging": (0.835761, 0.835774),
    "survey_student_voice": (0.816505, 0.817906),
    "survey_family_learn": (0.664860, 0.714481),
    "survey_staff_practice": (0.819975, 0.833555),
    "survey_family_power": (0.233867, None),  # one common cause does not fit
}


@pytest.fixture(scope="module")
def numbers(report):
    return tidy.frame(report)


def test_reliability_agrees_with_two_packages(numbers):
    held = numbers[numbers["question"] == "items"].set_index(["indicator", "measure"])["value"]
    for id, (alpha, omega) in OUTSIDE.items():
        assert held[id, "cronbach_alpha"] == pytest.approx(alpha, abs=6e-4)
        assert ((id, "omega_total") in held.index) == (omega is not None)
        if omega is not None:
            assert held[id, "omega_total"] == pytest.approx(omega, abs=6e-4)


def test_scales_and_what_was_left_out_are_in_the_measures(report, numbers):
    frame = pd.read_csv(PRACTICE / "survey_student.csv")
    scales = numbers[numbers["question"] == "answers"].set_index(["indicator", "group"])
    row = scales.loc[("survey_student_voice", "all")]
    shares = [(frame[i].dropna() >= 4).mean() for i in ("s10", "s11", "s12")]
    assert row["value"] == pytest.approx(np.mean(shares), abs=1e-6) and row["low"] < row["value"]
    assert "unweighted" in row["method"] and "391 answers or more" in row["sentence"]
    left = numbers[numbers["measure"] == "skipped"].set_index("indicator")["value"]
    assert left["survey_student_s11"] == pytest.approx(41 / 432, abs=1e-6)
    assert left["survey_student_s1"] == 0
    # Every scale that is told rests on shown items: a hidden one leaves the scale out.
    for id, dimension, group in numbers.loc[
        numbers["question"] == "answers", ["indicator", "dimension", "group"]
    ].itertuples(index=False):
        who, name = id.split("_")[1:]
        items = next(s["items"] for s in report.surveys[who]["scales"] if s["id"] == name)
        assert all(r.why == "" for r in report._items(who, items, dimension, group))


def test_a_family_scale_that_does_not_hold_is_not_told(page, numbers):
    told = set(numbers.loc[numbers["question"] == "answers", "indicator"])
    assert not told & {"survey_family_learn", "survey_family_power"}
    assert "survey_family_welcome" in told and "does not hold together" in page


def test_what_staff_believe_is_no_part_of_a_scale(page):
    part = page[page.index("believed-staff") :]
    assert "37 of 47" in part and "“Most” or “Almost all”" in part
    assert "tp1" not in " ".join(i for s in catalog.content("survey_staff")["scales"]
                                 for i in s["items"])  # fmt: skip


def test_the_page_says_unweighted_and_groups_stand_in_order(report, page):
    assert "nothing is weighted" in page
    assert report._grouped("student")["grade"] == [
        "Grade 6", "Grade 7", "Grade 8", "Grade not recorded",
    ]  # fmt: skip


def test_limits_and_words_speak_of_surveys(report):
    limits = report.limits()._repr_html_()
    assert "Family and caregiver survey" in limits and "Survey_student.csv" not in limits
    assert "Cronbach (1951)" in report.definitions()._repr_html_()


def test_without_surveys_nothing_is_added(published):
    alone = SchoolReport(published.slice("0102"), "0102")
    assert not [m for m in alone.measured() if m.indicator.startswith("survey_")]
    assert "Cronbach" not in alone.definitions()._repr_html_()
