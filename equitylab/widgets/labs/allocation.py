"""Notebook 05: a fixed budget, shared out by one rule and another, and who loses by each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, metrics
from ...display import count, decimal, first_up, known, listing, many, who
from ...errors import EquityLabError
from ...figures_listening import amounts
from ...reports.findings import counted_on
from ...schema import ALL
from ..registry import Verdict, check, lab
from ._plain import people, table, text, texts

NEED = "need_index"
SAME = 0.02  # of an equal share: closer than that is the same


def plan() -> dict:
    """Return the simulator's options, budget and saved allocations."""
    return catalog.content("hiring_retention_review")["allocation_simulator"]


def spent(values: dict) -> tuple[dict[str, float], dict[str, float]]:
    """Return what is spent on each option, and what each would cost in full.

    Examples
    --------
    >>> units, cost = spent({"a2": 35, "cost_a2": 40})
    >>> units["a2"], cost["a2"], units["a1"], cost["a1"]
    (35.0, 40.0, 0.0, 20.0)
    """
    options = plan()["options"]
    units = {o["id"]: float(values.get(o["id"]) or 0) for o in options}
    cost = {o["id"]: float(values.get(f"cost_{o['id']}") or o["cost"]) for o in options}
    return units, cost


@lab("allocation")
def allocation(at, saved: str = "", **values) -> list:
    """Whom does our way of spending a hundred units reach, beside an equal share and a need index?"""
    told, budget = plan(), plan()["budget_units"]
    example = next((s for s in told["saved"] if s["id"] == saved), None)
    units, cost = spent(example["units"] if example else values)
    whose = f"The allocation “{example['label']}”" if example else "Our choice"
    total = sum(units.values())
    if not total:
        return [
            f"Nothing is spent yet. There are {budget} units, and the options cost "
            f"{sum(cost.values()):g} in full: some will wait.",
            _options(units, cost),
            told["note"] + ".",
        ]
    if total > budget:
        return [
            f"{whose} spends {total:g} units, and there are {budget}: {total - budget:g} too many. "
            "Take them away somewhere before you compare; that is the decision this is about.",
            _options(units, cost),
            told["note"] + ".",
        ]
    frame = reached(at, units)
    left = f" {budget - total:g} units are kept back." if total < budget else ""
    opening = f"{whose} spends {total:g} of {budget} units.{left} {_aloud(frame)}"
    alt = f"Units that reach every 100 students of each group. {opening}"
    caption = (
        "Dot: this allocation. Cross: an equal share of the same units for every student. Diamond: "
        "a need index, in which each recorded barrier counts half a student more."
    )
    label = "Units that reach every 100 students"
    return [
        opening,
        amounts(frame, label=label, alt=alt, caption=caption),
        _groups(frame),
        *_losers(at, frame, units, cost),
        _options(units, cost),
        *([f"What others asked of it: {example['critique']}"] if example else []),
        texts("m05")["limits"],
    ]


def reached(at, units: dict[str, float]) -> pd.DataFrame:
    """Return units per 100 students of each group: ``label n value equal need``."""
    reach = at.practice("allocation_reach")
    total, rows = sum(units.values()), []
    for _, part in reach.groupby("attribute", sort=False):
        wide = part.pivot(index="option", columns="group", values="reached")
        wide = wide[list(dict.fromkeys(part["group"]))]
        size = part.drop_duplicates("group").set_index("group")["n"].loc[wide.columns]

        def each(amounts, options, wide=wide, size=size):
            some = wide.loc[options]
            return 100 * metrics.per_person(amounts, some, some.sum(axis=1), size)

        ours = each(list(units.values()), list(units))
        need = each([total], [NEED])
        equal = 100 * total / size.sum()
        rows += [
            (g, n, v, equal, d) for g, n, v, d in zip(wide.columns, size, ours, need, strict=True)
        ]
    return pd.DataFrame(rows, columns=["label", "n", "value", "equal", "need"])


def _aloud(frame: pd.DataFrame) -> str:
    more, less = _sides(frame)
    texts = []
    if more:
        texts.append(f"More than an equal share reaches {listing([people(g) for g in more])}")
    if less:
        texts.append(f"less than an equal share reaches {listing([people(g) for g in less])}")
    return first_up("; ".join(texts)) + "." if texts else "Every group receives an equal share."


def _sides(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    ratio = frame["value"] / frame["equal"]
    return list(frame.loc[ratio > 1 + SAME, "label"]), list(frame.loc[ratio < 1 - SAME, "label"])


def _groups(frame: pd.DataFrame):
    columns = {
        "group": "Group", "n": "Students", "value": "This allocation", "equal": "Equal share",
        "need": "Need index", "says": "Beside an equal share",
    }  # fmt: skip
    rows = []
    for r in frame.itertuples(index=False):
        apart = r.value - r.equal
        near = abs(apart) <= SAME * r.equal
        says = "the same" if near else f"{abs(apart):.1f} {'more' if apart > 0 else 'less'}"
        rows.append(
            (r.label, count(r.n), f"{r.value:.1f}", f"{r.equal:.1f}", f"{r.need:.1f}", says)
        )
    return table("Units that reach every 100 students of a group", columns, rows, "")


def _losers(at, frame: pd.DataFrame, units: dict, cost: dict) -> list[str]:
    """Say who receives less, and whom the options that are not paid for would have reached."""
    out = []
    short = frame[frame["value"] < frame["need"] * (1 - SAME)]
    if len(short):
        names = [
            f"{people(r.label)} ({r.value:.1f} of {r.need:.1f})"
            for r in short.itertuples(index=False)
        ]
        out.append(f"Who loses, beside a need index: {listing(names)}.")
    everyone = at.practice("allocation_reach")
    of = everyone["attribute"].iloc[0]
    sums = everyone[everyone["attribute"] == of].groupby("option")["reached"].sum()
    unpaid = [
        f"{o['label']} (would reach {count(sums[o['id']])} students)"
        for o in plan()["options"]
        if not units[o["id"]]
    ]
    if unpaid:
        out.append(f"Not paid for: {listing(unpaid)}. Name whom you would tell, and what.")
    part = [
        f"{o['label']} ({units[o['id']]:g} of {cost[o['id']]:g})"
        for o in plan()["options"]
        if 0 < units[o["id"]] < cost[o["id"]]
    ]
    if part:
        out.append(f"Paid for in part, so with fewer places or hours: {listing(part)}.")
    return out


def _options(units: dict, cost: dict):
    words, strong = texts("m05")["reach"], texts("m05")["evidence"]
    rows = [
        (
            o["label"], f"{units[o['id']]:g}", f"{cost[o['id']]:g}",
            words.get(o["reach"], o["reach"]), strong.get(o["strength_of_evidence"], o["strength_of_evidence"]),
        )
        for o in plan()["options"]
    ]  # fmt: skip
    columns = {
        "option": "Option", "units": "Units", "cost": "Cost in full", "who": "Whom it reaches",
        "evidence": "Strength of evidence",
    }  # fmt: skip
    return table("The options", columns, rows)


@check("trade-offs")
def trade_offs(at, value) -> list[Verdict]:
    """Are the choice, the loss and the missing voice all named?"""
    value = value or {}
    units, _ = spent(at.folio.get("staffing_review.allocation") or {})
    total, budget = sum(units.values()), plan()["budget_units"]
    return [
        Verdict(
            None if not total else total <= budget,
            f"The choice spends {total:g} of {budget} units."
            if total
            else f"Spend the {budget} units in the simulator first.",
        ),
        _named(value, "who_loses", "Who loses is named.", "Say who receives less than before."),
        _named(value, "voice", "A voice to hear is named.", "Say whose voice is missing here."),
        _named(value, "stop", "Something is stopped.", "Say what you would stop, to begin this."),
    ]


def _named(value: dict, field: str, there: str, todo: str) -> Verdict:
    return Verdict(True, there) if text(value.get(field)) else Verdict(None, todo)


# ---------------------------------------------------------------- rules for a district's money


POT = 1000
FEW = 2  # schools that a comparison needs


@lab("funding-rules")
def funding_rules(at, need: str = "", weight: object = 0.5, **_) -> list:
    """What would the school receive of a district's money under three rules?"""
    try:
        school = at.school
        there = school.groups()
    except EquityLabError as error:
        return str(error).splitlines()
    dimension, _, group = (need if need in there else next(iter(there), "")).partition(": ")
    weight = float(weight) if known(weight) else 0.5
    frame = _schools(school, dimension, group)
    told = frame[frame["n"].notna() & frame["need"].notna()].reset_index(drop=True)
    mine = told.index[told["unit_id"] == school.unit_id]
    if len(told) < FEW or mine.empty:
        return [
            f"Sizes are published for {many(len(told), 'school')} here, or not for {school.name}: "
            "too few to compare rules between schools. Ask the district how its rule is written."
        ]
    told["school"] = POT / len(told)
    told["equal"] = POT * metrics.by_need(told["n"], told["need"], weight=0)
    told["value"] = POT * metrics.by_need(told["n"], told["need"], weight=weight)
    row = told.loc[mine[0]]
    opening = (
        f"Of {count(POT)} units for {many(len(told), 'school')}, {school.name} receives "
        f"{row['school']:.0f} if every school gets the same, {row['equal']:.0f} if every student "
        f"counts the same, and {row['value']:.0f} if each of its {count(row['need'])} {who(group)} "
        f"counts {weight:g} more."
    )
    rows = [
        (r.label, count(r.n), count(r.need), f"{r.school:.0f}", f"{r.equal:.0f}", f"{r.value:.0f}")
        for r in told.itertuples(index=False)
    ]
    columns = {
        "school": "School", "n": "Students", "need": group, "each": "Every school the same",
        "equal": "Every student the same", "value": f"Need weighed {weight:g} more",
    }  # fmt: skip
    near = _around(told.assign(need=told["school"]), int(mine[0]))
    alt = f"Units that schools receive under three rules, in alphabetical order. {opening}"
    caption = (
        "Dot: need is weighed. Cross: every student counts the same. Diamond: every school gets the "
        "same. Alphabetical order."
    )
    left = len(frame) - len(told)
    return [
        opening,
        amounts(near, label=f"Units of {count(POT)}", alt=alt, caption=caption),
        table("Three rules, in alphabetical order", columns, rows, ""),
        *_evenness(told, who(group), weight),
        *(
            [f"Left out, since a size is hidden or not collected: {many(left, 'school')}."]
            if left
            else []
        ),
        "A rule on paper is not yet money in rooms: ask which posts, buildings and past gifts the "
        "rule leaves untouched, and which neighbourhoods have waited longest.",
    ]


def _evenness(told: pd.DataFrame, whom: str, weight: float) -> list:
    """Say of each rule how evenly it reaches students, and toward whom it leans."""
    n, need = told["n"].to_numpy(float), told["need"].to_numpy(float)
    if not ((n - need).sum() > 0 and need.sum() > 0):
        return []
    names = {
        "school": "Every school the same", "equal": "Every student the same",
        "value": f"Need weighed {weight:g} more",
    }  # fmt: skip
    rows, lean = [], {}
    for rule, name in names.items():
        each = told[rule].to_numpy(float) / n
        lean[rule] = float(metrics.progressivity(each, need, n))
        even = float(metrics.coefficient_of_variation(each, n))
        low = float(metrics.mcloone(each, n))
        rows.append((name, decimal(100 * lean[rule], 1), f"{100 * even:.0f}%", decimal(low, 2)))
    columns = {
        "rule": "Rule", "lean": f"What reaches {whom}, for 100 that reach others",
        "even": "Uneven by (coefficient of variation)", "low": "Lower half, of the middle (McLoone)",
    }  # fmt: skip
    said = (
        f"Counted over students and not over schools: for every 100 units that reach other students, "
        f"{decimal(100 * lean['school'], 1)} reach {whom} if each school gets the same, and "
        f"{decimal(100 * lean['value'], 1)} if need is weighed. An uneven rule can be a fair one: look "
        "where it leans."
    )
    return [
        said,
        table("How evenly each rule reaches students, and toward whom", columns, rows, ""),
    ]


def _schools(school, dimension: str, group: str) -> pd.DataFrame:
    """Return size and need of the schools under the same district, where they are published."""
    about, whole = counted_on(school.view), school.whole
    units = whole.units[whole.units["level"] == "school"]
    units = units[units["parent_id"] == whole.unit(school.unit_id)["parent_id"]]
    rows = whole.table[
        (whole.table["indicator"] == about)
        & (whole.table["year"] == school.view.latest.get(about))
        & ~whole.table["pooled"].astype(bool)
        & (whole.table["n_why"] == "")
    ]
    size = rows[rows["dimension"] == ALL].set_index("unit_id")["n"]
    of = rows[(rows["dimension"] == dimension) & (rows["group"] == group)].set_index("unit_id")["n"]
    frame = units.assign(
        label=units["unit"].where(units["unit"].str.strip() != "", units["unit_id"]),
        n=units["unit_id"].map(size).astype("float64"),
        need=units["unit_id"].map(of).astype("float64"),
    )
    return frame.sort_values("label", ignore_index=True)


def _around(frame: pd.DataFrame, at: int, room: int = 14) -> pd.DataFrame:
    """Return as many schools as a chart has room for, those next to ours in the alphabet."""
    first = int(np.clip(at - room // 2, 0, max(len(frame) - room, 0)))
    return frame.iloc[first : first + room]
