"""Reports made by children of a warm process: equal, apart from each other, and nothing left."""

import contextlib
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest

from equitylab import places
from equitylab.privacy import Published
from equitylab.reports import files, forks, measures, runner, warm
from equitylab.reports.folder import MEASURES, digest
from equitylab.reports.forks import Warm
from equitylab.reports.kernels import Papermill
from equitylab.reports.runner import Job

from . import tiny

pytestmark = pytest.mark.skipif(not warm.can_fork(), reason="this system cannot fork")
# How often a batch is killed: a few times here, twenty when asked for.
KILLS = int(os.environ.get("EQUITYLAB_KILLS", "2"))


def job(folder: Path, book: Path, unit_id: str, release: str = "x.zip") -> Job:
    page, executed = (str(folder / f"{unit_id}.{kind}") for kind in ("html", "ipynb"))
    return Job(unit_id, str(book), {"release": release, "unit_id": unit_id}, page, executed)


@pytest.fixture
def run(tmp_path):
    """Return a function that runs one notebook for some units, and says what became of each."""

    def run(*cells: str, units="abc", **options) -> dict:
        book = tiny.notebook(tmp_path / "book.ipynb", *cells, tiny.SHOW)
        here = {p.pid for p in psutil.Process().children(recursive=True)}
        with Warm(2, **options) as running:
            found = {o.key: o for o in running.run(job(tmp_path, book, u) for u in units)}
        left = {p.pid for p in psutil.Process().children(recursive=True)} - here
        assert not left and not files_of(tmp_path, ".part")
        return found

    return run


def files_of(folder: Path, ending: str) -> list[Path]:
    return [p for p in folder.rglob("*") if p.name.endswith(ending)]


def test_reports_equal_those_of_a_kernel_byte_for_byte(tmp_path, release):
    made, whole = {}, Published.load(release)
    for kind in (Warm, Papermill):
        folder, jobs = tmp_path / kind.__name__, []
        folder.mkdir()
        for unit_id, book in (("0102", "school-report"), ("01", "district-report")):
            whole.slice(unit_id, below=len(unit_id) == 2).save(folder / f"{unit_id}.zip")
            one = job(folder, places.notebook(book), unit_id, f"{unit_id}.zip")
            jobs.append(replace(one, measures=True))
        with kind(2) as running:
            outcomes = list(running.run(jobs))
        assert all(o.ok and not o.detail for o in outcomes), outcomes
        made[kind] = {p.name: p.read_bytes() for p in folder.iterdir()}
    assert made[Warm] == made[Papermill]
    assert len(made[Warm]) == 8
    rows = [made[Warm][f"{unit_id}{MEASURES}"].decode() for unit_id in ("01", "0102")]
    lines = [text.partition("\n")[2] for text in rows]
    assert all(lines) and measures.text(whole, ["0102", "01"]).endswith("\n" + "".join(lines))


LOOK = """
import os, sys
from pathlib import Path
warm = f"/proc/{os.getppid()}"
Path(f"{unit_id}.txt").write_text(
    f"{len(os.listdir(warm + '/task'))} {'nbconvert.exporters.html' in sys.modules}"
)
"""


def test_a_report_is_gone_through_before_the_first_and_leaves_no_thread(tmp_path, release):
    (tmp_path / "release.zip").write_bytes(release.read_bytes())
    first = job(tmp_path, places.notebook("school-report"), "0102", "release.zip")
    own = tiny.notebook(tmp_path / "own.ipynb", LOOK, tiny.SHOW)
    with Warm(1) as running:
        outcomes = list(running.run([first, job(tmp_path, own, "x")]))
    assert all(o.ok for o in outcomes)
    assert (tmp_path / "x.txt").read_text() == "1 True"


def test_only_our_own_report_notebooks_are_gone_through(tmp_path):
    own = tiny.notebook(tmp_path / "school-report.ipynb", tiny.SHOW)
    assert forks._bundled(str(places.notebook("school-report")))
    assert not forks._bundled(str(own))


def test_what_one_report_does_to_its_process_no_other_finds(run):
    found = run(
        "import builtins, os, random, tempfile, warnings, numpy as np",
        'if hasattr(builtins, "dirty") or "DIRTY" in os.environ: raise ValueError("found")',
        'builtins.dirty = os.environ["DIRTY"] = "1"; os.chdir("/"); warnings.simplefilter("error")',
        'random.seed(1); np.random.seed(1); tempfile.tempdir = "/nowhere"; left = open("/dev/null")',
        units="abcdef",
    )
    assert all(o.ok for o in found.values()), found


def test_a_file_that_a_report_leaves_open_is_written(run, tmp_path):
    found = run(f"left = open({str(tmp_path)!r} + f'/left-{{unit_id}}', 'w'); left.write('all')")
    assert all(o.ok for o in found.values())
    assert [(tmp_path / f"left-{u}").read_text() for u in "abc"] == ["all"] * 3


def test_what_a_report_leaves_to_be_done_at_its_end_holds_it_up_for_seconds_only(run):
    began = time.monotonic()
    found = run("import atexit, time; atexit.register(time.sleep, 300)", units="a")
    assert found["a"].ok and time.monotonic() - began < 60


def test_a_step_or_a_report_that_takes_too_long_ends_and_no_other(run):
    hang = 'import time\nif unit_id == "b": time.sleep(60)'
    found = run(hang, step=1.5)
    assert [o.ok for o in (found["a"], found["b"], found["c"])] == [True, False, True]
    assert found["b"].why == "one step of the notebook took longer than 1.5 seconds"
    slow = [f'import time\nif unit_id == "b": time.sleep(0.5)  # {k}' for k in range(6)]
    found = run(*slow, step=60, whole=1.5)
    assert found["b"].why == "the report took longer than 1.5 seconds" and found["c"].ok


def test_a_report_that_eats_memory_ends_and_no_other(run):
    eat = 'if unit_id == "b": held = bytearray(3 << 30)'
    found = run(eat, memory=1 << 30)
    assert found["a"].ok and found["c"].ok
    assert found["b"].why == "it needed more memory than one report may have"


def test_a_report_that_is_killed_is_tried_once_more(run, tmp_path):
    once = (
        "import os, signal\nfrom pathlib import Path\n"
        'if unit_id == "b" and not Path("b.was").exists():\n'
        '    Path("b.was").touch()\n    os.kill(os.getpid(), signal.SIGKILL)'
    )
    assert all(o.ok for o in run(once).values())
    always = 'import os, signal\nif unit_id == "b": os.kill(os.getpid(), signal.SIGKILL)'
    found = run(always)
    assert found["a"].ok and found["c"].ok and not found["b"].ok
    assert found["b"].why.startswith("its process ended without a word, twice")


def test_what_a_report_started_ends_with_it(run, tmp_path):
    start = (
        "import subprocess\nfrom pathlib import Path\n"
        'p = subprocess.Popen(["sleep", "600"], start_new_session=True)\n'
        'Path(f"{unit_id}.pid").write_text(str(p.pid))'
    )
    run(start, units="ab")
    pids = [int((tmp_path / f"{u}.pid").read_text()) for u in "ab"]
    assert not [p for p in pids if psutil.pid_exists(p) and psutil.Process(p).status() != "zombie"]


def test_jobs_are_taken_one_by_one(tmp_path):
    book = tiny.notebook(tmp_path / "book.ipynb", tiny.SHOW)
    asked = []

    def jobs():
        for unit in "abcdef":
            asked.append(unit)
            yield job(tmp_path, book, unit)

    with Warm(2) as running:
        outcomes = running.run(jobs())
        next(outcomes)
        assert len(asked) <= 4
        assert len(list(outcomes)) == 5
        again = list(running.run([job(tmp_path, book, "g")]))
    assert again[0].ok, "one runner runs as often as it is asked"


def test_where_no_warm_process_is_to_be_had_kernels_make_the_reports(tmp_path, monkeypatch):
    def no(*args, **options):
        raise OSError(errno.EAGAIN, "no")

    monkeypatch.setattr(warm, "Zygote", no)
    book = tiny.notebook(tmp_path / "book.ipynb", tiny.SHOW)
    with Warm(1) as running:
        assert [o.ok for o in running.run([job(tmp_path, book, "a")])] == [True]
    monkeypatch.setattr(warm, "can_fork", lambda: False)
    assert isinstance(forks.best(2), Papermill)


def test_a_runner_is_told_in_json():
    one = Job("k", "n", {"a": 1}, "p", "e")
    assert Job(**json.loads(json.dumps(asdict(one)))) == one
    assert set(runner.environment()) >= {"OMP_NUM_THREADS", "PYTHONHASHSEED"}


# A batch that is ended

BUSY = 'import time\ntime.sleep(0.3 if unit_id != "00" else 0)'
MANY = 8


class Batch:
    """The command line over a tiny district, in a process of its own."""

    def __init__(self, folder: Path, out: Path | None = None) -> None:
        self.books, self.out = tiny.notebooks(folder / "books", BUSY), out or folder / "out"
        self.temporary = folder / "t"
        self.temporary.mkdir()

    def start(self) -> subprocess.Popen:
        words = ["report", "--out", str(self.out), "--jobs", "2"]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.reports.tiny", str(self.books), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=places.notebooks().parent,
            env=os.environ | {"TMPDIR": str(self.temporary), "SCHOOLS": str(MANY)},
            start_new_session=True,
        )

    def recorded(self) -> dict[str, dict]:
        """Return what the folder notes as finished, having seen that each of it is whole."""
        found = {}
        for path in (self.out / ".release").glob("*.json"):
            record = json.loads(path.read_text())
            if record["page"]:
                one = record["report"]
                for name, mark in ((one["file"], "page"), (one["executed"], "executed")):
                    assert digest((self.out / name).read_bytes()) == record[mark], name
                found[one["unit_id"]] = one
        return found

    def wait(self, process: subprocess.Popen, condition, seconds: float = 90) -> None:
        until = time.monotonic() + seconds
        while process.poll() is None and not condition():
            assert time.monotonic() < until, "waited too long"
            time.sleep(0.02)

    def finish(self) -> dict:
        process = self.start()
        said = process.communicate(timeout=120)[1]
        assert process.returncode == 0, said
        about = json.loads((self.out / "manifest.json").read_text())
        assert len(self.recorded()) == len(about["reports"]) == MANY + 1
        for one in about["reports"]:
            assert one["status"] in ("ran", "skipped") and one["why"]
            assert (self.out / one["file"]).stat().st_size > 500
        assert not files_of(self.out, ".part") and os.listdir(self.temporary) == []
        return about


def ended(processes: list[psutil.Process]) -> bool:
    return not psutil.wait_procs(processes, timeout=15)[1]


def below(process: subprocess.Popen) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return psutil.Process(process.pid).children(recursive=True)
    return []


@pytest.mark.slow
def test_a_batch_killed_at_any_moment_is_finished_by_the_same_command(tmp_path):
    batch, drawn = Batch(tmp_path), random.Random(4)
    began = time.monotonic()
    batch.finish()
    whole = time.monotonic() - began
    for _ in range(KILLS):
        shutil.rmtree(batch.out)
        before = {}
        for _ in range(drawn.randint(1, 2)):  # once more, now and then, while it goes on
            process = batch.start()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(drawn.uniform(0, whole))
            family = below(process)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            assert ended(family)
            now = batch.recorded() if batch.out.exists() else {}
            assert set(now) >= set(before), "a finished report is lost"
            before = now
            if not (batch.out / "manifest.json").exists():
                assert not (batch.out / "index.html").exists()
        about = batch.finish()
        kept = {one["unit_id"] for one in about["reports"] if one["status"] == "skipped"}
        assert kept == set(before)
    again = batch.finish()
    assert {one["status"] for one in again["reports"]} == {"skipped"}


@pytest.mark.slow
def test_ctrl_c_twice_leaves_nothing(tmp_path):
    batch = Batch(tmp_path)
    process = batch.start()
    batch.wait(process, lambda: batch.recorded())
    family = below(process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.03)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130 and "Traceback" not in said
    assert ended(family) and os.listdir(batch.temporary) == []
    assert not files_of(batch.out, files._TEMPORARY)
    batch.finish()


@pytest.mark.slow
def test_a_folder_made_read_only_half_way(tmp_path):
    batch = Batch(tmp_path)
    schools = batch.out / "schools"
    schools.mkdir(parents=True)
    # A mount of its own: one with a file open for writing, as the lock is, cannot be shut.
    if subprocess.run(["mount", "--bind", schools, schools], capture_output=True).returncode:
        pytest.skip("this machine does not let a test mount a file system")
    try:
        process = batch.start()
        batch.wait(process, lambda: len(batch.recorded()) > 1)
        shut = ["mount", "-o", "remount,ro,bind", schools]
        while subprocess.run(shut, capture_output=True).returncode and process.poll() is None:
            time.sleep(0.01)  # refused while a page is being written
        said = process.communicate(timeout=60)[1]
        assert process.returncode in (1, 2) and "Traceback" not in said
        assert "the disk can only be read" in said
        assert os.listdir(batch.temporary) == []
        assert batch.recorded()
        subprocess.run(["mount", "-o", "remount,rw,bind", schools], check=True)
        batch.finish()
    finally:
        subprocess.run(["umount", "--lazy", schools], check=True)
