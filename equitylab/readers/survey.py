"""Survey exports, one row a respondent, as counts: who answered, and how many favourably.

Student, family and staff surveys of ``content/survey_*.yaml``; several files of one folder stand
side by side. Every item becomes an ordinary indicator: ``n`` answered it, ``x`` of them favourably.
No row of a respondent and no written word is kept.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from .. import catalog, metrics
from ..catalog import SURVEYS, content, dimension_label
from ..errors import DataError
from ..schema import ALL, UNITS, Dataset, ReadReport, tidy_counts
from . import groups, survey_columns, tables
from .meanings import some
from .state_rows import the_year
from .survey_columns import Answers

RELIABLE = 30  # full answers, below which alpha and omega say nothing
FEW = content("reporting_rules")["privacy"]["minimum_cell"]  # fewer people are not counted in words
UNIT = "survey"
OTHERS = "All others together"
_WHAT = ("groupattribute", "attribute", "dimension")
_GROUP = ("category", "group")
_COUNT = ("count", "people", "asked", "n", "enrolled")


def recognise(files: list[Path]) -> str | None:
    """Return the words that make these files surveys, or None."""
    found = [(survey_columns.which(f), f.name) for f in files]
    told = [f"{name} asks the items of the {who} survey" for who, name in found if who]
    return "; ".join(told) or None


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return surveys as a dataset of one school.

    Parameters
    ----------
    files : list of Path
        Exports, and a table of how many were asked (``survey, attribute, category, count``).
    context
        Not used.
    map : dict, optional
        Column to an item's id, to ``"ignore"`` or to ``"dimension:NAME"``.
    year : str, optional
        The school year, where no name of a file says it.

    Raises
    ------
    DataError
        An item or an answer that the survey has not, no way of grouping, or too few answers.
    """
    report = ReadReport(format="Survey, one row a respondent", why=recognise(files) or "")
    mine = {f: survey_columns.which(f) for f in files}
    folder = files[0].absolute().parent
    when = the_year(year, [*(f.stem for f in files), folder.name], report)
    margins = _margins([f for f, who in mine.items() if not who], report)
    rows: list[tuple] = []
    for who in SURVEYS:
        here = [f for f, one in mine.items() if one == who]
        if len(here) > 1:
            raise DataError(
                f"Two files are answers to the {who} survey: {some([f.name for f in here])}.",
                file=here[1].name, mend="Give one file a survey; put later rounds apart.",
            )  # fmt: skip
        for file in here:
            answers = survey_columns.load(file, who, map=map)
            rows += _counted(answers, file.name, margins.get(who, {}), report)
    names = ["indicator", "dimension", "group", "n", "x"]
    counts = pd.DataFrame(rows, columns=names).assign(
        year=when, unit_id=UNIT, unit=_called(files), level="school"
    )
    units = pd.DataFrame([(UNIT, counts["unit"].iloc[0], "school", "")], columns=list(UNITS))
    return Dataset(counts=tidy_counts(counts), units=units.astype(UNITS), report=report)


def _counted(a: Answers, file: str, asked: dict, report: ReadReport) -> list[tuple]:
    """Count one survey, item by item and group by group, and note how it holds together."""
    survey, total = content(f"survey_{a.who}"), len(a.items)
    least = survey["reporting"]["minimum_n"]
    if total < least:
        raise DataError(
            f"Fewer than {least} people answered: too few to show anything.", file=file,
            mend=f"Wait for at least {least} answers, or listen to these people in person.",
        )  # fmt: skip
    report.rows_kept += total
    report.rows_in += total + sum(len(rows) for _, rows in a.rows_aside)
    for why, which in a.rows_aside:
        report.aside(f"{file}, {why}", which)
    report.columns |= {f"{file}: {k}": v for k, v in a.columns.items()}
    report.notes += [*a.notes, *_unmapped(a, file)]
    told = {ALL: pd.Series(ALL, a.items.index)}
    for dimension, labels in a.groups.items():
        labels = labels.where(labels != "", survey_columns.unknown(dimension))
        made, small = together(labels, least, [*asked.get(dimension, {})])
        if small:
            report.notes.append(
                f"{survey['title']}, {dimension_label(dimension)}: fewer than {least} answered from "
                f"{some(small, 20)}. "
                + ("It is left out." if made is None else f'They are in "{OTHERS}".')
            )
        if made is not None:
            told[dimension] = made
    here = [i for i in survey_columns.items(a.who) if i in a.items]
    grid = a.items[here].to_numpy("float64", na_value=np.nan)
    rows = []
    for dimension, labels in told.items():
        for group in labels.unique():
            inside = (labels == group).to_numpy()
            x, n = metrics.favourable(grid[inside], positive=survey["favourable_from"])
            rows += [
                (f"survey_{a.who}_{id}", dimension, group, int(k), int(f))
                for id, k, f in zip(here, n, x, strict=True)
            ]
    rows += _coverage(a, told, asked, report)
    _holds(a, survey, grid, here, report)
    absent = [i["id"] for i in survey["items"] if i["id"] not in here]
    report.missing += [f"survey_{a.who}_{id}" for id in absent]
    return rows


def together(labels: pd.Series, least: int, asked: list[str]) -> tuple[pd.Series | None, list[str]]:
    """Return labels in which every group has `least` people, and the names of those that had not.

    Groups of fewer are counted together, with the next larger while they are still too few; None
    where fewer than two groups are left.

    Examples
    --------
    >>> labels = pd.Series(["a"] * 30 + ["b"] * 12 + ["c"] * 4)
    >>> made, small = together(labels, 10, ["a", "b", "c", "d"])
    >>> made.value_counts().to_dict(), small
    ({'a': 30, 'All others together': 16}, ['c', 'd'])
    """
    sizes = labels.value_counts(ascending=True)
    few = list(sizes.index[sizes < least])
    pool, rest = int(sizes[few].sum()), [g for g in sizes.index if g not in few]
    joined = list(few)
    while joined and pool < least and rest:
        joined.append(rest.pop(0))
        pool += int(sizes[joined[-1]])
    absent = [g for g in asked if g not in sizes.index]
    few = [g for g in few if g in asked or not asked] + absent
    if len(rest) + bool(joined) < 2:
        return None, few
    return labels.where(~labels.isin(joined), OTHERS), few


def _coverage(a: Answers, told: dict, asked: dict, report: ReadReport) -> list[tuple]:
    """Who was asked and who answered, where a table says how many were asked."""
    people = SURVEYS[a.who]
    if ALL not in asked:
        report.notes.append(
            f"How many {people} were asked is not in the file, so nobody can say whom the "
            f"{len(a.items)} answers speak for. Put a table survey, attribute, category, count beside it."
        )
        return []
    id, whole = f"survey_{a.who}_answered", asked[ALL][ALL]
    if 0 < whole - len(a.items) < FEW:
        report.notes.append(
            f"{content(f'survey_{a.who}')['title']}: all but one or two of the {people} answered. How "
            "many did not is hidden, and so is how many were asked."
        )
        report.surveys[a.who] = {"nearly_all": True}
        return []
    if len(a.items) > whole:
        report.notes.append(
            f"{content(f'survey_{a.who}')['title']}: more people answered than were asked. Look for "
            "answers sent twice, or mend the number of those asked."
        )
    rows = [(id, ALL, ALL, whole, len(a.items))]
    for dimension, labels in told.items():
        sizes = asked.get(dimension, {})
        if dimension == ALL or sum(sizes.values()) != whole:
            if sizes and dimension != ALL:
                report.notes.append(
                    f"{dimension_label(dimension)}: those asked do not add up to all who were, so who "
                    "answered is not told by it."
                )
            continue
        given = labels.value_counts().to_dict()
        # Of whom all but one or two answered is counted with others: the number of answers to each
        # question would tell how many did not.
        shown = {g: n for g, n in sizes.items() if g in given and not 0 < n - given[g] < FEW}
        # Who is left is counted together, so that a count of few is not what is left over.
        shown[OTHERS] = whole - sum(shown.values())
        given[OTHERS] = len(a.items) - sum(given[g] for g in shown if g != OTHERS)
        if 0 < shown[OTHERS] - given[OTHERS] < FEW:
            continue
        rows += [(id, dimension, g, n, int(given[g])) for g, n in shown.items() if n]
    return rows


def _unmapped(a: Answers, file: str) -> list[str]:
    """Say which columns were not looked at, and how to use one."""
    said = []
    if a.aside:
        said.append(f"{file}: set aside unread, and not kept: {some(a.aside)}.")
    if a.strange:
        first, item = a.strange[0], next(iter(survey_columns.items(a.who)))
        said.append(
            f"{file}: neither a question of the survey nor a way of grouping, so not kept: "
            f'{some(a.strange)}. To use one: --map "{first}={item}" for a question, or '
            f'--map "{first}=dimension:NAME" for groups.'
        )
    if a.several:
        said.append(
            f"{file}: people could choose several answers, so these group nobody: {some(a.several)}. "
            "Give each answer a column that holds it or nothing; then "
            '--map "COLUMN=dimension:NAME" tells Yes from No.'
        )
    if not a.groups:
        said.append(
            f"{file}: no column says which group people are in, so only all of them together are "
            'told. Name one, such as Grade or Role: --map "COLUMN=dimension:NAME".'
        )
    return said


def _holds(a: Answers, survey: dict, grid: np.ndarray, here: list[str], report: ReadReport) -> None:
    """Note of each scale whether its items belong together, what was skipped, and who clicked."""
    made = report.surveys.setdefault(a.who, {}) | {"answers": len(grid), "scales": {}}
    report.surveys[a.who] = made
    for scale in survey["scales"]:
        at = [here.index(i) for i in scale["items"] if i in here]
        if len(at) < len(scale["items"]) or (~np.isnan(grid[:, at]).any(axis=1)).sum() < RELIABLE:
            continue
        found = {
            "alpha": metrics.cronbach_alpha(grid[:, at]),
            "omega": metrics.omega_total(grid[:, at]),
        }
        made["scales"][scale["id"]] = {k: round(v, 3) for k, v in found.items() if v == v}
    alike = int(metrics.same_throughout(grid).sum())
    if alike:
        many = f"{alike} people" if alike >= FEW else "one or two people"
        report.owner.append(
            f"{survey['title']}: {many} gave one answer throughout. They are counted; look at the "
            "results without them too."
        )


def _margins(files: list[Path], report: ReadReport) -> dict[str, dict[str, dict[str, int]]]:
    """Return how many were asked, by survey, dimension and group, from a table beside the answers.

    Either ``survey, attribute, category, count``, or tidy counts such as a ``findings.csv`` that was
    published: then those enrolled in its last year are the students who were asked.
    """
    found: dict[str, dict] = {}
    for file in files:
        table = tables.load(file)
        frame, here = table.frame, {tables.plain(c): c for c in table.frame}
        what, group, count = (
            next((here[w] for w in words if w in here), "") for words in (_WHAT, _GROUP, _COUNT)
        )
        if not (what and group and count):
            report.notes.append(f"Passed over: {file.name}.")
            continue
        frame = _enrolled(frame, here, file.name) if "indicator" in here else frame
        for row, cell in frame[count].items():
            number = cell.replace(",", "").removesuffix(".0")
            if not number and "indicator" in here:
                continue  # a published table hides some
            if not number.isdigit():
                raise DataError(
                    "How many were asked must be a whole number.", file=file.name, row=int(row),
                    column=count, mend="Write a count, or take the row out.",
                )  # fmt: skip
            asked = frame.at[row, here["survey"]].casefold() if "survey" in here else "student"
            who = next((w for w in SURVEYS if asked.startswith(w[:5])), "")
            if not who:
                raise DataError(
                    f'"{asked}" is none of the surveys.', file=file.name, row=int(row),
                    column=here["survey"], mend=f"Write {', '.join(SURVEYS)}.",
                )  # fmt: skip
            attribute = frame.at[row, what]
            dimension = ALL if attribute in ("", ALL) else survey_columns.dimension_of(attribute)
            label = ALL if dimension == ALL else groups.label(dimension, frame.at[row, group])
            sizes = found.setdefault(who, {}).setdefault(dimension, {})
            label = label or survey_columns.unknown(dimension)
            sizes[label] = sizes.get(label, 0) + int(number)
        report.columns[f"{file.name}: {count}"] = "how many were asked"
    return found


def _enrolled(frame: pd.DataFrame, here: dict[str, str], file: str) -> pd.DataFrame:
    """Return the rows of tidy counts that count everyone enrolled, of the last year and one measure."""
    if "year" in here:
        frame = frame[frame[here["year"]] == frame[here["year"]].max()]
    known = catalog.indicators()
    ids = [i for i in frame[here["indicator"]].unique() if i in known]
    ids = [i for i in ids if known[i].base == "enrolled"]
    frame = frame[frame[here["indicator"]].isin(ids[:1])]
    unit = here.get("unitid") or here.get("unit")
    if unit and frame[unit].nunique() > 1:
        raise DataError(
            "The table beside the answers counts more than one school.", file=file, column=unit,
            mend="Keep the rows of the school whose people answered.",
        )  # fmt: skip
    return frame


def _called(files: list[Path]) -> str:
    place = files[0].absolute()
    stem = place.parent.name if len(files) > 1 else place.stem
    return " ".join(w.capitalize() if w.islower() else w for w in stem.replace("_", " ").split())
