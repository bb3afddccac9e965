"""How far a course's doors are open, how far a number must move to be told from luck, and what can
still be said of small groups."""

from __future__ import annotations

import math
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .. import catalog, language, metrics
from ..catalog import Indicator
from ..display import band, count, first_up, group_label, known, listing, many, percent, points, who
from ..markup import Cell, Html, Line, Table, bullets, paragraph, slug
from ..schema import ALL
from ..signals import CLEAR, NOT_CLEAR
from . import findings
from .common import Report

TOLD = 3
STAGES = ("enrolled", "passed")
YEARS = 3  # counted together


class Chain(NamedTuple):
    """One group on its way through a course, beside the others.

    Attributes
    ----------
    entry, success : row
        Published rows of who enrolled, and of who passed among them.
    mine, others : list of int
        All of them, those enrolled, those who passed.
    split : AccessChain
    """

    entry: tuple
    success: tuple
    mine: list
    others: list
    split: metrics.AccessChain


class Reach(Report):
    """The parts of a school's report about doors, luck and small groups."""

    # ------------------------------------------------------------------ doors

    def doors(self) -> Html:
        """Of a gap in passing a course, how much stands at the door, and how much beyond it?"""
        parts = [part for pair in self.courses for part in self._course(*pair)]
        return Html(*parts)

    @cached_property
    def courses(self) -> list[tuple[Indicator, Indicator]]:
        """Return the courses of which entry and success are both counted."""
        held = {about.id: about for about in self.view.indicators}
        pairs = []
        for about in held.values():
            # A success is counted among those enrolled: its base is named as the course is.
            entry = next(
                (held[id] for id in (about.base, f"{about.base}_enrolled") if id in held), None
            )
            if entry is not None:
                pairs.append((entry, about))
        return pairs

    def chains(self, entry: Indicator, success: Indicator) -> list[Chain]:
        """Return the groups of which each stage is published, beside the others."""
        into, through = ({(r.dimension, r.group): r for r in self.view.rows_of(about.id)
                          if not r.pooled} for about in (entry, success))  # fmt: skip
        found, sizes = [], {}
        for cell, row in into.items():
            after = through.get(cell)
            if row.dimension in (ALL, *findings.LAST) or after is None or row.year != after.year:
                continue
            mine = [row.n, row.x, after.x]
            others = [row.other_n, row.other_x, after.other_x]
            if row.why or after.why or not all(map(known, (*mine, *others, after.n))):
                continue
            # The students of the second stage have to be those who came through the first.
            if (row.x, row.other_x) == (after.n, after.other_n):
                found.append((row, after, mine, others))
                sizes.setdefault(row.dimension, []).append(row.n)
        found = [
            one for one in found
            if len(sizes[one[0].dimension]) != 2 or one[0].n <= one[0].other_n
        ]  # fmt: skip
        if not found:
            return []
        mine, others = (np.array([one[k] for one in found], float) for k in (2, 3))
        split = metrics.access_chain(mine, others, stages=STAGES, level=self.level)
        return [Chain(*one, _nth(split, k)) for k, one in enumerate(found)]

    def _course(self, entry: Indicator, success: Indicator) -> list:
        chains = self.chains(entry, success)
        if not chains:
            return []
        words = catalog.content("report_text")["doors"]
        year = chains[0].entry.year
        clear = [one for one in chains if one.split.gap.low > 0 or one.split.gap.high < 0]
        wide = sorted(clear, key=lambda one: -one.entry.n)[:TOLD]
        items = [
            (f"{group_label(one.entry.group)}.", self.passed(one), {"indicator": success.id, "year": year})
            for one in chains if one in wide
        ]  # fmt: skip
        if not items:
            items = [
                f"None of the {many(len(chains), 'group')} of which every step is published differs "
                "clearly in how many enrol and pass."
            ]
        whole = {(one.entry.dimension, one.entry.group) for one in chains}
        dark = [
            who(r.group) for r in findings.sides(self.view.rows_of(entry.id))[0]
            if not r.pooled and (r.dimension, r.group) not in whole and r.dimension not in findings.LAST
        ]  # fmt: skip
        if dark:
            items.append(
                f"For {listing(dark)} the gap at the door is clear, and how it goes beyond the door "
                "is hidden."
            )
        columns = {
            "group": "Group", "enter": "Enrolled", "pass": "Passed, of those enrolled",
            "all": "Enrolled and passed, of all", "difference": "Beside others, points (interval)",
            "door": "At the door, points", "beyond": "Beyond it, points",
        }  # fmt: skip
        lines = [self._steps(one, success.id) for one in chains]
        table = Table(
            f"{entry.label}, then “{success.label}”, {year}, compared with {self.others()}",
            columns, [("", lines)], unit=self.view.unit_id, year=year,
        )  # fmt: skip
        title = words["title"].format(course=entry.label)
        return [
            f"<h3 id={slug(title)}>{title}</h3>", paragraph(words["intro"]), bullets(items), table,
            paragraph(words["note"], kind="note"),
        ]  # fmt: skip

    def passed(self, one: Chain) -> str:
        (n, enrolled, passed), (other_n, other_enrolled, other_passed) = one.mine, one.others
        gap, at = one.split.gap, [points(v, min(n, other_n)) for v in one.split.points.value]
        them = who(one.entry.group)
        return (
            f"Of {count(n)} {them}, {count(enrolled)} are enrolled and {count(passed)} of these "
            f"passed; of {count(other_n)} {language.reference(one.entry.reference)}, "
            f"{count(other_enrolled)} and {count(other_passed)}. Enrolled and passed together: "
            f"{language.distance(*gap, min(n, other_n))}, of which {at[0]} points stand at the door "
            f"and {at[1]} beyond it."
        )

    def _steps(self, one: Chain, indicator: str) -> Line:
        small = min(one.entry.n, one.entry.other_n)
        n, enrolled, passed = one.mine
        gap = one.split.gap
        data = {"indicator": indicator, "dimension": one.entry.dimension, "group": one.entry.group}
        cells = [
            Cell("enter", _share(enrolled, n)),
            Cell("pass", _share(passed, enrolled)),
            Cell("all", percent(passed / n, n)),
            Cell("difference", f"{points(gap.value, small)} "
                 f"({points(gap.low, small)} to {points(gap.high, small)})"),
            *(Cell(id, points(v, small))
              for id, v in zip(("door", "beyond"), one.split.points.value, strict=True)),
        ]  # fmt: skip
        return Line(group_label(one.entry.group), cells, data)

    # ------------------------------------------------------------------ luck

    def far_enough(self) -> Html:
        """How far would the clear gaps have to move before the numbers could show it?"""
        rows = self._to_move
        if not rows:
            return Html("")
        words = catalog.content("report_text")["enough"]
        items = [
            (f"{catalog.indicator(row.indicator).label}, {group_label(row.group)}.", said,
             {"indicator": row.indicator, "year": row.year})
            for row, _, said in self.moves_of(rows)
        ]  # fmt: skip
        head = f"<h3 id=far-enough>{words['title']}</h3>"
        return Html(
            head, paragraph(words["intro"]), bullets(items), paragraph(words["note"], kind="note")
        )

    @cached_property
    def _to_move(self) -> list:
        """The clear differences that the first page tells, where a better side is known."""
        told = findings.weightiest(self.view.sides[0], TOLD)
        return [row for row in told if known(row.x) and better(row.indicator)]

    def moves(self, rows: list) -> tuple:
        """Return counts that one year, and `YEARS` together, could tell from luck: fall and rise."""
        x, n = (np.array([getattr(row, c) for row in rows], float) for c in ("x", "n"))
        return tuple(
            metrics.detectable_change(x, n, years=years, level=self.level) for years in (1, YEARS)
        )

    def moves_of(self, rows: list):
        one, several = self.moves(rows)
        for k, row in enumerate(rows):
            up = catalog.indicator(row.indicator).direction == "up"
            to, share = (one.rise, several.rise_share) if up else (one.drop, several.drop_share)
            yield row, float(to[k]), moved(row, float(to[k]), float(share[k]) * row.n, up=up)

    # ------------------------------------------------------------------ small groups

    def small_groups(self) -> Html:
        """What can still be said where one year is hidden, a band, or too few to tell?"""
        items = [*self._bands(), *self._together()]
        if not items:
            return Html("")
        words, above = catalog.content("report_text")["small"], self.view.above
        title = f"<h3 id=small-groups>{words['title']}</h3>"
        note = words["note"].format(above=above["unit"]) if above is not None else ""
        return Html(title, paragraph(words["intro"]), bullets(items), paragraph(note, kind="note"))

    def bounded(self) -> list[tuple]:
        """Return rows published as a band, with the range of their gap to everyone else."""
        rows, ends = [], []
        for row in self.view.rows_compared:
            total = self.view.total(row.indicator, row.year)
            if row.why != "band" or total is None or total.why or row.n >= total.n:
                continue
            about = catalog.indicator(row.indicator)
            if about.events or row.dimension in findings.LAST:
                continue
            low, high = math.ceil(row.band_low * row.n), math.floor(row.band_high * row.n)
            low, high = max(low, 0), min(high, total.x)
            rest = total.n - row.n
            others = max(total.x - high, 0), min(total.x - low, rest)
            if low <= high and others[0] <= others[1]:
                rows.append(row)
                ends.append((low, high, row.n, *others, rest))
        if not rows:
            return []
        found = metrics.risk_difference_range(*np.array(ends, float).T, level=self.level)
        return [
            (row, end, _nth(found, k)) for k, (row, end) in enumerate(zip(rows, ends, strict=True))
        ]

    def _bands(self):
        """Say the widest gaps that hold wherever in its band a number lies."""
        told = []
        for row, end, gap in self.bounded():
            near = min(abs(gap.least), abs(gap.most))
            one_side = gap.low > 0 or gap.high < 0
            if one_side and near >= catalog.indicator(row.indicator).threshold:
                told.append((row, end, gap))
        told.sort(key=lambda one: -one[0].n)
        for row, end, gap in told[:TOLD]:
            about, small = catalog.indicator(row.indicator), min(row.n, end[5])
            side = "lower" if gap.most < 0 else "higher"
            ends = sorted(
                (points(v, small, signed=False) for v in (gap.least, gap.most)), key=float
            )
            yield (
                f"{about.label}, {group_label(row.group)}.",
                f"{first_up(band(row.band_low, row.band_high))} of {count(row.n)}: at least {ends[0]} "
                f"and at most {ends[1]} percentage points {side} than everyone else here.",
                {"indicator": row.indicator, "year": row.year},
            )

    def _together(self):
        """Say what several years together can judge that one year cannot."""
        rows = self.view.rows_compared
        told = {
            (row.indicator, row.dimension, row.group)
            for row in rows if not row.pooled and row.signal in (CLEAR, NOT_CLEAR)
        }  # fmt: skip
        helped = [
            row for row in rows
            if row.pooled and row.signal in (CLEAR, NOT_CLEAR)
            and (row.indicator, row.dimension, row.group) not in told
        ]  # fmt: skip
        if not helped:
            return
        groups = listing(list(dict.fromkeys(who(row.group) for row in helped)))
        clear = sum(row.signal == CLEAR for row in helped)
        told = f"{clear or 'None'} of them {'is' if clear < 2 else 'are'} clear."
        years = listing(sorted({row.year for row in helped}))
        yield (
            "Years together.",
            f"{years} counted together let {many(len(helped), 'comparison')} be judged that one year "
            f"cannot, of {groups}. {told}",
        )


def better(id: str) -> bool:
    """Whether a measure counts students or seats, and has a better side."""
    about = catalog.indicator(id)
    return about.direction in ("up", "down") and not about.events


def _share(x: float, n: float) -> str:
    return f"{count(x)} of {count(n)} ({percent(x / n, n)})"


def _nth(found: tuple, k: int):
    """Return the k-th of a named tuple of arrays, nested ones included."""
    parts = []
    for part in found:
        nested = hasattr(part, "_fields")
        parts.append(_nth(part, k) if nested else part[k] if isinstance(part, np.ndarray) else part)
    return type(found)(*parts)


def moved(row, to: float, each: float, *, up: bool) -> str:
    """Say which count could be told from luck, and which average of several years."""
    span = f"as many years again as {row.year}" if row.pooled else "one year"
    way, more = ("rise", "or more") if up else ("fall", "or fewer")
    now = f"{count(row.x)} of {count(row.n)} now."
    if not known(to):
        return f"{now} No {way} in {span} could be told from luck: the group is too small."
    goal = "none" if to == 0 else "all" if to == row.n else f"{count(to)} {more} of as many"
    said = f"{now} To be told from luck in {span}, it has to {way} to {goal}."
    if known(each) and not row.pooled:
        mean = math.ceil(each) if up else math.floor(each)
        mean = f"{count(mean)} {more}" if mean else "none"
        said += f" With three years before and after counted together: {mean} a year."
    return said
