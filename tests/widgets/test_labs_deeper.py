"""Labs on doors, a federal ratio, classes and what a gap goes with: by hand, and in words."""

from __future__ import annotations

import re

import numpy as np
import pytest

from equitylab import metrics
from equitylab.figures import Figure
from equitylab.language import lint
from equitylab.markup import Table
from equitylab.widgets import Lesson
from equitylab.widgets.labs import deeper

LABS = {"m03": "doors", "m04": "ratio-rehearsal", "m05": "classes-mix", "m09": "accounted"}


@pytest.fixture(scope="module")
def lessons(tmp_path_factory):
    home = tmp_path_factory.mktemp("deeper")
    return {m: Lesson(m, portfolio=home / f"{m}.json") for m in LABS}


def draw(lessons, module, **values):
    return lessons[module].show(LABS[module]).draw(values)


def text_of(part) -> str:
    if isinstance(part, Figure):
        return f"{part.alt} {part.caption}"
    return part if isinstance(part, str) else re.sub(r"<[^>]+>", " ", part._repr_html_())


def words(parts) -> str:
    return "\n".join(map(text_of, parts))


@pytest.mark.parametrize("module", LABS)
def test_a_lab_speaks_draws_and_tables_at_once(lessons, module):
    parts = draw(lessons, module)
    assert any(isinstance(part, Figure) for part in parts)
    assert any(isinstance(part, Table) for part in parts)
    told = words(parts)
    assert not re.search(r"\b(nan|inf|None)\b|[{}]", told)
    assert not [h.match for h in lint(told) if h.severity == "block_in_reports"]
    assert "ractice" in told or "ictional" in told or "magined" in told or "rehearsal" in told


# ---------------------------------------------------------------- doors


def test_three_doors_add_up_to_the_gap(lessons):
    told = words(draw(lessons, "m03"))
    gap = 18 / 200 - 224 / 800
    assert "19.0 percentage points lower" in told and round(100 * gap) == -19
    shares = [int(n) for n in re.findall(r"(\d+) points (?:go )?with ", told)]
    assert shares[:3] == shares[3:] and sum(shares[:3]) == 19  # said, and in the alt text


def test_typed_counts_take_the_place_of_the_fictional_ones(lessons):
    own = dict(all=100, offered=100, enrolled=40, passed=20)
    own |= {
        f"other_{k}": v for k, v in dict(all=300, offered=300, enrolled=120, passed=105).items()
    }
    told = words(draw(lessons, "m03", **own))
    assert "Your own numbers." in told and "20 of 100 students of the group pass" in told
    assert "beyond the door" in told  # offer and entry are even
    wrong = words(draw(lessons, "m03", **own | {"passed": 41}))
    assert "cannot be larger" in wrong
    few = words(draw(lessons, "m03", **own | {"passed": 2}))
    assert "a few students" in few and "2 of 100" not in few


def test_four_fifths_is_a_rule_of_thumb_and_said_to_be_one(lessons):
    told = words(draw(lessons, "m03"))
    assert f"here it is {18 / 200 / (224 / 800):.2f}, so it is not kept" in told
    assert "no rule of education law" in told


def test_v_and_the_gap_index_stand_beside_the_line(lessons):
    told = words(lessons["m03"].show("cut-points").draw({}))
    rows = lessons["m03"].practice("cut_points")
    one, other = (part for _, part in rows.groupby("group", sort=False))
    ahead = sum(
        a.students * b.students * ((a.score_from > b.score_from) + (a.score_from == b.score_from) / 2)
        for a in one.itertuples() for b in other.itertuples()
    ) / (one.students.sum() * other.students.sum())  # fmt: skip
    assert f"stands {abs(20 * (ahead - 0.5)):.1f} behind the other" in told
    shares = [
        [part.loc[part.score_from >= cut, "students"].sum() / part.students.sum() for cut in (630, 660, 690)]
        for part in (one, other)
    ]  # fmt: skip
    gaps = [abs(100 * (a - b)) for a, b in zip(*shares, strict=True)]
    assert f"the gaps are {gaps[0]:.0f}, {gaps[1]:.0f} and {gaps[2]:.0f} points" in told


# ---------------------------------------------------------------- the federal ratio


def test_at_the_threshold_is_not_above_it(lessons):
    told = words(draw(lessons, "m04"))  # 24 of 120 beside 40 of 600 is three times exactly
    assert "3.00 times as often" in told and "does not count" in told
    assert "With 1 child more of the group it would be the other way round." in told
    assert "never a determination" in told
    over = words(draw(lessons, "m04", x=25))
    assert "this year counts" in over and "1 child fewer" in over


def test_under_a_minimum_nothing_is_calculated(lessons):
    told = words(draw(lessons, "m04", x=9))
    assert "not calculated" in told and "times as often" not in told
    assert "rest of the State" in words(draw(lessons, "m04", other_x=9))
    assert "Type every number" in words(draw(lessons, "m04", threshold=0))
    assert "part of all children" in words(draw(lessons, "m04", x=121))


# ---------------------------------------------------------------- classes


def test_the_numbers_of_the_classes_are_those_of_the_sections(lessons):
    rows = lessons["m05"].practice("sections")
    part = rows[rows["course"].str.startswith(("English", "Reading"))]
    mine, total = (part[c].to_numpy(float) for c in ("english_learner_seats", "seats"))
    apart = 0.5 * np.abs(mine / mine.sum() - (total - mine) / (total - mine).sum()).sum()
    told = words(draw(lessons, "m05"))
    assert f"{100 * apart:.1f}% of English learners would have to change class" in told
    assert "more apart than a lot makes it" in told
    assert "about what a lot makes it" in words(draw(lessons, "m05", course="English 6"))


# ---------------------------------------------------------------- what a gap goes with


def test_the_range_is_over_every_reckoning_and_a_decision_is_named(lessons):
    score, first, held, _ = deeper._imagined()
    found = metrics.oaxaca_blinder(score, first, {"minutes": held["minutes"]})
    told = words(draw(lessons, "m09"))
    ends = sorted(abs(float(v)) for v in (found.least, found.most))
    assert f"{ends[0]:.1f} to {ends[1]:.1f} points are accounted for by minutes" in told
    assert f"{score[~first].mean() - score[first].mean():.1f} points less" in told
    assert "school's own decision" not in told
    for adjuster in ("track", "both"):
        assert "school's own decision" in words(draw(lessons, "m09", adjuster=adjuster))
    assert "explained away" not in told and "caused" not in told
