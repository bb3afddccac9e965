"""Survey exports as the common form tools write them: counted, and never kept."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab import catalog, cli, metrics
from equitylab.errors import DataError
from equitylab.readers import survey, survey_columns

SURVEY = catalog.content("survey_student")
TEXTS = {i["id"]: i["text"] for i in SURVEY["items"]}
SETS = {i["id"]: SURVEY["response_sets"][i["set"]] for i in SURVEY["items"]}
IDS = list(TEXTS)
PRACTICE = Path(__file__).parents[2] / "data" / "samples" / "practice"
COMMENT = "My sister Zuleika left because of the noise"


def answers(people: int = 60, seed: int = 7) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    own = draw.normal(size=(people, 1))
    steps = np.clip(np.round(3.4 + own + draw.normal(size=(people, 12)) * 0.7), 1, 5)
    frame = pd.DataFrame(steps.astype(int), columns=IDS).astype("Int64")
    frame.loc[[3, 8], "s5"] = pd.NA
    frame.insert(0, "Grade", ["Grade 6", "Grade 7", "Grade 8"] * (people // 3))
    return frame


def rows(frame: pd.DataFrame, labels: bool) -> list[list[str]]:
    made = []
    for k, row in frame.iterrows():
        cells = [
            "" if pd.isna(row[i]) else SETS[i][row[i] - 1] if labels else str(row[i]) for i in IDS
        ]
        made.append([row["Grade"], *cells, COMMENT if k == 4 else ""])
    return made


NAMES = ["Which grade are you in?", *TEXTS.values(), SURVEY["open_items"][0]["text"]]


def google(frame):
    return [["Timestamp", *NAMES]] + [["2024/05/06 9:14:03", *r] for r in rows(frame, True)]


def microsoft(frame):
    head = ["ID", "Start time", "Completion time", "Email", "Name", *NAMES]
    own = ["5/6/24 9:10", "5/6/24 9:14", "anonymous", ""]
    return [head] + [[str(k), *own, *r] for k, r in enumerate(rows(frame, True), 1)]


def qualtrics(frame):
    ids = [f"Q{k}" for k in range(1, len(NAMES) + 1)]
    own = ["StartDate", "IPAddress", "Progress", "Duration (in seconds)"]
    parts = json.dumps({"ImportId": "QID1"}).replace(" ", "")
    long = ["Start Date", "IP Address", "Progress", "Duration (in seconds)"]
    head = [[*own, *ids], [*long, *NAMES], [parts] * (len(own) + len(ids))]
    return head + [["2024-05-06", "10.1.2.3", "100", "212", *r] for r in rows(frame, False)]


def monkey(frame):
    own = ["Respondent ID", "Collector ID", "Email Address"]
    second = ["", "", "", *["Response"] * (len(NAMES) - 1), "Open-Ended Response"]
    body = [[f"1184{k}", "4411", "", *r] for k, r in enumerate(rows(frame, True))]
    return [[*own, *NAMES], second, *body]


TOOLS = {"google": google, "microsoft": microsoft, "qualtrics": qualtrics, "monkey": monkey}
ASK = {"Which grade are you in?": "dimension:grade"}


def write(path, made) -> object:
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(made)
    return path


@pytest.mark.parametrize("tool", TOOLS)
def test_every_tool_gives_the_same_counts(tool, tmp_path):
    frame = answers()
    data = eq.read(write(tmp_path / "survey 2023-24.csv", TOOLS[tool](frame)), map=ASK)
    counts = data.counts.set_index(["indicator", "group"])
    assert data.years == ["2023-24"] and data.report.rows_in == 60
    for group in ("all", "Grade 6", "Grade 7", "Grade 8"):
        part = frame if group == "all" else frame[frame["Grade"] == group]
        for id in IDS:
            cell = counts.loc[(f"survey_student_{id}", group)]
            # By hand, and not by metrics.favourable.
            assert cell["n"] == part[id].notna().sum() and cell["x"] == (part[id] >= 4).sum()


@pytest.mark.parametrize("tool", TOOLS)
def test_no_respondent_and_no_written_word_is_kept(tool, tmp_path):
    data = eq.read(write(tmp_path / "s.csv", TOOLS[tool](answers())), map=ASK, year="2023-24")
    kept = data.counts.to_csv() + json.dumps(data.report.to_dict()) + data.units.to_csv()
    assert "Zuleika" not in kept and "10.1.2.3" not in kept and "1184" not in kept
    assert SURVEY["open_items"][0]["text"] in " ".join(data.report.notes)
    assert len(data.counts) == 12 * 4


def test_a_workbook_says_the_same(tmp_path):
    frame = answers()
    made = monkey(frame)
    pd.DataFrame(made).to_excel(tmp_path / "a.xlsx", index=False, header=False)
    one = eq.read(tmp_path / "a.xlsx", map=ASK, year="2023-24").counts
    two = eq.read(write(tmp_path / "b.csv", made), map=ASK, year="2023-24").counts
    pd.testing.assert_frame_equal(one.drop(columns="unit"), two.drop(columns="unit"))


def test_ids_grids_and_numbers_with_labels(tmp_path):
    frame = answers()
    made = [["Grade", *[f"Please answer [{TEXTS[i]}]" for i in IDS]]]
    made += [
        [r["Grade"], *["" if pd.isna(r[i]) else f"{r[i]} - {SETS[i][r[i] - 1]}" for i in IDS]]
        for _, r in frame.iterrows()
    ]
    grid = eq.read(write(tmp_path / "grid.csv", made), year="2023-24").counts
    frame.to_csv(tmp_path / "ids.csv", index=False)
    ids = eq.read(tmp_path / "ids.csv", year="2023-24").counts
    pd.testing.assert_frame_equal(grid.drop(columns="unit"), ids.drop(columns="unit"))


def test_reliability_is_that_of_the_whole_and_told_from_thirty(tmp_path):
    frame = answers()
    frame.to_csv(tmp_path / "s.csv", index=False)
    said = " ".join(eq.read(tmp_path / "s.csv", year="2023-24").report.notes)
    part = frame[["s1", "s2", "s3"]].to_numpy("float64")
    spread = np.cov(part, rowvar=False)
    alpha = 1.5 * (1 - np.trace(spread) / spread.sum())
    a, b, c = spread[0, 1], spread[0, 2], spread[1, 2]
    common = (np.sqrt(a * b / c) + np.sqrt(a * c / b) + np.sqrt(b * c / a)) ** 2
    assert f"Belonging: alpha {alpha:.2f}, omega {common / spread.sum():.2f}" in said
    assert "skipped most: s5, by fewer than 3 people" in said
    answers(27).to_csv(tmp_path / "few.csv", index=False)
    said = " ".join(eq.read(tmp_path / "few.csv", year="2023-24").report.notes)
    assert "Belonging: fewer than 30 full answers" in said and "alpha" not in said.split("items")[0]


def test_what_few_people_wrote_is_no_group(tmp_path):
    frame = answers()
    frame["Club"] = ["Band", "Robotics"] * 29 + [COMMENT, "Band"]
    frame["Advice"] = [COMMENT if k % 9 == 0 else "" for k in range(60)]
    frame.loc[5:20, "Advice"] = [f"more trips {k}" for k in range(16)]
    frame.to_csv(tmp_path / "s.csv", index=False)
    data = eq.read(tmp_path / "s.csv", year="2023-24")
    assert "Zuleika" not in data.counts.to_csv() + json.dumps(data.report.to_dict())
    assert set(data.counts["dimension"]) == {"all", "grade", "Club"}
    assert "Advice" in " ".join(data.report.notes)


def test_groups_of_few_are_counted_together():
    labels = pd.Series(["a"] * 30 + ["b"] * 12 + ["c"] * 4 + ["d"] * 3)
    made, small = survey.together(labels, 10, [])
    assert made.value_counts().to_dict() == {"a": 30, survey.OTHERS: 19} and small == ["d", "c"]
    assert survey.together(labels[labels != "b"][25:], 10, [])[0] is None


def test_coverage_adds_up_and_hides_who_is_few(tmp_path):
    answers().to_csv(tmp_path / "survey.csv", index=False)
    asked = pd.DataFrame(
        [("student", "", "", 100), ("student", "Grade", "Grade 6", 25),
         ("student", "Grade", "Grade 7", 30), ("student", "Grade", "Grade 8", 40),
         ("student", "Grade", "Grade 9", 5)],
        columns=["survey", "attribute", "category", "count"],
    )  # fmt: skip
    asked.to_csv(tmp_path / "population.csv", index=False)
    data = eq.read(tmp_path, year="2023-24")
    rows = data.counts[data.counts["indicator"] == "survey_student_answered"].set_index("group")
    assert rows.loc["all", ["n", "x"]].tolist() == [100, 60]
    assert rows.loc["Grade 7", ["n", "x"]].tolist() == [30, 20]
    parts = rows.drop(index="all")
    assert parts["n"].sum() == 100 and parts["x"].sum() == 60 and "Grade 9" not in parts.index
    assert "fewer than 10 answered from Grade 9" in " ".join(data.report.notes)


def test_coverage_from_published_enrolment(tmp_path):
    answers().to_csv(tmp_path / "survey.csv", index=False)
    rows = [("2022-23", "referred", "all", "all", 90)]
    rows += [("2023-24", i, "all", "all", 100) for i in ("referred", "expelled")]
    rows += [
        ("2023-24", "referred", "grade", f"Grade {g}", n)
        for g, n in zip((6, 7, 8), (40, 35, 25), strict=True)
    ]
    names = ["year", "indicator", "dimension", "group", "n"]
    made = pd.DataFrame(rows, columns=names).assign(unit_id="0102")
    made.to_csv(tmp_path / "findings.csv", index=False)
    counts = eq.read(tmp_path, year="2023-24").counts
    told = counts[counts["indicator"] == "survey_student_answered"].set_index("group")
    assert told.loc["all", ["n", "x"]].tolist() == [100, 60]
    assert told.loc["Grade 8", ["n", "x"]].tolist() == [25, 20]
    made.loc[1, "unit_id"] = "0103"
    made.loc[3, "unit_id"] = "0102"
    made.to_csv(tmp_path / "findings.csv", index=False)
    with pytest.raises(DataError, match="more than one school"):
        eq.read(tmp_path, year="2023-24")
    made.assign(unit_id="1", n=5).iloc[[1]].to_csv(tmp_path / "findings.csv", index=False)
    assert eq.read(tmp_path, year="2023-24").counts["status"].isin(["ok", "quality"]).all()


# Errors


def fails(tmp_path, frame, **more) -> DataError:
    frame.to_csv(tmp_path / "s.csv", index=False)
    with pytest.raises(DataError) as wrong:
        eq.read(tmp_path / "s.csv", year="2023-24", **more)
    assert len(str(wrong.value).splitlines()) <= 2
    return wrong.value


def test_a_column_that_is_nearly_an_item(tmp_path):
    frame = answers().rename(columns=TEXTS)
    near = TEXTS["s8"].replace("parts of the school", "parts of school")
    wrong = fails(tmp_path, frame.rename(columns={TEXTS["s8"]: near}))
    assert wrong.column == near and wrong.nearest == TEXTS["s8"]
    mapped = eq.read(tmp_path / "s.csv", year="2023-24", map={near: "s8"})
    assert "survey_student_s8" in set(mapped.counts["indicator"])
    assert fails(tmp_path, answers().assign(s13=3)).column == "s13"


def test_a_label_that_the_scale_has_not(tmp_path):
    frame = answers().astype("object")
    frame.loc[11, "s2"] = "Oftn"
    wrong = fails(tmp_path, frame)
    assert (wrong.row, wrong.column, wrong.nearest) == (13, "s2", "Often")
    frame.loc[11, "s2"] = COMMENT
    assert "Zuleika" not in str(fails(tmp_path, frame))
    frame.loc[11, "s2"] = "6"
    assert fails(tmp_path, frame).row == 13


def test_no_group_and_too_few(tmp_path):
    assert "which group" in str(fails(tmp_path, answers()[IDS]))
    assert "Fewer than 10" in str(fails(tmp_path, answers(9)))


@pytest.mark.parametrize(
    "change", [{"s13": 3}, {"s2": "Whatever"}, {"Grade": ""}], ids=["item", "label", "group"]
)
def test_the_command_says_so_in_two_lines_and_exit_2(change, tmp_path, capsys):
    answers().astype("object").assign(**change).to_csv(tmp_path / "s.csv", index=False)
    assert cli.main(["check", str(tmp_path / "s.csv")]) == 2
    said = capsys.readouterr()
    assert "Traceback" not in said.err and len(said.err.strip().splitlines()) <= 2


@pytest.mark.parametrize("text", ["", "\n\n", "s1,s2,s3,s4,s5,s6\n", "s1,s2,s3,s4,s5,s6\n1,2\n,,"])
def test_files_with_little_in_them(text, tmp_path):
    (tmp_path / "s.csv").write_text(text, "utf-8")
    with pytest.raises(DataError):
        eq.read(tmp_path / "s.csv")
    with pytest.raises(DataError):
        survey_columns.load(tmp_path / "s.csv", "student")
        survey.read([tmp_path / "s.csv"])


def test_two_files_of_one_survey(tmp_path):
    answers().to_csv(tmp_path / "autumn.csv", index=False)
    answers(30).to_csv(tmp_path / "spring.csv", index=False)
    with pytest.raises(DataError, match="Two files"):
        eq.read(tmp_path, year="2023-24")


def test_other_files_are_no_surveys(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("student_id,school,s1,s2\n1,A,2,3\n")
    assert survey_columns.which(path) == "" and survey.recognise([path]) is None


def test_practice_answers_agree_with_the_metrics():
    frame = pd.read_csv(PRACTICE / "survey_family.csv")
    counts = eq.read(PRACTICE / "survey_family.csv", year="2023-24").counts
    ids = [f"f{k}" for k in range(1, 13)]
    x, n = metrics.favourable(frame[ids].to_numpy(float))
    whole = counts[counts["group"] == "all"].set_index("indicator")
    assert whole.loc[[f"survey_family_{i}" for i in ids], "x"].tolist() == x.tolist()
    assert whole.loc[[f"survey_family_{i}" for i in ids], "n"].tolist() == n.tolist()
