"""Content files, checked where they are read: a broken one says which, where in it, and the mend.

``content/schema/shapes.yaml`` holds the shape of each file in a short notation; :func:`schema` makes
JSON Schema (draft 7) of it.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from .errors import DataError

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # where it is built in, ten times as fast


class _Strict(_Loader):
    """YAML in which a name may stand once only: the second would replace the first unseen."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.value in seen and isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(
                    problem=f'"{key.value}" stands here twice', problem_mark=key.start_mark
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        return super().construct_mapping(node, deep)


def read(name: str) -> dict:
    """Return a content file as a dict, after its check; ``name`` is without the ending.

    Raises
    ------
    DataError
        There is no such file, it is not YAML, or it has not the shape that its readers rely on.
    """
    file = resources.files(__package__).joinpath("content", f"{name}.yaml")
    try:
        text = file.read_text("utf-8")
    except (FileNotFoundError, IsADirectoryError):
        raise DataError("There is no such content.", file=f"content/{name}.yaml") from None
    return check(text, name)


def check(text: str, name: str) -> dict:
    """Return what a content file says, if it has its shape.

    Examples
    --------
    >>> try:
    ...     check("id: report_text\\ntitle: Words\\nversion: '0.1'", "report_text")
    ... except DataError as wrong:
    ...     print(wrong)
    content/report_text.yaml, row 1: the file lacks chapters, methods, ...
    Add chapters: …
    """
    place = f"content/{name}.yaml"
    try:
        found = yaml.load(text, _Strict)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise DataError(
            f"This is not YAML as it should be: {getattr(wrong, 'problem', None) or wrong}.",
            file=place,
            row=mark.line + 1 if mark else None,
            mend="Mend that line; text with a colon or a quotation mark wants quotes around it.",
        ) from None
    try:
        _validator(_kind(name))(found)
    except ValueError as wrong:
        if not hasattr(wrong, "path"):
            raise
        raise _refusal(wrong, text, place) from None
    own = name.rpartition("/")[2]
    if found["id"] != own:
        raise DataError(f'Its id is "{found["id"]}".', file=place, mend=f"Write id: {own}")
    return found


# ---------------------------------------------------------------- shapes to JSON Schema


def _kind(name: str) -> str:
    return "forms" if name.startswith("forms/") else name


@cache
def _shapes() -> dict:
    file = resources.files(__package__).joinpath("content", "schema", "shapes.yaml")
    return yaml.load(file.read_text("utf-8"), _Strict)


def schema(name: str) -> dict:
    """Return the JSON Schema (draft 7) of a content file.

    Examples
    --------
    >>> schema("reflection_prompts")["properties"]["rules"]["minItems"]
    1
    """
    shapes = _shapes()
    if name not in shapes["files"]:
        raise DataError(
            f"No shape is written for {name}.",
            file="content/schema/shapes.yaml",
            mend="Add one: its shortest form is a name and {}.",
        )
    head = {"id": "id", "title": "text", "version": "text", "used_in?": ["module"]}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        **_schema(head | shapes["files"][name]),
        "definitions": shapes["definitions"],
    }


def _schema(shape: object) -> dict:
    if isinstance(shape, list):
        return {"type": "array", "minItems": 2 - len(shape), "items": _schema(shape[0])}
    if isinstance(shape, str):
        if shape in _shapes()["definitions"]:
            return {"$ref": f"#/definitions/{shape}"}
        return {"enum": shape.split("|")}
    names = [name for name in shape if name not in ("*", "only")]
    made = {
        "type": "object",
        "required": [name for name in names if not name.endswith("?")],
        "properties": {name.removesuffix("?"): _schema(shape[name]) for name in names},
    }
    if "*" in shape:
        made |= {"additionalProperties": _schema(shape["*"]), "minProperties": 1}
    if shape.get("only"):
        made["additionalProperties"] = False
    return made


@cache
def _validator(name: str):
    import fastjsonschema  # 13 ms; jsonschema is ten times that, and says no more

    return fastjsonschema.compile(schema(name), use_default=False)


# ---------------------------------------------------------------- plain words


def _refusal(wrong, text: str, place: str) -> DataError:
    """Return a validator's error as a sentence with the line of the file and the mend."""
    path = [part for part in wrong.path[1:]]
    where = "".join(f"[{p}]" if p.isdigit() else f".{p}" for p in path).lstrip(".") or "the file"
    said, rule = wrong.rule, wrong.rule_definition
    message, mend = (
        f"{where} is not as it should be: {wrong.message}.",
        "Write it as its neighbours are.",
    )
    if said == "required":
        gone = [name for name in rule if name not in wrong.value]
        message, mend = f"{where} lacks {', '.join(gone)}.", f"Add {gone[0]}: …"
    elif said == "additionalProperties" and rule is False:
        known = list(wrong.definition["properties"])
        more = [name for name in wrong.value if name not in known]
        message = f"{where} has a name that nothing reads: {', '.join(map(str, more))}."
        mend = f"It may have {', '.join(known)}."
    elif said == "enum":
        message = f'{where} is "{wrong.value}".'
        mend = f"It may be {', '.join(map(str, rule))}."
    elif said in ("minItems", "minProperties", "minLength") or wrong.value in ("", None):
        message, mend = f"{where} is empty.", "Give it at least 1 entry."
    elif said == "type":
        message = f"{where} is {str(wrong.value)[:40]}."
        kinds = rule if isinstance(rule, list) else [rule]
        words = {"string": "text", "object": "names with values", "array": "a list"}
        mend = f"Write {' or '.join(words.get(kind, kind) for kind in kinds)}."
        if kinds == ["string"]:
            mend += " A bare yes, no, number or date wants quotes."
    elif said == "format":
        message = f"{where} is not a pattern that can be read."
    return DataError(message, file=place, row=_row(text, path), mend=mend, where=where)


def _row(text: str, path: list[str]) -> int:
    """Return the line on which the thing at this path begins."""
    node = yaml.compose(text, _Loader)
    line = node.start_mark.line
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == part]
            if not found:
                break
            line, node = found[0][0].start_mark.line, found[0][1]
        elif isinstance(node, yaml.SequenceNode) and part.isdigit():
            node = node.value[int(part)]
            line = node.start_mark.line
    return line + 1
