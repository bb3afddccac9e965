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
    kept = data.counts.to_csv() + json.dumps(vars(data.report)) + data.units.to_csv()
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
    told = eq.read(tmp_path / "s.csv", year="2023-24").report.surveys["student"]
    part = frame[["s1", "s2", "s3"]].to_numpy("float64")
    spread = np.cov(part, rowvar=False)
    alpha = 1.5 * (1 - np.trace(spread) / spread.sum())
    a, b, c = spread[0, 1], spread[0, 2], spread[1, 2]
    common = (np.sqrt(a * b / c) + np.sqrt(a * c / b) + np.sqrt(b * c / a)) ** 2
    found = told["scales"]["belonging"]
    assert found == {"alpha": round(alpha, 3), "omega": round(common / spread.sum(), 3)}
    assert told["answers"] == 60
    answers(27).to_csv(tmp_path / "few.csv", index=False)
    few = eq.read(tmp_path / "few.csv", year="2023-24").report.surveys["student"]
    assert few == {"answers": 27, "scales": {}}


def test_what_few_people_wrote_is_no_group(tmp_path):
    frame = answers()
    frame["Club"] = ["Band", "Robotics"] * 29 + [COMMENT, "Band"]
    frame["Advice"] = [COMMENT if k % 9 == 0 else "" for k in range(60)]
    frame.loc[5:20, "Advice"] = [f"more trips {k}" for k in range(16)]
    frame.to_csv(tmp_path / "s.csv", index=False)
    data = eq.read(tmp_path / "s.csv", year="2023-24")
    assert "Zuleika" not in data.counts.to_csv() + json.dumps(vars(data.report))
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


def test_who_did_not_answer_is_not_counted_where_they_are_one_or_two(tmp_path):
    answers().to_csv(tmp_path / "survey.csv", index=False)  # 20 in each grade
    sizes = [
        ("", "", 90),
        ("Grade", "Grade 6", 21),
        ("Grade", "Grade 7", 29),
        ("Grade", "Grade 8", 40),
    ]
    rows = [("student", *row) for row in sizes]
    asked = pd.DataFrame(rows, columns=["survey", "attribute", "category", "count"])

    def told(asked):
        asked.to_csv(tmp_path / "population.csv", index=False)
        data = eq.read(tmp_path, year="2023-24")
        mine = data.counts[data.counts["indicator"] == "survey_student_answered"]
        return mine.set_index("group")["n"].to_dict(), " ".join(data.report.notes)

    # 21 asked and 20 answers to each question would say that one student did not answer.
    assert told(asked)[0] == {"all": 90}
    asked["count"] = [90, 21, 29, 40]
    asked.loc[4] = ["student", "Grade", "Grade 9", 15]
    asked.loc[0, "count"] = 105
    assert told(asked)[0] == {"all": 105, "Grade 7": 29, "Grade 8": 40, survey.OTHERS: 36}
    asked = asked.head(4)
    asked["count"] = [61, 20, 20, 21]
    assert told(asked)[0] == {} and "all but one or two" in told(asked)[1]
    asked["count"] = [59, 20, 20, 19]
    assert "more people answered than were asked" in told(asked)[1]


# What form tools add, as their exports have it


def google_with_all(frame):
    """Clubs in one cell, a row sent twice, and one in which nothing was answered."""
    made = google(frame)
    clubs = ["Band, Chess", "Band", "Chess", "Robotics, Band", "Robotics", ""]
    made = [
        [*row, "Which clubs are you in?" if not k else clubs[k % 6]] for k, row in enumerate(made)
    ]
    for k, row in enumerate(made[1:]):
        row[0] = f"2024/05/06 9:{k:02d}:03"
    return [*made, made[7], ["2024/05/07 8:00:00", *[""] * (len(made[0]) - 1)]]


def test_rows_that_are_nobodys_answer_are_set_aside_and_said(tmp_path):
    path = write(tmp_path / "s.csv", google_with_all(answers()))
    data = eq.read(path, year="2023-24")
    aside = {a["reason"].partition(", ")[2]: a["rows"] for a in data.report.set_aside}
    assert aside == {"no question answered": 1, "the same row twice": 1}
    assert (data.report.rows_in, data.report.rows_kept) == (62, 60)
    assert set(data.counts["dimension"]) == {"all", "grade"}  # asked as a question
    several = next(n for n in data.report.notes if "several answers" in n)
    assert "Which clubs are you in?" in several and "--map" in several


def test_a_preview_and_the_same_person_twice(tmp_path):
    made = qualtrics(answers())
    head, body = made[:3], made[3:]
    names = [["Status", "ResponseId"], ["Response Type", "Response ID"], ['{"ImportId":"a"}'] * 2]
    kinds = ["Survey Preview", "IP Address", "Spam", *["IP Address"] * 57]
    rows = [h + n for h, n in zip(head, names, strict=True)]
    rows += [r + [kind, f"R_{k}"] for k, (r, kind) in enumerate(zip(body, kinds, strict=True))]
    rows.append([*body[5], "IP Address", "R_9"])  # other answers of R_9: the first are counted
    data = eq.read(write(tmp_path / "s.csv", rows), year="2023-24")
    aside = {a["reason"].partition(", ")[2]: a["where"] for a in data.report.set_aside}
    assert aside == {"a preview, a test or spam": [4, 6], "sent twice by one person": [64]}
    assert data.report.rows_kept == 58


def test_a_grid_an_answer_in_words_and_a_box_that_was_ticked(tmp_path):
    frame = answers()
    words = [f"Please answer all. - {t}" for t in TEXTS.values()]
    made = [["Grade", *words, "Band", "Role - Other - Text", "I like lunch"]]
    for k, row in enumerate(rows(frame, True)):
        made.append([*row[:-1], "Band" if k % 3 else "", COMMENT if k == 2 else "",
                     ["Agree", "Disagree"][k % 2]])  # fmt: skip
    path = write(tmp_path / "s.csv", made)
    data = eq.read(path, year="2023-24")
    assert set(data.counts["dimension"]) == {"all", "grade"}
    notes = " ".join(data.report.notes)
    assert "Zuleika" not in notes and "so not kept: I like lunch." in notes
    ticked = eq.read(path, year="2023-24", map={"Band": "dimension:Band"}).counts
    sizes = ticked[(ticked["dimension"] == "Band") & (ticked["indicator"] == "survey_student_s1")]
    assert dict(zip(sizes["group"], sizes["n"], strict=True)) == {"Yes": 40, "No": 20}


def test_what_staff_believe_is_counted_and_their_main_question_is_not_read(tmp_path):
    frame = pd.read_csv(PRACTICE / "survey_staff.csv")
    frame["tc1"] = "How will I find the time and manage it?"
    frame.to_csv(tmp_path / "staff.csv", index=False)
    data = eq.read(tmp_path / "staff.csv", year="2023-24")
    whole = data.counts[data.counts["group"] == "all"].set_index("indicator")
    assert whole.loc[["survey_staff_tp1", "survey_staff_tp2"], "x"].tolist() == [37, 36]
    assert "tc1" in next(n for n in data.report.notes if "unread" in n)


def test_a_column_that_can_group_nobody_is_refused_where_it_was_asked_for(tmp_path):
    frame = answers().assign(Name=[f"Ann {k}" for k in range(60)])
    wrong = fails(tmp_path, frame, map={"Name": "dimension:Name"})
    assert wrong.column == "Name" and "Ann" not in str(wrong)


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
    answers()[IDS].to_csv(tmp_path / "alone.csv", index=False)
    alone = eq.read(tmp_path / "alone.csv", year="2023-24")
    assert set(alone.counts["dimension"]) == {"all"}
    assert "--map" in next(n for n in alone.report.notes if "which group" in n)
    assert "Fewer than 10" in str(fails(tmp_path, answers(9)))


@pytest.mark.parametrize("change", [{"s13": 3}, {"s2": "Whatever"}], ids=["item", "label"])
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
