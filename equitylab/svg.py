"""Small, equal-every-time SVG out of matplotlib: what a page can hold forty of.

Matplotlib writes about 16 kB for a chart of fourteen rows, most of it names of layers and styles
said again for every mark. The same picture fits in 4 kB.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from urllib.parse import quote

FONT = "system-ui,Roboto,Arial,sans-serif"
SIZE = 9  # points: 12 pixels on the screen
_SHAPE = re.compile(r'<defs><path id="(\w+)" d="([^"]*)"[^>]*/></defs>')
_USE = r'<use xlink:href="#(?P<id>\w+)" x="[^"]*" y="[^"]*" style="(?P<style>[^"]*)"/>'
# The marks of one call to plot stand together and look alike.
_RUN = re.compile(
    _USE + r'(?:<use xlink:href="#(?P=id)" x="[^"]*" y="[^"]*" style="(?P=style)"/>)*'
)
SETTINGS = {
    "svg.fonttype": "none",  # letters stay letters: small, and searchable
    "svg.hashsalt": "equitylab",  # ids that do not change from run to run
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that every machine measures alike
    "font.size": SIZE,
    "text.parse_math": False,  # a school may be called "$x$"
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#767676",
    "axes.linewidth": 0.8,
    "xtick.color": "#4d4d4d",
    "ytick.color": "#1a1a1a",
    "xtick.major.size": 0,
    "figure.facecolor": "none",
    "path.simplify": True,
}


def text_of(figure) -> str:
    """Return a matplotlib figure as small SVG text, equal for equal figures."""
    held = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    figure.savefig(held, format="svg", metadata=nothing)
    return small(held.getvalue())


def data_uri(svg: str) -> str:
    """Return the SVG as an address that an ``img`` can hold; ``urllib.parse.unquote`` undoes it."""
    return "data:image/svg+xml," + quote(svg, safe=" ='/:;,()-.!*@$?+")


def small(svg: str) -> str:
    """Return the same picture without what it does not need.

    Examples
    --------
    >>> small('<?xml version="1.0"?><svg><!-- x --><g id="a"><path d="M 0.123 1.98 \\nL 2 3"/></g></svg>')
    "<svg><path d='M.1 2L2 3'/></svg>"
    """  # noqa: E501
    svg = re.sub(
        r"<\?xml.*?\?>|<!DOCTYPE[^>]*>|<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.S
    )
    # Inside the tags only: the numbers between them are for people.
    svg = re.sub(r"<[^>]+>", lambda tag: re.sub(r"-?\d+\.\d+(?:e-?\d+)?", _short, tag[0]), svg)
    svg = re.sub(r' d="([^"]*)"', lambda m: f' d="{_path(m[1])}"', svg)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*\)"', "", svg)
    svg = re.sub(r"font-size: \d+px; font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r' style=""', "", svg)
    svg = re.sub(r">\s+<", "><", svg)
    if not re.search(r"<g (?!id=)[^>]*>|<g id=\"[^\"]*\" [^>]*>", svg):
        svg = re.sub(r"</?g\b[^>]*>", "", svg)
    shapes = dict(_SHAPE.findall(svg))
    svg = _RUN.sub(lambda run: _marks(run, shapes[run["id"]]), svg)
    svg = _SHAPE.sub(lambda shape: shape[0] if f'"#{shape[1]}"' in svg else "", svg)
    svg = re.sub(r'<defs></defs>|<defs/>|<path d="[^"]*" style="fill: none"/>', "", svg)
    svg = _classes(svg)
    if "xlink:" not in svg.replace("xmlns:xlink", ""):
        svg = re.sub(r' xmlns:xlink="[^"]*"', "", svg)
    svg = re.sub(r' version="1.1"', "", svg)
    return svg.replace("'", "&#39;").replace('"', "'").strip()


def _short(match: re.Match) -> str:
    """A tenth of a point is finer than a screen shows."""
    return {"-0": "0"}.get(text := _number(float(match[0])), text)


def _path(data: str) -> str:
    """Return path data without the spaces that it does not need."""
    data = re.sub(r"\s+", " ", data.strip())
    data = re.sub(r" ?([A-Za-z]) ?", r"\1", data)
    return re.sub(r"(?<=M)(\S+) (\S+)L(\S+) \2(?![\d.])", r"\1 \2H\3", data)


def _marks(run: re.Match, shape: str) -> str:
    """Return equal marks as one path; dots are the round ends of lines without length."""
    look = dict(part.split(": ") for part in run["style"].split("; "))
    if "fill" not in look or not shape.endswith("z"):
        return run[0]
    places = re.findall(r' x="([^"]*)" y="([^"]*)"', run[0])
    radius = max(float(v) for v in re.findall(r"\d*\.?\d+", shape))
    if radius > SIZE:  # an area, which is no mark
        return run[0]
    if "C" in shape:
        edge = float(look.get("stroke-width", 1))
        path = "".join(f"M{x} {y}h0" for x, y in places)
        rings = [(2 * radius + edge, look["stroke"])]
        if look["fill"] != look["stroke"]:
            rings.append((2 * radius - edge, look["fill"]))
        return "".join(
            f'<path d="{path}" style="stroke: {colour}; stroke-width: {_number(width)}; '
            'stroke-linecap: round"/>'
            for width, colour in rings
        )
    r = _number(radius)
    path = "".join(f"M{x} {_number(float(y) - radius)}l{r} {r}-{r} {r}-{r}-{r}z" for x, y in places)
    return f'<path d="{path}" style="{run["style"]}"/>'


def _number(value: float) -> str:
    return re.sub(r"^(-?)0\.", r"\1.", f"{value:.1f}".removesuffix(".0"))


def _classes(svg: str) -> str:
    """Return the SVG with each style that comes twice said once."""
    found = Counter(re.findall(r' style="([^"]*)"', svg))
    often = [style for style, times in found.items() if times > 1]
    rules = [f"text{{font:{SIZE}px {FONT}}}"] if "<text" in svg else []
    texts = Counter(re.findall(r'<text style="([^"]*)"', svg))
    # A style with a size of its own must not become the rule for the texts that have none.
    plain = Counter({style: times for style, times in texts.items() if "font" not in style})
    if plain and all("text-anchor" in style and "fill" in style for style in texts):
        usual = plain.most_common(1)[0][0]
        svg = svg.replace(f'<text style="{usual}"', "<text")
        rules[0] = rules[0][:-1] + ";" + usual.replace(": ", ":").replace("; ", ";") + "}"
        often = [style for style in often if style != usual]
    for k, style in enumerate(often):
        svg = svg.replace(f' style="{style}"', f' class="s{k}"')
        rules.append(f".s{k}{{{style.replace(': ', ':').replace('; ', ';')}}}")
    if rules and (old := re.search(r'<style type="text/css">(.*?)</style>', svg, re.S)):
        svg = svg.replace(old[0], f"<style>{''.join(rules)}</style>")
    return svg
