"""What an outsider may see: the one thing that reports, figures and files are made from."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from ..errors import DataError
from ..schema import BY

_FRAMES = ("table", "changes", "scores", "units")
_TEXT = ("unit_id", "parent_id", "year", "year_from", "year_to")


@dataclass(frozen=True)
class Published:
    """The audit as it may be published: hidden numbers are empty, and `why` says so.

    Attributes
    ----------
    table : DataFrame
        The rows of ``Audit.table`` with ``why`` (``""`` published, ``"hidden"``, ``"band"``, or the
        absence in words), ``n_why``, ``band_low`` and ``band_high``.
    changes, scores : DataFrame
        Those of the audit, with ``why``.
    units : DataFrame
        Schools, districts, states: ``unit_id unit level parent_id``.
    policy : dict
        ``min_group min_cell level reference context``: public, printed in every report.
    source, read_report : dict
        Where the numbers came from and what was set aside.
    hidden : DataFrame
        For the data owner only, never saved by :meth:`save`: each hidden cell, its true value and
        the reason.
    certificates : object
        For the data owner only: two alternative tables for each sensitive cell.
    """

    table: pd.DataFrame
    changes: pd.DataFrame
    scores: pd.DataFrame
    units: pd.DataFrame
    policy: dict
    source: dict = field(default_factory=dict)
    read_report: dict = field(default_factory=dict)
    hidden: pd.DataFrame | None = None
    certificates: object = None

    @property
    def years(self) -> list[str]:
        """School years, earliest first."""
        return sorted(set(self.table.loc[~self.table["pooled"].astype(bool), "year"]))

    def unit(self, unit_id: str) -> pd.Series:
        """Return one row of :attr:`units`."""
        found = self.units[self.units["unit_id"] == unit_id]
        if found.empty:
            raise DataError(f'No school or district has the id "{unit_id}".', unit_id=unit_id)
        return found.iloc[0]

    @property
    def told(self) -> pd.DataFrame:
        """:attr:`table` without the two-way tables of which nothing is shown: what files carry."""
        crossed = self.table["dimension"].str.contains(BY, regex=False)
        at = [self.table[c] for c in ("year", "unit_id", "indicator", "dimension")]
        shown = self.table["n"].notna() & ~self.table["why"].isin(["undefined"])
        return self.table[~crossed | shown.groupby(at).transform("any")]

    def slice(self, unit_id: str, *, below: bool = False) -> Published:
        """Return what one unit's report needs: its own rows and those of the units above it.

        Parameters
        ----------
        unit_id : str
            A school or a district.
        below : bool
            Also the units directly below it, for a district's report.
        """
        self.unit(unit_id)
        parent = self.units.set_index("unit_id")["parent_id"]
        keep, at = [], unit_id
        while at:
            keep.append(at)
            at = parent.get(at, "")
        if below:
            keep += list(self.units.loc[self.units["parent_id"] == unit_id, "unit_id"])

        def cut(frame: pd.DataFrame) -> pd.DataFrame:
            return frame[frame["unit_id"].isin(keep)].reset_index(drop=True)

        frames = {name: cut(getattr(self, name)) for name in _FRAMES if name != "table"}
        frames["table"] = cut(self.told)
        return replace(self, **frames, hidden=None, certificates=None)

    def verify(self) -> list[str]:
        """What is wrong with the certificates, by addition alone; empty when each one holds."""
        from .plan import doubts

        return [wrong for plan in self.certificates or () for wrong in doubts(plan)]

    def certificates_text(self) -> str:
        """Return the certificates as JSON, for the data owner only: they hold true numbers."""
        return json.dumps([plan.to_dict() for plan in self.certificates or ()], ensure_ascii=False)

    def save(self, path: str | Path) -> None:
        """Write the public part, and nothing else, as one zip of CSV and JSON files."""
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
            for name in _FRAMES:
                # A fixed date, so that equal content gives equal bytes.
                info = zipfile.ZipInfo(f"{name}.csv", (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                box.writestr(info, getattr(self, name).to_csv(index=False))
            about = {"policy": self.policy, "source": self.source, "read_report": self.read_report}
            info = zipfile.ZipInfo("about.json", (1980, 1, 1, 0, 0, 0))
            box.writestr(info, json.dumps(about, sort_keys=True, ensure_ascii=False))

    @classmethod
    def load(cls, path: str | Path) -> Published:
        """Read what :meth:`save` wrote."""
        with zipfile.ZipFile(path) as box:
            about = json.loads(box.read("about.json"))
            frames = {}
            for name in _FRAMES:
                text = io.StringIO(box.read(f"{name}.csv").decode("utf-8"))
                head = pd.read_csv(text, nrows=0).columns
                text.seek(0)
                words = {c: "str" for c in head if c in _TEXT or c in _WORDS}
                frame = pd.read_csv(
                    text,
                    dtype=words,
                    keep_default_na=False,
                    na_values={c: [""] for c in head if c not in words},
                )
                frames[name] = frame
        return cls(**frames, **about)


_WORDS = (
    "unit",
    "level",
    "indicator",
    "dimension",
    "group",
    "reference",
    "method",
    "status",
    "signal",
    "why",
    "n_why",
    "subject",
)
