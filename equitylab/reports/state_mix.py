"""Who goes to school with whom in a whole State: between its districts, and within them."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from .district_mix import Mix
from .measures import Measure


class StateMix(Mix):
    """A State's schools as a district's report has its own, for ``measures.csv``."""

    kind = "State"
    parts = ("between districts", "within districts")
    parted = ("schools of one district", "districts")

    @cached_property
    def schools(self) -> pd.DataFrame:
        """Every school of the State's districts."""
        units = self.public.units
        mine = units.loc[units["parent_id"] == self.view.unit_id, "unit_id"]
        schools = units[(units["level"] == "school") & units["parent_id"].isin(mine)]
        return schools.sort_values("unit_id")

    @property
    def places(self) -> np.ndarray:
        """A number for each school: that of its district."""
        return np.unique(self.schools["parent_id"], return_inverse=True)[1]

    def measured(self) -> list[Measure]:
        """Return what is computed of the State's schools together."""
        return self.mix_measures()
