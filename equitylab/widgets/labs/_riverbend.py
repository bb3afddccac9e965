"""The fictional school's plan, shown as an example where a leader has none yet."""

from __future__ import annotations

import json
from functools import cache

from ... import places, plan


@cache
def held() -> dict:
    """Return the sample portfolio, keys to values and to lists of rows; empty if it is not there."""
    path = places.samples() / "practice" / "riverbend-portfolio.json"
    if not path.is_file():
        return {}
    found: dict = {}
    for name, entry in json.loads(path.read_text("utf-8"))["entries"].items():
        key, _, id = name.partition("/")
        if id:
            found.setdefault(key, []).append({"id": id, **entry["value"]})
        else:
            found[key] = entry["value"]
    return found


def riverbend() -> plan.Plan:
    """Return the sample portfolio as a plan."""
    return plan.read(held())
