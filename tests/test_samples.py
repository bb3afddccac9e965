"""The bundled district: made again byte for byte, and every planted fact counted by hand."""

import hashlib
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from equitylab import places, samples
from equitylab.errors import DataError
from equitylab.schema import COUNTS, UNITS, tidy_counts

ROOT = Path(__file__).resolve().parents[1] / "data" / "samples"
FOLDER = ROOT / "riverbend"
YEARS = ["2021-22", "2022-23", "2023-24"]
LAST = YEARS[-1]
RIVERBEND, BRIAR, KESTREL, OSTRANDER = "0219", "0117", "0302", "0315"
QUARRY, THORNAPPLE, CEDAR = "0146", "0226", "0123"
LIMIT, FOLDER_LIMIT = 1_500_000, 9_000_000


@cache
def table(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / name, dtype=str, keep_default_na=False)


@cache
def child(name: str, year: str = LAST) -> pd.DataFrame:
    """A child file of one year, beside the student's row of that year."""
    frame = table(f"{name}-{year}.csv") if name != "leavers" else table("leavers.csv")
    frame = frame[frame["year"] == year].drop(columns="year")
    return frame.merge(table(f"students-{year}.csv"), on="student_id", validate="many_to_one")


def at(frame: pd.DataFrame, school: str) -> pd.DataFrame:
    return frame[frame["school_id"] == school]


def chronic(year: str) -> pd.DataFrame:
    t = child("attendance", year)
    days, present = t["days_enrolled"].astype(int), t["days_present"].astype(int)
    t = t.assign(absent=(days - present) * 10 >= days)
    return t[days >= 45]


def met(frame: pd.DataFrame) -> list[int]:
    return [int((frame["met_standard"] == "Yes").sum()), len(frame)]


@cache
def truth() -> dict:
    return yaml.safe_load((ROOT / "truth.yaml").read_text("utf-8"))


# --- the files ---------------------------------------------------------------------------------


def test_generator_writes_the_same_bytes(tmp_path):
    run = [sys.executable, str(ROOT / "generate.py"), "--out", str(tmp_path)]
    subprocess.run(run, check=True, capture_output=True, timeout=120)
    made = {p.relative_to(tmp_path).as_posix(): p for p in tmp_path.rglob("*") if p.is_file()}
    kept = {f"riverbend/{p.name}": p for p in FOLDER.iterdir()}
    kept |= {f"practice/{p.name}": p for p in (ROOT / "practice").iterdir()}
    kept |= {n: ROOT / n for n in ("truth.yaml", "expected_rates.csv")}
    assert set(made) == set(kept)
    for name in made:
        new, old = (hashlib.sha256(p[name].read_bytes()).hexdigest() for p in (made, kept))
        assert new == old, f"{name} differs from what generate.py writes"


def test_files_are_small():
    sizes = {p.name: p.stat().st_size for p in ROOT.rglob("*") if p.is_file()}
    assert max(sizes.values()) < LIMIT, max(sizes, key=sizes.get)
    assert sum(p.stat().st_size for p in FOLDER.iterdir()) < FOLDER_LIMIT


def test_data_dictionary_names_every_file_and_column():
    text = (ROOT / "README.md").read_text("utf-8")
    for file in FOLDER.glob(f"*{LAST}.csv"):
        assert file.name.replace(LAST, "YEAR") in text
    for file in [*FOLDER.glob(f"*{LAST}.csv"), FOLDER / "sections.csv", FOLDER / "leavers.csv"]:
        missing = [c for c in table(file.name).columns if f"`{c}`" not in text]
        assert not missing, (file.name, missing)


# --- the district ------------------------------------------------------------------------------


def test_twelve_schools_three_years():
    for year in YEARS:
        students = table(f"students-{year}.csv")
        assert students["student_id"].is_unique and set(students["year"]) == {year}
        assert students["school_id"].nunique() == 12
        assert students["school_id"].str.match(r"0\d{3}$").all()
        assert 7800 <= len(students) <= 8200
    sizes = table(f"students-{LAST}.csv").groupby("school").size()
    assert (sizes.min(), sizes.max()) == (85, 1420)
    assert sizes["Riverbend Middle School"] == 612
    assert list(sizes.index) == sorted(sizes.index) and sizes.index.str[0].nunique() == 12


def test_students_persist_and_move_up_a_grade():
    for before, after in zip(YEARS, YEARS[1:], strict=False):
        both = table(f"students-{before}.csv").merge(
            table(f"students-{after}.csv"), on="student_id", suffixes=("", "_next")
        )
        assert len(both) > 6500
        grades = [both[c].replace("K", "0").astype(int) for c in ("grade", "grade_next")]
        assert (grades[1] == grades[0] + 1).all()
        assert (both["race_ethnicity"] == both["race_ethnicity_next"]).all()
        moved = (both["school_id"] != both["school_id_next"]) & ~grades[1].isin([6, 9])
        assert 20 < moved.sum() < 200


def test_child_rows_belong_to_a_student_of_that_year():
    for year in YEARS:
        for name in ("incidents", "attendance", "assessments", "courses", "activities", "leavers"):
            rows = table("leavers.csv" if name == "leavers" else f"{name}-{year}.csv")
            rows = rows[rows["year"] == year]
            assert len(rows) == len(child(name, year)) > 0
        seats = table(f"courses-{year}.csv")
        assert set(seats["section_id"]) <= set(table("sections.csv")["section_id"])


def test_every_indicator_of_the_truth_is_in_the_catalog():
    content = Path(samples.__file__).parent / "content" / "indicators.yaml"
    known = {i["id"] for i in yaml.safe_load(content.read_text("utf-8"))["indicators"]}
    assert {p["indicator"] for p in truth()["planted"]} <= known
    assert set(pd.read_csv(ROOT / "expected_rates.csv")["indicator"]) <= known


# --- Riverbend ---------------------------------------------------------------------------------


def test_rb1_algebra_in_grade_8():
    eight = at(table(f"students-{LAST}.csv"), RIVERBEND).query("grade == '8'")
    seats = table(f"courses-{LAST}.csv").query("course == 'Algebra I'")
    eight = eight.assign(takes=eight["student_id"].isin(seats["student_id"]))
    counts = eight.groupby("english_learner")["takes"].agg(["sum", "size"])
    assert counts.loc["Yes"].tolist() == [12, 60] and counts.loc["No"].tolist() == [58, 145]


def test_rb2_pass_rates_in_algebra():
    pooled = {"Yes": [0, 0], "No": [0, 0]}
    for year in YEARS:
        seats = at(child("courses", year), RIVERBEND).query("course == 'Algebra I'")
        for learner, rows in seats.groupby("english_learner"):
            pooled[learner][0] += int((rows["passed"] == "Yes").sum())
            pooled[learner][1] += len(rows)
    last = seats.groupby("english_learner")["passed"].agg(lambda p: (p == "Yes").sum())
    assert (last["Yes"], last["No"]) == (9, 48)
    assert pooled == {"Yes": [36, 45], "No": [141, 171]}
    assert abs(36 / 45 - 141 / 171) < 0.03


def test_rb3_newcomers():
    who = []
    for year, count in ((YEARS[1], 3), (YEARS[2], 5)):
        rows = at(child("assessments", year), RIVERBEND)
        rows = rows[(rows["entry_point"] == "Newcomer") & (rows["subject"] == "Reading")]
        assert met(rows) == [count, 7]
        who.append(set(rows["student_id"]))
    assert who[0] == who[1]


def test_rb4_reading_rises_in_every_grade_and_falls_in_the_school():
    by_year = []
    for year in YEARS[1:]:
        rows = at(child("assessments", year), RIVERBEND).query("subject == 'Reading'")
        rows = rows.assign(score=rows["score"].astype(int))
        grades = {g: met(r) for g, r in rows.groupby("grade")}
        by_year.append((grades, met(rows), rows.groupby("grade")["score"].mean(), rows["score"]))
    (g1, all1, mean1, s1), (g2, all2, mean2, s2) = by_year
    for grade in ("6", "7", "8"):
        assert g2[grade][0] / g2[grade][1] > g1[grade][0] / g1[grade][1] + 0.01
        assert mean2[grade] > mean1[grade] + 0.5
    assert all2[0] / all2[1] < all1[0] / all1[1] - 0.01
    assert s2.mean() < s1.mean() - 2
    assert (g1["6"][1], g2["6"][1]) == (158, 250)


def test_rb5_rosters():
    enrolled = at(table(f"students-{LAST}.csv"), RIVERBEND)
    rosters = at(child("activities"), RIVERBEND)
    for column in ("race_ethnicity", "english_learner", "econ_disadvantage", "disability", "sex"):
        share = enrolled[column].value_counts(normalize=True)
        for activity in ("Band", "Robotics"):
            here = rosters[rosters["activity"] == activity]
            assert len(here) > 50
            seen = here[column].value_counts(normalize=True).reindex(share.index, fill_value=0)
            assert (seen - share).abs().max() < 0.05, (activity, column)
    team = rosters[rosters["activity"] == "Travel team"]
    assert team["econ_disadvantage"].value_counts().to_dict() == {"No": 54, "Yes": 6}
    assert set(team["fee_paid"]) == {"Yes"} and set(team["kind"]) == {"Fee-based"}


def test_rb6_days_lost():
    students = at(table(f"students-{LAST}.csv"), RIVERBEND)
    rows = at(child("incidents"), RIVERBEND)
    rows = rows.assign(days=rows["days_removed"].astype(int))
    two = ["Black", "Two or more races"]
    for inside, wanted in ((True, 62), (False, 21)):
        these = rows[rows["race_ethnicity"].isin(two) == inside]
        size = (students["race_ethnicity"].isin(two) == inside).sum()
        assert round(100 * these["days"].sum() / size) == wanted
        judged = these[these["judgement_based"] == "Yes"]
        after_lunch = judged[judged["time_block"] == "Block 4 (after lunch)"]
        assert after_lunch["days"].sum() > these["days"].sum() / 2


def test_rb7_chronic_absence_by_route_and_not_by_group():
    rows = at(chronic(LAST), RIVERBEND)
    by_route = rows.groupby("bus_route")["absent"].mean()
    far = rows["travel_time"] == "Over 40 min"
    assert (rows.loc[far, "absent"].mean().round(2), rows.loc[~far, "absent"].mean().round(2)) == (
        0.30,
        0.08,
    )
    assert set(by_route.nlargest(2).index) == set(rows.loc[far, "bus_route"])
    for column in ("race_ethnicity", "english_learner", "econ_disadvantage", "disability", "sex"):
        groups = rows.groupby(column)["absent"].agg(["mean", "size"])
        groups = groups[groups["size"] >= 30]["mean"]
        assert groups.max() - groups.min() < 0.12, column
    barriers = rows.loc[far & rows["absent"], "main_barrier"].value_counts()
    assert barriers.index[0] == "Transport"


def test_rb8_sections():
    rows = at(table("sections.csv"), RIVERBEND).query("year == @LAST")
    support = rows["course"].str.contains("Support")
    novice = rows["teacher_experience_band"] == "First or second year"
    assert [(support & novice).sum(), support.sum()] == [9, 14]
    assert [(~support & novice).sum(), (~support).sum()] == [6, 40]
    assert len(set(rows["section_id"]) & set(table(f"courses-{LAST}.csv")["section_id"])) == 54


# --- the district's patterns -------------------------------------------------------------------


def test_dd1_smallest_school_is_first_and_then_last():
    rates = {y: chronic(y).groupby("school_id")["absent"].mean() for y in YEARS[1:]}
    assert rates[YEARS[1]].idxmax() == BRIAR and rates[YEARS[2]].idxmin() == BRIAR
    counts = [int(at(chronic(y), BRIAR)["absent"].sum()) for y in YEARS]
    assert counts == [9, 13, 7] and len(at(chronic(LAST), BRIAR)) == 85


def test_dd2_one_rate_two_certainties():
    students, roster = table(f"students-{LAST}.csv"), child("activities")
    width = []
    for school, counts in ((BRIAR, (34, 85)), (KESTREL, (568, 1420))):
        x, n = at(roster, school)["student_id"].nunique(), len(at(students, school))
        assert (x, n) == counts
        z2 = 1.959964**2
        width.append(np.sqrt(z2 * (x * (n - x) / n + z2 / 4)) / (n + z2))  # Wilson, half width
    assert 3.9 < width[0] / width[1] < 4.1


def gap(school: str, year: str) -> dict[str, float]:
    rows = at(child("assessments", year), school).query("subject == 'Mathematics'")
    return {k: met(r)[0] / met(r)[1] for k, r in rows.groupby("econ_disadvantage")}


def test_dd3_gap_narrows_as_the_higher_group_falls():
    first, last = gap(QUARRY, YEARS[0]), gap(QUARRY, LAST)
    assert first["No"] - first["Yes"] > 0.25 and abs(last["No"] - last["Yes"]) < 0.05
    assert last["No"] < first["No"] - 0.2 and abs(last["Yes"] - first["Yes"]) < 0.005


def test_dd4_every_group_improves_and_the_gap_halves():
    first, last = gap(THORNAPPLE, YEARS[0]), gap(THORNAPPLE, LAST)
    assert (last["No"] - last["Yes"]) <= (first["No"] - first["Yes"]) / 2
    seen = 0
    for column in ("race_ethnicity", "english_learner", "econ_disadvantage", "disability", "sex"):
        rates = []
        for year in (YEARS[0], LAST):
            rows = at(child("assessments", year), THORNAPPLE).query("subject == 'Mathematics'")
            groups = rows.groupby(column)
            rates.append({g: met(r)[0] / len(r) for g, r in groups if len(r) >= 30})
        for group in rates[0].keys() & rates[1].keys():
            assert rates[1][group] > rates[0][group], group
            seen += 1
    assert seen >= 10


def test_dd5_same_policy_applied_differently():
    rows = child("incidents").query("category == 'Disruption'")
    for school, counts in ((KESTREL, [15, 100]), (OSTRANDER, [65, 100])):
        here = at(rows, school)
        out = here["response"] == "Out-of-school suspension"
        assert [int(out.sum()), len(here)] == counts
    referred = {
        s: at(child("incidents"), s)["student_id"].nunique()
        / len(at(table(f"students-{LAST}.csv"), s))
        for s in (KESTREL, OSTRANDER)
    }
    assert abs(referred[KESTREL] - referred[OSTRANDER]) < 0.03


def test_dd6_one_school_is_incomplete_in_one_year():
    students = at(table(f"students-{LAST}.csv"), CEDAR)
    assert len(students) == 560
    assert set(students["disability"]) == set(students["econ_disadvantage"]) == {""}
    assert at(child("attendance"), CEDAR).empty and at(child("incidents"), CEDAR).empty
    assert len(at(child("assessments"), CEDAR)) > 300
    for year in YEARS[:2]:
        assert len(at(child("attendance", year), CEDAR)) > 500
        assert len(at(child("incidents", year), CEDAR)) > 10
        assert "" not in set(at(table(f"students-{year}.csv"), CEDAR)["disability"])
    others = table(f"students-{LAST}.csv").query("school_id != @CEDAR")
    assert not (others == "").any().any()


# --- what is not planted -----------------------------------------------------------------------


def test_strengths_turn_the_usual_order_round():
    lines = {p["id"]: p for p in truth()["planted"]}
    assert lines["s1"]["true_rate"] > lines["s1"]["true_other_rate"] + 0.1
    assert lines["s2"]["true_rate"] < lines["s2"]["true_other_rate"] - 0.1
    assert lines["s3"]["true_rate"] > lines["s3"]["true_other_rate"] + 0.1


def test_most_cells_hold_no_difference():
    rates = pd.read_csv(ROOT / "expected_rates.csv", dtype={"unit_id": str})
    plain = rates[~rates["indicator"].str.startswith("score")]
    null = (plain["expected_rate"] - plain["expected_other_rate"]).abs() < 0.002
    schools = plain["unit_id"] != "district"
    assert null[schools].mean() > 0.65 and 5000 < null.sum()


def test_what_later_work_needs_is_named_as_absent():
    assert set(truth()["not_in_this_data_yet"]) == {"rb9", "rb10", "rb11", "rb12"}


def test_no_line_of_the_truth_disagrees_with_its_own_counts():
    for line in truth()["planted"]:
        assert 0 <= line["x"] <= line["n"], line
        sd = (line["true_rate"] * (1 - line["true_rate"]) / line["n"]) ** 0.5
        assert abs(line["x"] / line["n"] - line["true_rate"]) < 3.5 * sd + 0.01, line


# --- equitylab.samples -------------------------------------------------------------------------


def test_path_and_names():
    assert samples.path() == samples.path("riverbend") == FOLDER
    assert samples.names() == ["riverbend"]
    with pytest.raises(DataError) as error:
        samples.path("rivrbend")
    assert error.value.nearest == "riverbend"
    with pytest.raises(DataError):
        samples.path("../../etc")


def test_path_in_an_installed_package(tmp_path, monkeypatch):
    inside = tmp_path / "_samples" / "riverbend"
    inside.mkdir(parents=True)
    (inside / "students-2023-24.csv").write_text("student_id\n")
    monkeypatch.setattr(places, "_PACKAGE", tmp_path)
    assert samples.path() == inside


def test_no_samples_at_all(tmp_path, monkeypatch):
    monkeypatch.setattr(places, "_PACKAGE", tmp_path / "equitylab")
    assert samples.names() == []
    with pytest.raises(DataError, match="Install"):
        samples.path()


def test_null_district_is_tidy_and_seeded():
    data, again, other = (samples.null_district(s) for s in (3, 3, 4))
    pd.testing.assert_frame_equal(data.counts, again.counts)
    assert not data.counts.equals(other.counts)
    assert list(data.counts) == list(COUNTS) and list(data.units) == list(UNITS)
    pd.testing.assert_frame_equal(tidy_counts(data.counts), data.counts)
    assert len(data.schools) == 12
    keys = ["unit_id", "indicator"]
    sums = data.counts.groupby([*keys, "dimension"])[["n", "x"]].sum().reset_index()
    total = sums[sums["dimension"] == "all"].set_index(keys)[["n", "x"]]
    for _, part in sums.groupby("dimension"):
        pd.testing.assert_frame_equal(part.set_index(keys)[["n", "x"]], total)
    assert total.loc["null", "n"].eq(8000).all()
