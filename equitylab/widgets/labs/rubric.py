"""Notebook 07: the rubric, rated alone, then set beside the ratings of others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, figures_rating, metrics
from ...display import listing, many
from ...markup import Html, bullets, card, paragraph
from ..registry import Verdict, check, lab
from ._plain import table, text
from ._ratings import Part, as_lines, numbers, rated, rating, read_lines, rubric

OWN, TABLE = "rubric_ratings.individual", "rubric_ratings.individual_table"
ALLOWED = ("1", "2", "3", "4", "NE", "NA")
EXAMPLE = "0219"  # the school that the practice panel rated


def rules() -> dict:
    return catalog.content("equity_audit_rubric")["rating_rules"]


def titles() -> dict[str, str]:
    return {id: title for part in rubric().values() for id, title in part.items.items()}


def indicators() -> dict[str, dict]:
    found = catalog.content("equity_audit_rubric")["dimensions"]
    return {one["id"]: one for d in found for one in d["indicators"]}


def typed(at) -> dict[str, dict]:
    """Return the ratings that were read out at the table, by rater code."""
    held = at.folio.get(TABLE) or {}
    return read_lines(text(held.get("lines")), rubric(), ALLOWED)[0]


def panel(at) -> dict[str, dict]:
    """Return the practice panel's ratings of Riverbend, by role."""
    rows = at.practice("panel_ratings")
    return {
        str(role): dict(zip(part["indicator"], part["rating"].astype(str), strict=True))
        for role, part in rows.groupby("role", sort=False)
    }


def others(at, beside: str = "") -> tuple[dict[str, dict], bool]:
    """Return the other raters' ratings, and whether they are the practice panel's."""
    table = typed(at)
    practice = beside == "panel" or (not table and beside != "table")
    return (panel(at) if practice else table), practice


def _elsewhere(at, practice: bool) -> list[str]:
    """Say that the panel rated another school, where it did."""
    if not practice or at.school.unit_id == EXAMPLE and at.school.sample:
        return []
    return [
        "The panel rated the fictional Riverbend Middle School from its documents. Where you rated "
        "your own school, a difference is no disagreement: use this to practise, and type in the "
        "ratings of colleagues when you have them."
    ]


# ---------------------------------------------------------------- documents


@lab("document-pack")
def document_pack(at, document: str = "", **_) -> list:
    """What do Riverbend's documents say?"""
    rows = at.practice("documents")
    chosen = rows[rows["doc_id"] == document] if document else rows
    said = "Twelve short documents of the fictional Riverbend Middle School. Read for rules: what happens by default, who decides, who has to ask."
    told = [
        card(f"{r.doc_id}: {r.title}", paragraph(r.text)) for r in chosen.itertuples(index=False)
    ]
    return [said, Html(*(t.replace("<h3", "<h4").replace("</h3", "</h4") for t in told))]


# ---------------------------------------------------------------- alone


@check("own-ratings")
def own_ratings(at, value) -> list[Verdict]:
    """Which of one's own ratings still want evidence or a reason?"""
    value = value or {}
    done = rated(value, titles())
    if not done:
        return [Verdict(None, "Rate the six indicators of one dimension first, alone.")]
    found = [Verdict(None if len(done) < 42 else True, f"{len(done)} of 42 indicators rated.")]
    return [*found, *evidence(value, voice=False)]


def evidence(value: dict, *, voice: bool) -> list[Verdict]:
    """Return what the rubric's rules on evidence, voice and reasons find."""
    asked, named = rules(), titles()

    def lacking(ratings: list, line: str) -> list[str]:
        return [
            title
            for id, title in named.items()
            if rating(value.get(id)) in ratings and not text(value[id].get(line))
        ]

    bare = lacking(asked["evidence_required_for"], "evidence")
    unheard = lacking(asked["voice_required_for"], "voice")
    why = lacking(["NA"], "evidence")
    found = []
    if bare:
        found.append(Verdict(False, f"A 3 or a 4 needs evidence: {listing(bare)}."))
    if voice and unheard:
        found.append(
            Verdict(False, f"A 4 needs a student, family or staff voice: {listing(unheard)}.")
        )
    if why:
        found.append(Verdict(False, f"“Not applicable” needs a reason: {listing(why)}."))
    return found or [
        Verdict(True, "Every 3 and 4 has evidence, and every “not applicable” a reason.")
    ]


@check("table-ratings")
def table_ratings(at, value) -> list[Verdict]:
    """Can the lines that were read out at the table be read?"""
    lines = text((value or {}).get("lines"))
    if not lines:
        return [Verdict(None, "One line a rater and dimension, such as: A7 pol 2 2 3 1 NE 2")]
    told, wrong = read_lines(lines, rubric(), ALLOWED)
    found = [Verdict(False, text) for text in wrong]
    if told:
        parts = sum(len(given) for given in told.values()) // 6
        raters = many(len(told), "rater")
        found.append(
            Verdict(True, f"Read: {many(parts, 'line')} of {raters}, {listing(list(told))}.")
        )
    return found


# ---------------------------------------------------------------- reveal


@lab("rating-reveal")
def rating_reveal(at, dimension: str = "pol", beside: str = "", **_) -> list:
    """Where do raters differ, once each has rated alone?"""
    parts = rubric()
    part = parts.get(dimension) or parts["pol"]
    own = at.folio.get(OWN) or {}
    done = len(rated(own, part.items))
    if done < len(part.items):
        return [
            f"{part.title}: you have rated {done} of {len(part.items)} indicators. Rate all of them "
            "alone; then you see here what others gave. Until then their ratings stay hidden."
        ]
    other, practice = others(at, beside)
    other = {who: given for who, given in other.items() if rated(given, part.items)}
    lines = as_lines(own, {part.id: part})
    aloud = f"Your line to read out at the table: your code, then {lines[0]}"
    if not other:
        return [aloud, "No other ratings of this dimension yet. Type them in, one line a rater."]
    ids = list(part.items)
    given = np.vstack([numbers(own, ids), *(numbers(one, ids) for one in other.values())])
    found = metrics.spread(given)
    low = found.apart >= rules()["low_agreement_flag"]
    whose = "the practice panel" if practice else many(len(other), "other rater")
    return [
        _spoken(part, found, low, whose),
        aloud,
        *_elsewhere(at, practice),
        _reveal_chart(part, given, found, low, whose),
        _reveal_table(part, own, other, found),
        *([_prompts(part, found, low)] if low.any() else []),
    ]


def _spoken(part: Part, found, low: np.ndarray, whose: str) -> str:
    words = list(part.items.values())
    apart = [f"{words[k]} ({found.low[k]:.0f} to {found.high[k]:.0f})" for k in np.flatnonzero(low)]
    first = f"{part.title}: you and {whose} differ by two steps or more on "
    if not apart:
        return (
            f"{first}none of {len(words)} indicators. You are within one step everywhere: look "
            "once more at the evidence, then record it."
        )
    return (
        f"{first}{len(apart)} of {len(words)} indicators: {listing(apart)}. Talk about the evidence "
        "there, and leave the others for later."
    )


def _reveal_chart(part: Part, given, found, low, whose: str):
    counts = {f"r{k}": np.nansum(given == k, axis=0) for k in range(1, 5)}
    rows = pd.DataFrame(
        {
            "label": list(part.items.values()), **counts, "mark": given[0], "strong": low,
            "why": np.where(found.rated > 0, "", "nobody gave a number"),
        }
    )  # fmt: skip
    alt = (
        f"{part.title}: ratings by you and {whose}, indicator by indicator. "
        f"{many(int(low.sum()), 'indicator')} with two steps or more between the ratings."
    )
    caption = (
        "The number in a circle says how many gave that rating; the filled circle holds yours. "
        "Bold: two steps or more apart."
    )
    return figures_rating.ratings(
        rows, label="1 Not yet … 4 Sustained and shared", alt=alt, caption=caption
    )


def _reveal_table(part: Part, own: dict, other: dict, found):
    rows = []
    for k, (id, words) in enumerate(part.items.items()):
        told = "; ".join(f"{who}: {rating(given.get(id)) or '–'}" for who, given in other.items())
        known = found.rated[k] > 0
        ends = [f"{end[k]:.0f}" for end in (found.low, found.high)] if known else ["no number"]
        rows.append((words, rating(own[id]), told, " to ".join(dict.fromkeys(ends))))
    columns = {
        "what": "Indicator",
        "own": "You",
        "others": "Others",
        "ends": "From lowest to highest",
    }
    return table(f"{part.title}: ratings given alone", columns, rows)


def _prompts(part: Part, found, low: np.ndarray) -> Html:
    """Return, for each indicator far apart, what the two ratings claim and what to ask."""
    every, items = indicators(), []
    for k in np.flatnonzero(low):
        one = every[list(part.items)[k]]
        ends = [int(found.low[k]), int(found.high[k])]
        claims = " ".join(f"A {end} says: “{one['levels'][end]}”" for end in ends)
        asks = f"{claims} Each side: what did you see or read, and where? Then: {one['probe']}"
        items.append((f"{one['title']}:", asks))
    return Html("<h4>Two rounds, from evidence</h4>", bullets(items))
