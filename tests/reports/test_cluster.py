"""Reports made on a cluster: a real scheduler and workers on this machine, and what can go wrong."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

import equitylab
from equitylab import cli, places
from equitylab.errors import ReportError
from equitylab.reports import batch, cluster, cluster_worker
from equitylab.reports.beside import files_of
from equitylab.reports.runner import Job, Outcome

from . import tiny

distributed = pytest.importorskip(
    "distributed", reason='not installed: pip install "equitylab[cluster]"'
)
ROOT = Path(__file__).resolve().parents[2]
# Says that it runs, and waits while it is told to.
WAITS = """
import os, pathlib, time
if unit_id != "D":
    pathlib.Path({folder!r}, f"{{unit_id}}-{{os.getpid()}}").touch()
    while os.path.exists({folder!r} + "/wait"):
        time.sleep(0.05)
"""


def started(*words: str, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *words, "--no-dashboard"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | environment,
        cwd=ROOT,
    )


class Cluster:
    """A scheduler, and workers that can be started and lost."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.workers = folder, []
        about = folder / "scheduler.json"
        self.scheduler = started(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(about)
        )
        wait_for(lambda: about.exists() and about.read_text().strip().endswith("}"))
        self.address = json.loads(about.read_text())["address"]

    def start(self, threads: int = 1) -> subprocess.Popen:
        folder = self.folder / f"worker-{len(self.workers)}"
        words = ["worker", self.address, "--no-nanny", "--nthreads", str(threads)]
        self.workers.append(started(*words, "--local-directory", str(folder)))
        return self.workers[-1]

    def below(self) -> list[psutil.Process]:
        """Return the processes that workers have started."""
        alive = [worker for worker in self.workers if worker.poll() is None]
        return [p for w in alive for p in psutil.Process(w.pid).children(recursive=True)]

    def end(self) -> None:
        below = self.below()
        for process in [*self.workers, self.scheduler]:
            process.kill()
            process.wait()
        wait_for(lambda: not any(map(alive, below)))


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.start()
        made.start()
        yield made
    finally:
        made.end()


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for(condition, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.05)


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Return a batch over the tiny district into a folder of that name."""
    monkeypatch.setattr("equitylab.reports.protecting.protect", tiny.protect)
    monkeypatch.setattr(batch, "library", lambda: "the code at the start of the test")

    def call(out: str, *cells: str, data=None, **options):
        where = tmp_path / "books"
        if not where.exists():  # a notebook's cells get their ids when it is written
            tiny.notebooks(where, *cells)
        monkeypatch.setattr(places, "notebooks", lambda: where)
        options = {"progress": False} | options
        return batch.report(data or tiny.dataset(), tmp_path / out, **options)

    return call


def holds(folder: Path) -> dict[str, object]:
    """Return what is in a folder, without times."""

    def timeless(value):
        if isinstance(value, dict):
            return {k: timeless(v) for k, v in value.items() if k not in ("seconds", "made")}
        return [timeless(v) for v in value] if isinstance(value, list) else value

    paths = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    return {
        name: timeless(json.loads(path.read_text()))
        if name.endswith(".json")
        else path.read_bytes()
        for name, path in paths.items()
        if name != ".release/lock"
    }


def test_a_folder_made_by_a_cluster_equals_one_made_here(run, machines, tmp_path):
    here = run("here", tiny.FAILS, jobs=2)
    there = run("there", tiny.FAILS, runner=cluster.Dask(machines.address))
    assert [r.unit_id for r in there.failed] == ["02"]
    assert [r.why for r in there.failed] == [r.why for r in here.failed]
    assert "No rows in ../.release/school-elm-school.zip" in there.failed[0].why
    made = holds(tmp_path / "there")
    assert len([name for name in made if name.endswith(".html")]) == 4
    assert made == holds(tmp_path / "here")
    # What a run started in the workers is gone, and so is what it wrote there.
    wait_for(lambda: not machines.below())
    assert not [p for p in machines.folder.rglob("eq-*")]


def test_a_worker_that_is_lost_costs_no_report(run, machines, tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    (marks / "wait").touch()
    cells, result = WAITS.format(folder=str(marks)), []

    def make():
        result.append(run("there", cells, runner=cluster.Dask(machines.address)))

    thread = threading.Thread(target=make)
    thread.start()
    try:
        first = machines.workers[0]
        wait_for(lambda: at_work(first, marks))
        lost = at_work(first, marks)
        first.kill()
        first.wait()
    finally:
        (marks / "wait").unlink()
        thread.join(timeout=120)
    machines.start()
    assert [len(r) for r in (result[0].done, result[0].failed)] == [4, 0]
    assert len(list(marks.glob("0*"))) == 3 + len(lost), "what was lost was begun twice"
    wait_for(lambda: not any(map(alive, lost)))
    # Nothing is left beside the files of a run that went well.
    run("here", cells, runner=lambda jobs: Copied(tmp_path / "there"))
    assert holds(tmp_path / "there").keys() == holds(tmp_path / "here").keys()


def test_when_all_workers_are_lost_a_new_one_finishes(run, machines, tmp_path):
    marks, result = tmp_path / "marks", []
    marks.mkdir()
    (marks / "wait").touch()

    def make():
        cells = WAITS.format(folder=str(marks))
        options = {"schools": ["01"], "runner": cluster.Dask(machines.address)}
        result.append(run("there", cells, **options))

    thread = threading.Thread(target=make)
    thread.start()
    try:
        wait_for(lambda: list(marks.glob("0*")))
        for worker in machines.workers:
            worker.kill()
            worker.wait()
        machines.start(threads=2)
    finally:
        (marks / "wait").unlink()
        thread.join(timeout=120)
    assert [len(r) for r in (result[0].done, result[0].failed)] == [2, 0]


def at_work(worker: subprocess.Popen, marks: Path) -> list[psutil.Process]:
    """Return the processes of reports that a worker is at."""
    pids = {int(path.name.partition("-")[2]) for path in marks.glob("0*")}
    below = psutil.Process(worker.pid).children(recursive=True)
    return [process for process in below if process.pid in pids]


class Copied:
    """Stands for a run on this machine where only the names of the files matter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass

    def run(self, jobs):
        for job in jobs:
            for path in map(Path, (job.page, job.executed, *files_of(job))):
                path.write_bytes(next(self.folder.rglob(path.name)).read_bytes())
            yield Outcome(job.key, True)


def test_a_run_that_is_stopped_leaves_nothing_at_work_and_is_finished_without_a_cluster(
    run, machines, tmp_path
):
    marks, out = tmp_path / "marks", tmp_path / "out"
    marks.mkdir()
    (marks / "wait").touch()
    books = tiny.notebooks(tmp_path / "books", WAITS.format(folder=str(marks)))
    words = ["-m", "tests.reports.tiny", str(books), "report", "--out", str(out)]
    words = [sys.executable, *words, "--cluster", machines.address]
    going = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    wait_for(lambda: (out / "district-tiny-district.html").exists() and list(marks.glob("0*")))
    wait_for(lambda: '"page": ""' not in (out / ".release/district-tiny-district.json").read_text())
    going.send_signal(signal.SIGINT)
    said = going.communicate(timeout=60)[1]
    assert going.returncode == 130
    assert "Traceback" not in said and "run the same command to finish" in said
    assert "[1/4] Tiny District: done" in said
    wait_for(lambda: not machines.below())
    (marks / "wait").unlink()
    result = run("out")
    assert [r.unit_id for r in result.skipped] == ["D"]
    assert len(result.done) == 3 and not result.failed


# What is refused, before anything is written


@pytest.fixture
def asked(capsys, tmp_path):
    """Return a call of the command line that is refused, and what it says."""

    def call(address: str, *words: str) -> str:
        out = tmp_path / "out"
        code = cli.main(["report", "--out", str(out), "--cluster", address, *words])
        said = capsys.readouterr().err
        assert (code, out.exists()) == (2, False)
        assert "Traceback" not in said and len(said.strip().splitlines()) <= 3
        return said

    return call


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:9", "nowhere", "tcp://", "http://127.0.0.1:9"]
)
def test_a_scheduler_that_does_not_answer(asked, monkeypatch, address):
    monkeypatch.setattr(cluster, "REACH", 1)
    assert f"No scheduler answers at {address}." in asked(address)


def test_a_cluster_without_workers_is_waited_for_and_refused(asked, monkeypatch):
    monkeypatch.setattr(cluster, "JOIN", 1)
    with distributed.LocalCluster(
        n_workers=0, protocol="tcp", processes=False, dashboard_address=":0"
    ) as empty:
        said = asked(empty.scheduler_address)
        assert said.startswith("The cluster has no worker yet; waiting up to 1 s")
        assert "has no worker.\nStart one on each machine: dask worker tcp://" in said


def test_workers_with_other_versions_are_refused(asked, monkeypatch, machines):
    monkeypatch.setattr(cluster_worker, "library", lambda: "changed")
    assert "has other code of EquityLab" in asked(machines.address)
    monkeypatch.setattr(cluster_worker, "__version__", "9.0")
    said = asked(machines.address)
    assert f"has EquityLab {equitylab.__version__} (here: 9.0)" in said
    assert "its reports could differ.\nInstall the same versions on every machine" in said


def test_without_the_extra_it_says_what_to_install(asked, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert 'pip install "equitylab[cluster]"' in asked("tcp://127.0.0.1:9")


def test_jobs_and_cluster_are_not_both_given(asked):
    assert "--jobs counts reports on this machine" in asked("tcp://127.0.0.1:9", "--jobs", "2")


# What a test cannot wait for, on stand-ins


class Future:
    """Ends as it is told."""

    def __init__(self, key: str, end: object) -> None:
        self.key, self.end, self.status = key, end, "error" if end is ValueError else "lost"

    def add_done_callback(self, call) -> None:
        call(self)

    def result(self, timeout: float):
        if isinstance(self.end, tuple):
            return self.end
        raise self.end


class Client:
    """A cluster of one worker, whose answers to each key are given one after the other."""

    def __init__(self, **ends: list) -> None:
        self.ends = ends

    def register_plugin(self, plugin, name: str) -> None:
        self.name = name if isinstance(plugin, cluster.Place) else self.name

    def scheduler_info(self, n_workers: int) -> dict:
        return {"workers": {"a": {"resources": {self.name: 1}}}}

    def submit(self, function, name, book, job, inputs, *, key: str, **options) -> Future:
        return Future(key, self.ends[job.key].pop(0))

    def processing(self) -> dict:
        return {}

    def cancel(self, futures, force: bool) -> None:
        pass


def outcomes(tmp_path: Path, **ends: list) -> dict[str, Outcome]:
    dask = cluster.Dask("tcp://nowhere:1")
    dask._client = Client(**ends)
    (tmp_path / "n.ipynb").write_text("{}")
    files = {"page": str(tmp_path / "p.html"), "executed": str(tmp_path / "e.ipynb")}
    jobs = [Job(key, str(tmp_path / "n.ipynb"), {"unit_id": "1"}, **files) for key in ends]
    return {o.key: o for o in dask.run(jobs)}


def killed() -> Exception:
    return distributed.KilledWorker("key", SimpleNamespace(address="a"), 3)


def test_a_report_that_ends_its_workers_fails_and_those_in_line_with_it_do_not(tmp_path):
    fine = (Outcome("b", True, 0.5), b"page", b"notebook", [])
    said = outcomes(tmp_path, a=[killed(), killed()], b=[killed(), fine])
    assert not said["a"].ok and "the workers that were at it were lost" in said["a"].why
    assert said["b"].ok and (tmp_path / "p.html").read_bytes() == b"page"


def test_a_fault_in_a_worker_and_a_lost_connection_are_told_apart(tmp_path):
    said = outcomes(tmp_path, a=[ValueError], b=[CancelledError()])
    assert said["a"].why.startswith("the worker could not make it (ValueError")
    assert not said["a"].stop and said["b"].stop
    full = Outcome("a", False, why="its files could not be written: the disk is full", stop=True)
    assert not outcomes(tmp_path, a=[(full, b"", b"", [])])["a"].stop, "the worker's disk, not ours"


def test_a_folder_that_cannot_be_written_any_more_stops_the_run(tmp_path, monkeypatch):
    def full(path, content):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cluster.files, "write", full)
    said = outcomes(tmp_path, a=[(Outcome("a", True), b"", b"", [])])["a"]
    assert said.stop and said.why == "its files could not be written: the disk is full"


def test_a_worker_that_joins_late_with_other_versions_gets_no_report(tmp_path, monkeypatch):
    place, given = cluster_worker.Place(cluster_worker.about()), []

    async def set_resources(**resources):
        given.append(resources)

    worker = SimpleNamespace(
        local_directory=str(tmp_path),
        plugins={"run": place},
        set_resources=set_resources,
        state=SimpleNamespace(nthreads=2),
    )
    asyncio.run(place.setup(worker))
    place.teardown(worker)
    assert given == [{"run": 2}]
    monkeypatch.setattr(cluster_worker, "about", lambda: {"pandas": "0.1"})
    asyncio.run(place.setup(worker))
    place.teardown(worker)
    assert len(given) == 1 and not list(tmp_path.iterdir())


class Idle:
    """A worker's runner, which makes nothing."""

    def __init__(self, workers):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


def test_a_worker_lays_out_what_a_report_needs_as_it_lies_here(tmp_path, monkeypatch):
    seen = []

    class Runner(Idle):
        def run(self, jobs):
            (job,) = jobs
            here = Path(job.page).parent
            seen.append(
                {n: (here / job.parameters[n]).read_text() for n in ("release", "portfolio")}
            )
            seen.append(Path(job.notebook).read_text())
            Path(job.page).write_text("page")
            Path(job.executed).write_text("notebook")
            yield Outcome(job.key, True)

    (tmp_path / "out" / "schools").mkdir(parents=True)
    (tmp_path / "out" / ".release").mkdir()
    (tmp_path / "out" / ".release" / "k.zip").write_text("numbers")
    (tmp_path / "out" / ".release" / "k.work.json").write_text("plan")
    (tmp_path / "n.ipynb").write_text("cells")
    given = {"release": "../.release/k.zip", "unit_id": "1", "portfolio": "../.release/k.work.json"}
    page, executed = (str(tmp_path / "out" / "schools" / f"k.{e}") for e in ("html", "ipynb"))
    dask, sent = cluster.Dask("tcp://nowhere:1"), []
    dask._client = SimpleNamespace(
        register_plugin=lambda plugin, name: sent.append(plugin),
        submit=lambda *words, **options: sent.append(words[4]),
    )
    job = Job("k", str(tmp_path / "n.ipynb"), given, page, executed)
    dask._send(job)
    book, inputs = sent
    monkeypatch.setattr(cluster_worker, "best", Runner)
    place = cluster_worker.Place({"takes part": "no"})
    asyncio.run(place.setup(SimpleNamespace(local_directory=str(tmp_path), plugins={})))
    outcome, *made = place.make(book, job, inputs)
    assert outcome.ok and made[:2] == [b"page", b"notebook"]
    assert seen == [{"release": "numbers", "portfolio": "plan"}, "cells"]
    place.teardown(None)
    assert not list(tmp_path.glob("eq-*"))


def test_warm_processes_end_when_no_report_comes_for_long(tmp_path, monkeypatch):
    ended = []

    class Runner(Idle):
        def __exit__(self, *error):
            ended.append(self)

    monkeypatch.setattr(cluster_worker, "best", Runner)
    monkeypatch.setattr(cluster_worker, "IDLE", 0.2)
    place = cluster_worker.Place({"takes part": "no"})
    worker = SimpleNamespace(local_directory=str(tmp_path), plugins={"run": place})
    asyncio.run(place.setup(worker))
    with place._runner() as first:
        with place._runner() as second:
            assert first is not second
        time.sleep(0.4)
        assert ended == [], "one is at work"
    with place._runner() as again:
        assert again is first
    wait_for(lambda: len(ended) == 2, 5)
    place.teardown(worker)
    assert len(ended) == 2


def test_an_error_that_a_batch_raises_ends_the_connection(machines, run, tmp_path):
    with pytest.raises(ReportError):
        with cluster.Dask(machines.address) as joined:
            (tmp_path / "out").write_text("a file is in the way")
            run("out", runner=joined)
    assert joined._client is None
