"""Schools and chance: rates drawn toward the others, and how far chance takes a school of its size.

Schools stand in alphabetical order; nothing here is a ranking.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import metrics
from ..catalog import Indicator
from ..display import decimal, known, many, percent
from ..schema import ALL
from .district_cells import Cells
from .measures import Measure

MANY = 5  # schools that it takes to say how far schools lie apart


class Chance(Cells):
    """What a district's report says of its schools and chance, measure by measure."""

    def _against(self, shown: pd.DataFrame, common: float, about: Indicator) -> str:
        """How many schools' intervals hold the district's rate, and how many lie within chance?"""
        said = super()._against(shown, common, about)
        if about.events or len(shown) < MANY or not 0 < common < 1:
            return said
        x, n = (shown[c].to_numpy("float64", na_value=np.nan) for c in ("x", "n"))
        near, far = self._limits(x, n, common)
        apart = [int(((x / n < f.low) | (x / n > f.high)).sum()) for f in (near, far)]
        if not apart[0]:
            return f"{said} None lies outside the limits of chance for schools of their size."
        said += (
            f" {apart[0]} of {many(len(shown), 'school')} {_lie(apart[0])} outside the limits of "
            "chance for schools of their size"
        )
        if near.phi <= 1:
            return f"{said}."
        return (
            f"{said}; with limits widened for how far these schools lie apart in general, "
            f"{apart[1] or 'none'} {_do(apart[1] or 1)}."
        )

    def _limits(self, x: np.ndarray, n: np.ndarray, common: float) -> list[metrics.Funnel]:
        return [
            metrics.funnel(x, n, target=common, level=self.level, overdispersion=wide)
            for wide in (False, True)
        ]

    def school_measures(self) -> list[Measure]:
        """Each school's rate drawn toward the others, and its limits of chance, by measure."""
        found = []
        for about in self.view.indicators:
            total = None if about.score or about.events else self.view.total(about.id)
            if total is None or total.why or not known(total.rate):
                continue
            x, n = self.x_of(about.id)
            use = ~np.isnan(x) & (n > 0)
            if use.sum() < 2:
                continue
            left = int((self.held(about.id) & ~use).sum())
            found += self._by_school(about, x, n, use, float(total.rate), left)
        return found

    def _by_school(self, about: Indicator, x, n, use, common: float, left: int) -> list[Measure]:
        drawn, found = metrics.shrink(x, n, level=self.level), []
        limits = self._limits(x[use], n[use], common) if use.sum() >= MANY else []
        place = np.cumsum(use) - 1
        for k, school in enumerate(self.schools.itertuples(index=False)):
            if not use[k]:
                continue
            told = dict(
                indicator=about.id, dimension=ALL, group=ALL, unit_id=school.unit_id,
                n_units=int(use.sum()), n_left_out=left, baseline=common,
            )  # fmt: skip
            rate, size = x[k] / n[k], n[k]
            said = (
                f"{about.label} at {school.unit}: {percent(rate, size)} of {int(size):,}; drawn "
                f"toward the other schools {percent(drawn.mean[k], size)}, a model and not a count."
            )
            found.append(
                Measure(
                    "schools", "shrink", value=float(drawn.mean[k]), low=float(drawn.low[k]),
                    high=float(drawn.high[k]), sentence=said,
                    method="beta-binomial empirical Bayes over the schools counted, with its "
                    "interval; baseline: the district's rate", **told,
                )
            )  # fmt: skip
            for limit, name in zip(limits, ("", ", widened"), strict=False):
                low, high = float(limit.low[place[k]]), float(limit.high[place[k]])
                inside = low <= rate <= high
                said = (
                    f"{about.label} at {school.unit}: {percent(rate, size)} of {int(size):,} lies "
                    f"{'inside' if inside else 'outside'} what chance would make of a school of "
                    f"its size{' and how far schools lie apart in general' if name else ''}."
                )
                found.append(
                    Measure(
                        "schools", f"funnel{name}", value=float(rate), low=low, high=high,
                        sentence=said,
                        method="exact binomial limits around the district's rate (baseline)"
                        + (f", times the root of phi {decimal(limit.phi, 2)}" if name else ""),
                        **told,
                    )
                )  # fmt: skip
        return found


def _lie(number: int) -> str:
    return "lies" if number == 1 else "lie"


def _do(number: int) -> str:
    return "does" if number == 1 else "do"
