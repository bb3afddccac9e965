"""Notebooks 11 and 12: ways of leading beyond one school, and people who lead next. Nonpartisan."""

from __future__ import annotations

from ... import catalog
from ...display import first_up, many
from ...markup import Html, bullets
from ...plan.values import day, number, said_day, text
from ..registry import Verdict, check, lab
from ._needs import empty, needs, words, yes
from ._plain import table

UNREAD = ("", "Not read yet")
LEGAL = {
    "eligible": "Eligibility",
    "leave": "Leave or resignation",
    "conflict": "Conflicts of interest",
}


@lab("pathway_steps")
def pathway_steps(at, pathway: str = "", **_) -> list:
    """Which first steps, skills and cautions belong to a pathway?"""
    about = catalog.content("civic_pathways")
    chosen = pathway or text((at.folio.get("advocacy_brief.pathway") or {}).get("pathway"))
    shown = [way for way in about["pathways"] if way["id"] == chosen]
    if shown:
        said = f"{shown[0]['label']}: {many(len(shown[0]['first_steps']), 'first step')}."
    else:
        shown = about["pathways"]
        said = f"{many(len(shown), 'pathway')}, each a good one."
    said += " No party, no candidate, no membership; employer's rules and local law first."
    cells = [
        (
            way["label"],
            "; ".join(way["first_steps"]),
            ", ".join(skill.replace("_", " ") for skill in way["skills"]),
            " ".join(f"{caution}." for caution in way.get("cautions", [])),
        )
        for way in shown
    ]
    columns = {"way": "Pathway", "steps": "First steps", "skills": "Skills", "care": "Care"}
    return [said, table("Pathways", columns, cells), Html(bullets(about["fit_reflection"]))]


@check("pathway")
def pathway(at, value: dict) -> list[Verdict]:
    """Is there a first lawful step, with a day and someone beside you?"""
    value = value or {}
    if not text(value.get("pathway")):
        return [Verdict(None, "Choose a pathway, or say that this is not the year.")]
    wanted = {"reason": "the finding that sends you", "first_step": "a first step"}
    wanted["support"] = "who supports you"
    step = needs(
        value, wanted, {"date": "a day"}, done=f"First step: {said_day(value.get('date'))}."
    )
    read = value.get("rule_checked") is True
    lack = "Read your employer's rules before the first step."
    return [step, yes(read, "Your employer's rules are read.", lack)]


@check("elected")
def elected(at, value: dict) -> list[Verdict]:
    """Eligibility, leave, conflicts, talks: what is read, and what is not?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Not for now is an answer too. Nothing here has to be filled in.")]
    out = []
    for field, label in LEGAL.items():
        said = text(value.get(field))
        known = said not in UNREAD
        out.append(yes(known, f"{label}: {said}.", f"{label}: not read yet.", later=True))
    talks = int(number(value.get("talks")) or 0)
    said = f"{first_up(many(talks, 'talk'))} with people who have held it; three of different views is enough."
    out.append(Verdict(talks >= 3 or None, said))
    if text(value.get("leave")).startswith("Yes") or "not eligible" in text(value.get("eligible")):
        said = "That changes your year: speak with your family and your employer first."
        out.append(Verdict(None, said))
    return [*out, Verdict(True, "School time, lists, rooms and devices stay out of it.")]


@check("new_leader")
def new_leader(at, row: dict) -> list[Verdict]:
    """Is it a real responsibility, with your name behind it?"""
    row = row or {}
    out = []
    if text(row.get("who")):
        wanted = {
            "overlooked": "which habit overlooks them",
            "responsibility": "the responsibility",
        }
        wanted["sponsor"] = "how you sponsor them"
        out = [needs(row, wanted, done="A real responsibility, with your backing.")]
        if words(row["who"]) > 3:
            out.append(Verdict(False, "Initials or a role are enough here."))
    return [*out, Verdict(True if invited(at)[0] else None, pipeline(at))]


def invited(at) -> tuple[int, int]:
    """Return how many were invited, and how many of them took a role."""
    rows = [r for r in at.folio.rows("advocacy_brief.new_leaders") if day(r.get("invited_on"))]
    return len(rows), sum(r.get("took_role") is True for r in rows)


def pipeline(at) -> str:
    """Return the leadership pipeline as a sentence; these are leaders, counted by themselves."""
    asked, took = invited(at)
    if not asked:
        return "Leadership pipeline: nobody is invited yet. An invitation needs a day."
    return f"Leadership pipeline (k_leader_pipeline): {took} of {asked} invited took a role, with support."


@lab("leader_pipeline")
def leader_pipeline(at, **_) -> list:
    """Who was invited to lead, and what came of it?"""
    rows = at.folio.rows("advocacy_brief.new_leaders")
    cells = [
        (
            text(r.get("who")),
            text(r.get("responsibility")),
            text(r.get("sponsor")),
            said_day(r.get("invited_on")),
            "yes" if r.get("took_role") is True else "not yet",
            said_day(r.get("next")),
        )
        for r in rows
    ]
    columns = {"who": "Who", "task": "Responsibility", "sponsor": "Sponsored by", "on": "Invited"}
    columns |= {"took": "Took it", "next": "Next talk"}
    shown = [table("Invited to lead (private)", columns, cells)] if cells else []
    return [pipeline(at), *shown, "Watch who is invited: the same people again, or others too?"]
