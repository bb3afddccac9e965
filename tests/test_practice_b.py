"""What is planted in the practice tables of notebooks 03 and 04, counted again another way."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import fisher_exact

HOME = Path(__file__).resolve().parents[1] / "data" / "samples"
YEARS = ["2021-22", "2022-23", "2023-24"]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    path = HOME / "synthetic" / "practice_b.py"
    spec = importlib.util.spec_from_file_location("practice_b", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.tables(np.random.default_rng(1))


@pytest.fixture(scope="module")
def truth() -> dict:
    return yaml.safe_load((HOME / "truth.yaml").read_text("utf-8"))


def fact(truth: dict, id: str) -> dict:
    return next(one for one in truth["facts"] if one["id"] == id)


def counted(table: pd.DataFrame, key: str) -> dict:
    return {getattr(r, key): (int(r.x), int(r.n)) for r in table.itertuples(index=False)}


def test_nothing_is_larger_than_its_group_and_files_are_small(tables):
    for name, table in tables.items():
        if {"x", "n"} <= set(table):
            rates = table[table.get("step", "") != "days"] if "step" in table else table
            assert (rates["x"] <= rates["n"]).all(), name
    assert sum(len(t.to_csv(index=False)) for t in tables.values()) < 150_000


def test_rb2_those_who_are_in_pass_alike(tables):
    told = counted(tables["algebra_success"], "group")
    assert told == {"English learner": (36, 45), "Not an English learner": (141, 171)}
    (a, n), (b, m) = told.values()
    assert fisher_exact([[a, n - a], [b, m - b]])[1] > 0.5


def test_rb4_reading_rises_in_every_grade_and_falls_for_the_school(tables, truth):
    told = tables["reading_by_grade"]
    for year, grades in fact(truth, "rb4")["by_year"].items():
        part = counted(told[told["year"] == year], "grade")
        for grade, pair in grades.items():
            if grade != "all":
                assert part[grade.capitalize()] == tuple(pair)
    before, now = (told[told["year"] == y].set_index("grade") for y in YEARS[1:])
    assert (now["x"] / now["n"] > before["x"] / before["n"]).all()
    assert now["x"].sum() / now["n"].sum() < before["x"].sum() / before["n"].sum()


def test_rb6_days_lost_and_the_block_after_lunch(tables, truth):
    planted, told = fact(truth, "rb6"), tables["pathway"].set_index(["group", "step"])
    two, rest = dict.fromkeys(tables["pathway"]["group"])
    for group, name in ((two, "two_groups"), (rest, "elsewhere")):
        days, late = told.loc[(group, "days")], told.loc[(group, "days_judged_late")]
        assert (days["x"], days["n"]) == (planted[name]["days"], planted[name]["students"])
        assert late["x"] == planted[name]["judgement_after_lunch"]
        assert late["x"] / late["n"] > 0.5
    assert round(100 * 81 / 131) == 62 and round(100 * 101 / 481) == 21


def test_the_pathway_goes_on_where_the_last_step_ended(tables):
    told = tables["pathway"].set_index(["group", "step"])
    for group in dict.fromkeys(tables["pathway"]["group"]):
        steps = [told.loc[(group, step)] for step in ("referred", "judged", "removed", "out")]
        for one, after in zip(steps, steps[1:], strict=False):
            assert one["x"] == after["n"]
    incidents = pd.read_csv(HOME / "riverbend" / "incidents-2023-24.csv", dtype="str")
    students = pd.read_csv(HOME / "riverbend" / "students-2023-24.csv", dtype="str")
    here = set(students.loc[students["school_id"] == "0219", "student_id"])
    mine = incidents[incidents["student_id"].isin(here)]
    assert told.xs("referred", level="step")["x"].sum() == len(mine)
    judged = mine[mine["judgement_based"] == "Yes"]
    assert told.xs("judged", level="step")["x"].sum() == len(judged)
    gone = judged["response"].isin(["In-school suspension", "Out-of-school suspension"])
    assert told.xs("removed", level="step")["x"].sum() == gone.sum()


def test_places_and_times_hold_every_incident_once(tables):
    told = tables["place_time"]
    assert len(told) == told["place"].nunique() * told["time_block"].nunique()
    assert told["incidents"].sum() == tables["pathway"].query("step == 'referred'")["x"].sum()
    assert (told["judgement"] <= told["incidents"]).all()
    late = told[told["time_block"].str.contains("after lunch")]
    assert late["incidents"].sum() / told["incidents"].sum() > 0.4
    assert late["judgement"].sum() / told["judgement"].sum() > 0.5


def test_rb7_absence_gathers_on_two_routes_and_in_no_group(tables, truth):
    told, planted = tables["attendance_barriers"], fact(truth, "rb7")
    routes = counted(told[told["kind"] == "Bus route"], "category")
    long = [routes[r] for r in planted["long_routes"]]
    assert [sum(v) for v in zip(*long, strict=True)] == planted["on_long_routes"]
    rest = [pair for route, pair in routes.items() if route not in planted["long_routes"]]
    assert [sum(v) for v in zip(*rest, strict=True)] == planted["others"]
    whole = {kind: (part["x"].sum(), part["n"].sum()) for kind, part in told.groupby("kind")}
    assert whole.pop("Main barrier") == (70, 350)
    assert set(whole.values()) == {(70, 612)}
    for kind in (
        "Economic circumstances (local proxy)",
        "English learner status",
        "Disability status",
    ):
        (a, n), (b, m) = counted(told[told["kind"] == kind], "category").values()
        assert fisher_exact([[a, n - a], [b, m - b]])[1] > 0.05, kind


def test_hc1_is_too_small_in_a_year_and_partly_large_enough_in_three(tables):
    told = tables["hillcrest_groups"]
    small = told[~told["group"].str.contains("SEN")]
    assert (small["n"] < 10).all()
    three = told.groupby("group")["n"].sum()
    assert (three < 10).sum() == 1 and (three >= 20).sum() == 4


def test_the_two_means_stay_apart_and_the_gap_at_the_line_does_not(tables):
    told = tables["cut_points"]
    sizes = told.groupby("group")["students"].sum()
    assert sizes.to_dict() == {"Joined later": 300, "Start of phase": 500}
    means = told.groupby("group").apply(
        lambda part: ((part["score_from"] + 5) * part["students"]).sum() / part["students"].sum()
    )
    assert means["Start of phase"] - means["Joined later"] == pytest.approx(10, abs=0.5)
    gap = {}
    for line in (600, 660, 720):
        above = told[told["score_from"] >= line].groupby("group")["students"].sum() / sizes
        gap[line] = above["Start of phase"] - above["Joined later"]
    assert gap[660] > 0.11 and gap[600] < 0.05 and gap[720] < 0.05


def test_acceptances_are_the_districts_and_no_leaver_is_in_two_places(tables):
    told = tables["after_school"].pivot(index="group", columns="step", values="x")
    size = tables["after_school"].drop_duplicates("group").set_index("group")["n"]
    assert (told["enrolled"] <= told["accepted"]).all()
    assert (told["enrolled"] + told["training"] <= size).all()
    assert told["accepted"].to_dict() == {
        "Economically disadvantaged": 74, "Not economically disadvantaged": 170
    }  # fmt: skip


def test_those_whom_no_adult_named_are_the_same_students_by_every_count(tables):
    sums = tables["known_by_adult"].groupby("kind")[["x", "n"]].sum()
    assert sums["x"].nunique() == 1 and set(sums["n"]) == {612}
