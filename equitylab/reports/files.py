"""Files that appear whole or not at all, names that are safe, and tables that no sheet runs.

A school's name is text from outside: it may be empty, in any script, 300 characters long, a path or
a formula. Here it becomes a file name and a CSV cell.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import signal
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from ..errors import ReportError

LONGEST = 80  # characters of a slug: leaves room for a folder and an ending anywhere
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
_FORMULA = tuple("=+-@\t\r＝＋－＠")
_TEMPORARY = ".part"


def slug(name: str, *, longest: int = LONGEST, empty: str = "unit") -> str:
    """Return a file name made from any text: ASCII letters, digits and hyphens, and never empty.

    Examples
    --------
    >>> slug("St. Mary's École №2")
    'st-mary-s-ecole-no2'
    >>> slug("../../etc/x"), slug("<script>alert(1)</script>"), slug("مدرسة"), slug("NUL")
    ('etc-x', 'script-alert-1-script', 'unit', 'unit-nul')
    """
    plain = unicodedata.normalize("NFKD", str(name)).encode("ascii", "ignore").decode("ascii")
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    if not made:
        return empty
    if made in _DEVICES:
        made = f"{empty}-{made}"
    return made[:longest].strip("-")


def slugs(names: Mapping[str, str], *, empty: str = "unit") -> dict[str, str]:
    """Return a file name for each id: from its name, with the id added where two would be the same.

    Which names get their id does not hang on the order, nor on which of them are wanted today.

    Examples
    --------
    >>> slugs({"01": "Oak School", "02": "Oak-School", "03": "Elm", "04": ""}, empty="school")
    {'01': 'oak-school-01', '02': 'oak-school-02', '03': 'elm', '04': 'school-04'}
    """
    first = {id: slug(name, empty=empty) for id, name in names.items()}
    often = Counter(first.values())
    made = {}
    for id, base in first.items():
        if often[base] > 1 or base == empty:
            base = f"{base[:48].strip('-')}-{slug(id, longest=30, empty='id')}"
        made[id] = base
    often = Counter(made.values())
    for id, base in made.items():
        if often[base] > 1:  # ids that differ only in marks, or a name that ends as another's id
            mark = hashlib.sha256(id.encode("utf-8")).hexdigest()[:10]
            made[id] = f"{base[: LONGEST - 11].strip('-')}-{mark}"
    return made


def neutral(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with text that a spreadsheet would run as a formula made plain text.

    Only columns of text are touched: a negative number stays a number.

    Examples
    --------
    >>> neutral(pd.DataFrame({"unit": ["=1+1", "Oak"], "difference": [-0.1, 0.2]}))["unit"].tolist()
    ["'=1+1", 'Oak']
    """
    frame = frame.copy()
    for column in frame:
        if pd.api.types.is_numeric_dtype(frame[column]):
            continue
        values = frame[column].unique()
        risky = {
            value: "'" + value
            for value in values
            if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA)
        }
        if risky:
            frame[column] = frame[column].astype(object).replace(risky)
    return frame


def write(path: Path, content: str | bytes, *, mode: int = 0o644) -> None:
    """Write a file so that it is there whole or not at all, whatever happens meanwhile.

    Raises
    ------
    OSError
        The disk is full, or the folder cannot be written; what was there before is untouched.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    # Beside the file, because a rename is atomic only within one file system.
    handle, part = tempfile.mkstemp(prefix=".", suffix=_TEMPORARY, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(part, mode)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise


@contextlib.contextmanager
def one_interrupt() -> Iterator[None]:
    """Let the first Ctrl-C stop the work, and no second one stop the tidying up after it."""
    numbers = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    before = {}

    def stop(number: int, frame: object) -> None:
        for other in before:
            signal.signal(other, signal.SIG_IGN)
        raise KeyboardInterrupt

    with contextlib.suppress(ValueError):  # not the main thread, which alone hears signals
        for number in filter(None, numbers):
            if signal.getsignal(number) not in (signal.SIG_DFL, signal.SIG_IGN, None):
                before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def sweep(*folders: Path) -> None:
    """Remove what a run that was killed left unfinished in these folders."""
    for folder in folders:
        for part in folder.glob(f".*{_TEMPORARY}"):
            part.unlink(missing_ok=True)


def ready(folder: Path) -> None:
    """Make the folder and see that a file can be written in it.

    Raises
    ------
    ReportError
        It cannot, and nothing was written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _probe(folder)
    except OSError as error:
        raise refusal(folder, error) from None


def writable(folder: Path) -> None:
    """See that a folder could be made and written in, and leave no trace of having looked.

    Raises
    ------
    ReportError
        It could not.
    """
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        _probe(there)
    except OSError as error:
        raise refusal(folder, error) from None


def _probe(folder: Path) -> None:
    with tempfile.TemporaryFile(dir=folder) as probe:
        probe.write(b"x" * 4096)


def refusal(folder: Path, error: OSError) -> ReportError:
    """Return the error that says why a place cannot be written."""
    return ReportError(
        f"This cannot be written: {reason(error)}.",
        file=folder,
        mend="Choose another place, or ask for the right to write there.",
    )


def reason(error: OSError) -> str:
    """Return why the system refused, in words that need no manual.

    Examples
    --------
    >>> reason(OSError(errno.ENOSPC, "No space left on device"))
    'the disk is full'
    """
    full = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)
    if error.errno in full:
        return "the disk is full"
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return "a file of that name is in the way"
    if error.errno in (errno.EACCES, errno.EPERM):
        return "you do not have the right to write there"
    if error.errno == errno.EROFS:
        return "the disk can only be read"
    return (error.strerror or type(error).__name__).lower()


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for one run: a second run on it stops, and says which process has it.

    The system gives the lock back when its holder ends, however it ends, so no lock is ever stale.

    Raises
    ------
    ReportError
        Another run has the folder.
    """
    path = folder / "lock"
    with open(path, "a+", encoding="ascii") as handle:
        if not _lock(handle):
            handle.seek(0)
            pid = handle.read().strip() or "unknown"
            raise ReportError(
                f"Another run (process {pid}) is writing this folder.",
                file=folder.parent,
                mend="Wait until it has finished, or choose another folder with --out.",
                pid=pid,
            )
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)


def _lock(handle) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            # Far past the pid, so that another run can still read it.
            handle.seek(1 << 20)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks: better to work than to refuse
        return True
    return True
