"""What does a notebook's process do after the fork? It is ipykernel's kernel, without sockets.

The application, kernel, shell, magics, display hooks and widgets are ipykernel's own, and what
gathers the outputs is papermill's own client, so that a notebook cannot tell the difference and its
outputs are those of a kernel. Ours are the session, which hands each message to the client in the
same process, and the two streams.
"""

from __future__ import annotations

import ast
import asyncio
import atexit
import contextlib
import contextvars
import gc
import hashlib
import importlib
import importlib.util
import logging
import os
import queue
import random
import signal
import sys
import tempfile
import threading
import time
import types
from collections import deque
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from io import TextIOBase

from ipykernel import ipkernel, kernelapp
from ipykernel.zmqshell import Session, extract_header

from .warm import INLINE, LEAVING, below, children, end_all

HOLD = 0.2  # seconds that printed text may wait for more of it, as in a kernel


class Messages(Session):
    """A session whose messages go to ``hear(channel, message)``, in this process."""

    hear: Callable[[str, dict], None] | None = None

    def send(
        self, stream, msg_or_type, content=None, parent=None, ident=None, buffers=None,
        track=False, header=None, metadata=None,
    ):  # fmt: skip
        """Send a message, or make one and send it; ``stream`` is "shell" or anything else."""
        msg = msg_or_type
        if not isinstance(msg, dict):
            msg = self.msg(msg, content=content, parent=parent, header=header, metadata=metadata)
        buffers = [bytes(memoryview(b)) for b in buffers or msg.get("buffers") or []]
        if os.getpid() != HERE.pid or self.hear is None:
            return msg  # a process that a cell forked, or nobody runs a notebook yet
        # As JSON and back, so that what arrives is what would have gone through a socket.
        body = self.unpack(self.pack({k: v for k, v in msg.items() if k != "buffers"}))
        self.hear("shell" if stream == "shell" else "iopub", body | {"buffers": buffers})
        return msg


class Printed(TextIOBase):
    """What a notebook prints, by Python or straight to the file descriptor.

    The descriptor leads to a file in memory, which is read before anything else is sent. So no
    thread is needed, no pipe can fill up, and the order is that in which things were printed.
    """

    encoding = "UTF-8"

    def __init__(self, messages: Messages, name: str, descriptor: int) -> None:
        self.name = name
        self._messages, self._fd = messages, descriptor
        self._file = os.memfd_create(name)
        self._was = os.dup(descriptor)
        appending = os.open(f"/proc/self/fd/{self._file}", os.O_WRONLY | os.O_APPEND)
        os.dup2(appending, descriptor)
        os.close(appending)
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
        if os.getpid() != HERE.pid:  # a process that a cell forked
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
        if os.getpid() == HERE.pid:
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
                self._messages.send("iopub", "stream", content, parent=parent)


class Kernel(ipkernel.IPythonKernel):
    """IPython's kernel, with nothing to abort: a request comes when the one before is done."""

    _execute_sleep = 0  # a kernel waits for its socket here, after each cell

    def _abort_queues(self, *args, **kwargs) -> None:
        pass


class App(kernelapp.IPKernelApp):
    """ipykernel's application: its settings, start-up files and shell, and no sockets."""

    outstream_class = None  # the streams come after the fork

    def init_poller(self):
        pass

    init_connection_file = init_heartbeat = write_connection_file = log_connection_info = (
        init_poller
    )

    def init_sockets(self):
        self.session = Messages()
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


HERE = types.SimpleNamespace(pid=0, sets={})  # the process that runs a notebook


def prepare() -> None:
    """Make the shell ready, before the fork: what all notebooks start with is made once."""
    for name in (
        "IPython.core.magics", "IPython.core.completer", "ipykernel.comm", "ipykernel.compiler",
        "ipykernel.eventloops", "jupyter_client.jsonutil", "debugpy",
        "tornado.platform.asyncio", "stack_data", "pygments.lexers.python", "sqlite3",
    ):  # fmt: skip
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    sys.argv = [importlib.util.find_spec("ipykernel_launcher").origin]
    app, before = App.instance(), dict(os.environ)
    app.initialize(["--HistoryManager.hist_file=:memory:"])
    app.kernel.shell.exit_now = False
    # Cells always run inside it. To enter it once and not once a cell keeps the names of builtins as
    # they are, and so what Python has learned of where they lie.
    app.kernel.shell.builtin_trap.__enter__()
    app.kernel.shell.run_cell("None", silent=True)  # so that what a first cell needs is there
    # What a kernel sets for the programs that it starts, such as a pager.
    HERE.sets = {k: v for k, v in os.environ.items() if before.get(k) != v}


def state() -> dict:
    """Return what a child takes over from the process that asks for a notebook."""
    mask = os.umask(0)
    os.umask(mask)
    environment = dict(os.environ) | {"JPY_PARENT_PID": str(os.getpid())}
    return {"environment": environment, "folder": os.getcwd(), "umask": mask}


def take_on(state: dict) -> None:
    """Take on environment and folder, as a new process would have them."""
    for name in set(os.environ) - set(state["environment"]):
        del os.environ[name]
    os.environ.update(state["environment"] | HERE.sets)
    os.environ.setdefault("MPLBACKEND", INLINE)
    os.umask(state["umask"])
    os.chdir(state["folder"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tempfile.tempdir = None
    if hasattr(time, "tzset"):
        time.tzset()
    HERE.pid = os.getpid()


def seed(sources: list[str]) -> None:
    """Give a report random numbers of its own, the same each time that it is made."""
    drawn = int.from_bytes(hashlib.sha256("\0".join(sources).encode()).digest()[:4], "big")
    random.seed(drawn)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(drawn)


class _Inbox:
    """One of the two channels: what is asked for is there already."""

    def __init__(self, talk: Channels) -> None:
        self.messages: deque[dict] = deque()
        self.send = talk.send

    async def get_msg(self, timeout: float | None = None) -> dict:
        if not self.messages:
            raise queue.Empty
        return self.messages.popleft()


class Channels:
    """nbclient's manager and its client, of a kernel that is this very process.

    Parameters
    ----------
    overhear : callable, optional
        Called with each message as it is sent, while the cell still runs.
    """

    has_kernel, allow_stdin = True, False

    def __init__(self, overhear: Callable[[dict], None] | None = None) -> None:
        self.kernel = App.instance().kernel
        self.session: Messages = self.kernel.session
        self.shell_channel, self.iopub_channel = _Inbox(self), _Inbox(self)
        inboxes = {"shell": self.shell_channel, "iopub": self.iopub_channel}

        def hear(channel: str, message: dict) -> None:
            inboxes[channel].messages.append(message)
            if overhear and channel == "iopub":
                overhear(message)

        self.session.hear = hear

    def is_alive(self) -> bool:
        return True

    def send(self, msg: dict) -> None:
        """Hand over what a front end would send."""

    def kernel_info(self) -> str:
        msg = self.session.msg("kernel_info_request")
        content = {"language_info": self.kernel.language_info}
        self.session.send("shell", "kernel_info_reply", content, parent=msg)
        return msg["header"]["msg_id"]


class Talk(Channels):
    """The channels of a notebook's own process, whose streams and shell are the notebook's."""

    def __init__(self, overhear: Callable[[dict], None] | None = None) -> None:
        super().__init__(overhear)
        sys.stdout = Printed(self.session, "stdout", 1)
        sys.stderr = Printed(self.session, "stderr", 2)
        for log in (App.instance().log, logging.getLogger("tornado")):
            for handler in log.handlers:
                if isinstance(handler, logging.StreamHandler):
                    handler.setStream(sys.stderr)

    async def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True):
        """Run a cell to its end; the messages of it are then in the channels."""
        content = {
            "code": code, "silent": False, "store_history": store_history,
            "user_expressions": {}, "allow_stdin": False, "stop_on_error": stop_on_error,
        }  # fmt: skip
        msg = self.session.msg("execute_request", content)
        with self._answering(msg):
            await self.kernel.execute_request("shell", [], msg)
        return msg["header"]["msg_id"]

    def send(self, msg: dict) -> None:
        """Hand over what a front end would send, as nbclient's Output widget does."""
        with self._answering(msg):
            self.kernel.shell_handlers[msg["header"]["msg_type"]]("shell", [], msg)

    @contextlib.contextmanager
    def _answering(self, msg: dict):
        self.kernel.set_parent([], msg)
        self.session.send("iopub", "status", {"execution_state": "busy"}, parent=msg)
        self.kernel.pre_handler_hook()
        try:
            yield
        finally:
            self.kernel.post_handler_hook()
            sys.stdout.flush()
            sys.stderr.flush()
            self.session.send("iopub", "status", {"execution_state": "idle"}, parent=msg)


def held(name: str) -> Callable[[], object]:
    """Return a function that returns what a name stands for in the notebook, or None."""
    return lambda: App.instance().kernel.shell.user_ns.get(name)


def leave() -> None:
    """End as Python ends: what was to be done at exit is done, and open files are written."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)  # what takes too long is cut short
    signal.setitimer(signal.ITIMER_REAL, LEAVING)
    with contextlib.suppress(BaseException):
        atexit._run_exitfuncs()
    signal.setitimer(signal.ITIMER_REAL, 0)
    App.instance().kernel.shell.user_ns.clear()
    gc.collect()
    clear()


def clear() -> None:
    """End what a notebook has started and left, as a kernel does when it ends."""
    with contextlib.suppress(OSError):
        if children():  # `below` looks through all processes of the machine
            end_all(below(os.getpid()))


class Rehearsal(Channels):
    """A kernel that goes through cells outside the notebook's shell, which is to stay as new."""

    def __init__(self) -> None:
        super().__init__()
        self.space: dict[str, object] = {}

    async def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True):
        """Run a cell; the messages that a kernel would send are then in the channels."""
        parent = self.session.msg("execute_request", {"code": code})
        tell = partial(self.session.send, "iopub", parent=parent)
        tell("status", {"execution_state": "busy"})
        tell("execute_input", {"code": code, "execution_count": 1})
        tree = ast.parse(code)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<cell>", "exec"), self.space)
        if last:
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), self.space)
            data, about = self.kernel.shell.display_formatter.format(value)
            tell("execute_result", {"data": data, "metadata": about, "execution_count": 1})
        reply = {"status": "ok", "execution_count": 1}
        self.session.send("shell", "execute_reply", reply, parent=parent)
        tell("status", {"execution_state": "idle"})
        return parent["header"]["msg_id"]


def rehearse(work: Callable[[Channels], None]) -> None:
    """Do work over a rehearsed kernel in this process, before it forks, and leave no trace."""
    HERE.pid = os.getpid()
    try:
        # In a context of its own: the loop that it makes must not be the children's.
        contextvars.copy_context().run(work, Rehearsal())
    finally:
        HERE.pid = 0
        App.instance().kernel.session.hear = None
        with contextlib.suppress(RuntimeError):
            asyncio.get_event_loop_policy().get_event_loop().close()
        asyncio.set_event_loop(None)
