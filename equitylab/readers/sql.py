"""A SQL database, by its address and one query a table: rows are read, and nothing is written.

The address holds a password more often than not: it is in no message, note, name or error.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote

import pandas as pd

from ..errors import DataError
from ..schema import Dataset, ReadReport
from . import grids, sis, tables, tidy

WAIT = 9  # seconds for a database to answer
CHUNK = 10_000  # rows at a time

# How each kind of database is asked to refuse every change, and to give up early.
_READ_ONLY = {
    "sqlite": "PRAGMA query_only = ON",
    "mysql": "SET SESSION TRANSACTION READ ONLY",
    "mariadb": "SET SESSION TRANSACTION READ ONLY",
    "oracle": "SET TRANSACTION READ ONLY",
}
_TIMEOUT = {"postgresql": "connect_timeout", "mysql": "connect_timeout", "mssql": "timeout"}


def is_address(data: object) -> bool:
    """Whether this is the address of a database and no path.

    Examples
    --------
    >>> is_address("postgresql+psycopg://reader@localhost/sis"), is_address("export.csv")
    (True, False)
    """
    return bool(re.match(r"[A-Za-z][\w+.-]*://", str(data)))


def shown(address: str) -> str:
    """Return an address as it may be shown: without user, password and options; a path as it is.

    Examples
    --------
    >>> shown("postgresql+psycopg://reader:secret@db.example.org:5433/sis?sslmode=require")
    'postgresql+psycopg://db.example.org:5433/sis'
    """
    if not is_address(address):
        return str(address)
    kind, _, rest = str(address).partition("://")
    plain = re.fullmatch(r"(?:[^@/?]*@)?([\w.:\[\]-]*(?:/[^?@]*)?)(?:\?.*)?", rest)
    return f"{kind}://{plain[1] if plain else '...'}"


def read(
    address: str,
    query: str | Iterable[str] | None,
    *,
    context: str | None = None,
    map: dict[str, str] | None = None,
    year: str | None = None,
) -> Dataset:
    """Return what queries give as a dataset: tidy counts, or students and their child tables.

    Parameters
    ----------
    address : str
        A SQLAlchemy address, such as ``postgresql+psycopg://reader@host/sis``.
    query : str or list of str
        A ``select``, or a file that ends in ``.sql`` and holds one; several make several tables.
    context, map, year
        As for a file.

    Raises
    ------
    DataError
        No query, no driver, no answer within ten seconds, no row, or a query that is refused.
    """
    queries = [query] if isinstance(query, str) else list(query or [])
    if not queries:
        raise DataError(
            "A database needs a query that says which rows to read.",
            file=shown(address),
            mend='Add --query "select ... from ..." or --query students.sql.',
        )
    asked = [_asked(one, number, len(queries)) for number, one in enumerate(queries, start=1)]
    loaded = [_table(place, *rows) for place, rows in _rows(address, asked)]
    report = ReadReport(format="sis")
    if tidy.fits(list(loaded[0].frame.columns)):
        data = tidy.of_tables(loaded, map=map, year=year, name=_named(address))
    else:
        data = sis.of_tables(
            loaded, report, context=context, map=map, year=year, name=_named(address)
        )
    data.report.why += f"; from a database ({shown(address).partition('+')[0].partition(':')[0]})"
    total = hashlib.sha256()
    for table in loaded:
        total.update(pd.util.hash_pandas_object(table.frame).to_numpy().tobytes())
    data.source = {
        "path": _named(address),
        "format": data.report.format,
        "sha256": total.hexdigest(),
    }
    return data


def _named(address: str) -> str:
    """The database's own name: no host, no user."""
    return Path(shown(address).partition("://")[2].partition("/")[2]).name or "database"


def _asked(query: str, number: int, of: int) -> tuple[Path, str]:
    """What a query is called in messages, and its text, if it only reads."""
    text, place = query, Path("query" if of == 1 else f"query {number}")
    if query.strip().lower().endswith(".sql"):
        place = Path(query.strip())
        try:
            text = place.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8 text"
            raise DataError(
                f"The query cannot be read ({why}).", file=place, mend="Check the name."
            ) from None
        place = Path(place.name)
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", text, flags=re.S).strip().rstrip(";").strip()
    if not re.match(r"(select|with|values|table)\b", bare, re.I):
        raise DataError(
            "The query does not begin with SELECT or WITH: only reading is done here.",
            file=place,
            mend="Give one query that selects rows.",
        )
    return place, text.strip().rstrip(";")


def _rows(address: str, asked: list[tuple[Path, str]]):
    """Each query's name with its columns and rows, in one transaction that can change nothing."""
    engine = _engine(address)
    from sqlalchemy import exc, text

    kind = engine.dialect.name
    found = []
    try:
        with _connected(engine, address) as connection:
            connection = connection.execution_options(
                stream_results=True,
                no_parameters=True,  # a percent sign is what it says
            )
            if kind in _READ_ONLY:
                connection.execute(text(_READ_ONLY[kind]))
            for place, query in asked:
                try:
                    result = connection.exec_driver_sql(query, None, {"yield_per": CHUNK})
                    names = [str(name) for name in result.keys()]
                    chunks = [_text(chunk, names) for chunk in result.partitions(CHUNK)]
                except exc.SQLAlchemyError as error:
                    raise DataError(
                        f"The database refused the query: {_words(error, address)}.",
                        file=place,
                        mend="Try the query in the database's own tool, as the same user.",
                    ) from None
                found.append((place, (names, chunks)))
            connection.rollback()
    finally:
        engine.dispose()
    return found


def _engine(address: str):
    """The engine of an address; what is wrong with it is said without repeating it."""
    try:
        import sqlalchemy
    except ImportError:
        raise DataError(
            "Reading a database needs the package sqlalchemy.",
            file=shown(address),
            mend='Install it: pip install "equitylab[sql]".',
        ) from None
    try:
        url = sqlalchemy.make_url(address)
        if url.get_backend_name() == "sqlite" and url.database:
            if not Path(url.database).is_file():
                raise DataError(
                    "There is no such database file.", file=url.database, mend="Check the name."
                )
            # Opened so that nothing can be written, and no file is made.
            name = f"file:{Path(url.database).absolute().as_posix()}"
            url = url.set(database=name, query={"mode": "ro", "uri": "true"})
        options = {}
        if url.get_backend_name() in _TIMEOUT:
            options[_TIMEOUT[url.get_backend_name()]] = WAIT - 1
        settings = {"postgresql_readonly": True} if url.get_backend_name() == "postgresql" else {}
        return sqlalchemy.create_engine(url, connect_args=options, execution_options=settings)
    except ImportError as error:
        raise DataError(
            f"The driver {error.name or 'of this database'} is not installed.",
            file=shown(address),
            mend="Install it beside EquityLab. PostgreSQL is ready after pip install "
            '"equitylab[sql]": write postgresql+psycopg://user@host/database.',
        ) from None
    except (sqlalchemy.exc.ArgumentError, ValueError):  # a port that is no number
        raise DataError(
            "This is not the address of a database.",
            mend="Write it as postgresql+psycopg://user@host/database or sqlite:///file.db.",
        ) from None


def _connected(engine, address: str):
    """A connection within :data:`WAIT` seconds; a name that is looked up in vain hangs no longer."""
    done: dict[str, object] = {}

    def connect() -> None:
        try:
            done["connection"] = engine.connect()
        except Exception as error:  # drivers raise whatever they meet
            done["error"] = error

    if engine.dialect.name == "sqlite":  # its connections stay in their thread
        connect()
    else:
        thread = threading.Thread(target=connect, daemon=True)
        thread.start()
        thread.join(WAIT)
    if "connection" in done:
        return done["connection"]
    why = _words(done["error"], address) if "error" in done else f"no answer in {WAIT} seconds"
    raise DataError(
        f"The database cannot be reached: {why}.",
        file=shown(address),
        mend="Check the address, the user and the network, or ask whoever runs the database.",
    )


def _words(error: Exception, address: str) -> str:
    """The first line of what a driver says, without any part of the address that is secret."""
    said = str(getattr(error, "orig", None) or error).strip()
    lines = said.splitlines() or [type(error).__name__]
    text = re.sub(r"\s+", " ", lines[0]).strip(" .")
    secrets = re.findall(r"://[^:@/]*:([^@]*)@", address) + re.findall(r"password=([^&]+)", address)
    for secret in (form for one in secrets for form in (one, unquote(one)) if form):
        text = text.replace(secret, "***")
    return text[:300]


def _text(rows: list, names: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame([tuple(row) for row in rows], columns=range(len(names)), dtype="object")
    for column in frame:
        frame[column] = frame[column].map(grids.text).astype("str")
    return frame


def _table(place: Path, names: list[str], chunks: list[pd.DataFrame]) -> tables.Table:
    """A query's rows as a table of text; rows are counted from 1."""
    if not chunks:
        raise DataError(
            "The query gives no row.",
            file=place,
            mend="Look at its conditions: the year, the school, the table.",
        )
    frame = pd.concat(chunks, ignore_index=True)
    return tables.of_frame(place, frame.set_axis(names, axis=1), first=1)
