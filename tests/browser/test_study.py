"""Every module as a page without code and in JupyterLab: found, readable, and nothing fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from equitylab import catalog, study
from equitylab.widgets.forms import book
from tests.browser.keyboard import Leader
from tests.browser.serving import WAIT, closed, opened, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]
pytest.importorskip("voila")

LAST_IN_SIGHT = (
    "[...document.querySelectorAll('h2')].at(-1).getBoundingClientRect().bottom < innerHeight"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("leader") / "study"
    study.lay(place)
    return place


@pytest.fixture(scope="module")
def app(folder):
    with serving(folder, app=True) as address:
        yield address


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
        page.keyboard.press("End")  # the page can be read to its end, and not only by Tab
        page.wait_for_function(LAST_IN_SIGHT, polling=100)
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


def test_a_public_server_says_so_and_takes_no_file(browser, tmp_path):
    folder = tmp_path / "study"
    own = tmp_path / "students.csv"
    own.write_text("student_id,school_id\n1,0219\n", "utf-8")
    with serving(folder, app=True, EQUITYLAB_ON_BINDER="1") as address:
        page = opened(browser, address, study.lessons()[0])
        opening = page.get_by_role("group", name="Where you are", exact=True)
        assert "Use the practice district only" in opening.inner_text()
        asked = book("m00").form("source")
        label = {field.id: field.label for field in asked.fields}
        leader = Leader(page, folder / "my-work" / "portfolio.json")
        leader.write(label["kind"], "My own file", sheet=asked.title)
        leader.write(label["path"], str(own), sheet=asked.title)
        leader.keys.press("Tab")
        leader.kept("profile.source", lambda value: value.get("path"))
        opening.get_by_text("a school's own file must not be opened here").wait_for(timeout=WAIT)
        leader.shot("binder-own-file")
        closed(page)


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
        page.get_by_role("heading", level=1).dblclick()  # what is read does not turn into source
        assert page.get_by_role("heading", level=1).is_visible()
        assert page.locator(".jp-MarkdownCell .cm-editor:visible").count() == 0
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
