"""Reports made by children of one warm process: what a batch runs on wherever a fork can be had.

A child runs the notebook by papermill, draws the page and writes both files, and then is gone: what
one report leaves in memory no other finds, and what goes wrong in one takes no other along.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import selectors
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

from .. import places
from ..errors import ReportError
from . import pdf, runner, warm
from .kernels import Papermill
from .runner import STEP, Job, Outcome, Runner

WHOLE = 3600  # seconds that one report may take
_TWICE = "its process ended without a word, twice; there may be too little memory"


def best(workers: int) -> Runner:
    """Return what runs notebooks at the least cost on this system."""
    return Warm(workers) if warm.can_fork() else Papermill(workers)


@dataclass
class _Child:
    """A report under way."""

    job: Job
    attempt: int
    pid: int
    wire: warm.Wire
    began: float = field(default_factory=time.monotonic)
    step: float = field(default_factory=time.monotonic)  # when its cell began


class Warm:
    """Runs each notebook in a process forked from a warm one.

    Parameters
    ----------
    workers : int
        Notebooks that run at one time.
    step, whole : float
        Seconds that a cell, and a report, may take.
    memory : int, optional
        Bytes that one report may take beyond what all share: four fifths of the machine's, divided
        by the workers, if not given; at least 1 GiB.

    Notes
    -----
    A child that dies is tried once more. When this process is killed, the warm process sees its
    socket close, ends its children and itself.
    """

    def __init__(
        self, workers: int, *, step: float = STEP, whole: float = WHOLE, memory: int = 0
    ) -> None:
        self.workers = max(1, workers)
        self.step, self.whole = step, whole
        self.memory = memory or max(1 << 30, int(0.8 * _installed() / self.workers))
        self._zygote: warm.Zygote | None = None
        self._children: list[_Child] = []
        self._over = False

    def __enter__(self) -> Warm:
        return self

    def __exit__(self, *error: object) -> None:
        self._over = True
        for child in self._children:
            child.wire.socket.close()
        self._children = []
        if self._zygote:
            self._zygote.close()
            self._zygote = None

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Yield one outcome a job, as they end."""
        jobs = iter(jobs)
        first = next(jobs, None)
        if first is None:
            return
        rehearsals = [asdict(first)] if _bundled(first.notebook) else []
        if self._zygote is None and not self._start(rehearsals):
            with Papermill(self.workers) as cold:  # no warm process is to be had here
                yield from cold.run(itertools.chain([first], jobs))
            return
        jobs, again = itertools.chain([first], jobs), deque()
        with selectors.DefaultSelector() as watched:
            while not self._over:
                if self._zygote is None or self._zygote.process.poll() is not None:
                    self._start(rehearsals)
                while len(self._children) < self.workers and (job := next(jobs, None)):
                    if not self._begin(job, 1, watched):
                        again.append(job)
                if not self._children:
                    if not again:
                        return
                    # One that died is tried once more, and alone: it may be what ended the others.
                    if not self._begin(job := again.popleft(), 2, watched):
                        yield Outcome(job.key, False, 0.0, "no process could be started for it")
                        continue
                for key, _ in watched.select(timeout=1.0):
                    child = key.data
                    open_ = child.wire.feed()
                    outcome = self._hear(child)
                    if outcome or not open_:
                        self._end(child, watched)
                    if outcome:
                        yield outcome
                    elif not open_ and child.attempt == 1:
                        again.append(child.job)
                    elif not open_:
                        took = time.monotonic() - child.began
                        yield Outcome(child.job.key, False, took, _TWICE)
                yield from self._overdue(watched)

    def _start(self, rehearsals: list[dict]) -> bool:
        """Start a warm process, in the place of one that has ended; say whether there is one."""
        for gone_through in (rehearsals, []):  # a rehearsal that leaves a thread is left out
            if self._zygote:
                self._zygote.close()
            with contextlib.suppress(OSError):
                self._zygote = warm.Zygote(
                    runner.environment(), private=True, rehearse=gone_through
                )
                return True
            self._zygote = None
        return False

    def _begin(self, job: Job, attempt: int, watched) -> bool:
        if self._zygote is None:
            return False
        try:
            pid, wire = self._zygote.fork("equitylab.reports.forks:serve")
        except OSError:
            return False
        child = _Child(job, attempt, pid, wire)
        self._children.append(child)
        watched.register(wire.socket, selectors.EVENT_READ, child)
        with contextlib.suppress(OSError):  # a dead child is found out by its closed socket
            wire.send(job=asdict(job), memory=self.memory, environment=runner.environment())
        return True

    def _hear(self, child: _Child) -> Outcome | None:
        while message := child.wire.next():
            if "outcome" in message:
                return Outcome(**message["outcome"])
            child.step = time.monotonic()
        return None

    def _end(self, child: _Child, watched) -> None:
        watched.unregister(child.wire.socket)
        child.wire.socket.close()
        self._children.remove(child)
        if self._zygote:
            self._zygote.end(child.pid)

    def _overdue(self, watched) -> Iterator[Outcome]:
        now = time.monotonic()
        for child in list(self._children):
            took, why = now - child.began, ""
            if now - child.step > self.step:
                why = f"one step of the notebook took longer than {_span(self.step)}"
            elif took > self.whole:
                why = f"the report took longer than {_span(self.whole)}"
            if why:
                self._end(child, watched)
                yield Outcome(child.job.key, False, took, why)


def _span(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 60 else f"{seconds:g} seconds"


def _installed() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _bundled(notebook: str) -> bool:
    """Whether this is one of our own report notebooks, of which is known what they do."""
    try:
        given = Path(notebook).read_bytes()
        names = ("school-report", "district-report")
        return any(given == places.notebook(name).read_bytes() for name in names)
    except (OSError, ReportError):
        return False


# What follows runs in the warm process.


@cache
def _book(path: str):
    from papermill.iorw import load_notebook_node

    return load_notebook_node(path)


def _execute(job: Job, engine, **options):
    """Do what papermill.execute_notebook does, but for files written between its steps."""
    from papermill.execute import prepare_notebook_metadata, raise_for_execution_errors
    from papermill.parameterize import parameterize_notebook
    from papermill.utils import chdir

    book = parameterize_notebook(_book(job.notebook), job.parameters)
    book = prepare_notebook_metadata(book, job.notebook, None)
    with chdir(Path(job.executed).parent):
        kernel = engine.nb_kernel_name(book)
        book = engine.execute_notebook(
            book, kernel, progress_bar=False, store_widget_state=False, **options
        )
    raise_for_execution_errors(book, None)
    return book


def rehearse(report: dict) -> None:
    """Go through a report once, outside the notebook's shell, and write nothing."""
    import nbformat

    from . import inside
    from .engine import InsideEngine
    from .render import render, scrub

    def work(talk: inside.Channels) -> None:
        book = _execute(Job(**report), type("Rehearsed", (InsideEngine,), {"talk": talk}))
        page = render(book)
        nbformat.writes(scrub(book))
        runner.without_paths(page, Path(report["page"]).parent)
        if report["paper"]:
            pdf.pdf("<html lang=en><title>.</title><p>A", paper=report["paper"])

    inside.rehearse(work)


# What follows runs in a child.


def serve(wire: warm.Wire) -> None:
    """Make one report, and say what became of it."""
    import resource  # Unix only, as the fork is

    from . import inside

    told = wire.receive()
    job = Job(**told["job"])
    folder = str(Path(job.executed).parent)
    inside.take_on(inside.state() | {"environment": told["environment"], "folder": folder})
    gc.set_threshold(50_000, 50, 50)  # it lives for a moment, and little of it goes in circles
    # In pages of what only this process holds: the fifth number, after which come dirty pages.
    held = int(Path("/proc/self/statm").read_text().split()[5]) * os.sysconf("SC_PAGE_SIZE")
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (held + told["memory"], hard))

    said = [time.monotonic()]

    def alive(cell, cell_index) -> None:
        """Say that another cell begins, though not so often that it costs anything."""
        if time.monotonic() - said[0] > 0.2:
            said[0] = time.monotonic()
            wire.send(cell=cell_index)

    from .engine import InsideEngine

    opened = inside.held("report") if _bundled(job.notebook) else None
    outcome = runner.make(job, lambda job: _execute(job, InsideEngine, on_cell_start=alive), opened)
    (inside.clear if opened else inside.leave)()  # ours leaves no file open, and nothing for the end
    wire.send(outcome=asdict(outcome))
