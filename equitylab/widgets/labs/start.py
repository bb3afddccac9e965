"""Notebook 00: which path, which numbers, and what is done."""

from __future__ import annotations

import difflib
import os
import re
import zipfile
from pathlib import Path

from ... import catalog
from ...display import listing, many
from ...errors import EquityLabError
from ..registry import Verdict, check, lab
from ._plain import table, text, texts


def public_server() -> bool:
    """Whether this is a machine that no school controls."""
    return bool(os.environ.get("EQUITYLAB_ON_BINDER"))


# ---------------------------------------------------------------- the path


@lab("my-path")
def path(at, pathway: str = "", role: str = "", **_) -> list:
    """Which notebooks, how many minutes, and what will you hold at the end?"""
    chosen = at.folio.get("profile.role") or {}
    pathway = pathway or chosen.get("pathway") or "full_cohort"
    role = role or chosen.get("role") or ""
    content = catalog.content("modules")
    way = next((p for p in content["pathways"] if p["id"] == pathway), content["pathways"][0])
    parts = [m for m in content["modules"] if m["id"] in way["modules"]]
    minutes = sum(m["minutes"] for m in parts)
    said = (
        f"{way['label']}: {many(len(parts), 'notebook')}, {minutes // 60} hours "
        f"{minutes % 60} minutes of work, in {many(way['sessions'], 'session')} of about "
        f"{way['hours_each']:g} hours."
    )
    leans = [m for m in parts if role and role in m["audience"]]
    out = [said]
    if leans:
        verb = "Notebook {} leans" if len(leans) == 1 else "Notebooks {} lean"
        out.append(
            verb.format(listing([m["id"][1:] for m in leans])) + " most on what your role knows "
            "or can decide; nobody needs permission for the others."
        )
    note = texts("m00")["path_notes"].get(way["id"])
    kinds = content["artifact_types"]
    rows = [
        (
            f"{m['id'][1:]} {m['title']}",
            f"{m['minutes']} min",
            "; ".join(_plain_ids(kinds[p]["summary"]) for p in m["produces"]),
            "yes" if m in leans else "",
        )
        for m in parts
    ]
    columns = {
        "notebook": "Notebook",
        "minutes": "Time",
        "made": "What you hold at the end",
        "role": "Leans on your role",
    }
    listed = table(f"What is on the path: {way['label']}", columns, rows)
    return [*out, *([note] if note else []), listed]


def _plain_ids(words: str) -> str:
    """Return a summary with notebooks named by their numbers."""
    return re.sub(r"\bm(\d\d)\b", r"\1", words)


# ---------------------------------------------------------------- the numbers


@lab("whereabouts")
def whereabouts(at, **_) -> list:
    """Is this a public server, and what may be opened here?"""
    if public_server():
        return [
            "This is a public server. Your own file is not opened here, and nothing is kept: "
            "download your work before you leave.",
            "Work with the sample district now. On a machine that your school controls, the same "
            "notebooks open your own file, and Restore brings your written work along.",
        ]
    return [
        "As far as these notebooks can tell, this is not a public server: what you open is read "
        "on this machine and sent nowhere.",
        "If someone gave you a link that starts in a browser with nothing installed, ask whose "
        "machine it runs on before you open a student file.",
    ]


@check("own-numbers")
def own_numbers(at, value) -> list[Verdict]:
    """Can the chosen numbers be opened, and may they be?"""
    value = value or {}
    kind, path = value.get("kind") or "sample", str(value.get("path") or "").strip()
    if kind == "sample":
        return [Verdict(True, "The sample district is fictional: it may be opened anywhere.")]
    if public_server():
        stop = "Stop: this is a public server. Your own numbers are not opened here."
        mend = "Choose the sample district, or work on a machine that your school controls."
        return [Verdict(False, f"{stop} {mend}")]
    if not path:
        return [Verdict(None, "Write where the file or folder is.")]
    given = Path(path).expanduser()
    beside = at.folio.path.parent / given
    found = given if given.exists() else beside
    if not found.exists():
        return [Verdict(False, f"There is nothing called “{path}” here.{_nearest(given)}")]
    if kind == "release":
        if not _release(found):
            words = f"“{path}” does not hold published numbers. Ask for the file release.zip."
            return [Verdict(False, words)]
        return [Verdict(True, "Published numbers, found. The small groups in them are hidden.")]
    found = Verdict(True, "Found. It is read when the next cell runs; that can take a minute.")
    return [found, *_meanings(value.get("map"))]


def _nearest(path: Path) -> str:
    """Return which name in the same folder is close, if one is."""
    home = path.parent if path.parent.is_dir() else Path()
    close = difflib.get_close_matches(path.name, [p.name for p in home.iterdir()], n=1)
    if close:
        return f" Did you mean “{home / close[0]}”?"
    return " Check the spelling, or put the file beside these notebooks."


def _release(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as box:
        return {"about.json", "table.arrow.zst"} <= set(box.namelist())


def _meanings(map: object) -> list[Verdict]:
    """Say whether each line gives a column's meaning."""
    lines = [line for line in text(map).splitlines() if line.strip()]
    odd = [line for line in lines if "=" not in line]
    if odd:
        words = f"This line has no equals sign: “{odd[0]}”. Write COLUMN=meaning."
        return [Verdict(False, words)]
    return [Verdict(True, f"You gave the meaning of {many(len(lines), 'column')}.")] * bool(lines)


@lab("first-look")
def first_look(at, **_) -> list:
    """What do the chosen numbers hold about the school?"""
    try:
        school = at.school
        measures, groups = school.measures(), school.groups()
    except EquityLabError as error:
        return [*str(error).splitlines(), "Until then, the sample district is there for you."]
    years = school.years
    span = years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
    fiction = " It is fictional: nobody in it is a person." if school.sample else ""
    said = (
        f"{school.name}: {many(len(measures), 'measure')} for "
        f"{many(len(groups), 'student group')}, {span}.{fiction}"
    )
    chapters = catalog.chapters()
    rows = []
    for chapter, label in chapters.items():
        held = [name for id, name in measures.items() if catalog.indicator(id).chapter == chapter]
        rows.append((label, "; ".join(held) if held else "not in these numbers"))
    policy = school.policy
    rule = (
        f"They were made with a minimum of {policy['min_group']} students: smaller groups are "
        "hidden already, and what is hidden was never in this notebook."
    )
    columns = {"part": "Part", "measures": "Measures"}
    return [said, table("What the school's numbers hold", columns, rows), rule]


# ---------------------------------------------------------------- norms, and what is done


@check("working-norms")
def norms(at, value) -> list[Verdict]:
    """Did the team choose norms, add one of its own, and say when to look again?"""
    value = value or {}
    agreed, added = value.get("agreed") or [], text(value.get("added"))
    asked = [
        (
            agreed,
            f"You agree to {many(len(agreed), 'norm')}.",
            "Choose those that you can keep to.",
        ),
        (added, "One is your own.", "Add one of your own: that is what makes them yours."),
        (value.get("again"), "You will look at them again.", "Choose a date to look again."),
    ]
    return [Verdict(True if met else None, yes if met else todo) for met, yes, todo in asked]


DONE = (  # key, field, what stands when it is done, what to do
    (
        "profile.keeping",
        "downloaded",
        "You saved your file once",
        "Press Download once, at the top",
    ),
    ("profile.keeping", "restored", "You restored it once", "Try Restore with the downloaded file"),
    ("profile.mode", "mode", "You chose how you work", "Choose: on your own, or with a group"),
    ("profile.role", "pathway", "You chose a path", "Choose a path"),
    ("profile.privacy_sort", "", "You sorted what may go where", "Sort the eight kinds of data"),
    ("profile.pledge", "public", "You made the privacy promise", "Make the privacy promise"),
    ("profile.context", "pack", "You chose a pack", "Choose a pack of groups"),
    ("profile.rules", "minimum_n", "You set a minimum", "Set the smallest group to be shown"),
    ("profile.norms", "added", "You agreed norms, and added one", "Add a norm of your own"),
)


@check("first-steps")
def ready(at, value) -> list[Verdict]:
    """What is done in this notebook, and what is still open?"""
    out = []
    for key, field, done, todo in DONE:
        held = at.folio.get(key) or {}
        met = bool(held.get(field)) if field else bool(held)
        out.append(Verdict(True if met else None, done + "." if met else todo + "."))
    hope = text((value or {}).get("hope"))
    return [*out, Verdict(True if hope else None, "You wrote a hope." if hope else "Write a hope.")]
