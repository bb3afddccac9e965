"""A whole state: seconds to read, audit and protect, and how far the hiding is from the least.

    python benchmarks/state.py [FOLDER]

FOLDER holds a CRDC release; without it the shared Virginia slice beside the project is used. The
exact optimum comes from the prototype planner beside the project, on a sample of small tables of
group sizes. Everything is timed in one run on one machine: read the ratios, not the seconds.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

import equitylab as eq
from equitylab.privacy.grid import Grid, grids
from equitylab.privacy.plan import Policy, plan

BESIDE = Path(__file__).resolve().parents[2] / "shared"


def timed(name: str, work):
    """Run, print the seconds, return both."""
    began = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - began
    print(f"{name:<46}{seconds:8.2f} s")
    return result, seconds


def one_by_one(table: pd.DataFrame, cells: int = 200) -> float:
    """Seconds a cell of the same four numbers by statsmodels, a call a cell."""
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    rows = table[table["other_x"].notna() & table["p_value"].notna() & (table["x"] > 0)]
    rows = rows[rows["other_x"] > 0].sample(cells, random_state=1)
    began = time.perf_counter()
    for x, n, a, b in rows[["x", "n", "other_x", "other_n"]].astype(float).itertuples(index=False):
        proportion_confint(x, n, method="wilson")
        confint_proportions_2indep(x, n, a, b, compare="diff", method="newcomb")
        confint_proportions_2indep(x, n, a, b, compare="ratio", method="score")
    return (time.perf_counter() - began) / cells


def small_tables(grid: Grid, schools: int, tables: int, seed: int = 1):
    """Districts of the state cut down to a few schools: grids of group sizes alone."""
    rng = np.random.default_rng(seed)
    districts = [u for u in range(len(grid.units)) if len(grid.children[u]) >= schools]
    for u in rng.permutation(districts)[:tables]:
        pick = rng.permutation(grid.children[u])[:schools]
        n = grid.n[pick] * grid.present[pick]
        n = np.vstack([n, n.sum(axis=0)])
        if (n[:, 0] < 10).any():
            continue
        parent = np.array([schools] * schools + [-1])
        children = [np.array([], int)] * schools + [np.arange(schools)]
        names = pd.Index([str(k) for k in range(schools + 1)])
        yield Grid("", "", names, parent, children, grid.cols, grid.dims, n, np.ones(n.shape, bool))


def exact(grid: Grid, protect, total) -> int:
    """Cells that the exact optimum hides in a grid of group sizes."""
    values = {(u, c): int(v) for (u, c), v in np.ndenumerate(grid.n)}
    name = {cell: f"{cell[0]}.{cell[1]}" for cell in values}
    relations = [
        total(name[u, 0], [name[u, int(c)] for c in cols])
        for u in range(len(grid.n))
        for cols in grid.dims.values()
    ]
    relations += [
        total(name[u, c], [name[int(k), c] for k in below])
        for u, below in enumerate(grid.children)
        if len(below)
        for c in range(len(grid.cols))
    ]
    small = [name[cell] for cell, v in values.items() if 0 < v < 10]
    named = {name[cell]: v for cell, v in values.items()}
    return len(protect(named, relations, small, 10, time_limit=20)) if small else 0


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else BESIDE / "data" / "crdc_va_2122"
    data, _ = timed("read", lambda: eq.read(folder))
    audit, seconds = timed("audit", lambda: eq.audit(data))
    rows = int(audit.table["rate_low"].notna().sum())
    alone = one_by_one(audit.table) * rows
    print(f"  statsmodels, a call a cell, same {rows:,} rows: {alone / seconds:,.0f} times as long")
    public, _ = timed("protect, certificates checked", lambda: eq.protect(audit))
    schools = audit.units["level"].eq("school").sum()
    print(
        f"  {schools:,} schools, {len(audit.table):,} cells, left out {public.policy['left_out']}"
    )
    why = public.table.groupby(public.table["dimension"].str.contains("×"))["why"]
    print(why.value_counts().unstack(fill_value=0).rename({False: "groups", True: "two-way"}))
    print(public.hidden["reason"].value_counts().to_string())

    prototype = BESIDE / "prototypes" / "privacy"
    if not prototype.is_dir():
        print("The exact optimum was not run: the prototype planner is not beside the project.")
        return
    sys.path.insert(0, str(prototype))
    from privacy_proto import protect, total

    grid = grids(audit.table[~audit.table["pooled"]], audit.units)[0]
    for schools, tables in ((1, 60), (2, 30), (3, 12)):
        ours = least = done = 0
        t_ours = t_exact = 0.0
        for small in small_tables(grid, schools, tables):
            levels = np.array(["school"] * schools + ["district"])
            began = time.perf_counter()
            made = plan(small, Policy(), levels)
            t_ours += time.perf_counter() - began
            if made.open:
                continue
            began = time.perf_counter()
            try:
                best = exact(small, protect, total)
            except ValueError:
                continue
            t_exact += time.perf_counter() - began
            ours, least, done = ours + int(made.hidden_n.sum()), least + best, done + 1
        print(
            f"{done} tables of {schools} school(s), group sizes: ours hides {ours}, "
            f"the exact optimum {least} ({ours / max(least, 1):.2f}); "
            f"exact takes {t_exact / max(t_ours, 1e-9):,.0f} times as long"
        )


if __name__ == "__main__":
    main()
