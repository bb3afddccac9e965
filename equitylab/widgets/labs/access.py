"""Notebook 03: courses and activities beside success, four opportunities, and place."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_study, language
from ...display import known, listing, points, who
from ...markup import Html
from ...signals import CLEAR, NOT_CLEAR, TOO_FEW
from ..registry import lab
from ._counts import PRACTICE, chart, counted, note, said, table
from ._own import told, typed
from ._plain import table as prose
from ._plain import texts
from ._rows import chosen_row, missing, of, of_all
from .gaps import group_table

PLACE = ("travel_time", "entry_point", "neighbourhood_need", "feeder")
ENTRY = ("algebra_1", "advanced_course", "ap_enrolled", "gifted")  # who is let in
SUCCESS = ("passed_algebra_1",)  # and how it goes from there
ROSTERS = ("activity_any", "activity_fee")
POINTS = (
    "Dot: the group's rate less that of everyone else, in percentage points, with its interval. "
    "Filled dot and bold name: a clear difference. Dashed line: no difference."
)


# ---------------------------------------------------------------- S3-27


@lab("courses-and-activities")
def courses(at, students="", **_) -> list:
    """Who is in advanced courses and on rosters, and how do those who are in fare?"""
    view = at.school.view
    if not students:
        row = chosen_row(at, chapters=("access",)) or chosen_row(at, chapters=("activities",))
        students = f"{row.dimension}: {row.group}" if row is not None else ""
    held = [m for m in (*ENTRY, *SUCCESS, *ROSTERS) if m in view.latest]
    if not held or not students:
        return [missing(at, "", "", "")]
    rows = {m: _best(view, m, students) for m in held}
    shown = {m: r for m, r in rows.items() if r is not None and known(r.difference)}
    group = students.partition(": ")[2]
    out: list = [_two_sides(at, rows, group), *_rosters(at)]
    if shown:
        out.append(_gaps(shown, f"Courses and activities, {who(group)} beside everyone else"))
    out.append(_sides_table(rows, shown, f"Entry and success, {who(group)}"))
    return out if "passed" in out[0] else [*out, texts("m03")["ask_success"]]


def _best(view, measure: str, students: str):
    """Return a group's row; the pooled years where one year is too few to tell."""
    dimension, _, group = students.partition(": ")
    rows = view.of(measure)
    rows = rows[(rows["dimension"] == dimension) & (rows["group"] == group)]
    rows = sorted(rows.itertuples(index=False), key=lambda r: bool(r.pooled))
    if len(rows) > 1 and rows[0].signal == TOO_FEW and rows[1].signal in (CLEAR, NOT_CLEAR):
        return rows[1]
    return rows[0] if rows else None


def _two_sides(at, rows: dict, group: str) -> str:
    """Say entry and success in one breath."""
    told = texts("m03")["two_sides"]
    compared = {m: r for m, r in rows.items() if r is not None and known(r.difference)}
    entry = next((compared[m] for m in ENTRY if m in compared), None)
    success = next((compared[m] for m in SUCCESS if m in compared), None)
    if entry is None:
        return told["no_entry"].format(group=who(group))
    if success is None:
        return f"{language.gap(entry)} {_practised(at, group, told)}"
    both = f"{language.gap(entry)} Of those who are in: {language.gap(success)}"
    if entry.signal != CLEAR:
        return both
    return f"{both} {told[{CLEAR: 'apart', NOT_CLEAR: 'even'}.get(success.signal, 'few')]}"


def _practised(at, group: str, words: dict) -> str:
    """rb2, which one year's published numbers hide: three years together, for the exercise."""
    rows = at.practice("algebra_success")
    if not at.school.sample or group not in set(rows["group"]):
        return words["no_success"]
    frame = counted([(r.group, r.x, r.n) for r in rows.itertuples(index=False)], at)
    said_ = told(frame, did="passed Algebra I", others="others who are in")
    return f"Of those who are in, {rows['years'].iloc[0]} together (practice numbers): {said_} {words['even']}"


def _rosters(at) -> list[str]:
    """Say where rosters mirror the school, and where a fee or an invitation shows."""
    out = []
    for measure in ROSTERS:
        rows = of(at.school.view, measure)
        if rows.empty:
            continue
        label = catalog.indicator(measure).label
        said_ = language.overview(list(rows.itertuples(index=False)), catalog.indicator(measure))
        row = chosen_row(at, measure=measure)
        more = f" {language.gap(row)}" if row is not None and row.signal == CLEAR else ""
        out.append(f"{label}: {said_}{more}")
    return out


def _gaps(rows: dict, what: str):
    labels = {m: catalog.indicator(m).label for m in rows}
    gaps = {m: points(r.difference, min(r.n, r.other_n)) for m, r in rows.items()}
    parts = [f"{labels[m]} {gaps[m]} points" for m in rows]
    return differences([(labels[m], r) for m, r in rows.items()], f"{what}: {'; '.join(parts)}.")


def differences(rows: list[tuple], alt: str):
    """Draw several differences beside everyone else, in percentage points."""
    told = [
        (label, *(100 * v for v in (r.difference, r.difference_low, r.difference_high)), r.signal)
        for label, r in rows
    ]
    drawn = pd.DataFrame(told, columns=["label", "value", "low", "high", "signal"])
    drawn["strong"] = drawn.pop("signal") == CLEAR
    return figures_study.dots(
        drawn, label="Percentage points", percent=False, line=0.0, caption=POINTS, alt=alt
    )


def _sides_table(rows: dict, shown: dict, caption: str):
    columns = {
        "measure": "Measure", "counts": "This group", "others": "Everyone else", "year": "Year",
        "difference": "Difference, points", "signal": "What it says",
    }  # fmt: skip
    lines = []
    for m, r in rows.items():
        about = catalog.indicator(m)
        if m in shown:
            gap = points(r.difference, min(r.n, r.other_n))
            other = of_all(r.other_x, r.other_n)
            cells = language.rate_of(r, about), other, r.year, gap, r.signal
        else:
            cells = (r.why if r is not None and r.why else "not published"), "", "", "", ""
        lines.append((about.label, *cells))
    return prose(caption, columns, lines)


# ---------------------------------------------------------------- S2-01


@lab("four-opportunities")
def opportunities(at, students="", **_) -> list:
    """Do teachers, courses, a safe place and tools reach a group as they reach everyone else?"""
    view, told = at.school.view, texts("m03")["opportunities"]
    if not students:
        row = chosen_row(at, chapters=("access", "staffing"))
        students = f"{row.dimension}: {row.group}" if row is not None else ""
    dimension, _, group = students.partition(": ")
    found, lines = [], []
    for area in told["areas"]:
        rows = [(catalog.indicator(m).label, _best(view, m, students)) for m in area["measures"]]
        rows = [(label, r) for label, r in rows if r is not None and known(r.difference)]
        source = "published"
        if area["id"] in ("safe", "tools"):
            frame, source = _tools(at, area, dimension)
            rows = [(area["short"], r) for r in frame.itertuples(index=False)]
            rows = [(label, r) for label, r in rows if r.label == _asked(frame, group)]
        for label, r in rows:
            whom = getattr(r, "label", "") or group
            found.append((label, r, area, whom))
            lines.append(_opportunity(area, label, r, whom, source))
        if not rows:
            lines.append((area["label"], "not in these numbers", "", "", "", ""))
    columns = {
        "area": "Opportunity", "measure": "Measure and students", "reached": "Reached",
        "difference": "Beside everyone else", "signal": "What it says", "source": "From",
    }  # fmt: skip
    table_ = prose("Four opportunities, beside everyone else", columns, lines)
    if not found:
        return [missing(at, "", students, ""), table_]
    clear = [f"{label} ({whom})" for label, r, _, whom in found if r.signal == CLEAR]
    even = [f"{label} ({whom})" for label, r, _, whom in found if r.signal != CLEAR]
    said_ = (
        f"Clear differences from everyone else: {listing(clear)}."
        if clear
        else "No opportunity differs clearly."
    )
    said_ += f" Not clear, or too few to tell: {listing(even)}." if even else ""
    drawn = [(f"{label}", r) for label, r, _, _ in found if known(r.difference)]
    figure = differences(drawn, f"Four opportunities. {said_}")
    held = [r for _, r, area, _ in found if area["id"] not in ("safe", "tools")]
    held.sort(key=lambda r: (r.signal != CLEAR, -abs(r.difference)))
    opening = [language.gap(r) for r in held[:1]]
    return [*opening, said_, figure, table_, told["note"]]


def _asked(frame, group: str) -> str:
    """Return the row of a practice table that stands for a group: itself, or the smallest."""
    shown = frame[frame["why"] == ""]
    if group in set(shown["label"]):
        return group
    return "" if shown.empty else shown.loc[shown["n"].idxmin(), "label"]


def _opportunity(area: dict, label: str, r, whom: str, source: str) -> tuple:
    if hasattr(r, "indicator"):
        reached = language.rate_of(r, catalog.indicator(r.indicator))
    else:
        reached = said(r)
    gap = f"{points(r.difference, min(r.n, r.other_n))} points" if known(r.difference) else ""
    return area["label"], f"{label}: {whom}", reached, gap, r.signal, source


def _tools(at, area: dict, dimension: str):
    """Return what was typed in for an area, or else a practice table of it."""
    own = [r for r in at.folio.rows("labs.m03_opportunities") if r.get("what") == area["id"]]
    frame = typed(own, "group", at)
    if frame is not None:
        return frame.assign(
            **{c: float("nan") for c in ("difference",) if c not in frame}
        ), "your own counts"
    if area["id"] == "tools":
        rows = at.practice("devices")
        column = "english_learner" if dimension == "el" else "travel_time"
        good = rows["device"].isin(["Own", "School loan"]) & (rows["connection"] == "Reliable")
        good &= rows["accessibility_met"] != "Not met"
    else:
        rows = at.practice("survey_student").dropna(subset=["s8"])
        column = catalog.dimension_label("el") if dimension == "el" else "Travel time"
        rows = rows[rows[column] != ""]
        good = rows["s8"].astype(float) >= 4
    names = texts("m03")["opportunities"]["names"]
    parts = [
        (names.get(str(g), str(g)), int(good[part.index].sum()), len(part))
        for g, part in rows.groupby(column, sort=True)
    ]
    return counted(parts, at), "practice"


# ---------------------------------------------------------------- S4-10


@lab("place")
def place(at, measure="", **_) -> list:
    """Where do journeys and the time of joining open or close doors, whoever the student is?"""
    view = at.school.view
    held = [d for d in PLACE if d in set(view.single["dimension"])]
    out: list = []
    for dimension in held:
        rows = view.compared
        rows = rows[(rows["dimension"] == dimension) & ~rows["pooled"].astype(bool)]
        rows = list(
            (rows[rows["indicator"] == measure] if measure else rows).itertuples(index=False)
        )
        label, shown = catalog.dimension_label(dimension), [r for r in rows if r.signal == CLEAR]
        if shown:
            widest = max(shown, key=lambda r: abs(r.difference))
            out.append(f"{label}: {language.gap(widest)}")
            drawn = [(f"{catalog.indicator(r.indicator).label}: {r.group}", r) for r in shown[:14]]
            out.append(differences(drawn, f"Clear differences by {label.lower()}. {out[-1]}"))
            out.append(group_table(at, widest))
        else:
            out.append(f"{label}: no clear difference on what is published.")
            out += [group_table(at, rows[0])] if measure and rows else []
    if held:
        return out
    told = texts("m03")["place"]
    return [*_joined(at), *_travelled(at), told["missing"].format(name=at.school.name), told["ask"]]


def _joined(at) -> list:
    """hc2: who joins mid-year is less often in enrichment, and does as well."""
    out: list = []
    for measure, part in at.practice("entry_point").groupby("measure", sort=False):
        frame = counted([(r.entry_point, r.x, r.n) for r in part.itertuples(index=False)], at)
        did = measure[:1].lower() + measure[1:]
        did = f"were {did}" if did.startswith("in ") else did
        out.append(told(frame, did=did, others="pupils who started with the others"))
        out.append(chart(frame, label=measure, alt=f"{measure}, by when pupils joined. {out[-1]}"))
        out.append(
            table(frame, f"{measure}, by when pupils joined", first="Joined", people="Pupils")
        )
        out += note(frame)
    return [out[0], texts("m03")["place"]["hillcrest"], *out[1:]]


def _travelled(at) -> list:
    rows = at.practice("attendance_barriers")
    rows = rows[rows["kind"] == "Travel time"]
    frame = counted([(r.category, r.x, r.n) for r in rows.itertuples(index=False)], at)
    said_ = told(frame, did="were chronically absent", others="other students")
    return [
        Html("<h4>The journey</h4>"),
        said_,
        chart(frame, label="Chronically absent", alt=f"Chronic absence by travel time. {said_}"),
        table(frame, "Chronic absence by travel time", first="Journey", did="Absent"),
        PRACTICE,
    ]
