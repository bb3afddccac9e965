"""Practice counts, and counts that a leader typed in: said aloud, drawn and tabled by one rule."""

from __future__ import annotations

from ...display import known
from ._counts import counted, spoken, summary


def told(frame, *, did: str, others: str = "of the others") -> str:
    """Say the smaller of two groups beside the other; of more groups, the clearest one.

    A pair has two sides, and the smaller one is where a mend would be felt.
    """
    shown = [row for row in frame.itertuples(index=False) if not row.why]
    if len(shown) == 2 and len(frame) == 2:
        return spoken(min(shown, key=lambda row: row.n), did=did, others=others)
    return summary(frame, did=did, others=others)


def typed(rows: list[dict], label: str, at, *, x: str = "x", n: str = "n"):
    """Return what a leader typed in as counts that may be shown, or None where nothing is usable.

    Rows with the same label are added up; a row with more outcomes than students is left out.
    """
    held: dict[str, list[int]] = {}
    for row in rows:
        if known(row.get(x)) and known(row.get(n)) and 0 <= row[x] <= row[n] and row[n] > 0:
            sums = held.setdefault(str(row.get(label) or "Not named").strip(), [0, 0])
            sums[0] += int(row[x])
            sums[1] += int(row[n])
    return counted([(name, a, b) for name, (a, b) in held.items()], at) if held else None
