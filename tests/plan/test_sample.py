"""The sample portfolio is what its generator writes, and agrees with the sample district."""

import importlib.util
import json

import pytest

from equitylab import plan
from equitylab.language import lint
from equitylab.privacy import Published


@pytest.fixture(scope="module")
def generator(repository):
    path = repository / "data/samples/synthetic/riverbend_portfolio.py"
    spec = importlib.util.spec_from_file_location("riverbend_portfolio", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_file_is_what_the_generator_writes(generator, repository):
    path = repository / "data/samples/practice/riverbend-portfolio.json"
    assert path.read_bytes() == generator.content()


def test_its_readings_are_those_of_the_practice_table(whole):
    from equitylab.samples import practice

    table = practice("kpi_readings")
    table = table[table["series"] == "rb12"]
    mine = [(r["date"], r["numerator"], r["denominator"]) for r in whole.readings.values()]
    theirs = zip(table["date"], table["numerator"], table["denominator"], strict=True)
    assert mine == [(d, int(x), int(n)) for d, x, n in theirs]


def test_its_words_pass_the_linter(folio):
    words = json.loads(folio.to_bytes())["entries"]

    def texts(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, (list, dict)):
            for one in value.values() if isinstance(value, dict) else value:
                yield from texts(one)

    blocked = [h.match for t in texts(words) for h in lint(t) if h.severity == "block_in_reports"]
    assert blocked == []


@pytest.mark.slow
def test_its_counts_are_those_that_the_sample_district_publishes(reports_folder, whole):
    numbers = reports_folder / ".release" / "school-riverbend-middle-school.zip"
    published = Published.load(numbers)
    for id in ("f-000001", "f-000002", "f-000004"):
        card = whole.cards[id]
        now = plan.baseline(published, card, unit_id="0219")
        assert [card[f] for f in ("x", "n", "other_x", "other_n")] == [
            now.x, now.n, now.other_x, now.other_n,
        ]  # fmt: skip
    assert plan.public(whole, published, unit_id="0219").held == []
