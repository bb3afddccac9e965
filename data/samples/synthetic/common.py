"""What every file needs: ids, yes and no, and who sent what."""

from __future__ import annotations

import numpy as np

from .outcomes import Outcomes
from .planted import LAST
from .population import YEARS

# dd6: this school's attendance and incidents are missing in the last year, and two columns blank
INCOMPLETE = "Cedar"


def who(o: Outcomes, rows: np.ndarray) -> dict:
    """The two columns that every child file starts with."""
    return dict(
        student_id=o.s["student_id"].to_numpy()[rows],
        year=np.array(YEARS)[o.s["year"].to_numpy()[rows]],
    )


def said(flags) -> np.ndarray:
    """Yes or No."""
    return np.where(np.asarray(flags, bool), "Yes", "No")


def reported(o: Outcomes) -> np.ndarray:
    """Who is at a school that sent attendance and incidents that year."""
    return ~o.cell(INCOMPLETE, LAST)
