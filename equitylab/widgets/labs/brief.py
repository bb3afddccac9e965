"""Notebook 11: the page that asks, the money in it, and two minutes of testimony."""

from __future__ import annotations

import re

from ... import catalog, plan
from ...display import count, listing, many
from ...markup import Html, esc, paragraph
from ...plan.thread import name as called
from ...plan.values import counted, number, said_day, text
from ..registry import Verdict, check, lab
from ._needs import blocked, empty, needs, words, yes
from ._plain import table

# Fields of the brief in the order of advocacy_plan.brief_template, and its most words in all.
PARTS = ("title", "issue", "evidence", "told", "ask", "cost", "know", "contact")
MOST, PACE = 350, 130  # words; words spoken in a minute
SPOKEN = {"who": 15, "fact": 20, "story": 30, "ask": 20, "thanks": 10}  # seconds of each part
YEAR = r"\b20\d\d\b"
SOURCE = r"\b(source|file|survey|data|records?|audit|report)\b"
LOOKS = {
    "counts, such as 12 of 60": r"\b[\d,]+ (of|out of|among) [\d,]+",
    "an interval, or how sure it is": r"interval|margin|clear difference|not clearly|too few",
    "the source and its year": f"{SOURCE}.*{YEAR}|{YEAR}.*{SOURCE}",
    "what it does not show": r"do(es)? not (show|say|tell|know)|pattern",
}


def _template() -> list[tuple[str, str, int]]:
    """Return field, heading and most words of each part."""
    made = catalog.content("advocacy_plan")["brief_template"]
    return [(field, t["part"], t["max_words"]) for field, t in zip(PARTS, made, strict=True)]


@check("brief")
def brief(at, value: dict) -> list[Verdict]:
    """Does the page hold what a decision needs, in so many words?"""
    value = value or {}
    total = sum(words(value.get(part)) for part in PARTS)
    if not total:
        return [Verdict(None, f"Write the parts. Together they may have {MOST} words.")]
    out = [Verdict(total <= MOST, f"{total} of {MOST} words.")]
    counts = [(name, words(value.get(field)), most) for field, name, most in _template()]
    long_ = [f"{name} ({held} of {most})" for name, held, most in counts if held > most]
    if long_:
        out.append(Verdict(False, f"Too long: {'; '.join(long_)}."))
    left = [name for name, held, _ in counts if not held]
    if left:
        out.append(Verdict(None, f"Still empty: {'; '.join(left)}."))
    said = text(value.get("evidence"))
    if said:
        lacks = [what for what, look in LOOKS.items() if not re.search(look, said, re.I)]
        done = "Counts, how sure, source and limit: all there."
        out.append(yes(not lacks, done, f"The evidence still wants {listing(lacks)}."))
    if text(value.get("told")):
        lack = "Ask those you quote or describe before anything is printed."
        out.append(yes(value.get("consent") is True, "Those quoted agreed.", lack))
    if text(value.get("ask")):
        who = {"decision_maker": "who can decide it"}
        out.append(needs(value, who, {"by": "a day"}, done="A decision, a decision maker, a day."))
    other = bool(text(value.get("other_view")))
    lack = "Write another view as its holders would."
    out.append(yes(other, "Another view is said fairly.", lack, later=True))
    return out + blocked(*(value.get(part) for part in PARTS))


@lab("brief_page")
def brief_page(at, **_) -> list:
    """How does the brief read, and how long is each part?"""
    value = at.folio.get("advocacy_brief.brief") or {}
    total = sum(words(value.get(part)) for part in PARTS)
    if not total:
        return ["The page is empty. Write the parts above, and read it here as others will."]
    parts = [f"<h4>{esc(text(value.get('title')) or 'No title yet')}</h4>"]
    cells = []
    for field, name, most in _template():
        said = text(value.get(field))
        cells.append((name, words(said), most))
        if field == "told" and said and value.get("consent") is not True:
            said = "(Left out until those quoted have agreed.)"
        if field != "title" and said:
            parts.append(f"<p><strong>{esc(name)}.</strong> {esc(said)}</p>")
    asked = ", ".join(filter(None, [text(value.get("decision_maker")), said_day(value.get("by"))]))
    parts.append(paragraph(f"Decision asked of: {asked}." if asked else ""))
    card = plan.read(at.folio).cards.get(text(value.get("card")), {})
    if card:
        source = f"From the finding card “{called(card)}”: {counted(card.get('x'), card.get('n'))}."
        parts.append(paragraph(source, kind="note"))
    readers = {a["id"]: a for a in catalog.content("advocacy_plan")["audiences"]}
    reader = readers.get(text(value.get("audience")))
    said = f"{total} of {MOST} words; {many(max(1, round(total / PACE)), 'minute')} to read aloud."
    if reader:
        said += f" Your readers want: {reader['wants'].lower()}. Lead with: {reader['lead_with'].lower()}."
    columns = {"part": "Part", "words": "Words", "most": "At most"}
    return [said, Html(*parts), table("Words of each part", columns, cells, kind="")]


@check("funding")
def funding(at, value: dict) -> list[Verdict]:
    """Is the money named, shared out by a rule, and asked for in the right lane?"""
    value = value or {}
    if empty(value):
        return [Verdict(None, "Write what the community has built, and what is missing.")]
    amount, students = number(value.get("amount")), number(value.get("students"))
    out = [Verdict(None, "How much a year, and for how many students?")]
    if amount and students:
        each = f"about {count(round(amount / students))} each"
        said = f"{count(amount)} a year for {count(students)} students, {each}."
        out = [Verdict(True, said)]
    wanted = {"assets": "what is there already", "source": "which fund"}
    wanted |= {"rule": "the rule that shares it out", "contribute": "your own part"}
    out.append(needs(value, wanted, done="Assets first, then fund, rule and your own part."))
    lack = "Check first whether you may ask for this in this capacity."
    out.append(yes(value.get("lane_ok") is True, "In your lane.", lack))
    return out + blocked(value.get("assets"), value.get("lacking"))


@check("testimony")
def testimony(at, value: dict) -> list[Verdict]:
    """Does it fit in two minutes, with one fact, one permitted story and one ask?"""
    value = value or {}
    counts = {part: words(value.get(part)) for part in SPOKEN}
    if not any(counts.values()):
        return [Verdict(None, "Write a sentence or two for each part.")]
    seconds = round(sum(counts.values()) * 60 / PACE)
    out = [Verdict(seconds <= 120, f"About {seconds} seconds of 120.")]
    slow = [part for part, most in SPOKEN.items() if counts[part] * 60 / PACE > 1.5 * most]
    if slow:
        out.append(Verdict(False, f"Longer than planned: {listing(slow)}."))
    left = [part for part, held in counts.items() if not held]
    if left:
        out.append(Verdict(None, f"Still empty: {listing(left)}."))
    if counts["story"]:
        told = value.get("permission") is True
        lack = "No permission, no story: tell the fact alone."
        out.append(yes(told, "The story is told with permission.", lack))
    return out + blocked(value.get("fact"), value.get("story"))
