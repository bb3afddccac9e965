"""Facts about students to counts by school, year and group, all at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..catalog import indicators, intersections
from ..schema import ALL, BY, COUNTS, SCORES, ReadReport, empty, roll_up, tidy_counts
from .sis_own import Fact
from .sis_students import Students

JUMP, DROP, ENOUGH = 1.5, 0.6, 50  # an enrolment that changes more than this is asked about


@dataclass
class Made:
    """What tabulating gives: tidy counts, and tidy scores."""

    counts: pd.DataFrame
    scores: pd.DataFrame


def tabulate(
    students: Students, dimensions: dict, facts: dict[str, Fact], report: ReadReport
) -> Made:
    """Return counts and scores for every school and district, year, indicator and group."""
    units = students.units.set_index("unit_id")
    frame = students.frame
    year, years = pd.factorize(frame["year"], sort=True)
    school, schools = pd.factorize(frame["unit_id"], sort=True)
    above = pd.Index(schools).map(units["parent_id"])
    district, districts = pd.factorize(above, sort=True)
    ways = _ways(dimensions, len(frame))
    places = {
        "school": (school, pd.Index(schools)),
        "district": (district[school], pd.Index(districts)),
    }
    counted, scored = [], []
    for level, (place, names) in places.items():
        for name, (group, labels) in ways.items():
            cells = _Cells(year, years, place, names, group, labels)
            for indicator, fact in facts.items():
                if set(name.split(BY)) & set(fact.skip):
                    continue
                about = dict(level=level, indicator=indicator, dimension=name)
                if indicators()[indicator].score:
                    scored.append(cells.scores(fact).assign(**about))
                elif level == "school":
                    counted.append(cells.counts(fact).assign(**about))
    counts = _tidy(counted, units)
    _jumps(frame, units, report)
    scores = empty(SCORES)
    if scored:
        scores = pd.concat(scored, ignore_index=True)
        scores["unit"] = scores["unit_id"].map(units["unit"])
        scores = scores[list(SCORES)].astype(SCORES)
    return Made(roll_up(counts, students.units), scores)


def _tidy(parts: list[pd.DataFrame], units: pd.DataFrame) -> pd.DataFrame:
    if not parts:
        return empty(COUNTS)
    counts = pd.concat(parts, ignore_index=True)
    counts["unit"] = counts["unit_id"].map(units["unit"])
    events = {i: one.events for i, one in indicators().items()}
    return tidy_counts(counts.assign(events=counts["indicator"].map(events)))


def _ways(dimensions: dict, size: int) -> dict[str, tuple[np.ndarray, pd.Index]]:
    """Each way of grouping: a code for each student, and the labels of the codes."""
    ways = {ALL: (np.zeros(size, int), pd.Index([ALL]))}
    for name, labels in dimensions.items():
        ways[name] = pd.factorize(labels, sort=True)
    for a, b in intersections():
        if a in dimensions and b in dimensions:
            (first, one), (second, two) = ways[a], ways[b]
            labels = [f"{x}{BY}{y}" for x in one for y in two]
            ways[a + BY + b] = first * len(two) + second, pd.Index(labels)
    return ways


class _Cells:
    """The cells of a table (year, unit, group) that have a student in them."""

    def __init__(self, year, years, place, names, group, labels) -> None:
        self.code = (place * len(years) + year) * len(labels) + group
        self.here, self.code = np.unique(self.code, return_inverse=True)
        unit_year, group = np.divmod(self.here, len(labels))
        unit, year = np.divmod(unit_year, len(years))
        self.about = dict(
            year=pd.Series(years.take(year), dtype="str"),
            unit_id=pd.Series(names.take(unit), dtype="str"),
            group=pd.Series(labels.take(group), dtype="str"),
        )
        self.is_all = len(labels) == 1

    def _sum(self, values: np.ndarray) -> np.ndarray:
        return np.bincount(self.code, weights=values, minlength=len(self.here))

    def counts(self, fact: Fact) -> pd.DataFrame:
        """n and x of each cell; without n, whether nobody could or nothing was collected."""
        n, x, could = self._sum(fact.n), self._sum(fact.x * (fact.n > 0)), self._sum(fact.could)
        none = n == 0
        made = pd.DataFrame(self.about)
        made["n"] = pd.array(np.round(n), dtype="Int64")
        made["x"] = pd.array(np.round(x), dtype="Int64")
        made.loc[none, ["n", "x"]] = pd.NA
        made["status"] = np.select(
            [none & (could > 0), none], ["not_collected", "not_applicable"], "ok"
        )
        # A group of nobody who could is no row; of all students it is one that says so.
        return made if self.is_all else made[~none | (could > 0)]

    def scores(self, fact: Fact) -> pd.DataFrame:
        """n, mean and standard deviation of each cell that has a score."""
        known = fact.n > 0
        middle = float(np.mean(fact.x[known])) if known.any() else 0.0
        off = np.where(known, fact.x - middle, 0.0)  # about the mean, so that squares stay small
        n, total, squares = self._sum(known.astype(float)), self._sum(off), self._sum(off**2)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total / n
            variance = (squares - n * mean**2) / (n - 1)
        made = pd.DataFrame(self.about).assign(
            n=pd.array(n.astype(int), dtype="Int64"),
            mean=mean + middle,
            sd=np.where(n > 1, np.sqrt(np.clip(variance, 0, None)), np.nan),
            status="ok",
        )
        return made[n > 0]


def _jumps(frame: pd.DataFrame, units: pd.DataFrame, report: ReadReport) -> None:
    """Note a school whose enrolment changed more in a year than schools do."""
    sizes = frame.groupby(["unit_id", "year"]).size().unstack(fill_value=0)
    sizes = sizes.rename(index=units["unit"])
    report.owner += jumps(sizes)


def jumps(sizes: pd.DataFrame) -> list[str]:
    """Return sentences on units (rows) whose students jump from one year (column) to the next."""
    found = []
    for before, after in zip(sizes.columns, sizes.columns[1:], strict=False):
        a, b = sizes[before], sizes[after]
        odd = (a >= ENOUGH) & (b > 0) & ((b > JUMP * a) | (b < DROP * a))
        for unit in sizes.index[odd][:8]:
            found.append(
                f"{unit}: {a[unit]:,} students in {before} and {b[unit]:,} in {after}; check that "
                "both years are whole and nobody is counted twice."
            )
    return found
