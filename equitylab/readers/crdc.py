"""CRDC, the US Civil Rights Data Collection: a folder of topic files, or one flat school file.

Columns are read by their grammar (``crdc_grammar``), so that a topic file with another name, or
one more topic, needs no code; what a topic means stands in ``content/crdc.yaml``. This module finds
the schools and joins the files; ``crdc_counts`` adds the columns up.

Only Enrollment, Suspensions and School Characteristics of 2021-22 were at hand as real files: the
layouts of the other topics are read as they are published, and the ReadReport says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from ..catalog import indicators
from ..errors import DataError
from ..schema import Dataset, ReadReport
from . import tables
from .crdc_columns import Wide, topics_in
from .crdc_counts import counts_of
from .crdc_grammar import book, numbers, older, parse, reserve_codes, which_year
from .crdc_notes import write_notes

IDS = ("LEA_STATE", "LEA_STATE_NAME", "LEAID", "LEA_NAME", "SCHID", "SCH_NAME", "COMBOKEY", "JJ")
_WORDS = frozenset(tables.plain(name) for name in IDS)
# What a join adds to a name that it has twice. In a file of small letters, _x is a sex.
_SUFFIX = re.compile(r"(\.[xyXY]|\.\d|(?<=[A-Z0-9])_[xy]| \(\d+\))$")


def recognise(files: list[Path]) -> str | None:
    """Return the column names that make these files CRDC files, or None."""
    for path in files:
        try:
            names = {_clean(n) for n in tables.header(path)}
        except DataError:
            continue
        key = names & {"COMBOKEY", "SCHID"}
        counts = any(parse(older(name, path.stem)) for name in names)
        if "LEAID" in names and key and (counts or {"LEA_STATE", "COMBOKEY"} <= names):
            shown = [n for n in ("LEA_STATE", "LEAID", "SCHID", "COMBOKEY") if n in names]
            return "columns " + ", ".join(shown)
    return None


def read(
    files: list[Path],
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return the CRDC files as one dataset: schools, districts, states.

    Parameters
    ----------
    files : list of Path
        Topic files of one year, or one flat school file. Files without schools are passed over.
    context : str, optional
        Not used: a CRDC file has one context.
    map : dict, optional
        Columns of the file to the CRDC names that they stand for.
    year : str, optional
        The school year, where neither a column nor a name says it.

    Raises
    ------
    DataError
        No enrolment, no year, a code that the year's code book lacks, two rows for one school that
        disagree, or a cell that is no count.
    """
    report = ReadReport(format="crdc", why=recognise(files) or "")
    loaded = []
    for path in files:
        try:
            frame = _named(_sheet(path), map, report)
        except DataError as error:
            if len(files) == 1 or _ids_in(path):
                raise
            report.notes.append(f"{path.name} was passed over: {error.message}")
            continue
        if "COMBOKEY" in frame or {"LEAID", "SCHID"} <= set(frame.columns):
            loaded.append((path, frame))
            report.rows_in += len(frame)
        else:
            report.notes.append(f"{path.name} was passed over: it has no school in each row.")
    if not loaded:
        raise DataError(
            "No file has a school in each row (columns LEAID and COMBOKEY, or SCHID).",
            file=files[0] if files else None,
            mend="Give the folder that holds Enrollment.csv and the other school files.",
        )
    names = {n for _, frame in loaded for c in frame.columns if (n := parse(c))}
    held = {
        c: {v for _, frame in loaded if c in frame for v in frame[c].unique()}
        for c in book()["year_columns"]
        if any(c in frame for _, frame in loaded)
    }
    year, words = which_year(year, held, [p for p, _ in loaded], names)
    report.notes += [words] if words else []
    about_ids: dict[str, list[str]] = {}
    loaded = [(path, _schools(path, frame, report, about_ids)) for path, frame in loaded]
    report.notes += [f"{', '.join(paths)}: {words}" for words, paths in about_ids.items()]
    units = _units(loaded, report)
    wide = _wide(loaded, units, year, report)
    found = counts_of(wide, units, year, report)
    write_notes(found, wide, year, report)
    counts = found.counts
    report.rows_kept = report.rows_in - sum(a["rows"] for a in report.set_aside)
    report.missing = [i for i in indicators() if i not in found.topics]
    folder = files[0].absolute().parent.name if len(files) > 1 else files[0].name
    source = {"path": folder, "format": "crdc", "sha256": tables.sha256(files)}
    return Dataset(counts=counts, units=units, report=report, source=source)


def _sheet(path: Path) -> tables.Table:
    """The sheet with schools, of a workbook that has others too."""
    found = tables.load_all(path, words=_WORDS)
    return next((t for t in found if {"COMBOKEY", "SCHID"} & set(t.frame.columns)), found[0])


def _ids_in(path: Path) -> bool:
    try:
        return bool({"COMBOKEY", "SCHID"} & {_clean(n) for n in tables.header(path)})
    except DataError:
        return False


def _clean(name: str) -> str:
    """A column's name in the case of CRDC, without what a join has added to it."""
    name = re.sub(r"[\s-]+", "_", _SUFFIX.sub("", name.strip()))
    return name.upper()


def _named(table: tables.Table, map: dict[str, str] | None, report: ReadReport) -> pd.DataFrame:
    """The file's table under CRDC names, with one column a name.

    A merged file holds a column twice, as ``SCH_NAME.x`` and ``SCH_NAME.y``: where the two are
    equal one is kept, and where they are not nobody can say which is right.
    """
    frame = table.frame
    given = {k: v for k, v in (map or {}).items() if k in frame.columns}
    cleaned = [given.get(c, _clean(c)).upper() for c in frame.columns]
    names = [older(name, table.path.stem) for name in cleaned]
    words = book()["before_2013"]["note"]
    report.notes += [words] if names != cleaned and words not in report.notes else []
    keep: dict[str, int] = {}
    for at, name in enumerate(names):
        if name not in keep:
            keep[name] = at
            continue
        differ = frame.iloc[:, keep[name]].to_numpy() != frame.iloc[:, at].to_numpy()
        if differ.any() and name.startswith(("SCH", "TOT_", "LEA", "COMBOKEY")):
            raise DataError(
                f"The column is there twice ({frame.columns[keep[name]]}, {frame.columns[at]}), "
                f"and the two differ in {int(differ.sum())} rows.",
                file=table.name,
                row=int(frame.index[np.argmax(differ)]),
                column=name,
                mend="Delete the column that does not belong to this file.",
            )
    frame = frame.iloc[:, list(keep.values())].copy()
    frame.columns = list(keep)
    report.notes += [f"{table.name}: {note}" for note in table.notes]
    if len(keep) < len(names):
        twice = len(names) - len(keep)
        report.notes.append(f"{table.name}: {twice} columns are there twice; one is read.")
    return frame


def _id(values: pd.Series, width: int) -> pd.Series:
    """Ids as text of a fixed width: the zeros that a spreadsheet took off stand again."""
    text = values.str.strip("=\"' ").str.replace(r"\.0+$", "", regex=True).str.upper()
    text = text.where(~text.str.contains(r"^\d(?:\.\d+)?E\+?\d+$"), "")  # 5.1E+11: digits are lost
    return text.where(text == "", text.str.zfill(width))


def _schools(path: Path, frame: pd.DataFrame, report: ReadReport, about: dict) -> pd.DataFrame:
    """The rows by school: ``unit_id`` as index, ``row`` as the spreadsheet counts, none twice."""
    frame = frame.copy()
    blank = pd.Series("", frame.index, dtype="str")
    lea = _id(frame.get("LEAID", blank), 7)
    school = _id(frame.get("SCHID", blank), 5)
    built = (lea + school).where((lea != "") & (school != ""), "")
    given = _id(frame.get("COMBOKEY", blank), 12)
    key = given.where(given != "", built)
    lost = frame.index[key == ""]
    if len(lost):
        raise DataError(
            "The row does not say which school it is: COMBOKEY, LEAID and SCHID are blank.",
            file=path.name,
            row=int(lost[0]),
            column="COMBOKEY",
            mend="Delete the row, or export the file again with ids as text.",
        )
    frame["LEAID"] = lea.where(lea != "", key.str[:7])
    for words in _about_ids(frame, given, built):
        about.setdefault(words, []).append(path.name)
    frame["row"] = frame.index
    again = frame.drop(columns="row").duplicated()
    report.aside(f"{path.name}: the same row again", frame.index[again].tolist())
    frame, key = frame[~again], key[~again]
    twice = key.duplicated()
    if twice.any():
        rows = key.index[key == key[twice].iloc[0]]
        raise DataError(
            f"School {key[twice].iloc[0]} has two rows that differ: {rows[0]} and {rows[1]}.",
            file=path.name,
            row=int(rows[1]),
            column="COMBOKEY",
            mend="Keep the row that is right.",
        )
    return frame.set_index(pd.Index(key, name="unit_id"))


def _about_ids(frame: pd.DataFrame, given: pd.Series, built: pd.Series) -> list[str]:
    """What was wrong with the ids, and which was believed."""
    if "COMBOKEY" not in frame:
        return ["no COMBOKEY; it was built from LEAID and SCHID."]
    words = []
    short = int((frame["COMBOKEY"].str.len() < 12).sum())
    if short:
        words.append(f"COMBOKEY had lost characters in {short} rows; they were put back.")
    if "SCHID" in frame:
        zeros = int(((frame["SCHID"].str.len() < 5) & (built == given)).sum())
        other = frame.index[(built != given) & (built != "") & (given != "")]
        if zeros:
            words.append(f"SCHID had lost its leading zeros in {zeros} rows; COMBOKEY was used.")
        if len(other):
            words.append(
                f"LEAID and SCHID do not make COMBOKEY in {len(other)} rows, the first being row "
                f"{other[0]}; COMBOKEY was used."
            )
    return words


def _units(loaded: list[tuple[Path, pd.DataFrame]], report: ReadReport) -> pd.DataFrame:
    """One row a school, district and state; names as the first file gives them."""
    columns = ["LEA_STATE", "LEA_STATE_NAME", "LEAID", "LEA_NAME", "SCH_NAME", "JJ"]
    rows = pd.concat([frame.reindex(columns=columns, fill_value="") for _, frame in loaded])
    rows = rows.where(rows != "").groupby(level=0).first().fillna("")  # first that is not blank
    rows["LEA_STATE"] = rows["LEA_STATE"].str.upper()
    justice = int((rows["JJ"].str.lower() == "yes").sum())
    if justice:
        report.notes.append(f"{justice} schools are juvenile justice facilities; they are kept.")
    lea = rows.drop_duplicates("LEAID").set_index("LEAID")
    state = rows[rows["LEA_STATE"] != ""].drop_duplicates("LEA_STATE").set_index("LEA_STATE")
    parts = [
        (rows.index, rows["SCH_NAME"], "school", rows["LEAID"]),
        (lea.index, lea["LEA_NAME"], "district", lea["LEA_STATE"]),
        (state.index, state["LEA_STATE_NAME"], "state", [""] * len(state)),
    ]
    units = pd.concat(
        [
            pd.DataFrame(
                {"unit_id": list(i), "unit": list(n), "level": level, "parent_id": list(p)},
                dtype="str",
            )
            for i, n, level, p in parts
        ],
        ignore_index=True,
    )
    units["unit"] = units["unit"].where(units["unit"] != "", units["unit_id"])
    return units


def _wide(loaded, units: pd.DataFrame, year: str, report: ReadReport) -> Wide:
    """The columns that topics need, as numbers and statuses, one entry a school."""
    schools = pd.Index(units.loc[units["level"] == "school", "unit_id"])
    wide = Wide(schools)
    met: set[int] = set()
    for path, frame in loaded:
        at = schools.get_indexer(frame.index)
        wanted, gates, raceless = topics_in(frame.columns)
        text = frame[wanted].set_axis(frame["row"].to_numpy())
        cells, codes = numbers(text, year, path.name)
        said = set(pd.unique(text.to_numpy(dtype=object).ravel()))
        for mark in said & set(book()["marks"]):
            report.code_book[mark] = book()["codes"][book()["marks"][mark]]["words"]
        met |= codes
        for column, one in cells.items():
            wide.add(column, one, at, path.name, frame["row"].to_numpy())
        for column in gates:
            wide.gates[column] = wide.gates.get(column, np.full(len(schools), "", dtype=object))
            wide.gates[column][at] = frame[column].str.lower().to_numpy(dtype=object)
        for column in raceless:
            number = pd.to_numeric(frame[column], errors="coerce")
            wide.raceless[column] = int(number[number > 0].sum())
        wide.unused |= _unused(frame.columns, wanted)
    words = reserve_codes(year)
    report.code_book |= {str(code): words[code]["words"] for code in sorted(met, reverse=True)}
    report.code_book |= {code: book()["races"][code] for code in book()["races"]}
    if not wide.has("ENR"):
        lost = [f"SCH_ENR_{g}_{s}" for g in book()["races"] for s in "MF"]
        lost = [n for n in lost if parse(n) not in wide.cells]
        if len(lost) < len(book()["races"]):  # some are there
            raise DataError(
                f"The enrolment lacks {', '.join(lost)}, so that group would be lost.",
                file=loaded[0][0].name,
                column=lost[0],
                mend=f'Download the file again, or say which column it is: --map "COLUMN={lost[0]}".',
            )
        raise DataError(
            "The files hold no enrolment by race and sex (SCH_ENR_…), so nothing can be divided.",
            file=loaded[0][0].name,
            mend="Give the folder that also holds Enrollment.csv.",
        )
    return wide


def _unused(columns: Iterable[str], wanted: list[str]) -> set[str]:
    """Topics by group that no indicator uses, by the first word of their names."""
    rest = set(columns) - set(wanted)
    return {n.topic.split("_")[0] for c in rest if (n := parse(c))}
