"""For whom a release is: everyone, or a leadership team under the district's own data agreement.

Both pass the same gate. A team's has its own minimum group, which is never under the floor; every
page, table and file of it says that it is not for publication; and it lies apart from what is.
"""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ..catalog import content
from ..errors import PrivacyError, ReportError
from ..markup import paragraph
from ..privacy import Published
from ..privacy.left_out import CELL
from ..signals import NOT_REPORTED

WHO = {"public": "everyone", "team": "a leadership team"}
MARK = "For the leadership team, under the district's data agreement. Not for publication."
SHORT = "For the team, not for publication"
ROUNDS = 5  # of hiding what the other hides
SCORED = ["year", "unit_id", "indicator", "subject", "grade", "dimension", "group"]
_PARTLY = ["band", "range"]
_HELD = "audience"  # the note in a folder's own records; without one, it is for everyone


def minimum(audience: str) -> int:
    """Return the minimum group that is used where none is asked for.

    Examples
    --------
    >>> minimum("public"), minimum("team")
    (10, 5)
    """
    rules = content("reporting_rules")["privacy"]
    return rules["floor_n" if audience == "team" else "minimum_n"]


def of(policy: dict) -> str:
    """Return for whom the numbers of a release are, by its policy.

    Examples
    --------
    >>> of({"min_group": 10}), of({"min_group": 5, "audience": "team"})
    ('public', 'team')
    """
    return str(policy.get("audience") or "public")


def banner(policy: dict) -> str:
    """Return the line that heads every page of a release that is not for publication; else ""."""
    return paragraph(MARK, kind="banner") if of(policy) != "public" else ""


def shell(policy: dict | None = None, *, head: str = "") -> dict[str, str]:
    """Return what the shell of such a page says: below it, and at the top of each printed sheet."""
    if MARK not in html.unescape(head) and of(policy or {}) == "public":
        return {}
    top = f'@page{{@top-center{{content:"{SHORT}";font:600 8pt sans-serif}}}}'
    return {"style": top, "footer": f"{MARK} Figures describe patterns; they do not show why."}


def ending(policy: dict) -> str:
    """Return what the names of such a release's pages end in, before the dot of their kind."""
    return f".{of(policy)}" if of(policy) != "public" else ""


def marked(table: pd.DataFrame, policy: dict) -> pd.DataFrame:
    """Return a table whose rows say that they are not for publication, where that is so."""
    return table.assign(audience=SHORT) if of(policy) != "public" else table


def marked_text(text: str, policy: dict) -> str:
    """Return CSV whose rows say so: see :func:`marked`."""
    if of(policy) == "public":
        return text
    table = pd.read_csv(
        io.StringIO(text.removeprefix("\ufeff")), dtype="str", keep_default_na=False
    )
    return "\ufeff" + marked(table, policy).to_csv(index=False, lineterminator="\n")


def note(audience: str) -> str:
    """Return what to say at the end of a run."""
    if audience == "public":
        return ""
    return (
        f"{MARK} Make the public release after this one, with --team and this folder, so that it "
        "shows nothing that this one hides."
    )


def numbers(folder: str | Path) -> Published:
    """Return the numbers of a team's release, beside which a public one is made.

    Raises
    ------
    ReportError
        The folder holds no finished release for a team.
    """
    if held(Path(folder)) != "team" or not (Path(folder) / ".release" / "numbers").is_file():
        raise ReportError(
            "This is no folder of reports for a team.", file=folder,
            mend="Give the --out folder of equitylab report --audience team, of the same data.",
        )  # fmt: skip
    return Published.load(Path(folder) / ".release" / "numbers")


def within(
    make: Callable[[pd.DataFrame | None], Published],
    team: Published,
    also: pd.DataFrame | None = None,
) -> Published:
    """Return what everyone may see, and of it nothing that a team's release hides.

    Two releases that hide different cells of one table can give both away to who reads both. Whoever
    reads the team's learns nothing from one that only shows numbers which the team's shows too; and
    to hide more breaks no certificate of this one. No number has to be solved for.

    Parameters
    ----------
    make : function
        Protects the audit, with the cells given hidden too.
    team : Published
    also : DataFrame, optional
        Cells that are hidden for another reason.

    Raises
    ------
    PrivacyError
        Hiding more does not make it so.
    """
    for _ in range(ROUNDS):
        made = make(also)
        more = _beyond(made.table, team.table)
        if more.empty:
            return replace(made, scores=_scores(made.scores, team.scores))
        also = more if also is None else pd.concat([also, more], ignore_index=True)
    raise PrivacyError(
        "The public release cannot be kept within the team's.",
        mend="Make the team's release again from the same data and with the same options.",
    )


def _beyond(table: pd.DataFrame, team: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that show what the team's table hides, or has otherwise."""
    theirs = team.drop_duplicates(CELL)[[*CELL, "n", "x", "why"]]
    both = table[[*CELL, "n", "x", "why"]].merge(
        theirs, on=CELL, how="left", suffixes=("", "_team")
    )
    n, x, n_team, x_team = (both[c].astype("float64") for c in ("n", "x", "n_team", "x_team"))
    size = n.notna() & (n != n_team)
    exact = both["why"].eq("") & x.notna()
    count = exact & ~(both["why_team"].eq("") & (x == x_team))
    count |= both["why"].isin(_PARTLY) & ~both["why_team"].isin(["", *_PARTLY])
    wrong = (size | count).to_numpy()
    made = both.loc[wrong, CELL].assign(hide_n=size[wrong], left_out=False)
    return made.assign(hide_x=True)


def _scores(scores: pd.DataFrame, team: pd.DataFrame) -> pd.DataFrame:
    """Return mean scores without those that the team's release hides or has otherwise."""
    if scores.empty:
        return scores
    keys = [c for c in SCORED if c in scores]
    theirs = team.drop_duplicates(keys)[[*keys, "n", "mean"]]
    both = scores[[*keys, "n", "mean"]].merge(theirs, on=keys, how="left", suffixes=("", "_team"))
    same = [both[c].astype("float64") == both[f"{c}_team"].astype("float64") for c in ("n", "mean")]
    good = (same[0] & same[1]).to_numpy()
    out = scores.copy()
    for column in [c for c in out.select_dtypes("number") if c not in keys]:
        out[column] = out[column].astype("float64").mask(~good)
    out["signal"] = out["signal"].where(good, NOT_REPORTED)
    out["why"] = out["why"].where(good | (out["why"] != ""), "hidden")
    return out


def held(folder: Path) -> str:
    """Return for whom the release in a folder is; "" where there is none."""
    hidden = folder / ".release"
    try:
        if hidden.is_dir():
            mark = hidden / f"{_HELD}.mark"
            return mark.read_text("utf-8").strip() if mark.is_file() else "public"
        if (folder / "manifest.json").is_file():
            policy = json.loads((folder / "manifest.json").read_text("utf-8")).get("policy")
            return of(policy) if isinstance(policy, dict) else ""
    except (OSError, ValueError, AttributeError):
        pass
    return ""


def apart(out: Path, audience: str) -> None:
    """Refuse a folder in which releases for two kinds of readers would lie together.

    Raises
    ------
    ReportError
        The folder, one above it or one in it holds a release for others; or there is no such kind.
    """
    if audience not in WHO:
        raise ReportError(f'"{audience}" is not one of {" and ".join(WHO)}.')
    out = out.resolve()
    inside = [mark.parent for mark in (*out.glob("*/.release"), *out.glob("*/*/.release"))]
    for folder in (out, *out.parents, *inside):
        other = held(folder)
        if other and other != audience:
            raise ReportError(
                f"This folder holds a release for {WHO.get(other, other)}, and one for "
                f"{WHO[audience]} must not lie in, over or under it.",
                file=folder,
                mend="Give another folder with --out.",
            )


def alike(folders: Iterable[Path], audience: str) -> None:
    """Refuse earlier releases for other readers: each kind has a line of releases of its own.

    Raises
    ------
    ReportError
        One of them is for others.
    """
    for folder in folders:
        other = held(Path(folder))
        if other and other != audience:
            raise ReportError(
                f"This is a release for {WHO.get(other, other)}, and the new one is for "
                f"{WHO[audience]}.",
                file=folder,
                mend="Give earlier folders that the same people could read.",
            )
