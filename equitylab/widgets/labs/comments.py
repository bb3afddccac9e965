"""Notebook 06: comments coded by a person, with a suggestion, and nobody recognisable in them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd

from ... import catalog
from ...display import count, listing, many
from ...errors import DataError
from ..registry import Verdict, check, lab
from ..told import on_binder
from ._counts import rules
from ._plain import table, text

TITLES = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sr|Sra|Coach|Principal|Nurse|Officer|Profe|Uncle|Aunt)"
NAME = r"[A-ZÀ-Þ][\w’'-]+"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# What is taken out, in this order: (pattern, what stands there instead).
STRIPPED = (
    (re.compile(rf"\b{TITLES}\.? {NAME}(?: {NAME})?"), "[name]"),
    (re.compile(r"\S+@\S+\.\w+"), "[address]"),
    (re.compile(r"\b(?:[Rr]oom|[Bb]us|[Rr]oute|[Hh]all|[Uu]nit) #?[A-Z]{0,2}\d+\w*"), "[place]"),
    (re.compile(rf"\b(?:on )?(?:{MONTHS}) \d{{1,2}}(?:st|nd|rd|th)?\b"), "[date]"),
    (re.compile(r"\b\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?\b"), "[date]"),
    (re.compile(r"\+?\d[\d ()-]{7,}\d"), "[number]"),
)
# A capital inside a sentence is taken for a name, unless it is one of these words.
PLAIN = {
    *MONTHS.split("|"), "I", "I’m", "I'm", "I’d", "I'd", "I’ll", "I'll", "I’ve", "I've", "Monday",
    "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "English", "Spanish",
    "Algebra", "Math", "Mathematics", "Science", "OK", "TV", "AP", "PE",
}  # fmt: skip
KEPT = "listening_plan.tags"


def stripped(words: str, names: tuple[str, ...] = ()) -> str:
    """Return a comment without names, places, dates and numbers that could point to a person.

    It errs on the side of taking out too much; a person still reads every comment before it is used.

    Examples
    --------
    >>> stripped("On March 3 in room 14 my brother Teo was sent out by Mr. Okafor.")
    '[date] in [place] my brother [name] was sent out by [name].'
    >>> stripped("We plan in Spanish first. Nobody asked.")
    'We plan in Spanish first. Nobody asked.'
    """  # noqa: E501
    for name in names:
        if name.strip():
            words = re.sub(rf"\b{re.escape(name.strip())}\b", "[name]", words, flags=re.I)
    words = re.sub(rf"\bOn ({MONTHS})", r"on \1", words)
    for pattern, instead in STRIPPED:
        words = pattern.sub(instead, words)

    def inside(found: re.Match) -> str:
        return found[0] if found[2] in PLAIN else f"{found[1]}[name]"

    return re.sub(rf"((?<=[\w,;)] ))({NAME})", inside, words)


def themes() -> dict[str, dict]:
    """Return the themes that comments are coded with, by id."""
    return {t["id"]: t for t in catalog.content("family_community_engagement")["theme_coding"]["themes"]}  # fmt: skip


def suggested(words: str) -> str:
    """Return the theme most of whose words are in a comment; empty where none is.

    Examples
    --------
    >>> suggested("My bus leaves early and I miss the late bus."), suggested("Hello.")
    ('travel', '')
    """
    found = {
        id: sum(len(re.findall(rf"\b{re.escape(w)}", words, re.I)) for w in one["words"])
        for id, one in themes().items()
    }
    best = max(found, key=found.get)
    return best if found[best] else ""


def own(file: str) -> pd.DataFrame:
    """Return the comments of a file: a column ``text``, or the first column.

    Raises
    ------
    DataError
        On a public server none is opened; the file is not there or is no CSV file.
    """
    if on_binder():
        raise DataError(
            "This is a public server: comments of students or families must not be opened here.",
            mend="Use the practice comments here, and your own file on your own machine.",
        )
    path = Path(os.path.expanduser(file))
    try:
        rows = pd.read_csv(
            path, dtype="str", keep_default_na=False, encoding="utf-8-sig", compression=None
        )
    except (OSError, ValueError):  # of which pandas' own errors are children
        raise DataError("This is no CSV file that can be read.", file=path.name,
                        mend="Write the whole path of a CSV file in UTF-8.") from None  # fmt: skip
    column = next((c for c in rows if c.strip().casefold() in ("text", "comment")), rows.columns[0])
    words = rows[column].str.strip()
    frame = pd.DataFrame({"text": words[words != ""]}).reset_index(drop=True)
    return frame.assign(comment_id=[f"own{k}" for k in range(1, len(frame) + 1)], survey="own")


@lab("comment-coder")
def comment_coder(at, whose: str = "student", file: str = "", names: str = "", **_) -> list:
    """What do people write, and which theme do a keyword and a person each see in it?"""
    rows = own(file) if file else at.practice("comments")
    rows = rows if file else rows[rows["survey"] == (whose if whose in ("student", "family") else "student")]  # fmt: skip
    least = max(
        catalog.content("reporting_rules")["privacy"]["free_text"]["minimum_n"], rules(at)[0]
    )
    if len(rows) < least:
        return [f"There are fewer than {least} comments here: none is shown, since style and detail "
                "would point to people. Put them with a larger group, or wait for more."]  # fmt: skip
    tags = {id: one.get("bin") for id, one in (at.folio.get(KEPT) or {}).items() if one.get("bin")}
    known_as, people = themes(), tuple(names.split(","))
    told = [
        (r.comment_id, stripped(r.text, people), suggested(r.text), tags.get(r.comment_id, ""))
        for r in rows.itertuples(index=False)
    ]
    final = [mine or guess for _, _, guess, mine in told]
    confirmed = [(guess, mine) for _, _, guess, mine in told if mine]
    out = [_aloud(final, len(told), len(confirmed))]
    if confirmed:
        same = sum(guess == mine for guess, mine in confirmed)
        out.append(f"Of {many(len(confirmed), 'comment')} that you coded, the keywords agree with you on {same}. Where they do not, you are right: they do not understand a sentence.")  # fmt: skip
    label = {id: one["label"] for id, one in known_as.items()} | {"": "no suggestion"}
    lines = [
        (id, words, label.get(guess, guess), label.get(mine, mine) if mine else "not yet")
        for id, words, guess, mine in told
    ]
    columns = {"id": "Comment", "text": "Words, without names and places", "guess": "Suggested", "mine": "You say"}  # fmt: skip
    return [
        *out,
        _themes(final, len(told)),
        table("Comments", columns, lines),
        "Names, places and dates are taken out by rule, and rules miss things: read each comment once "
        "more before it leaves this page. Retell; do not quote.",
        "Your own file: it was read for this picture, and no word of it is kept." if file
        else "Practice comments of the fictional Riverbend Middle School.",
    ]  # fmt: skip


def _shown(final: list[str], least: int = 3) -> dict[str, str]:
    """Return how many people raised each theme, in words: one or two are not counted out."""
    there = [id for id in [*themes(), ""] if id in final]
    return {
        id: count(final.count(id)) if final.count(id) >= least else f"fewer than {least}"
        for id in there
    }


def _aloud(final: list[str], total: int, confirmed: int) -> str:
    shown, known_as = _shown(final), themes()
    top = sorted((id for id in shown if id and shown[id].isdigit()), key=lambda id: -int(shown[id]))
    most = [f"{known_as[id]['label'].lower()} ({shown[id]})" for id in top[:3]]
    state = f"{confirmed} of {total} coded by you, the others as suggested" if confirmed < total else "all coded by you"  # fmt: skip
    if not most:
        return (
            f"{many(total, 'comment')}, {state}. No theme is raised by enough people to be counted."
        )
    return f"{many(total, 'comment')}, {state}: people write most about {listing(most)}."


def _themes(final: list[str], total: int):
    shown, known_as = _shown(final), themes()
    label = {id: one["label"] for id, one in known_as.items()} | {"": "No theme yet"}
    rows = [(label[id], n) for id, n in shown.items()]
    columns = {"theme": "Theme", "n": f"People, of {total}"}
    return table("Themes: people, not mentions", columns, rows, "")


@check("themes")
def theme(at, value) -> list[Verdict]:
    """Is a theme told so that nobody is recognised, with a different view, and checked?"""
    value = value or {}
    words = text(value.get("typical"))
    out = []
    if words and stripped(words) != words:
        out.append(Verdict(False, "A name, place or date seems to be in it: retell it without."))
    people = value.get("people")
    if isinstance(people, (int, float)):
        enough = people >= 3
        out.append(Verdict(enough, f"It counts {people:g} people." if enough else "Fewer than three people: merge it with a near theme."))  # fmt: skip
    different = bool(text(value.get("different")))
    out.append(Verdict(True if different else None, "A different view is kept." if different else "Look for someone who sees it otherwise."))  # fmt: skip
    checked = bool(value.get("checked"))
    out.append(Verdict(True if checked else None, "Those who spoke have seen it." if checked else "Take it back to those who spoke, before anyone else reads it."))  # fmt: skip
    return out
