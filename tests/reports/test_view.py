"""A unit's rows, cut for its report, and the file that they are opened from."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from equitylab import DataError, Published, catalog
from equitylab.errors import ReportError
from equitylab.privacy.harvest import harvest
from equitylab.reports.folder import Slices
from equitylab.reports.story import SchoolReport
from equitylab.reports.view import View, records
from equitylab.schema import ALL, BY


def test_records_are_what_itertuples_gives(school):
    frame = school.view.table.head(50)
    as_pandas = frame.itertuples(index=False)
    for row, other in zip(records(frame), as_pandas, strict=True):
        assert row._fields == other._fields
        assert all(a == b or (a != a and b != b) for a, b in zip(row, other, strict=True))
    assert records(frame, index=True)[7].Index == frame.index[7]
    rows = records(frame)
    assert records(rows) is rows


def test_rows_and_frames_say_the_same(school):
    view = school.view
    for about in view.indicators:
        rows = view.rows_of(about.id)
        assert [r.group for r in rows] == view.of(about.id)["group"].tolist()
        assert all(r.indicator == about.id and BY not in r.dimension for r in rows)
        assert {r.year for r in rows if not r.pooled} <= {view.latest[about.id]}
        assert not [r for r in rows if r.pooled and (r.why or r.dimension == ALL)]
    assert len(view.compared) == len(view.rows_compared) > 0
    assert all(BY in r.dimension for r in view.rows_crossed) and view.rows_crossed
    assert len(view.rows) == (~view.table["dimension"].str.contains(BY, regex=False)).sum()


def test_dimensions_and_numbered_groups_come_in_the_order_of_display(school):
    (id, *_) = school.view.latest
    rows = school.view.rows_of(id)
    dimensions = [r.dimension for r in rows]
    assert dimensions[0] == ALL
    assert len(dict.fromkeys(dimensions)) == 1 + sum(
        a != b for a, b in zip(dimensions, dimensions[1:], strict=False)
    )
    shuffled = school.public.table.sample(frac=1, random_state=3)
    other = View(replace(school.public, table=shuffled), school.view.unit_id)
    grades = [r.group for r in other.rows_of(id) if r.dimension == "grade"]
    assert grades == sorted(grades, key=lambda g: int(g.split()[-1])) and grades


def test_shares_are_of_what_is_shown(school):
    view = school.view
    shown = [row for row in view.enrolled if row.n == row.n]
    (everyone,) = (row for row in shown if row.dimension == ALL)
    assert everyone.share == 1
    assert all(row.share == pytest.approx(row.n / everyone.n) for row in shown)
    assert all(row.why == "hidden" for row in view.enrolled if row not in shown)


def test_a_file_of_another_kind_is_refused_in_plain_words(published, tmp_path):
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as box:
        box.writestr("table.csv", published.table.to_csv())
    (tmp_path / "no.zip").write_bytes(b"not a zip")
    for name in ("old.zip", "no.zip"):
        with pytest.raises(DataError) as error:
            Published.load(tmp_path / name)
        assert name in str(error.value) and len(str(error.value).splitlines()) == 2


def opened(box):
    with pa.input_stream(io.BytesIO(box.read("table.arrow.zst")), compression="zstd") as raw:
        return pa.ipc.open_stream(raw).read_all()


def test_nothing_lies_under_a_gap_of_the_file(published, tmp_path):
    """A nullable column keeps a number under its mask, and Arrow would write it."""
    shape = len(published.table)
    under = pd.arrays.FloatingArray(np.full(shape, 1234567.25), np.ones(shape, bool))
    saved = io.BytesIO()
    replace(published, table=published.table.assign(n=under)).save(saved)
    with zipfile.ZipFile(saved) as box:
        table = opened(box)
    assert np.isnan(np.asarray(table["n"])).all() and table["n"].null_count == 0
    with zipfile.ZipFile(saved) as box:
        names = {name.partition(".")[0] for name in box.namelist()}
    assert names == {"about", "table", "changes", "scores", "units"}


def test_groups_that_a_slice_leaves_out_are_not_in_its_file(published, tmp_path):
    table = published.table.assign(group=published.table["group"].astype("category"))
    cut = replace(published, table=table[table["dimension"] == ALL])
    cut.save(tmp_path / "cut.zip")
    with zipfile.ZipFile(tmp_path / "cut.zip") as box:
        held = opened(box)["group"]
    assert held.combine_chunks().dictionary.to_pylist() == [ALL]


def test_an_outsider_reads_the_file_as_the_rows_that_it_is(school, tmp_path):
    found = []
    for kind in ("arrow", "csv"):
        (tmp_path / kind).mkdir()
        school.public.save(tmp_path / kind / "release.zip")
        if kind == "csv":
            with zipfile.ZipFile(tmp_path / kind / "release.zip", "w") as box:
                for name in ("table", "changes", "scores", "units"):
                    frame = getattr(school.public, name)
                    box.writestr(f"{name}.csv", frame.to_csv(index=False))
        found.append(harvest(tmp_path / kind))
    one, other = found
    assert not one.skipped and one.units == other.units and one.units
    for a, b in zip(one.frames, other.frames, strict=True):
        assert a.kind == b.kind
        pd.testing.assert_frame_equal(a.rows, b.rows)


def test_the_parts_of_a_report_choose_among_rows_and_not_in_frames(release, monkeypatch):
    """A mask on a frame costs a hundred times what a list costs; there were 280 in a report."""
    masks, choose = [], pd.DataFrame.__getitem__

    def counted(frame, key):
        if isinstance(key, pd.Series):
            masks.append(key)
        return choose(frame, key)

    def walked(*_, **__):
        raise AssertionError("a report walks a frame row by row")

    report = SchoolReport.open(release, "0102")
    monkeypatch.setattr(pd.DataFrame, "__getitem__", counted)
    monkeypatch.setattr(pd.DataFrame, "itertuples", walked)
    monkeypatch.setattr(pd.DataFrame, "iterrows", walked)
    for part in (report.at_a_glance, report.strengths, report.whom_it_serves, report.changes):
        part()
    for id in catalog.chapters():
        report.chapter(id)
    assert len(masks) < 10


def test_parts_are_shown_by_their_names_in_the_order_asked_for(release):
    report = SchoolReport.open(release, "0102")
    one, other = report.what_next()._repr_html_(), report.chapter("discipline")._repr_html_()
    assert report.show("discipline, what next")._repr_html_() == other + one != one + other
    # Neither what takes more than a name, nor what is no part of a page, nor nothing.
    for name in ("grades", "chapter", "open", "view", "show", "_measure", "__init__", ""):
        with pytest.raises(ReportError, match=f"no part “{name}”"):
            report.show(f"discipline, {name}")
    with pytest.raises(ReportError, match="no part “far enogh”. Did you mean .far enough.?"):
        report.show("far enogh")


def test_a_slice_is_cut_alike_from_the_audit_and_from_a_release_that_was_kept(published):
    whole = published.table.assign(n=published.table["n"].astype("Float64").astype("Int64"))
    first, kept = Slices(replace(published, table=whole)), io.BytesIO()
    first.published.save(kept)
    again = Slices(Published.load(kept))
    for unit_id, below in (("0102", False), ("01", True)):
        assert first.mark(unit_id, below=below) == again.mark(unit_id, below=below)
        assert first.numbers(unit_id, below=below) == again.numbers(unit_id, below=below)
        saved = io.BytesIO()
        first.published.slice(unit_id, below=below).save(saved)
        assert saved.getvalue() == first.numbers(unit_id, below=below)
    assert first.mark("0102") != first.mark("01") != first.mark("01", below=True)
