"""What a run costs: CPU seconds and memory of a process and of everything that it starts."""

from __future__ import annotations

import datetime
import json
import os
import platform
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

RESULTS = Path(__file__).parent / "results"
MB = 1 << 20


def tree(pid: int) -> list[psutil.Process]:
    """Return a process and all below it."""
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.Error:
        return []


def cpu() -> float:
    """CPU seconds of this process, of all below it, and of all that they have waited for."""
    total = 0.0
    for process in tree(os.getpid()):
        try:
            total += sum(process.cpu_times()[:4])  # user, system, children's user and system
        except psutil.Error:
            continue
    return total


def pss(pid: int) -> int:
    """Bytes that a process holds, a page that n share counted as an nth; 0 if it is gone."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Watch(threading.Thread):
    """Looks at the memory of a process and of all below it, again and again.

    ``seen`` holds (time, bytes of all, bytes of the first alone, resident bytes of the first).
    """

    def __init__(self, pid: int, every: float) -> None:
        super().__init__(daemon=True)
        self.pid, self.every, self.seen = pid, every, []
        self.start()

    def run(self) -> None:
        while psutil.pid_exists(self.pid):
            held = [pss(process.pid) for process in tree(self.pid)]
            if not any(held):
                return
            try:
                resident = psutil.Process(self.pid).memory_info().rss
            except psutil.Error:
                return
            self.seen.append((time.monotonic(), sum(held), held[0], resident))
            time.sleep(self.every)

    @property
    def peak(self) -> int:
        return max((all_ for _, all_, _, _ in self.seen), default=0)


def watched(script: str, *words: str, every: float = 0.5, **environment: str) -> tuple[dict, Watch]:
    """Run a script in a process of its own; return the last line it prints, read as JSON."""
    environment = os.environ | {"PYTHONHASHSEED": "0"} | environment
    process = subprocess.Popen(
        [sys.executable, script, *words], stdout=subprocess.PIPE, text=True, env=environment
    )
    watch = Watch(process.pid, every)
    said = process.communicate()[0]
    if process.returncode:
        raise SystemExit(f"{script} {' '.join(words)} ended with exit {process.returncode}")
    return json.loads(said.strip().splitlines()[-1]), watch


def stamps(data: str | None, out: str, workers: int, schools: int = 0) -> dict:
    """Run a whole batch in this process; return wall and CPU seconds of each of its phases.

    ``self`` is this process alone, which reads, protects, hands out and takes back; ``all`` counts
    every process. ``steps`` are the times at which reports ended. With ``schools``, only so many.
    """
    from equitylab import read
    from equitylab.reports.batch import report
    from equitylab.reports.progress import Progress

    marks, steps = [], []

    def mark(name: str) -> None:
        marks.append((name, time.monotonic(), time.process_time(), cpu()))

    class Stamps(Progress):
        def say(self, text: str) -> None:
            super().say(text)
            if text.endswith("..."):
                mark("read")

        def start(self, total: int) -> None:
            super().start(total)
            mark("protect and plan")

        def step(self, name: str, ok: bool, seconds: float, why: str = "") -> None:
            super().step(name, ok, seconds, why)
            steps.append((time.monotonic(), ok))

        def close(self) -> None:
            super().close()
            mark("reports")

    before = os.getloadavg()[0]
    some = list(read(data).schools["unit_id"][:schools]) if schools else None
    mark("")
    result = report(data, out, schools=some, jobs=workers, progress=Stamps())
    mark("finish")
    phases = {}
    for (_, t0, s0, a0), (name, t1, s1, a1) in zip(marks, marks[1:], strict=False):
        phases[name] = {"wall": t1 - t0, "self": s1 - s0, "all": a1 - a0}
    return {
        "workers": workers,
        "reports": len(result.done),
        "failed": [f"{one.unit or one.unit_id}: {one.why}" for one in result.failed],
        "phases": phases,
        "steps": [t for t, _ in steps],
        "before": before,
    }


def machine() -> str:
    """Return what a reader must know of this machine, and the day."""
    installed = psutil.virtual_memory().total / (1 << 30)
    versions = ", ".join(
        f"{name} {_version(name)}" for name in ("pandas", "papermill", "nbconvert")
    )
    return (
        f"{datetime.date.today().isoformat()}; {os.cpu_count()} cores, {installed:.0f} GB, "
        f"{platform.system()}; Python {platform.python_version()}, {versions}"
    )


def _version(name: str) -> str:
    from importlib import metadata

    return metadata.version(name)
