"""Courses, who teaches them, and assessments, as facts about each student."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from ..catalog import content
from ..schema import ReadReport
from .meanings import some
from .sis_join import Join
from .sis_own import Fact, fact
from .tables import plain
from .values import by_value, flag, is_unknown, met, numbers, which, words


def courses(frame: pd.DataFrame, join: Join, report: ReadReport) -> dict[str, Fact]:
    """Who is in advanced courses and Algebra I, who passed it, and who teaches each seat."""
    rows = join.rows(frame, "courses")
    at = rows["at"].to_numpy()
    sent = join.sent(at, rare=False, label="courses")
    blank = pd.Series("", rows.index, dtype="str")
    level, title = rows.get("course_level", blank), rows["course"]
    found = {}
    for indicator, name in (("advanced_course", "advanced"), ("ap_enrolled", "ap")):
        known = {plain(w) for w in content("columns")["levels"][name]}
        starts = tuple(f" {w} " for w in content("columns")["levels"][name] if len(w) > 1)
        by_level = which(
            level, lambda v, k=known, s=starts: plain(v) in k or words(v).startswith(s)
        )
        by_title = which(title, lambda v, s=starts: words(v).startswith(s))
        here = by_level | (by_title & (level == "").to_numpy())
        if here.any():
            found[indicator] = fact(np.where(sent, join.sum(at[here]) > 0, np.nan))
            seen = sorted({*level[by_level].unique(), *title[here & ~by_level].unique()})
            report.code_book[f"courses: {some(seen)}"] = indicator
    algebra = which(title, _is_algebra_1)
    if algebra.any():
        taken = join.sum(at[algebra]) > 0
        found["algebra_1_enrolled"] = fact(np.where(sent, taken, np.nan))
        report.code_book[f"courses: {some(sorted(title[algebra].unique()))}"] = "algebra_1"
        if "passed" in rows:
            passed = by_value(rows["passed"], met, "float64").to_numpy(float)[algebra]
            known = ~np.isnan(passed)
            who = at[algebra][known]
            every = join.sum(who, passed[known]) == join.sum(who)  # both halves of a year
            values = np.where(join.sum(who) > 0, every, np.nan)
            found["passed_algebra_1"] = fact(values, np.where(sent, taken, True))
    for indicator, meaning, one in (
        ("novice_teacher", "teacher_experience_band", _is_novice),
        ("out_of_field_teacher", "out_of_field", flag),
        ("out_of_field_teacher", "in_field", lambda v: 1 - flag(v)),
    ):
        if meaning in rows and indicator not in found:
            values = by_value(rows[meaning], one, "float64").to_numpy(float)
            known = ~np.isnan(values)
            if known.any():
                seats = join.sum(at[known])
                could = np.ones(join.size, bool)
                found[indicator] = Fact(seats, join.sum(at[known], values[known]), could)
    return found


def _is_algebra_1(title: str) -> bool:
    text, rules = words(title), content("columns")["algebra_1"]
    return any(f" {w} " in text for w in rules["has"]) and not any(
        f" {w} " in text for w in rules["but_not"]
    )


def _is_novice(band: str) -> float:
    if is_unknown(band) and plain(band) not in ("0",):
        return np.nan
    years = re.fullmatch(r"(\d+)(\.\d+)?", band.strip())
    if years:
        return float(int(years[1]) <= 2)
    return float(
        words(band).strip() in {words(str(w)).strip() for w in content("columns")["novice"]}
    )


def with_sections(rows: pd.DataFrame, sections: pd.DataFrame, report: ReadReport) -> pd.DataFrame:
    """Add what the sections file says of each section's teacher to the courses."""
    if sections.empty or "section_id" not in rows:
        return rows
    yearly = bool((sections["year"] != "").all())
    key = ["section_id", "year"] if yearly else ["section_id"]
    again = sections.duplicated(key, keep="last")
    report.aside(
        "sections: a section again; the last row was read", sections[again]["row"].tolist()
    )
    columns = ["teacher_experience_band", "in_field", "out_of_field"]
    new = [c for c in columns if c in sections and c not in rows]
    made = rows.merge(sections.loc[~again, [*key, *new]], on=key, how="left")
    alone = made[new].isna().all(axis=1) & (made["section_id"] != "")
    if new and alone.any():
        report.notes.append(f"{int(alone.sum()):,} course rows name a section that is not listed.")
    return made.fillna("")


def by_grade(made: dict[str, Fact], grade: np.ndarray | None) -> dict[str, Fact]:
    """Count Algebra I among grade 8 where grades are known, else among everyone."""
    if grade is not None and "algebra_1_enrolled" in made:
        one = made.pop("algebra_1_enrolled")
        eighth = grade == 8
        made["algebra_1"] = Fact(one.n * eighth, one.x * eighth, eighth)
    return made


def assessments(frame: pd.DataFrame, join: Join, report: ReadReport) -> dict[str, Fact]:
    """Who met the standard, and the scores, by subject; a student's last test counts."""
    rows = join.rows(frame, "assessments")
    subject = rows["subject"].map({v: _subject(v) for v in rows["subject"].unique()})
    other = sorted(rows.loc[subject == "", "subject"].unique())
    if other:
        report.notes.append(f"Assessments in {some(other)} are of no subject that is audited.")
    if "date" in rows:
        rows = rows.assign(when=pd.to_datetime(rows["date"], errors="coerce", format="mixed"))
        rows = rows.sort_values("when", kind="stable", na_position="first")
    found, again = {}, 0
    for name in ("math", "reading", "science"):
        here = rows[subject.loc[rows.index] == name]
        last = here.drop_duplicates("at", keep="last")
        again += len(here) - len(last)
        at = last["at"].to_numpy()
        for indicator, meanings, how in (
            (f"proficient_{name}", ("met_standard", "performance_level"), met),
            (f"score_{name}", ("score",), None),
        ):
            for meaning in (m for m in meanings if m in last and indicator not in found):
                cells = last[meaning]
                read = numbers(cells) if how is None else by_value(cells, how, "float64")
                values = np.full(join.size, np.nan)
                values[at] = read.to_numpy(float)
                if np.isnan(values).all():
                    words_ = some(sorted(cells[cells != ""].unique()), 4)
                    if words_ and len(cells):
                        report.notes.append(
                            f"{meaning} was not read for {name}: {words_} do not say whether the "
                            "standard was met."
                        )
                    continue
                found[indicator] = fact(values, score=how is None)
    if again:
        report.notes.append(
            f"{again:,} earlier tests of a student in the same subject and year were passed over."
        )
    return found


def _subject(value: str) -> str:
    text = words(value)
    for row in content("columns")["subjects"]:
        if any(f" {w} " in text for w in row["has"]):
            return row["id"]
    return ""
