"""Audit -> Published: the gate that everything printed passes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import catalog
from ..audit import Audit, judge
from ..errors import PrivacyError
from ..schema import ALL, BY
from ..signals import NOT_REPORTED
from .alike import hide_alike
from .crossed import open_crossed
from .earlier import hide_also, hide_extras, leave_also
from .extras import open_pooled
from .grid import Grid, grids
from .left_out import CELL, without
from .plan import Plan, Policy, plan
from .published import Published
from .ranges import completed

RATES = [
    "x", "rate", "rate_low", "rate_high", "difference", "difference_low", "difference_high",
    "ratio", "ratio_low", "ratio_high", "to_parity", "p_value", "q_value",
    "other_n", "other_x", "other_rate",
]  # fmt: skip
# Of a range, what follows from its two ends; the count itself is in none of these.
OF_RANGES = [
    "rate_low", "rate_high", "difference", "difference_low", "difference_high",
    "ratio_low", "ratio_high", "p_value", "q_value", "other_n",
]  # fmt: skip
OTHER = [c for c in RATES if c.startswith(("other", "diff", "ratio", "to_", "p_", "q_"))]
WORDS = {
    "suppressed": "hidden",
    "not_collected": "not collected",
    "not_applicable": "not applicable",
    "undefined": "undefined",
    "quality": "quality",
}
ROUNDS = 5
LARGE = 300  # units


def protect(
    audit: Audit,
    *,
    min_group: int = 10,
    min_cell: int = 3,
    intersections: str = "school",
    also_hidden: pd.DataFrame | None = None,
) -> Published:
    """What of this audit may an outsider see?

    Hides every number of a group under ``min_group``; counts of 1 to ``min_cell - 1`` and the same
    of students without the outcome; shows 0 % and 100 % as bands; then hides the other cells that
    are needed so that none of these can be worked out, each certified by two alternative tables.
    A range that the source gives is shown as that range, unless both its ends are small counts.

    Parameters
    ----------
    audit : Audit
    min_group : int
        Smallest group that is reported; 5 is the floor.
    min_cell : int
        Smallest count that is reported; 10 is a strict district's.
    intersections : str
        The one level at which two-way groups may be shown: ``"school"`` or ``"district"``.
    also_hidden : DataFrame, optional
        Cells to hide besides, such as those of an earlier release: see ``earlier.hide_also``.

    Returns
    -------
    Published

    Raises
    ------
    PrivacyError
        The limits are below the floor, or a number cannot be protected.

    Notes
    -----
    A school whose students on a measure are fewer than ``min_group``, or whose numbers no other
    cell can cover, is left out of that measure: its cells are hidden, and the figures of its
    district and state are those of the other schools (``method`` says so).
    """
    floor = catalog.content("reporting_rules")["privacy"]["floor_n"]
    if min_group < floor or min_cell < 1:
        raise PrivacyError(
            f"A minimum group of {min_group} and minimum count of {min_cell} would show too much.",
            mend=f"The smallest minimum group is {floor}, and the smallest minimum count 1.",
        )
    policy = Policy(min_group, min_cell)
    level = audit.units.set_index("unit_id")["level"]
    single = audit.table[~audit.table["pooled"].astype(bool)]
    single = completed(single, audit.units, min_group)
    made = [
        _settled(g, policy, level, leave_also(g, also_hidden)) for g in grids(single, audit.units)
    ]
    plans, left_out = [p for p, _ in made], [out for _, out in made]
    if also_hidden is not None:
        hide_also(plans, also_hidden)
    hide_alike(plans, policy)
    if any(left_out) or any(p.grid.dropped for p in plans):
        audit = without(audit, plans, left_out)
    table = audit.table.merge(_verdicts(plans, left_out), on=CELL, how="left")
    table = _open_extras(table, plans, policy, intersections)
    if also_hidden is not None:
        table = hide_extras(table, also_hidden)
    table, hidden = _apply(table, audit)
    public = Published(
        table=table,
        changes=_changes(audit.changes, table),
        scores=_scores(audit.scores, plans, left_out),
        units=audit.units.reset_index(drop=True),
        policy={
            "min_group": min_group,
            "min_cell": min_cell,
            "level": audit.options["level"],
            "reference": audit.options["reference"],
            "intersections": intersections,
            "left_out": sum(map(len, left_out)) + sum(len(p.grid.dropped) for p in plans),
        },
        source=audit.source,
        read_report=audit.report.published() if audit.report is not None else {},
        hidden=hidden,
        certificates=plans,
    )
    wrong = public.verify()
    if wrong:
        raise PrivacyError(
            f"{len(wrong)} hidden cells have a certificate that does not hold: {wrong[0]}.",
            mend="Nothing was published. This is a fault of EquityLab: please report it.",
        )
    return public


def _settled(grid: Grid, policy: Policy, level: pd.Series, out: list) -> tuple[Plan, list[int]]:
    """Plan a grid, leaving out the units that are too small and those that nothing can cover.

    Those of ``out`` are left out already.
    """
    levels = level.reindex(grid.units).to_numpy()

    def leave(units) -> None:
        for u in units:
            grid.leave_out(u)
            out.append(u)

    def too_small() -> list[int]:
        total = np.where(grid.present[:, 0], grid.n[:, 0], 0)
        small = np.flatnonzero((total > 0) & (total < policy.min_group))
        return sorted((int(u) for u in small), key=lambda u: -len(grid.above(u)))[:1]

    while units := too_small():
        leave(units)
    for attempt in range(ROUNDS):
        # A state nearly always has a school that nothing can cover: find it before sparing cells.
        spare = attempt > 0 or len(grid.units) < LARGE
        made = plan(grid, policy, levels, spare=spare)
        if not made.open and not spare:
            continue
        if not made.open:
            return made, out
        leave({_holder(grid, u, c) for table, u, c, _ in made.open if table == "n"})
        for table, u, c in {(t, u, c) for t, u, c, _ in made.open if t != "n"}:
            if not grid.has[table][u].any():
                continue  # its unit was just left out
            # The last attempt withholds the whole measure: it is too rare here to be protected.
            units = range(len(grid.units)) if attempt == ROUNDS - 2 else [_holder(grid, u, c)]
            for unit in sorted(units, key=lambda u: -len(grid.above(u))):
                if grid.has[table][unit].any():
                    grid.drop(unit, table)
        while units := too_small():
            leave(units)
    raise PrivacyError(
        f"The {grid.base} groups of {grid.year} cannot be protected.",
        mend="Raise the minimum group, or leave out a way of grouping students.",
    )


def _holder(grid: Grid, u: int, c: int) -> int:
    """The school in which most of a unit's cell lies."""
    schools = [s for s in grid.leaves(u) if grid.present[s, 0]] or [
        u
    ]  # all may be left out already
    return max(schools, key=lambda s: grid.n[s, c])


# ---------------------------------------------------------------------- from plans to rows
def _verdicts(plans: list[Plan], left_out: list[list[int]]) -> pd.DataFrame:
    """One row a cell: is its size hidden, its outcome hidden, or shown as a band, and why."""
    parts = []
    for made, out in zip(plans, left_out, strict=True):
        grid, policy = made.grid, made.policy
        names = pd.MultiIndex.from_tuples(grid.cols)
        gone = np.zeros(grid.n.shape, bool)
        gone[out] = True
        for i in grid.x:
            u, c = np.nonzero(grid.has[i] | gone)
            hide_n = made.hidden_own[i][u, c] | gone[u, c]
            hide_x = made.hidden_x[i][u, c] | gone[u, c]
            band = np.where(hide_n | made.sensitive_x[i][u, c], 0, made.band[i][u, c])
            size = grid.own[i][u, c]
            reach = np.array([policy.band(int(v)) for v in size]) / 100
            told = made.shown(i)[u, c] & ~hide_n
            low, high = (
                np.minimum(e[i][u, c] / np.maximum(size, 1), 1) for e in (grid.low, grid.high)
            )
            reason = np.select(
                [gone[u, c], made.sensitive_n[u, c], made.sensitive_x[i][u, c]],
                ["left out", "small group", "small count"],
                "protects another",
            )
            parts.append(
                pd.DataFrame(
                    {
                        "year": grid.year,
                        "unit_id": grid.units.to_numpy()[u],
                        "indicator": i,
                        "dimension": names.get_level_values(0).to_numpy()[c],
                        "group": names.get_level_values(1).to_numpy()[c],
                        "hide_n": hide_n,
                        "hide_x": hide_x & (band == 0) & ~told,
                        "ranged": told,
                        "band_low": np.select(
                            [told, band < 0, band > 0], [low, 0.0, 1 - reach], np.nan
                        ),
                        "band_high": np.select(
                            [told, band < 0, band > 0], [high, reach, 1.0], np.nan
                        ),
                        "reason": reason,
                    }
                )  # fmt: skip
            )
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[
        *CELL, "hide_n", "hide_x", "ranged", "band_low", "band_high", "reason"])  # fmt: skip


def _open_extras(table, plans: list[Plan], policy: Policy, level: str) -> pd.DataFrame:
    """Intersections and pooled years: hidden, but for what the certificates leave room for."""
    extra = table["pooled"].astype(bool) | table["dimension"].str.contains(BY, regex=False)
    hide = extra | table["hide_x"].isna()
    table["hide_n"] = np.where(hide, True, table["hide_n"]).astype(bool)
    table["hide_x"] = np.where(hide, True, table["hide_x"]).astype(bool)
    table["reason"] = table["reason"].where(~extra, "intersection or pooled")
    table = open_pooled(table, plans, policy)
    return open_crossed(table, plans, policy, level)


def _apply(table: pd.DataFrame, audit: Audit) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Empty what is hidden, and judge again on what is left."""
    t = table
    absent = t["status"].isin(list(WORDS)).to_numpy()
    undefined = (t["status"] == "undefined").to_numpy()
    banded = t["band_low"].notna().to_numpy() & ~t["hide_n"].to_numpy()
    why = np.where(t["hide_x"], "hidden", np.where(banded, "band", ""))
    words = t["status"].map(WORDS).fillna("").to_numpy(object)
    why = np.where(absent & ~(undefined & t["hide_n"].to_numpy()), words, why)
    why[banded & (t["ranged"] == True).to_numpy(bool)] = "range"  # noqa: E712 (gaps are no)
    hide_n = t["hide_n"].to_numpy() & ~(absent & ~undefined & t["n"].isna().to_numpy())
    t["why"], t["n_why"] = why, np.where(hide_n, "hidden", "")
    hidden = t.loc[(why == "hidden") | hide_n, [*CELL, "n", "x", "hide_n", "reason", "pooled"]]
    for column in (*RATES, "n"):
        shown = (why == "") | ((why == "range") if column in OF_RANGES else False)
        t[column] = t[column].astype("float64").mask(hide_n if column == "n" else ~shown)
    blind = np.isin(why, ["", "range"]) & ~_other_shown(t, audit)
    t.loc[blind, OTHER] = np.nan
    t["reference"] = t["reference"].where(t["other_n"].notna(), "")
    t.loc[~np.isin(why, ["band", "range"]), ["band_low", "band_high"]] = np.nan
    # Nor may the status tell a hidden zero from a hidden seven.
    t["status"] = t["status"].mask(why == "hidden", "suppressed")
    judged = judge(t, min_n=audit.options["min_n"], fdr=audit.options["fdr"])
    judged.loc[~np.isin(why, ["", "range"]), "signal"] = NOT_REPORTED
    for column in ("why", "n_why", "band_low", "band_high"):
        judged[column] = t[column].to_numpy()
    for column in ("n", "x", "other_n", "other_x", "to_parity"):
        judged[column] = judged[column].round().astype("Int64")
    return judged.reset_index(drop=True), hidden.reset_index(drop=True)


def _other_shown(t: pd.DataFrame, audit: Audit) -> np.ndarray:
    """Whether a row's comparison group rests on published cells only."""
    reference, units = audit.options["reference"], audit.units
    shown = t["why"].isin(["", "range"])
    here = ["year", "unit_id", "indicator"]
    total = shown & (t["dimension"] == ALL)
    if reference in ("others", "overall"):
        seen = pd.MultiIndex.from_frame(t.loc[total, here])
        return pd.MultiIndex.from_frame(t[here]).isin(seen)
    if reference in ("district", "state"):
        parent = units.set_index("unit_id")["parent_id"].to_dict()
        level = units.set_index("unit_id")["level"].to_dict()

        def above(u):
            u = parent.get(u, "")
            while u and level.get(u) != reference:
                u = parent.get(u, "")
            return u

        far = t[CELL].assign(unit_id=t["unit_id"].map({u: above(u) for u in level}))
        seen = pd.MultiIndex.from_frame(t.loc[total, here])
        same = pd.MultiIndex.from_frame(t.loc[shown, CELL])
        return pd.MultiIndex.from_frame(far[here]).isin(seen) & pd.MultiIndex.from_frame(far).isin(
            same
        )
    on = [*here, "dimension"]
    seen = pd.MultiIndex.from_frame(t.loc[shown & (t["group"] == reference), on])
    return pd.MultiIndex.from_frame(t[on]).isin(seen)


def _changes(changes: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Changes between two published rates; the others are empty."""
    shown = table.loc[(table["why"] == "") & ~table["pooled"], CELL]
    seen = pd.MultiIndex.from_frame(shown)
    out = changes.copy()
    good = np.ones(len(out), bool)
    for year in ("year_from", "year_to"):
        good &= pd.MultiIndex.from_frame(out[[year, *CELL[1:]]]).isin(seen)
    numbers = [c for c in out if c in ("n", "x", "rate", "n_from", "x_from", "rate_from",
               "change", "change_low", "change_high", "p_value", "q_value")]  # fmt: skip
    for column in numbers:
        out[column] = out[column].astype("float64").mask(~good)
    out["signal"] = out["signal"].where(good, NOT_REPORTED)
    out["why"] = np.where(good, "", "hidden")
    return out


def _scores(scores: pd.DataFrame, plans: list[Plan], left_out: list[list[int]]) -> pd.DataFrame:
    """Scores of groups whose size is published; the rest are empty."""
    if scores.empty:
        return scores.assign(why=pd.Series(dtype="str"))
    seen = set()
    for made, out in zip(plans, left_out, strict=True):
        grid = made.grid
        u, c = np.nonzero(grid.present & ~made.hidden_n & (grid.n > 0))
        for a, b in zip(u, c, strict=True):
            if a not in out:
                seen.add((grid.base, grid.year, grid.units[a], *grid.cols[b], int(grid.n[a, b])))
    out = scores.copy()
    base = out["indicator"].map(lambda i: catalog.indicator(i).base)
    n = out["n"].astype("Int64").fillna(-1).astype(int)
    keys = zip(base, out["year"], out["unit_id"], out["dimension"], out["group"], n, strict=True)
    good = np.array([key in seen for key in keys], bool)
    numbers = ["n", "mean", "sd", "other_n", "other_mean", "other_sd", "gap", "gap_low",
               "gap_high", "g", "g_low", "g_high", "p_value", "q_value"]  # fmt: skip
    for column in numbers:
        out[column] = out[column].astype("float64").mask(~good)
    out["signal"] = out["signal"].where(good, NOT_REPORTED)
    out["why"] = np.where(good, "", "hidden")
    return out
