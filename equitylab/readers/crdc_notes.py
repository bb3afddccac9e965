"""What a careful reader wants to know about CRDC numbers: sums that do not add up, and limits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..catalog import dimension_label, indicator
from ..schema import ALL, BY, ReadReport
from .crdc_columns import Wide, at_least
from .crdc_counts import Found
from .crdc_grammar import NOT_APPLICABLE, OK, Cells, Name, book, known_years, of_year

SHOWN = 60  # cells that the report lists, of those with one fault


def write_notes(found: Found, wide: Wide, year: str, report: ReadReport) -> None:
    """Write into the report what was summed, what does not add up, and what is left out."""
    report.columns |= {"SCH_ENR_*": "students enrolled"}
    for id, (_, stems) in found.topics.items():
        report.columns |= {f"SCH_{stem}_*": id for stem in stems}
    _totals(found, wide, report)
    _partitions(found.counts, report)
    _over(found.counts, report)
    _left_out(found, wide, report)
    small = of_year(year)["small"]
    if year not in known_years():
        small += f" (This is said of {of_year(year)['year']}; the code book has no {year}.)"
    report.notes.append(small)


def _totals(found: Found, wide: Wide, report: ReadReport) -> None:
    """Compare the file's own totals with the sums of the groups: they are not counted again."""
    used = {stem for _, stems in found.topics.values() for stem in stems} | {"ENR"}
    totals = [n for n in wide.cells if n.total and n.topic in used]
    if totals:
        report.totals.append(
            f"{len(totals)} TOT_ columns are sums of the seven groups; they were compared and not "
            "counted again."
        )
    for name in sorted(totals):
        if not wide.has(name.topic, [name.sex]):
            continue
        total, groups = wide.cells[name], wide.by_group(name.topic, [name.sex]).sum(1, 2)
        both = (total.status == OK) & (groups.status == OK)
        off = np.where(both, total.value - groups.value, 0)
        if off.any():
            unused = "" if name.sex in found.sexes else " (not used)"
            report.not_additive.append(
                f"TOT_{name.topic}_{name.sex}{unused} differs from the sum of the seven groups in "
                f"{(off != 0).sum():,} schools, by {off.min():+,.0f} to {off.max():+,.0f}; the sum "
                "is used."
            )


def _partitions(counts: pd.DataFrame, report: ReadReport) -> None:
    """Say which dimensions do not add up to all students, where every group has a number."""
    keys = ["unit_id", "indicator"]
    whole = counts[counts["dimension"] == ALL].set_index(keys)[["level", "n", "x"]]
    whole = whole.rename(columns={"n": "n_all", "x": "x_all"})
    groups = counts[counts["dimension"] != ALL]
    blank = groups["n"].isna() | groups["x"].isna()
    made = groups.assign(blank=blank).groupby([*keys, "dimension"], sort=False, observed=True)
    made = made.agg(n=("n", "sum"), x=("x", "sum"), blank=("blank", "any")).reset_index()
    made = made[~made["blank"]].join(whole, on=keys)
    made["off"] = (made["n"] - made["n_all"]).fillna(0).astype("int64")
    made["off_x"] = (made["x"] - made["x_all"]).fillna(0).astype("int64")
    made = made[(made["off"] != 0) | (made["off_x"] != 0)]
    for (dimension, id, level), rows in made.groupby(["dimension", "indicator", "level"]):
        report.not_additive.append(
            f"{dimension_label(dimension)}, {indicator(id).label}: in {len(rows)} {level} "
            f"{'row' if len(rows) == 1 else 'rows'} the groups do not add up to all students (by "
            f"up to {rows['off'].abs().max():,} students, {rows['off_x'].abs().max():,} outcomes), "
            "as some schools report one and not the other."
        )


def _over(counts: pd.DataFrame, report: ReadReport) -> None:
    """List cells that contradict themselves: more outcomes than students, or less than none."""
    faulty = counts[(counts["status"] == "quality") & (counts["level"] == "school")]
    over = faulty[(faulty["x"] > faulty["n"]).fillna(False)]
    first = over.sort_values("dimension", key=lambda d: d.str.contains(BY) * 2 + (d != ALL))
    columns = ["unit_id", "unit", "indicator", "dimension", "group", "n", "x"]
    report.over = [
        {k: int(v) if k in ("n", "x") else str(v) for k, v in row.items()}
        for row in first[columns].head(SHOWN).to_dict("records")
    ]
    if len(over):
        by = over["dimension"].value_counts(sort=False)
        labels = {d: dimension_label(d) if d != ALL else "All students" for d in by.index}
        listed = ", ".join(f"{labels[d]} {n:,}" for d, n in by.items())
        report.notes.append(
            f"{len(over):,} school cells have more outcomes than students. They are kept with the "
            "status quality, and no rate is made of them."
        )
        report.owner.append(f"Cells with more outcomes than students: {listed}.")
    below = faulty.loc[faulty["n"].isna() | faulty["x"].isna(), ["unit", "dimension", "indicator"]]
    if len(below):
        report.notes.append(
            f"{len(below):,} times a programme counts more students or outcomes than the whole "
            f"school, the first time {indicator(below['indicator'].iloc[0]).label} at "
            f"{below['unit'].iloc[0]}; both groups have the status quality."
        )


def _left_out(found: Found, wide: Wide, report: ReadReport) -> None:
    """Say what the definitions leave out, with how many."""
    book_ = book()
    plan = book_["plan"]
    for id, (topic, stems) in found.topics.items():
        if topic.get("note"):
            report.notes.append(topic["note"])
        family = book_["families"][topic["family"]]
        if "plan" in family:
            outside = sum(
                _sum(wide, Name(False, family["plan"].format(part=part), plan, sex))
                for part in topic["parts"]
                for sex in found.sexes
            )
            report.notes.append(
                f"{indicator(id).label}: {at_least(outside)} students with only a {plan} plan are in no "
                "number, as the file gives them by sex alone; they are among the enrolled."
            )
        if topic.get("first_of"):
            for part in topic["first_of"]:
                others = [family[k].format(part=part) for k in ("without", "with")]
                if not set(others) <= set(stems) and wide.has(others[0]):
                    count = sum(_groups(wide, other, found.sexes) for other in others)
                    report.notes.append(
                        f"{indicator(id).label}: {at_least(count)} of {part} not added."
                    )
        for column in topic.get("raceless", []):
            if column in wide.raceless:
                report.notes.append(
                    f"{indicator(id).label}: {at_least(wide.raceless[column])} students of {column} are "
                    "left out, as that column has no groups."
                )
        _gate_note(id, topic, stems, found, wide, report)
    unseen = [indicator(i).label for i, (t, _) in found.topics.items() if not t["seen"]]
    if unseen:
        report.notes.append(
            "These were read as the layout is published, which was not compared with a real file; "
            f"compare one school with the source: {', '.join(unseen)}."
        )
    small = _groups(wide, book_["preschool"]["parts"][0], found.sexes)
    if small:
        report.notes.append(
            f"Enrolment includes {at_least(small)} preschool children, and the counts of discipline are of "
            "kindergarten to grade 12."
        )
    if wide.unused:
        report.notes.append("Topics that no indicator uses: " + ", ".join(sorted(wide.unused)))


def _gate_note(id, topic, stems, found: Found, wide: Wide, report: ReadReport) -> None:
    none = np.zeros(len(wide.schools), dtype=bool)
    for stem in stems:
        answer = wide.gates.get(topic.get("gate") or f"SCH_{stem}_IND")
        if answer is not None:
            skipped = wide.cells[Name(False, stem, next(iter(book()["races"])), found.sexes[0])]
            none |= (answer == "no") & (skipped.status == NOT_APPLICABLE)
    if none.any():
        report.notes.append(
            f"{indicator(id).label}: {none.sum():,} schools answered that they have none and left "
            "the counts out; they count as zero of their students."
        )


def _groups(wide: Wide, topic: str, sexes: list[str]) -> int:
    return sum(_sum(wide, Name(False, topic, g, s)) for g in book()["races"] for s in sexes)


def _sum(wide: Wide, name: Name) -> int:
    cells = wide.cells.get(name, Cells(np.zeros(0), np.zeros(0, dtype=int)))
    return int(np.nansum(cells.value))
