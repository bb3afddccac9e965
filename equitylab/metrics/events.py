"""How often something happens, where it can happen to one student more than once.

Removals, referrals and visits are events: per 100 students there can be more than 100, and an
interval for shares does not apply. What follows is for counts of events over students.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaincinv, gammaincinv

from ._arrays import Estimate, counts, critical, quotient, refuse, values


def event_rate(x, n, *, dispersion=1.0, level=0.95):
    """How many events were there for each student, and how far could chance have moved that?

    Parameters
    ----------
    x : array_like of int
        Events.
    n : array_like of int
        Students. Broadcast against `x`.
    dispersion : array_like
        Variance of the events over their mean, 1 or more: 1 if every event comes by itself. Events
        that come several to a student or a day make it larger, twice as large where they all come
        in twos. Where it is not known, the interval at 1 is the narrowest that can be true.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Estimate
        Events a student (times 100: per 100 students); ``nan`` where `n` is 0 or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, `dispersion` is under 1, or the shapes do not fit.

    Notes
    -----
    Garwood (1936), Biometrika 28:437, exact for a Poisson count; with `dispersion` the same at as
    many events as tell as much (quasi-Poisson).

    Examples
    --------
    >>> value, low, high = event_rate(9, 60)
    >>> print(f"{100 * value:.0f} per 100 students [{100 * low:.0f}, {100 * high:.0f}]")
    15 per 100 students [7, 28]
    """
    x, n, wide = _read(dispersion, x=x, n=n)
    tail = _tail(level)
    gap = np.isnan(x + n + wide) | ~(n > 0)
    told = np.where(gap, 1, quotient(x, wide))
    low = np.where(told > 0, gammaincinv(np.where(told > 0, told, 1), tail), 0)
    ends = (
        quotient(x, n),
        *(quotient(end * wide, n) for end in (low, gammaincinv(told + 1, 1 - tail))),
    )
    return Estimate(*(np.where(gap, np.nan, end)[()] for end in ends))


def event_rate_ratio(x, n, x_other, n_other, *, dispersion=1.0, level=0.95):
    """How many times as often did it happen, counted in events a student?

    Parameters
    ----------
    x, n : array_like of int
        Events in the group, and its students.
    x_other, n_other : array_like of int
        The same for those they are compared with. All four broadcast.
    dispersion, level
        As for `event_rate`.

    Returns
    -------
    Estimate
        Ratio of two rates. Where the others had none: `value` is ``nan``, `high` infinite, and
        `low` still a number that can be said aloud. All ``nan`` where an `n` is 0 or a gap, and
        where neither had any `low` is 0.

    Raises
    ------
    MetricError
        As for `event_rate`.

    Notes
    -----
    Given how many events there were in all, those of the group are binomial; its exact interval
    (Clopper and Pearson 1934, Biometrika 26:404) is that of the ratio (Przyborowski and Wilenski
    1940, Biometrika 31:313). It holds its level always, and is a little wide.

    Examples
    --------
    >>> value, low, high = event_rate_ratio(24, 60, 40, 240)
    >>> print(f"{value:.1f} [{low:.1f}, {high:.1f}]")
    2.4 [1.4, 4.1]
    """
    x, n, x_other, n_other, wide = _read(dispersion, x=x, n=n, x_other=x_other, n_other=n_other)
    tail = _tail(level)
    gap = np.isnan(x + n + x_other + n_other + wide) | ~(n > 0) | ~(n_other > 0)
    own, other = (np.where(gap, 1, quotient(a, wide)) for a in (x, x_other))
    low = np.where(own > 0, betaincinv(np.where(own > 0, own, 1), other + 1, tail), 0)
    high = np.where(other > 0, betaincinv(own + 1, np.where(other > 0, other, 1), 1 - tail), 1)
    scale = quotient(n_other, n)
    low, high = (
        np.where(part < 1, quotient(part, 1 - part), np.inf) * scale for part in (low, high)
    )
    value = quotient(x * n_other, x_other * n)
    return Estimate(*(np.where(gap, np.nan, part)[()] for part in (value, low, high)))


def _read(dispersion, **named):
    """Read counts, and a dispersion of 1 or more for each."""
    arrays = counts(**named)
    wide = values("dispersion", dispersion)
    refuse("dispersion", wide, (wide < 1) | np.isinf(wide), "must be finite and 1 or more")
    return np.broadcast_arrays(*arrays, wide)


def _tail(level):
    critical(level)
    return (1 - float(level)) / 2
