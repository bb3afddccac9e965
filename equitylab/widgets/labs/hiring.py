"""Notebook 05: where a hiring process loses people, and what would make it fairer for everyone."""

from __future__ import annotations

import re

import pandas as pd

from ... import catalog
from ...display import known, listing, many
from ...metrics import risk_difference
from ..registry import Verdict, check, lab
from ._counts import chart, counted, note, said, summary, table
from ._plain import table as prose
from ._plain import text

OWN = "staffing_review.funnel"
PROTECTED = re.compile(r"\bquotas?\b|\bprefer(ence|red|ring)?\b .{0,30}\b(candidates?|applicants?)", re.I)  # fmt: skip
CAPTION = (
    "Dot: the share of applicants at a stage who go on to the next, with its interval. Years are "
    "counted together, since one year's applicants are few."
)


def review() -> dict:
    """Return the hiring and retention review."""
    return catalog.content("hiring_retention_review")


def stages() -> dict[str, str]:
    """Return the stages of a hiring process, id to title."""
    return {s["id"]: s["title"] for s in review()["stages"]}


@lab("hiring-funnel")
def hiring_funnel(at, source: str = "practice", view: str = "stages", stage: str = "", **_) -> list:
    """At which stage does the process lose applicants, and how sure is that?"""
    rows = at.practice("hiring") if source != "own" else own(at)
    if rows.empty:
        return ["Nothing is entered yet. Add the stages of your own process below: totals of three "
                "years are enough, and names never belong here."]  # fmt: skip
    years = listing(sorted(set(rows["years_pooled"])))
    if view == "routes" and (rows["group_optional"] != "").any():
        return _routes(at, rows, stage, years)
    whole = rows[rows["group_optional"] == ""]
    frame = yields(whole, at)
    shown = frame[frame["why"] == ""]
    opening = _largest_loss(frame, whole)
    out = [opening]
    if len(shown):
        out.append(chart(frame, label="Go on to the next stage", alt=opening, caption=CAPTION))
    caption = f"Stage by stage, {years} counted together"
    out.append(table(frame, caption, first="Stage", people="Applicants", did="Went on"))
    return [
        *out,
        *note(frame),
        "A stage that loses many is not yet an unfair one. Ask what it asks for, who decides, from "
        "which notes, and whether the job needs it.",
        source_note(source),
    ]


def source_note(source: str) -> str:
    """Return where the numbers come from."""
    if source == "own":
        return "Your own totals, kept in your own file."
    return "Practice numbers of the fictional Riverbend Middle School, in which interviews have no set questions."  # fmt: skip


def yields(rows: pd.DataFrame, at) -> pd.DataFrame:
    """Return each stage's share of applicants who go on; what is hidden at one hides the next.

    Who goes on from a stage is who arrives at the next: a count hidden in one place must not be
    read off the other.
    """
    parts = [counted([(_stage(r.stage), r.advanced, r.applicants)], at) for r in rows.itertuples()]
    given = list(rows.itertuples())
    gone = ["x", "rate", "low", "high"]
    for k in range(len(parts) - 1):
        if given[k + 1].applicants != given[k].advanced:
            continue
        if parts[k]["why"].iloc[0]:
            parts[k + 1][["n", *gone]] = float("nan")
            parts[k + 1]["why"] = "hidden"
        elif not known(parts[k + 1]["n"].iloc[0]):
            parts[k][gone] = float("nan")
            parts[k]["why"] = "hidden"
    return pd.concat(parts, ignore_index=True)


def _stage(id: str) -> str:
    return stages().get(id, str(id))


def _largest_loss(frame: pd.DataFrame, given: pd.DataFrame) -> str:
    """Say where most applicants are lost, and whether that stage stands out clearly."""
    shown = frame[frame["why"] == ""]
    if shown.empty:
        return "Too few applicants stand behind these stages to show any of them. Count more years together."
    lost = (shown["n"] - shown["x"]).idxmax()
    row = shown.loc[lost]
    text = f"{row.label} is where most applicants are lost: {said(row)} go on"
    others = shown.drop(lost)
    apart = [
        risk_difference(row.x, row.n, other.x, other.n).high < 0 for other in others.itertuples()
    ]
    if apart and all(apart):
        return f"{text}, clearly fewer than at each other stage that can be shown."
    if any(apart):
        below = [o.label for o, clear in zip(others.itertuples(), apart, strict=True) if clear]
        return (
            f"{text}, clearly fewer than at {listing(below)}; beside the others, too few to tell."
        )
    return f"{text}. Beside the other stages the difference is not clear: too few to tell."


def _routes(at, rows: pd.DataFrame, stage: str, years: str) -> list:
    """Show one stage by applicants' route into teaching, small routes hidden."""
    there = list(dict.fromkeys(rows["stage"]))
    stage = stage if stage in there else "interview" if "interview" in there else there[0]
    part = rows[(rows["stage"] == stage) & (rows["group_optional"] != "")]
    frame = counted([(r.group_optional, r.advanced, r.applicants) for r in part.itertuples()], at)
    opening = f"{_stage(stage)}. {summary(frame, did='go on', others='other applicants')}"
    out = [opening]
    out.append(chart(frame, label="Go on to the next stage", alt=opening))
    caption = f"{_stage(stage)}, by route into teaching, {years} counted together"
    out.append(table(frame, caption, first="Route", people="Applicants", did="Went on"))
    return [
        *out,
        *note(frame),
        "Routes into teaching are compared, and no one's personal characteristics: the review is of "
        "the process. What is hidden needs more years, or wider groups.",
        source_note("practice"),
    ]


def own(at) -> pd.DataFrame:
    """Return the school's own stages as the practice table has them."""
    rows = [
        (text(r.get("years")) or "years not named", r.get("stage"), text(r.get("group")),
         int(r["applicants"]), int(r["advanced"]))
        for r in at.folio.rows(OWN)
        if known(r.get("applicants")) and known(r.get("advanced"))
        and r["advanced"] <= r["applicants"]
    ]  # fmt: skip
    columns = ["years_pooled", "stage", "group_optional", "applicants", "advanced"]
    frame = pd.DataFrame(rows, columns=columns)
    order = {id: k for k, id in enumerate(stages())}
    return frame.sort_values("stage", key=lambda s: s.map(order), kind="stable", ignore_index=True)


# ---------------------------------------------------------------- the ten stages


@check("routine-evidence")
def routine_evidence(at, value) -> list[Verdict]:
    """Has every stage that is called routine its evidence, and how much is not known?"""
    value, names = value or {}, stages()
    bare = [
        title for id, title in names.items()
        if (value.get(id) or {}).get("rating") == "routine"
        and not text((value.get(id) or {}).get("evidence"))
    ]  # fmt: skip
    rated = [id for id in names if (value.get(id) or {}).get("rating")]
    if not rated:
        return [Verdict(None, "Rate the ten stages, one after another.")]
    unknown = [names[id] for id in rated if value[id]["rating"] == "unknown"]
    out = [
        Verdict(False, f"Write what shows that it is routine: {listing(bare)}.")
        if bare
        else Verdict(True, "Every stage that is called routine has its evidence.")
    ]
    if unknown:
        out.append(Verdict(None, f"Not known yet, so ask: {listing(unknown)}."))
    if len(rated) < len(names):
        out.append(Verdict(None, f"{len(rated)} of {len(names)} stages are rated."))
    return out


@lab("process-profile")
def process_profile(at, **_) -> list:
    """Which stages are routine, and which could be mended first?"""
    value, names = at.folio.get("staffing_review.process") or {}, stages()
    words = {"not_yet": "Not yet", "partly": "Partly", "routine": "Routine", "unknown": "Not known"}
    rated = {
        id: one.get("rating") for id, one in value.items() if id in names and one.get("rating")
    }
    if not rated:
        return ["No stage is rated yet: rate them above, and the profile stands here."]
    counts = [(word, sum(v == k for v in rated.values())) for k, word in words.items()]
    told = listing([f"{n} {word.lower()}" for word, n in counts if n])
    open_ = [names[id] for id, v in rated.items() if v in ("not_yet", "unknown")]
    text = f"Of {many(len(rated), 'stage')} rated: {told}."
    if open_:
        text += f" Look first at {listing(open_[:3])}."
    rows = [
        (names[id], words.get(v, str(v)), str(value[id].get("evidence") or "no evidence noted"))
        for id, v in rated.items()
    ]
    columns = {"stage": "Stage", "rating": "Rating", "evidence": "Evidence"}
    return [text, prose("The process, stage by stage", columns, rows), review()["legal_note"]]


@check("improvement")
def improvement(at, value) -> list[Verdict]:
    """Is an improvement about the process, owned, dated and measured?"""
    value = value or {}
    words = " ".join(text(value.get(k)) for k in ("barrier", "change", "measure"))
    out = []
    for field, name in (("owner", "an owner"), ("start", "a start"), ("measure", "a measure"),
                        ("review", "a date to look again")):  # fmt: skip
        there = bool(text(value.get(field)))
        out.append(Verdict(True if there else None, f"It has {name}." if there else f"Give it {name}."))  # fmt: skip
    if PROTECTED.search(words):
        out.append(
            Verdict(
                False,
                "This reads like a quota or a preference for some applicants. Change what the "
                "process asks of everyone instead, and ask human resources or counsel.",
            )
        )
    return out
