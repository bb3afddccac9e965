"""Every file of ``../shared/data``: the facts that its README states, as our readers give them.

Facts of state, English and federal files stand beside the tests of their readers too
(test_state_files, test_england, test_crdc); here are those that no other test holds. A file that
is no export of counts or of students (a data set of a textbook) is read as a table, and its fact is
worked out by our own measures.
"""

from collections import defaultdict

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab import DataError, metrics
from equitylab.privacy.attack import InconsistentTable, attack, total
from equitylab.readers import tables
from tests.readers.exports import cell, noted


@pytest.fixture
def real(shared):
    """The folder of real files; without it these tests skip, and say so."""
    folder = shared / "data"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: NO REAL FILE WAS READ")
    return folder


def numbers(path, *columns):
    """Columns of a file as numbers, a blank as a gap."""
    frame = tables.load(path).frame
    return [pd.to_numeric(frame[c], errors="coerce").to_numpy(float) for c in columns]


def test_every_folder_has_a_test_here_or_beside_its_reader(real):
    told = {
        "caschools", "crdc_va_2122", "england_ees_format", "england_exclusions_2017", "hsb82",
        "ma_schools_2017", "nj_xlsx", "segregation_schools", "star", "uci_student", "va_grad",
        "wa_discipline_2014",
    }  # fmt: skip
    assert {p.name for p in real.iterdir() if p.is_dir()} == told


# ------------------------------------------------------------------ data sets of textbooks


def test_california_420_districts(real):
    path = real / "caschools" / "caschools.csv"
    students, teachers, read, maths = numbers(path, "students", "teachers", "read", "math")
    score, ratio = (read + maths) / 2, students / teachers
    assert score.size == 420 and round(score.mean(), 3) == 654.157
    slope = metrics.gradient(score, ratio).slope.value
    assert round(slope, 3) == -2.280
    assert round(score.mean() - slope * ratio.mean(), 2) == 698.93
    with pytest.raises(DataError, match="count students already"):
        eq.read(path)


def test_high_school_and_beyond(real):
    path = real / "hsb82" / "hsb82.csv"
    data = eq.read(path, map={"mAch": "score_math", "minrty": "dimension:minority", "sx": "sex"})
    assert data.report.rows_in == 7_185 and len(data.schools) == 160
    whole = data.scores[(data.scores["level"] == "district") & (data.scores["dimension"] == "all")]
    assert round(whole["mean"].item(), 3) == 12.748 and whole["n"].item() == 7_185
    scores = numbers(path, "mAch")[0]
    school = tables.load(path).frame["school"].to_numpy()
    anova = metrics.between_school_share(scores, school, estimator="anova")
    assert round(float(anova.share), 3) == 0.174
    reml = metrics.between_school_share(scores, school, estimator="reml")
    assert round(float(reml.share), 2) == 0.18


def test_star_kindergarten(real):
    path = real / "star" / "star_kindergarten.csv"
    frame = tables.load(path).frame
    read, maths = numbers(path, "readk", "mathk")
    told = ~np.isnan(read + maths)
    assert told.sum() == 5_786
    mean = {k: (read + maths)[told & (frame["stark"] == k)].mean() for k in frame["stark"].unique()
            if k not in ("", "NA")}  # fmt: skip
    assert round(mean["small"] - mean["regular"], 3) == 13.899
    assert round(mean["regular+aide"] - mean["regular"], 3) == 0.314
    columns = {"schoolidk": "school_id", "mathk": "score_math", "lunchk": "econ"}
    data = eq.read(path, map=columns, year="1985-86")
    whole = data.scores[(data.scores["level"] == "district") & (data.scores["dimension"] == "econ")]
    mean = whole.set_index("group")["mean"]
    gap = mean["Not economically disadvantaged"] - mean["Economically disadvantaged"]
    assert round(gap, 1) == 23.3


def test_segregation_of_schools(real):
    frame = tables.load(real / "segregation_schools" / "schools00.csv").frame
    frame["n"] = pd.to_numeric(frame["n"])
    counts = frame.pivot_table(index="school", columns="race", values="n", aggfunc="sum").fillna(0)
    assert round(float(metrics.mutual_information(counts.to_numpy()).value), 5) == 0.42554
    assert round(float(metrics.theil_h(counts.to_numpy()).value), 5) == 0.41881


def test_portuguese_students(real):
    folder = real / "uci_student"
    data = eq.read(folder / "student-mat.csv", map={"G3": "score_math"})
    whole = data.scores[data.scores["level"] == "district"].set_index("group")
    assert whole.loc["all", "n"] == 395 and round(whole.loc["all", "mean"], 3) == 10.415
    assert tuple(whole.loc[["Female", "Male"], "n"]) == (208, 187)
    schools = data.scores[(data.scores["level"] == "school") & (data.scores["dimension"] == "all")]
    assert schools.set_index("unit_id")["n"].to_dict() == {"GP": 349, "MS": 46}
    with pytest.raises(DataError) as error:  # without the column of the school
        eq.read(folder / "student-mat_columns_removed.csv")
    assert error.value.column == "school_id" and "--map" in error.value.mend


# ------------------------------------------------------------------ published files


def test_virginia_of_the_crdc_by_sex(real):
    """625,979 M, 590,506 F and 436 X; a sex that has no discipline is in no denominator."""
    folder = real / "crdc_va_2122"
    alone = eq.read(folder / "Enrollment.csv")
    rows = {g: cell(alone, "VA", "identified_swd", "sex", g)[0] for g in ("Male", "Female", "X")}
    # The column of totals says 436 X; the groups of 21 schools add up to 75 more, and these count.
    told = [v for v in numbers(folder / "Enrollment.csv", "TOT_ENR_X")[0] if v > 0]
    assert sum(told) == 436 and rows == {"Male": 625_979, "Female": 590_506, "X": 511}
    assert noted(alone, "lost its leading zeros", "COMBOKEY")
    assert alone.schools["unit_id"].str.len().eq(12).all() and len(alone.schools) == 1_900
    assert (alone.units["level"] == "district").sum() == 159
    sums = [line for line in alone.report.not_additive if "TOT_ENR" in line]
    assert len(sums) == 1 and "TOT_ENR_X" in sums[0] and "21 schools" in sums[0]


def test_virginia_hides_1693_cohorts_and_gives_103_away(real):
    """What the README's attacker found, from the numbers as our reader gives them."""
    counts = eq.read(real / "va_grad" / "On-time Graduation Rate.csv").counts
    counts = counts[(counts["level"] == "district")]
    counts = counts[~counts["group"].str.startswith(("Not ", "Without "))]  # worked out by us
    hidden = exact = contradicted = 0
    for _, rows in counts.groupby(["year", "unit_id"]):
        said = dict(zip(rows["group"], rows["n"], strict=True))
        cells = {g: None if pd.isna(n) else int(n) for g, n in said.items()}
        by = defaultdict(list)
        for dimension, group in zip(rows["dimension"], rows["group"], strict=True):
            by[dimension].append(group)
        sums = [total("all", by[d]) for d in ("race_ethnicity", "sex") if by[d]]
        none = [g for g, n in cells.items() if n is None]
        try:
            found = attack(
                cells, sums if "all" in cells else [], bounds=dict.fromkeys(none, (1, 9))
            )
        except InconsistentTable:
            contradicted += 1
            continue
        hidden += len(none)
        exact += sum(low == high for low, high in found.values())
    # The README counts 24 contradictions; 26 lines of girls and boys do not give all students.
    assert (hidden, exact, contradicted) == (1_693, 103, 26)


def test_washington_858_blanks_and_none_is_a_number(real):
    path = real / "wa_discipline_2014" / "discipline.csv"
    frame = tables.load(path).frame
    assert len(frame) == 199 and int((frame == "").sum().sum()) == 858
    assert frame["code"].iloc[0] == "wa"  # the state stands first
    counts = eq.read(path).counts.set_index(["unit_id", "group"])
    labels = {"native": "American Indian or Alaska Native", "black": "Black", "white": "White",
              "li": "Economically disadvantaged", "se": "With a disability"}  # fmt: skip
    hidden = 0
    for stem, group in labels.items():
        for code, n, x in zip(frame["code"], frame[f"{stem}_pop"], frame[f"{stem}_d"], strict=True):
            row = counts.loc[(code if code == "wa" else code.zfill(5), group)]
            assert (str(row["n"]) if n else "<NA>") == (n or str(row["n"]))
            if not (n and x):
                hidden += 1
                assert pd.isna(row["x"]) and row["status"] == "suppressed"
                assert row["x_low"] == 0  # and not a small number, and not half of one
            else:
                assert row["x"] == int(x)
    assert hidden > 300


def test_massachusetts_groups_are_percents_alone(real):
    data = eq.read(real / "ma_schools_2017")
    assert set(data.counts["dimension"]) == {"all"}  # a share of students is no result of a group
    assert data.report.rows_in == 1_861 and data.schools["unit_id"].str.fullmatch(r"\d{8}").all()


def test_england_absence_of_all_sessions_is_named_as_not_read(real):
    """4.20821 % of sessions stands without its counts; persistent absence, 10.69555 %, has them."""
    folder = real / "england_ees_format"
    path = folder / "sch_mixed_levels.csv"
    frame = tables.load(path).frame
    nation = frame[(frame["geographic_level"] == "National") & (frame["time_period"] == "201718")]
    assert "4.20821" in set(nation["sess_overall_percent"].astype(float).round(5).astype(str))
    data = eq.read(path)
    assert noted(data, "sess_overall_percent", "no indicator uses")
    n, x = cell(data, "E92000001", "chronically_absent", year="2017-18")
    assert round(100 * x / n, 5) == 10.69555


def test_new_jersey_stars_are_no_numbers(real):
    data = eq.read(real / "nj_xlsx" / "ey2020_5-21_district_disability_subset.xlsx")
    counts = data.counts[data.counts["unit_id"] == "010010"].set_index("group")
    assert {"With autism", "With multiple disabilities"} <= set(
        counts.index
    ) and "AUT" not in counts.index
    autism = counts.loc[
        "With autism"
    ]  # "*" in the regular class, "*" for less than 40 % of the day
    assert pd.isna(autism["n"]) and pd.isna(autism["x"]) and autism["status"] == "suppressed"
    multiple = counts.loc["With multiple disabilities"]  # 14 there, of a number that is hidden
    assert (multiple["x_low"], multiple["x_high"]) == (14, 14) and pd.isna(multiple["n"])
    every = eq.read(real / "nj_xlsx").units.set_index("unit_id")["unit"]
    assert every["010010"] == "Absecon Public Schools District"  # its name of 2024-25
