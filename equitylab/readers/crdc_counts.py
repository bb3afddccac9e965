"""CRDC columns added up: from one number a school, group and sex to the tidy counts table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..catalog import dimension_label, indicator, indicators
from ..errors import DataError
from ..schema import ALL, BY, KEY, LEVELS, ReadReport, roll_up, tidy_counts
from .crdc_columns import Wide, at_least, parts_of, stems_of
from .crdc_grammar import OK, STATUS, SUPPRESSED, Cells, book

DAYS_A_YEAR = 366  # the most days that one student can lose, where the true number is suppressed


@dataclass(frozen=True)
class Measure:
    """One count for every school: by group and sex, and of those in two programmes."""

    by_group: Cells  # schools × groups × sexes
    learner: Cells | None  # schools × sexes
    idea: Cells | None


def _measure(topic: dict, parts: list[str], wide: Wide, sexes: list[str]) -> Measure:
    """Add the parts of a topic up."""
    gate, lenient = topic.get("gate"), "match" in topic
    learner_code, idea_code = next(iter(book()["learner"])), next(iter(book()["idea"]))
    total, idea, learner = [], [], []
    for part in parts:
        add, with_idea, with_learner = stems_of(topic, part)
        total.append(Cells.stack([wide.by_group(a, sexes, gate) for a in add]).sum(-1))
        if with_idea:
            idea.append(wide.by_group(with_idea[0], sexes, gate).sum(1))
        else:
            idea.append(wide.of_group(add[0], idea_code, sexes, gate))
        found = [wide.of_group(one, learner_code, sexes, gate) for one in with_learner]
        gap = any(f is None for f in found)
        learner.append(None if gap else Cells.stack(found).sum(-1))

    def summed(cells: list[Cells | None]) -> Cells | None:
        if any(c is None for c in cells):
            return None
        return Cells.stack(cells).sum(-1, lenient=lenient)

    return Measure(summed(total), summed(learner), summed(idea))


class Found(NamedTuple):
    """What was counted: the table, each indicator's topic and columns, the sexes in it."""

    counts: pd.DataFrame
    topics: dict[str, tuple[dict, list[str]]]
    sexes: list[str]


def counts_of(wide: Wide, units: pd.DataFrame, year: str, report: ReadReport) -> Found:
    """Return the tidy counts of every indicator that the columns hold, for every level.

    What is left out is written into the report.
    """
    held = {n.topic for n in wide.cells}
    here: dict[str, tuple[dict, list[str]]] = {}
    for topic in book()["topics"]:
        parts = parts_of(topic, held)
        stems = [s for p in parts for s in stems_of(topic, p)[0]]
        lack = [s for s in stems if not wide.has(s)]
        if parts and not lack:
            here[topic["indicator"]] = (topic, stems)
        elif set(stems) & held:
            report.notes.append(
                f"{indicator(topic['indicator']).label}: left out, as the files lack columns of "
                f"{', '.join(lack)}."
            )
    if not here:
        raise DataError(
            "The files hold enrolment and no outcome that is known.",
            mend="Give the folder with Suspensions.csv or another topic beside Enrollment.csv.",
        )
    sexes = _sexes(wide, here, report)
    enrolled = _measure(book()["enrolled"], book()["enrolled"]["parts"], wide, sexes)
    frames, short = [], []
    for id in [i for i in indicators() if i in here]:
        topic, stems = here[id]
        base = enrolled
        if "base" in topic:
            other = next(t for t in book()["topics"] if t["indicator"] == topic["base"])
            twins = [re.sub(*topic["twin"], stem) for stem in stems]
            if not all(wide.has(twin, sexes) for twin in twins):
                report.notes.append(
                    f"{indicator(id).label}: left out, as the files lack {', '.join(twins)}."
                )
                del here[id]
                continue
            base = _measure(other, twins, wide, sexes)
        count = _measure(topic, parts_of(topic, held), wide, sexes)
        lack = [
            d
            for d, of_base, of_count in (
                ("el", base.learner, count.learner),
                ("swd", base.idea, count.idea),
            )
            if of_base is not None and of_count is None and d not in topic.get("skip", [])
        ]
        if lack:
            labels = " or ".join(dimension_label(d) for d in lack)
            report.notes.append(f"{indicator(id).label}: the files do not give it by: {labels}.")
        rows, negative = _rows(topic, count, base, wide, sexes)
        frames.append(rows)
        short += negative
    counts = pd.concat(frames, ignore_index=True)
    counts.insert(0, "year", year)
    counts["level"] = "school"
    names = units.set_index("unit_id")["unit"]
    counts["unit"] = counts["unit_id"].map(names)
    counts = roll_up(tidy_counts(counts), units)
    return Found(_with_deficits(counts, short, units), here, sexes)


def _sexes(wide: Wide, here: dict, report: ReadReport) -> list[str]:
    """The sexes that every topic of the files counts: others would change group sizes between
    indicators, and the difference of two group sizes is a handful of students."""
    stems = {stem for _, stems in here.values() for stem in stems}
    sexes = []
    for sex, label in book()["sexes"].items():
        if not wide.has("ENR", [sex]):
            continue
        lack = sorted(s for s in stems if not wide.has(s, [sex]))
        if not lack:
            sexes.append(sex)
            continue
        cells = wide.by_group("ENR", [sex])
        some = np.where(cells.status == OK, cells.value, 0).sum(axis=(1, 2))
        report.notes.append(
            f"Students recorded as sex {label} ({at_least(some.sum())}) "
            f"are in no number: {', '.join(lack[:3])}{' and others' if len(lack) > 3 else ''} do "
            "not count them, so they are left out of the group sizes too."
        )
    return sexes


def _rows(
    topic: dict, count: Measure, base: Measure, wide: Wide, sexes: list[str]
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """The school rows of one indicator, and what derived groups lack below zero."""
    id = topic["indicator"]
    races, labels = list(book()["races"].values()), [book()["sexes"][s] for s in sexes]
    x, n = count.by_group, base.by_group
    parts = [(ALL, ALL, n.sum(1, 2), x.sum(1, 2))]
    by_race, by_sex = (n.sum(2), x.sum(2)), (n.sum(1), x.sum(1))
    parts += [("race_ethnicity", g, *_at(by_race, i)) for i, g in enumerate(races)]
    parts += [("sex", g, *_at(by_sex, i)) for i, g in enumerate(labels)]
    both = f"race_ethnicity{BY}sex"
    for i, race in enumerate(races):
        for k, sex in enumerate(labels):
            parts.append((both, f"{race}{BY}{sex}", *_at((n, x), (i, k))))
    programmes = (
        ("el", base.learner, count.learner, next(iter(book()["learner"].values())), "not_learner"),
        ("swd", base.idea, count.idea, next(iter(book()["idea"].values())), "not_idea"),
    )
    short = []
    for dimension, some_n, some_x, label, rest in programmes:
        if some_n is None or some_x is None or dimension in topic.get("skip", []):
            continue
        some = (some_n.sum(1), some_x.sum(1))
        other = [_less(whole, part) for whole, part in zip(parts[0][2:], some, strict=True)]
        known = (other[0].status == OK) & (other[1].status == OK)
        below = known & ((other[0].value < 0) | (other[1].value < 0))
        parts += [(dimension, label, *some, below), (dimension, book()[rest], *other, below)]
        if below.any():
            lacks = {"dn": np.minimum(other[0].value, 0), "dx": np.minimum(other[1].value, 0)}
            frame = pd.DataFrame({"unit_id": wide.schools} | lacks)[below].fillna(0)
            short.append(frame.assign(indicator=id, dimension=dimension, group=book()[rest]))
    return pd.concat([_long(id, wide.schools, *p) for p in parts], ignore_index=True), short


def _at(pair: tuple[Cells, Cells], where) -> list[Cells]:
    where = (slice(None), *np.atleast_1d(where))
    return [Cells(c.value[where], c.status[where]) for c in pair]


def _less(whole: Cells, part: Cells) -> Cells:
    """Everyone but the part. It can come out below zero, where the file contradicts itself."""
    return Cells(whole.value - part.value, np.maximum(whole.status, part.status))


def _long(
    id: str,
    schools: pd.Index,
    dimension: str,
    group: str,
    n: Cells,
    x: Cells,
    below: np.ndarray | None = None,
) -> pd.DataFrame:
    """The rows of one group, one a school; ``below``: where the group came out below zero."""
    status = np.maximum(n.status, x.status)
    good = (status == OK) & (x.value >= 0)
    hidden = status == SUPPRESSED
    most = n.value * (DAYS_A_YEAR if indicator(id).events else 1)
    words = np.array(STATUS, dtype=object)[status]
    if below is not None:
        words[below] = "quality"
    return pd.DataFrame(
        {
            "unit_id": schools,
            "indicator": id,
            "dimension": dimension,
            "group": group,
            "n": np.where(n.value < 0, np.nan, n.value),
            "x": np.where(good, x.value, np.nan),
            "x_low": np.where(hidden, 0, np.where(good, x.value, np.nan)),
            "x_high": np.where(hidden, most, np.where(good, x.value, np.nan)),
            "status": words,
            "events": indicator(id).events,
        }
    )


def _with_deficits(counts: pd.DataFrame, short: list, units: pd.DataFrame) -> pd.DataFrame:
    """Take from districts and states what derived groups lacked in schools, so that groups add up,
    and mark there too what has more outcomes than students."""
    counts = counts.copy()
    up = counts["level"] != "school"
    if short:
        parent = units.set_index("unit_id")["parent_id"]
        frame, lacks = pd.concat(short, ignore_index=True), []
        for _ in LEVELS[1:]:
            frame = frame.assign(unit_id=frame["unit_id"].map(parent)).dropna(subset=["unit_id"])
            lacks.append(frame)
        lacks = pd.concat(lacks).groupby(KEY[1:])[["dn", "dx"]].sum()
        at = pd.MultiIndex.from_frame(counts[KEY[1:]])
        found = lacks.reindex(at).fillna(0).astype("int64").set_index(counts.index)
        for column, lack in (("n", "dn"), ("x", "dx"), ("x_low", "dx"), ("x_high", "dx")):
            counts.loc[up, column] = counts.loc[up, column] + found.loc[up, lack]
        below = up & ((counts["n"] < 0) | (counts["x"] < 0)).fillna(False)
        cells = counts.loc[below, KEY[1:4]].drop_duplicates()
        pairs = pd.MultiIndex.from_frame(counts[KEY[1:4]]).isin(pd.MultiIndex.from_frame(cells))
        counts.loc[pairs, "status"] = "quality"
        for column in ("n", "x", "x_low", "x_high"):
            counts[column] = counts[column].mask((counts[column] < 0).fillna(False))
    events = counts["indicator"].isin([i.id for i in indicators().values() if i.events])
    over = up & (counts["x"] > counts["n"]).fillna(False) & (counts["status"] == "ok") & ~events
    counts.loc[over, "status"] = "quality"
    return counts
