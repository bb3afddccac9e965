"""Notebook 03: one rate beside six comparisons, and what each of them hides."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_study, language
from ...display import count, first_up, known, listing, percent, points, who
from ...markup import Cell, Line, Table
from ...signals import CLEAR
from ..registry import lab
from ._beside import RULES, beside
from ._plain import texts
from ._rows import chosen_row, missing
from .gaps import CHAPTERS, labels


@lab("comparison-rules")
def rules(at, measure="", students="", target=None, other="", **_) -> list:
    """What does one rate say beside each comparison, and what does each comparison hide?"""
    row = chosen_row(at, measure=measure, students=students, chapters=CHAPTERS)
    if row is None:
        return [missing(at, measure, students, "")]
    about, named, hides = catalog.indicator(row.indicator), labels(), texts("m03")["hides"]
    if target is None and about.direction == "down":
        hides = {**hides, "target": hides["target_down"]}
    found = [beside(at, row, rule, target=target, other=other) for rule in RULES]
    told = [f for f in found if f.known]
    small = row.n
    columns = {
        "rule": "Comparison", "against": "Beside", "rate": "Its rate",
        "difference": "Difference, points (interval)", "parity": "Students to parity",
        "ratio": "Ratio (interval)", "signal": "What it says", "hides": "What it hides",
    }  # fmt: skip
    lines = []
    for f in found:
        if f.known:
            low, high = (points(end, small) for end in f.apart[1:])
            short = count(f.parity) if known(f.parity) and f.parity else ""
            cells = [
                f.against,
                percent(f.rate, 100),
                f"{points(f.apart.value, small)} ({low} to {high})",
            ]
            cells += [short, f.ratio, f.signal]
            line = [Cell(c, t) for c, t in zip(list(columns)[1:7], cells, strict=True)]
        else:
            line = [Cell("against", f.said, 6)]
        lines.append(Line(named[f.rule], [*line, Cell("hides", hides[f.rule])]))
    what = f"{about.label}, {row.year}, {who(row.group)}"
    table = Table(f"{what}, beside six comparisons", columns, [("", lines)])
    if not told:
        return [found[0].said, table]
    out: list = [_spread(row, about, told)]
    drawn = pd.DataFrame(
        {
            "label": [named[f.rule] for f in told],
            "value": [100 * f.apart.value for f in told],
            "low": [100 * f.apart.low for f in told], "high": [100 * f.apart.high for f in told],
            "strong": [f.signal == CLEAR for f in told],
        }
    )  # fmt: skip
    out.append(
        figures_study.dots(
            drawn,
            label="Percentage points",
            percent=False,
            line=0.0,
            alt=f"{what}. {out[0]}",
            caption="Dot: the group's rate less the comparison's, with its interval. Filled dot "
            "and bold name: a clear difference. Dashed line: no difference.",
        )  # fmt: skip
    )
    note = [language.parity(row, about)] if known(row.to_parity) else []
    return [*out, table, *filter(None, note)]


def _spread(row, about, told) -> str:
    """Say one rate beside each comparison in one sentence."""
    parts = [f"{points(f.apart.value, row.n)} points beside {f.against}" for f in told]
    words = sorted({f.signal for f in told})
    same = (
        f"Each of these comparisons says “{words[0]}”."
        if len(words) == 1
        else f"They do not say the same: {listing([f'“{w}”' for w in words])}."
    )
    counted = f"{count(row.x)} of {count(row.n)} {who(row.group)} ({percent(row.rate, row.n)})"
    more = f" {same}" if len(told) > 1 else ""
    return first_up(f"{counted} {about.did}: {listing(parts)}.{more}")
