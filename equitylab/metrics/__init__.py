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
from .gradients import (
    BetweenSchoolShare,
    Gradient,
    Resilience,
    between_school_share,
    gradient,
    resilience,
)
from .hiding import Hidden, hidden
from .idea import Rehearsal, significant_disproportionality
from .idea_rules import CATEGORIES, Category, DisproportionalityRules
from .information import MutualInformation, mutual_information
from .oaxaca import OaxacaBlinder, oaxaca_blinder
from .ordered_probit import Hetop, hetop
from .ordinal import ProficiencyGaps, VChange, growth, proficiency_gaps, v_change, v_statistic
from .ranks import gap_index
from .rates import odds_ratio, rate, risk_difference, risk_ratio
from .reach import Experienced, experienced, exposure_to, progressivity, progressivity_slope
from .resources import (
    coefficient_of_variation,
    federal_range_ratio,
    gini,
    mcloone,
    theil,
    verstegen,
)
from .schools import Funnel, Shrunk, funnel, shrink
from .segregation import Segregation, dissimilarity, exposure, isolation, theil_h
from .stratified import MantelHaenszel, mantel_haenszel
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
    "BetweenSchoolShare",
    "CATEGORIES",
    "Category",
    "Composition",
    "DisproportionalityRules",
    "Estimate",
    "Experienced",
    "FourFifths",
    "Funnel",
    "Gradient",
    "Hetop",
    "Hidden",
    "Kitagawa",
    "MantelHaenszel",
    "MutualInformation",
    "OaxacaBlinder",
    "Order",
    "ProficiencyGaps",
    "Rehearsal",
    "Representation",
    "Resilience",
    "Scale",
    "Segregation",
    "Shrunk",
    "Spread",
    "VChange",
    "WithinBetween",
    "against_goal",
    "against_whole",
    "agreement",
    "alternate_risk_ratio",
    "benjamini_hochberg",
    "between_school_share",
    "by_need",
    "clustered_rate",
    "coefficient_of_variation",
    "composition",
    "cronbach_alpha",
    "difference_p",
    "dissimilarity",
    "exceeds",
    "experienced",
    "exposure",
    "exposure_to",
    "favourable",
    "federal_range_ratio",
    "four_fifths",
    "funnel",
    "gap_index",
    "gini",
    "gradient",
    "growth",
    "hedges_g",
    "hedges_g_from_summary",
    "hetop",
    "hidden",
    "isolation",
    "kitagawa",
    "mantel_haenszel",
    "mcloone",
    "mean_difference_from_summary",
    "mutual_information",
    "oaxaca_blinder",
    "odds_ratio",
    "omega_total",
    "order",
    "per_person",
    "proficiency_gaps",
    "progressivity",
    "progressivity_slope",
    "rate",
    "representation",
    "resampled",
    "resilience",
    "risk_difference",
    "risk_ratio",
    "same_throughout",
    "scale",
    "scales_apart",
    "shrink",
    "significant_disproportionality",
    "spread",
    "standardized_gap",
    "standardized_gap_from_summary",
    "theil",
    "theil_h",
    "to_parity",
    "v_change",
    "v_statistic",
    "verstegen",
    "weighted_risk_ratio",
    "within_between",
]
