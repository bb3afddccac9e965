"""Scores pass the same gate: no mean of a hidden group, and none left to be worked out."""

from __future__ import annotations

import pandas as pd
import pytest

import equitylab as eq
from equitylab import catalog
from equitylab.schema import ALL, BY

KEYS = ["year", "unit_id", "indicator", "dimension", "group"]


@pytest.fixture(scope="module")
def made():
    data = eq.read(eq.samples.path())
    audit = eq.audit(data)
    return data, audit, eq.protect(audit)


def test_a_mean_is_shown_only_where_its_group_is(made):
    _, _, public = made
    scores = public.scores
    shown = scores[scores["why"] == ""]
    assert len(shown) > 500 and (shown["n"] >= 10).all()
    assert scores.loc[scores["why"] != "", ["n", "mean", "sd", "gap", "g"]].isna().all().all()
    sizes = public.table.assign(base=[catalog.indicator(i).base for i in public.table["indicator"]])
    sizes = sizes[sizes["n"].notna() & ~sizes["pooled"]]
    at = ["year", "unit_id", "base", "dimension", "group"]
    known = pd.MultiIndex.from_frame(sizes[at])
    base = shown.assign(base=[catalog.indicator(i).base for i in shown["indicator"]])
    assert pd.MultiIndex.from_frame(base[at]).isin(known).all()


def test_no_hidden_mean_stands_alone_in_its_line(made):
    """With one hidden group and the total shown, its mean would follow by subtraction."""
    data, _, public = made
    scores = public.scores[~public.scores["dimension"].str.contains(BY)]
    rows = scores.merge(data.scores[[*KEYS, "n"]], on=KEYS, suffixes=("", "_true"))
    rows = rows[(rows["dimension"] != ALL) & (rows["n_true"] > 0)]
    total = scores[(scores["dimension"] == ALL) & (scores["why"] == "")]
    at = ["year", "unit_id", "indicator"]
    rows = rows[pd.MultiIndex.from_frame(rows[at]).isin(pd.MultiIndex.from_frame(total[at]))]
    hidden = rows[rows["why"] != ""]
    lines = hidden.groupby([*at, "dimension"])
    alone = lines.filter(lambda line: len(line) == 1 and (line["n_true"] < 10).all())
    assert alone.empty
    # Nor in its column: one school hidden in a district whose mean is shown.
    district = scores[(scores["level"] == "district") & (scores["why"] == "")]
    schools = rows[rows["level"] == "school"]
    at = ["year", "indicator", "dimension", "group"]
    schools = schools[
        pd.MultiIndex.from_frame(schools[at]).isin(pd.MultiIndex.from_frame(district[at]))
    ]
    columns = schools[schools["why"] != ""].groupby(at)
    left = {(p.grid.year, p.grid.base) for p in public.certificates if not p.grid.present.all()}
    for key, column in columns:
        if (key[0], catalog.indicator(key[1]).base) not in left:
            assert len(column) > 1 or (column["n_true"] >= 10).all(), key


def test_the_gate_leaves_no_hidden_status_word_to_tell_a_zero(made):
    _, _, public = made
    hidden = public.table[public.table["why"] == "hidden"]
    assert set(hidden["status"]) == {"suppressed"}
    assert set(hidden["signal"]) == {"not reported"}


def test_what_files_carry_drops_only_two_way_tables_with_nothing_shown(made):
    _, _, public = made
    gone = public.table.index.difference(public.told.index)
    lost = public.table.loc[gone]
    assert lost["dimension"].str.contains(BY).all()
    assert lost["x"].isna().all() and (lost["n"].isna() | (lost["why"] == "undefined")).all()
