"""What runs a notebook and writes its page: the part of a batch that has several makers.

A batch knows two things only: a :class:`Job` says what to run and where its files go, and
``run(jobs)`` of a runner gives one :class:`Outcome` a job, in the order in which they end.
``forks`` runs them in children of a warm process, ``kernels`` in kernels of their own, ``cluster``
on other machines.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ..errors import EquityLabError, ReportError
from . import files
from .warm import PINNED

if TYPE_CHECKING:
    from nbformat import NotebookNode

STEP = 1200  # seconds that one cell may take
_OURS = {kind.__name__ for kind in (EquityLabError, *EquityLabError.__subclasses__())}


@dataclass(frozen=True)
class Job:
    """One notebook to run for one unit, and the two files that come of it.

    ``paper`` and ``words`` ask for more beside the page: see ``beside``. With ``measures`` the
    report's rows of measures.csv are laid beside its numbers.
    """

    key: str
    notebook: str
    parameters: dict
    page: str
    executed: str
    paper: str = ""
    words: dict = field(default_factory=dict)
    measures: bool = False


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
    try:
        known = papermill.inspect_notebook(_literal(notebook))
    except Exception as error:  # papermill and nbformat raise whatever they meet
        raise ReportError(
            f"The notebook cannot be read ({type(error).__name__}).",
            file=notebook.name,
            mend="Open it in JupyterLab, and save it again.",
        ) from None
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


def environment(scratch: Path | None = None) -> dict[str, str]:
    """Return the environment of a worker and its kernels: nothing of the user's own Jupyter."""
    made = dict(os.environ)
    made.pop("MPLBACKEND", None)
    made |= PINNED  # many processes share the cores, so each library uses one thread
    if scratch:
        made["JUPYTER_RUNTIME_DIR"] = str(scratch / "runtime")
        made["IPYTHONDIR"] = str(scratch / "ipython")  # no start-up files, no shared history
    made["PYTHONHASHSEED"] = "0"
    made["PYTHONIOENCODING"] = "utf-8"
    package = Path(__file__).resolve().parents[2]
    if package.name not in ("site-packages", "dist-packages"):
        made["PYTHONPATH"] = os.pathsep.join(filter(None, [str(package), made.get("PYTHONPATH")]))
    return made


def make(
    job: Job, execute: Callable[[Job], NotebookNode], opened: Callable[[], object] | None = None
) -> Outcome:
    """Run one notebook by ``execute``, draw its page, and write its files; say how it went.

    ``opened`` returns the report that the notebook has opened, where that is in this process.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError

    began = time.monotonic()

    def failed(why: str, detail: object = "", stop: bool = False) -> Outcome:
        why = without_paths(why.strip().split("\n")[0], Path(job.page).parent)[:200]
        return Outcome(job.key, False, time.monotonic() - began, why, str(detail), stop)

    try:
        warned = _write(job, execute(job), opened)
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
        stop = why in ("the disk is full", "the disk can only be read")
        return failed(f"its files could not be written: {why}", error, stop)
    except Exception as error:
        return failed(f"the notebook could not be run ({type(error).__name__}: {error})", error)
    return Outcome(job.key, True, time.monotonic() - began, detail=warned)


def _write(job: Job, book, opened: Callable[[], object] | None) -> str:
    """Write the page and the executed notebook, with nothing of this machine in either.

    Returns what the notebook warned of, for whoever mends it.
    """
    import nbformat

    from . import beside
    from .render import render, scrub

    here = Path(job.page).parent
    page = without_paths(render(book), here)
    files.write(Path(job.executed), without_paths(nbformat.writes(scrub(book)), here))
    files.write(Path(job.page), page)
    for path, content in beside.made(job, page, opened).items():
        files.write(Path(path), content)
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
