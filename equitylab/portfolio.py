"""A leader's work as one JSON file: safe on disk, shared by open notebooks, no student's row."""

from __future__ import annotations

import copy
import os
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from . import catalog
from .errors import DataError
from .portfolio_files import contents
from .portfolio_format import PortfolioError, dump, load, now
from .portfolio_guard import no_students, plain
from .portfolio_store import Store, when

ALSO = ("reflections", "checks", "promises", "predictions", "labs")  # beside the artifact types
_KEY = re.compile(r"([a-z_]+)(\.[A-Za-z0-9_-]+)*")


class Portfolio:
    """One leader's answers, plans and readings, kept in one file.

    Each change is on the disk when the call returns. Two notebooks may have the file open: each
    answer is merged by its key, and one that another notebook overtook is kept and told in
    :attr:`notes`.

    Examples
    --------
    >>> import tempfile
    >>> folio = Portfolio.open(Path(tempfile.mkdtemp(), "portfolio.json"))
    >>> folio.set("vision.statement", "Every student is known and stretched.", made_in="m01")
    >>> folio.get("vision.statement")
    'Every student is known and stretched.'
    >>> card = folio.add("finding_cards.cards", {"title": "Who takes Algebra I"}, prefix="f")
    >>> folio.update("finding_cards.cards", card, {"strength": "Teachers offer help at lunch."})
    >>> [row["title"] for row in folio.rows("finding_cards.cards")]
    ['Who takes Algebra I']
    """

    def __init__(self, path: str | os.PathLike) -> None:
        self._store = Store(path)
        self._callbacks: list[Callable] = []

    @classmethod
    def open(cls, path: str | os.PathLike = "my-work/portfolio.json") -> Portfolio:
        """Return the portfolio kept at this path; the first answer makes the file.

        Raises
        ------
        PortfolioError
            The file is something else, or was saved by a newer EquityLab. It is left as it is.
        """
        folio = cls(path)
        store, files = folio._store, folio._store.files
        if files.path.is_dir():
            raise PortfolioError(
                f"{files.path.name} is a folder.",
                mend=f'Name a file in it: "{Path(path) / "portfolio.json"}".',
                kind="folder",
            )
        store.refresh()
        store.seen = dict(store.work["entries"])
        if not store.work["saved"] and not store.said and files.copies_list():
            store.said.append(
                f"There is no {files.path.name} here, though earlier copies of it are in "
                f"“{files.copies.name}”. Restore the last of them if that is unexpected."
            )
        return folio

    # ------------------------------------------------------------ answers

    def get(self, key: str, default: object = None) -> object:
        """Return the answer under this key, as the latest of all open notebooks has it."""
        self._store.refresh()
        return self.rows(key) if self._ids(key) else self._value(key, default)

    def set(self, key: str, value: object, *, made_in: str = "", version: str = "") -> None:
        """Keep an answer under this key; it is on the disk when this returns.

        Parameters
        ----------
        key : str
            ``"<artifact>.<name>"``, with an artifact of ``modules.yaml``.
        value : object
            Text, numbers, dates, lists, dicts. Never a table, never a student's row.
        made_in, version : str
            The module that asked, and the version of what it asked.

        Raises
        ------
        DataError
            The key or the value cannot be kept.
        PortfolioError
            The file could not be written; the change is kept, and the next save takes it along.
        """
        self._check(key)
        self._store.refresh()
        if self._ids(key):
            raise DataError("This key holds rows.", key=key, mend="Use add and update.")
        self._put(key, plain(value, key), made_in, version)

    def delete(self, key: str) -> None:
        """Remove an answer, or all rows under this key."""
        self._store.refresh()
        self._drop([key, *(f"{key}/{id}" for id in self._ids(key))])

    def keys(self, prefix: str = "") -> list[str]:
        """Return the keys that have an answer, in order; the rows of a list share one key."""
        self._store.refresh()
        found = {key.partition("/")[0] for key in self._store.entries if self._has(key)}
        return sorted(key for key in found if key.startswith(prefix))

    def version(self, key: str) -> str:
        """Return the version of the instrument that this answer was given to; empty if unknown."""
        self._store.refresh()
        return self._store.entries.get(key, {}).get("version", "")

    # ------------------------------------------------------------ rows

    def rows(self, key: str) -> list[dict]:
        """Return the rows under this key in the order in which they were added."""
        self._store.refresh()
        return [{"id": id} | self._value(f"{key}/{id}") for id in self._ids(key)]

    def row(self, key: str, id: str) -> dict | None:
        """Return one row, or None."""
        self._store.refresh()
        place = f"{key}/{id}"
        return {"id": id} | self._value(place) if self._has(place) else None

    def add(
        self, key: str, row: dict, *, prefix: str = "r", made_in: str = "", version: str = ""
    ) -> str:
        """Add a row and return its id, such as ``"f-3fa91c"``."""
        self._check(key)
        self._store.refresh()
        if self._has(key):
            raise DataError("This key holds one answer, not rows.", key=key, mend="Use set.")
        fields, ids = self._fields(key, row), self._ids(key)
        held = [self._store.entries[f"{key}/{one}"]["value"] for one in ids]
        no_students([dict.fromkeys(one) for one in [*held, fields]], key)  # added one by one
        id = f"{prefix}-{secrets.token_hex(3)}"
        while id in ids:
            id = f"{prefix}-{secrets.token_hex(3)}"
        self._put(f"{key}/{id}", fields, made_in, version)
        return id

    def update(self, key: str, id: str, row: dict, *, made_in: str = "", version: str = "") -> None:
        """Change the given fields of a row; its other fields stay as they are."""
        self._store.refresh()
        place = f"{key}/{id}"
        if not self._has(place):
            raise DataError(f"No row has the id {id}; it may have been removed.", key=key)
        was = self._store.entries[place]
        fields = was["value"] | self._fields(key, row)
        self._put(place, fields, made_in or was["made_in"], version or was["version"])

    def remove(self, key: str, id: str) -> None:
        """Remove a row; one that is gone already is no error."""
        self._store.refresh()
        self._drop([f"{key}/{id}"])

    # ------------------------------------------------------------ what a person asks

    @property
    def path(self) -> Path:
        """Where the file is."""
        return self._store.files.path

    @property
    def saved(self) -> datetime | None:
        """When the work was last written to the disk; None if it never was."""
        self._store.refresh()
        try:
            moment = datetime.fromisoformat(self._store.work["saved"])
        except ValueError:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    @property
    def unsaved(self) -> list[str]:
        """The keys that were changed here and are not on the disk yet."""
        return sorted({key.partition("/")[0] for key in self._store.pending})

    @property
    def kept(self) -> list[dict]:
        """The answers that another notebook overtook: ``key value at made_in kept_at``."""
        self._store.refresh()
        return copy.deepcopy(self._store.work["kept"])

    @property
    def notes(self) -> list[str]:
        """What a leader should know: a recovery, an answer changed twice, a save that failed."""
        kept = self.kept
        twice = [
            f"Two notebooks changed {one['key']}. The later answer is shown; the other, of "
            f"{when(one['at'])}, is kept in the file under “kept”."
            for one in kept[-5:]
        ]
        if len(kept) > 5:
            twice.append(f"{len(kept) - 5} more answers that were changed twice are kept there.")
        if not self._store.files.can_lock:
            twice.append("This folder cannot lock files: keep one notebook open at a time.")
        return self._store.said + twice + [self._store.trouble] * bool(self._store.trouble)

    def on_change(self, callback: Callable[[list[str]], object]) -> Callable[[], None]:
        """Call this with the changed keys after each write from here; returns what ends it."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    def export(self, level: str) -> dict:
        """Return what readers at this level may see: see :mod:`equitylab.portfolio_levels`."""
        from .portfolio_levels import export

        return export(self, level)

    def to_bytes(self) -> bytes:
        """Return the whole file, with what is not on the disk yet, to download."""
        self._store.refresh()
        return dump(self._store.work | {"entries": self._store.entries})

    def restore(self, source: bytes | str | os.PathLike) -> str:
        """Put a saved portfolio in the place of this one, and say what was restored.

        The work that was here stays among the copies, under a name that says so.
        """
        raw, name = _bytes(source)
        work = load(raw, name)
        for key, entry in work["entries"].items():
            if not entry.get("deleted"):
                entry["value"] = plain(entry.get("value"), key)
        before = self._store.replace(work)
        held = self.keys()
        said = f"Restored {len(held)} answers"
        said += f" saved on {when(work['saved'])}." if work["saved"] else "."
        if before:
            said += f" What was here is kept in “{self._store.files.copies.name}” as “{before}”."
        self._store.said.append(said)
        self._tell(held)
        return said

    # ------------------------------------------------------------ inside

    def _has(self, place: str) -> bool:
        entry = self._store.entries.get(place)
        return entry is not None and not entry.get("deleted")

    def _value(self, place: str, default: object = None) -> object:
        if not self._has(place):
            return default
        if place not in self._store.pending:
            self._store.seen[place] = self._store.entries[place]
        return copy.deepcopy(self._store.entries[place]["value"])

    def _ids(self, key: str) -> list[str]:
        start = f"{key}/"
        rows = [
            (entry.get("since", entry["at"]), place[len(start) :])
            for place, entry in self._store.entries.items()
            if place.startswith(start) and not entry.get("deleted")
        ]
        return [id for _, id in sorted(rows)]

    @staticmethod
    def _fields(key: str, row: object) -> dict:
        fields = plain(row, key)
        if not isinstance(fields, dict):
            raise DataError("A row is a dict of fields.", key=key)
        return {name: value for name, value in fields.items() if name != "id"}

    @staticmethod
    def _check(key: str) -> None:
        known = {*catalog.content("modules")["artifact_types"], *ALSO}
        match = _KEY.fullmatch(key)
        if not match or match[1] not in known:
            raise DataError(
                f'"{key}" is no key of a portfolio: it begins with what the answer belongs to.',
                key=key,
                mend="Such as finding_cards, action_plan or reflections, a dot, and a name.",
            )

    def _put(self, place: str, value: object, made_in: str, version: str) -> None:
        was = self._store.entries.get(place)
        entry = {"value": value, "at": now(), "made_in": made_in, "version": version}
        if "/" in place:
            entry["since"] = was.get("since", was["at"]) if was else entry["at"]
        same = was and "value" in was and (was["value"], was["version"]) == (value, version)
        if same and not self._store.pending:
            self._store.seen[place] = was
            return
        self._store.change({place: entry})
        self._tell([place])

    def _drop(self, places: list[str]) -> None:
        gone = [place for place in places if self._has(place)]
        if gone:
            self._store.change({place: {"deleted": True, "at": now()} for place in gone})
            self._tell(gone)

    def _tell(self, places: list[str]) -> None:
        for callback in list(self._callbacks):
            callback(sorted({place.partition("/")[0] for place in places}))


def _bytes(source: bytes | str | os.PathLike) -> tuple[bytes, str]:
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source), "The file"
    try:
        return contents(Path(source).expanduser()), str(source)
    except OSError as wrong:
        raise PortfolioError(
            f"{Path(source).name} cannot be read: {str(wrong.strerror).lower()}.", kind="unread"
        ) from wrong
