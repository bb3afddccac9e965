"""Which process can run a notebook without starting Python or importing anything?

A *zygote* has imported what notebooks need, holds IPython's shell ready, and has one thread. For
each notebook it forks a child, which finds all that in memory, runs the notebook and ends. When
whoever started the zygote is gone, the zygote ends its children and itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import psutil

# What reports import. matplotlib.pyplot and ipywidgets are not among them: on import they look for
# the shell of a notebook, which is not yet the notebook's own here.
PRELOAD = (
    "numpy", "pandas", "papermill", "equitylab.reports.engine",
    "equitylab.reports.story", "equitylab.reports.story_district", "equitylab.reports.forks",
)  # fmt: skip
INLINE = "module://matplotlib_inline.backend_inline"
# Threads do not live through a fork: neither pools for arithmetic nor one that tidies memory.
PINNED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # a child copies fewer pages than with one of its own
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
LEAVING = 5.0  # seconds that a notebook's process may take to end, as a kernel may
_HEAD = struct.Struct("!Q")


def can_fork() -> bool:
    """Can this system fork a process that has imported numpy and the like? macOS cannot safely."""
    return sys.platform.startswith("linux") and hasattr(os, "fork")


_system = ctypes.CDLL(None) if can_fork() else None


class Wire:
    """JSON messages through one connected socket, each whole."""

    def __init__(self, connected: socket.socket) -> None:
        self.socket, self._data = connected, bytearray()

    def send(self, **message: object) -> None:
        body = json.dumps(message).encode()
        self.socket.sendall(_HEAD.pack(len(body)) + body)

    def feed(self) -> bool:
        """Take in what has arrived; False when the other end is closed."""
        try:
            got = self.socket.recv(1 << 20)
        except (BlockingIOError, InterruptedError):
            return True
        except OSError:
            got = b""
        self._data += got
        return bool(got)

    def next(self) -> dict | None:
        """Take the first whole message off what has arrived.

        Examples
        --------
        >>> one, other = map(Wire, socket.socketpair())
        >>> one.send(word="here"), other.feed(), other.next(), other.next()
        (None, True, {'word': 'here'}, None)
        """
        if len(self._data) < _HEAD.size:
            return None
        end = _HEAD.size + _HEAD.unpack_from(self._data)[0]
        if len(self._data) < end:
            return None
        body = bytes(self._data[_HEAD.size : end])
        del self._data[:end]
        return json.loads(body)

    def receive(self) -> dict:
        """Wait for one message.

        Raises
        ------
        EOFError
            The other end is closed.
        """
        while (message := self.next()) is None:
            if not self.feed():
                raise EOFError("the other end is closed")
        return message


class Zygote:
    """A warm process, started now; ``fork`` gives a child of it.

    Parameters
    ----------
    environment : dict, optional
        What it starts in, and what it reads once: this process's own if not given.
    private : bool
        IPython's own folder is a new one, gone as soon as it was read: no start-up files of a
        user's, no history.
    preload : tuple of str
        Modules to import; one that is not installed is left out.
    rehearse : list of dict
        Reports to go through once, so that what a report needs first is in memory.

    Raises
    ------
    OSError
        It could not be started.
    """

    def __init__(
        self,
        environment: dict[str, str] | None = None,
        *,
        private: bool = False,
        preload: tuple[str, ...] = PRELOAD,
        rehearse: list[dict] | None = None,
    ) -> None:
        given = {"MPLBACKEND": INLINE} | dict(environment or os.environ) | PINNED
        # The warm process makes it, and removes it too: this one may be killed before it could.
        scratch = f"{tempfile.gettempdir()}/eq-{secrets.token_hex(8)}" if private else ""
        if private:
            given["IPYTHONDIR"] = given["JUPYTER_RUNTIME_DIR"] = scratch
        self._guard = threading.RLock()
        self.control, theirs = socket.socketpair()
        package = str(Path(__file__).resolve().parents[2])
        # Its path is a kernel's: without the folder that it starts in, or the one of this package.
        code = (
            f"import sys; sys.path[:1] == [''] and sys.path.pop(0); sys.path.append({package!r}); "
            f"from equitylab.reports import warm; sys.path.pop(); warm.serve({theirs.fileno()})"
        )
        try:
            with theirs:
                self.process = subprocess.Popen(
                    [sys.executable, "-c", code],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=None if os.environ.get("EQUITYLAB_DEBUG") else subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    env=given,
                    start_new_session=True,
                )
            wire = Wire(self.control)
            wire.send(preload=preload, rehearse=rehearse or [], scratch=scratch)
            said = wire.receive()
        except (EOFError, OSError):
            said = {"threads": 0}
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        if said.get("threads") != 1:
            self.close()
            raise OSError("the warm process could not be started")

    def fork(self, work: str) -> tuple[int, Wire]:
        """Return a child's number, and the wire to it; ``work`` is ``module:function``.

        The function is called in the child with its end of the wire.

        Raises
        ------
        OSError
            The zygote has ended, or the system gives it no more processes.
        """
        ours, theirs = socket.socketpair()
        with theirs, self._guard:
            socket.send_fds(self.control, [f"fork {work}".encode()], [theirs.fileno()])
            answer = self.control.recv(64)
        if not answer or int(answer) <= 0:
            ours.close()
            raise OSError("the warm process has ended" if not answer else "no process to be had")
        return int(answer), Wire(ours)

    def alive(self, pid: int) -> bool:
        """Whether a child still runs."""
        return bool(self._ask("alive", pid))

    def end(self, pid: int) -> int:
        """End a child and all that it started; the signal that had ended it before, or 0."""
        return self._ask("end", pid)

    def _ask(self, word: str, pid: int) -> int:
        with self._guard, contextlib.suppress(OSError, ValueError):
            self.control.sendall(f"{word} {pid}".encode())
            return int(self.control.recv(64))
        return 0

    def close(self) -> None:
        """End the warm process and what it forked."""
        self.control.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:  # its children die with it
            self.process.kill()
            self.process.wait()

    def let_go(self) -> None:
        """Forget it in a process forked from this one, whose it is not."""
        self.control.close()


# What follows runs in the zygote.


def serve(descriptor: int) -> None:
    """Import, make the shell ready, then fork a child a request until the socket is closed."""
    control = socket.socket(fileno=descriptor)
    control.set_inheritable(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wire = Wire(control)
    told = wire.receive()
    if told["scratch"]:
        os.mkdir(told["scratch"], 0o700)
    from . import inside

    for name in told["preload"]:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    inside.prepare()
    for report in told["rehearse"]:
        with contextlib.suppress(Exception):  # the report itself will say what is wrong
            importlib.import_module("equitylab.reports.forks").rehearse(report)
    shutil.rmtree(told["scratch"], ignore_errors=True)
    gc.collect()
    gc.freeze()  # so that a child's collector does not touch, and so copy, what all share
    _system.prctl(36, 1)  # PR_SET_CHILD_SUBREAPER: what a child leaves behind comes here
    wire.send(threads=len(os.listdir("/proc/self/task")))
    alive: set[int] = set()
    while True:
        try:
            request, handed, _, _ = socket.recv_fds(control, 4096, 1)
        except OSError:
            request = b""
        if not request:
            break
        word, _, rest = request.decode().partition(" ")
        answer = _fork(control, handed[0], rest, alive) if word == "fork" else 0
        if word != "fork":
            answer = _manage(word, int(rest), alive)
        control.sendall(str(answer).encode())
    for pid in list(alive):
        _manage("end", pid, alive)
    os._exit(0)


def _fork(control: socket.socket, descriptor: int, work: str, alive: set[int]) -> int:
    parent = os.getpid()
    try:
        pid = os.fork()
    except OSError:
        pid = -1
    if pid == 0:
        code = 1
        try:
            _system.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: not without the zygote
            if os.getppid() != parent:
                os._exit(1)
            os.setsid()
            control.close()
            module, _, function = work.partition(":")
            getattr(importlib.import_module(module), function)(
                Wire(socket.socket(fileno=descriptor))
            )
            code = 0
        finally:
            os._exit(code)
    os.close(descriptor)
    if pid > 0:
        alive.add(pid)
    return pid


def _manage(word: str, pid: int, alive: set[int]) -> int:
    """Ask after a child, or end it with all that it started."""
    if pid not in alive:
        return 0
    # Left as it is until it is ended: its number is that of the group of what it started.
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if word == "alive":
        return int(ended is None)
    by = 0 if ended is None or ended.si_code == os.CLD_EXITED else ended.si_status
    kill(pid)
    alive.discard(pid)
    with contextlib.suppress(ChildProcessError):
        while True:  # the child, and what it left to this process, which is their subreaper
            os.waitid(os.P_PGID, pid, os.WEXITED)
    for other in set(children()) - alive:
        os.waitpid(other, os.WNOHANG)
    return by


def children() -> list[int]:
    """Return this process's own children, without a look at all processes."""
    with open(f"/proc/self/task/{os.getpid()}/children") as file:
        return [int(pid) for pid in file.read().split()]


def kill(pid: int) -> None:
    """End a process that leads a group, its group, and what it started in other groups."""
    left = below(pid)
    for end in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            end(pid, signal.SIGKILL)
    end_all(left)


def below(pid: int) -> list[psutil.Process]:
    """Return the processes that a process has started, and those that these have."""
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []


def end_all(processes: list[psutil.Process]) -> None:
    """End processes, of which some may have ended."""
    for one in processes:
        with contextlib.suppress(psutil.Error):
            one.kill()
