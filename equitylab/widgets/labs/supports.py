"""Notebook 10: supports and partners, with a way in, a way out, and whom they reach."""

from __future__ import annotations

import re

import pandas as pd

from ... import catalog, figures_study, metrics, plan
from ...display import count, listing, many
from ...plan.values import counted, day, kpi_of, number, rule, text
from ..registry import Verdict, check, lab
from ._plain import table, texts

TAKES = r"\b(instead of|in place of|replac\w+|pull(ed)? out|during (science|art|music|recess))\b"


# ------------------------------------------------------------------ supports


@lab("support_menu")
def support_menu(at, driver: str = "", need: str = "", **_) -> list:
    """Which supports are often tried for this barrier, and what should be watched?"""
    told = texts("m10")
    menu = catalog.content("action_plan")["targeted_support_menu"]
    first = told["barriers"].get(need, [])
    held = plan.read(at.folio)
    chosen = {text(row.get("support")) for row in held.supports.values()}
    rows = sorted(menu, key=lambda one: (one["id"] not in first, menu.index(one)))
    labels = [one["label"] for one in menu if one["id"] in first]
    if first:
        said = f"Often tried for such a barrier: {listing(labels)}. None is right everywhere: ask what your students told you."
    else:
        said = f"{many(len(menu), 'support')} to choose from. Say what the barrier is about, and those that are often tried come first."
    out = [said]
    if driver in held.drivers:
        row = held.drivers[driver]
        out.append(
            f"For the driver “{text(row.get('text'))}”: which of them changes that condition, and which only helps students cope with it?"
        )
    cells = [
        (
            one["label"],
            "yes" if one["id"] in first else "",
            one["fits"],
            one["watch"],
            kpi_of(told["reach"][one["id"]])["label"],
            "yes" if one["id"] in chosen else "",
        )
        for one in rows
    ]
    columns = {
        "support": "Support", "first": "Often tried here", "fits": "Fits", "watch": "Watch",
        "reach": "Reach measure", "mine": "In your plan",
    }  # fmt: skip
    if not first:
        columns.pop("first")
        cells = [(c[0], *c[2:]) for c in cells]
    return [*out, table("Supports, what they fit and what to watch", columns, cells)]


@check("support")
def support(at, row: dict) -> list[Verdict]:
    """Has the support a way in, a way out, a reach, and does it add to core learning?"""

    row = row or {}
    if not text(row.get("support")):
        return [Verdict(None, "Choose a support.")]
    menu = {one["id"]: one for one in catalog.content("action_plan")["targeted_support_menu"]}
    one = menu.get(row["support"], {})
    reach = texts("m10")["reach"].get(row["support"], "k_support_reach")
    out = [
        Verdict(
            True, f"Fits: {one.get('fits', '').lower()}. Watch: {one.get('watch', '').lower()}."
        )
    ]
    for field, label in (("entry_rule", "Entry rule"), ("exit_rule", "Exit rule")):
        said = text(row.get(field))
        out.append(Verdict(bool(said) or None, f"{label}: {said or 'not written yet'}."))
    if re.search(r"\b(recommend|refer|nominat|ask for|request)", text(row.get("entry_rule")), re.I):
        out.append(
            Verdict(
                False,
                "This way in needs someone who speaks up. Could the rule find the student instead?",
            )
        )
    if re.search(TAKES, text(row.get("what")), re.I):
        out.append(Verdict(False, "It seems to take core time. Could it be added, or moved?"))
    kpi = text(row.get("reach_kpi")) or reach
    out.append(_reached(row, kpi_of(kpi)["label"]))
    if not row.get("driver"):
        out.append(Verdict(False, "Say which driver it serves."))
    return out


def _reached(row: dict, label: str) -> Verdict:
    needing, served = number(row.get("needing")), number(row.get("served"))
    if needing is None or served is None:
        return Verdict(None, f"Reach ({label}): how many have the need, and how many are reached?")
    if served > needing:
        return Verdict(False, "More are reached than have the need: is the need found fairly?")
    if rule(served, needing):
        return Verdict(None, f"Reach ({label}): too few to be shown. Ask instead.")
    return Verdict(True, f"Reach ({label}): {counted(served, needing)}.")


@check("partner")
def partner(at, row: dict) -> list[Verdict]:
    """Does the agreement say who is served, how they get there, and who keeps them safe?"""
    row = row or {}
    if not text(row.get("partner")):
        return [Verdict(None, "Name a partner.")]
    outline = catalog.content("family_community_engagement")["partnerships"]["agreement_outline"]
    left = [part.replace("_", " ") for part in outline if part not in (row.get("agreement") or [])]
    said = (
        f"The agreement does not say yet: {listing(left)}."
        if left
        else "The agreement has all its parts."
    )
    out = [_reached(row, "of those who want or need it"), Verdict(not left, said)]
    wait = number(row.get("wait_days"))
    if wait is not None and wait > 20:
        out.append(Verdict(False, f"A wait of {count(wait)} days: who gives up meanwhile?"))
    if not text(row.get("access")):
        out.append(Verdict(None, "Say what stands between a student and the place."))
    if not day(row.get("review_date")):
        out.append(Verdict(None, "Set a day to look again."))
    return out


@lab("support_reach")
def support_reach(at, **_) -> list:
    """Whom do supports and partners reach, of those who need them?"""
    held = plan.read(at.folio)
    menu = {
        one["id"]: one["label"] for one in catalog.content("action_plan")["targeted_support_menu"]
    }
    rows = [
        (menu.get(text(r.get("support")), text(r.get("support"))), r)
        for r in held.supports.values()
    ]
    rows += [(text(r.get("partner")), r) for r in at.folio.rows("action_plan.partners")]
    if not rows:
        return [
            "Write a support or a partner first, with how many need it and how many it reaches."
        ]
    marks, cells = [], []
    for label, row in rows:
        x, n = number(row.get("served")), number(row.get("needing"))
        whole = x is not None and n and 0 <= x <= n
        why = rule(x, n) if whole else "no count yet"
        if whole and not why:
            marks.append((label, *(float(v) for v in metrics.rate(int(x), int(n))), ""))
        else:
            marks.append((label, *[float("nan")] * 3, why))
        wait = number(row.get("wait_days"))
        more = text(row.get("reach_check")) or text(row.get("access"))
        cells.append(
            (
                label,
                counted(x, n) if whole else why,
                f"{count(wait)} days" if wait is not None else "",
                more,
            )
        )
    told = [m for m in marks if not m[-1]]
    said = f"{many(len(rows), 'support or partner', 'supports and partners')}, {len(told)} with counts that can be shown."
    if told:
        said += " " + "; ".join(f"{c[0]}: {c[1]}" for c in cells if "of" in c[1]) + "."
    out: list = [said]
    if told:
        frame = pd.DataFrame(marks, columns=["label", "value", "low", "high", "why"])
        out.append(
            figures_study.dots(
                frame, label="Reached, of those with the need", alt=said,
                caption="Dots are shares, lines their 95% intervals. A low reach is a task for the rule, not for students.",
            )
        )  # fmt: skip
    columns = {
        "what": "Support or partner",
        "reach": "Reached",
        "wait": "Wait",
        "check": "Not reached yet, and how we look",
    }
    return [*out, table("Reach, wait and what stands between", columns, cells)]
