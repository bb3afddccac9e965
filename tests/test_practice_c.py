"""What is planted in the practice tables of notebooks 05 and 06, counted again by hand."""

from pathlib import Path

import pandas as pd
import pytest

from equitylab import metrics
from equitylab.catalog import content
from equitylab.metrics import difference_p, risk_difference
from equitylab.samples import practice

RIVERBEND = "0219"
FILES = Path(__file__).resolve().parents[1] / "data" / "samples" / "riverbend"
NAMES = [
    "sections", "devices", "resources", "resource_reach", "allocation_reach", "hiring",
    "entry_point", "survey_student", "survey_family", "survey_staff", "population", "comments",
    "meetings", "families", "partners",
]  # fmt: skip


def clear(x, n, x_other, n_other) -> bool:
    low, high = risk_difference(x, n, x_other, n_other)[1:]
    return bool(low > 0 or high < 0)


def good(survey: str, item: str, attribute: str = "", category: str = "") -> tuple[int, int]:
    rows = practice(f"survey_{survey}")
    if attribute:
        rows = rows[rows[attribute] == category]
    x, n = metrics.favourable(rows[[item]].to_numpy(float))
    return int(x[0]), int(n[0])


def belonging(category: str):
    rows = practice("survey_student")
    rows = rows[rows["In band or robotics"] == category]
    return metrics.scale(rows[["s1", "s2", "s3"]].to_numpy(float))


def test_the_tables_are_small():
    files = [FILES.parent / "practice" / f"{name}.csv" for name in NAMES]
    assert sum(f.stat().st_size for f in files) < 150_000


def test_rb8_new_teachers_lead_nine_of_fourteen_support_sections():
    rows = practice("sections")
    new = rows["teacher_experience_band"] == "First or second year"
    count = new.groupby(rows["kind"]).agg(["sum", "size"])
    assert count.loc["Support classes"].tolist() == [9, 14]
    assert count.loc["Other classes"].tolist() == [6, 40]
    assert clear(9, 14, 6, 40)
    # Section by section it is what the district's own files say.
    own = pd.read_csv(FILES / "sections.csv", dtype=str)
    both = rows.merge(own, on="section_id", suffixes=("", "_own"), validate="one_to_one")
    assert len(both) == 54 and (both["in_field"] == both["in_field_own"]).all()


def test_rb9_most_applicants_are_lost_at_the_interview():
    rows = practice("hiring")
    whole = rows[rows["group_optional"] == ""].set_index("stage")
    assert (whole["applicants"] - whole["advanced"]).idxmax() == "interview"
    rate = whole["advanced"] / whole["applicants"]
    assert rate.idxmin() == "interview"
    assert whole.loc["interview", ["applicants", "advanced"]].tolist() == [148, 44]
    for stage in ("screen", "decide", "offer"):
        assert clear(*whole.loc["interview", ["advanced", "applicants"]], *whole.loc[stage, ["advanced", "applicants"]])  # fmt: skip


def test_rb9_routes_add_up_and_one_is_under_ten():
    rows = practice("hiring")
    routes = rows[rows["group_optional"] != ""]
    sums = routes.groupby("stage")[["applicants", "advanced"]].sum()
    whole = rows[rows["group_optional"] == ""].set_index("stage")[["applicants", "advanced"]]
    assert sums.loc[whole.index].equals(whole)
    screen = routes[routes["stage"] == "screen"].set_index("group_optional")["applicants"]
    assert (screen < 10).sum() == 1
    for _, part in routes.groupby("group_optional", sort=False):
        assert part["applicants"].tolist()[1:] == part["advanced"].tolist()[:-1]


def test_rb10_nineteen_percent_of_families_answered_and_none_in_two_languages():
    rows, asked = practice("survey_family"), practice("population")
    asked = asked[asked["survey"] == "family"]
    whole = int(asked.loc[asked["group_attribute"] == "", "count"].iloc[0])
    assert (len(rows), whole) == (94, 497) and round(100 * 94 / 497) == 19
    language = asked[asked["group_attribute"] == "Home language"].set_index("category")["count"]
    answers = rows["Home language"].value_counts().reindex(language.index).fillna(0)
    assert sorted(language.index[answers == 0]) == ["Somali", "Vietnamese"]
    assert language.sum() == whole and (language[answers == 0] >= 20).all()


def test_rb11_belonging_is_81_percent_in_band_and_robotics_and_52_elsewhere():
    there, elsewhere = belonging("Yes"), belonging("No")
    assert (there.n, elsewhere.n) == (130, 302)
    assert there.value == pytest.approx(316 / 390) and round(100 * there.value) == 81
    assert elsewhere.value == pytest.approx(471 / 906) and round(100 * elsewhere.value) == 52
    assert there.low > elsewhere.high


def test_rb11_staff_see_no_difference():
    (x, n), (x_other, n_other) = good("staff", "tp1"), good("staff", "tp2")
    assert x / n > 0.75 and x_other / n_other > 0.75
    assert not clear(x, n, x_other, n_other)
    assert clear(*good("staff", "t8"), *good("student", "s7"))  # fairness, seen from two sides


def test_hc2_mid_year_joiners_are_less_often_in_enrichment_and_do_as_well():
    rows = practice("entry_point").set_index(["measure", "entry_point"])

    def pair(measure):
        (n, x), (n_other, x_other) = (
            rows.loc[(measure, who), ["n", "x"]] for who in ("Joined mid-year", "Start of phase")
        )
        return int(x), int(n), int(x_other), int(n_other)

    assert clear(*pair("In enrichment")) and pair("In enrichment")[0] / 107 < 0.3
    assert not clear(*pair("Met the expected standard"))
    assert 107 + 291 == 398  # the school's enrolment


def test_hc3_attendance_doubles_with_a_second_time_and_a_remote_option():
    rows = practice("meetings").set_index("meeting")
    came = rows["came"] / rows["families"]
    assert came["Spring"] / came["Autumn"] == pytest.approx(2, abs=0.05)
    assert rows.loc["Spring", ["time_windows", "remote"]].tolist() == [2, "Yes"]
    before = rows[rows["remote"] == "No"]
    assert not any(
        clear(*before.iloc[i][["came", "families"]], *before.iloc[j][["came", "families"]])
        for i in range(3) for j in range(i)
    )  # fmt: skip


def test_devices_differ_by_travel_time_and_not_by_language():
    rows = practice("devices")
    ready = (
        rows["device"].isin(["Own", "School loan"])
        & (rows["connection"] == "Reliable")
        & (rows["accessibility_met"] != "Not met")
    )
    far = rows["travel_time"] == "Over 40 min"
    learner = rows["english_learner"] == "Yes"
    assert (int(ready[far].sum()), int(far.sum())) == (55, 97)
    assert clear(ready[far].sum(), far.sum(), ready[~far].sum(), (~far).sum())
    assert not clear(ready[learner].sum(), learner.sum(), ready[~learner].sum(), (~learner).sum())
    assert len(rows) == 612


def test_one_measure_turns_the_usual_order_round():
    group, other = "English learner", "Not an English learner"
    ours = good("student", "s5", "English learner status", group)
    theirs = good("student", "s5", "English learner status", other)
    assert ours == (61, 82) and theirs == (192, 338)
    assert clear(*ours, *theirs) and ours[0] / ours[1] > theirs[0] / theirs[1]


def test_expectations_do_not_differ_by_club():
    rows = practice("survey_student")
    parts = [rows[rows["In band or robotics"] == c] for c in ("Yes", "No")]
    (x, n), (x_other, n_other) = (
        [c.sum() for c in metrics.favourable(p[["s4", "s5", "s6"]].to_numpy(float))] for p in parts
    )
    assert not clear(x, n, x_other, n_other)


def test_people_who_were_asked_are_the_districts_students():
    students = pd.read_csv(FILES / "students-2023-24.csv", dtype=str, keep_default_na=False)
    students = students[students["school_id"] == RIVERBEND]
    asked = practice("population")
    asked = asked[asked["survey"] == "student"].set_index(["group_attribute", "category"])["count"]
    assert asked["", ""] == len(students) == 612
    assert asked["Travel time", "Over 40 min"] == (students["travel_time"] == "Over 40 min").sum()
    assert asked["When the student joined", "Newcomer"] == 7
    for attribute in asked.index.get_level_values(0).unique():
        assert asked[attribute].sum() == 612


def test_no_survey_has_more_answers_than_people():
    asked = practice("population")
    for survey in ("student", "family", "staff"):
        rows = practice(f"survey_{survey}")
        mine = asked[asked["survey"] == survey].set_index(["group_attribute", "category"])["count"]
        for (attribute, category), people in mine.items():
            answers = len(rows) if not attribute else int((rows[attribute] == category).sum())
            assert answers <= people


def test_scales_hold_but_one():
    alphas = {
        scale["id"]: metrics.cronbach_alpha(practice(f"survey_{s}")[scale["items"]].to_numpy(float))
        for s in ("student", "family", "staff")
        for scale in content(f"survey_{s}")["scales"]
    }
    loose = {id for id, alpha in alphas.items() if alpha < 0.6}
    assert loose == {"power"} and all(a > 0.64 for id, a in alphas.items() if id != "power")


def test_answers_of_poor_quality_are_planted():
    rows = practice("survey_student")
    answers = rows[[f"s{k}" for k in range(1, 13)]].to_numpy(float)
    assert metrics.same_throughout(answers).sum() >= 9 and (rows["seconds"] < 60).sum() == 7
    assert rows["s11"].isna().sum() == 41


def test_forty_comments_with_themes_and_a_few_names():
    rows = practice("comments")
    themes = {t["id"] for t in content("family_community_engagement")["theme_coding"]["themes"]}
    told = rows["model_themes"].str.split("; ")
    assert len(rows) == 40 and set(told.str[0]) == themes
    assert set(told.str[1]) == {"strength", "barrier"}
    assert rows["survey"].value_counts().to_dict() == {"student": 24, "family": 16}
    assert rows["text"].str.contains("Mr. |Ms. |Mrs. |Coach |Teo").sum() >= 5


def test_everyone_is_reached_by_what_reaches_all():
    rows = practice("allocation_reach").set_index(["option", "attribute", "group"])
    everyone = rows.loc["a1"]
    assert (everyone["n"] == everyone["reached"]).all()
    assert everyone.groupby("attribute")["n"].sum().eq(612).all()
    options = {
        o["id"] for o in content("hiring_retention_review")["allocation_simulator"]["options"]
    }
    assert options | {"need_index"} == set(rows.index.get_level_values("option"))
    per_option = rows.groupby(["option", "attribute"])["reached"].sum().unstack()
    assert per_option.nunique(axis=1).eq(1).all()  # the same people, however they are grouped


@pytest.mark.parametrize("name", ["resource_reach", "allocation_reach", "partners"])
def test_reach_has_no_cell_that_would_have_to_be_hidden(name):
    rows = practice(name)
    x, n = (rows[c] for c in (("served", "asked") if name == "partners" else ("reached", "n")))
    assert (n >= 10).all()
    assert not (x.between(1, 2) | (n - x).between(1, 2)).any()


def test_a_counselling_place_is_waited_for_and_the_long_bus_ride_is_the_barrier():
    rows = practice("partners")
    whole = rows[rows["attribute"] == ""].set_index("programme")
    assert whole["wait_days"].idxmax() == "Counselling, county clinic"
    tutoring = rows[rows["programme"] == "Tutoring at the public library"].set_index("category")
    far, near = tutoring.loc["Over 40 min"], tutoring.loc["Under 40 min"]
    assert clear(far["served"], far["asked"], near["served"], near["asked"])
    boxes = rows[rows["programme"] == "Weekend food boxes"].set_index("category")
    far, near = boxes.loc["Over 40 min"], boxes.loc["Under 40 min"]
    assert difference_p(far["served"], far["asked"], near["served"], near["asked"]) > 0.2
