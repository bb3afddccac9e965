"""The students of an Ed-Fi export: where they are, and what is recorded of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..catalog import content
from .edfi_resource import WHO, is_one, look, years
from .tables import Table, plain
from .values import dates, year_of_date

_SEOA = "studentEducationOrganizationAssociations"


def one_year(held: dict) -> str:
    """The one school year that the export is of, or ""."""
    known = {y for one in held.values() for y in years(one).unique() if y}
    if len(known) != 1:
        entry = dates(held["studentSchoolAssociations"].cells("entryDate"))
        known = {y for y in year_of_date(entry).unique() if y}
    return max(known, default="")


def students(held: dict) -> Table:
    """One row a student, school and year, with what is known of the student."""
    at = held["studentSchoolAssociations"]
    year = years(at)
    made = pd.DataFrame(
        {
            "student_id": at.cells(WHO),
            "school_id": at.cells("schoolReference.schoolId", "schoolId"),
            "year": year.where(year != "", one_year(held)),
            "entry_date": at.cells("entryDate"),
            "exit_date": at.cells("exitWithdrawDate"),
            "grade": _grades(at),
        }
    )
    if "schools" in held:
        schools = held["schools"]
        ids = schools.cells("schoolId")
        made["school"] = look(made["school_id"], ids, schools.cells("nameOfInstitution"))
        agency = schools.cells("localEducationAgencyId")
        made["district_id"] = look(made["school_id"], ids, agency)
        if "localEducationAgencies" in held:
            above = held["localEducationAgencies"]
            made["district"] = look(
                made["district_id"],
                above.cells("localEducationAgencyId"),
                above.cells("nameOfInstitution"),
            )
    who = pd.Index(made["student_id"].unique())
    for name, values in _about(held, who).items():
        made[name] = made["student_id"].map(dict(zip(who, values, strict=True)))
    empty = [c for c in made if c not in ("student_id", "school_id") and not (made[c] != "").any()]
    return Table(at.table.path, "", made.drop(columns=empty), 1)


def _grades(at) -> pd.Series:
    """The grade at entry: its descriptor is called GradeLevelDescriptor whatever the column."""
    cells = at.cells("entryGradeLevelDescriptor")
    codes = {v: v.rpartition("#")[2].strip() for v in cells.unique()}
    short = {v: _grade(c) for v, c in codes.items()}
    return cells.map(short).astype("str")


def _grade(code: str) -> str:
    """A grade as the house reads it: "Eighth grade" is 8."""
    order = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
    word = plain(code).removesuffix("grade")
    return str(order.split().index(word) + 1) if word in order.split() else code


def _about(held: dict, who: pd.Index) -> dict[str, np.ndarray]:
    """What every student is recorded as, by the column of the students' table."""
    book, found = content("edfi"), {}
    for name in ("students", _SEOA):  # where older versions keep it, and where newer ones do
        if name in held:
            one = held[name]
            ids = one.cells(WHO)
            told = {"sex": _sex(one), "el": _el(one)}
            told |= {column: one.cells(name) for column, name in book["yes_or_no"].items()}
            for column, cells in told.items():
                if (cells != "").any():
                    found[column] = _first(ids, cells, who)
    races = _collected(held, "races", "raceDescriptor", _SEOA + "Races")
    if races is not None:
        known = races[~races["code"].map(lambda c: is_one(book["unknown"], c))]
        several = known.groupby("who")["code"].agg(lambda c: "; ".join(dict.fromkeys(c)))
        found["race_ethnicity"] = several.reindex(who).fillna("").to_numpy()
    traits = _collected(
        held,
        "studentCharacteristics",
        "studentCharacteristicDescriptor",
        _SEOA + "StudentCharacteristics",
    )
    if traits is not None:
        for column, words in book["characteristics"].items():
            here = traits[traits["code"].map(lambda c, w=words: is_one(w, c))]
            if len(here) and column not in found:
                found[column] = _yes(here["who"], who)
    for column, ids in _programs(held).items():
        found[column] = _or(found.get(column), _yes(ids, who))
    ills = _collected(held, "disabilities", "disabilityDescriptor", _SEOA + "Disabilities")
    if ills is not None and len(ills):
        found["swd"] = _or(found.get("swd"), _yes(ills["who"], who))
    return found


def _sex(one) -> pd.Series:
    """A sex descriptor; the older birth sex where there is no other."""
    return one.codes("sexDescriptor") if one.column("sexDescriptor") else one.cells("no such")


def _el(one) -> pd.Series:
    cells = one.codes("limitedEnglishProficiencyDescriptor")
    words = content("edfi")["el"]
    made = {v: next((k for k, w in words.items() if is_one([k, *w], v)), v) for v in cells.unique()}
    return cells.map(made).astype("str")


def _first(ids: pd.Series, cells: pd.Series, who: pd.Index) -> np.ndarray:
    """The first filled cell of each student: a district and a school may both tell of them."""
    told = pd.Series(cells.to_numpy(), ids.to_numpy())
    told = told[told != ""]
    return told[~told.index.duplicated()].reindex(who).fillna("").to_numpy()


def _collected(held: dict, collection: str, descriptor: str, apart: str) -> pd.DataFrame | None:
    """The codes of a collection as rows of ``who`` and ``code``; None where no file has it."""
    parts = []
    for name, one in held.items():
        if name not in (_SEOA, "students", apart):
            continue
        if not (one.column(collection) or one.column(descriptor)):
            continue
        codes = one.lists(collection, descriptor)
        parts.append(pd.DataFrame({"who": one.cells(WHO), "code": codes}).explode("code"))
    return pd.concat(parts).dropna() if parts else None


def _programs(held: dict) -> dict[str, pd.Series]:
    """Who is in a program that says something of them, by column of the students' table."""
    book, found = content("edfi"), {}
    for name, column in (
        ("studentSpecialEducationProgramAssociations", "swd"),
        ("studentLanguageInstructionProgramAssociations", "el"),
    ):
        if name in held:
            found[column] = held[name].cells(WHO)
    if "studentSchoolFoodServiceProgramAssociations" in held:
        one = held["studentSchoolFoodServiceProgramAssociations"]
        meals = one.lists(
            "schoolFoodServiceProgramServices", "schoolFoodServiceProgramServiceDescriptor"
        )
        free = meals.map(lambda codes: not codes or any(not is_one(book["paid"], c) for c in codes))
        found["econ"] = one.cells(WHO)[free]
    if "studentProgramAssociations" in held:
        one = held["studentProgramAssociations"]
        kind, title = one.codes("programTypeDescriptor"), one.cells("programName")
        for column, words in book["programs"].items():
            here = kind.map(lambda c, w=words: is_one(w, c)) | title.map(
                lambda c, w=words: is_one(w, c)
            )
            if here.any():
                ids = one.cells(WHO)[here]
                found[column] = pd.concat([found[column], ids]) if column in found else ids
    return found


def _yes(ids: pd.Series, who: pd.Index) -> np.ndarray:
    return np.where(who.isin(ids), "yes", "no")


def _or(had: np.ndarray | None, new: np.ndarray) -> np.ndarray:
    """Yes where either says so; what was there, unless it says nothing or no."""
    if had is None:
        return new
    none = np.array([plain(v) in ("", "no") for v in had])
    return np.where(none | (new == "yes") & np.isin(had, ["yes", "no", ""]), new, had)
