"""measures.csv: every number of the reports that no single published row holds, said in a sentence.

It stands beside findings.csv, the published rows. Each row here is computed from those of one unit
(for a district, of its schools too) and from nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..privacy import Published
from . import files

COLUMNS = [
    "year", "unit_id", "unit", "question", "measure", "indicator", "dimension", "group", "over",
    "value", "low", "high", "baseline", "n_units", "n_left_out", "method", "sentence",
]  # fmt: skip
LEVELS = ("state", "district", "school")
NUMBERS = ["value", "low", "high", "baseline"]
FRAMES = ("table", "changes", "scores", "units")


class Measure(NamedTuple):
    """One row of measures.csv.

    Attributes
    ----------
    question, measure : str
        What is asked (an id of ``content/questions.yaml``), and what is computed: a function of
        ``equitylab.metrics`` and, after a comma, which part of it.
    indicator, dimension, group : str
        The published cell that the number is about. What is about where students are, and no
        outcome, has the catalog's name of who is counted, as ``enrolled``.
    value, low, high, baseline : float
        The number; its interval or bounds, where `method` says so; what it is set beside.
    n_units, n_left_out : int
        Units counted, and units left out because something in them is not published.
    method : str
        How it is made, with its weights.
    sentence : str
        What it says, to be said aloud.
    over : str
        The dimension whose groups are taken all at once; else empty.
    year, unit_id : str
        Empty: those of the report.
    """

    question: str
    measure: str
    indicator: str
    dimension: str
    group: str
    value: float
    n_units: int
    n_left_out: int
    method: str
    sentence: str
    low: float = np.nan
    high: float = np.nan
    baseline: float = np.nan
    over: str = ""
    year: str = ""
    unit_id: str = ""


def frame(report) -> pd.DataFrame:
    """Return the measures of one report as a table with ``COLUMNS``, a row a number."""
    units = report.public.units.set_index("unit_id")["unit"]
    rows = []
    for one in report.measured():
        unit_id = one.unit_id or report.view.unit_id
        year = one.year or report.view.latest.get(one.indicator, report.view.year)
        rows.append(one._asdict() | {"year": year, "unit_id": unit_id, "unit": units[unit_id]})
    table = pd.DataFrame(rows, columns=COLUMNS)
    # A ratio to nothing has no upper end: empty, as everything that is not a number.
    table[NUMBERS] = table[NUMBERS].astype("float64").replace([np.inf, -np.inf], np.nan).round(6)
    return table


def report_of(published: Published, unit_id: str):
    """Return the report of a state, a district or a school."""
    from .state_mix import StateMix
    from .story import SchoolReport
    from .story_district import DistrictReport

    kinds = {"state": StateMix, "district": DistrictReport, "school": SchoolReport}
    return kinds[published.unit(unit_id)["level"]](published, unit_id)


def rows(report) -> str:
    """Return the measures of one report as CSV that no spreadsheet runs as formulas."""
    return files.neutral(frame(report)).to_csv(index=False, lineterminator="\n")


def text(
    published: Published, units: Iterable[str], made: Callable[[str], str | None] | None = None
) -> str:
    """Return measures.csv of these units, districts before schools.

    Parameters
    ----------
    published : Published
    units : iterable of str
        Their ids.
    made : callable, optional
        Returns what :func:`rows` gives of a unit, where that is at hand.
    """
    level = published.units.set_index("unit_id")["level"]
    wanted = [u for k in LEVELS for u in sorted(set(units)) if level.get(u) == k]
    held = {unit: made(unit) for unit in wanted} if made else {}
    missing = [unit for unit in wanted if held.get(unit) is None]
    held |= {unit: rows(report_of(cut, unit)) for unit, cut in slices(published, missing)}
    # With a mark that tells Excel the letters are UTF-8.
    lines = "".join(held[unit].partition("\n")[2] for unit in wanted)
    return "\ufeff" + ",".join(COLUMNS) + "\n" + lines


def slices(published: Published, units: list[str]) -> Iterator[tuple[str, Published]]:
    """Yield each unit with its slice, of a State down to the schools, searching the rows once."""
    named = published.units.set_index("unit_id")
    parent = named["parent_id"].to_dict()
    below = published.units.groupby("parent_id")["unit_id"].agg(list).to_dict()
    frames = {name: getattr(published, name) for name in FRAMES} | {"table": published.told}
    for name, table in frames.items():  # numbers and gaps as a saved release has them
        whole = [column for column, kind in table.dtypes.items() if str(kind) == "Int64"]
        frames[name] = table.astype(dict.fromkeys(whole, "float64"))
    whole = replace(published, **frames, hidden=None, certificates=None)
    where = {name: getattr(whole, name).groupby("unit_id", sort=False).indices for name in FRAMES}
    for unit in units:
        keep = [unit]
        if named.at[unit, "level"] != "school":
            keep += below.get(unit, [])
        if named.at[unit, "level"] == "state":
            keep += [
                school for district in below.get(unit, []) for school in below.get(district, [])
            ]
        at = parent.get(unit, "")
        while at and at not in keep:
            keep.append(at)
            at = parent.get(at, "")
        cut = {}
        for name in FRAMES:
            rows = [where[name][u] for u in keep if u in where[name]]
            rows = np.sort(np.concatenate(rows)) if rows else np.array([], int)
            cut[name] = getattr(whole, name).iloc[rows].reset_index(drop=True)
        yield unit, replace(whole, **cut)
