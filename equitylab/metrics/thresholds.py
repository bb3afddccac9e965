"""Is a line crossed? Answered on integers, for a line is where rounding decides.

(55/100) / (55/300) is exactly 3, and 3.0000000000000004 in floating point: comparing floats would
flag a district that the rule does not flag.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from equitylab.errors import MetricError

from ._arrays import exact, quotient, reference_group, two_groups, with_gaps


class FourFifths(NamedTuple):
    """A ratio of rates, and whether it keeps the four-fifths rule.

    Parameters
    ----------
    ratio : ndarray or float
        Rate of the group over the rate of the reference group.
    passes : ndarray or bool
        Whether the rule is kept; with gaps in the answer: 1.0, 0.0 and ``nan``.
    """

    ratio: np.ndarray
    passes: np.ndarray


def four_fifths(x, n, x_ref, n_ref, *, direction):
    """Is the group's rate within four fifths of the reference rate?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with the outcome, and all of them.
    x_ref, n_ref : array_like of int
        The same for the reference group. All four broadcast.
    direction : {"favourable", "adverse"}
        "favourable" if `x` counts something good: it passes at a ratio of 4/5 or more.
        "adverse" if it counts something bad: it passes at 5/4 or less.

    Returns
    -------
    FourFifths
        Undefined, ``nan``, where an `n` or the reference count is 0.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, the shapes do not fit,
        or `direction` is neither.

    Notes
    -----
    29 CFR 1607.4(D), 1978: a rule of thumb of employment law for favourable outcomes, not of
    education law, and blind to chance: not for groups under 30.

    Examples
    --------
    The same students pass or fail as one counts the suspended or the not suspended:

    >>> bool(four_fifths(20, 100, 10, 100, direction="adverse").passes)
    False
    >>> bool(four_fifths(80, 100, 90, 100, direction="favourable").passes)
    True
    """
    if direction not in ("favourable", "adverse"):
        raise MetricError(
            "direction must be 'favourable' or 'adverse'.", argument="direction", value=direction
        )
    x, n, x_ref, n_ref = reference_group(x, n, x_ref, n_ref)
    gap = np.isnan(x + x_ref) | ~(n > 0) | ~(n_ref * x_ref > 0)
    five, four = (5, 4) if direction == "favourable" else (4, 5)
    left, right = _sides(x, n, x_ref, n_ref, Fraction(four, five))
    passes = left >= right if direction == "favourable" else left <= right
    return FourFifths(quotient(x * n_ref, x_ref * n)[()], with_gaps(passes, gap, bool))


def exceeds(x, n, x_other, n_other, threshold, *, or_equal=False, events=False):
    """Is the risk ratio above the threshold, by the integers and not by rounding?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with the outcome, and all of them.
    x_other, n_other : array_like of int
        The same for those they are compared with. All four broadcast.
    threshold : Fraction, str, int, float or (int, int)
        As written: ``"3.0"``, ``3``, ``Fraction(5, 2)``, ``(5, 2)``. A float is taken as the
        decimal that it prints as.
    or_equal : bool
        Some States' rules say "meets or exceeds".
    events : bool
        `x` counts events (removals), of which a student can have several.

    Returns
    -------
    ndarray or bool
        With gaps in the answer: 1.0, 0.0 and ``nan``. A ratio that is undefined, its comparison
        rate being 0, neither exceeds nor keeps below a threshold: ``nan``.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, the shapes do not fit,
        or `threshold` is not a number above 0.

    Notes
    -----
    34 CFR 300.647: "exceeds" is strict.

    Examples
    --------
    >>> bool(exceeds(55, 100, 55, 300, "3.0")), (55 / 100) / (55 / 300) > 3
    (False, True)
    """
    limit = _fraction(threshold)
    x, n, x_other, n_other = two_groups(x, n, x_other, n_other, events=events)
    gap = np.isnan(x + x_other) | ~(n > 0) | ~(n_other * x_other > 0)
    left, right = _sides(x, n, x_other, n_other, limit)
    return with_gaps(left >= right if or_equal else left > right, gap, bool)


def _sides(x, n, x_other, n_other, limit):
    """Return both sides of ``x / n  ?  limit * x_other / n_other``, multiplied out."""
    over, under = (np.asarray(float(v)) for v in (limit.numerator, limit.denominator))
    x, n, x_other, n_other, over, under = exact(x, n, x_other, n_other, over, under)
    return x * n_other * under, over * x_other * n


def _fraction(threshold):
    """Read a threshold as the exact number that was written."""
    try:
        if isinstance(threshold, tuple | list):
            limit = Fraction(*threshold)
        else:
            limit = Fraction(str(threshold) if isinstance(threshold, float) else threshold)
        if limit > 0:
            return limit
    except (TypeError, ValueError, ZeroDivisionError):
        pass
    raise MetricError(
        "threshold must be a number above 0, like '3.0' or (5, 2).",
        argument="threshold",
        value=threshold,
    )
