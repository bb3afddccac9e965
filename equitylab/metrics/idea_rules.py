"""What the regulation on significant disproportionality fixes, and what it leaves to each State."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from equitylab.errors import MetricError

from .thresholds import _fraction


class Category(NamedTuple):
    """One of the regulation's categories of analysis.

    Parameters
    ----------
    id : str
        Its name, with its kind before the colon.
    n : str
        Who is counted in `n`: all children enrolled, or children with disabilities.
    events : bool
        Whether `x` counts removals, of which a child can have several.
    """

    id: str
    n: str
    events: bool = False


#: The fourteen categories of 34 CFR 300.647(b)(3) and (4).
CATEGORIES = (
    Category("identification: all disabilities", "enrolled"),
    Category("identification: intellectual disability", "enrolled"),
    Category("identification: specific learning disability", "enrolled"),
    Category("identification: emotional disturbance", "enrolled"),
    Category("identification: speech or language impairment", "enrolled"),
    Category("identification: other health impairment", "enrolled"),
    Category("identification: autism", "enrolled"),
    Category("placement: regular class under 40 % of the day", "with disabilities"),
    Category("placement: separate school or residential facility", "with disabilities"),
    Category("discipline: out of school, 10 days or fewer", "with disabilities"),
    Category("discipline: out of school, more than 10 days", "with disabilities"),
    Category("discipline: in school, 10 days or fewer", "with disabilities"),
    Category("discipline: in school, more than 10 days", "with disabilities"),
    Category("discipline: all removals", "with disabilities", events=True),
)


@dataclass(frozen=True, kw_only=True)
class DisproportionalityRules:
    """What has this State chosen, where the regulation leaves the choice to it?

    Nothing that the State must set has a default here: read its own published rule.

    Parameters
    ----------
    threshold : Fraction, str, int, float or (int, int)
        Risk ratio above which a year counts, as written (``"2.5"``); kept as an exact fraction.
    min_cell, min_n : int
        Fewest children (or removals) with the outcome, and fewest children, for a risk to be used.
        Up to 10 and up to 30 are presumed reasonable.
    years : int
        Consecutive years above the threshold that it takes, 1 to 3.
    progress : Fraction, str, int, float or (int, int), optional
        Least fall of the ratio from one year to the next that is reasonable progress.
        By default progress spares no one.
    reading : {"every", "any"}, optional
        Which progress spares: in "every" step from year to year, or in "any". The regulation's
        "failed to demonstrate reasonable progress in each of the two prior consecutive years" is
        read both ways; with `progress`, say which.
    relative : bool
        `progress` is a share of the earlier ratio, and not points of the ratio.
    or_equal : bool
        A ratio at the threshold counts as well: "meets or exceeds".
    alternate : bool
        Compare with the rest of the State where the district's own comparison is too small, as
        the regulation asks.

    Raises
    ------
    MetricError
        If a rule is not what it must be, or progress and its reading are not given together.

    Examples
    --------
    >>> rules = DisproportionalityRules(threshold="2.5", min_cell=10, min_n=30, years=3)
    >>> rules.threshold
    Fraction(5, 2)
    """

    threshold: Fraction
    min_cell: int
    min_n: int
    years: int
    progress: Fraction | None = None
    reading: str | None = None
    relative: bool = False
    or_equal: bool = False
    alternate: bool = True

    def __post_init__(self):
        self._exactly("threshold")
        for name in ("min_cell", "min_n", "years"):
            given = getattr(self, name)
            if isinstance(given, bool) or not isinstance(given, int | np.integer) or given < 0:
                self._refuse(name, "must be a whole number, 0 or more")
        if not 1 <= self.years <= 3:
            self._refuse("years", "must be 1, 2 or 3, as the regulation has it")
        if self.progress is None:
            if self.reading is not None:
                self._refuse("reading", "says how progress spares, but no progress is given")
            return
        self._exactly("progress")
        if self.relative and self.progress > 1:
            self._refuse("progress", "is a share of the ratio, so it must not be above 1")
        if self.reading not in ("every", "any"):
            self._refuse("reading", "must be 'every' or 'any', as the State reads its rule")
        if self.years == 1:
            self._refuse("progress", "needs a second year, but the rule looks at one")

    def _exactly(self, name):
        try:
            number = _fraction(getattr(self, name))
        except MetricError:
            self._refuse(name, "must be a number above 0, like '2.5' or (5, 2)")
        if max(number.as_integer_ratio()) > 10**9:
            # A rounded third, say, would put the line where the State did not.
            self._refuse(name, "has more digits than a rule: give a fraction, like (10, 3)")
        object.__setattr__(self, name, number)

    def _refuse(self, name, why):
        value = getattr(self, name)
        raise MetricError(f"{name} {why}.", argument=name, value=value)
