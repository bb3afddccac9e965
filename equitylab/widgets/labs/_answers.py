"""Answers to one of the three surveys: from a practice table, or from a file that stays outside.

A file of the school's own is read when a lab draws and then forgotten: not one answer is written
to the portfolio, and on a public server no file is opened.
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ... import catalog, metrics
from ...display import count, first_up, known, listing, percent
from ...errors import DataError
from ...readers import survey_columns, survey_forms
from ...readers.tables import plain
from ..told import on_binder
from ._counts import counted

NAMES = {"student": "students", "family": "families", "staff": "members of staff"}
PEOPLE = "listening_plan.people"  # who was asked, in a survey of the school's own
GROUPS = 25  # more categories than that are no way of grouping


@dataclass(frozen=True)
class Survey:
    """One survey's instrument, answers, and the people who were asked."""

    id: str
    about: dict
    rows: pd.DataFrame
    people: pd.DataFrame  # attribute, category, count; the whole has empty names
    own: bool = False

    @property
    def who(self) -> str:
        """Who was asked, in words."""
        return NAMES[self.id]

    @property
    def items(self) -> dict[str, str]:
        """Return the items that were answered, id to text."""
        extra = self.about.get("perception_items", ())
        told = {i["id"]: i["text"] for i in (*self.about["items"], *extra)}
        return {id: words for id, words in told.items() if id in self.rows}

    @property
    def scales(self) -> dict[str, dict]:
        """Return the scales that all items are there for, by id."""
        return {
            s["id"]: s for s in self.about["scales"] if all(i in self.items for i in s["items"])
        }

    @property
    def attributes(self) -> list[str]:
        """Return the ways of grouping that the answers hold."""
        opened = {plain(o[key]) for o in self.about["open_items"] for key in ("id", "text")}
        opened |= {plain(t) for t in self.about.get("concern_item", {}).values() if str(t) == t}
        return [
            c
            for c in self.rows.columns
            if c not in self.items
            and plain(c) not in survey_forms.ASIDE | opened
            and not survey_forms.written(c)
            and self.rows[c].nunique() <= GROUPS
            and not (self.own and self._asks(self.rows[c].fillna("").astype("str")))
        ]

    def _asks(self, cells: pd.Series) -> bool:
        """Whether a column holds answers to another question, and no groups."""
        return survey_forms.asks(cells, self.about) or survey_forms.several(cells)

    def answers(self, items: list[str], inside: np.ndarray | None = None) -> np.ndarray:
        """Return people × items as numbers."""
        rows = self.rows if inside is None else self.rows[inside]
        return rows[items].to_numpy("float64", na_value=np.nan)

    def asked(self, attribute: str = "") -> dict[str, int]:
        """Return how many were asked, by category; of everyone under an empty name."""
        rows = self.people[self.people["attribute"] == attribute]
        return dict(zip(rows["category"], rows["count"], strict=True))

    @property
    def total(self) -> int | None:
        """How many were asked in all, where that is known."""
        told = self.asked().get("")
        return int(told) if known(told) else None

    def category(self, attribute: str) -> pd.Series:
        """Return each respondent's category as text; empty where it was left out."""
        return self.rows[attribute].astype("str").replace({"nan": "", "<NA>": "", "None": ""})

    def instead(self, attribute: str) -> list[str]:
        """Say so, where another attribute is shown than the one that was asked for."""
        chosen = self.pick(attribute)
        if not attribute or not chosen or chosen.casefold() == str(attribute).strip().casefold():
            return []
        return [f"These answers have no “{attribute}”: there is {listing(self.attributes)}."]

    def pick(self, attribute: str) -> str:
        """Return the attribute that was asked for, or the first there is."""
        there = self.attributes
        folded = {a.casefold(): a for a in there}
        return folded.get(str(attribute).strip().casefold()) or (there[0] if there else "")


def survey(at, id: str = "student", file: str = "") -> Survey:
    """Return a survey's answers: the practice table's, or a file's.

    Raises
    ------
    DataError
        The file cannot be used; on a public server none is opened.
    """
    id = id if id in NAMES else "student"
    about = catalog.content(f"survey_{id}")
    if file:
        return Survey(id, about, read(file, about), _own_people(at, id), own=True)
    people = at.practice("population")
    people = people[people["survey"] == id].rename(columns={"group_attribute": "attribute"})
    return Survey(id, about, at.practice(f"survey_{id}"), people)


def _own_people(at, id: str) -> pd.DataFrame:
    rows = [
        (r.get("attribute") or "", r.get("category") or "", int(r["count"]))
        for r in at.folio.rows(PEOPLE)
        if r.get("survey") == id and known(r.get("count"))
    ]
    return pd.DataFrame(rows, columns=["attribute", "category", "count"])


def read(file: str, about: dict) -> pd.DataFrame:
    """Return the answers in a form tool's export, one row a respondent, as steps from 1 to 5.

    Columns are item ids (``s1``) or the items' words; answers are numbers or the words of the
    answers. Other columns are ways of grouping. See ``equitylab.readers.survey_columns``.

    Raises
    ------
    DataError
        It says what to mend.
    """
    if on_binder():
        raise DataError(
            "This is a public server: answers of students, families or staff must not be opened here.",
            mend="Use the practice answers here, and your own file on your own machine.",
        )
    path = Path(os.path.expanduser(file))
    if not path.is_file():
        raise DataError("There is no such file.", file=path.name, mend="Write the whole path of a CSV or XLSX file.")  # fmt: skip
    names = survey_columns.names_of(about["id"].removeprefix("survey_"))
    items = survey_columns.items(about["id"].removeprefix("survey_"))
    rows, _ = survey_columns.table(path, names)
    asked = [c for c in rows if survey_columns.item_of(c, names)]
    rows, _ = survey_forms.real(rows, asked)  # no preview, nothing twice, nothing empty
    rows = rows.rename(columns={c: survey_columns.item_of(c, names) or c.strip() for c in rows})
    found = [id for id in items if id in rows]
    if not found:
        texts = [item["text"] for item in items.values()]
        close = difflib.get_close_matches(" ".join(rows.columns[:1]), texts, n=1)
        raise DataError(
            "No column is an item of this survey.",
            file=path.name,
            nearest=close[0] if close else None,
            mend=f"Name the columns {', '.join(list(items)[:3])} … or with the items' words.",
        )
    for id in found:
        answers = about["response_sets"][items[id]["set"]]
        rows[id] = survey_columns.steps(rows[id], answers, path.name, id)
    return rows.reset_index(drop=True)


def labelled(attribute: str, category: str) -> str:
    """Return a category as it reads alone.

    Examples
    --------
    >>> labelled("In band or robotics", "No"), labelled("Grade", "Grade 6")
    ('In band or robotics: No', 'Grade 6')
    """
    return f"{attribute}: {category}" if category.casefold() in ("yes", "no") else category


# ---------------------------------------------------------------- who answered


def coverage(at, told: Survey, attribute: str) -> pd.DataFrame:
    """Return answers and people by category, with each part's share of both.

    Columns of ``counted`` and ``ratio``: the share of the answers over the share of the people,
    empty where it must not be shown.
    """
    people, given = told.asked(attribute), told.category(attribute).value_counts()
    parts = [(labelled(attribute, c), int(given.get(c, 0)), int(n)) for c, n in people.items() if c]
    parts = [(c, x, n) for c, x, n in parts if x <= n]
    frame = counted(parts, at)
    if frame.empty:
        return frame.assign(ratio=[])
    found = metrics.representation([p[1] for p in parts if p[2]], [p[2] for p in parts if p[2]])
    return frame.assign(ratio=np.where(frame["why"] == "", found.ratio, np.nan))


def response(at, told: Survey) -> tuple[str, str]:
    """Say how many answered, and what that allows: coverage comes before any score.

    Returns
    -------
    (str, str)
        The sentence; and ``"usual"``, ``"caution"``, ``"partial"``, ``"few"`` or ``"unknown"``.
    """
    rules = told.about["reporting"]["response_rate"]
    answers, least = len(told.rows), told.about["reporting"]["minimum_n"]
    if answers < least:
        return f"Fewer than {least} {told.who} answered: too few to show anything.", "few"
    if told.total is None:
        text = f"{first_up(told.who)}: {count(answers)} answers. How many were asked is not entered, so nobody can say whom they speak for."  # fmt: skip
        return text, "unknown"
    share = answers / told.total
    opening = f"{count(answers)} of {count(told.total)} {told.who} answered ({percent(share, told.total)})"  # fmt: skip
    if share < rules["partial_below"]:
        return f"{opening}: partial evidence. It speaks for those who answered, and for no one else.", "partial"  # fmt: skip
    if share < rules["caution_below"]:
        return f"{opening}: read it with caution, beside those who are missing.", "caution"
    return f"{opening}: enough to read with the usual care.", "usual"


def draft(told: Survey, *, whole: bool = False) -> str:
    """Return the notice that goes with every score; `whole` as the survey's file words it."""
    version = f"Version {told.about['version']} of the items."
    if whole:
        return f"{told.about['notice']} {version}"
    return (
        "Draft instrument, not validated: pilot it first, compare only with the same version, and "
        f"with no norms of other surveys. {version}"
    )
