"""Group sizes that are nearly the same for two denominators are hidden for both."""

from __future__ import annotations

import numpy as np

from .plan import Plan, Policy


def hide_alike(plans: list[Plan], policy: Policy) -> None:
    """Hide a group's size for every denominator of a year in which it is nearly the same.

    Students enrolled and students enrolled for 45 days are nearly the same students: a size that
    is hidden among the first must not stand among the second. To hide more breaks no certificate.
    """
    by_year: dict[str, list[Plan]] = {}
    for made in plans:
        by_year.setdefault(made.grid.year, []).append(made)
    for some in by_year.values():
        changed = len(some) > 1
        while changed:
            changed = False
            for a in some:
                for b in some:
                    if a is not b:
                        changed |= _hide_alike(a, b, policy)


def _hide_alike(a: Plan, b: Plan, policy: Policy) -> bool:
    """Hide in ``b`` the cells of each witness of ``a`` about nearly the same students.

    Whole witnesses, so that what is hidden in ``b`` can move as well. Says whether any was new.
    """
    unit = b.grid.units.get_indexer(a.grid.units)
    place = {col: c for c, col in enumerate(b.grid.cols)}
    col = np.array([place.get(name, -1) for name in a.grid.cols])
    changed = False
    for w in a.witnesses:
        if w.table != "n":
            continue
        cells = [(int(unit[u]), int(col[c])) for u, c in w.n]
        if any(u < 0 or c < 0 or not b.grid.present[u, c] for u, c in cells):
            continue
        (u, c), v = w.cell, int(unit[w.cell[0]])
        near = [abs(int(a.grid.n[u, k]) - int(b.grid.n[v, j])) for k, j in ((0, 0), (c, col[c]))]
        if max(near) >= policy.min_group or all(b.hidden_n[cell] for cell in cells):
            continue
        changed = True
        for cell in cells:
            for hidden in (b.hidden_n, *b.hidden_own.values(), *b.hidden_x.values()):
                hidden[cell] = True
            for band in b.band.values():
                band[cell] = 0
    return changed
