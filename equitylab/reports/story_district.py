"""What a district's report says of all its schools: who is where, and where gaps are found."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import catalog, figures_district, metrics
from ..display import count, decimal, group_label, known, listing, many, percent, points, who
from ..figures import MOST
from ..markup import Cell, Html, Line, Table, paragraph
from ..schema import ALL
from . import findings, work
from .side_by_side import Schools

SPREAD = 0.75  # Theil's H takes the groups that this share of schools can publish
SOME = 10  # gaps split into within and between


class DistrictReport(Schools):
    """A district's report, from published numbers only: its own, and those of its schools."""

    kind = "District report"

    def work(self) -> Html:
        """What have the schools' teams chosen? An empty part where no work was given."""
        return work.roll_up(self.portfolio)

    def schools_served(self) -> Html:
        """Whom does each school serve?"""
        rows = findings.enrolment(self.view)
        if rows.empty or self.crowded:
            return Html(
                paragraph("Each school's own report, and findings.csv, say whom it serves.")
            )
        id, year = rows.attrs["indicator"], rows.attrs["year"]
        sizes = self._of_schools(id)
        chosen = self._columns(rows)
        names = {"school": "School", "n": "Students"} | {
            f"g{k}": f"{g} (share)" for k, (_, g) in enumerate(chosen)
        }
        cells = {pair: self._of_schools(id, dimension=pair[0], group=pair[1]) for pair in chosen}
        lines, shares = [], {}
        for k, school in enumerate(self.schools.itertuples(index=False)):
            total = sizes["n"].iloc[k]
            line = [
                Cell(
                    "n",
                    count(total) if known(total) else "hidden",
                    about={"group": ALL, "dimension": ALL},
                )
            ]
            for dimension, group in chosen:
                row = cells[dimension, group].iloc[k]
                text, share = self._part(row, total)
                shares.setdefault(group, []).append(share)
                line.append(Cell("share", text))
            lines.append(Line(school.unit, line, {"unit": school.unit_id}))
        table = Table(
            f"Students by school and group, {year}: number, and share of the school",
            names, [("", lines)], indicator=id, year=year,
        )  # fmt: skip
        return Html(*self._mix(rows, shares, year), table)

    def _kinds(self, rows: pd.DataFrame) -> dict[str, list[str]]:
        """Return the recorded groups of each dimension that a district's report speaks of."""
        kinds: dict[str, list[str]] = {}
        for row in rows.itertuples(index=False):
            told = row.dimension != ALL and row.dimension not in self.without
            if told and not findings.unknown(row.dimension, row.group):
                kinds.setdefault(row.dimension, []).append(row.group)
        return kinds

    def _columns(self, rows: pd.DataFrame) -> list[tuple[str, str]]:
        """Every group of a dimension with several; of a pair, the smaller in the district."""
        size = rows.set_index(["dimension", "group"])["n"].fillna(0)
        chosen = []
        for dimension, groups in self._kinds(rows).items():
            if len(groups) == 2:
                groups = [min(groups, key=lambda g: size[dimension, g])]
            chosen += [(dimension, group) for group in groups]
        return chosen

    @staticmethod
    def _part(row, total) -> tuple[str, float]:
        if not known(total) or row["n_why"] or (not known(row["n"]) and row["why"] == "hidden"):
            return "hidden", np.nan
        if not known(row["n"]):
            return "none recorded" if row["why"] == "not collected" else row["why"], 0.0
        share = float(row["n"]) / float(total)
        return (f"{count(row['n'])} ({percent(share, total)})" if row["n"] else "0"), share

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

    def segregation(self) -> Html:
        """How unevenly are groups spread over the schools, beside what chance would make of it?"""
        rows = findings.enrolment(self.view)
        if rows.empty or len(self.schools) < 2:
            return Html(
                paragraph("There are too few schools to say how groups are spread over them.")
            )
        id = rows.attrs["indicator"]
        total = self._of_schools(id)["n"].to_numpy("float64", na_value=np.nan)
        found = []
        for dimension, group in self._columns(rows):
            cell = self._of_schools(id, dimension=dimension, group=group)
            n = self._shown(cell)
            use = ~np.isnan(n) & ~np.isnan(total) & (n <= total)
            if use.sum() > 1 and n[use].sum() > 0:
                apart = metrics.dissimilarity(n[use], total[use] - n[use])
                alone = metrics.isolation(n[use], total[use])
                share = n[use].sum() / total[use].sum()
                found.append((group, dimension, int(use.sum()), share, apart, alone))
        if not found:
            return Html(
                paragraph("Too many schools' numbers are hidden to say how groups are spread.")
            )
        lines = [
            Line(
                group_label(group),
                [
                    Cell("schools", f"{used} of {len(self.schools)} schools"),
                    Cell("share", percent(share, 100)),
                    Cell("d", decimal(apart.value, 2)), Cell("d0", decimal(apart.baseline, 2)),
                    Cell("i", percent(alone.value, 100)), Cell("i0", percent(alone.baseline, 100)),
                ],
            )
            for group, _, used, share, apart, alone in found
        ]  # fmt: skip
        names = {
            "group": "Group", "schools": "Schools counted", "share": "Share of all students",
            "d": "Dissimilarity", "d0": "… by chance alone",
            "i": "Isolation", "i0": "… by chance alone",
        }  # fmt: skip
        drawn = pd.DataFrame(
            [(group_label(g), float(d.value), float(d.baseline)) for g, _, _, _, d, _ in found],
            columns=["label", "value", "baseline"],
        )
        beyond = drawn[drawn["value"] > 2 * drawn["baseline"]]
        said = (
            f"Spread more unevenly than twice what chance makes: {listing(list(beyond['label']))}."
            if len(beyond)
            else "No group is spread more unevenly than twice what chance alone makes."
        )
        figure = figures_district.against_chance(
            drawn, alt=f"Dissimilarity of each group over the schools. {said}",
            caption="Dot: dissimilarity. Diamond: its average were students allotted by lot.",
        )  # fmt: skip
        table = Table("How groups are spread over the schools", names, [("", lines)])
        return Html(paragraph(said, kind="say"), figure, table, *self._theil(rows, id, total))

    @staticmethod
    def _shown(rows: pd.DataFrame) -> np.ndarray:
        """Return group sizes; none recorded is 0, hidden is a gap."""
        n = rows["n"].to_numpy("float64", na_value=np.nan)
        absent = ((rows["why"] == "not collected") & (rows["n_why"] == "")).to_numpy()
        return np.where(np.isnan(n) & absent, 0, n)

    def _theil(self, rows: pd.DataFrame, id: str, total: np.ndarray) -> list[str]:
        said = []
        for dimension, groups in self._kinds(rows).items():
            if len(groups) < 3:
                continue
            sizes = {
                g: self._shown(self._of_schools(id, dimension=dimension, group=g)) for g in groups
            }
            kept = [g for g, n in sizes.items() if (~np.isnan(n)).mean() >= SPREAD]
            if not kept:
                continue
            table = np.column_stack([sizes[g] for g in kept])
            rest = total - table.sum(axis=1)
            use = ~np.isnan(rest) & (rest >= 0)
            if use.sum() < 2:
                continue
            h = metrics.theil_h(np.column_stack([table, rest])[use])
            if known(h.value):
                label = catalog.dimension_label(dimension)
                said.append(
                    f"{label}, all groups at once (Theil's H): a school is {percent(h.value, 100)} "
                    f"less mixed than the district, on average, and chance alone would make it "
                    f"{percent(h.baseline, 100)}. Counted: {listing(kept)}, and everyone else as "
                    f"one group, in {int(use.sum())} of {len(use)} schools."
                )
        return [paragraph(text) for text in said]

    def within_and_between(self) -> Html:
        """Are the clear gaps found inside schools, or between them?"""
        gaps, _ = self.view.sides
        alone = [
            row for row in gaps
            if not row.pooled and not catalog.indicator(row.indicator).events
            and row.dimension not in self.without
        ]  # fmt: skip
        rows = [self._split(row) for row in findings.weightiest(alone, SOME)]
        drawn = pd.DataFrame([row for row in rows if row is not None])
        if drawn.empty:
            return Html(
                paragraph("No clear gap can be split: too many schools' numbers are hidden.")
            )
        mostly = int((drawn["within"].abs() > drawn["between"].abs()).sum())
        said = (
            f"Of {many(len(drawn), 'clear gap')} of the district, {mostly} "
            f"{'is' if mostly == 1 else 'are'} found more inside schools than between them."
        )
        figure = figures_district.parts(
            drawn, alt=f"Gaps split into a part within and a part between schools. {said}",
            caption="Filled: within schools. Outlined: between schools. Dot: the whole gap.",
        )  # fmt: skip
        names = {
            "gap": "Measure and group", "schools": "Schools counted", "whole": "Gap, points",
            "within": "Within schools", "between": "Between schools",
        }  # fmt: skip
        lines = [
            Line(
                row.label,
                [
                    Cell("schools", f"{row.used} of {len(self.schools)} schools"),
                    *(Cell("part", points(v, 1000)) for v in (row.gap, row.within, row.between)),
                ],
                row.cell,
            )
            for row in drawn.itertuples(index=False)
        ]
        title = "Clear gaps of the district, over the schools whose numbers can be published"
        return Html(paragraph(said, kind="say"), figure, Table(title, names, [("", lines)]))

    def _split(self, row) -> dict | None:
        """Split one gap over the schools that publish both sides; None where fewer than two do."""
        mine = self._of_schools(row.indicator, dimension=row.dimension, group=row.group)
        all_ = self._of_schools(row.indicator)
        x1, n1, x, n = (
            frame[c].to_numpy("float64", na_value=np.nan)
            for frame in (mine, all_) for c in ("x", "n")
        )  # fmt: skip
        use = (mine["why"] == "").to_numpy() & (all_["why"] == "").to_numpy()
        use &= (n1 <= n) & (x1 <= x) & (x - x1 <= n - n1)
        if use.sum() < 2:
            return None
        split = metrics.within_between(x1[use], n1[use], (x - x1)[use], (n - n1)[use])
        if not known(split.gap):
            return None
        label = f"{catalog.indicator(row.indicator).label}: {group_label(row.group)}"
        return {
            "cell": self._cell(row) | {"dimension": row.dimension, "group": row.group},
            "label": label, "used": int(use.sum()), "gap": float(split.gap),
            "within": float(split.within), "between": float(split.between),
        }  # fmt: skip
