"""Numbers and names as people read them: the one place that decides digits, signs and bands.

Shares of fewer than 100 students are whole percents, others have one decimal, because a decimal of
40 students promises what 40 students cannot keep. No share is printed as 0 % or 100 %.
"""

from __future__ import annotations

import math
import re

from . import catalog
from .schema import ALL, BY

MINUS = "−"
MISSING = "cannot be computed"
SHOWN = ("", "band", "range")  # the `why` of a row of which a chart draws something
_PEOPLE = re.compile(r"student|learner|pupil|child|people|youth", re.I)
_STATE = re.compile(r"(with|without|not|no|in|from|recorded|served|receiv\w+|experienc\w+)\b", re.I)


def known(value: object) -> bool:
    """Whether there is a number.

    Examples
    --------
    >>> known(0.0), known(float("nan")), known(None)
    (True, False, False)
    """
    try:
        return not math.isnan(value)
    except TypeError:
        return False


def count(value: object) -> str:
    """Return a whole number with thousands separators.

    Examples
    --------
    >>> count(1234.0)
    '1,234'
    """
    return f"{int(value):,}" if known(value) else MISSING


def band(low: float, high: float) -> str:
    """Return the words for a share that is published only as a band.

    Examples
    --------
    >>> band(0, .05), band(.95, 1), band(.21, .39)
    ('5% or less', '95% or more', '21% to 39%')
    """
    if 0 < low and high < 1:
        return f"{100 * low:.3g}% to {100 * high:.3g}%"
    return f"{100 * high:.3g}% or less" if low <= 0 else f"{100 * low:.3g}% or more"


def ends(row) -> tuple[int, int]:
    """Return the fewest and the most students that a range of its source leaves possible.

    Examples
    --------
    >>> from types import SimpleNamespace as Row
    >>> ends(Row(band_low=.24, band_high=.36, n=25))
    (6, 9)
    """
    return round(row.band_low * row.n), round(row.band_high * row.n)


def between(row) -> str:
    """Return a range of the source as counts and shares.

    Examples
    --------
    >>> from types import SimpleNamespace as Row
    >>> between(Row(band_low=.24, band_high=.36, n=25))
    'between 6 and 9 of 25 (24% to 36%)'
    """
    low, high = ends(row)
    shares = interval(row.band_low, row.band_high, row.n)
    return f"between {low:,} and {high:,} of {count(row.n)} ({shares})"


def percent(share: float, n: float) -> str:
    """Return a share as a percentage with the digits that n students can keep.

    Examples
    --------
    >>> percent(.1234, 60), percent(.1234, 600), percent(.0004, 9000)
    ('12%', '12.3%', '0.04%')
    >>> percent(0, 60)
    '5% or less'
    """
    if not known(share) or math.isinf(share):
        return MISSING
    digits = 1 if n >= 100 else 0
    if share in (0, 1):
        return _flat(share, n)
    # A share of some, though of few, is not printed as none, nor that of nearly all as all.
    while digits < 4 and float(f"{100 * share:.{digits}f}") in (0, 100):
        digits += 1
    return f"{100 * share:.{digits}f}%"


def _flat(share: float, n: float) -> str:
    """Return the band that stands for none, or all, of n students."""
    bands = catalog.content("reporting_rules")["privacy"]["bands"]
    width = next((b["band"] for b in bands if n <= (b["n_to"] or math.inf)), bands[-1]["band"])
    return band(0, width / 100) if share == 0 else band(1 - width / 100, 1)


def interval(low: float, high: float, n: float) -> str:
    """Return an interval of shares.

    Examples
    --------
    >>> interval(.05, .12, 600)
    '5.0% to 12.0%'
    """
    if not (known(low) and known(high)):
        return MISSING
    return f"{_limit(low, n)} to {_limit(high, n)}"


def _limit(share: float, n: float) -> str:
    """A limit of an interval may be 0 or 1; it is no one's rate."""
    return f"{100 * share:.{1 if n >= 100 else 0}f}%" if share in (0, 1) else percent(share, n)


def points(value: float, n: float, *, signed: bool = True) -> str:
    """Return a difference of shares in percentage points; n is the smaller group's size.

    Examples
    --------
    >>> points(-.2, 60), points(.0432, 600)
    ('−20', '+4.3')
    """
    if not known(value) or math.isinf(value):
        return MISSING
    text = f"{abs(100 * value):.{1 if n >= 100 else 0}f}"
    if not signed or float(text) == 0:
        return text
    return ("+" if value > 0 else MINUS) + text


def decimal(value: float, digits: int = 1, *, signed: bool = False) -> str:
    """Return a number with so many decimals and a true minus sign.

    Examples
    --------
    >>> decimal(-3.14159, 2), decimal(2, signed=True)
    ('−3.14', '+2.0')
    """
    if not known(value) or math.isinf(value):
        return MISSING
    text = f"{abs(value):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return (MINUS if value < 0 else "+" if signed else "") + text


def ratio(value: float, low: float, high: float, other_x: float) -> str:
    """Return a risk ratio with its interval, or why there is none.

    Ratios over fewer than ten events jump about (``reporting_rules.yaml``), so they are left out.

    Examples
    --------
    >>> ratio(2.41, 1.53, 3.75, 36), ratio(2.4, .9, float("inf"), 12), ratio(3.1, 1, 9, 4)
    ('2.4 (1.5 to 3.8)', '2.4 (0.9 or more)', 'comparison under 10')
    """
    if known(other_x) and other_x < 10:
        return "comparison under 10"
    if not known(value) or math.isinf(value):
        return MISSING
    if not known(low):
        return f"{value:.1f}"
    rest = f"{low:.1f} or more" if math.isinf(high) else f"{low:.1f} to {high:.1f}"
    return f"{value:.1f} ({rest})"


def who(group: str) -> str:
    """Return words for the students of a group, whatever the file calls it.

    Examples
    --------
    >>> who("Grade 8"), who("English learners"), who("With a disability"), who("Asian × Female")
    ('Grade 8 students', 'English learners', 'students with a disability', 'students recorded as both Asian and Female')
    >>> who("Recorded as homeless")
    'students recorded as homeless'
    """  # noqa: E501
    if group == ALL:
        return "all students"
    if BY in group:
        return "students recorded as both " + " and ".join(group.split(BY))
    if group.endswith("not recorded"):
        return f"students with {group[0].lower()}{group[1:]}"
    if len(group) == 1:
        return f"students recorded as {group}"
    if _STATE.match(group):
        if _PEOPLE.search(group):
            return f"students recorded as {group[0].lower()}{group[1:]}"
        return f"students {group[0].lower()}{group[1:]}"
    if _PEOPLE.search(group):
        return group if group.endswith("s") else group + "s"
    return f"{group} students"


def group_label(group: str) -> str:
    """Return a group as tables and charts name it."""
    return "All students" if group == ALL else group


def first_up(text: str) -> str:
    """Return the text with its first letter a capital."""
    return text[:1].upper() + text[1:]


def lead(label: str) -> str:
    """Return a label as it stands before an answer.

    Examples
    --------
    >>> lead("Owner"), lead("By when?")
    ('Owner:', 'By when?')
    """
    return label if label.endswith(("?", "…", ":")) else f"{label}:"


def listing(parts: list[str], *, last: str = "and") -> str:
    """Return "a, b and c".

    Examples
    --------
    >>> listing(["a", "b", "c"]), listing(["a"])
    ('a, b and c', 'a')
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def many(number: int, one: str, more: str = "") -> str:
    """Return "1 group", "3 groups", "no group".

    Examples
    --------
    >>> many(1, "group"), many(3, "group"), many(0, "group")
    ('1 group', '3 groups', 'no group')
    """
    if number == 0:
        return f"no {one}"
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def would(did: str) -> str:
    """Return what "were suspended" or "met the standard" is after "would".

    Examples
    --------
    >>> would("were expelled"), would("took part"), would("met the standard")
    ('would have been expelled', 'would have taken part', 'would have met the standard')
    """
    verb, _, rest = did.partition(" ")
    verb = {"were": "been", "took": "taken"}.get(verb, verb)
    return f"would have {verb} {rest}".rstrip()


def favourable(difference: float, direction: str) -> bool | None:
    """Is this difference good news for the group? None where the measure has no better side.

    Examples
    --------
    >>> favourable(-.1, "down"), favourable(-.1, "up"), favourable(.1, "context")
    (True, False, None)
    """
    if direction not in ("up", "down") or not known(difference) or difference == 0:
        return None
    return (difference > 0) == (direction == "up")
