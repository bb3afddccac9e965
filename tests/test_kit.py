"""A cohort kit: a leader's folder holds their school on first sight, and keeps what they wrote."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from equitylab import Portfolio, catalog, cli, kit, kit_pages, places, study
from equitylab.errors import DataError
from equitylab.kit_roster import Leader, leaders

UNITS = pd.DataFrame(
    [("01", "Oak School", "school"), ("02", "Elm School", "school"), ("03", "Elm School", "school")]
    + [("D", "The District", "district")],
    columns=["unit_id", "unit", "level"],
)


@pytest.fixture
def roster(tmp_path):
    """Return a call that writes a roster and reads it."""

    def call(text: str, encoding: str = "utf-8") -> list[Leader]:
        path = tmp_path / "leaders.csv"
        path.write_bytes(text.encode(encoding))
        return leaders(UNITS, path)

    return call


# ---------------------------------------------------------------- the roster


def test_a_roster_names_leaders_by_id_or_name(roster):
    ana, bo = roster("\ufeffName,Role,SCHOOL,pair\nAna Ruiz,Principal,oak school,7\n\nBo,,02,\n")
    assert ana == Leader("Ana Ruiz", "01", "Oak School", "7", "Principal", "ana-ruiz")
    assert bo == Leader("Bo", "02", "Elm School", "", "", "bo")


def test_other_spreadsheets_write_semicolons(roster):
    assert [one.name for one in roster("name;school\nAna, the first;01\n")] == ["Ana, the first"]


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
        ("", 1, "name", "No column is called name"),
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


def test_a_roster_that_is_no_text(roster):
    with pytest.raises(DataError, match="cannot be read as text"):
        roster("name,school\nJosé,01\n", "latin-1")


def test_a_bad_roster_writes_nothing(tmp_path, capsys):
    bad = tmp_path / "leaders.csv"
    bad.write_text("name,school\nAna,Nowhere\n", "utf-8")
    assert cli.main(["kit", "--out", str(tmp_path / "kit"), "--roster", str(bad)]) == 2
    said = capsys.readouterr().err
    assert "row 2, column school" in said and len(said.splitlines()) == 2
    assert not (tmp_path / "kit").exists()


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


def lay(tmp_path, home, **changes) -> tuple[Path, kit.Kit]:
    one = Leader(
        **{"name": "Ana", "unit_id": "01", "school": "Oak School", "file": "ana"} | changes
    )
    done = kit.Kit([one])
    kit._lay(tmp_path / "leaders", one, home, None, done)
    return tmp_path / "leaders" / one.file, done


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
    record.write_text(json.dumps(json.loads(record.read_text()) | {ran.name: "older"}), "utf-8")
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


# ---------------------------------------------------------------- the whole


@pytest.mark.slow
def test_a_kit_from_the_sample_district(tmp_path, capsys):
    roster, out = tmp_path / "leaders.csv", tmp_path / "kit"
    text = "name,school\nAna Ruiz,Riverbend Middle School\n../Bo <b>,0219\n"
    roster.write_text(text, "utf-8")
    words = ["kit", "--out", str(out), "--roster", str(roster)]
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
