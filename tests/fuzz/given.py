"""What a user gives besides data, and what is asked of it: rosters, words, plans, finished folders."""

from __future__ import annotations

import contextlib
import io
import json
import sqlite3
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd

import equitylab as eq
from equitylab import cohort, kit_roster, places
from equitylab.privacy.published import Published
from equitylab.privacy.verify import verify
from equitylab.readers import read
from equitylab.reports import earlier, family, runner, work
from equitylab.reports.story import SchoolReport
from equitylab.reports.view import View
from equitylab.study import lay
from equitylab.widgets.labs import comments
from tests.fuzz import mutations, oracle
from tests.fuzz.mutations import FOLIOS
from tests.fuzz.seeds import seeds
from tests.privacy import report_folder

UNITS = pd.DataFrame(
    [("0101", "Alder School", "school", ""), ("0102", "Birch School", "school", "")],
    columns=["unit_id", "unit", "level", "parent_id"],
)
ROSTER = """name,school,pair,role
Ada Reyes,Alder School,1,Principal
Ben Okoro,0102,1,
"Cho, Min",0101,2,Coach
"""
QUERY = b"select student_id, year, school, sex, race, oss from students"
PARAMETERS = b'[{"release": "", "unit_id": "001"}]'
COMMENTS = "comment_id,text\n" + "".join(f"{k},The late bus leaves early {k}\n" for k in range(20))


@cache
def _release() -> Published:
    with tempfile.TemporaryDirectory() as place:
        oracle.lay(Path(place), seeds()["sis folder"])
        return eq.protect(eq.audit(read(place)))


def _zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as box:
        for name, raw in files.items():
            box.writestr(name, raw)
    return held.getvalue()


def _database() -> bytes:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "sis.db"
        raw = seeds()["students.csv"]["students-2023-24.csv"]
        frame = pd.read_csv(io.BytesIO(raw), dtype="str")
        with contextlib.closing(sqlite3.connect(path)) as base:
            frame.to_sql("students", base, index=False)
        return path.read_bytes()


def _report_folder() -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as place:
        folder = report_folder.write(Path(place) / "reports")
        manifest = folder / "manifest.json"
        told = manifest.read_text("utf-8").replace('"seconds"', '"status": "done", "seconds"')
        manifest.write_text(told, "utf-8")
        found = sorted(p for p in folder.rglob("*") if p.is_file())
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in found}


def _saved() -> bytes:
    held = io.BytesIO()
    _release().save(held)
    return held.getvalue()


# ---------------------------------------------------------------- what is asked


def _only(here: Path, *endings: str) -> Path:
    """The file that is given by its name: the first, whatever it is called by now."""
    found = sorted(p for p in here.rglob("*") if p.is_file())
    return next((p for p in found if p.suffix in endings), found[0])


def _roster(here: Path) -> None:
    for leader in kit_roster.leaders(UNITS, _only(here)):
        assert leader.file and "/" not in leader.file and leader.file not in (".", "..")


def _words(here: Path) -> None:
    told = family.words.__wrapped__("vi", here)
    units = _release().units
    unit = units.loc[units["level"] == "school", "unit_id"].iloc[0]
    assert "<script" not in family.summary(View(_release(), unit), told)


def _wall(here: Path) -> None:
    cohort.cohort([here], here.parent / "wall")


def _plans(here: Path) -> None:
    plans, aside = work.collect(here, UNITS)
    for made in plans.values():
        work.district_slice({"0101": ("Alder School", made)})
    assert len(plans) <= len(UNITS) and all("Traceback" not in line for line in aside)


def _verified(here: Path) -> None:
    verify(here, seconds=5).to_text()


def _beside(here: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        new = report_folder.write(Path(place) / "new")
        earlier.marks([here])
        verify(new, earlier=[here], seconds=5).to_text()


def _published(here: Path) -> None:
    public = Published.load(_only(here, ".zip"))
    view = View(public, "001")
    assert len(view.table) >= len(view.rows_compared)


def _parameters(here: Path) -> None:
    """What papermill gives a notebook, whose numbers and lists are those of YAML."""
    try:
        (only,) = json.loads((here / "parameters.json").read_text("utf-8"))
    except (OSError, ValueError, TypeError, RecursionError):
        return
    if isinstance(only, dict) and {"release", "parameters", "unit_id"} <= set(only):
        report = SchoolReport.open(only["release"] or here / "release.zip", only["unit_id"])
        assert "<script" not in str(report.title())


def _base(here: Path) -> None:
    query = next((p.read_text("utf-8", "replace") for p in here.glob("*.sql")), "select 1")
    read(f"sqlite:///{_only(here, '.db')}", query=query)


def _notebook(here: Path) -> None:
    book = places.notebook(str(_only(here, ".ipynb")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what nbformat mends in a notebook, it says
        runner.check_parameters(book, ("release", "unit_id"))


def _comments(here: Path) -> None:
    comments.own(str(_only(here)))


def _laid(here: Path) -> None:
    """A study folder that somebody changed is laid again."""
    with tempfile.TemporaryDirectory() as place:
        oracle.lay(Path(place), {p.name: p.read_bytes() for p in here.iterdir() if p.is_file()})
        lay(place)


@cache
def plans() -> dict[str, tuple[dict[str, dict[str, bytes]], Callable[[Path], object]]]:
    """Each kind of input by its name: valid files of it, and what is asked of them."""
    vietnamese = (family.FOLDER / "es.yaml").read_bytes().replace(b"language: es", b"language: vi")
    folios = {f"{k}/portfolio.json": raw for k, raw in enumerate(FOLIOS)}
    school = places.notebook("school-report").read_bytes()
    start = places.notebook("00-start-here").read_bytes()
    return {
        "roster": ({"leaders.csv": {"leaders.csv": ROSTER.encode()}}, _roster),
        "words": ({"translation": {"vi.yaml": vietnamese}}, _words),
        "wall": ({"folder": folios, "zip": {"portfolios.zip": _zipped(folios)}}, _wall),
        "plans": ({"folder": folios}, _plans),
        "verify": ({"reports": _report_folder()}, _verified),
        "earlier": ({"reports": _report_folder()}, _beside),
        "release": ({"release.zip": {"release.zip": _saved()}}, _published),
        "parameters": (
            {"parameters": {"parameters.json": PARAMETERS, "release.zip": _saved()}},
            _parameters,
        ),
        "sql": ({"sqlite": {"sis.db": _database(), "query.sql": QUERY}}, _base),
        "notebook": ({"own": {"own.ipynb": school}}, _notebook),
        "comments": ({"comments.csv": {"comments.csv": COMMENTS.encode()}}, _comments),
        "study": (
            {"laid": {".equitylab.json": b'{"a": "b"}', "00-start-here.ipynb": start}},
            _laid,
        ),
    }


PLANS = (
    "readers", "portfolio", "roster", "words", "wall", "plans", "verify", "earlier", "release", "parameters",
    "sql", "notebook", "comments", "study",
)  # fmt: skip


def inputs(plan: str):
    """Return the strategy that makes broken inputs of this kind."""
    if plan == "portfolio":
        return mutations.folios()
    return mutations.inputs() if plan == "readers" else mutations.several(plans()[plan][0])


def judge(plan: str, given: dict | bytes) -> str:
    """Return how an input of this kind ended."""
    if plan == "portfolio":
        return oracle.portfolio(given)
    if plan == "readers":
        return oracle.readers(**given)
    return oracle.asked(given["files"], plans()[plan][1])
