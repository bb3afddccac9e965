"""The portfolio's file: how it is locked, replaced whole, copied and set aside.

A save is a new file beside the old one, flushed to the disk, that then takes the old one's name, so
a reader finds the old work or the new and never half of it. The file that was replaced becomes a
copy by its name alone: no byte is written twice.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from .portfolio_format import PortfolioError, load

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

LATEST, HOURS, DAYS = 5, 6, 14  # copies: the last few, one an hour, one a day
PATIENCE = 10.0  # seconds
LARGEST = 50_000_000  # bytes, of which no leader's work has so many
_STAMP = "%Y-%m-%d %H.%M.%S.%f"  # no colon: a Windows name cannot hold one
_NO_LOCKS = {
    getattr(errno, name, None) for name in "ENOLCK ENOSYS EOPNOTSUPP ENOTSUP EINVAL".split()
}
_SAVING = {
    errno.ENOSPC: ("the disk is full", "Make room, then change any answer to save again."),
    errno.EDQUOT: ("your share of the disk is used up", "Make room, then change any answer."),
    errno.EFBIG: ("this disk takes no larger file", "Make room, then change any answer."),
    errno.EROFS: ("this folder can only be read", "Open the portfolio in a folder of your own."),
    errno.EACCES: ("this folder can only be read", "Open the portfolio in a folder of your own."),
    errno.EPERM: ("this folder can only be read", "Open the portfolio in a folder of your own."),
}


def contents(path: Path) -> bytes:
    """Return what is in a file, if it is one and of a size that a portfolio can have.

    Raises
    ------
    PortfolioError
        It is a pipe, a device, or far too large: what reads it would hang or fill the memory.
    """
    odd = path.exists() and not path.is_file()
    raw = b""
    if not odd:
        with open(path, "rb") as file:
            raw = file.read(LARGEST + 1)
    if odd or len(raw) > LARGEST:
        why = "no file" if odd else f"larger than {LARGEST / 1e6:.0f} MB"
        raise PortfolioError(
            f"{path.name} is {why}, so it is not an EquityLab portfolio. It was left as it is.",
            mend='Name another file, such as "my-work/portfolio.json".',
            kind="foreign",
        )
    return raw


class Files:
    """Where a portfolio lies on disk, with its copies beside it."""

    def __init__(self, path: str | os.PathLike) -> None:
        # A link is followed: replacing it would leave the synchronised file behind.
        self.path = Path(path).expanduser().resolve()
        self.copies = self.path.with_name(f"{self.path.stem}-copies")
        self.can_lock = True

    def sign(self) -> tuple | None:
        """Return what changes when the file does; None where there is no file."""
        try:
            seen = os.stat(self.path)
        except FileNotFoundError:
            return None
        return seen.st_mtime_ns, seen.st_size, seen.st_ino

    @contextlib.contextmanager
    def lock(self):
        """Keep other notebooks from writing; the system frees the lock of a process that dies."""
        try:
            self.copies.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.copies / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as wrong:
            raise not_saved(self.path, wrong) from wrong
        try:
            self._take(handle)
            yield
        finally:
            os.close(handle)

    def _take(self, handle: int) -> None:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return _lock(handle)
            except OSError as wrong:
                if wrong.errno in _NO_LOCKS:  # some network folders
                    self.can_lock = False
                    return
                if time.monotonic() > until:
                    raise PortfolioError(
                        f"{self.path.name} is not saved yet: another notebook is holding it.",
                        mend="Close that notebook; the next change saves this one too.",
                        kind="busy",
                    ) from wrong
                time.sleep(0.01)

    def write(self, raw: bytes) -> None:
        """Replace the file whole, and keep the one that was there as a copy."""
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.tmp")
        try:
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(file.fileno())
            self._copy()
            os.replace(fresh, self.path)
            flush(self.path.parent)
        except OSError as wrong:
            with contextlib.suppress(OSError):
                fresh.unlink()
            raise not_saved(self.path, wrong) from wrong
        self._thin()

    def _copy(self) -> None:
        with contextlib.suppress(FileNotFoundError, FileExistsError):
            when = datetime.fromtimestamp(self.path.stat().st_mtime_ns / 1e9, UTC)
            copy = self.copies / f"{when.strftime(_STAMP)}.json"
            try:
                os.link(self.path, copy)
            except (FileExistsError, FileNotFoundError):
                raise
            except OSError:  # no links on this disk: a real copy, though not for every letter typed
                if (
                    not self.copies_list()
                    or time.time() - self.copies_list()[0].stat().st_mtime > 60
                ):
                    shutil.copy2(self.path, copy)

    def copies_list(self) -> list[Path]:
        """Return the copies, newest first."""
        return sorted(self.copies.glob("????-??-?? *.json"), reverse=True)

    def _thin(self) -> None:
        """Keep the last few copies, the last of some hours, and the last of some days."""
        for left in self.path.parent.glob(f".{self.path.name}.*.tmp"):
            with contextlib.suppress(OSError):  # of a process that died while it saved
                if time.time() - left.stat().st_mtime > 60:
                    left.unlink()
        found = self.copies_list()
        keep = set(found[:LATEST])
        for letters, number in ((13, HOURS), (10, DAYS)):
            newest: dict[str, Path] = {}
            for copy in found:
                newest.setdefault(copy.name[:letters], copy)
            keep |= set(list(newest.values())[:number])
        for copy in found:
            if copy not in keep:
                with contextlib.suppress(OSError):
                    copy.unlink()

    def best_copy(self) -> dict | None:
        """Return the work in the newest copy that can be read."""
        for copy in self.copies_list():
            with contextlib.suppress(OSError, PortfolioError):
                return load(contents(copy), copy)
        return None

    def set_aside(self) -> Path:
        """Give the file at the portfolio's place another name, which says when; never delete it."""
        when = datetime.now().strftime(_STAMP)
        aside = self.path.with_name(f"{self.path.stem} set aside {when}{self.path.suffix}")
        os.replace(self.path, aside)
        return aside

    def keep(self, raw: bytes, what: str) -> Path:
        """Keep these bytes among the copies under a name that is never thinned out."""
        place = self.copies / f"{what} {datetime.now().strftime(_STAMP)}.json"
        try:
            place.write_bytes(raw)
        except OSError as wrong:
            raise not_saved(self.path, wrong) from wrong
        return place


def _lock(handle: int) -> None:
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)


def flush(folder: Path) -> None:
    """Make a new name in this folder last through a power cut, where the system can."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def not_saved(path: Path, wrong: OSError) -> PortfolioError:
    """Return the plain words for a save that failed."""
    why, mend = _SAVING.get(wrong.errno, (str(wrong.strerror or wrong).lower(), ""))
    return PortfolioError(
        f"{path.name} is not saved: {why}. Your last saved work is whole, and what you changed "
        "since is kept while this notebook stays open.",
        mend=mend or "Try again, or open the portfolio in another folder.",
        kind="not saved",
        errno=wrong.errno,
    )
