"""Districts in which no group differs: what each metric calls apart all the same.

Forty districts here; ``python benchmarks/null.py`` runs five hundred and writes the table.
"""

import numpy as np
import pytest
from scipy.stats import binom

from benchmarks import null

DISTRICTS = 40
# Rows of one district that share students or a fit are not so many tries of their own.
TOGETHER = {"access_chain points": 3, "shrink, rate outside": 6, "funnel, schools outside": 1}


@pytest.fixture(scope="module")
def found():
    return null.run(DISTRICTS, audit=False)


def test_false_calls_are_near_what_is_stated(found, capsys):
    calls, off = found
    with capsys.disabled():
        print("\n" + null.text(DISTRICTS, calls, off, 0))
    for name, (false, tried) in calls.items():
        assert tried > 0.9 * DISTRICTS, name
        if null.stated(name) != "5 %":
            continue
        # With one chance in ten thousand to fail by luck, were the share one in eighteen.
        tries = tried // TOGETHER.get(name, 1)
        assert false / tried <= binom.ppf(0.9999, tries, 1 / 18) / tries, (name, false, tried)


def test_a_rule_without_a_test_of_chance_calls_more(found):
    """Four fifths, of equal rates: more often than any interval, since it looks at no one's size."""
    false, tried = found[0]["four_fifths, no test of chance"]
    assert false / tried > 0.06
    named, _ = found[0]["significant_disproportionality, rule of Washington"]
    assert named == 0


def test_an_index_is_as_far_from_0_as_its_baseline(found):
    for name, pairs in found[1].items():
        value, base = np.transpose(pairs)
        error = (value - base).std(ddof=1) / np.sqrt(len(value))
        assert abs((value - base).mean()) < 4 * error, name
