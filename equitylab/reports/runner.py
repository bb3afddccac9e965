"""Notebooks run by papermill, one process a worker: the part of a batch that another may replace.

A batch knows two things only: a :class:`Job` says what to run and where its files go, and
``run(jobs)`` of a runner gives one :class:`Outcome` a job, in the order in which they end. Here
each job costs a kernel of its own; a runner over warm processes can stand in for this one.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..errors import EquityLabError, ReportError
from . import files

if TYPE_CHECKING:
    from nbformat import NotebookNode

START = 120  # seconds that a kernel may take to start, on a machine that is busy
STEP = 1200  # seconds that one cell may take
_OURS = {kind.__name__ for kind in (EquityLabError, *EquityLabError.__subclasses__())}


@dataclass(frozen=True)
class Job:
    """One notebook to run for one unit, and the two files that come of it."""

    key: str
    notebook: str
    parameters: dict
    page: str
    executed: str


@dataclass(frozen=True)
class Outcome:
    """What became of a job: ``why`` is one plain line, ``detail`` is for a person who mends code.

    ``stop`` is true when no other job can end better, as when the disk is full.
    """

    key: str
    ok: bool
    seconds: float = 0.0
    why: str = ""
    detail: str = field(default="", repr=False)
    stop: bool = False


class Runner(Protocol):
    """Runs jobs. Leaving its ``with`` block ends every process that it started."""

    def __enter__(self) -> Runner: ...

    def __exit__(self, *error: object) -> None: ...

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]: ...


def check_parameters(notebook: Path, parameters: Iterable[str]) -> None:
    """Refuse a notebook whose ``parameters`` cell does not take exactly what a report gives it.

    papermill itself only warns, and the notebook would then print its default school for everyone.

    Raises
    ------
    ReportError
        The cell is missing, lacks a parameter, or has one with no default that nothing would fill.
    """
    import papermill

    given = set(parameters)
    # Braces in a path would be filled in by papermill as a template.
    known = papermill.inspect_notebook(_literal(notebook))
    missing = sorted(given - set(known))
    if missing:
        raise ReportError(
            f"The parameters cell does not take {', '.join(missing)}.",
            file=notebook.name,
            mend="Its cell tagged `parameters` must have " + " and ".join(sorted(given)) + ".",
            parameters=missing,
        )
    empty = sorted(
        n for n, p in known.items() if n not in given and p["default"] in ("None", "...")
    )
    if empty:
        raise ReportError(
            f"The parameters cell asks for {', '.join(empty)}, which a report does not give.",
            file=notebook.name,
            mend="Give it a default value in the notebook.",
            parameters=empty,
        )


def _literal(path: Path) -> str:
    return str(path).replace("{", "{{").replace("}", "}}")


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
                [sys.executable, "-c", "from equitylab.reports.runner import work; work()"],
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
    import psutil

    with contextlib.suppress(psutil.Error):
        top = psutil.Process(process.pid)
        for one in [*top.children(recursive=True), top]:
            with contextlib.suppress(psutil.Error):
                one.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            stream.close()


def environment(scratch: Path | None = None) -> dict[str, str]:
    """Return the environment of a worker and its kernels: nothing of the user's own Jupyter."""
    made = dict(os.environ)
    made.pop("MPLBACKEND", None)
    # Many processes share the cores, so each library uses one thread.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        made[name] = "1"
    if scratch:
        made["JUPYTER_RUNTIME_DIR"] = str(scratch / "runtime")
        made["IPYTHONDIR"] = str(scratch / "ipython")  # no start-up files, no shared history
    made["PYTHONHASHSEED"] = "0"
    made["PYTHONIOENCODING"] = "utf-8"
    made["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    package = Path(__file__).resolve().parents[2]
    if package.name not in ("site-packages", "dist-packages"):
        made["PYTHONPATH"] = os.pathsep.join(filter(None, [str(package), made.get("PYTHONPATH")]))
    return made


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
    import psutil

    for one in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            one.kill()
    shutil.rmtree(scratch.parent, ignore_errors=True)
    os._exit(0)


def make(job: Job, execute: Callable[[Job], NotebookNode]) -> Outcome:
    """Run one notebook by ``execute``, draw its page, and write both files; say how it went."""
    import papermill
    from nbclient.exceptions import CellTimeoutError

    began = time.monotonic()

    def failed(why: str, detail: object = "", stop: bool = False) -> Outcome:
        why = without_paths(why.strip().split("\n")[0], Path(job.page).parent)[:200]
        return Outcome(job.key, False, time.monotonic() - began, why, str(detail), stop)

    try:
        warned = _write(job, execute(job))
    except papermill.PapermillExecutionError as error:
        if "MemoryError" in error.ename:
            return failed("it needed more memory than one report may have", error)
        said = error.evalue if error.ename in _OURS else f"{error.ename}: {error.evalue}"
        return failed(f"the notebook stopped: {said}", "\n".join(error.traceback or []))
    except CellTimeoutError as error:
        return failed(f"one step of the notebook took longer than {STEP // 60} minutes", error)
    except EquityLabError as error:
        return failed(str(error), error)
    except OSError as error:
        why = files.reason(error)
        return failed(f"its files could not be written: {why}", error, why == "the disk is full")
    except Exception as error:
        return failed(f"the notebook could not be run ({type(error).__name__}: {error})", error)
    return Outcome(job.key, True, time.monotonic() - began, detail=warned)


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


def _write(job: Job, book) -> str:
    """Write the page and the executed notebook, with nothing of this machine in either.

    Returns what the notebook warned of, for whoever mends it.
    """
    import nbformat

    from .render import render, scrub

    here = Path(job.page).parent
    page = without_paths(render(book), here)
    files.write(Path(job.executed), without_paths(nbformat.writes(scrub(book)), here))
    files.write(Path(job.page), page)
    outputs = [o for cell in book.cells for o in cell.get("outputs", [])]
    return "".join(o.text for o in outputs if o.get("name") == "stderr")


def without_paths(text: str, *folders: Path) -> str:
    """Return the text with this machine's folders, and these, left out of the paths in it.

    Examples
    --------
    >>> without_paths(f"no file {Path.cwd()}/data/a.csv")
    'no file a.csv'
    """
    roots = {Path.cwd(), Path.home(), Path(tempfile.gettempdir()), Path(sys.prefix), *folders}
    roots |= {Path(__file__).resolve().parents[2], Path(sys.base_prefix)}
    for root in sorted((str(r) for r in roots if len(r.parts) > 1), key=len, reverse=True):
        # The look-behind keeps pictures in base64, which may hold any letters and slashes, whole.
        if f"{root}/" in text:
            text = re.sub(rf"(?<![\w/+]){re.escape(root)}/(?:[^\s/\"'<>:]+/)*", "", text)
    return text
