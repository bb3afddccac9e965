"""Notebook 05: who leads which classes, opportunity on one page, and a study read with care."""

from __future__ import annotations

import pandas as pd

from ... import catalog, language, metrics
from ...display import decimal, known, listing, many, who
from ...errors import EquityLabError
from ...figures_listening import beside
from ...signals import CLEAR, NOT_CLEAR
from ..registry import lab
from ..school import EXAMPLE
from ._counts import PRACTICE, chart, counted, said, spoken, table
from ._plain import table as prose
from ._plain import text, texts
from .resources import DOT, ready, row_of


@lab("assignment")
def assignment(at, **_) -> list:
    """Which classes do the newest teachers have, and who sits in them?"""
    rows = at.practice("sections")
    new = rows["teacher_experience_band"] == "First or second year"
    kinds = [
        (kind, int(new[rows["kind"] == kind].sum()), int((rows["kind"] == kind).sum()))
        for kind in ("Support classes", "Other classes")
    ]
    sections = counted(kinds, at)
    learner, seats = rows["english_learner_seats"], rows["seats"]
    sides = {"English learner": learner, "Not an English learner": seats - learner}
    parts = [(who, int(part[new].sum()), int(part.sum())) for who, part in sides.items()]
    seated = counted(parts, at)
    did = "are led by a teacher in the first or second year"
    opening = spoken(sections.iloc[0], did=did, others="other classes")
    seat = spoken(seated.iloc[0], did="seats are in such a class", others="other seats")
    return [
        opening,
        chart(sections, label="Led by a new teacher", alt=f"Classes led by new teachers. {opening}"),
        table(sections, "Classes led by teachers in their first two years", first="Classes",
              people="Classes", did="Led by a new teacher"),
        seat,
        table(seated, "Course seats with teachers in their first two years", first="Seats of",
              people="Seats", did="With a new teacher"),
        _met(seats, learner),
        "A new teacher is no deficit. The question is which rule fills the timetable, and what "
        "support comes with the rooms that need the most of it.",
        PRACTICE,
    ]  # fmt: skip


def _met(seats: pd.Series, learner: pd.Series) -> str:
    """How large a class does the average student sit in? More students are in the large ones."""
    everyone, theirs, others = (
        decimal(metrics.experienced(seats, 1, weights).load)
        for weights in (seats, learner, seats - learner)
    )
    return (
        f"The {len(seats)} classes have {decimal(seats.mean())} seats on average, and the average "
        f"student sits in one of {everyone}, since more students sit in the large ones. English "
        f"learners sit in classes of {theirs}, other students in classes of {others}, on average."
    )


@lab("opportunity")
def opportunity(at, group: str = "", **_) -> list:
    """On teachers, courses, safety and tools at once: where does one group's opportunity differ?"""
    try:
        school = at.school
    except EquityLabError as error:
        return str(error).splitlines()
    there = school.groups()
    if not there:
        return [f"The numbers of {school.name} publish no student group."]
    chosen = group if group in there else next(iter(there))
    dimension, _, name = chosen.partition(": ")
    rows, missing = [], []
    for theme in texts("m05")["opportunity"]:
        held = [id for id in theme["measures"] if id in school.measures()]
        found = [row for id in held for row in row_of(school.view, id, dimension, name)]
        rows += [(theme["label"], row) for row in found]
        missing += [] if found else [theme["label"]]
    tools = _tools(at, dimension, name)
    if not rows:
        return [f"No measure of opportunity is published for {who(name)} in {school.name}."]
    clear = [r for _, r in rows if r.signal == CLEAR]
    even = sum(r.signal == NOT_CLEAR for _, r in rows)
    opening = (
        f"{school.name}: on {many(len(rows), 'measure')} of opportunity, {who(name)} differ clearly "
        f"from other students on {len(clear) or 'none'}, and not clearly on {even or 'none'}."
    )
    frame = pd.DataFrame(
        {
            "label": [catalog.indicator(r.indicator).label for _, r in rows],
            "rate": [r.rate for _, r in rows], "low": [r.rate_low for _, r in rows],
            "high": [r.rate_high for _, r in rows], "other": [r.other_rate for _, r in rows],
            "band_low": [r.band_low for _, r in rows], "band_high": [r.band_high for _, r in rows],
            "signal": [r.signal for _, r in rows], "why": [r.why for _, r in rows],
        }
    )  # fmt: skip
    told = [
        (
            catalog.indicator(r.indicator).label, theme,
            language.rate_of(r, catalog.indicator(r.indicator)),
            r.signal if r.why == "" else language.ABSENT.get(r.why, r.why),
        )
        for theme, r in rows
    ]  # fmt: skip
    told += [(r.label, "Tools and technology", said(r), r.signal) for r in tools.itertuples()]
    frame = pd.concat([frame, tools], ignore_index=True)
    missing = [m for m in missing if tools.empty or m != "Tools and technology"]
    columns = {"measure": "Measure", "theme": "Part of opportunity", "rate": name, "says": "Beside other students"}  # fmt: skip
    said_ = [language.gap(r) for r in clear[:3]]
    out = [opening, *said_]
    if frame["rate"].notna().any() or frame["band_low"].notna().any():
        out.append(
            beside(frame, label=name, alt=f"Opportunity of {who(name)}. {opening}", caption=DOT)
        )
    out.append(prose(f"Opportunity of {who(name)}", columns, told, ""))
    if missing:
        out.append(
            f"Nothing is published here on: {listing([m.lower() for m in missing])}. What nobody "
            "counts, nobody can share out fairly; the practice tables show how it could be counted."
        )
    return out


def _tools(at, dimension: str, group: str) -> pd.DataFrame:
    """Return devices and connections of a group: own totals, or those of the practice school."""
    for row in at.folio.rows("staffing_review.counts"):
        words = text(row.get("resource")).casefold()
        numbers = [row.get(k) for k in ("x", "n", "other_x", "other_n")]
        about = any(w in words for w in ("device", "connection", "internet", "technology"))
        if about and text(row.get("group")).casefold() == group.casefold() and all(map(known, numbers)):  # fmt: skip
            x, n, other_x, other_n = map(int, numbers)
            if x <= n and other_x <= other_n:
                parts = [(text(row["resource"]), x, n), ("", other_x, other_n)]
                return counted(parts, at).iloc[:1]
    if not (at.school.sample and at.school.unit_id == EXAMPLE and dimension == "el"):
        return pd.DataFrame()
    rows = at.practice("devices")
    mine = (rows["english_learner"] == "Yes") == (not group.startswith("Not"))
    can = ready(rows)
    parts = [
        ("Ready to work at home (practice)", int(can[mine].sum()), int(mine.sum())),
        ("", int(can[~mine].sum()), int((~mine).sum())),
    ]
    return counted(parts, at).iloc[:1]


# ---------------------------------------------------------------- the study


@lab("teacher-study")
def teacher_study(at, **_) -> list:
    """What did the study on teachers and long-run outcomes find, and what does it not say?"""
    case = next(c for c in catalog.content("case_studies")["cases"] if c["id"] == "cs_teachers")
    rows = [
        ("What is claimed", f"{case['claim_in_sources']}"),
        ("How it was studied", texts("m05")["study"]["design"]),
        *[("What was found", one) for one in case["evidence"]],
        *[("What limits it", one) for one in case["caveats"]],
        ("Where to read it", "; ".join(case["references"])),
    ]
    columns = {"part": "Part", "words": "What the study says"}
    told = texts("m05")["study"]
    return [told["aloud"], prose(case["title"], columns, rows), told["more"]]
