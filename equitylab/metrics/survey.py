"""What a short survey can say: shares of favourable answers, scales, and whether a scale holds.

Answers come as one row a person and one column an item, whole steps from 1 up, ``nan`` where an
item was skipped.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from equitylab.errors import MetricError

from ._arrays import Estimate, counts, fraction, quotient, refuse, values
from .ordinal import growth


class Scale(NamedTuple):
    """The mean of the items' shares of favourable answers.

    Parameters
    ----------
    value, low, high : float
        A share between 0 and 1 with its bootstrap interval; ``nan`` limits where all answers agree.
    n : int
        People who answered enough of the items.
    mean : float
        Their mean answer, in steps.
    """

    value: float
    low: float
    high: float
    n: int
    mean: float


class Representation(NamedTuple):
    """Who answered, beside who was asked.

    Parameters
    ----------
    response : ndarray or float
        Answers as a share of the people in the group; ``nan`` for a group without people.
    ratio : ndarray or float
        The group's share of the answers divided by its share of the people: 1 is in proportion.
    """

    response: np.ndarray
    ratio: np.ndarray


def favourable(answers, *, positive=4):
    """How many answered each item, and how many of them favourably?

    Parameters
    ----------
    answers : array_like, people × items
    positive : int
        The lowest favourable step.

    Returns
    -------
    (ndarray, ndarray)
        Favourable answers and valid answers, one an item: the `x` and `n` of `rate`.

    Examples
    --------
    >>> favourable([[5, 1], [4, float("nan")], [2, 3]])
    (array([2, 0]), array([3, 2]))
    """
    given = _answers(answers)
    return (given >= positive).sum(axis=0), (~np.isnan(given)).sum(axis=0)


def scale(answers, *, positive=4, needed=2 / 3, level=0.95, draws=2000, seed=0):
    """What share of the answers to a scale's items is favourable, and how sure is that?

    Parameters
    ----------
    answers : array_like, people × items
    positive : int
        The lowest favourable step.
    needed : float
        Share of the items that a person must have answered to count.
    level : float
        Of the percentile interval.
    draws, seed : int
        Bootstrap samples of people; the same seed gives the same interval.

    Returns
    -------
    Scale
        All ``nan`` where no one answered enough, or an item has no answer.

    Notes
    -----
    People are drawn, not answers: one person's answers go together (Efron, 1979, Annals of
    Statistics 7:1). A bootstrap of answers that all agree has no width, which would claim certainty:
    such a scale has no interval here.

    Examples
    --------
    >>> found = scale([[5, 5, 4], [4, 2, 1], [1, 2, 3], [4, 4, float("nan")]])
    >>> round(found.value, 3), found.n
    (0.528, 4)
    """  # noqa: E501
    given = _answers(answers)
    level = float(fraction("level", level))
    told = ~np.isnan(given)
    given = given[told.mean(axis=1) >= needed - 1e-9]
    valid = (~np.isnan(given)).astype(float)
    if not given.shape[0] or not valid.sum(axis=0).all():
        return Scale(np.nan, np.nan, np.nan, int(given.shape[0]), np.nan)
    good = (given >= positive).astype(float)
    value = float(np.mean(good.sum(axis=0) / valid.sum(axis=0)))
    people = given.shape[0]
    low = high = np.nan
    if 0 < value < 1:
        times = np.random.default_rng(seed).multinomial(
            people, np.full(people, 1 / people), size=draws
        )
        drawn = np.nanmean(quotient(times @ good, times @ valid), axis=1)
        low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return Scale(value, float(low), float(high), people, float(np.nanmean(given)))


def scales_apart(first, second):
    """How much more favourable is one group's scale than another's?

    Parameters
    ----------
    first, second : Scale
        Of people who are in one of the two groups only.

    Returns
    -------
    Estimate
        Difference of the two shares; limits ``nan`` where either has none.

    Notes
    -----
    Square-and-add of the distances to each interval's ends (Zou and Donner, 2008, Statistics in
    Medicine 27:1693), as `risk_difference` does with Wilson's.

    Examples
    --------
    >>> found = scales_apart(Scale(.81, .75, .86, 130, 4.1), Scale(.52, .47, .57, 302, 3.5))
    >>> print(f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]")
    0.29 [0.21, 0.36]
    """
    found = growth(Estimate(*second[:3]), Estimate(*first[:3]))
    return Estimate(*map(float, found))


def cronbach_alpha(answers):
    """How well do the items of a scale move together?

    Parameters
    ----------
    answers : array_like, people × items
        People with a gap are left out.

    Returns
    -------
    float
        At most 1; ``nan`` with one item, fewer than three people, or no variation.

    Notes
    -----
    Cronbach (1951), Psychometrika 16:297. A lower bound of reliability only if the items share one
    cause; items that repeat each other raise it too.

    Examples
    --------
    >>> answers = [[1, 1, 1], [2, 1, 1], [2, 1, 2], [3, 2, 1], [2, 3, 2],
    ...            [2, 3, 3], [3, 2, 3], [3, 3, 3], [2, 3, 2], [3, 3, 3]]
    >>> print(f"{cronbach_alpha(answers):.4f}")
    0.7734
    """
    spread = _covariance(answers)
    if spread is None:
        return float("nan")
    k = len(spread)
    return float(k / (k - 1) * (1 - np.trace(spread) / spread.sum()))


def omega_total(answers):
    """What share of the variation of the scale's sum is what its items have in common?

    Parameters
    ----------
    answers : array_like, people × items
        People with a gap are left out.

    Returns
    -------
    float
        Between 0 and 1; ``nan`` with fewer than three items or people, no variation, or where one
        common cause does not fit (a loading beyond its item's own spread).

    Notes
    -----
    McDonald (1999), Test Theory: loadings of one factor by unweighted least squares. With three
    items they follow from the three covariances alone.

    Examples
    --------
    Items that measure one thing equally well: the same as alpha.

    >>> answers = [[1, 2, 2], [2, 1, 2], [2, 2, 1], [4, 5, 5], [5, 4, 5], [5, 5, 4]]
    >>> abs(omega_total(answers) - cronbach_alpha(answers)) < 1e-6
    True
    """
    from scipy.optimize import least_squares

    spread = _covariance(answers)
    if spread is None or len(spread) < 3:
        return float("nan")
    above = np.triu_indices(len(spread), 1)
    unit = np.sqrt(np.diag(spread))
    alike = (spread / np.outer(unit, unit))[above]

    def missed(loadings):
        return np.outer(loadings, loadings)[above] - alike

    start = np.full(len(spread), np.sqrt(max(float(alike.mean()), 0.05)))
    fit = least_squares(missed, start, xtol=1e-12, ftol=1e-12, gtol=1e-12)
    loadings = fit.x * unit
    own = np.diag(spread) - loadings**2
    if (own < -1e-9 * np.diag(spread)).any():
        return float("nan")
    common = loadings.sum() ** 2
    return float(common / (common + own.sum()))


def representation(x, n):
    """Which groups answered less often than their share of the people?

    Parameters
    ----------
    x, n : array_like of int, one row
        Answers from each group, and people in it. More answers than people is allowed for, since
        people describe themselves otherwise than records do; the response is then above 1.

    Returns
    -------
    Representation

    Examples
    --------
    >>> found = representation([70, 18, 6], [300, 118, 79])
    >>> found.ratio.round(2).tolist()
    [1.23, 0.81, 0.4]
    """
    x, n = counts(x=x, n=n)
    answered = quotient(x, x.sum())
    return Representation(quotient(x, n), quotient(answered, quotient(n, n.sum())))


def same_throughout(answers, *, least=6):
    """Who gave one and the same answer to every item?

    Parameters
    ----------
    answers : array_like, people × items
    least : int
        Items a person must have answered for this to mean anything.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> same_throughout([[3, 3, 3], [3, 3, 4]], least=3).tolist()
    [True, False]
    """
    given = _answers(answers)
    told = ~np.isnan(given)
    low = np.where(told, given, np.inf).min(axis=1)
    high = np.where(told, given, -np.inf).max(axis=1)
    return (told.sum(axis=1) >= least) & (low == high)


def _answers(given):
    """Read answers as people × items."""
    array = values("answers", given)
    if array.ndim != 2:
        raise MetricError(
            "answers must be rows of people and columns of items.",
            argument="answers",
            value=array.shape,
            mend="Give one row a person, with one column an item.",
        )
    with np.errstate(invalid="ignore"):
        wrong = (array < 1) | (array % 1 > 0) | np.isinf(array)
    refuse("answers", array, wrong, "must be whole steps from 1 up")
    return array


def _covariance(answers):
    """Return the items' covariances over people without a gap; None where there are none."""
    given = _answers(answers)
    given = given[~np.isnan(given).any(axis=1)]
    if given.shape[0] < 3 or given.shape[1] < 2:
        return None
    spread = np.cov(given, rowvar=False)
    return spread if (np.diag(spread) > 0).all() and spread.sum() > 0 else None
