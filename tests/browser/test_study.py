"""The curriculum as a leader meets it: pages without code, by label and by keyboard alone."""

from __future__ import annotations

import contextlib
import json
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

from equitylab import study

pytestmark = pytest.mark.browser
pytest.importorskip("voila")

WAIT = 180_000  # milliseconds: two shared cores, a cold kernel, and a module's first reading


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextlib.contextmanager
def serving(folder: Path, *, app: bool):
    """Run `equitylab study` as a leader does, and give the address of its pages."""
    port = free_port()
    log = (folder.parent / f"log-{'app' if app else 'lab'}-{port}.txt").open("w")
    words = [sys.executable, "-m", "equitylab.cli", "study", str(folder), "--no-browser"]
    words += [f"--port={port}", *(["--app"] if app else [])]
    env = {**os.environ, "JUPYTER_TOKEN": "leader"}
    running = subprocess.Popen(
        words, stdout=log, stderr=subprocess.STDOUT, env=env, start_new_session=True
    )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(240):
            with contextlib.suppress(OSError):
                try:
                    urllib.request.urlopen(f"{address}/", timeout=5)
                except urllib.error.HTTPError:
                    pass
                break
            if running.poll() is not None:
                pytest.fail(f"equitylab study ended: {Path(log.name).read_text('utf-8')[-800:]}")
            time.sleep(0.5)
        yield address
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGINT)
            time.sleep(1)
            os.killpg(running.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        log.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("leader") / "study"
    study.lay(place)
    return place


@pytest.fixture(scope="module")
def app(folder):
    with serving(folder, app=True) as address:
        yield address


def opened(browser, address: str, name: str):
    """Open a module and wait until its last cell is there; Voilà's socket may need a second try."""
    url = f"{address}/voila/render/{name}"
    for last in (False, True):
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.asked = []
        page.on("request", lambda request, page=page: page.asked.append(request.url))
        try:
            page.goto(url, timeout=WAIT)
            page.wait_for_selector("#next, h2:has-text('Next')", state="visible", timeout=WAIT)
            page.wait_for_selector("text=Restore", state="attached", timeout=WAIT)
            page.wait_for_timeout(1500)  # the last outputs are attached after the cells
            return page
        except Exception:
            page.close()
            if last:
                raise
    raise AssertionError


@pytest.mark.parametrize("name", study.lessons())
def test_a_module_is_accessible_and_fetches_nothing(browser, app, violations, name):
    page = opened(browser, app, name)
    try:
        outside = [u for u in page.asked if not u.startswith((app, "data:", "blob:"))]
        assert outside == []
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.locator("h1").count() == 1
        assert "Traceback" not in page.inner_text("main")
        assert violations(page) == []
    finally:
        page.close()
