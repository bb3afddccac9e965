"""Notebook 01: four definitions, the vision's seven tests, phrases that keep the demand."""

from __future__ import annotations

import re

from ... import catalog, language
from ...display import listing, many
from ..registry import Verdict, check, lab
from ._plain import table, text, texts

SCORES = {"yes": "yes", "nearly": "nearly", "not_yet": "not yet"}
WORDS, LONG_SENTENCE, LONG_WORD = 60, 22, 4  # words, words, syllables
ENOUGH = 5  # of seven tests: then a vision counts as scored
BEYOND = re.compile(r"student|pupil|famil|parent|carer|communit|neighbour|neighbor|council", re.I)
SUPPORT = re.compile(r"\b(with|and|here is|plus|together|help|hour|time|support)\b", re.I)


@lab("definitions")
def definitions(at, case: str = "tablets", **_) -> list:
    """What would each of four definitions have a school do, and what does each leave open?"""
    told = texts("m01")
    case = case if case in told["cases"] else "tablets"
    rows = [
        (one["label"], one["text"], *told["cases"][case][one["id"]], one["asks"])
        for one in told["definitions"]
    ]
    columns = {
        "name": "Definition",
        "says": "What it says",
        "does": "Here it would do this",
        "open": "What it leaves open",
        "asks": "What it would ask later",
    }
    field = at.book.forms["four-definitions"].fields[0]
    named = next(o["label"] for o in field.options if o["id"] == case)
    said = (
        f"{named}: all four would act, and no two would do the same. None of them is wrong; each "
        "asks another question of you afterwards."
    )
    return [said, table(f"Four definitions of equity: {named}", columns, rows)]


def definition_sentence(value: dict) -> str:
    """Return a definition as reports print it; empty until it is whole.

    Examples
    --------
    >>> definition_sentence({"means": "support fits need.", "so_that": "all thrive",
    ...                      "know_because": "courses look like the school"})
    'In our school, equity means support fits need, so that all thrive, and we will know because courses look like the school.'
    """  # noqa: E501
    parts = [text(value.get(name)).rstrip(" .") for name in ("means", "so_that", "know_because")]
    if not all(parts):
        return ""
    return (
        f"In our school, equity means {parts[0]}, so that {parts[1]}, "
        f"and we will know because {parts[2]}."
    )


@check("definition")
def definition(at, value) -> list[Verdict]:
    """Is the definition whole, and how will it print?"""
    value = value or {}
    whole = definition_sentence(value)
    if not whole:
        return [Verdict(None, "Write all three parts; then you see it as reports print it.")]
    hard = [h.match for h in language.lint(whole) if h.severity == "block_in_reports"]
    if hard:
        words = listing([f"“{word}”" for word in hard])
        return [Verdict(False, f"Change {words} before it can be printed; see the hint.")]
    return [Verdict(True, f"It will print: {whole}")]


# ---------------------------------------------------------------- visions to practise on


@lab("vision-scores")
def vision_scores(at, **_) -> list:
    """Where did one's own scores of three visions differ from those of another team?"""
    form = at.book.forms["sample-visions"]
    own = at.folio.get(form.key) or {}
    model = texts("m01")["visions"]
    out, rows, alike, told = [], [], 0, 0
    for section in form.sections:
        given = [(own.get(item["id"]) or {}).get("rating") for item in section["items"]]
        if sum(score in SCORES for score in given) < ENOUGH:
            out.append(f"{section['title']}: score at least {ENOUGH} of its seven tests first.")
            continue
        theirs = model[section["id"]]["scores"]
        for item, mine, other in zip(section["items"], given, theirs, strict=True):
            if mine in SCORES:
                told, alike = told + 1, alike + (mine == other)
            same = "the same" if mine == other else "look again, both of you"
            mine = SCORES.get(mine, "not scored")
            rows.append((f"{section['title']}: {item['text']}", mine, SCORES[other], same))
        out.append(f"{section['title']}: {model[section['id']]['note']}")
    if not rows:
        return out
    columns = {"test": "Vision and test", "own": "You", "other": "Another team", "same": "Together"}
    said = (
        f"You and another team agree on {alike} of {told} scores. Where you do not, neither is "
        "right: the words of the vision can be read both ways, and that is worth knowing."
    )
    return [said, *out, table("Your scores beside those of another team", columns, rows)]


# ---------------------------------------------------------------- one's own vision


def syllables(word: str) -> int:
    """Return about how many syllables a word has, by its groups of vowels.

    Examples
    --------
    >>> syllables("opportunity"), syllables("school")
    (5, 1)
    """
    return max(len(re.findall(r"[aeiouy]+", word.lower())), 1)


@check("seven-tests")
def seven_tests(at, value) -> list[Verdict]:
    """What can simple rules see of the seven tests in a vision?"""
    vision = text(value.get("value") if isinstance(value, dict) else value)
    if not vision:
        return [Verdict(None, "Write it first; each of the seven tests then has a line here.")]
    words = re.findall(r"[\w’'-]+", vision)
    short = Verdict(len(words) <= WORDS, f"{many(len(words), 'word')}; {WORDS} at most.")
    named = {t["id"]: t["text"].rstrip(".") for t in _tests()}
    found = {id: _seen(vision, rule) for id, rule in texts("m01")["tests"].items()}
    found |= {"t2": _mission(at, words), "t5": _plain(vision, words), "t7": _shaped(at)}
    hard = [h for h in language.lint(vision) if h.severity == "block_in_reports"]
    words_of = [Verdict(False, f"Change “{h.match}”: {h.why}") for h in hard]
    return [
        short,
        *(Verdict(found[id].ok, f"{name}. {found[id].text}") for id, name in named.items()),
        *words_of,
    ]


def _tests() -> list[dict]:
    return catalog.content("vision_and_team")["vision_builder"]["quality_tests"]


def _seen(vision: str, rule: dict) -> Verdict:
    there = re.search(rule["find"], vision, re.I | re.S)
    return Verdict(True, rule["there"]) if there else Verdict(False, rule["look"])


def _mission(at, words: list[str]) -> Verdict:
    """Say which longer words a vision shares with the mission; whether they agree, a person says."""
    mission = text((at.folio.get("vision.picture") or {}).get("mission"))
    if not mission:
        return Verdict(False, "Copy the mission into the form above and read both.")
    theirs = {w.lower() for w in re.findall(r"[\w’'-]+", mission) if len(w) > 4}
    shared = [w for w in dict.fromkeys(w.lower() for w in words) if w in theirs]
    if shared:
        return Verdict(True, f"Both say {listing(shared[:4])}; read them side by side.")
    return Verdict(False, "It shares no longer word with the mission: read both aloud.")


def _plain(vision: str, words: list[str]) -> Verdict:
    sentences = [s for s in re.split(r"[.!?]+", vision) if s.strip()]
    longest = max(len(s.split()) for s in sentences)
    hard = [w for w in words if syllables(w) > LONG_WORD]
    if longest > LONG_SENTENCE:
        return Verdict(False, f"One sentence has {longest} words. Cut it in two.")
    if len(hard) > 2:
        return Verdict(False, f"There are long words, such as {listing(hard[:3])}.")
    return Verdict(True, "Sentences and words are short. Is it translated?")


def _shaped(at) -> Verdict:
    plan = text((at.folio.get("vision.commitments") or {}).get("test_with"))
    if BEYOND.search(plan):
        return Verdict(True, "Your plan to test it names people beyond staff.")
    return Verdict(False, "Say further below who beyond staff tests and changes it.")


@check("replaced")
def replaced(at, value) -> list[Verdict]:
    """Does a phrase that replaces another keep the demand, and add support?"""
    row = value or {}
    heard, instead = text(row.get("heard")), text(row.get("instead"))
    if not heard or not instead:
        return [Verdict(None, "Write the phrase, and what you will say instead.")]
    if heard.casefold() == instead.casefold():
        return [Verdict(False, "Both phrases are the same.")]
    if not SUPPORT.search(instead):
        return [Verdict(False, "Which support comes with it? The demand stays; what is added?")]
    return [Verdict(True, "It adds something. Would a student hear that the task stays whole?")]
