"""Notebook 08: what tasks ask of whom, a barrier taken away with the demand kept, six weeks of practice."""

from __future__ import annotations

import datetime
import re

import pandas as pd

from ... import catalog, figures_rating, language
from ...display import listing, many
from ...markup import Html, bullets
from ..registry import Verdict, check, lab
from ._plain import table, text

TASKS, REDESIGN = "pedagogy_notes.tasks", "pedagogy_notes.redesign"
ENOUGH = 5  # tasks that make a sample
WEEKS = (5, 7)  # a six-week review lies between these


def _told() -> dict:
    return catalog.content("inclusive_pedagogy_checklist")


# ---------------------------------------------------------------- the demand of tasks


@lab("task-demand")
def task_demand(at, **_) -> list:
    """Who is asked to reason, argue or create this week?"""
    rows = at.folio.rows(TASKS)
    if not rows:
        return [
            "No task is on the list yet. Collect five that were given this week, from different classes."
        ]
    reasons = {level["id"]: level["reasons"] for level in _told()["demand_levels"]}
    frame = pd.DataFrame(
        [(text(r.get("class")) or "A class", bool(reasons.get(r.get("level")))) for r in rows],
        columns=["label", "reason"],
    )
    counts = frame.groupby("label", sort=False)["reason"].agg(["size", "sum"]).reset_index()
    wide = pd.DataFrame(
        {"label": counts["label"], "asked": counts["sum"], "other": counts["size"] - counts["sum"]}
    )
    total, asked = len(frame), int(frame["reason"].sum())
    none = wide.loc[wide["asked"] == 0, "label"].tolist()
    said = f"{asked} of {many(total, 'task')} ask learners to explain, argue or create."
    if none and asked:
        said += f" None of those from {listing(none)} {'does' if len(none) == 1 else 'do'}."
    few = f"Fewer than {ENOUGH} tasks say little. " if total < ENOUGH else ""
    note = f"{few}A handful of tasks is a prompt to look, and no measure of a class or a colleague."
    kinds = {"other": "recall, copy or follow steps", "asked": "explain, argue or create"}
    chart = figures_rating.stacked(wide, kinds, label="Tasks", alt=said)
    level = {one["id"]: one["label"] for one in _told()["demand_levels"]}
    lines = [
        (text(r.get("task")), text(r.get("class")), level.get(r.get("level"), "not said"), text(r.get("support")))
        for r in rows
    ]  # fmt: skip
    columns = {
        "task": "Task",
        "class": "Class",
        "level": "What it asks",
        "support": "Support that came with it",
    }
    return [said, chart, note, table("Tasks of one week", columns, lines)]


# ---------------------------------------------------------------- remove the barrier, keep the demand


def lowered(words: str) -> list[str]:
    """Return the words that often mean that a demand was taken away.

    Examples
    --------
    >>> lowered("They get fewer questions and may skip the reasoning.")
    ['fewer questions', 'skip the reasoning']
    """
    found = [re.search(p, words, re.I) for p in _told()["demand_words"]]
    return [m[0] for m in found if m]


@check("keeps-demand")
def keeps_demand(at, value) -> list[Verdict]:
    """Do both changes take a barrier away, and does the demand stay?"""
    value = value or {}
    barriers = [text(value.get(f"barrier_{k}")) for k in (1, 2)]
    changes = [text(value.get(f"change_{k}")) for k in (1, 2)]
    if not any(changes):
        return [Verdict(None, "Name a barrier and what you would change.")]
    found = []
    for barrier in filter(None, barriers):
        found += [Verdict(False, f"“{barrier}”: {why}") for why in blaming(barrier)]
    pairs = sum(bool(b and c) for b, c in zip(barriers, changes, strict=True))
    words = f"{pairs} of 2 barriers have a change."
    found.append(Verdict(pairs == 2, words))
    down = [word for change in changes for word in lowered(change)]
    if down:
        words = f"{listing([f'“{d}”' for d in down])} may take the demand away. Is the goal still whole?"
        found.append(Verdict(False, words))
    stays, how = text(value.get("stays")), text(value.get("know"))
    found.append(
        Verdict(
            bool(stays),
            "What stays demanding is said." if stays else "Say what stays demanding, for everyone.",
        )
    )
    found.append(
        Verdict(
            bool(how),
            "How you will know is said."
            if how
            else "Say how you will know, from learners' own work or words.",
        )
    )
    return found


def blaming(words: str) -> list[str]:
    """Return what to ask instead, where words speak of people and not of a task, room or routine."""
    patterns = catalog.content("root_cause")["five_whys"]["deficit_patterns"]
    asks = [one["reframe"] for one in patterns if re.search(one["pattern"], words, re.I)]
    hard = [
        h.why
        for h in language.lint(words)
        if h.rule in ("lg_low_kids", "lg_parent_blame", "lg_fix", "lg_grit")
    ]
    return list(dict.fromkeys([*asks, *hard]))


@lab("redesign-model")
def redesign_model(at, **_) -> list:
    """What did others change in the same lesson?"""
    own = at.folio.get(REDESIGN) or {}
    if not (text(own.get("change_1")) and text(own.get("stays"))):
        return [
            "Write at least one change, and what stays demanding; then you see what others changed."
        ]
    points = _told()["redesign_exercise"]["model_answer_points"]
    said = "What other teams changed in this lesson. In each, look for the route that is added and the demand that stays."
    ask = "Which of these would learners notice first? Which of yours is missing here?"
    return [said, Html(bullets(points)), ask]


# ---------------------------------------------------------------- six weeks


@check("six-weeks")
def six_weeks(at, value) -> list[Verdict]:
    """Is the commitment small enough, dated, and seen by someone else?"""
    value = value or {}
    if not text(value.get("practice")):
        return [Verdict(None, "One practice, in one sentence.")]
    found = [_dates(value.get("start"), value.get("six_week_review"))]
    parts = {
        "for_which_barrier": "the barrier it is for",
        "evidence": "what you will collect",
        "peer": "who looks with you",
    }
    left = [words for k, words in parts.items() if not text(value.get(k))]
    words = f"Still to say: {listing(left)}." if left else "Barrier, evidence and a peer are named."
    return [*found, Verdict(not left, words)]


def _dates(start: object, review: object) -> Verdict:
    try:
        first, last = (datetime.date.fromisoformat(text(d)) for d in (start, review))
    except ValueError:
        return Verdict(None, "Give the start, and the review six weeks later.")
    weeks = (last - first).days / 7
    if WEEKS[0] <= weeks <= WEEKS[1]:
        return Verdict(True, f"The review is {weeks:.0f} weeks after the start.")
    return Verdict(False, f"The review is {weeks:.0f} weeks after the start; six are meant.")
