"""How far a long run is: a bar on a terminal, one line a report in a log."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """Says what is done, how fast, and how long the rest may take.

    Parameters
    ----------
    stream : file, optional
        Where to say it: standard error, so that a pipe of the results stays clean.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.total, self.done, self.stream = 0, 0, stream or sys.stderr
        self.began = time.monotonic()
        self._bar = None

    def start(self, total: int) -> None:
        """Say how many reports are to be made."""
        self.total, self.done, self.began = total, 0, time.monotonic()
        if total and self.stream.isatty():
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit="report", file=self.stream, dynamic_ncols=True)

    def step(self, name: str, ok: bool, seconds: float, why: str = "") -> None:
        """Count one report, and say how it went."""
        self.done += 1
        # A name may hold line ends or control characters; a log line is one line.
        name = " ".join("".join(c if c.isprintable() else " " for c in name).split())[:60]
        said = f"{name}: done" if ok else f"{name}: FAILED, {why}"
        if self._bar is not None:
            if not ok:
                self._bar.write(said, file=self.stream)
            self._bar.update()
            return
        rate = self.done / max(time.monotonic() - self.began, 1e-9)
        left = (self.total - self.done) / rate
        width = len(str(self.total))
        self.say(
            f"[{self.done:>{width}}/{self.total}] {said} in {seconds:.1f} s"
            f" ({60 * rate:.0f} a minute, {clock(left)} left)"
        )

    def say(self, text: str) -> None:
        """Print one line."""
        print(text, file=self.stream, flush=True)

    def close(self) -> None:
        """Leave the bar as it stands."""
        if self._bar is not None:
            self._bar.close()


def clock(seconds: float) -> str:
    """Return a time as a person says it.

    Examples
    --------
    >>> clock(7.2), clock(95), clock(7300)
    ('7 s', '1 min 35 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
