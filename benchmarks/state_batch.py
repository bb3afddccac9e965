"""A whole state in one batch: how long, and does memory stay flat from the 50th report to the last?

    python benchmarks/state_batch.py [FOLDER] [--schools N] [--out DIR]

FOLDER holds a CRDC release; without it the shared Virginia slice beside the project is used. Every
2 seconds the memory of all processes is added up (a page that n processes share counts as an nth).
Writes benchmarks/results/state.md and state.json, which `reports.py` reads; ends with exit 1 if a
report failed or memory grew. --schools makes the first N only, for a trial, and writes no results.
--out keeps the reports.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

import measure

BESIDE = Path(__file__).resolve().parents[2] / "shared"
GROWTH = 1.05  # of memory, from the 50th report to the last: more is not flat
FROM = 50


def told(found: dict, seen: list, about: str) -> tuple[str, bool]:
    """Return what was measured in words, and whether all is well."""
    steps, phases = found["steps"], found["phases"]
    begun, ended = steps[min(FROM, len(steps)) - 1], steps[-1]
    window = max((ended - begun) / 5, 6)
    rows, flat = [], True
    for column, what in ((1, "all processes"), (2, "the first process"), (3, "the same, resident")):
        first = [row[column] for row in seen if begun <= row[0] <= begun + window]
        last = [row[column] for row in seen if ended - window <= row[0] <= ended]
        most = max(row[column] for row in seen if row[0] <= ended)
        if not first or not last:
            return "The run was too short to say anything of memory.\n", not found["failed"]
        before, after = statistics.median(first), statistics.median(last)
        flat = flat and after <= GROWTH * before
        cells = [f"{value / measure.MB:.0f}" for value in (before, after, most)]
        rows.append(f"| {what} | " + " | ".join(cells) + f" | {after / before:.3f} |")
    seconds = phases["reports"]["wall"]
    made = found["reports"]
    lines = [
        "# A state in one batch",
        "",
        f"{measure.machine()}; load before {found['before']:.1f}.",
        f"{about}: {made:,} reports, {len(found['failed'])} failed, {found['workers']} at a time.",
        "",
        "| phase | wall s | CPU s, first process | CPU s, all |",
        "|---|--:|--:|--:|",
        *(
            f"| {name} | {p['wall']:.1f} | {p['self']:.1f} | {p['all']:.1f} |"
            for name, p in phases.items()
        ),
        "",
        f"A report: {seconds / made:.3f} s wall, {phases['reports']['all'] / made:.3f} s CPU in all, "
        f"{1000 * phases['reports']['self'] / made:.1f} ms of it in the first process; "
        f"{60 * made / seconds:.0f} a minute.",
        "",
        f"| memory, MB | after report {FROM} | at the last | most | last beside {FROM}th |",
        "|---|--:|--:|--:|--:|",
        *rows,
        "",
        f"Medians of a fifth of that time at either end. Flat: {'yes' if flat else 'NO'} (at most "
        f"{GROWTH:.2f} counts as flat).",
        *[f"- Not made: {why}" for why in found["failed"][:20]],
    ]
    return "\n".join(lines) + "\n", flat and not found["failed"]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ask.add_argument("folder", nargs="?", default=str(BESIDE / "data" / "crdc_va_2122"))
    ask.add_argument("--schools", type=int, default=0)
    ask.add_argument("--out")
    ask.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.run:
        from equitylab.reports.batch import cores

        print(json.dumps(measure.stamps(given.folder, given.out, cores(), given.schools)))
        return 0
    with tempfile.TemporaryDirectory(prefix="eq-state-") as folder:
        out = given.out or str(Path(folder) / "reports")
        words = [given.folder, "--run", "--out", out, "--schools", str(given.schools)]
        found, watch = measure.watched(str(Path(__file__).resolve()), *words, every=2.0)
    text, well = told(found, watch.seen, Path(given.folder).name)
    print(text)
    if not given.schools:
        measure.RESULTS.mkdir(exist_ok=True)
        (measure.RESULTS / "state.md").write_text(text)
        kept = {k: v for k, v in found.items() if k != "steps"} | {"machine": measure.machine()}
        zero = watch.seen[0][0]
        kept["memory"] = [
            [round(t - zero), *(b // measure.MB for b in row)] for t, *row in watch.seen
        ]
        (measure.RESULTS / "state.json").write_text(json.dumps(kept) + "\n")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
