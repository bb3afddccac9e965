"""What happens to whom: every outcome is drawn from a rate that is known, so the truth is known.

An outcome is a probability for each student and year. Without a planted rule it is one number for
a school, so no group differs; `Outcomes.plant` gives the students of one cell an exact count.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .population import INDEX, KIND, SCHOOLS, shuffled, stream

# Base rates by kind of school; each school is moved up or down by up to `spread`, the same all
# three years. 0 means that the school has nothing of the kind.
BASE = {
    #                       elementary middle  high  spread
    "minor_referral":          (0.050, 0.110, 0.110, 0.020),
    "suspended_in_school":     (0.012, 0.050, 0.050, 0.010),
    "suspended_out_of_school": (0.015, 0.065, 0.070, 0.010),
    "expelled":                (0.000, 0.000, 0.002, 0.000),
    "referred_to_police":      (0.000, 0.000, 0.004, 0.000),
    "chronically_absent":      (0.115, 0.115, 0.120, 0.015),
    "proficient_math":         (0.520, 0.480, 0.460, 0.060),
    "proficient_reading":      (0.550, 0.540, 0.560, 0.060),
    "proficient_science":      (0.540, 0.520, 0.500, 0.050),
    "algebra_1":               (0.000, 0.360, 0.000, 0.020),
    "passed_algebra_1":        (0.000, 0.830, 0.800, 0.020),
    "ap_enrolled":             (0.000, 0.000, 0.220, 0.000),
    "honors":                  (0.000, 0.000, 0.180, 0.020),
    "activity_any":            (0.340, 0.400, 0.400, 0.040),
    "fee_if_any":              (0.150, 0.150, 0.180, 0.000),
    "gifted":                  (0.065, 0.065, 0.065, 0.015),
    "graduated":               (0.000, 0.000, 0.890, 0.010),
    "accepted_to_college":     (0.000, 0.000, 0.720, 0.020),
}  # fmt: skip
KINDS = ("elementary", "middle", "high")
# The same conduct policy at two high schools: as many students are referred, and one school answers
# with out-of-school suspension twice as often (dd5).
INSTEAD = {
    ("suspended_out_of_school", "Kestrel"): 0.050,
    ("minor_referral", "Kestrel"): 0.135,
    ("suspended_in_school", "Kestrel"): 0.050,
    ("suspended_out_of_school", "Ostrander"): 0.110,
    ("minor_referral", "Ostrander"): 0.080,
    ("suspended_in_school", "Ostrander"): 0.050,
}


def base_rates() -> dict[str, np.ndarray]:
    """Return the rate of every outcome at every school, before anything is planted."""
    out = {}
    for name, (*rates, spread) in BASE.items():
        rate = np.array([rates[KINDS.index(k)] for k in KIND])
        shift = (stream(f"base {name}").random(len(SCHOOLS)) * 2 - 1) * spread
        out[name] = np.where(rate > 0, np.round(rate + shift, 3), 0.0)
    for (name, school), rate in INSTEAD.items():
        out[name][INDEX[school]] = rate
    return out


class Outcomes:
    """Students, and for each outcome who could have it, with what probability, and who had it.

    Attributes
    ----------
    s : DataFrame
        The panel of `population.panel`, with bus routes.
    base, p, x : dict
        By outcome: who is in the denominator, the true rate, and the outcome itself.
    """

    def __init__(self, s: pd.DataFrame) -> None:
        self.s = s
        self.rates = base_rates()
        self.base: dict[str, np.ndarray] = {}
        self.p: dict[str, np.ndarray] = {}
        self.x: dict[str, np.ndarray] = {}

    def draw(self, name: str, base: np.ndarray | None = None, p: np.ndarray | None = None) -> None:
        """Draw an outcome for everyone in its base, each student on their own."""
        everyone = np.ones(len(self.s), bool)
        self.base[name] = everyone if base is None else np.asarray(base, bool)
        rate = self.rates[name][self.s["school"]] if p is None else p
        self.p[name] = np.where(self.base[name], rate, np.nan)
        self.x[name] = self.base[name] & (stream(f"draw {name}").random(len(self.s)) < rate)

    def cell(self, school: str, year: int | None = None, **where) -> np.ndarray:
        """Return who is at a school (by the first word of its name) in a year, with attributes."""
        rows = self.s["school"].to_numpy() == INDEX[school]
        if year is not None:
            rows = rows & (self.s["year"].to_numpy() == year)
        for column, value in where.items():
            rows = rows & np.isin(self.s[column].to_numpy(), value)
        return rows

    def plant(self, name: str, rows: np.ndarray, *, count=None, rate=None, even: bool = False):
        """Give exactly ``count`` (or the nearest to ``rate``) of these students the outcome.

        ``even``: deal it out evenly over the groups, so that the rosters mirror enrolment.
        """
        rows = np.flatnonzero(rows & self.base[name])
        count = int(round(rate * len(rows))) if count is None else count
        assert 0 <= count <= len(rows), (name, count, len(rows))
        rng = stream(f"plant {name} {rows[0]} {len(rows)}")
        chosen = self._dealt(rng, rows, count) if even else shuffled(rng, rows)[:count]
        self.x[name][rows] = False
        self.x[name][chosen] = True
        self.p[name][rows] = count / len(rows)

    def _dealt(self, rng, rows: np.ndarray, count: int) -> np.ndarray:
        order = self.s.loc[rows].assign(tie=rng.random(len(rows)))
        order = order.sort_values(["race", "el", "econ", "swd", "sex", "grade", "tie"]).index
        places = ((np.arange(count) + rng.random()) * len(rows) / count).astype(int)
        return order.to_numpy()[places]

    def per_school(self, values) -> np.ndarray:
        """Spread one value a school over the students."""
        return np.asarray(values)[self.s["school"]]


def bus_routes(s: pd.DataFrame) -> None:
    """Deal every student of a school a route, evenly over the groups; routes are kept.

    Twelve places a school: three walk, seven routes are short or medium, two are long. Nobody's
    group says which route they ride, so what clusters by route cannot cluster by group.
    """
    rng = stream("routes")
    first = s.assign(tie=rng.random(len(s))).drop_duplicates(["student", "school"])
    first = first.sort_values(["school", "race", "el", "econ", "swd", "sex", "tie"])
    place = first.groupby("school").cumcount() % 12
    place = pd.Series(place.to_numpy(), pd.MultiIndex.from_frame(first[["student", "school"]]))
    s["place"] = place.loc[pd.MultiIndex.from_frame(s[["student", "school"]])].to_numpy()
    number = SCHOOLS["school_id"].str[1:].astype(int).to_numpy()[s["school"]] % 100
    route = "B" + pd.Series(number * 10 + s["place"], index=s.index).astype(str)
    s["bus_route"] = np.where(s["place"] < 3, "Walk", route)
    s["travel_time"] = np.select(
        [s["place"] < 6, s["place"] < 10], ["Under 20 min", "20 to 40 min"], "Over 40 min"
    )


LONG = (10, 11)  # the two places on long routes


def everything(s: pd.DataFrame) -> Outcomes:
    """Draw every outcome and plant every pattern."""
    from . import planted

    bus_routes(s)
    o = Outcomes(s)
    year, grade = s["year"].to_numpy(), s["grade"].to_numpy()
    kind = KIND[s["school"]]
    for name in ("minor_referral", "suspended_in_school", "suspended_out_of_school"):
        o.draw(name)
    for name in ("expelled", "referred_to_police"):
        o.draw(name)
    # Few arrive so late that the year is too short to count for chronic absence.
    days = stream("days").random(len(s))
    s["days_enrolled"] = np.where(s["new"], 30 + (days * 146).astype(int), 180)
    keep = o.cell("Briar") | o.cell("Riverbend")
    s.loc[keep & (s["days_enrolled"] < 60).to_numpy(), "days_enrolled"] = 90
    o.draw("chronically_absent", s["days_enrolled"] >= 45)
    sits = stream("tested").random((len(s), 2)) < 0.97
    sits |= (o.cell("Riverbend") | o.cell("Briar") | o.cell("Thornapple"))[:, None]
    tested = ((grade >= 3) & (grade <= 8)) | (grade == 10)
    o.draw("proficient_math", tested & sits[:, 0])
    o.draw("proficient_reading", tested & sits[:, 1])
    o.draw("proficient_science", np.isin(grade, (5, 8, 10)) & sits[:, 1])
    o.draw("algebra_1", grade == 8)
    o.draw("ap_enrolled", kind != "elementary")  # schools that offer none still count
    o.draw("honors", kind == "high")
    o.draw("activity_any")
    o.draw("graduated", grade == 12)
    o.draw("accepted_to_college", grade == 12)
    o.draw("passed_algebra_1")  # and every other mathematics course; the base follows below
    o.draw("identified_swd", p=s["p_swd"].to_numpy())
    o.x["identified_swd"] = s["swd"].to_numpy(bool).copy()
    _gifted(o)
    planted.plant(o)
    from . import courses

    o.courses, o.sections = courses.timetable(o)
    o.base["passed_algebra_1"] = o.x["algebra_1"] | ((kind == "high") & (o.rung == 0))
    rate = o.rates["fee_if_any"][s["school"]]
    o.draw("activity_fee", p=rate * o.p["activity_any"])
    among = stream("fee").random(len(s)) < rate
    o.x["activity_fee"] = o.x["activity_any"] & among
    planted.travel_team(o)
    _combine(o, year)
    return o


def _gifted(o: Outcomes) -> None:
    """Screening happens once, at the school where a student is first seen, and stays."""
    s = o.s
    first = s.groupby("student")["school"].transform("first").to_numpy()
    rate = o.rates["gifted"][first]
    o.draw("gifted", p=rate)
    u = stream("screened").random(s["student"].max() + 1)
    o.x["gifted"] = u[s["student"]] < rate


def _combine(o: Outcomes, year: np.ndarray) -> None:
    """Outcomes that follow from others."""
    parts = (
        "minor_referral", "suspended_in_school", "suspended_out_of_school",
        "expelled", "referred_to_police",
    )  # fmt: skip
    o.base["referred"] = np.ones(len(o.s), bool)
    o.p["referred"] = 1 - np.prod([1 - o.p[k] for k in parts], axis=0)
    o.x["referred"] = np.any([o.x[k] for k in parts], axis=0)
    high = KIND[o.s["school"]] == "high"
    ap, honors = (np.nan_to_num(o.p[k]) for k in ("ap_enrolled", "honors"))
    o.base["advanced_course"] = KIND[o.s["school"]] != "elementary"
    algebra = np.nan_to_num(o.p["algebra_1"])
    o.p["advanced_course"] = np.where(high, 1 - (1 - ap) * (1 - honors), algebra)
    o.x["advanced_course"] = o.x["ap_enrolled"] | o.x["honors"] | o.x["algebra_1"]
