"""Reports made on many machines: Dask distributed hands each one to a worker, and takes it back.

The machine that gives the command reads, audits, protects and writes; a worker gets the published
numbers of one unit and gives back the finished page and notebook. Nothing else crosses the network,
the machines share no disk, and a folder made so equals one made here, byte for byte.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import queue
import sys
import time
import uuid
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from .. import __version__
from ..errors import ReportError
from . import files
from .beside import files_of
from .cluster_worker import CODE, Book, Place, about, make
from .folder import digest
from .runner import Job, Outcome

REACH = 10  # seconds that the scheduler may take to answer
JOIN = 30  # seconds in which the first worker must have joined
LOOK = 2  # seconds between two looks at which workers there are
LOST = 120  # seconds that a run goes on without any worker, or without the scheduler
_FILES = ("release", "portfolio")  # parameters that name a file beside the page, or above it


class Dask:
    """Runs notebooks on the workers of a Dask cluster; the same protocol as a runner here.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://scheduler:8786``.
    say : callable, optional
        Is told in one line when there is something to wait for.

    Notes
    -----
    ``with Dask(address) as cluster`` connects and sees that the workers hold the same versions;
    ``report(..., runner=cluster)`` then makes its reports there, as many at a time as the workers
    have threads. A second ``with`` on the same object, as a batch makes one, changes nothing. A
    worker that is lost costs the report that it was at, which another makes; one that joins late
    and holds the same versions helps.
    """

    def __init__(self, address: str, *, say: Callable[[str], None] | None = None) -> None:
        self.address, self.say = address, say or (lambda text: print(text, file=sys.stderr))
        self.name = f"equitylab-{uuid.uuid4().hex}"
        self._client, self._placed, self._about = None, [], {}

    def __call__(self, workers: int) -> Dask:
        """Return itself: how many reports are made at one time, the cluster says."""
        return self

    def __enter__(self) -> Dask:
        if self._client is None:
            self._client = _client(self.address)
            try:
                self._check()
            except BaseException:
                self.__exit__()
                raise
        return self

    def __exit__(self, *error: object) -> None:
        client, self._client = self._client, None
        placed, self._placed = self._placed, []
        if client is None:
            return
        with contextlib.suppress(Exception):
            for name in placed:
                client.sync(client.unregister_worker_plugin, name, callback_timeout=REACH)
        with contextlib.suppress(Exception):
            client.close(timeout=REACH)

    def _check(self) -> None:
        """See that there is a worker, and that each holds what this machine holds."""
        client = self._client
        if not client.nthreads():
            self.say(f"The cluster has no worker yet; waiting up to {JOIN} s for one ...")
            with contextlib.suppress(TimeoutError):
                client.wait_for_workers(1, timeout=JOIN)
        there = client.run(about, on_error="return")
        there = {worker: found for worker, found in there.items() if not _gone(found)}
        if not there:
            raise ReportError(
                f"The cluster at {self.address} has no worker.",
                mend=f"Start one on each machine: dask worker {self.address}",
                address=self.address,
            )
        self._about = about()
        for worker, found in sorted(there.items()):
            if found != self._about:
                raise ReportError(
                    f"The worker at {worker} {_unlike(found)}, so its reports could differ.",
                    mend="Install the same versions on every machine, then start its worker again.",
                    worker=worker,
                )

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Yield one outcome a job, as they end; the files of each are written before."""
        self._place(self.name, Place(self._about))
        jobs, waiting, sent, tried = iter(jobs), deque(), {}, set()
        done: queue.SimpleQueue = queue.SimpleQueue()
        places, looked, seen = {}, 0.0, time.monotonic()
        try:
            while True:
                if time.monotonic() - looked > LOOK:
                    before, places, looked = places, self._places(), time.monotonic()
                    seen = looked if places else seen
                    if places.keys() - before.keys():
                        waiting.extendleft(self._stranded(sent))
                # Only so many at a time: a state's numbers would not fit in the scheduler's memory.
                while len(sent) < 2 + 1.5 * sum(places.values()):
                    job = waiting.popleft() if waiting else next(jobs, None)
                    if job is None:
                        break
                    try:
                        future = self._send(job)
                    except OSError as error:
                        yield Outcome(job.key, False, why=f"not sent: {files.reason(error)}")
                        continue
                    sent[future.key] = (job, future)
                    future.add_done_callback(done.put)
                if not sent:
                    return
                try:
                    future = done.get(timeout=LOOK)
                except queue.Empty:
                    if time.monotonic() - seen > LOST:
                        job, _ = sent.popitem()[1]
                        why = "the cluster lost all its workers, or its scheduler"
                        yield Outcome(job.key, False, why=why, stop=True)
                    continue
                if future.key not in sent:
                    continue
                job, _ = sent[future.key]
                outcome = _taken(job, future)
                if outcome is None:  # its worker went before it was fetched: it is made again
                    future.add_done_callback(done.put)
                    continue
                del sent[future.key]
                # A report that ended a worker takes with it those that stood in line there.
                if outcome is KILLED and job.key not in tried:
                    tried.add(job.key)
                    waiting.append(job)
                    continue
                yield dataclasses.replace(outcome, key=job.key)
        finally:
            with contextlib.suppress(Exception):
                self._client.cancel([future for _, future in sent.values()], force=True)

    def _places(self) -> dict[str, float]:
        """Return how many reports each worker that takes part can make at one time."""
        with contextlib.suppress(OSError):
            workers = self._client.scheduler_info(n_workers=-1)["workers"]
            takes_part = {a: w["resources"].get(self.name, 0) for a, w in workers.items()}
            return {address: slots for address, slots in takes_part.items() if slots}
        return {}

    def _stranded(self, sent: dict[str, tuple]) -> Iterator[Job]:
        """Take back what no worker has, because none was there when it was sent.

        The scheduler looks for a place when a worker joins, which is before it takes part.
        """
        held = {key for keys in self._client.processing().values() for key in keys}
        for key, (job, future) in list(sent.items()):
            if key not in held and future.status == "pending":
                del sent[key]
                future.cancel()
                yield job

    def _place(self, name: str, plugin: Place | Book) -> str:
        """Give something to each worker, and to each that joins later."""
        if name not in self._placed:
            self._placed.append(name)
            self._client.register_plugin(plugin, name=name)
        return name

    def _send(self, job: Job):
        book = Path(job.notebook).read_bytes()
        book = self._place(f"{self.name}-{digest(book)}", Book(Path(job.notebook).name, book))
        here = Path(job.page).parent
        inputs = {
            name: (here / value).read_bytes()
            for name, value in job.parameters.items()
            if name in _FILES and value
        }
        return self._client.submit(
            make,
            self.name,
            book,
            job,
            inputs,
            key=f"{self.name}-{job.key}-{uuid.uuid4().hex[:8]}",
            pure=False,
            # A worker has this from its own Place alone, so one of other versions gets no report.
            resources={self.name: 1},
        )


KILLED = Outcome(
    "", False, why="the workers that were at it were lost; there may be too little memory"
)


def _taken(job: Job, future) -> Outcome | None:
    """Fetch what a worker made and write it; None where it is being made once more."""
    from distributed import CancelledError, KilledWorker

    try:
        outcome, page, executed, also = future.result(timeout=60)
    except KilledWorker:
        return KILLED
    except CancelledError:
        return Outcome(job.key, False, why="the connection to the cluster was lost", stop=True)
    except Exception as error:
        if future.status != "error":  # the way to it broke: Dask finds another worker
            time.sleep(0.2)
            return None
        why = f"the worker could not make it ({type(error).__name__}: {error})"
        return Outcome(job.key, False, why=why.split("\n")[0][:200])
    if not outcome.ok:
        return dataclasses.replace(outcome, stop=False)  # a worker's full disk is not this one's
    try:
        files.write(Path(job.executed), executed)
        files.write(Path(job.page), page)
        for path, content in zip(files_of(job), also, strict=True):
            files.write(Path(path), content)
    except OSError as error:
        why = files.reason(error)
        stop = why == "the disk is full"
        return Outcome(job.key, False, why=f"its files could not be written: {why}", stop=stop)
    return outcome


def _client(address: str):
    """Return a connection to the scheduler, or say in words why there is none."""
    try:
        from distributed import Client
    except ImportError:
        raise ReportError(
            "--cluster needs the part of EquityLab that talks to a cluster, and it is missing.",
            mend='Install it here and on every worker: pip install "equitylab[cluster]"',
        ) from None
    # What it would tell of lost workers, reports tell in their own words.
    for name in [n for n in logging.root.manager.loggerDict if n.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of versions: they are compared below, and strictly
            return Client(address, timeout=REACH, set_as_default=False, name="equitylab")
    except (OSError, ValueError, TypeError):
        raise ReportError(
            f"No scheduler answers at {address}.",
            mend="Start one with: dask scheduler. It prints its address, as in tcp://10.0.0.5:8786",
            address=address,
        ) from None


def _gone(found: object) -> bool:
    return isinstance(found, OSError) and not isinstance(found, ImportError)


def _unlike(found: dict[str, str] | Exception) -> str:
    """Say how a worker's versions differ from those here.

    Examples
    --------
    >>> _unlike(about() | {"pandas": "1.0"}).replace(about()["pandas"], "2.0")
    'has pandas 1.0 (here: 2.0)'
    >>> _unlike(ModuleNotFoundError())
    'has no EquityLab, or another one'
    """
    if isinstance(found, Exception):
        return "has no EquityLab, or another one"
    here = about()
    unlike = [name for name in here if found.get(name) != here[name] and name != CODE][:3]
    listed = [f"{name} {found.get(name, 'missing')} (here: {here[name]})" for name in unlike]
    return f"has {', '.join(listed) or f'other code of EquityLab {__version__}'}"
