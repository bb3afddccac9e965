"""Write the bundled synthetic district again, byte for byte: ``python data/samples/generate.py``.

Writes riverbend/ (what a district exports), truth.yaml (what is planted in it) and
expected_rates.csv (the true rate of every group, by construction). Everything is fictional and
follows from one seed; README.md is the data dictionary.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from functools import cache
from pathlib import Path

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).parent))

from synthetic import files, outcomes, population, riverbend_portfolio, truth  # noqa: E402

HERE = Path(__file__).parent
SEED = 20240612  # of the practice tables


@cache
def build() -> tuple[outcomes.Outcomes, dict]:
    """Return the district's students with their outcomes, and its files as frames."""
    o = outcomes.everything(population.panel())
    return o, files.tables(o)


def practice_tables() -> dict:
    """Return the tables that the curriculum practises on, from every ``practice_*`` module.

    Each module has a generator of its own, so that a change to one leaves the others as they were.
    """
    found = {}
    for module in sorted(HERE.glob("synthetic/practice_*.py")):
        made = importlib.import_module(f"synthetic.{module.stem}")
        seed = [SEED, *module.stem.encode()]
        found |= made.tables(np.random.default_rng(seed))
    return found


def expected(*, crossed: bool = False, more: bool = False):
    """Return the true rates; ``crossed`` with two-way groups, ``more`` with places and entry."""
    dimensions = (*truth.DIMENSIONS, *truth.MORE) if more else truth.DIMENSIONS
    return truth.expected(build()[0], dimensions, truth.CROSSED if crossed else ())


def contents() -> dict[str, str]:
    """Return the text of every file by its path under this folder."""
    o, tables = build()
    out = {f"riverbend/{name}": _csv(frame) for name, frame in tables.items()}
    table = expected()
    digits = table["indicator"].isin(truth.SCORES).map({True: 2, False: 4})
    rates = table.drop(columns=["n", "rest"])
    for column in ("expected_rate", "expected_other_rate"):
        values = zip(table[column], digits, strict=True)
        rates[column] = [f"{v + 0.0:.{d}f}" for v, d in values]
    out["expected_rates.csv"] = _csv(rates)
    for name, frame in practice_tables().items():
        out[f"practice/{name}.csv"] = _csv(frame)
    out["practice/riverbend-portfolio.json"] = riverbend_portfolio.content().decode("utf-8")
    text = yaml.dump(
        truth.document(o, tables, table), Dumper=_Dumper,
        sort_keys=False, allow_unicode=True, width=100, default_flow_style=None,
    )  # fmt: skip
    out["truth.yaml"] = f"# Written by generate.py; do not edit.\n{text}"
    return out


class _Dumper(yaml.SafeDumper):
    """Quotes what looks like a number, so that every YAML reader keeps the zeros of an id."""


def _text(dumper: yaml.SafeDumper, value: str):
    style = "'" if value.isdigit() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def _csv(frame) -> str:
    return frame.to_csv(index=False, lineterminator="\n")


def main() -> None:
    """Write the files, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE, help="folder (default: this one)")
    out = parser.parse_args().out
    total = 0
    for name, text in contents().items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text.encode("utf-8")
        path.write_bytes(data)
        total += len(data)
        print(f"{len(data) / 1e6:6.2f} MB  {name}")
    print(f"{total / 1e6:6.2f} MB")


if __name__ == "__main__":
    main()
