"""Notebook 12: twelve fictional schools, and why no list of the best is made of them."""

from __future__ import annotations

import math

import pandas as pd

from ... import figures_study, metrics
from ...display import interval, percent
from ...plan.values import counted, rule, text
from ..registry import lab
from ._plain import table


@lab("many_schools")
def many_schools(at, look: str = "small", **_) -> list:
    """Why does a list of best schools mislead?"""
    rows = at.practice("kpi_readings")
    return {"same": _same, "lacking": _lacking}.get(look, _small)(rows)


def _small(rows: pd.DataFrame) -> list:
    """dd1: the smallest school is first in one year and last in the next."""
    rows = rows[rows["series"].isin(["dd1", "dd6"])].sort_values(["school", "date"])
    told = rows.dropna(subset=["numerator"])
    rates = told.assign(rate=told["numerator"] / told["denominator"])
    least = rates.loc[rates["denominator"].idxmin(), "school"]
    own = rates[rates["school"] == least]
    last, before = own["date"].iloc[-1], own["date"].iloc[-2]
    said = (
        f"{least}, the smallest school, has the highest rate of all in {_year(before)} and the lowest "
        f"in {_year(last)}: {counted(*own[['numerator', 'denominator']].iloc[-2])}, then "
        f"{counted(*own[['numerator', 'denominator']].iloc[-1])}."
    )
    a, b = (own[["numerator", "denominator"]].astype(int).iloc[k] for k in (-2, -1))
    moved = metrics.risk_difference(b.iloc[0], b.iloc[1], a.iloc[0], a.iloc[1])
    clear = moved.low > 0 or moved.high < 0
    word = "a clear change" if clear else "not a clear change"
    frame = _frame(rates[rates["date"] == last])
    chart = figures_study.dots(
        frame,
        label=f"Chronically absent, {_year(last)}",
        alt=said,
        caption="Schools by name; lines are 95% intervals. The widest belongs to the smallest.",
    )
    cells = []
    for school, part in rows.groupby("school", sort=True):
        cells.append(
            (
                school,
                *(
                    counted(x, n) or "no file"
                    for x, n in part[["numerator", "denominator"]].itertuples(index=False)
                ),
            )
        )
    columns = {
        "school": "School",
        **{f"y{k}": _year(d) for k, d in enumerate(sorted(rows["date"].unique()))},
    }
    note = f"From one year to the next that is {word}. A list would have named the school twice, for luck."
    years = table("Chronic absence in twelve schools, by name", columns, cells)
    return [said, note, chart, years, *_drawn(rates[rates["date"] == last], least)]


def _drawn(rows: pd.DataFrame, least: str) -> list:
    """What a model and chance make of the same year: beside the rates, in place of none."""
    x, n = (rows[c].to_numpy(float) for c in ("numerator", "denominator"))
    drawn, limits = metrics.shrink(x, n), metrics.funnel(x, n)
    outside = int(((x / n < limits.low) | (x / n > limits.high)).sum())
    mine = (rows["school"] == least).to_numpy()
    apart = f"{outside} of {len(rows)} schools" if outside else f"none of the {len(rows)} schools"
    said = (
        f"Drawn toward the other schools, as far as its size demands, the rate of {least} is "
        f"{percent(drawn.mean[mine][0], n[mine][0])} and not {percent((x / n)[mine][0], n[mine][0])}."
        f" Chance alone keeps nearly all schools of one rate within limits, wide for a small "
        f"school: {apart} {'lie' if outside > 1 else 'lies'} outside them."
    )
    columns = {
        "school": "School", "rate": "Own rate", "drawn": "Drawn toward the others: a model",
        "limits": "Within chance from … to …",
    }  # fmt: skip
    cells = [
        (school, percent(a / b, b), percent(mean, b), interval(low, high, b))
        for school, a, b, mean, low, high in zip(
            rows["school"], x, n, drawn.mean, limits.low, limits.high, strict=True
        )
    ]
    return [said, table("Own rates, rates drawn together, and chance", columns, sorted(cells))]


def _same(rows: pd.DataFrame) -> list:
    """dd2: one rate, two intervals."""
    rows = rows[rows["series"] == "dd2"].sort_values("school")
    frame = _frame(rows)
    wide = (frame["high"] - frame["low"]).to_numpy()
    said = (
        f"{rows['school'].iloc[0]} and {rows['school'].iloc[1]} have one rate, "
        f"{counted(*rows[['numerator', 'denominator']].iloc[0])} and "
        f"{counted(*rows[['numerator', 'denominator']].iloc[1])}; one interval is "
        f"{max(wide) / min(wide):.0f} times as wide."
    )
    chart = figures_study.dots(
        frame, label="On an activity roster", alt=said, caption="Lines are 95% intervals."
    )
    cells = [
        (s, counted(x, n))
        for s, x, n in rows[["school", "numerator", "denominator"]].itertuples(index=False)
    ]
    columns = {"school": "School", "rate": "On a roster"}
    return [said, chart, table("One rate, two schools", columns, cells)]


def _lacking(rows: pd.DataFrame) -> list:
    """dd6: what was not sent is not a zero."""
    gone = rows[rows["series"] == "dd6"].iloc[0]
    name = gone["school"]
    said = f"{name} has no number for {_year(gone['date'])}: {text(gone['note'])[0].lower()}{text(gone['note'])[1:]}."
    own = rows[(rows["school"] == name) & rows["series"].isin(["dd1", "dd6"])].sort_values("date")
    cells = [
        (_year(d), counted(x, n) or "not collected")
        for d, x, n in own[["date", "numerator", "denominator"]].itertuples(index=False)
    ]
    columns = {"year": "Year", "rate": "Chronically absent"}
    note = "Not collected is not zero. The school's report is made all the same, and says what is missing."
    return [said, table(f"{name}, three years", columns, cells), note]


def _frame(rows: pd.DataFrame) -> pd.DataFrame:
    marks = []
    for school, x, n in rows[["school", "numerator", "denominator"]].itertuples(index=False):
        why = rule(x, n)
        found = (math.nan,) * 3 if why else tuple(float(v) for v in metrics.rate(x, n))
        marks.append((text(school).removesuffix(" School"), *found, why))
    return pd.DataFrame(marks, columns=["label", "value", "low", "high", "why"])


def _year(date: str) -> str:
    return f"{int(date[:4]) - 1}-{date[2:4]}"
