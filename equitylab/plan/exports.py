"""The plan as files that others open: Word, a workbook, a calendar, a page."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from ..display import first_up
from ..errors import DataError, ReportError
from ..markup import esc
from ..page import page
from . import calendar, personal, sheet, told, word
from .paper import Paper, body
from .public import public as for_everyone
from .shared import everyone
from .thread import Plan, read

STEM, OWN = "action-plan", "my-leadership-plan"


def paper(folio, *, audience: str = "team", published=None) -> Paper:
    """Return the school's plan as a paper for its team, or for everyone.

    Parameters
    ----------
    folio : Portfolio
    audience : {"team", "public"}
        The team sees its own numbers, small ones hidden; everyone sees what the current release
        of the school's numbers shows.
    published : Published, optional
        That release. Without it, a public plan prints hardly a number, and a target of the team's
        is not held against earlier years.
    """
    if audience == "team":
        return told.school(folio, published=published)
    if audience != "public":
        raise DataError(f'There is no plan for "{audience}".', mend="Say team or public.")
    plan = _of(folio, audience, published)
    about = told.about(plan, told.LEVELS["public"])
    return Paper(f"Action plan: {told.named(plan)}", about, everyone(plan))


def _of(folio, audience: str, published) -> Plan:
    return for_everyone(folio, published) if audience == "public" else read(folio)


def html(folio, *, audience: str = "team", published=None) -> str:
    """Return the plan as one page that needs nothing else; see :func:`paper`."""
    return _page(paper(folio, audience=audience, published=published))


def docx(folio, *, audience: str = "team", published=None) -> bytes:
    """Return the plan as a Word file; see :func:`paper`."""
    return word.docx(paper(folio, audience=audience, published=published), when=read(folio).saved)


def xlsx(folio, *, audience: str = "team", published=None) -> bytes:
    """Return the plan as a workbook, one sheet a part; see :func:`paper`."""
    return sheet.xlsx(_of(folio, audience, published), audience=audience)


def ics(folio, *, audience: str = "team", published=None) -> bytes:
    """Return the plan's days as a calendar file; see :func:`paper`."""
    plan = _of(folio, audience, published)
    return calendar.ics(plan, title=f"Action plan: {told.named(plan)}")


def personal_html(folio) -> str:
    """Return the leader's own plan as a page: for the leader alone."""
    return _page(personal.personal(folio))


def personal_docx(folio) -> bytes:
    """Return the leader's own plan as a Word file: for the leader alone."""
    return word.docx(personal.personal(folio), when=read(folio).saved)


def personal_ics(folio) -> bytes:
    """Return the leader's own days as a calendar file: for the leader alone."""
    return calendar.ics(folio, title="My leadership plan", days=personal.days(folio))


def _page(made: Paper) -> str:
    head = f"<div class=title><h1><bdi>{esc(made.title)}</bdi></h1><p class=sub>{esc(made.about)}</p></div>"
    footer = "Made with EquityLab. Figures describe patterns; they do not show why."
    return page(made.title, body(made.parts), lang=made.lang, head=head, footer=footer)


def write(
    folio,
    folder: str | Path,
    *,
    audience: str = "team",
    published=None,
    personal: bool = False,
) -> list[Path]:
    """Write the plan's files into a folder, each whole or not at all, and return their paths.

    Parameters
    ----------
    folio : Portfolio
    folder : path
        Made if need be. Files of an earlier export are replaced.
    audience, published
        As in :func:`paper`.
    personal : bool
        Also the leader's own plan. It is private, so it is written only when asked for.

    Raises
    ------
    ReportError
        The folder cannot be written; what was there is as it was.
    """
    given = {"audience": audience, "published": published}
    made = {
        f"{STEM}.docx": docx(folio, **given),
        f"{STEM}.xlsx": xlsx(folio, **given),
        f"{STEM}.ics": ics(folio, **given),
        f"{STEM}.html": html(folio, **given).encode("utf-8"),
    }
    if personal:
        made |= {
            f"{OWN}.docx": personal_docx(folio),
            f"{OWN}.ics": personal_ics(folio),
            f"{OWN}.html": personal_html(folio).encode("utf-8"),
        }
    folder = Path(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in made.items():
            _whole(folder / name, data)
    except OSError as error:
        raise ReportError(
            f"The plan could not be written: {first_up(str(error.strerror or error)).lower()}.",
            file=folder,
            mend="Make room, or choose another folder.",
        ) from None
    return [folder / name for name in made]


def _whole(path: Path, data: bytes) -> None:
    handle, part = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(part, 0o600 if path.name.startswith(OWN) else 0o644)
        os.replace(part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise
