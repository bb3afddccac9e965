"""Everything that a finished folder says, file by file.

Any file may hold numbers: pages, notebooks, tables, workbooks, archives, drawings, JSON, file names.
Tables that name their columns as ``findings.csv`` does are read as tables; pages whose tables carry
data attributes likewise; the rest is text.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from .media import png_words
from .pages import Context, Printed, Sink, Text, read_json, read_lines, read_page
from .pdfs import LACKING, read_pdf
from .published import ARROW, unpacked
from .workbooks import read_workbook

KEY = ["year", "unit_id", "indicator", "dimension", "group"]
WORDS = frozenset(
    "year year_from year_to unit_id unit parent_id level indicator dimension group reference method "
    "status signal why n_why subject pooled label dimension_label indicator_label chapter "
    "reason district school caution text".split()
)
# Numbers that a row may show whatever it hides.
_PUBLIC = frozenset("band_low band_high pooled unit_id parent_id year year_from year_to".split())
_PAGES = frozenset(".html .htm .xhtml .svg .xml".split())
_LINES = frozenset(
    ".txt .md .py .r .js .css .tex .rst .yaml .yml .toml .log .ipynb_checkpoints".split()
)
_SHEETS = frozenset(".xlsx .xlsm".split())


@dataclass
class Frame:
    """A table of a file whose rows are cells: its columns as text, and where each row stands."""

    file: str
    rows: pd.DataFrame
    kind: str = "table"  # or "changes"
    where: str = "row"


@dataclass
class Harvest:
    """What was found in a folder.

    Attributes
    ----------
    frames : list of Frame
        Tables whose rows name a year, unit, indicator, dimension and group.
    printed : list of (file, Printed)
        Cells of page tables that say which cell they are.
    texts : list of (file, Text)
        Everything else that has a digit in it.
    files, notes, skipped : list of str
        Files read; remarks; files that could not be read, and why.
    policy : dict
        ``min_group`` and ``min_cell`` as the folder's manifest states them.
    units : dict
        Unit id -> (name, level, parent id).
    of_file : dict
        File -> unit id, where the manifest says which file is about which unit.
    apart : list of (file, Text)
        What a PDF says with a number in it that the page from which it was drawn does not say.
    """

    frames: list[Frame] = field(default_factory=list)
    printed: list[tuple[str, Printed]] = field(default_factory=list)
    texts: list[tuple[str, Text]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    policy: dict = field(default_factory=dict)
    units: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    of_file: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple, set] = field(default_factory=dict, repr=False)
    apart: list[tuple[str, Text]] = field(default_factory=list)


def harvest(folder: str | Path) -> Harvest:
    """Return everything that the files of a folder say.

    Tables first, so that what the pages are about (their units) is known when they are read.
    """
    folder = Path(folder)
    out = Harvest()
    paths = sorted(p for p in folder.rglob("*") if p.is_file())
    tables_first = sorted(paths, key=lambda p: (p.name != "manifest.json", _order(p), str(p)))
    for path in tables_first:
        name = path.relative_to(folder).as_posix()
        beside = path.with_suffix(".html")
        page = (
            beside.read_text("utf-8", "replace") if _drawn(path.name) and beside.is_file() else None
        )
        _Named(out, name, page=page).file(path.read_bytes())
    _guess_parents(out.units)
    return out


def _guess_parents(units: dict[str, tuple[str, str, str]]) -> None:
    """Put units that no file places under the only unit of the level above: anyone would."""
    for level, above in (("school", "district"), ("district", "state")):
        tops = [k for k, v in units.items() if v[1] == above]
        for unit, (name, own, parent) in units.items():
            if len(tops) == 1 and own == level and not parent:
                units[unit] = (name, own, tops[0])


def _drawn(name: str) -> bool:
    return name.lower().endswith(".pdf")


def _order(path: Path) -> int:
    return 0 if path.suffix.lower() in (".csv", ".tsv", ".zip", *_SHEETS) else 1


class _Named:
    """Reads one file, or one member of an archive, into a harvest."""

    def __init__(self, out: Harvest, name: str, outer: str = "", page: str | None = None) -> None:
        self.out, self.name, self.page = out, name, page  # the page beside a PDF
        self.label = f"{outer}!{name}" if outer else name
        self.context = Context()

    def file(self, data: bytes) -> None:
        """Read the bytes of the file."""
        out, suffix = self.out, Path(self.name).suffix.lower()
        out.files.append(self.label)
        self.context = Context(unit=self._unit(data if suffix in (".html", ".ipynb") else b""))
        words = re.sub(r"[-_./]+", " ", self.label)
        self._keep(Sink([Text(words.title(), "file name", self.context)]))
        try:
            if suffix in _SHEETS and data[:2] == b"PK":
                try:
                    self._workbook(data)
                except Exception:  # what the reader of workbooks cannot open is still an archive
                    self._archive(data)
            elif data[:4] == b"PK\x03\x04":
                self._archive(data)
            elif self.name.endswith(ARROW):
                self._text(unpacked(data).to_csv(index=False).encode(), ".csv")
            elif data[:5] == b"%PDF-" or suffix == ".pdf":
                self._pdf(data)
            elif data[:8] == b"\x89PNG\r\n\x1a\n":
                sink = Sink()
                sink.text(png_words(data), "text inside the PNG", self.context)
                self._keep(sink)
            elif suffix in (".jpg", ".jpeg", ".gif", ".webp", ".ico", ".woff", ".woff2"):
                out.skipped.append(f"{self.label}: a picture, its dots are not read.")
            else:
                self._text(data, suffix)
        except (
            Exception
        ) as error:  # a file may be broken in any way: it is named, and the rest read
            out.skipped.append(f"{self.label}: could not be read ({type(error).__name__}).")

    def _text(self, data: bytes, suffix: str) -> None:
        if b"\0" in data[:2000]:
            self.out.skipped.append(f"{self.label}: not a kind of file that is read.")
            return
        text, sink = data.decode("utf-8-sig", "replace"), Sink()
        if suffix in (".csv", ".tsv"):
            self._table(list(csv.reader(io.StringIO(text), delimiter=_delimiter(text))), "")
        elif suffix == ".ipynb":
            from .notebooks import read_notebook

            read_notebook(json.loads(text), self.context, sink)
        elif suffix in _PAGES or text.lstrip()[:1] == "<":
            read_page(text, self.context, sink)
        elif suffix in (".json", ".geojson", ".vl") or suffix == "":
            try:
                value = json.loads(text)
            except ValueError:
                read_lines(text, self.context, sink, "line")
            else:
                if self.name == "manifest.json" and isinstance(value, dict):
                    self._manifest(value)
                read_json(value, self.context, sink, "JSON")
        else:
            read_lines(text, self.context, sink, "line")
        self._keep(sink)

    def _keep(self, sink: Sink) -> None:
        self.out.texts += [(self.label, t) for t in sink.texts]
        self.out.printed += [(self.label, p) for p in sink.printed]
        self.out.notes += [f"{self.label}: {n}" for n in sink.notes]

    # ------------------------------------------------------------------ which unit
    def _manifest(self, value: dict) -> None:
        if isinstance(value.get("policy"), dict):
            self.out.policy = value["policy"]
        units = value.get("units") or []
        if isinstance(units, dict):
            units = [{"unit_id": k, **v} for k, v in units.items() if isinstance(v, dict)]
        for unit in units:
            if isinstance(unit, dict) and unit.get("unit_id"):
                names = (unit.get(k) or "" for k in ("unit", "level", "parent_id"))
                self.out.units[str(unit["unit_id"])] = tuple(str(v) for v in names)
        self._reports(value)

    def _reports(self, value: object) -> None:
        """Find, anywhere in the manifest, records that name both a unit and a file of the folder."""
        if isinstance(value, dict):
            unit = value.get("unit_id")
            for v in value.values() if isinstance(unit, str) else ():
                for name in v if isinstance(v, list) else [v]:
                    if isinstance(name, str) and re.search(r"\.\w{2,5}$", name):
                        self.out.of_file[name] = unit
            for v in value.values():
                self._reports(v)
        elif isinstance(value, list):
            for v in value:
                self._reports(v)

    def _unit(self, data: bytes) -> str:
        """Return the unit that a file is about: by the manifest, by its own words, or by its name."""
        out = self.out
        if self.label in out.of_file:
            return out.of_file[self.label]
        stem = Path(self.name).stem
        for name, unit in out.of_file.items():
            if Path(name).stem == stem and Path(name).parent == Path(self.name).parent:
                return unit
        start = data[:200_000].decode("utf-8", "replace")
        for pattern in (r'<body[^>]*data-unit="([^"]+)"', r'"unit_id"\s*:\s*"([^"]+)"'):
            found = re.search(pattern, start)
            if found and found.group(1) in out.units:
                return found.group(1)
        title = re.search(r"<h1[^>]*>(.*?)</h1>|<title>(.*?)</title>", start, re.S)
        title = re.sub(r"<[^>]+>", "", title.group(1) or title.group(2) or "") if title else ""
        slug = _slug(re.sub(r"^(school|district|state)-", "", stem))
        for unit, (name, *_) in out.units.items():
            if name and (name in title or _slug(name) == slug):
                return unit
        return ""

    # ------------------------------------------------------------------ tables
    def _table(self, rows: list[list[str]], sheet: str) -> None:
        """Read rows as a table of cells where the header allows it, else as texts."""
        where = f"sheet {sheet} row" if sheet else "row"
        at = 0
        for at, row in enumerate(rows[:12]):  # noqa: B007 - used after the loop
            names = [str(v).strip().lower() for v in row]
            if "unit_id" in names and "parent_id" in names and "group" not in names:
                self._names(pd.DataFrame([r for r in rows[at + 1 :] if r], columns=names))
                self._loose(rows, where)
                return
            if "group" in names and ("unit_id" in names or "unit" in names):
                break
        else:
            self._loose(rows, where)
            return
        self._loose(rows[:at], where)
        width = len(names)
        body = [(list(r) + [""] * width)[:width] for r in rows[at + 1 :]]
        frame = pd.DataFrame(body, columns=_unique(names), dtype="object")
        frame.index = frame.index + at + 2
        frame = frame[(frame != "").any(axis=1)]
        for old, new in (("year_to", "year"),):
            if "year" not in frame and old in frame:
                frame[new] = frame[old]
        if "indicator" not in frame and "subject" in frame:
            frame["indicator"] = "score_" + frame["subject"]
        for column in ("indicator", "year", "dimension", "unit_id"):
            if column not in frame:
                frame[column] = ""
        frame = self._new(frame)
        kind = "changes" if "year_from" in frame else "table"
        self.out.frames.append(Frame(self.label, frame, kind, where))
        self._names(frame)
        sink = Sink()
        extra = [c for c in frame if c not in WORDS and c not in _PUBLIC]
        for column in extra:  # words in a row: a remark may hold a number
            told = frame[frame[column].astype(str).str.contains(r"[^\W\d_]{3}", regex=True)]
            told = told[told[column].astype(str).str.contains(r"\d", regex=True)]
            for i, row in zip(told.index, told.to_dict("records"), strict=True):
                here = Context(*(str(row[k]) for k in ("unit_id", "indicator", "year")))
                here = replace(here, dimension=row["dimension"], group=row["group"])
                sink.text(str(row[column]), f"{where} {i} column {column}", here)
        self._keep(sink)

    def _new(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the rows that no table before holds word for word: extracts repeat each other."""
        columns = tuple(sorted(frame))
        code = pd.util.hash_pandas_object(frame[list(columns)].astype(str), index=False)
        seen = self.out.seen.setdefault(columns, set())
        fresh = ~code.isin(seen).to_numpy()
        seen.update(code.tolist())
        return frame[fresh]

    def _names(self, frame: pd.DataFrame) -> None:
        if "unit" not in frame or "unit_id" not in frame:
            return
        columns = [c for c in ("unit_id", "unit", "level", "parent_id") if c in frame]
        for row in frame[columns].drop_duplicates().to_dict("records"):
            name, level, parent = (str(row.get(k, "")) for k in ("unit", "level", "parent_id"))
            old = self.out.units.get(str(row["unit_id"]), ("", "", ""))
            new = tuple(a or b for a, b in zip(old, (name, level, parent), strict=True))
            self.out.units[str(row["unit_id"])] = new

    def _loose(self, rows: list[list[str]], where: str) -> None:
        head: list[str] = []
        sink = Sink()
        for i, row in enumerate(rows, 1):
            cells = [str(v) for v in row]
            if not head and sum(bool(re.search(r"[^\W\d_]", c)) for c in cells) == len(
                [c for c in cells if c]
            ):
                head = cells
            pairs = [
                f"{head[j]}: {c}" if j and j < len(head) and head[j] and head is not cells else c
                for j, c in enumerate(cells)
                if c
            ]
            sink.text(" | ".join(pairs), f"{where} {i}", self.context)
        self._keep(sink)

    # ------------------------------------------------------------------ archives and workbooks
    def _archive(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            sink = Sink()
            sink.text(
                box.comment.decode("utf-8", "replace"), "comment of the archive", self.context
            )
            self._keep(sink)
            if len(self.label.split("!")) > 3:
                self.out.skipped.append(f"{self.label}: an archive in an archive in an archive.")
                return
            for info in box.infolist():
                if not info.is_dir():
                    if info.file_size > 500_000_000:
                        self.out.skipped.append(f"{self.label}!{info.filename}: too large.")
                        continue
                    beside = f"{info.filename[:-4]}.html"
                    page = None
                    if _drawn(info.filename) and beside in box.namelist():
                        page = box.read(beside).decode("utf-8", "replace")
                    _Named(self.out, info.filename, self.label, page).file(box.read(info))

    def _workbook(self, data: bytes) -> None:
        sink = Sink()
        for name, inner in read_workbook(data, self._table, self.context, sink):
            _Named(self.out, name, self.label).file(inner)
        self._keep(sink)

    # ------------------------------------------------------------------ PDF
    def _pdf(self, data: bytes) -> None:
        out, sink = self.out, Sink()
        try:
            found = read_pdf(data, self.page, self.context, sink)
        except ImportError:
            out.skipped.append(f"{self.label}: {LACKING}")
            return
        self._keep(sink)
        out.apart += [(self.label, t) for t in found.apart]
        out.skipped += [f"{self.label}: {said}" for said in found.skipped]
        for name, inner in found.files if self.label.count("!") < 3 else ():
            out.notes.append(f"{self.label}: a file is attached, {name}.")
            _Named(out, name, self.label).file(inner)
        for k, inner in enumerate(found.earlier, 1):
            out.notes.append(f"{self.label}: an earlier version of it is inside.")
            _Named(out, f"version {k}.pdf", self.label, self.page).file(inner)


def _unique(names: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return out


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
