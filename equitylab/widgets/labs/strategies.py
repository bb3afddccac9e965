"""Notebook 04: two climate strategies side by side, with what speaks for and against each."""

from __future__ import annotations

from ... import catalog
from ...display import listing
from ..registry import Verdict, check, lab
from ._plain import table as prose
from ._plain import text, texts

PARTS = ("what", "tried", "for", "against", "asks", "watch")


def known_strategies() -> list[dict]:
    """Return the strategies that can be compared, the case of the content among them."""
    found = []
    for one in texts("m04")["strategies"]:
        case = one.get("case")
        if case:
            told = next(c for c in catalog.content("case_studies")["cases"] if c["id"] == case)
            one = {
                **one, "tried": told["story"], "for": told["evidence"] + one.get("for", []),
                "against": told["caveats"] + one.get("against", []),
                "references": told["references"] + one.get("references", []),
            }  # fmt: skip
        found.append(one)
    return found


@lab("strategies")
def strategies(at, first="restorative", second="coaching", **_) -> list:
    """What speaks for and against each of two strategies, and what should be watched?"""
    told = {one["id"]: one for one in known_strategies()}
    labels = texts("m04")["strategy_parts"]
    if first == second:
        return [labels["same"]]
    both = [told[first], told[second]]
    rows = [(labels[part], *(_cell(one, part) for one in both)) for part in PARTS]
    rows.append((labels["references"], *(" ".join(one["references"]) for one in both)))
    columns = {"part": "Question"} | {one["id"]: one["label"] for one in both}
    return [
        " ".join(one["aloud"] for one in both),
        prose(f"{both[0]['label']} and {both[1]['label'].lower()}", columns, rows),
        labels["note"],
    ]


def _cell(one: dict, part: str) -> str:
    held = one[part]
    if part == "watch":
        kpis = {k["id"]: k["label"] for k in catalog.content("kpi_catalog")["kpis"]}
        return f"{listing([kpis[k] for k in held])}."
    return " ".join(held) if isinstance(held, list) else held


@check("balanced-strategy")
def balanced(at, value) -> list[Verdict]:
    """Is there a measure that would show harm, by group, and something that would change our mind?"""
    value, told = value or {}, texts("m04")["strategy_checks"]
    main, watch = value.get("measure"), value.get("balancing")
    asked = {
        "balancing": None if not watch else bool(watch) and watch != main,
        "against": None if not text(value.get("against")) else len(text(value["against"]).split()) >= 5,
        "with": None if not value.get("with") else True,
        "small": None if not text(value.get("small")) else True,
    }  # fmt: skip
    return [Verdict(ok, told[name]) for name, ok in asked.items()]
