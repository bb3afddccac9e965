"""The federal ratio on disproportionality (34 CFR 300.646-647), rehearsed on published counts.

A rehearsal and never a determination: only the State makes one, on its own counts and by its own
rule. Without that rule the report shows ratios and how they are calculated, and no threshold.
"""

from __future__ import annotations

import numpy as np

from .. import catalog
from ..display import count, decimal, group_label, known, listing, many, percent, who
from ..markup import Cell, Html, Line, Table, bullets, esc, paragraph, slug
from .district_ratios import Category, Group, Ratios, Year
from .measures import Measure


class Rehearsed(Ratios):
    """The part of a district's report that rehearses the federal ratio."""

    def rehearsal_measures(self) -> list[Measure]:
        """Every ratio that can be calculated, with the sentence that says it."""
        found = []
        for one in self.categories:
            for group in one.groups:
                for year in group.years:
                    if year.status or not known(year.ratio.value):
                        continue
                    found.append(
                        Measure(
                            "federal", f"significant_disproportionality, {one.label}",
                            indicator=one.indicator, **one.cell(group),
                            value=float(year.ratio.value), low=float(year.ratio.low),
                            high=float(year.ratio.high), baseline=1.0, n_units=1, n_left_out=0,
                            method=f"{year.used.replace('_', ' ')} (34 CFR 300.647) with Koopman's "
                            "interval; a rehearsal, not a determination",
                            sentence=_said(one, group, year), year=year.year,
                        )
                    )  # fmt: skip
        return found

    def rehearsal(self, state: str = "") -> Html:
        """What would the federal ratio be? `state` names the State whose rule is rehearsed.

        Empty where the release holds no category, or is of another country.
        """
        state = state or self.rule
        made = self.categories if state == self.rule else self._categories(state)
        country = str(self.public.policy.get("context") or "us")
        if not made or not country.startswith("us"):
            return Html("")
        words = catalog.content("report_text")["district"]["rehearsal"]
        label = words["title"]
        parts: list = [f"<h2 id={slug(label)}>{esc(label)}</h2>", paragraph(words["intro"])]
        parts.append(paragraph(self._by_rule(state, words), kind="say"))
        for one in made:
            parts.append(f"<h3 id=rehearsal-{slug(one.label)}>{esc(one.label)}</h3>")
            year = self.view.latest[one.indicator]
            cell = {"indicator": one.indicator, "year": year}
            last = [g for g in one.groups if g.years and not g.years[-1].status]
            apart = [g for g in last if not g.years[-1].ratio.low <= 1 <= g.years[-1].ratio.high]
            shown = [
                (f"{group_label(g.group)}.", _said(one, g, g.years[-1]), cell | one.cell(g))
                for g in apart
            ]
            if even := [group_label(g.group) for g in last if g not in apart]:
                text = f"the interval of the ratio holds 1, equality, for {listing(even)}."
                shown.append((f"{year}:", text, cell))
            if unsaid := [group_label(g.group) for g in one.groups if g not in last]:
                text = f"nothing can be calculated for {listing(unsaid)}."
                shown.append((f"{year}:", text, cell))
            if one.near:
                shown.append(words["near"])
            parts += [bullets(shown), self._ratios(one, state)]
        return Html(*parts, paragraph(words["missing"], kind="note"))

    def _by_rule(self, state: str, words: dict) -> str:
        if not state:
            return words["no_rule"]
        rules = catalog.idea_rules(state)
        least = "at" if rules.or_equal else "above"
        progress = (
            f" A fall of the ratio by {float(rules.progress):g} counts as progress."
            if rules.progress is not None
            else ""
        )
        return (
            f"Rehearsed by what {state.replace('_', ' ').title()} has published: a ratio {least} "
            f"{float(rules.threshold):g} in {rules.years} consecutive years, at least "
            f"{rules.min_cell} cases and {rules.min_n} children.{progress} {words['check']}"
        )

    def _ratios(self, one: Category, state: str) -> Table:
        years = [y.year for y in one.groups[0].years]
        names = {"group": "Group", "risk": f"Cases of children, {years[-1]}"}
        names |= {year: f"Ratio, {year}" for year in years}
        if state:
            names["rule"] = "By the rule that is rehearsed"
        lines = []
        for group in one.groups:
            last = group.years[-1]
            x, n = last.counts[:2]
            risk = (
                f"{count(x)} of {count(n)} ({percent(x / n, n)})"
                if not last.status
                else last.status
            )
            cells = [Cell("risk", risk), *(Cell("ratio", _ratio(y)) for y in group.years)]
            if state:
                cells.append(Cell("rule", _answer(group)))
            lines.append(Line(group_label(group.group), cells))
        base = f"children: {one.among}" if one.among else "children: all enrolled"
        return Table(f"{one.label}, by group; {base}", names, [("", lines)], unit=self.view.unit_id)


def _ratio(year: Year) -> str:
    if year.status:
        return year.status
    low, high = (decimal(v, 2) for v in year.ratio[1:])
    upper = f"{low} to {high}" if np.isfinite(year.ratio.high) else f"{low} or more"
    beside = " beside the State" if year.used == "alternate_risk_ratio" else ""
    return f"{decimal(year.ratio.value, 2)} ({upper}){beside}"


def _answer(group: Group) -> str:
    if not known(group.every) or not known(group.named):
        return "cannot be said: a year is hidden, or not in the release"
    years = sum(y.over == 1 for y in group.years)
    text = f"over the line in {years} of {many(len(group.years), 'year')}"
    if group.named:
        return f"{text}: the rule would ask about this"
    return f"{text}: progress is counted" if group.every else text


def _said(one: Category, group: Group, year: Year) -> str:
    x, n, other_x, other_n = year.counts
    them = f"{who(group.group)}" + (f", {one.among.lower()}," if one.among else "")
    beside = (
        " of the State, as this release counts it" if year.used == "alternate_risk_ratio" else ""
    )
    return (
        f"{one.label}, {year.year}: {percent(x / n, n)} of {them} and "
        f"{percent(other_x / other_n, other_n)} of all other children{beside}, a ratio of "
        f"{_ratio(year).removesuffix(' beside the State')}."
    )
