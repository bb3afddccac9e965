"""The schools' rows of measures.csv: the numbers of their reports, each with its sentence."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from equitylab import catalog, language, metrics
from equitylab.reports import measures
from equitylab.reports.story import SchoolReport

_spec = importlib.util.spec_from_file_location("by_hand", Path(__file__).with_name("by_hand.py"))
hand = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(hand)

NOW = hand.YEARS[-1]
SCHOOLS = ("0101", "0102", "0103", "0104", "0105")


@pytest.fixture(scope="module")
def tables(release):
    reports = {unit: SchoolReport.open(release, unit) for unit in SCHOOLS}
    return {unit: (report, measures.frame(report)) for unit, report in reports.items()}


def test_each_row_has_a_question_a_function_and_a_clean_sentence(tables):
    asked = {one["id"]: one["functions"] for one in catalog.content("questions")["questions"]}
    rows = [row for _, table in tables.values() for row in table.itertuples(index=False)]
    assert len(rows) > 30
    for row in rows:
        name = row.measure.partition(",")[0]
        assert name in asked[row.question] and hasattr(metrics, name)
        assert row.sentence.endswith(".") and row.method and np.isfinite(row.value)
        assert not re.search(r"\b(nan|inf|None)\b", row.sentence)
        blocked = [h for h in language.lint(row.sentence) if h.severity == "block_in_reports"]
        assert not blocked, row.sentence


def test_the_rows_are_the_numbers_of_the_report(tables):
    for report, table in tables.values():
        at = table.set_index(["measure", "indicator", "dimension", "group"])["value"]
        for gap in report.gaps():
            for name, estimate in (("v_statistic", gap.v), ("growth", gap.change)):
                key = (name, gap.indicator, gap.dimension, gap.group)
                if np.isnan(estimate.value):
                    assert key not in at.index
                else:
                    assert at[key] == pytest.approx(float(estimate.value), abs=1e-6)


def test_the_parts_of_a_course_add_up_to_the_gap_beside_them():
    rows = [
        *hand.pair("algebra_1", NOW, (80, 20), (200, 90)),
        *hand.pair("passed_algebra_1", NOW, (20, 15), (90, 70)),
    ]
    table = measures.frame(hand.school(hand.published(rows)))
    parts = table[table["question"] == "doors"]
    assert parts["value"].sum() == pytest.approx(15 / 80 - 70 / 200, abs=1e-5)
    assert parts["baseline"].tolist() == pytest.approx([15 / 80 - 70 / 200] * 2, abs=1e-6)


def test_nothing_is_said_of_a_cell_that_is_hidden(tables):
    for report, table in tables.values():
        t = report.public.table
        gone = t[(t["unit_id"] == report.view.unit_id) & (t["why"] == "hidden") & ~t["pooled"]]
        hidden = set(zip(gone.year, gone.indicator, gone.dimension, gone.group, strict=True))
        own = table[table["measure"] != "access_chain, enrolled"]
        told = set(zip(own.year, own.indicator, own.dimension, own.group, strict=True))
        assert not told & hidden


def test_numbers_straight_from_memory_give_the_same_rows():
    rows = [
        *hand.pair("algebra_1", NOW, (80, 20), (200, 90)),
        *hand.pair("passed_algebra_1", NOW, (20, 15), (90, 70)),
        *hand.pair("proficient_math", NOW, (60, 18), (200, 130)),
        *hand.pair("referred", NOW, (90, 30), (210, 30), "swd"),
    ]
    saved = hand.published(rows)
    hand.hide(saved, indicator="proficient_math", group="Not an English learner")
    whole = dict.fromkeys(["n", "x", "other_n", "other_x", "to_parity"], "Int64")
    fresh = replace(saved, table=saved.table.astype(whole))
    one, other = (measures.frame(hand.school(public)) for public in (saved, fresh))
    pd.testing.assert_frame_equal(one, other)
    assert {"doors", "line", "enough"} <= set(one["question"])
    for part in ("without_the_line", "doors", "far_enough", "small_groups"):
        drawn = [getattr(hand.school(p), part)()._repr_html_() for p in (saved, fresh)]
        assert drawn[0] == drawn[1]


@pytest.mark.parametrize("reference", ["district", "overall", "Not an English learner"])
def test_other_comparisons_are_told_too(reference):
    rows = [*hand.pair("algebra_1", NOW, (80, 20), (200, 90))]
    rows += hand.pair("passed_algebra_1", NOW, (20, 15), (90, 70))
    report = hand.school(hand.published(rows, options={"reference": reference}))
    for part in (report.doors(), report.far_enough(), report.without_the_line()):
        assert not re.search(r"\b(nan|inf|NA)\b", part._repr_html_())
    measures.frame(report)


def test_the_file_holds_the_schools_and_is_text_to_a_spreadsheet(published):
    text = measures.text(published, SCHOOLS)
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert {row["unit_id"] for row in rows} >= {"0102", "0103"}
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values())
