"""The language of CRDC files: what a column's name says, what a cell says, which year it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from ..catalog import content
from ..errors import DataError
from . import archives

# Statuses of a cell, by number: of several, the largest is the status of their sum.
STATUS = ("ok", "not_applicable", "suppressed", "not_collected")
OK, NOT_APPLICABLE, SUPPRESSED, NOT_COLLECTED = range(4)


class Name(NamedTuple):
    """What a column's name says: the topic, the group (empty for a total), the sex."""

    total: bool
    topic: str
    group: str
    sex: str


@dataclass(frozen=True)
class Cells:
    """Numbers with their statuses, arrays of one shape; where the status is not ok, NaN."""

    value: np.ndarray
    status: np.ndarray

    def sum(self, *axes: int, lenient: bool = False) -> Cells:
        """Return the sums along axes: numbers only where every part is one.

        ``lenient`` leaves parts out that do not apply, as long as one part does.
        """
        status = self.status
        if lenient:
            none = (status == NOT_APPLICABLE).all(axis=axes, keepdims=True)
            status = np.where((status == NOT_APPLICABLE) & ~none, OK, status)
        worst = status.max(axis=axes)
        total = np.where(self.status == OK, self.value, 0).sum(axis=axes)
        return Cells(np.where(worst == OK, total, np.nan), worst)

    @staticmethod
    def stack(parts: list[Cells]) -> Cells:
        """Return cells with one axis more, the last, along which the parts stand."""
        return Cells(
            np.stack([p.value for p in parts], axis=-1),
            np.stack([p.status for p in parts], axis=-1),
        )


@cache
def book() -> dict:
    """Return the code book, ``content/crdc.yaml``."""
    return content("crdc")


@cache
def _pattern() -> re.Pattern:
    words = [*book()["races"], *book()["learner"], *book()["idea"], book()["plan"]]
    sexes = "".join(book()["sexes"])
    return re.compile(rf"(SCH|TOT)_([A-Z0-9_]+?)(?:_({'|'.join(words)}))?_([{sexes}])")


def parse(column: str) -> Name | None:
    """Return what a count column's name says; None where it is no count by group and sex.

    Examples
    --------
    >>> parse("SCH_DISCWDIS_SINGOOS_IDEA_BL_M")
    Name(total=False, topic='DISCWDIS_SINGOOS_IDEA', group='BL', sex='M')
    >>> parse("TOT_DISCWDIS_SINGOOS_IDEA_M")
    Name(total=True, topic='DISCWDIS_SINGOOS_IDEA', group='', sex='M')
    >>> parse("SCH_ENR_LEP_F").group, parse("SCH_APENR_IND"), parse("SCH_OOSINSTANCES_IDEA")
    ('EL', None, None)
    """
    found = _pattern().fullmatch(column)
    if not found:
        return None
    level, topic, group, sex = found.groups()
    if level == "TOT":
        return Name(True, f"{topic}_{group}" if group else topic, "", sex)
    if not group:
        return None
    return Name(False, topic, next(iter(book()["learner"])) if _learns(group) else group, sex)


def older(column: str, file: str = "") -> str:
    """Return the name that a column of 2011-12 has since; any other as it is.

    Examples
    --------
    >>> older("M_BLA_7_SINGLE_SUS_NO_DIS"), older("F_TOT_IDEA_7_IN_SCH_SUS_DIS")
    ('SCH_DISCWODIS_SINGOOS_BL_M', 'TOT_DISCWDIS_ISS_IDEA_F')
    >>> older("M_HIS_7_ARREST_DIS", "36-9 - Arrest"), older("F_HI_PAC_7_ENROL"), older("LEAID")
    ('SCH_DISCWDIS_ARR_IDEA_HI_M', 'SCH_ENR_HP_F', 'LEAID')
    """
    said = book()["before_2013"]
    found = re.fullmatch(r"([MF])_(.+?)_7_(.+?)(_NO_DIS|_DIS)?", column)
    if not found:
        return column
    sex, group, words, about = found.groups()
    total = group in said["totals"]
    code = said["groups"].get(group)
    if not (total or code):
        return column
    level, end = ("TOT", sex) if total else ("SCH", f"{code}_{sex}")
    if not about:
        topic = said["topics"].get(words)
        return f"{level}_{topic}_{end}" if topic else column
    question = re.search(r"(?<!\d)3[56]-(\d)(?!\d)", file)
    action = said["actions"].get(words) or said["questions"].get(question[1] if question else "")
    if not action:
        return column
    if about == "_NO_DIS":
        return f"{level}_DISCWODIS_{action}_{end}"
    served = "_IDEA" if total or code in book()["races"] else ""
    return f"{level}_DISCWDIS_{action}{served}_{end}"


def _learns(group: str) -> bool:
    return group in book()["learner"]


def known_years() -> list[str]:
    """Return the school years for which there was a collection."""
    return [y["year"] for y in book()["years"]]


def of_year(year: str) -> dict:
    """Return what the code book says of a year; of the nearest earlier one for an unknown year."""
    before = [y for y in book()["years"] if y["year"] <= year]
    return before[-1] if before else book()["years"][0]


def reserve_codes(year: str) -> dict[int, dict]:
    """Return the reserve codes of a year, each with a status and its words.

    Examples
    --------
    >>> reserve_codes("2017-18")[-9]["status"], -7 in reserve_codes("2017-18")
    ('not_applicable', False)
    """
    codes = book()["code_books"][of_year(year)["codes"]]
    return {int(code): book()["codes"][meaning] for code, meaning in codes.items()}


def school_year(text: object) -> str | None:
    """Return the school year that a text names with two years in a row, or None.

    Examples
    --------
    >>> school_year("crdc_va_2122"), school_year("2017-18"), school_year("CRDC 2015-2016 School")
    ('2021-22', '2017-18', '2015-16')
    >>> school_year("crdc_2021") is None  # may be 2020-21 or 2021-22
    True
    """
    text = str(text)
    for first, second in re.findall(r"(?<!\d)20(\d\d)[-–_/ ]?(?:20)?(\d\d)(?!-?\d)", text):
        if int(second) == (int(first) + 1) % 100:
            return f"20{first}-{second}"
    for first, second in re.findall(r"(?<![\d-])(\d\d)[-–_]?(\d\d)(?!-?\d)", text):
        if int(second) == int(first) + 1 and (first != "20" or f"{first}{second}" not in text):
            return f"20{first}-{second}"
    return None


def years_that_fit(text: object) -> list[str]:
    """Return the collections that one calendar year, or a school year, can mean.

    Examples
    --------
    >>> years_that_fit("2017"), years_that_fit("2021"), years_that_fit("2021-22")
    (['2017-18'], ['2020-21', '2021-22'], ['2021-22'])
    """
    text = str(text).strip().removesuffix(".0")
    if school_year(text):
        return [school_year(text)]
    return [y for y in known_years() if text in (y[:4], f"20{y[5:]}")]


UP = 8  # how many folders above a file may name the year
FOLDER = "The school year is from the name of the folder."


def _folders(path: Path) -> list[str]:
    """The names of the folders above a file, up to the one where an archive was unpacked."""
    names = [parent.name for parent in path.absolute().parents]
    made = next((at for at, name in enumerate(names) if name.startswith(archives.MADE)), 6)
    return names[:made]


def which_year(option: str | None, columns: dict[str, set], paths: list[Path], names) -> tuple:
    """Return the school year of the files, and the words that say where it was read.

    Parameters
    ----------
    option : str or None
        What the user said.
    columns : dict
        The values of each column that can hold the year.
    paths : list of Path
    names : iterable of Name
        The count columns of the files.

    Raises
    ------
    DataError
        Nothing says which year it is, or two things say two years.
    """
    ask, unsure = "Say which: --year 2021-22, for example.", ""
    if option:
        fits = years_that_fit(option)
        if len(fits) != 1:
            raise DataError(f'"{option}" is not one school year.', mend=ask, fits=fits)
        return fits[0], ""
    for column, values in columns.items():
        fits = {tuple(years_that_fit(value)) for value in values if value}
        if len(fits) == 1 and len(next(iter(fits))) == 1:
            return next(iter(fits))[0], f"The school year is from the column {column}."
        if len(fits) > 1:
            raise DataError(
                f"There is more than one year: {', '.join(sorted(values))[:60]}.",
                column=column,
                mend="Split the file by year, and read one at a time.",
            )
        if fits and fits != {()}:
            unsure = f"{column} says {values.pop()}: {' or '.join(fits.pop())}. "
    for places, words in (
        ([p.stem for p in paths], "The school year is from the name of the file."),
        *(([f[up] for f in map(_folders, paths) if len(f) > up], FOLDER) for up in range(UP)),
    ):
        said = {school_year(place) for place in places} - {None}
        if len(said) == 1:
            return said.pop(), words
        if said:
            raise DataError(f"The file names say {' and '.join(sorted(said))}.", mend=ask)
    guess = book()["guess"]
    seen = {part for name in names for part in (name.group, name.sex)}
    new = not any(name.topic.startswith("LEP") for name in names)
    if new and set(guess["groups"]) <= seen:
        return guess["year"], (
            f"No column or name says the school year. It was taken for {guess['year']}, as the "
            f"columns have the groups {' and '.join(guess['groups'])}; it may be {guess['or']}. "
            + ask
        )
    message = unsure + "Nothing says which school year this is."
    raise DataError(message, file=paths[0].name, mend=ask)


def numbers(text: pd.DataFrame, year: str, file: str) -> tuple[dict[str, Cells], set[int]]:
    """Return text columns as cells, by column, and the reserve codes that were met.

    Raises
    ------
    DataError
        A cell is neither a whole number nor a reserve code of the year; the error says where.
    """
    codes = reserve_codes(year)
    raw = text.to_numpy(dtype=object)
    flat = pd.Series(raw.ravel())
    value = pd.to_numeric(flat, errors="coerce").to_numpy(dtype=float).reshape(raw.shape).copy()
    blank = flat.isin([*book()["blank"], *book()["marks"]]).to_numpy().reshape(raw.shape)
    for row, at in zip(*np.nonzero(~np.isfinite(value) & ~blank), strict=True):
        one = raw[row, at].strip("'").replace("−", "-")
        if re.fullmatch(r"\d{1,3}(,\d{3})+|-?\d+(\.0+)?", one):
            value[row, at] = float(one.replace(",", ""))
        else:
            raise DataError(
                f'"{raw[row, at]}" is neither a count nor a reserve code.',
                file=file,
                row=int(text.index[row]),
                column=text.columns[at],
                mend="Put the number of students there, or export the file again.",
            )
    status = np.where(np.isnan(value), NOT_COLLECTED, OK)
    for mark, meaning in book()["marks"].items():
        status[raw == mark] = STATUS.index(book()["codes"][meaning]["status"])
    met = set(np.unique(value[value < 0]).tolist())
    for code in sorted(met):
        if code not in codes:
            row, at = np.argwhere(value == code)[0]
            raise DataError(
                f"The code {code:g} is not in the code book of {year}.",
                file=file,
                row=int(text.index[row]),
                column=text.columns[at],
                mend="Say --year if it is another year, or add the code to content/crdc.yaml.",
                code=code,
                known=sorted(codes),
            )
        status[value == code] = STATUS.index(codes[code]["status"])
    broken = np.argwhere((status == OK) & (value % 1 != 0))
    if len(broken):
        row, at = broken[0]
        raise DataError(
            f'"{raw[row, at]}" is not a whole number of students.',
            file=file,
            row=int(text.index[row]),
            column=text.columns[at],
            mend="Give the counts, not percentages.",
        )
    value[status != OK] = np.nan
    columns = {c: Cells(value[:, i], status[:, i]) for i, c in enumerate(text.columns)}
    return columns, {int(code) for code in met}
