"""The facilitator's guide: the notes that stand in the notebooks' sources, as one page to print.

The registry ``content/facilitator_guide.yaml`` has what holds for every session and the minutes of
each step; the cells tagged ``facilitator`` in ``notebooks/source`` have what to say and do. A
module whose notes do not add up to its minutes is refused.
"""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
from nbconvert.filters import markdown2html

from equitylab import catalog
from equitylab.markup import Cell, Line, Table, bullets, esc, paragraph, slug
from equitylab.page import page as shell

_MINUTES = re.compile(r"(\d+) min")


def note(cell) -> bool:
    """Whether a cell is for the facilitator and not for learners."""
    return "facilitator" in cell.metadata.get("tags", [])


def page(sources: list[Path]) -> str:
    """Return the guide as a page that prints; ``sources`` are those of the modules."""
    about = catalog.content("facilitator_guide")
    registry = {m["slug"]: m for m in catalog.content("modules")["modules"]}
    plans = {m["id"]: m for m in about["modules"]}
    body = _everywhere(about) + _pathways()
    for source in sources:
        module = registry[source.stem]
        body += _module(module, plans[module["id"]], _notes(source, module))
    return shell(
        "Facilitator guide",
        body,
        footer="Made from the notes in the notebooks. Check local law and policy before you begin.",
    )


def _notes(source: Path, module: dict) -> list[tuple[str, int, str]]:
    """Return each note of a source: its title, its minutes, its words as HTML."""
    found = []
    for cell in jupytext.read(source, fmt="py:percent").cells:
        if note(cell):
            minutes = _MINUTES.search(cell.source)
            html = markdown2html(re.sub(r"^#+\s", "#### ", cell.source, flags=re.M))
            title = cell.metadata.get("title") or "Note"
            found.append((title, int(minutes[1]) if minutes else 0, html))
    total = sum(minutes for _, minutes, _ in found)
    if found and total != module["minutes"]:
        raise SystemExit(
            f"{source.name}: the facilitator's notes add up to {total} minutes, "
            f"and the module has {module['minutes']}."
        )
    return found


def _module(module: dict, plan: dict, notes: list[tuple[str, int, str]]) -> str:
    at, lines = 0, []
    for step in plan["timeline"]:
        cells = [Cell("minutes", str(step["m"])), Cell("do", step["do"])]
        lines.append(Line(f"{at} to {at + step['m']}", cells))
        at += step["m"]
    columns = {"from": "Minute", "minutes": "Minutes", "do": "What happens"}
    agenda = Table(f"{module['title']}, agenda by minute", columns, [("", lines)], kind="prose")
    told = "".join(
        f"<h4>{esc(title[0].upper() + title[1:])}</h4>{html}" for title, _, html in notes
    )
    return (
        f"<h2 id={module['id']}>{esc(module['slug'][:2])} {esc(module['title'])}</h2>"
        + paragraph(f"{module['minutes']} minutes. Makes: {_words(module['produces'])}.")
        + agenda._repr_html_()
        + paragraph(f"Protocol: {plan['protocol']}.")
        + f"<h3 id={module['id']}-care>What may go wrong</h3>"
        + bullets(plan["pitfalls"])
        + f"<h3 id={module['id']}-notes>Step by step</h3>"
        + (told or paragraph("The notebook carries itself."))
        + paragraph(f"Alone: {plan['self_paced']}.")
    )


def _everywhere(about: dict) -> str:
    formats = Table(
        "Formats, with size and rhythm",
        {"id": "Format", "size": "People", "facilitators": "Facilitators", "cadence": "Rhythm"},
        [
            (
                "",
                [
                    Line(
                        one["id"].replace("_", " ").capitalize(),
                        [Cell(k, str(one[k])) for k in ("size", "facilitators", "cadence")],
                    )
                    for one in about["formats"]
                ],
            )
        ],
        kind="prose",
    )
    hard = [
        (f"{m['moment']}:", "; ".join(m["do"]) + ".") for m in about["care"]["difficult_moments"]
    ]
    return (
        _section("Formats", formats._repr_html_())
        + _section("Before", bullets([(f"{b['when']}:", b["do"] + ".") for b in about["before"]]))
        + _section("In every session", bullets(about["running_rules"]))
        + _section("Norms to start from", bullets(catalog.content("plc_protocol")["norms_starter"]))
        + _section("Care", paragraph(about["care"]["content_note"]) + bullets(hard))
        + _section(
            "So that everyone can take part", paragraph(_words(about["accessibility"]) + ".")
        )
        + _section(
            "Afterwards", bullets([(f"{a['when']}:", a["do"] + ".") for a in about["after"]])
        )
        + _section("What to ask at the end", bullets(about["workshop_evaluation"]))
    )


def _pathways() -> str:
    modules = {m["id"]: m for m in catalog.content("modules")["modules"]}
    lines = []
    for path in catalog.content("modules")["pathways"]:
        taken = [modules[id] for id in path["modules"]]
        cells = [
            Cell("sessions", f"{path['sessions']} of {path['hours_each']} h"),
            Cell("minutes", str(sum(m["minutes"] for m in taken))),
            Cell("modules", ", ".join(m["slug"][:2] for m in taken)),
        ]
        lines.append(Line(path["label"], cells))
    columns = {
        "path": "Pathway", "sessions": "Sessions", "minutes": "Minutes", "modules": "Notebooks",
    }  # fmt: skip
    table = Table("Pathways, with sessions and minutes", columns, [("", lines)], kind="prose")
    return _section("Pathways", table._repr_html_())


def _section(title: str, html: str) -> str:
    return f"<h2 id={slug(title)}>{esc(title)}</h2>{html}"


def _words(ids: list[str]) -> str:
    return ", ".join(id.replace("_", " ") for id in ids)
