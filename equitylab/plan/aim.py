"""A goal in numbers and in a sentence: where it starts, where it should be, and how it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .. import catalog
from ..display import count, decimal, percent
from .thread import Plan
from .values import kpi_of, number, rule, said_day, text

BLANK = "________"


class Target(NamedTuple):
    """A goal in numbers; a part that is not there is None."""

    x: float | None
    n: float | None
    target_x: float | None
    share: float | None

    @property
    def whole(self) -> bool:
        """Whether baseline and target are counts of students that can be compared."""
        known = None not in (self.x, self.n, self.target_x)
        return known and 0 <= self.x <= self.n > 0 and 0 <= self.target_x <= self.n


def events(kpi: object) -> bool:
    """Whether a measure counts events, of which one student can have several.

    Examples
    --------
    >>> events("days_lost"), events("k_days_lost"), events("k_susp_rate")
    (True, True, False)
    """
    id = text(kpi)
    if id in catalog.indicators():
        return catalog.indicator(id).events
    return text(kpi_of(id).get("denominator")).startswith("100 ")


def target(goal: Mapping) -> Target:
    """Return a goal's baseline and target as counts, whichever of them was written as a share.

    Examples
    --------
    >>> target({"baseline_x": 12, "baseline_n": 60, "target": 0.4})
    Target(x=12.0, n=60.0, target_x=24.0, share=0.4)
    """
    x, n = number(goal.get("baseline_x")), number(goal.get("baseline_n"))
    x, n = (v if v is None or v == int(v) else None for v in (x, n))
    to, share = number(goal.get("target_x")), number(goal.get("target"))
    if to is not None and to != int(to):
        to = None
    if to is None and share is not None and n:
        to = float(round(share * n))
    if to is not None and n:
        share = to / n
    return Target(x, n, to, share)


def filled(goal: Mapping, plan: Plan) -> dict:
    """Return a goal with what it leaves open filled in: the card's baseline, the way, a sentence.

    Examples
    --------
    >>> from equitylab.plan import read
    >>> plan = read({})
    >>> filled({"kpi": "k_adv_course", "students": "grade 8"}, plan)["direction"]
    'raise'
    """
    made, card = dict(goal), plan.card_of(goal)
    if number(made.get("baseline_x")) is None and not number(made.get("baseline_n")):
        made["baseline_x"], made["baseline_n"] = number(card.get("x")), number(card.get("n"))
    if not text(made.get("direction")):
        better = text(kpi_of(made.get("kpi")).get("direction"))
        made["direction"] = {"up": "raise", "down": "lower"}.get(better, "")
    if not text(made.get("statement")):
        made["statement"] = _sentence(made)
    return made


def _sentence(goal: Mapping) -> str:
    """Return the goal as the template of ``action_plan.smartie_goal`` says it, blanks and all."""
    t, per = target(goal), events(goal.get("kpi"))
    way = text(goal.get("direction")) or "raise or lower"
    moved = BLANK
    if None not in (t.x, t.n, t.target_x):
        small = not per and "hidden" in (rule(t.x, t.n), rule(t.target_x, t.n))
        moved = "a count too small to print" if small else from_to(t, per=per).rstrip(".")
    kpi, balance = (
        f"“{label}”" if (label := text(kpi_of(goal.get(k)).get("label"))) else BLANK
        for k in ("kpi", "balancing_kpi")
    )
    system, students, people = (
        text(goal.get(k)).rstrip(".") or BLANK for k in ("system_change", "students", "people")
    )
    return (
        f"By {said_day(goal.get('by_date')) or BLANK}, {system} will {way} {kpi} for "
        f"{students} from {moved}, shaped with {people}, while {balance} does not worsen."
    )


def from_to(t: Target, *, per: bool = False) -> str:
    """Return "12 of 60 (20%) to 24 of 60 (40%)", or events per 100 students."""
    if per:
        rates = [decimal(100 * v / t.n) for v in (t.x, t.target_x)]
        return f"{rates[0]} to {rates[1]} per 100 students."
    return (
        f"{count(t.x)} of {count(t.n)} ({percent(t.x / t.n, t.n)}) to {count(t.target_x)} "
        f"of {count(t.n)} ({percent(t.share, t.n)})."
    )
