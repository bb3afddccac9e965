"""Where on the way to an opportunity do two groups part: is it offered, entered, or completed?"""

from __future__ import annotations

from itertools import combinations
from math import factorial
from typing import NamedTuple

import numpy as np

from equitylab.errors import MetricError

from ._arrays import Estimate, broadcast, counts, critical, refuse
from .rates import _wilson, risk_difference, risk_ratio

STAGES = ("offered", "enrolled", "succeeded")


class AccessChain(NamedTuple):
    """Two groups on the way through the stages, and what each stage adds to the gap at the end.

    Parameters
    ----------
    stages : tuple of str
        Names of the stages, in their order.
    rate, rate_other : Estimate, shape (..., stages)
        Of those of the group (of the others) who came to a stage, the share who went through;
        ``nan`` where none came to it.
    ratio : Estimate, shape (..., stages)
        The one over the other.
    gap : Estimate
        Share of the group who went through all stages, less that of the others.
    points : Estimate, shape (..., stages)
        What each stage adds to `gap`; they sum to it. The interval is ``nan`` at a stage that no
        one of a group came to, and at every stage if no one of either group came to one.
    gap_ratio : Estimate
        Share of the group who went through all stages over that of the others.
    logs : ndarray, shape (..., stages)
        Logarithms of `ratio`, which sum to that of `gap_ratio`; ``nan`` where either is undefined
        or 0.
    status : ndarray of str
        ``"split"``; ``"none enrolled"`` (or another stage): a group has no one left there, so that
        `points` are whole and `logs` are not; ``"no students"``: a group is empty; ``"gap"``.
    """

    stages: tuple
    rate: Estimate
    rate_other: Estimate
    ratio: Estimate
    gap: Estimate
    points: Estimate
    gap_ratio: Estimate
    logs: np.ndarray
    status: np.ndarray


def access_chain(chain, chain_other, *, stages=STAGES, level=0.95):
    """Of the gap in completing a course, how much goes with offer, with enrolment, with success?

    Parameters
    ----------
    chain : array_like of int, shape (..., 1 + stages)
        Students of the group: all of them; those in a school that offers the course; those of
        these who enrolled; those of these who succeeded. Each counts a part of the one before.
    chain_other : array_like of int, shape (..., 1 + stages)
        The same for those they are compared with. The two broadcast.
    stages : sequence of str
        Names of the stages; leave off those that are not counted.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    AccessChain
        Say points first. A stage that no one of a group came to has no rate; in `points` it takes
        that of the others, so that all of the gap stands at the stages before.

    Raises
    ------
    MetricError
        If a count is negative or fractional, a stage counts more students than the one before, or
        the shapes do not fit `stages`.

    Notes
    -----
    The share at the end is the product of the shares of the stages, so its logarithm is a sum, and
    so is the logarithm of the ratio of two groups: nothing is left over and no order is chosen.
    In points the split is that of Das Gupta (1978), Demography 15:99: each stage's own difference,
    at the mean of the other stages over every order of changing them (their Shapley value).
    Intervals: Wilson for rates, Koopman for ratios, Newcombe for the gap; for points the same
    square and add, each rate moved to its Wilson limits in turn (Zou and Donner 2008, Statistics in
    Medicine 27:1693). Students are taken as independent. Offers are made school by school, so for
    that stage chance is larger than said where a few schools decide it.

    Examples
    --------
    Of 19 points, 15 go with which schools offer the course.

    >>> found = access_chain([200, 80, 24, 18], [800, 640, 256, 224])
    >>> print(f"{100 * found.gap.value:.0f} points =", found.points.value.round(2).tolist())
    -19 points = [-0.11, -0.05, -0.03]
    """
    critical(level)
    names = _names(stages)
    (own,), (other,) = (
        counts(**{k: v}) for k, v in (("chain", chain), ("chain_other", chain_other))
    )
    for name, table in (("chain", own), ("chain_other", other)):
        if table.ndim == 0 or table.shape[-1] != 1 + len(names):
            raise MetricError(
                f"{name} must hold all students and one count for each of {len(names)} stages.",
                argument=name,
                value=table.shape,
                mend="Name the stages that are counted: stages=(...).",
            )
        why = "must not count more students than the stage before"
        refuse(name, table[..., 1:], table[..., 1:] > table[..., :-1], why)
    own, other = broadcast({"chain": own, "chain_other": other})
    there = (own[..., 1:], own[..., :-1]), (other[..., 1:], other[..., :-1])
    whole = own[..., -1], own[..., 0], other[..., -1], other[..., 0]
    rates = [Estimate(*_wilson(*pair, critical(level))) for pair in there]
    ratio = risk_ratio(*there[0], *there[1], level=level)
    logs = np.log(np.where(ratio.value > 0, ratio.value, np.nan))
    return AccessChain(
        names,
        *rates,
        ratio,
        risk_difference(*whole, level=level),
        _points(*rates, np.isnan(own + other).any(axis=-1) | (whole[1] == 0) | (whole[3] == 0)),
        risk_ratio(*whole, level=level),
        logs,
        _status(own, other, names),
    )


def _names(stages):
    names = tuple(str(stage) for stage in (stages if not isinstance(stages, str) else [stages]))
    if not names or len(set(names)) < len(names):
        raise MetricError("stages must be names, each once.", argument="stages", value=stages)
    return names


def _points(own, other, nothing):
    """Split the difference of two products; vary each rate in turn for the limits."""
    value = _split(own.value, other.value)
    lower, upper = np.zeros(value.shape), np.zeros(value.shape)
    for k in range(value.shape[-1]):
        for at, group in enumerate((own, other)):
            moved = []
            for limit in (group.low, group.high):
                pair = [own.value, other.value]
                pair[at] = pair[at].copy()
                pair[at][..., k] = limit[..., k]
                moved.append(_split(*pair) - value)
            lower += np.minimum(np.minimum(*moved), 0) ** 2
            upper += np.maximum(np.maximum(*moved), 0) ** 2
    unknown = [np.isnan(group.value) for group in (own, other)]
    untold = unknown[0] | unknown[1] | (unknown[0] & unknown[1]).any(axis=-1, keepdims=True)
    spread = [np.where(untold, np.nan, np.sqrt(part)) for part in (lower, upper)]
    found = value, value - spread[0], value + spread[1]
    return Estimate(*(np.where(nothing[..., None], np.nan, part) for part in found))


def _split(a, b):
    """Return what each factor adds to the difference of the products of `a` and of `b`."""
    # What no one came to has no rate: the other group's then, and if that has none either, any.
    a, b = np.where(np.isnan(a), np.nan_to_num(b), a), np.where(np.isnan(b), np.nan_to_num(a), b)
    last = a.shape[-1]
    out = np.zeros(a.shape)
    for k in range(last):
        rest = [i for i in range(last) if i != k]
        for size in range(last):
            weight = factorial(size) * factorial(last - 1 - size) / factorial(last)
            for chosen in combinations(rest, size):
                factors = [a[..., i] if i in chosen else b[..., i] for i in rest]
                product = np.prod(np.stack(factors), axis=0) if factors else 1.0
                out[..., k] += weight * product
        out[..., k] *= a[..., k] - b[..., k]
    return out + 0.0  # no -0


def _status(own, other, names):
    """Say of each pair how far its chain goes."""
    least = np.minimum(own, other)
    gone = np.concatenate([least <= 0, np.ones((*least.shape[:-1], 1), bool)], axis=-1)
    words = np.array(["no students", *(f"none {name}" for name in names), "split"], dtype=object)
    return np.where(np.isnan(own + other).any(axis=-1), "gap", words[gone.argmax(axis=-1)])[()]
