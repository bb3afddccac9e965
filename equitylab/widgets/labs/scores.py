"""Notebook 06: what the answers say, by item, by scale, by group, and from three sides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import metrics
from ...display import count, decimal, interval, known, percent, points
from ...signals import CLEAR, NOT_REPORTED, TOO_FEW, signals
from ..registry import lab
from ._answers import NAMES, Survey, draft, labelled, response, survey
from ._counts import LEAST, chart, counted, note, rules, said, table
from ._plain import table as prose
from ._plain import texts
from .surveys import source

SCORE = (
    "Dot: the share of favourable answers, with its interval. Filled dot and bold name: a clear "
    "difference. Diamond: everyone else who answered."
)
FULL = "Where everyone was asked and most answered, the truth lies closer than the interval says."


@lab("survey-scores")
def survey_scores(at, survey_id: str = "student", file: str = "", **_) -> list:
    """How favourable are the answers, item by item and scale by scale?"""
    told = survey(at, survey_id, file)
    opening, state = response(at, told)
    if state == "few":
        return [opening]
    items = {}
    for id, words in told.items.items():
        x, n = (int(v[0]) for v in metrics.favourable(told.answers([id])))
        items[id] = counted([(words, x, n)], at)
    frame = pd.concat(list(items.values()), ignore_index=True)
    rows, said_of = [], {}
    for s in told.scales.values():
        found = metrics.scale(told.answers(s["items"]))
        alone = found.n >= rules(at)[0] and all(items[i]["why"].iloc[0] == "" for i in s["items"])
        holds, words = reliable(told, s)
        value = _of(found) if holds and alone else "item by item only" if alone else "hidden"
        spread = _spread(told, s["items"]) if alone else ("hidden", "hidden")
        rows.append((s["label"], value, *spread, count(found.n) if alone else "hidden", words))
        if holds and alone:
            said_of[found.value] = f"{s['label'].lower()} ({value})"
    alt, short = f"Favourable answers, item by item. {opening}", texts("m06")["short"]
    drawn = frame.assign(label=[short.get(id, words) for id, words in told.items.items()])
    if len(said_of) > 1:
        top, low = said_of[max(said_of)], said_of[min(said_of)]
        opening += f" Answers are most favourable on {top} and least on {low}."
    columns = {
        "scale": "Scale", "value": "Favourable", "mean": "Mean, 1 to 5",
        "spread": "Answers 1, 2, 3, 4, 5", "n": "People", "holds": "Does it hold?",
    }  # fmt: skip
    words = "Share of favourable answers (the two upper of five)"
    return [
        opening,
        chart(drawn, label="Favourable", alt=alt, caption=SCORE.partition(" Filled")[0]),
        prose("Scales: the mean of their items' shares", columns, rows, ""),
        table(frame, f"Items. {words}", first="Item", people="Answers", did="Favourable"),
        *note(frame),
        FULL,
        draft(told),
        source(told),
    ]


def _of(scale) -> str:
    text = percent(scale.value, scale.n)
    if not known(scale.low):
        return text
    return f"{text}, interval {interval(scale.low, scale.high, scale.n)}"


def _spread(told: Survey, items: list[str]) -> tuple[str, str]:
    """Return the mean answer, and how the answers spread over the five steps."""
    given = told.answers(items)
    steps = [int((given == k).sum()) for k in range(1, 6)]
    if any(0 < n < 3 for n in steps):
        return decimal(np.nanmean(given)), "hidden"
    shares = " · ".join(f"{100 * n / sum(steps):.0f}" for n in steps)
    return decimal(np.nanmean(given)), f"{shares} percent"


def reliable(told: Survey, s: dict) -> tuple[bool, str]:
    """Whether a scale may be scored, and its alpha in words.

    Only the family survey asks for it: a short survey of caregivers may not form scales.
    """
    needed = told.about["scoring"].get("scale_only_if_reliability_at_least")
    alpha = metrics.cronbach_alpha(told.answers(s["items"]))
    words = f"alpha {decimal(alpha, 2)}" if known(alpha) else "cannot be told"
    if needed and not alpha >= needed:
        return False, f"{words}, under {needed:g}"
    return True, words


@lab("scale-by-group")
def scale_by_group(
    at, survey_id: str = "student", scale: str = "", attribute: str = "", file: str = "", **_
) -> list:
    """Is one scale answered alike by the groups, and how sure is that?"""
    told = survey(at, survey_id, file)
    opening, state = response(at, told)
    if state == "few" or not told.scales or not told.attributes:
        return [opening, "There is no scale, or no way of grouping, in these answers."][: 1 + (state != "few")]  # fmt: skip
    s = told.scales.get(scale) or next(iter(told.scales.values()))
    holds, words = reliable(told, s)
    if not holds:
        return [
            f"{opening} “{s['label']}” does not hold together in these answers ({words}): read its "
            "items one by one.",
            draft(told),
        ]
    chosen = told.pick(attribute)
    frame = grouped(at, told, s["items"], chosen)
    words = _aloud(frame, s["label"])
    alt = f"{s['label']}, by “{chosen}”. {words}"
    rows = [(r.label, count(r.n) if known(r.n) else "hidden", *_row(r)) for r in frame.itertuples()]
    columns = {
        "group": chosen, "n": "People", "rate": "Favourable", "interval": "Interval",
        "difference": "Beside everyone else, points", "signal": "What it says",
    }  # fmt: skip
    return [
        f"{opening} {words}",
        *told.instead(attribute),
        chart(frame, label=f"{s['label']}: favourable", alt=alt, caption=SCORE),
        prose(f"{s['label']}, by “{chosen}”", columns, rows, ""),
        *note(frame),
        FULL,
        draft(told),
        source(told),
    ]


def grouped(at, told: Survey, items: list[str], attribute: str) -> pd.DataFrame:
    """Score a scale in each category, beside everyone else who named one.

    A group is hidden where it, or one of the items in it, would be hidden alone: a scale is the mean
    of its items, and must not give one away.
    """
    of = told.category(attribute)
    names = [c for c in told.asked(attribute) or sorted(set(of)) if c and (of == c).any()]
    names += [c for c in sorted(set(of)) if c and c not in names]
    hide = np.zeros(len(names), bool)
    for item in items:
        # Whoever left the question out is a group too: all answers less the groups' are theirs.
        parts = [
            metrics.favourable(told.answers([item], (of == c).to_numpy())) for c in (*names, "")
        ]
        x, n = (np.array([int(part[k][0]) for part in parts]) for k in (0, 1))
        if n.sum() < rules(at)[0]:
            hide[:] = True
            continue
        found = metrics.hidden(x, n, min_group=rules(at)[0], min_cell=rules(at)[1])
        hide |= (found.count | found.band | found.size)[:-1]
    rows = []
    for name, gone in zip(names, hide, strict=True):
        inside, rest = (of == name).to_numpy(), ((of != name) & (of != "")).to_numpy()
        one, other = (metrics.scale(told.answers(items, part)) for part in (inside, rest))
        if gone or one.n < rules(at)[0]:
            rows.append((labelled(attribute, name), *[np.nan] * 8, "hidden", NOT_REPORTED))
            continue
        gap = metrics.scales_apart(one, other)
        word = signals(*map(np.asarray, gap), 0.0, enough=True, threshold=LEAST, fdr=1.0).item()
        rows.append(
            (labelled(attribute, name), one.n, one.value, one.low, one.high, other.value, gap.value, gap.low, gap.high,
             "", word)
        )  # fmt: skip
    columns = ["label", "n", "rate", "low", "high", "other", "difference", "difference_low"]
    return pd.DataFrame(rows, columns=[*columns, "difference_high", "why", "signal"])


def _row(r) -> tuple[str, str, str, str]:
    if r.why:
        return "hidden", "", "", ""
    low, high = (points(v, r.n) for v in (r.difference_low, r.difference_high))
    apart = f"{points(r.difference, r.n)} ({low} to {high})"
    return percent(r.rate, r.n), interval(r.low, r.high, r.n), apart, r.signal


def _aloud(frame: pd.DataFrame, label: str) -> str:
    clear, shown = frame[frame["signal"] == CLEAR], frame[frame["why"] == ""]
    if shown.empty:
        return f"{label}: every group is hidden, since too few people stand behind one of them."
    if clear.empty:
        told = "; ".join(f"{r.label} {_told(r)}" for r in shown.itertuples())
        few = " Some are too few to tell." if (shown["signal"] == TOO_FEW).any() else ""
        return f"{label}: no group that can be shown differs clearly. {told}.{few}"
    widest = clear.index[0] if len(frame) == 2 else clear["difference"].abs().idxmax()
    row = frame.loc[widest]
    side = "higher" if row["difference"] > 0 else "lower"
    return (
        f"{label}. {row['label']}: {_told(row)} favourable; everyone else "
        f"{percent(row['other'], row['n'])}: {points(row['difference'], row['n'], signed=False)} "
        f"points {side} (interval {points(row['difference_low'], row['n'])} to "
        f"{points(row['difference_high'], row['n'])}). This is a clear difference."
    )


def _told(r) -> str:
    between = f", interval {interval(r.low, r.high, r.n)}" if known(r.low) else ""
    return f"{percent(r.rate, r.n)} ({count(r.n)} people{between})"


# ---------------------------------------------------------------- three sides


@lab("parallel-views")
def parallel_views(at, topic: str = "belonging", file: str = "", **_) -> list:
    """Do students, families and staff see the same school?"""
    asked = {
        "belonging": {"student": ["s1"], "family": ["f1"], "staff": ["t1"]},
        "fairness": {"student": ["s7"], "family": ["f8"], "staff": ["t8"]},
    }[topic if topic == "fairness" else "belonging"]
    parts, cover = [], []
    for id, items in asked.items():
        told = survey(at, id)
        cover.append(response(at, told)[0].partition(":")[0])
        x, n = (int(v[0]) for v in metrics.favourable(told.answers(items)))
        parts.append(counted([(f"{NAMES[id].capitalize()}: {told.items[items[0]]}", x, n)], at))
    frame = pd.concat(parts, ignore_index=True)
    views = "; ".join(f"{r.label.partition(':')[0].lower()} {said(r)}" for r in frame.itertuples())
    opening = f"{topic.capitalize()}, seen from three sides: {views} favourable."
    drawn = frame.assign(label=frame["label"].str.partition(":")[0])
    out = [
        opening,
        chart(drawn, label="Favourable", alt=opening, caption=SCORE.partition(" Filled")[0]),
        table(frame, f"{topic.capitalize()} from three sides", first="Side and question",
              people="Answers", did="Favourable"),
        *note(frame),
    ]  # fmt: skip
    if topic != "fairness":
        out += _believed(at)
    return [
        *out,
        f"Before the scores: {'; '.join(cover)}. The questions are parallel and not the same: a "
        "difference between sides is a reason to talk, and not a measurement of who is right.",
        "Practice answers of the fictional Riverbend Middle School.",
    ]


def _believed(at) -> list:
    """Set what staff believe about belonging beside what students say (rb11)."""
    staff, students = survey(at, "staff"), survey(at, "student")
    if "tp1" not in staff.items or "In band or robotics" not in students.attributes:
        return []
    lived = grouped(at, students, ["s1", "s2", "s3"], "In band or robotics")
    rows = []
    for item, category in (("tp1", "Yes"), ("tp2", "No")):
        x, n = (int(v[0]) for v in metrics.favourable(staff.answers([item])))
        view = counted([(staff.items[item], x, n)], at).iloc[0]
        own = lived[lived["label"].str.endswith(category)].iloc[0]
        where = "Students in band or robotics" if category == "Yes" else "All other students"
        told = f"{percent(own['rate'], own['n'])}, interval {interval(own['low'], own['high'], own['n'])}"  # fmt: skip
        rows.append((where, f"{count(own['n'])}", told, said(view)))
    columns = {"who": "Of whom", "n": "Students", "said": "Students say: belonging",
               "staff": "Staff think that most or nearly all belong"}  # fmt: skip
    words = (
        f"Students in band or robotics: {rows[0][2]}; all others: {rows[1][2]}. Staff see no such "
        f"difference: {rows[0][3]}, and {rows[1][3]}. What makes band and robotics work is a strength "
        "to learn from."
    )
    return [words, prose("What students say, and what staff think", columns, rows)]
