"""Notebook 05: who gets teachers' experience, courses, time, money and devices."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures, language, metrics
from ...display import count, known, many, points, who
from ...errors import EquityLabError
from ...figures_listening import amounts
from ...reports import findings, tables
from ...schema import ALL
from ..registry import lab
from ._counts import PRACTICE, chart, counted, note, spoken, summary, table
from ._plain import people, text, texts
from ._plain import table as prose

DOT = (
    "Dot: the group's rate, with its interval. Filled dot and bold name: a clear difference. "
    "Diamond: other students. Pale bar: only a band is published."
)
READY = "have a device of their own, a reliable connection and the accessibility they need"


@lab("who-gets-what")
def who_gets_what(at, what: str = "courses", dimension: str = "", **_) -> list:
    """How does one resource reach each group of students?"""
    told = texts("m05")["what"][what]
    if "practice" in told:
        return PRACTISED[told["practice"]](at, dimension)
    try:
        held = [id for id in told["measures"] if id in at.school.measures()]
    except EquityLabError as error:
        return str(error).splitlines()
    if held:
        out = [part for id in held for part in measured(at, id, dimension)]
        return out[:1] + _guessed(at, what) + out[1:]
    return [
        f"The published numbers of {at.school.name} hold nothing on this: {told['about']}. "
        "Ask who keeps it, and enter group totals below. Until then, look at practice numbers.",
        *PRACTISED[told.get("else", "devices")](at, ""),
    ]


def _guessed(at, what: str) -> list[str]:
    """Return what was predicted of novice teachers beside what is published."""
    guess = at.folio.get("predictions.m05") or {}
    if what != "experience" or not guess.get("group"):
        return []
    dimension, _, group = str(guess["group"]).partition(": ")
    text_ = f"You expected it of {who(group)}"
    text_ += f", by {guess['points']:g} points." if known(guess.get("points")) else "."
    row = next(iter(row_of(at.school.view, "novice_teacher", dimension, group)), None)
    if row is None or row.why or not known(row.difference):
        return [f"{text_} Their numbers cannot be shown here."]
    apart = points(row.difference, min(row.n, row.other_n))
    return [f"{text_} It is {apart} points beside other students: {row.signal}. Where were you far off, and what does that say?"]  # fmt: skip


def measured(at, id: str, dimension: str = "") -> list:
    """Return what the school's published numbers say on one measure, said, drawn and tabled."""
    view, about = at.school.view, catalog.indicator(id)
    rows, year = view.of(id), view.latest[id]
    if dimension:
        rows = rows[rows["dimension"].isin([ALL, dimension])]
    groups = rows[rows["dimension"] != ALL]
    once = groups[~groups["pooled"].astype(bool)]
    head = f"{about.label}, {at.school.name}, {year}."
    if not once["why"].isin(["", "band"]).any():
        of = f": {catalog.dimension_label(dimension)}" if dimension else ""
        return [f"{head} Nothing can be shown by group{of}."]
    total = view.total(id)
    everyone = f" All students: {language.rate_of(total, about)}." if total is not None else ""
    overall = language.overview(list(once.itertuples(index=False)), about)
    gaps, bright = findings.sides(list(groups.itertuples(index=False)))
    first = [
        language.gap(row) for row in findings.weightiest(gaps, 1) or findings.weightiest(bright, 1)
    ]
    alt = f"{about.label}, {year}, by group. {overall or 'Days lost per 100 students.'}"
    caption = f"{about.label}, {year}, each group compared with other students"
    unit = at.school.unit_id
    return [
        *first,
        f"{head}{everyone} {overall}".strip(),
        figures.rates(once, about, alt=alt, caption=DOT),
        tables.by_group(rows, about, caption, unit=unit, year=year, shared=view.shared),
        f"{about.caution}.",
    ]


def row_of(view, id: str, dimension: str, group: str) -> list:
    """Return the latest single-year row of a group, if there is one that is a rate."""
    if catalog.indicator(id).events or catalog.indicator(id).score:
        return []
    rows = view.of(id)
    rows = rows[(rows["dimension"] == dimension) & (rows["group"] == group)]
    rows = rows[~rows["pooled"].astype(bool) & rows["why"].isin(["", "band", "hidden"])]
    return list(rows.head(1).itertuples(index=False))


# ---------------------------------------------------------------- practice


def _attribute(dimension: str, there) -> str:
    """Return the attribute of a practice table that a dimension stands for."""
    label = catalog.dimension_label(dimension) if dimension else ""
    return label if label in set(there) else next(iter(dict.fromkeys(there)))


def spread(at, dimension: str, what: str, unit: str) -> list:
    """How much of the practice school's money or hours reaches a student of each group?"""
    lines, reach = at.practice("resources"), at.practice("resource_reach")
    lines = lines[lines[what] > 0]
    frame = _each(lines, reach, what)
    free = _each(lines[lines["flexible"] == "Yes"], reach, what)
    mine = _attribute(dimension, frame["attribute"])
    opening = f"Of all these lines, {_pair(frame, mine, unit)}"
    widest = (free["value"] - free["equal"]).abs().idxmax()
    moved = f"Of the lines that can be moved, {_pair(free, free.loc[widest, 'attribute'], unit)}"
    alt = f"{opening} {many(len(frame), 'group')} are drawn, in pairs."
    caption = "Dot: what reaches each student of the group. Cross: an equal share for everyone."
    told = [
        (r.label, count(r.n), _amount(r.value, unit), _amount(f, unit), _amount(r.equal, unit))
        for r, f in zip(frame.itertuples(index=False), free["value"], strict=True)
    ]
    columns = {
        "group": "Group", "n": "Students", "value": "Reaches each", "free": "Of what can be moved",
        "equal": "Equal share of all",
    }  # fmt: skip
    shares = [
        (r.line, _amount(getattr(r, what), unit), str(r.reaches_group), f"{r.flexible}")
        for r in lines.itertuples(index=False)
    ]
    about = {"line": "Line", "amount": "In all", "who": "Whom it reaches", "free": "Can be moved?"}
    return [
        f"{opening} {moved}",
        amounts(frame, label=f"{unit.capitalize()} a student", alt=alt, caption=caption),
        prose(f"{unit.capitalize()} that reach each student", columns, told, ""),
        prose("The lines, and the rule that decides whom each reaches", about, shares),
        "Each line is spread evenly over the students whom it reaches. These are planned amounts of "
        "one year; more money in a room says nothing yet of who teaches in it.",
        PRACTICE,
    ]


def _each(lines: pd.DataFrame, reach: pd.DataFrame, what: str) -> pd.DataFrame:
    """Return what reaches each student, by group: ``attribute label n value equal``."""
    rows = []
    for attribute, part in reach.groupby("attribute", sort=False):
        wide = part.pivot(index="option", columns="group", values="reached").loc[lines["line_id"]]
        wide = wide[list(dict.fromkeys(part["group"]))]
        size = part.drop_duplicates("group").set_index("group")["n"].loc[wide.columns]
        each = metrics.per_person(lines[what], wide, wide.sum(axis=1), size)
        equal = lines[what].sum() / size.sum()
        rows += [
            (attribute, g, n, v, equal) for g, n, v in zip(wide.columns, size, each, strict=True)
        ]
    return pd.DataFrame(rows, columns=["attribute", "label", "n", "value", "equal"])


def _pair(frame: pd.DataFrame, attribute: str, unit: str) -> str:
    """Say what reaches the two groups of an attribute."""
    more, less = frame[frame["attribute"] == attribute].sort_values("value").iloc[::-1].itertuples()
    return (
        f"{people(more.label)} receive {_amount(more.value, unit)} each, and {people(less.label)} "
        f"{_amount(less.value, unit)}; an equal share would be {_amount(more.equal, unit)}."
    )


def _amount(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}" if unit == "dollars" else f"{value:,.1f} {unit}"


def ready(rows: pd.DataFrame) -> pd.Series:
    """Whether each student has a device, a reliable connection, and tools that fit."""
    return (
        rows["device"].isin(["Own", "School loan"])
        & (rows["connection"] == "Reliable")
        & (rows["accessibility_met"] != "Not met")
    )


def devices(at, dimension: str) -> list:
    """Who can work at home tonight?"""
    rows = at.practice("devices")
    can = ready(rows)
    by_language = dimension == "el"
    column = "english_learner" if by_language else "travel_time"
    order = ["Yes", "No"] if by_language else ["Under 20 min", "20 to 40 min", "Over 40 min"]
    names = {"Yes": "English learner", "No": "Not an English learner"}
    parts = [
        (names.get(g, g), int(can[rows[column] == g].sum()), int((rows[column] == g).sum()))
        for g in order
    ]
    frame = counted(parts, at)
    opening = summary(frame, did=READY, others="other students")
    title = "Device, connection and accessibility at home"
    by = "English learner status" if by_language else "travel time"
    return [
        opening,
        chart(frame, label="Ready to work at home", alt=f"{title}, by {by}. {opening}"),
        table(frame, f"{title}, by {by}", first="Group", did="Ready"),
        *note(frame),
        "A shared device counts as none. In the story behind these numbers, loans are handed out in "
        "the library after the last long-distance bus has left.",
        PRACTICE,
    ]


def entry(at, dimension: str = "") -> list:
    """Who is in enrichment, by when they joined; and do they do as well?"""
    rows, out = at.practice("entry_point"), []
    for measure, part in rows.groupby("measure", sort=False):
        frame = counted([(r.entry_point, r.x, r.n) for r in part.itertuples()], at)
        row = frame.iloc[1]
        did = "are in enrichment" if "enrichment" in measure else "met the expected standard"
        opening = spoken(row, did=did, others="others")
        out += [
            opening,
            chart(frame, label=measure, alt=f"{measure}, by when pupils joined. {opening}"),
            table(frame, f"{measure}, by when pupils joined", first="Joined", people="Pupils"),
        ]
    return [*out, "Practice numbers of the fictional Hillcrest Primary: access differs, results do "
            "not clearly differ. Both are findings."]  # fmt: skip


PRACTISED = {
    "money": lambda at, dimension: spread(at, dimension, "amount", "dollars"),
    "hours": lambda at, dimension: spread(at, dimension, "hours", "hours"),
    "devices": devices,
    "entry": entry,
}


@lab("own-counts")
def own_counts(at, **_) -> list:
    """What do the school's own totals say, under the same rule as everything else?"""
    held = at.folio.rows("staffing_review.counts")
    out: list = []
    for row in held:
        numbers = [row.get(k) for k in ("x", "n", "other_x", "other_n")]
        if not all(known(v) for v in numbers):
            continue
        x, n, other_x, other_n = map(int, numbers)
        name = text(row.get("resource")) or "Resource"
        if x > n or other_x > other_n:
            out.append(
                f"{name}: more students are reached than there are. Look at the counts again."
            )
            continue
        frame = counted([(text(row.get("group")) or "Group", x, n), ("All others", other_x, other_n)], at)  # fmt: skip
        opening = f"{name}. {spoken(frame.iloc[0], did='are reached')}"
        out += [opening, chart(frame, label=name, alt=opening), table(frame, name, first="Group")]
        out += note(frame)
    return out or [
        "Nothing is entered yet. Totals of groups are enough, and names of students never belong here."
    ]
