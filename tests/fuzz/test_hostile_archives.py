"""Workbooks and zips that mean harm: bounded time and memory, one or two plain lines, exit 2."""

import io
import stat
import zipfile
import zlib

import openpyxl
import pytest

from tests.fuzz.hostile import GOOD, check, posix, put, read_as_good, refused
from tests.fuzz.seeds import seeds

pytestmark = posix

# ---------------------------------------------------------------- workbooks


def workbook(changes: dict[str, bytes | None] | None = None, more: dict | None = None) -> bytes:
    """The good workbook with parts replaced, gone or added."""
    raw = seeds()["students.xlsx"]["students.xlsx"]
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, change in (changes or {}).items():
        parts[name] = change(parts[name])
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (parts | (more or {})).items():
            archive.writestr(name, content)
    return held.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def bomb(size: int) -> bytes:
    """A workbook whose one sheet unpacks to so many bytes of one cell."""
    start = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    start += b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>'
    held = io.BytesIO(workbook())
    made = io.BytesIO()
    with (
        zipfile.ZipFile(held) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for name in old.namelist():
            if name != SHEET:
                new.writestr(name, old.read(name))
        with new.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(start)
            block = b"a" * 1_000_000
            for _ in range(size // len(block)):
                sheet.write(block)
            sheet.write(b"</t></is></c></row></sheetData></worksheet>")
    return made.getvalue()


LAUGHS = b'<!DOCTYPE a [<!ENTITY a0 "ha">' + b"".join(
    f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">'.encode() for i in range(1, 10)
)
WORKBOOKS = {
    "a bomb": (lambda: bomb(200_000_000), ["unpacks"]),
    "a bomb in the shared strings": (
        lambda: workbook({}, {"xl/sharedStrings.xml": b"<sst>" + b" " * 300_000_000}), ["unpacks"]
    ),
    "a bomb where nobody looks": (
        lambda: workbook({}, {"xl/media/image1.png": b"\0" * 200_000_000}), []
    ),
    "entities within entities": (
        lambda: workbook({SHEET: lambda s: s.replace(
            b"<worksheet", LAUGHS + b"]><worksheet", 1).replace(b"<sheetData>",
            b"<sheetData><row><c t='inlineStr'><is><t>&a9;</t></is></c></row>")}), []
    ),
    "a file by entity": (
        lambda: workbook({SHEET: lambda s: s.replace(
            b"<worksheet", b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet', 1
        ).replace(b"<sheetData>", b"<sheetData><row><c t='inlineStr'><is><t>&e;</t></is></c></row>")}
        ), []
    ),
    "no sheet": (lambda: workbook({SHEET: lambda s: b""}), []),
    "cut short": (lambda: workbook()[:-200], ["damaged"]),
    "only its start": (lambda: workbook()[:500], ["damaged"]),
    "with a password": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), ["password"]),
    "a cell far away": (
        lambda: workbook({SHEET: lambda s: s.replace(b'r="A2"', b'r="XFDXFD9999999"')}), []
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WORKBOOKS)
def test_workbooks(tmp_path, case):
    make, words = WORKBOOKS[case]
    path = put(tmp_path, "a.xlsx", make())
    code, said = check(path)
    assert "root:" not in said
    if code or words:
        refused(path, "a.xlsx", *words)
    else:
        read_as_good(path)


def test_a_huge_dimension_is_not_believed(tmp_path):
    def change(sheet):
        assert b"<dimension" in sheet
        return sheet.replace(sheet[sheet.index(b"<dimension") :][:30].split(b"/>")[0],
                             b'<dimension ref="A1:XFD1048576"')  # fmt: skip

    read_as_good(put(tmp_path, "a.xlsx", workbook({SHEET: change})))


def test_a_row_at_the_last_place_of_a_sheet(tmp_path):
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.active["ZZ2"], book.active["A1048576"] = "note", "end"
    held = io.BytesIO()
    book.save(held)
    code, said = check(put(tmp_path, "a.xlsx", held.getvalue()))
    assert code == 0 or len(said.strip().splitlines()) <= 2, said
    assert "fault in EquityLab" not in said, said


def test_macros_and_links_are_passed_over(tmp_path):
    link = b'<externalLink xmlns:r="r"><externalBook r:id="rId1"/></externalLink>'
    target = b'<Relationships><Relationship Id="rId1" Target="http://127.0.0.1:9/x.xlsx" '
    target += b'TargetMode="External" Type="externalLinkPath"/></Relationships>'
    more = {
        "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0macro",
        "xl/externalLinks/externalLink1.xml": link,
    }
    more["xl/externalLinks/_rels/externalLink1.xml.rels"] = target
    read_as_good(put(tmp_path, "a.xlsm", workbook({}, more)))
    formula = workbook({SHEET: lambda s: s.replace(
        b"</sheetData>",
        b"<row><c><f>WEBSERVICE(\"http://127.0.0.1:9/\")</f></c></row></sheetData>")})  # fmt: skip
    read_as_good(put(tmp_path, "b.xlsx", formula))


def test_many_entries_in_a_workbook(tmp_path):
    more = {f"xl/media/{i}.png": b"a" for i in range(20_000)}
    read_as_good(put(tmp_path, "a.xlsx", workbook({}, more)))


# ---------------------------------------------------------------- zips


def zipped(path, files: dict[str, bytes | str]):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


HIDDEN = ("..\\..\\out.csv", "out\0.exe.csv")  # a hidden file here, and a name cut at the zero


@pytest.mark.parametrize(
    "name",
    ["../../out.csv", "ABSOLUTE", "..\\..\\out.csv", "a/../../out.csv", "C:\\out.csv",
     "out\0.exe.csv", "-rf.csv", "con.csv", "x" * 200 + ".csv"],
)  # fmt: skip
def test_names_that_lead_out(tmp_path, name):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    name = str(tmp_path / "out.csv") if name == "ABSOLUTE" else name
    path = zipped(tmp_path / "deep" / "er" / "a.zip", {name: GOOD})
    check(path)
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and p != path]
    assert not outside
    if name in HIDDEN:
        refused(path, "a.zip")
    else:
        read_as_good(path)


def test_a_name_longer_than_a_disk_takes(tmp_path):
    refused(zipped(tmp_path / "a.zip", {"x" * 5000 + ".csv": GOOD}), "a.zip")
    refused(zipped(tmp_path / "b.zip", {"a/" * 3000 + "s.csv": GOOD}), "b.zip")


def test_a_link_in_a_zip_is_no_link(tmp_path):
    link = zipfile.ZipInfo("students.csv")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    refused(tmp_path / "a.zip", "a.zip")


def test_bombs_in_zips(tmp_path):
    inner = zipped(tmp_path / "in.zip", {"s.csv": GOOD}).read_bytes()
    refused(zipped(tmp_path / "nested.zip", {"in.zip": inner}), "nested.zip")
    refused(zipped(tmp_path / "a.zip", {"s.csv": b"a" * 200_000_000}), "unpacks")
    many = zipped(tmp_path / "many.zip", {f"{i}.csv": b"a" for i in range(6_000)})
    refused(many, "unpacks", "6,000 files")


def test_a_zip_that_lies_about_sizes(tmp_path):
    """The list says ten bytes, and what is packed there goes on."""
    raw = bytearray(zipped(tmp_path / "a.zip", {"s.csv": b"a" * 60_000_000}).read_bytes())
    at = raw.rindex(b"PK\1\2")
    raw[at + 24 : at + 28] = (10).to_bytes(4, "little")
    refused(put(tmp_path, "b.zip", bytes(raw)), "b.zip")


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_zips_cut_short(tmp_path, part):
    raw = zipped(tmp_path / "a.zip", {"s.csv": GOOD, "t.csv": GOOD}).read_bytes()
    refused(put(tmp_path, "b.zip", raw[: int(len(raw) * part)]), "b.zip")


def test_a_zip_of_a_packing_nobody_knows(tmp_path):
    raw = bytearray(zipped(tmp_path / "a.zip", {"s.csv": GOOD}).read_bytes())
    raw[8:10] = raw[raw.rindex(b"PK\1\2") + 10 :][:2] = b"\x63\0"
    at = raw.rindex(b"PK\1\2")
    raw[at + 10 : at + 12] = b"\x63\0"
    refused(put(tmp_path, "b.zip", bytes(raw)), "b.zip")


def test_other_bombs_are_no_tables(tmp_path):
    refused(put(tmp_path, "a.csv", b"\x1f\x8b" + zlib.compress(b"a" * 50_000_000)), "gzip")
