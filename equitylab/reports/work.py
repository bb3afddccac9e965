"""The leaders' work in the reports: whose plan belongs to which school, and what may be told of it.

A portfolio is opened to read, from a copy, so that a batch never touches a leader's file. What a
report needs of it is laid beside the report's numbers as a slice: words that everyone may read,
and only counts that the release shows too. The slice holds nothing that the page does not tell.
"""

from __future__ import annotations

import datetime
import io
import json
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .. import catalog, plan
from ..display import listing, many
from ..errors import DataError, EquityLabError
from ..markup import Cell, Html, Line, Table, bullets, esc, paragraph, slug
from ..plan.thread import KINDS, LINKS, Plan, read
from ..plan.values import kpi_of, said_day, text
from ..portfolio import Portfolio
from ..privacy import Published
from .folder import Slices, above

FORMAT = "equitylab-work"
NAMED = 5  # files that are set aside are named up to here
_LINKS = {field for links in LINKS.values() for field, _, _ in links}
_MORE = {"parts": "sustain_plan.parts", "review": "sustain_plan.review"}


def collect(where: str | Path, units) -> tuple[dict[str, Plan], list[str]]:
    """Return the plans found in a file or a folder by school, and what was set aside and why.

    Parameters
    ----------
    where : path
        A portfolio, or a folder that holds portfolios, its own folders included.
    units : DataFrame
        The schools of the release: a portfolio belongs to the one its ``profile.school`` names.

    Raises
    ------
    DataError
        There is no such file or folder.
    """
    where = Path(where)
    if not where.exists():
        raise DataError(
            "There is no such file or folder of portfolios.", file=where,
            mend="Give a portfolio.json, or a folder that holds some.",
        )  # fmt: skip
    schools = units.loc[units["level"] == "school"]
    known = set(schools["unit_id"])
    named = schools.groupby("unit")["unit_id"].agg(list).to_dict()
    found: dict[str, Plan] = {}
    aside: list[str] = []
    for path in _files(where):
        try:
            made = _opened(path)
        except EquityLabError as error:
            named_already = error.message.startswith(path.name)
            aside.append(error.message if named_already else f"{path.name}: {error.message}")
            continue
        id, called = (text(made.school.get(k)) for k in ("unit_id", "name"))
        if id not in known:
            same = named.get(called, [])
            id = same[0] if len(same) == 1 else ""
        if not id:
            aside.append(f"{path.name}: it names no school of this file, so no report carries it.")
        elif id in found and _age(found[id]) >= _age(made):
            aside.append(f"{path.name}: a later portfolio of the same school is carried instead.")
        else:
            if id in found:
                aside.append("Two portfolios name the same school; the one saved last is carried.")
            found[id] = made
    return found, aside


def _files(where: Path) -> Iterable[Path]:
    if where.is_file():
        return [where]
    every = sorted(where.rglob("*.json"))
    # A portfolio's own copies lie beside it; what a program hides is not a leader's.
    return [
        path
        for path in every
        if not any(
            part.startswith(".") or part.endswith("-copies")
            for part in path.relative_to(where).parts
        )
    ]


def _opened(path: Path) -> Plan:
    """Open a copy of a portfolio, because opening a damaged one would set it aside."""
    with tempfile.TemporaryDirectory() as home:
        copy = Path(home) / path.name
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            raise DataError(f"It cannot be read: {str(error.strerror).lower()}.") from None
        folio = Portfolio.open(copy)
        if not folio.keys():
            raise DataError("It is damaged, or holds no answers yet.")
        return read(folio)


def _age(made: Plan) -> str:
    return made.saved.isoformat() if made.saved else ""


# ---------------------------------------------------------------- slices


def school_slice(told: Plan) -> str:
    """Return what a school's report tells of a public plan, as text."""
    answers: dict[str, object] = {
        key: [_parted(row) for row in told.rows[kind].values()]
        for kind, (_, key) in KINDS.items()
        if told.rows[kind]
    }
    answers |= {key: getattr(told, name) for name, key in _MORE.items() if getattr(told, name)}
    answers["audit_summary.statement"] = told.statement
    answers["vision.statement"] = told.vision.get("statement", "")
    answers["vision.definition"] = told.vision.get("definition", "")
    as_of = told.saved.date().isoformat() if told.saved else ""
    whole = {"format": FORMAT, "as_of": as_of, "held": len(told.held), "answers": answers}
    return json.dumps(whole, ensure_ascii=False, sort_keys=True)


def _parted(row: dict) -> dict[str, dict]:
    """Set ids, counts and words of a row apart: an id or a date is no number of a group."""
    made: dict[str, dict] = {"links": {}, "counts": {}, "words": {}}
    for field, value in row.items():
        if field == "said":  # the sentence, counts and all, is in the release already
            made["counts"]["shown"] = True
        elif field == "id" or field in _LINKS:
            made["links"][field] = value
        else:
            made["words" if isinstance(value, str) else "counts"][field] = value
    if "said" in row:
        made["counts"] = {"shown": True}
    return made


def opened(path: str | Path, published: Published, unit_id: str) -> Plan:
    """Return the public plan behind a path: a slice that a batch laid down, or a portfolio.

    Raises
    ------
    DataError, PortfolioError
        There is no such file, or it is neither.
    """
    path = Path(path)
    try:
        whole = json.loads(path.read_text("utf-8"))
    except OSError:
        raise DataError("There is no such portfolio.", file=path) from None
    except ValueError:
        whole = {}
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        return plan.public(_opened(path), published, unit_id=unit_id)
    answers = {
        key: [_joined(row, published, unit_id) for row in value]
        if isinstance(value, list)
        else value
        for key, value in whole["answers"].items()
    }
    made = read(answers)
    when = datetime.datetime.fromisoformat(whole["as_of"]) if whole["as_of"] else None
    return replace(made, saved=when, held=["held back"] * int(whole["held"]))


def _joined(parted: dict, published: Published, unit_id: str) -> dict:
    row = parted["links"] | parted["words"] | parted["counts"]
    if row.pop("shown", False):
        now = plan.baseline(published, row, unit_id=unit_id)
        row |= {"x": now.x, "n": now.n, "said": now.text}
    return row


# ---------------------------------------------------------------- what a report shows


def section(path: str | Path, published: Published, unit_id: str) -> Html:
    """What did the school's team decide, and how far is it? Empty where no portfolio is given."""
    if not path:
        return Html("")
    made = opened(path, published, unit_id)
    parts = plan.everyone(made, level=3)
    words = catalog.content("report_text")["work"]
    if not parts:
        return Html("")
    when = f" As of {said_day(made.saved)}." if made.saved else ""
    return Html(
        f"<h2 id={slug(words['title'])}>{esc(words['title'])}</h2>",
        paragraph(f"{words['intro']}{when}"),
        plan.body(parts, prefix="work-"),
    )


def district_slice(plans: dict[str, tuple[str, Plan]]) -> str:
    """Return what a district's report tells of its schools' plans: names, priorities, conditions.

    Parameters
    ----------
    plans : dict
        Unit id to the school's name and its public plan.
    """
    rows = []
    for unit_id, (unit, made) in plans.items():
        measures = [kpi_of(g.get("kpi")).get("label", "") for g in made.goals.values()]
        primary = [d for d in made.drivers.values() if text(d.get("kind")) != "secondary"]
        rows.append({
            "unit_id": unit_id, "unit": unit,
            "priorities": [text(p.get("title")) for p in made.priorities.values()],
            "measures": list(dict.fromkeys(filter(None, measures))),
            "conditions": [text(d.get("text")) for d in primary],
        })  # fmt: skip
    rows.sort(key=lambda row: (row["unit"].casefold(), row["unit_id"]))
    return json.dumps({"format": f"{FORMAT}-district", "schools": rows}, ensure_ascii=False)


def roll_up(path: str | Path) -> Html:
    """What have the schools' teams chosen, and which measures do several share?"""
    if not path:
        return Html("")
    schools = json.loads(Path(path).read_text("utf-8"))["schools"]
    words = catalog.content("report_text")["work"]
    shared: dict[str, list[str]] = {}
    for row in schools:
        for measure in row["measures"]:
            shared.setdefault(measure, []).append(row["unit"])
    common = [
        (f"{measure}:", f"a goal of {listing(units)}.")
        for measure, units in sorted(shared.items())
        if len(units) > 1
    ]
    columns = {"school": "School", "priorities": "Priorities", "conditions": "Conditions to change"}
    lines = [
        Line(row["unit"], [
            Cell("priorities", "; ".join(row["priorities"]) or "none yet"),
            Cell("conditions", "; ".join(row["conditions"]) or "none yet"),
        ], {"unit": row["unit_id"]})
        for row in schools
    ]  # fmt: skip
    table = Table(
        "Priorities of the schools' teams, and what must change",
        columns,
        [("", lines)],
        kind="prose",
    )
    return Html(
        f"<h2 id={slug(words['district'])}>{esc(words['district'])}</h2>",
        paragraph(words["district_intro"]),
        paragraph(f"{many(len(schools), 'plan')} {'was' if len(schools) == 1 else 'were'} given."),
        bullets(common),
        table,
    )


# ---------------------------------------------------------------- a whole batch


class Carried:
    """What each report tells of the teams' work.

    Attributes
    ----------
    text : dict
        Unit id to the slice that its report carries.
    held, as_of : dict
        School's name to how many texts are held back; unit id to the day of its portfolio.
    """

    def __init__(self, slices: Slices, published: Published, leaders: dict) -> None:
        self.text: dict[str, str] = {}
        self.held: dict[str, int] = {}
        self.as_of: dict[str, str] = {}
        units = published.units.set_index("unit_id")
        parent = units["parent_id"].to_dict()
        below: dict[str, dict] = {}
        for unit_id, made in leaders.items():
            mine = Published.load(io.BytesIO(slices.numbers(unit_id)))
            public = plan.public(made, mine, unit_id=unit_id)
            self.text[unit_id] = school_slice(public)
            called = str(units.at[unit_id, "unit"])
            self.held[called] = len(public.held)
            self.as_of[unit_id] = public.saved.date().isoformat() if public.saved else ""
            for over in above(unit_id, parent):
                below.setdefault(over, {})[unit_id] = (called, public)
        self.text |= {over: district_slice(found) for over, found in below.items()}


def told(aside: list[str], held: dict[str, int]) -> list[str]:
    """Return what a person should know at the end of a batch, in a few plain lines."""
    said = [f"Portfolio set aside: {note}" for note in aside[:NAMED]]
    if len(aside) > NAMED:
        said.append(f"{len(aside) - NAMED} more were set aside.")
    for unit, number in held.items():
        if number:
            said.append(
                f"{unit}: {many(number, 'text')} of the plan held back; the report says so."
            )
    return said
