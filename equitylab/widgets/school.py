"""Which school is a leader working on? Its published numbers, from a file of their own or the sample.

A lesson sees published numbers only. The first lesson that opens a file reads, audits and protects
it once, and keeps what may be published beside the portfolio; the next ones open that.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from functools import cached_property
from pathlib import Path

import pandas as pd
import platformdirs

from .. import __version__, catalog, readers, samples
from ..audit import audit
from ..errors import DataError
from ..portfolio import Portfolio
from ..privacy import Published, protect
from ..reports import asking
from ..reports.findings import View
from ..schema import ALL, BY

EXAMPLE = "0219"  # of the sample district: the school that the modules' examples speak of
SAMPLE = {"kind": "sample", "path": "riverbend"}


class School:
    """One school's published numbers.

    Parameters
    ----------
    whole : Published
        Everything that the release holds, the other schools of a district too.
    unit_id : str
        The school, or a district.
    sample : bool
        Whether the numbers are those of the fictional district.
    """

    def __init__(self, whole: Published, unit_id: str, *, sample: bool = False) -> None:
        self.whole, self.unit_id, self.sample = whole, unit_id, sample
        self.public = whole.slice(unit_id)
        self.view = View(self.public, unit_id)

    @classmethod
    def open(cls, folio: Portfolio, *, school: str = "", release: str = "") -> School:
        """Return the school that was asked for, or the one that the portfolio names.

        Parameters
        ----------
        folio : Portfolio
            Its ``profile.source`` and ``profile.school`` were chosen in notebook 00.
        school : str
            Another school's id or exact name.
        release : str
            Published numbers to open instead, such as a batch hands to each report.

        Raises
        ------
        DataError
            The file cannot be read, or holds no such school.
        """
        source = folio.get("profile.source") or {}
        source = source if source.get("path") and source.get("kind") != "sample" else SAMPLE
        if release:
            source = {"kind": "release", "path": release}
        whole = _published(folio, source)
        sample = source["kind"] == "sample"
        chosen = (folio.get("profile.school") or {}).get("unit_id", "")
        units = whole.units
        schools = units[units["level"] == "school"]
        wanted = str(school or chosen)
        if not wanted:
            wanted = EXAMPLE if sample else str(schools["unit_id"].iloc[0])
        if wanted not in set(units["unit_id"]):
            (wanted,) = asking.select(schools, [wanted])
        return cls(whole, wanted, sample=sample)

    @property
    def name(self) -> str:
        """The school's name, or its id where the file has no name."""
        return str(self.view.unit["unit"]).strip() or self.unit_id

    @property
    def years(self) -> list[str]:
        """School years, earliest first."""
        return self.view.years

    @property
    def year(self) -> str:
        """The latest school year."""
        return self.years[-1]

    @property
    def policy(self) -> dict:
        """The rules that the numbers were published under: ``min_group``, ``min_cell`` …"""
        return self.public.policy

    @property
    def schools(self) -> pd.DataFrame:
        """The schools of the release, by name: ``unit_id unit``."""
        units = self.whole.units
        return units[units["level"] == "school"].sort_values("unit").reset_index(drop=True)

    def rows(
        self, indicator: str = "", dimension: str = "", year: str = "", *, unit_id: str = ""
    ) -> pd.DataFrame:
        """Return published rows, cut by what is given; ``year`` may be ``"latest"``."""
        frame = self.whole.table
        frame = frame[frame["unit_id"] == (unit_id or self.unit_id)]
        if indicator:
            frame = frame[frame["indicator"] == indicator]
        if dimension:
            frame = frame[frame["dimension"] == dimension]
        if year == "latest":
            year = max(frame.loc[~frame["pooled"].astype(bool), "year"], default="")
        if year:
            frame = frame[frame["year"] == year]
        return frame.reset_index(drop=True)

    @cached_property
    def _told(self) -> pd.DataFrame:
        own = self.rows()
        return own[~own["dimension"].str.contains(BY, regex=False) & own["n"].notna()]

    def measures(self) -> dict[str, str]:
        """Return the measures that the school has numbers for, id to label, in report order."""
        here = set(self._told["indicator"])
        return {k: about.label for k, about in catalog.indicators().items() if k in here}

    def groups(self) -> dict[str, str]:
        """Return the school's student groups, ``"dimension: group"`` to words."""
        told = self._told[self._told["dimension"] != ALL]
        pairs = told[["dimension", "group"]].drop_duplicates()
        return {
            f"{dimension}: {group}": f"{catalog.dimension_label(dimension)}: {group}"
            for dimension, group in pairs.itertuples(index=False)
        }


def _published(folio: Portfolio, source: dict) -> Published:
    """Return what may be published of a source, made now or kept from an earlier lesson."""
    if source["kind"] == "release":
        return Published.load(_there(folio, source["path"]))
    path = samples.path(source["path"]) if source["kind"] == "sample" else source["path"]
    path = _there(folio, path)
    if source["kind"] != "sample" and os.environ.get("EQUITYLAB_ON_BINDER"):
        raise DataError(
            "This is a public server: a school's own file must not be opened here.",
            mend="Work with the sample district here, and with your own file on your own machine.",
        )
    rules, pack = folio.get("profile.rules") or {}, (folio.get("profile.context") or {}).get("pack")
    smallest = int(rules.get("minimum_n") or 10)
    pack = None if pack in (None, "generic") else pack  # what is read without being asked
    meanings = _meanings(source.get("map"))
    kept = _place(folio, path, meanings, smallest, pack)
    with contextlib.suppress(DataError, FileNotFoundError):  # not there, or of an older version
        return Published.load(kept)
    data = readers.read(path, map=meanings or None, context=pack)
    public = protect(audit(data), min_group=smallest)
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_name(f"{kept.name}.{os.getpid()}.part")
    public.save(part)
    os.replace(part, kept)
    return Published.load(kept)


def _meanings(lines: object) -> dict[str, str]:
    """Return ``column=meaning``, a line each, as a dict; a column's name may hold an equals sign."""
    pairs = [line.rpartition("=") for line in str(lines or "").splitlines()]
    return {column.strip(): meaning.strip() for column, equals, meaning in pairs if equals}


def _there(folio: Portfolio, path: str | Path) -> Path:
    """Return a path as it is meant: from the working folder, or from the portfolio's."""
    given = Path(path).expanduser()
    beside = folio.path.parent / given
    found = given if given.exists() or not beside.exists() else beside
    if not found.exists():
        raise DataError(
            "The file that was chosen is not there.",
            file=given,
            mend="Choose it again in notebook 00, or put it back.",
        )
    return found


def _place(folio: Portfolio, path: Path, *rules: object) -> Path:
    """Return where the published numbers of a file are kept; another state of it, another name."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    seen = [(p.name, p.stat().st_size, p.stat().st_mtime_ns) for p in files]
    told = json.dumps([__version__, str(path.resolve()), seen, *rules], sort_keys=True)
    name = hashlib.sha256(told.encode()).hexdigest()[:12]
    # The sample is the same for every portfolio; a leader's own file stays beside their work.
    sample = path.parent == samples.path().parent
    home = platformdirs.user_cache_path("equitylab") if sample else folio.path.parent / ".release"
    return home / f"release-{name}.zip"


def warm() -> None:
    """Make the sample district's published numbers ready, so that the first lesson opens at once."""
    _published(Portfolio.open("portfolio.json"), SAMPLE)
