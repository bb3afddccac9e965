"""Notebooks 10 and 12: where a measure stands, and whether measures cover each goal."""

from __future__ import annotations

import pandas as pd

from ... import catalog, figures_study, language, metrics, plan
from ...display import count, decimal, interval, many, percent
from ...markup import Html, bullets, esc
from ...plan.aim import events
from ...plan.thread import name as called
from ...plan.values import counted, kpi_of, number, rule, text
from ...schema import ALL
from ..registry import Verdict, check, lab
from ._plain import table, texts
from .goals import listed, share

# ------------------------------------------------------------------ baselines


@lab("baselines")
def baselines(at, topic: str = "tests", dimension: str = "el", **_) -> list:
    """Where does each measure of a topic stand now, in all and by group?"""
    told = texts("m10")
    about = told["topics"][topic]
    held = [i for i in about["indicators"] if i in at.school.measures()]
    out = []
    if held:
        out += _standing(at, held, dimension)
    else:
        names = [catalog.indicator(i).label for i in about["indicators"]]
        out.append(f"The numbers of {at.school.name} hold no {' or '.join(names)}.")
        out.append(told["instead"][topic])
    if about.get("scores") and held:
        out += _means(at, dimension)
    kpis = {k["id"]: k for k in catalog.content("kpi_catalog")["kpis"]}
    notes = []
    for id in about["kpis"]:
        beside = kpis.get(told["pairs"].get(id, ""), {})
        more = f" Read it beside “{beside['label']}”." if beside else ""
        counts = f"{kpis[id]['numerator']}, of: {kpis[id]['denominator']}."
        notes.append((f"{kpis[id]['label']} ({id}).", f"{counts} {kpis[id]['caution']}.{more}"))
    return [*out, Html("<h4>What each measure counts</h4>", bullets(notes))]


def _standing(at, indicators: list[str], dimension: str) -> list:
    found, cells, said = [], [], []
    for id in indicators:
        about = catalog.indicator(id)
        rows = at.school.rows(id, year="latest")
        rows = rows[rows["dimension"].isin([ALL, dimension]) & ~rows["pooled"].astype(bool)]
        groups = rows[rows["dimension"] == dimension]
        whole = rows[rows["dimension"] == ALL]
        year = rows["year"].iloc[0] if len(rows) else ""
        for row in whole.itertuples(index=False):
            said.append(f"{about.label}, all students, {year}: {language.rate_of(row, about)}.")
        if len(groups):
            said.append(language.overview(list(groups.itertuples(index=False)), about))
        for row in rows.itertuples(index=False):
            label = "All students" if row.dimension == ALL else row.group
            cells.append((f"{about.label}: {label}", row.year, language.rate_of(row, about)))
            if not about.events:
                found.append(_mark(row, about, label))
    out = [*filter(None, said)]
    marks = pd.DataFrame(found, columns=["part", "label", "value", "low", "high", "why", "strong"])
    if len(marks):
        words = catalog.dimension_label(dimension)
        alt = f"{at.school.name}: " + " ".join(s for s in said if "all students" in s)
        out.append(
            figures_study.dots(
                marks, label="Share of students", alt=alt, breaks=_breaks(marks["part"]),
                caption=f"All students (filled), then by {words}; lines are 95% "
                "intervals.",
            )
        )  # fmt: skip
    columns = {"what": "Measure and students", "year": "Year", "now": "Now"}
    return [*out, table(f"Baselines of {at.school.name}", columns, cells)]


def _breaks(parts: pd.Series) -> set[int]:
    """Return the rows before which another measure begins."""
    names = parts.tolist()
    return {k for k in range(1, len(names)) if names[k] != names[k - 1]}


def _mark(row, about, label: str) -> tuple:
    shown = not row.why
    numbers = (row.rate, row.rate_low, row.rate_high) if shown else (float("nan"),) * 3
    name = about.label if label == "All students" else label
    return (about.id, name, *numbers, "" if shown else row.why, label == "All students")


def _means(at, dimension: str) -> list:
    """Return mean scores beside the shares that met the standard, which hang on one cut point."""
    lines = []
    for id in ("score_math", "score_reading", "score_science"):
        if id not in at.school.view.latest:
            continue
        rows = at.school.view.scores_of(id)
        for row in rows[rows["dimension"].isin([ALL, dimension])].itertuples(index=False):
            label = "All students" if row.dimension == ALL else row.group
            mean = decimal(row.mean) if not row.why else row.why
            apart = language.score_gap(row) if row.signal != "not reported" and not row.why else ""
            lines.append((f"{catalog.indicator(id).label}: {label}", mean, apart))
    if not lines:
        return []
    columns = {"what": "Score and students", "mean": "Mean", "gap": "Compared with other students"}
    return [
        "The share at the standard hangs on one cut point. Mean scores do not: read both.",
        table("Mean scores beside the shares", columns, lines),
    ]


# ------------------------------------------------------------------ a voice measure


@check("voice_measure")
def voice_measure(at, value: dict) -> list[Verdict]:
    """Where does a scale of the survey stand, and who answered?"""
    value = value or {}
    favourable, valid, answered, asked = (
        number(value.get(k)) for k in ("favourable", "valid", "answered", "asked")
    )
    out = []
    if None in (favourable, valid) or not valid:
        out.append(Verdict(None, "Write how many answers were favourable, of how many valid ones."))
    elif favourable > valid:
        out.append(Verdict(False, "More favourable than valid answers: mend one of the two."))
    elif not answered or rule(answered, answered) == "hidden":
        said = "Say how many students answered; with fewer than 10 nothing may be shown."
        out.append(Verdict(False if answered else None, said))
    else:
        # One student gives several answers, so the interval goes by students, not by answers.
        part = favourable / valid
        low, high = metrics.rate(round(part * answered), int(answered))[1:]
        out.append(
            Verdict(
                True,
                f"{count(favourable)} of {count(valid)} answers were favourable "
                f"({percent(part, answered)}, interval {interval(low, high, answered)}, by "
                f"{count(answered)} students).",
            )
        )
        out += _aim(value, part, int(answered))
    out.append(_response(answered, asked))
    missing = bool(text(value.get("missing")))
    said = "You say who is missing." if missing else "Say who is missing among those who answered."
    return [*out, Verdict(missing or None, said)]


def _response(answered: float | None, asked: float | None) -> Verdict:
    if not (answered and asked) or answered > asked:
        return Verdict(None, "Say how many answered, of how many who were asked.")
    part = answered / asked
    said = f"{count(answered)} of {count(asked)} answered ({percent(part, asked)})."
    if part < 0.8:
        return Verdict(False, f"{said} Under 80%: read it as partial, and ask who did not answer.")
    return Verdict(True, said)


def _aim(value: dict, part: float, answered: int) -> list[Verdict]:
    aim = share(value.get("target"))
    if aim != aim:
        return []
    found = plan.detectable(round(part * answered), answered, round(aim * answered))
    return [Verdict(found.ok, f"Among as many students: {found.text}")]


# ------------------------------------------------------------------ the set


@check("kpi_row")
def kpi_row(at, row: dict) -> list[Verdict]:
    """Can this measure be followed, and does it need another beside it?"""
    row = row or {}
    kpi, held = kpi_of(row.get("kpi")), plan.read(at.folio)
    if not kpi:
        return [Verdict(None, "Choose the measure.")]
    said = f"{kpi['numerator']}, of: {kpi['denominator']}. " if kpi.get("numerator") else ""
    out = [Verdict(True, f"{said}{kpi.get('caution', '')}".strip() or kpi["label"])]
    x, n = number(row.get("baseline_x")), number(row.get("baseline_n"))
    if x is None or not n:
        out.append(Verdict(None, "Its baseline: how many now, of how many?"))
    elif x > n and not events(row.get("kpi")):
        out.append(Verdict(False, "The count is larger than the number of students."))
    elif rule(x, n):
        out.append(Verdict(False, "Too few to be shown: count years together, or ask people."))
    else:
        out.append(Verdict(True, f"Now {counted(x, n, per=events(row.get('kpi')))}."))
    lacks = [
        word
        for word, k in (("how often", "frequency"), ("who reads it", "owner"))
        if not row.get(k)
    ]
    out.append(
        Verdict(not lacks, f"Say {' and '.join(lacks)}." if lacks else "Read by a role, on time.")
    )
    beside = texts("m10")["pairs"].get(text(kpi.get("id")))
    if beside:
        there = beside in {text(k.get("kpi")) for k in held.kpis.values()}
        label = kpi_of(beside)["label"]
        out.append(
            Verdict(there, f"“{label}” stands beside it." if there else f"Set “{label}” beside it.")
        )
    return out


def _aimed(aim: float | None, per: bool) -> str:
    """Return a target in percent, or events per 100 students."""
    if aim is None:
        return "not yet"
    return f"{decimal(aim, 0)} per 100" if per else f"{decimal(aim, 0)}%"


@lab("kpi_set")
def kpi_set(at, **_) -> list:
    """Do the measures cover each goal from every side?"""
    held = plan.read(at.folio)
    if not held.kpis:
        return [
            "No measure is chosen yet. Each goal wants an outcome, a process, a voice and a balancing measure."
        ]
    out, whole = [], 0
    for id, goal in held.goals.items():
        checks = plan.kpi_coverage(held, id)
        whole += all(c.ok for c in checks)
        out.append(f"<h4>{esc(called(goal))}</h4>{listed(checks)}")
    said = f"{many(len(held.kpis), 'measure')} for {many(len(held.goals), 'goal')}; "
    verb = "is" if whole == 1 else "are"
    said += f"{whole or 'none'} of them {verb} covered from every side and can be followed."
    cells, marks = [], []
    for row in held.kpis.values():
        kpi = kpi_of(row.get("kpi"))
        label, per = text(kpi.get("label")), events(row.get("kpi"))
        x, n = number(row.get("baseline_x")), number(row.get("baseline_n"))
        aim = number(row.get("target"))
        now = counted(x, n, per=per)
        cells.append((
            label, text(row.get("kind")), now or "not yet", _aimed(aim, per),
            text(row.get("frequency")), text(row.get("owner")),
        ))  # fmt: skip
        if not rule(x, n) and not per and 0 <= x <= n:
            marks.append((label, *(float(v) for v in metrics.rate(x, n)), share(row.get("target"))))
    parts = [said, Html(*out)]
    if marks:
        rows = pd.DataFrame(marks, columns=["label", "value", "low", "high", "other"])
        alt = (
            "Baselines of the plan: "
            + "; ".join(f"{c[0]} {c[2]}, target {c[3]}" for c in cells)
            + "."
        )
        parts.append(
            figures_study.dots(
                rows,
                label="Share",
                alt=alt,
                caption="Dots are baselines with their 95% intervals; diamonds are targets.",
            )
        )
    columns = {
        "kpi": "Measure",
        "kind": "Kind",
        "now": "Now",
        "target": "Target",
        "often": "Read",
        "who": "By",
    }
    return [*parts, table("The measures of the plan", columns, cells)]
