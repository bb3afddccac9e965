"""Notebook 11: what is coming, which bodies help, who decides, who carries it. Nonpartisan."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_plan
from ...display import first_up, listing, many
from ...plan.values import day, said_day, text
from ..registry import Verdict, check, lab
from ._needs import blocked, empty, needs, yes
from ._plain import table, texts

LEVELS = {
    "board": "School board or governors",
    "district": "District or local authority",
    "state": "State or region",
    "national": "National",
}
INFLUENCE = {"low": "Low", "some": "Some", "high": "High"}
POSITION = {"against": "Against", "unsure": "Unsure", "for": "For"}
ROUTINE = "Fifteen minutes a month, one person a level, a line to the learning community."


# ------------------------------------------------------------------ staying informed


@check("scan_row")
def scan_row(at, row: dict) -> list[Verdict]:
    """Has the decision a level, a day, a source and someone who follows it?"""
    if not text((row or {}).get("issue")):
        return [Verdict(None, "Name what is being decided.")]
    wanted = {"level": "a level", "who_decides": "who decides", "source": "a source"}
    wanted["owner"] = "a role that follows it"
    days = {
        "date_of_next_decision": "the next decision's day",
        "check_again_on": "a day to look again",
    }
    return [needs(row, wanted, days, done="Followed by a role, with its days.")]


@lab("scan_levels")
def scan_levels(at, **_) -> list:
    """Is each of the four levels watched, and what comes first?"""
    order = list(LEVELS)
    rows = sorted(
        at.folio.rows("advocacy_brief.scan"),
        key=lambda r: order.index(r["level"]) if r.get("level") in order else 9,
    )
    held = {text(r.get("level")) for r in rows}
    left = [label for level, label in LEVELS.items() if level not in held]
    said = f"{first_up(many(len(rows), 'decision'))} followed, at {4 - len(left)} of 4 levels."
    said += f" Nothing yet at: {'; '.join(left)}." if left else ""
    out: list = [said]
    dated = [r for r in rows if day(r.get("date_of_next_decision"))]
    if dated:
        days = [(_level(r), day(r["date_of_next_decision"]).isoformat()) for r in dated]
        first = min(dated, key=lambda r: r["date_of_next_decision"])
        next_ = f"The next is “{text(first['issue'])}”, {said_day(first['date_of_next_decision'])}."
        out.append(
            figures_plan.timeline(
                pd.DataFrame(days, columns=["label", "date"]),
                alt=f"{said} {next_}",
                caption="Each dot is the day of a decision.",
            )
        )
    cells = [
        (
            text(r.get("issue")),
            _level(r),
            text(r.get("who_decides")),
            said_day(r.get("date_of_next_decision")),
            text(r.get("owner")),
            said_day(r.get("check_again_on")),
        )
        for r in rows
    ]
    columns = {"issue": "Decision", "level": "Level", "who": "Who decides", "when": "Next"}
    columns |= {"owner": "Followed by", "again": "Look again"}
    return [*out, *([table("The policy scan", columns, cells)] if cells else []), ROUTINE]


def _level(row: dict) -> str:
    return LEVELS.get(text(row.get("level")), "Level not said")


@lab("bodies")
def bodies(at, **_) -> list:
    """Which bodies could help, what was known on which day, and what was found since?"""
    mine = {text(r.get("body")): r for r in at.folio.rows("advocacy_brief.bodies")}
    cells = []
    for body in texts("m11")["bodies"]:
        known = (
            f"{body['known']} (From pages read on {said_day(body['as_of'])}; they may be older.)"
        )
        found = _found(mine.pop(body["label"], {}))
        cells.append((body["label"], body["offers"], known, body["check"], found))
    cells += [(name, text(r.get("offers")), "", "", _found(r)) for name, r in mine.items()]
    checked = sum(c[-1] != NOT_YET for c in cells)
    said = f"{many(len(cells), 'body', 'bodies')}, {checked or 'none'} checked by you. "
    said += "Check before you rely on one: programmes open, close and move."
    columns = {"body": "Body", "offers": "Offers", "known": "What we read"}
    columns |= {"check": "What to check", "found": "What you found"}
    return [said, table("Bodies that may help, and their status", columns, cells)]


NOT_YET = "not checked yet"


def _found(row: dict) -> str:
    found, on = text(row.get("found")), day(row.get("checked_on"))
    return f"{said_day(on)}: {found}" if found and on else NOT_YET


@check("body_row")
def body_row(at, row: dict) -> list[Verdict]:
    """Was the body's status looked at, and when again?"""
    row = row or {}
    if not text(row.get("body")):
        return [Verdict(None, "Choose or name a body.")]
    lack = "Look at its own page or call, and write what you found and when."
    found = yes(_found(row) != NOT_YET, "Checked, with its day.", lack)
    again = bool(day(row.get("check_again_on")))
    return [found, yes(again, "You will look again.", "Set a day to look again.", later=True)]


# ------------------------------------------------------------------ lane, power, coalition


@check("lane")
def lane(at, value: dict) -> list[Verdict]:
    """May you speak, in this capacity, with these means?"""
    value = value or {}
    asked = catalog.content("advocacy_plan")["know_your_lane"]["ask_first"]
    left = [q for q in asked if not text(value.get(q["id"]))]
    if len(left) == len(asked):
        return [Verdict(None, "Answer the four questions before you write.")]
    out = []
    if text(value.get("lane3")).endswith("not checked yet"):
        out.append(Verdict(False, "Do not use them until you have checked: ask first, then write."))
    if text(value.get("lane4")) in ("Yes, and I have asked", "I do not know yet"):
        out.append(Verdict(False, "Until you have leave, speak for yourself, and say so."))
    if left:
        out.append(Verdict(None, f"{first_up(many(len(left), 'question'))} open."))
    who, on = text(value.get("asked")), day(value.get("advised_on"))
    done = f"Advised by {who}, {said_day(on)}."
    out.append(yes(bool(who and on), done, "Say who advised you, and when.", later=True))
    if all(v.ok for v in out):
        said = "Your lane is clear. It can change: look again before an election."
        out.append(Verdict(True, said))
    return out


@lab("power_map")
def power_map(at, **_) -> list:
    """Who has much say and is not sure yet?"""
    rows = at.folio.rows("advocacy_brief.power")
    if not rows:
        return ["Write who decides and who is listened to. The map asks two questions of each."]
    marks, cells = [], []
    for number, row in enumerate(rows, 1):
        influence, position = text(row.get("influence")), text(row.get("position"))
        if influence in INFLUENCE and position in POSITION:
            place = list(POSITION).index(position), list(INFLUENCE).index(influence)
            marks.append((number, *place))
        rest = (text(row.get(k)) for k in ("interests", "trusted_messenger", "next_step"))
        said = INFLUENCE.get(influence, "not said"), POSITION.get(position, "not said")
        cells.append((f"{number} {text(row.get('who'))}", *said, *rest))
    unsure = [r for r in rows if (r.get("influence"), r.get("position")) == ("high", "unsure")]
    for_ = sum(r.get("position") == "for" for r in rows)
    said = (
        f"{many(len(rows), 'person or body', 'people and bodies')}; {for_ or 'none'} for the ask. "
    )
    if unsure:
        said += f"With much influence, and unsure: {listing([text(r['who']) for r in unsure])}."
    else:
        said += "No one with much influence is unsure."
    out: list = [said]
    silent = [text(r["who"]) for r in unsure if not text(r.get("trusted_messenger"))]
    if silent:
        out.append(f"Whom do they trust? Still to say for {listing(silent)}.")
    if marks:
        out.append(
            figures_plan.grid(
                pd.DataFrame(marks, columns=["number", "column", "row"]),
                across=list(POSITION.values()),
                down=list(INFLUENCE.values()),
                x="How close to our ask now",
                y="Influence on the decision",
                alt=said,
                caption="Numbers are those of the table.",
            )
        )
    columns = {
        "who": "Who",
        "influence": "Influence",
        "position": "Now",
        "interests": "Cares about",
    }
    columns |= {"trusts": "Trusts", "next": "Next step"}
    note = "People move. Nobody on this map is an opponent for good."
    return [*out, table("The power map as a table", columns, cells), note]


@check("coalition_row")
def coalition_row(at, row: dict) -> list[Verdict]:
    """Does the partner gain something too, and are limits said?"""
    if not text((row or {}).get("partner")):
        return [Verdict(None, "Name a partner.")]
    wanted = {"what_they_bring": "what they bring", "what_they_need": "what they need"}
    wanted |= {"limits": "the limits", "contact": "who speaks with them"}
    return [needs(row, wanted, done="Give and take are both said, with limits.")]


@check("grassroots")
def grassroots(at, value: dict) -> list[Verdict]:
    """Did ten people speak first, and is the goal theirs, small and seen?"""
    value = value or {}
    rows = at.folio.rows("advocacy_brief.listening")
    heard = sum(bool(text(r.get("heard"))) for r in rows)
    planned = sum(bool(day(r.get("when"))) for r in rows)
    said = f"{heard} of 10 conversations held, {planned} with a date."
    out = [Verdict(heard >= 10 or None, said)]
    if empty(value):
        return out
    wanted = {"shared": "what they share", "goal": "the goal", "win": "how people will see it"}
    wanted["leads"] = "who leads"
    days = {"by": "by when", "evaluate": "when you look back"}
    out.append(needs(value, wanted, days, done="One goal, seen, led and dated."))
    back = heard - sum(r.get("told_back") is True for r in rows)
    if back > 0:
        out.append(Verdict(None, f"{back} of those heard have not been told what came of it."))
    return out + blocked(value.get("shared"), value.get("goal"))
