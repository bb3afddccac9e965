"""EquityLab: who is our school serving, who is it not, and what will we change?

>>> import equitylab as eq
>>> data = eq.read(eq.samples.path("riverbend"))
>>> audit = eq.audit(data, reference="others")
>>> public = eq.protect(audit, min_group=10, min_cell=3)
"""

from . import catalog, metrics, samples
from .audit import Audit, audit
from .errors import DataError, EquityLabError, MetricError, PrivacyError, ReportError
from .portfolio import Portfolio
from .portfolio_format import PortfolioError
from .privacy import Published, protect
from .readers import read
from .schema import Dataset, ReadReport

__version__ = "0.1.0"
__all__ = [
    "Audit",
    "DataError",
    "Dataset",
    "EquityLabError",
    "MetricError",
    "Portfolio",
    "PortfolioError",
    "PrivacyError",
    "Published",
    "ReadReport",
    "ReportError",
    "audit",
    "catalog",
    "metrics",
    "protect",
    "read",
    "samples",
]
