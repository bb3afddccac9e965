"""Names that a program would run: text in every file that is written of them."""

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import openpyxl
import pandas as pd
import pytest

from equitylab import Portfolio, cohort, plan
from equitylab.cli import main
from tests import rooms

MARK = "marked"
SCHOOLS = [
    f'=HYPERLINK("http://127.0.0.1/{MARK}","a")', f"+{MARK}", f"-{MARK}+3", f"@SUM({MARK})",
    f"\t={MARK}", f"<script>{MARK}()</script>", f'"><img src=x onerror={MARK}()>',
    f"</title><svg onload={MARK}()>", f"javascript:{MARK}()", f"{{{{{MARK}}}}}{{% {MARK} %}}${{{MARK}}}",
    f"'; {MARK}(); '", f"]]>--><b>{MARK}", f"%0d%0aA: {MARK}", f"a\u202eb{MARK}\u2066", f"|cmd {MARK}!A0",
]  # fmt: skip
GROUPS = [f"=cmd|'/C {MARK}'!A0", f"<img src=x onerror={MARK}()>", f"</td></table><script>{MARK}",
          f'" onmouseover="{MARK}()']  # fmt: skip


def export(folder: Path) -> Path:
    rows = []
    for k, name in enumerate(SCHOOLS):
        for at, group in enumerate(GROUPS):
            for year, extra in (("2022-23", 0), ("2023-24", 9)):
                n, x = 60 + 10 * at + k, 8 + 9 * at + extra
                rows.append((year, f"@7{k}", name, "oss_club", group, n, x))
    frame = pd.DataFrame(
        rows, columns=["year", "school_id", "school", "dimension", "group", "n", "x"]
    )
    frame = frame.assign(indicator="suspended_out_of_school", dimension=f"=1+1 <b>{MARK}")
    frame.to_csv(folder / "export.csv", index=False)
    return folder / "export.csv"


class Page(HTMLParser):
    """Whatever of a page would run, or go out, and holds the mark."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.bad: list[str] = []
        self.inside = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.inside = tag
        for name, value in attributes:
            value = value or ""
            if value.startswith("data:image/svg+xml,"):  # a drawing of ours, looked at as a page
                self.bad += Page(unquote(value)).bad
                continue
            runs = name.startswith("on") or name in ("href", "src", "action", "style", "srcdoc")
            if MARK in name or MARK in tag or (MARK in value and runs and not _file(name, value)):
                self.bad.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, text):
        if MARK in text and self.inside in ("script", "style"):
            self.bad.append(f"<{self.inside}> {text[:200]}")


def _file(name: str, value: str) -> bool:
    """Whether this is the name of one of our own files, which is made of letters and marks."""
    return name in ("href", "src") and all(
        c.isascii() and (c.isalnum() or c in "-/.#") for c in value
    )


def formulas(text: str) -> list[str]:
    cells = [c for row in csv.reader(io.StringIO(text)) for c in row]
    starts = tuple("=+-@\t\r＝＋－＠")
    return [c for c in cells if c.lstrip(" \n").startswith(starts) and not _number(c)]


def _number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def looked_at(folder: Path) -> dict[str, int]:
    """Assert that nothing in a folder runs; return how many files of each kind hold the mark."""
    found: dict[str, int] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        kind = path.suffix
        assert all(c.isascii() and (c.isalnum() or c in "-._") for c in path.name), path.name
        if kind not in (".html", ".csv", ".ipynb", ".json", ".svg"):
            continue
        text = path.read_text("utf-8-sig")
        found[kind] = found.get(kind, 0) + (MARK in text)
        if kind in (".html", ".svg"):
            assert not Page(text).bad, (path.name, Page(text).bad[:3])
        elif kind == ".csv":
            assert not formulas(text), (path.name, formulas(text)[:3])
        elif kind == ".ipynb":
            for cell in json.loads(text)["cells"]:
                for output in cell.get("outputs", ()):
                    page = "".join(output.get("data", {}).get("text/html", ""))
                    assert not Page(page).bad, (path.name, Page(page).bad[:3])
                assert MARK not in "".join(cell["source"]) or "parameters" in str(cell["metadata"])
    return found


def test_the_look_finds_what_runs():
    assert Page(f"<p title='{MARK}'>{MARK}").bad == []
    for text in (
        f"<img src=x onerror={MARK}>",
        f"<a href='javascript:{MARK}'>",
        f"<script>{MARK}</script>",
    ):
        assert Page(text).bad
    assert formulas("a,=1,-2,-b\n") == ["=1", "-b"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("names")
    words = ["report", str(export(place)), "--out", str(place / "out"), "--family", "--jobs", "1"]
    assert main([*words, "--school", "@70", "--school", "@75", "--school", "@76"]) == 0
    return place / "out"


def test_reports(folder):
    found = looked_at(folder)
    assert found[".html"] >= 5 and found[".csv"] >= 1, found


def test_every_school_stands_in_the_findings_as_text(folder):
    table = pd.read_csv(folder / "findings.csv", dtype="str")
    plain = {name.lstrip("'") for name in table["unit"]}
    assert any("HYPERLINK" in name for name in plain) and any("<script>" in name for name in plain)
    assert set(table.loc[table["level"] == "school", "unit_id"].str[:2]) == {"'@"}


def test_the_wall(tmp_path):
    """What leaders wrote in their portfolios, on a projector."""
    folder = rooms.room(tmp_path / "in")
    for k, path in enumerate(sorted(folder.rglob("portfolio.json"))):
        folio = Portfolio.open(path)
        for key in ("action_plan.drivers", "action_plan.changes"):
            folio.add(key, {"text": SCHOOLS[k], "kind": "primary"}, prefix="x")
        folio.set("promises.m01", {"if": "x", "then": SCHOOLS[-1 - k]})
    found = cohort.cohort([folder], tmp_path / "wall")
    assert len(found.exports) == 12
    assert looked_at(tmp_path / "wall")[".html"] == 1


def test_a_workbook_and_a_calendar_of_the_plan(tmp_path):
    folio = Portfolio.open(tmp_path / "portfolio.json")
    for name in SCHOOLS + GROUPS:
        folio.add("action_plan.actions", {"description": name, "due": "2025-09-01"}, prefix="e")
    book = openpyxl.load_workbook(io.BytesIO(plan.xlsx(folio)))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value]
    assert sum(MARK in str(c.value) for c in cells) >= len(SCHOOLS)
    assert all(c.data_type != "f" and c.hyperlink is None for c in cells)
    lines = plan.ics(folio).decode().replace("\r\n ", "").splitlines()
    assert all(line.startswith(("SUMMARY:", "DESCRIPTION:")) for line in lines if MARK in line)
    assert not Page(plan.html(folio)).bad
