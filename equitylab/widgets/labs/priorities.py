"""Notebook 07: what a proposal needs, which come first, and whether the weights decide it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, figures_rating, metrics
from ...display import count, interval, known, listing, many, percent
from ..fields import said as told
from ..registry import Verdict, check, lab
from ._plain import table, text

BOARD, PRIORITIES = "audit_summary.board", "audit_summary.priorities"
WEIGHTS = "audit_summary.weights"
SCORES = {  # criterion of the rubric: field of a board row
    "size": "size",
    "severity": "severity",
    "voice": "voice_score",
    "evidence": "evidence",
    "control": "control",
}
FEW = "too_few_to_tell"
PRACTICE = "Practice board: cards of the fictional Riverbend Middle School. Put your own on the board above."


def most() -> int:
    """Return how many priorities there may be."""
    return catalog.content("equity_audit_rubric")["priority_rule"]["maximum_priorities"]


# ---------------------------------------------------------------- proposals


def numbers_of(card: dict) -> str:
    """Return the counts of a finding card in words, with rates and intervals; empty without them.

    Examples
    --------
    >>> numbers_of({"x": 12, "n": 60, "group": "multilingual learners"})
    '12 of 60 multilingual learners (20%, interval 12% to 32%)'
    """
    counted = []
    sides = [("x", "n", card.get("group")), ("other_x", "other_n", card.get("others") or "others")]
    for x, n, who in sides:
        if known(card.get(x)) and known(card.get(n)) and card[n]:
            value, low, high = metrics.rate(card[x], card[n])
            rate = f"{percent(value, card[n])}, interval {interval(low, high, card[n])}"
            counted.append(
                f"{count(card[x])} of {count(card[n])} {text(who)}".rstrip() + f" ({rate})"
            )
    return ", and ".join(counted)


def proposals(at) -> tuple[list[dict], bool]:
    """Return what is on the board, each with its card's words, and whether it is the practice one."""
    cards = {row["id"]: row for row in at.folio.rows("finding_cards.cards")}
    rows = at.folio.rows(BOARD)
    if rows:
        return [_proposal(row, cards.get(row.get("card"), {})) for row in rows], False
    found = at.practice("board_cards").astype(object)
    found = found.where(found.notna(), None).to_dict("records")
    return [_proposal({**row, "card": row["id"]}, _figures(row)) for row in found], True


def _figures(row: dict) -> dict:
    held = {k: row.get(k) for k in ("x", "n", "other_x", "other_n")}
    return {**row, **{k: None if v in (None, "") else int(v) for k, v in held.items()}}


def _proposal(row: dict, card: dict) -> dict:
    """Join what the board says with what the card says already: nothing is written twice."""
    own = {k: text(row.get(k)) for k in ("number", "document", "voice", "voice_by")}
    if card.get("kind") == "document" and not own["document"]:
        own["document"] = text(card.get("observation"))
    return {
        "card": row.get("card"),
        "title": text(card.get("title")) or "A card that is no longer there",
        "number": own["number"] or numbers_of(card),
        "document": own["document"],
        "voice": own["voice"] or text(card.get("voice")),
        "voice_by": own["voice_by"] or text(card.get("voice_by")),
        "few": card.get("confidence") == FEW,
        "scores": {k: _score(row.get(field)) for k, field in SCORES.items()},
    }


def _score(value: object) -> float:
    words = text(value)
    return float(words) if words in ("1", "2", "3", "1.0", "2.0", "3.0") else float("nan")


def lacking(one: dict) -> list[str]:
    """Return what a proposal still lacks: a number, a document, a voice or a dated listening task."""
    parts = [("a number", one["number"]), ("a document", one["document"])]
    parts.append(("a voice, or a date by when someone is heard", one["voice"] or one["voice_by"]))
    return [words for words, there in parts if not there]


@check("proposal")
def proposal(at, value) -> list[Verdict]:
    """Can this card be proposed as a priority?"""
    cards = {row["id"]: row for row in at.folio.rows("finding_cards.cards")}
    row = value or {}
    if not row.get("card"):
        return [Verdict(None, "Choose a finding card.")]
    one = _proposal(row, cards.get(row["card"], {}))
    if one["few"]:
        words = "The card is too few to tell: it goes to listening and to several years, not away."
        return [Verdict(None, words)]
    left = lacking(one)
    if left:
        return [Verdict(False, f"It cannot be proposed yet. It lacks {listing(left)}.")]
    open_ = [k for k, score in one["scores"].items() if score != score]
    found = [Verdict(True, "Number, document and voice are there: it can be proposed.")]
    if open_:
        found.append(Verdict(None, f"Still to be judged, 1 to 3: {listing(open_)}."))
    return found


@lab("triangulation")
def triangulation(at, **_) -> list:
    """Which cards rest on a number, a document and a voice, and where do the others go?"""
    rows, practice = proposals(at)
    ready = [r for r in rows if not r["few"] and not lacking(r)]
    few = [r for r in rows if r["few"]]
    blocked = [r for r in rows if not r["few"] and lacking(r)]
    said = f"{len(ready)} of {many(len(rows), 'card')} can be proposed: number, document and voice are there."
    if blocked:
        names = [f"{r['title']} (lacks {listing(lacking(r))})" for r in blocked]
        said += f" Not yet: {'; '.join(names)}."
    if few:
        said += f" To listening, since too few students stand behind a number: {listing([r['title'] for r in few])}."
    columns = {
        "card": "Card",
        "number": "Number",
        "document": "Document",
        "voice": "Voice",
        "then": "Then",
    }
    lines = [
        (
            r["title"], _shown(r["number"], r["few"]), r["document"] or "missing", _heard(r),
            "listening and several years" if r["few"]
            else "can be proposed" if not lacking(r) else "not yet",
        )
        for r in rows
    ]  # fmt: skip
    caption = "Number, document and voice behind each card"
    return [*([PRACTICE] if practice else []), said, table(caption, columns, lines)]


def _shown(number: str, few: bool) -> str:
    return "hidden: too few to tell" if few else number or "missing"


def _heard(one: dict) -> str:
    if one["voice"]:
        return one["voice"]
    return f"to be heard by {told(one['voice_by'])}" if one["voice_by"] else "missing"


# ---------------------------------------------------------------- what comes first


def first(totals, *, places: int = 5) -> list[str]:
    """Return, for each total, whether it is among the first, level with the last of them, or not.

    Examples
    --------
    >>> first([9, 8, 8, 7], places=2)
    ['in', 'edge', 'edge', 'out']
    """
    totals = np.asarray(totals, float)
    if len(totals) <= places:
        return [figures_rating.IN] * len(totals)
    last = np.sort(totals)[::-1][places - 1]
    tied = (totals >= last - 1e-9).sum() > places
    return [
        figures_rating.IN if t > last + 1e-9 or (abs(t - last) <= 1e-9 and not tied)
        else figures_rating.EDGE if abs(t - last) <= 1e-9 else figures_rating.OUT
        for t in totals
    ]  # fmt: skip


def weights(values: dict) -> dict[str, float]:
    """Return the weights that were set; what was left out keeps the rubric's."""
    rule = catalog.content("equity_audit_rubric")["priority_rule"]["criteria"]
    set_ = {c["id"]: values.get(f"w_{c['id']}", c["weight"]) for c in rule}
    return {k: float(v) if known(v) else 1.0 for k, v in set_.items()}


def scenarios(set_: dict[str, float]) -> dict[str, tuple[tuple[str, str], dict[str, float]]]:
    """Return the weights as they are, and with each one doubled and left out, by name."""
    found = {"as_set": (("as", "set"), set_)}
    for k in set_:
        found[f"{k}_2"] = ((k, "× 2"), {**set_, k: 2 * set_[k]})
        found[f"{k}_0"] = ((k, "0"), {**set_, k: 0.0})
    return found


@lab("priority-board")
def priority_board(at, **values) -> list:
    """Which proposals come first, and does that rest on one weight?"""
    rows, practice = proposals(at)
    ready = [r for r in rows if not r["few"] and not lacking(r)]
    judged = [r for r in ready if all(s == s for s in r["scores"].values())]
    out = [PRACTICE] if practice else []
    if not judged:
        return [*out, "No proposal has all five judgements yet: score them on the board, 1 to 3."]
    left = [r["title"] for r in ready if r not in judged]
    set_ = weights(values)
    if not any(set_.values()):
        return [
            *out,
            "Every weight is 0, so nothing is weighed. Give at least one criterion a weight.",
        ]
    tried = scenarios(set_)
    states = {
        name: first([sum(w[k] * r["scores"][k] for k in SCORES) for r in judged], places=most())
        for name, (_, w) in tried.items()
    }
    frame = pd.DataFrame({"label": [r["title"] for r in judged], **states})
    totals = [sum(set_[k] * r["scores"][k] for k in SCORES) for r in judged]
    out += _said(frame, list(tried), left)
    return [*out, _strip(frame, tried), _scores(judged, totals, frame, list(tried))]


def _said(frame: pd.DataFrame, names: list[str], left: list[str]) -> list[str]:
    """Say which come first as set, and which of them stay whatever is doubled or left out."""
    said = []
    if len(frame) <= most():
        said.append(
            f"{many(len(frame), 'card')} can be proposed, and {most()} priorities are allowed: the "
            "weights decide nothing here. Choose by talking, and choose fewer if fewer will be done."
        )
    else:
        now, label = frame["as_set"], frame["label"]
        inside, level = label[now == "in"].tolist(), label[now == "edge"].tolist()
        moved = frame[names].nunique(axis=1) > 1
        first_ = f"With these weights, {listing(inside)} come first"
        first_ += f"; level for the last place: {listing(level)}." if level else "."
        said.append(first_)
        firm, rest = label[(now == "in") & ~moved].tolist(), label[moved].tolist()
        if not rest:
            said.append("Doubling or leaving out any one weight changes none of this.")
        else:
            changes = sum(any(frame[n] != now) for n in names[1:])
            stay = f" Whatever is changed, {listing(firm)} stay first." if firm else ""
            said.append(
                f"{changes} of {len(names) - 1} changes of one weight move a card in, out, or to the edge.{stay} For "
                f"{listing(rest)}, talk about what matters, not about the sum."
            )
    if left:
        said.append(f"Not weighed yet, since a judgement is missing: {listing(left)}.")
    return said


def _strip(frame: pd.DataFrame, tried: dict):
    words = {name: label for name, (label, _) in tried.items()}
    now = listing(frame.loc[frame["as_set"] == "in", "label"].tolist())
    moved = frame.loc[frame[list(tried)].nunique(axis=1) > 1, "label"].tolist()
    rest = f"{listing(moved)} move" if moved else "no card moves"
    alt = f"First {most()} as set: {now}. When one weight is doubled or left out, {rest}."
    caption = (
        "Filled: among the first. Ring: level for the last place. Dash: not among them. Each column "
        "doubles one weight or leaves it out; bold names move."
    )
    return figures_rating.strip(frame, words, alt=alt, caption=caption)


def _scores(judged: list[dict], totals: list, frame: pd.DataFrame, names: list[str]):
    columns = {"card": "Card", **{k: k.capitalize() for k in SCORES}, "total": "Weighted sum"}
    columns |= {"state": "As set", "times": "Among the first"}
    words = {"in": "among the first", "edge": "level for the last place", "out": "not among them"}
    lines = [
        (
            r["title"], *(f"{r['scores'][k]:g}" for k in SCORES), f"{total:g}", words[frame["as_set"][i]],
            f"{(frame.loc[i, names] == 'in').sum()} of {len(names)} ways",
        )
        for i, (r, total) in enumerate(zip(judged, totals, strict=True))
    ]  # fmt: skip
    caption = "The team's judgements, 1 to 3, in the order of the board; a sum helps to talk and measures nothing"
    return table(caption, columns, lines, kind="")


# ---------------------------------------------------------------- chosen


@check("priority")
def priority(at, value) -> list[Verdict]:
    """Is this priority backed by its card, and does it say what must be kept?"""
    row = value or {}
    if not row.get("card"):
        return [Verdict(None, "Choose the card that this priority stands on.")]
    board, practice = proposals(at)
    one = next((r for r in board if r["card"] == row["card"]), None) if not practice else None
    found = []
    if one is None:
        found.append(Verdict(False, "Its card is not on the board: put it there first."))
    elif one["few"]:
        found.append(Verdict(False, "Its card is too few to tell: plan listening for it instead."))
    elif lacking(one):
        found.append(Verdict(False, f"Its card lacks {listing(lacking(one))}."))
    else:
        found.append(Verdict(True, "Number, document and voice stand behind it."))
    keep = text(row.get("strength_to_keep"))
    words = "A strength to keep is named." if keep else "Which strength must not be lost over it?"
    found.append(Verdict(bool(keep), words))
    chosen = {p.get("card") for p in at.folio.rows(PRIORITIES)}
    own = [r["scores"]["control"] for r in board if r["card"] in chosen]
    own = [score for score in own if score == score]  # judged
    if own and max(own) < 2:
        found.append(
            Verdict(False, "No priority yet is largely in the control of adults here; choose one.")
        )
    return found
