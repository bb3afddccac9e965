"""The workshop's wall: what the room said, and nothing of any one in it."""

from __future__ import annotations

import json
import random
import re
import shutil
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from equitylab import Portfolio, cli, cohort
from equitylab.cohort_page import wall
from equitylab.cohort_tally import Limits, one_of, some_of
from equitylab.errors import DataError
from tests import rooms

LIMITS = Limits.house()


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch) -> Path:
    """Where walls are remembered."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory) -> Path:
    """Twelve portfolios, two damaged, one of another program."""
    folder = rooms.room(tmp_path_factory.mktemp("room") / "in")
    rooms.spoil(folder)
    return folder


@pytest.fixture
def room(handed_in, tmp_path) -> Path:
    return Path(shutil.copytree(handed_in, tmp_path / "in"))


@pytest.fixture(scope="module")
def gathered(handed_in) -> cohort.Gathered:
    return cohort.gather([handed_in])


@pytest.fixture(scope="module")
def page(gathered) -> str:
    exports = cohort.without(gathered.exports.values(), gathered.names)
    return wall(exports, aside=len(gathered.aside)).page


# ---------------------------------------------------------------- what is on it


def test_it_holds_what_the_room_said(page):
    for words in [
        "12</dd>", "portfolios handed in", "3</dd>", "files set aside", "is the middle guess",
        "What was found", "Teams&#x27; recorded ratings", "Access: who gets an opportunity",
        "Placement rests on one grade", "read one card aloud", "furthest apart in",
    ]:  # fmt: skip
        assert words in page, words


def test_nothing_on_it_names_a_school_or_a_person(page, gathered):
    now = wall(cohort.without(gathered.exports.values(), gathered.names)).now
    for text in (page, now):
        words = set(re.findall(r"\w+", text.casefold()))
        own = {name.casefold() for name in rooms.NAMES} - {"birch", "cedar"}  # groups of module 11
        assert not own & words
        for secret in ["Street", "Ortiz", "4321", "9876", "18.4", "SECRET", "7003", "parents say"]:
            assert secret not in text, secret


def test_it_says_nothing_of_files_and_machines(page, handed_in):
    assert "json" not in page.replace("application/json", "") and str(handed_in) not in page
    assert "http:" not in page and "https:" not in page


def test_too_few_leaders_leave_it_closed(gathered):
    exports = list(gathered.exports.values())
    closed = wall(exports[: LIMITS.people - 1]).page
    assert "opens at 5 portfolios" in closed
    assert "middle guess" not in closed and "Placement rests" not in closed
    assert "middle guess" in wall(exports[: LIMITS.people]).page


def test_the_order_of_files_says_nothing(handed_in, gathered, tmp_path):
    files = sorted(handed_in.glob("*/portfolio.json"))
    for number, path in enumerate(reversed(files)):
        shutil.copy(path, tmp_path / f"{number}.json")
    again = cohort.gather([tmp_path])
    cohort.write(gathered._replace(aside=[]), tmp_path / "a")
    cohort.write(again, tmp_path / "b")
    assert (tmp_path / "a/wall.html").read_text() == (tmp_path / "b/wall.html").read_text()


def test_a_foreign_answer_is_not_shown(gathered):
    exports = json.loads(json.dumps(list(gathered.exports.values())))
    for one in exports:
        one["predictions"] = {"m07": {"dimension": "<b>Elm"}, "m10": {"enough": 10**9}}
        one["predictions"]["m03"] = {"students": "Elm Street: <b>", "measure": "elm"}
        one["priority_kinds"] = [{"kind": "Elm", "measure": None}]
    made = wall(exports).page
    assert "Elm" not in made and "1e+09" not in made


# ---------------------------------------------------------------- the limits


def test_no_count_is_small_and_none_can_be_worked_out():
    draw = random.Random(7)
    for _ in range(3000):
        choices = "abcdef"[: draw.randint(1, 6)]
        answers = draw.choices(
            choices, [draw.random() ** 3 for _ in choices], k=draw.randint(0, 40)
        )
        told = one_of(answers, choices, LIMITS)
        assert told.people == len(answers)
        if told.people < LIMITS.people:
            assert told.few and not told.shown and not told.most
            continue
        if told.most:
            assert not told.shown and told.people - answers.count(told.most) < LIMITS.choice
            continue
        assert sum(told.shown.values()) + told.rest == told.people
        for choice, n in told.shown.items():
            assert answers.count(choice) == n and LIMITS.choice <= n <= told.people - LIMITS.choice
        # The rest is of several choices, and of several leaders.
        assert told.rest == 0 or told.rest >= LIMITS.choice
        assert told.rest == 0 or len(choices) - len(told.shown) >= 2


def test_several_answers_are_counted_by_leader():
    told = some_of([{"a", "b"}, {"a"}, {"a", "c"}, {"b"}, {"b"}, set()], "abc", LIMITS)
    assert told.people == 5 and told.shown == {"a": 3, "b": 3} and told.rest == 1
    assert some_of([{"a"}] * 4, "a", LIMITS).few


# ---------------------------------------------------------------- files


def test_portfolios_are_never_touched(room):
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in room.rglob("*") if p.is_file()}
    cohort.cohort([room], room.parent / "wall")
    assert {
        p: (p.read_bytes(), p.stat().st_mtime_ns) for p in room.rglob("*") if p.is_file()
    } == before


def test_zips_files_copies_and_doubles(room, tmp_path):
    packed = tmp_path / "late.zip"
    with zipfile.ZipFile(packed, "w") as made:
        made.write(room / "leader-01/portfolio.json", "a/portfolio.json")
        made.write(room / "leader-02/portfolio.json", "a/portfolio-copies/2026.json")
        made.write(room / "leader-02/portfolio.json", "__MACOSX/portfolio.json")
        made.write(room / "leader-03/portfolio.json", "../../c.json")
    broken = tmp_path / "broken.zip"
    broken.write_bytes(packed.read_bytes()[:300])
    one = room / "leader-01/portfolio.json"
    found = cohort.gather([packed, broken, one, room / "leader-04"])
    assert len(found.exports) == 2
    assert found.aside == [
        f"{broken.as_posix()}: It is damaged, or locked with a password.",
        f"{one.as_posix()}: the same work is here twice, and counts once.",
    ]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["broken.zip", "in", "late.zip"]


def test_a_zip_that_would_fill_the_memory_is_set_aside(tmp_path):
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("portfolio.json", b" " * (2 * cohort.LARGEST))
    found = cohort.gather([packed])
    where = packed.as_posix()
    assert found.aside == [f"{where}/portfolio.json: It is too large to be a portfolio."]


def test_what_is_set_aside_is_named_by_file(room, capsys):
    out = room.parent / "wall"
    assert cli.main(["cohort", str(room), "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        "Set aside: cut.json is damaged or cut short.",
        "Set aside: empty.json is damaged or cut short.",
        "Set aside: settings.json is not an EquityLab portfolio. It was left as it is.",
    ]
    assert "12 portfolios" in said.out
    assert sorted(p.name for p in out.iterdir()) == ["wall.html", "wall.js"]


@pytest.mark.parametrize("given", ["nowhere", "settings.json", "cut.json"])
def test_nothing_to_show_is_one_plain_error(given, room, capsys):
    assert cli.main(["cohort", str(room / given), "--out", str(room.parent / "wall")]) == 2
    said = capsys.readouterr().err
    assert "portfolio" in said and len(said.splitlines()) <= 2
    assert not (room.parent / "wall").exists()


def test_a_place_that_cannot_be_written(room, capsys):
    assert cli.main(["cohort", str(room), "--out", str(room / "settings.json")]) == 2
    assert "cannot be written" in capsys.readouterr().err


# ---------------------------------------------------------------- watching


def watching(portfolios, out, *steps) -> list[str]:
    """Watch while something happens before each look; return what was told."""
    said, todo = [], list(steps)

    def go_on() -> bool:
        if not todo:
            return False
        todo.pop(0)()
        return True

    cohort.watch(portfolios, out, tell=said.append, every=0, go_on=go_on)
    return said


def drawn(out: Path) -> list[str]:
    """Return the parts of a wall that say what leaders answered.

    Without the idea that names a school in small letters: it goes when that school's leader comes.
    """
    now = json.loads((out / "wall.js").read_text("utf-8").strip()[len("equitylabWall(") : -1])
    parts = [html for id, (_, html) in now["parts"].items() if id != "count"]
    return [re.sub(r"<li>What \w+ does, we could do</li>", "", html) for html in parts]


def test_the_watch_writes_only_what_is_new_and_never_a_few_leaders_alone(room, tmp_path):
    out, late = tmp_path / "wall", tmp_path / "late"
    late.mkdir()
    for number in range(7, 12):
        shutil.move(room / f"leader-{number + 1:02d}", late / str(number))
    seen, written = [], []

    def look():
        seen.append(drawn(out))
        written.append((out / "wall.html").stat().st_mtime_ns)

    def hand_in(number):
        def step():
            look()
            shutil.move(late / str(number), room / f"late-{number}")

        return step

    def touch():
        look()
        (room / "leader-01/portfolio.json").touch()

    said = watching([room], out, lambda: None, touch, *map(hand_in, range(7, 12)), look)
    assert written[0] == written[1] and len(set(written)) == 6
    assert all(one == seen[0] for one in seen[:6]) and seen[6] != seen[0]
    assert [line for line in said if "Set aside" not in line] == [
        "7 portfolios handed in.",
        "7 portfolios handed in.",
        *(
            line
            for n in range(1, 5)
            for line in (
                f"{7 + n} portfolios handed in.",
                f"New answers wait, up to {n} to a question, until 5 have changed.",
            )
        ),
        "12 portfolios handed in.",
    ]
    assert "waiting for others" not in (out / "wall.html").read_text("utf-8")


def test_two_walls_before_and_after_one_leader_are_the_same(room, tmp_path, state):
    out, late = tmp_path / "wall", tmp_path / "late.json"
    shutil.move(room / "leader-12/portfolio.json", late)
    cohort.cohort([room], out)
    before, told = drawn(out), []
    cohort.cohort([room, late], out, tell=told.append)  # by hand, in a run of its own
    assert drawn(out) == before and told == [
        "New answers wait, up to 1 to a question, until 5 have changed."
    ]
    # One who stays away, or thinks again, is not told apart either.
    (room / "leader-01/portfolio.json").unlink()
    folio = Portfolio.open(room / "leader-02/portfolio.json")
    folio.set("predictions.m03", folio.get("predictions.m03") | {"side": "higher", "points": 1})
    cohort.cohort([room, late], out)
    assert drawn(out) == before
    # What is remembered lies apart from the wall, for its owner alone.
    assert sorted(p.name for p in out.iterdir()) == ["wall.html", "wall.js"]
    (kept,) = state.rglob("*.json")
    assert kept.stat().st_mode & 0o077 == 0


def test_other_people_in_the_same_folder_begin_anew(room, tmp_path):
    out = tmp_path / "wall"
    cohort.cohort([room], out)
    rooms.room(tmp_path / "next", 6)
    cohort.cohort([tmp_path / "next"], out)
    assert "of 6" in (out / "wall.html").read_text("utf-8")


def test_a_room_may_open_when_all_are_there(room, tmp_path, capsys):
    out = tmp_path / "wall"
    assert cli.main(["cohort", str(room), "--out", str(out), "--open-at", "13"]) == 1
    assert "opens at 13 portfolios" in (out / "wall.html").read_text("utf-8")
    assert cli.main(["cohort", str(room), "--out", str(out), "--open-at", "12"]) == 1
    assert "middle guess" in (out / "wall.html").read_text("utf-8")
    assert cli.main(["cohort", str(room), "--out", str(out), "--open-at", "3"]) == 2
    assert "12 portfolios handed in" in capsys.readouterr().out


def test_no_answer_can_be_told_from_the_walls_of_a_day():
    draw = random.Random(11)
    for _ in range(300):
        shown = cohort.Shown(Path("never"), "wall.html", set())
        now, states = Counter(), []
        for _ in range(20):
            for _ in range(draw.randint(0, 4)):
                now[draw.choice("aaabc")] += 1
            if now and draw.random() < 0.5:
                now -= Counter([draw.choice(sorted(now))])
            made, waiting = shown.settled({"q": Counter(now)}, LIMITS)
            if made["q"].total() >= LIMITS.people:
                states.append(made["q"])
            assert waiting or made["q"] == now
        for one in states:
            for other in states:
                came = one - other
                assert one == other or max(came.total(), (other - one).total()) >= LIMITS.people
                assert len(came) != 1 or len(one | other) == 1


def test_the_watch_waits_for_a_folder_that_is_still_empty(tmp_path, room):
    place = tmp_path / "shared"

    def arrive():
        shutil.copytree(room, place)

    said = watching([place], tmp_path / "wall", lambda: None, arrive)
    assert said[0] == "no portfolio handed in." and said[-1] == "12 portfolios handed in."


def test_without_a_watch_a_folder_without_portfolios_is_refused(tmp_path):
    with pytest.raises(DataError, match="No portfolio"):
        cohort.cohort([tmp_path], tmp_path / "wall")


# ---------------------------------------------------------------- in a browser


@pytest.mark.browser
def test_it_is_accessible_and_draws_itself_anew_without_a_flicker(room, chromium, axe_source):
    playwright = pytest.importorskip("playwright.sync_api")
    from tests.browser.conftest import TAGS

    out = room.parent / "wall"
    found = cohort.gather([room])
    few = dict(list(found.exports.items())[:6])
    cohort.write(found._replace(exports=few), out)
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 320, "height": 700})
        asked, wrong = [], []
        page.on("request", lambda r: asked.append(r.url))
        page.on("console", lambda m: wrong.append(m.text))
        page.goto((out / "wall.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.evaluate(axe_source)
        run = "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
        assert [v["id"] for v in page.evaluate(run, TAGS)["violations"]] == []
        page.evaluate("scrollTo(0, 900); window.kept = document.querySelector('#expected')")
        cohort.write(found, out)
        page.locator("#said", has_text="12 portfolios").wait_for(timeout=20_000)
        assert "12" in page.inner_text("#count")
        assert page.evaluate("kept.isConnected && scrollY > 0")
        assert wrong == [] and all(url.startswith(out.as_uri()) for url in asked)
        browser.close()


@pytest.mark.browser
def test_it_is_whole_without_a_script(gathered, chromium, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api")
    cohort.write(gathered, tmp_path)
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(java_script_enabled=False).new_page()
        page.goto((tmp_path / "wall.html").as_uri())
        assert "Placement rests on one grade" in page.inner_text("main")
        browser.close()
