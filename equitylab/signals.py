"""The words that go with a difference: interval, false-discovery rate and practical threshold."""

from __future__ import annotations

import numpy as np

CLEAR, NOT_CLEAR, TOO_FEW, NOT_REPORTED = (
    "clear difference",
    "not clearly different",
    "too few to tell",
    "not reported",
)
REFERENCES = ("others", "overall", "district", "state")
WIDE = 0.15  # an interval that reaches further than this either way tells nothing


def signals(value, low, high, q, *, enough, threshold, fdr, wide=WIDE) -> np.ndarray:
    """Which words go with each difference?

    Examples
    --------
    >>> import numpy as np
    >>> signals(np.array([.2, .2, .01]), np.array([.1, -.2, -.01]), np.array([.3, .6, .03]),
    ...         np.array([.001, .4, .4]), enough=True, threshold=.02, fdr=.05).tolist()
    ['clear difference', 'too few to tell', 'not clearly different']
    """
    apart = (low > 0) | (high < 0)
    clear = apart & (q <= fdr) & (np.abs(value) >= threshold)
    unsure = ~apart & (np.maximum(high - value, value - low) > wide)
    known = ~(np.isnan(low) | np.isnan(high))
    words = np.where(clear, CLEAR, np.where(unsure, TOO_FEW, NOT_CLEAR))
    words = np.where(enough, words, TOO_FEW)
    return np.where(known, words, NOT_REPORTED)
