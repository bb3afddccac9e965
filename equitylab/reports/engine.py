"""Which of papermill's engines makes a notebook cost what its own work costs? This one.

``papermill --engine equitylab in.ipynb out.ipynb`` runs any Python notebook in a process forked
from a warm one, and what comes out equals what papermill's own engine writes. The client is
papermill's own as well: only the kernel behind it is another.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import json
import os
import queue
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from pathlib import Path

from jupyter_client.session import Session
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.utils import merge_kwargs, remove_args

from . import warm
from .warm import frame, unframe


class WarmEngine(NBClientEngine):
    """Runs a notebook in a warm process; where that cannot be, in a kernel as papermill does."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, log_output=False, stdout_file=None, stderr_file=None,
        start_timeout=60, execution_timeout=None, **kwargs,
    ):  # fmt: skip
        """Run the notebook's cells; the arguments are those of papermill's own engine."""
        why = _cannot(kernel_name, kwargs)
        if why:
            logger.warning(f"The notebook runs in a kernel of its own: {why}.")
            return super().execute_managed_notebook(
                nb_man, kernel_name, log_output=log_output, stdout_file=stdout_file,
                stderr_file=stderr_file, start_timeout=start_timeout,
                execution_timeout=execution_timeout, **kwargs,
            )  # fmt: skip
        options = merge_kwargs(
            remove_args(["timeout", "startup_timeout"], **remove_args(["input_path"], **kwargs)),
            timeout=execution_timeout if execution_timeout else kwargs.get("timeout"),
            startup_timeout=start_timeout,
            kernel_name=kernel_name,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
        )
        return _Client(nb_man, **options).execute()


def _cannot(kernel_name: str, options: dict) -> str:
    """Return why a notebook cannot run in a warm process, or nothing."""
    if not warm.can_fork():
        return "this system cannot fork a warm process"
    asked = sorted({"km", "kernel_manager_class", "extra_arguments"} & set(options))
    if asked:
        return f"it was asked for with {', '.join(asked)}"
    argv = _spec(kernel_name).argv if _spec(kernel_name) else []
    if argv[1:3] != ["-m", "ipykernel_launcher"] or not _same_python(argv[0]):
        return f"kernel {kernel_name} is not this Python"
    return ""


def _spec(kernel_name: str):
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    with contextlib.suppress(NoSuchKernel):
        return KernelSpecManager().get_kernel_spec(kernel_name)
    return None


def _same_python(command: str) -> bool:
    plain = {"python", "python3", "python%i.%i" % sys.version_info[:2]}
    return command in plain or os.path.realpath(command) == os.path.realpath(sys.executable)


class _Client(PapermillNotebookClient):
    """papermill's client, with our manager in the place of jupyter_client's."""

    def create_kernel_manager(self):
        sources = [c.source for c in self.nb.cells if c.cell_type == "code"]
        self.km = _Manager(self.kernel_name, warm.seed_of(sources))
        return self.km


class _Manager:
    """Starts and ends one kernel; the part of jupyter_client's manager that nbclient uses."""

    def __init__(self, kernel_name: str, seed: int) -> None:
        self.kernel_name, self.seed = kernel_name, seed
        self.has_kernel, self.pid, self.socket, self.zygote = False, 0, None, None

    async def start_kernel(self, extra_arguments=(), cwd=None, env=None, **options) -> None:
        import ipykernel_launcher

        environment = dict(os.environ if env is None else env)
        environment |= _spec(self.kernel_name).env
        environment["JPY_PARENT_PID"] = str(os.getpid())
        mask = os.umask(0)
        os.umask(mask)
        state = {
            "environment": environment,
            "folder": str(cwd or os.getcwd()),
            "program": ipykernel_launcher.__file__,
            "seed": self.seed,
            "umask": mask,
        }
        self.socket, theirs = socket.socketpair()
        with theirs:
            self.zygote, self.pid = Zygote.fork(theirs.fileno())
        self.has_kernel = True
        self.socket.sendall(frame(json.dumps(state).encode()))

    def client(self) -> _Channel:
        return _Channel(self)

    def is_alive(self) -> bool:
        return self.has_kernel and bool(self.zygote.ask("alive", self.pid))

    def interrupt_kernel(self) -> None:
        self.zygote.ask("interrupt", self.pid)

    async def shutdown_kernel(self, now: bool = False) -> None:
        if not now:
            with contextlib.suppress(OSError):
                head = json.dumps({"header": {"msg_type": "shutdown_request"}})
                self.socket.sendall(frame(head.encode()))
                until = time.monotonic() + 5
                while self.is_alive() and time.monotonic() < until:
                    await asyncio.sleep(0.002)

    def cleanup_resources(self) -> None:
        if self.has_kernel:
            self.zygote.ask("end", self.pid)
            self.has_kernel = False


class _Channel:
    """The kernel's client: what is sent and received, in the shape that nbclient knows."""

    allow_stdin = False

    def __init__(self, manager: _Manager) -> None:
        self.manager, self.socket = manager, manager.socket
        self.session, self._data = Session(key=b""), bytearray()
        self.shell_channel, self.iopub_channel = _Inbox(self), _Inbox(self)
        self.closed = False

    def start_channels(self) -> None:
        pass

    def stop_channels(self) -> None:
        self.socket.close()

    def is_alive(self) -> bool:
        return self.manager.is_alive()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        until = time.monotonic() + (timeout or 60)
        while True:
            try:
                self.ready = (await self.shell_channel.get_msg(timeout=1))["content"]
                return
            except queue.Empty:
                if not self.is_alive():
                    raise RuntimeError("Kernel died before replying to kernel_info") from None
                if time.monotonic() > until:
                    raise RuntimeError(f"Kernel didn't respond in {timeout} seconds") from None

    def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        content = {
            "code": code, "silent": False, "store_history": store_history,
            "user_expressions": {}, "allow_stdin": False, "stop_on_error": stop_on_error,
        }  # fmt: skip
        return self.send(self.session.msg("execute_request", content))

    def kernel_info(self) -> str:
        """Ask for what is known since the kernel was ready."""
        msg = self.session.msg("kernel_info_reply", self.ready)
        msg["parent_header"] = {"msg_id": msg["header"]["msg_id"]}
        self.shell_channel.messages.append(msg)
        return msg["header"]["msg_id"]

    def send(self, msg: dict) -> str:
        buffers = msg.pop("buffers", None) or []
        with contextlib.suppress(OSError):  # a dead kernel is found out by whoever waits for it
            self.socket.sendall(frame(self.session.pack(msg), buffers))
        return msg["header"]["msg_id"]

    def receive(self) -> None:
        """Read what is there, and wake whoever waits for it."""
        try:
            got = self.socket.recv(1 << 20, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except OSError:
            got = b""
        if not got:
            self.closed = True
            asyncio.get_running_loop().remove_reader(self.socket)
        self._data += got
        while (parts := unframe(self._data)) is not None:
            msg = self.session.unpack(parts[0])
            msg["msg_type"], msg["buffers"] = msg["header"]["msg_type"], parts[1:]
            inbox = self.shell_channel if msg.pop("channel") == "shell" else self.iopub_channel
            inbox.messages.append(msg)
        for inbox in (self.shell_channel, self.iopub_channel):
            if inbox.messages and inbox.waiting and not inbox.waiting.done():
                inbox.waiting.set_result(None)


class _Inbox:
    """One of the two channels."""

    def __init__(self, channel: _Channel) -> None:
        self.channel, self.messages, self.waiting = channel, deque(), None

    def send(self, msg: dict) -> None:
        self.channel.send(msg)

    async def get_msg(self, timeout: float | None = None) -> dict:
        while not self.messages:
            loop = asyncio.get_running_loop()
            self.waiting = loop.create_future()
            if not self.channel.closed:
                loop.add_reader(self.channel.socket, self.channel.receive)
            try:
                await asyncio.wait_for(self.waiting, timeout)
            except asyncio.TimeoutError:
                raise queue.Empty from None
            finally:
                self.waiting = None
                others = (self.channel.shell_channel, self.channel.iopub_channel)
                if not any(o.waiting for o in others) and not self.channel.closed:
                    loop.remove_reader(self.channel.socket)
        return self.messages.popleft()


class Zygote:
    """The warm process of this one, started when first needed."""

    _now: Zygote | None = None
    _lock = threading.RLock()

    def __init__(self) -> None:
        self.key, self.home = _key(), os.getpid()
        self.control, theirs = socket.socketpair()
        package = str(Path(__file__).resolve().parents[2])
        code = f"import sys; sys.path.append({package!r}); "
        code += f"from equitylab.reports import warm; warm.zygote({theirs.fileno()})"
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                env=warm.environment(),
                start_new_session=True,
            )
        if self.control.recv(64) != b"ready":
            self.close()
            raise RuntimeError("The warm process could not be started.")

    @classmethod
    def fork(cls, descriptor: int) -> tuple[Zygote, int]:
        """Return a warm process and the number of the child that it forked for this socket."""
        with cls._lock:
            one = cls._now
            if one is None or one.key != _key() or one.home != os.getpid() or one.process.poll() is not None:
                one = cls._now = Zygote()
            socket.send_fds(one.control, [b"fork"], [descriptor])
            return one, int(one.control.recv(64))

    def ask(self, word: str, pid: int) -> int:
        """Ask after a child, interrupt it or end it; 0 if it is not, or the zygote is not."""
        with self._lock:
            with contextlib.suppress(OSError, ValueError):
                self.control.sendall(f"{word} {pid}".encode())
                return int(self.control.recv(64))
        if word == "end":
            warm.kill(pid)
        return 0

    def close(self) -> None:
        """End the warm process and what it forked."""
        self.control.close()
        if self.home == os.getpid():
            self.process.wait()


def _key() -> tuple:
    """Return what a process reads once and keeps: with another value, a new zygote is needed."""
    return tuple(sorted((k, v) for k, v in os.environ.items() if k.startswith(("PYTHON", "MPL"))))


@atexit.register
def _close() -> None:
    if Zygote._now:
        Zygote._now.close()
