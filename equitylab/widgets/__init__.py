"""The instruments that a leader works with in the notebooks; the only room that needs ipywidgets."""

from .lesson import Lesson

__all__ = ["Lesson"]
