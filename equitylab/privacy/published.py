"""What an outsider may see: the one thing that reports, figures and files are made from."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from ..errors import DataError
from ..schema import BY

_FRAMES = ("table", "changes", "scores", "units")
ARROW = ".arrow.zst"  # how the names of Arrow tables end in a release


@dataclass(frozen=True)
class Published:
    """The audit as it may be published: hidden numbers are empty, and `why` says so.

    Attributes
    ----------
    table : DataFrame
        The rows of ``Audit.table`` with ``why`` (``""`` published, ``"hidden"``, ``"band"``, ``"range"``
        or the absence in words), ``n_why``, ``band_low`` and ``band_high``. A range is the source's:
        the ends are its shares, ``difference`` what is sure, and the limits hold for every count.
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

    def rows_of(self, name: str, unit_id: str) -> pd.DataFrame:
        """Return one unit's rows of the frame with this name, labelled anew from 0."""
        frame = getattr(self, name)
        if name not in self._places:
            self._places[name] = frame.groupby("unit_id", sort=False).indices
        return frame.take(self._places[name].get(unit_id, [])).reset_index(drop=True)

    @cached_property
    def _places(self) -> dict[str, dict]:
        return {}

    @property
    def told(self) -> pd.DataFrame:
        """:attr:`table` without the two-way tables of which nothing is shown: what files carry."""
        crossed = self.table["dimension"].str.contains(BY, regex=False)
        at = [self.table[c] for c in ("year", "unit_id", "indicator", "dimension")]
        shown = self.table["n"].notna() & ~self.table["why"].isin(["undefined"])
        return self.table[~crossed | shown.groupby(at).transform("any")]

    def around(self, unit_id: str, *, below: bool = False) -> list[str]:
        """Return the units whose rows one unit's report needs: its own and those above it.

        Parameters
        ----------
        unit_id : str
            A school or a district.
        below : bool
            Also the units directly below it, for a district's report.
        """
        self.unit(unit_id)
        parent = dict(zip(self.units["unit_id"], self.units["parent_id"], strict=True))
        keep, at = [], unit_id
        while at and at not in keep:
            keep.append(at)
            at = parent.get(at, "")
        return keep + [unit for unit, up in parent.items() if below and up == unit_id]

    def slice(self, unit_id: str, *, below: bool = False) -> Published:
        """Return the rows of the units :meth:`around` one, and no others."""
        keep = self.around(unit_id, below=below)

        def cut(frame: pd.DataFrame) -> pd.DataFrame:
            return frame[frame["unit_id"].isin(keep)].reset_index(drop=True)

        frames = {name: cut(getattr(self, name)) for name in _FRAMES if name != "table"}
        frames["table"] = cut(self.told)
        return replace(self, **frames, hidden=None, certificates=None)

    def verify(self) -> list[str]:
        """What is wrong with the certificates, by addition alone; empty when each one holds."""
        from .certificates import doubts

        return [wrong for plan in self.certificates or () for wrong in doubts(plan)]

    def certificates_text(self) -> str:
        """Return the certificates as JSON, for the data owner only: they hold true numbers."""
        return json.dumps([plan.to_dict() for plan in self.certificates or ()], ensure_ascii=False)

    @property
    def about(self) -> dict:
        """What is said of the numbers beside them."""
        return {"policy": self.policy, "source": self.source, "read_report": self.read_report}

    def tables(self) -> dict:
        """Return the public frames as Arrow tables of text, yes or no, and numbers."""
        return {name: _arrow(getattr(self, name)) for name in _FRAMES}

    def save(self, path: str | Path) -> None:
        """Write the public part, and nothing else: see :func:`write`."""
        write(path, self.tables(), self.about)

    @classmethod
    def load(cls, path: str | Path) -> Published:
        """Read what :meth:`save` wrote.

        Raises
        ------
        DataError
            It is another kind of file, or one that an older version wrote.
        """
        try:
            with zipfile.ZipFile(path) as box:
                frames = {name: unpacked(box.read(f"{name}{ARROW}")) for name in _FRAMES}
                return cls(**frames, **json.loads(box.read("about.json")))
        except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
            raise DataError(
                f"The file cannot be opened ({str(error.strerror).lower()}).",
                file=path if isinstance(path, str | Path) else None,
                mend="Check the name, and who may read it.",
            ) from None
        except Exception:  # zip, zstd, Arrow and JSON each raise their own
            raise DataError(
                "This file does not hold published numbers that this version reads.",
                file=path if isinstance(path, str | Path) else None,
                mend="Make the reports again, and choose the new file.",
            ) from None


def write(path: str | Path | io.BytesIO, tables: dict, about: dict) -> None:
    """Write Arrow tables, and what is said of them, as one zip; equal content gives equal bytes.

    A report opens in a sixth of the time that it would take to read CSV.
    """
    parts = {f"{name}{ARROW}": _packed(table) for name, table in tables.items()}
    parts["about.json"] = json.dumps(about, sort_keys=True, ensure_ascii=False)
    with zipfile.ZipFile(path, "w") as box:
        for name, part in parts.items():
            box.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part)


def _arrow(frame: pd.DataFrame):
    import pyarrow as pa

    return pa.table({name: _column(frame[name]) for name in frame}).combine_chunks()


def _column(values: pd.Series):
    import pyarrow as pa

    # Arrow files hold what lies under a gap as well, so every column is made anew from what shows.
    if pd.api.types.is_bool_dtype(values.dtype):
        return pa.array(values.to_numpy(bool))
    if pd.api.types.is_numeric_dtype(values.dtype):
        return pa.array(values.to_numpy("float64", na_value=float("nan")), from_pandas=False)
    return pa.array(values.fillna("").astype("str")).cast(pa.large_string())


def _packed(table) -> bytes:
    import pyarrow as pa

    columns = [c.dictionary_encode() if c.type == pa.large_string() else c for c in table.columns]
    table = pa.table(columns, table.column_names)
    made = pa.BufferOutputStream()
    # One thread here and in `unpacked`: reports are made in processes forked from one thread.
    options = pa.ipc.IpcWriteOptions(use_threads=False)
    # Compressed as a whole: by column, as Arrow can, it is larger and takes longer to open.
    with pa.CompressedOutputStream(made, "zstd") as packed:
        with pa.ipc.new_stream(packed, table.schema, options=options) as file:
            file.write_table(table)
    return made.getvalue().to_pybytes()


def unpacked(data: bytes) -> pd.DataFrame:
    """Return the frame in a compressed Arrow stream, with words as plain text columns."""
    import pyarrow as pa

    raw = pa.CompressedInputStream(pa.BufferReader(data), "zstd").read()
    options = pa.ipc.IpcReadOptions(use_threads=False)
    table = pa.ipc.open_stream(pa.BufferReader(raw), options=options).read_all()
    words = [
        pa.field(f.name, pa.large_string() if pa.types.is_dictionary(f.type) else f.type)
        for f in table.schema
    ]
    return table.cast(pa.schema(words)).to_pandas(use_threads=False)
