"""Entries by key that several open notebooks share through one file, and lose none of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from .portfolio_files import Files, contents, not_saved
from .portfolio_format import PortfolioError, dump, empty, load, merged, now

MOST_KEPT = 200  # answers that another notebook overtook
REMEMBERED = timedelta(days=90)  # how long the file knows that an answer was deleted


class Store:
    """What the file holds and what is not in it yet, as one dict of entries.

    An entry is ``{"value", "at", "made_in", "version"}``, of a row also ``since``, or
    ``{"deleted": True, "at"}``. Entries are replaced, never changed in place.

    Attributes
    ----------
    files : Files
    work : dict
        What the disk had when it was last read.
    pending : dict
        Entries changed here that no save has taken to the disk yet.
    seen : dict
        The entry under each key as this notebook last showed it: what another one changed since
        is not overtaken in silence.
    said : list of str
        What was recovered or restored.
    trouble : str
        Why the last save failed; empty once one succeeds.
    """

    def __init__(self, path) -> None:
        self.files = Files(path)
        self.work = empty()
        self.pending: dict[str, dict] = {}
        self.seen: dict[str, dict] = {}
        self.said: list[str] = []
        self.trouble = ""
        self._sign: tuple | None = None
        self._older = b""  # the file as an older version wrote it, until it is kept

    @property
    def entries(self) -> dict[str, dict]:
        """Every entry, those deleted too, as this notebook has them."""
        return self.work["entries"] | self.pending if self.pending else self.work["entries"]

    def refresh(self) -> None:
        """Read the file again if another notebook, or a person, has changed it."""
        sign = self._look()
        if sign == self._sign or sign is None:
            return  # a file moved away while it was open is written whole by the next change
        try:
            self._take(sign)
        except PortfolioError as wrong:
            if wrong.fields["kind"] in ("newer", "unread") or self._never_ours(wrong):
                raise
            try:
                with self.files.lock():
                    self._settle()
            except PortfolioError as locked:
                if locked.fields["kind"] != "not saved":
                    raise
                self._recover(wrong, aside=False)

    def change(self, entries: dict[str, dict]) -> None:
        """Take these entries in, and write everything that is not on the disk yet."""
        self.pending |= entries
        try:
            with self.files.lock():
                self._settle()
                for key, entry in entries.items():
                    there = self.work["entries"].get(key)
                    if there:  # decided under the lock, so this is the later change
                        entry["at"] = now(after=there["at"])
                self._save(self._both())
        except (PortfolioError, OSError) as wrong:
            said = wrong if isinstance(wrong, PortfolioError) else not_saved(self.files.path, wrong)
            self.trouble = said.message
            raise said from None

    def replace(self, work: dict) -> str:
        """Put other work in the place of all this; return the name of the copy of what was."""
        with self.files.lock():
            self._settle()
            before = ""
            if self.entries:
                held = self.work | {"entries": self.entries}
                before = self.files.keep(dump(held), "before restoring").name
            pending, self.pending = self.pending, {}
            try:
                self._save(work)
            except PortfolioError:
                self.pending = pending
                raise
            self.seen = dict(work["entries"])
        return before

    # ------------------------------------------------------------ inside, the file

    def _look(self) -> tuple | None:
        try:
            return self.files.sign()
        except OSError as wrong:
            raise _unread(self.files.path, wrong) from wrong

    def _take(self, sign: tuple) -> None:
        try:
            raw = contents(self.files.path)
        except OSError as wrong:
            raise _unread(self.files.path, wrong) from wrong
        work, known = load(raw, self.files.path), self.work
        self.work, self._sign = work, sign
        self._older = raw if "older" in work else b""
        if work["saved"] < known["saved"]:
            # Another notebook went back to a copy, or a person did: what is later here is not lost.
            there = work["entries"]
            later = {
                key: entry
                for key, entry in known["entries"].items()
                if key not in there or entry["at"] > there[key]["at"]
            }
            self.pending = later | self.pending
            self.seen |= {key: there[key] for key in later if key in there}

    def _settle(self) -> None:
        """Read the file under the lock, and mend it if it is broken."""
        sign = self._look()
        if sign in (None, self._sign):
            return
        try:
            self._take(sign)
        except PortfolioError as wrong:
            if wrong.fields["kind"] in ("newer", "unread") or self._never_ours(wrong):
                raise
            self._recover(wrong)

    def _never_ours(self, wrong: PortfolioError) -> bool:
        """Whether the file is another program's, at a path where no portfolio ever was."""
        return (
            wrong.fields["kind"] == "foreign"
            and self._sign is None
            and not self.files.copies_list()
        )

    def _recover(self, wrong: PortfolioError, *, aside: bool = True) -> None:
        """Go on from what is known to be good, and set the broken file aside."""
        copy = self.files.best_copy()
        good = merged(self.work, copy) if copy else self.work
        before = f"your work of {when(good['saved'])}" if good["saved"] else "an empty portfolio"
        said = wrong.message.removesuffix(" It was left as it is.")
        if aside:
            said += f" It was set aside as “{self.files.set_aside().name}”, and"
            try:
                if good["entries"]:
                    self.files.write(dump(good))
            except PortfolioError as full:
                self.pending, self.trouble = good["entries"] | self.pending, full.message
            self._sign = self._look()
        said += f" this notebook goes on from {before}."
        if said not in self.said:
            self.said.append(said)
        self.work = good

    def _both(self) -> dict:
        """Return the disk's work with the changes made here; what is overtaken is kept."""
        entries, kept = dict(self.work["entries"]), list(self.work["kept"])
        for key, mine in self.pending.items():
            theirs = entries.get(key)
            late = theirs is not None and theirs["at"] > mine["at"]  # a save that failed earlier
            if theirs and _overtaken(self.seen.get(key), theirs, mine):
                lost = mine if late else theirs
                kept += [{"key": key, **lost, "kept_at": now()}] * (not lost.get("deleted"))
            if not late:
                entries[key] = mine
        return {"entries": entries, "kept": kept[-MOST_KEPT:]}

    def _save(self, work: dict) -> None:
        forgotten = (datetime.now(UTC) - REMEMBERED).isoformat()
        entries = {
            key: entry
            for key, entry in work["entries"].items()
            if not entry.get("deleted") or entry["at"] > forgotten
        }
        if self._older:
            self.files.keep(self._older, self.work["older"])
            self._older = b""
        work = {"entries": entries, "kept": work["kept"], "saved": now()}
        self.files.write(dump(work))
        self.work, self._sign = work, self._look()
        self.seen |= {key: entries[key] for key in self.pending if key in entries}
        self.pending, self.trouble = {}, ""


def _overtaken(seen: dict | None, theirs: dict, mine: dict) -> bool:
    """Whether one of two entries is lost by the other: both changed it since it was seen here."""
    if seen is not None and seen["at"] == theirs["at"]:
        return False
    was, there, here = (one.get("value") if one else None for one in (seen, theirs, mine))
    if isinstance(there, dict) and isinstance(here, dict):  # field by field
        was = was if isinstance(was, dict) else {}
        return any(there[k] not in (was.get(k), here.get(k)) for k in there)
    return there != here


def _unread(path, wrong: OSError) -> PortfolioError:
    why = str(wrong.strerror or wrong).lower()
    return PortfolioError(f"{path.name} cannot be read: {why}.", kind="unread")


def when(text: str) -> str:
    """Return a time as a person in this place says it.

    Examples
    --------
    >>> when("before the clocks were set")
    'before the clocks were set'
    """
    try:
        local = datetime.fromisoformat(text).astimezone()
    except ValueError:
        return text or "an unknown day"
    return f"{local.day} {local:%B %Y, %H:%M}"
