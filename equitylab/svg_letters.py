"""How wide words are in a drawing, whose reader may have any font, and words cut to their room."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

SIZE = 9  # points: 12 pixels on the screen
BOLD = 1.13  # times as wide

# Widths of letters in twentieths of their size, in the widest of the fonts that a reader may have
# (DejaVu Sans): what has room in it has room in all of them.
_WIDTHS = {
    letter: twentieths / 20
    for twentieths, letters in {
        5: "'", 6: " ,.Iijl", 7: "-/:;\\f|", 8: "!()[]rt", 9: '"', 10: "*J`sz", 11: "?L_c",
        12: "FTaekovxy", 13: "$0123456789EKPSYbdghnpqu{}", 14: "ABCRVXZ", 15: "DHNU", 16: "&GOQw",
        17: "#+<=>M^~−", 19: "%m", 20: "@W…",
    }.items()
    for letter in letters
}  # fmt: skip


def width(words: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Return how many points wide words are at most, whatever font the reader has.

    Examples
    --------
    >>> round(width("Asian"), 1), round(width("学校"), 1), round(width("é") - width("e"), 1)
    (24.8, 18.0, 0.0)
    """
    ems = 0.0
    for letter in words:
        known = _WIDTHS.get(letter)
        ems += _width(letter) if known is None else known
    return ems * size * (BOLD if bold else 1)


@lru_cache(4096)
def _width(letter: str) -> float:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf"):  # stands on its neighbour, or unseen
        return 0.0
    base = unicodedata.normalize("NFD", letter)[0]
    return _WIDTHS.get(base, 1.0 if unicodedata.east_asian_width(letter) in "WF" else 0.75)


def fit(words: str, room: float, size: float = SIZE, *, bold: bool = False) -> str:
    """Return the words, cut where they are wider than the room.

    Examples
    --------
    >>> fit("Oak Hill", 60), fit("Oak Hill Elementary", 60)
    ('Oak Hill', 'Oak Hill El…')
    """
    if width(words, size, bold=bold) <= room:
        return words
    words = words.removesuffix("…")
    while words and width(words + "…", size, bold=bold) > room:
        words = words[:-1]
    return words.rstrip() + "…"
