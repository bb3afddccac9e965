"""An executed notebook becomes one page, and a notebook that is fit to be kept beside it."""

from __future__ import annotations

import copy
import html
import re
from functools import cache
from importlib import resources

from ..errors import ReportError
from ..markup import slug
from ..page import page
from . import audience

_TITLE = re.compile(r"<div class=title>(.*?)</div>", re.S)
_H1 = re.compile(r"<h1\b[^>]*>(.*?)</h1>", re.S)
_IMG = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\balt="\s*[^"\s]')
_BARE = re.compile(r"<h([2-4])>(.*?)</h\1>", re.S)  # a heading of a prose cell
_EMPTY = re.compile(r"\n\s*\n+")


@cache
def _exporter():
    """Return nbconvert's HTML exporter with our template, made once: it compiles templates."""
    from jinja2 import pass_context
    from nbconvert.exporters import HTMLExporter, TemplateExporter

    prose: dict[tuple, str] = {}  # it is the same for every school

    class Body(HTMLExporter):
        @pass_context
        def markdown2html(self, context, source):
            key = source, str(context["cell"].get("attachments"))
            if key not in prose:
                prose[key] = super().markdown2html(context, source)
            return prose[key]

        def from_notebook_node(self, nb, resources=None, **kw):
            # HTMLExporter's own version parses the page again to write a placeholder for each
            # missing alt text. Ours refuses such a page instead, in a tenth of the time.
            from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter

            resources = self._init_resources(resources)
            chosen = WidgetsDataTypeFilter(
                notebook_metadata=nb.metadata, parent=self, resources=resources
            )
            self.register_filter("filter_data_type", chosen)
            return TemplateExporter.from_notebook_node(self, nb, resources, **kw)

    folder = resources.files(__package__) / "template"
    exporter = Body(
        template_name="equity",
        extra_template_basedirs=[str(folder)],
        exclude_anchor_links=True,
        exclude_input=True,
        default_preprocessors=[],  # each would have the notebook validated, and none has work here
    )
    exporter.display_data_priority = ["text/html"]
    return exporter


def render(notebook, *, lang: str = "en") -> str:
    """Return an executed notebook as one HTML page that needs nothing else.

    Parameters
    ----------
    notebook : NotebookNode
        Executed. Its own ``h1`` names the template; the last ``<div class=title>`` among its
        results names the report, and becomes the top of the page.
    lang : str
        The language of the prose.

    Raises
    ------
    ReportError
        A picture has no alt text, or nothing names the report.
    """
    body, _ = _exporter().from_notebook_node(scrub(notebook))
    titles = _TITLE.findall(body)
    body = _TITLE.sub("", body)
    head = titles[-1] if titles else ""
    name = _H1.search(head) or _H1.search(body)
    body = _BARE.sub(_with_id, _H1.sub("", body))
    if not name:
        raise ReportError("Nothing in the notebook names the report.")
    for picture in _IMG.findall(body):
        if not _ALT.search(picture):
            raise ReportError("A picture has no alt text.", mend="Show it as an equitylab Figure.")
    title = html.unescape(re.sub(r"<[^>]+>", "", name[1])).strip()
    more = audience.shell(head=head)
    return page(title, _EMPTY.sub("\n", body), lang=lang, head=head, **more)


def _with_id(heading: re.Match) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", "", heading[2]))
    return f"<h{heading[1]} id={slug(text)}>{heading[2]}</h{heading[1]}>"


def scrub(notebook):
    """Return a copy that holds the report and nothing of the run.

    What goes: printed text, warnings, errors, plain-text twins of results, times, the machine's
    paths, names of people and versions. What stays: the cells, the parameters, the HTML results.
    """
    # Not deep: what is changed below is replaced, never written into.
    kept = copy.copy(notebook)
    kept.cells = [copy.copy(cell) for cell in notebook.cells]
    about = kept.metadata
    parameters = about.get("papermill", {}).get("parameters")
    kept.metadata = type(about)(
        {k: about[k] for k in ("title", "kernelspec", "equitylab") if k in about}
    )
    kept.metadata["language_info"] = {"name": "python"}
    if parameters:
        kept.metadata["papermill"] = {"parameters": dict(parameters)}
    for cell in kept.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = type(cell.metadata)({"tags": list(tags)} if tags else {})
        if "injected-parameters" in tags:
            cell["id"] = "injected-parameters"  # papermill draws one by lot
        if cell.cell_type == "code":
            cell.outputs = [_html_only(o) for o in cell.outputs if _html(o)]
    return kept


def _html(output) -> str:
    return str(output.get("data", {}).get("text/html", "")).strip()


def _html_only(output):
    output = copy.copy(output)
    output["data"] = {"text/html": output["data"]["text/html"]}
    output["metadata"] = {}
    return output
