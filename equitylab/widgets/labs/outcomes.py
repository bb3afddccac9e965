"""Notebook 03: a test's line, graduation, and what comes after school."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pandas as pd

from ... import catalog, figures_study, language, metrics
from ...display import count, decimal, first_up, known, listing, many, points
from ...markup import Html
from ..registry import lab
from ._beside import beside
from ._counts import chart, counted, note, said, table
from ._elsewhere import elsewhere, holder
from ._own import told, typed
from ._plain import table as prose
from ._rows import chosen_row, missing, of
from .gaps import all_groups

THREE = (630, 660, 690)  # cuts of four levels
LINES = range(600, 731, 10)  # where the line of the practice scores can stand
_STEPS = {
    "accepted": "were accepted to at least one college or training place",
    "enrolled": "were enrolled in the autumn",
    "training": "were in paid training, an apprenticeship or service in the autumn",
    "either": "were in college, paid training, an apprenticeship or service",
}
FICTION = "Practice numbers: the students, and the scores, are fictional."


# ---------------------------------------------------------------- S2-29


@lab("cut-points")
def cut_points(at, subject="reading", students="", line="660", **_) -> list:
    """Does a gap in percent at the standard say the same as a gap in mean scores?"""
    out: list = _own_scores(at, subject, students)
    return [*out, Html("<h4>The same scores, another line</h4>"), *_moved(at, int(line))]


def _own_scores(at, subject: str, students: str) -> list:
    view = at.school.view
    share, mean = f"proficient_{subject}", f"score_{subject}"
    row = chosen_row(at, measure=share, students=students, grades=False)
    if row is None:
        return [missing(at, share, students, "")]
    scores = view.scores
    scores = scores[(scores["indicator"] == mean) & (scores["year"] == row.year)]
    one = scores[(scores["dimension"] == row.dimension) & (scores["group"] == row.group)]
    one = next(one[one["why"] == ""].itertuples(index=False), None)
    out: list = [beside(at, row, "rest").said]
    if one is None or not known(one.g):
        out.append("Mean scores of this group are not published, so the line is all there is.")
        return out
    same = "say the same" if one.signal == row.signal else "do not say the same"
    out.append(f"{language.score_gap(one)} The share at the standard and the mean {same} here.")
    rows = []
    for r in of(view, share, row.year).itertuples(index=False):
        both = scores[(scores["dimension"] == r.dimension) & (scores["group"] == r.group)]
        m = next(both.itertuples(index=False), None)
        if r.why or m is None or m.why or not known(m.g) or not known(r.difference):
            continue
        gap = f"{points(r.difference, min(r.n, r.other_n))} points"
        spread = f"{decimal(m.g, 2, signed=True)} standard deviations"
        label = f"{catalog.dimension_label(r.dimension)}: {r.group}"
        rows.append((label, count(r.n), gap, r.signal, spread, m.signal))
    columns = {
        "group": "Group", "n": "Students", "difference": "Gap at the standard", "signal": "What it says",
        "g": "Gap in mean scores", "also": "What that says",
    }  # fmt: skip
    label = catalog.indicator(share).label
    out.append(prose(f"{label} and mean score, {row.year}, beside other students", columns, rows))
    return out


def _moved(at, line: int) -> list:
    """Move the line over the practice scores: the mean gap stays, the gap at the line does not."""
    scores = at.practice("cut_points")
    groups = list(dict.fromkeys(scores["group"]))
    parts = [scores[scores["group"] == g].set_index("score_from")["students"] for g in groups]
    above = [[int(part[part.index >= cut].sum()) for cut in LINES] for part in parts]
    sizes = [int(part.sum()) for part in parts]
    apart = metrics.risk_difference(above[0], sizes[0], above[1], sizes[1])
    means = [
        ((part.index + 5) * part).sum() / size for part, size in zip(parts, sizes, strict=True)
    ]
    at_line = LINES.index(line)
    now = counted([(g, a[at_line], n) for g, a, n in zip(groups, above, sizes, strict=True)], at)
    gaps = [100 * value for value in apart.value]
    widest = max(LINES, key=lambda cut: abs(gaps[LINES.index(cut)]))
    narrow = min(LINES, key=lambda cut: abs(gaps[LINES.index(cut)]))
    ends = [
        f"{many(round(abs(gaps[LINES.index(cut)])), 'point')} with the line at {cut}"
        for cut in (widest, narrow)
    ]
    drawn = pd.DataFrame(
        {
            "label": [f"Line at {cut}" for cut in LINES], "value": gaps,
            "low": 100 * apart.low, "high": 100 * apart.high, "strong": [c == line for c in LINES],
        }
    )  # fmt: skip
    moved = (
        f"The two means are {abs(means[0] - means[1]):.0f} score points apart wherever the line "
        f"stands. The gap in percent runs from {listing(ends, last='to')}: nobody's score has moved."
    )
    whose = f"{groups[0]} less {groups[1].lower()}"
    return [
        FICTION,
        told(now, did=f"scored {line} or more", others="of the others"),
        moved,
        _without_line(parts),
        figures_study.dots(
            drawn, label="Gap in percentage points", percent=False, line=0.0,
            alt=f"Gap at or above each line, {whose}. {moved}",
            caption=f"Dot: {whose}, share at or above the line, with its interval. Filled: your line.",
        ),
        table(now, f"Students who scored {line} or more", first="Group", did=f"{line} or more"),
    ]  # fmt: skip


def _without_line(parts: list[pd.Series]) -> str:
    """Say the gap at three lines, and the one that counts by level give without any line."""
    edges = [-math.inf, *THREE, math.inf]
    levels = [
        [
            int(part[(part.index >= low) & (part.index < high)].sum())
            for low, high in pairwise(edges)
        ]
        for part in parts
    ]
    found = metrics.proficiency_gaps(levels[1], levels[0])
    gaps = listing([f"{abs(100 * gap):.0f}" for gap in found.gap.value])
    value, *ends = (decimal(abs(float(part)), 2) for part in found.v)
    ahead = metrics.gap_index(*(np.repeat(part.index, part.to_numpy()) for part in parts))
    return (
        f"Suppose only four levels were published, cut at {listing([str(cut) for cut in THREE])}: the "
        f"gaps are {gaps} points. From the same counts, V says {value} standard deviations (interval "
        f"{' to '.join(sorted(ends))}): one number, and no line in it. "
        f"Lined up by score, one group stands {decimal(abs(float(ahead.value)))} behind the other, on a "
        "scale on which 10 is everyone behind everyone (the gap index)."
    )


# ---------------------------------------------------------------- S2-28


@lab("graduation")
def graduation(at, school="", students="", target=None, **_) -> list:
    """Who graduates on time, how far is that from a goal, and how has it moved?"""
    return _leaving(at, "graduated", school, students, target)


def _leaving(at, measure: str, school: str, students: str, target) -> list:
    """Say a measure of school leavers: the school's own, or of where its students go on to."""
    about, unit = catalog.indicator(measure), holder(at, measure, wanted=school)
    if not unit:
        return [
            f"{about.label}: these numbers hold nothing for the school chosen, nor for a school its "
            "students go on to. Ask the district for counts by group, of how many, over three years."
        ]
    there = elsewhere(at, unit)
    row = chosen_row(there, measure=measure, students=students)
    if row is None:
        return [missing(there, measure, students, "")]
    out: list = [beside(there, row, "rest").said]
    if unit != at.school.unit_id:
        out.append(
            f"These are the numbers of {there.school.name}, for the students of {at.school.name} "
            "have not left school yet."
        )
    if known(target):
        out.append(beside(there, row, "target", target=target).said)
    out.append(beside(there, row, "own_past").said)
    return [*out, *all_groups(there, row), f"{about.caution}."]


# ---------------------------------------------------------------- S2-30


@lab("after-school")
def after(at, school="", students="", **_) -> list:
    """Who is accepted, who then enrols, and who goes into paid training, work or service?"""
    own = at.folio.rows("labs.m03_leavers")
    paired = _own_pairs(at, own) if own else _practice_pairs(at)
    return [*_leaving(at, "accepted_to_college", school, students, None), *paired]


def _practice_pairs(at) -> list:
    leavers = at.practice("after_school")
    out: list = [
        Html("<h4>Accepted is not enrolled</h4>"),
        "Practice numbers for Kestrel Ridge High School, which is fictional.",
    ]
    steps = {step: part for step, part in leavers.groupby("step", sort=False)}
    frames = {
        step: counted([(r.group, r.x, r.n) for r in part.itertuples(index=False)], at)
        for step, part in steps.items()
    }
    both = steps["enrolled"].set_index("group")["x"] + steps["training"].set_index("group")["x"]
    size = steps["enrolled"].set_index("group")["n"]
    frames["either"] = counted([(g, int(both[g]), int(size[g])) for g in both.index], at)
    rows = [
        (f"{first_up(_STEPS[step])}: {r.label}", said(r))
        for step, frame in frames.items()
        for r in frame.itertuples(index=False)
    ]
    first = frames["accepted"]
    out += [told(frames["enrolled"], did=_STEPS["enrolled"], others="other leavers")]
    out += [told(frames["either"], did=_STEPS["either"], others="other leavers")]
    out.append(_steps(frames))
    columns = {"step": "Step and students", "counts": "Students, rate and interval"}
    return [*out, prose("Leavers, step by step", columns, rows), *note(first)]


def _steps(frames: dict):
    short = {
        "accepted": "Accepted",
        "enrolled": "Enrolled",
        "training": "Training",
        "either": "Any of these",
    }
    drawn = pd.concat(
        [
            f.assign(label=[f"{short[s]}: {g}" for g in f["label"]], value=f["rate"])
            for s, f in frames.items()
        ]
    )
    sizes = [len(f) for f in frames.values()]
    breaks = {sum(sizes[:k]) for k in range(1, len(sizes))}
    return figures_study.dots(
        drawn[["label", "value", "low", "high"]], label="Share of leavers", breaks=breaks,
        alt="Share of leavers accepted, enrolled, in training, and in any of these, by group.",
        caption="Dot: share of all leavers of the group, with its interval.",
    )  # fmt: skip


def _own_pairs(at, own: list[dict]) -> list:
    """Say what a leader typed in: counts of each step, hidden by the same rule."""
    out: list = [Html("<h4>Your own leavers</h4>")]
    for step, did in _STEPS.items():
        frame = typed([row for row in own if row.get("step") == step], "group", at)
        if frame is not None:
            out += [told(frame, did=did, others="other leavers")]
            out += [chart(frame, label="Share of leavers", alt=f"Leavers who {did}, by group.")]
            out += [table(frame, f"Leavers who {did}", first="Students"), *note(frame)]
    return out
