"""The filters of an English statistical file: which rows are totals, and which group a row is of."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ..catalog import content, dimensions, intersections
from ..errors import DataError
from ..schema import ALL, BY, ReadReport
from . import groups
from .meanings import IGNORE, NEW, some
from .tables import Table, plain
from .values import number, words


@dataclass
class Filters:
    """What each filter of a file is.

    Attributes
    ----------
    schools : list of str
        Filters of schools (phase, type): only their total is read.
    topics : list of tuple
        A column of topics, the column of groups, and the columns that cross them.
    direct : dict
        A filter to the dimension that its groups make.
    other : list of str
        Filters that nothing is known of: only their total is read.
    defaults : dict
        The value that a meta file names as a filter's total.
    told : dict
        What each filter was taken for, for the report.
    """

    schools: list[str] = field(default_factory=list)
    topics: list[tuple[str, ...]] = field(default_factory=list)
    direct: dict[str, str] = field(default_factory=dict)
    other: list[str] = field(default_factory=list)
    defaults: dict[str, str] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table, meta: pd.DataFrame, answers: dict, wanted: list[dict]) -> Filters:
        """Tell the filters of a file: by its meta file, or by what its columns hold."""
        book, frame, made = content("england"), table.frame, cls()
        rows = meta.set_index("col_name")
        kinds = rows["col_type"].str.lower().to_dict()
        labels, above = (
            rows["label"].to_dict(),
            rows["filter_grouping_column"].str.lower().to_dict(),
        )
        made.defaults = {k: v for k, v in rows["filter_default"].to_dict().items() if v}
        lost = [c for c in kinds if c not in frame.columns]
        if lost:
            raise DataError(
                f"The meta file names columns that the data file lacks: {some(lost)}.",
                file=table.name,
                column=lost[0],
                mend="Download both files again; they belong together.",
            )
        used = {c for one in wanted for c in one["columns"]}
        rest = [c for c in frame.columns if c not in book["places"] and c not in used]
        grouping = {a for a in above.values() if a}
        for column in rest:
            kind = kinds.get(column) or ("filter" if column in grouping else "")
            if not kind:
                kind = "filter" if _looks_like_words(frame[column]) else "indicator"
            if kind != "filter" or answers.get(column) == IGNORE:
                continue
            made._place(column, labels.get(column, ""), answers, set(frame.columns))
        return made

    def _place(self, column: str, label: str, answers: dict, columns: set[str]) -> None:
        book = content("england")
        answer = answers.get(column, "")
        topic = next((t for t in book["topics"] if column in t), None)
        if answer.startswith(NEW):
            self.direct[column] = answer[len(NEW) :].strip()
            self.told[column] = f"dimension: {self.direct[column]}"
        elif topic and {topic[0], topic[1]} <= columns:
            held = tuple(c for c in topic if c in columns)
            self.topics += [held] if held not in self.topics else []
            self.told[column] = "topic" if column == topic[0] else "group"
        elif column in book["school_filters"] or "school type" in label.lower():
            self.schools.append(column)
            self.told[column] = "kind of school: its total"
        elif dimension := (dimension_of(column) or dimension_of(label)):
            self.direct[column] = dimension
            self.told[column] = f"dimension: {dimension}"
        else:
            self.other.append(column)
            self.told[column] = "filter: its total"

    def is_total(self, column: str, value: str) -> bool:
        """Whether a value of a filter stands for everyone."""
        total = self.defaults.get(column, "")
        return value.strip().lower() in content("england")["totals"] or value == total != ""

    def grouped(self, rows: pd.DataFrame, file: str, report: ReadReport) -> pd.DataFrame:
        """Return the rows with ``dimension`` and ``group``; a row of two dimensions is there twice.

        Rows of three groups at once, and sums of some groups, are set aside.
        """
        columns = [*self.direct, *(c for topic in self.topics for c in topic)]
        rows = rows.reset_index(drop=True)
        if not columns:
            return rows.assign(dimension=ALL, group=ALL)
        key, first = pd.factorize(pd.MultiIndex.from_frame(rows[columns]))
        made = [self._cells(dict(zip(columns, one, strict=True))) for one in first]
        for reason, words_ in (("more", "three groups at once"), ("sum", "a sum of other groups")):
            gone = np.array([m == reason for m in made])[key]
            report.aside(f"{file}: {words_}", rows.loc[gone, "row"].tolist())
            if reason == "sum" and gone.any():
                sums = [
                    " ".join(v for v in first[i] if v) for i, m in enumerate(made) if m == "sum"
                ]
                report.totals.append(f"{int(gone.sum()):,} rows: {some(sums, 4)}")
        parts = []
        for turn in range(2):
            cell = [m[turn] if isinstance(m, list) and len(m) > turn else None for m in made]
            here = np.array([c is not None for c in cell])[key]
            some_rows, some_key = rows[here], key[here]
            dimension = [cell[k][0] for k in some_key]
            parts.append(
                some_rows.assign(dimension=dimension, group=[cell[k][1] for k in some_key])
            )
        return pd.concat(parts, ignore_index=True)

    def _cells(self, values: dict[str, str]) -> list[tuple[str, str]] | str:
        """The cells that one row of filters stands for, or why it is set aside."""
        sides: list[list[tuple[str, str]]] = []
        for column, dimension in self.direct.items():
            if not self.is_total(column, values[column]):
                sides.append([(dimension, group_of(dimension, values[column], ""))])
        for topic in self.topics:
            about, value, *cross = (values[c] for c in topic)
            if not self.is_total(topic[1], value):
                found = _of_topic(about, value)
                if not found:
                    return "sum"
                sides.append(found)
            for column, one in zip(topic[2:], cross, strict=True):
                if not self.is_total(column, one):
                    dimension = _crossed(about)
                    sides.append([(dimension, group_of(dimension, one, ""))])
        if len(sides) > 2:
            return "more"
        if not sides:
            return [(ALL, ALL)]
        if len(sides) == 1:
            return sides[0]
        return [_both(a, b) for a in sides[0] for b in sides[1]][:2]


def _both(a: tuple[str, str], b: tuple[str, str]) -> tuple[str, str]:
    """Two groups as one of an intersection, in the order of the catalog."""
    if (b[0], a[0]) in intersections():
        a, b = b, a
    return a[0] + BY + b[0], a[1] + BY + b[1]


def _of_topic(topic: str, value: str) -> list[tuple[str, str]]:
    """The cells of one value of a topic; none where it is a sum of other values."""
    text = words(value.replace("_", " "))
    for rule in content("england")["inside"]:
        if text.startswith(f" {rule['starts']} "):
            return [(d, group_of(d, value, topic)) for d in rule["dimensions"]]
    parts = words(topic).split()
    if len(parts) > 1 and parts[-1] in content("england")["crossed"]:
        topic = " ".join(parts[:-1])
    dimension = dimension_of(topic) or re.sub(r"\s+", " ", topic.replace("_", " ")).strip()
    return [(dimension, group_of(dimension, value, topic))]


def _crossed(topic: str) -> str:
    """The dimension that the third column of a topic is of: the last word of the topic."""
    last = words(topic.replace("_", " ")).split()[-1:] or [""]
    return dimension_of(last[0]) or last[0]


def dimension_of(text: str) -> str:
    """Return the dimension that a topic or a filter's name speaks of, or "".

    Examples
    --------
    >>> dimension_of("Ethnicity_gender"), dimension_of("sen_status"), dimension_of("colour")
    ('race_ethnicity', 'swd', '')
    """
    text = words(text)
    for row in content("england")["dimensions"]:
        if any(f" {w} " in text or text.startswith(f" {w}") for w in row["has"] if len(w) > 3):
            return row["dimension"]
        if any(f" {w} " in text for w in row["has"]):
            return row["dimension"]
    return ""


def group_of(dimension: str, value: str, topic: str) -> str:
    """Return what reports call a value: without the topic before it, in the house's words.

    Examples
    --------
    >>> group_of("sex", "Gender_male", "Gender"), group_of("swd", "SEN_provision_No_SEN", "SEN_provision")
    ('Male', 'Without a disability')
    >>> group_of("race_ethnicity", "Ethnicity_Major_Asian_Total", "Ethnicity_gender")
    'Asian'
    """  # noqa: E501
    book = content("england")
    text = " ".join(value.replace("_", " ").split())
    for start in [*book["prefixes"], words(topic).strip()]:
        if start and words(text).startswith(f" {start} ") and words(text).strip() != start:
            rest = text[len(start) :].strip(" -:")
            # A number alone says too little: "Age 10" stays; a year group is named below.
            text = rest if dimension == "grade" or not rest[:1].isdigit() else text
            break
    text = re.sub(r"\s+total$", "", text, flags=re.I) or text
    if plain(text) in {plain(w) for w in book["unknown"]}:
        return groups.unknown(dimension)
    for label, codes in book["groups"].get(dimension, {}).items():
        if plain(text) in {plain(c) for c in [label, *codes]}:
            return label
    if dimension == "grade":  # an English year is not a grade of the same number
        return f"Year {text}" if text[:1].isdigit() else text
    known = groups.label(dimension, text) if dimension in dimensions() else ""
    return known if known and known != text else text[:1].upper() + text[1:]


def _looks_like_words(cells: pd.Series) -> bool:
    """Whether a column without a meta row holds groups, and not numbers and symbols."""
    distinct = [v for v in cells.unique() if len(v) > 3]
    return bool(distinct) and sum(np.isnan(number(v)) for v in distinct) > 0.5 * len(distinct)


def one_total(
    rows: pd.DataFrame, filters: Filters, count: str, file: str, report: ReadReport
) -> pd.DataFrame:
    """Keep, of filters that are no dimension, the rows of everyone, for each place and year.

    That is the value that says so; the only value that the place has; or the one whose pupils are
    the sum of the others'. A place without any is set aside.
    """
    columns = [*filters.schools, *filters.other]
    if not columns:
        return rows
    totals = pd.DataFrame({c: rows[c].map(lambda v, c=c: filters.is_total(c, v)) for c in columns})
    said = totals.all(axis=1)
    place = ["school_year", "unit_id"]
    key = rows.groupby(place, sort=False).ngroup()
    value = pd.Series(pd.factorize(pd.MultiIndex.from_frame(rows[columns]))[0], rows.index)
    whole = pd.Series(True, rows.index)  # the rows of all pupils of each kind of school
    for column in [*filters.direct, *(c for topic in filters.topics for c in topic[1:])]:
        whole &= rows[column].map(lambda v, c=column: filters.is_total(c, v))
    sizes = pd.to_numeric(rows[count], errors="coerce").where(whole)
    each = pd.DataFrame({"key": key, "value": value, "n": sizes, "said": said})
    each = each.groupby(["key", "value"]).agg(n=("n", "max"), said=("said", "any")).reset_index()
    by = each.groupby("key")
    kinds, told = by["value"].transform("size"), by["said"].transform("any")
    slack = 2.5 * kinds
    is_sum = (each["n"] > 0) & ((2 * each["n"] - by["n"].transform("sum")).abs() <= slack)
    good = each["said"] | (~told & ((kinds == 1) | (is_sum & (kinds > 2))))
    good &= ~each.assign(good=good)[good].duplicated("key").reindex(each.index, fill_value=False)
    chosen = pd.MultiIndex.from_frame(each.loc[good, ["key", "value"]])
    keep = pd.MultiIndex.from_arrays([key, value]).isin(chosen)
    has = key.isin(each.loc[good, "key"]).to_numpy()
    label = " and ".join(columns)
    alone = rows.loc[keep & ~said & (rows["house_level"] != "school"), columns].drop_duplicates()
    if len(alone):
        read = some([" ".join(filter(None, row)) for row in alone.itertuples(index=False)], 4)
        report.notes.append(f"{file}: where nothing says total over {label}, {read} was read.")
    report.aside(
        f"{file}: a part by {label}, whose total is read", rows.loc[has & ~keep, "row"].tolist()
    )
    report.aside(
        f"{file}: no total over {label} in that place and year", rows.loc[~has, "row"].tolist()
    )
    return rows[keep]
