"""What is planted for notebooks 07 and 08: documents, panel, codings, visits and the board."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from equitylab import catalog, language
from equitylab.metrics.agreement import agreement, spread

HOME = Path(__file__).resolve().parents[1] / "data" / "samples"
LOW = {"pol3", "pra6", "mat4", "fam2", "cli1", "cli3"}  # the panel differs by two steps on these
PARTNER = {"u8b", "u5a", "r1b", "r3d"}  # the partner differs by two from the first expert


@pytest.fixture(scope="module")
def made():
    path = HOME / "synthetic" / "practice_d.py"
    spec = importlib.util.spec_from_file_location("practice_d", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tables(made):
    return made.tables(np.random.default_rng(1))


def numbers(texts) -> np.ndarray:
    return pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy(float)


def indicators() -> dict[str, list[str]]:
    rubric = catalog.content("equity_audit_rubric")
    return {d["id"]: [i["id"] for i in d["indicators"]] for d in rubric["dimensions"]}


def lookfors() -> list[str]:
    areas = catalog.content("inclusive_pedagogy_checklist")["areas"]
    return [one["id"] for area in areas for one in area["lookfors"]]


def test_twelve_short_documents_of_riverbend(tables):
    documents = tables["documents"]
    assert len(documents) == 12 and set(documents["school_id"]) == {"0219"}
    words = documents["text"].str.split().str.len()
    assert words.between(40, 130).all()


def test_all_is_small_and_none_of_it_blames(tables):
    assert sum(len(t.to_csv()) for t in tables.values()) < 60_000
    texts = [v for t in tables.values() for c in t for v in t[c].dropna().astype(str)]
    hits = [h for text in set(texts) for h in language.lint(text)]
    assert [h.match for h in hits if h.severity == "block_in_reports"] == []


def test_the_panel_rates_all_42_and_differs_on_six(tables):
    ratings = tables["panel_ratings"]
    wide = ratings.pivot(index="rater", columns="indicator", values="rating")
    ids = [i for group in indicators().values() for i in group]
    assert wide.shape == (5, 42) and set(wide.columns) == set(ids)
    assert set(ratings["rating"]) <= {"1", "2", "3", "4", "NE", "NA"}
    found = spread([numbers(wide.loc[r, ids]) for r in wide.index])
    assert {i for i, apart in zip(ids, found.apart, strict=True) if apart >= 2} == LOW


def test_who_sees_what_differs(tables):
    """On the six, the assistant principal sees more in place than the student partner does."""
    rows = tables["panel_ratings"].set_index(["role", "indicator"])["rating"]
    for indicator in LOW:
        adult, student = rows["assistant principal"][indicator], rows["student partner"][indicator]
        assert float(adult) - float(student) == 2, indicator


def test_the_consensus_keeps_the_rules(tables):
    documents = set(tables["documents"]["doc_id"])
    given = tables["panel_ratings"].groupby("indicator")["rating"].apply(numbers)
    for row in tables["panel_consensus"].itertuples(index=False):
        assert set(row.evidence.split()) <= documents
        if row.rating == "NE":
            continue
        assert row.evidence, row.indicator
        low, high = np.nanmin(given[row.indicator]), np.nanmax(given[row.indicator])
        assert low <= float(row.rating) <= high
        if row.dissent:  # no agreement in two rounds: the lower is recorded
            assert float(row.rating) < high
    assert (tables["panel_consensus"]["dissent"] != "").sum() == 1


def test_one_dimension_has_too_few_ratings(tables):
    rated = tables["panel_consensus"].set_index("indicator")["rating"].ne("NE")
    least = catalog.content("equity_audit_rubric")["scoring"]["minimum_rated_share"]
    thin = {d for d, ids in indicators().items() if rated[ids].mean() < least}
    assert thin == {"res"}


def test_codings_name_lines_of_the_vignette(tables):
    codes = tables["lesson_codes"]
    assert sorted(codes["lookfor"].unique()) == sorted(lookfors())
    assert set(codes["coder"]) == {"expert_1", "expert_2", "partner"}
    lines = catalog.content("inclusive_pedagogy_checklist")["vignette"]["lines"]
    told = {int(n) for text in codes["lines"] for n in text.split()}
    assert told <= set(range(1, len(lines) + 1))
    assert len(told) >= 24  # nearly every line matters to some look-for


def test_experts_are_close_and_the_partner_differs_on_four(tables):
    wide = tables["lesson_codes"].pivot(index="lookfor", columns="coder", values="rating")
    first, second, partner = (numbers(wide[c]) for c in ("expert_1", "expert_2", "partner"))
    assert agreement(first, second).within_one == 1
    assert agreement(first, second).exact > 0.8
    apart = np.abs(first - partner)
    assert set(wide.index[apart >= 2]) == PARTNER


def test_eight_visits_share_a_strength_and_a_barrier(made, tables):
    visits = tables["visit_tallies"]
    assert visits["visit"].nunique() == 8 and len(visits) == 8 * 36
    for seed in range(5):
        drawn = made.tables(np.random.default_rng(seed))["visit_tallies"]
        drawn = drawn[drawn["rating"] != "NA"]
        share = drawn["rating"].isin(["2", "3"]).groupby(drawn["lookfor"].str[:2]).mean()
        assert share["r1"] > 0.7 and share["u4"] < 0.35
        assert share["r1"] == share.max()


def test_the_board_has_a_card_without_voice_and_one_too_few_to_tell(tables):
    cards = tables["board_cards"].set_index("id")
    no_voice = cards[(cards["voice"] == "") & (cards["voice_by"] == "")]
    assert set(no_voice.index) == {"practice-8", "practice-9"}
    few = cards[cards["confidence"] == "too_few_to_tell"]
    assert few.index.tolist() == ["practice-9"] and few["x"].isna().all()
    told = cards.dropna(subset="n")
    assert (told["n"] >= 10).all() and (told["x"] >= 3).all() and (told["n"] - told["x"] >= 3).all()


def test_the_board_repeats_what_is_planted_in_the_district(tables):
    truth = yaml.safe_load((HOME / "truth.yaml").read_text("utf-8"))["planted"]
    by_id = {line["id"]: line for line in truth if "x" in line}
    cards = tables["board_cards"].set_index("id")
    for card, planted in [("practice-2", "rb6"), ("practice-6", "rb7b"), ("practice-8", "rb5b")]:
        for column in ("x", "n", "other_x", "other_n"):
            assert cards.loc[card, column] == by_id[planted][column], (card, column)
    scenario = catalog.content("synthetic_scenarios")["scenarios"][0]["planted"]
    texts = {one["id"]: one["pattern"] for one in scenario}
    assert "12 of 60" in texts["rb1"] and "58 of 145" in texts["rb1"]
    assert cards.loc["practice-1", ["x", "n", "other_x", "other_n"]].tolist() == [12, 60, 58, 145]
    assert "9 of 14" in texts["rb8"] and "6 of 40" in texts["rb8"]
    assert cards.loc["practice-5", ["x", "n", "other_x", "other_n"]].tolist() == [9, 14, 6, 40]


def test_the_board_says_of_belonging_what_the_practice_survey_says(tables):
    survey = pd.read_csv(HOME / "practice" / "survey_student.csv")
    items = catalog.content("survey_student")["scales"]
    belonging = next(s for s in items if s["id"] == "belonging")
    number = tables["board_cards"].set_index("id").loc["practice-4", "number"]
    there = survey["In band or robotics"] == "Yes"
    for part in (survey[there], survey[~there]):
        answers = part[belonging["items"]].to_numpy(float)
        answers = answers[~np.isnan(answers)]
        assert f"{(answers >= 4).sum()} of {answers.size}" in number
