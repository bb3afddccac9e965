"""Notebook 06: partners, assets, and a voice for each finding."""

from __future__ import annotations

import datetime

import pandas as pd

from ... import catalog
from ...display import known, listing, many
from ..registry import Verdict, check, lab
from ._counts import PRACTICE, chart, counted, note, said, spoken, table
from ._plain import table as prose
from ._plain import text

CARDS, ASSETS = "finding_cards.cards", "listening_plan.assets"
PARTNERS = "listening_plan.partners"
SOON = 30  # days within which something is done after listening


def tools() -> dict:
    """Return the tools for families and partners."""
    return catalog.content("family_community_engagement")


# ---------------------------------------------------------------- partners


@lab("partner-reach")
def partner_reach(at, programme: str = "", **_) -> list:
    """Of those who want or need a programme, whom does it serve, by group?"""
    rows = at.practice("partners")
    names = list(dict.fromkeys(rows["programme"]))
    chosen = programme if programme in names else names[0]
    part = rows[(rows["programme"] == chosen) & (rows["attribute"] != "")]
    frame = counted([(r.category, r.served, r.asked) for r in part.itertuples()], at)
    opening = f"{chosen}, {rows.loc[rows['programme'] == chosen, 'when'].iloc[0]}. " + spoken(
        frame.iloc[0], did="of those who asked are served", others="others"
    )
    return [
        opening,
        chart(frame, label="Served, of those who asked", alt=opening),
        table(frame, f"{chosen}: asked and served, by travel time", first="Travel time",
              people="Asked", did="Served"),
        *note(frame),
        *_own_reach(at),
        "Those who never heard of a programme did not ask for it: ask who is missing from the first "
        "column too.",
        PRACTICE,
    ]  # fmt: skip


def _own_reach(at) -> list[str]:
    out = []
    for row in at.folio.rows(PARTNERS):
        asked, served = row.get("asked"), row.get("served")
        if known(asked) and known(served) and 0 <= served <= asked and asked > 0:
            frame = counted([(text(row.get("partner")) or "Partner", int(served), int(asked))], at)
            out.append(spoken(frame.iloc[0], did="of those who asked are served"))
    return ["Your own partners:", *out] if out else []


@lab("health-map")
def health_map(at, **_) -> list:
    """Where are need, waiting and reach furthest apart in health and wellness?"""
    rows = at.practice("partners")
    kinds = ("mental_health", "physical_health", "food_and_basic_needs")
    rows = rows[(rows["attribute"] == "") & rows["programme_type"].isin(kinds)]
    parts = [counted([(r.programme, r.served, r.asked)], at) for r in rows.itertuples()]
    frame = pd.concat(parts, ignore_index=True)
    waits = dict(zip(rows["programme"], rows["wait_days"], strict=True))
    longest = max(waits, key=waits.get)
    row = frame[frame["label"] == longest].iloc[0]
    opening = (
        f"{longest} has the longest wait, {waits[longest]:g} school days; {said(row)} of those who "
        "need it are served."
    )
    told = [
        (r.label, said(r), f"{waits[r.label]:g} school days") for r in frame.itertuples(index=False)
    ]
    columns = {"service": "Service", "reach": "Served, of those in need", "wait": "Usual wait"}
    out = [
        opening,
        chart(frame, label="Served, of those in need", alt=opening,
              caption="Dot: the share of students in need who are served, with its interval."),
        prose("Need, wait and reach", columns, told),
    ]  # fmt: skip
    mine = [
        (text(r.get("service")) or "Service", said(counted([("", int(r["served"]), int(r["need"]))], at).iloc[0]),
         f"{r['wait']:g} days" if known(r.get("wait")) else "not known")
        for r in at.folio.rows("listening_plan.health")
        if known(r.get("need")) and known(r.get("served")) and 0 <= r["served"] <= r["need"] and r["need"]
    ]  # fmt: skip
    out += [prose("Your own services", columns, mine)] if mine else []
    return [*out, "Totals only: who is in need is known to those who help, and to nobody here.", PRACTICE]  # fmt: skip


# ---------------------------------------------------------------- assets and voice


@lab("asset-map")
def asset_map(at, **_) -> list:
    """What does the community have already, and which kind has nobody asked about?"""
    held = at.folio.rows(ASSETS)
    kinds = tools()["asset_map"]["kinds"]
    words = {k: k.replace("_", " ") for k in kinds}
    found = {k: [r for r in held if r.get("kind") == k] for k in kinds}
    empty = [words[k] for k in kinds if not found[k]]
    if not held:
        return [f"The map is empty. It has room for {listing(list(words.values()))}: begin with one that a student named."]  # fmt: skip
    linked = [r for r in held if text(r.get("link_to_learning"))]
    opening = (
        f"The map holds {many(len(held), 'asset')} of {many(len(kinds) - len(empty), 'kind')}; "
        f"{len(linked) or 'none'} of them {'is' if len(linked) < 2 else 'are'} linked to something students learn."
    )
    opening += f" Nobody has been asked yet about {listing(empty)}." if empty else ""
    rows = [
        (words[k], text(r.get("name")) or "not named", text(r.get("strength")),
         text(r.get("link_to_learning")) or "no link yet",
         "yes" if r.get("consent") else "ask first")
        for k in kinds for r in found[k]
    ]  # fmt: skip
    columns = {"kind": "Kind", "name": "Name or role", "strength": "Strength",
               "link": "Link to learning", "consent": "Agreed to be named"}  # fmt: skip
    return [opening, prose("Assets of the community", columns, rows)]


@lab("voice-gate")
def voice_gate(at, **_) -> list:
    """Which findings have a voice and a strength beside them, and which cannot be chosen yet?"""
    cards = at.folio.rows(CARDS)
    if not cards:
        return ["There is no finding card yet: notebooks 03, 04 and 05 make them, and you can add one below."]  # fmt: skip
    state = [(c, bool(text(c.get("voice"))), bool(text(c.get("strength")))) for c in cards]
    heard = sum(v for _, v, _ in state)
    opening = f"{heard} of {many(len(cards), 'finding card')} {'has' if heard == 1 else 'have'} a voice beside the number."  # fmt: skip
    rows = [
        (
            text(c.get("title")) or "Untitled card",
            "heard" if v else _by(c),
            "named" if s else "missing",
            "can be chosen in notebook 07" if v and s else "not yet",
        )
        for c, v, s in state
    ]
    waiting = [r[0] for r in rows if r[3] == "not yet"]
    if waiting:
        opening += f" Not yet to be chosen as a priority: {listing(waiting)}."
    columns = {"card": "Finding card", "voice": "Voice", "strength": "Strength", "gate": "Gate"}
    return [
        opening,
        prose("Voice and strength, card by card", columns, rows),
        "A number without the people it is about is half a finding. A card without a voice needs a "
        "listening task with a date; until then it waits.",
    ]


def _by(card: dict) -> str:
    when = text(card.get("voice_by"))
    return f"to be heard by {when}" if when else "nobody yet, and no date"


@check("listening-plan")
def listening_plan(at, value) -> list[Verdict]:
    """Does a plan to listen keep its ethics, and act within thirty days?"""
    value = value or {}
    ethics = tools()["listening_ethics"]
    kept = value.get("ethics") or []
    left = [e for e in ethics if e not in kept]
    out = [
        Verdict(
            not left if kept else None,
            "Every promise of listening is kept."
            if not left
            else f"Still to promise: {listing(left, last='and')}.",
        )  # fmt: skip
    ]
    days = _days(value.get("date"), value.get("act_by"))
    if days is None:
        out.append(Verdict(None, f"Date the listening, and the first action within {SOON} days."))
    else:
        out.append(Verdict(0 <= days <= SOON, f"The first action comes {many(int(days), 'day')} after listening; {SOON} is the limit."))  # fmt: skip
    back = bool(text(value.get("return_how")))
    out.append(Verdict(True if back else None, "Findings go back to those who spoke." if back else "Say how findings go back to those who spoke."))  # fmt: skip
    return out


def _days(first: object, second: object) -> int | None:
    try:
        days = [datetime.date.fromisoformat(str(v)) for v in (first, second)]
    except ValueError:
        return None
    return (days[1] - days[0]).days


@check("forum")
def forum(at, value) -> list[Verdict]:
    """Is a student forum more than a stage?"""
    value = value or {}
    asked = (
        ("chosen_how", "Who comes is decided in a way that all can see.", "Say how members are found, so that it is not always the same."),
        ("supports", "There is support to take part.", "Say what makes it possible to come: time, travel, language, food."),
        ("decides", "The forum decides something.", "Name one thing that the forum itself decides."),
        ("answer_by", "Adults answer by a date.", "Give the date by which adults answer."),
    )  # fmt: skip
    return [Verdict(True if text(value.get(f)) else None, yes if text(value.get(f)) else todo) for f, yes, todo in asked]  # fmt: skip


@check("agreement")
def agreement(at, value) -> list[Verdict]:
    """Which parts of an agreement with a partner are still open?"""
    value = value or {}
    parts = tools()["partnerships"]["agreement_outline"]
    left = [p.replace("_", " ") for p in parts if not text(value.get(p))]
    done = len(parts) - len(left)
    return [Verdict(not left if done else None, f"{done} of {len(parts)} parts are agreed." + (f" Still open: {listing(left)}." if left else ""))]  # fmt: skip
