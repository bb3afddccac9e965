"""Notebook 04: attendance by barrier, and not by student."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_study, language
from ...display import count, first_up, known, listing, percent
from ...markup import Html, esc
from ...reports import findings
from ..registry import lab
from ._counts import PRACTICE, chart, counted, note, table
from ._own import told, typed
from ._plain import table as prose
from ._plain import texts
from ._rows import of, telling, total

MEASURE, OWN = "chronically_absent", "labs.m04_attendance"
DID = "were chronically absent"
BARRIERS = "Main barrier"


@lab("attendance")
def attendance(at, by="", **_) -> list:
    """Where does absence gather: by journey, by barrier, or by who students are?"""
    words = texts("m04")["attendance"]
    own = at.folio.rows(OWN)
    if own:
        return [*_own(at, own, words), *_published(at, words)]
    rows = at.practice("attendance_barriers")
    by = by or words["first"]
    part = rows[rows["kind"] == by]
    out: list = [
        *_published(at, words),
        Html(f"<h4>{esc(words['heading'].format(by=by.lower()))}</h4>"),
    ]
    if by == BARRIERS:
        return [*out, *_barriers(part, words), PRACTICE]
    frame = counted([(r.category, r.x, r.n) for r in part.itertuples(index=False)], at)
    opening = told(frame, did=DID, others="other students")
    title = f"Chronic absence by {by.lower()}"
    out += [opening, PRACTICE, chart(frame, label="Chronically absent", alt=f"{title}. {opening}")]
    out += [table(frame, title, first=by, did="Absent"), *note(frame), *_days(part, frame, words)]
    return [*out, *_spread(rows, at, words)]


def _days(part: pd.DataFrame, frame: pd.DataFrame, words: dict) -> list:
    """k_attend_rate beside k_chronic_abs: an average of days hides who is missing many."""
    shown = frame.loc[frame["why"] == "", "label"]
    part = part[part["category"].isin(shown)]
    if part.empty:
        return []
    rate = part["days_present"] / part["days_enrolled"]
    rows = [
        (r.category, f"{count(r.days_present)} of {count(r.days_enrolled)}", percent(v, 100), f"{count(r.x)} of {count(r.n)}")
        for r, v in zip(part.itertuples(index=False), rate, strict=True)
    ]  # fmt: skip
    columns = {
        "category": "Where",
        "days": "Days present, of days enrolled",
        "rate": "Attendance rate",
        "x": "Chronically absent",
    }
    low, high = rate.min(), rate.max()
    said = (
        f"Attendance rates, in days, run only from {percent(low, 100)} to {percent(high, 100)} on the "
        f"same list. {words['average']}"
    )
    return [said, prose("Days present, beside students chronically absent", columns, rows)]


def _spread(rows: pd.DataFrame, at, words: dict) -> list:
    """How far apart are rates by journey, and by student group?"""
    lines, spans = [], {}
    for kind, part in rows[rows["kind"] != BARRIERS].groupby("kind", sort=False):
        frame = counted([(r.category, r.x, r.n) for r in part.itertuples(index=False)], at)
        shown = frame[frame["why"] == ""]
        if len(shown) < 2:
            continue
        low, high = shown.loc[shown["rate"].idxmin()], shown.loc[shown["rate"].idxmax()]
        spans[kind] = float(high["rate"] - low["rate"])
        ends = [f"{percent(r['rate'], r['n'])} ({r['label']})" for r in (low, high)]
        lines.append((kind, *ends, f"{100 * spans[kind]:.0f}"))
    columns = {
        "kind": "Counted by",
        "low": "Lowest rate",
        "high": "Highest rate",
        "apart": "Points apart",
    }
    drawn = pd.DataFrame({"label": list(spans), "value": [100 * v for v in spans.values()]})
    places = [k for k in spans if k in words["places"]]
    people = [k for k in spans if k not in words["places"]]
    said = (
        f"Counted by {listing([p.lower() for p in places])}, rates lie up to "
        f"{100 * max(spans[p] for p in places):.0f} points apart; by any student group at most "
        f"{100 * max(spans[p] for p in people):.0f}. {words['barrier']}"
    )
    figure = figures_study.bars(
        drawn, label="Percentage points apart", alt=said,
        caption="Bar: how far apart the rates of chronic absence are, by each way of counting.",
    )  # fmt: skip
    return [said, figure, prose("How far apart, by each way of counting", columns, lines)]


def _barriers(part: pd.DataFrame, words: dict) -> list:
    """What did those who were away often name?"""
    least = 3
    n = int(part["n"].iloc[0])
    shown = part[part["x"] >= least].sort_values("category")
    first = shown.loc[shown["x"].idxmax()]
    drawn = pd.DataFrame({"label": shown["category"], "value": shown["x"].astype(float)})
    said = (
        f"Of {count(n)} students who were chronically absent, {count(first['x'])} "
        f"({percent(first['x'] / n, n)}) name {first['category'].lower()} as the main barrier. "
        f"{words['named']}"
    )
    rows = [
        (r.category, f"{count(r.x)} of {count(n)}", percent(r.x / n, n))
        for r in shown.itertuples(index=False)
    ]
    columns = {"barrier": "Main barrier", "x": "Students", "rate": "Share"}
    return [
        said,
        figures_study.bars(
            drawn, label="Students", alt=said, caption="Bar: students who name it first."
        ),
        prose("Main barriers of students chronically absent", columns, rows),
    ]


def _own(at, own: list[dict], words: dict) -> list:
    """Say what a leader typed in, one way of counting at a time."""
    out: list = []
    for kind in dict.fromkeys(str(r.get("kind") or "Barrier") for r in own):
        frame = typed([r for r in own if str(r.get("kind") or "Barrier") == kind], "category", at)
        if frame is None:
            continue
        opening = told(frame, did=DID, others="other students")
        title = f"Chronic absence, {kind.lower()}"
        out += [opening, chart(frame, label="Chronically absent", alt=f"{title}. {opening}")]
        out += [table(frame, title, first=first_up(kind), did="Absent"), *note(frame)]
    return out or [words["empty"]]


def _published(at, words: dict) -> list[str]:
    """What is published on the school itself, by student group."""
    view = at.school.view
    whole = total(view, MEASURE, view.latest.get(MEASURE, ""))
    if whole is None or whole.why or not known(whole.x):
        return [words["none"].format(name=at.school.name)]
    about = catalog.indicator(MEASURE)
    rows = of(view, MEASURE)
    said = language.overview(list(rows.itertuples(index=False)), about)
    row = telling(view, measure=MEASURE)
    more = ""
    if row is not None and row.signal == "clear difference" and row.dimension not in findings.LAST:
        more = f" {language.gap(row)}"
    return [
        f"Published for {at.school.name}, {whole.year}: {language.rate_of(whole, about)} {DID}. {said}{more}"
    ]
