"""A batch: whole files at every moment, one failure apart, resume, and what is refused."""

import dataclasses
import errno
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import psutil
import pytest

import equitylab
from equitylab import places
from equitylab.errors import DataError, PrivacyError, ReportError
from equitylab.reports import batch, beside, files, folder, kernels, runner
from equitylab.reports.runner import Outcome

from . import tiny

DISTRICT = "district-tiny-district.html"
OAK, ELM, ASH = (f"schools/{name}-school.html" for name in ("oak", "elm", "ash"))


COLD = {"COLD": "1"}  # tells tiny.py that this system cannot fork


class Inline:
    """A runner that runs no notebook: it writes the two files in this process."""

    failing: tuple[str, ...] = ()
    stops = False
    made: list[str] = []

    def __init__(self, jobs: int = 1) -> None:
        type(self).made = []

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def run(self, jobs):
        for job in jobs:
            unit = job.parameters["unit_id"]
            if unit in self.failing:
                yield Outcome(job.key, False, 0.1, "the notebook stopped: no", stop=self.stops)
                continue
            self.made.append(unit)
            files.write(Path(job.executed), f"notebook of {unit}")
            files.write(Path(job.page), f"page of {unit}")
            for path in beside.files_of(job):
                files.write(Path(path), "")
            yield Outcome(job.key, True, 0.1)


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """Return a batch that costs no kernel, on the tiny district."""
    where = tiny.notebooks(tmp_path / "books")
    monkeypatch.setattr(places, "notebooks", lambda: where)
    monkeypatch.setattr("equitylab.reports.protecting.protect", tiny.protect)
    monkeypatch.setattr(batch, "library", lambda: "the code at the start of the test")

    def run(data=None, *, failing=(), stops=False, **options):
        made = type("Made", (Inline,), {"failing": failing, "stops": stops})
        data = tiny.dataset() if data is None else data
        options = {"runner": made, "progress": False} | options
        result = batch.report(data, tmp_path / "out", **options)
        return result, made.made

    run.out = tmp_path / "out"
    run.books = where
    return run


def pages(out: Path) -> list[str]:
    return sorted(p.relative_to(out).as_posix() for p in out.rglob("*.html"))


def litter(out: Path) -> list[Path]:
    return list(out.rglob(f"*{files._TEMPORARY}"))


# What a run writes


def test_a_run_writes_every_report_and_what_goes_with_them(quick):
    result, _ = quick()
    assert (len(result.done), result.failed, result.skipped) == (4, [], [])
    assert pages(quick.out) == sorted([DISTRICT, "index.html", OAK, ELM, ASH])
    about = json.loads((quick.out / "manifest.json").read_text())
    assert {r["file"]: r["status"] for r in about["reports"]} == dict.fromkeys(
        [DISTRICT, OAK, ELM, ASH], "ran"
    )
    assert {u["unit_id"]: u["parent_id"] for u in about["units"]} == {
        "01": "D",
        "02": "D",
        "03": "D",
        "D": "",
    }
    assert about["policy"] == {"min_group": 10, "min_cell": 3}
    index = (quick.out / "index.html").read_text()
    assert index.index("Ash School") < index.index("Elm School") < index.index("Oak School")
    table = pd.read_csv(quick.out / "findings.csv", dtype={"unit_id": "str"})
    assert set(table["unit_id"]) == {"01", "02", "03", "D"}
    assert set(table.loc[table["unit_id"] == "01", "parent_id"]) == {"D"}


def test_nothing_that_is_written_names_a_folder_of_this_machine(quick):
    quick()
    for path in quick.out.rglob("*"):
        if path.is_file():
            assert str(quick.out.parent).encode() not in path.read_bytes(), path


def test_the_numbers_of_a_report_are_what_the_published_audit_cuts(quick):
    published = tiny.protect(equitylab.audit(tiny.dataset()), min_group=10, min_cell=3)
    slices = folder.Slices(published)
    for unit_id, below in (("02", False), ("D", True), ("D", False)):
        quick.books.joinpath("cut.zip").write_bytes(slices.numbers(unit_id, below=below))
        cut = equitylab.Published.load(quick.books / "cut.zip")
        published.slice(unit_id, below=below).save(quick.books / "same.zip")
        same = equitylab.Published.load(quick.books / "same.zip")
        for name in ("table", "changes", "scores", "units"):
            pd.testing.assert_frame_equal(getattr(cut, name), getattr(same, name))
    assert set(cut.table["unit_id"]) == {"D"}


def test_some_schools_are_reported_with_their_district_only(quick):
    result, made = quick(schools=["02", "Ash School"])
    assert sorted(made) == ["02", "03", "D"]
    table = pd.read_csv(quick.out / "findings.csv", dtype={"unit_id": "str"})
    assert set(table["unit_id"]) == {"02", "03", "D"}


def test_reports_of_the_same_release_stay_when_others_are_asked_for(quick):
    quick(schools=["01"])
    result, made = quick(schools=["02"])
    assert made == ["02"]
    assert {r.unit_id for r in result.skipped} == {"01", "D"}
    assert "Oak School" in (quick.out / "index.html").read_text()
    assert "01" in set(pd.read_csv(quick.out / "findings.csv", dtype=str)["unit_id"])


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "../../etc/x", '=HYPERLINK("x")', "x" * 300, "مدرسة", ""]
)
def test_a_hostile_school_name_is_text_everywhere(quick, name):
    quick(tiny.dataset({"01": name, "02": "Elm School"}))
    assert len(pages(quick.out)) == 4
    assert all(len(Path(p).name) <= 90 for p in pages(quick.out))
    index = (quick.out / "index.html").read_text()
    assert "<script" not in index
    assert not any(p.is_relative_to(quick.out) is False for p in quick.out.parent.rglob("x.html"))
    first = (quick.out / "findings.csv").read_text("utf-8-sig")
    assert ",=HYPERLINK" not in first and ',"=HYPERLINK' not in first


def test_two_schools_whose_names_make_one_file_name_both_get_a_report(quick):
    result, _ = quick(tiny.dataset({"01": "Oak School", "02": "OAK--SCHOOL"}))
    assert len(result.done) == 3
    assert "schools/oak-school-01.html" in pages(quick.out)
    assert "schools/oak-school-02.html" in pages(quick.out)


# Finished reports are kept


def test_a_second_run_makes_nothing_again(quick):
    quick()
    before = {p: (quick.out / p).stat().st_mtime_ns for p in (OAK, ELM, ASH, DISTRICT)}
    result, made = quick()
    assert made == [] and len(result.skipped) == 4
    assert before == {p: (quick.out / p).stat().st_mtime_ns for p in before}


def test_a_folder_may_be_named_from_where_one_stands(quick, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for status in ("ran", "skipped"):
        result = batch.report(tiny.dataset(), "beside", runner=Inline, progress=False)
        assert [one.status for one in (*result.done, *result.skipped)] == [status] * 4
    assert not result.failed


def test_fresh_makes_all_again(quick):
    quick()
    assert sorted(quick(fresh=True)[1]) == ["01", "02", "03", "D"]


@pytest.mark.parametrize("how", ["removed", "changed", "no record"])
def test_a_report_that_is_not_as_it_was_made_is_made_again(quick, how):
    quick()
    if how == "removed":
        (quick.out / OAK).unlink()
    elif how == "changed":
        (quick.out / OAK).write_text("edited")
    else:
        (quick.out / ".release" / "school-oak-school.json").write_text("{")
    assert quick()[1] == ["01"]
    assert (quick.out / OAK).read_text() == "page of 01"


def test_a_changed_notebook_makes_its_reports_again(quick):
    quick()
    tiny.notebook(quick.books / "school-report.ipynb", "more = 1", tiny.SHOW)
    assert sorted(quick()[1]) == ["01", "02", "03"]


def test_a_changed_library_is_another_release(quick, monkeypatch):
    quick()
    monkeypatch.setattr(batch, "library", lambda: "newer code")
    assert sorted(quick()[1]) == ["01", "02", "03", "D"]


def test_two_releases_are_never_mixed(quick):
    quick()
    (quick.out / "mine.txt").write_text("a reader's own note")
    result, made = quick(schools=["02"], min_group=20)
    assert sorted(made) == ["02", "D"]
    assert pages(quick.out) == sorted([DISTRICT, "index.html", ELM])
    assert (quick.out / "mine.txt").exists()


def test_what_was_finished_before_an_interruption_is_not_made_again(quick):
    class Stopped(Inline):
        def run(self, jobs):
            yield from list(super().run(itertools.islice(jobs, 2)))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        quick(runner=Stopped)
    assert not (quick.out / "index.html").exists()
    result, made = quick()
    assert len(made) == 2 and len(result.skipped) == 2
    assert pages(quick.out) == sorted([DISTRICT, "index.html", OAK, ELM, ASH])


# A school that fails


def test_a_failing_school_stops_no_other_and_leaves_nothing(quick):
    quick()
    result, _ = quick(failing=("02",), fresh=True)
    assert [r.unit_id for r in result.failed] == ["02"]
    assert len(result.done) == 3
    assert ELM not in pages(quick.out), "an old report beside new ones would be of another run"
    index = (quick.out / "index.html").read_text()
    assert "Not made: the notebook stopped: no" in index
    assert f'href="{ELM}"' not in index
    about = json.loads((quick.out / "manifest.json").read_text())
    assert [r["why"] for r in about["reports"] if r["status"] == "failed"] == [
        "the notebook stopped: no"
    ]
    assert quick()[1] == ["02"], "the same command finishes"


def test_a_full_disk_stops_the_run_and_says_so(quick):
    result, made = quick(failing=("02",), stops=True)
    assert made == ["01", "D"]
    assert {r.unit_id for r in result.failed} == {"02", "03"}
    assert any(r.why.startswith("not begun") for r in result.failed)
    assert pages(quick.out) == [DISTRICT, "index.html", OAK]


def test_a_disk_that_fills_up_while_the_batch_writes_tears_nothing(quick, monkeypatch):
    quick()
    room, real = [6], files.write

    def write(path, content):
        if not room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        room[0] -= 1
        real(path, content)

    monkeypatch.setattr(files, "write", write)
    with pytest.raises(ReportError) as caught:
        quick(fresh=True)
    assert "the disk is full" in str(caught.value)
    assert "same command" in str(caught.value)
    assert not litter(quick.out)
    monkeypatch.undo()


def test_a_really_full_disk(tmp_path):
    """A file system of 400 kB, where the system lets a test have one."""
    small = tmp_path / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(small)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine does not let a test mount a small file system")
    try:
        books = tiny.notebooks(tmp_path / "books")
        tiny.notebook(
            books / "school-report.ipynb",
            "import os, random",
            tiny.SHOW + 'display(HTML("<p>" + os.urandom(100_000).hex() + "</p>"))',
        )
        done = command(books, "report", "--out", str(small / "out"), "--jobs", "1")
        assert done.returncode in (1, 2)
        assert "the disk is full" in done.stderr
        assert "Traceback" not in done.stderr
        assert not litter(small)
    finally:
        # Lazily: a process that is still ending may hold it a moment longer.
        subprocess.run(["umount", "--lazy", str(small)], check=True)


# What is refused, before anything is written


def test_a_school_that_is_not_there_is_refused_with_the_nearest(quick):
    with pytest.raises(DataError) as caught:
        quick(schools=["Oak Shool"])
    assert caught.value.nearest == "Oak School"
    assert not quick.out.exists()


def test_a_name_that_two_schools_have_asks_for_the_id(quick):
    with pytest.raises(DataError) as caught:
        quick(tiny.dataset({"01": "Oak", "02": "oak"}), schools=["OAK"])
    assert "01, 02" in str(caught.value)


def test_a_file_of_districts_only_makes_their_reports(quick):
    data = tiny.dataset()
    none = data.units[data.units["level"] == "district"]
    counts = data.counts[data.counts["level"] == "district"]
    result, made = quick(dataclasses.replace(data, units=none, counts=counts))
    assert made == ["D"] and pages(quick.out) == [DISTRICT, "index.html"]


def test_a_file_without_a_unit_is_refused(quick):
    data = tiny.dataset()
    with pytest.raises(DataError):
        quick(dataclasses.replace(data, units=data.units[:0], counts=data.counts[:0]))
    assert not quick.out.exists()


@pytest.mark.parametrize("options", [{"min_group": 4}, {"min_group": 0}, {"min_cell": 0}])
def test_thresholds_below_the_floor_are_refused_in_words(quick, options):
    with pytest.raises(ReportError) as caught:
        quick(**options)
    assert "--min-" in str(caught.value)
    assert not quick.out.exists()


def test_a_year_that_is_not_there_is_refused(quick):
    with pytest.raises(DataError) as caught:
        quick(year="2022-23")
    assert caught.value.nearest == "2023-24"
    assert len(quick(year="2023-24")[0].done) == 4


def test_certificates_do_not_go_into_the_published_folder(quick, tmp_path):
    with pytest.raises(ReportError):
        quick(certificates=quick.out / "sub" / "proof.json")
    assert not quick.out.exists()
    quick(certificates=tmp_path / "proof.json")
    assert "secret" in (tmp_path / "proof.json").read_text()
    assert (tmp_path / "proof.json").stat().st_mode & 0o077 == 0 or os.name != "posix"
    assert not any(b"secret" in p.read_bytes() for p in quick.out.rglob("*") if p.is_file())


def test_nothing_is_published_whose_hiding_cannot_be_proved(quick, monkeypatch):
    monkeypatch.setattr(tiny.Shown, "doubts", ("a table",))
    with pytest.raises(PrivacyError) as caught:
        quick()
    assert "nothing is published" in str(caught.value)
    assert not quick.out.exists()


def test_a_folder_that_cannot_be_written_is_refused_before_anything(quick):
    quick.out.write_text("a file is in the way")
    with pytest.raises(ReportError) as caught:
        quick()
    assert "cannot be written" in str(caught.value)


def test_a_folder_that_another_run_holds_is_refused(quick):
    quick()
    with files.alone(quick.out / ".release"):
        with pytest.raises(ReportError) as caught:
            quick()
    assert f"process {os.getpid()}" in str(caught.value)


@pytest.mark.parametrize(
    "parameters, said",
    [
        ('release: str = ""', "does not take unit_id"),
        ('release: str = ""\nunit_id: str = ""\nschool = None', "asks for school"),
    ],
)
def test_a_notebook_with_other_parameters_is_refused_before_any_run(quick, parameters, said):
    tiny.notebook(quick.books / "school-report.ipynb", tiny.SHOW, parameters=parameters)
    with pytest.raises(ReportError) as caught:
        quick()
    assert said in str(caught.value)
    assert not quick.out.exists()


def test_another_notebook_is_found_by_name_or_path(quick, tmp_path):
    own = tiny.notebook(tmp_path / "own{x}.ipynb", tiny.SHOW)
    assert len(quick(notebook=str(own))[0].done) == 4
    with pytest.raises(ReportError) as caught:
        quick(notebook="scool-report")
    assert caught.value.nearest == "school-report"


# Real kernels


def command(books: Path, *words: str, **options) -> subprocess.CompletedProcess:
    """Run the command line over the tiny district in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.reports.tiny", str(books), *words],
        capture_output=True,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        **options,
    )


@pytest.mark.parametrize("cold", [{}, COLD])
def test_notebooks_run_by_papermill_and_one_that_raises_stops_no_other(tmp_path, cold):
    books = tiny.notebooks(
        tmp_path / "books",
        tiny.FAILS,
        'if unit_id == "03":\n    import os, signal\n    os.kill(os.getppid(), signal.SIGKILL)',
    )
    out = tmp_path / "a {b} c" / "out"  # braces are a template to papermill
    done = command(books, "report", "--out", str(out), "--jobs", "2", env=os.environ | cold)
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert pages(out) == sorted([DISTRICT, "index.html", OAK])
    index = (out / "index.html").read_text()
    assert "ValueError: No rows in ../.release/school-elm-school.zip for school 02" in index
    assert "ended without a word, twice" in index
    assert "[4/4]" in done.stderr, "one line a report in a log"
    kept = json.loads((out / OAK.replace(".html", ".ipynb")).read_text())
    assert kept["metadata"]["papermill"]["parameters"] == {
        "release": "../.release/school-oak-school.zip",
        "unit_id": "01",
    }
    for path in out.rglob("*"):
        if path.is_file():
            assert str(tmp_path).encode() not in path.read_bytes(), path


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
@pytest.mark.parametrize(
    ("number", "cold"),
    [(signal.SIGINT, {}), (signal.SIGTERM, {}), (signal.SIGKILL, {}), (signal.SIGKILL, COLD)],
)
def test_a_run_that_is_ended_leaves_no_process_and_is_finished_by_the_same_command(
    number, cold, tmp_path
):
    books = tiny.notebooks(tmp_path / "books", 'import time\nif unit_id != "01": time.sleep(60)')
    out, temporary = tmp_path / "out", tmp_path / "t"
    temporary.mkdir()
    run = subprocess.Popen(
        [sys.executable, "-m", "tests.reports.tiny", str(books), "report", "--out", str(out)]
        + ["--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
        env=os.environ | {"TMPDIR": str(temporary)} | cold,
        start_new_session=True,
    )
    wait_for(lambda: {"district-tiny-district", "school-oak-school"} <= recorded(out), run)
    wait_for(lambda: len(children(run)) > 2, run)  # two at work, and what they come from
    below = children(run)
    os.killpg(run.pid, number)
    said = run.communicate(timeout=30)[1]
    wait_for(lambda: not [p for p in below if alive(p)])
    if number != signal.SIGKILL:
        assert run.returncode == 130
        assert "run the same command to finish" in said
        assert "Traceback" not in said
    wait_for(lambda: os.listdir(temporary) == [])
    assert ELM not in pages(out) and "index.html" not in pages(out)
    assert not litter(out) or number == signal.SIGKILL

    before = (out / OAK).stat().st_mtime_ns
    (out / "schools" / f".left{files._TEMPORARY}").write_text("half a page")
    result = finish(books, out)
    assert [r.unit_id for r in result.skipped] == ["D", "01"]
    assert pages(out) == sorted([DISTRICT, "index.html", OAK, ELM, ASH])
    assert (out / OAK).stat().st_mtime_ns == before
    assert not litter(out)


def finish(books: Path, out: Path):
    """Run the same batch again in this process, with a runner that needs no kernel."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "notebooks", lambda: books)
        patch.setattr("equitylab.reports.protecting.protect", tiny.protect)
        patch.setattr(batch, "library", lambda: "the code at the start of the test")
        return batch.report(tiny.dataset(), out, runner=Inline, progress=False)


def recorded(out: Path) -> set[str]:
    """Return which reports a folder notes as finished."""
    found = {}
    for path in (out / ".release").glob("*.json"):
        found[path.stem] = json.loads(path.read_text())["page"]
    return {name for name, page in found.items() if page}


def children(run: subprocess.Popen) -> list[psutil.Process]:
    found = psutil.Process(run.pid).children(recursive=True)
    return [process for process in found if alive(process)]


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for(condition, run: subprocess.Popen | None = None, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert run is None or run.poll() is None, run.communicate()
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.1)


def test_a_kernel_that_cannot_start_is_tried_once_more(monkeypatch, tmp_path):
    import papermill

    tries = []

    def execute(job, scratch):
        tries.append(job)
        raise RuntimeError("Kernel didn't respond in 60 seconds")

    monkeypatch.setattr(kernels, "_execute", execute)
    job = runner.Job("k", "n.ipynb", {}, str(tmp_path / "a.html"), str(tmp_path / "a.ipynb"))
    said = runner.make(job, lambda job: kernels._retried(job, tmp_path))
    assert (len(tries), said.ok) == (2, False)

    def stops(job, scratch):
        tries.append(job)
        raise papermill.PapermillExecutionError(3, 3, "x", "DataError", f"{tmp_path}/a.csv: no", [])

    tries.clear()
    monkeypatch.setattr(kernels, "_execute", stops)
    said = runner.make(job, lambda job: kernels._retried(job, tmp_path))
    assert (len(tries), said.ok) == (1, False), "an error of the notebook is no accident"
    assert said.why == "the notebook stopped: a.csv: no"


def test_a_worker_that_dies_takes_one_report_with_it(tmp_path, monkeypatch):
    """No kernel: the worker's work is replaced by a process that ends at once."""
    ends = subprocess.Popen

    def popen(words, **options):
        return ends([sys.executable, "-c", "import sys; sys.stdin.readline()"], **options)

    monkeypatch.setattr(kernels.subprocess, "Popen", popen)
    jobs = [runner.Job(str(i), "n", {}, "a/p", "a/e") for i in range(3)]
    with kernels.Papermill(2) as running:
        said = list(running.run(jobs))
    assert sorted(o.key for o in said) == ["0", "1", "2"]
    assert all("ended without a word" in o.why for o in said)


def test_the_audit_covers_all_schools_whichever_are_reported(quick):
    """Hidden cells must not depend on which pages are asked for."""
    quick(schools=["01"])
    one = (quick.out / ".release" / "district-tiny-district.zip").read_bytes()
    quick(fresh=True)
    assert one == (quick.out / ".release" / "district-tiny-district.zip").read_bytes()
