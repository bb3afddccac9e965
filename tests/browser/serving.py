"""The curriculum served as a leader starts it, and its pages opened as a leader opens them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

WAIT = 180_000  # milliseconds: two shared cores, a cold kernel, and a module's first reading


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def serving(folder: Path, *, app: bool, **env: str):
    """Run `equitylab study` as a leader does, and give the address of its pages."""
    port = free_port()
    log = folder.parent / f"log-{'app' if app else 'lab'}-{port}.txt"
    words = [sys.executable, "-m", "equitylab.cli", "study", str(folder), "--no-browser"]
    words += [f"--port={port}", *(["--app"] if app else [])]
    with log.open("w") as told:
        running = subprocess.Popen(
            words,
            stdout=told,
            stderr=subprocess.STDOUT,
            env={**os.environ, "JUPYTER_TOKEN": "leader", **env},
            start_new_session=True,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            if running.poll() is not None:
                pytest.fail(f"equitylab study ended: {log.read_text('utf-8')[-800:]}")
            try:
                urllib.request.urlopen(f"{address}/", timeout=5).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, how)
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.wait(3)


def opened(browser, address: str, name: str):
    """Open a module and wait until its last cell is there; Voilà's socket may need a second try."""
    for wait in (60_000, WAIT):
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.asked = []
        page.on("request", lambda request, page=page: page.asked.append(request.url))
        try:
            page.goto(f"{address}/voila/render/{name}", timeout=wait)
            page.get_by_role("heading", name="Next", exact=True).wait_for(timeout=wait)
            page.get_by_label("Restore from a file").last.wait_for(timeout=wait)
            page.wait_for_timeout(1000)  # the last outputs are attached after the cells
            return page
        except Exception:
            if wait == WAIT or "error when executing" in page.inner_text("body"):
                raise
            closed(page)
    raise AssertionError


def closed(page) -> None:
    """Leave a page as a person does, so that its kernel ends with it."""
    page.goto("about:blank")
    page.context.close()
