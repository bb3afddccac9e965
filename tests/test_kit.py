"""A cohort kit: a leader's folder holds their school on first sight, and keeps what they wrote."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from equitylab import Portfolio, catalog, cli, kit, kit_pages, places, study
from equitylab.errors import DataError
from equitylab.kit_roster import Leader, leaders
from equitylab.reports import files

UNITS = pd.DataFrame(
    [
        ("01", "Oak School", "school", "D"),
        ("02", "Elm School", "school", "D"),
        ("03", "Elm School", "school", "D"),
        ("D", "The District", "district", ""),
    ],
    columns=["unit_id", "unit", "level", "parent_id"],
)


@pytest.fixture
def roster(tmp_path):
    """Return a call that writes a roster and reads it."""

    def call(text: str, encoding: str = "utf-8", kept: dict | None = None) -> list[Leader]:
        path = tmp_path / "leaders.csv"
        path.write_bytes(text.encode(encoding))
        return leaders(UNITS, path, kept)

    return call


# ---------------------------------------------------------------- the roster


def test_a_roster_names_leaders_by_id_or_name(roster):
    ana, bo = roster("\ufeffName,Role,SCHOOL,pair\nAna Ruiz,Principal,oak school,7\n\nBo,,02,\n")
    assert ana == Leader("Ana Ruiz", "01", "Oak School", "7", "Principal", "ana-ruiz")
    assert bo == Leader("Bo", "02", "Elm School", "", "", "bo")


def test_other_spreadsheets_write_semicolons(roster):
    assert [one.name for one in roster("name;school\nAna, the first;01\n")] == ["Ana, the first"]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "cp1252", "utf-16"])
def test_names_are_read_in_any_encoding(roster, encoding):
    found = roster('Notes,name,school,e-mail\nx,"Peña, José",01,a@b\n,Zoë O\'Neil,02,\n', encoding)
    assert [(one.name, one.file) for one in found] == [
        ("Peña, José", "pena-jose"), ("Zoë O'Neil", "zoe-o-neil"),
    ]  # fmt: skip


def test_a_workbook_is_a_roster_even_where_it_dropped_leading_zeros(tmp_path):
    path = tmp_path / "leaders.xlsx"
    table = pd.DataFrame([["Ana", 1, 7], ["Bo", "02", None]], columns=["Name", "School", "Pair"])
    table.to_excel(path, index=False)
    found = [(one.name, one.unit_id, one.pair) for one in leaders(UNITS, path)]
    assert found == [("Ana", "01", "7"), ("Bo", "02", "")]


def test_schools_share_leaders_and_leaders_share_schools(roster):
    rows = "name,school\nAna,01\nBo,01\nAna,02\nJosé,03\nJose,03\n" + f"{'N' * 200},02\n"
    found = {one.file: one for one in roster(rows)}
    assert len(found) == 6 and all(len(file) < 80 for file in found)
    assert [found[f].unit_id for f in ("ana-01", "bo", "ana-02")] == ["01", "01", "02"]
    assert {one.name for f, one in found.items() if f.startswith("jose-03-")} == {"José", "Jose"}


def test_a_folder_stays_its_leaders_and_no_one_else_is_given_it(roster):
    def keys(found):
        return {one.key: one.file for one in found}

    first = keys(roster("name,school\nAna,01\nBo,02\n"))
    assert first == {("ana", "01"): "ana", ("bo", "02"): "bo"}
    # A second Ana does not move the first; Bo of another school has not Bo's work.
    again = keys(roster("name,school\nAna,02\nANA,oak school\nBo,03\n", kept=first))
    assert again["ana", "01"] == "ana"
    assert len(set(again.values()) - {"ana", "bo"}) == 2


def test_pairs_are_made_of_people_who_stand_apart(roster):
    rows = "".join(f"{name},01\n" for name in "abcdefg")
    assert [one.pair for one in roster(f"name,school\n{rows}")] == list("1231231")


def test_hostile_names_become_safe_folders(roster):
    names = ["../../x", "=HYPERLINK(1)", "<script>", "NUL", "مريم", "Ana", "Ana", "a/b\\c"]
    found = roster("name,school\n" + "".join(f"{n},{k % 2 + 1:02d}\n" for k, n in enumerate(names)))
    folders = [one.file for one in found]
    assert len(set(folders)) == len(names)
    assert all(f and set(f) <= set("abcdefghijklmnopqrstuvwxyz0123456789-") for f in folders)
    for page in (kit_pages.cards(found), kit_pages.index(found), kit_pages.start(found[2])):
        assert "<script>" not in page and "<script" not in page.replace("&lt;script", "")


def test_a_folder_does_not_hang_on_the_order_of_the_roster(roster):
    first = {one.name: one.file for one in roster("name,school\nAna,01\nBo,02\nCy,03\n")}
    again = {one.name: one.file for one in roster("name,school\nCy,03\nDee,01\nAna,01\nBo,02\n")}
    assert first.items() <= again.items()


def test_without_a_roster_each_school_has_a_folder():
    found = leaders(UNITS)
    assert [one.unit_id for one in found] == ["01", "02", "03"]
    assert [one.file for one in found] == ["oak-school", "elm-school-02", "elm-school-03"]


@pytest.mark.parametrize(
    ("text", "row", "column", "said"),
    [
        ("", None, None, "The file is empty"),
        ("\n\n", 1, "name", "No column is called name"),
        ("name,school\n", 2, None, "no leader"),
        ("name,school\nRuiz, Ana,01\nBo,02\nCy,02\n", 2, None, "more cells than the header"),
        ("%PDF-1.7 \n", None, None, "This is a PDF"),
        ('{"name": 1}', 1, "name", "No column is called name"),
        ("name,unit\nAna,01\n", 1, "school", "No column is called school"),
        ("name,name,school\nAna,B,01\n", 1, "name", "Two columns"),
        ("name,school\nAna,01\n,02\n", 3, "name", "empty"),
        ("name,school\nAna,\n", 2, "school", "empty"),
        ("name,school\nAna,Oak Scool\n", 2, "school", 'Did you mean "Oak School"?'),
        ("name,school\nAna,Elm School\n", 2, "school", "2 schools are named"),
        ("name,school\nAna,01\nana,Oak School\n", 3, "name", "row 2 already"),
        ("name,school\n,\n", 2, None, "no leader"),
    ],
)
def test_a_bad_roster_says_row_column_and_mend(roster, text, row, column, said):
    with pytest.raises(DataError) as wrong:
        roster(text)
    assert (wrong.value.row, wrong.value.column) == (row, column)
    assert said in str(wrong.value) and wrong.value.mend
    assert len(str(wrong.value).splitlines()) == 2 and "leaders.csv" in str(wrong.value)


def test_a_bad_roster_writes_nothing(tmp_path, capsys):
    bad = tmp_path / "leaders.csv"
    bad.write_text("name,school\nAna,Nowhere\n", "utf-8")
    assert cli.main(["kit", "--out", str(tmp_path / "kit"), "--roster", str(bad)]) == 2
    said = capsys.readouterr().err
    assert "row 2, column school" in said and len(said.splitlines()) == 2
    assert not (tmp_path / "kit").exists()


def test_a_name_of_any_length_fits_on_its_card(roster):
    made = kit_pages.cards(roster(f"name,school\nBo,01\n{'Anna ' * 8},01\n{'N' * 200},02\n"))
    assert [part.split('"')[0] for part in made.split('class="who')[1:]] == [
        "",
        " long",
        " endless",
    ]


# ---------------------------------------------------------------- agendas


@pytest.mark.parametrize("path", catalog.content("modules")["pathways"], ids=lambda p: p["id"])
def test_an_agenda_holds_every_step_once_and_keeps_its_hours(path):
    plans = {m["id"]: m for m in catalog.content("facilitator_guide")["modules"]}
    every = [(id, s["m"], s["do"]) for id in path["modules"] for s in plans[id]["timeline"]]
    parts = kit_pages.sessions(path)
    assert [step for part in parts for step in part] == every
    assert len(parts) == path["sessions"]
    for part in parts:
        took = sum(minutes for _, minutes, _ in part)
        assert 0 < took <= path["hours_each"] * 60
        assert took <= 120 or path["hours_each"] * 60 - took >= 5, "no room for a break"


def test_all_six_pathways_are_on_the_page():
    page = kit_pages.agendas()
    paths = catalog.content("modules")["pathways"]
    assert len(paths) == 6 and all(f"<h2 id={path['id']}>" in page for path in paths)
    assert "<td>Break" in page.replace(" data-col=do", "")


# ---------------------------------------------------------------- a leader's folder


@pytest.fixture
def home(tmp_path) -> Path:
    """What the notebooks of a school leave, as if the first had been run."""
    home = tmp_path / "made"
    kit._prepare(home, b"numbers", kit._portfolio("01", "Oak School"))
    name = study.lessons()[0]
    book = json.loads((places.notebooks() / name).read_text("utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            data = {"text/html": f"<p>Figure of {cell['id']}</p>"}
            cell["outputs"] = [{"output_type": "execute_result", "data": data, "metadata": {}}]
    (home / name).write_text(json.dumps(book), "utf-8")
    (home / "printed" / "00-start-here.html").write_text("<p>to print", "utf-8")
    return home


ANA = Leader(name="Ana", unit_id="01", school="Oak School", file="ana")


def lay(tmp_path, home) -> tuple[Path, kit.Kit]:
    done = kit.Kit([ANA])
    kit._lay(tmp_path / "leaders", ANA, home, None, done)
    return tmp_path / "leaders" / ANA.file, done


def test_a_folder_has_all_and_shows_figures_and_no_code(tmp_path, home):
    folder, _ = lay(tmp_path, home)
    assert [p.name for p in sorted(folder.glob("*.ipynb"))] == study.lessons()
    assert {"start-here.html", "which-number.html", "release.zip"} <= set(
        p.name for p in folder.iterdir()
    )
    book = json.loads((folder / study.lessons()[0]).read_text("utf-8"))
    code = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert all(cell["metadata"]["jupyter"]["source_hidden"] for cell in code)
    shown = "".join(str(cell["outputs"]) for cell in code)
    assert "Figure of" in shown and "execution_count" not in shown
    predicted = [cell for cell in code if "lesson.predict(" in "".join(cell["source"])]
    assert predicted and all("guess comes first" in str(c["outputs"]) for c in predicted)
    folio = Portfolio.open(folder / "my-work" / "portfolio.json")
    assert folio.get("profile.school") == {"unit_id": "01", "name": "Oak School"}
    assert folio.keys() == ["profile.school", "profile.source"]


def marks(folder: Path) -> dict[str, str]:
    every = (p for p in folder.parent.rglob("*") if p.is_file())
    return {
        str(p): hashlib.sha256(p.read_bytes()).hexdigest() + str(p.stat().st_mtime_ns)
        for p in every
    }


def test_figures_stay_when_a_leader_opens_the_folder_by_study(tmp_path, home):
    folder, _ = lay(tmp_path, home)
    name = study.lessons()[0]
    before = (folder / name).read_bytes()
    assert json.loads(before)["cells"] and b'"display_data"' in before
    study.lay(folder)
    assert (folder / name).read_bytes() == before
    book = json.loads(before)
    next(c for c in book["cells"] if c.get("outputs"))["outputs"] *= 2  # run since
    (folder / name).write_text(json.dumps(book))
    study.lay(folder)
    assert b'"display_data"' not in (folder / name).read_bytes(), "forms that ended are cleared"


def test_laying_again_changes_nothing(tmp_path, home):
    folder, _ = lay(tmp_path, home)
    before = marks(folder)
    lay(tmp_path, home)
    assert marks(folder) == before


def test_what_a_leader_wrote_is_kept_and_in_no_zip(tmp_path, home):
    folder, _ = lay(tmp_path, home)
    folio = Portfolio.open(folder / "my-work" / "portfolio.json")
    folio.set("vision.statement", "Known and heard")
    ran = folder / study.lessons()[3]
    book = json.loads(ran.read_text("utf-8"))
    book["cells"][0]["source"] = "My own words"
    ran.write_text(json.dumps(book), "utf-8")
    lay(tmp_path, home)  # nothing newer: the leader's notebook stays
    assert "My own words" in ran.read_text("utf-8")
    kit._prepare(home, b"newer numbers", kit._portfolio("01", "Oak School"))
    (home / ran.name).write_text((places.notebooks() / ran.name).read_text("utf-8"), "utf-8")
    record = folder / ".kit.json"
    held = json.loads(record.read_text())
    held["files"][ran.name] = "older"
    record.write_text(json.dumps(held), "utf-8")
    _, done = lay(tmp_path, home)
    assert folio.get("vision.statement") == "Known and heard"
    (kept,) = (folder / "my-work" / "kept").iterdir()
    assert "My own words" in kept.read_text("utf-8") and "kept at" in done.notes[0]
    assert (folder / "release.zip").read_bytes() == b"newer numbers"
    with zipfile.ZipFile(folder.parent / "ana.zip") as box:
        assert b"Known and heard" not in b"".join(map(box.read, box.namelist()))
        assert all(name.startswith("ana/") for name in box.namelist())


def test_a_portfolio_that_a_leader_moved_away_is_not_replaced(tmp_path, home):
    folder, _ = lay(tmp_path, home)
    path = folder / "my-work" / "portfolio.json"
    Portfolio.open(path).set("vision.statement", "Known")
    path.rename(tmp_path / "taken-home.json")
    lay(tmp_path, home)
    assert not path.exists()  # its copies are there, and the notebook says so


def test_stopped_at_any_write_the_same_again_finishes(tmp_path, home, monkeypatch):
    whole, _ = lay(tmp_path / "whole", home)
    write, left = files.write, [0]

    def stops(*given, **more):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        write(*given, **more)

    monkeypatch.setattr(files, "write", stops)
    for number in (0, 1, 9, 18, 19, 20, 21):
        left[0] = number
        with pytest.raises(KeyboardInterrupt):
            lay(tmp_path / str(number), home)
        work = tmp_path / str(number) / "leaders" / "ana" / "my-work" / "portfolio.json"
        if wrote := work.exists():
            Portfolio.open(work).set("vision.statement", "Known")
        left[0] = 1000
        cut, done = lay(tmp_path / str(number), home)
        assert done.notes == []  # nothing was taken for a leader's own
        assert (Portfolio.open(work).get("vision.statement") == "Known") == wrote
        for path in whole.rglob("*"):
            now = cut / path.relative_to(whole)
            if path.is_file() and now != work:
                assert now.read_bytes() == path.read_bytes(), (number, path.name)
    assert wrote  # the last cut came after the portfolio


def test_an_older_report_does_not_stay_beside_newer_numbers(tmp_path, home):
    report = tmp_path / "report.html"
    report.write_text("<p>of before", "utf-8")
    done = kit.Kit([ANA])
    kit._lay(tmp_path / "leaders", ANA, home, report, done)
    folder = tmp_path / "leaders" / "ana"
    (folder / "printed" / "mine.html").write_text("my own", "utf-8")
    assert (folder / "our-report.html").is_file()
    (home / "printed" / "00-start-here.html").unlink()  # neither was made again
    kit._lay(tmp_path / "leaders", ANA, home, None, done)
    assert not (folder / "our-report.html").exists()
    assert [p.name for p in (folder / "printed").iterdir()] == ["mine.html"]


def test_what_a_killed_run_left_is_swept_and_never_in_my_work(tmp_path, home):
    folder, _ = lay(tmp_path, home)
    parts = [folder / ".a.part", folder / "printed" / ".b.part", folder.parent / ".ana.zip.part"]
    mine = folder / "my-work" / ".c.part"
    for path in [*parts, mine]:
        path.write_text("half", "utf-8")
    kit._sweep(tmp_path)
    assert mine.exists() and not any(path.exists() for path in parts)


@pytest.mark.skipif(not shutil.which("git"), reason="git is not here")
def test_a_kit_that_travels_by_git_mixes_no_two_releases(tmp_path, home):
    """As nbgitpuller does: the learner's state is committed, then merged with ``-Xours``."""
    folder, _ = lay(tmp_path, home)

    def git(*words, at=folder):
        own = ["-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *own, *words], cwd=at, check=True, capture_output=True)

    git("init", "-b", "ana")
    git("add", "-A")
    git("commit", "-m", "kit")
    learner = tmp_path / "home"
    git("clone", str(folder), str(learner), at=tmp_path)
    names = study.lessons()

    def change(place: Path, name: str, number: int, said: str):
        book = json.loads((place / name).read_text("utf-8"))
        for cell in book["cells"][number :: number + 1]:
            cell["source"] = said
        (place / name).write_text(json.dumps(book, indent=1), "utf-8")

    change(learner, names[3], 1, "mine")
    Portfolio.open(learner / "my-work" / "portfolio.json").set("vision.statement", "Known")
    mine = (learner / names[3]).read_bytes()
    for name in names[3:5]:
        change(folder, name, 2, "newer")
    git("commit", "-am", "newer kit")
    git("commit", "-am", "automatic", at=learner)
    git("fetch", at=learner)
    git("merge", "-Xours", "origin/ana", at=learner)
    assert (learner / names[3]).read_bytes() == mine
    assert (learner / names[4]).read_bytes() == (folder / names[4]).read_bytes()
    work = Portfolio.open(learner / "my-work" / "portfolio.json")
    assert work.get("vision.statement") == "Known"


# ---------------------------------------------------------------- the whole


@pytest.mark.slow
def test_a_kit_from_the_sample_district(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)  # notebooks run elsewhere: a relative --out must hold
    roster, out = tmp_path / "leaders.csv", tmp_path / "kit"
    text = "name,school\nAna Ruiz,Riverbend Middle School\n../Bo <b>,0219\n"
    roster.write_text(text, "utf-8")
    words = ["kit", "--out", "kit", "--roster", "leaders.csv"]
    assert cli.main(words) == 0
    assert "2 folders: 13 notebooks run, 0 unchanged." in capsys.readouterr().out
    for leader in ("ana-ruiz", "bo-b"):
        folder = out / "leaders" / leader
        for name in study.lessons():
            book = (folder / name).read_text("utf-8")
            assert "Riverbend Middle School" in book, name
            assert str(tmp_path) not in book and "Traceback" not in book, name
            page = (folder / "printed" / f"{name.removesuffix('.ipynb')}.html").read_text("utf-8")
            assert "<script" not in page and "<p class=line></p>" in page, name
        assert "data:image/svg+xml" in (folder / study.lessons()[3]).read_text("utf-8")
        assert "Riverbend Middle School" in (folder / "our-report.html").read_text("utf-8")
        assert (out / "leaders" / f"{leader}.zip").stat().st_size < 6_000_000
    assert sorted(p.name for p in (out / "facilitator").iterdir()) == [
        "agendas.html", "facilitator-guide.html", "index.html", "name-cards.html",
    ]  # fmt: skip
    before = marks(out / "leaders" / "ana-ruiz")
    assert cli.main(words) == 0
    assert "0 notebooks run, 13 unchanged." in capsys.readouterr().out
    assert marks(out / "leaders" / "ana-ruiz") == before
    # Bo goes and Cy comes: Bo's work stays, and is named.
    mine = out / "leaders" / "bo-b" / "my-work" / "portfolio.json"
    Portfolio.open(mine).set("vision.statement", "Known and heard")
    before = marks(out / "leaders" / "bo-b")
    roster.write_text("name,school\nAna Ruiz,0219\nANA RUIZ,219\n", "utf-8")
    assert cli.main(words) == 2
    assert "row 2 already" in capsys.readouterr().err and marks(out / "leaders" / "bo-b") == before
    roster.write_text("name;school\nCy Núñez;219\n", "latin-1")
    write = files.write
    monkeypatch.setattr(kit, "_put", lambda *given: (_ for _ in ()).throw(OSError(28, "full")))
    assert cli.main(words) == 2
    said = capsys.readouterr().err.splitlines()
    assert "the disk is full" in said[-2] and "run the same command to finish" in said[-1]
    monkeypatch.undo()
    assert files.write is write
    monkeypatch.chdir(tmp_path)
    assert cli.main(words) == 0
    said = capsys.readouterr()
    assert "1 folder: 0 notebooks run, 13 unchanged." in said.out
    assert "Not on the roster now: ana-ruiz and bo-b. These folders stay" in said.err
    assert Portfolio.open(mine).get("vision.statement") == "Known and heard"
    assert (out / "leaders" / "cy-nunez" / "my-work" / "portfolio.json").is_file()
