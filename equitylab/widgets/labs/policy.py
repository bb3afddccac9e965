"""Notebook 11: which rule, what is known of it, what may be decided, and one practice in ten schools."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ... import catalog, figures_study, language, metrics
from ...display import count, listing, many, percent
from ...metrics.chance import benjamini_hochberg, difference_p
from ...plan.values import counted, day, number, rule, said_day, text
from ..registry import Verdict, check, lab
from ._plain import table

SURE = ("s2", "s3")  # stages whose open questions bar the way to "keep"
LONG = 20  # words of a sentence that a rule's readers can carry


def _content() -> dict:
    return catalog.content("policy_equity_review")


# ------------------------------------------------------------------ quick screen and review


@check("quick_row")
def quick_row(at, row: dict) -> list[Verdict]:
    """Does this rule need a full review?"""
    row = row or {}
    asked = [text(row.get(q["id"])) for q in _content()["quick_screen"]]
    if not any(asked):
        return [Verdict(None, "Answer the four questions of the quick screen.")]
    flags = sum(a in ("yes", "unknown") for a in asked)
    left = sum(not a for a in asked)
    said = f"{many(flags, 'answer')} of yes or not known."
    if flags >= 2:
        return [Verdict(True, f"{said} Do the full review.")]
    if left:
        return [Verdict(None, f"{said} {many(left, 'question')} to answer.")]
    return [Verdict(True, f"{said} The quick screen is enough for now.")]


@lab("quick_screen")
def quick_screen(at, **_) -> list:
    """Which rules ask for a full review?"""
    rows = at.folio.rows("policy_review.inventory")
    asked = _content()["quick_screen"]
    if not rows:
        return ["No rule is listed yet. Begin with three that shape a student's week."]
    words = {o["value"]: o["label"] for o in _content()["answer_options"]}
    cells, full = [], []
    for row in rows:
        held = [text(row.get(q["id"])) for q in asked]
        flags = sum(a in ("yes", "unknown") for a in held)
        if flags >= 2:
            full.append(text(row.get("name")))
        done = (
            "not asked yet" if not any(held) else "full review" if flags >= 2 else "enough for now"
        )
        cells.append((text(row.get("name")), *(words.get(a, "") for a in held), done))
    said = f"{many(len(rows), 'rule')}, {many(len(full), 'full review')} asked for"
    said += f": {listing(full)}." if full else "."
    columns = {"rule": "Rule", **{q["id"]: q["text"].rstrip("?") for q in asked}, "next": "Next"}
    return [said, table("The quick screen", columns, cells)]


def unknown(at) -> list[str]:
    """Return the checks on people and on evidence that have no answer, or none yet."""
    held = at.folio.get("policy_review.checks") or {}
    return [
        one["text"]
        for stage in _content()["stages"]
        if stage["id"] in SURE
        for one in stage["checks"]
        if text((held.get(one["id"]) or {}).get("rating")) in ("", "unknown")
    ]


@check("impact_review")
def impact_review(at, value: dict) -> list[Verdict]:
    """What is known of the rule, stage by stage?"""
    value, out = value or {}, []
    for stage in _content()["stages"]:
        given = [text((value.get(c["id"]) or {}).get("rating")) for c in stage["checks"]]
        counts = {a: given.count(a) for a in ("yes", "partly", "no", "unknown", "")}
        said = f"{stage['title']}: {counts['yes']} with evidence, {counts['partly']} partly, {counts['no']} no, {counts['unknown']} not known"
        said += f", {counts['']} open." if counts[""] else "."
        ok = None if counts[""] else not counts["unknown"]
        out.append(Verdict(ok, said))
    left = unknown(at)
    if left:
        out.append(
            Verdict(
                False,
                f"{len(left)} of 8 checks on people and evidence are not known: the rule cannot be kept as it is.",
            )
        )
    else:
        out.append(
            Verdict(True, "People and evidence are looked at: any decision may be recorded.")
        )
    return out


@check("decision_gate")
def decision_gate(at, value: dict) -> list[Verdict]:
    """May this decision be recorded, given what is known?"""
    value = value or {}
    chosen, left = text(value.get("decision")), unknown(at)
    if chosen == "keep" and left:
        first = f"“{left[0].rstrip('.')}”"
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        said = f"“Keep” cannot be recorded: it is not known yet whether {first}{more}. Choose to gather evidence, or to pilot."
        return [Verdict(False, said)]
    if not chosen:
        open_ = f" {len(left)} checks on people and evidence are open." if left else ""
        return [Verdict(None, f"No decision yet.{open_}")]
    lacks = [
        word
        for word, held in (
            ("reasons", text(value.get("reasons"))),
            ("who took part", text(value.get("who_took_part"))),
            ("a measure", text(value.get("measures"))),
            ("a day to look again", day(value.get("review_date"))),
        )
        if not held
    ]
    said = f"Recorded: {chosen.replace('_', ' ')}."
    return [
        Verdict(
            None if lacks else True, f"{said} Still to write: {listing(lacks)}." if lacks else said
        )
    ]


@check("simulated")
def simulated(at, value: dict) -> list[Verdict]:
    """Is the assumption named that the answer hangs on, and a way to check it?"""
    value = value or {}
    if not any(map(text, value.values())):
        return [Verdict(None, "Write what you saw.")]
    lacks = [
        w
        for w, k in (
            ("the assumption that mattered most", "assumption"),
            ("a way to check it here", "check"),
        )
        if not text(value.get(k))
    ]
    said = (
        f"Still to write: {listing(lacks)}."
        if lacks
        else "An assumption, and a way to check it here."
    )
    return [Verdict(not lacks, said)]


# ------------------------------------------------------------------ redraft


@check("redraft")
def redraft(at, value: dict) -> list[Verdict]:
    """Is the new text plain, and does it help a student whom nobody speaks for?"""
    value = value or {}
    new = text(value.get("new"))
    if not new:
        return [Verdict(None, "Write the words you propose.")]
    sentences = [s.split() for s in new.replace("?", ".").replace(";", ".").split(".") if s.split()]
    longest = max(map(len, sentences))
    out = [
        Verdict(
            longest <= LONG,
            f"The longest sentence has {many(longest, 'word')}"
            + ("." if longest <= LONG else f"; {LONG} is easier to follow."),
        ),
    ]
    blocked = [h for h in language.lint(new) if h.severity == "block_in_reports"]
    if blocked:
        out.append(Verdict(False, f"“{blocked[0].match}”: {blocked[0].why}"))
    for key, yes, no in (
        ("default", "You say what happens if nobody asks.", "Say what happens if nobody asks."),
        (
            "judgement",
            "You say where judgement remains.",
            "Say where judgement remains, or that none does.",
        ),
        ("appeal", "There is a way to appeal.", "Say how someone can appeal."),
        ("with_whom", "Others wrote it with you.", "Write it with someone whom it affects."),
    ):
        out.append(Verdict(bool(text(value.get(key))) or None, yes if text(value.get(key)) else no))
    return out


# ------------------------------------------------------------------ one rule, many schools


@lab("consistency")
def consistency(at, **_) -> list:
    """Is one rule applied alike in every school?"""
    rows = at.practice("kpi_readings")
    rows = rows[rows["series"] == "dd5"].sort_values("school")
    x, n = (rows[c].to_numpy(float) for c in ("numerator", "denominator"))
    why = np.array([rule(a, b) for a, b in zip(x, n, strict=True)])
    shown = why == ""
    rest_x, rest_n = x[shown].sum() - x[shown], n[shown].sum() - n[shown]
    apart = metrics.risk_difference(x[shown], n[shown], rest_x, rest_n)
    q = benjamini_hochberg(difference_p(x[shown], n[shown], rest_x, rest_n))
    clear = np.zeros(len(x), bool)
    clear[shown] = ((apart.low > 0) | (apart.high < 0)) & (q <= 0.05)
    value, low, high = (np.where(shown, v, np.nan) for v in metrics.rate(x, n))
    names = rows["school"].tolist()
    whole = f"{count(x[shown].sum())} of {count(n[shown].sum())} ({percent(x[shown].sum() / n[shown].sum(), n[shown].sum())})"
    differ = [
        f"{name}, {counted(a, b)}" for name, a, b, c in zip(names, x, n, clear, strict=True) if c
    ]
    said = (
        f"In {int(shown.sum())} schools together, {whole} disruptions were answered in school. "
        f"{len(differ)} schools differ clearly from the others: {'; '.join(differ)}. One policy, and more than one practice."
    )
    frame = pd.DataFrame(
        {
            "label": [s.removesuffix(" School") for s in names],
            "value": value,
            "low": low,
            "high": high,
            "strong": clear,
            "why": np.where(shown, "", "hidden"),
        }
    )
    chart = figures_study.dots(
        frame, label="Disruptions answered in school", alt=said, line=float(x[shown].sum() / n[shown].sum()),
        caption="Filled: clearly different from the other schools together. The dashed line is all of them. Schools stand by name.",
    )  # fmt: skip
    cells = [
        (
            name,
            counted(a, b) or "hidden",
            "clear difference" if c else "not clearly different" if s else "hidden",
        )
        for name, a, b, c, s in zip(names, x, n, clear, shown, strict=True)
    ]
    columns = {"school": "School", "kept": "Answered in school", "word": "Beside the other schools"}
    note = (
        "Fictional schools; two of the twelve sent no such incidents. A difference says that "
        "practice differs, not which practice is right, nor why."
    )
    return [said, chart, table("One rule in ten schools, by name", columns, cells), note]


@check("consistency_ask")
def consistency_ask(at, value: dict) -> list[Verdict]:
    """Can the shared practice be checked, and does it leave room for good reasons?"""
    value = value or {}
    if not any(map(text, value.values())):
        return [Verdict(None, "Write the expectation that schools should share.")]
    sites, met = number(value.get("sites")), number(value.get("met"))
    out = []
    if sites and met is not None and met <= sites:
        # Schools or rooms are counted here, not students: nobody can be found by them.
        out.append(
            Verdict(
                True, f"{count(met)} of {count(sites)} places meet it now (k_policy_consistency)."
            )
        )
    else:
        out.append(Verdict(None, "How many places were checked, and how many meet it?"))
    lacks = [
        w
        for w, k in (
            ("what may differ", "adapt"),
            ("whom you ask", "whom"),
            ("what schools would need", "support"),
        )
        if not text(value.get(k))
    ]
    if not day(value.get("by")):
        lacks.append("by when")
    said = (
        f"Still to write: {listing(lacks)}."
        if lacks
        else f"The ask stands: {text(value['whom'])}, by {said_day(value['by'])}."
    )
    return [*out, Verdict(not lacks or None, said)]
