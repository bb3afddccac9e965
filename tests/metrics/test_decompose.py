"""What a gap is made of: published tables, identities, empty strata."""

import numpy as np
import pytest

from equitylab.errors import MetricError
from equitylab.metrics import kitagawa, within_between

pytestmark = pytest.mark.filterwarnings("error")
NAN = np.nan

# Charig and others (1986), British Medical Journal 292:879, the classic of Simpson's paradox:
# two treatments of kidney stones, by size of the stone.
STONES = [81, 192], [87, 263], [234, 55], [270, 80]


def test_simpsons_paradox():
    """The first treatment does better on either size, and worse over both."""
    parts = kitagawa(*STONES)
    assert parts.gap == pytest.approx(273 / 350 - 289 / 350)
    assert parts.rate_effect > 0 > parts.composition_effect
    # By hand: (357/700)(81/87 - 234/270) + (343/700)(192/263 - 55/80)
    by_hand = 0.51 * (81 / 87 - 234 / 270) + 0.49 * (192 / 263 - 55 / 80)
    assert parts.rate_effect == pytest.approx(by_hand)


@pytest.mark.parametrize("split", [kitagawa, within_between])
def test_parts_add_up_and_swap_signs(split):
    draw = np.random.default_rng(1)
    n1, n2 = draw.integers(0, 50, (2, 40, 12))
    x1, x2 = draw.binomial(n1, 0.3), draw.binomial(n2, 0.4)
    parts, swapped = split(x1, n1, x2, n2), split(x2, n2, x1, n1)
    np.testing.assert_allclose(parts[0], parts[1] + parts[2], atol=1e-14)
    np.testing.assert_allclose(parts, np.negative(swapped), atol=1e-14)
    assert parts.gap.shape == (40,)
    np.testing.assert_allclose(parts.gap, x1.sum(1) / n1.sum(1) - x2.sum(1) / n2.sum(1))


@pytest.mark.parametrize("split", [kitagawa, within_between])
def test_one_school_has_no_between(split):
    gap, inside, outside = split([3], [10], [2], [20])
    assert (gap, inside, outside) == pytest.approx((0.2, 0.2, 0))


@pytest.mark.parametrize("split", [kitagawa, within_between])
def test_equal_rates_within_schools_are_all_between(split):
    gap, inside, outside = split([8, 5], [10, 50], [40, 2], [50, 20])
    assert inside == pytest.approx(0, abs=1e-15)
    assert outside == pytest.approx(gap)


@pytest.mark.parametrize("split", [kitagawa, within_between])
def test_equal_composition_is_all_within(split):
    gap, inside, outside = split([8, 5], [10, 50], [7, 9], [20, 100])
    assert outside == pytest.approx(0, abs=1e-15)
    assert inside == pytest.approx(gap)


@pytest.mark.parametrize("split", [kitagawa, within_between])
def test_groups_that_share_no_school_differ_by_school_only(split):
    gap, inside, outside = split([8, 0], [10, 0], [0, 3], [0, 20])
    assert (gap, inside, outside) == pytest.approx((0.65, 0, 0.65))


@pytest.mark.parametrize("split", [kitagawa, within_between])
def test_empty_strata_change_nothing(split):
    x1, n1, x2, n2 = STONES
    with_empty = split([*x1, 0], [*n1, 0], [*x2, 0], [*n2, 0])
    np.testing.assert_allclose(with_empty, split(*STONES), atol=1e-15)


@pytest.mark.parametrize("split", [kitagawa, within_between])
@pytest.mark.parametrize("x1, n1", [([0, 0], [0, 0]), ([NAN, 3], [9, 9]), ([2, 3], [NAN, 9])])
def test_absent_groups_and_gaps(split, x1, n1):
    assert np.isnan(split(x1, n1, [1, 2], [9, 9])).all()


@pytest.mark.parametrize("split", [kitagawa, within_between])
def test_strata_are_needed(split):
    with pytest.raises(MetricError, match="x1 must hold one count for each stratum"):
        split(1, 2, 1, 2)
    with pytest.raises(MetricError, match=r"x2 counts students.*n2 \(2\), but is 3 at index 1"):
        split([1, 1], [2, 2], [1, 3], [2, 2])
