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
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from .cohort_page import wall
from .cohort_tally import Limits
from .errors import DataError, EquityLabError, ReportError
from .portfolio import Portfolio
from .portfolio_format import load
from .reports import files

LARGEST = 20_000_000  # bytes of one portfolio
MOST = 2_000  # files of one zip
PAGE, NOW = "wall.html", "wall.js"
_WORD = re.compile(r"[^\W\d_]{3,}")


class Gathered(NamedTuple):
    """What was found: a leader's export by a mark of its text, and what was set aside and why."""

    exports: dict[str, dict]
    aside: list[str]


def cohort(portfolios: Iterable[str | Path], out: str | Path) -> Gathered:
    """Write the wall of these portfolios: ``wall.html`` and the file that it draws itself from.

    Parameters
    ----------
    portfolios : iterable of path
        Files, folders with all that is in them, and zips.
    out : path
        The folder to write.

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
    write(found, Path(out))
    return found


def watch(
    portfolios: Iterable[str | Path],
    out: str | Path,
    *,
    tell: Callable[[str], object] = print,
    every: float = 2.0,
    go_on: Callable[[], bool] = lambda: True,
) -> None:
    """Keep the wall up to date until the caller stops it; write only when something changed.

    A change is shown once ``minimum_cell`` portfolios have changed: who sees the wall before and
    after a single one was handed in could read that leader's answers from the difference.

    Parameters
    ----------
    tell : callable
        Takes one line about each thing that happened.
    every : float
        Seconds between two looks.
    go_on : callable
        Asked before each look.
    """
    portfolios, out, limits = list(portfolios), Path(out), Limits.house()
    seen: object = None
    shown: Gathered | None = None
    told: set[str] = set()
    while go_on():
        sign = _sign(portfolios)
        if sign != seen:
            seen, found = sign, gather(portfolios, patient=True)
            for line in found.aside:
                if line not in told:
                    tell(f"Set aside: {line}")
            told = set(found.aside)
            before = shown.exports if shown else {}
            changed = len(found.exports.keys() - before.keys())
            changed = max(changed, len(before.keys() - found.exports.keys()))
            opens = shown is None or len(before) < limits.people
            if opens or changed >= limits.choice:
                write(found, out)
                shown = found
                tell(f"The wall shows {len(found.exports)} portfolios.")
            elif changed or len(found.aside) != len(shown.aside):
                shown = Gathered(shown.exports, found.aside)
                write(shown, out, waiting=changed)
                if changed:
                    tell(f"{changed} changed; the wall waits until {limits.choice} have.")
        time.sleep(every)


def write(found: Gathered, out: Path, *, waiting: int = 0) -> None:
    """Write the page and the file beside it, each whole, and each only if it says something new."""
    files.ready(out)
    # By the text, so that the order of the files says nothing.
    exports = [found.exports[mark] for mark in sorted(found.exports)]
    made = wall(exports, aside=len(found.aside), waiting=waiting)
    try:
        for name, text in ((PAGE, made.page), (NOW, made.now)):
            path = out / name
            if not path.is_file() or path.read_text("utf-8") != text:
                files.write(path, text)
    except OSError as error:
        raise ReportError(
            f"The wall cannot be written: {files.reason(error)}.",
            file=out,
            mend="Name a folder that you may write in: --out FOLDER.",
        ) from error


# ---------------------------------------------------------------- gathering


def gather(portfolios: Iterable[str | Path], *, patient: bool = False) -> Gathered:
    """Return what each leader's portfolio gives to the wall; ``patient`` lets a folder be empty."""
    exports: dict[str, dict] = {}
    aside: list[str] = []
    schools: dict[str, str] = {}
    for name, raw in _every(portfolios, aside, patient):
        try:
            mark, export, school = _one(name, raw)
        except EquityLabError as error:
            base = PurePosixPath(name).name
            again = error.message.startswith(base)
            aside.append(name + (error.message[len(base) :] if again else f": {error.message}"))
            continue
        if mark in exports:
            aside.append(f"{name}: the same work is here twice, and counts once.")
        else:
            exports[mark], schools[mark] = export, school
    return Gathered(_unnamed(exports, schools), sorted(aside))


def _one(name: str, raw: bytes) -> tuple[str, dict, str]:
    """Return a mark of one portfolio's answers, its export, and the school that it names."""
    if len(raw) > LARGEST:
        raise DataError("It is too large to be a portfolio.")
    work = load(raw, PurePosixPath(name))
    held = {k: e.get("value") for k, e in work["entries"].items() if not e.get("deleted")}
    if all(key.startswith("profile.") for key in held):
        raise DataError("It holds no answers yet.")
    # A copy, because opening a portfolio may bring an older one to today's form.
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home) / "portfolio.json"
        copy.write_bytes(raw)
        folio = Portfolio.open(copy)
        export = folio.export("cohort")
        school = folio.get("profile.school")
    called = str(school.get("name") or "") if isinstance(school, dict) else ""
    return hashlib.sha256(repr(sorted(held.items())).encode()).hexdigest(), export, called


def _unnamed(exports: dict[str, dict], schools: dict[str, str]) -> dict[str, dict]:
    """Return the exports without texts in which another leader's school is named."""
    words = {name: {w.casefold() for w in _WORD.findall(name)} for name in set(schools.values())}
    often = Counter(word for found in words.values() for word in found)
    # A word of many names, such as the one for a school, is no one's name.
    own = {word for word, n in often.items() if n == 1 and len(words) > 1}

    def fine(text: str) -> bool:
        return not {w.casefold() for w in _WORD.findall(text)} & own

    made = {}
    for mark, export in exports.items():
        texts = {k: list(filter(fine, export[k])) for k in ("driver_ideas", "promises")}
        made[mark] = export | texts
    return made


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
            name = path.relative_to(given).as_posix() if path != given else path.name
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
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
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
