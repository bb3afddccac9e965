"""The leaders' work in the reports: whose it is, what is told of it, and that nothing is given away."""

import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest

from equitylab import cli, places, plan
from equitylab.errors import DataError, ReportError
from equitylab.portfolio import Portfolio
from equitylab.privacy.verify import verify
from equitylab.reports import batch, files, work
from equitylab.reports.beside import files_of
from equitylab.reports.runner import Outcome
from equitylab.reports.story import SchoolReport
from equitylab.schema import UNITS, Dataset, ReadReport, roll_up, tidy_counts

from . import tiny

PARAMETERS = 'release: str = ""  # a\nunit_id: str = ""  # b\nportfolio: str = ""  # c'


@pytest.fixture
def sample(repository):
    return repository / "data/samples/practice/riverbend-portfolio.json"


def folio_of(path, unit_id: str, name: str = "", title: str = "Ask everyone") -> Portfolio:
    folio = Portfolio.open(path)
    folio.set("profile.school", {"unit_id": unit_id, "name": name})
    priority = folio.add(
        "audit_summary.priorities", {"title": title, "why": "It matters."}, prefix="p"
    )
    goal = {"priority": priority, "kpi": "chronically_absent", "students": "all students"}
    id = folio.add("action_plan.goals", goal | {"system_change": "the bus plan"}, prefix="g")
    folio.add(
        "action_plan.drivers", {"goal": id, "text": "Buses run late", "kind": "primary"}, prefix="d"
    )
    folio.add(
        "action_plan.actions", {"description": "Ride each bus", "owner_role": "Dean"}, prefix="a"
    )
    return folio


@pytest.fixture
def portfolios(tmp_path):
    """A folder as a district may hand it over: good, late, damaged, foreign, of no school."""
    home = tmp_path / "folios"
    folio_of(home / "oak" / "portfolio.json", "01")
    folio_of(home / "elm-old.json", "02", title="The old one")
    folio_of(home / "elm-new.json", "02", title="The new one")
    folio_of(home / "by-name.json", "", "Ash School", title="Ask at Ash")
    folio_of(home / "elsewhere.json", "77", "No such school")
    (home / "cut.json").write_bytes((home / "elm-new.json").read_bytes()[:300])
    (home / "foreign.json").write_text('{"some": "thing"}')
    for one in home.rglob("*-copies"):
        assert one.is_dir()
    return home


def stand(home) -> dict:
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in home.rglob("*") if p.is_file()}


# ---------------------------------------------------------------- whose work


def test_each_portfolio_goes_to_its_school_and_the_others_are_named(portfolios):
    before = stand(portfolios)
    found, aside = work.collect(portfolios, tiny.dataset().units)
    titles = {u: next(iter(p.priorities.values()))["title"] for u, p in found.items()}
    assert titles == {"01": "Ask everyone", "02": "The new one", "03": "Ask at Ash"}
    said = "\n".join(aside)
    assert "cut.json: It is damaged" in said
    assert "foreign.json is not an EquityLab portfolio" in said
    assert "elsewhere.json: it names no school of this file" in said
    assert "later portfolio of the same school" in said or "saved last is carried" in said
    assert len(aside) == 4
    assert stand(portfolios) == before, "a leader's files are read and never changed"


def test_one_file_will_do_and_none_is_refused(portfolios, tmp_path):
    found, aside = work.collect(portfolios / "elm-old.json", tiny.dataset().units)
    assert list(found) == ["02"] and aside == []
    with pytest.raises(DataError, match="no such file or folder of portfolios"):
        work.collect(tmp_path / "nowhere", tiny.dataset().units)


def test_many_files_that_are_set_aside_are_counted(tmp_path):
    said = work.told([f"{k}.json: no" for k in range(9)], {"Oak": 0, "Elm": 2})
    assert len(said) == 7 and said[5] == "4 more were set aside."
    assert said[6] == "Elm: 2 texts of the plan held back; the report says so."


# ---------------------------------------------------------------- what is told


def test_a_slice_tells_what_the_portfolio_tells_and_holds_no_more(sample, published, tmp_path):
    made = work.opened(sample, published, "0102")
    text = work.school_slice(made)
    path = tmp_path / "slice.json"
    path.write_text(text, "utf-8")
    page = work.section(path, published, "0102").html
    assert page == work.section(sample, published, "0102").html
    assert "What the team decided" in page and "As of 10 March 2025" in page
    for private in ("I decide the schedule alone", "Sharing the schedule", "my coach", "12 of 60"):
        assert private not in text and private not in page


def test_without_work_a_report_is_as_it_was(release, school):
    assert school.work().html == ""
    assert SchoolReport.open(release, "0102").portfolio == ""


def test_a_report_by_hand_takes_a_portfolio_itself(release, sample):
    report = SchoolReport.open(release, "0102", portfolio=sample)
    page = report.work().html
    assert "Priority: Open the way into Algebra I" in page and "<h3 id=work-" in page
    with pytest.raises(DataError, match="no such portfolio"):
        SchoolReport.open(release, "0102", portfolio="nowhere.json").work()


def test_an_empty_portfolio_adds_no_section(release, tmp_path):
    folio = Portfolio.open(tmp_path / "portfolio.json")
    folio.set("profile.school", {"unit_id": "0102"})
    assert (
        SchoolReport.open(release, "0102", portfolio=tmp_path / "portfolio.json").work().html == ""
    )


def test_a_district_reads_what_its_schools_chose(portfolios, published):
    found, _ = work.collect(portfolios, tiny.dataset().units)
    names = {"01": "Oak School", "02": "Elm School", "03": "Ash School"}
    text = work.district_slice({u: (names[u], plan.public(p)) for u, p in found.items()})
    rows = [row["unit"] for row in json.loads(text)["schools"]]
    assert rows == ["Ash School", "Elm School", "Oak School"]
    path = portfolios / "d.work"
    path.write_text(text)
    page = work.roll_up(path).html
    assert "3 plans were given" in page and "Buses run late" in page
    assert "a goal of Ash School, Elm School and Oak School." in page
    assert work.roll_up("").html == ""


# ---------------------------------------------------------------- in a batch


class Inline:
    seen: dict = {}

    def __init__(self, jobs: int = 1) -> None:
        type(self).seen = {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def run(self, jobs):
        from pathlib import Path

        for job in jobs:
            self.seen[job.parameters["unit_id"]] = job.parameters
            files.write(Path(job.executed), "book")
            files.write(Path(job.page), "page")
            for path in files_of(job):
                files.write(Path(path), "")
            yield Outcome(job.key, True, 0.1)


@pytest.fixture
def quick(monkeypatch, tmp_path):
    where = tmp_path / "books"
    where.mkdir()
    for name in ("school-report", "district-report"):
        tiny.notebook(where / f"{name}.ipynb", tiny.SHOW, parameters=PARAMETERS)
    tiny.notebook(where / "plain.ipynb", tiny.SHOW)
    monkeypatch.setattr(places, "notebooks", lambda: where)
    monkeypatch.setattr("equitylab.reports.protecting.protect", tiny.protect)
    monkeypatch.setattr(batch, "library", lambda: "the code")

    def run(**options):
        out, Inline.seen = tmp_path / "out", {}
        result = batch.report(tiny.dataset(), out, runner=Inline, progress=False, **options)
        return result, Inline.seen

    run.out = tmp_path / "out"
    run.books = where
    return run


def test_a_batch_hands_each_report_its_own_slice(quick, portfolios):
    result, seen = quick(portfolios=portfolios)
    assert seen["01"]["portfolio"] == "../.release/school-oak-school.work.json"
    assert seen["D"]["portfolio"] == ".release/district-tiny-district.work.json"
    told = json.loads((quick.out / ".release/school-oak-school.work.json").read_text("utf-8"))
    assert told["answers"]["audit_summary.priorities"][0]["words"]["title"] == "Ask everyone"
    manifest = json.loads((quick.out / "manifest.json").read_text("utf-8"))
    assert set(manifest["portfolios"]) == {"01", "02", "03"}
    assert any("cut.json" in note for note in result.notes) and len(result.done) == 4


def test_only_reports_whose_work_changed_are_made_again(quick, portfolios):
    quick(portfolios=portfolios)
    result, seen = quick(portfolios=portfolios)
    assert seen == {} and len(result.skipped) == 4
    folio = Portfolio.open(portfolios / "oak" / "portfolio.json")
    folio.add(
        "action_plan.actions", {"description": "Ask drivers", "owner_role": "Dean"}, prefix="a"
    )
    _, seen = quick(portfolios=portfolios)
    assert set(seen) == {"01"}, "the district's roll-up holds no action"
    _, seen = quick()
    assert set(seen) == {"01", "02", "03", "D"} and "portfolio" not in seen["01"]
    assert not list((quick.out / ".release").glob("*.work.json"))


def test_one_school_alone_carries_its_own(quick, portfolios):
    _, seen = quick(portfolios=portfolios / "elm-new.json", schools=["02"])
    assert "portfolio" in seen["02"] and "portfolio" in seen["D"]


def test_a_notebook_that_takes_no_work_is_refused_before_anything_is_written(quick, portfolios):
    with pytest.raises(ReportError, match="does not take portfolio"):
        quick(portfolios=portfolios, notebook=str(quick.books / "plain.ipynb"))
    assert not quick.out.exists()


def test_a_wrong_path_is_said_before_anything_is_written(quick, tmp_path):
    with pytest.raises(DataError, match="portfolios"):
        quick(portfolios=tmp_path / "nowhere")
    assert not quick.out.exists()


# ---------------------------------------------------------------- nothing is given away


def district() -> Dataset:
    """Two schools with a group whose cells are hidden in one, as a release has them."""
    cells = {
        "0219": {("algebra_1", "el"): {"English learner": (12, 60), "Not an English learner": (58, 145)},
                 ("activity_any", "el"): {"English learner": (2, 60), "Not an English learner": (90, 145)}},
        "0300": {("algebra_1", "el"): {"English learner": (30, 80), "Not an English learner": (70, 150)},
                 ("activity_any", "el"): {"English learner": (30, 80), "Not an English learner": (80, 150)}},
    }  # fmt: skip
    names = {"0219": "Riverbend Middle School", "0300": "Other School"}
    rows = []
    for unit_id, found in cells.items():
        about = {"year": "2023-24", "unit_id": unit_id, "unit": names[unit_id], "level": "school"}
        for (indicator, dimension), groups in found.items():
            whole = np.sum(list(groups.values()), axis=0)
            for d, g, (x, n) in [
                ("all", "all", whole),
                *((dimension, g, v) for g, v in groups.items()),
            ]:
                rows.append(
                    about | {"indicator": indicator, "dimension": d, "group": g, "x": x, "n": n}
                )
    units = [
        {"unit_id": u, "unit": n, "level": "school", "parent_id": "D"} for u, n in names.items()
    ]
    units.append({"unit_id": "D", "unit": "Small District", "level": "district", "parent_id": ""})
    table = pd.DataFrame(units)[list(UNITS)]
    counts = roll_up(tidy_counts(pd.DataFrame(rows)), table)
    return Dataset(counts, table, ReadReport("made up", "made up"), {"path": "small.csv"})


@pytest.mark.slow
def test_a_finished_folder_with_work_gives_nothing_hidden_away(sample, tmp_path):
    path = tmp_path / "portfolio.json"
    shutil.copyfile(sample, path)
    folio = Portfolio.open(path)
    # What a leader may well write: the hidden cell, by number, in words, and as a goal.
    card = folio.add("finding_cards.cards", {
        "title": "Activities", "measure": "activity_any", "dimension": "el", "group": "English learner",
        "year": "2023-24", "x": 2, "n": 60, "other_x": 90, "other_n": 145, "strength": "Two came back.",
    }, prefix="f")  # fmt: skip
    priority = folio.add("audit_summary.priorities", {
        "card": card, "title": "Only 2 of 60 English learners are in an activity",
        "why": "Among English learners 58 are in none.",
    }, prefix="p")  # fmt: skip
    folio.add("action_plan.goals", {
        "priority": priority, "kpi": "activity_any", "students": "English learners",
        "system_change": "asking in person", "baseline_x": 2, "baseline_n": 60, "target_x": 20,
    }, prefix="g")  # fmt: skip
    out = tmp_path / "out"
    result = batch.report(
        district(),
        out,
        schools=["0219"],
        portfolios=path,
        progress=False,
        jobs=1,
        certificates=None,
    )
    assert [r.status for r in result.done] == ["ran", "ran"], [r.why for r in result.failed]
    page = (out / "schools/riverbend-middle-school.html").read_text("utf-8")
    assert "What the team decided" in page and "Where we want to be: 24 of 60 (40%)" in page
    assert "Goal: [Left out: a number that this release does not show.]" in page
    assert not re.search(r"(?<!\d)2 of 60", page) and "58 are in none" not in page
    assert any("held back" in note for note in result.notes)
    verdict = verify(out)
    assert verdict.ok, verdict.to_text()


def test_a_lesson_does_not_print_a_leaders_answers_into_a_folder_of_reports(tmp_path, capsys):
    folder = tmp_path / "portfolios"
    folder.mkdir()
    words = ["report", "--out", str(tmp_path / "out"), "--portfolios", str(folder)]
    assert cli.main([*words, "--notebook", "02-reflection-five-principles"]) == 2
    assert "do not belong in a folder of reports" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ([30, 34, 29, 33, 31, 28, 35, 32, 22], "Too early"),  # the last month looks good
        ([30, 34, 29, 33, 31, 28, 35, 30, 34, 29], "ordinary variation, steady"),
        ([34, 35, 36, 34, 35, 36, 24, 23, 25, 24, 23, 24], "improving"),
    ],
)
def test_a_goals_readings_are_told_by_the_run_chart_and_not_before_ten(
    release, tmp_path, counts, says
):
    """What chance alone may do is no progress: under ten readings the report concludes nothing."""
    path = tmp_path / "portfolio.json"
    folio = folio_of(path, "0102")
    kpi = folio.add("action_plan.kpis", {
        "kpi": "chronically_absent", "direction": "lower", "owner": "Dean"}, prefix="k")  # fmt: skip
    for month, x in enumerate(counts):
        when = f"2025-{month + 1:02d}-01"
        folio.add("progress_log.readings", {
            "kpi": kpi, "date": when, "numerator": x, "denominator": 150}, prefix="r")  # fmt: skip
    page = SchoolReport.open(release, "0102", portfolio=path).work().html
    assert says in page
    assert ("improving" in page) == (says == "improving")
    assert ("Median of the readings" in page) == (says != "Too early")
