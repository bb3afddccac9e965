"""Notebook 06: who answered, whether items may be added up, and whom no adult notices."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import metrics
from ...display import count, decimal, known, listing, percent
from ..registry import lab
from ._answers import Survey, coverage, draft, labelled, response, survey
from ._counts import chart, counted, note, said, spoken, summary, table
from ._plain import table as prose

RATE = "Dot: the response of a group. Diamond: the response of all others. Pale bar: only a band may be said. Everyone who was asked is counted, so a response has no interval."  # fmt: skip


@lab("response-coverage")
def response_coverage(at, survey_id: str = "student", attribute: str = "", file: str = "", **_):
    """Who answered, and who is missing?"""
    told = survey(at, survey_id, file)
    opening, state = response(at, told)
    if state in ("few", "unknown"):
        return [opening, "Enter who was asked, in all and by group, below."]
    chosen = told.pick(attribute)
    frame = coverage(at, told, chosen) if chosen else pd.DataFrame()
    if frame.empty:
        return [opening, "Who was asked is not entered by group, so nobody can see who is missing."]
    missing = _missing(frame, told)
    drawn = frame.assign(low=np.nan, high=np.nan, signal="")
    alt = f"Response, by “{chosen}”. {opening} {missing}"
    return [
        f"{opening} {missing}",
        *_guessed(at, told),
        *told.instead(attribute),
        chart(drawn, label="Answered, of those who were asked", alt=alt, caption=RATE),
        _covered(frame, chosen, told),
        *note(frame),
        _declined(told, chosen),
        source(told),
    ]


def _guessed(at, told: Survey) -> list[str]:
    """Set a prediction of the families' response beside it."""
    guess = (at.folio.get("predictions.m06") or {}).get("response")
    if told.id != "family" or told.own or not known(guess) or not told.total:
        return []
    share = percent(len(told.rows) / told.total, told.total)
    return [f"You expected {guess:g} of a hundred; it is {share} here. What would a number far from your guess say about what the school hears?"]  # fmt: skip


def _missing(frame: pd.DataFrame, told: Survey) -> str:
    """Name the groups whose voice is smaller than their share."""
    limit = told.about["reporting"].get("representativeness", {}).get("caution_ratio_below", 0.8)
    under = list(frame.loc[frame["ratio"] < limit, "label"])
    none = list(frame.loc[(frame["why"] == "band") & (frame["band_low"] == 0), "label"])
    texts = []
    if none:
        texts.append(f"No one, or hardly anyone, answered from: {listing(none)}.")
    if under:
        texts.append(f"Heard less than their share: {listing(under)}.")
    return " ".join(texts) or "No group that can be shown is heard much less than its share."


def _covered(frame: pd.DataFrame, attribute: str, told: Survey):
    people = float(frame["n"].sum())
    answers = float(frame["x"].sum())
    columns = {
        "group": attribute, "n": "Asked", "x": "Answered", "rate": "Response",
        "part": "Share of the answers over share of the people",
    }  # fmt: skip
    rows = []
    for row in frame.itertuples(index=False):
        n = count(row.n) if known(row.n) else "hidden"
        if row.why:
            rows.append((row.label, n, row.why if row.why == "hidden" else "", _share(row), ""))
        else:
            rows.append((row.label, n, count(row.x), _share(row), decimal(row.ratio, 2)))
    whole = "All who are shown" if (frame["why"] != "").any() else "All"
    if answers and people and not (frame["why"] != "").any():
        rows.append(
            (whole, count(people), count(answers), percent(answers / people, people), "1.00")
        )
    return prose(f"Which {told.who} answered, by “{attribute}”", columns, rows, "")


def _share(row) -> str:
    if row.why == "":
        return percent(row.rate, row.n)
    return said(row).partition(" of ")[0] if row.why == "band" else row.why


def _declined(told: Survey, attribute: str) -> str:
    left = int((told.category(attribute) == "").sum())
    if left >= 3:
        return f"{left} people left this question out: it is theirs to leave."
    return "Hardly anyone left this question out." if left else "Everyone answered this question."


def source(told: Survey) -> str:
    """Return where the answers come from."""
    if told.own:
        return "Your own file: it was read for this picture, and nothing of it is kept."
    return "Practice answers of the fictional Riverbend Middle School."


# ---------------------------------------------------------------- does it hold?


@lab("reliability")
def reliability(at, survey_id: str = "student", file: str = "", **_) -> list:
    """Do the items of each scale belong together, which items are skipped, and who only clicked?"""
    told = survey(at, survey_id, file)
    opening, state = response(at, told)
    if state == "few":
        return [opening]
    scales = []
    for s in told.scales.values():
        answers = told.answers(s["items"])
        alpha, omega = metrics.cronbach_alpha(answers), metrics.omega_total(answers)
        verdict = (
            "holds" if alpha >= 0.7 else "read its items one by one" if known(alpha) else "not told"
        )
        told_omega = decimal(omega, 2) if known(omega) else "cannot be told"
        scales.append((s["label"], ", ".join(s["items"]), decimal(alpha, 2), told_omega, verdict))
    skipped = [
        counted([(words, int(told.rows[id].isna().sum()), len(told.rows))], at)
        for id, words in told.items.items()
    ]
    frame = pd.concat(skipped, ignore_index=True)
    shown = frame[frame["why"] == ""]
    most = shown.loc[shown["rate"].idxmax()] if len(shown) else None
    loose = [s[0] for s in scales if s[4] != "holds"]
    first = (
        f"{'Not all of the' if loose else 'All'} {len(scales)} scales hold together"
        + (f": not {listing(loose)}." if loose else ".")
        + (
            f" The item skipped most is “{most['label']}”: {said(most)}."
            if most is not None
            else ""
        )
    )
    columns = {"scale": "Scale", "items": "Items", "alpha": "Alpha", "omega": "Omega", "says": "So"}
    return [
        first,
        prose("Do the items of a scale belong together?", columns, scales, ""),
        *(
            [table(shown, "Items that were skipped", first="Item", people="People", did="Skipped")]
            if len(shown)
            else []
        ),
        *(
            ["Of the other items, none was skipped by more than two people."]
            if len(shown) < len(frame)
            else []
        ),
        *([] if told.own and "seconds" not in told.rows else [_quality(told)]),
        "Alpha and omega say how much the items of a scale move together: 0.7 is a common floor for "
        "groups, and none is high enough to score one person.",
        draft(told, whole=True),
        source(told),
    ]


def _quality(told: Survey) -> str:
    items = [i["id"] for i in told.about["items"] if i["id"] in told.rows]
    same = int(metrics.same_throughout(told.answers(items)).sum())
    texts = [f"One answer throughout: {_few(same)}."]
    if "seconds" in told.rows:
        quick = int((pd.to_numeric(told.rows["seconds"], errors="coerce") < 60).sum())
        texts.append(f"Under a minute: {_few(quick)}.")
    if "respondent_id" in told.rows:
        twice = int(told.rows["respondent_id"].duplicated().sum())
        texts.append(f"Sent twice: {_few(twice)}.")
    texts.append("Look at results with and without them; do not look for the people.")
    return " ".join(texts)


def _few(number: int) -> str:
    return "no one" if number == 0 else "one or two" if number < 3 else f"{number} people"


# ---------------------------------------------------------------- known by an adult


@lab("noticed")
def noticed(at, attribute: str = "Grade", file: str = "", **_) -> list:
    """Where do students say that hardly ever an adult notices how they are doing?"""
    told = survey(at, "student", file)
    opening, state = response(at, told)
    if state == "few" or "s2" not in told.items or not told.attributes:
        return [opening, "The question whether an adult notices is not in these answers."]
    chosen = told.pick(attribute)
    of, answers = told.category(chosen), told.rows["s2"]
    names = [c for c in told.asked(chosen) or sorted(set(of)) if c]
    parts = [
        (
            labelled(chosen, c),
            int((answers[of == c] <= 2).sum()),
            int(answers[of == c].notna().sum()),
        )
        for c in names
    ]
    frame = counted(parts, at)
    did = "say that an adult notices almost never or once in a while"
    words = summary(frame, did=did, others="others")
    alt = f"Rarely noticed by an adult, by “{chosen}”. {words}"
    whole = counted(
        [("Of all who answered", sum(p[1] for p in parts), sum(p[2] for p in parts))], at
    )
    return [
        f"{spoken(whole.iloc[0], did=did)} {words}",
        *told.instead(attribute),
        chart(frame, label="Rarely noticed", alt=alt),
        table(frame, f"Rarely noticed by an adult, by “{chosen}”", first=chosen,
              people="Answers", did="Rarely noticed"),
        *note(frame),
        "The answers are anonymous, so they show where to look and not whom to look for. Use the "
        "staff's own list: every student's name once, a mark beside each one whom an adult knows.",
        opening,
        source(told),
    ]  # fmt: skip
