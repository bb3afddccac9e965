"""Notebook 11: five rules tried on an imagined school. Thought experiments, not forecasts."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri, pdtr

from ... import figures_study, metrics
from ...display import count, decimal, interval, known, many, percent, points
from ...markup import Html, bullets
from ...metrics import rules
from ...plan.values import rule as hiding
from ..registry import lab
from ._needs import guess_first
from ._plain import table, texts

IMAGINED = "A thought experiment on an imagined school: it shows what follows from its assumptions, not what happens in yours."


class World:
    """The imagined students: their groups, and the draws that both rules share."""

    def __init__(self) -> None:
        self.made = texts("m11")["world"]
        self.groups = self.made["groups"]
        sizes = [g["size"] for g in self.groups]
        self.group = np.repeat(np.arange(len(sizes)), sizes)
        self.size = int(sum(sizes))
        self.rng = np.random.default_rng(self.made["seed"])

    def share(self, name: str) -> np.ndarray:
        """Return a group's share, one value a student."""
        return np.array([float(g[name]) for g in self.groups])[self.group]

    def chance(self, name: str) -> np.ndarray:
        """Return who has what a share of their group has.

        Each group holds exactly its share, so that groups differ by what is assumed and by no luck.
        """
        out = np.zeros(self.size, bool)
        for k, group in enumerate(self.groups):
            here = np.flatnonzero(self.group == k)
            out[self.rng.permutation(here)[: round(group[name] * len(here))]] = True
        return out

    def alike(self, name: str, more: np.ndarray | float = 0.0) -> np.ndarray:
        """Return how often something happens to each student, spread alike in every group.

        Counts of a Poisson distribution; `more` is added to its mean, student by student.
        """
        mean = self.made[name] + np.broadcast_to(more, self.size)
        out = np.zeros(self.size, int)
        for k, rate in sorted(set(zip(self.group.tolist(), mean.tolist(), strict=True))):
            here = np.flatnonzero((self.group == k) & (mean == rate))
            even = (np.arange(len(here)) + 0.5) / len(here)
            out[self.rng.permutation(here)] = np.searchsorted(pdtr(np.arange(200), rate), even)
        return out

    def luck(self, *times: int) -> np.ndarray:
        """Return draws between 0 and 1, spread alike in every group.

        Were they free, groups of a hundred would differ by luck as much as by the rule.
        """
        out = np.empty((int(np.prod(times)), self.size))
        for draws in out:
            for k in range(len(self.groups)):
                here = np.flatnonzero(self.group == k)
                draws[self.rng.permutation(here)] = (np.arange(len(here)) + 0.5) / len(here)
        return out.reshape(*times, self.size)


@lab("rule_entry")
def rule_entry(at, ready=30, known=80, other=25, opt_out=10, seats=200, **_) -> list:
    """Who enters an advanced course by referral, and who by screening?"""
    if first := guess_first(at):
        return first
    world = World()
    given = dict(referral_known=known / 100, referral_other=other / 100, opt_out=opt_out / 100)
    spoken_for = world.chance("known")
    able = world.luck()
    found = rules.entry(
        ndtri(1 - able), spoken_for, world.luck(3), cut=float(ndtri(1 - ready / 100)), seats=int(seats), **given
    )  # fmt: skip
    guess = _guess(at, found, world)
    label = f"Students who take part with {int(seats)} seats"
    return _told(world, found, "take part", "entry", label=label, more=guess)


def _guess(at, found: rules.Rule, world: World) -> list[str]:
    said = at.folio.get("predictions.m11") or {}
    if said.get("more") is None:
        return []
    gained = int(found.after.sum()) - int(found.before.sum())
    shares = [
        found.after[world.group == k].mean() - found.before[world.group == k].mean()
        for k in range(len(world.groups))
    ]
    most = world.groups[int(np.argmax(shares))]["label"]
    labels = {g["id"]: g["label"] for g in world.groups}
    return [
        f"You expected {count(said['more'])} more to take part; with these settings it is {count(gained)}. "
        f"You expected the share to move most for {labels.get(said.get('most'), 'no group')}; it moves most for {most}."
    ]


@lab("rule_defiance")
def rule_defiance(at, clarity=60, steps=2, consistency=80, **_) -> list:
    """Who is sent out when adults read alike moments differently, and who with agreed steps?"""
    world = World()
    moments = world.alike("moments")
    found = rules.offence(
        moments, world.share("read"), world.luck(2, rules.MOST),
        clarity=clarity / 100, steps=int(steps), consistency=consistency / 100,
    )  # fmt: skip
    times = _cost(found, "times sent out")
    return _told(
        world,
        found,
        "are sent out at least once",
        "defiance",
        label="Students sent out",
        more=[times],
        lower=True,
    )


@lab("rule_other")
def rule_other(
    at, rule="sim_tardy", n_lates=3, minutes=45, delayed=4, deterred=70, waiver="automatic",
    request=25, coverage=90, uptake=65, kept=35, **_,
) -> list:  # fmt: skip
    """Lateness, fees and meetings: who is affected before and after?"""
    world = World()
    if rule == "sim_fee":
        keen = np.zeros(world.size, bool)
        for k in range(len(world.groups)):
            here = np.flatnonzero(world.group == k)
            keen[world.rng.permutation(here)[: round(world.made["keen"] * len(here))]] = True
        found = rules.fee(
            keen, world.chance("strained"), world.luck(2), deterred=deterred / 100, request=request / 100,
            coverage=coverage / 100, option=waiver,
        )  # fmt: skip
        return _told(world, found, "take part", "fee", label="Students who take part, with a fee")
    if rule == "sim_meeting":
        barriers = world.chance("shift").astype(int) + world.chance("language")
        found = rules.meeting(barriers, world.luck(), uptake=uptake / 100, kept=kept / 100)
        return _told(
            world, found, "are reached", "meeting", label="Families reached", who="families"
        )
    late = world.alike("lates", delayed * world.chance("delayed"))
    found = rules.lateness(
        late, removal_after=int(n_lates), minutes_removed=minutes, minutes_call=world.made["call"]
    )
    calls = int((late // int(n_lates)).sum())
    more = [f"{_cost(found, 'minutes of class lost')} Adults make {many(calls, 'call')} instead."]
    removed = found._replace(after=np.zeros(world.size, bool))
    return _told(
        world,
        removed,
        "are removed from class at least once",
        "tardy",
        label="Students removed",
        more=more,
        lower=True,
    )


def _cost(found: rules.Rule, what: str) -> str:
    before, after = (float(v.sum()) for v in (found.cost_before, found.cost_after))
    return f"Together {decimal(before, 0)} {what} before, {decimal(after, 0)} after."


def _told(
    world: World,
    found: rules.Rule,
    does: str,
    kind: str,
    *,
    label: str,
    more=(),
    lower=False,
    who="students",
) -> list:
    """Say who is affected before and after, by group, with chart, table and assumptions."""
    rows = []
    for k, group in enumerate(world.groups):
        here = world.group == k
        rows.append(
            (
                group["label"],
                int(here.sum()),
                int(found.before[here].sum()),
                int(found.after[here].sum()),
            )
        )
    x, y = (int(v.sum()) for v in (found.before, found.after))
    said = f"Of {count(world.size)} imagined {who}, {count(x)} {does} before and {count(y)} after. "
    said += _gap(rows, 2) + _gap(rows, 3, before=False)
    chart = _chart(rows, label, f"{said} {IMAGINED}")
    columns = {
        "group": "Group",
        "n": who.capitalize(),
        "before": "Before",
        "after": "After",
        "change": "Change",
    }
    cells = [(name, count(n), _rate(a, n), _rate(b, n), _change(a, b, n)) for name, n, a, b in rows]
    notes = Html("<h4>What is assumed</h4>", bullets(texts("m11")["assumptions"][kind]))
    side = (
        "Fewer is not better by itself: ask what else would move."
        if lower
        else "Who would need more support once they are in?"
    )
    return [
        said,
        IMAGINED,
        *more,
        chart,
        table(f"{label}, by group", columns, cells),
        notes,
        side,
    ]


def _gap(rows: list, column: int, *, before: bool = True) -> str:
    """Return how far the highest and the lowest share lie apart under one rule."""
    shares = {
        row[0]: row[column] / row[1]
        for row in rows
        if row[column] not in (0, row[1]) and not hiding(row[column], row[1])
    }
    if len(shares) < 2:
        return ""
    low, high = min(shares, key=shares.get), max(shares, key=shares.get)
    apart = points(shares[high] - shares[low], min(row[1] for row in rows), signed=False)
    when = "Before, the shares" if before else "After, they"
    return f"{when} lie {apart} points apart ({low} {percent(shares[low], 100)}, {high} {percent(shares[high], 100)}). "


def _rate(x: int, n: int) -> str:
    if hiding(x, n):
        return "too few to show"
    value, low, high = (float(v) for v in metrics.rate(x, n))
    if x in (0, n):
        return percent(value, n)
    return f"{count(x)} ({percent(value, n)}, interval {interval(low, high, n)})"


def _change(x: int, y: int, n: int) -> str:
    if hiding(x, n) or hiding(y, n):
        return ""
    return f"{points((y - x) / n, n)} points"


def _chart(rows: list, label: str, alt: str):
    marks = []
    for name, n, *pair in rows:
        for x, when in zip(pair, ("before", "after"), strict=True):
            value, low, high = (float(v) for v in metrics.rate(x, n))
            hidden = hiding(x, n) or (x in (0, n) and "none" * (x == 0))
            shown = (value, low, high) if not hidden else (np.nan,) * 3
            called = f"{name}: before" if when == "before" else "after"
            marks.append(
                (
                    called,
                    *shown,
                    when == "after",
                    "" if known(shown[0]) else "none, or too few to show",
                )
            )
    frame = pd.DataFrame(marks, columns=["label", "value", "low", "high", "strong", "why"])
    return figures_study.dots(
        frame, label=label, alt=alt, breaks=set(range(2, len(frame), 2)),
        caption="Open dots: before; filled dots: after. Lines are 95% intervals for a school of this size.",
    )  # fmt: skip
