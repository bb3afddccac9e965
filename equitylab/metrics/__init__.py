"""Pure functions on counts and values: what an equity audit computes, and how sure it is.

Arrays in, arrays out, broadcast against each other; shares between 0 and 1; a gap (``nan``) in is
a gap out. An estimate is an `Estimate` of value, low and high.
"""

from ._arrays import Estimate
from .agreement import Agreement, Spread, agreement, clustered_rate, spread
from .allocation import by_need, per_person
from .another_year import Order, order, resampled
from .beside import against_goal, against_whole
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
from .hiding import Hidden, hidden
from .ranks import gap_index
from .rates import odds_ratio, rate, risk_difference, risk_ratio
from .schools import Funnel, Shrunk, funnel, shrink
from .segregation import Segregation, dissimilarity, exposure, isolation, theil_h
from .survey import (
    Representation,
    Scale,
    cronbach_alpha,
    favourable,
    omega_total,
    representation,
    same_throughout,
    scale,
    scales_apart,
)
from .thresholds import FourFifths, exceeds, four_fifths

__all__ = [
    "Agreement",
    "Composition",
    "Estimate",
    "FourFifths",
    "Funnel",
    "Hidden",
    "Kitagawa",
    "Order",
    "Representation",
    "Scale",
    "Segregation",
    "Shrunk",
    "Spread",
    "WithinBetween",
    "against_goal",
    "against_whole",
    "agreement",
    "alternate_risk_ratio",
    "benjamini_hochberg",
    "by_need",
    "clustered_rate",
    "composition",
    "cronbach_alpha",
    "difference_p",
    "dissimilarity",
    "exceeds",
    "exposure",
    "favourable",
    "four_fifths",
    "funnel",
    "gap_index",
    "hedges_g",
    "hedges_g_from_summary",
    "hidden",
    "isolation",
    "kitagawa",
    "mean_difference_from_summary",
    "odds_ratio",
    "omega_total",
    "order",
    "per_person",
    "rate",
    "representation",
    "resampled",
    "risk_difference",
    "risk_ratio",
    "same_throughout",
    "scale",
    "scales_apart",
    "shrink",
    "spread",
    "standardized_gap",
    "standardized_gap_from_summary",
    "theil_h",
    "to_parity",
    "weighted_risk_ratio",
    "within_between",
]
