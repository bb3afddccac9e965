"""A leader's way through the curriculum, by label and by keyboard alone, and found again another day."""

from __future__ import annotations

import html
import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from equitylab import cli, places, study
from equitylab.widgets import Lesson
from equitylab.widgets.forms import book
from equitylab.widgets.sources import choices
from tests.browser.keyboard import Leader, held
from tests.browser.serving import WAIT, closed, opened, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
pytest.importorskip("voila")

PRACTICE = places.samples() / "practice" / "riverbend-portfolio.json"


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
    ready = "document.activeElement.value === ''"  # for the next one
    leader.page.wait_for_function(ready, polling=100)
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
    closed(page)


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
        page.wait_for_function("document.activeElement.tagName === 'INPUT'", polling=100)
        cards = page.get_by_role("group", name="Finding cards", exact=True)
        assert cards.get_by_label("What is not known").input_value() == CARD["not_known"]
        leader.shot("journey-9-another-day")
        closed(page)
        page = opened(browser, address, study.lessons()[10])
        leader = Leader(page, work)
        leader.press(f"Change {GOAL['system_change']}", sheet="Write a goal for each priority")
        page.wait_for_function("document.activeElement.tagName === 'INPUT'", polling=100)
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
