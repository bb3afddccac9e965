"""What a worker of a Dask cluster holds and does, so that its reports equal those made here."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from .. import __version__
from .beside import files_of
from .folder import library
from .forks import best
from .runner import Job, Outcome, Runner, without_paths

try:
    from distributed import WorkerPlugin
except ImportError:  # said in words when a cluster is asked for
    WorkerPlugin = object

Made = tuple[Outcome, bytes, bytes, list[bytes]]  # the page, the notebook, what lies beside them
IDLE = 600  # seconds without a report, after which a worker's warm processes end
CODE = "the code of EquityLab"
_SAME = ("pandas", "numpy", "matplotlib", "nbconvert", "papermill", "distributed")


def about() -> dict[str, str]:
    """Return what must be the same on two machines whose reports are to be the same."""
    made = {"Python": f"{sys.version_info[0]}.{sys.version_info[1]}", "EquityLab": __version__}
    for name in _SAME:
        with contextlib.suppress(metadata.PackageNotFoundError):
            made[name] = metadata.version(name)
    return made | {CODE: library()}


class Book(WorkerPlugin):
    """A notebook, which each worker is given once."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content, self.path = name, content, None


class Place(WorkerPlugin):
    """What a worker holds for one run: warm processes that make reports.

    One process a thread of the worker makes one report at a time, and every one of them is started
    by itself: nothing is forked from the worker, which has threads.
    """

    def __init__(self, same: dict[str, str]) -> None:
        self.same = same

    async def setup(self, worker) -> None:
        """Take part in the run, if this worker holds the same versions."""
        self._guard, self._over, self._busy = threading.Lock(), False, 0
        self._all: list[Runner] = []
        self._warm: list[Runner] = []
        self._timer = threading.Timer(IDLE, self._cool)
        self._folder = Path(tempfile.mkdtemp(prefix="eq-", dir=worker.local_directory))
        if about() != self.same:
            logging.getLogger("distributed.worker").warning(
                "This worker takes no part in a run of EquityLab: its versions or code are not "
                "those of the machine that gave the command."
            )
            return
        (name,) = (name for name, plugin in worker.plugins.items() if plugin is self)
        await worker.set_resources(**{name: worker.state.nthreads})

    def teardown(self, worker) -> None:
        """End every process of this run, at work or not, and remove its files."""
        with self._guard:
            self._over = True
            self._timer.cancel()
            ended, self._all = self._all, []
        for runner in ended:
            runner.__exit__(None, None, None)
        shutil.rmtree(self._folder, ignore_errors=True)

    def make(self, book: Book, job: Job, inputs: dict[str, bytes]) -> Made:
        """Make one report in a folder of its own; return what became of it, and its files."""
        with self._guard:
            book.path = book.path or self._laid_down(book)
        with tempfile.TemporaryDirectory(dir=self._folder) as root, self._runner() as runner:
            here = Path(root) / "out" / "schools"  # what a page needs lies beside it or above
            here.mkdir(parents=True)
            for name, data in inputs.items():
                path = here / job.parameters[name]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            page, executed = (here / Path(path).name for path in (job.page, job.executed))
            own = dataclasses.replace(
                job, notebook=str(book.path), page=str(page), executed=str(executed)
            )
            (outcome,) = runner.run([own])
            if outcome.ok:
                also = [Path(path).read_bytes() for path in files_of(own)]
                return outcome, page.read_bytes(), executed.read_bytes(), also
            why = without_paths(outcome.why, self._folder)
            return dataclasses.replace(outcome, why=why), b"", b"", []

    def _laid_down(self, book: Book) -> Path:
        path = Path(tempfile.mkdtemp(dir=self._folder)) / book.name
        path.write_bytes(book.content)
        return path

    @contextlib.contextmanager
    def _runner(self) -> Iterator[Runner]:
        """Lend a runner of one report at a time: a warm one, if one is free."""
        with self._guard:
            self._busy += 1
            self._timer.cancel()
            runner = self._warm.pop() if self._warm else None
        try:
            if runner is None:
                runner = best(1).__enter__()
                with self._guard:
                    self._all.append(runner)
            yield runner
        finally:
            with self._guard:
                self._busy -= 1
                self._warm += [runner] if runner else []
                if not self._busy and not self._over:  # whoever gave the command may be gone
                    self._timer = threading.Timer(IDLE, self._cool)
                    self._timer.daemon = True
                    self._timer.start()
            if self._over and runner:
                runner.__exit__(None, None, None)

    def _cool(self) -> None:
        with self._guard:
            ended = [] if self._busy else self._all
            if ended:
                self._all, self._warm = [], []
        for runner in ended:
            runner.__exit__(None, None, None)


def make(name: str, book: str, job: Job, inputs: dict[str, bytes]) -> Made:
    """Make one report on the worker where this is called."""
    from distributed import get_worker

    held = get_worker().plugins
    return held[name].make(held[book], job, inputs)
