"""The page that a reader opens first: every report in alphabetical order, and what is hidden."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from ..display import listing, many
from ..page import page
from ..privacy import Published
from . import audience
from .folder import Report

_READ = (
    "Each count stands with its rate and an interval: the range in which the rate of a like group "
    "of students could lie.",
    "“Clear difference” means that the interval leaves out equality after allowance for the number "
    "of comparisons made. “Not clearly different” does not mean equal, and “too few to tell” does "
    "not mean unimportant.",
    "Schools stand in alphabetical order. Nothing here ranks schools, people or groups.",
    "The figures describe patterns. They do not show why a pattern exists, and they do not "
    "describe any one student.",
)


def page_of(published: Published, reports: list[Report], made: str) -> str:
    """Return index.html.

    Parameters
    ----------
    published : Published
        For the policy, the years, the source and the units above each school.
    reports : list of Report
        In the order of display, failed ones included.
    made : str
        The date on which the reports were made.
    """
    above = published.units.set_index("unit_id")["parent_id"].to_dict()
    names = published.units.set_index("unit_id")["unit"].to_dict()
    districts = [r for r in reports if r.level == "district"]
    schools = [r for r in reports if r.level == "school"]
    failed = [r for r in reports if r.status == "failed"]
    body = [audience.banner(published.policy), _about(published, schools, districts, made)]
    if failed:
        count = "One report" if len(failed) == 1 else f"{len(failed)} reports"
        body.append(
            f'<p role="note"><strong>{count} could not be made.</strong> '
            "The tables below say which and why; every other report is complete.</p>"
        )
    if districts:
        body.append(_table("Districts", districts, {}))
    where = {
        r.unit_id: names.get(above.get(r.unit_id, ""), "") for r in schools if len(districts) > 1
    }
    body.append(_table("Schools", schools, where))
    body.append(_policy(published.policy))
    body.append('<h2 id="read">How to read the reports</h2><ul>')
    body += [f"<li>{line}</li>" for line in _READ]
    body.append("</ul>")
    body.append(_files(published))
    return page("Equity reports", "\n".join(body), **audience.shell(published.policy))


def _about(published: Published, schools: list, districts: list, made: str) -> str:
    years = published.years
    span = "".join(f", school year {year}" for year in years[:1])
    if len(years) > 1:
        span = f", school years {years[0]} to {years[-1]}"
    source = str(published.source.get("path", "")) or "a data set in memory"
    counts = [many(len(schools), "school")] if schools else []
    counts += [many(len(districts), "district")] if districts else []
    return (
        f"<p>Reports for {listing(counts)}, made on {escape(made)} from "
        f"<bdi>{escape(source)}</bdi>{escape(span)}.</p>"
    )


def _table(title: str, reports: list[Report], where: dict[str, str]) -> str:
    words = [title[:-1], *(["District"] if where else []), "Report"]
    heads = "".join(f'<th scope="col">{word}</th>' for word in words)
    rows = []
    for one in reports:
        cells = [f'<th scope="row" dir="auto">{_linked(one)}</th>']
        if where:
            cells.append(f'<td dir="auto">{escape(where.get(one.unit_id, ""))}</td>')
        cells.append(f"<td>{_state(one)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f'<h2 id="{title.lower()}">{title}</h2>'
        f'<div class="scroll" tabindex="0" role="group" aria-label="Table of {title.lower()}">'
        f"<table><caption>{title}, in alphabetical order</caption>"
        f"<thead><tr>{heads}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _linked(one: Report) -> str:
    name = escape(name_of(one))
    return name if one.status == "failed" else f'<a href="{quote(one.file)}">{name}</a>'


def _state(one: Report) -> str:
    if one.status == "failed":
        return f"Not made: {escape(one.why)}"
    return "; ".join(["Complete", *(_also(name) for name in one.also)])


def _also(name: str) -> str:
    """Return a link to what lies beside a page: a PDF, or a summary for families."""
    *_, kind, language, ending = f"..{name}".split(".")
    told = "PDF" if ending == "pdf" else ""
    if kind == "family":
        told = f"families ({language}{', PDF' if told else ''})"
        return f'<a href="{quote(name)}" hreflang="{escape(language)}">{told}</a>'
    return f'<a href="{quote(name)}">{told}</a>'


def name_of(one: Report) -> str:
    """Return the words for a unit: its name, or its id where the file has no name.

    Examples
    --------
    >>> name_of(Report("0042", " ", "school", "a.html", "a.ipynb"))
    'School 0042 (no name in the file)'
    """
    return one.unit.strip() or f"{one.level.capitalize()} {one.unit_id} (no name in the file)"


def _policy(policy: dict) -> str:
    group, cell = policy.get("min_group", 10), policy.get("min_cell", 3)
    few = "1" if cell == 2 else f"1 to {cell - 1}"
    small = f", and so are counts of {few} students and of all but {few}" if cell > 1 else ""
    return (
        '<h2 id="hidden">What is hidden, and why</h2>'
        f"<p>Every number of a group with fewer than {group} students is hidden{small}. "
        "0 % and 100 % are shown as bands, such as “5% or less”. Some further cells are hidden, so "
        "that no hidden one can be worked out from totals, other schools or other tables. A hidden "
        "number is not a zero, and hidden does not mean unimportant.</p>"
    )


def _files(published: Published) -> str:
    aside = sum(row.get("rows", 0) for row in published.read_report.get("set_aside", []))
    kept = published.read_report.get("rows_kept")
    rows = ""
    if kept is not None:
        rows = f"<p>{kept:,} rows of the source were read and {aside:,} set aside.</p>"
    return (
        '<h2 id="files">Files</h2><ul>'
        '<li><a href="findings.csv">findings.csv</a>: every published number, one row a group</li>'
        '<li><a href="measures.csv">measures.csv</a>: what is worked out from them, such as how '
        "evenly groups are spread over schools, each with the sentence that says it</li>"
        '<li><a href="manifest.json">manifest.json</a>: what was made from what, for programs</li>'
        "<li>Beside each page lies the notebook that made it (.ipynb).</li>"
        f"</ul>{rows}"
    )
