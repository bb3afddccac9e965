"""The words and numbers of an SVG drawing, put together by where they stand.

A label and the number beside its bar are separate texts in a drawing; they share a line or a column.
Numbers that are evenly spaced along one are the ticks of an axis.
"""

from __future__ import annotations

import re

from .pages import Context, Node, Sink

_MOVE = re.compile(r"(translate|matrix)\s*\(([^)]*)\)")
_NUMBER = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_NEAR = 3.0  # user units within which two texts share a line


def read_svg(svg: Node, context: Context, sink: Sink, where: str, heading: str) -> None:
    """Read a drawing's title, description, texts and the texts that stand in line with each other."""
    placed: list[tuple[float, float, str]] = []
    _collect(svg, 0.0, 0.0, placed)
    for node in svg.find("title", "desc"):
        sink.text(node.words(), f"{where} {node.tag}", context, heading)
    for _, _, text in placed:
        sink.text(text, f"{where} text", context, heading)
    for axis in (0, 1):
        for line in _lines(placed, axis):
            if len(line) > 1 and any(re.search(r"[^\W\d_]", t) for _, t in line):
                words = [t for _, t in _without_ticks(line)]
                if len(words) > 1:
                    sink.text(" | ".join(words), f"{where} texts in line", context, heading)


def _collect(node: Node, x: float, y: float, placed: list) -> None:
    """Gather (x, y, text) for texts, and for the comments with which text drawn as paths is marked."""
    for kind, inside in _MOVE.findall(node.attrs.get("transform", "")):
        numbers = [float(v) for v in _NUMBER.findall(inside)] + [0.0, 0.0]
        x, y = (x + numbers[4], y + numbers[5]) if kind == "matrix" else (
            x + numbers[0],
            y + numbers[1],
        )  # fmt: skip
    if node.tag in ("text", "tspan"):
        x += _float(node.attrs.get("x")) if node.tag == "text" else 0.0
        y += _float(node.attrs.get("y")) if node.tag == "text" else 0.0
        placed.append((x, y, " ".join(node.words().replace("|", " ").split())))
        return
    marks = [c for c in node.children if isinstance(c, Node) and c.tag == "#comment"]
    shapes = [c for c in node.children if isinstance(c, Node) and c.tag == "g"]
    if marks and shapes:
        moved: list = []
        _collect_place(shapes[0], x, y, moved)
        for mark in marks:
            placed.append((*(moved[0] if moved else (x, y)), str(mark.children[0]).strip()))
    for child in node.children:
        if isinstance(child, Node) and child.tag not in ("#comment", "title", "desc"):
            _collect(child, x, y, placed)


def _collect_place(node: Node, x: float, y: float, moved: list) -> None:
    found = _MOVE.findall(node.attrs.get("transform", ""))
    if found:
        numbers = [float(v) for v in _NUMBER.findall(found[0][1])] + [0.0, 0.0]
        moved.append((x + numbers[0], y + numbers[1]))


def _float(value: str | None) -> float:
    found = _NUMBER.match((value or "").strip())
    return float(found.group()) if found else 0.0


def _lines(placed, axis: int):
    """Yield the texts that share a line (axis 1) or a column (axis 0), in order along it."""
    across = sorted(placed, key=lambda p: p[axis])
    line: list = []
    for item in across:
        if line and item[axis] - line[0][axis] > _NEAR:
            yield sorted((p[1 - axis], p[2]) for p in line)
            line = []
        line.append(item)
    if line:
        yield sorted((p[1 - axis], p[2]) for p in line)


def _without_ticks(line):
    """Leave out numbers that go up in even steps at even distances: an axis."""
    bare = [
        (at, float(m.group(1).replace("−", "-").replace(",", "")))
        for at, text in line
        if (m := re.fullmatch(r"\s*([-−]?\d[\d,]*(?:\.\d+)?)\s*(?:%|points?)?\s*", text))
    ]
    if len(bare) < 3:
        return line
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(bare, bare[1:], strict=False)]
    even = all(
        abs(s[0] - steps[0][0]) <= 1.0 and abs(s[1] - steps[0][1]) <= 1e-6 and s[1] for s in steps
    )
    if not even:
        return line
    places = {at for at, _ in bare}
    return [
        (at, text)
        for at, text in line
        if at not in places or not re.fullmatch(r"[\s\d,.%−-]+(points?)?\s*", text)
    ]
