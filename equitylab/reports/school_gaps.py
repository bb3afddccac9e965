"""The gaps on tests once more, without the test's line: in standard deviations, from printed rows.

A gap in percent that met a standard depends on where the line was drawn (Ho 2008, Educational
Researcher 37:351). Here the same groups are set beside each other in ways that do not.
"""

from __future__ import annotations

from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr, ndtri

from .. import metrics
from ..display import known
from ..metrics import Estimate
from ..schema import ALL, BY
from ..signals import CLEAR
from . import findings
from .common import Report

# Lines that are tried: the share of all students who would reach each, and its name.
TRIED = {"low": (0.75, "Low line"), "middle": (0.5, "Middle"), "high": (0.25, "High line")}
KEYS = ("indicator", "dimension", "group", "year")
RATES = ("n", "x", "other_n", "other_x", "difference", "difference_low", "difference_high")
SCORES = ("n", "mean", "sd", "other_n", "other_mean", "other_sd")
KEY, RATE, SCORE = (attrgetter(*names) for names in (KEYS, RATES, SCORES))


class Place(NamedTuple):
    """One group on one subject in one year: where its rate and its mean score are found."""

    rate: str
    score: str
    dimension: str
    group: str
    year: str


class Gap(NamedTuple):
    """One group beside the others on one subject, in every way that the release allows.

    Attributes
    ----------
    indicator, year, dimension, group : str
        Of the rate, or else of the mean score, that is published of the group.
    n, other_n : float
        Students tested.
    line : Estimate
        The gap at the test's own line: a difference of shares.
    v : Estimate
        In standard deviations, from the two rates alone.
    reference : Estimate
        From means, in standard deviations of all students of the unit above, or of the school.
    tried : ndarray
        The gap at each of the lines `TRIED`, if scores spread as a bell: differences of shares.
    change : Estimate
        Since the year `since`: of `reference`, or of `v` where no means are published.
    """

    indicator: str
    year: str
    dimension: str
    group: str
    n: float
    other_n: float
    line: Estimate
    v: Estimate
    reference: Estimate
    tried: np.ndarray
    change: Estimate
    since: str

    @property
    def size(self) -> float:
        """The smaller side, which decides the digits."""
        return min(self.n, self.other_n)


class Tests(Report):
    """The gaps of a school's groups on tests, worked out from its published rows."""

    def gaps(self, cells: list[Place] | None = None) -> list[Gap]:
        """Return gaps of some cells, or of all that have a published comparison on a test."""
        cells = self.cells if cells is None else cells
        if not cells:
            return []
        first = self.view.years[0]
        p, m = self._numbers(cells)
        sd, means = self._spreads(cells)
        now = apart(p, m, sd, self.level)
        p_then, m_then = self._numbers([cell._replace(year=first) for cell in cells])
        p_then[:, ~np.isnan(m_then[1] + m[1])] = np.nan  # their change is told from the means
        then = apart(p_then, m_then, sd, self.level)
        changes = [metrics.growth(*both) for both in zip(then, now, strict=True)]
        tried = _tried(m, *means)
        made = []
        for k, cell in enumerate(cells):
            told = not np.isnan(p[0, k])
            n, other_n = (p[0, k], p[2, k]) if told else (m[0, k], m[3, k])
            v, reference = (_one(found, k) for found in now)
            change = _one(changes[1] if known(reference.value) else changes[0], k)
            if cell.year == first:
                change = Estimate(*(np.nan,) * 3)
            made.append(
                Gap(cell.rate if told else cell.score, cell.year, cell.dimension, cell.group, n,
                    other_n, Estimate(*p[4:, k]), v, reference, tried[:, k], change, first)
            )  # fmt: skip
        return made

    @cached_property
    def cells(self) -> list[Place]:
        """Return the groups with a published comparison, in order; of a pair, the smaller one."""
        latest, kept = self.view.latest, []
        for rate, score in self.subjects:
            year = max(latest.get(rate, ""), latest.get(score, ""))
            sizes: dict[str, dict[str, float]] = {}
            for found, id in ((self.rates, rate), (self.means, score)):
                for (one, dimension, group, at), row in found.items():
                    compared = (one, at) == (id, year) and known(row.other_n)
                    apart = dimension in (ALL, *findings.LAST, *self.without)
                    if compared and not apart and not findings.unknown(dimension, group):
                        sizes.setdefault(dimension, {})[group] = row.n
            for dimension, groups in sizes.items():
                told = [min(groups, key=groups.get)] if len(groups) == 2 else groups
                kept += [Place(rate, score, dimension, group, year) for group in told]
        return kept

    def is_clear(self, cell: Place) -> bool:
        """Whether the rate or the mean score is called a clear difference."""
        rows = self.rates.get((cell.rate, *cell[2:])), self.means.get((cell.score, *cell[2:]))
        return any(row is not None and row.signal == CLEAR for row in rows)

    @cached_property
    def subjects(self) -> list[tuple[str, str]]:
        """Return the measures of each subject: the share at the standard, and the mean score."""
        by: dict[str, list[str]] = {}
        for about in self.view.indicators:
            if about.chapter == "achievement" and about.base.startswith("tested"):
                by.setdefault(about.base, ["", ""])[about.score] = about.id
        return [tuple(pair) for pair in by.values()]

    @cached_property
    def rates(self) -> dict[tuple, tuple]:
        return _shown([r for r in self.view.rows if not r.pooled], {a for a, _ in self.subjects})

    @cached_property
    def means(self) -> dict[tuple, tuple]:
        scores = self.view.scores[[*KEYS, *SCORES, "why", "signal"]]
        return _shown(findings.records(scores), {b for _, b in self.subjects})

    def _numbers(self, cells: list[Place]) -> tuple[np.ndarray, np.ndarray]:
        """Return the numbers of the rates and of the mean scores, a column a cell."""
        parts = []
        for kind, found, of, names in (
            (0, self.rates, RATE, RATES),
            (1, self.means, SCORE, SCORES),
        ):
            rows = [found.get((cell[kind], *cell[2:])) for cell in cells]
            numbers = [(np.nan,) * len(names) if row is None else of(row) for row in rows]
            # Straight from memory a gap is pandas' own, which is no float.
            numbers = [[v if known(v) else np.nan for v in row] for row in numbers]
            parts.append(np.array(numbers, float).T)
        return parts[0], parts[1]

    def _spreads(self, cells: list[Place]):
        """Return the SD that gaps are told in, and mean and SD of the school's own students.

        It is the SD of all students of the unit above, or the school's where that has none.
        """
        above, s = self.view.above, self.view.public.scores
        upper = {}
        if above is not None and len(s):
            rows = s[((s["unit_id"] == above["unit_id"]) & (s["dimension"] == ALL)).to_numpy()]
            at = zip(rows["indicator"], rows["year"], strict=True)
            upper = dict(zip(at, rows["sd"].tolist(), strict=True))
        units, own = [], []
        for cell in cells:
            row = self.means.get((cell.score, ALL, ALL, cell.year))
            mean, sd = (row.mean, row.sd) if row is not None else (np.nan, np.nan)
            wide = upper.get((cell.score, cell.year), np.nan)
            units.append(wide if wide > 0 else sd if sd > 0 else np.nan)
            own.append((mean, sd))
        return np.array(units, float), np.array(own, float).T


def _shown(rows: list, ids: set[str]) -> dict[tuple, tuple]:
    """Return the published rows of some measures by measure, dimension, group and year."""
    return {
        KEY(row): row
        for row in rows
        if row.indicator in ids and row.why == "" and BY not in row.dimension
    }


def apart(p: np.ndarray, m: np.ndarray, sd: np.ndarray, level: float) -> tuple[Estimate, Estimate]:
    """Return V from the rates, and the gap of the means in units of `sd`."""
    n, x, other_n, other_x = p[:4]
    v = metrics.v_statistic(
        np.stack([other_n - other_x, other_x], axis=-1), np.stack([n - x, x], axis=-1), level=level
    )
    n, mean, spread, other_n, other_mean, other_spread = m
    reference = metrics.standardized_gap_from_summary(
        mean, other_mean, sd, n1=n, n2=other_n, sd1=spread, sd2=other_spread, level=level
    )
    return v, reference


def _tried(m: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Return the gap at each line of `TRIED`, if each side's scores are normal."""
    reach = np.array([share for share, _ in TRIED.values()])[:, None]
    line = mean - sd * ndtri(reach)
    with np.errstate(invalid="ignore", divide="ignore"):
        return ndtr((m[1] - line) / m[2]) - ndtr((m[4] - line) / m[5])


def _one(estimate: Estimate, k: int) -> Estimate:
    return Estimate(*(part[k] for part in estimate))
