"""A nation of schools: seconds and memory of every metric, and of two libraries on the same task.

    python benchmarks/metrics.py [--schools 98000] [--no-audit]

Made-up counts: schools x 7 groups x 3 years, from a seed. The core table (rate, difference, ratio,
each with its interval, students to parity, p, q) is timed on arrays, and as `eq.audit` makes it of
a tidy file. Fairlearn's `MetricFrame` takes one row a student and a call of `statsmodels` takes one
cell, so both are run on a sample of the same schools and scaled by the number of cells; two sizes
of sample show that this is fair. Fairlearn is not a part of this project: without it that row says
so (`pip install fairlearn`, or a folder of it in PYTHONPATH).

Seconds are of the processor, so that other work on the machine does not count; all is timed in one
run.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtr

import equitylab as eq
from equitylab import metrics

GROUPS, YEARS = 7, 3
RESULTS = Path(__file__).parent / "results"


class Nation:
    """Counts of schools by year and group, from a seed."""

    def __init__(self, schools: int, seed: int = 7) -> None:
        draw = np.random.default_rng(seed)
        shares = draw.dirichlet([6, 3, 2, 1, 0.4, 0.2, 0.1], schools)[:, None, :]
        size = np.maximum(draw.lognormal(6.1, 0.6, (schools, 1, 1)), 20)
        self.n = draw.poisson(size * shares * np.ones((1, YEARS, 1)))
        rate = draw.beta(2, 22, (schools, 1, 1)) * np.ones((1, YEARS, GROUPS))
        rate[..., 1] *= 1.6
        self.x = draw.binomial(self.n, np.minimum(rate, 1))
        # Districts of one to many schools, in 51 states.
        self.district = np.sort(draw.integers(0, max(schools // 7, 1), schools))
        self.state = self.district * 51 // max(schools // 7, 1)
        # Levels of a test: schools differ by a third of a standard deviation, groups by a half.
        mean = 0.33 * draw.normal(size=(schools, 1)) + [0.25, -0.25]
        upto = ndtr(np.array([-0.8, 0, 0.8, np.inf]) - mean[..., None])
        self.levels = draw.multinomial(self.n[:, -1, :2], np.diff(upto, axis=-1, prepend=0))
        self.spending = draw.normal(12_000, 2_500, schools).clip(5_000)
        self.draw = draw

    @property
    def others(self):
        """Everyone else of the school, in the year."""
        return [a.sum(axis=-1, keepdims=True) - a for a in (self.x, self.n)]


class Clock:
    """Seconds and the highest memory of each piece of work."""

    def __init__(self) -> None:
        self.rows: list[dict] = []

    def __call__(self, name: str, work, what: str = ""):
        began, ran = time.perf_counter(), time.process_time()
        found = work()
        wall, seconds = time.perf_counter() - began, time.process_time() - ran
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        row = {"work": name, "of": what, "seconds": seconds, "wall": wall, "peak_gb": peak}
        self.rows.append(row)
        print(f"{name:<46}{what:<34}{seconds:8.2f} s  {peak:5.2f} GB", flush=True)
        return found, seconds


def core(nation: Nation) -> None:
    """All columns of the audit's table that are numbers, and q within each school and year."""
    x, n = nation.x, nation.n
    other_x, other_n = nation.others
    metrics.rate(x, n)
    metrics.risk_difference(x, n, other_x, other_n)
    metrics.risk_ratio(x, n, other_x, other_n)
    metrics.to_parity(x, n, other_x, other_n, direction="down")
    p = metrics.difference_p(x, n, other_x, other_n)
    metrics.benjamini_hochberg(p, family=np.arange(p.shape[0] * YEARS).reshape(-1, YEARS, 1))


def full(nation: Nation, clock: Clock) -> float:
    """Every other metric that a nation of counts can be asked for."""
    x, n, (other_x, other_n) = nation.x, nation.n, nation.others
    last_x, last_n = x[:, -1], n[:, -1]
    schools, cells = len(x), f"{x.size:,} cells"
    sized = f"{schools:,} schools"
    first = np.searchsorted(nation.district, np.unique(nation.district))
    widest = int(np.diff(np.append(first, schools)).max())
    # Districts by schools, padded with empty ones.
    at = first[:, None] + np.arange(widest)
    inside = at < np.append(first[1:], schools)[:, None]
    by = [np.where(inside[..., None], a[np.minimum(at, schools - 1)], 0) for a in (last_x, last_n)]
    (xa, xb), (na, nb) = ((a[..., 0], a[..., 1]) for a in by)
    whole = by[1].sum(axis=-1)
    districts = f"{len(first):,} districts"
    totals = [np.add.reduceat(a, first) for a in (x, n)]
    state = [np.broadcast_to(a.sum(axis=0), t.shape) for a, t in zip((x, n), totals, strict=True)]
    rules = metrics.DisproportionalityRules(threshold="3.0", min_cell=10, min_n=20, years=3)
    chain = np.stack([last_n, (last_n * 0.8).astype(int), last_x * 2 // 3, last_x // 2], axis=-1)
    chain = np.minimum.accumulate(chain, axis=-1)
    pair = nation.levels[:, 0], nation.levels[:, 1]
    tested = (last_n * 0.94).astype(int)
    proficient = (tested * 0.4).astype(int)
    few = min(schools, 2_000)
    students = np.repeat(np.arange(few), 20)
    score = nation.draw.normal(size=students.size) + 0.3 * (students % 7)
    group = nation.draw.random(students.size) < 0.3
    jobs = {
        "odds_ratio": (cells, lambda: metrics.odds_ratio(x, n, other_x, other_n)),
        "composition": (cells, lambda: metrics.composition(x, n, other_x, other_n)),
        "four_fifths, exceeds": (cells, lambda: (
            metrics.four_fifths(x, n, other_x, other_n, direction="adverse"),
            metrics.exceeds(x, n, other_x, other_n, "3.0"))),
        "weighted_risk_ratio": (cells, lambda: metrics.weighted_risk_ratio(x, n, n.sum((0, 1)))),
        "risk ranges (a band of five)": (cells, lambda: metrics.risk_difference_range(
            5 * (x // 5), np.minimum(5 * (x // 5) + 4, n), n, other_x, other_x, other_n)),
        "pooled years": (f"{last_x.size:,} cells", lambda: metrics.pooled(
            np.moveaxis(x, 1, -1), np.moveaxis(n, 1, -1))),
        "detectable_change": (f"{last_x.size:,} cells",
                              lambda: metrics.detectable_change(last_x, last_n)),
        "access_chain": (sized, lambda: metrics.access_chain(chain[:, 1], chain[:, 0])),
        "untested_gap": (sized, lambda: metrics.untested_gap(
            proficient[:, 1], tested[:, 1], last_n[:, 1],
            proficient[:, 0], tested[:, 0], last_n[:, 0])),
        "v_statistic": (sized, lambda: metrics.v_statistic(*pair)),
        "hetop, one state": (f"{(nation.state == 0).sum():,} schools", lambda: metrics.hetop(
            nation.levels[nation.state == 0].sum(axis=1))),
        "significant_disproportionality": (districts, lambda: metrics.significant_disproportionality(
            *totals, *state, rules)),
        "dissimilarity, isolation, exposure": (districts, lambda: (
            metrics.dissimilarity(na, nb), metrics.isolation(na, whole),
            metrics.exposure(na, nb, whole))),
        "mutual_information, theil_h (nested)": (sized, lambda: (
            metrics.mutual_information(last_n, within=[nation.state, nation.district]),
            metrics.theil_h(last_n))),
        "kitagawa, within_between": (districts, lambda: (
            metrics.kitagawa(xa, na, xb, nb), metrics.within_between(xa, na, xb, nb))),
        "mantel_haenszel": (districts, lambda: metrics.mantel_haenszel(xa, na, xb, nb)),
        "resources, six measures": (sized, lambda: [
            f(nation.spending, last_n.sum(axis=-1)) for f in (
                metrics.coefficient_of_variation, metrics.mcloone, metrics.verstegen,
                metrics.federal_range_ratio, metrics.gini, metrics.theil)]),
        "progressivity, exposure_to, experienced": (sized, lambda: (
            metrics.progressivity(nation.spending, last_n[:, 1], last_n.sum(axis=-1)),
            metrics.exposure_to(nation.spending / 1e6, last_n.T),
            metrics.experienced(last_n.sum(axis=-1), nation.spending // 5000, last_n.sum(axis=-1)))),
        "shrink, funnel": (sized, lambda: (
            metrics.shrink(last_x[:, 0], last_n[:, 0]), metrics.funnel(last_x[:, 0], last_n[:, 0]))),
        "mixed_gap, gradient, oaxaca_blinder": (f"{students.size:,} students", lambda: (
            metrics.mixed_gap(score, group, students),
            metrics.gradient(score, score + group, students),
            metrics.oaxaca_blinder(score, group, {"a": students % 5}, school=students))),
    }  # fmt: skip
    return sum(clock(name, work, what)[1] for name, (what, work) in jobs.items())


def tidy(nation: Nation) -> eq.schema.Dataset:
    """The same counts as a reader would hand them over."""
    from equitylab.schema import COUNTS, UNITS, Dataset, ReadReport

    schools = len(nation.x)
    ids = np.char.zfill(np.arange(schools).astype(str), 6)
    names = np.char.add("School ", ids)
    x = np.concatenate([nation.x.sum(axis=-1, keepdims=True), nation.x], axis=-1)
    n = np.concatenate([nation.n.sum(axis=-1, keepdims=True), nation.n], axis=-1)
    labels = np.array(["all", *(f"group {k}" for k in range(1, GROUPS + 1))])
    at = np.indices(x.shape).reshape(3, -1)
    frame = pd.DataFrame({
        "year": np.array(["2021-22", "2022-23", "2023-24"])[at[1]],
        "unit_id": ids[at[0]], "unit": names[at[0]], "level": "school",
        "indicator": "suspended_out_of_school",
        "dimension": np.where(at[2] == 0, "all", "race_ethnicity"), "group": labels[at[2]],
        "n": n.ravel(), "x": x.ravel(), "x_low": x.ravel(), "x_high": x.ravel(), "status": "ok",
    })  # fmt: skip
    units = pd.DataFrame({"unit_id": ids, "unit": names, "level": "school", "parent_id": ""})
    report = ReadReport(format="made up", why="benchmark", rows_in=len(frame))
    return Dataset(frame[list(COUNTS)].astype(COUNTS), units.astype(UNITS), report)


def fairlearn(nation: Nation, schools: int) -> tuple[float, int]:
    """Seconds of MetricFrame for rates by group, and their differences, school by school and year."""
    from fairlearn.metrics import MetricFrame, selection_rate

    n, x = nation.n[:schools], nation.x[:schools]
    at = np.indices(n.shape).reshape(3, -1)
    had = np.concatenate([np.r_[np.ones(b, int), np.zeros(a - b, int)]
                          for a, b in zip(n.ravel(), x.ravel(), strict=True)])  # fmt: skip
    place = np.repeat((at[0] * YEARS + at[1]).astype(str), n.ravel())
    group = np.repeat(at[2].astype(str), n.ravel())
    began = time.process_time()
    frame = MetricFrame(
        metrics=selection_rate, y_true=had, y_pred=had, sensitive_features=group,
        control_features=place,
    )  # fmt: skip
    frame.difference(method="to_overall"), frame.ratio(method="to_overall")
    assert len(frame.by_group) and len(frame.overall)
    return time.process_time() - began, int((n > 0).sum())


def statsmodels(nation: Nation, cells: int) -> tuple[float, int]:
    """Seconds of a call a cell: the interval of the rate, the difference and the ratio."""
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    other_x, other_n = nation.others
    fine = np.argwhere((nation.x > 0) & (other_x > 0) & (nation.x < nation.n))[:cells]
    tables = [[a[tuple(i)] for a in (nation.x, nation.n, other_x, other_n)] for i in fine]
    began = time.process_time()
    for x, n, y, m in tables:
        proportion_confint(x, n, method="wilson")
        confint_proportions_2indep(x, n, y, m, compare="diff", method="newcomb")
        confint_proportions_2indep(x, n, y, m, compare="ratio", method="score")
    return time.process_time() - began, len(tables)


def beside(nation: Nation, seconds: float) -> list[dict]:
    """Both libraries on samples of two sizes, scaled to all cells, over our seconds."""
    cells, rows = int((nation.n > 0).sum()), []
    jobs = (("Fairlearn MetricFrame", fairlearn, (100, 400)),
            ("statsmodels, a call a cell", statsmodels, (150, 600)))  # fmt: skip
    for name, work, sizes in jobs:
        for size in sizes:
            try:
                took, done = work(nation, min(size, len(nation.n)))
            except ImportError:
                rows.append({"library": name, "sample": 0, "note": "not installed"})
                break
            rows.append({
                "library": name, "sample": done, "seconds": took, "all": took / done * cells,
                "times": took / done * cells / seconds,
            })  # fmt: skip
            print(f"{name:<46}{done:>9,} cells {took:8.2f} s, all: {rows[-1]['all']:,.0f} s, "
                  f"{rows[-1]['times']:,.0f} times ours")  # fmt: skip
    return rows


def text(found: dict) -> str:
    """Return the page."""
    lines = [
        "# Every metric, for a nation of schools", "",
        f"Made by `python benchmarks/metrics.py` on {found['machine']}: {found['schools']:,} made-up "
        f"schools x {GROUPS} groups x {YEARS} years, {found['cells']:,} cells. One process; seconds "
        "of the processor, and by the clock with whatever else ran on the machine.", "",
        "| work | of | seconds | by the clock | peak memory so far, GB |", "|---|---|---:|---:|---:|",
        *(f"| {r['work']} | {r['of']} | {r['seconds']:.2f} | {r['wall']:.2f} | {r['peak_gb']:.2f} |"
          for r in found["rows"]), "",
        f"All metrics but the core: {found['full_seconds']:.0f} s together.", "",
        "## The core table, and the same cells by two libraries", "",
        "Fairlearn gives rates by group and their differences and ratios to the overall rate, with "
        "no intervals; statsmodels gives three intervals. Ours are all of these, students to "
        "parity, p and q. Samples are scaled by the number of cells that have students.", "",
        "| library | sample, cells | seconds | scaled to all | times ours |",
        "|---|---:|---:|---:|---:|",
    ]  # fmt: skip
    for r in found["libraries"]:
        if not r["sample"]:
            lines.append(f"| {r['library']} | {r['note']} | | | |")
            continue
        lines.append(f"| {r['library']} | {r['sample']:,} | {r['seconds']:.2f} | {r['all']:,.0f} s "
                     f"| {r['times']:,.0f} |")  # fmt: skip
    return "\n".join(lines) + "\n"


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--schools", type=int, default=98_000)
    ask.add_argument("--no-audit", action="store_true")
    given = ask.parse_args()
    clock, nation = Clock(), Nation(given.schools)
    cells = nation.x.size
    _, seconds = clock("core table, on arrays", lambda: core(nation), f"{cells:,} cells")
    libraries = beside(nation, seconds)
    rest = full(nation, clock)
    if not given.no_audit:
        data, _ = clock("(the tidy frame is made)", lambda: tidy(nation), f"{cells:,} cells")
        # Three years make years pooled, and changes between years, as well.
        clock("eq.audit: table, pooled years, changes", lambda: eq.audit(data), f"{cells:,} cells")
    found = {
        "schools": given.schools, "cells": cells, "rows": clock.rows, "full_seconds": rest,
        "libraries": libraries, "machine": f"{platform.machine()}, Python {platform.python_version()}",
    }  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "metrics.md").write_text(text(found), encoding="utf-8")
    (RESULTS / "metrics.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
