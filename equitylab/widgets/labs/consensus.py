"""Notebook 07: what the team settles, with dissent and evidence tasks kept, and what it adds up to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, figures_rating, metrics
from ...display import listing, many
from ..fields import said as told
from ..registry import Verdict, check, lab
from ._plain import table, text
from ._ratings import Part, number, numbers, rated, rating, rubric
from .rubric import OWN, evidence, indicators, panel, rules, titles, typed

CONSENSUS, TASKS = "rubric_ratings.consensus", "rubric_ratings.evidence_tasks"
COUNT = 42


@check("consensus")
def consensus(at, value) -> list[Verdict]:
    """Does the record of the consensus keep the rubric's rules?"""
    value = value or {}
    done = rated(value, titles())
    if not done:
        return [Verdict(None, "Begin with the indicators that are two steps apart.")]
    found = [
        Verdict(None if len(done) < COUNT else True, f"{len(done)} of {COUNT} indicators recorded.")
    ]
    found += evidence(value, voice=True)
    alone = {"you": at.folio.get(OWN) or {}, **typed(at)}
    for id in done:
        if text(value[id].get("dissent")):
            found.append(_lower(id, value[id], alone))
    tasks = [titles()[id] for id in done if rating(value[id]) == "NE"]
    if tasks:
        words = f"{listing(tasks)}: an evidence task each; give it a name and a date below."
        found.append(Verdict(None, words))
    return found


def _lower(id: str, held: dict, alone: dict) -> Verdict:
    """Say whether the lower rating was recorded where two rounds did not settle it."""
    title, here = titles()[id], number(rating(held))
    given = [number(rating(one.get(id))) for one in alone.values()]
    highest = max((g for g in given if g == g), default=float("nan"))
    if here == here and highest == highest and here >= highest and len(set(given)) > 1:
        return Verdict(
            False,
            f"{title}: dissent is kept, and the rating is the highest that anyone gave. After two "
            "rounds the lower rating is recorded.",
        )
    return Verdict(True, f"{title}: the dissent is kept beside the rating.")


@lab("evidence-tasks")
def evidence_tasks(at, **_) -> list:
    """Which indicators lack evidence, and who looks for it by when?"""
    given = {**(at.folio.get(OWN) or {}), **(at.folio.get(CONSENSUS) or {})}
    open_ = [id for id in titles() if rating(given.get(id)) == "NE"]
    if not open_:
        return ["No indicator is rated “not enough evidence”, so there is no evidence task yet."]
    held = {row.get("indicator"): row for row in at.folio.rows(TASKS)}
    every, rows = indicators(), []
    for id in open_:
        one, row = every[id], held.get(id) or {}
        who, by = text(row.get("who")) or "no one yet", told(row.get("by")) or "no date yet"
        rows.append((one["title"], one["probe"], "; ".join(one["evidence"]), who, by))
    left = [id for id in open_ if not text((held.get(id) or {}).get("by"))]
    said = (
        f"{many(len(open_), 'indicator')} {'lacks' if len(open_) == 1 else 'lack'} evidence; "
        f"{len(left) or 'none'} of these tasks still {'waits' if len(left) == 1 else 'wait'} for a "
        "name and a date. Not knowing is a finding, and no one's failing."
    )
    columns = {
        "what": "Indicator",
        "ask": "Question",
        "where": "Where to look",
        "who": "Who",
        "by": "By",
    }
    return [said, table("Evidence tasks from “not enough evidence”", columns, rows)]


# ---------------------------------------------------------------- profile


@lab("rubric-profile")
def rubric_profile(at, whose: str = "", **_) -> list:
    """What does each dimension hold, how far do raters agree, and how much rests on evidence?"""
    settled, own = at.folio.get(CONSENSUS) or {}, at.folio.get(OWN) or {}
    held = whose or ("consensus" if settled else "own" if own else "panel")
    given = {"consensus": settled, "own": own}.get(held)
    if given is None:
        rows = at.practice("panel_consensus")
        given = {r.indicator: r._asdict() for r in rows.itertuples(index=False)}
        given = {id: {**one, "rating": _as(one["rating"])} for id, one in given.items()}
    names = {
        "consensus": "The team's consensus",
        "own": "Your own ratings, not the team's",
        "panel": "Practice: the panel's consensus on Riverbend",
    }
    if not rated(given, titles()):
        return [f"{names[held]}: nothing is rated yet."]
    raters = panel(at) if held == "panel" else {"you": own, **typed(at)}
    lines = [_line(part, given, raters) for part in rubric().values()]
    return [
        _profile_said(names[held], given, lines),
        _profile_chart(names[held], lines),
        _profile_table(names[held], lines),
        "There is no overall grade, on purpose: one number would hide what to do, and would be used "
        "to rank. A mean stands only where at least two thirds of a dimension are rated.",
    ]


def _as(value: str) -> object:
    return int(value) if str(value).isdigit() else value


def _line(part: Part, given: dict, raters: dict) -> dict:
    """Return what the profile says of one dimension."""
    ids = list(part.items)
    values = numbers(given, ids)
    counts = {k: int((values == k).sum()) for k in range(1, 5)}
    said = [rating(given.get(id)) for id in ids]
    asked = [id for id, one in zip(ids, said, strict=True) if one != "NA"]
    have = [id for id, value in zip(ids, values, strict=True) if value == value]
    least = catalog.content("equity_audit_rubric")["scoring"]["minimum_rated_share"]
    enough = bool(asked) and len(have) / len(asked) >= least
    apart = metrics.spread([numbers(one, ids) for one in raters.values()] or [values])
    near = apart.within_one[~np.isnan(apart.within_one)]
    return {
        "title": part.title, "asked": len(asked), "rated": len(have), **counts,
        "ne": said.count("NE"), "na": said.count("NA"),
        "mean": float(np.nanmean(values)) if enough else float("nan"),
        "near": float(near.mean()) if near.size else float("nan"),
        "far": int((apart.apart >= rules()["low_agreement_flag"]).sum()),
        "evidence": sum(bool(text(given[id].get("evidence"))) for id in have),
        "high": [part.items[id] for id in have if number(rating(given[id])) >= 3],
    }  # fmt: skip


def _profile_said(name: str, given: dict, lines: list[dict]) -> str:
    have, asked = sum(x["rated"] for x in lines), sum(x["asked"] for x in lines)
    high = [title for x in lines for title in x["high"]]
    thin = [x["title"] for x in lines if x["mean"] != x["mean"]]
    strong = (
        f"Strengths first: {listing(high)} {'is' if len(high) == 1 else 'are'} rated consistent or "
        "better."
        if high
        else "No indicator is rated consistent yet."
    )
    few = f" Insufficient evidence for {listing(thin)}." if thin else ""
    return f"{name}. {strong} {have} of {asked} indicators have a rating.{few}"


def _profile_chart(name: str, lines: list[dict]):
    rows = pd.DataFrame(
        {
            "label": [x["title"] for x in lines],
            **{f"r{k}": [x[k] for x in lines] for k in range(1, 5)},
            "mark": [x["mean"] for x in lines], "strong": False,
            "why": ["" if x["rated"] else "not rated yet" for x in lines],
        }
    )  # fmt: skip
    told = "; ".join(
        f"{x['title']} {x['mean']:.1f}"
        if x["mean"] == x["mean"]
        else f"{x['title']} insufficient evidence"
        for x in lines
    )
    caption = "The number in a circle says how many of the six indicators have that rating. The stroke is the mean, where enough are rated."
    return figures_rating.ratings(
        rows, label="1 Not yet … 4 Sustained and shared", alt=f"{name}. {told}.", caption=caption
    )


def _profile_table(name: str, lines: list[dict]):
    columns = {
        "what": "Dimension", "rated": "Rated", "r1": "1", "r2": "2", "r3": "3", "r4": "4",
        "ne": "Not enough evidence", "mean": "Mean", "near": "Pairs of raters within one step",
        "far": "Two steps apart", "evidence": "Ratings with evidence",
    }  # fmt: skip
    rows = [
        (
            x["title"], f"{x['rated']} of {x['asked']}", *(x[k] for k in range(1, 5)), x["ne"],
            f"{x['mean']:.1f}" if x["mean"] == x["mean"] else "insufficient evidence",
            f"{100 * x['near']:.0f}%" if x["near"] == x["near"] else "one rater only",
            x["far"], f"{x['evidence']} of {x['rated']}",
        )
        for x in lines
    ]  # fmt: skip
    return table(f"{name}: what each dimension holds", columns, rows, kind="")
