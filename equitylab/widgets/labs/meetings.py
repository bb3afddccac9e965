"""Notebook 06: meetings that families can reach, and which families a plan leaves out."""

from __future__ import annotations

import re

import pandas as pd

from ...display import count, known, listing
from ..registry import lab
from ._counts import PRACTICE, chart, counted, said, table
from ._plain import table as prose
from ._plain import text, texts

FAMILIES = "listening_plan.families"


@lab("meeting-planner")
def meeting_planner(at, **plan) -> list:
    """Which families could not come to this meeting, and which access features are planned?"""
    families, own = _families(at)
    features = texts("m06")["features"]
    there = [f["label"] for f in features if _planned(plan, f["id"])]
    rows = [
        (r.attribute, r.category, int(r.families), *_reaches(str(r.reached_by), plan, r.category))
        for r in families.itertuples(index=False)
    ]
    whose = "Your own families, as you entered them." if own else PRACTICE
    if not there and not _list(plan, "times"):
        words = (
            "Nothing is planned yet: choose times, languages and the rest, and see who could come."
        )
        return [words, _who(rows), whose]
    missed = [f"{count(r[2])} families ({r[0].lower()}: {r[1]})" for r in rows if not r[3]]
    opening = f"{len(there)} of {len(features)} access features are planned. " + (
        f"Not reached by this plan: {listing(missed)}."
        if missed
        else "Every group of families in the list could take part."
    )
    left = [f["label"] for f in features if not _planned(plan, f["id"])]
    return [
        opening,
        _rule(families, plan),
        _who(rows),
        *([f"Not planned yet: {listing(left)}."] if left else []),
        "Groups overlap: one family can be in several lines. The list says who could come, and asking "
        "says who would; ask three families of each line that is not reached.",
        whose,
    ]


def _rule(families: pd.DataFrame, plan: dict) -> str:
    """Say whether the plan keeps the rule on times and languages."""
    windows = len(_list(plan, "times"))
    spoken_there = {_folded(v) for v in _list(plan, "languages")}
    lacking = [name for name in _languages(families) if _folded(name) not in spoken_there]
    return (
        f"Two time windows: {'yes' if windows >= 2 else 'not yet'} ({windows} planned). Languages "
        "spoken by 5 percent of families, or by 20 families, whichever is smaller: "
        + (f"not yet {listing(lacking)}." if lacking else "all have an interpreter.")
    )


def _who(rows: list[tuple]):
    shown = [
        (
            f"{r[0]}: {r[1]}",
            count(r[2]),
            "could take part" if r[3] else f"not reached: needs {r[4]}",
        )
        for r in rows
    ]
    columns = {"group": "Families", "n": "How many", "state": "With this plan"}
    return prose("Who could come", columns, shown, "")


def _families(at) -> tuple[pd.DataFrame, bool]:
    held = [r for r in at.folio.rows(FAMILIES) if known(r.get("families")) and r.get("category")]
    if not held:
        return at.practice("families"), False
    frame = pd.DataFrame(
        [
            (r.get("attribute") or "Families", r["category"], int(r["families"]),
             text(r.get("reached_by")) or "any meeting")
            for r in held
        ],
        columns=["attribute", "category", "families", "reached_by"],
    )  # fmt: skip
    return frame[frame["families"] >= 10], True


def _list(plan: dict, field: str) -> list[str]:
    value = plan.get(field) or []
    return [v.strip() for v in value.split(",") if v.strip()] if isinstance(value, str) else list(value)  # fmt: skip


def _planned(plan: dict, id: str) -> bool:
    if id == "two_windows":
        return len(_list(plan, "times")) >= 2
    if id == "interpreters":
        return bool(_list(plan, "languages"))
    return bool(plan.get(id))


def _folded(words: str) -> str:
    return " ".join(str(words).casefold().split())


def _reaches(needs: str, plan: dict, category: str) -> tuple[bool, str]:
    """Whether a plan offers one of the ways in which these families can come; and the ways."""
    ways = [way.strip() for way in re.split(r"\bor\b|;", needs) if way.strip()]
    times = {_folded(t) for t in _list(plan, "times")}
    tongues = {_folded(t) for t in _list(plan, "languages")}

    def offered(way: str) -> bool:
        way = _folded(way)
        if way == "any meeting":
            return True
        if way.startswith("interpreter"):
            return _folded(way.partition(":")[2] or category) in tongues
        if way == "two time windows":
            return len(times) >= 2
        return way in times or bool(plan.get(way))

    return any(map(offered, ways)) or not ways, listing(ways, last="or")


def _languages(families: pd.DataFrame) -> list[str]:
    """Return the home languages that the rule asks to interpret."""
    rows = families[families["reached_by"].str.contains("interpreter", case=False)]
    everyone = families.groupby("attribute", sort=False)["families"].sum().max()
    limit = min(20, 0.05 * everyone)
    return list(rows.loc[rows["families"] >= limit, "category"])


@lab("meeting-times")
def meeting_times(at, **_) -> list:
    """Did more families come when a second time and a remote option were offered?"""
    rows = at.practice("meetings")
    parts = [counted([(r.meeting, r.came, r.families)], at) for r in rows.itertuples()]
    frame = pd.concat(parts, ignore_index=True)
    before, after = frame.iloc[-2], frame.iloc[-1]
    opening = (
        f"At Hillcrest Primary, {said(before)} families came to the autumn meeting with one time, "
        f"and {said(after)} to the spring meeting with two times and a way to join from home."
    )
    caption = "Dot: the share of families who came, with its interval. Only the last meeting had two times and a way to join from home."  # fmt: skip
    return [
        opening,
        chart(frame, label="Families who came", alt=opening, caption=caption),
        table(frame, "Families who came, meeting by meeting", first="Meeting", people="Families",
              did="Came"),
        "The three meetings before are much alike, so the last one stands out. It is one meeting, and "
        "other things may have been different too: a reason to try it, with a date to look again.",
        "Practice numbers of the fictional Hillcrest Primary.",
    ]  # fmt: skip
