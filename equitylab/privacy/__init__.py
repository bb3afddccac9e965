"""Audit -> Published: what an outsider may see, and the proof that nothing hidden can be found."""

from .gate import protect
from .published import Published

__all__ = ["Published", "protect"]
