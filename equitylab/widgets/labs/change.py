"""Notebook 12: objections and concerns, wider conditions, and the order in which a change comes."""

from __future__ import annotations

from ... import catalog
from ...display import many
from ...plan.values import text
from ..registry import Verdict, check
from ._needs import blocked, needs, yes
from ._plain import texts


@check("objections")
def objections(at, value: dict) -> list[Verdict]:
    """What is each reply likely to do?"""
    value, out = value or {}, []
    said = {o["id"]: o["says"] for o in catalog.content("challenges")["objections_rehearsal"]}
    for id, replies in texts("m12")["replies"].items():
        chosen = next((r for r in replies if r["id"] == value.get(id)), None)
        if chosen is not None:
            out.append(Verdict(bool(chosen["good"]), f"“{said[id]}” {chosen['effect']}"))
    left = len(said) - len(out)
    if left:
        out.append(Verdict(None, f"{many(left, 'objection')} to answer."))
    fair = bool(text(value.get("fair")))
    lack = "Which of them is fair? A plan that changes by an objection is stronger."
    return [*out, yes(fair, "You heard what is fair in one of them.", lack, later=True)]


@check("concerns")
def concerns(at, value: dict) -> list[Verdict]:
    """Which question do people have, and does the offer answer it?"""
    value = value or {}
    offers = {c["value"]: c["offer"] for c in catalog.content("challenges")["concern_responses"]}
    main = text(value.get("main"))
    if not main:
        return [Verdict(None, "Which question do you hear most?")]
    out = [Verdict(True, f"What helps with that question: {offers.get(main, '').lower()}.")]
    also = text(value.get("also"))
    if also and also != main:
        out.append(Verdict(True, f"And with the next: {offers.get(also, '').lower()}."))
    if main in ("aware", "personal"):
        out.append(Verdict(None, "Evidence about students will not answer it yet."))
    wanted = {"offer": "what you will offer", "protects": "how students are kept out of it"}
    return [
        *out,
        needs(value, wanted, {"by": "by when"}, done="An offer, a day, and students kept out."),
    ]


@check("wider")
def wider(at, row: dict) -> list[Verdict]:
    """Is the condition named, the school's part said, and a step taken where it can be?"""
    row = row or {}
    if not text(row.get("condition")):
        return [Verdict(None, "Name the condition as people here live it.")]
    wanted = {"reach": "where you can reach it", "school_part": "what the school adds or removes"}
    out = [needs(row, wanted, done="Named, with the school's part in it.")]
    reach = text(row.get("reach"))
    if reach == "we_advocate":
        out.append(
            needs(
                row, {"step": "the advocacy step"}, {"by": "by when"}, done="A step, with its day."
            )
        )
    elif reach:
        done = "A partner does what you cannot."
        out.append(
            yes(bool(text(row.get("partner"))), done, "Who can do what you cannot?", later=True)
        )
    return out + blocked(row.get("condition"), row.get("school_part"))


@check("change_step")
def change_step(at, row: dict) -> list[Verdict]:
    """Which steps of the sequence are done, and which is skipped?"""
    row = row or {}
    steps = catalog.content("challenges")["change_sequence"]
    rows = {
        text(r.get("step")): text(r.get("state"))
        for r in at.folio.rows("sustain_plan.change_sequence")
    }
    if text(row.get("step")):
        rows[text(row["step"])] = text(row.get("state"))
    done = [s for s in steps if rows.get(s) == "Done"]
    ahead = next((s for s in steps if rows.get(s) not in ("Done", "Skipped on purpose")), "")
    said = f"{len(done)} of {len(steps)} steps done."
    out = [
        Verdict(True if not ahead else None, said + (f" Next: {ahead.lower()}." if ahead else ""))
    ]
    early = [s for s in done if ahead and steps.index(s) > steps.index(ahead)]
    if early:
        said = f"“{early[-1]}” is done before “{ahead.lower()}”: who was left behind?"
        out.append(Verdict(None, said))
    if text(row.get("state")) == "Begun":
        out.append(
            needs(
                row,
                {"ours": "what it looks like here", "who": "who"},
                {"by": "by when"},
                done="Begun, owned and dated.",
            )
        )
    return out
