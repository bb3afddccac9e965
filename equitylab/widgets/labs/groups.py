"""Notebook 00: packs of student groups, and which groups a minimum hides."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_leader
from ...display import known, many
from ...errors import EquityLabError
from ...schema import ALL, BY
from ..registry import Verdict, check, lab
from ._plain import table, text, texts

STEPS = (5, 10, 15, 20, 25, 30)  # the minimum moves between the floor and 30
NAMED = 4  # groups that one row of the table names

# ---------------------------------------------------------------- groups


@lab("context-pack")
def pack(at, pack: str = "", **_) -> list:
    """Which ways of grouping does a pack hold, and which of them do the numbers hold?"""
    chosen = pack or (at.folio.get("profile.context") or {}).get("pack") or "generic"
    packs = {p["id"]: p for p in catalog.content("group_schema")["packs"]}
    one = packs.get(chosen) or packs["generic"]
    told = texts("m00")
    try:
        held = {g.partition(": ")[0] for g in at.school.groups()}
        name = at.school.name
    except EquityLabError:
        held, name = set(), "your numbers"
    rows, here, sensitive = [], 0, 0
    for a in one["attributes"]:
        dimension = told["held_as"].get(a["id"], a["id"])
        here += dimension in held
        sensitive += bool(a["sensitive"])
        words = a["categories"]
        words = "to be named locally" if words == "editable" else ", ".join(map(_words, words))
        question = told["place_questions"].get(a["id"], "")
        rows.append(
            (
                a["label"],
                words,
                "sensitive" if a["sensitive"] else "not marked sensitive",
                "yes" if dimension in held else "not yet",
                question,
            )
        )
    columns = {"attribute": "Way of grouping", "groups": "Groups to start from"}
    columns |= {"sensitive": "Care", "held": f"In the numbers of {name}?"}
    asks = any(row[-1] for row in rows)
    if asks:
        columns["asks"] = "What it lets you ask"
    else:
        rows = [row[:-1] for row in rows]
    said = (
        f"“{one['label']}” has {many(len(rows), 'way')} of grouping students; "
        f"{sensitive or 'none'} of them {'is' if sensitive == 1 else 'are'} marked sensitive, and "
        f"the numbers of {name} hold {here or 'none'} of them."
    )
    out = [said, table(one["label"], columns, rows)]
    out += [f"{one['note']}."] if one.get("note") else []
    if asks:
        out.append(
            "Place and time of joining can be looked at where personal characteristics cannot be. "
            "They show what the school's routines open and close, and they are about no one's "
            "background."
        )
    return out


def _words(id: str) -> str:
    return str(id).replace("_", " ")


# ---------------------------------------------------------------- small numbers


def sizes(school, *, crossed: bool = True) -> pd.DataFrame:
    """How many students are in each of a school's groups, as far as it is published?

    Columns ``dimension group n``; `n` is empty where it is hidden already. They are the groups of
    the latest year's measure of students that publishes the most of them.
    """
    rows = school.rows(year="latest")
    keep = (rows["dimension"] != ALL) & ~rows["pooled"].astype(bool)
    if not crossed:
        keep &= ~rows["dimension"].str.contains(BY, regex=False)
    rows = rows[keep]
    n = rows["n"].astype("float64").where(rows["n_why"] == "")
    people = [id for id, one in catalog.indicators().items() if one.counts == "students"]
    rows = rows.assign(n=n)[(n != 0) & rows["indicator"].isin(people)]
    if rows.empty:
        return rows[["dimension", "group", "n"]]
    most = rows["n"].notna().groupby(rows["indicator"], sort=False).sum().idxmax()
    return rows.loc[rows["indicator"] == most, ["dimension", "group", "n"]]


def states(groups: pd.DataFrame, minimum: int) -> pd.Series:
    """What becomes of each group: shown, hidden, or hidden to protect another?

    A group that stands alone as the hidden one of its dimension could be worked out from the total,
    so the smallest of the others is hidden with it. That is a sketch: the whole method also looks
    at schools, years and second dimensions.

    Examples
    --------
    >>> rows = pd.DataFrame({"dimension": list("aaab"), "group": list("wxyz"), "n": [12, 30, 60, 40]})
    >>> states(rows, 20).tolist()
    ['hidden', 'hidden to protect another', 'shown', 'shown']
    """  # noqa: E501
    small = groups["n"].isna() | (groups["n"] < minimum)
    out = small.map({True: "hidden", False: "shown"})
    for _, part in groups.groupby("dimension", sort=False):
        hidden = small.loc[part.index]
        if hidden.sum() == 1 and len(part) > 1:
            out.loc[part.loc[~hidden, "n"].astype(float).idxmin()] = "hidden to protect another"
    return out


@lab("hide-minimum")
def minimum(at, minimum: object = 10, crossed: bool = True, **_) -> list:
    """Which groups would be hidden if the smallest group that may be shown were larger?"""
    try:
        school = at.school
    except EquityLabError as error:
        return str(error).splitlines()
    least, own = int(minimum or 10), int(school.policy["min_group"])
    groups = sizes(school, crossed=bool(crossed))
    if not groups["n"].notna().any():
        return [f"The numbers of {school.name} show no sizes of such groups, so none can hide."]
    steps = [
        (step, int((states(groups, step) != "shown").sum()) if step >= own else float("nan"))
        for step in STEPS
    ]
    if least < own:
        said = (
            f"These numbers were published with a minimum of {own}. What a minimum of {least} "
            "would add is not in this notebook, and cannot be worked out here; that is the point."
        )
        least = own
    else:
        said = _at_minimum(school.name, groups, least, own)
    alt = f"Of {many(len(groups), 'group')}, hidden at each minimum: " + "; ".join(
        f"{step}: {int(n) if known(n) else 'not known'}" for step, n in steps
    )
    words = (
        "Each line is one minimum; its mark is the number of groups that would be hidden. "
        "Those that the numbers hide already are counted in."
    )
    frame = pd.DataFrame(steps, columns=["minimum", "hidden"])
    chart = figures_leader.hidden(frame, of=len(groups), chosen=least, alt=alt + ".", caption=words)
    return [said, *_beside_guess(at, steps, bool(crossed)), chart, _ways(groups, least, own)]


def _ways(groups: pd.DataFrame, least: int, own: int):
    """Return the table of what is shown, one way of grouping a row."""
    told, before = states(groups, least), states(groups, own)
    rows = []
    for dimension, part in groups.groupby("dimension", sort=False):
        shown = int((told[part.index] == "shown").sum())
        gone = part[(told[part.index] != "shown") & (before[part.index] == "shown")]
        names = [str(group) for group in gone["group"]]
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        named = ", ".join(names[:NAMED]) + more
        row = (catalog.dimension_label(dimension), len(part), shown)
        rows.append(row if least == own else (*row, named or "–"))
    columns = {"way": "Way of grouping", "groups": "Groups", "shown": f"Shown at {least}"}
    if least != own:
        columns["gone"] = f"Hidden beyond those at {own}"
    return table(f"What is shown at a minimum of {least}", columns, rows)


def _at_minimum(name: str, groups: pd.DataFrame, least: int, own: int) -> str:
    told, before = states(groups, least), states(groups, own)
    kept, gone = int((told == "shown").sum()), (told != "shown") & (before == "shown")
    protecting = int((gone & (told == "hidden to protect another")).sum())
    said = f"{name}, with a minimum of {least}: {kept} of {many(len(groups), 'group')} shown."
    if least == own:
        return f"{said} It is the minimum that these numbers were made with."
    if not gone.any():
        return f"{said} Nothing more is hidden than at {own}."
    beside = f", {protecting} of them only to protect another" if protecting else ""
    return (
        f"{said} That hides {int(gone.sum())} more than {own} does{beside}. "
        "Those groups need a listening task instead."
    )


def _beside_guess(at, steps: list[tuple], crossed: bool) -> list[str]:
    """Return how a guess from 10 to 20 compares, where there is one."""
    guess = (at.folio.get("predictions.m00") or {}).get("guess")
    at_step = dict(steps)
    if not crossed or not known(guess) or not known(at_step[10]):
        return []
    more = int(at_step[20] - at_step[10])
    return [f"From 10 to 20, {many(more, 'more group')} would be hidden; you expected {guess:g}."]


@check("small-numbers")
def small_numbers(at, value) -> list[Verdict]:
    """Does the rule keep to the floor, and is there a way to hear hidden groups?"""
    value = value or {}
    rules = catalog.content("reporting_rules")["privacy"]
    least, cell = value.get("minimum_n"), value.get("minimum_cell")
    floor = rules["floor_n"]
    out = [
        Verdict(None, f"Choose a minimum; {rules['minimum_n']} if nobody has set one.")
        if not known(least)
        else Verdict(least >= floor, f"Groups under {least:g} are hidden. The floor is {floor}.")
    ]
    if known(cell) and cell < rules["minimum_cell"]:
        out.append(Verdict(False, f"Counts under {rules['minimum_cell']} are always hidden."))
    ear = bool(text(value.get("listening")))
    words = "There is a way to hear from groups that are hidden."
    todo = "Say how you will hear from groups that are hidden: privacy is no reason to forget them."
    return [*out, Verdict(True if ear else None, words if ear else todo)]
