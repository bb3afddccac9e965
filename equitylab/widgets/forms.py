"""What a module asks of a leader: the forms of ``content/forms/mNN.yaml``, checked where they are read.

A form is data. Five kinds make every instrument of the curriculum: ``form`` (fields, one answer each),
``rows`` (the same fields, as many times as there are things), ``scale`` (items rated alike),
``sort`` (cards put in bins) and ``lab`` (fields that change a drawing).
"""  # noqa: E501

from __future__ import annotations

import difflib
from dataclasses import MISSING, dataclass, fields
from functools import cache
from importlib import resources

import yaml

from .. import catalog
from ..errors import DataError

FIELDS = ("text", "long", "choice", "many", "number", "date", "tick")
CHOOSING = ("choice", "many")
# Portfolio keys begin with an artefact of modules.yaml or with one of these.
OWN = ("reflections", "checks", "promises", "predictions", "labs")


@dataclass(frozen=True)
class Field:
    """One thing asked: `id` is where its answer is kept, `label` is what a leader reads."""

    id: str
    label: str
    kind: str = "text"
    help: str = ""
    required: bool = False
    options: object = ()
    words: int = 0
    lint: bool = False
    placeholder: str = ""
    min: float | None = None
    max: float | None = None
    step: float | None = None
    unit: str = ""
    default: object = None
    when: object = None


@dataclass(frozen=True)
class Form:
    """One instrument; which attributes it needs depends on its kind."""

    id: str
    kind: str
    title: str
    key: str = ""
    intro: str = ""
    private: bool = False
    check: str = ""
    gate: str = ""
    fields: tuple[Field, ...] = ()
    then: str = ""
    # rows
    one: str = "entry"
    prefix: str = "r"
    least: int = 0
    most: int = 0
    start: object = ()
    # scale
    sections: object = ()
    items: object = ()
    options: object = ()
    evidence: str = ""
    lines: tuple[Field, ...] = ()
    nudge: object = None
    # sort
    cards: object = ()
    bins: object = ()
    reason: object = False
    # lab
    draw: str = ""


@dataclass(frozen=True)
class Pause:
    """A moment to work with others, or with a simulated partner when alone."""

    id: str
    minutes: int
    title: str
    cohort: str
    solo: str
    model: str = ""


@dataclass(frozen=True)
class Book:
    """All forms and pauses of one module."""

    id: str
    title: str
    version: str
    forms: dict[str, Form]
    pauses: dict[str, Pause]
    texts: dict  # what the module's labs say

    def form(self, id: str, *kinds: str) -> Form:
        """Return a form of one of these kinds.

        Raises
        ------
        DataError
            There is none with this id, or it is of another kind; ``nearest`` is the closest id.
        """
        fit = {k: f for k, f in self.forms.items() if not kinds or f.kind in kinds}
        if id not in fit:
            close = difflib.get_close_matches(str(id), fit, n=1)
            what = f'a form "{id}"' if not kinds else f'a {" or ".join(kinds)} "{id}"'
            raise DataError(
                f"There is not {what}.",
                file=place(self.id),
                nearest=close[0] if close else None,
                mend=f"There is: {', '.join(fit) or 'none'}.",
                form=id,
            )
        return fit[id]


NEEDS = {
    "form": ("key", "fields"),
    "rows": ("key", "fields"),
    "scale": ("key", "options"),
    "sort": ("key", "cards", "bins"),
    "lab": ("draw",),
}
TAKES = {
    "form": ("then",),
    "rows": ("one", "prefix", "least", "most", "start"),
    "scale": ("sections", "items", "options", "evidence", "lines", "nudge"),
    "sort": ("cards", "bins", "reason"),
    "lab": ("draw",),
}
ANY = ("id", "kind", "title", "key", "intro", "private", "check", "gate", "fields")


def place(module: str) -> str:
    """Return the name of a module's file, as messages say it."""
    return f"content/forms/{module}.yaml"


@cache
def book(module: str) -> Book:
    """Return the forms of a module; none yet where there is no file."""
    file = resources.files("equitylab") / "content" / "forms" / f"{module}.yaml"
    if not file.is_file():
        return Book(module, module, "", {}, {}, {})
    return made(catalog.content(f"forms/{module}"), place(module))


def read(text: str, file: str = "forms.yaml") -> Book:
    """Return the forms that a YAML text describes.

    Raises
    ------
    DataError
        It names the file, the form, the field and the mend.

    Examples
    --------
    >>> told = read('''
    ... {id: m03, title: Gaps, forms: [{id: hope, kind: form, key: labs.m03, title: A hope,
    ...  fields: [{id: text, label: "What do you hope for?"}]}]}''')
    >>> told.forms["hope"].fields[0].kind
    'text'
    """
    try:
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        at = getattr(error, "problem_mark", None)
        raise DataError(
            f"This is not YAML: {getattr(error, 'problem', None) or 'it breaks off'}.",
            file=file,
            row=at.line + 1 if at else None,
            mend="Mend that line; words with a colon or a quotation mark want quotes around them.",
        ) from None
    return made(raw, file)


def made(raw: object, file: str) -> Book:
    """Return the forms that a file's content describes; as :func:`read`."""
    if not isinstance(raw, dict):
        raise _wrong(file, "The file holds no forms.", mend="Write id, title and forms.")
    known = ("id", "title", "version", "forms", "pauses", "texts")
    _only(file, raw, known, "the file")
    forms, pauses = {}, {}
    for one in raw.get("forms") or ():
        form = _form(file, one)
        if form.id in forms:
            raise _wrong(file, "Its id is used twice.", form.id, mend="Give each form its own id.")
        forms[form.id] = form
    for form in forms.values():
        if form.then and (form.then not in forms or forms[form.then].kind != "lab"):
            raise _wrong(
                file,
                f'"then" names "{form.then}", which is not a lab of this file.',
                form.id,
                mend=f"Labs: {', '.join(f.id for f in forms.values() if f.kind == 'lab')}.",
            )
    for one in raw.get("pauses") or ():
        pause = _make(Pause, file, one, f'pause "{one.get("id", "?")}"')
        pauses[pause.id] = pause
    id = str(raw.get("id", ""))
    return Book(
        id,
        str(raw.get("title", id)),
        str(raw.get("version", "")),
        forms,
        pauses,
        raw.get("texts") or {},
    )


def _form(file: str, raw: dict) -> Form:
    if not isinstance(raw, dict) or not raw.get("id"):
        raise _wrong(file, "A form has no id.", mend="Write id: some-name.")
    id, kind = str(raw["id"]), raw.get("kind")
    if kind not in NEEDS:
        raise _wrong(file, f'Its kind is "{kind}".', id, mend=f"Kinds of form: {', '.join(NEEDS)}.")
    _only(file, raw, ANY + TAKES[kind], f'form "{id}" of kind {kind}', id)
    for name in NEEDS[kind]:
        if not raw.get(name):
            raise _wrong(file, f'A {kind} needs "{name}".', id, mend=f"Write {name}: …")
    if kind == "scale" and not (raw.get("sections") or raw.get("items")):
        raise _wrong(file, 'A scale needs "sections" or "items".', id, mend="Write one of them.")
    key = raw.get("key") or ""
    artefacts = (*catalog.content("modules")["artifact_types"], *OWN)
    if key and (key.count(".") < 1 or key.partition(".")[0] not in artefacts):
        raise _wrong(
            file,
            f'Its key "{key}" does not begin with an artefact and a dot.',
            id,
            mend=f"Artefacts: {', '.join(artefacts)}.",
        )
    more = {
        "fields": _fields(file, id, raw.get("fields")),
        "lines": _fields(file, id, raw.get("lines")),
    }
    return _make(Form, file, {**raw, **more}, f'form "{id}"', id)


def _fields(file: str, form: str, raw: list | None) -> tuple[Field, ...]:
    found: dict[str, Field] = {}
    for one in raw or ():
        if not isinstance(one, dict):
            raise _wrong(file, "A field is not {id, label, …}.", form, mend="Write its id first.")
        id = str(one.get("id", "?"))
        field = _make(
            Field, file, {"kind": "text", **one}, f'form "{form}", field "{id}"', form, id
        )
        if field.kind not in FIELDS:
            mend = f"Kinds of field: {', '.join(FIELDS)}."
            raise _wrong(file, f'Its kind is "{field.kind}".', form, id, mend=mend)
        if field.kind in CHOOSING and not field.options:
            raise _wrong(file, "It has no options.", form, id, mend="Write options: [a, b].")
        if field.options and field.kind not in CHOOSING:
            mend = "Say kind: choice or kind: many."
            raise _wrong(file, f"A {field.kind} field has no options.", form, id, mend=mend)
        if id in found:
            raise _wrong(file, "Its id is used twice.", form, id, mend="Give it an id of its own.")
        for other in field.when or ():
            if other not in found:
                mend = "Name a field that stands before it."
                raise _wrong(file, f'"when" names "{other}".', form, id, mend=mend)
        found[id] = field
    return tuple(found.values())


def _make(cls, file: str, raw: dict, what: str, form: str = "", field: str = ""):
    """Return a dataclass from what YAML says, or say which part is missing or too much."""
    known = {f.name: f for f in fields(cls)}
    _only(file, raw, tuple(known), what, form, field)
    for name, one in known.items():
        if one.default is MISSING and raw.get(name) in (None, ""):
            raise _wrong(file, f'"{name}" is missing.', form, field, mend=f"Write {name}: …")
    return cls(**raw)


def _only(file, raw: dict, known: tuple, what: str, form: str = "", field: str = "") -> None:
    for name in raw:
        if name not in known:
            close = difflib.get_close_matches(str(name), known, n=1)
            raise _wrong(
                file,
                f'"{name}" is not known here.',
                form,
                field,
                nearest=close[0] if close else None,
                mend=f"Known in {what}: {', '.join(known)}.",
            )


def _wrong(file, message: str, form: str = "", field: str = "", *, mend: str, nearest=None):
    where = f'Form "{form}"' + (f', field "{field}"' if field else "") if form else ""
    text = f"{where}: {message}" if where else message
    return DataError(text, file=file, mend=mend, nearest=nearest, form=form, field=field)
