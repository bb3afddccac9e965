"""Who is over- or under-represented, and how many students stand behind it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equitylab.errors import MetricError

from ._arrays import (
    broadcast,
    cells,
    counts,
    exact,
    quotient,
    reference_group,
    refuse,
    two_groups,
    values,
    with_gaps,
)


class Composition(NamedTuple):
    """A group's share of the outcome beside its share of enrolment.

    Parameters
    ----------
    outcome_share, enrolment_share : ndarray or float
        Shares between 0 and 1.
    difference : ndarray or float
        The first less the second.
    relative_difference : ndarray or float
        The difference as a share of the second; the proportionality index is 1 more.
    """

    outcome_share: np.ndarray
    enrolment_share: np.ndarray
    difference: np.ndarray
    relative_difference: np.ndarray


def composition(x, n, x_other, n_other, *, events=False):
    """What share of those with the outcome is this group, and what share of those enrolled?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with the outcome, and all of them.
    x_other, n_other : array_like of int
        The same for everyone else. All four broadcast.
    events : bool
        `x` counts events (removals), of which a student can have several.

    Returns
    -------
    Composition
        ``nan`` where no one had the outcome, no one is enrolled, or the group is absent.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    Bollmer and others (2007), Journal of Special Education 41:186. A large group cannot double its
    share, so the relative difference is not to be compared between groups of unlike size.

    Examples
    --------
    >>> shares = composition(65, 260, 209, 1768)
    >>> print(f"{shares.outcome_share:.3f} of outcomes, {shares.enrolment_share:.3f} of students")
    0.237 of outcomes, 0.128 of students
    """
    x, n, x_other, n_other = two_groups(x, n, x_other, n_other, events=events)
    outcome, enrolment = quotient(x, x + x_other), quotient(n, n + n_other)
    difference = outcome - enrolment
    relative = quotient(difference, enrolment)
    return Composition(outcome[()], enrolment[()], difference[()], relative[()])


def alternate_risk_ratio(x, n, x_state_other, n_state_other, *, events=False):
    """How many times as often as among the other groups of the whole State did it happen here?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group in the district with the outcome, and all of them.
    x_state_other, n_state_other : array_like of int
        The same for all other groups in the State, the district included. All four broadcast.
    events : bool
        `x` counts events (removals), of which a student can have several.

    Returns
    -------
    ndarray or float
        Ratio of two rates; ``nan`` where a rate is undefined or the State's is 0.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, or the shapes do not fit.

    Notes
    -----
    34 CFR 300.647: used where the district's own comparison group is too small.

    Examples
    --------
    >>> print(f"{alternate_risk_ratio(15, 120, 24071, 200172):.3f}")
    1.039
    """
    given = counts(x=x, n=n, x_state_other=x_state_other, n_state_other=n_state_other)
    x, n, x_state_other, n_state_other = given
    if not events:
        cells(x, n)
        cells(x_state_other, n_state_other, "x_state_other", "n_state_other")
    return quotient(quotient(x, n), quotient(x_state_other, n_state_other))[()]


def weighted_risk_ratio(x, n, n_state, *, absent="renormalise", events=False):
    """How many times as often did it happen, were the district's groups as large as the State's?

    Parameters
    ----------
    x, n : array_like of int, shape (..., groups)
        Students of every group in the district with the outcome, and all of them.
    n_state : array_like, shape (groups,) or (..., groups)
        Enrolment of the groups in the State; only its proportions count, so shares will do.
    absent : {"renormalise", "zero"}
        A group without students here has no rate. "renormalise" leaves it out of the comparison
        and lets the weights of the others fill its place; "zero" keeps its weight and takes its
        rate as 0, which inflates the ratio of everyone else (3.00 becomes 4.95 where White and
        Black students are the only ones of seven groups). Some States' programs do the latter.
    events : bool
        `x` counts events (removals), of which a student can have several.

    Returns
    -------
    ndarray, shape (..., groups)
        Ratio of the group's rate to the weighted rate of all others; ``nan`` where the group is
        absent, no other is present, or the others' rate is 0. A gap in one group's counts is a
        gap in the ratio of every group of that district, for it is part of each comparison.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, a weight is negative,
        or the shapes do not fit.

    Notes
    -----
    Bollmer and others (2007), Journal of Special Education 41:186.

    Examples
    --------
    >>> weighted_risk_ratio([30, 0, 50], [100, 0, 500], [.2, .3, .5]).round(2).tolist()
    [3.0, nan, 0.33]
    """
    if absent not in ("renormalise", "zero"):
        raise MetricError(
            "absent must be 'renormalise' or 'zero'.", argument="absent", value=absent
        )
    x, n = counts(x=x, n=n)
    weight = values("n_state", n_state)
    refuse("n_state", weight, (weight < 0) | np.isinf(weight), "must be a count or a share")
    x, n, weight = broadcast({"x": x, "n": n, "n_state": weight})
    if x.ndim == 0:
        raise MetricError("x must hold every group of the district.", argument="x")
    if not events:
        cells(x, n)
    risk = quotient(x, n)
    here = np.where(n == 0, 0.0, weight)
    part = np.where(n == 0, 0.0, weight * risk)
    # A gap in a count of one group reaches every sum over the others, as it should.
    here = np.where(np.isnan(x + n), np.nan, here)
    base = here if absent == "renormalise" else weight + 0 * here
    others = quotient(_all_but_own(part), _all_but_own(base))
    return quotient(risk, others)


def _all_but_own(part):
    """Sum over the last axis, at each place without its own term."""
    # Not the sum less its own term: that would leave 1e-17 where the others add up to nothing.
    others = 1.0 - np.eye(part.shape[-1])
    gap = np.isnan(part)
    return np.where(gap.any(axis=-1, keepdims=True), np.nan, np.where(gap, 0, part) @ others)


def to_parity(x, n, x_ref, n_ref, *, direction):
    """How many students would have to fare otherwise for the group to match the reference rate?

    Parameters
    ----------
    x, n : array_like of int
        Students of the group with the outcome, and all of them.
    x_ref, n_ref : array_like of int
        The same for the reference: all others, everyone, or a named group. Say which beside the
        number: it changes with it. All four broadcast.
    direction : {"up", "down"}
        "up" for an outcome one wants more of: the fewest more students who must have it.
        "down" for one that one wants less of: the students who have it in excess of the reference.

    Returns
    -------
    ndarray or int
        Whole students, 0 where the group is at parity or beyond; floats with ``nan`` if some
        answer is undefined (an `n` of 0) or a gap.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, the shapes do not fit,
        or `direction` is neither.

    Notes
    -----
    Ceiling of (R_ref - R) n going up, floor of (R - R_ref) n going down, in integers throughout.

    Examples
    --------
    Against all other students, 100 more; against everyone, themselves included, 70.

    >>> int(to_parity(667, 1010, 1775, 2340, direction="up"))
    100
    >>> int(to_parity(667, 1010, 2442, 3350, direction="up"))
    70
    """
    if direction not in ("up", "down"):
        raise MetricError(
            "direction must be 'up' or 'down'.", argument="direction", value=direction
        )
    x, n, x_ref, n_ref = reference_group(x, n, x_ref, n_ref)
    gap = np.isnan(x + x_ref) | ~(n > 0) | ~(n_ref > 0)
    n_ref = np.where(gap, 1, n_ref)
    x, n, x_ref, n_ref = exact(x, n, x_ref, n_ref)
    # One floor serves both ways: the ceiling of y is minus the floor of -y.
    excess = (x * n_ref - x_ref * n) // n_ref
    return with_gaps(np.maximum(excess if direction == "down" else -excess, 0), gap, np.int64)
