"""New Jersey's workbooks: a sentence in the first cell, a header in row 3 or 6, numbers as text.

Two layouts: results of state assessments by school and student group (percents at five levels, of
the students with valid scores), and where students with disabilities learn, by district and by race
or disability. ``*`` is a number that was hidden. Several workbooks in one folder (grades, subjects)
are added up: a group of which one grade is hidden has no size in all grades together.

Source: New Jersey Department of Education, NJSLA 2025 and special education placement 2020 and 2024,
read in the files themselves.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd

from ..catalog import content, indicator
from ..errors import DataError
from ..schema import ALL, KEY, SCORES, Dataset, ReadReport
from . import grids, tables
from .ranges import of_counts, of_shares, students
from .state_rows import dataset, one_of, the_year
from .tables import plain
from .values import by_value, number

_GRADE = re.compile(r"grade\s*0?(\d{1,2})\b", re.I)


def _book() -> dict:
    return content("state_files")["newjersey"]


def _kind(names: list[str]) -> str:
    """Which layout do these column names have? Empty for neither."""
    here, book = {plain(n): n for n in names}, _book()
    if all(plain(n) in here for n in book["assessments"]["needs"]):
        return "assessments"
    placed = book["placement"]
    any_of = (list(placed["by"]), placed["county"], placed["district"], ["District Name"])
    if all(plain(n) in here for n in placed["parts"]) and all(one_of(n, here) for n in any_of):
        return "placement"
    return ""


def _words() -> list[str]:
    book = _book()
    return [plain(n) for n in (*book["assessments"]["needs"], *book["placement"]["parts"])]


def _seen(path: Path) -> tuple[str, int] | None:
    """Which layout does a file have, and in which row is its header? From its first rows alone."""
    try:
        kind = grids.kind(path)
        if kind == "xlsx":
            sheets = [rows for _, rows in grids.workbook(path, limit=grids.SAMPLE)]
        else:
            sheets = [grids.sample(path)] if kind == "text" else []
    except DataError:
        return None
    for rows in sheets:
        for at, row in enumerate(rows):
            if found := _kind([" ".join(cell.split()) for cell in row]):
                return found, at + 1
    return None


def recognise(files: list[Path]) -> str | None:
    """Return the columns that make these New Jersey's workbooks, or None."""
    for path in files:
        if found := _seen(path):
            kind, row = found
            book = _book()[kind]
            some = book["needs"][:5] if kind == "assessments" else book["parts"][:1]
            return f"columns {', '.join(some)} in row {row}"
    return None


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return New Jersey's workbooks as a dataset.

    Parameters
    ----------
    files : list of Path
        Workbooks of any of the two layouts; sheets of another kind are passed over.
    context, map
        Not used: the layouts are fixed.
    year : str, optional
        The school year, where the lines above the header do not say it.

    Raises
    ------
    DataError
        A workbook does not say its subject, or a cell is neither a number nor a mark.
    """
    report = ReadReport(format="New Jersey workbook", why=recognise(files) or "")
    parts, scores, units = [], [], []
    for path in files:
        found = tables.load_all(path, words=_words()) if _seen(path) else []
        found = [t for t in found if _kind(list(t.frame.columns))]
        if not found:
            report.notes.append(f"{path.name} was passed over: it has no such columns.")
        for table in found:
            report.rows_in += len(table.frame)
            report.notes += [f"{table.name}: {note}" for note in table.notes]
            above = _above(table)
            when = the_year(year, [*_years(above), table.sheet, path.stem], report)
            if _kind(list(table.frame.columns)) == "assessments":
                rows, means, unit = _assessments(table, above, when, report)
                scores.append(means)
            else:
                rows, unit = _placement(table, when, report)
            parts.append(rows)
            units.append(unit.assign(year=when))
    state, name = _book()["state"]
    known = pd.concat(units, ignore_index=True)  # the latest name of each
    known = known.sort_values("year", ascending=False, kind="stable").drop(columns="year")
    known = known.drop_duplicates("unit_id").reset_index(drop=True)
    known.loc[len(known) + 1] = [state, name, "state", ""]
    known = known.drop_duplicates("unit_id", keep="last").reset_index(drop=True)
    rows = _without_one_grade(_added(pd.concat(parts, ignore_index=True)), report)
    data = dataset(rows, known, report)
    if scores:
        data.scores = _one_grade(pd.concat(scores, ignore_index=True), known, report)
        report.missing = [i for i in report.missing if i not in set(data.scores["indicator"])]
    return data


def _above(table: tables.Table) -> list[str]:
    """The text of the lines before the header."""
    if grids.kind(table.path) == "xlsx":
        sheets = grids.workbook(table.path, limit=table.header_row)
        rows = next((r for n, r in sheets if n == table.sheet), sheets[0][1])
    else:
        rows = grids.sample(table.path)
    return [cell for row in rows[: table.header_row - 1] for cell in row if cell.strip()]


def _years(lines: list[str]) -> list[str]:
    """School years in the lines above a header: "Spring 2025", "As of October 15, 2023"."""
    found = []
    for line in lines:
        if m := re.search(r"spring\s+((?:19|20)\d\d)", line, re.I):
            found.append(m[1])
        if m := re.search(r"october\s+\d+,?\s+((?:19|20)\d\d)", line, re.I):
            found.append(f"{m[1]}-{(int(m[1]) + 1) % 100:02d}")
    return found


def _assessments(table, above: list[str], when: str, report: ReadReport):
    """A workbook's rows, its mean scores, and its units."""
    book, frame = _book()["assessments"], table.frame
    here = {plain(n): n for n in frame.columns}
    title = " ".join([*above, table.sheet])
    subject = next(
        (ids for word, ids in book["subjects"].items() if word.lower() in title.lower()), None
    )
    if subject is None:
        raise DataError(
            "No line above the header names the subject.",
            file=table.name,
            mend=f"Write one of {', '.join(book['subjects'])} above the header, as in the original.",
        )
    top = next(c for c in book["met"] if plain(c) in here)
    met = [here[plain(c)] for c in book["met"][top]]
    labels, known = _labels(table, book, report)
    frame = frame[known]
    unit, units = _units(frame, here)
    n = of_counts(frame[here["validscores"]], file=table.name, column=here["validscores"])
    size = n["low"].to_numpy()
    ends = []
    for column in met:
        share = of_shares(frame[column], file=table.name, column=column)
        ends.append(students(share["low"].to_numpy(), share["high"].to_numpy(), size))
    report.columns |= {here["validscores"]: "n", " and ".join(met): subject[0]}
    rows = pd.DataFrame(
        {
            "year": when, "unit_id": unit, "indicator": subject[0],
            "dimension": [d for d, _ in labels], "group": [g for _, g in labels],
            "n": size, "x_low": ends[0][0] + ends[1][0], "x_high": ends[0][1] + ends[1][1],
            "status": n["status"].to_numpy(),
        }
    )  # fmt: skip
    if m := _GRADE.search(title):
        whole = rows[rows["dimension"] == ALL]
        rows = pd.concat([rows, whole.assign(dimension="grade", group=f"Grade {int(m[1])}")])
    means = rows[KEY].assign(indicator=subject[1], n=rows["n"], sd=np.nan).iloc[: len(unit)]
    column = one_of([book["mean"]], here)
    means["mean"] = by_value(frame[column], number, "float64").to_numpy(float) if column else np.nan
    return rows, means, units


def _labels(table, book: dict, report: ReadReport) -> tuple[list, np.ndarray]:
    """The dimension and group of each row, and which rows have one; the others are set aside."""
    frame, names = table.frame, {plain(k): tuple(v) for k, v in book["groups"].items()}
    here = {plain(n): n for n in frame.columns}
    cells, kinds = frame[here["subgrouptype"]], frame[here["subgroup"]]
    found = [names.get(plain(c)) for c in cells]
    for kind, dimension in book["dimensions"].items():  # a new name of a known kind is kept
        found = [
            f or ((dimension, c) if plain(k) == plain(kind) and c else None)
            for f, c, k in zip(found, cells, kinds, strict=True)
        ]
    known = np.array([f is not None for f in found], bool)
    for name in cells[~known].unique():
        rows = frame.index[~known & (cells == name).to_numpy()]
        report.aside(f'the student group "{name}", which is not in the code book', rows.tolist())
    return [f for f in found if f is not None], known


def _units(frame: pd.DataFrame, here: dict) -> tuple[np.ndarray, pd.DataFrame]:
    """The unit of each row: a school, else a district, else the state."""
    book = _book()
    state = book["state"][0]
    county = frame[one_of(book["placement"]["county"], here)]
    district = frame[one_of(book["placement"]["district"], here)]
    name = frame[here["districtname"]]
    blank = pd.Series("", frame.index, dtype="str")
    school = frame[here["schoolcode"]] if "schoolcode" in here else blank
    called = frame[here["schoolname"]] if "schoolname" in here else blank
    of_district = (county.str.zfill(2) + district.str.zfill(4)).where(district != "", state)
    is_school = (school != "") & (district != "")
    unit = of_district.where(~is_school, of_district + school.str.zfill(3))
    level = np.where(is_school, "school", np.where(unit == state, "state", "district"))
    own = pd.DataFrame(
        {
            "unit_id": unit, "unit": called.where(is_school, name), "level": level,
            "parent_id": of_district.where(is_school, state).where(unit != state, ""),
        }
    )  # fmt: skip
    above = pd.DataFrame(
        {"unit_id": of_district, "unit": name, "level": "district", "parent_id": state}
    )
    units = pd.concat([own, above[(district != "").to_numpy()]]).drop_duplicates("unit_id")
    return unit.to_numpy(), units


def _placement(table, when: str, report: ReadReport):
    """Where students with disabilities learn: those in the regular class, of all places."""
    book, frame = _book()["placement"], table.frame
    here = {plain(n): n for n in frame.columns}
    by = one_of(list(book["by"]), here)
    dimension = next(d for name, d in book["by"].items() if plain(name) == plain(by))
    names = book["categories"]
    if dimension == "race_ethnicity":
        names = {k: v[1] for k, v in _book()["assessments"]["groups"].items()}
    names = {plain(k): v for k, v in names.items()}
    whole = frame[by].map(lambda g: plain(g) in ("total", "all", "alldisabilities", "allstudents"))
    report.aside("a total inside the table", frame.index[whole].tolist())
    frame = frame[~whole]
    parts = [
        of_counts(frame[here[plain(c)]], file=table.name, column=here[plain(c)])
        for c in book["parts"]
    ]
    size = sum(part["low"] for part in parts)  # a hidden part leaves the sum unknown
    x = parts[book["parts"].index(book["x"])]
    report.columns |= {by: dimension, here[plain(book["x"])]: book["indicator"]}
    unit, units = _units(frame, here)
    group = [names.get(plain(g), g) for g in frame[by]]
    report.code_book |= {g: n for g, n in zip(frame[by], group, strict=True) if g != n}
    rows = pd.DataFrame(
        {
            "year": when, "unit_id": unit, "indicator": book["indicator"], "dimension": dimension,
            "group": group, "n": size.to_numpy(), "x_low": x["low"].to_numpy(),
            "x_high": x["high"].to_numpy(),
            "status": np.where(x["status"] == "ok", "ok", "suppressed"),
        }
    )  # fmt: skip
    return rows, units


def _added(rows: pd.DataFrame) -> pd.DataFrame:
    """Grades added up: one row a cell; a grade without a number leaves the sum without one."""
    if not rows.duplicated(KEY).any():
        return rows
    rows = rows.assign(bad=rows["status"] != "ok")
    made = rows.groupby(KEY, sort=False, as_index=False).agg(
        {c: lambda v: v.sum(skipna=False) for c in ("n", "x_low", "x_high")} | {"bad": "any"}
    )
    made["status"] = np.where(made["bad"], "suppressed", "ok")
    return made.drop(columns="bad")


def _without_one_grade(rows: pd.DataFrame, report: ReadReport) -> pd.DataFrame:
    """Leave grades out of a measure that has one: that grade is everyone, and not a group."""
    by_grade = rows["dimension"] == "grade"
    grades = rows[by_grade].groupby("indicator", sort=False)["group"].unique()
    alone = {id: names[0] for id, names in grades.items() if len(names) == 1}
    report.notes += [
        f"{indicator(id).label}: {g[0].lower()}{g[1:]} alone." for id, g in alone.items()
    ]
    return rows[~(by_grade & rows["indicator"].isin(list(alone)))].reset_index(drop=True)


def _one_grade(means: pd.DataFrame, units: pd.DataFrame, report: ReadReport) -> pd.DataFrame:
    """Mean scores, where they are of one grade: those of several are on different scales."""
    means = means[means["dimension"] != "grade"]
    several = means.duplicated(KEY, keep=False)
    if several.any():
        report.notes.append("Mean scores of several grades are not added up, and are left out.")
    at = units.set_index("unit_id")
    means = means[~several].assign(
        unit=lambda m: m["unit_id"].map(at["unit"]), level=lambda m: m["unit_id"].map(at["level"])
    )
    gap = means["mean"].isna() | means["n"].isna()
    means["status"] = np.where(gap, "suppressed", "ok")
    means["n"] = pd.array(means["n"], dtype="Int64")
    return means[list(SCORES)].astype(SCORES).reset_index(drop=True)
