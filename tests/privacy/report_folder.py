"""A small finished report folder, typed in by hand, from which nothing hidden can be worked out.

Two schools of one district, two years and both together. In each school the suspended counts of two
groups of one dimension are hidden, and the sizes of both groups of another: so every line that holds a
hidden number holds two, and so does every column of schools.
"""

from __future__ import annotations

import base64
import csv
import json
from pathlib import Path

COLUMNS = (
    "year unit_id unit level parent_id indicator dimension group n x rate rate_low rate_high other_n "
    "other_x other_rate difference reference signal pooled why n_why band_low band_high"
).split()
UNITS = {
    "0100": ("Cedar District", "district", ""),
    "0101": ("Alder School", "school", "0100"),
    "0102": ("Birch School", "school", "0100"),
}
SUSPENDED, ABSENT = "suspended_out_of_school", "chronically_absent"
YEARS = ("2022-23", "2023-24")
BOTH = "2022-23 to 2023-24"
# unit -> year -> indicator -> dimension -> group -> (n, x)
_RACE, _EL = "race_ethnicity", "el"
_TRUE = {
    ("0101", "2022-23"): {
        _RACE: {"Asian": (40, 2, 9), "Black": (60, 12, 15), "Hispanic": (50, 9, 11), "White": (90, 8, 14)},
        _EL: {"English learner": (6, 1, 2), "Not English learner": (234, 30, 47)},
    },
    ("0101", "2023-24"): {
        _RACE: {"Asian": (42, 1, 10), "Black": (61, 11, 13), "Hispanic": (48, 10, 12), "White": (95, 9, 15)},
        _EL: {"English learner": (7, 1, 2), "Not English learner": (239, 30, 48)},
    },
    ("0102", "2022-23"): {
        _RACE: {"Asian": (30, 7, 8), "Black": (55, 10, 12), "Hispanic": (70, 14, 18), "White": (80, 9, 16)},
        _EL: {"English learner": (25, 5, 6), "Not English learner": (210, 35, 48)},
    },
    ("0102", "2023-24"): {
        _RACE: {"Asian": (33, 8, 9), "Black": (52, 9, 11), "Hispanic": (71, 13, 17), "White": (84, 8, 14)},
        _EL: {"English learner": (24, 4, 5), "Not English learner": (216, 34, 46)},
    },
}  # fmt: skip


def _counts() -> dict:
    """Return (year, unit, indicator, dimension, group) -> [n, x] for every unit and year."""
    counts: dict = {}

    def put(year, unit, indicator, dimension, group, n, x):
        cell = counts.setdefault((year, unit, indicator, dimension, group), [0, 0])
        cell[0] += n
        cell[1] += x

    for (school, year), dimensions in _TRUE.items():
        for unit in (school, "0100"):
            for when in (year, BOTH):
                for dimension, groups in dimensions.items():
                    for group, (n, x, absent) in groups.items():
                        for indicator, count in ((SUSPENDED, x), (ABSENT, absent)):
                            put(when, unit, indicator, dimension, group, n, count)
                            if dimension == _RACE:
                                put(when, unit, indicator, "all", "all", n, count)
    return counts


def _hides(unit: str, indicator: str, dimension: str, group: str) -> tuple[bool, bool]:
    """Return whether x and whether n is hidden."""
    if unit == "0100":
        return False, False
    if dimension == _EL:
        return True, True
    return indicator == SUSPENDED and group in ("Asian", "Hispanic"), False


def rows() -> list[dict]:
    """Return the rows of ``findings.csv``."""
    counts = _counts()
    out = []
    for (year, unit, indicator, dimension, group), (n, x) in counts.items():
        name, level, parent = UNITS[unit]
        row = dict.fromkeys(COLUMNS, "")
        row.update(year=year, unit_id=unit, unit=name, level=level, parent_id=parent)
        row.update(indicator=indicator, dimension=dimension, group=group, signal="not reported")
        row.update(reference="others", pooled=str(" to " in year))
        hide_x, hide_n = _hides(unit, indicator, dimension, group)
        row["n"] = "" if hide_n else str(n)
        row["n_why"] = "hidden" if hide_n else ""
        if hide_x:
            row["why"] = "hidden"
        else:
            row.update(x=str(x), rate=repr(x / n))
            if dimension != "all":
                all_n, all_x = counts[year, unit, indicator, "all", "all"]
                other = (all_x - x) / (all_n - n)
                row.update(other_n=str(all_n - n), other_x=str(all_x - x))
                row.update(other_rate=repr(other), difference=repr(x / n - other))
                row["signal"] = "not clearly different"
        out.append(row)
    return out


def write_csv(path: Path, table: list[dict]) -> None:
    columns = list(dict.fromkeys(k for r in table for k in r))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(table)


def svg(*texts: str, title: str = "Suspended out of school at Alder School, 2023-24.") -> str:
    """Return a drawing with an axis, two bars and further texts."""
    ticks = "".join(
        f'<g transform="translate({60 + 40 * i} 180)"><text x="0" y="0">{10 * i}</text></g>'
        for i in range(4)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img"><title>{title}</title>{ticks}'
        '<text x="10" y="40">Black</text><text x="120" y="40">18.0 %</text>'
        '<text x="10" y="70">Hispanic</text><text x="10" y="100">White</text>'
        f'<text x="120" y="100">9.5 %</text>{"".join(texts)}</svg>'
    )


def table(unit: str, year: str, indicator: str, all_rows: list[dict], *more: str) -> str:
    """Return a page's table of one indicator, with the data attributes."""
    body = []
    for r in all_rows:
        if (r["unit_id"], r["year"], r["indicator"]) != (unit, year, indicator):
            continue
        rate = f"{100 * float(r['rate']):.1f} %" if r["rate"] else "hidden" if r["why"] else ""
        body.append(
            f'<tr data-dimension="{r["dimension"]}" data-group="{r["group"]}">'
            f'<th scope="row">{r["group"]}</th>'
            f'<td data-col="n">{r["n"] or "hidden"}</td><td data-col="x">{r["x"] or "hidden"}</td>'
            f'<td data-col="rate">{rate}</td></tr>'
        )
    return (
        f'<table data-unit="{unit}" data-year="{year}" data-indicator="{indicator}">'
        "<caption>Suspended out of school, 2023-24, with 95 % intervals</caption>"
        "<tr><th>Group</th><th>Students</th><th>Suspended</th><th>Rate</th></tr>"
        + "".join(body)
        + "".join(more)
        + "</table>"
    )


def page(all_rows: list[dict], *, body: str = "", drawing: str = "", rows_more: str = "") -> str:
    """Return the page of Alder School."""
    picture = base64.b64encode((drawing or svg()).encode()).decode()
    return (
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Alder School, 2023-24</title>"
        "<style>.White{color:white;width:12px}</style></head><body data-unit='0101'>"
        "<h1>Alder School</h1><p>246 students were enrolled in 2023-24. Groups of fewer than 10 students "
        "are hidden; Grade 8 moved to Birch School. 2 groups are hidden here: English learner and Not "
        "English learner.</p>"
        "<h2>Suspended out of school</h2>"
        "<p>11 of 61 Black students were suspended out of school at least once (18.0 %), 4.0 points more "
        "than other students were (10.8 %); for Hispanic students (48 enrolled) the number is hidden.</p>"
        f'<figure><img alt="Black 18.0 %, White 9.5 %; Asian and Hispanic hidden. 95 % intervals." '
        f'src="data:image/svg+xml;base64,{picture}"><figcaption>Rates by group, 2023-24</figcaption>'
        f"</figure>{table('0101', '2023-24', SUSPENDED, all_rows, rows_more)}{body}"
        "<h2>How to read this</h2><p>Rates stand with 95 % intervals. A count under 3 is hidden. "
        "Asian students: 42 enrolled.</p></body></html>"
    )


def notebook(outputs: list[dict] | None = None, **cell) -> str:
    """Return an executed notebook with one clean output."""
    frame = "   group   n    x\n0  Black  61   11\n1  Asian  42  NaN\n10  White  95   9"
    clean = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    clean["data"] = {"text/plain": frame}
    code = {"cell_type": "code", "execution_count": 1, "id": "a1", "metadata": {}}
    code.update(source="section(report, 'suspended_out_of_school')", outputs=[clean], **cell)
    code["outputs"] = [clean, *(outputs or [])]
    meta = {"kernelspec": {"name": "python3"}, "papermill": {"parameters": {"unit_id": "0101"}}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": meta, "cells": [code]})


def write(folder: Path, *, findings=None, html: str | None = None, book: str | None = None) -> Path:
    """Write the folder and return it; each part can be given instead."""
    findings = rows() if findings is None else findings
    (folder / "schools").mkdir(parents=True)
    write_csv(folder / "findings.csv", findings)
    units = [
        {"unit_id": k, "unit": v[0], "level": v[1], "parent_id": v[2]} for k, v in UNITS.items()
    ]
    manifest = {
        "policy": {"min_group": 10, "min_cell": 3},
        "units": units,
        "reports": [{"unit_id": "0101", "file": "schools/alder-school.html", "seconds": 1.2}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (folder / "schools" / "alder-school.html").write_text(html or page(findings), encoding="utf-8")
    (folder / "schools" / "alder-school.ipynb").write_text(book or notebook(), encoding="utf-8")
    return folder
