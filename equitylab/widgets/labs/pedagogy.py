"""Notebook 08: a lesson coded line by line, two observers compared, and what several visits show."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, figures_rating, figures_study, metrics
from ...display import count, interval, many, percent
from ...markup import Html, esc
from ..registry import Verdict, check, lab
from ._plain import table, text
from ._ratings import as_lines, checklist, number, numbers, rated, rating, read_lines

OWN, PARTNER = "pedagogy_notes.vignette", "pedagogy_notes.partner"
VISITS = "pedagogy_notes.visits"
ALLOWED = ("0", "1", "2", "3", "NA")
SEEN = 2  # from here a look-for is clearly present for most, or led by learners
LEAST = 6  # look-fors that two observers must share before anything is said of them


def _all() -> dict[str, str]:
    return {id: words for area in checklist().values() for id, words in area.items.items()}


def _codes(at, coder: str) -> dict[str, dict]:
    """Return one practice coding: look-for to rating, lines and reason."""
    rows = at.practice("lesson_codes")
    rows = rows[rows["coder"] == coder]
    return {
        str(r.lookfor): {"rating": str(r.rating), "evidence": str(r.lines), "why": str(r.why)}
        for r in rows.itertuples(index=False)
    }


@lab("vignette")
def vignette(at, **_) -> list:
    """What happened in the lesson, line by line?"""
    told = catalog.content("inclusive_pedagogy_checklist")["vignette"]
    lines = "".join(f"<li>{esc(line)}</li>" for line in told["lines"])
    said = f"{told['title']}. Read it once for the task and the learners; then code it, and name the lines you go by."
    return [said, Html(f"<ol>{lines}</ol>")]


# ---------------------------------------------------------------- beside experts


@lab("expert-codings")
def expert_codings(at, area: str = "", **_) -> list:
    """Where did two experienced observers see something else, and on which lines?"""
    own, areas = at.folio.get(OWN) or {}, checklist()
    chosen = [areas[area]] if area in areas else list(areas.values())
    ids = [id for one in chosen for id in one.items]
    done = rated(own, ids)
    if not done:
        return [
            "Code the look-fors of an area first; their codings appear beside yours afterwards."
        ]
    experts = [_codes(at, name) for name in ("expert_1", "expert_2")]
    nearest = [
        min(
            (abs(number(rating(own[id])) - number(e[id]["rating"])) for e in experts),
            default=np.nan,
        )
        for id in done
    ]
    far = [id for id, apart in zip(done, nearest, strict=True) if apart >= 2]
    words = _all()
    said = (
        f"You coded {len(done)} of {len(ids)} look-fors. On {len(done) - len(far)} of them you are "
        "within one step of an expert"
    )
    said += f"; on {len(far)} you are two steps or more away. Look at their lines." if far else "."
    rows = [
        (
            words[id], rating(own[id]), ", ".join(e[id]["rating"] for e in experts),
            experts[0][id]["evidence"], experts[0][id]["why"],
        )
        for id in (far or done)
    ]  # fmt: skip
    columns = {
        "what": "Look-for",
        "own": "You",
        "them": "Experts",
        "lines": "Lines",
        "why": "What they went by",
    }
    caption = "Look-fors two steps or more apart" if far else "Your codings beside the experts'"
    note = "They do not agree everywhere either. A coding is right when its lines carry it."
    return [said, note, table(caption, columns, rows)]


# ---------------------------------------------------------------- two observers


@check("partner-codes")
def partner_codes(at, value) -> list[Verdict]:
    """Can the lines that a partner read out be read?"""
    lines = text((value or {}).get("lines"))
    if not lines:
        return [Verdict(None, "One line an area, such as: u8 2 1 2")]
    told, wrong = read_lines(lines, checklist(), ALLOWED)
    found = [Verdict(False, words) for words in wrong]
    read = sum(len(given) for given in told.values())
    return [*found, Verdict(True, f"Read: {many(read, 'look-for')}.")] if read else found


def _partner(at, who: str) -> tuple[dict, str]:
    """Return the partner's ratings, and whose they are."""
    held = text((at.folio.get(PARTNER) or {}).get("lines"))
    told = read_lines(held, checklist(), ALLOWED)[0]
    if told and who != "simulated":
        return {id: r for given in told.values() for id, r in given.items()}, "your partner"
    return {id: one["rating"] for id, one in _codes(at, "partner").items()}, "a simulated partner"


@lab("agreement-meter")
def agreement_meter(at, who: str = "", **_) -> list:
    """How far do two observers agree, and which look-fors must they talk about?"""
    own, (other, whose) = at.folio.get(OWN) or {}, _partner(at, who)
    areas = checklist()
    lines = as_lines(own, areas)
    aloud = [f"Your lines to read out: {'; '.join(lines)}."] if lines else []
    ids = list(_all())
    a, b = numbers(own, ids), numbers(other, ids)
    found = metrics.agreement(a, b)
    if found.items < LEAST:
        return [
            *aloud,
            f"You and {whose} share {many(found.items, 'coded look-for')}; from {LEAST} on there is "
            "something to say. Code more of the lesson.",
        ]
    apart = np.abs(a - b)
    talk = [ids[k] for k in np.flatnonzero(apart >= 2)]
    same, near = (round(share * found.items) for share in (found.exact, found.within_one))
    said = (
        f"You and {whose} both coded {found.items} look-fors: {same} the same "
        f"({100 * found.exact:.0f}%), {near} within one step ({100 * found.within_one:.0f}%). Two "
        f"observers with your habits who coded blind would still match on {100 * found.by_chance:.0f}%, "
        "so agreement matters only as far as it is above that."
    )
    words = _all()
    rest = (
        f"Talk about {many(len(talk), 'look-for')} that differ by two or more: what did each of you "
        "see, in which line?"
        if talk
        else "None differs by two steps. Compare the lines you went by all the same."
    )
    out = [said, *aloud, rest, _meter(areas, apart, ids, whose)]
    if talk:
        rows = [
            (
                words[id],
                rating(own[id]),
                rating(other[id]),
                text(own[id].get("evidence")) or "not noted",
            )
            for id in talk
        ]
        columns = {
            "what": "Look-for",
            "own": "You",
            "other": whose.capitalize(),
            "lines": "Your lines",
        }
        out.append(table("To talk about", columns, rows))
    return [*out, _numbers(found)]


def _meter(areas, apart, ids, whose: str):
    kinds = {"same": "the same", "one": "one step apart", "two": "two or more apart"}
    rows = []
    for area in areas.values():
        mine = apart[[ids.index(id) for id in area.items]]
        mine = mine[~np.isnan(mine)]
        if mine.size:
            counts = [(mine == 0).sum(), (mine == 1).sum(), (mine >= 2).sum()]
            rows.append((area.title, *map(int, counts)))
    frame = pd.DataFrame(rows, columns=["label", *kinds])
    total = frame[list(kinds)].sum()
    alt = f"Look-fors of the lesson by area, you beside {whose}: {total['same']} the same, {total['one']} one step apart, {total['two']} two or more apart."
    return figures_rating.stacked(frame, kinds, label="Look-fors", alt=alt)


def _numbers(found):
    columns = {"what": "Agreement", "value": "Value", "means": "What it says"}
    kappa = "not defined" if found.kappa != found.kappa else f"{found.kappa:.2f}"
    rows = [
        ("Coded by both", found.items, "look-fors with a number from each of you"),
        ("The same", f"{100 * found.exact:.0f}%", "the strictest count"),
        ("Within one step", f"{100 * found.within_one:.0f}%", "good enough to talk with"),
        (
            "The same by chance",
            f"{100 * found.by_chance:.0f}%",
            "what your habits alone would give",
        ),
        ("Weighted kappa", kappa, "0: as by chance; 1: all the same. For those who know it"),
    ]
    return table("Agreement in numbers", columns, rows, kind="")


# ---------------------------------------------------------------- several visits


@check("visit")
def visit(at, value) -> list[Verdict]:
    """Can the tallies of this visit be read, and was it a room not visited before?"""
    row = value or {}
    told, wrong = read_lines(text(row.get("lines")), checklist(), ALLOWED)
    found = [Verdict(False, words) for words in wrong]
    if told:
        read = sum(len(given) for given in told.values())
        found.append(Verdict(True, f"Read: {many(read, 'look-for')}."))
    if not row.get("different_room"):
        found.append(Verdict(None, "The summary counts visits to different rooms only."))
    return found


def visits(at) -> tuple[list[dict], bool]:
    """Return the visits that count, look-for to rating, and whether they are practice."""
    held = [r for r in at.folio.rows(VISITS) if r.get("different_room")]
    own = [read_lines(text(r.get("lines")), checklist(), ALLOWED)[0] for r in held]
    own = [{id: x for given in one.values() for id, x in given.items()} for one in own if one]
    if own or at.folio.rows(VISITS):
        return own, False
    rows = at.practice("visit_tallies")
    return [
        dict(zip(part["lookfor"], part["rating"].astype(str), strict=True))
        for _, part in rows.groupby("visit", sort=False)
    ], True


@lab("visit-summary")
def visit_summary(at, visits_counted: int = 0, **_) -> list:
    """What do visits to different rooms show together, never of one teacher?"""
    least = catalog.content("inclusive_pedagogy_checklist")["scoring"]["minimum_visits"]
    seen, practice = visits(at)
    seen = seen[: int(visits_counted)] if practice and visits_counted else seen
    whose = "Practice tallies of eight rooms at Riverbend. " if practice else ""
    if len(seen) < least:
        return [
            f"{whose}{many(len(seen), 'visit')} so far. A summary stands from {least} visits to different "
            "rooms on: with fewer, it would be a statement about a person, and there is none here."
        ]
    rows = [_over(area, seen) for area in checklist().values()]
    frame = pd.DataFrame(rows, columns=["label", "x", "n", "rate", "low", "high", "why"])
    told = frame[frame["n"] > 0]
    high, low = told.loc[told["rate"].idxmax()], told.loc[told["rate"].idxmin()]
    said = (
        f"{whose}Over {many(len(seen), 'visit')}, {high.label.lower()} was clearly present most often: "
        f"{_share(high)}. {low.label} was least often present: {_share(low)}. {_apart(high, low)}"
    )
    alt = f"Share of relevant look-fors clearly present, by area, over {len(seen)} visits. Highest {high.label}, {_share(high)}; lowest {low.label}, {_share(low)}."
    caption = "Dot: the share rated 2 or 3. Line: its interval, which knows that look-fors in one lesson hang together."
    chart = figures_study.dots(
        frame.rename(columns={"rate": "value"}),
        label="Look-fors rated 2 or 3",
        alt=alt,
        caption=caption,
    )
    columns = {
        "area": "Area",
        "x": "Rated 2 or 3",
        "n": "Relevant",
        "rate": "Share",
        "ends": "Interval",
    }
    lines = [
        (r.label, r.x, r.n, percent(r.rate, r.n), interval(r.low, r.high, r.n))
        if r.n else (r.label, 0, 0, "not relevant in any visit", "")
        for r in frame.itertuples(index=False)
    ]  # fmt: skip
    rule = "Some areas can be seen in any lesson and others only now and then, so read each for itself. No number here is about one teacher."
    return [
        said,
        chart,
        rule,
        table(f"Look-fors clearly present, over {len(seen)} visits", columns, lines, kind=""),
    ]


def _apart(high, low) -> str:
    """Say whether two areas can be told apart, and what that is for."""
    if low.high < high.low:
        return (
            "Their intervals do not meet. Look there for a barrier that many rooms share: a team "
            "could begin with it."
        )
    return "Their intervals overlap: with so few visits, the areas are not clearly different."


def _share(row) -> str:
    between = interval(row.low, row.high, row.n)
    return f"{count(row.x)} of {count(row.n)} ({percent(row.rate, row.n)}, interval {between})"


def _over(area, seen: list[dict]) -> tuple:
    """Return one area's share over the visits, each visit a clump."""
    given = [numbers(one, area.items) for one in seen]
    n = np.array([(~np.isnan(g)).sum() for g in given])
    x = np.array([(g >= SEEN).sum() for g in given])
    value, low, high = metrics.clustered_rate(x, n)
    why = "" if n.sum() else "not relevant"
    return (area.title, int(x.sum()), int(n.sum()), value, low, high, why)
