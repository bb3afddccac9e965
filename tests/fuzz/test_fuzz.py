"""A short search on each change, the same inputs each time; `make fuzz` is the long one."""

import importlib
import os
import pkgutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from equitylab import readers
from tests.fuzz import cases, oracle
from tests.fuzz import given as other
from tests.fuzz.seeds import seeds

SHORT = settings(
    derandomize=True,  # a failure is printed with its input, and comes again
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="bounds by alarm and limits")


OFTEN = {"readers": 70, "portfolio": 40}


@pytest.mark.parametrize("plan", other.PLANS)
def test_a_broken_input_is_taken_or_refused_in_plain_words(plan):
    @settings(SHORT, max_examples=OFTEN.get(plan, 8))
    @given(other.inputs(plan))
    def one(given):
        other.judge(plan, given)

    one()


@pytest.mark.parametrize("path", sorted(cases.CORPUS.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_found_once_stays_mended(path: Path):
    assert other.judge(*cases.load(path))


def test_the_seeds_are_valid_and_every_reader_has_one(monkeypatch):
    """Each module that recognises and reads files is broken by the fuzzer, a new one as well."""
    names = [one.name for one in pkgutil.iter_modules(readers.__path__)]
    modules = [importlib.import_module(f"equitylab.readers.{name}") for name in names]
    modules = [m for m in modules if hasattr(m, "recognise") and hasattr(m, "read")]
    assert set(readers.FORMATS) <= set(modules)
    used = []
    for module in [*modules, readers.sis]:

        def noted(*words, _own=module.read, _of=module.__name__, **options):
            used.append(_of)
            return _own(*words, **options)

        monkeypatch.setattr(module, "read", noted)
    for name, files in seeds().items():
        year = "2023-24" if name == "crdc" else None
        assert oracle.readers(files, year=year) == "answered", name
    assert {m.__name__ for m in [*modules, readers.sis]} == set(used)


def test_the_other_seeds_are_valid():
    assert set(other.PLANS) == {"readers", "portfolio", *other.plans()}
    for plan, (sets, ask) in other.plans().items():
        for files in sets.values():
            assert oracle.asked(files, ask) == "answered", plan


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
