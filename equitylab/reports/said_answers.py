"""What a release holds of surveys: items, scales made of them, and whether these hold together."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .. import catalog
from ..catalog import SURVEYS
from ..display import count, decimal, group_label, interval, known, percent
from ..schema import ALL
from .common import Report
from .measures import Measure

FLOOR = 0.7  # of alpha, below which the items of a scale are read one by one
LAST = (
    "All others together",
    " not recorded",
    "Not told",
)  # how the last groups of a dimension end

_WORDS = {
    "Favourable answer": "One of the upper two of a question's five answers. Of: the people who "
    "answered it.",
    "Response": "Those who answered, of those who were asked. All of them are counted, so it has no "
    "interval. A share of the answers over a share of the people of 1 means in proportion.",
    "Scale": "Questions taken together: the mean of their shares, each question alike and each answer "
    "counted once. Its interval is the mean of theirs, which is no narrower than its own would be.",
    "Alpha and omega": "How much the questions of a scale move together, from 0 to 1, over the people "
    "who answered all of them: Cronbach (1951) and McDonald (1999). Omega cannot be told where one "
    "common cause does not fit.",
}


class Scale(NamedTuple):
    """Items taken together: the mean of their shares, with limits, and the fewest answers."""

    value: float
    low: float
    high: float
    n: float

    def __str__(self) -> str:
        return self.brief.replace("(", "(interval ")

    @property
    def brief(self) -> str:
        """The share, and its interval in brackets."""
        return f"{percent(self.value, self.n)} ({interval(self.low, self.high, self.n)})"


def scale(rows: list) -> Scale | None:
    """Return the mean of published rows, or None where one is not shown.

    Examples
    --------
    >>> from types import SimpleNamespace as Row
    >>> items = [Row(why="", rate=r, rate_low=r - .1, rate_high=r + .1, n=60) for r in (.5, .7)]
    >>> print(scale(items))
    60% (interval 50% to 70%)
    >>> scale([*items, Row(why="hidden")]) is None
    True
    """
    if not rows or any(row is None or row.why or not known(row.rate) for row in rows):
        return None
    means = (
        float(np.mean([getattr(r, k) for r in rows])) for k in ("rate", "rate_low", "rate_high")
    )
    return Scale(*means, min(row.n for row in rows))


class Answers(Report):
    """The published rows of surveys, and what follows from them and from nothing else."""

    @cached_property
    def _answers(self) -> dict[tuple, tuple]:
        """The latest published rows of surveys, by measure, dimension and group."""
        ids = catalog.survey_indicators()
        rows = [row for row in self.view.rows if row.indicator in ids and not row.pooled]
        rows.sort(key=lambda row: (row.year, row.group.endswith(LAST)))
        return {(row.indicator, row.dimension, row.group): row for row in rows}

    @cached_property
    def surveys(self) -> dict[str, dict]:
        """The surveys that the release holds answers of: what their files say, by who was asked."""
        held = {id.split("_")[1] for id, _, _ in self._answers}
        return {who: catalog.content(f"survey_{who}") for who in SURVEYS if who in held}

    def _items(self, who: str, ids: list[str], dimension: str = ALL, group: str = ALL) -> list:
        return [self._answers.get((f"survey_{who}_{id}", dimension, group)) for id in ids]

    def _grouped(self, who: str) -> dict[str, list[str]]:
        """Return the groups of each way of grouping that a survey's items are told by."""
        found: dict[str, list[str]] = {}
        for id, dimension, group in self._answers:
            if id.startswith(f"survey_{who}_") and not id.endswith("_answered"):
                groups = found.setdefault(dimension, [])
                groups.extend([group] if group not in groups else [])
        return found

    def _seen(self, who: str) -> dict:
        """Return what the reader noted of a survey as a whole: answers, and alpha and omega."""
        return self.public.read_report.get("surveys", {}).get(who, {})

    def _holding(self, who: str, one: dict) -> dict[str, float]:
        """Return alpha and omega of a scale, as far as they can be told."""
        return self._seen(who).get("scales", {}).get(one["id"], {})

    def _apart(self, who: str, one: dict) -> bool:
        """Whether a survey's rules leave the scale untold, as its items do not go together."""
        floor = self.surveys[who].get("scoring", {}).get("scale_only_if_reliability_at_least")
        return bool(floor) and self._holding(who, one).get("alpha", 0.0) < floor

    def _scale(self, who: str, one: dict, dimension: str = ALL, group: str = ALL) -> Scale | None:
        if self._apart(who, one):
            return None
        return scale(self._items(who, one["items"], dimension, group))

    def _also_limited(self) -> list[tuple[str, bool, set[str]]]:
        ids = catalog.survey_indicators() if self.surveys else ()
        return [
            (survey["title"], False, {id for id in ids if id.startswith(f"survey_{who}_")})
            for who, survey in self.surveys.items()
        ]

    def _also_defined(self) -> list[tuple[str, str]]:
        return list(_WORDS.items()) if self.surveys else []

    def skipped(self, who: str, id: str) -> float:
        """Return how many of those who answered the survey left an item out; nan if not known."""
        row, answers = self._items(who, [id])[0], self._seen(who).get("answers")
        told = row is not None and known(row.n) and known(answers)
        return float(answers - row.n) if told else float("nan")

    def measured(self) -> list[Measure]:
        """Return the rows of measures.csv, those of surveys last."""
        return [*super().measured(), *(m for who in self.surveys for m in self._measures(who))]

    def _measures(self, who: str) -> Iterator[Measure]:
        survey, people = self.surveys[who], SURVEYS[who]
        year = next((r.year for (id, *_), r in self._answers.items() if f"_{who}_" in id), "")
        for one in survey["scales"]:
            id = f"survey_{who}_{one['id']}"
            label = f"{survey['title']}, {one['label']}"
            size = len(one["items"])
            for dimension, groups in self._grouped(who).items():
                for group in groups:
                    if (made := self._scale(who, one, dimension, group)) is None:
                        continue
                    whom = f"all {people}" if dimension == ALL else group_label(group)
                    yield Measure(
                        "answers", "scale, mean of shares", id, dimension, group, made.value, 1, 0,
                        f"share of favourable answers: the mean of {size} questions, unweighted; "
                        "its limits are the means of theirs",
                        f"{label}, {whom}: {made} favourable, of {count(made.n)} answers or more to "
                        "each question.",
                        made.low, made.high, year=year,
                    )  # fmt: skip
            for name, value in self._holding(who, one).items():
                yield Measure(
                    "items", {"alpha": "cronbach_alpha", "omega": "omega_total"}[name], id, ALL, ALL,
                    value, 1, 0, f"from 0 to 1, of {size} questions, over people who answered them all",
                    f"{label}: {name} {decimal(value, 2)}.", year=year,
                )  # fmt: skip
        few, answers = int(self.public.policy.get("min_cell", 3)), self._seen(who).get("answers")
        for item in survey["items"]:
            number = self.skipped(who, item["id"])
            if known(number) and (number == 0 or number >= few):
                share = number / answers
                yield Measure(
                    "items", "skipped", f"survey_{who}_{item['id']}", ALL, ALL, share, 1, 0,
                    "share of the people who answered the survey",
                    f"“{item['text']}” was left out by {count(number)} of {count(answers)} "
                    f"({percent(share, answers)}).",
                    year=year,
                )  # fmt: skip
