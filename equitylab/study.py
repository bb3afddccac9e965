"""The curriculum on a leader's own machine: laid in a folder, and opened in a browser.

A folder holds the thirteen notebooks, the pages beside them and ``my-work/``, where the portfolio is. Laying it again brings the notebooks up to date and never touches ``my-work/``.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

from . import catalog, places
from .errors import ReportError

WORK = "my-work"
KIT = ".kit.json"  # what a cohort kit laid: its notebooks already show a school's figures
_LAID = ".equitylab.json"  # what was laid, so that a later version knows what a leader changed
_PAGES = ("facilitator-guide.html", "which-number.html")
JUPYTER = Path(__file__).resolve().parent / "jupyter"


def lessons() -> list[str]:
    """Return the file names of the curriculum's notebooks, in order.

    Examples
    --------
    >>> lessons()[0], len(lessons())
    ('00-start-here.ipynb', 13)
    """
    return [f"{module['slug']}.ipynb" for module in catalog.content("modules")["modules"]]


def lay(folder: str | Path) -> list[str]:
    """Lay the curriculum in a folder, or bring it up to date; say what a reader should know.

    A notebook that a leader changed is kept: it stays as it is while ours is the same as before,
    and moves to ``my-work/kept/`` when ours is newer.

    Returns
    -------
    list of str
        Sentences about what was kept and where; empty when there is nothing to say.

    Raises
    ------
    ReportError
        The folder cannot be written.
    """
    from .reports.folder import digest  # heavy, and needed here alone

    folder, said = Path(folder), []
    try:
        (folder / WORK).mkdir(parents=True, exist_ok=True)
        laid, kit = _read(folder / _LAID), _read(folder / KIT).get("files", {})
        for name in lessons():
            ours, theirs = places.notebooks() / name, folder / name
            new = _digest(ours)
            if theirs.exists() and _digest(theirs) not in (new, laid.get(name)):
                if laid.get(name) == new:
                    continue  # changed by its reader, and nothing newer to offer
                said.append(_keep(theirs, folder / WORK / "kept"))
            as_kit = theirs.exists() and kit.get(name) == digest(theirs.read_bytes())
            if not theirs.exists() or _digest(theirs) != new or (_shows(theirs) and not as_kit):
                _copy(ours, theirs)
            laid[name] = new
        for name in _PAGES:
            _copy(places.notebooks() / name, folder / name)
        (folder / _LAID).write_text(json.dumps(laid, indent=1, sort_keys=True), "utf-8")
    except OSError as error:
        raise ReportError(
            f"The curriculum cannot be laid there: {error.strerror or error}.",
            file=folder,
            mend="Name a folder that you may write in: equitylab study FOLDER.",
        ) from error
    return said


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _digest(path: Path) -> str:
    """Return what identifies a notebook's text: its cells, whatever they have shown."""
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        told = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _shows(path: Path) -> bool:
    """Whether a notebook holds what it showed when it last ran.

    Its forms ended with that run, and JupyterLab would say so in the place of each; and what a
    leader wrote belongs in the portfolio alone.
    """
    return any(cell.get("outputs") for cell in json.loads(path.read_text("utf-8"))["cells"])


def _keep(path: Path, kept: Path) -> str:
    """Move a notebook that its reader changed out of the way, and say where it is."""
    kept.mkdir(parents=True, exist_ok=True)
    stem, number = f"{path.stem}-{date.today().isoformat()}", 1
    target = kept / f"{stem}.ipynb"
    while target.exists():
        number += 1
        target = kept / f"{stem}-{number}.ipynb"
    os.replace(path, target)
    return f"{path.name} has a newer version. Yours, which you had changed, is kept at {target}."


def _copy(source: Path, target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    shutil.copyfile(source, part)
    os.replace(part, target)


def environment() -> dict[str, str]:
    """Return the environment in which Jupyter finds our buttons and our page for the app."""
    found = dict(os.environ)
    for name in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):
        found[name] = os.pathsep.join(filter(None, [str(JUPYTER), found.get(name, "")]))
    return found


def command(
    folder: Path, *, app: bool = False, browser: bool = True, port: int | None = None
) -> list[str]:
    """Return the command that opens the curriculum: JupyterLab, or with ``app`` Voilà.

    Raises
    ------
    ReportError
        The program is not installed.
    """
    program = "voila" if app else "jupyterlab"
    if importlib.util.find_spec(program) is None:
        extra = '"equitylab[app]"' if app else "equitylab"
        raise ReportError(
            f"{'Voilà' if app else 'JupyterLab'} is not installed here.",
            mend=f"Install it with: pip install {extra}.",
        )
    words = [sys.executable, "-m", program]
    if app:
        words += [str(folder), "--template=equity", "--Voila.ip=127.0.0.1"]
        words += [f"--port={port}"] if port else []
    else:
        first = lessons()[0]
        words += [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/doc/tree/{first}"]
        words += [f"--ServerApp.port={port}"] if port else []
        if hasattr(os, "geteuid") and os.geteuid() == 0:  # a container: Jupyter asks to be told
            words.append("--ServerApp.allow_root=True")
    return words if browser else [*words, "--no-browser"]


def run(folder: Path, words: list[str]) -> int:
    """Run Jupyter until its reader stops it, and return its exit code."""
    ready = "from equitylab.widgets.school import warm; warm()"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen([sys.executable, "-c", ready], **quiet)  # while the browser opens
    try:
        return subprocess.run(words, env=environment(), cwd=folder, check=False).returncode
    except KeyboardInterrupt:  # Ctrl-C went to Jupyter too, and it has asked and closed
        return 0
