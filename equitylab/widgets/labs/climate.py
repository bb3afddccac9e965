"""Notebook 04: where students feel safe, whether reports are answered, who belongs, who is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, figures_study, metrics
from ...display import count, first_up, interval, known, listing, percent
from ..registry import lab
from ._counts import PRACTICE, chart, counted, note, rules, said, table
from ._own import told, typed
from ._plain import table as prose
from ._plain import texts

SAFETY, REPORTS, KNOWN = "labs.m04_safety", "labs.m04_reports", "labs.m04_known"
SAFE = "feel safe there"
POSITIVE = 4  # steps 4 and 5 of 5 count as favourable


# ---------------------------------------------------------------- S3-11


@lab("safe-places")
def safe_places(at, **_) -> list:
    """Where and when do students feel safe, and where not?"""
    words = texts("m04")["safety"]
    own = [r for r in at.folio.rows(SAFETY) if known(r.get("x")) and known(r.get("n"))]
    if own:
        parts = [(_place(r), int(r["x"]), int(r["n"])) for r in own if 0 <= r["x"] <= r["n"]]
    else:
        rows = at.practice("safe_places").sort_values(["place", "time"])
        parts = [(f"{r.place}, {r.time.lower()}", r.x, r.n) for r in rows.itertuples(index=False)]
    # The same students speak of each place: every row stands alone, and none is set against "others".
    frames = [counted([part], at) for part in parts]
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    shown = frame[frame["why"] == ""] if len(frame) else frame
    if shown.empty:
        return [words["few"]]
    low, high = (shown.loc[getattr(shown["rate"], f)()] for f in ("idxmin", "idxmax"))
    opening = f"{low['label']}: {said(low)} {SAFE}. {high['label']}: {said(high)} {SAFE}."
    drawn = frame.rename(columns={"rate": "value"})[["label", "value", "low", "high", "why"]]
    out: list = [
        opening,
        words["asked"],
        figures_study.dots(
            drawn.assign(why=drawn["why"].replace("band", "only a band")), label="Feel safe there",
            alt=f"Students who feel safe, by place and time. {opening}",
            caption="Dot: share of those asked, with its interval. The same students speak of all places.",
        ),
        table(frame, "Students who feel safe, by place and time", first="Place and time",
              people="Asked", did="Feel safe"),
        *note(frame),
    ]  # fmt: skip
    return out if own else [opening, PRACTICE, *out[1:]]


def _place(row: dict) -> str:
    return ", ".join(str(row[k]).strip() for k in ("place", "time") if row.get(k)) or "A place"


@lab("reports-answered")
def answered(at, **_) -> list:
    """Of reports of bullying and harassment, how many were resolved in the time that was set?"""
    words, asked = texts("m04")["reports"], at.folio.get("labs.m04_response") or {}
    days = asked.get("days") or words["days"]
    own = [r for r in at.folio.rows(REPORTS) if known(r.get("x")) and known(r.get("n"))]
    rows = at.practice("reports_answered")
    parts = (
        [
            (str(r.get("term") or "A term"), int(r["x"]), int(r["n"]))
            for r in own
            if r["x"] <= r["n"]
        ]
        if own
        else [(r.term, r.x, r.n) for r in rows.itertuples(index=False)]
    )
    did = f"were resolved within {days:g} school days"
    each = (
        pd.concat([counted([p], at) for p in parts], ignore_index=True) if parts else pd.DataFrame()
    )
    if each.empty:
        return [words["none"]]
    whole = counted([("All reports", sum(p[1] for p in parts), sum(p[2] for p in parts))], at)
    row = whole.iloc[0]
    opening = f"{said(row)} reports {did}." if not row["why"] else words["few"]
    goal = asked.get("target")
    shown = each[each["why"] == ""]
    out: list = [opening]
    if known(goal) and not row["why"]:
        gap = metrics.against_goal(row["x"], row["n"], float(goal) / 100)
        side = "below" if gap.value < 0 else "above"
        out.append(f"The goal is {goal:g}%: {abs(100 * gap.value):.0f} points {side} it now.")
    drawn = each.rename(columns={"rate": "value"})[["label", "value", "low", "high", "why"]]
    out.append(
        figures_study.dots(
            drawn, label="Resolved in time", line=float(goal) / 100 if known(goal) else None,
            alt=f"Reports resolved in time, by term. {opening}",
            caption="Dot: share resolved in time, with its interval."
            + (" Dashed line: the goal." if known(goal) else ""),
        )
    )  # fmt: skip
    if len(shown) > 1:
        ends = [int(shown["n"].iloc[k]) for k in (0, -1)]
        out.append(words["more"].format(first=count(ends[0]), last=count(ends[1])))
    out.append(table(each, "Reports, by term", first="Term", people="Reports", did="In time"))
    out += note(each)
    return out if own else [opening, PRACTICE, *out[1:]]


# ---------------------------------------------------------------- S0-08


@lab("belonging")
def belonging(at, by="In band or robotics", **_) -> list:
    """Who feels that they belong, how sure is that, and who answered?"""
    answers, people = at.practice("survey_student"), at.practice("population")
    scale = next(s for s in catalog.content("survey_student")["scales"] if s["id"] == "belonging")
    people = people[(people["survey"] == "student") & (people["group_attribute"] == by)]
    size = people.set_index("category")["count"]
    least, rows = rules(at)[0], []
    for group, part in answers[answers[by] != ""].groupby(by, sort=True):
        told_ = metrics.scale(part[scale["items"]].astype(float).to_numpy(), positive=POSITIVE)
        if told_.n < least:
            rows.append((group, np.nan, np.nan, np.nan, told_.n, "hidden"))
        else:
            rows.append((group, told_.value, told_.low, told_.high, told_.n, ""))
    frame = pd.DataFrame(rows, columns=["label", "value", "low", "high", "n", "why"])
    named = (
        {"Yes": by, "No": f"Not {by[:1].lower()}{by[1:]}"}
        if set(frame["label"]) <= {"Yes", "No"}
        else {}
    )
    asked = frame["label"].map(size)
    frame["label"] = frame["label"].map(lambda g: named.get(g, g))
    shown = frame[frame["why"] == ""]
    words = texts("m04")["belonging"]
    if shown.empty:
        return [words["few"]]
    parts = [
        f"{percent(r.value, 100)} favourable answers (interval {interval(r.low, r.high, 100)}) from "
        f"{count(r.n)} students: {r.label[:1].lower()}{r.label[1:]}"
        for r in shown.itertuples(index=False)
    ]
    opening = f"On belonging, three questions: {listing(parts)}."
    lines = [
        (
            r.label, "hidden" if r.why else count(r.n),
            "hidden" if r.why else f"{count(r.n)} of {count(a)} ({percent(r.n / a, a)})" if known(a) else "",
            "hidden" if r.why else percent(r.value, 100),
            "" if r.why else interval(r.low, r.high, 100),
        )
        for r, a in zip(frame.itertuples(index=False), asked, strict=True)
    ]  # fmt: skip
    columns = {
        "group": by, "n": "Answered", "asked": "Of those asked", "rate": "Favourable", "interval": "Interval",
    }  # fmt: skip
    figure = figures_study.dots(
        frame, label="Favourable answers on belonging", alt=opening,
        caption="Dot: mean share of favourable answers to three questions, with a bootstrap interval.",
    )  # fmt: skip
    return [
        opening,
        PRACTICE,
        _sure(shown, words),
        figure,
        prose(f"Belonging, by {by.lower()}", columns, lines),
        words["bright"],
    ]


def _sure(shown: pd.DataFrame, words: dict) -> str:
    """Say whether intervals keep apart, which is more than enough; or overlap, which tells little."""
    if len(shown) < 2:
        return words["one"]
    low, high = shown.loc[shown["value"].idxmin()], shown.loc[shown["value"].idxmax()]
    return words["apart"] if low["high"] < high["low"] else words["overlap"]


@lab("known-by-an-adult")
def known_by_adult(at, by="", **_) -> list:
    """Which students has no adult named as someone they know well?"""
    words = texts("m04")["known"]
    own = at.folio.rows(KNOWN)
    frame = typed(own, "group", at) if own else None
    title = words["title"]
    if frame is None:
        by = by or words["first"]
        part = at.practice("known_by_adult")
        part = part[part["kind"] == by]
        named = {"Yes": by, "No": f"Not {by[:1].lower()}{by[1:]}"}
        frame = counted(
            [(named.get(r.category, r.category), r.x, r.n) for r in part.itertuples(index=False)],
            at,
        )
        title = f"{title}, by {by.lower()}"
    opening = told(frame, did=words["did"], others="other students")
    out = [opening, chart(frame, label=first_up(words["short"]), alt=f"{title}. {opening}")]
    out += [table(frame, title, first="Students", did="Not named"), *note(frame)]
    if (frame["why"] == "hidden").any():
        out.append(words["small"])
    out.append(words["next"])
    return out if title == words["title"] else [opening, PRACTICE, *out[1:]]
