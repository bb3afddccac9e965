"""Notebook 04: from what an adult notices to days out of class, where and when, and what else one
could do.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import figures_study
from ...display import count, decimal, first_up, known, listing, many
from ...markup import Html, bullets
from ...signals import CLEAR
from ..registry import Verdict, check, lab
from ._counts import PRACTICE, apart, counted, note, rules, said
from ._own import told, typed
from ._plain import table as prose
from ._plain import texts

OWN, FLAGS = "labs.m04_pathway", "labs.m04_discretion"


# ---------------------------------------------------------------- S0-05


@lab("pathway")
def pathway(at, **_) -> list:
    """At which step do two sets of students part, and who decides there?"""
    words = texts("m04")["pathway"]
    frames, own = _steps(at, words)
    if not frames:
        return [words["none"]]
    clear = {s: f for s, f in frames.items() if (f.get("signal") == CLEAR).any()}
    widest = max(
        clear or frames,
        key=lambda s: np.nanmax([0, *abs(frames[s].get("difference", pd.Series([0])))]),
    )
    out: list = [told(frames[widest], did=words["steps"][widest]["did"], others=words["others"])]
    other = [first_up(words["steps"][s]["label"]) for s in frames if s not in clear]
    if clear:
        names = [words["steps"][s]["label"] for s in clear]
        same = f" Not clearly: {listing([o.lower() for o in other])}." if other else ""
        out.append(f"The two part clearly at {many(len(clear), 'step')}: {listing(names)}.{same}")
    else:
        out.append(words["even"])
    drawn, breaks = _drawn(frames, words)
    out.append(
        figures_study.dots(
            drawn,
            label="Share that goes on to this step",
            breaks=breaks,
            letters=34,
            alt=f"Share going on at each step. {out[0]}",
            caption="Dot: of those who came this far, the share that goes on, with its interval. "
            "Filled dot and bold name: a clear difference at this step.",
        )  # fmt: skip
    )
    out.append(_table(frames, words, at.folio.get(FLAGS) or {}))
    hidden = [n for frame in frames.values() for n in note(frame)]
    out += hidden[:1]
    return out if own else [out[0], PRACTICE, *out[1:], *_days(at, words), words["made"]]


def _steps(at, words: dict) -> tuple[dict, bool]:
    """Return counts by step: a leader's own, or the practice table."""
    rows = at.folio.rows(OWN)
    own = {s: typed([r for r in rows if r.get("step") == s], "group", at) for s in words["steps"]}
    own = {s: f for s, f in own.items() if f is not None}
    if own:
        return own, True
    told_ = at.practice("pathway")
    return {
        step: counted([(r.group, r.x, r.n) for r in part.itertuples(index=False)], at)
        for step in words["steps"]
        if len(part := told_[told_["step"] == step])
    }, False


def _drawn(frames: dict, words: dict):
    parts, breaks, at = [], set(), 0
    for step, frame in frames.items():
        if at:
            breaks.add(at)
        label = words["steps"][step]["short"]
        parts.append(
            pd.DataFrame(
                {
                    "label": [f"{label}: {g}" for g in frame["label"]], "value": frame["rate"],
                    "low": frame["low"], "high": frame["high"],
                    "strong": frame.get("signal", pd.Series("", frame.index)) == CLEAR,
                    "why": frame["why"].replace("band", "only a band"),
                }
            )
        )  # fmt: skip
        at += len(frame)
    return pd.concat(parts, ignore_index=True), breaks


def _table(frames: dict, words: dict, flags: dict):
    bins = {"rule": "a rule fixes it", "adult": "an adult chooses", "unsure": "not agreed yet"}
    rows = []
    for step, frame in frames.items():
        flag = (flags.get(step) or {}).get("bin", "")
        for r in frame.itertuples(index=False):
            gap = getattr(r, "difference", np.nan)
            rows.append(
                (
                    first_up(words["steps"][step]["label"]), r.label, said(r),
                    first_up(apart(r)) if known(gap) else "", getattr(r, "signal", ""),
                    bins.get(flag, "no flag yet"),
                )
            )  # fmt: skip
    columns = {
        "step": "Step", "group": "Students", "counts": "Go on", "difference": "Beside the others",
        "signal": "What it says", "flag": "Who decides",
    }  # fmt: skip
    return prose("The pathway, step by step", columns, rows)


def _days(at, words: dict) -> list[str]:
    """rb6: days lost per 100 students, and how many of them come from one place in the day."""
    rows = at.practice("pathway")
    days = rows[rows["step"] == "days"].itertuples(index=False)
    late = {r.group: r.x for r in rows[rows["step"] == "days_judged_late"].itertuples(index=False)}
    said_ = [
        f"{r.group}: {count(r.x)} days lost by {count(r.n)} students "
        f"({decimal(100 * r.x / r.n, 0)} per 100), {count(late[r.group])} of them {words['late']}."
        for r in days
    ]
    return [f"Where the path ends. {' '.join(said_)}"]


# ---------------------------------------------------------------- rb6: where and when


@lab("place-time")
def place_time(at, what="incidents", **_) -> list:
    """Where and when are incidents written up, and how many of them rest on judgement?"""
    words, (_, least) = texts("m04")["place_time"], rules(at)
    rows = at.practice("place_time")
    shown = rows.copy()
    few = shown["incidents"].between(1, least - 1)
    shown[what] = shown[what].astype(float).mask(few | shown[what].between(1, least - 1))
    late = rows[rows["time_block"] == words["late"]]
    whole, there = rows["incidents"].sum(), late["incidents"].sum()
    judged = late["judgement"].sum()
    opening = (
        f"{count(there)} of {count(whole)} incidents were written up in {words['named']}, and "
        f"{count(judged)} of those {count(there)} rest on an adult's judgement; in the rest of the day "
        f"{count(rows['judgement'].sum() - judged)} of {count(whole - there)} do."
    )
    table = shown.pivot(index="place", columns="time_block", values=what)
    table = table[list(dict.fromkeys(rows["time_block"]))]
    label = words["what"][what]
    alt = f"{label} by place and time of day. {opening}"
    lines = [
        (place, *("few" if np.isnan(v) else count(v) for v in values))
        for place, values in zip(table.index, table.to_numpy(), strict=True)
    ]
    columns = {"place": "Place"} | {str(k): str(name) for k, name in enumerate(table.columns)}
    return [
        opening,
        PRACTICE,
        figures_study.grid(
            table, alt=alt, caption=f"{label}. A dash: 1 or 2, which are not shown."
        ),
        prose(f"{label} by place and time; “few” is 1 or 2", columns, lines),
        words["ask"],
    ]


# ---------------------------------------------------------------- choose the next step


@lab("next-step")
def next_step(at, **chosen) -> list:
    """What happens to one afternoon when an adult chooses otherwise?"""
    story, told_, days, ended = texts("m04")["story"], [], 0, False
    for step in story["steps"]:
        option = next((o for o in step["options"] if o["id"] == chosen.get(step["id"])), None)
        if option is None:
            break
        told_.append((step["title"], f"{option['label']}. {option['then']}"))
        days += option.get("days", 0)
        ended = bool(option.get("ends"))
        if ended:
            break
    out: list = [story["start"], *([Html(bullets(told_))] if told_ else [])]
    if not ended:
        return [*out, story["ask"], Html(bullets([o["label"] for o in step["options"]]))]
    lost = f"{first_up(many(days, 'day'))} of lessons lost. " if days else "No day is lost. "
    return [*out, lost + story["ends"]["out" if days else "stays"], story["back"]]


@check("discretion-flags")
def flags(at, value) -> list[Verdict]:
    """Is each step flagged, with what would make two adults choose alike?"""
    words, held = texts("m04")["flags"], at.folio.get(FLAGS) or {}
    left = [s for s in words["all"] if not (held.get(s) or {}).get("bin")]
    chosen = [one for one in held.values() if one.get("bin") == "adult"]
    bare = [one for one in chosen if not str(one.get("reason", "")).strip()]
    return [
        Verdict(not left if held else None, words["every"]),
        Verdict(not bare if chosen else None, words["reasons"]),
        Verdict(True if (value or {}).get("step") else None, words["one"]),
    ]
