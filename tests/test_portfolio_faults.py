"""What can befall a file: killed while saving, a full disk, torn, foreign, locked, read-only."""

import errno
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from equitylab import Portfolio, PortfolioError, portfolio_files
from equitylab.portfolio_format import dump, load

posix = pytest.mark.skipif(os.name != "posix", reason="needs fork and signals")
CARDS = "finding_cards.cards"


@pytest.fixture
def folio(tmp_path) -> Portfolio:
    return Portfolio.open(tmp_path / "portfolio.json")


def aside(folio: Portfolio) -> list[Path]:
    return sorted(folio.path.parent.glob("portfolio set aside *"))


# ---------------------------------------------------------------- killed, and two at once


def _write(path, told, name: str, count: int) -> None:
    """Add rows and say each one only when it is saved; runs in a process of its own."""
    folio = Portfolio.open(path)
    for number in range(count):
        id = folio.add(CARDS, {"by": name, "number": number, "text": "words " * 200})
        folio.set(f"labs.m03.{name}", number)
        os.write(told, f"{id} {number}\n".encode())


def _start(path, name: str, count: int):
    read, told = os.pipe()
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_write, args=(path, told, name, count))
    process.start()
    os.close(told)
    return process, os.fdopen(read, "rb")


def _acknowledged(pipe) -> list[str]:
    with pipe:  # the last line may be cut short: it was not acknowledged
        lines = pipe.read().split(b"\n")[:-1]
    return [line.decode().split()[0] for line in lines]


@posix
def test_kill_9_during_200_writes_loses_nothing_that_was_acknowledged(folio):
    chance, told, kills = random.Random(7), [], 0
    while len(told) < 200 or kills < 15:
        process, pipe = _start(folio.path, f"p{kills}", 200)
        pipe.peek(1)  # it has begun to write
        time.sleep(chance.uniform(0, 0.08))
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        told += _acknowledged(pipe)
        kills += 1
        load(folio.path.read_bytes(), folio.path)  # always whole
        assert kills < 300
    now = Portfolio.open(folio.path)
    ids = [row["id"] for row in now.rows(CARDS)]
    assert set(told) <= set(ids) and len(ids) <= len(told) + kills  # at most one more a kill
    assert aside(now) == [] and now.notes == []


@posix
def test_three_processes_at_once_lose_nothing(folio):
    started = [_start(folio.path, name, 25) for name in "abc"]
    told = [id for process, pipe in started for id in _acknowledged(pipe)]
    for process, _ in started:
        process.join()
        assert process.exitcode == 0
    rows = folio.rows(CARDS)
    assert sorted(row["id"] for row in rows) == sorted(told) and len(told) == 75
    for name in "abc":
        assert [row["number"] for row in rows if row["by"] == name] == list(range(25))
        assert folio.get(f"labs.m03.{name}") == 24
    assert folio.kept == []


def _hold(path, told) -> None:
    with Portfolio.open(path)._store.files.lock():
        os.write(told, b"held\n")
        time.sleep(60)


@posix
def test_the_lock_of_a_dead_process_never_blocks_and_a_live_one_is_told(folio, monkeypatch):
    folio.set("vision.a", 1)
    read, told = os.pipe()
    context = multiprocessing.get_context("fork")
    holder = context.Process(target=_hold, args=(folio.path, told))
    holder.start()
    os.read(read, 5)
    monkeypatch.setattr(portfolio_files, "PATIENCE", 0.05)
    with pytest.raises(PortfolioError, match="another notebook is holding it"):
        folio.set("vision.a", 2)
    os.kill(holder.pid, signal.SIGKILL)
    holder.join()
    folio.set("vision.b", 3)  # takes along what could not be saved before
    again = Portfolio.open(folio.path)
    assert (again.get("vision.a"), again.get("vision.b")) == (2, 3)


def test_a_folder_that_cannot_lock_is_told_and_still_saves(folio, monkeypatch):
    def refuse(handle):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(portfolio_files, "_lock", refuse)
    folio.set("vision.a", 1)
    assert Portfolio.open(folio.path).get("vision.a") == 1
    assert any("cannot lock" in note for note in folio.notes)


def test_the_other_systems_lock_is_called_as_it_wants(folio, monkeypatch):
    asked = []
    stub = type(sys)("msvcrt")
    stub.LK_NBLCK, stub.locking = 2, lambda *words: asked.append(words[1:])
    monkeypatch.setitem(sys.modules, "msvcrt", stub)
    monkeypatch.setattr(portfolio_files, "fcntl", None)
    folio.set("vision.a", 1)
    assert asked == [(2, 1)]


# ---------------------------------------------------------------- full, read-only


def refuse(monkeypatch, number: int) -> None:
    def fsync(handle):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(portfolio_files.os, "fsync", fsync)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "share of the disk"),
        (errno.EROFS, "can only be read"),
        (errno.EIO, "not saved: input/output error"),
    ],
)
def test_a_save_that_fails_leaves_the_old_file_whole_and_keeps_the_change(
    folio, monkeypatch, number, words
):
    folio.set("vision.a", "old")
    raw, saved = folio.path.read_bytes(), folio.saved
    with monkeypatch.context() as during:
        refuse(during, number)
        with pytest.raises(PortfolioError, match=words) as failed:
            folio.set("vision.a", "new")
        with pytest.raises(PortfolioError):
            folio.add(CARDS, {"title": "a"})
    assert failed.value.mend
    assert folio.path.read_bytes() == raw and folio.saved == saved
    assert [p.name for p in folio.path.parent.iterdir() if p.name.endswith("tmp")] == []
    # Kept while the notebook is open, said in the notes, and downloaded with the rest.
    assert folio.get("vision.a") == "new" and folio.unsaved == [CARDS, "vision.a"]
    assert any(words.split(":")[0] in note for note in folio.notes)
    assert b'"new"' in folio.to_bytes()
    # The next save that succeeds takes everything along.
    folio.set("vision.b", 1)
    again = Portfolio.open(folio.path)
    assert again.get("vision.a") == "new" and again.rows(CARDS)[0]["title"] == "a"
    assert folio.unsaved == [] and folio.notes == [] and again.kept == []


def test_setting_the_same_again_retries_a_save_that_failed(folio, monkeypatch):
    with monkeypatch.context() as during:
        refuse(during, errno.ENOSPC)
        with pytest.raises(PortfolioError):
            folio.set("vision.a", "new")
    folio.set("vision.a", "new")
    assert Portfolio.open(folio.path).get("vision.a") == "new"


def test_a_change_that_waited_does_not_undo_a_later_one(folio, monkeypatch):
    folio.set("vision.a", "old")
    other = Portfolio.open(folio.path)
    with monkeypatch.context() as during:
        refuse(during, errno.ENOSPC)
        with pytest.raises(PortfolioError):
            folio.set("vision.a", "waited")
    other.set("vision.a", "later")
    folio.set("vision.b", 1)
    assert folio.get("vision.a") == "later"
    assert [one["value"] for one in folio.kept] == ["waited"]


@posix
def test_a_disk_that_is_really_full(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this user cannot mount a small disk")
    try:
        folio = Portfolio.open(disk / "portfolio.json")
        folio.set("vision.a", "words " * 1000)
        raw = folio.path.read_bytes()
        filler = disk / "filler"
        with pytest.raises(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
        with pytest.raises(PortfolioError, match="the disk is full"):
            folio.set("vision.b", "words " * 1000)
        assert folio.path.read_bytes() == raw
        filler.unlink()
        folio.set("vision.c", 1)
        assert len(Portfolio.open(folio.path).keys()) == 3
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@posix
def test_a_folder_that_can_only_be_read(tmp_path):
    mine = Portfolio.open(tmp_path / "portfolio.json")
    mine.set("vision.a", "x")
    if os.geteuid():
        tmp_path.chmod(0o500)
        undo = lambda: tmp_path.chmod(0o700)  # noqa: E731
    else:
        bind = ["mount", "-o", "bind,ro", str(tmp_path), str(tmp_path)]
        if subprocess.run(bind, capture_output=True).returncode:
            pytest.skip("root writes everywhere, and cannot mount here")
        undo = lambda: subprocess.run(["umount", str(tmp_path)], check=True)  # noqa: E731
    try:
        folio = Portfolio.open(mine.path)
        assert folio.get("vision.a") == "x"
        with pytest.raises(PortfolioError, match="can only be read"):
            folio.set("vision.a", "y")
        with pytest.raises(PortfolioError, match="can only be read"):
            Portfolio.open(tmp_path / "new" / "portfolio.json").set("vision.a", "y")
    finally:
        undo()


def test_a_folder_is_no_portfolio(tmp_path):
    with pytest.raises(PortfolioError, match="is a folder") as wrong:
        Portfolio.open(tmp_path)
    assert "portfolio.json" in wrong.value.mend


def test_names_in_any_script(tmp_path):
    folio = Portfolio.open(tmp_path / "école 東" / "моя работа.json")
    folio.set("vision.a", "ça")
    assert Portfolio.open(folio.path).get("vision.a") == "ça"
    assert (tmp_path / "école 東" / "моя работа-copies").is_dir()


@posix
def test_a_linked_file_is_replaced_where_it_lies(tmp_path):
    (tmp_path / "drive").mkdir()
    (tmp_path / "link.json").symlink_to(tmp_path / "drive" / "portfolio.json")
    folio = Portfolio.open(tmp_path / "link.json")
    folio.set("vision.a", 1)
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "drive" / "portfolio.json").exists()


# ---------------------------------------------------------------- torn and foreign


BROKEN = {
    "cut short": lambda raw: raw[: len(raw) // 2],
    "empty": lambda raw: b"",
    "only zeros": lambda raw: b"\0" * len(raw),
    "binary": lambda raw: bytes(range(256)) * 8,
    "other json": lambda raw: b'{"name": "package", "version": "1.0"}',
    "a list": lambda raw: b"[1, 2, 3]",
    "an entry that is none": lambda raw: raw.replace(
        b'"value": "kept"', b'"value": "kept"', 1
    ).replace(b'"entries": {', b'"entries": {"vision.z": 7, ', 1),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_set_aside_and_the_last_good_copy_taken(folio, broken):
    folio.set("vision.a", "kept")
    folio.set("vision.b", "last")
    bad = broken(folio.path.read_bytes())
    folio.path.write_bytes(bad)
    again = Portfolio.open(folio.path)
    assert again.get("vision.a") == "kept"
    (note,) = again.notes
    assert "set aside" in note and "goes on from your work of" in note
    assert [p.read_bytes() for p in aside(again)] == [bad]
    load(folio.path.read_bytes(), folio.path)  # mended on the disk at once
    assert Portfolio.open(folio.path).notes == []


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_an_open_notebook_mends_a_broken_file_from_what_it_knows(folio, broken):
    folio.set("vision.a", "kept")
    folio.set("vision.b", "last")
    folio.path.write_bytes(broken(folio.path.read_bytes()))
    folio.set("vision.c", "next")
    again = Portfolio.open(folio.path)
    assert [again.get(f"vision.{name}") for name in "abc"] == ["kept", "last", "next"]
    assert len(aside(folio)) == 1 and len(folio.notes) == 1


def test_a_copy_that_is_torn_too_is_passed_over(folio):
    for number in range(4):
        folio.set("vision.a", number)
    newest = folio._store.files.copies_list()[0]
    newest.write_bytes(b"{")
    folio.path.write_bytes(b"{")
    assert Portfolio.open(folio.path).get("vision.a") == 1


def test_a_broken_file_in_a_folder_that_can_only_be_read_is_read_from_its_copy(folio, monkeypatch):
    folio.set("vision.a", "kept")
    folio.set("vision.b", "last")
    folio.path.write_bytes(b"{")
    with monkeypatch.context() as during:
        fails = portfolio_files.not_saved(folio.path, OSError(errno.EROFS, ""))
        during.setattr(portfolio_files.Files, "_take", lambda *given: _throw(fails))
        again = Portfolio.open(folio.path)
        assert again.get("vision.a") == "kept" and len(again.notes) == 1
        assert aside(folio) == [] and folio.path.read_bytes() == b"{"
    again.set("vision.c", 1)  # once it can be written, the broken file is set aside first
    assert len(aside(folio)) == 1 and Portfolio.open(folio.path).get("vision.a") == "kept"


def _throw(wrong):
    raise wrong


@pytest.mark.parametrize("raw", [b'{"cells": []}', b"\x89PNG\r\n", b"a,b\n1,2\n", b"[]", b"7"])
def test_another_programs_file_is_never_overwritten(tmp_path, raw):
    path = tmp_path / "portfolio.json"
    path.write_bytes(raw)
    with pytest.raises(PortfolioError, match="is not an EquityLab portfolio") as wrong:
        Portfolio.open(path)
    assert "left as it is" in wrong.value.message and path.read_bytes() == raw
    assert list(tmp_path.iterdir()) == [path]


def test_another_programs_file_that_appears_later_is_never_overwritten(folio):
    folio.path.write_bytes(b'{"cells": []}')
    with pytest.raises(PortfolioError, match="is not an EquityLab portfolio"):
        folio.set("vision.a", 1)
    assert folio.path.read_bytes() == b'{"cells": []}'


@pytest.mark.parametrize("raw", [b"", b"\0" * 50, b'{\n "about": "EquityLab portfolio: the'])
def test_a_torn_file_without_copies_is_set_aside_and_said(tmp_path, raw):
    path = tmp_path / "portfolio.json"
    path.write_bytes(raw)
    folio = Portfolio.open(path)
    assert "from an empty portfolio" in folio.notes[0]
    assert [p.read_bytes() for p in aside(folio)] == [raw]
    folio.set("vision.a", 1)
    assert Portfolio.open(path).get("vision.a") == 1


def test_a_file_that_was_moved_away_is_said_and_its_copies_named(folio):
    folio.set("vision.a", 1)
    folio.set("vision.a", 2)
    folio.path.unlink()
    again = Portfolio.open(folio.path)
    assert again.keys() == [] and "portfolio-copies" in again.notes[0]
    folio.set("vision.b", 3)  # a notebook that was open writes all it knows
    assert again.get("vision.a") == 2


def test_a_notebook_that_is_open_gives_back_what_a_copy_did_not_hold(folio):
    folio.set("vision.a", 1)
    folio.delete("vision.a")
    folio.set("vision.b", 1)
    folio.path.write_bytes(b"{")
    other = Portfolio.open(folio.path)  # goes on from the last copy, without the last change
    assert other.keys() == []
    assert folio.keys() == ["vision.b"]
    folio.set("vision.c", 1)
    assert other.keys() == ["vision.b", "vision.c"]  # and what was deleted stays deleted
    assert other.kept == []


# ---------------------------------------------------------------- copies and cost


def test_copies_are_the_last_few_and_one_an_hour_and_one_a_day(folio):
    files = folio._store.files
    folio.set("vision.a", 1)
    raw = folio.path.read_bytes()
    for day in range(1, 31):
        for hour in ("08", "12", "20"):
            (files.copies / f"2025-01-{day:02} {hour}.00.00.000000.json").write_bytes(raw)
    folio.set("vision.a", 2)
    names = [copy.stem for copy in files.copies_list()]
    assert names[0] > "2025-02"  # the one that was just replaced
    today = {name[:13] for name in names[1:6]}
    assert {"2025-01-30 20", "2025-01-30 12", "2025-01-30 08"} <= today
    days = {name[:10] for name in names}
    assert len(days) == portfolio_files.DAYS and "2025-01-20" in days and "2025-01-10" not in days
    assert len(names) <= sum((portfolio_files.LATEST, portfolio_files.HOURS, portfolio_files.DAYS))


@posix
def test_a_copy_costs_a_name_and_not_the_bytes_again(folio):
    folio.set("vision.a", 1)
    number = folio.path.stat().st_ino
    folio.set("vision.a", 2)
    assert folio._store.files.copies_list()[0].stat().st_ino == number


def test_without_links_copies_are_made_once_a_minute(folio, monkeypatch):
    def refuse(*paths):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(portfolio_files.os, "link", refuse)
    for number in range(5):
        folio.set("vision.a", number)
    (copy,) = folio._store.files.copies_list()
    assert json.loads(copy.read_text("utf-8"))["entries"]["vision.a"]["value"] == 0


def test_what_a_dead_process_left_is_removed_when_it_is_old(folio):
    folio.set("vision.a", 1)
    left = [folio.path.with_name(f".portfolio.json.{name}.tmp") for name in ("old", "new")]
    for one in left:
        one.write_bytes(b"half")
    os.utime(left[0], (0, 0))
    folio.set("vision.a", 2)
    assert [one.exists() for one in left] == [False, True]


def test_overtaken_answers_and_deletions_do_not_grow_without_end(folio):
    work = {"entries": {}, "kept": [], "saved": ""}
    work["entries"]["vision.old"] = {"deleted": True, "at": "2001-01-01T00:00:00+00:00"}
    work["kept"] = [{"key": "vision.a", "value": n, "at": "", "kept_at": ""} for n in range(500)]
    folio.path.parent.mkdir(exist_ok=True)
    folio.path.write_bytes(dump(work))
    folio.set("vision.a", 1)
    whole = json.loads(folio.path.read_text("utf-8"))
    assert "vision.old" not in whole["entries"] and len(whole["kept"]) == 200
    assert len(folio.notes) == 6
