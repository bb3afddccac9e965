"""Charts of a user's own: accepted with words for those who cannot see them, equal every time."""

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pandas as pd
import pytest
import seaborn as sns
from matplotlib import pyplot

from equitylab.errors import ReportError
from equitylab.figures_own import own

ROWS = pd.DataFrame({"group": ["<b>A</b> & 'x'", "B $y$"], "rate": [0.2, 0.1]})


def chart():
    return sns.barplot(ROWS, x="rate", y="group")


@pytest.mark.parametrize("made", [chart, lambda: sns.relplot(ROWS, x="rate", y="group")])
def test_a_chart_of_seaborn_becomes_a_figure_that_is_equal_every_time(made):
    one, other = (own(made(), alt="A has 20%, B 10%.", table=ROWS) for _ in range(2))
    assert one.svg == other.svg and one.table.equals(ROWS)
    assert pyplot.get_fignums() == []
    source = re.search(r'src="data:image/svg\+xml,([^"]*)"', one._repr_html_())[1]
    tree = ElementTree.fromstring(unquote(source))
    words = {text for element in tree.iter() if (text := (element.text or "").strip())}
    assert set(ROWS["group"]) <= words
    assert "http" not in re.sub(r'xmlns(:\w+)?="[^"]*"', "", one.svg)


def test_without_words_it_is_refused():
    with pytest.raises(ReportError, match="alt text"):
        own(chart(), alt=" ", table=ROWS)
    pyplot.close("all")
