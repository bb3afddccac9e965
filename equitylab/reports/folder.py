"""A folder of reports: what is in it, which release it belongs to, what is finished.

``.release/`` beside the pages holds, for each report, the published numbers it is made from
(``.zip``, nothing that a page may not show), what it tells of the team's work (``.work.json``), its
rows of measures.csv (``.measures.csv``), and a record (``.json``) of what was made from what; and,
in ``numbers``, the published numbers of all units, so that a run that was stopped does not read and
audit again.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from ..errors import DataError
from ..privacy import Published
from ..privacy.published import write
from ..schema import BY
from . import files

_PACKAGE = Path(__file__).resolve().parents[1]
MEASURES = ".measures.csv"  # the ending of a report's rows of measures.csv
_CODE = (".py", ".yaml", ".j2", ".json", ".css", ".html")


@dataclass(frozen=True)
class Report:
    """One report of a folder: whose it is, where it lies, and what became of it.

    ``status`` is ``ran``, ``skipped`` (finished before, and nothing it is made of has changed) or
    ``failed``; ``why`` says in one plain line why it ran, was skipped or failed. Paths are relative
    to the folder. ``parts`` are the fingerprints of what it is made of, by name; ``also`` are the
    files that are made beside the page, each with a mark of how it was asked for.
    """

    unit_id: str
    unit: str
    level: str
    file: str
    executed: str
    parts: dict[str, str] = field(default_factory=dict)
    status: str = ""
    why: str = ""
    seconds: float = 0.0
    also: dict[str, str] = field(default_factory=dict)

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
    def open(self) -> Iterator[None]:
        """Hold the folder for one run, and clear from it what a run that was killed left."""
        for folder in (self.out, self.hidden, self.schools):
            files.ready(folder)
        with files.alone(self.hidden):
            files.sweep(self.out, self.hidden, self.schools)
            try:
                yield
            finally:  # a worker that was ended may have left half a file
                files.sweep(self.out, self.hidden, self.schools)

    def keep(self, of: str, mark: str, published: Published) -> Published:
        """Keep the published numbers of all units, made of ``of``; ``mark`` names the release.

        Returns them as they are read back, so that a run that goes on from them does the same.
        """
        (self.hidden / "release").unlink(missing_ok=True)
        made = io.BytesIO()
        _told(published).save(made)
        files.write(self.hidden / "numbers", made.getvalue())
        about = {"of": of, "mark": mark, "numbers": digest(made.getvalue())}
        files.write(self.hidden / "release", json.dumps(about))
        return Published.load(io.BytesIO(made.getvalue()))

    def kept(self, of: str) -> tuple[Published, str] | None:
        """Return the numbers that were made of ``of``, and their mark, if they are there whole."""
        try:
            about = json.loads((self.hidden / "release").read_text("utf-8"))
            numbers = (self.hidden / "numbers").read_bytes()
            if about["of"] == of and about["numbers"] == digest(numbers):
                return Published.load(io.BytesIO(numbers)), about["mark"]
        except (OSError, ValueError, KeyError, TypeError, DataError):
            pass
        return None

    def mark(self, name: str, mark: str) -> None:
        """Note what a file of the whole folder was made of."""
        files.write(self.hidden / f"{name}.mark", mark)

    def mark_of(self, name: str) -> str:
        """Return what was noted of a file; empty if nothing was."""
        try:
            return (self.hidden / f"{name}.mark").read_text("utf-8")
        except (OSError, ValueError):
            return ""

    def unfinished(self) -> None:
        """Take away what says of the whole folder what will no longer be so."""
        for name in ("index.html", "manifest.json", "findings.csv", "measures.csv"):
            (self.out / name).unlink(missing_ok=True)

    def records(self) -> list[Report]:
        """Return every report that was begun or finished in this folder."""
        found = []
        for path in sorted(self.hidden.glob("*.json")):
            with contextlib.suppress(ValueError, TypeError, KeyError, OSError):
                found.append(Report(**json.loads(path.read_text("utf-8"))["report"]))
        return found

    def due(self, report: Report) -> str:
        """Say why a report has to be made; empty if its files are there, of the same parts."""
        try:
            record = json.loads((self.hidden / f"{report.key}.json").read_text("utf-8"))
            before = record["report"]["parts"]
            if not record["page"]:
                return "not finished before"
            changed = sorted(
                name
                for name in {**report.parts, **before}
                if report.parts.get(name) != before.get(name)
            )
            if changed:
                return f"changed: {', '.join(changed)}"
            held = {report.file: record["page"], report.executed: record["executed"]}
            held[self.measures(report).relative_to(self.out)] = record["measures"]
            for name, mark in (held | record["also"]).items():
                if mark != digest((self.out / name).read_bytes()):
                    return "its files were changed"
            if not report.also.items() <= record["report"]["also"].items():
                return "asked for in another form too"
        except FileNotFoundError as error:
            record = self.hidden / f"{report.key}.json"
            return "new" if Path(error.filename) == record else "a file of it was gone"
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return "no record of how it was made"
        return ""

    def begin(self, report: Report, numbers: bytes, work: str = "") -> None:
        """Note that a report is to be made, and lay down the numbers, and work, it is made from."""
        self.forget(report)
        self._record(report, page="", executed="", measures="", also={})
        files.write(self.hidden / f"{report.key}.zip", numbers)
        if work:
            files.write(self.work(report), work)

    def work(self, report: Report) -> Path:
        """Return where the part of a team's work lies that a report carries."""
        return self.hidden / f"{report.key}.work.json"

    def finish(self, report: Report) -> None:
        """Note that a report is finished."""
        page, executed, measures, *also = (
            digest(path.read_bytes())
            for path in (
                self.out / report.file,
                self.out / report.executed,
                self.measures(report),
                *(self.out / name for name in report.also),
            )
        )
        also = dict(zip(report.also, also, strict=True))
        self._record(report, page=page, executed=executed, measures=measures, also=also)

    def also(self, report: Report) -> dict[str, str]:
        """Return the files that were made beside a page, each with how it was asked for."""
        try:
            record = json.loads((self.hidden / f"{report.key}.json").read_text("utf-8"))
            return dict(record["report"]["also"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def measures(self, report: Report) -> Path:
        """Return where a report's rows of measures.csv lie."""
        return self.hidden / f"{report.key}{MEASURES}"

    def forget(self, report: Report) -> None:
        """Remove a report, its record and its numbers."""
        for path in (
            self.out / report.file,
            self.out / report.executed,
            self.hidden / f"{report.key}.zip",
            self.hidden / f"{report.key}.json",
            self.work(report),
            self.measures(report),
            *(self.out / name for name in {**report.also, **self.also(report)}),
        ):
            # A record is only a file: it must not lead to anything outside the folder.
            if self.out.resolve() in path.resolve().parents:
                path.unlink(missing_ok=True)

    def _record(self, report: Report, **made: str | dict) -> None:
        record = {"report": dataclasses.asdict(report)} | made
        files.write(self.hidden / f"{report.key}.json", json.dumps(record, ensure_ascii=False))


class Slices:
    """Cuts what each report needs from what is published, without a search for each.

    The same rows as :meth:`Published.slice`, for a whole state at once. The mark of the source file
    stays out of them: another file with the same numbers makes the same report.
    """

    def __init__(self, published: Published) -> None:
        source = {k: v for k, v in published.source.items() if k != "sha256"}
        self.published = published = replace(_told(published), source=source)
        self._frames = ("table", "changes", "scores", "units")
        self._rows = {
            name: getattr(published, name).groupby("unit_id", sort=False).indices
            for name in self._frames
        }
        self._parent = published.units.set_index("unit_id")["parent_id"].to_dict()
        self._below = published.units.groupby("parent_id")["unit_id"].agg(list).to_dict()

        # Marks are of the tables as they are saved: a release that is kept has the same ones.
        self._tables = published.tables()
        self._marks = {
            name: pd.util.hash_pandas_object(
                table.to_pandas(use_threads=False), index=False
            ).to_numpy()
            for name, table in self._tables.items()
        }
        self._about = digest(json.dumps(published.about, sort_keys=True, default=str))

    def mark(self, unit_id: str, *, below: bool = False) -> str:
        """Return the fingerprint of a unit's numbers."""
        parts = [self._marks[name][rows].tobytes() for name, rows in self._cut(unit_id, below)]
        return digest(self._about, *parts)

    def numbers(self, unit_id: str, *, below: bool = False) -> bytes:
        """Return the saved numbers of one unit and of those above (and directly below) it."""
        import pyarrow as pa

        made = io.BytesIO()
        cut = {name: self._tables[name].take(rows) for name, rows in self._cut(unit_id, below)}
        write(made, cut, self.published.about)
        del cut
        # Arrow keeps what it has freed, more with each report of a state.
        pa.default_memory_pool().release_unused()
        return made.getvalue()

    def _cut(self, unit_id: str, below: bool) -> Iterator[tuple[str, np.ndarray]]:
        keep = [unit_id, *above(unit_id, self._parent)]
        keep += self._below.get(unit_id, []) if below else []
        for name in self._frames:
            found = [self._rows[name][unit] for unit in keep if unit in self._rows[name]]
            yield name, np.sort(np.concatenate(found)) if found else np.array([], int)


def _told(published: Published) -> Published:
    """Return what files carry: no two-way table of which nothing is shown."""
    changes = published.changes
    plain = (changes["why"] == "") | ~changes["dimension"].str.contains(BY, regex=False)
    frames = {"table": published.told, "changes": changes[plain]}
    frames = {name: frame.reset_index(drop=True) for name, frame in frames.items()}
    return replace(published, **frames, hidden=None, certificates=None)


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
