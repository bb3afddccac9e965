"""A district of a few schools and notebooks of a few lines: what a batch is tested on.

Run as a script it is the command line over them, so that a test can interrupt or kill it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd

from equitylab import places
from equitylab.privacy import Published
from equitylab.reports import batch, protecting, warm
from equitylab.schema import SCORES, UNITS, Dataset, ReadReport, empty, roll_up, tidy_counts

SCHOOLS = {"01": "Oak School", "02": "Elm School", "03": "Ash School"}
SHOW = """
from IPython.display import HTML, display
display(HTML(f"<div class=title><h1>Report {unit_id}</h1></div><p>One paragraph.</p>"))
"""
FAILS = 'if unit_id == "02":\n    raise ValueError(f"No rows in {release} for school {unit_id}")'


def dataset(names: dict[str, str] | None = None, year: str = "2023-24") -> Dataset:
    """Return counts of one indicator for these schools, in one district, in one year."""
    names = SCHOOLS if names is None else names
    units = [
        {"unit_id": i, "unit": n, "level": "school", "parent_id": "D"} for i, n in names.items()
    ]
    units.append({"unit_id": "D", "unit": "Tiny District", "level": "district", "parent_id": ""})
    rows = []
    for k, (unit_id, unit) in enumerate(names.items()):
        for dimension, group, n, x in (
            ("all", "all", 200, 50 + k),
            ("sex", "A", 100, 35 + k),
            ("sex", "B", 100, 15),
        ):
            rows.append(
                {"year": year, "unit_id": unit_id, "unit": unit, "level": "school"}
                | {"indicator": "chronically_absent", "dimension": dimension, "group": group}
                | {"n": n, "x": x}
            )
    table = pd.DataFrame(units)[list(UNITS)]
    counts = roll_up(tidy_counts(pd.DataFrame(rows)), table) if rows else empty(SCORES)
    return Dataset(counts, table, ReadReport("tiny", "made up"), {"path": "tiny.csv"})


def protect(audit, *, min_group: int, min_cell: int) -> Published:
    """Publish everything: what is hidden is tested elsewhere."""
    shown = {"why": "", "n_why": "", "band_low": np.nan, "band_high": np.nan}
    return Shown(
        table=audit.table.assign(**shown),
        changes=audit.changes.assign(why=""),
        scores=audit.scores.assign(why=""),
        units=audit.units,
        policy={"min_group": min_group, "min_cell": min_cell},
        source=audit.source,
        read_report=audit.report.published(),
        certificates=[Plan()],
    )


class Shown(Published):
    """Published numbers whose proof is tested elsewhere."""

    doubts: tuple = ()

    def verify(self) -> list:
        return list(self.doubts)


class Plan:
    """A certificate that can be told apart in any file."""

    def to_dict(self) -> dict:
        return {"cell": "secret"}


def notebook(path: Path, *cells: str, parameters: str | None = None) -> Path:
    """Write a notebook with a parameters cell and these code cells."""
    head = nbformat.v4.new_code_cell(
        parameters or 'release: str = ""  # the numbers\nunit_id: str = ""  # whose',
        metadata={"tags": ["parameters"]},
    )
    book = nbformat.v4.new_notebook(cells=[head, *map(nbformat.v4.new_code_cell, cells)])
    book.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Py"}
    nbformat.write(book, path)
    return path


def notebooks(folder: Path, *cells: str) -> Path:
    """Write a folder with the two report notebooks; `cells` run in the schools' before SHOW."""
    folder.mkdir(exist_ok=True)
    notebook(folder / "school-report.ipynb", *cells, SHOW)
    notebook(folder / "district-report.ipynb", SHOW)
    return folder


if __name__ == "__main__":
    from equitylab.cli import main

    where = Path(sys.argv[1])
    places.notebooks = lambda: where
    protecting.protect = protect
    many = {f"{k:02}": f"School {k}" for k in range(int(os.environ.get("SCHOOLS", "0")))}
    batch.dataset = lambda *_: dataset(many or None)
    batch.library = lambda: "the code at the start of the test"
    if "COLD" in os.environ:  # a system that cannot fork
        warm.can_fork = lambda: False
    sys.exit(main(sys.argv[2:]))
