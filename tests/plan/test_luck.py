"""Could a move be told from luck? Against other programs, closed forms and the words of the plan."""

import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from equitylab import MetricError, plan

GRID = [(x, n, t) for n in (10, 37, 60, 90, 205) for x in range(0, n, 9) for t in range(0, n, 7)]


def apart(x, n, t):
    """Whether statsmodels' Newcombe interval of the change leaves out zero."""
    low, high = confint_proportions_2indep(t, n, x, n, compare="diff", method="newcomb")
    return low > 0 or high < 0


def test_it_agrees_with_statsmodels_on_a_grid():
    for x, n, t in GRID:
        assert plan.detectable(x, n, t).ok == apart(x, n, t), (x, n, t)


def test_a_drop_from_12_to_8_of_90_cannot_be_told_from_luck_in_one_year():
    found = plan.detectable(12, 90, 8)
    assert not found.ok and found.low < 0 < found.high
    assert found.text.startswith("A drop from 12 to 8 of 90 cannot be told from luck in one year")
    assert found.least == 4 and apart(12, 90, 4) and not apart(12, 90, 5)
    assert found.years == 5


def test_the_sample_goal_can_be_told():
    found = plan.detectable(12, 60, 24)
    assert found.ok and found.change == pytest.approx(0.2)
    assert found.text.startswith("A rise from 12 to 24 of 60 could be told")


@pytest.mark.parametrize(("x", "n", "t"), [(12, 60, 15), (12, 90, 8), (58, 145, 70), (50, 100, 45)])
def test_the_nearest_target_is_the_nearest_and_the_years_are_the_fewest(x, n, t):
    found, step = plan.detectable(x, n, t), 1 if t > x else -1
    between = range(x, found.least, step)
    assert apart(x, n, found.least) and not any(apart(x, n, one) for one in between)
    k = found.years
    low, high = confint_proportions_2indep(
        k * t, k * n, k * x, k * n, compare="diff", method="newcomb"
    )
    assert low > 0 or high < 0
    k -= 1
    low, high = confint_proportions_2indep(
        k * t, k * n, k * x, k * n, compare="diff", method="newcomb"
    )
    assert low <= 0 <= high


def test_a_target_that_stands_still_and_one_at_the_ceiling():
    still = plan.detectable(9, 30, 9)
    assert not still.ok and still.years is None and "within 10 years" in still.text
    assert plan.detectable(10, 10, 10).least is None
    assert plan.detectable(0, 40, 8).ok and plan.detectable(40, 40, 30).ok


def test_another_number_of_students_later():
    found = plan.detectable(12, 60, 20, n_later=50)
    assert "from 12 of 60 to 20 of 50" in found.text and found.change == pytest.approx(0.2)


def test_numbers_that_cannot_be_counts_are_refused():
    with pytest.raises(MetricError):
        plan.detectable(12, 60, 61)
