"""Each difference has two sides: which of them does a report speak of?"""

from __future__ import annotations

from .. import catalog
from ..display import favourable
from ..schema import BY
from ..signals import CLEAR

NEARLY_EVEN = 0.4  # in a pair, a group with less than this is the smaller one


def unknown(dimension: str, group: str) -> bool:
    """Whether this is the group of those whose own group was not recorded."""
    known_as = catalog.dimensions().get(dimension)
    return known_as is not None and group == known_as.unknown


def sides(rows: list) -> tuple[list, list]:
    """Split the clear differences among rows into gaps and bright spots.

    Each difference has two sides, and the rows hold both. In a pair of groups the smaller is spoken
    of (if they are nearly even, the one with the less favourable rate). In more than two, a
    favourable difference is a bright spot only where no other group of the dimension has a gap:
    else it is the other side of that gap. A measure without a better side goes with the gaps.
    """
    together: dict[tuple, list] = {}
    for row in rows:
        if not unknown(row.dimension, row.group):
            together.setdefault((row.indicator, row.dimension), []).append(row)
    gaps, bright = [], []
    for (id, dimension), part in together.items():
        direction = catalog.indicator(id).direction
        pair = len({row.group for row in part}) == 2 and BY not in dimension
        for pooled in (False, True):
            clear = [r for r in part if r.signal == CLEAR and bool(r.pooled) == pooled]
            if clear and pair:
                clear = _one_of_two(clear, direction)
            poor = [row for row in clear if favourable(row.difference, direction) is not True]
            gaps += poor
            if not poor:
                bright += clear
    return _once(gaps), _once(bright)


def _one_of_two(clear: list, direction: str) -> list:
    share = {row.group: row.n / (row.n + row.other_n) for row in clear}
    small = [row for row in clear if share[row.group] < NEARLY_EVEN]
    if small:
        return small[:1]
    if all(s > 1 - NEARLY_EVEN for s in share.values()):
        return clear[:1]
    poor = [row for row in clear if favourable(row.difference, direction) is False]
    return (poor or clear)[:1]


def _once(rows: list) -> list:
    """Leave out pooled rows of groups whose single year speaks already."""
    alone = {(r.indicator, r.dimension, r.group) for r in rows if not r.pooled}
    return [r for r in rows if not r.pooled or (r.indicator, r.dimension, r.group) not in alone]
