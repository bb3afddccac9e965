"""A district's file in, one report a school out: read once, audit once, protect once, then draw.

What a run leaves is whole at every moment: files appear by a rename, a report that is finished and
unchanged is not made again, and a school whose notebook fails stops no other.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from .. import catalog, places
from ..display import many
from ..errors import ReportError
from ..privacy import Published
from ..schema import Dataset
from . import audience as readers_of
from . import beside, files, index, measures, work
from .asking import asked_of, counted, dataset, no_lesson, outside, reported, select, thresholds
from .earlier import marks
from .folder import Folder, Report, Slices, digest, library
from .forks import best
from .planning import Plan, planned
from .progress import Progress
from .protecting import certify, protected
from .runner import Job, Outcome, Runner, check_parameters

PARAMETERS = ("release", "unit_id")  # what a report notebook's `parameters` cell takes
WORK = "portfolio"  # and this, where leaders' portfolios are given


@dataclass(frozen=True)
class Result:
    """What became of a batch.

    Attributes
    ----------
    done, failed, skipped : list of Report
        Made now; not made, each with its ``why``; finished before and unchanged.
    out : Path
        The folder.
    seconds : float
    notes : list of str
        What a person should know besides, in plain lines: of the portfolios that were given, or
        that no PDF can be made here.
    """

    done: list[Report]
    failed: list[Report]
    skipped: list[Report]
    out: Path
    seconds: float
    notes: list[str] = field(default_factory=list)


def report(
    data: str | Path | Dataset | None,
    out: str | Path,
    *,
    schools: Iterable[str] | None = None,
    jobs: int | None = None,
    notebook: str | None = None,
    min_group: int = 10,
    min_cell: int = 3,
    audience: str = "public",
    team: str | Path | None = None,
    reference: str = "others",
    context: str | None = None,
    map: Mapping[str, str] | None = None,
    year: str | None = None,
    fresh: bool = False,
    certificates: str | Path | None = None,
    portfolios: str | Path | None = None,
    idea_rules: str | None = None,
    earlier: Iterable[str | Path] = (),
    formats: Iterable[str] = ("html",),
    paper: str = "letter",
    family: Iterable[str] = (),
    translations: str | Path | None = None,
    progress: bool | Progress = True,
    runner: Callable[[int], Runner] = best,
) -> Result:
    """Write one report a school, one a district, an index, the findings and a manifest.

    Parameters
    ----------
    data : path, Dataset or None
        A file or folder in any known format; None is the bundled sample district.
    out : path
        The folder. It is made if need be; a run that was stopped is finished by the same call.
    schools : list of str, optional
        Ids or exact names; all schools if not given. The audit and the hiding are always of all.
    jobs : int, optional
        Reports at one time: the number of cores if not given.
    notebook : str, optional
        Another notebook for the schools: a bundled one by name, or a path.
    min_group, min_cell : int
        Groups and counts below these are hidden.
    audience : str
        ``"team"`` marks every page and file as a leadership team's, not for publication; its folder
        lies apart from public ones. The numbers pass the same gate.
    team : path, optional
        The folder of the team's release of the same data: a public one then shows nothing that it
        hides, so that who reads both learns no hidden number.
    reference, context, map, year
        What groups are compared with; which vocabulary; what columns mean; one school year alone.
    fresh : bool
        Make again what is finished.
    certificates : path, optional
        Where the data owner's proof of the hiding goes; never inside ``out``.
    portfolios : path, optional
        A leader's portfolio, or a folder of them: each school's report carries what its team
        decided, as far as everyone may read it. They are read and never changed.
    idea_rules : str, optional
        A State of ``content/idea_rules.yaml``, whose published threshold the rehearsal of the
        federal ratios then draws. Without it no line is drawn: each State sets its own.
    earlier : list of path
        Folders that were published before, the oldest first: what they hide stays hidden, and
        nothing is written that together with them would give a hidden number away.
    formats, paper
        ``"pdf"`` asks for each page as a PDF too, on ``"letter"`` or ``"a4"``.
    family, translations
        The languages of a short summary of each school for families, and a folder of more of them.
    progress, runner
        How progress is told (False: not at all), and what runs the notebooks.

    Raises
    ------
    DataError, PrivacyError
        Something is wrong with the data, or its hiding cannot be proved; nothing was written.
    ReportError
        The folder cannot be written, is in use, or the notebook does not take the parameters.
    """
    began, out = time.monotonic(), Path(out)
    if isinstance(schools, str):
        schools = [schools]
    thresholds(min_group, min_cell)
    readers_of.apart(out, audience)
    if family and audience != "public":
        raise ReportError("A family summary is for everyone, and this release is not: ask for it with "
                          "the public one.")  # fmt: skip
    folder = Folder(out)
    folder.check()
    if certificates is not None:
        outside(Path(certificates), out)
    books = {
        "school": places.notebook(notebook or "school-report"),
        "district": places.notebook("district-report"),
    }
    if idea_rules:
        catalog.idea_rules(idea_rules)  # a State that is not listed is said before the long work
    if portfolios is not None:
        no_lesson(books["school"])
    besides = beside.asked(formats, paper, family, translations)
    for book in books.values():
        check_parameters(book, (*PARAMETERS, *([WORK] if portfolios is not None else [])))

    told = progress if isinstance(progress, Progress) else Progress() if progress else None
    say = told.say if told else lambda text: None
    code = library()
    earlier = [Path(one) for one in earlier]
    readers_of.alike(earlier, audience)
    if team is not None and audience != "public":
        raise ReportError("A team's release is made first; --team is for the public one after it.")
    apart = readers_of.numbers(team) if team is not None else None
    held = marks([*earlier, *([Path(team)] if team is not None else [])])
    rules = (min_group, min_cell, reference, context, map, year, idea_rules, *held)
    asked = asked_of(data, code, *rules)
    before = folder.kept(asked) if asked and not fresh and certificates is None else None
    aware: list[str] = []
    if before:
        published, release = before
    else:
        source = dataset(data, map, context, year)
        select(reported(source.units), schools)  # a wrong name is said before the long work
        what = counted(reported(source.units))
        say(f"{what}, {', '.join(source.years)}. Finding what to hide ...")
        published, aware = protected(
            source, reference, min_group, min_cell, earlier, apart, findings
        )
        added = {"context": context, "idea_rules": idea_rules}
        added["audience"] = audience if audience != "public" else ""
        policy = published.policy | {name: word for name, word in added.items() if word}
        published = replace(published, policy=policy)
        if certificates is not None:
            certify(published, Path(certificates))
        release = _release(source, published, code, held)
    units = published.units
    chosen = select(reported(units), schools)
    leaders, aside = work.collect(portfolios, units) if portfolios is not None else ({}, [])
    try:
        with files.one_interrupt(), folder.open():
            if audience != "public":
                folder.mark("audience", audience)
            if not before:
                published = folder.keep(asked, release, published)
            slices = Slices(published)
            carried = work.Carried(slices, published, leaders)
            todo = planned(folder, slices, chosen, books, fresh, carried, code, besides)
            say(f"{many(len(todo.due), 'report')} to make, {len(todo.kept)} finished before.")
            outcome = _run(folder, todo, books, besides, jobs or cores(), told, runner)
            reports = todo.kept + outcome
            # Alphabetical, districts first: an index is not a ranking.
            reports.sort(key=lambda r: (r.level != "district", r.unit.casefold(), r.unit_id))
            _finish(folder, published, todo.units, reports, release, carried.as_of)
    except OSError as error:
        raise ReportError(
            f"The folder could not be finished: {files.reason(error)}.",
            file=out,
            mend="What is there is whole. Mend that, then run the same command to finish.",
        ) from None
    by = {s: [r for r in reports if r.status == s] for s in ("ran", "failed", "skipped")}
    notes = [
        *aware,
        *filter(None, [readers_of.note(audience), besides.note]),
        *work.told(aside, carried.held),
    ]
    return Result(by["ran"], by["failed"], by["skipped"], out, time.monotonic() - began, notes)


def cores() -> int:
    """Return how many processors this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1


def findings(published: Published, units: Iterable[str]) -> str:
    """Return the published rows of these units as CSV that no spreadsheet runs as formulas."""
    keep = set(units)
    table = published.told[published.told["unit_id"].isin(keep)]
    parent = published.units.set_index("unit_id")["parent_id"]
    table = table.assign(parent_id=table["unit_id"].map(parent).fillna(""))
    table = readers_of.marked(table, published.policy)
    for column in table.select_dtypes("float"):
        known = table[column].dropna()
        whole = np.isfinite(known).all() and (known == known.round()).all()
        table[column] = table[column].astype("Int64") if whole else table[column].round(6)
    # With a mark that tells Excel the letters are UTF-8.
    return "\ufeff" + files.neutral(table).to_csv(index=False, lineterminator="\n")


def _release(data: Dataset, published: Published, code: str, earlier: list[str]) -> str:
    """Return the mark of a release: the same data, by the same rules and code, beside the same."""
    # The source's own mark, and what was made of it: another map of columns is another release.
    source = [data.source.get("sha256", ""), str(pd.util.hash_pandas_object(data.counts).sum())]
    about = {"source": source, "policy": published.policy, "years": published.years}
    return digest(json.dumps(about, sort_keys=True, default=str), code, *earlier)


def _run(
    folder: Folder,
    plan: Plan,
    books: dict[str, Path],
    besides: beside.Beside,
    jobs: int,
    told: Progress | None,
    runner: Callable[[int], Runner],
) -> list[Report]:
    """Make what is due, and return each report with what became of it."""
    reports, made = {r.key: r for r in plan.due}, []
    try:
        if not reports:
            return []
        if told:
            told.start(len(reports))
        with runner(min(jobs, len(reports))) as running:
            with closing(running.run(_jobs(folder, plan, books, besides))) as outcomes:
                for outcome in outcomes:
                    one = _settle(folder, reports.pop(outcome.key), outcome)
                    made.append(one)
                    if told:
                        told.step(one.unit or one.unit_id, outcome.ok, one.seconds, one.why)
                    if outcome.stop:
                        break
    finally:
        if told:
            told.close()
    why = f"not begun: {made[-1].why}" if made else "not begun"
    for one in reports.values():
        folder.forget(one)
        made.append(replace(one, status="failed", why=why))
    return made


def _jobs(
    folder: Folder, plan: Plan, books: dict[str, Path], besides: beside.Beside
) -> Iterator[Job]:
    """Lay down the numbers of each report when its turn comes."""
    # A school's first, which a runner may rehearse; then districts, whose reports take longest: a
    # long one at the end would keep one process busy and the others idle.
    first = [one for one in plan.due if one.level == "school"][:1]
    for one in first + [one for one in plan.due if one not in first]:
        folder.begin(one, plan.numbers(one), plan.words.get(one.unit_id, ""))
        yield _job(folder, one, books, besides)


def _job(folder: Folder, one: Report, books: dict[str, Path], besides: beside.Beside) -> Job:
    page = (folder.out / one.file).resolve()

    def from_page(path: Path) -> str:
        return Path(os.path.relpath(path.resolve(), page.parent)).as_posix()

    words = folder.work(one)
    carried = {WORK: from_page(words)} if words.exists() else {}
    return Job(
        key=one.key,
        notebook=str(books[one.level]),
        parameters={
            "release": from_page(folder.hidden / f"{one.key}.zip"),
            "unit_id": one.unit_id,
            **carried,
        },
        page=str(page),
        executed=str((folder.out / one.executed).resolve()),
        paper=besides.paper,
        words=besides.words if one.level == "school" else {},
        measures=True,
    )


def _settle(folder: Folder, one: Report, outcome: Outcome) -> Report:
    if outcome.ok:
        one = replace(one, status="ran", seconds=round(outcome.seconds, 2))
        folder.finish(one)
        return one
    # Nothing of a report that failed is left: an old one beside new ones would be of another run.
    folder.forget(one)
    why = outcome.why or "the notebook stopped without saying why"
    return replace(one, status="failed", why=why, seconds=round(outcome.seconds, 2))


def _finish(
    folder: Folder,
    published: Published,
    units: set[str],
    reports: list[Report],
    release: str,
    as_of: dict[str, str],
) -> None:
    from .. import __version__

    made = datetime.date.today().isoformat()
    held = digest(release, *sorted(units))
    done = {r.unit_id: folder.measures(r) for r in reports if r.status != "failed"}

    def measured(unit_id: str) -> str | None:
        return done[unit_id].read_text("utf-8") if unit_id in done else None

    for name, text_of in {
        "findings.csv": lambda: findings(published, units),
        "measures.csv": lambda: readers_of.marked_text(
            measures.text(published, units, measured), published.policy
        ),
    }.items():
        table = folder.out / name
        if not table.exists() or folder.mark_of(name) != digest(held, table.read_bytes()):
            text = text_of()
            files.write(table, text)
            folder.mark(name, digest(held, text))
    manifest = {
        "equitylab": __version__,
        "made": made,
        "release": release,
        "audience": readers_of.of(published.policy),
        "policy": published.policy,
        "source": published.source,
        "years": published.years,
        "counts": dict(Counter(r.status for r in reports)),
        "reports": [dataclasses.asdict(r) for r in reports],
        "units": published.units[["unit_id", "unit", "level", "parent_id"]].to_dict("records"),
    }
    if as_of:
        manifest["portfolios"] = as_of
    text = json.dumps(manifest, ensure_ascii=False, indent=1, default=str)
    files.write(folder.out / "manifest.json", text + "\n")
    files.write(folder.out / "index.html", index.page_of(published, reports, made))
