"""Where labs and checks are found by the names that ``content/forms`` gives them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from ..errors import ReportError

_LABS: dict[str, Callable] = {}
_CHECKS: dict[str, Callable] = {}


class Verdict(NamedTuple):
    """One line of a check: met, not met, or (None) not answered yet; and what to do."""

    ok: bool | None
    text: str


def lab(name: str) -> Callable[[Callable], Callable]:
    """Register a function ``draw(at, **values) -> list`` of things to show under a name."""
    return _register(_LABS, name)


def check(name: str) -> Callable[[Callable], Callable]:
    """Register a function ``check(at, value) -> list of Verdict`` under a name."""
    return _register(_CHECKS, name)


def _register(into: dict[str, Callable], name: str) -> Callable[[Callable], Callable]:
    def keep(function: Callable) -> Callable:
        if name in into and into[name].__module__ != function.__module__:
            raise ValueError(f'"{name}" is defined twice, in {into[name].__module__} too')
        into[name] = function
        return function

    return keep


@cache
def _all() -> None:
    """Import every module that may define a lab or a check."""
    from . import labs as room

    package = __name__.rpartition(".")[0]
    for found in pkgutil.iter_modules(room.__path__):
        importlib.import_module(f"{package}.labs.{found.name}")


def labs() -> dict[str, Callable]:
    """Return every lab by name."""
    _all()
    return dict(_LABS)


def checks() -> dict[str, Callable]:
    """Return every check by name."""
    _all()
    return dict(_CHECKS)


def find(kind: str, name: str) -> Callable:
    """Return a ``"lab"`` or a ``"check"`` by its name.

    Raises
    ------
    ReportError
        There is none of this name.
    """
    known = labs() if kind == "lab" else checks()
    if name not in known:
        raise ReportError(
            f'There is no {kind} "{name}".', mend=f"Known: {', '.join(sorted(known))}."
        )
    return known[name]
