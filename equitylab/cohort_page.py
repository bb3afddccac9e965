"""The workshop's wall as a page: large enough for a projector, and drawn anew without a flicker."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib import resources
from typing import NamedTuple

from . import catalog, plan
from .cohort_tally import (
    Dimension,
    Limits,
    Tally,
    answered,
    dimension,
    middle,
    one_of,
    options,
    predictions,
    priority_kinds,
)
from .cohort_tally import some_of as several
from .display import listing, many, percent
from .markup import Cell, Line, Table, bullets, esc, paragraph
from .page import POLICY, page
from .plan.runs import POINTS
from .portfolio_levels import NEAR

TITLE = "The wall: what this room thinks"
PARTS = {
    "expected": "What we expected, and what we found",
    "rated": "What teams recorded on the rubric",
    "chosen": "What we chose to work on",
    "ideas": "What may have to change",
    "promised": "What we promised",
}
_BESIDE = {
    "near": f"Within {NEAR} points",
    "wider": "The gap was wider",
    "narrower": "The gap was narrower",
    "other_side": "It was the other way round",
}


class Wall(NamedTuple):
    """The page as it opens, and the script beside it from which an open page draws itself anew."""

    page: str
    now: str


def wall(
    exports: list[dict],
    *,
    people: int | None = None,
    aside: int = 0,
    waiting: int = 0,
    open_at: int = 0,
) -> Wall:
    """Return the page of what these leaders said, at export level ``cohort``.

    Parameters
    ----------
    exports : list of dict
        What :func:`equitylab.portfolio_levels.export` gives at that level, one a leader.
    people : int, optional
        Portfolios that were handed in; as many as exports if not given.
    aside : int
        Files that were set aside.
    waiting : int
        Answers to a question that have changed, and join once enough others have.
    open_at : int
        Portfolios that must be there before anything is shown; never fewer than the floor.
    """
    limits = Limits.house()
    people, least = len(exports) if people is None else people, max(limits.people, open_at)
    made = {"count": _count(people, aside, waiting, limits)}
    open_ = people >= least
    draw = {"expected": _expected, "rated": _rated, "chosen": _chosen}
    for id in PARTS:
        if not open_:
            made[id] = paragraph(
                f"The wall opens at {least} portfolios, so that no one stands alone on it."
            )
        elif id in draw:
            made[id] = draw[id](exports, limits)
        else:
            field = {"ideas": "driver_ideas", "promised": "promises"}[id]
            made[id] = _said(exports, field, limits)
    marks = {id: [_mark(html), html] for id, html in made.items()}
    sign = _mark("".join(made.values()))
    said = f"{many(people, 'portfolio')} handed in." if open_ else "The wall is waiting."
    now = json.dumps({"sign": sign, "said": said, "parts": marks}, ensure_ascii=False)
    return Wall(_page(marks, sign, said), f"equitylabWall({now})\n")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@cache
def _file(name: str) -> str:
    return (resources.files(__package__) / name).read_text("utf-8").strip()


def _page(marks: dict, sign: str, said: str) -> str:
    script = _file("cohort.js")
    # This one script may run, and fetch the one file beside the page; nothing else may.
    own = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"{POLICY}; script-src 'self' 'sha256-{own}'"

    def part(id: str) -> str:
        mark, html = marks[id]
        return f"<div class=now id={id}-now data-sign={mark}>{html}</div>"

    body = part("count").replace("count-now", "count")
    for id, title in PARTS.items():
        body += f"<h2 id={id}>{esc(title)}</h2>{part(id)}"
    body = f"<div id=wall data-sign={sign}>{body}</div><p id=said role=status>{esc(said)}</p>"
    return page(
        TITLE,
        f"{body}<script>{script}</script>",
        footer="No school, no person and no student's number is on this page. It describes what "
        "this room said; it compares no one.",
        style=_file("cohort.css"),
        policy=policy,
    )


def _count(people: int, aside: int, waiting: int, limits: Limits) -> str:
    tiles = [(people, f"portfolio{'s' * (people != 1)} handed in")]
    tiles += [(aside, f"file{'s' * (aside != 1)} set aside")] * bool(aside)
    tiles += [(waiting, "changed, and waiting for others")] * bool(waiting)
    words = "".join(f"<div><dt>{esc(t)}</dt><dd>{n}</dd></div>" for n, t in tiles)
    said = (
        f"What fewer than {limits.people} leaders answered is not shown. A choice of fewer than "
        f"{limits.choice} is counted with others. A question is drawn anew once {limits.people} "
        "answers to it have changed. Ideas and promises that may name a person or a place, or hold "
        "a number, stay back."
    )
    return f"<dl class=tiles>{words}</dl>{paragraph(said, kind='note')}"


# ---------------------------------------------------------------- expected and found


def _expected(exports: list[dict], limits: Limits) -> str:
    cards, few = [], []
    titles = {m["id"]: m["slug"][:2] for m in catalog.content("modules")["modules"]}
    for module, fields in predictions().items():
        given = {f["id"]: answered(f, exports, module) for f in fields}
        drawn = [_question(module, f, given[f["id"]], exports, limits) for f in fields]
        if any(drawn):
            cards += [(titles[module], card) for card in drawn if card]
        elif any(given.values()):
            few.append(titles[module])
    if not cards:
        return paragraph("Not enough predictions yet.")
    boxes = "".join(f"<div><p class=kicker>Notebook {esc(t)}</p>{card}</div>" for t, card in cards)
    more = f"Predictions of notebook {listing(few)} wait for more leaders." if few else ""
    return f"<div class=wall>{boxes}</div>{paragraph(more, kind='note')}"


def _question(module: str, field: dict, given: list, exports: list[dict], limits: Limits) -> str:
    """Return one question with what the room answered and what was found; empty if too few did."""
    if len(given) < limits.people:
        return ""
    id = f"{module}-{field['id']}"
    found = _found(module, field["id"], exports, limits)
    head = f"<h3 id={id}>{esc(field['label'])}</h3>"
    if field["kind"] == "number":
        told = middle(given, limits)
        unit = f" {field['unit']}" if "unit" in field else ""
        drawn = (
            f"<p class=big><b>{_half(told.value)}</b>{esc(unit)} is the middle guess</p>"
            + paragraph(
                f"Half of the {told.people} guesses lie between {_half(told.low)} and "
                f"{_half(told.high)}."
            )
        )
    else:
        choices = options(field)
        drawn = _bars(id, one_of(given, choices, limits), choices)
    return head + drawn + found


def _half(value: float) -> str:
    """Return a guess to the nearest half, which is as finely as anyone guessed."""
    return f"{round(2 * value) / 2:g}"


def _found(module: str, field: str, exports: list[dict], limits: Limits) -> str:
    """Return what was found beside a prediction, where the room can know it."""
    if (module, field) == ("m03", "points"):
        given = [e["found"]["m03"] for e in exports if "m03" in e["found"]]
        told = one_of(given, _BESIDE, limits)
        if told.few:
            return ""
        lead = paragraph("Beside the published gap on the leader's own finding card:", kind="found")
        return f"<h4 id=m03-beside>What was found</h4>{lead}" + _bars("m03-beside", told, _BESIDE)
    if (module, field) == ("m07", "dimension"):
        rated = [d for d in _dimensions(exports, limits) if d.near < 1]
        if not rated:
            return ""
        least = min(d.near for d in rated)
        names = {d["id"]: d["title"] for d in catalog.content("equity_audit_rubric")["dimensions"]}
        most = listing([names[d.id] for d in rated if d.near == least])
        return paragraph(
            f"What was found: teams' ratings lie furthest apart in {most}.", kind="found"
        )
    if (module, field) == ("m10", "enough"):
        least = plan.detectable(12, 60, 15).least
        said = f"What was found: from 12 of 60, it takes {least} before one year can be told from luck."
        return paragraph(said, kind="found")
    if (module, field) == ("m12", "months"):
        said = f"What was found: by the rule it takes {POINTS} readings before anything is said."
        return paragraph(said, kind="found")
    return ""


def _bars(id: str, told: Tally, choices: dict[str, str], *, several: bool = False) -> str:
    """Return a table of answers with a bar for each count."""
    if told.most:
        return paragraph(f"Most or all of {told.people}: {choices[told.most]}.")
    if told.few:
        return paragraph(f"{told.people} answered; too few chose alike to show them apart.")
    lines = [(choices[c], n, str(n)) for c, n in told.shown.items()]
    if several:  # what nearly all chose says of each of them that they did
        near = told.people - Limits.house().choice
        lines = [
            (w, *((told.people, "nearly all or all") if n > near else (n, s))) for w, n, s in lines
        ]
    elif told.rest:
        lines.append(("Other answers together", told.rest, str(told.rest)))
    rows = "".join(
        f"<tr><th scope=row>{esc(words)}<td>{said}"
        f'<span class=bar style="width:{100 * n / told.people:.0f}%"></span>'
        for words, n, said in lines
    )
    note = ""
    if several and told.rest:
        some = many(told.rest, "more was", "more were")
        note = paragraph(f"{some} chosen by few.", kind="note")
    return (
        f"<table class=bars aria-labelledby={id}><thead><tr><th scope=col>Answer"
        f"<th scope=col>Leaders, of {told.people}</thead><tbody>{rows}</tbody></table>{note}"
    )


# ---------------------------------------------------------------- rated and chosen


def _dimensions(exports: list[dict], limits: Limits) -> list[Dimension]:
    rubric = catalog.content("equity_audit_rubric")["dimensions"]
    return [d for d in (dimension(about, exports, limits) for about in rubric) if d]


def _rated(exports: list[dict], limits: Limits) -> str:
    found = _dimensions(exports, limits)
    if not found:
        return paragraph(f"Fewer than {limits.people} teams have recorded ratings so far.")
    rubric = catalog.content("equity_audit_rubric")
    names = {d["id"]: d["title"] for d in rubric["dimensions"]}
    scale = {s["value"]: s["label"] for s in rubric["scale"]}
    lines = []
    for d in found:
        apart = listing([title for title, _ in d.apart[:3]])
        steps = f"{d.apart[0][1]} steps: {apart}" if d.apart else "at most one step anywhere"
        steps += f", and {len(d.apart) - 3} more" if len(d.apart) > 3 else ""
        lines.append(Line(names[d.id], [
            Cell("teams", str(d.teams)),
            Cell("middle", _rating(d.middle, scale)),
            Cell("near", f"{percent(d.near, d.pairs)} of pairs"),
            Cell("apart", steps),
            Cell("dissent", "few, or nearly all" if d.dissent is None else str(d.dissent)),
        ]))  # fmt: skip
    columns = {
        "d": "Dimension", "teams": "Teams", "middle": "Middle rating",
        "near": "At most one step apart", "apart": "Furthest apart",
        "dissent": "Teams that noted another view",
    }  # fmt: skip
    table = Table("Teams' recorded ratings, by dimension", columns, [("", lines)], kind="prose")
    why = (
        "Teams rated different schools: a step may lie in what is there as much as in how it is "
        "read. One person's ratings are never here."
    )
    return table._repr_html_() + paragraph(why, kind="note")


def _rating(value: float, scale: dict[int, str]) -> str:
    low, high = int(value), int(-(-value // 1))
    return scale[low] if low == high else f"between {scale[low]} and {scale[high]}"


def _chosen(exports: list[dict], limits: Limits) -> str:
    measures = {id: about.label for id, about in catalog.indicators().items()}
    boxes = ""
    for id, name, words, choices in (
        ("kinds", "kind", "What kind of finding do our priorities stand on?", priority_kinds()),
        ("measures", "measure", "Which measures do they stand on?", measures),
    ):
        given = [{str(one[name]) for one in e["priority_kinds"] if one[name]} for e in exports]
        told = several([g & set(choices) for g in given], choices, limits)
        if told.people >= limits.people:
            drawn = _bars(id, told, choices, several=True)
            boxes += f"<div><h3 id={id}>{esc(words)}</h3>{drawn}</div>"
    if not boxes:
        return paragraph(f"Fewer than {limits.people} leaders have chosen priorities so far.")
    return f"<div class=wall>{boxes}</div>"


def _said(exports: list[dict], field: str, limits: Limits) -> str:
    """Return short texts by the alphabet, so that their order says nothing of who wrote them."""
    given = [e[field] for e in exports if e[field]]
    if len(given) < limits.people:
        return paragraph(f"Fewer than {limits.people} leaders have written one so far.")
    texts = {text.strip().casefold(): text.strip() for one in given for text in one}
    return bullets([texts[key] for key in sorted(texts)], kind="said")
