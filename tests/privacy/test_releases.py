"""Releases over time: what only two of them together tell is found, and ours tell nothing."""

from types import SimpleNamespace

import pandas as pd
import pytest

from equitylab.errors import DataError, PrivacyError
from equitylab.privacy import settle
from equitylab.privacy.relations import bases
from equitylab.privacy.verify import verify
from equitylab.reports.earlier import beside, marks

from . import releases_district as grove
from . import report_folder as kit
from .report_folder import SUSPENDED

ASIAN = ("2023-24", "0101", SUSPENDED, "race_ethnicity", "Asian")
KEY = ("year", "unit_id", "indicator", "dimension", "group")


def cells(verdict):
    return {leak.cell for leak in verdict.leaks}


def rows_without(keep):
    return [row for row in kit.rows() if keep(row)]


def plain(folder, rows):
    """Write a folder that holds the table and nothing else."""
    kit.write(folder, findings=rows)
    for path in (folder / "schools").iterdir():
        path.unlink()
    return folder


@pytest.fixture(scope="module")
def people():
    return grove.students()


@pytest.fixture(scope="module")
def folders(people, tmp_path_factory):
    """One year, two years, three years: each published as it comes."""
    home = tmp_path_factory.mktemp("grove")
    spans = {str(k): grove.YEARS[:k] for k in (1, 2, 3)}
    return {k: grove.write(home / k, grove.of(people, years)) for k, years in spans.items()}


# ---------------------------------------------------------------- what verify finds


def test_the_same_folder_twice_tells_nothing(tmp_path):
    new, old = plain(tmp_path / "new", kit.rows()), plain(tmp_path / "old", kit.rows())
    verdict = verify(new, earlier=[old])
    assert verdict.ok, verdict.to_text()
    assert "0 are another version" in verdict.to_text()


def test_a_cell_that_the_earlier_release_shows_gives_the_hidden_one(tmp_path):
    """The planted leak: one count, shown then and hidden now; its neighbour follows."""
    rows = kit.rows()
    for row in rows:
        if tuple(row[k] for k in KEY) == (*ASIAN[:4], "Hispanic"):
            row.update(why="", x="10", rate=repr(10 / 48))
        elif tuple(row[k] for k in KEY) == ASIAN:  # and the earlier one has it not at all
            row["drop"] = "yes"
    rows = [r for r in rows if not r.pop("drop", "")]
    # Nothing but the one year and dimension: alone it tells nothing of the group that is left out.
    rows = [r for r in rows if r["group"] == "Hispanic" and r["year"] == ASIAN[0]]
    old, new = plain(tmp_path / "old", rows), plain(tmp_path / "new", kit.rows())
    assert verify(old).ok and verify(new).ok
    verdict = verify(new, earlier=[old])
    assert ASIAN in cells(verdict)
    says = next(leak.says for leak in verdict.leaks if leak.cell == ASIAN)
    assert says == "the count can only be 1, by addition and subtraction."


def test_one_student_more_gives_a_hidden_count_within_one(tmp_path):
    """The total went up by one since: so the group that was shown then is that, or one more."""
    old = []
    for row in kit.rows():
        if row["year"] == ASIAN[0] and row["unit_id"] == "0101" and row["indicator"] == SUSPENDED:
            if row["group"] == "all":
                old.append(row | {"x": "30", "rate": repr(30 / 246)})
            elif row["group"] == "Hispanic":
                old.append(row | {"why": "", "x": "9", "rate": repr(9 / 48)})
    old, new = plain(tmp_path / "old", old), plain(tmp_path / "new", kit.rows())
    verdict = verify(new, earlier=[old])
    says = {leak.cell: leak.says for leak in verdict.leaks}
    assert says.get(ASIAN) == "the count lies between 1 and 2."
    assert "1 are another version" in verdict.to_text()


def test_a_longer_window_minus_a_shorter_one(tmp_path):
    """Pooled with and without the last year: the difference is that year, hidden in both."""

    def only(*years):
        kept = [r for r in kit.rows() if r["unit_id"] == "0101" and r["dimension"] == "el"]
        return [r for r in kept if r["year"] in years]

    def pooled(year, n, x):
        row = dict(only(kit.BOTH)[0], year=year, pooled="True", n=str(n), x=str(x))
        return row | {"why": "", "n_why": "", "rate": repr(x / n)}

    new = plain(tmp_path / "new", [*only("2023-24"), pooled("2021-22 to 2023-24", 40, 9)])
    old = plain(tmp_path / "old", [pooled("2021-22 to 2022-23", 33, 8)])
    assert verify(new).ok and verify(old).ok
    verdict = verify(new, earlier=[old])
    cell = ("2023-24", "0101", SUSPENDED, "el", "English learner")
    says = [leak.says for leak in verdict.leaks if leak.cell == cell]
    assert "the group's size can only be 7, by addition and subtraction." in says
    assert "the count can only be 1, by addition and subtraction." in says


def test_a_school_that_is_added_is_the_difference_of_two_district_totals(tmp_path, people):
    """The district of three schools, then of four; the fourth school's groups are taken out."""
    one = people[people["year"] == grove.YEARS[0]]
    three = grove.of(one[one["unit_id"] != "04"], grove.YEARS[:1], min_group=5)
    old = grove.write(tmp_path / "old", three)
    new = grove.write(tmp_path / "new", grove.of(one, grove.YEARS[:1], min_group=5))
    table = pd.read_csv(new / "findings.csv", dtype=str, keep_default_na=False)
    fir = (table["unit_id"] == "04") & (table["dimension"] != "all")
    # Somebody hides the new school whole and thinks that is enough.
    table.loc[fir, ["why", "n_why"]] = "hidden"
    blank = [c for c in table if c in ("n", "x", "rate") or c.startswith(("rate_", "other", "diff",
             "ratio", "to_par", "p_v", "q_v", "band"))]  # fmt: skip
    table.loc[fir, blank] = ""
    table.to_csv(new / "findings.csv", index=False)
    assert not {c for c in cells(verify(new)) if c[1] == "04"}
    found = verify(new, earlier=[old])
    assert {c for c in cells(found) if c[1] == "04"}, found.to_text()


def test_a_part_too_large_for_one_programme_is_settled_as_a_small_one_is(
    people, folders, tmp_path, monkeypatch
):
    """Block by block, then all at once: nothing is left open, and the same is found."""
    old = grove.write(tmp_path / "old", grove.of(people, grove.YEARS[:1], min_group=20))
    pairs = [(folders["1"], old), (folders["3"], folders["2"])]
    small = [verify(new, earlier=[before]) for new, before in pairs]
    monkeypatch.setattr(settle, "_CHUNK", 40)
    for (new, before), alone in zip(pairs, small, strict=True):
        large = verify(new, earlier=[before])
        assert large.open == alone.open == 0
        assert cells(large) == cells(alone)
    assert cells(small[0])


# ---------------------------------------------------------------- and not in ours


@pytest.mark.parametrize(("new", "old"), [("2", "1"), ("3", "1")])
def test_a_year_more_tells_nothing(folders, new, old):
    verdict = verify(folders[new], earlier=[folders[old]])
    assert verdict.ok and verdict.hidden > 50 and verdict.open == 0, verdict.to_text()


def test_a_correction_tells_nothing(people, folders, tmp_path):
    mended = people.drop(people[people["unit_id"] == "02"].index[0]).reset_index(drop=True)
    new = grove.write(tmp_path / "new", grove.of(mended, grove.YEARS[:2]))
    verdict = verify(new, earlier=[folders["2"]])
    assert verdict.ok, verdict.to_text()
    assert "0 are another version" not in verdict.to_text()


# ---------------------------------------------------------------- what report does beside them


def test_what_was_hidden_stays_hidden_and_is_proved(people, folders, tmp_path):
    """Strict thresholds first, looser ones now: without --earlier the new release tells the old."""
    years = grove.YEARS[:1]
    old = grove.write(tmp_path / "old", grove.of(people, years, min_group=20, min_cell=10))
    loose = grove.write(tmp_path / "loose", grove.of(people, years))
    assert not verify(loose, earlier=[old]).ok
    made, notes = beside(
        lambda also: grove.of(people, years, also_hidden=also), grove.text_of, [old]
    )
    assert made.verify() == []
    assert notes[0].endswith("more numbers are hidden.")
    new = grove.write(tmp_path / "new", made)
    verdict = verify(new, earlier=[old])
    assert verdict.ok, verdict.to_text()


def test_pooled_years_of_another_length_are_hidden(people, folders):
    """All but those that anyone can add up from years that are shown."""
    plain = grove.of(people).table
    made, notes = beside(
        lambda also: grove.of(people, also_hidden=also), grove.text_of, [folders["2"]]
    )
    pooled = made.table["pooled"].astype(bool)
    assert made.verify() == [] and "hidden" in notes[0]
    assert plain.loc[pooled, "n"].notna().sum() > made.table.loc[pooled, "n"].notna().sum() > 0
    years = made.table[~pooled & (made.table["why"] == "")]
    sums = years.groupby(list(KEY[1:]))[["n", "x"]].sum()
    for row in made.table[pooled & made.table["n"].notna()].itertuples():
        told = sums.loc[row.unit_id, row.indicator, row.dimension, row.group]
        assert (row.n, row.x) == tuple(told)


def numbers(published, years):
    """Return how many sizes and how many counts a release shows of some years."""
    table = published.table[published.table["year"].isin(years)]
    return int(table["n"].notna().sum()), int(table["why"].isin(["", "band"]).sum())


def test_of_the_years_before_the_next_release_shows_as_much(tmp_path):
    """A school is left out of one rare measure: that hides none of its other numbers."""
    people = grove.students(rare=True)
    first = grove.of(people, grove.YEARS[:2])
    out = first.table[(first.table["dimension"] == "all") & (first.table["n_why"] == "hidden")]
    out = out[~out["pooled"].astype(bool)]
    assert set(out["indicator"]) == {grove.RARE} and len(out) == 1
    old = grove.write(tmp_path / "old", first)
    made, _ = beside(lambda also: grove.of(people, also_hidden=also), grove.text_of, [old])
    assert numbers(made, grove.YEARS[:2]) == numbers(first, grove.YEARS[:2])
    new = grove.write(tmp_path / "new", made)
    for verdict in (verify(old), verify(new, earlier=[old])):
        assert verdict.ok and verdict.open == 0, verdict.to_text()


def test_a_school_that_was_left_out_is_left_out_again(tmp_path):
    """Else the district's number with it, less the one without it, is the school."""
    people = grove.students(tiny=14)
    years = grove.YEARS[:1]
    old = grove.write(tmp_path / "old", grove.of(people, years, min_group=20))
    loose = grove.of(people, years)
    assert not verify(grove.write(tmp_path / "loose", loose), earlier=[old]).ok
    made, _ = beside(lambda also: grove.of(people, years, also_hidden=also), grove.text_of, [old])
    whole = made.table[made.table["dimension"] == "all"].set_index("unit_id")["n"]
    assert (
        whole["05"].isna().all() and (whole["D"] == whole[["01", "02", "03", "04"]].sum() / 2).all()
    )
    verdict = verify(grove.write(tmp_path / "new", made), earlier=[old])
    assert verdict.ok and verdict.open == 0, verdict.to_text()


def moved(people):
    """Return the rows again, with three students counted at another school."""
    rows = people.index[(people["unit_id"] == "02") & (people["year"] == grove.YEARS[1])][:3]
    return people.assign(unit_id=people["unit_id"].where(~people.index.isin(rows), "03"))


def merged(people):
    """Return the rows again, with one school's students of all years counted at another."""
    return people.assign(unit_id=people["unit_id"].replace("04", "03"))


@pytest.mark.parametrize("change", [moved, merged])
def test_data_that_changed_since_give_nothing_away(people, folders, tmp_path, change):
    again = change(people)
    made, _ = beside(
        lambda also: grove.of(again, grove.YEARS[:2], also_hidden=also),
        grove.text_of,
        [folders["2"]],
    )
    verdict = verify(grove.write(tmp_path / "new", made), earlier=[folders["2"]])
    assert verdict.ok and verdict.open == 0, verdict.to_text()
    assert " 0 are another version" not in verdict.to_text()


def test_a_school_taken_out_afterwards_is_refused_by_name(people, folders, tmp_path):
    """The district with it then, less the district without it now, is the school."""
    fewer = people[(people["unit_id"] != "04") | (people["year"] != grove.YEARS[1])]
    years = grove.YEARS[:2]
    plain = grove.write(tmp_path / "plain", grove.of(fewer, years))
    verdict = verify(plain, earlier=[folders["2"]])
    assert {leak.cell[1] for leak in verdict.leaks} >= {"04"}, verdict.to_text()
    with pytest.raises(PrivacyError, match="Fir School, 2022-23"):
        beside(
            lambda also: grove.of(fewer, years, also_hidden=also),
            grove.text_of,
            [folders["2"]],
        )


def test_a_school_that_closed_is_no_leak(people, folders, tmp_path):
    last = people[(people["unit_id"] != "04") | (people["year"] != grove.YEARS[2])]
    made, _ = beside(lambda also: grove.of(last, also_hidden=also), grove.text_of, [folders["2"]])
    verdict = verify(grove.write(tmp_path / "new", made), earlier=[folders["2"]])
    assert verdict.ok and verdict.open == 0, verdict.to_text()


def test_three_releases_in_a_row(people, folders, tmp_path):
    before = [folders["1"]]
    for k in (2, 3):
        made, _ = beside(
            lambda also, k=k: grove.of(people, grove.YEARS[:k], also_hidden=also),
            grove.text_of,
            before,
        )
        before.append(grove.write(tmp_path / f"{k}", made))
    verdict = verify(before[-1], earlier=before[:-1])
    assert verdict.ok and verdict.open == 0, verdict.to_text()


def test_another_choice_of_what_covers_a_small_count_is_found(people, folders, tmp_path):
    """The planted leak in a whole release: each of the two hides enough, both together do not."""
    table = pd.read_csv(folders["2"] / "findings.csv", dtype=str, keep_default_na=False)
    table = table.rename(columns=lambda name: name.removeprefix("\ufeff"))
    truth = grove.dataset(people).counts.set_index(list(KEY))["x"]
    schools = table[(table["level"] == "school") & (table["dimension"] == "el")]
    for key, rows in schools.groupby(list(KEY[:3])):
        if (rows["why"] == "hidden").all() and (rows["n"] != "").all() and " to " not in key[0]:
            break
    small, cover = sorted(rows.index, key=lambda at: truth[tuple(rows.loc[at, list(KEY)])])
    # Then the total was told and both groups were not; now a group is told, and not the total.
    total = table.index[
        (table[list(KEY[:3])] == list(key)).all(axis=1) & (table["group"] == "all")
    ][0]
    value = truth[tuple(table.loc[cover, list(KEY)])]
    table.loc[cover, ["why", "x"]] = ["", str(value)]
    blank = [c for c in table if c == "rate" or c.startswith(("rate_", "other", "diff", "ratio"))]
    table.loc[total, ["x", *blank]] = ""
    table.loc[total, "why"] = "hidden"
    new = grove.write(tmp_path / "new", grove.of(people, grove.YEARS[:2]))
    table = table[(table["unit_id"] == key[1]) & (table["dimension"].isin(["all", "el"]))]
    table[table["year"] == key[0]].to_csv(new / "findings.csv", index=False)
    cell = tuple(schools.loc[small, list(KEY)])
    assert cell not in cells(verify(new))
    says = {leak.cell: leak.says for leak in verify(new, earlier=[folders["2"]]).leaks}
    assert says[cell].startswith(f"the count can only be {truth[cell]}"), says


def test_pooled_sizes_are_shared_only_where_those_of_each_year_are():
    rows = [("2022", "D", "a", 10), ("2022", "D", "b", 10), ("2023", "D", "a", 12)]
    rows += [
        ("2023", "D", "b", 9),
        ("2022 to 2023", "D", "a", None),
        ("2022 to 2023", "D", "b", None),
    ]
    frame = pd.DataFrame(rows, columns=["year", "unit_id", "indicator", "n"])
    frame = frame.assign(dimension="all", group="all")
    both = {i: SimpleNamespace(base="enrolled") for i in "ab"}
    found = bases(frame, both)
    assert found["2022", "D", "a"] == found["2022", "D", "b"] == "enrolled"
    assert found["2023", "D", "a"] != found["2023", "D", "b"]
    assert found["2022 to 2023", "D", "a"] != found["2022 to 2023", "D", "b"]


def test_what_an_earlier_release_shows_is_said(people, tmp_path):
    years = grove.YEARS[:1]
    old = grove.write(tmp_path / "old", grove.of(people, years))
    strict = {"min_group": 20, "min_cell": 10}
    made, notes = beside(
        lambda also: grove.of(people, years, also_hidden=also, **strict), grove.text_of, [old]
    )
    assert any("cannot be taken back" in note for note in notes), notes
    assert (made.table["why"] == "hidden").any()


def test_what_hiding_cannot_prevent_is_refused_by_name(people, tmp_path):
    """The earlier release shows all groups of a school but one, and no total; the total tells it."""
    years = grove.YEARS[:1]
    truth = grove.dataset(people[people["year"].isin(years)]).counts
    race = truth[(truth["dimension"] == "race_ethnicity") & (truth["level"] == "school")]
    small = race[(race["group"] == "Asian") & (race["n"] < 10) & (race["n"] > 0)].iloc[0]
    rows = race[(race["unit_id"] == small["unit_id"]) & (race["group"] != "Asian")]
    old = grove.write(tmp_path / "old", grove.of(people, years))
    shown = rows[["year", "unit_id", "unit", "level", "indicator", "dimension", "group", "n"]]
    shown.to_csv(old / "findings.csv", index=False)
    with pytest.raises(PrivacyError, match=f"away: {small['unit']}, 2021-22, .*, Asian"):
        beside(lambda also: grove.of(people, years, also_hidden=also), grove.text_of, [old])


def test_a_folder_that_is_not_finished_is_refused(tmp_path):
    with pytest.raises(DataError, match="not a finished folder"):
        marks([tmp_path])
