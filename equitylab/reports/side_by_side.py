"""Schools side by side, measure by measure: in alphabetical order, with intervals, never ranked."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd

from .. import catalog, figures_district, language, metrics
from ..catalog import Indicator
from ..display import (
    MISSING,
    band,
    count,
    decimal,
    group_label,
    interval,
    known,
    many,
    percent,
)
from ..figures import MOST
from ..language import ABSENT
from ..markup import Cell, Html, Line, Table, esc, paragraph, slug
from ..schema import ALL, BY
from . import findings, tables
from .findings import View
from .story import Story

NO_SCHOOL = "The file has no school of this district."
FEW = 3  # no picture for so few schools: the table is one
ROOM = 300  # rows of schools that a page can hold; beyond, schools are dots without names


class Schools(Story):
    """A report that puts the schools of its unit side by side."""

    below = True
    without = ("grade",)  # schools differ by grade, so a district's grades say little

    @cached_property
    def schools(self) -> pd.DataFrame:
        """The units directly below, in alphabetical order."""
        units = self.public.units
        mine = units[units["parent_id"] == self.view.unit_id]
        names = mine["unit"].str.strip().where(mine["unit"].str.strip() != "", mine["unit_id"])
        mine = mine.assign(unit=names)
        return mine.sort_values("unit", key=lambda c: c.str.casefold(), kind="stable")

    @property
    def crowded(self) -> bool:
        """Whether there are too many schools to list under each measure."""
        return len(self.schools) * max(len(self.view.indicators), 1) > ROOM

    def _of_schools(self, id: str, *, dimension: str = ALL, group: str = ALL) -> pd.DataFrame:
        """Return one row a school, in order: its latest-year cell, empty where there is none."""
        at, units = self._where.get((id, dimension, group), {}), self.schools["unit_id"].tolist()
        rows = self._latest.take([at.get(unit, -1) for unit in units])
        return rows.assign(unit_id=units, unit=self.schools["unit"].tolist())

    @cached_property
    def _latest(self) -> pd.DataFrame:
        """The schools' rows of each measure's latest year in the district, and an empty one."""
        t = self.public.table
        crossed = t["dimension"].str.contains(BY, regex=False)
        t = t[~crossed & ~t["pooled"].astype(bool) & (t["unit_id"] != self.view.unit_id)]
        t = t[t["year"] == t["indicator"].map(self.view.latest)].reset_index(drop=True)
        # Plain objects: rows are taken from these a hundred times, and Arrow's cost more to take.
        rows = t.astype(dict.fromkeys(t.columns[t.dtypes != "float64"], object))
        rows = rows.reindex(range(len(t) + 1))
        return rows.fillna({"why": "not collected", "n_why": ""}).copy()  # as one block

    @cached_property
    def _where(self) -> dict[tuple, dict[str, int]]:
        """The places of these rows: by measure, dimension and group, then by school."""
        found: dict[tuple, dict[str, int]] = {}
        cells = self._latest[["indicator", "dimension", "group", "unit_id"]]
        for k, (*cell, unit) in enumerate(cells.itertuples(index=False, name=None)):
            found.setdefault(tuple(cell), {}).setdefault(unit, k)
        return found

    def _measure(self, about: Indicator) -> list:
        """The district's groups as a table, then its schools."""
        v = self.view
        rows, year = v.rows_of(about.id), v.latest[about.id]
        rows = [row for row in rows if row.dimension not in self.without and not row.pooled]
        once = [row for row in rows if row.dimension != ALL]
        parts: list = [
            f"<h3 id={slug(about.id)}>{esc(about.label)}</h3>",
            self._base(about, v.total(about.id), year),
        ]
        if not once:  # a table of one row, with nothing to compare
            return parts + self._schools(about, year)
        parts.append(paragraph(language.overview(once, about), kind="say"))
        caption = f"{about.label}, {year}, compared with {self.others(once)}"
        parts.append(
            tables.by_group(
                rows,
                about,
                caption,
                unit=v.unit_id,
                year=year,
                shared=v.shared,
                leave=("other_rate", "ratio"),
            )
        )
        return parts + self._schools(about, year)

    def _schools(self, about: Indicator, year: str) -> list:
        rows = self._of_schools(about.id)
        rows = rows[~rows["why"].isin(findings.ABSENT)]
        total = self.view.total(about.id)
        common = float(total.rate) if total is not None and known(total.rate) else np.nan
        shown = rows[rows["why"] == ""]
        title = f"{about.label} by school, {year}"
        if self.schools.empty:
            return []
        if len(shown) < 2 <= (rows["why"] == "range").sum() and not self.crowded:
            said = "The source gives ranges of the schools, so no chart sets them side by side."
            return [paragraph(said), self._list(rows, about, title, year)]
        if len(shown) < 2:
            return [paragraph("Fewer than two schools have numbers here that can be published.")]
        if not about.events:
            x, n = (rows[c].to_numpy("float64", na_value=np.nan) for c in ("x", "n"))
            gone = (rows["why"] != "").to_numpy()
            drawn = metrics.shrink(
                np.where(gone, np.nan, x), np.where(gone, np.nan, n), level=self.level
            )
            rows = rows.assign(shrunk=drawn.mean, shrunk_low=drawn.low, shrunk_high=drawn.high)
        said = self._against(shown, common, about)
        if self.crowded:
            return self._crowd(shown, about, common, title)
        alt = f"{title}, in alphabetical order. {said}"
        caption = (
            "Dot: the school's rate, with its interval. Dashed line: the district. Diamond: the "
            "rate drawn toward the others."
        )
        if about.events:
            caption = "Dot: per 100 students of the school. Dashed line: the district."
        parts: list = [f"<h4>{esc(about.label)}, school by school</h4>"]
        if FEW < len(rows) <= MOST:
            parts.append(figures_district.schools(rows, about, common, alt=alt, caption=caption))
        elif len(rows) > MOST and not about.events:
            parts.append(self._funnel(shown, about, common, alt))
        return [*parts, paragraph(said), self._list(rows, about, title, year)]

    def _against(self, shown: pd.DataFrame, common: float, about: Indicator) -> str:
        """How many schools' intervals hold the district's rate?"""
        if about.events or not known(common):
            return f"{many(len(shown), 'school')} can be shown."
        apart = (shown["rate_low"] > common) | (shown["rate_high"] < common)
        holds = int((~apart).sum())
        return (
            f"The district's rate lies in the interval of {holds} of the {len(shown)} schools that "
            "can be shown."
        )

    def _funnel(self, shown: pd.DataFrame, about: Indicator, common: float, alt: str):
        caption = (
            "Dot: a school. Dashed line: the district. Pale area: where 95% of schools of that "
            "size would lie if all had the district's rate."
        )
        return figures_district.funnel(shown, about, common, alt=alt, caption=caption)

    def _crowd(self, shown: pd.DataFrame, about: Indicator, common: float, title: str) -> list:
        """Many schools: a picture without names, and how many lie where."""
        if about.events or not 0 < common < 1:
            return []
        x, n = (shown[c].to_numpy("float64", na_value=np.nan) for c in ("x", "n"))
        limits = metrics.funnel(x, n, target=common)
        rate = x / n
        counts = {
            "Above the limits of chance": int((rate > limits.high).sum()),
            "Within the limits of chance": int(
                ((rate >= limits.low) & (rate <= limits.high)).sum()
            ),
            "Below the limits of chance": int((rate < limits.low).sum()),
            "Hidden, a band, or not collected": len(self.schools) - len(shown),
        }
        inside = counts["Within the limits of chance"]
        said = f"{inside} of {len(shown)} schools lie within the limits."
        lines = [Line(name, [Cell("schools", f"{number:,}")]) for name, number in counts.items()]
        table = Table(title, {"where": "Rate of the school", "schools": "Schools"}, [("", lines)])
        note = "Each school's numbers stand in its own report and in findings.csv."
        figure = self._funnel(shown, about, common, f"{title}. {said}")
        return [f"<h4>{esc(about.label)}, schools</h4>", figure, paragraph(f"{said} {note}"), table]

    def _list(self, rows: pd.DataFrame, about: Indicator, title: str, year: str) -> Table:
        names = {"school": "School", "n": "Students", "x": "With outcome", "rate": "Rate"}
        if not (rows["why"] == "").any():
            names = {"school": "School", "n": "Students", "range": "Rate"}
        elif about.events:
            names["rate"] = "Per 100 students"
        else:
            names |= {"interval": "Interval", "shrunk": "Drawn toward the others (interval)"}
        lines = []
        for row in findings.records(rows):
            data = {"unit": row.unit_id}
            lines.append(Line(row.unit, self._cells(row, about, len(names) - 1), data))
        about_all = {"indicator": about.id, "year": year, "dimension": ALL, "group": ALL}
        return Table(title, names, [("", lines)], **about_all)

    @staticmethod
    def _cells(row, about: Indicator, wide: int) -> list[Cell]:
        word = ABSENT.get(row.why, row.why)
        if row.n_why or not known(row.n):
            return [Cell("n", row.n_why or word or MISSING, wide)]
        if row.why in ("band", "range"):
            return [
                Cell("n", count(row.n)),
                Cell(
                    "rate" if row.why == "band" else "range",
                    band(row.band_low, row.band_high),
                    wide - 1,
                ),
            ]
        if row.why:
            return [Cell("n", count(row.n)), Cell("x", word, wide - 1)]
        cells = [Cell("n", count(row.n)), Cell("x", count(row.x))]
        if about.events:
            return [*cells, Cell("rate", decimal(100 * row.rate))]
        between = interval(row.shrunk_low, row.shrunk_high, row.n)
        return [
            *cells, Cell("rate", percent(row.rate, row.n)),
            Cell("interval", interval(row.rate_low, row.rate_high, row.n)),
            Cell("shrunk", f"{percent(row.shrunk, row.n)} ({between})"),
        ]  # fmt: skip

    def each_school(self) -> Html:
        """What does each school's report say, in one line?"""
        if self.schools.empty:
            return Html(paragraph(NO_SCHOOL))
        names = {
            "school": "School", "n": "Students", "clear": "Clear differences",
            "bright": "Strengths", "rest": "Too few to tell, or hidden",
        }  # fmt: skip
        lines = []
        # A line speaks of groups, and of changes of all students: nothing else is cut for it.
        table, changes = self.public.table, self.public.changes
        table = table[~table["dimension"].str.contains(BY, regex=False)]
        plain = replace(self.public, table=table, changes=changes[changes["dimension"] == ALL])
        for school in self.schools.itertuples(index=False):
            view = View(plain, school.unit_id)
            rows = [row for row in view.rows_compared if not row.pooled]
            gaps, bright = view.sides
            unsaid = sum((row.signal == language.TOO_FEW) + (row.why == "hidden") for row in rows)
            id = findings.counted_on(view)
            shown = count(view.total(id).n) if id else "hidden"
            cells = [
                Cell("n", shown),
                Cell("clear", self._named(gaps) or "none"),
                Cell("bright", self._praise(view, bright) or "see the report"),
                Cell("rest", f"{unsaid} of {len(rows)} comparisons"),
            ]
            about = {"unit": school.unit_id, "indicator": id, "year": view.latest.get(id, "")}
            lines.append(Line(school.unit, cells, about | {"group": ALL, "dimension": ALL}))
        return Html(Table("Each school's report, in one line", names, [("", lines)], kind="prose"))

    @staticmethod
    def _named(rows: list) -> str:
        by: dict[str, list[str]] = {}
        for row in rows:
            group = group_label(row.group)
            by.setdefault(catalog.indicator(row.indicator).label, []).append(group)
        return "; ".join(
            f"{label}: {', '.join(dict.fromkeys(names))}" for label, names in by.items()
        )

    def _praise(self, view: View, bright: list) -> str:
        said = [self._named(bright)] if bright else []
        better = [catalog.indicator(row.indicator).label for row in findings.improved(view)]
        said += [f"improved: {', '.join(better)}"] if better else []
        even = len(findings.without_clear(view))
        share = "most" if 2 * even > len(view.indicators) else "some"
        said += [f"no clear difference on {share} measures"] if even else []
        return "; ".join(said)
