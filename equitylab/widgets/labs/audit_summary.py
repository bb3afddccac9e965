"""Notebook 07: the inventory of rules with its quick screen, and the summary that begins with strengths."""

from __future__ import annotations

from ... import catalog
from ...display import listing, many
from ...markup import Html, bullets, esc, paragraph
from ..fields import said
from ..registry import Verdict, check, lab
from ._plain import table, text
from .consensus import CONSENSUS, TASKS
from .priorities import PRIORITIES, lacking, most, proposals
from .rubric import titles

INVENTORY, STRENGTHS = "policy_review.inventory", "audit_summary.strengths"
SCREEN = ("q1", "q2", "q3", "q4")
FULL = 2  # answers of yes or unknown from which a rule wants the full review


def screened(row: dict) -> int | None:
    """Return how many of the four questions were answered yes or unknown; None while some are open."""
    given = [row.get(q) for q in SCREEN]
    if any(g in (None, "") for g in given):
        return None
    return sum(g in ("yes", "unknown") for g in given)


@check("quick-screen")
def quick_screen(at, value) -> list[Verdict]:
    """Does this rule want a full review?"""
    row = value or {}
    found = screened(row)
    if found is None:
        return [Verdict(None, "Answer all four questions of the quick screen.")]
    if found >= FULL:
        words = (
            f"{found} answers of yes or unknown: this rule wants the full review of notebook 11."
        )
        return [Verdict(True, words)]
    return [Verdict(True, f"{many(found, 'answer')} of yes or unknown: keep it on the list.")]


@lab("policy-inventory")
def policy_inventory(at, **_) -> list:
    """Which rules does the school run on, and which of them want a full review first?"""
    rows = at.folio.rows(INVENTORY)
    if not rows:
        named = catalog.content("policy_equity_review")["sample_policies"]
        return [
            f"No rule is on the list yet. Many schools begin with one of these: {'; '.join(named)}."
        ]
    full = [r for r in rows if (screened(r) or 0) >= FULL]
    never = [r for r in rows if not text(r.get("last_reviewed"))]
    said = f"{many(len(rows), 'rule')} on the list. "
    if full:
        said += f"Full review first: {listing([text(r.get('name')) for r in full])}. "
    said += f"{len(never) or 'None'} without a known date of the last review."
    words = {None: "screen not finished"}
    lines = [
        (
            text(r.get("name")), text(r.get("owner")) or "not known",
            text(r.get("last_reviewed")) or "not known", text(r.get("discretion")) or "not said",
            words.get(screened(r), f"{screened(r)} of 4"),
            "full review" if (screened(r) or 0) >= FULL else "keep on the list",
        )
        for r in rows
    ]  # fmt: skip
    columns = {
        "rule": "Rule", "owner": "Owner", "last": "Last reviewed", "who": "Where someone judges",
        "screen": "Yes or unknown", "then": "Then",
    }  # fmt: skip
    return [said, table("Rules and routines, with the quick screen", columns, lines)]


@lab("audit-summary")
def audit_summary(at, **_) -> list:
    """What does the audit say, strengths first?"""
    strengths, chosen = at.folio.rows(STRENGTHS), at.folio.rows(PRIORITIES)
    if not strengths and not chosen:
        return ["The summary fills itself from your strengths and your priorities, in this order."]
    board = {} if (found := proposals(at))[1] else {r["card"]: r for r in found[0]}
    told = at.folio.get("audit_summary.statement")
    told = told.get("statement", "") if isinstance(told, dict) else told
    parts = [paragraph(text(told))]
    if strengths:
        parts += ["<h4>Strengths</h4>", bullets([_strength(r) for r in strengths])]
    else:
        parts.append(
            paragraph(
                "No strength is written yet. A summary begins with strengths: go back and find three."
            )
        )
    if chosen:
        parts.append(f"<h4>Priorities, {len(chosen)} of at most {most()}</h4>")
        parts += [_priority(p, board.get(p.get("card"), {})) for p in chosen]
    return [Html(*parts, _open(at, board))]


def _strength(row: dict) -> tuple[str, str]:
    more = [text(row.get("who")), text(row.get("evidence"))]
    return text(row.get("title")), ". ".join(m.rstrip(".") for m in more if m)


def _priority(row: dict, one: dict) -> str:
    told = [
        ("Why:", text(row.get("why"))),
        ("Number:", one.get("number", "")),
        ("Document:", one.get("document", "")),
        (
            "Voice:",
            one.get("voice")
            or (f"to be heard by {said(one['voice_by'])}" if one.get("voice_by") else ""),
        ),
        ("Strength to keep:", text(row.get("strength_to_keep"))),
    ]
    left = "" if not one else "".join(f"Still lacking: {w}." for w in lacking(one))
    title = esc(text(row.get("title")) or one.get("title", "A priority"))
    return f"<p><strong>{title}</strong></p>{bullets([t for t in told if t[1]])}{paragraph(left)}"


def _open(at, board: dict) -> str:
    """Return what the summary leaves open: dissent, evidence tasks, listening."""
    settled, names = at.folio.get(CONSENSUS) or {}, titles()
    items = [
        (f"Dissent on {names[id]}:", text(held["dissent"]))
        for id, held in settled.items()
        if id in names and isinstance(held, dict) and text(held.get("dissent"))
    ]
    items += [
        (f"Evidence task, {names.get(r.get('indicator'), 'an indicator')}:",
         f"{text(r.get('who')) or 'no one yet'}, by {said(r.get('by')) or 'no date yet'}")
        for r in at.folio.rows(TASKS)
    ]  # fmt: skip
    items += [("To listening:", one["title"]) for one in board.values() if one["few"]]
    return f"<h4>What stays open</h4>{bullets(items)}" if items else ""
