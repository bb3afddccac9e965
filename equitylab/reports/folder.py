"""A folder of reports: what is in it, which release it belongs to, what is finished.

``.release/`` beside the pages holds, for each report, the published numbers it is made from
(``.zip``, nothing that a page may not show), what it tells of the team's work (``.work.json``), and
a record (``.json``) of what was made from what.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..privacy import Published
from ..schema import BY
from . import files

_PACKAGE = Path(__file__).resolve().parents[1]
_CODE = (".py", ".yaml", ".j2", ".json", ".css", ".html")


@dataclass(frozen=True)
class Report:
    """One report of a folder: whose it is, where it lies, and what became of it.

    ``status`` is ``ran``, ``skipped`` (finished before, and nothing it is made of has changed) or
    ``failed``; ``why`` says why in one plain line. Paths are relative to the folder.
    """

    unit_id: str
    unit: str
    level: str
    file: str
    executed: str
    fingerprint: str = ""
    status: str = ""
    why: str = ""
    seconds: float = 0.0

    @property
    def key(self) -> str:
        """The name under ``.release/``."""
        return f"{self.level}-{Path(self.file).stem.removeprefix('district-')}"


class Folder:
    """The reports of one release in one folder.

    Parameters
    ----------
    out : Path
        The folder. Nothing is written before :meth:`open`.
    """

    def __init__(self, out: Path) -> None:
        self.out, self.hidden, self.schools = out, out / ".release", out / "schools"

    def check(self) -> None:
        """Refuse early, and without a trace, what :meth:`open` would refuse after long work."""
        files.writable(self.out)
        if self.hidden.is_dir():
            with files.alone(self.hidden):
                pass

    @contextlib.contextmanager
    def open(self, release: str) -> Iterator[None]:
        """Hold the folder for one run, and clear from it what another release left there.

        Two releases are never mixed: from an old and a new number beside each other, a hidden one
        can be worked out.
        """
        for folder in (self.out, self.hidden, self.schools):
            files.ready(folder)
        with files.alone(self.hidden):
            files.sweep(self.out, self.hidden, self.schools)
            mark = self.hidden / "release"
            if not mark.exists() or mark.read_text("utf-8") != release:
                for record in self.records():
                    self.forget(record)
                for name in ("index.html", "findings.csv", "manifest.json"):
                    (self.out / name).unlink(missing_ok=True)
                files.write(mark, release)
            try:
                yield
            finally:  # a worker that was ended may have left half a file
                files.sweep(self.out, self.hidden, self.schools)

    def records(self) -> list[Report]:
        """Return every report that was begun or finished in this folder."""
        found = []
        for path in sorted(self.hidden.glob("*.json")):
            with contextlib.suppress(ValueError, TypeError, KeyError, OSError):
                found.append(Report(**json.loads(path.read_text("utf-8"))["report"]))
        return found

    def finished(self, report: Report) -> bool:
        """Return whether the report's files are those that were made from the same fingerprint."""
        try:
            record = json.loads((self.hidden / f"{report.key}.json").read_text("utf-8"))
            return (
                record["report"]["fingerprint"] == report.fingerprint
                and record["page"] == digest((self.out / report.file).read_bytes())
                and record["executed"] == digest((self.out / report.executed).read_bytes())
            )
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def begin(self, report: Report, numbers: bytes, work: str = "") -> None:
        """Note that a report is to be made, and lay down the numbers, and work, it is made from."""
        self.forget(report)
        self._record(replace(report, fingerprint=""), "", "")
        files.write(self.hidden / f"{report.key}.zip", numbers)
        if work:
            files.write(self.work(report), work)

    def work(self, report: Report) -> Path:
        """Return where the part of a team's work lies that a report carries."""
        return self.hidden / f"{report.key}.work.json"

    def finish(self, report: Report) -> None:
        """Note that a report is finished."""
        page, executed = (
            digest((self.out / name).read_bytes()) for name in (report.file, report.executed)
        )
        self._record(report, page, executed)

    def forget(self, report: Report) -> None:
        """Remove a report, its record and its numbers."""
        for path in (
            self.out / report.file,
            self.out / report.executed,
            self.hidden / f"{report.key}.zip",
            self.hidden / f"{report.key}.json",
            self.work(report),
        ):
            # A record is only a file: it must not lead to anything outside the folder.
            if self.out.resolve() in path.resolve().parents:
                path.unlink(missing_ok=True)

    def _record(self, report: Report, page: str, executed: str) -> None:
        record = {"report": dataclasses.asdict(report), "page": page, "executed": executed}
        files.write(self.hidden / f"{report.key}.json", json.dumps(record, ensure_ascii=False))


class Slices:
    """Cuts what each report needs from what is published, without a search for each.

    The same rows as :meth:`Published.slice`, for a whole state at once.
    """

    def __init__(self, published: Published) -> None:
        changes = published.changes
        plain = (changes["why"] == "") | ~changes["dimension"].str.contains(BY, regex=False)
        self.published = published = replace(
            published, table=published.told.reset_index(drop=True), changes=changes[plain]
        )
        self._frames = ("table", "changes", "scores", "units")
        self._rows = {
            name: getattr(published, name).groupby("unit_id", sort=False).indices
            for name in self._frames
        }
        self._parent = published.units.set_index("unit_id")["parent_id"].to_dict()
        self._below = published.units.groupby("parent_id")["unit_id"].agg(list).to_dict()

    def numbers(self, unit_id: str, *, below: bool = False) -> bytes:
        """Return the saved numbers of one unit and of those above (and directly below) it."""
        keep = [unit_id, *above(unit_id, self._parent)]
        keep += self._below.get(unit_id, []) if below else []
        cut = {}
        for name in self._frames:
            found = [self._rows[name][unit] for unit in keep if unit in self._rows[name]]
            rows = np.sort(np.concatenate(found)) if found else []
            cut[name] = getattr(self.published, name).iloc[rows].reset_index(drop=True)
        made = io.BytesIO()
        replace(self.published, **cut, hidden=None, certificates=None).save(made)
        return made.getvalue()


def above(unit_id: str, parent: dict[str, str]) -> list[str]:
    """Return the units above one, nearest first.

    Examples
    --------
    >>> above("s", {"s": "d", "d": "st", "st": ""})
    ['d', 'st']
    """
    found: list[str] = []
    at = parent.get(unit_id, "")
    while at and at not in found:
        found.append(at)
        at = parent.get(at, "")
    return found


def digest(*parts: bytes | str) -> str:
    """Return one fingerprint of these parts, in this order.

    Examples
    --------
    >>> digest("a", "bc") == digest("ab", "c")
    False
    """
    made = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8") if isinstance(part, str) else part
        made.update(len(data).to_bytes(8, "big") + data)
    return made.hexdigest()


def library() -> str:
    """Return the fingerprint of the library itself: code, content and page template."""
    paths: Iterable[Path] = (p for p in sorted(_PACKAGE.rglob("*")) if p.suffix in _CODE)
    return digest(*(b for p in paths for b in (p.relative_to(_PACKAGE).as_posix(), p.read_bytes())))
