"""Notebook 03: a prediction beside what is published, and one gap under several comparisons."""

from __future__ import annotations

import pandas as pd

from ... import catalog, display, figures, figures_study, language
from ...display import count, first_up, group_label, known, many, percent, points, who
from ...reports import findings, tables
from ...schema import BY
from ...signals import CLEAR
from ..registry import lab
from ._beside import REASONED, beside
from ._rows import chosen_row, missing, of, telling, total

DOT = (
    "Dot: the group's rate, with its interval. Filled dot and bold name: a clear difference from "
    "{against}. Diamond: {others}. Pale bar: published as a band only."
)
MANY = 10  # comparisons beyond which chance is mentioned (reporting_rules.yaml)
CHAPTERS = ("access", "achievement", "graduation", "activities", "identification")


# ---------------------------------------------------------------- prediction


@lab("predicted-gap")
def predicted(at, **_) -> list:
    """What was expected, and what is published?"""
    guess = at.folio.get("predictions.m03") or {}
    students, measure = guess.get("students", ""), guess.get("measure", "")
    row = chosen_row(at, measure=measure, students=students, chapters=() if measure else CHAPTERS)
    if row is None:
        return [missing(at, measure, students, "")]
    found = beside(at, row, "rest")
    out: list = [found.said]
    if found.known and known(guess.get("points")) and guess.get("side"):
        out.insert(0, _hit(guess, row, found))
    elif not guess:
        out.append("No prediction is written yet. Write one first: surprise teaches more.")
    wide = telling(at.school.view, chapters=CHAPTERS)
    if wide is not None and (wide.indicator, wide.group) != (row.indicator, row.group):
        label = catalog.indicator(wide.indicator).label
        out.append(
            f"The widest clear difference that is published here is another one: {label}, "
            f"{who(wide.group)}. {language.gap(wide)}"
        )
    return [*out, *all_groups(at, row)]


def _hit(guess: dict, row, found) -> str:
    """Say how a guess in points stands beside the published interval."""
    sign = {"lower": -1, "higher": 1, "same": 0}[guess["side"]]
    said = sign * abs(float(guess["points"])) / 100
    low, high = found.apart.low, found.apart.high
    words = "about the same" if sign == 0 else f"{guess['points']:g} points {guess['side']}"
    small = min(row.n, row.other_n) if known(row.other_n) else row.n
    seen = points(found.apart.value, small, signed=False)
    side = "lower" if found.apart.value < 0 else "higher"
    where = (
        "Your number lies inside the published interval."
        if low <= said <= high
        else "Your number lies outside the published interval. What had you seen, or not seen?"
    )
    return f"You expected {words}; published: {seen} points {side}. {where}"


# ---------------------------------------------------------------- the explorer


@lab("gap-explorer")
def explorer(
    at, measure="", students="", year="", comparison="rest", target=None, other="", reason="", **_
) -> list:
    """How far is each group's rate from a comparison, and how sure is that?"""
    row = chosen_row(at, measure=measure, students=students, year=year, chapters=CHAPTERS)
    if row is None:
        return [missing(at, measure, students, year)]
    out: list = []
    if comparison in REASONED and not str(reason).strip():
        label = labels()[comparison].lower()
        out.append(
            f"Write the reason for comparing with “{label}”. Until then, the comparison is with "
            "everyone else: no group is the measure of the others without a reason."
        )
        comparison = "rest"
    found = beside(at, row, comparison, target=target, other=other)
    out.insert(0, found.said)
    if comparison != "rest" and not found.known:
        out.append(f"Meanwhile, beside everyone else: {beside(at, row, 'rest').said}")
    out += all_groups(at, row, found if comparison != "rest" else None)
    return [*out, *_inside(at, row), *_chance(at, row), *_hidden(at, row)]


def all_groups(at, row, found=None) -> list:
    """Return the chart and the table of a measure, by group, in the year of a row."""
    view, about = at.school.view, catalog.indicator(row.indicator)
    rows = of(view, row.indicator, row.year)
    if not rows["why"].isin(["", "band"]).any():
        return ["There is no chart: every number of this measure is hidden."]
    others = next((r for r in rows["reference"] if r), "other students")
    said = language.overview(list(rows.itertuples(index=False)), about)
    alt = f"{about.label}, {row.year}, by group. {said or 'Per 100 students.'}"
    if found is not None and found.known:
        drawn = _against(rows, found, alt)
    else:
        caption = DOT.format(against=others, others=f"the rate of {others}")
        drawn = figures.rates(rows, about, alt=alt, caption=caption)
    return [drawn, group_table(at, row)]


def group_table(at, row):
    """Return the published table of a measure in the year of a row, all students first."""
    view, about = at.school.view, catalog.indicator(row.indicator)
    rows = of(view, row.indicator, row.year)
    others = next((r for r in rows["reference"] if r), "other students")
    caption = f"{about.label}, {row.year}, each group compared with {others}"
    whole = total(view, row.indicator, row.year)
    if whole is not None:
        whole = pd.DataFrame([whole._asdict()])[list(rows)]
        rows = pd.concat([whole, rows.astype(whole.dtypes.to_dict(), errors="ignore")])
    unit = at.school.unit_id
    return tables.by_group(rows, about, caption, unit=unit, year=row.year, shared=view.shared)


def _against(rows, found, alt: str):
    """Draw every group's rate, with the chosen comparison as a line."""
    rows = figures.fitting(rows)
    drawn = pd.DataFrame(
        {
            "label": rows["group"].map(group_label), "value": rows["rate"],
            "low": rows["rate_low"], "high": rows["rate_high"],
            "why": rows["why"].replace("band", "only a band"),
        }
    )  # fmt: skip
    names = rows["dimension"].tolist()
    breaks = {k for k in range(1, len(names)) if names[k] != names[k - 1]}
    return figures_study.dots(
        drawn, label="Rate", line=float(found.rate), breaks=breaks, letters=26,
        alt=f"{alt} A line marks {found.against}, {percent(found.rate, 100)}.",
        caption=f"Dot: the group's rate, with its interval. Dashed line: {found.against}. "
        "The table below keeps each group beside everyone else.",
    )  # fmt: skip


def _inside(at, row) -> list[str]:
    """Say how much students of the same group differ, which is more than most gaps."""
    if row.why or not known(row.x):
        return []
    about = catalog.indicator(row.indicator)
    if about.events:
        return []
    them = who(row.group)
    said = [
        f"Inside this group: {count(row.x)} of these {them} stand on one side of this line and "
        f"{count(row.n - row.x)} on the other. A gap is about rates; it describes no student."
    ]
    crossed = at.school.view.single
    crossed = crossed[(crossed["indicator"] == row.indicator) & (crossed["year"] == row.year)]
    crossed = crossed[(crossed["why"] == "") & crossed["dimension"].str.contains(BY, regex=False)]
    widest: tuple = ()
    for dimension, part in crossed.groupby("dimension", sort=False):
        both = dimension.split(BY)
        if row.dimension not in both:
            continue
        at_place = both.index(row.dimension)
        mine = part[part["group"].str.split(BY).str[at_place] == row.group]
        if len(mine) > 1:
            spread = mine["rate"].max() - mine["rate"].min()
            if not widest or spread > widest[0]:
                widest = spread, both[1 - at_place], mine
    if widest:
        _, other, mine = widest
        low, high = (mine.loc[getattr(mine["rate"], f)()] for f in ("idxmin", "idxmax"))
        said.append(
            f"By {catalog.dimension_label(other).lower()}, the published rates inside this group run "
            f"from {percent(low['rate'], low['n'])} (of {count(low['n'])} students) to "
            f"{percent(high['rate'], high['n'])} (of {count(high['n'])})."
        )
    return said + _scores(at, row)


def _scores(at, row) -> list[str]:
    """Say how wide the scores inside a group are beside the gap between groups."""
    scores = at.school.view.scores
    id = row.indicator.replace("proficient_", "score_")
    if id == row.indicator or scores.empty:
        return []
    mine = scores[(scores["indicator"] == id) & (scores["year"] == row.year)]
    mine = mine[(mine["dimension"] == row.dimension) & (mine["group"] == row.group)]
    one = next(mine[mine["why"] == ""].itertuples(index=False), None)
    if one is None or not (known(one.sd) and known(one.gap)):
        return []
    low, high = (display.decimal(one.mean + side * one.sd, 0) for side in (-1, 1))
    gap = display.decimal(abs(one.gap), 0)
    return [
        f"About two thirds of the scores inside this group lie between {low} and {high}: "
        f"{display.decimal(2 * one.sd, 0)} points apart, where the means of this group and of "
        f"other students are {gap} apart."
    ]


def _chance(at, row) -> list[str]:
    """Say what chance does in a table of many comparisons."""
    rows = of(at.school.view, row.indicator, row.year)
    asked = int(rows["signal"].isin(findings.COMPARED).sum())
    if asked <= MANY:
        return []
    return [
        f"{first_up(many(asked, 'comparison'))} stand in this table. Looked at one by one, about "
        f"one in twenty would seem different by chance alone. “{first_up(CLEAR)}” allows for that "
        "already, over all measures of the school; a comparison that you choose yourself does not."
    ]


def _hidden(at, row) -> list[str]:
    """Name the groups that the numbers cannot speak for."""
    rows = of(at.school.view, row.indicator, row.year)
    gone = rows[rows["why"] == "hidden"]
    names = [r.group for r in gone.itertuples(index=False) if r.dimension == row.dimension]
    if not names:
        return []
    about = catalog.indicator(row.indicator).label
    return [f"{language.hidden(names, about)} Below, give each of them a listening date."]


def labels() -> dict[str, str]:
    """Return what the comparisons are called."""
    return {r["id"]: r["label"] for r in catalog.content("kpi_catalog")["comparison_rules"]}
