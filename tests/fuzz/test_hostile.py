"""Files that mean harm, or look as if: bounded time and memory, one or two plain lines, exit 2."""

import json
import os
from pathlib import Path

import pytest

from tests.fuzz.hostile import GOOD, check, posix, put, read_as_good, refused
from tests.fuzz.seeds import seeds

pytestmark = posix

# ---------------------------------------------------------------- text

LINES = {
    "one line of 50 MB": lambda: b"student_id,school,sex,oss\n1,A," + b"F" * 50_000_000 + b",0\n",
    "one name of 50 MB": lambda: b"a" * 50_000_000,
    "100,000 columns": lambda: (
        ",".join(f"c{i}" for i in range(100_000)) + "\n" + ",".join("1" * 100_000) + "\n"
    ).encode(),
    "100,000 equal columns": lambda: b",".join([b"a"] * 100_000) + b"\n" + b"1," * 99_999 + b"1\n",
    "100,000 cells in one row": lambda: GOOD.encode() + b"1," * 100_000 + b"\n",
    "a quote never closed": lambda: GOOD.replace("Birch", '"Birch', 1).encode() * 2000,
    "only quotes": lambda: b'"' * 1_000_001,
    "only separators": lambda: b"," * 3_000_000,
    "only NUL": lambda: b"\0" * 1_000_000,
    "only new lines": lambda: b"\n" * 5_000_000,
    "noise": lambda: bytes((i * i * 7919 + i) % 251 for i in range(300_000)),
    "1e309": lambda: GOOD.replace("N,Y,Y,1\n", "N,Y,Y,1e309\n").encode(),
    "10 ** 30": lambda: GOOD.replace("N,Y,Y,1\n", f"N,Y,Y,{10**30}\n").encode(),
    "400 nines": lambda: GOOD.replace("N,Y,Y,1\n", f"N,Y,Y,{'9' * 400}\n").encode(),
    "a fraction of nothing": lambda: GOOD.replace("N,Y,Y,1\n", "N,Y,Y,1e-400\n").encode(),
}


@pytest.mark.parametrize("case", LINES)
def test_text(tmp_path, case):
    path = put(tmp_path, "a.csv", LINES[case]())
    code, said = check(path)
    if code == 0:  # it may be read, if it is said in few words
        assert len(said) < 20_000
    else:
        refused(path, "a.csv")


def test_digits_of_other_scripts_are_numbers_or_are_named(tmp_path):
    path = put(tmp_path, "a.csv", GOOD.replace("N,Y,Y,1\n", "N,Y,Y,١\n"))
    code, said = check(path)
    assert code == 0 or len(said.strip().splitlines()) == 2 and "١" in said, said


@pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_encodings_and_marks(tmp_path, coding):
    read_as_good(put(tmp_path, "a.csv", GOOD.encode(coding)))


def test_mixed_encodings_and_marks_inside(tmp_path):
    first, rest = GOOD.encode().split(b"\n", 1)
    read_as_good(put(tmp_path, "a.csv", b"\xef\xbb\xbf\xef\xbb\xbf" + first + b"\n" + rest))
    mixed = GOOD.encode().replace(b"Alder", "Ålder".encode(), 1)
    mixed = mixed.replace(b"Birch", "Bïrch".encode("latin-1"), 1)
    code, said = check(put(tmp_path, "b.csv", mixed))
    assert code == 0 or len(said.strip().splitlines()) <= 2
    read_as_good(put(tmp_path, "c.csv", GOOD.replace("Birch", "Bi\0rch", 1)))


# ---------------------------------------------------------------- JSON

JSON = {
    "nested deep": lambda: b"[" * 100_000 + b"]" * 100_000,
    "objects nested deep": lambda: b'[{"a":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001 + b"]",
    "open for ever": lambda: b'{"a":[' * 100_000,
    "one huge number": lambda: b'[{"student_id": ' + b"9" * 1_000_000 + b"}]",
    "numbers alone": lambda: b"[" + b"1," * 500_000 + b"1]",
    "as many names as rows": lambda: json.dumps([{f"c{i}": 1} for i in range(20_000)]).encode(),
    "an empty list": lambda: b"[]",
    "empty objects": lambda: b"[{},{}]",
    "cut short": lambda: seeds()["students.json"]["students.json"][:-9],
}


@pytest.mark.parametrize("case", JSON)
@pytest.mark.parametrize("name", ["a.json", "a.ndjson"])
def test_json(tmp_path, case, name):
    refused(put(tmp_path, name, JSON[case]()), name)


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "-1e999", "1" + "0" * 5000, '"\\ud800"', '"\\u0000"', "[[]]"]
)
def test_odd_values_in_json(tmp_path, value):
    text = seeds()["students.json"]["students.json"].decode().replace('"White"', value)
    code, said = check(put(tmp_path, "a.json", text))
    assert code == 0 or len(said.strip().splitlines()) <= 2, said
    assert "fault in EquityLab" not in said, said


def test_the_same_name_twice_in_an_object(tmp_path):
    text = seeds()["students.json"]["students.json"].decode()
    read_as_good(put(tmp_path, "a.json", text.replace('"sex":', '"sex": "?", "sex":')))


# ---------------------------------------------------------------- what a path may be


def test_a_pipe_that_nobody_writes_to(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    refused(tmp_path / "a.csv", "a.csv")


def test_a_file_without_end(tmp_path):
    for target in ("/dev/zero", "/dev/urandom", "/dev/null"):
        link = tmp_path / f"{Path(target).name}.csv"
        link.symlink_to(target)
        refused(link, link.name)
    refused("/dev/zero")


def test_a_folder_that_holds_itself(tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "again").symlink_to(folder)
    refused(folder, "holds no CSV")
    put(folder, "students.csv", GOOD)
    os.mkfifo(folder / "pipe.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "gone.csv").symlink_to(folder / "nowhere.csv")
    (folder / "round.csv").symlink_to(folder / "round.csv")
    read_as_good(folder)
    (tmp_path / "round.csv").symlink_to(tmp_path / "round.csv")
    refused(tmp_path / "round.csv", "round.csv")


def test_a_folder_too_deep(tmp_path):
    deep = tmp_path / "export" / Path(*["d"] * 60)
    deep.mkdir(parents=True)
    put(deep, "students.csv", GOOD)
    refused(tmp_path / "export", "holds no CSV")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    path = put(tmp_path, "a.csv", GOOD)
    path.chmod(0)
    refused(path, "a.csv")
    folder = tmp_path / "export"
    folder.mkdir()
    put(folder, "s.csv", GOOD)
    folder.chmod(0)
    try:
        refused(folder)
    finally:
        folder.chmod(0o700)


def test_names_of_files_that_are_odd(tmp_path):
    for name in ("a\nb.csv", "a\x1b[31mb.csv", "-x.csv", "ä 🏫.csv", "%s{0}.csv", b"\xff\xfe.csv"):
        path = os.path.join(
            os.fsencode(tmp_path), name if isinstance(name, bytes) else name.encode()
        )
        Path(os.fsdecode(path)).write_bytes(b"")
        code, said = check(os.fsdecode(path))
        assert code == 2 and "fault in EquityLab" not in said, (name, said)
        assert len(said.strip().splitlines()) <= 2 and "\x1b" not in said, (name, said)
