"""What a gap is made of: rates that differ, or where students are.

"Accounted for" is not "explained away", and not "caused": a group's being concentrated in certain
schools or programs is itself something that someone decided.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equitylab.errors import MetricError

from ._arrays import cells, counts, quotient, shares


class Kitagawa(NamedTuple):
    """A gap between two rates, and its two parts, which add up to it.

    Parameters
    ----------
    gap : ndarray or float
        Rate of the first group less that of the second, both over all strata.
    rate_effect : ndarray or float
        The part that goes with different rates in the same stratum.
    composition_effect : ndarray or float
        The part that goes with being in different strata.
    """

    gap: np.ndarray
    rate_effect: np.ndarray
    composition_effect: np.ndarray


class WithinBetween(NamedTuple):
    """A gap between two rates, split into within and between schools, which add up to it.

    Parameters
    ----------
    gap : ndarray or float
        Rate of the first group less that of the second, both over all schools.
    within : ndarray or float
        The part that is found inside schools.
    between : ndarray or float
        The part that goes with attending different schools.
    """

    gap: np.ndarray
    within: np.ndarray
    between: np.ndarray


def kitagawa(x1, n1, x2, n2):
    """How much of a gap goes with different rates, how much with being in different places?

    Parameters
    ----------
    x1, n1 : array_like of int, shape (..., strata)
        Students of the first group with the outcome, and all of them, by stratum (school, grade,
        program).
    x2, n2 : array_like of int, shape (..., strata)
        The same for the second group.

    Returns
    -------
    Kitagawa
        Differences of shares, one for each row of strata. In a stratum where one group has no one
        its rate is unknown; it is taken to be the other's, so that the stratum counts as a
        difference of place only. ``nan`` where a group is empty throughout or a count is a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    Kitagawa (1955), Journal of the American Statistical Association 50:1168, with averaged
    weights, so neither group is the standard and swapping them swaps the signs.

    Examples
    --------
    Two programs, one easy and one hard to enter: each admits more of the second group, and yet
    over both the first group is ahead.

    >>> parts = kitagawa([72, 2], [80, 20], [19, 16], [20, 80])
    >>> print(", ".join(f"{part:.3f}" for part in parts))
    0.390, -0.075, 0.465
    """
    x1, n1, x2, n2 = _strata(x1, n1, x2, n2)
    s1, s2 = shares(n1), shares(n2)
    r1, r2 = quotient(x1, n1), quotient(x2, n2)
    # Nobody of either group: the stratum has no weight, so any rate will do.
    r1, r2 = np.where(n1 == 0, np.where(n2 == 0, 0, r2), r1), np.where(n2 == 0, r1, r2)
    r2 = np.where((n1 == 0) & (n2 == 0), 0, r2)
    rates = ((s1 + s2) / 2 * (r1 - r2)).sum(axis=-1)
    places = ((r1 + r2) / 2 * (s1 - s2)).sum(axis=-1)
    return Kitagawa(_gap(x1, n1, x2, n2)[()], rates[()], places[()])


def within_between(x1, n1, x2, n2):
    """How much of a gap is found inside schools, how much goes with attending different ones?

    Parameters
    ----------
    x1, n1 : array_like of int, shape (..., schools)
        Students of the first group with the outcome, and all of them, by school.
    x2, n2 : array_like of int, shape (..., schools)
        The same for the second group.

    Returns
    -------
    WithinBetween
        Differences of shares. `between` gives every student the rate of both groups together in
        the own school, and takes the difference of the groups' means; `within` is the rest.
        ``nan`` where a group is empty throughout or a count is a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    As FFT Education Datalab does it. A group that is nearly alone in its school pulls the school's
    rate to its own, and so its gap to `between`; school fixed effects and `kitagawa`, which compare
    the groups in one school, call more of it within.

    Examples
    --------
    >>> parts = within_between([30, 8], [100, 40], [5, 20], [25, 200])
    >>> print(", ".join(f"{part:.3f}" for part in parts))
    0.160, 0.062, 0.099
    """
    x1, n1, x2, n2 = _strata(x1, n1, x2, n2)
    own = quotient(x1 + x2, n1 + n2)
    own = np.where(n1 + n2 == 0, 0, own)
    between = ((shares(n1) - shares(n2)) * own).sum(axis=-1)
    gap = _gap(x1, n1, x2, n2)
    return WithinBetween(gap[()], (gap - between)[()], between[()])


def _strata(x1, n1, x2, n2):
    """Read the counts of two groups by stratum."""
    x1, n1, x2, n2 = counts(x1=x1, n1=n1, x2=x2, n2=n2)
    if x1.ndim == 0:
        raise MetricError("x1 must hold one count for each stratum.", argument="x1")
    cells(x1, n1, "x1", "n1")
    cells(x2, n2, "x2", "n2")
    return x1, n1, x2, n2


def _gap(x1, n1, x2, n2):
    """Return the difference of the two groups' rates over all strata."""
    first = quotient(x1.sum(axis=-1), n1.sum(axis=-1))
    return first - quotient(x2.sum(axis=-1), n2.sum(axis=-1))
