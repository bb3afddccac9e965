"""Dataset -> Audit: every school, indicator, group and year at once.

Everything here is for the data owner. What may be published is decided by ``equitylab.privacy``.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from . import catalog, metrics
from .audit_ranges import Ends, ends, widen
from .audit_scores import compare_scores
from .errors import DataError
from .schema import ALL, BY, Dataset, complete_crossed
from .signals import CLEAR, REFERENCES, signals

POOL_BELOW = 30  # reporting_rules.yaml: years are pooled when one year has fewer students
POOL_YEARS = 3

TABLE = [
    "year", "unit_id", "unit", "level", "indicator", "dimension", "group",
    "n", "x", "rate", "rate_low", "rate_high",
    "other_n", "other_x", "other_rate",
    "difference", "difference_low", "difference_high",
    "ratio", "ratio_low", "ratio_high", "to_parity",
    "p_value", "q_value", "reference", "method", "status", "signal", "pooled",
]  # fmt: skip
KEYS = ["unit_id", "unit", "level", "indicator", "dimension", "group"]


@dataclass
class Audit:
    """What a file says about every school, group and year, compared and marked.

    Attributes
    ----------
    table : DataFrame
        One row per (year, unit_id, indicator, dimension, group): counts, rate with its Wilson
        interval, the comparison, difference (Newcombe), ratio (Koopman), students to parity,
        p and q values, and a ``signal``. Shares are 0 to 1. Rows with ``pooled`` sum years. Where
        the source gives a range (``x_low`` to ``x_high``), the limits hold for every count in it,
        ``difference`` is what is sure of it (0 where either side is possible), and what needs the
        count itself is empty.
    changes : DataFrame
        The same groups between one year and another.
    scores : DataFrame
        Mean scores, their gap in points and in standard deviations (Hedges g).
    units : DataFrame
        Schools, districts and states.
    options : dict
        ``reference level min_n fdr`` as asked.
    source, report :
        Where the data came from, and the ReadReport.
    """

    table: pd.DataFrame
    changes: pd.DataFrame
    scores: pd.DataFrame
    units: pd.DataFrame
    options: dict
    source: dict = field(default_factory=dict)
    report: object = None

    @property
    def years(self) -> list[str]:
        """School years, earliest first."""
        return sorted(set(self.table.loc[~self.table["pooled"], "year"]))

    def school(self, unit_id: str) -> pd.DataFrame:
        """Return one unit's rows of :attr:`table`; the id of a district or state works too."""
        known = self.units["unit_id"]
        if unit_id not in set(known):
            close = difflib.get_close_matches(str(unit_id), list(known), n=1)
            raise DataError(
                f'No school has the id "{unit_id}".', nearest=close[0] if close else None
            )
        return self.table[self.table["unit_id"] == unit_id].reset_index(drop=True)

    def findings(self, signal: str = CLEAR) -> pd.DataFrame:
        """Return the latest year's rows with this signal, in the catalog's order."""
        latest = self.table[(self.table["year"] == self.years[-1]) & ~self.table["pooled"]]
        return latest[latest["signal"] == signal].reset_index(drop=True)


def audit(
    data: Dataset,
    *,
    reference: str = "others",
    level: float = 0.95,
    min_n: int = 10,
    fdr: float = 0.10,
) -> Audit:
    """Who is served and who is not, in every school, indicator, group and year?

    Parameters
    ----------
    data : Dataset
        What :func:`equitylab.read` returned.
    reference : str
        ``"others"``: everyone else in the same unit (34 CFR 300.647's comparison group);
        ``"overall"``: all students, the group included; ``"district"``, ``"state"``: everyone else
        in the unit above (the alternate risk ratio's); or the label of a group.
    level : float
        Of the intervals.
    min_n : int
        Groups, and comparison groups, below this are "too few to tell".
    fdr : float
        The false-discovery rate (Benjamini and Hochberg 1995) within one unit and year, for groups
        and for two-way groups apart: of the differences called clear, this share at most is
        expected to be chance.

    Returns
    -------
    Audit

    Raises
    ------
    DataError
        The reference is neither a known word nor a group of the data.

    Examples
    --------
    >>> from equitylab import samples
    >>> bool(audit(samples.null_district(1)).table["signal"].isin([CLEAR]).mean() < 0.05)
    True
    """
    counts = data.counts
    groups = set(counts["group"].unique())
    if reference not in REFERENCES and reference not in groups:
        close = difflib.get_close_matches(reference, [*REFERENCES, *groups], n=1)
        raise DataError(
            f'"{reference}" is not something to compare with.',
            nearest=close[0] if close else None,
            mend="Say others, overall, district, state, or the label of a group in the file.",
        )
    options = {"reference": reference, "level": level, "min_n": min_n, "fdr": fdr}
    table, changes = tables(counts, data.units, **options)
    scores = compare_scores(data.scores, **options)
    return Audit(table, changes, scores, data.units, options, data.source, data.report)


def tables(counts, units, *, reference: str, level: float, min_n: int, fdr: float):
    """Return ``Audit.table`` and ``Audit.changes`` of tidy counts."""
    counts = complete_crossed(counts).assign(pooled=False)
    counts = pd.concat([counts, _pooled(counts)], ignore_index=True)
    table = judge(_compare(counts, units, reference, level), min_n=min_n, fdr=fdr)
    changes = _changes(table, level, min_n, fdr)
    return table.assign(x_low=counts["x_low"], x_high=counts["x_high"]), changes


def _pooled(counts: pd.DataFrame) -> pd.DataFrame:
    """Sum the last three years; `_compare` needs the totals too, `judge` drops what is not asked.

    A year that was suppressed or not collected makes the sum unsayable, so it is left out whole.
    """
    years = sorted(counts["year"].unique())[-POOL_YEARS:]
    if len(years) < 2:
        return counts.iloc[:0]
    recent = counts[counts["year"].isin(years)]
    recent = recent.assign(bad=recent["status"] != "ok")
    sums = recent.groupby(KEYS, sort=False, observed=True).agg(
        n=("n", "sum"), x=("x", "sum"), x_low=("x_low", "sum"), x_high=("x_high", "sum"),
        seen=("year", "size"), bad=("bad", "any"), last=("n", "last"),
    )  # fmt: skip
    sums = sums[(sums["seen"] == len(years)) & ~sums["bad"]].reset_index()
    sums["year"] = f"{years[0]} to {years[-1]}"
    sums["status"], sums["pooled"] = "ok", True
    small = sums[(sums["dimension"] != ALL) & (sums["last"] < POOL_BELOW) & (sums["n"] > 0)]
    # A pooled group needs its pooled total, and the total only where a group needs it.
    need = small[["unit_id", "indicator"]].drop_duplicates()
    totals = sums[sums["dimension"] == ALL].merge(need, on=["unit_id", "indicator"])
    return pd.concat([totals, small], ignore_index=True)[counts.columns].astype(
        {c: counts[c].dtype for c in counts.columns}
    )


def _codes(frame: pd.DataFrame, columns: list[str]) -> tuple[np.ndarray, dict]:
    """Return one integer key a row over the columns, and what turns values into it."""
    key, size, books = np.zeros(len(frame), np.int64), 1, {}
    for column in columns:
        codes, values = pd.factorize(frame[column])
        books[column] = pd.Index(values)
        key, size = key * len(values) + codes, size * len(values)
    return key, books


def _compare(counts: pd.DataFrame, units: pd.DataFrame, reference: str, level: float):
    """Every row beside its comparison group: the columns of `TABLE`, without signal and q."""
    t = counts.reset_index(drop=True)
    n = t["n"].to_numpy("float64", na_value=np.nan)
    x = t["x"].to_numpy("float64", na_value=np.nan)
    status = t["status"].to_numpy(object)
    status = np.where((status == "ok") & (n == 0), "undefined", status)
    indicator = t["indicator"]
    events = _of_each(indicator, "events").astype(bool)
    status = np.where((status == "ok") & (x > n) & ~events, "quality", status)
    ok = status == "ok"
    n_ok, x_ok = np.where(ok, n, np.nan), np.where(ok, x, np.nan)
    own = ends(t, status, n, events)

    key, books = _codes(t, ["year", "indicator", "unit_id"])
    cells = key * np.int64(len(t) + 1)  # room for dimension and group below it
    dimension, dims = pd.factorize(t["dimension"])
    group, names = pd.factorize(t["group"])
    cells = (key * len(dims) + dimension) * np.int64(len(names)) + group
    order = np.argsort(cells, kind="stable")

    def at(key_, dimension_, group_):
        """Row numbers of cells, -1 where there is none."""
        wanted = (key_ * len(dims) + dimension_) * np.int64(len(names)) + group_
        place = np.searchsorted(cells[order], wanted).clip(0, max(len(t) - 1, 0))
        row = order[place]
        return np.where((cells[row] == wanted) & (key_ >= 0), row, -1)

    all_dim = dims.get_loc(ALL) if ALL in dims else -1
    all_group = names.get_loc(ALL) if ALL in names else -1
    grouped = dimension != all_dim
    here = key
    word = {"others": "other students", "overall": "all students"}.get(reference, reference)
    if reference in ("district", "state"):
        here = _key_above(t, units, books, reference)
        word = f"other students in the {reference}"

    def take(row, values):
        return np.where(row >= 0, values[row], np.nan)

    if reference == "overall" or reference in ("others", "district", "state"):
        total = at(here, all_dim, all_group)
        other_n, other_x = take(total, n_ok), take(total, x_ok)
        far = Ends(*(take(total, v) for v in own))
        if reference != "overall":
            same = at(here, dimension, group)
            other_n, other_x = other_n - take(same, n_ok), other_x - take(same, x_ok)
            near = Ends(*(take(same, v) for v in own))
            rest = far.n - near.n
            far = Ends(
                np.maximum(far.low - near.high, 0), np.minimum(far.high - near.low, rest), rest,
                np.nan_to_num(far.ranged) + np.nan_to_num(near.ranged),
            )  # fmt: skip
    else:
        named = at(here, dimension, np.int64(names.get_loc(reference)))
        named = np.where(named == np.arange(len(t)), -1, named)  # not with itself
        other_n, other_x = take(named, n_ok), take(named, x_ok)
        far = Ends(*(take(named, v) for v in own))
    # A dimension whose groups do not add up can leave a negative rest: no comparison then.
    good = grouped & ok & (other_n > 0) & (other_x >= 0)
    other_n, other_x = np.where(good, other_n, np.nan), np.where(good, other_x, np.nan)

    direction = _of_each(indicator, "direction")
    countable = ~events & ~(other_x > other_n)
    out = t[["year", *KEYS]].copy()
    out["n"], out["x"] = t["n"], t["x"]
    plain_n, plain_x = np.where(events, np.nan, n_ok), np.where(events, np.nan, x_ok)
    wilson = metrics.rate(plain_x, plain_n, level=level)
    with np.errstate(invalid="ignore", divide="ignore"):
        out["rate"] = np.where(n_ok > 0, x_ok / n_ok, np.nan)
        out["rate_low"], out["rate_high"] = wilson.low, wilson.high
        out["other_n"], out["other_x"] = other_n, other_x
        out["other_rate"] = other_x / other_n
        a, b = np.where(countable, x_ok, np.nan), np.where(countable, n_ok, np.nan)
        c, d = np.where(countable, other_x, np.nan), np.where(countable, other_n, np.nan)
        difference = metrics.risk_difference(a, b, c, d, level=level)
        ratio = metrics.risk_ratio(a, b, c, d, level=level)
        out["difference"] = out["rate"] - out["other_rate"]
        out["difference_low"], out["difference_high"] = difference.low, difference.high
        plain = np.where(other_x > 0, out["rate"] / out["other_rate"], np.nan)
        out["ratio"] = np.where(events, plain, ratio.value)
    out["ratio_low"], out["ratio_high"] = ratio.low, ratio.high
    parity = np.full(len(t), np.nan)
    for way in ("up", "down"):
        rows = (direction == way) & ~np.isnan(a) & ~np.isnan(c)
        parity[rows] = metrics.to_parity(a[rows], b[rows], c[rows], d[rows], direction=way)
    out["to_parity"] = parity
    out["p_value"] = metrics.difference_p(a, b, c, d)
    widen(out, own, far._replace(ranged=np.nan_to_num(far.ranged) > 0), grouped, level)
    out["reference"] = np.where(out["other_n"].notna(), word, "")
    method = np.where(events, "events per student, no interval", "Wilson, Newcombe, Koopman")
    pooled = t["pooled"].to_numpy(bool)
    out["method"] = np.where(pooled, "pooled years; " + method.astype(object), method)
    out["status"], out["pooled"] = status, pooled
    return out


def _key_above(t: pd.DataFrame, units: pd.DataFrame, books: dict, level: str) -> np.ndarray:
    """The key of the same year and indicator in the district, or state, that a unit is in."""
    parent = units.set_index("unit_id")["parent_id"].to_dict()
    of = units.set_index("unit_id")["level"].to_dict()

    def above(unit: str) -> str:
        unit = parent.get(unit, "")
        while unit and of.get(unit) != level:
            unit = parent.get(unit, "")
        return unit

    target = t["unit_id"].map({u: above(u) for u in books["unit_id"]})
    code = books["unit_id"].get_indexer(target)
    year = books["year"].get_indexer(t["year"])
    indicator = books["indicator"].get_indexer(t["indicator"])
    key = (year * len(books["indicator"]) + indicator) * len(books["unit_id"]) + code
    return np.where(code >= 0, key, -1)


def _of_each(indicator: pd.Series, what: str) -> np.ndarray:
    """What the catalog says of each row's indicator, looked up once an indicator."""
    codes, names = pd.factorize(indicator)
    return np.array([getattr(catalog.indicator(i), what) for i in names])[codes]


def judge(table: pd.DataFrame, *, min_n: int, fdr: float, unit: str = "unit_id") -> pd.DataFrame:
    """Add q values and the signal: interval, false-discovery rate and practical threshold.

    The family of a q value is one unit and year (or pair of years), groups and intersections
    apart; rows without a comparison, or under ``min_n``, are not in it. The privacy gate calls
    this again on what is published, so that a printed q value never stands on a hidden group.
    """
    t = table.copy()
    enough = ((t["n"] >= min_n) & (t["other_n"] >= min_n)).fillna(False).to_numpy(bool)
    p = np.where(enough, t["p_value"].to_numpy(float), np.nan)
    crossed = t["dimension"].str.contains(BY, regex=False)
    family = 2 * _codes(t, ["year", unit])[0] + crossed.to_numpy(bool)
    t["q_value"] = metrics.benjamini_hochberg(p, family=family)
    low, high = t["difference_low"].to_numpy(float), t["difference_high"].to_numpy(float)
    threshold = _of_each(t["indicator"], "threshold").astype(float)
    value = t["difference"].to_numpy(float)
    # Of a range, `difference` is its sure end; how much it leaves open is told from the middle.
    value = np.where(t["x"].isna() & (low <= 0) & (high >= 0), (low + high) / 2, value)
    t["signal"] = signals(
        value, low, high, t["q_value"].to_numpy(float),
        enough=enough, threshold=threshold, fdr=fdr,
    )  # fmt: skip
    return t[TABLE]


def _changes(table: pd.DataFrame, level: float, min_n: int, fdr: float) -> pd.DataFrame:
    """From each year to the next, and from the first to the last."""
    rows = table[~table["pooled"]]
    years = sorted(rows["year"].unique())
    pairs = list(zip(years, years[1:], strict=False))
    if len(years) > 2:
        pairs.append((years[0], years[-1]))
    keep = [*KEYS, "n", "x", "rate"]
    parts = []
    for first, last in pairs:
        before = rows.loc[(rows["year"] == first) & (rows["status"] == "ok"), keep]
        after = rows.loc[(rows["year"] == last) & (rows["status"] == "ok"), keep]
        both = after.merge(
            before.drop(columns=["unit", "level"]),
            on=["unit_id", "indicator", "dimension", "group"], suffixes=("", "_from"),
        )  # fmt: skip
        both.insert(0, "year_to", last)
        both.insert(0, "year_from", first)
        parts.append(both)
    columns = [
        "year_from", "year_to", *KEYS, "n", "x", "rate", "n_from", "x_from", "rate_from",
        "change", "change_low", "change_high", "p_value", "q_value", "signal",
    ]  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=columns)
    c = pd.concat(parts, ignore_index=True)
    events = _of_each(c["indicator"], "events").astype(bool)
    x, n, x0, n0 = (
        np.where(events, np.nan, c[k].to_numpy("float64", na_value=np.nan))
        for k in ("x", "n", "x_from", "n_from")
    )
    interval = metrics.risk_difference(x, n, x0, n0, level=level)
    c["change"] = c["rate"] - c["rate_from"]
    c["difference"], c["difference_low"], c["difference_high"] = c["change"], *interval[1:]
    c["p_value"] = metrics.difference_p(x, n, x0, n0)
    c["other_n"], c["year"] = c["n_from"], c["year_from"] + c["year_to"]
    for column in TABLE:
        if column not in c:
            c[column] = np.nan
    judged = judge(c, min_n=min_n, fdr=fdr)
    c["q_value"], c["signal"] = judged["q_value"], judged["signal"]
    return c.rename(columns={"difference_low": "change_low", "difference_high": "change_high"})[
        columns
    ]
