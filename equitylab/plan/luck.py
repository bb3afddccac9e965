"""Could a move be told from luck? What a goal's target must reach before a year can show it."""

from __future__ import annotations

import math
from typing import NamedTuple

from .. import metrics
from ..display import count, points

YEARS = 10  # years counted together beyond which "more years" is no answer


class Detectable(NamedTuple):
    """Whether a move can be told from luck in one year.

    Attributes
    ----------
    ok : bool
        The interval of the change leaves out "no change".
    change, low, high : float
        The change in share of students, and its 95 % interval.
    least : int or None
        The nearest target in the same direction that could be told; None if there is none.
    years : int or None
        How many years before and after, counted together, would tell it; None if over ten.
    text : str
        All of that in a sentence or two.
    """

    ok: bool
    change: float
    low: float
    high: float
    least: int | None
    years: int | None
    text: str


def detectable(x: int, n: int, target_x: float, *, n_later: int | None = None) -> Detectable:
    """Could a move from x of n to the target be told from luck in one year?

    Parameters
    ----------
    x, n : int
        Students with the outcome at the start, and all of them.
    target_x : float
        Students with the outcome when the goal is met.
    n_later : int, optional
        How many students there will be then; as many as now if not given.

    Notes
    -----
    Two different years of students, so two shares with Newcombe's (1998) hybrid score interval.
    It says what could be concluded if the target is met exactly. It is no promise that a school
    whose routine has changed by as much will see it: by luck alone, half of them will see less.

    Raises
    ------
    MetricError
        The numbers cannot be counts.

    Examples
    --------
    >>> print(detectable(12, 90, 8).text)
    A drop from 12 to 8 of 90 cannot be told from luck in one year: the change is 4 points lower (interval 14 lower to 5 higher). The smallest drop that could be told is to 4 of 90. Or 5 years before and after, counted together, would tell it.
    >>> detectable(12, 60, 24).ok
    True
    """  # noqa: E501
    later = n if n_later is None else n_later
    change, low, high = (float(v) for v in metrics.risk_difference(target_x, later, x, n))
    ok = low > 0 or high < 0
    # At or above the share at the start is a rise: a goal that stands still is told as a rise.
    rise = target_x * n >= x * later
    near = metrics.detectable_change(x, n, n_later=later)
    least = float(near.rise if rise else near.drop)
    least = None if math.isnan(least) else int(least)
    years = None
    if change:
        spans = range(1, YEARS + 1)
        years = next((k for k in spans if _apart(k * x, k * n, k * target_x, k * later)), None)
    return Detectable(
        ok, change, low, high, least, years,
        _said(x, n, target_x, later, (change, low, high), least, years),
    )  # fmt: skip


def _apart(x: float, n: float, target: float, later: float) -> bool:
    _, low, high = metrics.risk_difference(target, later, x, n)
    return bool(low > 0 or high < 0)


def _said(x, n, target, later, ends: tuple, least: int | None, years: int | None) -> str:
    small = min(n, later)
    word = "rise" if target * n >= x * later else "drop"
    of = f"{count(target)} of {count(later)}"
    move = f"from {count(x)} to {of}" if later == n else f"from {count(x)} of {count(n)} to {of}"
    between = [f"{points(v, small, signed=False)} {'lower' if v < 0 else 'higher'}" for v in ends]
    change = f"the change is {between[0].replace(' ', ' points ')}"
    change += f" (interval {between[1]} to {between[2]})"
    if ends[1] > 0 or ends[2] < 0:
        return f"A {word} {move} could be told from luck in one year: {change}."
    said = f"A {word} {move} cannot be told from luck in one year: {change}."
    if least is not None:
        said += f" The smallest {word} that could be told is to {count(least)} of {count(later)}."
    if years:
        return f"{said} Or {years} years before and after, counted together, would tell it."
    return f"{said} Counting years together would not help within {YEARS} years."
