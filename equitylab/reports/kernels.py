"""Notebooks run by papermill in kernels of their own: where no warm process can be forked."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import EquityLabError
from . import files
from .runner import STEP, Job, Outcome, environment, make
from .warm import below, end_all

START = 120  # seconds that a kernel may take to start, on a machine that is busy


class Papermill:
    """Runs notebooks in worker processes, each notebook in a kernel of its own.

    Parameters
    ----------
    workers : int
        Notebooks that run at one time.

    Notes
    -----
    A worker that dies takes one school with it: the job is tried once more in a new worker. Workers
    stand outside the terminal's process group, so Ctrl-C reaches the parent alone, which then ends
    them and their kernels; when the parent itself is killed, they see their input close and end.
    """

    def __init__(self, workers: int) -> None:
        self.workers = max(1, workers)
        self._alive: dict[int, subprocess.Popen] = {}
        self._guard = threading.Lock()
        self._over = False
        self._scratch = Path()

    def __enter__(self) -> Papermill:
        # Short: the path of a Unix socket may have some hundred characters only.
        self._scratch = Path(tempfile.mkdtemp(prefix="eq-"))
        return self

    def __exit__(self, *error: object) -> None:
        with self._guard:
            self._over = True
            left = list(self._alive.values())
        for process in left:
            _end(process)
        shutil.rmtree(self._scratch, ignore_errors=True)

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Yield one outcome a job, as they end."""
        waiting, done = deque(jobs), queue.SimpleQueue()
        total = len(waiting)
        for number in range(min(self.workers, total)):
            threading.Thread(target=self._serve, args=(number, waiting, done), daemon=True).start()
        for _ in range(total):
            yield done.get()

    def _serve(self, number: int, waiting: deque[Job], done: queue.SimpleQueue) -> None:
        """Hand jobs to one worker after the other, and start a new one where one has died."""
        worker = None
        while not self._over:
            try:
                job = waiting.popleft()
            except IndexError:
                break
            began, outcome = time.monotonic(), None
            why = "its process ended without a word, twice; there may be too little memory"
            for _ in range(2):
                try:
                    worker = worker or self._start(number)
                except OSError as error:
                    why = f"no process could be started: {files.reason(error)}"
                    break
                outcome = self._ask(worker, job)
                if outcome is not None or self._over:
                    break
                worker = None
            if outcome is None:
                outcome = Outcome(job.key, False, time.monotonic() - began, why, self._log(number))
            done.put(outcome)
        if worker is not None:
            self._retire(worker)

    def _start(self, number: int) -> subprocess.Popen | None:
        folder = self._scratch / str(number)
        folder.mkdir(exist_ok=True)
        with self._guard, open(folder / "log", "ab") as log:
            if self._over:
                return None
            process = subprocess.Popen(
                [sys.executable, "-c", "from equitylab.reports.kernels import work; work()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=folder,
                env=environment(folder),
                start_new_session=True,
            )
            self._alive[process.pid] = process
        return process

    def _ask(self, worker: subprocess.Popen | None, job: Job) -> Outcome | None:
        """Return the worker's answer, or None when it has died."""
        if worker is None:
            return None
        try:
            worker.stdin.write(json.dumps(dataclasses.asdict(job)).encode() + b"\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
        except (OSError, ValueError):
            line = b""
        if not line.endswith(b"\n"):
            self._retire(worker)
            return None
        return Outcome(**json.loads(line))

    def _retire(self, worker: subprocess.Popen) -> None:
        _end(worker)
        with self._guard:
            self._alive.pop(worker.pid, None)

    def _log(self, number: int) -> str:
        with contextlib.suppress(OSError):
            return (self._scratch / str(number) / "log").read_text("utf-8", "replace")[-4000:]
        return ""


def _end(process: subprocess.Popen) -> None:
    """End a worker and every process below it; a kernel must not outlive its report."""
    left = below(process.pid)
    process.kill()
    end_all(left)
    process.wait()
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            stream.close()


# What follows runs in a worker.


def work() -> None:
    """Read jobs from standard input, one a line of JSON, and answer each with an outcome."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints goes to the log
    scratch, jobs = Path.cwd(), queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            jobs.put(line)
        # The parent is gone, or has no more to do. A kernel that still runs would be an orphan.
        _orphan(scratch)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        job = Job(**json.loads(jobs.get()))
        outcome = make(job, lambda job: _retried(job, scratch))
        answers.write(json.dumps(dataclasses.asdict(outcome)) + "\n")
        answers.flush()


def _orphan(scratch: Path) -> None:
    end_all(below(os.getpid()))
    shutil.rmtree(scratch.parent, ignore_errors=True)
    os._exit(0)


def _retried(job: Job, scratch: Path):
    """Run a notebook in a kernel; once more, with a new one, if it does not start, or dies."""
    import papermill
    from nbclient.exceptions import CellTimeoutError

    try:
        return _execute(job, scratch)
    except (papermill.PapermillExecutionError, CellTimeoutError, EquityLabError):
        raise
    except Exception:
        return _execute(job, scratch)


def _execute(job: Job, scratch: Path):
    import nbformat
    import papermill
    from traitlets.config import Config

    private = Path(tempfile.mkdtemp(dir=scratch))
    config = Config()
    config.KernelManager.connection_file = str(private / "kernel.json")
    # TCP ports race between processes, and a relative socket path is shared by all of them.
    if os.name == "posix" and len(str(private)) < 80:
        config.KernelManager.transport, config.KernelManager.ip = "ipc", str(private / "s")
    try:
        return papermill.execute_notebook(
            nbformat.read(job.notebook, as_version=4),
            None,
            parameters=job.parameters,
            progress_bar=False,
            start_timeout=START,
            execution_timeout=STEP,
            iopub_timeout=60,
            store_widget_state=False,
            # The folder where the notebook will lie, so that its relative paths hold there too.
            # It is set for the whole process, of which this is the only thread that looks at it.
            cwd=Path(job.executed).parent,
            config=config,
        )
    finally:
        shutil.rmtree(private, ignore_errors=True)
