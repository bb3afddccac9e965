"""Two pages for families: whom a school serves, what goes well, what is clearly apart, whom to ask.

Every sentence is in a file of ``content/family``, one a language, and a district can add its own.
Numbers come from the published rows of a :class:`View` and from nowhere else.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path

import yaml

from .. import catalog, display
from ..catalog import Indicator
from ..errors import DataError
from ..markup import attributes, bullets, esc, paragraph
from ..page import page
from ..schema import ALL
from . import findings
from .view import View

FOLDER = Path(__file__).resolve().parents[1] / "content" / "family"
SHOWN = 3  # clear differences, and things that go well, in full
_OPEN = ("groups", "dimensions", "indicators")  # may leave out what they do not know
_NUMBER = re.compile(r"\d+")
_STYLE = """
@media print{#hidden{break-before:page;border-top:0;margin-top:0}html{font-size:10.5pt}body{line-height:1.32}
h1{font-size:1.55rem;margin:.1rem 0}h2{font-size:1.15rem;margin-top:1rem;padding-top:.25rem;border-top-width:1px}
li{margin:.15rem 0}.line{min-height:1.25rem}#ask~.line{min-height:2.1rem}footer{margin-top:.8rem;padding:0}}
"""


@cache
def words(language: str, folder: str | Path | None = None) -> dict:
    """Return the words of a summary in one language, each key checked.

    Parameters
    ----------
    language : str
        Names the file, such as ``es`` for ``es.yaml``.
    folder : path, optional
        More languages, or other words for one that is bundled.

    Raises
    ------
    DataError
        There is no such file, it lacks a key of ``en.yaml``, or a part in braces is not one that is
        filled in.
    """
    places = [*([Path(folder)] if folder else []), FOLDER]
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", language):
        raise DataError(f'"{language}" is not the short name of a language, such as es or zh-Hans.')
    paths = [p for place in places for p in sorted(place.glob("*.y*ml"))]
    path = next((p for p in paths if p.stem == language), None)
    if path is None:
        raise DataError(
            f'There are no words for the language "{language}".',
            mend=f"There are {display.listing(sorted({p.stem for p in paths}))}; "
            "--translations FOLDER adds more.",
        )
    try:
        found = yaml.safe_load(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise DataError(
            "This file is not saved as UTF-8.", file=path, mend="Save it as UTF-8."
        ) from None
    except yaml.YAMLError as error:
        at = getattr(error, "problem_mark", None)
        raise DataError(
            f"This is not YAML that can be read: {getattr(error, 'problem', None) or 'see there'}.",
            file=path, row=at and at.line + 1,
            mend="Put quotes around a text that holds a colon or begins with a brace; "
            "begin lines with spaces, not with a tab.",
        ) from None  # fmt: skip
    except (ValueError, RecursionError):  # a day that no calendar has, a list in a list in a list
        raise DataError(
            "This is not YAML that can be read: a date, a number or lists within lists.", file=path,
            mend="Put quotes around dates and numbers.",
        ) from None  # fmt: skip
    model = yaml.safe_load((FOLDER / "en.yaml").read_text("utf-8"))
    found = found if isinstance(found, dict) else {}
    for fault, mend in _faults(model, found):
        raise DataError(fault, file=path, mend=mend)
    if found["language"] != language:
        raise DataError(
            f'The file is named for "{language}", and says language: {found["language"]}.',
            file=path, mend=f"Write language: {language} in it.",
        )  # fmt: skip
    return found


def _faults(model: dict, found: dict, at: str = "") -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the words of a language, each with its mend."""
    whole = "en.yaml, which comes with EquityLab, has every key."
    for key, held in model.items():
        name, given = f"{at}{key}", found.get(key)
        if name in _OPEN:
            if not isinstance(given, dict):
                yield f'The key "{name}" is missing, or holds no list of words.', whole
                continue
            for group, texts in given.items() if name != "dimensions" else ():
                wanted = {"groups": ("label", "students"), "indicators": ("label", "did")}[name]
                texts = texts if isinstance(texts, dict) else {}
                lacks = [k for k in wanted if not isinstance(texts.get(k), str)]
                if lacks:
                    yield f'The key "{name}.{group}.{lacks[0]}" is missing.', whole
        elif given is None:
            yield f'The key "{name}" is missing.', whole
        elif isinstance(held, dict):
            yield from _faults(held, given if isinstance(given, dict) else {}, f"{name}.")
        elif isinstance(held, list):
            if not (isinstance(given, list) and given and all(isinstance(t, str) for t in given)):
                yield f'The key "{name}" is not a list of sentences.', whole
        elif not isinstance(given, str):
            yield f'The key "{name}" holds no text.', "Put quotes around it."
        elif name != "thousands" and not given.strip():  # a space may part thousands
            yield f'The key "{name}" holds no text.', f'In en.yaml it is: "{held}"'
        elif fault := _filled(held, given, name == "group"):
            yield f'The text of "{name}" {fault}.', f'In en.yaml it is: "{held}"'


def _filled(held: str, given: str, either: bool) -> str:
    """Say what is wrong with the parts in braces of a text, beside those of the English one."""
    try:
        want, has = (
            {
                name + ("!" if form or kind else "")
                for _, name, form, kind in parts
                if name is not None
            }
            for parts in map(string.Formatter().parse, (held, given))
        )
    except ValueError:
        return "has a brace that is not closed"
    if form := next((name for name in has - want if name.endswith("!")), ""):
        return f"has more than a name in the braces of {{{form[:-1]}}}"
    if either:  # a group by its name in the data, or in words
        return "" if has & {"group", "students"} == has != set() else "needs {group} or {students}"
    if has - want:
        return f"has {{{min(has - want)}}}, which nothing fills in"
    return f"lacks {{{min(want - has)}}}" if want - has else ""


class Summary:
    """What the summary of one school says, in one language."""

    def __init__(self, view: View, words: dict) -> None:
        self.view, self.words = view, words

    def count(self, value: float) -> str:
        return display.count(value).replace(",", self.words["thousands"])

    def listing(self, parts: list[str]) -> str:
        return display.listing(parts, last=self.words["and"])

    def group(self, label: str, form: str = "label") -> str:
        """Return a group's name, or its students, in this language if it has words for it."""
        if label == ALL:
            return self.words["others"]["all students"]
        number = _NUMBER.search(label)
        for key in (label, _NUMBER.sub("{number}", label)):
            if key in self.words["groups"]:
                return self.words["groups"][key][form].replace(
                    "{number}", number[0] if number else ""
                )
        if form == "label":
            return label
        return self.words["group"].format(group=label, students=display.who(label))

    def others(self, reference: str) -> str:
        return self.words["others"].get(reference) or self.group(reference, "students")

    def label(self, about: Indicator) -> str:
        return self.words["indicators"].get(about.id, {}).get("label") or about.label

    def lead(self, label: str) -> str:
        return self.words["lead"].format(label=label)

    def did(self, about: Indicator) -> str:
        """Return what completes "12 of 60 students ...", if there are words for it."""
        if about.counts != "students":
            return ""
        said = self.words["indicators"].get(about.id, {}).get("did", "")
        return said or (about.did if self.words["language"] == "en" else "")

    def numbers(self, row, *names: str) -> dict[str, str]:
        return {name: self.count(getattr(row, name)) for name in names}

    # ------------------------------------------------------------ the parts

    def served(self) -> str:
        said, rows = self.words["served"], self.view.enrolled
        total = next((r.n for r in rows if r.dimension == ALL and display.known(r.n)), None)
        parts: dict[str, list[str]] = {}
        for row in rows:
            if row.dimension != ALL:
                shape = said["part"] if display.known(row.n) else said["hidden"]
                n = self.count(row.n) if display.known(row.n) else ""
                part = esc(shape.format(group=self.group(row.group), n=n))
                # Whose number it is, in whatever language: the attacker reads it too.
                own = attributes(data_dimension=row.dimension, data_group=row.group)
                parts.setdefault(row.dimension, []).append(f"<span{own}>{part}</span>")
        id, names = findings.counted_on(self.view), self.words["dimensions"]
        about = {"indicator": id, "year": self.view.latest[id]} if id else {}
        data = attributes(**{f"data_{k}": v for k, v in about.items()})
        lines = ""
        for d, listed in parts.items():
            lead = self.lead(names.get(d) or catalog.dimension_label(d))
            told = esc(said["groups"]).format(parts=", ".join(listed))
            lines += f"<li{data}><strong>{esc(lead)}</strong> {told}</li>"
        first = said["students"].format(n=self.count(total)) if total else said["unknown"]
        lines = f"<ul class=plain>{lines}</ul>" if lines else ""
        return paragraph(first, about=about) + lines + paragraph(said["why"])

    def well(self) -> str:
        said, view = self.words["well"], self.view
        bright = [self.apart(row) for row in self.tellable(view.sides[1], 1)]
        better, ahead = [], []
        for row in findings.improved(view)[:1]:
            about = catalog.indicator(row.indicator)
            shown = self.numbers(row, "x_from", "n_from", "x", "n")
            text = said["better"].format(year_from=row.year_from, year=row.year_to, **shown)
            better.append((self.lead(self.label(about)), text, {"indicator": row.indicator}))
        for row, above in findings.ahead(view)[:2]:
            label = self.label(catalog.indicator(row.indicator))
            text = said["ahead"].format(
                above=above.unit, rate=_hundred(row.rate), rate_above=_hundred(above.rate),
                **self.numbers(row, "x", "n"),
            )  # fmt: skip
            ahead.append((self.lead(label), text, {"indicator": row.indicator, "year": row.year}))
        same = [self.label(about) for about, _ in findings.without_clear(view)]
        last = [said["same"].format(labels="; ".join(same[:4]))] if same else []
        items = [*bright, *better, *ahead][: SHOWN - bool(last)] + last
        return (
            paragraph(said["intro"] if items else said["none"])
            + bullets(items)
            + paragraph(said["own"])
            + "<div class=line></div>"
        )

    def tellable(self, rows: list, most: int) -> list:
        """Return the weightiest rows of groups whose four counts are published, none as a band.

        Grades, and measures that have no better side, are left to the full report.
        """
        told = [
            row for row in rows
            if row.dimension not in findings.LAST
            and catalog.indicator(row.indicator).direction != "context"
            and row.why == "" and not row.pooled and not catalog.indicator(row.indicator).events
            and all(display.known(n) for n in (row.x, row.other_x, row.other_n))
            and 0 < row.x < row.n and 0 < row.other_x < row.other_n
        ]  # fmt: skip
        return findings.weightiest(told, most)

    def apart(self, row) -> tuple:
        """Return the counts of a group and of the others, and what that is of every hundred."""
        about, said = catalog.indicator(row.indicator), self.words["clear"]
        did = self.did(about)
        shape = said["students"] if did else said["label"]
        if about.counts == "seats":
            shape = self.words["seats"]
        text = shape.format(
            students=self.group(row.group, "students"), others=self.others(row.reference),
            did=did, **self.numbers(row, "x", "n", "other_x", "other_n"),
        )  # fmt: skip
        hundred = said["hundred"].format(
            rate=_hundred(row.rate), other_rate=_hundred(row.other_x / row.other_n)
        )
        return (
            self.lead(self.label(about)),
            f"{text} {hundred}",
            {"indicator": row.indicator, "year": row.year, "dimension": row.dimension}
            | {"group": row.group},
        )

    @cached_property
    def told(self) -> list:
        return self.tellable(self.view.sides[0], SHOWN)

    def clear(self) -> str:
        said, gaps = self.words["clear"], self.view.sides[0]
        if not self.told:
            return paragraph(said["none"])
        more = len(gaps) - len(self.told)
        return (
            paragraph(said["intro"])
            + bullets([self.apart(row) for row in self.told])
            + paragraph(said["more"].format(count=self.count(more)) if more else "")
            + paragraph(said["cause"])
        )

    def hidden(self) -> str:
        said, view = self.words["hidden"], self.view
        few = sum(row.signal == findings.COMPARED[2] for row in view.rows_compared)
        names = [self.group(row.group) for row in view.enrolled if not display.known(row.n)]
        texts = [
            said["small"].format(min_group=view.public.policy.get("min_group", 10)),
            said["child"],
            said["these"].format(groups=self.listing(names)) if names else "",
            said["few"].format(count=self.count(few)) if few else "",
            said["listen"],
        ]
        return paragraph(" ".join(filter(None, texts)))

    def ask(self) -> str:
        said = self.words["ask"]
        lines = "".join(paragraph(line) + "<div class=line></div>" for line in said["lines"])
        return paragraph(said["intro"]) + bullets(said["ways"]) + lines

    def questions(self) -> str:
        chapters = {catalog.indicator(row.indicator).chapter for row in self.told}
        asked = [text for id, text in self.words["chapters"].items() if id in chapters]
        return bullets([*asked, *self.words["questions"]["always"]])


def _hundred(share: float) -> str:
    """Return how many of a hundred, whole; a share of some is never none, nor of nearly all, all.

    Examples
    --------
    >>> _hundred(.128), _hundred(.001), _hundred(.999)
    ('13', '1', '99')
    """
    return str(min(99, max(1, round(100 * share))))


def summary(view: View, words: dict) -> str:
    """Return one school's summary as a whole HTML page, in the language of these words.

    Parameters
    ----------
    view : View
        The school's published numbers.
    words : dict
        What :func:`words` returned.
    """
    made, said = Summary(view, words), words["page"]
    name = str(view.unit["unit"]).strip() or str(view.unit_id)
    above = str(view.above["unit"]) if view.above is not None else ""
    sub = said["sub"].format(district=above, year=view.year).strip(" ,")
    parts = ("served", "well", "clear", "hidden", "questions", "ask")
    body = "".join(
        f"<h2 id={part}>{esc(words[part]['title'])}</h2>{getattr(made, part)()}" for part in parts
    )
    return page(
        said["title"].format(school=name),
        f"<div{attributes(data_unit=view.unit_id)}>{body}</div>",
        lang=words["language"],
        head=(
            f"<p class=kicker>{esc(said['kicker'])}</p><h1><bdi>{esc(name)}</bdi></h1>"
            f"<p class=sub><bdi>{esc(sub)}</bdi></p>"
        ),
        footer=said["footer"],
        skip=said["skip"],
        sections=said["sections"],
        direction=words["direction"] if words["direction"] == "rtl" else "",
        style=_STYLE,
    )
