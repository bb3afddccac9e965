"""What several checks look for: parts still to be written, words that a report would not let through."""

from __future__ import annotations

from ... import language
from ...display import listing
from ...plan.values import day, text
from ..piece import live
from ..registry import Verdict


def words(value: object) -> int:
    """Return how many words a text has.

    Examples
    --------
    >>> words("Ask first, then write."), words(None)
    (4, 0)
    """
    return len(text(value).split())


def needs(
    value: dict, texts: dict[str, str], days: dict[str, str] | None = None, *, done: str
) -> Verdict:
    """Return what is still to be said, or that it is done.

    Parameters
    ----------
    value : dict
        The answers.
    texts, days : dict of str to str
        Field to words for it, for answers of any kind and for dates.
    done : str
        What to say when nothing is lacking.

    Examples
    --------
    >>> needs({"who": "Ann"}, {"who": "who"}, {"on": "a day"}, done="Set.").text
    'Still to say: a day.'
    """
    lacks = [label for field, label in texts.items() if not text(value.get(field))]
    lacks += [label for field, label in (days or {}).items() if not day(value.get(field))]
    return Verdict(not lacks, f"Still to say: {listing(lacks)}." if lacks else done)


def yes(held: bool, done: str, lack: str, *, later: bool = False) -> Verdict:
    """Return one of two sentences; with `later`, what is not there is only open."""
    return Verdict(held or (None if later else False), done if held else lack)


def empty(value: dict) -> bool:
    """Whether nothing is answered yet."""
    return not any(text(v) for v in value.values())


def blocked(*values: object) -> list[Verdict]:
    """Return a verdict for each word that a report would not let through."""
    found = [h for v in values for h in language.lint(text(v)) if h.severity == "block_in_reports"]
    return [
        Verdict(False, f"“{h.match}”: {h.why} Try {h.offers[0]}.")
        for h in {h.match: h for h in found}.values()
    ]


def guess_first(at) -> list[str]:
    """Return what a lab says while its module's prediction is not saved; a batch shows all."""
    if not live() or (at.folio.get(f"predictions.{at.id}") or {}).get("seen"):
        return []
    return ["Save your prediction above first. Then change the numbers here."]
