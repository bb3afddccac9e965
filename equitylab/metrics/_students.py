"""Students one by one: their numbers, schools and weights, in lists of one length."""

from __future__ import annotations

import numpy as np

from equitylab.errors import MetricError

from ._arrays import refuse, scores


def students(weights, school, **named):
    """Read one number a student, weights and schools; leave out who has a gap or no weight."""
    arrays = {name: scores(name, given) for name, given in named.items()}
    first = next(iter(arrays))
    n = arrays[first].size
    codes = None if school is None else _codes(school)
    weight = np.ones(n) if weights is None else scores("weights", weights)
    refuse("weights", weight, weight < 0, "must not be negative")
    sizes = {name: a.size for name, a in arrays.items()} | {"weights": weight.size}
    sizes |= {} if codes is None else {"school": codes.size}
    for name, size in sizes.items():
        if size != n:
            raise MetricError(
                f"{name} does not line up with {first}: {size} against {n} students.",
                argument=name,
                value=size,
                mend="Give one of each for every student, in the same order.",
            )
    gap = np.isnan(weight) if codes is None else np.isnan(weight) | (codes < 0)
    for array in arrays.values():
        gap = gap | np.isnan(array)
    use = ~gap & (weight > 0)
    if codes is not None:
        codes = np.unique(codes[use], return_inverse=True)[1].astype(int)
    # Of any scale: brought to a mean of 1, so that neither tiny nor vast weights lose digits.
    weight = weight[use] / weight[use].max(initial=0) if use.any() else weight[use]
    weight = weight / weight.mean() if use.any() else weight
    return [a[use] for a in arrays.values()], weight, codes, int(gap.sum())


def _codes(school):
    """Number the schools from 0; a school that is not known is -1."""
    numbers, codes = {}, []
    try:
        # As they come: numpy would make a text of the gap in ["a", nan].
        array = np.asarray(school, dtype=object)
        if array.ndim != 1:
            raise TypeError
        for name in array.tolist():
            # A gap is nothing, or pandas.NA, or not equal to itself.
            gap = name is None or type(name).__name__ == "NAType" or name != name
            codes.append(-1 if gap else numbers.setdefault(name, len(numbers)))
    except (TypeError, ValueError):
        raise MetricError(
            "school must be one list of names or numbers, a school for each student.",
            argument="school",
        ) from None
    return np.array(codes, dtype=int)


def means(values, weight, school):
    """Return the weighted mean of each school."""
    return np.bincount(school, weight * values) / np.bincount(school, weight)


def quantile(values, weight, part):
    """Return a quantile of type 7, its like where weights differ."""
    order = np.argsort(values, kind="stable")
    values, upto = values[order], np.cumsum(weight[order])
    place = 1 + (values.size - 1) * part
    below = max(np.floor(place), 1)
    # Sums of weights that should be whole may fall short by a rounding.
    at = np.searchsorted(upto, np.array([below, below + 1]) - 1e-9 * values.size)
    low, high = values[np.minimum(at, values.size - 1)]
    return low + (place - below) * (high - low)
