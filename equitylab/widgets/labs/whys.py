"""Notebook 09: chains of whys that end in something adults change, and causes that could be wrong."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_causes
from ...display import listing, many
from ...markup import Html, bullets, esc
from ..registry import Verdict, check, lab
from ._plain import table, text
from .causes import reaches, statement
from .redesign import blaming

CAUSES = "root_cause_map.causes"
STEPS = ("why1", "why2", "why3", "why4", "why5")
LEAST = 3  # whys; a chain shorter than that has hardly left the symptom
HELD, FAILED = "held", "failed"
PRACTICE = "Practice: two chains of the fictional Riverbend Middle School. Yours are drawn as soon as you write one."


def chain(row: dict) -> list[str]:
    """Return the answers of a chain, from the first why on.

    Examples
    --------
    >>> chain({"why1": "Few are recommended", "why2": " ", "why3": "Marks decide"})
    ['Few are recommended', 'Marks decide']
    """
    held = row.get("whys")
    steps = held if isinstance(held, list) else [row.get(step) for step in STEPS]
    return [text(one) for one in steps if text(one)]


@check("five-whys")
def five_whys(at, value) -> list[Verdict]:
    """Is each why a condition, and does the chain end where adults can act?"""
    row = value or {}
    steps, end = chain(row), text(row.get("condition"))
    if not steps:
        return [Verdict(None, "Write the first why: a condition, not a character.")]
    found = [
        Verdict(False, f"“{step}”: {ask}")
        for step in [*steps, end]
        if step
        for ask in blaming(step)
    ]
    found = found or [Verdict(True, "Every step speaks of a condition.")]
    if len(steps) < LEAST:
        found.append(Verdict(None, f"{many(len(steps), 'why')} so far; ask on, up to five."))
    if not end:
        found.append(
            Verdict(None, "Where does it end? Name the condition that someone can change.")
        )
    elif row.get("reach") in reaches():
        label = reaches()[row["reach"]]["label"].lower()
        found.append(Verdict(True, f"It ends in a condition, and you say that {label}."))
    else:
        words = "Do adults here control it, influence it, or advocate for it? If none, ask why once more."
        found.append(Verdict(False, words))
    return found


@lab("why-tree")
def why_tree(at, **_) -> list:
    """Which whys branch, and where does each chain end?"""
    rows = [r for r in at.folio.rows(CAUSES) if chain(r)]
    own = bool(rows)
    rows = rows or example()
    top = (
        statement(at) if own else catalog.content("root_cause")["branching"]["problem"]
    ) or "The problem, not written yet"
    told = _outline(rows, top)
    ends = [r for r in told if r["end"]]
    said = f"{many(len(rows), 'chain')}, {many(len(ends), 'end')}: {'; '.join(r['text'] for r in ends)}."
    frame = pd.DataFrame(told)
    alt = f"Tree of whys below: {top} It ends in: {'; '.join(r['text'] for r in ends)}."
    caption = (
        "Filled and bold: where a chain stops, at something adults change or advocate to change."
    )
    chart = figures_causes.outline(frame, alt=alt, caption=caption)
    one = (
        "One chain is one story. Which second answer did someone give, and who would know a third?"
    )
    return [
        *([] if own else [PRACTICE]),
        said,
        chart,
        Html(_nested(told)),
        *([one] if len(rows) == 1 else []),
    ]


def example() -> list[dict]:
    """Return Riverbend's chain of the content, with a second branch."""
    one = catalog.content("root_cause")["example_chain"]
    whys, end = one["whys"][:-1], one["whys"][-1]
    return [
        {"whys": whys, "condition": end, "reach": "we_control"},
        {
            "whys": whys[:-1],
            "condition": "There are two language teachers for three grades",
            "reach": "we_advocate",
        },
    ]


def _outline(rows: list[dict], top: str) -> list[dict]:
    """Return the chains as one outline; steps that begin alike are written once."""
    tree: dict = {}
    for row in rows:
        below = tree
        end = text(row.get("condition"))
        reach = reaches().get(row.get("reach"), {}).get("label", "")
        for step in [s for s in chain(row) if s != end]:
            below = below.setdefault(step, {})
        if end:
            below[f"{end} ({reach.lower()})" if reach else end] = None
    found = [{"level": 0, "text": top, "end": False}]

    def walk(branch: dict, level: int) -> None:
        for words, below in branch.items():
            found.append({"level": level, "text": words, "end": below is None})
            walk(below or {}, level + 1)

    walk(tree, 1)
    return found


def _nested(told: list[dict]) -> str:
    """Return an outline as nested lists, for those who do not see the picture."""
    out, level = "", -1
    for row in told:
        while level >= row["level"]:
            out, level = out + "</li></ul>", level - 1
        words = esc(row["text"])
        out += f"<ul><li>{f'<strong>{words}</strong>' if row['end'] else words}"
        level = row["level"]
    return out + "</li></ul>" * (level + 1)


# ---------------------------------------------------------------- alone: choose a why


@lab("branching-whys")
def branching_whys(at, **values) -> list:
    """Which answers lead on, and which stop at a person?"""
    told = catalog.content("root_cause")["branching"]
    out, good = [], []
    for step in told["steps"]:
        option = next((o for o in step["options"] if o["id"] == values.get(step["id"])), None)
        if option is None:
            break
        head = "This leads on." if option["good"] else "This stops here."
        out.append((f"{step['ask']} “{option['text']}” {head}", option["why"]))
        if not option["good"]:
            break
        good.append(option["text"])
    if not out:
        return [
            told["problem"],
            "Choose an answer to the first why. Each answer tells you where it leads.",
        ]
    shown = [told["problem"], Html(bullets(out))]
    if len(good) == len(told["steps"]):
        shown.append(
            f"Five answers, all of them conditions. The chain ends at: “{good[-1]}” Before anyone acts, "
            "ask what you would see if it were wrong."
        )
    elif len(good) < len(out):
        shown.append("Choose another answer to the last question, and compare the two.")
    return shown


# ---------------------------------------------------------------- what could prove it wrong


def standing(row: dict) -> str:
    """Return how a cause may enter the plan: ``checked``, ``assumption`` or ``set aside``.

    Examples
    --------
    >>> standing({"passed": "held"}), standing({"passed": "failed"}), standing({})
    ('checked', 'set aside', 'assumption')
    """
    told = row.get("passed")
    if told == FAILED:
        return "set aside"
    if told == HELD or (not told and text(row.get("result")) and row.get("confidence") == "clear"):
        return "checked"
    return "assumption"


@check("cause-test")
def cause_test(at, value) -> list[Verdict]:
    """Could this cause turn out wrong, and was it checked?"""
    row = value or {}
    yes, no = text(row.get("if_true")), text(row.get("if_false"))
    if not (yes or no):
        return [Verdict(None, "What would you see if it were true, and what if it were not?")]
    found = []
    if not no:
        found.append(
            Verdict(
                False,
                "What would you see if it were false? Without that, nothing can speak against it.",
            )
        )
    elif yes.casefold() == no.casefold():
        found.append(Verdict(False, "Both say the same, so no result could tell them apart."))
    elif yes:
        found.append(
            Verdict(True, "Some result would speak against it: that makes it worth checking.")
        )
    quick = text(row.get("quick_check"))
    found.append(
        Verdict(
            bool(quick) or None,
            "A quick check is named." if quick else "Which check could be done within two weeks?",
        )
    )
    words = {
        "checked": "It passed a check: it may enter the plan.",
        "set aside": "It did not hold: keep it in the map, and leave it out of the plan.",
        "assumption": "Not checked yet: it enters the plan only as an assumption to test.",
    }
    state = standing(row)
    return [*found, Verdict(None if state == "assumption" else True, words[state])]


@lab("cause-tests")
def cause_tests(at, **_) -> list:
    """Which causes may enter the plan, and which only as an assumption to test?"""
    rows = [r for r in at.folio.rows(CAUSES) if text(r.get("condition"))]
    if not rows:
        one = catalog.content("root_cause")["example_test"]
        told = [("Hypothesis:", one["hypothesis"]), ("If true, we would see:", one["if_true_we_would_see"]),
                ("If false, we would see:", one["if_false_we_would_see"]), ("Quick check:", one["quick_check"])]  # fmt: skip
        return [
            "No cause is written yet. This is how Riverbend put one to the test:",
            Html(bullets(told)),
        ]
    states = [standing(r) for r in rows]
    counted = [(states.count(s), s) for s in ("checked", "assumption", "set aside")]
    words = {
        "checked": "passed a check",
        "assumption": "an assumption to test",
        "set aside": "set aside",
    }
    said = (
        f"Of {many(len(rows), 'cause')}: {listing([f'{n} {words[s]}' for n, s in counted if n])}."
    )
    names = {
        "checked": "may enter the plan",
        "assumption": "assumption to test",
        "set aside": "not in the plan",
    }
    named = {p["id"]: text(p.get("title")) for p in at.folio.rows("audit_summary.priorities")}
    lines = [
        (text(r.get("condition")), named.get(r.get("priority"), "no priority chosen"),
         text(r.get("if_true")) or "open", text(r.get("if_false")) or "open",
         text(r.get("quick_check")) or "open", text(r.get("result")) or "not yet", names[s])
        for r, s in zip(rows, states, strict=True)
    ]  # fmt: skip
    columns = {
        "what": "Cause",
        "of": "Priority",
        "yes": "If true",
        "no": "If false",
        "how": "Quick check",
        "saw": "What we saw",
        "then": "In the plan",
    }
    return [said, table("Causes and the tests they met", columns, lines)]
