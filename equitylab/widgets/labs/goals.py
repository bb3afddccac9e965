"""Notebook 10: goals that can be told from an ordinary year, and the sentences they make."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd

from ... import catalog, figures_study, language, metrics, plan
from ...display import count, interval, many, percent
from ...errors import EquityLabError
from ...markup import Html, bullets, esc, paragraph
from ...plan.aim import filled, target
from ...plan.thread import name as called
from ...plan.values import day, kpi_of, rule, said_day, text
from ..registry import Verdict, check, lab
from ._needs import guess_first
from ._plain import table

WORDS = {True: "Yes", False: "Not yet", None: "Not answered"}
MONTH = (
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December)\b"
)


def told(checks) -> list[Verdict]:
    """Return the plan's checks as a form shows them."""
    return [Verdict(c.ok, f"{c.name}. {c.text}") for c in checks]


def listed(checks) -> str:
    """Return checks as a list to read."""
    return bullets([(f"{WORDS[c.ok]}. {c.name}:", c.text) for c in checks])


# ------------------------------------------------------------------ how far is far enough


@lab("ordinary_change")
def ordinary_change(at, goal: str = "", x: int = 12, n: int = 60, target: int = 24, **_) -> list:
    """Could an ordinary year do as much as the goal asks?"""
    if first := guess_first(at):
        return first
    if goal:
        numbers = _goal_numbers(at, goal)
        if numbers is None:
            return [
                "This goal has no baseline and target in counts yet. Write them, and come back."
            ]
        x, n, target = numbers
    x, n, target = int(x), int(n), int(target)
    if not (0 <= x <= n and 0 <= target <= n):
        return [f"Both counts must lie between 0 and {count(n)}."]
    if rule(x, n) or rule(target, n):
        return [
            "These counts are too small to be shown. Count several years together, or set a goal "
            "for what adults will do, and listen."
        ]
    found = plan.detectable(x, n, target)
    low, high = _ordinary(x, n)
    rows = [("Now", x), (f"Hoped for ({count(target)})", target)]
    rows += [("Least that can be told", found.least)] if found.least not in (None, target) else []
    marks = [(label, *(float(v) for v in metrics.rate(k, n)), label == "Now") for label, k in rows]
    marks.insert(1, ("An ordinary year", math.nan, low / n, high / n, False))
    shown = pd.DataFrame(marks, columns=["label", "value", "low", "high", "strong"])
    ordinary = f"{count(low)} to {count(high)} of {count(n)}"
    alt = (
        f"Now {count(x)} of {count(n)}, hoped for {count(target)}. If nothing changes, a year with "
        f"{ordinary} cannot be told from this one. "
        + ("The hoped-for count lies beyond." if found.ok else "The hoped-for count is among them.")
    )
    chart = figures_study.dots(
        shown,
        label="Share of students",
        alt=alt,
        caption="Dots are shares, lines their 95% intervals. The line without a dot is what cannot "
        "be told from an ordinary year.",
    )
    cells = [
        (label, f"{count(k)} of {count(n)}", percent(k / n, n),
         interval(*(float(v) for v in metrics.rate(k, n)[1:]), n))
        for label, k in rows
    ]  # fmt: skip
    columns = {"what": "Count", "x": "Students", "rate": "Share", "between": "95% interval"}
    out = [found.text, *_guessed(at, found.least, n, x)]
    out += [
        chart,
        table(
            f"From {count(x)} to {count(target)} of {count(n)}, with intervals",
            columns,
            cells,
            kind="",
        ),
    ]
    note = (
        f"Read it so: next year's count would have to leave {ordinary} before one year alone says "
        "that something changed. It would still not say why."
    )
    return [*out, note]


def _goal_numbers(at, id: str) -> tuple[int, int, int] | None:
    held = plan.read(at.folio)
    if id not in held.goals:
        return None
    found = target(filled(held.goals[id], held))
    return (int(found.x), int(found.n), int(found.target_x)) if found.whole else None


def _ordinary(x: int, n: int) -> tuple[int, int]:
    """Return the counts of a year like this one that cannot be told from it."""
    counts = np.arange(n + 1)
    apart = metrics.risk_difference(counts, n, x, n)
    alike = counts[(apart.low <= 0) & (apart.high >= 0)]
    return int(alike.min()), int(alike.max())


def _guessed(at, least: int | None, n: int, x: int) -> list[str]:
    """Set a leader's prediction beside the answer, where both are of the same numbers."""
    said = at.folio.get("predictions.m10") or {}
    if (x, n) != (12, 60) or not said.get("enough") or least is None:
        return []
    return [
        f"You said that {count(said['enough'])} of 60 would convince you. By the arithmetic it "
        f"takes {count(least)}: what surprises you there?"
    ]


# ------------------------------------------------------------------ goals


@check("smartie")
def smartie(at, goal: dict) -> list[Verdict]:
    """Which of the seven letters does the goal meet, while it is being written?"""
    held = plan.read(at.folio)
    return told(plan.smartie(goal, held, history=_history(at, goal, held)))


def _history(at, goal: dict, held) -> list[tuple[int, int]]:
    """Return the earlier years of the goal's finding card, where they are published."""
    card = held.card_of(goal)
    if not card:
        return []
    try:
        return [(x, n) for _, x, n in plan.baseline(at.school.view, card).history]
    except EquityLabError:
        return []


@lab("goal_sentences")
def goal_sentences(at, **_) -> list:
    """How do the goals read, and do they hold?"""
    held = plan.read(at.folio)
    if not held.goals:
        return ["No goal is written yet. Write one above; it is checked while you write."]
    parts, whole, rows = [], 0, []
    for id, goal in held.goals.items():
        checks = plan.smartie(goal, held, history=_history(at, goal, held))
        met = sum(c.ok is True for c in checks)
        whole += met == len(checks)
        sentence = filled(goal, held)["statement"]
        card = held.card_of(goal)
        source = f"From the finding card “{text(card.get('title'))}”." if card else ""
        parts.append(
            f"<h4>{esc(called(goal))}</h4>{paragraph(sentence)}{paragraph(source, kind='note')}"
            f"{listed(checks)}"
        )
        rows.append((called(goal), id, text(card.get("id")) or "none yet", f"{met} of 7"))
    said = f"{many(len(rows), 'goal')}: {whole or 'none'} of them meets every check."
    if whole > 1:
        said = f"{many(len(rows), 'goal')}: {whole} of them meet every check."
    columns = {"goal": "Goal", "id": "Kept as", "card": "Finding card", "met": "Checks met"}
    return [said, Html(*parts), table("Goals and where they come from", columns, rows)]


@check("repaired_goal")
def repaired_goal(at, value: dict) -> list[Verdict]:
    """Does a mended goal say from what, to what, by when, with whom and watching what?"""
    goal = text((value or {}).get("goal"))
    if not goal:
        return [Verdict(None, "Write your version, and its parts are looked for here.")]
    numbers = re.findall(r"\d+(?:\.\d+)?", re.sub(r"\b(19|20)\d\d\b", "", goal))
    first = "From a count to a count: both are there."
    blocked = [h for h in language.lint(goal) if h.severity == "block_in_reports"]
    looks = [
        (len(numbers) >= 2, first, "Say from how many, of how many, to how many."),
        (bool(re.search(MONTH, goal) or re.search(r"\b20\d\d\b", goal)),
         "There is a date.", "Say by when."),
        (bool(re.search(r"\b(with|co-written|designed by|led by|decide)\b", goal, re.I)),
         "People shape it.", "Say who shapes it with you."),
        (bool(re.search(r"\b(while|without|as long as)\b", goal, re.I)),
         "Something is watched meanwhile.", "Say what must not get worse meanwhile."),
        (not blocked, "Its subject is a rule or a routine.",
         "Some words put it on students, or claim a cause: see the hints."),
    ]  # fmt: skip
    return [Verdict(ok, yes if ok else no) for ok, yes, no in looks]


# ------------------------------------------------------------------ theory and hypotheses


@check("theory")
def theory(at, value: dict) -> list[Verdict]:
    """Does the sentence say what would prove it wrong, and does it stay with conditions?"""
    value = value or {}
    parts = ("change", "adults", "condition", "kpi", "evidence", "wrong_if")
    held = [text(value.get(p)) for p in parts]
    if not any(held):
        return [Verdict(None, "Write the parts; the sentence is put together here.")]
    kpi = text(kpi_of(value.get("kpi")).get("label"))
    shown = [h or "________" for h in held]
    shown[3] = f"“{kpi}”" if kpi else shown[3]
    sentence = (
        "If we {}, then adults will {}, so that students experience {}, which we expect to improve "
        "{}, for this reason: {}. We will know that we are wrong if {}.".format(
            *(part.rstrip(".") for part in shown)
        )
    )
    left = sum(not h for h in held)
    out = [Verdict(not left, sentence if not left else f"{sentence} {many(left, 'part')} to fill.")]
    vague = text(value.get("wrong_if"))
    if vague and not re.search(r"\d", vague):
        out.append(
            Verdict(False, "A sign that you are wrong is easiest to see as a number and a date.")
        )
    return out


BENEFITS = {
    "achievement": "Higher achievement",
    "gaps": "Smaller gaps",
    "climate": "Better climate",
    "engagement": "More engagement",
}


@check("hypotheses")
def hypotheses(at, value: dict) -> list[Verdict]:
    """Is each hoped-for benefit a hypothesis: a measure, and a day to look?"""
    value, out = value or {}, []
    for part, label in BENEFITS.items():
        kpi, by = text(value.get(f"{part}_kpi")), day(value.get(f"{part}_by"))
        about = kpi_of(kpi)
        if kpi and by:
            said = f"{label}: we expect “{about['label']}” to move, and look on {said_day(by)}."
            out.append(Verdict(True, said))
        elif kpi or by:
            lack = "a day to look again" if kpi else "a measure"
            out.append(Verdict(False, f"{label} lacks {lack}."))
        else:
            out.append(Verdict(None, f"{label}: no measure yet."))
    kpis = {k["id"]: k for k in catalog.content("kpi_catalog")["kpis"]}
    if value.get("gaps_kpi") in kpis and value["gaps_kpi"] != "k_gap_change":
        out.append(Verdict(True, "A gap can shrink because others fall: report every level too."))
    return out


def share(value: object) -> float:
    """Return percent as a share; ``nan`` where there is none.

    Examples
    --------
    >>> share(40), math.isnan(share(None))
    (0.4, True)
    """
    return float(value) / 100 if isinstance(value, (int, float)) else math.nan
