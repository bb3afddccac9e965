"""Pure functions on counts and values: what an equity audit computes, and how sure it is.

Arrays in, arrays out, broadcast against each other; shares between 0 and 1; a gap (``nan``) in is
a gap out. An estimate is an `Estimate` of value, low and high.
"""

from ._arrays import Estimate
from .chance import benjamini_hochberg, difference_p
from .decompose import Kitagawa, WithinBetween, kitagawa, within_between
from .disproportion import (
    Composition,
    alternate_risk_ratio,
    composition,
    to_parity,
    weighted_risk_ratio,
)
from .gaps import (
    hedges_g,
    hedges_g_from_summary,
    mean_difference_from_summary,
    standardized_gap,
    standardized_gap_from_summary,
)
from .ranks import gap_index
from .rates import odds_ratio, rate, risk_difference, risk_ratio
from .schools import Funnel, Shrunk, funnel, shrink
from .segregation import Segregation, dissimilarity, exposure, isolation, theil_h
from .thresholds import FourFifths, exceeds, four_fifths

__all__ = [
    "Composition",
    "Estimate",
    "FourFifths",
    "Funnel",
    "Kitagawa",
    "Segregation",
    "Shrunk",
    "WithinBetween",
    "alternate_risk_ratio",
    "benjamini_hochberg",
    "composition",
    "difference_p",
    "dissimilarity",
    "exceeds",
    "exposure",
    "four_fifths",
    "funnel",
    "gap_index",
    "hedges_g",
    "hedges_g_from_summary",
    "isolation",
    "kitagawa",
    "mean_difference_from_summary",
    "odds_ratio",
    "rate",
    "risk_difference",
    "risk_ratio",
    "shrink",
    "standardized_gap",
    "standardized_gap_from_summary",
    "theil_h",
    "to_parity",
    "weighted_risk_ratio",
    "within_between",
]
