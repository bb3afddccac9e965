"""A zip archive of an export, unpacked for as long as it is read."""

from __future__ import annotations

import contextlib
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ..errors import DataError
from . import grids, tables

_DAMAGE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError)
MADE = "equitylab-"  # how the name of a folder begins that is made to unpack in
MAX_FILES = 5_000
MAX_BYTES = 4_000_000_000  # unpacked, all members
MAX_RATIO, SUSPECT = (
    300,
    50_000_000,
)  # a member this large is not packed this tightly by honest work


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Path]:
    """Give the folder that holds an archive's tables; any other path is given as it is.

    Errors inside name the archive and the file in it, never the folder where it was unpacked.

    Raises
    ------
    DataError
        The archive is damaged, has a password, or would unpack to something huge.
    """
    if not _is_archive(path):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix=MADE) as place:
        folder = Path(place) / path.stem  # whose name may say the year
        folder.mkdir()
        _unpack(path, folder)
        try:
            yield folder
        except DataError as error:
            inside = Path(str(error.file or ""))
            if inside == folder:
                error.file = path.name
            elif folder in inside.parents:
                error.file = f"{path.name}, {inside.relative_to(folder).as_posix()}"
            elif error.file is not None:
                error.file = f"{path.name}, {error.file}"
            raise


def _is_archive(path: Path) -> bool:
    """Whether this is a zip that is no workbook."""
    if not path.is_file():
        return False
    try:
        with open(path, "rb") as file:
            if file.read(2) != b"PK":
                return False
        with zipfile.ZipFile(path) as archive:
            return not any(name.startswith("xl/") for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return path.suffix.lower() == ".zip"


def _unpack(path: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            wanted = [one for one in archive.infolist() if _is_table(one)]
            names = set(archive.namelist())
            if not wanted and names & {"mimetype", "word/document.xml", "ppt/presentation.xml"}:
                raise grids.not_a_table(path, "an OpenDocument, Word or PowerPoint file")
            if not wanted:
                raise DataError(
                    "The archive holds no CSV, XLSX, Parquet or JSON file.",
                    file=path,
                    mend="Give the archive of the export, or one of its files.",
                )
            _measured(path, wanted)
            for one in wanted:
                archive.extract(one, folder)  # which keeps every name inside the folder
    except DataError:
        raise
    except (*_DAMAGE, RuntimeError) as error:
        locked = isinstance(error, RuntimeError) and "password" in str(error)
        raise DataError(
            "The archive has a password." if locked else "The archive is damaged.",
            file=path,
            mend="Unpack it, and give the folder." if locked else "Download or export it again.",
        ) from None


def _is_table(one: zipfile.ZipInfo) -> bool:
    return not one.is_dir() and Path(one.filename).suffix.lower() in tables.ENDINGS


def _measured(path: Path, wanted: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that unpacks to more than an export could be."""
    total = sum(one.file_size for one in wanted)
    tight = [w for w in wanted if w.file_size > max(SUSPECT, MAX_RATIO * w.compress_size)]
    # Of many members too, and of those that share the bytes of one.
    tight = tight or total > max(SUSPECT, MAX_RATIO * path.stat().st_size)
    if total > MAX_BYTES or len(wanted) > MAX_FILES or tight:
        raise DataError(
            f"The archive unpacks to {total / 1e6:,.0f} MB in {len(wanted):,} files; it is not "
            "read.",
            file=path,
            mend="Unpack it yourself, look at it, and give the folder.",
        )
