"""``equitylab check`` of a hostile file, in a child that may take so much time and memory."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest

from equitylab.cli import main
from tests.fuzz import oracle
from tests.fuzz.seeds import seeds
from tests.readers.exports import with_outcome

posix = pytest.mark.skipif(os.name != "posix", reason="needs fork and limits")
SECONDS, MEMORY = 30, 2_500_000_000
GOOD = with_outcome("oss", [1, 0, 0, 1, 0, 0])


MEASURES = os.environ.get("EQUITYLAB_FUZZ_MEASURES")  # a file to which each check adds a line


def _child(words, said):
    import resource

    held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with open(said, "w", encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
        code = main(words)
        sys.stdout.flush()
        sys.stderr.flush()
    if MEASURES:
        used = resource.getrusage(resource.RUSAGE_SELF)
        case = os.environ["PYTEST_CURRENT_TEST"].rpartition("::")[2]
        with open(MEASURES, "a", encoding="utf-8") as file:
            seconds = used.ru_utime + used.ru_stime
            print(f"{seconds:6.2f} s {used.ru_maxrss / 1000:6.0f} MB  {code}  {case}", file=file)
    os._exit(code)


@cache
def _warm() -> None:
    """Read the content files and import the readers here, so that no child has to."""
    for name in ("students.csv", "students.xlsx", "students.json"):
        oracle.readers(seeds()[name])


def check(path, *words) -> tuple[int, str]:
    """What ``equitylab check`` says of a path, and its exit code."""
    _warm()
    said = Path(tempfile.mkdtemp()) / "said.txt"
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_child, args=(["check", str(path), *words], said))
    process.start()
    process.join(2 * SECONDS)
    if process.is_alive():
        process.kill()
        pytest.fail(f"check of {path} gives no answer")
    text = said.read_text("utf-8")
    shutil.rmtree(said.parent)
    return process.exitcode, text


def refused(path, *words: str) -> None:
    """Assert one or two plain lines, with these words, and exit code 2."""
    code, said = check(path)
    lines = said.strip().splitlines()
    assert code == 2 and 1 <= len(lines) <= 2 and max(map(len, lines)) < 600, (code, said[:2000])
    assert "fault in EquityLab" not in said and "Traceback" not in said, said
    assert all(word in said for word in words), said


def read_as_good(path) -> str:
    """Assert that a file says what the plain one does, whatever else is in it."""
    code, said = check(path)
    assert code == 0 and "suspended_out_of_school" in said and "2 schools" in said, said[:2000]
    return said


def put(folder, name: str, content: bytes | str):
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
