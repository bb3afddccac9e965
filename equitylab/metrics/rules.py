"""Who is affected by a rule, and who by another one? Thought experiments on imagined students.

Each function takes what is imagined of every student (one value a student, and one draw between 0
and 1 for each thing that is left to chance) and says who is affected before and after a change of
rule. Nothing here is estimated from a school, and nothing here is drawn: the same students and the
same draws give the same answer, and the same student meets both rules with the same luck.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ._arrays import fraction, refuse, values

MOST = 12  # moments a year that `offence` looks at; more are rare at the rates it is meant for


class Rule(NamedTuple):
    """Who is affected under two rules.

    Parameters
    ----------
    before, after : ndarray of bool, one a student
        Whether the rule reaches the student: takes part, is sent out, is met.
    cost_before, cost_after : ndarray of float, one a student
        What it costs the student: minutes, or times sent out; zeros where nothing is lost.
    """

    before: np.ndarray
    after: np.ndarray
    cost_before: np.ndarray
    cost_after: np.ndarray


def entry(ready, known, luck, *, cut, referral_known, referral_other, opt_out, seats):
    """Who enters an advanced course by referral, and who when everyone is screened?

    Parameters
    ----------
    ready : array_like, shape (students,)
        How ready each student is, in any unit; those at or above `cut` are ready.
    known : array_like of bool
        Whether an adult who knows the way in speaks up for the student.
    luck : array_like, shape (3, students)
        Draws for being referred, opting out, and the lot where seats are short.
    cut : float
        The score that counts as ready, under both rules.
    referral_known, referral_other : float
        Share of ready students who are referred, with and without such an adult.
    opt_out : float
        Share of screened students who decline the offer.
    seats : int
        Places. Where there are more students than places, lots are drawn under both rules.

    Returns
    -------
    Rule
        ``before``: referral. ``after``: universal screening, automatic offer, opt-out.

    Examples
    --------
    Two students are ready and only the first has someone who speaks up.

    >>> rule = entry([1, 1], [True, False], [[.5, .5], [.9, .9], [.1, .2]], cut=0,
    ...              referral_known=.8, referral_other=.3, opt_out=.1, seats=2)
    >>> rule.before.tolist(), rule.after.tolist()
    ([True, False], [True, True])
    """
    ready, known = values("ready", ready), values("known", known) > 0
    luck = _draws(luck, 3, ready.size)
    shares = _shares(referral_known=referral_known, referral_other=referral_other, opt_out=opt_out)
    able = ready >= cut
    referred = luck[0] < np.where(known, shares["referral_known"], shares["referral_other"])
    before = _seated(able & referred, luck[2], seats)
    after = _seated(able & (luck[1] >= shares["opt_out"]), luck[2], seats)
    nothing = np.zeros(ready.size)
    return Rule(before, after, nothing, nothing)


def lateness(lates, *, removal_after, minutes_removed, minutes_call):
    """Who loses class for coming late, and who when the answer is a call that offers help?

    Parameters
    ----------
    lates : array_like of int, shape (students,)
        Late arrivals of each student in a year.
    removal_after : int
        So many lates bring a removal, and as many again the next.
    minutes_removed, minutes_call : float
        Minutes of class that a removal costs, and that a support call costs.

    Returns
    -------
    Rule
        Whether a student loses class time at all, and how many minutes.

    Examples
    --------
    >>> rule = lateness([0, 2, 7], removal_after=3, minutes_removed=45, minutes_call=0)
    >>> rule.before.tolist(), rule.cost_before.tolist()
    ([False, False, True], [0.0, 0.0, 90.0])
    """
    lates = values("lates", lates)
    after_so_many = values("removal_after", removal_after)
    refuse("removal_after", after_so_many, after_so_many < 1, "must be 1 or more")
    times = lates // removal_after
    before, after = times * float(minutes_removed), times * float(minutes_call)
    return Rule(before > 0, after > 0, before, after)


def fee(keen, strained, luck, *, deterred, request, coverage, option):
    """Who takes part in an activity with a fee, and who when the fee is waived?

    Parameters
    ----------
    keen : array_like of bool, shape (students,)
        Who would like to take part.
    strained : array_like of bool
        For whom the fee is a strain.
    luck : array_like, shape (2, students)
        Draws for paying all the same, and for being reached by the waiver.
    deterred : float
        Share of strained families for whom this fee is too much.
    request, coverage : float
        Share of them who ask for a waiver where it must be asked for, and share who are in the
        records that an automatic waiver goes by.
    option : {"request", "automatic"}
        The rule after the change; before it, everyone pays.

    Returns
    -------
    Rule

    Examples
    --------
    >>> rule = fee([1, 1], [1, 0], [[.1, .5], [.5, .5]], deterred=.6, request=.3, coverage=.9,
    ...            option="automatic")
    >>> rule.before.tolist(), rule.after.tolist()
    ([False, True], [True, True])
    """
    keen, strained = values("keen", keen) > 0, values("strained", strained) > 0
    luck = _draws(luck, 2, keen.size)
    shares = _shares(deterred=deterred, request=request, coverage=coverage)
    reached = shares["request" if option == "request" else "coverage"]
    pays = ~strained | (luck[0] >= shares["deterred"])
    before, after = keen & pays, keen & (pays | (luck[1] < reached))
    nothing = np.zeros(keen.size)
    return Rule(before, after, nothing, nothing)


def meeting(barriers, luck, *, uptake, kept):
    """Which families does one evening meeting reach, and which a choice of ways to meet?

    Parameters
    ----------
    barriers : array_like of int, shape (families,)
        How many barriers an evening puts before the family: a shift, a language, a journey.
    luck : array_like, shape (families,)
        One draw a family.
    uptake : float
        Share who come where nothing stands in the way.
    kept : float
        Share of those who still come, for each barrier.

    Returns
    -------
    Rule
        ``after``: a choice of time, a remote way and an interpreter, so that no barrier is left.

    Examples
    --------
    >>> meeting([0, 1], [.5, .5], uptake=.6, kept=.5).before.tolist()
    [True, False]
    """
    barriers, luck = values("barriers", barriers), values("luck", luck)
    shares = _shares(uptake=uptake, kept=kept)
    before = luck < shares["uptake"] * shares["kept"] ** barriers
    nothing = np.zeros(barriers.size)
    return Rule(before, luck < shares["uptake"], nothing, nothing)


def offence(moments, read, luck, *, clarity, steps, consistency):
    """Who is sent out for defiance by one adult's reading, and who by agreed steps?

    Parameters
    ----------
    moments : array_like of int, shape (students,)
        Moments in a year that an adult might read as defiance; the first twelve are looked at.
    read : array_like
        How often such a moment of this student is read as defiance, before the change.
    luck : array_like, shape (2, 12, students)
        Draws for how each moment is read, and for whether the adult takes the steps.
    clarity : float
        How far an agreed definition brings all readings to their middle: 0 not at all, 1 wholly.
    steps : int
        Answers in class that come before the office.
    consistency : float
        Share of moments in which adults take the steps.

    Returns
    -------
    Rule
        Whether a student is sent out at all, and how many times.

    Examples
    --------
    >>> luck = [[[.5]] * 12] * 2
    >>> rule = offence([2], [.6], luck, clarity=1, steps=2, consistency=1)
    >>> rule.cost_before.tolist(), rule.cost_after.tolist()
    ([2.0], [0.0])
    """
    moments, read = values("moments", moments), values("read", read)
    luck = values("luck", luck).reshape(2, MOST, moments.size)
    shares = _shares(clarity=clarity, consistency=consistency)
    fair = read.mean() + (read - read.mean()) * (1 - shares["clarity"])
    there = np.arange(MOST)[:, None] < moments
    seen = there & (luck[0] < read)
    again = there & (luck[0] < fair)
    # The office comes once the steps are used up, or at once where the adult does not take them.
    past = np.cumsum(again, axis=0) > steps
    sent = again & (past | (luck[1] >= shares["consistency"]))
    before, after = seen.sum(axis=0).astype(float), sent.sum(axis=0).astype(float)
    return Rule(before > 0, after > 0, before, after)


def _draws(luck, times, size):
    luck = values("luck", luck)
    refuse("luck", luck, (luck < 0) | (luck > 1), "must lie between 0 and 1")
    return luck.reshape(times, size)


def _shares(**named):
    return {name: float(fraction(name, value, ends=True)) for name, value in named.items()}


def _seated(wants, lot, seats):
    """Return who has a place, drawing lots where there are more students than places."""
    if wants.sum() <= seats:
        return wants
    drawn = np.where(wants, lot, np.inf)
    seated = np.zeros(wants.size, bool)
    seated[np.argsort(drawn, kind="stable")[: int(seats)]] = True
    return seated & wants
