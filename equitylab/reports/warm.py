"""Which process can run a notebook without starting Python or importing anything?

A *zygote* has imported what notebooks need and has one thread. For each notebook it forks a child,
and the child is a kernel without sockets: ipykernel's own kernel and shell, whose messages pass
through a pair of connected sockets. When whoever started the zygote is gone, the zygote ends its
children and itself.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import hashlib
import importlib
import os
import signal
import socket
import struct
import sys

# What a report imports. matplotlib.pyplot and ipywidgets are not among them: on import they look
# for the shell of a notebook, and here there is none yet.
PRELOAD = (
    "numpy", "pandas", "scipy.stats", "matplotlib.figure", "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg", "equitylab.reports.story",
    "equitylab.reports.story_district", "IPython.core.completer", "IPython.core.magics.pylab",
)  # fmt: skip
INLINE = "module://matplotlib_inline.backend_inline"
# Threads do not live through a fork: neither pools for arithmetic nor one that tidies memory.
_PIN = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
_SIZES = struct.Struct("!II")


def can_fork() -> bool:
    """Can this system fork a process that has imported numpy and the like? macOS cannot safely."""
    return sys.platform.startswith("linux") and hasattr(os, "fork")


def frame(body: bytes, buffers: list[bytes] = ()) -> bytes:
    """Return a message as it goes through the socket: its sizes, its JSON, and its buffers."""
    sizes = [len(body), *(len(b) for b in buffers)]
    head = _SIZES.pack(len(sizes), sum(sizes)) + struct.pack(f"!{len(sizes)}I", *sizes)
    return b"".join([head, body, *buffers])


def unframe(data: bytearray) -> list[bytes] | None:
    """Take the first whole message off the data: its JSON and its buffers; None if none is whole.

    Examples
    --------
    >>> data = bytearray(frame(b"{}", [b"abc"]) + b"and more")
    >>> unframe(data), bytes(data)
    ([b'{}', b'abc'], b'and more')
    """
    if len(data) < _SIZES.size:
        return None
    count, total = _SIZES.unpack_from(data)
    start = _SIZES.size + 4 * count
    if len(data) < start + total:
        return None
    parts = []
    for size in struct.unpack_from(f"!{count}I", data, _SIZES.size):
        parts.append(bytes(data[start : start + size]))
        start += size
    del data[:start]
    return parts


def seed_of(sources: list[str]) -> int:
    """Return the random seed of a report: its own, and the same each time it is made.

    Examples
    --------
    >>> seed_of(["unit_id = '01'"]) == seed_of(["unit_id = '01'"]) != seed_of(["unit_id = '02'"])
    True
    """
    return int.from_bytes(hashlib.sha256("\0".join(sources).encode()).digest()[:4], "big")


def environment() -> dict[str, str]:
    """Return the environment that a zygote starts in; a child takes on that of its notebook."""
    return {"MPLBACKEND": INLINE} | dict(os.environ) | _PIN


# What follows runs in the zygote.


def zygote(descriptor: int, modules: tuple[str, ...] = PRELOAD) -> None:
    """Import, then fork a kernel for each request, until the other end of the socket is closed."""
    control = socket.socket(fileno=descriptor)
    control.set_inheritable(False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not sys.path[0]:
        del sys.path[0]  # python -c; a kernel adds the working folder itself, at its own place
    from . import warm_kernel

    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    warm_kernel.rehearse()
    gc.collect()
    gc.freeze()  # so that a child's collector does not touch, and so copy, what all share
    threads = len(os.listdir("/proc/self/task"))
    control.sendall(b"ready" if threads == 1 else b"threads")
    alive: set[int] = set()
    while True:
        try:
            request, handed, _, _ = socket.recv_fds(control, 4096, 1)
        except OSError:
            request = b""
        if not request:
            break
        word, _, number = request.decode().partition(" ")
        if word == "fork":
            pid = os.fork()
            if pid == 0:
                control.close()
                _child(handed[0])
            os.close(handed[0])
            alive.add(pid)
            answer = str(pid)
        else:
            answer = str(_manage(word, int(number), alive))
        control.sendall(answer.encode())
    for pid in list(alive):
        _manage("end", pid, alive)
    os._exit(0)


def _manage(word: str, pid: int, alive: set[int]) -> int:
    """Ask after a child, interrupt it, or end it with all that it started; is it still there?"""
    if pid not in alive:
        return 0
    if word == "interrupt":
        os.kill(pid, signal.SIGINT)
    if word == "end":
        kill(pid)
        os.waitpid(pid, 0)
        alive.discard(pid)
        return 0
    # Left as it is until it is ended: its number is that of the group of what it started.
    return int(os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None)


def kill(pid: int) -> None:
    """End a process that leads a group, and the group."""
    for end in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            end(pid, signal.SIGKILL)


def _child(descriptor: int) -> None:
    code = 1
    try:
        parent = os.getppid()
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: not without the zygote
        if os.getppid() != parent:
            os._exit(1)
        os.setsid()
        from . import warm_kernel

        warm_kernel.run(socket.socket(fileno=descriptor))
        code = 0
    finally:
        os._exit(code)
