"""Hypothesis strategies: valid files, broken a little, in their bytes or in their structure."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import yaml
from hypothesis import strategies as st

from .seeds import seeds

WORDS = [
    "", " ", "0", "-1", "-0", "1.5", "1e309", "-1e309", "1e5", "nan", "NaN", "inf", "-inf", "NULL",
    "None", "<NA>", "10" * 15, "9" * 400, "9223372036854775808", "-9223372036854775809", "١٢٣", "²",
    "½", "１２", "1,000", "1.000,5", "50%", "120%", "-5%", "<10", ">95", "<", "*", "21-39", "GE50",
    "LT50", "PS", "99-1", "2023-24", "2023", "24", "202324", "9999-99", "0000-00", "2023-13-45",
    "0001-01-01", "9999-12-31", "12/31/2023", "45000", "c", "z", "x", "low", "-9", "-11", "1.2E+09",
    "true", "Y", "N", "F", "M", "all", "school", "state", "=1+1", "=cmd|' /C calc'!A0", "a\nb", "a,b",
    '"', '""', "'", "\t", "\x00", "\x1b[31m", "\u202e", "\ufeff", "\u200b", "\xa0", "é", "ß", "İ",
    "🏫", "x" * 5000, "[]", "{}", "[1]", '{"a": 1}', "uri://a#b", "#", "%", "×", " × ", "../a",
    "student_id", "school", "school_id", "year", "n", "x", "group", "dimension", "indicator", "oss",
    "LEAID", "COMBOKEY", "SCH_ENR_HI_M", "ALL_MTH00PCTPROF_1819", "studentUniqueId", "sourcedId",
    "time_period", "geographic_level", "Cohort", "population", "disciplined",
]  # fmt: skip
VALUES = [
    None, True, False, 0, -1, 1.5, 1e308, float("nan"), float("inf"), 10**30, -(10**400), 2**63,
    [], {}, [[]], [{}], {"": ""}, [None], ["a"], {"a": {"b": {"c": []}}}, "\ud800", "a" * 3000,
]  # fmt: skip
SPANS = [b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b'"""', b"\r", b"\n\n", b",", b"\t", b";"]
SPANS += [b"|", b"\x80", b"\xff", b"{", b"[", b"]", b"}", b"PK\3\4", b"PAR1", b"\x00" * 64]
SPANS += [b"\xe2\x80\xa8", b"\x1a", b"\x85", b",,,,,,,,", b"<?xml", b"\xed\xa0\x80"]


MEANINGS = ["ignore", "n", "x", "group", "student_id", "dimension:Club", "dimension:", "s1", "oss"]
MEANINGS += ["school_id", "race_ethnicity", "2023-24", "a" * 500, "\ud800", ""]


@st.composite
def inputs(draw) -> dict:
    """What the oracle of the readers is asked: files, whether zipped, the year, and what columns mean."""
    given = draw(several(seeds()))
    year = draw(st.sampled_from([None, "2023-24"] * 15 + WORDS[:60:12]))
    context = draw(st.sampled_from([None] * 40 + ["england", "us_example", "Us", "", "\0"]))
    told = {}
    if draw(st.integers(0, 7)) == 7:
        head = next(iter(given["files"].values()))[:400].decode("utf-8", "replace")
        names = st.sampled_from([*re.split(r"[,\t\n]", head)[:12], *WORDS[-20:]])
        told = draw(st.dictionaries(names, st.sampled_from(MEANINGS), max_size=3))
    zipped = draw(st.integers(0, 7)) == 7
    return given | {"zipped": zipped, "year": year, "map": told or None, "context": context}


@st.composite
def several(draw, given: dict[str, dict[str, bytes]]) -> dict:
    """One of these sets of files, with up to three things wrong."""
    name = draw(st.sampled_from(sorted(given)))
    files = dict(given[name])
    for _ in range(draw(st.integers(1, 3))):
        one = draw(st.sampled_from(sorted(files)))
        files[one] = draw(broken(one, files[one]))
    if len(files) > 1 and draw(st.integers(0, 7)) == 7:
        del files[draw(st.sampled_from(sorted(files)))]
    if draw(st.integers(0, 15)) == 15:  # another name for what it holds
        one = draw(st.sampled_from(sorted(files)))
        endings = (".csv", ".xlsx", ".json", ".ndjson", ".parquet", ".zip", ".txt", "")
        files["given" + draw(st.sampled_from(endings))] = files.pop(one)
    return {"seed": name, "files": files}


@st.composite
def broken(draw, name: str, raw: bytes) -> bytes:
    """One file with one thing wrong: in its structure where it can be parsed, else in its bytes."""
    how = {"csv": _csv, "tsv": _csv, "json": _json, "ndjson": _json, "xlsx": _members}
    how |= {"parquet": _parquet, "zip": _members, "yaml": _yaml, "ipynb": _json}
    parts = how.get(name.rpartition(".")[2])
    if parts is None or draw(st.integers(0, 4)) == 4:
        return draw(_bytes(raw))
    try:
        return draw(parts(raw))
    except (
        ValueError, KeyError, csv.Error, zipfile.BadZipFile, zlib.error, EOFError, RecursionError,
        NotImplementedError, OSError, pa.ArrowException, yaml.YAMLError, RuntimeError,
    ):  # fmt: skip
        return draw(_bytes(raw))


@st.composite
def _bytes(draw, raw: bytes) -> bytes:
    at = draw(st.integers(0, len(raw)))
    to = min(len(raw), at + draw(st.sampled_from([0, 1, 2, 16, 200, 10**9])))
    new = draw(st.sampled_from([*SPANS, raw[at : at + 50], None]))
    return raw[:at] + (draw(st.binary(max_size=12)) if new is None else new) + raw[to:]


def _word(draw) -> str:
    return draw(st.one_of(st.sampled_from(WORDS), st.text(max_size=8)))


@st.composite
def _csv(draw, raw: bytes) -> bytes:
    text = raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    mark = "\t" if "\t" in text.partition("\n")[0] else ","
    rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    filled = [i for i, row in enumerate(rows) if row] or [0]
    if not rows or not rows[filled[0]]:
        return draw(_bytes(raw))
    at = draw(st.sampled_from(filled))
    column = draw(st.integers(0, max(0, len(rows[at]) - 1)))
    how = draw(st.integers(0, 9))
    if how <= 3:
        rows[at][column] = _word(draw)
    elif how == 4:  # a whole column, under its name
        word = _word(draw)
        for row in rows[filled[0] + 1 :]:
            row[column : column + 1] = [word] if column < len(row) else []
    elif how == 5:
        rows = [row[:column] + row[column + 1 :] for row in rows]
    elif how == 6:  # a column again, whose name may be another meaning's
        rows = [[*row, row[column] if column < len(row) else ""] for row in rows]
        rows[filled[0]][-1] = draw(st.sampled_from([rows[filled[0]][-1], _word(draw)]))
    elif how == 7:
        rows[at : at + 1] = draw(st.sampled_from([[], [rows[at]] * 2, [rows[at]] * 40, [[]]]))
    elif how == 8:
        other = draw(st.sampled_from(filled))
        rows[at], rows[other] = rows[other], rows[at]
    else:
        rows[at] = draw(st.sampled_from([rows[at][:column], rows[at] * 2, [*rows[at], "a"]]))
    held = io.StringIO()
    mark = draw(st.sampled_from([mark] * 6 + [";", "|", "\t"]))
    csv.writer(held, delimiter=mark).writerows(rows)
    coding = draw(st.sampled_from(["utf-8"] * 6 + ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"]))
    return held.getvalue().encode(coding, "replace")


@st.composite
def _json(draw, raw: bytes) -> bytes:
    text = raw.decode()
    try:
        found, lines = json.loads(text), False
    except ValueError:
        found, lines = [json.loads(line) for line in text.splitlines()], True
    holder, key = None, None
    node = found
    for _ in range(draw(st.integers(1, 5))):
        if not isinstance(node, list | dict) or not node:
            break
        holder = node
        key = draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        node = holder[key]
    if holder is None:
        return draw(_bytes(raw))
    how = draw(st.integers(0, 4))
    if how == 0:
        del holder[key]
    elif how == 1:
        holder[key] = [holder[key]]
    elif how == 2:
        holder[key] = {draw(st.sampled_from(["a", "id", ""])): holder[key]}
    else:
        holder[key] = draw(st.one_of(st.sampled_from(VALUES), st.sampled_from(WORDS)))
    if lines:
        return "\n".join(map(json.dumps, found)).encode()
    return json.dumps(found, indent=draw(st.sampled_from([None, 1]))).encode()


@st.composite
def _yaml(draw, raw: bytes) -> bytes:
    """A YAML file as JSON, which is YAML too, with one value another."""
    found = yaml.load(raw, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return draw(_json(("[" + json.dumps(found, default=str) + "]").encode()))[1:-1]


@st.composite
def _members(draw, raw: bytes) -> bytes:
    """A workbook with one of its parts broken, gone, or packed in another way."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        parts = {one.filename: archive.read(one) for one in archive.infolist()}
    name = draw(st.sampled_from(sorted(parts)))
    how = draw(st.integers(0, 4))
    if not name.endswith((".xml", ".rels")):
        if how:
            parts[name] = draw(broken(name, parts[name]))
        else:
            parts[draw(st.sampled_from(["../a.json", "a/b.json", "a\0b.csv"]))] = parts.pop(name)
    elif how == 0:
        del parts[name]
    elif how <= 3:
        old = draw(
            st.sampled_from([b"<v>", b't="', b'r="', b"</row>", b"<c ", b'"1"', b'Id="', b"1"])
        )
        new = draw(st.sampled_from([b"", b"<v>1e999", b't="e', b'r="XFD9', b't="d', b"-1", b"\0"]))
        parts[name] = parts[name].replace(old, new, draw(st.sampled_from([1, 2, -1])))
    else:
        parts[name] = draw(_bytes(parts[name]))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for one, content in parts.items():
            archive.writestr(one, content)
    return held.getvalue()


@st.composite
def _parquet(draw, raw: bytes) -> bytes:
    """A table with one column of another type, name or length."""
    table = pq.read_table(io.BytesIO(raw))
    at = draw(st.integers(0, table.num_columns - 1))
    column, name = table.column(at), table.column_names[at]
    n = len(table)
    others = {
        "null": pa.nulls(n),
        "list": pa.array([[1, 2]] * n),
        "struct": pa.array([{"a": 1}] * n),
        "binary": pa.array([b"\xff\0"] * n),
        "float": pa.array([float("nan"), float("inf")] * (n // 2) + [1e308] * (n % 2)),
        "uint": pa.array([2**64 - 1] * n, pa.uint64()),
        "time": pa.array([0] * n, pa.timestamp("ns", "UTC")),
        "far": pa.array([2**62] * n, pa.timestamp("s")),
        "month": pa.array([1] * n, pa.duration("ns")),
        "map": pa.array([[("a", 1)]] * n, pa.map_(pa.string(), pa.int64())),
        "word": pa.array([_word(draw).encode("utf-8", "replace").decode()] * n),
        "code": column.cast(pa.string()).dictionary_encode(),
        "same": column,
    }
    new = others[draw(st.sampled_from(sorted(others)))]
    called = draw(st.sampled_from([name] * 5 + [table.column_names[0], "", "oss"]))
    if draw(st.booleans()):
        table = table.set_column(at, called, new)
    else:
        table = table.append_column(called, new)
    held = io.BytesIO()
    pq.write_table(table.slice(0, draw(st.sampled_from([n, n, n, 1, 0]))), held)
    return held.getvalue()


@st.composite
def folios(draw) -> bytes:
    """A portfolio's file with up to three things wrong."""
    raw = draw(st.sampled_from(FOLIOS))
    for _ in range(draw(st.integers(1, 3))):
        raw = draw(broken("portfolio.json", raw))
    return raw


_ENTRY = {"at": "2026-01-01T00:00:00.000000+00:00", "made_in": "m01", "version": "1"}
_ENTRIES = {
    "vision.statement": {**_ENTRY, "value": "Known."},
    "finding_cards.cards/f-1": {**_ENTRY, "value": {"title": "a"}, "since": _ENTRY["at"]},
    "labs.m03.rule": {**_ENTRY, "value": [1, 2.5, None]},
    "checks.m01": {"deleted": True, "at": _ENTRY["at"]},
}
_KEPT = [{"key": "vision.statement", **_ENTRY, "value": "Was.", "kept_at": _ENTRY["at"]}]
_WORK = {"about": "EquityLab portfolio: the work of one leader", "entries": _ENTRIES, "kept": _KEPT}
_WORK |= {"format": "equitylab-portfolio", "schema": 1, "saved": _ENTRY["at"]}
_OLD = {"equitylab": "portfolio", "saved": "2025-01-01", "answers": {"vision.statement": "a"}}
_OLD["answers"]["finding_cards.cards"] = [{"id": "f-1", "title": "a"}, {"title": "b"}]
FOLIOS = [("[" + json.dumps(one) + "]").encode()[1:-1] for one in (_WORK, _OLD)]
