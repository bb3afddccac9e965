"""Every case of the reference numbers in `shared/oracles`, one test a case.

The folder lies beside the repository and is not part of it; where it is absent these tests say so
and skip. The other files of this folder stand without it.
"""

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from equitylab import metrics

SHARED = Path(__file__).parents[2].parent / "shared"
ORACLES = SHARED / "oracles"


def expected(case):
    with open(ORACLES / case / "expected.json", encoding="utf-8") as file:
        return json.load(file)["expected"]


def table(path):
    with open(ORACLES / path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cases(case, pick=lambda found: found["rows"], name=lambda row: row["id"]):
    """Parametrize over the rows of an oracle, or over one that is skipped, with the reason."""
    if not (ORACLES / case).is_dir():
        skip = pytest.mark.skip(reason=f"reference numbers absent: {ORACLES / case}")
        return [pytest.param(None, id=f"{case} absent", marks=skip)]
    return [pytest.param(row, id=name(row)) for row in pick(expected(case))]


@pytest.fixture
def oracle():
    def load(case):
        if not (ORACLES / case).is_dir():
            pytest.skip(f"reference numbers absent: {ORACLES / case}")
        return expected(case)

    return load


def same(ours, theirs, tolerance):
    """Compare, reading null as undefined; ``pytest -s`` shows how far apart they are."""
    theirs = np.asarray([np.nan if v is None else v for v in np.atleast_1d(theirs)], dtype=float)
    with np.errstate(invalid="ignore"):
        apart = np.nanmax(np.abs(np.atleast_1d(ours) - theirs), initial=0)
    print(f"{os.environ['PYTEST_CURRENT_TEST'].split('::')[-1]}: {apart:.1e} of {tolerance:.0e}")
    np.testing.assert_allclose(np.atleast_1d(ours), theirs, rtol=tolerance, atol=tolerance)


def test_every_case_of_the_index_is_named_in_a_test_here():
    path = ORACLES / "index.json"
    if not path.is_file():
        pytest.skip(f"reference numbers absent: {path}")
    texts = "".join(p.read_text("utf-8") for p in Path(__file__).parent.glob("test_*.py"))
    for case in json.loads(path.read_text("utf-8"))["cases"]:
        print(f"{case['id']}, tolerance {case['tolerance']}: {case['title'][:70]}")
        assert f'"{case["id"]}' in texts or f"/{case['id']}" in texts, case["id"]


# 01: the risk family, on seven districts and seven groups


def name_01(row):
    return f"{row['district']}-{row['group']}"


@pytest.mark.parametrize("row", cases("01_risk_family", name=name_01))
def test_01_risk_family(row):
    group = row["outcome"], row["enrolled"]
    other = row["other_outcome"], row["other_enrolled"]
    shares = metrics.composition(*group, *other)
    same(shares.outcome_share, row["composition_of_outcome"], 1e-12)
    same(shares.enrolment_share, row["composition_of_enrolment"], 1e-12)
    same(shares.difference, row["composition_difference"], 1e-12)
    same(shares.relative_difference, row["relative_difference_in_composition"], 1e-12)
    same(1 + shares.relative_difference, row["proportionality_index"], 1e-12)
    same(metrics.rate(*group).value, row["risk"], 1e-12)
    same(metrics.rate(*other).value, row["risk_others"], 1e-12)
    same(metrics.risk_difference(*group, *other).value, row["risk_difference"], 1e-12)
    same(metrics.risk_ratio(*group, *other).value, row["risk_ratio"], 1e-12)
    same(metrics.odds_ratio(*group, *other).value, row["odds_ratio"], 1e-12)
    state = row["state_other_outcome"], row["state_other_enrolled"]
    same(metrics.alternate_risk_ratio(*group, *state), row["alternate_risk_ratio"], 1e-12)


CASES_IDEA = cases(
    "01_risk_family",
    pick=lambda found: [row for row in found["rows"] if row["idea"]["status"] == "calculated"],
    name=name_01,
)


@pytest.mark.parametrize("row", CASES_IDEA)
def test_01_threshold(row):
    idea = row["idea"]
    where = "state_other" if idea["ratio_used"] == "alternate_risk_ratio" else "other"
    other = row[f"{where}_outcome"], row[f"{where}_enrolled"]
    ours = metrics.exceeds(row["outcome"], row["enrolled"], *other, "3.0")
    assert ours == idea["exceeds_threshold_3"]


@pytest.mark.parametrize("absent", ["renormalise", "zero"])
def test_01_weighted_risk_ratio(oracle, absent):
    found = oracle("01_risk_family")
    key = {"renormalise": "absent_groups_renormalised", "zero": "absent_groups_as_zero_risk"}
    groups = list(found["state_totals"])
    state = [found["state_totals"][group]["enrolled"] for group in groups]
    rows = np.reshape(found["rows"], (-1, len(groups)))
    assert [row["group"] for row in rows[0]] == groups
    x, n = (np.vectorize(lambda row, k=k: row[k])(rows) for k in ("outcome", "enrolled"))
    ours = metrics.weighted_risk_ratio(x, n, state, absent=absent)
    same(ours.ravel(), [row[f"weighted_risk_ratio_{key[absent]}"] for row in rows.flat], 1e-12)


# 02: eighteen two-group tables


@pytest.mark.parametrize("row", cases("02_two_by_two_ci"))
def test_02_intervals(row):
    group, other = (row["x1"], row["n1"]), (row["x2"], row["n2"])
    one, two = metrics.rate(*group), metrics.rate(*other)
    same(one, [row["risk1"], *row["wilson1"]], 2e-6)
    same(two, [row["risk2"], *row["wilson2"]], 2e-6)
    difference = metrics.risk_difference(*group, *other)
    same(difference, [row["rd"], *row["newcombe_rd"]], 2e-6)
    ratio = metrics.risk_ratio(*group, *other)
    low, high = row["koopman_rr"]
    same(ratio.value, row["rr"], 2e-6)
    same(ratio.low, low, 2e-6)
    # null is "undefined" for the ratio and "infinite" for its upper limit
    same(ratio.high, np.inf if high is None else high, 2e-6)
    same(metrics.odds_ratio(*group, *other).value, row["or"], 2e-6)


@pytest.mark.parametrize("row", cases("02_two_by_two_ci"))
def test_02_p(row):
    x1, n1, x2, n2 = (row[k] for k in ("x1", "n1", "x2", "n2"))
    ours = metrics.difference_p(x1, n1, x2, n2)
    if row["chisq_p_nocorr"] is None:
        assert ours == 1
    elif min(n1, n2) * min(x1 + x2, n1 + n2 - x1 - x2) / (n1 + n2) >= 20:
        same(ours, row["chisq_p_nocorr"], 1e-9)
    else:
        # Fisher's p counts the table seen in full, ours by half
        from scipy.stats import hypergeom

        own = hypergeom.pmf(x1, n1 + n2, x1 + x2, n1)
        same(ours, row["fisher_p"] - own / 2, 1e-9)


# 04: students needed for parity, against three references

REFERENCES = ["ppg_overall", "ppg_hpg", "ppg_all_but_current"]
CASES_04 = cases(
    "04_disproportionate_impact_ca",
    pick=lambda found: [row | {"against": k} for k in REFERENCES for row in found[k]],
    name=lambda row: f"{row['against']}-{row['group']}",
)


@pytest.mark.parametrize("row", CASES_04)
def test_04_to_parity(row):
    groups = {g["group"]: g for g in table("04_disproportionate_impact_ca/input.csv")}
    counts = np.array([(int(g["success"]), int(g["n"])) for g in groups.values()])
    own = np.array([row["success"], row["n"]])
    if row["reference_group"] == "overall":
        reference = counts.sum(axis=0)
    elif row["reference_group"] == "all but current":
        reference = counts.sum(axis=0) - own
    else:
        named = groups[row["reference_group"]]
        reference = int(named["success"]), int(named["n"])
    same(metrics.rate(*reference).value, row["reference"], 1e-10)
    ours = metrics.to_parity(*own, *reference, direction="up")
    assert ours == row["success_needed_full_parity"]
    assert isinstance(ours, np.integer)


CASES_04_80 = cases(
    "04_disproportionate_impact_ca",
    pick=lambda found: [
        row | {"against": k} for k in ("index80_hpg", "index80_white") for row in found[k]
    ],
    name=lambda row: f"{row['against']}-{row['group']}",
)


@pytest.mark.parametrize("row", CASES_04_80)
def test_04_four_fifths(row):
    groups = {g["group"]: g for g in table("04_disproportionate_impact_ca/input.csv")}
    named = groups[row["reference_group"]]
    reference = int(named["success"]), int(named["n"])
    ours = metrics.four_fifths(row["success"], row["n"], *reference, direction="favourable")
    same(ours.ratio, row["di_80_index"], 1e-10)
    assert ours.passes == (not row["di_indicator"])


CASES_04_GAP = cases(
    "04_disproportionate_impact_ca",
    pick=lambda found: [
        row | {"against": k} for k in (*REFERENCES, "ppg_prop_moe") for row in found[k]
    ],
    name=lambda row: f"{row['against']}-{row['group']}",
)


@pytest.mark.parametrize("row", CASES_04_GAP)
def test_04_percentage_point_gap(row):
    groups = {g["group"]: g for g in table("04_disproportionate_impact_ca/input.csv")}
    every = np.array([(int(g["success"]), int(g["n"])) for g in groups.values()])
    own = np.array([row["success"], row["n"]])
    reference = {
        "overall": every.sum(axis=0),
        "all but current": every.sum(axis=0) - own,
    }.get(row["reference_group"])
    if reference is None:
        named = groups[row["reference_group"]]
        reference = int(named["success"]), int(named["n"])
    spread = "own" if row["against"] == "ppg_prop_moe" else "half"
    ours = metrics.percentage_point_gap(*own, *reference, spread=spread)
    same(ours.gap, row["pct"] - row["reference"], 1e-10)
    same(ours.margin, row["moe"], 1e-10)
    assert (ours.impacted, ours.needed) == (row["di_indicator"], row["success_needed_not_di"])


# 07: shares at a cut, as a check of rates on large groups


@pytest.mark.parametrize("row", cases("07_proficiency_trap", name=lambda row: f"cut{row['cut']}"))
def test_07_proficiency(row):
    n = 10**9
    other, focal = round(row["ref_pct"] * n), round(row["focal_pct"] * n)
    same(metrics.risk_difference(other, n, focal, n).value, row["gap_pp"], 1e-8)
    same(metrics.risk_ratio(other, n, focal, n).value, row["risk_ratio_prof"], 1e-5)
    same(metrics.odds_ratio(other, n, focal, n).value, row["odds_ratio"], 1e-5)


# 08: segregation of 2,045 schools


@pytest.fixture(scope="module")
def schools00():
    if not (ORACLES / "data/schools00.csv").is_file():
        pytest.skip(f"reference data absent: {ORACLES / 'data/schools00.csv'}")
    rows = table("data/schools00.csv")
    schools, at = np.unique([row["school"] for row in rows], return_inverse=True)
    races = {race: np.zeros(schools.size) for race in sorted({row["race"] for row in rows})}
    for row, i in zip(rows, at, strict=True):
        races[row["race"]][i] += int(row["n"])
    return races


def schools_08(key):
    return lambda found: found["schools00"][key]


CASES_D = cases("08_segregation", schools_08("D"), lambda row: f"{row['a']}-{row['b']}")
CASES_I = cases("08_segregation", schools_08("isolation"), lambda row: row["race"])
CASES_E = cases("08_segregation", schools_08("exposure"), lambda row: f"{row['of']}-{row['to']}")


@pytest.mark.parametrize("row", CASES_D)
def test_08_dissimilarity(row, schools00):
    same(metrics.dissimilarity(schools00[row["a"]], schools00[row["b"]]).value, row["D"], 1e-9)


def test_08_dissimilarity_of_white_and_all_others(oracle, schools00):
    total = sum(schools00.values())
    ours = metrics.dissimilarity(schools00["white"], total - schools00["white"])
    same(ours.value, oracle("08_segregation")["schools00"]["D_white_nonwhite"], 1e-9)


@pytest.mark.parametrize("row", CASES_I)
def test_08_isolation(row, schools00):
    ours = metrics.isolation(schools00[row["race"]], sum(schools00.values()))
    same(ours.value, row["isolation"], 1e-9)


@pytest.mark.parametrize("row", CASES_E)
def test_08_exposure(row, schools00):
    a, b = schools00[row["of"]], schools00[row["to"]]
    both = a.sum() if row["of"] == row["to"] else 0
    ours = metrics.exposure(a, b, sum(schools00.values()), both=both)
    same(ours.value, row["exposure"], 1e-9)


@pytest.mark.parametrize("of", ["every group", "black"])
def test_08_normalised_exposure(oracle, schools00, of):
    found = oracle("08_segregation")["pysal_segregation_2_5_4"]["schools00"]
    columns, total = list(schools00.values()), sum(schools00.values())
    if of == "every group":
        same(
            metrics.normalised_exposure(np.transpose(columns)).value,
            found["MultiNormExposure"],
            1e-9,
        )
    else:
        own = np.stack([schools00[of], total - schools00[of]], axis=-1)
        same(metrics.normalised_exposure(own).value, found["CorrelationR_black"], 1e-9)


def test_08_theil_h(oracle, schools00):
    ours = metrics.theil_h(np.transpose(list(schools00.values())))
    same(ours.value, oracle("08_segregation")["schools00"]["total"]["H"], 1e-9)


@pytest.mark.parametrize("toy", ["toy1", "toy2"])
def test_08_theil_h_toys(oracle, toy):
    found = oracle("08_segregation")
    h = next(row["est"] for row in found[toy] if row["stat"] == "H")
    same(metrics.theil_h(found[f"{toy}_counts"]).value, h, 1e-9)


# 14: 24 schools


@pytest.fixture(scope="module")
def schools24():
    if not (ORACLES / "data/eb_schools.csv").is_file():
        pytest.skip(f"reference data absent: {ORACLES / 'data/eb_schools.csv'}")
    rows = table("data/eb_schools.csv")
    return [[int(row[k]) for row in rows] for k in ("suspended", "enrolled")]


SHRUNK = {"mean": "posterior_mean", "low": "post_lo", "high": "post_hi"}
SHRUNK |= {name: name for name in ("alpha", "beta", "prior_mean")}


@pytest.mark.parametrize("field", SHRUNK)
def test_14_shrink(oracle, schools24, field):
    ours = getattr(metrics.shrink(*schools24), field)
    # Relative, for beta: R's optim stopped 1.04e-4 short of the maximum (see the next test).
    np.testing.assert_allclose(ours, oracle("14_eb_funnel")["eb"][SHRUNK[field]], rtol=1e-4)


def test_14_shrink_is_no_worse_a_fit_than_the_oracle(oracle, schools24):
    from scipy.stats import betabinom

    found, ours = oracle("14_eb_funnel")["eb"], metrics.shrink(*schools24)
    fits = [
        betabinom.logpmf(*schools24, a, b).sum()
        for a, b in [(ours.alpha, ours.beta), (found["alpha"], found["beta"])]
    ]
    assert fits[0] >= fits[1]
    assert fits[0] == pytest.approx(found["loglik"], abs=1e-8)


@pytest.mark.parametrize("level, name", [(0.95, "exact95"), (0.998, "exact998")])
def test_14_funnel(oracle, schools24, level, name):
    found, ours = oracle("14_eb_funnel")["funnel"], metrics.funnel(*schools24, level=level)
    same(ours.target, found["target"], 1e-10)
    same(ours.z, found["z"], 1e-10)
    same(ours.phi, found["phi_winsorised10_type7"], 1e-10)
    same(ours.low, found[f"{name}_lo"], 1e-10)
    same(ours.high, found[f"{name}_hi"], 1e-10)


# 15: Benjamini-Hochberg


def test_15_complete(oracle):
    found = oracle("15_benjamini_hochberg")
    q = metrics.benjamini_hochberg(found["p"])
    same(q, found["bh"], 1e-12)
    assert (q <= 0.05).sum() == found["n_reject_q05"]
    assert (q <= 0.25).sum() == found["n_reject_q25"]


def test_15_with_gaps(oracle):
    found = oracle("15_benjamini_hochberg")["with_na"]
    same(metrics.benjamini_hochberg(found["p"]), found["bh"], 1e-12)


# 19: four fifths

CASES_19 = cases(
    "19_four_fifths",
    pick=lambda found: found["cases"],
    name=lambda row: "{}of{}-{}of{}".format(*row["focal"], *row["reference"]),
)


@pytest.mark.parametrize("row", CASES_19)
def test_19_four_fifths(row):
    (x, n), (x_ref, n_ref) = row["focal"], row["reference"]
    adverse = metrics.four_fifths(x, n, x_ref, n_ref, direction="adverse")
    same(adverse.ratio, row["adverse_ratio"], 1e-12)
    assert adverse.passes == row["passes_on_adverse_5_4"]
    other_way = metrics.four_fifths(n - x, n, n_ref - x_ref, n_ref, direction="favourable")
    same(other_way.ratio, row["favourable_ratio"], 1e-12)
    assert other_way.passes == row["passes_on_favourable_4_5"]


# Figures that reference/metrics.md gives for data in these folders


def test_berkeley_admissions():
    """Bickel, Hammel and O'Connell (1975): gap .142, of which -.036 rates and .178 departments."""
    path = ORACLES / "data/ucb_admissions.csv"
    if not path.is_file():
        pytest.skip(f"reference data absent: {path}")
    counts = {(r["Gender"], r["Dept"], r["Admit"]): int(r["Freq"]) for r in table(path)}
    x, n = {}, {}
    for sex in ("Male", "Female"):
        x[sex] = np.array([counts[sex, dept, "Admitted"] for dept in "ABCDEF"])
        n[sex] = x[sex] + [counts[sex, dept, "Rejected"] for dept in "ABCDEF"]
    parts = metrics.kitagawa(x["Male"], n["Male"], x["Female"], n["Female"])
    assert [round(float(part), 3) for part in parts] == [0.142, -0.036, 0.178]


def test_star_novice_teachers():
    """Free-lunch pupils' gap in exposure to novices: 6.8 points, 6.4 between schools, .4 within."""
    path = SHARED / "data/star/star_kindergarten.csv"
    if not path.is_file():
        pytest.skip(f"reference data absent: {path}")
    rows = [
        (r["schoolidk"], r["lunchk"], float(r["experiencek"]) <= 3)
        for r in table(path)
        if "NA" not in (values := (r["schoolidk"], r["lunchk"], r["experiencek"])) and all(values)
    ]
    schools, at = np.unique([row[0] for row in rows], return_inverse=True)
    free, novice = np.array([(lunch == "free", novice) for _, lunch, novice in rows]).T

    def count(which):
        return np.bincount(at[which], minlength=schools.size)

    parts = metrics.within_between(
        count(free & novice), count(free), count(~free & novice), count(~free)
    )
    assert [round(100 * float(part), 1) for part in parts] == [6.8, 0.4, 6.4]


def test_gap_index_of_high_school_and_beyond(hsb_rows):
    scores = {"Yes": [], "No": []}
    for row in hsb_rows:
        scores[row["minrty"]].append(float(row["mAch"]))
    assert metrics.gap_index(scores["No"], scores["Yes"]).value == pytest.approx(3.44, abs=5e-3)
