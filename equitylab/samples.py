"""The bundled fictional district, and seeded districts in which no group differs."""

from __future__ import annotations

import difflib
from pathlib import Path

import numpy as np
import pandas as pd

from . import places
from .errors import DataError
from .schema import ALL, BY, COUNTS, UNITS, Dataset, ReadReport

# Lowest and highest rate that a null school can have; ids of content/indicators.yaml.
NULL_RATES = {
    "suspended_out_of_school": (0.03, 0.12),
    "chronically_absent": (0.08, 0.25),
    "proficient_math": (0.30, 0.60),
    "proficient_reading": (0.35, 0.65),
    "ap_enrolled": (0.10, 0.35),
    "activity_any": (0.30, 0.60),
}
# Shares of the groups; labels are letters, since nothing here depends on who the groups are.
NULL_GROUPS = {
    "race_ethnicity": (0.44, 0.26, 0.17, 0.06, 0.05, 0.02),
    "sex": (0.5, 0.5),
    "el": (0.15, 0.85),
    "swd": (0.13, 0.87),
    "econ": (0.45, 0.55),
}
NULL_CROSSED = (("race_ethnicity", "sex"), ("sex", "swd"), ("el", "econ"))
NULL_YEAR = "2023-24"


def names() -> list[str]:
    """Return the names of the bundled districts.

    Examples
    --------
    >>> names()
    ['riverbend']
    """
    home = places.samples()
    if not home.is_dir():
        return []
    return sorted(p.name for p in home.iterdir() if any(p.glob("students-*.csv")))


def path(name: str = "riverbend") -> Path:
    """Where is a bundled district's folder of files?

    Parameters
    ----------
    name : str
        One of :func:`names`.

    Raises
    ------
    DataError
        There is no such district; the error's ``nearest`` is the closest name.

    Examples
    --------
    >>> path("riverbend").name
    'riverbend'
    """
    known = names()
    if name not in known:
        close = difflib.get_close_matches(str(name), known, n=1)
        mend = f"There is: {', '.join(known)}." if known else "Install equitylab again."
        raise DataError(
            f'No sample district is called "{name}".',
            nearest=close[0] if close else None,
            mend=mend,
        )
    return places.samples() / name


def practice(name: str) -> pd.DataFrame:
    """Return one practice table of the curriculum: fictional, with planted patterns.

    Codes keep their leading zeros; a column of numbers is numbers.

    Raises
    ------
    DataError
        There is no such table; the error's ``nearest`` is the closest name.
    """
    home = places.samples() / "practice"
    known = sorted(p.stem for p in home.glob("*.csv"))
    if name not in known:
        close = difflib.get_close_matches(str(name), known, n=1)
        raise DataError(
            f'No practice table is called "{name}".',
            nearest=close[0] if close else None,
            mend=f"There is: {', '.join(known)}." if known else "Install equitylab again.",
        )
    table = pd.read_csv(home / f"{name}.csv", dtype="str", keep_default_na=False)
    for column in table.columns:
        values = table[column]
        if column.endswith("_id") or values.str.match(r"0\d").any():
            continue
        numbers = pd.to_numeric(values.where(values != ""), errors="coerce")
        if (numbers.notna() == (values != "")).all() and numbers.notna().any():
            table[column] = numbers
    return table


def null_district(seed: int, *, schools: int = 12, students: int = 8000) -> Dataset:
    """What would a district look like in which no group differs from any other?

    Every student of a school has the school's rate, whatever their groups, and every school has
    the same mix of groups: what an audit calls a clear difference here is a false one.

    Parameters
    ----------
    seed : int
        The same seed gives the same district.
    schools, students : int
        How many, in one year; schools differ in size by a factor of about ten.

    Returns
    -------
    Dataset
        Tidy counts of six indicators by five dimensions and three of their intersections.

    Examples
    --------
    >>> data = null_district(7, schools=3, students=600)
    >>> data.schools["unit_id"].tolist(), sorted(set(data.counts["level"]))
    (['0001', '0002', '0003'], ['district', 'school'])
    """
    rng = np.random.default_rng(seed)
    weight = np.geomspace(1, 10, schools)
    school = np.sort(rng.choice(schools, students, p=weight / weight.sum()))
    codes, labels = {ALL: np.zeros(students, int)}, {ALL: [ALL]}
    for dimension, shares in NULL_GROUPS.items():
        # The same mix at every school: else groups would differ in the district, as schools do.
        codes[dimension] = rng.choice(len(shares), students, p=shares)
        labels[dimension] = [chr(65 + k) for k in range(len(shares))]
    for a, b in NULL_CROSSED:
        codes[a + BY + b] = codes[a] * len(labels[b]) + codes[b]
        labels[a + BY + b] = [f"{p}{BY}{q}" for p in labels[a] for q in labels[b]]
    parts = []
    for indicator, (low, high) in NULL_RATES.items():
        rate = rng.uniform(low, high, schools)
        had = rng.random(students) < rate[school]
        for dimension, code in codes.items():
            parts.append(_null_cells(school, code, had, schools, indicator, dimension, labels))
    counts = pd.concat(parts, ignore_index=True)
    ids = [f"{k + 1:04d}" for k in range(schools)]
    whole = counts.groupby(["indicator", "dimension", "group"], sort=False, as_index=False).sum()
    counts["unit_id"] = np.array(ids)[counts["school"]]
    counts["unit"] = "School " + counts["unit_id"]
    counts["level"] = "school"
    whole = whole.assign(unit_id="null", unit="Null district", level="district")
    counts = pd.concat([counts, whole], ignore_index=True).assign(year=NULL_YEAR, status="ok")
    counts = counts[counts["n"] > 0]
    counts["x_low"] = counts["x_high"] = counts["x"]
    units = pd.DataFrame(
        [(i, f"School {i}", "school", "null") for i in ids]
        + [("null", "Null district", "district", "")],
        columns=list(UNITS),
    ).astype(UNITS)
    report = ReadReport(format="simulated", why=f"null_district({seed})", rows_in=students)
    source = {"path": f"null-{seed}", "format": "simulated", "sha256": ""}
    return Dataset(
        counts[list(COUNTS)].astype(COUNTS).reset_index(drop=True), units, report, source
    )


def _null_cells(school, code, had, schools, indicator, dimension, labels) -> pd.DataFrame:
    """Count students and outcomes of one indicator by school and group."""
    groups = labels[dimension]
    cell = school * len(groups) + code
    size = schools * len(groups)
    return pd.DataFrame(
        {
            "school": np.repeat(np.arange(schools), len(groups)),
            "indicator": indicator,
            "dimension": dimension,
            "group": groups * schools,
            "n": np.bincount(cell, minlength=size),
            "x": np.bincount(cell, weights=had, minlength=size).astype(int),
        }
    )
