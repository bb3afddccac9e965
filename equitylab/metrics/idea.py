"""Would a State's rule on significant disproportionality be met? A rehearsal on a district's counts.

Only the State determines significant disproportionality. A district can see from its own counts
what the State's published rule would make of them, a year before the letter arrives.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equitylab.errors import MetricError

from ._arrays import broadcast, cells, counts, exact, quotient, refuse, with_gaps
from .idea_rules import DisproportionalityRules


class Rehearsal(NamedTuple):
    """What a State's rule would make of a district's counts: never a determination.

    Parameters
    ----------
    status : ndarray of str, shape (..., years, groups)
        ``calculated``; ``not_calculated_group_below_minimum``;
        ``not_calculated_state_comparison_below_minimum``;
        ``not_calculated_comparison_below_minimum`` (rules without the alternate ratio); ``gap``
        where a count that would decide is not known.
    ratio_used : ndarray of str
        ``risk_ratio``, ``alternate_risk_ratio``, or empty.
    ratio : ndarray
        The ratio used; ``nan`` where none is calculated.
    x_other, n_other : ndarray
        Counts of the comparison used, e.g. for `risk_ratio` with its interval; ``nan`` likewise.
    exceeds : ndarray
        Whether the ratio is above the threshold; with gaps: 1.0, 0.0 and ``nan``. A year that is
        not calculated is ``nan``: it has not stayed below the threshold.
    progress : ndarray, shape (..., years - 1, groups)
        Whether the ratio fell enough from each year to the next, whichever ratio was used; ``nan``
        where either year is not calculated, or the rules know no progress.
    every_year : ndarray, shape (..., groups)
        Whether every one of the last years that the rule looks at exceeds. A year below a minimum
        breaks the chain; a gap leaves it open (``nan``) unless another year broke it.
    would_be_identified : ndarray, shape (..., groups)
        `every_year`, less those whom progress spares.
    """

    status: np.ndarray
    ratio_used: np.ndarray
    ratio: np.ndarray
    x_other: np.ndarray
    n_other: np.ndarray
    exceeds: np.ndarray
    progress: np.ndarray
    every_year: np.ndarray
    would_be_identified: np.ndarray


_RISK, _ALTERNATE, _GROUP, _STATE, _COMPARISON, _GAP = range(6)
_STATUS = np.array(
    [
        "calculated",
        "calculated",
        "not_calculated_group_below_minimum",
        "not_calculated_state_comparison_below_minimum",
        "not_calculated_comparison_below_minimum",
        "gap",
    ],
    dtype=object,
)
_RATIO_USED = np.array(["risk_ratio", "alternate_risk_ratio", "", "", "", ""], dtype=object)


def significant_disproportionality(x, n, x_state, n_state, rules, *, events=False):
    """Would the State's rule name this district for any group, were these counts its data?

    Parameters
    ----------
    x, n : array_like of int, shape (..., years, groups)
        Children of every group with the outcome, and all of them: enrolled for identification,
        with disabilities for placement and discipline (`CATEGORIES`). All groups must be there,
        for each is compared with all others; consecutive years, the latest last.
    x_state, n_state : array_like of int, shape (..., years, groups)
        The same for the whole State, the district included. Districts broadcast, years do not.
    rules : DisproportionalityRules
        The State's choices for this category.
    events : bool
        `x` counts events (removals), of which a child can have several: a rate may exceed 1.

    Returns
    -------
    Rehearsal
        Route, ratio and threshold for each year and group, and the answer for the last years.

    Raises
    ------
    MetricError
        If a count is negative or fractional, an `x` is above its `n`, the district has more than
        its State, the shapes do not fit, or there are fewer years than the rule looks at.

    Notes
    -----
    34 CFR 300.646 and 300.647 (81 FR 92376, 2016): risk ratio (a); alternate risk ratio where the
    district's comparison is below a minimum (b)(5); not calculated where the group, or then the
    State's comparison, is (c); years and reasonable progress (d). Progress is looked at within the
    rule's years: two steps in three years. A comparison without a case has no ratio, so it is
    below the minimum even where a State sets none. A ratio can fall from one year to the next for
    no other reason than that the comparison became the State, or ceased to be: see `ratio_used`.
    All comparisons are of whole numbers, multiplied out.

    Examples
    --------
    Two groups in three years, at ratios of 3.5, 3.1 and 3.1: progress in one step of two.

    >>> x, n = [[70, 80], [62, 80], [62, 80]], [[200, 800]] * 3
    >>> state = [[3000, 8000]] * 3, [[20000, 80000]] * 3
    >>> choices = dict(threshold="2.5", min_cell=10, min_n=30, years=3, progress="0.25")
    >>> for reading in ("every", "any"):
    ...     rules = DisproportionalityRules(**choices, reading=reading)
    ...     answer = significant_disproportionality(x, n, *state, rules)
    ...     print(answer.ratio[:, 0].tolist(), answer.would_be_identified.tolist())
    [3.5, 3.1, 3.1] [True, False]
    [3.5, 3.1, 3.1] [False, False]
    """
    if not isinstance(rules, DisproportionalityRules):
        raise MetricError("rules must be DisproportionalityRules.", argument="rules", value=rules)
    x, n, x_state, n_state = _read(x, n, x_state, n_state, rules.years, events)
    (here, here_n), (there, there_n) = _others(x, n), _others(x_state, n_state, "_state")
    few = _small(here, here_n, rules, least=1)
    route = np.select(
        [
            _small(x, n, rules),
            np.isnan(x + n),
            ~few & np.isnan(here + here_n),
            ~few,
            np.array(not rules.alternate),
            _small(there, there_n, rules, least=1),
            np.isnan(there + there_n),
        ],
        [_GROUP, _GAP, _GAP, _RISK, _COMPARISON, _STATE, _GAP],
        _ALTERNATE,
    ).reshape(x.shape)
    calculated = route <= _ALTERNATE
    x_other = np.where(calculated, np.where(route == _RISK, here, there), np.nan)
    n_other = np.where(calculated, np.where(route == _RISK, here_n, there_n), np.nan)
    table = x, n, x_other, n_other
    above = _compare(_over, rules, calculated, table)
    both = calculated[..., 1:, :] & calculated[..., :-1, :]
    fell = np.zeros(both.shape, bool)
    if rules.progress is not None:
        steps = [a[..., :-1, :] for a in table] + [a[..., 1:, :] for a in table]
        fell = _compare(_fall, rules, both, steps)
    broken = (~above & (route != _GAP))[..., -rules.years :, :].any(axis=-2)
    every = above[..., -rules.years :, :].all(axis=-2)
    spared = np.zeros(every.shape, bool)
    if rules.progress is not None:
        window = fell[..., 1 - rules.years :, :]
        spared = window.all(axis=-2) if rules.reading == "every" else window.any(axis=-2)
    return Rehearsal(
        _STATUS[route],
        _RATIO_USED[route],
        np.where(calculated, quotient(x * n_other, n * x_other), np.nan),
        x_other,
        n_other,
        with_gaps(above, ~calculated, bool),
        with_gaps(fell, ~both | (rules.progress is None), bool),
        with_gaps(every, ~every & ~broken, bool),
        with_gaps(every & ~spared, ~every & ~broken, bool),
    )


def _read(x, n, x_state, n_state, years, events):
    """Read a district's and its State's counts, each by years and groups."""
    given = {"x": x, "n": n, "x_state": x_state, "n_state": n_state}
    for name, table in given.items():
        (given[name],) = counts(**{name: table})
    shape = given["x"].shape
    if len(shape) < 2 or shape[-2] < years:
        raise MetricError(
            f"x must hold years by groups, and at least the {years} years of the rule.",
            argument="x",
            value=shape,
            mend="Give a year of gaps (nan) for one without data.",
        )
    for name, table in given.items():
        if table.shape[-2:] != shape[-2:]:
            # Were years broadcast, districts by groups could pass for years by groups.
            raise MetricError(
                f"{name} must hold the same years and groups as x, {shape[-2:]}.",
                argument=name,
                value=table.shape,
            )
    x, n, x_state, n_state = broadcast(given)
    if not events:
        cells(x, n)
        cells(x_state, n_state, "x_state", "n_state")
    for name, part, whole in (("x", x, x_state), ("n", n, n_state)):
        why = f"is part of {name}_state, so it must not be above it"
        refuse(name, part, part > whole, why)
    return x, n, x_state, n_state


def _others(x, n, where=""):
    """Add up all groups but the own one; a gap in one of them is a gap."""
    totals = {f"x{where} over all groups": x, f"n{where} over all groups": n}
    totals = counts(**{name: a.sum(axis=-1, keepdims=True) for name, a in totals.items()})
    return totals[0] - x, totals[1] - n


def _small(x, n, rules, least=0):
    """Return where a risk is below a minimum for certain, whatever a gap may hide."""
    return (x < max(rules.min_cell, least)) | (n < max(rules.min_n, 1))


def _compare(question, rules, known, table):
    """Ask a question of the cells that are known, in integers."""
    answer = np.zeros(known.shape, bool)
    answer[known] = question(rules, *(a[known] for a in table))
    return answer


def _over(rules, x, n, x_other, n_other):
    """Return where the ratio is above the threshold."""
    terms = rules.threshold.as_integer_ratio()
    x, n, x_other, n_other, top, bottom = exact(x, n, x_other, n_other, terms=terms)
    left, right = x * n_other * bottom, top * n * x_other
    return left >= right if rules.or_equal else left > right


def _fall(rules, x, n, x_other, n_other, *later):
    """Return where the ratio fell by what the rules call progress."""
    terms = rules.progress.as_integer_ratio()
    x, n, x_other, n_other, *later, top, bottom = exact(x, n, x_other, n_other, *later, terms=terms)
    # Both ratios over one denominator: before / common, after / common.
    before = x * n_other * later[1] * later[2]
    after = later[0] * later[3] * n * x_other
    common = before if rules.relative else n * x_other * later[1] * later[2]
    # The first condition is for a ratio of 0, which has no share to fall by.
    return (before > after) & (bottom * (before - after) >= top * common)
