"""Small files that stand for huge ones: refused in few seconds and little memory, in plain words."""

import io
import os
import struct
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from equitylab import DataError, Portfolio, PortfolioError, readers
from tests.fuzz import oracle
from tests.fuzz.hostile import GOOD, check, posix, put, read_as_good, refused
from tests.fuzz.test_hostile_archives import SHEET, workbook, zipped

pytestmark = posix
STRINGS = "xl/sharedStrings.xml"
NAMES = b"student_id,school,school_id,year,oss\n"


def sheet(rows: bytes) -> dict:
    """A change that puts these rows in the place of a workbook's own."""

    def change(old: bytes) -> bytes:
        start, _, rest = old.partition(b"<sheetData>")
        return start + b"<sheetData>" + rows + rest[rest.index(b"</sheetData>") :]

    return {SHEET: change}


def strings(*texts: bytes) -> dict:
    made = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    return {STRINGS: made + b"".join(b"<si><t>%s</t></si>" % text for text in texts) + b"</sst>"}


def linked(name: str, n: int) -> bytes:
    """A workbook with so many sheets, each of them the same megabytes of blanks."""
    raw = workbook()
    with zipfile.ZipFile(io.BytesIO(raw)) as old:
        parts = {one: old.read(one) for one in old.namelist()}
    blank = parts[SHEET].replace(b"<sheetData>", b"<sheetData>" + b" " * 5_000_000)
    return workbook({}, {f"xl/worksheets/{name}{k}.xml": blank for k in range(n)})


SHARED = b'<c t="s"><v>0</v></c>'
BOOKS = {
    "one text that a million cells show": lambda: workbook(
        sheet(b"<row>%s</row>" % (SHARED * 10) * 10_000), strings(b"a" * 8_000_000)
    ),
    "one row of one text": lambda: workbook(
        sheet(b"<row>%s</row>" % (SHARED * 16_000)), strings(b"a" * 8_000_000)
    ),
    "a cell at the end of every row": lambda: workbook(
        sheet(b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (k, k) for k in range(1, 1_200)))
    ),
    "one wide row over many": lambda: workbook(
        sheet(b"<row>%s</row>" % (b"<c><v>1</v></c>" * 16_000) + b"<row><c><v>1</v></c></row>" * 6_000)
    ),
    "many sheets that are each small enough": lambda: linked("other", 30),
    "two million shared texts": lambda: workbook({}, strings(*[b""] * 2_000_000)),
    "a million blank rows": lambda: workbook(sheet(b"<row/>" * 1_000_000)),
    "a tag within a tag": lambda: workbook(sheet(b"<row>" * 6_000)),
    "an attribute of megabytes": lambda: workbook(sheet(b'<row r="%s"/>' % (b"1" * 2_000_000))),
    "a formula of another program": lambda: workbook(
        sheet(b"<row><c><f>cmd|'/C calc'!A0</f><v>=cmd|'/C calc'!A0</v></c></row>")
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BOOKS)
def test_workbooks(tmp_path, case, monkeypatch):
    monkeypatch.setattr(readers.grids, "MAX_CELLS", 10_000_000)  # a fifth, and a fifth of the time
    refused(put(tmp_path, "a.xlsx", BOOKS[case]()), "a.xlsx")


# ---------------------------------------------------------------- text and JSON

TEXTS = {
    "one wide row over many": lambda: b"," * 16_000 + b"\n" + b"1\n" * 1_000_000,
    "a wide row at the end": lambda: NAMES + b"1\n" * 1_000_000 + b"," * 16_000,
    "a million columns": lambda: b"a," * 1_000_000 + b"\n" + b"1," * 1_000_000,
    "a column for each object": lambda: (
        b"[" + b"{}," * 500_000 + b"{%s}]" % b",".join(b'"c%d":1' % k for k in range(4_900))
    ),
}


@pytest.mark.parametrize("case", TEXTS)
def test_text(tmp_path, case):
    name = "a.json" if "object" in case else "a.csv"
    refused(put(tmp_path, name, TEXTS[case]()), name)


@pytest.mark.parametrize("start", [NAMES + b"1,", b"", b"["])
@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_line_of_a_gigabyte(tmp_path, start, name):
    path = put(tmp_path, name, start)
    with open(path, "r+b") as file:
        file.truncate(1_000_000_000)  # of which the disk holds a page
    refused(path, name, "longer than 16 MB")


@pytest.mark.parametrize("digits", [5_000, 999_999, 2_000_000])
def test_a_number_of_a_million_digits(tmp_path, digits):
    path = put(tmp_path, "a.csv", GOOD.replace("N,Y,Y,1\n", f"N,Y,Y,{'9' * digits}\n"))
    code, said = check(path)
    assert code in (0, 2) and len(said) < 5_000 and "fault in EquityLab" not in said, said[:500]


def test_what_is_too_much_for_a_machine_is_said_to_be(tmp_path, monkeypatch):
    def full(*words, **options):
        raise MemoryError

    monkeypatch.setattr(readers.tables, "load_all", full)
    with pytest.raises(DataError, match="memory") as error:
        readers.read(put(tmp_path, "a.csv", GOOD))
    assert str(error.value).splitlines()[0].startswith(str(tmp_path / "a.csv"))


# ---------------------------------------------------------------- Parquet


def parquet(path, column, rows: int):
    """A file whose one column says the same in every row, and whose groups are as long as may be."""
    table = pa.table({"oss": column})
    with pq.ParquetWriter(path, table.schema, use_dictionary=True, compression="zstd") as made:
        for _ in range(rows // len(table)):
            made.write_table(table, row_group_size=len(table))
    return path


def test_parquet_that_stands_for_any_number_of_rows(tmp_path):
    ones = parquet(tmp_path / "a.parquet", pa.array([1] * 1_000_000), 100_000_000)
    assert ones.stat().st_size < 1_000_000
    refused(ones, "a.parquet", "100,000,000 cells")


def test_parquet_whose_every_row_is_one_long_text(tmp_path):
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), ["a" * 5_000_000])
    long = parquet(tmp_path / "a.parquet", text, 100_000)
    assert long.stat().st_size < 200_000
    refused(long, "a.parquet", "letters")


def test_parquet_whose_footer_says_more_rows_than_there_are(tmp_path):
    raw = bytearray(parquet(tmp_path / "a.parquet", pa.array([1] * 100), 100).read_bytes())
    size = struct.unpack("<i", raw[-8:-4])[0]
    for at in range(len(raw) - 8 - size, len(raw) - 8):
        for value in (0xFF, 0x7F, 0x00):
            if at % 7 == value % 7:
                raw[at], was = value, raw[at]
                path = put(tmp_path, "b.parquet", bytes(raw))
                raw[at] = was
                _footer(path)


def _footer(path):
    """In this process, because there are many: an answer, or a plain error."""
    assert oracle.readers({path.name: path.read_bytes()})


# ---------------------------------------------------------------- zips


def overlapping(path, members: int, size: int):
    """A zip whose list names one packed member again and again."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("0000.csv", b"a" * size)
    raw = path.read_bytes()
    at = raw.rindex(b"PK\1\2")
    entry, end = raw[at : raw.rindex(b"PK\5\6")], bytearray(raw[raw.rindex(b"PK\5\6") :])
    listed = b"".join(entry.replace(b"0000.csv", b"%04d.csv" % k) for k in range(members))
    end[8:12] = struct.pack("<HH", members, members)
    end[12:16] = struct.pack("<I", len(listed))
    path.write_bytes(raw[:at] + listed + end)
    return path


def test_members_that_share_their_bytes(tmp_path):
    path = overlapping(tmp_path / "a.zip", 4_000, 900_000)
    assert path.stat().st_size < 400_000
    refused(path, "a.zip", "3,600 MB in 4,000 files")


def test_zips_in_zips_in_zips(tmp_path):
    raw = zipped(tmp_path / "0.zip", {"s.csv": b"0" * 40_000_000}).read_bytes()
    for k in range(1, 6):
        raw = zipped(tmp_path / f"{k}.zip", {f"{j}.zip": raw for j in range(16)}).read_bytes()
    refused(put(tmp_path, "a.zip", raw), "a.zip", "holds no CSV")
    both = zipped(tmp_path / "b.zip", {"1.zip": raw, "s.csv": GOOD})
    read_as_good(both)


@pytest.mark.parametrize("size", [2**32 - 2, 2**40, 2**63 - 1])
def test_a_size_that_no_disk_has(tmp_path, size):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as box:
        info = zipfile.ZipInfo("s.csv")
        with box.open(info, "w", force_zip64=True) as member:
            member.write(GOOD.encode())
        info.file_size = size
    refused(put(tmp_path, "a.zip", held.getvalue()), "a.zip", "unpacks to")


def test_a_list_of_very_many_members(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as box:
        for k in range(20_000):
            box.writestr(f"{k}.csv", b"")
    refused(path, "a.zip", "20,000 files")


def test_links_in_a_zip_lead_nowhere(tmp_path):
    """A folder that is a link, and a file in it: nothing is written where the link points."""
    (tmp_path / "target").mkdir()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as box:
        link = zipfile.ZipInfo("data")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        box.writestr(link, str(tmp_path / "target"))
        box.writestr("data/students.csv", GOOD)
    read_as_good(tmp_path / "a.zip")
    assert not os.listdir(tmp_path / "target")


# ---------------------------------------------------------------- portfolios


@pytest.mark.parametrize("kind", ["pipe", "device", "gigabyte", "gigabyte that begins as ours"])
def test_what_is_no_portfolio_is_not_read(tmp_path, kind):
    path = tmp_path / "portfolio.json"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.write_bytes(b'{\n "about": "EquityLab portfolio: ' if "ours" in kind else b"")
        os.truncate(path, 1_000_000_000)
    mine = Portfolio.open(tmp_path / "mine.json")
    mine.set("vision.statement", "Every student is known.")
    for ask in (lambda: Portfolio.open(path), lambda: mine.restore(path)):
        with oracle.bounded(), pytest.raises(PortfolioError, match="left as it is") as error:
            ask()
        oracle.plain(error.value)
    assert mine.get("vision.statement") == "Every student is known." and path.exists()
