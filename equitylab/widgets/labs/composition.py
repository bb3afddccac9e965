"""Notebook 03: when a school's rate moves one way and every grade's the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, figures_study, metrics
from ...display import count, listing, percent, points
from ..registry import lab
from ._plain import table as prose
from ._plain import texts
from ._rows import of

SPLIT = "grade"
LEAST = 0.002  # parts of a change smaller than a fifth of a point are not called a change


@lab("composition")
def composition(at, measure="", year_from="", year_to="", split=SPLIT, **_) -> list:
    """How much of a change goes with rates inside grades, how much with who is in which grade?"""
    view, told = at.school.view, texts("m03")["composition"]
    split = split or SPLIT
    found = [
        (m, a, b, t)
        for m in (
            [measure]
            if measure
            else [i.id for i in view.indicators if not i.score and not i.events]
        )
        for a, b in _pairs(view.years, year_from, year_to)
        if (t := _strata(view, m, a, b, split)) is not None
    ]
    if not found:
        label = catalog.dimension_label(split).lower()
        lead = told["missing"].format(name=at.school.name, split=label)
        return [lead, *_drawn(*_practice(at), told)]
    best = max(found, key=lambda f: _weight(f[3], f[2]))
    m, a, b, strata = best
    about = catalog.indicator(m)
    return _drawn(
        strata, at.school.name, about.label, a, b, catalog.dimension_label(split).lower(), told
    )


def _pairs(years: list[str], a: str, b: str) -> list[tuple[str, str]]:
    pairs = [(x, y) for k, x in enumerate(years) for y in years[k + 1 :]]
    return [(x, y) for x, y in pairs if (not a or x == a) and (not b or y == b)]


def _strata(view, measure: str, a: str, b: str, split: str):
    """Return the strata of two years where all of them are published in both; else None."""
    parts = []
    for year in (a, b):
        rows = of(view, measure, year) if measure in view.latest else pd.DataFrame()
        rows = rows[rows["dimension"] == split] if len(rows) else rows
        if len(rows) < 2 or (rows["why"] != "").any() or rows["x"].isna().any():
            return None
        parts.append(rows.set_index("group")[["x", "n"]].astype(int))
    if set(parts[0].index) != set(parts[1].index):
        return None
    return _side_by_side(*parts)


def _side_by_side(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    return a.merge(b, left_index=True, right_index=True, suffixes=("_from", "_to"))


def _practice(at):
    """rb4, where a school's own numbers cannot be split."""
    rows = at.practice("reading_by_grade")
    years = sorted(rows["year"].unique())[-2:]
    a, b = (rows[rows["year"] == y].set_index("grade")[["x", "n"]] for y in years)
    label = catalog.indicator("proficient_reading").label
    strata = _side_by_side(a, b)
    return strata, "Riverbend Middle School (fictional)", label, *years, "grade"


def parts(strata: pd.DataFrame):
    """Return the change between two years and its two parts."""
    four = (strata[c].to_numpy() for c in ("x_to", "n_to", "x_from", "n_from"))
    return metrics.kitagawa(*four)


def _turned(strata: pd.DataFrame) -> bool:
    """Whether the whole moved one way and every stratum the other."""
    change = strata["x_to"] / strata["n_to"] - strata["x_from"] / strata["n_from"]
    whole = parts(strata).gap
    return bool((change > 0).all() and whole < 0) or bool((change < 0).all() and whole > 0)


def _weight(strata: pd.DataFrame, year: str) -> tuple:
    """Reversals first, the latest year, then the largest part that goes with the mix."""
    return _turned(strata), year, abs(float(parts(strata).composition_effect))


def _drawn(strata, name, label, a, b, split, told) -> list:
    split_effect = parts(strata)
    before = strata["x_from"].sum() / strata["n_from"].sum()
    now = strata["x_to"].sum() / strata["n_to"].sum()
    size = int(min(strata["n_from"].sum(), strata["n_to"].sum()))
    change = strata["x_to"] / strata["n_to"] - strata["x_from"] / strata["n_from"]
    ways = [_way(c) for c in change]
    inside = (
        f"it {ways[0]} in every {split}"
        if len(set(ways)) == 1
        else f"by {split} it {listing([f'{w} in {g}' for g, w in zip(strata.index, ways, strict=True)])}"
    )
    apart = [points(v, size) for v in split_effect]
    totals = [
        f"{count(strata[f'x_{end}'].sum())} of {count(strata[f'n_{end}'].sum())}"
        for end in ("from", "to")
    ]
    said = (
        f"{name}, {label.lower()}: the whole went from {totals[0]} ({percent(before, size)}) in {a} "
        f"to {totals[1]} ({percent(now, size)}) in {b}, {apart[0]} points, and {inside}. With the mix of {split}s held "
        f"still, the rates alone would come to {apart[1]} points; the mix alone, with rates held still, "
        f"to {apart[2]}."
    )
    verdict = told["turned"] if _turned(strata) else told["plain"]
    rows = [
        (
            str(g), f"{count(r.x_from)} of {count(r.n_from)}", percent(r.x_from / r.n_from, r.n_from),
            f"{count(r.x_to)} of {count(r.n_to)}", percent(r.x_to / r.n_to, r.n_to),
            points(r.x_to / r.n_to - r.x_from / r.n_from, min(r.n_from, r.n_to)),
            f"{percent(r.n_from / strata['n_from'].sum(), size)} to {percent(r.n_to / strata['n_to'].sum(), size)}",
        )
        for g, r in zip(strata.index, strata.itertuples(index=False), strict=True)
    ]  # fmt: skip
    total = "All", totals[0], percent(before, size), totals[1], percent(now, size), apart[0], ""
    columns = {
        "group": split.capitalize(), "from": a, "rate_from": f"Rate {a}", "to": b, "rate_to": f"Rate {b}",
        "change": "Change, points", "share": "Share of all students",
    }  # fmt: skip
    labels = [*map(str, strata.index), "All students", "Rates alone", "Mix alone"]
    values = [*(100 * change), *(100 * np.array([float(v) for v in split_effect]))]
    drawn = pd.DataFrame({"label": labels, "value": values})
    drawn["strong"] = [False] * len(strata) + [True, False, False]
    figure = figures_study.dots(
        drawn, label="Change in percentage points", percent=False, line=0.0,
        breaks={len(strata), len(strata) + 1}, alt=said,
        caption=f"Dot: change from {a} to {b}. Filled: the whole. Below it, its two parts.",
    )  # fmt: skip
    caption = f"{label} by {split}, {a} and {b}"
    return [said, verdict, figure, prose(caption, columns, [*rows, total], "")]


def _way(change: float) -> str:
    return "hardly moved" if abs(change) < LEAST else "rose" if change > 0 else "fell"
