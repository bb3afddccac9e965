"""What reaches whom, when a fixed amount is shared out by one rule or another."""

from __future__ import annotations

import numpy as np

from equitylab.errors import MetricError

from ._arrays import broadcast, cells, counts, quotient, refuse, values


def per_person(units, reached, everyone, size):
    """How much of what is spent reaches each person of a group?

    What is spent on an option is taken to be spread evenly over the people it reaches, so that
    groups that are everybody together receive all of it.

    Parameters
    ----------
    units : array_like, options
        Spent on each option.
    reached : array_like of int, options × groups
        People of each group that the option reaches.
    everyone : array_like of int, options
        All people that it reaches.
    size : array_like of int, groups
        People in each group.

    Returns
    -------
    ndarray, groups
        Units a person of the group; ``nan`` for a group without people.

    Raises
    ------
    MetricError
        A number is negative, an option reaches more of a group than it reaches at all, or the
        shapes do not fit.

    Examples
    --------
    Sixty units for everyone and forty for a tutoring that reaches 30 students, 24 of them in the
    smaller group:

    >>> per_person([60, 40], [[20, 80], [24, 6]], [100, 30], [20, 80])
    array([2.2, 0.7])
    """
    given = {"reached": reached, "everyone": everyone, "size": size}
    reached, everyone, size = (counts(**{name: number})[0] for name, number in given.items())
    units = values("units", units)
    if reached.shape != (units.size, size.size) or everyone.shape != units.shape:
        raise MetricError(
            "reached must have one row an option and one column a group.",
            argument="reached",
            shapes={"units": units.shape, "reached": reached.shape, "size": size.shape},
            mend="Give units and everyone one number an option, and size one a group.",
        )
    refuse("units", units, (units < 0) | np.isinf(units), "must be finite and not negative")
    refuse("reached", reached, reached > everyone[:, None], "must not be above everyone reached")
    shares = np.nan_to_num(quotient(reached, everyone[:, None]))
    return quotient(units @ shares, size)


def by_need(size, need, *, weight=0.5):
    """What share of the whole would each place get if each person in need counted for more?

    Parameters
    ----------
    size, need : array_like of int
        People of each place, and those of them who meet the need that is weighed.
    weight : float
        How much more each of them counts: 0.5 is half as much again, 0 is an equal share a person.

    Returns
    -------
    ndarray
        Shares that add up to 1; a place with a gap is left out of the sum and stays a gap.

    Raises
    ------
    MetricError
        A number is negative, more people need it than there are, or the shapes do not fit.

    Examples
    --------
    >>> by_need([100, 100], [80, 20], weight=0.5).round(3).tolist()
    [0.56, 0.44]
    """
    size, need = counts(size=size, need=need)
    cells(need, size, "need", "size")
    weight = values("weight", weight)
    refuse("weight", weight, (weight < 0) | np.isinf(weight), "must be finite and not negative")
    size, need, weight = broadcast({"size": size, "need": need, "weight": weight})
    points = size + weight * need
    return quotient(points, np.nansum(points))
