"""Notebook 03: what small numbers do, and who will listen where numbers cannot speak."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_study, metrics
from ...display import count, interval, listing, many, percent, who
from ...markup import Html
from ...reports import findings
from ...signals import CLEAR, NOT_CLEAR, TOO_FEW
from ..registry import lab
from ._counts import counted, rules, said
from ._plain import table as prose
from ._plain import texts

YEARS, SEED = 10, 2024
SIZES = (7, 12, 30, 120, 480)
OFTEN = 40_000  # a group beyond this is no question of small numbers


@lab("small-numbers")
def small_numbers(at, n=None, rate=50, n_other=None, apart=10, **_) -> list:
    """In years in which nothing changes, how far does a small group's rate wander?"""
    mine = int(n or _smallest(at))
    other = int(n_other or 10 * mine)
    if not (0 < mine <= OFTEN and 0 < other <= OFTEN):
        return [f"Type sizes from 1 to {count(OFTEN)}."]
    share = min(max(float(rate) / 100, 0.05), 0.95)
    sizes = sorted({*SIZES, mine, other})
    years = metrics.resampled(share, sizes, years=YEARS, seed=SEED)
    spans = {size: (years[:, k].min(), years[:, k].max()) for k, size in enumerate(sizes)}
    said_ = (
        f"In a group of {count(mine)} in which nothing changes, ten ordinary years ran from "
        f"{_pct(spans[mine][0])} to {_pct(spans[mine][1])}; in a group of {count(other)}, from "
        f"{_pct(spans[other][0])} to {_pct(spans[other][1])}. In the small one, each student is "
        f"{100 / mine:.1f} points of the rate."
    )
    drawn = pd.DataFrame(
        {
            "label": [f"{many(size, 'student')}" for size in sizes],
            "values": [list(years[:, k]) for k in range(len(sizes))],
        }
    )
    figure = figures_study.draws(
        drawn, label=f"Rate in each of {YEARS} years", line=share,
        alt=f"Rates of ten imagined years for groups of {listing([count(s) for s in sizes])}, all "
        f"with an underlying rate of {_pct(share)}. {said_}",
        caption=f"Ring: one imagined year. Dashed line: {_pct(share)}, the rate beneath all of them.",
    )  # fmt: skip
    columns = {
        "n": "Students in the group",
        "low": "Lowest year",
        "high": "Highest year",
        "each": "One student is",
    }
    rows = [
        (count(s), _pct(spans[s][0]), _pct(spans[s][1]), f"{100 / s:.1f} points") for s in sizes
    ]
    wander = prose("Ten imagined years, by size of group", columns, rows)
    return [said_, figure, wander, *_places(mine, other, share, apart), *_sample(at)]


def _pct(share: float) -> str:
    return f"{100 * share:.0f}%"


def _smallest(at) -> int:
    """Return the size of the school's smallest published group, or the sample's newcomers."""
    sizes = at.school.view.single["n"].dropna()
    sizes = sizes[sizes > 0]
    return min(int(sizes.min()), 30) if len(sizes) and not at.school.sample else 7


def _places(mine: int, other: int, share: float, apart) -> list:
    """How often do two groups change places, with nothing changed?"""
    even = metrics.order(share, mine, share, other)
    higher = min(share + float(apart or 0) / 100, 1.0)
    behind = metrics.order(higher, mine, share, other)
    large = metrics.order(higher, other, share, other)
    return [
        Html("<h4>Which of two is ahead?</h4>"),
        f"Two groups of {count(mine)} and {count(other)} with the same underlying rate: the small "
        f"one is ahead in {_in_100(even.ahead)} years and behind in {_in_100(even.behind)}. If the "
        f"small one's underlying rate really is {float(apart or 0):g} points higher, it still comes "
        f"out behind in {_in_100(behind.behind)}; were both {count(other)} students large, in "
        f"{_in_100(large.behind)}. An order of groups or schools in one year is mostly an order of "
        "luck when numbers are small, so none is made here.",
    ]


def _in_100(chance: float) -> str:
    """Return a chance as years in a hundred."""
    if 0 < chance < 0.005:
        return "fewer than 1 of 100"
    return f"{round(100 * chance)} of 100"


def _sample(at) -> list:
    """dd1 and dd2, where the release is the fictional district: one school, two schools."""
    if not at.school.sample:
        return []
    rows = at.school.whole.table
    rows = rows[(rows["dimension"] == "all") & ~rows["pooled"].astype(bool) & (rows["why"] == "")]
    small, large = texts("m03")["small"]["schools"]
    same = rows[(rows["indicator"] == "activity_any") & rows["unit_id"].isin([small, large])]
    same = same[same["year"] == same["year"].max()]
    lines = [
        (
            r.unit,
            f"{count(r.x)} of {count(r.n)}",
            percent(r.rate, r.n),
            interval(r.rate_low, r.rate_high, r.n),
        )
        for r in same.itertuples(index=False)
    ]
    past = rows[(rows["indicator"] == "chronically_absent") & (rows["unit_id"] == small)]
    years = "; ".join(
        f"{r.year} {count(r.x)} of {count(r.n)} ({percent(r.rate, r.n)})"
        for r in past.itertuples(index=False)
    )
    if len(lines) < 2 or past.empty:
        return []
    columns = {"school": "School", "x": "On a roster", "rate": "Rate", "interval": "Interval"}
    told_ = texts("m03")["small"]
    return [
        Html("<h4>Two schools of the fictional district</h4>"),
        prose("One rate, two certainties", columns, lines),
        told_["same"],
        f"{past['unit'].iloc[0]}, chronically absent: {years}. {told_['swing']}",
    ]


# ---------------------------------------------------------------- whom numbers cannot speak for


@lab("too-small-to-tell")
def too_small(at, measure="", pooled="one", **_) -> list:
    """Whom can these numbers not speak for, and what do three years together add?"""
    view = at.school.view
    rows = view.compared[~view.compared["pooled"].astype(bool)]
    rows = rows[rows["indicator"] == measure] if measure else rows
    told_, lines = texts("m03")["small"], []
    silent = []
    for (dimension, group), part in rows.groupby(["dimension", "group"], sort=False):
        if dimension in findings.LAST:
            continue
        speaks = int(part["signal"].isin([CLEAR, NOT_CLEAR]).sum())
        few, gone = int((part["signal"] == TOO_FEW).sum()), int((part["why"] == "hidden").sum())
        if not (few or gone):
            continue
        label = catalog.dimension_label(dimension)
        lines.append((f"{label}: {group}", str(speaks), str(few), str(gone)))
        if not speaks:
            silent.append(who(group))
    columns = {
        "group": "Group",
        "speaks": "Measures that can speak",
        "few": "Too few to tell",
        "hidden": "Hidden",
    }
    if silent:
        said_ = f"No measure here can speak clearly for {listing(silent)}. {told_['listen']}"
    elif lines:
        said_ = f"Every group of {at.school.name} is large enough on some measure, and not on all. {told_['listen']}"
    else:
        said_ = f"Every group of {at.school.name} is large enough to compare on what is published."
    out: list = [said_]
    if lines:
        out.append(
            prose(
                f"Groups of {at.school.name} that numbers cannot always speak for", columns, lines
            )
        )
    if at.school.sample:
        out.append(told_["newcomers"])
    return [*out, *_hillcrest(at, pooled)]


def _hillcrest(at, pooled: str) -> list:
    """hc1: what a year hides and three years show, and what stays hidden."""
    rows = at.practice("hillcrest_groups")
    least, _ = rules(at)
    three = rows.groupby("group", sort=True)[["n", "x"]].sum().reset_index()
    last = rows[rows["year"] == rows["year"].max()]
    parts = three if pooled == "three" else last
    frame = pd.concat([counted([(r.group, r.x, r.n)], at) for r in parts.itertuples(index=False)])
    shown = int((frame["why"] == "").sum())
    words = "three years together" if pooled == "three" else "one year"
    lines = [(r.label, said(r)) for r in frame.itertuples(index=False)]
    columns = {"group": "Group", "counts": "In enrichment, counts, rate and interval"}
    told_ = texts("m03")["small"]
    return [
        Html("<h4>Hillcrest Primary, fictional: more years, more people</h4>"),
        f"With {words}, {many(shown, 'group')} of {len(frame)} "
        f"{'is' if shown == 1 else 'are'} large enough to show. {told_['pool']}",
        prose(f"In enrichment, {words}, no group under {least} shown", columns, lines),
    ]
