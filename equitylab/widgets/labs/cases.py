"""Notebook 09: published cases read with their limits, recommendations tested, decisions shared."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_rating, figures_study, metrics
from ...display import listing, many
from ...markup import Html, bullets
from ..registry import Verdict, check, lab
from ._plain import table, text
from .causes import reaches

BOXES, OECD, DECISIONS = "decision_log.cases", "decision_log.oecd", "decision_log.decisions"
FOUR = ("claim", "evidence", "caveat", "transfer")


def cases() -> dict[str, dict]:
    """Return the cases by id."""
    return {one["id"]: one for one in catalog.content("case_studies")["cases"]}


@lab("case")
def case(at, case: str = "cs_hcz", **_) -> list:
    """What is claimed, what is the evidence, and what limits it?"""
    one = cases().get(case) or cases()["cs_hcz"]
    told = [("Claimed:", one["claim_in_sources"])]
    told += [("Evidence:", words) for words in one["evidence"]]
    told += [("What limits it:", words) for words in one["caveats"]]
    told += [("Ask:", words) for words in one["ask"]]
    note = ["This school is fictional."] if one.get("fictional") else []
    source = [f"Source: {' '.join(one['references'])}"] if one.get("references") else []
    return [f"{one['title']}. {one['story']}", *note, Html(bullets(told)), *_drawn(one), *source]


def _drawn(one: dict) -> list:
    """Return the chart of a case that has numbers to draw."""
    if one["id"] == "cs_finland":
        return _trend(one["trend"])
    if one["id"] == "cs_riverbend":
        return _entry()
    return []


def _trend(told: dict) -> list:
    rows = pd.DataFrame(told["rows"])
    first, last = rows.iloc[rows["country"].argmax()], rows.iloc[-1]
    said = (
        f"“Consistently” is a claim about time. In {first.year} the mean was {first.country}, and in "
        f"{last.year} it was {last.country}, {last.country - last.oecd} points above the OECD average of {last.oecd}."
    )
    chart = figures_rating.series(
        rows, {"country": "Finland", "oecd": "OECD average"}, label=told["measure"],
        alt=f"{told['measure']}. {said}", caption=told["note"],
    )  # fmt: skip
    columns = {"year": "Year", "country": "Finland", "oecd": "OECD average"}
    lines = [tuple(r) for r in rows.itertuples(index=False)]
    return [said, chart, table(told["measure"], columns, lines, kind="")]


def _entry() -> list:
    counts = [("Multilingual learners", 12, 60), ("Other students", 58, 145)]
    rows = pd.DataFrame(
        [(label, *metrics.rate(x, n)) for label, x, n in counts],
        columns=["label", "value", "low", "high"],
    )
    said = "12 of 60 multilingual learners and 58 of 145 other students took Algebra I: a clear difference of 20 points. It does not show why."
    return [said, figures_study.dots(rows, label="Took Algebra I in grade 8", alt=said)]


@check("case-boxes")
def case_boxes(at, value) -> list[Verdict]:
    """Are all four boxes of a case filled, and does its rating have a reason?"""
    value = value or {}
    begun = [id for id in cases() if value.get(id)]
    if not begun:
        return [Verdict(None, "Choose one case. In a group, each takes another one.")]
    found = []
    for id in begun:
        held = value[id]
        left = [box for box in FOUR if not text(held.get(box))]
        if held.get("rating") in (None, ""):
            left.append("rating")
        elif not text(held.get("reason")):
            left.append("reason for the rating")
        title = cases()[id]["title"].partition("(")[0].strip()
        words = (
            f"{title}: all boxes filled."
            if not left
            else f"{title}: still to fill: {listing(left)}."
        )
        found.append(Verdict(not left, words))
    return found


@lab("case-models")
def case_models(at, **_) -> list:
    """What did another careful reader put in the boxes?"""
    held, models = at.folio.get(BOXES) or {}, catalog.content("case_studies")["model_boxes"]
    done = [id for id in cases() if all(text((held.get(id) or {}).get(box)) for box in FOUR)]
    if not done:
        return [
            "Fill the four boxes of a case; then you see here what another reader wrote, and can argue with it."
        ]
    words = {o["value"]: o["label"] for o in catalog.content("case_studies")["transfer_scale"]}
    out = [
        f"{many(len(done), 'case')} with all four boxes. Another reader's boxes are one view, not the key."
    ]
    for id in done:
        model = models[id]
        rows = [(box.capitalize(), text(held[id].get(box)), model[box]) for box in FOUR]
        mine = words.get(held[id].get("rating"), "not rated")
        rows.append(("Transfer, 0 to 3", mine, f"{words[model['rating']]}. {model['reason']}"))
        columns = {"box": "Box", "own": "You", "other": "Another reader"}
        out.append(table(cases()[id]["title"], columns, rows))
    return out


# ---------------------------------------------------------------- recommendations against local rules


@lab("oecd")
def oecd(at, **_) -> list:
    """Where do local rules stand beside ten recommendations, and who could change that?"""
    told = catalog.content("case_studies")["oecd_recommendations"]
    held = at.folio.get(OECD) or {}
    stands = {o["value"]: o["label"] for o in told["stands"]}
    items = [item for area in told["areas"] for item in area["items"]]
    done = [i for i in items if (held.get(i["id"]) or {}).get("rating") in stands]
    if not done:
        return [
            f"Test at least three of the {len(items)} recommendations against a rule you can point to."
        ]
    away = [i for i in done if held[i["id"]]["rating"] in ("against", "partly", "unknown")]
    said = f"{len(done)} of {len(items)} recommendations tested; on {len(away)} local rules differ, or nobody knows yet."
    kinds = reaches()
    lines = [
        (i["text"], stands[held[i["id"]]["rating"]], text(held[i["id"]].get("evidence")) or "no rule named",
         kinds.get(held[i["id"]].get("reach"), {}).get("label", "not sorted"))
        for i in done
    ]  # fmt: skip
    columns = {
        "what": "Recommendation",
        "stands": "Local rules",
        "rule": "Which rule says so",
        "reach": "Reach",
    }
    note = (
        "A recommendation is a hypothesis for your school, drawn from patterns across countries. What you "
        "control can become a condition on the fishbone; what you advocate for goes to notebook 11."
    )
    return [
        said,
        table("Ten recommendations of OECD (2012), beside local rules", columns, lines),
        note,
    ]


# ---------------------------------------------------------------- decisions


def rungs() -> list[dict]:
    """Return the rungs of the participation ladder, lowest first."""
    return catalog.content("root_cause")["inclusive_decision"]["rungs"]


@check("decision")
def decision(at, value) -> list[Verdict]:
    """Is it said who takes part how, what makes that possible, and when they hear back?"""
    row = value or {}
    if not text(row.get("decision")):
        return [Verdict(None, "Name the decision and its deadline.")]
    order = [r["id"] for r in rungs()]
    rung = row.get("rung")
    found = []
    if rung not in order:
        found.append(Verdict(None, "Choose a rung of the ladder."))
    elif order.index(rung) < order.index("involved") and not text(row.get("why_rung")):
        words = (
            "Those affected only hear or are asked. Say why no more is possible, or go one rung up."
        )
        found.append(Verdict(False, words))
    else:
        found.append(Verdict(True, "The rung is chosen, and promised."))
    helped = bool(row.get("supports_offered"))
    found.append(
        Verdict(
            helped,
            "Supports are offered." if helped else "Which support makes taking part possible?",
        )
    )
    due, back = text(row.get("deadline")), text(row.get("reported_back_on"))
    if not back:
        found.append(Verdict(None, "When do those who took part hear what was decided, and why?"))
    elif due and back < due:
        found.append(Verdict(False, "The date of reporting back is before the decision."))
    else:
        found.append(Verdict(True, "They hear back on a date."))
    return found


@lab("ladder")
def ladder(at, **_) -> list:
    """On which rung does each decision stand?"""
    rows = [r for r in at.folio.rows(DECISIONS) if text(r.get("decision"))]
    on = {
        r["id"]: [text(d.get("decision")) for d in rows if d.get("rung") == r["id"]]
        for r in rungs()
    }
    lines = [(r["label"], r["gloss"], "; ".join(on[r["id"]]) or "–") for r in reversed(rungs())]
    columns = {"rung": "Rung", "means": "What people can do", "here": "Your decisions"}
    told = table("The participation ladder, highest rung first", columns, lines)
    if not rows:
        return [
            "No decision is planned yet. A higher rung is not always better: a promise that is kept is.",
            told,
        ]
    order = [r["id"] for r in rungs()]
    far = sum(
        d.get("rung") in order and order.index(d["rung"]) >= order.index("involved") for d in rows
    )
    said = f"In {far} of {many(len(rows), 'decision')} those affected help to describe the problem or go further."
    return [said, told]
