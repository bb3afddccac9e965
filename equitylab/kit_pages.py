"""The pages of a cohort kit: where a leader starts, the agendas, the name cards, what is where."""

from __future__ import annotations

from itertools import pairwise

from . import catalog
from .display import many
from .kit_roster import Leader
from .markup import Cell, Line, Table, bullets, esc, paragraph
from .page import page
from .study import WORK, lessons

_CARDS = """.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,20rem),1fr));gap:.8rem}
.cards div{border:1px dashed #6b7785;padding:1.1rem;min-height:12rem;overflow:hidden}
.cards p{margin:.3rem 0;font-size:1.15rem}.cards .who{font-size:2rem;font-weight:650;line-height:1.15}
.cards .long{font-size:1.3rem}.cards .endless{font-size:1rem}
.cards .pair{font-size:1.5rem;color:var(--accent);font-weight:650}
@media print{html{font-size:12pt}.cards{grid-template-columns:1fr 1fr;gap:0;padding:1px}
.cards div{break-inside:avoid;height:60mm;min-height:0}
.cards .who{font-size:2.4rem}.cards .long{font-size:1.5rem}.cards .endless{font-size:1rem}
header,footer,.note{display:none}}"""
# A session on one sheet, a pathway on a new one, and the same columns in each table.
_AGENDA = """table{table-layout:fixed;width:100%}
thead th:nth-child(1),thead th:nth-child(2){width:5rem}thead th:nth-child(3){width:42%}
@media print{html{font-size:10pt}main>h2:not(:first-of-type){break-before:page}
.scroll{break-inside:avoid}table{font-size:.86rem}main>.note{break-after:avoid}}"""


def _links(items: list[tuple[str, str]]) -> str:
    made = "".join(f'<li><a href="{esc(at)}">{esc(words)}</a>' for at, words in items)
    return f"<ul>{made}</ul>"


def _modules() -> dict[str, dict]:
    return {one["id"]: one for one in catalog.content("modules")["modules"]}


def start(leader: Leader) -> str:
    """Return the one page that a leader opens first."""
    who = f"{leader.name}, " if leader.name else ""
    told = [f"{who}{leader.school}.", f"Your pair: {leader.pair}." if leader.pair else ""]
    report = [("our-report.html", "Your school's report, as everyone may read it")]
    printed = [
        (f"printed/{m['slug']}.html", f"{m['slug'][:2]} {m['title']}") for m in _modules().values()
    ]
    steps = [
        ("Open", f"{lessons()[0]} in JupyterLab. Your school's figures are there already."),
        ("Press Run everything", "at the top of the page, and the forms open for your answers."),
        ("Write.", f"Each answer is kept in {WORK}/portfolio.json as you write. Nothing is sent."),
        ("Go on", "by the link at the end of each notebook, from 00 to 12."),
        ("Hand in", f"{WORK}/portfolio.json for the wall, if you wish: no name is shown on it."),
    ]
    body = (
        paragraph(" ".join(filter(None, told)), kind="sub")
        + "<h2 id=steps>Five steps</h2>"
        + bullets(steps)
        + f"<h2 id=read>To read</h2>{_links(report)}"
        + "<h2 id=paper>On paper</h2>"
        + paragraph("Each notebook as a page to print, with lines to write on:")
        + _links(printed)
    )
    return page("Start here", body)


def index(people: list[Leader]) -> str:
    """Return the facilitator's page: what is in the kit, and for whom."""
    own = [
        ("facilitator-guide.html", "Facilitator guide"),
        ("agendas.html", "Agendas of the six pathways"),
        ("name-cards.html", "Name cards with pair numbers"),
        ("../reports/index.html", "Reports of the schools"),
    ]
    lines = [
        Line(one.name or one.school, [
            Cell("school", one.school), Cell("role", one.role or "not given"),
            Cell("pair", one.pair or "none"), Cell("folder", f"leaders/{one.file}"),
        ])
        for one in people
    ]  # fmt: skip
    columns = {
        "who": "Leader",
        "school": "School",
        "role": "Role",
        "pair": "Pair",
        "folder": "Folder",
    }
    table = Table(f"{many(len(people), 'folder')}, by leader", columns, [("", lines)], kind="prose")
    paper = [(f"../leaders/{one.file}/start-here.html", one.name or one.school) for one in people]
    body = (
        f"<h2 id=yours>For you</h2>{_links(own)}"
        f"<h2 id=theirs>For each leader</h2>{table._repr_html_()}"
        + paragraph("Give each leader the folder, or the zip of the same name beside it.")
        + "<h2 id=paper>If the machines fail</h2>"
        + paragraph("Every activity is a page to print, under “On paper” of each leader's page:")
        + _links(paper)
        + "<h2 id=wall>The wall</h2>"
        + paragraph("Gather the portfolios in one folder, and show them without names:")
        + "<pre>equitylab cohort handed-in --out wall --watch</pre>"
    )
    return page("Cohort kit", body, style="pre{white-space:pre-wrap}")


def cards(people: list[Leader]) -> str:
    """Return the name cards, to print and cut."""
    made = "".join(
        f'<div><p class="who{_size(one.name)}">{esc(one.name or " ")}</p>'
        + (f"<p class=pair>Pair {esc(one.pair)}</p>" if one.pair else "")
        + f"<p>{esc(one.role)}</p><p>{esc(one.school)}</p></div>"
        for one in people
    )
    note = paragraph("Print, and cut along the dashed lines.", kind="note")
    return page("Name cards", f"{note}<div class=cards>{made}</div>", style=_CARDS)


def _size(name: str) -> str:
    """Return how a name is made to fit on a card that is read across a table."""
    return " endless" if len(name) > 60 else " long" if len(name) > 28 else ""


# ---------------------------------------------------------------- agendas


def agendas() -> str:
    """Return the agendas of every pathway of ``modules.yaml``, session by session."""
    body = paragraph("Times count from the start of a session. Breaks fill what is left over.")
    for path in catalog.content("modules")["pathways"]:
        parts = sessions(path)
        body += f"<h2 id={path['id']}>{esc(path['label'])}</h2>"
        body += paragraph(path.get("note", ""), kind="note")
        for number, steps in enumerate(parts, 1):
            body += _session(path, number, steps)
    return page("Agendas", body, style=_AGENDA)


def sessions(path: dict) -> list[list[tuple[str, int, str]]]:
    """Return the steps of a pathway by session: (module id, minutes, what happens).

    No step is cut in two. A session ends with a module where it can, and none is longer than its
    hours; among such plans, one with room for breaks and even sessions is taken.
    """
    plans = {m["id"]: m for m in catalog.content("facilitator_guide")["modules"]}
    steps = [(id, s["m"], s["do"]) for id in path["modules"] for s in plans[id]["timeline"]]
    long, count = path["hours_each"] * 60, path["sessions"]
    fair = sum(m for _, m, _ in steps) / count
    ends = [0]
    for _, minutes, _ in steps:
        ends.append(ends[-1] + minutes)
    whole = [k in (0, len(steps)) or steps[k - 1][0] != steps[k][0] for k in range(len(steps) + 1)]
    best = {0: (0.0, (0,))}
    for _ in range(count):
        after: dict[int, tuple[float, tuple]] = {}
        for begin, (cost, cuts) in best.items():
            for end in range(begin + 1, len(steps) + 1):
                took = ends[end] - ends[begin]
                if took > long:
                    break
                tight = took > 120 and long - took < 10  # no room for a break
                more = cost + (took - fair) ** 2 / 900 + (0 if whole[end] else 5) + 9 * tight
                if end not in after or more < after[end][0]:
                    after[end] = (more, (*cuts, end))
        best = after
    return [steps[a:b] for a, b in pairwise(best[len(steps)][1])]


def _session(path: dict, number: int, steps: list[tuple[str, int, str]]) -> str:
    modules, took = _modules(), sum(m for _, m, _ in steps)
    left = path["hours_each"] * 60 - took
    breaks = min(int(took // 85), int(left // 5))
    rest = min(10, int(left // breaks)) if breaks else 0
    due = [took * (k + 1) / (breaks + 1) for k in range(breaks)]
    at, worked, lines, before = 0, 0, [], ""
    for id, minutes, do in steps:
        if due and worked >= due[0] - minutes / 2 and worked:
            due.pop(0)
            lines.append(
                Line(_clock(at), [Cell("minutes", str(rest)), Cell("do", "Break"), Cell("m", "")])
            )
            at += rest
        slug = modules[id]["slug"]
        shown = f"{slug[:2]} {modules[id]['title']}" if id != before else slug[:2]
        lines.append(
            Line(_clock(at), [Cell("minutes", str(minutes)), Cell("do", do), Cell("m", shown)])
        )
        at, worked, before = at + minutes, worked + minutes, id
    columns = {"at": "From", "minutes": "Minutes", "do": "What happens", "m": "Notebook"}
    caption = f"{path['label']}: session {number} of {path['sessions']}, {took} minutes of {path['hours_each']:g} hours"
    return Table(caption, columns, [("", lines)], kind="prose")._repr_html_()


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02d}"
