"""What must hold whatever is read: an answer or one plain error, in bounded time and memory."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

try:
    import resource
except ImportError:  # Windows
    resource = None

from equitylab import EquityLabError, Portfolio, PortfolioError
from equitylab.checking import to_text
from equitylab.errors import DataError
from equitylab.readers import read

SECONDS = 20  # of work on one small input; a good one takes 0.05
WAIT = 10 * SECONDS  # by the clock, where others use the machine
MEMORY = 1_500_000_000  # bytes more than there were


class Fault(AssertionError):
    """An input that ended in anything but an answer or a plain error."""


def readers(
    files: dict[str, bytes],
    *,
    zipped: bool = False,
    year: str | None = None,
    map: dict[str, str] | None = None,
    context: str | None = None,
    seed: str = "",
) -> str:
    """Return how reading these files ended; ``seed`` only says which file was broken."""

    def ask(here: Path) -> None:
        path = here / next(iter(files)) if len(files) == 1 else here
        if zipped:
            path = here.parent / "given.zip"
            with zipfile.ZipFile(path, "w") as archive:
                for name, raw in files.items():
                    archive.writestr(name, raw)
        to_text(read(path, year=year, map=map, context=context), str(path))

    return asked(files, ask)


def asked(files: dict[str, bytes], ask: Callable[[Path], object]) -> str:
    """Return how a question about files in a folder ended: ``answered``, or the plain error's words.

    What lies in the folder must be as it was; what is made beside it goes.
    """
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        here = Path(place) / "given"
        here.mkdir()
        lay(here, files)
        before = _state(here)
        with bounded():
            try:
                ask(here)
                ended = "answered"
            except EquityLabError as error:
                ended = plain(error)
            except Fault:
                raise
            except Exception:
                raise Fault(traceback.format_exc()) from None
        if _state(here) != before:
            raise Fault("a file beside the one that was read was written or changed")
        return ended


def portfolio(raw: bytes) -> str:
    """Return how a portfolio's file of these bytes is opened, changed and restored elsewhere."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        path, other = Path(place) / "a" / "portfolio.json", Path(place) / "b" / "portfolio.json"
        for one in (path, other):
            one.parent.mkdir()
        path.write_bytes(raw)
        with bounded():
            ended = [_portfolio(path), _restored(other, raw)]
        kept = [p.read_bytes() for p in path.parent.rglob("*") if p.is_file()]
        if raw not in kept:
            raise Fault(f"the bytes that were there are lost ({ended[0]})")
        return " | ".join(ended)


def _portfolio(path: Path) -> str:
    try:
        folio = Portfolio.open(path)
        folio.keys(), folio.notes, folio.kept, folio.saved, folio.to_bytes()
        for key in folio.keys():
            folio.rows(key) if folio.rows(key) else folio.get(key)
        folio.set("vision.statement", "Every student is known.", made_in="m01")
        if Portfolio.open(path).get("vision.statement") != "Every student is known.":
            raise Fault("an answer that was saved is gone")
        return "opened"
    except (PortfolioError, DataError) as error:
        return plain(error)
    except Fault:
        raise
    except Exception:
        raise Fault(traceback.format_exc()) from None


def _restored(path: Path, raw: bytes) -> str:
    try:
        folio = Portfolio.open(path)
        folio.set("vision.statement", "Ours.", made_in="m01")
        folio.restore(raw)
        folio.keys(), folio.notes
        return "restored"
    except (PortfolioError, DataError) as error:
        if Portfolio.open(path).get("vision.statement") != "Ours.":
            raise Fault("work that was here is gone though nothing was restored") from None
        return plain(error)
    except Exception:
        raise Fault(traceback.format_exc()) from None


def plain(error: EquityLabError) -> str:
    """Return the first words of an error that prints as one or two plain lines."""
    lines = str(error).splitlines()
    odd = [c for c in str(error) if c != "\n" and (ord(c) < 32 or 0xD800 <= ord(c) < 0xE000)]
    if not 1 <= len(lines) <= 2 or max(map(len, lines)) > 600 or odd or "Traceback" in str(error):
        raise Fault(f"the error is not one or two plain lines: {str(error)[:2000]!r}")
    return " ".join(error.message.split()[:4])


def lay(folder: Path, files: dict[str, bytes]) -> None:
    for name, raw in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)


def _state(folder: Path) -> dict:
    return {p: (p.stat().st_size, p.stat().st_mtime_ns) for p in folder.rglob("*") if p.is_file()}


@contextlib.contextmanager
def bounded():
    """Make what hangs, eats memory or warns a fault; on Windows only what warns."""

    def late(number, frame):
        raise Fault(f"no answer in {SECONDS} seconds:\n" + "".join(traceback.format_stack(frame)))

    timed = hasattr(signal, "setitimer")
    limited = resource is not None and os.path.exists("/proc/self/statm")
    if limited:
        held = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        limits = resource.getrlimit(resource.RLIMIT_AS)
    began = time.process_time()
    try:
        if timed:  # by work done, so that a busy machine makes no fault; and by the clock
            was = [signal.signal(one, late) for one in (signal.SIGPROF, signal.SIGALRM)]
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            signal.setitimer(signal.ITIMER_REAL, WAIT)
        if limited:
            resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, limits[1]))
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            yield
    finally:
        if limited:
            resource.setrlimit(resource.RLIMIT_AS, limits)
        if timed:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            for one, before in zip((signal.SIGPROF, signal.SIGALRM), was, strict=True):
                signal.signal(one, before)
    if time.process_time() - began > SECONDS:  # inside code that holds the alarm back
        raise Fault(f"no answer in {SECONDS} seconds")
    if said := [
        w for w in said if not issubclass(w.category, ResourceWarning | DeprecationWarning)
    ]:
        raise Fault(f"a warning is printed: {said[0].category.__name__}: {said[0].message}")
