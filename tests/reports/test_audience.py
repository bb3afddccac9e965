"""A release for a leadership team: marked, apart from public ones, and safe beside them."""

from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest

import equitylab as eq
from equitylab import cli, places, schema
from equitylab.errors import PrivacyError, ReportError
from equitylab.privacy.verify import verify
from equitylab.reports import audience, batch
from equitylab.schema import Dataset, ReadReport

from . import tiny
from .conftest import run as executed
from .test_batch import Inline

RACES = ["Asian", "Black", "Hispanic or Latino", "White", "Two or more races"]


def district(seed: int) -> Dataset:
    """Five schools with groups of every size, two measures and two ways of grouping."""
    draw, rows = np.random.default_rng(seed), []
    units = [(f"0{k}", f"School {k}", "school", "D") for k in range(1, 6)]
    for unit_id, unit, *_ in units:
        race = draw.multinomial(draw.integers(60, 140), [0.06, 0.07, 0.3, 0.5, 0.07])
        sex = draw.multinomial(race.sum(), [0.5, 0.5])
        for indicator, p in (("suspended_out_of_school", 0.15), ("chronically_absent", 0.2)):
            x = draw.binomial(race, p)
            girls = draw.hypergeometric(*sex, x.sum()) if x.sum() else 0
            cells = [("all", "all", race.sum(), x.sum())]
            cells += [("race_ethnicity", *cell) for cell in zip(RACES, race, x, strict=True)]
            cells += [("sex", "Female", sex[0], girls), ("sex", "Male", sex[1], x.sum() - girls)]
            rows += [("2023-24", unit_id, unit, "school", indicator, *cell) for cell in cells]
    names = ["year", "unit_id", "unit", "level", "indicator", "dimension", "group", "n", "x"]
    units = pd.DataFrame([*units, ("D", "District", "district", "")], columns=list(schema.UNITS))
    counts = schema.roll_up(schema.tidy_counts(pd.DataFrame(rows, columns=names)), units)
    return Dataset(
        counts, units.astype(schema.UNITS), ReadReport("made", "made"), {"path": "a.csv"}
    )


def shown(public) -> pd.DataFrame:
    table = public.table.set_index(["year", "unit_id", "indicator", "dimension", "group"])
    return table[["n", "x"]].astype("float64").where(table["why"].eq(""))


# Beside each other


@pytest.fixture(scope="module")
def releases():
    """A team's release, a public one that knows nothing of it, and one that does."""
    audit = eq.audit(district(0))
    team, alone = eq.protect(audit, min_group=5), eq.protect(audit)

    def make(also=None):
        return eq.protect(audit, **({} if also is None else {"also_hidden": also}))

    return {"team": team, "alone": alone, "within": audience.within(make, team)}


def test_the_public_release_shows_nothing_that_the_team_s_hides(releases):
    theirs = shown(releases["team"])
    for name, fits in (("within", True), ("alone", False)):
        mine = shown(releases[name]).reindex(theirs.index)
        told = mine.notna()
        assert (mine[told].eq(theirs[told]) | ~told).all(axis=None) == fits
    assert shown(releases["team"])["n"].notna().sum() > shown(releases["alone"])["n"].notna().sum()


def test_who_reads_both_learns_no_hidden_number(releases, tmp_path):
    for name, public in releases.items():
        (tmp_path / name).mkdir()
        text = batch.findings(public, public.units["unit_id"])
        (tmp_path / name / "findings.csv").write_text(text, "utf-8")
    few = {"min_group": 5, "min_cell": 3}
    beside = {n: verify(tmp_path / "team", earlier=[tmp_path / n], **few) for n in releases}
    assert not beside["within"].leaks and not beside["within"].open
    assert beside["alone"].leaks  # so that this can fail: each alone is safe, and both are not
    assert verify(tmp_path / "alone", min_group=10, min_cell=3).ok


def test_it_is_refused_where_hiding_more_does_not_help(releases):
    with pytest.raises(PrivacyError, match="within the team's"):
        audience.within(lambda also=None: releases["alone"], releases["team"])


# Marked, and apart


@pytest.fixture
def quick(monkeypatch, tmp_path):
    """A batch that costs no kernel, on the tiny district."""
    where = tiny.notebooks(tmp_path / "books")
    monkeypatch.setattr(places, "notebooks", lambda: where)
    monkeypatch.setattr("equitylab.reports.protecting.protect", tiny.protect)
    monkeypatch.setattr(batch, "library", lambda: "the code at the start of the test")

    def run(out="out", **options):
        options = {"runner": Inline, "progress": False} | options
        return batch.report(tiny.dataset(), tmp_path / out, **options)

    return run


def test_every_file_of_a_team_says_so(quick, tmp_path):
    result = quick(audience="team", min_group=5)
    out = tmp_path / "out"
    about = json.loads((out / "manifest.json").read_text("utf-8"))
    assert about["audience"] == about["policy"]["audience"] == "team"
    assert about["policy"]["min_group"] == 5
    assert all(r["file"].endswith(".team.html") for r in about["reports"])
    index = (out / "index.html").read_text("utf-8")
    assert "Not for publication" in index and "@top-center" in index
    for name in ("findings.csv", "measures.csv"):
        table = pd.read_csv(out / name, dtype="str")
        assert "audience" in table and (table["audience"] == audience.SHORT).all()
    assert "--team" in " ".join(result.notes)
    again = quick(audience="team", min_group=5)
    assert len(again.skipped) == len(result.done)


def test_a_public_release_has_no_such_mark(quick, tmp_path):
    result = quick()
    out = tmp_path / "out"
    assert json.loads((out / "manifest.json").read_text("utf-8"))["audience"] == "public"
    for path in (out / "index.html", out / "findings.csv", out / "measures.csv"):
        assert "publication" not in path.read_text("utf-8")
    assert result.notes == [] and audience.held(out) == "public"


def test_a_page_is_marked_at_its_top_its_foot_and_on_each_printed_sheet(published, tmp_path):
    from dataclasses import replace

    from equitylab.reports.render import render

    marked = replace(published, policy=published.policy | {"audience": "team"})
    marked.save(tmp_path / "release.zip")
    page = render(executed("school-report", str(tmp_path / "release.zip"), "0102"))
    assert page.count("Not for publication") == 2 and "@top-center" in page
    assert page.index("class=banner") < page.index("<h1>")
    published.save(tmp_path / "public.zip")
    page = render(executed("school-report", str(tmp_path / "public.zip"), "0102"))
    assert "publication" not in page and "@top-center" not in page


@pytest.mark.parametrize("first, second", [("public", "team"), ("team", "public")])
@pytest.mark.parametrize("where", ["out", "out/inside", "."])
def test_two_audiences_never_share_a_folder(first, second, where, quick, tmp_path):
    quick("out", audience=first)
    with pytest.raises(ReportError, match="holds a release for"):
        quick(where, audience=second)
    assert audience.held(tmp_path / "out") == first


def test_a_copy_without_records_is_known_by_its_manifest(tmp_path):
    (tmp_path / "manifest.json").write_text('{"policy": {"audience": "team"}}', "utf-8")
    assert audience.held(tmp_path) == "team"
    (tmp_path / "manifest.json").write_text("[]", "utf-8")
    assert audience.held(tmp_path) == ""


def test_what_does_not_go_together_is_refused(quick, tmp_path):
    quick("team", audience="team")
    quick("public")
    with pytest.raises(ReportError, match="for everyone"):
        quick("a", audience="team", family=("en",))
    with pytest.raises(ReportError, match="made first"):
        quick("a", audience="team", team=tmp_path / "team")
    with pytest.raises(ReportError, match="no folder of reports for a team"):
        quick("a", team=tmp_path / "public")
    with pytest.raises(ReportError, match="release for a leadership team"):
        quick("a", earlier=[tmp_path / "team"])
    with pytest.raises(ReportError, match="is not one of"):
        quick("a", audience="press")
    assert not (tmp_path / "a").exists()


def test_a_public_release_beside_a_team_s_notes_what_more_is_hidden(quick, tmp_path):
    quick("team", audience="team", min_group=5)
    result = quick("public", team=tmp_path / "team")
    assert "Beside the team's release, nothing more had to be hidden." in result.notes


def test_the_command_s_minimum_and_verify(quick, tmp_path, monkeypatch, capsys):
    asked = {}
    monkeypatch.setattr(
        batch, "report", lambda data, out, **options: asked.update(options) or 1 / 0
    )
    for words, least in (((), 10), (("--audience", "team"), 5), (("--min-group", "7"), 7)):
        cli.main(["report", "--out", str(tmp_path / "o"), *words])
        assert asked["min_group"] == least
    capsys.readouterr()
    monkeypatch.undo()
    for name, policy in (("team", {"audience": "team"}), ("public", {})):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text(json.dumps({"policy": policy}), "utf-8")
    assert cli.main(["verify", str(tmp_path / "team")]) == 0
    assert "Not for publication" in capsys.readouterr().out
    assert cli.main(["verify", str(tmp_path / "public"), "--earlier", str(tmp_path / "team")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) <= 2


def test_marked_text_is_what_it_was_and_one_column_more():
    text = '\ufeffa,b\n01,"x, y"\n,2\n'
    assert audience.marked_text(text, {}) == text
    made = audience.marked_text(text, {"audience": "team"})
    table = pd.read_csv(io.StringIO(made[1:]), dtype="str", keep_default_na=False)
    assert table["a"].tolist() == ["01", ""] and table["b"].tolist() == ["x, y", "2"]
