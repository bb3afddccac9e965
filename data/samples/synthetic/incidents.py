"""Incidents: what was seen, where and when, and what adults did about it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .common import reported, said, who
from .outcomes import Outcomes
from .planted import DAYS_PER_100, LAST, TWO_GROUPS
from .population import INDEX, pick, shuffled, stream

JUDGEMENT = ("Disruption", "Defiance", "Disrespect")
OBJECTIVE = ("Fighting", "Leaving class", "Damage to property", "Vaping or tobacco")
BLOCKS = (
    "Before school", "Block 1", "Block 2", "Block 3", "Lunch",
    "Block 4 (after lunch)", "Block 5", "After school",
)  # fmt: skip
AFTER_LUNCH = 5
PLACES = ("Classroom", "Hallway", "Cafeteria", "Bus", "Grounds")
TERMS = ("Fall", "Winter", "Spring")
MINOR = ("Conference", "Detention", "Warning")
# dd5: of 100 incidents of disruption in the last year, those answered with out-of-school suspension
SAME_POLICY = {"Kestrel": (15, 100), "Ostrander": (65, 100)}
MOST_IN_BLOCK = {True: 0.72, False: 0.52}  # rb6: least share of the days, two groups and others


def incidents(o: Outcomes) -> pd.DataFrame:
    """One row an incident: category, place, time, and what adults did about it."""
    rng = stream("incidents")
    parts = []
    for name, response, again in (
        ("suspended_out_of_school", "Out-of-school suspension", 0.2),
        ("suspended_in_school", "In-school suspension", 0.1),
        ("minor_referral", "", 0.3),
        ("expelled", "Expulsion", 0.0),
        ("referred_to_police", "Referral to law enforcement", 0.0),
    ):
        rows = np.flatnonzero(o.x[name])
        rows = np.sort(np.append(rows, rows[rng.random(len(rows)) < again]))
        words = np.array([response or m for m in MINOR])[pick(rng, (4, 4, 3), len(rows))]
        parts.append(pd.DataFrame(dict(row=rows, response=words)))
    t = pd.concat(parts, ignore_index=True)
    size = len(t)
    judged = rng.random(size) < 0.45
    words = np.where(
        judged,
        np.array(JUDGEMENT)[pick(rng, (3, 2, 2), size)],
        np.array(OBJECTIVE)[pick(rng, (4, 3, 2, 2), size)],
    )
    t["category"] = words
    t["block"] = pick(rng, (1, 3, 3, 3, 3, 4, 3, 1), size)
    days = 1 + pick(rng, (3, 4, 3, 1, 1), size)
    lost = np.select(
        [t["response"] == "Out-of-school suspension", t["response"] == "In-school suspension"],
        [days, 1],
    )
    t["days"] = np.where(t["response"] == "Expulsion", 30, lost)
    t["school"], t["at"] = o.s["school"].to_numpy()[t["row"]], o.s["year"].to_numpy()[t["row"]]
    for year in range(3):
        _riverbend_days(o, t, year)
    for short, (suspended, every) in SAME_POLICY.items():
        _same_policy(t, INDEX[short], suspended, every)
    t["place"] = np.array(PLACES)[pick(rng, (5, 3, 2, 1, 2), size)]
    t.loc[t["block"] == 4, "place"] = "Cafeteria"
    t["term"] = np.array(TERMS)[pick(rng, (3, 4, 4), size)]
    t["tie"] = rng.random(size)
    t = t[reported(o)[t["row"]]].sort_values(["at", "school", "term", "tie"], ignore_index=True)
    number = t.groupby("at").cumcount() + 1
    code = (t["at"] + 22).astype(str) + "-" + number.astype(str).str.zfill(5)
    return pd.DataFrame(
        dict(
            incident_id=code,
            **who(o, t["row"].to_numpy()),
            term=t["term"],
            category=t["category"],
            judgement_based=said(t["category"].isin(JUDGEMENT)),
            place=t["place"],
            time_block=np.array(BLOCKS)[t["block"]],
            response=t["response"],
            days_removed=t["days"],
        )
    )


def _riverbend_days(o: Outcomes, t: pd.DataFrame, year: int) -> None:
    """Make the days lost add up as planted, most of them from one kind, in one block."""
    rng = stream(f"riverbend days {year}")
    here = o.cell("Riverbend", year)
    two = here & o.cell("Riverbend", year, race=TWO_GROUPS)
    for group, rate in zip((two, here & ~two), DAYS_PER_100, strict=True):
        wanted = int(round(rate * group.sum() / 100))
        rows = t.index[group[t["row"]] & (t["response"] == "Out-of-school suspension")].to_numpy()
        fixed = int(t.loc[group[t["row"]], "days"].sum() - t.loc[rows, "days"].sum())
        days = t.loc[rows, "days"].to_numpy().copy()
        while days.sum() + fixed != wanted:
            step = 1 if days.sum() + fixed < wanted else -1
            can = np.flatnonzero((days + step >= 1) & (days + step <= 10))
            days[can[int(rng.random() * len(can))]] += step
        t.loc[rows, "days"] = days
        share = MOST_IN_BLOCK[bool(group is two)]
        planned = shuffled(rng, rows)
        enough = np.searchsorted(np.cumsum(t.loc[planned, "days"]), share * wanted) + 1
        t.loc[planned[:enough], "block"] = AFTER_LUNCH
        kinds = np.array(JUDGEMENT)[pick(rng, (3, 2, 2), enough)]
        t.loc[planned[:enough], "category"] = kinds


def _same_policy(t: pd.DataFrame, school: int, suspended: int, every: int) -> None:
    """Make so many incidents of disruption be answered with out-of-school suspension."""
    here = (t["school"] == school) & (t["at"] == LAST)
    out = t["response"] == "Out-of-school suspension"
    was = t["category"] == "Disruption"
    t.loc[here & was, "category"] = "Defiance"
    minor = t["response"].isin([*MINOR, "In-school suspension"])
    for rows, count in ((here & out, suspended), (here & minor, every - suspended)):
        chosen = shuffled(stream(f"policy {school} {count}"), t.index[rows].to_numpy())[:count]
        assert len(chosen) == count
        t.loc[chosen, "category"] = "Disruption"
