"""What Binder builds and starts: the files that it reads, and that nobody's students go there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from equitylab import study
from equitylab.errors import DataError
from equitylab.portfolio import Portfolio
from equitylab.widgets.school import School


@pytest.fixture(scope="module")
def binder(repository) -> Path:
    return repository / "binder"


def steps(path: Path) -> list[str]:
    """The lines of a script that do something."""
    lines = path.read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]


def test_python_is_one_that_the_package_runs_on(binder):
    assert re.fullmatch(r"python-3\.1[1-9]", (binder / "runtime.txt").read_text("utf-8").strip())


def test_the_scripts_stop_at_the_first_fault_and_can_be_run(binder):
    for name in ("postBuild", "start"):
        assert os.access(binder / name, os.X_OK)
        assert (binder / name).read_text("utf-8").startswith("#!/bin/bash\n")
        subprocess.run(["bash", "-n", str(binder / name)], check=True)
    assert steps(binder / "postBuild")[0] == "set -euo pipefail"


def test_the_build_lays_the_curriculum_and_reads_the_sample_once(binder):
    done = steps(binder / "postBuild")
    assert "pip install --no-deps --no-build-isolation ." in done
    assert "equitylab study study --lay-only" in done
    assert any("warm()" in step for step in done)


def test_the_start_says_that_the_server_is_public_and_hands_over(binder):
    done = steps(binder / "start")
    assert "export EQUITYLAB_ON_BINDER=1" in done
    assert done[-1] == 'exec "$@"'


@pytest.mark.skipif(not shutil.which("bash"), reason="a start script is bash")
def test_what_is_started_finds_our_buttons_and_pages(binder, repository):
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    env["JUPYTER_PATH"] = "/elsewhere"
    run = subprocess.run(
        ["bash", str(binder / "start"), "env"],
        env=env,
        cwd=repository,
        capture_output=True,
        text=True,
    )
    told = dict(line.split("=", 1) for line in run.stdout.splitlines() if "=" in line)
    assert told["EQUITYLAB_ON_BINDER"] == "1"
    assert told["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0] == str(study.JUPYTER)
    assert told["JUPYTER_PATH"].split(os.pathsep) == [str(study.JUPYTER), "/elsewhere"]


def test_a_file_of_ones_own_is_refused_there(tmp_path, monkeypatch):
    folio = Portfolio.open(tmp_path / "portfolio.json")
    own = tmp_path / "students.csv"
    own.write_text("student_id\n1\n", "utf-8")
    folio.set("profile.source", {"kind": "file", "path": str(own)})
    monkeypatch.setenv("EQUITYLAB_ON_BINDER", "1")
    with pytest.raises(DataError, match="public server"):
        School.open(folio)
    folio.set("profile.source", {"kind": "sample"})
    assert School.open(folio).sample
