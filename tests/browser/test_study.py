"""The curriculum as a leader meets it: pages without code, by label and by keyboard alone."""

from __future__ import annotations

import contextlib
import html
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import pytest

from equitylab import catalog, cli, places, study
from equitylab.widgets import Lesson
from equitylab.widgets.forms import book
from equitylab.widgets.sources import choices
from tests.browser.keyboard import Leader, held

pytestmark = [pytest.mark.browser, pytest.mark.slow]
pytest.importorskip("voila")

WAIT = 180_000  # milliseconds: two shared cores, a cold kernel, and a module's first reading
PRACTICE = places.samples() / "practice" / "riverbend-portfolio.json"


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
            if wait == WAIT or "error" in page.inner_text("body"):
                raise
            closed(page)
    raise AssertionError


def closed(page) -> None:
    """Leave a page as a person does, so that its kernel ends with it."""
    page.goto("about:blank")
    page.context.close()


@pytest.mark.parametrize("name", study.lessons())
def test_a_module_is_accessible_and_fetches_nothing(browser, app, violations, name):
    page = opened(browser, app, name)
    try:
        outside = [u for u in page.asked if not u.startswith((app, "data:", "blob:"))]
        assert outside == []
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.locator("h1").count() == 1
        text = page.inner_text("main")
        assert "Traceback" not in text and "did not work" not in text
        assert "lesson.show(" not in text and "lesson.ask(" not in text  # no code
        assert violations(page) == []
        page.keyboard.press("End")  # the page itself can be read to its end
        page.wait_for_function("scrollY + innerHeight > document.body.scrollHeight - 50")
    finally:
        closed(page)


def test_the_app_opens_on_the_list_of_notebooks(browser, app, violations):
    page = browser.new_page()
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(f"{app}/")
    assert [u for u in page.asked if not u.startswith((app, "data:"))] == []
    assert page.get_by_role("link").count() == len(study.lessons())
    assert violations(page) == []
    page.close()


# ---------------------------------------------------------------- a leader's way


def sample(key: str) -> dict:
    """The first row of the practice portfolio under a key: what the leader of these tests writes."""
    entries = json.loads(PRACTICE.read_text("utf-8"))["entries"].items()
    return next(entry["value"] for name, entry in entries if name.startswith(f"{key}/"))


def fill(leader: Leader, module: str, form: str, answers: dict) -> str:
    """Answer a form's questions in their order, by the words that stand on the page."""
    at = Lesson(module, portfolio=leader.work)
    asked = (book("every") if form == "card" else at.book).form(form)
    for field in asked.fields:
        answer = answers.get(field.id)
        if answer in (None, "", []):
            continue
        words = {c.value: c.label for c in choices(at, field.options)}
        if isinstance(answer, list):
            answer = [words[one] for one in answer]
        else:
            answer = words.get(answer, answer)
        leader.write(field.label, answer, sheet=asked.title)
    return asked.title


def add(leader: Leader, module: str, form: str, answers: dict) -> tuple[str, dict]:
    """Write one row and add it to its list; return the row's id and what is kept of it."""
    title = fill(leader, module, form, answers)
    asked = (book("every") if form == "card" else book(module)).form(form)
    leader.press(f"Add this {asked.one}", sheet=title)
    sheet = leader.page.get_by_role("group", name=title, exact=True)
    sheet.get_by_text(f"So far: 1 {asked.one}").wait_for(timeout=WAIT)
    leader.page.wait_for_function("document.activeElement.value === ''")  # ready for the next one
    ((id, row),) = leader.kept(asked.key).items()
    return id, row


def soon(days: int) -> str:
    return (date.today() + timedelta(days)).isoformat()


CARD = sample("finding_cards.cards")
GOAL = sample("action_plan.goals") | {
    "by_date": soon(480), "checkpoint_1": soon(160), "checkpoint_2": soon(320)
}  # fmt: skip


@pytest.fixture(scope="module")
def way(browser, tmp_path_factory):
    """Work 00, 03, 07, 09 and 10 by keyboard, then end the server; return where the work is."""
    folder = tmp_path_factory.mktemp("way") / "study"
    work = folder / "my-work" / "portfolio.json"
    with serving(folder, app=True) as address:
        begin(browser, address, work)
        ids = {"card": find(browser, address, work)}
        ids["priority"] = agree(browser, address, work, ids["card"])
        ids["cause"] = explain(browser, address, work, ids["priority"])
        ids["goal"] = plan(browser, address, work, ids)
    return folder, ids


def begin(browser, address: str, work: Path) -> None:
    """00: the sample district, and Riverbend."""
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    leader = Leader(page, work)
    page.goto(f"{address}/")
    leader.shot("journey-0-list")
    leader.press("00 · Start here")
    page.get_by_role("heading", name="Next", exact=True).wait_for(timeout=WAIT)
    page.get_by_label("Restore from a file").last.wait_for(timeout=WAIT)
    fill(leader, "m00", "source", {"kind": "sample"})  # it stands there already
    fill(leader, "m00", "school", {"unit_id": "0219"})
    assert leader.kept("profile.school")["unit_id"] == "0219"
    leader.shot("journey-1-school")
    page.close()


def find(browser, address: str, work: Path) -> str:
    """03: predict, look, read the explorer, write a finding card."""
    page = opened(browser, address, study.lessons()[3])
    leader = Leader(page, work)
    asked = {"measure": CARD["measure"], "students": CARD["students"], "side": "lower", "points": 5}
    title = fill(leader, "m03", "prediction", asked)
    sheet = page.get_by_role("group", name=title, exact=True)
    assert sheet.get_by_role("img").count() == 0  # nothing is seen before it is predicted
    leader.press("Save my prediction, then show me", sheet=title)
    sheet.get_by_role("img").first.wait_for(timeout=WAIT)
    assert leader.kept("predictions.m03", lambda v: v.get("points") == 5)
    assert f"{CARD['x']} of {CARD['n']}" in sheet.inner_text()
    leader.shot("journey-2-predicted")
    title = fill(leader, "m03", "gap-explorer", {k: CARD[k] for k in ("measure", "students")})
    explorer = page.get_by_role("group", name=title, exact=True)
    explorer.get_by_text(f"{CARD['x']} of {CARD['n']}").first.wait_for(timeout=WAIT)
    leader.shot("journey-3-explorer")
    id, row = add(leader, "m03", "card", CARD | {"voice_by": soon(30)})
    assert (row["x"], row["n"]) == (CARD["x"], CARD["n"])  # from the table, not typed
    leader.shot("journey-4-card")
    closed(page)
    return id


def agree(browser, address: str, work: Path, card: str) -> str:
    """07: the card passes the board's gate and becomes a priority."""
    page = opened(browser, address, study.lessons()[7])
    leader = Leader(page, work)
    document = "Placement into mathematics, page 4 of the course guide"
    scores = dict.fromkeys(("size", "severity", "voice_score", "evidence", "control"), 3)
    add(leader, "m07", "board", {"card": card, "document": document, **scores})
    leader.shot("journey-5-board")
    chosen = sample("audit_summary.priorities") | {"card": card}
    id, row = add(leader, "m07", "priorities", chosen)
    assert row["card"] == card
    leader.shot("journey-6-priority")
    closed(page)
    return id


def explain(browser, address: str, work: Path, priority: str) -> str:
    """09: one cause that adults control."""
    page = opened(browser, address, study.lessons()[9])
    leader = Leader(page, work)
    cause = sample("root_cause_map.causes")
    whys = {f"why{k + 1}": why for k, why in enumerate(cause["whys"])}
    id, _ = add(leader, "m09", "causes", cause | whys | {"priority": priority})
    leader.shot("journey-7-cause")
    closed(page)
    return id


def plan(browser, address: str, work: Path, ids: dict) -> str:
    """10: a goal with its people, dates and target, from that priority."""
    page = opened(browser, address, study.lessons()[10])
    leader = Leader(page, work)
    linked = {"priority": ids["priority"], "causes": [ids["cause"]]}
    id, row = add(leader, "m10", "goals", GOAL | linked)
    assert row["priority"] == ids["priority"] and row["target_x"] == GOAL["target_x"]
    leader.shot("journey-8-goal")
    closed(page)
    return id


def test_another_day_finds_the_work(browser, way):
    folder, ids = way
    work = folder / "my-work" / "portfolio.json"
    before = work.read_bytes()
    with serving(folder, app=True) as address:
        page = opened(browser, address, study.lessons()[3])
        sheet = page.get_by_role("group", name=book("m03").form("prediction").title, exact=True)
        assert sheet.get_by_role("img").count() > 0  # seen is seen
        asked = sheet.get_by_text("By how many percentage points?")
        assert asked.locator("xpath=following::dd[1]").inner_text() == "5"
        leader = Leader(page, work)
        leader.press(f"Change {CARD['title']}", sheet="Finding cards")
        page.wait_for_function("document.activeElement.tagName === 'INPUT'")
        cards = page.get_by_role("group", name="Finding cards", exact=True)
        assert cards.get_by_label("What is not known").input_value() == CARD["not_known"]
        leader.shot("journey-9-another-day")
        closed(page)
        page = opened(browser, address, study.lessons()[10])
        leader = Leader(page, work)
        leader.press(f"Change {GOAL['system_change']}", sheet="Write a goal for each priority")
        page.wait_for_function("document.activeElement.tagName === 'INPUT'")
        goals = page.get_by_role("group", name="Write a goal for each priority", exact=True)
        assert goals.get_by_label("By when?").input_value() == GOAL["by_date"]
        assert goals.get_by_label("Which role owns it?").input_value() == GOAL["owner"]
        leader.shot("journey-10-goal-another-day")
        closed(page)
    assert held(work, "action_plan.goals")[ids["goal"]]["owner"] == GOAL["owner"]
    assert json.loads(before)["entries"].keys() <= json.loads(work.read_bytes())["entries"].keys()


def test_the_schools_report_carries_the_work(way, tmp_path):
    folder, _ = way
    work, out = folder / "my-work" / "portfolio.json", tmp_path / "reports"
    words = ["report", "--out", str(out), "--school", "0219", "--portfolio", str(work)]
    assert cli.main(words) == 0
    (page,) = (out / "schools").glob("*.html")
    text = page.read_text("utf-8")
    told = text[text.index(">What the team decided</h2>") :]
    evidence = f"{CARD['x']} of {CARD['n']}"
    priority = sample("audit_summary.priorities")["title"]
    for said in (priority, evidence, GOAL["system_change"], GOAL["owner"]):
        assert html.escape(said) in told


# ---------------------------------------------------------------- JupyterLab


def in_lab(browser, address: str, name: str):
    """Open a notebook in JupyterLab and wait until its buttons and its kernel are ready."""
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(f"{address}/doc/tree/{name}?token=leader", timeout=WAIT)
    ready(page)
    return page


def ready(page) -> None:
    page.get_by_role("heading", level=1).first.wait_for(timeout=WAIT)
    page.get_by_text("| Idle").wait_for(timeout=WAIT)


def run_everything(page) -> None:
    """Press the button by its words, and wait until the last cell shows its form."""
    page.get_by_role("button", name="Run everything").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Restore from a file").last.wait_for(timeout=WAIT)
    page.wait_for_function(  # back at the top, where a leader begins to read
        "document.querySelector('.jp-WindowedPanel-outer').scrollTop < 50", timeout=WAIT
    )


def test_the_first_steps_in_jupyterlab(browser, tmp_path):
    folder = tmp_path / "study"
    work = folder / "my-work" / "portfolio.json"
    asked = book("m00").form("keeping")
    label = next(f.label for f in asked.fields if f.id == "where")
    with serving(folder, app=False) as address:
        page = in_lab(browser, address, study.lessons()[0])
        for button in ("Run everything", "Hide code", "Show code"):
            assert page.get_by_role("button", name=button).count() == 1
        Leader(page, work).shot("lab-1-open")
        run_everything(page)
        assert page.locator(".jp-InputArea-editor:visible").count() == 0  # no code
        Leader(page, work).shot("lab-2-ran")
        page.get_by_label(label).focus()
        page.keyboard.type("On my own drive")
        page.keyboard.press("Tab")
        assert Leader(page, work).kept("profile.keeping")["where"] == "On my own drive"
        Leader(page, work).shot("lab-3-answered")
        assert [u for u in page.asked if address.split("//")[1] not in u] == []
        page.get_by_role("button", name="Save and create checkpoint").focus()
        page.keyboard.press("Enter")  # what JupyterLab does by itself every two minutes
        page.wait_for_timeout(1500)
        page.context.close()
        page = in_lab(browser, address, study.lessons()[2])
        link = page.get_by_role("link", name=title(3))
        link.focus()
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1, name=title(3)).wait_for(timeout=WAIT)
        Leader(page, work).shot("lab-4-next")
        page.context.close()
    with serving(folder, app=False) as address:
        page = in_lab(browser, address, study.lessons()[0])
        assert page.get_by_text("Error displaying widget").count() == 0
        run_everything(page)
        assert page.get_by_label(label).input_value() == "On my own drive"
        Leader(page, work).shot("lab-5-another-day")
        page.context.close()


def title(number: int) -> str:
    return catalog.content("modules")["modules"][number]["title"]
