"""Every kind of instrument in a real page: filled by its labels, by keyboard alone, and found again."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EVERY = Path(__file__).resolve().parents[1] / "widgets" / "every_kind.yaml"
SETUP = f"""# Set up
import pathlib
import pandas as pd
from equitylab.figures import Figure
from equitylab.widgets import Lesson, forms, registry
lesson = Lesson("m03", portfolio="my-work/portfolio.json")
lesson.book = forms.read(pathlib.Path({str(EVERY)!r}).read_text("utf-8"))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="%s" height="3"/></svg>'
@registry.lab("test-squares")
def squares(at, size="small"):
    side = {{"small": 2, "large": 8}}[size]
    table = pd.DataFrame({{"side": [side]}})
    return [f"The square is {{side}} wide.", Figure(SVG % side, f"A square that is {{side}} wide.", table)]
"""
CELLS = [
    "lesson.opening()", 'lesson.predict("guess")', 'lesson.ask("hope")', 'lesson.ask("bare")',
    'lesson.ask("people")', 'lesson.ask("ratings")', 'lesson.ask("fruit")', 'lesson.show("squares")',
    'lesson.together("pair")', "lesson.cards()", "lesson.promise()", "lesson.reflect()",
    "lesson.check()", "lesson.answers()", "lesson.save()",
]  # fmt: skip

STATEMENT = "We see every student"

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def needed(module: str) -> None:
    """Skip without a module on a person's machine, and fail on CI."""
    if importlib.util.find_spec(module) is None:
        if os.environ.get("CI"):
            pytest.fail(f"{module} is not installed; .ci/run installs it")
        pytest.skip(f"{module} is not installed; see .ci/run")


def written(folder: Path) -> None:
    """Write the notebook of every kind."""
    book = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )
    book.cells = [nbformat.v4.new_markdown_cell("# Every kind\n\n## All of them")]
    book.cells += [nbformat.v4.new_code_cell(cell) for cell in [SETUP, *CELLS]]
    nbformat.write(book, folder / "every.ipynb")


@contextlib.contextmanager
def serving(folder: Path, *words: str, probe: str):
    """Serve a folder in a process of its own; yield the address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://localhost:{port}/"
    with (folder / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *words, "--no-browser", f"--port={port}"],
            cwd=folder, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            wait(address + probe, server)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()


def wait(address: str, server, seconds: float = 90) -> None:
    """Wait until a server answers, whatever it answers."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(address, timeout=5)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.3)
    pytest.fail("the server did not start")


@pytest.fixture(scope="module")
def voila(tmp_path_factory):
    """Serve the notebook of every kind in Voilà; return its address and its folder."""
    needed("voila")
    folder = tmp_path_factory.mktemp("voila")
    written(folder)
    with serving(folder, "voila", "every.ipynb", probe="voila/static/") as address:
        yield address, folder


def opened(browser, address: str, **view):
    """Open the notebook with a kernel of its own; once more where the connection hung."""
    for attempt in (1, 2):
        context = browser.new_context(viewport=view or {"width": 1000, "height": 900})
        page = context.new_page()
        try:
            page.goto(address, timeout=90_000)
            page.get_by_role("heading", name="Your file").wait_for(timeout=60_000)
            page.wait_for_timeout(500)
            return page
        except Exception:
            context.close()
            if attempt == 2:
                raise
    return None


@pytest.fixture(scope="module")
def page(browser, voila):
    page = opened(browser, voila[0])
    yield page
    page.context.close()


@pytest.fixture
def kept(voila):
    """Return a function that waits until the file says something, and returns it."""

    def of(key: str, wanted=lambda value: value is not None, *, seconds: float = 15):
        path, end = voila[1] / "my-work" / "portfolio.json", time.monotonic() + seconds
        value = None
        while time.monotonic() < end:
            if path.exists():
                found = json.loads(path.read_text("utf-8"))["entries"]
                rows = [
                    e["value"]
                    for k, e in found.items()
                    if k.startswith(f"{key}/") and not e.get("deleted")
                ]
                value = rows or (found.get(key) or {}).get("value")
                if value is not None and wanted(value):
                    return value
            time.sleep(0.1)
        raise AssertionError(f"{key} holds {value}")

    return of


def sheet(page, title: str):
    """Return one instrument by its title, as a screen reader finds it."""
    return page.get_by_role("group", name=title, exact=True)


@pytest.fixture
def stated(page, kept):
    """Have a statement in the file, whether a test before this one wrote it or not."""
    field = sheet(page, "One answer").get_by_label("The statement")
    if field.input_value() != STATEMENT:
        field.fill(STATEMENT)
        field.press("Tab")
    kept("audit_summary.statement", lambda v: v == STATEMENT)


@pytest.fixture
def predicted(page, kept):
    """Have a prediction in the file, and its chart seen."""
    piece = sheet(page, "What do you expect?")
    if not piece.locator("figure").count():
        piece.get_by_label("Which side is longer?").select_option("Left")
        piece.get_by_role("button", name="Save my prediction").press("Enter")
        piece.get_by_role("img", name="A square that is 2 wide.").wait_for()
    kept("predictions.m03", lambda v: v.get("seen"))


def faults(page, axe_source: str) -> list[str]:
    page.evaluate(axe_source)
    result = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags},"
        " resultTypes: ['violations']})",
        WCAG,
    )
    return [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in result["violations"]]


def test_no_rule_is_broken_before_anything_is_answered(page, axe_source):
    assert page.locator(".eq").count() == len(CELLS)
    assert faults(page, axe_source) == []


def test_no_answer_of_the_checks_is_in_the_page(page):
    from equitylab.widgets.quiz import questions

    text = page.content()
    assert all(q["q"] in text or "'" in q["q"] for q in questions("m03").values())
    assert not [q["why"] for q in questions("m03").values() if q["why"] in text]


def test_every_field_is_found_by_its_label_and_kept(page, kept):
    form = sheet(page, "Every kind of field")
    form.get_by_label("One line").fill("A word")
    form.get_by_label("Several lines").fill("Once upon a time")
    form.get_by_label("Which one?").select_option("Third")
    form.get_by_label("Tell more about the third").fill("It came when asked")
    form.get_by_role("group", name="Which of these?").get_by_label("A book").check()
    form.get_by_label("How many percent?").fill("24")
    form.get_by_label("By when?").fill("2026-09-01")
    form.get_by_label("We agree on this").check()
    value = kept("labs.hope", lambda v: v.get("sure") and v.get("day"))
    assert value == {
        "line": "A word", "story": "Once upon a time", "pick": "third", "share": 24, "some": ["b"],
        "tell": "It came when asked", "day": "2026-09-01", "sure": True,
    }  # fmt: skip
    status = form.locator(".eq-status")
    assert re.match(r"Saved \d\d:\d\d\.", status.inner_text())
    assert status.get_attribute("role") == "status"


def test_a_hint_is_tied_to_its_field(page):
    form = sheet(page, "Every kind of field")
    form.get_by_label("One line").fill("It is due to the bus")
    form.get_by_text("“due to”").wait_for()
    field = form.get_by_label("One line")
    tied = field.get_attribute("aria-describedby").split()
    said = " ".join(page.locator(f"#{id}").inner_text() for id in tied)
    assert "It is checked for its wording." in said and "“due to”" in said
    assert field.input_value() == "It is due to the bus"


def test_nothing_is_lost_by_not_leaving_a_field(page, kept):
    form = sheet(page, "One answer")
    form.get_by_label("The statement").press_sequentially(STATEMENT, delay=10)
    assert kept("audit_summary.statement", lambda v: v.endswith("student"))
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"  # and is not torn away


def test_rows_by_keyboard_alone(page, kept):
    rows = sheet(page, "People")
    keys = page.keyboard
    rows.get_by_label("Begin with one of these").focus()
    keys.press("Tab")
    keys.type("Families")
    keys.press("Tab")
    keys.type("h")  # the option that begins so
    keys.press("Tab")
    keys.type("412")
    keys.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Add this ally"
    keys.press("Enter")
    (row,) = kept("team_charter.people")
    assert row == {"who": "Families", "stake": "high", "number": 412}
    rows.get_by_text("So far: 1 ally.").wait_for()
    page.wait_for_function(
        "document.activeElement.matches('input')", polling=100
    )  # ready for the next
    assert page.evaluate("document.activeElement.labels[0].textContent").startswith("Who?")
    keys.type("Students")
    keys.press("Shift+Tab")
    keys.press("Shift+Tab")
    assert page.evaluate("document.activeElement.textContent") == "Remove Families"
    keys.press("Shift+Tab")
    keys.press("Enter")  # change
    page.wait_for_function("document.activeElement.value === 'Families'", polling=100)
    keys.press("End")
    keys.type(" at home")
    assert kept("team_charter.people", lambda v: v[0]["who"] == "Families at home")
    rows.get_by_role("button", name="Done").press("Enter")
    rows.get_by_role("button", name="Remove Families at home").press("Enter")
    rows.get_by_role("button", name="Press again to remove Families at home").press("Enter")
    rows.get_by_text("So far: no ally.").wait_for()


def test_a_press_does_not_overtake_the_answers_before_it(page, kept):
    rows = sheet(page, "People")
    before = rows.locator(".eq-rows > li").count()
    rows.evaluate(  # faster than Python can follow, as on a busy server
        """sheet => {
          const fields = [...sheet.querySelectorAll(".eq-field .eq-input")].slice(-3);
          for (const [k, value] of ["Bus drivers", "0", "12"].entries()) {
            fields[k].value = value;
            fields[k].dispatchEvent(new Event("change"));
          }
          [...sheet.querySelectorAll("button")].find(b => b.textContent.startsWith("Add")).click();
        }"""
    )
    kept("team_charter.people", lambda v: any(r.get("who") == "Bus drivers" for r in v))
    page.wait_for_timeout(1500)
    assert rows.locator(".eq-rows > li").count() == before + 1
    assert rows.get_by_label("Who?").input_value() == ""  # not written into the form once more
    assert rows.get_by_text("Kept as a draft").count() == 0


def test_ratings_and_cards_by_keyboard(page, kept):
    scale = sheet(page, "Rate it")
    scale.get_by_role("group", name="I ask first.").get_by_label("Not yet").focus()
    for key in ("ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    scale.get_by_text("What would a colleague say?").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.type("The log of Monday")
    page.keyboard.press("Tab")
    rating = {"rating": 4, "evidence": "The log of Monday"}
    assert kept("self_assessment.ratings", lambda v: v["i1"] == rating)
    scale.get_by_label("Which part?").select_option(label="The second part (0 of 1 rated)")
    scale.get_by_role("group", name="I act.").get_by_label("Often").check()
    assert kept("self_assessment.ratings", lambda v: v.get("i3") == {"rating": 4})
    sort = sheet(page, "Sort the fruit")
    sort.get_by_role("group", name="A lemon").get_by_label("Sour").check()
    sort.get_by_text("Yes. It has citric acid.").wait_for()
    page.keyboard.press("Delete")  # and taken back
    sort.get_by_text("Yes. It has citric acid.").wait_for(state="detached")
    sort.get_by_role("group", name="A lemon").get_by_label("Sour").check()


def test_predict_then_see(page, kept):
    piece = sheet(page, "What do you expect?")
    assert piece.locator("figure").count() == 0
    piece.get_by_role("button", name="Save my prediction").click()
    piece.get_by_text("Answer first: Which side is longer?").wait_for()
    piece.get_by_label("Which side is longer?").select_option("Left")
    piece.get_by_role("button", name="Save my prediction").press("Enter")
    piece.get_by_role("img", name="A square that is 2 wide.").wait_for()
    assert kept("predictions.m03", lambda v: v.get("seen"))["side"] == "left"


def test_a_lab_draws_again_and_says_so(page, predicted):
    lab = sheet(page, "Squares")
    lab.get_by_label("How large?").select_option("Large")
    lab.get_by_role("img", name="A square that is 8 wide.").wait_for()
    assert "8 wide" in lab.locator(".eq-hidden[role=status]").text_content()


def test_a_self_check_is_answered_with_a_reason(page, kept):
    from equitylab.widgets.quiz import answer, questions

    id, question = next((i, q) for i, q in questions("m03").items() if q["type"] == "single")
    group = sheet(page, "Check yourself").get_by_role("group", name=question["q"])
    button = group.get_by_role("button", name="Check my answer")
    button.click()
    group.get_by_text("Choose an answer first.").wait_for()
    (right,) = answer(question)
    group.get_by_label(question["options"][right], exact=True).check()
    button.press("Enter")
    group.get_by_text("Correct.").wait_for()
    assert kept("checks.m03")[id]["right"] is True


def test_a_finding_card_takes_its_numbers_from_the_table(page, kept, stated):
    card = sheet(page, "Finding cards")
    card.get_by_label("Title").fill("Who is in the room for advanced courses")
    card.get_by_label("Measure").select_option("Chronically absent")
    card.get_by_label("Students", exact=True).select_option(index=1)
    card.get_by_label("School year").select_option("2023-24")
    card.get_by_text("Chronically absent, 2023-24: ").wait_for()
    card.get_by_label("A strength connected with this").fill("The morning bus is met by name.")
    card.get_by_label("What is not known").fill("Who was never asked.")
    card.get_by_role("button", name="Add this finding card").click()
    (row,) = kept("finding_cards.cards")
    assert row["measure"] == "chronically_absent" and row["source"].startswith("Published")
    card.get_by_text("It cannot become a priority yet").first.wait_for()
    recorded = sheet(page, "What you recorded")  # follows what is saved above it
    recorded.get_by_role("definition").get_by_text(STATEMENT).wait_for()


def test_work_is_taken_away_and_brought_back(page, kept, stated, tmp_path):
    bar = sheet(page, "Your file")
    with page.expect_download() as got:
        bar.get_by_role("button", name="Download my work").click()
    copy = tmp_path / got.value.suggested_filename
    got.value.save_as(copy)
    assert copy.name == "portfolio.json" and STATEMENT in copy.read_text("utf-8")
    statement = sheet(page, "One answer").get_by_label("The statement")
    statement.fill("Something else")
    statement.press("Tab")
    kept("audit_summary.statement", lambda v: v == "Something else")
    bar.get_by_label("Restore from a file").set_input_files(copy)
    kept("audit_summary.statement", lambda v: v == STATEMENT)
    page.wait_for_function(
        "e => e.value === 'We see every student'", arg=statement.element_handle()
    )
    bar.get_by_label("Restore from a file").set_input_files(
        {"name": "x.json", "mimeType": "application/json", "buffer": b"{}"}
    )
    page.wait_for_function(
        "e => !e.textContent.startsWith('Saved') && !e.textContent.includes('Restored')",
        arg=bar.locator(".eq-status").element_handle(),
    )


def test_no_rule_is_broken_when_all_is_answered(page, axe_source):
    assert faults(page, axe_source) == []
    twice = page.evaluate(
        "(ids => ids.filter((id, k) => ids.indexOf(id) !== k))"
        "([...document.querySelectorAll('.eq [id]')].map(e => e.id))"
    )
    assert twice == []


def test_a_kernel_that_is_gone_does_not_look_like_a_saved_answer(browser, voila):
    import psutil

    before = {p.pid for p in psutil.Process().children(recursive=True)}
    page = opened(browser, voila[0])
    new = [p for p in psutil.Process().children(recursive=True) if p.pid not in before]
    kernels = [p for p in new if any("ipykernel" in word for word in p.cmdline())]
    assert len(kernels) == 1
    kernels[0].kill()
    form = sheet(page, "One answer")
    form.get_by_label("The statement").fill("Nobody hears this")
    form.get_by_label("The statement").press("Tab")
    form.get_by_text("Not saved yet: the notebook is busy, or it has stopped.").wait_for()
    page.context.close()


def test_the_printed_form_breaks_no_rule_either(browser, violations, tmp_path, monkeypatch):
    from equitylab.page import page as whole
    from equitylab.widgets import Lesson, forms, registry

    monkeypatch.setattr(registry, "labs", lambda: {"test-squares": lambda at, size="": ["A line."]})
    lesson = Lesson("m03", portfolio=tmp_path / "portfolio.json")
    lesson.book = forms.read(EVERY.read_text("utf-8"))
    asked = ("hope", "bare", "people", "ratings", "fruit")

    def html() -> str:
        pieces = [lesson.ask(id) for id in asked] + [
            lesson.predict("guess"),
            lesson.together("pair"),
        ]
        names = ("opening", "cards", "promise", "reflect", "check", "answers", "save", "export")
        pieces += [getattr(lesson, name)() for name in names]
        return "<h2>All of them</h2>" + "".join(piece.html() for piece in pieces)

    def seen(name: str) -> list[str]:
        path = tmp_path / f"{name}.html"
        path.write_text(whole("Every kind", html()), "utf-8")
        page = browser.new_page(viewport={"width": 1000, "height": 900})
        page.goto(path.as_uri())
        found = violations(page)
        page.close()
        return found

    assert seen("blank") == []
    lesson.folio.set("labs.hope", {"line": "A word", "some": ["b"], "share": 24, "sure": True})
    lesson.folio.add("team_charter.people", {"who": "Students", "stake": "high"}, prefix="s")
    lesson.folio.set("self_assessment.ratings", {"i1": {"rating": 4, "evidence": "The log"}})
    lesson.folio.set("labs.fruit", {"c1": {"bin": "sour", "reason": "It is."}})
    lesson.folio.set("checks.m03", {"m03q1": {"chosen": [0], "right": False, "tries": 1}})
    assert seen("answered") == []


def test_another_day_finds_the_work_and_a_phone_shows_it(
    browser, voila, axe_source, stated, predicted
):
    page = opened(browser, voila[0], width=320, height=800)
    statement = sheet(page, "One answer").get_by_label("The statement")
    assert statement.input_value() == STATEMENT
    piece = sheet(page, "What do you expect?")
    assert piece.get_by_role("img").count() == 1  # the chart stays, once it was seen
    assert faults(page, axe_source) == []
    wide = page.evaluate(
        "[...document.querySelectorAll('.eq')].map(e => e.scrollWidth - e.clientWidth)"
    )
    assert max(wide) <= 1
    page.context.close()


# ---------------------------------------------------------------- JupyterLab


def test_a_letter_typed_in_a_list_is_no_command_of_jupyterlab(browser, tmp_path):
    """There "d d" deletes a cell and "x" cuts it, wherever the keys are not being written with."""
    needed("jupyterlab")
    written(tmp_path)
    words = ("jupyterlab", "--ServerApp.token=", "--ServerApp.password=", "--allow-root")
    with serving(tmp_path, *words, probe="api") as address:
        context = browser.new_context(viewport={"width": 1200, "height": 900})
        page = context.new_page()
        page.goto(f"{address}doc/tree/every.ipynb", timeout=90_000)
        page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=90_000)
        page.wait_for_timeout(2000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        form = sheet(page, "Every kind of field")
        form.wait_for(timeout=90_000)
        sheet(page, "Your file").wait_for(timeout=90_000)
        cells = page.locator(".jp-Cell").count()
        for field in ("Which one?", "We agree on this", "An apple"):
            form.get_by_label(field).focus()
            for key in ("d", "d", "x", "a", "Escape"):
                page.keyboard.press(key)
        page.wait_for_timeout(500)
        assert page.locator(".jp-Cell").count() == cells and form.count() == 1
        form.get_by_label("One line").fill("Written in JupyterLab")
        form.get_by_label("One line").press("Tab")
        form.get_by_text("Saved").wait_for()
        assert "Written in JupyterLab" in (tmp_path / "my-work" / "portfolio.json").read_text(
            "utf-8"
        )
        context.close()
