"""Do nominal 95 % intervals hold the truth 95 times in a hundred? By enumeration, and by drawing.

    python benchmarks/coverage.py [--quick]

Counts of small groups are enumerated: every table that can come, weighted by its exact chance. What
has no such list is drawn, from a seed. Writes benchmarks/results/coverage.md. `tests/metrics`
runs the enumerated part on fewer sizes and holds it to its bounds.
"""

from __future__ import annotations

import itertools
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.stats import binom

from equitylab import metrics

RATES = (0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9)
SIZES = ((6, 6), (6, 60), (12, 12), (12, 300), (30, 30), (30, 120), (60, 600))
RESULTS = Path(__file__).parent / "results"


class Held(NamedTuple):
    """How often an interval held the truth."""

    metric: str
    case: str
    worst: float
    mean: float
    defined: float


def two_groups(n: int, m: int) -> list[Held]:
    """Enumerate every table of two groups, at every pair of rates."""
    x, y = np.arange(n + 1)[:, None], np.arange(m + 1)[None, :]
    found = {
        "risk_difference (Newcombe)": (metrics.risk_difference(x, n, y, m), lambda p, q: p - q),
        "risk_ratio (Koopman)": (metrics.risk_ratio(x, n, y, m), lambda p, q: p / q),
        "odds_ratio (score)": (
            metrics.odds_ratio(x, n, y, m),
            lambda p, q: p * (1 - q) / (q * (1 - p)),
        ),
    }
    rows = []
    for name, (estimate, truth) in found.items():
        held, told = [], []
        for p, q in itertools.product(RATES, RATES):
            chance = binom.pmf(x, n, p) * binom.pmf(y, m, q)
            slack = 1e-9 * max(1, abs(truth(p, q)))
            inside = (estimate.low <= truth(p, q) + slack) & (truth(p, q) - slack <= estimate.high)
            held.append((chance * inside).sum())
            told.append((chance * ~np.isnan(estimate.low)).sum())
        rows.append(Held(name, f"{n} beside {m}", min(held), np.mean(held), min(told)))
    return rows


def one_group(n: int) -> Held:
    """Enumerate every count of one group, at every rate in steps of a hundredth."""
    x, low, high = np.arange(n + 1), *metrics.rate(np.arange(n + 1), n)[1:]
    held = [
        (binom.pmf(x, n, p) * ((low <= p + 1e-9) & (p - 1e-9 <= high))).sum()
        for p in np.arange(1, 100) / 100
    ]
    return Held("rate (Wilson)", f"{n}", min(held), np.mean(held), 1.0)


def strata(n: int = 6, m: int = 9) -> list[Held]:
    """Enumerate every pair of tables in two strata with one effect in common."""
    sizes = (n, m, m, n)
    counts = np.stack(np.meshgrid(*(np.arange(s + 1) for s in sizes), indexing="ij"), axis=-1)
    a, b, c, d = np.moveaxis(counts.reshape(-1, 4), 1, 0)
    found = metrics.mantel_haenszel(np.c_[a, c], [n, m], np.c_[b, d], [m, n])
    cases = {
        "risk_difference": [(0.2, 0.2, 0.5, 0.5), (0.4, 0.2, 0.6, 0.4), (0.1, 0.1, 0.9, 0.9)],
        "risk_ratio": [(0.2, 0.2, 0.5, 0.5), (0.4, 0.2, 0.6, 0.3), (0.3, 0.1, 0.9, 0.3)],
        "odds_ratio": [(0.2, 0.2, 0.5, 0.5), (0.4, 0.25, 2 / 3, 0.5), (0.1, 0.1, 0.9, 0.9)],
    }
    truths = {
        "risk_difference": lambda p, q: p - q,
        "risk_ratio": lambda p, q: p / q,
        "odds_ratio": lambda p, q: p * (1 - q) / (q * (1 - p)),
    }
    rows = []
    for name, four in cases.items():
        estimate, held, told = getattr(found, name), [], []
        for p in four:
            chance = np.prod(
                [binom.pmf(k, s, r) for k, s, r in zip((a, b, c, d), sizes, p, strict=True)], axis=0
            )
            truth = truths[name](p[0], p[1])
            inside = (estimate.low <= truth + 1e-9) & (truth - 1e-9 <= estimate.high)
            held.append((chance * inside).sum())
            told.append((chance * ~np.isnan(estimate.low)).sum())
        case = f"two strata, {n} beside {m} and {m} beside {n}"
        rows.append(Held(f"mantel_haenszel {name}", case, min(held), np.mean(held), min(told)))
    return rows


def enumerated(sizes=SIZES, ones=(6, 12, 30, 100)) -> list[Held]:
    """Return every row that needs no draw."""
    rows = [one_group(n) for n in ones]
    for n, m in sizes:
        rows += two_groups(n, m)
    return rows + strata()


def _drawn(name: str, case: str, truth, estimates) -> Held:
    low, high = (np.array([e[i] for e in estimates], dtype=float) for i in (1, 2))
    told = ~np.isnan(low) & ~np.isnan(high)
    held = (low <= truth + 1e-9) & (truth - 1e-9 <= high)
    share = (
        np.array([h[t].mean() for h, t in zip(held.T, told.T, strict=True)])
        if (held.ndim > 1)
        else np.array([held[told].mean()])
    )
    return Held(name, case, float(share.min()), float(share.mean()), float(told.mean()))


def drawn(times: int = 1000) -> list[Held]:
    """Return rows that are drawn, from seeds."""
    draw = np.random.default_rng(2026)
    rows = []
    for n, m in ((8, 12), (30, 100)):
        pairs = [(draw.normal(0.5, 1, n), draw.normal(0, 1, m)) for _ in range(times)]
        case = f"{n} beside {m}, half a standard deviation apart"
        rows.append(_drawn("hedges_g", case, 0.5, [metrics.hedges_g(*p) for p in pairs]))
        ahead = 20 * (0.6381631950841185 - 0.5)  # the normal chance of .5 over the root of 2
        rows.append(_drawn("gap_index", case, ahead, [metrics.gap_index(*p) for p in pairs]))
        cuts = np.array([-0.5, 0.3, 1])
        levels = [
            [np.bincount(np.searchsorted(cuts, group), minlength=4) for group in p[::-1]]
            for p in pairs
        ]
        found = [metrics.v_statistic(*p) for p in levels]
        rows.append(_drawn("v_statistic", case, 0.5, found))
    rows.append(_chain(draw, times))
    rows += [_mixed(slope, times // 4) for slope in (False, True)]
    rows.append(_oaxaca(times // 2))
    rows.append(_shrunk(draw, times // 4))
    return rows


def _chain(draw, times):
    def years(size, rates):
        out = [np.full(times, size)]
        for rate in rates:
            out.append(draw.binomial(out[-1], rate))
        return np.stack(out, axis=-1)

    own, other = [0.4, 0.3, 0.8], [0.8, 0.4, 0.9]
    found = metrics.access_chain(years(100, own), years(1000, other)).points
    certain = [np.rint(10**6 * np.cumprod([1, *rates])).astype(int) for rates in (own, other)]
    truth = metrics.access_chain(*certain).points.value
    rows = list(zip(*found, strict=True))
    return _drawn("access_chain points", "100 beside 1,000, three stages", truth, rows)


def _mixed(slope, times):
    found = []
    for seed in range(times):
        draw = np.random.default_rng(seed)
        school = np.repeat(np.arange(12), draw.integers(3, 12, 12))
        first = draw.random(school.size) < draw.uniform(0.2, 0.8, 12)[school]
        gap = 0.5 + 0.8 * slope * draw.normal(size=12)
        score = 0.7 * draw.normal(size=12)[school] + gap[school] * first
        table = score + draw.normal(size=school.size), first, school
        found.append(metrics.mixed_gap(*table, slope=slope).gap)
    name = "mixed_gap, a gap for each school" if slope else "mixed_gap"
    return _drawn(name, "12 schools of 3 to 11", 0.5, found)


def _oaxaca(times):
    def table(seed, n1, n2):
        draw = np.random.default_rng(seed)
        first = np.arange(n1 + n2) < n1
        a = draw.normal(size=first.size) + 0.6 * first
        score = 2 * a + 0.8 * first * a + first + draw.normal(0, 2, first.size)
        return score, first, {"a": a}

    truth = metrics.oaxaca_blinder(*table(1, 200_000, 400_000)).accounted_for
    found = [metrics.oaxaca_blinder(*table(seed, 50, 100)) for seed in range(10, 10 + times)]
    rows = [(one.accounted_for, one.low, one.high) for one in found]
    return _drawn("oaxaca_blinder", "50 beside 100, six references", truth, rows)


def _shrunk(draw, times):
    inside = []
    for _ in range(times):
        rate = draw.beta(4, 16, 40)
        n = draw.integers(8, 120, 40)
        found = metrics.shrink(draw.binomial(n, rate), n)
        inside.append(((found.low <= rate) & (rate <= found.high)).mean())
    return Held("shrink", "40 schools of 8 to 119", np.mean(inside), np.mean(inside), 1.0)


def table(rows: list[Held]) -> str:
    """Return rows as a table in Markdown."""
    lines = ["| interval | groups | lowest | mean | defined |", "|---|---|---:|---:|---:|"]
    lines += [
        f"| {r.metric} | {r.case} | {r.worst:.1%} | {r.mean:.1%} | {r.defined:.0%} |" for r in rows
    ]
    return "\n".join(lines)


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    began = time.perf_counter()
    exact, by_lot = enumerated(), drawn(200 if quick else 2000)
    text = f"""# How often nominal 95 % intervals hold the truth

Made by `python benchmarks/coverage.py` in {time.perf_counter() - began:.0f} s. Lowest: at the least
kind of the rates tried. Defined: share of tables with an interval at all, at the least kind.

## Enumerated: every table, by its exact chance

Rates of one group: .01 to .99. Of two: {", ".join(f"{r:g}" for r in RATES)} in every pair.

{table(exact)}

## Drawn

{table(by_lot)}
"""
    print(text)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "coverage.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
