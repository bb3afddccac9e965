"""One survey export: which columns are items, which are groups, and which are never looked at.

Form tools write one row a respondent under one to three rows of names: Google and Microsoft Forms
one, SurveyMonkey two (the second says "Response" or the parts of a grid), Qualtrics three (the last
holds ``{"ImportId": …}``). A column that is neither an item nor a way of grouping is set aside by
its name and its cells are not kept.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..catalog import SURVEYS, content
from ..errors import DataError
from . import grids, groups
from .survey_forms import ASIDE, MARKER, SKIPPED, asks, real, several, ticked, written
from .tables import ENDINGS, plain
from .values import is_unknown

HEADS = 4  # rows that may hold names
GROUPS = 25  # more categories than that are no way of grouping
HELD = 5  # an answer given by fewer people is no category of its own
LONG = 60  # letters: longer cells are text that somebody wrote
OTHER = "Another answer"
# What a question about a group says around the group's name.
_AROUND = re.compile(
    r"\b(what|which|is|are|am|i|you|your|yours|in|do|does|the|a|an|of|current|currently|please|select|"
    r"choose|best|describes?|identify|as|child|child's|children's|student|student's)\b", re.I,
)  # fmt: skip


@dataclass
class Answers:
    """What is kept of one export while it is counted.

    Attributes
    ----------
    who : str
        ``student``, ``family`` or ``staff``.
    items : DataFrame
        Steps from 1 up, a column an item; a skipped answer is a gap.
    groups : dict of Series
        A dimension's label for each respondent; "" where it was left out.
    aside : list of str
        Names of the columns that were not looked at: a form tool's own, and written answers.
    strange, several : list of str
        Names of columns that are neither an item nor a way of grouping, and of those in which
        people could choose several answers, or tick one.
    rows_aside : list of (str, list of int)
        Why rows were set aside, and which.
    columns : dict
        Each column of the file, and what it was taken for.
    notes : list of str
    """

    who: str
    items: pd.DataFrame
    groups: dict[str, pd.Series]
    aside: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    several: list[str] = field(default_factory=list)
    rows_aside: list[tuple[str, list[int]]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def items(who: str) -> dict[str, dict]:
    """Return the items of one survey by id, with those that are asked beside the scales."""
    survey = content(f"survey_{who}")
    return {i["id"]: i for i in (*survey["items"], *survey.get("perception_items", ()))}


def names_of(who: str) -> dict[str, str]:
    """Every way in which a column names an item: its id and its words."""
    found = {plain(id): id for id in items(who)}
    return found | {plain(item["text"]): id for id, item in items(who).items()}


def item_of(name: str, names: dict[str, str]) -> str:
    """Return the item that a column names; of a grid's column the words in brackets count.

    Examples
    --------
    >>> names = {"s1": "s1", "howsafedoyoufeel": "s8"}
    >>> item_of("S1", names), item_of("12. How safe do you feel?", names), item_of("Grade", names)
    ('s1', 's8', '')
    >>> item_of("Please answer [How safe do you feel?]", names)
    's8'
    >>> item_of("Please answer - How safe do you feel?", names)
    's8'
    """
    inside = re.search(r"\[(.+)\]\s*$", name)
    short = re.sub(r"^\s*(?:q(?:uestion)?\s*)?\d+\s*[.):-]\s*", "", name, flags=re.I)
    tried = (name, inside[1] if inside else "", short, name.partition(" - ")[2])
    return next((names[plain(t)] for t in tried if plain(t) in names), "")


def which(path: Path) -> str:
    """Return whose survey a file holds, by its first rows; "" where it holds none.

    Ids alone need six to count: ``s1`` may be anything, and the words of an item may not.
    """
    found = {}
    for row in _first(path):
        for who in SURVEYS:
            names = names_of(who)
            hits = {c: item_of(c, names) for c in row}
            ids = {id for id in hits.values() if id}
            words = {id for c, id in hits.items() if id and plain(c) != id}
            if len(words) >= 2 or len(ids) >= 6:
                found[who] = max(found.get(who, 0), len(ids))
    return max(found, key=found.get) if found else ""


def _first(path: Path) -> list[list[str]]:
    if path.suffix.lower() not in ENDINGS:
        return []
    try:
        what = grids.kind(path)
        if what == "xlsx":
            return next((rows for _, rows in grids.workbook(path, limit=HEADS) if rows), [])
        return grids.sample(path)[:HEADS] if what == "text" else []
    except DataError:
        return []


def load(path: Path, who: str, *, map: dict[str, str] | None = None) -> Answers:
    """Return one export's answers as steps, and its ways of grouping.

    Parameters
    ----------
    path : Path
        CSV, TSV or XLSX.
    who : str
        Whose survey it is: see :func:`which`.
    map : dict, optional
        Column to an item's id, to ``"ignore"`` or to ``"dimension:NAME"``.

    Raises
    ------
    DataError
        A column that is nearly an item, or an answer that its response scale has not.
    """
    names, asked = names_of(who), dict(map or {})
    frame, notes = table(path, names)
    survey, book = content(f"survey_{who}"), items(who)
    frame, aside = real(frame, [c for c in frame if item_of(c, names) or asked.get(c) in book])
    made = Answers(who, pd.DataFrame(index=frame.index), {}, notes=notes, rows_aside=aside)
    extra = [survey["concern_item"]] if "concern_item" in survey else []
    opened = {plain(o[key]) for o in (*survey["open_items"], *extra) for key in ("id", "text")}
    for column in frame:
        cells, told = frame[column], asked.get(column, "")
        item = told if told in book else "" if told else item_of(column, names)
        if item and item in made.items:
            raise DataError(
                f"Two columns are the item {item}.", file=path.name, column=column,
                mend=f'Keep one, or say --map "{column}=ignore".',
            )  # fmt: skip
        if item:
            answers = survey["response_sets"][book[item]["set"]]
            made.items[item] = steps(cells, answers, path.name, column)
            made.columns[column] = item
            continue
        dimension = told.removeprefix("dimension:") if told.startswith("dimension:") else ""
        dimension = dimension or (told if told in groups.rows() else "")
        if not dimension:
            if told == "ignore" or plain(column) in ASIDE | opened or written(column):
                made.aside.append(column)
                continue
            _not_an_item(column, names, who, path.name)
        of = dimension or dimension_of(column)
        if of in made.groups:  # the first column of a way of grouping is it
            of = _words(column)
        labels = _labels(cells, of)
        if not dimension and of not in groups.rows():
            labels = None if asks(cells, survey) else labels
            if several(cells):
                made.several.append(column)
                continue
        elif dimension and labels is None and ticked(cells):
            yes, no = (groups.label(of, word) for word in ("Yes", "No"))
            labels = cells.ne("").map({True: yes, False: no})
        if labels is not None:
            made.groups[of], made.columns[column] = labels, of
        elif dimension:
            raise DataError(
                "This column cannot group people: it holds one answer alone, or many that few gave.",
                file=path.name, column=column,
                mend=f'Write a few groups in it, or say --map "{column}=ignore".',
            )  # fmt: skip
        elif cells.ne("").any():
            made.strange.append(column)
    return made


def table(path: Path, names: dict[str, str]) -> tuple[pd.DataFrame, list[str]]:
    """Return the rows of respondents under one row of names, numbered as a spreadsheet does."""
    if grids.kind(path) == "xlsx":
        rows = next((rows for _, rows in grids.workbook(path) if rows), [])
        raw, notes = pd.DataFrame(rows, dtype="str"), []
    else:
        raw, notes = grids.read_csv(path)
    if raw.empty:
        raise DataError(
            "The file has no cell with anything in it.", file=path.name, mend="Export it again."
        )
    raw = raw.fillna("").astype("str").apply(lambda column: column.str.strip())
    head = raw.head(HEADS).to_numpy().tolist()
    hits = [sum(bool(item_of(c, names)) for c in row) for row in head]
    best = hits.index(max(hits))
    last = best
    for at in range(len(head)):
        cells = [plain(c) for c in head[at] if c]
        marks = any(c.startswith('{"ImportId"') for c in head[at]) or (
            at > 0 and cells and MARKER & set(cells) and set(cells) <= MARKER | set(names)
        )
        last = max(last, at) if marks or hits[at] >= 2 else last
    made = []
    for column in range(raw.shape[1]):
        told = [head[at][column] for at in range(last + 1)]
        item = next((t for t in told if item_of(t, names)), "")
        words = [t for t in told if t and plain(t) not in MARKER and not t.startswith('{"')]
        short = next((t for t in words if plain(t) in ASIDE), "")
        made.append(item or short or (words[-1] if words else f"column {column + 1}"))
    frame = raw.iloc[last + 1 :].copy()
    frame.index = pd.RangeIndex(last + 2, last + 2 + len(frame))
    frame.columns = [
        name if name not in made[:at] else f"{name} ({at + 1})" for at, name in enumerate(made)
    ]
    frame = frame[(frame != "").any(axis=1)]
    if frame.empty:
        raise DataError(
            "The file has names of questions and no answers under them.", file=path.name,
            row=last + 1, mend="Export it again with the responses.",
        )  # fmt: skip
    if last:
        notes.append(f"{path.name}: the first {last + 1} rows hold names.")
    return frame, notes


def steps(cells: pd.Series, answers: list[str], file: str, column: str) -> pd.Series:
    """Turn labels or numbers of a response scale into steps; skipped answers become gaps.

    Examples
    --------
    >>> steps(pd.Series(["Often", "2", "", "4 - Somewhat"]), ["Never", "A bit", "Often", "Somewhat"], "", "").tolist()
    [3, 2, <NA>, 4]
    """  # noqa: E501
    book = {plain(w): k for k, w in enumerate(answers, 1)}
    book |= {str(k): k for k in range(1, len(answers) + 1)}
    book |= {f"{k}{plain(w)}": k for k, w in enumerate(answers, 1)}
    given = {v: plain(re.sub(r"\.0+$", "", v)) for v in cells.unique()}
    made = {v: book.get(p) for v, p in given.items()}
    wrong = {v for v, p in given.items() if made[v] is None and p not in SKIPPED and v != "-99"}
    if wrong:
        row = int(cells.index[cells.isin(wrong).to_numpy().argmax()])
        word = cells.at[row]
        close = difflib.get_close_matches(word, answers, n=1)
        # The cell itself is not repeated unless it is nearly an answer: it may be what someone wrote.
        raise DataError(
            f'"{word}" is none of this item\'s answers.' if close
            else "An answer is none of this item's answers.",
            file=file, row=row, column=column, nearest=close[0] if close else None,
            mend=f"Write 1 to {len(answers)}, or: {'; '.join(answers)}. Leave skipped ones empty.",
        )  # fmt: skip
    return pd.Series(pd.array([made[v] for v in cells], dtype="Int64"), index=cells.index)


def _not_an_item(column: str, names: dict[str, str], who: str, file: str) -> None:
    """Refuse a column that is nearly an item, or has the form of an item's id."""
    letter = next(iter(items(who)))[0]
    words = {id: item["text"] for id, item in items(who).items()}
    close = difflib.get_close_matches(column, words.values(), n=1, cutoff=0.8)
    if close or re.fullmatch(rf"{letter}\d+", column.strip().casefold()):
        raise DataError(
            "This is no item of the survey.", file=file, column=column,
            nearest=close[0] if close else None,
            mend=f'Name it as the survey does, or say --map "{column}=ITEM" or "{column}=ignore".',
        )  # fmt: skip


def dimension_of(column: str) -> str:
    """Return the dimension that a column names or asks for, or the column's own words.

    Examples
    --------
    >>> dimension_of("What grade are you in?"), dimension_of("What is your role?")
    ('grade', 'What is your role')
    """
    word, short = plain(column), plain(_AROUND.sub(" ", column))
    for id, row in groups.rows().items():
        known = {plain(c) for c in (id, row["label"], *row["columns"])}
        if word in known or (short and short in known):
            return id
    return _words(column)


def _words(column: str) -> str:
    return re.sub(r"\s+", " ", column.rstrip("?: ")).replace("×", "x")


def unknown(dimension: str) -> str:
    """Return what a group is called of people who left a question about groups out."""
    return groups.rows().get(dimension, {}).get("unknown") or "Not told"


def _labels(cells: pd.Series, dimension: str) -> pd.Series | None:
    """Return each respondent's group, or None where this is no way of grouping people.

    What few people wrote is never a group's name: it may be a person's own words.
    """
    held = cells[(cells != "") & ~cells.map(lambda c: plain(c) in SKIPPED or is_unknown(c))]
    if held.empty or held.str.len().max() > 4 * LONG:
        return None
    made = {v: groups.label(dimension, v) for v in held.unique()}
    labels = held.map(made)
    sizes = labels.value_counts()
    listed = set(groups.rows().get(dimension, {}).get("values") or {})
    common = {g for g, n in sizes.items() if n >= HELD or g in listed}
    fits = labels.isin(common).mean() >= 0.8 and len(common) <= GROUPS
    if not fits or len(common) < 2 or max(map(len, common)) > LONG:
        return None
    return labels.where(labels.isin(common), OTHER).reindex(cells.index, fill_value="")
