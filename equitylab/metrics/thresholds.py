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


class PointGap(NamedTuple):
    """A gap to a reference rate, beside the margin of error of California's community colleges.

    Parameters
    ----------
    gap : ndarray or float
        The group's rate less the reference rate.
    margin : ndarray or float
        Of error: the larger of 3 points and 1.96 standard errors.
    impacted : ndarray or bool
        Whether rate and margin together do not go above the reference; with gaps in the answer:
        1.0, 0.0 and ``nan``.
    needed : ndarray or int
        Fewest more students with the outcome for which they would, the margin as it is.
    """

    gap: np.ndarray
    margin: np.ndarray
    impacted: np.ndarray
    needed: np.ndarray


def percentage_point_gap(x, n, x_ref, n_ref, *, spread="half"):
    """Is a group behind the reference by more than California's margin of error?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with an outcome one wants more of, and all of them.
    x_ref, n_ref : array_like of int
        The same for the reference: everyone, all others, or the highest group. Say which beside
        the answer, which changes with it. All four broadcast.
    spread : {"half", "own"}
        Whether the margin takes a rate of one half, as the method has it, or the group's own.

    Returns
    -------
    PointGap
        ``nan`` where an `n` is 0 or a count is a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, the shapes do not fit,
        or `spread` is neither.

    Notes
    -----
    California Community Colleges Chancellor's Office, percentage point gap method (2017), as in the
    R package DisImpact. The floor of 3 points and the rate of one half are conventions: for an
    interval see `risk_difference`. Compared squared and multiplied out, in integers.

    Examples
    --------
    >>> found = percentage_point_gap(113, 188, 2442, 3350)
    >>> print(f"{found.gap:.3f}, margin {found.margin:.3f}, {found.needed} more students")
    -0.128, margin 0.071, 11 more students
    """
    if spread not in ("half", "own"):
        raise MetricError("spread must be 'half' or 'own'.", argument="spread", value=spread)
    x, n, x_ref, n_ref = reference_group(x, n, x_ref, n_ref)
    gap = np.isnan(x + x_ref) | ~(n > 0) | ~(n_ref > 0)
    own = quotient(x * (n - x), n * n) if spread == "own" else np.where(gap, np.nan, 0.25)
    margin = np.maximum(1.96 * np.sqrt(quotient(own, n)), np.where(gap, np.nan, 0.03))
    more = (quotient(x_ref, n_ref) - margin) * n - x
    x, n, x_ref, n_ref = (
        np.where(gap, 1, a).astype(np.int64).astype(object) for a in (x, n, x_ref, n_ref)
    )
    square = n * n if spread == "half" else 4 * x * (n - x)

    def behind(count):
        apart = x_ref * n - count * n_ref
        far = (apart * apart * n * 10_000 >= 9_604 * square * n_ref * n_ref) & (apart > 0)
        return np.asarray(far & (100 * apart >= 3 * n * n_ref), dtype=bool)

    # Rounding may put the whole number of students off by one; the integers decide.
    few = np.where(gap, 0, np.maximum(np.floor(np.nan_to_num(more)) - 1, 0)).astype(np.int64)
    for _ in range(3):
        few = few + behind(x + few)
    few, impacted = np.where(behind(x), few, 0), behind(x)
    value = quotient(*(np.asarray(a, dtype=float) for a in (x * n_ref - x_ref * n, n * n_ref)))
    value = np.where(gap, np.nan, value)
    answers = with_gaps(impacted, gap, bool), with_gaps(few, gap, np.int64)
    return PointGap(value[()], margin[()], *answers)


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
    terms = limit.as_integer_ratio()
    x, n, x_other, n_other, over, under = exact(x, n, x_other, n_other, terms=terms)
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
