"""Which of papermill's engines makes a notebook cost what its own work costs? This one.

``papermill --engine equitylab in.ipynb out.ipynb`` runs any Python notebook in a process forked
from a warm one, and what comes out equals what papermill's own engine writes: the client that
gathers the outputs is papermill's own, and so is the kernel's shell.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import sys
import threading
import time

import nbformat
from nbclient.client import KernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import output_from_msg
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger
from papermill.utils import merge_kwargs, remove_args

from . import warm

# What the client in the child is told; another option means a kernel as papermill starts it.
_CARRIED = {
    "allow_error_names", "allow_errors", "coalesce_streams", "force_raise_errors", "record_timing",
    "skip_cells_with_tag", "store_widget_state",
}  # fmt: skip
_OURS = {
    "input_path", "timeout", "startup_timeout", "iopub_timeout", "shutdown_kernel", "config",
    "ipython_hist_file", "raise_on_iopub_timeout", "shell_timeout_interval", "resources",
}  # fmt: skip


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
        options = {k: v for k, v in kwargs.items() if k in _CARRIED}
        teller = PapermillNotebookClient(
            nb_man, log_output=log_output, stdout_file=stdout_file, stderr_file=stderr_file,
            kernel_name=kernel_name, log=logger,
        )  # fmt: skip
        limit = execution_timeout or kwargs.get("timeout") or 0
        return _Book(nb_man, kernel_name, teller, options, max(limit, 0)).run()


class InsideEngine(NBClientEngine):
    """Runs a notebook's cells in this very process, which was forked for them and is theirs."""

    talk = None  # the channels, where they are not to be those of the notebook's own shell

    @classmethod
    def execute_managed_notebook(cls, nb_man, kernel_name, **kwargs):
        """Run the notebook's cells."""
        kept = remove_args(["input_path", "start_timeout", "execution_timeout"], **kwargs)
        options = merge_kwargs(kept, kernel_name=kernel_name, log=logger)
        return client(nb_man, talk=cls.talk, **options).execute()


def client(nb_man, overhear=None, talk=None, **options) -> PapermillNotebookClient:
    """Return papermill's client, talking to the kernel in this process."""
    from . import inside

    inside.seed([cell.source for cell in nb_man.nb.cells if cell.cell_type == "code"])
    talk = talk or inside.Talk(overhear)
    made = PapermillNotebookClient(nb_man, km=talk, **options)
    made.kc = talk
    return made


def _cannot(kernel_name: str, options: dict) -> str:
    """Return why a notebook cannot run in a warm process, or nothing."""
    if not warm.can_fork():
        return "this system cannot fork a warm process"
    if asked := sorted(set(options) - _CARRIED - _OURS):
        return f"it was asked for with {', '.join(asked)}"
    spec = _spec(kernel_name)
    argv = spec.argv if spec else []
    if argv[1:3] != ["-m", "ipykernel_launcher"] or not _same_python(argv[0]):
        return f"kernel {kernel_name} is not this Python"
    try:
        current()
    except OSError as error:
        return str(error)
    return ""


def _spec(kernel_name: str):
    with contextlib.suppress(KeyError):  # no such kernel
        return KernelManager(kernel_name=kernel_name).kernel_spec
    return None


def _same_python(command: str) -> bool:
    plain = {"python", "python3", f"python{sys.version_info.major}.{sys.version_info.minor}"}
    return command in plain or os.path.realpath(command) == os.path.realpath(sys.executable)


class _Book:
    """One notebook, run by a child: its cells go there whole, what becomes of them comes back."""

    def __init__(self, nb_man, kernel_name: str, teller, options: dict, limit: float) -> None:
        self.nb_man, self.teller, self.limit = nb_man, teller, limit
        self.options, self.cells = options, nb_man.nb.cells
        self.environment = _spec(kernel_name).env
        self.at = -1  # the cell that runs
        self.until = float("inf")

    def run(self):
        from . import inside

        state = inside.state()
        state["environment"] |= self.environment
        zygote = current()
        pid, self.wire = zygote.fork("equitylab.reports.engine:serve")
        try:
            nb = nbformat.from_dict(self.nb_man.nb)
            self.wire.send(state=state, book=nbformat.writes(nb), options=self.options)
            while True:
                message = self._receive(zygote, pid)
                if message["word"] == "done":
                    self.nb_man.nb.metadata.update(nbformat.from_dict(message["metadata"]))
                    self._ended()
                    return self.nb_man.nb
                getattr(self, "_" + message.pop("word"))(**message)
        finally:
            zygote.end(pid)
            self.wire.socket.close()

    def _receive(self, zygote, pid: int) -> dict:
        """Wait for what the child says, no longer than a cell may take."""
        while (message := self.wire.next()) is None:
            left = min(self.until - time.monotonic(), 1.0)
            if left <= 0:
                raise CellTimeoutError.error_from_timeout_and_cell(
                    "Cell execution timed out", self.limit, self.cells[self.at]
                )
            ready, _, _ = select.select([self.wire.socket], [], [], left)
            if (ready and not self.wire.feed()) or not (ready or zygote.alive(pid)):
                if (message := self.wire.next()) is None:
                    raise DeadKernelError("Kernel died")
                break
        return message

    def _ended(self) -> None:
        """Let the child do what it does before it ends, such as write files that were left open."""
        until = time.monotonic() + warm.LEAVING
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self.wire.socket], [], [], left)
            if ready and not self.wire.feed():
                break

    def _start(self, index: int) -> None:
        self.at = index
        self.until = time.monotonic() + self.limit if self.limit else float("inf")
        self.nb_man.cell_start(self.cells[index], index)

    def _said(self, message: dict) -> None:
        """A cell that still runs has printed or shown something."""
        with contextlib.suppress(ValueError):
            output = output_from_msg(message)
            self.cells[self.at].outputs.append(output)
            self.teller.log_output_message(output)
        self.nb_man.autosave_cell()

    def _cell(self, cell: dict, failed: bool, others: dict) -> None:
        """A cell has run; a display that it updated may lie in one that ran before."""
        index = self.at
        self.until = float("inf")
        for number, outputs in others.items():
            self.cells[int(number)].outputs = [nbformat.from_dict(o) for o in outputs]
        about = self.cells[index].metadata.papermill
        self.cells[index].update(nbformat.from_dict(cell))
        self.cells[index].metadata["papermill"] = about
        if failed:
            self.nb_man.cell_exception(self.cells[index], cell_index=index)
        self.nb_man.cell_complete(self.cells[index], cell_index=index)


_guard = threading.RLock()
_current: list[tuple[tuple, warm.Zygote]] = []


def current() -> warm.Zygote:
    """Return this process's warm process; a new one if it has ended or no longer fits.

    Raises
    ------
    OSError
        It could not be started.
    """
    # What a process reads once and keeps: with another value, another zygote is needed.
    read_once = ("PYTHON", "MPL", "IPYTHON", "JUPYTER", "HOME", "XDG", "TERM", "COLUMNS", "PATH")
    key = tuple(sorted((k, v) for k, v in os.environ.items() if k.startswith(read_once)))
    with _guard:
        if not _current or _current[0][0] != key or _current[0][1].process.poll() is not None:
            close()
            _current.append((key, warm.Zygote()))
        return _current[0][1]


@atexit.register
def close() -> None:
    """End this process's warm process, if it has one."""
    while _current:
        _current.pop()[1].close()


def _forget() -> None:
    """Let go, in a process forked from this one, of what is not its own."""
    global _guard
    while _current:
        _current.pop()[1].let_go()
    _guard = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


# What follows runs in the child.


class _Teller:
    """Stands where papermill's manager of a run stands, and tells the parent's what happens."""

    def __init__(self, wire: warm.Wire, nb) -> None:
        self.wire, self.nb, self.failed = wire, nb, False
        self.told = [_texts(cell) for cell in nb.cells]

    def cell_start(self, cell, cell_index=None) -> None:
        self.wire.send(word="start", index=cell_index)

    def cell_exception(self, cell, cell_index=None, exception=None) -> None:
        self.failed = True

    def cell_complete(self, cell, cell_index=None) -> None:
        others, now = {}, [_texts(cell) for cell in self.nb.cells]
        for k, outputs in enumerate(now):
            if outputs != self.told[k] and k != cell_index:
                others[k] = outputs
        self.told = now
        self.wire.send(word="cell", cell=cell, failed=self.failed, others=others)

    def autosave_cell(self) -> None:
        pass


def _texts(cell) -> list:
    return [dict(output) for output in cell.get("outputs", [])]


def serve(wire: warm.Wire) -> None:
    """Run one notebook for the process at the other end."""
    from . import inside

    told = wire.receive()
    inside.take_on(told["state"])
    nb = nbformat.reads(told["book"], as_version=4)

    def overhear(message: dict) -> None:
        if message["msg_type"] in ("stream", "display_data", "execute_result", "error"):
            wire.send(
                word="said", message={k: message[k] for k in ("header", "content", "metadata")}
            )

    made = client(_Teller(wire, nb), overhear, log=logger, **told["options"])
    made.execute()
    about = {k: nb.metadata[k] for k in ("language_info", "widgets") if k in nb.metadata}
    wire.send(word="done", metadata=about)
    inside.leave()
