"""What a batch may publish: hidden once for all its reports, with a proof that is checked again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pandas as pd

from ..audit import audit
from ..errors import PrivacyError
from ..privacy import Published, protect
from ..schema import Dataset
from . import files
from .audience import within
from .earlier import beside as beside_earlier
from .earlier import hidden_more, numbers_shown


def protected(
    source: Dataset,
    reference: str,
    min_group: int,
    min_cell: int,
    earlier: list[Path],
    team: Published | None,
    text_of: Callable[[Published, Iterable[str]], str],
) -> tuple[Published, list[str]]:
    """Return what may be published, and what to say of it beside earlier releases.

    Parameters
    ----------
    source : Dataset
    reference, min_group, min_cell
        As for a batch.
    earlier : list of Path
        Folders that were published before.
    team : Published, optional
        A team's release of the same data, within which this one stays.
    text_of : function
        The text of ``findings.csv`` of what is published.
    """
    audited = audit(source, reference=reference)
    told: list[int] = []  # by each of them, how many numbers

    def make(also: pd.DataFrame | None = None) -> Published:
        more = {} if also is None else {"also_hidden": also}
        made = protect(audited, min_group=min_group, min_cell=min_cell, **more)
        if doubts := made.verify():
            raise PrivacyError(
                f"The proof of the hiding fails for {len(doubts)} tables, so nothing is published.",
                mend="This is a fault in EquityLab; please report it with the options that you "
                "used.",
                doubts=doubts,
            )
        told.append(numbers_shown(made))
        return made

    def apart(also: pd.DataFrame | None = None) -> Published:
        return within(make, team, also) if team is not None else make(also)

    if not earlier:
        published = apart()
        said = f"Beside the team's release, {hidden_more(told[0] - told[-1])}."
        return published, [said] if team is not None else []
    return beside_earlier(apart, lambda made: text_of(made, made.units["unit_id"]), earlier)


def certify(published: Published, path: Path) -> None:
    """Write the proof of the hiding, which only the data's owner may read."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write(path, published.certificates_text(), mode=0o600)
    except OSError as error:
        raise files.refusal(path, error) from None
