"""Small made-up exports for the tests of the readers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import equitylab as eq

STUDENTS = """student_id,school_id,school,year,grade,sex,race,el,swd,econ
001,0101,Alder,2023-24,8,F,Black,N,Y,Y
002,0101,Alder,2023-24,8,M,White,Y,N,N
003,0101,Alder,2023-24,7,F,White,N,N,Y
004,0102,Birch,2023-24,8,F,Asian,N,N,N
005,0102,Birch,2023-24,12,M,Hispanic,Y,Y,Y
006,0102,Birch,2023-24,12,X,,N,,N
"""


def write(folder: Path, **files: str) -> Path:
    """Write CSV files and return their folder."""
    for name, text in files.items():
        (folder / f"{name.replace('__', '-')}.csv").write_text(text, "utf-8")
    return folder


def read(folder: Path, text: str, **options) -> eq.Dataset:
    """Read one CSV."""
    path = folder / "export.csv"
    path.write_text(text, "utf-8")
    return eq.read(path, **options)


def with_outcome(column: str, values: list, students: str = STUDENTS) -> str:
    """The students with one more column."""
    lines = students.strip().split("\n")
    cells = [column, *map(str, values)]
    return "\n".join(f"{line},{cell}" for line, cell in zip(lines, cells, strict=True)) + "\n"


def cell(data: eq.Dataset, unit: str, indicator: str, dimension="all", group="all", year=None):
    """One row of the counts as (n, x), or its status where it has no number, or None."""
    rows = data.counts
    rows = rows[(rows["unit_id"] == unit) & (rows["indicator"] == indicator)]
    rows = rows[(rows["dimension"] == dimension) & (rows["group"] == group)]
    if year:
        rows = rows[rows["year"] == year]
    assert len(rows) <= 1, rows
    if rows.empty:
        return None
    row = rows.iloc[0]
    return row["status"] if pd.isna(row["n"]) or pd.isna(row["x"]) else (row["n"], row["x"])


def groups(data: eq.Dataset, unit: str, dimension: str) -> dict:
    """The groups of a dimension with their sizes, from the first indicator that has them."""
    rows = data.counts[(data.counts["unit_id"] == unit) & (data.counts["dimension"] == dimension)]
    rows = rows[rows["indicator"] == rows["indicator"].iloc[0]]
    return {g: int(n) for g, n in zip(rows["group"], rows["n"], strict=True)}


def noted(data: eq.Dataset, *words: str) -> bool:
    """Whether one note of the report has all of these words."""
    return any(all(w in note for w in words) for note in data.report.notes)
