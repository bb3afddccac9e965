"""What a district's report says of all its schools: who is where, and where gaps are found."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import catalog, figures_district
from ..display import count, known, percent, who
from ..figures import MOST
from ..markup import Cell, Html, Line, Table, esc, paragraph
from ..schema import ALL
from . import findings, work
from .district_accounted import Accounted
from .district_chance import Chance
from .district_mix import Mix
from .district_rehearsal import Rehearsed
from .district_resources import Resources
from .measures import Measure
from .side_by_side import NO_SCHOOL


class DistrictReport(Mix, Resources, Accounted, Rehearsed, Chance):
    """A district's report, from published numbers only: its own, and those of its schools."""

    kind = "District report"

    def measured(self) -> list[Measure]:
        """Every number that this report computes of several published ones, each with a sentence."""
        return [
            *self.mix_measures(), *self.resource_measures(), *self.accounted_measures(),
            *self.rehearsal_measures(), *self.school_measures(),
        ]  # fmt: skip

    def definitions(self) -> Html:
        """What each measure counts, and how each number is made, those of schools together too."""
        methods = catalog.content("report_text")["district"]["methods"]
        inner = "".join(f"<dt>{esc(m['name'])}</dt><dd>{esc(m['text'])}</dd>" for m in methods)
        return Html(super().definitions(), f"<dl class=words>{inner}</dl>")

    def work(self) -> Html:
        """What have the schools' teams chosen? An empty part where no work was given."""
        return work.roll_up(self.portfolio)

    def schools_served(self) -> Html:
        """Whom does each school serve?"""
        if self.schools.empty:
            return Html(paragraph(NO_SCHOOL))
        rows = findings.enrolment(self.view)
        if rows.empty or self.crowded:
            return Html(
                paragraph("Each school's own report, and findings.csv, say whom it serves.")
            )
        id, year = rows.attrs["indicator"], rows.attrs["year"]
        sizes = findings.records(self._of_schools(id))
        chosen = self._columns(rows)
        names = {"school": "School", "n": "Students"} | {
            f"g{k}": f"{g} (share)" for k, (_, g) in enumerate(chosen)
        }
        cells = {
            (dimension, group): findings.records(
                self._of_schools(id, dimension=dimension, group=group)
            )
            for dimension, group in chosen
        }
        lines, shares = [], {}
        for k, school in enumerate(self.schools.itertuples(index=False)):
            total = sizes[k].n
            line = [
                Cell(
                    "n",
                    count(total) if known(total) else "hidden",
                    about={"group": ALL, "dimension": ALL},
                )
            ]
            for dimension, group in chosen:
                text, share = self._part(cells[dimension, group][k], total)
                shares.setdefault(group, []).append(share)
                said = {"group": group, "dimension": dimension} if known(share) else {}
                line.append(Cell("n" if said else "share", text, about=said))
            lines.append(Line(school.unit, line, {"unit": school.unit_id}))
        table = Table(
            f"Students by school and group, {year}: number, and share of the school",
            names, [("", lines)], indicator=id, year=year,
        )  # fmt: skip
        return Html(*self._mix(rows, shares, year), table)

    @staticmethod
    def _part(row, total) -> tuple[str, float]:
        if not known(total) or row.n_why or (not known(row.n) and row.why == "hidden"):
            return "hidden", np.nan
        if not known(row.n):
            return "none recorded" if row.why == "not collected" else row.why, 0.0
        share = float(row.n) / float(total)
        return (f"{count(row.n)} ({percent(share, total)})" if row.n else "0"), share

    def _mix(self, rows: pd.DataFrame, shares: dict, year: str) -> list:
        kinds = self._kinds(rows)
        several = [d for d in kinds if len(kinds[d]) > 2]
        if not several or not 1 < len(self.schools) <= MOST:
            return []
        groups = kinds[several[0]]
        table = pd.DataFrame({g: shares[g] for g in groups}, index=self.schools["unit"].to_numpy())
        wide = table.max() - table.min()
        label = catalog.dimension_label(several[0])
        alt = f"{label} of the students of each school, {year}, as parts of a bar."
        if wide.notna().any():
            alt += f" The bars differ most in the share of {who(wide.idxmax())}."
        caption = f"{label}: share of each school's students. Dotted: hidden or not recorded."
        return [figures_district.mixes(table, alt=alt, caption=caption)]
