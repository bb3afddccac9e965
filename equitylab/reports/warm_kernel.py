"""What does a notebook's process do after the fork? It is ipykernel's kernel, without sockets.

The application, kernel, shell, magics, display hooks and widgets are ipykernel's own, so that a
notebook cannot tell the difference; what is ours is the session, which puts each message on one
Unix socket, and the two streams.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import gc
import importlib
import json
import os
import random
import signal
import socket
import sys
import tempfile
import threading
import time
import types
import warnings
from contextvars import ContextVar
from io import TextIOBase

from ipykernel import ipkernel, kernelapp
from jupyter_client.session import Session, extract_header

from .warm import frame, unframe

HOLD = 0.2  # seconds that printed text may wait for more of it, as in a kernel


class Wire(Session):
    """A session whose messages all go through one connected socket, ``self.socket``."""

    socket = None

    def __init__(self, connected: socket.socket | None = None, **options) -> None:
        super().__init__(key=b"", **options)
        self.socket = connected
        self._one = threading.Lock()
        self._home = os.getpid()

    def send(
        self, stream, msg_or_type, content=None, parent=None, ident=None, buffers=None,
        track=False, header=None, metadata=None,
    ):  # fmt: skip
        """Send a message, or make one and send it; ``stream`` is "shell" or anything else."""
        msg = msg_or_type
        if not isinstance(msg, dict):
            msg = self.msg(msg, content=content, parent=parent, header=header, metadata=metadata)
        buffers = [bytes(memoryview(b)) for b in buffers or msg.get("buffers") or []]
        if os.getpid() != self._home or self.socket is None:
            return msg  # a process that a cell forked, or a rehearsal
        channel = "shell" if stream == "shell" else "iopub"
        body = self.pack({"channel": channel} | {k: v for k, v in msg.items() if k != "buffers"})
        with self._one:
            self.socket.sendall(frame(body, buffers))
        return msg


class Printed(TextIOBase):
    """What a notebook prints, by Python or straight to the file descriptor.

    The descriptor leads to a file in memory, which is read before anything else is sent. So no
    thread is needed, no pipe can fill up, and the order is that in which things were printed.
    """

    encoding = "UTF-8"

    def __init__(self, wire: Wire, name: str, descriptor: int) -> None:
        self.name = name
        self._wire, self._fd = wire, descriptor
        self._file = os.memfd_create(name)
        self._was = os.dup(descriptor)
        os.dup2(os.open(f"/proc/self/fd/{self._file}", os.O_WRONLY | os.O_APPEND), descriptor)
        self._home, self._read = os.getpid(), 0
        self._lock = threading.RLock()
        self._texts: dict[str, tuple[dict, list[str]]] = {}
        self._since = 0.0
        self._parent: ContextVar[dict] = ContextVar("parent")
        self._latest: dict = {}

    def set_parent(self, parent: dict) -> None:
        self._latest = extract_header(parent)
        self._parent.set(self._latest)

    @property
    def parent_header(self) -> dict:
        return self._parent.get(self._latest)

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._was

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        if os.getpid() != self._home:  # a process that a cell forked
            os.write(self._fd, text.encode("utf-8", "replace"))
            return len(text)
        with self._lock:
            self._drain()
            self._keep(text)
            if time.monotonic() - self._since > HOLD:
                self._send()
        return len(text)

    def writelines(self, lines) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        if os.getpid() == self._home:
            with self._lock:
                self._drain()
                self._send()

    def _drain(self) -> None:
        size = os.fstat(self._file).st_size
        if size:
            data = os.pread(self._file, size, 0)
            os.ftruncate(self._file, 0)
            self._keep(data.decode("utf-8", "replace"))

    def _keep(self, text: str) -> None:
        if not self._texts:
            self._since = time.monotonic()
        parent = self.parent_header
        self._texts.setdefault(parent.get("msg_id", ""), (parent, []))[1].append(text)

    def _send(self) -> None:
        texts, self._texts = self._texts, {}
        for parent, parts in texts.values():
            content = {"name": self.name, "text": "".join(parts)}
            if content["text"]:
                self._wire.send("iopub", "stream", content, parent=parent)


class Kernel(ipkernel.IPythonKernel):
    """IPython's kernel, with nothing to abort: a request comes when the one before is done."""

    def _abort_queues(self, *args, **kwargs) -> None:
        pass


class App(kernelapp.IPKernelApp):
    """ipykernel's application: its settings, start-up files and shell, and no sockets."""

    outstream_class = None  # the streams are there already
    wire: Wire

    def init_poller(self):
        pass

    init_connection_file = init_heartbeat = write_connection_file = log_connection_info = (
        init_poller
    )

    def init_sockets(self):
        self.session = self.wire
        self.iopub_socket = "iopub"

    def init_crash_handler(self):
        pass

    def init_kernel(self):
        options = {}
        if Kernel.class_traits().get("shell_channel_thread"):
            options["shell_channel_thread"] = types.SimpleNamespace(
                parent_thread=threading.main_thread()
            )
        self.kernel = Kernel.instance(
            parent=self, session=self.session, iopub_socket=self.iopub_socket, log=self.log,
            profile_dir=self.profile_dir, user_ns=self.user_ns, **options,
        )  # fmt: skip
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


def rehearse() -> None:
    """Do once what each child does first, so that what it needs is imported."""
    for name in (
        "IPython.core.magics", "ipykernel.comm", "ipykernel.compiler", "ipykernel.eventloops",
        "jupyter_client.jsonutil", "matplotlib_inline.config", "IPython.core.pylabtools",
        "debugpy", "tornado.platform.asyncio", "stack_data", "pygments.lexers.python", "sqlite3",
    ):  # fmt: skip
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def run(connected: socket.socket) -> None:
    """Be a kernel: take on the state that the first message names, then serve until told to end."""
    data = bytearray()
    while (first := unframe(data)) is None:
        got = connected.recv(1 << 16)
        if not got:
            return
        data += got
    take_on(json.loads(first[0]))
    wire = Wire(connected)
    sys.stdout, sys.stderr = Printed(wire, "stdout", 1), Printed(wire, "stderr", 2)
    asyncio.run(_serve(wire, data))
    _leave()


def take_on(state: dict) -> None:
    """Take on environment, folder and seed, as a new process would have them."""
    for name in set(os.environ) - set(state["environment"]):
        del os.environ[name]
    os.environ.update(state["environment"])
    os.umask(state["umask"])
    os.chdir(state["folder"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = [state["program"]]
    tempfile.tempdir = None
    if hasattr(time, "tzset"):
        time.tzset()
    random.seed(state["seed"])
    numpy = sys.modules.get("numpy")
    if numpy:
        numpy.random.seed(state["seed"])
    warnings.filters.insert(0, warnings.filters.pop(0))
    warnings._filters_mutated()  # warned once is warned once a report


async def _serve(wire: Wire, data: bytearray) -> None:
    app = App.instance(session=wire, wire=wire) if False else App.instance()
    app.wire = wire
    app.initialize(["--HistoryManager.hist_file=:memory:"])
    kernel = app.kernel
    kernel.shell.exit_now = False
    wire.send("shell", "ready", {"language_info": kernel.language_info})
    loop, requests = asyncio.get_running_loop(), asyncio.Queue()

    def readable() -> None:
        got = wire.socket.recv(1 << 20)
        data.extend(got)
        while (parts := unframe(data)) is not None:
            requests.put_nowait(parts)
        if not got:
            requests.put_nowait(None)

    loop.add_reader(wire.socket, readable)
    while (parts := await requests.get()) is not None:
        msg = wire.unpack(parts[0]) | {"buffers": parts[1:]}
        kind = msg["header"]["msg_type"]
        if kind == "shutdown_request":
            break
        await _answer(kernel, wire, kind, msg)
    loop.remove_reader(wire.socket)


async def _answer(kernel: Kernel, wire: Wire, kind: str, msg: dict) -> None:
    kernel.set_parent([], msg)
    wire.send("iopub", "status", {"execution_state": "busy"}, parent=msg)
    kernel.pre_handler_hook()
    try:
        if kind == "execute_request":
            await kernel.execute_request("shell", [], msg)
        else:
            kernel.shell_handlers[kind]("shell", [], msg)
    finally:
        kernel.post_handler_hook()
        sys.stdout.flush()
        sys.stderr.flush()
        wire.send("iopub", "status", {"execution_state": "idle"}, parent=msg)


def _leave() -> None:
    """End as Python ends: what was to be done at exit is done, and open files are written."""
    with contextlib.suppress(Exception):
        atexit._run_exitfuncs()
    App.instance().kernel.shell.user_ns.clear()
    gc.collect()
