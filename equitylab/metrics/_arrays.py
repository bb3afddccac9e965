"""What every metric does first: look at the numbers it was given, and refuse what cannot be counts.

A gap (``nan``, ``None``, ``pandas.NA``) is not an error: it stays a gap in the result.
A number that cannot be what it is said to be (half a student, more students with an outcome than
students) is one, and the error names the argument, the place and the value.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from equitylab.errors import MetricError


class Estimate(NamedTuple):
    """A number with how far chance alone could have moved it.

    Parameters
    ----------
    value : ndarray or float
        The number itself; ``nan`` where it is undefined.
    low, high : ndarray or float
        The ends of its confidence interval, in the same shape and unit.
        A ratio whose comparison rate is zero has ``high`` infinite.
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def values(name, given):
    """Read one argument as an array of numbers, with ``nan`` for the gaps."""
    try:
        array = np.asarray(given)
        # Digits that arrive as text are for a reader to sort out; numpy would take them in silence.
        if array.dtype.kind == "O" and not any(isinstance(v, (str, bytes)) for v in array.flat):
            # A Series of Int64 turns to floats by itself; a bare list with pandas.NA does not.
            known = [np.nan if type(v).__name__ == "NAType" else v for v in array.flat]
            array = np.asarray(known, dtype=float).reshape(array.shape)
        if array.dtype.kind in "biuf":
            return array.astype(float)
    except (TypeError, ValueError):
        pass
    raise MetricError(
        f"{name} must be numbers, in rows of one length.",
        argument=name,
        mend="Give counts or values, and nan for a gap.",
    )


def refuse(name, array, wrong, why):
    """Raise for the first place where `wrong` holds."""
    if not np.any(wrong):
        return
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    value = float(array[index])
    place = f" at index {index[0] if len(index) == 1 else index}" if index else ""
    raise MetricError(
        f"{name} {why}, but is {value:g}{place}.",
        argument=name,
        index=index,
        value=value,
        mend="Leave a gap (nan) where the number is not known.",
    )


def counts(**named):
    """Read arguments as whole counts, broadcast against each other, in the order given."""
    arrays = {name: values(name, given) for name, given in named.items()}
    for name, array in arrays.items():
        refuse(name, array, array < 0, "must not be negative")
        # At 2**53 itself it may be 2**53 + 1, rounded.
        refuse(name, array, array >= 2**53, "is more than can be counted exactly")
        with np.errstate(invalid="ignore"):
            refuse(name, array, np.isinf(array) | (array % 1 > 0), "must be whole")
    return broadcast(arrays)


def broadcast(arrays):
    """Give every named array the one shape that fits them all."""
    try:
        return np.broadcast_arrays(*arrays.values())
    except ValueError:
        shapes = {name: array.shape for name, array in arrays.items()}
        listed = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        argument, index = _odd_one_out(shapes)
        raise MetricError(
            f"{argument} does not line up with the others: the shapes are {listed}.",
            argument=argument,
            index=index,
            value=shapes[argument],
            shapes=shapes,
            mend="Give arrays of one shape, or shapes that broadcast.",
        ) from None


def _odd_one_out(shapes):
    """Name the first argument that does not fit those before it, and the axis where it does not."""
    met = ()
    for name, shape in shapes.items():
        try:
            met = np.broadcast_shapes(met, shape)
        except ValueError:
            pairs = zip(reversed(met), reversed(shape), strict=False)
            off = next(i for i, (p, q) in enumerate(pairs) if p != q and 1 not in (p, q))
            return name, (len(shape) - 1 - off,)
    raise AssertionError("the shapes do broadcast")


def cells(x, n, x_name="x", n_name="n"):
    """Refuse more students with an outcome than students."""
    wrong = x > n
    if np.any(wrong):
        at = tuple(np.argwhere(wrong)[0])
        why = f"counts students, so it must not be above {n_name} ({n[at]:g})"
        refuse(x_name, x, wrong, why)


def two_groups(x, n, x_other, n_other, *, events=False):
    """Read the four counts of a group and of those it is compared with."""
    x, n, x_other, n_other = counts(x=x, n=n, x_other=x_other, n_other=n_other)
    if not events:
        cells(x, n)
        cells(x_other, n_other, "x_other", "n_other")
    return x, n, x_other, n_other


def scores(name, given):
    """Read one list of scores."""
    array = values(name, given)
    if array.ndim > 1:
        raise MetricError(f"{name} must be one list of scores.", argument=name, value=array.shape)
    refuse(name, array, np.isinf(array), "must be finite")
    return np.atleast_1d(array)


def reference_group(x, n, x_ref, n_ref):
    """Read the counts of a group and of its reference."""
    x, n, x_ref, n_ref = counts(x=x, n=n, x_ref=x_ref, n_ref=n_ref)
    cells(x, n)
    cells(x_ref, n_ref, "x_ref", "n_ref")
    return x, n, x_ref, n_ref


def fraction(name, given, *, ends=False):
    """Read one share between 0 and 1; with `ends`, the two ends are allowed."""
    number = values(name, given)
    inside = (number >= 0) & (number <= 1) if ends else (number > 0) & (number < 1)
    refuse(name, number, ~(inside | np.isnan(number)), "must lie between 0 and 1")
    return number


def critical(level):
    """Read a confidence level as a number of standard errors, e.g. .95 as 1.96."""
    number = fraction("level", level)
    if number.ndim or np.isnan(number):
        raise MetricError("level must be one number, like .95.", argument="level", value=level)
    return float(-ndtri((1 - number) / 2))


def quotient(top, bottom):
    """Divide, with a gap (never infinity) where there is nothing to divide by."""
    top, bottom = np.broadcast_arrays(top, bottom)
    out = np.full(top.shape, np.nan)
    with np.errstate(invalid="ignore"):
        return np.divide(top, bottom, out=out, where=bottom != 0)


def exact(*arrays, terms=()):
    """Turn counts into integers whose products, all taken together, cannot overflow.

    Gaps become 0 here; `with_gaps` puts them back. `terms` are whole numbers of any size that the
    counts are multiplied by, such as both parts of a threshold.
    """
    filled = [np.where(np.isnan(a), 0, a).astype(np.int64) for a in arrays]
    bound = 1
    for most in (*(int(array.max(initial=1)) for array in filled), *terms):
        bound *= most
    # Python's integers have no ceiling, and are slow: only where 64 bits would not do.
    kind = np.int64 if bound < 2**62 else object
    return [np.asarray(a, dtype=kind) for a in (*filled, *terms)]


def with_gaps(answer, gap, kind):
    """Put the gaps back: whole answers are of their kind, answers with gaps become floats."""
    answer = np.asarray(answer).astype(kind)
    return np.where(gap, np.nan, answer)[()] if np.any(gap) else answer[()]


def by_unit(**named):
    """Read numbers by unit that are not negative, broadcast against each other."""
    arrays = {}
    for name, given in named.items():
        if given is None:
            mend = "Give students by unit, or 1 to count every unit alike."
            raise MetricError(f"{name} must be said.", argument=name, mend=mend)
        arrays[name] = array = values(name, given)
        refuse(name, array, array < 0, "must not be negative")
        refuse(name, array, array > 2**53, "is more than can be counted exactly")
    arrays = broadcast(arrays)
    if arrays[0].ndim == 0:
        name = next(iter(named))
        raise MetricError(f"{name} must hold one number for each unit.", argument=name)
    if not arrays[0].shape[-1]:
        # No units at all are as one without students.
        return [np.zeros((*a.shape[:-1], 1)) for a in arrays]
    return arrays


def weighted(given, weights):
    """Read values and weights by unit; one without weight has no say, a gap is the row's gap."""
    x, w = by_unit(values=given, weights=weights)
    gap = np.isnan(w) | (np.isnan(x) & (w > 0))
    w = np.where(gap.any(axis=-1, keepdims=True), np.nan, w)
    return np.where(np.isnan(x) | (w == 0), 0, x), w


def shares(n):
    """Return each unit's share of all of them."""
    return quotient(n, n.sum(axis=-1, keepdims=True))
