"""Who goes to which school in which year: students persist, move up a grade, and a few move."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pandas as pd

SEED = 20240607
YEARS = ("2021-22", "2022-23", "2023-24")
DISTRICT = "Tamarack Valley School District"
RACES = (
    "White", "Hispanic", "Black", "Asian", "Two or more races",
    "American Indian or Alaska Native", "Native Hawaiian or Pacific Islander",
)  # fmt: skip
SEXES = ("Female", "Male")

# id, name, kind, students in the last year, race mix in the order of RACES (percent)
SCHOOLS = pd.DataFrame(
    [
        ("0104", "Alder Creek Elementary School", "elementary", 640, (55, 16, 13, 8, 6, 1, 1)),
        ("0117", "Briar Hollow School", "elementary", 85, (62, 18, 8, 4, 6, 2, 0)),
        ("0123", "Cedar Flats Elementary School", "elementary", 560, (30, 40, 17, 6, 5, 1, 1)),
        ("0208", "Foxglove Middle School", "middle", 594, (46, 24, 17, 6, 5, 1, 1)),
        ("0131", "Juniper Street Elementary School", "elementary", 590, (34, 28, 26, 5, 5, 1, 1)),
        ("0302", "Kestrel Ridge High School", "high", 1420, (46, 22, 18, 7, 5, 1, 1)),
        ("0138", "Larkmoor Elementary School", "elementary", 620, (26, 44, 16, 7, 5, 1, 1)),
        ("0315", "Ostrander High School", "high", 1040, (36, 34, 17, 6, 5, 1, 1)),
        ("0146", "Quarry Road Elementary School", "elementary", 690, (58, 15, 13, 7, 5, 1, 1)),
        ("0219", "Riverbend Middle School", "middle", 612, (28, 40, 18, 6, 6, 1, 1)),
        ("0226", "Thornapple Middle School", "middle", 640, (56, 17, 14, 6, 5, 1, 1)),
        ("0159", "Winterbourne Elementary School", "elementary", 505, (46, 24, 17, 6, 5, 1, 1)),
    ],
    columns=["school_id", "school", "kind", "size", "mix"],
)
INDEX = {name.split()[0]: i for i, name in enumerate(SCHOOLS["school"])}
KIND = SCHOOLS["kind"].to_numpy(str)
GRADES = {"elementary": range(0, 6), "middle": range(6, 9), "high": range(9, 13)}

# Middle schools grade by grade, so that Riverbend's grade 6 can grow when a boundary is redrawn.
MIDDLE = {
    "Foxglove": ((204, 197, 195), (206, 203, 198), (185, 205, 204)),
    "Riverbend": ((206, 200, 198), (158, 204, 200), (250, 157, 205)),
    "Thornapple": ((215, 211, 205), (236, 214, 210), (190, 235, 215)),
}
FEEDS = {
    "Alder": {"Thornapple": 1.0},
    "Briar": {"Foxglove": 1.0},
    "Cedar": {"Riverbend": 1.0},
    "Juniper": {"Foxglove": 1.0},
    "Larkmoor": {"Riverbend": 1.0},
    "Quarry": {"Thornapple": 1.0},
    "Winterbourne": {"Foxglove": 1.0},
    "Foxglove": {"Kestrel": 0.5, "Ostrander": 0.5},
    "Riverbend": {"Ostrander": 1.0},
    "Thornapple": {"Kestrel": 1.0},
}
LEAVE, MOVE = 0.035, 0.012

EL_BY_RACE = (0.03, 0.42, 0.06, 0.30, 0.04, 0.05, 0.20)
ECON_BY_RACE = (0.33, 0.54, 0.52, 0.30, 0.44, 0.58, 0.48)
ECON_IF_EL = 0.12
SWD_BY_SEX = (0.10, 0.165, 0.13)
SEX_SHARES = (0.487, 0.508, 0.005)
# Riverbend, grade 8 in each year: multilingual learners, exactly
RIVERBEND_GRADE8_EL = (65, 63, 60)
NEWCOMERS = 7


def stream(name: str) -> np.random.Generator:
    """Return the random stream of this name, so that a change in one part leaves the others."""
    return np.random.default_rng([SEED, crc32(name.encode())])


def shuffled(rng: np.random.Generator, rows: np.ndarray) -> np.ndarray:
    """Return the rows in random order; built on ``random`` alone, whose stream never changes."""
    return rows[np.argsort(rng.random(len(rows)), kind="stable")]


def pick(rng: np.random.Generator, weights, size: int) -> np.ndarray:
    """Return ``size`` indices drawn with these weights (one row of weights, or one a draw)."""
    edges = np.cumsum(np.asarray(weights, float), axis=-1)
    u = rng.random(size) * edges[..., -1]
    return (u[:, None] >= edges).sum(axis=-1) if edges.ndim == 2 else edges.searchsorted(u, "right")


def targets() -> np.ndarray:
    """Return the students of each year, school and grade, as an array (3, 12, 13)."""
    rng = stream("targets")
    out = np.zeros((3, len(SCHOOLS), 13), int)
    for s, row in SCHOOLS.iterrows():
        short = row["school"].split()[0]
        grades = np.array(GRADES[row["kind"]])
        if short in MIDDLE:
            out[:, s, grades] = MIDDLE[short]
            continue
        weights = np.linspace(1.04, 0.96, len(grades)) if row["kind"] == "high" else None
        even = np.full(len(grades), row["size"] / len(grades)) * (1 if weights is None else weights)
        last = np.floor(even).astype(int)
        last[: row["size"] - last.sum()] += 1
        out[2, s, grades] = last
        room = 0 if row["size"] < 100 else 4
        for year in (1, 0):
            shift = (rng.random(len(grades)) * (2 * room + 1)).astype(int) - room
            out[year, s, grades] = last + shift
        if room == 0:  # the smallest school: 83, 84, 85
            out[0, s, grades[0]] -= 2
            out[1, s, grades[0]] -= 1
    return out


def panel() -> pd.DataFrame:
    """Return one row a student and year: who, where, grade and attributes.

    Columns: year, school, student (positions), grade, race, sex (positions), el, swd, econ
    (booleans), p_swd, entry (0 start of phase, 1 joined later, 2 newcomer), new (came this year).
    """
    rng, want = stream("panel"), targets()
    people = {k: [] for k in ("race", "sex", "el", "swd", "econ", "p_swd")}
    count = 0

    def arrive(school: int, size: int) -> np.ndarray:
        nonlocal count
        race = pick(rng, SCHOOLS["mix"][school], size)
        # Two groups only: a third of a few students in every school would, rightly, make the privacy
        # gate hide one of the two large ones everywhere, and leave little to learn from by sex.
        sex = pick(rng, SEX_SHARES, size) % 2
        el = rng.random(size) < np.take(EL_BY_RACE, race)
        econ = rng.random(size) < np.take(ECON_BY_RACE, race) + ECON_IF_EL * el
        p_swd = np.take(SWD_BY_SEX, sex)
        made = (race, sex, el, rng.random(size) < p_swd, econ, p_swd)
        for key, values in zip(people, made, strict=True):
            people[key].append(values)
        count += size
        return np.arange(count - size, count)

    who = np.empty(0, int)
    school, grade, entry = who.copy(), who.copy(), who.copy()
    years = []
    for year in range(len(YEARS)):
        if year:
            who, school, grade, entry = _move_up(rng, who, school, grade, entry, want[year])
        fresh = np.zeros(len(who), bool)
        for s, g in zip(*np.nonzero(want[year]), strict=True):
            need = want[year, s, g] - ((school == s) & (grade == g)).sum()
            if need > 0:
                who = np.append(who, arrive(s, need))
                school, grade = np.append(school, [s] * need), np.append(grade, [g] * need)
                later = int(year > 0 and g not in (0, 6, 9))
                entry = np.append(entry, [later] * need)
                fresh = np.append(fresh, [year > 0] * need)
        years.append(
            pd.DataFrame(
                dict(year=year, school=school, student=who, grade=grade, entry=entry, new=fresh)
            )
        )
    s = pd.concat(years, ignore_index=True)
    for key, values in people.items():
        s[key] = np.concatenate(values)[s["student"]]
    _riverbend_learners(s)
    return s.sort_values(["year", "school", "grade", "student"], ignore_index=True)


def _move_up(rng, who, school, grade, entry, want):
    """Everyone a grade up, to the school that theirs feeds; some leave, a few change school."""
    stay = (grade < 12) & (rng.random(len(who)) >= LEAVE)
    who, school, grade, entry = who[stay], school[stay].copy(), grade[stay] + 1, entry[stay].copy()
    for short, to in FEEDS.items():
        rows = np.flatnonzero((school == INDEX[short]) & np.isin(grade, (6, 9)))
        rows = rows[[g not in GRADES[KIND[INDEX[short]]] for g in grade[rows]]]
        goal = np.array([INDEX[t] for t in to])
        school[rows] = goal[pick(rng, list(to.values()), len(rows))]
        entry[rows] = 0
    for row in np.flatnonzero((rng.random(len(who)) < MOVE) & ~np.isin(grade, (6, 9))):
        others = [s for s in np.flatnonzero(want[:, grade[row]]) if s != school[row]]
        school[row] = others[int(rng.random() * len(others))]
        entry[row] = 1
    keep = np.ones(len(who), bool)
    for g in range(13):
        room = {s: want[s, g] - ((school == s) & (grade == g)).sum() for s in range(len(want))}
        for s in range(len(want)):
            rows = np.flatnonzero((school == s) & (grade == g))
            for row in shuffled(rng, rows)[: max(-room[s], 0)]:
                open_ = [t for t in room if room[t] > 0] if g in (6, 9) else []
                if open_:
                    school[row] = open_[0]
                    room[open_[0]] -= 1
                else:
                    keep[row] = False
    return who[keep], school[keep], grade[keep], entry[keep]


def _riverbend_learners(s: pd.DataFrame) -> None:
    """Make Riverbend's grade 8 hold exactly the multilingual learners that the scenario says."""
    rng = stream("riverbend learners")
    home = s["school"] == INDEX["Riverbend"]
    for year, wanted in enumerate(RIVERBEND_GRADE8_EL):
        rows = s[home & (s["year"] == year) & (s["grade"] == 8)]
        short = wanted - int(rows["el"].sum())
        # Added where home languages other than English are commonest; taken away anywhere.
        pool = rows[~rows["el"] & rows["race"].isin([1, 3])] if short > 0 else rows[rows["el"]]
        chosen = shuffled(rng, pool["student"].to_numpy())[: abs(short)]
        s.loc[s["student"].isin(chosen), "el"] = short > 0
    first = s[home & (s["year"] == 1) & (s["grade"] == 6) & s["el"]]
    then = s[home & (s["year"] == 2) & (s["grade"] == 7)]
    stayed = first.loc[first["student"].isin(then["student"]), "student"].to_numpy()
    s.loc[s["student"].isin(shuffled(rng, stayed)[:NEWCOMERS]), "entry"] = 2
    elsewhere = s["new"] & s["el"] & ~s["student"].isin(s.loc[home, "student"])
    chosen = s.loc[elsewhere & (stream("newcomers").random(len(s)) < 0.3), "student"]
    s.loc[s["student"].isin(chosen), "entry"] = 2
