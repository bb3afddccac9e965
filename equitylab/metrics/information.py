"""Segregation in one number that adds up: over states, districts, schools and classes, and groups.

Mutual information is how much better a student's group can be told once the school is known. Of all
measures of segregation it is the one whose parts are whole: what lies between districts and what
lies within them sum to it, to the last digit, and so do the shares of the groups.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import xlogy

from equitylab.errors import MetricError

from ._arrays import counts as whole
from ._arrays import quotient
from ._lots import expected_information


class MutualInformation(NamedTuple):
    """Mutual information of unit and group, in nats, its parts, and what chance makes of each.

    Parameters
    ----------
    value : float
        The whole: 0 where every unit has the same mix, at most the entropy of the groups.
    baseline : float
        What it would be on average were the same students allotted to the same places by lot.
    between : float or ndarray
        The part that lies between the places of `within`, one number a level; ``nan`` if there
        are none. `value` is the sum of `between` and `within`.
    within : float
        The part that lies within the (narrowest) places.
    between_baseline, within_baseline : float or ndarray
        What `between` would be were the students of each wider place allotted by lot to the places
        in it, and `within` were those of each place allotted to its own units. They do not sum to
        `baseline`, which moves students across all places.
    local : ndarray, shape (groups,)
        How far the group's students are spread over units unlike all students; ``nan`` for a group
        without students. Weighted by the groups' shares they sum to `value`.
    local_baseline : ndarray, shape (groups,)
        What `local` would be on average by lot. High for a small group.
    """

    value: float
    baseline: float
    between: float | np.ndarray
    within: float
    between_baseline: float | np.ndarray
    within_baseline: float
    local: np.ndarray
    local_baseline: np.ndarray


def mutual_information(counts, within=None):
    """How much does the school tell about a student's group, and between which places is that?

    Parameters
    ----------
    counts : array_like of int, shape (units, groups)
        Students by unit (school, class) and group; any number of groups. Empty units are left out.
    within : array_like, shape (units,) or (levels, units), optional
        The place of each unit, as its district. Of several levels the widest comes first: states,
        then districts. The same name in two wider places is two places.

    Returns
    -------
    MutualInformation
        In nats (natural logarithm); over the entropy of the groups it is `theil_h`. All ``nan``
        with a gap or without students; 0 where there is one unit or one group.

    Raises
    ------
    MetricError
        If a count is negative or fractional, the table does not have two dimensions, or `within`
        has not one name for each unit.

    Notes
    -----
    Theil and Finizza (1971), Journal of Mathematical Sociology 1:187; Mora and Ruiz-Castillo
    (2011), Sociological Methodology 41:159; as ``segregation`` in R. The baselines are exact, by
    the expected mutual information at fixed margins of Vinh, Epps and Bailey (2010), Journal of
    Machine Learning Research 11:2837. That of the whole is also in scikit-learn, which takes one
    table at a time and neither places nor groups.

    Examples
    --------
    Two districts of two schools each: nearly all of it lies between schools of one district.

    >>> schools = [[40, 5], [20, 25], [30, 10], [20, 20]]
    >>> m = mutual_information(schools, within=["East", "East", "West", "West"])
    >>> print(f"{m.value:.3f} = {m.between:.3f} + {m.within:.3f}, by chance {m.baseline:.3f}")
    0.080 = 0.001 + 0.079, by chance 0.009
    """
    (table,) = whole(counts=counts)
    if table.ndim != 2:
        raise MetricError("counts must be units by groups.", argument="counts", value=table.shape)
    levels, shape = _levels(within, table)
    groups = np.full(table.shape[1], np.nan)
    if np.isnan(table).any() or not table.any():
        gap = np.float64(np.nan)
        gaps = np.full(shape, np.nan)[()]
        return MutualInformation(gap, gap, gaps, gap, gaps, gap, groups, groups.copy())

    everyone, size = table.sum(), table.sum(axis=0)
    own = np.arange(len(table))
    local, local_chance = (
        np.where(size > 0, quotient(part, size), np.nan)
        for part in _parts(table, np.zeros_like(own), own)
    )
    steps = [np.zeros_like(own), *levels, own]
    # The sum over groups of what each step from wider to narrower places adds.
    found = [
        np.array([part.sum() / everyone for part in _parts(table, wide, narrow)])
        for wide, narrow in zip(steps, steps[1:], strict=False)
    ]
    value, baseline = (np.nansum(part * size) / everyone for part in (local, local_chance))
    if not levels:
        gap = np.float64(np.nan)
        return MutualInformation(value, baseline, gap, gap, gap, gap, local, local_chance)
    between, between_chance = (part.reshape(shape)[()] for part in np.transpose(found[:-1]))
    return MutualInformation(
        value, baseline, between, found[-1][0], between_chance, found[-1][1], local, local_chance
    )


def _levels(within, table):
    """Number the places of each level, each within the wider ones."""
    if within is None:
        return [], ()
    names = np.asarray(within, dtype=object)
    if names.ndim not in (1, 2) or names.shape[-1:] != table.shape[:1]:
        raise MetricError(
            "within must hold one name for each unit, in a row for each level.",
            argument="within",
            shapes={"counts": table.shape, "within": names.shape},
        )
    for index, name in np.ndenumerate(names):
        # A gap is the only thing that is not itself, or it is pandas.NA.
        missing = name is None or type(name).__name__ == "NAType" or name != name
        if missing and table[index[-1]].any():
            where = index[0] if len(index) == 1 else index
            raise MetricError(
                f"within must name a place for each unit, but has none at index {where}.",
                argument="within",
                index=index,
                mend="Name the place, or leave the unit out and say so.",
            )
    levels, wider = [], [()] * len(table)
    for row in np.atleast_2d(names):
        wider = [(*path, name) for path, name in zip(wider, row, strict=True)]
        number = {}
        levels.append(np.array([number.setdefault(path, len(number)) for path in wider]))
    return levels, names.shape[:-1]


def _parts(table, wide, narrow):
    """Return what narrower places tell beyond wider ones, by group, and its mean by lot.

    In students times nats: sum of n ln(n N / t G), with N and G those of the wider place.
    """
    place, at = np.unique(narrow, return_index=True)
    n = _gathered(table, narrow)
    wider = _gathered(table, wide)[wide[at]]
    t, everyone = np.broadcast_arrays(n.sum(axis=1)[:, None], wider.sum(axis=1)[:, None], n)[:2]
    fair = quotient(t * wider, everyone)
    found = np.where(n > 0, xlogy(n, quotient(n, fair)), 0).sum(axis=0)
    there = fair > 0
    chance = np.zeros(n.shape)
    chance[there] = expected_information(t[there], wider[there], everyone[there])
    return np.maximum(found, 0), chance.sum(axis=0)


def _gathered(table, at):
    """Return the sums of the rows of each place."""
    out = np.zeros((at.max() + 1, table.shape[1]))
    np.add.at(out, at, table)
    return out
