"""Parquet as a grid of text, as far as its few bytes stand for a table and not for a flood."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from ..errors import DataError
from . import grids

MOST = 500_000_000  # cells


def names(path: Path) -> list[str]:
    """Return the column names of a Parquet file, without reading its rows."""
    import pyarrow.parquet  # only where a Parquet file is read

    try:
        schema = pyarrow.parquet.read_schema(path)
    except Exception as error:  # pyarrow raises several kinds
        raise _no_parquet(path, error) from None
    about = (schema.pandas_metadata or {}).get("index_columns", [])
    hidden = {i for i in about if isinstance(i, str) and re.fullmatch(r"__index_level_\d+__", i)}
    return [*(n for n in schema.names if n not in hidden), *_partitions(path)]


def read(path: Path) -> pd.DataFrame:
    """Return a Parquet file as a frame of text.

    In a folder that is divided as ``year=2024/part-0.parquet``, the folder's name is a column.
    """
    import pyarrow.parquet

    try:
        # One file, as it is: whole numbers with gaps stay whole, and an index is a column.
        file = pyarrow.parquet.ParquetFile(path)
        cells = file.metadata.num_rows * file.metadata.num_columns
        packed = cells > max(grids.MAX_CELLS, 20 * path.stat().st_size)
        if cells > MOST or packed:  # a few bytes can stand for any number of equal rows
            raise _huge_parquet(path, f"{cells:,} cells")
        words = [c.path for c in file.schema if c.physical_type.endswith("BYTE_ARRAY")]
        # With the texts that are written once kept once, until it is known how long they are.
        table = pyarrow.parquet.ParquetFile(path, read_dictionary=words).read()
        letters = sum(map(_letters, table.columns))
        if letters > max(grids.MAX_LETTERS, 20 * path.stat().st_size):
            raise _huge_parquet(path, f"{letters:,} letters")
        plain = [f.with_type(_plain(f.type)) for f in table.schema]
        table = table.cast(pyarrow.schema(plain))
        frame = table.to_pandas(types_mapper=_whole, ignore_metadata=True)
    except (DataError, MemoryError):
        raise
    except Exception as error:
        raise _no_parquet(path, error) from None
    frame.columns = [str(c) for c in frame.columns]
    for name, value in _partitions(path).items():
        frame[name] = value
    frame = frame[[n for n in names(path) if n in frame]].copy()
    for column in frame:
        frame[column] = frame[column].map(grids.text, na_action="ignore").astype("object")
        frame[column] = frame[column].where(frame[column].notna(), "").astype("str")
    return frame


def _plain(kind):
    """The type of a column without the list of values that it points to."""
    import pyarrow

    if not pyarrow.types.is_dictionary(kind):
        return kind
    return pyarrow.large_string() if pyarrow.types.is_string(kind.value_type) else kind.value_type


def _letters(column) -> int:
    """How many letters or bytes a column's texts have, each as often as it stands there."""
    import pyarrow.compute as pc
    import pyarrow.types as types

    total = 0
    for part in column.chunks if types.is_dictionary(column.type) else ():
        total += pc.sum(pc.binary_length(part.dictionary).take(part.indices)).as_py() or 0
    return total


def _huge_parquet(path: Path, words: str) -> DataError:
    return DataError(
        f"The Parquet file holds {words}; it is not read.",
        file=path,
        mend="Give one year or one district at a time.",
    )


def _whole(kind):
    """Keep whole numbers whole where some are missing: an id must not become 1.0."""
    import pyarrow

    return pd.Int64Dtype() if pyarrow.types.is_signed_integer(kind) else None


def _partitions(path: Path) -> dict[str, str]:
    names = [parent.name for parent in reversed(path.absolute().parents)]
    found = [name.partition("=") for name in names if re.fullmatch(r"\w+=.+", name)]
    return {name: value for name, _, value in found if value != "__HIVE_DEFAULT_PARTITION__"}


def _no_parquet(path: Path, error: Exception) -> DataError:
    return DataError(
        f"The Parquet file cannot be read ({type(error).__name__}).",
        file=path,
        mend="Export it again, or as CSV.",
    )
