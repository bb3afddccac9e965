"""Mean scores and their gaps, from counts, means and standard deviations by group."""

from __future__ import annotations

import numpy as np
import pandas as pd

from . import catalog, metrics
from .schema import ALL, BY
from .signals import REFERENCES, signals


def compare_scores(scores, *, reference: str, level: float, min_n: int, fdr: float):
    """Mean scores beside those of everyone else (or of a named group), in points and in SDs."""
    s = scores.copy()
    extra = [
        "other_n", "other_mean", "other_sd", "gap", "gap_low", "gap_high", "g", "g_low", "g_high",
        "p_value", "q_value", "reference", "signal",
    ]  # fmt: skip
    if s.empty:
        return s.reindex(columns=[*s.columns, *extra])
    at = ["year", "unit_id", "indicator"]
    named = reference not in REFERENCES
    pick = (s["group"] == reference) if named else (s["dimension"] == ALL)
    on = [*at, "dimension"] if named else at
    base = s.loc[pick, [*on, "n", "mean", "sd"]]
    s = s.merge(base, on=on, how="left", suffixes=("", "_all"))
    n, m, sd = (s[c].to_numpy("float64", na_value=np.nan) for c in ("n", "mean", "sd"))
    all_ = ("n_all", "mean_all", "sd_all")
    n0, m0, sd0 = (s[c].to_numpy("float64", na_value=np.nan) for c in all_)
    sd = np.where(n == 1, 0.0, sd)  # one score has no spread of its own
    if not named and reference != "overall":
        n0, m0, sd0 = rest_of(n0, m0, sd0, n, m, sd)
    own = ((s["dimension"] == ALL) | (named & (s["group"] == reference))).to_numpy(bool)
    bad = own | ~(n0 > 1) | ~(n > 1) | (s["status"] != "ok").to_numpy(bool)
    n0, m0, sd0 = (np.where(bad, np.nan, v) for v in (n0, m0, sd0))
    s["other_n"], s["other_mean"], s["other_sd"] = n0, m0, sd0
    n1, m1, sd1 = (np.where(bad, np.nan, v) for v in (n, m, sd))
    gap = metrics.mean_difference_from_summary(n1, m1, sd1, n0, m0, sd0, level=level)
    g = metrics.hedges_g_from_summary(n1, m1, sd1, n0, m0, sd0, level=level)
    s["gap"], s["gap_low"], s["gap_high"] = gap.value, gap.low, gap.high
    s["g"], s["g_low"], s["g_high"] = g.value, g.low, g.high
    s["p_value"] = gap.p_value if hasattr(gap, "p_value") else _two_sided(gap, level)
    enough = (n1 >= min_n) & (n0 >= min_n)
    p = np.where(enough, s["p_value"].to_numpy(float), np.nan)
    crossed = s["dimension"].str.contains(BY, regex=False)
    family = pd.factorize(pd.MultiIndex.from_arrays([s["year"], s["unit_id"], crossed]))[0]
    s["q_value"] = metrics.benjamini_hochberg(p, family=family)
    threshold = s["indicator"].map(lambda i: catalog.indicator(i).threshold).to_numpy(float)
    s["reference"] = np.where(bad, "", reference if named else "other students")
    s["signal"] = signals(
        g.value, g.low, g.high, s["q_value"].to_numpy(float),
        enough=enough, threshold=threshold, fdr=fdr, wide=0.6,
    )  # fmt: skip
    return s.drop(columns=["n_all", "mean_all", "sd_all"])


def rest_of(n0, m0, sd0, n, m, sd):
    """Return n, mean and sd of everyone else, from sums of scores and of squares about zero.

    Examples
    --------
    >>> import numpy as np
    >>> rest_of(*map(np.array, (4.0, 2.5, 1.2909944, 2.0, 1.5, 0.7071068)))[1]
    np.float64(3.5)
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        rest = n0 - n
        mean = (n0 * m0 - n * m) / rest
        square = (n0 - 1) * sd0**2 + n0 * m0**2 - (n - 1) * sd**2 - n * m**2
        spread = np.sqrt(np.maximum(square - rest * mean**2, 0) / (rest - 1))
    return rest, mean, spread


def _two_sided(gap, level: float) -> np.ndarray:
    """The normal p value that goes with an interval of this level."""
    from scipy.special import ndtr, ndtri

    with np.errstate(invalid="ignore", divide="ignore"):
        z = gap.value / ((gap.high - gap.low) / 2 / ndtri(0.5 + level / 2))
    return 2 * ndtr(-np.abs(z))
