"""A short search on each change, the same inputs each time; `make fuzz` is the long one."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz import cases, mutations, oracle

SHORT = settings(
    derandomize=True,  # a failure is printed with its input, and comes again
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="bounds by alarm and limits")


@settings(SHORT, max_examples=120)
@given(mutations.inputs())
def test_a_broken_file_is_read_or_refused_in_plain_words(given):
    oracle.readers(**given)


@settings(SHORT, max_examples=60)
@given(mutations.folios())
def test_a_broken_portfolio_is_opened_or_set_aside(raw):
    oracle.portfolio(raw)


@pytest.mark.parametrize("path", sorted(cases.CORPUS.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_found_once_stays_mended(path: Path):
    plan, given = cases.load(path)
    ended = oracle.readers(**given) if plan == "readers" else oracle.portfolio(given)
    assert ended


def test_the_seeds_are_valid():
    from tests.fuzz.seeds import seeds

    for name, files in seeds().items():
        assert oracle.readers(files, year="2023-24" if name == "crdc" else None) == "read", name


def test_the_oracle_sees_a_fault(monkeypatch):
    def broken(path, **options):
        raise KeyError("a")

    monkeypatch.setattr(oracle, "read", broken)
    with pytest.raises(oracle.Fault, match="KeyError"):
        oracle.readers({"a.csv": b"a"})
    with pytest.raises(oracle.Fault, match="plain lines"):
        oracle.plain(
            type("Long", (oracle.EquityLabError,), {"__str__": lambda self: "a\n" * 3})("a")
        )
