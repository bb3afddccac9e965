"""Pure functions on counts and values: what an equity audit computes, and how sure it is.

Arrays in, arrays out, broadcast against each other; shares between 0 and 1; a gap (``nan``) in is
a gap out. An estimate is an `Estimate` of value, low and high.
"""

from ._arrays import Estimate
from .access import AccessChain, access_chain
from .agreement import Agreement, Spread, agreement, clustered_rate, spread
from .allocation import by_need, per_person
from .another_year import Order, order, resampled
from .beside import against_goal, against_whole
from .chance import benjamini_hochberg, difference_p
from .change import GapChange, gap_change
from .decompose import Kitagawa, WithinBetween, kitagawa, within_between
from .detect import DetectableChange, Pooled, chance_to_tell, detectable_change, pooled
from .disproportion import (
    Composition,
    alternate_risk_ratio,
    composition,
    to_parity,
    weighted_risk_ratio,
)
from .events import event_rate, event_rate_ratio
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
from .mixed import MixedGap, mixed_gap
from .oaxaca import OaxacaBlinder, oaxaca_blinder
from .ordered_probit import Hetop, hetop
from .ordinal import ProficiencyGaps, VChange, growth, proficiency_gaps, v_change, v_statistic
from .ranges import Range, rate_range, risk_difference_range, risk_ratio_range
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
from .segregation import (
    Segregation,
    dissimilarity,
    exposure,
    isolation,
    normalised_exposure,
    theil_h,
)
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
from .thresholds import FourFifths, PointGap, exceeds, four_fifths, percentage_point_gap
from .untested import UntestedGap, untested_gap

__all__ = [
    "AccessChain",
    "Agreement",
    "BetweenSchoolShare",
    "CATEGORIES",
    "Category",
    "Composition",
    "DetectableChange",
    "DisproportionalityRules",
    "Estimate",
    "Experienced",
    "FourFifths",
    "Funnel",
    "GapChange",
    "Gradient",
    "Hetop",
    "Hidden",
    "Kitagawa",
    "MantelHaenszel",
    "MixedGap",
    "MutualInformation",
    "OaxacaBlinder",
    "Order",
    "PointGap",
    "Pooled",
    "ProficiencyGaps",
    "Range",
    "Rehearsal",
    "Representation",
    "Resilience",
    "Scale",
    "Segregation",
    "Shrunk",
    "Spread",
    "UntestedGap",
    "VChange",
    "WithinBetween",
    "access_chain",
    "against_goal",
    "against_whole",
    "agreement",
    "alternate_risk_ratio",
    "benjamini_hochberg",
    "between_school_share",
    "by_need",
    "chance_to_tell",
    "clustered_rate",
    "coefficient_of_variation",
    "composition",
    "cronbach_alpha",
    "detectable_change",
    "difference_p",
    "dissimilarity",
    "event_rate",
    "event_rate_ratio",
    "exceeds",
    "experienced",
    "exposure",
    "exposure_to",
    "favourable",
    "federal_range_ratio",
    "four_fifths",
    "funnel",
    "gap_change",
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
    "mixed_gap",
    "mutual_information",
    "normalised_exposure",
    "oaxaca_blinder",
    "odds_ratio",
    "omega_total",
    "order",
    "per_person",
    "percentage_point_gap",
    "pooled",
    "proficiency_gaps",
    "progressivity",
    "progressivity_slope",
    "rate",
    "rate_range",
    "representation",
    "resampled",
    "resilience",
    "risk_difference",
    "risk_difference_range",
    "risk_ratio",
    "risk_ratio_range",
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
    "untested_gap",
    "v_change",
    "v_statistic",
    "verstegen",
    "weighted_risk_ratio",
    "within_between",
]
