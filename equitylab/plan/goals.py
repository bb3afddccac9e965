"""A goal's seven letters, checked: what is there, what is missing, and what can be told from luck.

SMARTIE is The Management Center's; the questions are those of ``content/action_plan.yaml``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .. import catalog, language, metrics
from ..display import count, decimal, first_up, interval, percent
from .aim import Target, events, filled, from_to, target
from .luck import detectable
from .thread import Plan, read
from .values import day, kpi_of, said_day, share, text

MONTHS = 24  # the longest a goal may run
_CLUMPED = (
    "One student can have several of these events, so counts alone cannot say what is luck. "
    "Follow the run chart, and beside it the share of students with at least one."
)


class Check(NamedTuple):
    """One thing that was looked at: met, not met, or (None) not answered yet; and what to do."""

    name: str
    ok: bool | None
    text: str


def smartie(
    goal: Mapping,
    folio: object = None,
    *,
    history: Iterable[tuple[int, int]] = (),
    today: datetime.date | None = None,
) -> list[Check]:
    """Which of the seven letters does this goal meet, and what would mend the others?

    Parameters
    ----------
    goal : mapping
        A row of ``action_plan.goals``, also one that is still being written.
    folio : Portfolio or Plan, optional
        Where its priority, causes and measures are.
    history : iterable of (x, n)
        The same count in earlier years: what has been seen here before.
    today : date, optional
        The day to count months from; that of the portfolio's last change if not given.

    Returns
    -------
    list of Check
        Seven, in the order of the letters.
    """
    plan = read(folio if folio is not None else {})
    goal = filled(goal, plan)
    today = today or plan.today
    checks = [_specific(goal, plan), _measurable(goal, plan), _ambitious(goal)]
    checks += [_realistic(goal, plan, list(history)), _bound(goal, today)]
    return [*checks, _inclusive(goal), _equitable(goal)]


def _check(letter: str, wrong: list[str], right: str, *, begun: bool) -> Check:
    """Return a letter's check: what is wrong, or what is right; None if nothing is written yet."""
    letters = catalog.content("action_plan")["smartie_goal"]["letters"]
    about = next(one for one in letters if one["id"] == letter)
    called = f"{letter}: {about['name']}"
    if not begun:
        return Check(called, None, f"Not answered yet. {about['ask']}")
    return Check(called, not wrong, first_up(" ".join(wrong)) if wrong else right)


def _specific(goal: Mapping, plan: Plan) -> Check:
    card, students = plan.card_of(goal), text(goal.get("students"))
    wrong = []
    if not card:
        wrong.append("Choose a priority that goes back to a finding card.")
    if not students:
        wrong.append("Name the students, or the condition, that the goal is about.")
    right = f"For {students}, from the finding card “{text(card.get('title'))}”."
    return _check("S", wrong, right, begun=bool(students or text(goal.get("priority"))))


def _measurable(goal: Mapping, plan: Plan) -> Check:
    t, kpi, wrong = target(goal), kpi_of(goal.get("kpi")), []
    if not kpi:
        wrong.append("Choose the measure.")
    if t.x is None or not t.n:
        wrong.append("Say the baseline as two counts: how many, of how many.")
    elif t.x > t.n and not events(goal.get("kpi")):
        wrong.append(f"The baseline counts {count(t.x)} of {count(t.n)} students: mend one of two.")
    if t.target_x is None:
        wrong.append("Say the target, as a count out of the same number of students.")
    elif t.n and not 0 <= t.target_x <= t.n and not events(goal.get("kpi")):
        wrong.append(f"The target must lie between 0 and {count(t.n)} students.")
    if not wrong and t.target_x == t.x:
        wrong.append("The target is the baseline: say how far it should move.")
    if not wrong and _backward(goal, t):
        word = "raise" if text(goal.get("direction")) == "raise" else "lower"
        wrong.append(f"The goal says to {word} the measure, and the target goes the other way.")
    source = text(kpi.get("numerator")) or text(plan.card_of(goal).get("source"))
    right = f"{text(kpi.get('label'))}: " + (
        from_to(t, per=events(goal.get("kpi"))) if not wrong else ""
    )
    right += f" Counted: {source}." if source else ""
    return _check("M", wrong, right, begun=bool(kpi or t.n or t.target_x is not None))


def _backward(goal: Mapping, t: Target) -> bool:
    wanted = {"raise": 1, "lower": -1}.get(text(goal.get("direction")))
    return wanted is not None and (t.target_x - t.x) * wanted < 0


def _ambitious(goal: Mapping) -> Check:
    t = target(goal)
    if events(goal.get("kpi")) and None not in (t.x, t.n, t.target_x):
        called = _check("A", [], "", begun=True).name
        return Check(called, None, _CLUMPED)
    if not t.whole:
        return _check("A", [], "", begun=False)
    least = catalog.content("reporting_rules")["privacy"]["minimum_n"]
    if t.n < least:
        wrong = f"With fewer than {least} students no move can be told. Count years together, "
        return _check("A", [wrong + "or set a goal for what adults will do."], "", begun=True)
    found = detectable(int(t.x), int(t.n), t.target_x)
    return _check("A", [] if found.ok else [found.text], found.text, begun=True)


def _realistic(goal: Mapping, plan: Plan, history: list[tuple[int, int]]) -> Check:
    owner, resources = text(goal.get("owner")), text(goal.get("resources"))
    wrong = [] if owner else ["Name the role that owns the goal."]
    if not resources:
        wrong.append("Say which people, time and money are committed.")
    seen, t = plausible(plan.card_of(goal), history), target(goal)
    right = f"Owned by {owner}, with {resources}."
    if seen and t.whole:
        low, high, where = seen
        said = f"{percent(t.share, t.n)} lies {{}} what has been seen here: {where}."
        if low <= t.share <= high:
            right += f" The target of {said.format('within')}"
        else:
            wrong.append(f"The target of {said.format('beyond')} Say what makes it possible.")
    elif not wrong:
        right += " No earlier year is at hand to hold the target against."
    return _check("R", wrong, right, begun=bool(owner or resources))


def plausible(card: Mapping, history: list[tuple[int, int]]) -> tuple[float, float, str] | None:
    """Which rates has this school seen already, in the group's own years and among the others?

    Returns
    -------
    (low, high, words) or None
        The widest reach of their intervals; None where nothing is known.
    """
    own = [pair for x, n in [*history, (card.get("x"), card.get("n"))] if (pair := share(x, n))]
    ends, words = [], []
    if own:
        found = [metrics.rate(x, n) for x, n in own]
        shares = sorted(r.value for r in found)
        ends += [(r.low, r.high) for r in found]
        small = min(n for _, n in own)
        span = [percent(one, small) for one in (shares[0], shares[-1])]
        words.append("the group " + " to ".join(dict.fromkeys(span)))
    if others := share(card.get("other_x"), card.get("other_n")):
        rate = metrics.rate(*others)
        ends.append((rate.low, rate.high))
        words.append(f"those compared with, {percent(rate.value, others[1])}")
        words[-1] += f" (interval {interval(rate.low, rate.high, others[1])})"
    # One year of one group says nothing of what is possible.
    if len(ends) < 2:
        return None
    return min(low for low, _ in ends), max(high for _, high in ends), "; ".join(words)


def _bound(goal: Mapping, today: datetime.date) -> Check:
    end, wrong = day(goal.get("by_date")), []
    checkpoints = [day(goal.get(f"checkpoint_{k}")) for k in (1, 2)]
    if end is None:
        wrong.append("Say by which day.")
    elif end <= today:
        wrong.append("The end date has passed: look back at what came of it, and set a new one.")
    elif (end - today).days > MONTHS * 30.44:
        wrong.append(f"The end is more than {MONTHS} months away: set a nearer one.")
    if None in checkpoints or checkpoints[0] == checkpoints[1]:
        wrong.append("Set two checkpoints on the way.")
    elif end and max(checkpoints) >= end:
        wrong.append("Both checkpoints must come before the end.")
    right = ""
    if not wrong:
        months = decimal((end - today).days / 30.44, 0)
        stops = " and ".join(map(said_day, sorted(checkpoints)))
        right = f"By {said_day(end)}, about {months} months away, with checkpoints {stops}."
    return _check("T", wrong, right, begun=bool(end or any(checkpoints)))


def _inclusive(goal: Mapping) -> Check:
    people, wrong = text(goal.get("people")), []
    right = text(goal.get("decision_right"))
    ladder = catalog.content("vision_and_team")["participation_ladder"]
    below = ladder[: ladder.index("collaborating")]
    if not people:
        wrong.append("Name the people most affected who shape the goal, as a role or a group.")
    if not right:
        wrong.append("Say what they decide.")
    elif right.lower().replace(" ", "_").strip(".") in below:
        wrong.append("To inform or consult is not a decision right: say what they decide.")
    return _check("I", wrong, f"{first_up(people)}: {right}.", begun=bool(people or right))


def _equitable(goal: Mapping) -> Check:
    system, balance = text(goal.get("system_change")), text(goal.get("balancing_kpi"))
    wrong = [] if system else ["Name the rule, routine or resource that changes."]
    wrong += blames(system)
    if not balance:
        wrong.append("Choose a balancing measure: what must not get worse meanwhile.")
    elif balance == text(goal.get("kpi")):
        wrong.append("The balancing measure is the goal's own: choose another.")
    label = text(kpi_of(balance).get("label"))
    right = f"{first_up(system.rstrip('.'))}; watched meanwhile: {label}."
    return _check("E", wrong, right, begun=bool(system or balance))


def blames(words: str) -> list[str]:
    """Which words put it on students or families, and what to ask instead?

    Examples
    --------
    >>> blames("There is a language barrier at home")
    ['“language barrier”: which language support did we plan, and what languages do we ignore?']
    """
    said = []
    for rule in catalog.content("root_cause")["five_whys"]["deficit_patterns"]:
        if found := re.search(rule["pattern"], words, re.I):
            ask = rule["reframe"]
            said.append(f"“{found[0]}”: {ask[0].lower()}{ask[1:]}")
    for hint in language.lint(words):
        if hint.severity == "block_in_reports":
            said.append(f"“{hint.match}”: {hint.why} Try “{hint.offers[0]}”.")
    return said
