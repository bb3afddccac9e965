"""The action plan: read out of a portfolio, checked, and handed on as files that others open.

>>> from equitylab import plan
>>> plan.detectable(12, 60, 24).ok
True
"""

from .aim import filled
from .calendar import Entry, entries
from .drivers import driver_checks, five_parts, kpi_coverage
from .evidence import Baseline, baseline
from .exports import docx, html, ics, paper, personal_docx, personal_html, personal_ics, write, xlsx
from .goals import Check, smartie
from .luck import Detectable, detectable
from .paper import body
from .public import public
from .runs import Point, RunChart, run_chart
from .shared import everyone
from .thread import Plan, read

__all__ = [
    "Baseline",
    "Check",
    "Detectable",
    "Entry",
    "Plan",
    "Point",
    "RunChart",
    "baseline",
    "body",
    "detectable",
    "docx",
    "driver_checks",
    "entries",
    "everyone",
    "filled",
    "five_parts",
    "html",
    "ics",
    "kpi_coverage",
    "paper",
    "personal_docx",
    "personal_html",
    "personal_ics",
    "public",
    "read",
    "run_chart",
    "smartie",
    "write",
    "xlsx",
]
