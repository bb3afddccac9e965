"""A cohort kit: for each leader the curriculum that already holds their school, ready to open.

The notebooks of a school are run once, by the warm runner, with an empty portfolio; what they show
is laid into the notebooks that leaders open. A second run makes again only what has changed, and
what lies in a leader's ``my-work/`` is never written over.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import kit_pages, places, study
from .display import listing
from .errors import ReportError
from .kit_roster import Leader, leaders
from .portfolio_format import dump
from .privacy import Published
from .reports import asking, batch, files, forks
from .reports.folder import Folder, Slices, digest, library
from .reports.runner import Job

_RELEASE = "release.zip"
# A kit may travel by git (nbgitpuller): of a notebook that both sides changed, a leader's stays
# whole, because a merge by lines would show the figures of two releases in one notebook.
_GIT = b"*.ipynb -merge\n*.json -merge\n"
_FIRST = (
    "<p>Your guess comes first. Press <b>Run everything</b>, write it, and the chart follows.</p>"
)
_BEGUN = "2000-01-01T00:00:00.000000+00:00"  # older than any answer, and the same in every run


@dataclass
class Kit:
    """What became of a kit: its leaders, the notebooks run now, those kept, and what to know."""

    leaders: list[Leader]
    ran: int = 0
    kept: int = 0
    failed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def kit(
    data: str | Path | None,
    out: str | Path,
    *,
    roster: str | Path | None = None,
    jobs: int | None = None,
    say: Callable[[str], object] = lambda text: None,
    **options,
) -> Kit:
    """Write a folder and a zip for each leader, and the facilitator's pages.

    Parameters
    ----------
    data : path or None
        As for :func:`equitylab.reports.batch.report`; None is the sample district.
    out : path
        The folder. A kit that is there is brought up to date.
    roster : path, optional
        See :func:`equitylab.kit_roster.leaders`; without it, each school has a folder.
    jobs : int, optional
        Notebooks at one time.
    say : callable
        Takes one line about how far it is.
    **options
        ``context map year min_group min_cell``, as for a report.

    Raises
    ------
    DataError
        The data or the roster cannot be read; nothing was written.
    ReportError
        The folder cannot be written.
    """
    out, jobs = Path(out).absolute(), jobs or batch.cores()  # a notebook runs elsewhere
    files.writable(out)
    units, before = _units(data, out / "reports", options), _before(out / "leaders")
    people = leaders(units, roster, before)
    ids = list(dict.fromkeys(one.unit_id for one in people))
    made = batch.report(data, out / "reports", schools=ids, jobs=jobs, progress=False, **options)
    done = Kit(people, failed=[f"{r.unit}: {r.why}" for r in made.failed], notes=made.notes)
    done.notes += _left(out / "leaders", people, before)
    published = Published.load(io.BytesIO((out / "reports/.release/numbers").read_bytes()))
    slices, parents = Slices(published), published.units.set_index("unit_id")["parent_id"].to_dict()
    names = {one.unit_id: one.school for one in people}
    slugs = files.slugs(names, empty="school")
    homes = {id: out / ".made" / slugs[id] for id in ids}
    try:
        files.ready(out / ".made")
        with files.alone(out / ".made"):
            _sweep(out)
            marks = {}
            for id, home in homes.items():
                above = parents.get(id) or ""
                numbers = slices.numbers(above or id, below=bool(above))
                first = _portfolio(id, names[id])
                marks[id] = digest(numbers, first, library(), _books())
                _prepare(home, numbers, first)
            _run(homes, marks, jobs, say, done)
            pages = {r.unit_id: out / "reports" / r.file for r in (*made.done, *made.skipped)}
            for one in people:
                _lay(out / "leaders", one, homes[one.unit_id], pages.get(one.unit_id), done)
            _facilitator(out / "facilitator", people)
    except OSError as error:
        raise ReportError(
            f"The kit could not be finished: {files.reason(error)}.",
            file=out,
            mend="What is there is whole. Mend that, then run the same command to finish.",
        ) from None
    return done


def _units(data, reports: Path, options: dict):
    """Return the schools of the data: of an earlier run's numbers where these are of the same data."""
    asked = asking.asked_of(
        data, library(), options.get("min_group", 10), options.get("min_cell", 3), "others",
        options.get("context"), options.get("map"), options.get("year"), None,
    )  # fmt: skip
    kept = Folder(reports).kept(asked) if asked else None
    if kept:
        return kept[0].units
    given = (options.get(name) for name in ("map", "context", "year"))
    return asking.dataset(data, *given).units


def _before(leaders_: Path) -> dict[tuple[str, str], str]:
    """Return the folders of an earlier kit, by whose they are."""
    found = {}
    for record in sorted(leaders_.glob(f"*/{study.KIT}")):
        match study._read(record).get("leader"):
            case [str(name), str(unit_id)]:
                found[name, unit_id] = record.parent.name
    return found


def _left(leaders_: Path, people: list[Leader], before: dict) -> list[str]:
    """Say which folders are of leaders who are no longer on the roster: they may hold work."""
    of = {one.key for one in people}
    left = sorted(file for key, file in before.items() if key not in of)
    if not left:
        return []
    one, some = len(left) == 1, listing(left)
    return [
        f"Not on the roster now: {some}. {'This folder stays' if one else 'These folders stay'} as "
        f"{'it is' if one else 'they are'}, with {'its' if one else 'their'} my-work; "
        f"to remove {'it' if one else 'one'}, delete the folder and the zip in {leaders_}."
    ]


def _sweep(out: Path) -> None:
    """Remove what a run that was killed left half written; in my-work nothing is ours."""
    own = [f for f in (out / "leaders").glob("*") if (f / "printed").is_dir()]
    made = list((out / ".made").glob("*/"))
    files.sweep(out / "leaders", out / "facilitator", *own, *made)
    files.sweep(*(folder / "printed" for folder in (*own, *made)))


def _books() -> str:
    return digest(*[(places.notebooks() / name).read_bytes() for name in study.lessons()])


def _portfolio(unit_id: str, school: str) -> bytes:
    """Return a portfolio in which nothing is written but which school it is of."""
    entry = {"at": _BEGUN, "made_in": "kit", "version": ""}
    entries = {
        "profile.school": {"value": {"unit_id": unit_id, "name": school}, **entry},
        "profile.source": {"value": {"kind": "release", "path": _RELEASE}, **entry},
    }
    return dump({"entries": entries, "kept": [], "saved": ""})


# ---------------------------------------------------------------- running


def _prepare(home: Path, numbers: bytes, first: bytes) -> None:
    """Lay what the notebooks of a school read: they find it as a leader's notebooks do."""
    (home / study.WORK).mkdir(parents=True, exist_ok=True)
    (home / "printed").mkdir(exist_ok=True)
    _put(home / _RELEASE, numbers)
    _put(home / study.WORK / "portfolio.json", first)


def _run(homes: dict[str, Path], marks: dict[str, str], jobs: int, say, done: Kit) -> None:
    due = []
    for id, home in homes.items():
        fresh = _read(home / "mark") == marks[id].encode()
        for name in study.lessons():
            stem = name.removesuffix(".ipynb")
            page = home / "printed" / f"{stem}.html"
            if fresh and page.is_file() and (home / name).is_file():
                done.kept += 1
                continue
            for old in (page, home / name):
                old.unlink(missing_ok=True)
            key = f"{id}/{stem}"
            due.append(Job(key, str(places.notebooks() / name), {}, str(page), str(home / name)))
        _put(home / "mark", marks[id].encode())
    if not due:
        return
    say(f"{len(due)} notebooks to run, {done.kept} unchanged.")
    told = 0
    with forks.best(jobs) as runner:
        for number, outcome in enumerate(runner.run(due), 1):
            done.ran += outcome.ok
            if not outcome.ok:
                done.failed.append(f"{outcome.key}: {outcome.why}")
            if (tenth := 10 * number // len(due)) > told:
                told = tenth
                say(f"{number} of {len(due)} notebooks run.")


def _shown(name: str, executed: Path) -> bytes:
    """Return a lesson as it is laid, with what it showed in a run; as it is where none was.

    A prediction's chart stays out: it is drawn when the leader has written the guess.
    """
    book = json.loads((places.notebooks() / name).read_text("utf-8"))
    if executed.is_file():
        ran = {c["id"]: c for c in json.loads(executed.read_text("utf-8"))["cells"]}
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                given = [o["data"] for o in ran.get(cell["id"], {}).get("outputs", [])]
                if given and "lesson.predict(" in "".join(cell["source"]):
                    given = [{"text/html": _FIRST}]
                # Not as results, which would carry the number of a run that is over.
                cell["outputs"] = [
                    {"output_type": "display_data", "data": data, "metadata": {}} for data in given
                ]
    return (json.dumps(book, indent=1, ensure_ascii=False) + "\n").encode()


# ---------------------------------------------------------------- laying


def _lay(leaders_: Path, one: Leader, home: Path, report: Path | None, done: Kit) -> None:
    """Bring a leader's folder up to date, and pack the zip of the same."""
    parts = {"start-here.html": kit_pages.start(one).encode(), ".gitattributes": _GIT}
    parts |= {name: _shown(name, home / name) for name in study.lessons()}
    parts |= {
        f"printed/{p.name}": p.read_bytes() for p in sorted((home / "printed").glob("*.html"))
    }
    parts[_RELEASE] = (home / _RELEASE).read_bytes()
    parts["which-number.html"] = (places.notebooks() / "which-number.html").read_bytes()
    if report is not None and report.is_file():
        parts["our-report.html"] = report.read_bytes()
    first = (home / study.WORK / "portfolio.json").read_bytes()
    folder = leaders_ / one.file
    (folder / "printed").mkdir(parents=True, exist_ok=True)
    (folder / study.WORK).mkdir(exist_ok=True)
    record = folder / ".equitylab.json"  # the same as equitylab study keeps
    laid, before = study._read(record), study._read(folder / study.KIT).get("files", {})
    now = {name: digest(content) for name, content in parts.items()}
    for old in (folder / "our-report.html", *(folder / "printed").glob("*.html")):
        name = old.relative_to(folder).as_posix()
        if name in before and name not in now:  # of an earlier release, and not made anew
            old.unlink()
    for name, content in parts.items():
        path = folder / name
        if path.is_file() and before.get(name) == now[name]:
            continue  # ours, unchanged; a leader may have run or changed it since
        if name.endswith(".ipynb"):
            ours = study._digest(places.notebooks() / name)
            if path.is_file() and study._digest(path) not in (ours, laid.get(name)):
                done.notes.append(f"{one.file}: {study._keep(path, folder / study.WORK / 'kept')}")
            laid[name] = ours
        _put(path, content)
    _put(record, json.dumps(laid, indent=1, sort_keys=True).encode())
    kept = {"leader": one.key, "files": now}
    _put(
        folder / study.KIT, json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False).encode()
    )
    work = folder / study.WORK / "portfolio.json"
    if not work.exists() and not (folder / study.WORK / "portfolio-copies").exists():
        files.write(work, first)
    # A zip holds the empty portfolio, never what a leader has written since.
    packed = {**parts, f"{study.WORK}/portfolio.json": first}
    _put(leaders_ / f"{one.file}.zip", _zip(one.file, packed))


def _zip(top: str, parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as box:
        for name in sorted(parts):
            info = zipfile.ZipInfo(f"{top}/{name}", (2000, 1, 1, 0, 0, 0))  # the same in every run
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            box.writestr(info, parts[name])
    return made.getvalue()


def _facilitator(folder: Path, people: list[Leader]) -> None:
    folder.mkdir(exist_ok=True)
    _put(folder / "index.html", kit_pages.index(people).encode())
    _put(folder / "agendas.html", kit_pages.agendas().encode())
    _put(folder / "name-cards.html", kit_pages.cards(people).encode())
    guide = folder / "facilitator-guide.html"
    _put(guide, (places.notebooks() / guide.name).read_bytes())


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _put(path: Path, content: bytes) -> None:
    """Write a file whole, and only if it says something new."""
    if _read(path) != content:
        files.write(path, content)
