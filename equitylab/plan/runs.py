"""What do a measure's readings say so far: a signal, nothing yet, or too early?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from statistics import median as middle
from typing import NamedTuple

import numpy as np

from .. import catalog, metrics
from ..display import known, many
from .values import day, number, text

POINTS, SHIFT, TREND = 10, 6, 5  # content/action_plan.yaml, kpi_tracker.signal_rules
# Of charts in which nothing changes, the share that shows a shift or a trend all the same, by the
# number of readings: 40,000 charts of independent readings each (tests/plan/test_runs.py).
CHANCE = {10: 0.08, 12: 0.12, 16: 0.21, 20: 0.29, 24: 0.37, 30: 0.47, 36: 0.55}
STATUS = ("improving", "steady", "worsening", "too_early")


class Point(NamedTuple):
    """One reading: numbers that the rule hides are None, and ``why`` says ``hidden``."""

    date: str
    x: float | None
    n: float | None
    value: float
    low: float
    high: float
    why: str = ""
    note: str = ""


class RunChart(NamedTuple):
    """A measure over time, and what it says.

    Attributes
    ----------
    points : list of Point
        By date; ``value low high`` are shares (or events a student), ``nan`` where hidden.
    median : float
        Of the points that are shown; ``nan`` if there is none.
    signals : list of (str, int, int)
        ``shift`` or ``trend``, with the first and the last point of the run.
    status : str
        ``improving``, ``steady``, ``worsening`` or ``too_early``.
    text : str
        All of that in a sentence or two.
    """

    points: list[Point]
    median: float
    signals: list[tuple[str, int, int]]
    status: str
    text: str


def run_chart(
    readings: Iterable,
    *,
    direction: str = "raise",
    min_group: int | None = None,
    min_cell: int | None = None,
) -> RunChart:
    """Has this measure moved, or is it ordinary variation, or too early to say?

    Parameters
    ----------
    readings : iterable
        Rows of ``progress_log.readings`` (``date numerator denominator note``), or
        ``(date, numerator, denominator)``.
    direction : {"raise", "lower"}
        Which way is better; ``"up"`` and ``"down"`` say the same.
    min_group, min_cell : int, optional
        Smaller groups and counts are hidden, and left out of the runs.

    Returns
    -------
    RunChart

    Notes
    -----
    Perla, Provost & Murray (2011), BMJ Quality & Safety 20:46: a shift is six or more points in a
    row on one side of the median, points on the median neither counted nor breaking the run; a
    trend is five or more in a row going one way, a point like the one before it not counted. Under
    ten points a median stands on too little, so nothing is concluded. A signal says that the
    process changed, not why. With the median of the same points a shift cannot show before the
    twelfth; and the longer the chart, the oftener chance makes such a run (Anhøj & Olesen 2014,
    PLoS ONE 9:e113825), so the text says how often.

    The status is of now: a run that is over leaves the measure steady, but for a shift of the first
    readings, from which the later ones have moved away.

    Examples
    --------
    >>> months = [(f"2026-{m:02d}-01", x, 50) for m, x in zip(range(1, 7), [10, 11, 9, 17, 10, 11])]
    >>> run_chart(months).status
    'too_early'
    """
    rules = catalog.content("reporting_rules")["privacy"]
    least = rules["minimum_n"] if min_group is None else min_group
    few = rules["minimum_cell"] if min_cell is None else min_cell
    points = sorted((_point(one, least, few) for one in readings), key=lambda p: p.date)
    shown = [k for k, p in enumerate(points) if known(p.value)]
    values = [points[k].value for k in shown]
    if not values:
        return RunChart(points, float("nan"), [], "too_early", "No reading yet that can be shown.")
    half = middle(values)
    if len(values) < POINTS:
        said = (
            f"{many(len(values), 'reading').capitalize()}; under {POINTS}, so it is too early to "
        )
        said += "conclude: describe, and keep reading."
        return RunChart(points, half, [], "too_early", said)
    found = [("shift", a, b, side) for a, b, side in _shifts(values, half)]
    found += [("trend", a, b, side) for a, b, side in _trends(values)]
    found.sort(key=lambda run: run[2])
    better = 1 if direction in ("raise", "up") else -1
    side, said = _said(values, half, found)
    status = STATUS[1 - side * better]
    signals = [(word, shown[a], shown[b]) for word, a, b, _ in found]
    return RunChart(points, half, signals, status, f"{said} {status}.{_chance(values, found)}")


def _said(values: list[float], half: float, found: list) -> tuple[int, str]:
    """Return which way the measure has gone (1, 0 or -1), and the sentence up to its status."""
    count = len(values)
    if not found:
        runs = f"none of {TREND} going one way"
        if count >= 2 * SHIFT:
            runs = f"none of {SHIFT} on one side of the median, and {runs}"
        return 0, f"{count} readings with no long run ({runs}): ordinary variation,"
    word, first, last, side = found[-1]
    run = last - first + 1
    where = {"shift": ("below", "above"), "trend": ("falling", "rising")}[word][side > 0]
    told = f"{run} readings {where}" + (" the median" if word == "shift" else "")
    if all(v == (half if word == "shift" else values[last]) for v in values[last + 1 :]):
        return side, f"The last signal is a {word}: {told},"
    if word == "shift" and all(v == half for v in values[:first]):
        return -side, f"The first {told}, and most of the later ones on its other side:"
    return 0, f"A {word} is over ({told}), and the readings since show none:"


def _chance(values: list[float], found: list) -> str:
    """Return how often such a run is chance, and what it does not say."""
    if not found:
        return ""
    often = np.interp(len(values), list(CHANCE), list(CHANCE.values()))
    some = f"1 in {1 / often:.0f}" if often < 0.5 else "more than half"
    return (
        " It says that something may have changed, not why: of charts this long in which nothing "
        f"changes, about {some} show such a run."
    )


def _point(one, least: int, few: int) -> Point:
    if isinstance(one, Mapping):
        date, x, n = (one.get(k) for k in ("date", "numerator", "denominator"))
        note = text(one.get("note"))
    else:
        (date, x, n), note = one, ""
    when = day(date)
    date = when.isoformat() if when else text(date)
    x, n, nan = number(x), number(n), float("nan")
    if x is None or not n or n < 0 or x < 0:
        return Point(date, None, None, nan, nan, nan, "not a count", note)
    # More events than students: a rate per student, for which a share's interval is none.
    share = x <= n and x == int(x) and n == int(n)
    if n < least or (share and (0 < x < few or 0 < n - x < few)):
        return Point(date, None, None, nan, nan, nan, "hidden", note)
    low, high = metrics.rate(x, n)[1:] if share else (nan, nan)
    return Point(date, x, n, x / n, float(low), float(high), "", note)


def _shifts(values: list[float], half: float) -> list[tuple[int, int, int]]:
    """Return each run of six or more off the median, and its side."""
    return _runs([(k, (v > half) - (v < half)) for k, v in enumerate(values)], SHIFT)


def _trends(values: list[float]) -> list[tuple[int, int, int]]:
    """Return each run of five or more points going one way, and which."""
    steps = [
        (k, (b > a) - (b < a)) for k, (a, b) in enumerate(zip(values, values[1:], strict=False), 1)
    ]
    # Five points are four steps; the run begins at the point before its first step.
    return [(first - 1, last, side) for first, last, side in _runs(steps, TREND - 1)]


def _runs(signs: list[tuple[int, int]], least: int) -> list[tuple[int, int, int]]:
    """Return ``(first, last, sign)`` of each run of one sign; zeros neither count nor break."""
    found, run, now = [], [], 0
    for k, sign in [*((k, s) for k, s in signs if s), (-1, 0)]:
        if sign != now:
            if len(run) >= least:
                found.append((run[0], run[-1], now))
            run, now = [], sign
        run.append(k)
    return found
