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
from equitylab.reports.said import Said, scale
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
        if row.why and not id.endswith("_answered"):
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
    own = {name for name in vars(Said) if not name.startswith("__")}
    firsts = {"at_a_glance", "strengths", "clear_differences", "too_small_to_tell"}
    for other in SchoolReport.__mro__[2:]:
        assert own & set(vars(other)) <= firsts, other
