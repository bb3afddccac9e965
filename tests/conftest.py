"""What tests share: the sample district's finished reports, a browser, the accessibility rules."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session", autouse=True)
def state_home(tmp_path_factory) -> None:
    """What walls remember stays with the tests."""
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the clone."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference data that stands beside a clone on the project's machines."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the folder `shared` is not beside the repository")
    return folder


@pytest.fixture(scope="session")
def reports_folder(tmp_path_factory) -> Path:
    """The reports of the whole sample district, made once by the command itself.

    ``EQUITYLAB_REPORTS=folder`` keeps them between runs; unchanged ones are then not made again.
    """
    kept = os.environ.get("EQUITYLAB_REPORTS")
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # one folder for all workers
    folder = Path(kept) if kept else base / "reports"
    finished = base / "reports.finished"
    mine = False
    try:
        (base / "reports.begun").mkdir()
        mine = True
    except FileExistsError:
        pass
    if mine:
        run = subprocess.run(
            [sys.executable, "-m", "equitylab.cli", "report", "--out", str(folder)],
            capture_output=True,
            text=True,
            cwd=base,
            stdin=subprocess.DEVNULL,
        )
        finished.write_text(f"{run.returncode}\n{run.stdout}{run.stderr}", "utf-8")
    while not finished.exists() or not finished.read_text("utf-8"):
        time.sleep(0.5)
    code, said = finished.read_text("utf-8").split("\n", 1)
    if code != "0":
        pytest.fail(f"equitylab report ended with exit {code}:\n{said}")
    return folder


def _needed(found: str | Path | None, what: str) -> str:
    """Return what was found; without it tests skip on a person's machine, and fail on CI."""
    if found and Path(found).exists():
        return str(found)
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed; .ci/run installs it")
    return pytest.skip(f"{what} is not installed; see .ci/run")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium, or of another Chrome on this machine."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return _needed(next(filter(None, map(shutil.which, names)), None), "Chromium")


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The text of axe-core, the accessibility rules."""
    place = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    return Path(_needed(place, "axe-core (npm)")).read_text("utf-8")
