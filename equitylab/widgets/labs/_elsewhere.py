"""Another unit of the same release: where a school's students go on to, or come from."""

from __future__ import annotations

from types import SimpleNamespace

from ...reports.findings import View
from ...schema import ALL


def elsewhere(at, unit_id: str):
    """Return a lesson-like thing that sees another unit's published rows."""
    whole = at.school.whole
    view = View(whole, unit_id)
    school = SimpleNamespace(
        view=view, name=str(view.unit["unit"]), unit_id=unit_id, whole=whole,
        sample=at.school.sample, policy=at.school.policy, public=whole,
    )  # fmt: skip
    return SimpleNamespace(school=school, folio=at.folio, practice=at.practice)


def holder(at, measure: str, *, wanted: str = "") -> str:
    """Return the unit whose numbers of a measure can be shown, or "".

    The unit that was asked for; else the school itself; else the district above it; else the first
    school by name.
    """
    rows = at.school.whole.table
    rows = rows[(rows["indicator"] == measure) & (rows["dimension"] == ALL) & (rows["why"] == "")]
    there = set(rows["unit_id"])
    above = at.school.view.unit["parent_id"]
    order = [wanted, at.school.unit_id, above, *at.school.schools["unit_id"]]
    if wanted and wanted not in there:
        return ""
    return next((unit for unit in order if unit in there), "")
