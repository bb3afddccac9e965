"""Databases: SQLite, and a private PostgreSQL; what is refused; where a password never is."""

import csv
import io
import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

import pandas as pd
import pytest

import equitylab as eq
from equitylab import DataError
from equitylab.cli import main
from equitylab.readers import sql
from tests.readers.exports import STUDENTS, cell, noted, write

pytest.importorskip("sqlalchemy", reason="LOUD SKIP: the extra [sql] is not installed")
SECRET = "p%40ss/wo?rd-7391"  # noqa: S105
INCIDENTS = [("001", "OSS", 2.5), ("001", "OSS", 1), ("005", "ISS", 1)]
STUDENT_ROWS = list(csv.reader(io.StringIO(STUDENTS)))


def filled(connection, mark: str):
    """Make the two tables of a small export in a database."""
    head, *rows = STUDENT_ROWS
    make = connection.cursor()
    if mark == "%s":
        make.execute("create sequence counter")
    make.execute(f"create table students ({', '.join(f'{c} text' for c in head)})")
    make.executemany(f"insert into students values ({', '.join([mark] * len(head))})", rows)
    make.execute("create table incidents (student_id text, response text, days numeric)")
    make.executemany(f"insert into incidents values ({mark}, {mark}, {mark})", INCIDENTS)
    connection.commit()
    connection.close()


@pytest.fixture
def lite(tmp_path):
    path = tmp_path / "sis.db"
    filled(sqlite3.connect(path), "?")
    return f"sqlite:///{path}"


def same_as_files(tmp_path, data):
    folder = tmp_path / "csv"
    folder.mkdir()
    lines = [",".join(map(str, row)) for row in [("student_id", "response", "days"), *INCIDENTS]]
    write(folder, students=STUDENTS, incidents="\n".join(lines) + "\n")
    order = ["year", "unit_id", "indicator", "dimension", "group"]
    ours, theirs = (
        d.counts.sort_values(order, ignore_index=True).drop(columns="unit")
        for d in (data, eq.read(folder))
    )
    pd.testing.assert_frame_equal(ours, theirs)


BOTH = ["select * from students", "with a as (select * from incidents) select * from a;"]


def test_sqlite_says_what_files_say(tmp_path, lite):
    data = eq.read(lite, query=BOTH)
    same_as_files(tmp_path, data)
    assert data.source["path"] == "sis.db" and len(data.source["sha256"]) == 64
    assert "sqlite" in data.report.why


def test_a_query_in_a_file_names_the_year(tmp_path, lite):
    path = tmp_path / "students-2021-22.sql"
    path.write_text("-- who\nselect student_id, school_id, sex, 1 as oss from students\n")
    data = eq.read(lite, query=str(path))
    assert data.years == ["2021-22"]
    assert cell(data, "0101", "suspended_out_of_school") == (3, 3)


def test_tidy_counts_from_a_query(lite):
    query = (
        "select '2023-24' as year, school_id, 'suspended_out_of_school' as indicator, "
        "'all' as dimension, 'all' as \"group\", count(*) as n, 1 as x from students group by 2"
    )
    data = eq.read(lite, query=query)
    assert data.report.format == "tidy counts"
    assert cell(data, "0102", "suspended_out_of_school") == (3, 1)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select * from students where sex = 'Q'", "gives no row"),
        ("select * from nobody", "no such table: nobody"),
        ("delete from students", "only reading"),
        ("with a as (select 1) delete from students", "readonly"),
        ("gone.sql", "cannot be read"),
        ([], "needs a query"),
        ("select 1 as a", "No known format"),
    ],
)
def test_what_cannot_be_read_is_two_lines(lite, query, words):
    with pytest.raises(DataError, match=words) as error:
        eq.read(lite, query=query)
    assert len(str(error.value).splitlines()) == 2 and error.value.mend
    assert len(eq.read(lite, query=BOTH).schools) == 2  # nothing was changed


def test_no_database_file_is_made(tmp_path):
    with pytest.raises(DataError, match="no such database file"):
        eq.read(f"sqlite:///{tmp_path / 'gone.db'}", query="select 1")
    assert not (tmp_path / "gone.db").exists()


@pytest.mark.parametrize(
    "address",
    [
        f"postgresql+psycopg://reader:{SECRET}@127.0.0.1:9/sis",
        f"postgresql+psycopg://127.0.0.1:9/sis?user=reader&password={SECRET}",
        f"nothing://reader:{SECRET}@127.0.0.1/sis",
        f"postgresql+psycopg://reader:{SECRET}@[::bad/sis",
        f"postgresql+psycopg://reader:{SECRET}@127.0.0.1:noport/sis",
        f"postgresql+psycopg://reader:{SECRET}@{'a' * 80}.org/sis",
    ],
)
def test_an_unreachable_database_is_two_lines_without_the_password(address, capsys):
    assert main(["check", address, "--query", "select 1"]) == 2
    said = capsys.readouterr()
    assert len(said.err.strip().splitlines()) == 2 and "Traceback" not in said.err
    for part in (SECRET, "p%40ss", "p@ss", "rd-7391", "wo?rd"):
        assert part not in said.out + said.err


def test_a_server_that_never_answers_is_given_up(monkeypatch, capsys):
    pytest.importorskip("psycopg", reason="LOUD SKIP: psycopg is not installed")
    monkeypatch.setattr(sql, "WAIT", 3)
    with socket.socket() as silent:  # takes the connection, and says nothing
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        address = f"postgresql+psycopg://reader:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/sis"
        assert main(["check", address, "--query", "select 1"]) == 2
    assert time.monotonic() - began < 5
    said = capsys.readouterr().err
    assert "cannot be reached" in said and "rd-7391" not in said
    assert len(said.strip().splitlines()) == 2


def test_a_query_is_for_a_database(tmp_path):
    with pytest.raises(DataError, match="this is a path"):
        eq.read(tmp_path, query="select 1")


# A real PostgreSQL, in a folder of its own, run by a user who is not root.


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [
        Path(p) for p in [shutil.which("initdb")] if p
    ]
    return found[-1].parent if found else None


@pytest.fixture(scope="module")
def postgres():
    pytest.importorskip("psycopg", reason="LOUD SKIP: psycopg is not installed")
    programs = _programs()
    if programs is None:
        words = "PostgreSQL is not installed, so no real database server is read"
        if os.environ.get("CI"):
            pytest.fail(f"{words}; .ci/run installs it")
        pytest.skip(f"LOUD SKIP: {words}")
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    who = {"user": "nobody", "group": "nogroup"} if os.getuid() == 0 else {}
    if who:
        shutil.chown(home, **who)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (home / "password").write_text("right-one")
    (home / "password").chmod(0o644)

    def run(*words: str) -> None:
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(home)}
        done = subprocess.run(
            [str(programs / words[0]), *words[1:]], capture_output=True, text=True, env=env,
            cwd=home, stdin=subprocess.DEVNULL, timeout=60, check=False, **who,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    data = str(home / "data")
    run("initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", "--no-sync",
        f"--pwfile={home / 'password'}")  # fmt: skip
    options = f"-h 127.0.0.1 -p {port} -k {home} -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-l", str(home / "log"), "-o", options, "start")
    try:
        import psycopg

        filled(psycopg.connect(f"host=127.0.0.1 port={port} user=owner dbname=postgres",
                               password="right-one"), "%s")  # fmt: skip
        yield f"owner:right-one@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def test_postgresql_says_what_files_say(tmp_path, postgres):
    data = eq.read(f"postgresql+psycopg://{postgres}", query=BOTH)
    same_as_files(tmp_path, data)
    assert data.source["path"] == "postgres"


def test_postgresql_changes_nothing(postgres):
    address = f"postgresql+psycopg://{postgres}"
    for change, words in (
        ("with gone as (delete from students returning *) select * from gone", "data-modifying"),
        ("select setval('counter', 7)", "read-only transaction"),
    ):
        with pytest.raises(DataError, match=words):
            eq.read(address, query=change)
    assert one_cell(address, "select last_value from counter") == "1"
    assert len(eq.read(address, query=BOTH).schools) == 2


def one_cell(address, query):
    (_, (_, chunks)), *_ = sql._rows(address, [(Path("query"), query)])
    return chunks[0].iloc[0, 0]


def test_postgresql_in_chunks_and_types(postgres):
    rows = sql.CHUNK * 2 + 5
    query = (
        "select g as student_id, (g % 3)::numeric(6, 0) as school_id, date '2023-09-01' as "
        "entry_date, g % 10 = 0 as oss, case when g % 2 = 0 then 'F' else 'M' end as sex, "
        f"null as grade from generate_series(1, {rows}) g"
    )
    data = eq.read(f"postgresql+psycopg://{postgres}", query=query, year="2023-24")
    assert data.report.rows_in == rows
    whole = data.counts[(data.counts["level"] == "district") & (data.counts["dimension"] == "all")]
    assert (whole["n"].item(), whole["x"].item()) == (rows, rows // 10)
    assert sorted(data.schools["unit_id"]) == ["0", "1", "2"] and not noted(data, "passed over")


def test_postgresql_with_the_wrong_password_says_so(postgres, capsys):
    wrong = postgres.replace("right-one", "wrong-one")
    assert main(["check", f"postgresql+psycopg://{wrong}", "--query", "select 1"]) == 2
    said = capsys.readouterr().err
    assert "password authentication failed" in said and "wrong-one" not in said
    assert len(said.strip().splitlines()) == 2


def test_the_next_command_is_shown_without_the_password(postgres, capsys):
    words = [w for q in BOTH for w in ("--query", q)]
    assert main(["check", f"postgresql+psycopg://{postgres}", *words]) == 0
    said = capsys.readouterr().out
    assert "right-one" not in said and "owner" not in said and "equitylab report" in said
