"""What can be said where a source gives a range and not a count: bounds instead of blanks.

"GE50" of 40 students is 20 to 40 of them, "under 10" is 0 to 9. Whatever the count is, the number
lies in `least` to `most`; with chance as well, in `low` to `high`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._arrays import cells, counts, refuse
from .rates import rate, risk_difference, risk_ratio


class Range(NamedTuple):
    """What a number can be, given what the source lets one say.

    Parameters
    ----------
    least, most : ndarray or float
        The number itself at either end of the counts: equal where these are known.
    low, high : ndarray or float
        The union of the confidence intervals of every count in the range: at least as sure as the
        level that was asked for.
    """

    least: np.ndarray
    most: np.ndarray
    low: np.ndarray
    high: np.ndarray


def rate_range(x_low, x_high, n, *, level=0.95):
    """What share of the group had the outcome, if all that is known is between which counts?

    Parameters
    ----------
    x_low, x_high : array_like of int
        Fewest and most students with the outcome.
    n : array_like of int
        Students who could have had it. All three broadcast.
    level : float
        Confidence level of the intervals whose union is taken (Wilson's).

    Returns
    -------
    Range
        Shares between 0 and 1; ``nan`` where `n` is 0 or something is a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `x_low` is above `x_high` or `x_high` above `n`, or
        the shapes do not fit.

    Examples
    --------
    "50 % or more" of 40 students:

    >>> print(", ".join(f"{v:.2f}" for v in rate_range(20, 40, 40)))
    0.50, 1.00, 0.35, 1.00
    """
    x_low, x_high, n = counts(x_low=x_low, x_high=x_high, n=n)
    _in_order(x_low, x_high, n, "")
    ends = rate(x_low, n, level=level), rate(x_high, n, level=level)
    return _range(ends[0].value, ends[1].value, ends[0].low, ends[1].high)


def risk_difference_range(x_low, x_high, n, x_other_low, x_other_high, n_other, *, level=0.95):
    """How far apart can two groups be, if some of the counts are ranges?

    Parameters
    ----------
    x_low, x_high, n : array_like of int
        Fewest and most students of the group with the outcome, and all of them.
    x_other_low, x_other_high, n_other : array_like of int
        The same for those they are compared with: for "everyone else" under a known total X, X less
        `x_high` and X less `x_low`. All six broadcast.
    level : float
        Confidence level of the intervals whose union is taken (Newcombe's).

    Returns
    -------
    Range
        Differences of two shares; ``nan`` where an `n` is 0 or something is a gap.

    Raises
    ------
    MetricError
        As for `rate_range`.

    Examples
    --------
    >>> print(", ".join(f"{v:.2f}" for v in risk_difference_range(0, 9, 60, 38, 47, 540)))
    -0.09, 0.08, -0.11, 0.19
    """
    least, most = _corners(x_low, x_high, n, x_other_low, x_other_high, n_other)
    least, most = (risk_difference(*corner, level=level) for corner in (least, most))
    return _range(least.value, most.value, least.low, most.high)


def risk_ratio_range(x_low, x_high, n, x_other_low, x_other_high, n_other, *, level=0.95):
    """How many times as often can it have happened, if some of the counts are ranges?

    Parameters
    ----------
    x_low, x_high, n, x_other_low, x_other_high, n_other : array_like of int
        As for `risk_difference_range`.
    level : float
        Confidence level of the intervals whose union is taken (Koopman's).

    Returns
    -------
    Range
        Ratios of two shares. `most` and `high` are infinite where the others may have had none;
        where they surely had none, `least` and `most` are ``nan``, as the ratio is. All ``nan``
        where an `n` is 0 or something is a gap.

    Raises
    ------
    MetricError
        As for `rate_range`.

    Examples
    --------
    >>> print(", ".join(f"{v:.2f}" for v in risk_ratio_range(0, 9, 60, 38, 47, 540)))
    0.00, 2.13, 0.00, 4.03
    """
    least, most = _corners(x_low, x_high, n, x_other_low, x_other_high, n_other)
    ends = [risk_ratio(*corner, level=level) for corner in (least, most)]
    # Some of the others had it at most, perhaps none at least: no ratio is too high.
    open_ended = (least[2] > 0) & (most[2] == 0) & ~np.isnan(ends[1].low)
    highest = np.where(open_ended, np.where(most[0] > 0, np.inf, 0.0), ends[1].value)
    return _range(ends[0].value, highest, ends[0].low, ends[1].high)


def _corners(x_low, x_high, n, x_other_low, x_other_high, n_other):
    """Return the tables where the first group is least ahead, and where it is most."""
    x_low, x_high, n, x_other_low, x_other_high, n_other = counts(
        x_low=x_low,
        x_high=x_high,
        n=n,
        x_other_low=x_other_low,
        x_other_high=x_other_high,
        n_other=n_other,
    )
    _in_order(x_low, x_high, n, "")
    _in_order(x_other_low, x_other_high, n_other, "_other")
    return (x_low, n, x_other_high, n_other), (x_high, n, x_other_low, n_other)


def _in_order(low, high, n, which):
    """Refuse a range that runs backwards, or over the students."""
    refuse(f"x{which}_low", low, low > high, f"must not be above x{which}_high")
    cells(high, n, f"x{which}_high", f"n{which}")


def _range(least, most, low, high):
    """Return a range, as a gap where either end is."""
    gap = np.isnan(low) | np.isnan(high)
    return Range(*(np.where(gap, np.nan, part)[()] for part in (least, most, low, high)))
