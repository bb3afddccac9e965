"""Notebooks 03, 04, 05 and 09: doors, a federal ratio, classes, and what a gap goes with."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import figures_study, metrics
from ...display import count, decimal, first_up, known, listing, percent, points
from ...errors import EquityLabError
from ...language import distance
from ...plan.values import number, rule
from ...reports.story import SchoolReport
from ..registry import lab
from ._plain import table, texts

STEPS = ("offered", "enrolled", "succeeded")
# A fictional district's course: all students, those whose school offers it, enrolled, passed.
COUNTS = ("all", "offered", "enrolled", "passed")
COURSE = {"": (200, 80, 24, 18), "other_": (800, 640, 256, 224)}
# Classes that one timetable fills side by side, by how their courses begin.
SIDE_BY_SIDE = {
    "English, with reading support": ("English", "Reading"),
    "Mathematics, with support": ("Mathematics", "Algebra"),
}
SEED = 20240612


# ---------------------------------------------------------------- doors


@lab("doors")
def doors(at, **given) -> list:
    """Of a gap in finishing a course, how much is the offer, how much the door, how much beyond?"""
    words = texts("m03")["doors"]
    own = {side: [number(given.get(f"{side}{k}")) for k in COUNTS] for side in COURSE}
    typed = all(v is not None for chain in own.values() for v in chain)
    mine, others = (own if typed else {k: list(v) for k, v in COURSE.items()}).values()
    for chain in (mine, others):
        if any(b > a for a, b in zip(chain, chain[1:], strict=False)):
            return ["Each count is a part of the one before: it cannot be larger."]
        if any(rule(x, chain[0]) for x in chain[1:]):
            return [words["small"]]
    found = metrics.access_chain(mine, others, stages=STEPS)
    small = min(mine[0], others[0])
    part = dict(zip(STEPS, (float(v) for v in found.points.value), strict=True))
    widest = min(part, key=part.get) if found.gap.value < 0 else max(part, key=part.get)
    said = (
        f"In the end {count(mine[3])} of {count(mine[0])} students of the group pass, and "
        f"{count(others[3])} of {count(others[0])} other students: {distance(*found.gap, small)}. "
        f"Of that gap, {_points(part['offered'])} go with which schools offer the course, "
        f"{_points(part['enrolled'])} with who enrols where it is offered, and "
        f"{_points(part['succeeded'])} with who passes. {words[widest]}"
    )
    drawn = pd.DataFrame(
        {
            "label": [first_up(step) for step in STEPS],
            "value": 100 * found.points.value, "low": 100 * found.points.low,
            "high": 100 * found.points.high, "strong": [step == widest for step in STEPS],
        }
    )  # fmt: skip
    figure = figures_study.dots(
        drawn, label="Points of the gap", percent=False, line=0.0,
        alt=f"The gap in finishing a course, split among three steps. {said}",
        caption="Dot: what a step adds to the gap, in percentage points, with its interval. "
        "Filled: the step that adds most. The three add up to the whole gap.",
    )  # fmt: skip
    rows = [
        (first_up(step), _of(mine, k), _of(others, k), points(part[step], 1))
        for k, step in enumerate(STEPS)
    ]
    columns = {"step": "Step", "mine": "The group", "others": "Other students", "points": "Points"}
    steps = table("Three steps, and what each adds to the gap", columns, rows, kind="")
    fifths = metrics.four_fifths(mine[3], mine[0], others[3], others[0], direction="favourable")
    thumb = (
        f"A rule of thumb of employment law asks for four fifths of the others' share; here it is "
        f"{decimal(float(fifths.ratio), 2)}, so it is {'kept' if fifths.passes else 'not kept'}. "
        f"{words['thumb']}"
    )
    return [words["own" if typed else "practice"], said, figure, steps, thumb, *_published(at)]


def _of(chain: list, k: int) -> str:
    return (
        f"{count(chain[k + 1])} of {count(chain[k])} ({percent(chain[k + 1] / chain[k], chain[k])})"
    )


def _points(value: float) -> str:
    return f"{abs(100 * value):.0f} points"


def _published(at) -> list[str]:
    """Say the school's own chains, where every step is published."""
    try:
        report = SchoolReport(at.school.public, at.school.unit_id)
    except EquityLabError:
        return []
    chains = [one for pair in report.courses for one in report.chains(*pair)]
    if not chains:
        return []
    widest = max(chains, key=lambda one: abs(float(one.split.gap.value)))
    return [f"{at.school.name}, from published numbers: {report.passed(widest)}"]


# ---------------------------------------------------------------- the federal ratio


@lab("ratio-rehearsal")
def ratio_rehearsal(
    at, x=24, n=120, other_x=40, other_n=600, threshold=3, min_cell=10, min_n=30, **_
) -> list:
    """What would a State's rule make of these counts? A rehearsal, and never a determination."""
    words = texts("m04")["rehearsal"]
    values = [number(v) for v in (x, n, other_x, other_n, min_cell, min_n)]
    limit = f"{number(threshold) or 0:g}"
    if None in values or float(limit) <= 0:
        return ["Type every number: counts, the State's threshold and its two minimums."]
    x, n, other_x, other_n, cell, size = (int(v) for v in values)
    if x > n or other_x > other_n or min(x, other_x) < 0 or not n or not other_n:
        return ["Children with the outcome are a part of all children of the group."]
    rules = metrics.DisproportionalityRules(
        threshold=limit, min_cell=cell, min_n=size, years=1, alternate=False
    )
    here = [[x, other_x]], [[n, other_n]]
    found = metrics.significant_disproportionality(*here, *here, rules)
    status, over = str(found.status[0, 0]), found.exceeds[0, 0]
    counted = f"{count(x)} of {count(n)} beside {count(other_x)} of {count(other_n)}"
    if status != "calculated":
        said = f"{counted}. {words.get(status, words['other'])}"
        return [words["notice"], said, words["ask"]]
    ratio = metrics.risk_ratio(x, n, other_x, other_n)
    said = (
        f"{counted}: {decimal(float(ratio.value), 2)} times as often (interval "
        f"{decimal(float(ratio.low), 2)} to {decimal(float(ratio.high), 2)}). At a threshold of {limit} "
        f"this year {'counts' if over else 'does not count'}."
    )
    near = _nearest(x, n, other_x, other_n, rules)
    said += f" {near}" if near else ""
    drawn = pd.DataFrame(
        [("This year", *(float(v) for v in ratio), True)],
        columns=["label", "value", "low", "high", "strong"],
    )
    figure = figures_study.dots(
        drawn, label="Times as often", percent=False, line=float(number(threshold)),
        alt=f"The risk ratio with its interval, and the threshold as a line. {said}",
        caption="Dot: the risk ratio, with its interval. Dashed line: the threshold typed in.",
    )  # fmt: skip
    rows = [
        ("The group", f"{count(x)} of {count(n)}", percent(x / n, n)),
        (
            "All others",
            f"{count(other_x)} of {count(other_n)}",
            percent(other_x / other_n, other_n),
        ),
    ]
    columns = {"who": "Children", "x": "With the outcome", "rate": "Share"}
    both = table("What stands behind the ratio", columns, rows, kind="")
    return [words["notice"], said, figure, both, words["ask"]]


def _nearest(x: int, n: int, other_x: int, other_n: int, rules) -> str:
    """Say how many children more or fewer would turn the answer round."""
    counts = np.arange(n + 1)
    over = metrics.exceeds(counts, n, other_x, other_n, rules.threshold)
    turned = counts[np.asarray(over) != over[x]]
    if not turned.size:
        return ""
    to = int(turned[np.argmin(np.abs(turned - x))])
    more = "more" if to > x else "fewer"
    child = "child" if abs(to - x) == 1 else "children"
    return f"With {count(abs(to - x))} {child} {more} of the group it would be the other way round."


# ---------------------------------------------------------------- classes


@lab("classes-mix")
def classes_mix(at, course: str = "", **_) -> list:
    """Do students of two groups meet in class, and would chance have them meet more?"""
    words = texts("m05")["classes"]
    rows = at.practice("sections")
    named = {name: (name,) for name in dict.fromkeys(rows["course"]) if "Support" not in name}
    named = SIDE_BY_SIDE | named
    course = course if course in named else next(iter(named))
    parts = {name: rows[rows["course"].str.startswith(how)] for name, how in named.items()}
    part = parts[course]
    mine = part["english_learner_seats"].to_numpy(float)
    total = part["seats"].to_numpy(float)
    apart = metrics.dissimilarity(mine, total - mine)
    alone = metrics.isolation(mine, total)
    share = mine.sum() / total.sum()
    beyond = float(apart.value - apart.baseline)
    said = (
        f"{course}, {len(part)} classes: {percent(share, total.sum())} of all seats are English "
        f"learners'. An English learner sits in a class in which {percent(float(alone.value), 100)} "
        f"are English learners; by lot it would be {percent(float(alone.baseline), 100)}. To spread "
        f"evenly, {percent(float(apart.value), 100)} of English learners would have to change class; "
        f"by lot it would be {percent(float(apart.baseline), 100)}. "
        f"{words['beyond' if beyond > 0.05 else 'chance']}"
    )
    every = []
    for name, one in parts.items():
        a, t = (one[c].to_numpy(float) for c in ("english_learner_seats", "seats"))
        d, i = metrics.dissimilarity(a, t - a), metrics.isolation(a, t)
        every.append((name, len(one), d, i))
    drawn = pd.DataFrame(
        {
            "label": [name for name, *_ in every],
            "value": [float(d.value - d.baseline) for *_, d, _ in every],
            "low": np.nan, "high": np.nan, "strong": [name == course for name, *_ in every],
        }
    )  # fmt: skip
    figure = figures_study.dots(
        drawn, label="More apart than by lot", line=0.0,
        alt=f"How much more apart than by lot the classes of each course are. {said}",
        caption="Dot: share who would have to change class, less what seats drawn by lot give. "
        "Line at 0: as by lot. Filled: the course you chose.",
    )  # fmt: skip
    lines = [
        (name, str(k), percent(float(d.value), 100), percent(float(d.baseline), 100),
         percent(float(i.value), 100), percent(float(i.baseline), 100))
        for name, k, d, i in every
    ]  # fmt: skip
    columns = {
        "course": "Course", "n": "Classes", "apart": "Would have to change class", "lot": "By lot",
        "alone": "English learners among classmates", "alone_lot": "By lot",
    }  # fmt: skip
    lot = table("Classes of a course, beside a lot", columns, lines, kind="")
    return [words["practice"], said, figure, lot, words["ask"]]


# ---------------------------------------------------------------- what a gap goes with


@lab("accounted")
def accounted(at, adjuster: str = "minutes", **_) -> list:
    """How much of a gap goes with something else, and does the answer hang on the reckoning?"""
    words = texts("m09")["accounted"]
    score, first, held, room = _imagined()
    names = [k for k in held if adjuster in (k, "both")] or ["minutes"]
    found = metrics.oaxaca_blinder(score, first, {words[k]: held[k] for k in names})
    inside = metrics.mixed_gap(score, first, room)
    ends = sorted(abs(float(end)) for end in (found.least, found.most))
    named = listing([words[k] for k in names])
    said = (
        f"{count(first.sum())} imagined students of a group score {decimal(-float(found.gap))} points "
        f"less than {count((~first).sum())} others. Of these, {decimal(ends[0])} to {decimal(ends[1])} points "
        f"are accounted for by {named}: a range over six ways to reckon, all of them in use."
    )
    if inside.status == "estimated":
        value, *ends = (decimal(abs(float(part))) for part in inside.gap)
        said += (
            f" Beside classmates in the same room they score {value} points less (interval "
            f"{ends[1]} to {ends[0]})."
        )
    apart = metrics.between_school_share(score, room)
    said += (
        f" Of all differences between students' scores, {100 * float(apart.share):.0f}% lie between "
        f"the rooms (estimated by {apart.estimator.upper()})."
    )
    ways = [("The whole gap", -float(found.gap), np.nan, np.nan, False)]
    for name, value, low, high in zip(
        found.references, found.accounted_for, found.low, found.high, strict=True
    ):
        ways.append((words["ways"][name], -float(value), -float(high), -float(low), True))
    drawn = pd.DataFrame(ways, columns=["label", "value", "low", "high", "strong"])
    figure = figures_study.dots(
        drawn, label="Score points", percent=False,
        alt=f"The whole gap, and what each way of reckoning accounts for. {said}",
        caption="Open dot: the whole gap. Filled: points accounted for, with their interval, one dot "
        "a way of reckoning.",
    )  # fmt: skip
    rows = [
        (name, decimal(value), f"{decimal(low)} to {decimal(high)}" if known(low) else "")
        for name, value, low, high, _ in ways
    ]
    columns = {"way": "Way of reckoning", "value": "Points", "between": "Interval"}
    every = table(f"Accounted for by {named}", columns, rows, kind="")
    decided = words["decided"] if "track" in names else words["outside"]
    return [words["practice"], said, figure, every, decided, words["ask"]]


def _imagined():
    """Imagine 240 students in ten rooms: of one group fewer sit in the upper track's rooms."""
    rng = np.random.default_rng(SEED)
    first = np.repeat([True, False], (80, 160))
    track = rng.random(240) < np.where(first, 0.25, 0.55)
    minutes = 200 + 40 * track - 15 * first + rng.normal(0, 20, 240)
    room = np.where(track, rng.integers(0, 5, 240), rng.integers(5, 10, 240))
    score = 500 + 0.25 * (minutes - 200) + 12 * track - 3 * first + rng.normal(0, 15, 240)
    return score, first, {"minutes": minutes, "track": track.astype(float)}, room
