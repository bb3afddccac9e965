"""The workshop's wall: what a room of leaders said, gathered from their portfolios.

Portfolios are read and never changed, opened or moved. Nothing of one is shown but what its export
level ``cohort`` holds, and that only in counts; see :mod:`equitylab.cohort_tally` for the limits.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from .cohort_page import wall
from .cohort_shown import Shown, exports_of, topics
from .cohort_tally import Limits
from .display import many
from .errors import DataError, EquityLabError, ReportError
from .portfolio import Portfolio
from .portfolio_format import load
from .reports import files

LARGEST = 20_000_000  # bytes of one portfolio
MOST = 2_000  # files of one zip
PAGE, NOW = "wall.html", "wall.js"
_WORD = re.compile(r"[^\W\d_]{3,}")


class Gathered(NamedTuple):
    """What was found: a leader's export by a mark of its text, and what was set aside and why.

    ``names`` are words that are only in one leader's school's name; ``room`` is when answers were
    written, by which a room of people is known again.
    """

    exports: dict[str, dict]
    aside: list[str]
    names: frozenset[str] = frozenset()
    room: frozenset[str] = frozenset()


def cohort(
    portfolios: Iterable[str | Path],
    out: str | Path,
    *,
    tell: Callable[[str], object] = lambda line: None,
    open_at: int = 0,
) -> Gathered:
    """Write the wall of these portfolios: ``wall.html`` and the file that it draws itself from.

    Parameters
    ----------
    portfolios : iterable of path
        Files, folders with all that is in them, and zips.
    out : path
        The folder to write. A wall that is there is brought up to date, question by question, as
        far as no one's answer can be told from the difference: see :mod:`equitylab.cohort_shown`.
    tell : callable
        Takes one line about what waits.
    open_at : int
        Portfolios that must be there before anything is shown; never fewer than the floor.

    Raises
    ------
    DataError
        One of them is not there, or none of them holds a portfolio.
    ReportError
        The folder cannot be written.
    """
    found = gather(portfolios)
    if not found.exports:
        first = f" {found.aside[0]}" if found.aside else ""
        raise DataError(
            f"No portfolio was found.{first}",
            mend="Give portfolio.json files, folders or zips that hold them.",
        )
    _told(write(found, Path(out), open_at=open_at), tell)
    return found


def watch(
    portfolios: Iterable[str | Path],
    out: str | Path,
    *,
    tell: Callable[[str], object] = print,
    every: float = 2.0,
    go_on: Callable[[], bool] = lambda: True,
    open_at: int = 0,
) -> None:
    """Keep the wall up to date until the caller stops it; write only when something changed.

    Parameters
    ----------
    tell : callable
        Takes one line about each thing that happened.
    every : float
        Seconds between two looks.
    go_on : callable
        Asked before each look.
    portfolios, out, open_at
        As for :func:`cohort`; a folder may still be empty.
    """
    portfolios, out = list(portfolios), Path(out)
    seen: object = None
    told: set[str] = set()
    while go_on():
        sign = _sign(portfolios)
        if sign != seen:
            seen, found = sign, gather(portfolios, patient=True)
            for line in found.aside:
                if line not in told:
                    tell(f"Set aside: {line}")
            told = set(found.aside)
            waiting = write(found, out, open_at=open_at)
            tell(f"{many(len(found.exports), 'portfolio')} handed in.")
            _told(waiting, tell)
        time.sleep(every)


def _told(waiting: int, tell: Callable[[str], object]) -> None:
    if waiting:
        least = Limits.house().people
        tell(f"New answers wait, up to {waiting} to a question, until {least} have changed.")


def write(found: Gathered, out: Path, *, open_at: int = 0) -> int:
    """Write the page and the file beside it, each whole, and each only if it says something new.

    Returns
    -------
    int
        How many changed answers to one question wait, at most.
    """
    files.ready(out)
    limits = Limits.house()
    exports, waiting = [], 0
    try:
        if len(found.exports) >= max(limits.people, open_at):
            shown = Shown(out, PAGE, set(found.room))
            told, waiting = shown.settled(topics(list(found.exports.values())), limits)
            shown.save()
            exports = without(exports_of(told), found.names)  # after: who comes takes a text away
        counts = {"people": len(found.exports), "aside": len(found.aside), "waiting": waiting}
        made = wall(exports, **counts, open_at=open_at)
        for name, text in ((PAGE, made.page), (NOW, made.now)):
            path = out / name
            if not path.is_file() or path.read_text("utf-8") != text:
                files.write(path, text)
    except OSError as error:
        raise ReportError(
            f"The wall cannot be written: {files.reason(error)}.",
            file=error.filename or out,
            mend="Name a folder that you may write in: --out FOLDER.",
        ) from error
    return waiting


# ---------------------------------------------------------------- gathering


def gather(portfolios: Iterable[str | Path], *, patient: bool = False) -> Gathered:
    """Return what each leader's portfolio gives to the wall; ``patient`` lets a folder be empty."""
    exports: dict[str, dict] = {}
    aside: list[str] = []
    schools: list[str] = []
    room: set[str] = set()
    for name, raw in _every(portfolios, aside, patient):
        try:
            mark, export, school, written = _one(name, raw)
        except EquityLabError as error:
            base = PurePosixPath(name).name
            again = error.message.startswith(base)
            aside.append(name + (error.message[len(base) :] if again else f": {error.message}"))
            continue
        if mark in exports:
            aside.append(f"{name}: the same work is here twice, and counts once.")
        else:
            exports[mark] = export
            schools.append(school)
            room |= written
    return Gathered(exports, sorted(aside), _names(schools), frozenset(room))


def _one(name: str, raw: bytes) -> tuple[str, dict, str, set[str]]:
    """Return a mark of one portfolio's answers, its export, its school, and when it was written."""
    if len(raw) > LARGEST:
        raise DataError("It is too large to be a portfolio.")

    def own(key: str) -> bool:  # the profile is the kit's
        return not key.startswith("profile.")

    work = load(raw, PurePosixPath(name))
    held = {k: e.get("value") for k, e in work["entries"].items() if not e.get("deleted")}
    if not any(map(own, held)):
        raise DataError("It holds no answers yet.")
    # A copy, because opening a portfolio may bring an older one to today's form.
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home) / "portfolio.json"
        copy.write_bytes(raw)
        folio = Portfolio.open(copy)
        export = folio.export("cohort")
        school = folio.get("profile.school")
    called = str(school.get("name") or "") if isinstance(school, dict) else ""
    mark = hashlib.sha256(repr(sorted(held.items())).encode()).hexdigest()
    entries = work["entries"].items()
    return mark, export, called, {str(e.get("at")) for k, e in entries if k in held and own(k)}


def _names(schools: list[str]) -> frozenset[str]:
    """Return the words that are in the name of one leader's school, and of no other's."""
    words = {name: {w.casefold() for w in _WORD.findall(name)} for name in set(schools)}
    often = Counter(word for found in words.values() for word in found)
    # A word of many names, such as the one for a school, is no one's name.
    return frozenset(word for word, n in often.items() if n == 1 and len(words) > 1)


def without(exports: Iterable[dict], names: frozenset[str]) -> list[dict]:
    """Return exports without the texts in which a leader's school is named."""

    def fine(text: str) -> bool:
        return not {w.casefold() for w in _WORD.findall(text)} & names

    return [
        one | {k: list(filter(fine, one[k])) for k in ("driver_ideas", "promises")}
        for one in exports
    ]


def _every(portfolios, aside: list[str], patient: bool) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of every file that may be a portfolio."""
    for given in map(Path, portfolios):
        if not given.exists() and not patient:
            raise DataError(
                "There is no such file or folder of portfolios.",
                file=given,
                mend="Give portfolio.json files, folders or zips that hold them.",
            )
        for path in _paths(given):
            name = path.relative_to(given).as_posix() if path != given else given.as_posix()
            try:
                if path.suffix.lower() == ".zip":
                    yield from _zipped(path, name, aside)
                else:
                    size = path.stat().st_size
                    yield name, path.read_bytes() if size <= LARGEST else b" " * (LARGEST + 1)
            except OSError as error:
                aside.append(f"{name}: It cannot be read: {files.reason(error)}.")


def _paths(given: Path) -> list[Path]:
    if not given.is_dir():
        return [given] if given.exists() else []
    every = sorted(p for p in given.rglob("*") if p.suffix.lower() in (".json", ".zip"))
    return [p for p in every if p.is_file() and _leaders(p.relative_to(given).parts)]


def _leaders(parts: Iterable[str]) -> bool:
    """Whether a path is a leader's own: not hidden, and not among a portfolio's copies."""
    return not any(p.startswith((".", "__MACOSX")) or p.endswith("-copies") for p in parts)


def _zipped(path: Path, name: str, aside: list[str]) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as packed:
            inside = [i for i in packed.infolist() if i.filename.lower().endswith(".json")]
            inside = [i for i in inside if _leaders(PurePosixPath(i.filename).parts)]
            if not inside or len(inside) > MOST:
                aside.append(f"{name}: It holds {'too many' if inside else 'no'} portfolios.")
                return
            for one in inside:
                with packed.open(one) as stream:  # no more is unpacked than is ever read
                    yield f"{name}/{one.filename}", stream.read(LARGEST + 1)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        aside.append(f"{name}: It is damaged, or locked with a password.")


def _sign(portfolios: list) -> tuple:
    """Return what changes when any file does."""
    found = []
    for path in (p for given in map(Path, portfolios) for p in _paths(given)):
        try:
            seen = os.stat(path)
        except OSError:
            continue
        found.append((str(path), seen.st_mtime_ns, seen.st_size))
    return tuple(found)
