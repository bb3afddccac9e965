"""Districts in which no group differs: how often does each metric say that one does?

    python benchmarks/null.py [--districts 500]

Every student of a school has the school's rate and the school's scores, whatever the group, and
every school has the same mix of groups. What is called apart here is apart by chance. Writes
benchmarks/results/null.md; `tests/metrics/test_null.py` runs a few and holds them to their level.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from pathlib import Path

import numpy as np

import equitylab as eq
from equitylab import metrics

RESULTS = Path(__file__).parent / "results"
SCHOOLS, PART = 12, 0.25
# What is stated of each: the share of false calls at most, or about.
FIVE = 0.05


def _apart(estimate, nothing: float = 0.0):
    """How many intervals leave out "nothing", of those there are."""
    low, high = (np.asarray(part, dtype=float) for part in estimate[1:])
    told = ~np.isnan(low) & ~np.isnan(high)
    return int((((low > nothing) | (high < nothing)) & told).sum()), int(told.sum())


def _small(p):
    """How many p-values are under .05, of those there are."""
    p = np.asarray(p, dtype=float)
    return int((p < 0.05).sum()), int((~np.isnan(p)).sum())


def of_counts(draw) -> dict:
    """Metrics of counts: two groups in twelve schools."""
    size = draw.integers(80, 900, SCHOOLS)
    n = draw.binomial(size, PART)
    m = size - n
    rate = draw.uniform(0.08, 0.5, SCHOOLS)
    x, y = draw.binomial(n, rate), draw.binomial(m, rate)
    table, common = (x, n, y, m), 0.2
    later = draw.binomial(n, rate)
    far = metrics.detectable_change(x, n)
    tested, tested_other = draw.binomial(n, 0.93), draw.binomial(m, 0.93)
    steps = [0.7, 0.4, 0.8]
    chains = [[g] for g in (n, m)]
    for chain in chains:
        for step in steps:
            chain.append(draw.binomial(chain[-1], step))
    own, other = (np.stack(chain, axis=-1) for chain in chains)
    levels = [np.stack([draw.multinomial(g, [0.2, 0.3, 0.3, 0.2]) for g in s]) for s in (n, m)]
    again = [np.stack([draw.multinomial(g, [0.2, 0.3, 0.3, 0.2]) for g in s]) for s in (n, m)]
    points = metrics.access_chain(own, other).points
    together = metrics.mantel_haenszel(*table)
    years = draw.binomial(n[:, None], rate[:, None], (SCHOOLS, 3))
    flat = draw.binomial(size, common)
    plot, shrunk = metrics.funnel(flat, size), metrics.shrink(flat, size)
    proficient = [draw.binomial(t, 0.45) for t in (tested, tested_other)]
    missing = metrics.untested_gap(proficient[0], tested, n, proficient[1], tested_other, m)
    change = metrics.gap_change(x, n, y, m, later, n, draw.binomial(m, rate), m)
    fails = metrics.four_fifths(*table, direction="adverse").passes == 0
    events = draw.poisson(0.3 * n), n, draw.poisson(0.3 * m), m
    behind = metrics.percentage_point_gap(*table).impacted
    return {
        "risk_difference": _apart(metrics.risk_difference(*table)),
        "risk_ratio": _apart(metrics.risk_ratio(*table), 1),
        "odds_ratio": _apart(metrics.odds_ratio(*table), 1),
        "against_whole": _apart(metrics.against_whole(*table)),
        "difference_p under .05": _small(metrics.difference_p(*table)),
        "mantel_haenszel risk difference": _apart(together.risk_difference),
        "mantel_haenszel risk ratio": _apart(together.risk_ratio, 1),
        "mantel_haenszel odds ratio": _apart(together.odds_ratio, 1),
        "mantel_haenszel cmh_p under .05": _small(together.cmh_p),
        "mantel_haenszel homogeneity_p under .05": _small(together.homogeneity_p),
        "access_chain points": _apart(points),
        "gap_change": _apart(change.change),
        "detectable_change, between two years": (
            int(((later <= far.drop) | (later >= far.rise)).sum()), SCHOOLS,
        ),
        "pooled differ_p under .05": _small(metrics.pooled(years, np.stack([n] * 3, axis=1)).differ_p),
        "untested_gap, gap": _apart(missing.gap),
        "v_statistic": _apart(metrics.v_statistic(*levels)),
        "v_change": _apart(metrics.v_change(*levels, *again).change),
        "funnel, schools outside": (
            int(((flat / size < plot.low) | (flat / size > plot.high)).sum()), SCHOOLS,
        ),
        "shrink, rate outside": (
            int(((shrunk.low > common) | (shrunk.high < common)).sum()), SCHOOLS,
        ),
        "event_rate_ratio": _apart(metrics.event_rate_ratio(*events), 1),
        "percentage_point_gap, margin of California": (int(behind.sum()), SCHOOLS),
        "four_fifths, no test of chance": (int(fails.sum()), SCHOOLS),
    }  # fmt: skip


def of_lots(draw) -> dict:
    """Segregation by lot: how far the index lies from its own baseline, on average nothing."""
    size = draw.integers(20, 200, SCHOOLS)
    a = draw.multivariate_hypergeometric(size, int(size.sum() * 0.12))
    table = np.stack([a, size - a], axis=-1)
    m = metrics.mutual_information(table)
    indices = {
        "dissimilarity": metrics.dissimilarity(a, size - a),
        "isolation": metrics.isolation(a, size),
        "exposure": metrics.exposure(a, size - a, size),
        "theil_h": metrics.theil_h(table),
        "mutual_information": m[:2],
        "mutual_information local": (m.local[0], m.local_baseline[0]),
    }
    return {name: (float(value), float(base)) for name, (value, base) in indices.items()}


def of_scores(draw) -> dict:
    """Metrics of students: scores that know schools and no group."""
    school = np.repeat(np.arange(SCHOOLS), draw.integers(15, 60, SCHOOLS))
    first = draw.random(school.size) < PART
    ses = draw.normal(size=school.size)
    score = 500 + 15 * draw.normal(size=SCHOOLS)[school] + 40 * draw.normal(size=school.size)
    pupil = 500 + 40 * draw.normal(size=school.size)
    a, b = pupil[first], pupil[~first]
    parts = metrics.oaxaca_blinder(score + 10 * ses, first, {"ses": ses}, school=school)
    # Of six references that nearly agree one is counted.
    one = metrics.Estimate(parts.accounted_for[4], parts.low[4], parts.high[4])
    summary = (a.size, a.mean(), a.std(ddof=1), b.size, b.mean(), b.std(ddof=1))
    return {
        "hedges_g": _apart(metrics.hedges_g(a, b)),
        "mean_difference_from_summary": _apart(metrics.mean_difference_from_summary(*summary)),
        "standardized_gap": _apart(metrics.standardized_gap(a, b, 40.0)),
        "gap_index": _apart(metrics.gap_index(a, b)),
        "mixed_gap": _apart(metrics.mixed_gap(score, first, school).gap),
        "oaxaca_blinder (pooled), by school": _apart(one),
        "gradient slope": _apart(metrics.gradient(pupil, ses).slope),
        "gradient slope, 12 schools": _apart(metrics.gradient(pupil, ses, school).slope),
    }


def of_rules(draw) -> dict:
    """A State's rule at 3.0 in three years: how many groups it would name where none differ."""
    n = draw.poisson([4000, 1500, 900, 300, 120, 60, 30], (3, 7))
    x = draw.binomial(n, 0.08)
    rules = eq.catalog.idea_rules("washington")
    state = [np.broadcast_to(200 * a.sum(axis=0), a.shape) for a in (x, n)]
    found = metrics.significant_disproportionality(x, n, *state, rules)
    named = np.nan_to_num(np.asarray(found.would_be_identified, dtype=float))
    return {"significant_disproportionality, rule of Washington": (int(named.sum()), named.size)}


def of_audit(seed: int) -> dict:
    """The audit of a null district: clear differences by cell, and families with any."""
    made = eq.audit(eq.samples.null_district(seed)).table
    crossed = made["dimension"].str.contains("×")
    clear = made["signal"] == "clear difference"
    said = made["signal"].isin(["clear difference", "not clearly different"])
    units = made["unit_id"].nunique()
    out = {"audit: clear differences, of cells": (int(clear.sum()), int(said.sum()))}
    for name, rows in (("groups", ~crossed), ("two-way groups", crossed)):
        out[f"audit: a school with any clear difference, {name}"] = (
            made.loc[clear & rows, "unit_id"].nunique(), units,
        )  # fmt: skip
    return out


def run(districts: int, *, audit: bool = True) -> tuple[dict, dict]:
    """Return false calls and tries by metric, and the distance of each index from its baseline."""
    false, tried, off = Counter(), Counter(), {}
    for seed in range(districts):
        draw = np.random.default_rng(seed)
        for found in (
            of_counts(draw),
            of_scores(draw),
            of_rules(draw),
            of_audit(seed) if audit else {},
        ):
            for name, (calls, of) in found.items():
                false[name] += calls
                tried[name] += of
        for name, pair in of_lots(draw).items():
            off.setdefault(name, []).append(pair)
    return {name: (false[name], tried[name]) for name in tried}, off


def stated(name: str) -> str:
    """What is stated of a metric's false calls."""
    if name.startswith("audit: a school"):
        return "10 %"
    if name.startswith("percentage"):
        return "about 2.5 %"
    if name.startswith(("audit: clear", "four_fifths", "significant")):
        return "nothing" if name.startswith("four") else "far under 5 %"
    return "5 %"


def text(districts: int, calls: dict, off: dict, seconds: float) -> str:
    """Return the page."""
    lines = [
        "# What is called apart where nothing is", "",
        f"Made by `python benchmarks/null.py` in {seconds:.0f} s: {districts} districts of {SCHOOLS} "
        "schools in which no group differs from any other.", "",
        "| metric | false calls | of | share | stated |", "|---|---:|---:|---:|---|",
        *(f"| {name} | {false:,} | {of:,} | {false / max(of, 1):.2%} | {stated(name)} |"
          for name, (false, of) in calls.items()), "",
        "The four-fifths rule and a State's threshold do not look at chance; their rows say what "
        "that costs, or saves. With twelve schools, sandwiches by school and shrunken rates are a "
        "little narrow, as their docstrings say.", "",
        "## Segregation by lot", "",
        "Students are allotted to schools by lot. An index is then far from 0, and on average as "
        "far as its baseline says.", "",
        "| index | mean | mean baseline | difference | its standard error |",
        "|---|---:|---:|---:|---:|",
    ]  # fmt: skip
    for name, pairs in off.items():
        value, base = np.transpose(pairs)
        error = (value - base).std(ddof=1) / np.sqrt(len(value))
        lines.append(f"| {name} | {value.mean():.4f} | {base.mean():.4f} "
                     f"| {(value - base).mean():+.5f} | {error:.5f} |")  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--districts", type=int, default=500)
    districts = ask.parse_args().districts
    began = time.process_time()
    calls, off = run(districts)
    page = text(districts, calls, off, time.process_time() - began)
    print(page)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "null.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
