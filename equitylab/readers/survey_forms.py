"""What form tools add to a survey: columns and rows that are nobody's answer, and several in one."""

from __future__ import annotations

import re

import pandas as pd

from .tables import plain

SKIPPED = frozenset(
    plain(w)
    for w in ("", "na", "n/a", "skip", "skipped", "prefer not to say", "i prefer not to say",
              "don't know", "i don't know", "-99", "no answer")
)  # fmt: skip
# What form tools add of their own: never a way of grouping.
ASIDE = frozenset(
    plain(w)
    for w in (
        "id", "respondent id", "respondent_id", "response id", "collector id", "timestamp", "start time",
        "completion time", "last modified time", "email", "email address", "name", "first name",
        "last name", "ip address", "date created", "date modified", "custom data 1", "start date",
        "end date", "recorded date", "status", "response type", "progress", "duration (in seconds)",
        "seconds", "finished", "recipient last name", "recipient first name", "recipient email",
        "external data reference", "external reference", "location latitude", "location longitude",
        "distribution channel", "user language", "username", "score", "total score", "phone",
        "teacher", "teacher name", "homeroom", "homeroom teacher", "counselor", "advisor", "language",
        "marca temporal", "dirección de correo electrónico", "horodateur", "adresse e-mail",
        "carimbo de data/hora", "zeitstempel", "hora de inicio", "hora de finalización",
    )
)  # fmt: skip
# How tools name the one who answers, and how they mark what nobody answered in earnest.
_PERSON = frozenset(plain(w) for w in ("respondent id", "respondent_id", "response id", "id"))
_TIME = frozenset(
    plain(w) for w in ("timestamp", "start time", "completion time", "start date", "date created",
                       "marca temporal", "horodateur", "zeitstempel", "hora de inicio")
)  # fmt: skip
_KIND = frozenset(plain(w) for w in ("status", "response type", "distribution channel"))
_UNREAL = frozenset(plain(w) for w in ("survey preview", "survey test", "preview", "test", "spam"))
# Answers of questions that the survey has not: no way of grouping either.
_SCALES = frozenset(
    plain(w)
    for w in (
        "strongly agree", "agree", "somewhat agree", "neutral", "neither", "neither agree nor disagree",
        "somewhat disagree", "disagree", "strongly disagree", "never", "rarely", "sometimes", "always",
        "very satisfied", "satisfied", "dissatisfied", "very dissatisfied", "poor", "fair", "good",
        "very good", "excellent",
    )
)  # fmt: skip
MARKER = frozenset(plain(w) for w in ("response", "open-ended response", "antwort", "réponse"))


def written(column: str) -> bool:
    """Whether a column holds the words that go with "Other": they are never looked at.

    Examples
    --------
    >>> written("What is your role? - Other - Text"), written("Other (please specify)")
    (True, True)
    """
    return bool(
        re.search(r"- text$|\(please specify\)|^other, please specify", column.strip(), re.I)
    )


def real(frame: pd.DataFrame, asked: list[str]) -> tuple[pd.DataFrame, list]:
    """Return the rows in which somebody answered an item, once each, and why others are not here."""
    aside = []

    def without(wrong: pd.Series, reason: str) -> None:
        nonlocal frame
        if wrong.any():
            aside.append((reason, frame.index[wrong].tolist()))
            frame = frame[~wrong]

    for column in [c for c in frame if plain(c) in _KIND]:
        without(frame[column].map(plain).isin(_UNREAL), "a preview, a test or spam")
    skipped = {v for c in asked for v in frame[c].unique() if plain(v) in SKIPPED}
    without(~(~frame[asked].isin(skipped | {""})).any(axis=1), "no question answered")
    if any(frame[c].ne("").all() for c in frame if plain(c) in _TIME):
        without(frame.duplicated(), "the same row twice")
    for column in [c for c in frame if plain(c) in _PERSON][:1]:
        if frame[column].nunique() < len(frame) / 2:
            continue  # "anonymous" throughout names nobody
        without(frame[column].ne("") & frame.duplicated(), "the same row twice")
        without(frame[column].ne("") & frame[column].duplicated(), "sent twice by one person")
    return frame, aside


def several(cells: pd.Series) -> bool:
    """Whether people could choose several answers: some stand together in a cell, and alone too.

    Examples
    --------
    >>> several(pd.Series(["Band", "Band, Chess", "Chess;", "Band;Chess"]))
    True
    >>> several(pd.Series(["Yes, always", "Yes, at times", "No"]))
    False
    """
    parts = {v: [p for p in map(plain, re.split("[;,|\n]", v)) if p] for v in cells.unique()}
    alone = {told[0] for told in parts.values() if len(told) == 1}
    together = any(len(told) > 1 and len(alone & set(told)) > 1 for told in parts.values())
    return together or ticked(cells)


def ticked(cells: pd.Series) -> bool:
    """Whether a column holds one answer or nothing, as a box that some people ticked."""
    return bool(cells.eq("").any() and cells[cells != ""].nunique() == 1)


def asks(cells: pd.Series, survey: dict) -> bool:
    """Whether a column holds answers to a question, such as "Agree", and no groups."""
    words = {plain(w) for answers in survey["response_sets"].values() for w in answers} | _SCALES
    return set(map(plain, cells.unique())) <= words | SKIPPED
