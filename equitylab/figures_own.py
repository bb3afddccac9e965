"""A chart of your own, drawn with seaborn or matplotlib, as a figure that a report accepts."""

from __future__ import annotations

import io
import re

import pandas as pd

from .figures import Figure

_SETTINGS = {
    "svg.fonttype": "none",  # letters stay letters: small, searchable, and read at any zoom
    "svg.hashsalt": "equitylab",  # ids that do not change from run to run
}


def own(chart, *, alt: str, table: pd.DataFrame, caption: str = "") -> Figure:
    """Return a seaborn or matplotlib chart as a Figure: what does it show to one who cannot see it?

    Parameters
    ----------
    chart : matplotlib Figure or Axes, or a seaborn grid
        Drawn from published numbers only: a picture is as public as the page.
    alt : str
        One sentence or two with the finding.
    table : DataFrame
        What is drawn, one row a mark.
    caption : str
        How to read the marks.

    Raises
    ------
    ReportError
        There is no alt text.

    Examples
    --------
    >>> import pandas as pd, seaborn as sns
    >>> rates = pd.DataFrame({"group": ["A", "B"], "rate": [0.2, 0.1]})
    >>> chart = own(
    ...     sns.barplot(rates, x="rate", y="group"), alt="A has 20%, B 10%.", table=rates
    ... )
    >>> chart._repr_html_()[:38]
    '<figure><img alt="A has 20%, B 10%." s'
    """
    import matplotlib as mpl
    from matplotlib import pyplot
    from matplotlib.text import Text

    sheet = getattr(chart, "figure", chart)
    for text in sheet.findobj(Text):
        text.set_parse_math(False)  # a school may be called "$x$"
    held = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with mpl.rc_context(_SETTINGS):
        sheet.savefig(held, format="svg", metadata=nothing, bbox_inches="tight")
    pyplot.close(sheet)  # else the notebook shows it once more, as a picture without alt text
    drawn = re.sub(
        r"<\?xml.*?\?>|<!DOCTYPE[^>]*>|<metadata>.*?</metadata>|<!--.*?-->",
        "",
        held.getvalue(),
        flags=re.S,
    )
    return Figure(drawn.strip(), alt, table, caption)
